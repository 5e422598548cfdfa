"""Area, thermal design power and shares of the die, against chips that were built."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from fastc.machines import load_machine, preset_names
from fastc.validation.documents import Entry, read_toml
from fastc.validation.records import Bar, Check, compare
from fastc.validation.suite import brought
from fastc.validation.tables import Row, read_table
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


class Nvdla(NamedTuple):
    """One configuration of NVDLA as a table of measurements states it."""

    macs: float
    buffer_bytes: float
    dram_bytes_per_s: float
    clock_hz: float

    @staticmethod
    def of(row: Row) -> Nvdla:
        """That of a row; ValueError where it states none."""
        return Nvdla(
            row.whole("macs", least=8, most=1e6),
            1024.0 * row.positive("conv_buffer_KB", most=1e9),
            1e9 * row.positive("sdram_GBps", most=1e6),
            1e9 * row.positive("clock_GHz", most=1e3),
        )


NVDLA_COLUMNS = ("macs", "conv_buffer_KB", "sdram_GBps", "clock_GHz")


def checks(data: Path) -> tuple[Check, ...]:
    """All checks of this module: see ``chip_checks`` and ``nvdla_checks``."""
    return (*chip_checks(data), *nvdla_checks(data))


def published_chips(data: Path) -> tuple[PublishedChip, ...]:
    """The chips of ``data/chips.toml``, or of the shipped file; ValueError where it is malformed."""
    tables = read_toml(brought(data, CHIPS_FILE))
    chips = tuple(_published_chip(name, table) for name, table in tables.table().items())
    if not chips:
        raise ValueError(f"{tables.place}: names no chip; write a table for each, as in the shipped file")
    return chips


def _published_chip(name: str, table: Entry) -> PublishedChip:
    if name not in preset_names():
        raise ValueError(f"{table.place}: is no preset; name one of {', '.join(preset_names())}")
    parts, note = table.get("shares"), table.get("note")
    return PublishedChip(
        name,
        table["area_m2"].positive(),
        table["tdp_w"].positive(),
        tuple(
            PublishedShare(
                part["name"].text(),
                tuple(component.text() for component in part["components"].items()),
                part["share"].number(least=0.0, most=1.0),
            )
            for part in (parts.items() if parts else ())
        ),
        table["source"].text(),
        note.text() if note else "",
    )


def chip_checks(data: Path) -> tuple[Check, ...]:
    """Area, TDP and shares of the die of the chips in ``data/chips.toml``, or in the shipped file.

    Raises ValueError where the file is malformed.
    """
    chips = published_chips(data)
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
    return tuple(result)


def _share_check(chip: PublishedChip, cost: ChipCost, part: PublishedShare) -> Check:
    try:
        area = sum(float(cost.area_breakdown_m2[component]) for component in part.components)
    except KeyError as error:
        known = ", ".join(cost.area_breakdown_m2)
        raise ValueError(f"{CHIPS_FILE}: {chip.name}: no component {error} of the die; there is {known}") from None
    return compare(
        chip.name, f"{part.name} share of the die", [area / float(cost.area_m2)], [part.share], SHARE, chip.source
    )


def nvdla_machine(config: Nvdla, node_nm: int) -> Machine:
    """NVDLA with its int8 MACs as the template has it: the convolution buffer, half of it for inputs and half for
    weights, is L1; there is no global buffer. Lanes need not be a multiple of columns here."""
    macs = config.macs
    rows = next(rows for least, rows in NVDLA_ROWS if macs >= least)
    columns = macs / rows
    return Machine(
        name="nvdla",
        node_nm=node_nm,
        clock_hz=config.clock_hz,
        dram_kind="lpddr4",
        dram_channel_bytes_per_s=config.dram_bytes_per_s,
        dram_channels=1,
        pe_x=1,
        pe_y=1,
        array_rows=rows,
        array_columns=columns,
        vector_multiplier=max(macs / NVDLA_MACS_PER_LANE, 1.0) / columns,
        l1_shared=0,
        l1_input_bytes=config.buffer_bytes / 2.0,
        l1_weight_bytes=config.buffer_bytes / 2.0,
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


def nvdla_checks(data: Path) -> tuple[Check, ...]:
    """Area of the configurations in ``data/nvdla_resnet50.csv``, at 28 nm and (without a bar) at 16 nm.

    Raises FileNotFoundError without the file, ValueError where it is malformed.
    """
    columns = {28: "cell_area_mm2_28nm", 16: "cell_area_mm2_16nm"}
    rows = read_table(data / NVDLA_FILE, (*NVDLA_COLUMNS, *columns.values()))
    note = "cells: neither wires, white space nor interfaces. Fixed control fitted on the two smallest at 28 nm"
    result: list[Check] = []
    for node, bar in ((28, NVDLA), (16, Bar())):
        breakdowns = [chip_cost(nvdla_machine(Nvdla.of(row), node)).area_breakdown_m2 for row in rows]
        ours = [1e6 * sum(float(parts[name]) for name in NVDLA_CELLS) for parts in breakdowns]
        theirs = [row.positive(columns[node]) for row in rows]
        quantity = f"area {node} nm (mm^2)"
        result.append(compare("nvdla_resnet50", quantity, ours, theirs, bar, "NVIDIA, NVDLA primer", note=note))
    return tuple(result)
