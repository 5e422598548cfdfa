"""Reading documents of JSON and TOML: values that know where they stand, checked where they are read."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastc.validation.tables import LEAST, MOST, SHOWN, read_text, wanted


@dataclass(frozen=True)
class Entry:
    """A value of a document. Its methods raise ValueError, with place and remedy, where it is not what they ask for."""

    place: str
    """'file: key.key[index]'."""
    value: Any

    def __getitem__(self, key: str) -> Entry:
        """The value of ``key`` in a table."""
        if key not in self.table():
            raise ValueError(f"{self.place}: has no '{key}'; write it as in the file that fastc brings")
        return self.table()[key]

    def get(self, key: str) -> Entry | None:
        """The value of ``key`` in a table, None where it is absent or null."""
        found = self.table().get(key)
        return None if found is None or found.value is None else found

    def table(self) -> dict[str, Entry]:
        """The entries of a table by key."""
        if not isinstance(self.value, dict):
            raise self.wrong("a table of keys and values")
        separator = "." if ": " in self.place else ": "
        return {key: Entry(f"{self.place}{separator}{key}", value) for key, value in self.value.items()}

    def items(self, most: int = 10_000) -> list[Entry]:
        """The entries of a list of at most ``most``."""
        if not isinstance(self.value, list) or len(self.value) > most:
            raise self.wrong(f"a list of at most {most} entries")
        return [Entry(f"{self.place}[{index}]", value) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """A string that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("a text")
        return self.value

    def number(self, *, least: float = -math.inf, most: float = MOST) -> float:
        """A finite number from ``least`` to ``most``."""
        if not isinstance(self.value, (int, float)) or isinstance(self.value, bool):
            raise self.wrong(wanted(least, most))
        # Integers too great for a float compare with floats all the same.
        if not least <= self.value <= most:
            raise self.wrong(wanted(least, most))
        return float(self.value)

    def positive(self, most: float = MOST) -> float:
        """A number above 0 (``LEAST``), at most ``most``."""
        return self.number(least=LEAST, most=most)

    def whole(self, *, least: int = 1, most: float = MOST) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self.number(least=least, most=most)
        if value != int(value):
            raise self.wrong("a whole number")
        return int(value)

    def wrong(self, needed: str) -> ValueError:
        """The error that the value is not ``needed``."""
        shown = repr(self.value)
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
        return ValueError(f"{self.place}: is {shown}; write {needed}")


def read_json(path: Path) -> Entry:
    """A JSON document; FileNotFoundError where there is no such file, ValueError where it is none."""
    text = read_text(path)
    try:
        return Entry(str(path), json.loads(text))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}:{error.lineno}:{error.colno}: {error.msg}; write it as JSON") from None
    except (ValueError, RecursionError):
        raise _unreadable(path) from None


def read_toml(path: Path) -> Entry:
    """A TOML document; FileNotFoundError where there is no such file, ValueError where it is none."""
    text = read_text(path)
    try:
        return Entry(str(path), tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}; write it as TOML") from None
    except (ValueError, RecursionError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> ValueError:
    return ValueError(f"{path}: has a number of too many digits, or is nested too deeply; write it as fastc brings it")
