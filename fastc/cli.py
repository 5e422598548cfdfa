"""The command line: parses, prints and exits; ``fastc.driver`` does the work. It imports little, to answer at once."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fastc import __version__
from fastc.arguments import Parser, duration, natural, numbers, positive
from fastc.errors import FastcError, InputError, NoAnswerError, suggestion
from fastc.files import STANDARD, Outputs
from fastc.help import IMPORT_FORMS, OVERVIEW
from fastc.interrupt import Interrupt

if TYPE_CHECKING:
    from fastc.dse import Progress
    from fastc.pipelines import Step
    from fastc.results import Result, SimulationResult

MAPPER_HELP = "map optimally, looking at N mappings of each contraction at most; a gap that is left is said"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code; as the program (``argv`` None), end at once where work is left over."""
    code = _run(list(sys.argv[1:] if argv is None else argv))
    if argv is None:
        _leave_behind(code)
    return code


def _leave_behind(code: int) -> None:
    """End the process where a search has left a thread at work that Python would wait for."""
    if all(thread is threading.main_thread() or thread.daemon for thread in threading.enumerate()):
        return
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(arguments: list[str]) -> int:
    _route_warnings()
    if sys.stdout is None:  # closed by the shell: writing to it fails, as it does for any program
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _discard_output()
        return 141
    except OSError as error:
        if error.filename is not None:
            return _report_error(error)
        _discard_output()
        return _report_error(InputError(f"standard output cannot be written: {error.strerror}"))
    except Exception as error:
        if os.environ.get("FASTC_TRACEBACK"):
            raise
        return _report_error(error)
    return code


def _discard_output() -> None:
    """What standard output did not take must not be flushed into it again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        (sys.stdout if arguments else sys.stderr).write(OVERVIEW)
        return 0 if arguments else 2
    if arguments[0] in ("-V", "--version"):
        print(f"fastc {__version__}")
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        hint = suggestion(command, COMMANDS) or f"; there is {', '.join(COMMANDS)}"
        raise InputError(f"there is no command '{command}'{hint}")
    return COMMANDS[command](rest)


def _report_error(error: Exception) -> int:
    """One message on standard error; the exit code."""
    if isinstance(error, FastcError):
        message = str(error)
    elif isinstance(error, RecursionError):
        message = "the input is nested too deeply"
    elif _is_diagnostic(error):
        message = _brief(str(error))
    else:
        message = (
            f"internal error: {type(error).__name__}: {error}; run with FASTC_TRACEBACK=1 and report what it shows"
        )
    print(f"fastc: error: {message}", file=sys.stderr)
    return 1 if isinstance(error, NoAnswerError) else 2


def _is_diagnostic(error: Exception) -> bool:
    """Whether xDSL raised this about the user's IR; if it did, it is loaded."""
    if "xdsl" not in sys.modules:
        return False
    from xdsl.utils.exceptions import DiagnosticException, ParseError

    return isinstance(error, DiagnosticException | ParseError)


def _brief(text: str) -> str:
    """A diagnostic without the module that xDSL prints around it."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[0] if lines else "the IR does not verify"


def _route_warnings() -> None:
    """What the libraries log goes to standard error, one line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("fastc: warning: %(message)s"))
    said: set[str] = set()

    def is_new(record: logging.LogRecord) -> bool:
        # The model is compiled for the baseline too, which meets the same obstacles again.
        message = record.getMessage()
        known = message in said
        said.add(message)
        return not known

    handler.addFilter(is_new)
    for name in ("fastc", "passes", "dialects", "hwmodels"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)


def _opt(arguments: list[str]) -> int:
    began_s = time.monotonic()
    options = _opt_parser().parse_intermixed_args(arguments)
    _check_opt(options)
    outputs = Outputs()
    outputs.claim(options.output, "-o")
    outputs.claim(options.hw_out, "--hw-out")
    outputs.claim(options.json, "--json")
    if options.search:
        result = _search(options, arguments, began_s)
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
    _finish(outputs, options, "// -----\n".join(texts), result)
    report.print_result(result)
    return 0


