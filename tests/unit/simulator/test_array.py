"""The simulator's array by hand: cycles counted on paper, cell by cell. ``tests/rtl`` has the same against RTL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastc.simulator.array import ArrayState, Dataflow, Handover, Pass, SystolicArray, advance, time_passes

WEIGHT, INPUT, OUTPUT = Dataflow
OVERLAPPED, EXPOSED, SERIAL = Handover

WEIGHT_CYCLES = {
    # The second weights enter in cycles 4 to 7, behind the first stream; the third once the second ones are swapped in.
    OVERLAPPED: [(0, 4, 10, 15), (4, 10, 12, 17), (10, 12, 17, 20)],
    EXPOSED: [(0, 4, 10, 15), (10, 14, 16, 21), (16, 18, 23, 26)],
    SERIAL: [(0, 4, 10, 15), (15, 19, 21, 26), (26, 28, 33, 36)],
}

OUTPUT_CYCLES = {
    # The second stream ends in cycle 8, but the first sums move until 10, and so long the third stream has no register.
    OVERLAPPED: [(0, 0, 6, 15), (6, 6, 8, 19), (10, 10, 15, 20)],
    EXPOSED: [(0, 0, 6, 15), (10, 10, 12, 21), (16, 16, 21, 26)],
    SERIAL: [(0, 0, 6, 15), (15, 15, 17, 26), (26, 26, 31, 36)],
}


@pytest.mark.parametrize("handover", Handover)
@pytest.mark.parametrize("dataflow", Dataflow)
def test_three_passes(dataflow: Dataflow, handover: Handover):
    """A long stream, one shorter than the rows, and an edge of 2 x 1 cells, on 4 x 3 cells."""
    sums_stay = dataflow is OUTPUT
    shapes = [(6, 4, 3), (2, 4, 3), (5, 2, 1)]
    passes = [Pass(*shape, load=not sums_stay, drain=sums_stay) for shape in shapes]
    timing = time_passes(SystolicArray(4, 3, dataflow, handover), passes)
    expected = (OUTPUT_CYCLES if sums_stay else WEIGHT_CYCLES)[handover]
    assert [tuple(each) for each in timing.passes] == expected
    assert timing.cycles == expected[-1][-1]


@pytest.mark.parametrize("handover", Handover)
def test_one_cell(handover: Handover):
    """The weight enters in cycle 0, the input in cycle 1, and the product stands there in cycle 2."""
    timing = time_passes(SystolicArray(1, 1, WEIGHT, handover), [Pass(1, 1, 1, load=True)])
    assert timing.passes[0] == (0, 1, 2, 2)


@pytest.mark.parametrize(("handover", "next_load"), [(OVERLAPPED, 4), (EXPOSED, 16), (SERIAL, 21)])
def test_weights_that_stay_for_two_streams(handover: Handover, next_load: int):
    """Of 10 and 2 words, which end in cycles 14 and 16, the last results in 19 and 21."""
    array = SystolicArray(4, 3, WEIGHT, handover)
    timing = time_passes(array, [Pass(10, 4, 3, load=True), Pass(2, 4, 3), Pass(1, 4, 3, load=True)])
    assert timing.passes[1] == (14, 14, 16, 21)
    assert timing.passes[2].start == next_load
    assert timing.passes[2].stream_start == max(16, next_load + 4)


@pytest.mark.parametrize("handover", Handover)
def test_sums_that_stay_for_two_streams(handover: Handover):
    """Of 3 and 2 words: together like one of 5."""
    array = SystolicArray(4, 3, OUTPUT, handover)
    timing = time_passes(array, [Pass(3, 4, 3), Pass(2, 4, 3, drain=True)])
    assert timing.passes == ((0, 0, 3, 8), (3, 3, 5, 14))
    assert timing.cycles == time_passes(array, [Pass(5, 4, 3, drain=True)]).cycles


def test_operands_that_come_late():
    array = SystolicArray(4, 3, WEIGHT)
    work = Pass(6, 4, 3, load=True)
    assert advance(array, ArrayState(), work, load_ready=7)[1] == (7, 11, 17, 22)
    assert advance(array, ArrayState(), work, load_ready=7, stream_ready=20)[1] == (7, 20, 26, 31)
    array = SystolicArray(4, 3, OUTPUT)
    assert advance(array, ArrayState(), Pass(6, 4, 3, drain=True), stream_ready=20)[1] == (20, 20, 26, 35)


@pytest.mark.parametrize(
    ("handover", "cycles"),
    [
        # 144 tiles of 512 words; 128 rows enter before the first, 254 cycles from the first cell to the last.
        (OVERLAPPED, 144 * 512 + 128 + 254),
        (EXPOSED, 144 * (512 + 128) + 254),
        (SERIAL, 144 * (512 + 128 + 254)),
    ],
)
def test_a_matrix_product(handover: Handover, cycles: int):
    """512 x 768 times 768 x 3072, whole tiles on 128 x 128 cells."""
    array = SystolicArray(128, 128, WEIGHT, handover)
    assert time_passes(array, [Pass(512, 128, 128, load=True)] * 144).cycles == cycles


@given(
    st.sampled_from(Dataflow),
    st.sampled_from(Handover),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 4), st.integers(1, 3), st.booleans()), min_size=1),
    st.integers(0, 1000),
)
def test_states_that_differ_by_a_constant_go_on_alike(
    dataflow: Dataflow, handover: Handover, shapes: list[tuple[int, int, int, bool]], shift: int
):
    array = SystolicArray(4, 3, dataflow, handover)
    now, later = ArrayState(), ArrayState(shift, shift, shift)
    for *shape, moves in shapes:
        work = Pass(*shape, load=moves and dataflow is not OUTPUT, drain=moves and dataflow is OUTPUT)
        now, timing = advance(array, now, work)
        later, shifted = advance(array, later, work)
        assert shifted == tuple(cycle + shift for cycle in timing)
        assert later == tuple(cycle + shift for cycle in now)


@pytest.mark.parametrize(
    ("dataflow", "work", "message"),
    [
        (WEIGHT, Pass(0, 4, 3), "streams at least one word, but this one streams 0"),
        (WEIGHT, Pass(1, 5, 3), "a pass of 5 x 3 cells does not fit an array of 4 x 3"),
        (OUTPUT, Pass(1, 4, 0), "a pass of 4 x 0 cells does not fit an array of 4 x 3"),
        (OUTPUT, Pass(1, 4, 3, load=True), "drain its sums instead"),
        (INPUT, Pass(1, 4, 3, drain=True), "input_stationary array has no sums to drain"),
    ],
)
def test_what_does_not_fit_is_refused(dataflow: Dataflow, work: Pass, message: str):
    with pytest.raises(ValueError, match=message):
        time_passes(SystolicArray(4, 3, dataflow), [work])


def test_an_array_has_cells():
    with pytest.raises(ValueError, match="has 0 x 3"):
        SystolicArray(0, 3, WEIGHT)
