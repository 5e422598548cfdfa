"""Which dimension of which value carries the batch: the independent inferences that a module runs at once.

The rules are local (``passes.analysis.dimension_maps``): for each op they say where a dimension of an operand comes out
in the result if the op treats each index of it alone. A model is a batch of independent inferences if these rules lead
from its arguments to its results; that the op then computes each inference by itself needs no other proof. Loops and
branches hand values on, so that what is tied there carries the batch alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, StringAttr, i1, i32, i64
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue
from xdsl.transforms.dead_code_elimination import LiveSet

from dialects.region import ROLE_KEY
from passes.analysis.dimension_maps import DimensionMap, result_dimensions
from passes.analysis.ops import TERMINATORS, captured, op_name, shape_of, tensor_type
from passes.analysis.place import place_of

BRANCHES = frozenset({"stablehlo.if", "stablehlo.case"})
"""Ops that run one of their regions."""


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
    """Indices of the arguments that have the batch, ascending."""
    scalars: tuple[int, ...]
    """Indices of arguments that belong to the run, not to the model, and have no batch: integer scalars (positions,
    seeds)."""
    dimensions: tuple[int, ...] = ()
    """Which dimension of each of ``inputs`` is the batch; empty: the leading one of all."""

    def carries(self) -> dict[int, Carry]:
        """Where the inputs carry the batch, by their index."""
        return dict(zip(self.inputs, map(Carry, self.dimensions or (0,) * len(self.inputs)), strict=True))


def batch_of(function: FuncOp) -> Batch:
    """Finds the batch of a function from the leading dimension of a result, traced back to its arguments.

    An argument that the batch reaches is an input if one of its dimensions is the batch and nothing else, the leading
    one if it may be; all others are weights. So a cache of shape ``[layers, batch, ...]`` is an input, and a result may
    have the batch further back, if a trace from another result that has it in front leads there. Where every argument
    is marked with its role already, those marked as weights are none.

    At batch 1 a weight that has a dimension of size 1 in the batch's place (a position embedding of shape
    ``[1, 197, 768]``) is taken for an input: the graph does not tell them apart, and a needless input does no harm
    where a lost one would. Indices and masks (32- and 64-bit integers, booleans) with the batch as leading dimension
    are inputs even where no rule connects them with the results.

    Raises ``BatchError`` where no leading dimension of a result is that of all, or no argument carries it.
    """
    size, reached = _traced(function)
    marked = _marked_inputs(function)
    inputs: dict[int, int] = {}
    scalars: list[int] = []
    for argument in function.args:
        if marked is not None and argument.index not in marked:
            continue
        dimension = _batch_dimension(argument, size, reached)
        if dimension is not None:
            inputs[argument.index] = dimension
        elif marked is not None or (not shape_of(argument) and _is_index(argument)):
            scalars.append(argument.index)
    if not inputs:
        raise BatchError(
            f"@{function.sym_name.data}: no argument has the leading dimension {size} of the results as its own; "
            "name the inputs with set-batch{inputs=...}"
        )
    return Batch(size, tuple(inputs), tuple(scalars), tuple(inputs.values()) if any(inputs.values()) else ())


def _marked_inputs(function: FuncOp) -> set[int] | None:
    """The arguments that are marked as inputs, where every argument has its role."""
    attributes: ArrayAttr[DictionaryAttr] | None = function.arg_attrs
    roles = [] if attributes is None else [entry.data.get(ROLE_KEY) for entry in attributes]
    if not roles or None in roles:
        return None
    return {index for index, role in enumerate(roles) if role == StringAttr("input")}


def _batch_dimension(argument: BlockArgument, size: int, reached: set[tuple[SSAValue, Carry]]) -> int | None:
    shape = shape_of(argument)
    if shape[:1] == (size,) and ((argument, Carry(0)) in reached or _is_index(argument)):
        return 0
    own = (d for d, extent in enumerate(shape) if extent == size and (argument, Carry(d)) in reached)
    return next(own, None)


def _is_index(argument: BlockArgument) -> bool:
    """Whether an argument has numbers that are no weights: integers too wide for quantized ones, or truth values."""
    kind = tensor_type(argument)
    return kind is not None and kind.element_type in (i1, i32, i64)


def _traced(function: FuncOp) -> tuple[int, set[tuple[SSAValue, Carry]]]:
    """The batch, and all that may carry it: from those results that have it in front, so that it reaches the others."""
    results = [value for value in terminator(function.body.block).operands if shape_of(value)]
    leading = [shape_of(value)[0] for value in results]
    sizes = sorted(set(leading), key=lambda size: (-leading.count(size), leading.index(size)))
    if not sizes:
        raise BatchError(f"@{function.sym_name.data}: no result has a dimension that could be the batch")
    if sizes == [0]:
        raise BatchError(
            f"@{function.sym_name.data}: its results have the leading dimension 0, which holds no inference"
        )
    graph = _Graph.of(function)
    for size in filter(None, sizes):
        reached = graph.reach([value for value in results if shape_of(value)[0] == size], size)
        if all(any((value, Carry(d)) in reached for d in range(len(shape_of(value)))) for value in results):
            return size, reached
    raise BatchError(
        f"@{function.sym_name.data}: its results have the leading dimensions {sorted(sizes)}; the batch must lead them "
        "all, or reach the others from those that it leads"
    )


@dataclass(frozen=True)
class _Graph:
    """The ops of a function and what they tie together."""

    neighbours: dict[SSAValue, list[Operation]]
    """The ops that make, use or hand on a value."""
    handovers: dict[Operation, tuple[Handover, ...]]
    """Of loops, branches and barriers."""

    @staticmethod
    def of(function: FuncOp) -> _Graph:
        neighbours: dict[SSAValue, list[Operation]] = {}
        handovers: dict[Operation, tuple[Handover, ...]] = {}
        for op in function.body.walk():
            handed = handovers_of(op)
            if handed:
                handovers[op] = handed
            for value in {*op.operands, *op.results, *(value for each in handed for value in each.values)}:
                neighbours.setdefault(value, []).append(op)
        return _Graph(neighbours, handovers)

    def reach(self, seeds: Sequence[SSAValue], size: int) -> set[tuple[SSAValue, Carry]]:
        """All that the batch in front of ``seeds`` may be, forward or backward through any op."""
        pending = [(value, Carry(0)) for value in seeds]
        reached = set(pending)
        maps: dict[Operation, tuple[DimensionMap, ...] | None] = {}
        while pending:
            value, carry = pending.pop()
            for op in self.neighbours.get(value, ()):
                if op in self.handovers:
                    tied = [
                        (each, carry) for held in self.handovers[op] if value in held.values for each in held.values
                    ]
                else:
                    if op not in maps:
                        maps[op] = result_dimensions(op)
                    tied = _tied(op, maps[op], value, carry, size)
                for node in tied:
                    if node not in reached:
                        reached.add(node)
                        pending.append(node)
        return reached


@dataclass(frozen=True)
class Handover:
    """Values of a loop, branch or barrier that are one and the same at different times."""

    given: tuple[SSAValue, ...]
    """Operands, and what its regions return."""
    made: tuple[SSAValue, ...]
    """Results, and arguments of its regions."""

    @property
    def values(self) -> tuple[SSAValue, ...]:
        """All of them."""
        return (*self.given, *self.made)


def handovers_of(op: Operation) -> tuple[Handover, ...]:
    """What a loop, branch or barrier hands on, in the order of its results; nothing of any other op."""
    givers = givers_of(op)
    if not givers:
        return ()
    made = [op.results]
    if op_name(op) == "stablehlo.while":
        made += [region.block.args for region in op.regions]
    given = zip(*(giver.operands for giver in givers), strict=True)
    return tuple(Handover(*each) for each in zip(given, zip(*made, strict=True), strict=True))


def givers_of(op: Operation) -> tuple[Operation, ...]:
    """The ops whose operands, in the order of its results, a loop, branch or barrier hands on."""
    if op_name(op) == "stablehlo.optimization_barrier":
        return (op,)
    if op_name(op) == "stablehlo.while":
        return (op, terminator(op.regions[1].block))
    if op_name(op) in BRANCHES:
        return tuple(terminator(region.block) for region in op.regions)
    return ()


def terminator(block: Block) -> Operation:
    """The op that ends a block of StableHLO."""
    last = block.last_op
    assert last is not None, "a block of StableHLO ends with its return"
    return last


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
    for place in (carry, *_other_names(carry, shape_of(value), size)):
        tied = [node for node in _tied_at(op, maps, value, place, size) if node[0] is not value]
        if tied:
            yield from tied
            return


def _tied_at(
    op: Operation, maps: tuple[DimensionMap, ...], value: SSAValue, carry: Carry, size: int
) -> Iterator[tuple[SSAValue, Carry]]:
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

    def rank(place: Carry) -> tuple[bool, bool, int]:
        alone = place.inner == 1 and after[place.dimension] == size
        return not alone, alone and place.dimension != carry.dimension, place.dimension

    return min(_places(_step(carry, before), after, size), key=rank, default=None)


def _other_names(carry: Carry, shape: Sequence[int], size: int) -> list[Carry]:
    """Other dimensions that the batch may as well be said to lie in: at batch 1, those of size 1 beside its own."""
    places = _places(_step(carry, shape), shape, size)
    return [place for place in places if place != carry and place.inner == 1 and shape[place.dimension] == size]


def _places(step: int, shape: Sequence[int], size: int) -> list[Carry]:
    """Where a batch can lie that has ``step`` elements inside one step of it."""
    places: list[Carry] = []
    for dimension, extent in enumerate(shape):
        rest = prod(shape[dimension + 1 :])
        if rest and step % rest == 0 and step >= rest and extent and extent % (size * (step // rest)) == 0:
            places.append(Carry(dimension, step // rest))
    return places


def _step(carry: Carry, shape: Sequence[int]) -> int:
    return prod(shape[carry.dimension + 1 :]) * carry.inner


def same_place(shape: Sequence[int], one: Carry, other: Carry) -> bool:
    """Whether two carries of a tensor differ in name only: a reshape takes one to the other and moves no element."""
    return _step(one, shape) == _step(other, shape)


@dataclass
class Followed:
    """The batch of a function, followed from its inputs through every op."""

    size: int
    """The present batch."""
    carries: dict[SSAValue, Carry] = field(default_factory=dict[SSAValue, Carry])
    """The values that have the batch, and where."""
    maps: dict[Operation, tuple[DimensionMap, ...]] = field(default_factory=dict[Operation, tuple[DimensionMap, ...]])
    """The rules of those ops that it was followed through, but for reshapes, loops, branches and barriers."""
    live: LiveSet = field(default_factory=LiveSet)
    """The ops that a result needs: what nobody reads may mix inferences."""

    def through(self, block: Block) -> None:
        """Follows the batch through a block whose arguments have it by now. Raises ``BatchError``."""
        for op in block.ops:
            if self.live.is_live(op):
                self._through(op)

    def _through(self, op: Operation) -> None:
        name = op_name(op)
        if name == "stablehlo.rng":
            raise BatchError(
                f"{describe(op)} draws numbers that a batch would share, but each run draws its own; "
                "draw them outside, or from a key by rng_bit_generator"
            )
        if name == "stablehlo.while":
            self._through_loop(op)
        elif name in BRANCHES:
            for region in op.regions:
                self.through(region.block)
            self._unite(op)
        elif name == "stablehlo.optimization_barrier":
            self._unite(op)
        elif name not in TERMINATORS and any(value in self.carries for value in captured(op)):
            carry = self._reshaped(op) if name == "stablehlo.reshape" else self._target(op)
            self.carries.update(dict.fromkeys(op.results, carry))

    def _through_loop(self, op: Operation) -> None:
        """What any iteration hands to the next has the batch from the first one on."""
        cond, body = (region.block for region in op.regions)
        self._unite(op)
        self.through(body)
        while self._unite(op):
            self.through(body)
        self.through(cond)

    def _unite(self, op: Operation) -> bool:
        """Gives the batch to all that ``op`` makes of a value that has it; whether any had it not yet."""
        found_more = False
        for handover in handovers_of(op):
            known = [(value, self.carries[value]) for value in handover.values if value in self.carries]
            if not known:
                continue
            first, carry = known[0]
            if not all(same_place(shape_of(first), carry, other) for _, other in known):
                raise BatchError(f"{describe(op)} hands on {first.type} with the batch in different dimensions")
            # What is given is brought to that form by who gives it.
            missing = [value for value in handover.made if value not in self.carries]
            self.carries.update(dict.fromkeys(missing, carry))
            found_more = found_more or bool(missing)
        return found_more

    def _reshaped(self, op: Operation) -> Carry:
        source, result = op.operands[0], op.results[0]
        moved = reshape_carry(self.carries[source], shape_of(source), shape_of(result), self.size)
        if moved is None and not shape_of(result):
            raise BatchError(
                f"{describe(op)} makes a scalar of what each inference has its own of; a batch can not share an index, "
                "or the condition of a loop or branch, that inferences decide each for themselves"
            )
        if moved is None:
            raise BatchError(f"{describe(op)} puts the batch into a dimension that it does not fill evenly")
        return moved

    def _target(self, op: Operation) -> Carry:
        """Where the results carry the batch, after the first operand that has it."""
        maps = result_dimensions(op)
        if maps is None:
            raise BatchError(f"{describe(op)} has no rule for batched operands{_hint(op)}")
        self.maps[op] = maps
        found: Carry | None = None
        for operand, dimensions in zip(op.operands, maps, strict=True):
            carry = self.carries.get(operand)
            if carry is None:
                continue
            names = (carry, *_other_names(carry, shape_of(operand), self.size))
            kept = next((name for name in names if dimensions[name.dimension] is not None), None)
            target = None if kept is None else dimensions[kept.dimension]
            if kept is None or target is None:
                raise BatchError(
                    f"{describe(op)} mixes the inferences of a batch: "
                    f"it combines along dimension {carry.dimension} of {operand.type}, which carries them"
                )
            found = found or replace(kept, dimension=target)
        if found is None:
            raise BatchError(f"{describe(op)} uses a batched value in a nested region{_hint(op)}")
        self._require_agreement(op, maps, found)
        return found

    def _require_agreement(self, op: Operation, maps: tuple[DimensionMap, ...], target: Carry) -> None:
        for operand, dimensions in zip(op.operands, maps, strict=True):
            carry = self.carries.get(operand)
            if carry is None:
                continue
            if target.dimension not in dimensions:
                raise BatchError(
                    f"{describe(op)} mixes the inferences of a batch: operands carry the batch in different dimensions"
                )
            wanted = replace(target, dimension=dimensions.index(target.dimension))
            if not same_place(shape_of(operand), carry, wanted):
                raise BatchError(f"{describe(op)} needs the batch of {operand.type} in dimension {wanted.dimension}")


def follow(function: FuncOp, batch: Batch) -> Followed:
    """Follows a batch from the inputs through a function. Raises ``BatchError`` where an op mixes along it."""
    followed = Followed(batch.size)
    while followed.live.changed:
        followed.live.changed = False
        followed.live.propagate_region_liveness(function.body)
    followed.carries.update((function.args[index], carry) for index, carry in batch.carries().items())
    followed.through(function.body.block)
    return followed


def describe(op: Operation) -> str:
    """Name, types and place of an op, for an error message."""
    operands = ", ".join(str(operand.type) for operand in op.operands)
    results = ", ".join(str(result.type) for result in op.results)
    block, place = op.parent, place_of(op)
    holder = block.parent_op() if block else None
    inside = "the function" if holder is None or isinstance(holder, FuncOp) else f"a region of {op_name(holder)}"
    index = f"op {block.get_operation_index(op)} of {inside}" if block else "detached"
    return f"{op_name(op)} : ({operands}) -> ({results}) ({index}{', ' + place if place else ''})"


def _hint(op: Operation) -> str:
    if op_name(op) == "func.call":
        return "; run inline first"
    return "; export the model with the batch size that you want, or keep size at the present batch"
