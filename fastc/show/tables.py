"""Tables and headlines of a result as text, for the page and for Markdown alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastc.explain.kinds import RESOURCES, busy_s, slowest, summarize
from fastc.explain.records import KindSummary, Lever, Levers
from fastc.report import constraint_words, machine_lines, search_words, si, size
from fastc.results import FrontPoint, HardwareResult, ModelResult, RegionResult, Result
from fastc.show.beside import labels
from fastc.show.style import bound, part

SHORT = {"array": "array", "vector": "vector"}
"""How narrow columns call what bounds a region, where that is shorter."""

UNKNOWN = -1e30
"""What unknown values sort as."""

UNTRIED, NO_MAPPING, EXACT_ONLY = "untried", "no mapping", "exact only"
"""Of a step: that was not compiled, that cannot be taken, that has no gradient."""

LEAST_CHANGE = 0.0005
"""A change below this is none."""


@dataclass(frozen=True)
class Cell:
    """What stands in a place of a table."""

    text: str
    value: float | None = None
    """What to sort by; None: the text."""


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    key: str
    """Of the marks in plots that stand for the same."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A table, the most important columns first."""

    columns: tuple[str, ...]
    words: frozenset[str]
    """The columns that hold words; the others hold numbers."""
    rows: tuple[Row, ...]
    lesser: frozenset[str] = frozenset()
    """Columns that paper has no room for."""

    def only(self, names: Sequence[str]) -> Sheet:
        """These of the columns."""
        places = [self.columns.index(name) for name in names]
        rows = tuple(Row(row.key, tuple(row.cells[place] for place in places)) for row in self.rows)
        return Sheet(tuple(names), self.words & set(names), rows, self.lesser & set(names))


def percent(change: float) -> str:
    """A relative change."""
    return "0.0 %" if abs(change) < LEAST_CHANGE else f"{100.0 * change:+.1f} %"


def headline(result: Result) -> list[tuple[str, str, str]]:
    """The figures that matter most: what, how much, and what of it."""
    machine, objective = result.hardware, result.objective
    figures = [(f"objective {objective.expression}", f"{objective.value:.4g}", _against(result))]
    if len(result.models) == 1:
        model = result.models[0]
        figures += [
            ("latency of a run", si(model.latency_s, "s"), f"batch {model.batch}"),
            ("throughput", f"{si(model.throughput_per_s, '')}/s".replace(" /s", "/s"), "inferences"),
            ("energy", si(model.energy_j, "J"), "per inference"),
            ("arrays used", f"{model.utilization:.1%}", f"of {si(machine.peak_flops, 'FLOP/s')}"),
        ]
    figures += [
        ("area", f"{machine.area_mm2:.4g} mm²", f"at {machine.parameters['node_nm']:g} nm"),
        ("TDP", f"{machine.tdp_w:.4g} W", "thermal design power"),
        ("cost", f"${machine.cost_usd:.4g}", "chip and memory"),
    ]
    return figures


def _against(result: Result) -> str:
    baseline = result.baseline
    return "" if baseline is None else f"{baseline.ratio:.3g}x {baseline.hardware} ({baseline.schedule} schedule)"


def machine_facts(machine: HardwareResult) -> list[str]:
    """The machine in a few lines."""
    return machine_lines(machine)


def models(result: Result) -> Sheet:
    """Every model in a line."""
    baseline = result.per_watt_baseline
    numbers = ["batch", "latency", "inferences/s", "energy", "utilized", "DRAM", "weights", "Perf/TDP"]
    if baseline is not None:
        numbers += [f"of {baseline.hardware}", "ratio"]
    rows: list[Row] = []
    for index, model in enumerate(result.models):
        per_watt = model.throughput_per_s / result.hardware.tdp_w
        cells = [
            Cell(model.name),
            Cell(str(model.batch), model.batch),
            Cell(si(model.latency_s, "s"), model.latency_s),
            Cell(si(model.throughput_per_s, ""), model.throughput_per_s),
            Cell(si(model.energy_j, "J"), model.energy_j),
            Cell(f"{model.utilization:.1%}", model.utilization),
            Cell(si(model.dram_bytes, "B"), model.dram_bytes),
            Cell(si(float(model.weight_bytes), "B"), model.weight_bytes),
            Cell(f"{per_watt:.4g}", per_watt),
        ]
        if baseline is not None:
            theirs = baseline.model_values[model.name]
            cells += [Cell(f"{theirs:.4g}", theirs), Cell(f"{per_watt / theirs:.2f}x", per_watt / theirs)]
        rows.append(Row(f"m-{index}", tuple(cells)))
    return Sheet(("model", *numbers), frozenset({"model"}), tuple(rows))


