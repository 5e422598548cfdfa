"""The pass ``pad-tensors``: contractions get sizes that fill the arrays evenly."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import gcd, prod
from typing import Self, cast

from xdsl.context import Context
from xdsl.dialects.builtin import AnyFloat, DenseArrayBase, IntegerType, ModuleOp, TensorType, i64
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.utils.exceptions import PassFailedException

from dialects.stablehlo import ConstantOp, ConvolutionOp, DotGeneralOp, PadOp, SliceOp, dense_from_bytes, ints
from passes.analysis.levels import require_unscheduled
from passes.analysis.ops import shape_of, tensor_type

Sizes = dict[int, int]
"""New sizes of some dimensions of a tensor."""


@dataclass(frozen=True)
class PadTensorsPass(ModulePass):
    """Pads what contractions sum over, and their output channels, with zeros to a multiple of a number.

    Before::

        %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
          : (tensor<8x27xf32>, tensor<27x30xf32>) -> tensor<8x30xf32>

    After ``pad-tensors{multiple-of=16}``::

        %zero = stablehlo.constant dense<0.0> : tensor<f32>
        %a = stablehlo.pad %x, %zero, low = [0, 0], high = [0, 5], interior = [0, 0] : (...) -> tensor<8x32xf32>
        %b = stablehlo.pad %w, %zero, low = [0, 0], high = [5, 2], interior = [0, 0] : (...) -> tensor<32x32xf32>
        %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (...) -> tensor<8x32xf32>
        %y = stablehlo.slice %c [0:8, 0:30] : (tensor<8x32xf32>) -> tensor<8x30xf32>

    Both operands are padded where they are summed over, so that each product of what was added is 0 times 0 and sums
    stay what they are. The output channels of a ``dot_general`` are the dimensions of its second operand that are
    neither batch nor summed. Where several dimensions together are summed over, or are output channels, their product
    becomes a multiple, by padding the last. A convolution's features are padded unless it has groups. Where a result is
    sliced only to be padded with zeros again for the next contraction, both vanish; there, and only there, an infinity
    may become NaN, as infinity times 0 is.
    """

    name = "pad-tensors"

    multiple_of: int = 8
    """What the sizes shall be multiples of, at least 1; 1 pads nothing."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.multiple_of < 1:
            raise PassFailedException(f"pad-tensors: multiple-of={self.multiple_of} must be at least 1")
        require_unscheduled(op, self.name)
        padder = _Padder()
        for contraction in _contractions(op):
            padder.pad(contraction, _padding(contraction, self.multiple_of))
        for pad in [each for each in op.walk() if isinstance(each, PadOp)]:
            _cancel_slice_then_pad(pad)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """Powers of two from 8 to 128, as far as they pad anything."""
        contractions = _contractions(module_op)
        multiples = (8, 16, 32, 64, 128)
        return tuple(cls(n) for n in multiples if any(any(_padding(each, n).operands) for each in contractions))


@dataclass(frozen=True)
class _Padding:
    """New sizes for a contraction."""

    operands: tuple[Sizes, Sizes]
    result: Sizes


def _contractions(module: ModuleOp) -> list[DotGeneralOp | ConvolutionOp]:
    return [op for op in module.walk() if isinstance(op, DotGeneralOp | ConvolutionOp) and _has_zero(op)]


def _has_zero(op: Operation) -> bool:
    """Whether zeros of the operands' types can be written down."""
    kinds = [tensor_type(value) for value in op.operands]
    return all(kind is not None and isinstance(kind.element_type, AnyFloat | IntegerType) for kind in kinds)


def _padding(op: DotGeneralOp | ConvolutionOp, multiple: int) -> _Padding:
    """What ``op`` lacks."""
    return _padding_of_dot(op, multiple) if isinstance(op, DotGeneralOp) else _padding_of_convolution(op, multiple)


def _padding_of_dot(op: DotGeneralOp, multiple: int) -> _Padding:
    numbers = op.dot_dimension_numbers
    summed_left, summed = ints(numbers.lhs_contracting_dimensions), ints(numbers.rhs_contracting_dimensions)
    batch = ints(numbers.rhs_batching_dimensions)
    shape = shape_of(op.rhs)
    channels = tuple(d for d in range(len(shape)) if d not in summed and d not in batch)
    left: Sizes = {}
    right: Sizes = {}
    result: Sizes = {}
    if summed and (size := _padded_size([shape[d] for d in summed], multiple)) is not None:
        left[summed_left[-1]] = right[summed[-1]] = size
    if channels and (size := _padded_size([shape[d] for d in channels], multiple)) is not None:
        right[channels[-1]] = result[len(shape_of(op.results[0])) - 1] = size
    return _Padding((left, right), result)


def _padding_of_convolution(op: ConvolutionOp, multiple: int) -> _Padding:
    left: Sizes = {}
    right: Sizes = {}
    result: Sizes = {}
    if op.feature_group_count.value.data != 1 or op.batch_group_count.value.data != 1:
        return _Padding((left, right), result)
    numbers, shape = op.dimension_numbers, shape_of(op.rhs)
    inputs = numbers.kernel_input_feature_dimension.value.data
    outputs = numbers.kernel_output_feature_dimension.value.data
    if (size := _padded_size([shape[inputs]], multiple)) is not None:
        left[numbers.input_feature_dimension.value.data] = right[inputs] = size
    if (size := _padded_size([shape[outputs]], multiple)) is not None:
        right[outputs] = result[numbers.output_feature_dimension.value.data] = size
    return _Padding((left, right), result)


