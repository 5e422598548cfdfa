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
from hwmodels.mapspace.contest import Contest
from hwmodels.mapspace.found import Found, about_as_good
from hwmodels.mapspace.incumbent import DEFAULT_BUDGET, TOLERANCE, Objective
from hwmodels.mapspace.proof import Proved, outer_tiles, prove
from hwmodels.mapspace.ranked import fastest_recipes
from hwmodels.mapspace.scene import Scene, scene_of
from hwmodels.mapspace.search import Search
from hwmodels.mapspace.target import Dataflow, template_machine
from hwmodels.mapspace.template import TilesOf, mapping_of, mapping_with, orders_inside, orders_of
from hwmodels.mapspace.tiles import Beside, Problem, Share
from hwmodels.network import region_start
from hwmodels.network_table import NetworkTable
from hwmodels.records import OPERANDS, Machine, Mapping, Network, Placement
from hwmodels.template import vector_lanes

STARTS, ROUNDS = 6, 24
"""Mappings of a region from which steps are tried, and how many of them at most."""

LAST_STARTS = 2
"""The same of those that the proof points at."""

WORTH_SEARCHING = 2e-3
"""Gap above which the search goes on where boxes of tiles end."""

ENDLESS_S = 1e9
"""No mapping takes so many seconds."""

