"""Pieces of syntax that our dialects share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from typing import Self

from xdsl.dialects.builtin import FloatAttr, IntegerAttr, IntegerType, f64, i64
from xdsl.ir import Attribute, ParametrizedAttribute
from xdsl.irdl import eq
from xdsl.irdl.declarative_assembly_format import (
    AttributeVariable,
    CustomDirective,
    ParsingState,
    PrintingState,
    irdl_custom_directive,
)
from xdsl.irdl.operations import IRDLOperation
from xdsl.parser import AttrParser, Parser
from xdsl.printer import Printer

INT64 = IntegerAttr.constr(type=eq(i64))
"""Constraint of a property that is an ``i64``; it prints without its type."""

FLOAT64 = FloatAttr.constr(type=eq(f64))
"""Constraint of a property that is an ``f64``."""


@lru_cache(maxsize=4096)
def int64(value: int) -> IntegerAttr[IntegerType]:
    """An ``i64``. Attributes do not change, so equal ones may be one: making them is most of the time that it takes to
    write a schedule."""
    return IntegerAttr(value, i64)


def float_text(value: float) -> str:
    """Shortest text that parses back to the very same 64-bit float; six digits where they are enough.

    xDSL prints some floats as hexadecimal numbers that its own parser refuses; this never does.
    """
    short = f"{value:.6e}"
    if float(short) == value:
        return short
    exact = repr(value)
    mantissa, e, exponent = exact.partition("e")
    return exact if "." in mantissa else f"{mantissa}.0{e}{exponent}"


def print_number(printer: Printer, value: float) -> None:
    """A whole number as an integer (``2``), any other as the float it is (``5.000000e-01``)."""
    printer.print_string(str(int(value)) if value == int(value) else float_text(value))


def parse_float(parser: AttrParser) -> float:
    """A number in either form."""
    return float(parser.parse_number())


class BareAttribute(ParametrizedAttribute):
    """An attribute that ops print bare, for its place says what it is; alone it has its name and angle brackets."""

    @abstractmethod
    def print_bare(self, printer: Printer) -> None:
        """The attribute as an op shows it."""

    @classmethod
    @abstractmethod
    def parse_bare(cls, parser: AttrParser) -> Self:
        """The inverse of ``print_bare``."""

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            self.print_bare(printer)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            return cls.parse_bare(parser).parameters


@irdl_custom_directive
class ExactFloat(CustomDirective):
    """``custom<ExactFloat>($clock_hz)``: an ``f64`` property without its type, printed so that no bit is lost."""

    value: AttributeVariable

    def parse(self, parser: Parser, state: ParsingState) -> None:
        self.value.set(state, FloatAttr(parse_float(parser), f64))

    def print(self, printer: Printer, state: PrintingState, op: IRDLOperation) -> None:
        attr = self.value.get(op)
        assert isinstance(attr, FloatAttr)
        state.print_whitespace(printer)
        printer.print_string(float_text(attr.value.data))
