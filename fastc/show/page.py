"""``--report out.html``: a result as one page that needs no network and no server."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastc.report import si
from fastc.results import ModelResult
from fastc.show import tables
from fastc.show.catalogue import Plot, plots_of
from fastc.show.figures import svg_in_page
from fastc.show.records import Details, Shown
from fastc.show.style import plain
from fastc.show.tables import Sheet

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class PagePlot:
    """A plot as the template takes it."""

    name: str
    title: str
    caption: str
    svg: Any
    """Markup that is safe."""


@dataclass(frozen=True)
class PageModel:
    """A model as the template takes it."""

    number: int
    name: str
    batch: int
    latency: str
    bounds: list[tuple[str, float]]
    plots: Sequence[PagePlot]
    kinds: Sheet
    sheet: Sheet
    ir: Sequence[tuple[str, str, str]]
    """Key, name and IR of each region."""


def page(shown: Shown) -> str:
    """The whole page. All texts of the user's are escaped by the template."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["plain"] = plain
    environment.filters["text"] = _lines
    plots = {plot.name: plot for plot in plots_of(shown)}
    drawn: dict[str, PagePlot] = {}
    for name, plot in plots.items():
        svg = Markup(svg_in_page(plot.drawing, name, plot.title, plot.caption))
        drawn[name] = PagePlot(name, plot.title, plot.caption, svg)
    result, script = shown.result, (ASSETS / "page.js").read_text(encoding="utf-8")
    search = result.search
    per_model = [
        _model(number, model, details, [drawn[name] for name, plot in plots.items() if plot.model == number])
        for number, (model, details) in enumerate(shown.models())
    ]
    return environment.get_template("page.html").render(
        title=f"{', '.join(plain(model.name) for model in result.models)} on {plain(result.hardware.name)}",
        policy=_policy(script),
        css=Markup((ASSETS / "page.css").read_text(encoding="utf-8")),
        script=Markup(script),
        result=result,
        contents=_contents(shown, plots),
        headline=tables.headline(result),
        verdicts=tables.verdicts(result),
        search_line=tables.search_line(result),
        models=tables.models(result),
        machine_facts=tables.machine_facts(result.hardware),
        machine_ir=shown.details[0].machine if shown.details else "",
        parts=tables.parts(result.hardware),
        plots={"convergence": None, "front": None, "levers": None, **drawn},
        per_model=per_model,
        front=tables.front(search.front) if search is not None and search.front else None,
        searches=tables.searches(result, shown.beside) if shown.beside else None,
        levers=None if result.levers is None or not result.levers.levers else tables.levers(result.levers),
        command=shlex.join(result.command) or "import fastc",
    )


def _model(number: int, model: ModelResult, details: Details, plots: Sequence[PagePlot]) -> PageModel:
    names = [region.name for region in model.regions]
    return PageModel(
        number=number,
        name=model.name,
        batch=model.batch,
        latency=si(model.latency_s, "s"),
        bounds=tables.bound_shares(model),
        plots=plots,
        kinds=tables.kinds(model),
        sheet=tables.regions(model, number),
        ir=[
            (f"r-{number}-{index}", name, ir)
            for index, (name, ir) in enumerate(zip(names, details.regions, strict=True))
        ],
    )


def _contents(shown: Shown, plots: dict[str, Plot]) -> list[tuple[str, str]]:
    """Where the links at the top lead."""
    found = [("machine", "Machine")]
    several = len(shown.result.models) > 1
    for number, model in enumerate(shown.result.models):
        found.append((f"model-{number}", model.name if several else "Model"))
        if not several:
            found.append((f"regions-{number}", "Regions"))
    if "convergence" in plots:
        found.append(("search", "Search"))
    if "front" in plots:
        found.append(("front", "Pareto front"))
    if shown.result.levers is not None and shown.result.levers.levers:
        found.append(("levers", "Levers"))
    return [*found, ("again", "How to get it again")]


def _policy(script: str) -> str:
    """What the page may load: nothing; and run: its own script, by its digest."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def _lines(text: str) -> str:
    """A text of several lines without characters that show nothing or turn the direction of what follows."""
    return "\n".join(plain(line, len(line)) for line in text.replace("\t", "    ").split("\n"))
