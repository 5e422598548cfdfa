"""When each engine does what: the finishing times of a program's steps, with exact repetition.

All that happens is a recurrence of maxima and sums of whole cycles: an engine serves its program in order, a transfer
waits for its slot and for its data, a computation for its tiles. So a state and the same one a constant later go on
alike, that constant apart; where a state comes back and the steps that follow are those that followed it before, whole
rounds are skipped and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fastc.simulator.array import ArrayState
from fastc.simulator.arrays import Arrays
from fastc.simulator.engines import Engine, Tiles
from fastc.simulator.issue import Row, issued
from fastc.simulator.machine import Chip
from fastc.simulator.nest import Ints
from fastc.simulator.program import Passes, Program
from fastc.simulator.spans import Recorder

MOST_REMEMBERED = 1 << 16
"""States that are remembered to find them again."""


class Timing(NamedTuple):
    """Cycles of one run of a region."""

    cycles: int
    """From its start, which they include, to the end of its last transfer."""
    array_busy: int
    """While words stream through the arrays."""
    vector_busy: int
    noc_busy: int
    dram_busy: int
    steps: int
    simulated: int
    """Steps that were gone through one by one; all others repeat them."""


def together(timings: Sequence[Timing], counts: Sequence[int]) -> Timing:
    """One run after the other, each so many times; those that repeat are gone through once."""
    total = [
        sum(count * each for count, each in zip(counts, column, strict=True)) for column in zip(*timings, strict=True)
    ]
    return Timing(*total)._replace(simulated=sum(timing.simulated for timing in timings))


TILES, OUTPUTS, SUMS, SIDES = "tiles in", "outputs out", "partial sums back", "vector operands in"
PRODUCTS, ELEMENTS = "contraction", "vector ops"
"""What a recorder calls what engines do."""


class _Clock:
    """The engines of a chip while they run one region's program; all fields are cycles."""

    def __init__(self, program: Program, chip: Chip, recorder: Recorder | None) -> None:
        self.program, self.start, self.recorder = program, chip.start_cycles, recorder
        self._has_sides, self._has_reloads = bool(program.side.any()), bool(program.reload.any())
        self._has_stores = bool(program.store_dram.any())
        self.latency = chip.latency_cycles
        self.issue_cycles, self.issue_overlapped = chip.issue_cycles, chip.issue_overlapped
        self.arrays = None if program.array is None else Arrays(program.array)
        start = self.start
        self.dram, self.noc = Engine(start, "dram", recorder), Engine(start, "noc", recorder)
        self.vector = self.issued = start
        self.vector_before = start
        """The vector unit has ended its work on the outputs before those it worked on last."""
        self.state = ArrayState(start, start, start)
        self.compute_start = self.compute_end = self.end = start
        """Of the step before: its first word enters; its last has; its last result is there."""
        self.tiles = [Tiles(start) for _ in program.feeds]
        self.partial = self.side = start
        """Partial sums, and what the vector unit reads beside them, are at the PEs for the next step."""
        self.finished = start
        """The outputs before those at hand can leave."""
        self.slot = start
        """The slot of the outputs at hand is free."""
        self.leaving = start
        """The network has taken what DRAM takes next."""
        self.outer_stored = (start, start)
        """DRAM has taken the last two global tiles of outputs."""
        self.last_store = start - self.latency
        self._begin(start)

    def _begin(self, start: int) -> None:
        """What has to be there before the first step: DRAM brings it, then the network."""
        program = self.program
        for feed, tiles in zip(program.feeds, self.tiles, strict=True):
            if feed.first_dram:
                tiles.here = self.dram.issue(start, feed.first_dram, TILES) + self.latency
        side = start
        if program.side_dram[0]:
            side = self.dram.issue(start, int(program.side_dram[0]), SIDES) + self.latency
        for feed, tiles in zip(program.feeds, self.tiles, strict=True):
            tiles.ready_next = tiles.drained_next = self.noc.issue(tiles.here, feed.first_noc, TILES)
        if program.side[0]:
            self.side = self.noc.issue(side, int(program.side[0]), SIDES)

    def step(self, row: Row) -> None:
        """Issue one row."""
        reload_there, side_there = self._run_dram(row)
        side_ready, partial_ready = self.side, self.partial
        if row.enters:
            # The outputs before those at hand leave now, and those before them have: theirs is the slot.
            self.slot = self.leaving
        self._run_network(row, reload_there, side_there)
        self._forget_gaps(row)
        if not row.computes:
            return
        if row.step < 0:
            self.compute_start = self.compute_end = self.end = self.slot
        else:
            self._compute(self.program.passes[row.step], partial_ready)
        if row.completes:
            self.vector_before = self.vector
            self._run_vector(row, side_ready)
        if row.leaves:
            self.finished = self.vector if row.completes else self.end

    def _forget_gaps(self, row: Row) -> None:
        """Forget the gaps before all transfers of later steps: none has its slot, or its data, before that."""
        noc, dram = [self.end], [self.end]
        for tiles, feed in zip(self.tiles, row.feeds, strict=False):
            noc += [tiles.free] * feed.more
            dram += [tiles.outer_free] * feed.more_outer
        if self._has_sides:
            noc.append(self.vector_before)
        if self._has_reloads:
            noc.append(self.leaving)
        if self._has_stores:
            dram.append(min(self.leaving, self.last_store))
        self.noc.forget(min(noc))
        if not row.more_early:
            self.dram.forget(min(dram))

    def _run_dram(self, row: Row) -> tuple[int, int]:
        """DRAM brings what the network takes next, and takes what the network has taken; when partial sums and what the
        vector unit reads are there."""
        for tiles, feed in zip(self.tiles, row.feeds, strict=False):
            if feed.is_new_outer:
                tiles.here = max(tiles.here, tiles.coming)
                tiles.outer_free, tiles.drained = tiles.drained, tiles.drained_next
            if feed.dram:
                tiles.here = self.dram.issue(self.start, feed.dram, TILES) + self.latency
            if feed.dram_next:
                tiles.coming = self.dram.issue(tiles.outer_free, feed.dram_next, TILES) + self.latency
        reload_there = side_there = 0
        if row.side_dram:
            side_there = self.dram.issue(self.start, row.side_dram, SIDES) + self.latency
        if row.store_dram:
            self.last_store = self.dram.issue(self.leaving, row.store_dram, OUTPUTS)
        if row.leaves_outer:
            self.outer_stored = (self.outer_stored[1], self.last_store)
        if row.reload_dram:
            reload_there = self.dram.issue(self.last_store, row.reload_dram, SUMS) + self.latency
        return reload_there, side_there

    def _run_network(self, row: Row, reload_there: int, side_there: int) -> None:
        """The network brings what the PEs need next, and takes what they have finished."""
        if row.side:
            # One slot holds what the vector unit reads for the outputs at hand, the other was read for those before.
            read = self.vector if row.completes else self.vector_before
            self.side = self.noc.issue(max(side_there, read), row.side, SIDES)
        for tiles, feed in zip(self.tiles, row.feeds, strict=False):
            if feed.is_new:
                tiles.ready, tiles.free = tiles.ready_next, tiles.read
            if feed.noc:
                there = (tiles.coming if feed.noc_from_next else tiles.here) - feed.noc_early
                tiles.ready_next = self.noc.issue(max(there, tiles.free), feed.noc, TILES)
                if feed.noc_from_next:
                    tiles.drained_next = tiles.ready_next
                else:
                    tiles.drained = tiles.ready_next
        if row.store:
            self.leaving = self.noc.issue(max(self.finished, self.outer_stored[0]), row.store, OUTPUTS)
        if row.reload:
            self.partial = self.noc.issue(max(reload_there, self.leaving), row.reload, SUMS)

    def _compute(self, work: Passes, partial_ready: int) -> None:
        ready = max(partial_ready, self._slot_ready(work), *(tiles.ready for tiles in self.tiles))
        if self.issue_cycles:
            # A processor issues a step's work while the step before runs, or once that has ended.
            free = self.compute_start if self.issue_overlapped else self.compute_end
            self.issued = max(self.issued, free) + self.issue_cycles
            ready = max(ready, self.issued)
        if self.arrays is None:
            self.compute_start = max(self.vector, ready)
            self.vector = self.compute_end = self.end = self.compute_start + work.vector_cycles
            if self.recorder is not None:
                self.recorder.add("vector", PRODUCTS, self.compute_start, self.vector)
            for tiles in self.tiles:
                tiles.read = self.compute_end
            return
        has_stationary = self.program.has_stationary
        load_ready = self.tiles[0].ready if has_stationary else ready
        timing = self.arrays.run(work, self.state, load_ready, ready)
        self.state = timing.after
        self.compute_start, self.compute_end, self.end = timing.start, timing.after.stream_free, timing.end
        if self.recorder is not None:
            busy = work.loads * sum(count * words for count, words in work.streams)
            self.recorder.add("array", PRODUCTS, timing.start, self.compute_end, busy)
        for index, tiles in enumerate(self.tiles):
            tiles.read = timing.loaded if has_stationary and index == 0 else self.compute_end

    def _slot_ready(self, work: Passes) -> int:
        """When a step may begin for the slot of its outputs, which they need when the first of them leaves the
        array."""
        if self.arrays is None:
            return self.slot
        if self.arrays.keeps_sums(work):
            return self.start
        return self.slot - self.arrays.first_result(work)

    def _run_vector(self, row: Row, side_ready: int) -> None:
        """The vector unit follows the sums as they become complete, if an array makes them."""
        if self.arrays is None:
            self.vector = max(self.vector, side_ready, self.end) + row.vector
            if self.recorder is not None:
                self.recorder.add("vector", ELEMENTS, self.vector - row.vector, self.vector)
            return
        work = self.program.passes[row.step]
        way = self.arrays.array.rows - 1
        first = self.compute_start + (self.compute_end - self.compute_start) * work.lead_parts // work.parts + way
        last = -(-row.vector // work.quanta)
        begin = first if row.follows else self.end
        start = max(self.vector, side_ready, begin)
        self.vector = max(start + row.vector, self.end + last)
        if self.recorder is not None:
            self.recorder.add("vector", ELEMENTS, start, self.vector, row.vector)

    def relative(self) -> tuple[int, tuple[int, ...]]:
        """A cycle, and all that the future depends on as differences from it.

        A cycle that lies behind all with which the future will compare it is as good as the first of them.
        """
        base = self.compute_end
        engine = self.vector if self.arrays is None else min(self.state.stream_free, self.state.chain_free)
        dram, noc = self.dram.earliest, self.noc.earliest
        cycles = [self.vector, *self.state, base, max(self.finished, noc)]
        for each in (self.dram, self.noc):
            cycles += [each.free, *(cycle for gap in each.gaps for cycle in gap)]
        if self.issue_cycles:
            cycles += [self.issued, self.compute_start]
        for tiles in self.tiles:
            cycles += [max(cycle, noc) for cycle in (tiles.here, tiles.coming, tiles.read, tiles.free)]
            cycles += [max(cycle, dram) for cycle in (tiles.drained, tiles.drained_next, tiles.outer_free)]
            cycles += [max(cycle, engine) for cycle in (tiles.ready, tiles.ready_next)]
        cycles += [max(cycle, engine) for cycle in (self.partial, self.slot)]
        cycles += [max(cycle, noc) for cycle in self.outer_stored]
        cycles += [
            max(self.side, self.vector),
            max(self.vector_before, noc),
            max(self.leaving, min(dram, noc, engine)),
            max(self.last_store, min(dram, noc) - self.latency),
        ]
        return base, (len(self.dram.gaps), *(cycle - base for cycle in cycles))

    def move(self, by: int) -> None:
        """Let ``by`` cycles pass in which nothing changes but the time."""
        for name in _CYCLES:
            setattr(self, name, getattr(self, name) + by)
        self.state = ArrayState(*(cycle + by for cycle in self.state))
        self.outer_stored = (self.outer_stored[0] + by, self.outer_stored[1] + by)
        self.dram.move(by)
        self.noc.move(by)
        for tiles in self.tiles:
            for name in Tiles.__slots__:
                setattr(tiles, name, getattr(tiles, name) + by)

    @property
    def total(self) -> int:
        """The cycle in which all has ended."""
        return max(self.noc.free, self.finished, self.dram.free, self.last_store + self.latency)


_CYCLES = (
    *("vector", "vector_before", "issued", "compute_start", "compute_end", "end"),
    *("partial", "side", "finished", "slot", "leaving", "last_store"),
)
"""Fields of ``_Clock`` that are single cycles."""


def time_program(program: Program, chip: Chip, *, skip: bool = True, recorder: Recorder | None = None) -> Timing:
    """Run a program on an idle chip; with ``skip``, rounds that repeat are not gone through one by one.

    ``recorder`` is told what each engine does when.
    """
    rows, which = issued(program)
    clock = _Clock(program, chip, recorder)
    seen: dict[tuple[int, ...], tuple[int, int, tuple[int, ...]]] = {}
    at, simulated = 0, 0
    order = which.tolist()
    while at < len(order):
        clock.step(rows[order[at]])
        at += 1
        simulated += 1
        if not skip:
            continue
        base, relative = clock.relative()
        before = seen.get(relative)
        if before is not None:
            rounds = _repeats(which, before[0], at)
            if rounds:
                by = (base - before[1]) * rounds
                clock.move(by)
                if recorder is not None:
                    recorder.repeat(before[2], by, rounds)
                at += (at - before[0]) * rounds
                seen.clear()
                continue
        if len(seen) >= MOST_REMEMBERED:
            seen.clear()
        seen[relative] = (at, base, () if recorder is None else recorder.mark())
    steps = len(program.step)
    return Timing(clock.total, *_busy(program), steps, min(simulated, steps))


def _repeats(which: Ints, before: int, at: int) -> int:
    """How many times over the steps from ``at`` on repeat those from ``before`` to ``at``."""
    length = at - before
    if at + length > len(which) or not np.array_equal(which[before:at], which[at : at + length]):
        return 0
    same = which[at:] == which[before : len(which) - length]
    return int(np.argmin(same) if not same.all() else len(same)) // length


def _busy(program: Program) -> tuple[int, int, int, int]:
    """Cycles in which arrays, vector unit, network and DRAM work."""
    counts = np.bincount(program.step[program.step >= 0], minlength=len(program.passes)).tolist()
    streams = [work.loads * sum(count * words for count, words in work.streams) for work in program.passes]
    on_vector = [work.vector_cycles for work in program.passes]
    array, vector = (sum(count * each for count, each in zip(counts, of, strict=True)) for of in (streams, on_vector))
    noc, dram = (
        (program.store, program.reload, program.side),
        (program.store_dram, program.reload_dram, program.side_dram),
    )
    return (
        array,
        vector + int(program.vector.sum()),
        sum(int(part.sum()) for part in noc) + sum(feed.first_noc + int(feed.noc.sum()) for feed in program.feeds),
        sum(int(part.sum()) for part in dram)
        + sum(feed.first_dram + int(feed.dram.sum() + feed.dram_next.sum()) for feed in program.feeds),
    )
