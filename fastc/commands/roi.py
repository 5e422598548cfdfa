"""``fastc roi``: when a design pays for its engineering."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

from fastc.arguments import Parser
from fastc.commands.writing import write
from fastc.errors import InputError
from fastc.files import STANDARD, Outputs, refuse_standard_twice
from hwmodels.ownership import Assumption, known_assumptions

if TYPE_CHECKING:
    from fastc.results import HardwareResult


def make_parser() -> Parser:
    """The options of the command; each assumption is one."""
    parser = Parser(
        "roi",
        "fastc roi result.json --volume 5000 --plot roi.svg",
        "RESULT.json [--baseline FILE] [--volume N] [--plot FILE] [--json FILE] [options]",
    )
    parser.add_argument(
        "result", metavar="RESULT.json", help="what 'fastc opt --search --json' or 'fastc eval --json' wrote, or '-'"
    )
    parser.add_argument(
        "--baseline",
        metavar="FILE",
        help="a result of the same models on the chip that the design replaces (default: the result's own baseline)",
    )
    parser.add_argument("--plot", metavar="FILE.svg", help="Perf/TCO and ROI over volume; needs the extra 'plots'")
    parser.add_argument("--json", metavar="FILE", help="the result for programs, with every assumption")
    parser.add_argument("--nre-low", type=_number, metavar="$", help="instead of masks, licences and a small team")
    parser.add_argument("--nre-high", type=_number, metavar="$", help="instead of chiplet-actuary's for the node")
    group = parser.add_argument_group("assumptions, with their defaults and where these are from")
    for known in known_assumptions():
        group.add_argument(
            _option(known), type=_number, metavar="X" if known.unit == "1" else known.unit, help=_help(known)
        )
    return parser


def run(arguments: list[str]) -> int:
    """Compare a design with what it replaces; tables go to standard error, JSON and plot to files."""
    options = make_parser().parse_intermixed_args(arguments)
    refuse_standard_twice(options.result, options.baseline)
    outputs = Outputs(options.result, options.baseline)
    outputs.claim(options.plot, "--plot")
    outputs.claim(options.json, "--json")
    if options.plot == STANDARD == options.json:
        raise InputError("--plot and --json are both '-'; standard output holds one of them")
    from fastc import report, roi
    from fastc.files import read
    from fastc.roi import plot, tables
    from fastc.show.extra import require_plots

    if options.plot is not None:
        require_plots(f"--plot {options.plot}")
    subject = roi.read_subject(read(options.result))
    other = None if options.baseline is None else roi.read_subject(read(options.baseline))
    result = roi.analyse(
        roi.case_of(subject, other, _preset),
        _given(options),
        nre_low_usd=options.nre_low,
        nre_high_usd=options.nre_high,
        command=("fastc", "roi", *arguments),
    )
    texts = {options.json: lambda: report.json_text(result), options.plot: lambda: plot.roi_svg(result)}
    made = {path: text() for path, text in texts.items() if path is not None}
    for path, text in made.items():
        if path != STANDARD:
            outputs.add(path, text)
    outputs.commit()
    if STANDARD in made:
        write(made[STANDARD])
    console = report.error_console()
    for table in (tables.cost_table(result), tables.volume_table(result)):
        console.print(table)
        console.print()
    for line in tables.summary(result):
        console.print(line)
    return 0


def _preset(name: str) -> HardwareResult:
    from fastc.driver import preset

    return preset(name)[1]


def _given(options: argparse.Namespace) -> dict[str, float]:
    """The assumptions that the user set, by name. Raises InputError, by the option, for one that makes no sense."""
    given: dict[str, float] = {}
    for known in known_assumptions():
        value = getattr(options, known.name)
        if value is None:
            continue
        if not known.least <= value <= known.most:
            raise InputError(
                f"{_option(known)} {value:g}: it is {known.meaning}, from {known.least:g} to {known.most:g} "
                f"{known.unit}"
            )
        given[known.name] = value
    return given


def _option(known: Assumption) -> str:
    return f"--{known.name.replace('_', '-')}"


def _help(known: Assumption) -> str:
    return f"{known.meaning} (default: {known.value:g}; {known.confidence}: {known.source})".replace("%", "%%")


def _number(text: str) -> float:
    """A finite number of at least 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a finite number of 0 or more")
    return value
