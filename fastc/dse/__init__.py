"""The search: hardware parameters and pass flags together, by gradients through the relaxed cost, then exactly.

``search(problem, options)`` takes a ``SearchProblem`` (models as functions from batch to ``Network``, a ``Space``, an
objective and constraints as plain functions of ``Metrics``) and returns a ``SearchResult``. It reads no IR and
imports JAX only when called.
"""

from __future__ import annotations

from fastc.dse.records import (
    Constraint,
    Evaluation,
    Metrics,
    ModelProblem,
    Options,
    Progress,
    SearchProblem,
    SearchResult,
    Variant,
)


def search(problem: SearchProblem, options: Options) -> SearchResult:
    """Find the best legal machine and flags of ``problem``; the same seed and trials give the same result."""
    from fastc.dse.gradient import gradient_search

    return gradient_search(problem, options)


__all__ = [
    "Constraint",
    "Evaluation",
    "Metrics",
    "ModelProblem",
    "Options",
    "Progress",
    "SearchProblem",
    "SearchResult",
    "Variant",
    "search",
]
