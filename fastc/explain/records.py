"""What an explanation says, as records: SI units; shares and changes are fractions (0.11 is 11 %).

Seconds, bytes and FLOPs are of one run of the lowered module, which does the model's batch of inferences at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Effect:
    """What one step of a lever does to one quantity, as a change relative to its value now."""

    quantity: str
    """'objective', or 'latency' (of one run of ``model``)."""
    model: str | None
    """None for what all models have in common, such as the objective."""
    kind: str | None
    """The kind of regions whose latency this is; None: of the whole model."""
    gradient: float | None
    """As the derivative at the result predicts it; None where there is none, such as for the latency of a kind."""
    exact: float | None
    """As compiling and costing the changed machine or flags finds it; None where that was not done."""


@dataclass(frozen=True)
class Lever:
    """One step in one parameter of the machine or in one flag of the compiler: what it would change."""

    name: str
    """A field of ``hwmodels.records.Machine``, or the name of a setting of the flags."""
    target: Literal["hardware", "flags"]
    text: str
    """For people: 'twice the global buffer'."""
    model: str | None
    """Whose flags; None for hardware."""
    before: float | str
    after: float | str
    effects: tuple[Effect, ...]
    """The objective first, then each model's latency, then those of its kinds of regions."""
    breaks: tuple[str, ...] = ()
    """Constraints that the result meets and this step would not."""
    reason: str = ""
    """Why the step cannot be taken, where it cannot (no mapping fits)."""

    @property
    def objective(self) -> Effect:
        """The effect on the objective."""
        return self.effects[0]


@dataclass(frozen=True)
class Levers:
    """All levers of a result, the greatest gain first: by the exact change where there is one, else by the gradient."""

    objective: str
    """The expression; greater is better."""
    levers: tuple[Lever, ...]
    gradient_evaluations: int
    exact_evaluations: int
    rank_correlation: float | None
    """Spearman's, of gradients and exact changes over the levers that have both; None for fewer than three."""


@dataclass(frozen=True)
class KindSummary:
    """All regions of one kind in one model; or, with kind 'all', the whole model."""

    kind: str
    regions: int
    """Regions in the module."""
    latency_s: float
    share: float
    """Of the model's latency."""
    flops: float
    """Two for each multiply-accumulate, one for each element that the vector unit computes."""
    flop_share: float
    bound: str
    """What bounds most of the time: 'array', 'vector', 'global_buffer', 'dram' or 'issue'."""
    bound_s: dict[str, float]
    """Seconds of the regions that each resource bounds."""
    utilization: float
    """Share of the machine's peak multiply-accumulates."""
    lower_bound_s: float
    """No schedule of these regions, one after the other, is faster."""
    dram_bytes: float
    relief: dict[str, float]
    """For each resource the share of ``latency_s`` that the same schedule would save were that resource twice as fast:
    'array', 'vector', 'global_buffer' and 'dram'. The greatest first; those that would save nothing are left out."""

    @property
    def over_bound(self) -> float | None:
        """``latency_s`` over ``lower_bound_s``; None where the bound is 0."""
        return self.latency_s / self.lower_bound_s if self.lower_bound_s > 0.0 else None


@dataclass(frozen=True)
class ModelSummary:
    """One model by the kinds of its regions."""

    model: str
    total: KindSummary
    kinds: tuple[KindSummary, ...]
    """The kind with the most time first."""


@dataclass(frozen=True)
class Intensity:
    """FLOPs per byte of DRAM traffic, of one kind of regions or of the whole model ('all')."""

    kind: str
    flops: float
    op_bytes: float
    """Before fusion: every op reads its operands from DRAM and writes its results there."""
    region_bytes: float
    """After fusion into regions: what crosses a region's border is read or written once, in DRAM."""
    placed_bytes: float
    """As compiled: with the tensors that stay on chip, and with what is fetched more than once."""

    @property
    def of_ops(self) -> float:
        """FLOP/B before fusion; infinite without traffic, likewise below."""
        return _ratio(self.flops, self.op_bytes)

    @property
    def of_regions(self) -> float:
        """FLOP/B of the regions with everything in DRAM."""
        return _ratio(self.flops, self.region_bytes)

    @property
    def placed(self) -> float:
        """FLOP/B as compiled."""
        return _ratio(self.flops, self.placed_bytes)


def _ratio(flops: float, count: float) -> float:
    return flops / count if count > 0.0 else float("inf")


