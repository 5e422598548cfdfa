"""A return on investment over volume, as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from fastc.report import scale_of
from fastc.roi.analysis import outcome
from fastc.roi.records import RoiResult
from fastc.roi.tables import chips
from fastc.show.extra import require_plots
from fastc.show.figures import Drawing, drawing_style, new_figure, svg_file
from fastc.show.style import BLUE, GREY, INK, MUTED, RED, plain

LOW, HIGH = BLUE, RED
"""Colours of the two estimates of NRE."""

POINTS = 200

TITLE = "Return on investment"
CAPTION = (
    "Work per dollar over the baseline's, engineering included, and what the deployment saves over its engineering, by "
    "the number of chips, under a low and a high estimate of the engineering (NRE); above 1 the design pays."
)


def roi_svg(result: RoiResult) -> str:
    """Perf/TCO beside the baseline and ROI over the number of chips, under both estimates of NRE, as SVG.

    Raises InputError where what draws is missing.
    """
    require_plots("--plot")
    with drawing_style():
        figure = new_figure(4.1)
        left, right = figure.subplots(1, 2)
        _draw(left, result, "perf_per_tco_ratio")
        _draw(right, result, "roi")
        left.axhline(result.perf_per_tco_ratio, color=GREY, linestyle=":", linewidth=1.0)
        left.annotate(
            f"without NRE {result.perf_per_tco_ratio:.3g}", (0.0, result.perf_per_tco_ratio),
            xycoords=("axes fraction", "data"), xytext=(4, -10), textcoords="offset points", color=MUTED, fontsize=7.5,
        )  # fmt: skip
        left.set_ylabel(f"Perf/TCO over {plain(result.baseline.name)}'s")
        left.set_ylim(bottom=0.0)
        left.set_title("work per dollar, NRE included")
        right.set_ylabel("saved / NRE")
        if result.saving_usd > 0.0:
            right.set_yscale("log")
            right.yaxis.set_major_formatter("{x:g}")
            right.yaxis.set_minor_formatter("")
        right.set_title("return on investment")
        return svg_file(Drawing(figure), TITLE, CAPTION)


def _draw(axes: Any, result: RoiResult, quantity: str) -> None:
    """One quantity of ``Outcome`` over volume, with the line where the design has paid for itself."""
    counts = [point.volume for point in (*result.volumes, result.asked)]
    marks = [count for count in (result.break_even.low, result.break_even.high) if count is not None]
    volumes = np.geomspace(min([*counts, *marks]) / 2.0, max([*counts, *marks]) * 2.0, POINTS)
    tco_usd = result.tco.total_usd
    curves = [
        [getattr(outcome(volume, tco_usd, tco_usd + result.saving_usd, nre), quantity) for volume in volumes.tolist()]
        for nre in (result.nre_low_usd, result.nre_high_usd)
    ]
    axes.fill_between(volumes, *curves, color=GREY, alpha=0.15, linewidth=0.0)
    ends = ((LOW, "low", result.nre_low_usd, result.break_even.low),
            (HIGH, "high", result.nre_high_usd, result.break_even.high))  # fmt: skip
    for (colour, name, nre, crossing), curve in zip(ends, curves, strict=True):
        axes.plot(volumes, curve, color=colour, label=f"{name} NRE, ${nre / 1e6:.4g} M")
        if crossing is not None:
            axes.plot([crossing], [1.0], "o", color=colour, markersize=4.0)
            axes.annotate(chips(crossing), (crossing, 1.0), xytext=(3, -10), textcoords="offset points", color=colour)
    axes.axhline(1.0, color=INK, linewidth=0.8)
    axes.axvline(result.asked.volume, color=GREY, linestyle="--", linewidth=0.8)
    axes.set_xscale("log")
    axes.annotate(
        f"{chips(result.asked.volume)} chips", (result.asked.volume, 0.78), xycoords=("data", "axes fraction"),
        xytext=(4, 0), textcoords="offset points", color=MUTED, fontsize=7.5,
    )  # fmt: skip
    # Those of log axes are formulas, which the style shows as they are written.
    axes.xaxis.set_major_formatter(_short)
    axes.xaxis.set_minor_formatter("")
    axes.set_xlabel("chips")
    axes.legend()


def _short(count: float, _: int | None = None) -> str:
    """100000 as '100 k'."""
    scale, prefix = scale_of(count)
    return f"{count / scale:g} {prefix}".rstrip()
