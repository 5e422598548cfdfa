"""Engines that move tiles, and the slots that tiles move to."""

from __future__ import annotations

from fastc.simulator.spans import Recorder, Track

MOST_GAPS = 64
"""Last gaps of an engine that later transfers may still fill. As many as tiles that are on their way through an array
at once: where each takes a few cycles, the network has so many gaps before the outputs of the first of them leave."""


class Engine:
    """DRAM, or the network: serves transfers in the order of the program, but while one waits for its data those behind
    it go ahead; a transfer is made of bursts, and pauses where it meets one that was issued before it."""

    __slots__ = ("_recorder", "_track", "free", "gaps")

    def __init__(self, start: int, track: Track, recorder: Recorder | None) -> None:
        self._track: Track = track
        self._recorder = recorder
        self.free = start
        """All that was issued has ended."""
        self.gaps: list[tuple[int, int]] = []
        """Starts and ends of the last gaps before that, in which nothing moves."""

    def issue(self, ready: int, cycles: int, what: str) -> int:
        """A transfer of ``cycles`` of which the data, and the slot, are there in cycle ``ready``; when it ends."""
        if self.gaps and ready < self.gaps[-1][1]:
            cycles, end = self._fill(ready, cycles, what)
            if not cycles:
                return end
        if ready > self.free:
            self.gaps.append((self.free, ready))
            del self.gaps[:-MOST_GAPS]
            self.free = ready
        self.free += cycles
        if self._recorder is not None:
            self._recorder.add(self._track, what, self.free - cycles, self.free)
        return self.free

    def _fill(self, ready: int, cycles: int, what: str) -> tuple[int, int]:
        """Use the gaps after ``ready``; cycles that are left, and when the last that found room ends."""
        gaps: list[tuple[int, int]] = []
        end = ready
        for gap_start, gap_end in self.gaps:
            start = max(gap_start, ready)
            used = min(cycles, gap_end - start)
            if used <= 0:
                gaps.append((gap_start, gap_end))
                continue
            if gap_start < start:
                gaps.append((gap_start, start))
            end = start + used
            if self._recorder is not None:
                self._recorder.add(self._track, what, start, end)
            if end < gap_end:
                gaps.append((end, gap_end))
            cycles -= used
        self.gaps = gaps[-MOST_GAPS:]
        return cycles, end

    def forget(self, before: int) -> None:
        """Nothing that is issued from now on is ready ``before`` that cycle: gaps end to be of use."""
        gaps = self.gaps
        while gaps and gaps[0][1] <= before:
            del gaps[0]
        if gaps and gaps[0][0] < before:
            gaps[0] = before, gaps[0][1]

    @property
    def earliest(self) -> int:
        """Nothing that is issued from now on starts before."""
        return self.gaps[0][0] if self.gaps else self.free

    def move(self, by: int) -> None:
        """Let ``by`` cycles pass."""
        self.free += by
        self.gaps = [(start + by, end + by) for start, end in self.gaps]


class Tiles:
    """Cycles of one operand's tiles: in the global buffer (or on the way from DRAM) and at the PEs, two each."""

    __slots__ = ("coming", "drained", "drained_next", "free", "here", "outer_free", "read", "ready", "ready_next")

    def __init__(self, start: int) -> None:
        self.here = self.coming = start
        """The global tile in use, and the next one, are there; of the first, as much as has been asked for."""
        self.drained = self.drained_next = start
        """The network has taken the last that it needs of them so far."""
        self.outer_free = start
        """The slot of the next global tile is free."""
        self.ready = self.ready_next = start
        """The tile at the PEs that is in use, and the next one, are there."""
        self.read = start
        """The step before has read its tile for the last time."""
        self.free = start
        """The slot of the next one is free."""
