"""``fastc passes``: every pass and its options, or all of one."""

from __future__ import annotations

from fastc.arguments import Parser
from fastc.commands.writing import write


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("passes", "fastc passes fold-normalization", "[PASS]")
    parser.add_argument(
        "name", nargs="?", metavar="PASS", help="one pass: all it says of itself, with an example before and after"
    )
    return parser


def run(arguments: list[str]) -> int:
    """Print the manual of the passes, or of one."""
    name = make_parser().parse_args(arguments).name
    from fastc.manual import manual, manual_of

    write(manual() if name is None else manual_of(name))
    return 0
