"""A region's schedule as a program: what every engine does in each step, in cycles.

Step t computes one tile; in its shadow the network on chip brings what step t + 1 needs and takes away what step t - 1
has finished, and DRAM does the same for the network. A tile that stays for many steps is brought in as many parts, so
that it delays nothing that is needed sooner; a part has ``LEAST_PART`` cycles at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, prod
from typing import NamedTuple

import numpy as np

from dialects.sched import DIMS, Axis, Dim, Engine, Level, Operand, Schedule
from fastc.simulator.array import Dataflow, SystolicArray
from fastc.simulator.machine import Chip
from fastc.simulator.nest import RELEVANT_COLUMNS, Ints, Nest, footprint_bytes, pe_level, run_loops
from fastc.simulator.waiting import completions, rescanned
from fastc.simulator.work import Moved, Work

LEAST_PART = 100
"""Cycles of a part of a transfer at least: so many parts waste less than a hundredth on whole cycles."""

LEAST_PIECES = 16
"""In so many pieces at least the vector unit takes what no contraction cuts into tiles: the first and the last of them
are all that is not overlapped."""

STREAMED = {
    Engine.WeightStationary: "npq",
    Engine.InputStationary: "k",
    Engine.OutputStationary: "crs",
}
"""Dimensions that stream past what stays in the array."""

SUMMED = "crs"


class Passes(NamedTuple):
    """What the arrays do in one step, all in step; or, without streams, the vector unit in ``vector_cycles``."""

    loads: int
    """Stationary operands, one after the other: each with all ``streams``."""
    streams: tuple[tuple[int, int], ...]
    """How often, and how many words."""
    rows: int
    columns: int
    is_new: bool
    """Weight- and input-stationary: the first operand is another than the last of the step before.
    Output-stationary: the sums leave at the end, whatever comes."""
    lead_parts: int
    """Of ``parts`` equal parts of the step, those before its first complete sums appear."""
    parts: int
    quanta: int
    """Parts in which complete sums appear."""
    vector_cycles: int = 0


class Feed(NamedTuple):
    """How the tiles of one operand come, [T] each: parts in cycles, and flags."""

    dram: Ints
    """Of the global tile in use, where that is the first one, which comes just in time."""
    dram_next: Ints
    """Of the next global tile."""
    noc: Ints
    """Of the next tile at the PEs."""
    noc_from_next: Ints
    """1 where that belongs to the next global tile."""
    noc_early: Ints
    """So many cycles before all of its global tile has come, the next tile at the PEs has."""
    is_new: Ints
    """1 where a tile at the PEs is used for the first time."""
    is_new_outer: Ints
    """1 where a global tile is used for the first time."""
    first_dram: int
    """Before the first step; likewise below."""
    first_noc: int


@dataclass(frozen=True)
class Program:
    """A region as T steps; arrays are [T], in cycles but for flags."""

    array: SystolicArray | None
    """None where the vector unit does all."""
    has_stationary: bool
    """Whether the first of ``feeds`` stays in the array."""
    feeds: tuple[Feed, ...]
    passes: tuple[Passes, ...]
    """Different steps."""
    step: Ints
    """Index into ``passes``; -1: no contraction."""
    vector: Ints
    """The vector unit's work on what is complete after the step."""
    completes: Ints
    """1 where outputs are complete, so that the vector unit works on them."""
    follows: Ints
    """1 where they are those of the step alone: the vector unit works on each as it comes."""
    enters: Ints
    """1 where the step begins other outputs than the step before."""
    leaves: Ints
    """1 where the step ends them, complete or not."""
    store: Ints
    """Parts of the outputs that have left, partial sums and results, which the network takes after the step."""
    store_dram: Ints
    """What DRAM takes of that."""
    reload: Ints
    """Partial sums that the network brings back before the step."""
    reload_dram: Ints
    side: Ints
    """What the network brings for the vector unit before its work on the step's outputs."""
    side_dram: Ints
    leaves_outer: Ints
    """1 where outputs of another global tile leave than before."""


