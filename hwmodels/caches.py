"""How often tiled accesses miss a cache: set-associative, random replacement, loops over tiles around it.

A tensor is rows of contiguous bytes, of which a tile takes a piece each. What counts is the lines that a tile touches
and the *span* that they occupy: rows a power of two apart land in the same few sets, so a column of pieces takes the
room of the whole rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hwmodels.arrays import namespace
from hwmodels.records import Array

NEWTON_STEPS = 8
"""Enough for a miss rate to three digits wherever it is above 1 %."""

GREATEST_STRIDE = 12
"""Power of two from which rows further apart share their sets no more: 4 KiB, a page."""


class Footprint(NamedTuple):
    """What a tensor's accesses touch."""

    lines: Array
    """Distinct lines."""
    span_bytes: Array
    """Room that they take in a cache, counting what no other line of the tensor can fill."""


class Level(NamedTuple):
    """The accesses inside one loop (and all loops inside it)."""

    footprints: Sequence[Footprint]
    """Of each tensor."""
    repeats: Sequence[Array]
    """How often this loop runs what is inside it, for each tensor."""
    share: Sequence[Array]
    """Share of the inside's iterations in which each tensor is touched."""


def miss_rate(ratio: Array) -> Array:
    """Share of accesses that miss a cache with random replacement when ``ratio`` times its lines are touched in turn:
    the ``m`` of ``1 - m = exp(-m * ratio)``, 0 where everything fits.

    A line survives each miss with probability ``1 - 1 / lines``, and ``m * ratio * lines`` happen between two uses.
    """
    xp = namespace(ratio)
    beyond = xp.maximum(ratio, 1.0)
    rate = xp.ones_like(beyond)
    for _ in range(NEWTON_STEPS):
        survival = xp.exp(-rate * beyond)
        slope = xp.maximum(1.0 - beyond * survival, 1e-9)
        rate = xp.clip(rate - (rate - 1.0 + survival) / slope, 0.0, 1.0)
    return xp.where(ratio <= 1.0, 0.0, rate)


def piece(bytes_: Array, row_bytes: Array, line_bytes: float, alignment_bytes: float, anywhere: Array) -> Footprint:
    """Lines and span of one row's piece of ``bytes_`` in a row of ``row_bytes``, neighbours' pieces in other rows.

    Pieces start at any multiple of ``alignment_bytes`` alike where the tensor lies ``anywhere``, else at a line. Whole
    rows lie one after the other, and rows shorter than a line share it.
    """
    xp = namespace(bytes_, row_bytes, anywhere)
    starts = [alignment_bytes * step for step in range(int(line_bytes // alignment_bytes))]
    apart = sum(xp.ceil((start + bytes_) / line_bytes) for start in starts) / len(starts)
    apart = xp.where(anywhere, apart, xp.ceil(bytes_ / line_bytes))
    dense = row_bytes / line_bytes
    lines = xp.where((bytes_ >= row_bytes) | (row_bytes < line_bytes), dense, apart)
    together = xp.minimum(power_of_two(row_bytes), row_bytes)
    return Footprint(lines, xp.maximum(line_bytes * lines, together))


def power_of_two(value: Array) -> Array:
    """Greatest power of two that divides ``value``, at most 2 ** ``GREATEST_STRIDE``."""
    xp = namespace(value)
    result = xp.ones_like(value * 1.0)
    for exponent in range(1, GREATEST_STRIDE + 1):
        result = xp.where(value % 2**exponent == 0, 2.0**exponent, result)
    return result


def misses(levels: Sequence[Level], capacity_bytes: float, line_bytes: float) -> list[Array]:
    """Misses of each tensor of a nest of ``levels``, innermost first, which runs again and again.

    The first level is one tile: each of its lines once. A level repeats the misses of what is inside it, less the lines
    that it finds again: those touched before that survived everything touched in between. A tensor is in its own way
    with its span, in the others' with its lines. Neglected: what streams through a cache evicts some of what it holds
    (random replacement), so tensors that stay are fetched a little more often than this says.
    """
    inner = levels[0]
    totals = [footprint.lines for footprint in inner.footprints]
    for outer in levels[1:]:
        rates = _rates(inner, capacity_bytes, line_bytes)
        xp = namespace(*totals, *rates)
        for index, (before, after) in enumerate(zip(inner.footprints, outer.footprints, strict=True)):
            repeats = outer.repeats[index]
            again = xp.maximum(repeats * before.lines - after.lines, 0.0)
            totals[index] = repeats * totals[index] - (1.0 - rates[index]) * again
        inner = outer
    rates = _rates(inner, capacity_bytes, line_bytes)
    xp = namespace(*totals, *rates)
    return [
        xp.maximum(total - (1.0 - rate) * footprint.lines, 0.0)
        for total, rate, footprint in zip(totals, rates, inner.footprints, strict=True)
    ]


def _rates(level: Level, capacity_bytes: float, line_bytes: float) -> list[Array]:
    """Miss rate of each tensor's next use of a line, everything in ``level`` touched meanwhile."""
    spans = [footprint.span_bytes * share for footprint, share in zip(level.footprints, level.share, strict=True)]
    own = [footprint.lines * line_bytes * share for footprint, share in zip(level.footprints, level.share, strict=True)]
    everything = sum(own)
    return [miss_rate((everything - bytes_ + span) / capacity_bytes) for bytes_, span in zip(own, spans, strict=True)]
