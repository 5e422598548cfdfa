"""The exact evaluator: a legal machine and flags in, a compiled and costed network out, remembered by point."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from fastc.dse.records import Constraint, Evaluation, Metrics, ModelResult, Outcome, Point, SearchProblem
from hwmodels.chaining.choice import chooser_of
from hwmodels.chaining.records import Chainable
from hwmodels.chip import chip_cost
from hwmodels.mapper import Dataflow, NoMappingError, map_network
from hwmodels.network import evaluate, mapped_network
from hwmodels.placement import Residency, place
from hwmodels.records import ChipCost, Machine, Mapping, Network, NetworkCost, Placement

if TYPE_CHECKING:
    from fastc.dse.journal import Journal
    from fastc.dse.workers import Workers

Outcomes: TypeAlias = tuple[Outcome, ...] | str
"""One per model, or why one of them does not go onto the machine."""


@dataclass(frozen=True)
class Compiled:
    """One network mapped, placed and costed on one machine."""

    network: Network
    """With its chains, if any."""
    mappings: tuple[Mapping | None, ...]
    placement: Placement
    cost: NetworkCost


def compile_network(
    network: Network, machine: Machine, dataflow: Dataflow = "any", residency: Residency = "all"
) -> Compiled:
    """Map, place and cost ``network``, on arrays of ``dataflow``, with what ``residency`` lets stay on the chip between
    regions; NoMappingError where its tiles do not fit the machine."""
    mappings = map_network(network, machine, dataflow)
    mapped = mapped_network(network, machine, mappings)
    placement = place(network, machine, mappings, residency, mapped=mapped)
    return Compiled(network, mappings, placement, evaluate(network, machine, mappings, placement, mapped))


def compile_work(work: Network | Chainable, machine: Machine) -> Compiled:
    """As ``compile_network``, with the chains that serve ``machine`` best where there could be some."""
    if isinstance(work, Network):
        return compile_network(work, machine)
    chosen = chooser_of(work)(machine)
    return Compiled(chosen.network, chosen.mappings, chosen.placement, chosen.cost)


def outcomes_of(machine: Machine, works: tuple[Network | Chainable, ...]) -> Outcomes:
    """What each of ``works`` takes on ``machine``: a function of its arguments alone, which any process can run."""
    try:
        found = [compile_work(work, machine) for work in works]
    except NoMappingError as error:
        return str(error)
    return tuple(Outcome(one.network.batch, float(one.cost.latency_s), float(one.cost.energy_j)) for one in found)


def metrics_of(batch: float, latency_s: float, energy_j: float, chip: ChipCost) -> Metrics:
    """Metrics of a model whose module runs ``batch`` inferences in ``latency_s`` for ``energy_j``."""
    return Metrics(
        perf_per_s=batch / latency_s,
        latency_s=latency_s,
        energy_j=energy_j / batch,
        tdp_w=chip.tdp_w,
        area_m2=chip.area_m2,
        cost_usd=chip.cost_usd,
    )


def violation(problem: SearchProblem, metrics: Sequence[Metrics]) -> float:
    """Sum over the constraints of log(value / bound) where exceeded; 0 is feasible."""
    return sum(_excess(constraint, float(constraint.value(metrics))) for constraint in problem.constraints)


def _excess(constraint: Constraint, value: float) -> float:
    ratio = value / constraint.bound if constraint.sense == "<=" else constraint.bound / max(value, 1e-300)
    return max(0.0, math.log(max(ratio, 1e-300)))


class Evaluator:
    """Evaluates points of one problem exactly; equal points are computed once.

    With ``journal``, each new evaluation is in it before it is returned, and what it holds already is not computed
    again. With ``workers``, points named to ``prefetch`` are computed beside others: that changes when, and nothing
    else.
    """

    def __init__(self, problem: SearchProblem, journal: Journal | None = None, workers: Workers | None = None) -> None:
        self.problem = problem
        self.count = 0
        """Exact evaluations so far, refused points and repeats not counted."""
        self.computed = 0
        """Those of ``count`` that the journal did not hold."""
        self._journal = journal
        self._workers = workers
        self._known: dict[Point, Evaluation] = {}
        self._ahead: dict[Point, Future[Outcomes]] = {}

    def chip_violation(self, point: Point) -> float:
        """Violation by what needs no compilation: area, TDP and cost, every model at unit speed."""
        chip = chip_cost(self.problem.space.machine(dict(point.values)))
        unit = [
            Metrics(math.nan, math.nan, math.nan, chip.tdp_w, chip.area_m2, chip.cost_usd) for _ in self.problem.models
        ]
        values = [(constraint, float(constraint.value(unit))) for constraint in self.problem.constraints]
        return sum(_excess(constraint, value) for constraint, value in values if not math.isnan(value))

    def known(self, point: Point) -> bool:
        """Whether ``point`` was evaluated before."""
        return point in self._known

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """All so far, in their order."""
        return tuple(self._known.values())

    @property
    def parallel(self) -> bool:
        """Whether ``prefetch`` does anything."""
        return self._workers is not None

    def prefetch(self, points: Iterable[Point]) -> None:
        """Begin with the first of ``points``, which are likely to be asked for, as many as there are workers.

        Those of the last time that nobody asked for are dropped where they have not begun.
        """
        if self._workers is None:
            return
        wanted: list[Point] = []
        for point in points:
            if len(wanted) == self._workers.width:
                break
            if point not in self._known and point not in wanted and not self._is_journalled(point):
                wanted.append(point)
        for point in [point for point in self._ahead if point not in wanted]:
            if self._ahead[point].cancel():
                del self._ahead[point]
        for point in wanted:
            if point not in self._ahead:
                self._ahead[point] = self._workers.submit(outcomes_of, *self._task(point))

    def __call__(self, point: Point) -> Evaluation:
        """Compile every model for the point's machine and cost it."""
        if point not in self._known:
            evaluation = self._recalled(point)
            if evaluation is None:
                evaluation = self._judged(point, self._outcomes(point))
                if self._journal is not None:
                    self._journal.append(evaluation)
                self.computed += 1
            self.count += 1
            self._known[point] = evaluation
        return self._known[point]

    def _is_journalled(self, point: Point) -> bool:
        return self._journal is not None and self._journal.outcomes(point) is not None

    def _recalled(self, point: Point) -> Evaluation | None:
        """What the journal knows of ``point``."""
        outcomes = None if self._journal is None else self._journal.outcomes(point)
        if self._journal is None or outcomes is None:
            return None
        evaluation = self._judged(point, outcomes)
        self._journal.confirm(evaluation)
        return evaluation

    def _task(self, point: Point) -> tuple[Machine, tuple[Network | Chainable, ...]]:
        machine = self.problem.space.machine(dict(point.values))
        pairs = zip(self.problem.models, point.variants, strict=True)
        batch = int(machine.native_batch)
        return machine, tuple(model.variants[variant].work(batch) for model, variant in pairs)

    def _outcomes(self, point: Point) -> Outcomes:
        if self._workers is None:
            return outcomes_of(*self._task(point))
        future = self._ahead.pop(point, None)
        if future is not None:
            try:
                return self._workers.result(future)
            except CancelledError:
                pass  # A pool that lost a worker drops what waited in it.
            except self._workers.lost:
                pass
        return self._workers.run(outcomes_of, *self._task(point))

    def _judged(self, point: Point, outcomes: Outcomes) -> Evaluation:
        machine = self.problem.space.machine(dict(point.values))
        chip = chip_cost(machine)
        if isinstance(outcomes, str):
            return Evaluation(point, machine, chip, (), -math.inf, math.inf, outcomes)
        models = tuple(
            ModelResult(model.name, model.variants[variant], outcome, metrics_of(*outcome, chip))
            for model, variant, outcome in zip(self.problem.models, point.variants, outcomes, strict=True)
        )
        metrics = [model.metrics for model in models]
        value = float(self.problem.objective(metrics))
        if not math.isfinite(value):
            raise ArithmeticError(f"the objective '{self.problem.objective_text}' is {value} on machine {point.values}")
        values = tuple(float(objective(metrics)) for objective in self.problem.objectives)
        return Evaluation(point, machine, chip, models, value, violation(self.problem, metrics), values=values)


def better(left: Evaluation, right: Evaluation | None) -> bool:
    """Whether ``left`` beats ``right``: less violation first, then greater value."""
    if right is None:
        return True
    if left.violation != right.violation:
        return left.violation < right.violation
    return left.value > right.value


def front(evaluations: Iterable[Evaluation]) -> tuple[Evaluation, ...]:
    """The feasible ones that none other beats in all objectives, the greatest first objective first."""
    feasible = [evaluation for evaluation in evaluations if evaluation.violation == 0.0]
    feasible.sort(key=lambda evaluation: evaluation.values, reverse=True)
    kept: list[Evaluation] = []
    for evaluation in feasible:
        # What beats it, or equals it, has a greater first value and so stands before it.
        if not any(all(a >= b for a, b in zip(one.values, evaluation.values, strict=True)) for one in kept):
            kept.append(evaluation)
    return tuple(kept)
