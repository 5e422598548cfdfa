"""The cost of regions and networks, by hand: each resource once as the slowest, residency, spills and energy."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hardware_cases import KIB, MIB, close, contraction, convolution, machine, mapping, single, sizes, with_l1

from hwmodels.network import evaluate
from hwmodels.network_table import vector_cycles
from hwmodels.pipeline import with_slots
from hwmodels.records import (
    Contraction,
    Machine,
    Mapping,
    Network,
    Placement,
    RegionCost,
    RegionWork,
    Space,
    Tensor,
    Use,
    VectorWork,
    Write,
)
from hwmodels.technology import technology

NS, PJ = 1e-9, 1e-12
LATENCY = 300 * NS
"""Of DRAM, before what comes from there and behind what goes there."""
START = 250 * NS + 2 * LATENCY
"""Of a region that reads from DRAM and writes there."""

ONE_PE = machine(pe_x=1, pe_y=1, array_rows=4, array_columns=4, dram_channels=1, global_buffer_bytes=MIB)
"""16 MACs, 4 lanes, (4 + 4) x 2 = 16 bytes a cycle into the PE, 56 bytes a cycle from DRAM; a cycle is 1 ns."""

WORK = contraction(n=6400, k=4, c=4)
"""Here 6,400 inputs stream by 4 x 4 weights: 6,410 cycles. Input and output have 51,200 bytes, the weight 32."""

MATRIX = 6400 * 4 * 2
WEIGHT = 4 * 4 * 2


LOGIC_M2 = (16 * 760 + 4 * 1.04e6 / 96.3 + (0.726e6 + 3.5e6) / 96.3) * PJ
"""Of ONE_PE: MACs, lanes and control, in transistors of 96.3 a um^2."""

BUFFER_M2 = MIB * 0.43 * 1.34 * PJ
"""1 MiB, four doublings of 64 KiB at 8.5 % of wires each."""


def static_w(grid_m2: float, buffer_m2: float = BUFFER_M2) -> float:
    """ONE_PE's leakage and clock: 0.03 W/mm^2 of the die, 0.25 nJ/mm^2 of logic a cycle of 1 ns."""
    wires_m2 = 128 * 0.2e-6 * sqrt(grid_m2 + buffer_m2)
    die_m2 = 1.27 * (grid_m2 + buffer_m2 + wires_m2 + (4.5 + 110 / 96.3) * 1e-6)
    return 3e4 * die_m2 + 2.5e5 * LOGIC_M2


def whole(work: Contraction = WORK) -> Mapping:
    """One tile everywhere, weights stationary."""
    return mapping(work, spatial=({}, {}, {"c": 4}, {"k": 4}))


def tiled(work: Contraction = WORK) -> Mapping:
    """64 tiles of 100 inputs, the weights stationary: they come once."""
    return replace(whole(work), l1_tile=sizes(n=100, k=4, c=4), l2_tile=sizes(n=100, k=4, c=4))


NOC_FIRST = (50 + 2 + 50) * NS
"""A tile of 800 bytes in at 16 a cycle, the weight's 32, a tile out."""

FILL = (4 + 4 - 2) * NS
"""A word's way through the array, which only the last tile waits for."""

ENGINE_FIRST = 6404 / 64 * NS + FILL
"""The last tile's computation."""


def dram_first(bytes_per_ns: float = 56) -> float:
    """The same tiles on DRAM."""
    return (800 + 32 + 800) / (0.87 * bytes_per_ns) * NS


def cost(
    on: Machine = ONE_PE,
    work: Contraction = WORK,
    vector: VectorWork | None = None,
    plan: Mapping | None = None,
    spaces: tuple[Space, ...] = ("dram", "dram", "dram"),
) -> RegionCost:
    """Cost of a network of one region."""
    network = single(work, vector)
    result = evaluate(network, on, [plan or tiled(work)], Placement(spaces, 0.0, 0.0))
    assert result.latency_s == result.regions[0].latency_s
    return result.regions[0]


