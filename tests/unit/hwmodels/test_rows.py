"""Rows that are gone through again: where they are kept and what that moves, by hand on both sides of every step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hardware_cases import KIB, MIB, close, contraction, machine, mapping, single, sizes

from hwmodels.access import unfinished
from hwmodels.mapper import map_network
from hwmodels.network import evaluate, exact_contraction_cost
from hwmodels.network_table import tabulate_network
from hwmodels.placement import place
from hwmodels.records import (
    Machine,
    Mapping,
    Network,
    Placement,
    RegionCost,
    RegionWork,
    Rows,
    Tensor,
    Use,
    VectorWork,
    Write,
)
from hwmodels.rows import buffer_tiles, region_rescans, rescans
from hwmodels.technology import technology

ONE_PE = machine(
    pe_x=1,
    pe_y=1,
    array_rows=4,
    array_columns=4,
    dram_channels=1,
    global_buffer_bytes=MIB,
    dram_channel_bytes_per_s=8e9,
)
"""16 bytes a cycle into the PE, 8 from DRAM; 32 KiB of outputs in L1; a cycle is 1 ns."""

SIZE = 8 * MIB


def scanned(row_bytes: int, on: Machine = ONE_PE) -> RegionCost:
    """A region without a contraction that reads 8 MiB, goes through 16 MiB again and writes 8 MiB."""
    work = VectorWork(alu=1, rows=Rows(rescan_bytes=2 * SIZE, kept_bytes=SIZE, row_bytes=row_bytes))
    region = RegionWork("only", "vector", ("reduce",), None, work, (Use(0, "vector"),), (Write(1),))
    tensors = (Tensor("x", SIZE, "input", -1, (0,)), Tensor("y", SIZE, "output", 0, ()))
    network = Network("one", 1, 0, (region,), tensors)
    return evaluate(network, on, [None], Placement(("dram", "dram"), 0.0, 0.0)).regions[0]


@pytest.mark.parametrize(
    ("changes", "last_that_fits"),
    [
        ({}, 16 * KIB),  # two rows in the outputs' 32 KiB
        ({"pe_x": 2, "pe_y": 4}, 8 * 16 * KIB),  # all PEs take one row together
        ({"l1_shared": 1, "pe_x": 2}, 2 * 16 * KIB),
        ({"l2_output_multiplier": 4}, 16 * KIB),  # of an L2 that is not there
        ({"l2_enabled": 1, "l2_output_multiplier": 4}, 64 * KIB),
        ({"l1_input_bytes": MIB, "l1_weight_bytes": MIB}, 16 * KIB),
    ],
)
def test_rows_in_the_output_buffers_move_nothing(changes: dict[str, Any], last_that_fits: int):
    on = replace(ONE_PE, **changes)
    fits, spills = scanned(last_that_fits, on), scanned(last_that_fits + 1, on)
    assert (fits.rescan_noc_bytes, fits.rescan_dram_bytes, fits.dram_bytes) == (0, 0, 2 * SIZE)
    assert (spills.rescan_noc_bytes, spills.rescan_dram_bytes, spills.dram_bytes) == (2 * SIZE, 0, 2 * SIZE)
    # Every row, or piece of some, ends a cycle of its own.
    assert spills.global_buffer_s == pytest.approx(2 * fits.global_buffer_s, rel=1e-3)
    assert spills.energy_j > fits.energy_j
    assert spills.lower_bound_s == fits.lower_bound_s


def test_rows_beyond_the_tiles_share_of_the_global_buffer_go_to_dram():
    # Two rows take the half of 1 MiB that tiles may.
    fits, spills = scanned(256 * KIB), scanned(256 * KIB + 1)
    assert (fits.rescan_noc_bytes, fits.rescan_dram_bytes) == (2 * SIZE, 0)
    assert (spills.rescan_noc_bytes, spills.rescan_dram_bytes) == (2 * SIZE, 2 * SIZE)
    assert spills.dram_bytes == 4 * SIZE
    assert (fits.dram_s, spills.dram_s) == close((2 * SIZE / (0.87 * 8e9), 4 * SIZE / (0.87 * 8e9)))
    # Of fewer and longer rows each ends a cycle of its own.
    assert spills.global_buffer_s == pytest.approx(fits.global_buffer_s, rel=1e-4)
    assert spills.lower_bound_s == fits.lower_bound_s == close(2 * SIZE / 8e9)
    # Each byte costs DRAM's 60 pJ and an access of the buffer more, and the longer time its static power.
    assert spills.energy_j - fits.energy_j > 2 * SIZE * 60e-12


def test_without_a_global_buffer_rows_go_to_dram_at_once():
    bare = replace(ONE_PE, global_buffer_bytes=0)
    assert scanned(16 * KIB, bare).rescan_dram_bytes == 0
    assert scanned(16 * KIB + 1, bare).rescan_dram_bytes == 2 * SIZE


@pytest.mark.parametrize(
    ("trips", "independent", "expected"),
    [
        ([], [], 1),
        ([5.0], [1.0], 1 / 5),  # row after row
        ([5.0], [0.0], 1),  # along the rows: all begin before one ends
        ([5.0, 3.0], [1.0, 0.0], 1 / 5),
        ([3.0, 5.0], [0.0, 1.0], 1),
        ([4.0, 3.0, 5.0], [0.0, 1.0, 1.0], 1),  # whatever is inside
        ([1.0, 5.0], [0.0, 1.0], 1 / 5),  # one step along the row is the row
        ([2.0, 3.0, 4.0, 5.0], [1.0, 1.0, 0.0, 1.0], 1 / 6),
        ([2.0, 1.5, 4.0], [1.0, 0.0, 1.0], 1 / 2 / 2.5),  # half a loop, while relaxed
    ],
)
def test_unfinished(trips: list[float], independent: list[float], expected: float):
    assert unfinished(trips, independent) == close(expected)


WORK = contraction(n=1024, k=64, c=8)
"""Outputs of 128 KiB: 1,024 rows of 128 bytes along k, 64 of 2 KiB along n."""
OUT = 1024 * 64 * 2


def product(plan: Mapping, dims: str, on: Machine = ONE_PE) -> RegionCost:
    """``WORK`` with a softmax of three passes along ``dims``."""
    rows = Rows(rescan_bytes=4 * OUT, kept_bytes=OUT, row_bytes=128, dims=dims)
    network = single(WORK, VectorWork(rows=rows))
    return evaluate(network, on, [plan], Placement(("dram", "dram", "dram"), 0.0, 0.0)).regions[0]


SPATIAL = ({}, {}, {"c": 4}, {"k": 4})


@pytest.mark.parametrize(
    ("rows", "columns", "inner", "dims", "fits"),
    [
        (128, 64, "nk", "k", True),  # 128 whole rows, twice: 32 KiB
        (256, 64, "nk", "k", False),
        (129, 64, "nk", "k", False),  # 128 on average, but whole tiles have to fit
        (127, 64, "nk", "k", True),
        (128, 16, "nk", "k", True),  # 4 tiles along the rows, one after the other
        (128, 16, "kn", "k", False),  # all rows begin before one ends
        (1024, 8, "kn", "n", True),  # 8 whole columns
        (1024, 16, "kn", "n", False),
        (128, 8, "nk", "n", False),
        (128, 8, "kn", "n", True),
        (1024, 64, "nk", "nk", False),
    ],
)
def test_rows_of_outputs_end_as_the_loops_say(rows: int, columns: int, inner: str, dims: str, fits: bool):
    plan = mapping(WORK, spatial=SPATIAL, l2=sizes(n=rows, k=columns, c=8), inner=inner)
    found = product(plan, dims)
    assert (found.rescan_noc_bytes, found.rescan_dram_bytes) == (0.0 if fits else 4.0 * OUT, 0.0)


def test_a_reduction_outside_the_rows_leaves_all_of_them_open():
    plan = mapping(WORK, spatial=SPATIAL, l2=sizes(n=128, k=64, c=4), inner="nc")
    assert product(plan, "k").rescan_noc_bytes == 0
    plan = mapping(WORK, spatial=SPATIAL, l2=sizes(n=128, k=64, c=4), inner="cn")
    assert product(plan, "k").rescan_noc_bytes == 4 * OUT


@pytest.mark.parametrize(
    ("tile", "outer", "buffer", "fits"),
    [
        ({"n": 256, "k": 64}, "nk", 256 * KIB, True),  # 256 rows, twice: 64 KiB beside tiles of 2 x (4,096 + 1,024)
        ({"n": 512, "k": 64}, "nk", 256 * KIB, False),
        ({"n": 512, "k": 64}, "nk", 512 * KIB, True),
        ({"n": 342, "k": 64}, "nk", 2 * (1024 * 64 // 3 * 4 + 342 * 32 + 2048), False),  # three tiles; not the mean
        ({"n": 342, "k": 64}, "nk", 2 * (342 * 64 * 4 + 342 * 32 + 2048), True),
        ({"n": 256, "k": 32}, "nk", 256 * KIB, True),
        ({"n": 256, "k": 32}, "kn", 256 * KIB, False),
        ({"n": 256, "k": 32}, "kn", MIB, True),  # all rows, twice, are 256 KiB
        ({"n": 256, "k": 64}, "nk", 2 * (64 + 10) * KIB, True),
        ({"n": 256, "k": 64}, "nk", 2 * (64 + 10) * KIB - 2, False),
    ],
)
def test_rows_are_held_in_the_global_buffer_beside_the_tiles(tile: dict[str, int], outer: str, buffer: int, fits: bool):
    plan = mapping(WORK, spatial=SPATIAL, l2=sizes(n=256, k=4, c=8), tile=sizes(c=8, **tile), inner="kn", outer=outer)
    found = product(plan, "k", replace(ONE_PE, global_buffer_bytes=buffer))
    assert found.rescan_noc_bytes == 4 * OUT
    assert found.rescan_dram_bytes == (0.0 if fits else 4.0 * OUT)


def test_held_rows_take_the_place_of_the_output_tile():
    network = single(WORK, VectorWork(rows=Rows(4 * OUT, OUT, 128, "k")))
    tech = technology(7, "gddr6")
    table = tabulate_network(network, tech)
    for outer, rows in (("nk", 256), ("kn", 1024)):
        plan = mapping(WORK, spatial=SPATIAL, l2=sizes(n=256, k=4, c=8), tile=sizes(n=256, k=32, c=8), outer=outer)
        cost = exact_contraction_cost(table, ONE_PE, tech, [plan])
        tiles = buffer_tiles(table, cost, region_rescans(table, cost, ONE_PE, 0.0))
        assert [float(tile[0]) for tile in tiles] == [2 * 256 * 8 * 2, 2 * 32 * 8 * 2, 2 * rows * 128]


def test_without_held_rows_the_output_tile_stays():
    network, tech = single(WORK, VectorWork()), technology(7, "gddr6")
    table = tabulate_network(network, tech)
    plan = mapping(WORK, spatial=SPATIAL, l2=sizes(n=256, k=4, c=8), tile=sizes(n=256, k=32, c=8), outer="nk")
    cost = exact_contraction_cost(table, ONE_PE, tech, [plan])
    outputs = buffer_tiles(table, cost, region_rescans(table, cost, ONE_PE, 0.0))[2]
    assert float(outputs[0]) == 2 * 256 * 32 * 2


def test_tiles_beyond_their_share_leave_no_room_but_not_less():
    # Relaxed, of 2 x 64 KiB the 32 KiB of the PE hold a quarter; of the rest all goes to DRAM, not more than all.
    found = rescans(1000.0, (64 * KIB, 64 * KIB), 2 * MIB, ONE_PE, 1.0)
    assert (float(found.noc_bytes), float(found.dram_bytes), float(found.held_bytes)) == (750, 750, 0)
    # Beside tiles of 448 KiB 64 are left: half of it.
    found = rescans(1000.0, (64 * KIB, 64 * KIB), 448 * KIB, ONE_PE, 1.0)
    assert (float(found.noc_bytes), float(found.dram_bytes)) == (750, 375)


def test_placement_leaves_room_for_held_rows():
    """A vector region's input of 640 KiB fits beside one that holds nothing, not beside two rows of 200 KiB."""

    def spaces(row_bytes: int) -> tuple[str, ...]:
        rows = Rows(rescan_bytes=SIZE, kept_bytes=SIZE, row_bytes=row_bytes)
        first = RegionWork("a", "vector", (), None, VectorWork(alu=1), (Use(0, "vector"),), (Write(1),))
        last = RegionWork("b", "vector", (), None, VectorWork(alu=1, rows=rows), (Use(1, "vector"),), (Write(2),))
        tensors = (
            Tensor("x", 2, "input", -1, (0,)),
            Tensor("u", 640 * KIB, "activation", 0, (1,)),
            Tensor("y", 2, "output", 1, ()),
        )
        return place(Network("two", 1, 0, (first, last), tensors), ONE_PE, [None, None]).spaces

    assert spaces(16 * KIB) == ("dram", "global", "dram")  # at the PE
    assert spaces(192 * KIB) == ("dram", "global", "dram")
    assert spaces(193 * KIB) == ("dram", "dram", "dram")


def test_the_mapper_ends_rows_where_that_is_cheaper():
    """Attention's scores on FAST-Small's grid: whole rows stay with the PEs."""
    on = machine(pe_x=4, pe_y=2, array_rows=64, array_columns=32, global_buffer_bytes=8 * MIB)
    work = contraction(g=12, n=1024, k=1024, c=64)
    out = 12 * 1024 * 1024 * 2
    network = single(work, VectorWork(rows=Rows(4 * out, out, 2048, "k")))
    blind = map_network(single(work), on)
    seeing = map_network(network, on)
    everywhere = Placement(("dram", "dram", "dram"), 0.0, 0.0)
    before, after = (evaluate(network, on, plan, everywhere).regions[0] for plan in (blind, seeing))
    assert before.rescan_noc_bytes == 4 * out
    assert after.rescan_noc_bytes == 0
    assert after.latency_s < 0.6 * before.latency_s
    # Without rows that wait nothing changes.
    plain = evaluate(single(work), on, blind, everywhere).regions[0]
    assert plain.latency_s <= evaluate(single(work), on, seeing, everywhere).regions[0].latency_s
