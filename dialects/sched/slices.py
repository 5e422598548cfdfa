"""The steps of a schedule that say what a region in a chain does for one tile of the chain, and what stays on chip from
tile to tile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, IntAttr, StringAttr, i64
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import Operation, SpacedOpaqueSyntaxAttribute
from xdsl.irdl import irdl_attr_definition, irdl_op_definition, param_def, prop_def
from xdsl.parser import AttrParser, Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from dialects.sched.attributes import PlaceAttr
from dialects.sched.steps import ScheduleOp, VectorOp
from dialects.syntax import INT64, BareAttribute, int64

WHOLE = "whole"
"""All of something, for every tile."""

GATHERED = "gathered"
"""What all tiles make together: a sum along the loop."""


class Subject(StrEnum):
    """What is cut into slices."""

    Operand = "operand"
    Result = "result"
    Reduction = "reduction"
    """What an op of the body, a reduction along a loop, reduces: its results are summed up from tile to tile."""
    Contraction = "contraction"
    Vector = "vector"
    """Work of the vector unit."""


@irdl_attr_definition
class SubjectAttr(EnumAttribute[Subject], SpacedOpaqueSyntaxAttribute):
    """A ``Subject``; ``#sched<subject operand>`` in the generic syntax."""

    name = "sched.subject"


