"""Rewrites a function so that its contractions have the sizes that a machine likes, and tensors keep their padding on
the way from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite, isinf
from typing import Any, cast

import numpy as np
from xdsl.dialects.builtin import (
    AnyFloat,
    DenseArrayBase,
    IntegerAttr,
    IntegerType,
    TensorType,
    i1,
    i64,
)
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Block, BlockArgument, Operation, SSAValue
from xdsl.rewriter import Rewriter
from xdsl.transforms.dead_code_elimination import region_dce

from dialects.stablehlo import (
    AndOp,
    BroadcastInDimOp,
    ConstantOp,
    IotaOp,
    PadOp,
    SelectOp,
    SliceOp,
    dense_from_bytes,
)
from passes.analysis.constants import constant_of, splat_of
from passes.analysis.dimension_maps import DimensionMap
from passes.analysis.ops import ELEMENTWISE, byte_size, integers, op_name, pairs, shape_of, tensor_type
from passes.padding.lanes import (
    MOVES,
    NORMALIZATION,
    REDUCTIONS,
    Goal,
    Groups,
    Sizes,
    Sum,
    groups_of,
    lane_dimensions,
    origin,
    sum_of,
    wanted_lanes,
)
from passes.padding.ranges import ZERO, Fill, Range, elementwise, hull


@dataclass(frozen=True)
class Wide:
    """A tensor with lanes."""

    value: SSAValue
    fill: Fill
    """What is in the lanes."""


def has_to_widen(function: FuncOp, weights: set[SSAValue], goal: Goal) -> bool:
    """Whether ``widen`` would pad anything."""
    return _Walk(_Shared(goal, weights), function.body.block).finds_sizes()


def widen(function: FuncOp, weights: set[SSAValue], goal: Goal) -> None:
    """Pads the contractions of a function, of whose values ``weights`` depend on weights alone."""
    shared = _Shared(goal, weights)
    _Walk(shared, function.body.block).run()
    if shared.changed:
        region_dce(function.body)


@dataclass
class _Shared:
    """What all blocks of a function have in common."""

    goal: Goal
    weights: set[SSAValue]
    changed: bool = False
    padded_weights: dict[tuple[SSAValue, tuple[int, ...]], SSAValue] = field(
        default_factory=dict[tuple[SSAValue, tuple[int, ...]], SSAValue]
    )
    zeros: dict[tuple[Block, Attribute], SSAValue] = field(default_factory=dict[tuple[Block, Attribute], SSAValue])


class _Walk:
    """One walk through a block, from its first op to its last."""

    def __init__(self, shared: _Shared, block: Block):
        self.shared = shared
        self.goal = shared.goal
        self.weights = shared.weights
        self.block = block
        self.wanted = wanted_lanes(block, shared.weights, shared.goal)
        self.wide: dict[SSAValue, Wide] = {}
        self.fitted: dict[tuple[SSAValue, tuple[int, ...]], Wide] = {}

    def run(self) -> None:
        for op in tuple(self.block.ops):
            for nested in _blocks(op):
                _Walk(self.shared, nested).run()
            if not self._is_work(op):
                continue
            total, groups, maps = sum_of(op, self.weights), groups_of(op), lane_dimensions(op, self.weights)
            if total is not None:
                self._contract(op, total)
            elif groups is not None:
                self._group(op, groups)
            elif maps is not None:
                self._carry(op, maps)

    def finds_sizes(self) -> bool:
        """Whether any contraction has to be padded, from which all other lanes come."""
        for op in self.block.ops:
            if any(_Walk(self.shared, nested).finds_sizes() for nested in _blocks(op)):
                return True
            total = sum_of(op, self.weights) if self._is_work(op) else None
            if total is not None and (self._summed_sizes(op, total) or self._channel_sizes(op, total)):
                return True
        return False

    def _is_work(self, op: Operation) -> bool:
        """Whether an op is done at run time, on tensors that can have lanes."""
        return bool(op.results) and any(result not in self.weights for result in op.results) and _has_zeros(op)

    # What is done with each kind of op.

    def _contract(self, op: Operation, total: Sum) -> None:
        sizes: tuple[Sizes, Sizes] = ({}, {})
        for pair, size in self._summed_sizes(op, total).items():
            sizes[0][pair[0]] = sizes[1][pair[1]] = size
        channels = self._channel_sizes(op, total)
        kernel = sizes[total.kernel]
        kernel.update({d: size for (d, _), size in channels.items()})
        if not kernel:
            return
        fitted = [self.fit(op, operand, wanted) for operand, wanted in zip(op.operands, sizes, strict=True)]
        zeros = fitted[total.kernel].fill == ZERO
        if sizes[1 - total.kernel]:
            fitted = self._cancelling(op, fitted)
        exact = self.goal.assume_finite or all(_is_integer(operand) for operand in op.operands)
        results = {target: size for (_, target), size in channels.items()}
        self._replace(op, [each.value for each in fitted], results, ZERO if zeros and exact else None)

    def _summed_sizes(self, op: Operation, total: Sum) -> dict[tuple[int, int], int]:
        """New sizes of pairs of dimensions that are summed over: what is there already, and a multiple of the rows."""
        lhs = shape_of(op.operands[0])
        old = [lhs[left] for left, _ in total.summed]
        present = [max(map(self._present, op.operands, pair)) for pair in total.summed]
        new = self.goal.padded(old, present, self.goal.rows)
        return {pair: size for pair, before, size in zip(total.summed, old, new, strict=True) if size > before}

    def _channel_sizes(self, op: Operation, total: Sum) -> dict[tuple[int, int], int]:
        """New sizes of output channels; those of an activation only where they are wanted behind."""
        kernel = op.operands[total.kernel]
        if kernel not in self.weights and not any(
            (op.results[0], target) in self.wanted for _, target in total.channels
        ):
            return {}
        old = [shape_of(kernel)[d] for d, _ in total.channels]
        present = [self.wanted.get((op.results[0], target), 0) for _, target in total.channels]
        new = self.goal.padded(old, list(map(max, old, present)), self.goal.columns)
        return {pair: size for pair, before, size in zip(total.channels, old, new, strict=True) if size > before}

    def _cancelling(self, op: Operation, fitted: list[Wide]) -> list[Wide]:
        """Lanes that are summed over add nothing if one side is zero and the other finite."""
        fitted = [
            self._masked(op, operand, each) if each.fill is None else each
            for operand, each in zip(op.operands, fitted, strict=True)
        ]
        if not any(each.fill is not None and each.fill.is_zero for each in fitted):
            fitted[0] = self._masked(op, op.operands[0], fitted[0])
        return fitted

    def _group(self, op: Operation, groups: Groups) -> None:
        """A depthwise convolution has more groups; their kernels are zeros."""
        image, kernel = op.operands
        features = self._present(image, groups.input_feature)
        is_wanted = (op.results[0], groups.output_feature) in self.wanted
        if features == shape_of(image)[groups.input_feature] or features % groups.inputs or not is_wanted:
            return
        if kernel not in self.weights:
            return
        count = features // groups.inputs
        lanes = self.fit(op, image, {groups.input_feature: features})
        zeros = self.fit(op, kernel, {groups.kernel_output_feature: count * groups.outputs})
        fill = None if lanes.fill is None else ZERO
        new = self._replace(op, [lanes.value, zeros.value], {groups.output_feature: count * groups.outputs}, fill)
        new.properties["feature_group_count"] = IntegerAttr(count, i64)

    def _carry(self, op: Operation, maps: tuple[DimensionMap, ...]) -> None:
        """Lanes go through, where they are wanted behind."""
        results = self._carried(op, maps)
        sizes = [
            {d: results[t] for d, t in enumerate(dimensions) if t is not None and t in results} for dimensions in maps
        ]
        if self._adds_nothing(op):
            shape = shape_of(op.operands[0])
            reduced = {d: self._present(op.operands[0], d) for d in integers(op, "dimensions", ())}
            sizes[0].update({d: size for d, size in reduced.items() if size > shape[d]})
        if not any(sizes) or not self._is_worth_it(op, sizes):
            return
        fitted = [self.fit(op, operand, wanted) for operand, wanted in zip(op.operands, sizes, strict=True)]
        fill = self._fill(op, [each.fill for each in fitted])
        self._replace(op, [each.value for each in fitted], results, fill)

    def _adds_nothing(self, op: Operation) -> bool:
        """Whether lanes are neutral for a reduction: zeros of a sum."""
        wide = self.wide.get(op.operands[0])
        return (
            wide is not None
            and wide.fill is not None
            and wide.fill.is_zero
            and op_name(op) == "stablehlo.reduce"
            and _reducer(op) == "stablehlo.add"
        )

    def _carried(self, op: Operation, maps: tuple[DimensionMap, ...]) -> Sizes:
        """Sizes of the result with the lanes that operands have and that are wanted behind."""
        sizes: Sizes = {}
        for operand, dimensions in zip(op.operands, maps, strict=False):
            for d, target in enumerate(dimensions):
                if target is None or self._present(operand, d) == shape_of(operand)[d]:
                    continue
                if any((result, target) in self.wanted for result in op.results):
                    sizes[target] = max(self._present(operand, d), sizes.get(target, 0))
        return sizes

    def _is_worth_it(self, op: Operation, sizes: Sequence[Sizes]) -> bool:
        """Whether less has to be padded for this op than would be sliced without it."""
        padded = sum(map(self._padded_bytes, op.operands, sizes))
        return padded <= sum(byte_size(operand) for operand in op.operands if operand in self.wide)

    def _padded_bytes(self, value: SSAValue, sizes: Sizes) -> int:
        """What has to be moved at run time to give a value lanes."""
        is_free = value in self.wide or value in self.weights or isinstance(value.owner, ConstantOp | IotaOp)
        if is_free or not sizes:
            return 0
        if isinstance(value.owner, BroadcastInDimOp):
            return self._padded_bytes(value.owner.operand, _inner_sizes(value.owner, sizes))
        return byte_size(value)

    def _fill(self, op: Operation, fills: Sequence[Fill]) -> Fill:
        name = op_name(op)
        if name in ELEMENTWISE:
            return elementwise(op, fills)
        if name in MOVES:
            return hull(fills)
        if name == NORMALIZATION:
            zeros = all(fill is not None and fill.is_zero for fill in fills[1:3])
            return ZERO if zeros and fills[0] is not None else None
        return self._reduced(op, fills) if name in REDUCTIONS and len(fills) == 2 else None

    @staticmethod
    def _reduced(op: Operation, fills: Sequence[Fill]) -> Fill:
        both = hull(fills)
        if _reducer(op) == "stablehlo.add":
            return ZERO if both is not None and both.is_zero else None
        start = splat_of(op.operands[1])
        neutral = {"stablehlo.maximum": -1, "stablehlo.minimum": 1}.get(_reducer(op) or "")
        if neutral is None or start is None or not _reads_elements(op):
            return None
        return fills[0] if isinf(start) and start * neutral > 0 else both

    # Values with lanes.

    def _present(self, value: SSAValue, dimension: int) -> int:
        """The size along a dimension, lanes included."""
        wide = self.wide.get(value)
        return shape_of(value if wide is None else wide.value)[dimension]

    def fit(self, at: Operation, value: SSAValue, sizes: Sizes) -> Wide:
        """The value with exactly the lanes that ``sizes`` says, for ``at``."""
        shape = shape_of(value)
        wanted = tuple(sizes.get(d, size) for d, size in enumerate(shape))
        if wanted == shape:
            return Wide(value, _known(value))
        if (value, wanted) not in self.fitted:
            self.fitted[value, wanted] = self._fit(at, value, wanted)
        return self.fitted[value, wanted]

    def _fit(self, at: Operation, value: SSAValue, wanted: tuple[int, ...]) -> Wide:
        shape, wide, source = shape_of(value), self.wide.get(value), value
        if wide is not None:
            full = shape_of(wide.value)
            if full == wanted:
                return wide
            if all(new in (old, most) for new, old, most in zip(wanted, shape, full, strict=True)):
                return Wide(self._insert(at, _cut(wide.value, wanted)), wide.fill)
            if wide.fill == ZERO and all(new >= most for new, most in zip(wanted, full, strict=True)):
                source = wide.value
        regrown = self._regrown(at, value, wanted)
        if regrown is not None:
            return regrown
        return Wide(self._padded(at, source, wanted), ZERO)

    def _regrown(self, at: Operation, value: SSAValue, wanted: tuple[int, ...]) -> Wide | None:
        """A larger copy of the op that makes a value, where it makes any size without work."""
        owner, kind = value.owner, _resized(value, wanted)
        if isinstance(owner, ConstantOp) and splat_of(value) is not None:
            element = owner.value.data.data[: _byte_width(kind)]
            return Wide(self._insert(at, ConstantOp(dense_from_bytes(element, kind))), _known(value))
        if isinstance(owner, IotaOp):
            new = IotaOp.create(result_types=[kind], properties=dict(owner.properties))
            return Wide(self._insert(at, new), Range(0, max(wanted)))
        if not isinstance(owner, BroadcastInDimOp):
            return None
        grown = {d: new for d, (new, old) in enumerate(zip(wanted, shape_of(value), strict=True)) if new != old}
        inner = _inner_sizes(owner, grown)
        source = self.fit(at, owner.operand, inner)
        new = BroadcastInDimOp.create(operands=[source.value], result_types=[kind], properties=dict(owner.properties))
        fill = source.fill if len(inner) == len(grown) else hull((source.fill, _known(owner.operand)))
        return Wide(self._insert(at, new), fill)

    def _padded(self, at: Operation, value: SSAValue, wanted: tuple[int, ...]) -> SSAValue:
        """With zeros behind; weights are padded where they are made, once for all that use them."""
        if value not in self.weights:
            return self._insert(at, self._pad(self.block, value, wanted))
        value = origin(value)
        if (value, wanted) not in self.shared.padded_weights:
            owner = value.owner
            block = owner if isinstance(owner, Block) else cast(Block, owner.parent)
            pad = self._pad(block, value, wanted)
            pad.location = owner.location if isinstance(owner, Operation) else cast(BlockArgument, value).location
            if isinstance(owner, Operation):
                block.insert_op_after(pad, owner)
            else:
                zero = cast(Operation, pad.padding_value.owner)
                block.insert_op_after(pad, zero)
            self.shared.padded_weights[value, wanted] = pad.result
            self.weights.add(pad.result)
        return self.shared.padded_weights[value, wanted]

    def _pad(self, block: Block, value: SSAValue, wanted: tuple[int, ...]) -> PadOp:
        shape, element = shape_of(value), _element(value)
        none = [0] * len(shape)
        high = [new - old for new, old in zip(wanted, shape, strict=True)]
        return PadOp(value, self._zero(block, element), none, high, none)

    def _zero(self, block: Block, element: AnyFloat | IntegerType) -> SSAValue:
        """A scalar zero at the start of a block."""
        if (block, element) not in self.shared.zeros:
            zero = ConstantOp(dense_from_bytes(bytes(element.compile_time_size), TensorType(element, [])))
            zero.location = cast(Operation, block.parent_op()).location
            block.insert_ops_before([zero], cast(Operation, block.first_op))
            self.shared.zeros[block, element] = zero.output
        return self.shared.zeros[block, element]

    def _masked(self, at: Operation, value: SSAValue, wide: Wide) -> Wide:
        """With zeros in the lanes, whatever was there."""
        shape, full = shape_of(value), shape_of(wide.value)
        mask: SSAValue | None = None
        for d, (size, size_with_lanes) in enumerate(zip(shape, full, strict=True)):
            if size == size_with_lanes:
                continue
            inside = constant_of(np.arange(size_with_lanes) < size, TensorType(i1, [size_with_lanes]))
            self._insert(at, inside)
            new = self._insert(at, _broadcast(inside.output, d, TensorType(i1, full)))
            mask = (
                new if mask is None else self._insert(at, AndOp.create(operands=[mask, new], result_types=[new.type]))
            )
        assert mask is not None, "only what has lanes is masked"
        element = _element(value)
        zeros = ConstantOp(dense_from_bytes(bytes(element.compile_time_size), _resized(value, full)))
        self._insert(at, zeros)
        select = SelectOp.create(operands=[mask, wide.value, zeros.output], result_types=[wide.value.type])
        masked = Wide(self._insert(at, select), ZERO)
        if self.wide.get(value) is wide:
            self.wide[value] = masked
        self.fitted[value, full] = masked
        return masked

    def _replace(self, op: Operation, operands: Sequence[SSAValue], sizes: Sizes, fill: Fill) -> Operation:
        """Puts an op with lanes in the place of ``op``; what used its results gets slices of the old size."""
        self.shared.changed = True
        new = op.clone()
        new.location = op.location
        for index, operand in enumerate(operands):
            new.operands[index] = operand
        if isinstance(new, SliceOp):
            limits = [sizes.get(d, limit) for d, limit in enumerate(integers(op, "limit_indices", ()))]
            new.limit_indices = DenseArrayBase.from_list(i64, limits)
        self.block.insert_op_before(new, op)
        for index, old in enumerate(tuple(op.results)):
            shape = shape_of(old)
            wanted = tuple(sizes.get(d, size) for d, size in enumerate(shape))
            wide = Rewriter.replace_value_with_new_type(new.results[index], _resized(old, wanted))
            if wanted == shape:
                old.replace_all_uses_with(wide)
                continue
            narrow = self._insert(op, _cut(wide, shape))
            self.wide[narrow] = Wide(wide, fill)
            old.replace_all_uses_with(narrow)
        self.block.erase_op(op)
        return new

    def _insert(self, at: Operation, new: Operation) -> SSAValue:
        new.location = at.location
        self.block.insert_op_before(new, at)
        return new.results[0]


def _blocks(op: Operation) -> Iterator[Block]:
    return (block for region in op.regions for block in region.blocks)


def _has_zeros(op: Operation) -> bool:
    """Whether zeros of the types of an op's tensors can be written down."""
    kinds = [tensor_type(value) for value in (*op.operands, *op.results)]
    return all(kind is not None and isinstance(kind.element_type, AnyFloat | IntegerType) for kind in kinds)


