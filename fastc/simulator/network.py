"""A whole network: its regions one after the other; equal ones are simulated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialects.arch import AcceleratorOp
from dialects.sched import RegionOp
from fastc.simulator.machine import Rates, chip_of
from fastc.simulator.nest import TooManyStepsError
from fastc.simulator.program import program_of
from fastc.simulator.spans import Recorder, Span
from fastc.simulator.timing import Timing, time_program
from fastc.simulator.work import Work, work_of


@dataclass(frozen=True)
class SimulatedRegion:
    """One region of a module."""

    name: str
    kind: str
    timing: Timing
    spans: tuple[Span, ...] = ()
    """What each engine does when, where that was to be recorded."""


class SimulationError(Exception):
    """A schedule cannot be run as it is written; the message names the region."""


def simulate(
    regions: Sequence[RegionOp],
    accelerator: AcceleratorOp,
    rates: Rates,
    *,
    skip: bool = True,
    record: bool = False,
) -> tuple[SimulatedRegion, ...]:
    """One run of each of ``regions``, all of which are verified, on ``accelerator``.

    With ``skip``, rounds of a schedule that repeat are not gone through one by one; the cycles are the same. With
    ``record``, what happened when is kept. Raises ``SimulationError``.
    """
    chained = next((op for op in regions if op.chain is not None), None)
    if chained is not None and chained.chain is not None:
        raise SimulationError(
            f"region '{chained.region_name.data}' runs in the chain {chained.chain.label}, tile by tile with its "
            "neighbours, but the simulator runs one region after the other; compile without tile-chains"
        )
    chip = chip_of(accelerator, rates)
    known: dict[str, tuple[Timing, tuple[Span, ...]]] = {}

    def time(work: Work) -> tuple[Timing, tuple[Span, ...]]:
        if work.key not in known:
            recorder = Recorder() if record else None
            try:
                timing = time_program(program_of(work, chip), chip, skip=skip, recorder=recorder)
                known[work.key] = timing, () if recorder is None else recorder.spans()
            except TooManyStepsError as error:
                raise SimulationError(f"region '{work.name}': {error}") from error
        return known[work.key]

    works = [work_of(op) for op in regions]
    return tuple(SimulatedRegion(work.name, work.kind, *time(work)) for work in works)
