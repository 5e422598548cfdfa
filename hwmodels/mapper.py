"""The mapper: many tilings and dataflows of many contractions on a machine at once, as arrays.

What it chooses between are the recipes of ``hwmodels.recipes``. The exact mapper finds the best recipe of every
contraction; the search keeps the best few and differentiates through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from hwmodels.access import distinct, footprint, traffic
from hwmodels.arrays import is_exact, namespace
from hwmodels.chains import unit_of
from hwmodels.compute import VECTOR, compute_cycles, stream_length
from hwmodels.contractions import ContractionTable, Extents, tabulate
from hwmodels.cost import (
    Schedule,
    TileCounts,
    array_use,
    fetch_s,
    fill_cycles,
    loops_of,
    slot_cycles,
    tile_counts,
    times,
    waiting,
)
from hwmodels.network_table import vector_cycles
from hwmodels.phases import uneven
from hwmodels.pipeline import (
    ROUNDING,
    EngineSeconds,
    engine_seconds,
    overlapped_seconds,
    transfer_cycles,
    with_slots,
)
from hwmodels.recipes import CLASSES, GLOBAL_SHAPES, ORDERS, RECIPE_SHAPE, Realised, Recipe, fits, realise, schedule
from hwmodels.records import DIMS, ENGINES, Array, Contraction, Machine, Mapping, Network, VectorWork
from hwmodels.rows import Rescans, rescans
from hwmodels.shortlist import CHOICES_SHAPE, Shortlist, shortlist
from hwmodels.technology import technology_of
from hwmodels.template import noc_bytes_per_cycle, sustained_dram_bytes_per_s, vector_lanes

Dataflow = Literal["any", "weight_stationary", "input_stationary", "output_stationary"]

BALANCE = 0.02
"""Weight of the resources that do not bound a mapping: among equally fast ones, the mapper takes the one that leaves
the other resources freest."""

TRIED = 16
"""Choices of the PEs that are costed for each contraction before the others are ruled out; measured."""

LOOSE = 0.1
"""By so much a bound may be above what it bounds between the temperatures 0 and 1, where steps are neither whole nor
linear: 0.04 was seen at 0.8, and 0.1 at 0.3."""

BATCH = 8192
"""Choices that are costed together at most, so that the processor's caches hold them; measured."""

LAST_RESORT = 1e9
"""Seconds added to the score of the vector unit where a dataflow of the array is asked for: no mapping to the array is
as slow, so the vector unit takes a contraction only where the array cannot."""


class MappingCost(NamedTuple):
    """What a mapping takes; arrays of the candidates' shape."""

    compute_s: Array
    noc_bytes: tuple[Array, Array, Array]
    """Input, weight and output bytes between the global buffer and the PEs."""
    dram_bytes: tuple[Array, Array, Array]
    """The same between DRAM and the global buffer (or the PEs), were all three in DRAM."""
    rescans: Rescans
    """What going through rows of its outputs again moves."""
    engine_s: Array
    """Of the contraction and the vector work beside it."""
    noc_s: Array
    dram_s: Array
    engine_first_s: Array
    """For the last tile, with its way through the array, and what the vector unit does behind it."""
    noc_first_s: Array
    """For the first tiles of the operands and the last outputs,"""
    dram_first_s: Array
    """and on DRAM."""
    tiles: TileCounts
    last: Array
    """Share of the outputs that leave together."""


