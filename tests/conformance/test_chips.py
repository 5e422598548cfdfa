"""Area, TDP and shares of the die against chips that were built; and every preset says where its numbers are from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

import fastc.validation
from fastc.machines import load_machine, preset_names
from fastc.validation.chips import NVDLA_FILE, Nvdla, checks, nvdla_machine, published_chips
from hwmodels.template import macs_per_cycle, peak_flops, vector_lanes
from passes.analysis.machine import machine_of

DATA = Path(fastc.validation.__file__).parent / "data"
HEADER = "macs,conv_buffer_KB,sdram_GBps,cell_area_mm2_28nm,cell_area_mm2_16nm,clock_GHz\n"


def test_every_bar_is_met():
    found = checks(DATA)
    assert [f"{check.name} {check.quantity}" for check in found if not check.met] == []
    names = {(check.name, check.quantity) for check in found}
    assert {(name, "TDP (W)") for name in ("tpu-v1", "tpu-v2", "tpu-v3", "tpu-v4i", "tpus")} <= names
    assert ("nvdla_resnet50", "area 28 nm (mm^2)") in names


def test_chips_come_from_the_given_directory_if_it_has_them(tmp_path: Path):
    (tmp_path / NVDLA_FILE).write_text(HEADER + "64,128,1.0,0.91,0.55,1.0\n")
    assert any(check.name == "tpu-v4i" for check in checks(tmp_path))
    (tmp_path / "chips.toml").write_text('[tpu-v1]\narea_m2 = 331e-6\ntdp_w = 75.0\nsource = "here"\n')
    assert {check.name for check in checks(tmp_path)} == {"tpu-v1", "tpus", "nvdla_resnet50"}


def test_areas_are_those_of_a_configuration_by_hand(tmp_path: Path):
    # 64 cells of 1,212 um^2; one lane of 1.04 M transistors and control of 4.226 M at 15.3 a um^2; 64 + 28 KiB of
    # inputs, likewise of weights, 2.21 um^2 a byte; 8 sums of 256 x 4 bytes: 8 KiB, and as 8 sums are written and read
    # and 1 goes to the lane, 17 x 4 of 64 bytes a cycle, 28 x 68 / 64 KiB.
    kib = 2 * (64 + 28) + 8 + 28 * 68 / 64
    by_hand = 0.077568 + 5.266 / 15.3 + kib * 1024 * 2.21e-6
    (tmp_path / NVDLA_FILE).write_text(HEADER + f"64,128,1.0,{by_hand},0.55,1.0\n")
    (check,) = (check for check in checks(tmp_path) if check.quantity == "area 28 nm (mm^2)")
    assert check.mape == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("64,128,1.0,none,0.55,1.0\n", r"csv:2: cell_area_mm2_28nm is 'none'; write a finite number"),
        ("64,128,1.0,0.9,0.55\n", r"csv:2: has 5 cells; write as many"),
        ("-1,128,1.0,0.9,0.55,1.0\n", r"csv:2: macs is '-1'; write a finite number of at least 8"),
        ("", "has no row"),
    ],
)
def test_malformed_rows_are_named(tmp_path: Path, row: str, message: str):
    (tmp_path / NVDLA_FILE).write_text(HEADER + row)
    with pytest.raises(ValueError, match=message):
        checks(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tpu-v1]\narea_m2 = 1.0\n", "toml: tpu-v1: has no 'tdp_w'; write it as in the file that fastc brings"),
        ("nothing", r"Expected '=' after a key.*; write it as TOML"),
        ("tpu-v1 = 3\n", "toml: tpu-v1: is 3; write a table of keys and values"),
        ("[tpu-v9]\n", "toml: tpu-v9: is no preset; name one of eyeriss, "),
        ("", "names no chip"),
    ],
)
def test_malformed_chips_are_named(tmp_path: Path, text: str, message: str):
    (tmp_path / "chips.toml").write_text(text)
    with pytest.raises(ValueError, match=message):
        published_chips(tmp_path)


def test_a_share_of_an_unknown_component_says_what_there_is(tmp_path: Path):
    (tmp_path / NVDLA_FILE).write_text(HEADER + "64,128,1.0,0.91,0.55,1.0\n")
    (tmp_path / "chips.toml").write_text(
        '[tpu-v1]\narea_m2 = 331e-6\ntdp_w = 75.0\nsource = "here"\n'
        'shares = [{ name = "MXU", components = ["mxu"], share = 0.24 }]\n'
    )
    with pytest.raises(ValueError, match="tpu-v1: no component 'mxu' of the die; there is arrays"):
        checks(tmp_path)


def test_missing_measurements_are_missing(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        checks(tmp_path)


@pytest.mark.parametrize(
    ("macs", "shape", "lanes"),
    [(2048, (64, 32), 16), (1024, (64, 16), 8), (512, (32, 16), 4), (256, (32, 8), 2), (64, (8, 8), 1)],
)
def test_nvdla_has_the_shapes_of_its_specifications(macs: int, shape: tuple[int, int], lanes: int):
    machine = nvdla_machine(Nvdla(macs, 2.0**17, 1e9, 1e9), 28)
    assert (machine.array_rows, machine.array_columns) == shape
    assert macs_per_cycle(machine) == macs
    assert vector_lanes(machine) == pytest.approx(lanes)


@pytest.mark.parametrize(
    ("name", "tflops", "lanes", "gigabytes_per_s"),
    [
        ("tpu-v1", 91.8, 256, 34),
        ("tpu-v2", 45.9, 4096, 700),
        ("tpu-v3", 123.2, 4096, 900),
        ("tpu-v3-7nm", 123.2, 4096, 900),
        ("tpu-v4i", 137.6, 2048, 614),
        ("fast-large", 131.1, 4096, 448),
        ("fast-small", 32.8, 2048, 448),
        ("nvdla-large", 4.1, 32, 20),
        ("nvdla-small", 0.128, 8, 1),
        ("gemmini-16x16", 0.512, 16, 16),
        ("eyeriss", 0.0672, 168, 17.064),
    ],
)
def test_presets_have_the_published_peaks(name: str, tflops: float, lanes: int, gigabytes_per_s: float):
    machine = machine_of(load_machine(name))
    assert peak_flops(machine) == pytest.approx(tflops * 1e12, rel=1e-3)
    assert vector_lanes(machine) == lanes
    assert machine.dram_channels * machine.dram_channel_bytes_per_s == pytest.approx(gigabytes_per_s * 1e9)


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_says_where_its_numbers_are_from(name: str):
    text = files("hwmodels").joinpath(f"presets/{name}.mlir").read_text(encoding="utf-8")
    assert text.startswith("//")
