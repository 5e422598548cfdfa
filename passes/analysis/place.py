"""Where an op comes from, for messages."""

from __future__ import annotations

from typing import cast

from xdsl.dialects.builtin import ArrayAttr, CallSiteLoc, FileLineColLoc, FusedLoc, NameLoc
from xdsl.ir import Attribute, Operation


def place_of(op: Operation) -> str:
    """``file:line:column``, the name that the framework gave the op, or both; nothing where neither is known.

    A name looks like ``jit(fn)/layer_0/add``; of several places that became one op, the first one counts.
    """
    return _shown(op.location)


def _shown(location: Attribute) -> str:
    match location:
        case FileLineColLoc():
            return f"{location.filename.data}:{location.line.data}:{location.column.data}"
        case NameLoc():
            place = _shown(location.location)
            return f"{place} ({location.desc.data})" if place else location.desc.data
        case CallSiteLoc():
            return _shown(location.callee)
        case FusedLoc():
            parts = cast("ArrayAttr[Attribute]", location.locations)
            return next((shown for shown in map(_shown, parts) if shown), "")
        case _:
            return ""
