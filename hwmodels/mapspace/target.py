"""Machines as the mapper sees them: where dimensions may run at once, what each memory holds, and what moving costs.

One description serves single machines (an array, an L1, a global buffer, DRAM) and FAST's template, whose PE grid is
two more axes.
"""

from __future__ import annotations

import itertools
import math
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from hwmodels.chip import area, global_buffer_energy, l1_energy, noc_energy, static_power
from hwmodels.compute import VECTOR_OPS_PER_MAC, array_overlap
from hwmodels.records import Machine
from hwmodels.systolic import Overlap
from hwmodels.technology import Technology, technology
from hwmodels.template import (
    TILE_SHARE,
    l1_capacity,
    l2_capacity,
    noc_bytes_per_cycle,
    pe_count,
    sustained_dram_bytes_per_s,
)

Triple = tuple[float, float, float]
"""One number each for input, weight and output."""

Dataflow = Literal["any", "weight_stationary", "input_stationary", "output_stationary", "vector"]
"""The engines that a target has: all, or one."""

Residence = Literal["always", "maybe", "never"]
"""Whether a memory holds an operand: the mapper decides where it is 'maybe'."""

UNLIMITED = math.inf


@dataclass(frozen=True)
class Engine:
    """One way to run multiply-accumulates: what may lie on each axis, and what stays in the array meanwhile."""

    name: str
    """One of ``records.ENGINES``."""
    axes: tuple[str, ...]
    """For each axis of the target the dimensions that it may unroll; 't' packs kernel taps (r and s as one)."""
    streams: str
    """The dimensions that stream by while the stationary operand stays."""
    mac_j: float
    steps_per_cycle: float = 1.0
    """Steps that a PE starts per cycle: 1 for an array; a vector unit's lanes over 2."""
    overlap: Overlap | None = None
    """How an array of ``shape`` fills, reloads and drains (see ``systolic``); None: in no time."""
    shape: tuple[float, float] = (0.0, 0.0)
    """Rows and columns of the array."""


@dataclass(frozen=True)
class Memory:
    """A level of the hierarchy; energies in joules per byte, rates in bytes per cycle."""

    capacity_bytes: Triple
    """Bytes for tiles of each operand, or, where ``pooled``, the same pool three times."""
    pooled: bool
    holds: tuple[Residence, Residence, Residence]
    read_j: Triple
    write_j: Triple
    read_rate: float = UNLIMITED
    write_rate: float = UNLIMITED
    total_rate: float = UNLIMITED
    """Reads and writes together."""
    per_pe: bool = False
    """Each PE has one such memory, for its own part of a tile; else one holds every PE's part, equal ones once."""


@dataclass(frozen=True)
class Target:
    """A machine for ``mapspace.search``."""

    name: str
    clock_hz: float
    axes: tuple[int, ...]
    """Sizes; the first ``grid_axes`` are of the PE grid, the others of the array."""
    grid_axes: int
    engines: tuple[Engine, ...]
    l1: Memory
    buffer: Memory
    """The global buffer."""
    dram: Memory
    link_rate: float
    """Bytes per cycle between the PEs and what lies beyond."""
    link_j: float
    """J per byte of the same."""
    counts_accesses: bool
    """True: each access of the array to L1 is counted, in L1's energy and rate. False: FAST's template, energy by
    shares of reuse (``cost.contraction_cost``), sums in fp32."""
    static_w: float = 0.0
    dims_per_axis: int = 8
    """Dimensions that one axis unrolls at most; packed taps count as one."""
    tile_issue_cycles: float = 0.0
    """Cycles that each L1 tile takes to be issued,"""
    tile_issue_overlapped: bool = False
    """behind the tile before it or not."""
    has_l2: bool = False
    """Whether ``l1`` is an L2, with an L1 below of which nothing but the array is fed: its tiles are chosen later."""


def residences(target: Target) -> list[tuple[bool, bool, bool]]:
    """What the global buffer may hold, most first."""
    options = [{"always": (True,), "never": (False,), "maybe": (True, False)}[hold] for hold in target.buffer.holds]
    return list(itertools.product(*options))


def reference_machine(size: int, *, may_bypass_buffer: bool, free: bool = False) -> Target:
    """REF-128 and REF-32: a ``size`` x ``size`` weight-stationary array, 8 bits, 1 GHz (see the benchmark).

    A weight register per PE; an L1 of 256 KiB that inputs and outputs share and weights bypass; a global buffer of
    16 MiB; 900 bytes of DRAM a cycle. Rows unroll what the output does not depend on, columns what the input does not
    depend on; with ``free`` both unroll any two dimensions. Nothing is double-buffered, and the array fills in no time.
    """
    data = tomllib.loads(files("hwmodels").joinpath("data/reference_machine.toml").read_text(encoding="utf-8"))
    array, l1, buffer, dram = (data[name] for name in ("array", "l1", "global_buffer", "dram"))
    rows, columns = ("gnpqkcrst", "gnpqkcrst") if free else ("crst", "k")
    hold: Residence = "maybe" if may_bypass_buffer else "always"
    ports = l1["ports_per_side"] * size
    return Target(
        name=f"ref_{size}",
        clock_hz=array["clock_hz"],
        axes=(size, size),
        grid_axes=0,
        engines=(Engine("weight_stationary", (rows, columns), "npq", array["mac_j"]),),
        l1=Memory(
            _alike(l1["bytes"]),
            pooled=True,
            holds=("always", "never", "always"),
            read_j=_alike(l1["read_j_per_byte"]),
            write_j=_alike(l1["write_j_per_byte"]),
            read_rate=ports,
            write_rate=ports,
        ),
        buffer=Memory(
            _alike(buffer["bytes"]),
            pooled=True,
            holds=(hold, hold, hold),
            read_j=_alike(buffer["read_j_per_byte"]),
            write_j=_alike(buffer["write_j_per_byte"]),
            read_rate=buffer["bytes_per_cycle"],
            write_rate=buffer["bytes_per_cycle"],
        ),
        dram=_dram(dram["j_per_byte"], dram["bytes_per_cycle"]),
        link_rate=UNLIMITED,
        link_j=0.0,
        counts_accesses=True,
        dims_per_axis=2 if free else 8,
    )


