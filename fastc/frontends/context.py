"""The dialects that fastc reads."""

from __future__ import annotations

from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl_jax.universe import XDSL_JAX_UNIVERSE

from fastc.universe import FASTC_UNIVERSE


def make_context(allow_unregistered: bool = False) -> Context:
    """A context that knows the dialects of xDSL, StableHLO and ours, each loaded when it is first needed."""
    context = Context(allow_unregistered=allow_unregistered)
    # The universe of fastc puts our StableHLO into xdsl-jax's place.
    dialects = get_all_dialects() | dict(XDSL_JAX_UNIVERSE.all_dialects) | dict(FASTC_UNIVERSE.all_dialects)
    for name, factory in dialects.items():
        context.register_dialect(name, factory)
    return context
