"""The pass ``fold-constants``: what depends on constants alone is computed now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.stablehlo import ConstantOp
from passes.analysis.constants import Array, array_of, constant_of, is_splat
from passes.analysis.evaluate import evaluate
from passes.analysis.levels import require_unscheduled
from passes.analysis.ops import elements, op_name, tensor_type
from passes.patterns.walk import erase_dead_ops, replace_op


@dataclass(frozen=True)
class FoldConstantsPass(ModulePass):
    """Replaces each op whose operands are constants by the constant that it gives.

    Before::

        %two = stablehlo.constant dense<2.0> : tensor<f32>
        %a = stablehlo.broadcast_in_dim %two, dims = [] : (tensor<f32>) -> tensor<8x64xf32>
        %row = stablehlo.iota dim = 0 : tensor<3x3xi32>
        %column = stablehlo.iota dim = 1 : tensor<3x3xi32>
        %mask = stablehlo.compare GE, %row, %column : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>

    After::

        %a = stablehlo.constant dense<2.0> : tensor<8x64xf32>
        %mask = stablehlo.constant dense<[[true, false, false], [true, true, false], ...]> : tensor<3x3xi1>

    The result is what every implementation of StableHLO computes, to the last bit; where they may differ the op stays:
    transcendental functions, numbers below the normal range in operands or results, 0 against -0 in a maximum or
    minimum, integers divided by zero or shifted out, floats beyond the integers that they are converted to.

    One repeated value stays one, whatever its shape. What makes a tensor of a few numbers, a broadcast or an ``iota``,
    stays itself, for it is shorter than its result, while what is computed from it is folded.
    """

    name = "fold-constants"

    limit: int = 1 << 16
    """The most elements that a new constant may have, at least 0, unless all of them are equal."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.limit < 0:
            raise PassFailedException(
                f"fold-constants: limit={self.limit} is no number of elements; it must be 0 or more"
            )
        require_unscheduled(op, self.name)
        if _fold(op, self.limit):
            erase_dead_ops(op)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """The default where it folds anything: no cost depends on how many constants are written down."""
        return (cls(),) if _fold(module_op.clone(), cls.limit) else ()


def _fold(module: ModuleOp, limit: int) -> bool:
    """Folds in one forward walk; whether anything was folded."""
    known: dict[SSAValue, Array] = {}
    folded = False
    for op in list(module.walk()):
        result = _evaluated(op, known, limit)
        if result is None:
            continue
        kind = tensor_type(op.results[0])
        if isinstance(op, ConstantOp) or kind is None or not _is_worth_writing(op, result, limit):
            known[op.results[0]] = result
            continue
        constant = constant_of(result, kind)
        constant.location = op.location
        assert op.parent is not None, "an op with a result lies in a block"
        op.parent.insert_op_before(constant, op)
        known[constant.output] = result
        replace_op(op, (constant.output,))
        folded = True
    return folded


def _evaluated(op: Operation, known: dict[SSAValue, Array], limit: int) -> Array | None:
    if isinstance(op, ConstantOp):
        return array_of(op.output)
    operands = [known.get(operand) for operand in op.operands]
    present = [operand for operand in operands if operand is not None]
    return evaluate(op, present, limit) if len(present) == len(operands) else None


def _is_worth_writing(op: Operation, result: Array, limit: int) -> bool:
    if is_splat(result):
        return True
    name = op_name(op)
    grows = name == "stablehlo.broadcast_in_dim" and result.size > elements(op.operands[0])
    return result.size <= limit and name != "stablehlo.iota" and not grows
