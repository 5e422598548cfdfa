"""What FAST's template makes of a machine's parameters: counts, rates and capacities."""

from __future__ import annotations

from hwmodels.arrays import namespace
from hwmodels.records import Array, Machine
from hwmodels.technology import technology_of

TILE_SHARE = 0.5
"""Share of the global buffer that a region's double-buffered tiles may take; the rest is left for resident tensors."""

ELEMENT_BYTES = {"bf16": 2.0, "f16": 2.0, "f32": 4.0, "i8": 1.0}
"""Bytes of one operand of the arrays, by ``Machine.dtype``."""


def pe_count(machine: Machine) -> Array:
    """Processing elements of the grid."""
    return machine.pe_x * machine.pe_y


def macs_per_cycle(machine: Machine) -> Array:
    """Multiply-accumulates that all systolic arrays together start each cycle."""
    return pe_count(machine) * machine.array_rows * machine.array_columns


def vector_lanes(machine: Machine) -> Array:
    """Vector lanes of the chip: each does one simple operation a cycle."""
    return pe_count(machine) * machine.array_columns * machine.vector_multiplier


def peak_flops(machine: Machine) -> Array:
    """Operations per second of the arrays, a multiply and an add counted as two."""
    return 2.0 * macs_per_cycle(machine) * machine.clock_hz


def dram_bytes_per_s(machine: Machine) -> Array:
    """Bytes per second over all DRAM channels, reads and writes together."""
    return machine.dram_channels * machine.dram_channel_bytes_per_s


def sustained_dram_bytes_per_s(machine: Machine) -> Array:
    """Bytes per second that long streams reach: refresh, turn-around and row misses take the rest of the peak."""
    dram = technology_of(machine).dram
    return dram_bytes_per_s(machine) * dram.efficiency


def noc_bytes_per_cycle(machine: Machine) -> Array:
    """Bytes per cycle between the global buffer (or DRAM) and the PE grid.

    The mesh has one link per PE row, as wide as the arrays' input edge, and one per PE column, as wide as their
    output edge; a value that several PEs need travels once (multicast).
    """
    edge = machine.pe_y * machine.array_rows + machine.pe_x * machine.array_columns
    return edge * ELEMENT_BYTES[machine.dtype]


def slots_s(machine: Machine, tiles: Array, pieces: Array, dram_s: Array, noc_s: Array) -> Array:
    """Seconds that ``tiles`` of the global buffer take one after the other at least, which go on to the PEs in
    ``pieces`` (of all tiles), and of which all together take ``dram_s`` to come from DRAM and ``noc_s`` to go on.

    One of two slots is taken while a tile comes, for DRAM's latency, and while it goes; pieces that are there go while
    others come. The first tile's time is not among it: nothing is before it.
    """
    xp = namespace(tiles, pieces, dram_s, noc_s)
    latency = technology_of(machine).dram_latency_s
    one = (xp.maximum(dram_s, noc_s) + xp.minimum(dram_s, noc_s) * tiles / xp.maximum(pieces, tiles)) / tiles
    return (tiles - 1.0) * (latency + one) / 2.0


def l1_capacity(machine: Machine) -> tuple[Array, Array, Array]:
    """Bytes per PE of the L1 input, weight and output buffers."""
    return machine.l1_input_bytes, machine.l1_weight_bytes, machine.l1_output_bytes


def l2_capacity(machine: Machine) -> tuple[Array, Array, Array]:
    """Bytes per PE of the L2 input, weight and output buffers, were there an L2."""
    return (
        machine.l1_input_bytes * machine.l2_input_multiplier,
        machine.l1_weight_bytes * machine.l2_weight_multiplier,
        machine.l1_output_bytes * machine.l2_output_multiplier,
    )


def pe_input_bytes(machine: Machine) -> Array:
    """Bytes of all PEs' input buffers together, of the outermost level that belongs to a PE: L2, else L1."""
    return pe_count(machine) * machine.l1_input_bytes * machine.l2_input_multiplier**machine.l2_enabled


def pe_output_bytes(machine: Machine) -> Array:
    """Bytes of all PEs' output buffers together, of the outermost level that belongs to a PE: L2, else L1."""
    return pe_count(machine) * machine.l1_output_bytes * machine.l2_output_multiplier**machine.l2_enabled


def has_global_buffer(machine: Machine) -> Array:
    """1 where the machine has a global buffer, else 0."""
    xp = namespace(machine.global_buffer_bytes)
    return xp.where(xp.asarray(machine.global_buffer_bytes) > 0, 1.0, 0.0)
