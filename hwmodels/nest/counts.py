"""Reads, fills and updates of each tensor at each level of buffers.

A buffer's tile changes as the loops above it advance (``movement``). What it then lacks comes from the next level
outwards that keeps the tensor: there a read, here a fill. Instances that need the same at the same time are served by
one read (multicast), and their partial sums are added on the way out (spatial reduction): one update. A written tensor
goes the other way: each visit of a tile is an update further out; it is a read there and a fill here as well, but for
the first time that an element is there, when there is nothing to add to (NVlabs/timeloop, ``tiling.cpp``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hwmodels.arrays import namespace
from hwmodels.nest.digits import Digits, below, digits_of
from hwmodels.nest.movement import Boundary, Transitions, all_tiles, kept, span, total_tiles, transitions, volume
from hwmodels.nest.records import Axis, Level, Loops, Problem, Tensor
from hwmodels.records import Array


class Access(NamedTuple):
    """Words of one tensor at one level, over all instances; each [...]."""

    reads: Array
    fills: Array
    updates: Array
    instances: Array
    """Instances that ever work."""
    tile: Array
    """Words that one instance holds."""


class Counts(NamedTuple):
    """What a mapping does."""

    levels: tuple[tuple[Access | None, ...], ...]
    """[level][tensor], outermost first; None where the tensor passes by."""
    macs: Array
    """Multiply-accumulates, [...]."""
    lanes: Array
    """Multiply-accumulators that ever work, [...]."""
    steps: Array
    """Iterations that follow one another: cycles if no buffer holds up; [...]."""


class _Nest(NamedTuple):
    problem: Problem
    levels: tuple[Level, ...]
    digits: Digits
    extents: tuple[Array, ...]
    """Before each loop, and after the last."""
    level_of: np.ndarray
    spatial: np.ndarray
    known: dict[tuple[int, bytes], tuple[Array, Transitions | None]]
    """What tensors share, by boundary and instances counted: ``motion`` fills it."""

    def boundary(self, level: int) -> Boundary:
        """The loops above the tiles of ``level``."""
        above = int(np.sum(self.level_of < level))
        digits = Digits(*(field[..., :above, :] for field in self.digits))
        return Boundary(self.problem.bounds, self.extents[above], digits, ~self.spatial[:above])

    def motion(self, level: int, counted: np.ndarray) -> tuple[Array, Transitions | None]:
        """The tiles of ``level`` (``total_tiles``) and their transitions: none where nothing is kept or moves."""
        key = (level, counted.tobytes())
        if key not in self.known:
            boundary = self.boundary(level)
            moves = level < len(self.levels) and boundary.temporal.any()
            found = transitions(boundary, counted) if moves else None
            self.known[key] = (total_tiles(boundary, counted), found)
        return self.known[key]


def count(problem: Problem, levels: tuple[Level, ...], loops: Loops) -> Counts:
    """The accesses of ``problem`` under ``loops`` on ``levels``, outermost first.

    Raises ValueError where a tensor is kept nowhere, or moves without its gaps where halos are kept.
    """
    for position, tensor in enumerate(problem.tensors):
        if not any(level.keeps[position] for level in levels):
            raise ValueError(f"no level keeps tensor '{tensor.name}'; let one level keep it")
        if not tensor.gaps and any(level.halo != "dropped" for level in levels):
            raise ValueError(f"tensor '{tensor.name}' moves without its gaps; give all levels the halo 'dropped'")
    digits, extents = digits_of(problem, loops)
    nest = _Nest(problem, levels, digits, extents, np.asarray(loops.levels, int), np.asarray(loops.spatial, bool), {})
    columns = [_accesses(nest, position) for position in range(len(problem.tensors))]
    body = nest.boundary(len(levels))
    none = np.zeros(len(body.temporal), bool)
    xp = namespace(problem.bounds, body.tile)
    return Counts(
        levels=tuple(tuple(column[index] for column in columns) for index in range(len(levels))),
        macs=xp.prod(problem.bounds, axis=-1),
        lanes=xp.prod(_spatial(body), axis=-1),
        steps=xp.prod(total_tiles(body, none), axis=-1),
    )


def _spatial(boundary: Boundary) -> Array:
    """Instances along each dimension, [..., dims]."""
    return below(boundary.bounds[..., None, :], boundary.digits, ~boundary.temporal[None, :]).count[..., 0, :]


def _accesses(nest: _Nest, position: int) -> list[Access | None]:
    """Of one tensor, by level."""
    tensor = nest.problem.tensors[position]
    xp = namespace(nest.problem.bounds, nest.extents[0])
    keepers = [index for index, level in enumerate(nest.levels) if level.keeps[position]]
    result: list[Access | None] = [None] * len(nest.levels)
    for index, inner in zip(keepers, [*keepers[1:], len(nest.levels)], strict=True):
        boundary = nest.boundary(index)
        served = _served(nest, tensor, index, inner)
        first = _first_visits(nest, tensor, boundary) if tensor.written else 0.0
        fills = xp.zeros_like(served)
        if index != keepers[0]:
            everyone = np.ones(len(boundary.temporal), bool)
            fills = _moved(nest, tensor, index, everyone) - (0.0 if nest.levels[index].clears else first)
        result[index] = Access(
            reads=served - first,
            fills=fills,
            updates=served if tensor.written else xp.zeros_like(served),
            instances=xp.prod(_spatial(boundary), axis=-1),
            tile=volume(tensor, boundary.tile),
        )
    return result


def _moved(nest: _Nest, tensor: Tensor, level: int, counted: np.ndarray) -> Array:
    """Words that enter the tiles of ``level`` (beyond the last: of the multiply-accumulators, which keep nothing), in
    the instances that ``total_tiles`` counts."""
    boundary = nest.boundary(level)
    tiles, moves = nest.motion(level, np.ones(len(counted), bool))
    if not counted.all():
        fewer_tiles, fewer = nest.motion(level, counted)
        tiles = _where_relevant(tensor, tiles, fewer_tiles)
        if moves is not None and fewer is not None:
            pairs = zip(moves.weight, fewer.weight, strict=True)
            whole, last, ragged = (_where_relevant(tensor, everyone, part) for everyone, part in pairs)
            moves = moves._replace(weight=(whole, last, ragged))
    entering = all_tiles(tensor, boundary, tiles)
    return entering if moves is None else entering - kept(tensor, boundary, moves, nest.levels[level].halo)


def _where_relevant(tensor: Tensor, relevant: Array, other: Array) -> Array:
    xp = namespace(relevant, other)
    depends = np.asarray([dim in tensor.dims for dim in range(relevant.shape[-1])])
    return xp.where(depends, relevant, other)


def _served(nest: _Nest, tensor: Tensor, level: int, inner: int) -> Array:
    """Words that ``level`` serves to the tiles of ``inner``: of instances that need the same only one counts."""
    above = int(np.sum(nest.level_of < inner))
    between = (nest.level_of[:above] >= level) & nest.spatial[:above]
    return _moved(nest, tensor, inner, ~between) * _different(nest, tensor, level, inner)


def _different(nest: _Nest, tensor: Tensor, level: int, inner: int) -> Array:
    """Share of the instances between the levels that need different tiles, where two dimensions run at once along one
    axis, as rows and taps of a window do.

    Of the sums of i * u below n and j * v below m, u and v with greatest common divisor 1, those with i >= v and j <
    m - u occur before. Each level's instances are looked at by themselves, as in Timeloop's multicast.
    """
    xp = namespace(nest.problem.bounds, nest.extents[0])
    share: Array = 1.0
    for between in range(level, inner):
        chosen = np.flatnonzero((nest.level_of == between) & nest.spatial)
        pairs = [axis[:2] for axis in tensor.axes if len(axis) > 1]
        if len(chosen) < 2 or not pairs:
            continue
        counts = xp.prod(nest.digits.count[..., chosen, :], axis=-2)
        used = (nest.digits.own * (nest.digits.count > 1.0))[..., chosen, :]
        steps = xp.min(xp.where(used > 0.0, nest.digits.step[..., chosen, :], xp.inf), axis=-2)
        steps = xp.where(counts > 1.0, steps, 1.0)
        for (one, of_one), (other, of_other) in pairs:
            first, second = steps[..., one] * of_one, steps[..., other] * of_other
            divisor = xp.gcd(first.astype(np.int32), second.astype(np.int32))
            again = xp.maximum(counts[..., one] - second / divisor, 0.0) * xp.maximum(
                counts[..., other] - first / divisor, 0.0
            )
            share = share * (1.0 - again / (counts[..., one] * counts[..., other]))
    return share


def _first_visits(nest: _Nest, tensor: Tensor, boundary: Boundary) -> Array:
    """Words of the tensor that are ever in the tiles below ``boundary``, in each instance counted once.

    Along an axis of several dimensions the parts of instances overlap; an instance then has its tile's share of what
    all have together, as in Timeloop.
    """
    result: Array = 1.0
    instances = _spatial(boundary)
    above = len(boundary.temporal)
    for dim in range(len(nest.problem.dims)):
        if dim not in tensor.dims:
            result = result * instances[..., dim]
    for axis in tensor.axes:
        coefficients = [coefficient for _, coefficient in axis]

        def along(extents: Array, axis: Axis = axis, coefficients: list[Array] = coefficients) -> Array:
            return span([extents[..., dim] for dim, _ in axis], coefficients)

        words = along(nest.problem.bounds)
        if len(axis) > 1:
            for dim, _ in axis:
                words = words * instances[..., dim]
            for index in np.flatnonzero(nest.spatial[:above]):
                words = words * along(nest.extents[index + 1]) / along(nest.extents[index])
        result = result * words
    return result
