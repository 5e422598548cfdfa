"""Finds what scales the channels of contractions by weights, behind them or ahead of them.

Behind: a batch normalization at inference, whatever framework spells it: subtractions of a mean, products with
``gamma * rsqrt(variance + epsilon)``, sums with a shift, in any order and number, with a bias of the contraction before
them; also a scale of attention scores by a constant. Ahead: the weights of a normalization without shift, as RMS norm
has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from xdsl.dialects.builtin import AnyFloat, BFloat16Type, Float32Type, Float64Type
from xdsl.ir import Block, Operation, SSAValue
from xdsl.traits import is_side_effect_free

from dialects.stablehlo import (
    AddOp,
    BatchNormInferenceOp,
    BroadcastInDimOp,
    ConvertOp,
    DivideOp,
    MultiplyOp,
    PadOp,
    ReshapeOp,
    SubtractOp,
    TransposeOp,
)
from passes.analysis.constants import splat_of
from passes.analysis.contraction import convolution_dimensions, dot_dimensions
from passes.analysis.ops import CONTRACTION, captured, integer, integers, op_name, shape_of, tensor_type

_WIDE_RANGE = (BFloat16Type, Float32Type, Float64Type)
"""Types whose numbers may be scaled without leaving their range sooner than a float32 does."""


def fixed_values(block: Block, weights: set[SSAValue]) -> set[SSAValue]:
    """All values of a block that depend on ``weights`` and constants alone."""
    fixed = set(weights)
    for op in block.ops:
        if is_side_effect_free(op) and fixed.issuperset(captured(op)):
            fixed.update(op.results)
    return fixed


@dataclass(frozen=True)
class Channels:
    """Dimensions that the activations and the kernel of a contraction share: what can be scaled in either."""

    kernel: int
    """Which operand has the weights."""
    of_activations: tuple[int, ...]
    """Dimensions of the result, or of the other operand, ascending."""
    of_kernel: tuple[int, ...]
    """The same dimensions in the kernel, ascending too."""
    sizes: tuple[int, ...]


def output_channels(op: Operation, fixed: set[SSAValue]) -> Channels | None:
    """What the result of a contraction of activations with weights has from its kernel; None for any other op."""
    kernel = _kernel_of(op, fixed)
    if kernel is None:
        return None
    if op_name(op) == "stablehlo.convolution":
        dims = convolution_dimensions(op)
        return _channels(op, kernel, {dims.output_feature: dims.kernel_output_feature}) if kernel == 1 else None
    dims = dot_dimensions(op)
    batch, free = (dims.lhs_batch, dims.lhs_free) if kernel == 0 else (dims.rhs_batch, dims.rhs_free)
    first = len(batch) + (0 if kernel == 0 else len(dims.lhs_free))
    return _channels(op, kernel, dict(enumerate(batch)) | dict(enumerate(free, first)))


def input_channels(op: Operation, fixed: set[SSAValue]) -> Channels | None:
    """What a contraction of activations with weights sums over, and batches; None for any other op."""
    kernel = _kernel_of(op, fixed)
    if kernel is None:
        return None
    if op_name(op) == "stablehlo.convolution":
        dims = convolution_dimensions(op)
        grouped = integer(op, "feature_group_count", 1) != 1 or integer(op, "batch_group_count", 1) != 1
        pairs = {} if grouped else {dims.input_feature: dims.kernel_input_feature}
        return _channels(op, kernel, pairs) if kernel == 1 else None
    dims = dot_dimensions(op)
    lhs, rhs = (*dims.lhs_batch, *dims.lhs_contracting), (*dims.rhs_batch, *dims.rhs_contracting)
    return _channels(op, kernel, dict(zip(*((rhs, lhs) if kernel == 0 else (lhs, rhs)), strict=True)))


def _kernel_of(op: Operation, fixed: set[SSAValue]) -> int | None:
    if op_name(op) not in CONTRACTION or (op.operands[0] in fixed) == (op.operands[1] in fixed):
        return None
    return 0 if op.operands[0] in fixed else 1


def _channels(op: Operation, kernel: int, places: dict[int, int]) -> Channels | None:
    """``places`` gives the kernel's dimension for each of the activations'; None where their orders differ."""
    of_activations = tuple(sorted(places))
    of_kernel = tuple(places[dimension] for dimension in of_activations)
    shape = shape_of(op.operands[kernel])
    same_order = of_kernel == tuple(sorted(of_kernel))
    return Channels(kernel, of_activations, of_kernel, tuple(shape[d] for d in of_kernel)) if same_order else None


@dataclass(frozen=True)
class PerChannel:
    """A value that varies along some channels only, before it is broadcast to the result."""

    value: SSAValue
    along: tuple[int, ...]
    """For each dimension of ``value`` that is longer than 1 the index of its channel, ascending."""


Kind = Literal["convert", "multiply", "divide", "add", "subtract", "normalize"]


@dataclass(frozen=True)
class Step:
    """One op behind a contraction, which takes its result and operands that vary along channels."""

    op: Operation
    kind: Kind
    operands: tuple[PerChannel, ...] = ()

    @property
    def scales(self) -> bool:
        """Whether the step does more than to add."""
        return self.kind in ("multiply", "divide", "normalize")


@dataclass(frozen=True)
class Normalization:
    """A contraction and the steps to fold into it, the last of which adds or scales."""

    contraction: Operation
    channels: Channels
    steps: tuple[Step, ...]


def find_normalizations(block: Block, fixed: set[SSAValue], narrow: bool) -> Iterator[Normalization]:
    """Every contraction of a block whose result is scaled by weights; with ``narrow`` also of bfloat16 kernels."""
    for op in list(block.ops):
        channels = output_channels(op, fixed)
        if channels is None or not _may_scale(op, channels.kernel, narrow):
            continue
        steps = list(_steps(op, channels, fixed))
        while steps and steps[-1].kind == "convert":
            steps.pop()
        if any(step.scales for step in steps):
            yield Normalization(op, channels, tuple(steps))


@dataclass(frozen=True)
class ScaledInput:
    """A product with weights that nothing but contractions use."""

    product: MultiplyOp
    source: SSAValue
    """What is scaled."""
    factors: dict[Operation, tuple[Channels, PerChannel]]
    """For each contraction how the factor varies along what it sums over."""


def find_scaled_inputs(block: Block, fixed: set[SSAValue], narrow: bool) -> Iterator[ScaledInput]:
    """Every product of activations with weights that can be taken into the kernels of all contractions that use it,
    the last one first: another may be ahead of it."""
    for op in reversed(list(block.ops)):
        if not isinstance(op, MultiplyOp) or (op.lhs in fixed) == (op.rhs in fixed):
            continue
        factor, source = (op.lhs, op.rhs) if op.lhs in fixed else (op.rhs, op.lhs)
        users = _contractions_of(op.result, op.parent)
        factors: dict[Operation, tuple[Channels, PerChannel]] = {}
        for user in users or ():
            channels = input_channels(user, fixed)
            along = None if channels is None else _per_channel(factor, channels)
            if channels is not None and along is not None and _may_scale(user, channels.kernel, narrow):
                factors[user] = channels, along
        if users and len(factors) == len(users):
            yield ScaledInput(op, source, factors)


def _contractions_of(value: SSAValue, block: Block | None) -> set[Operation] | None:
    """The contractions that take ``value``, or what conversions and padding with zeros make of it; None where there are
    other users."""
    found: set[Operation] = set()
    for use in value.uses:
        op = use.operation
        if op.parent is not block:
            return None
        if op_name(op) in CONTRACTION:
            found.add(op)
            continue
        is_float = isinstance(op, ConvertOp) and _float_of(op.operand) is not None and _float_of(op.result) is not None
        is_zero_pad = isinstance(op, PadOp) and use.index == 0 and splat_of(op.padding_value) == 0
        behind = _contractions_of(op.results[0], block) if is_float or is_zero_pad else None
        if behind is None:
            return None
        found |= behind
    return found


def _may_scale(op: Operation, operand: int, narrow: bool) -> bool:
    """Whether the kernel has a type that bears it, and is no one else's: a copy would take memory of its own."""
    kernel = op.operands[operand]
    element = _float_of(kernel)
    if element is None or _float_of(op.results[0]) is None or (element.bitwidth < 32 and not narrow):
        return False
    while kernel.has_one_use() and isinstance(kernel.owner, ConvertOp | ReshapeOp | TransposeOp):
        kernel = kernel.owner.operands[0]
    return kernel.has_one_use()


