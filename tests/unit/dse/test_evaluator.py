"""The exact evaluator: what it says of a machine is what compiling the IR for it and costing that gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.models import attention
from fastc import driver
from fastc.compilation import Model, clean, model_of
from fastc.dse.exact import Evaluator
from fastc.dse.polish import canonical
from fastc.dse.records import Point
from fastc.frontends.stablehlo import read_stablehlo
from fastc.searching import SearchRequest, search_problem
from passes.analysis.machine import accelerator_of

MODELS = Path(__file__).parents[1] / "models"

MACHINES = 6


def _two_layers() -> Model:
    """Two softmaxes, so that their form is a flag."""
    text = attention.text(attention.Config(layers=2, hidden=64, heads=2, intermediate=128, tokens=128))
    return model_of(read_stablehlo(text.encode(), "attention"), "attention")


@pytest.mark.parametrize("name", ["attention", "convolutional"])
def test_it_equals_compiling_and_costing_the_ir(name: str) -> None:
    """On random machines of the space with HBM, each with random flags: latency, energy and chip to 1e-9."""
    model = _two_layers() if name == "attention" else driver.load(str(MODELS / f"{name}.mlir"))
    cleaned = clean(model)
    problem = search_problem(SearchRequest((model,), space="fast-hbm"))
    evaluator, generator = Evaluator(problem), np.random.default_rng(11)
    (variants,) = (one.variants for one in problem.models)
    assert len(variants) == (2 if name == "attention" else 1)
    seen: set[tuple[str, str]] = set()
    compared = 0
    while compared < MACHINES:
        values = tuple((p.name, float(generator.choice(p.values))) for p in problem.space.parameters)
        chosen = int(generator.integers(len(variants)))
        found = evaluator(canonical(problem, Point(values, (chosen,))))
        if not found.models:
            continue
        machine = accelerator_of(replace(found.machine, name="drawn"))
        costed = driver.cost(cleaned, machine, "fastc", flags=variants[chosen].flags)
        (one,) = found.models
        for field in ("perf_per_s", "latency_s", "energy_j", "tdp_w", "area_m2", "cost_usd"):
            expected = float(getattr(costed.metrics, field))
            assert float(getattr(one.metrics, field)) == pytest.approx(expected, rel=1e-9), (field, values)
        seen.add((found.machine.dram_kind, variants[chosen].name))
        compared += 1
    assert len(seen) > 2