def bound_shares(model: ModelResult) -> list[tuple[str, float]]:
    """What bounds the regions of a model, each with the share of its time, the greatest first."""
    whole = summarize(model).total
    return [(bound(name)[0], seconds / (whole.latency_s or 1.0)) for name, seconds in whole.bound_s.items()]


def kinds(model: ModelResult) -> Sheet:
    """The kinds of a model's regions, the one with the most time first, and all of them."""
    summary = summarize(model)
    rows = tuple(Row("", _kind(kind)) for kind in (*summary.kinds, summary.total))
    columns = (
        "kind", "time", "share", "FLOPs", "bound by", "utilized", "over bound", "twice as fast saves", "regions",
        "DRAM bytes",
    )  # fmt: skip
    return Sheet(columns, frozenset({"kind", "bound by", "twice as fast saves"}), rows)


def _kind(kind: KindSummary) -> tuple[Cell, ...]:
    bounds = {name: seconds / kind.latency_s for name, seconds in kind.bound_s.items() if kind.latency_s > 0.0}
    over = kind.over_bound
    return (
        Cell(kind.kind),
        Cell(si(kind.latency_s, "s"), kind.latency_s),
        Cell(f"{kind.share:.1%}", kind.share),
        Cell(f"{kind.flop_share:.1%}", kind.flop_share),
        Cell(_percents(bounds)),
        Cell(f"{kind.utilization:.1%}", kind.utilization),
        Cell("-" if over is None else f"{over:.2f}x", -1.0 if over is None else over),
        Cell(_percents(kind.relief)),
        Cell(str(kind.regions), kind.regions),
        Cell(si(kind.dram_bytes, "B"), kind.dram_bytes),
    )


def _percents(shares: Mapping[str, float]) -> str:
    """The greatest shares, those that round to 0 left out."""
    shown = [f"{SHORT.get(name, bound(name)[0])} {share:.0%}" for name, share in shares.items() if share >= 0.005]
    return ", ".join(shown[:3]) or "-"


def regions(model: ModelResult, number: int, most: int | None = None) -> Sheet:
    """Regions of model ``number``, those with the most time first; ``most`` of them, or all."""
    total = sum(region.latency_s * region.count for region in model.regions) or 1.0
    rows = tuple(_region(model.regions[at], number, at, total) for at in slowest(model)[:most])
    columns = (
        "region", "kind", "time", "share", "bound by", "over bound", "utilized", "engine", "array", "vector",
        "global buffer", "DRAM", "DRAM bytes", "MACs", "energy", "runs", "order",
    )  # fmt: skip
    lesser = frozenset({"array", "vector", "global buffer", "DRAM", "MACs", "order"})
    sheet = Sheet(columns, frozenset({"region", "kind", "bound by", "engine"}), rows, lesser)
    if all(region.count == 1 for region in model.regions):
        return sheet.only([name for name in columns if name != "runs"])
    return sheet


def _region(region: RegionResult, number: int, index: int, total_s: float) -> Row:
    busy = busy_s(region)
    share = region.latency_s * region.count / total_s
    over = region.latency_s / region.lower_bound_s if region.lower_bound_s > 0.0 else None
    cells = (
        Cell(region.name),
        Cell(region.kind),
        Cell(si(region.latency_s, "s"), region.latency_s),
        Cell(f"{share:.1%}", share),
        Cell(bound(region.bound)[0]),
        Cell("-" if over is None else f"{over:.2f}x", -1.0 if over is None else over),
        Cell(f"{region.utilization:.1%}", region.utilization),
        Cell(str(region.flags.get("engine") or "-").replace("_", " ")),
        *(_some(busy[name], "s") for name in RESOURCES),
        _some(region.dram_bytes, "B"),
        _some(float(region.macs), ""),
        _some(region.energy_j, "J"),
        Cell(str(region.count), region.count),
        Cell(str(index), index),
    )
    return Row(f"r-{number}-{index}", cells)


def _some(value: float, unit: str) -> Cell:
    return Cell(si(value, unit) if value else "-", value)


def parts(machine: HardwareResult) -> Sheet:
    """Area, power and their shares of each part of a machine."""
    areas, powers = machine.area_breakdown_mm2, machine.tdp_breakdown_w
    names = sorted(
        dict.fromkeys((*areas, *powers)),
        key=lambda name: -areas.get(name, 0.0) / machine.area_mm2 - powers.get(name, 0.0) / machine.tdp_w,
    )
    rows: list[Row] = []
    for name in names:
        area, power = areas.get(name, 0.0), powers.get(name, 0.0)
        if area or power:
            cells = (
                Cell(part(name)[0]),
                Cell(f"{area:.3g} mm²" if area else "-", area),
                Cell(f"{area / machine.area_mm2:.1%}" if area else "-", area),
                Cell(f"{power:.3g} W" if power else "-", power),
                Cell(f"{power / machine.tdp_w:.1%}" if power else "-", power),
            )
            rows.append(Row(f"p-{name}", cells))
    return Sheet(("part", "area", "share", "TDP", "share of TDP"), frozenset({"part"}), tuple(rows))


