"""Small random graphs of StableHLO with the numbers that break rewrites, for hypothesis; and XLA told to run them as
they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import jax
import numpy as np
from hypothesis import strategies as st
from jax.extend.backend import get_backend
from jaxlib import xla_client
from xdsl.dialects.builtin import IntegerAttr, IntegerType, ModuleOp, Signedness, TensorType, bf16, f32, i1, i32, i64
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from dialects.stablehlo import (
    AbsOp,
    AddOp,
    AndOp,
    CeilOp,
    CompareOp,
    ComparisonDirection,
    ConcatenateOp,
    DivideOp,
    FloorOp,
    IfOp,
    IotaOp,
    IsFiniteOp,
    MaximumOp,
    MinimumOp,
    MultiplyOp,
    NegateOp,
    NotOp,
    OrOp,
    PadOp,
    ReduceOp,
    RemainderOp,
    RoundNearestEvenOp,
    SelectOp,
    SqrtOp,
    SubtractOp,
    XorOp,
)
from dialects.stablehlo import ReturnOp as YieldOp
from fastc.frontends.stablehlo import write_stablehlo
from fastc.transform import print_module
from passes.analysis.constants import Array, constant_of, number_type, splat
from passes.patterns.build import broadcast, convert, cut, reshape, transpose

ui8 = IntegerType(8, Signedness.UNSIGNED)
ELEMENTS: tuple[Attribute, ...] = (f32, bf16, i32, ui8, i1)
_FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 4.0, 1.5, 3.0, -7.25, 1e-3, 3e38, -3e38, np.inf, -np.inf, np.nan, 2**-126)
_INTEGERS = {i32: (0, 1, -1, 2, 7, -8, 2**31 - 1, -(2**31)), ui8: (0, 1, 2, 7, 127, 128, 255), i1: (False, True)}
_FOR_FLOATS = (AddOp, SubtractOp, MultiplyOp, DivideOp, MaximumOp, MinimumOp)
_FOR_INTEGERS = (*_FOR_FLOATS, RemainderOp, AndOp, OrOp, XorOp)
_FOR_TRUTH = (AddOp, MultiplyOp, MaximumOp, MinimumOp, AndOp, OrOp, XorOp)


def run_literally(module: ModuleOp, arguments: Sequence[Array]) -> list[Array]:
    """What ``module`` gives in XLA without the rewrites that change bits: no digits kept beyond those of a type, no
    identities, nothing computed at compile time."""
    options = xla_client.CompileOptions()
    options.env_option_overrides = [("xla_allow_excess_precision", False)]
    options.executable_build_options.debug_options.xla_disable_hlo_passes = (
        "algsimp,constant_folding,simplify-fp-conversions,fusion"
    )
    backend = get_backend("cpu")
    (device, *_) = backend.local_devices()
    compiled = backend.compile_and_load(write_stablehlo(module), xla_client.DeviceList((device,)), options)
    shards = compiled.execute_sharded([jax.device_put(argument, device) for argument in arguments])
    return [np.asarray(each[0]) for each in shards.disassemble_into_single_device_arrays()]


def same_bits(left: Array, right: Array) -> bool:
    """Whether two arrays are equal to the last bit; any NaN equals any other."""
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    if left.dtype.kind in "biu":
        return np.array_equal(left, right)
    both_nan = np.isnan(left) & np.isnan(right)
    bits = f"u{left.dtype.itemsize}"
    return bool((both_nan | (np.ascontiguousarray(left).view(bits) == np.ascontiguousarray(right).view(bits))).all())


def numbers(draw: Callable[[Any], Any], element: Attribute, shape: Sequence[int]) -> Array:
    """An array of special numbers, often all the same."""
    pool = _INTEGERS.get(element, _FLOATS)
    dtype = number_type(element)
    if draw(st.booleans()):
        return np.asarray(splat(np.array([draw(st.sampled_from(pool))]).astype(dtype), tuple(shape)))
    picks = [draw(st.sampled_from(pool)) for _ in range(prod(shape))]
    return np.array(picks).astype(dtype).reshape(shape)


class Graph:
    """A function that grows op by op, each on values that it has already; it returns all that it computed."""

    def __init__(self, draw: Callable[[Any], Any], arguments: int, constants: bool):
        self.draw = draw
        self.constants = constants
        kinds = [TensorType(self._pick(ELEMENTS), self._shape()) for _ in range(arguments)]
        self.arguments = [numbers(draw, kind.element_type, kind.get_shape()) for kind in kinds]
        self.block = Block(arg_types=kinds)
        self.values: list[SSAValue] = list(self.block.args)

    def module(self) -> ModuleOp:
        """The finished module."""
        results = self.values[len(self.block.args) :] or self.values
        self.block.add_op(ReturnOp(*results))
        types = [value.type for value in results]
        main = FuncOp("main", ([arg.type for arg in self.block.args], types), Region(self.block))
        return ModuleOp([main])

    def grow(self) -> None:
        """Adds one op."""
        value = self._pick(self.values)
        choices = (self._binary, self._unary, self._move, self._convert, self._select, self._join, self._reduce)
        self._pick(choices)(value)

    def _pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def _shape(self) -> tuple[int, ...]:
        return tuple(self.draw(st.lists(st.sampled_from((1, 2, 3)), max_size=3)))

    def _add(self, op: Operation, shown: bool = True) -> SSAValue:
        self.block.add_op(op)
        if shown:
            self.values.append(op.results[0])
        return op.results[0]

    def _constant(self, kind: TensorType[Attribute]) -> SSAValue:
        return self._add(constant_of(numbers(self.draw, kind.element_type, kind.get_shape()), kind), shown=False)

    def _like(self, value: SSAValue) -> SSAValue:
        """A value of the same type, or a constant of it."""
        found = [each for each in self.values if each.type == value.type]
        if self.constants and self.draw(st.booleans()):
            return self._constant(_kind(value))
        return self._pick(found)

    def _binary(self, value: SSAValue) -> None:
        element = _kind(value).element_type
        ops = {i32: _FOR_INTEGERS, ui8: _FOR_INTEGERS, i1: _FOR_TRUTH}.get(element, _FOR_FLOATS)
        pair = [value, self._like(value)]
        if self.draw(st.booleans()):
            pair.reverse()
        if self.draw(st.integers(0, 5)) == 0:
            self._add(CompareOp(pair[0], pair[1], self._pick(tuple(ComparisonDirection))))
        else:
            self._add(self._pick(ops)(*pair))

    def _unary(self, value: SSAValue) -> None:
        element = _kind(value).element_type
        float_ops = (AbsOp, NegateOp, CeilOp, FloorOp, RoundNearestEvenOp, SqrtOp, IsFiniteOp)
        op = self._pick({i32: (AbsOp, NegateOp, NotOp), ui8: (NegateOp, NotOp), i1: (NotOp,)}.get(element, float_ops))
        kind = TensorType(i1, _kind(value).get_shape()) if op is IsFiniteOp else value.type
        self._add(op.create(operands=[value], result_types=[kind]))

    def _convert(self, value: SSAValue) -> None:
        self._add(convert(value, self._pick(ELEMENTS)))

    def _select(self, value: SSAValue) -> None:
        shape = _kind(value).get_shape()
        kind = TensorType(i1, self._pick((shape, ())))
        predicates = [each for each in self.values if each.type == kind] or [None]
        predicate = self._pick(predicates) or self._constant(kind)
        operands = [predicate, value, self._like(value)]
        if not kind.get_shape() and self.draw(st.booleans()):
            branches = [Region(Block([YieldOp([operand])])) for operand in operands[1:]]
            self._add(IfOp.create(operands=[predicate], result_types=[value.type], regions=branches))
        else:
            self._add(SelectOp.create(operands=operands, result_types=[value.type]))

    def _move(self, value: SSAValue) -> None:
        shape = _kind(value).get_shape()
        rank = len(shape)
        match self.draw(st.integers(0, 4)):
            case 0:
                self._add(transpose(value, self.draw(st.permutations(range(rank)))))
            case 1:
                long = [size for size in shape if size != 1]
                for _ in range(self.draw(st.integers(0, 3 - len(long)))):
                    long.insert(self.draw(st.integers(0, len(long))), 1)
                self._add(reshape(value, long))
            case 2:
                self._add(self._broadcast(value, shape))
            case 3:
                starts = [self.draw(st.integers(0, size - 1)) for size in shape]
                limits = [self.draw(st.integers(a + 1, size)) for a, size in zip(starts, shape, strict=True)]
                self._add(cut(value, starts, limits, [self._pick((1, 1, 2)) for _ in shape]))
            case _:
                low, high = ([self.draw(st.integers(-1 if size > 2 else 0, 1)) for size in shape] for _ in range(2))
                filler = self._constant(TensorType(_kind(value).element_type, []))
                self._add(PadOp(value, filler, low, high, [self._pick((0, 0, 1)) for _ in shape]))

    def _broadcast(self, value: SSAValue, shape: tuple[int, ...]) -> Operation:
        sizes = [self._pick((1, 3)) if size == 1 else size for size in shape]
        places = list(range(len(shape)))
        if len(shape) < 3 and self.draw(st.booleans()):
            at = self.draw(st.integers(0, len(shape)))
            sizes.insert(at, self._pick((1, 2)))
            places = [place + (place >= at) for place in places]
        return broadcast(value, sizes, places)

    def _join(self, value: SSAValue) -> None:
        shape = _kind(value).get_shape()
        if not shape or self.draw(st.integers(0, 3)) == 0:
            element = self._pick((f32, bf16, i32, ui8))
            self._add(IotaOp.create(result_types=[TensorType(element, [2, 3])], properties={"iota_dimension": _i64(1)}))
            return
        along = self.draw(st.integers(0, len(shape) - 1))
        parts = [value] if self.draw(st.integers(0, 2)) == 0 else [value, self._like(value)]
        size = [extent * len(parts) if d == along else extent for d, extent in enumerate(shape)]
        kind = TensorType(_kind(value).element_type, size)
        self._add(ConcatenateOp.create(operands=parts, result_types=[kind], properties={"dimension": _i64(along)}))

    def _reduce(self, value: SSAValue) -> None:
        """Over dimensions of size 1, where the order of terms does not matter."""
        shape, element = _kind(value).get_shape(), _kind(value).element_type
        ones = [d for d, size in enumerate(shape) if size == 1]
        dimensions = self.draw(st.lists(st.sampled_from(ones), unique=True)) if ones else []
        scalar = TensorType(element, [])
        op = self._pick((AddOp, MaximumOp, MultiplyOp) if element != i1 else (AndOp, OrOp))
        body = Block(arg_types=[scalar, scalar])
        combined = op(*body.args)
        body.add_ops([combined, YieldOp([combined.results[0]])])
        # XLA drops an addend of 0, even where 0 + -0 is not -0; it does not look at arguments of reductions.
        init = -np.abs(numbers(self.draw, element, ())) if element in (f32, bf16) else numbers(self.draw, element, ())
        start = self._add(constant_of(init, scalar), shown=False)
        self._add(ReduceOp([value], [start], dimensions, Region(body)))


def _kind(value: SSAValue) -> TensorType[Attribute]:
    assert isinstance(value.type, TensorType)
    return value.type


def _i64(value: int) -> Attribute:
    return IntegerAttr(value, i64)


class Case:
    """A module and arguments for it, shown as text."""

    def __init__(self, module: ModuleOp, arguments: list[Array]):
        self.module = module
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"{print_module(self.module)}\n{self.arguments}"


@st.composite
def graphs(draw: Callable[[Any], Any], ops: int = 8, constants: bool = True) -> Case:
    """A module of up to ``ops`` ops that returns each of their results; with ``constants`` some operands are such."""
    graph = Graph(draw, draw(st.integers(1, 3)), constants)
    for _ in range(draw(st.integers(1, ops))):
        graph.grow()
    return Case(graph.module(), graph.arguments)
