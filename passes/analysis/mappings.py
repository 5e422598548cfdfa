"""The mappings of a module's regions, by the mapper that a pass was told to use."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from hwmodels.mapper import Dataflow, NoMappingError
from hwmodels.mapper import map_network as map_by_recipe
from hwmodels.mapspace import NetworkMapping, Objective, map_network
from hwmodels.network import evaluate, mapped_network
from hwmodels.placement import Residency, place
from hwmodels.records import Machine, Mapping, Network, Placement, Space
from passes.analysis.network import NetworkView

Mapper: TypeAlias = Literal["recipes", "optimal"]
"""``recipes``: the best of some thousand tilings, at once. ``optimal``: the best of the map space of
``hwmodels.mapspace`` or of the recipes, proven or with a gap."""

MAPPER_BUDGET = 100_000
"""Mappings that the optimal mapper looks at for a contraction before it stops with a gap."""


@dataclass(frozen=True)
class MapperChoice:
    """Which mapper, and what for."""

    mapper: Mapper
    budget: int
    objective: Objective
    dataflow: Dataflow


class Mapped(NamedTuple):
    """Mappings and what proves them; one each per region."""

    mappings: tuple[Mapping | None, ...]
    gaps: tuple[float | None, ...]
    """Share of each region's objective above what no mapping beats; None where nothing is proven, or mapped."""


def mapped(network: Network, machine: Machine, placement: Placement, choice: MapperChoice) -> Mapped:
    """One mapping for each region with its tensors as ``placement`` says.

    Raises ``hwmodels.mapper.NoMappingError``.
    """
    if choice.mapper != "optimal":
        mappings = map_by_recipe(network, machine, choice.dataflow)
        return Mapped(tuple(mappings), (None,) * len(network.regions))
    found = _optimal(network, machine, placement, choice)
    gaps = (None if region.mapping is None else region.gap for region in found.regions)
    return Mapped(found.mappings, tuple(gaps))


class Placed(NamedTuple):
    """Where tensors live, and what the network takes then."""

    placement: Placement
    value: float
    """Of the objective; with recipes always seconds."""


def placed(network: Network, machine: Machine, residency: Residency, choice: MapperChoice) -> Placed:
    """Where the tensors live. Raises ``hwmodels.mapper.NoMappingError``.

    With the optimal mapper the better of two placements, the best for the recipes' mappings and the best for mappings
    that are optimal while everything is in DRAM: so what ``mapped`` makes of it is never worse than with recipes.
    """
    if choice.mapper != "optimal":
        mappings = map_by_recipe(network, machine, choice.dataflow)
        done = mapped_network(network, machine, mappings)
        placement = place(network, machine, mappings, residency, done)
        return Placed(placement, evaluate(network, machine, mappings, placement, done).latency_s)
    sources = [_optimal(network, machine, None, choice).mappings]
    with contextlib.suppress(NoMappingError):
        sources.insert(0, map_by_recipe(network, machine, choice.dataflow))
    placements = [place(network, machine, mappings, residency) for mappings in sources]
    found = [Placed(placement, _optimal(network, machine, placement, choice).value) for placement in placements]
    return min(found, key=lambda one: one.value)


def _optimal(network: Network, machine: Machine, placement: Placement | None, choice: MapperChoice) -> NetworkMapping:
    return map_network(network, machine, placement, choice.objective, choice.budget, choice.dataflow)


def spaces_of(view: NetworkView) -> tuple[Space, ...]:
    """Where each tensor lives, as the regions that write and read it say; DRAM for one that none does."""
    spaces: list[Space] = ["dram"] * len(view.network.tensors)
    for region in view.regions:
        for value in (*region.operands, *region.results):
            spaces[view.tensor_of[value]] = region.space_of(value).value
    return tuple(spaces)
