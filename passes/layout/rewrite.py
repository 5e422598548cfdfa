"""Writes a function anew in the layouts that an assignment chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.rewriter import Rewriter
from xdsl.transforms.dead_code_elimination import is_trivially_dead

from dialects.stablehlo import (
    ConvolutionOp,
    DotGeneralOp,
    DynamicSliceOp,
    DynamicUpdateSliceOp,
    GatherOp,
    ints,
)
from passes.analysis.contraction import convolution_dimensions
from passes.analysis.ops import captured, shape_of
from passes.layout.attributes import (
    convolution_numbers,
    dot_properties,
    gather_properties,
    permuted_properties,
    places,
)
from passes.layout.graph import LayoutGraph
from passes.layout.orders import Layout, Order, ascending, order_of, permuted, placed
from passes.layout.program import Assignment
from passes.layout.relations import FREE_AXIS, Aligned, Regrouped, gather_axes
from passes.layout.versions import Versions, resized


def rewrite(function: FuncOp, graph: LayoutGraph, assignment: Assignment) -> None:
    """Changes ``function``, of which ``graph`` was read, in place."""
    versions = Versions(graph, assignment)
    writer = _Writer(graph, versions)
    before = list(function.body.block.ops)
    leads = {op: graph.leads[index][assignment.modes[index]] for index, op in enumerate(graph.ops)}
    for op in before:
        if op in leads:
            versions.anchor = op
            writer.write(op, leads[op])
    for op in reversed(before):
        if op in writer.replaced or is_trivially_dead(op):
            Rewriter.erase_op(op)


@dataclass
class _Writer:
    graph: LayoutGraph
    versions: Versions
    replaced: set[Operation] = field(default_factory=set[Operation])

    def write(self, op: Operation, lead: Order | None) -> None:
        """Writes ``op`` with its lead (of a convolution, its result) in that order; as it is if that is None."""
        relation = self.graph.relations.get(op)
        if lead is None:
            self._keep(op)
        elif isinstance(op, ConvolutionOp):
            self._write_convolution(op, lead)
        elif isinstance(op, DotGeneralOp) and isinstance(relation, Aligned):
            self._write_product(op, relation, lead)
        elif isinstance(op, GatherOp) and isinstance(relation, Aligned):
            self._write_gather(op, relation, lead)
        elif isinstance(relation, Regrouped):
            self._write_reshape(op, relation, lead)
        elif relation is not None:
            self._write_aligned(op, relation, lead)

    def _keep(self, op: Operation) -> None:
        """Leaves an op whose tensors have the layouts that they were written with."""
        for value in dict.fromkeys(captured(op)):
            if value in self.graph.views:
                there = self.versions.read(value, tuple(range(len(shape_of(value)))))
                value.replace_uses_with_if(there, lambda use: op.is_ancestor(use.operation))
        for result in op.results:
            self.versions.store(result, result, ascending(shape_of(result)))

    def _write_aligned(self, op: Operation, relation: Aligned, lead: Order) -> None:
        if lead == ascending(relation.shapes[relation.lead]):
            self._keep(op)
            return
        layout = placed(lead, relation.shapes[relation.lead])
        place = places(layout)
        layouts = [tuple(sorted(range(len(axes)), key=lambda d, axes=axes: place[axes[d]])) for axes in relation.axes]
        operands = [self.versions.read(*each) for each in zip(op.operands, layouts, strict=False)]
        if isinstance(op, DynamicSliceOp | DynamicUpdateSliceOp):
            starts = operands[-len(layout) :]
            operands[-len(layout) :] = [starts[d] for d in layout]
        properties = permuted_properties(op, layout, layouts[0])
        self._replace(op, operands, layouts[len(operands) :], properties)

    def _write_reshape(self, op: Operation, relation: Regrouped, lead: Order) -> None:
        if lead == ascending(relation.shapes[1]):
            self._keep(op)
            return
        layout = placed(relation.order(0, lead), relation.shapes[0])
        operand = self.versions.read(op.operands[0], layout)
        self._replace(op, [operand], [placed(lead, relation.shapes[1])], op.properties)

    def _write_product(self, op: DotGeneralOp, relation: Aligned, lead: Order) -> None:
        product, result = self.graph.products[op], op.results[0]
        orders = [self._order(op, relation, side, lead) for side in (0, 1)]
        straight = all(order == ascending(shape) for order, shape in zip(orders, relation.shapes, strict=False))
        if straight and lead == ascending(shape_of(result)) and product.split is None:
            self._keep(op)
            return
        layouts = [placed(order, shape) for order, shape in zip(orders, relation.shapes, strict=False)]
        operands = list(product.operands)
        if product.split is not None:
            side, shape = product.split
            operands[side] = self.versions.split(operands[side], shape)
        operands = [self.versions.read(*each) for each in zip(operands, layouts, strict=True)]
        batch, *sides = relation.blocks
        beside = [d for d in lead if d not in batch]
        exchanged = bool(beside) and beside[0] in sides[1] and not sides[0].isdisjoint(beside)
        listed = [d for d in placed(lead, shape_of(result)) if d in batch]
        stored = [places(layout) for layout in layouts]
        batching = tuple([at[dims[d]] for d in listed] for at, dims in zip(stored, product.batching, strict=True))
        contracting = tuple([at[d] for d in dims] for at, dims in zip(stored, product.contracting, strict=True))
        free = [
            [axes[d] for d in layout if axes[d] != FREE_AXIS]
            for layout, axes in zip(layouts, relation.axes, strict=False)
        ]
        if exchanged:
            operands.reverse()
            free.reverse()
        properties = dot_properties(op, (batching[0], batching[1]), (contracting[0], contracting[1]), exchanged)
        self._replace(op, operands, [(*listed, *free[0], *free[1])], properties)

    def _write_convolution(self, op: ConvolutionOp, result: Order) -> None:
        orders: list[Order] = []
        for port, value in enumerate(op.operands):
            required = self.graph.required.get((op, port))
            orders.append(self.versions.pick(value, lambda _: True) if required is None else required[1])
        orders.append(result)
        values = (*op.operands, op.result)
        if all(order == ascending(shape_of(value)) for order, value in zip(orders, values, strict=True)):
            self._keep(op)
            return
        lhs, rhs, layout = (placed(order, shape_of(value)) for order, value in zip(orders, values, strict=True))
        numbers = convolution_numbers(convolution_dimensions(op), lhs, rhs, layout)
        operands = [self.versions.read(op.lhs, lhs), self.versions.read(op.rhs, rhs)]
        self._replace(op, operands, [layout], op.properties | {"dimension_numbers": numbers})

    def _write_gather(self, op: GatherOp, relation: Aligned, lead: Order) -> None:
        orders = [self._order(op, relation, port, lead) for port in (0, 1)]
        if all(order == ascending(shape) for order, shape in zip((*orders, lead), relation.shapes, strict=True)):
            self._keep(op)
            return
        layouts = [placed(order, shape) for order, shape in zip(orders, relation.shapes, strict=False)]
        windows, batches = (
            iter([axes[d] for d in layout if axes[d] != FREE_AXIS])
            for layout, axes in zip(layouts, gather_axes(op), strict=True)
        )
        offsets = ints(op.dimension_numbers.offset_dims)
        # Dimensions of one element may come in another order than in the layout that this is closest to.
        layout = tuple(next(windows) if d in offsets else next(batches) for d in placed(lead, shape_of(op.result)))
        at = [place for place, d in enumerate(layout) if d in offsets]
        operands = [self.versions.read(*each) for each in zip(op.operands, layouts, strict=True)]
        self._replace(op, operands, [layout], gather_properties(op, layouts[0], layouts[1], at))

    def _order(self, op: Operation, relation: Aligned, port: int, lead: Order) -> Order:
        """The order in which an operand is read: one that is there, or, of a free one, what the lead needs."""
        value = self.graph.ports(op)[port]
        if value not in self.graph.views:
            return relation.order(port, lead)
        return self.versions.pick(value, lambda order: relation.accepts(port, order, lead))

    def _replace(
        self,
        op: Operation,
        operands: Sequence[SSAValue],
        layouts: Sequence[Layout],
        properties: dict[str, Attribute],
    ) -> None:
        """Writes ``op`` with other operands and properties, its results in ``layouts``."""
        kinds = [
            resized(result, permuted(shape_of(result), layout))
            for result, layout in zip(op.results, layouts, strict=True)
        ]
        new = type(op).create(
            operands=operands,
            result_types=kinds,
            properties=properties,
            attributes=op.attributes,
            regions=[region.clone() for region in op.regions],
        )
        self.versions.insert(new)
        for result, written, layout in zip(op.results, new.results, layouts, strict=True):
            written.name_hint = result.name_hint
            self.versions.store(result, written, order_of(layout, shape_of(result)))
        self.replaced.add(op)
