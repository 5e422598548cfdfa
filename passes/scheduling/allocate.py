"""Places in a memory for what is there from one moment to another.

One stretch each where a first fit finds it, biggest first. Where fragments are in the way, in the order of time: in the
smallest gap that is big enough, else in several gaps. That never fails while all fits at every moment: whoever comes
needs no more than is free, wherever that is.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from dialects.sched import Segment

Place = tuple[Segment, ...]


class Stay(NamedTuple):
    """``size`` bytes from moment ``first`` to ``last``, both included."""

    size: int
    first: int
    last: int


class OverfullError(Exception):
    """More is there at ``moment`` than the memory holds."""

    def __init__(self, moment: int, needed: int) -> None:
        super().__init__(f"{needed} bytes at moment {moment}")
        self.moment = moment
        self.needed = needed


def loads(stays: Sequence[Stay]) -> list[int]:
    """Bytes that are there at each moment."""
    change = [0] * (max((stay.last for stay in stays), default=-1) + 2)
    for stay in stays:
        change[stay.first] += stay.size
        change[stay.last + 1] -= stay.size
    taken: list[int] = []
    now = 0
    for difference in change[:-1]:
        now += difference
        taken.append(now)
    return taken


def allocate(stays: Sequence[Stay], capacity: int) -> list[Place]:
    """A place for each, so that what is there at the same time lies apart, within ``capacity`` bytes.

    Raises OverfullError where more is there at some moment than ``capacity``.
    """
    for moment, needed in enumerate(loads(stays)):
        if needed > capacity:
            raise OverfullError(moment, needed)
    return in_one_piece(stays, capacity) or in_parts(stays, capacity)


def in_one_piece(stays: Sequence[Stay], capacity: int) -> list[Place] | None:
    """One segment each, what stays longest at the bottom; None where that takes more than ``capacity``."""
    moments = max((stay.last for stay in stays), default=-1) + 1
    always = [index for index, stay in enumerate(stays) if stay.first == 0 and stay.last == moments - 1]
    places: list[Place] = [()] * len(stays)
    base = 0
    for index in always:
        places[index] = (Segment(base, base + stays[index].size),)
        base += stays[index].size
    there: list[list[Segment]] = [[] for _ in range(moments)]
    rest = sorted(set(range(len(stays))) - set(always), key=lambda index: (-stays[index].size, index))
    for index in rest:
        size, first, last = stays[index]
        start = base
        for segment in sorted({segment for moment in there[first : last + 1] for segment in moment}):
            if segment.start >= start + size:
                break
            start = max(start, segment.end)
        if start + size > capacity:
            return None
        places[index] = (Segment(start, start + size),)
        for moment in there[first : last + 1]:
            moment.append(places[index][0])
    return places


def in_parts(stays: Sequence[Stay], capacity: int) -> list[Place]:
    """As they come, at the same moment the longest first, each in the smallest gap for it or in the lowest ones."""
    places: list[Place] = [()] * len(stays)
    free = [Segment(0, capacity)]
    leaving: list[tuple[int, int]] = []
    for index in sorted(range(len(stays)), key=lambda index: (stays[index].first, -stays[index].last, index)):
        size, first, last = stays[index]
        while leaving and leaving[0][0] < first:
            free = _merged([*free, *places[leaving.pop(0)[1]]])
        places[index] = _take(free, size)
        insort(leaving, (last, index))
    return places


def _merged(segments: Sequence[Segment]) -> list[Segment]:
    ascending = sorted(segments)
    starts = [
        segment.start for before, segment in pairwise([Segment(-1, -1), *ascending]) if before.end < segment.start
    ]
    ends = [segment.end for segment, after in pairwise([*ascending, Segment(2**62, 0)]) if segment.end < after.start]
    return [Segment(*bounds) for bounds in zip(starts, ends, strict=True)]


def _take(free: list[Segment], size: int) -> Place:
    """Takes ``size`` bytes out of ``free``, which has as many."""
    gaps = [(segment.end - segment.start, place) for place, segment in enumerate(free)]
    place = min((gap for gap in gaps if gap[0] >= size), default=(0, 0))[1]
    taken: list[Segment] = []
    while size:
        start, end = free[place]
        part = min(size, end - start)
        taken.append(Segment(start, start + part))
        size -= part
        free[place : place + 1] = [Segment(start + part, end)] if start + part < end else []
    return tuple(taken)
