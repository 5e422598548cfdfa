"""Dialects and passes that packages offer each other through the entry point ``xdsl.universe``: what plain ``xdsl-opt``
learns from fastc, and fastc from plug-ins."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache

from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.universe import XDSL_UNIVERSE, Universe
from xdsl_jax.universe import XDSL_JAX_UNIVERSE

from passes import get_all_passes


def _arch() -> Dialect:
    from dialects.arch import Arch

    return Arch


def _region() -> Dialect:
    from dialects.region import Region

    return Region


def _sched() -> Dialect:
    from dialects.sched import Sched

    return Sched


def _chlo() -> Dialect:
    from dialects.stablehlo import CHLO

    return CHLO


def _stablehlo() -> Dialect:
    from dialects.stablehlo import StableHLO

    return StableHLO


FASTC_UNIVERSE = Universe(
    all_dialects={"arch": _arch, "region": _region, "sched": _sched, "chlo": _chlo},
    all_passes=get_all_passes(),
)
"""Our dialects and passes, loaded when they are used."""

# xdsl-jax's plug-in already defines ``stablehlo``, and xDSL refuses a second definition of a name. Ours is its dialect
# with the ops that it lacks, so it takes the place of the original: xDSL merges the universes after it imported all.
XDSL_JAX_UNIVERSE.all_dialects["stablehlo"] = _stablehlo


ENTRY_POINT = "xdsl.universe"

_BUILT_IN = ("xdsl", "xdsl_jax", "fastc")

logger = logging.getLogger(__name__)


@cache
def plugins() -> dict[str, Universe]:
    """What other installed packages offer through the entry point ``xdsl.universe``, by the name of the plug-in.

    One that cannot be loaded, or that uses a name which is taken, is left out with a warning.
    """
    # Only a run that reads or rewrites a module needs this, and it takes as long as a small pass.
    from importlib.metadata import entry_points

    found: dict[str, Universe] = {}
    for entry in sorted(entry_points(group=ENTRY_POINT), key=lambda entry: entry.name):
        if entry.name in _BUILT_IN:
            continue
        try:
            universe = entry.load()
        except Exception as error:  # noqa: BLE001 - whatever the code of a stranger raises
            logger.warning("the plug-in '%s' (%s) is left out: it cannot be loaded: %s", entry.name, entry.value, error)
            continue
        trouble = _trouble(universe, found)
        if trouble:
            logger.warning("the plug-in '%s' (%s) is left out: %s", entry.name, entry.value, trouble)
        else:
            found[entry.name] = universe
    return found


def _trouble(universe: object, others: dict[str, Universe]) -> str:
    """Why a plug-in cannot be used; empty if it can."""
    if not isinstance(universe, Universe):
        return f"it is no xdsl.universe.Universe but a {type(universe).__name__}"
    for known in (XDSL_UNIVERSE, XDSL_JAX_UNIVERSE, FASTC_UNIVERSE, *others.values()):
        for name in (*universe.all_passes, *universe.all_dialects):
            if name in known.all_passes or name in known.all_dialects:
                return f"there is another '{name}'; give its own another name"
    return ""


def plugin_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """The passes of other installed packages."""
    return {name: load for universe in plugins().values() for name, load in universe.all_passes.items()}
