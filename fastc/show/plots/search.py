"""How a search went: its best value over time, and the Pareto front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastc.objective import QUANTITIES
from fastc.results import BaselineResult, FrontPoint, HardwareResult, ObjectiveResult, SearchResult
from fastc.show.figures import Drawing, new_figure
from fastc.show.style import AMBER, BLUE, GREEN, INK, MUTED, ORANGE, PINK, RED, SURFACE, VIOLET, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROUNDING = 1e-6
"""Of a value: what differs by less is the same."""

OTHERS = (GREEN, VIOLET, ORANGE, PINK, RED)
"""Colours of other searches, and so on from the first."""

DASHES = ((4, 1.5), (1.5, 1), (6, 1.5, 1.5, 1.5))
"""Their lines, so that those who do not see the colours tell them apart."""


def convergence(
    search: SearchResult,
    baseline: BaselineResult | None,
    goal: ObjectiveResult,
    others: Sequence[tuple[str, SearchResult]],
) -> Drawing:
    """Best exact value, best relaxed value and the baseline's, over the wall time of the search and over its exact
    evaluations; what the winner came to when it was compiled once more; and the best exact values of other searches,
    each with its name."""
    drawing = Drawing(new_figure(3.6))
    by_time, by_count = drawing.figure.subplots(1, 2, sharey=True)
    _relaxed(by_time, search)
    for place, (name, other) in enumerate(others):
        dashes = (0, DASHES[place % len(DASHES)])
        _exact((by_time, by_count), other, plain(name), OTHERS[place % len(OTHERS)], dashes)
    own = f"{search.algorithm}, this search" if others else "best exact value"
    _exact((by_time, by_count), search, own, BLUE, "-")
    for wall_s, evaluations, value in search.trajectory:
        text = f"{value:.5g} after {wall_s:.1f} s and {evaluations} exact evaluations"
        for axes, place in ((by_time, wall_s), (by_count, evaluations)):
            (point,) = axes.plot([place], [value], marker="o", ms=5, color=BLUE, mec=SURFACE, mew=0.8, ls="")
            drawing.mark(point, f"s-{evaluations}", text)
    if abs(goal.value - search.exact_value) > ROUNDING * abs(goal.value):
        for axes, place in ((by_time, search.wall_s), (by_count, search.exact_evaluations)):
            style = {"marker": "*", "ms": 11, "color": BLUE, "mec": INK, "mew": 0.6, "ls": ""}
            (star,) = axes.plot([place], [goal.value], label="the winner, compiled once more", **style)
            drawing.mark(
                star, "s-winner", f"{goal.value:.5g} when the winner was compiled once more, with all there is"
            )
    if baseline is not None:
        text = f"{baseline.hardware}, {baseline.schedule} schedule"
        for axes in (by_time, by_count):
            axes.axhline(baseline.value, color=MUTED, lw=1.2, ls=(0, (1, 2)), label=text)
    by_time.set_xlabel("wall time of the search (s)")
    by_count.set_xlabel("exact evaluations")
    by_time.set_ylabel(plain(goal.expression))
    for axes in (by_time, by_count):
        axes.set_xlim(left=0.0)
    by_time.set_ylim(bottom=0.0, top=1.08 * by_time.dataLim.y1 if by_time.dataLim.y1 > 0.0 else None)
    handles, labels = by_time.get_legend_handles_labels()
    drawing.figure.legend(handles, labels, loc="outside upper left", ncols=3, columnspacing=1.4)
    return drawing


def _exact(
    panels: tuple[Axes, Axes], search: SearchResult, name: str, colour: str, style: str | tuple[int, tuple[float, ...]]
) -> None:
    """The best exact value of one search over its wall time and over its exact evaluations."""
    if not search.trajectory:
        return
    times, counts, values = zip(*search.trajectory, strict=True)
    for axes, places, end in zip(panels, (times, counts), (search.wall_s, search.exact_evaluations), strict=True):
        line = [*places, max(end, places[-1])], [*values, values[-1]]
        axes.step(*line, where="post", color=colour, lw=1.8, ls=style, label=name)


def _relaxed(axes: Axes, search: SearchResult) -> None:
    style = {"color": AMBER, "lw": 1.4, "ls": (0, (4, 2)), "label": "best relaxed value"}
    if search.relaxed_trajectory:
        times, _, values = zip(*search.relaxed_trajectory, strict=True)
        axes.step(times, values, where="post", **style)
    elif search.relaxed_value is not None:
        axes.axhline(search.relaxed_value, **style)


def front(points: tuple[FrontPoint, ...], chosen: HardwareResult) -> Drawing:
    """The machines of a Pareto front by their objectives, each against the first; the machine of the result stands
    out."""
    names = list(points[0].values)
    drawing = Drawing(new_figure(3.8))
    panels = drawing.figure.subplots(1, len(names) - 1, squeeze=False)[0]
    for axes, name in zip(panels, names[1:], strict=True):
        ordered = sorted(points, key=lambda point: point.values[names[0]])
        line = [[point.values[each] for point in ordered] for each in (names[0], name)]
        axes.plot(*line, color=MUTED, lw=0.8, ls=(0, (1, 2)))
        for index, point in enumerate(points):
            is_chosen = point.hardware.parameters == chosen.parameters
            (mark,) = axes.plot(
                [point.values[names[0]]], [point.values[name]], marker="*" if is_chosen else "o", color=BLUE,
                ms=13 if is_chosen else 6, mec=INK if is_chosen else SURFACE, mew=0.8, ls="",
            )  # fmt: skip
            drawing.mark(mark, f"f-{index}", front_text(point))
        axes.set_xlabel(_with_unit(names[0]))
        axes.set_ylabel(_with_unit(name))
    return drawing


def _with_unit(objective: str) -> str:
    """An objective, with its unit where it is one quantity."""
    known = QUANTITIES.get(objective)
    return plain(objective) if known is None else f"{objective} ({known[0]})"


def front_text(point: FrontPoint) -> str:
    """A machine of the front in a line."""
    parameters = point.hardware.parameters
    values = ", ".join(f"{plain(name)} {value:.4g}" for name, value in point.values.items())
    return (
        f"{parameters['pe_x']:g} x {parameters['pe_y']:g} PEs of {parameters['array_rows']:g} x "
        f"{parameters['array_columns']:g}: {values}"
    )
