"""Results as tables on standard error, and as JSON: the only place, with the command line, that prints."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.table import Table

from fastc.results import (
    SCHEMA,
    HardwareResult,
    ModelResult,
    RegionResult,
    Result,
    SearchResult,
    SimulatedRegionResult,
    SimulationResult,
    to_json,
)
from fastc.validation.records import Check

WIDTH = 100
"""Columns that a table takes at most."""

VALIDATION_WIDTH = 160
"""Columns of the table of a validation where there is no terminal."""

NAME_WIDTH = 22
"""Characters of a model's or region's name that a table shows."""

SLOWEST = 8
"""Regions that a table shows."""

CLOSE = 0.1
"""The cost model and the simulator are close where they differ by no more of the simulator's time."""

BOUNDS = {
    "array": "systolic array",
    "vector": "vector unit",
    "global_buffer": "global buffer",
    "dram": "DRAM",
    "issue": "start of region",
    "waiting": "waiting",
}
"""How tables call what bounds a region."""

PREPARING = "preparing the search; by gradient, compiling its objective takes most of this time"
"""Progress until the search has something to say."""

PROGRESS_EVERY_S = 5.0
"""Seconds between two lines of progress where there is no terminal."""


def si(value: float, unit: str, digits: int = 3) -> str:
    """``value`` with ``digits`` significant digits and a prefix, as in '1.23 ms'."""
    prefixes = {
        1e15: "P",
        1e12: "T",
        1e9: "G",
        1e6: "M",
        1e3: "k",
        1.0: "",
        1e-3: "m",
        1e-6: "u",
        1e-9: "n",
        1e-12: "p",
    }
    rounded = float(f"{value:.{digits}g}")
    scale = next((scale for scale in prefixes if abs(rounded) >= scale), 1e-12 if rounded else 1.0)
    return f"{_significant(rounded / scale, digits)} {prefixes[scale]}{unit}"


def _significant(value: float, digits: int) -> str:
    """A number below 1000 with ``digits`` significant digits and no exponent."""
    whole = len(str(int(abs(value))))
    return f"{value:.{max(0, digits - whole)}f}"


def size(count: float) -> str:
    """A buffer's bytes in binary units."""
    for unit, scale in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= scale:
            return f"{count / scale:g} {unit}"
    return f"{count:g} B"


def short(name: str) -> str:
    """A name that leaves room for the columns beside it."""
    return name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 9]}..{name[-7:]}"


def json_text(result: object) -> str:
    """The machine-readable form of ``result``, a record."""
    return json.dumps(to_json(result), indent=2, allow_nan=False) + "\n"


def error_console() -> Console:
    """Where tables go: coloured on a terminal, plain and of fixed width elsewhere."""
    console = Console(stderr=True, highlight=False, emoji=False, markup=False)
    if not console.is_terminal or console.width > WIDTH:
        console.width = WIDTH
    return console


def print_result(result: Result) -> None:
    """The machine, each model beside the baseline, and its slowest regions, on standard error."""
    console = error_console()
    _print_machine(console, result.hardware)
    _print_models(console, result)
    for model in result.models:
        _print_regions(console, model)
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


