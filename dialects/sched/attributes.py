"""The words and the small records of a schedule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from xdsl.dialects.builtin import ArrayAttr, IntAttr
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import SpacedOpaqueSyntaxAttribute
from xdsl.irdl import irdl_attr_definition, param_def
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from dialects.syntax import BareAttribute

GAP_KEY = "sched.gap"
"""Key of a region's attribute where a mapper proved something, an ``f64``: share of the region's objective above what
no mapping beats; 0: proven best."""

OBJECTIVE_KEY = "sched.objective"
"""Key of the module's attribute beside such gaps, a string: what they are shares of, ``latency``, ``energy`` or
``edp``."""


class Dim(StrEnum):
    """The named dimensions of a contraction."""

    G = "g"
    """Groups, or the batch of a matrix product."""
    N = "n"
    """Images, or rows of a matrix product."""
    P = "p"
    """Output rows."""
    Q = "q"
    """Output columns."""
    K = "k"
    """Output channels of a group."""
    C = "c"
    """Input channels of a group."""
    R = "r"
    """Kernel rows."""
    S = "s"
    """Kernel columns."""


class Segment(NamedTuple):
    """Bytes of a memory that lie side by side."""

    start: int
    end: int
    """The byte after the last."""


DIMS: tuple[Dim, ...] = tuple(Dim)
"""Every dimension, in the order in which tiles list them."""


class Level(StrEnum):
    """A level of the memory hierarchy, from outside to inside."""

    Dram = "dram"
    Tile = "tile"
    """Slices of what a chain of regions works on: no memory of its own, but what lies in DRAM or in the global buffer
    for one tile of the chain."""
    Global = "global"
    L2 = "l2"
    L1 = "l1"


class Axis(StrEnum):
    """An axis of parallel hardware: the PE grid's, and a systolic array's."""

    PeX = "pe_x"
    PeY = "pe_y"
    Rows = "rows"
    Columns = "columns"


class Operand(StrEnum):
    """A tensor of a contraction."""

    Input = "input"
    Weight = "weight"
    Output = "output"


class Engine(StrEnum):
    """What computes a contraction: a systolic array with a stationary operand, or the vector unit."""

    WeightStationary = "weight_stationary"
    InputStationary = "input_stationary"
    OutputStationary = "output_stationary"
    Vector = "vector"


class Grain(StrEnum):
    """What a scan of the vector unit takes at a time."""

    Input = "input"
    """A tile of what becomes the contraction's input."""
    Weight = "weight"
    """A tile of what becomes its weight."""
    Output = "output"
    """An L1 tile of its outputs, once their sums are complete."""
    Piece = "piece"
    """A piece of the tensors of a region without a contraction."""
    Row = "row"
    """A row, once a reduction has seen all of it."""
    Whole = "whole"
    """Everything, once a reduction has seen all of it."""


@irdl_attr_definition
class LevelAttr(EnumAttribute[Level], SpacedOpaqueSyntaxAttribute):
    """A ``Level``; ``#sched<level global>`` in the generic syntax."""

    name = "sched.level"


@irdl_attr_definition
class AxisAttr(EnumAttribute[Axis], SpacedOpaqueSyntaxAttribute):
    """An ``Axis``; ``#sched<axis pe_x>`` in the generic syntax."""

    name = "sched.axis"


@irdl_attr_definition
class OperandAttr(EnumAttribute[Operand], SpacedOpaqueSyntaxAttribute):
    """An ``Operand``; ``#sched<operand input>`` in the generic syntax."""

    name = "sched.operand"


@irdl_attr_definition
class EngineAttr(EnumAttribute[Engine], SpacedOpaqueSyntaxAttribute):
    """An ``Engine``; ``#sched<engine vector>`` in the generic syntax."""

    name = "sched.engine"


@irdl_attr_definition
class GrainAttr(EnumAttribute[Grain], SpacedOpaqueSyntaxAttribute):
    """A ``Grain``; ``#sched<grain row>`` in the generic syntax."""

    name = "sched.grain"


@irdl_attr_definition
class DimAttr(EnumAttribute[Dim], SpacedOpaqueSyntaxAttribute):
    """A ``Dim``; ``#sched<dim k>`` in the generic syntax."""

    name = "sched.dim"


@irdl_attr_definition(init=False)
class ExtentAttr(BareAttribute):
    """So many steps of a dimension side by side: ``#sched.extent<k = 64>``."""

    name = "sched.extent"

    dim: DimAttr = param_def()
    extent: IntAttr = param_def()

    def __init__(self, dim: Dim, extent: int) -> None:
        super().__init__(DimAttr(dim), IntAttr(extent))

    def verify(self) -> None:
        # (E1) At least two: a dimension that is not spread is left out.
        if self.extent.data < 2:
            raise VerifyException(
                f"sched.extent: (E1) {self.dim.data} = {self.extent.data}; at least 2, or leave it out"
            )

    def print_bare(self, printer: Printer) -> None:
        """``k = 64``"""
        printer.print_string(f"{self.dim.data.value} = {self.extent.data}")

    @classmethod
    def parse_bare(cls, parser: AttrParser) -> ExtentAttr:
        """The inverse of ``print_bare``."""
        return cls(*_parse_extent(parser))