def mapping_cost(realised: Realised, table: ContractionTable, machine: Machine, temperature: Array) -> MappingCost:
    """Compute time and bytes of each candidate, with every operand in DRAM."""
    plan = schedule(realised, table, temperature)
    outer, both = times(plan.outer), times(plan.outer, plan.inner)
    dram = traffic(table, distinct(table, plan.tile, temperature), outer)
    noc = traffic(table, distinct(table, plan.l2, temperature), both)
    counts = tile_counts(plan, table, outer, both, temperature)
    use = array_use(plan, realised.spatial, counts, both[2], temperature)
    cycles = compute_cycles(table, machine, plan.engine, realised.spatial, plan.l1, temperature, use)
    compute_s = cycles / machine.clock_hz
    again, together = _again(plan, table, machine, temperature)
    xp = namespace(compute_s, *noc)
    rate, dram_rate = noc_bytes_per_cycle(machine) * machine.clock_hz, sustained_dram_bytes_per_s(machine)
    noc_s = [
        transfer_cycles(moved, count, noc_bytes_per_cycle(machine), temperature) / machine.clock_hz
        for moved, count in zip(noc, counts.transfers, strict=True)
    ]
    fill = fill_cycles(plan, use, machine)
    stream = stream_length(plan.engine, plan.l1, realised.spatial, temperature)
    slot_s = slot_cycles(plan, use, counts, both[2], cycles, fill, stream) / machine.clock_hz
    fill_s = xp.minimum(fill / machine.clock_hz, compute_s)
    last = xp.maximum(1.0 / counts.pieces[2], together)
    held = xp.where(together > 0.0, 1.0 / last, counts.pieces[2] * both[2])
    # As in ``network.region_arrays``.
    slot_s = slot_s * xp.where((together > 0.0) & (both[2] <= 1.0), held / counts.pieces[2], 1.0)
    greatest = uneven(loops_of(plan))
    held_s = greatest.passes * compute_s + slot_s + greatest.size * (noc_s[2] + again.noc_bytes / rate)
    waiting_s = with_slots(compute_s, held_s, held)
    on_vector = 1.0 * (plan.engine == VECTOR)
    compute_s = xp.where(on_vector > 0.0, compute_s, waiting_s)
    vector_s = table.vector_cycles / (vector_lanes(machine) * machine.clock_hz)
    engines = EngineSeconds(compute_s, compute_s, fill_s, vector_s)
    engine_s, engine_first_s = engine_seconds(engines, on_vector, counts.steps, last, together)
    left_s, left_dram_s = (
        table.bounds.product("gnpqk") * table.output_bytes * last / speed for speed in (rate, dram_rate)
    )
    firsts = (engine_first_s, noc_s[0] / counts.transfers[0] + noc_s[1] / counts.transfers[1] + left_s)
    dram_s = [moved / dram_rate for moved in dram]
    dram_first_s = dram_s[0] / counts.pieces[0] + dram_s[1] / counts.pieces[1] + left_dram_s
    noc_all_s = sum(noc_s) + again.noc_bytes / rate
    chip_s = overlapped_seconds((engine_s, noc_all_s), firsts)
    waits = [
        fetch_s(machine, counts.fetched(operand), dram_s[operand], noc_s[operand], chip_s, sum(firsts))
        for operand in (0, 1)
    ]
    return MappingCost(
        compute_s=compute_s,
        noc_bytes=noc,
        dram_bytes=dram,
        rescans=again,
        engine_s=engine_s,
        noc_s=noc_all_s,
        dram_s=xp.maximum(sum(dram_s) + again.dram_bytes / dram_rate, xp.maximum(*waits)),
        engine_first_s=firsts[0],
        noc_first_s=firsts[1],
        dram_first_s=dram_first_s,
        tiles=counts,
        last=last,
    )


def _again(plan: Schedule, table: ContractionTable, machine: Machine, temperature: Array) -> tuple[Rescans, Array]:
    """What going through rows again moves, and the share of the outputs that wait together."""
    if isinstance(table.kept_bytes, np.ndarray) and not table.kept_bytes.any() and not table.rescan_bytes.any():
        return Rescans(0.0, 0.0, 0.0), 0.0  # As below, without the time.
    inputs, weights, _ = footprint(table, plan.tile)
    tiles = 2.0 * (inputs * table.input_bytes + weights * table.weight_bytes)
    rows = waiting(plan, table)
    return rescans(table.rescan_bytes, (rows.at_pes, rows.on_chip), tiles, machine, temperature), rows.share