HOLDS: tuple[Residence, Residence, Residence] = ("always", "always", "always")


def _alike(value: float) -> Triple:
    return value, value, value


def _dram(j_per_byte: float, rate: float) -> Memory:
    energy = _alike(j_per_byte)
    return Memory(_alike(UNLIMITED), pooled=True, holds=HOLDS, read_j=energy, write_j=energy, total_rate=rate)


GRID = "gnpqk"
"""What may lie on the PE grid: a sum would have to cross it for c, r and s."""


@lru_cache(maxsize=256)
def template_machine(machine: Machine, dataflow: Dataflow = "any") -> Target:
    """A machine of FAST's template, as ``cost.contraction_cost`` costs it with every operand in DRAM.

    Inputs enter the array at the rows, results leave at the columns: the rows take what is reduced (or, where outputs
    stay, pixels), the columns output channels (or, where inputs stay, pixels); the vector unit takes nothing at once.
    Groups of one channel lie on the diagonal of an array that holds weights: on rows and as many columns.
    Every tile takes half of its buffer, the other half is for the next one; of the global buffer tiles take
    ``TILE_SHARE``. Where there is an L2, ``l1`` is that. ``l1_shared`` and ``l2_shared`` are 0 or 1. ``dataflow``
    leaves the array one way to run, or only the vector unit.
    """
    tech = technology(machine.node_nm, machine.dram_kind)
    has_l2 = float(machine.l2_enabled) >= 0.5
    shared = float(machine.l2_shared if has_l2 else machine.l1_shared) >= 0.5
    copies = float(pe_count(machine)) if shared else 1.0
    rooms = tuple(float(size) for size in (l2_capacity if has_l2 else l1_capacity)(machine))
    access = tuple(float(energy) for energy in l1_energy(machine, tech))
    hold: Residence = "always" if float(machine.global_buffer_bytes) > 0.0 else "never"
    buffer_j = _alike(float(global_buffer_energy(machine, tech)) if hold == "always" else 0.0)
    return Target(
        name=machine.name,
        clock_hz=float(machine.clock_hz),
        axes=(int(machine.pe_x), int(machine.pe_y), int(machine.array_rows), int(machine.array_columns)),
        grid_axes=2,
        engines=tuple(engine for engine in _template_engines(machine, tech) if dataflow in ("any", engine.name)),
        l1=Memory(
            (rooms[0] * copies / 2.0, rooms[1] * copies / 2.0, rooms[2] * copies / 2.0),
            pooled=False,
            holds=HOLDS,
            read_j=(access[0], access[1], access[2]),
            write_j=(access[0], access[1], access[2]),
            per_pe=not shared,
        ),
        buffer=Memory(
            _alike(float(machine.global_buffer_bytes) * TILE_SHARE / 2.0),
            pooled=True,
            holds=(hold, hold, hold),
            read_j=buffer_j,
            write_j=buffer_j,
        ),
        dram=_dram(tech.dram.j_per_byte, float(sustained_dram_bytes_per_s(machine)) / float(machine.clock_hz)),
        link_rate=float(noc_bytes_per_cycle(machine)),
        link_j=float(noc_energy(machine, tech)),
        counts_accesses=False,
        static_w=float(static_power(machine, tech, area(machine, tech))),
        tile_issue_cycles=float(machine.tile_issue_cycles),
        tile_issue_overlapped=bool(machine.tile_issue_overlapped),
        has_l2=has_l2,
    )


def _template_engines(machine: Machine, tech: Technology) -> tuple[Engine, ...]:
    shape = float(machine.array_rows), float(machine.array_columns)
    on_array = (
        ("weight_stationary", "gcrs", "k", "npq"),
        ("input_stationary", "crs", "qpn", "k"),
        ("output_stationary", "qpn", "k", "crs"),
    )
    overlap, mac_j = array_overlap(machine), tech.mac_j.of(machine.dtype)
    arrays = tuple(
        Engine(name, (GRID, GRID, on_rows, on_columns), streams, mac_j, overlap=overlap, shape=shape)
        for name, on_rows, on_columns, streams in on_array
    )
    lanes = shape[1] * float(machine.vector_multiplier)
    vector_j = VECTOR_OPS_PER_MAC * tech.vector_op_j
    return *arrays, Engine("vector", (GRID, GRID, "", ""), "", vector_j, lanes / VECTOR_OPS_PER_MAC)
