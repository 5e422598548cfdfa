"""Programs that hypothesis draws: StableHLO text of the commonest ops, well typed, small and well conditioned.

Text and not ops of this project's classes: what is drawn owes nothing to the code under test, and a failing case is a
file already. Arguments of functions that step or blow up are kept where they do neither (``Value.exact``, a root of
``abs(x) + 1``), so that two orders of the same sums lead to the same numbers up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]
Shape = tuple[int, ...]

MAX_ELEMENTS = 256
"""Tensors have at most so many elements, for XLA to be quick."""

MAX_RANK = 5


@dataclass(frozen=True)
class Value:
    """An SSA value of the text."""

    name: str
    dtype: str
    """'f32', 'bf16', 'i32' or 'i1'."""
    shape: Shape
    exact: bool = False
    """Whether nothing was rounded on the way to it, so that steps (compare, floor, ...) fall on the same side in every
    equal program."""

    @property
    def type(self) -> str:
        """As MLIR writes it."""
        return tensor(self.dtype, self.shape)

    @property
    def is_float(self) -> bool:
        """Whether it has fractions."""
        return self.dtype in ("f32", "bf16")


@dataclass
class Graph:
    """One function under construction."""

    draw: Draw
    special: bool
    """Whether constants may be infinite or no number."""
    name: str = "main"
    arguments: list[Value] = field(default_factory=list[Value])
    values: list[Value] = field(default_factory=list[Value])
    lines: list[str] = field(default_factory=list[str])
    functions: list[str] = field(default_factory=list[str])
    """The texts of private functions that it calls."""
    used: set[str] = field(default_factory=set[str])

    def argument(self, dtype: str, shape: Shape) -> Value:
        """One more argument of the function."""
        value = Value(f"%arg{len(self.arguments)}", dtype, shape, exact=True)
        self.arguments.append(value)
        self.values.append(value)
        return value

    def emit(self, text: str, dtype: str, shape: Shape, operands: Sequence[Value], exact: bool | None = None) -> Value:
        """One more op; each ``$`` in its text is an operand's name. It is exact if asked, else as its operands are."""
        is_exact = all(operand.exact for operand in operands) if exact is None else exact
        value = Value(f"%v{len(self.lines)}", dtype, shape, is_exact)
        self.used.update(operand.name for operand in operands)
        first, *rest = text.split("$")
        pairs = zip(operands, rest, strict=True)
        self.lines.append(f"{value.name} = {first}{''.join(operand.name + after for operand, after in pairs)}")
        self.values.append(value)
        return value

    def constant(self, dtype: str, shape: Shape, value: str) -> Value:
        """A constant whose elements are all the same, given as MLIR writes it."""
        return self.emit(f"stablehlo.constant dense<{value}> : {tensor(dtype, shape)}", dtype, shape, ())

    def pick(self, wanted: Callable[[Value], bool]) -> Value | None:
        """A value that fits, if there is one; later ones rather than earlier ones."""
        fitting = [value for value in reversed(self.values) if wanted(value)]
        return self.draw(st.sampled_from(fitting[:6])) if fitting else None

    def choose(self, options: Sequence[T]) -> T:
        """One of ``options``; the first is the simplest."""
        return self.draw(st.sampled_from(options))

    def integer(self, low: int, high: int) -> int:
        """A number from ``low`` to ``high``, both included."""
        return self.draw(st.integers(low, high))

    def of_type(self, dtype: str, shape: Shape) -> Value:
        """An operand: a value that is there, a new argument, or a constant, alone or broadcast."""
        source = self.choose(("value", "argument", "splat", "constant", "vector"))
        if source == "value" and (found := self.pick(lambda v: (v.dtype, v.shape) == (dtype, shape))):
            return found
        if source == "splat":
            return self.broadcast(self.number(dtype), shape, ())
        if source == "constant":
            return self.constant(dtype, shape, self.dense(dtype, shape))
        if source == "vector" and shape:
            dim = self.integer(0, len(shape) - 1)
            return self.broadcast(self.argument(dtype, (shape[dim],)), shape, (dim,))
        return self.argument(dtype, shape)

    def number(self, dtype: str) -> Value:
        """A constant of rank 0."""
        return self.constant(dtype, (), self.choose(self._numbers(dtype)))

    def dense(self, dtype: str, shape: Shape) -> str:
        """The elements of a constant as MLIR writes them."""
        numbers = self._numbers(dtype)
        flat = iter([self.choose(numbers) for _ in range(prod(shape))] if prod(shape) <= 8 else numbers * prod(shape))
        return _nested(flat, shape)

    def broadcast(self, value: Value, shape: Shape, dims: tuple[int, ...]) -> Value:
        """``broadcast_in_dim``."""
        listed = ", ".join(map(str, dims))
        text = f"stablehlo.broadcast_in_dim $, dims = [{listed}] : ({value.type}) -> {tensor(value.dtype, shape)}"
        return self.emit(text, value.dtype, shape, (value,))

    def _numbers(self, dtype: str) -> list[str]:
        if dtype == "i1":
            return ["true", "false"]
        if dtype == "i32":
            return ["0", "1", "2", "-1", "3"]
        special = {"f32": ["0x7F800000", "0xFF800000", "0x7FC00000"], "bf16": ["0x7F80", "0xFF80", "0x7FC0"]}[dtype]
        return ["0.0", "1.0", "-1.0", "2.0", "0.5", "-0.0"] + (special if self.special else [])

    def text(self, results: Sequence[Value], visibility: str) -> str:
        """The function."""
        arguments = ", ".join(f"{value.name}: {value.type}" for value in self.arguments)
        types = ", ".join(value.type for value in results)
        returned = f"return {', '.join(value.name for value in results)} : {types}"
        body = "\n".join(f"  {line}" for line in (*self.lines, returned))
        return f"func.func {visibility} @{self.name}({arguments}) -> ({types}) {{\n{body}\n}}\n"


def tensor(dtype: str, shape: Shape) -> str:
    """A tensor type as MLIR writes it."""
    return f"tensor<{'x'.join((*map(str, shape), dtype))}>"


def _nested(flat: Any, shape: Shape) -> str:
    if not shape:
        return next(flat)
    return "[" + ", ".join(_nested(flat, shape[1:]) for _ in range(shape[0])) + "]"


@dataclass(frozen=True)
class Program:
    """A module as text and what is drawn with it."""

    text: str
    special: bool
    """Whether constants may be infinite or no number."""


@st.composite
def programs(draw: Draw, max_ops: int = 12) -> Program:
    """Modules of one public function, some with private ones."""
    from tests.fuzz.ops import RULES

    graph = Graph(draw, special=draw(st.integers(0, 5)) == 5)
    batch = draw(st.sampled_from((1, 2)))
    dtype = draw(st.sampled_from(("f32", "f32", "bf16")))
    graph.argument(dtype, (batch, *draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))))
    for _ in range(draw(st.integers(1, max_ops))):
        draw(st.sampled_from(RULES))(graph)
    leaves = [value for value in graph.values if value.name not in graph.used and value not in graph.arguments]
    results = leaves[-4:] or graph.values[-1:]
    if draw(st.integers(0, 7)) == 7:
        results = [*results, draw(st.sampled_from(graph.values))]
    functions = "".join(graph.functions)
    return Program(f"{graph.text(results, 'public')}{functions}", graph.special)
