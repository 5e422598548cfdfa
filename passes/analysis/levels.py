"""Which level of IR a pass may be run on."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException

from dialects.sched import RegionOp


def require_unscheduled(module: ModuleOp, pass_name: str) -> None:
    """Raises PassFailedException where the module has schedules: they state facts about the ops beside them, which a
    rewrite of those ops would make wrong."""
    for op in module.walk():
        if isinstance(op, RegionOp):
            raise PassFailedException(
                f'{pass_name}: {op.name} "{op.region_name.data}" has a schedule already, which a rewrite of its body '
                "would make wrong; run lower-to-stablehlo first"
            )
