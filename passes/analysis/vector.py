"""What a region asks of the vector unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod

from xdsl.ir import Block, Operation

from hwmodels.records import VectorWork
from passes.analysis.ops import (
    ALU,
    CONTRACTION,
    DIVIDE,
    FREE,
    MOVE,
    TERMINATORS,
    TRANSCENDENTAL,
    elements,
    integer,
    integers,
    op_name,
    shape_of,
)
from passes.analysis.rows import rows_of


@dataclass
class _Counter:
    alu: int = 0
    transcendental: int = 0
    divide: int = 0
    reduce: int = 0
    move: int = 0


def vector_work_of(block: Block) -> VectorWork:
    """Elements that the ops of a region's body put through the vector unit, by kind of operation, and the rows that it
    goes through more than once.

    Broadcasts, reshapes, constants and iotas are addressing and cost nothing; so do a ``convert`` to the type that the
    value has already, and contractions, which are not vector work. An op that nobody knows counts each element that
    it reads or writes as transcendental: the slowest kind.
    """
    return replace(vector_work_of_ops(block.ops), rows=rows_of(block))


def vector_work_of_ops(ops: Iterable[Operation]) -> VectorWork:
    """As ``vector_work_of`` some ops, without the rows."""
    counter = _Counter()
    _count(ops, counter)
    return VectorWork(counter.alu, counter.transcendental, counter.divide, counter.reduce, counter.move)


def _count(ops: Iterable[Operation], counter: _Counter) -> None:
    for op in ops:
        _count_op(op, op_name(op), counter)


def _count_op(op: Operation, name: str, counter: _Counter) -> None:
    if name in FREE or name in CONTRACTION or name in TERMINATORS:
        return
    written = sum(elements(result) for result in op.results)
    if name in ALU:
        counter.alu += 0 if name == "stablehlo.convert" and op.operands[0].type == op.results[0].type else written
    elif name in TRANSCENDENTAL:
        counter.transcendental += written
    elif name in DIVIDE:
        counter.divide += written
    elif name in MOVE:
        counter.move += written
    else:
        _count_structured(op, name, written, counter)


def _count_structured(op: Operation, name: str, written: int, counter: _Counter) -> None:
    match name:
        case "stablehlo.reduce":
            _count_reduction(op, counter)
        case "stablehlo.reduce_window":
            counter.reduce += written * prod(integers(op, "window_dimensions", ()))
        case "stablehlo.select_and_scatter":
            counter.reduce += elements(op.operands[1]) * prod(integers(op, "window_dimensions", ()))
            counter.move += written
        case "stablehlo.dynamic_update_slice":
            counter.move += elements(op.operands[1])
        case "stablehlo.scatter":
            updates = sum(elements(operand) for operand in op.operands[len(op.results) + 1 :])
            counter.move += updates
            counter.alu += updates
        case "stablehlo.sort" | "chlo.top_k":
            # A merge sort compares each element once in each of its log2(length) rounds.
            length = shape_of(op.operands[0])[integer(op, "dimension", -1)]
            counter.alu += elements(op.operands[0]) * max(1, (length - 1).bit_length())
            counter.move += written
        case "stablehlo.map":
            _add(counter, _body_work(op), written)
        case _:
            counter.transcendental += written + sum(elements(operand) for operand in op.operands)


def _count_reduction(op: Operation, counter: _Counter) -> None:
    """A sum, a maximum and the like take one combination for each element that they read. A longer reducer, such as
    that of an online softmax or of an arg max, runs once for each index of its inputs."""
    results = len(op.results)
    work = [nested for nested in op.regions[0].block.ops if op_name(nested) not in FREE | TERMINATORS]
    if len(work) <= results:
        counter.reduce += sum(elements(operand) for operand in op.operands[:results])
    else:
        _add(counter, _body_work(op), elements(op.operands[0]))


def _body_work(op: Operation) -> _Counter:
    """The work of one run of an op's body."""
    work = _Counter()
    _count(op.regions[0].block.ops, work)
    return work


def _add(counter: _Counter, other: _Counter, times: int) -> None:
    counter.alu += other.alu * times
    counter.transcendental += other.transcendental * times
    counter.divide += other.divide * times
    counter.reduce += other.reduce * times
    counter.move += other.move * times
