"""The steps of a schedule that say what its engines do, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, StringAttr, i64
from xdsl.irdl import irdl_op_definition, prop_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from dialects.sched.attributes import Grain, GrainAttr, Level, LevelAttr, Operand, OperandAttr, SizesAttr
from dialects.sched.facts import Folds
from dialects.sched.steps import ScheduleOp
from dialects.syntax import INT64, int64

LINE = 90
"""Columns of a list of ops before it goes on in the next line."""


@irdl_op_definition
class TileOp(ScheduleOp):
    """The sizes of a level's tiles: along each dimension the whole one, then those at edges; dimensions of 1 are left
    out. They follow from the loops and are there for the reader.

    ::

        sched.tile l1 [n = 8, p = 8 or 4, q = 128 or 44, k = 32, c = 64]
    """

    name = "sched.tile"

    level = prop_def(LevelAttr)
    sizes = prop_def(ArrayAttr[SizesAttr])

    def __init__(self, level: Level, sizes: Sequence[SizesAttr]) -> None:
        super().__init__(properties={"level": LevelAttr(level), "sizes": ArrayAttr(sizes)})

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.level.data.value} ")
        with printer.in_square_brackets():
            printer.print_list(self.sizes, lambda sizes: sizes.print_bare(printer))
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> TileOp:
        level = parser.parse_str_enum(Level)
        sizes = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: SizesAttr.parse_bare(parser))
        op = cls(level, sizes)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class FoldsOp(ScheduleOp):
    """How a whole L1 tile passes each PE's array: ``count`` times a part of the stationary operand enters through the
    array's rows, one a cycle, and ``stream`` words of the others pass it. Sums that are stationary leave so at the end
    of a stream.

    ::

        sched.folds weight count 3 preload 32 stream 680
        sched.folds output count 12 drain 32 stream 768
    """

    name = "sched.folds"

    stationary = prop_def(OperandAttr)
    count = prop_def(INT64)
    swap = prop_def(INT64)
    """Rows that the stationary operand passes when it is exchanged: the array's."""
    stream = prop_def(INT64)

    def __init__(self, folds: Folds, swap: int) -> None:
        super().__init__(
            properties={
                "stationary": OperandAttr(folds.stationary),
                "count": int64(folds.times),
                "swap": int64(swap),
                "stream": int64(folds.stream),
            }
        )

    @property
    def facts(self) -> Folds:
        """The op as numbers, without the exchange."""
        return Folds(self.stationary.data, self.count.value.data, self.stream.value.data)

    @staticmethod
    def _swap_word(operand: Operand) -> str:
        return "drain" if operand == Operand.Output else "preload"

    def print(self, printer: Printer) -> None:
        operand, count, stream = self.facts
        word = f"{self._swap_word(operand)} {self.swap.value.data}"
        printer.print_string(f" {operand.value} count {count} {word} stream {stream}")
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> FoldsOp:
        operand = parser.parse_str_enum(Operand)

        def number(keyword: str) -> int:
            parser.parse_keyword(keyword)
            return parser.parse_integer(allow_boolean=False, allow_negative=False)

        count, swap, stream = number("count"), number(cls._swap_word(operand)), number("stream")
        op = cls(Folds(operand, count, stream), swap)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


class Scan(NamedTuple):
    """``sched.scan`` as numbers."""

    grain: Grain
    ops: tuple[int, ...]
    """Indices of the ops in the region's body."""
    names: tuple[str, ...]
    """Their names without the dialect's."""


@irdl_op_definition
class ScanOp(ScheduleOp):
    """One walk of the vector unit: which ops of the body it does, in order, and on what at a time.

    Ops have their indices in the body and, for the reader, their names. Constants belong to no scan: they are there.

    ::

        sched.scan per output [3 broadcast_in_dim, 4 add, 5 reduce]
        sched.scan per row [6 divide, 8 subtract]
    """

    name = "sched.scan"

    grain = prop_def(GrainAttr)
    ops = prop_def(DenseArrayBase.constr(i64))
    op_names = prop_def(ArrayAttr[StringAttr])

    def __init__(self, grain: Grain, ops: Sequence[int], names: Sequence[str]) -> None:
        super().__init__(
            properties={
                "grain": GrainAttr(grain),
                "ops": DenseArrayBase.from_list(i64, list(ops)),
                "op_names": ArrayAttr(StringAttr(name) for name in names),
            }
        )

    @property
    def facts(self) -> Scan:
        """The op as numbers."""
        return Scan(self.grain.data, self.ops.get_values(), tuple(name.data for name in self.op_names))

    def verify_(self) -> None:
        scan = self.facts
        # (W1) A scan does something, in the order of the body, and each op has its name.
        if not scan.ops or len(scan.ops) != len(scan.names) or list(scan.ops) != sorted(set(scan.ops)):
            raise VerifyException(
                f"{self.name}: (W1) ops {list(scan.ops)} with {len(scan.names)} names; list at least one, ascending, "
                "with its name"
            )

    def print(self, printer: Printer) -> None:
        _, ops, names = self.facts
        printer.print_string(f" per {self.grain.data.value} [")
        column = 0
        with printer.indented(2):
            for word in (f"{op} {name}" for op, name in zip(ops, names, strict=True)):
                if column:
                    printer.print_string(",\n" if column + len(word) > LINE else ", ")
                    column = 0 if column + len(word) > LINE else column
                printer.print_string(word)
                column += len(word) + 2
        printer.print_string("]")
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> ScanOp:
        parser.parse_keyword("per")
        grain = parser.parse_str_enum(Grain)

        def parse_op() -> tuple[int, str]:
            index = parser.parse_integer(allow_boolean=False, allow_negative=False)
            return index, parser.parse_identifier("the op's name")

        ops = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parse_op)
        op = cls(grain, [index for index, _ in ops], [name for _, name in ops])
        op.attributes |= parser.parse_optional_attr_dict()
        return op
