"""Costs that no mapping beats: of a spatial assignment, and of a tile of one level whatever the other's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import Group, Place, ideal
from hwmodels.mapspace.costs import Costs, Evaluation, far_costs, far_traffic, least_costs, total_costs
from hwmodels.mapspace.target import Target, residences
from hwmodels.mapspace.tiles import Problem

FEW_RESIDENCES = 2
"""Residences of the operands that are bounded one by one; more of them together."""


class Level(NamedTuple):
    """Tiles of one level, and what a mapping with each costs at least there."""

    tile: np.ndarray
    """[8, tiles]"""
    cycles: np.ndarray
    energy_j: np.ndarray


def level_of(tile: np.ndarray, costs: Sequence[tuple[np.ndarray, np.ndarray]]) -> Level:
    """The least of several (cycles, energy) for each ``tile`` [8, tiles]."""
    count = tile.shape[1]
    cycles, energy = (np.minimum.reduce([np.broadcast_to(c[which], count) for c in costs]) for which in (0, 1))
    return Level(tile, cycles, energy)


def of_assignments(problem: Problem, target: Target, group: Group) -> Costs:
    """[assignments] of each assignment of ``group``: every tile is everything."""
    evaluation = Evaluation(problem, target, target.engines[group.engine], ideal(problem, target, group, slice(None)))
    near, far = evaluation.near(1, 1, least=True), evaluation.far(1)
    costs = [total_costs(problem, target, held, near, far) for held in residences(target)]
    count = group.extents.shape[2]
    return Costs(
        np.minimum.reduce([np.broadcast_to(c.cycles, count) for c in costs]),
        np.minimum.reduce([np.broadcast_to(c.energy_j, count) for c in costs]),
    )


def of_whole(problem: Problem, target: Target, place: Place, options: Sequence[tuple[bool, bool, bool]]) -> list[Costs]:
    """Of each L1 tile where the buffer's tile is the whole contraction, for some or all ``options`` together."""
    floor, far = place.evaluation.floor(), place.evaluation.far(0)
    if len(options) <= FEW_RESIDENCES:
        return [total_costs(problem, target, held, floor, far) for held in options]
    return [least_costs(problem, target, floor, far)]


def of_l1_tiles(problem: Problem, target: Target, place: Place, held: tuple[bool, bool, bool]) -> Level:
    """Of each L1 tile, without what crosses the border of DRAM for held operands."""
    costs = []
    far = far_traffic(problem, np.ones((8, 1)), 0)
    _, far_j = far_costs(problem, target, held, far)
    for order in range(3):
        cost = total_costs(problem, target, held, place.evaluation.near(order, order, least=True), far)
        costs.append((cost.cycles, cost.energy_j - far_j))
    return level_of(place.candidate.inner, costs)