@dataclass(frozen=True)
class WorkingSet:
    """What one region reads and writes, each tensor once."""

    region: str
    kind: str
    weight_bytes: float
    input_bytes: float
    """Activations and inputs that it reads."""
    output_bytes: float

    @property
    def activation_bytes(self) -> float:
        """What it reads and writes beside weights."""
        return self.input_bytes + self.output_bytes


@dataclass(frozen=True)
class Attention:
    """The part of a model that grows with the square of its sequence: products of two activations, and softmax."""

    sequence: int
    """The longest row of scores: positions that each position attends to."""
    attention_s: float
    """Regions that multiply two activations, and those with a softmax; with whatever is fused with them."""
    attention_share: float
    softmax_s: float
    """Those of them with a softmax in them."""
    softmax_share: float
    flop_share: float
    """Of all these regions."""
    extrapolated: tuple[tuple[int, float], ...]
    """(sequence, share of the time) for longer sequences, were all of this to grow with the square of the sequence and
    all else with the sequence."""


@dataclass(frozen=True)
class Analysis:
    """Where one model's time on one machine goes, in the terms of FAST's analysis."""

    model: str
    hardware: str
    schedule: str
    """'stock', 'fastc', or 'lowered' for a module that came with its schedule."""
    batch: int
    latency_s: float
    ridge: float
    """FLOP/B from which on DRAM no longer limits: peak FLOP/s over DRAM's bandwidth."""
    summary: ModelSummary
    intensities: tuple[Intensity, ...]
    """The whole model first, then its kinds in the order of ``summary``."""
    working_sets: tuple[WorkingSet, ...]
    """One per region, in order of execution."""
    weight_bytes: float
    """All weights."""
    attention: Attention | None
    """None for a model without products of two activations."""


@dataclass(frozen=True)
class AnalysisResult:
    """What ``fastc analyze`` finds out."""

    schema: int
    fastc: str
    command: tuple[str, ...]
    analyses: tuple[Analysis, ...]


@dataclass(frozen=True)
class Change:
    """One value in two results."""

    name: str
    before: float | str | bool | None
    after: float | str | bool | None

    @property
    def ratio(self) -> float | None:
        """``after`` over ``before``, of positive numbers."""
        values = (self.before, self.after)
        if any(isinstance(value, bool) or not isinstance(value, int | float) or value <= 0.0 for value in values):
            return None
        return float(self.after) / float(self.before)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True)
class RegionChange:
    """One region, or all of a kind, in two results; a side that lacks it has None for its name and bound, and 0."""

    before: str | None
    after: str | None
    kind: str
    before_s: float
    """Seconds of all its runs for one inference, so that results of different batches can be compared; likewise
    below."""
    after_s: float
    before_bound: str | None
    after_bound: str | None
    before_dram_bytes: float
    after_dram_bytes: float

    @property
    def change_s(self) -> float:
        """How much longer the second result takes for it."""
        return self.after_s - self.before_s


@dataclass(frozen=True)
class Shift:
    """All regions that one resource bounds in the first result and the same or another one in the second."""

    before_bound: str | None
    """None: regions that only the other result has."""
    after_bound: str | None
    regions: int
    before_s: float
    """For one inference."""
    after_s: float

    @property
    def change_s(self) -> float:
        """How much longer the second result takes for them."""
        return self.after_s - self.before_s


@dataclass(frozen=True)
class ModelChange:
    """One model in two results."""

    before: str
    """Its name there."""
    after: str
    figures: tuple[Change, ...]
    """Batch, seconds and energy of one inference, inferences per second, utilization, and whatever else differs."""
    kinds: tuple[RegionChange, ...]
    """Summed by kind; ``before`` and ``after`` are the kind. The greatest change of time first, likewise below."""
    shifts: tuple[Shift, ...]
    """The same time by what bounds it: what explains the difference."""
    regions: tuple[RegionChange, ...]


@dataclass(frozen=True)
class Difference:
    """Two results side by side."""

    schema: int
    fastc: str
    command: tuple[str, ...]
    before: str
    """What the first result is called: its file."""
    after: str
    objective: Change | None
    """None where the two have different objectives."""
    machine: tuple[Change, ...]
    """Parameters that differ; then area, TDP, peak, bandwidth and cost where they do."""
    models: tuple[ModelChange, ...]
    only_before: tuple[str, ...]
    """Models that the other result lacks."""
    only_after: tuple[str, ...]
