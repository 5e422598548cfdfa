"""The pass ``set-batch``: a model exported for one batch size runs another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import (
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    ModuleOp,
    PackableType,
    TensorType,
    i64,
)
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.transforms.dead_code_elimination import region_dce
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BATCH_KEY
from dialects.stablehlo import BroadcastInDimOp, ConstantOp, ReshapeOp, dense_from_bytes
from passes.analysis.batch import (
    Batch,
    BatchError,
    Carry,
    batch_of,
    describe,
    follow,
    givers_of,
    reshape_carry,
    same_place,
    terminator,
)
from passes.analysis.control import carried_from_outside
from passes.analysis.dimension_maps import DimensionMap, result_dimensions
from passes.analysis.ops import integer, integers, main_of, op_name, shape_of, tensor_type
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

    The batch is the leading dimension of a result. It is traced back to the arguments, then followed forward through
    every op by rules that hold for each op alone (``passes.analysis.batch``), also where it is merged with other
    dimensions by a reshape, and through loops and branches. An op that mixes along the batch is refused, and so is a
    loop or branch that each inference would run otherwise. Constants and broadcasts that meet a batched operand grow
    with it; any other value that is the same for all inferences is broadcast.

    What a model computes without any input, N runs compute N times alike: random numbers from a key that is no input
    are the same for all inferences. ``stablehlo.rng``, which draws others at each run, is refused.
    """

    name = "set-batch"

    size: int
    """Inferences that the module runs at once, at least 1."""
    inputs: tuple[int, ...] = ()
    """Indices of the arguments of ``@main`` that are inputs; empty: trace them back from the results."""
    dimensions: tuple[int, ...] = ()
    """Which dimension of each of ``inputs`` is the batch; empty: the leading one of all."""

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
        if self.dimensions and len(self.dimensions) != len(self.inputs):
            raise BatchError(
                f"dimensions={_listed(self.dimensions)} must be as many as inputs={_listed(self.inputs)}: "
                "one of each input"
            )
        if not self.inputs:
            return batch_of(main)
        chosen = dict(sorted(zip(self.inputs, self.dimensions or (0,) * len(self.inputs), strict=True)))
        sizes: set[int] = set()
        for index, dimension in chosen.items():
            if not (0 <= index < len(main.args) and 0 <= dimension < len(shape_of(main.args[index]))):
                raise BatchError(
                    f"inputs={index}: @{main.sym_name.data} has no such argument of rank {dimension + 1} or more; "
                    f"it has {len(main.args)} arguments"
                )
            sizes.add(shape_of(main.args[index])[dimension])
        if len(sizes) != 1:
            raise BatchError(
                f"inputs={_listed(self.inputs)} have batches of sizes {sorted(sizes)}; all must have the same"
            )
        return Batch(sizes.pop(), tuple(chosen), (), tuple(chosen.values()))

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


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


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
    planned: dict[SSAValue, Carry] = field(default_factory=dict[SSAValue, Carry])
    """Values that will have the new batch, and where."""
    maps: dict[Operation, tuple[DimensionMap, ...]] = field(default_factory=dict[Operation, tuple[DimensionMap, ...]])
    """Where dimensions of operands come out in results, at the present batch."""
    carries: dict[SSAValue, Carry] = field(default_factory=dict[SSAValue, Carry])
    """Values of the new batch, and where they have it."""
    shapes: dict[SSAValue, tuple[int, ...]] = field(default_factory=dict[SSAValue, tuple[int, ...]])
    """Shapes of those values at the present batch."""
    grown: dict[tuple[SSAValue, Carry, Block | None], SSAValue] = field(
        default_factory=dict[tuple[SSAValue, Carry, "Block | None"], SSAValue]
    )
    """Copies, in a block, for the new batch of values that are the same for all inferences."""

    def run(self) -> None:
        """Rewrites the function in place."""
        followed = follow(self.function, self.batch)
        self.planned, self.maps = followed.carries, followed.maps
        block = self.function.body.block
        self._rebatch_block(block)
        self._rebatch_results(terminator(block))
        region_dce(self.function.body)
        self.function.update_function_type()

    def _rebatch_block(self, block: Block) -> None:
        for argument in block.args:
            self._grow_in_place(argument)
        for op in tuple(block.ops):
            if givers_of(op):
                self._rebatch_handed_on(op)
            elif op in self.maps:
                self._rebatch(op, self.maps[op])
            for result in tuple(op.results):
                self._grow_in_place(result)

    def _rebatch_handed_on(self, op: Operation) -> None:
        """A loop, branch or barrier: what is handed on has the batch where any of it has."""
        carries = [self.planned.get(result) for result in op.results]
        # What a region returns exists at the new batch only after the region has been walked through.
        if op in givers_of(op):
            self._give(op, carries)
        for region in op.regions:
            self._rebatch_block(region.block)
        for giver in givers_of(op):
            if giver is not op:
                self._give(giver, carries)

    def _give(self, giver: Operation, carries: list[Carry | None]) -> None:
        for index, carry in enumerate(carries):
            if carry is not None:
                giver.operands[index] = self._with_batch(giver, giver.operands[index], carry)

    def _rebatch(self, op: Operation, maps: tuple[DimensionMap, ...]) -> None:
        target = self.planned[op.results[0]]
        for index, (operand, dimensions) in enumerate(zip(tuple(op.operands), maps, strict=True)):
            if target.dimension in dimensions:
                source = replace(target, dimension=dimensions.index(target.dimension))
                op.operands[index] = self._with_batch(op, operand, source)
        self._grow_attributes(op, maps, target)

    def _with_batch(self, op: Operation, operand: SSAValue, wanted: Carry) -> SSAValue:
        """The operand with the batch where the op needs it."""
        carry = self.carries.get(operand)
        if carry == wanted:
            return operand
        key = operand, wanted, op.parent
        if key not in self.grown:
            self.grown[key] = (
                self._broadcast(op, operand, wanted)
                if carry is None
                # Only the name of the dimension differs: a reshape moves the batch without moving an element.
                else self._insert(op, _reshape(operand, self._grown_type(operand, self.shapes[operand], wanted)))
            )
        return self.grown[key]

    def _broadcast(self, op: Operation, operand: SSAValue, wanted: Carry) -> SSAValue:
        """A value that is the same for all inferences, once for each of them."""
        operand = carried_from_outside(operand)
        regrown = self._regrown(op, operand, wanted)
        if regrown is not None:
            return self._insert(op, regrown)
        shape = shape_of(operand)
        grown = self._grown_type(operand, shape, wanted)
        if self.batch.size != 1:
            raise BatchError(
                f"{describe(op)}: dimension {wanted.dimension} of {operand.type} has the size of the present batch "
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
            return _regrown_constant(producer, grown, wanted, self.batch.size)
        if name == "stablehlo.broadcast_in_dim":
            dimensions = integers(producer, "broadcast_dimensions", ())
            sources = dict(zip(dimensions, shape_of(producer.operands[0]), strict=True))
            if sources.get(wanted.dimension, 1) == 1:
                return _broadcast_in_dim(producer.operands[0], dimensions, grown)
        if name == "stablehlo.iota" and integer(producer, "iota_dimension", 0) != wanted.dimension:
            return producer.create(result_types=[grown], properties=dict(producer.properties))
        if self.batch.size == 1:
            return None
        # Above batch 1 a value can not be broadcast along a dimension that it has already; what it is made of can.
        if name == "stablehlo.reshape":
            source = producer.operands[0]
            behind = reshape_carry(wanted, shape_of(value), shape_of(source), self.batch.size)
            return None if behind is None else _reshape(self._with_batch(op, source, behind), grown)
        maps = result_dimensions(producer)
        if maps is None or len(producer.results) != 1 or not any(wanted.dimension in each for each in maps):
            return None
        copy = producer.clone()
        for index, dimensions in enumerate(maps):
            if wanted.dimension in dimensions:
                source = replace(wanted, dimension=dimensions.index(wanted.dimension))
                copy.operands[index] = self._with_batch(op, producer.operands[index], source)
        Rewriter.replace_value_with_new_type(copy.results[0], grown)
        self._grow_attributes(copy, maps, wanted)
        return copy

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

    def _grow_in_place(self, value: SSAValue) -> None:
        carry = self.planned.get(value)
        if carry is None:
            return
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

    def _rebatch_results(self, end: Operation) -> None:
        for index, value in enumerate(tuple(end.operands)):
            carry = self.carries.get(value)
            # What does not come from an input and does not look like a batch is the same for all inferences.
            if carry is None and shape_of(value)[:1] != (self.batch.size,):
                continue
            try:
                end.operands[index] = self._with_batch(end, value, self._of_result(value, carry))
            except BatchError as error:
                raise BatchError(f"result {index} of @{self.function.sym_name.data}: {error}") from error

    def _of_result(self, value: SSAValue, carry: Carry | None) -> Carry:
        """Where a result has the batch: in front if it can, or in another dimension that is nothing else."""
        if carry is None:
            return Carry(0)
        shape = self.shapes[value]
        if shape[0] == self.batch.size and same_place(shape, carry, Carry(0)):
            return Carry(0)
        if carry.inner == 1 and shape[carry.dimension] == self.batch.size:
            return carry
        raise BatchError(f"no dimension of {value.type} is the batch and nothing else")


def _regrown_constant(
    constant: Operation, grown: TensorType[Attribute], wanted: Carry, before: int
) -> Operation | None:
    """A constant of more inferences, where those that it has, ``before`` in number, are all the same."""
    value = constant.properties.get("value")
    if not isinstance(value, DenseIntOrFPElementsAttr) or not value.data.data:
        return None
    data, shape = value.data.data, shape_of(constant.results[0])
    width = cast("PackableType[Any]", grown.element_type).compile_time_size
    if len(data) == width:
        return ConstantOp(dense_from_bytes(data, grown))
    at = wanted.dimension
    # Bits are compared, for -0 equals 0 and NaN does not equal itself.
    parts = np.frombuffer(data, np.uint8).reshape(*shape[:at], -1, before, wanted.inner, *shape[at + 1 :], width)
    first = parts.take([0], at + 1)
    if (parts != first).any():
        return None
    count = grown.get_shape()[at] * before // shape[at]
    return ConstantOp(dense_from_bytes(first.repeat(count, at + 1).tobytes(), grown))


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
