"""The gradient search: repeatable, inside its limits, and right where the optimum is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from fastc.dse import Options, Progress, search
from fastc.dse.exact import Evaluator, better
from fastc.dse.gradient import round_point
from fastc.dse.records import Evaluation, Point
from tests.unit.dse.dse_cases import FULL_SPACE, SMALL_SPACE, at_most, problem


def _best_of_all() -> Evaluation:
    evaluator = Evaluator(problem(SMALL_SPACE))
    best: Evaluation | None = None
    names = [parameter.name for parameter in SMALL_SPACE.parameters]
    for values in product(*(parameter.values for parameter in SMALL_SPACE.parameters)):
        result = evaluator(Point(tuple(zip(names, values, strict=True)), (0,)))
        if better(result, best):
            best = result
    assert best is not None
    return best


@pytest.mark.slow
def test_finds_the_optimum_of_a_space_that_can_be_enumerated() -> None:
    """Of 768 machines, tried one by one, the search finds the best with a fifth of the evaluations."""
    found = search(problem(SMALL_SPACE), Options(seed=0, starts=4, steps=20, trials=150))
    assert found.best.value == _best_of_all().value
    assert found.exact_evaluations <= 150


@pytest.mark.slow
def test_same_seed_same_result_within_constraints() -> None:
    """Two runs with one seed end at the same point with the same numbers, inside the budget of power."""
    constrained = problem(FULL_SPACE, (at_most("tdp <= 10 W", "tdp_w", 10.0), at_most("area", "area_m2", 60e-6)))
    seen: list[Progress] = []
    options = Options(seed=7, starts=4, steps=20, trials=40, on_progress=seen.append)
    one, two = (search(constrained, options) for _ in range(2))
    assert one.best.point == two.best.point
    assert one.best.value == two.best.value
    assert [entry[1:] for entry in one.trajectory] == [entry[1:] for entry in two.trajectory]
    assert one.feasible
    assert one.best.chip.tdp_w <= 10.0
    assert one.best.chip.area_m2 <= 60e-6
    assert one.exact_evaluations <= 40
    assert {progress.phase for progress in seen} == {"relaxed", "exact", "polish"}
    values = [value for _, _, value in one.trajectory]
    assert values == sorted(values)


@pytest.mark.slow
def test_impossible_budget_is_reported_as_infeasible() -> None:
    """No machine takes less than 0.1 W: the nearest is returned and marked."""
    found = search(
        problem(SMALL_SPACE, (at_most("tdp <= 0.1 W", "tdp_w", 0.1),)), Options(starts=2, steps=5, trials=10)
    )
    assert not found.feasible
    assert found.best.violation > 0.0
    assert found.trajectory == ()


def test_round_point_is_legal() -> None:
    """2**4.4 is nearest to 16 in log2; a kind of 0.6 rounds to 1; below the smallest size stays the smallest."""
    coordinates = np.asarray([4.4] * len(FULL_SPACE.parameters))
    names = [parameter.name for parameter in FULL_SPACE.parameters]
    coordinates[names.index("l1_shared")] = 0.6
    values = dict(round_point(problem(), coordinates, [np.asarray([0.0])]).values)
    assert values["native_batch"] == 16.0
    assert values["l1_shared"] == 1.0
    assert values["l1_input_bytes"] == 1024.0
    assert values["dram_channels"] == 8.0
