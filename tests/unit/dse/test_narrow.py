"""Of many settings of the flags the relaxed search mixes a few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fastc.dse import Options, gradient, search
from fastc.dse.exact import Evaluator
from fastc.dse.gradient import Descent
from fastc.dse.narrow import first_ones, narrowed, promising, widened
from fastc.dse.records import Evaluation, Point, SearchProblem, Variant
from fastc.dse.relaxed import RelaxedProblem
from fastc.dse.watch import Watch
from hwmodels.records import Network, VectorWork
from tests.unit.dse.dse_cases import SMALL_SPACE, at_most, network, problem

GOOD = {"native_batch": 8.0, "global_buffer_bytes": 2.0**21, "pe_x": 1.0, "array_rows": 32.0, "vector_multiplier": 8.0}
"""A machine that is among the best within the limit, so that what is tried there is bred from."""


def _quick(batch: int) -> Network:
    """The small network without its vector work."""
    small = network(batch)
    return replace(small, regions=tuple(replace(region, vector=VectorWork()) for region in small.regions))


def _case(*variants: str) -> SearchProblem:
    """A search begins with the first and the last on the same good machine; ``quick`` is the best one."""
    case = problem(SMALL_SPACE, (at_most("tdp <= 12 W", "tdp_w", 12.0),))
    made = tuple(Variant(name, (), _quick if name == "quick" else network) for name in variants)
    model = replace(case.models[0], variants=made)
    seed = Point(tuple((p.name, GOOD[p.name]) for p in SMALL_SPACE.parameters), (0,))
    return replace(case, models=(model,), seeds=(seed, replace(seed, variants=(len(made) - 1,))))


def _tried(case: SearchProblem, *variants: int) -> list[Evaluation]:
    evaluator = Evaluator(case)
    return [evaluator(replace(case.seeds[0], variants=(variant,))) for variant in variants]


def test_the_first_and_the_best_that_was_tried() -> None:
    case = _case("a", "b", "c", "quick")
    assert first_ones(case, 2) == ((0,),)
    assert first_ones(case, 4) == ((0, 1, 2, 3),)
    assert promising(case, _tried(case, 0, 3, 1), 2) == ((0, 3),)
    assert promising(case, _tried(case, 0, 0), 2) == ((0,),)
    assert promising(case, _tried(case, 3, 1), 4) == ((0, 1, 2, 3),)
    small = narrowed(case, ((0, 3),))
    assert [variant.name for variant in small.models[0].variants] == ["a", "quick"]
    assert widened(replace(case.seeds[0], variants=(1,)), ((0, 3),)).variants == (3,)


def test_the_search_finds_the_best_setting_and_relaxes_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the relaxed search, here only asked, finds of the two is a point of the whole problem."""
    case = _case("a", "b", "c", "quick")
    mixed: list[list[str]] = []
    watches: list[Watch] = []
    corner = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))

    def asked(relaxed: RelaxedProblem, starts: np.ndarray, watch: Watch) -> tuple[Descent, bool]:
        mixed.append([variant.name for variant in relaxed.problem.models[0].variants])
        watches.append(watch)
        assert [len(networks) for networks in relaxed.networks] == [len(mixed[-1])]
        return Descent((replace(corner, variants=(1,)),), None, 0), True

    monkeypatch.setattr(gradient, "relaxed_search", asked)
    result = search(case, Options(seed=0, starts=4, trials=40))
    assert result.best.models[0].variant.name == "quick"
    assert mixed == [["a", "quick"]]
    assert [watches[0].evaluator.known(replace(corner, variants=(which,))) for which in (1, 3)] == [False, True]
