"""Boxes of L1 tiles on FAST's template, and a time that no mapping with a tile of the box beats.

A box holds the tiles of one spatial assignment between a smallest and a greatest extent in each dimension. What grows
with a tile (the first one's way to the PEs, the last one's way out) is taken from its smallest, what shrinks (traffic,
passes, swaps) from its greatest. A box of one tile knows nearly all that the price of a mapping does: whole cycles of
transfers, the first tile and the last, the array's fill.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import Group, ideal
from hwmodels.mapspace.costs import Candidate, Edges, distinct_inputs, least_engine_cycles
from hwmodels.mapspace.target import Engine, Target, residences
from hwmodels.mapspace.tiles import (
    RELEVANT,
    REPEATING,
    G,
    K,
    N,
    P,
    Problem,
    Q,
    R,
    S,
    buffer_bytes,
    even_tiles,
    falls,
    footprints,
    product,
)
from hwmodels.pipeline import ROUNDING, overlapped_seconds, with_slots

ALL = tuple(range(8))

CUT = tuple(range(R))
"""Dimensions of which a tile has any extent; of a kernel's taps it has all or one."""


class Boxes(NamedTuple):
    """Boxes side by side."""

    which: np.ndarray
    """[boxes] the assignment."""
    low: np.ndarray
    """[6, boxes] indices of the least extents into the table of each dimension's tiles."""
    high: np.ndarray
    """[6, boxes] of the greatest."""
    single_tap: np.ndarray
    """[boxes] whether a tile has one tap, else all."""

    def at(self, index: np.ndarray) -> Boxes:
        """Those at ``index``."""
        return Boxes(self.which[index], self.low[:, index], self.high[:, index], self.single_tap[index])


class Table(NamedTuple):
    """The tiles of one dimension for each extent that the assignments give it."""

    row: np.ndarray
    """[assignments] row of the others."""
    tile: np.ndarray
    """[rows, tiles] ascending; the greatest fills the row."""
    length: np.ndarray
    """[rows] tiles in each."""
    passes: np.ndarray
    """[levels, rows, tiles] fewest passes among 2**level tiles from each on."""
    stream: np.ndarray
    """The same of the steps in the last tile."""


class _Cuts(NamedTuple):
    """Tiles of one dimension; each other is no smaller than one of them, and equals or exceeds it in trips, passes and
    ``stream``."""

    tile: np.ndarray
    passes: np.ndarray
    stream: np.ndarray
    """Steps in the last tile."""


@lru_cache(maxsize=65536)
def _cuts(bound: int, unit: int) -> _Cuts:
    tile = np.arange(1.0, bound + 1.0)
    whole = np.floor(bound / tile)
    steps, edge = np.ceil(tile / unit), np.ceil((bound - whole * tile) / unit)
    passes, stream = whole * steps + edge, np.where(edge > 0.0, edge, steps)
    fewer = falls(passes, bound)
    keep = fewer | falls(stream, bound)
    # What is left out has no fewer passes than the last tile for which they fell, and counts as that one.
    cover = np.maximum.accumulate(np.where(fewer, np.arange(bound), 0))
    np.minimum.at(stream, cover[~keep], stream[~keep])
    return _Cuts(tile[keep], passes[keep], stream[keep])


