"""A time that no mapping with a tile of a box beats.

What grows with a tile (the first one's way to the PEs, the last one's way out) is taken from the box's smallest, what
shrinks (traffic, passes, swaps) from its greatest. A box of one tile knows nearly all that the price of a mapping does:
whole cycles of transfers and of the vector unit, the first tile and the last, the array's fill.
"""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import Any, NamedTuple

import numpy as np

from hwmodels.mapspace.boxes import Boxes, Stack, joined
from hwmodels.mapspace.facts import Facts
from hwmodels.mapspace.target import Engine, Target
from hwmodels.mapspace.tiles import C, G, K, N, P, Q
from hwmodels.pipeline import ROUNDING, overlapped_seconds, with_slots
from hwmodels.records import Array


class Counts(NamedTuple):
    """Of tiles or steps, by class of dimensions; numbers or [boxes]."""

    g: Array
    m: Array
    """Of n, p and q."""
    k: Array
    c: Array
    """Of c, r and s."""

    @property
    def every(self) -> Array:
        return self.g * self.m * self.k * self.c

    @property
    def outputs(self) -> Array:
        return self.g * self.m * self.k

    @property
    def inputs(self) -> Array:
        return self.g * self.m * self.c

    @property
    def weights(self) -> Array:
        return self.g * self.k * self.c


CLASS = {G: 0, N: 1, P: 1, Q: 1, K: 2, C: 3}
"""Index into ``Counts``."""


def _counts(stack: Stack, columns: list[Any], taps: Array) -> Counts:
    """Products of ``columns``, one for each of the stack's dimensions, and of the ``taps``'."""
    result: list[Array] = [1.0, 1.0, 1.0, taps]
    for dim, values in zip(stack.dims, columns, strict=True):
        result[CLASS[dim]] = result[CLASS[dim]] * values
    return Counts(*result)


class Work(NamedTuple):
    """What boxes are to the engine: the fewest of each."""

    few: Counts
    """Tiles, of the greatest."""
    many: Counts
    """Of the smallest."""
    passes: Counts
    stream: Counts
    """Steps in the last tile."""
    single: Counts
    """Whether even the smallest tile is one step."""
    cuts: Counts
    """Tiles that are known to feed the engine."""


def work_of(stack: Stack, boxes: Boxes, facts: Facts) -> Work:
    streams = _streamed(stack.engine)
    if boxes.are_single:
        return _work_of_tiles(stack, boxes, facts, streams)
    trips_low, trips_high, single, passes, stream = [], [], [], [], []
    for dim, line, low, high in zip(stack.dims, stack.lines, boxes.low, boxes.high, strict=True):
        trips_low.append(line.trips.take(low))
        trips_high.append(line.trips.take(high))
        single.append(line.single.take(low))
        # Two runs of 2**level tiles cover each range.
        level = stack.levels.take(high - low)
        begin = level * len(line.tile)
        end = begin + high + 1 - (1 << level)
        begin += low
        passes.append(np.minimum(line.passes.take(begin), line.passes.take(end)))
        if CLASS[dim] == streams:
            stream.append(np.minimum(line.stream.take(begin), line.stream.take(end)))
        else:
            stream.append(1.0)
    few, many = (_counts(stack, trips, facts.tap_trips) for trips in (trips_high, trips_low))
    return _work(stack, facts, (few, many), (passes, stream, single))


def _work_of_tiles(stack: Stack, tiles: Boxes, facts: Facts, streams: int | None) -> Work:
    """As ``work_of``, with less to look up."""
    places = list(zip(stack.dims, stack.lines, tiles.low, strict=True))
    trips = _counts(stack, [line.trips.take(low) for _, line, low in places], facts.tap_trips)
    passes = [line.passes.take(low) for _, line, low in places]
    stream = [line.stream.take(low) if CLASS[dim] == streams else 1.0 for dim, line, low in places]
    single = [line.single.take(low) for _, line, low in places]
    return _work(stack, facts, (trips, trips), (passes, stream, single))


def _work(
    stack: Stack, facts: Facts, trips: tuple[Counts, Counts], steps: tuple[list[Any], list[Any], list[Any]]
) -> Work:
    """From fewest and most ``trips``, and what each dimension has of passes, of steps in the last tile, and whether it
    is one step."""
    passes, stream, single = steps
    return Work(
        *trips,
        _counts(stack, passes, facts.tap_passes),
        _counts(stack, stream, facts.tap_stream),
        _counts(stack, single, facts.tap_single),
        Counts(1.0, 1.0, 1.0, 1.0) if stack.target.has_l2 else trips[0],
    )


def _streamed(engine: Engine) -> int | None:
    """The class of dimensions that stream; None where none does."""
    return {"npq": 1, "k": 2, "crs": 3, "": None}[engine.streams]


