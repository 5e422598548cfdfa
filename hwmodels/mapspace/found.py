"""What a search found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hwmodels.mapper import NoMappingError
from hwmodels.mapspace.assignments import covering, ideal
from hwmodels.mapspace.costs import CLASSES, Evaluation
from hwmodels.mapspace.incumbent import TOLERANCE, Best, Incumbent
from hwmodels.mapspace.target import Target
from hwmodels.mapspace.tiles import REPEATING, Problem, product


@dataclass(frozen=True)
class Found:
    """The best mapping that was found of one contraction."""

    problem: Problem
    engine: int
    """Index into the target's engines."""
    spatial: np.ndarray
    """[axes, 8] extents on each axis; with ``packed_taps``, r has the taps (of r and s in one) at once and s 1."""
    packed_taps: bool
    inner_tile: np.ndarray
    """[8]"""
    outer_tile: np.ndarray
    """[8]"""
    inner_class: str
    """'m', 'k' or 'c': loops of this class run innermost among those over L1 tiles; loops over g outermost."""
    outer_class: str
    """The same of the loops over tiles of the global buffer."""
    held: tuple[bool, bool, bool]
    """Whether the global buffer holds input, weight and output."""
    cycles: float
    energy_j: float
    objective: float
    lower_bound: float
    """No mapping of the space has a lower objective."""
    gap: float
    """Share of ``objective`` above ``lower_bound``; 0 is proven optimal."""
    evaluations: int


class _Ordered(NamedTuple):
    """A mapping's costs in one order of its loops; compared by ``key`` first."""

    key: float
    cycles: float
    energy_j: float
    inner_class: int
    outer_class: int


def found_by(problem: Problem, target: Target, incumbent: Incumbent, bound: float) -> Found:
    """The incumbent, which no mapping below ``bound`` beats. Raises NoMappingError where there is none."""
    if incumbent.best is None:
        raise NoMappingError(f"no tile of the contraction {problem.bounds} fits machine '{target.name}'")
    return _found(problem, target, incumbent, incumbent.best, bound)


def about_as_good(problem: Problem, target: Target, incumbent: Incumbent, count: int) -> list[Found]:
    """``count`` mappings at most that are about as good as the incumbent; nothing bounds them."""
    return [_found(problem, target, incumbent, best, 0.0) for best in incumbent.runners_up()[:count]]


def _found(problem: Problem, target: Target, incumbent: Incumbent, mapping: Best, bound: float) -> Found:
    group, which, inner, outer, held = mapping
    best = _best_orders(problem, target, incumbent, mapping)
    values = {"latency": best.cycles, "energy": best.energy_j, "edp": best.cycles * best.energy_j}
    value = values[incumbent.objective]
    gap = max(0.0, 1.0 - bound / incumbent.value)
    gap = 0.0 if gap < TOLERANCE else gap
    return Found(
        problem=problem,
        engine=group.engine,
        spatial=group.extents[:, :, which],
        packed_taps=group.packed,
        inner_tile=inner,
        outer_tile=outer,
        inner_class=CLASSES[best.inner_class],
        outer_class=CLASSES[best.outer_class],
        held=held,
        cycles=best.cycles,
        energy_j=best.energy_j,
        objective=value,
        lower_bound=value * (1.0 - gap),
        gap=gap,
        evaluations=incumbent.evaluations,
    )


def _best_orders(problem: Problem, target: Target, incumbent: Incumbent, mapping: Best) -> _Ordered:
    """A mapping's best innermost classes: of equal ones those that do loop."""
    group, which, inner, outer, held = mapping
    base = ideal(problem, target, group, np.asarray([which]))
    passes = covering(problem, inner[:, None], base.spatial, group.packed)
    candidate = base._replace(inner=inner[:, None], outer=outer[:, None], passes=passes)
    evaluation = Evaluation(problem, target, target.engines[group.engine], candidate)
    found: list[_Ordered] = []
    for near in _looping(evaluation.loops.inner):
        for far in _looping(evaluation.loops.outer):
            costs = evaluation.at(held, near, far)
            cycles, energy = float(np.max(costs.cycles)), float(np.max(costs.energy_j))
            found.append(_Ordered(float(incumbent.key(cycles, energy)), cycles, energy, near, far))
    return min(found)


def _looping(trips: np.ndarray) -> list[int]:
    """Classes that have more than one trip; all if there is none."""
    return [index for index, dims in enumerate(REPEATING) if float(product(trips, dims).max()) > 1.0] or [0, 1, 2]
