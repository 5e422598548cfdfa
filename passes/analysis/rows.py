"""Reductions of whole rows: what a region's vector unit has to go through more than once.

A softmax needs the maximum of a row before it can subtract it from the row's first element, and the sum before it can
divide: it goes through its rows three times, in the form of an online normalizer twice. A *scan* is one such walk. Ops
are put into the earliest scan that their reductions allow, and what no reduction needs into the scan of its first use.
A value that is used in a later scan than the one that made it is *kept* between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, prod

from xdsl.ir import Block, Operation, SSAValue

from hwmodels.records import DIMS, Rows
from passes.analysis.contraction import output_dims
from passes.analysis.ops import (
    CONTRACTION,
    FREE,
    TERMINATORS,
    byte_size,
    captured,
    element_bytes,
    elements,
    integers,
    op_name,
    shape_of,
)

Axis = tuple[SSAValue, int]
"""One dimension of one value."""

ADDRESSING = frozenset({"stablehlo.bitcast_convert", "stablehlo.broadcast_in_dim", "stablehlo.reshape"})
"""Ops of one operand whose results are that operand, addressed in another way."""


def rows_of(block: Block) -> Rows:
    """The scans of a region's body.

    Values are kept as the body is written: each op runs once, and what several scans use is stored for them. Only
    addressing and conversions to wider types are repeated rather than kept: the narrow value is. What has no row of its
    own for each independent row, as statistics of the rows and masks and biases that many rows share, is not counted.
    """
    if not any(_reduces(op) for op in block.ops):
        return Rows()
    waits = list(_Scans.of(block).waits())
    axes = _Axes.of(block)
    barred = {axes.find(axis) for wait in waits for reduction in wait.reductions for axis in _reduced(reduction)}
    lengths = [
        prod(size for axis, size in enumerate(shape_of(wait.value)) if axes.find((wait.value, axis)) in barred)
        for wait in waits
    ]
    long = [
        (wait, length, elements(wait.value) // length)
        for wait, length in zip(waits, lengths, strict=True)
        if length > 1 and elements(wait.value)
    ]
    count = max((count for _, _, count in long), default=0)
    kept = [(wait, length) for wait, length, own in long if own == count]
    if not kept:
        return Rows()
    between = range(max(max(wait.scans) for wait, _ in kept))
    return Rows(
        rescan_bytes=sum(byte_size(wait.value) * (len(wait.scans) + wait.is_stored) for wait, _ in kept),
        kept_bytes=max(sum(byte_size(wait.value) for wait, _ in kept if wait.spans(scan)) for scan in between),
        row_bytes=max(sum(_row_bytes(*row) for row in kept if row[0].spans(scan)) for scan in between),
        dims=_dims(block, axes, barred),
    )


def scans_of(block: Block) -> dict[Operation, int]:
    """In which scan of a region's body each of its ops runs, the terminator left out."""
    return _Scans.of(block).scan


def _row_bytes(wait: _Wait, length: int) -> int:
    return ceil(length * element_bytes(wait.value.type))


def _dims(block: Block, axes: _Axes, barred: set[Axis]) -> str:
    """The dimensions of the body's contraction along which ``barred`` runs, in the order of ``DIMS``."""
    found = ""
    for op in block.ops:
        if op_name(op) in CONTRACTION:
            names = output_dims(op)
            found += "".join(name for axis, name in enumerate(names) if axes.find((op.results[0], axis)) in barred)
    return "".join(dim for dim in DIMS if dim in found)


def _reduces(op: Operation) -> bool:
    """Whether an op gives its results only when it has seen whole rows."""
    return op_name(op) == "stablehlo.reduce" and bool(_reduced(op))


def _reduced(op: Operation) -> list[Axis]:
    """The dimensions that a reduction goes through."""
    value = op.operands[0]
    return [(value, axis) for axis in integers(op, "dimensions", ()) if shape_of(value)[axis] > 1]


@dataclass(frozen=True)
class _Wait:
    """A value that scans after the one that made it use."""

    value: SSAValue
    made: int
    """The scan that makes the value or, of an argument, reads it first."""
    scans: frozenset[int]
    """The later scans that use it."""
    is_stored: bool
    """Whether nothing but these scans asks for the value to be stored."""
    reductions: frozenset[Operation]
    """What those scans wait for."""

    def spans(self, scan: int) -> bool:
        """Whether the value is kept from ``scan`` to the next."""
        return self.made <= scan < max(self.scans)


