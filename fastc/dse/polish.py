"""Climbing on the legal grid with the exact evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

from fastc.dse.exact import better
from fastc.dse.records import Evaluation, Point, SearchProblem
from fastc.dse.watch import Watch

L2_SIZES = ("l2_shared", "l2_input_multiplier", "l2_weight_multiplier", "l2_output_multiplier")
"""Parameters that mean nothing without an L2."""


@dataclass(frozen=True)
class Move:
    """A step on the legal grid."""

    steps: tuple[tuple[int, int], ...]
    """(parameter, change of its position among the legal values)."""
    flags: tuple[int, int] | None = None
    """(model, variant) to change to."""


def moves(problem: SearchProblem) -> tuple[list[Move], list[Move]]:
    """All single moves (a model's flags, a parameter up or down), and all moves of two parameters at once.

    Of the pairs, first those that raise one and lower the other, then those that move both the same way.
    """
    indices = range(len(problem.space.parameters))
    flags = [
        Move((), (model, variant))
        for model, one in enumerate(problem.models)
        for variant in range(len(one.variants) if len(one.variants) > 1 else 0)
    ]
    single = [Move(((index, step),)) for index in indices for step in (1, -1)]
    pairs = [Move(((up, 1), (down, -1))) for up, down in permutations(indices, 2)]
    pairs += [Move(((one, step), (two, step))) for step in (1, -1) for one, two in combinations(indices, 2)]
    return flags + single, pairs


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


def polish(problem: SearchProblem, seeds: Sequence[Evaluation], watch: Watch) -> None:
    """Climb from each seed: sweeps of single moves until one brings nothing, then the first pair that helps, again."""
    single, pairs = moves(problem)
    for seed in seeds:
        current, climbed = seed, True
        while climbed and not watch.spent():
            climbed, current = sweep(problem, current, single, watch, once=False)
            if not climbed:
                climbed, current = sweep(problem, current, pairs, watch, once=True)


def sweep(
    problem: SearchProblem, current: Evaluation, candidates: Sequence[Move], watch: Watch, *, once: bool
) -> tuple[bool, Evaluation]:
    """Try each move in turn, from wherever the last one that helped led, and each again while it helps.

    With ``once``, stop at the first that helps. Whether any did, and where that led.
    """
    climbed = False
    for move in candidates:
        point = moved(problem, current.point, move)
        while point is not None and not watch.spent():
            if watch.evaluator.known(point) or watch.evaluator.chip_violation(point) > current.violation:
                break
            result = watch.evaluate(point, "polish", watch.evaluator.count, watch.options.trials)
            if not better(result, current):
                break
            current, climbed = result, True
            if once:
                return climbed, current
            point = moved(problem, current.point, move)
    return climbed, current
