"""Breeding on the legal grid."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from fastc.dse.breed import BROOD, DRAWN, OF_A_BATCH, POPULATION, Breeder, unlike
from fastc.dse.exact import Evaluator, Outcomes
from fastc.dse.polish import Climb, canonical, polish
from fastc.dse.promise import Promise
from fastc.dse.records import Evaluation, Options, Outcome, Point, SearchProblem
from fastc.dse.watch import Watch
from hwmodels.chip import chip_cost
from hwmodels.space import Space
from tests.unit.dse.dse_cases import FULL_SPACE, SMALL_SPACE, problem


class Deceptive(Evaluator):
    """Worth 100 and more where all ``far`` parameters are above their least values, the more the farther; else 10, less
    a little for each parameter that is: every way between is down."""

    def __init__(self, case: SearchProblem, far: tuple[str, ...]) -> None:
        super().__init__(case)
        self.far = far
        self.asked: list[dict[str, float]] = []

    def _outcomes(self, point: Point) -> Outcomes:
        values = dict(point.values)
        self.asked.append(values)
        parameters = self.problem.space.parameters
        above = {p.name: p.values.index(values[p.name]) for p in parameters}
        is_far = all(above[name] for name in self.far)
        worth = 100.0 + sum(above.values()) if is_far else 10.0 - 0.1 * sum(map(bool, above.values()))
        chip = chip_cost(self.problem.space.machine(values))
        return (Outcome(1, 1.0 / (worth * float(chip.tdp_w)), 1.0),)


def watched(case: SearchProblem, far: tuple[str, ...], trials: int) -> tuple[Watch, Deceptive, Point]:
    """A search of ``case`` that stands at its lowest corner."""
    evaluator = Deceptive(case, far)
    watch = Watch(Options(trials=trials), evaluator)
    return watch, evaluator, Point(tuple((p.name, p.values[0]) for p in case.space.parameters), (0,))


def breeder(climb: Climb, seed: int = 0) -> Breeder:
    return Breeder(climb, random.Random(seed))


def test_breeding_changes_what_belongs_together() -> None:
    """Two to six parameters at once; a step changes one, or none where it is of an L2 that is not there."""
    case = problem(FULL_SPACE)
    values = {p.name: p.values[len(p.values) // 2] for p in FULL_SPACE.parameters} | {"l2_enabled": 0.0}
    point = canonical(case, Point(tuple(values.items()), (0,)))
    bred = breeder(Climb(case, watched(case, (), 1)[0]))
    children = [child for _ in range(300) if (child := bred._changed(point, 1)) is not None]
    changed = [sum(a != b for a, b in zip(child.values, point.values, strict=True)) for child in children]
    assert set(changed) == {0, 1, 2, 3, 4, 5, 6}


def test_breeding_leads_where_no_pair_of_moves_does() -> None:
    case = problem(SMALL_SPACE)
    watch, _, corner = watched(case, ("native_batch", "pe_x", "vector_multiplier"), 400)
    polish([watch.evaluate(corner, "exact")], Climb(case, watch))
    assert watch.best is not None
    assert watch.best.value == pytest.approx(10.0)
    best, *_ = breeder(Climb(case, watch)).breed([watch.best])
    assert best is watch.best
    # The farthest corner: three steps up in four parameters, two in the fifth.
    assert best.value == pytest.approx(100 + 4 * 3 + 2)


def test_workers_have_what_is_left_of_a_brood(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is waited for, as many more are at work as there are workers."""
    case = problem(SMALL_SPACE)
    watch, _, corner = watched(case, (), 1 + BROOD)
    founder = watch.evaluate(corner, "exact")
    named: list[int] = []
    monkeypatch.setattr(watch, "prefetch", lambda points: named.append(len(points)))
    breeder(Climb(case, watch)).breed([founder])
    assert named == list(range(BROOD, 0, -1))


def test_breeding_keeps_its_limit_and_what_it_is_told() -> None:
    """The same founders, random numbers and limit lead to the same points, however many workers there are."""
    asked: list[list[dict[str, float]]] = []
    for _ in range(2):
        case = problem()
        watch, evaluator, corner = watched(case, tuple(p.name for p in case.space.parameters), 200)
        start = watch.evaluate(corner, "exact")
        breeder(Climb(case, watch, last=120)).breed([start])
        assert evaluator.count == 120
        asked.append(evaluator.asked)
    assert asked[0] == asked[1]


def test_two_parents_give_their_parameters() -> None:
    """In a first brood, more from each than changes could make of the other: those are four parameters at most."""
    case = problem()
    far = Point(tuple((p.name, p.values[-1]) for p in case.space.parameters), (0,))
    differs: list[int] = []
    for seed in range(4):
        watch, evaluator, corner = watched(case, (), 2 + BROOD)
        breeder(Climb(case, watch), seed).breed([watch.evaluate(corner, "exact"), watch.evaluate(far, "exact")])
        differs += [
            min(sum(asked[name] != value for name, value in parent.values) for parent in (corner, far))
            for asked in evaluator.asked
        ]
    assert max(differs) > 4


