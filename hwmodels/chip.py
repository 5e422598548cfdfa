"""What a machine takes: die area, thermal design power and cost, by component."""

from __future__ import annotations

from collections.abc import Mapping

from hwmodels.arrays import namespace
from hwmodels.die_cost import unit_cost
from hwmodels.records import Array, ChipCost, Machine
from hwmodels.technology import Technology, technology_of
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


def macros(width_bytes: Array, tech: Technology) -> Array:
    """SRAM macros that a buffer takes to give (or take) ``width_bytes`` a cycle, one at least; not rounded."""
    xp = namespace(width_bytes)
    return xp.maximum(width_bytes / tech.sram_macro_width_bytes, 1.0)


def sram_area(capacity: Array, tech: Technology, count: Array) -> Array:
    """m^2 of ``capacity`` bytes in ``count`` macros: the cells, each macro's fixed overhead, and the wires between the
    macros of a big buffer."""
    xp = namespace(capacity)
    octaves = xp.log2(xp.maximum(capacity, tech.sram_wiring_grain_bytes) / tech.sram_wiring_grain_bytes)
    cells = capacity * (1.0 + tech.sram_wiring_per_octave * octaves)
    return (cells + count * tech.sram_overhead_bytes) * tech.sram_area_m2_per_byte


def buffer_area(capacity: Array, width_bytes: Array, tech: Technology) -> Array:
    """m^2 of a PE's buffer of ``capacity`` bytes that gives ``width_bytes`` a cycle: SRAM, or registers where the
    macros' overhead would take more (small and wide buffers)."""
    sram = sram_area(capacity, tech, macros(width_bytes, tech))
    xp = namespace(sram)
    return xp.minimum(sram, capacity * tech.register_area_m2_per_byte)


def sram_energy(capacity: Array, tech: Technology) -> Array:
    """J per byte of one access to a macro of ``capacity`` bytes: log-linear in size, flat below the quoted grain."""
    xp = namespace(capacity)
    octaves = xp.log2(xp.maximum(capacity, MACRO_GRAIN_BYTES) / MACRO_GRAIN_BYTES)
    return tech.sram_j_per_byte + tech.sram_j_per_byte_per_octave * octaves


def l1_widths(machine: Machine) -> tuple[Array, Array, Array]:
    """Bytes per cycle and PE of the L1 input, weight and output buffers: one row of inputs, one row of weights; sums
    written and read by each column, and a word of each vector lane."""
    element = ELEMENT_BYTES[machine.dtype]
    return (
        machine.array_rows * element,
        machine.array_columns * element,
        machine.array_columns * ACCUMULATOR_BYTES * (2.0 + machine.vector_multiplier),
    )


def pooled(capacity: Array, shared: Array, machine: Machine) -> Array:
    """Bytes of the macro that one access reaches: a PE's own buffer, or the pool of all PEs' where it is shared."""
    return capacity * pe_count(machine) ** shared


