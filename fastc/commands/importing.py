"""``fastc import``: a model in any form as StableHLO text."""

from __future__ import annotations

from fastc.arguments import Parser
from fastc.commands.writing import finish
from fastc.files import Outputs
from fastc.help import IMPORT_FORMS


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("import", "fastc import model.pt2 -o model.mlir", "SOURCE [--args AVALS] [-o FILE]")
    parser.epilog = IMPORT_FORMS
    parser.add_argument(
        "source", metavar="SOURCE", help="a file, recognised by its content, or 'package.module:function'; see below"
    )
    parser.add_argument(
        "--args", metavar="AVALS", help="types and shapes of the inputs, as JAX prints them: 'f32[1,224,224,3], i32[]'"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the StableHLO text (default: standard output)")
    return parser


def run(arguments: list[str]) -> int:
    """Read the source and print it as StableHLO."""
    options = make_parser().parse_intermixed_args(arguments)
    outputs = Outputs()
    outputs.claim(options.output, "-o")
    from fastc.driver import import_model

    finish(outputs, options, import_model(options.source, options.args), None)
    return 0
