"""The arrays of all PEs while they go through the passes of a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fastc.simulator.array import ArrayState, Dataflow, Pass, PassTiming, SystolicArray, advance
from fastc.simulator.program import Passes


class StepTiming(NamedTuple):
    """Cycles of one step of the arrays."""

    start: int
    """The first word of its first stream is fed."""
    loaded: int
    """All that stays has entered: its buffer is read no more."""
    after: ArrayState
    end: int
    """Its last result stands in the output register."""


class Arrays:
    """The arrays of all PEs, which work in step."""

    def __init__(self, array: SystolicArray) -> None:
        self.array = array
        self._known: dict[tuple[object, ...], StepTiming] = {}

    def run(self, work: Passes, state: ArrayState, load_ready: int, stream_ready: int) -> StepTiming:
        """The passes of one step. Equal ones from equal states are gone through once."""
        base = state.stream_free
        relative = ArrayState(0, state.chain_free - base, state.empty - base)
        ready = max(load_ready - base, min(relative.chain_free, 0)), max(stream_ready - base, 0)
        key = (work, relative, ready)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _run_passes(self.array, work, relative, *ready)
        stream_free, chain_free, empty = found.after
        return StepTiming(
            base + found.start,
            base + found.loaded,
            ArrayState(base + stream_free, base + chain_free, base + empty),
            base + found.end,
        )

    def keeps_sums(self, work: Passes) -> bool:
        """Whether the sums of a step stay in the cells, where the next step adds to them."""
        return self.array.dataflow is Dataflow.OUTPUT_STATIONARY and work.loads == 1 and not work.is_new

    def first_result(self, work: Passes) -> int:
        """Cycles from the first word of a step's stream to its first result, at least."""
        words = work.streams[0][1] if self.array.dataflow is Dataflow.OUTPUT_STATIONARY else 0
        return words + self.array.rows - 1


def _run_passes(
    array: SystolicArray, work: Passes, state: ArrayState, load_ready: int, stream_ready: int
) -> StepTiming:
    first, loaded, end = None, 0, 0
    for one, count in _pass_runs(array, work):
        left = count
        while left:
            before = state
            state, timing = advance(array, state, one, load_ready=load_ready, stream_ready=stream_ready)
            left -= 1
            shift = state.stream_free - before.stream_free
            # Once a pass has run, all operands are there: what moves the whole state by a constant goes on to do so.
            if first is not None and state == tuple(cycle + shift for cycle in before):
                state = ArrayState(*(cycle + shift * left for cycle in state))
                timing = PassTiming(*(cycle + shift * left for cycle in timing))
                left = 0
            first = timing.stream_start if first is None else first
            loaded = timing.stream_start if one.load else loaded
            end = timing.end
    assert first is not None, "a step streams something"
    return StepTiming(first, loaded, state, end)


def _pass_runs(array: SystolicArray, work: Passes) -> Iterator[tuple[Pass, int]]:
    """The passes of one step, equal ones in a row together."""
    sums_stay = array.dataflow is Dataflow.OUTPUT_STATIONARY
    passes = [(Pass(words, work.rows, work.columns), count) for count, words in work.streams]
    if work.loads > 1:
        yield from ((one._replace(load=not sums_stay, drain=sums_stay), work.loads * count) for one, count in passes)
        return
    # One operand (or one tile of sums) stays for all streams.
    if sums_stay:
        (last, count) = passes.pop()
        yield from passes
        if count > 1:
            yield last, count - 1
        yield last._replace(drain=work.is_new), 1
        return
    (one, count), *others = passes
    yield one._replace(load=work.is_new), 1
    if count > 1:
        yield one, count - 1
    yield from others
