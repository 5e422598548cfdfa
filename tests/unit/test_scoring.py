"""From expressions to the value of a suite and the verdict on its constraints."""

from __future__ import annotations

import re

import pytest

from fastc.dse import Metrics
from fastc.errors import InputError
from fastc.machines import load_machine
from fastc.scoring import constraint_functions, judge, make_goal, model_values, objective_function
from fastc.searching import default_constraints
from hwmodels.chip import chip_cost
from passes.analysis.machine import machine_of

SMALL = Metrics(perf_per_s=100.0, latency_s=0.01, energy_j=2.0, tdp_w=50.0, area_m2=400e-6, cost_usd=80.0)
LARGE = Metrics(perf_per_s=1600.0, latency_s=0.04, energy_j=0.5, tdp_w=50.0, area_m2=400e-6, cost_usd=80.0)
MODELS = ("small", "large")


@pytest.mark.parametrize(
    ("objective", "weights", "value"),
    [
        ("perf / tdp", None, 8.0),  # sqrt(2 * 32)
        ("perf / tdp", (1.0, 3.0), 16.0),  # 2 ** 0.25 * 32 ** 0.75
        ("1 / energy", None, 1.0),  # sqrt(0.5 * 2)
        ("perf(large) / tdp", None, 32.0),
        ("perf(small) + perf(large)", (1.0, 7.0), 1700.0),
        ("edp(small) / edp(large)", None, 1.0),  # 2 * 0.01 / (0.5 * 0.04)
        ("1 / area", None, 1.0 / 400.0),
    ],
)
def test_objective_of_a_suite(objective: str, weights: tuple[float, ...] | None, value: float):
    goal = make_goal(MODELS, objective, weights=weights)
    assert objective_function(goal)([SMALL, LARGE]) == pytest.approx(value, rel=1e-12)


def test_objective_of_each_model():
    assert model_values(make_goal(MODELS, "perf / tdp"), [SMALL, LARGE]) == {"small": 2.0, "large": 32.0}


@pytest.mark.parametrize(
    ("constraint", "value", "bound", "met"),
    [
        ("area <= 400 mm^2", 400.0, 400.0, True),
        ("tdp <= 49 W", 50.0, 49.0, False),
        ("latency <= 15 ms", 0.04, 0.015, False),
        ("latency(small) <= 15 ms", 0.01, 0.015, True),
        ("perf >= 100", 100.0, 100.0, True),
        ("perf >= 101", 100.0, 101.0, False),
        ("100 <= perf", 100.0, 100.0, True),
        ("latency(large) <= 3 * latency(small)", 4.0 / 3.0, 1.0, False),
    ],
)
def test_verdict_is_on_the_model_that_fares_worst(constraint: str, value: float, bound: float, met: bool):
    (verdict,) = judge(make_goal(MODELS, subject_to=[constraint]), [SMALL, LARGE])
    assert verdict.expression == constraint
    assert verdict.value == pytest.approx(value, rel=1e-12)
    assert verdict.bound == pytest.approx(bound, rel=1e-12)
    assert verdict.met is met


def test_cost_is_in_dollars_and_one_for_the_chip():
    goal = make_goal(MODELS, "perf / cost", ["cost <= 100 $"])
    # Models of equal weight: the square root of 100 / 80 times 1600 / 80.
    assert objective_function(goal)([SMALL, LARGE]) == pytest.approx(5.0)
    (verdict,) = judge(goal, [SMALL, LARGE])
    assert (verdict.value, verdict.bound, verdict.met) == (80.0, 100.0, True)


def test_a_constraint_on_the_chip_is_one_for_the_search():
    goal = make_goal(MODELS, subject_to=["area <= 400 mm^2", "latency <= 15 ms"])
    assert [constraint.text for constraint in constraint_functions(goal)] == [
        "area <= 400 mm^2",
        "latency <= 15 ms",
        "latency <= 15 ms",
    ]


@pytest.mark.parametrize(
    ("objective", "subject_to", "weights", "message"),
    [
        ("perf(medium)", [], None, "names no model of this run"),
        ("perf", [], (1.0,), "1 numbers for 2 models"),
        ("perf", [], (1.0, 0.0), "every weight must be above 0"),
        ("perf", [], (1.0, float("nan")), "every weight must be above 0"),
        ("perf", ["area <= 0 mm^2"], None, "must be above 0"),
        ("perf", ["area <= 1 / 0"], None, "cannot be computed"),
    ],
)
def test_bad_goals(objective: str, subject_to: list[str], weights: tuple[float, ...] | None, message: str):
    with pytest.raises(InputError, match=message):
        constraint_functions(make_goal(MODELS, objective, subject_to, weights))


def test_bounds_of_a_search_can_be_written_by_people():
    """The baseline meets them, and a ten-thousandth less it would not."""
    chip = chip_cost(machine_of(load_machine("tpu-v3-7nm")))
    area, tdp = (re.fullmatch(r"(?:area|tdp) <= (\d+\.\d+) (?:mm\^2|W)", text) for text in default_constraints())
    assert area is not None
    assert tdp is not None
    for bound, value in ((area[1], float(chip.area_m2) * 1e6), (tdp[1], float(chip.tdp_w))):
        assert len(bound) <= 6
        assert value <= float(bound) < 1.0001 * value
