"""What JAX's operations are in NumPy, for ``fastc.dse.interpreted``; XLA runs those that are not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import jax
import numpy as np

Operation: TypeAlias = Callable[..., Any]
"""From arrays to an array."""

UNARY: dict[str, Operation] = {
    "abs": np.abs, "ceil": np.ceil, "cos": np.cos, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1,
    "floor": np.floor, "is_finite": np.isfinite, "log": np.log, "log1p": np.log1p, "neg": np.negative,
    "not": np.invert, "sign": np.sign, "sin": np.sin, "sqrt": np.sqrt, "square": np.square, "tanh": np.tanh,
}  # fmt: skip

BINARY: dict[str, Operation] = {
    "add": np.add, "add_any": np.add, "and": np.bitwise_and, "eq": np.equal, "ge": np.greater_equal,
    "gt": np.greater, "le": np.less_equal, "lt": np.less, "max": np.maximum, "min": np.minimum,
    "mul": np.multiply, "ne": np.not_equal, "or": np.bitwise_or, "sub": np.subtract,
}  # fmt: skip

REDUCTIONS: dict[str, Operation] = {
    "reduce_sum": np.add.reduce, "reduce_max": np.maximum.reduce, "reduce_min": np.minimum.reduce,
}  # fmt: skip

LARGEST_INDEX = 2**24
"""Whole numbers below it are exact in float32."""


def elementwise(equation: Any) -> Operation | None:
    """The operation of an element-wise ``equation``, for operands that broadcast; None where it is another."""
    name, params = equation.primitive.name, equation.params
    (aval,) = [variable.aval for variable in equation.outvars]
    if name == "pow":  # NumPy has no power of float32 and int32 but in float64.
        dtype = np.dtype(aval.dtype)
        return lambda x, y: np.power(x, y, dtype=dtype, casting="same_kind")
    if name in UNARY or name in BINARY:
        return UNARY.get(name) or BINARY[name]
    if name == "div" and np.issubdtype(aval.dtype, np.floating):
        return np.divide
    if name == "select_n" and len(equation.invars) == 3 and equation.invars[0].aval.dtype == np.bool_:
        return lambda which, no, yes: np.where(which, yes, no)
    if name == "select_n":
        return lambda which, *cases: np.choose(which, cases, mode="clip")
    if name == "convert_element_type":
        dtype = np.dtype(aval.dtype)
        return lambda x: x.astype(dtype)
    if name == "integer_pow":
        return _power(params["y"])
    if name == "logistic":
        return lambda x: 1 / (1 + np.exp(-x))
    if name == "clamp":
        return lambda low, x, high: np.minimum(np.maximum(x, low), high)
    return None


def _power(exponent: int) -> Operation:
    """``x**exponent`` by products, as XLA has it."""

    def run(x: Any) -> Any:
        base, result = x, None
        left = abs(exponent)
        while left:
            if left & 1:
                result = base if result is None else result * base
            left >>= 1
            if left:
                base = base * base
        if result is None:
            return np.ones_like(x)
        return np.reciprocal(result) if exponent < 0 else result

    return run


def whole(equation: Any, known: Sequence[Any]) -> Operation | None:
    """The operation of an ``equation`` of whole arrays; ``known`` has its operands where they are constants. None: XLA
    has to run it."""
    name, params = equation.primitive.name, equation.params
    (result,) = [variable.aval for variable in equation.outvars]
    shape = result.shape
    if name in ("reshape", "squeeze"):
        order = params["dimensions"] if name == "reshape" else None
        return lambda x: (x if order is None else np.transpose(x, order)).reshape(shape)
    if name in REDUCTIONS:
        reduce, axes = REDUCTIONS[name], params["axes"]
        return lambda x: reduce(x, axis=axes)
    if name == "concatenate":
        axis = params["dimension"]
        return lambda *parts: np.concatenate(parts, axis=axis)
    if name == "stack":
        axis = params["axis"]
        return lambda *parts: np.stack(parts, axis=axis)
    if name == "transpose":
        order = params["permutation"]
        return lambda x: np.transpose(x, order)
    if name == "slice":
        steps = params["strides"] or (1,) * len(shape)
        where = tuple(map(slice, params["start_indices"], params["limit_indices"], steps))
        return lambda x: x[where]
    if name == "pad" and all(low >= 0 <= high and not between for low, high, between in params["padding_config"]):
        sizes, lows = equation.invars[0].aval.shape, [low for low, _, _ in params["padding_config"]]
        inside = tuple(slice(low, low + size) for low, size in zip(lows, sizes, strict=True))
        return lambda x, value: _pad(x, value, shape, inside)
    if name == "gather" and known[1] is not None:
        return _gather(equation, known[1])
    if name in ("scatter-add", "scatter-max") and known[1] is not None:
        return _scatter(equation, known[1])
    return None


def _pad(x: Any, value: Any, shape: tuple[int, ...], inside: tuple[slice, ...]) -> np.ndarray:
    result = np.full(shape, value, x.dtype)
    result[inside] = x
    return result


def _gather(equation: Any, indices: np.ndarray) -> Operation | None:
    """Elements at places that are known: what the operation makes of each element's own index."""
    shape = equation.invars[0].aval.shape
    own = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape)
    params = equation.params | {"fill_value": -1}
    places = np.asarray(equation.primitive.bind(own, np.asarray(indices), **params))
    if places.min(initial=0) < 0:  # Filled, as it lies outside.
        return None
    return lambda x, _: x.reshape(-1)[places]


def _scatter(equation: Any, indices: np.ndarray) -> Operation | None:
    """Updates at places that are known: where each goes is what the transposed operation gathers of the indices."""
    shape, dtype = equation.invars[0].aval.shape, equation.invars[0].aval.dtype
    size, updates = int(np.prod(shape)), equation.invars[2].aval
    if size >= LARGEST_INDEX:
        return None
    nothing = np.zeros(shape, np.float32)
    moved = jax.linear_transpose(
        lambda new: jax.lax.scatter_add_p.bind(nothing, np.asarray(indices), new, **equation.params),
        jax.ShapeDtypeStruct(updates.shape, np.float32),
    )
    (numbered,) = moved(np.arange(1, size + 1, dtype=np.float32).reshape(shape))
    places = np.asarray(numbered).astype(np.int64).reshape(-1) - 1
    if places.min(initial=0) < 0:  # Dropped, as it lies outside.
        return None
    if equation.primitive.name == "scatter-max":
        return lambda x, _, new: _greatest(x, places, new)

    def add(x: Any, _: Any, new: Any) -> Any:
        return x + np.bincount(places, new.reshape(-1), size).astype(dtype).reshape(shape)

    return add


def _greatest(x: np.ndarray, places: np.ndarray, new: np.ndarray) -> np.ndarray:
    result = np.array(x)
    np.maximum.at(result.reshape(-1), places, new.reshape(-1))
    return result


def by_xla(equation: Any) -> Operation:
    """An ``equation`` that XLA compiles and runs, on its own; a tuple where it has several results."""
    primitive, params = equation.primitive, equation.params
    compiled = jax.jit(lambda *operands: primitive.bind(*operands, **params))
    if primitive.multiple_results:
        return lambda *operands: tuple(np.asarray(each) for each in compiled(*operands))
    return lambda *operands: np.asarray(compiled(*operands))
