"""What a mapping costs, for many candidates at once.

A border's traffic depends on three things only: the distinct bytes of each operand, how many tiles there are of each
class of dimensions (m = n, p, q; k; c = c, r, s; g belongs to all operands), and which class of loops is innermost, for
its loops bring the same tile of one operand again and again. So three orders are all there are (a fourth, in which a
class of one trip is innermost, equals one of them).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hwmodels.chip import ACCUMULATOR_BYTES
from hwmodels.mapspace.target import HOLDS, Engine, Target, Triple
from hwmodels.mapspace.tiles import RELEVANT, REPEATING, C, G, K, N, P, Problem, Q, R, S, Share, product
from hwmodels.records import DIMS, ENGINES, Array
from hwmodels.systolic import Folds, array_cycles

SUM_BYTES = ACCUMULATOR_BYTES

CLASSES = ("k", "m", "c")
"""Classes whose loops repeat input, weight and output tiles: the innermost class of a border is an index into this."""


class Candidate(NamedTuple):
    """Mappings side by side; arrays [8, candidates] of one engine and of one way of packing taps."""

    spatial: Array
    """Extents at once, over all axes."""
    array: Array
    """Extents on the array's axes alone."""
    grid: Array
    """Extents on the PE grid's axes alone."""
    packed: bool
    inner: Array
    """Tiles of L1, over the whole grid."""
    passes: Array
    """Steps of ``spatial`` that cover each dimension, L1 tile by L1 tile."""
    outer: Array
    """Tiles of the global buffer."""


class Costs(NamedTuple):
    """Cycles and joules, [..., candidates]."""

    cycles: Array
    energy_j: Array


class Traffic(NamedTuple):
    """Bytes across one border."""

    down: tuple[Array, Array, Array]
    """Input, weight and partial outputs towards the PEs."""
    up: Array
    """Outputs away from them."""


def _ceil(whole: Array, part: Array) -> Array:
    return np.ceil(whole / part)


def window_sum(outputs: Array, trips: Array, taps: Array, stride: Array, dilation: Array, tap_trips: Array) -> Array:
    """As ``access.window_sum``."""
    spans = tap_trips * (outputs - trips) * stride + trips * ((taps - tap_trips) * dilation + tap_trips)
    return np.minimum(spans, outputs * taps)


def distinct_inputs(problem: Problem, trips: Array) -> Array:
    """Input elements if each tile is fetched once, cut into ``trips`` [8, ...] tiles, halos included."""
    bounds = problem.bounds
    rows = window_sum(bounds[P], trips[P], bounds[R], problem.stride[0], problem.dilation[0], trips[R])
    columns = window_sum(bounds[Q], trips[Q], bounds[S], problem.stride[1], problem.dilation[1], trips[S])
    return bounds[G] * bounds[N] * bounds[C] * rows * columns


def _any_loop(trips: Array, operand: int) -> Array:
    return product(trips, RELEVANT[operand]) > 1.0


class Loops(NamedTuple):
    """The trips of both nests and what follows from them."""

    trips: Array
    """Tiles of L1 that cover each dimension."""
    outer: Array
    """Tiles of the global buffer likewise."""
    inner: Array
    """Tiles of L1 in one of the global buffer."""
    array_passes: Array
    """Stationary tiles of the array in one L1 tile."""


def loops_of(problem: Problem, target: Target, candidate: Candidate) -> Loops:
    """The loops of ``candidate``."""
    bounds = problem.column
    per_tile = product(_ceil(candidate.inner, candidate.spatial), RELEVANT[1])
    if target.counts_accesses and candidate.packed:
        per_tile = product(_ceil(candidate.inner, candidate.spatial), (G, K, C)) * candidate.passes[R]
    outer = _ceil(bounds, candidate.outer)
    inner = _ceil(candidate.outer, candidate.inner)
    trips = _ceil(bounds, candidate.inner) if target.counts_accesses else outer * inner
    return Loops(trips, outer, inner, per_tile)


