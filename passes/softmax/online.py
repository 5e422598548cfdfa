"""The reduction of the two-pass softmax: the online normalizer of Milakov and Gimelshein, arXiv:1805.02867."""

from __future__ import annotations

from xdsl.dialects.builtin import AnyFloat, TensorType
from xdsl.ir import Block, Operation, Region, SSAValue

from dialects.stablehlo import (
    AddOp,
    CompareOp,
    ComparisonDirection,
    ComparisonType,
    ConstantOp,
    ExponentialOp,
    MaximumOp,
    MultiplyOp,
    ReturnOp,
    SelectOp,
    SubtractOp,
    dense_from_bytes,
)


def splat(value: float, element: AnyFloat) -> ConstantOp:
    """A scalar constant."""
    return ConstantOp(dense_from_bytes(element.pack((value,)), TensorType(element, [])))


def online_combiner(element: AnyFloat) -> Region:
    """The reducer that joins two parts of a row, each with its maximum and its sum of exponentials beneath it::

        (m, s), (n, t) -> (top, s * exp(m - top) + t * exp(n - top))    where top = max(m, n)

    Its neutral element is (-inf, 0), and a single ``x`` is (x, 1). Where ``m = n`` both factors are 1, and selected
    rather than computed: both may be -inf, of masked elements, and -inf - -inf would be NaN and stay so when a finite
    element follows. A NaN makes the sum NaN, and so does an infinity, as in ``exp(x - max(x))``. The body has no
    constant, which ``cse`` could share with one outside, where XLA does not look for it.
    """
    scalar = TensorType(element, [])
    block = Block(arg_types=[scalar] * 4)
    first_top, first_sum, second_top, second_sum = block.args

    def add(op: Operation) -> SSAValue:
        block.add_op(op)
        return op.results[0]

    def scaled(total: SSAValue, top: SSAValue) -> SSAValue:
        below = add(SubtractOp.create(operands=[top, joint_top], result_types=[scalar]))
        factor = add(ExponentialOp.create(operands=[below], result_types=[scalar]))
        smaller = add(MultiplyOp.create(operands=[total, factor], result_types=[scalar]))
        return add(SelectOp.create(operands=[same, total, smaller], result_types=[scalar]))

    joint_top = add(MaximumOp.create(operands=[first_top, second_top], result_types=[scalar]))
    same = add(CompareOp(first_top, second_top, ComparisonDirection.EQ, ComparisonType.FLOAT))
    terms = [scaled(first_sum, first_top), scaled(second_sum, second_top)]
    joint_sum = add(AddOp.create(operands=terms, result_types=[scalar]))
    block.add_op(ReturnOp.create(operands=[joint_top, joint_sum]))
    return Region(block)
