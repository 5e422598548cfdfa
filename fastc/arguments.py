"""The words of a command line: options, and the numbers and times among their values."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from fastc.errors import InputError, suggestion

MAPPER_HELP = "map optimally, looking at N mappings of each contraction at most; a gap that is left is said"

UNITS_OF_TIME = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


class Parser(argparse.ArgumentParser):
    """argparse, but a mistake is an InputError, and a misspelt option gets a suggestion."""

    def __init__(self, command: str, example: str, usage: str) -> None:
        super().__init__(
            prog=f"fastc {command}",
            usage=f"fastc {command} {usage}",
            description=f"example: {example}",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        # What begins like a negative number is a value, to be refused with a reason, not an unknown option.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def error(self, message: str) -> NoReturn:
        unknown = re.search(r"unrecognized arguments: (-\S+)", message)
        hint = suggestion(unknown[1].split("=")[0], self._option_string_actions) if unknown else ""
        raise InputError(f"{message}{hint or f'; see {self.prog} --help'}")


def positive(text: str) -> int:
    """A whole number of at least 1."""
    value = natural(text)
    if value == 0:
        raise argparse.ArgumentTypeError("0 is too small; give at least 1")
    return value


def natural(text: str) -> int:
    """A whole number of at least 0."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of 0 or more")
    return int(text)


def numbers(text: str) -> tuple[float, ...]:
    """Numbers between commas."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of numbers such as 1,1,2") from None


def duration(text: str) -> float:
    """Seconds of a time such as 60s."""
    if re.match(r"-\.?\d", text):
        raise argparse.ArgumentTypeError(f"'{text}' is below 0; give a time such as 60s, 10min or 1h")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)", text)
    if match is None or float(match[1]) == 0.0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a time such as 60s, 10min or 1h")
    return float(match[1]) * UNITS_OF_TIME[match[2]]
