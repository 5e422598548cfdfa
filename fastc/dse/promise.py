"""What points promise before they are evaluated: their roofline, less what those known around them fell short of
theirs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.interpolate import RBFInterpolator

from fastc.dse.exact import Evaluator
from fastc.dse.records import Evaluation, Point, SearchProblem

LEAST_KNOWN = 20
"""Evaluations before points promise anything."""

MOST_KNOWN = 400
"""Evaluations that are gone by, the best ones: the time to solve for them grows with the cube of it."""

SMOOTHING = 0.02
"""Of a correction that is a logarithm, over steps of a parameter: it need not go through every evaluation."""

LEAST_SHORT = 4.0
"""Standard deviations below the median at which evaluations count no worse: one that is far off would bend all that is
near it."""

VIOLATED = 10.0
"""What a violation takes off, which is a logarithm too: one tenth too big is as bad as 1 / e of the worth."""

FLAGS_APART = 0.5
"""Steps between two settings of a model's flags, in each of the two coordinates that tell them apart."""


@dataclass
class Promise:
    """Of the points of one problem, by all evaluations so far."""

    evaluator: Evaluator
    rooflines: Callable[[Sequence[Point]], Sequence[float]]
    """The objective of each point where each region were as fast as its lower bound."""
    _known: dict[Point, float] = field(default_factory=dict[Point, float])

    def order(self, points: Sequence[Point]) -> list[Point]:
        """``points``, the most promising first; as they are while too little is known."""
        known = [each for each in self.evaluator.evaluations if each.models and each.value > 0.0]
        if len(known) < LEAST_KNOWN or len(points) < 2:
            return list(points)
        known = sorted(known, key=self._worth, reverse=True)[:MOST_KNOWN]
        short = np.asarray([self._worth(each) for each in known]) - self._rooflines([each.point for each in known])
        short = np.maximum(short, np.median(short) - LEAST_SHORT * np.std(short))
        places = np.stack([self._place(each.point) for each in known])
        correction = RBFInterpolator(places, short, kernel="linear", smoothing=SMOOTHING, degree=0)
        promised = correction(np.stack([self._place(point) for point in points]))
        promised += self._rooflines(points)
        return [points[index] for index in np.argsort(-promised, kind="stable")]

    def _worth(self, evaluation: Evaluation) -> float:
        return math.log(evaluation.value) - VIOLATED * evaluation.violation

    def _rooflines(self, points: Sequence[Point]) -> np.ndarray:
        """[N] logarithms."""
        if new := [point for point in points if point not in self._known]:
            self._known |= zip(new, np.log(self.rooflines(new)).tolist(), strict=True)
        return np.asarray([self._known[point] for point in points])

    def _place(self, point: Point) -> np.ndarray:
        """Coordinates of ``point``, then one for each setting of each model's flags."""
        problem = self.evaluator.problem
        flags = [np.eye(len(m.variants))[v] for m, v in zip(problem.models, point.variants, strict=True)]
        return np.concatenate([coordinates_of(problem, point), *(FLAGS_APART * one for one in flags)])


def coordinates_of(problem: SearchProblem, point: Point) -> np.ndarray:
    """[P] the coordinates of ``point``."""
    pairs = zip(problem.space.parameters, point.values, strict=True)
    return np.asarray([parameter.coordinate(value) for parameter, (_, value) in pairs])
