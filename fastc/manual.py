"""What each pass does and takes, read from its class."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import MISSING, Field, dataclass, fields
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from xdsl.passes import ModulePass

from fastc.pipelines import find_pass, known_passes
from fastc.universe import plugins

WIDTH = 100
INDENT = "  "

BUILT_IN = {
    "canonicalize": "Folds and simplifies ops by the patterns that they bring along.",
    "cse": "Merges ops that compute the same value.",
    "dce": "Erases ops whose results nobody uses.",
}
"""xDSL's own passes, which say little of themselves."""


def manual() -> str:
    """Every pass of ours, those that start each pipeline, and those of plug-ins: what it does, its options and their
    legal values."""
    own = [_entry(name, load()) for name, load in known_passes().items()]
    others = [
        _entry(f"{name} (of the plug-in {plugin})", load())
        for plugin, universe in plugins().items()
        for name, load in universe.all_passes.items()
    ]
    return "\n".join(own + others)


def manual_of(name: str) -> str:
    """All that the pass ``name`` says of itself: what it does, an example before and after, its limits, and its
    options. Raises InputError where there is none."""
    pass_type = find_pass(name)
    text = BUILT_IN.get(name) or inspect.cleandoc(pass_type.__doc__ or "")
    paragraphs = (_paragraph(paragraph) for paragraph in text.split("\n\n"))
    options = "\n".join(line for option in options_of(pass_type) for line in _option(option))
    return "\n\n".join([name, *paragraphs, *([options] if options else [])]) + "\n"


def _paragraph(text: str) -> str:
    """Prose in lines of ``WIDTH``; code, which is indented, as it is."""
    if text.startswith(" "):
        return textwrap.indent(text, INDENT)
    return "\n".join(_wrapped(text.removesuffix(":") if text.endswith("::") else text, INDENT))


@dataclass(frozen=True)
class Option:
    """One option of a pass, in words."""

    name: str
    """As a pipeline writes it."""
    values: str
    """What may be given: ``true | false``, ``whole number``."""
    default: str
    """As a pipeline writes it, ``none`` or ``required``."""
    meaning: str
    """The text under the field, as its author wrote it."""


def options_of(pass_type: type[ModulePass]) -> list[Option]:
    """The options of a pass in the order of its fields."""
    texts = texts_of_fields(pass_type)
    hints = get_type_hints(pass_type)
    return [
        Option(option.name.replace("_", "-"), _values(hints[option.name]), _default(option), texts.get(option.name, ""))
        for option in fields(pass_type)
        if option.name != "name" and option.init
    ]


def _entry(title: str, pass_type: type[ModulePass]) -> str:
    lines = [title, *_wrapped(_summary(pass_type), INDENT)]
    lines += [line for option in options_of(pass_type) for line in _option(option)]
    return "\n".join(lines) + "\n"


def _option(option: Option) -> list[str]:
    note = "(required)" if option.default == "required" else f"(default: {option.default})"
    return [f"{INDENT}{option.name} = {option.values} {note}", *_wrapped(option.meaning, INDENT * 2)]


def _summary(pass_type: type[ModulePass]) -> str:
    """The first paragraph of the docstring."""
    own = BUILT_IN.get(pass_type.name)
    return own if own is not None else inspect.cleandoc(pass_type.__doc__ or "").split("\n\n")[0]


def _wrapped(text: str, indent: str) -> list[str]:
    plain = " ".join(text.replace("``", "").split())
    return textwrap.wrap(plain, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _values(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " | ".join(str(value) for value in get_args(hint))
    if hint is bool:
        return "true | false"
    if hint is int:
        return "whole number"
    if get_origin(hint) is tuple:
        return f"list of {_values(get_args(hint)[0])}s, separated by commas"
    if get_origin(hint) is UnionType:
        parts = [part for part in get_args(hint) if not (part is int and float in get_args(hint))]
        return " | ".join("none" if part is NoneType else _values(part) for part in parts)
    return "number" if hint is float else str(getattr(hint, "__name__", hint))


def _default(option: Field[Any]) -> str:
    if option.default is MISSING:
        return "required"
    default = option.default
    if isinstance(default, bool):
        return str(default).lower()
    return "none" if default in ((), None) else str(default)


def texts_of_fields(type_: type) -> dict[str, str]:
    """The text under each field of the class; nothing where its source is not there."""
    try:
        source = inspect.getsource(type_)
    except OSError:
        return {}
    tree = ast.parse(textwrap.dedent(source))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    found: dict[str, str] = {}
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = text
            case _:
                continue
    return found
