"""Chains written out tile by tile: what is fetched when, what is held, and the cost of it all, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hardware_cases import contraction, machine

from hwmodels.chains import Held, expand, untiled
from hwmodels.mapper import map_network
from hwmodels.network import evaluate, exact_contraction_cost, region_arrays
from hwmodels.network_table import tabulate_network
from hwmodels.placement import place
from hwmodels.records import (
    Machine,
    Network,
    Placement,
    RegionWork,
    Rows,
    Tensor,
    TileWork,
    Tiling,
    Use,
    VectorWork,
    Write,
)
from hwmodels.space import SIZES
from hwmodels.technology import technology

ROWS, WIDE, STEP = 70, 96, 30
"""Rows of a product, in tiles of 30, 30 and 10."""

START, LATENCY = 2.5e-7, 3e-7
"""Seconds to start a region, and of DRAM's latency."""


def chained(hold: bool = True) -> Network:
    """x [70, 64] times w [64, 96] is y; y times v [96, 32] is z. Both run in three tiles of rows; z goes on to a third
    region, which doubles it."""
    held = (1,) if hold else ()

    def region(index: int, c: int, k: int, read: int, weight: int, written: int) -> RegionWork:
        def part(count: int, rows: int, fetches: int) -> TileWork:
            share = rows / ROWS
            reads = (Use(read, "input", share), Use(weight, "weight"))
            work, vector = contraction(n=rows, c=c, k=k), VectorWork(alu=rows * k)
            return TileWork(count, work, vector, reads, (Write(written, share),), (fetches,) if hold else ())

        return RegionWork(
            f"r{index}", "matmul", ("dot_general",), contraction(n=ROWS, c=c, k=k), VectorWork(alu=ROWS * k),
            (Use(read, "input"), Use(weight, "weight")), (Write(written),),
            tiling=Tiling("c", (part(2, STEP, 1), part(1, ROWS - 2 * STEP, 0)), held),
        )  # fmt: skip

    last = RegionWork("r2", "vector", ("add",), None, VectorWork(alu=ROWS * 32), (Use(4, "vector"),), (Write(5),))
    tensors = (
        Tensor("x", ROWS * 64 * 2, "input", -1, (0,)),
        Tensor("w", 64 * WIDE * 2, "weight", -1, (0,)),
        Tensor("v", WIDE * 32 * 2, "weight", -1, (1,)),
        Tensor("y", ROWS * WIDE * 2, "activation", 0, (1,), slice_bytes=STEP * WIDE * 2),
        Tensor("z", ROWS * 32 * 2, "activation", 1, (2,)),
        Tensor("zz", ROWS * 32 * 2, "output", 2, ()),
    )
    regions = (region(0, 64, WIDE, 0, 1, 3), region(1, WIDE, 32, 3, 2, 4), last)
    return Network("chain", 1, ROWS * WIDE * (64 + 32), regions, tensors)


SMALL = machine(pe_x=1, pe_y=1, array_rows=16, array_columns=16, global_buffer_bytes=1 << 20)

IN_DRAM = Placement(("dram", "dram", "dram", "tile", "dram", "dram"), 0.0, 0.0)


def test_equal_tiles_are_one_region_and_the_first_one_fetches():
    tiles = expand(chained())
    assert tiles.region.tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert tiles.times.tolist() == [1, 1, 1, 1, 1, 1, 1]
    assert [region.reads[1].fetched for region in tiles.network.regions[:3]] == [True, False, False]
    assert expand(chained(hold=False)).times.tolist() == [2, 1, 2, 1, 1]
    assert [tensor.consumers for tensor in tiles.network.tensors[:3]] == [(0, 1, 2, 5), (0, 1, 2, 5), (3, 4, 5)]
    # What leaves the chain is being written from its first region on.
    assert tiles.network.tensors[4].producer == 0


def test_what_a_chain_holds():
    tiles = expand(chained())
    weights = {1: 64 * WIDE * 2.0, 2: WIDE * 32 * 2.0}
    assert tiles.held == tuple(Held(row, tensor, weights[tensor]) for row in range(6) for tensor in (1, 2))
    assert tiles.slice_bytes.tolist() == [STEP * WIDE * 2.0] * 6 + [0.0]


def test_sums_stay_until_the_last_tile():
    network = chained()
    tiling = network.regions[1].tiling
    assert tiling is not None
    region = replace(network.regions[1], tiling=replace(tiling, sums_bytes=40.0))
    found = expand(replace(network, regions=(network.regions[0], region, network.regions[2])))
    assert found.slice_bytes.tolist() == [STEP * WIDE * 2.0 + 40.0] * 6 + [0.0]


def test_kept_rows_stay_through_the_chain_and_slices_only_while_used():
    """Three regions: y is made by the first and last used by the second; 100 of its 600 bytes stay."""
    network = chained()
    third = replace(network.regions[1], reads=(Use(4, "input"), Use(2, "weight")), writes=(Write(5),), name="third")
    tensors = list(network.tensors)
    tensors[3] = replace(tensors[3], slice_bytes=600.0, kept_bytes=100.0)
    found = expand(replace(network, regions=(*network.regions[:2], third), tensors=tuple(tensors)))
    assert found.slice_bytes[[0, 3, 6]].tolist() == [600.0, 600.0, 100.0]


