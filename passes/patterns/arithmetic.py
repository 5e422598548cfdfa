"""Identities of element-wise ops that hold to the last bit, for infinities, NaN and -0 too.

Of floats this leaves out what looks as simple: ``x + 0`` makes 0 of -0, ``x * 0`` is NaN for an infinity. Which NaN an
op gives, and whether numbers below the normal range are flushed to zero, is up to the hardware before and after.
"""

from __future__ import annotations

from collections.abc import Callable
from math import frexp
from typing import Any

import numpy as np
from xdsl.dialects.builtin import BFloat16Type, Float16Type, Float32Type, Float64Type
from xdsl.ir import Attribute, Operation, SSAValue

from dialects.stablehlo import (
    AbsOp,
    AddOp,
    ConvertOp,
    DivideOp,
    ElementwiseBinaryOperation,
    MultiplyOp,
    NegateOp,
    NotOp,
    PowerOp,
    SelectOp,
    SubtractOp,
)
from passes.analysis.constants import Array, constant_of, is_float, number_type, smallest_normal, splat_of
from passes.analysis.constants import splat as repeated
from passes.analysis.ops import tensor_type
from passes.patterns.build import convert, element_of
from passes.patterns.walk import Add, Rule, Rules

_Binary = ElementwiseBinaryOperation[Any]


def drop_neutral(neutral: Callable[[Any], bool], *, commutes: bool = True) -> Rule:
    """``x op e -> x`` where ``neutral(e)``, and ``e op x -> x`` where the op ``commutes``."""

    def rule(op: _Binary, add: Add) -> SSAValue | None:
        if _holds(neutral, op.rhs):
            return op.lhs
        return op.rhs if commutes and _holds(neutral, op.lhs) else None

    return rule


def absorb(absorbing: Callable[[Any], bool]) -> Rule:
    """``x op z -> z`` and ``z op x -> z`` where ``absorbing(z)``."""

    def rule(op: _Binary, add: Add) -> SSAValue | None:
        return next((value for value in (op.rhs, op.lhs) if _holds(absorbing, value)), None)

    return rule


def _holds(condition: Callable[[Any], bool], value: SSAValue) -> bool:
    number = splat_of(value)
    return number is not None and condition(number)


def drop_same(op: _Binary, add: Add) -> SSAValue | None:
    """``x op x -> x``"""
    return op.lhs if op.lhs is op.rhs else None


def cancel_pair(op: Operation, add: Add) -> SSAValue | None:
    """``f(f(x)) -> x`` of a function that is its own inverse."""
    inner = op.operands[0].owner
    return inner.operands[0] if isinstance(inner, type(op)) else None


def apply_once(op: Operation, add: Add) -> SSAValue | None:
    """``f(f(x)) -> f(x)``"""
    return op.operands[0] if isinstance(op.operands[0].owner, type(op)) else None


def drop_sign_below_abs(op: AbsOp, add: Add) -> SSAValue | None:
    """``abs(-x) -> abs(x)``"""
    inner = op.operand.owner
    return (
        add(AbsOp.create(operands=inner.operands, result_types=[op.result.type]))
        if isinstance(inner, NegateOp)
        else None
    )


def subtract_for_added_negative(op: AddOp, add: Add) -> SSAValue | None:
    """``x + -y -> x - y``, ``-x + y -> y - x``"""
    for kept, other in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
        if isinstance(other.owner, NegateOp):
            return add(SubtractOp(kept, other.owner.operand))
    return None


def add_for_subtracted_negative(op: SubtractOp, add: Add) -> SSAValue | None:
    """``x - -y -> x + y``"""
    return add(AddOp(op.lhs, op.rhs.owner.operand)) if isinstance(op.rhs.owner, NegateOp) else None


