"""Boxes of L1 tiles on FAST's template: all tiles of a spatial assignment between two, in each dimension.

The spaces of many contractions are stacked: what differs between them is looked up place by place, so that boxes of all
of them are halved and bounded at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.cuts import Cut, Line, line_of
from hwmodels.mapspace.facts import Rooms, facts_of, rooms_of
from hwmodels.mapspace.spaces import BoxSpace
from hwmodels.mapspace.target import Engine, Target
from hwmodels.mapspace.tiles import RELEVANT, P, Q, R, S

CUT = tuple(range(R))
"""Dimensions of which a tile has any extent; of a kernel's taps it has all or one."""

FULL = 1.0 + 1e-12
"""Share of a room that a tile may take."""


class Boxes(NamedTuple):
    """Boxes side by side, of one stack."""

    which: np.ndarray
    """[boxes] the assignment."""
    low: np.ndarray
    """[dims, boxes] places of the least extents in the stack's lines."""
    high: np.ndarray
    """[dims, boxes] of the greatest."""

    @property
    def are_single(self) -> bool:
        """Whether each is known to be one tile, without a look."""
        return self.low is self.high

    def at(self, index: np.ndarray) -> Boxes:
        """Those at ``index``."""
        low = self.low.take(index, axis=1)
        return Boxes(self.which[index], low, low if self.are_single else self.high.take(index, axis=1))

    def between(self, start: int, end: int) -> Boxes:
        """Those from ``start`` to ``end``."""
        low = self.low[:, start:end]
        return Boxes(self.which[start:end], low, low if self.are_single else self.high[:, start:end])


def joined(several: Sequence[Boxes]) -> Boxes:
    """All boxes, one lot behind the other."""
    which = np.concatenate([boxes.which for boxes in several])
    low = np.concatenate([boxes.low for boxes in several], axis=1)
    if all(boxes.are_single for boxes in several):
        return Boxes(which, low, low)
    return Boxes(which, low, np.concatenate([boxes.high for boxes in several], axis=1))


