"""When a design pays: by hand on both sides of every condition, and on input that is no result."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fastc as library
from fastc.cli import main
from fastc.errors import InputError
from fastc.roi import Case, Chip, analyse
from fastc.roi.analysis import break_even, fast_break_even, outcome
from hwmodels.ownership import known_assumptions
from tests.conftest import SMALL_MODEL, Fastc

CHIP = Chip("new", 7, 100.0, 60.0, 20.0, 20.0)
OLD = Chip("old", 7, 200.0, 120.0, 40.0, 40.0)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """JSON of one small model on the machine that is judged, and on the baseline."""
    folder = tmp_path_factory.mktemp("results")
    model = folder / "small.mlir"
    model.write_text(SMALL_MODEL)
    paths = {name: folder / f"{name}.json" for name in ("ours", "theirs")}
    for path, options in ((paths["ours"], ["--hw", "fast-small"]),
                          (paths["theirs"], ["--hw", "tpu-v3-7nm", "--schedule", "stock"])):  # fmt: skip
        assert main(["eval", str(model), *options, "--json", str(path)]) == 0
    return paths


@pytest.fixture
def changed(results: dict[str, Path], tmp_path: Path) -> Callable[[Callable[[Any], object]], Path]:
    """The result with something in it changed."""

    def change(how: Callable[[Any], object]) -> Path:
        document = json.loads(results["ours"].read_text())
        how(document)
        path = tmp_path / "changed.json"
        path.write_text(json.dumps(document))
        return path

    return change


def test_outcome_on_both_sides_of_break_even():
    # Each chip costs $300 and does what $500 did: it saves $200, and 10 M$ are paid after 50,000.
    assert break_even(10e6, 200.0) == 50_000.0
    at = outcome(50_000.0, 300.0, 500.0, 10e6)
    assert (at.tco_usd, at.perf_per_tco_ratio, at.net_usd, at.roi) == (500.0, 1.0, 0.0, 1.0)
    before = outcome(25_000.0, 300.0, 500.0, 10e6)
    assert (before.tco_usd, before.net_usd, before.roi) == (700.0, -5e6, 0.5)
    after = outcome(200_000.0, 300.0, 500.0, 10e6)
    assert (after.tco_usd, after.net_usd, after.roi) == (350.0, 30e6, 4.0)
    assert after.perf_per_tco_ratio == pytest.approx(500 / 350)


@pytest.mark.parametrize("saving", [0.0, -1.0])
def test_what_saves_nothing_never_pays(saving: float):
    assert break_even(1e6, saving) is None
    assert outcome(1e12, 300.0, 300.0 + saving, 1e6).roi <= 0.0


@pytest.mark.parametrize(("ratio", "saved"), [(3.7, 0.730), (2.4, 0.583), (1.5, 0.333)])
def test_fast_saves_what_its_perf_per_tdp_says(ratio: float, saved: float):
    # FAST's averages: 3.7x for one workload, 2.4x for the suite. Of $1000 that is replaced, $730 and $583 are saved.
    chips = fast_break_even(1e6, 1000.0, ratio)
    assert chips == pytest.approx(1e6 / (1000.0 * saved), rel=2e-3)
    assert fast_break_even(1e6, 1000.0, 1.0) is None
    assert fast_break_even(1e6, 1000.0, 1.0 / ratio) is None


def test_a_case_by_hand():
    nothing = {known.name: known.least for known in known_assumptions()}
    given = nothing | {"volume": 1000.0, "years": 1.0, "datacenter_years": 1.0, "baseline_markup": 2.0,
                       "datacenter_usd_per_w": 1.0}  # fmt: skip
    case = Case("here", ("net",), CHIP, OLD, "stock", 3.0)
    found = analyse(case, given, nre_low_usd=1e6, nre_high_usd=4e6)
    # $100 and 100 W; twice $200, for its vendor, and 200 W, three times over.
    assert found.tco.total_usd == pytest.approx(200.0)
    assert found.baseline_tco.total_usd == pytest.approx(600.0)
    assert found.saving_usd == pytest.approx(1600.0)
    assert found.perf_per_tco_ratio == pytest.approx(9.0)
    assert found.perf_per_tdp_ratio == pytest.approx(6.0)
    assert (found.break_even.low, found.break_even.high) == (pytest.approx(625.0), pytest.approx(2500.0))
    by_fast = found.fast_break_even
    assert (by_fast.low, by_fast.high) == (pytest.approx(1e6 / 1500), pytest.approx(4e6 / 1500))
    assert (found.asked.low.roi, found.asked.high.roi) == (pytest.approx(1.6), pytest.approx(0.4))
    assert {entry.confidence for entry in found.assumptions} == {"given"}


def test_nre_is_of_the_node_unless_it_is_given():
    case = Case("here", ("net",), CHIP, OLD, "stock", 3.0)
    found = analyse(case, {"nre_inflation": 2.0, "front_end_engineers": 0.0, "back_end_engineers": 0.0})
    # Masks 10.5, licences 2.34, package 0.105, and chiplet-actuary's 298, in dollars of half the worth.
    assert (found.nre_low_usd, found.nre_high_usd) == (pytest.approx(25.89e6), pytest.approx(596e6))
    assert analyse(case, {}, nre_high_usd=1e9).nre_high_usd == 1e9
    with pytest.raises(InputError, match=r"the low NRE of \$5e\+08 is above the high one of \$2.98e\+08"):
        analyse(case, {}, nre_low_usd=5e8)
    with pytest.raises(InputError, match="no assumption 'year'; did you mean 'years'"):
        analyse(case, {"year": 3.0})
    with pytest.raises(InputError, match="volume is 0; it is chips"):
        analyse(case, {"volume": 0.0})
    old = Case("here", ("net",), Chip("old", 130, 1.0, 1.0, 1.0, 1.0), OLD, "stock", 1.0)
    with pytest.raises(InputError, match=r"no cost data for a 130 nm node.*--nre-low and --nre-high"):
        analyse(old, {})
    assert analyse(old, {}, nre_low_usd=1e6, nre_high_usd=1e6).nre_low_usd == 1e6


def test_own_baseline_and_a_result_of_it_agree(fastc: Fastc, results: dict[str, Path]):
    own = fastc("roi", results["ours"], "--json", "-")
    other = fastc("roi", results["ours"], "--baseline", results["theirs"], "--json", "-", "--years", "5")
    assert (own.code, other.code) == (0, 0), own.err + other.err
    ours, theirs = json.loads(own.out), json.loads(other.out)
    assert ours["performance_ratio"] == pytest.approx(theirs["performance_ratio"], rel=1e-12)
    assert ours["baseline"] == theirs["baseline"]
    rates = [json.loads(path.read_text())["models"][0]["throughput_per_s"] for path in results.values()]
    assert ours["performance_ratio"] == pytest.approx(rates[0] / rates[1])
    assumed = {entry["name"]: entry for entry in theirs["assumptions"]}
    assert set(assumed) == {known.name for known in known_assumptions()}
    assert (assumed["years"]["value"], assumed["years"]["source"]) == (5.0, "given")
    assert all(assumed["pue"][key] for key in ("unit", "meaning", "source", "confidence"))
    assert max(map(len, own.err.splitlines())) <= 100
    assert "Perf/TCO" in own.err


def test_the_library_gives_the_same(fastc: Fastc, results: dict[str, Path], small_model: Path):
    result = library.evaluate(small_model, "fast-small")
    found = library.return_on_investment(result, volume=500.0)
    written = json.loads(fastc("roi", results["ours"], "--volume", "500", "--json", "-").out)
    assert found.asked.low.roi == pytest.approx(written["asked"]["low"]["roi"], rel=1e-12)
    assert found.source == "result"


def test_plot_holds_both_estimates_and_is_the_same_each_time(fastc: Fastc, results: dict[str, Path], tmp_path: Path):
    paths = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for path in paths:
        assert fastc("roi", results["ours"], "--plot", path).code == 0
    texts = ["".join(element.itertext()) for element in ET.parse(paths[0]).iter()]
    assert any("low NRE" in text for text in texts)
    assert {"10 k", "10,000 chips"} <= set(texts)
    assert not any("mathdefault" in text for text in texts)
    assert any("high NRE" in text for text in texts)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_plot_without_matplotlib(
    fastc: Fastc, results: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    run = fastc("roi", results["ours"], "--plot", tmp_path / "roi.svg", "--json", tmp_path / "roi.json")
    assert run.code == 2
    assert "pip install 'fastc-compiler[plots]'" in run.err
    assert list(tmp_path.glob("roi.*")) == []


BAD_OPTIONS = [
    (["--volume", "-5"], "'-5' is not a finite number of 0 or more"),
    (["--volume", "0"], "--volume 0: it is chips of the design that are deployed, from 1 to 1e+12 chips"),
    (["--volume", "inf"], "'inf' is not a finite number"),
    (["--years", "nan"], "'nan' is not a finite number"),
    (["--years", "0"], "--years 0: it is how long a chip is in use"),
    (["--pue", "0.9"], "--pue 0.9"),
    (["--power-share", "1.5"], "--power-share 1.5"),
    (["--nre-low", "0"], "the low NRE is 0"),
    (["--nre-high", "1e6"], "the low NRE of $2.564e+07 is above the high one"),
    (["--volumes", "5"], "did you mean '--volume'"),
    (["--plot", "no/such/place.svg"], "there is no directory"),
    (["--plot", "-", "--json", "-"], "standard output holds one of them"),
    (["--baseline", "missing.json"], "there is no such file"),
]


@pytest.mark.parametrize(("options", "message"), BAD_OPTIONS)
def test_options_that_make_no_sense(fastc: Fastc, results: dict[str, Path], options: list[str], message: str):
    run = fastc("roi", results["ours"], *options)
    assert run.code == 2
    assert message in run.err
    assert run.out == ""


def _set(path: str, value: object) -> Callable[[Any], None]:
    *outer, last = path.split(".")

    def change(document: Any) -> None:
        for key in outer:
            document = document[int(key) if key.isdigit() else key]
        document[last] = value

    return change


BAD_RESULTS = [
    (_set("schema", 2), "its schema is 2, and this version of fastc reads schema 1"),
    (_set("schema", "1"), "its schema is '1'"),
    (_set("models", []), "models: there is none"),
    (_set("models", {}), "models: is {}"),
    (_set("models.0.throughput_per_s", float("inf")), "models[0].throughput_per_s: is inf"),
    (_set("models.0.throughput_per_s", -1.0), "throughput_per_s: is -1.0"),
    (_set("hardware.tdp_w", "much"), "hardware.tdp_w: is 'much'"),
    (_set("hardware.tdp_w", float("nan")), "hardware.tdp_w: is nan"),
    (_set("hardware.tdp_w", 10**400), "hardware.tdp_w: is 1000"),
    (_set("hardware.cost_breakdown_usd", {}), "has no 'die'"),
    (_set("hardware.cost_breakdown_usd.die", -3.0), "die: is -3.0"),
    (_set("baseline.ratio", 0.0), "baseline.ratio: is 0.0"),
    (_set("baseline", None), "has no baseline, as its module came lowered; name another result with --baseline"),
    (_set("baseline.hardware", "tpu-v9"), "there is no machine 'tpu-v9'"),
    (_set("objective.expression", "1 / energy"), "does not tell how fast tpu-v3-7nm is; name a result of it"),
]


@pytest.mark.parametrize(("change", "message"), BAD_RESULTS)
def test_results_with_something_wrong(
    fastc: Fastc, changed: Callable[..., Path], tmp_path: Path, change: Callable[[Any], None], message: str
):
    run = fastc("roi", changed(change), "--json", tmp_path / "out.json")
    assert run.code == 2
    assert message in run.err
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b'{"schema": 1,', ":1:14: Expecting property name"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[]", "has no 'schema'"),
        (b"{}", "has no 'schema'"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"schema": ' + b"1" * 5000 + b"}", "too many digits"),
    ],
)
def test_files_that_are_no_result(fastc: Fastc, data: bytes, message: str):
    run = fastc("roi", "-", stdin=data)
    assert run.code == 2
    assert message in run.err
    assert run.err.count("\n") == 1


def test_a_baseline_of_other_models(fastc: Fastc, results: dict[str, Path], changed: Callable[..., Path]):
    run = fastc("roi", results["ours"], "--baseline", changed(_set("models.0.name", "other")))
    assert run.code == 2
    assert "is of small and" in run.err
    assert fastc("roi", "-", "--baseline", "-").code == 2


def test_other_objectives_tell_the_same_performance(fastc: Fastc, results: dict[str, Path], small_model: Path):
    rates: dict[str, float] = {}
    for objective in ("perf", "perf / cost", "perf / area"):
        result = library.evaluate(small_model, "fast-small", objective=objective)
        rates[objective] = library.return_on_investment(result).performance_ratio
    known = json.loads(fastc("roi", results["ours"], "--json", "-").out)["performance_ratio"]
    assert rates == {name: pytest.approx(known, rel=1e-12) for name in rates}
