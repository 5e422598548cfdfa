"""The words of a command line: options, and the numbers and times among their values."""

from __future__ import annotations

import argparse
import re
import shutil
from typing import Any, NoReturn

from fastc.errors import InputError, suggestion

MAPPER_HELP = "map optimally, looking at N mappings of each contraction at most; a gap that is left is said"

DIGITS = 18
"""Of a whole number, at most: 64 bits hold any of these."""

UNITS_OF_TIME = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


WIDTH = 100
"""Columns that help takes at most; on a narrower terminal it takes what is there."""


class Parser(argparse.ArgumentParser):
    """argparse, but a mistake is an InputError, what is misspelt gets a suggestion, and help begins with an example."""

    def __init__(self, command: str, example: str, usage: str) -> None:
        super().__init__(
            prog=f"fastc {command}",
            usage=f"fastc {command} {usage}".rstrip(),
            allow_abbrev=False,
            formatter_class=_formatter,
        )
        self._example = example
        self._positionals.title = "arguments"
        # What begins like a negative number is a value, to be refused with a reason, not an unknown option.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def options(self) -> dict[str, argparse.Action]:
        """Each option by each of its names."""
        return dict(self._option_string_actions)

    def positionals(self) -> list[argparse.Action]:
        """The arguments without a dash, in order."""
        return self._get_positional_actions()

    def add_argument_group(self, *args: Any, **kwargs: Any) -> argparse._ArgumentGroup:
        """As argparse's; the group with ``--help`` stays the last."""
        group = super().add_argument_group(*args, **kwargs)
        if hasattr(self, "_optionals"):
            self._action_groups.remove(self._optionals)
            self._action_groups.append(self._optionals)
        return group

    def format_help(self) -> str:
        """The example, the usage, and the options by group."""
        return f"example: {self._example}\n\n{super().format_help()}"

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride] - argparse has overloads
        self, args: Any = None, namespace: Any = None
    ) -> Any:
        """As argparse's, but an option that is not known is told before one that is missing."""
        for word in args or ():
            if word == "--":
                break
            name = word.split("=")[0]
            if re.match(r"--\w", word) and " " not in word and name not in self._option_string_actions:
                self.error(f"unrecognized arguments: {word}")
        return super().parse_known_args(args, namespace)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            message = f"there is no '{value}'; there is {', '.join(known)}{suggestion(str(value), known)}"
            raise argparse.ArgumentError(action, message)

    def error(self, message: str) -> NoReturn:
        unknown = re.search(r"unrecognized arguments: (-\S+)", message)
        hint = suggestion(unknown[1].split("=")[0], self._option_string_actions) if unknown else ""
        raise InputError(f"{message}{hint or ('' if 'did you mean' in message else f'; see {self.prog} --help')}")


def _formatter(prog: str) -> argparse.HelpFormatter:
    width = min(WIDTH, shutil.get_terminal_size().columns)
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=28, width=width)


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
    if len(text) > DIGITS:
        raise argparse.ArgumentTypeError(f"'{text[:DIGITS]}...' has {len(text)} digits; give at most {DIGITS}")
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
