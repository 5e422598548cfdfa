"""Numbers with units, names and tables, as every report writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fastc.errors import printable

WIDTH = 100
"""Columns that a table takes at most."""

NAME_WIDTH = 22
"""Characters of a model's or region's name that a table shows."""

PREFIXES = (
    (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "u"), (1e-9, "n"),
    (1e-12, "p"),
)  # fmt: skip
"""Of SI, in letters that every terminal has."""

BINARY = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))

BOUNDS = {
    "array": "systolic array",
    "vector": "vector unit",
    "global_buffer": "global buffer",
    "dram": "DRAM",
    "issue": "start of region",
    "waiting": "waiting",
}
"""How tables call what bounds a region."""


def si(value: float, unit: str, digits: int = 3) -> str:
    """``value`` with ``digits`` significant digits and a prefix, as in '1.23 ms'."""
    rounded = float(f"{value:.{digits}g}")
    if not rounded:
        return f"0 {unit}"
    scale, prefix = scale_of(rounded)
    return f"{_significant(rounded / scale, digits)} {prefix}{unit}"


def scale_of(value: float) -> tuple[float, str]:
    """The greatest prefix that ``value`` is at least one of, as a number and a letter; of pico where it is less."""
    return next((pair for pair in PREFIXES if abs(value) >= pair[0]), PREFIXES[-1])


def _significant(value: float, digits: int) -> str:
    """A number below 1000 with ``digits`` significant digits and no exponent."""
    whole = len(str(int(abs(value))))
    return f"{value:.{max(0, digits - whole)}f}"


def size(count: float, digits: int = 6) -> str:
    """A buffer's bytes in binary units, with ``digits`` significant digits at most."""
    scale, unit = binary_scale_of(count)
    return f"{float(f'{count / scale:.{digits}g}'):g} {unit}"


def binary_scale_of(count: float) -> tuple[float, str]:
    """The greatest binary unit that ``count`` bytes are at least one of; bytes where they are less than one."""
    return next((pair for pair in BINARY if count >= pair[0]), BINARY[-1])


def short(name: str, width: int = NAME_WIDTH) -> str:
    """A name that leaves room for the columns beside it."""
    return name if len(name) <= width else f"{name[: width - 9]}..{name[-7:]}"


class PlainConsole(Console):
    """A console that shows names as they are spelt, whatever they hold and whatever the stream can encode."""

    def render_str(self, text: str, **options: Any) -> Text:
        """As rich's, which the cells of tables go through too."""
        shown = printable(text)
        return super().render_str(shown.encode(self.encoding, "backslashreplace").decode(self.encoding), **options)


def error_console() -> Console:
    """Where tables go that stand beside an answer."""
    return console_for(to_standard_error=True)


def console_for(*, to_standard_error: bool) -> Console:
    """Where tables go: coloured on a terminal, plain and of fixed width elsewhere."""
    console = PlainConsole(stderr=to_standard_error, highlight=False, emoji=False, markup=False)
    if not console.is_terminal or console.width > WIDTH:
        console.width = WIDTH
    return console


def table(left: Sequence[str], right: Sequence[str]) -> Table:
    """A table without lines, with columns of text to the left and of numbers to the right."""
    made = Table(box=None, pad_edge=False, show_edge=False)
    for name in left:
        made.add_column(name, no_wrap=True)
    for name in right:
        made.add_column(name, justify="right", no_wrap=True)
    return made
