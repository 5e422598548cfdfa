"""When each engine does what: the finishing times of a program's steps, with exact repetition.

All that happens is a recurrence of maxima and sums of whole cycles: an engine serves its program in order, a transfer
waits for its slot and for its data, a computation for its tiles. So a state and the same one a constant later go on
alike, that constant apart; where a state comes back and the steps that follow are those that followed it before, whole
rounds are skipped and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from fastc.simulator.array import ArrayState, Dataflow, Pass, PassTiming, SystolicArray, advance
from fastc.simulator.machine import Chip
from fastc.simulator.nest import Ints
from fastc.simulator.program import Feed, Passes, Program
from fastc.simulator.spans import Recorder, Track

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


class StepTiming(NamedTuple):
    """Cycles of one step of the arrays."""

    start: int
    """The first word of its first stream is fed."""
    loaded: int
    """All that stays has entered: its buffer is read no more."""
    after: ArrayState
    end: int
    """Its last result stands in the output register."""


class Arrays:
    """The arrays of all PEs, which work in step."""

    def __init__(self, array: SystolicArray) -> None:
        self.array = array
        self._known: dict[tuple[object, ...], StepTiming] = {}

    def run(self, work: Passes, state: ArrayState, load_ready: int, stream_ready: int) -> StepTiming:
        """The passes of one step. Equal ones from equal states are gone through once."""
        base = state.stream_free
        relative = ArrayState(0, state.chain_free - base, state.empty - base)
        ready = max(load_ready - base, min(relative.chain_free, 0)), max(stream_ready - base, 0)
        key = (work, relative, ready)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _run_passes(self.array, work, relative, *ready)
        stream_free, chain_free, empty = found.after
        return StepTiming(
            base + found.start,
            base + found.loaded,
            ArrayState(base + stream_free, base + chain_free, base + empty),
            base + found.end,
        )

    def keeps_sums(self, work: Passes) -> bool:
        """Whether the sums of a step stay in the cells, where the next step adds to them."""
        return self.array.dataflow is Dataflow.OUTPUT_STATIONARY and work.loads == 1 and not work.is_new

    def first_result(self, work: Passes) -> int:
        """Cycles from the first word of a step's stream to its first result, at least."""
        words = work.streams[0][1] if self.array.dataflow is Dataflow.OUTPUT_STATIONARY else 0
        return words + self.array.rows - 1


def _run_passes(
    array: SystolicArray, work: Passes, state: ArrayState, load_ready: int, stream_ready: int
) -> StepTiming:
    first, loaded, end = None, 0, 0
    for one, count in _pass_runs(array, work):
        left = count
        while left:
            before = state
            state, timing = advance(array, state, one, load_ready=load_ready, stream_ready=stream_ready)
            left -= 1
            shift = state.stream_free - before.stream_free
            # Once a pass has run, all operands are there: what moves the whole state by a constant goes on to do so.
            if first is not None and state == tuple(cycle + shift for cycle in before):
                state = ArrayState(*(cycle + shift * left for cycle in state))
                timing = PassTiming(*(cycle + shift * left for cycle in timing))
                left = 0
            first = timing.stream_start if first is None else first
            loaded = timing.stream_start if one.load else loaded
            end = timing.end
    assert first is not None, "a step streams something"
    return StepTiming(first, loaded, state, end)


def _pass_runs(array: SystolicArray, work: Passes) -> Iterator[tuple[Pass, int]]:
    """The passes of one step, equal ones in a row together."""
    sums_stay = array.dataflow is Dataflow.OUTPUT_STATIONARY
    passes = [(Pass(words, work.rows, work.columns), count) for count, words in work.streams]
    if work.loads > 1:
        yield from ((one._replace(load=not sums_stay, drain=sums_stay), work.loads * count) for one, count in passes)
        return
    # One operand (or one tile of sums) stays for all streams.
    if sums_stay:
        (last, count) = passes.pop()
        yield from passes
        if count > 1:
            yield last, count - 1
        yield last._replace(drain=work.is_new), 1
        return
    (one, count), *others = passes
    yield one._replace(load=work.is_new), 1
    if count > 1:
        yield one, count - 1
    yield from others


