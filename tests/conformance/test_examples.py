"""The scripts in ``examples`` run as they are, and say what they ought to."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

FEW = ["--algorithm", "random", "--trials"]


def said(name: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> str:
    """What a script prints; it may say nothing on standard error."""
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    runpy.run_path(str(ROOT / "examples" / f"{name}.py"), run_name="__main__")
    captured = capfd.readouterr()
    assert captured.err == ""
    return captured.out


def test_search_one_model(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, small_model: Path):
    out = said("search_one_model", capfd, monkeypatch, small_model, *FEW, "1")
    # The one trial is the machine that is tried first: FAST-Small, of 128 mm^2 by 'fastc hw show'.
    assert out.startswith("32.8 TFLOP/s, 127.9 mm^2, 99.2 W\n")
    shares = [int(line.split(": ")[1].split("%")[0]) for line in out.splitlines() if line.startswith("bound by")]
    assert sum(shares) == pytest.approx(100, abs=3)
    assert "batch 1: " in out


def test_search_suite(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, small_model: Path):
    out = said("search_suite", capfd, monkeypatch, small_model, small_model, *FEW, "2")
    assert "latency(language) <= 100 ms: " in out
    assert ", met" in out
    assert "pays for its engineering after" in out


def test_write_a_pass(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    out = said("write_a_pass", capfd, monkeypatch, *FEW, "2")
    assert out.startswith("1 outputs agree before and after 'reciprocal'\n")
    before, after = (
        float(line.split(", ")[1].split()[0])
        for line in out.splitlines()
        if line.startswith(("as it is", "reciprocal:"))
    )
    assert after < before


def test_add_a_machine(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, small_model: Path):
    out = said("add_a_machine", capfd, monkeypatch, small_model, "--trials", "24")
    # So small a model pays for none of what can be chosen.
    assert "best per dollar: pe_y 2, dram_channels 1, global_buffer_bytes 3.35544e+07\n" in out
    assert 'arch.dram "hbm2e" channels 1 channel_bytes_per_s 4.600000e+11' in out


def test_differentiate_cost(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, small_model: Path):
    out = said("differentiate_cost", capfd, monkeypatch, small_model)
    exact, evaluated = (part.split()[-2] for part in out.splitlines()[0].split(";"))
    assert exact == evaluated
    slope, difference = (float(part.split()[-1]) for part in out.splitlines()[-1].split(","))
    assert slope == pytest.approx(difference, rel=1e-4)


def test_ask_tell(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, small_model: Path):
    out = said("ask_tell", capfd, monkeypatch, small_model, "--trials", "40")
    values = [float(line.rpartition(" ")[2]) for line in out.splitlines()]
    assert values == sorted(values)
    # Its first sixteen points are drawn; what it breeds after that is better.
    assert int(out.splitlines()[-1].split()[1]) > 16


def test_every_script_has_a_test():
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {path.stem for path in (ROOT / "examples").glob("*.py")} <= tested
