"""``fastc opt``: run passes, lower for a machine, or search the machine."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fastc.arguments import MAPPER_HELP, Parser, duration, natural, numbers, positive
from fastc.commands import showing
from fastc.commands.writing import finish
from fastc.commands.xla_log import expect_slow_compiles
from fastc.errors import InputError
from fastc.files import STANDARD, Outputs, refuse_standard_twice
from fastc.interrupt import Interrupt
from fastc.names import ALGORITHMS, DEFAULT_OBJECTIVE

if TYPE_CHECKING:
    from fastc.dse import Progress
    from fastc.pipelines import Step
    from fastc.results import Result


LONG_TRIALS = 200
"""A search of so many trials, or of"""

LONG_S = 30.0
"""so many seconds, makes up for the start of other processes."""

MOST_JOBS = 8
"""Where nobody says how many: what is bred comes four at a time, and a climb seldom looks further ahead."""


def run(arguments: list[str]) -> int:
    """Search, lower or transform; the IR goes to ``-o`` or standard output, tables to standard error."""
    began_s = time.monotonic()
    options = make_parser().parse_intermixed_args(arguments)
    _check(options)
    outputs = Outputs(*options.models, options.hw, options.space, *(options.beside or ()))
    outputs.claim(options.output, "-o")
    outputs.claim(options.hw_out, "--hw-out")
    outputs.claim(options.json, "--json")
    outputs.claim(options.journal or None, "--journal")  # an empty name is refused where journals are opened
    showing.claim(outputs, options)
    beside = showing.read_beside(options, options.objective or DEFAULT_OBJECTIVE)
    if options.search:
        expect_slow_compiles()
        result = _search(options, arguments, began_s, beside)
    elif options.passes is None and options.hw is not None:
        result = _lower(options, arguments)
    else:
        return _transform(options, outputs)
    from fastc import report
    from fastc.driver import machine_text
    from fastc.transform import print_module

    texts = [
        print_module(model.lowered, generic=options.print_op_generic, locations=options.print_debuginfo)
        for model in result.models
        if model.lowered is not None
    ]
    if options.hw_out is not None:
        outputs.add(options.hw_out, machine_text(result))
    showing.add(outputs, options, result, beside)
    finish(outputs, options, "// -----\n".join(texts), result)
    report.print_result(result)
    return 0


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser(
        "opt",
        "fastc opt model.mlir --hw tpu-v3 -o lowered.mlir",
        "MODEL [MODEL ...] [-p PIPELINE] [--hw NAME|FILE] [--search] [options]",
    )
    parser.add_argument("models", nargs="+", metavar="MODEL", help="StableHLO or HLO text, or '-' for standard input")
    compiling = parser.add_argument_group("compile")
    compiling.add_argument("-p", "--passes", metavar="PIPELINE", help="run these passes and no others: 'inline,dce'")
    compiling.add_argument(
        "--hw", metavar="NAME|FILE", help="the machine: a preset or a file with one arch.accelerator"
    )
    compiling.add_argument("--batch", type=positive, metavar="N", help="inferences at once (default: the machine's)")
    compiling.add_argument("--mapper-budget", type=positive, metavar="N", help=MAPPER_HELP)
    _add_search_options(parser)
    writing = parser.add_argument_group("output")
    writing.add_argument("-o", "--output", metavar="FILE", help="the IR (default: standard output)")
    writing.add_argument("--hw-out", metavar="FILE", help="the machine that was found, as IR")
    writing.add_argument("--json", metavar="FILE", help="the result for programs; '-' is standard output")
    showing.add_options(writing)
    writing.add_argument(
        "--beside",
        action="append",
        metavar="FILE",
        help="another search's --json, for the same: --report and --plots show it too (repeatable)",
    )
    writing.add_argument("--print-op-generic", action="store_true", help="print ops in the generic form")
    writing.add_argument("--print-debuginfo", action="store_true", help="print where each op comes from")
    debugging = parser.add_argument_group("debugging, as in xdsl-opt")
    debugging.add_argument(
        "--print-between-passes", action="store_true", help="the IR after each pass, on standard error"
    )
    debugging.add_argument("--time-passes", action="store_true", help="seconds that each pass took, on standard error")
    debugging.add_argument("--split-input-file", action="store_true", help="treat the parts between '// -----' apart")
    debugging.add_argument("--verify-diagnostics", action="store_true", help="print an expected error and exit with 0")
    debugging.add_argument("--disable-verify", action="store_true", help="do not verify the IR between passes")
    return parser


def _add_search_options(parser: Parser) -> None:
    searching = parser.add_argument_group("search")
    searching.add_argument("--search", action="store_true", help="find the machine and the pass flags together")
    searching.add_argument("--space", metavar="FILE", help="the legal space (default: FAST's)")
    searching.add_argument("--objective", metavar="EXPR", help=f"what to maximise (default: '{DEFAULT_OBJECTIVE}')")
    searching.add_argument(
        "--subject-to", action="append", metavar="EXPR", help="a constraint, repeatable: 'area <= 400 mm^2'"
    )
    searching.add_argument("--weights", type=numbers, metavar="W,W,...", help="one for each model")
    searching.add_argument(
        "--freeze",
        action="append",
        choices=("hardware", "flags"),
        help="search only the flags of the machine --hw, or only the hardware",
    )
    searching.add_argument(
        "--flags",
        action="append",
        choices=("pad-tensors", "assign-layout", "tile-chains"),
        help="search the settings of this pass too, beside the form of softmax (repeatable); tile-chains has chains of "
        "regions run tile by tile, chosen for each machine",
    )
    searching.add_argument(
        "--algorithm",
        choices=ALGORITHMS,
        metavar="NAME",
        help="gradient (default), tpe, gp, nsga2, random or exhaustive",
    )
    searching.add_argument(
        "--journal", metavar="FILE", help="keep every exact evaluation; go on from it if it is there"
    )
    where = searching.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        help="evaluate in N processes (default: one for each CPU where a search is long)",
    )
    where.add_argument("--scheduler", metavar="ADDRESS", help="evaluate on a Dask cluster: tcp://10.0.0.1:8786")
    limit = searching.add_mutually_exclusive_group()
    limit.add_argument("--trials", type=positive, metavar="N", help="stop after N exact evaluations")
    limit.add_argument("--budget", type=duration, metavar="TIME", help="stop after '60s' or '10min'")
    searching.add_argument("--seed", type=natural, metavar="N", help="same seed, same result (default: 0)")


def _check(options: argparse.Namespace) -> None:
    """Refuse options that would have no effect."""
    lowers = options.hw is not None and options.passes is None
    if options.search and options.passes is not None:
        raise InputError("--search chooses the passes: leave -p out, or fix the machine with --hw instead")
    if options.search and options.batch is not None:
        raise InputError(
            "--search chooses the batch too: leave --batch out, or narrow native_batch in the --space file"
        )
    searching = (
        "space", "freeze", "flags", "algorithm", "journal", "jobs", "scheduler", "trials", "budget", "seed",
        "objective", "subject_to", "weights", "hw_out", "beside",
    )  # fmt: skip
    for name in searching:
        if not options.search and getattr(options, name) is not None:
            raise InputError(f"--{name.replace('_', '-')} needs --search")
    if options.batch is not None and not lowers:
        raise InputError("--batch goes with --hw and without -p; in a pipeline write set-batch{size=N}")
    if options.mapper_budget is not None and not lowers:
        raise InputError("--mapper-budget goes with --hw and without -p; in a pipeline write mapper=optimal")
    if options.json is not None and not (options.search or lowers):
        raise InputError("--json goes with --search or with --hw and without -p; 'fastc eval' costs a lowered module")
    for name in showing.OPTIONS:
        if getattr(options, name) is not None and not (options.search or lowers):
            raise InputError(
                f"--{name} goes with --search or with --hw and without -p; 'fastc eval' shows a lowered module"
            )
    debugging = ("print_between_passes", "time_passes", "split_input_file", "verify_diagnostics", "disable_verify")
    for name in debugging:
        if getattr(options, name) and (options.search or lowers):
            raise InputError(f"--{name.replace('_', '-')} goes with -p")
    refuse_standard_twice(*options.models, options.hw, options.space, *(options.beside or ()))
    if options.journal == STANDARD:
        raise InputError(f"--journal {STANDARD}: a journal is read again, which no stream can be; name a file")


def _search(options: argparse.Namespace, arguments: Sequence[str], began_s: float, beside: Sequence[Result]) -> Result:
    from fastc import report
    from fastc.driver import load_all
    from fastc.searching import SearchRequest, check_algorithm, default_constraints, search_models
    from fastc.show.beside import require_same_problem

    algorithm = options.algorithm or "gradient"
    check_algorithm(algorithm)
    models = load_all(options.models)
    if beside:
        constraints = default_constraints() if options.subject_to is None else options.subject_to
        named = list(zip(options.beside, beside, strict=True))
        require_same_problem(named, [model.sha256 for model in models], constraints)
    with report.SearchProgress() as progress, Interrupt() as interrupt:

        def show(step: Progress) -> None:
            interrupt.searching = True
            progress.update(step)

        request = SearchRequest(
            models=models,
            space=options.space,
            objective=DEFAULT_OBJECTIVE if options.objective is None else options.objective,
            subject_to=None if options.subject_to is None else tuple(options.subject_to),
            weights=options.weights,
            algorithm=algorithm,
            trials=options.trials,
            hw=options.hw,
            freeze=tuple(dict.fromkeys(options.freeze or ())),
            flags=tuple(dict.fromkeys(options.flags or ())),
            budget_s=options.budget,
            began_s=began_s,
            jobs=options.jobs or default_jobs(options.trials, options.budget),
            scheduler=options.scheduler,
            journal=options.journal,
            stop=interrupt.stop,
            seed=options.seed or 0,
            command=("fastc", "opt", *arguments),
        )
        return search_models(request, show)


def default_jobs(trials: int | None, budget_s: float | None) -> int:
    """Processes for a search with these limits: one for each CPU, but for a short one only this one."""
    is_short = budget_s < LONG_S if budget_s is not None else trials is not None and trials < LONG_TRIALS
    if is_short:
        return 1
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(own, MOST_JOBS)


def _lower(options: argparse.Namespace, arguments: Sequence[str]) -> Result:
    from fastc.driver import evaluate_models, load_all

    command = ("fastc", "opt", *arguments)
    models, budget = load_all(options.models), options.mapper_budget
    return evaluate_models(models, options.hw, batch=options.batch, mapper_budget=budget, command=command)


def _transform(options: argparse.Namespace, outputs: Outputs) -> int:
    """``opt`` as mlir-opt does it: passes in, module out."""
    from xdsl.utils.exceptions import DiagnosticException

    from fastc.frontends import open_model
    from fastc.transform import chunks_of, print_module, run_passes

    texts: list[str] = []
    for path in options.models:
        for chunk in chunks_of(open_model(path), options.split_input_file):
            try:
                module = run_passes(
                    chunk,
                    options.passes or "",
                    options.hw,
                    verify=not options.disable_verify,
                    after_each=_observer(options),
                )
            except (DiagnosticException, InputError) as error:
                if not options.verify_diagnostics:
                    raise
                texts.append(f"{error}\n")
            else:
                texts.append(print_module(module, generic=options.print_op_generic, locations=options.print_debuginfo))
    finish(outputs, options, "// -----\n".join(texts), None)
    return 0


def _observer(options: argparse.Namespace) -> Callable[[Step], None]:
    from fastc.transform import print_module

    def observe(step: Step) -> None:
        if options.time_passes:
            print(f"pass {step.name} took {step.seconds:.6f} s", file=sys.stderr)
        if options.print_between_passes and not step.is_last:
            print(f"// IR after {step.name}\n{print_module(step.module)}", file=sys.stderr)

    return observe
