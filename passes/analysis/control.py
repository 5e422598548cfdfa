"""Loops and branches: how often what they hold runs."""

from __future__ import annotations

from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, IntegerAttr, IntegerType
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from passes.analysis.contraction import macs_of
from passes.analysis.ops import elements, op_name, property_of, tensor_type

TRIPS_KEY = "region.trips"
"""Key of the trip count that ``form-regions`` notes on a ``stablehlo.while``, an ``i64`` attribute."""

CONTROL = frozenset({"stablehlo.while", "stablehlo.if", "stablehlo.case"})
"""Ops whose bodies run never, once or often."""


def trip_count(loop: Operation) -> int | None:
    """How often the body of a ``stablehlo.while`` runs; None where that is not known from constants.

    Known are noted counts, and loops whose condition compares an integer that each turn moves by a constant, starting
    at a constant, with a constant, as counted loops and scans are.
    """
    noted = loop.attributes.get(TRIPS_KEY)
    if isinstance(noted, IntegerAttr):
        return noted.value.data
    condition, body = loop.regions[0].block, loop.regions[1].block
    decided = condition.last_op
    if decided is None or body.last_op is None or not isinstance(comparison := decided.operands[0].owner, Operation):
        return None
    if op_name(comparison) != "stablehlo.compare":
        return None
    left, right = comparison.operands
    direction = _direction(comparison)
    turns = _turns_of(loop, left, direction, right)
    return _turns_of(loop, right, _MIRRORED.get(direction, direction), left) if turns is None else turns


def _turns_of(loop: Operation, counter: SSAValue, direction: str, limit: SSAValue) -> int | None:
    """Turns of a loop that goes on while ``counter direction limit``."""
    if not isinstance(counter, BlockArgument) or counter.block is not loop.regions[0].block:
        return None
    start = constant_integer(carried_from_outside(loop.operands[counter.index]))
    bound = constant_integer(carried_from_outside(limit))
    step = _step(loop.regions[1].block, counter.index)
    if start is None or bound is None or step is None:
        return None
    return _turns(direction, start, bound, step)


def _turns(direction: str, start: int, bound: int, step: int) -> int | None:
    """Turns of ``for (i = start; i direction bound; i += step)``; None where it does not end or is not understood."""
    distance = {"LT": bound - start, "LE": bound - start + 1, "GT": start - bound, "GE": start - bound + 1}
    if direction == "NE":
        turns, rest = divmod(bound - start, step) if step else (0, 1)
        return turns if rest == 0 and turns >= 0 else None
    if direction not in distance:
        return None
    if distance[direction] <= 0:
        return 0
    towards = step if direction in ("LT", "LE") else -step
    return -(-distance[direction] // towards) if towards > 0 else None


_MIRRORED = {"LT": "GT", "LE": "GE", "GT": "LT", "GE": "LE"}


def _direction(comparison: Operation) -> str:
    found = property_of(comparison, "comparison_direction")
    return "" if found is None else str(getattr(found, "data", ""))


def _step(body: Block, index: int) -> int | None:
    """What a turn adds to the carried value ``index``, where that is a constant."""
    assert body.last_op is not None, "the caller has looked"
    update = body.last_op.operands[index].owner
    argument = body.args[index]
    if not isinstance(update, Operation):
        return None
    name = op_name(update)
    if name not in ("stablehlo.add", "stablehlo.subtract"):
        return None
    left, right = update.operands
    if name == "stablehlo.add" and right is argument:
        left, right = right, left
    step = constant_integer(carried_from_outside(right))
    if left is not argument or step is None:
        return None
    return step if name == "stablehlo.add" else -step


def constant_integer(value: SSAValue) -> int | None:
    """The number of an integer constant of one element; None for any other value."""
    if not isinstance(value.owner, Operation) or op_name(value.owner) != "stablehlo.constant":
        return None
    attribute = property_of(value.owner, "value")
    if not isinstance(attribute, DenseIntOrFPElementsAttr) or elements(value) != 1:
        return None
    kind = tensor_type(value)
    if kind is None or not isinstance(kind.element_type, IntegerType):
        return None
    return int(next(iter(attribute.get_values())))


def carried_from_outside(value: SSAValue) -> SSAValue:
    """The value outside all loops that ``value`` always equals: itself, unless it is an argument or a result of a loop
    that hands it on unchanged from turn to turn."""
    while (outer := _unchanged(value)) is not None:
        value = outer
    return value


def _unchanged(value: SSAValue) -> SSAValue | None:
    loop = value.block.parent_op() if isinstance(value, BlockArgument) else value.owner
    if not isinstance(loop, Operation) or op_name(loop) != "stablehlo.while":
        return None
    index = value.index if isinstance(value, BlockArgument) else loop.results.index(value)
    body = loop.regions[1].block
    returned = body.last_op
    if returned is None or index >= len(returned.operands) or returned.operands[index] is not body.args[index]:
        return None
    return loop.operands[index]


def runs_of(op: Operation, within: Block | None = None) -> int:
    """How often ``op`` runs each time ``within`` does (its function, where that is None): the product of the trip
    counts around it.

    A loop of unknown length counts as one turn, and of several branches only the costliest runs.
    """
    runs = 1
    block = op.parent
    while block is not None and block is not within and (parent := block.parent_op()) is not None:
        runs *= _runs_in(parent, block)
        block = parent.parent
    return runs


def _runs_in(parent: Operation, block: Block) -> int:
    name = op_name(parent)
    if name == "stablehlo.while":
        count = trip_count(parent)
        if count is None:
            return 1
        # The condition is asked once more than the body runs.
        return count + 1 if block is parent.regions[0].block else count
    return int(block is costliest_branch(parent)) if name in CONTROL else 1


def total_macs(function: FuncOp) -> int:
    """Multiply-accumulates of the convolutions and matrix products of a function, in loops as often as they run."""
    return sum(macs * runs_of(op) for op in function.body.walk() if (macs := macs_of(op)))


def costliest_branch(branches: Operation) -> Block | None:
    """The branch of an ``if`` or ``case`` that counts: that with the most multiply-accumulates, then the most elements
    that its ops write; the first of equals."""
    return max((region.block for region in branches.regions), key=_work, default=None)


def _work(block: Block) -> tuple[int, int]:
    macs = written = 0
    for op in block.walk():
        runs = runs_of(op, block)
        macs += runs * macs_of(op)
        written += runs * sum(elements(result) for result in op.results)
    return macs, written
