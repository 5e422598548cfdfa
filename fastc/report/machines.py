"""Machines in lines and tables."""

from __future__ import annotations

from collections.abc import Sequence

from fastc.report.text import console_for, si, size, table
from fastc.results import HardwareResult


def machine_lines(machine: HardwareResult) -> list[str]:
    """What a machine is made of, in three short lines."""
    p = machine.parameters
    l1 = "/".join(size(p[f"l1_{operand}_bytes"]) for operand in ("input", "weight", "output"))
    l2 = "none"
    if p["l2_enabled"]:
        factors = "/".join(f"{p[f'l2_{operand}_multiplier']:g}" for operand in ("input", "weight", "output"))
        l2 = f"{factors} x L1, {'shared' if p['l2_shared'] else 'private'}"
    return [
        f"{p['pe_x']:g} x {p['pe_y']:g} PEs, each a {p['array_rows']:g} x {p['array_columns']:g} array of {p['dtype']} "
        f"and {p['vector_multiplier'] * p['array_columns']:g} vector lanes, at {si(p['clock_hz'], 'Hz')}: "
        f"{si(machine.peak_flops, 'FLOP/s')}",
        f"L1 {l1} (input/weight/output, {'shared' if p['l1_shared'] else 'private'}), L2 {l2}",
        f"global buffer {size(p['global_buffer_bytes'])}, {p['dram_channels']:g} channels of {p['dram_kind']}: "
        f"{si(machine.dram_bytes_per_s, 'B/s')}, native batch {p['native_batch']:g}",
    ]


def print_presets(presets: Sequence[tuple[str, HardwareResult]]) -> None:
    """One line per preset, on standard output."""
    rows = table(["name"], ["PEs", "array", "lanes", "L1", "global", "DRAM", "batch", "nm", "mm^2", "TDP/W", "FLOP/s"])
    for name, machine in presets:
        p = machine.parameters
        rows.add_row(
            name,
            f"{p['pe_x']:g}x{p['pe_y']:g}",
            f"{p['array_rows']:g}x{p['array_columns']:g}",
            f"{p['vector_multiplier'] * p['array_columns']:g}",
            size(sum(p[f"l1_{operand}_bytes"] for operand in ("input", "weight", "output")), digits=3),
            size(p["global_buffer_bytes"], digits=3),
            si(machine.dram_bytes_per_s, "B/s"),
            f"{p['native_batch']:g}",
            f"{p['node_nm']:g}",
            f"{machine.area_mm2:.4g}",
            f"{machine.tdp_w:.4g}",
            si(machine.peak_flops, ""),
        )
    console_for(to_standard_error=False).print(rows)


def preset_text(machine: HardwareResult, module_text: str) -> str:
    """A machine as IR, with what it takes as comments before it."""
    return (
        f"// area {machine.area_mm2:.4g} mm^2, TDP {machine.tdp_w:.4g} W, peak {si(machine.peak_flops, 'FLOP/s')}, "
        f"DRAM {si(machine.dram_bytes_per_s, 'B/s')}, ${machine.cost_usd:.4g} with its memory\n{module_text}"
    )
