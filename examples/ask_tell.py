"""Search with an algorithm of your own: it is asked for points, and told what they are worth.

    python examples/ask_tell.py --trials 200

The evaluator, constraints, journal and workers are fastc's: try journal="search.jsonl" or jobs=4 below.
"""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import fastc
from fastc.dse import Evaluation, Point, SearchProblem, draw, indices_of, point_at, shape

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default=Path(__file__).with_name("mobilenet_v2.mlir"))
parser.add_argument("--trials", type=int, default=200, help="exact evaluations")
options = parser.parse_args()


class Evolution:
    """Keeps the best few points; children take each coordinate from one of two parents, and now and then step aside.

    What it asks for depends on nothing but the problem and what it was told, so a journal can answer for it and the
    number of workers does not matter.
    """

    KEPT, CHILDREN, STEPS = 8, 8, 0.15

    def __init__(self, problem: SearchProblem) -> None:
        self.problem = problem
        self.generator = np.random.default_rng(0)
        self.best: list[tuple[tuple[float, float], Point]] = []

    def ask(self) -> Sequence[Point]:
        if len(self.best) < self.KEPT:
            return [draw(self.problem, self.generator) for _ in range(self.CHILDREN)]
        return [self.child() for _ in range(self.CHILDREN)]

    def child(self) -> Point:
        """Positions along the axes of the space, not values: every legal point is a tuple of small whole numbers."""
        choices = np.asarray(shape(self.problem))
        picked = self.generator.choice(len(self.best), size=2, replace=False)
        mother, father = (np.asarray(indices_of(self.problem, self.best[index][1])) for index in picked)
        mixed = np.where(self.generator.random(len(choices)) < 0.5, mother, father)
        moved = self.generator.random(len(choices)) < self.STEPS
        mixed = mixed + moved * self.generator.choice([-1, 1], size=len(choices))
        return point_at(self.problem, np.clip(mixed, 0, choices - 1).tolist())

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        # What meets the constraints goes before what does not; a point that cannot be compiled is worth -inf.
        ranked = [((-each.violation, each.value), each.point) for each in evaluations if each.value > -math.inf]
        known = {point: worth for worth, point in (*self.best, *ranked)}
        self.best = sorted(((worth, point) for point, worth in known.items()), key=lambda pair: pair[0])[-self.KEPT :]


found = fastc.search(options.model, algorithm=Evolution, trials=options.trials)
assert found.search is not None
for wall_s, evaluations, value in found.search.trajectory:
    print(f"after {evaluations} evaluations, {wall_s:.1f} s: {value:.2f}")
