"""Tables and JSON of a result."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fastc.dse import Progress
from fastc.report import (
    SearchProgress,
    error_console,
    json_text,
    print_result,
    progress_text,
    search_words,
    si,
    size,
)
from fastc.results import (
    BaselineResult,
    ConstraintResult,
    HardwareResult,
    ModelResult,
    ObjectiveResult,
    RegionResult,
    Result,
    SearchResult,
)

REGION = RegionResult(
    name="conv_0_with_a_name_that_is_far_too_long_for_any_table",
    kind="depthwise",
    count=1,
    ops=("convolution", "add"),
    macs=10,
    latency_s=2e-3,
    compute_s=1e-3,
    dram_s=2e-3,
    global_buffer_s=1e-4,
    vector_s=1e-5,
    bound="dram",
    lower_bound_s=1e-3,
    utilization=0.5,
    dram_bytes=123456789.0,
    energy_j=1e-3,
    vector={"alu": 5, "rescan_bytes": 0},
    rescan_noc_bytes=0.0,
    rescan_dram_bytes=0.0,
    flags={"engine": "weight_stationary", "global": [], "pinned": ["arg1"]},
)
MODEL = ModelResult(
    name="a_model_with_a_name_that_is_too_long_for_any_table",
    source_sha256="0" * 64,
    batch=256,
    macs=10,
    weight_bytes=4,
    latency_s=6e-3,
    throughput_per_s=256 / 6e-3,
    energy_j=2e-3,
    dram_bytes=2e8,
    utilization=0.123456,
    pipeline="inline,canonicalize,cse,dce,set-batch{size=256},form-regions,place-tensors,lower-to-schedule",
    regions=(REGION, replace(REGION, name="fc", latency_s=4e-3, bound="array", lower_bound_s=0.0)),
)
PARAMETERS = {
    "name": "found",
    "node_nm": 7,
    "clock_hz": 1e9,
    "dram_kind": "gddr6",
    "dram_channel_bytes_per_s": 56e9,
    "dram_channels": 8,
    "pe_x": 256,
    "pe_y": 256,
    "array_rows": 256,
    "array_columns": 256,
    "vector_multiplier": 16,
    "l1_shared": 1,
    "l1_input_bytes": 524288,
    "l1_weight_bytes": 524288,
    "l1_output_bytes": 524288,
    "l2_enabled": 1,
    "l2_shared": 1,
    "l2_input_multiplier": 128,
    "l2_weight_multiplier": 128,
    "l2_output_multiplier": 128,
    "global_buffer_bytes": 268435456,
    "native_batch": 256,
    "dtype": "bf16",
}
RESULT = Result(
    schema=1,
    fastc="0.1.0",
    seed=0,
    command=("fastc", "opt"),
    models=(MODEL,),
    hardware=HardwareResult(
        name="found",
        parameters=PARAMETERS,
        area_mm2=400.0,
        area_breakdown_mm2={"arrays": 300.0, "dram_interface": 100.0},
        tdp_w=200.0,
        tdp_breakdown_w={"arrays": 150.0, "dram": 50.0},
        peak_flops=8.59e15,
        dram_bytes_per_s=448e9,
        cost_usd=100.0,
        cost_breakdown_usd={"die": 60.0, "package": 30.0, "dram": 10.0},
    ),
    objective=ObjectiveResult("perf / tdp", 213.33),
    constraints=(ConstraintResult("area <= 223.775872819 mm^2", 400.0, 223.775872819, False),),
    baseline=BaselineResult("tpu-v3-7nm", "stock", 100.0, 2.1333, {MODEL.name: 100.0}),
    search=SearchResult("gradient", 60.0, 240, 1536, 16, 200.0, 213.33, ((1.0, 1, 200.0),), True),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 s"),
        (1.0, "1.00 s"),
        (0.0123456, "12.3 ms"),
        (0.9999, "1.00 s"),
        (999.6e-6, "1.00 ms"),
        (123456.0, "123 ks"),
        (2.05e12, "2.05 Ts"),
        (3.4e-13, "0.34 ps"),
        (-0.002, "-2.00 ms"),
    ],
)
def test_si_prefixes(value: float, text: str):
    assert si(value, "s") == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (512, "512 B"), (8192, "8 KiB"), (2**28, "256 MiB")])
def test_sizes_of_buffers(count: int, text: str):
    assert size(count) == text


def test_tables_fit_100_columns_and_say_what_matters(capsys: pytest.CaptureFixture[str]):
    print_result(RESULT)
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert [line for line in lines if len(line.rstrip()) > 100 and not line.startswith("pipeline")] == []
    assert any("42.7 k" in line and "213.3" in line and "2.13x" in line for line in lines)
    kinds = lines[next(index for index, line in enumerate(lines) if line.startswith("time of a_model")) + 2]
    assert " ".join(kinds.split()) == "depthwise 6.00 ms 100% 100% array 67, DRAM 33 50.0% 6.00x DRAM 33"
    slowest = next(index for index, line in enumerate(lines) if line.startswith("slowest of the 2 regions"))
    regions = lines[slowest + 2 :]
    assert regions[0].startswith("fc ")
    assert "66.7%" in regions[0]
    assert "2.00x" in regions[1]
    assert "time bound by systolic array 67%, DRAM 33%" in lines
    assert any("NOT met" in line for line in lines)
    assert any("2.13x that of tpu-v3-7nm with the stock schedule" in line for line in lines)


def test_the_last_compile_is_told_where_it_changed_the_value(capsys: pytest.CaptureFixture[str]):
    print_result(RESULT)
    assert "compiled once more" not in capsys.readouterr().err
    assert RESULT.search is not None
    print_result(replace(RESULT, search=replace(RESULT.search, exact_value=200.0)))
    line = "compiled once more with all there is, the winner went from 200 to 213.33"
    assert line in capsys.readouterr().err.splitlines()


def test_no_colour_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert error_console().color_system is not None
    monkeypatch.setenv("NO_COLOR", "1")
    assert error_console().no_color


def test_json_has_the_names_of_the_contract():
    read = json.loads(json_text(RESULT))
    assert list(read) == [
        "schema", "fastc", "seed", "command", "models", "hardware", "objective", "constraints", "baseline", "search",
        "levers",
    ]  # fmt: skip
    assert list(read["models"][0]) == [
        "name", "source_sha256", "batch", "macs", "weight_bytes", "latency_s", "throughput_per_s", "energy_j",
        "dram_bytes", "utilization", "pipeline", "regions", "mapper_gap",
    ]  # fmt: skip
    assert list(read["models"][0]["regions"][0]) == [
        "name", "kind", "count", "ops", "macs", "latency_s", "compute_s", "dram_s", "global_buffer_s", "vector_s",
        "bound", "lower_bound_s", "utilization", "dram_bytes", "energy_j", "vector", "rescan_noc_bytes",
        "rescan_dram_bytes", "flags", "mapper_gap",
    ]  # fmt: skip
    assert list(read["hardware"]) == [
        "name", "parameters", "area_mm2", "area_breakdown_mm2", "tdp_w", "tdp_breakdown_w", "peak_flops",
        "dram_bytes_per_s", "cost_usd", "cost_breakdown_usd",
    ]  # fmt: skip
    assert list(read["search"]) == [
        "algorithm", "wall_s", "exact_evaluations", "relaxed_evaluations", "starts", "relaxed_value", "exact_value",
        "trajectory", "stopped", "front", "relaxed_trajectory",
    ]  # fmt: skip
    assert read["search"]["trajectory"] == [[1.0, 1, 200.0]]
    assert {"hardware", "schedule", "value", "ratio"} <= set(read["baseline"])


@pytest.mark.parametrize(
    ("relaxed", "stopped", "text"),
    [
        (1536, False, "gradient: 240 exact evaluations and 1536 relaxed evaluations from 16 starts in 60.0 s"),
        (0, True, "gradient: 240 exact evaluations in 60.0 s, ended before the gradient began"),
    ],
)
def test_how_a_search_went(relaxed: int, stopped: bool, text: str):
    search = SearchResult("gradient", 60.0, 240, relaxed, 16, None, 213.33, (), stopped)
    assert search_words(search) == text
    # Other algorithms start nowhere, and relax nothing.
    other = replace(search, algorithm="random", starts=0, relaxed_evaluations=0, stopped=False)
    assert search_words(other) == "random: 240 exact evaluations in 60.0 s"


def test_json_refuses_what_json_cannot_say():
    broken = replace(RESULT, objective=ObjectiveResult("perf", float("nan")))
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(broken)


def test_progress_is_a_line_for_each_phase_and_now_and_then(capsys: pytest.CaptureFixture[str]):
    with SearchProgress() as progress:
        progress.update(Progress("exact", 1, 12, None, 1, 3.0))
        progress.update(Progress("exact", 2, 12, 157.5, 2, 4.0))
        progress.update(Progress("relaxed", 0, 60, 157.5, 2, 4.0))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[1:] == [
        "fastc: exact 1/12, 1 exact evaluations, best none yet, 3 s",
        "fastc: relaxed 0/60, 2 exact evaluations, best 157.5, 4 s",
    ]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (
            Progress("polish", 60, 250, 157.5, 60, 31.2, 2.04, 93.1),
            "polish 60/250, 60 exact evaluations (2/s), best 157.5, 31 s, at most 93 s left",
        ),
        (Progress("trials", 3, None, None, 3, 2.0, 1.5), "trials 3, 3 exact evaluations (1.5/s), best none yet, 2 s"),
        (
            Progress("relaxed", 5, 60, None, 0, 40.0, None, 20.0),
            "relaxed 5/60, 0 exact evaluations, best none yet, 40 s, at most 20 s left",
        ),
    ],
)
def test_progress_says_best_rate_and_time_left(step: Progress, text: str):
    assert progress_text(step) == text