def score(realised: Realised, cost: MappingCost, machine: Machine, *, own_tiles: bool = True) -> Array:
    """Seconds by which the mapper ranks: all engines in a pipeline, half as if every operand were in DRAM and half as
    if all were on chip, for nobody knows yet; and a little of each and of the buffer taken.

    Without ``own_tiles`` the slowest engine, with all operands in DRAM, in place of the pipeline: where what is ranked
    is cut into other tiles than the mapping's.
    """
    xp = namespace(cost.engine_s, cost.noc_s, cost.dram_s)
    stages = (cost.engine_s, cost.noc_s, cost.dram_s)
    if own_tiles:
        first = (cost.engine_first_s, cost.noc_first_s, cost.dram_first_s)
        busy = (overlapped_seconds(stages, first) + overlapped_seconds(stages[:2], first[:2])) / 2.0
    else:
        busy = xp.maximum(xp.maximum(*stages[:2]), stages[2])
    taken = realised.tile_bytes / xp.maximum(machine.global_buffer_bytes, 1.0)
    return busy * (1.0 + BALANCE * taken) + BALANCE * sum(stages)


def scores(
    table: ContractionTable,
    machine: Machine,
    recipes: Recipe,
    dataflow: Dataflow,
    temperature: Array,
    *,
    own_tiles: bool = True,
) -> Array:
    """Score of every recipe of every contraction; [contractions, *RECIPE_SHAPE].

    Infinite where it is not legal, but while relaxed a tile that is too big costs by its excess.
    """
    wide = table.append_axes(len(RECIPE_SHAPE))
    realised = realise(recipes, wide, machine, temperature)
    result = score(realised, mapping_cost(realised, wide, machine, temperature), machine, own_tiles=own_tiles)
    xp = namespace(result)
    if not is_exact(temperature):
        return result * _penalty(realised.overflow)
    illegal = ~fits(realised.overflow)
    if dataflow != "any":
        result = xp.where(recipes.engine == ENGINES.index("vector"), LAST_RESORT + result, result)
        illegal = illegal | (recipes.engine != ENGINES.index(dataflow)) & (recipes.engine != ENGINES.index("vector"))
    return xp.where(illegal, xp.inf, result)


def _penalty(overflow: Array) -> Array:
    """What a tile ``overflow`` times as big as its buffer makes of a score, while relaxed."""
    return namespace(overflow).maximum(overflow, 1.0) ** 4


class NoMappingError(Exception):
    """No candidate of a contraction fits the machine's buffers."""


def map_contractions(
    contractions: Sequence[Contraction],
    machine: Machine,
    dataflow: Dataflow = "any",
    beside: Sequence[VectorWork] | None = None,
    *,
    own_tiles: bool = True,
) -> list[Mapping]:
    """The best mapping of each contraction, with the vector work ``beside`` it in its region, of all the mapper knows;
    ties go to the first recipe. ``own_tiles`` as of ``score``.

    Raises NoMappingError where not even the smallest tile fits the buffers.
    """
    if not contractions:
        return []
    table = table_of(contractions, machine, beside)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        best = _ranked(table, machine, dataflow, own_tiles=own_tiles)
    for contraction, score_s in zip(contractions, best.score_s[:, 0], strict=True):
        if not np.isfinite(score_s):
            sizes = ", ".join(f"{dim} = {bound}" for dim, bound in zip(DIMS, contraction.bounds, strict=True))
            raise NoMappingError(f"no tile of the contraction [{sizes}] fits the buffers of machine '{machine.name}'")
    realised = realise(Recipe(*np.unravel_index(best.recipe[:, 0], RECIPE_SHAPE)), table, machine, 0.0)
    return mappings_of(realised, len(contractions))


