"""Physical constants, read from ``data/technology.toml``: each with its unit, source and confidence there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from hwmodels.records import Machine, MixedMachine


class ByDtype(NamedTuple):
    """One constant for each element type of the arrays."""

    i8: float
    bf16: float
    f16: float
    f32: float

    def of(self, dtype: str) -> float:
        """The constant of ``Machine.dtype``."""
        return getattr(self, dtype)


@dataclass(frozen=True)
class Dram:
    """One channel (DDR, LPDDR, GDDR) or stack (HBM) of memory, its interface in the node asked for."""

    j_per_byte: float
    interface_area_m2: float
    """Its PHY and its controller on the die."""
    channel_bytes_per_s: float
    efficiency: float
    """Share of the peak that long streams reach."""
    granule_bytes: float
    """Least that one access moves: the width of a channel (or pseudo-channel) times its burst length."""
    channel_capacity_bytes: float
    """What is usually on one channel."""
    package_area_m2: float
    """What a channel takes of the chip's package; 0 where it is on the board."""
    on_package: float
    """1 where it is on the package, else 0."""
    usd_per_byte: float


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
    mac_j: ByDtype
    mac_area_m2: ByDtype
    vector_op_j: float
    vector_lane_area_m2: float
    sram_j_per_byte: float
    sram_j_per_byte_per_octave: float
    sram_area_m2_per_byte: float
    sram_overhead_bytes: float
    sram_macro_width_bytes: float
    sram_wiring_per_octave: float
    sram_wiring_grain_bytes: float
    wire_j_per_byte_m: float
    wire_pitch_m: float
    register_area_m2_per_byte: float
    pe_control_area_m2: float
    chip_control_area_m2: float
    leakage_w_per_m2: float
    clock_j_per_m2: float
    """Per cycle, of logic."""
    chip_overhead: float
    power_overhead: float
    dram: Dram
    link_j_per_byte: float
    host_area_s_m2_per_byte: float
    """m^2 of the host's interface for each byte/s and direction; likewise links to other chips."""
    link_area_s_m2_per_byte: float
    vector_cycles: VectorCycles
    region_start_s: float
    kernel_start_s: float
    """From the call of a kernel that runs alone to its first byte."""
    kernel_tile_bytes: float
    """Tile in which such a kernel streams its biggest value."""
    kernel_dram_efficiency: float
    """Share of DRAM's peak that such a kernel's streams reach."""
    kernel_reduce_cycles: float
    """Lane cycles per element that such a kernel reduces along the lanes."""
    dram_latency_s: float
    """From a request to the first byte, or from the last byte to its being visible."""


PLAIN_TABLES = (
    "vector_op_j",
    "sram_j_per_byte",
    "sram_j_per_byte_per_octave",
    "sram_area_m2_per_byte",
    "sram_wiring_per_octave",
    "wire_j_per_byte_m",
    "wire_pitch_m",
    "leakage_w_per_m2",
    "clock_j_per_m2",
    "chip_overhead",
    "power_overhead",
    "link_j_per_byte",
)
"""Tables of one number for each node that ``Technology`` holds as they are."""


@lru_cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("hwmodels").joinpath("data/technology.toml").read_text(encoding="utf-8"))


def nodes() -> tuple[int, ...]:
    """Process nodes (nm) that the data covers."""
    return tuple(sorted(int(key) for key in _data()["logic_transistors_per_m2"] if key.isdigit()))


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
    node = str(node_nm)
    density = float(data["logic_transistors_per_m2"][node])
    blocks = data["blocks"]
    return Technology(
        node_nm=node_nm,
        mac_j=_by_dtype(data["mac_j"], node),
        mac_area_m2=_by_dtype(data["mac_area_m2"], node),
        vector_lane_area_m2=blocks["vector_lane_transistors"] / density,
        register_area_m2_per_byte=blocks["register_transistors_per_byte"] / density,
        pe_control_area_m2=blocks["pe_control_transistors"] / density,
        chip_control_area_m2=blocks["chip_control_transistors"] / density,
        sram_overhead_bytes=blocks["sram_overhead_bytes"],
        sram_wiring_grain_bytes=blocks["sram_wiring_grain_bytes"],
        sram_macro_width_bytes=blocks["sram_macro_width_bytes"],
        dram=_dram(data["dram"][dram_kind], density),
        host_area_s_m2_per_byte=_link_area(data["links"]["host"], density),
        link_area_s_m2_per_byte=_link_area(data["links"]["chip"], density),
        vector_cycles=VectorCycles(**data["vector_cycles"]),
        region_start_s=data["region"]["start_s"],
        kernel_start_s=data["kernel"]["start_s"],
        kernel_tile_bytes=data["kernel"]["tile_bytes"],
        kernel_dram_efficiency=data["kernel"]["dram_efficiency"],
        kernel_reduce_cycles=data["kernel"]["reduce"],
        dram_latency_s=data["region"]["dram_latency_s"],
        **{name: float(data[name][node]) for name in PLAIN_TABLES},
    )


def technology_of(machine: Machine) -> Technology:
    """The constants that ``machine`` is made with; ValueError names what there is.

    Where several kinds of DRAM have shares, every constant of DRAM is their mean.
    """
    tech = technology(machine.node_nm, machine.dram_kind)
    if not isinstance(machine, MixedMachine) or not machine.dram_shares:
        return tech
    kinds = [(technology(machine.node_nm, kind).dram, share) for kind, share in machine.dram_shares]
    mixed = {each.name: sum(share * getattr(dram, each.name) for dram, share in kinds) for each in fields(Dram)}
    return replace(tech, dram=Dram(**mixed))


def _by_dtype(tables: dict[str, dict[str, float]], node: str) -> ByDtype:
    return ByDtype(**{dtype: float(tables[dtype][node]) for dtype in ByDtype._fields})


def _dram(table: dict[str, float], density: float) -> Dram:
    """PHYs are analogue and do not shrink; controllers are logic."""
    return Dram(
        j_per_byte=table["j_per_byte"],
        interface_area_m2=table["phy_area_m2"] + table["controller_transistors"] / density,
        channel_bytes_per_s=table["channel_bytes_per_s"],
        efficiency=table["efficiency"],
        granule_bytes=table["granule_bytes"],
        channel_capacity_bytes=table["channel_capacity_bytes"],
        package_area_m2=table["package_area_m2"],
        on_package=float(table["package_area_m2"] > 0.0),
        usd_per_byte=table["usd_per_byte"],
    )


def _link_area(table: dict[str, float], density: float) -> float:
    return table["phy_area_m2_per_byte_per_s"] + table["transistors_per_byte_per_s"] / density
