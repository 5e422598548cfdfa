"""The relaxed objective: the exact models' own functions on continuous machines, fractional residency and blended
mappings.

What is continuous: every size (as log2), every kind (between 0 and 1), the batch, the mix of the pass-flag variants,
the share of each tensor that stays on chip, and the blend of each contraction's best few recipes. At temperature 0,
legal values and whole shares it is the exact objective of those recipes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from fastc.dse.affine import AFFINE, AffineNetwork, AtBatch, RowKey, affine, at_batch
from fastc.dse.exact import metrics_of
from fastc.dse.records import Metrics, SearchProblem
from hwmodels.arrays import namespace, segment_max
from hwmodels.chip import chip_cost
from hwmodels.contractions import ContractionTable, tabulate
from hwmodels.cost import ContractionCost, TileCounts, contraction_cost
from hwmodels.mapper import best_recipes
from hwmodels.network import RegionArrays, lower_bound, region_arrays
from hwmodels.network_table import NO_CONTRACTION, NetworkTable
from hwmodels.phases import Phases, Uneven
from hwmodels.placement import program, solve
from hwmodels.recipes import Recipe, realise, schedule
from hwmodels.records import Array, Machine, MixedMachine, Rows
from hwmodels.rows import buffer_tiles, region_rescans
from hwmodels.space import DRAM_KIND, SIZES, Space
from hwmodels.technology import technology_of

LOGIT_SCALE = 4.0
"""Steps of the optimiser in a logit, over steps in a coordinate: shares should be able to move faster than sizes."""

LEAST_SHARE = 0.05
"""Shares start at least this far from 0 and 1, so that their gradients live."""

KIND_MARGIN = 0.02
"""Kinds stay this far from 0 and 1 while relaxed, where their gradient would vanish."""


SPREAD = 0.05
"""Of a contraction's recipes, how much worse one may be and still count for about a third of the best, at temperature
1."""

LEAST_SPREAD = 1e-3
"""The same, at 0."""


class Blend(NamedTuple):
    """The recipes of each contraction that its relaxed cost is blended of."""

    recipes: Array
    """[D, K, 6] best first."""
    weights: Array
    """[D, K] of a sum of 1. They do not follow the machine: to first order, a minimum changes as what is least does."""


class Theta(NamedTuple):
    """The unconstrained variables of one start."""

    coordinates: Array
    """[P] the space's parameters, in ``Parameter.coordinate``."""
    variants: tuple[Array, ...]
    """Per model, [V] logits of its flag variants."""
    residency: tuple[tuple[Array, ...], ...]
    """Per model and variant, [C] logits of the placement candidates."""


@dataclass(frozen=True)
class RelaxedProblem:
    """A search problem as arrays, ready to be traced."""

    problem: SearchProblem
    low: ContractionTable
    """[D] the distinct contractions of all models and variants at either reference batch."""
    high: ContractionTable
    leader: np.ndarray
    """[D] the row whose recipes each one runs under: of a chain's smaller tiles that of the greatest."""
    networks: tuple[tuple[AffineNetwork, ...], ...]
    """Per model and variant."""
    bounds: np.ndarray
    """[P, 2] least and greatest coordinate of each parameter."""


def relax(problem: SearchProblem, like: Machine | None = None) -> RelaxedProblem:
    """Read every variant's networks at the reference batches and tabulate them; variants with chains have those that
    suit ``like`` (None: none)."""
    tech = technology_of(problem.space.base)
    rows: dict[RowKey, int] = {}
    networks = tuple(tuple(affine(variant, tech, rows, like) for variant in model.variants) for model in problem.models)
    nothing = (NO_CONTRACTION, Rows(), 0.0)
    lows, highs, leaders = zip(*rows or [RowKey(nothing, nothing)], strict=True)
    return RelaxedProblem(
        problem,
        tabulate(*zip(*lows, strict=True)),
        tabulate(*zip(*highs, strict=True)),
        np.asarray([row if leader is None else leader for row, leader in enumerate(leaders)], np.int64),
        networks,
        coordinate_bounds(problem.space),
    )


def coordinate_bounds(space: Space) -> np.ndarray:
    """[P, 2] the least and greatest coordinate of each parameter while relaxed."""
    bounds: list[tuple[float, float]] = []
    for parameter in space.parameters:
        coordinates = [parameter.coordinate(value) for value in parameter.values]
        margin = KIND_MARGIN if parameter.is_kind and len(coordinates) > 1 else 0.0
        bounds.append((min(coordinates) + margin, max(coordinates) - margin))
    return np.asarray(bounds, np.float64)