def repeats(target: Target, loops: Loops, innermost: int, outermost_nest: int) -> list[Array]:
    """How often input, weight and output tiles cross the border of L1, where the classes ``innermost`` and
    ``outermost_nest`` run innermost in the two nests."""
    result = []
    for operand, dims in enumerate(REPEATING):
        moves = _any_loop(loops.inner, operand)
        stays = innermost == operand
        if target.l1.holds[operand] == "never":
            # Without a tile in L1 what the array holds is the tile: it changes within an L1 tile already.
            changes = loops.array_passes > 1.0
            moves = moves | changes
            again = (product(loops.inner, dims) > 1.0) & (changes | (not stays))
        else:
            again = (product(loops.inner, dims) > 1.0) & (not stays)
        outside = product(loops.outer, dims)
        if outermost_nest == operand:
            outside = np.where(moves, outside, 1.0)
        result.append(np.where(again, product(loops.trips, dims), outside))
    return result


def engine_cycles(
    problem: Problem, target: Target, engine: Engine, candidate: Candidate, *, may_share: bool = False
) -> tuple[Array, Array]:
    """Cycles of the engine, no more than ``compute.compute_cycles``; and no more than those of any tiles that have at
    least these trips and passes, and more than one stationary operand if these have.

    An array counts as if the order of the loops shared as many of its stationary operands as any does, and as if its
    outputs always found a slot. ``may_share``: the tiles that the second is for may have one operand in any case.
    """
    steps = product(candidate.passes, list(range(8)))
    if engine.overlap is None:
        busy = floor = np.ceil(steps / engine.steps_per_cycle)
    else:
        single = _is_single(engine, candidate)
        floor = _least_array_cycles(problem, engine, candidate, steps, single | may_share)
        # Where there is an L2, the tiles of L1 are not known yet.
        busy = floor if target.has_l2 else np.maximum(_array_cycles(problem, engine, candidate, single), floor)
    issue = target.tile_issue_cycles
    if issue == 0.0:
        return busy, floor
    tiles = product(_ceil(problem.column, candidate.inner), list(range(8)))
    if target.tile_issue_overlapped:
        total = np.maximum(busy, tiles * issue) + np.minimum(busy / tiles, issue)
        return total, np.maximum(floor, tiles * issue)
    return busy + tiles * issue, floor + tiles * issue


def _dims(letters: str) -> list[int]:
    return [dim for dim, name in enumerate(DIMS) if name in letters]


def _others(dims: Sequence[int]) -> list[int]:
    return [dim for dim in range(8) if dim not in dims]


def _is_single(engine: Engine, candidate: Candidate) -> Array:
    """Whether each L1 tile is of one stationary operand, which stays in the array while tiles follow that share it."""
    return product(_ceil(candidate.inner, candidate.spatial), _others(_dims(engine.streams))) == 1.0


def _array_cycles(problem: Problem, engine: Engine, candidate: Candidate, single: Array) -> Array:
    """Cycles of a systolic array; one kind of fold for each combination of whole and edge tiles. A tile of one
    stationary operand serves all streams that it could."""
    assert engine.overlap is not None
    streamed = [dim for dim in _dims(engine.streams) if problem.bounds[dim] > 1]
    loads = product(candidate.passes, _others(streamed))
    folds, unpaired = [(loads, 1.0)], 1.0
    for dim in streamed:
        tile, unit = candidate.inner[dim], candidate.spatial[dim]
        whole, steps = np.floor(problem.bounds[dim] / tile), np.ceil(tile / unit)
        edge = np.ceil((problem.bounds[dim] - whole * tile) / unit)
        parts = ((whole, steps), (edge > 0.0, edge))
        folds = [(count * more, stream * part) for count, stream in folds for more, part in parts]
        unpaired = unpaired * (steps if engine.name == "output_stationary" else np.where(edge > 0.0, edge, steps))
    used = np.minimum(candidate.array, candidate.inner)
    on_rows, on_columns = _dims(engine.axes[-2]), _dims(engine.axes[-1])
    rows = product(used, on_rows)
    # Groups on the rows lie on the diagonal.
    columns = product(used, [*on_columns, G] if G in on_rows else on_columns)
    rest = (ENGINES.index(engine.name), engine.shape[0], columns, engine.overlap, rows)
    alone = array_cycles([Folds(count, stream) for count, stream in folds], unpaired, *rest)
    mean = product(candidate.passes, streamed) if streamed else 1.0
    shared = array_cycles([Folds(loads, mean)], unpaired, *rest)
    return np.where(single, np.minimum(alone, shared), alone)