def l1_energy(machine: Machine, tech: Technology) -> tuple[Array, Array, Array]:
    """J per byte of an access to the L1 input, weight and output buffers."""
    inputs, weights, outputs = (
        sram_energy(pooled(size / macros(width, tech), machine.l1_shared, machine), tech)
        for size, width in zip(l1_capacity(machine), l1_widths(machine), strict=True)
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
    """m^2 of the PE grid, by component, all PEs together, with the chip's own sequencer."""
    pes = pe_count(machine)
    l1 = sum(
        buffer_area(size, width, tech) for size, width in zip(l1_capacity(machine), l1_widths(machine), strict=True)
    )
    l2 = sum(buffer_area(size, tech.sram_macro_width_bytes, tech) for size in l2_capacity(machine))
    return {
        "arrays": macs_per_cycle(machine) * tech.mac_area_m2.of(machine.dtype),
        "vector_units": vector_lanes(machine) * tech.vector_lane_area_m2,
        "l1": pes * l1,
        "l2": pes * l2 * machine.l2_enabled,
        "control": pes * tech.pe_control_area_m2 + tech.chip_control_area_m2,
    }


def global_buffer_area(machine: Machine, tech: Technology) -> Array:
    """m^2 of the global buffer, none where there is none; its macros are big enough to neglect their overhead."""
    return sram_area(machine.global_buffer_bytes, tech, 0.0)


def noc_area(machine: Machine, tech: Technology, spanned_m2: Array) -> Array:
    """m^2 of the network on chip: its wires side by side, as long as the side of the area that it spans."""
    xp = namespace(machine.pe_x, spanned_m2)
    return noc_bytes_per_cycle(machine) * 8.0 * tech.wire_pitch_m * xp.sqrt(spanned_m2)


def area(machine: Machine, tech: Technology) -> dict[str, Array]:
    """m^2 of the die, by component; their sum is the die."""
    parts = grid_area(machine, tech)
    parts["global_buffer"] = global_buffer_area(machine, tech)
    parts["noc"] = noc_area(machine, tech, sum(parts.values()))
    parts["dram_interface"] = machine.dram_channels * tech.dram.interface_area_m2
    parts["links"] = (
        machine.host_bytes_per_s * tech.host_area_s_m2_per_byte
        + machine.link_bytes_per_s * tech.link_area_s_m2_per_byte
    )
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
    side = xp.sqrt(sram_area(xp.maximum(machine.global_buffer_bytes, 1.0), tech, 0.0))
    return macro + tech.wire_j_per_byte_m * side / 2.0


def static_power(machine: Machine, tech: Technology, areas: Mapping[str, Array]) -> Array:
    """W that the chip takes whatever it does: leakage of the die, and clock and registers of its logic, never gated.

    ``areas``: the die by component, as ``area`` gives them.
    """
    logic = areas["arrays"] + areas["vector_units"] + areas["control"]
    return tech.leakage_w_per_m2 * sum(areas.values()) + tech.clock_j_per_m2 * machine.clock_hz * logic


def peak_power(machine: Machine, tech: Technology, areas: Mapping[str, Array]) -> dict[str, Array]:
    """W of every component at its highest sustained activity, all at once; their sum is the TDP.

    Arrays: all MACs, each array taking one row of inputs and one of weights from L1, and reading and writing one row
    of partial sums a cycle. Vector units: one operation and one access of a word to L1 for each lane and cycle. Links
    in both directions. ``areas`` as ``area`` gives them.
    """
    clock = machine.clock_hz
    l1 = sum(width * energy for width, energy in zip(l1_widths(machine), l1_energy(machine, tech), strict=True))
    noc = noc_bytes_per_cycle(machine) * clock
    l2 = sum(l2_energy(machine, tech)) / 3.0
    dram = dram_bytes_per_s(machine)
    parts = {
        "arrays": macs_per_cycle(machine) * clock * tech.mac_j.of(machine.dtype),
        "vector_units": vector_lanes(machine) * clock * tech.vector_op_j,
        "l1": pe_count(machine) * l1 * clock,
        "l2": noc * l2 * 2.0,
        "noc": noc * noc_energy(machine, tech),
        "global_buffer": has_global_buffer(machine) * (noc + dram) * global_buffer_energy(machine, tech),
        "dram": dram * tech.dram.j_per_byte,
        "links": 2.0 * (machine.host_bytes_per_s + machine.link_bytes_per_s) * tech.link_j_per_byte,
        "static": static_power(machine, tech, areas),
    }
    parts["overhead"] = (tech.power_overhead - 1.0) * sum(parts.values())
    return parts


def chip_cost(machine: Machine) -> ChipCost:
    """Area, TDP, cost and peak rates of ``machine``; ValueError where its node or DRAM has no data."""
    tech = technology_of(machine)
    areas = area(machine, tech)
    powers = peak_power(machine, tech, areas)
    die = sum(areas.values())
    cost = unit_cost(machine, die)
    return ChipCost(
        area_m2=die,
        tdp_w=sum(powers.values()),
        area_breakdown_m2=areas,
        tdp_breakdown_w=powers,
        peak_flops=peak_flops(machine),
        dram_bytes_per_s=dram_bytes_per_s(machine),
        cost_usd=cost.total,
        cost_breakdown_usd=cost._asdict(),
    )
