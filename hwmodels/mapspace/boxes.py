"""Boxes of L1 tiles on FAST's template: all tiles of a spatial assignment between two, in each dimension.

The spaces of many contractions are stacked: what differs between them is looked up place by place, so that boxes of all
of them are halved and bounded at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import Group, ideal
from hwmodels.mapspace.costs import distinct_inputs, window_sum
from hwmodels.mapspace.cuts import Cut, Line, Taps, line_of, trips_of
from hwmodels.mapspace.target import Engine, Target, residences
from hwmodels.mapspace.tiles import RELEVANT, G, K, N, P, Problem, Q, R, S, buffer_bytes, product, window

ALL = tuple(range(8))

CUT = tuple(range(R))
"""Dimensions of which a tile has any extent; of a kernel's taps it has all or one."""


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


class Least(NamedTuple):
    """What a problem costs at least with any tile, and must use to cost less than what is known."""

    dram_cycles: float
    """Of all traffic with DRAM."""
    rows: float
    """Of the array that are used."""
    columns: float
    """Likewise."""


@dataclass(frozen=True)
class BoxSpace:
    """The assignments of one engine, each with all taps in a tile, and with one."""

    problem: Problem
    target: Target
    group: Group
    least: Least
    spatial: np.ndarray
    """[8, assignments]"""
    grid: np.ndarray
    """[8, assignments]"""
    single_tap: np.ndarray
    """[assignments] whether a tile has one tap, else all."""
    cycles: np.ndarray
    """[assignments] that the engine takes at least."""
    relaxed: bool = False
    """Whether this one assignment stands for all, with as little to compute as any and as much room as there could
    be."""

    @staticmethod
    def of(problem: Problem, target: Target, group: Group, least: Least, limit: float) -> BoxSpace | None:
        """Those assignments of ``group`` that may take less than ``limit`` cycles; None where none may."""
        base = ideal(problem, target, group, slice(None))
        cycles = product(base.passes, ALL) / target.engines[group.engine].steps_per_cycle
        some = np.flatnonzero(cycles + problem.beside.start_cycles < limit)
        if not len(some):
            return None
        ways = 2 if problem.bounds[R] * problem.bounds[S] > 1 else 1
        single_tap = np.repeat([False, True], len(some))[: ways * len(some)]
        some = np.tile(some, ways)
        group = group._replace(extents=group.extents[:, :, some])
        return BoxSpace(
            problem, target, group, least, base.spatial[:, some], base.grid[:, some], single_tap, cycles[some]
        )

    def at(self, some: np.ndarray) -> BoxSpace:
        """Those assignments alone."""
        return replace(
            self,
            group=self.group._replace(extents=self.group.extents[:, :, some]),
            spatial=self.spatial[:, some],
            grid=self.grid[:, some],
            single_tap=self.single_tap[some],
            cycles=self.cycles[some],
        )

    def best(self, count: int) -> BoxSpace:
        """The ``count`` assignments that take the least cycles."""
        return self.at(np.argsort(self.cycles, kind="stable")[:count])

    def together(self) -> BoxSpace:
        """All assignments as one: with as little to compute as any, all PEs' room as one, and of n, p and q only how
        many tiles they make together, of which no halos are known."""
        whole, engine = self.problem.column, self.target.engines[self.group.engine]
        busy = float(self.cycles.min())
        if engine.overlap is not None and engine.overlap.skew:
            busy += engine.shape[0] + self.least.columns - 1.0
        ways = np.unique(self.single_tap)
        return replace(
            self,
            group=self.group._replace(extents=np.ones((1, 8, len(ways)))),
            spatial=np.repeat(whole, len(ways), axis=1),
            grid=np.repeat(whole, len(ways), axis=1),
            single_tap=ways,
            cycles=np.full(len(ways), busy),
            relaxed=True,
        )

    @property
    def kind(self) -> tuple[object, ...]:
        """What spaces of one stack share."""
        bounds = self.problem.bounds
        taps = bounds[R] * bounds[S] > 1 and not self.relaxed
        cut = [bound > 1 for bound in self.bounds]
        return (self.target, self.group.engine, self.relaxed, taps, *cut)

    @property
    def bounds(self) -> tuple[int, ...]:
        """[6] of what is cut."""
        own = self.problem.bounds
        return (own[G], own[N] * own[P] * own[Q], 1, 1, *own[K:R]) if self.relaxed else own[:R]

    def cuts(self, dim: int) -> tuple[list[Cut], np.ndarray]:
        """Those of ``dim``, and [assignments] which each has."""
        bound = self.bounds[dim]
        if self.relaxed:
            trips = trips_of(bound)
            if dim == N:
                trips = np.ones(1)
                for part in (N, P, Q):
                    trips = np.unique(np.multiply.outer(trips, trips_of(self.problem.bounds[part])))
            counts = tuple(trips[::-1].astype(np.int64).tolist())
            return [Cut(bound, bound, 1, None, later=False, trips=counts)], np.zeros(len(self.cycles), np.int64)
        grid = self.grid[dim] if self.target.l1.per_pe else np.ones(len(self.cycles))
        taps, later = [self._taps(dim, single) for single in (False, True)], self.target.has_l2
        columns = np.stack([np.minimum(self.spatial[dim], bound), grid, self.single_tap]).astype(np.int64)
        # One number for all three, of which there are few.
        code = (columns[0] * (int(columns[1].max()) + 1) + columns[1]) * 2 + columns[2] * (taps[0] is not None)
        _, first, own = np.unique(code, return_index=True, return_inverse=True)
        cuts = [Cut(bound, unit, pes, taps[single], later) for unit, pes, single in columns[:, first].T.tolist()]
        return cuts, own

    def _taps(self, dim: int, single: bool) -> Taps | None:
        """Along ``dim``; None where it has none."""
        problem = self.problem
        if dim not in (P, Q) or problem.bounds[R] * problem.bounds[S] == 1:
            return None
        axis = dim - P
        count = problem.bounds[(R, S)[axis]]
        return Taps(count, 1 if single else count, problem.stride[axis], problem.dilation[axis])


