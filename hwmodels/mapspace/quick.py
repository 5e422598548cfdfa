"""The recipes of ``hwmodels.recipes`` ranked where the tensors live, and steps from the best: a mapping of every
region, at once."""

from __future__ import annotations

from hwmodels.mapspace.ranked import fastest_recipes
from hwmodels.mapspace.regions import best_of, region_problems
from hwmodels.mapspace.tiles import Problem
from hwmodels.records import Machine, Mapping, Network, Placement

ROUNDS = 4
"""Steps that are taken from the best recipes, at most."""


def quick_map_network(
    network: Network, machine: Machine, placement: Placement | None = None
) -> tuple[Mapping | None, ...]:
    """A fast mapping of each region with its tensors as ``placement`` says (None: all in DRAM); nothing is proven.

    Where its tiles do not fit beside what is resident, the recipe of ``hwmodels.mapper``, which may be slower. Raises
    NoMappingError where not even the smallest tile fits the buffers.
    """
    problems = region_problems(network, machine, placement)
    keys = [
        None if problem is None or region.contraction is None else (problem, region.contraction, region.vector.rows)
        for problem, region in zip(problems, network.regions, strict=True)
    ]
    alone = [None if key is None else (Problem.of(key[1]), *key[1:]) for key in keys]
    known = fastest_recipes([key for key in dict.fromkeys((*keys, *alone)) if key is not None], machine)
    candidates = [
        [mapping for key in dict.fromkeys(pair) if key is not None for mapping in known.get(key, ())]
        for pair in zip(keys, alone, strict=True)
    ]
    return best_of(network, machine, placement, candidates, rounds=ROUNDS).mappings
