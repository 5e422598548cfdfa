"""The global buffer along the time of one run: how much is taken, and by what, at which bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastc.report import binary_scale_of, scale_of, size
from fastc.results import ModelResult
from fastc.show.figures import Drawing, new_figure
from fastc.show.records import Resident
from fastc.show.style import INK, MUTED, RESIDENTS, SURFACE, plain
from fastc.show.timeline import edges_s, occupancy

if TYPE_CHECKING:
    from matplotlib.axes import Axes


LEAST_EDGED = 0.02
"""Of the bytes that are taken: a rectangle that is lower has no edge, which would hide it."""


def residency(model: ModelResult, residents: Sequence[Resident], capacity: float, number: int) -> Drawing:
    """What is in the global buffer, of ``capacity`` bytes, in one run of model ``number``; below, the places."""
    drawing = Drawing(new_figure(4.8))
    taken, places = drawing.figure.subplots(2, 1, sharex=True, height_ratios=[1, 1.5])
    edges = edges_s(model)
    scale, prefix = scale_of(edges[-1])
    per, buffer_unit = binary_scale_of(capacity)
    times = [edge / scale for edge in edges]
    _stack(taken, residents, times, per)
    for axes, text in ((taken, "taken"), (places, "addresses")):
        axes.axhline(capacity / per, color=INK, lw=1.2, ls=(0, (5, 3)))
        axes.set_ylim(0.0, 1.12 * capacity / per)
        axes.set_ylabel(f"{text} ({buffer_unit})")
    taken.annotate(
        f"capacity {size(capacity)}", (1.0, capacity / per), xycoords=("axes fraction", "data"), xytext=(-4, 3),
        textcoords="offset points", ha="right", color=MUTED, fontsize=8,
    )  # fmt: skip
    _map(drawing, places, residents, times, per, number)
    places.set_xlabel(f"time of one run ({prefix}s)")
    taken.set_xlim(0.0, times[-1] or 1.0)
    _legend(taken)
    return drawing


def _stack(axes: Axes, residents: Sequence[Resident], times: Sequence[float], per: float) -> None:
    below = [0.0] * (len(times) - 1)
    for kind, bytes_taken in occupancy(residents, times[1:]).items():
        above = [low + count / per for low, count in zip(below, bytes_taken, strict=True)]
        axes.stairs(above, times, baseline=below, fill=True, color=RESIDENTS[kind][1], alpha=0.85)
        below = above


def _map(
    drawing: Drawing, axes: Axes, residents: Sequence[Resident], times: Sequence[float], per: float, number: int
) -> None:
    from matplotlib.patches import Rectangle

    top = max((end for each in residents for _, end in each.segments), default=0)
    for each in residents:
        start, end = times[each.first], times[each.last + 1]
        title, colour = RESIDENTS[each.kind]
        for low, high in each.segments:
            patch = Rectangle(
                (start, low / per), end - start, (high - low) / per, facecolor=colour, edgecolor=SURFACE, alpha=0.9,
                linewidth=0.5 if high - low > LEAST_EDGED * top else 0.0,
            )  # fmt: skip
            axes.add_patch(patch)
            text = f"{plain(each.name, 60)} ({title}): {size(each.size)}"
            drawing.mark(patch, f"r-{number}-{each.first}", text)


def _legend(axes: Axes) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(color=colour) for _, colour in RESIDENTS.values()]
    names = [name for name, _ in RESIDENTS.values()]
    axes.figure.legend(handles, names, loc="outside upper left", ncols=3, handlelength=1.2, columnspacing=1.4)
