"""Fusion regions: what runs together on the accelerator, and where the tensors between live.

A module after ``form-regions`` holds ``region.fused`` ops in ``@main`` and nothing else; each argument of ``@main`` has
a role under ``ROLE_KEY``, and the module's batch size lies under ``BATCH_KEY``.
"""

from xdsl.ir import Dialect

from dialects.region.attributes import BATCH_KEY, ROLE_KEY, Kind, KindAttr, Space, SpaceAttr
from dialects.region.chains import ChainAttr, Halo, HaloAttr, TileLoopAttr, held_values, members_of, slice_bytes
from dialects.region.ops import CONTRACTIONS, BoundRegionOp, FusedOp, YieldOp, region_properties, sources

Region = Dialect("region", [FusedOp, YieldOp], [SpaceAttr, KindAttr, HaloAttr, TileLoopAttr, ChainAttr])

__all__ = [
    "BATCH_KEY",
    "CONTRACTIONS",
    "ROLE_KEY",
    "BoundRegionOp",
    "ChainAttr",
    "FusedOp",
    "Halo",
    "HaloAttr",
    "Kind",
    "KindAttr",
    "Region",
    "Space",
    "SpaceAttr",
    "TileLoopAttr",
    "YieldOp",
    "held_values",
    "members_of",
    "region_properties",
    "slice_bytes",
    "sources",
]
