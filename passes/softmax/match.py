"""Finds softmax by its dataflow, however it is spelled.

What is looked for is ``exp(x - max(x)) / sum(exp(x - max(x)))`` over the same dimensions. Between those ops may stand
whatever changes no number: broadcasts, reshapes of size-1 dimensions, transposes of what is spread over the row, and
conversions between types of floats. Masks and scales before the softmax are part of ``x``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from xdsl.dialects.builtin import (
    AnyFloat,
    BFloat16Type,
    DenseIntOrFPElementsAttr,
    Float16Type,
    Float32Type,
    Float64Type,
    ModuleOp,
)
from xdsl.ir import Attribute, Operation, OpResult, SSAValue

from dialects.stablehlo import (
    AddOp,
    BroadcastInDimOp,
    ConstantOp,
    ConvertOp,
    DivideOp,
    ExponentialOp,
    MaximumOp,
    MultiplyOp,
    ReduceOp,
    ReshapeOp,
    ReturnOp,
    SelectOp,
    SubtractOp,
    TransposeOp,
)
from passes.analysis.ops import integers, shape_of, tensor_type
from passes.softmax.online import online_combiner

_LARGEST: dict[type[Attribute], float] = {
    BFloat16Type: (2 - 2**-7) * 2.0**127,
    Float16Type: 65504.0,
    Float32Type: (2 - 2**-23) * 2.0**127,
    Float64Type: sys.float_info.max,
}
"""The largest finite number of each type in which a softmax is computed."""

_WIDEST = 64
"""Bits of the widest of these types."""

_EQUAL_DEPTH = 6
"""How many ops back two values are compared before they count as different."""


@dataclass(frozen=True)
class Softmax:
    """One softmax of a module."""

    root: DivideOp | MultiplyOp
    """Its last op: a quotient, or a product with the reciprocal of the sum."""
    exponential: ExponentialOp
    """``exp(x - max(x))``."""
    source: SSAValue
    """``x``, in the type of the exponential."""
    dimensions: tuple[int, ...]
    """What is summed over, in ascending order."""
    sum_element: AnyFloat
    """The type that the exponentials are summed in."""
    is_online: bool
    """Whether one reduction gives the maximum and the sum already."""


def find_softmax(module: ModuleOp) -> Iterator[Softmax]:
    """Every softmax, in the order of the module. It may be rewritten while the next one is awaited."""
    for op in [op for op in module.walk() if isinstance(op, DivideOp | MultiplyOp)]:
        found = match_softmax(op) if op.parent is not None else None
        if found is not None:
            yield found


def match_softmax(root: Operation) -> Softmax | None:
    """The softmax that ends in ``root``, if one does."""
    if isinstance(root, DivideOp):
        return _match_quotient(root, root.operands[0], _spread(root.operands[1]))
    if isinstance(root, MultiplyOp):
        for numerator, factor in (tuple(root.operands), tuple(root.operands)[::-1]):
            inverse = _spread(factor)
            owner = inverse.value.owner
            if not isinstance(owner, DivideOp) or splat_of(owner.operands[0]) != 1.0:
                continue
            found = _match_quotient(root, numerator, _spread(owner.operands[1]).within(inverse))
            if found is not None:
                return found
    return None


def splat_of(value: SSAValue) -> float | None:
    """The number that every element of a constant is; None where there are several, or no constant."""
    owner = value.owner
    while isinstance(owner, BroadcastInDimOp | ReshapeOp | ConvertOp):
        owner = owner.operands[0].owner
    if not isinstance(owner, ConstantOp):
        return None
    attribute = cast("DenseIntOrFPElementsAttr[AnyFloat]", owner.value)
    element = attribute.get_element_type()
    if type(element) not in _LARGEST or not attribute.data.data:
        return None
    data, size = attribute.data.data, element.compile_time_size
    return element.unpack(data[:size], 1)[0] if data == data[:size] * (len(data) // size) else None


@dataclass(frozen=True)
class _Spread:
    """A value that broadcasts, reshapes and the like carry to its user."""

    value: SSAValue
    """Before all that."""
    dimensions: tuple[int | None, ...]
    """For each dimension of ``value``, the user's dimension that it varies along; None for one of size 1."""
    bits: int
    """Width of the narrowest type that it goes through."""

    def within(self, outer: _Spread) -> _Spread:
        """This spread, seen by the user of ``outer``, which is computed from it element by element."""
        moved = tuple(None if d is None else outer.dimensions[d] for d in self.dimensions)
        return _Spread(self.value, moved, min(self.bits, outer.bits))


