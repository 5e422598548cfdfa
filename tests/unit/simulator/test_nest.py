"""The loops as arrays against loops as loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from dialects.sched import DIMS, Level, Loop, Operand, Schedule, Tile
from dialects.sched.facts import REDUCTION, RELEVANT
from fastc.simulator import nest as nest_module
from fastc.simulator.nest import TooManyStepsError, footprint_bytes, run_loops
from tests.unit.simulator.schedule_cases import schedule_of, schedules


def walk(start: Tile, extent: Tile, loops: Sequence[Loop]) -> Iterator[tuple[Tile, Tile]]:
    """Starts and extents of tiles, as loops write them."""
    if not loops:
        yield start, extent
        return
    first, *rest = loops
    at, size = start.along(first.dim), extent.along(first.dim)
    for offset in range(0, size, first.step):
        name = first.dim.value
        yield from walk(
            start._replace(**{name: at + offset}), extent._replace(**{name: min(first.step, size - offset)}), rest
        )


@given(schedule=schedules(largest=3))
@settings(max_examples=25, deadline=None)
def test_steps_are_those_of_the_loops(schedule: Schedule):
    expected = [
        (inner, outer)
        for outer in walk(Tile(*(0,) * 8), schedule.contraction.bounds, schedule.loops[Level.Global])
        for inner in walk(*outer, schedule.loops[Level.L1])
    ]
    nest = run_loops(schedule)
    found = [
        ((tuple(start), tuple(shape)), (tuple(nest.outer_start[at]), tuple(nest.outer_shape[at])))
        for start, shape, at in zip(nest.start.tolist(), nest.shape.tolist(), nest.outer, strict=True)
    ]
    assert found == [((tuple(a), tuple(b)), (tuple(c), tuple(d))) for (a, b), (c, d) in expected]
    _check_sums(schedule, expected)


def _check_sums(schedule: Schedule, steps: list[tuple[tuple[Tile, Tile], tuple[Tile, Tile]]]) -> None:
    """Which steps begin and end the sums of their outputs, and of their global tile of outputs' stay."""
    nest = run_loops(schedule)
    bounds = schedule.contraction.bounds
    stay: list[int] = []
    before = None
    for index, (_, (outer, _)) in enumerate(steps):
        key = [outer.along(dim) for dim in RELEVANT[Operand.Output]]
        stay.append(stay[-1] if key == before else index)
        before = key
    for index, ((start, extent), _) in enumerate(steps):
        ends = [start.along(dim) + extent.along(dim) for dim in DIMS if dim in REDUCTION]
        starts = [start.along(dim) for dim in DIMS if dim in REDUCTION]
        assert nest.first_sums[index] == (not any(starts))
        assert nest.last_sums[index] == (ends == [bounds.c, bounds.r, bounds.s])
        mates = [tile for (tile, other) in zip(steps, stay, strict=True) if other == stay[index]]
        least = [min(tile.along(dim) for (tile, _), _ in mates) for dim in DIMS if dim in REDUCTION]
        most = [max(a.along(dim) + b.along(dim) for (a, b), _ in mates) for dim in DIMS if dim in REDUCTION]
        assert nest.outer_first_sums[index] == (starts == least)
        assert nest.outer_last_sums[index] == (ends == most)


@given(schedule=schedules())
@settings(max_examples=60, deadline=None)
def test_footprints_are_those_of_the_verifier(schedule: Schedule):
    for operand in Operand:
        for level in (Level.Global, Level.L1):
            tile = schedule.tile(level)
            expected = schedule.contraction.footprint_bytes(operand, tile)
            assert footprint_bytes(schedule.contraction, operand, np.asarray(tile)) == expected


def test_changes_of_a_tile():
    """k inside n: the input changes with n alone, the weight with k at each step."""
    nest = run_loops(schedule_of(Tile(n=2, k=3, c=1), {Level.L1: [("n", 1), ("k", 1)]}))
    assert nest.changes(Operand.Input).tolist() == [0, 3]
    assert nest.changes(Operand.Weight).tolist() == [0, 1, 2, 3, 4, 5]


def test_too_many_steps_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nest_module, "MOST_STEPS", 5)
    with pytest.raises(TooManyStepsError, match="6 steps, more than"):
        run_loops(schedule_of(Tile(n=2, k=3), {Level.L1: [("n", 1), ("k", 1)]}))