def _is_integer(value: SSAValue) -> bool:
    return isinstance(_element(value), IntegerType)


def _element(value: SSAValue) -> AnyFloat | IntegerType[Any, Any]:
    kind = tensor_type(value)
    assert kind is not None, "lanes belong to tensors"
    return cast("AnyFloat | IntegerType[Any, Any]", kind.element_type)


def _byte_width(kind: TensorType[Attribute]) -> int:
    return cast("AnyFloat | IntegerType[Any, Any]", kind.element_type).compile_time_size


def _known(value: SSAValue) -> Fill:
    """What a value is made of that is the same everywhere."""
    number = splat_of(value)
    if number is not None:
        return Range(float(number), float(number)) if isfinite(number) else None
    owner = value.owner
    if isinstance(owner, Operation) and not shape_of(value) and op_name(owner) in ELEMENTWISE:
        return elementwise(owner, list(map(_known, owner.operands)))
    return None


def _reducer(op: Operation) -> str | None:
    """The op that a reduction combines elements with, where it is just one."""
    block = op.regions[0].block
    ops = list(block.ops)
    is_one = len(ops) == 2 and len(block.args) == 2 and {*ops[0].operands} == {*block.args}
    return op_name(ops[0]) if is_one else None


def _reads_elements(op: Operation) -> bool:
    """Whether each element of a reduction's result comes from one of its operand's at least, not from padding alone."""
    shape = shape_of(op.operands[0])
    if op_name(op) == "stablehlo.reduce":
        return 0 not in shape
    ones = (1,) * len(shape)
    dilated = any(integers(op, name, ones) != ones for name in ("base_dilations", "window_dilations"))
    windows = zip(integers(op, "window_dimensions", ones), pairs(op, "padding", len(shape)), strict=True)
    return not dilated and all(max(padding) < window for window, padding in windows)


