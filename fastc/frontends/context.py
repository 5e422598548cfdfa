"""The dialects that fastc reads."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.context import Context
from xdsl.ir import Dialect


def _arch() -> Dialect:
    from dialects.arch import Arch

    return Arch


def _arith() -> Dialect:
    from xdsl.dialects.arith import Arith

    return Arith


def _builtin() -> Dialect:
    from xdsl.dialects.builtin import Builtin

    return Builtin


def _chlo() -> Dialect:
    from dialects.stablehlo import CHLO

    return CHLO


def _func() -> Dialect:
    from xdsl.dialects.func import Func

    return Func


def _region() -> Dialect:
    from dialects.region import Region

    return Region


def _sched() -> Dialect:
    from dialects.sched import Sched

    return Sched


def _stablehlo() -> Dialect:
    from dialects.stablehlo import StableHLO

    return StableHLO


DIALECTS: dict[str, Callable[[], Dialect]] = {
    "arch": _arch,
    "arith": _arith,
    "builtin": _builtin,
    "chlo": _chlo,
    "func": _func,
    "region": _region,
    "sched": _sched,
    "stablehlo": _stablehlo,
}
"""Factories of the dialects, by name; each is imported when an op of it is first met."""


def make_context(allow_unregistered: bool = False) -> Context:
    """A context that knows fastc's dialects, each loaded when it is first needed."""
    context = Context(allow_unregistered=allow_unregistered)
    for name, factory in DIALECTS.items():
        context.register_dialect(name, factory)
    return context
