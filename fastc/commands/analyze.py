"""``fastc analyze``: what limits a model on a machine, in the terms of FAST's analysis."""

from __future__ import annotations

from fastc.arguments import Parser, positive
from fastc.commands.writing import finish
from fastc.files import STANDARD, Outputs, refuse_standard_twice


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser(
        "analyze",
        "fastc analyze model.mlir --hw tpu-v3 --schedule stock",
        "MODEL [MODEL ...] [--hw NAME|FILE] [--schedule stock|fastc] [options]",
    )
    parser.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="StableHLO, or a lowered module; of several with attention, a table by the length of the sequence",
    )
    parser.add_argument("--hw", metavar="NAME|FILE", help="the machine; a lowered module brings its own")
    parser.add_argument(
        "--schedule",
        choices=("stock", "fastc"),
        default="fastc",
        help="stock: XLA-like regions, nothing kept on chip, as FAST found its baseline; fastc: the whole pipeline "
        "(default)",
    )
    parser.add_argument("--batch", type=positive, metavar="N", help="inferences at once (default: the machine's)")
    parser.add_argument("--json", metavar="FILE", help="the analysis for programs; '-' is standard output")
    return parser


def run(arguments: list[str]) -> int:
    """Analyze the models; tables go to standard output, or to standard error where that holds the JSON."""
    options = make_parser().parse_intermixed_args(arguments)
    refuse_standard_twice(*options.models, options.hw)
    outputs = Outputs(*options.models, options.hw)
    outputs.claim(options.json, "--json")
    from fastc import report
    from fastc.driver import load_all
    from fastc.explain.analysis import analyze_models

    result = analyze_models(
        load_all(options.models),
        options.hw,
        schedule=options.schedule,
        batch=options.batch,
        command=("fastc", "analyze", *arguments),
    )
    finish(outputs, options, None, result)
    report.print_analysis(result, to_standard_error=options.json == STANDARD)
    return 0
