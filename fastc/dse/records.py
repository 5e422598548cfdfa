"""What goes into a search and what comes out; no IR, no formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Literal, NamedTuple, Protocol

from hwmodels.chaining.records import Chainable
from hwmodels.records import Array, ChipCost, Machine, Network
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
    """The model at a batch size under these flags, without chains; the caller caches."""
    chains: Callable[[int], Chainable] | None = None
    """The same with all chains that it could have, where flags ask for some: which, each machine decides."""

    def work(self, batch: int) -> Network | Chainable:
        """What is to be compiled for a machine."""
        return self.network(batch) if self.chains is None else self.chains(batch)


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
class Point:
    """A legal machine and the pass flags of each model."""

    values: tuple[tuple[str, float], ...]
    """(parameter, value), in the space's order."""
    variants: tuple[int, ...]
    """One index per model."""


@dataclass(frozen=True)
class SearchProblem:
    """Find the machine and flags that maximise ``objective`` under ``constraints``."""

    models: tuple[ModelProblem, ...]
    space: Space
    objective: Callable[[Sequence[Metrics]], Array]
    """Greater is better, positive; pure arithmetic, given one Metrics per model."""
    objective_text: str
    constraints: tuple[Constraint, ...]
    objectives: tuple[Callable[[Sequence[Metrics]], Array], ...] = ()
    """Two or more where a Pareto front is wanted, each positive and greater the better; ``objective`` is then their
    geometric mean."""
    seeds: tuple[Point, ...] = ()
    """Points to begin with, such as a machine that is to be improved."""

    def points(self) -> int:
        """Number of legal machines times that of settings of the flags."""
        return self.space.size() * math.prod(len(model.variants) for model in self.models)


Phase = Literal["relaxed", "exact", "polish", "trials"]


@dataclass(frozen=True)
class Progress:
    """Where a search stands."""

    phase: Phase
    done: int
    total: int | None
    """None where there is no limit on evaluations."""
    best_value: float | None
    """Exact objective of the best legal machine so far."""
    evaluations: int
    wall_s: float
    rate_per_s: float | None = None
    """Exact evaluations per second of this run, those that a journal answered left out; None before the first."""
    remaining_s: float | None = None
    """Until the limit, at that rate; None where that cannot be told."""


@dataclass(frozen=True)
class Options:
    """How hard to search."""

    seed: int = 0
    starts: int = 12
    steps: int = 30
    trials: int | None = 1000
    """Exact evaluations at most; None: no limit."""
    budget_s: float | None = None
    """Wall-clock limit; the best so far is returned."""
    overtime_s: float = 2.0
    """How long past the budget the first exact evaluation may take, without which there is no result."""
    stop: Event = field(default_factory=Event)
    """Set from another thread, or by a signal, it ends the search with the best so far."""
    on_progress: Callable[[Progress], None] = lambda _: None
    """Called in the thread that searches."""


class Outcome(NamedTuple):
    """What the exact evaluator finds out about one compiled model; all else follows from it by arithmetic."""

    batch: int
    """Inferences that one run of the module does."""
    latency_s: float
    """One run of the module."""
    energy_j: float
    """One run of the module."""


@dataclass(frozen=True)
class ModelResult:
    """One model compiled for the point's machine."""

    name: str
    variant: Variant
    outcome: Outcome
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
    values: tuple[float, ...] = ()
    """Of the problem's ``objectives``."""


@dataclass(frozen=True)
class SearchResult:
    """The winner and how it was found."""

    algorithm: str
    """Its name; "exhaustive" where a gradient search had few enough points to try them all."""
    best: Evaluation
    feasible: bool
    relaxed_value: float | None
    """Best objective of the relaxed model over the starts, before any rounding; None where nothing was relaxed."""
    exact_evaluations: int
    relaxed_evaluations: int
    starts: int
    wall_s: float
    trajectory: tuple[tuple[float, int, float], ...]
    """(seconds, exact evaluations, best value), each time the best value rose."""
    relaxed_trajectory: tuple[tuple[float, int, float], ...] = ()
    """(seconds, relaxed evaluations, best relaxed value) after each block of steps."""
    front: tuple[Evaluation, ...] = ()
    """Where the problem has several objectives: the feasible evaluations that none other beats in all of them, the
    greatest value of the first objective first."""
    stopped: bool = False
    """Whether the search was stopped, by the budget or by ``Options.stop``, before it was through."""


class Algorithm(Protocol):
    """Any search algorithm, by turns: it is asked for points, and told what they are worth.

    What it asks for may depend on nothing but the problem, its seed and what it was told: then a journal can answer
    for it, and the number of workers does not matter.
    """

    def ask(self) -> Sequence[Point]:
        """The next points, all evaluated before ``tell``, side by side where there are workers; none: it is through."""
        ...

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        """What the points of the last ``ask`` are worth, in their order; fewer where the limit was reached."""
        ...