def _padded_size(sizes: list[int], multiple: int) -> int | None:
    """The last of ``sizes`` such that their product is a multiple; None where it is one already."""
    *others, last = sizes
    step = multiple // gcd(prod(others), multiple)
    return None if last % step == 0 else last + -last % step


@dataclass
class _Padder:
    """Pads contractions; what several of them read is padded once in a block."""

    padded: dict[tuple[SSAValue, tuple[int, ...], Block], SSAValue] = field(
        default_factory=dict[tuple[SSAValue, tuple[int, ...], Block], SSAValue]
    )

    def pad(self, op: DotGeneralOp | ConvolutionOp, padding: _Padding) -> None:
        """Gives ``op`` its new sizes, and what used its result a slice with the old ones."""
        for index, sizes in enumerate(padding.operands):
            if sizes:
                op.operands[index] = self._operand(op, op.operands[index], sizes)
        if not padding.result:
            return
        shape = shape_of(op.results[0])
        wide = Rewriter.replace_value_with_new_type(op.results[0], _resized(op.results[0], padding.result))
        cut = SliceOp.create(
            operands=[wide],
            result_types=[_resized(wide, dict(enumerate(shape)))],
            properties={
                "start_indices": DenseArrayBase.from_list(i64, [0] * len(shape)),
                "limit_indices": DenseArrayBase.from_list(i64, shape),
                "strides": DenseArrayBase.from_list(i64, [1] * len(shape)),
            },
        )
        cut.location = op.location
        cast(Block, op.parent).insert_op_after(cut, op)
        wide.replace_uses_with_if(cut.results[0], lambda use: use.operation is not cut)

    def _operand(self, op: Operation, value: SSAValue, sizes: Sizes) -> SSAValue:
        block = cast(Block, op.parent)
        kind = _resized(value, sizes)
        key = (value, kind.get_shape(), block)
        if key not in self.padded:
            shape = shape_of(value)
            element = cast("AnyFloat | IntegerType", kind.element_type)
            zero = ConstantOp(dense_from_bytes(bytes(element.compile_time_size), TensorType(element, [])))
            none = [0] * len(shape)
            high = [new - old for new, old in zip(kind.get_shape(), shape, strict=True)]
            pad = PadOp(value, zero.output, none, high, none)
            zero.location = pad.location = op.location
            block.insert_ops_before([zero, pad], op)
            self.padded[key] = pad.result
        return self.padded[key]


def _resized(value: SSAValue, sizes: Sizes) -> TensorType[Attribute]:
    kind = tensor_type(value)
    assert kind is not None, "contractions take tensors"
    shape = [sizes.get(d, size) for d, size in enumerate(kind.get_shape())]
    return TensorType(kind.element_type, shape, kind.encoding)


def _cancel_slice_then_pad(pad: PadOp) -> None:
    """Takes the wide result of a contraction itself where ``pad`` puts back the zeros that a slice has cut off."""
    cut = pad.operand.owner
    if not isinstance(cut, SliceOp) or not _is_zero_padding(pad) or cut.operand.type != pad.result.type:
        return
    from_start = not any(cut.start_indices.get_values()) and all(step == 1 for step in cut.strides.get_values())
    contraction = cut.operand.owner
    if not from_start or not isinstance(contraction, DotGeneralOp | ConvolutionOp):
        return
    kernel = contraction.rhs.owner
    if not isinstance(kernel, PadOp) or not _is_zero_padding(kernel):
        return
    wide, kept = shape_of(cut.operand), shape_of(cut.result)
    if all(size == left or _zero_from(contraction, kernel, d) <= left for d, (size, left) in _pairs(wide, kept)):
        pad.result.replace_all_uses_with(cut.operand)
        pad.detach()
        pad.erase()
        if not cut.result.uses:
            cut.detach()
            cut.erase()


def _pairs(wide: tuple[int, ...], kept: tuple[int, ...]) -> list[tuple[int, tuple[int, int]]]:
    return list(enumerate(zip(wide, kept, strict=True)))


def _is_zero_padding(pad: PadOp) -> bool:
    """Whether zeros are put behind the elements, and nowhere else."""
    zero = pad.padding_value.owner
    if not isinstance(zero, ConstantOp) or any(zero.value.data.data):
        return False
    inside = (*pad.edge_padding_low.get_values(), *pad.interior_padding.get_values())
    return not any(inside) and all(high >= 0 for high in pad.edge_padding_high.get_values())


def _zero_from(contraction: DotGeneralOp | ConvolutionOp, kernel: PadOp, dimension: int) -> int:
    """From which index on a result is zero along ``dimension``, for its kernel is; its size where that is unknown."""
    shape = shape_of(contraction.results[0])
    if isinstance(contraction, ConvolutionOp):
        numbers = contraction.dimension_numbers
        source = numbers.kernel_output_feature_dimension.value.data
        is_channel = dimension == numbers.output_feature_dimension.value.data
    else:
        numbers = contraction.dot_dimension_numbers
        taken = (*ints(numbers.rhs_contracting_dimensions), *ints(numbers.rhs_batching_dimensions))
        channels = [d for d in range(len(shape_of(contraction.rhs))) if d not in taken]
        first = len(shape) - len(channels)
        is_channel = dimension >= first
        source = channels[dimension - first] if is_channel else 0
    return shape_of(kernel.operand)[source] if is_channel else shape[dimension]
