"""Accelerators as IR: one ``arch.accelerator`` describes a machine and, with spaces, those around it."""

from xdsl.ir import Dialect

from dialects.arch.attributes import ChoiceAttr, L2Scope, L2ScopeAttr, RangeAttr, Scope, ScopeAttr
from dialects.arch.ops import (
    COMPONENTS,
    AcceleratorOp,
    ComponentOp,
    DramOp,
    GlobalBufferOp,
    L1Op,
    L2Op,
    ParameterOp,
    PeGridOp,
    SystolicArrayOp,
    VectorUnitOp,
)

Arch = Dialect("arch", [AcceleratorOp, *COMPONENTS], [RangeAttr, ChoiceAttr, ScopeAttr, L2ScopeAttr])

__all__ = [
    "COMPONENTS",
    "AcceleratorOp",
    "Arch",
    "ChoiceAttr",
    "ComponentOp",
    "DramOp",
    "GlobalBufferOp",
    "L1Op",
    "L2Op",
    "L2Scope",
    "L2ScopeAttr",
    "ParameterOp",
    "PeGridOp",
    "RangeAttr",
    "Scope",
    "ScopeAttr",
    "SystolicArrayOp",
    "VectorUnitOp",
]
