"""Convolutions and matrix products as one idea: a sum of products over named dimensions.

Meaning of the ops: https://github.com/openxla/stablehlo/blob/main/docs/spec.md#convolution and #dot_general.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from xdsl.ir import Operation

from dialects.stablehlo import ConvDimensionNumbersAttr, ints
from hwmodels.records import Contraction
from passes.analysis.ops import (
    CONTRACTION,
    as_integers,
    element_bytes,
    integer,
    integers,
    op_name,
    property_of,
    shape_of,
)


@dataclass(frozen=True)
class ConvolutionDimensions:
    """Which dimension of input, kernel and output means what."""

    input_batch: int
    input_feature: int
    input_spatial: tuple[int, ...]
    kernel_input_feature: int
    kernel_output_feature: int
    kernel_spatial: tuple[int, ...]
    output_batch: int
    output_feature: int
    output_spatial: tuple[int, ...]


@dataclass(frozen=True)
class DotDimensions:
    """Dimensions of a matrix product's operands; the result has batch, then lhs's free, then rhs's free ones."""

    lhs_batch: tuple[int, ...]
    rhs_batch: tuple[int, ...]
    lhs_contracting: tuple[int, ...]
    rhs_contracting: tuple[int, ...]
    lhs_free: tuple[int, ...]
    rhs_free: tuple[int, ...]


def contraction_of(op: Operation) -> Contraction | None:
    """The contraction that a ``convolution``, ``dot_general`` or ``dot`` computes; None for any other op.

    A convolution over padded or dilated input counts every product, also those with a zero that padding or dilation
    put there: that is what an array without a zero test does.
    """
    name = op_name(op)
    if name not in CONTRACTION:
        return None
    sizes = tuple(element_bytes(value.type) for value in (op.operands[0], op.operands[1], op.results[0]))
    if name == "stablehlo.convolution":
        return _convolution(op, sizes)
    return _matrix_product(op, sizes)


def macs_of(op: Operation) -> int:
    """Multiply-accumulates of one execution of ``op`` alone, nested ops not included: elements of the output times
    products summed into each; 0 where ``op`` is no contraction."""
    contraction = contraction_of(op)
    return 0 if contraction is None else prod(contraction.bounds)


def convolution_dimensions(op: Operation) -> ConvolutionDimensions:
    """Reads the ``dimension_numbers`` of a ``stablehlo.convolution``."""
    numbers = property_of(op, "dimension_numbers")
    assert isinstance(numbers, ConvDimensionNumbersAttr), "a convolution has the dimension numbers of a convolution"
    return ConvolutionDimensions(
        numbers.input_batch_dimension.value.data,
        numbers.input_feature_dimension.value.data,
        ints(numbers.input_spatial_dimensions),
        numbers.kernel_input_feature_dimension.value.data,
        numbers.kernel_output_feature_dimension.value.data,
        ints(numbers.kernel_spatial_dimensions),
        numbers.output_batch_dimension.value.data,
        numbers.output_feature_dimension.value.data,
        ints(numbers.output_spatial_dimensions),
    )


def dot_dimensions(op: Operation) -> DotDimensions:
    """Reads the dimension numbers of a ``stablehlo.dot_general``, or those that ``stablehlo.dot`` implies."""
    numbers = property_of(op, "dot_dimension_numbers")
    ranks = len(shape_of(op.operands[0])), len(shape_of(op.operands[1]))

    def listed(name: str, implied: tuple[int, ...]) -> tuple[int, ...]:
        return implied if numbers is None else as_integers(getattr(numbers, name)) or ()

    lhs_batch, rhs_batch = listed("lhs_batching_dimensions", ()), listed("rhs_batching_dimensions", ())
    lhs_contracting = listed("lhs_contracting_dimensions", (ranks[0] - 1,))
    rhs_contracting = listed("rhs_contracting_dimensions", (0,))
    return DotDimensions(
        lhs_batch,
        rhs_batch,
        lhs_contracting,
        rhs_contracting,
        lhs_free=tuple(d for d in range(ranks[0]) if d not in lhs_batch + lhs_contracting),
        rhs_free=tuple(d for d in range(ranks[1]) if d not in rhs_batch + rhs_contracting),
    )


def output_dims(op: Operation) -> tuple[str, ...]:
    """For each dimension of a contraction's result the dimensions of ``Contraction`` that make it, such as 'k' or 'gk'
    for the channels of a grouped convolution."""
    if op_name(op) != "stablehlo.convolution":
        dots = dot_dimensions(op)
        return (*"g" * len(dots.lhs_batch), *"n" * len(dots.lhs_free), *"k" * len(dots.rhs_free))
    dims = convolution_dimensions(op)
    rank = len(dims.output_spatial)
    named = dict(zip(dims.output_spatial, (*"n" * rank, "p", "q")[2:], strict=True)) | {dims.output_batch: "n"}
    named[dims.output_feature] = "k" if _groups(op) == 1 else "gk"
    return tuple(named[axis] for axis in range(rank + 2))


def _groups(op: Operation) -> int:
    return integer(op, "feature_group_count", 1) * integer(op, "batch_group_count", 1)


def _convolution(op: Operation, sizes: Sequence[float]) -> Contraction:
    dims = convolution_dimensions(op)
    kernel, output = shape_of(op.operands[1]), shape_of(op.results[0])
    rank = len(dims.kernel_spatial)
    groups = _groups(op)
    # The last two spatial dimensions keep their names; those before them (depth) are folded into images and channels.
    outputs = (1, 1, *(output[d] for d in dims.output_spatial))
    taps = (1, 1, *(kernel[d] for d in dims.kernel_spatial))
    lhs_dilation = integers(op, "lhs_dilation", (1,) * rank)
    stride = (1, 1, *integers(op, "window_strides", (1,) * rank))
    rhs_dilation = (1, 1, *integers(op, "rhs_dilation", (1,) * rank))
    zoom = (1, 1, *lhs_dilation)
    return Contraction(
        bounds=(
            groups,
            output[dims.output_batch] * prod(outputs[:-2]),
            outputs[-2],
            outputs[-1],
            output[dims.output_feature] // groups,
            kernel[dims.kernel_input_feature] * prod(taps[:-2]),
            taps[-2],
            taps[-1],
        ),
        stride=(stride[-2] / zoom[-2], stride[-1] / zoom[-1]),
        dilation=(rhs_dilation[-2] / zoom[-2], rhs_dilation[-1] / zoom[-1]),
        element_bytes=(sizes[0], sizes[1], sizes[2]),
    )


def _matrix_product(op: Operation, sizes: Sequence[float]) -> Contraction:
    dims = dot_dimensions(op)
    lhs, rhs = shape_of(op.operands[0]), shape_of(op.operands[1])
    return Contraction(
        bounds=(
            prod(lhs[d] for d in dims.lhs_batch),
            prod(lhs[d] for d in dims.lhs_free),
            1,
            1,
            prod(rhs[d] for d in dims.rhs_free),
            prod(lhs[d] for d in dims.lhs_contracting),
            1,
            1,
        ),
        element_bytes=(sizes[0], sizes[1], sizes[2]),
    )
