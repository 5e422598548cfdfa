"""Two results side by side: the machine, figures of each model, and where the time went."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from fastc.explain.records import Change, Difference, ModelChange, RegionChange
from fastc.report.explanation import SHORT_BOUNDS
from fastc.report.text import console_for, short, si, size, table

SHOWN = 10
"""Regions that a table shows, those with the greatest change of time."""

NARROW, NARROW_PAIR = 13, 22
"""Characters of a region's name beside that of the other result, and alone."""

UNITS = {
    "latency_s": "s",
    "throughput_per_s": "",
    "energy_j": "J",
    "clock_hz": "Hz",
    "dram_channel_bytes_per_s": "B/s",
    "dram_bytes_per_s": "B/s",
    "host_bytes_per_s": "B/s",
    "link_bytes_per_s": "B/s",
    "peak_flops": "FLOP/s",
    "dram_bytes": "B",
}
"""Of figures and parameters; buffers are in binary units, what is not here is a plain number."""


def print_difference(difference: Difference, *, to_standard_error: bool = False) -> None:
    """The tables of a difference."""
    console = console_for(to_standard_error=to_standard_error)
    console.print(f"before: {difference.before}", soft_wrap=True)
    console.print(f"after:  {difference.after}", soft_wrap=True)
    console.print()
    _print_changes(console, "machine", difference.machine, "the same machine")
    for model in difference.models:
        _print_model(console, model)
    for which, names in (("before", difference.only_before), ("after", difference.only_after)):
        if names:
            console.print(f"only {which}: {', '.join(names)}", soft_wrap=True)
    if difference.objective is not None:
        _print_changes(console, "objective", (difference.objective,), "")


def _print_changes(console: Console, title: str, changes: tuple[Change, ...], nothing: str) -> None:
    console.print(title, style="bold")
    if changes:
        rows = table([""], ["before", "after", "ratio"])
        for change in changes:
            ratio = change.ratio
            shown = "" if ratio is None or ratio == 1.0 else f"{ratio:.3g}x"
            rows.add_row(change.name, _value(change.name, change.before), _value(change.name, change.after), shown)
        console.print(rows)
    else:
        console.print(nothing)
    console.print()


def _value(name: str, value: float | str | bool | None) -> str:
    plain = name.split(" ")[0]
    if value is None:
        return "-"
    if isinstance(value, str | bool):
        return str(value)
    if plain in UNITS:
        return si(value, UNITS[plain])
    if plain == "utilization":
        return f"{value:.1%}"
    return size(value) if plain.endswith("_bytes") else f"{value:.6g}"


def _print_model(console: Console, model: ModelChange) -> None:
    name = model.before if model.before == model.after else f"{model.before}, then {model.after}"
    figures = tuple(change for change in model.figures if change.name != "pipeline")
    _print_changes(console, name, figures, "")
    console.print("where the time of one inference went, by kind of region", style="bold")
    _print_regions(console, "kind", [(one.kind, one) for one in model.kinds])
    console.print("and by what bounds it", style="bold")
    rows = table(["before", "after"], ["regions", "before", "after", "change"])
    for shift in model.shifts:
        times = (si(shift.before_s, "s"), si(shift.after_s, "s"), _signed(shift.change_s))
        rows.add_row(_bound(shift.before_bound), _bound(shift.after_bound), str(shift.regions), *times)
    console.print(rows)
    console.print()
    changed = [region for region in model.regions if region.change_s != 0.0]
    if changed:
        console.print(f"greatest changes of {len(changed)} regions that differ", style="bold")
        _print_regions(console, "region", [(_names(one), one) for one in changed[:SHOWN]])
    for change in model.figures:
        if change.name == "pipeline":
            console.print(f"pipeline before: {change.before}", soft_wrap=True)
            console.print(f"pipeline after:  {change.after}", soft_wrap=True)
            console.print()


def _names(one: RegionChange) -> str:
    """What a region is called, on both sides where that differs."""
    if one.before == one.after or one.before is None or one.after is None:
        lacking = "" if one.before == one.after else " (new)" if one.before is None else " (gone)"
        return short(one.before or one.after or "", NARROW_PAIR) + lacking
    return f"{short(one.before, NARROW)} > {short(one.after, NARROW)}"


def _print_regions(console: Console, title: str, changes: Sequence[tuple[str, RegionChange]]) -> None:
    rows = table([title], ["before", "after", "change", "bound by", "DRAM before", "after"])
    for name, one in changes:
        bounds = [_bound(one.before_bound), _bound(one.after_bound)]
        rows.add_row(
            name,
            si(one.before_s, "s"),
            si(one.after_s, "s"),
            _signed(one.change_s),
            bounds[0] if bounds[0] == bounds[1] else " > ".join(bounds),
            si(one.before_dram_bytes, "B"),
            si(one.after_dram_bytes, "B"),
        )
    console.print(rows)
    console.print()


def _bound(name: str | None) -> str:
    return "-" if name is None else SHORT_BOUNDS.get(name, name)


def _signed(seconds: float) -> str:
    return f"{'+' if seconds > 0.0 else ''}{si(seconds, 's')}"
