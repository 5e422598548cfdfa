"""place-tensors and lower-to-schedule with the optimal mapper, and the command line's budget for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastc.pipelines import default_pipeline
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


def test_a_gap_is_said(fastc: Fastc, tmp_path: Path):
    model = tmp_path / "product.mlir"
    model.write_text(
        "func.func public @main(%x: tensor<1x672xbf16>, %w: tensor<672x1000xbf16>) -> tensor<1x1000xbf16> {\n"
        "  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]\n"
        "      : (tensor<1x672xbf16>, tensor<672x1000xbf16>) -> tensor<1x1000xbf16>\n"
        "  return %0 : tensor<1x1000xbf16>\n}\n"
    )
    run = fastc("eval", model, "--hw", "tpu-v3", "--batch", "1000", "--mapper-budget", "1")
    assert run.code == 0
    assert "fastc: warning: the mappings of 1 regions are not proven best" in run.err
    assert "not proven" not in fastc("eval", model, "--hw", "tpu-v3", "--batch", "1000").err
