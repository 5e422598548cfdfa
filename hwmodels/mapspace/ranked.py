"""The recipes of ``hwmodels.recipes`` ranked where the tensors live."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from hwmodels.contractions import tabulate
from hwmodels.mapper import MappingCost, mapping_cost, mappings_of
from hwmodels.mapspace.tiles import Problem, Share
from hwmodels.pipeline import overlapped_seconds, transfer_cycles
from hwmodels.recipes import Recipe, fits, realise
from hwmodels.records import ENGINES, Contraction, Machine, Mapping, Rows
from hwmodels.template import noc_bytes_per_cycle, slots_s, sustained_dram_bytes_per_s

FASTEST = 4
"""Recipes of each region that are priced exactly."""

FEW = (tuple(range(len(ENGINES))), (0, 1, 2, 3), (0, 1, 2), (0, 1, 2), (1, 2), (0, 2))
"""Of each field of a recipe those that are ranked, beside the best of all that ``hwmodels.mapper`` finds for the
contraction alone: steps from these come to what the others would have given on machines like TPUs."""

SHAPE = tuple(map(len, FEW))

TIE = 1e-3
"""Weight of the resources that do not bound a region: recipes that are equal, or nearly, are told apart by them."""

Key = tuple[Problem, Contraction, Rows]
"""A region's problem, its contraction, and its rows."""


def fastest_recipes(keys: Sequence[Key], machine: Machine) -> dict[Key, list[Mapping]]:
    """The fastest recipes of each, where there are any."""
    works = list(dict.fromkeys(key[1:] for key in keys))
    if not works:
        return {}
    costs, legal = _few_recipes_of(works, machine)
    row = {work: index for index, work in enumerate(works)}
    ranked = {key: _seconds(key[0], _row_of(costs, row[key[1:]]), machine) for key in keys}
    picks: list[tuple[Key, int]] = []
    for key, seconds in ranked.items():
        flat = np.where(legal[row[key[1:]]], seconds, np.inf).ravel()
        best = np.argpartition(flat, FASTEST)[:FASTEST]
        picks += [(key, int(index)) for index in best if np.isfinite(flat[index])]
    if not picks:
        return {}
    places = np.unravel_index([index for _, index in picks], SHAPE)
    recipes = Recipe(*(np.asarray(few)[place] for few, place in zip(FEW, places, strict=True)))
    table = tabulate([key[1] for key, _ in picks], [key[2] for key, _ in picks])
    found: dict[Key, list[Mapping]] = {}
    for (key, _), mapping in zip(picks, mappings_of(realise(recipes, table, machine, 0.0), len(picks)), strict=True):
        found.setdefault(key, []).append(mapping)
    return found


@lru_cache(maxsize=1)
def few_recipes() -> Recipe:
    """As ``recipes.all_recipes``, of ``FEW``."""
    fields = np.meshgrid(*map(np.asarray, FEW), indexing="ij", sparse=True)
    return Recipe(*(field[None] for field in fields))


def _few_recipes_of(works: Sequence[tuple[Contraction, Rows]], machine: Machine) -> tuple[MappingCost, np.ndarray]:
    """What the few recipes cost, and whether each is legal; [works, *SHAPE] or fewer axes."""
    wide = tabulate([work for work, _ in works], [rows for _, rows in works]).append_axes(len(SHAPE))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        realised = realise(few_recipes(), wide, machine, 0.0)
        cost = mapping_cost(realised, wide, machine, 0.0)
    legal = fits(realised.overflow)
    return cost, np.broadcast_to(legal, (len(works), *SHAPE))


def _row_of(cost: MappingCost, index: int) -> MappingCost:
    """``cost`` of the work at ``index``."""

    def pick(part: Any) -> Any:
        if isinstance(part, tuple):
            values: list[Any] = [pick(each) for each in part]
            return type(part)(*values) if hasattr(part, "_fields") else tuple(values)
        return part[min(index, len(part) - 1)] if np.ndim(part) else part

    return pick(cost)


def _seconds(problem: Problem, cost: MappingCost, machine: Machine) -> np.ndarray:
    """[*SHAPE] time by which recipes are ranked, as ``network.region_arrays`` has it but for what the vector
    unit reads, which counts with the outputs."""
    tiles, last, clock = cost.tiles, cost.last, machine.clock_hz
    vector_s = problem.beside.vector_cycles / clock
    on_vector = few_recipes().engine[0] == ENGINES.index("vector")
    one, behind = cost.engine_first_s, vector_s * last
    follows = np.where(on_vector, behind, np.maximum(behind - one, 0.0))
    ahead = np.where(on_vector, cost.compute_s, np.maximum(cost.compute_s * last - one, 0.0))
    engine = np.maximum(np.where(on_vector, 0.0, cost.compute_s) + follows, vector_s + ahead)
    outputs = np.prod(problem.bounds[:5]) * problem.element_bytes[2]

    def own(share: Share, moved: Sequence[np.ndarray], rate: float) -> list[np.ndarray]:
        """Seconds of input, weight, partial sums and the rest."""
        inputs, weights, partial = moved
        every = (inputs * share.input, weights * share.weight, partial - outputs, share.more_bytes)
        return [np.asarray(moved) / rate for moved in every]

    noc = own(problem.near, cost.noc_bytes, noc_bytes_per_cycle(machine) * clock)
    counts = (tiles.transfers[0], tiles.transfers[1], tiles.transfers[2] - tiles.pieces[2], 1.0 / last)
    noc = [transfer_cycles(part, count, 1.0 / clock, 0.0) / clock for part, count in zip(noc, counts, strict=True)]
    noc_first = noc[0] / counts[0] + noc[1] / counts[1] + noc[3] * last
    dram = own(problem.far, cost.dram_bytes, sustained_dram_bytes_per_s(machine))
    dram_first = dram[0] / tiles.pieces[0] + dram[1] / tiles.pieces[1] + dram[3] * last
    waits = [
        slots_s(machine, count, tiles.pieces[i], dram[i], noc[i]) * (dram[i] > 0.0)
        for i, count in enumerate(tiles.fetches)
    ]
    wait = np.maximum(*waits) + dram_first
    again = cost.rescans
    noc_s = sum(noc) + again.noc_bytes / (noc_bytes_per_cycle(machine) * clock)
    dram_s = np.maximum(sum(dram) + again.dram_bytes / sustained_dram_bytes_per_s(machine), wait)
    stages = (engine, noc_s, dram_s)
    busy = overlapped_seconds(stages, (one + follows, noc_first, dram_first))
    return busy + TIE * sum(stages)
