"""What one step in each parameter of the machine, or in each flag, would be worth at a result.

Each step is predicted by a derivative and found exactly. The derivative is that of the cost model's own functions at
temperature 1, where they have no steps, with respect to the logarithm of the parameter, at the result: each
contraction keeps its recipe, and tensors have the best shares on chip for the room there is. It is taken by differences
over half a step around the result (at the end of the space, over a quarter), on NumPy, in float64; that of the search
(``jax.grad``) is the same but for the blend of several recipes, and takes XLA far longer to compile than these few
evaluations last. The exact change is that of compiling and costing again, mapper and integer program included.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fastc.dse.exact import compile_work, metrics_of
from fastc.dse.records import Constraint, Metrics, Point, SearchProblem
from fastc.dse.relaxed import RelaxedProblem, machine_at, placed_regions, rank_recipes, relax
from fastc.explain.records import Effect, Lever, Levers
from fastc.explain.words import flag_words, hardware_words
from hwmodels.chip import chip_cost
from hwmodels.mapper import NoMappingError
from hwmodels.space import Parameter

TEMPERATURE = 1.0
"""Of the smooth cost; see ``fastc.dse.gradient.TEMPERATURES``."""

DIFFERENCE = 0.25
"""Half of the distance of the two points of a difference: log2 of a size, or a kind. Beside whole numbers of tiles,
where results stand, the smooth cost can be steep for a hundredth of a step: for twice the PEs of a machine that was
searched for EfficientNet-B0 that alone said +360 %, and the quarters around say +11 %."""

MIXED = 1e-3
"""The same of a flag: a share of it."""

LEAST_RANKED = 3
"""Levers from which on a rank correlation says anything."""

ROOM = 1.0 + 1e-9
"""Times its bound up to which a constraint counts as met."""


@dataclass(frozen=True)
class Step:
    """From the result to a neighbour: one parameter, or one model's flags."""

    name: str
    text: str
    before: float | str
    after: float | str
    point: Point
    parameter: int | None = None
    """Index of the parameter."""
    distance: float = 0.0
    """In the parameter's coordinate."""
    model: int | None = None
    """Index of the model whose flags change."""


@dataclass(frozen=True)
class Costs:
    """What all models take at one point."""

    metrics: tuple[Metrics, ...]
    kinds_s: tuple[Mapping[str, float], ...]
    """Per model, the seconds of each kind of regions in one run."""


Quantities = dict[tuple[str, int | None, str | None], float]
"""(quantity, index of the model, kind of regions) -> value."""

_OBJECTIVE = ("objective", None, None)
"""The key of what all models together come to."""


def find_levers(
    problem: SearchProblem,
    point: Point,
    *,
    most: int | None = None,
    spent: Callable[[], bool] = lambda: False,
) -> Levers:
    """The levers of ``problem`` at ``point``: one step of each parameter to a neighbour in the space, towards where the
    derivative says that the objective grows, and each other setting of each model's flags.

    ``most`` steps are evaluated exactly (None: all), the steepest first, and none once ``spent()``. Changes are
    relative to the same evaluator's values at ``point``.
    """
    relaxed = relax(problem, problem.space.machine(dict(point.values)))
    slopes = _Slopes(relaxed, point)
    now = exact_costs(problem, point)
    if isinstance(now, str):
        raise ValueError(f"the result itself cannot be compiled: {now}")
    quantities = _quantities(problem, now)
    predicted = [(step, slopes.changes(step)) for step in _steps(problem, point, slopes)]
    predicted.sort(key=lambda pair: -abs(pair[1].get(_OBJECTIVE, 0.0)))
    levers: list[Lever] = []
    count = 1
    for step, gradient in predicted:
        costs: Costs | str | None = None
        if (most is None or count <= most) and not spent():
            costs = exact_costs(problem, step.point)
            count += 1
        levers.append(_lever(problem, step, now, quantities, gradient, costs))
    return Levers(
        objective=problem.objective_text,
        levers=tuple(sorted(levers, key=_rank)),
        gradient_evaluations=slopes.evaluations,
        exact_evaluations=count,
        rank_correlation=_rank_correlation([lever.objective for lever in levers]),
    )


def exact_costs(problem: SearchProblem, point: Point) -> Costs | str:
    """All models compiled for ``point`` and costed; or why one of them does not go onto the machine."""
    machine = problem.space.machine(dict(point.values))
    chip = chip_cost(machine)
    metrics: list[Metrics] = []
    kinds: list[Mapping[str, float]] = []
    for model, variant in zip(problem.models, point.variants, strict=True):
        work = model.variants[variant].work(int(machine.native_batch))
        try:
            found = compile_work(work, machine)
        except NoMappingError as error:
            return str(error)
        metrics.append(metrics_of(found.network.batch, found.cost.latency_s, found.cost.energy_j, chip))
        regions = found.network.regions
        latency_s = [region.latency_s for region in found.cost.regions]
        kinds.append(_by_kind([region.kind for region in regions], [region.runs for region in regions], latency_s))
    return Costs(tuple(metrics), tuple(kinds))


