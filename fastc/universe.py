"""What plain ``xdsl-opt`` learns from fastc, through the ``xdsl.universe`` entry point: our dialects and passes."""

from __future__ import annotations

from xdsl.ir import Dialect
from xdsl.universe import Universe
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