def _opt_parser() -> Parser:
    parser = Parser(
        "opt",
        "fastc opt model.mlir --hw tpu-v3 -o lowered.mlir",
        "MODEL [MODEL ...] [-p PIPELINE] [--hw NAME|FILE] [--search] [options]",
    )
    parser.add_argument("models", nargs="+", metavar="MODEL", help="StableHLO or HLO text, or '-' for standard input")
    compiling = parser.add_argument_group("compile")
    compiling.add_argument("-p", "--passes", metavar="PIPELINE", help="run these passes: 'inline,set-batch{size=8}'")
    compiling.add_argument(
        "--hw", metavar="NAME|FILE", help="the machine: a preset or a file with one arch.accelerator"
    )
    compiling.add_argument("--batch", type=positive, metavar="N", help="inferences at once (default: the machine's)")
    compiling.add_argument("--mapper-budget", type=positive, metavar="N", help=MAPPER_HELP)
    _add_search_options(parser)
    writing = parser.add_argument_group("output")
    writing.add_argument("-o", "--output", metavar="FILE", help="the IR (default: standard output)")
    writing.add_argument("--hw-out", metavar="FILE", help="the machine that was found, as IR")
    writing.add_argument("--json", metavar="FILE", help="the result for programs")
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
    searching.add_argument("--objective", metavar="EXPR", help="what to maximise (default: 'perf / tdp')")
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
        "--algorithm", metavar="NAME", help="gradient (default), tpe, gp, nsga2, random or exhaustive"
    )
    searching.add_argument(
        "--journal", metavar="FILE", help="keep every exact evaluation; go on from it if it is there"
    )
    where = searching.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=positive, metavar="N", help="evaluate in N processes (default: in this one)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="evaluate on a Dask cluster: tcp://10.0.0.1:8786")
    limit = searching.add_mutually_exclusive_group()
    limit.add_argument("--trials", type=positive, metavar="N", help="stop after N exact evaluations")
    limit.add_argument("--budget", type=duration, metavar="TIME", help="stop after '60s' or '10min'")
    searching.add_argument("--seed", type=natural, metavar="N", help="same seed, same result (default: 0)")


def _check_opt(options: argparse.Namespace) -> None:
    """Refuse options that would have no effect."""
    if options.search and options.passes is not None:
        raise InputError("--search chooses the passes: leave -p out, or fix the machine with --hw instead")
    if options.search and options.batch is not None:
        raise InputError(
            "--search chooses the batch too: leave --batch out, or narrow native_batch in the --space file"
        )
    searching = (
        "space", "freeze", "algorithm", "journal", "jobs", "scheduler", "trials", "budget", "seed", "objective",
        "subject_to", "weights", "hw_out",
    )  # fmt: skip
    for name in searching:
        if not options.search and getattr(options, name) is not None:
            raise InputError(f"--{name.replace('_', '-')} needs --search")
    if options.batch is not None and (options.hw is None or options.passes is not None):
        raise InputError("--batch goes with --hw and without -p; in a pipeline write set-batch{size=N}")
    if options.mapper_budget is not None and (options.hw is None or options.passes is not None):
        raise InputError("--mapper-budget goes with --hw and without -p; in a pipeline write mapper=optimal")
    if options.json is not None and not options.search and (options.hw is None or options.passes is not None):
        raise InputError("--json goes with --search or with --hw and without -p; 'fastc eval' costs a lowered module")
    debugging = ("print_between_passes", "time_passes", "split_input_file", "verify_diagnostics", "disable_verify")
    for name in debugging:
        if getattr(options, name) and (options.search or (options.hw is not None and options.passes is None)):
            raise InputError(f"--{name.replace('_', '-')} goes with -p")
    if options.models.count(STANDARD) > 1:
        raise InputError("'-' is given twice; standard input holds one model")


def _search(options: argparse.Namespace, arguments: Sequence[str], began_s: float) -> Result:
    from fastc import report
    from fastc.driver import load_all
    from fastc.scoring import DEFAULT_OBJECTIVE
    from fastc.searching import SearchRequest, check_algorithm, search_models

    algorithm = options.algorithm or "gradient"
    check_algorithm(algorithm)
    with report.SearchProgress() as progress, Interrupt() as interrupt:

        def show(step: Progress) -> None:
            interrupt.searching = True
            progress.update(step)

        request = SearchRequest(
            models=load_all(options.models),
            space=options.space,
            objective=DEFAULT_OBJECTIVE if options.objective is None else options.objective,
            subject_to=None if options.subject_to is None else tuple(options.subject_to),
            weights=options.weights,
            algorithm=algorithm,
            trials=options.trials,
            hw=options.hw,
            freeze=tuple(dict.fromkeys(options.freeze or ())),
            budget_s=options.budget,
            began_s=began_s,
            jobs=options.jobs or 1,
            scheduler=options.scheduler,
            journal=options.journal,
            stop=interrupt.stop,
            seed=options.seed or 0,
            command=("fastc", "opt", *arguments),
        )
        return search_models(request, show)


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
    _finish(outputs, options, "// -----\n".join(texts), None)
    return 0


