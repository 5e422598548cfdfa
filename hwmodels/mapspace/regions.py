"""The best mappings of a network's regions, wherever its tensors live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from hwmodels.arrays import segment_sum
from hwmodels.mapper import Dataflow as ArrayDataflow
from hwmodels.mapper import NoMappingError
from hwmodels.mapper import map_network as map_by_recipe
from hwmodels.mapspace.contest import Contest
from hwmodels.mapspace.incumbent import DEFAULT_BUDGET, TOLERANCE, Objective
from hwmodels.mapspace.proofs import ROUNDS, STARTS, WORTH_BOUNDING, WORTH_SEARCHING, Mapper, Proofs, Proposal
from hwmodels.mapspace.ranked import fastest_recipes
from hwmodels.mapspace.refine import Walkers
from hwmodels.mapspace.region_problems import problems_of
from hwmodels.mapspace.scene import Scene, scene_of, taken
from hwmodels.mapspace.tiles import Problem
from hwmodels.mapspace.two_cores import by_halves
from hwmodels.network import lower_bound
from hwmodels.records import Machine, Mapping, Network, Placement


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


def _recipes(network: Network, machine: Machine, dataflow: ArrayDataflow) -> Sequence[Mapping | None]:
    try:
        return map_by_recipe(network, machine, dataflow)
    except NoMappingError:
        return [None] * len(network.regions)


def _known(scene: Scene, dataflow: ArrayDataflow, problems: dict[int, Problem]) -> list[tuple[int, Mapping]]:
    """The recipes of some regions: the best with everything in DRAM, and, unless only one dataflow will do, some that
    may be best where the tensors live."""
    network, machine = scene.network, scene.machine
    recipes = _recipes(replace(network, regions=tuple(network.regions[group] for group in problems)), machine, dataflow)
    known = [(group, mapping) for group, mapping in zip(problems, recipes, strict=True) if mapping is not None]
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

    Of those whose tiles do not fit beside what is resident, none is taken while another does. A region in a chain has
    one mapping for all of its tiles, made for the greatest; each shape of tile is bounded by itself. ``budget`` as of
    ``search``, for each contraction. Raises NoMappingError where not even the smallest tile fits the buffers.
    """
    scene, mapper = scene_of(network, machine, placement), Mapper(machine, objective, budget, dataflow)
    problems, room = problems_of(scene), scene.room_bytes()
    groups = alike(scene, problems, room)
    own = {index: problem for index, problem in enumerate(problems) if problem is not None and groups[index] == index}
    network_s = float(np.sum(scene.table.runs * lower_bound(scene.table, machine, scene.resident)))
    runs = {group: float(sum(scene.table.runs[np.asarray([g == group for g in groups])])) for group in own}

    def work(some: Sequence[int]) -> tuple[Walkers, dict[int, float]]:
        """Mappings of ``some`` groups, and what bounds them."""
        contest = Contest(scene, room, objective)
        contest.offer(_known(scene, dataflow, {group: own[group] for group in some}), STARTS, ROUNDS)
        proposals = {group: Proposal([], 0.0, own[group], dataflow) for group in some}
        proofs = Proofs(mapper, contest, proposals, {group: runs[group] / network_s for group in some})
        if mapper.proves:
            proofs.prove(list(some))
        proofs.search(proofs.open(WORTH_SEARCHING if mapper.proves else WORTH_BOUNDING))
        if mapper.proves:
            proofs.prove([group for group in proofs.open() if proofs.has_improved(group)])
        best = contest.best(STARTS if scene.tiles.has_chains else 1)
        return best, {group: proposal.bound for group, proposal in proofs.proposals.items()}

    contest, bounds = Contest(scene, room, objective), dict[int, float]()
    # Work of one kind lies side by side, so that the halves are alike.
    for walkers, some in by_halves(work, sorted(own, key=lambda group: _kind(own[group]))):
        contest.take(walkers)
        bounds |= some
    if not scene.tiles.has_chains:
        return _chosen(contest, groups, [0.0 if group is None else bounds[group] for group in groups])
    known = _known(scene, dataflow, {int(row): own[group] for row in _cut(scene) if (group := groups[row]) is not None})
    return _together(contest, groups, bounds, known)


