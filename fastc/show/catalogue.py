"""Every plot of a result, with its name, its title and what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastc.show.beside import labels
from fastc.show.figures import Drawing, drawing_style, svg_file
from fastc.show.records import Shown

if TYPE_CHECKING:
    from fastc.results import ModelResult
    from fastc.show.records import Details


@dataclass(frozen=True)
class Plot:
    """One plot of a result."""

    name: str
    """Of its file, without the ending, and in the ids of a page."""
    title: str
    caption: str
    """What one sees, in a sentence or two."""
    drawing: Drawing
    model: int | None = None
    """Index of the model that it is about; None: the machine, or the search."""


def plots_of(shown: Shown) -> tuple[Plot, ...]:
    """All plots that ``shown`` has data for."""
    with drawing_style():
        return tuple(_plots(shown))


def _plots(shown: Shown) -> Iterator[Plot]:
    from fastc.show.plots.machine import machine

    result = shown.result
    caption = (
        "The template with its sizes, the die with its parts to scale, and the share that each part has of the area "
        "and of the power that the chip is designed for (TDP)."
    )
    yield Plot("machine", f"Machine {result.hardware.name}", caption, machine(result.hardware))
    for number, (model, details) in enumerate(shown.models()):
        yield from _plots_of_model(shown, model, details, number)
    yield from _plots_of_search(shown)
    if result.levers is not None and result.levers.levers:
        from fastc.show.plots.levers import levers

        caption = (
            "What one step in one parameter of the machine or one flag of the compiler would change: bars by compiling "
            "and costing anew, diamonds as the gradient predicts."
        )
        yield Plot("levers", "Levers", caption, levers(result.levers))


def _plots_of_model(shown: Shown, model: ModelResult, details: Details, number: int) -> Iterator[Plot]:
    from fastc.show.plots.regions import roofline, timeline
    from fastc.show.plots.residency import residency

    several = len(shown.result.models) > 1
    suffix, of = (f"-{number + 1}", f" of {model.name}") if several else ("", "")
    caption = (
        "Every region in the order in which it runs, coloured by what bounds it; below, the share of its time in which "
        "each resource works, by the cost model."
    )
    yield Plot(f"timeline{suffix}", f"Time line{of}", caption, timeline(model, number), number)
    caption = (
        "Every region under the roofs of the machine; its size is its time. Left of the ridge DRAM limits, right of it "
        "the arrays, or the vector units where those do the work. A multiply-accumulate is two FLOPs, an element that "
        "the vector unit computes one."
    )
    yield Plot(f"roofline{suffix}", f"Roofline{of}", caption, roofline(model, shown.result.hardware, number), number)
    capacity = shown.result.hardware.parameters["global_buffer_bytes"]
    if details.residents and capacity:
        caption = (
            "What is in the global buffer during one run, how much of it and at which bytes: weights that stay, "
            "activations from their producer to their last use, and the tiles of the region that runs."
        )
        drawing = residency(model, details.residents, capacity, number)
        yield Plot(f"residency{suffix}", f"Global buffer{of}", caption, drawing, number)


def _plots_of_search(shown: Shown) -> Iterator[Plot]:
    from fastc.show.plots.search import convergence, front

    result = shown.result
    if result.search is None:
        return
    caption = (
        "The best machine so far: as compiled and costed exactly, and as the relaxed model that gradients go through "
        f"values it; with the baseline{' and other searches' if shown.beside else ''} for comparison."
    )
    others = [
        (name, other.search)
        for name, other in zip(labels(shown.beside), shown.beside, strict=True)
        if other.search is not None
    ]
    drawing = convergence(result.search, result.baseline, result.objective, others)
    yield Plot("convergence", "Convergence of the search", caption, drawing)
    if result.search.front:
        caption = "Machines that no other that was tried beats in all objectives; the star is the machine shown here."
        yield Plot("front", "Pareto front", caption, front(result.search.front, result.hardware))


def files_of(shown: Shown) -> dict[str, str]:
    """For ``--plots``: file names and the SVGs that go there."""
    return {f"{plot.name}.svg": svg_file(plot.drawing, plot.title, plot.caption) for plot in plots_of(shown)}
