"""What each op lets the layouts of its operands and results be.

The dimensions of all ports of an op (its operands, then its results) are named by *axes*. Most ops have one port, the
lead, that has all axes which bind ports together: its order decides that of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

from xdsl.dialects.builtin import NoneAttr
from xdsl.ir import Operation

from dialects.stablehlo import GatherDimensionNumbers, GatherOp, ints
from passes.analysis.contraction import dot_dimensions
from passes.analysis.ops import ELEMENTWISE, element_bytes, integer, integers, op_name, shape_of, tensor_type
from passes.layout.orders import Order, ascending, rearranged

FREE_AXIS = -1
"""The axis of a dimension that may stand anywhere: no other port has it."""

Axes = tuple[int, ...]
Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Aligned:
    """Ports that share axes must have them in the same order."""

    shapes: Shapes
    """Of each port."""
    axes: tuple[Axes, ...]
    """For each port the axis of each dimension. The lead's are its dimensions."""
    lead: int
    blocks: tuple[frozenset[int], ...] = ()
    """Where the lead is the result of a matrix product: its batch dimensions, those of the left operand, those of the
    right one."""

    def is_legal(self, lead: Order) -> bool:
        """Whether the op can have its lead in this order."""
        if not self.blocks:
            return True
        runs = [next(index for index, block in enumerate(self.blocks) if d in block) for d in lead]
        changes = [run for index, run in enumerate(runs) if index == 0 or runs[index - 1] != run]
        return len(changes) == len(set(changes)) and 0 not in changes[1:]

    def lead_order(self, port: int, order: Order) -> Order | None:
        """The order of the lead that is nearest to the written one and has this port in ``order``, if any has."""
        lead = rearranged(ascending(self.shapes[self.lead]), self._sequence(port, order))
        return lead if self.is_legal(lead) and self.accepts(port, order, lead) else None

    def order(self, port: int, lead: Order) -> Order:
        """The order of a port that is nearest to the written one, for an order of the lead."""
        places = {axis: d for d, axis in enumerate(self.axes[port]) if axis != FREE_AXIS}
        wanted = [places[axis] for axis in lead if axis in places]
        return rearranged(ascending(self.shapes[port]), wanted)

    def accepts(self, port: int, order: Order, lead: Order) -> bool:
        """Whether a port may have ``order`` while the lead has that."""
        sequence = self._sequence(port, order)
        inside = set(sequence)
        common = inside & set(lead)
        return [axis for axis in sequence if axis in common] == [axis for axis in lead if axis in common]

    def _sequence(self, port: int, order: Order) -> list[int]:
        return [self.axes[port][d] for d in order if self.axes[port][d] != FREE_AXIS]


@dataclass(frozen=True)
class Regrouped:
    """A reshape: it splits or merges runs of dimensions, which stay together and in order on both sides; whole runs may
    change places. Its lead is the result."""

    shapes: Shapes
    runs: tuple[tuple[Order, Order], ...]
    """Which dimensions of the operand become which ones of the result, those of one element left out."""
    lead: int = 1

    def is_legal(self, lead: Order) -> bool:
        """Whether the op can have its lead in this order."""
        return self._runs_in(1, lead) is not None

    def lead_order(self, port: int, order: Order) -> Order | None:
        """The order of the result where this port has ``order``, if any has."""
        runs = self._runs_in(port, order)
        return None if runs is None else tuple(d for run in runs for d in self.runs[run][1])

    def order(self, port: int, lead: Order) -> Order:
        """The order of a port, for an order of the lead."""
        runs = self._runs_in(1, lead)
        assert runs is not None, "an order that splits a run is not legal"
        return tuple(d for run in runs for d in self.runs[run][port])

    def accepts(self, port: int, order: Order, lead: Order) -> bool:
        """Whether a port may have ``order`` while the lead has that."""
        return order == self.order(port, lead)

    def _runs_in(self, port: int, order: Order) -> list[int] | None:
        """The runs in the order of storage; None where one is torn."""
        starts = {run[port][0]: index for index, run in enumerate(self.runs)}
        runs: list[int] = [starts[d] for d in order if d in starts]
        return runs if order == tuple(d for run in runs for d in self.runs[run][port]) else None


