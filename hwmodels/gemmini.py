"""Cycles of a layer on Gemmini: a weight-stationary array, decoupled load, execute and store queues, two caches.

The host issues one loop instruction per DRAM tile; Gemmini unrolls it into moves in (at most 64 contiguous bytes per
request, one piece per row of a tensor), pairs of preload and compute (at most ``array_dim`` pixels against a block of
weights), and, on a tile's last reduction, moves out. All three queues overlap from tile to tile. Constants:
``data/gemmini.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from hwmodels.arrays import namespace
from hwmodels.caches import Footprint, Level, misses, piece
from hwmodels.contractions import Extents
from hwmodels.records import Array

LOOPS = "pqckrs"
"""Dimensions with a loop over DRAM tiles."""

REDUCTION = "crs"
"""Those whose last iteration completes an output, which is stored then and only then."""

OUTPUTS = "pqk"
"""Those that outputs depend on."""

WINDOWS = (16.0, 32.0)
"""Sizes of the aligned reads below a line; StreamReader takes the smallest that brings the most bytes."""


@dataclass(frozen=True)
class Hardware:
    """What does not differ between the measured machines; where each is from: the data file."""

    l2_bytes: float
    llc_bytes: float
    line_bytes: float
    bus_bytes: float
    alignment_bytes: float
    least_compute_rows: float
    tiles_in_flight: float


@dataclass(frozen=True)
class Constants:
    """Fitted cycles; the data file says on what."""

    start_cycles: Array
    """Of a layer."""
    convolution_issue_cycles: Array
    """Of the host, per tile of a convolution: its loops, and seven instructions."""
    product_issue_cycles: Array
    """Of the host, per tile of a matrix product: its loops, and six instructions."""
    short_read_cycles: Array
    """A request of one beat that fills one scratchpad row."""
    read_gap_cycles: Array
    """Between requests that take longer, on top of their beats or scratchpad rows."""
    l2_miss_cycles: Array
    """A line read from the last-level cache."""
    llc_miss_cycles: Array
    """A line from DRAM, on top."""
    store_cycles: Array
    """A move out of one pixel's block of channels."""
    store_miss_cycles: Array
    """Of one into a line that is not in L2: the line is fetched, and another one written back."""
    compute_cycles_per_dim: Array
    """Least cycles between computes per row of the array: the way through the array, over the pairs in flight."""


class Workload(NamedTuple):
    """A layer and its mapping; arrays that broadcast against each other. ``g`` and ``n`` are 1."""

    bounds: Extents
    """As executed; ``p`` is the width of the image and ``r`` that of the kernel, as in Timeloop. A matrix product of
    [p, c] by [c, k] has q = r = s = 1."""
    tile: Extents
    """Of one loop instruction, at most ``bounds``."""
    depth: Extents
    """Position of each loop over tiles, 0 innermost; of no meaning where a dimension has one tile."""
    stride: Array
    array_dim: Array
    """Rows, and columns, of the array."""
    convolution: Array
    """Whether it ran as convolution (True) or as matrix product."""


class Traffic(NamedTuple):
    """What the DMA moves in a layer."""

    input_pixels: Array
    """Pixels of the input, each with all its channels."""
    weight_rows: Array
    """Taps of an input channel, each with all its output channels."""
    store_rows: Array
    """Moves out: a pixel's block of at most ``array_dim`` output channels."""
    tiles: Array
    final_tiles: Array
    """Tiles on the last reduction of an output."""


@lru_cache
def hardware() -> Hardware:
    """The machines that the constants hold for."""
    return Hardware(**_data()["hardware"])


@lru_cache
def constants() -> Constants:
    """The fitted constants."""
    return Constants(**_data()["fitted"])


@lru_cache
def _data() -> dict[str, dict[str, float]]:
    return tomllib.loads(files("hwmodels").joinpath("data/gemmini.toml").read_text(encoding="utf-8"))


def cycles(work: Workload, fitted: Constants, machine: Hardware) -> Array:
    """Cycles of a layer under its mapping.

    Tiles run at the pace of the slowest queue: host, DMA, or array. Loads stand still while computes that wait for the
    array's pipeline fill the reservation station. Stores share the DMA's way to memory; only final tiles have them.
    """
    xp = namespace(*work.bounds, *work.tile, work.array_dim)
    moved = traffic(work)
    host = xp.where(work.convolution, fitted.convolution_issue_cycles, fitted.product_issue_cycles)
    busy = compute_cycles(work, machine.least_compute_rows) / moved.tiles
    paced = xp.maximum(machine.least_compute_rows, fitted.compute_cycles_per_dim * work.array_dim)
    compute = compute_cycles(work, paced) / moved.tiles
    load, store = memory_cycles(work, moved, fitted, machine)
    load = load / moved.tiles + compute - busy
    others = xp.maximum(host, compute)
    during = xp.minimum(inner_reduction(work), machine.tiles_in_flight)
    storing = moved.final_tiles * xp.maximum(during * others, during * load + store / moved.final_tiles)
    rest = (moved.tiles - during * moved.final_tiles) * xp.maximum(others, load)
    return fitted.start_cycles + storing + rest