def _least_array_cycles(problem: Problem, engine: Engine, candidate: Candidate, steps: Array, shares: Array) -> Array:
    """No more than an array takes with tiles of no fewer passes in any dimension and no fewer trips.

    All steps stream; each stationary operand is loaded once, or, unless it ``shares`` its tiles, once for each trip of
    what streams, through rows that together are the bounds of what lies on them, however narrow a tile is; the skew has
    one column, and no swap takes more than a cycle alone.
    """
    overlap = engine.overlap
    assert overlap is not None
    skew = engine.shape[0] - 1.0
    streamed, on_rows = _dims(engine.streams), _dims(engine.axes[-2])
    cuts = np.where(shares, 1.0, product(_ceil(problem.column, candidate.inner), streamed))
    loads = product(candidate.passes, _others(streamed)) * cuts
    swaps = cuts * product(_ceil(problem.column, candidate.grid), on_rows)
    apart = [dim for dim in _others(streamed) if dim not in on_rows]
    swaps = swaps * (product(candidate.passes, apart) if apart else 1.0)
    streams = steps + (0.0 if overlap.skew else loads * skew)
    once = skew if overlap.skew else 0.0
    if overlap.drain if engine.name == "output_stationary" else overlap.preload:
        return once + np.maximum(streams, swaps) + 1.0
    return once + streams + swaps


def _l1_accesses(
    problem: Problem, target: Target, engine: Engine, candidate: Candidate
) -> tuple[Array, tuple[Array, Array], Array]:
    """Of the array: J of multiply-accumulates (and, of FAST's template, of their L1 accesses); bytes of inputs and of
    sums read from L1; bytes of sums written there."""
    macs = float(np.prod(problem.bounds))
    sizes = problem.element_bytes
    if not target.counts_accesses:
        return _template_energy(problem, target, engine, candidate, macs), (0.0, 0.0), 0.0
    outputs = product(problem.column, RELEVANT[2])
    if candidate.packed:
        inputs = outputs / problem.bounds[K] * problem.bounds[C] * problem.bounds[R] * problem.bounds[S]
    else:
        inputs = distinct_inputs(problem, candidate.passes)
    inputs = inputs * candidate.passes[K]
    sums = product(candidate.passes, (C, R, S))
    read = (inputs * sizes[0], outputs * (sums - 1.0) * sizes[2])
    return np.asarray(macs * engine.mac_j), read, outputs * sums * sizes[2]


def _template_energy(problem: Problem, target: Target, engine: Engine, candidate: Candidate, macs: float) -> Array:
    """J as in ``cost.contraction_cost``: an L1 access serves all cells that share it, a stationary one a stream."""
    sizes, access_j = (*problem.element_bytes[:2], SUM_BYTES), target.l1.read_j
    stationary = {"weight_stationary": 1, "input_stationary": 0, "output_stationary": 2}.get(engine.name)
    streamed = [index for index, name in enumerate("gnpqkcrs") if name in engine.streams]
    stream = product(_ceil(candidate.inner, candidate.spatial), streamed) if streamed else 1.0
    total = np.asarray(engine.mac_j)
    for operand in range(3):
        if stationary is None:
            reuse = product(candidate.inner, (C, R, S)) if operand == 2 else 1.0
        else:
            others = [dim for dim in range(8) if dim not in RELEVANT[operand]]
            reuse = product(candidate.array, others) * (stream if operand == stationary else 1.0)
        total = total + (2.0 if operand == 2 else 1.0) * sizes[operand] * access_j[operand] / reuse
    return macs * total


def _with_vector(problem: Problem, engine: Engine, cycles: Array) -> Array:
    """Cycles until both the engine and the vector unit are done, as ``pipeline.engine_seconds``."""
    beside = problem.beside.vector_cycles
    return cycles + beside if engine.name == "vector" else np.maximum(cycles, beside)


