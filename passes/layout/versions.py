"""The values that hold a tensor in one layout or another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from xdsl.dialects.builtin import DenseArrayBase, TensorType, i64
from xdsl.ir import Attribute, Block, Operation, SSAValue

from dialects.stablehlo import BroadcastInDimOp, ConstantOp, IotaOp, ReshapeOp, TransposeOp, dense_from_bytes
from passes.analysis.ops import ELEMENTWISE, integers, op_name, shape_of
from passes.layout.attributes import permuted_properties, places
from passes.layout.graph import LayoutGraph
from passes.layout.orders import Layout, Order, ascending, order_of, permuted
from passes.layout.program import Assignment


def resized(value: SSAValue, shape: Sequence[int]) -> TensorType[Attribute]:
    """The type of ``value`` with another shape."""
    kind = cast("TensorType[Attribute]", value.type)
    return TensorType(kind.element_type, shape, kind.encoding)


@dataclass
class Versions:
    """Hands out each value in the layout that an op reads, and makes the copies that the assignment has."""

    graph: LayoutGraph
    assignment: Assignment
    anchor: Operation | None = None
    """Before this op new ones are put."""
    _stored: dict[SSAValue, dict[Order, SSAValue]] = field(default_factory=dict[SSAValue, dict[Order, SSAValue]])
    """For each tensor of the program what holds it, by order; the first is what its op writes."""
    _made: dict[tuple[SSAValue, tuple[int, ...]], SSAValue] = field(
        default_factory=dict[tuple[SSAValue, tuple[int, ...]], SSAValue]
    )
    """Reshapes, by what they reshape and into what; free values in other layouts, by these."""
    _copies: dict[SSAValue, tuple[Order, ...]] = field(default_factory=dict[SSAValue, tuple[Order, ...]])

    def __post_init__(self) -> None:
        for (root, orders), copies in zip(self.graph.candidates.items(), self.assignment.copies, strict=True):
            listed = tuple(orders)
            self._copies[root] = tuple(listed[index] for index in copies)
            if isinstance(root.owner, Block):
                self.store(root, root, ascending(shape_of(root)))

    def insert(self, op: Operation) -> SSAValue:
        """Puts ``op`` before the anchor, at its place in the source; its first result."""
        assert self.anchor is not None, "an op is being written"
        op.location = self.anchor.location
        cast(Block, self.anchor.parent).insert_op_before(op, self.anchor)
        return op.results[0]

    def store(self, root: SSAValue, value: SSAValue, order: Order) -> None:
        """``value`` holds the tensor ``root`` in that order."""
        self._stored.setdefault(root, {})[order] = value

    def pick(self, value: SSAValue, accepts: Callable[[Order], bool]) -> Order:
        """An order that is accepted and that ``value`` is, or will be, there in; best that in which it is written. Of a
        free value the written one."""
        view = self.graph.views.get(value)
        if view is None:
            return ascending(shape_of(value))
        orders = (next(iter(self._stored[view.root])), *self._copies[view.root])
        return next(order for order in map(view.from_root, orders) if accepts(order))

    def read(self, value: SSAValue, layout: Layout) -> SSAValue:
        """``value`` stored in ``layout``."""
        view = self.graph.views.get(value)
        if view is None:
            return self._free(value, layout)
        order = view.to_root(order_of(layout, shape_of(value)))
        shape = permuted(shape_of(value), layout)
        held = self._stored[view.root]
        if order not in held:
            held[order] = self._copied(view.root, order, shape)
        return self._reshaped(held[order], shape)

    def split(self, value: SSAValue, shape: tuple[int, ...]) -> SSAValue:
        """The free ``value`` in another shape."""
        return self._reshaped(value, shape)

    def _copied(self, root: SSAValue, order: Order, shape: tuple[int, ...]) -> SSAValue:
        """A transpose of what is written into ``order``, and into ``shape`` if it has as many dimensions of one
        element."""
        source_order, source = next(iter(self._stored[root].items()))
        stored = shape_of(source)
        pattern = shape if sorted(shape) == sorted(stored) else stored
        at = dict(zip(source_order, ascending(stored), strict=True))
        rest, ones = iter(order), iter([d for d, size in enumerate(stored) if size == 1])
        return self._transposed(source, [next(ones) if size == 1 else at[next(rest)] for size in pattern])

    def _transposed(self, value: SSAValue, permutation: Sequence[int]) -> SSAValue:
        kind = resized(value, permuted(shape_of(value), permutation))
        return self.insert(TransposeOp(value, DenseArrayBase.from_list(i64, permutation), kind))

    def _reshaped(self, value: SSAValue, shape: tuple[int, ...]) -> SSAValue:
        if shape_of(value) == shape:
            return value
        key = (value, shape)
        if key not in self._made:
            kind = resized(value, shape)
            self._made[key] = self.insert(ReshapeOp.create(operands=[value], result_types=[kind]))
        return self._made[key]

    def _free(self, value: SSAValue, layout: Layout) -> SSAValue:
        if layout == tuple(range(len(layout))):
            return value
        key = (value, layout)
        if key not in self._made:
            self._made[key] = self._made_free(value, layout)
        return self._made[key]

    def _made_free(self, value: SSAValue, layout: Layout) -> SSAValue:
        """A free value in another layout: its op with operands in that layout, down to a transpose of what no op
        computes element by element."""
        op = value.owner
        kind = resized(value, permuted(shape_of(value), layout))
        if isinstance(op, TransposeOp):
            permutation = op.get_permutation()
            return self._free(op.operand, tuple(permutation[d] for d in layout))
        if isinstance(op, ConstantOp) and op.value.is_splat():
            data, size = op.value.data.data, op.value.type.element_type.compile_time_size
            return self.insert(ConstantOp(dense_from_bytes(data[:size], kind)))
        if isinstance(op, BroadcastInDimOp):
            place = places(layout)
            targets = integers(op, "broadcast_dimensions", ())
            inner = tuple(sorted(range(len(targets)), key=lambda d: place[targets[d]]))
            return self._again(op, [self._free(op.operand, inner)], layout, inner, kind)
        if isinstance(op, IotaOp):
            return self._again(op, [], layout, (), kind)
        if isinstance(op, Operation) and op_name(op) in ELEMENTWISE:
            operands = [self._free(each, layout) if shape_of(each) else each for each in op.operands]
            return self._again(op, operands, layout, (), kind)
        if order_of(layout, shape_of(value)) == ascending(shape_of(value)):
            return self._reshaped(value, kind.get_shape())
        return self._transposed(value, layout)

    def _again(
        self, op: Operation, operands: Sequence[SSAValue], layout: Layout, inner: Layout, kind: Attribute
    ) -> SSAValue:
        properties = permuted_properties(op, layout, inner)
        return self.insert(
            type(op).create(operands=operands, result_types=[kind], properties=properties, attributes=op.attributes)
        )