def test_bound_by_the_array():
    found = cost()
    assert found.bound == "array"
    assert found.compute_s == close(6410 * NS)
    assert found.global_buffer_s == close((2 * MATRIX + WEIGHT) / 16 * NS)  # 6,402 cycles
    assert found.dram_s == close((2 * MATRIX + WEIGHT) / (0.87 * 56) * NS)
    assert found.vector_s == 0
    assert found.issue_s == close(START)
    assert found.latency_s == close(6410 * NS + NOC_FIRST + dram_first() + START)
    assert found.utilization == close(6400 / (6410 + 102 + 1632 / 48.72 + 850))
    assert found.macs == 6400 * 16
    # The array's 16 MACs and the vector unit's 4 lanes of two operations together: 18 a cycle.
    assert found.lower_bound_s == close(6400 * 16 / 18 * NS)


def test_bound_by_dram():
    found = cost(replace(ONE_PE, dram_channel_bytes_per_s=8e9))
    assert found.bound == "dram"
    assert found.dram_s == close(12804 / 0.87 * NS)
    assert found.latency_s == close(12804 / 0.87 * NS + NOC_FIRST + ENGINE_FIRST + START)
    # The weights (32 bytes, 4 ns) could stay on chip; the model's own input and output cannot.
    assert found.lower_bound_s == close(12800 * NS)


def test_bound_by_the_network_on_chip():
    # Elements of 4 bytes: 204,864 bytes at 16 a cycle, 3,264 of them on DRAM before or behind.
    found = cost(work=convolution(n=6400, k=4, c=4, element_bytes=(4.0, 4.0, 4.0)))
    assert found.bound == "global_buffer"
    assert found.global_buffer_s == close(12804 * NS)
    assert found.latency_s == close(12804 * NS + ENGINE_FIRST + 2 * dram_first() + START)


def test_one_tile_overlaps_with_nothing():
    found = cost(plan=whole())
    assert found.latency_s == close((6410 + 6402 + 12804 * 8 / 48.72) * NS + START)


def test_a_tile_takes_a_whole_cycle_of_the_network():
    # 6,400 tiles of 8 bytes, half a cycle each, in and out; 800 of 64 bytes take 4 cycles each.
    small = replace(whole(), l1_tile=sizes(n=1, k=4, c=4), l2_tile=sizes(n=1, k=4, c=4))
    assert cost(plan=small).global_buffer_s == close((6400 + 2 + 6400) * NS)
    big = replace(whole(), l1_tile=sizes(n=8, k=4, c=4), l2_tile=sizes(n=8, k=4, c=4))
    assert cost(plan=big).global_buffer_s == close((3200 + 2 + 3200) * NS)


def test_a_tile_takes_whole_cycles_of_the_network():
    # 640 tiles of 80 bytes in 5 cycles, and of 60 in 4, not in 3.75.
    small = replace(whole(), l1_tile=sizes(n=10, k=4, c=4), l2_tile=sizes(n=10, k=4, c=4))
    assert cost(plan=small).global_buffer_s == close((640 * 5 + 2 + 640 * 5) * NS)
    work = convolution(n=6400, k=3, c=4)
    odd = replace(whole(work), l1_tile=sizes(n=10, k=3, c=4), l2_tile=sizes(n=10, k=3, c=4))
    assert cost(work=work, plan=odd).global_buffer_s == close((640 * 5 + 2 + 640 * 4) * NS)


def test_an_array_waits_for_the_slots_of_its_outputs():
    # Ten tiles stream for 10 cycles each, have their last result 6 later, and leave in 5: 21 in one of two slots.
    def found(held_s: float, tiles: float) -> float:
        return float(with_slots(*(np.float64(value) for value in (100.0, held_s, tiles))))

    # Of ten tiles eight wait for a slot, of nine too: 8.5 of 10 on average.
    assert found(210, 10) == close(100 + 5 * 0.85)
    assert found(170, 10) == 100
    # One tile waits for none.
    assert found(210, 1) == 100


