"""Tiles of single dimensions, laid end to end: what a tile of each extent means under each spatial assignment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hwmodels.compute import cover
from hwmodels.mapspace.costs import window_sum
from hwmodels.mapspace.tiles import even_tiles, falls, window


class Taps(NamedTuple):
    """Of the kernel, along an axis of the input."""

    number: int
    in_tile: int
    """That a tile has: all or one."""
    stride: float
    dilation: float


class Cut(NamedTuple):
    """One dimension under one assignment."""

    bound: int
    unit: int
    """At once over all axes, at most ``bound``."""
    grid: int
    """Of them over the PEs; 1 also where a tile lies in one pool of all PEs."""
    taps: Taps | None
    """Where it is an axis of the input with a kernel."""
    later: bool
    """Whether the tile that feeds the engine is chosen later: no steps are known but the fewest."""
    trips: tuple[int, ...] = ()
    """If given, those that tiles make, the greatest first, whatever their steps."""


class Line(NamedTuple):
    """The tiles of a dimension for all assignments, those of each ascending; [places] each."""

    tile: np.ndarray
    trips: np.ndarray
    """Tiles that cover the dimension."""
    unit: np.ndarray
    """Of it at once;"""
    bound: np.ndarray
    """and all of it."""
    single: np.ndarray
    """Whether the tile is one step."""
    passes: np.ndarray
    """[levels * places] fewest passes among 2**level tiles from each on."""
    stream: np.ndarray
    """The same of the steps in the last tile."""
    part_in: np.ndarray
    """Extent of a PE's part of the tile, in the input."""
    part_out: np.ndarray
    """The same in the other operands."""
    tile_in: np.ndarray
    """Extent of the tile in the input."""
    halo: np.ndarray
    """Positions of the input that all tiles together have, halos included."""


class _Steps(NamedTuple):
    """Tiles of one dimension; each other is no smaller than one of them, and equals or exceeds it in trips, passes and
    ``stream``."""

    tile: np.ndarray
    trips: np.ndarray
    passes: np.ndarray
    stream: np.ndarray
    """Steps in the last tile."""


@lru_cache(maxsize=65536)
def _steps(bound: int, unit: int) -> _Steps:
    tile = np.arange(1.0, bound + 1.0)
    covered = cover(bound, tile, unit, 0.0)
    passes, stream = covered.total, np.where(covered.edge_steps > 0.0, covered.edge_steps, covered.steps)
    fewer = falls(passes, bound)
    keep = fewer | falls(stream, bound)
    # What is left out has no fewer passes than the last tile for which they fell, and counts as that one.
    counts_as = np.maximum.accumulate(np.where(fewer, np.arange(bound), 0))
    np.minimum.at(stream, counts_as[~keep], stream[~keep])
    return _Steps(tile[keep], np.ceil(bound / tile[keep]), passes[keep], stream[keep])


def _steps_of(cut: Cut) -> _Steps:
    if cut.trips:
        trips = np.asarray(cut.trips, np.float64)
        return _Steps(cut.bound / trips, trips, np.ones(len(trips)), np.ones(len(trips)))
    steps = _steps(cut.bound, cut.unit)
    if not cut.later:
        return steps
    every = np.full(len(steps.tile), np.ceil(cut.bound / cut.unit))
    return steps._replace(passes=every, stream=np.ones_like(every))


def trips_of(bound: int) -> np.ndarray:
    """Numbers of tiles that ``bound`` can be cut into, ascending."""
    return np.ceil(bound / even_tiles(bound))[::-1]


def line_of(cuts: Sequence[Cut]) -> tuple[Line, np.ndarray]:
    """The tiles of all ``cuts``, and [cuts + 1] where those of each begin and the last ones end."""
    steps = [_steps_of(cut) for cut in cuts]
    sizes = [len(each.tile) for each in steps]
    tile, trips, passes, stream = (np.concatenate(column) for column in zip(*steps, strict=True))
    unit, grid, bound = np.repeat([(cut.unit, cut.grid, cut.bound) for cut in cuts], sizes, axis=0).astype(np.float64).T
    part = np.ceil(tile / grid)
    wide = [_wide(cut.taps) for cut in cuts]
    taps, held, stride, dilation = np.repeat(wide, sizes, axis=0).T
    has_taps = np.repeat([cut.taps is not None for cut in cuts], sizes)
    single = np.repeat([cut.later for cut in cuts], sizes) | (tile <= unit)
    line = Line(
        tile=tile,
        trips=trips,
        unit=unit,
        bound=bound,
        single=single,
        passes=_minima(passes, max(sizes)),
        stream=_minima(stream, max(sizes)),
        part_in=np.where(has_taps, window(part, held, stride, dilation), part),
        part_out=part,
        tile_in=np.where(has_taps, window(tile, held, stride, dilation), tile),
        halo=np.where(has_taps, window_sum(bound, trips, taps, stride, dilation, taps / held), 1.0),
    )
    return line, np.cumsum([0, *sizes])


def _wide(taps: Taps | None) -> tuple[float, float, float, float]:
    return (
        (1.0, 1.0, 1.0, 1.0) if taps is None else (float(taps.number), float(taps.in_tile), taps.stride, taps.dilation)
    )


def _minima(values: np.ndarray, most: int) -> np.ndarray:
    """[levels * places] the least of 2**level ``values`` from each on, for ranges of ``most`` at most."""
    levels, step = [values], 1
    while 2 * step <= most:
        last = levels[-1]
        levels.append(np.minimum(last, np.concatenate([last[step:], np.full(min(step, len(last)), last[-1])])))
        step *= 2
    return np.concatenate(levels)