def machine_at(space: Space, coordinates: Array) -> Machine:
    """The machine at continuous ``coordinates`` [P]; gradients pass through.

    Sizes that are not searched become arrays of the coordinates' library too: the models ask one of them for it.
    Between two kinds of DRAM, all that they are is their mean, by how near each is.
    """
    xp = namespace(coordinates)
    values: dict[str, Any] = {each.name: getattr(space.base, each.name) for each in fields(space.base)}
    values |= {name: xp.asarray(float(values[name])) for name in SIZES}
    for index, parameter in enumerate(space.parameters):
        coordinate = coordinates[index]
        if parameter.name == DRAM_KIND:
            shares = [xp.maximum(1.0 - abs(coordinate - which), 0.0) for which in range(len(space.dram_kinds))]
            pairs = list(zip(space.dram_kinds, shares, strict=True))
            values["dram_shares"] = tuple((kind.name, share) for kind, share in pairs)
            values["dram_channel_bytes_per_s"] = sum(share * kind.channel_bytes_per_s for kind, share in pairs)
        else:
            values[parameter.name] = coordinate if parameter.is_kind else 2.0**coordinate
    return MixedMachine(**values)


def rank_recipes(relaxed: RelaxedProblem, coordinates: np.ndarray, temperature: float, keep: int) -> Blend:
    """The best ``keep`` recipes of each contraction on the machine at ``coordinates`` (NumPy).

    Ties go to the first recipe, as the exact mapper's do: equal in time, they may differ in energy.
    """
    machine = machine_at(relaxed.problem.space, coordinates.astype(np.float64))
    leaders, of_row = np.unique(relaxed.leader, return_inverse=True)
    table = relaxed.low.map(at_batch(machine.native_batch), relaxed.high).map(lambda field: field[leaders])
    recipes, score_s = best_recipes(table, machine, keep, temperature)
    over = score_s / np.where(np.isfinite(score_s[:, :1]), score_s[:, :1], 1.0)
    shares = np.where(np.isfinite(over), over, np.inf) ** (-1.0 / (SPREAD * temperature + LEAST_SPREAD))
    shares[:, 0] = 1.0
    return Blend(recipes[of_row], (shares / shares.sum(axis=1, keepdims=True))[of_row])


def best_shares(
    relaxed: RelaxedProblem, coordinates: np.ndarray, recipes: np.ndarray, temperature: float
) -> list[list[np.ndarray]]:
    """Per model and variant, [C] logits of the best residency for the machine at ``coordinates`` (NumPy).

    The integer program with shares instead of choices, each contraction under the first of its ``recipes`` [D, K, 6].
    """
    machine = machine_at(relaxed.problem.space, coordinates.astype(np.float64))
    mixed = at_batch(machine.native_batch)
    table = relaxed.low.map(mixed, relaxed.high)
    realised = realise(Recipe(*np.moveaxis(recipes[:, 0], -1, 0)), table, machine, temperature)
    tech = technology_of(machine)
    cost = contraction_cost(schedule(realised, table, temperature), table, machine, tech, temperature)
    logits: list[list[np.ndarray]] = []
    for variants in relaxed.networks:
        logits.append([])
        for network in variants:
            here = _table_at(network, relaxed, mixed)
            numbers = program(here, cost, machine, tech, network.choices, temperature, network.chains_at(mixed))
            share = np.clip(solve(numbers, shares=True)[0], LEAST_SHARE, 1.0 - LEAST_SHARE)
            logits[-1].append(np.log(share / (1.0 - share)) / LOGIT_SCALE)
    return logits


def roofline_metrics(relaxed: RelaxedProblem, coordinates: np.ndarray) -> list[list[Metrics]]:
    """Of each of the N machines at ``coordinates`` [N, P], which have one batch: metrics of each model, first variant,
    were every region as fast as its lower bound (NumPy); energy is TDP for that long.

    As much of everything is resident as the global buffer holds at the fullest moment.
    """
    # What differs between the machines is [N, 1].
    machine = machine_at(relaxed.problem.space, coordinates.astype(np.float64).T[..., None])
    chip, start_s = chip_cost(machine), technology_of(machine).region_start_s
    batch = np.ravel(machine.native_batch)[0]
    of_models: list[list[Metrics]] = []
    for variants in relaxed.networks:
        network = variants[0]
        table = _table_at(network, relaxed, at_batch(batch))
        sizes = network.choices.sizes(table.tensor_bytes)
        fullest = float(network.choices.taken(sizes, len(table.macs)).max())
        share = np.minimum(1.0, machine.global_buffer_bytes / max(fullest, 1.0))
        resident = np.where(network.choices.owner >= 0, share, table.sliced)
        run_s = table.runs * (lower_bound(table, machine, resident) + start_s)
        latency_s = np.sum(run_s, axis=-1, keepdims=True)
        every = metrics_of(batch, latency_s, chip.tdp_w * latency_s, chip)
        columns = np.broadcast_arrays(*(getattr(every, each.name) for each in fields(every)))
        of_models.append([Metrics(*row) for row in np.hstack(columns).tolist()])
    return [list(models) for models in zip(*of_models, strict=True)]


