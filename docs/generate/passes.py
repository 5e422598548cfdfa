"""The page of the passes, from their classes."""

from __future__ import annotations

from xdsl.passes import ModulePass

from docs.generate.text import cell, code, markdown, one_line, table
from fastc.manual import BUILT_IN, options_of
from fastc.pipelines import known_passes

_PIPELINE = "fastc opt model.mlir -p '{}'"


def overview() -> str:
    """A table of all passes, in the order of the pipeline."""
    rows = [(f"[`{name}`](#{name})", _summary(name, load())) for name, load in known_passes().items()]
    return table(("pass", "what it does"), rows)


def entries() -> str:
    """A section for each pass: its docstring, its options, and what the search tries of them."""
    return "\n\n".join(entry(name, load()) for name, load in known_passes().items())


def entry(name: str, pass_type: type[ModulePass]) -> str:
    """The section of one pass."""
    parts = [f"## {name}", BUILT_IN.get(name) or markdown(pass_type.__doc__)]
    options = options_of(pass_type)
    if options:
        rows = [
            (code(option.name), cell(option.values), code(option.default), cell(markdown(option.meaning)))
            for option in options
        ]
        parts.append(table(("option", "legal values", "default", "meaning"), rows))
    search = pass_type.__dict__.get("schedule_space")
    if search is not None and search.__func__.__doc__:
        parts.append(f"**The search tries:** {markdown(search.__func__.__doc__)}")
    return "\n\n".join(parts)


def _summary(name: str, pass_type: type[ModulePass]) -> str:
    return cell(BUILT_IN[name]) if name in BUILT_IN else one_line(pass_type.__doc__)