def drop_signs_of_both(op: MultiplyOp | DivideOp, add: Add) -> SSAValue | None:
    """``-x * -y -> x * y``, ``-x / -y -> x / y``; of integers only the product."""
    left, right = op.lhs.owner, op.rhs.owner
    if not isinstance(left, NegateOp) or not isinstance(right, NegateOp):
        return None
    if isinstance(op, DivideOp) and not is_float(element_of(op.result)):
        return None
    return add(type(op)(left.operand, right.operand))


def zero_for_difference_of_same(op: SubtractOp, add: Add) -> SSAValue | None:
    """``x - x -> 0`` of integers"""
    kind = tensor_type(op.result)
    number = None if kind is None else number_type(kind.element_type)
    if op.lhs is not op.rhs or kind is None or number is None or number.kind not in "iu":
        return None
    return add(constant_of(repeated(np.zeros(1, number), kind.get_shape()), kind))


def multiply_by_reciprocal(op: DivideOp, add: Add) -> SSAValue | None:
    """``x / c -> x * (1 / c)`` where c is a power of two whose reciprocal is a normal number: both round the same
    real number."""
    divisor, kind = splat_of(op.rhs), tensor_type(op.rhs)
    if divisor is None or kind is None or not is_float(kind.element_type) or abs(frexp(divisor)[0]) != 0.5:
        return None
    reciprocal = np.asarray(1 / float(divisor)).astype(divisor.dtype)
    if not _is_normal(reciprocal) or not _is_normal(np.asarray(divisor)):
        return None
    return add(MultiplyOp(op.lhs, add(constant_of(repeated(reciprocal, kind.get_shape()), kind))))


def _is_normal(number: Array) -> bool:
    return bool(np.isfinite(number)) and abs(float(number)) >= smallest_normal(number.dtype)


def multiply_for_power(op: PowerOp, add: Add) -> SSAValue | None:
    """``x ** 1 -> x``, ``x ** 2 -> x * x``"""
    if not is_float(element_of(op.result)):
        return None
    exponent = splat_of(op.rhs)
    if exponent == 1:
        return op.lhs
    return add(MultiplyOp(op.lhs, op.lhs)) if exponent == 2 else None


def choose_branch(op: SelectOp, add: Add) -> SSAValue | None:
    """``select(true, x, y) -> x``, ``select(false, x, y) -> y``, ``select(p, x, x) -> x``"""
    predicate = splat_of(op.pred)
    if predicate is None:
        return op.on_true if op.on_true is op.on_false else None
    return op.on_true if predicate else op.on_false


def swap_branches(op: SelectOp, add: Add) -> SSAValue | None:
    """``select(not p, x, y) -> select(p, y, x)``"""
    if not isinstance(op.pred.owner, NotOp):
        return None
    operands = [op.pred.owner.operand, op.on_false, op.on_true]
    return add(SelectOp.create(operands=operands, result_types=[op.result.type]))


def take_predicate(op: SelectOp, add: Add) -> SSAValue | None:
    """``select(p, true, false) -> p``"""
    if op.pred.type != op.result.type:
        return None
    return op.pred if splat_of(op.on_true) == 1 and splat_of(op.on_false) == 0 else None


def drop_convert(op: ConvertOp, add: Add) -> SSAValue | None:
    """``convert(x) -> x`` to the type that x has"""
    return op.operand if op.operand.type == op.result.type else None


def convert_once(op: ConvertOp, add: Add) -> SSAValue | None:
    """``convert(convert(x)) -> convert(x)`` where the type between holds every number of the first one"""
    inner = op.operand.owner
    if not isinstance(inner, ConvertOp) or not _holds_all(element_of(inner.result), element_of(inner.operand)):
        return None
    return add(convert(inner.operand, element_of(op.result)))


def _holds_all(wide: Attribute, narrow: Attribute) -> bool:
    """Whether every number of the type ``narrow`` is one of ``wide``."""
    if wide == narrow:
        return True
    outer, inner = number_type(wide), number_type(narrow)
    if outer is None or inner is None:
        return False
    if is_float(narrow):
        return is_float(wide) and all(a >= b for a, b in zip(_DIGITS[type(wide)], _DIGITS[type(narrow)], strict=True))
    bits, signed = _bits(inner)
    if is_float(wide):
        return bits <= _DIGITS[type(wide)][0]
    outer_bits, outer_signed = _bits(outer)
    return outer_bits >= bits and outer_signed >= signed


