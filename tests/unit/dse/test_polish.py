"""Moves on the legal grid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastc.dse.exact import Evaluator, Outcomes
from fastc.dse.polish import Climb, canonical, hop, moved, moves, polish
from fastc.dse.records import Options, Outcome, Point, SearchProblem
from fastc.dse.watch import Watch
from hwmodels.chip import chip_cost
from hwmodels.space import Space
from tests.unit.dse.dse_cases import FULL_SPACE, SMALL_SPACE, problem


def test_moves_stay_in_the_space() -> None:
    """At the lowest corner only ups remain; in the middle every move is legal and changes one or two parameters."""
    case = problem(SMALL_SPACE)
    single, pairs = moves(case)
    count = len(SMALL_SPACE.parameters)
    assert len(single) == 2 * count
    assert len(pairs) == 2 * count * (count - 1)
    corner = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    assert sum(moved(case, corner, move) is not None for move in single) == count
    middle = Point(tuple((p.name, p.values[1]) for p in SMALL_SPACE.parameters), (0,))
    for move in single + pairs:
        target = moved(case, middle, move)
        assert target is not None
        changed = sum(one != two for one, two in zip(target.values, middle.values, strict=True))
        assert changed == len(move.steps)


def test_flags_are_moves_only_where_there_is_a_choice() -> None:
    """One model with two variants: two moves more; the move changes the variant and nothing else."""
    one = problem(SMALL_SPACE)
    two = replace(one, models=(replace(one.models[0], variants=one.models[0].variants * 2),))
    assert len(moves(two)[0]) == len(moves(one)[0]) + 2
    start = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    assert moved(two, start, moves(two)[0][1]) == replace(start, variants=(1,))


def test_an_l2_that_is_not_there_has_its_least_sizes() -> None:
    """Points that differ only in a disabled L2 are one point; those of an enabled one stay apart."""
    values = {p.name: p.values[-1] for p in FULL_SPACE.parameters}
    there = Point(tuple((values | {"l2_enabled": 1.0}).items()), (0,))
    assert canonical(problem(), there) == there
    gone = dict(canonical(problem(), Point(tuple((values | {"l2_enabled": 0.0}).items()), (0,))).values)
    assert gone["l2_weight_multiplier"] == 1.0
    assert gone["l2_shared"] == 0.0
    assert gone["l1_weight_bytes"] == values["l1_weight_bytes"]


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


def test_hops_lead_where_no_pair_of_moves_does() -> None:
    case = problem(SMALL_SPACE)
    far = ("native_batch", "pe_x", "vector_multiplier")
    watch, _, corner = watched(case, far, 400)
    polish([watch.evaluate(corner, "exact")], Climb(case, watch))
    assert watch.best is not None
    assert watch.best.value == pytest.approx(10.0)
    hop([watch.best], Climb(case, watch))
    # From there single moves lead on, to the farthest corner.
    assert watch.best.value == pytest.approx(100 + 4 * 3 + 2)


def test_hops_keep_their_limit_and_leave_buffers_to_climbs() -> None:
    case = problem()
    watch, evaluator, corner = watched(case, tuple(p.name for p in case.space.parameters), 200)
    start = watch.evaluate(corner, "exact")
    hop([start], Climb(case, watch, last=120))
    assert evaluator.count == 120
    # What a hop lands on differs from the corner in two parameters at least; of sizes climbs change one at a time.
    sizes = ("l1_input_bytes", "l1_weight_bytes", "l1_output_bytes")
    least = dict(corner.values)
    assert all(sum(asked[name] != least[name] for name in sizes) <= 1 for asked in evaluator.asked)
    assert any(sum(asked[name] != least[name] for name in least) >= 2 for asked in evaluator.asked)


def test_hops_in_a_space_of_buffers_alone() -> None:
    """There sizes are all that can change; and a space without parameters has nothing to hop to."""
    sizes = tuple(p for p in FULL_SPACE.parameters if p.name.startswith("l1_") and p.name != "l1_shared")
    case = problem(Space(FULL_SPACE.base, sizes))
    watch, _, corner = watched(case, tuple(p.name for p in sizes), 400)
    hop([watch.evaluate(corner, "exact")], Climb(case, watch))
    assert watch.best is not None
    assert watch.best.value == pytest.approx(100 + 3 * 8)
    nothing = problem(Space(FULL_SPACE.base, ()))
    watch, _, corner = watched(nothing, (), 400)
    hop([watch.evaluate(corner, "exact")], Climb(nothing, watch))
    assert watch.evaluator.count == 1