def inner_reduction(work: Workload) -> Array:
    """Tiles in a row that add to the same outputs: trips of the reduction's loops inside of all loops over outputs."""
    trips = _trips(work)
    xp = namespace(*trips, *work.depth)
    outermost = float(len(LOOPS))
    border = outermost
    for dim in OUTPUTS:
        border = xp.minimum(border, xp.where(getattr(trips, dim) > 1.0, getattr(work.depth, dim), outermost))
    inside = work.depth.map(lambda depth, count: xp.where(depth < border, count, 1.0), trips)
    return inside.product(REDUCTION)


def compute_cycles(work: Workload, least_rows: Array) -> Array:
    """Cycles of the array in a layer: a compute takes one per pixel of a row of the tile, at least ``least_rows``; the
    first with a block of weights at least ``array_dim``, for the next block is preloaded behind it."""
    xp = namespace(*work.bounds, *work.tile, work.array_dim)
    dim = work.array_dim
    blocks = _blocks(work, "c") * _blocks(work, "k") * work.bounds.r * work.bounds.s

    def rows(extent: Array) -> Array:
        rest = extent % dim
        return xp.floor(extent / dim) * xp.maximum(dim, least_rows) + xp.where(
            rest > 0, xp.maximum(rest, least_rows), 0.0
        )

    def preload(extent: Array) -> Array:
        return xp.maximum(dim - xp.maximum(extent, least_rows), 0.0)

    bound, tile = work.bounds.p, work.tile.p
    streams = work.bounds.q * _over_tiles(bound, tile, rows)
    first = _trips(work).q * _over_tiles(bound, tile, preload)
    return blocks * (streams + first)


def traffic(work: Workload) -> Traffic:
    """What moves over the whole layer: nothing stays in the scratchpad from one tile to the next."""
    bounds, tile = work.bounds, work.tile
    trips = _trips(work)
    width = _window_sum(bounds.p, tile.p, bounds.r, tile.r, work.stride)
    height = _window_sum(bounds.q, tile.q, bounds.s, tile.s, work.stride)
    tiles = trips.product(LOOPS)
    return Traffic(
        input_pixels=width * height * trips.k,
        weight_rows=bounds.r * bounds.s * bounds.c * trips.product("pq"),
        store_rows=bounds.p * bounds.q * _blocks(work, "k"),
        tiles=tiles,
        final_tiles=tiles / trips.product(REDUCTION),
    )


def memory_cycles(work: Workload, moved: Traffic, fitted: Constants, machine: Hardware) -> tuple[Array, Array]:
    """Cycles of the DMA for all loads and for all stores of a layer."""

    def read(bytes_: Array) -> Array:
        return read_cycles(bytes_, work.array_dim, work.convolution, fitted, machine)

    nest = levels(work, machine)
    l2 = misses(nest, machine.l2_bytes, machine.line_bytes)
    llc = misses(nest, machine.llc_bytes, machine.line_bytes)
    load = moved.input_pixels * _over_tiles(work.bounds.c, work.tile.c, read)
    load = load + moved.weight_rows * _over_tiles(work.bounds.k, work.tile.k, read)
    load = load + fitted.l2_miss_cycles * (l2[0] + l2[1]) + fitted.llc_miss_cycles * (llc[0] + llc[1])
    store = moved.store_rows * fitted.store_cycles
    return load, store + fitted.store_miss_cycles * l2[2] + fitted.llc_miss_cycles * llc[2]