class _Slopes:
    """The smooth cost around one point."""

    def __init__(self, relaxed: RelaxedProblem, point: Point) -> None:
        self.evaluations = 0
        self._relaxed, self._point = relaxed, point
        self._bounds = bounds = relaxed.bounds.reshape(-1, 2)
        values = dict(point.values)
        here = [p.coordinate(values[p.name]) for p in relaxed.problem.space.parameters]
        self._here = np.clip(np.asarray(here, np.float64), bounds[:, 0], bounds[:, 1])
        self._recipes = rank_recipes(relaxed, self._here, TEMPERATURE, 1).recipes
        self._of_parameter: dict[int, Quantities] = {}

    def of_parameter(self, index: int) -> Quantities:
        """d log(quantity) / d coordinate, of every quantity."""
        if index not in self._of_parameter:
            least, most = self._bounds[index]
            below, above = self._here.copy(), self._here.copy()
            below[index] = max(below[index] - DIFFERENCE, least)
            above[index] = min(above[index] + DIFFERENCE, most)
            low, high, distance = self._at(below), self._at(above), above[index] - below[index]
            self._of_parameter[index] = {key: _log(high[key], low[key]) / distance for key in high}
        return self._of_parameter[index]

    def changes(self, step: Step) -> Quantities:
        """The relative change of every quantity that the derivative predicts for ``step``."""
        if step.parameter is not None:
            slope = self.of_parameter(step.parameter)
            return {key: math.expm1(value * step.distance) for key, value in slope.items()}
        if self._has_chains(step.point):
            return {}  # The smooth cost knows no tiles of chains.
        now, mixed = self._at(self._here), self._at(self._here, step.point)
        return {key: math.expm1(_log(mixed[key], now[key]) / MIXED) for key in now if key in mixed}

    def _has_chains(self, point: Point) -> bool:
        """Whether networks come with chains that were chosen for one machine already."""
        batch, models = _batch(self._relaxed.problem, point), self._relaxed.problem.models
        networks = [m.variants[v].network(batch) for m, v in zip(models, point.variants, strict=True)]
        return any(region.tiling is not None for network in networks for region in network.regions)

    def _at(self, coordinates: np.ndarray, towards: Point | None = None) -> Quantities:
        """The smooth quantities at ``coordinates``, of a mix that has taken ``MIXED`` of the way to the flags of
        ``towards``."""
        costs = self._costs(coordinates, self._point)
        if towards is not None:
            costs = _mixed(costs, self._costs(coordinates, towards))
        return _quantities(self._relaxed.problem, costs)

    def _costs(self, coordinates: np.ndarray, point: Point) -> Costs:
        self.evaluations += 1
        problem = self._relaxed.problem
        machine = machine_at(problem.space, coordinates)
        chip = chip_cost(machine)
        placed = placed_regions(self._relaxed, coordinates, self._recipes, point.variants, TEMPERATURE)
        metrics: list[Metrics] = []
        kinds: list[Mapping[str, float]] = []
        for model, variant, regions in zip(problem.models, point.variants, placed, strict=True):
            chosen = model.variants[variant]
            network = chosen.network(_batch(problem, self._point))
            seconds, joules = (regions.runs * each for each in (regions.arrays.latency_s, regions.arrays.energy_j))
            # A model whose batch cannot be changed does its own number of inferences.
            batch = machine.native_batch if network.batch == _batch(problem, self._point) else network.batch
            metrics.append(metrics_of(batch, float(seconds.sum()), float(joules.sum()), chip))
            # Where other regions form at the batches that the smooth cost is read from, its kinds say nothing.
            alike = chosen.chains is not None or len(network.regions) == len(regions.kinds)
            kinds.append(_by_kind(regions.kinds, regions.runs, regions.arrays.latency_s) if alike else {})
        return Costs(tuple(metrics), tuple(kinds))


def _batch(problem: SearchProblem, point: Point) -> int:
    return int(problem.space.machine(dict(point.values)).native_batch)


def _by_kind(kinds: Sequence[str], runs: Iterable[float], latency_s: Iterable[float]) -> dict[str, float]:
    """Seconds of all runs of each kind of regions, where that is not 0."""
    result: dict[str, float] = {}
    for kind, count, seconds in zip(kinds, runs, latency_s, strict=True):
        if count and seconds > 0.0:
            result[kind] = result.get(kind, 0.0) + count * float(seconds)
    return result


def _mixed(one: Costs, other: Costs) -> Costs:
    """Latency and energy ``MIXED`` of the way from ``one`` to ``other``; kinds that only one has are left out."""

    def blend(first: float, second: float) -> float:
        return first + MIXED * (second - first)

    def metrics(first: Metrics, second: Metrics) -> Metrics:
        latency_s = blend(first.latency_s, second.latency_s)
        inferences = first.perf_per_s * first.latency_s
        energy_j = blend(first.energy_j, second.energy_j)
        return replace(first, perf_per_s=inferences / latency_s, latency_s=latency_s, energy_j=energy_j)

    kinds = tuple(
        {kind: blend(a[kind], b[kind]) for kind in a if kind in b}
        for a, b in zip(one.kinds_s, other.kinds_s, strict=True)
    )
    return Costs(tuple(metrics(*pair) for pair in zip(one.metrics, other.metrics, strict=True)), kinds)


