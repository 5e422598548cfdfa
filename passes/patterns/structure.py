"""Ops with nothing to decide, to reduce or to take apart."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Block, Operation, SSAValue

from dialects.stablehlo import CaseOp, IfOp, ReduceOp, ReturnOp
from passes.analysis.constants import splat_of
from passes.analysis.ops import ELEMENTWISE, integer, op_name, shape_of
from passes.patterns.build import broadcast, reshape
from passes.patterns.walk import Add, Rules


def take_branch(op: IfOp, add: Add) -> Sequence[SSAValue] | None:
    """``if(true) {x} else {y} -> x``, ``if(false) {x} else {y} -> y``"""
    predicate = splat_of(op.pred)
    if predicate is None:
        return None
    return _spliced(op, (op.true_branch if predicate else op.false_branch).block)


def take_case(op: CaseOp, add: Add) -> Sequence[SSAValue] | None:
    """``case(1) {x}, {y} -> y``; an index out of range takes the last branch."""
    index = splat_of(op.index)
    if index is None:
        return None
    return _spliced(op, op.branches[int(index) if 0 <= index < len(op.branches) else -1].block)


def _spliced(op: Operation, branch: Block) -> Sequence[SSAValue]:
    """The results of a branch, whose ops move in front of ``op``."""
    *body, terminator = branch.ops
    assert op.parent is not None, "an op with branches lies in a block"
    for inner in body:
        inner.detach()
        op.parent.insert_op_before(inner, op)
    return tuple(terminator.operands)


def drop_reduce(op: ReduceOp, add: Add) -> Sequence[SSAValue] | None:
    """``reduce(x, e) -> x`` over no dimensions"""
    return None if op.dimensions.get_values() else tuple(op.inputs)


def combine_once(op: ReduceOp, add: Add) -> SSAValue | None:
    """``reduce(x, e) -> e op x`` over dimensions of size 1: of -0 and e = 0 a sum is 0"""
    shape = shape_of(op.inputs[0])
    combination = op.body.block.first_op
    if len(op.inputs) != 1 or combination is None or not _is_whole_body(combination, op.body.block):
        return None
    if any(shape[d] != 1 for d in op.dimensions.get_values()):
        return None
    kept = shape_of(op.result[0])
    init = op.init_values[0] if not kept else add(broadcast(op.init_values[0], kept, ()))
    given: dict[SSAValue, SSAValue] = dict(
        zip(op.body.block.args, (init, add(reshape(op.inputs[0], kept))), strict=True)
    )
    operands = [given[operand] for operand in combination.operands]
    properties = dict(combination.properties)
    return add(type(combination).create(operands=operands, result_types=op.result_types, properties=properties))


def _is_whole_body(combination: Operation, block: Block) -> bool:
    """Whether a reducer is one element-wise op of its two arguments."""
    last = block.last_op
    return (
        op_name(combination) in ELEMENTWISE
        and combination.next_op is last
        and isinstance(last, ReturnOp)
        and tuple(last.operands) == tuple(combination.results)
        and set(combination.operands) == set(block.args)
        and all(value.type == block.args[0].type for value in combination.results)
    )


def take_element_of_tuple(op: Operation, add: Add) -> SSAValue | None:
    """``get_tuple_element(tuple(x, y), 1) -> y``"""
    inner = op.operands[0].owner
    if not isinstance(inner, Operation) or op_name(inner) != "stablehlo.tuple":
        return None
    return inner.operands[integer(op, "index", 0)]


STRUCTURE: Rules = {
    "stablehlo.case": (take_case,),
    "stablehlo.get_tuple_element": (take_element_of_tuple,),
    "stablehlo.if": (take_branch,),
    "stablehlo.reduce": (drop_reduce, combine_once),
}
"""The rules of this module by the op that they rewrite."""
