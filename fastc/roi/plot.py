"""A return on investment over volume, as a picture."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from fastc.errors import InputError
from fastc.roi.analysis import outcome
from fastc.roi.records import RoiResult
from fastc.roi.tables import chips

LOW, HIGH = "#1b6ca8", "#c8553d"
"""Colours of the two estimates of NRE; told apart by those who do not see red or green, too."""

POINTS = 200

STYLE: Any = {"svg.hashsalt": "fastc", "svg.fonttype": "none", "font.size": 9.0, "axes.spines.top": False,
         "axes.spines.right": False}  # fmt: skip
"""The same result gives the same file, and text stays text."""


def require() -> None:
    """Raise InputError where what draws is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise InputError(
            "--plot needs matplotlib, which is not installed; install it with: pip install 'fastc-compiler[plots]'"
        ) from None


def roi_svg(result: RoiResult) -> str:
    """Perf/TCO beside the baseline and ROI over the number of chips, under both estimates of NRE, as SVG."""
    require()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw(left, result, "perf_per_tco_ratio")
        _draw(right, result, "roi")
        left.axhline(result.perf_per_tco_ratio, color="gray", linestyle=":", linewidth=1.0)
        left.set_ylabel(f"Perf/TCO over {result.baseline.name}'s")
        left.set_ylim(bottom=0.0)
        left.set_title("work per dollar, NRE included")
        right.set_ylabel("saved / NRE")
        if result.saving_usd > 0.0:
            right.set_yscale("log")
        right.set_title("return on investment")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


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
    axes.fill_between(volumes, *curves, color="gray", alpha=0.15, linewidth=0.0)
    ends = ((LOW, "low", result.nre_low_usd, result.break_even.low),
            (HIGH, "high", result.nre_high_usd, result.break_even.high))  # fmt: skip
    for (colour, name, nre, crossing), curve in zip(ends, curves, strict=True):
        axes.plot(volumes, curve, color=colour, label=f"{name} NRE, \\${nre / 1e6:.4g} M")
        if crossing is not None:
            axes.plot([crossing], [1.0], "o", color=colour, markersize=4.0)
            axes.annotate(chips(crossing), (crossing, 1.0), xytext=(3, -10), textcoords="offset points", color=colour)
    axes.axhline(1.0, color="black", linewidth=0.8)
    axes.axvline(result.asked.volume, color="gray", linestyle="--", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("chips")
    axes.legend(frameon=False, fontsize=8.0)
