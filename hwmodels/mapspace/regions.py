"""The best mappings of a network's regions, wherever its tensors live, and what proves them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hwmodels.access import footprint
from hwmodels.arrays import segment_sum
from hwmodels.cost import stacked
from hwmodels.mapper import Dataflow as ArrayDataflow
from hwmodels.mapper import NoMappingError
from hwmodels.mapper import map_network as map_by_recipe
from hwmodels.mapspace.found import Found, about_as_good
from hwmodels.mapspace.incumbent import DEFAULT_BUDGET, TOLERANCE, Objective
from hwmodels.mapspace.refine import Refiner, taken
from hwmodels.mapspace.scene import Priced, Scene, scene_of
from hwmodels.mapspace.search import Search
from hwmodels.mapspace.target import Dataflow, template_machine
from hwmodels.mapspace.template import mapping_of, orders_of
from hwmodels.mapspace.tiles import Beside, Problem, Share
from hwmodels.network import region_start
from hwmodels.network_table import NetworkTable
from hwmodels.records import OPERANDS, Machine, Mapping, Network, Placement, RegionWork
from hwmodels.template import vector_lanes

STARTS, ROUNDS = 6, 24
"""Mappings of a region from which steps are tried, and how many of them at most."""

OTHERS = 12
"""Mappings of a region beside the best that the search proposes."""

TRIVIAL = Mapping(0, np.ones((4, 8), np.int64), *([np.ones(8, np.int64)] * 3), *([np.arange(8)] * 3))
"""Stands for that of a region without a contraction."""


class RegionMapping(NamedTuple):
    """How one region's contraction runs."""

    mapping: Mapping | None
    """None where the region has no contraction."""
    value: float
    """The objective of one run of the region: seconds, J or their product."""
    lower_bound: float
    """What no mapping of the map space beats, nor any other of the engines allowed."""

    @property
    def gap(self) -> float:
        """Share of ``value`` above ``lower_bound``; 0: proven optimal."""
        gap = 1.0 - self.lower_bound / self.value if self.value > 0.0 else 0.0
        return gap if gap > TOLERANCE else 0.0


class NetworkMapping(NamedTuple):
    """How a network's contractions run."""

    regions: tuple[RegionMapping, ...]
    value: float
    """Sum of the regions' over all runs."""
    gap: float
    """Share of ``value`` above the sum of the lower bounds."""

    @property
    def mappings(self) -> tuple[Mapping | None, ...]:
        """One per region."""
        return tuple(region.mapping for region in self.regions)


def region_problems(
    network: Network, machine: Machine, placement: Placement | None = None
) -> tuple[Problem | None, ...]:
    """Each region's contraction with what its own tensors move and what else it does; None where it has none.

    What going through rows again moves is left out: the problem's costs are the region's or less.
    """
    return _problems(scene_of(network, machine, placement))


def _problems(scene: Scene) -> tuple[Problem | None, ...]:
    table, machine = scene.table, scene.machine
    away = 1.0 - scene.resident
    reads = table.use_bytes * table.use_granules * table.use_fetched * away[table.use_tensor]
    writes = table.write_bytes * table.write_granules * away[table.write_tensor]
    near, far = _shares(table, table.use_bytes, table.write_bytes), _shares(table, reads, writes)
    vector = np.ceil(table.vector_cycles / vector_lanes(machine))
    start = region_start(table, scene.tech, scene.resident) * machine.clock_hz
    vector_j = table.vector_cycles * scene.tech.vector_op_j
    on_chip = scene.spared() > 0.0
    return tuple(
        None
        if region.contraction is None
        else Problem.of(region.contraction)._replace(
            near=near[index],
            far=far[index],
            beside=Beside(float(vector[index]), float(start[index]), float(vector_j[index])),
            on_chip=tuple(on_chip[index].tolist()),
        )
        for index, region in enumerate(scene.network.regions)
    )


def _shares(table: NetworkTable, reads: np.ndarray, writes: np.ndarray) -> list[Share]:
    """Of each region, where its uses move ``reads`` [U] bytes and its writes ``writes`` [W], repeats apart."""
    count, works = len(table.region_contraction), table.contractions
    whole = footprint(works, works.bounds)[:2]
    sizes = [size * width for size, width in zip(whole, (works.input_bytes, works.weight_bytes), strict=True)]
    by_operand = [
        segment_sum(reads * (table.use_operand == operand), table.use_region, count)
        for operand in range(len(OPERANDS) + 1)
    ]
    shares = [moved / size[table.region_contraction] for moved, size in zip(by_operand[:2], sizes, strict=True)]
    more = segment_sum(writes, table.write_region, count) + by_operand[2] + by_operand[3]
    return [Share(float(a), float(b), 0.0, float(m)) for a, b, m in zip(*shares, more, strict=True)]


