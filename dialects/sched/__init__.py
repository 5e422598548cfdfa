"""Schedules: fusion regions with the loops, tiles, transfers and engines that run them on the module's machine."""

from xdsl.ir import Dialect

from dialects.sched.attributes import (
    DIMS,
    GAP_KEY,
    OBJECTIVE_KEY,
    Axis,
    AxisAttr,
    Dim,
    DimAttr,
    Engine,
    EngineAttr,
    ExtentAttr,
    Grain,
    GrainAttr,
    Level,
    LevelAttr,
    LoopAttr,
    Operand,
    OperandAttr,
    PlaceAttr,
    Segment,
    SizesAttr,
)
from dialects.sched.buffers import BufferOp, KeepOp, PiecesOp
from dialects.sched.facts import ContractionFacts, Folds, Loop, Rows, Schedule, Tile, Transfer
from dialects.sched.memory import MemoryOp
from dialects.sched.ops import RegionOp, YieldOp
from dialects.sched.program import FoldsOp, ScanOp, TileOp
from dialects.sched.rules import crossing
from dialects.sched.steps import ComputeOp, ContractionOp, LoopsOp, SpatialOp, TransferOp, VectorOp

Sched = Dialect(
    "sched",
    [
        MemoryOp,
        RegionOp,
        YieldOp,
        ContractionOp,
        PiecesOp,
        LoopsOp,
        TileOp,
        TransferOp,
        BufferOp,
        SpatialOp,
        ComputeOp,
        FoldsOp,
        VectorOp,
        KeepOp,
        ScanOp,
    ],
    [LevelAttr, AxisAttr, OperandAttr, EngineAttr, DimAttr, GrainAttr, ExtentAttr, LoopAttr, SizesAttr, PlaceAttr],
)

__all__ = [
    "DIMS",
    "GAP_KEY",
    "OBJECTIVE_KEY",
    "Axis",
    "AxisAttr",
    "BufferOp",
    "ComputeOp",
    "ContractionFacts",
    "ContractionOp",
    "Dim",
    "DimAttr",
    "Engine",
    "EngineAttr",
    "ExtentAttr",
    "Folds",
    "FoldsOp",
    "Grain",
    "GrainAttr",
    "KeepOp",
    "Level",
    "LevelAttr",
    "Loop",
    "LoopAttr",
    "LoopsOp",
    "MemoryOp",
    "Operand",
    "OperandAttr",
    "PiecesOp",
    "PlaceAttr",
    "RegionOp",
    "Rows",
    "ScanOp",
    "Sched",
    "Schedule",
    "Segment",
    "SizesAttr",
    "SpatialOp",
    "Tile",
    "TileOp",
    "Transfer",
    "TransferOp",
    "VectorOp",
    "YieldOp",
    "crossing",
]
