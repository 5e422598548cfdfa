"""place-tensors and lower-to-schedule with the optimal mapper, and the command line's budget for it."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from fastc.pipelines import default_pipeline
from fastc.problem import Proof
from hwmodels.records import RegionCost
from tests.conftest import Fastc

STEPS = "place-tensors{OPTIONS},lower-to-schedule{OPTIONS}"


def test_the_budget_is_two_options_of_the_pipeline(fastc: Fastc, small_model: Path):
    asked = fastc("opt", small_model, "--hw", "fast-small", "--batch", "64", "--mapper-budget", "50")
    before = default_pipeline(64).removesuffix(",place-tensors,lower-to-schedule")
    steps = STEPS.replace("OPTIONS", "mapper=optimal mapper-budget=50")
    assert asked.code == 0
    assert asked.out == fastc("opt", small_model, "--hw", "fast-small", "-p", f"{before},{steps}").out


@pytest.mark.parametrize("objective", ["energy", "edp"])
def test_other_objectives(fastc: Fastc, small_model: Path, objective: str):
    steps = STEPS.replace("OPTIONS", f"mapper=optimal objective={objective}")
    assert fastc("opt", small_model, "--hw", "fast-large", "-p", f"form-regions,{steps}").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--search", "--mapper-budget", "5"), "--mapper-budget goes with --hw"),
        (("--mapper-budget", "5"), "--mapper-budget goes with --hw and without -p"),
        (("--hw", "tpu-v3", "--mapper-budget", "0"), "0 is too small; give at least 1"),
        (
            ("--hw", "tpu-v3", "-p", "place-tensors{mapper=best}"),
            "option 'mapper' is one of recipes, optimal, not 'best'",
        ),
    ],
)
def test_what_cannot_be(fastc: Fastc, small_model: Path, arguments: tuple[str, ...], message: str):
    run = fastc("opt", small_model, *arguments)
    assert run.code == 2
    assert message in run.err


PRODUCT = """
func.func public @main(%x: tensor<1x672xbf16>, %w: tensor<672x1000xbf16>) -> tensor<1x1000xbf16> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
      : (tensor<1x672xbf16>, tensor<672x1000xbf16>) -> tensor<1x1000xbf16>
  return %0 : tensor<1x1000xbf16>
}
"""


def test_a_gap_is_in_the_ir_the_json_and_the_table(fastc: Fastc, tmp_path: Path):
    model, lowered, results = (tmp_path / name for name in ("product.mlir", "lowered.mlir", "results.json"))
    model.write_text(PRODUCT)
    run = fastc("opt", model, "--hw", "tpu-v3", "--mapper-budget", "1", "-o", lowered, "--json", results)
    assert run.code == 0
    assert "warning" not in run.err
    (found,) = json.loads(results.read_text())["models"]
    (region,) = found["regions"]
    assert 0.0 <= region["mapper_gap"] < 1.0
    # The only region is the network.
    assert found["mapper_gap"] == pytest.approx(region["mapper_gap"], rel=1e-12)
    assert f"{region['mapper_gap']:.2%}" in run.err
    # The module alone says the same; what is written by hand is taken, if it is a share.
    text = lowered.read_text()
    (note,) = re.findall(r"sched\.gap = \S+ : f64", text)
    lowered.write_text(text.replace(note, "sched.gap = 0.25 : f64"))
    assert fastc("eval", lowered, "--json", results).code == 0
    assert json.loads(results.read_text())["models"][0]["mapper_gap"] == pytest.approx(0.25)
    for wrong in ("1.5 : f64", '"much"', "7 : i64"):
        lowered.write_text(text.replace(note, f"sched.gap = {wrong}"))
        refused = fastc("eval", lowered)
        assert refused.code == 2
        assert "region 'matmul_0': sched.gap is" in refused.err
    lowered.write_text(text.replace('sched.objective = "latency"', 'sched.objective = "beauty"'))
    assert "sched.objective is 'beauty'; it is one of latency, energy, edp" in fastc("eval", lowered).err


def test_a_networks_gap_by_hand():
    # 3 runs of 2 s and 4 J of which a quarter may be too much, and one run of 4 s and 8 J that nothing maps.
    mapped, bare = region_cost(2.0, 4.0), region_cost(4.0, 8.0)
    for objective, share in (("latency", 6 / 10), ("energy", 12 / 20), ("edp", 24 / 56)):
        gap = Proof(objective, (0.25, None)).of_network((mapped, bare), (3, 1))  # pyright: ignore[reportArgumentType]
        assert gap == pytest.approx(0.25 * share)


def region_cost(latency_s: float, energy_j: float) -> RegionCost:
    """Of a region that takes so much, all else apart."""
    fields = {name.name: 0.0 for name in dataclasses.fields(RegionCost)}
    return RegionCost(**(fields | {"latency_s": latency_s, "energy_j": energy_j, "bound": "array"}))  # pyright: ignore[reportArgumentType]


def test_recipes_prove_nothing(fastc: Fastc, small_model: Path, tmp_path: Path):
    results = tmp_path / "results.json"
    assert fastc("eval", small_model, "--hw", "tpu-v3", "--json", results).code == 0
    (found,) = json.loads(results.read_text())["models"]
    assert found["mapper_gap"] is None
    assert {region["mapper_gap"] for region in found["regions"]} == {None}
