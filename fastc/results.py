"""Results as records, in the shape of the JSON that the program writes: SI units, unless a name says otherwise.

Seconds and DRAM bytes are of one run of the lowered module, which does ``batch`` inferences at once;
multiply-accumulates and energy are of one inference.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from fastc.explain.records import Levers

if TYPE_CHECKING:
    from xdsl.dialects.builtin import ModuleOp

    from fastc.simulator.spans import Span

SCHEMA = 1
"""Grows when the JSON changes so that its readers must change."""

HIDDEN = {"hidden": True}
"""Metadata of fields that Python has and the JSON has not."""


@dataclass(frozen=True)
class RegionResult:
    """One fusion region of a model on a machine."""

    name: str
    kind: str
    """'conv', 'depthwise', 'matmul', 'vector', 'pool', 'move' or 'opaque'."""
    count: int
    """How often it runs in one run of the module."""
    ops: tuple[str, ...]
    macs: int
    """Multiply-accumulates for one inference."""
    latency_s: float
    compute_s: float
    dram_s: float
    global_buffer_s: float
    vector_s: float
    bound: str
    """What takes longest: 'array', 'vector', 'global_buffer', 'dram' or 'issue'."""
    lower_bound_s: float
    """No schedule of this region on this machine is faster."""
    utilization: float
    dram_bytes: float
    energy_j: float
    """For one inference."""
    vector: dict[str, int]
    """Elements that the vector unit processes, by kind of operation, and the bytes of rows that it goes through again
    (``rescan_bytes``)."""
    rescan_noc_bytes: float
    """Those of ``rescan_bytes`` that do not find their rows in the PEs' buffers."""
    rescan_dram_bytes: float
    """Those of ``rescan_bytes`` that do not find their rows on chip; part of ``dram_bytes``."""
    flags: dict[str, Any]
    """What the compiler decided: dataflow and where the operands live."""
    mapper_gap: float | None = None
    """Share of the mapper's objective above what no mapping of the map space beats, 0: proven best; None where the
    mapper proves nothing, or has nothing to map."""


@dataclass(frozen=True)
class ModelResult:
    """One model on a machine."""

    name: str
    source_sha256: str
    batch: int
    macs: int
    """Multiply-accumulates of convolutions and matrix products for one inference of the model as given."""
    weight_bytes: int
    latency_s: float
    throughput_per_s: float
    energy_j: float
    """For one inference."""
    dram_bytes: float
    utilization: float
    pipeline: str
    regions: tuple[RegionResult, ...]
    mapper_gap: float | None = None
    """That of all regions together; those that have none count as best."""
    lowered: ModuleOp | None = field(default=None, repr=False, compare=False, metadata=HIDDEN)
    """The lowered module, machine included."""


@dataclass(frozen=True)
class HardwareResult:
    """A machine and what it takes."""

    name: str
    parameters: dict[str, Any]
    """The fields of ``hwmodels.records.Machine``."""
    area_mm2: float
    area_breakdown_mm2: dict[str, float]
    tdp_w: float
    tdp_breakdown_w: dict[str, float]
    peak_flops: float
    dram_bytes_per_s: float
    cost_usd: float
    """One packaged chip with its memory."""
    cost_breakdown_usd: dict[str, float]

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from fastc.notebook import hardware_html

        return hardware_html(self)


@dataclass(frozen=True)
class ObjectiveResult:
    """The objective and its value: with several models, the weighted geometric mean over them."""

    expression: str
    value: float


@dataclass(frozen=True)
class ConstraintResult:
    """A constraint: the values of its two sides, for the model that fares worst."""

    expression: str
    value: float
    bound: float
    met: bool


@dataclass(frozen=True)
class BaselineResult:
    """The same objective for the machine that results are compared with."""

    hardware: str
    schedule: str
    value: float
    ratio: float
    """The result's value over this one's."""
    model_values: dict[str, float] = field(default_factory=dict[str, float])
    """The objective of each model by itself."""


@dataclass(frozen=True)
class FrontPoint:
    """A machine of a Pareto front: no other that was tried is better in all objectives."""

    values: dict[str, float]
    """Of each objective, by its text."""
    hardware: HardwareResult
    flags: dict[str, str]
    """The setting of the pass flags for each model, by its name."""