def _inner_sizes(op: BroadcastInDimOp, sizes: Sizes) -> Sizes:
    """Sizes of a broadcast's operand for those of its result; it needs no lanes along what it repeats."""
    shape, result = shape_of(op.operand), shape_of(op.result)
    dimensions = integers(op, "broadcast_dimensions", ())
    return {i: sizes[d] for i, d in enumerate(dimensions) if d in sizes and shape[i] == result[d]}


def _resized(value: SSAValue, shape: Sequence[int]) -> TensorType[Attribute]:
    kind = tensor_type(value)
    assert kind is not None, "lanes belong to tensors"
    return TensorType(kind.element_type, shape, kind.encoding)


def _cut(value: SSAValue, shape: Sequence[int]) -> SliceOp:
    return SliceOp.create(
        operands=[value],
        result_types=[_resized(value, shape)],
        properties={
            "start_indices": DenseArrayBase.from_list(i64, [0] * len(shape)),
            "limit_indices": DenseArrayBase.from_list(i64, shape),
            "strides": DenseArrayBase.from_list(i64, [1] * len(shape)),
        },
    )


def _broadcast(vector: SSAValue, dimension: int, kind: TensorType[Attribute]) -> BroadcastInDimOp:
    properties = {"broadcast_dimensions": DenseArrayBase.from_list(i64, [dimension])}
    return BroadcastInDimOp.create(operands=[vector], result_types=[kind], properties=properties)
