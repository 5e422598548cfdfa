"""A whole network: its regions one after the other; equal ones are simulated once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialects.arch import AcceleratorOp
from dialects.sched import RegionOp
from fastc.simulator.chains import Chains, NoSlicesError
from fastc.simulator.machine import Rates, chip_of
from fastc.simulator.nest import TooManyStepsError
from fastc.simulator.program import program_of
from fastc.simulator.spans import Recorder, Span, one_after_the_other
from fastc.simulator.timing import Timing, time_program, together
from fastc.simulator.work import Work


@dataclass(frozen=True)
class SimulatedRegion:
    """One region of a module."""

    name: str
    kind: str
    timing: Timing
    """Of one run; of a region in a chain of all its tiles together."""
    tiles: int = 1
    """Tiles of its chain."""
    spans: tuple[Span, ...] = ()
    """What each engine does when, where that was to be recorded; of a chain's tiles the first of each shape."""


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

    Regions of a chain take turns, tile after tile; a tile takes as long wherever it stands among the others, so equal
    ones are simulated once.

    With ``skip``, rounds of a schedule that repeat are not gone through one by one; the cycles are the same. With
    ``record``, what happened when is kept. Raises ``SimulationError``.
    """
    chip = chip_of(accelerator, rates)
    known: dict[str, tuple[Timing, tuple[Span, ...]]] = {}

    def time(work: Work) -> tuple[Timing, tuple[Span, ...]]:
        if work.key not in known:
            recorder = Recorder() if record else None
            timing = time_program(program_of(work, chip), chip, skip=skip, recorder=recorder)
            known[work.key] = timing, () if recorder is None else recorder.spans()
        return known[work.key]

    chains = Chains()
    found: list[SimulatedRegion] = []
    for op in regions:
        name = op.region_name.data
        try:
            timed = [(tiles.times, *time(tiles.work)) for tiles in chains.tiles_of(op)]
        except (TooManyStepsError, NoSlicesError) as error:
            raise SimulationError(f"region '{name}': {error}") from error
        counts = [count for count, _, _ in timed]
        timing = together([timing for _, timing, _ in timed], counts)
        spans = one_after_the_other([(count, one.cycles, each) for count, one, each in timed])
        found.append(SimulatedRegion(name, op.kind.data.value, timing, sum(counts), spans))
    return tuple(found)
