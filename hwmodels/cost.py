"""What one contraction costs under a mapping, as ratios that a region's operands inherit."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

import numpy as np

from hwmodels.access import RELEVANT, distinct, footprint, leading_product, leading_trips, repeats, traffic, unfinished
from hwmodels.arrays import ceil, choose, more_than_one, namespace
from hwmodels.chip import ACCUMULATOR_BYTES, l1_energy
from hwmodels.compute import (
    STATIONARY,
    VECTOR,
    VECTOR_OPS_PER_MAC,
    ArrayUse,
    compute_cycles,
    covering_steps,
    stream_length,
)
from hwmodels.contractions import ContractionTable, Extents
from hwmodels.phases import Loop, Phases, Uneven, phases_of, uneven
from hwmodels.pipeline import first_pass_s
from hwmodels.records import DIMS, Array, Machine, Mapping
from hwmodels.systolic import OUTPUT_STATIONARY
from hwmodels.technology import Technology
from hwmodels.template import slots_s


class Loops(NamedTuple):
    """A nest of loops, outermost first."""

    trips: Sequence[Array]
    relevant: MappingOf[str, Sequence[Array]]
    """For each operand, 1 where the loop advances a dimension that it depends on, else 0."""
    excess: Sequence[Array]
    """Extent of a loop's whole tiles over the mean one's, in the innermost dimension that loops."""
    greatest: Sequence[Array]
    """The same in all dimensions together."""
    passes: Sequence[Array]
    """Passes of the array over a loop's whole tiles over the mean one's, in the innermost dimension that loops."""


class Schedule(NamedTuple):
    """A mapping's extents and loops, in the form that ``contraction_cost`` needs."""

    engine: Array
    axes: tuple[Extents, Extents, Extents, Extents]
    l1: Extents
    l2: Extents
    tile: Extents
    outer: Loops
    """Over global tiles."""
    inner: Loops
    """Over L2 tiles in a global tile."""


class Fetches(NamedTuple):
    """How an operand comes from DRAM."""

    tiles: Array
    """Global tiles."""
    pieces: Array
    """In which all of them come."""
    transfers: Array
    """Tiles that go on to the PEs: each piece as often as it is needed."""
    blocks: Array
    """Parts of the contraction, one after the other, of which each has pieces of its own."""


class TileCounts(NamedTuple):
    """Tiles that come to the PEs, or leave them: L2's where there is an L2, else L1's."""

    steps: Array
    """Tiles of the contraction."""
    transfers: tuple[Array, Array, Array]
    """Of input, weight and output that cross the network on chip; partial sums count each way."""
    pieces: tuple[Array, Array, Array]
    """In how many DRAM brings input and weight, each time that a global tile comes; complete tiles of the output."""
    fetches: tuple[Array, Array]
    """Global tiles of input and weight that come from DRAM."""
    blocks: tuple[Array, Array]
    """As ``Fetches.blocks``, of input and weight."""

    def fetched(self, operand: int) -> Fetches:
        """Of the input (0) or the weight (1)."""
        return Fetches(self.fetches[operand], self.pieces[operand], self.transfers[operand], self.blocks[operand])


class ContractionCost(NamedTuple):
    """Costs of contractions side by side; each [...]."""

    compute_cycles: Array
    slot_cycles: Array
    """As the function of this name."""
    way_cycles: Array
    """From the first of what leaves an array together, in the first column, to the last column's; of each tile."""
    complete_cycles: Array
    fill_cycles: Array
    uneven: Uneven
    """Likewise."""
    on_vector: Array
    """1 where the vector unit does the contraction, else 0."""
    noc_ratio: tuple[Array, Array, Array]
    """Bytes of input, weight and output between global buffer and PEs, over the bytes that each holds."""
    dram_ratio: tuple[Array, Array, Array]
    """The same between DRAM and the global buffer, for operands in DRAM; of outputs, only the complete ones."""
    spill_bytes: Array
    """Partial sums written to and read back from DRAM."""
    tile_bytes: tuple[Array, Array, Array]
    """Bytes that double-buffered tiles of input, weight and output take in the global buffer."""
    waiting_share: Array
    """Share of the outputs that wait together for the end of their rows, on average; 0 where none do."""
    waiting_bytes: tuple[Array, Array]
    """Most bytes of rows that wait together for their end, were they in the PEs' buffers, or in the global buffer."""
    tiles: TileCounts
    phases: Phases
    """What is done with whole tiles, loop by loop."""
    engine_j: Array
    """Energy of the multiply-accumulates and of the engine's L1 accesses."""


