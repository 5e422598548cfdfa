"""Where the dimensions of an op's operands come out in its results, if the op treats each index of them alone.

The rules are local and hold for any op by its name and attributes. What is independent along a dimension can be more
of it: more inferences of a batch (``passes.analysis.batch``), or padding that no result sees (``passes.padding``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from xdsl.dialects.builtin import BoolAttr, IntegerAttr, IntegerType, StringAttr
from xdsl.ir import Operation, SSAValue

from dialects.stablehlo import GatherDimensionNumbers, ScatterDimensionNumbers, ints
from passes.analysis.contraction import convolution_dimensions, dot_dimensions
from passes.analysis.ops import (
    ELEMENTWISE,
    element_bytes,
    integer,
    integers,
    op_name,
    pairs,
    property_of,
    shape_of,
)

DimensionMap = tuple[int | None, ...]
"""For each dimension of an operand the dimension of the result that it becomes, None where the op mixes along it."""


def result_dimensions(op: Operation) -> tuple[DimensionMap, ...] | None:
    """For each operand of an op where its dimensions come out in the results; None for an op without such a rule.

    ``stablehlo.reshape`` has none: it keeps the order of elements, not dimensions (``reshape_carry`` in
    ``passes.analysis.batch``).
    """
    name = op_name(op)
    if name in ELEMENTWISE or name == "stablehlo.map" or _is_annotation(op):
        return tuple(tuple(range(len(shape_of(operand)))) for operand in op.operands)
    rule = _RULES.get(name)
    return None if rule is None else rule(op)


def _is_annotation(op: Operation) -> bool:
    """Whether a custom call is one that hands its operand on, with a word to the partitioner."""
    return property_of(op, "call_target_name") == StringAttr("Sharding")


def _none(value: SSAValue) -> DimensionMap:
    return (None,) * len(shape_of(value))


def _kept(value: SSAValue, kept: Iterable[bool]) -> DimensionMap:
    return tuple(index if keep else None for index, keep in zip(range(len(shape_of(value))), kept, strict=True))


def _first_only(op: Operation, first: DimensionMap) -> tuple[DimensionMap, ...]:
    return (first, *(_none(operand) for operand in op.operands[1:]))


def _transpose(op: Operation) -> tuple[DimensionMap, ...]:
    permutation = integers(op, "permutation", ())
    return (tuple(permutation.index(d) for d in range(len(permutation))),)


def _broadcast_in_dim(op: Operation) -> tuple[DimensionMap, ...]:
    dimensions = integers(op, "broadcast_dimensions", ())
    before, after = shape_of(op.operands[0]), shape_of(op.results[0])
    return (tuple(d if before[i] == after[d] else None for i, d in enumerate(dimensions)),)


def _reduce(op: Operation) -> tuple[DimensionMap, ...]:
    reduced = integers(op, "dimensions", ())
    count = len(op.results)
    rank = len(shape_of(op.operands[0]))
    order = [d for d in range(rank) if d not in reduced]
    kept = tuple(order.index(d) if d in order else None for d in range(rank))
    return (*((kept,) * count), *(_none(operand) for operand in op.operands[count:]))


def _reduce_window(op: Operation) -> tuple[DimensionMap, ...]:
    count = len(op.results)
    kept = _kept(op.operands[0], _untouched_by_window(op, len(shape_of(op.operands[0]))))
    return (*((kept,) * count), *(_none(operand) for operand in op.operands[count:]))


def _select_and_scatter(op: Operation) -> tuple[DimensionMap, ...]:
    kept = _kept(op.operands[0], _untouched_by_window(op, len(shape_of(op.operands[0]))))
    return (kept, kept, _none(op.operands[2]))


def _untouched_by_window(op: Operation, rank: int) -> Iterator[bool]:
    ones = (1,) * rank
    settings = (
        integers(op, "window_dimensions", ones),
        integers(op, "window_strides", ones),
        integers(op, "base_dilations", ones),
        integers(op, "window_dilations", ones),
    )
    for dimension, padding in enumerate(pairs(op, "padding", rank)):
        yield padding == (0, 0) and all(setting[dimension] == 1 for setting in settings)


def _convolution(op: Operation) -> tuple[DimensionMap, ...]:
    if integer(op, "batch_group_count", 1) != 1:
        return tuple(_none(operand) for operand in op.operands)
    dims = convolution_dimensions(op)
    return _first_only(
        op,
        tuple(dims.output_batch if d == dims.input_batch else None for d in range(len(shape_of(op.operands[0])))),
    )


def _dot_general(op: Operation) -> tuple[DimensionMap, ...]:
    dims = dot_dimensions(op)
    batches, lhs_free = len(dims.lhs_batch), len(dims.lhs_free)
    lhs = {d: i for i, d in enumerate(dims.lhs_batch)} | {d: batches + i for i, d in enumerate(dims.lhs_free)}
    rhs = {d: i for i, d in enumerate(dims.rhs_batch)} | {
        d: batches + lhs_free + i for i, d in enumerate(dims.rhs_free)
    }
    return tuple(
        tuple(places.get(d) for d in range(len(shape_of(operand))))
        for operand, places in zip(op.operands, (lhs, rhs), strict=True)
    )


def _pad(op: Operation) -> tuple[DimensionMap, ...]:
    amounts = zip(
        *(integers(op, name, ()) for name in ("edge_padding_low", "edge_padding_high", "interior_padding")), strict=True
    )
    return _first_only(op, _kept(op.operands[0], (amount == (0, 0, 0) for amount in amounts)))


def _slice(op: Operation) -> tuple[DimensionMap, ...]:
    shape = shape_of(op.operands[0])
    bounds = (integers(op, name, ()) for name in ("start_indices", "limit_indices", "strides"))
    whole = (bound == (0, extent, 1) for bound, extent in zip(zip(*bounds, strict=True), shape, strict=True))
    return (_kept(op.operands[0], whole),)


def _concatenate(op: Operation) -> tuple[DimensionMap, ...]:
    along = integer(op, "dimension", 0)
    return tuple(_kept(value, (d != along for d in range(len(shape_of(value))))) for value in op.operands)


def _dynamic_slice(op: Operation) -> tuple[DimensionMap, ...]:
    whole = (a == b for a, b in zip(shape_of(op.operands[0]), shape_of(op.results[0]), strict=True))
    return _first_only(op, _kept(op.operands[0], whole))


def _dynamic_update_slice(op: Operation) -> tuple[DimensionMap, ...]:
    whole = [a == b for a, b in zip(shape_of(op.operands[0]), shape_of(op.operands[1]), strict=True)]
    kept = _kept(op.operands[0], whole)
    return (kept, kept, *(_none(operand) for operand in op.operands[2:]))


def _gather(op: Operation) -> tuple[DimensionMap, ...]:
    numbers = op.properties["dimension_numbers"]
    assert isinstance(numbers, GatherDimensionNumbers), "a gather has the dimension numbers of a gather"
    operand, indices = op.operands
    offsets, collapsed = ints(numbers.offset_dims), ints(numbers.collapsed_slice_dims)
    operand_batch, indices_batch = ints(numbers.operand_batching_dims), ints(numbers.start_indices_batching_dims)
    from_indices = _paired_indices(indices, numbers.index_vector_dim, op.results[0], offsets)
    windows = [d for d in range(len(shape_of(operand))) if d not in collapsed and d not in operand_batch]
    sizes = integers(op, "slice_sizes", ())
    from_operand = {
        d: offset for d, offset in zip(windows, offsets, strict=True) if sizes[d] == shape_of(operand)[d]
    } | {d: from_indices[i] for d, i in zip(operand_batch, indices_batch, strict=True)}
    return (
        tuple(from_operand.get(d) for d in range(len(shape_of(operand)))),
        tuple(from_indices.get(d) for d in range(len(shape_of(indices)))),
    )


def _scatter(op: Operation) -> tuple[DimensionMap, ...]:
    numbers = op.properties["scatter_dimension_numbers"]
    assert isinstance(numbers, ScatterDimensionNumbers), "a scatter has the dimension numbers of a scatter"
    count = len(op.results)
    inputs, indices, updates = op.operands[0], op.operands[count], op.operands[count + 1]
    windows, inserted = ints(numbers.update_window_dims), ints(numbers.inserted_window_dims)
    input_batch, indices_batch = ints(numbers.input_batching_dims), ints(numbers.scatter_indices_batching_dims)
    to_updates = _paired_indices(indices, numbers.index_vector_dim, updates, windows)
    written = [d for d in range(len(shape_of(inputs))) if d not in inserted and d not in input_batch]
    from_updates = {
        u: d for d, u in zip(written, windows, strict=True) if shape_of(updates)[u] == shape_of(inputs)[d]
    } | {to_updates[i]: d for d, i in zip(input_batch, indices_batch, strict=True)}
    from_indices = dict(zip(indices_batch, input_batch, strict=True))
    return (
        *((_kept(inputs, (d in from_updates.values() for d in range(len(shape_of(inputs))))),) * count),
        tuple(from_indices.get(d) for d in range(len(shape_of(indices)))),
        *((tuple(from_updates.get(d) for d in range(len(shape_of(updates)))),) * count),
    )


def _paired_indices(
    indices: SSAValue, vector: IntegerAttr[IntegerType], slices: SSAValue, windows: tuple[int, ...]
) -> dict[int, int]:
    """The dimensions of indices that count slices, each with the dimension of the slices that it counts."""
    counting = [d for d in range(len(shape_of(indices))) if d != vector.value.data]
    counted = [d for d in range(len(shape_of(slices))) if d not in windows]
    return dict(zip(counting, counted, strict=True))


def _sort(op: Operation) -> tuple[DimensionMap, ...]:
    rank = len(shape_of(op.operands[0]))
    along = integer(op, "dimension", -1) % rank
    return tuple(_kept(operand, (d != along for d in range(rank))) for operand in op.operands)


def _reverse(op: Operation) -> tuple[DimensionMap, ...]:
    reversed_dims = integers(op, "dimensions", ())
    return (_kept(op.operands[0], (d not in reversed_dims for d in range(len(shape_of(op.operands[0]))))),)


def _top_k(op: Operation) -> tuple[DimensionMap, ...]:
    rank = len(shape_of(op.operands[0]))
    return (_kept(op.operands[0], (d != rank - 1 for d in range(rank))),)


def _fft(op: Operation) -> tuple[DimensionMap, ...]:
    rank = len(shape_of(op.operands[0]))
    transformed = len(integers(op, "fft_length", ()))
    return (_kept(op.operands[0], (d < rank - transformed for d in range(rank))),)


def _bitcast_convert(op: Operation) -> tuple[DimensionMap, ...]:
    same = element_bytes(op.operands[0].type) == element_bytes(op.results[0].type)
    shared = min(len(shape_of(op.operands[0])), len(shape_of(op.results[0])))
    rank = len(shape_of(op.operands[0]))
    return (_kept(op.operands[0], (same or d < shared for d in range(rank))),)


def _broadcast(op: Operation) -> tuple[DimensionMap, ...]:
    before = len(integers(op, "broadcast_sizes", ()))
    return (tuple(before + d for d in range(len(shape_of(op.operands[0])))),)


def _cholesky(op: Operation) -> tuple[DimensionMap, ...]:
    rank = len(shape_of(op.operands[0]))
    return (_kept(op.operands[0], (d < rank - 2 for d in range(rank))),)


def _triangular_solve(op: Operation) -> tuple[DimensionMap, ...]:
    """Each matrix by itself; of the right-hand sides also each column, or row where the triangle stands right."""
    rank = len(shape_of(op.operands[0]))
    free = rank - 1 if op.properties["left_side"] == BoolAttr.from_bool(True) else rank - 2
    return (
        _kept(op.operands[0], (d < rank - 2 for d in range(rank))),
        _kept(op.operands[1], (d < rank - 2 or d == free for d in range(rank))),
    )


def _mixes(op: Operation) -> tuple[DimensionMap, ...]:
    return tuple(_none(operand) for operand in op.operands)


def _batch_norm_inference(op: Operation) -> tuple[DimensionMap, ...]:
    feature = integer(op, "feature_index", 0)
    return (tuple(range(len(shape_of(op.operands[0])))), *(((feature,),) * 4))


_RULES: dict[str, Callable[[Operation], tuple[DimensionMap, ...]]] = {
    "stablehlo.transpose": _transpose,
    "stablehlo.broadcast_in_dim": _broadcast_in_dim,
    "stablehlo.reduce": _reduce,
    "stablehlo.reduce_window": _reduce_window,
    "stablehlo.select_and_scatter": _select_and_scatter,
    "stablehlo.convolution": _convolution,
    "stablehlo.dot_general": _dot_general,
    "stablehlo.dot": _dot_general,
    "stablehlo.pad": _pad,
    "stablehlo.slice": _slice,
    "stablehlo.concatenate": _concatenate,
    "stablehlo.dynamic_slice": _dynamic_slice,
    "stablehlo.dynamic_update_slice": _dynamic_update_slice,
    "stablehlo.gather": _gather,
    "stablehlo.scatter": _scatter,
    "stablehlo.sort": _sort,
    "stablehlo.reverse": _reverse,
    "chlo.top_k": _top_k,
    "stablehlo.fft": _fft,
    "stablehlo.bitcast_convert": _bitcast_convert,
    "stablehlo.broadcast": _broadcast,
    "stablehlo.cholesky": _cholesky,
    "stablehlo.triangular_solve": _triangular_solve,
    "stablehlo.batch_norm_inference": _batch_norm_inference,
    "stablehlo.batch_norm_training": _mixes,
    "stablehlo.batch_norm_grad": _mixes,
}