def _bits(dtype: np.dtype[Any]) -> tuple[int, bool]:
    """Binary digits of the largest integer of a type, and whether it has negative ones."""
    return (1, False) if dtype.kind == "b" else (int(np.iinfo(dtype).max).bit_length(), dtype.kind == "i")


_DIGITS: dict[type[Attribute], tuple[int, int]] = {
    BFloat16Type: (8, 127),
    Float16Type: (11, 15),
    Float32Type: (24, 127),
    Float64Type: (53, 1023),
}
"""Binary digits of a float's significand, and its greatest exponent."""


def _is_one(number: Any) -> bool:
    return bool(number == 1)


def _is_integer_zero(number: Any) -> bool:
    return number.dtype.kind in "biu" and not number


def _is_all_ones(number: Any) -> bool:
    return number.dtype.kind in "biu" and bool(~number == 0)


def _is_neutral_in_sum(number: Any) -> bool:
    """-0 of floats: ``-0 + 0`` is 0."""
    return _is_integer_zero(number) or bool(number == 0 and np.signbit(number))


def _is_neutral_in_difference(number: Any) -> bool:
    """0 of floats: ``-0 - 0`` is -0, but ``-0 - -0`` is 0."""
    return _is_integer_zero(number) or bool(number == 0 and not np.signbit(number))


def _is_least(number: Any) -> bool:
    return bool(number == _extremes(number.dtype)[0])


def _is_greatest(number: Any) -> bool:
    return bool(number == _extremes(number.dtype)[1])


def _is_least_integer(number: Any) -> bool:
    return number.dtype.kind in "biu" and _is_least(number)


def _is_greatest_integer(number: Any) -> bool:
    return number.dtype.kind in "biu" and _is_greatest(number)


def _extremes(dtype: np.dtype[Any]) -> tuple[float, float]:
    if dtype.kind == "b":
        return False, True
    if dtype.kind in "iu":
        return np.iinfo(dtype).min, np.iinfo(dtype).max
    return -np.inf, np.inf


ARITHMETIC: Rules = {
    "stablehlo.abs": (apply_once, drop_sign_below_abs),
    "stablehlo.add": (drop_neutral(_is_neutral_in_sum), subtract_for_added_negative),
    "stablehlo.and": (drop_neutral(_is_all_ones), absorb(_is_integer_zero), drop_same),
    "stablehlo.ceil": (apply_once,),
    "stablehlo.convert": (drop_convert, convert_once),
    "stablehlo.divide": (drop_neutral(_is_one, commutes=False), multiply_by_reciprocal, drop_signs_of_both),
    "stablehlo.floor": (apply_once,),
    "stablehlo.maximum": (drop_neutral(_is_least), absorb(_is_greatest_integer), drop_same),
    "stablehlo.minimum": (drop_neutral(_is_greatest), absorb(_is_least_integer), drop_same),
    "stablehlo.multiply": (drop_neutral(_is_one), absorb(_is_integer_zero), drop_signs_of_both),
    "stablehlo.negate": (cancel_pair,),
    "stablehlo.not": (cancel_pair,),
    "stablehlo.or": (drop_neutral(_is_integer_zero), absorb(_is_all_ones), drop_same),
    "stablehlo.power": (multiply_for_power,),
    "stablehlo.round_nearest_even": (apply_once,),
    "stablehlo.select": (choose_branch, take_predicate, swap_branches),
    "stablehlo.subtract": (
        drop_neutral(_is_neutral_in_difference, commutes=False),
        add_for_subtracted_negative,
        zero_for_difference_of_same,
    ),
    "stablehlo.xor": (drop_neutral(_is_integer_zero),),
}
"""The identities of this module by the op that they rewrite."""
