"""The technology data: units and sources for everything, figures that follow from others, and clear refusals."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from hwmodels.technology import dram_kinds, nodes, technology

DATA = tomllib.loads(files("hwmodels").joinpath("data/technology.toml").read_text(encoding="utf-8"))
PER_NODE = {name: table for name, table in DATA.items() if name not in ("dram", "vector_cycles", "region", "kernel")}
MM2 = 1e-6


def test_every_constant_has_unit_source_and_confidence_at_every_node():
    assert nodes() == (7, 16)
    for name, table in PER_NODE.items():
        assert set(table) == {"7", "16", "unit", "source", "confidence"}, name
        assert all(table[text] for text in ("unit", "source", "confidence")), name


def test_values_come_from_the_node_and_dram_asked_for():
    seven, sixteen = technology(7, "gddr6"), technology(16, "hbm2")
    assert (seven.mac_bf16_j, sixteen.mac_bf16_j) == (0.59e-12, 0.94e-12)
    assert (seven.dram.j_per_byte, sixteen.dram.j_per_byte) == (60e-12, 44e-12)
    assert seven.vector_cycles == sixteen.vector_cycles
    assert seven.region_start_s == sixteen.region_start_s == 2.5e-7


@pytest.mark.parametrize("name", PER_NODE)
def test_a_smaller_node_never_costs_more(name: str):
    assert 0 < PER_NODE[name]["7"] <= PER_NODE[name]["16"]


@pytest.mark.parametrize(
    ("found", "derived"),
    [
        # MXU: 11 % of a TPU v4i (400 mm^2) and of a TPU v3 (700 mm^2), 65,536 MACs each.
        (technology(7, "gddr6").mac_bf16_area_m2, 0.11 * 400 * MM2 / 65536),
        (technology(16, "gddr6").mac_bf16_area_m2, 0.11 * 700 * MM2 / 65536),
        # CMEM: 28 % of a TPU v4i for 128 MiB.
        (technology(7, "gddr6").global_buffer_area_m2_per_byte, 0.28 * 400 * MM2 / 2**27),
        # SRAM: 7.5 pJ for 8 bytes of 8 KiB, 14 pJ of 1 MiB, seven doublings apart.
        (technology(7, "gddr6").sram_j_per_byte, 7.5e-12 / 8),
        (technology(7, "gddr6").sram_j_per_byte_per_octave, (14e-12 - 7.5e-12) / 8 / 7),
        # Multiply 0.21 pJ and add 0.38 pJ.
        (technology(7, "gddr6").mac_bf16_j, 0.59e-12),
        # 0.1 pJ per bit and mm.
        (technology(7, "gddr6").wire_j_per_byte_m, 0.1e-12 * 8 * 1000),
        # GDDR6 at 7.5 pJ/bit and 32 pins of 14 Gb/s, HBM2 at 5.5 pJ/bit and 1,024 pins of 2.34 Gb/s.
        (technology(7, "gddr6").dram.j_per_byte, 7.5e-12 * 8),
        (technology(7, "gddr6").dram.channel_bytes_per_s, 32 * 14e9 / 8),
        (technology(7, "hbm2").dram.j_per_byte, 5.5e-12 * 8),
        (technology(7, "hbm2").dram.channel_bytes_per_s, 1024 * 2.34e9 / 8),
        (technology(7, "hbm2").dram.interface_area_m2, (10.45 + 5.74) * MM2),
        # Blocks that make 44 + 112 + 32 + 20 of 400 mm^2.
        (technology(7, "gddr6").chip_overhead, 400 / 208),
    ],
)
def test_derived_figures_follow_from_their_sources(found: float, derived: float):
    assert found == pytest.approx(derived, rel=0.015)


def test_unknown_node_and_dram_say_what_there_is():
    assert set(dram_kinds()) == {"gddr6", "hbm2"}
    with pytest.raises(ValueError, match=r"5 nm node; there is 7, 16 nm"):
        technology(5, "gddr6")
    with pytest.raises(ValueError, match=r"'ddr3'; there is gddr6, hbm2"):
        technology(7, "ddr3")