def schedule_of(mappings: Sequence[Mapping], table: ContractionTable) -> Schedule:
    """The schedules that ``mappings`` (one per row of ``table``) write down, with every loop over single dimensions."""
    return schedule_of_all(stacked(mappings), table)


def stacked(mappings: Sequence[Mapping]) -> Mapping:
    """All ``mappings`` as one, with an axis before the others."""
    return Mapping(*(np.stack([np.asarray(getattr(one, field.name)) for one in mappings]) for field in fields(Mapping)))


def schedule_of_all(mappings: Mapping, table: ContractionTable) -> Schedule:
    """As ``schedule_of``, of ``stacked`` mappings."""

    def loops(order: np.ndarray, outer: Extents, inner: Extents) -> Loops:
        every = (extents.stack() for extents in _cut(outer, inner, at_once, 0.0))
        ordered, wider, busier = (np.take_along_axis(values, order, axis=-1) for values in every)
        relevant = {
            operand: np.asarray([float(dim in dims) for dim in DIMS])[order] for operand, dims in RELEVANT.items()
        }
        depth = range(len(DIMS))
        return Loops(
            [ordered[..., index] for index in depth],
            {operand: [mask[..., index] for index in depth] for operand, mask in relevant.items()},
            [wider[..., index] for index in depth],
            [wider[..., index] for index in depth],
            [busier[..., index] for index in depth],
        )

    l1, l2, tile, spatial = (
        np.asarray(part, np.float64)
        for part in (mappings.l1_tile, mappings.l2_tile, mappings.global_tile, mappings.spatial)
    )
    pe_x, pe_y, rows, columns = (Extents.unstack(spatial[:, axis]) for axis in range(4))
    at_once = Extents.unstack(spatial.prod(axis=1))
    middle, far = Extents.unstack(l2), Extents.unstack(tile)
    return Schedule(
        engine=np.asarray(mappings.engine),
        axes=(pe_x, pe_y, rows, columns),
        l1=Extents.unstack(l1),
        l2=middle,
        tile=far,
        outer=loops(np.asarray(mappings.global_order), table.bounds, far),
        inner=loops(np.asarray(mappings.l2_order), far, middle),
    )


def _cut(outer: Extents, inner: Extents, at_once: Extents, temperature: Array) -> tuple[Extents, Extents, Extents]:
    """Trips of the loops over ``inner`` tiles in an ``outer`` one; how much more extent than the mean tile a whole one
    has; and how many more passes in steps of ``at_once``, which only matters of what outputs depend on."""
    trips = outer.elementwise(lambda whole, part: ceil(whole / part, temperature), inner)
    excess = trips.elementwise(lambda count, part, whole: count * part / whole, inner, outer)

    def more(count: Array, part: Array, whole: Array, unit: Array) -> Array:
        return count * ceil(part / unit, temperature) / covering_steps(whole, part, unit, temperature)

    tiles = zip(trips, inner, outer, at_once, strict=True)
    passes = [more(*each) if dim in RELEVANT["output"] else 1.0 for dim, each in zip(DIMS, tiles, strict=True)]
    return trips, excess, Extents(*passes)


def times(*nests: Loops) -> tuple[Array, Array, Array]:
    """How often the distinct tiles of input, weight and output are fetched under ``nests``, outermost first."""
    trips = [count for nest in nests for count in nest.trips]
    masks = ([depends for nest in nests for depends in nest.relevant[operand]] for operand in RELEVANT)
    inputs, weights, outputs = repeats(trips, *masks)
    return inputs, weights, outputs


def fetch_s(
    machine: Machine, fetched: Fetches, dram_s: Array, noc_s: Array, chip_s: Array, chip_first_s: Array
) -> Array:
    """Seconds that an operand which comes from DRAM in ``dram_s``, and goes on to the PEs in ``noc_s``, takes at least
    beside ``chip_first_s``.

    Its global tiles come one after the other; and of each all pieces have come after the first pass through them, while
    the chip works ``chip_s`` in all.
    """
    xp = namespace(dram_s, noc_s, chip_s)
    waiting = first_pass_s(dram_s, chip_s, fetched.pieces / fetched.transfers, fetched.blocks)
    passing = xp.where(waiting > 0.0, chip_s - chip_first_s + waiting, 0.0)
    return xp.maximum(slots_s(machine, fetched.tiles, fetched.pieces, dram_s, noc_s), passing)


