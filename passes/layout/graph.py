"""Reads a function into a program over layouts.

Weights and constants, and what is computed of them alone, are free: their layouts cost nothing, for they are brought
into any order ahead of time, and none of them is in the program. A transpose of anything else is no node but a *view*
of the tensor that it permutes; so is a reshape that only adds or drops dimensions of one element. A tensor may have the
orders in which it was written, in which views read it and which are required of it, and, breadth first, those that ops
give it when a neighbour takes one of these, as long as it has fewer than ``CANDIDATES``.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeGuard, TypeVar

from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, Operation, SSAValue

from dialects.stablehlo import ConstantOp, ConvolutionOp, DotGeneralOp, IotaOp, ReshapeOp, TransposeOp
from passes.analysis.contraction import convolution_dimensions, dot_dimensions
from passes.analysis.ops import byte_size, captured, integers, op_name, shape_of
from passes.analysis.roles import weights_of
from passes.layout.orders import Order, ascending, order_of
from passes.layout.program import Accepted, Cost, Mode, Node, Program, Tensor
from passes.layout.relations import Axes, Relation, dot_relation, is_permutable, relation_of, runs_of

CANDIDATES = 8
"""Orders that a tensor may have in the program."""

Convolutions = Literal["any", "nhwc", "nchw"]
Weights = Literal["free", "counted"]

_UNKNOWN = frozenset({"stablehlo.rng", "stablehlo.custom_call", "stablehlo.create_token", "stablehlo.infeed"})
"""Ops whose results are not the same each time."""


@dataclass(frozen=True)
class View:
    """A value as a tensor of the program: the same elements, stored under other dimensions."""

    root: SSAValue
    dims: tuple[int, ...]
    """The root's dimension that each dimension is; -1 for those of one element."""

    def to_root(self, order: Order) -> Order:
        """The root's order where the value has ``order``."""
        return tuple(self.dims[d] for d in order)

    def from_root(self, order: Order) -> Order:
        """The value's order where the root has ``order``."""
        places = {dim: d for d, dim in enumerate(self.dims) if dim >= 0}
        return tuple(places[dim] for dim in order)


@dataclass(frozen=True)
class Product:
    """A matrix product as the program sees it: of what ``op`` multiplies, before a reshape merged what it sums over."""

    operands: tuple[SSAValue, SSAValue]
    contracting: tuple[Axes, Axes]
    batching: tuple[Axes, Axes]
    split: tuple[int, tuple[int, ...]] | None = None
    """The operand that must be split, by a reshape into this shape, as the other one is."""

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Of the operands."""
        shapes = [shape_of(value) for value in self.operands]
        if self.split is not None:
            shapes[self.split[0]] = self.split[1]
        return tuple(shapes)


@dataclass
class LayoutGraph:
    """A function and its program: the i-th node is the i-th entry of ``ops``."""

    ops: list[Operation] = field(default_factory=list[Operation])
    relations: dict[Operation, Relation] = field(default_factory=dict[Operation, Relation])
    products: dict[Operation, Product] = field(default_factory=dict[Operation, Product])
    views: dict[SSAValue, View] = field(default_factory=dict[SSAValue, View])
    """Of every value that is not free."""
    candidates: dict[SSAValue, dict[Order, int]] = field(default_factory=dict[SSAValue, dict[Order, int]])
    """Of every tensor of the program, in its order, the orders that it may have."""
    leads: list[tuple[Order | None, ...]] = field(default_factory=list[tuple[Order | None, ...]])
    """For each node and mode the order of its lead, or of its result; None where all is as written."""
    required: dict[tuple[Operation, int], tuple[SSAValue, Order]] = field(
        default_factory=dict[tuple[Operation, int], tuple[SSAValue, Order]]
    )
    """For ports of convolutions the value there and the order that it is to have."""
    program: Program = field(default_factory=lambda: Program((), ()))
    """Empty where nothing is to be decided."""
    written: Cost = field(default_factory=lambda: Cost(0, 0))
    """What the transposes that are there move."""

    @property
    def is_required(self) -> bool:
        """Whether a convolution has another layout than it is to have."""
        return any(order != ascending(shape_of(value)) for value, order in self.required.values())

    def ports(self, op: Operation) -> tuple[SSAValue, ...]:
        """The operands of an op, as the program sees them, and its results."""
        product = self.products.get(op)
        return (*(op.operands if product is None else product.operands), *op.results)


def read_graph(function: FuncOp, convolution: Convolutions, weights: Weights) -> LayoutGraph:
    """The program of ``function``, whose convolutions shall have the layout ``convolution``."""
    graph = LayoutGraph()
    _find_views(function.body.block, _find_free(function, weights), graph)
    _require(graph, convolution)
    if graph.required or any(_is_transposed(value, graph) for value in graph.views):
        _Candidates(graph).propagate()
        _Writer(graph, {root: number for number, root in enumerate(graph.candidates)}).write()
    return graph


def _find_free(function: FuncOp, weights: Weights) -> set[SSAValue]:
    """Values that do not depend on the model's inputs; of constants alone where weights are counted."""
    free: set[SSAValue] = set()
    if weights == "free":
        free.update(weights_of(function))
    for op in function.body.block.ops:
        used = tuple(captured(op))
        known = bool(used) and op_name(op) not in _UNKNOWN and free.issuperset(used)
        if known or isinstance(op, ConstantOp | IotaOp):
            free.update(op.results)
    return free


