"""The pass ``set-batch``: a model exported for one batch size runs another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Self, cast

from xdsl.context import Context
from xdsl.dialects.builtin import (
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    ModuleOp,
    TensorType,
    i64,
)
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.transforms.dead_code_elimination import region_dce
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BATCH_KEY
from dialects.stablehlo import BroadcastInDimOp, ConstantOp, ReshapeOp, dense_from_bytes
from passes.analysis.batch import Batch, BatchError, Carry, DimensionMap, batch_of, reshape_carry, result_dimensions
from passes.analysis.ops import ELEMENTWISE, captured, integer, integers, main_of, op_name, shape_of, tensor_type
from passes.regions.roles import mark_roles


@dataclass(frozen=True)
class SetBatchPass(ModulePass):
    """Makes the module run ``size`` independent inferences at once, marks which arguments of ``@main`` are inputs and
    which are weights, and notes the batch size on the module.

    Before::

        func.func @main(%x: tensor<1x8xf32>, %w: tensor<8x4xf32>) -> tensor<1x4xf32> {
          %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (...) -> tensor<1x4xf32>
          func.return %0 : tensor<1x4xf32>
        }

    After ``set-batch{size=32}``::

        module attributes {region.batch = 32 : i64} {
          func.func @main(%x: tensor<32x8xf32> {region.role = "input"}, %w: tensor<8x4xf32> {region.role = "weight"})
              -> tensor<32x4xf32> {
            %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (...) -> tensor<32x4xf32>
            func.return %0 : tensor<32x4xf32>
          }
        }

    The batch is the leading dimension of every result. It is traced back to the arguments, then followed forward
    through every op by rules that hold for each op alone (``passes.analysis.batch``), also where it is merged with
    other dimensions by a reshape. An op that mixes along the batch is refused. Constants and broadcasts that meet a
    batched operand grow with it; any other value that is the same for all inferences is broadcast.
    """

    name = "set-batch"

    size: int
    """Inferences that the module runs at once, at least 1."""
    inputs: tuple[int, ...] = ()
    """Indices of the arguments of ``@main`` that are inputs, their leading dimension being the batch; empty: trace them
    back from the results."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.size < 1:
            raise PassFailedException(f"set-batch: size={self.size} is no batch size; it must be at least 1")
        main = main_of(op)
        if main is None:
            raise PassFailedException("set-batch: the module has no @main with a body; name the model's function so")
        try:
            batch = self._batch(main)
            if batch.size != self.size:
                _Rebatch(main, batch, self.size).run()
        except BatchError as error:
            raise PassFailedException(f"set-batch{{size={self.size}}}: {error}") from error
        mark_roles(main, batch)
        op.attributes[BATCH_KEY] = IntegerAttr(self.size, i64)

    def _batch(self, main: FuncOp) -> Batch:
        if not self.inputs:
            return batch_of(main)
        sizes: set[int] = set()
        for index in self.inputs:
            if not 0 <= index < len(main.args) or not shape_of(main.args[index]):
                raise BatchError(
                    f"inputs={index}: @{main.sym_name.data} has no such argument of rank 1 or more; "
                    f"it has {len(main.args)} arguments"
                )
            sizes.add(shape_of(main.args[index])[0])
        if len(sizes) != 1:
            raise BatchError(f"inputs={self.inputs} have the leading dimensions {sorted(sizes)}; all must be the batch")
        return Batch(sizes.pop(), tuple(sorted(set(self.inputs))), ())

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """Powers of two from 1 to 256, as far as the model can be rebatched at all."""
        main = main_of(module_op)
        if main is None:
            return ()
        try:
            batch_of(main)
            cls(2).apply_to_clone(ctx, module_op)
        except (BatchError, PassFailedException):
            return (cls(1),)
        return tuple(cls(2**exponent) for exponent in range(9))


_SIZE_ATTRIBUTES = {
    "stablehlo.slice": "limit_indices",
    "stablehlo.dynamic_slice": "slice_sizes",
    "stablehlo.gather": "slice_sizes",
}
"""Attributes that repeat the sizes of an op's first operand."""


