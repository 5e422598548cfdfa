"""Ops that rewrites put in, with the types that follow from their operands."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import DenseArrayBase, TensorType, i64
from xdsl.ir import Attribute, SSAValue

from dialects.stablehlo import BroadcastInDimOp, ConvertOp, ReshapeOp, SliceOp, TransposeOp
from passes.analysis.ops import shape_of, tensor_type


def element_of(value: SSAValue) -> Attribute:
    """The element type of a tensor."""
    kind = tensor_type(value)
    assert kind is not None, "ops on tensors are built for tensors"
    return kind.element_type


def convert(operand: SSAValue, element: Attribute) -> ConvertOp:
    """``operand`` in another element type."""
    return ConvertOp.create(operands=[operand], result_types=[TensorType(element, shape_of(operand))])


def reshape(operand: SSAValue, shape: Sequence[int]) -> ReshapeOp:
    """``operand`` in another shape of as many elements."""
    return ReshapeOp.create(operands=[operand], result_types=[TensorType(element_of(operand), shape)])


def broadcast(operand: SSAValue, shape: Sequence[int], dimensions: Sequence[int]) -> BroadcastInDimOp:
    """``operand`` along ``dimensions`` of a tensor of ``shape``."""
    return BroadcastInDimOp.create(
        operands=[operand],
        result_types=[TensorType(element_of(operand), shape)],
        properties={"broadcast_dimensions": DenseArrayBase.from_list(i64, dimensions)},
    )


def transpose(operand: SSAValue, permutation: Sequence[int]) -> TransposeOp:
    """``operand`` with its dimension ``permutation[d]`` as dimension ``d``."""
    shape = shape_of(operand)
    return TransposeOp(
        operand,
        DenseArrayBase.from_list(i64, permutation),
        TensorType(element_of(operand), [shape[d] for d in permutation]),
    )


def cut(operand: SSAValue, starts: Sequence[int], limits: Sequence[int], strides: Sequence[int]) -> SliceOp:
    """Each ``strides``-th element of ``operand`` from ``starts`` to before ``limits``."""
    bounds = zip(starts, limits, strides, strict=True)
    shape = [len(range(start, limit, stride)) for start, limit, stride in bounds]
    return SliceOp.create(
        operands=[operand],
        result_types=[TensorType(element_of(operand), shape)],
        properties={
            "start_indices": DenseArrayBase.from_list(i64, starts),
            "limit_indices": DenseArrayBase.from_list(i64, limits),
            "strides": DenseArrayBase.from_list(i64, strides),
        },
    )