def _find_views(block: Block, free: set[SSAValue], graph: LayoutGraph) -> None:
    for argument in block.args:
        if argument not in free:
            _add_root(graph, argument)
    for op in block.ops:
        view = None if op.results and op.results[0] in free else _view(op, graph)
        if view is not None:
            graph.views[op.results[0]] = view
            graph.written += _moved(op)
            continue
        for result in op.results:
            if result not in free:
                _add_root(graph, result)
        if any(value not in free for value in (*captured(op), *op.results)):
            _add_node(op, graph)


def _add_root(graph: LayoutGraph, value: SSAValue) -> None:
    shape = shape_of(value)
    graph.views[value] = View(value, tuple(-1 if size == 1 else d for d, size in enumerate(shape)))
    graph.candidates[value] = {ascending(shape): 0}


def _view(op: Operation, graph: LayoutGraph) -> View | None:
    if not isinstance(op, TransposeOp | ReshapeOp) or not is_permutable(op):
        return None
    source = graph.views[op.operands[0]]
    before, after = shape_of(op.operands[0]), shape_of(op.results[0])
    if isinstance(op, TransposeOp):
        return View(source.root, tuple(source.dims[d] for d in op.get_permutation()))
    runs = runs_of(before, after)
    if any(len(left) != 1 or len(right) != 1 for left, right in runs):
        return None
    dims = {right: left for (left,), (right,) in runs}
    return View(source.root, tuple(source.dims[dims[d]] if d in dims else -1 for d in range(len(after))))


def _moved(view: Operation) -> Cost:
    """What a transpose moves: nothing if only dimensions of one element change places."""
    permutation = integers(view, "permutation", ())
    order = order_of(permutation, shape_of(view.operands[0])) if permutation else ()
    return Cost(byte_size(view.results[0]), 1) if list(order) != sorted(order) else Cost(0, 0)


def _add_node(op: Operation, graph: LayoutGraph) -> None:
    relation = relation_of(op)
    if isinstance(op, DotGeneralOp) and relation is not None:
        product = _product(op, graph)
        graph.products[op] = product
        relation = dot_relation((*product.shapes, shape_of(op.results[0])), product.contracting, product.batching)
    if relation is not None and len(set(captured(op))) == len(set(op.operands)):
        graph.relations[op] = relation
    graph.ops.append(op)


def _product(op: DotGeneralOp, graph: LayoutGraph) -> Product:
    """The product; where a reshape merged what it sums over, after a transpose, of what was there before the reshape,
    since a matrix product can sum over both dimensions as they are. The reshape's node is gone then."""
    dims = dot_dimensions(op)
    product = Product((op.lhs, op.rhs), (dims.lhs_contracting, dims.rhs_contracting), (dims.lhs_batch, dims.rhs_batch))
    for side in (0, 1):
        merged = product.operands[side].owner
        if product.operands[1 - side] in graph.views or merged not in graph.relations:
            continue
        if not isinstance(merged, ReshapeOp) or not merged.result.has_one_use():
            continue
        split = _before_merge(product, side, merged) if _is_transposed(merged.operand, graph) else None
        if split is not None:
            graph.ops.remove(merged)
            del graph.relations[merged]
            return split
    return product


def _is_transposed(value: SSAValue, graph: LayoutGraph) -> bool:
    view = graph.views[value]
    return view.to_root(ascending(shape_of(value))) != ascending(shape_of(view.root))


