"""The exact evaluator: a legal machine and flags in, a compiled and costed network out, remembered by point."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fastc.dse.records import Evaluation, Metrics, ModelProblem, ModelResult, Point, SearchProblem
from hwmodels.chip import chip_cost
from hwmodels.mapper import NoMappingError, map_network
from hwmodels.network import evaluate
from hwmodels.placement import place
from hwmodels.records import ChipCost, Machine


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
    total = 0.0
    for constraint in problem.constraints:
        value = float(constraint.value(metrics))
        excess = value / constraint.bound if constraint.sense == "<=" else constraint.bound / max(value, 1e-300)
        total += max(0.0, math.log(max(excess, 1e-300)))
    return total


class Evaluator:
    """Evaluates points of one problem exactly; equal points are computed once."""

    def __init__(self, problem: SearchProblem) -> None:
        self.problem = problem
        self.count = 0
        """Exact evaluations so far, refused points and repeats not counted."""
        self._known: dict[Point, Evaluation] = {}

    def chip_violation(self, point: Point) -> float:
        """Violation by what needs no compilation: area, TDP and cost, every model at unit speed."""
        chip = chip_cost(self.problem.space.machine(dict(point.values)))
        unit = [
            Metrics(math.nan, math.nan, math.nan, chip.tdp_w, chip.area_m2, chip.cost_usd) for _ in self.problem.models
        ]
        total = 0.0
        for constraint in self.problem.constraints:
            value = float(constraint.value(unit))
            if math.isnan(value):
                continue
            excess = value / constraint.bound if constraint.sense == "<=" else constraint.bound / value
            total += max(0.0, math.log(excess))
        return total

    def known(self, point: Point) -> bool:
        """Whether ``point`` was evaluated before."""
        return point in self._known

    def __call__(self, point: Point) -> Evaluation:
        """Compile every model for the point's machine and cost it."""
        if point not in self._known:
            self.count += 1
            self._known[point] = self._evaluate(point)
        return self._known[point]

    def _evaluate(self, point: Point) -> Evaluation:
        machine = self.problem.space.machine(dict(point.values))
        chip = chip_cost(machine)
        try:
            models = tuple(
                compile_model(model, variant, machine, chip)
                for model, variant in zip(self.problem.models, point.variants, strict=True)
            )
        except NoMappingError as error:
            return Evaluation(point, machine, chip, (), -math.inf, math.inf, str(error))
        metrics = [model.metrics for model in models]
        value = float(self.problem.objective(metrics))
        if not math.isfinite(value):
            raise ArithmeticError(f"the objective '{self.problem.objective_text}' is {value} on machine {point.values}")
        return Evaluation(point, machine, chip, models, value, violation(self.problem, metrics))


def compile_model(model: ModelProblem, variant: int, machine: Machine, chip: ChipCost) -> ModelResult:
    """Map, place and cost one model; NoMappingError where its tiles do not fit the machine."""
    network = model.variants[variant].network(int(machine.native_batch))
    mappings = map_network(network, machine)
    placement = place(network, machine, mappings)
    cost = evaluate(network, machine, mappings, placement)
    metrics = metrics_of(network.batch, cost.latency_s, cost.energy_j, chip)
    return ModelResult(model.name, model.variants[variant], network, mappings, placement, cost, metrics)


def better(left: Evaluation, right: Evaluation | None) -> bool:
    """Whether ``left`` beats ``right``: less violation first, then greater value."""
    if right is None:
        return True
    if left.violation != right.violation:
        return left.violation < right.violation
    return left.value > right.value
