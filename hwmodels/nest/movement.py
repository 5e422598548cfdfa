"""What moves into the buffers below a boundary of a loop nest, in closed form.

A tile is a box: along each axis of a tensor an interval. When a loop advances, all loops inside it start anew, so the
tile goes from the last inner position to the first one of the next iteration; what is new is the tile less its overlap
with the one before. Volumes and overlaps are products over the axes, and each loop's transitions sum axis by axis:
along a dimension only the last tile may be smaller, so three kinds of transition suffice.

All instances go in step: where a dimension ends for some instances before the others, they hold nothing meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from hwmodels.arrays import namespace
from hwmodels.nest.digits import Digits, below
from hwmodels.nest.records import Halo, Tensor
from hwmodels.records import Array


class Transitions(NamedTuple):
    """For each temporal loop, along each dimension, three kinds of transition: between whole tiles of whole blocks,
    between whole tiles in the last block, and with the smaller last tile. Each [kind][..., loops, dims]."""

    weight: tuple[Array, Array, Array]
    """How often, over all instances."""
    shift: tuple[Array, Array, Array]
    """By how much the tile's first iteration moves."""
    before: tuple[Array, Array, Array]
    """Extent of the tile that was there."""
    after: tuple[Array, Array, Array]


class Boundary(NamedTuple):
    """The loops above the tiles of one level."""

    bounds: Array
    """[..., dims]."""
    tile: Array
    """Extents of a whole tile, [..., dims]."""
    digits: Digits
    temporal: np.ndarray
    """[loops], whether iterations follow one another; else they run at once."""


def total_tiles(boundary: Boundary, counted: np.ndarray) -> Array:
    """Tiles along each dimension over all iterations, of instances only those where the spatial loops that are not
    ``counted`` [loops] are at their first iteration; [..., dims]."""
    taken = (boundary.temporal | counted)[None, :]
    return below(boundary.bounds[..., None, :], boundary.digits, taken).count[..., 0, :]


def transitions(boundary: Boundary, counted: np.ndarray) -> Transitions:
    """Transitions of each temporal loop; of instances only those that ``total_tiles`` counts."""
    digits, tile = boundary.digits, boundary.tile[..., None, :]
    xp = namespace(digits.count, tile)
    moving = np.flatnonzero(boundary.temporal)
    loop = np.arange(len(boundary.temporal))
    outside, inside = loop < moving[:, None], loop > moving[:, None]
    spatial = ~boundary.temporal & counted
    own = digits.own[..., moving, :] > 0.0
    step = digits.step[..., moving, :]
    bounds = boundary.bounds[..., None, :]

    blocks = below(bounds, digits, outside & (boundary.temporal | spatial))
    with_own = outside & (boundary.temporal | spatial) | (loop == moving[:, None])
    pieces = below(bounds, digits, with_own, outside & spatial)
    last_block = xp.minimum(bounds - pieces.last, step)
    advances_last = xp.where(own & (pieces.last > blocks.last), 1.0, 0.0)

    sweep = inside & boundary.temporal
    swept = xp.sum(sweep[:, :, None] * ((digits.count - 1.0) * digits.step)[..., None, :, :], axis=-2)
    end = xp.where(pieces.marked > 0.0, swept, below(last_block, digits, sweep).last)
    length = last_block - xp.where(own, 0.0, end)
    some = below(length, digits, inside & spatial)
    whole = below(length - tile + 1.0, digits, inside & spatial).count
    instances = xp.prod(xp.where((inside & spatial)[:, :, None], digits.count[..., None, :, :], 1.0), axis=-2)
    ragged = xp.minimum(length - some.last, tile)

    final = xp.where(own, advances_last, 1.0)
    shift = xp.where(own, step, 0.0) - swept
    last_shift = xp.where(own, shift, -end)
    return Transitions(
        weight=(
            xp.where(own, pieces.count - blocks.count - advances_last, blocks.count - 1.0) * instances,
            final * whole,
            final * (some.count - whole),
        ),
        shift=(shift, last_shift, last_shift),
        before=(tile, tile, xp.where(own, tile, ragged)),
        after=(tile, tile, xp.where(own, ragged, xp.minimum(tile, ragged + end))),
    )


def span(extents: Sequence[Array], coefficients: Sequence[Array]) -> Array:
    """Positions along one axis from the first to the last that a tile touches, whose dimensions have ``extents``."""
    result: Array = 0.0
    for extent, coefficient in zip(extents, coefficients, strict=True):
        result = result + (extent - 1.0) * coefficient
    return result + 1.0


def span_sum(bounds: Sequence[Array], tiles: Sequence[Array], coefficients: Sequence[Array]) -> Array:
    """``span`` summed over all tiles of one axis, ``tiles`` along each dimension, which together hold ``bounds``.

    Spans are linear in the extents, so smaller last tiles are exact.
    """
    inner: Array = 1.0
    result: Array = 1.0
    for bound, trips, coefficient in reversed(list(zip(bounds, tiles, coefficients, strict=True))):
        result = inner * (bound - trips) * coefficient + trips * result
        inner = inner * trips
    return result


def volume(tensor: Tensor, tile: Array) -> Array:
    """Elements of the box that a tile of extents [..., dims] touches; [...]."""
    result: Array = 1.0
    for axis in tensor.axes:
        extents = [tile[..., dim] for dim, _ in axis]
        result = result * _touched(tensor, span(extents, [coefficient for _, coefficient in axis]), extents)
    return result


