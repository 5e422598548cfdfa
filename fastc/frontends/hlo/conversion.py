"""HLO text into a verified module of StableHLO."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp

from fastc.frontends.hlo.ops import convert
from fastc.frontends.hlo.parser import HloError, parse_hlo
from fastc.frontends.hlo.records import HloModule
from fastc.frontends.hlo.writer import Writer
from fastc.frontends.stablehlo import decoded, read_stablehlo


def read_hlo(data: bytes, name: str) -> ModuleOp:
    """The module in ``data``, HLO text, as StableHLO with ``@main`` for its entry; jaxlib has verified it.

    ``name`` is the file's, for messages and locations. Raises ReadError.
    """
    text = hlo_to_stablehlo(parse_hlo(decoded(data, name), name), name)
    return read_stablehlo(text.encode(), name)


def hlo_to_stablehlo(module: HloModule, name: str) -> str:
    """The module as StableHLO text whose locations are lines of the file ``name``. Raises ReadError."""
    writer = Writer(module, name, convert)
    entry = module.entry
    try:
        main = writer.function(entry, "main", entry.root, "public")
    except HloError as error:
        raise error.read_error(name) from None
    symbol = module.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'module @"{symbol}" {{\n' + "\n".join((main, *writer.functions.values())) + "\n}\n"
