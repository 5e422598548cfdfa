"""Schedules: fusion regions with the loops, tiles, transfers and engines that run them on the module's machine."""

from xdsl.ir import Dialect

from dialects.sched.attributes import (
    DIMS,
    Axis,
    AxisAttr,
    Dim,
    DimAttr,
    Engine,
    EngineAttr,
    ExtentAttr,
    Level,
    LevelAttr,
    LoopAttr,
    Operand,
    OperandAttr,
)
from dialects.sched.facts import ContractionFacts, Loop, Schedule, Tile, Transfer
from dialects.sched.ops import RegionOp, YieldOp
from dialects.sched.rules import crossing
from dialects.sched.steps import ComputeOp, ContractionOp, LoopsOp, SpatialOp, TransferOp, VectorOp

Sched = Dialect(
    "sched",
    [RegionOp, YieldOp, ContractionOp, LoopsOp, TransferOp, SpatialOp, ComputeOp, VectorOp],
    [LevelAttr, AxisAttr, OperandAttr, EngineAttr, DimAttr, ExtentAttr, LoopAttr],
)

__all__ = [
    "DIMS",
    "Axis",
    "AxisAttr",
    "ComputeOp",
    "ContractionFacts",
    "ContractionOp",
    "Dim",
    "DimAttr",
    "Engine",
    "EngineAttr",
    "ExtentAttr",
    "Level",
    "LevelAttr",
    "Loop",
    "LoopAttr",
    "LoopsOp",
    "Operand",
    "OperandAttr",
    "RegionOp",
    "Sched",
    "Schedule",
    "SpatialOp",
    "Tile",
    "Transfer",
    "TransferOp",
    "VectorOp",
    "YieldOp",
    "crossing",
]
