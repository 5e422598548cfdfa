"""What an op gives for constant operands, where every implementation of StableHLO must agree on it to the last bit.

Nothing is said where implementations may differ: of functions that are not rounded correctly everywhere (exponential,
rsqrt), of numbers below the normal range, which hardware may flush to zero, of the larger of 0 and -0, of integers
divided by zero or shifted out, of numbers converted to a type that has nothing near them.

Semantics: https://github.com/openxla/stablehlo/blob/main/docs/spec.md
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import ml_dtypes
import numpy as np
from xdsl.dialects.builtin import IntegerType
from xdsl.ir import Operation

from dialects.stablehlo import CompareOp, ComparisonType
from passes.analysis.constants import Array, has_numbers, is_float, is_splat, number_type, smallest_normal, splat
from passes.analysis.ops import integer, integers, op_name, shape_of, tensor_type

_NARROW = (np.dtype(ml_dtypes.bfloat16), np.dtype(np.float16))


def evaluate(op: Operation, operands: Sequence[Array], limit: int) -> Array | None:
    """The result of ``op`` for constant operands, a splat where it is one; None where it is not known exactly, or would
    have to be written down with more than ``limit`` elements."""
    name = op_name(op)
    kind = tensor_type(op.results[0]) if len(op.results) == 1 else None
    if kind is None or not kind.has_static_shape():
        return None
    if name in _MOVEMENT:
        return _MOVEMENT[name](op, operands, limit)
    function = _ELEMENTWISE.get(name)
    if function is None or not all(has_numbers(operand) for operand in operands):
        return None
    if number_type(kind.element_type) is None:
        return None
    shape = kind.get_shape()
    if all(is_splat(operand) for operand in operands):
        found = _calculate(op, function, [splat(operand, (1,)) for operand in operands])
        return None if found is None else splat(found, shape)
    if prod(shape) > limit:
        return None
    return _calculate(op, function, [np.broadcast_to(operand, shape) for operand in operands])


_Function = Callable[..., Array | None]


def _calculate(op: Operation, function: _Function, operands: list[Array]) -> Array | None:
    with np.errstate(all="ignore"):
        result = function(op, *operands)
        if result is None or op_name(op) == "stablehlo.select":
            return result
        return None if any(map(_has_subnormal, (*operands, result))) else result


def _has_subnormal(array: Array) -> bool:
    """Whether some number is so small that hardware may take it for zero."""
    if array.dtype.kind in "biu":
        return False
    return bool(((array != 0) & (np.abs(array) < smallest_normal(array.dtype))).any())


def _plain(ufunc: Callable[..., Array]) -> _Function:
    """NumPy calculates it as StableHLO does, in wrapping integers and correctly rounded floats."""

    def calculated(op: Operation, *operands: Array) -> Array:
        return ufunc(*operands)

    return calculated


def _of_floats(ufunc: Callable[..., Array]) -> _Function:
    def calculated(op: Operation, operand: Array) -> Array:
        return ufunc(operand).astype(operand.dtype)

    return calculated


def _divide(op: Operation, left: Array, right: Array) -> Array | None:
    if left.dtype.kind not in "iu":
        return left / right
    rest = _remainder(op, left, right)
    return None if rest is None else (left - rest) // right


def _remainder(op: Operation, left: Array, right: Array) -> Array | None:
    """The sign is that of the dividend. Undefined: by zero, and of the least number by -1, whose quotient overflows."""
    if left.dtype.kind not in "iu" or not right.all():
        return None
    if left.dtype.kind == "i" and ((right == -1) & (left == np.iinfo(left.dtype).min)).any():
        return None
    return np.fmod(left, right)


def _extremum(ufunc: Callable[..., Array]) -> _Function:
    def larger_or_smaller(op: Operation, left: Array, right: Array) -> Array | None:
        if left.dtype.kind not in "biu" and ((left == right) & (np.signbit(left) != np.signbit(right))).any():
            return None
        return ufunc(left, right)

    return larger_or_smaller


def _clamp(op: Operation, low: Array, operand: Array, high: Array) -> Array | None:
    above = _extremum(np.maximum)(op, operand, low)
    return None if above is None else _extremum(np.minimum)(op, above, high)


def _shift(ufunc: Callable[..., Array], signed: bool) -> _Function:
    def shifted(op: Operation, left: Array, right: Array) -> Array | None:
        width = left.dtype.itemsize * 8
        if left.dtype.kind == "b" or ((right < 0) | (right >= width)).any():
            return None
        kind = np.dtype(f"{'i' if signed else 'u'}{left.dtype.itemsize}")
        return ufunc(left.view(kind), right.view(kind)).view(left.dtype)

    return shifted


_COMPARISONS: dict[str, Callable[..., Array]] = {
    "EQ": np.equal,
    "NE": np.not_equal,
    "GE": np.greater_equal,
    "GT": np.greater,
    "LE": np.less_equal,
    "LT": np.less,
}


def _compare(op: Operation, left: Array, right: Array) -> Array | None:
    assert isinstance(op, CompareOp), "the table calls it for these"
    if op.compare_type is not None and op.compare_type.data == ComparisonType.TOTALORDER:
        return None
    return _COMPARISONS[op.comparison_direction.data.value](left, right)


def _convert(op: Operation, operand: Array) -> Array | None:
    before, after = tensor_type(op.operands[0]), tensor_type(op.results[0])
    target = None if after is None else number_type(after.element_type)
    if before is None or after is None or target is None:
        return None
    if is_float(before.element_type) and isinstance(after.element_type, IntegerType):
        return _to_integer(operand, target)
    # Implementations go by way of float32, which rounds twice where it does not hold the number.
    if target in _NARROW and operand.dtype.itemsize > target.itemsize:
        through = operand.astype(np.float32)
        if not np.array_equal(through.astype(operand.dtype), operand, equal_nan=operand.dtype.kind == "f"):
            return None
        operand = through
    return operand.astype(target)


def _to_integer(operand: Array, target: np.dtype[Any]) -> Array | None:
    if target == np.bool_:
        return operand != 0
    whole = np.trunc(operand.astype(np.float64))
    bounds = np.iinfo(target)
    # The bounds of 64 bits are no float64; what is strictly below 2**63 or 2**64 fits.
    if not ((whole >= float(bounds.min)) & (whole < float(bounds.max) + (bounds.bits < 64))).all():
        return None
    return whole.astype(target)


def _select(op: Operation, predicate: Array, on_true: Array, on_false: Array) -> Array:
    return np.where(predicate, on_true, on_false)


_ELEMENTWISE: dict[str, _Function] = {
    "stablehlo.abs": _plain(np.abs),
    "stablehlo.add": _plain(np.add),
    "stablehlo.and": _plain(np.bitwise_and),
    "stablehlo.ceil": _of_floats(np.ceil),
    "stablehlo.clamp": _clamp,
    "stablehlo.compare": _compare,
    "stablehlo.convert": _convert,
    "stablehlo.divide": _divide,
    "stablehlo.floor": _of_floats(np.floor),
    "stablehlo.is_finite": _plain(np.isfinite),
    "stablehlo.maximum": _extremum(np.maximum),
    "stablehlo.minimum": _extremum(np.minimum),
    "stablehlo.multiply": _plain(np.multiply),
    "stablehlo.negate": _plain(np.negative),
    "stablehlo.not": _plain(np.invert),
    "stablehlo.or": _plain(np.bitwise_or),
    "stablehlo.remainder": _remainder,
    "stablehlo.round_nearest_even": _of_floats(np.rint),
    "stablehlo.select": _select,
    "stablehlo.shift_left": _shift(np.left_shift, signed=False),
    "stablehlo.shift_right_arithmetic": _shift(np.right_shift, signed=True),
    "stablehlo.shift_right_logical": _shift(np.right_shift, signed=False),
    "stablehlo.sqrt": _of_floats(np.sqrt),
    "stablehlo.subtract": _plain(np.subtract),
    "stablehlo.xor": _plain(np.bitwise_xor),
}


def _reshape(op: Operation, operands: Sequence[Array], limit: int) -> Array | None:
    (operand,) = operands
    shape = shape_of(op.results[0])
    if is_splat(operand):
        return splat(operand, shape)
    return operand.reshape(shape) if operand.size <= limit else None


def _broadcast_in_dim(op: Operation, operands: Sequence[Array], limit: int) -> Array:
    (operand,) = operands
    dimensions, shape = integers(op, "broadcast_dimensions", ()), shape_of(op.results[0])
    ascending = sorted(range(len(dimensions)), key=lambda index: dimensions[index])
    extents = [1] * len(shape)
    for index, dimension in enumerate(dimensions):
        extents[dimension] = operand.shape[index]
    return np.broadcast_to(_expanded(operand.transpose(ascending), extents), shape)


def _expanded(operand: Array, extents: Sequence[int]) -> Array:
    """The operand with dimensions of size 1 put in, and still without memory of its own."""
    return splat(operand, tuple(extents)) if is_splat(operand) else operand.reshape(extents)


def _transpose(op: Operation, operands: Sequence[Array], limit: int) -> Array:
    return operands[0].transpose(integers(op, "permutation", ()))


def _slice(op: Operation, operands: Sequence[Array], limit: int) -> Array:
    bounds = (integers(op, name, ()) for name in ("start_indices", "limit_indices", "strides"))
    return operands[0][tuple(slice(*bound) for bound in zip(*bounds, strict=True))]


def _reverse(op: Operation, operands: Sequence[Array], limit: int) -> Array:
    return np.flip(operands[0], integers(op, "dimensions", ()))


def _concatenate(op: Operation, operands: Sequence[Array], limit: int) -> Array | None:
    parts = [operand for operand in operands if operand.size]
    shape = shape_of(op.results[0])
    if parts and _is_same_splat(*parts):
        return splat(parts[0], shape)
    return np.concatenate(operands, integer(op, "dimension", 0)) if prod(shape) <= limit else None


def _pad(op: Operation, operands: Sequence[Array], limit: int) -> Array | None:
    operand, value = operands
    shape = shape_of(op.results[0])
    if _is_same_splat(*operands):
        return splat(operand, shape)
    low, interior = integers(op, "edge_padding_low", ()), integers(op, "interior_padding", ())
    if prod(shape) > limit or any(amount < 0 for amount in (*low, *integers(op, "edge_padding_high", ()))):
        return None
    result = np.array(splat(value, shape))
    places = tuple(
        slice(start, start + size + max(size - 1, 0) * between, between + 1)
        for start, size, between in zip(low, operand.shape, interior, strict=True)
    )
    result[places] = operand
    return result


def _is_same_splat(*arrays: Array) -> bool:
    """Whether all repeat one element, the same to the last bit."""
    return all(map(is_splat, arrays)) and len({splat(array, ()).tobytes() for array in arrays}) == 1


def _iota(op: Operation, operands: Sequence[Array], limit: int) -> Array | None:
    kind = tensor_type(op.results[0])
    number = None if kind is None else number_type(kind.element_type)
    along, shape = integer(op, "iota_dimension", 0), shape_of(op.results[0])
    # Beyond 2**8 not every whole number is a bfloat16; what float32 holds is rounded once.
    if number is None or shape[along] > min(limit, 1 << 24):
        return None
    counts = np.arange(shape[along]).astype(np.float32 if number in _NARROW else number).astype(number)
    return np.broadcast_to(counts.reshape([-1 if d == along else 1 for d in range(len(shape))]), shape)


_MOVEMENT: dict[str, Callable[[Operation, Sequence[Array], int], Array | None]] = {
    "stablehlo.broadcast_in_dim": _broadcast_in_dim,
    "stablehlo.concatenate": _concatenate,
    "stablehlo.iota": _iota,
    "stablehlo.pad": _pad,
    "stablehlo.reshape": _reshape,
    "stablehlo.reverse": _reverse,
    "stablehlo.slice": _slice,
    "stablehlo.transpose": _transpose,
}
