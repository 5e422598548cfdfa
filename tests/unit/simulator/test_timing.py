"""Regions by hand, cycle by cycle, and what must hold for all: skipping changes nothing, no engine does two things."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialects.sched import Axis, Dim, Engine, Level, Loop, Operand, Schedule, Tile
from fastc.simulator.array import ArrayState, Dataflow, Handover, Pass, SystolicArray, advance
from fastc.simulator.arrays import Arrays
from fastc.simulator.machine import Chip
from fastc.simulator.program import Passes, in_parts, program_of, streamed
from fastc.simulator.timing import time_program
from fastc.simulator.work import Moved, Rows, Work
from tests.unit.simulator.schedule_cases import CHIP, elements, schedule_of, schedules, work_with

ON_CHIP = dict.fromkeys(Operand, False)


def cycles(work: Work, chip: Chip = CHIP) -> int:
    return time_program(program_of(work, chip), chip).cycles


def test_one_tile_comes_is_computed_and_goes():
    """64 inputs of 4 channels, 4 x 4 weights. DRAM brings the weights in 2 cycles and 512 bytes of inputs in 32; the
    network takes 16 for those, while the weights are in the array already. 64 words stream, and the last result comes
    4 + 4 - 2 cycles after the last word; then the outputs go out the same way."""
    work = work_with(schedule_of(Tile(n=64, c=4, k=4), {}))
    assert cycles(work) == 10 + 2 + 32 + 16 + 64 + 6 + 16 + 32


def test_tensors_on_chip_need_no_dram():
    work = work_with(schedule_of(Tile(n=64, c=4, k=4), {}, in_dram=ON_CHIP))
    assert cycles(work) == 10 + 1 + 16 + 64 + 6 + 16


def test_tiles_overlap():
    """8 tiles of 64 inputs each: the array streams without a pause, for the network needs 16 + 16 of 64 cycles; the
    first tile is waited for, and the last outputs."""
    work = work_with(schedule_of(Tile(n=512, c=4, k=4), {Level.L1: [("n", 64)]}, in_dram=ON_CHIP))
    assert cycles(work) == 10 + 1 + 16 + 8 * 64 + 6 + 16


def test_the_network_bounds_what_it_cannot_bring_in_time():
    """At 2 bytes a cycle a tile of 64 inputs takes 256 cycles to come and 256 to go. The weights come once, in 16."""
    chip = replace(CHIP, noc_rate=Fraction(2))
    work = work_with(schedule_of(Tile(n=512, c=4, k=4), {Level.L1: [("n", 64)]}, in_dram=ON_CHIP))
    timing = time_program(program_of(work, chip), chip)
    assert timing.noc_busy == 16 * 256 + 16
    # It never rests: while the array works on the last tile, the outputs of the one before go.
    assert timing.cycles == 10 + timing.noc_busy


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        (0, 10 + 17 + 64 + 6 + 16),
        # Half a cycle of the 8 lanes for the 4 outputs that come in a cycle; those of the last one after it.
        (256, 10 + 17 + 64 + 6 + 1 + 16),
        # 4 cycles for them: 256 from the first result on, 3 rows behind the first word.
        (2048, 10 + 17 + 3 + 256 + 16),
    ],
)
def test_vector_work_follows_the_sums(vector: int, expected: int):
    work = work_with(schedule_of(Tile(n=64, c=4, k=4), {}, in_dram=ON_CHIP), vector=vector)
    assert cycles(work) == expected


def test_rows_wait_for_their_end():
    """A softmax along k: with k cut into 2 tiles nothing can begin before both are there, whatever the lanes do."""
    schedule = schedule_of(Tile(n=64, c=4, k=8), {Level.L1: [("k", 4)]}, in_dram=ON_CHIP)
    rows = Rows(3 * 1024, 1024, 16, (Dim.K,))
    free, bound = work_with(schedule, vector=512), work_with(schedule, vector=512, rows=rows)
    assert cycles(bound) > cycles(free)
    # 10 to start, 17 for the first tiles, 2 * 64 to stream, 6 for the last result, 64 on the lanes, 32 to go.
    assert cycles(bound) == 10 + 17 + 2 * 64 + 6 + 64 + 32


def test_rows_that_fit_nowhere_move_again():
    """1,024 bytes that wait twice fit neither 1 KiB at the PEs nor half of 2 KiB in the global buffer."""
    schedule = schedule_of(Tile(n=64, c=4, k=8), {Level.L1: [("k", 4)]}, in_dram=ON_CHIP)
    work = work_with(schedule, vector=512, rows=Rows(3 * 1024, 1024, 16, (Dim.K,)))
    at_pes = time_program(program_of(work, CHIP), CHIP)
    small = replace(CHIP, output_bytes=1024)
    in_global = time_program(program_of(work, small), small)
    smaller = replace(small, global_bytes=2048)
    in_dram = time_program(program_of(work, smaller), smaller)
    assert in_global.noc_busy - at_pes.noc_busy == 3 * 1024 // 32
    assert in_global.dram_busy == at_pes.dram_busy == 0
    assert in_dram.dram_busy == 3 * 1024 // 16


def test_partial_sums_go_and_come_back():
    """c in two halves around k in two: each output tile leaves the PEs with half its sums and comes back once."""
    schedule = schedule_of(Tile(n=64, c=8, k=8), {Level.L1: [("c", 4), ("k", 4)]}, in_dram=ON_CHIP)
    timing = time_program(program_of(work_with(schedule), CHIP), CHIP)
    inputs, weights, outputs = 2 * 16, 4 * 1, 2 * 16
    assert timing.noc_busy == inputs + weights + 3 * outputs


def test_partial_sums_that_stay_on_chip_do_not_reach_dram():
    """The same sums, but c around k only within one global tile: DRAM sees the outputs once."""
    inner = schedule_of(Tile(n=64, c=8, k=8), {Level.L1: [("c", 4), ("k", 4)]})
    outer = schedule_of(Tile(n=64, c=8, k=8), {Level.Global: [("c", 4), ("k", 4)]})
    through = schedule_of(Tile(n=64, c=8, k=8), {Level.Global: [("c", 4)], Level.L1: [("k", 4)]})
    once = time_program(program_of(work_with(inner), CHIP), CHIP).dram_busy
    assert once == 64 + 8 + 64
    assert time_program(program_of(work_with(outer), CHIP), CHIP).dram_busy == 64 + 8 + 3 * 64
    # The global tile of outputs stays while c advances.
    assert time_program(program_of(work_with(through), CHIP), CHIP).dram_busy == once


def test_dram_latency_delays_the_first_tile_and_the_last_store():
    late = replace(CHIP, latency_cycles=100)
    work = work_with(schedule_of(Tile(n=64, c=4, k=4), {}))
    assert cycles(work, late) == cycles(work) + 200


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 30)), min_size=1, max_size=5), st.booleans())
def test_the_parts_of_a_tile_are_the_tile(tiles: list[tuple[int, int]], early: bool):
    sizes, stays = (np.asarray(column) for column in zip(*tiles, strict=True))
    at = np.append(0, np.cumsum(stays)[:-1])
    parts = in_parts(sizes, at, int(stays.sum()), early=early)
    assert (parts >= 0).all()
    assert np.add.reduceat(parts, at).tolist() == sizes.tolist()
    # What comes early comes at once, what does not comes by the end.
    assert ((parts[at] if early else parts[at + stays - 1])[sizes > 0] > 0).all()


def test_slots_of_global_tiles_are_filled_in_turn():
    """Four global tiles of 128 inputs, in pieces of 16. DRAM brings an input a cycle, as fast as the array takes them:
    the array waits for the first piece, which DRAM brings in 16 cycles and the network in 4, and never again, if the
    second tile does not come between the pieces of the first."""
    loops = {Level.Global: [("n", 128)], Level.L1: [("n", 16)]}
    schedule = schedule_of(Tile(n=512, c=4, k=4), loops, in_dram={**ON_CHIP, Operand.Input: True})
    assert cycles(work_with(schedule), replace(CHIP, dram_rate=Fraction(8))) == 10 + 16 + 4 + 512 + 6 + 4


def test_many_tiles_are_on_their_way_through_an_array():
    """100 tiles of 4 inputs, each 66 cycles on the way through 64 rows and 4 columns: 16 are on it at once. An output
    holds its slot from the first result to the last, 6 cycles later, and for one on the network: 8 of two slots of 4
    cycles. The array never waits, for an input comes before the outputs of all tiles on the way have left."""
    schedule = schedule_of(Tile(n=400, c=4, k=4), {Level.L1: [("n", 4)]}, in_dram=ON_CHIP)
    assert cycles(work_with(schedule), replace(CHIP, rows=64)) == 10 + 1 + 4 + 400 + 66 + 1


def test_dram_brings_the_next_operand_of_the_vector_unit_while_it_works():
    """8 tiles of outputs, each of 3 steps of 64 cycles and then 300 on the vector unit, for which DRAM brings 3,200
    bytes in 200 cycles and the network in 100. The first ones are waited for, from then on the vector unit never
    rests."""
    schedule = schedule_of(Tile(n=512, c=12, k=4), {Level.L1: [("n", 64), ("c", 4)]}, in_dram=ON_CHIP)
    work = work_with(schedule, vector=8 * 300 * 8, side=8 * 3200)
    assert cycles(work) == 10 + 200 + 100 + 8 * 300 + 16


def test_sums_that_stay_need_no_slot_before_they_drain():
    """20 tiles of 32 x 32 sums, each of 3 steps of 16 cycles: 48, then 32 to drain and 62 on the way. A softmax of 20
    cycles waits for them, and they leave in 2. So they hold a slot for 85 cycles from their first result, in cycle 79,
    to cycle 164; had they needed it in the first step, from cycle 47 on, the array would wait for the second."""
    schedule = schedule_of(
        Tile(n=20, p=32, c=48, k=32), {Level.L1: [("n", 1), ("c", 16)]}, Engine.OutputStationary, in_dram=ON_CHIP
    )
    axes = {**schedule.axes, Axis.Rows: Tile(p=32), Axis.Columns: Tile(k=32)}
    rows = Rows(3 * 40960, 40960, 64, (Dim.K,))
    work = work_with(replace(schedule, axes=axes), vector=20 * 20 * 8, rows=rows)
    assert cycles(work, replace(CHIP, rows=32, columns=32, noc_rate=Fraction(1024))) == 10 + 2 + 20 * 48 + 32 + 62 + 22


def test_dram_streams():
    """Pieces of 8 bytes at 3 a cycle take 3, 3 and 2 cycles in turn."""
    assert streamed(np.full(6, 8.0), Fraction(3)).tolist() == [3, 3, 2, 3, 3, 2]
    schedule = schedule_of(Tile(n=99, c=4, k=4), {Level.L1: [("n", 1)]}, in_dram={**ON_CHIP, Operand.Input: True})
    chip = replace(CHIP, dram_rate=Fraction(3))
    assert time_program(program_of(work_with(schedule), chip), chip).dram_busy == 99 * 8 // 3


def test_what_the_vector_unit_alone_does_goes_through_in_pieces():
    """16 pieces: the first comes from DRAM and over the network, then DRAM bounds; the last goes out."""
    work = Work("norm", "vector", None, {}, Moved(4096, 4096), Moved(4096, 0), (2048, 0, 0, 0, 0), None)
    timing = time_program(program_of(work, CHIP), CHIP)
    assert (timing.dram_busy, timing.noc_busy, timing.vector_busy) == (256, 2 * 128, 256)
    # All three at their limit, 16 cycles a piece: 16 pieces of the slowest, and a piece of each on the way in and out.
    assert timing.cycles == 10 + 256 + 8 + 16 + 8


@given(schedule=schedules(largest=4), vector=st.integers(0, 200), side=st.integers(0, 400), data=st.data())
@settings(max_examples=60, deadline=None)
def test_skipping_rounds_changes_nothing(schedule: Schedule, vector: int, side: int, data: st.DataObject):
    chip = data.draw(chips())
    dims = data.draw(st.sampled_from([(), (Dim.K,), (Dim.N, Dim.P)]))
    rows = data.draw(st.sampled_from([None, Rows(300, 100, 10, dims)]))
    program = program_of(work_with(schedule, vector, rows, side), replace(chip, output_bytes=150))
    assert time_program(program, chip)[:5] == time_program(program, chip, skip=False)[:5]


@given(
    trips=st.integers(20, 60),
    inner=st.integers(1, 4),
    engine=st.sampled_from(Engine),
    vector=st.integers(0, 4000),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_long_loops_are_skipped_exactly(trips: int, inner: int, engine: Engine, vector: int, data: st.DataObject):
    schedule = schedule_of(
        Tile(n=4 * trips + data.draw(st.integers(0, 3)), c=4 * inner, k=8),
        {Level.Global: [("n", 4), ("c", 8)], Level.L1: [("k", 4), ("c", 4)]},
        engine,
    )
    chip = data.draw(chips())
    program = program_of(work_with(schedule, vector, side=vector), chip)
    skipping, stepping = time_program(program, chip), time_program(program, chip, skip=False)
    assert skipping[:5] == stepping[:5]
    assert stepping.simulated == stepping.steps


@given(schedule=schedules(largest=3), vector=st.integers(0, 5000), side=st.integers(0, 5000), data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_schedule_in_a_long_loop_is_skipped_exactly(
    schedule: Schedule, vector: int, side: int, data: st.DataObject
):
    """A random schedule, 40 times over images around it."""
    inner = schedule.contraction.bounds.n
    bounds = schedule.contraction.bounds._replace(n=40 * inner)
    outermost = schedule.loops[Level.Global]
    longer = replace(
        schedule,
        contraction=replace(schedule.contraction, bounds=bounds),
        loops={
            **schedule.loops,
            Level.Global: (
                Loop(Dim.N, 40 * inner, schedule.tile(Level.Global).n),
                *(loop for loop in outermost if loop.dim != Dim.N),
            ),
        },
    )
    chip = data.draw(chips())
    program = program_of(work_with(longer, vector, side=side), chip)
    assert time_program(program, chip)[:5] == time_program(program, chip, skip=False)[:5]


@given(
    rows=st.integers(1, 6),
    columns=st.integers(1, 6),
    dataflow=st.sampled_from(Dataflow),
    handover=st.sampled_from(Handover),
    loads=st.integers(1, 12),
    streams=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1, max_size=3),
    is_new=st.booleans(),
    ready=st.tuples(st.integers(0, 20), st.integers(0, 20)),
)
@settings(max_examples=200, deadline=None)
def test_a_step_is_its_passes_one_by_one(
    rows: int,
    columns: int,
    dataflow: Dataflow,
    handover: Handover,
    loads: int,
    streams: list[tuple[int, int]],
    is_new: bool,
    ready: tuple[int, int],
):
    array = SystolicArray(rows, columns, dataflow, handover)
    work = Passes(loads, tuple(streams), rows, columns, is_new, 0, 1, 1)
    start = ArrayState(7, 5, 9)
    found = Arrays(array).run(work, start, 5 + ready[0], 7 + ready[1])
    sums_stay = dataflow is Dataflow.OUTPUT_STATIONARY
    lengths = [words for count, words in streams for _ in range(count * loads)]
    state, ends = start, []
    for index, words in enumerate(lengths):
        moves = loads > 1 or (is_new and index == (len(lengths) - 1 if sums_stay else 0))
        one = Pass(words, rows, columns, load=moves and not sums_stay, drain=moves and sums_stay)
        state, timing = advance(array, state, one, load_ready=5 + ready[0], stream_ready=7 + ready[1])
        ends.append(timing.end)
    assert found.after == state
    assert found.end == ends[-1]


@pytest.mark.parametrize("rate", [1, 2, 4, 8])
@pytest.mark.parametrize("vector", [0, 200_000])
def test_a_backlog_that_grows_is_part_of_the_state(rate: int, vector: int):
    """All but the outputs is on chip, and there are no global tiles: the PEs go ahead of DRAM, ever farther."""
    schedule = schedule_of(
        Tile(n=4000, c=4, k=4), {Level.L1: [("n", 8)]}, in_dram={Operand.Input: False, Operand.Weight: False}
    )
    chip = replace(CHIP, dram_rate=Fraction(rate))
    program = program_of(work_with(schedule, vector), chip)
    timing = time_program(program, chip)
    assert timing[:5] == time_program(program, chip, skip=False)[:5]
    assert timing.dram_busy == 4000 * 8 // rate
    assert timing.cycles >= timing.dram_busy


def test_long_loops_are_not_gone_through():
    schedule = schedule_of(Tile(n=40_000, c=8, k=8), {Level.Global: [("n", 8)], Level.L1: [("k", 4), ("c", 4)]})
    timing = time_program(program_of(work_with(schedule, vector=320_000), CHIP), CHIP)
    assert timing.steps == 20_000
    assert timing.simulated < 200


@st.composite
def chips(draw: st.DrawFn) -> Chip:
    """Chips whose engines take about equally long, now one, now another the slowest."""
    return replace(
        CHIP,
        dram_rate=draw(st.sampled_from([Fraction(2), Fraction(7, 3), Fraction(16), Fraction(1000)])),
        noc_rate=draw(st.sampled_from([Fraction(2), Fraction(8), Fraction(100)])),
        lanes=draw(st.sampled_from([1, 8, 64])),
        handover=draw(st.sampled_from(Handover)),
        issue_cycles=draw(st.sampled_from([0, 0, 30])),
        issue_overlapped=draw(st.booleans()),
        latency_cycles=draw(st.sampled_from([0, 50])),
    )


@given(schedule=schedules(largest=4), vector=st.integers(0, 200), data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_engine_works_longer_than_the_region(schedule: Schedule, vector: int, data: st.DataObject):
    chip = data.draw(chips())
    timing = time_program(program_of(work_with(schedule, vector), chip), chip)
    assert timing.cycles >= chip.start_cycles + max(timing[1:5])
    # All one after the other, and the ways in and out of the array for each step, is as slow as it gets.
    ways = timing.steps * (3 * (chip.rows + chip.columns) + chip.issue_cycles + 2 * chip.latency_cycles)
    once = timing.array_busy + timing.vector_busy + timing.noc_busy + timing.dram_busy
    loads = timing.array_busy * chip.rows * 3
    assert timing.cycles <= chip.start_cycles + once + loads + ways + 2 * chip.latency_cycles + timing.steps


@given(schedule=schedules(largest=4))
@settings(max_examples=60, deadline=None)
def test_all_products_are_computed(schedule: Schedule):
    """An engine of one PE takes at least as many cycles as its cells, or lanes, need for all products."""
    timing = time_program(program_of(work_with(schedule), CHIP), CHIP)
    b = schedule.contraction.bounds
    products = elements(schedule) * b.c * b.r * b.s
    if schedule.engine == Engine.Vector:
        assert timing.vector_busy >= 2 * products / CHIP.lanes
    else:
        assert timing.array_busy >= products / (CHIP.rows * CHIP.columns)
