"""The page of constants, from the data of the cost model, whose comments say where each comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docs.generate.text import cell, code, table

_SECTION = re.compile(r"\[(?P<name>[\w.]+)\]\s*(?:#\s*(?P<note>.*))?")
_ENTRY = re.compile(r'(?P<key>[\w.]+) = (?P<value>"[^"]*"|\[[^\]]*\]|[^\s#]+)\s*(?:#\s*(?P<note>.*))?')
_REST = re.compile(r"\s+#\s*(?P<note>.*)")

NODES = ("28", "16", "7", "5")


@dataclass
class Entry:
    """One line of a data file."""

    key: str
    value: str
    note: str


@dataclass
class Section:
    """One table of a data file."""

    name: str
    note: str
    entries: list[Entry] = field(default_factory=list[Entry])

    def value(self, key: str) -> str:
        """The value of ``key``, without quotes; empty where there is none."""
        return next((entry.value.strip('"') for entry in self.entries if entry.key == key), "")

    @property
    def is_by_node(self) -> bool:
        """Whether it holds one constant for each process node."""
        return all(self.value(node) for node in NODES)


def sections_of(text: str) -> list[Section]:
    """The tables of a TOML file with the comments behind their lines. Raises ValueError for a line of another form."""
    sections: list[Section] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if match := _SECTION.fullmatch(line):
            sections.append(Section(match["name"], match["note"] or ""))
        elif match := _ENTRY.fullmatch(line):
            sections[-1].entries.append(Entry(match["key"], match["value"], match["note"] or ""))
        elif match := _REST.fullmatch(line):
            sections[-1].entries[-1].note += f" {match['note']}"
        else:
            raise ValueError(f"line {number} of the data is neither a table nor a value nor a comment: {line!r}")
    return sections


def constants(folder: Path) -> str:
    """All data files of ``folder``, each as a section."""
    return "\n\n".join(part for path in sorted(folder.glob("*.toml")) for part in _file(path))


def _file(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield f"## {path.name}"
    leading = [line.removeprefix("#").strip() for line in text.split("\n\n")[0].splitlines() if line.startswith("#")]
    yield " ".join(leading)
    sections = sections_of(text)
    by_node = [section for section in sections if section.is_by_node]
    if by_node:
        header = ("constant", "unit", *(f"{node} nm" for node in NODES), "source", "confidence")
        yield table(header, [_by_node(section) for section in by_node])
    for section in sections:
        if not section.is_by_node:
            yield f"**{section.name}**{f': {section.note}' if section.note else ''}"
            yield table(("constant", "value", "where it comes from"), [_line(entry) for entry in section.entries])


def _by_node(section: Section) -> tuple[str, ...]:
    name = code(section.name) + (f"<br>{cell(section.note)}" if section.note else "")
    values = (section.value(node) for node in NODES)
    return name, section.value("unit"), *values, cell(section.value("source")), cell(section.value("confidence"))


def _line(entry: Entry) -> tuple[str, str, str]:
    return code(entry.key), entry.value, cell(entry.note)
