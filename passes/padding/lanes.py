"""Lanes: the elements of a tensor beyond its size along some dimensions, which no result sees.

An op that treats each index of a dimension alone may be given more of them: what it makes of them are lanes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, prod

from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, Operation, SSAValue

from dialects.stablehlo import BroadcastInDimOp, ConvolutionOp, DotGeneralOp
from passes.analysis.contraction import convolution_dimensions, dot_dimensions
from passes.analysis.dimension_maps import DimensionMap, result_dimensions
from passes.analysis.ops import ELEMENTWISE, captured, integer, integers, op_name, shape_of

Sizes = dict[int, int]
"""New sizes of some dimensions of a tensor."""

MOVES = frozenset(
    f"stablehlo.{name}"
    for name in ("broadcast_in_dim", "concatenate", "pad", "reshape", "reverse", "slice", "transpose")
)
REDUCTIONS = frozenset({"stablehlo.reduce", "stablehlo.reduce_window"})
NORMALIZATION = "stablehlo.batch_norm_inference"
CARRYING = ELEMENTWISE | MOVES | REDUCTIONS | {NORMALIZATION}
"""Ops that make lanes of lanes."""


@dataclass(frozen=True)
class Goal:
    """What contractions shall be padded to."""

    rows: int
    """What is summed over becomes a multiple of this."""
    columns: int
    """Output channels become a multiple of this."""
    waste: float
    """The greatest share of a size that may be added."""
    assume_finite: bool
    """Whether no activation is NaN or infinite."""

    def padded(self, sizes: Sequence[int], present: Sequence[int], multiple: int) -> list[int]:
        """``present``, or larger in the last dimension so that the product is a multiple, where that is no waste."""
        if not present:
            return []
        step = multiple // gcd(prod(present[:-1]), multiple)
        grown = [*present[:-1], present[-1] + -present[-1] % step]
        return grown if prod(grown) <= prod(sizes) * (1 + self.waste) else [*present]


@dataclass(frozen=True)
class Sum:
    """What a contraction sums over and what its output channels are."""

    summed: tuple[tuple[int, int], ...]
    """Pairs of dimensions of the left and the right operand."""
    kernel: int
    """Which operand has the output channels."""
    channels: tuple[tuple[int, int], ...]
    """Dimensions of that operand with those of the result."""


def sum_of(op: Operation, weights: set[SSAValue]) -> Sum | None:
    """The sum that a ``dot_general``, or a convolution without groups, computes; None of any other op.

    The output channels of a product are the dimensions of its second operand that are neither batch nor summed, or of
    the first, where that one alone is made of weights.
    """
    if isinstance(op, ConvolutionOp) and groups_of(op) is None:
        dims = convolution_dimensions(op)
        if integer(op, "batch_group_count", 1) != 1:
            return None
        return Sum(
            ((dims.input_feature, dims.kernel_input_feature),), 1, ((dims.kernel_output_feature, dims.output_feature),)
        )
    if not isinstance(op, DotGeneralOp):
        return None
    dims = dot_dimensions(op)
    kernel = 0 if op.lhs in weights and op.rhs not in weights else 1
    batches = len(dims.lhs_batch)
    first = batches + (len(dims.lhs_free) if kernel else 0)
    free = dims.rhs_free if kernel else dims.lhs_free
    return Sum(
        tuple(zip(dims.lhs_contracting, dims.rhs_contracting, strict=True)),
        kernel,
        tuple((d, first + index) for index, d in enumerate(free)),
    )


@dataclass(frozen=True)
class Groups:
    """Dimensions of a convolution whose feature groups are independent of each other."""

    input_feature: int
    kernel_output_feature: int
    output_feature: int
    inputs: int
    """Input features of a group."""
    outputs: int
    """Output features of a group."""


def groups_of(op: Operation) -> Groups | None:
    """The groups of a convolution that has several; None of any other op."""
    count = integer(op, "feature_group_count", 1)
    if not isinstance(op, ConvolutionOp) or count == 1 or integer(op, "batch_group_count", 1) != 1:
        return None
    dims = convolution_dimensions(op)
    return Groups(
        dims.input_feature,
        dims.kernel_output_feature,
        dims.output_feature,
        shape_of(op.lhs)[dims.input_feature] // count,
        shape_of(op.rhs)[dims.kernel_output_feature] // count,
    )


def lane_dimensions(op: Operation, weights: set[SSAValue]) -> tuple[DimensionMap, ...] | None:
    """As ``result_dimensions``, of those ops that lanes are carried through, and of reshapes that keep a dimension.

    Contractions are none of them: more rows would be more products. Nor does a sum carry lanes along which an
    activation is repeated, as when a mean or maximum is subtracted: they would be anything, and have to be cleared.
    """
    name = op_name(op)
    if name == "stablehlo.reshape":
        return (_kept_by_reshape(shape_of(op.operands[0]), shape_of(op.results[0])),)
    if name not in CARRYING:
        return None
    maps = result_dimensions(op)
    if maps is None or name not in ("stablehlo.add", "stablehlo.subtract"):
        return maps
    repeated = {d for operand in op.operands if operand not in weights for d in _repeated(operand)}
    return tuple(tuple(None if target in repeated else target for target in dimensions) for dimensions in maps)


def _repeated(value: SSAValue) -> list[int]:
    """The dimensions along which a broadcast repeats its operand."""
    owner = value.owner
    if not isinstance(owner, BroadcastInDimOp):
        return []
    shape, result = shape_of(owner.operand), shape_of(value)
    sources = dict(zip(integers(owner, "broadcast_dimensions", ()), shape, strict=True))
    return [d for d, size in enumerate(result) if sources.get(d, 1) != size]


def _kept_by_reshape(before: tuple[int, ...], after: tuple[int, ...]) -> DimensionMap:
    """A dimension is kept where as many elements lie before it and inside it as before."""
    places = {(prod(after[:d]), size): d for d, size in enumerate(after) if size > 1}
    return tuple(places.get((prod(before[:d]), size)) for d, size in enumerate(before))


def wanted_lanes(block: Block, weights: set[SSAValue], goal: Goal) -> dict[tuple[SSAValue, int], int]:
    """The values and dimensions along which a contraction of the block sums in the end, if lanes are carried to it,
    with the size that it wants them to have."""
    wanted: dict[tuple[SSAValue, int], int] = {}

    def want(value: SSAValue, dimension: int, size: int) -> None:
        wanted[value, dimension] = max(size, wanted.get((value, dimension), 0))

    for op in reversed(block.ops):
        if not op.results or all(result in weights for result in op.results):
            continue
        total, groups = sum_of(op, weights), groups_of(op)
        if total is not None:
            present = [shape_of(op.operands[0])[left] for left, _ in total.summed]
            for pair, size in zip(total.summed, goal.padded(present, present, goal.rows), strict=True):
                for operand, d in zip(op.operands, pair, strict=True):
                    want(operand, d, size)
        if groups is not None and (op.results[0], groups.output_feature) in wanted:
            size = wanted[op.results[0], groups.output_feature]
            want(op.operands[0], groups.input_feature, size // groups.outputs * groups.inputs)
        for operand, dimensions in zip(op.operands, lane_dimensions(op, weights) or (), strict=False):
            for d, target in enumerate(dimensions):
                for result in op.results:
                    if target is not None and (result, target) in wanted:
                        want(operand, d, wanted[result, target])
    return wanted


def weights_of(function: FuncOp, arguments: set[SSAValue]) -> set[SSAValue]:
    """The values of a function that depend on constants and on ``arguments``, its weights, alone."""
    weights = set(arguments)
    _add_weights(function.body.block, weights)
    return weights


def _add_weights(block: Block, weights: set[SSAValue]) -> None:
    for op in block.ops:
        if op_name(op) == "stablehlo.while":
            for argument in invariants(op):
                if origin(argument) in weights:
                    weights.add(argument)
        for region in op.regions:
            for nested in region.blocks:
                _add_weights(nested, weights)
        if op.results and op_name(op) != "stablehlo.rng" and all(value in weights for value in captured(op)):
            weights.update(op.results)


def invariants(loop: Operation) -> list[SSAValue]:
    """The arguments of a loop's regions that are what they were in every iteration."""
    cond, body = (region.block for region in loop.regions)
    end = body.last_op
    kept = [] if end is None else [i for i, value in enumerate(end.operands) if value is body.args[i]]
    return [block.args[index] for index in kept for block in (cond, body)]


def origin(value: SSAValue) -> SSAValue:
    """Where a value comes from that loops hand on unchanged."""
    while isinstance(value.owner, Block):
        loop = value.owner.parent_op()
        if loop is None or op_name(loop) != "stablehlo.while" or value not in invariants(loop):
            break
        value = loop.operands[value.owner.args.index(value)]
    return value