class Stack:
    """Spaces of one kind, one behind the other."""

    def __init__(self, spaces: Sequence[BoxSpace]) -> None:
        first = spaces[0]
        self.target: Target = first.target
        self.engine: Engine = first.target.engines[first.group.engine]
        self.relaxed = first.relaxed
        self.has_halos = first.problem.bounds[R] * first.problem.bounds[S] > 1 and not first.relaxed
        """Whether lines know halos."""
        self.spaces = spaces
        self.dims = tuple(dim for dim in CUT if first.bounds[dim] > 1)
        self.begin = np.cumsum([0, *(len(space.cycles) for space in spaces)])
        """Where the assignments of each space begin."""
        lines = [self._line(dim) for dim in self.dims]
        self.lines: tuple[Line, ...] = tuple(line for line, _, _ in lines)
        count = int(self.begin[-1])
        longest = max((len(line.tile) for line in self.lines), default=1)
        self.levels = np.frexp(np.arange(1.0, longest + 1.0))[1] - 1
        """Logarithms of ranges, rounded down: of places that far apart."""
        self.low = np.stack([low for _, low, _ in lines]) if lines else np.zeros((0, count), np.int64)
        """[dims, assignments] the places of the smallest tiles;"""
        self.high = np.stack([high for _, _, high in lines]) if lines else self.low
        """of the greatest."""
        self.facts = np.concatenate([np.stack(facts_of(space)) for space in spaces], axis=1)
        self.rooms = np.concatenate([np.stack(rooms_of(space)) for space in spaces], axis=1)
        self.holds_all = bool((self.rooms[3:] == 0.0).all())

    def _line(self, dim: int) -> tuple[Line, np.ndarray, np.ndarray]:
        position: dict[Cut, int] = {}
        places: list[np.ndarray] = []
        for space in self.spaces:
            cuts, own = space.cuts(dim)
            places.append(np.asarray([position.setdefault(cut, len(position)) for cut in cuts])[own])
        line, ends = line_of(list(position))
        own = np.concatenate(places)
        return line, ends[own], ends[own + 1] - 1

    def everything(self, space: int) -> Boxes:
        """All tiles of each assignment of the ``space``."""
        which = np.arange(self.begin[space], self.begin[space + 1])
        return Boxes(which, self.low[:, which], self.high[:, which])

    def cycles(self, space: int) -> np.ndarray:
        """That none of these boxes takes less than."""
        own = self.spaces[space]
        return own.cycles + own.problem.beside.start_cycles

    def tiles(self, boxes: Boxes) -> tuple[np.ndarray, np.ndarray]:
        """[8, boxes] the smallest and the greatest tile of each."""
        small, large = (np.ones((8, len(boxes.which))) for _ in range(2))
        for dim, line, low, high in zip(self.dims, self.lines, boxes.low, boxes.high, strict=True):
            small[dim], large[dim] = line.tile[low], line.tile[high]
        owner = self.owner(boxes)
        for dim in (R, S):
            bound = np.asarray([float(space.problem.bounds[dim]) for space in self.spaces])[owner]
            single = np.concatenate([space.single_tap for space in self.spaces])[boxes.which]
            small[dim] = large[dim] = np.where(single, 1.0, bound)
        return small, large

    def owner(self, boxes: Boxes) -> np.ndarray:
        """[boxes] the space of each."""
        return np.searchsorted(self.begin, boxes.which, side="right") - 1

    def extents(self, which: np.ndarray) -> list[np.ndarray]:
        """[axes, 8] of each of the assignments ``which``."""
        owner = np.searchsorted(self.begin, which, side="right") - 1
        return [
            self.spaces[space].group.extents[:, :, one - self.begin[space]]
            for space, one in zip(owner, which, strict=True)
        ]

    def single(self, boxes: Boxes) -> np.ndarray:
        """[boxes] whether each is one tile."""
        return (boxes.low == boxes.high).all(axis=0)

    def halves(self, boxes: Boxes) -> tuple[Boxes, Boxes]:
        """The upper and the lower half of each, in the dimension in which its extents differ most."""
        ratio = np.empty(boxes.low.shape)
        for row, line, low, high in zip(ratio, self.lines, boxes.low, boxes.high, strict=True):
            np.divide(line.tile.take(high), line.tile.take(low), out=row)
        dim, column = ratio.argmax(axis=0), np.arange(len(boxes.which))
        middle = (boxes.low[dim, column] + boxes.high[dim, column]) // 2
        low, high = boxes.low.copy(), boxes.high.copy()
        low[dim, column], high[dim, column] = middle + 1, middle
        return boxes._replace(low=low), boxes._replace(high=high)

    def neighbours(self, singles: Boxes, reach: Sequence[int]) -> Boxes:
        """Single tiles that are ``reach`` places away in one dimension."""
        found = [singles.between(0, 0)]
        for dim in range(len(self.dims)):
            for step in (*reach, *(-one for one in reach)):
                low = singles.low.copy()
                low[dim] += step
                inside = (low[dim] >= self.low[dim, singles.which]) & (low[dim] <= self.high[dim, singles.which])
                found.append(Boxes(singles.which, low, low).at(np.flatnonzero(inside)))
        return joined(found)

    def fits(self, boxes: Boxes) -> np.ndarray:
        """[boxes] whether the smallest tile may fit the PEs and the global buffer."""
        rooms = Rooms(*self.rooms.take(boxes.which, axis=1))
        near = [rooms.near_in, rooms.near_weight, rooms.near_out]
        far = [rooms.far_in, rooms.far_weight, rooms.far_out]
        for dim, line, low in zip(self.dims, self.lines, boxes.low, strict=True):
            takes = [line.part_in if dim in (P, Q) else line.part_out, line.part_out]
            places = [line.tile_in if dim in (P, Q) else line.tile, line.tile]
            for operand, dims in enumerate(RELEVANT):
                if dim in dims:
                    near[operand] = near[operand] * takes[operand > 0].take(low)
                    if not self.holds_all:
                        far[operand] = far[operand] * places[operand > 0].take(low)
        fits = (near[0] <= FULL) & (near[1] <= FULL) & (near[2] <= FULL)
        return fits if self.holds_all else fits & (far[0] + far[1] + far[2] <= FULL)


def stacks_of(spaces: Sequence[BoxSpace]) -> list[tuple[Stack, int]]:
    """For each space its stack, and its place there."""
    by_kind: dict[tuple[object, ...], list[int]] = {}
    for index, space in enumerate(spaces):
        by_kind.setdefault(space.kind, []).append(index)
    found: dict[int, tuple[Stack, int]] = {}
    for several in by_kind.values():
        stack = Stack([spaces[index] for index in several])
        found |= {index: (stack, place) for place, index in enumerate(several)}
    return [found[index] for index in range(len(spaces))]
