"""What a compilation or a search found, as tables on standard error and as JSON."""

from __future__ import annotations

import json
from typing import TypeAlias

from rich.console import Console

from fastc.explain.kinds import slowest, summarize
from fastc.explain.records import AnalysisResult, Difference, ModelSummary
from fastc.report.explanation import bound_words, print_best_steps, print_kinds, print_levers
from fastc.report.machines import machine_lines
from fastc.report.text import BOUNDS, error_console, short, si, size, table
from fastc.report.verdicts import constraint_words
from fastc.results import HardwareResult, ModelResult, RegionResult, Result, SearchResult, SimulationResult, to_json

SLOWEST = 8
"""Regions that a table shows."""


Written: TypeAlias = Result | SimulationResult | AnalysisResult | Difference
"""What commands write as JSON."""


def json_text(result: object) -> str:
    """The machine-readable form of ``result``, a record."""
    return json.dumps(to_json(result), indent=2, allow_nan=False) + "\n"


def print_result(result: Result) -> None:
    """The machine, each model beside the baseline, and its slowest regions, on standard error."""
    console = error_console()
    _print_machine(console, result.hardware)
    _print_models(console, result)
    for model in result.models:
        summary = summarize(model)
        print_kinds(console, summary)
        _print_regions(console, model, summary)
        if result.levers is not None:
            print_best_steps(console, model.name, result.levers)
    if result.levers is not None:
        print_levers(console, result.levers)
    if result.search is not None:
        _print_front(console, result.search)
    _print_verdict(console, result)


def _print_machine(console: Console, machine: HardwareResult) -> None:
    parameters = machine.parameters
    console.print(f"machine {machine.name}", style="bold")
    for line in machine_lines(machine):
        console.print(f"  {line}")
    breakdown = sorted(machine.area_breakdown_mm2.items(), key=lambda part: -part[1])
    shares = ", ".join(f"{name} {part / machine.area_mm2:.0%}" for name, part in breakdown[:4])
    console.print(f"  area {machine.area_mm2:.4g} mm^2 at {parameters['node_nm']} nm: {shares}")
    powers = sorted(machine.tdp_breakdown_w.items(), key=lambda part: -part[1])
    shares = ", ".join(f"{name} {part / machine.tdp_w:.0%}" for name, part in powers[:4])
    console.print(f"  TDP {machine.tdp_w:.4g} W: {shares}")
    console.print()


def _print_models(console: Console, result: Result) -> None:
    columns = ["batch", "latency", "inferences/s", "energy", "utilized", "Perf/TDP"]
    baseline = result.per_watt_baseline
    if baseline is not None:
        columns += [baseline.hardware, "ratio"]
    console.print("models", style="bold")
    rows = table(["model"], columns)
    for model in result.models:
        per_watt = model.throughput_per_s / result.hardware.tdp_w
        cells = [
            short(model.name),
            str(model.batch),
            si(model.latency_s, "s"),
            si(model.throughput_per_s, ""),
            si(model.energy_j, "J"),
            f"{model.utilization:.1%}",
            f"{per_watt:.4g}",
        ]
        if baseline is not None:
            theirs = baseline.model_values[model.name]
            cells += [f"{theirs:.4g}", f"{per_watt / theirs:.2f}x"]
        rows.add_row(*cells)
    console.print(rows)
    for model in result.models:
        if model.mapper_gap is not None:
            gap = f"{model.mapper_gap:.2%}"
            console.print(f"mapper gap of {short(model.name)}: {gap}, the most that other mappings could save")
    console.print()


def _print_regions(console: Console, model: ModelResult, summary: ModelSummary) -> None:
    total = summary.total.latency_s
    console.print(f"slowest of the {len(model.regions)} regions of {model.name}", style="bold")
    repeats = any(region.count != 1 for region in model.regions)
    rows = table(
        ["region", "kind"],
        ["time", *(["runs"] if repeats else []), "share", "bound by", "utilized", "over bound", "DRAM"],
    )
    for region in (model.regions[at] for at in slowest(model)[:SLOWEST]):
        rows.add_row(*_region_cells(region, total, repeats))
    console.print(rows)
    console.print(f"time bound by {bound_words(summary.total.bound_s, total)}")
    console.print()


def _region_cells(region: RegionResult, total_s: float, repeats: bool) -> list[str]:
    return [
        short(region.name),
        region.kind,
        si(region.latency_s, "s"),
        *([str(region.count)] if repeats else []),
        f"{region.latency_s * region.count / total_s:.1%}",
        BOUNDS.get(region.bound, region.bound),
        f"{region.utilization:.1%}",
        f"{region.latency_s / region.lower_bound_s:.2f}x" if region.lower_bound_s > 0.0 else "-",
        si(region.dram_bytes, "B"),
    ]


def _print_verdict(console: Console, result: Result) -> None:
    console.print(f"objective {result.objective.expression} = {result.objective.value:.5g}", end="")
    if result.baseline is not None:
        console.print(
            f", {result.baseline.ratio:.3g}x that of {result.baseline.hardware} with the "
            f"{result.baseline.schedule} schedule ({result.baseline.value:.5g})",
            end="",
        )
    console.print()
    for constraint in result.constraints:
        value, verdict = constraint_words(constraint)
        console.print(f"constraint {constraint.expression}: {value}, ", end="")
        console.print(verdict, style=None if constraint.met else "bold red")
    if result.search is not None:
        console.print(f"search by {search_words(result.search)}")
        before, after = result.search.exact_value, result.objective.value
        if f"{before:.5g}" != f"{after:.5g}":
            console.print(f"compiled once more with all there is, the winner went from {before:.5g} to {after:.5g}")
        if result.search.stopped and result.levers is None:
            console.print("no levers, as the search was stopped: 'fastc eval MODEL --hw FILE --explain' finds them")
    for model in result.models:
        if model.pipeline:
            console.print(f"pipeline of {model.name}: {model.pipeline}", soft_wrap=True)


def search_words(found: SearchResult) -> str:
    """'gradient: 250 exact evaluations and 720 relaxed evaluations from 12 starts in 70.0 s'."""
    relaxed, ended = "", ", stopped before its end" if found.stopped else ""
    if found.relaxed_evaluations:
        relaxed = f" and {found.relaxed_evaluations} relaxed evaluations from {found.starts} starts"
    elif found.starts:
        ended = ", ended before the gradient began"
    return f"{found.algorithm}: {found.exact_evaluations} exact evaluations{relaxed} in {found.wall_s:.1f} s{ended}"


def _print_front(console: Console, search: SearchResult) -> None:
    """One line for each machine of a Pareto front."""
    if not search.front:
        return
    console.print(f"Pareto front, {len(search.front)} machines", style="bold")
    rows = table(["PEs", "array"], ["lanes", "global", "DRAM", "batch", "area", "TDP", *search.front[0].values])
    for point in search.front:
        p = point.hardware.parameters
        rows.add_row(
            f"{p['pe_x']:g}x{p['pe_y']:g}",
            f"{p['array_rows']:g}x{p['array_columns']:g}",
            f"{p['vector_multiplier'] * p['array_columns']:g}",
            size(p["global_buffer_bytes"]),
            si(point.hardware.dram_bytes_per_s, "B/s"),
            f"{p['native_batch']:g}",
            f"{point.hardware.area_mm2:.4g} mm^2",
            f"{point.hardware.tdp_w:.4g} W",
            *(f"{value:.4g}" for value in point.values.values()),
        )
    console.print(rows)
    console.print()
