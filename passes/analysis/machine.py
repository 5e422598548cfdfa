"""From ``arch.accelerator`` to ``hwmodels.records.Machine`` and back, exactly."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import IntegerAttr, ModuleOp, bf16, f16, f32, i8
from xdsl.ir import Operation
from xdsl.utils.exceptions import PassFailedException

from dialects.arch import (
    COMPONENTS,
    AcceleratorOp,
    ChoiceAttr,
    DramOp,
    GlobalBufferOp,
    L1Op,
    L2Op,
    L2Scope,
    PeGridOp,
    RangeAttr,
    Scope,
    SystolicArrayOp,
    VectorUnitOp,
)
from hwmodels.records import Machine

Spaces = Mapping[str, Mapping[str, RangeAttr | ChoiceAttr]]
"""Legal values: the printed name of an op ('arch.pe_grid'), then that of its parameter ('x')."""

DTYPES = {"bf16": bf16, "f16": f16, "f32": f32, "i8": i8}
"""Element types of the arrays, by ``Machine.dtype``."""


def machine_of(op: AcceleratorOp) -> Machine:
    """The numbers of a verified accelerator."""
    dram, buffer, grid = op.component(DramOp), op.component(GlobalBufferOp), op.component(PeGridOp)
    l2, l1 = op.component(L2Op), op.component(L1Op)
    array = op.component(SystolicArrayOp)
    return Machine(
        name=op.sym_name.data,
        node_nm=op.node_nm.value.data,
        clock_hz=op.clock_hz.value.data,
        dram_kind=dram.kind.data,
        dram_channel_bytes_per_s=dram.channel_bytes_per_s.value.data,
        dram_channels=dram.channels.value.data,
        pe_x=grid.x.value.data,
        pe_y=grid.y.value.data,
        array_rows=array.rows.value.data,
        array_columns=array.columns.value.data,
        vector_multiplier=op.component(VectorUnitOp).multiplier.value.data,
        l1_shared=int(l1.scope.data == Scope.Shared),
        l1_input_bytes=l1.input.value.data,
        l1_weight_bytes=l1.weight.value.data,
        l1_output_bytes=l1.output.value.data,
        l2_enabled=int(l2.scope.data != L2Scope.Disabled),
        l2_shared=int(l2.scope.data == L2Scope.Shared),
        l2_input_multiplier=l2.input_multiplier.value.data,
        l2_weight_multiplier=l2.weight_multiplier.value.data,
        l2_output_multiplier=l2.output_multiplier.value.data,
        global_buffer_bytes=buffer.bytes.value.data,
        native_batch=op.native_batch.value.data,
        dtype=str(op.dtype),
        preload_overlapped=array.preload_exposed is None,
        tile_issue_cycles=0 if op.tile_issue_cycles is None else op.tile_issue_cycles.value.data,
        tile_issue_overlapped=op.tile_issue_exposed is None,
        host_bytes_per_s=float(_number(op.host_bytes_per_s)),
        link_bytes_per_s=float(_number(op.link_bytes_per_s)),
    )


def _number(attr: IntegerAttr | None) -> int:
    return 0 if attr is None else attr.value.data


def accelerator_of(machine: Machine, spaces: Spaces | None = None) -> AcceleratorOp:
    """The op that ``machine_of`` reads as ``machine``, with the given legal values.

    Raises ValueError where a number of the machine is not whole, or its dtype has no MLIR type. Whether an L2 that is
    not enabled would be shared is not kept.
    """
    legal: Spaces = {} if spaces is None else spaces
    if machine.dtype not in DTYPES:
        raise ValueError(f"machine '{machine.name}': dtype '{machine.dtype}' is none of {', '.join(DTYPES)}")
    return AcceleratorOp(
        machine.name,
        float(machine.clock_hz),
        machine.node_nm,
        DTYPES[machine.dtype],
        _whole(machine, "native_batch"),
        _components(machine, legal),
        legal.get(AcceleratorOp.name),
        tile_issue_cycles=_whole(machine, "tile_issue_cycles"),
        tile_issue_exposed=not machine.tile_issue_overlapped,
        host_bytes_per_s=_whole(machine, "host_bytes_per_s"),
        link_bytes_per_s=_whole(machine, "link_bytes_per_s"),
    )


def _whole(machine: Machine, name: str) -> int:
    value = float(getattr(machine, name))
    if value != int(value):
        raise ValueError(f"machine '{machine.name}': {name} is {value}; a machine in IR has whole numbers: round it")
    return int(value)


def _components(machine: Machine, legal: Spaces) -> list[Operation]:
    enabled = L2Scope.Shared if _whole(machine, "l2_shared") else L2Scope.Private
    return [
        DramOp(
            machine.dram_kind,
            _whole(machine, "dram_channels"),
            float(machine.dram_channel_bytes_per_s),
            legal.get(DramOp.name),
        ),
        GlobalBufferOp(_whole(machine, "global_buffer_bytes"), legal.get(GlobalBufferOp.name)),
        PeGridOp(_whole(machine, "pe_x"), _whole(machine, "pe_y"), legal.get(PeGridOp.name)),
        L2Op(
            enabled if _whole(machine, "l2_enabled") else L2Scope.Disabled,
            (
                _whole(machine, "l2_input_multiplier"),
                _whole(machine, "l2_weight_multiplier"),
                _whole(machine, "l2_output_multiplier"),
            ),
            legal.get(L2Op.name),
        ),
        L1Op(
            Scope.Shared if _whole(machine, "l1_shared") else Scope.Private,
            (_whole(machine, "l1_input_bytes"), _whole(machine, "l1_weight_bytes"), _whole(machine, "l1_output_bytes")),
            legal.get(L1Op.name),
        ),
        SystolicArrayOp(
            _whole(machine, "array_rows"),
            _whole(machine, "array_columns"),
            legal.get(SystolicArrayOp.name),
            preload_exposed=not machine.preload_overlapped,
        ),
        VectorUnitOp(_whole(machine, "vector_multiplier"), legal.get(VectorUnitOp.name)),
    ]


def spaces_of(op: AcceleratorOp) -> dict[str, dict[str, RangeAttr | ChoiceAttr]]:
    """The legal values that an accelerator and its components carry, without ops that carry none."""
    holders = [op, *(op.component(kind) for kind in COMPONENTS)]
    return {holder.name: dict(holder.legal_values) for holder in holders if holder.legal_values}


def find_accelerator(module: ModuleOp, needed_by: str = "this pass") -> AcceleratorOp:
    """The one accelerator at the top of ``module``. Raises PassFailedException where there is none, or several."""
    found = [op for op in module.ops if isinstance(op, AcceleratorOp)]
    if not found:
        raise PassFailedException(
            f"{needed_by} needs a machine: the module has no arch.accelerator; "
            "pass --hw NAME or put one arch.accelerator at the top of the module"
        )
    if len(found) > 1:
        names = ", ".join(f"@{op.sym_name.data}" for op in found)
        raise PassFailedException(
            f"{needed_by} needs one machine: the module has {len(found)} ({names}); keep one arch.accelerator"
        )
    return found[0]
