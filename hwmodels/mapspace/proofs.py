"""What proves the mappings of some regions: boxes of tiles, and the search where they do not reach."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np

from hwmodels.cost import stacked
from hwmodels.mapper import Dataflow as ArrayDataflow
from hwmodels.mapper import NoMappingError
from hwmodels.mapspace.contest import Contest
from hwmodels.mapspace.found import Found, about_as_good
from hwmodels.mapspace.incumbent import Objective
from hwmodels.mapspace.proof import Case, Leaf, Proved, Prover, outer_tiles
from hwmodels.mapspace.search import Search
from hwmodels.mapspace.target import Dataflow, template_machine
from hwmodels.mapspace.template import TilesOf, mapping_of, mapping_with, orders_inside, orders_of
from hwmodels.mapspace.tiles import Problem
from hwmodels.records import Machine, Mapping

STARTS, ROUNDS = 6, 24
"""Mappings of a region from which steps are tried, and how many of them at most."""

SCOUTED_STARTS = 4
"""Of those that scouts point at, from which steps are tried;"""

LAST_STARTS = 2
"""and of those that the proof points at."""

WORTH_BOUNDING = 2e-3
"""Gap above which a region is bounded again when a better mapping was found,"""

WORTH_SEARCHING = 5e-3
"""and above which the search goes on where boxes of tiles end."""

WORTH_SCOUTING = 2e-6
"""Share of a network's time that a region could gain, above which more is looked at."""

WORTH_SEARCHING_IN_ALL = 1e-5
"""Likewise, as a share of the network's time."""

IMPROVED = 1e-3
"""Share by which a mapping must be better for its region to be bounded again."""

ENDLESS_S = 1e9
"""No mapping takes so many seconds."""

OTHERS = 12
"""Mappings of a region beside the best that the search proposes."""


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


class Proposal(NamedTuple):
    """Mappings of one region, what none beats, and in which space."""

    mappings: list[Mapping]
    bound: float
    problem: Problem
    dataflow: Dataflow


class Mapper(NamedTuple):
    """Proposes mappings."""

    machine: Machine
    objective: Objective
    budget: float
    dataflow: ArrayDataflow

    def searched(self, proposal: Proposal) -> Proposal:
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
                return Proposal(every, bound, problem, dataflow)
        return Proposal([], 0.0, problem, flows[-1])

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

    def pointed_at(self, proposal: Proposal, leaves: Sequence[Leaf], *, few: bool = False) -> Proposal:
        """Mappings with the promising tiles; ``few``: one tile of the buffer with each, and the same order of loops in
        both nests."""
        problem, target = proposal.problem, template_machine(self.machine, proposal.dataflow)
        outers = outer_tiles(problem, target, [leaf.inner for leaf in leaves], few=few)
        mappings = [
            mapping
            for leaf, outer in zip(leaves, outers, strict=True)
            for tile in outer
            for mapping in self._orders(TilesOf(problem, leaf.engine, leaf.spatial, leaf.inner, tile), proposal, few)
        ]
        return proposal._replace(mappings=mappings)

    def bounded(self, proposal: Proposal, proved: Proved) -> Proposal:
        """With what is proven, and the tiles that are still promising."""
        bound = max(proposal.bound, proved.cycles / float(self.machine.clock_hz))
        return self.pointed_at(proposal, proved.leaves)._replace(bound=bound)

    def _orders(self, tiles: TilesOf, proposal: Proposal, few: bool) -> list[Mapping]:
        try:
            first = mapping_with(tiles, self.machine, proposal.dataflow, "m", "m")
        except NoMappingError:
            return []
        if proposal.problem.beside.outputs_wait:
            return list(orders_of(first))
        return list(orders_inside(first))[:: 4 if few else 1]


_LEAST: dict[Case, float] = {}
_SCOUTED: dict[Case, tuple[Leaf, ...]] = {}
_PROVED: dict[tuple[Case, float], Proved] = {}
"""What earlier calls have found; of the last, where other mappings than at first took so many cycles."""

MOST_REMEMBERED = 4096
"""Cases of which each is kept."""

Key = TypeVar("Key", bound=Hashable)
Told = TypeVar("Told")


def _remembered(
    memory: dict[Key, Told], keys: Sequence[Key], tell: Callable[[Sequence[Key]], dict[Key, Told]]
) -> dict[Key, Told]:
    """Of each of ``keys`` what the ``memory`` holds, or ``tell`` tells."""
    if len(memory) > MOST_REMEMBERED:
        memory.clear()
    memory.update(tell([key for key in dict.fromkeys(keys) if key not in memory]))
    return {key: memory[key] for key in keys}