def _border(problem: Problem, share: Share, inputs: Array, times: list[Array]) -> Traffic:
    sizes, bounds = problem.element_bytes, problem.bounds
    outputs = bounds[G] * bounds[N] * bounds[P] * bounds[Q] * bounds[K] * sizes[2]
    weights = bounds[G] * bounds[K] * bounds[C] * bounds[R] * bounds[S] * sizes[1]
    partial = outputs * (times[2] - 1.0)
    return Traffic(
        (inputs * times[0] * share.input, weights * times[1] * share.weight, partial),
        partial + outputs * share.output + share.more_bytes,
    )


def far_traffic(problem: Problem, trips: Array, innermost: int) -> Traffic:
    """What crosses the border of DRAM: ``trips`` [8, ...] tiles of the buffer, the class ``innermost`` innermost."""
    times = [1.0 if innermost == operand else product(trips, dims) for operand, dims in enumerate(REPEATING)]
    return _border(problem, problem.far, distinct_inputs(problem, trips) * problem.element_bytes[0], times)


def far_costs(problem: Problem, target: Target, held: tuple[bool, bool, bool], far: Traffic) -> tuple[Array, Array]:
    """Cycles of DRAM and of the buffer's ports behind the region's start, and J, for what crosses the border of DRAM
    alone."""
    buffer, dram = target.buffer, target.dram
    moved, written, energy = 0.0, 0.0, 0.0
    for operand, holds in enumerate(held):
        if holds:
            fill, drain = far.down[operand], far.up if operand == 2 else 0.0
            moved, written = moved + fill + drain, written + fill
            energy = energy + drain * (buffer.read_j[operand] + dram.write_j[operand])
            energy = energy + fill * (buffer.write_j[operand] + dram.read_j[operand])
    cycles = moved / target.dram.total_rate
    if np.isfinite(buffer.write_rate):
        cycles = np.maximum(cycles, written / buffer.write_rate)
    return cycles + problem.beside.start_cycles, energy


def _sum(values: Sequence[Array], energies: Triple) -> Array:
    return sum(value * energy for value, energy in zip(values, energies, strict=True))


class Near(NamedTuple):
    """What one order of the loops moves at the border of L1."""

    border: Traffic
    past: Traffic
    """The same of operands that the buffer does not hold, as DRAM sees it."""
    cycles: Array
    """The longest of the engine, of L1's ports and of the link."""
    energy_j: Array
    """Of the engine, of L1 and of the link."""


class Evaluation:
    """The costs of candidates of one problem, by residence in the buffer and innermost classes."""

    def __init__(
        self, problem: Problem, target: Target, engine: Engine, candidate: Candidate, *, may_share: bool = False
    ) -> None:
        """``may_share`` as of ``engine_cycles``."""
        self.problem, self.target = problem, target
        self.loops = loops_of(problem, target, candidate)
        feeding = candidate
        if target.has_l2:
            # The tile of L1 is chosen later: none is better than everything at once.
            feeding = candidate._replace(inner=problem.column, passes=_ceil(problem.column, candidate.spatial))
        self.busy, self.least_busy = (
            _with_vector(problem, engine, cycles)
            for cycles in engine_cycles(problem, target, engine, feeding, may_share=may_share)
        )
        self.array_j, self.read, self.written = _l1_accesses(problem, target, engine, feeding)
        self.distinct = distinct_inputs(problem, _ceil(problem.column, candidate.inner)) * problem.element_bytes[0]

    def take(self, index: Array) -> Evaluation:
        """Of the candidates at ``index`` alone."""

        def pick(values: Array) -> Array:
            return values[..., index] if np.ndim(values) and np.shape(values)[-1] > 1 else values

        result = object.__new__(Evaluation)
        result.problem, result.target = self.problem, self.target
        result.loops = Loops(*(pick(values) for values in self.loops))
        result.busy, result.least_busy = pick(self.busy), pick(self.least_busy)
        result.array_j, result.distinct = pick(self.array_j), pick(self.distinct)
        result.read, result.written = (pick(self.read[0]), pick(self.read[1])), pick(self.written)
        return result

    def floor(self) -> Near:
        """Where no tile is brought twice: no order of the loops does better."""
        return self._near([1.0, 1.0, 1.0], self.least_busy)

    def near(self, inner: int, outer: int, *, least: bool = False) -> Near:
        """Where the classes ``inner`` and ``outer`` run innermost in the two nests; ``least``: with no more cycles than
        any tile takes that this one is as good as (see ``engine_cycles``)."""
        return self._near(repeats(self.target, self.loops, inner, outer), self.least_busy if least else self.busy)

    def _near(self, times: list[Array], busy: Array) -> Near:
        target = self.target
        border = _border(self.problem, self.problem.near, self.distinct, times)
        past = border if target.buffer.holds == HOLDS else _border(self.problem, self.problem.far, self.distinct, times)
        moved = border.down[0] + border.down[1] + border.down[2] + border.up
        cycles, energy = busy, self.array_j + moved * target.link_j
        if np.isfinite(target.link_rate):
            cycles = np.maximum(cycles, moved / target.link_rate)
        if target.counts_accesses:
            l1 = target.l1
            into = [0.0 if l1.holds[x] == "never" else border.down[x] for x in range(3)]
            sums_read, sums_written = self.read[1] + border.up, into[2] + self.written
            cycles = np.maximum(cycles, (self.read[0] + sums_read) / l1.read_rate)
            cycles = np.maximum(cycles, (into[0] + into[1] + sums_written) / l1.write_rate)
            energy = energy + self.read[0] * l1.read_j[0] + sums_read * l1.read_j[2]
            energy = energy + _sum((into[0], into[1], sums_written), l1.write_j)
        return Near(border, past, cycles, energy)

    def far(self, outer: int) -> Traffic:
        """What the border of DRAM sees of operands that the buffer holds."""
        return far_traffic(self.problem, self.loops.outer, outer)

    def at(self, held: tuple[bool, bool, bool], inner: int, outer: int) -> Costs:
        """Costs where the buffer holds the operands ``held``."""
        return total_costs(self.problem, self.target, held, self.near(inner, outer), self.far(outer))