def test_global_tiles_come_no_faster_than_two_in_a_latency():
    # 800 tiles of 8 inputs in two slots: 64 bytes come in 64 / 48.72 ns and 300 of latency, and go in 4 cycles. The
    # last one's network and array follow.
    plan = mapping(WORK, spatial=({}, {}, {"c": 4}, {"k": 4}), tile=sizes(n=8, k=4, c=4))
    found = cost(plan=plan)
    first = (4 + 2 + 4 + 6404 / 800) * NS + FILL
    assert found.bound == "dram"
    assert found.latency_s == close(799 * (300 + 64 / 48.72 + 4) / 2 * NS + first + START)
    # Inputs that are on chip do not come; tiles of 3,200 take longer than a latency.
    assert cost(plan=plan, spaces=("global", "dram", "dram")).latency_s < 8000 * NS
    assert cost(plan=replace(tiled(), global_tile=sizes(n=3200, k=4, c=4))).bound == "array"


def test_the_vector_unit_follows_the_last_tile_of_a_reduction():
    # Two tiles of two channels: no output is complete before the second begins. The vector unit takes as long as the
    # array: half of that it waits.
    plan = replace(
        mapping(WORK, spatial=({}, {}, {"c": 2}, {"k": 4}), inner="nc"),
        l1_tile=sizes(n=6400, k=4, c=2),
        l2_tile=sizes(n=6400, k=4, c=2),
    )
    on = replace(ONE_PE, dram_channels=100000, pe_x=1)
    array = cost(on, plan=plan)
    assert array.compute_s == close((2 * 6400 + 2 + 6) * NS)
    vector = cost(on, vector=VectorWork(alu=4 * 12808), plan=plan)
    assert vector.vector_s == close(12808 * NS)
    assert vector.latency_s - array.latency_s == close(6401 * NS + FILL)


VECTOR_WORK = VectorWork(alu=10000, transcendental=1000, divide=500, reduce=4000, move=3001)
"""10,000 + 3.5 x 1,000 + 10.5 x 500 + 4,000 + 3,001 = 25,751 lane cycles: 6,437.75 on 4 lanes."""


def test_bound_by_the_vector_unit():
    assert vector_cycles(VECTOR_WORK, technology(7, "gddr6")) == close(25751)
    found = cost(vector=VECTOR_WORK)
    assert found.bound == "vector"
    assert found.vector_s == close(6464 * NS)
    assert found.latency_s == close(6464 * NS + FILL + NOC_FIRST + dram_first() + START)
    assert found.lower_bound_s == close(6437.75 * NS)
    # Twice the lanes: the array is slower again.
    assert cost(replace(ONE_PE, vector_multiplier=2), vector=VECTOR_WORK).bound == "array"


def test_contraction_on_the_vector_unit_waits_for_its_other_work():
    # 102,400 MACs of two operations and 25,751 lane cycles, one after the other on 4 lanes.
    found = cost(vector=VECTOR_WORK, plan=replace(tiled(), engine=3, spatial=mapping(WORK).spatial))
    assert found.bound == "vector"
    assert found.compute_s == close(51200 * NS)
    assert found.latency_s == close((51200 + 6464) * NS + NOC_FIRST + dram_first() + START)


def test_bound_by_the_start():
    work = contraction(n=8, k=4, c=4)
    found = cost(work=work, plan=whole(work))
    assert found.bound == "issue"
    # One tile: 18 cycles of the array, 160 bytes on the network and on DRAM.
    assert found.latency_s == close((18 + 10 + 160 / 48.72) * NS + START)


def test_what_stays_on_chip_does_not_wait_for_dram():
    starts: dict[tuple[Space, ...], int] = {
        ("dram", "dram", "dram"): 850,
        ("global", "dram", "dram"): 850,  # the weight still comes from DRAM
        ("global", "pinned", "dram"): 550,
        ("dram", "dram", "global"): 550,
        ("global", "pinned", "global"): 250,
    }
    for spaces, nanoseconds in starts.items():
        found = cost(spaces=spaces)
        assert found.issue_s == close(nanoseconds * NS)
        away = sum(size for size, space in zip((800, 32, 800), spaces, strict=True) if space == "dram")
        assert found.latency_s == close((6410 + nanoseconds + away / 48.72) * NS + NOC_FIRST)