def promised(stack: Stack, boxes: Boxes) -> np.ndarray:
    """[boxes] cycles that no mapping of the box takes less than, if it is as the space's ``Least`` says."""
    facts = Facts(*stack.facts.take(boxes.which, axis=1))
    work = work_of(stack, boxes, facts)
    others = (_border(link_of(stack, boxes, facts, work), work.few), dram_of(facts, work))

    def total(passes: Counts, columns: Array) -> np.ndarray:
        """With at least so many ``passes``, and ``columns`` in use."""
        engine = engine_of(stack, facts, work._replace(passes=passes), columns)
        works, first = zip(engine.stage, *others, strict=True)
        return overlapped_seconds(works, first)

    passes, columns = work.passes, facts.columns
    if stack.engine.axes[-1] == "k" and K in stack.dims and not stack.relaxed and not stack.target.has_l2:
        # Too few columns for as many passes over them take one more at least.
        enough = np.maximum(np.ceil(facts.bound_k / (passes.k * facts.grid_k)), columns)
        cycles = np.minimum(total(passes, enough), total(passes._replace(k=passes.k + 1.0), columns))
    else:
        cycles = total(passes, columns)
    return cycles + facts.start


CHUNK = 8_192
"""Boxes that are bounded at a time: more do not stay near the processor."""


def promised_in_room(stack: Stack, unknown: Boxes, fitting: Boxes) -> np.ndarray:
    """[boxes] what is ``promised`` of boxes ``unknown``, infinite where even the smallest tile does not fit, and of
    those of which it is known to."""
    fits = np.flatnonzero(stack.fits(unknown))
    boxes = joined([unknown.at(fits), fitting])
    size = len(boxes.which)
    chunks = [boxes.between(start, min(start + CHUNK, size)) for start in range(0, size, CHUNK)]
    found = np.concatenate([np.zeros(0), *(promised(stack, chunk) for chunk in chunks)])
    result = np.full(len(unknown.which) + len(fitting.which), np.inf)
    result[fits] = found[: len(fits)]
    result[len(unknown.which) :] = found[len(fits) :]
    return result


class _Stage(NamedTuple):
    """Something that works tile by tile (see ``pipeline.overlapped_seconds``)."""

    cycles: Array
    first: Array
    """Of these cycles those in which nothing overlaps with it."""


def _whole(cycles: Array) -> Array:
    """As ``pipeline.transfer_cycles`` rounds those of one tile."""
    return np.maximum(np.ceil(cycles * (1.0 - 2.0 * ROUNDING)), 1.0)


class Engines(NamedTuple):
    """Cycles of array and vector unit."""

    stage: _Stage
    """Of both."""
    contraction: Array
    """Of the one that multiplies, with what it waits for slots;"""
    vector: Array
    """and of the vector unit for the rest."""


def engine_of(stack: Stack, facts: Facts, work: Work, columns: Array) -> Engines:
    """Array and vector unit, as ``pipeline.engine_seconds`` has them for outputs that do not wait for each other."""
    engine, few, many = stack.engine, work.few, work.many
    # The vector unit takes whole cycles for what it takes together.
    some = facts.in_tiles * (facts.vector > 0.0)
    each = facts.vector / many.outputs
    behind = np.where(some > 0.0, _whole(each), each)
    vector = np.maximum(facts.vector, some * few.outputs * behind)
    if engine.overlap is None:
        steps = np.maximum(work.passes.every / engine.steps_per_cycle, facts.busy)
        one = _whole(steps / many.every)
        busy = _issued(stack.target, np.maximum(steps, few.every * one), work)
        return Engines(_Stage(busy + vector, np.maximum(busy / many.every, one) + behind), busy, vector)
    busy = np.maximum(_issued(stack.target, _array(engine, facts, work, columns), work), facts.busy)
    fill: Array = 0.0
    if engine.overlap.preload:
        drain = facts.rows if engine.name == "output_stationary" else 0.0
        fill = np.minimum(engine.shape[0] + columns - 2.0 + drain, busy)
    streams = busy - fill
    array = _with_slots(engine, facts, (busy, work.passes.every), few.outputs, columns)
    follows = np.maximum(behind - streams / few.every, 0.0)
    ahead = fill + streams / many.outputs * (1.0 - 1.0 / few.c)
    one = streams / many.every
    stage = _Stage(np.maximum(array + follows, vector + ahead), fill + np.maximum(behind, one))
    return Engines(stage, array, vector)


def _issued(target: Target, cycles: Array, work: Work) -> Array:
    """With what tiles take to be issued."""
    if target.tile_issue_cycles == 0.0:
        return cycles
    issue = target.tile_issue_cycles * work.cuts.every
    return np.maximum(cycles, issue) if target.tile_issue_overlapped else cycles + issue


ROW_CLASSES = {"gcrs": (0, 3), "crs": (3,), "qpn": (1,)}
"""What the array's rows take, as classes."""


