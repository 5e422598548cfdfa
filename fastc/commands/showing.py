"""``--report``, ``--trace`` and ``--plots``: results as a page or Markdown, as a trace, and as pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fastc.errors import InputError
from fastc.files import STANDARD, Outputs

if TYPE_CHECKING:
    from argparse import _ArgumentGroup

    from fastc.results import Result, SimulationResult
    from fastc.show.records import Shown

OPTIONS = ("report", "trace", "plots")

PAGE, MARKDOWN = ".html", ".md"
"""Endings of the files of ``--report``."""

TRACE_HELP = "a trace for https://ui.perfetto.dev"


def add_options(group: argparse.ArgumentParser | _ArgumentGroup) -> None:
    """The three options."""
    group.add_argument(
        "--report",
        metavar="FILE",
        help="a page to read and to print (out.html), or Markdown for a pull request (out.md)",
    )
    group.add_argument("--trace", metavar="FILE", help=TRACE_HELP)
    group.add_argument("--plots", metavar="DIR", help="each plot of the page as an SVG file in DIR")


def claim(outputs: Outputs, options: argparse.Namespace) -> None:
    """Refuse names that cannot be written, or a missing library, before the work begins. Raises InputError."""
    _refuse_standard(options)
    if options.report is not None and Path(options.report).suffix not in (PAGE, MARKDOWN):
        raise InputError(
            f"--report {options.report}: the ending of the name says what to write: {PAGE} a page, {MARKDOWN} Markdown"
        )
    outputs.claim(options.report, "--report")
    outputs.claim(options.trace, "--trace")
    outputs.claim_folder(options.plots, "--plots")
    for name in ("report", "plots"):
        given = getattr(options, name)
        if given is not None and not (name == "report" and Path(given).suffix == MARKDOWN):
            from fastc.show.extra import require_plots

            require_plots(f"--{name} {given}")


def claim_trace(outputs: Outputs, options: argparse.Namespace) -> None:
    """The same for a command that has ``--trace`` alone."""
    _refuse_standard(options)
    outputs.claim(options.trace, "--trace")


def _refuse_standard(options: argparse.Namespace) -> None:
    for name in OPTIONS:
        if getattr(options, name, None) == STANDARD:
            raise InputError(f"--{name} {STANDARD}: standard output is for IR and JSON; name a file")


def read_beside(options: argparse.Namespace, objective: str) -> tuple[Result, ...]:
    """The searches that ``--beside`` names, which were for ``objective``. Raises InputError."""
    if not options.beside:
        return ()
    if options.report is None and options.plots is None:
        raise InputError("--beside goes with --report or --plots, which show the other search")
    from fastc.files import read
    from fastc.show.beside import read_search

    return tuple(read_search(read(path), objective) for path in options.beside)


def add(outputs: Outputs, options: argparse.Namespace, result: Result, beside: tuple[Result, ...] = ()) -> None:
    """What the options ask for, to be written on ``outputs.commit``; plots of a search show those ``beside`` too."""
    if all(getattr(options, name) is None for name in OPTIONS):
        return
    from fastc.inspection import details_of
    from fastc.show.records import Shown

    modules = [model.lowered for model in result.models if model.lowered is not None]
    shown = Shown(result, tuple(details_of(module) for module in modules), beside)
    if options.report is not None:
        outputs.add(options.report, _report(shown, options.report))
    if options.trace is not None:
        from fastc.show.trace import model_trace

        outputs.add(options.trace, model_trace(shown))
    if options.plots is not None:
        from fastc.show.catalogue import files_of

        for name, text in files_of(shown).items():
            outputs.add(str(Path(options.plots) / name), text)


def _report(shown: Shown, path: str) -> str:
    if Path(path).suffix == MARKDOWN:
        from fastc.show.markdown import markdown

        return markdown(shown)
    from fastc.show.page import page

    return page(shown)


def add_simulation(outputs: Outputs, options: argparse.Namespace, result: SimulationResult) -> None:
    """The trace of a simulation, if it was asked for."""
    if options.trace is None or result.lowered is None:
        return
    from fastc.inspection import details_of
    from fastc.show.trace import simulation_trace

    outputs.add(options.trace, simulation_trace(result, details_of(result.lowered)))