def _observer(options: argparse.Namespace) -> Callable[[Step], None]:
    from fastc.transform import print_module

    def observe(step: Step) -> None:
        if options.time_passes:
            print(f"pass {step.name} took {step.seconds:.6f} s", file=sys.stderr)
        if options.print_between_passes and not step.is_last:
            print(f"// IR after {step.name}\n{print_module(step.module)}", file=sys.stderr)

    return observe


def _finish(
    outputs: Outputs, options: argparse.Namespace, text: str | None, result: Result | SimulationResult | None
) -> None:
    """Write the files, all or none, and then standard output."""
    if result is not None and options.json not in (None, STANDARD):
        from fastc.report import json_text

        outputs.add(options.json, json_text(result))
    if text is not None and options.output not in (None, STANDARD):
        outputs.add(options.output, text)
    outputs.commit()
    if text is not None and options.output in (None, STANDARD):
        _write(text)
    if result is not None and options.json == STANDARD:
        from fastc.report import json_text

        _write(json_text(result))


def _write(text: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _eval(arguments: list[str]) -> int:
    parser = Parser(
        "eval",
        "fastc eval model.mlir --hw tpu-v3",
        "MODEL [--hw NAME|FILE] [--schedule stock|fastc] [--batch N] [--mapper-budget N] [--json FILE] [-o FILE]",
    )
    parser.add_argument(
        "models", nargs="+", metavar="MODEL", help="StableHLO, or a lowered module; '-' is standard input"
    )
    parser.add_argument("--hw", metavar="NAME|FILE", help="the machine; a lowered module brings its own")
    parser.add_argument(
        "--schedule",
        choices=("stock", "fastc"),
        default="fastc",
        help="stock: XLA-like regions, nothing kept on chip; fastc: the whole pipeline (default)",
    )
    parser.add_argument("--batch", type=positive, metavar="N", help="inferences at once (default: the machine's)")
    parser.add_argument("--mapper-budget", type=positive, metavar="N", help=MAPPER_HELP)
    parser.add_argument("--json", metavar="FILE", help="the result for programs")
    parser.add_argument("-o", "--output", metavar="FILE", help="the lowered IR")
    options = parser.parse_intermixed_args(arguments)
    outputs = Outputs()
    outputs.claim(options.output, "-o")
    outputs.claim(options.json, "--json")
    from fastc import report
    from fastc.driver import evaluate_models, load_all
    from fastc.transform import print_module

    result = evaluate_models(
        load_all(options.models),
        options.hw,
        schedule=options.schedule,
        batch=options.batch,
        mapper_budget=options.mapper_budget,
        command=("fastc", "eval", *arguments),
    )
    text = None
    if options.output is not None:
        text = "// -----\n".join(print_module(model.lowered) for model in result.models if model.lowered is not None)
    _finish(outputs, options, text, result)
    report.print_result(result)
    return 0


def _sim(arguments: list[str]) -> int:
    parser = Parser("sim", "fastc sim lowered.mlir", "LOWERED [--check] [--seed N] [--json FILE]")
    parser.add_argument(
        "model", metavar="LOWERED", help="a module that 'fastc opt MODEL --hw NAME' wrote; '-' is standard input"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="also compute every contraction tile by tile, and compare the outputs with XLA's",
    )
    parser.add_argument("--seed", type=natural, metavar="N", help="of the random inputs of --check (default: 0)")
    parser.add_argument("--json", metavar="FILE", help="the result for programs")
    options = parser.parse_intermixed_args(arguments)
    if options.seed is not None and not options.check:
        raise InputError("--seed goes with --check: cycles do not depend on values")
    outputs = Outputs()
    outputs.claim(options.json, "--json")
    from fastc import report
    from fastc.driver import simulate_model

    command = ("fastc", "sim", *arguments)
    result = simulate_model(options.model, check=options.check, seed=options.seed or 0, command=command)
    _finish(outputs, options, None, result)
    report.print_simulation(result)
    return 0


def _hw(arguments: list[str]) -> int:
    parser = Parser("hw", "fastc hw show tpu-v3", "list | show NAME | validate [--data DIR] [--json FILE]")
    parser.add_argument(
        "action",
        metavar="list|show|validate",
        help="list the presets, show one machine as IR, or compare the models with measurements and published chips",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="a preset, or a file with one arch.accelerator")
    parser.add_argument(
        "--data",
        metavar="DIR",
        help="measurements, in files as in fastc/validation/data (default: those)",
    )
    parser.add_argument("--json", metavar="FILE", help="the comparisons as JSON; '-' is standard output")
    options = parser.parse_args(arguments)
    forms = "write 'fastc hw list', 'fastc hw show NAME' or 'fastc hw validate'"
    if options.action not in ("list", "show", "validate"):
        raise InputError(f"'hw' has no '{options.action}'; {forms}")
    if (options.name is None) == (options.action == "show"):
        raise InputError(forms)
    if options.action == "validate":
        return _hw_validate(options)
    if options.data is not None or options.json is not None:
        raise InputError("--data and --json go with 'fastc hw validate'")
    from fastc import driver, report
    from fastc.transform import print_module

    if options.action == "list":
        report.print_presets(driver.presets())
    else:
        module, machine = driver.preset(options.name)
        _write(report.preset_text(machine, print_module(module)))
    return 0


def _hw_validate(options: argparse.Namespace) -> int:
    outputs = Outputs()
    outputs.claim(options.json, "--json")
    from fastc import report
    from fastc.driver import validate_hardware

    checks = validate_hardware(options.data, report.validation_progress)
    text = report.validation_json(checks)
    if options.json not in (None, STANDARD):
        outputs.add(options.json, text)
    outputs.commit()
    report.print_validation(checks, to_standard_error=options.json == STANDARD)
    if options.json == STANDARD:
        _write(text)
    return 0


def _passes(arguments: list[str]) -> int:
    Parser("passes", "fastc passes", "").parse_args(arguments)
    from fastc.manual import manual

    _write(manual())
    return 0


def _gui(arguments: list[str]) -> int:
    parser = Parser("gui", "fastc gui model.mlir -p inline", "MODEL [-p PIPELINE] [--hw NAME|FILE]")
    parser.add_argument("model", metavar="MODEL", help="a file; what 'fastc opt' takes")
    parser.add_argument("-p", "--passes", metavar="PIPELINE", default="", help="passes that are chosen already")
    parser.add_argument("--hw", metavar="NAME|FILE", help="the machine, for passes that need one")
    options = parser.parse_intermixed_args(arguments)
    from fastc.gui import make_app

    app = make_app(options.model, options.passes, options.hw)
    if options.model == STANDARD or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("'fastc gui' needs a terminal and the model in a file; 'fastc opt -p' runs passes without one")
    app.run()
    return 0


def _verify(arguments: list[str]) -> int:
    parser = Parser(
        "verify", "fastc verify model.mlir -p inline,set-batch{size=1}", "MODEL -p PIPELINE [--hw NAME|FILE] [--seed N]"
    )
    parser.add_argument("model", metavar="MODEL", help="a StableHLO file, or '-' for standard input")
    parser.add_argument("-p", "--passes", metavar="PIPELINE", required=True, help="the passes to prove")
    parser.add_argument("--hw", metavar="NAME|FILE", help="the machine, for passes that need one")
    parser.add_argument("--seed", type=natural, default=0, metavar="N", help="of the random inputs (default: 0)")
    options = parser.parse_intermixed_args(arguments)
    from fastc.driver import verify_passes

    print(verify_passes(options.model, options.passes, options.hw, options.seed), file=sys.stderr)
    return 0


def _import(arguments: list[str]) -> int:
    parser = Parser("import", "fastc import model.pt2 -o model.mlir", "SOURCE [--args AVALS] [-o FILE]")
    parser.epilog = IMPORT_FORMS
    parser.add_argument(
        "source", metavar="SOURCE", help="a file, recognised by its content, or 'package.module:function'; see below"
    )
    parser.add_argument(
        "--args", metavar="AVALS", help="types and shapes of the inputs, as JAX prints them: 'f32[1,224,224,3], i32[]'"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the StableHLO text (default: standard output)")
    options = parser.parse_intermixed_args(arguments)
    outputs = Outputs()
    outputs.claim(options.output, "-o")
    from fastc.driver import import_model

    _finish(outputs, options, import_model(options.source, options.args), None)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "opt": _opt,
    "verify": _verify,
    "import": _import,
    "eval": _eval,
    "sim": _sim,
    "hw": _hw,
    "passes": _passes,
    "gui": _gui,
}


if __name__ == "__main__":
    sys.exit(main())
