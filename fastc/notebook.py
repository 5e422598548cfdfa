"""Results as HTML for notebooks: plain tables in the notebook's own style, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fastc.explain.kinds import slowest
from fastc.report import BOUNDS, machine_lines, search_words, si
from fastc.results import HardwareResult, ModelResult, Result

SLOWEST = 8
"""Regions that a table shows."""


def result_html(result: Result) -> str:
    """The machine, each model, its slowest regions, and the objective."""
    parts = [hardware_html(result.hardware), _models(result)]
    parts += [_regions(model) for model in result.models]
    parts.append(_verdict(result))
    return f"<div>{''.join(parts)}</div>"


def hardware_html(machine: HardwareResult) -> str:
    """What a machine is made of, and what it takes."""
    lines = [
        *machine_lines(machine),
        f"{machine.area_mm2:.4g} mm^2 at {machine.parameters['node_nm']} nm, TDP {machine.tdp_w:.4g} W, "
        f"${machine.cost_usd:.4g} with its memory",
    ]
    return f"<p><b>machine {escape(machine.name)}</b><br>{'<br>'.join(map(escape, lines))}</p>"


def _models(result: Result) -> str:
    rows = [
        [
            model.name,
            str(model.batch),
            si(model.latency_s, "s"),
            si(model.throughput_per_s, "/s"),
            si(model.energy_j, "J"),
            f"{model.utilization:.1%}",
            f"{model.throughput_per_s / result.hardware.tdp_w:.4g}",
        ]
        for model in result.models
    ]
    return table(["model", "batch", "latency", "inferences", "energy", "utilized", "Perf/TDP"], rows)


def _regions(model: ModelResult) -> str:
    total = sum(region.latency_s * region.count for region in model.regions)
    rows = [
        [
            region.name,
            region.kind,
            si(region.latency_s * region.count, "s"),
            f"{region.latency_s * region.count / total:.1%}" if total else "",
            BOUNDS.get(region.bound, region.bound),
            f"{region.utilization:.1%}",
        ]
        for region in (model.regions[at] for at in slowest(model)[:SLOWEST])
    ]
    heading = f"slowest of the {len(model.regions)} regions of {model.name}"
    pipeline = f"<p>pipeline: <code>{escape(model.pipeline)}</code></p>" if model.pipeline else ""
    columns = ["region", "kind", "time", "share", "bound by", "utilized"]
    return f"<p>{escape(heading)}</p>{table(columns, rows)}{pipeline}"


def _verdict(result: Result) -> str:
    beside = "" if result.baseline is None else f", {result.baseline.ratio:.3g}x that of {result.baseline.hardware}"
    lines = [f"objective {result.objective.expression} = {result.objective.value:.5g}{beside}"]
    lines += [
        f"constraint {constraint.expression}: {constraint.value:.5g}, {'met' if constraint.met else 'NOT met'}"
        for constraint in result.constraints
    ]
    if result.search is not None:
        lines.append(f"search by {search_words(result.search)}")
    return f"<p>{'<br>'.join(map(escape, lines))}</p>"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Texts in rows and columns."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
