"""``fastc diff``: two results side by side."""

from __future__ import annotations

from fastc.arguments import Parser
from fastc.commands.writing import finish
from fastc.files import STANDARD, Outputs, read, refuse_standard_twice


def make_parser() -> Parser:
    """The options of the command."""
    parser = Parser("diff", "fastc diff before.json after.json", "BEFORE.json AFTER.json [--json FILE]")
    parser.add_argument("before", metavar="BEFORE.json", help="what 'fastc eval --json' or 'fastc opt --json' wrote")
    parser.add_argument("after", metavar="AFTER.json", help="another such file; one of the two may be '-'")
    parser.add_argument("--json", metavar="FILE", help="the difference for programs; '-' is standard output")
    return parser


def run(arguments: list[str]) -> int:
    """Compare the results; tables go to standard output, or to standard error where that holds the JSON."""
    options = make_parser().parse_intermixed_args(arguments)
    refuse_standard_twice(options.before, options.after)
    outputs = Outputs(options.before, options.after)
    outputs.claim(options.json, "--json")
    from fastc import report
    from fastc.explain.difference import compare
    from fastc.reading import read_result

    before, after = read(options.before), read(options.after)
    command = ("fastc", "diff", *arguments)
    difference = compare(read_result(before), read_result(after), (before.label, after.label), command)
    finish(outputs, options, None, difference)
    report.print_difference(difference, to_standard_error=options.json == STANDARD)
    return 0
