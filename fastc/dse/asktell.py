"""Searches by turns: an algorithm asks for points, and is told what they are worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

import numpy as np

from fastc.dse.polish import canonical
from fastc.dse.records import Algorithm, Evaluation, Phase, Point, SearchProblem
from fastc.dse.watch import Watch

BATCH = 8
"""Points that an algorithm asks for at once, whatever the number of workers."""

PATIENCE = 200
"""Turns without a new point after which a search ends: the algorithm goes in circles."""


def by_turns(problem: SearchProblem, algorithm: Algorithm, watch: Watch) -> None:
    """Ask and tell until the limit, or until the algorithm is through or goes in circles. Seeds go first."""
    evaluate_all(problem.seeds, watch)
    idle = 0
    while not watch.spent() and idle < PATIENCE and watch.evaluator.count < problem.points():
        points = algorithm.ask()
        if not points:
            return
        before = watch.evaluator.count
        algorithm.tell(evaluate_all(points, watch))
        idle = 0 if watch.evaluator.count > before else idle + 1


def evaluate_all(points: Sequence[Point], watch: Watch, phase: Phase = "trials") -> list[Evaluation]:
    """Evaluate ``points`` in their order until the limit."""
    results: list[Evaluation] = []
    for index, point in enumerate(points):
        if watch.spent() and not watch.evaluator.known(point):
            break
        watch.prefetch(points[index:])
        results.append(watch.evaluate(point, phase))
    return results


class Exhaustive:
    """Every point of a problem, in order."""

    def __init__(self, problem: SearchProblem) -> None:
        self._points = _all_points(problem)

    def ask(self) -> Sequence[Point]:
        return list(islice(self._points, BATCH))

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        pass


def _all_points(problem: SearchProblem) -> Iterator[Point]:
    parameters = problem.space.parameters
    flags = [range(len(model.variants)) for model in problem.models]
    for values in product(*(parameter.values for parameter in parameters)):
        machine = tuple((parameter.name, value) for parameter, value in zip(parameters, values, strict=True))
        for variants in product(*flags):
            point = Point(machine, variants)
            if canonical(problem, point) == point:
                yield point


class Random:
    """Points drawn evenly."""

    def __init__(self, problem: SearchProblem, seed: int) -> None:
        self._problem = problem
        self._generator = np.random.default_rng(seed)

    def ask(self) -> Sequence[Point]:
        return [draw(self._problem, self._generator) for _ in range(BATCH)]

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        pass


def draw(problem: SearchProblem, generator: np.random.Generator) -> Point:
    """A legal point; each value of a parameter is as likely as any other."""
    return point_at(problem, [int(generator.integers(choices)) for choices in shape(problem)])


def shape(problem: SearchProblem) -> tuple[int, ...]:
    """Choices along each axis of a problem: the space's parameters, then each model's flags."""
    return (
        *(len(parameter.values) for parameter in problem.space.parameters),
        *(len(model.variants) for model in problem.models),
    )


def point_at(problem: SearchProblem, indices: Sequence[int]) -> Point:
    """The point with these positions along the axes of ``shape``, in its canonical form."""
    parameters = problem.space.parameters
    values = tuple(
        (parameter.name, parameter.values[index])
        for parameter, index in zip(parameters, indices[: len(parameters)], strict=True)
    )
    return canonical(problem, Point(values, tuple(indices[len(parameters) :])))


def indices_of(problem: SearchProblem, point: Point) -> tuple[int, ...]:
    """The inverse of ``point_at``."""
    parameters = problem.space.parameters
    places = (p.values.index(value) for p, (_, value) in zip(parameters, point.values, strict=True))
    return (*places, *point.variants)
