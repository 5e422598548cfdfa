"""Which dimension of which value carries the batch: the independent inferences that a module runs at once.

The rules are local. For each op, ``result_dimensions`` says where a dimension of an operand comes out in the result if
the op treats each index of it alone. A model is a batch of independent inferences if these rules lead from its
arguments to its results; that the op then computes each inference by itself needs no other proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

from xdsl.dialects.builtin import i1, i32, i64
from xdsl.dialects.func import FuncOp
from xdsl.ir import BlockArgument, Operation, SSAValue

from dialects.stablehlo import GatherDimensionNumbers
from passes.analysis.contraction import convolution_dimensions, dot_dimensions
from passes.analysis.ops import (
    ELEMENTWISE,
    as_integers,
    element_bytes,
    integer,
    integers,
    op_name,
    pairs,
    property_of,
    shape_of,
    tensor_type,
)

DimensionMap = tuple[int | None, ...]
"""For each dimension of an operand the dimension of the result that it becomes, None where the op mixes along it."""


class BatchError(Exception):
    """The batch can not be followed; the message names the op and the reason."""


@dataclass(frozen=True)
class Carry:
    """Where a tensor carries the batch: the size of ``dimension`` is ``outer * batch * inner``, ``outer`` slowest."""

    dimension: int
    inner: int = 1


@dataclass(frozen=True)
class Batch:
    """The batch of a function."""

    size: int
    """Inferences that it runs at once."""
    inputs: tuple[int, ...]
    """Indices of the arguments whose leading dimension is the batch, ascending."""
    scalars: tuple[int, ...]
    """Indices of arguments that belong to the run, not to the model, and have no batch: integer scalars (positions,
    seeds)."""


def batch_of(function: FuncOp) -> Batch:
    """Finds the batch of a function from the leading dimensions of its results, traced back to its arguments.

    An argument that the batch reaches is an input if its own leading dimension is the batch; all others are weights. At
    batch 1 this may take a weight of leading dimension 1 that is added to an activation (a position embedding of shape
    ``[1, 197, 768]``) for an input: the graph does not tell them apart. Indices and masks (32- and 64-bit integers,
    booleans) with the batch as leading dimension are inputs even where no rule connects them with the results.

    Raises ``BatchError`` where the results have no common leading dimension, or no argument carries it.
    """
    size = _result_size(function)
    ops = [op for op in function.body.block.ops if op.results]
    reached = _reach(function, size, ops)
    inputs = tuple(
        argument.index
        for argument in function.args
        if shape_of(argument)[:1] == (size,) and ((argument, Carry(0)) in reached or _is_index(argument))
    )
    if not inputs:
        raise BatchError(
            f"@{function.sym_name.data}: no argument has the leading dimension {size} of the results as its own; "
            "name the inputs with set-batch{inputs=...}"
        )
    scalars = tuple(argument.index for argument in function.args if not shape_of(argument) and _is_index(argument))
    return Batch(size, inputs, scalars)


def _is_index(argument: BlockArgument) -> bool:
    """Whether an argument has numbers that are no weights: integers too wide for quantized ones, or truth values."""
    kind = tensor_type(argument)
    return kind is not None and kind.element_type in (i1, i32, i64)


def _result_size(function: FuncOp) -> int:
    returned = function.get_return_op()
    shapes = [shape_of(value) for value in returned.operands] if returned else []
    sizes = {shape[0] for shape in shapes if shape}
    if not sizes:
        raise BatchError(f"@{function.sym_name.data}: no result has a dimension that could be the batch")
    if len(sizes) > 1:
        raise BatchError(
            f"@{function.sym_name.data}: its results have the leading dimensions {sorted(sizes)}; "
            "the batch must lead them all"
        )
    if sizes == {0}:
        raise BatchError(
            f"@{function.sym_name.data}: its results have the leading dimension 0, which holds no inference"
        )
    return sizes.pop()


def _reach(function: FuncOp, size: int, ops: Sequence[Operation]) -> set[tuple[SSAValue, Carry]]:
    """All that the batch of the results may be, forward or backward through any op."""
    users: dict[SSAValue, list[Operation]] = {}
    for op in ops:
        for operand in op.operands:
            users.setdefault(operand, []).append(op)
    returned = function.get_return_op()
    pending = [(value, Carry(0)) for value in (returned.operands if returned else ()) if shape_of(value)]
    reached = set(pending)
    maps: dict[Operation, tuple[DimensionMap, ...] | None] = {}
    while pending:
        value, carry = pending.pop()
        producer = value.owner
        neighbours = list(users.get(value, ()))
        if isinstance(producer, Operation):
            neighbours.append(producer)
        for op in neighbours:
            if op not in maps:
                maps[op] = result_dimensions(op)
            for node in _tied(op, maps[op], value, carry, size):
                if node not in reached:
                    reached.add(node)
                    pending.append(node)
    return reached


def _tied(
    op: Operation, maps: tuple[DimensionMap, ...] | None, value: SSAValue, carry: Carry, size: int
) -> Iterator[tuple[SSAValue, Carry]]:
    """The values of one op that carry the batch if ``value``, one of them, carries it so."""
    if op_name(op) == "stablehlo.reshape":
        other = op.results[0] if value is op.operands[0] else op.operands[0]
        moved = reshape_carry(carry, shape_of(value), shape_of(other), size)
        if moved is not None:
            yield other, moved
        return
    if maps is None:
        return
    if value.owner is op:
        targets = {carry.dimension}
    else:
        targets = {
            maps[index][carry.dimension]
            for index, operand in enumerate(op.operands)
            if operand is value and carry.dimension < len(maps[index])
        }
    for target in targets:
        if target is None:
            continue
        moved = replace(carry, dimension=target)
        for result in op.results:
            if _fits(result, moved, size):
                yield result, moved
        for operand, dimensions in zip(op.operands, maps, strict=True):
            if target in dimensions:
                source = replace(carry, dimension=dimensions.index(target))
                if _fits(operand, source, size):
                    yield operand, source


def _fits(value: SSAValue, carry: Carry, size: int) -> bool:
    shape = shape_of(value)
    return carry.dimension < len(shape) and shape[carry.dimension] % (size * carry.inner) == 0


def reshape_carry(carry: Carry, before: Sequence[int], after: Sequence[int], size: int) -> Carry | None:
    """Where a reshape takes the batch: the place in ``after`` with as many elements inside one step of the batch.

    A dimension that is the batch and nothing else comes first, best at the same index, then the leading one.
    """
    step = prod(before[carry.dimension + 1 :]) * carry.inner
    places: list[Carry] = []
    for dimension, extent in enumerate(after):
        rest = prod(after[dimension + 1 :])
        if rest and step % rest == 0 and step >= rest and extent and extent % (size * (step // rest)) == 0:
            places.append(Carry(dimension, step // rest))
    if not places:
        return None

    def rank(place: Carry) -> tuple[bool, bool, int]:
        alone = place.inner == 1 and after[place.dimension] == size
        return not alone, alone and place.dimension != carry.dimension, place.dimension

    return min(places, key=rank)


def result_dimensions(op: Operation) -> tuple[DimensionMap, ...] | None:
    """For each operand of an op where its dimensions come out in the results; None for an op without such a rule.

    ``stablehlo.reshape`` has none: it keeps the order of elements, not dimensions (``reshape_carry``).
    """
    name = op_name(op)
    if name in ELEMENTWISE or name in _SAME:
        return tuple(tuple(range(len(shape_of(operand)))) for operand in op.operands)
    rule = _RULES.get(name)
    return None if rule is None else rule(op)


_SAME = frozenset({"stablehlo.map"})


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
    numbers = property_of(op, "dimension_numbers")
    operand, indices = op.operands

    def listed(name: str) -> tuple[int, ...]:
        return as_integers(getattr(numbers, name, None)) or ()

    offsets, collapsed = listed("offset_dims"), listed("collapsed_slice_dims")
    operand_batch, indices_batch = listed("operand_batching_dims"), listed("start_indices_batching_dims")
    vector = _gather_vector_dimension(op)
    results = [d for d in range(len(shape_of(op.results[0]))) if d not in offsets]
    index_dims = [d for d in range(len(shape_of(indices))) if d != vector]
    from_indices = dict(zip(index_dims, results, strict=True))
    windows = [d for d in range(len(shape_of(operand))) if d not in collapsed and d not in operand_batch]
    sizes = integers(op, "slice_sizes", ())
    from_operand = {
        d: offset for d, offset in zip(windows, offsets, strict=True) if sizes[d] == shape_of(operand)[d]
    } | {d: from_indices[i] for d, i in zip(operand_batch, indices_batch, strict=True)}
    return (
        tuple(from_operand.get(d) for d in range(len(shape_of(operand)))),
        tuple(from_indices.get(d) for d in range(len(shape_of(indices)))),
    )


def _gather_vector_dimension(op: Operation) -> int:
    numbers = op.properties["dimension_numbers"]
    assert isinstance(numbers, GatherDimensionNumbers), "a gather has the dimension numbers of a gather"
    return numbers.index_vector_dim.value.data


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


def _batch_norm_inference(op: Operation) -> tuple[DimensionMap, ...]:
    feature = integer(op, "feature_index", 0)
    return _first_only(op, _kept(op.operands[0], (d != feature for d in range(len(shape_of(op.operands[0]))))))


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
    "stablehlo.sort": _sort,
    "stablehlo.reverse": _reverse,
    "chlo.top_k": _top_k,
    "stablehlo.fft": _fft,
    "stablehlo.bitcast_convert": _bitcast_convert,
    "stablehlo.batch_norm_inference": _batch_norm_inference,
}
