"""Area and thermal design power, by hand from the figures of data/technology.toml for 7 nm."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from hardware_cases import KIB, MIB, SEARCHED, machine, with_l1

from hwmodels.chip import chip_cost, global_buffer_energy, l1_energy, l2_energy, noc_energy, sram_area, sram_energy
from hwmodels.records import Machine
from hwmodels.technology import technology

TECH = technology(7, "gddr6")
PJ = 1e-12

TINY = machine(
    pe_x=2, pe_y=1, array_rows=4, array_columns=8, dram_channels=1, global_buffer_bytes=MIB, vector_multiplier=2
)
"""2 PEs of 4 x 8 with 32 KiB of L1 each for input, weight and output."""

GRID_MM2 = 0.042944 + 0.096 + 0.1585152 + 0.04
"""64 MACs of 671 um^2; 2 x 8 x 2 lanes of 3000 um^2; 2 x 3 macros of 32 + 28 KiB of 0.43 um^2 a byte; 2 x 0.02 mm^2."""

BUFFER_MM2 = 2**20 * 0.834e-6
DIE_MM2 = (GRID_MM2 + BUFFER_MM2 + 6.0) * 1.9


def test_area_of_a_tiny_machine():
    cost = chip_cost(TINY)
    in_mm2 = {name: value * 1e6 for name, value in cost.area_breakdown_m2.items()}
    assert in_mm2 == pytest.approx(
        {
            "arrays": 0.042944,
            "vector_units": 0.096,
            "l1": 0.1585152,
            "l2": 0.0,
            "control": 0.04,
            "global_buffer": 0.874512384,
            "dram_interface": 6.0,
            "overhead": 0.9 * (GRID_MM2 + BUFFER_MM2 + 6.0),
        },
        rel=1e-9,
    )
    assert cost.area_m2 == pytest.approx(DIE_MM2 * 1e-6, rel=1e-9)


def test_power_of_a_tiny_machine():
    cost = chip_cost(TINY)
    # 32 KiB is two doublings above 8 KiB: 0.94 + 2 x 0.116 pJ per byte; 1 MiB is seven.
    l1_pj = 1.172
    noc_bytes_per_s = (1 * 4 + 2 * 8) * 2 * 1e9
    noc_j = 0.8e-9 * sqrt(GRID_MM2 * 1e-6) / 2
    buffer_j = 1.752 * PJ + 0.8e-9 * sqrt(BUFFER_MM2 * 1e-6) / 2
    expected = {
        "arrays": 64 * 0.59e-3,
        "vector_units": 32 * 1.5e-3,
        # Each cycle a PE reads 4 inputs of 2 bytes, loads 8 weights of 2, reads and writes 8 sums of 4.
        "l1": 2 * (4 * 2 + 8 * 2 + 8 * 2 * 4) * l1_pj * 1e-3,
        "l2": 0.0,
        "noc": noc_bytes_per_s * noc_j,
        "global_buffer": (noc_bytes_per_s + 56e9) * buffer_j,
        "dram": 56e9 * 60 * PJ,
        "static": 0.08 * DIE_MM2,
    }
    expected["overhead"] = 0.2 * sum(expected.values())
    assert cost.tdp_breakdown_w == pytest.approx(expected, rel=1e-9)
    assert cost.tdp_w == pytest.approx(sum(expected.values()), rel=1e-9)


def test_peaks():
    cost = chip_cost(TINY)
    assert cost.peak_flops == 2 * 64 * 1e9
    assert cost.dram_bytes_per_s == 56e9


def test_without_global_buffer_nothing_of_it_is_paid():
    cost = chip_cost(replace(TINY, global_buffer_bytes=0))
    assert cost.area_breakdown_m2["global_buffer"] == 0
    assert cost.tdp_breakdown_w["global_buffer"] == 0
    assert cost.area_m2 == pytest.approx((GRID_MM2 + 6.0) * 1.9e-6, rel=1e-9)


def test_sram_by_hand():
    # Up to 8 KiB the quoted figure; each doubling adds 0.116 pJ.
    assert sram_energy(KIB, TECH) == pytest.approx(0.94 * PJ)
    assert sram_energy(8 * KIB, TECH) == pytest.approx(0.94 * PJ)
    assert sram_energy(64 * KIB, TECH) == pytest.approx((0.94 + 3 * 0.116) * PJ)
    # 28 KiB of fixed cost: a buffer of 28 KiB takes twice its cells.
    assert sram_area(28 * KIB, TECH) == pytest.approx(2 * 28 * KIB * 0.43 * PJ)


def test_shared_l1_reaches_the_whole_pool():
    # 4 PEs of 32 KiB: a pool of 128 KiB, four doublings above 8 KiB.
    four = replace(TINY, pe_x=2, pe_y=2)
    assert l1_energy(four, TECH) == pytest.approx((1.172 * PJ,) * 3)
    assert l1_energy(replace(four, l1_shared=1), TECH) == pytest.approx(((0.94 + 4 * 0.116) * PJ,) * 3)


def test_l2_costs_only_where_enabled():
    with_l2 = replace(TINY, l2_input_multiplier=2, l2_weight_multiplier=4, l2_output_multiplier=8)
    assert l2_energy(with_l2, TECH) == (0, 0, 0)
    assert chip_cost(with_l2) == chip_cost(TINY)
    enabled = replace(with_l2, l2_enabled=1)
    # 64, 128 and 256 KiB: three, four and five doublings.
    assert l2_energy(enabled, TECH) == pytest.approx(tuple((0.94 + by * 0.116) * PJ for by in (3, 4, 5)))
    # 2 PEs x (64 + 128 + 256 + 3 x 28) KiB.
    assert chip_cost(enabled).area_breakdown_m2["l2"] == pytest.approx(2 * 532 * KIB * 0.43 * PJ)
    # Every byte of the network on chip (40 GB/s) is written to L2 and read again, at the mean of the three.
    assert chip_cost(enabled).tdp_breakdown_w["l2"] == pytest.approx(40e9 * 2 * (0.94 + 4 * 0.116) * PJ)


def test_energy_grows_with_distance():
    assert noc_energy(replace(TINY, pe_y=2), TECH) == pytest.approx(sqrt(2) * noc_energy(TINY, TECH))
    # Beyond 1 MiB only the wire grows: with four times the area it is twice as long.
    wire = 0.8e-9 * sqrt(BUFFER_MM2 * 1e-6) / 2
    grown = global_buffer_energy(replace(TINY, global_buffer_bytes=4 * MIB), TECH)
    assert grown - global_buffer_energy(TINY, TECH) == pytest.approx(wire)


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
    # 60 and 44 pJ per byte; six channels of 6 mm^2, one stack of 16.2 mm^2.
    assert (gddr.tdp_breakdown_w["dram"], hbm.tdp_breakdown_w["dram"]) == pytest.approx((18.0, 13.2))
    areas = [cost.area_breakdown_m2["dram_interface"] for cost in (gddr, hbm)]
    assert areas == pytest.approx([36e-6, 16.2e-6])
    assert hbm.area_m2 < gddr.area_m2
    assert hbm.tdp_w < gddr.tdp_w


def test_older_node_takes_more():
    seven, sixteen = chip_cost(TINY), chip_cost(replace(TINY, node_nm=16))
    assert sixteen.tdp_w > seven.tdp_w
    assert sixteen.area_breakdown_m2["arrays"] == pytest.approx(64 * 1175e-12)
    with pytest.raises(ValueError, match="no technology data for a 3 nm node"):
        chip_cost(replace(TINY, node_nm=3))


def test_breakdowns_add_up():
    cost = chip_cost(machine(l2_enabled=1, **with_l1(16 * KIB)))
    assert sum(cost.area_breakdown_m2.values()) == pytest.approx(cost.area_m2, rel=1e-12)
    assert sum(cost.tdp_breakdown_w.values()) == pytest.approx(cost.tdp_w, rel=1e-12)
