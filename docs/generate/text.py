"""From docstrings and records to Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

_LITERAL = re.compile(r"(?P<lead>[^\n]*)::\n\n(?P<body>(?:[ ]{4}[^\n]*\n|\n)+)")
"""A block that reStructuredText shows as it stands: the line before ends with two colons, the block is indented."""


def markdown(docstring: str | None, language: str = "mlir") -> str:
    """A docstring of the project, which marks code as reStructuredText does, as Markdown."""
    text = inspect.cleandoc(docstring or "") + "\n"

    def fenced(match: re.Match[str]) -> str:
        lead = match["lead"].strip()
        body = inspect.cleandoc(match["body"])
        before = f"{lead}:\n\n" if lead else ""
        return f"{before}```{language}\n{body}\n```\n\n"

    parts = re.split(r"(```.*?```)", _LITERAL.sub(fenced, text), flags=re.DOTALL)
    prose = [part if part.startswith("```") else re.sub(r"``(.+?)``", r"`\1`", part) for part in parts]
    return re.sub(r"\n{3,}", "\n\n", "".join(prose)).strip()


def one_line(text: str | None) -> str:
    """The first paragraph of a docstring, for a cell of a table; less what only leads to an example."""
    paragraph = " ".join(markdown(text).split("\n\n")[0].split())
    sentences = re.split(r"(?<=[.])\s+", paragraph)
    kept = [sentence for sentence in sentences if not re.search(r":$|https?://|^See", sentence)]
    return cell(" ".join(kept[:2]) or paragraph)


def cell(text: str) -> str:
    """Text that does not break the table that it stands in."""
    return " ".join(text.split()).replace("|", "\\|")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; cells must be escaped already."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: str) -> str:
    """Text as code inside a line, in a cell of a table or outside."""
    return f"`{text}`".replace("|", "\\|")
