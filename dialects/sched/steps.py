"""The steps of a schedule: one op per fact."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import ClassVar

from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, Float64Type, FloatAttr, IntegerAttr, f64, i64
from xdsl.irdl import IRDLOperation, irdl_op_definition, lazy_traits_def, prop_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import HasParent, OpTrait
from xdsl.utils.exceptions import VerifyException

from dialects.sched.attributes import (
    DIMS,
    Axis,
    AxisAttr,
    Dim,
    DimAttr,
    Engine,
    EngineAttr,
    ExtentAttr,
    Level,
    LevelAttr,
    LoopAttr,
    Operand,
    OperandAttr,
)
from dialects.sched.facts import RELEVANT, ContractionFacts, Loop, Tile, Transfer
from dialects.syntax import INT64, int64, parse_float, print_number

F64 = FloatAttr[Float64Type]

LEVEL_ORDER = tuple(Level)


def _f64s(values: Sequence[float]) -> ArrayAttr[F64]:
    return ArrayAttr(FloatAttr(float(value), f64) for value in values)


def _print_numbers(printer: Printer, keyword: str, values: Sequence[float]) -> None:
    printer.print_string(keyword)
    with printer.in_square_brackets():
        printer.print_list(values, lambda value: print_number(printer, value))


def _parse_numbers(parser: Parser, keyword: str) -> list[float]:
    parser.parse_keyword(keyword)
    return parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: parse_float(parser))


def _in_region() -> tuple[OpTrait, ...]:
    from dialects.sched.ops import RegionOp

    return (HasParent(RegionOp),)


class ScheduleOp(IRDLOperation):
    """One fact of a schedule."""

    traits = lazy_traits_def(_in_region)


@irdl_op_definition
class ContractionOp(ScheduleOp):
    """What the region computes, whatever op it came from.

    ::

        sched.contraction [g = 1, n = 8, p = 56, q = 56, k = 64, c = 64, r = 3, s = 3] stride [1, 1] dilation [1, 1] bytes [2, 2, 2]
    """  # noqa: E501

    name = "sched.contraction"

    bounds = prop_def(DenseArrayBase.constr(i64))
    """Sizes of ``DIMS``, in that order."""
    stride = prop_def(ArrayAttr[F64])
    """Input rows and columns per output row and column."""
    dilation = prop_def(ArrayAttr[F64])
    """Input rows and columns per kernel row and column."""
    element_bytes = prop_def(ArrayAttr[F64])
    """Bytes of one element of input, weight and output."""

    def __init__(
        self, bounds: Sequence[int], stride: Sequence[float], dilation: Sequence[float], element_bytes: Sequence[float]
    ) -> None:
        super().__init__(
            properties={
                "bounds": DenseArrayBase.from_list(i64, list(bounds)),
                "stride": _f64s(stride),
                "dilation": _f64s(dilation),
                "element_bytes": _f64s(element_bytes),
            }
        )

    @property
    def facts(self) -> ContractionFacts:
        """The op as numbers."""

        def floats(attr: ArrayAttr[F64]) -> tuple[float, ...]:
            return tuple(entry.value.data for entry in attr)

        stride, dilation, sizes = floats(self.stride), floats(self.dilation), floats(self.element_bytes)
        return ContractionFacts(
            Tile(*self.bounds.get_values()),
            (stride[0], stride[1]),
            (dilation[0], dilation[1]),
            (sizes[0], sizes[1], sizes[2]),
        )

    def verify_(self) -> None:
        bounds = self.bounds.get_values()
        # (K1) Each dimension has a positive size.
        if len(bounds) != len(DIMS) or min(bounds) < 1:
            raise VerifyException(
                f"{self.name}: (K1) bounds {list(bounds)}; write a positive size for each of g n p q k c r s"
            )
        lists = {"stride": (self.stride, 2), "dilation": (self.dilation, 2), "bytes": (self.element_bytes, 3)}
        for what, (attr, count) in lists.items():
            values = [entry.value.data for entry in attr]
            # (K2) Two strides, two dilations and three element sizes, all positive.
            if len(values) != count or not all(0.0 < value < inf for value in values):
                raise VerifyException(f"{self.name}: (K2) {what} {values}; write {count} positive numbers")

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        with printer.in_square_brackets():
            pairs = zip(DIMS, self.bounds.get_values(), strict=True)
            printer.print_list(pairs, lambda pair: printer.print_string(f"{pair[0].value} = {pair[1]}"))
        # The eight dimensions nearly fill a line.
        with printer.indented(2):
            printer.print_string("\n")
        for keyword, attr in (("stride ", self.stride), (" dilation ", self.dilation), (" bytes ", self.element_bytes)):
            _print_numbers(printer, keyword, [entry.value.data for entry in attr])
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> ContractionOp:
        remaining = iter(DIMS)

        def parse_bound() -> int:
            parser.parse_keyword(next(remaining, Dim.S).value)
            parser.parse_punctuation("=")
            return parser.parse_integer(allow_boolean=False)

        bounds = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parse_bound)
        stride, dilation = _parse_numbers(parser, "stride"), _parse_numbers(parser, "dilation")
        op = cls(bounds, stride, dilation, _parse_numbers(parser, "bytes"))
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class LoopsOp(ScheduleOp):
    """The loops over the tiles of one level, outermost first: ``sched.loops l1 [k = 64 step 32, p = 56 step 7]``."""

    name = "sched.loops"

    level = prop_def(LevelAttr)
    loops = prop_def(ArrayAttr[LoopAttr])

    def __init__(self, level: Level, loops: Sequence[LoopAttr]) -> None:
        super().__init__(properties={"level": LevelAttr(level), "loops": ArrayAttr(loops)})

    @property
    def facts(self) -> tuple[Loop, ...]:
        """The loops as numbers."""
        return tuple(Loop(loop.dim.data, loop.extent.data, loop.step.data) for loop in self.loops)

    def verify_(self) -> None:
        dims = [loop.dim.data for loop in self.loops]
        # (L1) A level loops over a dimension once, and over something.
        if not dims or len(set(dims)) != len(dims):
            raise VerifyException(
                f"{self.name}: (L1) dims [{', '.join(dims)}]; list at least one, each once, or drop the op"
            )
        # (L2) DRAM holds whole tensors, no tiles.
        if self.level.data == Level.Dram:
            raise VerifyException(f"{self.name}: (L2) loops over tiles in dram; name tile, global, l2 or l1")

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.level.data.value} ")
        with printer.in_square_brackets():
            printer.print_list(self.loops, lambda loop: loop.print_bare(printer))
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> LoopsOp:
        level = parser.parse_str_enum(Level)
        loops = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: LoopAttr.parse_bare(parser))
        op = cls(level, loops)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class TransferOp(ScheduleOp):
    """A tile of an operand moves between neighbouring levels, double-buffered.

    ::

        sched.transfer input dram to global tile 4096
    """

    name = "sched.transfer"

    operand = prop_def(OperandAttr)
    source = prop_def(LevelAttr)
    destination = prop_def(LevelAttr)
    tile_bytes = prop_def(INT64)
    """Bytes of one tile."""

    assembly_format = "$operand $source `to` $destination `tile` $tile_bytes attr-dict"

    def __init__(self, operand: Operand, source: Level, destination: Level, tile_bytes: int) -> None:
        super().__init__(
            properties={
                "operand": OperandAttr(operand),
                "source": LevelAttr(source),
                "destination": LevelAttr(destination),
                "tile_bytes": int64(tile_bytes),
            }
        )

    @property
    def facts(self) -> Transfer:
        """The op as numbers."""
        return Transfer(self.operand.data, self.source.data, self.destination.data, self.tile_bytes.value.data)

    def verify_(self) -> None:
        inward = LEVEL_ORDER.index(self.source.data) < LEVEL_ORDER.index(self.destination.data)
        outward = LEVEL_ORDER.index(self.source.data) > LEVEL_ORDER.index(self.destination.data)
        # (T1) Inputs and weights move inward, outputs outward.
        if not (outward if self.operand.data == Operand.Output else inward):
            way = "outward" if self.operand.data == Operand.Output else "inward"
            route = f"from {self.source.data} to {self.destination.data}"
            raise VerifyException(f"{self.name}: (T1) {self.operand.data} {route}; it must move {way}")
        # (T2) A chain's tile is no place to move things to.
        if Level.Tile in (self.source.data, self.destination.data):
            raise VerifyException(f"{self.name}: (T2) tile is no memory; name dram, global, l2 or l1")


@irdl_op_definition
class SpatialOp(ScheduleOp):
    """What an axis of the hardware does side by side: ``sched.spatial rows [c = 64, r = 2]``."""

    name = "sched.spatial"

    axis = prop_def(AxisAttr)
    extents = prop_def(ArrayAttr[ExtentAttr])

    def __init__(self, axis: Axis, extents: Sequence[ExtentAttr]) -> None:
        super().__init__(properties={"axis": AxisAttr(axis), "extents": ArrayAttr(extents)})

    @property
    def facts(self) -> Tile:
        """How much of each dimension the axis spreads."""
        return Tile(**{extent.dim.data.value: extent.extent.data for extent in self.extents})

    def verify_(self) -> None:
        dims = [extent.dim.data for extent in self.extents]
        # (P1) An axis spreads a dimension once, and something.
        if not dims or len(set(dims)) != len(dims):
            raise VerifyException(
                f"{self.name}: (P1) dims [{', '.join(dims)}]; list at least one, each once, or drop the op"
            )

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.axis.data.value} ")
        with printer.in_square_brackets():
            printer.print_list(self.extents, lambda extent: extent.print_bare(printer))
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> SpatialOp:
        axis = parser.parse_str_enum(Axis)
        extents = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: ExtentAttr.parse_bare(parser))
        op = cls(axis, extents)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class ComputeOp(ScheduleOp):
    """What computes the contraction: ``sched.compute weight_stationary``."""

    name = "sched.compute"

    engine = prop_def(EngineAttr)

    assembly_format = "$engine attr-dict"

    def __init__(self, engine: Engine) -> None:
        super().__init__(properties={"engine": EngineAttr(engine)})


@irdl_op_definition
class VectorOp(ScheduleOp):
    """Elements that the vector unit processes in one run of the region, by kind of operation, and the rows that it goes
    through more than once, if any: along which dimensions of the contraction they run, and their bytes.

    ::

        sched.vector {alu = 1605632, transcendental = 0, divide = 0, reduce = 0, move = 0}
        sched.vector {alu = 48, transcendental = 16, divide = 16, reduce = 32, move = 0}
          rows [k] {rescan_bytes = 128, kept_bytes = 32, row_bytes = 8}
    """

    name = "sched.vector"
    KINDS: ClassVar[tuple[str, ...]] = ("alu", "transcendental", "divide", "reduce", "move")
    ROW_SIZES: ClassVar[tuple[str, ...]] = ("rescan_bytes", "kept_bytes", "row_bytes")

    alu = prop_def(INT64)
    """Adds, multiplies, compares, selects, converts."""
    transcendental = prop_def(INT64)
    """Exponential, logistic, tanh, log, sine, power."""
    divide = prop_def(INT64)
    """Divisions, square roots and their reciprocals."""
    reduce = prop_def(INT64)
    """Input elements of reductions and of reduction windows."""
    move = prop_def(INT64)
    """Elements moved without arithmetic."""
    rescan_bytes = prop_def(INT64)
    """Bytes that scans of the rows after the first one read, and that are stored for them."""
    kept_bytes = prop_def(INT64)
    """Most bytes that are kept between two scans, of all rows."""
    row_bytes = prop_def(INT64)
    """The same of one independent row."""
    row_dims = prop_def(ArrayAttr[DimAttr])
    """Dimensions of the contraction's output along which the rows run; none where they are not made of it."""

    def __init__(
        self, counts: Sequence[int] = (0, 0, 0, 0, 0), rows: Sequence[int] = (0, 0, 0), row_dims: Sequence[Dim] = ()
    ) -> None:
        """``counts`` in the order of ``KINDS``, ``rows`` in that of ``ROW_SIZES``."""
        super().__init__(properties={"row_dims": ArrayAttr(DimAttr(dim) for dim in row_dims)})
        for name, value in zip(self.KINDS + self.ROW_SIZES, (*counts, *rows), strict=True):
            self.properties[name] = int64(value)

    def _sizes(self, names: Sequence[str]) -> tuple[int, ...]:
        attributes = (self.properties[name] for name in names)
        return tuple(attr.value.data for attr in attributes if isinstance(attr, IntegerAttr))

    @property
    def counts(self) -> tuple[int, ...]:
        """Elements, in the order of ``KINDS``."""
        return self._sizes(self.KINDS)

    @property
    def rows(self) -> tuple[int, ...]:
        """Bytes, in the order of ``ROW_SIZES``."""
        return self._sizes(self.ROW_SIZES)

    def verify_(self) -> None:
        for kind, count in zip(self.KINDS, self.counts, strict=True):
            # (V1) Counts are not negative.
            if count < 0:
                raise VerifyException(f"{self.name}: (V1) {kind} = {count}; a count is not negative")
        rescan, kept, row = self.rows
        # (V2) What is kept is read again, and a row is part of it: no bytes at all, or each at most the one before.
        if not (rescan >= kept >= row > 0 or rescan == kept == row == 0):
            raise VerifyException(
                f"{self.name}: (V2) rows {{rescan_bytes = {rescan}, kept_bytes = {kept}, row_bytes = {row}}}; write "
                "rescan_bytes >= kept_bytes >= row_bytes > 0, or leave the rows out"
            )
        dims = [dim.data for dim in self.row_dims]
        # (V3) Rows run along dimensions of the contraction's output, each once.
        if len(set(dims)) != len(dims) or not RELEVANT[Operand.Output].issuperset(dims) or (dims and not rescan):
            raise VerifyException(
                f"{self.name}: (V3) rows along [{', '.join(dims)}]; name g, n, p, q or k at most once each, and only "
                "where there are rows"
            )

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        self._print_sizes(printer, self.KINDS)
        if any(self.rows):
            with printer.indented(2):
                printer.print_string("\nrows ")
            with printer.in_square_brackets():
                printer.print_list(self.row_dims, lambda dim: printer.print_string(dim.data.value))
            printer.print_string(" ")
            self._print_sizes(printer, self.ROW_SIZES)
        printer.print_op_attributes(self.attributes)

    def _print_sizes(self, printer: Printer, names: Sequence[str]) -> None:
        with printer.in_braces():
            printer.print_list(
                zip(names, self._sizes(names), strict=True), lambda pair: printer.print_string(f"{pair[0]} = {pair[1]}")
            )

    @classmethod
    def parse(cls, parser: Parser) -> VectorOp:
        counts = cls._parse_sizes(parser, cls.KINDS)
        rows: Sequence[int] = (0, 0, 0)
        dims: Sequence[Dim] = ()
        if parser.parse_optional_keyword("rows") is not None:
            dims = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: parser.parse_str_enum(Dim))
            rows = cls._parse_sizes(parser, cls.ROW_SIZES)
        op = cls(counts, rows, dims)
        op.attributes |= parser.parse_optional_attr_dict()
        return op

    @staticmethod
    def _parse_sizes(parser: Parser, names: Sequence[str]) -> list[int]:
        remaining = iter(names)

        def parse_size() -> int:
            parser.parse_keyword(next(remaining, names[-1]))
            parser.parse_punctuation("=")
            return parser.parse_integer(allow_boolean=False)

        return parser.parse_comma_separated_list(parser.Delimiter.BRACES, parse_size)
