"""Tables of kinds and levers: they fit, and say what the records say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastc.explain.records import Effect, KindSummary, Lever, Levers, ModelSummary
from fastc.report.explanation import print_best_steps, print_kinds, print_levers
from fastc.report.text import error_console

KIND = KindSummary(
    kind="depthwise",
    regions=12345,
    latency_s=0.12345,
    share=1.0,
    flops=1e15,
    flop_share=1.0,
    bound="global_buffer",
    bound_s={"vector": 0.07, "array": 0.05, "dram": 0.01},
    utilization=1.0,
    lower_bound_s=0.000999,
    dram_bytes=1e12,
    relief={"vector": 0.4999, "array": 0.25, "dram": 0.12, "global_buffer": 0.1},
)


def _lever(text: str, *effects: Effect, name: str = "pe_x", model: str | None = None) -> Lever:
    return Lever(name, "flags" if model else "hardware", text, model, 1.0, 2.0, effects)


def _latency(exact: float, kind: str | None = None, model: str = "net") -> Effect:
    return Effect("latency", model, kind, exact / 2.0, exact)


ROWS = (_latency(-0.1), _latency(-0.3, "conv"))

LEVERS = Levers(
    "perf / tdp",
    (
        _lever("twice the global buffer", Effect("objective", None, None, 0.1, 0.11), _latency(-0.2)),
        replace(
            _lever("half the L2 for weights", Effect("objective", None, None, 0.05, None), name="l2"), breaks=("tdp",)
        ),
        _lever("twice the rows of PEs", Effect("objective", None, None, 0.0, 1e-5), *ROWS),
        _lever("twice the batch", Effect("objective", None, None, 0.0, -0.2), _latency(-0.5), name="native_batch"),
        replace(_lever("no DRAM", Effect("objective", None, None, -0.3, None), name="d"), reason="no tile fits"),
        _lever("tile-chains", Effect("objective", None, None, None, 0.04), name="tile-chains"),
    ),
    10,
    5,
    0.987,
)  # fmt: skip


def test_kinds_fit_and_name_the_three_best(capsys: pytest.CaptureFixture[str]) -> None:
    """The widest of everything."""
    print_kinds(error_console(), ModelSummary("net", replace(KIND, kind="all"), (KIND,)))
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= 100
    words = " ".join(lines[2].split())
    assert words == "depthwise 123 ms 100% 100% vector 57, array 41 100.0% 124x vector 50, array 25, DRAM 12"


def test_levers_show_the_prediction_beside_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    """What was not compiled, cannot be, or breaks a constraint, says so."""
    print_levers(error_console(), LEVERS)
    lines = [" ".join(line.split()) for line in capsys.readouterr().err.splitlines()]
    assert lines[2] == "twice the global buffer +10.0 % +11.0 % -10.0 % -20.0 %"
    assert lines[3] == "half the L2 for weights +5.0 % untried tdp"
    assert lines[4] == "twice the rows of PEs 0.0 % 0.0 % -5.0 % -10.0 %"
    assert lines[6] == "no DRAM -30.0 % no mapping"
    assert lines[7] == "tile-chains exact only +4.0 %"
    assert lines[8] == "5 compilations; gradients and exact changes have rank correlation 0.99"


def test_levers_of_several_models_name_whose_flags(capsys: pytest.CaptureFixture[str]) -> None:
    """And show no latency, for there are several."""
    both = (Effect("objective", None, None, 0.1, 0.1), _latency(-0.2), _latency(-0.2, model="other"))
    print_levers(error_console(), replace(LEVERS, levers=(_lever("pad-tensors", *both, name="p", model="other"),)))
    assert "pad-tensors (other) +10.0 % +10.0 %" in " ".join(capsys.readouterr().err.split())


def test_best_steps_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """The greatest saving first; another batch saves no time."""
    print_best_steps(error_console(), "net", LEVERS)
    lines = [" ".join(line.split()) for line in capsys.readouterr().err.splitlines()]
    assert lines[2] == "all 2x global buffer -20.0% 2x rows of PEs -10.0%"
    assert lines[3] == "conv 2x rows of PEs -30.0%"
    print_best_steps(error_console(), "unknown", LEVERS)
    assert capsys.readouterr().err == ""