def loops_of(schedule: Schedule) -> list[Loop]:
    """All loops of both nests, outermost first."""
    return [*_of_nest(schedule.outer), *_of_nest(schedule.inner)]


def _of_nest(nest: Loops) -> list[Loop]:
    feeds = zip(*(nest.relevant[operand] for operand in RELEVANT), strict=True)
    parts = zip(nest.trips, nest.excess, nest.passes, feeds, strict=True)
    return [Loop(trips, size, passes, each) for trips, size, passes, each in parts]


def blocks(schedule: Schedule, operand: str) -> Array:
    """As ``TileCounts.blocks``: iterations of the loops around all that do not advance ``operand``."""
    nests = schedule.outer, schedule.inner
    trips = [count for nest in nests for count in nest.trips]
    return leading_trips(trips, [mask for nest in nests for mask in nest.relevant[operand]])


def tile_counts(
    schedule: Schedule,
    table: ContractionTable,
    outer: tuple[Array, Array, Array],
    both: tuple[Array, Array, Array],
    temperature: Array,
) -> TileCounts:
    """Tiles that come to the PEs under ``schedule``, with the ``times`` of its outer and of both nests."""
    steps = table.bounds.elementwise(
        lambda bound, tile, part: covering_steps(bound, tile, part, temperature), schedule.tile, schedule.l2
    )
    inputs, weights, outputs = (steps.product(dims) for dims in RELEVANT.values())
    far = table.bounds.elementwise(lambda bound, tile: ceil(bound / tile, temperature), schedule.tile)
    return TileCounts(
        steps.product(),
        (inputs * both[0], weights * both[1], outputs * (2.0 * both[2] - 1.0)),
        (inputs * outer[0], weights * outer[1], outputs),
        (far.product(RELEVANT["input"]) * outer[0], far.product(RELEVANT["weight"]) * outer[1]),
        (blocks(schedule, "input"), blocks(schedule, "weight")),
    )


def array_use(schedule: Schedule, spatial: Extents, tiles: TileCounts, repeated: Array, temperature: Array) -> ArrayUse:
    """What ``schedule`` makes of the arrays; ``repeated`` are the ``times`` of its output under both nests."""
    passes = schedule.l2.elementwise(lambda extent, part: ceil(extent / part, temperature), spatial)
    operands = tuple(passes.product(dims) for dims in STATIONARY)
    visits = (tiles.transfers[1], tiles.transfers[0], tiles.pieces[2] * repeated)
    return ArrayUse(
        rows=schedule.axes[2].product(),
        # Groups lie on the diagonal: each has a column of its own.
        columns=schedule.axes[3].product() * schedule.axes[2].g,
        operands=choose(schedule.engine, (*operands, operands[0])),
        visits=choose(schedule.engine, (*visits, visits[0])),
        tiles=tiles.steps,
    )


def slot_cycles(
    schedule: Schedule, use: ArrayUse, tiles: TileCounts, repeated: Array, cycles: Array, fill: Array, stream: Array
) -> Array:
    """Cycles for which tiles of outputs, together, hold their slots at the PEs beside the ``cycles`` of the array: 0 on
    the vector unit.

    New sums hold one from the first result to the last, which the last column yields ``columns - 1`` cycles behind the
    first; where a ``stream`` is shorter than a swap, not while the array waits for the next tile's operand. Sums that
    come back have theirs before anything enters, and hold it for all of ``fill`` (``fill_cycles``).
    Sums that stay in the cells leave row by row, and need no slot before their first stream has passed: all of their
    streams, of the greatest tile, where one tile of them stays. ``repeated`` are the ``times`` of the output under both
    nests.
    """
    xp = namespace(use.columns, repeated, fill)
    way = use.columns - 1.0
    swaps = xp.maximum((cycles - fill - use.rows) / (use.operands * tiles.steps) - stream, 0.0)
    held = way - swaps + (repeated - 1.0) * xp.maximum(fill, way)
    visits = tiles.pieces[2] * repeated
    stay = xp.clip(2.0 - use.operands, 0.0, 1.0)
    first = stay + (1.0 - stay) * visits / (use.operands * tiles.steps)
    drained = (
        visits * (way + use.rows) - xp.where(repeated > 1.0, 0.0, first) * cycles * uneven(loops_of(schedule)).passes
    )
    beside = xp.where(schedule.engine == OUTPUT_STATIONARY, drained, tiles.pieces[2] * held)
    return xp.where(schedule.engine == VECTOR, 0.0, beside)


