"""The recipes of ``hwmodels.mapper`` ranked where the tensors live: a mapping of every region, at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwmodels.contractions import tabulate
from hwmodels.mapper import (
    RECIPE_SHAPE,
    Recipe,
    all_recipes,
    mapping_cost,
    mappings_of,
    realise,
)
from hwmodels.mapspace.regions import best_of, region_problems
from hwmodels.mapspace.tiles import Problem, Share
from hwmodels.records import ENGINES, Contraction, Machine, Mapping, Network, Placement, Rows
from hwmodels.template import noc_bytes_per_cycle, sustained_dram_bytes_per_s

TIE = 1e-3
"""Weight of the resources that do not bound a region: recipes that are equal, or nearly, are told apart by them."""


def quick_map_network(
    network: Network, machine: Machine, placement: Placement | None = None
) -> tuple[Mapping | None, ...]:
    """The fastest recipe of each region with its tensors as ``placement`` says (None: all in DRAM); nothing is proven.

    Where its tiles do not fit beside what is resident, the recipe of ``hwmodels.mapper``, which may be slower. Raises
    NoMappingError where not even the smallest tile fits the buffers.
    """
    problems = region_problems(network, machine, placement)
    keys = [
        None if problem is None or region.contraction is None else (problem, region.contraction, region.vector.rows)
        for problem, region in zip(problems, network.regions, strict=True)
    ]
    alone = [None if key is None else (Problem.of(key[1]), *key[1:]) for key in keys]
    known = _fastest([key for key in dict.fromkeys((*keys, *alone)) if key is not None], machine)
    sources = [[None if key is None else known.get(key) for key in some] for some in (keys, alone)]
    return best_of(network, machine, placement, sources).mappings


_Key = tuple[Problem, Contraction, Rows]


def _fastest(keys: Sequence[_Key], machine: Machine) -> dict[_Key, Mapping]:
    """The fastest recipe of each, where there is one."""
    works = list(dict.fromkeys(key[1:] for key in keys))
    if not works:
        return {}
    parts = _all_recipes_of(works, machine)
    row = {work: index for index, work in enumerate(works)}
    ranked = {key: _seconds(key[0], [part[row[key[1:]]] for part in parts], machine) for key in keys}
    legal = [key for key, seconds in ranked.items() if np.isfinite(seconds.min())]
    if not legal:
        return {}
    picks = np.unravel_index([int(np.argmin(ranked[key])) for key in legal], RECIPE_SHAPE)
    table = tabulate([work for _, work, _ in legal], [rows for _, _, rows in legal])
    return dict(zip(legal, mappings_of(realise(Recipe(*picks), table, machine, 0.0), len(legal)), strict=True))


def _all_recipes_of(works: Sequence[tuple[Contraction, Rows]], machine: Machine) -> list[np.ndarray]:
    """[works, *RECIPE_SHAPE] each: compute seconds; bytes of input, weight and output on the network on chip and from
    DRAM; what rescans move on either; whether the recipe is legal."""
    wide = tabulate([work for work, _ in works], [rows for _, rows in works]).append_axes(len(RECIPE_SHAPE))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        realised = realise(all_recipes(), wide, machine, 0.0)
        cost = mapping_cost(realised, wide, machine, 0.0)
    parts = (cost.compute_s, *cost.noc_bytes, *cost.dram_bytes, cost.rescans.noc_bytes, cost.rescans.dram_bytes)
    legal = realised.overflow <= 1.0 + 1e-9
    return [np.broadcast_to(part, (len(works), *RECIPE_SHAPE)) for part in (*parts, legal)]


def _seconds(problem: Problem, parts: Sequence[np.ndarray], machine: Machine) -> np.ndarray:
    """[*RECIPE_SHAPE] time by which recipes are ranked; infinite where they are not legal."""
    compute, *moved, noc_again, dram_again, legal = parts
    vector_s = problem.beside.vector_cycles / machine.clock_hz
    on_vector = all_recipes().engine[0] == ENGINES.index("vector")
    engines = np.where(on_vector, compute + vector_s, np.maximum(compute, vector_s))
    outputs = np.prod(problem.bounds[:5]) * problem.element_bytes[2]

    def own(share: Share, bytes_moved: Sequence[np.ndarray]) -> np.ndarray:
        inputs, weights, partial = bytes_moved
        return inputs * share.input + weights * share.weight + partial - outputs + share.more_bytes

    noc = (own(problem.near, moved[:3]) + noc_again) / (noc_bytes_per_cycle(machine) * machine.clock_hz)
    dram = (own(problem.far, moved[3:]) + dram_again) / sustained_dram_bytes_per_s(machine)
    slowest = np.maximum(np.maximum(engines, noc), dram)
    return np.where(legal, slowest + TIE * (compute + noc + dram), np.inf)
