"""Spatial assignments of a contraction to the axes of a machine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.costs import Candidate, Evaluation
from hwmodels.mapspace.target import Target
from hwmodels.mapspace.tiles import C, G, K, Problem, R, S, not_dominated, spatial_axis

WIDE_GRID = 16
"""An axis of the PE grid that is longer unrolls two dimensions at most."""

MANY_GRIDS = 400
"""Above so many ways to lay a contraction on the grid, those that another exceeds in every dimension are left out."""


class Group(NamedTuple):
    """Spatial assignments of one engine and one way of packing; extents [axes, 8, assignments]."""

    engine: int
    packed: bool
    extents: np.ndarray


class Place(NamedTuple):
    """One spatial assignment with L1 tiles of its own."""

    group: Group
    which: int
    candidate: Candidate
    evaluation: Evaluation


def placed(problem: Problem, target: Target, group: Group, which: int, tiles: tuple[np.ndarray, np.ndarray]) -> Place:
    """The assignment ``which`` of ``group`` with L1 ``tiles`` and their passes."""
    base = ideal(problem, target, group, np.asarray([which]))
    candidate = base._replace(inner=tiles[0], passes=tiles[1])
    return Place(group, which, candidate, Evaluation(problem, target, target.engines[group.engine], candidate))


def spatial_groups(problem: Problem, target: Target) -> tuple[Group, ...]:
    """All spatial assignments worth trying."""
    # They depend on nothing else.
    return _groups_of(Problem(problem.bounds, (1.0, 1.0), (1.0, 1.0), (1.0, 1.0, 1.0)), target)


@lru_cache(maxsize=1024)
def _groups_of(problem: Problem, target: Target) -> tuple[Group, ...]:
    groups: list[Group] = []
    for index, engine in enumerate(target.engines):
        options = [_axis_options(problem, target, axis, dims) for axis, dims in enumerate(engine.axes)]
        picks = _distinct_picks(options, target.grid_axes)
        extents = np.stack([option[0][:, pick] for option, pick in zip(options, picks, strict=True)])
        packs = np.stack([option[1][pick] for option, pick in zip(options, picks, strict=True)])
        packed: np.ndarray = np.any(packs, axis=0)
        # Where one axis packs taps, no other may unroll them.
        taps = (extents[:, [R, S]] > 1.0).any(axis=1)
        sound = ~packed | (taps.sum(axis=0) == packs.sum(axis=0)) & (packs.sum(axis=0) == 1)
        if target.grid_axes:
            sound &= _on_diagonal(problem, target, extents)
        extents, packed = extents[:, :, sound], packed[sound]
        _clip(problem, extents, packed)
        for flag in (False, True):
            chosen = packed == flag
            if chosen.any():
                groups.append(Group(index, flag, extents[:, :, chosen]))
    return tuple(groups)


def _axis_options(problem: Problem, target: Target, axis: int, dims: str) -> tuple[np.ndarray, np.ndarray]:
    """What the axis may unroll, as ``spatial_axis`` says it; on the rows, also what leaves the groups out.

    Filling the rows takes groups wherever there is room for two, and most of that is not on the diagonal.
    """
    every = [spatial_axis(target.axes[axis], dims, _most_dims(target, axis), problem)]
    if axis == len(target.axes) - 2 and target.grid_axes and "g" in dims and problem.bounds[G] > 1:
        every.append(spatial_axis(target.axes[axis], dims.replace("g", ""), _most_dims(target, axis), problem))
    return np.concatenate([extents for extents, _ in every], axis=1), np.concatenate([packed for _, packed in every])


def _on_diagonal(problem: Problem, target: Target, extents: np.ndarray) -> np.ndarray:
    """Whether groups on the rows, if any, are of one channel and find a column each."""
    groups = extents[-2, G]
    single = problem.bounds[K] == 1 and problem.bounds[C] == 1
    return (groups == 1.0) | single & (groups <= target.axes[-1])


def _clip(problem: Problem, extents: np.ndarray, packed: np.ndarray) -> None:
    """Let no axis unroll more of a dimension than those before it leave; in place."""
    left = np.repeat(problem.column, extents.shape[2], axis=1)
    left[R] = np.where(packed, left[R] * left[S], left[R])
    for axis in extents:
        np.minimum(axis, left, out=axis)
        left = np.ceil(left / axis)


def _most_dims(target: Target, axis: int) -> int:
    """How many dimensions the axis unrolls at most."""
    wide = axis < target.grid_axes and target.axes[axis] > WIDE_GRID
    return min(target.dims_per_axis, 2) if wide else target.dims_per_axis


def _distinct_picks(options: Sequence[tuple[np.ndarray, np.ndarray]], grid_axes: int) -> np.ndarray:
    """[axes, assignments] choices of an option (extents, packed) for each axis, one for each product over the grid and
    over the array."""
    parts: list[np.ndarray] = []
    for is_grid, axes in ((True, options[:grid_axes]), (False, options[grid_axes:])):
        if not axes:
            continue
        picks = np.stack([p.ravel() for p in np.meshgrid(*(np.arange(len(packs)) for _, packs in axes), indexing="ij")])
        extents = np.prod([axis[:, pick] for (axis, _), pick in zip(axes, picks, strict=True)], axis=0)
        packed = np.sum([packs[pick] for (_, packs), pick in zip(axes, picks, strict=True)], axis=0)
        # Square roots of primes are independent: the code tells all extents apart.
        code = np.sqrt(np.asarray([2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0])) @ extents + np.sqrt(23.0) * packed
        distinct = np.unique(np.round(code, 6), return_index=True)[1]
        if is_grid and len(distinct) > MANY_GRIDS:
            distinct = distinct[not_dominated(-extents[:, distinct])]
        parts.append(picks[:, distinct])
    if len(parts) == 1:
        return parts[0]
    first, second = (p.ravel() for p in np.meshgrid(*(np.arange(p.shape[1]) for p in parts), indexing="ij"))
    return np.concatenate([parts[0][:, first], parts[1][:, second]])


def _passes(problem: Problem, group: Group, spatial: np.ndarray) -> np.ndarray:
    """[8, assignments] steps of ``spatial`` over the bounds, uncut."""
    passes = np.ceil(problem.column / spatial)
    if group.packed:
        passes[R], passes[S] = np.ceil(problem.bounds[R] * problem.bounds[S] / spatial[R]), 1.0
    return passes


def ideal(problem: Problem, target: Target, group: Group, which: slice | np.ndarray) -> Candidate:
    """The assignments ``which`` with ideal tiles: everything at once."""
    extents = group.extents[:, :, which]
    grid = extents[: target.grid_axes].prod(axis=0)
    array = extents[target.grid_axes :].prod(axis=0)
    spatial = grid * array
    whole = problem.column
    return Candidate(spatial, array, grid, group.packed, whole, _passes(problem, group, spatial), whole)


def covering(problem: Problem, tile: np.ndarray, spatial: np.ndarray, packed: bool) -> np.ndarray:
    """Passes [8, candidates] of ``spatial`` over the bounds, tile by tile."""
    bounds = problem.column
    whole = np.floor(bounds / tile)
    passes = whole * np.ceil(tile / spatial) + np.ceil((bounds - whole * tile) / spatial)
    if packed:
        passes[R] = np.ceil(problem.bounds[R] * problem.bounds[S] / spatial[R])
        passes[S] = 1.0
    return passes
