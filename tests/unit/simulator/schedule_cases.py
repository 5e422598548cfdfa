"""Schedules for tests: by hand, and drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

from hypothesis import strategies as st

from dialects.sched import DIMS, Axis, ContractionFacts, Dim, Engine, Level, Loop, Operand, Schedule, Tile, Transfer
from dialects.sched.facts import RELEVANT
from dialects.sched.rules import spills
from fastc.simulator.array import Handover
from fastc.simulator.machine import Chip
from fastc.simulator.work import Moved, Rows, Work

CHIP = Chip(
    name="small",
    clock_hz=1e9,
    dram_rate=Fraction(16),
    noc_rate=Fraction(32),
    pes=1,
    rows=4,
    columns=4,
    lanes=8,
    handover=Handover.OVERLAPPED,
    input_bytes=1 << 16,
    output_bytes=1 << 16,
    global_bytes=1 << 20,
    issue_cycles=0,
    issue_overlapped=True,
    start_cycles=10,
    latency_cycles=0,
    vector_cycles=(Fraction(1), Fraction(8), Fraction(4), Fraction(1), Fraction(1)),
)

SPREAD: Mapping[Engine, Mapping[Axis, tuple[Dim, ...]]] = {
    Engine.WeightStationary: {Axis.Rows: (Dim.C,), Axis.Columns: (Dim.K,)},
    Engine.InputStationary: {Axis.Rows: (Dim.C,), Axis.Columns: (Dim.Q, Dim.P)},
    Engine.OutputStationary: {Axis.Rows: (Dim.Q, Dim.P), Axis.Columns: (Dim.K,)},
    Engine.Vector: {},
}


def schedule_of(
    bounds: Tile,
    loops: Mapping[Level, Sequence[tuple[str, int]]],
    engine: Engine = Engine.WeightStationary,
    in_dram: Mapping[Operand, bool] | None = None,
    stride: tuple[float, float] = (1.0, 1.0),
) -> Schedule:
    """A schedule with the loops (dimension and step, outermost first) of each level, everything in DRAM unless said
    otherwise, and as much spread over an array of 4 x 4 as fits."""
    facts = ContractionFacts(bounds, stride, (1.0, 1.0), (2.0, 2.0, 2.0))
    nests: dict[Level, tuple[Loop, ...]] = {}
    tile = bounds
    for level in (Level.Global, Level.L1):
        nest = [Loop(Dim(dim), tile.along(Dim(dim)), step) for dim, step in loops.get(level, ())]
        nests[level] = tuple(loop for loop in nest if loop.step < loop.extent)
        tile = tile._replace(**{loop.dim.value: loop.step for loop in nests[level]})
    axes = {axis: Tile() for axis in Axis}
    for axis, dims in SPREAD[engine].items():
        room = 4
        for dim in dims:
            spread = min(room, tile.along(dim))
            axes[axis] = axes[axis]._replace(**{dim.value: spread})
            room //= spread
    schedule = Schedule(facts, nests, (), axes, engine)
    homes = dict.fromkeys(Operand, True) | dict(in_dram or {})
    homes[Operand.Output] |= spills(nests[Level.Global])
    transfers: list[Transfer] = []
    for outer, inner in ((Level.Dram, Level.Global), (Level.Global, Level.L1)):
        for operand in Operand:
            if outer == Level.Global or homes[operand]:
                ends = (inner, outer) if operand == Operand.Output else (outer, inner)
                transfers.append(Transfer(operand, *ends, schedule.tile_bytes(operand, inner)))
    return replace(schedule, transfers=tuple(transfers))


def homes_of(schedule: Schedule) -> dict[Operand, bool]:
    """Which operands a schedule of ``schedule_of`` has in DRAM."""
    return {
        operand: any(t.operand == operand and Level.Dram in (t.source, t.destination) for t in schedule.transfers)
        for operand in Operand
    }


def work_with(schedule: Schedule, vector: int = 0, rows: Rows | None = None, side: float = 0.0) -> Work:
    """A region that does what ``schedule`` says, ``vector`` elements of arithmetic, and reads ``side`` bytes more."""
    homes = homes_of(schedule)

    def moved(operand: Operand) -> Moved:
        size = schedule.contraction.footprint_bytes(operand, schedule.contraction.bounds)
        return Moved(size, size if homes[operand] else 0.0)

    return Work(
        name="region",
        kind="conv",
        schedule=schedule,
        feeds={operand: moved(operand) for operand in (Operand.Input, Operand.Weight)},
        sides=Moved(side, side),
        results=moved(Operand.Output),
        vector=(vector, 0, 0, 0, 0),
        rows=rows,
    )


@st.composite
def schedules(draw: st.DrawFn, largest: int = 6) -> Schedule:
    """Any schedule of a small contraction: bounds, tiles, orders, engine and homes."""
    sizes = {dim: draw(st.integers(1, 3 if dim in (Dim.R, Dim.S, Dim.G) else largest)) for dim in DIMS}
    bounds = Tile(**{dim.value: size for dim, size in sizes.items()})
    loops: dict[Level, list[tuple[str, int]]] = {}
    tile = bounds
    for level in (Level.Global, Level.L1):
        order = draw(st.permutations(DIMS))
        steps = {dim: draw(st.integers(1, tile.along(dim))) for dim in order}
        loops[level] = [(dim.value, steps[dim]) for dim in order]
        tile = Tile(**{dim.value: step for dim, step in steps.items()})
    homes = {operand: draw(st.booleans()) for operand in Operand}
    stride = draw(st.sampled_from([(1.0, 1.0), (2.0, 1.0)]))
    return schedule_of(bounds, loops, draw(st.sampled_from(Engine)), homes, stride)


def elements(schedule: Schedule) -> int:
    """Outputs of a schedule's contraction."""
    return prod(schedule.contraction.bounds.along(dim) for dim in RELEVANT[Operand.Output])