OTHERS = 12
"""Mappings of a region beside the best that the search proposes."""


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
    vector = table.vector_cycles / vector_lanes(machine)
    # Rows that wait for each other need not be whole tiles.
    vector = np.where(table.rows_in_tiles, vector, np.ceil(vector))
    start = region_start(table, scene.tech, scene.resident) * machine.clock_hz
    vector_j = table.vector_cycles * scene.tech.vector_op_j
    on_chip = scene.spared() > 0.0
    return tuple(
        None
        if region.contraction is None
        else Problem.of(region.contraction)._replace(
            near=near[index],
            far=far[index],
            beside=Beside(
                float(vector[index]), float(start[index]), float(vector_j[index]), bool(table.rows_in_tiles[index])
            ),
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
    results = segment_sum(writes, table.write_region, count)
    more = results + by_operand[2] + by_operand[3]
    parts = zip(*shares, more, results, strict=True)
    return [Share(float(a), float(b), 0.0, float(m), float(out)) for a, b, m, out in parts]


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
    """Mappings of one region, what none beats, and in which space."""

    mappings: list[Mapping]
    bound: float
    problem: Problem
    dataflow: Dataflow


class _Mapper(NamedTuple):
    """Proposes mappings."""

    machine: Machine
    objective: Objective
    budget: float
    dataflow: ArrayDataflow

    def searched(self, proposal: _Proposal) -> _Proposal:
        """What the search makes of a proposal for the same problem."""
        problem = proposal.problem
        # The vector unit takes what the array of a certain dataflow cannot.
        flows: tuple[Dataflow, ...] = (self.dataflow, "vector") if self.dataflow != "any" else ("any",)
        for dataflow in flows:
            found = _searched(problem, self.machine, dataflow, self.objective, self.budget)
            if found is not None:
                every = [
                    mapping for one in (found.best, *found.others) for mapping in self._mappings(one, dataflow, problem)
                ]
                bound = max(proposal.bound, found.best.lower_bound / self._unit)
                return _Proposal(every, bound, problem, dataflow)
        return _Proposal([], 0.0, problem, flows[-1])

    @property
    def proves(self) -> bool:
        """Whether boxes of tiles bound the objective."""
        return self.objective == "latency"

    @property
    def _unit(self) -> float:
        """Of the search's objective in one of the regions'."""
        return 1.0 if self.objective == "energy" else float(self.machine.clock_hz)

    def _mappings(self, found: Found, dataflow: Dataflow, problem: Problem) -> list[Mapping]:
        try:
            mapping = mapping_of(found, self.machine, dataflow)
        except NoMappingError:
            return []
        # How many rows wait together depends on more of the order than traffic does.
        return list(orders_of(mapping)) if problem.beside.outputs_wait else [mapping]

    def proven(self, proposal: _Proposal, value: float) -> _Proposal:
        """Where there may be something faster than ``value`` seconds, and what proves that there is nothing more."""
        clock = float(self.machine.clock_hz)
        proved = _proved(proposal.problem, self.machine, proposal.dataflow, value * clock, self.budget)
        mappings = [
            mapping
            for leaf in proved.leaves
            for outer in outer_tiles(proposal.problem, template_machine(self.machine, proposal.dataflow), leaf.inner)
            for mapping in self._orders(
                TilesOf(proposal.problem, leaf.engine, leaf.spatial, leaf.inner, outer), proposal
            )
        ]
        return proposal._replace(mappings=mappings, bound=max(proposal.bound, proved.cycles / clock))

    def _orders(self, tiles: TilesOf, proposal: _Proposal) -> list[Mapping]:
        try:
            first = mapping_with(tiles, self.machine, proposal.dataflow, "m", "m")
        except NoMappingError:
            return []
        if proposal.problem.beside.outputs_wait:
            return list(orders_of(first))
        return list(orders_inside(first))


@lru_cache(maxsize=4096)
def _proved(problem: Problem, machine: Machine, dataflow: Dataflow, known: float, budget: float) -> Proved:
    return prove(problem, template_machine(machine, dataflow), known, budget)


def forget() -> None:
    """Drop what earlier calls left for later ones, so that a benchmark measures all."""
    _searched.cache_clear()
    _proved.cache_clear()


def _recipes(network: Network, machine: Machine, dataflow: ArrayDataflow) -> Sequence[Mapping | None]:
    try:
        return map_by_recipe(network, machine, dataflow)
    except NoMappingError:
        return [None] * len(network.regions)


def _known(
    network: Network, machine: Machine, dataflow: ArrayDataflow, problems: dict[int, Problem]
) -> list[tuple[int, Mapping]]:
    """The recipes of some regions: the best with everything in DRAM, and, unless only one dataflow will do, some that
    may be best where the tensors live."""
    recipes = _recipes(network, machine, dataflow)
    known = [(group, mapping) for group in problems if (mapping := recipes[group]) is not None]
    if dataflow != "any":
        return known
    regions = ((group, problem, network.regions[group]) for group, problem in problems.items())
    keys = {
        g: (problem, one.contraction, one.vector.rows) for g, problem, one in regions if one.contraction is not None
    }
    ranked = fastest_recipes(list(keys.values()), machine)
    return known + [(group, mapping) for group, key in keys.items() for mapping in ranked.get(key, ())]


def map_network(
    network: Network,
    machine: Machine,
    placement: Placement | None = None,
    objective: Objective = "latency",
    budget: float = DEFAULT_BUDGET,
    dataflow: ArrayDataflow = "any",
) -> NetworkMapping:
    """The best mapping of each region where ``placement`` has its tensors (None: all in DRAM), of all that the optimal
    mapper and the recipes of ``hwmodels.recipes`` know.

    Of those whose tiles do not fit beside what is resident, none is taken while another does. ``budget`` as of
    ``search``, for each contraction. Raises NoMappingError where not even the smallest tile fits the buffers.
    """
    scene, mapper = scene_of(network, machine, placement), _Mapper(machine, objective, budget, dataflow)
    problems, room = _problems(scene), scene.room_bytes()
    groups = alike(scene, problems, room)
    own = {index: problem for index, problem in enumerate(problems) if problem is not None and groups[index] == index}
    contest = Contest(scene, room, objective)
    contest.offer(_known(network, machine, dataflow, own), STARTS, ROUNDS)
    proofs = _Proofs(mapper, contest, {group: _Proposal([], 0.0, problem, dataflow) for group, problem in own.items()})
    if mapper.proves:
        proofs.prove(list(own))
    proofs.search(proofs.open())
    if mapper.proves:
        proofs.prove(proofs.open())
    return _chosen(contest, groups, {group: proposal.bound for group, proposal in proofs.proposals.items()})


class _Proofs:
    """What is known of each group of regions."""

    def __init__(self, mapper: _Mapper, contest: Contest, proposals: dict[int, _Proposal]) -> None:
        self.mapper, self.contest, self.proposals = mapper, contest, proposals

    def open(self) -> list[int]:
        """Regions whose best mapping is not proven well enough."""
        values = self.contest.values()
        worth = 1.0 - WORTH_SEARCHING
        return [g for g, own in self.proposals.items() if not own.bound >= worth * values.get(g, np.inf)]

    def prove(self, groups: Sequence[int]) -> None:
        """Bound regions, and try what may be faster."""
        values, room = self.contest.values(), self.contest.refiner.room
        for group in groups:
            own, value = self.proposals[group], values.get(group, np.inf)
            if not np.isfinite(value):
                # Nothing fits beside what is resident: look among what does. Twice each tile, as everywhere.
                own, value = own._replace(problem=own.problem._replace(room_bytes=room[group] / 2.0)), ENDLESS_S
            self.proposals[group] = self.mapper.proven(own, value)
        self._offer(groups, LAST_STARTS)

    def search(self, groups: Sequence[int]) -> None:
        """Try what the search finds."""
        room = self.contest.refiner.room
        found = {group: self.mapper.searched(self.proposals[group]) for group in groups}
        for group in _crowded(self.contest, found):
            # Twice each tile, as everywhere.
            problem = found[group].problem._replace(room_bytes=room[group] / 2.0)
            found[group] = self.mapper.searched(found[group]._replace(problem=problem))
        self.proposals |= found
        self._offer(groups, STARTS)

    def _offer(self, groups: Sequence[int], starts: int) -> None:
        self.contest.offer([(g, mapping) for g in groups for mapping in self.proposals[g].mappings], starts, ROUNDS)


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
    room = scene.room_bytes()
    groups = alike(scene, _problems(scene), room)
    contest = Contest(scene, room, objective)
    contest.offer([(g, one) for g, own in enumerate(candidates) if groups[g] == g for one in own], 1, rounds)
    return _chosen(contest, groups, dict.fromkeys(range(len(groups)), 0.0))


def _crowded(contest: Contest, proposals: dict[int, _Proposal]) -> list[int]:
    """Regions of whose proposed mappings none fits beside what is resident."""
    every = [(group, mapping) for group, own in proposals.items() for mapping in own.mappings]
    if not every:
        return []
    owners = np.asarray([group for group, _ in every])
    priced = contest.refiner.priced(owners, stacked([mapping for _, mapping in every]))
    return sorted(set(owners.tolist()) - set(owners[np.isfinite(priced.value)].tolist()))


def alike(scene: Scene, problems: Sequence[Problem | None], room: np.ndarray) -> list[int | None]:
    """For each region the first that is as good as it, of the same work, tensors and room; None without a
    contraction."""
    first: dict[tuple[object, ...], int] = {}
    keys = zip(problems, scene.network.regions, room.tolist(), strict=True)
    return [
        None if problem is None else first.setdefault((problem, region.vector, region.contraction, space), index)
        for index, (problem, region, space) in enumerate(keys)
    ]


def _chosen(contest: Contest, groups: Sequence[int | None], bounds: dict[int, float]) -> NetworkMapping:
    """The best mapping of each region. Raises NoMappingError where there is none."""
    mappings = contest.winners(groups)
    values = contest.price(mappings)
    least = [value if group is None else min(bounds[group], value) for group, value in zip(groups, values, strict=True)]
    regions = tuple(
        RegionMapping(mapping, float(value), float(bound))
        for mapping, value, bound in zip(mappings, values, least, strict=True)
    )
    total, proven = (float(np.sum(contest.scene.table.runs * part)) for part in (values, least))
    return NetworkMapping(regions, total, RegionMapping(None, total, proven).gap)
