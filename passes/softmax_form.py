"""The pass ``softmax-form``: softmax in the classic form, or in the two-pass form of an online normalizer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self, cast

from xdsl.context import Context
from xdsl.dialects.builtin import AnyFloat, DenseArrayBase, ModuleOp, TensorType, f32, i64
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.passes import ModulePass
from xdsl.transforms.dead_code_elimination import is_trivially_dead
from xdsl.utils.exceptions import PassFailedException

from dialects.stablehlo import (
    AddOp,
    BroadcastInDimOp,
    ConvertOp,
    DivideOp,
    ExponentialOp,
    MaximumOp,
    ReduceOp,
    ReturnOp,
    SubtractOp,
)
from passes.analysis.levels import require_unscheduled
from passes.analysis.ops import shape_of
from passes.softmax.match import Softmax, element_of, find_softmax
from passes.softmax.online import online_combiner, splat

_FORMS = (2, 3)


@dataclass(frozen=True)
class SoftmaxFormPass(ModulePass):
    """Writes every softmax so that it goes through its rows two or three times.

    Before, as JAX spells it::

        %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1]
        %f = stablehlo.maximum %lows, %m : tensor<8xf32>
        %k = stablehlo.broadcast_in_dim %f, dims = [0] : (tensor<8xf32>) -> tensor<8x1xf32>
        %b = stablehlo.broadcast_in_dim %k, dims = [0, 1] : (tensor<8x1xf32>) -> tensor<8x64xf32>
        %d = stablehlo.subtract %x, %b : tensor<8x64xf32>
        %e = stablehlo.exponential %d : tensor<8x64xf32>
        %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1]
        ...
        %y = stablehlo.divide %e, %t : tensor<8x64xf32>

    After ``softmax-form{passes=3}``: the maximum, the sum of exponentials, the quotient, and nothing else::

        %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1]
        %b = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<8xf32>) -> tensor<8x64xf32>
        %d = stablehlo.subtract %x, %b : tensor<8x64xf32>
        %e = stablehlo.exponential %d : tensor<8x64xf32>
        %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1]
        %t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<8xf32>) -> tensor<8x64xf32>
        %y = stablehlo.divide %e, %t : tensor<8x64xf32>

    After ``softmax-form{passes=2}``: one reduction gives maximum and sum, and the exponentials of the sum are computed
    again rather than kept (Milakov and Gimelshein, arXiv:1805.02867)::

        %m, %s = stablehlo.reduce(%x init: %low), (%ones init: %zero) across dimensions = [1]
          reducer(%m: ..., %n: ...) (%s: ..., %t: ...) {
            top = max(m, n); return top, s * exp(m - top) + t * exp(n - top)
          }
        %b = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<8xf32>) -> tensor<8x64xf32>
        %d = stablehlo.subtract %x, %b : tensor<8x64xf32>
        %e = stablehlo.exponential %d : tensor<8x64xf32>
        %t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<8xf32>) -> tensor<8x64xf32>
        %y = stablehlo.divide %e, %t : tensor<8x64xf32>

    Types stay: the exponentials have that of ``x``, their sum that of the original sum; but the sum of two passes,
    scaled again and again, has at least float32. Rows with infinities or NaN, rows of -inf (fully masked) among them,
    give what they gave; finite results differ by rounding, for sums are reassociated. A sum that has other users stays
    for them. A quotient without the maximum is left alone, for it overflows where a softmax does not; so is one whose
    sum leaves out what its maximum does not.
    """

    name = "softmax-form"

    passes: int = 3
    """How often a softmax goes through its rows: 2 (one reduction, then the quotient) or 3 (maximum, sum, quotient)."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.passes not in _FORMS:
            raise PassFailedException(f"softmax-form: passes={self.passes} is no form of softmax; it must be 2 or 3")
        require_unscheduled(op, self.name)
        for softmax in find_softmax(op):
            if self.passes == 3:
                _write_three_passes(softmax)
            elif not softmax.is_online:
                _write_two_passes(softmax)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """Both forms where the module has a softmax."""
        return () if next(find_softmax(module_op), None) is None else tuple(cls(passes) for passes in _FORMS)


