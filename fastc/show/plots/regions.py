"""The regions of one model: against the machine's roofs, and along the time of one run."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log10
from typing import TYPE_CHECKING

from fastc.explain.kinds import RESOURCES, busy_s, flops, slowest
from fastc.report import scale_of, si
from fastc.results import HardwareResult, ModelResult, RegionResult
from fastc.show.figures import Drawing, new_figure
from fastc.show.style import BOUNDS, GRID, INK, MUTED, SURFACE, bound, plain
from fastc.show.timeline import Moment, moments

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 6
"""Regions, those with the most time, whose names stand in a plot."""

BAND = 2.5
"""Width of the strip for regions without traffic to DRAM, as a ratio of its ends."""


def describe(region: RegionResult) -> str:
    """A region in a line."""
    return (
        f"{plain(region.name)}: {region.kind}, {si(region.latency_s, 's')}"
        f"{f' x {region.count}' if region.count != 1 else ''}, bound by {bound(region.bound)[0]}"
    )


def _named(model: ModelResult, count: int = NAMED) -> list[int]:
    """Indices of the regions with the most time, which are named."""
    return [at for at in slowest(model)[:count] if model.regions[at].latency_s * model.regions[at].count > 0.0]


def roofline(model: ModelResult, machine: HardwareResult, number: int) -> Drawing:
    """Every region of model ``number`` by its FLOPs per byte of DRAM and per second, under the machine's roofs.

    Regions without traffic to DRAM stand in a strip at the right edge, regions that compute nothing at the lower
    one.
    """
    drawing = Drawing(new_figure(4.6))
    axes = drawing.figure.subplots()
    points = _points(model)
    lanes = machine.parameters["vector_multiplier"] * machine.parameters["array_columns"]
    vector_peak = machine.parameters["pe_x"] * machine.parameters["pe_y"] * lanes * machine.parameters["clock_hz"]
    ridge = machine.peak_flops / machine.dram_bytes_per_s
    intensities = [x for x, y in points if 0.0 < x < inf and y > 0.0]
    speeds = [y for _, y in points if y > 0.0]
    without_dram = any(x == inf for x, _ in points)
    left, end = min([*intensities, ridge]) / 3.0, max([*intensities, ridge]) * 3.0
    right = end * BAND if without_dram else end
    bottom, top = min([*speeds, vector_peak]) / 6.0, max([*speeds, machine.peak_flops]) * 3.0
    scale, prefix = scale_of(machine.peak_flops)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter("")
    axes.set_xlim(left, right)
    axes.set_ylim(bottom / scale, top / scale)
    axes.plot(
        [left, ridge, right],
        [left * machine.dram_bytes_per_s / scale, *[machine.peak_flops / scale] * 2],
        color=INK,
        lw=1.4,
    )
    axes.axhline(vector_peak / scale, color=MUTED, lw=1.0, ls=(0, (5, 3)))
    _roof(axes, right, machine.peak_flops / scale, f"systolic arrays, {si(machine.peak_flops, 'FLOP/s')}")
    _roof(axes, right, vector_peak / scale, f"vector units, {si(vector_peak, 'FLOP/s')}")
    if without_dram:
        _band(axes, end, right, bottom / scale)
    places = [(min(max(x, left), right / BAND**0.5), max(y / scale, 1.25 * bottom / scale)) for x, y in points]
    greatest = max((region.latency_s * region.count for region in model.regions), default=0.0)
    for index, (region, (x, y)) in enumerate(zip(model.regions, points, strict=True)):
        _, colour, marker = bound(region.bound)
        size = 4.0 + 9.0 * (region.latency_s * region.count / greatest) ** 0.5 if greatest else 4.0
        (point,) = axes.plot(
            [places[index][0]], [places[index][1]],
            marker=marker, color=colour, ms=size, mec=SURFACE, mew=0.8, ls="", clip_on=False, alpha=0.9,
        )  # fmt: skip
        text = f"{describe(region)}, {si(x, 'FLOP/B') if 0 < x < inf else 'no FLOPs' if x == 0 else 'no DRAM'}"
        drawing.mark(point, f"r-{number}-{index}", f"{text}, {si(y, 'FLOP/s')}")
    _name_marks(axes, model, places, log10(right / left))
    axes.set_xlabel("FLOPs per byte of DRAM traffic")
    axes.set_ylabel(f"{prefix}FLOP/s")
    _legend(axes, [region.bound for region in model.regions], marks=True)
    return drawing


def _name_marks(axes: Axes, model: ModelResult, places: Sequence[tuple[float, float]], decades: float) -> None:
    """Names beside the marks of the regions with the most time, as far as they do not run into each other."""
    taken: list[tuple[float, float]] = []
    for index in _named(model):
        at = places[index]
        if any(abs(log10(at[0] / x)) < 0.15 * decades and abs(log10(at[1] / y)) < 0.1 for x, y in taken):
            continue
        taken.append(at)
        axes.annotate(
            plain(model.regions[index].name, 24), at, xytext=(7, -9), textcoords="offset points", color=INK,
            fontsize=7.5, annotation_clip=False,
        )  # fmt: skip


def _band(axes: Axes, start: float, end: float, bottom: float) -> None:
    """A strip at the right edge, where the axis has no meaning."""
    axes.axvspan(start, end, color=GRID, alpha=0.6, lw=0.0)
    axes.annotate(
        "no DRAM", (start, bottom), xytext=(3, 4), textcoords="offset points", color=MUTED, fontsize=7.5, rotation=90
    )


def _points(model: ModelResult) -> list[tuple[float, float]]:
    """Operations per byte of DRAM, infinite without traffic, and per second."""
    points: list[tuple[float, float]] = []
    for region in model.regions:
        done = flops(region, model.batch)
        intensity = done / region.dram_bytes if region.dram_bytes > 0.0 else inf if done else 0.0
        points.append((intensity, done / region.latency_s if region.latency_s > 0.0 else 0.0))
    return points


def _roof(axes: Axes, right: float, height: float, text: str) -> None:
    axes.annotate(
        text, (right, height), xytext=(-4, 3), textcoords="offset points", ha="right", color=MUTED, fontsize=8
    )


def _legend(axes: Axes, bounds: Sequence[str], *, marks: bool = False) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    known = [name for name in BOUNDS if name in bounds]
    handles = [
        Line2D([], [], color=bound(name)[1], marker=bound(name)[2], ls="", ms=6)
        if marks
        else Patch(color=bound(name)[1])
        for name in known
    ]
    if handles:
        texts = [f"bound by {bound(name)[0]}" for name in known]
        axes.figure.legend(
            handles, texts, loc="outside upper left", ncols=len(handles), handlelength=1.2, columnspacing=1.4
        )


def timeline(model: ModelResult, number: int) -> Drawing:
    """One run of model ``number``: each region with what bounds it, and below how busy each resource is then."""
    drawing = Drawing(new_figure(4.4))
    times = moments(model)
    regions, *busy = drawing.figure.subplots(5, 1, sharex=True, height_ratios=[1.5, 1, 1, 1, 1])
    scale, prefix = scale_of(times[-1].end_s if times else 1.0)
    for moment in times:
        _, colour, _ = bound(moment.region.bound)
        width = (moment.end_s - moment.start_s) / scale
        (bar,) = regions.bar(
            [moment.start_s / scale], [1.0], width=[width], align="edge", color=colour, edgecolor=SURFACE,
            linewidth=min(0.7, 60.0 * width / max(times[-1].end_s / scale, 1e-30)),
        )  # fmt: skip
        drawing.mark(bar, f"r-{number}-{moment.index}", describe(moment.region))
    regions.set_ylim(0.0, 1.0)
    regions.set_yticks([])
    regions.set_ylabel("regions", rotation=0, ha="right", va="center")
    regions.grid(visible=False)
    _names(regions, times, _named(model), scale)
    for axes, resource in zip(busy, RESOURCES, strict=True):
        _busy(axes, times, resource, scale)
        axes.set_ylabel(BOUNDS[resource][0], rotation=0, ha="right", va="center")
    busy[-1].set_xlabel(f"time of one run, a batch of {model.batch} ({prefix}s)")
    regions.set_xlim(0.0, (times[-1].end_s / scale if times else 1.0) or 1.0)
    _legend(regions, [region.bound for region in model.regions])
    return drawing


def _names(axes: Axes, times: Sequence[Moment], which: Sequence[int], scale: float) -> None:
    """Names above the bars, as far as they do not run into each other."""
    total = times[-1].end_s / scale if times else 1.0
    taken: list[float] = []
    for index in which:
        moment = times[index]
        middle = (moment.start_s + moment.end_s) / 2.0 / scale
        if all(abs(middle - other) > 0.13 * total for other in taken):
            taken.append(middle)
            edge = "left" if middle < 0.06 * total else "right" if middle > 0.94 * total else "center"
            axes.annotate(
                plain(moment.region.name, 20), (middle, 1.0), xytext=(0, 2), textcoords="offset points", ha=edge,
                color=INK, fontsize=7.5, annotation_clip=False,
            )  # fmt: skip


def _busy(axes: Axes, times: Sequence[Moment], resource: str, scale: float) -> None:
    edges = [0.0, *(moment.end_s / scale for moment in times)]
    shares = [
        min(busy_s(moment.region)[resource] / moment.region.latency_s, 1.0) if moment.region.latency_s > 0.0 else 0.0
        for moment in times
    ]
    if shares:
        axes.stairs(shares, edges, fill=True, color=BOUNDS[resource][1], alpha=0.85)
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([0.0, 1.0], ["0", "100 %"], color=MUTED, fontsize=7)
    axes.set_facecolor(SURFACE)
    axes.spines["bottom"].set_color(GRID)
