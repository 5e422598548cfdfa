"""``--beside``: other searches in the plot of one."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Fastc

SEARCH = ("--search", "--algorithm", "random", "--hw", "eyeriss", "--freeze", "flags", "--trials", "1")


def test_another_search_is_drawn(fastc: Fastc, small_model: Path, tmp_path: Path):
    """And what is no search for the same is refused before the work begins, and not written over."""
    other, plots = tmp_path / "other.json", tmp_path / "plots"
    first = fastc("opt", small_model, *SEARCH, "--seed", "3", "--json", other, "-o", tmp_path / "a.mlir")
    assert first.code == 0, first.err
    run = fastc("opt", small_model, *SEARCH, "--beside", other, "--plots", plots, "-o", tmp_path / "b.mlir")
    assert run.code == 0, run.err
    drawn = (plots / "convergence.svg").read_text()
    assert ">random<" in drawn
    assert ">random, this search<" in drawn

    document = json.loads(other.read_text())
    reciprocal = {"expression": "1 / latency", "value": 1.0}
    wrong = {
        "is of no search": document | {"search": None},
        "its objective: '1/latency', not 'perf/tdp'": document | {"objective": reciprocal},
        "its constraints: '', not 'area<=": document | {"constraints": []},
        "was found for other files than these models: for small": document
        | {"models": [document["models"][0] | {"source_sha256": "0" * 64}]},
        "it has no 'schema'": {},
    }
    bad, late = tmp_path / "bad.json", tmp_path / "late.html"
    for message, text in wrong.items():
        bad.write_text(json.dumps(text))
        run = fastc("opt", small_model, *SEARCH, "--beside", bad, "--report", late)
        assert (run.code, run.out) == (2, "")
        assert message in run.err
        assert not late.exists()
    for options, message in (
        ((*SEARCH, "--beside", other), "--beside goes with --report or --plots"),
        (("--hw", "eyeriss", "--beside", other, "--report", late), "--beside needs --search"),
        ((*SEARCH, "--beside", tmp_path / "none.json", "--report", late), "none.json"),
        ((*SEARCH, "--beside", other, "--report", late, "--json", other), "other.json"),
    ):
        run = fastc("opt", small_model, *options)
        assert (run.code, run.out) == (2, "")
        assert message in run.err
    assert json.loads(other.read_text()) == document
