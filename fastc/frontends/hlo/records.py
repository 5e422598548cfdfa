"""An HLO module as records: what the text says, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """An array: element type, extents and how its bytes are laid out."""

    element: str
    """As HLO calls it: ``bf16``, ``pred``, ``s32``."""
    dims: tuple[int, ...]
    minor_to_major: tuple[int, ...]
    """Dimensions from the one that varies fastest in memory to the slowest."""
    tiling: str = ""
    """What the layout says after its colon, such as ``T(8,128)``; empty for plain arrays."""

    @property
    def major_to_minor(self) -> tuple[int, ...]:
        """The dimensions in the order of memory, slowest first."""
        return self.minor_to_major[::-1]

    def __str__(self) -> str:
        return f"{self.element}[{','.join(map(str, self.dims))}]"


@dataclass(frozen=True, slots=True)
class TupleShape:
    """A tuple of arrays or tuples."""

    elements: tuple[Shape, ...]

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.elements))})"


Shape: TypeAlias = "ArrayShape | TupleShape"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of a computation: ``name = shape opcode(operands), attributes``."""

    name: str
    shape: Shape
    opcode: str
    operands: tuple[str, ...]
    literal: str
    """What stands between the parentheses of ``constant`` and ``parameter``; else empty."""
    attributes: Mapping[str, str]
    """Values as the text has them."""
    line: int
    column: int
    is_root: bool


@dataclass(frozen=True, slots=True)
class Computation:
    """A function of HLO: parameters are instructions, the root is its result."""

    name: str
    instructions: tuple[Instruction, ...]
    is_entry: bool
    line: int

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of its last instruction: callers come later."""
        return self.instructions[-1].line, self.instructions[-1].column

    @property
    def root(self) -> Instruction:
        """The instruction marked ROOT, else the last."""
        return next((each for each in self.instructions if each.is_root), self.instructions[-1])


@dataclass(frozen=True, slots=True)
class HloModule:
    """A whole text: its computations, callees before callers."""

    name: str
    computations: tuple[Computation, ...]

    @property
    def entry(self) -> Computation:
        """The computation marked ENTRY, else the last."""
        return next((each for each in self.computations if each.is_entry), self.computations[-1])
