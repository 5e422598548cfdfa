"""``fastc gui``: xDSL's terminal UI on a model."""

from __future__ import annotations

import sys

from fastc.arguments import Parser
from fastc.errors import InputError
from fastc.files import STANDARD


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("gui", "fastc gui model.mlir -p inline", "MODEL [-p PIPELINE] [--hw NAME|FILE]")
    parser.add_argument("model", metavar="MODEL", help="a file; what 'fastc opt' takes")
    parser.add_argument("-p", "--passes", metavar="PIPELINE", default="", help="passes that are chosen already")
    parser.add_argument("--hw", metavar="NAME|FILE", help="the machine, for passes that need one")
    return parser


def run(arguments: list[str]) -> int:
    """Open the UI."""
    options = make_parser().parse_intermixed_args(arguments)
    from fastc.gui import make_app

    app = make_app(options.model, options.passes, options.hw)
    if options.model == STANDARD or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("'fastc gui' needs a terminal and the model in a file; 'fastc opt -p' runs passes without one")
    app.run()
    return 0
