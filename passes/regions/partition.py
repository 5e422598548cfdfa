"""Which op of a block goes into which fusion region.

Regions are numbered in the order in which they run, and a value flows from a region only to itself or to one of a
higher number: whatever the rules below decide, no cycle can arise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue

from dialects.region import Kind
from passes.analysis.contraction import contraction_of
from passes.analysis.control import CONTROL
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
from passes.regions.prepare import Preparation

CLONED = frozenset({"stablehlo.constant", "stablehlo.iota", "stablehlo.broadcast_in_dim", "stablehlo.reshape"})
"""Ops that cost nothing and are copied into each region that uses them: their operand crosses the border, if any."""

CHEAP_ELEMENTS = 1 << 16
"""Conversion of inputs is repeated in each region that needs it where no tensor has more elements than this."""

_MOVING = frozenset(f"stablehlo.{name}" for name in ("gather", "scatter", "sort")) | {"chlo.top_k"}
"""Moves of elements that depend on data; each opens a region."""

_JOINING = (
    ELEMENTWISE | FREE | (MOVE - _MOVING) | {f"stablehlo.{name}" for name in ("dynamic_update_slice", "map", "reduce")}
)
"""Ops that join a region; all others open one."""


@dataclass
class Partition:
    """The regions of a block while they are decided."""

    ops: tuple[Operation, ...]
    """The ops of the block in order, its terminator excepted."""
    sequencer: frozenset[Operation]
    """Ops that stay outside regions: control flow, and the scalars that only steer it."""
    users: dict[SSAValue, list[Operation]]
    """For each value the placed ops that use it, directly or through cloned ones."""
    leaving: frozenset[SSAValue]
    """Values that something outside regions takes: the block's terminator, or control flow."""
    anchors: list[Operation | None] = field(default_factory=list[Operation | None])
    """For each region the op that opened it; None for one that no op opened."""
    prepared: int = 0
    """So many of the first regions prepare weights."""
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

    def clone(self, ops: Sequence[Operation]) -> None:
        """Takes placed ops, users first, out of their regions, to be copied into each that uses them."""
        for op in ops:
            users = list(dict.fromkeys(user for value in op.results for user in self.users[value]))
            pending = list(captured(op))
            while pending:
                value = pending.pop()
                others = (other for other in self.users[value] if other is not op)
                self.users[value] = list(dict.fromkeys((*others, *users)))
                if isinstance(value.owner, Operation) and value.owner in self.cloned:
                    pending.extend(captured(value.owner))
            self.cloned.add(op)
            del self.region[op]
        if ops:
            self._roots.clear()

    def count_users(self) -> None:
        """Finds ``users`` anew."""
        direct = users_of(self.ops)
        self.users.clear()
        for op in reversed(self.ops):
            for value in op.results:
                self.users[value] = self._placed(direct.get(value, ()))
        for value, users in direct.items():
            if value not in self.users:
                self.users[value] = self._placed(users)

    def _placed(self, users: Sequence[Operation]) -> list[Operation]:
        placed: dict[Operation, None] = {}
        for user in users:
            if user in self.cloned:
                placed.update(dict.fromkeys(other for value in user.results for other in self.users[value]))
            else:
                placed[user] = None
        return list(placed)

    def open(self, anchor: Operation | None) -> int:
        """Adds a region behind all others and gives its number."""
        self.anchors.append(anchor)
        return len(self.anchors) - 1

    def members(self) -> Iterator[tuple[Kind, Operation | None, list[Operation]]]:
        """For each region that is not empty its kind, its opener and its ops in order."""
        inside: list[list[Operation]] = [[] for _ in self.anchors]
        for op in self.ops:
            if op in self.region:
                inside[self.region[op]].append(op)
        for number, (anchor, ops) in enumerate(zip(self.anchors, inside, strict=True)):
            if ops:
                yield Kind.Prepare if number < self.prepared else kind_of(anchor), anchor, ops


