"""The machine of a lowered module as the simulator sees it: engines and what each does in a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from xdsl.dialects.builtin import FixedBitwidthType

from dialects.arch import (
    AcceleratorOp,
    DramOp,
    GlobalBufferOp,
    L1Op,
    L2Op,
    L2Scope,
    PeGridOp,
    SystolicArrayOp,
    VectorUnitOp,
)
from fastc.simulator.array import Handover

FINEST_RATE = 10**6
"""Rates are fractions of whole bytes over at most so many cycles."""


@dataclass(frozen=True)
class Rates:
    """What the IR does not say of a machine: properties of its technology."""

    dram_efficiency: float
    """Share of the peak bandwidth of DRAM that long streams reach."""
    vector_cycles: tuple[float, ...]
    """Lane cycles of one element, in the order of ``VectorOp.KINDS``."""
    region_start_s: float
    """From the end of a region to the first transfer of the next."""
    dram_latency_s: float = 0.0
    """From the last byte of a transfer on DRAM's pins to its end: a load's use, a store's completion."""


@dataclass(frozen=True)
class Chip:
    """Engines and buffers; rates in bytes per cycle of the chip's clock."""

    name: str
    clock_hz: float
    dram_rate: Fraction
    """Reads and writes together."""
    noc_rate: Fraction
    """Between the global buffer (or DRAM) and the PEs, both ways together: one link for each row of the grid, as wide
    as an array's inputs, and one for each column, as wide as its results."""
    pes: int
    rows: int
    columns: int
    lanes: int
    """Vector lanes of a PE."""
    handover: Handover
    input_bytes: int
    """Input buffers of all PEs together; likewise below, of the outermost level that a PE has."""
    output_bytes: int
    global_bytes: int
    issue_cycles: int
    """To issue an L1 tile."""
    issue_overlapped: bool
    start_cycles: int
    """Before the first transfer of a region."""
    latency_cycles: int
    """Of DRAM."""
    vector_cycles: tuple[Fraction, ...]
    """As ``Rates.vector_cycles``."""


def chip_of(op: AcceleratorOp, rates: Rates) -> Chip:
    """The engines of an accelerator."""
    clock = op.clock_hz.value.data
    dram, grid, array = op.component(DramOp), op.component(PeGridOp), op.component(SystolicArrayOp)
    l1, l2 = op.component(L1Op), op.component(L2Op)
    x, y = grid.x.value.data, grid.y.value.data
    rows, columns = array.rows.value.data, array.columns.value.data
    has_l2 = l2.scope.data != L2Scope.Disabled
    issue = op.tile_issue_cycles
    bits = op.dtype.bitwidth if isinstance(op.dtype, FixedBitwidthType) else 32
    bandwidth = dram.channels.value.data * dram.channel_bytes_per_s.value.data * rates.dram_efficiency
    return Chip(
        name=op.sym_name.data,
        clock_hz=clock,
        dram_rate=Fraction(bandwidth / clock).limit_denominator(FINEST_RATE),
        noc_rate=Fraction((y * rows + x * columns) * bits, 8),
        pes=x * y,
        rows=rows,
        columns=columns,
        lanes=columns * op.component(VectorUnitOp).multiplier.value.data,
        # Where preloads are exposed, each fold runs until the array is empty.
        handover=Handover.OVERLAPPED if array.preload_exposed is None else Handover.SERIAL,
        input_bytes=x * y * l1.input.value.data * (l2.input_multiplier.value.data if has_l2 else 1),
        output_bytes=x * y * l1.output.value.data * (l2.output_multiplier.value.data if has_l2 else 1),
        global_bytes=op.component(GlobalBufferOp).bytes.value.data,
        issue_cycles=0 if issue is None else issue.value.data,
        issue_overlapped=op.tile_issue_exposed is None,
        start_cycles=round(rates.region_start_s * clock),
        latency_cycles=round(rates.dram_latency_s * clock),
        vector_cycles=tuple(Fraction(cycles).limit_denominator(FINEST_RATE) for cycles in rates.vector_cycles),
    )
