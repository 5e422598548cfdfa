"""The gradient search: repeatable, inside its limits, and right where the optimum is known."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from fastc.dse import Journal, Options, Progress, SearchResult, gradient, search
from fastc.dse.exact import Evaluator, better
from fastc.dse.gradient import round_point
from fastc.dse.records import Evaluation, Point
from fastc.errors import InputError
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


CASE = replace(problem(SMALL_SPACE), seeds=(Point(tuple((p.name, p.values[1]) for p in SMALL_SPACE.parameters), (0,)),))

OPTIONS = Options(seed=0, starts=4, steps=20, trials=150)


@dataclass(frozen=True)
class Searched:
    """A search that nobody disturbed, with its journal."""

    result: SearchResult
    journal: bytes


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """Of ``CASE``; XLA takes half a minute for its objective, so the tests share it."""
    path = tmp_path_factory.mktemp("gradient") / "j.jsonl"
    result = search(CASE, OPTIONS, journal=Journal(path, CASE, {}))
    return Searched(result, path.read_bytes())


@pytest.mark.slow
def test_finds_the_optimum_of_a_space_that_can_be_enumerated(searched: Searched) -> None:
    """Of 768 machines, tried one by one, the search finds the best with a fifth of the evaluations."""
    assert searched.result.best.value == _best_of_all().value
    assert searched.result.exact_evaluations <= 150


@pytest.mark.slow
def test_the_result_is_within_constraints() -> None:
    """Inside the budgets of power and area. That two runs give the same is tested from the command line."""
    constrained = problem(FULL_SPACE, (at_most("tdp <= 10 W", "tdp_w", 10.0), at_most("area", "area_m2", 60e-6)))
    seen: list[Progress] = []
    options = Options(seed=7, starts=4, steps=20, trials=40, on_progress=seen.append)
    one = search(constrained, options)
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


@pytest.mark.slow
def test_a_journal_answers_for_the_relaxed_part_too(
    searched: Searched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it climbs, the search goes on without descending again; the result and the file are the same.
    A seed is evaluated first, and a note that was changed is refused."""
    path, first = tmp_path / "j.jsonl", searched.result
    lines = searched.journal.splitlines(keepends=True)
    assert json.loads(lines[1])["machine"] == dict(CASE.seeds[0].values)
    noted = next(index for index, line in enumerate(lines) if b'"note": "descent"' in line)
    assert 1 < noted < len(lines) - 2
    path.write_bytes(b"".join(lines[: noted + 2]))

    def refuse(*_: object) -> None:
        raise AssertionError("descended again")

    monkeypatch.setattr(gradient, "relaxed_search", refuse)
    second = search(CASE, OPTIONS, journal=Journal(path, CASE, {}))
    assert path.read_bytes() == searched.journal
    assert (second.best.point, second.best.value, second.relaxed_value) == (
        first.best.point, first.best.value, first.relaxed_value,
    )  # fmt: skip
    assert second.relaxed_evaluations == first.relaxed_evaluations == 4 * 20
    for note in (b'{"points": [], "value": 1}', b'{"points": [[[3.0], [0]]], "value": 1, "evaluations": 1}', b"[]"):
        path.write_bytes(lines[0] + b'{"note": "descent", "is": ' + note + b"}\n")
        with pytest.raises(InputError, match=r"j\.jsonl:2: the note 'descent' makes no sense"):
            search(CASE, OPTIONS, journal=Journal(path, CASE, {}))


@pytest.mark.slow
def test_a_front_by_gradient(searched: Searched, tmp_path: Path) -> None:
    """Perf against power: machines from the fastest found to the thriftiest, of which none beats another. Their product
    is the objective of the shared search, so its descent serves here too."""
    case = replace(CASE, objectives=(lambda metrics: metrics[0].perf_per_s, lambda metrics: 1.0 / metrics[0].tdp_w))
    path = tmp_path / "j.jsonl"
    path.write_bytes(b"".join(searched.journal.splitlines(keepends=True)[:2]))
    found = search(case, replace(OPTIONS, trials=120), journal=Journal(path, case, {}))
    perf = [evaluation.values[0] for evaluation in found.front]
    thrift = [evaluation.values[1] for evaluation in found.front]
    assert len(found.front) > 4
    assert perf == sorted(perf, reverse=True)
    assert thrift == sorted(thrift)
    assert perf[0] > 4.0 * perf[-1]


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
