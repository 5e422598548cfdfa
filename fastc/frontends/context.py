"""The dialects that fastc reads."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.ir import Dialect
from xdsl_jax.universe import XDSL_JAX_UNIVERSE

from fastc.universe import FASTC_UNIVERSE, plugins


def known_dialects() -> dict[str, Callable[[], Dialect]]:
    """The dialects of xDSL, StableHLO, plug-ins and ours, by name."""
    # The universe of fastc puts our StableHLO into xdsl-jax's place.
    dialects = get_all_dialects() | dict(XDSL_JAX_UNIVERSE.all_dialects) | dict(FASTC_UNIVERSE.all_dialects)
    for plugin in plugins().values():
        dialects |= plugin.all_dialects
    return dialects


def make_context(allow_unregistered: bool = False) -> Context:
    """A context that knows all these dialects, each loaded when it is first needed."""
    context = Context(allow_unregistered=allow_unregistered)
    for name, factory in known_dialects().items():
        context.register_dialect(name, factory)
    return context