def complete_cycles(
    schedule: Schedule, use: ArrayUse, tiles: TileCounts, spatial: Extents, table: ContractionTable, cycles: Array
) -> Array:
    """Of the array's ``cycles`` those in which sums become complete, so that the vector unit can follow: with the last
    of the operands that are summed over, or, of sums that stay, as they leave."""
    xp = namespace(cycles, use.rows)
    summed = table.bounds.elementwise(lambda bound, part: xp.maximum(bound / part, 1.0), spatial).product("crs")
    return xp.where(schedule.engine == OUTPUT_STATIONARY, tiles.pieces[2] * use.rows, cycles / summed)


def fill_cycles(schedule: Schedule, use: ArrayUse, machine: Machine) -> Array:
    """Cycles from a word that enters an array to its last result, sums that stay through the rows in use: the last tile
    takes so much longer than those before it. 0 on the vector unit, and where each fold takes as long anyway."""
    xp = namespace(use.columns, machine.array_rows)
    if not machine.preload_overlapped:
        return xp.zeros_like(use.columns * schedule.engine)
    drain = xp.where(schedule.engine == OUTPUT_STATIONARY, use.rows, 0.0)
    return xp.where(schedule.engine == VECTOR, 0.0, machine.array_rows + use.columns - 2.0 + drain)


def _between_rows(nest: Loops, table: ContractionTable) -> list[Array]:
    """For each loop of ``nest`` 1 where it goes from row to row of outputs, else 0 (see ``access.unfinished``)."""
    independent: list[Array] = []
    for inputs, weights, outputs in zip(*(nest.relevant[operand] for operand in RELEVANT), strict=True):
        along = table.row_g * inputs * weights + table.row_m * (1.0 - weights) + table.row_k * (1.0 - inputs)
        independent.append(outputs * (1.0 - along))
    return independent


class Waiting(NamedTuple):
    """As the fields of ``ContractionCost``; 0 where no rows are made of the outputs."""

    share: Array
    at_pes: Array
    on_chip: Array


def waiting(schedule: Schedule, table: ContractionTable) -> Waiting:
    """Outputs that wait together: whole tiles are greater than the mean one, and it is those that must fit."""
    outer, inner = _between_rows(schedule.outer, table), _between_rows(schedule.inner, table)
    xp = namespace(table.kept_bytes, schedule.l1.k)
    trips, between = [*schedule.outer.trips, *schedule.inner.trips], [*outer, *inner]
    greatest = leading_product([*schedule.outer.greatest, *schedule.inner.greatest], trips, between)
    outside = leading_product(schedule.outer.greatest, schedule.outer.trips, outer)
    share = unfinished(trips, between)
    return Waiting(
        xp.where(table.kept_bytes > 0.0, share, 0.0),
        table.kept_bytes * share * greatest,
        table.kept_bytes * unfinished(schedule.outer.trips, outer) * outside,
    )


def _engine_energy(
    schedule: Schedule, table: ContractionTable, machine: Machine, tech: Technology, stream: Array
) -> Array:
    """J of all multiply-accumulates and of the L1 accesses that feed them.

    An array reads an operand once for all the cells that share it and keeps its stationary one for a whole
    stream; the vector unit reads both operands for each MAC and keeps sums in registers over an L1 tile's reduction.
    """
    array = schedule.axes[2].elementwise(lambda row, column: row * column, schedule.axes[3])
    macs = table.macs
    xp = namespace(stream, macs)
    kept = {"weight": 0, "input": 1, "output": 2}
    reduction = schedule.l1.product("crs")
    reuse: dict[str, Array] = {}
    for operand, dims in RELEVANT.items():
        shared = array.product("".join(dim for dim in DIMS if dim not in dims))
        while_stationary = xp.where(schedule.engine == kept[operand], stream, 1.0)
        on_vector = reduction if operand == "output" else 1.0
        reuse[operand] = xp.where(schedule.engine == VECTOR, on_vector, shared * while_stationary)
    inputs, weights, outputs = l1_energy(machine, tech)
    accesses = (
        table.input_bytes * inputs / reuse["input"]
        + table.weight_bytes * weights / reuse["weight"]
        + 2.0 * ACCUMULATOR_BYTES * outputs / reuse["output"]
    )
    operation = xp.where(schedule.engine == VECTOR, VECTOR_OPS_PER_MAC * tech.vector_op_j, tech.mac_j.of(machine.dtype))
    return macs * (operation + accesses)


