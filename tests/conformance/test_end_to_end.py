"""Real models through the whole program: lowered, replayed, read back and costed again, with the same numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import fastc as library
from fastc.compilation import clean, model_of
from fastc.objective import parse_objective
from fastc.pipelines import STOCK_FLAGS, default_pipeline, lowering, parse
from fastc.results import Result
from tests.conftest import ROOT, SMALL_MODEL, Fastc

MANIFEST = {
    entry["name"]: entry for entry in json.loads((ROOT / "examples" / "manifest.json").read_text())["workloads"]
}

LARGE = ("efficientnet_b7", "bert_base_s1024")


@pytest.mark.parametrize(
    "name", [name for name in MANIFEST if name not in LARGE] + [pytest.param(n, marks=pytest.mark.slow) for n in LARGE]
)
def test_every_model_on_the_tpu(fastc: Fastc, tmp_path: Path, name: str):
    model, lowered, result = ROOT / "examples" / f"{name}.mlir", tmp_path / "lowered.mlir", tmp_path / "result.json"
    run = fastc("opt", model, "--hw", "tpu-v3", "-o", lowered, "--json", result)
    assert (run.code, run.out) == (0, "")
    assert "fastc: warning" not in run.err
    found = json.loads(result.read_text())
    (record,) = found["models"]
    assert record["macs"] == MANIFEST[name]["macs"]
    assert record["source_sha256"] == MANIFEST[name]["sha256"]
    assert record["batch"] == 64
    _check_sums(record)
    if name not in LARGE:  # Replayed, the pipeline gives the same bytes.
        replayed = tmp_path / "replayed.mlir"
        assert fastc("opt", model, "--hw", "tpu-v3", "-p", record["pipeline"], "-o", replayed).code == 0
        assert replayed.read_bytes() == lowered.read_bytes()
    # Read back, the lowered module gives the same numbers.
    again = tmp_path / "again.json"
    assert fastc("eval", lowered, "--json", again).code == 0
    (costed,) = json.loads(again.read_text())["models"]
    for key in record.keys() - {"name", "source_sha256", "pipeline"}:
        assert costed[key] == record[key], key


def _check_sums(record: dict[str, object]) -> None:
    regions = record["regions"]
    assert isinstance(regions, list)
    for key, expected in (
        ("macs", record["macs"]),
        ("latency_s", record["latency_s"]),
        ("energy_j", record["energy_j"]),
    ):
        assert sum(region[key] * region["count"] for region in regions) == pytest.approx(expected, rel=1e-9)
    for region in regions:
        assert region["latency_s"] >= region["lower_bound_s"] * (1.0 - 1e-9)
        assert region["latency_s"] > 0.0
        assert 0.0 <= region["utilization"] <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["efficientnet_b0"])
def test_search_beats_the_tpu_inside_its_budgets(fastc: Fastc, tmp_path: Path, name: str):
    model = ROOT / "examples" / f"{name}.mlir"
    machine, result = tmp_path / "machine.mlir", tmp_path / "result.json"
    run = fastc("opt", model, "--search", "--trials", "40", "--hw-out", machine, "--json", result)
    assert run.code == 0
    found = json.loads(result.read_text())
    assert [constraint["met"] for constraint in found["constraints"]] == [True, True]
    assert found["baseline"]["ratio"] > 1.0
    # The winner is compiled once more with what takes too long to try on each machine.
    assert found["objective"]["value"] >= found["search"]["exact_value"] * (1.0 - 1e-9)
    (record,) = found["models"]
    assert record["throughput_per_s"] / found["hardware"]["tdp_w"] == pytest.approx(
        found["objective"]["value"], rel=1e-9
    )
    # The machine and the pipeline give the lowered IR again.
    assert fastc("opt", model, "--hw", machine, "-p", record["pipeline"]).out == run.out
    # The lowered IR alone gives the objective again.
    assert fastc("eval", "-", "--json", tmp_path / "again.json", stdin=run.out.encode()).code == 0
    again = json.loads((tmp_path / "again.json").read_text())
    assert again["objective"]["value"] == pytest.approx(found["objective"]["value"], rel=1e-9)


def test_pipelines_as_printed():
    assert default_pipeline(8) == (
        "inline,fold-constants,simplify,cse,dce,set-batch{size=8},fold-normalization,assign-layout,"
        "form-regions,place-tensors,lower-to-schedule"
    )
    assert default_pipeline(None, "stock") == (
        "inline,fold-constants,simplify,cse,dce,form-regions{sink=false},place-tensors{residency=none},"
        "lower-to-schedule{dataflow=weight_stationary}"
    )
    searched = lowering("fastc", (("softmax-form", "passes=2"), ("assign-layout", None), ("pad-tensors", "")))
    assert searched[:4] == ("fold-normalization", "softmax-form{passes=2}", "pad-tensors", "form-regions")
    assert ",".join(lowering("stock")) == ",".join(lowering("fastc", STOCK_FLAGS))
    assert [step.name for step in parse(default_pipeline(2)).passes][:2] == ["inline", "fold-constants"]


def test_stock_schedule_keeps_nothing_on_chip(fastc: Fastc, small_model: Path, tmp_path: Path):
    result = tmp_path / "result.json"
    assert fastc("eval", small_model, "--hw", "fast-large", "--schedule", "stock", "--json", result).code == 0
    stock = json.loads(result.read_text())["models"][0]
    assert fastc("eval", small_model, "--hw", "fast-large", "--json", result).code == 0
    ours = json.loads(result.read_text())["models"][0]
    assert all(region["flags"]["global"] == region["flags"]["pinned"] == [] for region in stock["regions"])
    assert any(region["flags"]["pinned"] for region in ours["regions"])
    assert ours["dram_bytes"] < stock["dram_bytes"]


def test_batch_option(fastc: Fastc, small_model: Path, tmp_path: Path):
    result = tmp_path / "result.json"
    assert fastc("eval", small_model, "--hw", "fast-large", "--batch", "2", "--json", result).code == 0
    (record,) = json.loads(result.read_text())["models"]
    assert record["batch"] == 2
    assert "set-batch{size=2}" in record["pipeline"]
    assert record["macs"] == 8 * 16 + 16 * 4
    assert record["throughput_per_s"] == pytest.approx(2 / record["latency_s"])


def test_macs_are_of_one_inference_whatever_batch_was_exported(fastc: Fastc, small_model: Path, tmp_path: Path):
    exported, result = tmp_path / "exported.mlir", tmp_path / "result.json"
    exported.write_text(fastc("opt", small_model).out.replace("tensor<1x", "tensor<4x"))
    lowered = fastc("opt", exported, "--hw", "fast-small", "--json", result).out
    macs = 8 * 16 + 16 * 4
    assert json.loads(result.read_text())["models"][0]["macs"] == macs
    assert fastc("eval", "-", "--json", result, stdin=lowered.encode()).code == 0
    assert json.loads(result.read_text())["models"][0]["macs"] == macs


MIXES_THE_BATCH = """\
func.func public @main(%w: tensor<4x4xbf16>, %x: tensor<4x4xbf16>) -> tensor<4x4xbf16> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [0] x [0] : (tensor<4x4xbf16>, tensor<4x4xbf16>)
      -> tensor<4x4xbf16>
  %1 = stablehlo.reverse %0, dims = [0] : tensor<4x4xbf16>
  return %1 : tensor<4x4xbf16>
}
"""


def test_a_model_that_mixes_its_batch_keeps_it(fastc: Fastc, tmp_path: Path):
    model, result = tmp_path / "mixes.mlir", tmp_path / "result.json"
    model.write_text(MIXES_THE_BATCH)
    run = fastc("eval", model, "--hw", "fast-small", "--json", result)
    assert run.code == 0
    # The baseline is compiled too, and would say the same again.
    assert run.err.count("fastc: warning: mixes keeps the batch it was exported with") == 1
    assert "set-batch" not in json.loads(result.read_text())["models"][0]["pipeline"]
    asked = fastc("eval", model, "--hw", "fast-small", "--batch", "8")
    assert asked.code == 2
    assert "mixes: cannot run 8 inferences at once: set-batch" in asked.err


def test_regions_are_scheduled_as_they_are(fastc: Fastc, small_model: Path):
    placed = fastc("opt", small_model, "-p", "set-batch{size=4},form-regions,place-tensors", "--hw", "fast-large").out
    run = fastc("eval", "-", "-o", "-", stdin=placed.encode())
    assert run.code == 0
    assert "pipeline of small: lower-to-schedule" in run.err
    whole = fastc(
        "opt", small_model, "-p", "set-batch{size=4},form-regions,place-tensors,lower-to-schedule", "--hw", "fast-large"
    )
    assert run.out == whole.out


def test_library(tmp_path: Path):
    path = tmp_path / "small.mlir"
    path.write_text(SMALL_MODEL)
    module = library.load(path)
    before = str(module)
    result = library.evaluate(module, hw="tpu-v3", batch=16)
    assert isinstance(result, Result)
    assert str(module) == before
    assert result.models[0].batch == 16
    assert result.pipeline == default_pipeline(16)
    assert callable(library.search)
    assert parse_objective(result.objective.expression)
    lowered = result.models[0].lowered
    assert lowered is not None
    assert library.evaluate(lowered).models[0].latency_s == result.models[0].latency_s
    with pytest.raises(AttributeError, match="no attribute 'serach'"):
        _ = library.serach


def test_cleaning_leaves_the_model_alone(small_model: Path):
    model = model_of(library.load(small_model))
    before = str(model.module)
    assert str(clean(model).module) != before
    assert str(model.module) == before
