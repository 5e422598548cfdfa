"""Writes a normalization into the kernel of the contraction before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import AnyFloat, TensorType, UnknownLoc, f32
from xdsl.ir import Operation, SSAValue

from dialects.stablehlo import (
    AddOp,
    BatchNormInferenceOp,
    DivideOp,
    ElementwiseBinaryOperation,
    MultiplyOp,
    NegateOp,
    RsqrtOp,
)
from passes.analysis.constants import constant_of, number_type, splat, splat_of
from passes.analysis.ops import shape_of
from passes.normalization.match import Normalization, PerChannel, ScaledInput, Step
from passes.patterns.build import broadcast, convert, element_of, reshape
from passes.patterns.walk import replace_op


def fold(found: Normalization) -> None:
    """``contraction(x, w) * s + b -> contraction(x, w * s) + b``. Scale, shift and scaled kernel are computed in
    float32 or wider, and the kernel is then rounded to its type."""
    channels, last = found.channels, found.steps[-1].op
    writer = _Writer.ahead_of(last, channels.sizes)
    scale, shift = writer.affine(found.steps)
    contraction = found.contraction.clone()
    kernel = found.contraction.operands[channels.kernel]
    contraction.operands[channels.kernel] = writer.scaled(kernel, scale, channels.of_kernel)
    value = writer.cast(writer.add(contraction), writer.element_of_result)
    writer.finish(value, None, shift, channels.of_activations)
    for op in (*(step.op for step in reversed(found.steps)), found.contraction):
        op.detach()
        op.erase()


def fold_ahead(found: ScaledInput) -> Iterator[SSAValue]:
    """``contraction(x * s, w) -> contraction(x, w * s)`` of all contractions that take the product; the new kernels."""
    for contraction, (channels, factor) in found.factors.items():
        writer = _Writer.ahead_of(contraction, channels.sizes)
        scale, _ = writer.affine([Step(found.product, "multiply", (factor,))])
        kernel = contraction.operands[channels.kernel]
        contraction.operands[channels.kernel] = writer.scaled(kernel, scale, channels.of_kernel)
        yield contraction.operands[channels.kernel]
    replace_op(found.product, (found.source,))


def expand(op: BatchNormInferenceOp) -> None:
    """``batch_norm_inference(x) -> x * s + b``, with the scale and the shift from weights alone."""
    feature = op.feature_index.value.data
    writer = _Writer.ahead_of(op, (shape_of(op.operand)[feature],))
    step = Step(op, "normalize", tuple(PerChannel(value, (0,)) for value in op.operands[1:]))
    scale, shift = writer.affine([step])
    writer.finish(op.operand, scale, shift, (feature,))
    op.detach()
    op.erase()


@dataclass(frozen=True)
class _Writer:
    """Puts ops in front of ``anchor``, whose result the last of them replaces."""

    anchor: Operation
    sizes: tuple[int, ...]
    """The sizes of the channels: the shape of scale and shift."""
    element_of_result: AnyFloat
    element: AnyFloat
    """The type that scale and shift are computed in."""

    @classmethod
    def ahead_of(cls, anchor: Operation, sizes: tuple[int, ...]) -> _Writer:
        """With types after the anchor's result."""
        element = cast(AnyFloat, element_of(anchor.results[0]))
        return cls(anchor, sizes, element, element if element.bitwidth >= f32.bitwidth else f32)

    def add(self, op: Operation) -> SSAValue:
        """Inserts ``op``; its result."""
        if isinstance(op.location, UnknownLoc):
            op.location = self.anchor.location
        assert self.anchor.parent is not None, "what is rewritten lies in a block"
        self.anchor.parent.insert_op_before(op, self.anchor)
        return op.results[0]

    def cast(self, value: SSAValue, element: AnyFloat) -> SSAValue:
        """``value`` in another element type."""
        return value if element_of(value) == element else self.add(convert(value, element))

    def finish(self, value: SSAValue, scale: SSAValue | None, shift: SSAValue | None, along: Sequence[int]) -> None:
        """``value * scale + shift``, in place of the anchor's result."""
        for op, factor in ((MultiplyOp, scale), (AddOp, shift)):
            if factor is not None:
                narrow = self.cast(factor, self.element_of_result)
                value = self.add(op(value, self.add(broadcast(narrow, shape_of(value), along))))
        self.anchor.results[0].replace_all_uses_with(value)

    def scaled(self, kernel: SSAValue, scale: SSAValue, along: Sequence[int]) -> SSAValue:
        """The kernel times the scale of each channel, in the type that the kernel has."""
        wide = self.cast(kernel, self.element)
        product = self._of(MultiplyOp, wide, self.add(broadcast(scale, shape_of(kernel), along)))
        return self.cast(product, cast(AnyFloat, element_of(kernel)))

    def affine(self, steps: Sequence[Step]) -> tuple[SSAValue, SSAValue | None]:
        """The scale and the shift that all steps together are; None for no shift."""
        scale: SSAValue | None = None
        shift: SSAValue | None = None
        for step in steps:
            operands = [self._vector(operand) for operand in step.operands]
            scale, shift = self._after(step, operands, scale, shift)
        return (self._number(1.0) if scale is None else scale), shift

    def _after(
        self, step: Step, operands: list[SSAValue], scale: SSAValue | None, shift: SSAValue | None
    ) -> tuple[SSAValue | None, SSAValue | None]:
        match step.kind, operands:
            case "multiply", [factor]:
                return self._times(scale, factor) or factor, self._times(shift, factor)
            case "divide", [divisor]:
                whole = self._number(1.0) if scale is None else scale
                return self._of(DivideOp, whole, divisor), shift and self._of(DivideOp, shift, divisor)
            case "add", [term]:
                return scale, self._plus(shift, term)
            case "subtract", [term]:
                return scale, self._plus(shift, self._negated(term))
            case "normalize", [gamma, beta, mean, variance]:
                factor = self._of(MultiplyOp, gamma, self._inverse_deviation(step, variance))
                centred = self._plus(shift, self._negated(mean))
                return self._times(scale, factor) or factor, self._plus(self._times(centred, factor), beta)
            case _:
                return scale, shift

    def _inverse_deviation(self, step: Step, variance: SSAValue) -> SSAValue:
        epsilon = self._number(cast(BatchNormInferenceOp, step.op).epsilon.value.data)
        total = self._of(AddOp, variance, epsilon)
        return self.add(RsqrtOp.create(operands=[total], result_types=[total.type]))

    def _times(self, value: SSAValue | None, factor: SSAValue) -> SSAValue | None:
        return None if value is None else self._of(MultiplyOp, value, factor)

    def _plus(self, value: SSAValue | None, term: SSAValue) -> SSAValue:
        return term if value is None else self._of(AddOp, value, term)

    def _negated(self, value: SSAValue) -> SSAValue:
        return self.add(NegateOp.create(operands=[value], result_types=[value.type]))

    def _of(self, op: type[ElementwiseBinaryOperation[Any]], left: SSAValue, right: SSAValue) -> SSAValue:
        return self.add(op(left, right))

    def _number(self, number: float) -> SSAValue:
        dtype = number_type(self.element)
        return self.add(constant_of(splat(np.array([number], dtype), self.sizes), TensorType(self.element, self.sizes)))

    def _vector(self, part: PerChannel) -> SSAValue:
        """A value that varies along channels, with all of them as its dimensions."""
        number = splat_of(part.value)
        if number is not None:
            return self._number(float(number))
        value = self.cast(part.value, self.element)
        long = tuple(self.sizes[dimension] for dimension in part.along)
        if shape_of(value) != long:
            value = self.add(reshape(value, long))
        whole = tuple(range(len(self.sizes)))
        return value if part.along == whole else self.add(broadcast(value, self.sizes, part.along))
