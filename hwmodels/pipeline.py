"""Stages that tiles go through one after the other, each busy with one tile at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hwmodels.arrays import is_exact, namespace, slack
from hwmodels.records import Array

MISSED = 4.0
"""Extents that miss a whole number at once, by which a relaxed tile's bytes are off."""

ROUNDING = 1e-9
"""Share by which the bytes of a tile may be off for the order in which they were computed; and tiles that are none."""

ALL_BUT = 1.5
"""Tiles that wait for no slot."""


class EngineSeconds(NamedTuple):
    """Seconds of the engines of one or many regions."""

    compute: Array
    """Of the array, or of a contraction on the vector unit."""
    waiting: Array
    """The same with what an array waits for slots."""
    fill: Array
    """Of ``compute`` what only the last tile takes, on its way through the array."""
    vector: Array
    """Of the vector unit's other work."""


def engine_seconds(
    seconds: EngineSeconds, on_vector: Array, steps: Array, last: Array, waits: Array
) -> tuple[Array, Array]:
    """Seconds of array and vector unit together, and how long both take for the last tile.

    The vector unit follows the array output by output, from the last tile of a reduction on; where outputs wait, when
    all have ended that wait together. A contraction on the vector unit and its other work go one after the other.

    ``on_vector``: 1 for a contraction on the vector unit, 0 for one on an array. ``steps``: tiles of the contraction.
    ``last``: share of the outputs that the vector unit takes together. ``waits``: share of those that wait for the end
    of their rows; 0: none.
    """
    xp = namespace(*seconds)
    fill = xp.minimum(seconds.fill, seconds.compute)
    streams = seconds.compute - fill
    one = streams / steps
    behind = seconds.vector * last
    serial = (waits > 0.0) | (on_vector > 0.0)
    follows = xp.where(serial, behind, xp.maximum(behind - one, 0.0))
    ahead = xp.maximum(streams * last - xp.where(serial, 0.0, one), 0.0) + fill
    array = seconds.waiting * (1.0 - on_vector)
    behind_vector = seconds.vector + ahead * (1.0 - on_vector) + seconds.compute * on_vector
    return xp.maximum(array + follows, behind_vector), one + fill + follows


def overlapped_seconds(stages: Sequence[Array], first: Sequence[Array]) -> Array:
    """Seconds in which tiles go through ``stages``: the seconds that each works, for all tiles together.

    ``first``: how long each works for what nothing overlaps with, the first tile on its way in and the last one on its
    way out. A stage that works all the time takes its own seconds and waits for the ``first`` of all others; the
    slowest so bounds the whole, and with two slots for tiles between stages that is what it takes.
    """
    xp = namespace(*stages, *first)
    greatest = stages[0] - first[0]
    for stage, one in zip(stages[1:], first[1:], strict=True):
        greatest = xp.maximum(greatest, stage - one)
    return greatest + sum(first[1:], first[0])


def transfer_cycles(size: Array, tiles: Array, rate: Array, temperature: Array) -> Array:
    """Cycles in which ``tiles`` of ``size`` bytes together move at ``rate`` bytes a cycle: whole ones for each; none
    where nothing moves. Relaxed: blended with part cycles."""
    xp = namespace(size, tiles, rate)
    # Relaxed, tiles of partial sums vanish with their bytes: where both are rounding errors, so is the time.
    count = xp.maximum(tiles, ROUNDING)
    each = size / (count * rate)
    # Of a tile's many extents each may miss a whole number by its share.
    whole = xp.maximum(xp.ceil(each - xp.minimum((MISSED * slack(temperature) + ROUNDING) * each, 0.5)), 1.0)
    if not is_exact(temperature):
        whole = (1.0 - temperature) * whole + temperature * xp.maximum(each, 1.0)
    return xp.where(size > 0.0, count * whole, 0.0)


def with_slots(compute_s: Array, held_s: Array, tiles: Array) -> Array:
    """Seconds of an array that works ``compute_s`` and waits for the two slots of its outputs: each is taken while a
    tile streams, until its last result is there, and while what comes behind works on it. Were all ``tiles`` as great
    as the greatest, for a slot that has got it gets it again and again, that would be ``held_s`` in all.

    The first two tiles find both slots free, so of an even number all but two wait, of an odd number all but one:
    ``ALL_BUT`` on average.
    """
    xp = namespace(compute_s, held_s, tiles)
    return compute_s + xp.maximum(held_s / 2.0 - compute_s, 0.0) * xp.maximum(1.0 - ALL_BUT / tiles, 0.0)


def first_pass_s(dram_s: Array, chip_s: Array, share: Array, blocks: Array) -> Array:
    """Seconds that the chip, which works ``chip_s``, waits for an operand that DRAM brings in ``dram_s``, piece by
    piece, where it goes through the same pieces again and again: all have to be there after the first pass.

    ``share``: of the time of each of ``blocks`` equal parts of the work, that of the first pass through its pieces. In
    step with the first block the chip waits for that one's pieces; where DRAM is the slower one even so, for the last
    one's.
    """
    xp = namespace(dram_s, chip_s, share)
    last = 1.0 - (1.0 - share) / blocks
    return xp.maximum(xp.maximum((dram_s - share * chip_s) / blocks, dram_s - last * chip_s), 0.0)
