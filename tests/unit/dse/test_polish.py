"""Moves on the legal grid."""

from __future__ import annotations

from dataclasses import replace

from fastc.dse.polish import canonical, coupled, moved, moves
from fastc.dse.records import Point
from hwmodels.template import pe_count, peak_flops, vector_lanes
from tests.unit.dse.dse_cases import FULL_SPACE, SMALL_SPACE, problem


def test_moves_stay_in_the_space() -> None:
    """At the lowest corner only ups remain; in the middle every move is legal and changes what it says."""
    case = problem(SMALL_SPACE)
    single, several = moves(case)
    count = len(SMALL_SPACE.parameters)
    assert len(single) == 2 * count
    # Coupled: bigger PEs for fewer of them, pe_x for array_rows; and twice or half of pe_x or array_rows, the batch and
    # the buffer.
    assert [len(move.steps) for move in several[:6]] == [3, 3, 3, 3, 3, 3]
    assert len(several) == 6 + 2 * count * (count - 1)
    corner = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    assert sum(moved(case, corner, move) is not None for move in single) == count
    middle = Point(tuple((p.name, p.values[1]) for p in SMALL_SPACE.parameters), (0,))
    for move in single + several:
        target = moved(case, middle, move)
        assert target is not None
        changed = sum(one != two for one, two in zip(target.values, middle.values, strict=True))
        assert changed == len(move.steps)


def test_flags_are_moves_only_where_there_is_a_choice() -> None:
    """One model with two variants: two moves more; the move changes the variant and nothing else."""
    one = problem(SMALL_SPACE)
    two = replace(one, models=(replace(one.models[0], variants=one.models[0].variants * 2),))
    assert len(moves(two)[0]) == len(moves(one)[0]) + 2
    start = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    assert moved(two, start, moves(two)[0][1]) == replace(start, variants=(1,))


def test_fewer_bigger_pes_have_as_much_in_all() -> None:
    """Multipliers, vector lanes and bytes of L1 stay; one step each way for both axes of the grid and of the array."""
    case = problem()
    start = {p.name: p.values[len(p.values) // 2] for p in FULL_SPACE.parameters} | {"l2_enabled": 0.0}
    point = canonical(case, Point(tuple(start.items()), (0,)))
    found = [moved(case, point, move) for move in coupled(case)[:8]]
    shapes = {
        tuple(dict(one.values)[name] / start[name] for name in ("pe_x", "pe_y", "array_rows", "array_columns"))
        for one in found
        if one is not None
    }
    assert shapes == {(0.5, 1, 2, 1), (2, 1, 0.5, 1), (1, 0.5, 1, 2), (1, 2, 1, 0.5)} | {
        (1, 0.5, 2, 1), (1, 2, 0.5, 1), (0.5, 1, 1, 2), (2, 1, 1, 0.5)
    }  # fmt: skip
    before = FULL_SPACE.machine(start)
    for one in found:
        assert one is not None
        after = FULL_SPACE.machine(dict(one.values))
        for amount in (peak_flops, vector_lanes):
            assert amount(after) == amount(before)
        for size in ("input", "weight", "output"):
            name = f"l1_{size}_bytes"
            assert getattr(after, name) * pe_count(after) == getattr(before, name) * pe_count(before)


def test_bigger_machines_have_more_of_all() -> None:
    """Twice or half the multipliers, along each axis, the batch and the global buffer; DRAM's channels too, or not."""
    case = problem()
    start = {p.name: p.values[len(p.values) // 2] for p in FULL_SPACE.parameters} | {"l2_enabled": 0.0}
    point = canonical(case, Point(tuple(start.items()), (0,)))
    before, seen = FULL_SPACE.machine(start), list[tuple[float, ...]]()
    for move in coupled(case)[8:-6]:
        target = moved(case, point, move)
        assert target is not None
        after = FULL_SPACE.machine(dict(target.values))
        ratio = peak_flops(after) / peak_flops(before)
        assert after.native_batch == ratio * before.native_batch
        assert after.global_buffer_bytes == ratio * before.global_buffer_bytes
        seen.append((ratio, after.dram_channels / before.dram_channels))
    assert sorted(seen) == sorted([(2, 2), (0.5, 0.5), (2, 1), (0.5, 1)] * 4)


def test_more_global_buffer_goes_with_fewer_channels() -> None:
    """Two, four or eight times the one and as many times less of the other, as far as the space goes; nothing else."""
    case = problem()
    start = {p.name: p.values[len(p.values) // 2] for p in FULL_SPACE.parameters} | {"l2_enabled": 0.0}
    point = canonical(case, Point(tuple(start.items()), (0,)))
    before = dict(point.values)
    found = [moved(case, point, move) for move in coupled(case)[-6:]]
    changed = [{name: value for name, value in one.values if value != before[name]} for one in found if one is not None]
    assert changed == [
        {"global_buffer_bytes": 2.0**23, "dram_channels": 2.0},
        {"global_buffer_bytes": 2.0**21, "dram_channels": 8.0},
        {"global_buffer_bytes": 2.0**24, "dram_channels": 1.0},
    ]


def test_an_l2_that_is_not_there_has_its_least_sizes() -> None:
    """Points that differ only in a disabled L2 are one point; those of an enabled one stay apart."""
    values = {p.name: p.values[-1] for p in FULL_SPACE.parameters}
    there = Point(tuple((values | {"l2_enabled": 1.0}).items()), (0,))
    assert canonical(problem(), there) == there
    gone = dict(canonical(problem(), Point(tuple((values | {"l2_enabled": 0.0}).items()), (0,))).values)
    assert gone["l2_weight_multiplier"] == 1.0
    assert gone["l2_shared"] == 0.0
    assert gone["l1_weight_bytes"] == values["l1_weight_bytes"]
