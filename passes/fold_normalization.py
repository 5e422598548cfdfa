"""The pass ``fold-normalization``: what scales the channels of a contraction goes into its kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.stablehlo import BatchNormInferenceOp
from passes.analysis.levels import require_unscheduled
from passes.analysis.ops import main_of
from passes.analysis.roles import weights_of
from passes.normalization.match import find_normalizations, find_scaled_inputs, fixed_values
from passes.normalization.write import expand, fold, fold_ahead
from passes.patterns.walk import erase_dead_ops


@dataclass(frozen=True)
class FoldNormalizationPass(ModulePass):
    """Moves the batch normalization behind a convolution or dot into its kernel, so that one addition remains.

    Before, with ``%s`` and ``%b`` computed from weights alone::

        %0 = stablehlo.convolution(%x, %w) ... -> tensor<8x56x56x64xbf16>
        %1 = stablehlo.convert %0 : (tensor<8x56x56x64xbf16>) -> tensor<8x56x56x64xf32>
        %2 = stablehlo.broadcast_in_dim %s, dims = [3] : (tensor<64xf32>) -> tensor<8x56x56x64xf32>
        %3 = stablehlo.multiply %1, %2 : tensor<8x56x56x64xf32>
        %4 = stablehlo.broadcast_in_dim %b, dims = [3] : (tensor<64xf32>) -> tensor<8x56x56x64xf32>
        %5 = stablehlo.add %3, %4 : tensor<8x56x56x64xf32>

    After::

        %0 = stablehlo.convert %w : (tensor<3x3x32x64xbf16>) -> tensor<3x3x32x64xf32>
        %1 = stablehlo.broadcast_in_dim %s, dims = [3] : (tensor<64xf32>) -> tensor<3x3x32x64xf32>
        %2 = stablehlo.multiply %0, %1 : tensor<3x3x32x64xf32>
        %3 = stablehlo.convert %2 : (tensor<3x3x32x64xf32>) -> tensor<3x3x32x64xbf16>
        %4 = stablehlo.convolution(%x, %3) ... -> tensor<8x56x56x64xbf16>
        %5 = stablehlo.convert %4 : (tensor<8x56x56x64xbf16>) -> tensor<8x56x56x64xf32>
        %6 = stablehlo.broadcast_in_dim %b, dims = [3] : (tensor<64xf32>) -> tensor<8x56x56x64xf32>
        %7 = stablehlo.add %5, %6 : tensor<8x56x56x64xf32>

    All multiplications, divisions, additions and subtractions that follow each other, whose other operand depends on
    weights and constants alone and varies along output channels only, are folded together: a bias, a mean, a deviation,
    gamma and beta, a constant scale of attention scores. So is a product with weights ahead of contractions that
    nothing else uses, as behind an RMS norm, where it varies along what they sum over. What is done to the kernel runs
    once, when the model is loaded. ``batch_norm_inference`` that no contraction takes becomes one multiplication and
    one addition. Where neither roles of arguments nor a batch say what the weights are, there is nothing to fold.

    Rounding changes. Scale, shift and scaled kernel are computed in float32 (float64 where the result has it); a kernel
    in bfloat16 is then rounded to it again, which moves each weight by at most 2**-9 of itself, about as much as it was
    moved when the model was stored. Nothing is folded where a kernel is in float16 or 8 bits, whose range the scaled
    weights may leave, where it is used elsewhere too, so that a scaled copy would take memory, or where the unscaled
    result is.
    """

    name = "fold-normalization"

    narrow: bool = True
    """Also scale kernels in bfloat16, which rounds them once more; else only those in float32 and float64."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        require_unscheduled(op, self.name)
        block, weights = _block_and_weights(op)
        for found in find_normalizations(block, fixed_values(block, weights), self.narrow):
            fold(found)
        fixed = fixed_values(block, weights)
        for found in find_scaled_inputs(block, fixed, self.narrow):
            fixed.update(fold_ahead(found))
        for each in list(block.ops):
            if isinstance(each, BatchNormInferenceOp) and fixed.issuperset(each.operands[1:]):
                expand(each)
        erase_dead_ops(op)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """With and without narrow kernels, as far as that changes the module."""
        try:
            block, weights = _block_and_weights(module_op)
        except PassFailedException:
            return ()
        fixed = fixed_values(block, weights)
        counts = [
            sum(1 for find in (find_normalizations, find_scaled_inputs) for _ in find(block, fixed, narrow))
            for narrow in (True, False)
        ]
        if not counts[0]:
            return ()
        return (cls(),) if counts[0] == counts[1] else (cls(), cls(narrow=False))


def _block_and_weights(module: ModuleOp) -> tuple[Block, set[SSAValue]]:
    """The body of the model's function, and those of its arguments that are the same at every inference."""
    main = main_of(module)
    if main is None:
        raise PassFailedException(
            "fold-normalization: the module has no @main with a body; name the model's function so"
        )
    if len(main.body.blocks) > 1:
        raise PassFailedException(
            f"fold-normalization: @{main.sym_name.data} has {len(main.body.blocks)} blocks; it must have one"
        )
    return main.body.block, set(weights_of(main))
