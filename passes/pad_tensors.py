"""The pass ``pad-tensors``: contractions get sizes that fill the arrays evenly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.arch import AcceleratorOp
from passes.analysis.levels import require_unscheduled
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.ops import main_of
from passes.analysis.roles import weights_of
from passes.padding import lanes
from passes.padding.lanes import Goal
from passes.padding.widen import has_to_widen, widen


@dataclass(frozen=True)
class PadTensorsPass(ModulePass):
    """Pads what contractions sum over, and their output channels, with zeros to a multiple of a number.

    Before::

        %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
          : (tensor<8x27xf32>, tensor<27x30xf32>) -> tensor<8x30xf32>

    After ``pad-tensors{multiple-of=16}``::

        %zero = stablehlo.constant dense<0.0> : tensor<f32>
        %b = stablehlo.pad %w, %zero, low = [0, 0], high = [5, 2], interior = [0, 0] : (...) -> tensor<32x32xf32>
        %a = stablehlo.pad %x, %zero, low = [0, 0], high = [0, 5], interior = [0, 0] : (...) -> tensor<8x32xf32>
        %c = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (...) -> tensor<8x32xf32>
        %y = stablehlo.slice %c [0:8, 0:30] : (tensor<8x32xf32>) -> tensor<8x30xf32>

    The output channels of a ``dot_general`` are the dimensions of its second operand that are neither batch nor summed
    (of its first, where only that one is a weight). Where several dimensions together are summed over, or are output
    channels, their product becomes a multiple, by padding the last. A convolution's features are padded unless it has
    groups.

    A result stays padded on its way to the next contraction that sums over these channels: through element-wise ops,
    transposes, reshapes, reductions and windows along other dimensions, and depthwise convolutions, which get as many
    more groups. What such an op reads besides grows along, weights ahead of time; where an activation would have to be
    padded that is larger than what would be sliced, the padded value is sliced before the op instead. It is also sliced
    for whoever needs the original: results of the model, softmax, concatenation.

    What lies in the padding is known to be zero, or to be in an interval, or may be anything. It is nothing to a
    contraction if one operand has zeros there and the other finite numbers; otherwise ``stablehlo.select`` puts zeros
    there first. Output channels that padding has added are sums of products with zeros: zero, if all that they are
    products of is finite, and NaN otherwise (infinity times 0). So they are cleared before they are summed over, unless
    ``assume-finite`` says that this cannot be.
    """

    name = "pad-tensors"

    multiple_of: int = 8
    """What the sizes shall be multiples of; 1 pads nothing. 0: of the machine's array, its rows for what is summed,
    its columns for output channels."""
    rows: int | None = None
    """What sizes that are summed over shall be multiples of, instead of ``multiple-of``; 0: the array's rows."""
    columns: int | None = None
    """What output channels shall be multiples of, instead of ``multiple-of``; 0: the array's columns."""
    waste: int | float = 0.5
    """The greatest share of a size that may be added to it, at least 0; what needs more keeps its size. 0.5 pads 24
    to 32, but not 16."""
    assume_finite: bool = False
    """Whether no activation is ever infinite or NaN, so that padding needs no clearing."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        goal = self._goal(op)
        require_unscheduled(op, self.name)
        for function, arguments in _functions(op):
            widen(function, lanes.weights_of(function, arguments), goal)

    def _goal(self, module: ModuleOp) -> Goal:
        if not 0 <= self.waste < float("inf"):
            raise PassFailedException(f"pad-tensors: waste={self.waste} must be a number of at least 0")
        return Goal(
            self._multiple(module, "rows", self.rows),
            self._multiple(module, "columns", self.columns),
            self.waste,
            self.assume_finite,
        )

    def _multiple(self, module: ModuleOp, name: str, value: int | None) -> int:
        option = "multiple-of" if value is None else name
        wanted = self.multiple_of if value is None else value
        if wanted < 0:
            raise PassFailedException(
                f"pad-tensors: {option}={wanted} must be at least 1, or 0 for what the machine's array has"
            )
        if wanted:
            return wanted
        machine = machine_of(find_accelerator(module, f"pad-tensors{{{option}=0}}"))
        return int(machine.array_rows if name == "rows" else machine.array_columns)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """The machine's array where there is one, and powers of two from 8 to 128, as far as they pad anything."""
        try:
            require_unscheduled(module_op, cls.name)
        except PassFailedException:
            return ()
        has_machine = any(isinstance(op, AcceleratorOp) for op in module_op.ops)
        choices = [cls(n) for n in (*((0,) if has_machine else ()), 8, 16, 32, 64, 128)]
        weights = [(function, lanes.weights_of(function, arguments)) for function, arguments in _functions(module_op)]
        return tuple(choice for choice in choices if choice._pads(module_op, weights))

    def _pads(self, module: ModuleOp, weights: Sequence[tuple[FuncOp, set[SSAValue]]]) -> bool:
        try:
            goal = self._goal(module)
        except PassFailedException:
            return False
        return any(has_to_widen(function, fixed, goal) for function, fixed in weights)


def _functions(module: ModuleOp) -> Iterator[tuple[FuncOp, set[SSAValue]]]:
    """The functions of one block, each with those of its arguments that are known to be weights."""
    for function in module.ops:
        if isinstance(function, FuncOp) and len(function.body.blocks) == 1:
            yield function, set(weights_of(function)) if function is main_of(module) else set()