def _spread(value: SSAValue, *, floor: bool = False, whole: bool = False) -> _Spread:
    """Follows ``value`` back to what is spread; also past maxima with the lowest number of the type where ``floor``
    says so. With ``whole`` only as long as it is the same numbers in another order or a wider type."""
    dimensions: tuple[int | None, ...] = tuple(d if size != 1 else None for d, size in enumerate(shape_of(value)))
    bits = _WIDEST
    while True:
        element = element_of(value)
        bits = bits if element is None else min(bits, element.bitwidth)
        owner = value.owner
        inner: SSAValue | None = None
        if isinstance(owner, ConvertOp) and _is_float_cast(owner, narrowing=not whole):
            inner = owner.operands[0]
        elif isinstance(owner, ReshapeOp | TransposeOp) or (isinstance(owner, BroadcastInDimOp) and not whole):
            inner = owner.operands[0]
            steps = _step(owner)
            if steps is None:
                return _Spread(value, dimensions, bits)
            dimensions = tuple(None if step is None else dimensions[step] for step in steps)
        elif floor and isinstance(owner, MaximumOp):
            inner = _without_floor(owner)
        if inner is None:
            return _Spread(value, dimensions, bits)
        value = inner


def _step(op: Operation) -> tuple[int | None, ...] | None:
    """For each dimension of the operand, the result's that it varies along; None where a reshape mixes dimensions."""
    before, after = shape_of(op.operands[0]), shape_of(op.results[0])
    if isinstance(op, BroadcastInDimOp):
        targets = integers(op, "broadcast_dimensions", ())
        return tuple(d if size != 1 else None for d, size in zip(targets, before, strict=True))
    if isinstance(op, TransposeOp):
        permutation = integers(op, "permutation", ())
        return tuple(permutation.index(d) if size != 1 else None for d, size in enumerate(before))
    if [size for size in before if size != 1] != [size for size in after if size != 1]:
        return None
    long = iter(d for d, size in enumerate(after) if size != 1)
    return tuple(next(long) if size != 1 else None for size in before)


def _is_float_cast(op: Operation, narrowing: bool) -> bool:
    before, after = element_of(op.operands[0]), element_of(op.results[0])
    if before is None or after is None:
        return False
    return narrowing or before == after or before.bitwidth < after.bitwidth


def element_of(value: SSAValue) -> AnyFloat | None:
    """The element type, where a softmax can be computed in it."""
    kind = tensor_type(value)
    return cast(AnyFloat, kind.element_type) if kind is not None and type(kind.element_type) in _LARGEST else None


def _without_floor(op: MaximumOp) -> SSAValue | None:
    first, second = op.operands
    if _is_floor(second):
        return first
    return second if _is_floor(first) else None


def _is_floor(value: SSAValue) -> bool:
    """Whether no number is below this constant, or none but -inf: with such a maximum a row of -inf gives NaN too."""
    number, element = splat_of(value), element_of(value)
    return number is not None and element is not None and number <= -_LARGEST[type(element)]


def _match_quotient(root: DivideOp | MultiplyOp, numerator: SSAValue, total: _Spread) -> Softmax | None:
    exponential = _cast_source(numerator, narrowing=True).owner
    if not isinstance(exponential, ExponentialOp):
        return None
    difference = exponential.operands[0].owner
    if not isinstance(difference, SubtractOp):
        return None
    source, element = difference.operands[0], element_of(exponential.results[0])
    top = _spread(difference.operands[1], floor=True)
    adding, topping = total.value.owner, top.value.owner
    if not isinstance(adding, ReduceOp) or not isinstance(topping, ReduceOp) or element is None:
        return None
    dimensions = tuple(sorted(adding.dimensions.get_values()))
    if not _restores(total, source, dimensions):
        return None
    if not (_is_top(top, source, dimensions) and _is_total(total.value, exponential, source)):
        return None
    sum_element = element_of(total.value)
    if sum_element is None or not dimensions:
        return None
    return Softmax(root, exponential, source, dimensions, sum_element, adding is topping)


def _cast_source(value: SSAValue, narrowing: bool) -> SSAValue:
    """Before conversions between floats."""
    while isinstance(value.owner, ConvertOp) and _is_float_cast(value.owner, narrowing):
        value = value.owner.operands[0]
    return value


def _restores(spread: _Spread, source: SSAValue, dimensions: tuple[int, ...]) -> bool:
    """Whether each dimension of a reduction over ``dimensions`` of ``source`` comes back to where it was."""
    shape = shape_of(source)
    kept = [d for d in range(len(shape)) if d not in dimensions]
    return shape_of(spread.value) == tuple(shape[d] for d in kept) and spread.dimensions == tuple(
        d if shape[d] != 1 else None for d in kept
    )


