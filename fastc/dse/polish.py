"""Climbing on the legal grid with the exact evaluator."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import TypeAlias

from fastc.dse.exact import better
from fastc.dse.records import Evaluation, Point, SearchProblem
from fastc.dse.watch import Watch
from hwmodels.space import DRAM_KIND

EMPHASES = (0.75, 0.92, 1.0)
"""Weights of the favoured objective that a Pareto front is climbed with."""


@dataclass(frozen=True)
class Move:
    """A step on the legal grid."""

    steps: tuple[tuple[int, int], ...]
    """(parameter, change of its position among the legal values)."""
    flags: tuple[int, int] | None = None
    """(model, variant) to change to."""


def moves(problem: SearchProblem) -> tuple[list[Move], list[Move]]:
    """All single moves (a model's flags, a parameter up or down), and moves of several parameters at once.

    Of these, first the ``coupled`` ones, then pairs of which one goes up and the other down, then the other pairs.
    """
    indices = range(len(problem.space.parameters))
    flags = [
        Move((), (model, variant))
        for model, one in enumerate(problem.models)
        for variant in range(len(one.variants) if len(one.variants) > 1 else 0)
    ]
    single = [Move(((index, step),)) for index in indices for step in (1, -1)] + _other_dram(problem)
    pairs = [Move(((up, 1), (down, -1))) for up, down in permutations(indices, 2)]
    pairs += [Move(((one, step), (two, step))) for step in (1, -1) for one, two in combinations(indices, 2)]
    return flags + single, coupled(problem) + pairs


def _other_dram(problem: SearchProblem) -> list[Move]:
    """To the next faster or slower kind of DRAM with about as many bytes per second: a stack of HBM has those of
    several channels."""
    names = [parameter.name for parameter in problem.space.parameters]
    if DRAM_KIND not in names or "dram_channels" not in names:
        return []
    kind, channels = names.index(DRAM_KIND), names.index("dram_channels")
    return [Move(((kind, step), (channels, -step * halvings))) for halvings in (2, 3) for step in (1, -1)]


PE_BUFFERS = ("l1_input_bytes", "l1_weight_bytes", "l1_output_bytes")


COMPUTE = ("pe_x", "pe_y", "array_rows", "array_columns")

SCALED = ("native_batch", "global_buffer_bytes", "dram_channels")
"""What a machine of twice the multipliers has twice as much of, to be as well balanced as before."""


def coupled(problem: SearchProblem) -> list[Move]:
    """Moves of many parameters after which a machine is about as good as before: one parameter at a time, all machines
    between are bad."""
    return _grains(problem) + _scales(problem) + _memories(problem)


def _memories(problem: SearchProblem) -> list[Move]:
    """To a global buffer of two, four or eight times the size with as many times fewer channels of DRAM, or the
    reverse: what stays on chip need not come again."""
    names = [parameter.name for parameter in problem.space.parameters]
    if "global_buffer_bytes" not in names or "dram_channels" not in names:
        return []
    buffer, channels = names.index("global_buffer_bytes"), names.index("dram_channels")
    return [Move(((buffer, step), (channels, -step))) for size in (1, 2, 3) for step in (size, -size)]


def _scales(problem: SearchProblem) -> list[Move]:
    """To a machine twice as big in all that counts, or half as big; also with DRAM as it is."""
    names = [parameter.name for parameter in problem.space.parameters]
    found: list[Move] = []
    for grown in (SCALED, SCALED[:-1]):
        indices = [names.index(name) for name in grown if name in names]
        for compute in (name for name in COMPUTE if name in names):
            every = (names.index(compute), *indices)
            found += [Move(tuple((index, step) for index in every)) for step in (1, -1)]
    return list(dict.fromkeys(found))


def _grains(problem: SearchProblem) -> list[Move]:
    """To half as many PEs, each twice as big, or the reverse: with as many multipliers, vector lanes and bytes of L1 in
    all."""
    names = [parameter.name for parameter in problem.space.parameters]
    # Lanes are a multiple of the columns.
    ways = [("pe_x", "array_rows", "vector_multiplier"), ("pe_y", "array_columns", None)]
    ways += [("pe_y", "array_rows", "vector_multiplier"), ("pe_x", "array_columns", None)]
    found: list[Move] = []
    for grid, array, lanes in ways:
        if grid not in names or array not in names:
            continue
        grown = [names.index(name) for name in (array, lanes, *PE_BUFFERS) if name in names]
        found += [Move(((names.index(grid), -step), *((index, step) for index in grown))) for step in (1, -1)]
    return found


def moved(problem: SearchProblem, point: Point, move: Move) -> Point | None:
    """The legal point that ``move`` leads to, None where it leads out of the space."""
    values = list(point.values)
    for index, step in move.steps:
        parameter = problem.space.parameters[index]
        target = parameter.values.index(values[index][1]) + step
        if not 0 <= target < len(parameter.values):
            return None
        values[index] = (parameter.name, parameter.values[target])
    variants = list(point.variants)
    if move.flags is not None:
        variants[move.flags[0]] = move.flags[1]
    return canonical(problem, Point(tuple(values), tuple(variants)))


def canonical(problem: SearchProblem, point: Point) -> Point:
    """``point`` with the least legal value of each parameter that changes nothing: those of an L2 that is not there."""
    values = dict(point.values)
    if values.get("l2_enabled", problem.space.base.l2_enabled):
        return point
    least = {
        p.name: p.values[0] for p in problem.space.parameters if p.name.startswith("l2_") and p.name != "l2_enabled"
    }
    return replace(point, values=tuple((name, least.get(name, value)) for name, value in point.values))


Prefers: TypeAlias = Callable[[Evaluation, Evaluation], bool]
"""Whether the first evaluation is the better one."""


@dataclass(frozen=True)
class Climb:
    """What a climb goes by."""

    problem: SearchProblem
    watch: Watch
    prefers: Prefers = better
    last: int | None = None
    """Exact evaluations of the whole search after which this climb ends; None: only the search's own limits count."""
    share: float = 1.0
    """Of the budget, after which it ends."""

    def over(self) -> bool:
        """Whether to stop where one is."""
        watch = self.watch
        return watch.spent() or watch.late(self.share) or (self.last is not None and watch.evaluator.count >= self.last)

    def worth_trying(self, point: Point, current: Evaluation) -> bool:
        """Whether ``point`` is new and its chip alone does not break more than ``current`` does."""
        evaluator = self.watch.evaluator
        return not evaluator.known(point) and evaluator.chip_violation(point) <= current.violation

    def evaluate(self, points: Sequence[Point]) -> list[Evaluation]:
        """Evaluate ``points`` until this climb is over; workers, where there are some, always have what is left."""
        results: list[Evaluation] = []
        for index, point in enumerate(points):
            if self.over():
                break
            self.watch.prefetch(points[index:])
            results.append(self.watch.evaluate(point, "polish"))
        return results

    def likely(self, current: Evaluation, candidates: Sequence[Move]) -> Iterator[Point]:
        """What a sweep evaluates next if none of it helps, which is how most moves end."""
        for move in candidates:
            point = moved(self.problem, current.point, move)
            if point is not None and self.worth_trying(point, current):
                yield point


def polish(seeds: Sequence[Evaluation], climb: Climb) -> None:
    """Climb from each seed: sweeps of single moves until one brings nothing, then the first pair that helps, again.

    Workers, where there are some, are given the next moves beside the one that is tried; the path is the same.
    """
    single, pairs = moves(climb.problem)
    for seed in seeds:
        current, climbed = seed, True
        while climbed and not climb.over():
            climbed, current = sweep(current, single, climb, once=False)
            if not climbed:
                climbed, current = sweep(current, pairs, climb, once=True)


def brief(seed: Evaluation, climb: Climb, most: int) -> Evaluation:
    """Where sweeps of single moves lead within ``most`` evaluations."""
    end = climb.watch.evaluator.count + most
    climb = replace(climb, last=end if climb.last is None else min(end, climb.last))
    single, _ = moves(climb.problem)
    current, climbed = seed, True
    while climbed and not climb.over():
        climbed, current = sweep(current, single, climb, once=False)
    return current


def sweep(current: Evaluation, candidates: Sequence[Move], climb: Climb, *, once: bool) -> tuple[bool, Evaluation]:
    """Try each move in turn, from wherever the last one that helped led, and each again while it helps.

    With ``once``, stop at the first that helps. Whether any did, and where that led.
    """
    watch, climbed = climb.watch, False
    for index, move in enumerate(candidates):
        point = moved(climb.problem, current.point, move)
        while point is not None and not climb.over():
            if not climb.worth_trying(point, current):
                break
            if watch.evaluator.parallel:
                watch.prefetch(climb.likely(current, candidates[index:]))
            result = watch.evaluate(point, "polish")
            if not climb.prefers(result, current):
                break
            current, climbed = result, True
            if once:
                return climbed, current
            point = moved(climb.problem, current.point, move)
    return climbed, current


def spread(problem: SearchProblem, watch: Watch) -> None:
    """Climb along a Pareto front: for each of ``EMPHASES`` of the objectives from the best evaluation so far by it."""
    emphases = list(_emphases(len(problem.objectives)))
    for index, emphasis in enumerate(emphases):
        if watch.spent():
            return
        evaluator = watch.evaluator
        prefers = _by(emphasis)
        seed = evaluator.evaluations[0]
        for evaluation in evaluator.evaluations:
            if prefers(evaluation, seed):
                seed = evaluation
        trials = watch.options.trials
        share = None if trials is None else evaluator.count + (trials - evaluator.count) // (len(emphases) - index)
        polish([seed], Climb(problem, watch, prefers, share))


def _emphases(count: int) -> Iterator[tuple[float, ...]]:
    """Weights of ``count`` objectives: even ones, then more and more on each."""
    yield (1.0 / count,) * count
    for share in EMPHASES:
        for favoured in range(count):
            yield tuple(share if index == favoured else (1.0 - share) / (count - 1) for index in range(count))


def _by(emphasis: tuple[float, ...]) -> Prefers:
    """Less violation first, then the greater geometric mean with these weights."""

    def worth(evaluation: Evaluation) -> float:
        if not evaluation.values:
            return -math.inf
        return sum(w * math.log(max(v, 1e-300)) for w, v in zip(emphasis, evaluation.values, strict=True))

    return lambda left, right: (left.violation, -worth(left)) < (right.violation, -worth(right))
