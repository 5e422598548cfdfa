"""The search: hardware parameters and pass flags together, by gradients through the relaxed cost, then exactly.

``search(problem, options)`` takes a ``SearchProblem`` (models as functions from batch to ``Network``, a ``Space``, an
objective and constraints as plain functions of ``Metrics``) and returns a ``SearchResult``. It reads no IR and
imports JAX only for the gradient search. ``algorithm`` may be a name, or anything that makes an ``Algorithm``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from fastc.dse.asktell import draw, indices_of, point_at, shape
from fastc.dse.exact import Evaluator, front
from fastc.dse.journal import Journal
from fastc.dse.records import (
    Algorithm,
    Constraint,
    Evaluation,
    Metrics,
    ModelProblem,
    Options,
    Outcome,
    Point,
    Progress,
    SearchProblem,
    SearchResult,
    Variant,
)
from fastc.dse.watch import Background, Watch
from fastc.dse.workers import Workers
from fastc.names import ALGORITHMS

EXHAUSTIBLE = 64
"""Points of a problem that the gradient search tries one by one instead: that takes less time, and misses nothing."""

GRACE_S = 0.5
"""How long a search that is asked to stop may take to end its present evaluation."""


Choice: TypeAlias = str | Callable[[SearchProblem], Algorithm]
"""One of ``ALGORITHMS``, or what makes an algorithm for a problem."""


class NothingFoundError(Exception):
    """The search ended before its first exact evaluation."""


def search(
    problem: SearchProblem,
    options: Options,
    algorithm: Choice = "gradient",
    *,
    journal: Journal | None = None,
    workers: Workers | None = None,
) -> SearchResult:
    """Find the best legal machine and flags of ``problem``; the same seed and trials give the same result.

    The search runs in a thread of its own, and this one waits: so neither a budget nor ``options.stop`` waits for an
    evaluation or a compile that takes long. Raises NothingFoundError where there was no exact evaluation before.
    """
    name = _chosen(problem, options, algorithm)
    watch = Watch(options, Evaluator(problem, journal, workers))
    work = Background(lambda: _run(problem, watch, name, journal), "search")
    try:
        if work.wait(_Patience(watch)):
            work.result()
    finally:
        watch.close()
        work.leave()
        for resource in (journal, workers):
            if resource is not None:
                resource.close()
    if watch.best is None:
        raise NothingFoundError("the search ended before its first exact evaluation; give it more time")
    return SearchResult(
        algorithm=name if isinstance(name, str) else getattr(name, "__qualname__", type(name).__qualname__),
        best=watch.best,
        feasible=watch.best.violation == 0.0,
        relaxed_value=watch.relaxed.value,
        exact_evaluations=watch.evaluator.count,
        relaxed_evaluations=watch.relaxed.evaluations,
        starts=watch.relaxed.starts,
        wall_s=watch.seconds(),
        trajectory=tuple(watch.trajectory),
        relaxed_trajectory=tuple(watch.relaxed_trajectory),
        front=front(watch.evaluator.evaluations) if problem.objectives else (),
        stopped=watch.late(),
    )


class _Patience:
    """When to leave a search behind that ought to end."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._late_s: float | None = None

    def __call__(self) -> bool:
        watch = self._watch
        if not watch.late():
            return False
        if self._late_s is None:
            self._late_s = watch.seconds()
        waited_s = watch.seconds() - self._late_s
        if watch.best is not None:
            return waited_s >= GRACE_S
        # Without a limit, who stops the search waits for its first evaluation, or stops it again.
        return watch.options.budget_s is not None and waited_s >= watch.options.overtime_s


def _chosen(problem: SearchProblem, options: Options, algorithm: Choice) -> Choice:
    few = problem.points() <= min(EXHAUSTIBLE, options.trials or EXHAUSTIBLE)
    return "exhaustive" if algorithm == "gradient" and few else algorithm


def _run(problem: SearchProblem, watch: Watch, algorithm: Choice, journal: Journal | None) -> None:
    if algorithm == "gradient":
        from fastc.dse.gradient import gradient_search

        gradient_search(problem, watch, journal)
        return
    from fastc.dse.asktell import by_turns
    from fastc.dse.blackbox import make_algorithm

    made = make_algorithm(algorithm, problem, watch.options.seed) if isinstance(algorithm, str) else algorithm(problem)
    by_turns(problem, made, watch)


__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "Constraint",
    "Evaluation",
    "Journal",
    "Metrics",
    "ModelProblem",
    "NothingFoundError",
    "Options",
    "Outcome",
    "Point",
    "Progress",
    "SearchProblem",
    "SearchResult",
    "Variant",
    "draw",
    "indices_of",
    "point_at",
    "search",
    "shape",
]
