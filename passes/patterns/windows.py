"""Padding that a sliding window can do by itself."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import DenseIntElementsAttr, TensorType, i64
from xdsl.ir import SSAValue

from dialects.stablehlo import ConvolutionOp, PadOp, ReduceWindowOp, ints
from passes.analysis.constants import array_of
from passes.patterns.movement import is_same_constant
from passes.patterns.walk import Add, Rules


def pad_in_convolution(op: ConvolutionOp, add: Add) -> SSAValue | None:
    """``convolution(pad(x)) -> convolution(x)`` with more padding, where x is padded with zeros along what the window
    slides over."""
    pad = op.lhs.owner
    if not isinstance(pad, PadOp) or not _is_zero(pad.padding_value):
        return None
    sides = _sides(pad)
    spatial = ints(op.dimension_numbers.input_spatial_dimensions)
    if sides is None or any(any(side) for d, side in enumerate(sides) if d not in spatial):
        return None
    paddings = _more(op.paddings, [sides[d] for d in spatial], op.lhs_dilations)
    return add(
        ConvolutionOp.create(
            operands=[pad.operand, op.rhs],
            result_types=op.result_types,
            properties=op.properties | {"padding": paddings},
            attributes=dict(op.attributes),
        )
    )


def pad_in_reduce_window(op: ReduceWindowOp, add: Add) -> SSAValue | None:
    """``reduce_window(pad(x)) -> reduce_window(x)`` with more padding, where x is padded with the initial value"""
    pad = op.inputs[0].owner
    if len(op.inputs) != 1 or not isinstance(pad, PadOp) or not is_same_constant(pad.padding_value, op.init_values[0]):
        return None
    sides = _sides(pad)
    if sides is None:
        return None
    return add(
        ReduceWindowOp.create(
            operands=[pad.operand, op.init_values[0]],
            result_types=op.result_types,
            properties=op.properties | {"padding": _more(op.paddings, sides, op.input_dilations)},
            attributes=dict(op.attributes),
            regions=[op.body.clone()],
        )
    )


def _is_zero(value: SSAValue) -> bool:
    """Whether a constant is 0, and not -0: what a convolution pads with."""
    array = array_of(value)
    return array is not None and not any(array.tobytes())


def _sides(pad: PadOp) -> list[tuple[int, int]] | None:
    """What is put before and behind each dimension; None where elements are taken away or kept apart."""
    low, high = pad.edge_padding_low.get_values(), pad.edge_padding_high.get_values()
    if any(pad.interior_padding.get_values()) or min((*low, *high), default=0) < 0:
        return None
    return list(zip(low, high, strict=True))


def _more(
    paddings: Sequence[tuple[int, int]], sides: Sequence[tuple[int, int]], dilations: Sequence[int]
) -> DenseIntElementsAttr:
    """The padding of a window, which is counted behind dilation, with that of an op in front of it."""
    flat = [
        own + more * dilation
        for pair, side, dilation in zip(paddings, sides, dilations, strict=True)
        for own, more in zip(pair, side, strict=True)
    ]
    return DenseIntElementsAttr.from_list(TensorType(i64, (len(sides), 2)), flat)


WINDOWS: Rules = {
    "stablehlo.convolution": (pad_in_convolution,),
    "stablehlo.reduce_window": (pad_in_reduce_window,),
}
"""The rules of this module by the op that they rewrite."""