def table_of(
    contractions: Sequence[Contraction], machine: Machine, beside: Sequence[VectorWork] | None = None
) -> ContractionTable:
    """The contractions as arrays, with the vector work ``beside`` them as ``machine`` does it."""
    if beside is None:
        return tabulate(contractions)
    tech = technology_of(machine)
    return tabulate(contractions, [work.rows for work in beside], [vector_cycles(work, tech) for work in beside])


def best_recipes(
    table: ContractionTable, machine: Machine, keep: int, temperature: float
) -> tuple[np.ndarray, np.ndarray]:
    """[contractions, keep, 6] the best recipes of each contraction that differ on the PEs, best first, and their scores
    [contractions, keep]; ties go to the first, and where fewer are legal the best comes again, with an infinite score.

    While relaxed, as for machines whose sizes are no whole numbers, a tile may be too big for its buffer.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        best = _ranked(table, machine, "any", keep=keep, temperature=temperature)
    legal = np.where(np.isfinite(best.score_s), best.recipe, best.recipe[:, :1])
    legal = np.where(np.isfinite(best.score_s[:, :1]), legal, 0)
    return np.stack(np.unravel_index(legal, RECIPE_SHAPE), axis=-1), best.score_s


class Best(NamedTuple):
    """The best recipes of each contraction, best first; each [contractions, kept]."""

    score_s: np.ndarray
    """Infinite where none is legal."""
    recipe: np.ndarray
    """Its position in ``RECIPE_SHAPE``."""

    def or_better(self, rows: np.ndarray, score_s: np.ndarray, recipe: np.ndarray) -> Best:
        """The best of these and others, ``score_s`` and ``recipe`` [O, several], each O one of the contraction at
        ``rows``; ties go to the first recipe."""
        count, keep = self.recipe.shape
        several = recipe.shape[1]
        rows = np.concatenate([np.repeat(np.arange(count), keep), np.repeat(rows, several)])
        score_s = np.concatenate([self.score_s.ravel(), score_s.ravel()])
        recipe = np.concatenate([self.recipe.ravel(), recipe.ravel()])
        order = np.lexsort((recipe, score_s, rows))
        first = np.unique(rows[order], return_index=True)[1]
        kept = order[first[:, None] + np.arange(keep)]
        return Best(score_s[kept], recipe[kept])


def _ranked(
    table: ContractionTable,
    machine: Machine,
    dataflow: Dataflow,
    *,
    own_tiles: bool = True,
    keep: int = 1,
    temperature: float = 0.0,
) -> Best:
    """First the most promising choices of the PEs, then those that may be better still."""
    listed = shortlist(table, machine, temperature)
    bound = np.where(listed.possible, _bounds(listed, dataflow, own_tiles=own_tiles), np.inf)
    if not is_exact(temperature):
        bound = bound * _penalty(listed.overflow) * (1.0 - LOOSE)
    count = len(bound)
    best = Best(np.full((count, keep), np.inf), np.full((count, keep), np.prod(RECIPE_SHAPE)))
    promising = np.zeros(bound.shape, bool)
    np.put_along_axis(promising, np.argsort(bound, axis=1, kind="stable")[:, :TRIED], True, axis=1)
    for wave in (promising, ~promising):
        rows, choices = np.nonzero(wave & (bound <= best.score_s[:, -1:]) & np.isfinite(bound))
        for part in np.array_split(np.arange(len(rows)), -(-len(rows) // BATCH)) if len(rows) else ():
            ranked = _costed(table, machine, dataflow, rows[part], choices[part], temperature, own_tiles=own_tiles)
            least, score_s = _least(ranked, min(keep, ranked.shape[1]))
            best = best.or_better(rows[part], score_s, choices[part, None] * ranked.shape[1] + least)
    return best


def _least(ranked: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """[R, count] positions and scores of the least in each row of ``ranked``; of equal ones the first, and the others
    infinite."""
    if count == 1:
        least = np.argmin(ranked, axis=1)[:, None]
        return least, np.take_along_axis(ranked, least, axis=1)
    order = np.argsort(ranked, axis=1, kind="stable")
    score_s = np.take_along_axis(ranked, order, axis=1)
    score_s[:, 1:][score_s[:, 1:] == score_s[:, :-1]] = np.inf
    first = np.argsort(score_s, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(order, first, axis=1), np.take_along_axis(score_s, first, axis=1)


def _bounds(listed: Shortlist, dataflow: Dataflow, *, own_tiles: bool) -> np.ndarray:
    """[contractions, CHOICES] what no recipe with that choice scores below; infinite where ``dataflow`` forbids it."""
    chip_s = np.maximum(listed.engine_s, listed.noc_s)
    busy_s = np.maximum(chip_s, listed.dram_s)
    if own_tiles:
        busy_s = (busy_s + chip_s) / 2.0
    bound = (busy_s + BALANCE * (listed.engine_s + listed.noc_s + listed.dram_s)) * (1.0 - ROUNDING)
    if dataflow == "any":
        return bound
    on_vector = listed.engine == VECTOR
    return np.where(on_vector, LAST_RESORT, np.where(listed.engine == ENGINES.index(dataflow), bound, np.inf))


def _costed(
    table: ContractionTable,
    machine: Machine,
    dataflow: Dataflow,
    rows: np.ndarray,
    choices: np.ndarray,
    temperature: float,
    *,
    own_tiles: bool,
) -> np.ndarray:
    """[O, others] the scores of all recipes with each of O ``choices`` for the contractions at ``rows``."""
    others = RECIPE_SHAPE[len(CHOICES_SHAPE) :]
    ones = (1,) * len(RECIPE_SHAPE)
    levels = (level.reshape(-1, *ones) for level in np.unravel_index(choices, CHOICES_SHAPE))
    inner = np.meshgrid(*(np.arange(size) for size in others), indexing="ij", sparse=True)
    recipes = Recipe(*levels, *(level.reshape(ones[: -len(others)] + level.shape)[None] for level in inner))
    part = table.map(lambda field: field[rows])
    ranked = scores(part, machine, recipes, dataflow, temperature, own_tiles=own_tiles).reshape(len(rows), -1)
    return ranked if is_exact(temperature) else np.where(np.isnan(ranked), np.inf, ranked)


def mappings_of(realised: Realised, count: int) -> list[Mapping]:
    """One record for each of ``count`` recipes that were realised side by side."""

    def whole(extents: Extents) -> np.ndarray:
        return np.rint(np.broadcast_to(extents.stack(), (count, len(DIMS)))).astype(np.int64)

    def order(name: str) -> np.ndarray:
        return np.asarray([DIMS.index(dim) for group in name for dim in CLASSES[group]], np.int64)

    recipe, orders = realised.recipe, [order(name) for name in ORDERS]
    spatial = np.stack([whole(axis) for axis in realised.axes], axis=1)
    l1, l2, tile = whole(realised.l1), whole(realised.l2), whole(realised.tile)
    return [
        Mapping(
            engine=int(recipe.engine[index]),
            spatial=spatial[index],
            l1_tile=l1[index],
            l2_tile=l2[index],
            global_tile=tile[index],
            l1_order=orders[int(recipe.order[index])],
            l2_order=orders[int(recipe.order[index])],
            global_order=orders[GLOBAL_SHAPES[int(recipe.global_shape[index])][2]],
        )
        for index in range(count)
    ]


def map_network(network: Network, machine: Machine, dataflow: Dataflow = "any") -> tuple[Mapping | None, ...]:
    """The best mapping of each region's contraction (None for a region without one), in a chain of its greatest tile;
    equal contractions beside equal vector work are mapped once."""
    units = [unit_of(region) for region in network.regions]
    pairs = list(dict.fromkeys((work, beside) for work, beside in units if work is not None))
    mapped = map_contractions([work for work, _ in pairs], machine, dataflow, [beside for _, beside in pairs])
    mappings = dict(zip(pairs, mapped, strict=True))
    return tuple(None if work is None else mappings[work, beside] for work, beside in units)
