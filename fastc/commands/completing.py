"""What may stand next on a command line, read from the parsers of the commands: the half of shell completion that all
shells share."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import fields
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args, get_origin, get_type_hints

from fastc.commands import COMMANDS

if TYPE_CHECKING:
    from fastc.arguments import Parser

XDSL_PASSES = ("canonicalize", "cse", "dce")
"""xDSL's passes that ``fastc passes`` shows."""


class Candidate(NamedTuple):
    """One word that may stand there, and what it is."""

    text: str
    meaning: str = ""


class Answer(NamedTuple):
    """What completes the last word."""

    candidates: tuple[Candidate, ...] = ()
    paths: Literal["", "files", "folders"] = ""
    """What the shell completes as well, by its own rules."""
    is_unfinished: bool = False
    """A candidate may go on, so no space comes after it."""


def complete(words: Sequence[str]) -> Answer:
    """What may take the place of the last of ``words``, which stand after the program's name; it may be empty."""
    *before, current = words or ("",)
    if not before:
        options = [Candidate("--help", "this overview"), Candidate("--version", "the version")]
        commands = [Candidate(name, command.summary) for name, command in COMMANDS.items()]
        return _matching(options if current.startswith("-") else commands, current)
    if before[0] not in COMMANDS:
        return Answer()
    parser = COMMANDS[before[0]].load().make_parser()
    option, given = _pending(parser, before[1:])
    if option is not None:
        return _values(option, current)
    name, equals, value = current.partition("=")
    if current.startswith("-") and not equals:
        return _matching(_options(parser), current)
    if current.startswith("-"):
        long = parser.options().get(name)
        return Answer() if long is None else _after(f"{name}=", _values(long, value))
    expected = _positional(parser, len(given))
    if expected is None:
        return Answer()
    if before[0] == "hw" and given and given[0] != "show":
        return Answer()
    return _values(expected, current)


def _pending(parser: Parser, words: Sequence[str]) -> tuple[argparse.Action | None, list[str]]:
    """The option that waits for its value after ``words``, and the arguments without a dash among them."""
    pending: argparse.Action | None = None
    given: list[str] = []
    for word in words:
        if pending is not None:
            pending = None
        elif word.startswith("-") and word != "-":
            option = parser.options().get(word)
            pending = option if option is not None and option.nargs is None else None
        else:
            given.append(word)
    return pending, given


def _positional(parser: Parser, index: int) -> argparse.Action | None:
    actions = parser.positionals()
    if index < len(actions):
        return actions[index]
    return actions[-1] if actions and actions[-1].nargs in ("+", "*") else None


def _options(parser: Parser) -> list[Candidate]:
    """The long form of each option."""
    return [Candidate(name, action.help or "") for name, action in parser.options().items() if name.startswith("--")]


def _values(action: argparse.Action, current: str) -> Answer:
    """What an option or an argument may be: its choices, or what its placeholder in the help stands for."""
    if action.choices is not None:
        return _matching([Candidate(str(choice)) for choice in action.choices], current)
    placeholder = str(action.metavar or "")
    if placeholder in ("NAME|FILE", "NAME"):
        return _matching([Candidate(name, "preset") for name in _presets()], current)._replace(paths="files")
    if placeholder == "PASS":
        return _matching(map(Candidate, (*XDSL_PASSES, *_pass_names())), current)
    if placeholder == "PIPELINE":
        return _pipeline(current)
    if placeholder == "EXPR":
        return _expression(current)
    if placeholder == "DIR":
        return Answer(paths="folders")
    return Answer(paths="files") if "FILE" in placeholder or not action.option_strings else Answer()


def _presets() -> list[str]:
    """As ``fastc.machines`` does, without reading the machines."""
    folder = files("hwmodels").joinpath("presets")
    return sorted(entry.name.removesuffix(".mlir") for entry in folder.iterdir() if entry.name.endswith(".mlir"))


def _pipeline(current: str) -> Answer:
    """The name of a pass, or in its braces its options and their legal values."""
    opened, closed = current.rfind("{"), current.rfind("}")
    if opened <= closed:
        cut = current.rfind(",") + 1
        names = (*XDSL_PASSES, *_pass_names())
        return _after(current[:cut], _matching(map(Candidate, names), current[cut:]))._replace(is_unfinished=True)
    name = current[:opened].rpartition(",")[2]
    cut = max(opened, current.rfind(" ")) + 1
    option, equals, value = current[cut:].partition("=")
    legal = _pass_options(name)
    if not equals:
        options = [Candidate(f"{known}=") for known in legal]
        return _after(current[:cut], _matching(options, option))._replace(is_unfinished=True)
    values = map(Candidate, legal.get(option, ()))
    return _after(f"{current[:cut]}{option}=", _matching(values, value))._replace(is_unfinished=True)


def _pass_names() -> tuple[str, ...]:
    """Ours and those of plug-ins; xDSL is imported only where there is a plug-in."""
    from importlib.metadata import entry_points

    from passes import PASS_NAMES

    if {entry.name for entry in entry_points(group="xdsl.universe")} <= {"xdsl", "xdsl_jax", "fastc"}:
        return PASS_NAMES
    from fastc.universe import plugin_passes

    return (*PASS_NAMES, *plugin_passes())


def _pass_options(name: str) -> dict[str, tuple[str, ...]]:
    """The printed name of each option of a pass with its legal values, where these can be listed."""
    from fastc.pipelines import known_passes
    from fastc.universe import plugin_passes

    known = known_passes() | plugin_passes()
    if name not in known:
        return {}
    pass_type = known[name]()
    hints = get_type_hints(pass_type)
    return {
        option.name.replace("_", "-"): _legal(hints[option.name])
        for option in fields(pass_type)
        if option.init and option.name != "name"
    }


def _legal(hint: object) -> tuple[str, ...]:
    if hint is bool:
        return "true", "false"
    return tuple(str(value) for value in get_args(hint)) if get_origin(hint) is Literal else ()


def _expression(current: str) -> Answer:
    """The name of a quantity at the end of an expression."""
    from fastc.objective import QUANTITIES

    cut = max(current.rfind(character) for character in " (*/+-,") + 1
    found = _matching(map(Candidate, QUANTITIES), current[cut:])
    return _after(current[:cut], found)._replace(is_unfinished=True)


def _matching(candidates: Iterable[Candidate], current: str) -> Answer:
    return Answer(tuple(candidate for candidate in candidates if candidate.text.startswith(current)))


def _after(beginning: str, answer: Answer) -> Answer:
    """The answer where ``beginning`` stands before what was completed."""
    longer = tuple(candidate._replace(text=beginning + candidate.text) for candidate in answer.candidates)
    return answer._replace(candidates=longer)
