"""The legal values of a machine's parameters, for a search around it, and the words among the values."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import ArrayAttr, BoolAttr, IntAttr, StringAttr
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import Attribute, ParametrizedAttribute, SpacedOpaqueSyntaxAttribute
from xdsl.irdl import irdl_attr_definition, param_def
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum


class Scope(StrEnum):
    """Whose a PE-level buffer is."""

    Private = "private"
    """Each PE has its own; what several PEs need is kept several times."""
    Shared = "shared"
    """The PEs' buffers form one pool; what several PEs need is kept once."""


class L2Scope(StrEnum):
    """Whose an L2 buffer is, or that there is none."""

    Disabled = "disabled"
    Private = "private"
    Shared = "shared"


@irdl_attr_definition
class ScopeAttr(EnumAttribute[Scope], SpacedOpaqueSyntaxAttribute):
    """A ``Scope``; ``#arch<scope private>`` in the generic syntax."""

    name = "arch.scope"


@irdl_attr_definition
class L2ScopeAttr(EnumAttribute[L2Scope], SpacedOpaqueSyntaxAttribute):
    """An ``L2Scope``; ``#arch<l2_scope disabled>`` in the generic syntax."""

    name = "arch.l2_scope"


def _is_power_of_two(value: int) -> bool:
    return value > 0 and value & (value - 1) == 0


@irdl_attr_definition(init=False)
class RangeAttr(ParametrizedAttribute):
    """The powers of two from ``lower`` to ``upper``, both included, and 0 if ``zero``.

    ::

        #arch.range<1 to 256>
        #arch.range<1048576 to 268435456, zero>
    """

    name = "arch.range"

    lower: IntAttr = param_def()
    upper: IntAttr = param_def()
    zero: BoolAttr = param_def()

    def __init__(self, lower: int, upper: int, *, zero: bool = False) -> None:
        super().__init__(IntAttr(lower), IntAttr(upper), BoolAttr.from_bool(zero))

    @property
    def has_zero(self) -> bool:
        """Whether 0 is legal too."""
        return self.zero.value.data != 0

    @property
    def values(self) -> tuple[int, ...]:
        """Every legal value, ascending."""
        steps = range(self.lower.data.bit_length() - 1, self.upper.data.bit_length())
        return (*((0,) if self.has_zero else ()), *(1 << step for step in steps))

    def verify(self) -> None:
        lower, upper = self.lower.data, self.upper.data
        # (R1) Both ends are powers of two.
        for end in (lower, upper):
            if not _is_power_of_two(end):
                raise VerifyException(f"arch.range: (R1) {end} is no power of two; a range goes over powers of two")
        # (R2) The range is not empty.
        if lower > upper:
            raise VerifyException(f"arch.range: (R2) {lower} to {upper} is empty; write the smaller end first")

    def holds(self, value: int) -> bool:
        """Whether ``value`` is legal."""
        if value == 0:
            return self.has_zero
        return _is_power_of_two(value) and self.lower.data <= value <= self.upper.data

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            lower = parser.parse_integer(allow_boolean=False, allow_negative=False)
            parser.parse_keyword("to")
            upper = parser.parse_integer(allow_boolean=False, allow_negative=False)
            zero = parser.parse_optional_punctuation(",") is not None
            if zero:
                parser.parse_keyword("zero")
        return IntAttr(lower), IntAttr(upper), BoolAttr.from_bool(zero)

    def print_parameters(self, printer: Printer) -> None:
        zero = ", zero" if self.has_zero else ""
        printer.print_string(f"<{self.lower.data} to {self.upper.data}{zero}>")


@irdl_attr_definition(init=False)
class ChoiceAttr(ParametrizedAttribute):
    """A list of words, one of which a parameter takes: ``#arch.choice<["private", "shared"]>``."""

    name = "arch.choice"

    options: ArrayAttr[StringAttr] = param_def()

    def __init__(self, options: Sequence[str]) -> None:
        super().__init__(ArrayAttr(StringAttr(option) for option in options))

    @property
    def values(self) -> tuple[str, ...]:
        """Every legal value, in the order given."""
        return tuple(option.data for option in self.options)

    def verify(self) -> None:
        # (R3) There is something to choose from, and nothing twice.
        if not self.values or len(set(self.values)) != len(self.values):
            raise VerifyException(f"arch.choice: (R3) {list(self.values)}; list at least one option, each once")

    def holds(self, value: str) -> bool:
        """Whether ``value`` is legal."""
        return value in self.values