def _table(left: Sequence[str], right: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in left:
        table.add_column(name, no_wrap=True)
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _print_models(console: Console, result: Result) -> None:
    columns = ["batch", "latency", "inferences/s", "energy", "utilized", "Perf/TDP"]
    baseline = result.baseline
    if result.objective.expression.replace(" ", "") != "perf/tdp":
        baseline = None
    if baseline is not None:
        columns += [baseline.hardware, "ratio"]
    console.print("models", style="bold")
    table = _table(["model"], columns)
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
        table.add_row(*cells)
    console.print(table)
    console.print()


def _print_regions(console: Console, model: ModelResult) -> None:
    slowest = sorted(model.regions, key=lambda region: -region.latency_s * region.count)[:SLOWEST]
    total = sum(region.latency_s * region.count for region in model.regions)
    console.print(f"slowest of the {len(model.regions)} regions of {model.name}", style="bold")
    repeats = any(region.count != 1 for region in model.regions)
    table = _table(
        ["region", "kind"],
        ["time", *(["runs"] if repeats else []), "share", "bound by", "utilized", "over bound", "DRAM"],
    )
    for region in slowest:
        table.add_row(*_region_cells(region, total, repeats))
    console.print(table)
    shares: dict[str, float] = {}
    for region in model.regions:
        shares[region.bound] = shares.get(region.bound, 0.0) + region.latency_s * region.count
    parts = sorted(shares.items(), key=lambda part: -part[1])
    console.print("time bound by " + ", ".join(f"{BOUNDS.get(name, name)} {part / total:.0%}" for name, part in parts))
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
        console.print(f"constraint {constraint.expression}: {constraint.value:.5g}, {_met(constraint.met)}")
    if result.search is not None:
        found = result.search
        relaxed = ""
        if found.starts:
            relaxed = f" and {found.relaxed_evaluations} relaxed evaluations from {found.starts} starts"
        stopped = ", stopped before its end" if found.stopped else ""
        console.print(
            f"search by {found.algorithm}: {found.exact_evaluations} exact evaluations{relaxed} in "
            f"{found.wall_s:.1f} s{stopped}"
        )
    for model in result.models:
        if model.pipeline:
            console.print(f"pipeline of {model.name}: {model.pipeline}", soft_wrap=True)


def _print_front(console: Console, search: SearchResult) -> None:
    """One line for each machine of a Pareto front."""
    if not search.front:
        return
    console.print(f"Pareto front, {len(search.front)} machines", style="bold")
    table = _table(["PEs", "array"], ["lanes", "global", "DRAM", "batch", "area", "TDP", *search.front[0].values])
    for point in search.front:
        p = point.hardware.parameters
        table.add_row(
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
    console.print(table)
    console.print()


def print_simulation(result: SimulationResult) -> None:
    """The slowest regions in the simulator beside the cost model, and the whole network, on standard error."""
    console = error_console()
    slowest = sorted(result.regions, key=lambda region: -region.cycles * region.count)[:SLOWEST]
    title = f"slowest of the {len(result.regions)} regions of {result.name} on {result.hardware}, simulated"
    console.print(title, style="bold")
    table = _table(["region", "kind"], ["cycles", "runs", "time", "model", "model/sim", "share", "works longest"])
    for region in slowest:
        table.add_row(*_simulated_cells(region, result.cycles))
    console.print(table)
    console.print()
    console.print(
        f"network: {result.cycles} cycles, {si(result.latency_s, 's')}; model {si(result.model_latency_s, 's')}, "
        f"{result.ratio:.3f} of the simulator's"
    )
    close = sum(abs(region.ratio - 1.0) <= CLOSE for region in result.regions)
    steps = sum(region.steps for region in result.regions)
    gone = sum(region.simulated_steps for region in result.regions)
    farthest = max(result.regions, key=lambda region: abs(region.latency_s - region.model_latency_s) * region.count)
    console.print(
        f"{close} of {len(result.regions)} regions within {CLOSE:.0%}; most time between the two in {farthest.name}: "
        f"{si(farthest.latency_s, 's')}, model {si(farthest.model_latency_s, 's')}"
    )
    console.print(f"{steps} tiles, {gone} of them gone through one by one, the others repeat them exactly")
    if result.check is not None:
        console.print(result.check)


def _simulated_cells(region: SimulatedRegionResult, total: int) -> list[str]:
    return [
        short(region.name),
        region.kind,
        str(region.cycles),
        str(region.count),
        si(region.latency_s, "s"),
        si(region.model_latency_s, "s"),
        f"{region.ratio:.3f}",
        f"{region.cycles * region.count / total:.1%}",
        BOUNDS[region.bound],
    ]


def _met(met: bool) -> str:
    return "met" if met else "NOT met"


def print_presets(presets: Sequence[tuple[str, HardwareResult]]) -> None:
    """One line per preset, on standard output."""
    table = _table(["name"], ["PEs", "array", "lanes", "L1", "global", "DRAM", "batch", "area", "TDP", "peak"])
    for name, machine in presets:
        p = machine.parameters
        table.add_row(
            name,
            f"{p['pe_x']:g}x{p['pe_y']:g}",
            f"{p['array_rows']:g}x{p['array_columns']:g}",
            f"{p['vector_multiplier'] * p['array_columns']:g}",
            size(sum(p[f"l1_{operand}_bytes"] for operand in ("input", "weight", "output"))),
            size(p["global_buffer_bytes"]),
            si(machine.dram_bytes_per_s, "B/s"),
            f"{p['native_batch']:g}",
            f"{machine.area_mm2:.4g} mm^2",
            f"{machine.tdp_w:.4g} W",
            si(machine.peak_flops, "FLOP/s"),
        )
    console = Console(highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = 120
    console.print(table)


def preset_text(machine: HardwareResult, module_text: str) -> str:
    """A machine as IR, with what it takes as comments before it."""
    return (
        f"// area {machine.area_mm2:.4g} mm^2, TDP {machine.tdp_w:.4g} W, peak {si(machine.peak_flops, 'FLOP/s')}, "
        f"DRAM {si(machine.dram_bytes_per_s, 'B/s')}, ${machine.cost_usd:.4g} with its memory\n{module_text}"
    )


def validation_progress(area: str, count: int, missing: Sequence[str]) -> None:
    """One line on standard error as each area of a validation ends, and one for the files that it lacked."""
    if missing:
        print(f"fastc: {area}: no {', '.join(missing)}; left out", file=sys.stderr)
    if count or not missing:
        print(f"fastc: {area}: done", file=sys.stderr)


def validation_json(checks: Sequence[Check]) -> str:
    """The machine-readable form of a validation."""
    result = {"schema": SCHEMA, "checks": [check.to_json() for check in checks]}
    return json.dumps(result, indent=2, allow_nan=False) + "\n"


def print_validation(checks: Sequence[Check], *, to_standard_error: bool = False) -> None:
    """One line per check: its errors, its bar and whether that is met; then sources and notes."""
    table = _table(["check", "quantity"], ["rows", "mean", "median", "most", "rank", "equal", "bar", "met"])
    for check in checks:
        table.add_row(
            check.name,
            check.quantity,
            str(check.rows),
            _percent(check.mape),
            _percent(check.median_ape),
            _percent(check.greatest_ape),
            "" if check.spearman is None else f"{check.spearman:.3f}",
            _percent(check.exact_share),
            str(check.bar),
            "yes" if check.met else "NO",
        )
    console = Console(stderr=to_standard_error, highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = VALIDATION_WIDTH
    console.print(table)
    console.print("mean, median, most: absolute relative errors; rank: Spearman; equal: rows that agree to nine digits")
    for check in checks:
        regret = "" if check.mapping_regret is None else f"regret {_percent(check.mapping_regret)}; "
        note = f"; {check.note}" if check.note else ""
        console.print(f"{check.name}, {check.quantity}: {regret}{check.source}{note}", soft_wrap=True)


def _percent(fraction: float) -> str:
    return f"{100.0 * fraction:.{1 if fraction >= 0.001 or fraction == 0.0 else 3}f} %"


class Step(Protocol):
    """What a search says of its progress (``fastc.dse.Progress``)."""

    @property
    def phase(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int | None: ...
    @property
    def best_value(self) -> float | None: ...
    @property
    def evaluations(self) -> int: ...
    @property
    def wall_s(self) -> float: ...
    @property
    def rate_per_s(self) -> float | None: ...
    @property
    def remaining_s(self) -> float | None: ...


def progress_text(step: Step) -> str:
    """Where a search stands, in a line: its best value, its rate, and how long it will yet take."""
    where = f"{step.phase} {step.done}" + ("" if step.total is None else f"/{step.total}")
    best = "none yet" if step.best_value is None else f"{step.best_value:.5g}"
    rate = "" if step.rate_per_s is None else f" ({step.rate_per_s:.2g}/s)"
    left = "" if step.remaining_s is None else f", at most {step.remaining_s:.0f} s left"
    return f"{where}, {step.evaluations} exact evaluations{rate}, best {best}, {step.wall_s:.0f} s{left}"


class SearchProgress:
    """Progress of a search on standard error: a line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._console = error_console()
        self._status = self._console.status(PREPARING) if self._console.is_terminal else None
        self._printed_s = 0.0

    def __enter__(self) -> SearchProgress:
        if self._status is not None:
            self._status.start()
        else:
            print(f"fastc: {PREPARING}", file=sys.stderr, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def update(self, step: Step) -> None:
        """Show where the search stands."""
        text = progress_text(step)
        if self._status is not None:
            self._status.update(text)
        elif time.monotonic() - self._printed_s >= PROGRESS_EVERY_S:
            self._printed_s = time.monotonic()
            print(f"fastc: {text}", file=sys.stderr, flush=True)
