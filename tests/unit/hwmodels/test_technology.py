"""The technology data: units and sources for everything, figures that follow from others, and clear refusals."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from math import log
from typing import Any

import pytest
from hardware_cases import close

from hwmodels.technology import ByDtype, dram_kinds, nodes, technology

TEXT = files("hwmodels").joinpath("data/technology.toml").read_text(encoding="utf-8")
DATA = tomllib.loads(TEXT)
NODES = ("28", "16", "7", "5")
PLAIN = {name: table for name, table in DATA.items() if "7" in table}
PER_NODE: dict[str, dict[str, Any]] = PLAIN | {
    f"{name}.{dtype}": DATA[name][dtype] for name in ("mac_j", "mac_area_m2") for dtype in ByDtype._fields
}
MM2 = 1e-6
SEVEN, SIXTEEN, OLD = technology(7, "hbm2"), technology(16, "hbm2"), technology(28, "ddr3")


def test_every_constant_has_unit_source_and_confidence_at_every_node():
    assert nodes() == (5, 7, 16, 28)
    for name, table in PER_NODE.items():
        assert set(table) == {*NODES, "unit", "source", "confidence"}, name
        assert all(table[text] for text in ("unit", "source", "confidence")), name


def test_every_figure_of_no_node_says_how_sure_it_is():
    assert {"blocks", "links", "dram"} <= set(DATA)
    for name in ("blocks", *(f"links.{kind}" for kind in DATA["links"])):
        body = TEXT.split(f"[{name}]")[1].split("\n[")[0]
        for entry in re.split(r"\n(?=\w+ = )", body)[1:]:
            assert re.search(r"\((found|derived|assumed)|see ", entry), entry


def test_values_come_from_the_node_and_dram_asked_for():
    seven, sixteen = technology(7, "gddr6"), technology(16, "hbm2")
    assert (seven.mac_j.bf16, sixteen.mac_j.bf16) == (0.59e-12, 0.93e-12)
    assert (seven.mac_area_m2.of("i8"), sixteen.mac_area_m2.of("i8")) == (280e-12, 727e-12)
    assert (seven.dram.j_per_byte, sixteen.dram.j_per_byte) == (60e-12, 44e-12)
    assert seven.vector_cycles == sixteen.vector_cycles
    assert seven.region_start_s == sixteen.region_start_s == 2.5e-7


@pytest.mark.parametrize("name", [name for name in PER_NODE if name != "leakage_w_per_m2"])
def test_a_smaller_node_never_costs_more(name: str):
    values = [PER_NODE[name][node] for node in NODES]
    assert all(value > 0 for value in values)
    assert values == sorted(values, reverse=name != "logic_transistors_per_m2")


@pytest.mark.parametrize("kind", dram_kinds())
def test_only_the_controller_of_an_interface_shrinks(kind: str):
    areas = [technology(int(node), kind).dram.interface_area_m2 for node in NODES]
    assert areas == sorted(areas, reverse=True)
    assert areas[-1] > DATA["dram"][kind]["phy_area_m2"]


def between(node: float, at_7: float, at_45: float) -> float:
    """The straight line through two points of a log-log plot."""
    return at_7 * (at_45 / at_7) ** (log(node / 7) / log(45 / 7))


@pytest.mark.parametrize(
    ("found", "derived"),
    [
        # MXU: 24 % of a TPU v1 (331 mm^2), 65,536 MACs; between 11 % of a TPU v3 (648) and 8 % of a v2 (611); between
        # 11 % of a TPU v4i (400) and 14 mm^2 an array.
        (OLD.mac_area_m2.i8, 0.24 * 331 * MM2 / 65536),
        (SEVEN.mac_area_m2.bf16, (0.11 * 400 + 4 * 14) / 2 * MM2 / 65536),
        # Energies of 45 and 7 nm in Ten Lessons' table 2.
        (SEVEN.mac_j.bf16, 0.59e-12),
        (SIXTEEN.mac_j.f16, between(16, 0.34 + 0.38, 1.1 + 0.9) * 1e-12),
        (SIXTEEN.mac_j.f32, between(16, 1.31 + 0.38, 3.7 + 0.9) * 1e-12),
        (OLD.mac_j.i8, between(28, 0.07 + 0.03, 0.2 + 0.1) * 1e-12),
        (OLD.mac_j.f32, between(28, 1.31 + 0.38, 3.7 + 0.9) * 1e-12),
        (technology(5, "hbm2").mac_j.i8, between(5, 0.07 + 0.03, 0.2 + 0.1) * 1e-12),
        # SRAM: 7.5 and 10 pJ for 8 bytes of 8 KiB, 14 and 100 pJ of 1 MiB, seven doublings apart.
        (SEVEN.sram_j_per_byte, 7.5e-12 / 8),
        (OLD.sram_j_per_byte, between(28, 7.5, 10) * 1e-12 / 8),
        (SEVEN.sram_j_per_byte_per_octave, (14e-12 - 7.5e-12) / 8 / 7),
        (OLD.sram_j_per_byte_per_octave, (between(28, 14, 100) - between(28, 7.5, 10)) * 1e-12 / 8 / 7),
        (SIXTEEN.sram_j_per_byte_per_octave, (between(16, 14, 100) - between(16, 7.5, 10)) * 1e-12 / 8 / 7),
        # 0.1 pJ per bit and mm.
        (SEVEN.wire_j_per_byte_m, 0.1e-12 * 8 * 1000),
        # CMEM: 28 % of a TPU v4i for 128 MiB, 11 doublings of 64 KiB; unified buffer: 29 % of a TPU v1, 24 MiB, 8.585.
        (1 + 11 * SEVEN.sram_wiring_per_octave, 0.28 * 400 * MM2 / 2**27 / 0.43e-12),
        (1 + 8.585 * OLD.sram_wiring_per_octave, 0.29 * 331 * MM2 / (24 * 2**20) / 2.21e-12),
        # TPU v1: 21 % of the die have no name.
        (OLD.chip_overhead, 1 / 0.79),
        # GDDR6 at 7.5 pJ/bit and 32 pins of 14 Gb/s, HBM2 at 5.5 pJ/bit and 1,024 pins of 2.34 Gb/s.
        (technology(7, "gddr6").dram.j_per_byte, 7.5e-12 * 8),
        (technology(7, "gddr6").dram.channel_bytes_per_s, 32 * 14e9 / 8),
        (SEVEN.dram.j_per_byte, 5.5e-12 * 8),
        (SEVEN.dram.channel_bytes_per_s, 1024 * 2.34e9 / 8),
        (SEVEN.dram.interface_area_m2, (10.45 + 5.74) * MM2),
        (OLD.dram.j_per_byte, 1300e-12 / 8),
    ],
)
def test_derived_figures_follow_from_their_sources(found: float, derived: float):
    assert found == close(derived, rel=0.015)


def test_bf16_cells_of_16_nm_lie_between_two_chips():
    assert 0.11 * 648 * MM2 / 65536 < SIXTEEN.mac_area_m2.bf16 < 0.08 * 611 * MM2 / 32768


@pytest.mark.parametrize(("dtype", "wider"), [("i8", "bf16"), ("bf16", "f16"), ("f16", "f32")])
@pytest.mark.parametrize("node", nodes())
def test_wider_elements_take_more(node: int, dtype: str, wider: str):
    tech = technology(node, "hbm2")
    assert tech.mac_j.of(dtype) < tech.mac_j.of(wider)
    assert tech.mac_area_m2.of(dtype) < tech.mac_area_m2.of(wider)


def test_unknown_node_and_dram_say_what_there_is():
    assert set(dram_kinds()) == {"ddr3", "lpddr4", "lpddr5", "gddr6", "hbm2", "hbm2e"}
    with pytest.raises(ValueError, match=r"3 nm node; there is 5, 7, 16, 28 nm"):
        technology(3, "gddr6")
    with pytest.raises(ValueError, match=r"'ddr9'; there is ddr3, lpddr4, lpddr5, gddr6, hbm2, hbm2e"):
        technology(7, "ddr9")
