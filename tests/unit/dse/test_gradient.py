"""The gradient search: repeatable, inside its limits, and right where the optimum is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from fastc.dse import Journal, Options, Progress, SearchResult, gradient, search
from fastc.dse.exact import Evaluator
from fastc.dse.gradient import climbers, descents, mixed_with, round_point
from fastc.dse.records import Evaluation, Point
from fastc.errors import InputError
from hwmodels.chip import chip_cost
from tests.unit.dse.dse_cases import FULL_SPACE, SMALL_SPACE, at_most, problem

CASE = replace(
    problem(SMALL_SPACE, (at_most("tdp <= 12 W", "tdp_w", 12.0), at_most("area <= 15 mm^2", "area_m2", 15e-6))),
    seeds=(Point(tuple((p.name, p.values[1]) for p in SMALL_SPACE.parameters), (0,)),),
)

OPTIONS = Options(seed=0, starts=4, steps=20, trials=150)


@dataclass(frozen=True)
class Searched:
    """A search that nobody disturbed, with its journal."""

    result: SearchResult
    journal: bytes
    seen: list[Progress]

    @property
    def lines(self) -> list[bytes]:
        """Of the journal."""
        return self.journal.splitlines(keepends=True)

    @property
    def descended(self) -> bytes:
        """The journal as it is when the descent was noted, without what was evaluated before."""
        (note,) = [line for line in self.lines if b'"note": "descent"' in line]
        return self.lines[0] + note


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """Of ``CASE``; JAX takes seconds to trace its objective, so the tests share it."""
    path = tmp_path_factory.mktemp("gradient") / "j.jsonl"
    seen: list[Progress] = []
    result = search(CASE, replace(OPTIONS, on_progress=seen.append), journal=Journal(path, CASE, {}))
    return Searched(result, path.read_bytes(), seen)


def test_climbs_set_out_from_other_batches_and_another_array(searched: Searched) -> None:
    """The best two of different batches, then the first with another array than the best, which is not the second."""
    best = searched.result.best

    def machine(batch: int, rows: int) -> Evaluation:
        return replace(best, machine=replace(best.machine, native_batch=batch, array_rows=rows))

    order = [machine(8, 16), machine(8, 16), machine(4, 32), machine(2, 16), machine(8, 64), machine(8, 8)]
    assert climbers(order) == [order[0], order[2], order[4]]
    assert climbers(order[:2]) == [order[0]]
    assert climbers([]) == []


TOO_LARGE = {
    "native_batch": 8.0,
    "global_buffer_bytes": 2.0**22,
    "pe_x": 2.0,
    "array_rows": 64.0,
    "vector_multiplier": 4.0,
}
"""The best machine of all, of 16 W and 21 mm^2."""


def _within_limits() -> Iterator[Point]:
    """Every point of ``CASE`` that keeps its limits; power and area follow from the machine alone."""
    names = [parameter.name for parameter in SMALL_SPACE.parameters]
    for values in product(*(parameter.values for parameter in SMALL_SPACE.parameters)):
        point = Point(tuple(zip(names, values, strict=True)), (0,))
        chip = chip_cost(SMALL_SPACE.machine(dict(point.values)))
        if chip.tdp_w <= 12.0 and chip.area_m2 <= 15e-6:
            yield point


@pytest.mark.slow
def test_finds_the_optimum_of_a_space_that_can_be_enumerated(searched: Searched) -> None:
    """Of 768 machines, of which those within limits of power and area are tried one by one, the search finds the best
    of these with a fifth of the evaluations; a better one is too large."""
    found, evaluator = searched.result, Evaluator(CASE)
    every = [evaluator(point) for point in _within_limits()]
    assert len(every) > 50
    assert found.feasible
    assert found.best.chip.tdp_w <= 12.0
    assert found.best.chip.area_m2 <= 15e-6
    assert found.best.value == max(each.value for each in every)
    too_large = evaluator(Point(tuple(TOO_LARGE.items()), (0,)))
    assert too_large.value > found.best.value
    assert too_large.violation > 0.0
    assert found.exact_evaluations <= 150
    assert {progress.phase for progress in searched.seen} == {"relaxed", "exact", "polish"}
    values = [value for _, _, value in found.trajectory]
    assert values == sorted(values)


@pytest.mark.slow
def test_the_same_seed_finds_the_same(searched: Searched) -> None:
    """Traced again, to the same program; also without a journal, and with nobody who looks."""
    again = search(CASE, OPTIONS)
    first = searched.result
    assert (again.best.point, again.best.value) == (first.best.point, first.best.value)
    assert (again.relaxed_value, again.relaxed_evaluations) == (first.relaxed_value, 4 * 20)
    assert [each[1:] for each in again.trajectory] == [each[1:] for each in first.trajectory]


def test_impossible_budget_is_reported_as_infeasible(searched: Searched, tmp_path: Path) -> None:
    """No machine takes less than 0.1 W: the nearest of those that were tried is returned and marked."""
    path = tmp_path / "j.jsonl"
    path.write_bytes(searched.descended)
    case = replace(CASE, constraints=(at_most("tdp <= 0.1 W", "tdp_w", 0.1),))
    found = search(case, replace(OPTIONS, trials=10), journal=Journal(path, case, {}))
    assert not found.feasible
    assert found.exact_evaluations == 10
    tried = [json.loads(line)["violation"] for line in path.read_bytes().splitlines() if b'"violation"' in line]
    assert found.best.violation == min(tried) > 0.0
    assert found.trajectory == ()


@pytest.mark.slow
def test_a_journal_answers_for_the_relaxed_part_too(
    searched: Searched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it climbs, the search goes on without descending again; the result and the file are the same.
    A seed is evaluated first, and a note that was changed is refused."""
    path, first, lines = tmp_path / "j.jsonl", searched.result, searched.lines
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
    objectives = (lambda metrics: metrics[0].perf_per_s, lambda metrics: 1.0 / metrics[0].tdp_w)
    case = replace(CASE, constraints=(), objectives=objectives)
    path = tmp_path / "j.jsonl"
    path.write_bytes(searched.descended)
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


def test_half_of_the_descents_begin_where_breeding_led() -> None:
    """Twelve for one model, at least four for many; of those bred the best of each batch."""
    corner = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    one = Evaluator(CASE)(corner)

    def bred_at(batch: float) -> Evaluation:
        values = {**dict(corner.values), "native_batch": batch}
        return replace(one, point=Point(tuple(values.items()), (0,)), machine=SMALL_SPACE.machine(values))

    bred = [bred_at(batch) for batch in (4.0, 4.0, 2.0)]
    starts = np.arange(12.0 * len(corner.values)).reshape(12, -1)
    mixed = mixed_with(starts, bred, CASE)
    assert mixed[:10].tolist() == starts[:10].tolist()
    batch = SMALL_SPACE.parameters[0]
    assert mixed[10:, 0].tolist() == [batch.coordinate(4.0), batch.coordinate(2.0)]
    many = replace(CASE, models=CASE.models * 11)
    assert [descents(case, 12) for case in (CASE, replace(CASE, models=CASE.models * 2), many)] == [12, 6, 4]
    assert mixed_with(starts, bred, many)[:2].tolist() == starts[:2].tolist()