@dataclass(frozen=True)
class SearchResult:
    """How the search went."""

    algorithm: str
    """'exhaustive' where the gradient search had few enough points to try them all."""
    wall_s: float
    exact_evaluations: int
    relaxed_evaluations: int
    starts: int
    relaxed_value: float | None
    """None where nothing was relaxed."""
    exact_value: float
    trajectory: tuple[tuple[float, int, float], ...]
    """(wall_s, exact_evaluations, best_value) at each improvement."""
    stopped: bool = False
    """Whether the budget or the user ended it before it was through."""
    front: tuple[FrontPoint, ...] | None = None
    """Where the objective names several: the best for each mix of them, the greatest (or, of what one wants less of,
    least) value of the first one first."""
    relaxed_trajectory: tuple[tuple[float, int, float], ...] = ()
    """(wall_s, relaxed_evaluations, best_value of the relaxed model) after each block of steps; empty where a journal
    had the relaxed part."""


@dataclass(frozen=True)
class Result:
    """What ``fastc eval``, ``fastc opt --hw`` and ``fastc opt --search`` find out."""

    schema: int
    fastc: str
    seed: int
    command: tuple[str, ...]
    models: tuple[ModelResult, ...]
    hardware: HardwareResult
    objective: ObjectiveResult
    constraints: tuple[ConstraintResult, ...]
    baseline: BaselineResult | None
    search: SearchResult | None = None
    levers: Levers | None = None
    """What one step in each parameter and flag would be worth; None where nobody asked, or there was no time."""

    @property
    def pipeline(self) -> str:
        """The pipeline of the only, or the first, model."""
        return self.models[0].pipeline

    @property
    def per_watt_baseline(self) -> BaselineResult | None:
        """The baseline where its values are Perf/TDP, so that they stand beside each model's; else None."""
        per_watt = self.objective.expression.replace(" ", "") == "perf/tdp"
        return self.baseline if self.baseline is not None and per_watt and self.baseline.model_values else None

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from fastc.notebook import result_html

        return result_html(self)


@dataclass(frozen=True)
class SimulatedRegionResult:
    """One region in the simulator, beside the cost model; all but ``count`` of one run of it, with all its tiles."""

    name: str
    kind: str
    count: int
    """How often it runs in one run of the module."""
    tiles: int
    """Tiles of its chain that it runs for, one by one; 1 outside of chains."""
    cycles: int
    latency_s: float
    model_latency_s: float
    ratio: float
    """``model_latency_s`` over ``latency_s``."""
    bound: str
    """What works longest: 'array', 'vector', 'global_buffer', 'dram' or, longer than any, 'waiting' for each other."""
    array_cycles: int
    """While words stream through the arrays; likewise below."""
    vector_cycles: int
    noc_cycles: int
    dram_cycles: int
    steps: int
    """Tiles that come to the PEs one after the other."""
    simulated_steps: int
    """Those that did not repeat others exactly."""
    spans: tuple[Span, ...] = field(default=(), repr=False, compare=False, metadata=HIDDEN)
    """What each engine does when in one run, where that was recorded."""


@dataclass(frozen=True)
class SimulationResult:
    """What ``fastc sim`` finds out: one run of a lowered module."""

    schema: int
    fastc: str
    command: tuple[str, ...]
    name: str
    source_sha256: str
    batch: int
    hardware: str
    clock_hz: float
    cycles: int
    latency_s: float
    model_latency_s: float
    ratio: float
    """``model_latency_s`` over ``latency_s``."""
    regions: tuple[SimulatedRegionResult, ...]
    check: str | None
    """What ``--check`` found; None where it was not asked for."""
    lowered: ModuleOp | None = field(default=None, repr=False, compare=False, metadata=HIDDEN)


def to_json(result: Any) -> Any:
    """Records as dictionaries and lists, without hidden fields."""
    if is_dataclass(result) and not isinstance(result, type):
        shown = (entry for entry in fields(result) if not entry.metadata.get("hidden"))
        return {entry.name: to_json(getattr(result, entry.name)) for entry in shown}
    if isinstance(result, dict):
        return {key: to_json(value) for key, value in result.items()}
    if isinstance(result, tuple | list):
        return [to_json(value) for value in result]
    return result
