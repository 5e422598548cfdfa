"""The pass ``assign-layout``: tensors are stored so that the fewest bytes are transposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from dialects.stablehlo import ConvolutionOp, TransposeOp
from passes.analysis.levels import require_unscheduled
from passes.analysis.ops import main_of
from passes.layout.graph import read_graph
from passes.layout.program import Cost, solve
from passes.layout.rewrite import rewrite


@dataclass(frozen=True)
class AssignLayoutPass(ModulePass):
    """Chooses the order in which the dimensions of each tensor are stored, for the whole of @main at once, by an
    integer program: the fewest bytes are transposed at run time, and among such choices with the fewest transposes.

    Before::

        %a = stablehlo.transpose %x, dims = [0, 2, 3, 1] : (tensor<1x3x8x8xf32>) -> tensor<1x8x8x3xf32>
        %b = stablehlo.convolution(%a, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], ...
        %c = stablehlo.transpose %b, dims = [0, 3, 1, 2] : (tensor<1x8x8x4xf32>) -> tensor<1x4x8x8xf32>
        %d = stablehlo.tanh %c : tensor<1x4x8x8xf32>

    After::

        %b = stablehlo.convolution(%x, %w) dim_numbers = [b, f, 0, 1]x[0, 1, i, o]->[b, f, 0, 1], ...
        %d = stablehlo.tanh %b : tensor<1x4x8x8xf32>

    A layout is a permutation of a tensor's dimensions. It is realised in the types: the tensor is stored permuted, the
    attributes of ops that name dimensions follow, and a ``stablehlo.transpose`` stays only where an op needs an order
    that its operand is not in. A convolution takes any layout on each side. A ``dot_general`` takes any layout of its
    operands; its result has batch dimensions, then the other ones of one operand in the order of storage, then those of
    the other: exchanged where that saves a transpose. What heads were merged into by a reshape is summed over head by
    head instead. Element-wise ops, reductions, windows, broadcasts, slices, pads, concatenations, sorts, gathers and
    updates carry any order; a reshape carries it as long as what it merges or splits stays together and in order.
    All other ops (scatter, control flow, Fourier transforms, linear algebra, calls, ops that nobody knows), ops with a
    sharding and those of dynamic shapes take and give tensors as they were written. So do @main's arguments and
    results. A transpose that only moves dimensions of one element moves no data: it counts nothing, and may become a
    reshape.

    Weights and what is computed of them alone are brought into any order for nothing; those are the arguments of the
    role ``"weight"``, where there are no roles those that ``set-batch`` would take for weights, and none where it could
    not tell.

    A module is changed only if fewer bytes, or as many with fewer transposes, are moved than before, or if a
    convolution has not the layout that was asked for. The choice is optimal among the orders that a tensor is a
    candidate for: see ``passes.layout.graph``; and as long as ``passes.layout.program.NODE_LIMIT`` suffices, beyond
    which it is the best that was found. It is made again until nothing is gained, so that the pass is idempotent.
    """

    name = "assign-layout"

    convolution: Literal["any", "nhwc", "nchw"] = "any"
    """Layout that the activations of every convolution are to have: batch, spatial dimensions, features (nhwc); batch,
    features, spatial dimensions (nchw); or whichever moves the fewest bytes (any)."""
    weights: Literal["free", "counted"] = "free"
    """Whether transposes of weights are free, since they run ahead of time, or counted as those of activations are."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        require_unscheduled(op, self.name)
        main = main_of(op)
        if main is None or len(main.body.blocks) != 1:
            return
        best: Cost | None = None
        while True:
            graph = read_graph(main, self.convolution, self.weights)
            found = solve(graph.program)
            limit = graph.written if best is None else min(best, graph.written)
            if found.cost >= limit and not (graph.is_required and best is None):
                return
            best = found.cost
            rewrite(main, graph, found)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """Every layout of convolutions where there is one; else the default where there is a transpose."""
        if any(isinstance(op, ConvolutionOp) for op in module_op.walk()):
            return cls(), cls("nhwc"), cls("nchw")
        return (cls(),) if any(isinstance(op, TransposeOp) for op in module_op.walk()) else ()
