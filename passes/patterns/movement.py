"""Ops that only move elements: those that change nothing go, and of several in a row one remains.

One spelling is kept of what can be spelled in several ways: where no element moves, the op is a ``reshape``.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import TensorType, UnregisteredOp
from xdsl.ir import Operation, SSAValue

from dialects.stablehlo import (
    BitcastConvertOp,
    BroadcastInDimOp,
    ConcatenateOp,
    DynamicSliceOp,
    DynamicUpdateSliceOp,
    PadOp,
    ReshapeOp,
    ReverseOp,
    SliceOp,
    TransposeOp,
)
from passes.analysis.constants import array_of, constant_of, splat, splat_of
from passes.analysis.ops import ELEMENTWISE, elements, integers, shape_of
from passes.patterns.build import broadcast, cut, element_of, reshape, transpose
from passes.patterns.walk import Add, Rule, Rules


def drop_unchanged(op: Operation, add: Add) -> SSAValue | None:
    """An op that gives its operand: a reshape to the same shape, a broadcast to the same dimensions, a transpose that
    keeps their order, a slice of everything, padding with nothing."""
    source = op.operands[0]
    if source.type != op.results[0].type:
        return None
    match op:
        case BroadcastInDimOp():
            same = _is_ascending(integers(op, "broadcast_dimensions", ()))
        case TransposeOp():
            same = _is_ascending(integers(op, "permutation", ()))
        case PadOp():
            same = not any((*op.edge_padding_low.get_values(), *op.interior_padding.get_values()))
        case _:
            same = isinstance(op, ReshapeOp | SliceOp | BitcastConvertOp)
    return source if same else None


def _is_ascending(dimensions: Sequence[int]) -> bool:
    return list(dimensions) == sorted(dimensions)


def reshape_once(op: ReshapeOp, add: Add) -> SSAValue | None:
    """``reshape(reshape(x)) -> reshape(x)``"""
    inner = op.operand.owner
    return add(reshape(inner.operand, shape_of(op.result))) if isinstance(inner, ReshapeOp) else None


def broadcast_to_reshaped(op: ReshapeOp, add: Add) -> SSAValue | None:
    """``reshape(broadcast(x)) -> broadcast(x)`` where the reshape puts in dimensions of size 1, or takes out some that
    x does not have."""
    inner = op.operand.owner
    if not isinstance(inner, BroadcastInDimOp):
        return None
    before, after = shape_of(op.operand), shape_of(op.result)
    dimensions = integers(inner, "broadcast_dimensions", ())
    places = _places(before, after)
    if places is None:
        kept = _places(after, before)
        if kept is None or not set(dimensions) <= set(kept):
            return None
        places = tuple(kept.index(d) if d in kept else -1 for d in range(len(before)))
    return add(broadcast(inner.operand, after, [places[d] for d in dimensions]))


def _places(before: Sequence[int], after: Sequence[int]) -> tuple[int, ...] | None:
    """Where each dimension of ``before`` is in ``after``, if that has only dimensions of size 1 put in."""
    places: list[int] = []
    for place, size in enumerate(after):
        if len(places) < len(before) and before[len(places)] == size:
            places.append(place)
        elif size != 1:
            return None
    return tuple(places) if len(places) == len(before) else None


def broadcast_once(op: BroadcastInDimOp, add: Add) -> SSAValue | None:
    """``broadcast(broadcast(x)) -> broadcast(x)``, also where the inner one is a reshape that puts in dimensions of
    size 1."""
    inner = op.operand.owner
    if isinstance(inner, BroadcastInDimOp):
        places = integers(inner, "broadcast_dimensions", ())
    elif isinstance(inner, ReshapeOp):
        places = _places(shape_of(inner.operand), shape_of(inner.result))
    else:
        return None
    if places is None:
        return None
    dimensions = integers(op, "broadcast_dimensions", ())
    return add(broadcast(inner.operands[0], shape_of(op.result), [dimensions[place] for place in places]))


def reshape_for_broadcast(op: BroadcastInDimOp, add: Add) -> SSAValue | None:
    """``broadcast(x) -> reshape(x)`` where it only puts in dimensions of size 1"""
    shape = shape_of(op.operand)
    dimensions = integers(op, "broadcast_dimensions", ())
    long = [d for d, size in zip(dimensions, shape, strict=True) if size != 1]
    if elements(op.operand) != elements(op.result) or not _is_ascending(long):
        return None
    return add(reshape(op.operand, shape_of(op.result)))


def compute_before_broadcast(op: Operation, add: Add) -> SSAValue | None:
    """``f(broadcast(x), broadcast(y)) -> broadcast(f(x, y))`` of an element-wise function whose operands are broadcast
    alike; constants of one repeated number are broadcast in any way."""
    if isinstance(op, UnregisteredOp):
        return None
    sources = [operand.owner for operand in op.operands if isinstance(operand.owner, BroadcastInDimOp)]
    source = next((each for each in sources if splat_of(each.operand) is None), None)
    shape = shape_of(op.results[0])
    if source is None or elements(source.operand) >= elements(op.results[0]) or shape != shape_of(source.result):
        return None
    operands = [_before_broadcast(operand, source) for operand in op.operands]
    narrow = [each if isinstance(each, SSAValue) else add(each) for each in operands if each is not None]
    if len(narrow) < len(operands):
        return None
    small = TensorType(element_of(op.results[0]), shape_of(source.operand))
    computed = add(
        type(op).create(
            operands=narrow, result_types=[small], properties=dict(op.properties), attributes=dict(op.attributes)
        )
    )
    return add(broadcast(computed, shape, integers(source, "broadcast_dimensions", ())))


def _before_broadcast(operand: SSAValue, source: BroadcastInDimOp) -> SSAValue | Operation | None:
    """The operand as it is before a broadcast like ``source``; None where it is not broadcast so."""
    owner = operand.owner
    if not shape_of(operand):
        return operand  # the predicate of a select, a bound of a clamp
    if (
        isinstance(owner, BroadcastInDimOp)
        and owner.broadcast_dimensions == source.broadcast_dimensions
        and shape_of(owner.operand) == shape_of(source.operand)
    ):
        return owner.operand
    number = splat_of(operand)
    if number is None:
        return None
    kind = TensorType(element_of(operand), shape_of(source.operand))
    return constant_of(splat(number.reshape(()), kind.get_shape()), kind)


def transpose_once(op: TransposeOp, add: Add) -> SSAValue | None:
    """``transpose(transpose(x)) -> transpose(x)``"""
    inner = op.operand.owner
    if not isinstance(inner, TransposeOp):
        return None
    first = integers(inner, "permutation", ())
    return add(transpose(inner.operand, [first[d] for d in integers(op, "permutation", ())]))


def reshape_for_transpose(op: TransposeOp, add: Add) -> SSAValue | None:
    """``transpose(x) -> reshape(x)`` where it moves only dimensions of size 1"""
    shape = shape_of(op.operand)
    long = [d for d in integers(op, "permutation", ()) if shape[d] != 1]
    return add(reshape(op.operand, shape_of(op.result))) if _is_ascending(long) else None


def broadcast_to_transposed(op: TransposeOp, add: Add) -> SSAValue | None:
    """``transpose(broadcast(x)) -> broadcast(x)`` where the dimensions of x keep their order"""
    inner = op.operand.owner
    if not isinstance(inner, BroadcastInDimOp):
        return None
    permutation = integers(op, "permutation", ())
    dimensions = [permutation.index(d) for d in integers(inner, "broadcast_dimensions", ())]
    return add(broadcast(inner.operand, shape_of(op.result), dimensions)) if _is_ascending(dimensions) else None


_Range = tuple[int, int, int]
"""First index, index behind the last, step."""


def _ranges(op: SliceOp) -> tuple[_Range, ...]:
    bounds = (integers(op, name, ()) for name in ("start_indices", "limit_indices", "strides"))
    return tuple(zip(*bounds, strict=True))


def _cut_to(operand: SSAValue, ranges: Sequence[range]) -> SliceOp:
    """The elements of ``operand`` in ``ranges``."""
    limits = [each[-1] + 1 if each else each.start for each in ranges]
    return cut(operand, [each.start for each in ranges], limits, [each.step for each in ranges])


def slice_once(op: SliceOp, add: Add) -> SSAValue | None:
    """``slice(slice(x)) -> slice(x)``"""
    inner = op.operand.owner
    if not isinstance(inner, SliceOp):
        return None
    return add(_cut_to(inner.operand, [range(*a)[slice(*b)] for a, b in zip(_ranges(inner), _ranges(op), strict=True)]))


def slice_part_of_concatenate(op: SliceOp, add: Add) -> SSAValue | None:
    """``slice(concatenate(x, y)) -> slice(y)`` where only elements of one operand are taken"""
    inner = op.operand.owner
    if not isinstance(inner, ConcatenateOp) or not elements(op.result):
        return None
    along = inner.dimension.value.data
    ranges = [range(*each) for each in _ranges(op)]
    offset = 0
    for part in inner.inputs:
        size = shape_of(part)[along]
        taken = ranges[along]
        if offset <= taken[0] and taken[-1] < offset + size:
            ranges[along] = range(taken.start - offset, taken[-1] + 1 - offset, taken.step)
            return add(_cut_to(part, ranges))
        offset += size
    return None


def slice_inside_pad(op: SliceOp, add: Add) -> SSAValue | None:
    """``slice(pad(x)) -> slice(x)`` where no padding is taken"""
    inner = op.operand.owner
    if not isinstance(inner, PadOp) or any(inner.interior_padding.get_values()) or not elements(op.result):
        return None
    sizes, low = shape_of(inner.operand), inner.edge_padding_low.get_values()
    ranges = [range(*each) for each in _ranges(op)]
    if not all(a <= r[0] and r[-1] < a + size for r, a, size in zip(ranges, low, sizes, strict=True)):
        return None
    moved = [range(each.start - a, each[-1] + 1 - a, each.step) for each, a in zip(ranges, low, strict=True)]
    return add(_cut_to(inner.operand, moved))


def broadcast_to_sliced(op: SliceOp, add: Add) -> SSAValue | None:
    """``slice(broadcast(x)) -> broadcast(x)`` where it takes everything along the dimensions of x"""
    inner = op.operand.owner
    if not isinstance(inner, BroadcastInDimOp):
        return None
    dimensions = integers(inner, "broadcast_dimensions", ())
    before, after = shape_of(op.operand), shape_of(op.result)
    kept = all(before[d] == after[d] or size == 1 for d, size in zip(dimensions, shape_of(inner.operand), strict=True))
    return add(broadcast(inner.operand, after, dimensions)) if kept else None


def pad_once(op: PadOp, add: Add) -> SSAValue | None:
    """``pad(pad(x)) -> pad(x)`` where both put the same value around x"""
    inner = op.operand.owner
    if not isinstance(inner, PadOp) or not is_same_constant(op.padding_value, inner.padding_value):
        return None
    sides = [(*each.edge_padding_low.get_values(), *each.edge_padding_high.get_values()) for each in (op, inner)]
    interior = (*op.interior_padding.get_values(), *inner.interior_padding.get_values())
    if any(interior) or min((*sides[0], *sides[1]), default=0) < 0:
        return None
    total = [a + b for a, b in zip(*sides, strict=True)]
    rank = len(total) // 2
    return add(PadOp(inner.operand, op.padding_value, total[:rank], total[rank:], [0] * rank))


def slice_for_negative_pad(op: PadOp, add: Add) -> SSAValue | None:
    """``pad(x) -> slice(x)`` where it only takes elements away"""
    low, high = op.edge_padding_low.get_values(), op.edge_padding_high.get_values()
    if any(op.interior_padding.get_values()) or max((*low, *high), default=0) > 0 or not elements(op.result):
        return None
    ranges = [range(-a, size + b) for a, b, size in zip(low, high, shape_of(op.operand), strict=True)]
    return add(_cut_to(op.operand, ranges))


def is_same_constant(left: SSAValue, right: SSAValue) -> bool:
    """Whether two values are one, or constants equal to the last bit."""
    if left is right:
        return True
    first, second = array_of(left), array_of(right)
    return (
        first is not None
        and second is not None
        and left.type == right.type
        and first.strides == second.strides
        and first.tobytes() == second.tobytes()
    )


def concatenate_once(op: ConcatenateOp, add: Add) -> SSAValue | None:
    """``concatenate(x) -> x``, and one ``concatenate`` of all parts of one along the same dimension, without those that
    are empty."""
    along = op.dimension.value.data
    parts: list[SSAValue] = []
    for part in op.inputs:
        inner = part.owner
        if isinstance(inner, ConcatenateOp) and inner.dimension.value.data == along:
            parts += inner.inputs
        elif elements(part) or not elements(op.result):
            parts.append(part)
    if len(parts) == 1:
        return parts[0]
    if parts == list(op.inputs):
        return None
    return add(ConcatenateOp.create(operands=parts, result_types=op.result_types, properties=dict(op.properties)))


def drop_reverse(op: ReverseOp, add: Add) -> SSAValue | None:
    """``reverse(x) -> x`` along dimensions of size 1, ``reverse(reverse(x)) -> x`` along the same ones"""
    dimensions, shape = set(integers(op, "dimensions", ())), shape_of(op.operand)
    if all(shape[d] == 1 for d in dimensions):
        return op.operand
    inner = op.operand.owner
    if not isinstance(inner, ReverseOp) or set(integers(inner, "dimensions", ())) != dimensions:
        return None
    return inner.operand


def slice_at_constant(op: DynamicSliceOp, add: Add) -> SSAValue | None:
    """``dynamic_slice(x, i) -> slice(x)`` where the indices are constants, or have only one legal value"""
    sizes, shape = integers(op, "slice_sizes", ()), shape_of(op.operand)
    starts: list[int] = []
    for index, size, extent in zip(op.start_indices, sizes, shape, strict=True):
        start = 0 if size == extent else splat_of(index)
        if start is None:
            return None
        starts.append(min(max(int(start), 0), extent - size))
    return add(cut(op.operand, starts, [a + b for a, b in zip(starts, sizes, strict=True)], [1] * len(sizes)))


def take_update(op: DynamicUpdateSliceOp, add: Add) -> SSAValue | None:
    """``dynamic_update_slice(x, y, i) -> y`` where y is as large as x"""
    return op.update if op.update.type == op.operand.type else None


_BEFORE_BROADCAST: dict[str, Sequence[Rule]] = dict.fromkeys(ELEMENTWISE, (compute_before_broadcast,))

MOVEMENT: Rules = _BEFORE_BROADCAST | {
    "stablehlo.bitcast_convert": (drop_unchanged,),
    "stablehlo.broadcast_in_dim": (drop_unchanged, broadcast_once, reshape_for_broadcast),
    "stablehlo.concatenate": (concatenate_once,),
    "stablehlo.dynamic_slice": (slice_at_constant,),
    "stablehlo.dynamic_update_slice": (take_update,),
    "stablehlo.pad": (drop_unchanged, pad_once, slice_for_negative_pad),
    "stablehlo.reshape": (drop_unchanged, reshape_once, broadcast_to_reshaped),
    "stablehlo.reverse": (drop_reverse,),
    "stablehlo.slice": (
        drop_unchanged,
        slice_once,
        slice_part_of_concatenate,
        slice_inside_pad,
        broadcast_to_sliced,
    ),
    "stablehlo.transpose": (drop_unchanged, reshape_for_transpose, transpose_once, broadcast_to_transposed),
}
"""The rules of this module by the op that they rewrite."""