def _write_three_passes(softmax: Softmax) -> None:
    source, element = softmax.source, _element(softmax.source)
    ahead = _Inserter(softmax.exponential)
    lowest = ahead.add(splat(-math.inf, element))
    top = ahead.add(ReduceOp([source], [lowest], softmax.dimensions, _combiner(MaximumOp, element)))
    exponential = _exponential(ahead, softmax, top)
    behind = _Inserter(softmax.root)
    zero = behind.add(splat(0.0, softmax.sum_element))
    summed = behind.cast(exponential, softmax.sum_element)
    total = behind.add(ReduceOp([summed], [zero], softmax.dimensions, _combiner(AddOp, softmax.sum_element)))
    _quotient(behind, softmax, exponential, total)


def _write_two_passes(softmax: Softmax) -> None:
    element = softmax.sum_element if softmax.sum_element.bitwidth >= f32.bitwidth else f32
    ahead = _Inserter(softmax.exponential)
    row = ahead.cast(softmax.source, element)
    ones = ahead.spread(ahead.add(splat(1.0, element)), shape_of(row), ())
    lowest, zero = ahead.add(splat(-math.inf, element)), ahead.add(splat(0.0, element))
    normalizer = ReduceOp([row, ones], [lowest, zero], softmax.dimensions, online_combiner(element))
    top = ahead.cast(ahead.add(normalizer), _element(softmax.source))
    exponential = _exponential(ahead, softmax, top)
    _quotient(_Inserter(softmax.root), softmax, exponential, normalizer.results[1])


def _exponential(ahead: _Inserter, softmax: Softmax, top: SSAValue) -> SSAValue:
    """``exp(x - top)``, in place of the original, for all of its users."""
    source = softmax.source
    spread = ahead.spread(top, shape_of(source), _kept(softmax))
    below = ahead.add(SubtractOp.create(operands=[source, spread], result_types=[source.type]))
    original = softmax.exponential
    exponential = ahead.add(
        ExponentialOp.create(
            operands=[below],
            result_types=[source.type],
            properties=original.properties,
            attributes=original.attributes,
        )
    )
    original.results[0].replace_all_uses_with(exponential)
    _erase_dead(original)
    return exponential


def _quotient(behind: _Inserter, softmax: Softmax, exponential: SSAValue, total: SSAValue) -> None:
    """``exponential / total``, in place of the root."""
    result = softmax.root.results[0]
    element = _element(result)
    divisor = behind.spread(behind.cast(total, element), shape_of(result), _kept(softmax))
    dividend = behind.cast(exponential, element)
    quotient = behind.add(DivideOp.create(operands=[dividend, divisor], result_types=[result.type]))
    result.replace_all_uses_with(quotient)
    _erase_dead(softmax.root)


def _kept(softmax: Softmax) -> tuple[int, ...]:
    return tuple(d for d in range(len(shape_of(softmax.source))) if d not in softmax.dimensions)


def _element(value: SSAValue) -> AnyFloat:
    element = element_of(value)
    assert element is not None, "a softmax is matched in these types only"
    return element


def _combiner(op: type[MaximumOp | AddOp], element: AnyFloat) -> Region:
    scalar = TensorType(element, [])
    block = Block(arg_types=[scalar, scalar])
    combined = op.create(operands=block.args, result_types=[scalar])
    block.add_ops([combined, ReturnOp.create(operands=combined.results)])
    return Region(block)


@dataclass(frozen=True)
class _Inserter:
    """Puts ops in front of ``anchor``, with its place in the source."""

    anchor: Operation

    def add(self, op: Operation) -> SSAValue:
        """Inserts ``op``; its first result."""
        op.location = self.anchor.location
        cast(Block, self.anchor.parent).insert_op_before(op, self.anchor)
        return op.results[0]

    def cast(self, value: SSAValue, element: AnyFloat) -> SSAValue:
        """``value`` in another element type."""
        if _element(value) == element:
            return value
        kind = TensorType(element, shape_of(value))
        return self.add(ConvertOp.create(operands=[value], result_types=[kind]))

    def spread(self, value: SSAValue, shape: tuple[int, ...], dimensions: tuple[int, ...]) -> SSAValue:
        """``value`` along ``dimensions`` of a tensor of ``shape``."""
        return self.add(
            BroadcastInDimOp.create(
                operands=[value],
                result_types=[TensorType(_element(value), shape)],
                properties={"broadcast_dimensions": DenseArrayBase.from_list(i64, dimensions)},
            )
        )


def _erase_dead(op: Operation) -> None:
    """Erases ``op`` and what only it needed."""
    pending = [op]
    while pending:
        dead = pending.pop()
        if dead.parent is None or not is_trivially_dead(dead):
            continue
        pending += [operand.owner for operand in dead.operands if isinstance(operand.owner, Operation)]
        dead.detach()
        dead.erase()