def test_residency_saves_dram_but_not_the_network_on_chip():
    slow = replace(ONE_PE, dram_channel_bytes_per_s=8e9)
    found = cost(slow, spaces=("global", "dram", "dram"))
    assert found.dram_bytes == MATRIX + WEIGHT
    assert found.dram_s == close(6404 / 0.87 * NS)
    assert found.global_buffer_s == close(6402 * NS)
    assert found.bound == "dram"
    assert cost(slow, spaces=("global", "pinned", "global")).dram_bytes == 0
    assert cost(slow, spaces=("dram", "pinned", "dram")).dram_bytes == 2 * MATRIX


def test_tiles_of_the_global_buffer_refetch_what_passes_by():
    # Two tiles of 2 output channels outside two of 3,200 inputs: the inputs come twice.
    spatial = ({}, {}, {"c": 4}, {"k": 2})
    plan = mapping(WORK, spatial=spatial, tile=sizes(n=3200, k=2, c=4), outer="kn")
    assert cost(plan=plan).dram_bytes == 2 * MATRIX + WEIGHT + MATRIX
    # The other way round the weights come twice.
    plan = mapping(WORK, spatial=spatial, tile=sizes(n=3200, k=2, c=4), outer="nk")
    assert cost(plan=plan).dram_bytes == MATRIX + 2 * WEIGHT + MATRIX


def test_partial_sums_spill_where_the_reduction_is_outside():
    plan = mapping(WORK, spatial=({}, {}, {"c": 2}, {"k": 4}), tile=sizes(n=3200, k=4, c=2), outer="cn")
    # Sums leave and return once: 2 writes and a read of the output.
    assert cost(plan=plan).dram_bytes == MATRIX + WEIGHT + 3 * MATRIX
    # Resident outputs still spill: a tile of them leaves the array's reach all the same.
    assert cost(plan=plan, spaces=("dram", "dram", "global")).dram_bytes == MATRIX + WEIGHT + 2 * MATRIX


def test_energy_by_hand():
    grid_m2 = LOGIC_M2 + 3 * (32 + 28) * KIB * 0.43 * PJ
    # Per MAC: itself; an input of 2 bytes that 4 columns share; a weight of 2 that stays for 100; a sum of 4 bytes
    # read and written for 4 rows; L1 of 32 KiB at 0.94 + 2 x 0.116 pJ per byte.
    mac = 0.59 + 1.172 * (2 / 4 + 2 / 100 + 8 / 4)
    per_noc_byte = 0.8e-9 * sqrt(grid_m2) / 2
    per_buffer_byte = 1.752 * PJ + 0.8e-9 * sqrt(BUFFER_M2) / 2
    moved = 2 * MATRIX + WEIGHT
    expected = (
        6400 * 16 * mac * PJ
        + 25751 * 6.8 * PJ
        + moved * per_noc_byte
        + 2 * moved * per_buffer_byte  # from DRAM into the buffer, from there to the PE
        + moved * 60 * PJ
        + static_w(grid_m2) * (6464 * NS + FILL + NOC_FIRST + dram_first() + START)
    )
    assert cost(vector=VECTOR_WORK).energy_j == close(expected, rel=1e-9)


def test_energy_of_a_contraction_on_the_vector_unit():
    plan = replace(tiled(), engine=3, spatial=mapping(WORK).spatial)
    arrays, vector = cost(), cost(plan=plan)
    # Two operations of 6.8 pJ; both operands from L1 for each MAC; sums in registers over the 4 terms of a tile.
    per_mac = 13.6 - 0.59 + 1.172 * ((2 - 2 / 4) + (2 - 2 / 100) + (8 / 4 - 8 / 4))
    watts = static_w(LOGIC_M2 + 3 * 60 * KIB * 0.43 * PJ)
    difference = 6400 * 16 * per_mac * PJ + watts * (51200 - 6410) * NS
    assert vector.energy_j - arrays.energy_j == close(difference, rel=1e-9)


