"""What each pass does and takes, read from its class."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import MISSING, Field, fields
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin, get_type_hints

from xdsl.passes import ModulePass

from fastc.pipelines import known_passes
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


def _entry(title: str, pass_type: type[ModulePass]) -> str:
    lines = [title, *_wrapped(_summary(pass_type), INDENT)]
    meanings = _meanings(pass_type)
    hints = get_type_hints(pass_type)
    for option in fields(pass_type):
        if option.name == "name" or not option.init:
            continue
        lines.append(f"{INDENT}{option.name.replace('_', '-')} = {_values(hints[option.name])}{_default(option)}")
        lines += _wrapped(meanings.get(option.name, ""), INDENT * 2)
    return "\n".join(lines) + "\n"


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
    return "number" if hint is float else str(getattr(hint, "__name__", hint))


def _default(option: Field[Any]) -> str:
    if option.default is MISSING:
        return " (required)"
    default = option.default
    if isinstance(default, bool):
        return f" (default: {str(default).lower()})"
    return " (default: none)" if default in ((), None) else f" (default: {default})"


def _meanings(pass_type: type[ModulePass]) -> dict[str, str]:
    """The text under each field of the class; nothing where its source is not there."""
    try:
        source = inspect.getsource(pass_type)
    except OSError:
        return {}
    tree = ast.parse(textwrap.dedent(source))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    found: dict[str, str] = {}
    for statement, following in pairwise(body):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = text
            case _:
                continue
    return found