def front(points: Sequence[FrontPoint]) -> Sheet:
    """The machines of a Pareto front."""
    rows: list[Row] = []
    for index, point in enumerate(points):
        p, hardware = point.hardware.parameters, point.hardware
        cells = (
            Cell(f"{p['pe_x']:g} x {p['pe_y']:g}", p["pe_x"] * p["pe_y"]),
            Cell(f"{p['array_rows']:g} x {p['array_columns']:g}", p["array_rows"] * p["array_columns"]),
            Cell(size(p["global_buffer_bytes"]), p["global_buffer_bytes"]),
            Cell(si(hardware.dram_bytes_per_s, "B/s"), hardware.dram_bytes_per_s),
            Cell(f"{p['native_batch']:g}", p["native_batch"]),
            Cell(f"{hardware.area_mm2:.4g} mm²", hardware.area_mm2),
            Cell(f"{hardware.tdp_w:.4g} W", hardware.tdp_w),
            *(Cell(f"{value:.4g}", value) for value in point.values.values()),
        )
        rows.append(Row(f"f-{index}", cells))
    names = tuple(points[0].values) if points else ()
    columns = ("PEs", "array", "global buffer", "DRAM", "batch", "area", "TDP", *names)
    return Sheet(columns, frozenset(), tuple(rows))


def levers(found: Levers, most: int | None = None) -> Sheet:
    """Levers, the greatest gain first; of one model also what they change in its latency."""
    rows = [Row(f"l-{index}", (Cell(lever.text), *_lever(lever))) for index, lever in enumerate(found.levers[:most])]
    columns = ["step", "exact", "by gradient", "latency, exact", "latency, by gradient", "model", "but"]
    sheet = Sheet(tuple(columns), frozenset({"step", "model", "but"}), tuple(rows))
    models = {effect.model for lever in found.levers for effect in lever.effects if effect.model is not None}
    shown = [name for name in columns if not (name.startswith("latency") and len(models) != 1)]
    empty = [name for place, name in enumerate(columns) if not any(row.cells[place].text for row in rows)]
    left = {"model"} if len(models) <= 1 else set[str]()
    return sheet.only([name for name in shown if name not in left and name not in empty])


def _lever(lever: Lever) -> tuple[Cell, ...]:
    """``lever`` without its name. What has no gradient, or was not compiled, says so."""
    objective = lever.objective
    latency = next((each for each in lever.effects if each.quantity == "latency" and each.kind is None), None)
    effects = [(objective.exact, objective.gradient)]
    effects.append((None, None) if latency is None else (latency.exact, latency.gradient))
    cells: list[Cell] = []
    for exact, gradient in effects:
        cells += [
            Cell(NO_MAPPING if lever.reason else UNTRIED, UNKNOWN) if exact is None else Cell(percent(exact), exact),
            Cell(EXACT_ONLY, UNKNOWN) if gradient is None else Cell(percent(gradient), gradient),
        ]
    but = lever.reason or (f"breaks {', '.join(lever.breaks)}" if lever.breaks else "")
    return (*cells, Cell(lever.model or "all"), Cell(but))


def searches(result: Result, beside: Sequence[Result]) -> Sheet:
    """The search of ``result``, and those beside it."""
    names = [f"{result.search.algorithm if result.search else ''}, this search", *labels(beside)]
    rows: list[Row] = []
    for name, each in zip(names, (result, *beside), strict=True):
        search = each.search
        if search is not None:
            cells = (
                Cell(name),
                Cell(f"{search.exact_value:.5g}", search.exact_value),
                Cell(f"{search.wall_s:.1f} s", search.wall_s),
                Cell(str(search.exact_evaluations), search.exact_evaluations),
                Cell(str(search.relaxed_evaluations), search.relaxed_evaluations),
                Cell(str(each.seed), each.seed),
            )
            rows.append(Row("", cells))
    columns = ("search", "best", "time", "exact evaluations", "relaxed evaluations", "seed")
    return Sheet(columns, frozenset({"search"}), tuple(rows))


def verdicts(result: Result) -> list[tuple[str, str, str, bool]]:
    """Each constraint, the value, by how much it is met or not, and whether it is."""
    return [(each.expression, *constraint_words(each), each.met) for each in result.constraints]


def search_line(result: Result) -> str:
    """How the search went, in a sentence; empty where there was none."""
    found = result.search
    if found is None:
        return ""
    gap = ""
    if found.relaxed_value is not None:
        gap = f"; the relaxed model's best is {found.relaxed_value:.5g}, the exact one {found.exact_value:.5g}"
    return f"{search_words(found)}{gap}"
