"""The recipes of ``hwmodels.recipes`` ranked where the tensors live, and steps from the best: a mapping of every
region, at once."""

from __future__ import annotations

from hwmodels.mapper import map_network as map_by_recipe
from hwmodels.mapspace.ranked import fastest_recipes
from hwmodels.mapspace.region_problems import problems_of
from hwmodels.mapspace.regions import best_of
from hwmodels.mapspace.scene import scene_of
from hwmodels.mapspace.tiles import Problem
from hwmodels.records import Machine, Mapping, Network, Placement

ROUNDS = 3
"""Steps that are taken from the best recipes, at most."""


def quick_map_network(
    network: Network, machine: Machine, placement: Placement | None = None
) -> tuple[Mapping | None, ...]:
    """A fast mapping of each region with its tensors as ``placement`` says (None: all in DRAM); nothing is proven.

    Where its tiles do not fit beside what is resident, the recipe of ``hwmodels.mapper``, which may be slower. Raises
    NoMappingError where not even the smallest tile fits the buffers.
    """
    scene = scene_of(network, machine, placement)
    problems = problems_of(scene)
    keys = [
        None if problem is None or region.contraction is None else (problem, region.contraction, region.vector.rows)
        for problem, region in zip(problems, network.regions, strict=True)
    ]
    # What fits where nothing is resident may be slower, and yet the best that fits.
    alone = keys if placement is None else [None if key is None else (Problem.of(key[1]), *key[1:]) for key in keys]
    known = fastest_recipes([key for key in dict.fromkeys((*keys, *alone)) if key is not None], machine)
    candidates = [
        [mapping for key in dict.fromkeys(pair) if key is not None for mapping in known.get(key, ())]
        for pair in zip(keys, alone, strict=True)
    ]
    for own, mapping in zip(candidates, map_by_recipe(network, machine), strict=True):
        own += [] if mapping is None else [mapping]
    return best_of(scene, candidates, rounds=ROUNDS).mappings
