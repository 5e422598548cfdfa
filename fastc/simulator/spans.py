"""What happened when in the simulator: what a recorder notes while a region runs, on a track for each engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

Track = Literal["dram", "noc", "array", "vector"]
TRACKS: tuple[Track, ...] = ("dram", "noc", "array", "vector")

MOST_SPANS = 200
"""Spans that are kept of one region's track; of more, neighbours become one."""


class Span(NamedTuple):
    """Something that an engine does, from a cycle to another after the start of its region."""

    track: Track
    name: str
    start: int
    end: int
    busy: int
    """Cycles in which the engine works; the others it waits for what it needs."""
    times: int = 1
    """How many transfers, steps or turns of the vector unit this is."""


class Recorder:
    """Notes spans; what is skipped because it repeats becomes one span on each track."""

    def __init__(self) -> None:
        self._spans: dict[Track, list[Span]] = {track: [] for track in TRACKS}

    def add(self, track: Track, name: str, start: int, end: int, busy: int | None = None) -> None:
        """An engine does something from ``start`` to ``end``, working all that time or ``busy`` cycles of it."""
        worked = end - start if busy is None else busy
        if worked:
            self._spans[track].append(Span(track, name, start, end, worked))

    def mark(self) -> tuple[int, ...]:
        """Where ``repeat`` begins, when the state of now comes back."""
        return tuple(len(self._spans[track]) for track in TRACKS)

    def repeat(self, mark: tuple[int, ...], by: int, rounds: int) -> None:
        """What came since ``mark`` comes ``rounds`` times again, which takes ``by`` cycles."""
        for track, first in zip(TRACKS, mark, strict=True):
            again = self._spans[track][first:]
            if again:
                start, end = min(span.start for span in again) + by // rounds, max(span.end for span in again) + by
                busy, times = sum(span.busy for span in again), sum(span.times for span in again)
                self._spans[track].append(Span(track, "the same again", start, end, busy * rounds, times * rounds))

    def spans(self) -> tuple[Span, ...]:
        """All of them, track by track, at most ``MOST_SPANS`` on each."""
        return tuple(span for track in TRACKS for span in _merged(sorted(self._spans[track], key=_start)))


def one_after_the_other(runs: Sequence[tuple[int, int, Sequence[Span]]]) -> tuple[Span, ...]:
    """Spans of runs that follow one another, each so many times and of so many cycles: its first time in detail, the
    others as one on each track."""
    found: list[Span] = []
    start = 0
    for count, cycles, spans in runs:
        found += [span._replace(start=span.start + start, end=span.end + start) for span in spans]
        if count > 1:
            for track in TRACKS:
                own = [span for span in spans if span.track == track]
                if not own:
                    continue
                busy, times = (
                    sum(values) * (count - 1) for values in zip(*((s.busy, s.times) for s in own), strict=True)
                )
                name = f"{count - 1} more tiles"
                found.append(Span(track, name, start + cycles, start + count * cycles, busy, times))
        start += count * cycles
    return tuple(found)


def _start(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Neighbours made one where there are too many, and those that overlap."""
    apart = list(_apart(spans))
    each = -(-len(apart) // MOST_SPANS)
    source = iter(apart)
    while group := list(islice(source, each)):
        yield _one(group)


def _apart(spans: list[Span]) -> Iterator[Span]:
    """Those that overlap as one: rounds that were skipped begin before the one that they repeat has ended everywhere,
    and transfers may yet fill gaps in the last of them."""
    group: list[Span] = []
    end = 0
    for span in spans:
        if group and span.start >= end:
            yield _one(group)
            group = []
        group.append(span)
        end = max(end, span.end)
    if group:
        yield _one(group)


def _one(spans: Sequence[Span]) -> Span:
    if len(spans) == 1:
        return spans[0]
    names = dict.fromkeys(span.name for span in spans)
    return Span(
        spans[0].track,
        ", ".join(names),
        spans[0].start,
        max(span.end for span in spans),
        sum(span.busy for span in spans),
        sum(span.times for span in spans),
    )
