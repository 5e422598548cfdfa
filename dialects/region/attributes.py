"""Where a tensor lives, what a region is, and the keys of what regions note on functions and modules."""

from __future__ import annotations

from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import SpacedOpaqueSyntaxAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.utils.str_enum import StrEnum

ROLE_KEY = "region.role"
"""Key of a function argument's role, a string attribute: ``"weight"`` or ``"input"``."""

BATCH_KEY = "region.batch"
"""Key of the module's batch size, an ``i64`` attribute; absent: 1."""


class Space(StrEnum):
    """Where a tensor that crosses a region's border lives."""

    Dram = "dram"
    """In DRAM."""
    Global = "global"
    """In the global buffer, from its producer to its last use."""
    Pinned = "pinned"
    """In the global buffer, for ever: weights only."""
    Tile = "tile"
    """In the global buffer, slice by slice: what passes between the regions of a chain."""


class Kind(StrEnum):
    """What decides the time of a region, for reports and for the choice of a schedule."""

    Conv = "conv"
    Depthwise = "depthwise"
    Matmul = "matmul"
    Vector = "vector"
    Pool = "pool"
    Move = "move"
    Prepare = "prepare"
    """Work on weights alone, done once when the model is loaded; never scheduled."""
    Opaque = "opaque"
    """Holds an op that no model knows; its cost is conservative."""


@irdl_attr_definition
class SpaceAttr(EnumAttribute[Space], SpacedOpaqueSyntaxAttribute):
    """A ``Space``; ``#region<space dram>`` in the generic syntax."""

    name = "region.space"


@irdl_attr_definition
class KindAttr(EnumAttribute[Kind], SpacedOpaqueSyntaxAttribute):
    """A ``Kind``; ``#region<kind conv>`` in the generic syntax."""

    name = "region.kind"
