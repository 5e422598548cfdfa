"""What goes into a search and what comes out; no IR, no formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from hwmodels.records import Array, ChipCost, Machine, Mapping, Network, NetworkCost, Placement
from hwmodels.space import Space


@dataclass(frozen=True)
class Metrics:
    """What objectives and constraints may speak of; one per model, SI units, numbers or JAX arrays."""

    perf_per_s: Array
    """Inferences per second of the chip."""
    latency_s: Array
    """One run of the module, all its batch."""
    energy_j: Array
    """Per inference."""
    tdp_w: Array
    area_m2: Array
    cost_usd: Array
    """One packaged chip with its memory."""


@dataclass(frozen=True)
class Variant:
    """One setting of the pass flags."""

    name: str
    flags: tuple[tuple[str, str | None], ...]
    """(pass, options) that differ from the default pipeline, e.g. (('form-regions', 'sink=false'),)."""
    network: Callable[[int], Network]
    """The model at a batch size under these flags; the caller caches."""


@dataclass(frozen=True)
class ModelProblem:
    """One model to be run by the machine."""

    name: str
    weight: float
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Constraint:
    """``value(metrics) <= bound`` (upper) or ``>=`` (lower)."""

    text: str
    value: Callable[[Sequence[Metrics]], Array]
    bound: float
    sense: Literal["<=", ">="]


@dataclass(frozen=True)
class SearchProblem:
    """Find the machine and flags that maximise ``objective`` under ``constraints``."""

    models: tuple[ModelProblem, ...]
    space: Space
    objective: Callable[[Sequence[Metrics]], Array]
    """Greater is better, positive; pure arithmetic, given one Metrics per model."""
    objective_text: str
    constraints: tuple[Constraint, ...]


Phase = Literal["relaxed", "exact", "polish"]


@dataclass(frozen=True)
class Progress:
    """Where a search stands."""

    phase: Phase
    done: int
    total: int
    best_value: float | None
    """Exact objective of the best legal machine so far."""
    evaluations: int
    wall_s: float


@dataclass(frozen=True)
class Options:
    """How hard to search."""

    seed: int = 0
    starts: int = 12
    steps: int = 60
    trials: int = 250
    """Exact evaluations at most."""
    budget_s: float | None = None
    """Wall-clock limit; the best so far is returned."""
    on_progress: Callable[[Progress], None] = lambda _: None


@dataclass(frozen=True)
class Point:
    """A legal machine and the pass flags of each model."""

    values: tuple[tuple[str, float], ...]
    """(parameter, value), in the space's order."""
    variants: tuple[int, ...]
    """One index per model."""


@dataclass(frozen=True)
class ModelResult:
    """One model compiled for the point's machine."""

    name: str
    variant: Variant
    network: Network
    mappings: tuple[Mapping | None, ...]
    placement: Placement
    cost: NetworkCost
    metrics: Metrics


@dataclass(frozen=True)
class Evaluation:
    """A point, compiled and costed exactly."""

    point: Point
    machine: Machine
    chip: ChipCost
    models: tuple[ModelResult, ...]
    """Empty where the point was refused before compiling."""
    value: float
    """Objective; minus infinity where the point could not be compiled."""
    violation: float
    """Sum over the constraints of how far each is exceeded, as a logarithm; 0 is feasible."""
    reason: str = ""
    """Why the point could not be compiled."""


@dataclass(frozen=True)
class SearchResult:
    """The winner and how it was found."""

    best: Evaluation
    feasible: bool
    relaxed_value: float
    """Best objective of the relaxed model over the starts, before any rounding."""
    exact_evaluations: int
    relaxed_evaluations: int
    starts: int
    wall_s: float
    trajectory: tuple[tuple[float, int, float], ...]
    """(seconds, exact evaluations, best value), each time the best value rose."""
