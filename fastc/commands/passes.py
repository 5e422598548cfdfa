"""``fastc passes``: every pass and its options."""

from __future__ import annotations

from fastc.arguments import Parser
from fastc.commands.writing import write


def make_parser() -> Parser:
    """The options of the command."""
    return Parser("passes", "fastc passes", "")


def run(arguments: list[str]) -> int:
    """Print the manual of the passes."""
    make_parser().parse_args(arguments)
    from fastc.manual import manual

    write(manual())
    return 0