def _is_top(top: _Spread, source: SSAValue, dimensions: tuple[int, ...]) -> bool:
    """Whether ``top`` is the maximum of ``source`` over ``dimensions``, to the last bit and in its place.

    What the maximum is taken of may be ``source`` before a transpose, as where JAX maps a softmax over an axis.
    """
    op = cast(ReduceOp, top.value.owner)
    before, after = _spread(op.inputs[0], whole=True), _spread(source, whole=True)
    element = element_of(before.value)
    if element is None or top.bits < element.bitwidth or not _equal(before.value, after.value):
        return False
    places = dict(zip(before.dimensions, after.dimensions, strict=True))
    reduced = op.dimensions.get_values()
    kept = tuple(places.get(d) for d in range(len(shape_of(op.inputs[0]))) if d not in reduced)
    shape = shape_of(source)
    if top.dimensions != kept or {places[d] for d in reduced if d in places} != {
        d for d in dimensions if shape[d] != 1
    }:
        return False
    if _is_online(op):
        return cast(OpResult, top.value).index == 0
    return _reduces_by(op, MaximumOp) and _is_floor(op.init_values[0])


def _is_total(value: SSAValue, exponential: ExponentialOp, source: SSAValue) -> bool:
    """Whether ``value`` is the sum of ``exponential``, that of ``source``."""
    op = cast(ReduceOp, value.owner)
    if _is_online(op):
        return cast(OpResult, value).index == 1 and _is_wider(op.inputs[0], source)
    if not _reduces_by(op, AddOp) or splat_of(op.init_values[0]) != 0.0:
        return False
    summed = _cast_source(op.inputs[0], narrowing=False)
    if isinstance(summed.owner, SelectOp):
        summed = _unmasked(summed.owner, source)
    return _cast_source(summed, narrowing=False) is exponential.results[0]


def _unmasked(select: SelectOp, source: SSAValue) -> SSAValue:
    """What a sum selects, where it leaves out only what ``source`` masks by -inf: ``exp`` made it 0 already."""
    masked = _cast_source(source, narrowing=False).owner
    if not isinstance(masked, SelectOp):
        return select.results[0]
    same = _equal(select.operands[0], masked.operands[0])
    if same and splat_of(select.operands[2]) == 0.0 and splat_of(masked.operands[2]) == -math.inf:
        return select.operands[1]
    if same and splat_of(select.operands[1]) == 0.0 and splat_of(masked.operands[1]) == -math.inf:
        return select.operands[2]
    return select.results[0]


def _reduces_by(op: ReduceOp, combiner: type[Operation]) -> bool:
    block = op.body.block
    first, last = block.first_op, block.last_op
    return (
        len(op.inputs) == 1
        and isinstance(first, combiner)
        and first.next_op is last
        and isinstance(last, ReturnOp)
        and set(first.operands) == set(block.args)
        and tuple(last.operands) == tuple(first.results)
    )


def _is_online(op: ReduceOp) -> bool:
    """Whether this is the reduction of the two-pass form."""
    if len(op.inputs) != 2 or splat_of(op.inputs[1]) != 1.0:
        return False
    element = element_of(op.inputs[0])
    if element is None or (splat_of(op.init_values[0]), splat_of(op.init_values[1])) != (-math.inf, 0.0):
        return False
    return op.body.is_structurally_equivalent(online_combiner(element))


def _is_wider(value: SSAValue, source: SSAValue) -> bool:
    """Whether ``value`` has the numbers of ``source``, perhaps in another type that holds them all."""
    return _equal(_cast_source(value, narrowing=False), _cast_source(source, narrowing=False))


def _equal(left: SSAValue, right: SSAValue, depth: int = _EQUAL_DEPTH) -> bool:
    """Whether two values are computed alike: the same one, equal constants, or equal ops of equal operands."""
    if left is right or (left.type == right.type and splat_of(left) is not None and splat_of(left) == splat_of(right)):
        return True
    if not (isinstance(left, OpResult) and isinstance(right, OpResult)) or depth == 0:
        return False
    first, second = left.op, right.op
    return (
        first.name == second.name
        and first.name.startswith("stablehlo.")
        and not (first.regions or second.regions)
        and left.index == right.index
        and first.properties == second.properties
        and first.attributes == second.attributes
        and first.result_types == second.result_types
        and len(first.operands) == len(second.operands)
        and all(_equal(a, b, depth - 1) for a, b in zip(first.operands, second.operands, strict=True))
    )