class Facts(NamedTuple):
    """What is the same of all boxes of an assignment, beside what its lines say; [assignments]."""

    start: np.ndarray
    """Cycles that nothing overlaps."""
    vector: np.ndarray
    """Of the vector unit."""
    in_tiles: np.ndarray
    """1 where outputs leave, and the vector unit takes them, tile by tile; 0 where they may wait for each other."""
    dram: np.ndarray
    """Cycles of all traffic with DRAM, at least."""
    rows: np.ndarray
    """As ``Least``."""
    columns: np.ndarray
    busy: np.ndarray
    """Cycles that the engine takes in any case."""
    swap_rows: np.ndarray
    """Steps of the grid over what lies on the array's rows."""
    grid_k: np.ndarray
    bound_k: np.ndarray
    alone: np.ndarray
    """Cycles of the arrays with one column each."""
    near_in: np.ndarray
    """Cycles of the network for all inputs once, halos apart;"""
    near_weight: np.ndarray
    near_out: np.ndarray
    """for the contraction's outputs as partial sums;"""
    near_more: np.ndarray
    """for what moves beside;"""
    near_leaving: np.ndarray
    """for what of it leaves the PEs."""
    far_in: np.ndarray
    """The same of DRAM."""
    far_weight: np.ndarray
    far_leaving: np.ndarray
    tap_trips: np.ndarray
    """Tiles that taps are cut into;"""
    tap_passes: np.ndarray
    tap_stream: np.ndarray
    """steps in the last;"""
    tap_single: np.ndarray
    """and 1 where those of a tile are one step."""


class Rooms(NamedTuple):
    """Bytes that tiles of an assignment take of the memories' rooms, per what the lines say; [assignments]."""

    near_in: np.ndarray
    """Share of the PEs' inputs;"""
    near_weight: np.ndarray
    near_out: np.ndarray
    far_in: np.ndarray
    """of the global buffer."""
    far_weight: np.ndarray
    far_out: np.ndarray


LEAST_ROOM = 1e-30
"""Bytes of a room that is there."""

FULL = 1.0 + 1e-12
"""Share of a room that a tile may take."""


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
        self.facts = np.concatenate([np.stack(_facts(space)) for space in spaces], axis=1)
        self.rooms = np.concatenate([np.stack(_rooms(space)) for space in spaces], axis=1)
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


