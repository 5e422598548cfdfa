"""The pass ``simplify``: identities of StableHLO ops that hold to the last bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from passes.analysis.levels import require_unscheduled
from passes.patterns.arithmetic import ARITHMETIC
from passes.patterns.movement import MOVEMENT
from passes.patterns.structure import STRUCTURE
from passes.patterns.walk import Rules, rewrite_forward
from passes.patterns.windows import WINDOWS


@dataclass(frozen=True)
class SimplifyPass(ModulePass):
    """Writes with fewer or cheaper ops what computes the same numbers, to the last bit.

    Before::

        %a = stablehlo.convert %x : (tensor<8x64xbf16>) -> tensor<8x64xf32>
        %b = stablehlo.convert %a : (tensor<8x64xf32>) -> tensor<8x64xbf16>
        %c = stablehlo.divide %b, %fours : tensor<8x64xbf16>
        %d = stablehlo.reshape %bias : (tensor<64xbf16>) -> tensor<1x64xbf16>
        %e = stablehlo.broadcast_in_dim %d, dims = [0, 1] : (tensor<1x64xbf16>) -> tensor<8x64xbf16>
        %y = stablehlo.add %c, %e : tensor<8x64xbf16>

    After::

        %c = stablehlo.multiply %x, %quarters : tensor<8x64xbf16>
        %e = stablehlo.broadcast_in_dim %bias, dims = [1] : (tensor<64xbf16>) -> tensor<8x64xbf16>
        %y = stablehlo.add %c, %e : tensor<8x64xbf16>

    The identities are the rules of ``passes.patterns``: of arithmetic (neutral and absorbing elements, double negation,
    conversions to and fro, division by a power of two, constant predicates), of movement (reshapes, broadcasts,
    transposes, slices, paddings and concatenations that change nothing or follow each other; element-wise work before a
    broadcast rather than behind it), of windows (zeros that a convolution can pad by itself) and of structure (branches
    that are known, reductions of one element). Ops without effect that nothing uses go; arguments of functions stay.
    """

    name = "simplify"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        require_unscheduled(op, self.name)
        rewrite_forward(op, _RULES)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """The pass has one setting; it has work where it changes the module."""
        return (cls(),) if not cls().apply_to_clone(ctx, module_op)[1].is_structurally_equivalent(module_op) else ()


def _merged(*tables: Rules) -> Rules:
    names = {name for table in tables for name in table}
    return {name: tuple(rule for table in tables for rule in table.get(name, ())) for name in names}


_RULES = _merged(ARITHMETIC, MOVEMENT, WINDOWS, STRUCTURE)