@dataclass
class _Rebatch:
    """One walk through a function that takes each op from the present batch to ``size``."""

    function: FuncOp
    batch: Batch
    size: int
    carries: dict[SSAValue, Carry] = field(default_factory=dict[SSAValue, Carry])
    """Values of the new batch, and where they have it."""
    shapes: dict[SSAValue, tuple[int, ...]] = field(default_factory=dict[SSAValue, tuple[int, ...]])
    """Shapes of those values at the present batch."""
    grown: dict[tuple[SSAValue, Carry], SSAValue] = field(default_factory=dict[tuple[SSAValue, Carry], SSAValue])
    """Copies for the new batch of values that are the same for all inferences."""

    def run(self) -> None:
        """Rewrites the function in place."""
        ops = list(self.function.body.block.ops)
        maps = {op: result_dimensions(op) for op in ops}
        for index in self.batch.inputs:
            self._grow_in_place(self.function.args[index], Carry(0))
        for op in ops[:-1]:
            if any(value in self.carries for value in captured(op)):
                self._rebatch(op, maps[op])
        self._rebatch_results(ops[-1])
        region_dce(self.function.body)
        self.function.update_function_type()

    def _rebatch(self, op: Operation, maps: tuple[DimensionMap, ...] | None) -> None:
        if op_name(op) == "stablehlo.reshape":
            source = op.operands[0]
            moved = reshape_carry(self.carries[source], self.shapes[source], shape_of(op.results[0]), self.batch.size)
            if moved is None:
                raise BatchError(f"{_describe(op)} puts the batch into a dimension that it does not fill evenly")
            self._grow_in_place(op.results[0], moved)
            return
        if maps is None:
            raise BatchError(f"{_describe(op)} has no rule for batched operands{_hint(op)}")
        target = self._target(op, maps)
        for index, (operand, dimensions) in enumerate(zip(tuple(op.operands), maps, strict=True)):
            if target.dimension in dimensions:
                source = replace(target, dimension=dimensions.index(target.dimension))
                op.operands[index] = self._with_batch(op, operand, source)
            elif operand in self.carries:
                raise BatchError(
                    f"{_describe(op)} mixes the inferences of a batch: operands carry the batch in different dimensions"
                )
        self._grow_attributes(op, maps, target)
        for result in tuple(op.results):
            self._grow_in_place(result, target)

    def _target(self, op: Operation, maps: tuple[DimensionMap, ...]) -> Carry:
        """Where the results carry the batch, after the first operand that has it."""
        found: Carry | None = None
        for operand, dimensions in zip(op.operands, maps, strict=True):
            carry = self.carries.get(operand)
            if carry is None:
                continue
            target = dimensions[carry.dimension]
            if target is None:
                raise BatchError(
                    f"{_describe(op)} mixes the inferences of a batch: "
                    f"it combines along dimension {carry.dimension} of {operand.type}, which carries them"
                )
            found = found or replace(carry, dimension=target)
        if found is None:
            raise BatchError(f"{_describe(op)} uses a batched value in a nested region{_hint(op)}")
        return found

    def _with_batch(self, op: Operation, operand: SSAValue, wanted: Carry) -> SSAValue:
        """The operand with the batch where the op needs it."""
        carry = self.carries.get(operand)
        if carry == wanted:
            return operand
        if (operand, wanted) not in self.grown:
            self.grown[operand, wanted] = (
                self._broadcast(op, operand, wanted) if carry is None else self._move(op, operand, carry, wanted)
            )
        return self.grown[operand, wanted]

    def _move(self, op: Operation, operand: SSAValue, carry: Carry, wanted: Carry) -> SSAValue:
        """Only the name of the dimension differs: a reshape moves the batch without moving an element."""
        shape = self.shapes[operand]
        if prod(shape[carry.dimension + 1 :]) * carry.inner != prod(shape[wanted.dimension + 1 :]) * wanted.inner:
            raise BatchError(f"{_describe(op)} needs the batch of {operand.type} in dimension {wanted.dimension}")
        grown = self._grown_type(operand, shape, wanted)
        return self._insert(op, _reshape(operand, grown))

    def _broadcast(self, op: Operation, operand: SSAValue, wanted: Carry) -> SSAValue:
        """A value that is the same for all inferences, once for each of them."""
        regrown = self._regrown(op, operand, wanted)
        if regrown is not None:
            return self._insert(op, regrown)
        shape = shape_of(operand)
        grown = self._grown_type(operand, shape, wanted)
        if self.batch.size != 1:
            raise BatchError(
                f"{_describe(op)}: dimension {wanted.dimension} of {operand.type} has the size of the present batch "
                f"({self.batch.size}), but its value does not come from an input; export the model with batch 1"
            )
        at = wanted.dimension
        if shape[at] == 1:
            return self._insert(op, _broadcast_in_dim(operand, tuple(range(len(shape))), grown))
        outer = shape[at] // wanted.inner
        element = grown.element_type
        split = (*shape[:at], outer, wanted.inner, *shape[at + 1 :])
        wide = (*shape[:at], outer, self.size, wanted.inner, *shape[at + 1 :])
        parts = self._insert(op, _reshape(operand, TensorType(element, split)))
        kept = tuple(d for d in range(len(wide)) if d != at + 1)
        copies = self._insert(op, _broadcast_in_dim(parts, kept, TensorType(element, wide)))
        return self._insert(op, _reshape(copies, grown))

    def _regrown(self, op: Operation, value: SSAValue, wanted: Carry) -> Operation | None:
        """A larger copy of the op that makes a value, where the value does not vary along the batch."""
        producer = value.owner
        if not isinstance(producer, Operation):
            return None
        name, grown = op_name(producer), self._grown_type(value, shape_of(value), wanted)
        if name == "stablehlo.constant":
            return _regrown_splat(producer, grown)
        if name == "stablehlo.broadcast_in_dim":
            dimensions = integers(producer, "broadcast_dimensions", ())
            sources = dict(zip(dimensions, shape_of(producer.operands[0]), strict=True))
            fits = sources.get(wanted.dimension, 1) == 1
            return _broadcast_in_dim(producer.operands[0], dimensions, grown) if fits else None
        if name == "stablehlo.iota" and integer(producer, "iota_dimension", 0) != wanted.dimension:
            return producer.create(result_types=[grown], properties=dict(producer.properties))
        if self.batch.size == 1:
            return None
        # Above batch 1 a value can not be broadcast along a dimension that it has already; what it is made of can.
        if name == "stablehlo.reshape":
            source = producer.operands[0]
            behind = reshape_carry(wanted, shape_of(value), shape_of(source), self.batch.size)
            return None if behind is None else _reshape(self._with_batch(op, source, behind), grown)
        if name not in ELEMENTWISE:
            return None
        operands = [
            self._with_batch(op, operand, wanted) if shape_of(operand) else operand for operand in producer.operands
        ]
        return producer.create(operands=operands, result_types=[grown], properties=dict(producer.properties))

    def _insert(self, op: Operation, new: Operation) -> SSAValue:
        block = op.parent
        assert block is not None, "an op of the function's body lies in a block"
        block.insert_op_before(new, op)
        return new.results[0]

    def _grow_attributes(self, op: Operation, maps: tuple[DimensionMap, ...], target: Carry) -> None:
        """Sizes that an op repeats in its attributes."""
        key = _SIZE_ATTRIBUTES.get(op_name(op))
        if key is None or target.dimension not in maps[0]:
            return
        sizes = list(integers(op, key, ()))
        source = maps[0].index(target.dimension)
        if source in _gathered_singly(op):
            return
        sizes[source] = shape_of(op.operands[0])[source]
        op.properties[key] = DenseArrayBase.from_list(i64, sizes)

    def _grow_in_place(self, value: SSAValue, carry: Carry) -> None:
        shape = shape_of(value)
        new = Rewriter.replace_value_with_new_type(value, self._grown_type(value, shape, carry))
        self.carries[new] = carry
        self.shapes[new] = shape

    def _grown_type(self, value: SSAValue, shape: tuple[int, ...], carry: Carry) -> TensorType[Attribute]:
        old = tensor_type(value)
        assert old is not None, "only tensors carry a batch"
        at = carry.dimension
        extent = shape[at] // self.batch.size * self.size
        return TensorType(old.element_type, (*shape[:at], extent, *shape[at + 1 :]), old.encoding)

    def _rebatch_results(self, terminator: Operation) -> None:
        for index, value in enumerate(tuple(terminator.operands)):
            if not shape_of(value) and value not in self.carries:
                continue
            try:
                terminator.operands[index] = self._with_batch(terminator, value, Carry(0))
            except BatchError as error:
                raise BatchError(f"result {index} of @{self.function.sym_name.data}: {error}") from error


