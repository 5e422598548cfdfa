"""``--report``, ``--trace`` and ``--plots`` on the command line: what is written, and what is refused."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

import pytest

from tests.conftest import Fastc
from tests.documents import ROOT, blocks_of


@pytest.fixture
def model(tmp_path: Path) -> Path:
    for block in blocks_of(ROOT / "docs" / "schedule.md"):
        if block.title in ("model.mlir", "small.mlir"):
            (tmp_path / block.title).write_text(block.text)
    return tmp_path / "model.mlir"


def test_eval_writes_all(fastc: Fastc, model: Path, tmp_path: Path):
    machine = tmp_path / "small.mlir"
    page, trace, plots = tmp_path / "out.html", tmp_path / "trace.json", tmp_path / "plots"
    run = fastc("eval", model, "--hw", machine, "--report", page, "--trace", trace, "--plots", plots)
    assert (run.code, run.out) == (0, "")
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert len(json.loads(trace.read_text())["traceEvents"]) > 10
    assert sorted(path.name for path in plots.iterdir()) == [
        "machine.svg", "residency.svg", "roofline.svg", "timeline.svg",
    ]  # fmt: skip


def test_opt_and_sim(fastc: Fastc, model: Path, tmp_path: Path):
    lowered, text, trace = tmp_path / "lowered.mlir", tmp_path / "out.md", tmp_path / "trace.json"
    run = fastc("opt", model, "--hw", tmp_path / "small.mlir", "-o", lowered, "--report", text)
    assert run.code == 0
    assert text.read_text().startswith("## model on small\n")
    assert fastc("sim", lowered, "--trace", trace).code == 0
    names = {event["name"] for event in json.loads(trace.read_text())["traceEvents"]}
    assert {"tiles in", "outputs out", "contraction", "vector ops"} <= names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--report", "out.txt"], "--report out.txt: the ending of the name says what to write: .html a page, .md"),
        (["--report", "out"], ".md Markdown"),
        (["--report", "-"], "--report -: standard output is for IR and JSON; name a file"),
        (["--trace", "-"], "--trace -: standard output is for IR and JSON; name a file"),
        (["--plots", "-"], "--plots -: standard output"),
        (["--report", "no/out.html"], "make it first"),
        (["--trace", "no/out.json"], "make it first"),
        (["--plots", "no/plots"], "make it first"),
        (["--plots", ""], "--plots: the name is empty; name a directory"),
        (["--report", ""], "--report : the ending"),
        (["--plots", "model.mlir"], "--plots model.mlir: this is a file; name a directory"),
        (["--report", "a.md", "--json", "a.md"], "--report a.md: --json already writes this file; name another"),
        (["--trace", "plots", "--plots", "plots"], "--plots plots: --trace already writes this file"),
    ],
)
def test_what_cannot_be_written(
    fastc: Fastc, model: Path, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(model.parent)
    before = sorted(os.listdir(model.parent))
    run = fastc("eval", "model.mlir", "--hw", "small.mlir", *arguments)
    assert run.code == 2
    assert message in run.err
    assert "Traceback" not in run.err
    assert sorted(os.listdir(model.parent)) == before


def test_a_failed_run_writes_nothing(fastc: Fastc, tmp_path: Path):
    bad = tmp_path / "bad.mlir"
    bad.write_text("func.func @main(")
    run = fastc("eval", bad, "--hw", "tpu-v3", "--report", tmp_path / "a.html", "--plots", tmp_path / "plots")
    assert run.code == 2
    assert os.listdir(tmp_path) == ["bad.mlir"]


@pytest.mark.parametrize("option", ["report", "trace", "plots"])
def test_options_that_go_together(fastc: Fastc, model: Path, option: str):
    run = fastc("opt", model, "-p", "inline", f"--{option}", model.parent / "out.html")
    assert run.code == 2
    assert f"--{option} goes with --search or with --hw and without -p" in run.err


@pytest.mark.parametrize(("missing", "name"), [("matplotlib", "Matplotlib"), ("jinja2", "Jinja2")])
def test_a_missing_extra(fastc: Fastc, model: Path, missing: str, name: str, monkeypatch: pytest.MonkeyPatch):
    """Said before the work begins; Markdown and traces need no extra."""

    def without(module: str) -> object:
        if module == missing:
            raise ModuleNotFoundError(f"No module named '{module}'", name=module)
        return importlib.import_module(module)

    monkeypatch.setattr("fastc.show.extra.import_module", without)
    run = fastc("eval", model, "--hw", "tpu-v3", "--report", model.parent / "out.html")
    assert run.code == 2
    assert "pip install 'fastc-compiler[plots]'" in run.err
    assert f"needs {name.lower()}" in run.err.lower()
    assert not (model.parent / "out.html").exists()
