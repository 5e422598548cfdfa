"""Area, thermal design power and shares of the die, against chips that were built."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from fastc.machines import load_machine
from fastc.validation.records import Bar, Check, compare
from hwmodels.chip import chip_cost
from hwmodels.records import ChipCost, Machine
from passes.analysis.machine import machine_of

CHIPS_FILE = "chips.toml"
NVDLA_FILE = "nvdla_resnet50.csv"

EACH = Bar(greatest_ape=0.20)
MEAN = Bar(mape=0.12)
SHARE = Bar(greatest_difference=0.05)
NVDLA = Bar(mape=0.15)

NVDLA_CELLS = ("arrays", "vector_units", "l1", "control")
"""Components that NVIDIA's estimate of the cells covers: neither wires, white space nor DRAM's interface."""

NVDLA_ROWS = ((1024.0, 64.0), (256.0, 32.0), (128.0, 16.0), (0.0, 8.0))
"""(MACs from, input channels that enter at once): nvdla/hw, spec/defs: nv_large 64 x 32, nv_medium_1024 64 x 16,
nv_medium_512 32 x 16, nv_small_256 32 x 8, nv_small 8 x 8."""

NVDLA_MACS_PER_LANE = 128.0
"""The single-point processor takes 16 activations a cycle in nv_large (2048 MACs) and 1 in the small ones."""

NVDLA_SUMS = 256.0
"""Sums that the accumulators keep for each output channel."""


class PublishedShare(NamedTuple):
    """A named part of a die."""

    name: str
    components: tuple[str, ...]
    """Of ``ChipCost.area_breakdown_m2``."""
    share: float


class PublishedChip(NamedTuple):
    """What is published of the chip that the preset ``name`` describes."""

    name: str
    area_m2: float
    tdp_w: float
    shares: tuple[PublishedShare, ...]
    source: str
    note: str


def checks(data: Path) -> tuple[Check, ...]:
    """Checks against the chips in ``data/chips.toml`` (the shipped file where ``data`` has none) and the
    configurations of NVDLA in ``data/nvdla_resnet50.csv``.

    Raises FileNotFoundError without the latter, ValueError where a file is malformed.
    """
    return (*_chip_checks(published_chips(data)), *nvdla_checks(data / NVDLA_FILE))


def published_chips(data: Path) -> tuple[PublishedChip, ...]:
    """The chips of ``data/chips.toml``, or of the shipped file."""
    own = data / CHIPS_FILE
    place: Path | Traversable = own if own.exists() else files("fastc.validation").joinpath("data", CHIPS_FILE)
    try:
        tables = tomllib.loads(place.read_text(encoding="utf-8"))
        return tuple(
            PublishedChip(
                name,
                float(table["area_m2"]),
                float(table["tdp_w"]),
                tuple(
                    PublishedShare(part["name"], tuple(part["components"]), float(part["share"]))
                    for part in table.get("shares", ())
                ),
                table["source"],
                table.get("note", ""),
            )
            for name, table in tables.items()
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{place}: {error!r}; a chip needs area_m2, tdp_w and source, a share name, components and share"
        ) from None


def _chip_checks(chips: tuple[PublishedChip, ...]) -> list[Check]:
    costs = [chip_cost(machine_of(load_machine(chip.name))) for chip in chips]
    areas = [float(cost.area_m2) for cost in costs], [chip.area_m2 for chip in chips]
    powers = [float(cost.tdp_w) for cost in costs], [chip.tdp_w for chip in chips]
    result: list[Check] = []
    for index, (chip, cost) in enumerate(zip(chips, costs, strict=True)):
        for quantity, (ours, theirs) in (("area (m^2)", areas), ("TDP (W)", powers)):
            result.append(
                compare(chip.name, quantity, [ours[index]], [theirs[index]], EACH, chip.source, note=chip.note)
            )
        result += [_share_check(chip, cost, part) for part in chip.shares]
    source = "; ".join(dict.fromkeys(chip.source for chip in chips))
    result.append(compare("tpus", "area (m^2)", *areas, MEAN, source))
    result.append(compare("tpus", "TDP (W)", *powers, MEAN, source))
    return result


def _share_check(chip: PublishedChip, cost: ChipCost, part: PublishedShare) -> Check:
    try:
        area = sum(float(cost.area_breakdown_m2[component]) for component in part.components)
    except KeyError as error:
        known = ", ".join(cost.area_breakdown_m2)
        raise ValueError(f"{CHIPS_FILE}: {chip.name}: no component {error} of the die; there is {known}") from None
    return compare(
        chip.name, f"{part.name} share of the die", [area / float(cost.area_m2)], [part.share], SHARE, chip.source
    )


def nvdla_machine(macs: float, buffer_bytes: float, dram_bytes_per_s: float, node_nm: int, clock_hz: float) -> Machine:
    """NVDLA with ``macs`` int8 MACs as the template has it: the convolution buffer, half of it for inputs and half for
    weights, is L1; there is no global buffer. Lanes need not be a multiple of columns here."""
    rows = next(rows for least, rows in NVDLA_ROWS if macs >= least)
    columns = macs / rows
    return Machine(
        name="nvdla",
        node_nm=node_nm,
        clock_hz=clock_hz,
        dram_kind="lpddr4",
        dram_channel_bytes_per_s=dram_bytes_per_s,
        dram_channels=1,
        pe_x=1,
        pe_y=1,
        array_rows=rows,
        array_columns=columns,
        vector_multiplier=max(macs / NVDLA_MACS_PER_LANE, 1.0) / columns,
        l1_shared=0,
        l1_input_bytes=buffer_bytes / 2.0,
        l1_weight_bytes=buffer_bytes / 2.0,
        l1_output_bytes=NVDLA_SUMS * 4.0 * columns,
        l2_enabled=0,
        l2_shared=0,
        l2_input_multiplier=1,
        l2_weight_multiplier=1,
        l2_output_multiplier=1,
        global_buffer_bytes=0,
        native_batch=1,
        dtype="i8",
    )


def nvdla_checks(path: Path) -> tuple[Check, ...]:
    """Area of the configurations in ``path``, at 28 nm and (without a bar) at 16 nm."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise ValueError(f"{path}: no rows; expected NVDLA configurations, one a line under the header")
    result: list[Check] = []
    for node, bar in ((28, NVDLA), (16, Bar())):
        column = f"cell_area_mm2_{node}nm"
        ours: list[float] = []
        for line, row in enumerate(rows, 2):
            macs, kilobytes, gigabytes_per_s, gigahertz = (
                _number(path, line, row, name) for name in ("macs", "conv_buffer_KB", "sdram_GBps", "clock_GHz")
            )
            machine = nvdla_machine(macs, 1024.0 * kilobytes, 1e9 * gigabytes_per_s, node, 1e9 * gigahertz)
            parts = chip_cost(machine).area_breakdown_m2
            ours.append(1e6 * sum(float(parts[name]) for name in NVDLA_CELLS))
        theirs = [_number(path, line, row, column) for line, row in enumerate(rows, 2)]
        note = "cells: neither wires, white space nor interfaces. Fixed control fitted on the two smallest at 28 nm"
        quantity = f"area {node} nm (mm^2)"
        result.append(compare(path.stem, quantity, ours, theirs, bar, "NVIDIA, NVDLA primer", note=note))
    return tuple(result)


def _number(path: Path, line: int, row: Mapping[str, str | None], column: str) -> float:
    text = row.get(column)
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not 0.0 < value < math.inf:
        raise ValueError(f"{path}, line {line}, column '{column}': {text!r}; write a positive number")
    return value