def _before_merge(product: Product, side: int, merged: ReshapeOp) -> Product | None:
    """``product`` of what ``merged`` reshapes, if only dimensions are merged that the product sums over."""
    before, after = shape_of(merged.operand), shape_of(merged.result)
    sources = _sources(before, after)
    if sources is None:
        return None
    summed, twins = product.contracting[side], product.contracting[1 - side]
    if any(len(source) > 1 and d not in summed for d, source in enumerate(sources)):
        return None
    parts = {twin: [before[d] for d in sources[each]] for each, twin in zip(summed, twins, strict=True)}
    shape: list[int] = []
    places: list[list[int]] = []
    for d, size in enumerate(shape_of(product.operands[1 - side])):
        split = parts.get(d, [size])
        places.append(list(range(len(shape), len(shape) + len(split))))
        shape += split
    return Product(
        _pair(side, merged.operand, product.operands[1 - side]),
        _pair(side, _flat(sources[d] for d in summed), _flat(places[d] for d in twins)),
        _pair(
            side,
            _flat(sources[d] for d in product.batching[side]),
            _flat(places[d] for d in product.batching[1 - side]),
        ),
        (1 - side, tuple(shape)),
    )


def _sources(before: Axes, after: Axes) -> list[list[int]] | None:
    """For each dimension after a reshape those that it was merged of; None for a reshape that does anything else."""
    runs = runs_of(before, after)
    if any(len(right) != 1 for _, right in runs):
        return None
    merged = {right[0]: list(left) for left, right in runs}
    ones = iter([[d] for d, size in enumerate(before) if size == 1])
    sources = [merged[d] if d in merged else next(ones, [-1]) for d in range(len(after))]
    return sources if _flat(sources) == tuple(range(len(before))) else None


def _flat(lists: Iterable[Sequence[int]]) -> Axes:
    return tuple(number for numbers in lists for number in numbers)


_Side = TypeVar("_Side")


def _pair(side: int, this: _Side, other: _Side) -> tuple[_Side, _Side]:
    return (this, other) if side == 0 else (other, this)


@dataclass
class _Candidates:
    """Finds the orders that each tensor may have."""

    graph: LayoutGraph
    near: dict[SSAValue, list[tuple[Operation, int]]] = field(
        default_factory=lambda: defaultdict[SSAValue, list[tuple[Operation, int]]](list)
    )
    """Ports of ops whose orders depend on each other, by the tensor there."""
    room: dict[SSAValue, int] = field(default_factory=dict[SSAValue, int])
    """How many more orders each tensor may get from neighbours."""

    def propagate(self) -> None:
        """Fills ``graph.candidates``."""
        graph = self.graph
        for op in graph.relations:
            for port, value in enumerate(graph.ports(op)):
                if value in graph.views:
                    self.near[graph.views[value].root].append((op, port))
        for value in graph.views:
            self._add(value, ascending(shape_of(value)))
        for value, order in graph.required.values():
            if value in graph.views:
                self._add(value, order)
        pending: deque[tuple[SSAValue, Order]] = deque()
        for root, orders in graph.candidates.items():
            self.room[root] = max(CANDIDATES - len(orders), 0)
            pending += [(root, order) for order in orders if len(orders) > 1]
        while pending:
            root, order = pending.popleft()
            for op, port in self.near[root]:
                for value, given in self._neighbours(op, port, order):
                    target = graph.views[value].root
                    if self.room[target] > 0 and (found := self._add(value, given)) is not None:
                        self.room[target] -= 1
                        pending.append((target, found))

    def _neighbours(self, op: Operation, port: int, root_order: Order) -> Iterator[tuple[SSAValue, Order]]:
        """Orders that the other ports of ``op`` get when the tensor at ``port`` has that order."""
        graph, relation = self.graph, self.graph.relations[op]
        values = graph.ports(op)
        lead = relation.lead_order(port, graph.views[values[port]].from_root(root_order))
        if lead is None:
            return
        for other, value in enumerate(values):
            if other != port and value in graph.views:
                yield value, relation.order(other, lead)

    def _add(self, value: SSAValue, order: Order) -> Order | None:
        """The order that the tensor has where ``value`` has ``order``; None where that is known already."""
        view = self.graph.views[value]
        orders, root_order = self.graph.candidates[view.root], view.to_root(order)
        if root_order in orders:
            return None
        orders[root_order] = len(orders)
        return root_order


def _require(graph: LayoutGraph, convolution: Convolutions) -> None:
    """Fills ``graph.required``."""
    for op in graph.ops if convolution != "any" else ():
        if not _has_free_layouts(op):
            continue
        dims = convolution_dimensions(op)
        input_dims = (dims.input_batch, dims.input_feature, dims.input_spatial)
        output_dims = (dims.output_batch, dims.output_feature, dims.output_spatial)
        for port, (batch, feature, spatial) in ((0, input_dims), (2, output_dims)):
            layout = (batch, *spatial, feature) if convolution == "nhwc" else (batch, feature, *spatial)
            value = graph.ports(op)[port]
            graph.required[op, port] = (value, order_of(layout, shape_of(value)))


