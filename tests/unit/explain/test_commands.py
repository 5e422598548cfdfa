"""Levers on the command line: of an evaluation, and at the end of a search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Fastc


def test_eval_explains_itself_when_asked(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """The JSON's levers are in the order of their gain; without --explain there are none."""
    plain = fastc("eval", small_model, "--hw", "fast-small", "--json", "-")
    assert json.loads(plain.out)["levers"] is None
    done = fastc("eval", small_model, "--hw", "fast-small", "--explain", "--json", "-")
    assert done.code == 0, done.err
    assert max(len(line.rstrip()) for line in done.err.splitlines() if not line.startswith("pipeline")) <= 100
    assert "levers on perf / tdp" in done.err
    levers = json.loads(done.out)["levers"]
    gains = [lever["effects"][0]["exact"] for lever in levers["levers"]]
    assert None not in gains
    assert gains == sorted(gains, reverse=True)
    assert {"dram_channels", "native_batch", "global_buffer_bytes"} <= {lever["name"] for lever in levers["levers"]}
    assert levers["exact_evaluations"] == len(gains) + 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--schedule", "stock", "--hw", "tpu-v3"], "--explain goes with --schedule fastc"),
        (["--hw", "tpu-v3", "--hw", "fast-small"], "--explain is of one machine"),
        ([], "no machine"),
    ],
)
def test_explain_without_what_it_needs(fastc: Fastc, small_model: Path, options: list[str], message: str) -> None:
    done = fastc("eval", small_model, "--explain", *options)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_lowered_module_has_no_levers(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """It is for one machine."""
    lowered = tmp_path / "lowered.mlir"
    assert fastc("opt", small_model, "--hw", "tpu-v3", "-o", lowered).code == 0
    done = fastc("eval", lowered, "--explain")
    assert done.code == 2
    assert "levers need the model itself" in done.err


def test_a_search_ends_with_its_levers(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """A tenth of its evaluations are theirs; a short search has none. Both are the same the next time."""
    found: list[object] = []
    for trials, path in ((20, "a.json"), (20, "b.json"), (5, "c.json")):
        run = fastc(
            "opt", small_model, "--search", "--algorithm", "random", "--trials", trials, "-o", tmp_path / "x.mlir",
            "--json", tmp_path / path,
        )  # fmt: skip
        assert run.code == 0, run.err
        assert ("levers on" in run.err) == (trials == 20)
        found.append(json.loads((tmp_path / path).read_text())["levers"])
    assert found[0] == found[1]
    assert isinstance(found[0], dict)
    checked = [lever for lever in found[0]["levers"] if lever["effects"][0]["exact"] is not None or lever["reason"]]
    assert len(checked) == 2
    assert found[2] is None
