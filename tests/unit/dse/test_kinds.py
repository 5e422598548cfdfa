"""The best machine as one of another kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fastc.dse.exact import Evaluator, Outcomes
from fastc.dse.kinds import rebatched, regrained, try_kinds
from fastc.dse.polish import Climb
from fastc.dse.promise import Promise
from fastc.dse.records import Options, Outcome, Point
from fastc.dse.watch import Watch
from fastc.machines import load_space
from hwmodels.chip import chip_cost
from hwmodels.space import Space
from tests.unit.dse.dse_cases import SMALL_SPACE, at_most, problem

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


@pytest.mark.parametrize(("trials", "asked", "most"), [(1000, 16, 16), (100, 16, 8), (100, 3, 3), (10, 16, 0)])
def test_no_more_than_asked_nor_than_a_share_of_the_trials(trials: int, asked: int, most: int) -> None:
    case = problem(SPACE)
    watch = Watch(Options(trials=trials), Timed(case))
    promise = Promise(watch.evaluator, lambda points: [1.0] * len(points))
    best = replace(watch.evaluate(at(SMALL_PES), "exact"), violation=10.0)
    assert len(try_kinds(best, Climb(case, watch), promise, most=asked)) == most


@pytest.mark.parametrize(("trials", "most"), [(1000, 80), (100, 8), (10, 0)])
def test_one_machine_for_each_array_within_a_share_of_the_trials(trials: int, most: int) -> None:
    """The most promising: here those with twice the channels are.

    By hand: of 32 rows and 8 columns there may be an eighth to eight times as many, 7 x 7 arrays but for its own. All
    are legal: a PE fewer than one is nowhere needed, for the biggest array, of 64 times the multipliers, comes with
    twice as many in all on a 32nd of the 32 PEs; and of 1 to 16 lanes for each column there is a number that differs
    by at most a factor of 4 from what the rows ask for."""
    case = problem(SPACE)
    watch = Watch(Options(trials=trials), Timed(case))
    promise = Promise(watch.evaluator, channels_of)
    best = replace(watch.evaluate(at(SMALL_PES), "exact"), violation=10.0)
    found = try_kinds(best, Climb(case, watch), promise)
    arrays = [(one.machine.array_rows, one.machine.array_columns) for one in found]
    assert len(set(arrays)) == len(arrays) <= most
    assert len(arrays) == most or trials == 1000
    assert watch.evaluator.count == 1 + len(arrays)
    if trials == 1000:
        assert len(arrays) == 7 * 7 - 1
        # As good before anything is known, and in their order, until there are enough to tell.
        assert [one.machine.dram_channels for one in found] == [1] * len(found)
        later = try_kinds(best, Climb(case, watch), promise)
        assert {one.machine.dram_channels for one in later} == {2}


def test_other_batches_come_with_the_biggest_buffers_that_fit() -> None:
    """Of 256 MiB, 128 MiB, ... those that are within the area of a machine with 64 MiB and a little more."""
    limit_m2 = area_m2(2.0**26, 2.0)
    case = problem(SPACE, (at_most("area <= 1 mm^2", "area_m2", limit_m2),))
    watch = Watch(Options(trials=1000), Timed(case))
    best = watch.evaluate(at(SMALL_PES), "exact")
    assert best.violation == 0.0
    groups = rebatched(best, Climb(case, watch))
    told = [
        (
            values["native_batch"],
            values["global_buffer_bytes"] / 2**20,
            [dict(one.values)["dram_channels"] for one in group],
        )
        for group in groups
        for values in [dict(group[0].values)]
    ]
    batches = (2.0, 8.0, 32.0, 128.0)
    # What was evaluated, 8 images, 32 MiB and one channel, is not tried again.
    expected = [
        (batch, size, [channels for channels in (1.0, 2.0, 4.0, 8.0) if area_m2(size * 2**20, channels) <= limit_m2])
        for batch in batches
        for size in (64.0, 32.0, 16.0)
    ]
    assert expected[0] == (2.0, 64.0, [1.0, 2.0])
    expected[4][2].remove(1.0)
    assert told == expected
    watch = Watch(Options(trials=1000), Timed(case))
    best = watch.evaluate(at(SMALL_PES), "exact")
    promise = Promise(watch.evaluator, lambda points: [1.0] * len(points))
    both = try_kinds(best, Climb(case, watch), promise, batches=True)
    assert {one.machine.native_batch for one in both} == set(batches)


def channels_of(points: Sequence[Point]) -> list[float]:
    return [dict(point.values)["dram_channels"] for point in points]


def area_m2(buffer_bytes: float, channels: float) -> float:
    values = SMALL_PES | {"global_buffer_bytes": buffer_bytes, "dram_channels": channels}
    return float(chip_cost(SPACE.machine(dict(at(values).values))).area_m2)