class Cut(NamedTuple):
    """How a loop of a chain cuts something."""

    axis: str
    """The dimension of a tensor by its number, of a contraction by its letter; of vector work it is empty. Or ``WHOLE``
    or ``GATHERED``, and then nothing else is said."""
    inner: int = 1
    """The dimension holds ``outer * extent * inner`` elements."""
    extent: int = 1
    scale: int = 1
    low: int = 0
    high: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether a tile has a part of it."""
        return self.axis not in (WHOLE, GATHERED)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """First and last position that positions ``first`` to ``last`` of the region's first result need, as far as
        they exist."""
        return max(first * self.scale + self.low, 0), min(last * self.scale + self.high, self.extent - 1)

    def size(self, first: int, last: int) -> int:
        """How many they are."""
        low, high = self.span(first, last)
        return max(high - low + 1, 0)


@irdl_attr_definition(init=False)
class CutAttr(BareAttribute):
    """How one loop of a chain cuts something: positions ``a`` to ``b`` of the region's first result need positions
    ``a * scale + from`` to ``b * scale + to``, as far as they exist, of the axis of so many that a dimension carries::

        #sched.cut<1 inner 4 of 64 scale 2 from -1 to 1>
        #sched.cut<p of 64>
        #sched.cut<whole>

    ``inner 1``, ``scale 1`` and ``from 0 to 0`` are not printed.
    """

    name = "sched.cut"

    axis: StringAttr = param_def()
    inner: IntAttr = param_def()
    extent: IntAttr = param_def()
    scale: IntAttr = param_def()
    low: IntAttr = param_def()
    high: IntAttr = param_def()

    def __init__(self, cut: Cut) -> None:
        super().__init__(StringAttr(cut.axis), *(IntAttr(number) for number in cut[1:]))

    @property
    def facts(self) -> Cut:
        """The attribute as a record."""
        numbers = (self.inner, self.extent, self.scale, self.low, self.high)
        return Cut(self.axis.data, *(number.data for number in numbers))

    def verify(self) -> None:
        cut = self.facts
        # (E4) A cut has positions, and its ends are in order.
        if min(cut.inner, cut.extent, cut.scale) < 1 or cut.low > cut.high:
            raise VerifyException(
                f"{self.name}: (E4) inner {cut.inner} of {cut.extent} scale {cut.scale} from {cut.low} to {cut.high}; "
                "write numbers of at least 1, and ends in order"
            )

    def print_bare(self, printer: Printer) -> None:
        """``1 inner 4 of 64 scale 2 from -1 to 1``"""
        cut = self.facts
        words = [cut.axis] if cut.axis else []
        if cut.is_cut:
            words += [f"inner {cut.inner}"] if cut.inner != 1 else []
            words.append(f"of {cut.extent}")
            words += [f"scale {cut.scale}"] if cut.scale != 1 else []
            words += [f"from {cut.low} to {cut.high}"] if cut.low or cut.high else []
        printer.print_string(" ".join(words))

    @classmethod
    def parse_bare(cls, parser: AttrParser) -> CutAttr:
        """The inverse of ``print_bare``."""

        def number(keyword: str, default: int) -> int:
            return parser.parse_integer(allow_boolean=False) if parser.parse_optional_keyword(keyword) else default

        axis, inner = "", 1
        if parser.parse_optional_keyword("of") is None:
            dimension = parser.parse_optional_integer(allow_boolean=False, allow_negative=False)
            axis = parser.parse_identifier("a dimension, whole or gathered") if dimension is None else str(dimension)
            if axis in (WHOLE, GATHERED):
                return cls(Cut(axis))
            inner = number("inner", 1)
            parser.parse_keyword("of")
        extent = parser.parse_integer(allow_boolean=False)
        return cls(Cut(axis, inner, extent, number("scale", 1), number("from", 0), number("to", 0)))


@irdl_op_definition
class SliceOp(ScheduleOp):
    """What one tile of a chain has of something, one cut for each loop of the chain: of an operand, of a result, of the
    contraction, of what op 4 of the body reduces, or of a part of the vector work.

    The first result is cut as the chain says; operands of which nothing is said are needed whole.

    ::

        sched.slice operand 0 [0 of 8, 1 of 64 from -1 to 1]
        sched.slice result 1 [0 of 8, gathered]
        sched.slice contraction [n of 8, p of 64]
        sched.slice reduction 4 [0 of 8, 1 of 64]
        sched.slice vector {alu = 16384, divide = 16384} [of 8, of 64]
    """

    name = "sched.slice"

    subject = prop_def(SubjectAttr)
    index = prop_def(INT64)
    """Which operand, result or op of the body; else 0."""
    counts = prop_def(DenseArrayBase.constr(i64))
    """Elements of vector work, in the order of ``VectorOp.KINDS``; else none."""
    cuts = prop_def(ArrayAttr[CutAttr])

    def __init__(self, subject: Subject, cuts: Iterable[Cut], index: int = 0, counts: Sequence[int] = ()) -> None:
        super().__init__(
            properties={
                "subject": SubjectAttr(subject),
                "index": int64(index),
                "counts": DenseArrayBase.from_list(i64, list(counts)),
                "cuts": ArrayAttr(CutAttr(cut) for cut in cuts),
            }
        )

    @property
    def facts(self) -> tuple[Cut, ...]:
        """The cuts as records."""
        return tuple(cut.facts for cut in self.cuts)

    def verify_(self) -> None:
        counts = self.counts.get_values()
        # (H2) Of vector work elements of each kind are counted, of all else nothing is.
        if len(counts) != (len(VectorOp.KINDS) if self.subject.data == Subject.Vector else 0) or any(
            count < 0 for count in counts
        ):
            raise VerifyException(
                f"{self.name}: (H2) counts {list(counts)} of {self.subject.data.value}; write one of each of "
                f"{', '.join(VectorOp.KINDS)} for vector work, and none for all else"
            )

    def print(self, printer: Printer) -> None:
        subject = self.subject.data
        printer.print_string(f" {subject.value} ")
        if subject == Subject.Vector:
            pairs = zip(VectorOp.KINDS, self.counts.get_values(), strict=True)
            with printer.in_braces():
                printer.print_list(
                    [pair for pair in pairs if pair[1]], lambda pair: printer.print_string(f"{pair[0]} = {pair[1]}")
                )
            printer.print_string(" ")
        elif subject != Subject.Contraction:
            printer.print_string(f"{self.index.value.data} ")
        with printer.in_square_brackets():
            printer.print_list(self.cuts, lambda cut: cut.print_bare(printer))
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> SliceOp:
        subject = parser.parse_str_enum(Subject)
        counts: list[int] = []
        index = 0

        def count() -> tuple[str, int]:
            kind = parser.parse_identifier("a kind of vector work")
            if kind not in VectorOp.KINDS:
                parser.raise_error(f"{kind} is no kind of vector work; write one of {', '.join(VectorOp.KINDS)}")
            parser.parse_punctuation("=")
            return kind, parser.parse_integer(allow_boolean=False, allow_negative=False)

        if subject == Subject.Vector:
            found = dict(parser.parse_comma_separated_list(parser.Delimiter.BRACES, count))
            counts = [found.get(kind, 0) for kind in VectorOp.KINDS]
        elif subject != Subject.Contraction:
            index = parser.parse_integer(allow_boolean=False, allow_negative=False)
        cuts = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: CutAttr.parse_bare(parser))
        op = cls(subject, [cut.facts for cut in cuts], index, counts)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class HoldOp(ScheduleOp):
    """What stays in the global buffer from a tile of a chain to the next, while the chain runs: of an operand the part
    that tiles need again; of a result that is there slice by slice the positions that the next tile needs, too; of one
    that all tiles make together what is summed up so far.

    ::

        sched.hold operand 1 at [0 to 256]
        sched.hold result 0 at [256 to 2304]
    """

    name = "sched.hold"

    subject = prop_def(SubjectAttr)
    index = prop_def(INT64)
    place = prop_def(PlaceAttr)

    def __init__(self, subject: Subject, index: int, place: PlaceAttr) -> None:
        super().__init__(properties={"subject": SubjectAttr(subject), "index": int64(index), "place": place})

    def verify_(self) -> None:
        # (H1) Tensors at the region's border are held.
        if self.subject.data not in (Subject.Operand, Subject.Result):
            raise VerifyException(f"{self.name}: (H1) {self.subject.data.value} is held; hold an operand or a result")

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.subject.data.value} {self.index.value.data} at ")
        self.place.print_bare(printer)
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> HoldOp:
        subject = parser.parse_str_enum(Subject)
        index = parser.parse_integer(allow_boolean=False, allow_negative=False)
        parser.parse_keyword("at")
        op = cls(subject, index, PlaceAttr.parse_bare(parser))
        op.attributes |= parser.parse_optional_attr_dict()
        return op


class VectorPart(NamedTuple):
    """Vector work that is cut in one way."""

    counts: tuple[int, ...]
    cuts: tuple[Cut, ...]


@dataclass
class Slices:
    """All slices of a region."""

    operands: dict[int, tuple[Cut, ...]] = field(default_factory=dict[int, tuple[Cut, ...]])
    results: dict[int, tuple[Cut, ...]] = field(default_factory=dict[int, tuple[Cut, ...]])
    """But for the first, which the chain cuts."""
    reductions: dict[int, tuple[Cut, ...]] = field(default_factory=dict[int, tuple[Cut, ...]])
    contraction: tuple[Cut, ...] = ()
    """Empty where there is none."""
    vector: list[VectorPart] = field(default_factory=list[VectorPart])

    @property
    def gathered(self) -> frozenset[int]:
        """Results that tiles make together."""
        return frozenset(index for index, cuts in self.results.items() if any(cut.axis == GATHERED for cut in cuts))

    @classmethod
    def of(cls, steps: Iterable[Operation]) -> Slices:
        """Those that a schedule says."""
        found = cls()
        for op in steps:
            if not isinstance(op, SliceOp):
                continue
            index, cuts = op.index.value.data, op.facts
            match op.subject.data:
                case Subject.Operand:
                    found.operands[index] = cuts
                case Subject.Result:
                    found.results[index] = cuts
                case Subject.Reduction:
                    found.reductions[index] = cuts
                case Subject.Contraction:
                    found.contraction = cuts
                case Subject.Vector:
                    found.vector.append(VectorPart(tuple(op.counts.get_values()), cuts))
        return found
