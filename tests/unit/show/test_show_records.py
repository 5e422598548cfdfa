"""What is read from a lowered module, and the arithmetic of drawings, by hand."""

from __future__ import annotations

import pytest
from xdsl.dialects.builtin import ModuleOp

from dialects.sched.memory import MemoryOp
from fastc.inspection import details_of
from fastc.results import Result
from fastc.show.plots.machine import floor_plan
from fastc.show.records import Resident, Shown
from fastc.show.timeline import edges_s, moments, occupancy
from fastc.transform import print_module


def lowered(result: Result) -> ModuleOp:
    module = result.models[0].lowered
    assert module is not None
    return module


def test_a_region_has_its_lines_of_the_module(result: Result):
    details = details_of(lowered(result))
    whole = [line.strip() for line in print_module(lowered(result)).splitlines()]
    assert len(details.regions) == 2
    for name, text in zip(("conv_0", "matmul_1"), details.regions, strict=True):
        lines = text.splitlines()
        at = whole.index(lines[0])
        assert f'sched.region "{name}"' in lines[0]
        assert lines[-1] == "}"
        assert [line.strip() for line in lines] == whole[at : at + len(lines)]
    assert details.machine.startswith("arch.accelerator @small")


def test_residents_are_what_the_module_proves(result: Result):
    """The op that proves the places says how much is taken at most."""
    residents = details_of(lowered(result)).residents
    assert residents is not None
    taken = occupancy(residents, [1.0, 2.0])
    (memory,) = (op for op in lowered(result).ops if isinstance(op, MemoryOp))
    assert max(map(sum, zip(*taken.values(), strict=True))) == memory.peak.value.data
    assert {each.kind for each in residents} == {"weight", "buffer"}
    # The taps are pinned for both regions; the product's first weights come while the convolution runs.
    assert [(each.first, each.last) for each in residents if each.kind == "weight"] == [(0, 1)]
    assert (0, 1) in [(each.first, each.last) for each in residents if "weight buffer of 'matmul_1'" in each.name]


def test_an_outline_has_no_residents(result: Result):
    module = lowered(result).clone()
    (memory,) = (op for op in module.ops if isinstance(op, MemoryOp))
    memory.detach()
    assert details_of(module).residents is None


def test_occupancy():
    """Three regions: a weight of 5 all the time, a tensor of 3 in two parts during the last two, tiles of 7 in one."""
    residents = [
        Resident("w", "weight", 0, 2, ((0, 5),)),
        Resident("x", "result", 1, 2, ((5, 6), (10, 12))),
        Resident("t", "buffer", 1, 1, ((20, 27),)),
    ]
    assert occupancy(residents, [1.0, 2.0, 4.0]) == {"weight": [5, 5, 5], "result": [0, 3, 3], "buffer": [0, 7, 0]}


def test_moments_follow_each_other(shown: Shown):
    model = shown.result.models[0]
    first, second = moments(model)
    assert (first.start_s, first.end_s) == (0.0, model.regions[0].latency_s)
    assert second.end_s == pytest.approx(model.latency_s)
    assert edges_s(model) == (0.0, first.end_s, second.end_s)


def test_floor_plan():
    """The example of Bruls, Huizing and van Wijk: areas 6, 6, 4, 3, 2, 2, 1 in 6 x 4."""
    areas = {"a": 6.0, "b": 6.0, "c": 4.0, "d": 3.0, "e": 2.0, "f": 2.0, "g": 1.0}
    tiles = {tile.name: tile for tile in floor_plan(list(areas.items()), 6.0, 4.0)}
    assert tiles["a"][1:] == pytest.approx((0.0, 0.0, 3.0, 2.0))
    assert tiles["b"][1:] == pytest.approx((0.0, 2.0, 3.0, 2.0))
    assert tiles["c"][1:] == pytest.approx((3.0, 0.0, 12 / 7, 7 / 3))
    assert tiles["d"][1:] == pytest.approx((3.0 + 12 / 7, 0.0, 9 / 7, 7 / 3))
    assert {name: tile.width * tile.height for name, tile in tiles.items()} == pytest.approx(areas)
