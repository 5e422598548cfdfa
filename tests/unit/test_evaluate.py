"""What is folded, number by number: every op that is computed at compile time against XLA, on all pairs of the numbers
that break arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from xdsl.dialects.builtin import IntegerType, ModuleOp, TensorType, bf16, f16, f32, f64, i1, i8, i32, i64
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from dialects.stablehlo import (
    AbsOp,
    AddOp,
    AndOp,
    CeilOp,
    ClampOp,
    CompareOp,
    ComparisonDirection,
    DivideOp,
    FloorOp,
    IsFiniteOp,
    MaximumOp,
    MinimumOp,
    MultiplyOp,
    NegateOp,
    NotOp,
    OrOp,
    RemainderOp,
    RoundNearestEvenOp,
    ShiftLeftOp,
    ShiftRightArithmeticOp,
    ShiftRightLogicalOp,
    SqrtOp,
    SubtractOp,
    XorOp,
)
from passes.analysis.constants import Array, number_type, splat
from passes.analysis.evaluate import evaluate
from passes.analysis.ops import shape_of
from passes.patterns.build import convert
from tests.random_graphs import run_literally, same_bits, ui8

FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, 7.3, -7.25, 1e-30, 3e38, -3e38, 65520.0, 1e10,
          np.inf, -np.inf, np.nan, 2.0**-126, 2.0**-130, 255.0, 256.0, -129.0, 127.9)  # fmt: skip
VALUES: dict[Attribute, Sequence[float]] = {
    f32: FLOATS,
    bf16: FLOATS,
    f16: FLOATS,
    i8: (0, 1, -1, 2, 3, -3, 7, -7, 64, 127, -127, -128),
    i32: (0, 1, -1, 2, -3, 7, 31, 32, -33, 257, 16777217, 2**31 - 1, -(2**31)),
    ui8: (0, 1, 2, 3, 7, 8, 100, 127, 128, 255),
    i1: (False, True),
}
ARITHMETIC = (AddOp, SubtractOp, MultiplyOp, DivideOp, MaximumOp, MinimumOp)
BITS = (AndOp, OrOp, XorOp)
SHIFTS = (ShiftLeftOp, ShiftRightArithmeticOp, ShiftRightLogicalOp)


def operations(block: Block, element: Attribute) -> list[Operation]:
    """Every op that is evaluated on two (or fewer) numbers of a type."""
    left, right = block.args
    truth = TensorType(i1, shape_of(left))
    is_integer = isinstance(element, IntegerType) and element != i1
    kinds = (*ARITHMETIC, *BITS, *SHIFTS, RemainderOp) if is_integer else ARITHMETIC
    binary = [kind(left, right) for kind in (kinds if element != i1 else (AddOp, MultiplyOp, *BITS))]
    ops: list[Operation] = [*binary, *(CompareOp(left, right, direction) for direction in ComparisonDirection)]
    unary = (AbsOp, NegateOp, NotOp) if is_integer else (AbsOp, NegateOp, CeilOp, FloorOp, RoundNearestEvenOp, SqrtOp)
    if element == i1:
        unary = (NotOp,)
    if element == ui8:
        unary = (NegateOp, NotOp)
    ops += [kind.create(operands=[left], result_types=[left.type]) for kind in unary]
    if element in (f32, bf16, f16):
        ops.append(IsFiniteOp.create(operands=[left], result_types=[truth]))
    if element != i1:
        ops.append(ClampOp.create(operands=[left, right, right], result_types=[left.type]))
        ops.append(ClampOp.create(operands=[right, left, right], result_types=[left.type]))
    return [*ops, *(convert(left, target) for target in VALUES)]


def module_of(block: Block, ops: Sequence[Operation]) -> ModuleOp:
    results = [op.results[0] for op in ops]
    block.add_ops([*ops, ReturnOp(*results)])
    signature = ([arg.type for arg in block.args], [value.type for value in results])
    return ModuleOp([FuncOp("main", signature, Region(block))])


@pytest.mark.parametrize("element", VALUES, ids=str)
def test_every_pair_of_numbers_is_what_compiled_code_computes(element: Attribute):
    with np.errstate(all="ignore"):
        pairs = np.array(list(product(VALUES[element], repeat=2))).astype(number_type(element))
    arguments: list[Array] = [np.ascontiguousarray(side) for side in pairs.T]
    block = Block(arg_types=[TensorType(element, [len(pairs)])] * 2)
    ops = operations(block, element)
    computed = run_literally(module_of(block, ops), arguments)
    sides: dict[SSAValue, Array] = dict(zip(block.args, arguments, strict=True))
    for op, expected in zip(ops, computed, strict=True):
        known = 0
        for index in range(len(pairs)):
            operands = [splat(sides[operand][index : index + 1], (len(pairs),)) for operand in op.operands]
            found = evaluate(op, operands, limit=0)
            known += found is not None
            assert found is None or same_bits(expected[index : index + 1], np.array(found[:1])), (op, pairs[index])
        assert known > len(pairs) / 4, op


@pytest.mark.parametrize(
    ("op", "element", "left", "right"),
    [
        (DivideOp, i32, 7, 0),
        (RemainderOp, i32, 7, 0),
        (DivideOp, i8, -128, -1),
        (ShiftLeftOp, i8, 1, 8),
        (ShiftRightLogicalOp, i8, 1, -1),
        (MaximumOp, f32, 0.0, -0.0),
        (MinimumOp, bf16, -0.0, 0.0),
        (MultiplyOp, f32, 2.0**-100, 2.0**-40),
        (AddOp, f32, 2.0**-130, 1.0),
    ],
)
def test_what_implementations_may_compute_differently_is_not_known(
    op: type[AddOp], element: Attribute, left: float, right: float
):
    block = Block(arg_types=[TensorType(element, [])] * 2)
    operands = [np.array(value).astype(number_type(element)) for value in (left, right)]
    assert evaluate(op(block.args[0], block.args[1]), operands, limit=1) is None


@pytest.mark.parametrize(
    ("source", "value", "target"),
    [
        (f32, 128.0, i8),
        (f32, np.nan, i32),
        (f32, -1.0, ui8),
        (f32, np.inf, i64),
        (f64, 2.0**63, i64),
        (f64, 1 / 3, bf16),
        (i32, 16777217, bf16),
        (f32, 2.0**-20, f16),
    ],
)
def test_conversions_that_implementations_may_do_differently_are_not_known(
    source: Attribute, value: float, target: Attribute
):
    block = Block(arg_types=[TensorType(source, [])])
    operand = np.array(value).astype(number_type(source))
    assert evaluate(convert(block.args[0], target), [operand], limit=1) is None


def test_integers_of_64_bits_are_converted_exactly():
    block = Block(arg_types=[TensorType(f64, [])])
    found = evaluate(convert(block.args[0], i64), [np.array(-(2.0**63))], limit=1)
    assert found is not None
    assert found[()] == -(2**63)
