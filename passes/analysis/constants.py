"""Constants as NumPy arrays, to the last bit and back.

A splat, one value repeated, is an array all of whose strides are 0: it takes the memory of one element whatever its
shape. Numbers that NumPy calculates with as StableHLO does have its types; those of any other type (complex numbers,
8-bit floats, 4-bit integers) are opaque bytes, which can be moved but not calculated with.
"""

from __future__ import annotations

from typing import Any, TypeAlias, cast

import ml_dtypes
import numpy as np
from xdsl.dialects.builtin import (
    BFloat16Type,
    DenseIntOrFPElementsAttr,
    Float16Type,
    Float32Type,
    Float64Type,
    IntegerType,
    PackableType,
    Signedness,
    TensorType,
)
from xdsl.ir import Attribute, SSAValue

from dialects.stablehlo import BroadcastInDimOp, ConstantOp, ReshapeOp, dense_from_bytes

Array: TypeAlias = np.ndarray[Any, Any]

_FLOATS: dict[type[Attribute], np.dtype[Any]] = {
    BFloat16Type: np.dtype(ml_dtypes.bfloat16),
    Float16Type: np.dtype(np.float16),
    Float32Type: np.dtype(np.float32),
    Float64Type: np.dtype(np.float64),
}
_WHOLE_BYTES = (8, 16, 32, 64)


def number_type(element: Attribute) -> np.dtype[Any] | None:
    """NumPy's type for the numbers of an element type; None where it has none that calculates alike."""
    if not isinstance(element, IntegerType):
        return _FLOATS.get(type(element))
    element = cast("IntegerType[Any, Any]", element)
    if element.bitwidth == 1:
        return np.dtype(np.bool_)
    if element.bitwidth not in _WHOLE_BYTES:
        return None
    return np.dtype(f"{'u' if element.signedness.data == Signedness.UNSIGNED else ''}int{element.bitwidth}")


def is_float(element: Attribute) -> bool:
    """Whether the numbers are floats that NumPy calculates with."""
    return type(element) in _FLOATS


def smallest_normal(dtype: np.dtype[Any]) -> float:
    """The smallest number of a type of floats that hardware does not take for zero."""
    return float(cast(Any, ml_dtypes.finfo(dtype)).smallest_normal)


def has_numbers(array: Array) -> bool:
    """Whether the elements are numbers to calculate with rather than opaque bytes."""
    return array.dtype.type is not np.void


def is_splat(array: Array) -> bool:
    """Whether one element is repeated, so that the array takes no memory."""
    return array.size == 1 or (array.size > 0 and not any(array.strides))


def splat(element: Array, shape: tuple[int, ...]) -> Array:
    """The only (or first) element of an array that is not empty, repeated."""
    return np.broadcast_to(element[(slice(0, 1),) * element.ndim].reshape(()), shape)


def array_of(value: SSAValue) -> Array | None:
    """The elements of a ``stablehlo.constant``; None of any other value."""
    return elements_of(value.owner.value) if isinstance(value.owner, ConstantOp) else None


def elements_of(attribute: DenseIntOrFPElementsAttr[Any]) -> Array:
    """The elements of a constant, in its shape."""
    element = cast("PackableType[Any]", attribute.get_element_type())
    data, size = attribute.data.data, element.compile_time_size
    if size < len(data) and data == data[:size] * (len(data) // size):
        data = data[:size]
    number = number_type(cast(Attribute, element))
    if number == np.bool_:
        flat: Array = np.frombuffer(data, np.int8) != 0  # xDSL writes true as -1
    else:
        flat = np.frombuffer(data, np.dtype(f"V{size}") if number is None else number)
    shape = attribute.get_shape()
    return splat(flat, shape) if len(data) == size else flat.reshape(shape)


def constant_of(array: Array, kind: TensorType[Attribute]) -> ConstantOp:
    """A constant with the elements of ``array``, which are those of ``kind``."""
    whole = splat(array, ()) if is_splat(array) else array
    data = -whole.astype(np.int8) if whole.dtype == np.bool_ else whole
    return ConstantOp(dense_from_bytes(data.tobytes(), kind))


def splat_of(value: SSAValue) -> Any:
    """The number that every element of a constant is, also of one that is broadcast or reshaped, as a NumPy scalar;
    None where there are several, or no numbers, or no constant."""
    while isinstance(value.owner, BroadcastInDimOp | ReshapeOp):
        value = value.owner.operands[0]
    array = array_of(value)
    if array is None or not is_splat(array) or not has_numbers(array):
        return None
    return splat(array, ())[()]
