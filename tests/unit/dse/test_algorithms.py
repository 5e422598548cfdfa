"""Algorithms by turns: legal points, the same for the same seed, and better than chance where they should be."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from fastc.dse import ALGORITHMS, Evaluation, Journal, Options, Point, SearchProblem, search
from fastc.dse.asktell import BATCH, indices_of, point_at, shape
from fastc.dse.blackbox import make_algorithm, require
from fastc.dse.exact import Evaluator, front
from fastc.errors import InputError
from hwmodels.space import Space
from tests.unit.dse.dse_cases import FULL_SPACE, SMALL_SPACE, at_most, problem

BLACK_BOX = ("random", "tpe", "gp", "nsga2")

FEW = Space(SMALL_SPACE.base, SMALL_SPACE.parameters[:3])
"""64 machines."""

CONSTRAINED = problem(SMALL_SPACE, (at_most("tdp <= 10 W", "tdp_w", 10.0),))


def _variants(case: SearchProblem) -> SearchProblem:
    """With a second setting of the flags that changes nothing."""
    return replace(case, models=(replace(case.models[0], variants=case.models[0].variants * 2),))


def _front_problem() -> SearchProblem:
    case = problem(FEW)
    return replace(case, objectives=(lambda metrics: metrics[0].perf_per_s, lambda metrics: 1.0 / metrics[0].tdp_w))


@pytest.mark.parametrize("name", BLACK_BOX)
def test_points_are_legal_and_those_of_the_seed(name: str) -> None:
    """Four turns and more, past what is drawn at first: the same with the same seed, others from the first turn on with
    another."""
    case = _variants(problem(FULL_SPACE))
    evaluator = Evaluator(case)
    asked: list[list[Point]] = []
    for seed, turns in ((0, 5), (0, 5), (1, 1)):
        algorithm = make_algorithm(name, case, seed)
        points: list[Point] = []
        for _ in range(turns):
            batch = algorithm.ask()
            assert 1 <= len(batch) <= BATCH
            algorithm.tell([evaluator(point) for point in batch])
            points += batch
        asked.append(points)
    assert asked[0] == asked[1]
    assert asked[0][: len(asked[2])] != asked[2]
    for point in asked[0]:
        assert point_at(case, indices_of(case, point)) == point
        for parameter, (named, value) in zip(FULL_SPACE.parameters, point.values, strict=True):
            assert named == parameter.name
            assert value in parameter.values
    assert {point.variants[0] for point in asked[0]} == {0, 1}
    assert len(set(asked[0])) > len(asked[0]) // 2


@pytest.mark.slow
def test_informed_algorithms_come_near_the_optimum() -> None:
    """Of 256 machines under a limit of power: TPE in 64 trials and the Gaussian process in 40 come within 2 % of the
    best, NSGA-II in 64 within 15 %."""
    case = problem(Space(SMALL_SPACE.base, SMALL_SPACE.parameters[:4]), CONSTRAINED.constraints)
    best = search(case, Options(trials=None), "exhaustive").best.value
    for name, trials, share in (("tpe", 64, 0.98), ("gp", 40, 0.98), ("nsga2", 64, 0.85)):
        found = search(case, Options(seed=0, trials=trials), name)
        assert found.feasible, name
        assert float(found.best.chip.tdp_w) <= 10.0
        assert found.best.value >= share * best, name
        assert found.exact_evaluations <= trials


@pytest.mark.parametrize("name", ["tpe", "gp", "nsga2"])
def test_a_journal_answers_for_any_algorithm(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut in its midst, it goes on to the same file."""
    path = tmp_path / "j.jsonl"
    options = Options(seed=3, trials=36)
    first = search(CONSTRAINED, options, name, journal=Journal(path, CONSTRAINED, {}))
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:28]))
    second = search(CONSTRAINED, options, name, journal=Journal(path, CONSTRAINED, {}))
    assert path.read_bytes() == whole
    assert (second.best.point, second.best.value) == (first.best.point, first.best.value)


def test_exhaustive_tries_every_point_once() -> None:
    """3 batches, 2 sizes, and an L2 whose size matters only where it is: 3 * (1 + 2) * 2 settings of flags."""
    kept = {"native_batch": 3, "l2_enabled": 2, "l2_input_multiplier": 2}
    parameters = tuple(
        replace(parameter, values=parameter.values[: kept[parameter.name]])
        for parameter in FULL_SPACE.parameters
        if parameter.name in kept
    )
    case = _variants(problem(Space(FULL_SPACE.base, parameters)))
    found = search(case, Options(trials=None), "exhaustive")
    assert found.exact_evaluations == 18
    assert found.algorithm == "exhaustive"
    # The gradient search does the same where there are so few, without any gradient.
    by_gradient = search(case, Options())
    assert (by_gradient.algorithm, by_gradient.exact_evaluations, by_gradient.starts) == ("exhaustive", 18, 0)
    assert by_gradient.best.point == found.best.point
    assert not by_gradient.stopped


