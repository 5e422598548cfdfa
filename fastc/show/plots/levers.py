"""What a step in each parameter would change: as the gradient says, and as compiling anew finds."""

from __future__ import annotations

from fastc.explain.records import Lever, Levers
from fastc.show.figures import Drawing, new_figure
from fastc.show.style import AMBER, BLUE, INK, plain

MOST = 16
"""Levers that the plot shows, those with the greatest change."""


def levers(found: Levers) -> Drawing:
    """The levers with the greatest change of the objective, gain or loss."""
    shown = sorted((lever for lever in found.levers if _greatest(lever) > 0.0), key=_greatest)[-MOST:]
    drawing = Drawing(new_figure(1.2 + 0.28 * max(len(shown), 3)))
    axes = drawing.figure.subplots()
    for place, lever in enumerate(shown):
        effect = lever.objective
        if effect.exact is not None:
            (bar,) = axes.barh([place], [100.0 * effect.exact], height=0.62, color=BLUE)
            drawing.mark(bar, f"l-{found.levers.index(lever)}", lever_text(lever))
        if effect.gradient is not None:
            (point,) = axes.plot(
                [100.0 * effect.gradient], [place], marker="D", ms=5, color=AMBER, mec=INK, mew=0.6, ls=""
            )
            drawing.mark(point, f"l-{found.levers.index(lever)}", lever_text(lever))
    axes.set_yticks(range(len(shown)), [plain(lever.text) for lever in shown])
    axes.axvline(0.0, color=INK, lw=0.8)
    axes.set_xlabel(f"change of {plain(found.objective)} (%)")
    _legend(drawing)
    return drawing


def _greatest(lever: Lever) -> float:
    effect = lever.objective
    return max(abs(effect.exact or 0.0), abs(effect.gradient or 0.0))


def percent(change: float | None) -> str:
    """A relative change; a dash where it is not known."""
    return "-" if change is None else f"{100.0 * change:+.1f} %"


def lever_text(lever: Lever) -> str:
    """A lever in a line."""
    effect = lever.objective
    return f"{plain(lever.text)}: exactly {percent(effect.exact)}, by the gradient {percent(effect.gradient)}"


def _legend(drawing: Drawing) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [Patch(color=BLUE), Line2D([], [], color=AMBER, marker="D", mec=INK, mew=0.6, ls="", ms=5)]
    names = ["compiled anew (exact)", "gradient's prediction"]
    drawing.figure.legend(handles, names, loc="outside upper left", ncols=2)
