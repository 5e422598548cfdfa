"""What points promise before they are evaluated."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from fastc.dse.exact import Evaluator
from fastc.dse.promise import LEAST_KNOWN, Promise
from fastc.dse.records import Evaluation, Point
from tests.unit.dse.dse_cases import SMALL_SPACE, problem

GRID = [
    Point(tuple(zip((p.name for p in SMALL_SPACE.parameters), values, strict=True)), (0,))
    for values in itertools.product(*(p.values for p in SMALL_SPACE.parameters))
]
KNOWN, NEW = GRID[::2], GRID[1::2]


class Told(Evaluator):
    """Knows what it is told."""

    def __init__(self, known: Sequence[Evaluation], variants: int = 1) -> None:
        case = problem(SMALL_SPACE)
        super().__init__(replace(case, models=(replace(case.models[0], variants=case.models[0].variants * variants),)))
        self._told = tuple(known)

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        return self._told


@pytest.fixture(scope="module")
def one() -> Evaluation:
    """Some evaluation."""
    return Evaluator(problem(SMALL_SPACE))(GRID[0])


def above(point: Point) -> int:
    """How far all parameters together are above their least values."""
    return sum(p.values.index(dict(point.values)[p.name]) for p in SMALL_SPACE.parameters)


def known(one: Evaluation, points: Sequence[Point], worth: Callable[[Point], float]) -> list[Evaluation]:
    return [replace(one, point=point, value=worth(point), violation=0.0) for point in points]


def flat(_: Point) -> float:
    return 1.0


def level(points: Sequence[Point]) -> list[float]:
    """Rooflines that know nothing."""
    return [1.0] * len(points)


def test_what_is_near_the_good_ones_promises_most(one: Evaluation) -> None:
    """Of a worth that doubles with each step of any parameter, under a roofline that knows nothing."""
    promise = Promise(Told(known(one, KNOWN, lambda point: 2.0 ** above(point))), level)
    steps = [above(point) for point in promise.order(NEW)]
    assert steps[0] == max(above(point) for point in NEW)
    assert steps[-1] == min(above(point) for point in NEW)
    inverted = sum(later > sooner for sooner, later in itertools.combinations(steps, 2))
    assert inverted < 0.02 * len(NEW) * (len(NEW) - 1) / 2


def test_the_roofline_counts_where_all_fall_short_of_it_alike(one: Evaluation) -> None:
    """All reach half of it: what is new comes in its order, which is none that neighbours tell."""
    order = {point: 2.0 + math.sin(1e3 * index) for index, point in enumerate(GRID)}
    told = known(one, KNOWN, lambda point: order[point] / 2.0)
    promise = Promise(Told(told), lambda points: [order[point] for point in points])
    assert promise.order(NEW) == sorted(NEW, key=lambda point: -order[point])


def test_what_breaks_constraints_promises_less(one: Evaluation) -> None:
    """A tenth too big and worth the same: whatever is next to it comes after what is next to the others."""
    least = SMALL_SPACE.parameters[0].values[0]

    def small(point: Point) -> bool:
        return point.values[0][1] == least

    told = [
        replace(each, violation=0.0 if small(each.point) else math.log(1.1))
        for each in known(one, KNOWN, lambda _: 7.0)
    ]
    order = [small(point) for point in Promise(Told(told), level).order(NEW)]
    assert order == sorted(order, reverse=True)


def test_flags_are_known_apart(one: Evaluation) -> None:
    """The second of two settings is worth twice as much everywhere."""
    points = [replace(point, variants=(flag,)) for point in KNOWN for flag in (0, 1)]
    promise = Promise(Told(known(one, points, lambda point: 1.0 + point.variants[0]), variants=2), level)
    asked = [replace(point, variants=(flag,)) for point in NEW[:8] for flag in (0, 1)]
    assert [point.variants[0] for point in promise.order(asked)] == [1] * 8 + [0] * 8


def test_one_that_is_far_off_bends_nothing(one: Evaluation) -> None:
    """Nearly nothing among ones that are all alike; and machines on which the model does not go are not there."""
    told = known(one, KNOWN, lambda point: 2.0 ** above(point))
    broken = replace(told[5], models=(), value=-math.inf, violation=math.inf)
    hopeless = replace(told[9], value=1e-300)
    clean, marred = (
        Promise(Told(each), level).order(NEW)
        for each in (told[:5] + told[6:], [*told[:5], broken, *told[6:9], hopeless, *told[10:]])
    )
    assert set(marred[:5]) & set(clean[:5])
    assert marred[0] == clean[0]


def test_nothing_is_promised_while_little_is_known(one: Evaluation) -> None:
    told = known(one, KNOWN[: LEAST_KNOWN - 1], lambda point: 2.0 ** above(point))
    assert Promise(Told(told), level).order(NEW) == NEW
    assert Promise(Told(known(one, KNOWN, flat)), level).order(NEW[:1]) == NEW[:1]
    assert Promise(Told(known(one, KNOWN, flat)), level).order([]) == []