def read_cycles(bytes_: Array, array_dim: Array, anywhere: Array, fitted: Constants, machine: Hardware) -> Array:
    """Cycles of the DMA to read ``bytes_`` contiguous bytes into the scratchpad: the mean over their starts in a line,
    which are any multiple of ``alignment_bytes`` where they lie ``anywhere``, else 0.

    A move takes at most a line's worth; one that crosses the border of a line takes two requests.
    """
    xp = namespace(bytes_, array_dim, anywhere)
    line = machine.line_bytes
    whole = xp.floor(bytes_ / line)
    rest = bytes_ - whole * line

    def at(start: float) -> Array:
        full, part = (_move_cycles(start, size, array_dim, fitted, machine) for size in (line, rest))
        return whole * full + part

    starts = [machine.alignment_bytes * step for step in range(int(line // machine.alignment_bytes))]
    return xp.where(anywhere, sum(at(start) for start in starts) / len(starts), at(0.0))


def levels(work: Workload, machine: Hardware) -> list[Level]:
    """The loops over tiles as caches see them, innermost first: input, weights and output in each.

    A loop over channels runs first over the pieces that share a line, then over lines. Loops that the mapping does not
    name run inside of all others.
    """
    inner = work.tile
    result = [Level(_footprints(work, inner, machine), (1.0, 1.0, 1.0), (1.0, 1.0, _final_share(work, inner)))]
    for position in range(-1, len(LOOPS)):
        for part in (machine.line_bytes, None):
            outer = _inside(work, position, part)
            repeats = Extents(*(_ceil_ratio(after, before) for after, before in zip(outer, inner, strict=True)))
            everything = repeats.product(LOOPS)
            counts = (everything, everything, repeats.product(OUTPUTS))
            share = (1.0, 1.0, _final_share(work, outer))
            result.append(Level(_footprints(work, outer, machine), counts, share))
            inner = outer
    return result


def _inside(work: Workload, position: int, part: float | None) -> Extents:
    """What the loops up to ``position`` cover; of channel loops at ``position`` only ``part`` bytes."""
    xp = namespace(*work.bounds, *work.tile, *work.depth)
    extents: dict[str, Array] = {}
    for dim in work.bounds._fields:
        bound, tile, depth = getattr(work.bounds, dim), getattr(work.tile, dim), getattr(work.depth, dim)
        here = bound if part is None or dim not in "ck" else xp.minimum(bound, xp.maximum(tile, part))
        extents[dim] = xp.where(depth < position, bound, xp.where(depth == position, here, tile))
    return Extents(**extents)


def _footprints(work: Workload, inside: Extents, machine: Hardware) -> tuple[Footprint, Footprint, Footprint]:
    """Of input, weights and output (one byte an element, channels innermost) in a block of the layer."""
    bounds = work.bounds
    pixels = _window(inside.p, inside.r, bounds.p, work.stride) * _window(inside.q, inside.s, bounds.q, work.stride)
    rows = (pixels, inside.r * inside.s * inside.c, inside.p * inside.q)
    pieces = ((inside.c, bounds.c), (inside.k, bounds.k), (inside.k, bounds.k))
    layout = (machine.line_bytes, machine.alignment_bytes, work.convolution)
    each = [piece(part, whole, *layout) for part, whole in pieces]
    first, second, third = (
        Footprint(count * one.lines, count * one.span_bytes) for count, one in zip(rows, each, strict=True)
    )
    return first, second, third


def _final_share(work: Workload, inside: Extents) -> Array:
    """Share of a block's visits in which its outputs are stored: 1 where it has all of the reduction."""
    trips, done = _trips(work), Extents(*(_ceil_ratio(*pair) for pair in zip(inside, work.tile, strict=True)))
    return done.product(REDUCTION) / trips.product(REDUCTION)


def _move_cycles(start: float, bytes_: Array, array_dim: Array, fitted: Constants, machine: Hardware) -> Array:
    """Cycles for at most a line's worth of bytes that start at ``start`` in a line."""
    xp = namespace(bytes_, array_dim)
    first = xp.minimum(bytes_, machine.line_bytes - start)
    return _request_cycles(start, first, array_dim, fitted, machine) + _request_cycles(
        0.0, bytes_ - first, array_dim, fitted, machine
    )


def _request_cycles(start: float, bytes_: Array, array_dim: Array, fitted: Constants, machine: Hardware) -> Array:
    """Cycles of one request for bytes within a line: its beats or the rows of the scratchpad that it fills."""
    xp = namespace(bytes_, array_dim)
    size = machine.line_bytes
    for window in reversed(WINDOWS):
        size = xp.where(start % window + bytes_ <= window, window, size)
    steps = xp.maximum(size / machine.bus_bytes, xp.ceil(bytes_ / array_dim))
    taken = xp.where(steps > 1.0, steps + fitted.read_gap_cycles, fitted.short_read_cycles)
    return xp.where(bytes_ > 0.0, taken, 0.0)


def _trips(work: Workload) -> Extents:
    return work.bounds.map(_ceil_ratio, work.tile)


def _ceil_ratio(bound: Array, tile: Array) -> Array:
    return namespace(bound, tile).ceil(bound / tile)


def _blocks(work: Workload, dim: str) -> Array:
    """Blocks of ``array_dim`` channels along ``dim``, over all its tiles."""
    xp = namespace(*work.bounds, *work.tile, work.array_dim)
    bound, tile = getattr(work.bounds, dim), getattr(work.tile, dim)
    return _over_tiles(bound, tile, lambda extent: xp.ceil(extent / work.array_dim))


def _over_tiles(bound: Array, tile: Array, cost: Callable[[Array], Array]) -> Array:
    """Sum of ``cost`` of the extent of each tile along one dimension; ``cost`` of 0 is not asked for."""
    xp = namespace(bound, tile)
    whole = xp.floor(bound / tile)
    rest = bound - whole * tile
    return whole * cost(tile) + xp.where(rest > 0, cost(xp.maximum(rest, 1.0)), 0.0)


def _window(outputs: Array, taps: Array, bound: Array, stride: Array) -> Array:
    """Positions of the input along an axis behind ``outputs``, not beyond the padded image that no tile loads."""
    return namespace(outputs, bound).minimum(outputs * stride + taps - 1.0, bound * stride)


def _window_sum(bound: Array, tile: Array, taps: Array, tap_tile: Array, stride: Array) -> Array:
    """Positions of the input that all tiles of outputs and taps along an axis load."""

    def over_taps(outputs: Array) -> Array:
        return _over_tiles(taps, tap_tile, lambda some: _window(outputs, some, bound, stride))

    return _over_tiles(bound, tile, over_taps)
