"""Tiles of the global buffer: those that fit, and that no other beats in traffic."""

from __future__ import annotations

import numpy as np

from hwmodels.mapspace.bounds import Level, level_of
from hwmodels.mapspace.costs import distinct_inputs, far_costs, far_traffic
from hwmodels.mapspace.target import Target
from hwmodels.mapspace.tiles import (
    MOST_TILES,
    C,
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
    footprints,
    not_dominated,
    product,
    with_all,
)


class BufferTiles:
    """The tiles of one contraction on one target."""

    def __init__(self, problem: Problem, target: Target) -> None:
        self.problem, self.target = problem, target
        self.known: dict[tuple[tuple[bool, bool, bool], bool], Level | None] = {}

    def of(self, held: tuple[bool, bool, bool], *, complete: bool) -> Level | None:
        """Tiles that could be of use where the buffer holds ``held``, and what they cost at least.

        ``complete``: all; else those that no other beats in traffic. None where there are none, or too many.
        """
        if (held, complete) not in self.known:
            self.known[held, complete] = self._make(held, complete)
        return self.known[held, complete]

    def _make(self, held: tuple[bool, bool, bool], complete: bool) -> Level | None:
        problem, bounds = self.problem, self.problem.bounds
        block = self._blocks(complete)
        cut = {dim: even_tiles(bounds[dim]) for dim in (G, C, K)}
        if block.shape[1] * len(cut[G]) * len(cut[C]) * (len(cut[K]) if complete else 1) > MOST_TILES:
            return None
        picks = np.meshgrid(np.arange(block.shape[1]), np.arange(len(cut[G])), np.arange(len(cut[C])), indexing="ij")
        b, g, c = (pick.ravel() for pick in picks)
        tile = block[:, b]
        tile[G], tile[C] = cut[G][g], cut[C][c]
        room = self._room_for_k(tile, held)
        fits = room >= 1.0
        if not fits.any():
            return None
        tile, room = tile[:, fits], room[fits]
        if complete:
            row, pick = with_all(cut[K], room)
            tile = tile[:, row]
            tile[K] = cut[K][pick]
        else:
            tile[K] = cut[K][np.searchsorted(cut[K], room, side="right") - 1]
        trips = np.ceil(problem.column / tile)
        costs = [far_costs(self.problem, self.target, held, far_traffic(problem, trips, order)) for order in range(3)]
        return level_of(tile, costs)

    def _room_for_k(self, tile: np.ndarray, held: tuple[bool, bool, bool]) -> np.ndarray:
        """The most output channels with which ``tile`` (k = 1) still fits; below 1 where it does not."""
        sizes = buffer_bytes(self.problem, tile, held)
        limit = min(self.target.buffer.capacity_bytes[0], self.problem.room_bytes)
        room = (limit - sizes[0]) / np.maximum(sizes[1] + sizes[2], 1e-30)
        return np.floor(np.minimum(room, self.problem.bounds[K]) * (1.0 + 1e-12))

    def _blocks(self, complete: bool) -> np.ndarray:
        """Blocks [8, blocks] of n, p and q, with all taps; unless ``complete``, those that no other block beats."""
        bounds = self.problem.bounds
        rows, columns = np.meshgrid(even_tiles(bounds[P]), even_tiles(bounds[Q]), indexing="ij")
        tile = np.ones((8, rows.size))
        tile[P], tile[Q], tile[R], tile[S] = rows.ravel(), columns.ravel(), bounds[R], bounds[S]
        tile = tile if complete else tile[:, self._best_blocks(tile)]
        images = even_tiles(bounds[N])
        tile = np.repeat(tile, len(images), axis=1)
        tile[N] = np.tile(images, tile.shape[1] // len(images))
        return tile if complete else tile[:, self._best_blocks(tile)]

    def _best_blocks(self, tile: np.ndarray) -> np.ndarray:
        problem = self.problem
        trips = np.ceil(problem.column / tile)
        inputs, _, outputs = footprints(problem, tile)
        return not_dominated(np.stack([product(trips, (N, P, Q)), inputs, outputs, distinct_inputs(problem, trips)]))