def _cut(scene: Scene) -> np.ndarray:
    """Rows that are the greatest tiles of regions that run in several shapes of tile."""
    turns = scene.together().turns
    return turns.lead[np.bincount(turns.region) > 1]


def _together(
    tiles: Contest, groups: Sequence[int | None], bounds: dict[int, float], known: Sequence[tuple[int, Mapping]]
) -> NetworkMapping:
    """One mapping for all tiles of each region: of those that are good for its greatest ones, of the ``known`` ones of
    these rows, and of what steps make of them, the best for all tiles together."""
    scene, found = tiles.scene.together(), tiles.entrants
    turns, region_of = scene.turns, scene.turns.region.tolist()
    contest = Contest(scene, scene.room_bytes(), tiles.objective)
    alone, several = list[tuple[int, Mapping]](), [(region_of[row], mapping) for row, mapping in known]
    for region, lead in enumerate(turns.lead.tolist()):
        rows = [row for row, of in enumerate(region_of[lead:], lead) if of == region]
        owners = {group for row in rows if (group := groups[row]) is not None and _is_same(scene, row, lead)}
        good = [taken(found.mappings, index) for index in np.nonzero(np.isin(found.region, list(owners)))[0]]
        (several if len(rows) > 1 else alone).extend((region, one) for one in good)
    contest.offer(alone, 0, 0)
    contest.offer(several, STARTS, ROUNDS)
    every = [None if groups[lead] is None else region for region, lead in enumerate(turns.lead.tolist())]
    least = np.asarray([0.0 if group is None else bounds[group] for group in groups])
    # The product of two sums is no less than the square of the sum of the products' roots.
    power = 0.5 if tiles.objective == "edp" else 1.0
    bound = segment_sum(turns.times * least**power, turns.region, len(every)) ** (1.0 / power)
    return _chosen(contest, every, bound.tolist())


def _is_same(scene: Scene, row: int, lead: int) -> bool:
    one, other = scene.network.regions[row], scene.network.regions[lead]
    return one.contraction == other.contraction and one.vector == other.vector


def _kind(problem: Problem) -> tuple[object, ...]:
    """Problems of one kind take about as long."""
    return tuple(bound > 1 for bound in problem.bounds), problem.bounds


def best_of(
    scene: Scene, candidates: Sequence[Sequence[Mapping]], objective: Objective = "latency", rounds: int = 0
) -> tuple[Mapping | None, ...]:
    """Of ``candidates``, some mappings for each region, the best after ``rounds`` of steps, as ``map_network`` takes
    it; nothing is proven. Raises NoMappingError where a region has none."""
    room = scene.room_bytes()
    groups = [index if own else None for index, own in enumerate(candidates)]
    if not scene.tiles.has_chains:
        groups = alike(scene, problems_of(scene), room)
    contest = Contest(scene, room, objective)
    contest.enter([(g, one) for g, own in enumerate(candidates) if groups[g] == g for one in own], rounds)
    return tuple(contest.winners(groups))


def alike(scene: Scene, problems: Sequence[Problem | None], room: np.ndarray) -> list[int | None]:
    """For each region the first that is as good as it, of the same work, tensors and room; None without a
    contraction."""
    first: dict[tuple[object, ...], int] = {}
    keys = zip(problems, scene.network.regions, room.tolist(), strict=True)
    return [
        None if problem is None else first.setdefault((problem, region.vector, region.contraction, space), index)
        for index, (problem, region, space) in enumerate(keys)
    ]


def _chosen(contest: Contest, groups: Sequence[int | None], bounds: Sequence[float]) -> NetworkMapping:
    """The best mapping of each region, which ``bounds`` bound. Raises NoMappingError where there is none."""
    mappings = contest.winners(groups)
    values = contest.price(mappings)
    least = [
        value if group is None else min(bound, value)
        for group, value, bound in zip(groups, values, bounds, strict=True)
    ]
    regions = tuple(
        RegionMapping(mapping, float(value), float(bound))
        for mapping, value, bound in zip(mappings, values, least, strict=True)
    )
    total, proven = (float(np.sum(contest.scene.runs * part)) for part in (values, least))
    return NetworkMapping(regions, total, RegionMapping(None, total, proven).gap)
