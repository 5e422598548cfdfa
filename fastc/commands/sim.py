"""``fastc sim``: a lowered model, tile by tile."""

from __future__ import annotations

from fastc.arguments import Parser, natural
from fastc.commands import showing
from fastc.commands.writing import finish
from fastc.errors import InputError
from fastc.files import Outputs


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("sim", "fastc sim lowered.mlir", "LOWERED [--check] [--seed N] [--json FILE] [--trace FILE]")
    parser.add_argument(
        "model", metavar="LOWERED", help="a module that 'fastc opt MODEL --hw NAME' wrote; '-' is standard input"
    )
    checking = parser.add_argument_group("check")
    checking.add_argument(
        "--check",
        action="store_true",
        help="also compute every contraction tile by tile, and compare the outputs with XLA's",
    )
    checking.add_argument("--seed", type=natural, metavar="N", help="of the random inputs of --check (default: 0)")
    writing = parser.add_argument_group("output")
    writing.add_argument("--json", metavar="FILE", help="the result for programs; '-' is standard output")
    writing.add_argument("--trace", metavar="FILE", help=f"{showing.TRACE_HELP}: what each engine does when")
    return parser


def run(arguments: list[str]) -> int:
    """Simulate the module, and with ``--check`` compare its outputs with XLA's."""
    options = make_parser().parse_intermixed_args(arguments)
    if options.seed is not None and not options.check:
        raise InputError("--seed goes with --check: cycles do not depend on values")
    outputs = Outputs()
    outputs.claim(options.json, "--json")
    showing.claim_trace(outputs, options)
    from fastc import report
    from fastc.simulating import simulate_model

    command = ("fastc", "sim", *arguments)
    result = simulate_model(
        options.model,
        check=options.check,
        seed=options.seed or 0,
        record=options.trace is not None,
        command=command,
    )
    showing.add_simulation(outputs, options, result)
    finish(outputs, options, None, result)
    report.print_simulation(result)
    return 0
