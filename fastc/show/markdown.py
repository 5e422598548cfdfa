"""``--report out.md``: a result for a pull request, in GitHub's Markdown."""

from __future__ import annotations

import re
import shlex

from fastc.show import tables
from fastc.show.records import Shown
from fastc.show.style import plain
from fastc.show.tables import Sheet

SLOWEST = 10
"""Regions of a model that are listed."""

LEVERS = 6

LONGEST = 120
"""Letters of a name."""

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$@&:])")
"""What Markdown could read as a sign, a link, an element of HTML, or somebody's name."""


def markdown(shown: Shown) -> str:
    """The whole text."""
    result = shown.result
    parts = [f"## {_text(', '.join(model.name for model in result.models))} on {_text(result.hardware.name)}", ""]
    parts += [
        f"- **{_text(what)}**: {_text(much)}{f' ({_text(of)})' if of else ''}"
        for what, much, of in tables.headline(result)
    ]
    parts += [f"- {_text(line)}" for line in tables.machine_facts(result.hardware)]
    parts.append("")
    parts += [*_table(tables.models(result)), ""]
    parts += [
        f"- {_text(text)}: {_text(value)}, {verdict if met else f'**{verdict}**'}"
        for text, value, verdict, met in tables.verdicts(result)
    ]
    if result.search is not None:
        parts += ["", f"Search by {_text(tables.search_line(result), 1000)}."]
    if shown.beside:
        parts += ["", *_table(tables.searches(result, shown.beside))]
    for number, model in enumerate(result.models):
        bounds = ", ".join(f"{name} {share:.0%}" for name, share in tables.bound_shares(model))
        parts += ["", f"### {_text(model.name)}", "", f"Time bound by {bounds}.", "", *_table(tables.kinds(model))]
        parts += ["", f"The slowest of {len(model.regions)} regions:", ""]
        regions = tables.regions(model, number, SLOWEST)
        parts += _table(regions.only([name for name in regions.columns if name in SHOWN]))
    if result.search is not None and result.search.front:
        parts += ["", "### Pareto front", "", *_table(tables.front(result.search.front))]
    if result.levers is not None and result.levers.levers:
        parts += ["", "### Levers", "", *_table(tables.levers(result.levers, LEVERS))]
    parts += ["", "<details><summary>how to get it again</summary>", "", *_code(shlex.join(result.command))]
    for model in result.models:
        if model.pipeline:
            parts += ["", f"Pipeline of {_text(model.name)}:", "", *_code(model.pipeline)]
    return "\n".join([*parts, "", f"fastc {result.fastc}", "", "</details>", ""])


SHOWN = ("region", "kind", "bound by", "time", "runs", "share", "utilized", "over bound", "DRAM bytes")
"""Columns of a table of regions that fit a pull request."""


def _text(text: str, longest: int = LONGEST) -> str:
    """A text of the user's, or ours, so that Markdown shows it as it is."""
    return SPECIAL.sub(r"\\\1", plain(text, longest))


def _code(text: str) -> list[str]:
    """A block of code; the fence is longer than any in the text."""
    shown = plain(text, 100_000)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return [f"{fence}text", shown, fence]


def _table(sheet: Sheet) -> list[str]:
    names = [_text(name) for name in sheet.columns]
    rule = ["---" if name in sheet.words else "---:" for name in sheet.columns]
    lines = [[_text(cell.text) for cell in row.cells] for row in sheet.rows]
    return [f"| {' | '.join(cells)} |" for cells in (names, rule, *lines)]
