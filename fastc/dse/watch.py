"""The clock, the limits and the best so far of one search."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from fastc.dse.exact import Evaluator, better
from fastc.dse.records import Evaluation, Options, Phase, Point, Progress


@dataclass
class Watch:
    """Clock, limits and the best so far of one search."""

    options: Options
    evaluator: Evaluator
    began: float = field(default_factory=time.monotonic)
    best: Evaluation | None = None
    trajectory: list[tuple[float, int, float]] = field(default_factory=list[tuple[float, int, float]])

    def seconds(self) -> float:
        """Since the search began."""
        return time.monotonic() - self.began

    def spent(self) -> bool:
        """Whether trials or budget are used up."""
        over = self.options.budget_s is not None and self.seconds() >= self.options.budget_s
        return over or self.evaluator.count >= self.options.trials

    def evaluate(self, point: Point, phase: Phase, done: int, total: int) -> Evaluation:
        """Evaluate exactly, remember the best, report."""
        result = self.evaluator(point)
        if better(result, self.best):
            self.best = result
            if result.violation == 0.0:
                self.trajectory.append((self.seconds(), self.evaluator.count, result.value))
        self.report(phase, done, total)
        return result

    def report(self, phase: Phase, done: int, total: int) -> None:
        """Tell the caller where the search stands."""
        value = None if self.best is None or self.best.violation > 0.0 else self.best.value
        self.options.on_progress(Progress(phase, done, total, value, self.evaluator.count, self.seconds()))
