"""Preparation of weights: what depends on weights and constants alone runs once, when a model is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue

from passes.analysis.ops import (
    CONTRACTION,
    ELEMENTWISE,
    FREE,
    MOVE,
    WINDOW,
    byte_size,
    captured,
    elements,
    is_splat,
    op_name,
)

_FIXED = (
    ELEMENTWISE
    | FREE
    | MOVE
    | WINDOW
    | CONTRACTION
    | {f"stablehlo.{name}" for name in ("dynamic_update_slice", "map", "reduce", "scatter", "sort")}
)
"""Ops whose result is the same each time that their operands are."""

_ADDRESSING = frozenset(
    f"stablehlo.{name}" for name in ("broadcast_in_dim", "constant", "iota", "reshape", "broadcast")
)

SMALL_CONSTANT_BYTES = 1024
"""A constant of no more bytes is part of the program; a bigger one whose elements differ is a weight."""


@dataclass(frozen=True)
class Preparation:
    """What a block does to its weights."""

    components: tuple[tuple[Operation, ...], ...] = ()
    """Ops that run ahead of time, in groups that share values."""
    repeated: frozenset[Operation] = frozenset()
    """Ops that each region does itself, for that takes fewer bytes than to load their result."""


@dataclass
class _Chooser:
    fixed: set[Operation]
    """Ops that depend on weights and constants alone."""
    bytes_of: dict[SSAValue, int] = field(default_factory=dict[SSAValue, int])
    """Fewest bytes that a region must load to have a value of ``fixed``."""
    stored: set[SSAValue] = field(default_factory=set[SSAValue])
    """Values of ``fixed`` that are loaded themselves."""

    def decide(self, ops: Sequence[Operation]) -> None:
        """Fills ``bytes_of`` and ``stored``; ``ops`` in order."""
        for op in ops:
            if op not in self.fixed:
                continue
            again = sum(self._load(value) for value in dict.fromkeys(captured(op)))
            for value in op.results:
                whole = byte_size(value)
                if self._is_repeated(op, again, whole):
                    self.bytes_of[value] = again
                else:
                    self.bytes_of[value] = whole
                    self.stored.add(value)

    def _load(self, value: SSAValue) -> int:
        return self.bytes_of.get(value, byte_size(value))

    def _is_repeated(self, op: Operation, again: int, whole: int) -> bool:
        name = op_name(op)
        if name == "stablehlo.constant":
            return whole <= SMALL_CONSTANT_BYTES or is_splat(op)
        if name in _ADDRESSING:
            return again <= whole
        # Work that makes a tensor bigger (dequantization) is done where it is needed, for memory is what it saves.
        return name in ELEMENTWISE and again < whole


def preparation_of(block: Block, weights: Iterable[SSAValue], sequencer: frozenset[Operation]) -> Preparation:
    """What can be done to the ``weights`` of a block ahead of time, and what of it to repeat at run time instead.

    Values that the block returns, and buffers that a loop fills, are made at run time.
    """
    *ops, terminator = block.ops
    returned = set(terminator.operands)
    taken = {value for op in sequencer for value in captured(op)}
    fixed: set[Operation] = set()
    given = set(weights)
    known = set(given)
    for op in ops:
        if op not in sequencer and _is_fixed(op, known, returned, taken):
            fixed.add(op)
            known.update(op.results)
    chooser = _Chooser(fixed)
    chooser.decide(ops)
    ahead: set[Operation] = set()
    repeated: set[Operation] = set()
    pending = [(value, op in sequencer) for op in ops if op not in fixed for value in captured(op)]
    while pending:
        value, whole = pending.pop()
        op = value.owner
        if not isinstance(op, Operation) or op not in fixed:
            continue
        if value in chooser.stored or whole:
            _add_with_producers(op, fixed, ahead)
        elif op not in repeated:
            repeated.add(op)
            pending.extend((operand, False) for operand in captured(op))
    # What is made ahead of time from constants and shapes alone is copied there too.
    inside = {op for op in ahead if op_name(op) in _ADDRESSING and not chooser.stored & set(op.results)}
    repeated = {op for op in repeated | inside if taken.isdisjoint(op.results)}
    groups = _components([op for op in ops if op in ahead], given)
    prepared = (tuple(op for op in group if op not in repeated) for group in groups)
    return Preparation(tuple(group for group in prepared if group), frozenset(repeated))


def _is_fixed(op: Operation, known: set[SSAValue], returned: set[SSAValue], taken: set[SSAValue]) -> bool:
    name = op_name(op)
    if name not in _FIXED or not all(value in known for value in captured(op)):
        return False
    if any(value in returned for value in op.results):
        return False
    is_buffer = name in _ADDRESSING - {"stablehlo.reshape"} and any(elements(value) > 1 for value in op.results)
    return not is_buffer or taken.isdisjoint(op.results)


def _add_with_producers(op: Operation, fixed: set[Operation], ahead: set[Operation]) -> None:
    pending = [op]
    while pending:
        found = pending.pop()
        if found in ahead or found not in fixed:
            continue
        ahead.add(found)
        pending.extend(value.owner for value in captured(found) if isinstance(value.owner, Operation))


def _components(ops: Sequence[Operation], weights: set[SSAValue]) -> tuple[tuple[Operation, ...], ...]:
    """``ops`` in groups that share values: first those made of constants alone, which the others may take, then those
    made of weights, which share nothing more."""
    leader: dict[Operation, Operation] = {}

    def lead(op: Operation) -> Operation:
        while leader[op] is not op:
            leader[op] = leader[leader[op]]
            op = leader[op]
        return op

    made_of_weights = set(weights)
    for op in ops:
        leader[op] = op
        sources = set(captured(op))
        if not made_of_weights.isdisjoint(sources):
            sources &= made_of_weights
            made_of_weights.update(op.results)
        for value in sources:
            if isinstance(value.owner, Operation) and value.owner in leader:
                leader[lead(op)] = lead(value.owner)
    groups: dict[Operation, list[Operation]] = {}
    for op in ops:
        groups.setdefault(lead(op), []).append(op)
    ordered = sorted(groups.values(), key=lambda group: not made_of_weights.isdisjoint(group[0].results))
    return tuple(tuple(group) for group in ordered)
