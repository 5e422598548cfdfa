"""``fastc hw``: the machines that come along, and how far the models of them may be trusted."""

from __future__ import annotations

import argparse

from fastc.arguments import Parser
from fastc.commands.writing import write
from fastc.errors import InputError
from fastc.files import STANDARD, Outputs


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("hw", "fastc hw show tpu-v3", "list | show NAME | validate [--data DIR] [--json FILE]")
    parser.add_argument(
        "action",
        choices=("list", "show", "validate"),
        metavar="list|show|validate",
        help="list the presets, show one machine as IR, or compare the models with measurements and published chips",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="a preset, or a file with one arch.accelerator")
    validating = parser.add_argument_group("validate")
    validating.add_argument(
        "--data",
        metavar="DIR",
        help="measurements, in files as in fastc/validation/data (default: those)",
    )
    validating.add_argument("--json", metavar="FILE", help="the comparisons as JSON; '-' is standard output")
    return parser


def run(arguments: list[str]) -> int:
    """List the presets, show one, or validate the models."""
    options = make_parser().parse_args(arguments)
    forms = "write 'fastc hw list', 'fastc hw show NAME' or 'fastc hw validate'"
    if (options.name is None) == (options.action == "show"):
        raise InputError(forms)
    if options.action == "validate":
        return _validate(options)
    if options.data is not None or options.json is not None:
        raise InputError("--data and --json go with 'fastc hw validate'")
    from fastc import driver, report
    from fastc.transform import print_module

    if options.action == "list":
        report.print_presets(driver.presets())
    else:
        module, machine = driver.preset(options.name)
        write(report.preset_text(machine, print_module(module)))
    return 0


def _validate(options: argparse.Namespace) -> int:
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
        write(text)
    return 0
