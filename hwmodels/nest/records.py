"""What a loop nest computes, on which buffers, in which order; arrays share a leading shape ``[...]`` and a library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hwmodels.records import Array

Halo = Literal["kept", "moving", "dropped"]
"""What a buffer keeps of its tile when the next one overlaps it: all that both share; all of it, but only while the
tile moves on by the step that it last made (Timeloop's rule: address generators follow one stride); or nothing, unless
the next tile is of the same iterations."""


Axis: TypeAlias = tuple[tuple[int, Array], ...]
"""One axis of a tensor: its position is the sum of coefficient times dimension over these (dimension, coefficient)."""


@dataclass(frozen=True)
class Tensor:
    """An operand of the contraction."""

    name: str
    axes: tuple[Axis, ...]
    """Coefficients (strides, dilations) positive, [...]; no dimension on two axes."""
    written: bool = False
    """Whether the contraction accumulates into it."""
    gaps: bool = True
    """Whether a tile is all from its first to its last position along each axis, as in Timeloop; else without what
    large strides and dilations leave out: at most one position for each combination of iterations."""

    @property
    def dims(self) -> frozenset[int]:
        """The dimensions that it depends on."""
        return frozenset(dim for axis in self.axes for dim, _ in axis)


@dataclass(frozen=True)
class Problem:
    """A contraction over named dimensions."""

    dims: tuple[str, ...]
    bounds: Array
    """[..., dims]."""
    tensors: tuple[Tensor, ...]

    def __post_init__(self) -> None:
        for tensor in self.tensors:
            used = [dim for axis in tensor.axes for dim, _ in axis]
            if len(used) != len(set(used)):
                raise ValueError(
                    f"tensor '{tensor.name}' has a dimension on two axes; give each a dimension of its own"
                )


@dataclass(frozen=True)
class Level:
    """A kind of buffer, of which every instance is alike."""

    name: str
    keeps: tuple[bool, ...]
    """For each tensor, whether it is kept here; else it passes by."""
    halo: Halo = "moving"
    clears: bool = False
    """Whether an element of a written tensor is set to zero (a fill) before it is first added to; else the first value
    overwrites what is there."""
    read_words_per_cycle: Array = float("inf")
    """Of one instance, [...]; likewise below."""
    write_words_per_cycle: Array = float("inf")
    shared_words_per_cycle: Array = float("inf")
    """Reads and writes together."""
    read_j: Array = 0.0
    """Energy of one access of ``block_words``, [...]; likewise below."""
    fill_j: Array = 0.0
    update_j: Array = 0.0
    block_words: Array = 1.0


@dataclass(frozen=True)
class Loops:
    """A nest of loops, outermost first."""

    factors: Array
    """[..., loops], whole numbers: iterations, the last of which may be smaller or missing where the bounds end."""
    dims: Array | tuple[int, ...]
    """[..., loops]: the dimension that each advances."""
    levels: tuple[int, ...]
    """For each loop, the level (0 outermost) whose tile it walks through; never falling."""
    spatial: tuple[bool, ...]
    """For each loop, whether its iterations run at once, on instances of what is inside."""

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.spatial) or list(self.levels) != sorted(self.levels):
            raise ValueError("each loop needs a level and a kind, and levels must go from the outermost inwards")