class _Searched(NamedTuple):
    """What the search found of one problem."""

    best: Found
    others: tuple[Found, ...]
    """About as good as far as the search knows."""


@lru_cache(maxsize=4096)
def _searched(
    problem: Problem, machine: Machine, dataflow: Dataflow, objective: Objective, budget: float
) -> _Searched | None:
    target = template_machine(machine, dataflow)
    try:
        search = Search(problem, target, objective, budget)
        best = search.run()
    except NoMappingError:
        return None
    return _Searched(best, tuple(about_as_good(problem, target, search.incumbent, OTHERS)))


class _Proposal(NamedTuple):
    """Mappings of one region, and the objective that none beats (infinite where there is nothing to map)."""

    mappings: list[Mapping]
    bound: float


class _Mapper(NamedTuple):
    """Proposes mappings."""

    machine: Machine
    objective: Objective
    budget: float
    dataflow: ArrayDataflow

    def proposal(self, problem: Problem | None, region: RegionWork) -> _Proposal:
        """What the optimal mapper proposes for ``region``."""
        if problem is None:
            return _Proposal([], np.inf)
        # The vector unit takes what the array of a certain dataflow cannot.
        for dataflow in (self.dataflow, "vector") if self.dataflow != "any" else ("any",):
            found = _searched(problem, self.machine, dataflow, self.objective, self.budget)
            if found is not None:
                every = [
                    mapping for one in (found.best, *found.others) for mapping in self._mappings(one, dataflow, region)
                ]
                return _Proposal(every, self._bound(found.best))
        return _Proposal([], 0.0)

    def _bound(self, found: Found) -> float:
        return found.lower_bound / (1.0 if self.objective == "energy" else float(self.machine.clock_hz))

    def _mappings(self, found: Found, dataflow: Dataflow, region: RegionWork) -> list[Mapping]:
        try:
            mapping = mapping_of(found, self.machine, dataflow)
        except NoMappingError:
            return []
        # How many rows wait together depends on more of the order than traffic does.
        return list(orders_of(mapping)) if region.vector.rows.rescan_bytes > 0 else [mapping]


def _recipes(network: Network, machine: Machine, dataflow: ArrayDataflow) -> Sequence[Mapping | None]:
    try:
        return map_by_recipe(network, machine, dataflow)
    except NoMappingError:
        return [None] * len(network.regions)


def map_network(
    network: Network,
    machine: Machine,
    placement: Placement | None = None,
    objective: Objective = "latency",
    budget: float = DEFAULT_BUDGET,
    dataflow: ArrayDataflow = "any",
) -> NetworkMapping:
    """The best mapping of each region where ``placement`` has its tensors (None: all in DRAM), of all that the optimal
    mapper and the recipes of ``hwmodels.mapper`` know.

    Of those whose tiles do not fit beside what is resident, none is taken while another does. ``budget`` as of
    ``search``, for each contraction. Raises NoMappingError where not even the smallest tile fits the buffers.
    """
    scene, mapper = scene_of(network, machine, placement), _Mapper(machine, objective, budget, dataflow)
    recipes = _recipes(network, machine, dataflow)
    problems = _problems(scene)
    proposals = [mapper.proposal(problem, region) for problem, region in zip(problems, network.regions, strict=True)]
    room = scene.room_bytes()
    for index in _crowded(scene, proposals, room, objective):
        problem = problems[index]
        assert problem is not None, "what proposes mappings has a contraction"
        # Twice each tile, as everywhere.
        proposals[index] = mapper.proposal(problem._replace(room_bytes=room[index] / 2.0), network.regions[index])
    every = [
        _Proposal([*(() if recipe is None else (recipe,)), *own.mappings], own.bound)
        for recipe, own in zip(recipes, proposals, strict=True)
    ]
    return _chosen(scene, _refined(scene, every, room, objective), room, objective)


