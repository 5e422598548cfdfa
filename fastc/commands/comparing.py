"""Several machines beside each other, for the same models: ``fastc eval MODEL --hw A --hw B``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastc.results import ModelResult, Result

COLUMNS = ("nm", "mm^2", "TDP/W", "batch", "latency", "perf/s", "energy", "Perf/TDP", "bound by")
"""Short, for a row fits 100 columns with the longest names."""


def print_comparison(results: Sequence[Result], asked: Sequence[str]) -> None:
    """One table for each model on standard error, a row for each machine; the best of a column is not marked, for what
    is best depends on the question. A machine goes by what was ``asked`` for where another has its name."""
    from rich.table import Table

    from fastc import report

    console = report.error_console()
    names = [result.hardware.name for result in results]
    names = [hw if names.count(name) > 1 else name for name, hw in zip(names, asked, strict=True)]
    for place, model in enumerate(results[0].models):
        console.print(model.name, style="bold")
        table = Table(box=None, pad_edge=False, show_edge=False)
        table.add_column("machine", no_wrap=True)
        for name in COLUMNS:
            table.add_column(name, justify="right", no_wrap=True)
        for name, result in zip(names, results, strict=True):
            table.add_row(report.short(name), *_row(result, result.models[place]))
        console.print(table)
        console.print()
    for name, result in zip(names, results, strict=True):
        for constraint in result.constraints:
            value, verdict = report.constraint_words(constraint)
            console.print(f"{report.short(name)}: {constraint.expression}: {value}, {verdict}")


def _row(result: Result, model: ModelResult) -> list[str]:
    from fastc import report
    from fastc.explain.kinds import summarize

    machine = result.hardware
    whole = summarize(model).total
    return [
        f"{machine.parameters['node_nm']:g}",
        f"{machine.area_mm2:.4g}",
        f"{machine.tdp_w:.4g}",
        str(model.batch),
        report.si(model.latency_s, "s"),
        report.si(model.throughput_per_s, ""),
        report.si(model.energy_j, "J"),
        f"{model.throughput_per_s / machine.tdp_w:.4g}",
        f"{report.BOUNDS.get(whole.bound, whole.bound)} {whole.bound_s[whole.bound] / whole.latency_s:.0%}",
    ]
