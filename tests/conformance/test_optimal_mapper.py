"""Real models lowered with the optimal mapper: legal, written and read back as they are, and never slower."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT, Fastc


@pytest.mark.parametrize(
    ("name", "machine"),
    [("efficientnet_b0", "fast-large"), ("bert_base_s128", "tpu-v3")],
)
def test_the_optimal_mapper_lowers_real_models(fastc: Fastc, tmp_path: Path, name: str, machine: str):
    model, lowered = ROOT / "examples" / f"{name}.mlir", tmp_path / "lowered.mlir"
    recipes, optimal, again = (tmp_path / f"{kind}.json" for kind in ("recipes", "optimal", "again"))
    assert fastc("eval", model, "--hw", machine, "--json", recipes).code == 0
    # Every pass's result is verified, and reading the lowered module verifies it once more.
    assert fastc("eval", model, "--hw", machine, "--mapper-budget", "1000", "--json", optimal, "-o", lowered).code == 0
    assert fastc("eval", lowered, "--json", again).code == 0
    before, after, costed = (json.loads(path.read_text())["models"][0] for path in (recipes, optimal, again))
    assert after["latency_s"] <= before["latency_s"]
    assert "lower-to-schedule{mapper=optimal mapper-budget=1000}" in after["pipeline"]
    for key in after.keys() - {"name", "source_sha256", "pipeline"}:
        assert costed[key] == after[key], key
