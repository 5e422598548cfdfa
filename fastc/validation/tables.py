"""Reading measurements: CSV files with named columns, checked where they are read."""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 1 << 28
"""A file of measurements that has, or unpacks to, more than this is refused."""

MOST_CHARACTERS = 4096
"""A cell with more is refused."""

SHOWN = 60
"""Characters of a wrong cell that an error repeats."""

MOST = 1e15
"""No quantity of a measurement is greater: whole numbers stay exact in float64, and products of many stay finite."""

LEAST = 1e-15
"""No positive quantity of a measurement is smaller, for the same reason."""


def wanted(least: float, most: float) -> str:
    """What to write where a number is not one from ``least`` to ``most``."""
    floor = "" if least == -math.inf else f" of at least {least:g}"
    return f"a finite number{floor}, at most {most:g}"


@dataclass(frozen=True)
class Row:
    """One line of a table, which knows where it stands."""

    place: str
    """'file:line'."""
    values: dict[str, str]

    def text(self, column: str) -> str:
        """The cell as it is written, without spaces around it."""
        return self.values[column].strip()

    def number(self, column: str, *, least: float = -math.inf, most: float = MOST) -> float:
        """The cell as a finite number from ``least`` to ``most``; ValueError says where it is not."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or not least <= value <= most:
            raise self.wrong(column, wanted(least, most))
        return value

    def positive(self, column: str, *, most: float = MOST) -> float:
        """The cell as a number above 0 (``LEAST``), at most ``most``; ValueError says where it is not."""
        return self.number(column, least=LEAST, most=most)

    def whole(self, column: str, *, least: int = 1, most: float = MOST) -> int:
        """The cell as a whole number from ``least`` to ``most``; ValueError says where it is not."""
        value = self.number(column, least=least, most=most)
        if value != int(value):
            raise self.wrong(column, "a whole number")
        return int(value)

    def wrong(self, column: str, needed: str) -> ValueError:
        """The error that the cell is not ``needed``."""
        text = self.text(column)
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
        return ValueError(f"{self.place}: {column} is '{shown}'; write {needed}")


def read_table(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV file (gzipped where its name ends in .gz) that has at least ``columns``.

    Raises FileNotFoundError where there is no such file, and ValueError with the place where it is not such a table.
    """
    lines = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    header = _next(lines, path)
    if header is None:
        raise ValueError(f"{path}: is empty; its first line must name the columns {', '.join(columns)}")
    absent = [column for column in columns if column not in header]
    if absent:
        raise ValueError(f"{path}:1: lacks the columns {', '.join(absent)}; add what the shipped file has")
    if len(set(header)) != len(header):
        raise ValueError(f"{path}:1: names a column twice; give each its own name")
    rows: list[Row] = []
    while (cells := _next(lines, path)) is not None:
        if not cells:
            continue
        if len(cells) != len(header):
            raise ValueError(
                f"{path}:{lines.line_num}: has {len(cells)} cells; write as many as the first line names, {len(header)}"
            )
        if any(len(cell) > MOST_CHARACTERS for cell in cells):
            raise ValueError(f"{path}:{lines.line_num}: a cell has more than {MOST_CHARACTERS} characters; shorten it")
        rows.append(Row(f"{path}:{lines.line_num}", dict(zip(header, cells, strict=True))))
    if not rows:
        raise ValueError(f"{path}: has no row below its first line; write one a line")
    return rows


def read_text(path: Path) -> str:
    """The UTF-8 text of a file, unpacked where its name ends in .gz; ValueError where it is no such text."""
    if path.exists() and not path.is_file():
        raise ValueError(f"{path}: is not a regular file; put a file of measurements there, or nothing")
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: is not a whole gzip file ({error}); pack it again") from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path}: holds more than {MOST_BYTES >> 20} MiB; leave rows out")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}:{line}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from None


def _next(lines: Iterator[list[str]], path: Path) -> list[str] | None:
    try:
        return next(lines, None)
    except csv.Error as error:
        raise ValueError(
            f"{path}: is not a CSV table ({error}); save it as CSV with commas and double quotes"
        ) from None
