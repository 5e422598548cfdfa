"""The best mapping of one contraction on one machine, by branch and bound over arrays of candidates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwmodels.mapper import NoMappingError
from hwmodels.mapspace.assignments import Group, Place, placed, spatial_groups
from hwmodels.mapspace.bounds import FEW_RESIDENCES, of_assignments, of_whole
from hwmodels.mapspace.costs import Candidate, Near, Traffic, least_costs, total_costs
from hwmodels.mapspace.found import Found, found_by
from hwmodels.mapspace.incumbent import DEFAULT_BUDGET, TIE_EVALUATIONS, Incumbent, Objective, rounds
from hwmodels.mapspace.l1_tiles import L1Tiles
from hwmodels.mapspace.pairs import Open, Pairs
from hwmodels.mapspace.target import Target, residences
from hwmodels.mapspace.tiles import Problem, buffer_bytes
from hwmodels.records import Contraction


class Search:
    """One problem on one target."""

    def __init__(self, problem: Problem, target: Target, objective: Objective, budget: float) -> None:
        self.problem, self.target = problem, target
        self.groups = spatial_groups(self.problem, target)
        if not self.groups:
            raise NoMappingError(f"the contraction {problem.bounds} fits no engine of machine '{target.name}'")
        bounds = [of_assignments(self.problem, target, group) for group in self.groups]
        scale = (min(bound.cycles.min() for bound in bounds), min(bound.energy_j.min() for bound in bounds))
        self.incumbent = Incumbent(objective, scale, budget)
        self.first = np.cumsum([0, *(group.extents.shape[2] for group in self.groups)])
        """Position of the first assignment of each group."""
        self.bound = np.concatenate([self.incumbent.key(*bound) for bound in bounds])
        self.inner = L1Tiles(self.problem, target, self.incumbent)
        self.pairs = Pairs(self.problem, target, self.incumbent, self.inner)
        self.loose = any(engine.overlap is not None for engine in target.engines)
        """Whether a tile may take a little longer than one that it beats in trips and passes."""
        self.least_whole = np.inf
        """No tile of the assignments tried is better where the buffer holds everything."""
        self.open: list[Open] = []

    def run(self) -> Found:
        """Search, most promising assignment first, until no assignment can be better."""
        proven = self._each_assignment()
        # What was not reached pair by pair is looked at last, when few can still be better.
        for left in sorted(self.open, key=lambda item: item.bound):
            reach = self.incumbent.improvable(left.bound) and not self.incumbent.spent
            proven = min(proven, self.pairs.every(left) if reach else left.bound)
        bound = min(proven, self.least_whole, self.incumbent.value)
        return found_by(self.problem, self.target, self.incumbent, bound)

    def _each_assignment(self) -> float:
        """Try the assignments in order; a bound on those that were left when the budget ended."""
        whole, tiled = self._residences()
        for position in np.argsort(self.bound, kind="stable"):
            bound = float(self.bound[position])
            settled = not self.incumbent.improvable(min([bound, *(left.bound for left in self.open)]))
            if not self.incumbent.beaten_by(bound) or (settled and self.incumbent.evaluations > TIE_EVALUATIONS):
                break
            if self.incumbent.spent:
                return bound
            group = int(np.searchsorted(self.first, position, side="right")) - 1
            self._assign(self.groups[group], int(position - self.first[group]), whole, tiled)
        return np.inf

    def _residences(self) -> tuple[list[tuple[bool, bool, bool]], list[tuple[bool, bool, bool]]]:
        """Residences with which the buffer holds the operands whole, and those with which it holds tiles of them."""
        room = min(self.target.buffer.capacity_bytes[0], self.problem.room_bytes)
        whole, tiled = [], []
        for held in residences(self.target):
            taken = sum(float(size[0]) for size in buffer_bytes(self.problem, self.problem.column, held))
            (whole if taken <= room else tiled).append(held)
        return whole, tiled

    def _assign(
        self,
        group: Group,
        which: int,
        whole: Sequence[tuple[bool, bool, bool]],
        tiled: Sequence[tuple[bool, bool, bool]],
    ) -> None:
        """Try the tiles of one assignment."""
        tiles = self.inner.best(group, which)
        count = tiles.tile.shape[1]
        if not count:
            return
        self.incumbent.count(count)
        place = placed(self.problem, self.target, group, which, tiles)
        if whole:
            keys = [self.incumbent.key(*costs) for costs in of_whole(self.problem, self.target, place, whole)]
            bound = np.minimum.reduce([np.broadcast_to(key, count) for key in keys])
            for index in rounds(bound, self.incumbent):
                self._whole(place, index, whole)
        for held in tiled:
            left = self.pairs.best(place, held)
            if left is not None:
                self.open.append(left)

    def _whole(self, place: Place, index: np.ndarray, options: Sequence[tuple[bool, bool, bool]]) -> None:
        """Try the L1 tiles at ``index`` where the buffer holds all of what it holds, which is one of ``options``."""
        evaluation = place.evaluation.take(index)
        for order in range(3):
            near, far = evaluation.near(order, order), evaluation.far(order)
            some = np.arange(len(index))
            if len(options) > FEW_RESIDENCES and not self.loose:
                # One bound is cheaper than the costs of so many residences.
                bound = self.incumbent.key(*least_costs(self.problem, self.target, near, far))
                some = np.flatnonzero(self.incumbent.beaten_by(np.broadcast_to(bound, len(index))))
            if len(some) < len(index):
                near = evaluation.take(some).near(order, order)
            if len(some):
                candidate = place.candidate._replace(inner=place.candidate.inner[:, index[some]])
                least = evaluation.near(order, order, least=True) if self.loose else near
                self._offer(place, candidate, (near, least), far, options)

    def _offer(
        self,
        place: Place,
        candidate: Candidate,
        near: tuple[Near, Near],
        far: Traffic,
        options: Sequence[tuple[bool, bool, bool]],
    ) -> None:
        """Try tiles of L1 in one order of the loops, of which ``near`` (as it is, and at least) and ``far`` tell."""
        count = candidate.inner.shape[1]
        for held in options:
            if self.loose:
                bound = self.incumbent.key(*total_costs(self.problem, self.target, held, near[1], far))
                self.least_whole = min(self.least_whole, float(np.min(bound)))
            values = self.incumbent.key(*total_costs(self.problem, self.target, held, near[0], far))
            self.incumbent.count(count)
            self.incumbent.offer(np.broadcast_to(values, count), place, candidate, held)


def search(
    contraction: Contraction, target: Target, objective: Objective = "latency", budget: float = DEFAULT_BUDGET
) -> Found:
    """The best mapping of ``contraction`` on ``target`` (see the package for the space and its claims).

    ``budget`` limits the mappings evaluated, but never ends the search before there is one; where it ends it early,
    ``gap`` says how far the result may be from the best. Raises NoMappingError where not even the smallest tile fits.
    """
    return Search(Problem.of(contraction), target, objective, budget).run()