def test_two_parents_give_their_flags() -> None:
    """Of two models with two settings each, a child has those of either parent, model by model, and hardly others."""
    case = problem()
    model = replace(case.models[0], variants=(case.models[0].variants * 3))
    case = replace(case, models=(model, model))
    watch, _, corner = watched(problem(), (), 1)
    point = watch.evaluate(corner, "exact")
    one, two = (replace(point, point=replace(corner, variants=flags)) for flags in ((0, 0), (1, 1)))
    bred = breeder(Climb(case, watch))
    children = [child.variants for _ in range(400) if (child := bred._child(one, [one, two])) is not None]
    assert {(0, 0), (0, 1), (1, 0), (1, 1)} <= set(children)
    assert sum(2 in flags for flags in children) < 0.1 * len(children)
    assert sum(1 in flags for flags in children) > 0.2 * len(children)


def test_a_population_holds_few_of_a_batch() -> None:
    """Of 3 batches with 40 machines each, the better the greater the batch, the best 6 of each; where arrays of one
    size are better than all others, 3 of those."""
    case = problem(SMALL_SPACE)
    watch, _, corner = watched(case, (), 400)
    one = watch.evaluate(corner, "exact")

    def machine(batch: int, rank: int) -> Evaluation:
        point = Point((*corner.values, ("which", float(100 * batch + rank))), (0,))
        made = replace(one.machine, native_batch=batch, array_rows=8 if rank % 2 else 16)
        return replace(one, point=point, machine=made, value=float(100 * batch - rank))

    crowd = [machine(batch, rank) for rank in range(40) for batch in (1, 2, 4)]
    kept = breeder(Climb(case, watch)).fittest([*crowd, *crowd])
    wanted = [100.0 * batch - rank for batch in (4, 2, 1) for rank in range(OF_A_BATCH)]
    assert [evaluation.value for evaluation in kept] == wanted
    assert [evaluation.machine.native_batch for evaluation in unlike(kept, 2)] == [4, 2]
    even_first = [machine(1, rank) for rank in (0, 2, 4, 6, 8, 11, 13, 15, 17)]
    kept = breeder(Climb(case, watch)).fittest(even_first)
    assert [evaluation.value for evaluation in kept] == [100.0, 98.0, 96.0, 89.0, 87.0, 85.0]
    many = [machine(batch, rank) for rank in range(OF_A_BATCH) for batch in range(10)]
    assert len(breeder(Climb(case, watch)).fittest(many)) == POPULATION


class LastFirst(Promise):
    """Promises the more the later a point is drawn."""

    def order(self, points: Sequence[Point]) -> list[Point]:
        return list(points)[::-1]


def test_half_of_a_brood_is_the_most_promising_that_are_apart() -> None:
    """Of all that are drawn the last one, then the last that shares neither batch nor array with it; then the first."""
    case = problem()
    watch, evaluator, corner = watched(case, (), 1)
    founder = watch.evaluate(corner, "exact")
    promise = LastFirst(evaluator, lambda _: [])
    drawn = breeder(Climb(case, watch), 4)._drawn([founder], DRAWN)
    values = [dict(point.values) for point in drawn]
    kinds = [(each["native_batch"], (each["array_rows"], each["array_columns"])) for each in values]
    assert any(one == two for one, two in zip(kinds[-1], kinds[-2], strict=True)), "else any second would do"
    apart = next(
        point
        for point, kind in zip(drawn[::-1], kinds[::-1], strict=True)
        if all(one != two for one, two in zip(kind, kinds[-1], strict=True))
    )
    brood = Breeder(Climb(case, watch), random.Random(4), promise)._brood([founder])
    assert len(drawn) == DRAWN
    assert brood == [drawn[-1], apart, *drawn[:2]]
    assert Breeder(Climb(case, watch), random.Random(4))._brood([founder]) == drawn[:BROOD]


def test_of_machines_of_one_kind_one_is_bred_for_its_promise() -> None:
    """In a space whose batch and array are fixed: the last that is drawn, then the first."""
    case = problem()
    fixed = tuple(p for p in case.space.parameters if not p.name.startswith(("array_", "native_")))
    case = replace(case, space=replace(case.space, parameters=fixed))
    watch, evaluator, corner = watched(case, (), 1)
    founder = watch.evaluate(corner, "exact")
    drawn = breeder(Climb(case, watch), 1)._drawn([founder], DRAWN)
    promise = LastFirst(evaluator, lambda _: [])
    assert Breeder(Climb(case, watch), random.Random(1), promise)._brood([founder]) == [drawn[-1], *drawn[:3]]


def test_what_breaks_less_is_fitter() -> None:
    case = problem(SMALL_SPACE)
    watch, _, corner = watched(case, (), 400)
    one = watch.evaluate(corner, "exact")
    worse = replace(one, point=Point((*corner.values, ("which", 1.0)), (0,)), violation=0.1, value=10.0 * one.value)
    assert breeder(Climb(case, watch)).fittest([worse, one]) == [one, worse]


def test_breeding_ends_where_nothing_is_new() -> None:
    """After all 32 machines of a small space, but for a few; at once in one without parameters."""
    few = tuple(replace(p, values=p.values[:2]) for p in SMALL_SPACE.parameters)
    case = problem(Space(SMALL_SPACE.base, few))
    watch, evaluator, corner = watched(case, (), 400)
    breeder(Climb(case, watch)).breed([watch.evaluate(corner, "exact")])
    assert case.points() == 32
    assert evaluator.count > 32 - BROOD
    nothing = problem(Space(FULL_SPACE.base, ()))
    watch, evaluator, corner = watched(nothing, (), 400)
    breeder(Climb(nothing, watch)).breed([watch.evaluate(corner, "exact")])
    assert evaluator.count == 1