def _touched(tensor: Tensor, positions: Array, extents: Sequence[Array]) -> Array:
    """``positions``, or without gaps at most one for each combination of the dimensions' iterations."""
    if tensor.gaps:
        return positions
    iterations: Array = 1.0
    for extent in extents:
        iterations = iterations * extent
    return namespace(positions, iterations).minimum(positions, iterations)


def all_tiles(tensor: Tensor, boundary: Boundary, tiles: Array) -> Array:
    """Elements of all tiles together, each as often as it is there; ``tiles`` [..., dims] as ``total_tiles`` says."""
    result: Array = 1.0
    for dim in range(boundary.tile.shape[-1]):
        if dim not in tensor.dims:
            result = result * tiles[..., dim]
    for axis in tensor.axes:
        bounds = [boundary.bounds[..., dim] for dim, _ in axis]
        positions = span_sum(bounds, [tiles[..., dim] for dim, _ in axis], [coefficient for _, coefficient in axis])
        result = result * _touched(tensor, positions, bounds)
    return result


def overlaps(tensor: Tensor, moves: Transitions, shifts: tuple[Array, ...] | None = None) -> Array:
    """Elements that the tiles before and after have in common, summed over each loop's transitions; [..., loops].

    ``shifts``, for each axis [...], take the place of the distances that the tiles really move.
    """
    xp = namespace(moves.weight[0])
    result: Array = 1.0
    for dim in range(moves.weight[0].shape[-1]):
        if dim not in tensor.dims:
            result = result * sum(weight[..., dim] for weight in moves.weight)
    for position, axis in enumerate(tensor.axes):
        common: Array = 0.0
        coefficients = [_columns(coefficient) for _, coefficient in axis]
        for kinds in product(range(3), repeat=len(axis)):
            chosen = list(zip(axis, coefficients, kinds, strict=True))
            weight: Array = 1.0
            shift: Array = 0.0
            for (dim, _), coefficient, kind in chosen:
                weight = weight * moves.weight[kind][..., dim]
                shift = shift + coefficient * moves.shift[kind][..., dim]
            before = [moves.before[kind][..., dim] for (dim, _), _, kind in chosen]
            after = [moves.after[kind][..., dim] for (dim, _), _, kind in chosen]
            if shifts is not None:
                shift = shifts[position][..., None]
            end = xp.minimum(span(before, coefficients), shift + span(after, coefficients))
            shared = xp.maximum(end - xp.maximum(shift, 0.0), 0.0)
            common = common + weight * _touched(tensor, shared, before)
        result = result * common
    return result


def _columns(value: Array) -> Array:
    """A scalar, or [...] as [..., 1]."""
    return value[..., None] if getattr(value, "ndim", 0) else value


def kept(tensor: Tensor, boundary: Boundary, moves: Transitions, halo: Halo) -> Array:
    """Elements that need not move, for the tile before had them, over all transitions; [...]."""
    xp = namespace(boundary.digits.count, boundary.tile)
    if halo == "kept":
        return xp.sum(overlaps(tensor, moves), axis=-1)
    if halo == "dropped":
        depends = np.asarray([dim in tensor.dims for dim in range(boundary.tile.shape[-1])])
        still = tuple(
            xp.where(depends & (shift != 0.0), 0.0, weight)
            for shift, weight in zip(moves.shift, moves.weight, strict=True)
        )
        return xp.sum(overlaps(tensor, moves._replace(weight=still)), axis=-1)
    same, shifts = _same_stride(tensor, boundary)
    return xp.sum(xp.where(same, overlaps(tensor, moves, shifts), 0.0), axis=-1)


def _same_stride(tensor: Tensor, boundary: Boundary) -> tuple[Array, tuple[Array, ...]]:
    """For each temporal loop [..., loops], whether the tile moves by as much as when the innermost of them advances;
    and that distance along each axis [...].

    Timeloop walks two iterations of each loop and counts the second for all others: distances are those between them.
    """
    xp = namespace(boundary.digits.count, boundary.tile)
    digits = boundary.digits
    moving = np.flatnonzero(boundary.temporal)
    inside = (np.arange(len(boundary.temporal)) > moving[:, None]) & boundary.temporal
    once = (xp.minimum(digits.count, 2.0) - 1.0) * digits.step
    returns = xp.sum(inside[:, :, None] * once[..., None, :, :], axis=-2)
    distance = digits.own[..., moving, :] * digits.step[..., moving, :] - returns
    trips = xp.max(digits.count[..., moving, :], axis=-1)
    inner_loops = xp.sum(inside[:, moving] * (trips[..., None, :] > 1.0), axis=-1)
    innermost = xp.where((trips > 1.0) & (inner_loops == 0.0), 1.0, 0.0)
    same = xp.ones_like(trips) > 0.0
    shifts: list[Array] = []
    for axis in tensor.axes:
        along: Array = 0.0
        for dim, coefficient in axis:
            along = along + _columns(coefficient) * distance[..., dim]
        shifts.append(xp.sum(innermost * along, axis=-1))
        same = same & (along == shifts[-1][..., None])
    return same, tuple(shifts)