def _facts(space: BoxSpace) -> Facts:
    problem, target, engine = space.problem, space.target, space.target.engines[space.group.engine]
    beside, near, far, sizes = problem.beside, problem.near, problem.far, problem.element_bytes
    bounds, count, link, dram = problem.bounds, len(space.cycles), target.link_rate, target.dram.total_rate
    outputs, weights = (float(product(problem.column, RELEVANT[operand])[0]) for operand in (2, 1))
    inputs = float(distinct_inputs(problem, np.ones((8, 1)))[0])
    rows = [dim for dim, name in enumerate("gnpqkcrs") if name in (engine.axes[-2] if engine.axes[-2] else "")]
    column = float(np.prod(target.axes[: target.grid_axes])) * engine.shape[0]
    numbers: dict[str, np.ndarray | float] = {
        "start": beside.start_cycles,
        "vector": beside.vector_cycles,
        "in_tiles": float(not beside.outputs_wait),
        "dram": space.least.dram_cycles,
        "rows": space.least.rows,
        "columns": space.least.columns,
        "busy": space.cycles if space.relaxed else 0.0,
        "swap_rows": product(np.ceil(problem.column / space.grid), rows) if rows else 1.0,
        "grid_k": space.grid[K],
        "bound_k": float(bounds[K]),
        "alone": float(np.prod(bounds)) / column if column else 0.0,
        "near_in": near.input * sizes[0] * _without_halos(space) / link,
        "near_weight": near.weight * sizes[1] * weights / link,
        "near_out": outputs * sizes[2] / link,
        "near_more": near.more_bytes / link,
        "near_leaving": near.leaving_bytes / link,
        "far_in": far.input * sizes[0] * inputs / dram,
        "far_weight": far.weight * sizes[1] * weights / dram,
        "far_leaving": far.leaving_bytes / dram,
        **_taps_of(space),
    }
    return Facts(**{name: np.broadcast_to(np.asarray(value, np.float64), count) for name, value in numbers.items()})


def _taps_of(space: BoxSpace) -> dict[str, np.ndarray]:
    """The last facts."""
    single = space.single_tap
    every = product(np.ceil(space.problem.column / space.spatial), (R, S))
    taps = float(space.problem.bounds[R] * space.problem.bounds[S])
    if space.target.has_l2 or space.relaxed:
        every = np.ones_like(single, float) if space.relaxed else every
        return {
            "tap_trips": np.where(single, taps, 1.0),
            "tap_passes": every,
            "tap_stream": np.ones_like(every),
            "tap_single": np.ones_like(every),
        }
    return {
        "tap_trips": np.where(single, taps, 1.0),
        "tap_passes": np.where(single, taps, every),
        "tap_stream": np.where(single, 1.0, every),
        "tap_single": np.where(single | (every == 1.0), 1.0, 0.0),
    }


def _axes(space: BoxSpace, taps_in_tile: bool) -> Iterator[tuple[int, bool, Taps]]:
    """Both axes of the input: the dimension, whether the lines know what it has, and its taps."""
    problem = space.problem
    kernel = problem.bounds[R] * problem.bounds[S] > 1
    for dim, taps in ((P, R), (Q, S)):
        count = problem.bounds[taps]
        held = count if taps_in_tile else 1
        yield (
            dim,
            kernel and problem.bounds[dim] > 1,
            Taps(count, held, problem.stride[dim - P], problem.dilation[dim - P]),
        )


def _without_halos(space: BoxSpace) -> np.ndarray:
    """[assignments] elements of the input, along axes that the lines know one."""
    bounds = space.problem.bounds
    if space.relaxed:
        return np.full(len(space.cycles), float(distinct_inputs(space.problem, np.ones((8, 1)))[0]))
    result = np.full(len(space.cycles), float(bounds[G] * bounds[N] * bounds[5]))
    for single in (False, True):
        for dim, known, taps in _axes(space, not single):
            if not known:
                turns = float(taps.number) / taps.in_tile
                positions = window_sum(bounds[dim], 1.0, taps.number, taps.stride, taps.dilation, turns)
                result[space.single_tap == single] *= positions
    return result


def _rooms(space: BoxSpace) -> Rooms:
    problem, target, sizes = space.problem, space.target, space.problem.element_bytes
    held = np.where(space.single_tap, 1.0, float(problem.bounds[R] * problem.bounds[S]))
    inputs: np.ndarray = np.ones(len(space.cycles))
    for single in (False, True):
        for dim, known, taps in () if space.relaxed else _axes(space, not single):
            if not known and problem.bounds[dim] == 1:
                inputs[space.single_tap == single] *= window(np.ones(1), taps.in_tile, taps.stride, taps.dilation)
    parts = (inputs * sizes[0], held * sizes[1], np.full(len(held), sizes[2]))
    # All PEs' parts together are no smaller than the tile.
    pes = float(np.prod(target.axes[: target.grid_axes])) if space.relaxed and target.l1.per_pe else 1.0
    near = [part / max(room * pes, LEAST_ROOM) for part, room in zip(parts, target.l1.capacity_bytes, strict=True)]
    (holds,) = residences(target)
    room = max(min(target.buffer.capacity_bytes[0], problem.room_bytes), LEAST_ROOM)
    whole = sum(float(size[0]) for size in buffer_bytes(problem, problem.column, holds))
    takes = [hold and not there and whole > room for hold, there in zip(holds, problem.on_chip, strict=True)]
    return Rooms(*near, *(part * take / room for part, take in zip(parts, takes, strict=True)))