def _quantities(problem: SearchProblem, costs: Costs) -> Quantities:
    """Of all models together, of each, and of each of its kinds."""
    result: Quantities = {_OBJECTIVE: float(problem.objective(costs.metrics))}
    for index, (metrics, kinds) in enumerate(zip(costs.metrics, costs.kinds_s, strict=True)):
        result["latency", index, None] = float(metrics.latency_s)
        result |= {("latency", index, kind): seconds for kind, seconds in kinds.items()}
    return result


def _log(value: float, base: float) -> float:
    return math.log(value / base) if value > 0.0 and base > 0.0 else 0.0


def _steps(problem: SearchProblem, point: Point, slopes: _Slopes) -> list[Step]:
    """One for each parameter that has a neighbour and matters, and one for each other setting of a model's flags."""
    steps: list[Step] = []
    machine = problem.space.machine(dict(point.values))
    for index, parameter in enumerate(problem.space.parameters):
        if parameter.name.startswith("l2_") and parameter.name != "l2_enabled" and not machine.l2_enabled:
            continue
        after = _neighbour(parameter, dict(point.values)[parameter.name], slopes.of_parameter(index)[_OBJECTIVE])
        if after is not None:
            steps.append(_hardware_step(parameter, index, point, after))
    for index, model in enumerate(problem.models):
        chosen = point.variants[index]
        for variant, setting in enumerate(model.variants):
            if variant != chosen:
                variants = (*point.variants[:index], variant, *point.variants[index + 1 :])
                text = flag_words(setting.name, model.variants[chosen].name)
                to = replace(point, variants=variants)
                steps.append(Step(setting.name, text, model.variants[chosen].name, setting.name, to, model=index))
    return steps


def _neighbour(parameter: Parameter, value: float, slope: float) -> float | None:
    """The legal value beside ``value`` towards which the objective grows, the other one where there is none."""
    position = parameter.values.index(value)
    up = parameter.values[position + 1 : position + 2]
    down = parameter.values[max(position - 1, 0) : position]
    sides = (up, down) if slope >= 0.0 else (down, up)
    return next((side[0] for side in sides if side), None)


def _hardware_step(parameter: Parameter, index: int, point: Point, after: float) -> Step:
    before = dict(point.values)[parameter.name]
    values = tuple((name, after if name == parameter.name else value) for name, value in point.values)
    distance = parameter.coordinate(after) - parameter.coordinate(before)
    text = hardware_words(parameter.name, before, after)
    return Step(parameter.name, text, before, after, replace(point, values=values), index, distance)


def _lever(
    problem: SearchProblem,
    step: Step,
    now: Costs,
    quantities: Quantities,
    gradient: Quantities,
    costs: Costs | str | None,
) -> Lever:
    """``step`` with its effects; ``costs``: its exact ones, why there are none, or None where nobody looked."""
    reached = _quantities(problem, costs) if isinstance(costs, Costs) else {}

    def effect(key: tuple[str, int | None, str | None]) -> Effect:
        quantity, model, kind = key
        exact = reached[key] / quantities[key] - 1.0 if key in reached else None
        name = None if model is None else problem.models[model].name
        return Effect(quantity, name, kind, gradient.get(key), exact)

    return Lever(
        name=step.name,
        target="hardware" if step.model is None else "flags",
        text=step.text,
        model=None if step.model is None else problem.models[step.model].name,
        before=step.before,
        after=step.after,
        effects=tuple(effect(key) for key in quantities),
        breaks=_broken(problem, now, costs) if isinstance(costs, Costs) else (),
        reason=costs if isinstance(costs, str) else "",
    )


def _broken(problem: SearchProblem, now: Costs, then: Costs) -> tuple[str, ...]:
    """Texts of the constraints that ``now`` meets and ``then`` does not."""

    def met(constraint: Constraint, costs: Costs) -> bool:
        value = float(constraint.value(costs.metrics))
        if constraint.sense == "<=":
            return value <= constraint.bound * ROOM
        return value * ROOM >= constraint.bound

    broken = [c.text for c in problem.constraints if met(c, now) and not met(c, then)]
    return tuple(dict.fromkeys(broken))


def _rank(lever: Lever) -> tuple[bool, float]:
    """Steps that can be taken first, the greatest gain first."""
    effect = lever.objective
    gain = effect.exact if effect.exact is not None else effect.gradient
    return bool(lever.reason), -(gain or 0.0)


def _rank_correlation(effects: Sequence[Effect]) -> float | None:
    """Spearman's, of gradients and exact changes."""
    both = [(e.gradient, e.exact) for e in effects if e.gradient is not None and e.exact is not None]
    if len(both) < LEAST_RANKED:
        return None
    one, other = (_ranks(np.asarray(values, np.float64)) for values in zip(*both, strict=True))
    if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts + 1) / 2.0)[inverse]