@irdl_attr_definition(init=False)
class LoopAttr(BareAttribute):
    """A loop over ``extent`` steps of a dimension in tiles of ``step``, the last of which may be smaller.

    ::

        #sched.loop<k = 64 step 32>
    """

    name = "sched.loop"

    dim: DimAttr = param_def()
    extent: IntAttr = param_def()
    step: IntAttr = param_def()

    def __init__(self, dim: Dim, extent: int, step: int) -> None:
        super().__init__(DimAttr(dim), IntAttr(extent), IntAttr(step))

    def verify(self) -> None:
        # (E2) A loop has at least two trips: a dimension that is not looped over is left out.
        if not 1 <= self.step.data < self.extent.data:
            raise VerifyException(
                f"sched.loop: (E2) {self.dim.data} = {self.extent.data} step {self.step.data}; "
                "the step is at least 1 and below the extent, or the loop is left out"
            )

    def print_bare(self, printer: Printer) -> None:
        """``k = 64 step 32``"""
        printer.print_string(f"{self.dim.data.value} = {self.extent.data} step {self.step.data}")

    @classmethod
    def parse_bare(cls, parser: AttrParser) -> LoopAttr:
        """The inverse of ``print_bare``."""
        return cls(*_parse_loop(parser))


@irdl_attr_definition(init=False)
class SizesAttr(BareAttribute):
    """The sizes that tiles have along a dimension, whole ones first, then those at edges.

    ::

        #sched.sizes<p = 8 or 4>
    """

    name = "sched.sizes"

    dim: DimAttr = param_def()
    sizes: ArrayAttr[IntAttr] = param_def()

    def __init__(self, dim: Dim, sizes: Sequence[int]) -> None:
        super().__init__(DimAttr(dim), ArrayAttr(IntAttr(size) for size in sizes))

    def print_bare(self, printer: Printer) -> None:
        """``p = 8 or 4``"""
        printer.print_string(f"{self.dim.data.value} = {' or '.join(str(size.data) for size in self.sizes)}")

    @classmethod
    def parse_bare(cls, parser: AttrParser) -> SizesAttr:
        """The inverse of ``print_bare``."""
        dim, size = _parse_extent(parser)
        sizes = [size]
        while parser.parse_optional_keyword("or") is not None:
            sizes.append(parser.parse_integer(allow_boolean=False, allow_negative=False))
        return cls(dim, sizes)


@irdl_attr_definition(init=False)
class PlaceAttr(BareAttribute):
    """Which bytes of a memory something takes: segments, in the order of its own bytes, each from its first byte to the
    one after its last.

    ::

        #sched.place<[0 to 4096, 8192 to 12288]>
    """

    name = "sched.place"

    bounds: ArrayAttr[IntAttr] = param_def()
    """Start and end of each segment."""

    def __init__(self, segments: Iterable[Segment] = ()) -> None:
        super().__init__(ArrayAttr(IntAttr(bound) for segment in segments for bound in segment))

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments as numbers."""
        bounds = [bound.data for bound in self.bounds]
        return tuple(Segment(*pair) for pair in zip(bounds[::2], bounds[1::2], strict=True))

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return sum(end - start for start, end in self.segments)

    def verify(self) -> None:
        if len(self.bounds) % 2:
            raise VerifyException("sched.place: (E3) a segment has a start and an end")
        segments = self.segments
        # (E3) Segments are not empty and have no byte in common.
        ascending = sorted(segments)
        apart = all(a.end <= b.start for a, b in pairwise(ascending))
        if not apart or any(not 0 <= segment.start < segment.end for segment in segments):
            text = ", ".join(f"{start} to {end}" for start, end in segments)
            raise VerifyException(f"sched.place: (E3) [{text}]; write segments 'start to end' that do not overlap")

    def print_bare(self, printer: Printer) -> None:
        """``[0 to 4096, 8192 to 12288]``"""
        with printer.in_square_brackets():
            printer.print_list(self.segments, lambda s: printer.print_string(f"{s.start} to {s.end}"))

    @classmethod
    def parse_bare(cls, parser: AttrParser) -> PlaceAttr:
        """The inverse of ``print_bare``."""

        def segment() -> Segment:
            start = parser.parse_integer(allow_boolean=False, allow_negative=False)
            parser.parse_keyword("to")
            return Segment(start, parser.parse_integer(allow_boolean=False, allow_negative=False))

        return cls(parser.parse_comma_separated_list(parser.Delimiter.SQUARE, segment))


def _parse_extent(parser: AttrParser) -> tuple[Dim, int]:
    dim = parser.parse_str_enum(Dim)
    parser.parse_punctuation("=")
    return dim, parser.parse_integer(allow_boolean=False, allow_negative=False)


def _parse_loop(parser: AttrParser) -> tuple[Dim, int, int]:
    dim, extent = _parse_extent(parser)
    parser.parse_keyword("step")
    return dim, extent, parser.parse_integer(allow_boolean=False, allow_negative=False)
