"""The best machine with other sizes of PEs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastc.dse.exact import Evaluator, Outcomes
from fastc.dse.grains import regrain, regrained
from fastc.dse.polish import Climb
from fastc.dse.promise import Promise
from fastc.dse.records import Options, Outcome, Point
from fastc.dse.watch import Watch
from fastc.machines import load_space
from hwmodels.space import Space
from tests.unit.dse.dse_cases import SMALL_SPACE, problem

SPACE = load_space(None)
"""FAST's."""

LEAST_L1 = 1024.0
"""Bytes of each of its buffers there, at least."""

SMALL_PES = {
    "native_batch": 8.0, "dram_channels": 1.0, "global_buffer_bytes": 2.0**25, "pe_x": 8.0, "pe_y": 4.0,
    "array_rows": 32.0, "array_columns": 8.0, "vector_multiplier": 4.0, "l1_input_bytes": 2.0**14,
    "l1_weight_bytes": 2.0**11, "l1_output_bytes": 2.0**12,
}  # fmt: skip
"""Others are the least."""


class Timed(Evaluator):
    """Every machine takes a second."""

    def _outcomes(self, point: Point) -> Outcomes:
        return (Outcome(1, 1.0, 1.0),)


def at(values: dict[str, float], space: Space = SPACE) -> Point:
    return Point(tuple((p.name, values.get(p.name, p.values[0])) for p in space.parameters), (0,))


def test_four_times_the_rows_are_a_quarter_of_the_pes() -> None:
    """By hand: 128 rows of 8 on 8 PEs have the 8,192 multipliers of 32 rows on 32 PEs, and 16 times the columns the
    1,024 lanes of 4 times; L1 is 4 times as big in each."""
    groups = {
        (values["array_rows"], values["array_columns"]): [dict(point.values) for point in group]
        for group in regrained(problem(SPACE), at(SMALL_PES))
        for values in [dict(group[0].values)]
    }
    assert (32.0, 8.0) not in groups
    expected = SMALL_PES | {
        "pe_x": 4.0, "pe_y": 2.0, "array_rows": 128.0, "vector_multiplier": 16.0, "l1_input_bytes": 2.0**16,
        "l1_weight_bytes": 2.0**13, "l1_output_bytes": 2.0**14,
    }  # fmt: skip
    big = groups[128.0, 8.0]
    assert big[0] == dict(at(expected).values)
    assert dict(at(expected | {"dram_channels": 2.0}).values) in big
    assert dict(at(expected | {"vector_multiplier": 8.0}).values) in big
    assert dict(at(expected | {"pe_y": 4.0, "vector_multiplier": 8.0}).values) in big
    # Twice the lanes, 32 times the columns, are not legal, and no fewer channels than one.
    assert {values["vector_multiplier"] for values in big} == {4.0, 8.0, 16.0}
    assert {values["dram_channels"] for values in big} == {1.0, 2.0}
    # Half the columns are twice the PEs and half the L1, where that is no less than the least.
    little = at(SMALL_PES | {"l1_output_bytes": LEAST_L1})
    halved = {"pe_x": 8.0, "pe_y": 8.0, "array_columns": 4.0, "l1_input_bytes": 2.0**13, "l1_weight_bytes": 2.0**10}
    firsts = [dict(group[0].values) for group in regrained(problem(SPACE), little)]
    assert dict(at(SMALL_PES | halved | {"l1_output_bytes": LEAST_L1}).values) in firsts


def test_a_space_without_arrays_has_no_other_sizes() -> None:
    corner = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    assert regrained(problem(SMALL_SPACE), corner) == []


@pytest.mark.parametrize(("trials", "most"), [(1000, 80), (100, 8), (10, 0)])
def test_one_machine_for_each_array_within_a_share_of_the_trials(trials: int, most: int) -> None:
    """The most promising: here those with twice the channels are."""
    case = problem(SPACE)
    watch = Watch(Options(trials=trials), Timed(case))
    promise = Promise(watch.evaluator, lambda point: dict(point.values)["dram_channels"])
    best = replace(watch.evaluate(at(SMALL_PES), "exact"), violation=10.0)
    found = regrain(best, Climb(case, watch), promise)
    arrays = [(one.machine.array_rows, one.machine.array_columns) for one in found]
    assert len(set(arrays)) == len(arrays) <= most
    assert len(arrays) == most or trials == 1000
    assert watch.evaluator.count == 1 + len(arrays)
    if trials == 1000:
        assert len(arrays) == len(regrained(case, best.point))
        # As good before anything is known, and in their order, until there are enough to tell.
        assert [one.machine.dram_channels for one in found] == [1] * len(found)
        later = regrain(best, Climb(case, watch), promise)
        assert {one.machine.dram_channels for one in later} == {2}