def contraction_cost(
    schedule: Schedule, table: ContractionTable, machine: Machine, tech: Technology, temperature: Array
) -> ContractionCost:
    """Cycles, traffic, buffers and energy of each contraction under its schedule."""
    spatial = Extents(*(x * y * row * column for x, y, row, column in zip(*schedule.axes, strict=True)))
    xp = namespace(spatial.k, schedule.l1.k, machine.array_rows)
    whole = footprint(table, table.bounds)
    size = (whole[0] * table.input_bytes, whole[1] * table.weight_bytes, whole[2] * table.output_bytes)
    outer, both = times(schedule.outer), times(schedule.outer, schedule.inner)
    dram = traffic(table, distinct(table, schedule.tile, temperature), outer)
    noc = traffic(table, distinct(table, schedule.l2, temperature), both)
    counts = tile_counts(schedule, table, outer, both, temperature)
    use = array_use(schedule, spatial, counts, both[2], temperature)
    tile = footprint(table, schedule.tile)
    stream = stream_length(schedule.engine, schedule.l1, spatial, temperature)
    cycles = compute_cycles(table, machine, schedule.engine, spatial, schedule.l1, temperature, use)
    fill = fill_cycles(schedule, use, machine)
    rows, loops = waiting(schedule, table), loops_of(schedule)
    return ContractionCost(
        compute_cycles=cycles,
        slot_cycles=slot_cycles(schedule, use, counts, both[2], cycles, fill, stream),
        way_cycles=use.columns - 1.0,
        complete_cycles=complete_cycles(schedule, use, counts, spatial, table, cycles),
        fill_cycles=fill,
        uneven=uneven(loops),
        on_vector=xp.where(schedule.engine == VECTOR, 1.0, 0.0),
        noc_ratio=(noc[0] / size[0], noc[1] / size[1], noc[2] / size[2]),
        dram_ratio=(dram[0] / size[0], dram[1] / size[1], xp.ones_like(dram[2])),
        spill_bytes=dram[2] - size[2],
        tile_bytes=(
            2.0 * tile[0] * table.input_bytes,
            2.0 * tile[1] * table.weight_bytes,
            2.0 * tile[2] * table.output_bytes,
        ),
        waiting_share=rows.share,
        waiting_bytes=(rows.at_pes, rows.on_chip),
        tiles=counts,
        phases=phases_of(loops),
        engine_j=_engine_energy(schedule, table, machine, tech, stream),
    )


def loops_by_class(
    order: Array,
    orders: Sequence[str],
    classes: dict[str, str],
    tiles: tuple[Extents, Extents, Extents],
    temperature: Array,
) -> Loops:
    """The loops over the second of ``tiles`` in the first, of which the array takes the third at once: one per class of
    dimensions, in the order ``orders[order]``."""
    trips, wider, busier = _cut(*tiles, temperature)
    counts = {name: trips.product(dims) for name, dims in classes.items()}
    excess = {name: _innermost(trips, wider, dims) for name, dims in classes.items()}
    greatest = {name: wider.product(dims) for name, dims in classes.items()}
    passes = {name: _innermost(trips, busier, dims) for name, dims in classes.items()}
    depth = range(len(classes))

    def ordered(values: MappingOf[str, Array]) -> list[Array]:
        return [choose(order, tuple(values[names[index]] for names in orders)) for index in depth]

    relevant = {
        operand: ordered({name: np.asarray(float(dims[0] in of)) for name, dims in classes.items()})
        for operand, of in RELEVANT.items()
    }
    return Loops(ordered(counts), relevant, ordered(excess), ordered(greatest), ordered(passes))


def _innermost(trips: Extents, values: Extents, dims: str) -> Array:
    """Of ``values``, that of the last of ``dims`` that loops; 1 where none does."""
    result: Array = 1.0
    for dim in dims:
        loops = more_than_one(getattr(trips, dim))
        result = result + loops * (getattr(values, dim) - result)
    return result
