"""What a machine takes: die area and thermal design power, by component."""

from __future__ import annotations

from hwmodels.arrays import namespace
from hwmodels.records import Array, ChipCost, Machine
from hwmodels.technology import Technology, technology
from hwmodels.template import (
    ELEMENT_BYTES,
    dram_bytes_per_s,
    has_global_buffer,
    l1_capacity,
    l2_capacity,
    macs_per_cycle,
    noc_bytes_per_cycle,
    pe_count,
    peak_flops,
    vector_lanes,
)

ACCUMULATOR_BYTES = 4.0
"""Partial sums are kept in fp32."""

MACRO_GRAIN_BYTES = 8192.0
"""The size at which ``sram_j_per_byte`` is quoted."""


def sram_area(capacity: Array, tech: Technology) -> Array:
    """m^2 of one SRAM macro of ``capacity`` bytes: its cells and a fixed overhead, which makes small buffers dear per
    byte."""
    return (capacity + tech.sram_overhead_bytes) * tech.sram_area_m2_per_byte


def sram_energy(capacity: Array, tech: Technology) -> Array:
    """J per byte of one access to a macro of ``capacity`` bytes: log-linear in size, flat below the quoted grain."""
    xp = namespace(capacity)
    octaves = xp.log2(xp.maximum(capacity, MACRO_GRAIN_BYTES) / MACRO_GRAIN_BYTES)
    return tech.sram_j_per_byte + tech.sram_j_per_byte_per_octave * octaves


def pooled(capacity: Array, shared: Array, machine: Machine) -> Array:
    """Bytes of the macro that one access reaches: a PE's own buffer, or the pool of all PEs' where it is shared."""
    return capacity * pe_count(machine) ** shared


def l1_energy(machine: Machine, tech: Technology) -> tuple[Array, Array, Array]:
    """J per byte of an access to the L1 input, weight and output buffers."""
    inputs, weights, outputs = (
        sram_energy(pooled(size, machine.l1_shared, machine), tech) for size in l1_capacity(machine)
    )
    return inputs, weights, outputs


def l2_energy(machine: Machine, tech: Technology) -> tuple[Array, Array, Array]:
    """J per byte of an access to the L2 buffers, 0 without L2."""
    inputs, weights, outputs = (
        machine.l2_enabled * sram_energy(pooled(size, machine.l2_shared, machine), tech)
        for size in l2_capacity(machine)
    )
    return inputs, weights, outputs


def grid_area(machine: Machine, tech: Technology) -> dict[str, Array]:
    """m^2 of the PE grid, by component, all PEs together."""
    pes = pe_count(machine)
    l1 = sum(sram_area(size, tech) for size in l1_capacity(machine))
    l2 = sum(sram_area(size, tech) for size in l2_capacity(machine))
    return {
        "arrays": macs_per_cycle(machine) * tech.mac_bf16_area_m2,
        "vector_units": vector_lanes(machine) * tech.vector_lane_area_m2,
        "l1": pes * l1,
        "l2": pes * l2 * machine.l2_enabled,
        "control": pes * tech.pe_control_area_m2,
    }


def area(machine: Machine, tech: Technology) -> dict[str, Array]:
    """m^2 of the die, by component; their sum is the die."""
    parts = grid_area(machine, tech)
    parts["global_buffer"] = machine.global_buffer_bytes * tech.global_buffer_area_m2_per_byte
    parts["dram_interface"] = machine.dram_channels * tech.dram.interface_area_m2
    parts["overhead"] = (tech.chip_overhead - 1.0) * sum(parts.values())
    return parts


def noc_energy(machine: Machine, tech: Technology) -> Array:
    """J per byte from the global buffer (or DRAM) to a PE: half the side of the grid as wire."""
    xp = namespace(machine.pe_x, machine.global_buffer_bytes, machine.l1_input_bytes)
    return tech.wire_j_per_byte_m * xp.sqrt(sum(grid_area(machine, tech).values())) / 2.0


def global_buffer_energy(machine: Machine, tech: Technology) -> Array:
    """J per byte of an access to the global buffer: a macro of 1 MiB at most, and wire over half the buffer's side."""
    xp = namespace(machine.global_buffer_bytes)
    macro = sram_energy(xp.minimum(machine.global_buffer_bytes, 2.0**20), tech)
    side = xp.sqrt(xp.maximum(machine.global_buffer_bytes, 1.0) * tech.global_buffer_area_m2_per_byte)
    return macro + tech.wire_j_per_byte_m * side / 2.0


def peak_power(machine: Machine, tech: Technology, die_area_m2: Array) -> dict[str, Array]:
    """W of every component at its highest sustained activity, all at once; their sum is the TDP.

    Arrays: all MACs, each array taking one row of inputs from L1 and giving one row of partial sums (read and
    written) a cycle.
    """
    clock = machine.clock_hz
    pes = pe_count(machine)
    inputs, weights, outputs = l1_energy(machine, tech)
    element = ELEMENT_BYTES[machine.dtype]
    l1 = machine.array_rows * element * inputs + machine.array_columns * (
        element * weights + 2.0 * ACCUMULATOR_BYTES * outputs
    )
    noc = noc_bytes_per_cycle(machine) * clock
    l2 = sum(l2_energy(machine, tech)) / 3.0
    dram = dram_bytes_per_s(machine)
    parts = {
        "arrays": macs_per_cycle(machine) * clock * tech.mac_bf16_j,
        "vector_units": vector_lanes(machine) * clock * tech.vector_op_j,
        "l1": pes * l1 * clock,
        "l2": noc * l2 * 2.0,
        "noc": noc * noc_energy(machine, tech),
        "global_buffer": has_global_buffer(machine) * (noc + dram) * global_buffer_energy(machine, tech),
        "dram": dram * tech.dram.j_per_byte,
        "static": tech.static_w_per_m2 * die_area_m2,
    }
    parts["overhead"] = (tech.power_overhead - 1.0) * sum(parts.values())
    return parts


def chip_cost(machine: Machine) -> ChipCost:
    """Area, TDP and peak rates of ``machine``; ValueError where its node or DRAM has no data."""
    tech = technology(machine.node_nm, machine.dram_kind)
    areas = area(machine, tech)
    die = sum(areas.values())
    powers = peak_power(machine, tech, die)
    return ChipCost(
        area_m2=die,
        tdp_w=sum(powers.values()),
        area_breakdown_m2=areas,
        tdp_breakdown_w=powers,
        peak_flops=peak_flops(machine),
        dram_bytes_per_s=dram_bytes_per_s(machine),
    )
