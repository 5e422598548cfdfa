"""Physical constants, read from ``data/technology.toml``: each with its unit, source and confidence there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Dram:
    """One channel (GDDR) or stack (HBM) of memory."""

    j_per_byte: float
    interface_area_m2: float
    channel_bytes_per_s: float
    efficiency: float
    """Share of the peak that long streams reach."""


@dataclass(frozen=True)
class VectorCycles:
    """Vector-lane cycles per element, by the kinds of ``records.VectorWork``."""

    alu: float
    transcendental: float
    divide: float
    reduce: float
    move: float


@dataclass(frozen=True)
class Technology:
    """The constants of one process node, SI units."""

    node_nm: int
    mac_bf16_j: float
    vector_op_j: float
    sram_j_per_byte: float
    sram_j_per_byte_per_octave: float
    wire_j_per_byte_m: float
    mac_bf16_area_m2: float
    vector_lane_area_m2: float
    sram_area_m2_per_byte: float
    sram_overhead_bytes: float
    global_buffer_area_m2_per_byte: float
    pe_control_area_m2: float
    chip_overhead: float
    static_w_per_m2: float
    power_overhead: float
    dram: Dram
    vector_cycles: VectorCycles
    region_start_s: float
    kernel_start_s: float
    """From the call of a kernel that runs alone to its first byte."""
    kernel_tile_bytes: float
    """Tile in which such a kernel streams its biggest value."""


SHARED_TABLES = {"dram", "vector_cycles", "region", "kernel"}


@lru_cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("hwmodels").joinpath("data/technology.toml").read_text(encoding="utf-8"))


def nodes() -> tuple[int, ...]:
    """Process nodes (nm) that the data covers."""
    return tuple(sorted(int(key) for key in _data()["mac_bf16_j"] if key.isdigit()))


def dram_kinds() -> tuple[str, ...]:
    """Kinds of DRAM that the data covers."""
    return tuple(_data()["dram"])


@lru_cache
def technology(node_nm: int, dram_kind: str) -> Technology:
    """The constants of a node and a kind of DRAM; ValueError names what there is."""
    data = _data()
    if node_nm not in nodes():
        raise ValueError(f"no technology data for a {node_nm} nm node; there is {', '.join(map(str, nodes()))} nm")
    if dram_kind not in dram_kinds():
        raise ValueError(f"no technology data for DRAM '{dram_kind}'; there is {', '.join(dram_kinds())}")
    constants = {name: float(table[str(node_nm)]) for name, table in data.items() if name not in SHARED_TABLES}
    return Technology(
        node_nm=node_nm,
        dram=Dram(**data["dram"][dram_kind]),
        vector_cycles=VectorCycles(**data["vector_cycles"]),
        region_start_s=data["region"]["start_s"],
        kernel_start_s=data["kernel"]["start_s"],
        kernel_tile_bytes=data["kernel"]["tile_bytes"],
        **constants,
    )
