"""The optimal mapper on regions that run in tiles: against all mappings of small ones, the recipes, the cost model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hardware_cases import contraction, machine, single, with_l1
from hypothesis import given, settings
from hypothesis import strategies as st
from test_chains import IN_DRAM, SMALL, chained
from test_mapspace_regions import every_mapping, objectives, tiny

from hwmodels.mapper import map_network as map_by_recipe
from hwmodels.mapspace import Objective, map_network
from hwmodels.mapspace.scene import scene_of
from hwmodels.network import evaluate
from hwmodels.network_table import complete_operands, tabulate_network
from hwmodels.records import (
    Contraction,
    Machine,
    Mapping,
    Network,
    Placement,
    RegionCost,
    Space,
    TileWork,
    Tiling,
    Use,
    VectorWork,
    Write,
)
from hwmodels.technology import technology_of


def in_rows(work: Contraction, steps: Sequence[tuple[int, int]], vector: VectorWork, *, hold: bool) -> Network:
    """A product in tiles of its rows: of each of ``steps`` so many of so many rows, the greatest first. Each tile reads
    its rows and all weights, which are held, or come for each tile."""
    rows = sum(count * size for count, size in steps)

    def of(size: int) -> Contraction:
        return replace(work, bounds=(1, size, *work.bounds[2:]))

    def part(count: int, size: int, fetches: int) -> TileWork:
        share = size / rows
        reads = (Use(0, "input", share), Use(1, "weight"))
        own = replace(vector, alu=vector.alu * share)
        return TileWork(count, of(size), own, reads, (Write(2, share),), (fetches,) if hold else ())

    tiles = tuple(part(count, size, int(index == 0)) for index, (count, size) in enumerate(steps))
    whole = single(of(rows), vector)
    tiling = Tiling("c", tiles, (1,) if hold else ())
    return replace(whole, regions=(replace(whole.regions[0], tiling=tiling),))


def costs(network: Network, device: Machine, mappings: Sequence[Mapping], placement: Placement) -> list[RegionCost]:
    """The only region of ``network`` under each of ``mappings``, in a chain of its own each time."""
    (region,) = network.regions
    assert region.tiling is not None
    tilings = [replace(region.tiling, chain=str(index)) for index in range(len(mappings))]
    many = replace(network, regions=tuple(replace(region, tiling=tiling) for tiling in tilings))
    return list(evaluate(many, device, mappings, placement).regions)


@given(tiny(), st.sampled_from(("latency", "energy", "edp")), st.booleans())
@settings(max_examples=12, deadline=None)
def test_no_mapping_is_better_for_all_tiles_together(
    case: tuple[Network, Machine, Placement], objective: Objective, hold: bool
) -> None:
    whole, device, placement = case
    (region,) = whole.regions
    assert region.contraction is not None
    size = region.contraction.bounds[1]
    network = in_rows(region.contraction, ((2, size), (1, max(size - 1, 1))), region.vector, hold=hold)
    scene = scene_of(network, device, placement).together()
    # What is held needs no tile, as what is on chip.
    spaces: list[Space] = ["global" if spared else "dram" for spared in scene.spared()[0]]
    mappings = list(every_mapping(region.contraction, device, spaces))
    if not mappings or scene.room_bytes()[0] < device.global_buffer_bytes / 2:
        return
    found = map_network(network, device, placement, objective).regions[0]
    assert found.mapping is not None
    (again,) = objectives(costs(network, device, [found.mapping], placement), objective)
    assert found.value == pytest.approx(again, rel=1e-12)
    some = mappings[:: len(mappings) // 1000 + 1]
    least = min(objectives(costs(network, device, some, placement), objective))
    if objective == "latency":
        # In energy, of which L1 has a share, filling an axis may cost something: the space says so.
        assert found.lower_bound <= least * (1 + 1e-9)
        if found.gap == 0.0:
            assert found.value <= least * (1 + 1e-6)


@pytest.mark.parametrize("objective", ["latency", "energy", "edp"])
@pytest.mark.parametrize("hold", [True, False])
def test_recipes_of_a_chain_are_never_better(objective: Objective, hold: bool) -> None:
    network, device = chained(hold), replace(SMALL, pe_x=3, pe_y=2, array_rows=8, array_columns=8, **with_l1(512))
    found = map_network(network, device, IN_DRAM, objective, 10_000)
    there, before = (
        evaluate(network, device, mappings, IN_DRAM).regions
        for mappings in (found.mappings, map_by_recipe(network, device))
    )
    values, recipes = objectives(there, objective), objectives(before, objective)
    np.testing.assert_allclose([region.value for region in found.regions], values, rtol=1e-12)
    assert all(value <= other * (1 + 1e-12) for value, other in zip(values, recipes, strict=True))
    assert sum(values) < sum(recipes) * 0.997
    assert found.value == pytest.approx(sum(values), rel=1e-12)
    assert all(region.lower_bound <= region.value for region in found.regions)


def test_the_mapping_is_best_for_the_tiles_that_there_are() -> None:
    """One tile of 96 rows and 31 of 40: what is best for the great one alone is not for all together."""
    work = contraction(n=96, k=96, c=96)
    network = in_rows(work, ((1, 96), (31, 40)), VectorWork(), hold=True)
    on_chip, device = Placement(("global",) * 3, 0.0, 0.0), machine(pe_x=2, pe_y=2, array_rows=32, array_columns=32)
    (together,) = map_network(network, device, on_chip).mappings
    (great,) = map_network(single(work), device, on_chip).mappings
    assert together is not None
    assert great is not None
    first, second = (one.latency_s for one in costs(network, device, [together, great], on_chip))
    assert first < second * 0.9


def test_tiles_make_room_for_slices_and_what_is_held() -> None:
    """Of 48 KiB weights take 12 KiB and 6, a slice 5,760 bytes; none of these needs a tile."""
    network = chained()
    device = replace(SMALL, global_buffer_bytes=48 << 10)
    scene = scene_of(network, device, IN_DRAM).together()
    taken = 64 * 96 * 2 + 96 * 32 * 2 + 30 * 96 * 2
    assert scene.room_bytes().tolist() == [(48 << 10) - taken] * 2 + [48 << 10]
    assert scene.spared().tolist() == [[0, 1, 1], [1, 1, 0], [0, 0, 0]]
    held = scene_of(chained(hold=False), device, IN_DRAM).together()
    assert held.spared().tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 0]]


def test_an_operand_is_on_chip_when_all_that_makes_it_is() -> None:
    """Of two results one goes to DRAM: its tile needs room; unless the tiles of a chain make it together, on chip."""
    network = chained()
    tensors = (*network.tensors, replace(network.tensors[5], name="more", producer=0))
    for gathered in (False, True):
        writes = (Write(3), Write(6, gathered=gathered))
        region = replace(network.regions[0], writes=writes, tiling=None)
        table = tabulate_network(
            replace(network, regions=(region, *network.regions[1:]), tensors=tensors), technology_of(SMALL)
        )
        found = complete_operands(
            table, table.sliced[table.use_tensor], table.sliced[table.write_tensor] + table.write_gathered
        )
        assert found.tolist() == [[False, False, gathered], [True, False, False], [False] * 3]
