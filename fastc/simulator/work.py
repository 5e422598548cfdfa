"""What a ``sched.region`` has to do, read from its ops: bytes, elements and the schedule, without SSA values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import NamedTuple

from xdsl.dialects.builtin import ComplexType, FixedBitwidthType, TensorType, UnregisteredOp
from xdsl.ir import Attribute, BlockArgument, Operation, SSAValue

from dialects.region import Space, sources
from dialects.sched import Dim, Operand, RegionOp, Schedule, VectorOp

TAKING = frozenset({"stablehlo.gather", "stablehlo.dynamic_slice", "stablehlo.slice"})
"""Ops that read of their first operand only what they return."""

CHANGING = {"stablehlo.dynamic_update_slice": 1, "stablehlo.scatter": 2}
"""Ops that return their first operand with some elements changed, and which operand holds the new elements."""


@dataclass(frozen=True)
class Moved:
    """Bytes that a region moves once, tile by tile."""

    noc: float = 0.0
    """Between the PEs and the global buffer, or DRAM where there is none."""
    dram: float = 0.0
    """Between DRAM and the chip; those of tensors on chip are not among them."""

    def __add__(self, other: Moved) -> Moved:
        return Moved(self.noc + other.noc, self.dram + other.dram)


@dataclass(frozen=True)
class Rows:
    """Rows that the vector unit goes through more than once (``sched.vector ... rows``)."""

    rescan_bytes: int
    kept_bytes: int
    row_bytes: int
    dims: tuple[Dim, ...]


class Part(NamedTuple):
    """What of a region one tile of its chain does."""

    schedule: Schedule | None
    """That of the tile; none without a contraction."""
    reads: Sequence[Fraction]
    """Share of each operand; likewise below."""
    fetched: Sequence[bool]
    """Whether it comes from DRAM, if it lives there: else the chain holds it."""
    writes: Sequence[Fraction]
    vector: tuple[Fraction, ...]
    """Elements, in the order of ``VectorOp.KINDS``."""
    rows: Fraction
    """Share of the region's rows."""


@dataclass(frozen=True)
class Work:
    """One run of a region, or of one tile of its chain; equal ones take equally long."""

    name: str = field(compare=False)
    kind: str = field(compare=False)
    schedule: Schedule | None
    """None for a region without a contraction."""
    feeds: Mapping[Operand, Moved]
    """What makes the contraction's input and its weight."""
    sides: Moved
    """What only the vector unit reads."""
    results: Moved
    vector: tuple[int | Fraction, ...]
    """Elements, in the order of ``VectorOp.KINDS``."""
    rows: Rows | None

    @property
    def key(self) -> str:
        """The same for regions that are equal but for their names."""
        parts = (self.schedule, sorted(self.feeds.items()), self.sides, self.results, self.vector, self.rows)
        return repr(parts)


def work_of(op: RegionOp, part: Part | None = None) -> Work:
    """What a verified region does, or ``part`` of it."""
    steps = op.step(VectorOp)
    assert steps is not None, "a verified schedule has vector work"
    feeds, sides = _reads(op, part)
    results = Moved()
    for index, value in enumerate(op.results):
        size = _bytes_written(op, value) * (1.0 if part is None else float(part.writes[index]))
        results += Moved(size, size if op.space_of(value) == Space.Dram else 0.0)
    rescan, kept, row = steps.rows
    if part is not None:
        rescan, kept = (max(round(size * part.rows), row) for size in (rescan, kept))
    rows = Rows(rescan, kept, row, tuple(dim.data for dim in steps.row_dims)) if row else None
    return Work(
        name=op.region_name.data,
        kind=op.kind.data.value,
        schedule=op.facts if part is None else part.schedule,
        feeds=feeds,
        sides=sides,
        results=results,
        vector=steps.counts if part is None else part.vector,
        rows=rows,
    )


def _reads(op: RegionOp, part: Part | None) -> tuple[dict[Operand, Moved], Moved]:
    contraction = op.contraction
    feeds: dict[Operand, Moved] = {}
    fed: dict[BlockArgument, Operand] = {}
    if contraction is not None:
        # What makes both operands moves as the left one does: a region holds one copy of it.
        fed = dict.fromkeys(sources(contraction.operands[1]), Operand.Weight)
        fed |= dict.fromkeys(sources(contraction.operands[0]), Operand.Input)
        feeds = {Operand.Input: Moved(), Operand.Weight: Moved()}
    sides = Moved()
    for index, (argument, _, space) in enumerate(op.bindings):
        size = _bytes_read(argument) * (1.0 if part is None else float(part.reads[index]))
        is_far = space == Space.Dram and (part is None or part.fetched[index])
        moved = Moved(size, size if is_far else 0.0)
        if argument in fed:
            feeds[fed[argument]] += moved
        else:
            sides += moved
    return feeds, sides


def _name(op: Operation) -> str:
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name


def tensor_bytes(value: SSAValue) -> float:
    """Bytes of a tensor in memory."""
    kind = value.type
    if not isinstance(kind, TensorType):
        return 0.0
    return prod(kind.get_shape()) * _element_bytes(kind.element_type)


def _element_bytes(element: Attribute) -> float:
    if isinstance(element, ComplexType):
        return 2.0 * _element_bytes(element.element_type)
    bits = element.bitwidth if isinstance(element, FixedBitwidthType) else 32
    return 1.0 if bits == 1 else bits / 8


def _bytes_read(argument: BlockArgument) -> float:
    """Bytes that a body reads of an argument: less than all where every use takes a part out, or changes one."""
    taken = 0.0
    for use in argument.uses:
        op = use.operation
        if use.index != 0 or _name(op) not in TAKING | CHANGING.keys():
            return tensor_bytes(argument)
        if _name(op) in TAKING:
            taken += tensor_bytes(op.results[0])
        elif not _changes_in_place(op):
            return tensor_bytes(argument)
        elif _name(op) == "stablehlo.scatter":
            taken += tensor_bytes(op.operands[CHANGING[_name(op)]])
    return min(taken, tensor_bytes(argument))


def _bytes_written(region: RegionOp, result: SSAValue) -> float:
    owner = region.yielded[region.results.index(result)].owner
    if isinstance(owner, Operation) and _name(owner) in CHANGING and _changes_in_place(owner):
        return min(tensor_bytes(owner.operands[CHANGING[_name(owner)]]), tensor_bytes(result))
    return tensor_bytes(result)


def _changes_in_place(op: Operation) -> bool:
    """Whether ``op`` may overwrite what its region is given: nothing else reads that, here or in a later op."""
    argument, region = op.operands[0], op.parent_op()
    if not isinstance(region, RegionOp) or not isinstance(argument, BlockArgument) or len(op.results) != 1:
        return False
    value = region.operands[argument.index]
    leaves = any(yielded is op.results[0] for yielded in region.yielded)
    return argument.has_one_use() and value.has_one_use() and leaves