def _float_of(value: SSAValue) -> AnyFloat | None:
    kind = tensor_type(value)
    return (
        cast(AnyFloat, kind.element_type) if kind is not None and isinstance(kind.element_type, _WIDE_RANGE) else None
    )


def _steps(op: Operation, channels: Channels, fixed: set[SSAValue]) -> Iterator[Step]:
    """The ops that follow one after the other, each the only user of the one before."""
    value = op.results[0]
    while value.has_one_use():
        (use,) = value.uses
        step = _step(use.operation, use.index, channels, fixed) if use.operation.parent is op.parent else None
        if step is None:
            return
        yield step
        value = step.op.results[0]


def _step(op: Operation, index: int, channels: Channels, fixed: set[SSAValue]) -> Step | None:
    match op:
        case ConvertOp():
            before, after = _float_of(op.operands[0]), _float_of(op.results[0])
            widens = before is not None and after is not None and after.bitwidth >= before.bitwidth
            return Step(op, "convert") if widens else None
        case BatchNormInferenceOp():
            is_along = (op.feature_index.value.data,) == channels.of_activations and index == 0
            parts = tuple(PerChannel(value, (0,)) for value in op.operands[1:])
            return Step(op, "normalize", parts) if is_along and fixed.issuperset(op.operands[1:]) else None
        case MultiplyOp() | DivideOp() | AddOp() | SubtractOp():
            other = op.operands[1 - index]
            factor = _per_channel(other, channels) if other in fixed else None
            kind = _KINDS.get((type(op), index))
            return None if factor is None or kind is None else Step(op, kind, (factor,))
        case _:
            return None