def chain() -> Network:
    """WORK, a vector region that adds a slice of the model's input, and WORK again; 5 tensors."""
    first = RegionWork(
        "a", "matmul", ("dot_general",), WORK, VectorWork(), (Use(0, "input"), Use(1, "weight")), (Write(2),)
    )
    added = RegionWork(
        "b", "vector", ("add",), None, VectorWork(alu=25600), (Use(2, "vector"), Use(0, "vector", 0.25)), (Write(3),)
    )
    last = RegionWork(
        "c", "matmul", ("dot_general",), WORK, VectorWork(), (Use(3, "input"), Use(1, "weight")), (Write(4),)
    )
    tensors = (
        Tensor("x", MATRIX, "input", -1, (0, 1)),
        Tensor("w", WEIGHT, "weight", -1, (0, 2)),
        Tensor("u", MATRIX, "activation", 0, (1,)),
        Tensor("v", MATRIX, "activation", 1, (2,)),
        Tensor("y", MATRIX, "output", 2, ()),
    )
    return Network("chain", 2, 2 * 6400 * 16, (first, added, last), tensors)


def test_network_adds_its_regions():
    placed = Placement(("dram", "dram", "dram", "dram", "dram"), 0.0, 0.0)
    found = evaluate(chain(), ONE_PE, [tiled(), None, tiled()], placed)
    assert found.latency_s == close(sum(region.latency_s for region in found.regions), rel=1e-12)
    assert found.energy_j == close(sum(region.energy_j for region in found.regions), rel=1e-12)
    assert [region.dram_bytes for region in found.regions] == [
        2 * MATRIX + WEIGHT,
        2 * MATRIX + MATRIX // 4,  # a quarter of the input is read
        2 * MATRIX + WEIGHT,
    ]
    assert found.dram_bytes == sum(region.dram_bytes for region in found.regions)
    # 25,600 adds on 4 lanes: 6,400; bytes on chip 115,200 / 16 = 7,200.
    between = found.regions[1]
    assert (between.vector_s, between.global_buffer_s) == close((6400 * NS, 7200 * NS))
    assert (between.bound, between.macs, between.compute_s, between.utilization) == ("global_buffer", 0, 0.0, 0.0)
    # The regions alone have the same cost as in the chain.
    alone = cost()
    assert found.regions[0].latency_s == found.regions[2].latency_s == close(alone.latency_s)
    assert found.regions[0].energy_j == close(alone.energy_j)
    assert found.utilization == close(2 * 6400 / (found.latency_s / NS))


def test_residency_of_an_activation_saves_its_write_and_its_read():
    placed = Placement(("dram", "pinned", "global", "global", "dram"), 0.0, 0.0)
    found = evaluate(chain(), ONE_PE, [tiled(), None, tiled()], placed)
    assert [region.dram_bytes for region in found.regions] == [MATRIX, MATRIX // 4, MATRIX]


def test_machine_without_global_buffer_pays_none_of_its_energy():
    bare = replace(ONE_PE, global_buffer_bytes=0)
    moved = 2 * MATRIX + WEIGHT
    per_buffer_byte = 1.752 * PJ + 0.8e-9 * sqrt(BUFFER_M2) / 2
    grid_m2 = LOGIC_M2 + 3 * 60 * KIB * 0.43 * PJ
    static = (static_w(grid_m2) - static_w(grid_m2, 0.0)) * (6410 * NS + NOC_FIRST + dram_first() + START)
    assert cost().energy_j - cost(bare).energy_j == close(2 * moved * per_buffer_byte + static, rel=1e-9)
    assert cost(bare).latency_s == cost().latency_s


def test_bigger_l1_costs_energy_not_time():
    # 128 KiB: two more doublings for every access.
    small, big = cost(), cost(replace(ONE_PE, **with_l1(128 * KIB)))
    assert big.latency_s == small.latency_s
    assert big.energy_j > small.energy_j + 6400 * 16 * 0.232 * PJ * (2 / 4 + 2 / 100 + 8 / 4)


@pytest.mark.parametrize("vector", [VectorWork(), VECTOR_WORK], ids=["plain", "vector"])
@pytest.mark.parametrize("space", ["dram", "pinned"])
@pytest.mark.parametrize("bandwidth", [1e9, 56e9, 1e12])
def test_lower_bound_is_below_the_latency(vector: VectorWork, space: Space, bandwidth: float):
    on = replace(ONE_PE, dram_channel_bytes_per_s=bandwidth)
    found = cost(on, vector=vector, spaces=("dram", space, "dram"))
    assert 0 < found.lower_bound_s < found.latency_s