def total_costs(problem: Problem, target: Target, held: tuple[bool, bool, bool], near: Near, far: Traffic) -> Costs:
    """Costs where the buffer holds the operands ``held``, from what both borders see."""
    buffer, dram = target.buffer, target.dram
    cycles, energy = near.cycles, near.energy_j
    read = written = moved = 0.0
    for operand, holds in enumerate(held):
        down, up = near.border.down[operand], near.border.up if operand == 2 else 0.0
        if holds:
            fill, drain = far.down[operand], far.up if operand == 2 else 0.0
            read, written = read + down + drain, written + fill + up
            energy = energy + (down + drain) * buffer.read_j[operand] + (fill + up) * buffer.write_j[operand]
            down, up = fill, drain
        else:
            down, up = near.past.down[operand], near.past.up if operand == 2 else 0.0
        moved = moved + down + up
        energy = energy + down * dram.read_j[operand] + up * dram.write_j[operand]
    rates = ((read, buffer.read_rate), (written, buffer.write_rate), (moved, dram.total_rate))
    for amount, rate in rates:
        if np.isfinite(rate):
            cycles = np.maximum(cycles, amount / rate)
    return _with_rest(problem, target, cycles, energy)


def _with_rest(problem: Problem, target: Target, cycles: Array, energy_j: Array) -> Costs:
    """With the region's start, its other energy and static power."""
    cycles = cycles + problem.beside.start_cycles
    return Costs(cycles, energy_j + problem.beside.energy_j + target.static_w / target.clock_hz * cycles)


def least_costs(problem: Problem, target: Target, near: Near, far: Traffic) -> Costs:
    """No more than the costs of any residence: each operand held or not as takes less energy, ports apart."""
    buffer, dram = target.buffer, target.dram
    energy = near.energy_j
    for operand, down in enumerate(near.border.down):
        up, drain, out = (near.border.up, far.up, near.past.up) if operand == 2 else (0.0, 0.0, 0.0)
        fill = far.down[operand]
        past = near.past.down[operand] * dram.read_j[operand] + out * dram.write_j[operand]
        held = (down + drain) * buffer.read_j[operand] + (fill + up) * buffer.write_j[operand]
        held = held + fill * dram.read_j[operand] + drain * dram.write_j[operand]
        energy = energy + np.minimum(past, held)
    return _with_rest(problem, target, near.cycles, energy)