Relation = Aligned | Regrouped


def relation_of(op: Operation) -> Relation | None:
    """How the orders of an op's ports depend on each other; None for an op that takes and gives tensors as they were
    written, as every op does that has no rule here."""
    name = op_name(op)
    if not is_permutable(op):
        return None
    if name in ELEMENTWISE:
        return _elementwise(op)
    rule = _RULES.get(name)
    return None if rule is None else rule(op)


def runs_of(before: Sequence[int], after: Sequence[int]) -> tuple[tuple[Order, Order], ...]:
    """The shortest runs of dimensions that a reshape turns into each other, those of one element left out."""
    sides = [ascending(before), ascending(after)]
    products = [
        [prod(shape[d] for d in side[: count + 1]) for count in range(len(side))]
        for side, shape in zip(sides, (before, after), strict=True)
    ]
    runs: list[tuple[Order, Order]] = []
    start = (0, 0)
    for end in sorted(set(products[0]) & set(products[1])):
        stop = (products[0].index(end) + 1, products[1].index(end) + 1)
        runs.append((sides[0][start[0] : stop[0]], sides[1][start[1] : stop[1]]))
        start = stop
    return tuple(runs)


def is_permutable(op: Operation) -> bool:
    """Whether dimensions of an op's tensors may change places: their sizes are known, and no type and no attribute
    beside those of the op speaks of dimensions."""
    types = [tensor_type(value) for value in (*op.operands, *op.results)]
    plain = all(kind is not None and kind.has_static_shape() and isinstance(kind.encoding, NoneAttr) for kind in types)
    return plain and not any("sharding" in name or "layout" in name for name in op.attributes)


def _shapes(op: Operation) -> Shapes:
    return tuple(shape_of(value) for value in (*op.operands, *op.results))


def _all(rank: int) -> Axes:
    return tuple(range(rank))


def _led_by_result(op: Operation, operands: Sequence[Axes]) -> Aligned | None:
    """Ports that share the axes of the first result."""
    lead = len(op.operands)
    return _led(op, (*operands, *(_all(len(shape_of(op.results[0]))) for _ in op.results)), lead)


def _led_by_operand(op: Operation, operands: Sequence[Axes], results: Sequence[Axes]) -> Aligned | None:
    """Ports that share the axes of the first operand."""
    return _led(op, (*operands, *results), 0)


def _led(op: Operation, axes: tuple[Axes, ...], lead: int) -> Aligned | None:
    """None where a port has several elements along a dimension of which the lead has one, so that the lead's order does
    not say where it stands."""
    shapes = _shapes(op)
    for shape, named in zip(shapes, axes, strict=True):
        if any(size != 1 and shapes[lead][axis] == 1 for size, axis in zip(shape, named, strict=True)):
            return None
    return Aligned(shapes, axes, lead)


def _elementwise(op: Operation) -> Aligned | None:
    """All ports have the result's axes, but for scalars that are spread (of ``select`` and ``clamp``)."""
    axes = [_all(len(shape_of(value))) for value in op.operands]
    fits = all(len(named) in (0, len(shape_of(op.results[0]))) for named in axes)
    return _led_by_result(op, axes) if fits else None


def _broadcast_in_dim(op: Operation) -> Aligned | None:
    return _led_by_result(op, [integers(op, "broadcast_dimensions", ())])


def _reshape(op: Operation) -> Regrouped | None:
    shapes = _shapes(op)
    if 0 in shapes[0]:
        return None
    return Regrouped(shapes, runs_of(*shapes))


def _bitcast_convert(op: Operation) -> Aligned | None:
    same = element_bytes(op.operands[0].type) == element_bytes(op.results[0].type)
    return _elementwise(op) if same else None


def _reduce(op: Operation) -> Aligned | None:
    shape = shape_of(op.operands[0])
    dropped = integers(op, "dimensions", ())
    kept = tuple(d for d in range(len(shape)) if d not in dropped)
    count = len(op.results)
    return _led_by_operand(op, [*(_all(len(shape)),) * count, *((),) * count], [kept] * count)


