"""Candidates, as arrays: extents on an axis, tiles of one dimension, tiles of all dimensions that fit a memory.

Arrays of extents have the shape [8, candidates], a row for each of ``records.DIMS``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import NamedTuple

import numpy as np

from hwmodels.compute import cover
from hwmodels.records import DIMS, Array, Contraction

G, N, P, Q, K, C, R, S = range(len(DIMS))

RELEVANT = ((G, N, P, Q, C, R, S), (G, K, C, R, S), (G, N, P, Q, K))
"""Dimensions that input, weight and output depend on."""

REPEATING = ((K,), (N, P, Q), (C, R, S))
"""Dimensions that they do not depend on: loops over these bring the same tiles again."""


MOST_TILES = 1_000_000
"""Tiles of one level, at most, where all are tried."""


class Share(NamedTuple):
    """What crosses a border of a region's own tensors, of all that its contraction moves there."""

    input: float = 1.0
    """Bytes that move of the inputs per byte of the contraction's; likewise below."""
    weight: float = 1.0
    output: float = 1.0
    """Of the complete outputs; partial sums always move."""
    more_bytes: float = 0.0
    """What else moves, whatever the mapping;"""
    leaving_bytes: float = 0.0
    """of it, what leaves the PEs."""


class Beside(NamedTuple):
    """What a region does beside its contraction."""

    vector_cycles: float = 0.0
    """Of the vector unit."""
    start_cycles: float = 0.0
    """That nothing overlaps."""
    energy_j: float = 0.0
    """Static power apart."""
    outputs_wait: bool = False
    """Whether outputs may wait for each other (for the end of their rows), and so leave the PEs together."""


class Problem(NamedTuple):
    """A contraction as numbers (see ``records.Contraction``), and the region around it, if any."""

    bounds: tuple[int, ...]
    stride: tuple[float, float]
    dilation: tuple[float, float]
    element_bytes: tuple[float, float, float]
    near: Share = Share()
    """At the border of the PEs."""
    far: Share = Share()
    """At the border of DRAM."""
    beside: Beside = Beside()
    room_bytes: float = inf
    """Of the global buffer that tiles may take, if that is less than the target gives them."""
    on_chip: tuple[bool, bool, bool] = (False, False, False)
    """Whether input, weight and output are in the global buffer as a whole and need no tiles there."""

    @staticmethod
    def of(contraction: Contraction) -> Problem:
        """The same contraction."""
        bounds = tuple(int(bound) for bound in contraction.bounds)
        return Problem(bounds, contraction.stride, contraction.dilation, contraction.element_bytes)

    @property
    def column(self) -> np.ndarray:
        """[8, 1] the bounds."""
        return np.asarray(self.bounds, np.float64)[:, None]


def product(extents: np.ndarray, dims: Sequence[int]) -> np.ndarray:
    """Product of the rows ``dims``."""
    result = extents[dims[0]]
    for dim in dims[1:]:
        result = result * extents[dim]
    return result


def window(outputs: Array, taps: Array, stride: Array, dilation: Array) -> Array:
    """As ``access.window``."""
    return np.minimum((outputs - 1.0) * stride + (taps - 1.0) * dilation + 1.0, outputs * taps)