def cycles(sizes: np.ndarray, rate: Fraction) -> Ints:
    """Whole cycles that transfers of ``sizes`` bytes take, part cycles counted whole."""
    whole = np.ceil(np.asarray(sizes, np.float64)).astype(np.int64)
    return -(-whole * rate.denominator // rate.numerator)


def streamed(sizes: np.ndarray, rate: Fraction) -> Ints:
    """Cycles in which ``sizes`` bytes stream one after the other, through DRAM's pins: what ends within a cycle leaves
    the rest of it to the next."""
    whole = np.cumsum(np.ceil(np.asarray(sizes, np.float64)).astype(np.int64))
    return np.diff(-(-whole * rate.denominator // rate.numerator), prepend=0)


def program_of(work: Work, chip: Chip) -> Program:
    """The program of a region. Raises ``nest.TooManyStepsError``."""
    if work.schedule is None:
        return _vector_program(work, chip)
    nest = run_loops(work.schedule)
    return _contraction_program(work, work.schedule, nest, chip)


def _vector_cycles(work: Work, chip: Chip) -> Fraction:
    """Cycles of a region's vector work on all lanes."""
    lane = sum((count * each for count, each in zip(work.vector, chip.vector_cycles, strict=True)), Fraction())
    return lane / (chip.lanes * chip.pes)


def _parts(total: Fraction | float, shares: Ints, whole: int) -> Ints:
    """``total`` in proportion to ``shares`` of ``whole``, each rounded up."""
    exact = Fraction(total)
    return -(-shares * exact.numerator // (exact.denominator * whole))


def _vector_program(work: Work, chip: Chip) -> Program:
    """A region without a contraction: pieces of its tensors, one after the other."""
    pieces = max(
        LEAST_PIECES,
        ceil(2.0 * work.sides.noc / chip.input_bytes),
        ceil(2.0 * work.results.noc / chip.output_bytes),
    )
    again = Moved()
    if work.rows is not None:
        # Rows are taken whole: where one does not fit the PEs, it is kept further out.
        pieces = min(pieces, max(1, work.rows.kept_bytes // work.rows.row_bytes))
        again = rescanned(work.rows, work.rows.row_bytes, work.rows.row_bytes, 0.0, chip)
    each = np.ones(pieces, np.int64)
    none = np.zeros(pieces, np.int64)

    def share(size: float) -> Ints:
        return np.full(pieces, size / pieces)

    return Program(
        array=None,
        has_stationary=False,
        feeds=(),
        passes=(),
        step=-each,
        vector=_parts(_vector_cycles(work, chip), each, pieces),
        completes=each,
        follows=none,
        enters=each,
        leaves=each,
        store=cycles(share(work.results.noc + again.noc), chip.noc_rate),
        store_dram=streamed(share(work.results.dram + again.dram), chip.dram_rate),
        reload=none,
        reload_dram=none,
        side=cycles(share(work.sides.noc), chip.noc_rate),
        side_dram=streamed(share(work.sides.dram), chip.dram_rate),
        leaves_outer=none,
    )


def _contraction_program(work: Work, schedule: Schedule, nest: Nest, chip: Chip) -> Program:
    # What stays in the array comes first: the array loads it before anything streams.
    operands = (Operand.Weight, Operand.Input)
    if schedule.engine == Engine.InputStationary:
        operands = (Operand.Input, Operand.Weight)
    feeds = tuple(_feed(work.feeds[operand], operand, schedule, nest, chip) for operand in operands)
    has_stationary = schedule.engine in (Engine.WeightStationary, Engine.InputStationary)
    passes, step = _passes(schedule, nest, feeds[0].is_new if has_stationary else None, chip)
    array = None
    if schedule.engine != Engine.Vector:
        array = SystolicArray(chip.rows, chip.columns, Dataflow(schedule.engine.value), chip.handover)
    outputs = _outputs(work, schedule, nest, chip)
    return Program(array=array, has_stationary=has_stationary, feeds=feeds, passes=passes, step=step, **outputs)


def _flags(steps: Ints, count: int) -> Ints:
    flags = np.zeros(count, np.int64)
    flags[steps] = 1
    return flags


def _feed(moved: Moved, operand: Operand, schedule: Schedule, nest: Nest, chip: Chip) -> Feed:
    """How an operand's tiles come. Tensors that it is made of are as much bigger or smaller than it, tile by tile."""
    facts = schedule.contraction
    count = len(nest.outer)
    whole = float(footprint_bytes(facts, operand, nest.bounds))
    at, outer_at = nest.changes(operand), nest.outer_changes(operand)
    noc = cycles(footprint_bytes(facts, operand, nest.shape[at]) * (moved.noc / whole), chip.noc_rate)
    outer_sizes = footprint_bytes(facts, operand, nest.outer_shape[nest.outer[outer_at]]) * (moved.dram / whole)
    dram = cycles(outer_sizes, chip.dram_rate)
    outer_tile = np.searchsorted(outer_at, np.arange(count), side="right") - 1
    piece, pieces = _pieces(nest.start[at][:, RELEVANT_COLUMNS[operand]], outer_tile[at])
    # The first global tile comes just in time, piece by piece.
    is_first = (outer_tile[at] == 0) & (piece >= 0)
    just_in_time = np.where(is_first, -(-(piece + 1) * dram[0] // pieces) + (-piece * dram[0] // pieces), 0)
    # Of a later one the network takes a piece once it has come: those behind it come after it, in order.
    behind = dram[outer_tile[at]] * (pieces - 1 - piece) // pieces
    early = np.where((outer_tile[at] > 0) & (piece >= 0), behind, 0)
    tile = np.searchsorted(at, np.arange(count), side="right") - 1
    following = np.minimum(tile + 1, len(at) - 1)
    return Feed(
        dram=_spread(just_in_time, at, count),
        dram_next=_next_parts(dram, outer_at, count),
        noc=_spread(noc, at, count),
        noc_from_next=(outer_tile[at[following]] > outer_tile).astype(np.int64),
        noc_early=early[following],
        is_new=_flags(at, count),
        is_new_outer=_flags(outer_at, count),
        first_dram=int(just_in_time[0]),
        first_noc=int(noc[0]),
    )


def _next_parts(dram: Ints, outer_at: Ints, count: int) -> Ints:
    """[count] parts of the global tiles' ``dram`` cycles, each during the steps of the tile before it. The first tile
    itself comes during its steps, and slots are filled in turn: the second comes behind all of it."""
    coming = np.append(dram[1:], 0)
    parts = in_parts(coming, outer_at, count, early=True)
    if dram[0] and len(outer_at) > 1:
        parts[: outer_at[1]] = 0
        parts[outer_at[1] - 1] = coming[0]
    return parts


def _pieces(starts: Ints, outer_tile: Ints) -> tuple[Ints, Ints]:
    """For each tile at the PEs its number among the pieces of its global tile, in the order in which they are first
    used (-1 where it was used before), and how many pieces there are."""
    _, first = np.unique(np.column_stack([outer_tile, starts]), axis=0, return_index=True)
    first.sort()
    counts = np.bincount(outer_tile[first])
    begins = np.cumsum(counts) - counts
    piece = np.full(len(starts), -1)
    piece[first] = np.arange(len(first)) - begins[outer_tile[first]]
    return piece, counts[outer_tile]


def _part_count(sizes: Ints, steps: Ints) -> Ints:
    """In how many parts transfers of ``sizes`` cycles come during so many steps each."""
    return np.clip(sizes // LEAST_PART, 1, steps)


def _spread(sizes: Ints, at: Ints, count: int) -> Ints:
    """[count] parts of the tiles' ``sizes`` in cycles: each tile, used from step ``at`` on, comes during the steps of
    the tile before it."""
    return in_parts(np.append(sizes[1:], 0), at, count)


def in_parts(sizes: Ints, at: Ints, count: int, *, early: bool = False) -> Ints:
    """[count] for each stretch of steps, from ``at`` to the next, its ``sizes`` in equal parts at equal distances; with
    ``early`` the first one at once, so that a latency has the whole stretch to pass."""
    stays = np.diff(np.append(at, count))
    tile = np.repeat(np.arange(len(at)), stays)
    coming, length = sizes[tile], stays[tile]
    parts = _part_count(coming, length)
    index = np.arange(count) - at[tile]
    later = length - 1 if early else 0
    before, after = (index * parts + later) // length, ((index + 1) * parts + later) // length
    part = coming // parts

    def come(count: Ints) -> Ints:
        return np.where(count == parts, coming, count * part)

    return come(after) - come(before)


def _spread_after(sizes: Ints, gone: Ints) -> Ints:
    """[T] ``sizes`` in cycles, which leave after the steps ``gone``, in parts during the steps of the outputs after
    them; the last ones at once. What leaves at other steps (partial sums of rows that are not whole) goes with it."""
    count = len(sizes)
    unit = np.searchsorted(gone, np.arange(count))
    whole = np.bincount(unit, weights=sizes).astype(np.int64)
    parts = in_parts(np.append(0, whole[:-1]), np.append(0, gone[:-1] + 1), count)
    # Parts move in the shadow of the step after the one that names them.
    moved = np.append(parts[1:], 0)
    moved[-1] = whole[-1]
    return moved


def _passes(schedule: Schedule, nest: Nest, is_new: Ints | None, chip: Chip) -> tuple[tuple[Passes, ...], Ints]:
    """The different steps of the engine, and which of them each step is."""
    stays = np.zeros(len(nest.outer), np.int64)
    if schedule.engine == Engine.OutputStationary:
        # Sums of one pass may stay for the next step, where that adds to them.
        stays[:-1] = 1 - _flags(nest.changes(Operand.Output), len(nest.outer))[1:]
    elif is_new is not None:
        stays = 1 - is_new
    table, which = np.unique(np.column_stack([nest.shape, stays]), axis=0, return_inverse=True)
    inner = {loop.dim: loop.step for loop in schedule.loops.get(Level.L1, ())} if _has_l2(schedule) else {}
    passes = tuple(_step_passes(schedule, row[:-1], inner, not row[-1], chip) for row in table)
    return passes, which.reshape(-1)


def _has_l2(schedule: Schedule) -> bool:
    return pe_level(schedule) == Level.L2


def _step_passes(schedule: Schedule, shape: Ints, inner: dict[Dim, int], is_new: bool, chip: Chip) -> Passes:
    spread = {
        dim: prod(tile.along(dim) for axis, tile in schedule.axes.items() if axis in _axes(schedule.engine))
        for dim in DIMS
    }
    covered = {
        dim: _cover(int(extent), inner.get(dim, int(extent)), spread[dim])
        for dim, extent in zip(DIMS, shape, strict=True)
    }
    steps = {dim: sum(count * each for count, each in parts) for dim, parts in covered.items()}
    if schedule.engine == Engine.Vector:
        macs = prod(steps.values())
        return Passes(0, (), 1, 1, is_new, 0, 1, 1, -(-2 * macs // chip.lanes))
    streamed = STREAMED[schedule.engine]
    streams: list[tuple[int, int]] = [(1, 1)]
    for dim in DIMS:
        if dim.value in streamed:
            streams = [(a * count, b * each) for a, b in streams for count, each in covered[dim]]
    loads = prod(count for dim, count in steps.items() if dim.value not in streamed)
    rows, columns = (
        min(most, prod(min(int(shape[index]), schedule.axes[axis][index]) for index in range(len(DIMS))))
        for axis, most in ((Axis.Rows, chip.rows), (Axis.Columns, chip.columns))
    )
    if schedule.engine == Engine.OutputStationary:
        # Sums leave behind each stream, row by row.
        lead, quanta = 1, loads * rows
    else:
        # Sums leave word by word, with the last of the operands that are summed over.
        summed = prod(count for dim, count in steps.items() if dim.value in SUMMED)
        lead, quanta = summed - 1, loads // summed * sum(count * words for count, words in streams)
    return Passes(loads, tuple(streams), rows, columns, is_new, lead, loads, quanta)


def _axes(engine: Engine) -> Sequence[Axis]:
    return (Axis.PeX, Axis.PeY) if engine == Engine.Vector else tuple(Axis)


def _cover(extent: int, tile: int, spread: int) -> list[tuple[int, int]]:
    """How many tiles of how many steps cover ``extent``: whole ones, then the edge."""
    whole, rest = divmod(extent, tile)
    parts = [(whole, -(-tile // spread))]
    return [*parts, (1, -(-rest // spread))] if rest else parts


def _outputs(work: Work, schedule: Schedule, nest: Nest, chip: Chip) -> dict[str, Ints]:
    """The fields of ``Program`` on outputs, from what each step begins and ends."""
    facts, count = schedule.contraction, len(nest.outer)
    at = nest.changes(Operand.Output)
    begins = _flags(at, count)
    ends = np.append(begins[1:], 1)
    size = footprint_bytes(facts, Operand.Output, nest.shape)
    is_complete = ends * nest.last_sums
    is_partial = ends - is_complete
    comes_back = begins * (1 - nest.first_sums)
    units = completions(work, schedule, nest, is_complete, chip)
    whole = int(prod(int(nest.bounds[column]) for column in RELEVANT_COLUMNS[Operand.Output]))
    shares = units.elements

    def share(total: float) -> np.ndarray:
        return total * shares / whole

    kept = share(units.again.noc), share(units.again.dram)
    leaves = np.append(units.enters[1:], 1)
    gone = np.flatnonzero(leaves)
    store = cycles(share(work.results.noc) + kept[0] + size * is_partial, chip.noc_rate)
    store_dram = streamed(share(work.results.dram) + kept[1] + size * is_partial * nest.outer_last_sums, chip.dram_rate)
    outer = nest.outer_changes(Operand.Output)
    leaves_outer = _flags(gone[np.unique(np.searchsorted(outer, gone, side="right"), return_index=True)[1]], count)
    return {
        "vector": _parts(_vector_cycles(work, chip), shares, whole),
        "completes": (shares > 0).astype(np.int64),
        "follows": np.full(count, int(work.rows is None or not work.rows.dims)),
        "enters": units.enters,
        "leaves": leaves,
        "store": _spread_after(store, gone),
        "store_dram": _spread_after(store_dram, gone),
        "reload": cycles(size * comes_back, chip.noc_rate),
        "reload_dram": streamed(size * comes_back * nest.outer_first_sums, chip.dram_rate),
        "side": cycles(share(work.sides.noc), chip.noc_rate),
        "side_dram": streamed(share(work.sides.dram), chip.dram_rate),
        "leaves_outer": leaves_outer,
    }