class FeedRow(NamedTuple):
    """One step of ``program.Feed``."""

    dram: int
    dram_next: int
    noc: int
    noc_from_next: int
    noc_early: int
    is_new: int
    is_new_outer: int
    more: int
    """1 as long as this or a later step brings tiles to the PEs,"""
    more_outer: int
    """or a next global tile."""


class Row(NamedTuple):
    """What is issued in one step: what goes out follows a step behind its computation (in DRAM two), what comes in is
    a step ahead of it."""

    store_dram: int
    store: int
    side_dram: int
    side: int
    reload_dram: int
    reload: int
    step: int
    vector: int
    completes: int
    enters: int
    leaves: int
    leaves_outer: int
    follows: int
    """1 where that is the outputs of this step alone, so that the vector unit can follow them as they come."""
    computes: int
    """0 in the two steps at the end in which only stores are left."""
    more_early: int
    """1 as long as this or a later step asks DRAM for what may come at any time."""
    feeds: tuple[FeedRow, ...] = ()


def _shifted(values: Ints, by: int, count: int) -> Ints:
    """[count] ``values`` moved ``by`` steps later; 0 where there are none."""
    result = np.zeros(count, np.int64)
    first, last = max(by, 0), min(count, len(values) + by)
    result[first:last] = values[first - by : last - by]
    return result


def _more(values: Ints) -> Ints:
    """1 as long as any of ``values`` is left."""
    return np.maximum.accumulate(values[::-1] > 0)[::-1].astype(np.int64)


def _feed_columns(feed: Feed) -> tuple[Ints, ...]:
    """The fields of ``FeedRow`` for all steps."""
    parts = feed.dram, feed.dram_next, feed.noc
    flags = feed.noc_from_next, feed.noc_early, feed.is_new, feed.is_new_outer
    return *parts, *flags, _more(feed.noc), _more(feed.dram_next)


def _rows(program: Program) -> tuple[list[Row], Ints]:
    """The different rows, and which of them each step issues."""
    count = len(program.step) + 2
    own = [
        _shifted(program.store_dram, 2, count),
        _shifted(program.store, 1, count),
        _shifted(program.side_dram, -1, count),
        _shifted(program.side, -1, count),
        _shifted(program.reload_dram, -1, count),
        _shifted(program.reload, -1, count),
        _shifted(program.step, 0, count),
        _shifted(program.vector, 0, count),
        _shifted(program.completes, 0, count),
        _shifted(program.enters, 0, count),
        _shifted(program.leaves, 0, count),
        _shifted(program.leaves_outer, 1, count),
        _shifted(program.follows, 0, count),
        _shifted(np.ones_like(program.step), 0, count),
        _shifted(_more(sum((feed.dram for feed in program.feeds), program.side_dram)), 0, count),
    ]
    feeds = [_shifted(values, 0, count) for feed in program.feeds for values in _feed_columns(feed)]
    table, which = np.unique(np.column_stack([*own, *feeds]), axis=0, return_inverse=True)
    width = len(FeedRow._fields)
    rows = [
        Row._make(
            (*line[: len(own)], tuple(FeedRow._make(line[at : at + width]) for at in range(len(own), len(line), width)))
        )
        for line in table.tolist()
    ]
    return rows, which.reshape(-1)


TILES, OUTPUTS, SUMS, SIDES = "tiles in", "outputs out", "partial sums back", "vector operands in"
PRODUCTS, ELEMENTS = "contraction", "vector ops"
"""What a recorder calls what engines do."""

MOST_GAPS = 64
"""Last gaps of an engine that later transfers may still fill. As many as tiles that are on their way through an array
at once: where each takes a few cycles, the network has so many gaps before the outputs of the first of them leave."""


class _Engine:
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


class _Tiles:
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
        self.dram, self.noc = _Engine(start, "dram", recorder), _Engine(start, "noc", recorder)
        self.vector = self.issued = start
        self.vector_before = start
        """The vector unit has ended its work on the outputs before those it worked on last."""
        self.state = ArrayState(start, start, start)
        self.compute_start = self.compute_end = self.end = start
        """Of the step before: its first word enters; its last has; its last result is there."""
        self.tiles = [_Tiles(start) for _ in program.feeds]
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
        first = self.compute_start + (self.compute_end - self.compute_start) * work.lead_parts // work.parts
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
            for name in _Tiles.__slots__:
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
    rows, which = _rows(program)
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