_KINDS: dict[tuple[type[Operation], int], Kind] = {
    (MultiplyOp, 0): "multiply",
    (MultiplyOp, 1): "multiply",
    (DivideOp, 0): "divide",
    (AddOp, 0): "add",
    (AddOp, 1): "add",
    (SubtractOp, 0): "subtract",
}
"""What an op does to the value that is its operand of that index."""


def _per_channel(value: SSAValue, channels: Channels) -> PerChannel | None:
    """Follows a value back to before broadcasts and reshapes of size-1 dimensions; None where it varies along anything
    but channels."""
    shape = shape_of(value)
    places: tuple[int | None, ...] = tuple(d if size != 1 else None for d, size in enumerate(shape))
    while splat_of(value) is None and isinstance(value.owner, BroadcastInDimOp | ReshapeOp):
        steps = _places_before(value.owner)
        if steps is None:
            break
        places = tuple(None if step is None else places[step] for step in steps)
        value = value.owner.operands[0]
    if splat_of(value) is not None:
        return PerChannel(value, ())
    along = [place for place in places if place is not None]
    if along != sorted(along) or not set(along) <= set(channels.of_activations):
        return None
    return PerChannel(value, tuple(channels.of_activations.index(place) for place in along))


def _places_before(op: BroadcastInDimOp | ReshapeOp) -> tuple[int | None, ...] | None:
    """For each dimension of the operand that is longer than 1 the dimension of the result that it becomes."""
    before, after = shape_of(op.operands[0]), shape_of(op.results[0])
    if isinstance(op, BroadcastInDimOp):
        dimensions = integers(op, "broadcast_dimensions", ())
        return tuple(d if size != 1 else None for d, size in zip(dimensions, before, strict=True))
    long = iter([d for d, size in enumerate(after) if size != 1])
    if [size for size in before if size != 1] != [size for size in after if size != 1]:
        return None
    return tuple(next(long) if size != 1 else None for size in before)
