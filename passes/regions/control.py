"""Loops and branches between regions."""

from __future__ import annotations

import logging

from xdsl.dialects.builtin import IntegerAttr, i64
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, Operation, SSAValue

from passes.analysis.control import CONTROL, TRIPS_KEY, trip_count
from passes.analysis.ops import captured, op_name
from passes.analysis.place import place_of
from passes.regions.partition import CLONED, sequencer_ops

_CONSTANT = frozenset({"stablehlo.constant", "stablehlo.iota"})

logger = logging.getLogger(__name__)


def note_trips(function: FuncOp) -> None:
    """Notes on each loop how often its body runs; a loop of unknown length counts as one turn, with a warning."""
    for op in function.body.walk():
        name = op_name(op)
        if name == "stablehlo.while":
            count = trip_count(op)
            if count is None:
                _warn(op, "how often this stablehlo.while runs is not known from constants: its body counts once")
            op.attributes[TRIPS_KEY] = IntegerAttr(1 if count is None else count, i64)
        elif name in CONTROL:
            _warn(op, f"of the branches of this {name} only the costliest counts")


def _warn(op: Operation, message: str) -> None:
    place = place_of(op)
    logger.warning("%s", f"{place}: {message}" if place else message)


def localize_constants(function: FuncOp) -> None:
    """Gives the bodies of loops and branches copies of the constants that they take from outside."""
    for outer in function.body.walk():
        if op_name(outer) not in CONTROL:
            continue
        for region in outer.regions:
            _localize(region.block)


def _localize(block: Block) -> None:
    first = block.first_op
    local: dict[SSAValue, SSAValue] = {}
    for op in tuple(block.walk()):
        for index, value in enumerate(op.operands):
            owner = value.owner
            if isinstance(owner, Operation) and op_name(owner) in _CONSTANT and not block.is_ancestor(owner):
                if value not in local:
                    copy = owner.clone()
                    assert first is not None, "a body ends with a terminator"
                    block.insert_op_before(copy, first)
                    local[value] = copy.results[0]
                op.operands[index] = local[value]


def separate_free_operands(block: Block) -> None:
    """Gives loops, branches, the scalars that steer them and the ends of their bodies constants and broadcasts of their
    own, so that those which regions use can go into the regions."""
    sequencer = sequencer_ops(block)
    takers = [op for op in block.ops if op in sequencer]
    parent = block.parent_op()
    if parent is not None and op_name(parent) in CONTROL and block.last_op is not None:
        takers.append(block.last_op)
    for taker in takers:
        for value in dict.fromkeys(captured(taker)):
            owner = value.owner
            if not isinstance(owner, Operation) or owner.parent is not block or op_name(owner) not in CLONED:
                continue
            if all(_is_inside(use.operation, taker) for use in value.uses):
                continue
            copy = owner.clone()
            block.insert_op_before(copy, taker)
            for use in [use for use in value.uses if _is_inside(use.operation, taker)]:
                use.operation.operands[use.index] = copy.results[0]


def _is_inside(op: Operation, outer: Operation) -> bool:
    return op is outer or outer.is_ancestor(op)
