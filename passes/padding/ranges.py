"""What may lie in the padding of a tensor: an interval that holds every element there, none of them NaN or infinite.

Interval arithmetic over element-wise ops, rounded outward far enough for any order of rounding; an end that is exactly
zero stays so only where every way of computing it gives zero. ``None`` stands for padding that may hold anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import ml_dtypes
from xdsl.dialects.builtin import IntegerType
from xdsl.ir import Attribute, Operation

from passes.analysis.constants import number_type, smallest_normal
from passes.analysis.ops import op_name, tensor_type

_MARGIN = 0.01
"""Relative to an end of an interval: more than any of the types in use rounds by."""


@dataclass(frozen=True)
class Range:
    """All elements of some padding lie in ``low`` to ``high``."""

    low: float
    high: float

    @property
    def is_zero(self) -> bool:
        """Whether the padding is nothing but zeros."""
        return self.low == 0 == self.high


Ends: TypeAlias = tuple[float, float]

Fill: TypeAlias = Range | None
"""What padding holds; None: anything, also NaN."""

ZERO = Range(0.0, 0.0)


def hull(fills: Sequence[Fill]) -> Fill:
    """What padding holds that is made of pieces."""
    known = [fill for fill in fills if fill is not None]
    if not known or len(known) < len(fills):
        return None
    return Range(min(fill.low for fill in known), max(fill.high for fill in known))


def elementwise(op: Operation, fills: Sequence[Fill]) -> Fill:
    """What the padding of an element-wise op's result holds if that of its operands holds ``fills``."""
    kind = tensor_type(op.results[0])
    if kind is None:
        return None
    known = [fill for fill in fills if fill is not None]
    ends = _ends(op_name(op).partition(".")[2], known) if len(known) == len(fills) else None
    return _within(ends, kind.element_type)


def _ends(name: str, fills: Sequence[Range]) -> Ends | None:
    if name == "select":
        return min(fill.low for fill in fills[1:]), max(fill.high for fill in fills[1:])
    if name == "clamp":
        low, middle, high = fills
        return min(max(middle.low, low.low), high.low), min(max(middle.high, low.high), high.high)
    if name in _UNARY:
        return _UNARY[name](*fills)
    return _BINARY[name](*fills) if name in _BINARY else None


def _within(ends: Ends | None, element: Attribute) -> Fill:
    """The interval as a type can hold it, outward; anything where it may overflow."""
    if isinstance(element, IntegerType):
        return _whole_numbers(ends, cast("IntegerType[Any, Any]", element).bitwidth)
    dtype = number_type(element)
    if ends is None or dtype is None:
        return None
    low, high = ends[0] - abs(ends[0]) * _MARGIN, ends[1] + abs(ends[1]) * _MARGIN
    # What is smaller than a normal number may have become zero.
    tiny, largest = smallest_normal(dtype), float(cast(Any, ml_dtypes.finfo(dtype)).max)
    low, high = 0 if 0 < low < tiny else low, 0 if 0 > high > -tiny else high
    return Range(low, high) if max(-low, high) < largest else None


def _whole_numbers(ends: Ends | None, bits: int) -> Range:
    """Integers are never NaN; beyond their range they begin again."""
    whole = Range(0, 1) if bits == 1 else Range(-(2.0 ** (bits - 1)), 2.0**bits)
    if ends is None or not (whole.low <= ends[0] and ends[1] <= whole.high):
        return whole
    return Range(math.floor(ends[0]), math.ceil(ends[1]))


def _absolute(a: Range) -> Ends:
    low, high = sorted((abs(a.low), abs(a.high)))
    return (0 if a.low <= 0 <= a.high else low), high


def _rsqrt(a: Range) -> Ends | None:
    return (1 / math.sqrt(a.high), 1 / math.sqrt(a.low)) if a.low > 0 else None


def _product(a: Range, b: Range) -> Ends:
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(ends), max(ends)


def _quotient(a: Range, b: Range) -> Ends | None:
    if b.low <= 0 <= b.high:
        return None
    ends = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
    return min(ends), max(ends)


def _rising(function: Callable[[float], float], above: float = -math.inf) -> Callable[[Range], Ends | None]:
    """Of a function that never falls, defined above a number."""

    def ends(a: Range) -> Ends | None:
        try:
            return (function(a.low), function(a.high)) if a.low > above else None
        except OverflowError:
            return None

    return ends


_UNARY: dict[str, Callable[[Range], Ends | None]] = {
    "abs": _absolute,
    "convert": _rising(float),
    "cosine": lambda _: (-1, 1),
    "erf": _rising(math.erf),
    "erfc": lambda a: (math.erfc(a.high), math.erfc(a.low)),
    "exponential": _rising(math.exp),
    "exponential_minus_one": _rising(math.expm1),
    "log": _rising(math.log, above=0),
    "log_plus_one": _rising(math.log1p, above=-1),
    "logistic": _rising(lambda x: 0.5 + 0.5 * math.tanh(x / 2)),
    "negate": lambda a: (-a.high, -a.low),
    "reduce_precision": _rising(float),
    "rsqrt": _rsqrt,
    "sine": lambda _: (-1, 1),
    "sqrt": lambda a: (math.sqrt(a.low), math.sqrt(a.high)) if a.low >= 0 else None,
    "square": lambda a: (_absolute(a)[0] * _absolute(a)[0], _absolute(a)[1] * _absolute(a)[1]),
    "tanh": _rising(math.tanh),
}
"""The ends of the result's interval; None where it may be NaN or infinite."""

_BINARY: dict[str, Callable[[Range, Range], Ends | None]] = {
    "add": lambda a, b: (a.low + b.low, a.high + b.high),
    "divide": _quotient,
    "maximum": lambda a, b: (max(a.low, b.low), max(a.high, b.high)),
    "minimum": lambda a, b: (min(a.low, b.low), min(a.high, b.high)),
    "multiply": _product,
    "subtract": lambda a, b: (a.low - b.high, a.high - b.low),
}
