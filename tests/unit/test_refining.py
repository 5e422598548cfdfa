"""The winner's last compile: never worse, better where optimal mapper or chains are, and only while there is time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fastc import driver
from fastc.compilation import Costed, clean
from fastc.machines import load_machine
from fastc.pipelines import Flags
from fastc.refining import CHAINS, REFINEMENTS, Plain, refined
from fastc.scoring import make_goal

MODEL = Path(__file__).parent / "models" / "convolutional.mlir"


def test_the_best_of_all_compiles_is_taken() -> None:
    """Each compile by hand beside it; without time, or where the better ones break a constraint, it stays as it is."""
    model, machine = clean(driver.load(str(MODEL))), load_machine("eyeriss")
    plain = Plain(model, (), driver.cost(model, machine, "fastc"))
    others = [driver.cost(model, machine, "fastc", flags=flags) for flags in REFINEMENTS]
    best_s = min(one.metrics.latency_s for one in (plain.costed, *others))
    assert best_s < plain.costed.metrics.latency_s
    goal = make_goal([model.name], "perf", (), None)
    (found,) = refined(goal, [plain], machine, lambda: False)
    assert found.metrics.latency_s == best_s
    assert refined(goal, [plain], machine, lambda: True) == [plain.costed]
    slow = make_goal(
        [model.name], "perf", (f"latency >= {float(plain.costed.metrics.latency_s) * 0.9999999!r} s",), None
    )
    assert refined(slow, [plain], machine, lambda: False) == [plain.costed]


def test_both_are_tried_only_where_chains_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    model, machine = clean(driver.load(str(MODEL))), load_machine("eyeriss")
    plain = Plain(model, (), driver.cost(model, machine, "fastc"))
    metrics = plain.costed.metrics
    faster = replace(plain.costed, metrics=replace(metrics, perf_per_s=2.0 * float(metrics.perf_per_s)))
    goal = make_goal([model.name], "perf", (), None)
    tried: list[Flags] = []
    chained = iter((plain.costed, faster))

    def compiled(_model: object, _machine: object, flags: Flags, _late: object) -> Costed:
        tried.append(flags)
        return next(chained) if flags == CHAINS else plain.costed

    monkeypatch.setattr("fastc.refining._compiled", compiled)
    refined(goal, [plain], machine, lambda: False)
    refined(goal, [plain], machine, lambda: False)
    assert tried == [*REFINEMENTS[:2], *REFINEMENTS]
