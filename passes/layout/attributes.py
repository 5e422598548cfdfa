"""The attributes of ops whose tensors are stored in other layouts."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, DenseIntElementsAttr, IntegerAttr, TensorType, i64
from xdsl.ir import Attribute, Operation

from dialects.stablehlo import (
    ConvDimensionNumbersAttr,
    DotAlgorithmAttr,
    DotAttr,
    DotGeneralOp,
    GatherDimensionNumbers,
    GatherOp,
    dims,
    ints,
)
from passes.analysis.contraction import ConvolutionDimensions
from passes.analysis.ops import integers, shape_of
from passes.layout.orders import Layout

_PER_DIMENSION = (
    "base_dilations", "edge_padding_high", "edge_padding_low", "interior_padding", "limit_indices", "slice_sizes",
    "start_indices", "strides", "window_dilations", "window_dimensions", "window_strides",
)  # fmt: skip
"""Properties with an entry for each dimension of the lead."""

_DIMENSION = ("dimension", "feature_index", "iota_dimension")
"""Properties that name a dimension of the lead."""


def permuted_properties(op: Operation, lead: Layout, operand: Layout) -> dict[str, Attribute]:
    """The properties of an op of aligned ports, for the layouts of its lead and of its first operand."""
    properties = dict(op.properties)
    place = places(lead)
    for name in _PER_DIMENSION:
        if name in properties:
            values = integers(op, name, ())
            properties[name] = DenseArrayBase.from_list(i64, [values[d] for d in lead])
    for name in _DIMENSION:
        found = properties.get(name)
        if isinstance(found, IntegerAttr):
            properties[name] = IntegerAttr(place[found.value.data % len(lead)], i64)
    if "dimensions" in properties:
        named = sorted(place[d] for d in integers(op, "dimensions", ()))
        properties["dimensions"] = DenseArrayBase.from_list(i64, named)
    if "broadcast_dimensions" in properties:
        targets = integers(op, "broadcast_dimensions", ())
        properties["broadcast_dimensions"] = DenseArrayBase.from_list(i64, [place[targets[d]] for d in operand])
    if "padding" in properties:
        flat = integers(op, "padding", ())
        flat = flat * 2 * len(lead) if len(flat) == 1 else flat
        sides = [flat[2 * d + side] for d in lead for side in (0, 1)]
        properties["padding"] = DenseIntElementsAttr.from_list(TensorType(i64, (len(lead), 2)), sides)
    return properties


def places(layout: Sequence[int]) -> dict[int, int]:
    """Where each dimension is stored."""
    return {d: place for place, d in enumerate(layout)}


def convolution_numbers(
    numbers: ConvolutionDimensions, lhs: Layout, rhs: Layout, result: Layout
) -> ConvDimensionNumbersAttr:
    """The dimension numbers of a convolution whose tensors have these layouts."""
    of_lhs, of_rhs, of_result = places(lhs), places(rhs), places(result)
    return ConvDimensionNumbersAttr(
        IntegerAttr(of_lhs[numbers.input_batch], i64),
        IntegerAttr(of_lhs[numbers.input_feature], i64),
        dims([of_lhs[d] for d in numbers.input_spatial]),
        IntegerAttr(of_rhs[numbers.kernel_input_feature], i64),
        IntegerAttr(of_rhs[numbers.kernel_output_feature], i64),
        dims([of_rhs[d] for d in numbers.kernel_spatial]),
        IntegerAttr(of_result[numbers.output_batch], i64),
        IntegerAttr(of_result[numbers.output_feature], i64),
        dims([of_result[d] for d in numbers.output_spatial]),
    )


def dot_properties(
    op: DotGeneralOp,
    batching: tuple[Sequence[int], Sequence[int]],
    contracting: tuple[Sequence[int], Sequence[int]],
    exchanged: bool,
) -> dict[str, Attribute]:
    """The properties of a matrix product over these dimensions of its operands as they are stored; ``exchanged``: the
    right one comes first."""
    first, second = (1, 0) if exchanged else (0, 1)
    properties = dict(op.properties)
    properties["dot_dimension_numbers"] = DotAttr(
        dims(batching[first]), dims(batching[second]), dims(contracting[first]), dims(contracting[second])
    )
    if exchanged and op.precision_config is not None:
        properties["precision_config"] = ArrayAttr(reversed(op.precision_config.data))
    if exchanged and op.algorithm is not None:
        properties["algorithm"] = _exchanged(op.algorithm)
    return properties


def _exchanged(algorithm: DotAlgorithmAttr) -> DotAlgorithmAttr:
    return DotAlgorithmAttr(
        algorithm.rhs_precision_type,
        algorithm.lhs_precision_type,
        algorithm.accumulation_type,
        algorithm.rhs_component_count,
        algorithm.lhs_component_count,
        algorithm.num_primitive_operations,
        algorithm.allow_imprecise_accumulation,
    )


def gather_properties(op: GatherOp, operand: Layout, indices: Layout, offsets: Sequence[int]) -> dict[str, Attribute]:
    """The properties of a gather whose operands have these layouts, with the windows' dimensions at ``offsets`` of the
    result."""
    numbers: GatherDimensionNumbers = op.dimension_numbers
    of_operand, of_indices = places(operand), places(indices)
    vector = numbers.index_vector_dim.value.data
    batching = sorted(
        (of_operand[left], of_indices[right])
        for left, right in zip(
            ints(numbers.operand_batching_dims), ints(numbers.start_indices_batching_dims), strict=True
        )
    )
    sizes = integers(op, "slice_sizes", ())
    return dict(op.properties) | {
        "dimension_numbers": GatherDimensionNumbers(
            dims(offsets),
            dims(sorted(of_operand[d] for d in ints(numbers.collapsed_slice_dims))),
            dims([left for left, _ in batching]),
            dims([right for _, right in batching]),
            dims([of_operand[d] for d in ints(numbers.start_index_map)]),
            IntegerAttr(of_indices.get(vector, len(shape_of(op.start_indices))), i64),
        ),
        "slice_sizes": DenseArrayBase.from_list(i64, [sizes[d] for d in operand]),
    }
