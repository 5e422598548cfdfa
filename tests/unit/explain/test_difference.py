"""Two results side by side, and results read back from files that may be anything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fastc.errors import InputError
from fastc.explain.difference import compare
from fastc.files import Source
from fastc.reading import read_result
from fastc.report import json_text
from fastc.results import Result, to_json
from tests.conftest import Fastc
from tests.unit.explain.explain_cases import model, region, result

BEFORE = result(
    model(
        region("conv_0", "conv", 4e-6, bound="array", macs=5, dram_bytes=10.0),
        region("conv_1", "conv", 2e-6, bound="dram", macs=7, count=2, dram_bytes=20.0),
        region("vector_0", "vector", 1e-6),
    ),
    parameters={"pe_x": 1, "global_buffer_bytes": 1024, "dram_kind": "gddr6", "l1_shared": 0},
)
AFTER = result(
    model(
        region("conv_0", "conv", 8e-6, bound="vector", macs=7, count=2, dram_bytes=8.0),
        region("vector_1", "vector", 1e-6, bound="vector"),
        region("vector_0", "vector", 2e-6),
        batch=4,
    ),
    parameters={"pe_x": 2, "global_buffer_bytes": 1024, "dram_kind": "hbm2", "l1_shared": 0},
    value=3.0,
)
DIFFERENCE = compare(BEFORE, AFTER, ("a", "b"))


def test_machines_show_what_differs() -> None:
    """And nothing else; ratios of numbers alone."""
    assert [(c.name, c.before, c.after, c.ratio) for c in DIFFERENCE.machine] == [
        ("pe_x", 1, 2, 2.0),
        ("dram_kind", "gddr6", "hbm2", None),
    ]
    assert DIFFERENCE.objective is not None
    assert DIFFERENCE.objective.ratio == 3.0


def test_regions_match_by_their_work_in_order_and_then_by_name() -> None:
    """conv_1 of one is conv_0 of the other; times are of one inference of batches 2 and 4."""
    regions = {(r.before, r.after): r for r in DIFFERENCE.models[0].regions}
    assert set(regions) == {("conv_0", None), ("conv_1", "conv_0"), ("vector_0", "vector_1"), (None, "vector_0")}
    moved = regions["conv_1", "conv_0"]
    assert (moved.before_s, moved.after_s) == pytest.approx((2e-6, 4e-6))
    assert (moved.before_dram_bytes, moved.after_dram_bytes) == (20.0, 4.0)
    assert (moved.before_bound, moved.after_bound) == ("dram", "vector")
    assert regions["conv_0", None].change_s == pytest.approx(-2e-6)
    order = [abs(r.change_s) for r in DIFFERENCE.models[0].regions]
    assert order == sorted(order, reverse=True)


def test_kinds_and_bounds_account_for_the_whole_change() -> None:
    """Before 4.5 us an inference, after 4.75."""
    changed = DIFFERENCE.models[0]
    for parts in (changed.kinds, changed.shifts, changed.regions):
        assert sum(part.change_s for part in parts) == pytest.approx(4.75e-6 - 4.5e-6)
    shifts = {(s.before_bound, s.after_bound): (s.regions, s.change_s) for s in changed.shifts}
    assert shifts["array", None] == (1, pytest.approx(-2e-6))
    assert shifts["dram", "vector"] == (1, pytest.approx(2e-6))


def test_regions_of_the_same_names_match_whatever_their_work() -> None:
    """Where all names are the same."""
    other = replace(BEFORE.models[0], regions=tuple(replace(r, macs=1) for r in BEFORE.models[0].regions))
    pairs = compare(BEFORE, replace(BEFORE, models=(other,)), ("a", "b")).models[0].regions
    assert {(r.before, r.after) for r in pairs} == {(r.name, r.name) for r in BEFORE.models[0].regions}


def test_models_match_by_name_then_by_file() -> None:
    """What only one result has is named."""
    one, two = model(region("r", "conv", 1e-6), name="one"), model(region("r", "conv", 1e-6), name="two")
    three = replace(two, name="three", source_sha256="3" * 64)
    first, second = result(one, replace(two, source_sha256="2" * 64)), result(three, one)
    found = compare(first, second, ("a", "b"))
    assert [(m.before, m.after) for m in found.models] == [("one", "one")]
    assert (found.only_before, found.only_after) == (("two",), ("three",))


def test_what_was_written_is_read_back() -> None:
    """Every field, nested records too."""
    assert read_result(_source(json_text(BEFORE))) == BEFORE


def test_unknown_fields_and_missing_defaults_are_no_error() -> None:
    """A file of a version before, or after, this one."""
    document = to_json(BEFORE) | {"new": {"a": 1}}
    del document["levers"], document["search"]
    assert read_result(_source(json.dumps(document))) == BEFORE


def _source(text: str | bytes) -> Source:
    return Source("x.json", text.encode() if isinstance(text, str) else text)


def _with(path: str, value: Any) -> str:
    document = to_json(BEFORE)
    *where, last = path.split(".")
    place: Any = document
    for key in where:
        place = place[int(key)] if key.isdigit() else place[key]
    place[last] = value
    return json.dumps(document)


BAD = {
    "empty": ("", "the file is empty"),
    "binary": (b"\xff\xfe{}", "not UTF-8"),
    "cut": (json_text(BEFORE)[:300], "x.json:"),
    "list": ("[]", "no 'schema'"),
    "number": ("7", "no 'schema'"),
    "deep": ("[" * 200_000, "nested too deeply"),
    "digits": ('{"schema": ' + "1" * 5000 + "}", "too many digits"),
    "other schema": (_with("schema", 2), "its schema is 2"),
    "schema true": (_with("schema", True), "its schema is True"),
    "other command": ('{"schema": 1, "checks": []}', "another command"),
    "no models": (_with("models", []), "models: there is none"),
    "null models": (_with("models", None), "models: is None, not a list"),
    "text for a time": (_with("models.0.latency_s", "fast"), "models[0].latency_s: is 'fast', not a number"),
    "true for a time": (_with("models.0.latency_s", True), "models[0].latency_s: is True"),
    "infinite": (_with("models.0.regions.0.latency_s", 1.0).replace('"latency_s": 1.0', '"latency_s": 1e999'),
                 "models[0].regions[0].latency_s: is inf, not a finite number"),
    "not a number": (_with("hardware.area_mm2", float("nan")), "hardware.area_mm2: is nan"),
    "fraction": (_with("models.0.batch", 1.5), "models[0].batch: is 1.5, not a whole number"),
    "region": (_with("models.0.regions", [7]), "models[0].regions[0]: is 7, not a table"),
    "huge": (_with("models.0.latency_s", 10**400), "models[0].latency_s: is 1000"),
    "huge whole": (_with("models.0.batch", 10**400), "models[0].batch: is 1000"),
    "huge parameter": (_with("hardware.parameters", {"pe_x": 10**400}), "hardware.parameters.pe_x: is 1000"),
    "parameter no number": (_with("hardware.parameters", {"pe_x": float("nan")}), "hardware.parameters.pe_x: is nan"),
    "trajectory": (_with("search", {"algorithm": "x"}), "search: has no 'wall_s'"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_errors_for_people(case: str, fastc: Fastc, tmp_path: Path) -> None:
    """One line with the place and the remedy; the output is not written."""
    content, message = BAD[case]
    bad, good = tmp_path / "x.json", tmp_path / "good.json"
    bad.write_bytes(content.encode() if isinstance(content, str) else content)
    good.write_text(json_text(BEFORE))
    done = fastc("diff", good, bad, "--json", tmp_path / "out.json")
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert len(done.err.splitlines()) <= 4
    assert not (tmp_path / "out.json").exists()


def test_names_do_not_steer_the_terminal(fastc: Fastc, tmp_path: Path) -> None:
    """Neither in tables nor in messages; what is no character is shown, not a reason to fail."""
    odd, good = tmp_path / "odd.json", tmp_path / "good.json"
    good.write_text(json_text(BEFORE))
    odd.write_text(_with("models.0.pipeline", "a\x1b[31m\ud800"))
    done = fastc("diff", odd, good)
    assert done.code == 0
    assert "pipeline before: a\\x1b[31m\\ud800" in done.out
    odd.write_text(_with("schema", "\x1b[31m"))
    assert "\x1b" not in fastc("diff", odd, good).err
    missing = fastc("diff", "\x1b[31m", good)
    assert missing.code == 2
    assert "\\x1b[31m: there is no such file" in missing.err


def test_what_is_read_is_not_written_over(fastc: Fastc, tmp_path: Path) -> None:
    """A result is not lost to the difference that is made of it, nor the one behind a link."""
    good, link = tmp_path / "good.json", tmp_path / "link.json"
    good.write_text(json_text(BEFORE))
    link.symlink_to(good)
    done = fastc("diff", good, good, "--json", link)
    assert done.code == 2
    assert "this file is read as well, and would be lost" in done.err
    assert good.read_text() == json_text(BEFORE)


def test_missing_fields_are_named() -> None:
    """With the place."""
    document = to_json(BEFORE)
    del document["models"][0]["regions"][1]["bound"]
    with pytest.raises(InputError, match=r"models\[0\]\.regions\[1\]: has no 'bound'"):
        read_result(_source(json.dumps(document)))


def _written(folder: Path, name: str, what: Result) -> Path:
    path = folder / name
    path.write_text(json_text(what))
    return path


def test_diff_prints_tables_that_fit(fastc: Fastc, tmp_path: Path) -> None:
    """Long names are cut; the JSON says the same."""
    long = "a_region_with_a_name_that_is_far_too_long_for_any_table"
    other = replace(
        AFTER.models[0],
        pipeline="cse",
        regions=tuple(replace(r, name=f"{long}_{r.name}", dram_bytes=123456789.0) for r in AFTER.models[0].regions),
    )
    one = _written(tmp_path, "one.json", BEFORE)
    two = _written(tmp_path, "two.json", replace(AFTER, models=(other,)))
    done = fastc("diff", one, two, "--json", tmp_path / "d.json")
    assert done.code == 0, done.err
    assert done.err == ""
    lines = [line for line in done.out.splitlines() if not line.startswith(("before:", "after:", "pipeline"))]
    assert max(map(len, lines)) <= 100
    assert "…" not in done.out
    document = json.loads((tmp_path / "d.json").read_text())
    assert document["schema"] == 1
    assert document["models"][0]["shifts"][0]["regions"] >= 1
    piped = fastc("diff", one, "-", "--json", "-", stdin=two.read_bytes())
    assert json.loads(piped.out)["after"] == "<stdin>"
    assert "where the time" in piped.err
    assert fastc("diff", "-", "-").code == 2


def test_equal_results_differ_in_nothing(fastc: Fastc, tmp_path: Path) -> None:
    """And that is said."""
    one = _written(tmp_path, "one.json", BEFORE)
    done = fastc("diff", one, one)
    assert done.code == 0
    assert "the same machine" in done.out
    assert "regions that differ" not in done.out