@pytest.mark.parametrize("hold", [True, False])
def test_bytes_and_starts_by_hand(hold: bool):
    network = chained(hold)
    found = evaluate(network, SMALL, map_network(network, SMALL), IN_DRAM)
    loads = 1 if hold else 3
    weights = loads * (64 * WIDE + WIDE * 32) * 2
    assert found.dram_bytes == pytest.approx(ROWS * 64 * 2 + weights + ROWS * 32 * 2 * 3)
    first, second, last = found.regions
    # The first region reads x in each of its tiles and writes to DRAM in none; the second writes z in each, and fetches
    # its weights once or thrice.
    assert first.issue_s == pytest.approx(3 * (START + LATENCY))
    assert second.issue_s == pytest.approx(3 * (START + LATENCY) + loads * LATENCY)
    assert last.issue_s == pytest.approx(START + 2 * LATENCY)


def test_time_is_that_of_the_tiles_by_themselves():
    """Each tile costs what a network of that one product costs whose other tensors are where they are for it."""
    network = chained(hold=False)
    found = evaluate(network, SMALL, map_network(network, SMALL), IN_DRAM)
    expected = 0.0
    for rows, count in ((STEP, 2), (ROWS - 2 * STEP, 1)):
        alone = untiled(network)
        work = contraction(n=rows, c=64, k=WIDE)
        region = replace(alone.regions[0], contraction=work, vector=VectorWork(alu=rows * WIDE))
        sized = [replace(tensor, bytes=tensor.bytes * rows // ROWS) for tensor in alone.tensors]
        sized[1] = alone.tensors[1]
        one = replace(alone, regions=(region,), tensors=tuple(sized))
        # The smaller tile runs under the mapping of the greater one, cut to its size.
        great = replace(one, regions=(replace(region, contraction=contraction(n=STEP, c=64, k=WIDE)),))
        mapping = map_network(great, SMALL)[0]
        assert mapping is not None
        bounds = np.asarray(work.bounds)
        names = ("l1_tile", "l2_tile", "global_tile", "spatial")
        cut = replace(mapping, **{name: np.minimum(getattr(mapping, name), bounds) for name in names})
        expected += count * evaluate(one, SMALL, [cut], IN_DRAM).latency_s
    assert found.regions[0].latency_s == pytest.approx(expected)


def on_jax(base: Machine) -> Machine:
    return replace(base, **{name: jnp.asarray(float(getattr(base, name))) for name in SIZES})


def test_jax_gives_the_same():
    tiles = expand(chained())
    tech = technology(SMALL.node_nm, SMALL.dram_kind)
    table = tabulate_network(tiles.network, tech)
    mappings = tiles.mappings(map_network(chained(), SMALL))
    resident = np.asarray([0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    exact = region_arrays(table, SMALL, tech, exact_contraction_cost(table, SMALL, tech, mappings), resident, 0.0)
    with jax.enable_x64():
        other = on_jax(SMALL)
        cost = exact_contraction_cost(table, other, tech, mappings)
        traced = region_arrays(table, other, tech, cost, jnp.asarray(resident), 0.0)
    np.testing.assert_allclose(np.asarray(traced.latency_s), exact.latency_s, rtol=1e-9)
    np.testing.assert_allclose(np.asarray(traced.energy_j), exact.energy_j, rtol=1e-9)


def test_placement_leaves_room_for_slices_and_what_is_held():
    """z is live through the chain; it fits beside slices, weights and tiles in a buffer that has the bytes for it, and
    in no smaller one."""
    network = chained()

    def space_of_z(size: int) -> str:
        base = replace(SMALL, global_buffer_bytes=size)
        return place(network, base, map_network(network, SMALL), "activations").spaces[4]

    own = 2 * STEP * 64 * 2  # x's double-buffered tile; y's is the slice, w's is held
    taken = (64 * WIDE + WIDE * 32) * 2 + STEP * WIDE * 2 + own
    fits = taken + ROWS * 32 * 2
    assert fits > 20_000
    assert space_of_z(fits + 50) == "global"
    assert "global" not in {space_of_z(size) for size in (*range(10_000, fits - 50, 5_000), fits - 50)}


def test_untiled_forgets_the_chain():
    plain = untiled(chained())
    assert all(region.tiling is None for region in plain.regions)
    assert not any(tensor.slice_bytes for tensor in plain.tensors)
    assert expand(plain).network is plain


def test_rows_of_a_tile_are_what_is_mapped():
    """A tile's mapping is made for its rows, not for those of the whole."""
    network = chained()
    tiling = network.regions[0].tiling
    assert tiling is not None
    rows = Rows(rescan_bytes=10, kept_bytes=5, row_bytes=1, dims="k")
    tiles = tuple(replace(tile, vector=replace(tile.vector, rows=rows)) for tile in tiling.tiles)
    region = replace(network.regions[0], tiling=replace(tiling, tiles=tiles))
    mapping = map_network(replace(network, regions=(region, *network.regions[1:])), SMALL)[0]
    assert mapping is not None
    assert mapping.global_tile[1] <= STEP


def test_smaller_tiles_cut_the_mapping():
    network = chained()
    mapping = map_network(network, SMALL)[0]
    assert mapping is not None
    great = replace(mapping, l1_tile=np.asarray([1, STEP, 1, 1, 8, 8, 1, 1]))
    cut = expand(network).mappings([great, None, None])
    assert [each.l1_tile.tolist() for each in cut[:3] if each] == [[1, n, 1, 1, 8, 8, 1, 1] for n in (30, 30, 10)]
    assert cut[3:] == (None, None, None, None)