def blended_cost(relaxed: RelaxedProblem, machine: Machine, mapped: Blend, temperature: Array) -> ContractionCost:
    """[D] cost of each distinct contraction, a blend of its best recipes."""
    table = relaxed.low.map(at_batch(machine.native_batch), relaxed.high)
    wide = table.append_axes(1)
    recipe = Recipe(*(mapped.recipes[..., field] for field in range(len(Recipe._fields))))
    realised = realise(recipe, wide, machine, temperature)
    cost = contraction_cost(schedule(realised, wide, temperature), wide, machine, technology_of(machine), temperature)
    # A tile that does not fit its buffer is not forbidden while relaxed but costs as the square of its excess.
    excess = jnp.maximum(realised.overflow, 1.0) ** 2
    weight = mapped.weights

    def blend(field: Array, penalty: Array = 1.0) -> Array:
        return jnp.sum(jnp.broadcast_to(field * penalty, weight.shape) * weight, axis=-1)

    return ContractionCost(
        compute_cycles=blend(cost.compute_cycles, excess),
        slot_cycles=blend(cost.slot_cycles, excess),
        way_cycles=blend(cost.way_cycles),
        complete_cycles=blend(cost.complete_cycles),
        fill_cycles=blend(cost.fill_cycles),
        uneven=Uneven(blend(cost.uneven.size), blend(cost.uneven.passes)),
        on_vector=blend(cost.on_vector),
        noc_ratio=tuple(blend(ratio, excess) for ratio in cost.noc_ratio),
        dram_ratio=tuple(blend(ratio, excess) for ratio in cost.dram_ratio),
        spill_bytes=blend(cost.spill_bytes, excess),
        tile_bytes=tuple(blend(size) for size in cost.tile_bytes),
        waiting_share=blend(cost.waiting_share),
        waiting_bytes=tuple(blend(size) for size in cost.waiting_bytes),
        tiles=TileCounts(
            blend(cost.tiles.steps, excess),
            tuple(blend(count, excess) for count in cost.tiles.transfers),
            tuple(blend(count, excess) for count in cost.tiles.pieces),
            tuple(blend(count, excess) for count in cost.tiles.fetches),
            tuple(blend(count) for count in cost.tiles.blocks),
        ),
        phases=Phases(*(_blended(share, weight) for share in cost.phases)),
        engine_j=blend(cost.engine_j, excess),
    )


def _blended(shares: Array, weight: Array) -> Array:
    """[D, loops] of [D, K, loops], or fewer axes."""
    wide = jnp.broadcast_to(shares, (*weight.shape, shares.shape[-1]))
    return jnp.sum(wide * weight[..., None], axis=-2)


def resident_shares(
    network: AffineNetwork,
    table: NetworkTable,
    cost: ContractionCost,
    machine: Machine,
    logits: Array,
    temperature: Array,
) -> Array:
    """[T] share of each tensor that stays on chip.

    Feasible by construction: where the wishes (sigmoid of ``logits``) exceed the room that a region's tiles leave in
    the global buffer, everything live there is scaled down to fit.
    """
    choices = network.choices
    wish = jax.nn.sigmoid(LOGIT_SCALE * logits)
    held = wish * choices.sizes(table.tensor_bytes)
    regions = len(table.region_contraction)
    tiles = jnp.stack(buffer_tiles(table, cost, region_rescans(table, cost, machine, temperature)), axis=-1)
    taken = jnp.sum(tiles * network.own, axis=-1) + at_batch(machine.native_batch)(*network.chains_bytes)
    room = jnp.maximum(machine.global_buffer_bytes - taken, 0.0)
    scale = jnp.minimum(1.0, room / jnp.maximum(choices.taken(held, regions), 1.0))
    least = -segment_max(-scale[choices.live_region], choices.live_candidate, len(choices.pinned), -1.0)
    share = wish * jnp.where(choices.pinned > 0.0, jnp.min(scale), least)
    return jnp.where(choices.owner >= 0, share[choices.owner], table.sliced)


