"""``fastc doctor``: what is installed, what JAX sees, and how to get what is missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from fastc.arguments import Parser
from fastc.commands.writing import write
from fastc.diagnosis import DISTRIBUTION, Diagnosis, diagnose
from fastc.errors import printable

UNKNOWN = f"  {DISTRIBUTION} is not installed, so what it needs is unknown: pip install -e . where pyproject.toml is"


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("doctor", "fastc doctor", "[--json]")
    parser.add_argument("--json", action="store_true", help="the same for programs")
    return parser


def run(arguments: list[str]) -> int:
    """Print what was found; nothing that is missing makes it fail."""
    options = make_parser().parse_args(arguments)
    found = diagnose()
    write(json.dumps(found.to_json(), indent=2) + "\n" if options.json else _text(found))
    return 0


def _text(found: Diagnosis) -> str:
    lines = [
        f"fastc {found.fastc} in {found.folder}",
        f"Python {found.python} ({sys.executable}) on {found.system}, {found.cores} cores",
        "",
        "libraries",
        *(_aligned([(one.name, one.version or f"MISSING: {one.remedy}") for one in found.libraries]) or [UNKNOWN]),
        "",
        "JAX's devices, for --search",
        *(f"  {device}" for device in found.devices or (f"none: {found.trouble}",)),
        "",
        "extras",
    ]
    rows = []
    for extra in found.extras:
        parts = ", ".join(f"{library.name} {library.version or 'missing'}" for library in extra.libraries)
        state = parts if extra.is_there else extra.remedy or parts
        rows.append((extra.name, extra.purpose, state))
    lines += _aligned(rows)
    if found.plugins:
        lines += ["", "plug-ins with passes or dialects", *(f"  {name}" for name in found.plugins)]
    return printable("\n".join(lines) + "\n")  # what JAX gave as its trouble comes from a driver


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of two or three columns; the last of three goes below where the line would be too long."""
    if not rows:
        return []
    width = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines: list[str] = []
    for row in rows:
        head = "  ".join(cell.ljust(size) for cell, size in zip(row, width, strict=False))
        line = f"  {head}  {row[-1]}"
        lines += [line] if len(line) <= 100 else [f"  {head}".rstrip(), f"  {' ' * width[0]}  {row[-1]}"]
    return lines