def _regrown_splat(constant: Operation, grown: TensorType[Attribute]) -> Operation | None:
    value = constant.properties.get("value")
    if not isinstance(value, DenseIntOrFPElementsAttr) or not value.data.data:
        return None
    data = value.data.data
    width = len(data) // len(cast("DenseIntOrFPElementsAttr[Any]", value))
    is_splat = data == data[:width] * (len(data) // width)
    return ConstantOp(dense_from_bytes(data[:width], grown)) if is_splat else None


def _reshape(operand: SSAValue, result: TensorType[Attribute]) -> Operation:
    return ReshapeOp.build(operands=[operand], result_types=[result])


def _broadcast_in_dim(operand: SSAValue, dimensions: tuple[int, ...], result: TensorType[Attribute]) -> Operation:
    return BroadcastInDimOp.build(
        operands=[operand],
        result_types=[result],
        properties={"broadcast_dimensions": DenseArrayBase.from_list(i64, dimensions)},
    )


def _gathered_singly(op: Operation) -> tuple[int, ...]:
    """The batching dimensions of a gather: it reads one index at a time along them, whatever their size."""
    dimensions = getattr(op.properties.get("dimension_numbers"), "operand_batching_dims", ())
    return tuple(dimension.value.data for dimension in dimensions)


def _describe(op: Operation) -> str:
    """Name, types and place of an op, for an error message."""
    operands = ", ".join(str(operand.type) for operand in op.operands)
    results = ", ".join(str(result.type) for result in op.results)
    parent = op.parent
    place = f"op {parent.get_operation_index(op)} of the function" if parent else "detached"
    return f"{op_name(op)} : ({operands}) -> ({results}) ({place})"


def _hint(op: Operation) -> str:
    if op_name(op) == "func.call":
        return "; run inline first"
    return "; export the model with the batch size that you want, or keep size at the present batch"
