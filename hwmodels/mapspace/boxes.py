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
from hwmodels.mapspace.costs import Candidate, distinct_inputs, least_engine_cycles
from hwmodels.mapspace.target import Engine, Target
from hwmodels.mapspace.tiles import RELEVANT, REPEATING, K, Problem, R, S, dim_tiles, footprints, product
from hwmodels.pipeline import ROUNDING, overlapped_seconds

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
    count: np.ndarray
    """[rows] tiles in each."""
    least: np.ndarray
    """[levels, rows, tiles] fewest passes among 2**level tiles from each on."""


@lru_cache(maxsize=16384)
def _tables_of(bound: int, units: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tables = [dim_tiles(bound, unit) for unit in units]
    width = max(len(table.tile) for table in tables)
    tile = np.stack([np.pad(table.tile, (0, width - len(table.tile)), mode="edge") for table in tables])
    passes = [np.stack([np.pad(table.passes, (0, width - len(table.passes)), mode="edge") for table in tables])]
    step = 1
    while 2 * step <= width:
        shifted = np.concatenate([passes[-1][:, step:], np.repeat(passes[-1][:, -1:], step, axis=1)], axis=1)
        passes.append(np.minimum(passes[-1], shifted))
        step *= 2
    return tile, np.asarray([len(table.tile) for table in tables]), np.stack(passes)


class Least(NamedTuple):
    """What a problem costs at least with any tile, and must use to cost less than what is known."""

    dram_cycles: float
    """Of all traffic with DRAM."""
    rows: float
    """Of the array,"""
    columns: float
    """each that is used."""


@dataclass(frozen=True)
class BoxSpace:
    """The assignments of one engine, whose tiles are boxed."""

    problem: Problem
    target: Target
    group: Group
    spatial: np.ndarray
    """[8, assignments]"""
    grid: np.ndarray
    """[8, assignments]"""
    tables: tuple[Table, ...]
    """Of g, n, p, q, k and c."""

    @staticmethod
    def of(problem: Problem, target: Target, group: Group) -> BoxSpace:
        """All assignments of ``group``."""
        base = ideal(problem, target, group, slice(None))
        tables: list[Table] = []
        for dim in CUT:
            bound = problem.bounds[dim]
            units, row = np.unique(np.minimum(base.spatial[dim], bound).astype(np.int64), return_inverse=True)
            tables.append(Table(row, *_tables_of(bound, tuple(units.tolist()))))
        return BoxSpace(problem, target, group, base.spatial, base.grid, tuple(tables))

    def everything(self) -> Boxes:
        """For each assignment a box of all tiles with all taps, and one of all with one."""
        count = self.spatial.shape[1]
        ways = 2 if self.problem.bounds[R] * self.problem.bounds[S] > 1 else 1
        which = np.tile(np.arange(count), ways)
        high = np.stack([table.count[table.row] - 1 for table in self.tables])
        return Boxes(
            which, np.zeros((len(CUT), len(which)), np.int64), np.tile(high, ways), np.arange(len(which)) >= count
        )

    def tiles(self, boxes: Boxes) -> tuple[np.ndarray, np.ndarray]:
        """[8, boxes] the smallest and the greatest tile of each."""
        small, large = (np.empty((8, len(boxes.which))) for _ in range(2))
        for dim, table in enumerate(self.tables):
            row = table.row[boxes.which]
            small[dim], large[dim] = table.tile[row, boxes.low[dim]], table.tile[row, boxes.high[dim]]
        for dim in (R, S):
            small[dim] = large[dim] = np.where(boxes.single_tap, 1.0, self.problem.bounds[dim])
        return small, large

    def _passes(self, boxes: Boxes) -> np.ndarray:
        """[8, boxes] fewest passes in each dimension."""
        passes = np.empty((8, len(boxes.which)))
        for dim, table in enumerate(self.tables):
            row, low, high = table.row[boxes.which], boxes.low[dim], boxes.high[dim]
            level = np.floor(np.log2(high - low + 1.0)).astype(np.int64)
            passes[dim] = np.minimum(table.least[level, row, low], table.least[level, row, high - (1 << level) + 1])
        for dim in (R, S):
            bound = self.problem.bounds[dim]
            passes[dim] = np.where(boxes.single_tap, bound, np.ceil(bound / self.spatial[dim, boxes.which]))
        return passes

    def fits(self, boxes: Boxes) -> np.ndarray:
        """[boxes] whether the smallest tile fits the PEs."""
        small, _ = self.tiles(boxes)
        grid, l1 = self.grid[:, boxes.which], self.target.l1
        fits: np.ndarray = np.ones(len(boxes.which), np.bool_)
        for operand, size in enumerate(footprints(self.problem, np.ceil(small / grid))):
            # A pool of all PEs keeps what several of them need once.
            copies = 1.0 if l1.per_pe else product(grid, RELEVANT[operand])
            fits &= size * copies <= l1.capacity_bytes[operand] * (1.0 + 1e-12)
        return fits

    def bound(self, boxes: Boxes, least: Least) -> np.ndarray:
        """[boxes] cycles that no mapping with a tile of the box takes less than, if it is as ``least`` says."""
        problem, target, engine = self.problem, self.target, self.target.engines[self.group.engine]
        small, large = self.tiles(boxes)
        spatial, grid = self.spatial[:, boxes.which], self.grid[:, boxes.which]
        candidate = Candidate(spatial, spatial, grid, self.group.packed, large, self._passes(boxes), problem.column)
        busy = least_engine_cycles(problem, target, engine, candidate, small)
        few, many = np.ceil(problem.column / large), np.ceil(problem.column / small)
        last = 1.0 / product(many, RELEVANT[2])
        stages = (_engine(problem, engine, busy, few, many, least), _border(problem, target, few, many, last))
        works, first = zip(*stages, (least.dram_cycles, _dram_first(problem, target, many, last)), strict=True)
        return overlapped_seconds(works, first) + problem.beside.start_cycles


_Stage = tuple[np.ndarray, np.ndarray]
"""Cycles that a stage works, and those in which nothing overlaps with it (see ``pipeline.overlapped_seconds``)."""


def _engine(
    problem: Problem, engine: Engine, busy: np.ndarray, few: np.ndarray, many: np.ndarray, least: Least
) -> _Stage:
    """Array and vector unit, as ``network.engine_seconds`` has them for outputs that do not wait for each other."""
    vector, every = problem.beside.vector_cycles, range(8)
    behind = vector / product(many, RELEVANT[2])
    if engine.overlap is None:
        return busy + vector, busy / product(many, every) + behind
    fill = 0.0
    if engine.overlap.preload:
        drain = least.rows if engine.name == "output_stationary" else 0.0
        fill = np.minimum(engine.shape[0] + least.columns - 2.0 + drain, busy)
    streams = busy - fill
    follows = np.maximum(behind - streams / product(few, every), 0.0)
    ahead = fill + streams / product(many, RELEVANT[2]) * (1.0 - 1.0 / product(few, REPEATING[2]))
    return np.maximum(busy + follows, vector + ahead), fill + np.maximum(behind, streams / product(many, every))


def _whole(cycles: np.ndarray) -> np.ndarray:
    """As ``pipeline.transfer_cycles`` rounds those of one tile."""
    return np.maximum(np.ceil(cycles * (1.0 - 2.0 * ROUNDING)), 1.0)


def _border(
    problem: Problem, target: Target, few: np.ndarray, many: np.ndarray, last: np.ndarray
) -> _Stage:
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
    return np.minimum.reduce(every) + more, first


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
