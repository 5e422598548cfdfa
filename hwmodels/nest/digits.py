"""Iterations of nested loops as numbers of mixed radix: along a dimension, each loop is a digit.

A loop that runs ``count`` times in steps of ``step`` adds ``digit * step`` to the position; positions at or beyond the
bound do not exist, which is all that imperfect factors are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hwmodels.arrays import namespace
from hwmodels.nest.records import Loops, Problem
from hwmodels.records import Array


class Digits(NamedTuple):
    """All loops of a nest by dimension, each [..., loops, dims]."""

    count: Array
    """Iterations where the loop advances the dimension, else 1."""
    step: Array
    """Extent of the dimension inside the loop."""
    own: Array
    """1 where the loop advances the dimension, else 0."""


def digits_of(problem: Problem, loops: Loops) -> tuple[Digits, tuple[Array, ...]]:
    """The digits of ``loops``, and before each loop and after the last the extent [..., dims] of the tile inside.

    Iterations that would all lie beyond the bound are cut off.
    """
    xp = namespace(loops.factors, problem.bounds, *([loops.dims] if not isinstance(loops.dims, tuple) else []))
    bounds = problem.bounds
    own = xp.asarray(np.asarray(loops.dims)) if isinstance(loops.dims, tuple) else loops.dims
    own = xp.where(own[..., None] == np.arange(len(problem.dims)), 1.0, 0.0)
    extent = xp.ones_like(bounds)
    extents, counts = [extent], []
    for index in range(len(loops.levels) - 1, -1, -1):
        whole = xp.maximum(xp.ceil(bounds / extent), 1.0)
        trips = xp.where(own[..., index, :] > 0.0, xp.minimum(loops.factors[..., index, None], whole), 1.0)
        extent = extent * trips
        extents.append(extent)
        counts.append(trips)
    shape = np.broadcast_shapes(extent.shape, bounds.shape)
    extents = tuple(xp.broadcast_to(value, shape) for value in reversed(extents))

    def stack(values: list[Array]) -> Array:
        if not values:
            return xp.ones((*shape[:-1], 0, shape[-1]))
        return xp.stack([xp.broadcast_to(value, shape) for value in values], axis=-2)

    return Digits(stack(counts[::-1]), stack(list(extents[1:])), own), extents


class Below(NamedTuple):
    """Of the numbers below a limit."""

    count: Array
    last: Array
    """The greatest; 0 where there is none."""
    marked: Array
    """What some of the digits add to it."""


def below(limit: Array, digits: Digits, taken: np.ndarray, marked: np.ndarray | None = None) -> Below:
    """The numbers below ``limit`` [..., cases, dims] that the digits ``taken`` [cases, loops] write, others 0.

    All numbers with a smaller leading digit lie below one with a greater one, so the count goes digit by digit.
    """
    xp = namespace(limit, digits.count)
    group: Array = 1.0
    groups: list[Array] = []
    for index in range(taken.shape[1] - 1, -1, -1):
        groups.append(group)
        group = group * xp.where(taken[:, index, None], digits.count[..., index, None, :], 1.0)
    rest, count, last, part = limit, 0.0, 0.0, 0.0
    for index, inner in enumerate(reversed(groups)):
        if not taken[:, index].any():
            continue
        step = digits.step[..., index, None, :]
        most = xp.where(taken[:, index, None], digits.count[..., index, None, :], 1.0)
        digit = xp.clip(xp.ceil(rest / step), 1.0, most) - 1.0
        count = count + digit * inner
        rest = rest - digit * step
        last = last + digit * step
        if marked is not None:
            part = part + xp.where(marked[:, index, None], digit * step, 0.0)
    some = xp.where(limit > 0.0, 1.0, 0.0)
    return Below(some * (count + 1.0), some * last, some * part)
