"""Convolutions and matrix products in the named dimensions of ``sched.contraction``: operands as arrays, with padding.

``output[g, n, p, q, k]`` is the sum over c, r, s of ``inputs[g, n, p * stride + r * dilation, ..., c] * weights[g, k,
c, r, s]``, in whole steps of an input that padding and its own dilation have spread out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
from xdsl.ir import Operation

from dialects.sched import Dim, Tile
from dialects.stablehlo import ConvolutionOp, DotGeneralOp, ints

Array = np.ndarray[Any, Any]


class UnsupportedError(Exception):
    """No named dimensions are known for an op; the message says which."""


class Operands(NamedTuple):
    """What a contraction multiplies, and how to give its result the op's own shape."""

    inputs: Array
    """[g, n, rows, columns, c]"""
    weights: Array
    """[g, k, c, r, s]"""
    stride: tuple[int, int]
    dilation: tuple[int, int]
    restore: Callable[[Array], Array]
    """From [g, n, p, q, k] to the result of the op."""

    def input_box(self, start: Tile, end: Tile) -> tuple[slice, ...]:
        """Where the input of the outputs and taps from ``start`` to ``end`` lies."""
        (rows, columns), (row_taps, column_taps) = self.stride, self.dilation
        return (
            slice(start.g, end.g),
            slice(start.n, end.n),
            slice(start.p * rows + start.r * row_taps, (end.p - 1) * rows + (end.r - 1) * row_taps + 1),
            slice(start.q * columns + start.s * column_taps, (end.q - 1) * columns + (end.s - 1) * column_taps + 1),
            slice(start.c, end.c),
        )


def weight_box(start: Tile, end: Tile) -> tuple[slice, ...]:
    """Where the weights of a tile lie."""
    return tuple(slice(start.along(dim), end.along(dim)) for dim in (Dim.G, Dim.K, Dim.C, Dim.R, Dim.S))


def output_box(start: Tile, end: Tile) -> tuple[slice, ...]:
    """Where the outputs of a tile lie."""
    return tuple(slice(start.along(dim), end.along(dim)) for dim in (Dim.G, Dim.N, Dim.P, Dim.Q, Dim.K))


def operands_of(op: Operation, left: Array, right: Array) -> Operands:
    """A contraction's operands in named dimensions. Raises ``UnsupportedError``."""
    if isinstance(op, DotGeneralOp):
        return _of_dot(op, left, right)
    if isinstance(op, ConvolutionOp):
        return _of_convolution(op, left, right)
    raise UnsupportedError(f"{op.name} is not computed tile by tile")


def _of_dot(op: DotGeneralOp, left: Array, right: Array) -> Operands:
    numbers = op.dot_dimension_numbers
    sides = (
        (left, ints(numbers.lhs_batching_dimensions), ints(numbers.lhs_contracting_dimensions)),
        (right, ints(numbers.rhs_batching_dimensions), ints(numbers.rhs_contracting_dimensions)),
    )
    named: list[Array] = []
    free: list[tuple[int, ...]] = []
    for array, batch, summed in sides:
        kept = [axis for axis in range(array.ndim) if axis not in batch + summed]
        free.append(tuple(array.shape[axis] for axis in kept))
        counts = [prod(array.shape[axis] for axis in axes) for axes in (batch, kept, summed)]
        named.append(array.transpose(*batch, *kept, *summed).reshape(counts))
    batch_shape = tuple(left.shape[axis] for axis in sides[0][1])
    inputs, weights = named[0][:, :, None, None, :], named[1][:, :, :, None, None]
    return Operands(inputs, weights, (1, 1), (1, 1), lambda result: result.reshape(batch_shape + free[0] + free[1]))


def _of_convolution(op: ConvolutionOp, left: Array, right: Array) -> Operands:
    numbers = op.dimension_numbers
    spatial = ints(numbers.input_spatial_dimensions)
    rank = len(spatial)
    groups = op.feature_group_count.value.data
    if rank > 2 or op.batch_group_count.value.data > 1:
        raise UnsupportedError(f"{op.name} of {rank} spatial dimensions or of groups of batches")

    def listed(attribute: Any, default: int) -> list[int]:
        values = [default] * rank if attribute is None else [int(value) for value in attribute.get_values()]
        return [1 if default == 1 else 0] * (2 - rank) + values

    image = left.transpose(
        numbers.input_batch_dimension.value.data, *spatial, numbers.input_feature_dimension.value.data
    )
    kernel = right.transpose(
        numbers.kernel_output_feature_dimension.value.data,
        numbers.kernel_input_feature_dimension.value.data,
        *ints(numbers.kernel_spatial_dimensions),
    )
    for _ in range(2 - rank):
        image, kernel = np.expand_dims(image, 1), np.expand_dims(kernel, 2)
    flips = [bool(value) for value in listed(op.window_reversal, 0)]
    kernel = np.flip(kernel, tuple(2 + axis for axis in range(2) if flips[axis]))
    image = _spread(image, listed(op.lhs_dilation, 1))
    padding = [0] * (2 * rank) if op.padding is None else [int(value) for value in op.padding.get_values()]
    padding = [0, 0] * (2 - rank) + padding
    image = _pad(image, padding)
    inputs = np.moveaxis(image.reshape(*image.shape[:3], groups, -1), 3, 0)
    weights = kernel.reshape(groups, -1, *kernel.shape[1:])
    strides, dilations = listed(op.window_strides, 1), listed(op.rhs_dilation, 1)
    outputs = ints(numbers.output_spatial_dimensions)
    order = (numbers.output_batch_dimension.value.data, *outputs, numbers.output_feature_dimension.value.data)

    def restore(result: Array) -> Array:
        whole = np.moveaxis(result, 0, 3)
        whole = whole.reshape(*whole.shape[:3], -1)
        whole = whole.reshape(whole.shape[0], *whole.shape[3 - rank : 3], whole.shape[3])
        return whole.transpose(np.argsort(order))

    return Operands(inputs, weights, (strides[0], strides[1]), (dilations[0], dilations[1]), restore)


def _spread(image: Array, zoom: Sequence[int]) -> Array:
    """[n, rows, columns, c] with zeros between rows and columns."""
    if all(factor == 1 for factor in zoom):
        return image
    n, rows, columns, c = image.shape
    spread = np.zeros((n, (rows - 1) * zoom[0] + 1, (columns - 1) * zoom[1] + 1, c), image.dtype)
    spread[:, :: zoom[0], :: zoom[1]] = image
    return spread


def _pad(image: Array, padding: Sequence[int]) -> Array:
    """[n, rows, columns, c] with zeros around, or cut where ``padding`` is negative."""
    widths = [(0, 0), (max(padding[0], 0), max(padding[1], 0)), (max(padding[2], 0), max(padding[3], 0)), (0, 0)]
    padded = np.pad(image, widths)
    cuts = [(max(-low, 0), max(-high, 0)) for low, high in ((padding[0], padding[1]), (padding[2], padding[3]))]
    rows, columns = (slice(low, size - high) for (low, high), size in zip(cuts, padded.shape[1:3], strict=True))
    return padded[:, rows, columns]