def users_of(ops: Sequence[Operation]) -> dict[SSAValue, list[Operation]]:
    """For each value the ops that take it, as operands or in what is nested in them."""
    users: dict[SSAValue, list[Operation]] = {}
    for op in ops:
        for value in dict.fromkeys(captured(op)):
            users.setdefault(value, []).append(op)
    return users


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


def partition(block: Block, sequencer: frozenset[Operation], preparation: Preparation) -> Partition:
    """Places every op of a block that has no dead code.

    Preparation of weights has regions of its own in front. Of the others, an op that opens a region gets a new one. Any
    other goes to the latest region among its producers', as part of that region's epilogue. What depends on arguments
    and constants alone (conversion of inputs) goes to the first region that needs it, or is cloned into each where
    that is cheap.
    """
    *ops, terminator = block.ops
    leaving = frozenset((*terminator.operands, *(value for op in sequencer for value in captured(op))))
    result = Partition(tuple(ops), sequencer, {}, leaving)
    for component in preparation.components:
        number = result.open(None)
        result.region.update(dict.fromkeys(component, number))
    result.prepared = len(result.anchors)
    result.cloned.update(preparation.repeated)
    early = _place_after_producers(result)
    _place_before_users(result, early, users_of(ops))
    result.count_users()
    return result


def _place_after_producers(result: Partition) -> list[Operation]:
    """Opens the regions and places what follows from them; returns the ops that depend on no region, in order."""
    early: list[Operation] = []
    latest: dict[Operation, int] = {}
    for op in result.ops:
        name = op_name(op)
        if op in result.region or op in result.cloned:
            continue
        if op in result.sequencer:
            # A region before it for what it takes, and one behind it for what is made of its results.
            result.open(None)
            result.region[op] = result.open(op)
            latest[op] = result.open(None)
            continue
        if name not in _JOINING:
            latest[op] = result.region[op] = result.open(op)
            continue
        producers = [value.owner for value in captured(op) if isinstance(value.owner, Operation)]
        latest[op] = max((latest.get(producer, -1) for producer in producers), default=-1)
        if name in CLONED and not any(value in result.leaving for value in op.results):
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
                regions |= {_seat(result, user)} if user in result.region else needs[user]
        if op in pending and not _is_cheap(result, op):
            # The rest comes last: nothing that is placed elsewhere may need what is placed there.
            result.region[op] = min(regions, default=rest)
        elif op in pending:
            result.cloned.add(op)
        needs[op] = regions
    if rest in result.region.values():
        result.open(None)


def _seat(result: Partition, user: Operation) -> int:
    """The region in which to make what ``user`` takes."""
    return result.region[user] - (user in result.sequencer)


def _is_cheap(result: Partition, op: Operation) -> bool:
    """Whether to repeat an op that depends on no region rather than to store its result."""
    if any(value in result.leaving for value in op.results):
        return False
    if op_name(op) == "stablehlo.dynamic_update_slice":
        return False
    largest = max(elements(value) for value in (*op.operands, *op.results))
    if largest <= CHEAP_ELEMENTS:
        return True
    read = sum(byte_size(value) for value in dict.fromkeys(op.operands))
    return op_name(op) in ELEMENTWISE and read <= sum(byte_size(value) for value in op.results)


def sequencer_ops(block: Block) -> frozenset[Operation]:
    """Ops of a block that no region holds: loops, branches, and the scalars that only they and the ends of their bodies
    take, such as the counter of a loop."""
    in_control = (parent := block.parent_op()) is not None and op_name(parent) in CONTROL
    found: set[Operation] = set()
    users = users_of(tuple(block.ops))
    for op in reversed(tuple(block.ops)[:-1]):
        if op_name(op) in CONTROL:
            found.add(op)
        elif op_name(op) in ELEMENTWISE | CLONED and all(elements(v) == 1 for v in (*op.operands, *op.results)):
            takers = [user for value in op.results for user in users.get(value, ())]
            if all(user in found or (in_control and user is block.last_op) for user in takers):
                found.add(op)
    return frozenset(found)