def best_of(
    network: Network,
    machine: Machine,
    placement: Placement | None,
    candidates: Sequence[Sequence[Mapping]],
    objective: Objective = "latency",
    rounds: int = 0,
) -> NetworkMapping:
    """Of ``candidates``, some mappings for each region, the best after ``rounds`` of steps, as ``map_network`` takes
    it; nothing is proven. Raises NoMappingError where a region has none."""
    scene = scene_of(network, machine, placement)
    proposals = [
        _Proposal(list(own), np.inf if region.contraction is None else 0.0)
        for region, own in zip(network.regions, candidates, strict=True)
    ]
    room = scene.room_bytes()
    return _chosen(scene, _refined(scene, proposals, room, objective, starts=1, rounds=rounds), room, objective)


def _crowded(scene: Scene, proposals: Sequence[_Proposal], room: np.ndarray, objective: Objective) -> list[int]:
    """Regions of whose proposed mappings none fits beside what is resident."""
    owners, mappings = _flat(proposals)
    fits = _priced(scene, owners, mappings, objective).tile_bytes <= room[owners]
    return sorted(set(owners) - set(np.asarray(owners, np.int64)[fits].tolist()))


def _priced(scene: Scene, regions: Sequence[int], mappings: Sequence[Mapping], objective: Objective) -> Priced:
    return scene.price(regions, stacked(mappings), objective) if mappings else Priced(np.zeros(0), np.zeros(0))


def _refined(
    scene: Scene,
    proposals: Sequence[_Proposal],
    room: np.ndarray,
    objective: Objective,
    *,
    starts: int = STARTS,
    rounds: int = ROUNDS,
) -> list[_Proposal]:
    """``proposals`` and what steps from the best of each make of them; equal regions go one way."""
    groups = _alike(scene, room)
    owners, mappings = _flat([p if i == groups[i] else _Proposal([], 0.0) for i, p in enumerate(proposals)])
    if not mappings:
        return list(proposals)
    refiner = Refiner(scene, room, objective)
    here = refiner.priced(np.asarray(owners), stacked(mappings))
    best = [
        index
        for owner in dict.fromkeys(owners)
        for index in sorted(np.flatnonzero(here.region == owner), key=lambda one: here.value[one])[:starts]
    ]
    ends = refiner.walk(here.at(np.asarray(best)), rounds)
    found: dict[int, list[Mapping]] = {}
    for index, owner in enumerate(ends.region.tolist()):
        found.setdefault(owner, []).append(taken(ends.mappings, np.asarray(index)))
    return [
        proposal._replace(mappings=[*proposal.mappings, *found.get(groups[index], ())])
        for index, proposal in enumerate(proposals)
    ]


def _alike(scene: Scene, room: np.ndarray) -> list[int]:
    """For each region the first that is as good as it: of the same work, tensors and room."""
    first: dict[tuple[object, ...], int] = {}
    problems = _problems(scene)
    keys = zip(problems, scene.network.regions, room.tolist(), strict=True)
    return [
        first.setdefault((problem, region.vector, region.contraction, space), index)
        for index, (problem, region, space) in enumerate(keys)
    ]


def _flat(proposals: Sequence[_Proposal]) -> tuple[list[int], list[Mapping]]:
    """All proposed mappings, and the regions that they are of."""
    pairs = [(index, mapping) for index, proposal in enumerate(proposals) for mapping in proposal.mappings]
    return [index for index, _ in pairs], [mapping for _, mapping in pairs]


def _chosen(scene: Scene, proposals: Sequence[_Proposal], room: np.ndarray, objective: Objective) -> NetworkMapping:
    """The best mapping that is proposed for each region. Raises NoMappingError where none is."""
    mappings: list[Mapping | None] = [None] * len(proposals)
    owners, candidates = _flat(proposals)
    priced = _priced(scene, owners, candidates, objective)
    crowded = priced.tile_bytes > room[owners] * (1.0 + 1e-9)
    for position in np.lexsort([np.arange(len(owners)), priced.value, crowded])[::-1]:
        mappings[owners[position]] = candidates[position]
    for region, mapping in zip(scene.network.regions, mappings, strict=True):
        if region.contraction is not None and mapping is None:
            raise NoMappingError(
                f"no tile of region '{region.name}' fits the buffers of machine '{scene.machine.name}'"
            )
    every = [TRIVIAL if mapping is None else mapping for mapping in mappings]
    values = _priced(scene, range(len(every)), every, objective).value
    bounds = np.minimum([proposal.bound for proposal in proposals], values)
    regions = tuple(
        RegionMapping(mapping, float(value), float(bound))
        for mapping, value, bound in zip(mappings, values, bounds, strict=True)
    )
    total, least = (float(np.sum(scene.table.runs * part)) for part in (values, bounds))
    return NetworkMapping(regions, total, RegionMapping(None, total, least).gap)