def _has_free_layouts(op: Operation) -> TypeGuard[ConvolutionOp]:
    """Whether an op is a convolution whose dimension numbers may change."""
    return isinstance(op, ConvolutionOp) and is_permutable(op)


@dataclass
class _Writer:
    """Writes the program of a graph whose candidates are known."""

    graph: LayoutGraph
    numbers: dict[SSAValue, int]
    """The tensor that each root is."""

    def write(self) -> None:
        """Fills ``graph.program`` and ``graph.leads``."""
        nodes: list[Node] = []
        for op in self.graph.ops:
            node, leads = self._node(op)
            nodes.append(node)
            self.graph.leads.append(leads)
        tensors = tuple(Tensor(byte_size(root), len(orders)) for root, orders in self.graph.candidates.items())
        self.graph.program = Program(tensors, tuple(nodes))

    def _node(self, op: Operation) -> tuple[Node, tuple[Order | None, ...]]:
        graph = self.graph
        if _has_free_layouts(op):
            return self._convolution(op)
        relation = graph.relations.get(op)
        if relation is None:
            reads = [value for value in captured(op) if value in graph.views]
            accepts = tuple(frozenset({self._index(value, ascending(shape_of(value)))}) for value in reads)
            mode = Mode(accepts, (0,) * len(op.results))
            return self._of(reads, op.results, [mode]), (None,)
        values = graph.ports(op)
        ports = [port for port, value in enumerate(values) if value in graph.views]
        reads = [port for port in ports if port < len(values) - len(op.results)]
        writes = [port for port in ports if port >= len(values) - len(op.results)]
        modes: dict[Mode, Order] = {}
        for lead in self._leads(relation, values, ports):
            accepts = tuple(self._accepted(relation, port, values[port], lead) for port in reads)
            written = [self._find(values[port], relation.order(port, lead)) for port in writes]
            known = [index for index in written if index is not None]
            if all(accepts) and len(known) == len(written):
                modes.setdefault(Mode(accepts, tuple(known)), lead)
        node = self._of([values[port] for port in reads], [values[port] for port in writes], list(modes))
        return node, tuple(modes.values())

    def _convolution(self, op: ConvolutionOp) -> tuple[Node, tuple[Order | None, ...]]:
        """Dimension numbers adapt to any layouts, those of the operands are not even read."""
        graph = self.graph
        if (op, 2) not in graph.required:
            orders = tuple(graph.candidates[op.result])
            return self._of([], [op.result], [Mode((), (index,)) for index in range(len(orders))]), orders
        (lhs, order), (_, lead) = graph.required[op, 0], graph.required[op, 2]
        reads = [lhs] if lhs in graph.views else []
        accepts = tuple(frozenset({self._index(value, order)}) for value in reads)
        return self._of(reads, [op.result], [Mode(accepts, (self._index(op.result, lead),))]), (lead,)

    def _leads(self, relation: Relation, values: Sequence[SSAValue], ports: Sequence[int]) -> list[Order]:
        """Orders of the lead that some port's candidate gives, the written one first."""
        leads = {ascending(relation.shapes[relation.lead]): None}
        for port in ports:
            view = self.graph.views[values[port]]
            for order in self.graph.candidates[view.root]:
                lead = relation.lead_order(port, view.from_root(order))
                if lead is not None:
                    leads[lead] = None
        return list(leads)

    def _accepted(self, relation: Relation, port: int, value: SSAValue, lead: Order) -> Accepted:
        view = self.graph.views[value]
        orders = self.graph.candidates[view.root]
        return frozenset(i for order, i in orders.items() if relation.accepts(port, view.from_root(order), lead))

    def _find(self, value: SSAValue, order: Order) -> int | None:
        view = self.graph.views[value]
        return self.graph.candidates[view.root].get(view.to_root(order))

    def _index(self, value: SSAValue, order: Order) -> int:
        index = self._find(value, order)
        assert index is not None, "the orders of views and those that are required are the first candidates"
        return index

    def _of(self, reads: Sequence[SSAValue], writes: Sequence[SSAValue], modes: Sequence[Mode]) -> Node:
        views = self.graph.views
        return Node(
            tuple(self.numbers[views[value].root] for value in reads),
            tuple(self.numbers[value] for value in writes),
            tuple(modes),
        )
