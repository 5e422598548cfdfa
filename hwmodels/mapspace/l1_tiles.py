"""Tiles of L1 for one spatial assignment: those that fit, and that no other beats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import Group, ideal
from hwmodels.mapspace.costs import Candidate, Evaluation, distinct_inputs, total_costs
from hwmodels.mapspace.incumbent import Incumbent
from hwmodels.mapspace.target import Target, residences
from hwmodels.mapspace.tiles import (
    MOST_TILES,
    RELEVANT,
    C,
    DimTiles,
    G,
    K,
    N,
    P,
    Problem,
    Q,
    R,
    S,
    dim_tiles,
    filling,
    footprints,
    not_dominated,
    product,
    window,
    with_all,
)

WORTH_FILTERING = 20_000
"""Tiles of one level above which those of each dimension are looked at alone first."""


class Tiles(NamedTuple):
    """Tiles [8, tiles] and the passes [8, tiles] of the array that cover each dimension in them."""

    tile: np.ndarray
    passes: np.ndarray

    def at(self, index: np.ndarray) -> Tiles:
        """Those at ``index``."""
        return Tiles(self.tile[:, index], self.passes[:, index])


class Parts(NamedTuple):
    """What tiles are put together from: blocks of n, p, q, r and s, and extents of g, c and k."""

    blocks: Tiles
    g: DimTiles
    c: DimTiles
    k: DimTiles


class L1Tiles:
    """The tiles of one contraction on one target."""

    def __init__(self, problem: Problem, target: Target, incumbent: Incumbent) -> None:
        self.problem, self.target, self.incumbent = problem, target, incumbent
        self.blocks: dict[tuple[float | bool, ...], Tiles] = {}

    def best(self, group: Group, which: int) -> Tiles:
        """Tiles for one assignment that could be better, were the buffer's tile the whole contraction."""
        base = ideal(self.problem, self.target, group, np.asarray([which]))
        parts = self._parts(group, base, complete=False)
        tiles, limit = self._without_k(parts, base)
        swap = self.target.engines[group.engine].shape[0] if "k" in self.target.engines[group.engine].streams else 0.0
        bound = self.problem.bounds[K]
        front = filling(bound, int(min(base.spatial[K, 0], bound)), swap)
        choice = front[np.searchsorted(parts.k.tile, limit, side="right") - 1]
        tiles = tiles.at(np.repeat(np.arange(len(limit)), choice.shape[1]))
        tiles.tile[K], tiles.passes[K] = parts.k.tile[choice.ravel()], parts.k.passes[choice.ravel()]
        return tiles

    def every(self, group: Group, which: int) -> Tiles | None:
        """All tiles for one assignment that could be of use in some tile of the buffer; None where they are too
        many."""
        base = ideal(self.problem, self.target, group, np.asarray([which]))
        parts = self._parts(group, base, complete=True)
        if _count(parts, complete=True) > MOST_TILES:
            return None
        tiles, limit = self._without_k(parts, base)
        row, pick = with_all(parts.k.tile, limit)
        tiles = tiles.at(row)
        tiles.tile[K], tiles.passes[K] = parts.k.tile[pick], parts.k.passes[pick]
        return tiles

    def _parts(self, group: Group, base: Candidate, *, complete: bool) -> Parts:
        """What could be part of a better tile."""
        bounds, units = self.problem.bounds, base.spatial
        cut = [dim_tiles(bounds[dim], int(min(units[dim, 0], bounds[dim]))) for dim in (G, C, K)]
        parts = Parts(self._block(units, base.grid, group.packed, complete), *cut)
        if _count(parts, complete) <= WORTH_FILTERING or not np.isfinite(self.incumbent.value):
            return parts
        blocks = parts.blocks.at(self._promising(group, base, (N, P, Q, R, S), parts.blocks))
        for index, dim in enumerate((G, C, K) if complete else (G, C)):
            wide = Tiles(*(np.broadcast_to(x, (8, len(x))) for x in (cut[index].tile, cut[index].passes)))
            keep = self._promising(group, base, (dim,), wide)
            cut[index] = DimTiles(*(column[keep] for column in cut[index]))
        return Parts(blocks, *cut)

    def _without_k(self, parts: Parts, base: Candidate) -> tuple[Tiles, np.ndarray]:
        """Tiles of one output channel that fit, and how many channels fit each."""
        sizes = (parts.blocks.tile.shape[1], len(parts.g.tile), len(parts.c.tile))
        b, g, c = (pick.ravel() for pick in np.meshgrid(*(np.arange(size) for size in sizes), indexing="ij"))
        tiles = parts.blocks.at(b)
        for dim, table, pick in ((G, parts.g, g), (C, parts.c, c)):
            tiles.tile[dim], tiles.passes[dim] = table.tile[pick], table.passes[pick]
        limit = self._room_for_k(tiles.tile, base.grid)
        fits = np.flatnonzero(limit >= 1.0)
        return tiles.at(fits), limit[fits]

    def _block(self, units: np.ndarray, grid: np.ndarray, packed: bool, complete: bool) -> Tiles:
        """Tiles and passes of n, p, q, r and s (g, k and c are 1); unless ``complete``, those that no other block
        beats."""
        key = (*units[[N, P, Q, R, S], 0].tolist(), *grid[[N, P, Q], 0].tolist(), packed, complete)
        if key not in self.blocks:
            blocks = [self._make_block(units, grid, taps, complete) for taps in self._taps(units, packed)]
            self.blocks[key] = Tiles(*(np.concatenate(parts, axis=1) for parts in zip(*blocks, strict=True)))
        return self.blocks[key]

    def _make_block(
        self, units: np.ndarray, grid: np.ndarray, taps: tuple[float, float, float, float], complete: bool
    ) -> Tiles:
        bounds = self.problem.bounds
        tables = [dim_tiles(bounds[dim], int(min(units[dim, 0], bounds[dim]))) for dim in (N, P, Q)]
        images, *lines = (np.arange(len(table.tile)) for table in tables)
        p, q = (axis.ravel() for axis in np.meshgrid(*lines, indexing="ij"))
        block = Tiles(np.ones((8, len(p))), np.ones((8, len(p))))
        block.tile[[R, S]], block.passes[[R, S]] = np.reshape(taps, (2, 2, 1))
        for dim, table, pick in ((P, tables[1], p), (Q, tables[2], q)):
            block.tile[dim], block.passes[dim] = table.tile[pick], table.passes[pick]
        # What is dominated in one image is so in many: images come after.
        keep = np.arange(len(p)) if complete else self._best_blocks(block, units, grid)
        pick, n = (axis.ravel() for axis in np.meshgrid(keep, images, indexing="ij"))
        block = block.at(pick)
        block.tile[N], block.passes[N] = tables[0].tile[n], tables[0].passes[n]
        return block if complete else block.at(self._best_blocks(block, units, grid))

    def _taps(self, units: np.ndarray, packed: bool) -> list[tuple[float, float, float, float]]:
        """Extents of r and s, and passes over them: all taps, or one; where taps are packed, all."""
        rows, columns = self.problem.bounds[R], self.problem.bounds[S]
        if packed:
            return [(rows, columns, float(np.ceil(rows * columns / units[R, 0])), 1.0)]
        turns_r, turns_s = (float(np.ceil(self.problem.bounds[dim] / units[dim, 0])) for dim in (R, S))
        every = (float(rows), float(columns), turns_r, turns_s)
        return list(dict.fromkeys([every, (1.0, 1.0, float(rows), float(columns))]))

    def _best_blocks(self, block: Tiles, units: np.ndarray, grid: np.ndarray) -> np.ndarray:
        problem, tile = self.problem, block.tile
        trips = np.ceil(problem.column / tile)
        part = np.ceil(tile / grid)
        pixels = (N, P, Q)
        height = window(part[P], part[R], problem.stride[0], problem.dilation[0])
        width = window(part[Q], part[S], problem.stride[1], problem.dilation[1])
        criteria = [
            product(trips, pixels),
            product(block.passes, pixels),
            part[N] * height * width,
            product(part, pixels),
            distinct_inputs(problem, trips),
            # What is one operand of an array may stay there.
            product(np.ceil(tile / units), pixels) > 1.0,
        ]
        if self.target.counts_accesses:
            criteria.append(distinct_inputs(problem, block.passes))
        return not_dominated(np.stack([np.broadcast_to(row, tile.shape[1]) for row in criteria]))

    def _promising(self, group: Group, base: Candidate, dims: Sequence[int], tiles: Tiles) -> np.ndarray:
        """Which extents of ``dims`` could be better, were all else ideal."""
        count = tiles.tile.shape[1]
        whole, least = np.repeat(base.inner, count, axis=1), np.repeat(base.passes, count, axis=1)
        whole[list(dims)], least[list(dims)] = tiles.tile[list(dims)], tiles.passes[list(dims)]
        candidate = base._replace(inner=whole, passes=least)
        engine = self.target.engines[group.engine]
        evaluation = Evaluation(self.problem, self.target, engine, candidate, may_share=True)
        floor, far = evaluation.floor(), evaluation.far(0)
        costs = [total_costs(self.problem, self.target, held, floor, far) for held in residences(self.target)]
        keys = [np.broadcast_to(self.incumbent.key(*cost), count) for cost in costs]
        return np.flatnonzero(self.incumbent.beaten_by(np.minimum.reduce(keys)))

    def _room_for_k(self, tile: np.ndarray, grid: np.ndarray) -> np.ndarray:
        """The most output channels with which ``tile`` (k = 1) still fits L1; below 1 where it does not."""
        l1, bounds = self.target.l1, self.problem.bounds
        # A pool of all PEs keeps what several of them need once.
        copies = [1.0 if l1.per_pe else product(grid, dims) for dims in RELEVANT]
        sizes = [
            0.0 if hold == "never" else size * count
            for hold, size, count in zip(l1.holds, footprints(self.problem, np.ceil(tile / grid)), copies, strict=True)
        ]
        if l1.pooled:
            limit = (l1.capacity_bytes[0] - sizes[0]) / np.maximum(sizes[1] + sizes[2], 1e-30)
        else:
            limit = np.minimum(
                l1.capacity_bytes[1] / np.maximum(sizes[1], 1e-30), l1.capacity_bytes[2] / np.maximum(sizes[2], 1e-30)
            )
            limit = np.where(sizes[0] <= l1.capacity_bytes[0], limit, 0.0)
        limit = np.floor(limit * (1.0 + 1e-12))
        return np.minimum(limit * grid[K], bounds[K])


def _count(parts: Parts, complete: bool) -> int:
    """Tiles that the parts make."""
    count = parts.blocks.tile.shape[1] * len(parts.g.tile) * len(parts.c.tile)
    return count * len(parts.k.tile) if complete else count
