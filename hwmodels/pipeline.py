"""Stages that tiles go through one after the other, each busy with one tile at a time."""

from __future__ import annotations

from collections.abc import Sequence

from hwmodels.arrays import namespace
from hwmodels.records import Array


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
