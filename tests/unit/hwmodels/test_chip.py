"""Area and thermal design power, by hand from the figures of data/technology.toml for 7 nm."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from hardware_cases import KIB, MIB, SEARCHED, close, machine, with_l1

from hwmodels.chip import (
    area,
    buffer_area,
    chip_cost,
    global_buffer_energy,
    l1_energy,
    l2_energy,
    noc_energy,
    sram_area,
    sram_energy,
    static_power,
)
from hwmodels.records import Machine
from hwmodels.technology import technology

TECH = technology(7, "gddr6")
PJ = 1e-12

TINY = machine(
    pe_x=2, pe_y=1, array_rows=4, array_columns=8, dram_channels=1, global_buffer_bytes=MIB, vector_multiplier=2
)
"""2 PEs of 4 x 8 with 32 KiB of L1 each for input, weight and output."""

# 64 MACs of 760 um^2; 2 x 8 x 2 lanes and 2 PEs' and the chip's control in transistors of 96.3 a um^2.
ARRAYS_MM2 = 0.04864
LANES_MM2 = 32 * 1.04 / 96.3
CONTROL_MM2 = (2 * 0.726 + 3.5) / 96.3
# Inputs and weights: 32 KiB and 28 KiB of overhead. Outputs: 8 columns of 4 bytes, written, read, and for 2 lanes, are
# 128 bytes a cycle, two macros.
L1_MM2 = 2 * (60 + 60 + 88) * 1024 * 0.43e-6
GRID_MM2 = ARRAYS_MM2 + LANES_MM2 + L1_MM2 + CONTROL_MM2

# 1 MiB is four doublings of 64 KiB.
BUFFER_MM2 = 2**20 * 0.43e-6 * 1.34
# 40 bytes a cycle, 320 wires of 0.2 um.
NOC_MM2 = 0.064 * sqrt(GRID_MM2 + BUFFER_MM2)
DRAM_MM2 = 4.5 + 110 / 96.3
DIE_MM2 = (GRID_MM2 + BUFFER_MM2 + NOC_MM2 + DRAM_MM2) * 1.27


def test_area_of_a_tiny_machine():
    cost = chip_cost(TINY)
    in_mm2 = {name: value * 1e6 for name, value in cost.area_breakdown_m2.items()}
    assert in_mm2 == close(
        {
            "arrays": ARRAYS_MM2,
            "vector_units": LANES_MM2,
            "l1": L1_MM2,
            "l2": 0.0,
            "control": CONTROL_MM2,
            "global_buffer": BUFFER_MM2,
            "noc": NOC_MM2,
            "dram_interface": DRAM_MM2,
            "links": 0.0,
            "overhead": 0.27 / 1.27 * DIE_MM2,
        },
        rel=1e-9,
    )
    assert cost.area_m2 == close(DIE_MM2 * 1e-6, rel=1e-9)


def test_power_of_a_tiny_machine():
    cost = chip_cost(TINY)
    # 32 KiB is two doublings above 8 KiB: 0.94 + 2 x 0.116 pJ per byte; a macro of 16 KiB one; 1 MiB is seven.
    narrow_pj, wide_pj = 1.172, 1.056
    noc_bytes_per_s = (1 * 4 + 2 * 8) * 2 * 1e9
    noc_j = 0.8e-9 * sqrt(GRID_MM2 * 1e-6) / 2
    buffer_j = 1.752 * PJ + 0.8e-9 * sqrt(BUFFER_MM2 * 1e-6) / 2
    expected = {
        "arrays": 64 * 0.59e-3,
        "vector_units": 32 * 6.8e-3,
        # Each cycle a PE reads 4 inputs of 2 bytes, loads 8 weights of 2, reads and writes 8 sums of 4, and its lanes
        # take 16 words.
        "l1": 2 * ((4 * 2 + 8 * 2) * narrow_pj + (8 * 2 * 4 + 16 * 4) * wide_pj) * 1e-3,
        "l2": 0.0,
        "noc": noc_bytes_per_s * noc_j,
        "global_buffer": (noc_bytes_per_s + 56e9) * buffer_j,
        "dram": 56e9 * 60 * PJ,
        "links": 0.0,
        "static": 0.03 * DIE_MM2 + 0.25 * (ARRAYS_MM2 + LANES_MM2 + CONTROL_MM2),
    }
    expected["overhead"] = 0.25 * sum(expected.values())
    assert cost.tdp_breakdown_w == close(expected, rel=1e-9)
    assert cost.tdp_w == close(sum(expected.values()), rel=1e-9)


def test_links_take_area_and_power_in_both_directions():
    linked = chip_cost(replace(TINY, host_bytes_per_s=16e9, link_bytes_per_s=100e9))
    # Host: 0.48 mm^2 and 3.96 M transistors for each GB/s; chips: 1.888 mm^2 and 74.6 M for each 25 GB/s.
    host, chip = 16 * (0.48 + 3.96 / 96.3), 4 * (1.888 + 74.5 / 96.3)
    assert linked.area_breakdown_m2["links"] * 1e6 == close(host + chip, rel=1e-3)
    assert linked.tdp_breakdown_w["links"] == close(2 * 116 * 0.040)


def test_a_clock_twice_as_fast_leaks_no_more():
    slow, fast = TINY, replace(TINY, clock_hz=2e9)
    areas = area(TINY, TECH)
    logic_w = 0.25 * (ARRAYS_MM2 + LANES_MM2 + CONTROL_MM2)
    assert static_power(fast, TECH, areas) - static_power(slow, TECH, areas) == close(logic_w)


def test_int8_cells_are_smaller_and_take_less():
    narrow = chip_cost(replace(TINY, dtype="i8"))
    assert narrow.area_breakdown_m2["arrays"] == close(64 * 280e-12)
    assert narrow.tdp_breakdown_w["arrays"] == close(64 * 0.10e-3)


def test_peaks():
    cost = chip_cost(TINY)
    assert cost.peak_flops == 2 * 64 * 1e9
    assert cost.dram_bytes_per_s == 56e9


def test_without_global_buffer_nothing_of_it_is_paid():
    cost = chip_cost(replace(TINY, global_buffer_bytes=0))
    assert cost.area_breakdown_m2["global_buffer"] == 0
    assert cost.tdp_breakdown_w["global_buffer"] == 0
    wires_mm2 = 0.064 * sqrt(GRID_MM2)
    assert cost.area_m2 == close((GRID_MM2 + wires_mm2 + DRAM_MM2) * 1.27e-6, rel=1e-9)


def test_sram_by_hand():
    # Up to 8 KiB the quoted figure; each doubling adds 0.116 pJ.
    assert sram_energy(KIB, TECH) == close(0.94 * PJ)
    assert sram_energy(8 * KIB, TECH) == close(0.94 * PJ)
    assert sram_energy(64 * KIB, TECH) == close((0.94 + 3 * 0.116) * PJ)
    # 28 KiB of fixed cost: a buffer of 28 KiB takes twice its cells, in three macros four times.
    assert sram_area(28 * KIB, TECH, 1.0) == close(2 * 28 * KIB * 0.43 * PJ)
    assert sram_area(28 * KIB, TECH, 3.0) == close(4 * 28 * KIB * 0.43 * PJ)
    # 8.5 % of the cells for each doubling of 64 KiB.
    assert sram_area(64 * KIB, TECH, 0.0) == close(64 * KIB * 0.43 * PJ)
    assert sram_area(256 * KIB, TECH, 0.0) == close(1.17 * 256 * KIB * 0.43 * PJ)


def test_small_or_wide_buffers_are_registers():
    # 368 transistors a byte: 3.821 um^2, as much as 8.9 bytes of SRAM. 1 KiB of SRAM takes 29 KiB, 8 KiB take 36.
    register_m2 = 368 / 96.3 * PJ
    assert buffer_area(KIB, 64, TECH) == close(KIB * register_m2)
    assert buffer_area(8 * KIB, 64, TECH) == close(36 * KIB * 0.43 * PJ)
    # 8 KiB that give 256 bytes a cycle are four macros: 120 KiB.
    assert buffer_area(8 * KIB, 256, TECH) == close(8 * KIB * register_m2)


def test_shared_l1_reaches_the_whole_pool():
    # 4 PEs of 32 KiB: a pool of 128 KiB, four doublings above 8 KiB. Outputs are in two macros each: one doubling less.
    four = replace(TINY, pe_x=2, pe_y=2)
    assert l1_energy(four, TECH) == close((1.172 * PJ, 1.172 * PJ, 1.056 * PJ))
    pool = l1_energy(replace(four, l1_shared=1), TECH)
    assert pool == close(tuple((0.94 + by * 0.116) * PJ for by in (4, 4, 3)))


def test_l2_costs_only_where_enabled():
    with_l2 = replace(TINY, l2_input_multiplier=2, l2_weight_multiplier=4, l2_output_multiplier=8)
    assert l2_energy(with_l2, TECH) == (0, 0, 0)
    assert chip_cost(with_l2) == chip_cost(TINY)
    enabled = replace(with_l2, l2_enabled=1)
    # 64, 128 and 256 KiB: three, four and five doublings.
    assert l2_energy(enabled, TECH) == close(tuple((0.94 + by * 0.116) * PJ for by in (3, 4, 5)))
    # 2 PEs x (64 + 128 x 1.085 + 256 x 1.17 + 3 x 28) KiB.
    assert chip_cost(enabled).area_breakdown_m2["l2"] == close(2 * 586.4 * KIB * 0.43 * PJ)
    # Every byte of the network on chip (40 GB/s) is written to L2 and read again, at the mean of the three.
    assert chip_cost(enabled).tdp_breakdown_w["l2"] == close(40e9 * 2 * (0.94 + 4 * 0.116) * PJ)


def test_energy_grows_with_distance():
    # Twice the PEs: twice the grid but for the chip's control.
    grown = sqrt((2 * GRID_MM2 - 3.5 / 96.3) / GRID_MM2)
    assert noc_energy(replace(TINY, pe_y=2), TECH) == close(grown * noc_energy(TINY, TECH))
    # Beyond 1 MiB only the wire grows: four times the bytes are six doublings of 64 KiB.
    wire = 0.8e-9 * (sqrt(4 * 1.51 * 0.43e-12 * MIB) - sqrt(1.34 * 0.43e-12 * MIB)) / 2
    grown = global_buffer_energy(replace(TINY, global_buffer_bytes=4 * MIB), TECH)
    assert grown - global_buffer_energy(TINY, TECH) == close(wire)


@pytest.mark.parametrize(
    ("size", "macro_pj", "wired"),
    [
        (256 * KIB, 0.94 + 5 * 0.116, 1.17),  # five doublings of 8 KiB, two of 64 KiB
        (MIB, 0.94 + 7 * 0.116, 1.34),
        (4 * MIB, 0.94 + 7 * 0.116, 1.51),  # macros of 1 MiB at most
    ],
)
def test_global_buffer_by_hand(size: int, macro_pj: float, wired: float):
    wire_j = 0.8e-9 * sqrt(wired * size * 0.43e-12) / 2
    found = global_buffer_energy(replace(TINY, global_buffer_bytes=size), TECH)
    assert found == close(macro_pj * PJ + wire_j)


def test_energy_of_the_network_on_chip_by_hand():
    assert noc_energy(TINY, TECH) == close(0.8e-9 * sqrt(GRID_MM2 * 1e-6) / 2)


@pytest.mark.parametrize("field", [name for name in SEARCHED if name not in ("l1_shared", "l2_shared", "l2_enabled")])
@pytest.mark.parametrize(
    "base", [TINY, machine(), replace(TINY, l1_shared=1, l2_enabled=1)], ids=["tiny", "large", "l2"]
)
def test_more_of_anything_takes_more(base: Machine, field: str):
    less, more = chip_cost(base), chip_cost(replace(base, **{field: 2 * getattr(base, field)}))
    if field.startswith("l2_") and not base.l2_enabled:
        assert more == less
        return
    assert more.area_m2 > less.area_m2
    assert more.tdp_w > less.tdp_w


def test_hbm_beats_gddr_per_byte_and_per_area():
    gddr = chip_cost(replace(TINY, dram_channels=6, dram_channel_bytes_per_s=50e9))
    hbm = chip_cost(replace(TINY, dram_kind="hbm2", dram_channels=1, dram_channel_bytes_per_s=300e9))
    assert gddr.dram_bytes_per_s == hbm.dram_bytes_per_s == 300e9
    # 60 and 44 pJ per byte; six channels of 5.64 mm^2, one stack of 10.45 mm^2 and 552.7 M transistors.
    assert (gddr.tdp_breakdown_w["dram"], hbm.tdp_breakdown_w["dram"]) == close((18.0, 13.2))
    areas = [cost.area_breakdown_m2["dram_interface"] for cost in (gddr, hbm)]
    assert areas == close([6 * DRAM_MM2 * 1e-6, (10.45 + 552.7 / 96.3) * 1e-6])
    assert hbm.area_m2 < gddr.area_m2
    assert hbm.tdp_w < gddr.tdp_w


def test_older_node_takes_more():
    seven, sixteen = chip_cost(TINY), chip_cost(replace(TINY, node_nm=16))
    assert sixteen.tdp_w > seven.tdp_w
    assert sixteen.area_m2 > seven.area_m2
    assert sixteen.area_breakdown_m2["arrays"] == close(64 * 1175e-12)
    with pytest.raises(ValueError, match="no technology data for a 3 nm node"):
        chip_cost(replace(TINY, node_nm=3))


def test_breakdowns_add_up():
    cost = chip_cost(machine(l2_enabled=1, **with_l1(16 * KIB)))
    assert sum(cost.area_breakdown_m2.values()) == close(cost.area_m2, rel=1e-12)
    assert sum(cost.tdp_breakdown_w.values()) == close(cost.tdp_w, rel=1e-12)
