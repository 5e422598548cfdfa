"""What may go wrong by the user's doing: each error says the rule, the value, the place and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FastcError(Exception):
    """An error whose text is meant for the user as it stands."""


class InputError(FastcError):
    """A model, a machine, an option or an expression is not what it must be (exit code 2)."""


class NoAnswerError(FastcError):
    """The work was done and the answer is no: no feasible machine, outputs that differ (exit code 1)."""


def printable(text: str) -> str:
    """``text`` with what would steer a terminal, or is no character at all, escaped as in Python; lines stay.

    Names come from files that others wrote, and a message or a table must not carry out what they hold.
    """
    return "".join(
        character if character.isprintable() or character in "\n\t" else character.encode("unicode_escape").decode()
        for character in text
    )


def suggestion(wrong: str, known: Iterable[str], likeness: float = 0.5) -> str:
    """'; did you mean 'x'?' where one of ``known`` resembles ``wrong`` by ``likeness`` (0 to 1), else nothing."""
    near = difflib.get_close_matches(wrong, list(known), n=1, cutoff=likeness)
    return f"; did you mean '{near[0]}'?" if near else ""
