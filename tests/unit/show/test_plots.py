"""Plots as SVG: well formed, whole, and safe whatever regions are called."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.lines import Line2D

from fastc.explain.records import Effect, Lever, Levers
from fastc.results import ObjectiveResult, Result, SearchResult
from fastc.show.beside import labels
from fastc.show.catalogue import files_of
from fastc.show.figures import Drawing, drawing_style, svg_in_page
from fastc.show.page import page
from fastc.show.plots.levers import levers
from fastc.show.plots.regions import roofline, timeline
from fastc.show.plots.search import convergence
from fastc.show.records import Shown

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def files(shown: Shown) -> dict[str, str]:
    return files_of(shown)


def test_every_plot_is_there(files: dict[str, str]):
    names = ["machine", "timeline", "roofline", "residency", "convergence", "front", "levers"]
    assert list(files) == [f"{name}.svg" for name in names]
    for text in files.values():
        root = ElementTree.fromstring(text)
        assert root.find(f"{SVG}title") is not None
        identities = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(identities) == len(set(identities))
        used = re.findall(r'(?:url\(|href=")#([^)"]+)', text)
        assert set(used) <= set(identities)


def test_marks_say_what_they_are(files: dict[str, str]):
    """A file has them as tooltips: one for each region, one for each part."""
    titles = [element.text or "" for element in ElementTree.fromstring(files["timeline.svg"]).iter(f"{SVG}title")]
    assert [title.partition(":")[0] for title in titles] == ["Time line", "conv_0", "matmul_1"]
    titles = [element.text or "" for element in ElementTree.fromstring(files["levers.svg"]).iter(f"{SVG}title")]
    assert any("twice the PEs: exactly +12.0 %, by the gradient +10.0 %" in title for title in titles)


def test_plots_are_the_same_each_time(result: Result):
    texts: list[str] = []
    for _ in range(2):
        with drawing_style():
            texts.append(svg_in_page(timeline(result.models[0], 0), "name", "title", "caption"))
    assert texts[0] == texts[1]


def test_names_do_no_harm(nasty_page: str):
    """No warning (they are errors here), well-formed XML, and no element that we did not make."""
    plots = re.findall(r"<svg.*?</svg>", nasty_page, re.DOTALL)
    assert len(plots) == 7
    for text in plots:
        root = ElementTree.fromstring(text)
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags <= {
            "svg",
            "title",
            "desc",
            "defs",
            "style",
            "g",
            "path",
            "text",
            "use",
            "clipPath",
            "rect",
            "tspan",
        }


def points(drawing: Drawing) -> dict[str, tuple[float, float]]:
    """Where the marks of a figure stand."""
    lines = [line for axes in drawing.figure.axes for line in axes.lines if (line.get_gid() or "").startswith("mark.")]
    return {str(line.get_gid()).split(".", 2)[2]: _at(line) for line in lines}


def _at(line: Line2D) -> tuple[float, float]:
    (x,), (y,) = np.asarray(line.get_data(), float)
    return float(x), float(y)


def by_hand(result: Result) -> Result:
    """Regions with round numbers: 2 x 3e9 x 4 + 1e9 FLOPs over 5e9 B in 0.5 s; no DRAM; nothing computed."""
    first = result.models[0].regions[0]
    work = {"alu": 10**9, "transcendental": 0, "divide": 0, "reduce": 0, "move": 10**12, "rescan_bytes": 7}
    idle = dict.fromkeys(work, 0)
    regions = (
        replace(first, name="a", macs=3 * 10**9, vector=work, dram_bytes=5e9, latency_s=0.5),
        replace(first, name="b", macs=3 * 10**9, vector=work, dram_bytes=0.0, latency_s=0.5),
        replace(first, name="c", kind="move", macs=0, vector=idle, dram_bytes=5e9, latency_s=0.5),
    )
    model = replace(result.models[0], batch=4, regions=regions)
    hardware = replace(result.hardware, peak_flops=1e12, dram_bytes_per_s=1e10)
    return replace(result, models=(model,), hardware=hardware)


def test_roofline_places(result: Result):
    made = by_hand(result)
    with drawing_style():
        drawing = roofline(made.models[0], made.hardware, 0)
    at = points(drawing)
    assert at["r-0-0"] == pytest.approx((5.0, 0.05))  # 25 GFLOP in 0.5 s, in TFLOP/s
    axes = drawing.figure.axes[0]
    (strip,) = axes.patches
    start, end = strip.get_bbox().intervalx  # pyright: ignore[reportAttributeAccessIssue] - it is a Rectangle
    assert 1e12 / 1e10 < start < at["r-0-1"][0] < end
    assert at["r-0-1"][1] == pytest.approx(0.05)
    assert at["r-0-2"][1] < at["r-0-0"][1] / 4.0
    roof = np.asarray(axes.lines[0].get_xydata())
    assert list(roof[1]) == pytest.approx([100.0, 1.0])  # the ridge: 1 TFLOP/s over 10 GB/s


def test_a_loop_takes_the_time_of_all_its_turns(result: Result):
    made = by_hand(result)
    twice = replace(made.models[0], regions=(replace(made.models[0].regions[0], count=3), *made.models[0].regions[1:]))
    with drawing_style():
        drawing = timeline(twice, 0)
    bars = [patch for patch in drawing.figure.axes[0].patches if (patch.get_gid() or "").startswith("mark.")]
    edges = [(patch.get_window_extent().x0, patch.get_window_extent().x1) for patch in bars]
    widths = [end - start for start, end in edges]
    assert [width / sum(widths) for width in widths] == pytest.approx([0.6, 0.2, 0.2])
    assert drawing.figure.axes[-1].get_xlim() == pytest.approx((0.0, 2.5))


def test_convergence_has_exact_relaxed_and_baseline(shown: Shown):
    search, baseline = shown.result.search, shown.result.baseline
    assert search is not None
    assert baseline is not None
    with drawing_style():
        drawing = convergence(search, baseline, ObjectiveResult("perf / tdp", 2.75), ())
    by_label = {str(line.get_label()): np.asarray(line.get_ydata()).tolist() for line in drawing.figure.axes[0].lines}
    assert by_label["best exact value"] == [1.0, 2.5, 2.5]
    assert by_label["best relaxed value"] == [2.0, 3.0]
    assert by_label["tpu-v3-7nm, stock schedule"] == [baseline.value] * 2
    assert by_label["the winner, compiled once more"] == [2.75]


def searched(shown: Shown, algorithm: str, seed: int, value: float) -> Result:
    """Another search, whose best value was ``value`` after 10 s and 7 evaluations."""
    search = SearchResult(algorithm, 30.0, 9, 0, 0, None, value, ((10.0, 7, value),))
    return replace(shown.result, seed=seed, search=search)


def test_other_searches_stand_beside_it(shown: Shown):
    """Each has a line of its own up to its end, and the values that are its own; equal names are told apart."""
    others = (searched(shown, "tpe", 0, 1.5), searched(shown, "random", 3, 1.25), searched(shown, "tpe", 4, 2.0))
    assert labels(others) == ["tpe, seed 0", "random", "tpe, seed 4"]
    assert labels((others[0], others[0])) == ["tpe, seed 0 (1)", "tpe, seed 0 (2)"]
    search = shown.result.search
    assert search is not None
    named = [(name, other.search) for name, other in zip(labels(others), others, strict=True) if other.search]
    with drawing_style():
        drawing = convergence(search, None, ObjectiveResult("perf / tdp", 2.5), named)
    for axes, end in zip(drawing.figure.axes, (30.0, 9.0), strict=True):
        lines = {str(line.get_label()): np.asarray(line.get_xydata()) for line in axes.lines}
        assert "the winner, compiled once more" not in lines
        assert lines["random"][-1].tolist() == [end, 1.25]
        assert lines["tpe, seed 4"][:, 1].tolist() == [2.0, 2.0]
        assert lines["gradient, this search"][:, 1].tolist() == [1.0, 2.5, 2.5]
        assert len({line.get_color() for line in axes.lines if str(line.get_label()) in lines}) >= 4
    text = page(replace(shown, beside=others))
    rows = re.findall(r"<tr>(.*?)</tr>", text[text.index('id="searches"') :].partition("</table>")[0], re.DOTALL)
    cells = [re.findall(r">([^<>]+)</t[hd]>", row) for row in rows[1:]]
    assert cells == [
        ["gradient, this search", "2.5", "20.0 s", "5", "40", "0"],
        ["tpe, seed 0", "1.5", "30.0 s", "9", "0", "0"],
        ["random", "1.25", "30.0 s", "9", "0", "3"],
        ["tpe, seed 4", "2", "30.0 s", "9", "0", "4"],
    ]


def test_a_front_has_units(files: dict[str, str]):
    assert ">perf (1/s)<" in files["front.svg"]
    assert ">tdp (W)<" in files["front.svg"]


def test_levers_stand_in_their_order(result: Result):
    """The greatest gain at the top; what changes nothing is left out; what breaks a constraint is pale."""

    def lever(text: str, gradient: float | None, exact: float | None, *breaks: str) -> Lever:
        return Lever(
            text, "hardware", text, None, 1.0, 2.0, (Effect("objective", None, None, gradient, exact),), breaks
        )

    given = (
        lever("nothing", 0.0, 1e-5), lever("loss", 0.2, -0.3), lever("gain", None, 0.1, "tdp <= 5 W"),
        lever("hope", 0.05, None),
    )  # fmt: skip
    with drawing_style():
        drawing = levers(Levers("perf / tdp", given, 1, 2, None))
    (axes,) = drawing.figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["loss", "hope", "gain"]
    assert [(bar.get_gid(), bar.get_alpha()) for bar in axes.patches] == [("mark.1.l-1", 1.0), ("mark.4.l-2", 0.4)]
    assert drawing.marks["l-2"] == "gain: exactly +10.0 %, no gradient; breaks tdp <= 5 W"
    assert drawing.marks["l-3"] == "hope: untried, by the gradient +5.0 %"
