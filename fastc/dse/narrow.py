"""A search problem with some of its settings of the flags only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from fastc.dse.records import Evaluation, Point, SearchProblem

Kept: TypeAlias = tuple[tuple[int, ...], ...]
"""Per model, indices of its variants, the first one first."""


def first_ones(problem: SearchProblem, most: int) -> Kept:
    """All variants of a model that has at most ``most``, of others the first."""
    return tuple(tuple(range(len(model.variants))) if len(model.variants) <= most else (0,) for model in problem.models)


def promising(problem: SearchProblem, population: Sequence[Evaluation], most: int) -> Kept:
    """All variants of a model that has at most ``most``; of others so many: the first, and those of the best of
    ``population``, which is in order."""
    kept: list[tuple[int, ...]] = []
    for index, every in enumerate(first_ones(problem, most)):
        tried = [] if len(every) > 1 else [one.point.variants[index] for one in population]
        kept.append((*every, *[variant for variant in dict.fromkeys(tried) if variant not in every][: most - 1]))
    return tuple(kept)


def narrowed(problem: SearchProblem, kept: Kept) -> SearchProblem:
    """``problem`` with the variants ``kept``; its seeds have the first one."""
    models = tuple(
        replace(model, variants=tuple(model.variants[variant] for variant in variants))
        for model, variants in zip(problem.models, kept, strict=True)
    )
    first = (0,) * len(models)
    return replace(problem, models=models, seeds=tuple(replace(seed, variants=first) for seed in problem.seeds))


def widened(point: Point, kept: Kept) -> Point:
    """A point of the narrowed problem as one of the whole."""
    return replace(point, variants=tuple(variants[one] for variants, one in zip(kept, point.variants, strict=True)))
