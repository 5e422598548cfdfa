"""What a step in each parameter would change: as the gradient says, and as compiling anew finds."""

from __future__ import annotations

from fastc.explain.records import Lever, Levers
from fastc.show.figures import Drawing, new_figure
from fastc.show.style import AMBER, BLUE, INK, plain
from fastc.show.tables import LEAST_CHANGE, NO_MAPPING, UNTRIED, percent

MOST = 16
"""Levers that the plot shows, those with the greatest change."""


def levers(found: Levers) -> Drawing:
    """The levers with the greatest change of the objective, gain or loss; the greatest gain at the top."""
    changing = sorted((lever for lever in found.levers if _greatest(lever) >= LEAST_CHANGE), key=_greatest)[-MOST:]
    shown = sorted(changing, key=_gain)
    drawing = Drawing(new_figure(1.2 + 0.28 * max(len(shown), 3)))
    axes = drawing.figure.subplots()
    for place, lever in enumerate(shown):
        effect, key = lever.objective, f"l-{found.levers.index(lever)}"
        if effect.exact is not None:
            alpha = 0.4 if lever.breaks else 1.0
            (bar,) = axes.barh([place], [100.0 * effect.exact], height=0.62, color=BLUE, alpha=alpha)
            drawing.mark(bar, key, lever_text(lever))
            axes.annotate(
                percent(effect.exact), (1.0, place), xycoords=("axes fraction", "data"), xytext=(6, 0),
                textcoords="offset points", va="center", color=INK, fontsize=8,
            )  # fmt: skip
        if effect.gradient is not None:
            (point,) = axes.plot(
                [100.0 * effect.gradient], [place], marker="D", ms=5, color=AMBER, mec=INK, mew=0.6, ls=""
            )
            drawing.mark(point, key, lever_text(lever))
    axes.set_yticks(range(len(shown)), [plain(lever.text) for lever in shown])
    axes.axvline(0.0, color=INK, lw=0.8)
    axes.set_xlabel(f"change of {plain(found.objective)} (%)")
    _legend(drawing, some_break=any(lever.breaks for lever in shown))
    return drawing


def _gain(lever: Lever) -> float:
    effect = lever.objective
    return effect.exact if effect.exact is not None else effect.gradient or 0.0


def _greatest(lever: Lever) -> float:
    effect = lever.objective
    return max(abs(effect.exact or 0.0), abs(effect.gradient or 0.0))


def lever_text(lever: Lever) -> str:
    """A lever in a line."""
    effect = lever.objective
    exact = f"exactly {percent(effect.exact)}" if effect.exact is not None else NO_MAPPING if lever.reason else UNTRIED
    gradient = "no gradient" if effect.gradient is None else f"by the gradient {percent(effect.gradient)}"
    breaks = f"; breaks {', '.join(plain(each) for each in lever.breaks)}" if lever.breaks else ""
    return f"{plain(lever.text)}: {exact}, {gradient}{breaks}"


def _legend(drawing: Drawing, *, some_break: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    named = {
        "compiled anew (exact)": Patch(color=BLUE),
        "the same, breaking a constraint": Patch(color=BLUE, alpha=0.4),
        "gradient's prediction": Line2D([], [], color=AMBER, marker="D", mec=INK, mew=0.6, ls="", ms=5),
    }
    if not some_break:
        del named["the same, breaking a constraint"]
    drawing.figure.legend([*named.values()], [*named], loc="outside upper left", ncols=len(named))
