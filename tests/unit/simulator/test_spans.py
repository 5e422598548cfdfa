"""What a recorder notes: every cycle in which an engine works, on a track where nothing overlaps."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from dialects.sched import Level, Schedule, Tile
from fastc.simulator.program import program_of
from fastc.simulator.spans import MOST_SPANS, TRACKS, Recorder, Span
from fastc.simulator.timing import time_program
from tests.unit.simulator.schedule_cases import CHIP, schedule_of, schedules, work_with


def test_one_tile_by_hand():
    """As in test_timing: 10 cycles to start; DRAM brings weights in 2 cycles and inputs in 32, the network takes 1 and
    16, 64 words stream, the last result comes 6 cycles later; the outputs take 16 and 32 cycles out."""
    recorder = Recorder()
    time_program(program_of(work_with(schedule_of(Tile(n=64, c=4, k=4), {})), CHIP), CHIP, recorder=recorder)
    assert recorder.spans() == (
        Span("dram", "tiles in", 10, 12, 2),
        Span("dram", "tiles in", 12, 44, 32),
        Span("dram", "outputs out", 146, 178, 32),
        Span("noc", "tiles in", 12, 13, 1),
        Span("noc", "tiles in", 44, 60, 16),
        Span("noc", "outputs out", 130, 146, 16),
        Span("array", "contraction", 60, 124, 64),
    )


@given(schedules(), st.integers(0, 3000), st.sampled_from([0.0, 3000.0]))
@settings(max_examples=40, deadline=None)
def test_each_working_cycle_is_noted_once(schedule: Schedule, vector: int, side: float):
    program = program_of(work_with(schedule, vector=vector, side=side), CHIP)
    recorder = Recorder()
    timing = time_program(program, CHIP, recorder=recorder)
    spans = recorder.spans()
    busy = {track: sum(span.busy for span in spans if span.track == track) for track in TRACKS}
    expected = (timing.dram_busy, timing.noc_busy, timing.array_busy, timing.vector_busy)
    assert tuple(busy[track] for track in TRACKS) == expected
    for track in TRACKS:
        own = [span for span in spans if span.track == track]
        assert all(before.end <= after.start for before, after in pairwise(own))
        assert all(span.start >= 0 and span.busy <= span.end - span.start for span in own)
        assert max((span.end for span in own), default=0) <= timing.cycles


def test_rounds_that_are_skipped_are_one_span():
    """A loop of 20,000 tiles: the recorder notes few spans, and all cycles in which the array works."""
    schedule = schedule_of(Tile(n=40_000, c=8, k=8), {Level.Global: [("n", 8)], Level.L1: [("k", 4), ("c", 4)]})
    recorder = Recorder()
    timing = time_program(program_of(work_with(schedule, vector=320_000), CHIP), CHIP, recorder=recorder)
    spans = recorder.spans()
    assert timing.simulated < 200 < timing.steps
    assert any("the same again" in span.name for span in spans)
    array = [span for span in spans if span.track == "array"]
    assert sum(span.busy for span in array) == timing.array_busy
    assert sum(span.times for span in array) == 20_000


def test_too_many_spans_become_fewer():
    recorder = Recorder()
    for at in range(10 * MOST_SPANS):
        recorder.add("noc", "a" if at % 2 else "b", 10 * at, 10 * at + 4)
    spans = recorder.spans()
    assert len(spans) == MOST_SPANS
    assert spans[0] == Span("noc", "b, a", 0, 94, 40, 10)
