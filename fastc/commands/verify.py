"""``fastc verify``: a model before and after a pipeline, through XLA."""

from __future__ import annotations

import sys

from fastc.arguments import Parser, natural


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser(
        "verify", "fastc verify model.mlir -p inline,set-batch{size=1}", "MODEL -p PIPELINE [--hw NAME|FILE] [--seed N]"
    )
    parser.add_argument("model", metavar="MODEL", help="a StableHLO file, or '-' for standard input")
    parser.add_argument("-p", "--passes", metavar="PIPELINE", required=True, help="the passes to prove")
    parser.add_argument("--hw", metavar="NAME|FILE", help="the machine, for passes that need one")
    parser.add_argument("--seed", type=natural, default=0, metavar="N", help="of the random inputs (default: 0)")
    return parser


def run(arguments: list[str]) -> int:
    """Compare; a difference is a ``NoAnswerError``."""
    options = make_parser().parse_intermixed_args(arguments)
    from fastc.proving import verify_passes

    print(verify_passes(options.model, options.passes, options.hw, options.seed), file=sys.stderr)
    return 0