def forget() -> None:
    """Drop what earlier calls left for later ones, so that a benchmark measures all."""
    _searched.cache_clear()
    for memory in (_LEAST, _SCOUTED, _PROVED):
        memory.clear()


class Proofs:
    """What is known of each group of regions."""

    def __init__(
        self, mapper: Mapper, contest: Contest, proposals: dict[int, Proposal], runs: dict[int, float]
    ) -> None:
        """``runs``: of all regions of each group, per second of the network."""
        self.mapper, self.contest, self.proposals, self.runs = mapper, contest, proposals, runs
        self.known: dict[int, float] = {}
        """Cycles that the best mapping took when bounded."""

    def open(self, most: float = WORTH_BOUNDING) -> list[int]:
        """Regions whose best mapping is not proven well enough: of which the gap may be ``most``."""
        values = self.contest.values()

        def is_open(group: int) -> bool:
            value, bound = values.get(group, np.inf), self.proposals[group].bound
            if bound >= value * (1.0 - most):
                return False
            # Of what is not time nothing tells how much it is of the network's.
            return not self.mapper.proves or not self.runs[group] * (value - bound) < WORTH_SEARCHING_IN_ALL

        return [group for group in self.proposals if is_open(group)]

    def has_improved(self, group: int) -> bool:
        """Whether a mapping that is really better was found since this was bounded."""
        value = self.contest.values().get(group, np.inf) * float(self.mapper.machine.clock_hz)
        return value < self.known[group] * (1.0 - IMPROVED)

    def prove(self, groups: Sequence[int]) -> None:
        """Try what may be faster, and bound regions."""
        prover, clock = Prover(), float(self.mapper.machine.clock_hz)
        cases = self._cases(groups)
        least = _remembered(_LEAST, list(cases.values()), prover.least)
        worth = self._worth(cases, {group: case.known for group, case in cases.items()}, least)
        leaves = _remembered(_SCOUTED, [cases[group] for group in worth], prover.scout)
        for group in worth:
            self.proposals[group] = self.mapper.pointed_at(self.proposals[group], leaves[cases[group]], few=True)
        self._offer(worth, SCOUTED_STARTS)
        values = self.contest.values()
        known = {group: min(case.known, values.get(group, np.inf) * clock) for group, case in cases.items()}
        self.known |= known
        worth = self._worth(cases, known, least)
        proved = _remembered(_PROVED, [(cases[group], known[group]) for group in worth], prover.prove)
        for group, case in cases.items():
            told = proved.get((case, known[group]), Proved(min(least[case], known[group]), ()))
            self.proposals[group] = self.mapper.bounded(self.proposals[group], told)
        self._offer(worth)

    def _worth(self, cases: dict[int, Case], known: dict[int, float], least: dict[Case, float]) -> list[int]:
        """Groups that matter to the network by what lies between the cycles ``known`` and ``least``."""
        clock = float(self.mapper.machine.clock_hz)
        return [
            group
            for group, case in cases.items()
            if not self.runs[group] * (known[group] - least[case]) / clock < WORTH_SCOUTING
        ]

    def _cases(self, groups: Sequence[int]) -> dict[int, Case]:
        """What is to be proven of each of ``groups``."""
        values, room = self.contest.values(), self.contest.refiner.room
        cases: dict[int, Case] = {}
        for group in groups:
            own, value = self.proposals[group], values.get(group, np.inf)
            if not np.isfinite(value):
                # Nothing fits beside what is resident: look among what does. Twice each tile, as everywhere.
                own, value = own._replace(problem=own.problem._replace(room_bytes=room[group] / 2.0)), ENDLESS_S
            self.proposals[group] = own
            target = template_machine(self.mapper.machine, own.dataflow)
            cases[group] = Case(own.problem, target, value * float(self.mapper.machine.clock_hz), self.mapper.budget)
        return cases

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

    def _offer(self, groups: Sequence[int], starts: int = LAST_STARTS) -> None:
        self.contest.offer([(g, mapping) for g in groups for mapping in self.proposals[g].mappings], starts, ROUNDS)


def _crowded(contest: Contest, proposals: dict[int, Proposal]) -> list[int]:
    """Regions of whose proposed mappings none fits beside what is resident."""
    every = [(group, mapping) for group, own in proposals.items() for mapping in own.mappings]
    if not every:
        return []
    owners = np.asarray([group for group, _ in every])
    priced = contest.refiner.priced(owners, stacked([mapping for _, mapping in every]))
    return sorted(set(owners.tolist()) - set(owners[np.isfinite(priced.value)].tolist()))