def test_a_fixed_machine_leaves_its_flags() -> None:
    case = _variants(problem(Space(FULL_SPACE.base, ())))
    found = search(case, Options())
    assert found.exact_evaluations == 2
    assert found.best.machine == FULL_SPACE.base


class Fixed:
    """An algorithm of somebody else: the corner, then its neighbours along the first axis, and that is all."""

    def __init__(self, case: SearchProblem) -> None:
        self.case = case
        self.told: list[tuple[Point, float]] = []

    def ask(self) -> Sequence[Point]:
        if len(self.told) == 4:
            return []
        index = len(self.told)
        return [point_at(self.case, (step, *(0,) * (len(shape(self.case)) - 1))) for step in (index, index + 1)]

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        self.told += [(evaluation.point, evaluation.value) for evaluation in evaluations]


def test_any_algorithm_will_do() -> None:
    made: list[Fixed] = []

    def make(case: SearchProblem) -> Fixed:
        made.append(Fixed(case))
        return made[0]

    found = search(problem(SMALL_SPACE), Options(), make)
    assert found.exact_evaluations == 4
    assert [dict(point.values)["native_batch"] for point, _ in made[0].told] == [1.0, 2.0, 4.0, 8.0]
    assert found.best.value == max(value for _, value in made[0].told)


def test_the_last_turn_is_cut_at_the_limit() -> None:
    found = search(problem(SMALL_SPACE), Options(trials=3), Fixed)
    assert found.exact_evaluations == 3


def test_seeds_go_first() -> None:
    corner = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    case = replace(problem(SMALL_SPACE), seeds=(corner,))
    assert search(case, Options(trials=1), "random").best.point == corner


def test_a_search_in_circles_ends() -> None:
    """An algorithm that asks for the same for ever."""

    class Same(Fixed):
        def ask(self) -> Sequence[Point]:
            return [point_at(self.case, (0,) * len(shape(self.case)))]

    assert search(problem(SMALL_SPACE), Options(trials=None), Same).exact_evaluations == 1


def _dominates(left: Evaluation, right: Evaluation) -> bool:
    pairs = list(zip(left.values, right.values, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def test_a_front_is_what_none_beats() -> None:
    """Of all machines of a small space: by comparing each with each."""
    case = _front_problem()
    found = search(case, Options(trials=None), "exhaustive")
    evaluator = Evaluator(case)
    everything = [evaluator(point_at(case, (*indices, 0))) for indices in product(range(4), repeat=3)]
    expected = {
        evaluation.values for evaluation in everything if not any(_dominates(other, evaluation) for other in everything)
    }
    assert {evaluation.values for evaluation in found.front} == expected
    assert len(found.front) == len(expected) > 3
    firsts = [evaluation.values[0] for evaluation in found.front]
    assert firsts == sorted(firsts, reverse=True)
    perf, slowness = found.front[0].values
    assert perf == max(evaluation.values[0] for evaluation in everything)
    assert slowness == pytest.approx(1.0 / float(found.front[0].chip.tdp_w))


def test_a_front_holds_only_what_is_feasible() -> None:
    case = _front_problem()
    evaluator = Evaluator(replace(case, constraints=(at_most("tdp <= 10 W", "tdp_w", 10.0),)))
    points = [point_at(case, (a, 0, c, 0)) for a in range(4) for c in range(4)]
    kept = front([evaluator(point) for point in points])
    assert kept
    assert all(float(evaluation.chip.tdp_w) <= 10.0 for evaluation in kept)


def test_nsga2_spreads_over_the_front() -> None:
    """48 trials of 64 machines find the fastest within 10 %, and the thriftiest within 10 %."""
    case = _front_problem()
    whole = search(case, Options(trials=None), "exhaustive").front
    found = search(case, Options(trials=48), "nsga2").front
    for axis in (0, 1):
        assert max(one.values[axis] for one in found) >= 0.9 * max(one.values[axis] for one in whole)
    assert len(found) >= 3


@pytest.mark.parametrize(("name", "module", "package"), [
    ("tpe", "optuna", "optuna"),
    ("gp", "sklearn.gaussian_process", "scikit-learn"),
])  # fmt: skip
def test_without_its_library(name: str, module: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        InputError, match=rf"--algorithm {name} needs {package}, .*pip install 'fastc-compiler\[optuna\]'"
    ):
        require(name)
    require("random")


def test_every_name_is_known() -> None:
    for name in ALGORITHMS:
        if name != "gradient":
            make_algorithm(name, problem(SMALL_SPACE), 0)
