"""``fastc eval``: what a model takes on a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastc.arguments import MAPPER_HELP, Parser, numbers, positive
from fastc.commands import showing
from fastc.commands.writing import finish
from fastc.commands.xla_log import expect_slow_compiles
from fastc.errors import InputError
from fastc.files import Outputs, refuse_standard_twice
from fastc.names import DEFAULT_OBJECTIVE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from fastc.results import Result


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser(
        "eval",
        "fastc eval model.mlir --hw tpu-v3",
        "MODEL [MODEL ...] [--hw NAME|FILE ...] [--schedule stock|fastc] [options]",
    )
    parser.add_argument(
        "models", nargs="+", metavar="MODEL", help="StableHLO, or a lowered module; '-' is standard input"
    )
    compiling = parser.add_argument_group("compile")
    compiling.add_argument(
        "--hw",
        action="append",
        metavar="NAME|FILE",
        help="the machine; a lowered module brings its own. Given more than once: one row for each, to compare",
    )
    compiling.add_argument(
        "--schedule",
        choices=("stock", "fastc"),
        default="fastc",
        help="stock: XLA-like regions, nothing kept on chip; fastc: the whole pipeline (default)",
    )
    compiling.add_argument("--batch", type=positive, metavar="N", help="inferences at once (default: the machine's)")
    compiling.add_argument("--mapper-budget", type=positive, metavar="N", help=MAPPER_HELP)
    compiling.add_argument(
        "--explain",
        action="store_true",
        help="also what one step in each parameter of the machine and in each flag would be worth (compiles often)",
    )
    judging = parser.add_argument_group("judge")
    judging.add_argument(
        "--objective",
        default=DEFAULT_OBJECTIVE,
        metavar="EXPR",
        help=f"what to value the machine by (default: '{DEFAULT_OBJECTIVE}')",
    )
    judging.add_argument(
        "--subject-to",
        action="append",
        default=[],
        metavar="EXPR",
        help="a constraint, repeatable: 'latency <= 5 ms'; exit code 1 where one is not met",
    )
    judging.add_argument("--weights", type=numbers, metavar="W,W,...", help="one for each model")
    writing = parser.add_argument_group("output")
    writing.add_argument("--json", metavar="FILE", help="the result for programs; '-' is standard output")
    writing.add_argument("-o", "--output", metavar="FILE", help="the lowered IR")
    showing.add_options(writing)
    return parser


def run(arguments: list[str]) -> int:
    """Cost the models; the table goes to standard error, the JSON and the lowered IR to files.

    1 where a constraint is not met: the files are written all the same, for they say by how much.
    """
    options = make_parser().parse_intermixed_args(arguments)
    machines = options.hw or [None]
    if len(machines) > 1:
        _refuse_for_several(options)
    refuse_standard_twice(*options.models, *machines)
    outputs = Outputs(*options.models, *machines)
    outputs.claim(options.output, "-o")
    outputs.claim(options.json, "--json")
    showing.claim(outputs, options)
    if options.explain:
        expect_slow_compiles()
    results = _evaluate(options, machines, arguments)
    if len(results) > 1:
        from fastc.commands.comparing import print_comparison

        print_comparison(results, [str(hw) for hw in machines])
    else:
        _write(options, outputs, results[0])
    return 0 if all(constraint.met for result in results for constraint in result.constraints) else 1


def _refuse_for_several(options: argparse.Namespace) -> None:
    """Raise InputError for what is of one machine."""
    if options.json is not None or options.output is not None:
        raise InputError("--json and -o hold one machine: give one --hw, or leave them out to compare several")
    if options.explain:
        raise InputError("--explain is of one machine: give one --hw, or leave it out to compare several")
    for name in showing.OPTIONS:
        if getattr(options, name):
            raise InputError(f"--{name} is for one machine: give one --hw, or leave it out to compare several")


def _evaluate(options: argparse.Namespace, machines: Sequence[str | None], arguments: Sequence[str]) -> list[Result]:
    from fastc.driver import evaluate_models, load_all

    models = load_all(options.models)
    return [
        evaluate_models(
            models,
            hw,
            schedule=options.schedule,
            batch=options.batch,
            mapper_budget=options.mapper_budget,
            objective=options.objective,
            subject_to=options.subject_to,
            weights=options.weights,
            explain=options.explain,
            command=("fastc", "eval", *arguments),
        )
        for hw in machines
    ]


def _write(options: argparse.Namespace, outputs: Outputs, result: Result) -> None:
    from fastc import report
    from fastc.transform import print_module

    text = None
    if options.output is not None:
        text = "// -----\n".join(print_module(model.lowered) for model in result.models if model.lowered is not None)
    showing.add(outputs, options, result)
    finish(outputs, options, text, result)
    report.print_result(result)
