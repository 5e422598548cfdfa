"""What proves a mapping best: the best so far, the tolerance, and the budget."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import Group, Place
from hwmodels.mapspace.costs import Candidate
from hwmodels.records import Array

Objective = Literal["latency", "energy", "edp"]


TIE = 1e-7
"""Weight of the other quantity among mappings that are equal in the objective."""

TOLERANCE = 1e-6
"""Relative distance to the bound that counts as none; above ``TIE`` times what ties differ by."""

TIE_EVALUATIONS = 10_000
"""Once a mapping is proven best, others that may equal it are compared with it up to so many evaluations in all."""

DEFAULT_BUDGET = 5_000_000

NEAR = 0.1
"""Share of the best value within which another is about as good,"""

MOST_GOOD = 64
"""and how many of them are remembered at most."""

FIRST = 256
"""Candidates that are evaluated before the others, to have something to compare with."""


class Best(NamedTuple):
    """One mapping, its loops apart."""

    group: Group
    which: int
    inner: np.ndarray
    outer: np.ndarray
    held: tuple[bool, bool, bool]


class Incumbent:
    """The best so far, and what proves it."""

    def runners_up(self) -> list[Best]:
        """Different mappings that are about as good as the best, which is the first."""
        limit = self.value * (1.0 + NEAR)
        found: dict[tuple[object, ...], Best] = {}
        for value, best in sorted(self.good, key=lambda pair: pair[0]):
            key = (best.group.engine, best.which, best.inner.tobytes(), best.outer.tobytes())
            if value <= limit:
                found.setdefault(key, best)
        return list(found.values())

    def __init__(self, objective: Objective, scale: tuple[float, float], budget: float) -> None:
        self.objective, self.scale, self.budget = objective, scale, budget
        self.value = np.inf
        self.best: Best | None = None
        self.good: list[tuple[float, Best]] = []
        """Some that are about as good as the best, with their values."""
        self.evaluations = 0

    def key(self, cycles: Array, energy_j: Array) -> Array:
        """What is minimised: the objective, ties broken by the other quantity."""
        if self.objective == "edp":
            return cycles * energy_j
        if self.objective == "latency":
            return cycles + energy_j * (TIE * self.scale[0] / self.scale[1])
        return energy_j + cycles * (TIE * self.scale[1] / self.scale[0])

    def offer(self, values: np.ndarray, place: Place, candidate: Candidate, held: tuple[bool, bool, bool]) -> None:
        """Take the best of ``values`` if it is better; remember it if it is about as good."""
        index = int(np.argmin(values))
        value = float(values[index])
        if value > self.value * (1.0 + NEAR):
            return
        inner = candidate.inner[:, index]
        outer = candidate.outer[:, min(index, candidate.outer.shape[1] - 1)]
        best = Best(place.group, place.which, inner, outer, held)
        self.good.append((value, best))
        if len(self.good) > MOST_GOOD:
            self.good = sorted(self.good, key=lambda pair: pair[0])[: MOST_GOOD // 2]
        if value < self.value:
            self.value, self.best = value, best

    def beaten_by(self, bound: Array) -> Array:
        """Where ``bound`` leaves room for something better."""
        return bound < self.value * (1.0 - 1e-13)

    def improvable(self, bound: float) -> bool:
        """Whether a mapping at ``bound`` would be really better."""
        return bound < self.value * (1.0 - TOLERANCE)

    def count(self, count: int) -> None:
        """So many more mappings were looked at."""
        self.evaluations += count

    @property
    def spent(self) -> bool:
        """Whether the budget has ended: once there is a mapping, for what it buys is a better one."""
        return self.best is not None and self.evaluations > self.budget


def rounds(bound: np.ndarray, incumbent: Incumbent) -> Iterator[np.ndarray]:
    """Indices of candidates that could be better, the most promising few first."""
    hopeful = np.flatnonzero(incumbent.beaten_by(bound))
    if len(hopeful) > FIRST:
        first = hopeful[np.argpartition(bound[hopeful], FIRST)[:FIRST]]
        yield first
        seen = np.zeros(len(bound), bool)
        seen[first] = True
        hopeful = np.flatnonzero(incumbent.beaten_by(bound) & ~seen)
    if len(hopeful):
        yield hopeful