def _same_rank(op: Operation) -> Aligned | None:
    """Every tensor has the first operand's dimensions; scalars have none."""
    axes = [_all(len(shape)) for shape in _shapes(op)]
    return _led_by_operand(op, axes[: len(op.operands)], axes[len(op.operands) :])


def _same_rank_as_result(op: Operation) -> Aligned | None:
    return _led_by_result(op, [_all(len(shape_of(value))) for value in op.operands])


def _batch_norm(op: Operation) -> Aligned | None:
    """The first operand and result have all dimensions, all others the feature's only, or all as the gradient has."""
    feature = integer(op, "feature_index", 0)
    axes = [_all(len(shape)) if len(shape) > 1 else (feature,) for shape in _shapes(op)]
    return _led_by_operand(op, axes[: len(op.operands)], axes[len(op.operands) :])


def _gather(op: Operation) -> Aligned | None:
    if not isinstance(op, GatherOp):
        return None
    operand, indices = gather_axes(op)
    shapes = _shapes(op)
    return Aligned(shapes, (operand, indices, _all(len(shapes[2]))), 2)


def gather_axes(op: GatherOp) -> tuple[Axes, Axes]:
    """Where the dimensions of a gather's operand and of its indices come out in the result."""
    numbers: GatherDimensionNumbers = op.dimension_numbers
    offsets = ints(numbers.offset_dims)
    dropped = {*ints(numbers.collapsed_slice_dims), *ints(numbers.operand_batching_dims)}
    vector = numbers.index_vector_dim.value.data
    windows, batches = iter(offsets), iter([d for d in range(len(shape_of(op.result))) if d not in offsets])
    return (
        tuple(FREE_AXIS if d in dropped else next(windows) for d in range(len(shape_of(op.operand)))),
        tuple(FREE_AXIS if d == vector else next(batches) for d in range(len(shape_of(op.start_indices)))),
    )


def dot_relation(shapes: Shapes, contracting: tuple[Axes, Axes], batching: tuple[Axes, Axes]) -> Aligned:
    """A matrix product of operands of these shapes. Its result has batch dimensions in the order in which they are
    listed, then the free ones of one operand, then those of the other, in the order of storage."""
    axes: list[Axes] = []
    blocks = [frozenset(range(len(batching[0])))]
    axis = len(batching[0])
    for shape, summed, batch in zip(shapes, contracting, batching, strict=False):
        free = [d for d in range(len(shape)) if d not in summed and d not in batch]
        places = {d: axis + index for index, d in enumerate(free)}
        axes.append(tuple(places.get(d, FREE_AXIS) for d in range(len(shape))))
        blocks.append(frozenset(places.values()))
        axis += len(free)
    return Aligned(shapes, (*axes, _all(axis)), 2, tuple(blocks))


def _dot_general(op: Operation) -> Aligned:
    dims = dot_dimensions(op)
    return dot_relation(_shapes(op), (dims.lhs_contracting, dims.rhs_contracting), (dims.lhs_batch, dims.rhs_batch))


_RULES: dict[str, Callable[[Operation], Relation | None]] = {
    "stablehlo.batch_norm_grad": _batch_norm,
    "stablehlo.batch_norm_inference": _batch_norm,
    "stablehlo.batch_norm_training": _batch_norm,
    "stablehlo.bitcast_convert": _bitcast_convert,
    "stablehlo.broadcast_in_dim": _broadcast_in_dim,
    "stablehlo.concatenate": _same_rank_as_result,
    "stablehlo.dot_general": _dot_general,
    "stablehlo.dynamic_slice": _same_rank,
    "stablehlo.dynamic_update_slice": _same_rank_as_result,
    "stablehlo.gather": _gather,
    "stablehlo.pad": _same_rank_as_result,
    "stablehlo.reduce": _reduce,
    "stablehlo.reduce_window": _same_rank,
    "stablehlo.reshape": _reshape,
    "stablehlo.reverse": _same_rank_as_result,
    "stablehlo.select_and_scatter": _same_rank,
    "stablehlo.slice": _same_rank,
    "stablehlo.sort": _same_rank,
}
"""``stablehlo.convolution`` is not among them, for its sides are independent of each other, nor is
``stablehlo.transpose``, which binds nothing."""