def _array(engine: Engine, facts: Facts, work: Work, columns: Array) -> Array:
    """No more cycles of an array than any tile of the box takes.

    All steps stream; each stationary operand is loaded once, or, unless it shares its tiles, once for each trip of what
    streams, through rows that together are the bounds of what lies on them, however narrow a tile is."""
    overlap, streamed = engine.overlap, _streamed(engine)
    assert overlap is not None
    assert streamed is not None
    others = [index for index in range(4) if index != streamed]
    # A tile of one stationary operand may leave it in the array.
    shares = reduce(mul, (work.single[index] for index in others)) > 0.0
    cuts = np.where(shares, 1.0, work.cuts[streamed])
    apart = [work.passes[index] for index in others if index not in ROW_CLASSES[engine.axes[-2]]]
    swaps = reduce(mul, apart, cuts * facts.swap_rows)
    skew = engine.shape[0] + columns - 2.0
    streams = work.passes.every
    if not overlap.skew:
        streams = streams + reduce(mul, (work.passes[index] for index in others), cuts) * skew
    once = skew if overlap.skew else 0.0
    if not (overlap.drain if engine.name == "output_stationary" else overlap.preload):
        return once + streams + swaps
    # A swap overlaps with nothing but the last stream, or, for sums, which are there when theirs ends, the first.
    alone = 1.0 if engine.name == "output_stationary" else np.minimum(facts.rows, work.stream[streamed])
    return once + np.maximum(streams, swaps) + alone


def _with_slots(engine: Engine, facts: Facts, cycles: tuple[Array, Array], tiles: Array, columns: Array) -> Array:
    """Cycles of an array whose outputs wait for their slots, as far as all mappings of the box must wait; of
    ``cycles``, in which it is busy, and in which it streams."""
    busy, streams = cycles
    if engine.name == "output_stationary":
        return busy
    # Each tile of outputs holds its slot until the last column has ended. Of fewer columns there are more steps.
    columns = np.clip(np.sqrt(facts.alone / tiles), columns, engine.shape[1])
    alone = facts.alone / columns
    held = np.maximum(streams, alone) + tiles * (columns - 1.0) + facts.near_leaving
    waiting = with_slots(np.maximum(busy, alone), held, tiles)
    return np.maximum(busy, waiting * facts.in_tiles)


class Link(NamedTuple):
    """Cycles of the network between PEs and global buffer."""

    inputs: Array
    """For all inputs once;"""
    weights: Array
    """for all weights once;"""
    sums: Array
    """for all outputs, once back and forth;"""
    more: Array
    """and for what no order of the loops changes."""
    first: Array
    """Of these what goes on before the first tile is there, or after the last."""

    def within_reductions(self, few: Counts) -> tuple[Array, Array]:
        """For inputs and weights, where the loops of a reduction run inside all others."""
        return self.inputs * few.k, self.weights * few.m

    def around_reductions(self, few: Counts) -> Array:
        """For all, where loops over outputs run inside those of a reduction."""
        brought = np.minimum(self.inputs + self.weights * few.m, self.inputs * few.k + self.weights)
        return self.sums * (few.c - 1.0) + brought + self.more


def link_of(stack: Stack, boxes: Boxes, facts: Facts, work: Work) -> Link:
    """What ``boxes`` are to the network at least."""
    few, many = work.few, work.many
    last = 1.0 / many.outputs
    small = large = facts.near_in
    for dim, line, low, high in zip(stack.dims, stack.lines, boxes.low, boxes.high, strict=True):
        if dim in (P, Q) and stack.has_halos:
            small = small * line.halo.take(high)
            large = small if boxes.are_single else large * line.halo.take(low)
    each_in = np.where(facts.near_in > 0.0, _whole(large / many.inputs), 0.0)
    each_weight = np.where(facts.near_weight > 0.0, _whole(facts.near_weight / many.weights), 0.0)
    inputs = np.maximum(small, few.inputs * each_in)
    weights = np.maximum(facts.near_weight, few.weights * each_weight)
    outputs = few.outputs
    sums = 2.0 * np.maximum(facts.near_out, outputs * _whole(facts.near_out * last))
    more = facts.near_more * last
    some = (facts.near_more > 0.0) & (facts.in_tiles > 0.0)
    more = np.where(some, _whole(more), more)
    more_in_all = np.where(some, np.maximum(facts.near_more, outputs * more), facts.near_more)
    leaving = facts.near_leaving * last
    leaving = np.where(some, _whole(leaving), leaving)
    return Link(inputs, weights, sums, more_in_all, each_in + each_weight + leaving)


def _border(link: Link, few: Counts) -> _Stage:
    """The network in the best order of the loops."""
    inputs, weights = link.within_reductions(few)
    return _Stage(np.minimum(inputs + weights + link.more, link.around_reductions(few)), link.first)


def dram_of(facts: Facts, work: Work) -> _Stage:
    """DRAM: at least all traffic, and the first tile of L1, of whatever tile of the buffer, and what leaves with the
    last."""
    many = work.many
    first = facts.far_in / many.inputs + facts.far_weight / many.weights + facts.far_leaving / many.outputs
    return _Stage(facts.dram, first)