def relaxed_metrics(relaxed: RelaxedProblem, theta: Theta, mapped: Blend, temperature: Array) -> list[Metrics]:
    """Metrics of each model on the machine at ``theta``."""
    machine = machine_at(relaxed.problem.space, theta.coordinates)
    chip, tech = chip_cost(machine), technology_of(machine)
    cost = blended_cost(relaxed, machine, mapped, temperature)
    mixed = at_batch(machine.native_batch)
    result: list[Metrics] = []
    for model, logits in enumerate(theta.variants):
        mix = jax.nn.softmax(LOGIT_SCALE * logits)
        latency: Array = 0.0
        energy: Array = 0.0
        for index, network in enumerate(relaxed.networks[model]):
            table = _table_at(network, relaxed, mixed)
            shares = resident_shares(network, table, cost, machine, theta.residency[model][index], temperature)
            arrays = region_arrays(table, machine, tech, cost, shares, temperature)
            latency = latency + mix[index] * jnp.sum(table.runs * arrays.latency_s)
            energy = energy + mix[index] * jnp.sum(table.runs * arrays.energy_j)
        result.append(metrics_of(machine.native_batch, latency, energy, chip))
    return result


def _table_at(network: AffineNetwork, relaxed: RelaxedProblem, mixed: AtBatch) -> NetworkTable:
    low, high = network.low, network.high
    return replace(
        low,
        contractions=relaxed.low.map(mixed, relaxed.high),
        region_contraction=network.row_offset,
        **{name: mixed(getattr(low, name), getattr(high, name)) for name in AFFINE},
    )


def loss(
    relaxed: RelaxedProblem,
    theta: Theta,
    mapped: Blend,
    temperature: Array,
    multipliers: Array,
    stiffness: float,
) -> tuple[Array, tuple[Array, Array]]:
    """Augmented Lagrangian of one start: -log(objective) and the constraints' log excess [K]; beside it both apart."""
    metrics = relaxed_metrics(relaxed, theta, mapped, temperature)
    value = jnp.log(relaxed.problem.objective(metrics))
    excess = excesses(relaxed.problem, metrics)
    pressed = jnp.maximum(excess + multipliers / stiffness, 0.0)
    total = -value + 0.5 * stiffness * jnp.sum(pressed**2 - (multipliers / stiffness) ** 2)
    return total, (value, excess)


def excesses(problem: SearchProblem, metrics: Sequence[Metrics]) -> Array:
    """[K] log(value / bound) of each constraint, above 0 where it is not met."""
    if not problem.constraints:
        return jnp.zeros(0)
    signs = {"<=": 1.0, ">=": -1.0}
    return jnp.stack([signs[c.sense] * jnp.log(c.value(metrics) / c.bound) for c in problem.constraints])


class PlacedRegions(NamedTuple):
    """The regions of one model on one machine, each tile of a chain one; none of them blended with another."""

    kinds: tuple[str, ...]
    """[R]"""
    runs: np.ndarray
    """[R] how often each region runs."""
    arrays: RegionArrays
    """[R] of one run of each."""


def placed_regions(
    relaxed: RelaxedProblem, coordinates: np.ndarray, recipes: np.ndarray, variants: Sequence[int], temperature: float
) -> list[PlacedRegions]:
    """Per model, its regions under one variant on the machine at ``coordinates`` [P] (NumPy).

    Each contraction runs under the first of its ``recipes`` [D, K, 6], with the shares of the tensors on chip that are
    best there. A function as smooth as its temperature and its sizes make it, by whose differences one can tell what
    a change of the machine is worth.
    """
    machine = machine_at(relaxed.problem.space, coordinates.astype(np.float64))
    mixed, tech = at_batch(machine.native_batch), technology_of(machine)
    contractions = relaxed.low.map(mixed, relaxed.high)
    realised = realise(Recipe(*np.moveaxis(recipes[:, 0], -1, 0)), contractions, machine, temperature)
    cost = contraction_cost(schedule(realised, contractions, temperature), contractions, machine, tech, temperature)
    result: list[PlacedRegions] = []
    for networks, variant in zip(relaxed.networks, variants, strict=True):
        network = networks[variant]
        table, choices = _table_at(network, relaxed, mixed), network.choices
        resident = table.sliced
        if len(choices.pinned) and float(machine.global_buffer_bytes) > 0.0:
            numbers = program(table, cost, machine, tech, choices, temperature, network.chains_at(mixed))
            share = np.clip(solve(numbers, shares=True)[0], 0.0, 1.0)
            resident = np.where(choices.owner >= 0, share[choices.owner], table.sliced)
        arrays = region_arrays(table, machine, tech, cost, resident, temperature)
        result.append(PlacedRegions(network.kinds, table.runs, arrays))
    return result
