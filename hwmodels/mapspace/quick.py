"""The recipes of ``hwmodels.mapper`` and steps from them where the tensors live: a mapping of every region."""

from __future__ import annotations

from hwmodels.mapper import map_network as map_by_recipe
from hwmodels.mapspace.regions import best_of
from hwmodels.mapspace.scene import scene_of
from hwmodels.records import Machine, Mapping, Network, Placement

ROUNDS = 2
"""Steps that are taken from each recipe, at most; measured."""


def quick_map_network(
    network: Network, machine: Machine, placement: Placement | None = None
) -> tuple[Mapping | None, ...]:
    """A fast mapping of each region with its tensors as ``placement`` says (None: all in DRAM); nothing is proven.

    Where its tiles do not fit beside what is resident, the recipe itself, which may be slower. Raises NoMappingError
    where not even the smallest tile fits the buffers.
    """
    scene = scene_of(network, machine, placement).together()
    recipes = map_by_recipe(network, machine)
    return best_of(scene, [[] if recipe is None else [recipe] for recipe in recipes], rounds=ROUNDS)