def footprints(problem: Problem, tile: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bytes of input, weight and output that a ``tile`` [8, candidates] takes."""
    rows = window(tile[P], tile[R], problem.stride[0], problem.dilation[0])
    columns = window(tile[Q], tile[S], problem.stride[1], problem.dilation[1])
    sizes = problem.element_bytes
    return (
        tile[G] * tile[N] * tile[C] * rows * columns * sizes[0],
        product(tile, RELEVANT[1]) * sizes[1],
        product(tile, RELEVANT[2]) * sizes[2],
    )


def buffer_bytes(problem: Problem, tile: np.ndarray, held: tuple[bool, bool, bool]) -> list[np.ndarray]:
    """Bytes of the global buffer that a ``tile`` [8, candidates] of input, weight and output takes where it holds
    ``held``."""
    takes = [holds and not there for holds, there in zip(held, problem.on_chip, strict=True)]
    return [size * take for size, take in zip(footprints(problem, tile), takes, strict=True)]


@lru_cache(maxsize=4096)
def even_tiles(bound: int) -> np.ndarray:
    """The smallest tile for each number of tiles that ``bound`` can be cut into, ascending."""
    # Tiles above the root of ``bound`` come of counts up to it; a smaller one is there unless as many could be smaller.
    few = np.arange(1, math.isqrt(bound) + 2)
    many = -(-bound // few)
    return np.unique(np.concatenate([many, few[-(-bound // many) == few]])).astype(np.float64)


class DimTiles(NamedTuple):
    """Tiles of one dimension worth trying, by size ascending; each [tiles]."""

    tile: np.ndarray
    trips: np.ndarray
    """Tiles that cover the dimension."""
    passes: np.ndarray
    """Steps of the array's extent that cover it, tile by tile."""


@lru_cache(maxsize=65536)
def dim_tiles(bound: int, unit: int) -> DimTiles:
    """Tiles of ``bound`` that no smaller tile equals in trips and in passes of ``unit``."""
    tile = np.arange(1.0, bound + 1.0)
    passes = cover(bound, tile, unit, 0.0).total
    keep = falls(passes, bound)
    return DimTiles(tile[keep], np.ceil(bound / tile[keep]), passes[keep])


def falls(steps: np.ndarray, bound: int) -> np.ndarray:
    """[bound] where ``steps``, of tiles of 1 to ``bound``, are fewer than those of all smaller tiles of as many trips.

    Larger tiles have fewer trips: only tiles of as many compete.
    """
    trips = np.ceil(bound / np.arange(1.0, bound + 1.0))
    falling = steps + trips * (2.0 * bound + 1.0)
    return np.concatenate(([True], falling[1:] < np.minimum.accumulate(falling)[:-1]))


@lru_cache(maxsize=65536)
def filling(bound: int, unit: int, swap: float = 0.0) -> np.ndarray:
    """[tiles, choices] indices of the tiles up to each tile that no other of them beats; repeats fill the rows.

    A larger tile is better if it has no more passes. But a tile of one pass lets the array keep what it holds while
    other tiles follow: the largest of these is a choice too. Where the dimension streams, each tile takes ``swap``
    steps at least.
    """
    table = dim_tiles(bound, unit)
    whole, steps, edge = cover(bound, table.tile, unit, 0.0)
    folds = whole * np.maximum(steps, swap) + np.where(edge > 0.0, np.maximum(edge, swap), 0.0)
    single = int(np.searchsorted(table.tile, unit, side="right")) - 1
    fronts: list[list[int]] = []
    for index in range(len(table.tile)):
        previous = [
            i
            for i in (fronts[-1] if fronts else [])
            if table.passes[i] < table.passes[index] or folds[i] < folds[index] or i == single
        ]
        fronts.append([*previous, index])
    width = max(len(front) for front in fronts)
    return np.asarray([front + [front[-1]] * (width - len(front)) for front in fronts], np.int64)


def not_dominated(costs: np.ndarray) -> np.ndarray:
    """Indices of the columns of ``costs`` [criteria, candidates] that no other column matches or beats in every row;
    of equal ones the first."""
    # What no other beats in this sum, nothing dominates; and it dominates much.
    scale = np.maximum(np.abs(costs).max(axis=1, keepdims=True), 1e-300)
    score = np.log(costs + 2.0 * scale).sum(axis=0) if (costs <= 0.0).any() else np.log(costs).sum(axis=0)
    order = np.argsort(score, kind="stable")
    varied = costs[(costs != costs[:, :1]).any(axis=1)]
    remaining = (varied if len(varied) else costs[:1])[:, order]
    kept: list[np.ndarray] = []
    pivots = 4
    while remaining.shape[1]:
        beaten: np.ndarray = np.ones((min(pivots, remaining.shape[1]), remaining.shape[1]), np.bool_)
        for row in remaining:
            np.logical_and(beaten, row[: len(beaten), None] <= row, out=beaten)
        # The first of equal columns stays, and each beats only those behind it.
        beaten[:, : len(beaten)] &= np.tri(len(beaten), k=-1, dtype=bool).T
        stays = np.logical_not(beaten.any(axis=0))
        kept.append(order[: len(beaten)][stays[: len(beaten)]])
        stays[: len(beaten)] = False
        remaining, order = remaining[:, stays], order[stays]
        pivots = 32
    return np.concatenate(kept) if kept else order


@lru_cache(maxsize=16384)
def axis_extents(size: int, bounds: tuple[int, ...]) -> np.ndarray:
    """[choices, dims] extents of dimensions on one axis of ``size``, none of which could grow any further.

    Larger extents never cost more, so that others need not be tried.
    """
    choices: set[tuple[int, ...]] = set()

    def extend(taken: tuple[int, ...], room: int) -> None:
        bound = bounds[len(taken)]
        if len(taken) + 1 == len(bounds):
            choices.add((*taken, min(bound, room)))
            return
        for extent in {min(bound, room // other) for other in range(1, room + 1)}:
            extend((*taken, extent), room // extent)

    extend((), size)
    table = np.asarray(sorted(choices), np.float64)
    return table[np.sort(not_dominated(-table.T))]


def spatial_axis(size: int, dims: str, most: int, problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Extents [8, choices] of at most ``most`` of ``dims`` on one axis, and which of them pack taps [choices]."""
    named = [DIMS.index(dim) for dim in dims if dim != "t"]
    plain = [dim for dim in named if problem.bounds[dim] > 1]
    parts = [_spread(size, chosen, problem.bounds) for chosen in _most_of(plain, most)]
    packed = [False] * len(parts)
    if "t" in dims and problem.bounds[R] > 1 and problem.bounds[S] > 1:
        taps = (*problem.bounds[:R], problem.bounds[R] * problem.bounds[S], 1)
        others = [dim for dim in plain if dim not in (R, S)]
        more = [_spread(size, [*chosen, R], taps) for chosen in _most_of(others, most - 1)]
        parts, packed = parts + more, packed + [True] * len(more)
    flags = np.repeat(packed, [part.shape[1] for part in parts])
    return np.concatenate(parts, axis=1), flags


def _most_of(dims: Sequence[int], most: int) -> list[tuple[int, ...]]:
    return list(itertools.combinations(dims, min(most, len(dims))))


def _spread(size: int, dims: Sequence[int], bounds: Sequence[int]) -> np.ndarray:
    if not dims:
        return np.ones((len(DIMS), 1))
    table = axis_extents(size, tuple(bounds[dim] for dim in dims))
    result = np.ones((len(DIMS), len(table)))
    result[list(dims)] = table.T
    return result


def with_all(sizes: np.ndarray, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of a position in ``limit`` and an index of the ascending ``sizes``: each position with every size within
    its limit."""
    counts = np.searchsorted(sizes, limit, side="right")
    position = np.repeat(np.arange(len(limit)), counts)
    return position, np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