@lru_cache(maxsize=16384)
def _tables_of(bound: int, units: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """``Table`` without its rows."""
    cuts = [_cuts(bound, unit) for unit in units]
    width = max(len(cut.tile) for cut in cuts)
    tile, passes, stream = (
        np.stack([np.pad(cut[field], (0, width - len(cut.tile)), mode="edge") for cut in cuts]) for field in range(3)
    )
    return tile, np.asarray([len(cut.tile) for cut in cuts]), _minima(passes), _minima(stream)


@lru_cache(maxsize=1)
def _table_of_one() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return _tables_of(1, (1,))


def _minima(values: np.ndarray) -> np.ndarray:
    """[levels, rows, tiles] the least of 2**level ``values`` [rows, tiles] from each on."""
    levels, step = [values], 1
    while 2 * step <= values.shape[1]:
        last = levels[-1]
        shifted = np.concatenate([last[:, step:], np.repeat(last[:, -1:], step, axis=1)], axis=1)
        levels.append(np.minimum(last, shifted))
        step *= 2
    return np.stack(levels)


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
    """The assignments of one engine, whose tiles are boxed."""

    problem: Problem
    target: Target
    group: Group
    least: Least
    spatial: np.ndarray
    """[8, assignments]"""
    grid: np.ndarray
    """[8, assignments]"""
    steps: np.ndarray
    """[assignments] cycles that the engine takes at least."""
    tables: tuple[Table, ...]
    """Of g, n, p, q, k and c."""
    busy: float = 0.0
    """Cycles that the engine takes in any case."""

    @staticmethod
    def of(problem: Problem, target: Target, group: Group, least: Least, limit: float) -> BoxSpace | None:
        """Those assignments of ``group`` that may take less than ``limit`` cycles; None where none may."""
        base = ideal(problem, target, group, slice(None))
        rate = target.engines[group.engine].steps_per_cycle
        steps = product(base.passes, ALL) / rate
        some = np.flatnonzero(steps + problem.beside.start_cycles < limit)
        if not len(some):
            return None
        group = group._replace(extents=group.extents[:, :, some])
        spatial, grid = base.spatial[:, some], base.grid[:, some]
        tables: list[Table] = []
        for dim in CUT:
            bound = problem.bounds[dim]
            if bound == 1:
                tables.append(Table(np.zeros(spatial.shape[1], np.int64), *_table_of_one()))
                continue
            units, row = np.unique(np.minimum(spatial[dim], bound).astype(np.int64), return_inverse=True)
            tables.append(Table(row, *_tables_of(bound, tuple(units.tolist()))))
        return BoxSpace(problem, target, group, least, spatial, grid, steps[some], tuple(tables))

    def relaxed(self) -> BoxSpace | None:
        """All assignments as one, with as little to compute as any and as much room as there could be, and of n, p and
        q only how many tiles they make together; None where tiles share more than that, as they do with a kernel's
        halos."""
        bounds = self.problem.bounds
        if bounds[R] * bounds[S] > 1:
            return None
        flat = (bounds[G], bounds[N] * bounds[P] * bounds[Q], 1, 1, *bounds[K:])
        problem = self.problem._replace(bounds=flat)
        trips = np.ones(1)
        for dim in (N, P, Q):
            trips = np.unique(np.multiply.outer(trips, np.ceil(bounds[dim] / even_tiles(bounds[dim]))))
        cuts = [flat[N] / trips[::-1] if dim == N else even_tiles(flat[dim]) for dim in CUT]
        tables = tuple(
            Table(np.zeros(1, np.int64), cut[None], np.asarray([len(cut)]), *(np.ones((20, 1, len(cut))),) * 2)
            for cut in cuts
        )
        whole, engine = problem.column, self.target.engines[self.group.engine]
        busy = float(self.steps.min())
        if engine.overlap is not None and engine.overlap.skew:
            busy += engine.shape[0] + self.least.columns - 1.0
        group = self.group._replace(extents=np.ones((1, 8, 1)))
        return BoxSpace(problem, self.target, group, self.least, whole, whole, np.ones(1), tables, busy)

    def everything(self) -> tuple[Boxes, np.ndarray]:
        """For each assignment a box of all tiles with all taps, and one of all with one; and cycles that none takes
        less than."""
        count = self.spatial.shape[1]
        ways = 2 if self.problem.bounds[R] * self.problem.bounds[S] > 1 else 1
        which = np.tile(np.arange(count), ways)
        high = np.stack([table.length[table.row] - 1 for table in self.tables])
        low = np.zeros((len(CUT), len(which)), np.int64)
        boxes = Boxes(which, low, np.tile(high, ways), np.arange(len(which)) >= count)
        return boxes, np.tile(self.steps + self.problem.beside.start_cycles, ways)

    def tiles(self, boxes: Boxes) -> tuple[np.ndarray, np.ndarray]:
        """[8, boxes] the smallest and the greatest tile of each."""
        small, large = (np.ones((8, len(boxes.which))) for _ in range(2))
        for dim, table in self._looped():
            row = table.row[boxes.which]
            small[dim], large[dim] = table.tile[row, boxes.low[dim]], table.tile[row, boxes.high[dim]]
        for dim in (R, S):
            if self.problem.bounds[dim] > 1:
                small[dim] = large[dim] = np.where(boxes.single_tap, 1.0, self.problem.bounds[dim])
        return small, large

    def _looped(self) -> list[tuple[int, Table]]:
        """The dimensions that can be cut, and their tables."""
        return [(dim, table) for dim, table in enumerate(self.tables) if self.problem.bounds[dim] > 1]

    def _steps(self, boxes: Boxes) -> tuple[np.ndarray, np.ndarray]:
        """[8, boxes] fewest passes in each dimension, and fewest steps in the last tile."""
        passes, stream = (np.ones((8, len(boxes.which))) for _ in range(2))
        # Two runs of 2**level tiles cover each range.
        levels = np.frexp(boxes.high - boxes.low + 1.0)[1] - 1
        ends = boxes.high - (1 << levels) + 1
        for dim, table in self._looped():
            row, low, end, level = table.row[boxes.which], boxes.low[dim], ends[dim], levels[dim]
            passes[dim] = np.minimum(table.passes[level, row, low], table.passes[level, row, end])
            stream[dim] = np.minimum(table.stream[level, row, low], table.stream[level, row, end])
        for dim in (R, S):
            bound = self.problem.bounds[dim]
            if bound > 1:
                every = np.ceil(bound / self.spatial[dim, boxes.which])
                passes[dim] = np.where(boxes.single_tap, bound, every)
                stream[dim] = np.where(boxes.single_tap, 1.0, every)
        return passes, stream

    def _fits(self, small: np.ndarray, which: np.ndarray) -> np.ndarray:
        """[boxes] whether the smallest tile may fit the PEs and the global buffer."""
        l1 = self.target.l1
        fits: np.ndarray = np.ones(len(which), np.bool_)
        # A pool of all PEs has room for the tile at least, and for more where they do not divide it.
        part = np.ceil(small / self.grid[:, which]) if l1.per_pe else small
        for size, room in zip(footprints(self.problem, part), l1.capacity_bytes, strict=True):
            fits &= size <= room * (1.0 + 1e-12)
        (held,) = residences(self.target)
        taken = np.sum(buffer_bytes(self.problem, small, held), axis=0)
        return fits & (taken <= min(self.target.buffer.capacity_bytes[0], self.problem.room_bytes) * (1.0 + 1e-12))

    def bound(self, boxes: Boxes) -> np.ndarray:
        """[boxes] cycles that no mapping of the box takes less than, if it is as ``least`` says; infinite where the PEs
        have no room."""
        problem, target, engine, least = self.problem, self.target, self.target.engines[self.group.engine], self.least
        small, large = self.tiles(boxes)
        passes, stream = self._steps(boxes)
        spatial, grid = self.spatial[:, boxes.which], self.grid[:, boxes.which]
        few, many = np.ceil(problem.column / large), np.ceil(problem.column / small)
        last = 1.0 / product(many, RELEVANT[2])
        others = (
            _border(problem, target, few, many, last),
            _Stage(np.full(last.shape, least.dram_cycles), _dram_first(problem, target, many, last)),
        )
        candidate = Candidate(spatial, spatial, grid, self.group.packed, large, passes, problem.column)

        def total(candidate: Candidate, columns: np.ndarray | float) -> np.ndarray:
            """With at least so many columns in use."""
            edges = Edges(small, stream, least.rows, columns)
            busy = np.maximum(least_engine_cycles(problem, target, engine, candidate, edges), self.busy)
            engines = _engine(problem, target, engine, busy, few, many, least._replace(columns=columns))
            works, first = zip(engines, *others, strict=True)
            return overlapped_seconds(works, first) + problem.beside.start_cycles

        if engine.axes[-1] == "k" and problem.bounds[K] > 1 and not self.busy:
            # Too few columns for as many passes over them take one more at least.
            enough = np.maximum(np.ceil(problem.bounds[K] / (passes[K] * grid[K])), least.columns)
            more = passes.copy()
            more[K] += 1.0
            cycles = np.minimum(total(candidate, enough), total(candidate._replace(passes=more), least.columns))
        else:
            cycles = total(candidate, least.columns)
        return np.where(self._fits(small, boxes.which), cycles, np.inf)


class _Stage(NamedTuple):
    """Something that works tile by tile (see ``pipeline.overlapped_seconds``)."""

    cycles: np.ndarray
    first: np.ndarray
    """Of these cycles those in which nothing overlaps with it."""


def _engine(
    problem: Problem,
    target: Target,
    engine: Engine,
    busy: np.ndarray,
    few: np.ndarray,
    many: np.ndarray,
    least: Least,
) -> _Stage:
    """Array and vector unit, as ``network.engine_seconds`` has them for outputs that do not wait for each other."""
    vector = problem.beside.vector_cycles
    behind = vector / product(many, RELEVANT[2])
    if engine.overlap is None:
        return _Stage(busy + vector, busy / product(many, ALL) + behind)
    fill: np.ndarray | float = 0.0
    if engine.overlap.preload:
        drain = least.rows if engine.name == "output_stationary" else 0.0
        fill = np.minimum(engine.shape[0] + least.columns - 2.0 + drain, busy)
    streams = busy - fill
    array = _with_slots(problem, target, engine, busy, product(few, RELEVANT[2]), least)
    follows = np.maximum(behind - streams / product(few, ALL), 0.0)
    ahead = fill + streams / product(many, RELEVANT[2]) * (1.0 - 1.0 / product(few, REPEATING[2]))
    one = streams / product(many, ALL)
    return _Stage(np.maximum(array + follows, vector + ahead), fill + np.maximum(behind, one))


def _with_slots(
    problem: Problem, target: Target, engine: Engine, busy: np.ndarray, tiles: np.ndarray, least: Least
) -> np.ndarray:
    """Cycles of an array whose outputs wait for their slots, as far as all mappings of the box must wait."""
    if problem.beside.outputs_wait or engine.name == "output_stationary":
        return busy
    # Each tile of outputs holds its slot until the last column has ended. Of fewer columns there are more steps.
    column = float(np.prod(target.axes[: target.grid_axes])) * engine.shape[0]
    alone = float(np.prod(problem.bounds)) / column
    columns = np.clip(np.sqrt(alone / tiles), least.columns, engine.shape[1])
    leaving = problem.near.leaving_bytes / target.link_rate
    held = with_slots(np.maximum(busy, alone / columns), tiles * (columns - 1.0), leaving, tiles)
    return np.maximum(busy, held)


def _whole(cycles: np.ndarray) -> np.ndarray:
    """As ``pipeline.transfer_cycles`` rounds those of one tile."""
    return np.maximum(np.ceil(cycles * (1.0 - 2.0 * ROUNDING)), 1.0)


def _border(problem: Problem, target: Target, few: np.ndarray, many: np.ndarray, last: np.ndarray) -> _Stage:
    """The network between PEs and global buffer, in the best order of the loops."""
    rate, share, sizes, outputs = target.link_rate, problem.near, problem.element_bytes, product(few, RELEVANT[2])
    first, moved = np.zeros_like(last), []
    for operand, part in ((0, share.input), (1, share.weight)):
        counts = product(few, RELEVANT[operand]), product(many, RELEVANT[operand])
        size = [part * sizes[operand] * _distinct(problem, operand, trips) / rate for trips in (few, many)]
        each = _whole(size[1] / counts[1]) if part > 0.0 else 0.0
        first, moved = first + each, [*moved, np.maximum(size[0], counts[0] * each)]
    tile = float(np.prod(problem.bounds[: K + 1])) * sizes[2] / rate
    sums = 2.0 * np.maximum(tile, outputs * _whole(tile * last))
    more = share.more_bytes / rate
    if more > 0.0 and not problem.beside.outputs_wait:
        first, more = first + _whole(more * last), np.maximum(more, outputs * _whole(more * last))
    else:
        first = first + more * last
    again = [product(few, dims) for dims in REPEATING]
    every = [
        sum(part * (1.0 if operand == order else again[operand]) for operand, part in enumerate(moved))
        + sums * (0.0 if order == 2 else again[2] - 1.0)
        for order in range(3)
    ]
    return _Stage(np.minimum.reduce(every) + more, first)


def _distinct(problem: Problem, operand: int, trips: np.ndarray) -> np.ndarray:
    """Elements of input or weight of all tiles together, each counted once."""
    if operand == 0:
        return distinct_inputs(problem, trips)
    return np.broadcast_to(product(problem.column, RELEVANT[1]), trips.shape[1:])


def _dram_first(problem: Problem, target: Target, many: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Cycles of DRAM for the first tile of L1, of whatever tile of the buffer, and for what leaves with the last."""
    share, sizes, whole = problem.far, problem.element_bytes, np.ones((8, 1))
    inputs = share.input * sizes[0] * _distinct(problem, 0, whole) / product(many, RELEVANT[0])
    weights = share.weight * sizes[1] * _distinct(problem, 1, whole) / product(many, RELEVANT[1])
    return (inputs + weights + share.more_bytes * last) / target.dram.total_rate
