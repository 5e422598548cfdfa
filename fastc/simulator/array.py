"""When a systolic array does what: an exact recurrence over the passes that it runs, checked against RTL.

A *pass* streams words past an operand that stays in the cells, one word a cycle: inputs past weights (or weights past
inputs), or both operands past sums. What stays moves through the *chain*, a row of the array a cycle: weights enter
before their stream, finished sums leave after theirs. Each cell has two registers for what stays, one that computes and
one in the chain; a *swap*, which travels with the words, exchanges them.

Everything moves as a wavefront: the cell in row r and column c sees in cycle t + r + c what was fed in cycle t. So what
is said here of the first row and column holds for all cells, and only results pay for the way: the last one of what was
fed in cycle t stands in the output register of ``columns`` columns in cycle t + array.rows + columns - 1.

``tests/rtl/systolic_array.sv`` is this array in SystemVerilog; its tests check every number here to the cycle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Dataflow(Enum):
    """Which operand stays in the cells; by the names that ``sched.compute`` prints."""

    WEIGHT_STATIONARY = "weight_stationary"
    INPUT_STATIONARY = "input_stationary"
    """The same with the two operands exchanged."""
    OUTPUT_STATIONARY = "output_stationary"


class Handover(Enum):
    """When what stays may move through the chain."""

    OVERLAPPED = "overlapped"
    """Behind a running stream: weights behind that of the pass before, sums behind that of the pass after."""
    EXPOSED = "exposed"
    """Between streams: weights once the last word of the pass before has entered; after a drain the next pass once the
    last row of sums has moved."""
    SERIAL = "serial"
    """Between streams, and what comes next begins once the array is empty."""


@dataclass(frozen=True)
class SystolicArray:
    """An array and how it is run; ``rows`` and ``columns`` count cells."""

    rows: int
    columns: int
    dataflow: Dataflow
    handover: Handover = Handover.OVERLAPPED

    def __post_init__(self):
        if self.rows < 1 or self.columns < 1:
            raise ValueError(f"a systolic array needs rows and columns, but has {self.rows} x {self.columns}")


class Pass(NamedTuple):
    """One stream and what it needs of the chain."""

    stream: int
    """Words that stream by, one a cycle."""
    rows: int
    """Rows of weights that are loaded, or of sums that are drained; cycles of the chain. At most the array's."""
    columns: int
    """Columns from which results are collected. At most the array's."""
    load: bool = False
    """Weight- and input-stationary: a new operand is loaded for it. If not, that of the pass before stays."""
    drain: bool = False
    """Output-stationary: its sums leave. If not, the pass after it adds to them."""


class ArrayState(NamedTuple):
    """What an array has been fed, as the cycles from which it can be fed other things."""

    stream_free: int = 0
    """A word of another stream can enter."""
    chain_free: int = 0
    """Another operand can enter the chain, other sums can leave through it."""
    empty: int = 0
    """All results have left."""


class PassTiming(NamedTuple):
    """Cycles of one pass."""

    start: int
    """The first word of it is fed, of its weights or of its stream."""
    stream_start: int
    """The first word of its stream is fed, the rest follows without a gap."""
    stream_end: int
    """The cycle after its last word was fed."""
    end: int
    """Its last result stands in the output register; without results, those of its last word would."""


class ArrayTiming(NamedTuple):
    """Cycles of a sequence of passes."""

    passes: tuple[PassTiming, ...]
    cycles: int
    """From cycle 0, in which the first word could be fed, to the last result in the output register."""


def time_passes(array: SystolicArray, passes: Iterable[Pass]) -> ArrayTiming:
    """Run ``passes`` on an empty ``array``, each as early as possible; all operands are at hand.

    Raises ``ValueError`` where a pass does not fit the array or its dataflow.
    """
    state = ArrayState()
    timings: list[PassTiming] = []
    for work in passes:
        state, timing = advance(array, state, work)
        timings.append(timing)
    return ArrayTiming(tuple(timings), state.empty)


def advance(
    array: SystolicArray, state: ArrayState, work: Pass, *, load_ready: int = 0, stream_ready: int = 0
) -> tuple[ArrayState, PassTiming]:
    """One pass more: the state after it, and its cycles.

    ``load_ready`` and ``stream_ready`` are the cycles from which its weights (if it loads any) and its stream can be
    fed, a word a cycle, without a gap. States that differ by a constant go on alike, that constant apart.

    Raises ``ValueError`` where the pass does not fit the array or its dataflow.
    """
    _check(array, work)
    if array.dataflow is Dataflow.OUTPUT_STATIONARY:
        return _stream_then_drain(array, state, work, stream_ready)
    return _load_then_stream(array, state, work, load_ready, stream_ready)


def _load_then_stream(
    array: SystolicArray, state: ArrayState, work: Pass, load_ready: int, stream_ready: int
) -> tuple[ArrayState, PassTiming]:
    start = stream_start = max(state.stream_free, stream_ready)
    if work.load:
        start = max(state.chain_free, load_ready)
        stream_start = max(stream_start, start + work.rows)
    stream_end = stream_start + work.stream
    end = _left(array, work, stream_end)
    empty = max(state.empty, end)
    # The swap comes with the first word of the stream; from then on the chain's register may be overwritten.
    swap = stream_start if work.load else state.chain_free
    chain_free = {Handover.OVERLAPPED: swap, Handover.EXPOSED: stream_end, Handover.SERIAL: empty}
    after = ArrayState(stream_end, chain_free[array.handover], empty)
    return after, PassTiming(start, stream_start, stream_end, end)


def _stream_then_drain(
    array: SystolicArray, state: ArrayState, work: Pass, stream_ready: int
) -> tuple[ArrayState, PassTiming]:
    start = max(state.stream_free, stream_ready)
    stream_end = start + work.stream
    # The swap comes once the chain's register is empty; from then on the next stream has a register for its sums.
    swap = max(stream_end, state.chain_free)
    drained = swap + work.rows
    end = _left(array, work, drained if work.drain else stream_end)
    empty = max(state.empty, end)
    timing = PassTiming(start, start, stream_end, end)
    if not work.drain:
        return ArrayState(stream_end, state.chain_free, empty), timing
    stream_free = {Handover.OVERLAPPED: swap, Handover.EXPOSED: drained, Handover.SERIAL: empty}
    return ArrayState(stream_free[array.handover], drained, empty), timing


def _left(array: SystolicArray, work: Pass, fed: int) -> int:
    """Cycle in which the last result of what was fed before cycle ``fed`` stands in the output register."""
    return fed - 1 + array.rows + work.columns - 1


def _check(array: SystolicArray, work: Pass):
    if work.stream < 1:
        raise ValueError(f"a pass streams at least one word, but this one streams {work.stream}")
    if not (1 <= work.rows <= array.rows and 1 <= work.columns <= array.columns):
        raise ValueError(
            f"a pass of {work.rows} x {work.columns} cells does not fit an array of {array.rows} x {array.columns}"
        )
    sums_stay = array.dataflow is Dataflow.OUTPUT_STATIONARY
    if work.load and sums_stay:
        raise ValueError("an output-stationary array loads nothing that stays: drain its sums instead")
    if work.drain and not sums_stay:
        raise ValueError(f"a {array.dataflow.value} array has no sums to drain: they leave with the stream")
