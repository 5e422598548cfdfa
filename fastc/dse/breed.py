"""Breeding: new machines from two good ones, or from one with a few changes, kept apart by their batch."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, cmp_to_key

from fastc.dse.exact import better
from fastc.dse.polish import Climb, Move, Prefers, canonical, coupled, moved
from fastc.dse.promise import Promise
from fastc.dse.records import Evaluation, Point

POPULATION = 24
"""Machines that are bred from, the best ones."""

OF_A_BATCH = 6
"""Of them, at most, with the same native batch. The batch decides what fits on the chip and so parts the space into
basins; where the first good machines are is seldom where the best ones will be."""

OF_A_KIND = 3
"""And of these with as big an array: what suits one size of PE suits no other, and between them all are bad."""

BROOD = 4
"""Bred from one population, and evaluated side by side where there are workers."""

DRAWN = 48
"""New machines for each brood, of which"""

PROMISING = 2
"""so many are the most promising ones that differ in ``APART``; the others are as they were drawn, for what is known
promises nothing where nobody was."""

APART = (("native_batch",), ("array_rows", "array_columns"))
"""What no two of a brood have in common where there are others: what is known promises that the best of one kind will
be the best again, and nothing of kinds that nobody knows."""

FAVOUR = 0.25
"""Each parent is chosen exp(0.25) = 1.3 times as often as the next one."""

CROSSED = 0.5
"""Share of the new machines that have two parents: each parameter, and each model's flags, from either. Half of these
are changed as well."""

CHANGED = (1, 1, 2, 2, 3, 4)
"""Parameters that are changed; one of these numbers each time,"""

CHANGED_TOO = (1, 1, 2)
"""and in a machine with two parents."""

STEPS = (-2, -1, -1, 1, 1, 2)
"""By so many positions among a parameter's legal values."""

COUPLED = 0.15
"""Share of the changed machines that make one of the ``polish.coupled`` moves in place of steps."""

FLAGS_CHANGED = 0.1
"""How often a model's flags change as well, where there is a choice."""

VAIN = 500
"""New machines in a row that are not legal, too big or known already before breeding ends of itself."""


@dataclass(frozen=True)
class Breeder:
    """Breeds for one climb's problem, limits and preference, from one stream of random numbers."""

    climb: Climb
    draw: random.Random
    promise: Promise | None = None
    """None: what is drawn first is as good as what comes later."""

    @cached_property
    def coupled(self) -> list[Move]:
        """See ``polish.coupled``."""
        return coupled(self.climb.problem)

    def breed(self, founders: Sequence[Evaluation]) -> list[Evaluation]:
        """Breed from ``founders`` until the climb is over or nothing new is left; the best, best first."""
        population = self.fittest(founders)
        while population and not self.climb.over():
            brood = self._brood(population)
            if not brood:
                break
            population = self.fittest([*population, *self.climb.evaluate(brood)])
        return population

    def fittest(self, candidates: Sequence[Evaluation]) -> list[Evaluation]:
        """The best of ``candidates``, best first, at most ``OF_A_BATCH`` with the same batch and ``OF_A_KIND`` of them
        with as big an array."""
        different = {candidate.point: candidate for candidate in candidates}.values()
        order = _spread(best_first(list(different), self.climb.prefers), OF_A_KIND, _kind)
        return _spread(order, OF_A_BATCH, _batch)[:POPULATION]

    def _brood(self, population: Sequence[Evaluation]) -> list[Point]:
        """``BROOD`` new points that are worth trying; fewer where few are left."""
        if self.promise is None:
            return self._drawn(population, BROOD)
        drawn = self._drawn(population, DRAWN)
        first = _apart(self.promise.order(drawn))[:PROMISING]
        return [*first, *(point for point in drawn if point not in first)][:BROOD]

    def _drawn(self, population: Sequence[Evaluation], count: int) -> list[Point]:
        """``count`` new points that are worth trying; fewer where few are left."""
        drawn: dict[Point, None] = {}
        vain = 0
        while len(drawn) < count and vain < VAIN:
            parent = population[min(int(self.draw.expovariate(FAVOUR)), len(population) - 1)]
            point = self._child(parent, population)
            vain += 1
            if point is not None and point not in drawn and self.climb.worth_trying(point, parent):
                drawn[point] = None
                vain = 0
        return list(drawn)

    def _child(self, parent: Evaluation, population: Sequence[Evaluation]) -> Point | None:
        """None where the changes lead out of the space."""
        draw, problem = self.draw, self.climb.problem
        if draw.random() >= CROSSED or len(population) == 1:
            return self._changed(parent.point, draw.choice(CHANGED))
        other = draw.choice(population).point
        pairs = zip(parent.point.values, other.values, strict=True)
        values = tuple(one if draw.random() < 0.5 else two for one, two in pairs)
        flags = zip(parent.point.variants, other.variants, strict=True)
        variants = tuple(one if one == two or draw.random() < 0.5 else two for one, two in flags)
        child = canonical(problem, Point(values, variants))
        return self._changed(child, draw.choice(CHANGED_TOO)) if draw.random() < 0.5 else child

    def _changed(self, point: Point, count: int) -> Point | None:
        draw, parameters = self.draw, range(len(self.climb.problem.space.parameters))
        if self.coupled and draw.random() < COUPLED:
            return moved(self.climb.problem, point, draw.choice(self.coupled))
        chosen = draw.sample(parameters, min(count, len(parameters)))
        steps = tuple((index, draw.choice(STEPS)) for index in chosen)
        return moved(self.climb.problem, point, Move(steps, self._flags()))

    def _flags(self) -> tuple[int, int] | None:
        models = self.climb.problem.models
        choices = [index for index, model in enumerate(models) if len(model.variants) > 1]
        if not choices or self.draw.random() >= FLAGS_CHANGED:
            return None
        model = self.draw.choice(choices)
        return model, self.draw.randrange(len(models[model].variants))


def unlike(order: Sequence[Evaluation], count: int) -> list[Evaluation]:
    """The first ``count`` of ``order`` with different batches."""
    return _spread(order, 1, _batch)[:count]


def best_first(candidates: Sequence[Evaluation], prefers: Prefers = better) -> list[Evaluation]:
    """Sorted; of equal ones, the earlier first."""
    return sorted(candidates, key=cmp_to_key(lambda one, two: int(prefers(two, one)) - int(prefers(one, two))))


def _batch(evaluation: Evaluation) -> float:
    return float(evaluation.machine.native_batch)


def _kind(evaluation: Evaluation) -> tuple[float, float]:
    machine = evaluation.machine
    return float(machine.native_batch), float(machine.array_rows * machine.array_columns)


def _apart(order: Sequence[Point]) -> list[Point]:
    """``order`` without those that share one of ``APART`` with one before them."""
    seen: set[tuple[float | None, ...]] = set()
    kept: list[Point] = []
    for point in order:
        values = dict(point.values)
        own = {(which, *(values.get(name) for name in names)) for which, names in enumerate(APART)}
        if own.isdisjoint(seen):
            seen |= own
            kept.append(point)
    return kept


def _spread(order: Sequence[Evaluation], most: int, niche: Callable[[Evaluation], Hashable]) -> list[Evaluation]:
    """``order`` without those of a ``niche`` that ``most`` before them have already."""
    seen: Counter[Hashable] = Counter()
    kept: list[Evaluation] = []
    for evaluation in order:
        own = niche(evaluation)
        if seen[own] < most:
            kept.append(evaluation)
        seen[own] += 1
    return kept
