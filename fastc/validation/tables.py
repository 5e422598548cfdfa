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
"""A file of measurements that unpacks to more than this is refused."""


@dataclass(frozen=True)
class Row:
    """One line of a table, which knows where it stands."""

    place: str
    """'file:line'."""
    values: dict[str, str]

    def text(self, column: str) -> str:
        """The cell as it is written, without spaces around it."""
        return self.values[column].strip()

    def number(self, column: str, *, least: float = -math.inf) -> float:
        """The cell as a finite number of at least ``least``; ValueError says where it is not."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < least:
            floor = "" if least == -math.inf else f" of at least {least:g}"
            raise ValueError(f"{self.place}: {column} is '{text}'; write a finite number{floor}")
        return value

    def whole(self, column: str, *, least: int = 1) -> int:
        """The cell as a whole number of at least ``least``; ValueError says where it is not."""
        value = self.number(column, least=least)
        if value != int(value):
            raise ValueError(f"{self.place}: {column} is '{self.text(column)}'; write a whole number")
        return int(value)


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
        raise ValueError(f"{path}:1: lacks the column{'s' if len(absent) > 1 else ''} {', '.join(absent)}")
    rows: list[Row] = []
    while (cells := _next(lines, path)) is not None:
        if not cells:
            continue
        if len(cells) != len(header):
            raise ValueError(f"{path}:{lines.line_num}: has {len(cells)} cells; the first line names {len(header)}")
        rows.append(Row(f"{path}:{lines.line_num}", dict(zip(header, cells, strict=True))))
    if not rows:
        raise ValueError(f"{path}: has no row below its first line")
    return rows


def read_text(path: Path) -> str:
    """The UTF-8 text of a file, unpacked where its name ends in .gz; ValueError where it is no such text."""
    try:
        if path.suffix != ".gz":
            return path.read_text(encoding="utf-8")
        with gzip.open(path, "rb") as file:
            unpacked = file.read(MOST_BYTES + 1)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not UTF-8 text (byte {error.start})") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: is not a whole gzip file ({error})") from None
    if len(unpacked) > MOST_BYTES:
        raise ValueError(f"{path}: unpacks to more than {MOST_BYTES >> 20} MiB")
    try:
        return unpacked.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not UTF-8 text (byte {error.start} of what it unpacks to)") from None


def _next(lines: Iterator[list[str]], path: Path) -> list[str] | None:
    try:
        return next(lines, None)
    except csv.Error as error:
        raise ValueError(f"{path}: is not a CSV table ({error})") from None