@dataclass
class _Scans:
    """In which scan each op runs, and which values each scan uses."""

    root: dict[SSAValue, SSAValue | None] = field(default_factory=dict[SSAValue, SSAValue | None])
    """The value that stands for each other one: before addressing and widening; None for constants."""
    earliest: dict[SSAValue, int] = field(default_factory=dict[SSAValue, int])
    """The first scan in which each value is there."""
    after: dict[SSAValue, frozenset[Operation]] = field(default_factory=dict[SSAValue, frozenset[Operation]])
    """The reductions that each value depends on."""
    scan: dict[Operation, int] = field(default_factory=dict[Operation, int])
    users: dict[SSAValue, list[Operation]] = field(default_factory=lambda: defaultdict(list))
    """For each root the ops that use it."""
    returned: set[SSAValue | None] = field(default_factory=set[SSAValue | None])
    """Roots of what the body returns."""

    @classmethod
    def of(cls, block: Block) -> _Scans:
        scans = cls()
        for argument in block.args:
            scans.root[argument] = argument
        for op in block.ops:
            scans._add(op)
        scans._delay(block)
        return scans

    def _add(self, op: Operation) -> None:
        operands = list(captured(op))
        roots = [self.root.get(operand, operand) for operand in operands]
        if op_name(op) in TERMINATORS:
            self.returned |= set(roots)
            return
        self.scan[op] = max((self.earliest.get(operand, 0) for operand in operands), default=0)
        after = frozenset[Operation]().union(*(self.after.get(operand, frozenset()) for operand in operands))
        is_constant = all(root is None for root in roots) and (bool(roots) or op_name(op) in FREE)
        for result in op.results:
            self.root[result] = None if is_constant else roots[0] if _is_alias(op) else result
            self.earliest[result] = self.scan[op] + _reduces(op)
            self.after[result] = after | {op} if _reduces(op) else after
        if not _is_alias(op):
            for root in roots:
                if root is not None:
                    self.users[root].append(op)

    def _delay(self, block: Block) -> None:
        """Move what only later scans use into the first of them."""
        first_use: dict[SSAValue, int] = {}
        for op in reversed(block.ops):
            if op not in self.scan:
                for operand in op.operands:
                    first_use[operand] = self.earliest.get(operand, 0)
                continue
            if not _reduces(op):
                self.scan[op] = min((first_use[r] for r in op.results if r in first_use), default=self.scan[op])
            for operand in captured(op):
                first_use[operand] = min(first_use.get(operand, self.scan[op]), self.scan[op])

    def waits(self) -> Iterator[_Wait]:
        """What is kept between scans, numbers of a whole row (statistics) among it."""
        for value, users in self.users.items():
            owner = value.owner
            if isinstance(owner, Operation):
                made = self.scan[owner] + _reduces(owner)
            else:
                made = min(self.scan[user] for user in users)
            later = [user for user in users if self.scan[user] > made]
            if not later:
                continue
            awaited = {
                reduction
                for user in later
                for operand in captured(user)
                for reduction in self.after.get(operand, frozenset())
                if self.scan[reduction] >= made
            }
            is_stored = isinstance(owner, Operation) and value not in self.returned
            yield _Wait(value, made, frozenset(self.scan[user] for user in later), is_stored, frozenset(awaited))


def _is_alias(op: Operation) -> bool:
    """Whether an op's result is its operand at another address or in a type as wide or wider."""
    if op_name(op) == "stablehlo.convert":
        return element_bytes(op.operands[0].type) <= element_bytes(op.results[0].type)
    return op_name(op) in ADDRESSING


class _Axes:
    """Which dimensions of a body's values run side by side, as a union-find forest."""

    def __init__(self) -> None:
        self._parent: dict[Axis, Axis] = {}

    @classmethod
    def of(cls, block: Block) -> _Axes:
        axes = cls()
        for op in block.ops:
            if op_name(op) not in CONTRACTION:
                axes._add(op)
        return axes

    def find(self, axis: Axis) -> Axis:
        """The one that stands for all dimensions that run beside ``axis``."""
        while (parent := self._parent.get(axis, axis)) != axis:
            self._parent[axis] = axis = self._parent.get(parent, parent)
        return axis

    def _join(self, *axes: Axis) -> None:
        for axis in axes[1:]:
            self._parent[self.find(axis)] = self.find(axes[0])

    def _add(self, op: Operation) -> None:
        match op_name(op):
            case "stablehlo.broadcast_in_dim":
                self._place(op, integers(op, "broadcast_dimensions", ()))
            case "stablehlo.transpose":
                order = integers(op, "permutation", ())
                self._place(op, [order.index(axis) for axis in range(len(order))])
            case "stablehlo.reduce":
                reduced = integers(op, "dimensions", ())
                left = [axis for axis in range(len(shape_of(op.operands[0]))) if axis not in reduced]
                self._beside(op.operands[: len(op.results)])
                for axis, source in enumerate(left):
                    self._join((op.operands[0], source), *((result, axis) for result in op.results))
            case "stablehlo.reshape":
                for group in _reshaped(op.operands[0], op.results[0]):
                    self._join(*group)
            case _:
                self._beside([*op.operands, *op.results])

    def _place(self, op: Operation, targets: Sequence[int]) -> None:
        for axis, target in enumerate(targets):
            if shape_of(op.operands[0])[axis] > 1:
                self._join((op.operands[0], axis), (op.results[0], target))

    def _beside(self, values: Sequence[SSAValue]) -> None:
        rank = max((len(shape_of(value)) for value in values), default=0)
        for axis in range(rank):
            self._join(*((value, axis) for value in values if len(shape_of(value)) == rank))


def _reshaped(before: SSAValue, after: SSAValue) -> Iterator[list[Axis]]:
    """The dimensions of a reshape that are split or merged with each other; sizes of 1 belong to none."""
    if not elements(before):
        return
    left = [((before, axis), size) for axis, size in enumerate(shape_of(before)) if size > 1]
    right = [((after, axis), size) for axis, size in enumerate(shape_of(after)) if size > 1]
    while left:
        (first, one), (second, two) = left.pop(0), right.pop(0)
        group = [first, second]
        while one != two:
            axis, size = left.pop(0) if one < two else right.pop(0)
            group.append(axis)
            one, two = (one * size, two) if one < two else (one, two * size)
        yield group
