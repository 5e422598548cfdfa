"""How analyses look at an op: its name, its attributes as Python numbers, and which family of StableHLO it belongs to.

Ops are told apart by printed name, not by class, so that an op that no loaded dialect knows (``builtin.unregistered``)
is seen like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, prod
from typing import Any, cast

from xdsl.dialects.builtin import (
    ArrayAttr,
    ComplexType,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    FixedBitwidthType,
    IntegerAttr,
    ModuleOp,
    TensorType,
    UnregisteredOp,
)
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Block, Operation, SSAValue

ALU = frozenset(
    f"stablehlo.{name}"
    for name in (
        "abs", "add", "and", "ceil", "clamp", "compare", "complex", "convert", "count_leading_zeros", "floor", "imag",
        "is_finite", "maximum", "minimum", "multiply", "negate", "not", "or", "popcnt", "real", "reduce_precision",
        "round_nearest_afz", "round_nearest_even", "select", "shift_left", "shift_right_arithmetic",
        "shift_right_logical", "sign", "subtract", "xor", "uniform_quantize", "uniform_dequantize",
    )
) | {"chlo.square", "chlo.is_inf", "chlo.is_neg_inf", "chlo.is_pos_inf", "chlo.conj", "chlo.constant_like"}  # fmt: skip
"""Element-wise ops that take one simple operation an element."""

TRANSCENDENTAL = frozenset(
    f"stablehlo.{name}"
    for name in (
        "atan2", "cosine", "exponential", "exponential_minus_one", "log", "log_plus_one", "logistic", "power", "sine",
        "tan", "tanh",
    )
) | frozenset(
    f"chlo.{name}"
    for name in (
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "bessel_i1e", "cosh", "digamma", "erf", "erf_inv", "erfc",
        "lgamma", "next_after", "polygamma", "sinh", "tan", "zeta",
    )
)  # fmt: skip
"""Element-wise ops that a vector unit evaluates by a series or a table."""

DIVIDE = frozenset(f"stablehlo.{name}" for name in ("cbrt", "divide", "remainder", "rsqrt", "sqrt"))
"""Element-wise ops of the divider."""

ELEMENTWISE = ALU | TRANSCENDENTAL | DIVIDE
"""Ops whose result at an index depends on their operands at that index only."""

FREE = frozenset(
    {
        "builtin.unrealized_conversion_cast", "stablehlo.bitcast_convert", "stablehlo.broadcast_in_dim",
        "stablehlo.constant", "stablehlo.create_token", "stablehlo.get_tuple_element", "stablehlo.iota",
        "stablehlo.optimization_barrier", "stablehlo.reshape", "stablehlo.tuple", "stablehlo.after_all",
        "stablehlo.broadcast",
    }
)  # fmt: skip
"""Ops that a fused region does not execute: addressing, not work."""

MOVE = frozenset(
    f"stablehlo.{name}" for name in ("concatenate", "dynamic_slice", "gather", "pad", "reverse", "slice", "transpose")
)
"""Ops that move each element of their result once."""

WINDOW = frozenset({"stablehlo.reduce_window", "stablehlo.select_and_scatter"})

CONTRACTION = frozenset({"stablehlo.convolution", "stablehlo.dot_general", "stablehlo.dot"})

TERMINATORS = frozenset({"func.return", "stablehlo.return", "region.yield", "sched.yield"})


def op_name(op: Operation) -> str:
    """The printed name, also of an op that no loaded dialect knows."""
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name


def property_of(op: Operation, name: str) -> Attribute | None:
    """A property, or, as generic syntax may have it, an attribute of that name."""
    found = op.properties.get(name)
    return op.attributes.get(name) if found is None else found


def integer(op: Operation, name: str, default: int) -> int:
    """An integer property; ``default`` where the op leaves it out."""
    found = property_of(op, name)
    return found.value.data if isinstance(found, IntegerAttr) else default


def as_integers(attribute: Attribute | None) -> tuple[int, ...] | None:
    """The numbers of ``array<i64: ...>``, ``[...]`` or ``dense<...>``; none of another attribute."""
    if isinstance(attribute, DenseArrayBase):
        return tuple(int(value) for value in attribute.get_values())
    if isinstance(attribute, DenseIntOrFPElementsAttr):
        return tuple(int(value) for value in attribute.get_values())
    if isinstance(attribute, ArrayAttr):
        entries = cast("ArrayAttr[Attribute]", attribute)
        return tuple(entry.value.data for entry in entries if isinstance(entry, IntegerAttr))
    return None


def integers(op: Operation, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    """A property that lists integers; ``default`` where the op leaves it out."""
    found = as_integers(property_of(op, name))
    return default if found is None else found


def pairs(op: Operation, name: str, count: int) -> tuple[tuple[int, int], ...]:
    """A ``count`` by 2 property, such as the padding of a window; zeros where the op leaves it out."""
    flat = integers(op, name, (0, 0) * count)
    return tuple(zip(flat[0::2], flat[1::2], strict=True))


def shape_of(value: SSAValue) -> tuple[int, ...]:
    """The shape of a tensor; of anything else the scalar's."""
    found = tensor_type(value)
    return () if found is None else found.get_shape()


def elements(value: SSAValue) -> int:
    """How many elements a tensor has; 0 for what is no tensor."""
    found = tensor_type(value)
    return 0 if found is None else prod(found.get_shape())


def tensor_type(value: SSAValue) -> TensorType[Attribute] | None:
    """The type of a tensor; None for anything else (a token, a tuple)."""
    return cast("TensorType[Attribute]", value.type) if isinstance(value.type, TensorType) else None


def is_splat(constant: Operation) -> bool:
    """Whether all elements of a ``stablehlo.constant`` are the same, as far as its attribute says so."""
    attribute = property_of(constant, "value")
    return isinstance(attribute, DenseIntOrFPElementsAttr) and attribute.is_splat()


def element_bytes(element_or_tensor: Attribute) -> float:
    """Bytes of an element in memory; booleans take one, 4-bit numbers half of one."""
    element = element_or_tensor
    if isinstance(element, TensorType):
        element = cast("TensorType[Attribute]", element).element_type
    if isinstance(element, ComplexType):
        return 2 * element_bytes(cast("ComplexType[Any]", element).element_type)
    bits = element.bitwidth if isinstance(element, FixedBitwidthType) else 32
    return 1 if bits == 1 else bits / 8


def byte_size(value: SSAValue) -> int:
    """Bytes of a tensor in memory, without padding."""
    return ceil(elements(value) * element_bytes(value.type))


def main_of(module: ModuleOp) -> FuncOp | None:
    """The function that a model starts at: ``@main``, or the only one that has a body."""
    functions = [op for op in module.ops if isinstance(op, FuncOp) and op.body.blocks]
    named = [op for op in functions if op.sym_name.data == "main"]
    if named:
        return named[0]
    return functions[0] if len(functions) == 1 else None


def captured(op: Operation) -> Iterator[SSAValue]:
    """Operands of ``op``, then values from outside it that ops nested in it use; a value may come twice."""
    yield from op.operands
    if not op.regions:
        return
    inside = {block for nested in op.walk() for region in nested.regions for block in region.blocks}
    for region in op.regions:
        for nested in region.walk():
            for operand in nested.operands:
                owner = operand.owner
                if (owner if isinstance(owner, Block) else owner.parent) not in inside:
                    yield operand
