"""A return on investment as tables for a terminal; nothing here prints."""

from __future__ import annotations

from dataclasses import fields

from rich.table import Table

from fastc.report import short, si
from fastc.roi.records import BreakEven, RoiResult

PARTS = {
    "die_usd": "die",
    "package_usd": "package",
    "dram_usd": "memory",
    "server_usd": "share of a server",
    "upkeep_usd": "upkeep",
    "interest_usd": "interest",
    "datacenter_usd": "share of the datacentre",
    "hosting_usd": "hosting",
    "electricity_usd": "electricity, cooling",
}
"""How the table calls the fields of ``hwmodels.ownership.Tco``."""


def dollars(value: float) -> str:
    """Three digits, as in '$1.23 k'."""
    return f"{'-' if value < 0.0 else ''}${si(abs(value), '').strip()}"


def chips(count: float | None) -> str:
    """A number of chips, to three digits, or that there is none."""
    return "never" if count is None else f"{float(f'{count:.3g}'):,.{0 if count >= 100.0 else 1}f}"


def cost_table(result: RoiResult) -> Table:
    """What one chip costs, beside one of the baseline and as many of them as do the same work."""
    table = _table("dollars for one chip", short(result.chip.name), short(result.baseline.name), "for the same work")
    ratio = result.performance_ratio
    for entry in fields(result.tco):
        ours, theirs = getattr(result.tco, entry.name), getattr(result.baseline_tco, entry.name)
        table.add_row(PARTS[entry.name], dollars(ours), dollars(theirs), dollars(ratio * theirs))
    ours, theirs = result.tco.total_usd, result.baseline_tco.total_usd
    years = next(entry.value for entry in result.assumptions if entry.name == "years")
    table.add_row(f"TCO, {years:g} years", dollars(ours), dollars(theirs), dollars(ratio * theirs), style="bold")
    return table


def volume_table(result: RoiResult) -> Table:
    """What a deployment comes to, by its size, under the low and the high estimate of NRE."""
    low, high = dollars(result.nre_low_usd), dollars(result.nre_high_usd)
    table = _table("chips", f"Perf/TCO, NRE {low}", "ROI", "net", f"Perf/TCO, NRE {high}", "ROI", "net")
    points = {point.volume: point for point in (*result.volumes, result.asked)}
    for volume in sorted(points):
        point = points[volume]
        cells = [chips(volume)]
        for each in (point.low, point.high):
            cells += [f"{each.perf_per_tco_ratio:.3g}x", f"{each.roi:.3g}", dollars(each.net_usd)]
        table.add_row(*cells, style="bold" if volume == result.asked.volume else None)
    return table


def summary(result: RoiResult) -> list[str]:
    """What the tables say, in a few lines."""
    return [
        f"one chip does the work of {result.performance_ratio:.3g} {result.baseline.name} (schedule: "
        f"{result.baseline_schedule})",
        f"Perf/TDP {result.perf_per_tdp_ratio:.3g}x, Perf/TCO {result.perf_per_tco_ratio:.3g}x without NRE; each chip "
        f"saves {dollars(result.saving_usd)}",
        f"breaks even at {_range(result.break_even)} chips",
        f"if TCO went with TDP, as FAST argues, at {_range(result.fast_break_even)} chips",
    ]


def _range(found: BreakEven) -> str:
    return chips(found.low) if found.low == found.high else f"{chips(found.low)} to {chips(found.high)}"


def _table(left: str, *right: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(left, no_wrap=True)
    for name in right:
        table.add_column(name, justify="right")
    return table
