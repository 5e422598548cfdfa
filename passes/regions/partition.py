"""Which op of a function goes into which fusion region.

Regions are numbered in the order in which they are opened, and a value flows from a region only to itself or to one of
a higher number: whatever the rules below decide, no cycle can arise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation, SSAValue

from dialects.region import Kind
from passes.analysis.contraction import contraction_of
from passes.analysis.ops import (
    CONTRACTION,
    ELEMENTWISE,
    FREE,
    MOVE,
    WINDOW,
    byte_size,
    captured,
    elements,
    op_name,
)

CLONED = frozenset({"stablehlo.constant", "stablehlo.iota", "stablehlo.broadcast_in_dim", "stablehlo.reshape"})
"""Ops that cost nothing and are copied into each region that uses them: their operand crosses the border, if any."""

CHEAP_ELEMENTS = 1 << 16
"""Preparation of weights is repeated in each region that needs it where no tensor has more elements than this."""

_MOVING = frozenset(
    f"stablehlo.{name}" for name in ("dynamic_slice", "dynamic_update_slice", "gather", "scatter", "sort")
) | {"chlo.top_k"}
"""Moves of elements that depend on data; each opens a region."""

_JOINING = ELEMENTWISE | FREE | (MOVE - _MOVING) | {"stablehlo.map", "stablehlo.reduce"}
"""Ops that join a region; all others open one."""


@dataclass
class Partition:
    """The regions of a function while they are decided."""

    ops: tuple[Operation, ...]
    """The ops of the function in order, its terminator excepted."""
    users: dict[SSAValue, list[Operation]]
    """For each value the placed ops that use it, directly or through cloned ones."""
    returned: frozenset[SSAValue]
    """Values that the function returns."""
    anchors: list[Operation | None] = field(default_factory=list[Operation | None])
    """For each region the op that opened it; None for the region of what no other region needs."""
    region: dict[Operation, int] = field(default_factory=dict[Operation, int])
    """The region of each placed op."""
    cloned: set[Operation] = field(default_factory=set[Operation])
    """Ops that belong to no region and are copied into each that uses them."""
    _roots: dict[SSAValue, tuple[SSAValue, ...]] = field(default_factory=dict[SSAValue, tuple[SSAValue, ...]])

    def roots(self, value: SSAValue) -> tuple[SSAValue, ...]:
        """What a region must have to use ``value``: itself, or the operands of the cloned ops behind it."""
        found = self._roots.get(value)
        if found is None:
            owner = value.owner
            if isinstance(owner, Operation) and owner in self.cloned:
                found = tuple(dict.fromkeys(root for operand in captured(owner) for root in self.roots(operand)))
            else:
                found = (value,)
            self._roots[value] = found
        return found

    def members(self) -> Iterator[tuple[Operation | None, list[Operation]]]:
        """For each region that is not empty its opener and its ops in order."""
        inside: list[list[Operation]] = [[] for _ in self.anchors]
        for op in self.ops:
            if op in self.region:
                inside[self.region[op]].append(op)
        for anchor, ops in zip(self.anchors, inside, strict=True):
            if ops:
                yield anchor, ops


def kind_of(anchor: Operation | None) -> Kind:
    """The kind of a region from the op that opened it."""
    if anchor is None:
        return Kind.Vector
    name = op_name(anchor)
    if name == "stablehlo.convolution":
        contraction = contraction_of(anchor)
        assert contraction is not None, "a convolution is a contraction"
        groups, channels = contraction.bounds[0], contraction.bounds[5]
        return Kind.Depthwise if groups > 1 and channels == 1 else Kind.Conv
    if name in CONTRACTION:
        return Kind.Matmul
    if name in WINDOW:
        return Kind.Pool
    return Kind.Move if name in _MOVING else Kind.Opaque


def partition(function: FuncOp) -> Partition:
    """Places every op of a function that has one block and no dead code.

    An op that opens a region gets a new one. Any other goes to the latest region among its producers', as part of that
    region's epilogue. What depends on arguments and constants alone (preparation of weights, conversion of inputs) goes
    to the first region that needs it, or is cloned into each where that is cheap.
    """
    *ops, terminator = function.body.block.ops
    result = Partition(tuple(ops), {}, frozenset(terminator.operands))
    direct: dict[SSAValue, list[Operation]] = {}
    for op in ops:
        for value in dict.fromkeys(captured(op)):
            direct.setdefault(value, []).append(op)
    early = _place_after_producers(result)
    _place_before_users(result, early, direct)
    for op in reversed(ops):
        for value in op.results:
            placed: dict[Operation, None] = {}
            for user in direct.get(value, ()):
                placed.update(dict.fromkeys(_placed_users(result, user)))
            result.users[value] = list(placed)
    for argument in function.args:
        users = (placed for user in direct.get(argument, ()) for placed in _placed_users(result, user))
        result.users[argument] = list(dict.fromkeys(users))
    return result


def _placed_users(result: Partition, user: Operation) -> Sequence[Operation]:
    if user not in result.cloned:
        return (user,)
    return [placed for value in user.results for placed in result.users[value]]


def _place_after_producers(result: Partition) -> list[Operation]:
    """Opens the regions and places what follows from them; returns the ops that depend on no region, in order."""
    early: list[Operation] = []
    latest: dict[Operation, int] = {}
    for op in result.ops:
        name = op_name(op)
        if name not in _JOINING:
            latest[op] = result.region[op] = len(result.anchors)
            result.anchors.append(op)
            continue
        producers = [value.owner for value in captured(op) if isinstance(value.owner, Operation)]
        latest[op] = max((latest[producer] for producer in producers), default=-1)
        is_returned = any(value in result.returned for value in op.results)
        if name in CLONED and not is_returned:
            result.cloned.add(op)
        elif latest[op] < 0:
            early.append(op)
        else:
            result.region[op] = latest[op]
    return early


def _place_before_users(result: Partition, early: list[Operation], direct: dict[SSAValue, list[Operation]]) -> None:
    """Places or clones what depends on no region, from the last op to the first."""
    rest = len(result.anchors)
    pending = set(early)
    needs: dict[Operation, set[int]] = {}
    for op in reversed(result.ops):
        if op not in pending and op not in result.cloned:
            continue
        regions: set[int] = set()
        for value in op.results:
            for user in direct.get(value, ()):
                regions |= {result.region[user]} if user in result.region else needs[user]
        if op in pending and not _is_cheap(result, op):
            # The rest comes last: nothing that is placed elsewhere may need what is placed there.
            result.region[op] = min(regions, default=rest)
        else:
            result.cloned.add(op)
        needs[op] = regions
    if rest in result.region.values():
        result.anchors.append(None)


def _is_cheap(result: Partition, op: Operation) -> bool:
    """Whether to repeat an op that depends on no region rather than to store its result."""
    if any(value in result.returned for value in op.results):
        return False
    largest = max(elements(value) for value in (*op.operands, *op.results))
    if largest <= CHEAP_ELEMENTS:
        return True
    read = sum(byte_size(value) for value in dict.fromkeys(op.operands))
    return op_name(op) in ELEMENTWISE and read <= sum(byte_size(value) for value in op.results)
