"""How fast a region may be at most with any mapping: branch and bound over boxes of tiles.

All tiles of all assignments begin as one box each. The most promising boxes are halved until they are single tiles or
no better than what is known; what the least promise then is, no mapping beats.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import spatial_groups
from hwmodels.mapspace.bounds import Level
from hwmodels.mapspace.boxes import CUT, Boxes, BoxSpace, Least
from hwmodels.mapspace.buffer_tiles import BufferTiles
from hwmodels.mapspace.costs import far_costs, far_traffic
from hwmodels.mapspace.incumbent import TOLERANCE
from hwmodels.mapspace.target import Target, residences
from hwmodels.mapspace.tiles import Problem, buffer_bytes

AT_ONCE = 2_048
"""Boxes that are halved at a time."""

PROMISING = 6
"""Tiles that are reported."""

SHARE = 0.5
"""Of the budget for assignments one by one, where there are too many."""

NEAR = 2e-4
"""Gap with which the search for a better bound ends."""

MANY = 5
"""Assignments that are better looked at together first."""

FIRST_OUTERS = 100
"""Tiles of the global buffer of which those for a tile of L1 are made, if they can be."""

OUTERS = 4
"""Tiles of the global buffer that are tried with each."""


class Leaf(NamedTuple):
    """A single tile that may be better than what is known."""

    cycles: float
    """That it takes at least."""
    engine: int
    spatial: np.ndarray
    """[axes, 8]"""
    inner: np.ndarray
    """[8]"""


class Proved(NamedTuple):
    """What no mapping beats, and where better ones may be."""

    cycles: float
    leaves: tuple[Leaf, ...]
    """Most promising first."""


class _Frontier(NamedTuple):
    """Boxes of one engine that may hold something better, and what bounds each."""

    boxes: Boxes
    bound: np.ndarray

    @property
    def least(self) -> float:
        return float(self.bound.min()) if len(self.bound) else np.inf

    def split(self) -> tuple[_Frontier, _Frontier]:
        """The most promising, and the others."""
        if len(self.bound) <= AT_ONCE:
            return self, self.at(np.arange(0))
        order = np.argpartition(self.bound, AT_ONCE)
        return self.at(order[:AT_ONCE]), self.at(order[AT_ONCE:])

    def at(self, index: np.ndarray) -> _Frontier:
        return _Frontier(self.boxes.at(index), self.bound[index])

    def with_more(self, other: _Frontier) -> _Frontier:
        boxes = Boxes(*(np.concatenate(both, axis=-1) for both in zip(self.boxes, other.boxes, strict=True)))
        return _Frontier(boxes, np.concatenate([self.bound, other.bound]))


class _Descent:
    """The branch and bound of one engine."""

    def __init__(self, space: BoxSpace, limit: float) -> None:
        self.space, self.limit = space, limit
        self.evaluations = 0
        self.frontier = _Frontier(*space.everything())
        self.leaves: list[Leaf] = []

    @property
    def least(self) -> float:
        """No mapping takes less; infinite where none may take less than ``limit``."""
        return min([self.frontier.least, *(leaf.cycles for leaf in self.leaves[:1])])

    def run(self, enough: float, budget: float) -> None:
        """Halve boxes until all of them take ``enough``, or single tiles are as promising as any, or ``budget`` of them
        were looked at."""
        while self.evaluations < budget and self.frontier.least < min([enough, *(x.cycles for x in self.leaves[:1])]):
            now, later = self.frontier.split()
            single = (now.boxes.low == now.boxes.high).all(axis=0)
            self._note(now.at(np.flatnonzero(single)))
            self.frontier = later.with_more(self._promising(_halves(self.space, now.boxes.at(np.flatnonzero(~single)))))

    def _promising(self, boxes: Boxes) -> _Frontier:
        """Of ``boxes`` those that could hold something better."""
        self.evaluations += len(boxes.which)
        bound = self.space.bound(boxes)
        return _Frontier(boxes, bound).at(np.flatnonzero(bound < self.limit))

    def _note(self, single: _Frontier) -> None:
        """Remember the most promising single tiles."""
        best = single.at(np.argsort(single.bound, kind="stable")[:PROMISING])
        tiles, _ = self.space.tiles(best.boxes)
        group = self.space.group
        parts = zip(best.bound, group.extents[:, :, best.boxes.which].transpose(2, 0, 1), tiles.T, strict=True)
        new = [Leaf(float(bound), group.engine, spatial, tile) for bound, spatial, tile in parts]
        self.leaves = sorted([*self.leaves, *new], key=lambda leaf: leaf.cycles)[:PROMISING]


def prove(problem: Problem, target: Target, known: float, budget: float) -> Proved:
    """What no mapping beats, where one takes ``known`` cycles; after about ``budget`` boxes what is proven by then."""
    limit = known * (1.0 - TOLERANCE)
    least = least_of(problem, target, known)
    spaces = [BoxSpace.of(problem, target, group, least, limit) for group in spatial_groups(problem, target)]
    descents = [_Descent(space, limit) for space in spaces if space is not None]
    engines = [_Engine(descent, _all_together(descent, known, budget * SHARE)) for descent in descents]
    while engines:
        engines.sort(key=lambda each: each.least)
        first = engines[0]
        room = budget * SHARE if first.together > 0.0 else budget
        # What one engine could take bounds all of them.
        if first.least >= known * (1.0 - NEAR) or first.ended or first.descent.evaluations >= room:
            break
        enough = min([known, *(each.least * (1.0 + TOLERANCE) for each in engines[1:2])])
        first.descent.run(enough, room)
    leaves = sorted((leaf for each in engines for leaf in each.descent.leaves), key=lambda leaf: leaf.cycles)
    return Proved(min([known, *(each.least for each in engines)]), tuple(leaves[:PROMISING]))


class _Engine(NamedTuple):
    """The boxes of one engine."""

    descent: _Descent
    together: float
    """That none takes less than."""

    @property
    def least(self) -> float:
        return max(self.together, self.descent.least)

    @property
    def ended(self) -> bool:
        """Whether a single tile is as promising as any box."""
        leaves = self.descent.leaves
        return bool(leaves) and leaves[0].cycles <= self.descent.frontier.least


def _all_together(descent: _Descent, enough: float, budget: float) -> float:
    """What is true of all assignments of an engine together, where there are many; else 0."""
    if len(descent.frontier.bound) < MANY:
        return 0.0
    relaxed = descent.space.relaxed()
    if relaxed is None:
        return 0.0
    together = _Descent(relaxed, descent.limit)
    together.run(enough, budget)
    return together.least


def _halves(space: BoxSpace, boxes: Boxes) -> Boxes:
    """Both halves of each, in the dimension in which its extents differ most."""
    small, large = space.tiles(boxes)
    ratio = np.where(boxes.low < boxes.high, (large / small)[: len(CUT)], 0.0)
    dim, column = ratio.argmax(axis=0), np.arange(len(boxes.which))
    middle = (boxes.low[dim, column] + boxes.high[dim, column]) // 2
    low, high = boxes.low.copy(), boxes.high.copy()
    low[dim, column], high[dim, column] = middle + 1, middle
    return Boxes(
        np.tile(boxes.which, 2),
        np.concatenate([boxes.low, low], axis=1),
        np.concatenate([high, boxes.high], axis=1),
        np.tile(boxes.single_tap, 2),
    )


def least_of(problem: Problem, target: Target, known: float) -> Least:
    """What no mapping that takes less than ``known`` cycles does without."""
    macs = float(np.prod(problem.bounds)) / float(np.prod(target.axes[: target.grid_axes])) / known
    rows, columns = target.axes[target.grid_axes :]
    return Least(dram_cycles(problem, target), max(1.0, np.ceil(macs / columns)), max(1.0, np.ceil(macs / rows)))


def dram_cycles(problem: Problem, target: Target) -> float:
    """Of all traffic with DRAM, at least."""
    cycles, _ = far_costs(problem, target, (True, True, True), far_traffic(problem, np.ones((8, 1)), 0))
    once = float(np.max(cycles)) - problem.beside.start_cycles
    if _holds_all(problem, target):
        return once
    tiles = _tiled(problem, target)
    return once if tiles is None else float(tiles.cycles.min()) - problem.beside.start_cycles


@lru_cache(maxsize=256)
def _tiled(problem: Problem, target: Target) -> Level | None:
    """Tiles of the global buffer that no other beats, best first; None where there are none, or too many."""
    (held,) = residences(target)
    level = BufferTiles(problem, target).of(held, complete=False)
    if level is None:
        return None
    order = np.argsort(level.cycles, kind="stable")
    return Level(level.tile[:, order], level.cycles[order], level.energy_j[order])


def _holds_all(problem: Problem, target: Target) -> bool:
    """Whether tiles of the global buffer are of no concern: it has room for everything, or there is none."""
    (held,) = residences(target)
    taken = sum(float(size[0]) for size in buffer_bytes(problem, problem.column, held))
    return taken <= min(target.buffer.capacity_bytes[0], problem.room_bytes)


def outer_tiles(problem: Problem, target: Target, inner: np.ndarray) -> list[np.ndarray]:
    """A few tiles [8] of the global buffer for the tile ``inner`` of L1."""
    whole = problem.column[:, 0]
    if _holds_all(problem, target):
        return [whole]
    (held,) = residences(target)
    tiles = _tiled(problem, target)
    if tiles is None:
        return []
    room, inner = min(target.buffer.capacity_bytes[0], problem.room_bytes), inner[:, None]
    for best in (tiles.tile[:, :FIRST_OUTERS], tiles.tile):
        counts = np.ceil(whole[:, None] / inner) / np.ceil(whole[:, None] / best)
        # As many whole tiles of L1 as cover the share that the wanted trips leave, or fewer; at least one.
        counts = np.stack([np.ceil(counts), np.maximum(np.floor(counts), 1.0)], axis=2).reshape(8, -1)
        wanted = np.minimum(inner * counts, whole[:, None])
        fits = np.flatnonzero(np.sum(buffer_bytes(problem, wanted, held), axis=0) <= room)
        if len(fits):
            first = np.unique(wanted[:, fits], axis=1, return_index=True)[1]
            return list(wanted[:, fits[np.sort(first)[:OUTERS]]].T)
    return []
