"""How fast a region may be at most with any mapping: branch and bound over boxes of tiles.

All tiles of all assignments begin as one box each. The most promising boxes are halved until they are single tiles or
no better than what is known; what the least promise then is, no mapping beats.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import spatial_groups
from hwmodels.mapspace.bounds import Level
from hwmodels.mapspace.boxes import Boxes, Stack, joined, stacks_of
from hwmodels.mapspace.buffer_tiles import BufferTiles
from hwmodels.mapspace.costs import far_costs, far_traffic
from hwmodels.mapspace.edges import promised_with_edges
from hwmodels.mapspace.incumbent import TOLERANCE
from hwmodels.mapspace.promises import promised_in_room
from hwmodels.mapspace.scouts import BEAM, scouted
from hwmodels.mapspace.spaces import BoxSpace, Least
from hwmodels.mapspace.target import Target, residences
from hwmodels.mapspace.tiles import Problem, buffer_bytes

AT_ONCE = 1_024
"""Boxes that are halved at a time."""

TOO_MANY, TOLD = 300, 5e-3
"""Assignments of which all together, where that leaves no greater gap, tell as much as one by one within any budget."""

SCOUTED = 10_000.0
"""Single tiles that scouts look at, about: with a smaller budget there are none."""

PATIENCE = 16_384
"""Boxes after which assignments one by one have to promise more than they did before,"""

STEP = 0.02
"""by this share of what is to be gained."""

PROMISING = 4
"""Tiles that a proof reports,"""

FOUND = 8
"""and scouts, of each engine: of those that promise about the same some are much dearer than others."""

SHARE = 0.5
"""Of the budget for all assignments together."""

NEAR = 2e-4
"""Gap with which the search for a better bound ends."""

MANY = 5
"""Assignments that are better looked at together first."""

FIRST_OUTERS = 100
"""Tiles of the global buffer of which those for a tile of L1 are made, if they can be."""

OUTERS = 4
"""Tiles of the global buffer that are tried with each."""


class Leaf(NamedTuple):
    """A single tile that may be better than what is known."""

    cycles: float
    """That it takes at least."""
    engine: int
    spatial: np.ndarray
    """[axes, 8]"""
    inner: np.ndarray
    """[8]"""


class Proved(NamedTuple):
    """What no mapping beats, and where better ones may be."""

    cycles: float
    leaves: tuple[Leaf, ...]
    """Most promising first."""


Place = tuple[Stack, int]
"""A stack, and which of its spaces is meant."""


class Halved(NamedTuple):
    """Boxes whose bounds a proof waits for: of the upper ones, then of the lower ones."""

    stack: Stack
    upper: Boxes
    """Of which none has been looked at;"""
    lower: Boxes
    """of these the smallest tiles are known to fit."""


Run = Generator[Halved | BoxSpace, Any, None]
"""What asks for bounds [boxes], or for the place of a space."""


class _Descent:
    """The branch and bound of one engine."""

    def __init__(self, stack: Stack, space: int, limit: float) -> None:
        self.stack, self.space, self.limit = stack, space, limit
        self.evaluations = self.checked = 0
        self.first = -np.inf
        """What bounded all boxes when last looked at."""
        whole = stack.everything(space)
        fits = np.flatnonzero(stack.fits(whole))
        self.pool = whole.at(fits)
        """Boxes that may hold something better, or did: ``frontier`` are still of interest."""
        self.bound = stack.cycles(space)[fits]
        """[boxes of interest] what bounds them."""
        self.frontier = np.arange(len(self.bound))
        self.leaves: list[Leaf] = []

    @property
    def open(self) -> float:
        """No box that may hold something better takes less."""
        return float(self.bound.min()) if len(self.bound) else np.inf

    @property
    def least(self) -> float:
        """No mapping takes less; infinite where none may take less than ``limit``."""
        return min([self.open, *(leaf.cycles for leaf in self.leaves[:1])])

    def run(self, enough: float, budget: float, goal: float = np.inf) -> Run:
        """Halve boxes until all of them take ``enough``, or single tiles are as promising as any, or ``budget`` of them
        were looked at; or, on the way to a ``goal``, many have brought the bound no nearer."""
        while self.evaluations < budget and self.open < min([enough, *(x.cycles for x in self.leaves[:1])]):
            if self._stands_still(goal):
                break
            now, bound = self._most_promising()
            single = self.stack.single(now)
            if single.any():
                self._note(now.at(np.flatnonzero(single)), bound[single])
                now = now.at(np.flatnonzero(~single))
            if len(now.which):
                upper, lower = self.stack.halves(now)
                bound = yield Halved(self.stack, upper, lower)
                self._keep(joined([upper, lower]), bound)

    def _stands_still(self, goal: float) -> bool:
        """Whether the last ``PATIENCE`` boxes have brought the bound no nearer to ``goal``, if that is finite."""
        if self.evaluations < self.checked + PATIENCE:
            return False
        moved, self.first, self.checked = self.open - self.first, self.open, self.evaluations
        return goal * (1.0 - TOLD) < self.open and moved < STEP * (goal - self.open)

    def _most_promising(self) -> tuple[Boxes, np.ndarray]:
        """Taken off the frontier; and what bounds them."""
        count = len(self.bound)
        order = np.argpartition(self.bound, AT_ONCE) if count > AT_ONCE else np.arange(count)
        first, rest = order[:AT_ONCE], order[AT_ONCE:]
        now, bound = self.pool.at(self.frontier[first]), self.bound[first]
        self.frontier, self.bound = self.frontier[rest], self.bound[rest]
        return now, bound

    def _keep(self, boxes: Boxes, bound: np.ndarray) -> None:
        """Of ``boxes`` those that could hold something better."""
        self.evaluations += len(bound)
        keep = np.flatnonzero(bound < self.limit)
        # What was halved is of no interest any more.
        old = self.pool.at(self.frontier) if len(self.frontier) < len(self.pool.which) / 2 else None
        if old is not None:
            self.pool, self.frontier = old, np.arange(len(self.frontier))
        self.frontier = np.concatenate([self.frontier, np.arange(len(keep)) + len(self.pool.which)])
        self.pool = joined([self.pool, boxes.at(keep)])
        self.bound = np.concatenate([self.bound, bound[keep]])

    def _note(self, single: Boxes, bound: np.ndarray) -> None:
        """Remember the most promising single tiles."""
        bound = promised_with_edges(self.stack, single, bound)
        order = np.argsort(bound, kind="stable")[:PROMISING]
        order = order[bound[order] < self.limit]
        new = _leaves(self.stack, single.at(order), bound[order])[self.space]
        self.leaves = sorted([*self.leaves, *new], key=lambda leaf: leaf.cycles)[:PROMISING]


def _leaves(stack: Stack, single: Boxes, cycles: np.ndarray) -> list[list[Leaf]]:
    """For each space the ``single`` tiles that are its own, of which ``cycles`` are promised."""
    tiles, _ = stack.tiles(single)
    found: list[list[Leaf]] = [[] for _ in stack.spaces]
    parts = zip(stack.owner(single), cycles, stack.extents(single.which), tiles.T, strict=True)
    for space, promise, spatial, tile in parts:
        found[space].append(Leaf(float(promise), stack.spaces[space].group.engine, spatial, tile))
    return found


class Case(NamedTuple):
    """What is to be proven."""

    problem: Problem
    target: Target
    known: float
    """Cycles that a mapping takes."""
    budget: float
    """Boxes that are looked at, about."""


def prove(problem: Problem, target: Target, known: float, budget: float) -> Proved:
    """What no mapping beats, where one takes ``known`` cycles; after about ``budget`` boxes what is proven by then."""
    case = Case(problem, target, known, budget)
    return Prover().prove([(case, known)])[case, known]


class Prover:
    """Proofs of several cases, side by side: one result does not depend on the others."""

    def __init__(self) -> None:
        self.proofs: dict[Case, _Proof] = {}

    def _of(self, cases: Sequence[Case]) -> list[_Proof]:
        new = {case: _Proof(case) for case in cases if case not in self.proofs}
        self.proofs |= new
        _in_step([proof.run_together() for proof in new.values()])
        return [self.proofs[case] for case in cases]

    def least(self, cases: Sequence[Case]) -> dict[Case, float]:
        """Cycles that no mapping of each of ``cases`` takes less than, as far as assignments tell together."""
        return {case: proof.result().cycles for case, proof in zip(cases, self._of(cases), strict=True)}

    def scout(self, cases: Sequence[Case]) -> dict[Case, tuple[Leaf, ...]]:
        """Promising tiles of each of ``cases``, where it is not yet known that there are none."""
        proofs = self._of(cases)
        engines = [each for proof in proofs if proof.budget >= SCOUTED for each in proof.open()]
        places = stacks_of([each.space.best(BEAM) for each in engines])
        for stack in {id(stack): stack for stack, _ in places}.values():
            leaves = _leaves(stack, *scouted(stack, FOUND))
            for each, place in zip(engines, places, strict=True):
                if place[0] is stack:
                    each.found = leaves[place[1]]
        return {case: proof.leaves(3 * FOUND) for case, proof in zip(cases, proofs, strict=True)}

    def prove(self, cases: Sequence[tuple[Case, float]]) -> dict[tuple[Case, float], Proved]:
        """What no mapping of each of ``cases`` beats, of which others than at first may take the cycles beside it."""
        proofs = self._of([case for case, _ in cases])
        for proof, (_, cycles) in zip(proofs, cases, strict=True):
            proof.known = min(proof.known, cycles)
        _in_step([proof.run() for proof in proofs])
        return {case: proof.result() for case, proof in zip(cases, proofs, strict=True)}


def _in_step(runs: Sequence[Run]) -> None:
    """Go on with all of ``runs`` until each has ended; what they ask for at a time is computed at once."""
    asked = {index: request for index, run in enumerate(runs) if (request := next(run, None)) is not None}
    while asked:
        spaces = {index: request for index, request in asked.items() if isinstance(request, BoxSpace)}
        answers: dict[int, Any] = dict(zip(spaces, stacks_of(list(spaces.values())), strict=True))
        by_stack: dict[int, list[tuple[int, Halved]]] = {}
        for index, request in asked.items():
            if not isinstance(request, BoxSpace):
                by_stack.setdefault(id(request.stack), []).append((index, request))
        for several in by_stack.values():
            bounds = _bounds([request for _, request in several])
            answers |= {index: bound for (index, _), bound in zip(several, bounds, strict=True)}
        for index, answer in answers.items():
            try:
                asked[index] = runs[index].send(answer)
            except StopIteration:
                del asked[index]


def _bounds(requests: Sequence[Halved]) -> list[np.ndarray]:
    """The bounds of each of ``requests``, all of one stack."""
    upper, lower = (joined(parts) for parts in zip(*(request[1:] for request in requests), strict=True))
    bound = promised_in_room(requests[0].stack, upper, lower)
    ends = np.cumsum([len(request.upper.which) for request in requests])[:-1]
    halves = np.split(bound, 2)
    return [np.concatenate(both) for both in zip(*(np.split(half, ends) for half in halves), strict=True)]


class _Proof:
    """What is known of one case."""

    def __init__(self, case: Case) -> None:
        problem, target, self.known, self.budget = case
        limit = self.known * (1.0 - TOLERANCE)
        least = least_of(problem, target, self.known)
        spaces = [BoxSpace.of(problem, target, group, least, limit) for group in spatial_groups(problem, target)]
        self.engines = [_Engine(space, limit) for space in spaces if space is not None]

    def run_together(self) -> Run:
        """What is true of all assignments of each engine."""
        for each in self.engines:
            yield from each.run_together(self.known, self.budget * SHARE)

    def open(self) -> list[_Engine]:
        """Engines that may have something better."""
        return [each for each in self.engines if each.least < self.known * (1.0 - NEAR)]

    def run(self) -> Run:
        """Bound engine after engine, the most promising one first."""
        while self.engines:
            self.engines.sort(key=lambda each: each.least)
            first = self.engines[0]
            # What one engine could take bounds all of them.
            if first.least >= self.known * (1.0 - NEAR) or first.ended:
                break
            enough = min([self.known, *(each.least * (1.0 + TOLERANCE) for each in self.engines[1:2])])
            yield from first.run(enough, self.known, self.budget)

    def leaves(self, count: int = PROMISING) -> tuple[Leaf, ...]:
        """The ``count`` most promising tiles."""
        every = (leaf for each in self.engines for leaf in each.leaves)
        return tuple(sorted(every, key=lambda leaf: leaf.cycles)[:count])

    def result(self) -> Proved:
        """What is proven, and what is left."""
        return Proved(min([self.known, *(each.least for each in self.engines)]), self.leaves())


class _Engine:
    """The boxes of one engine."""

    def __init__(self, space: BoxSpace, limit: float) -> None:
        self.space, self.limit = space, limit
        self.least = float(space.cycles.min()) + space.problem.beside.start_cycles
        """That no mapping takes less than."""
        self.ended = False
        """Whether more boxes tell no more: a single tile is as promising as any, or they were too many."""
        self.descent: _Descent | None = None
        self.has_many = len(space.cycles) >= MANY
        self.found: list[Leaf] = []

    @property
    def leaves(self) -> list[Leaf]:
        """The most promising tiles."""
        more = [] if self.descent is None else self.descent.leaves
        return sorted([*self.found, *more], key=lambda leaf: leaf.cycles)

    def run_together(self, enough: float, budget: float) -> Run:
        """What is true of all assignments together, where there are many."""
        if self.has_many:
            stack, place = yield self.space.together()
            together = _Descent(stack, place, self.limit)
            yield from together.run(enough, budget)
            self.least = max(self.least, together.least)

    def _begin(self) -> Generator[BoxSpace, Any, _Descent]:
        if self.descent is None:
            stack, place = yield self.space
            self.descent = _Descent(stack, place, self.limit)
        return self.descent

    def run(self, enough: float, known: float, budget: float) -> Run:
        """Assignment by assignment."""
        if len(self.space.cycles) > TOO_MANY and self.least > known * (1.0 - TOLD):
            self.ended = True
            return
        descent = yield from self._begin()
        before = descent.evaluations
        yield from descent.run(enough, budget, known if self.has_many else np.inf)
        # Not even as much as another engine would take was reached.
        self.ended = descent.least < enough or descent.evaluations == before
        self.least = max(self.least, descent.least)


def least_of(problem: Problem, target: Target, known: float) -> Least:
    """What no mapping that takes less than ``known`` cycles does without."""
    macs = float(np.prod(problem.bounds)) / float(np.prod(target.axes[: target.grid_axes])) / known
    rows, columns = target.axes[target.grid_axes :]
    return Least(dram_cycles(problem, target), max(1.0, np.ceil(macs / columns)), max(1.0, np.ceil(macs / rows)))


def dram_cycles(problem: Problem, target: Target) -> float:
    """Of all traffic with DRAM, at least."""
    cycles, _ = far_costs(problem, target, (True, True, True), far_traffic(problem, np.ones((8, 1)), 0))
    once = float(np.max(cycles)) - problem.beside.start_cycles
    if _holds_all(problem, target):
        return once
    tiles = _tiled(problem, target)
    return once if tiles is None else float(tiles.cycles.min()) - problem.beside.start_cycles


@lru_cache(maxsize=256)
def _tiled(problem: Problem, target: Target) -> Level | None:
    """Tiles of the global buffer that no other beats, best first; None where there are none, or too many."""
    (held,) = residences(target)
    level = BufferTiles(problem, target).of(held, complete=False)
    if level is None:
        return None
    order = np.argsort(level.cycles, kind="stable")
    return Level(level.tile[:, order], level.cycles[order], level.energy_j[order])


def _holds_all(problem: Problem, target: Target) -> bool:
    """Whether tiles of the global buffer are of no concern: it has room for everything, or there is none."""
    (held,) = residences(target)
    taken = sum(float(size[0]) for size in buffer_bytes(problem, problem.column, held))
    return taken <= min(target.buffer.capacity_bytes[0], problem.room_bytes)


def outer_tiles(problem: Problem, target: Target, inner: Sequence[np.ndarray], *, few: bool) -> list[np.ndarray]:
    """For each of the tiles ``inner`` [8] of L1 some [tiles, 8] of the global buffer that go with it; ``few``: one at
    most, of the best."""
    whole = problem.column[:, 0]
    if _holds_all(problem, target) or not len(inner):
        return [whole[None]] * len(inner)
    (held,) = residences(target)
    tiles = _tiled(problem, target)
    if tiles is None:
        return [np.zeros((0, 8))] * len(inner)
    room, most = min(target.buffer.capacity_bytes[0], problem.room_bytes), 1 if few else OUTERS

    def whole_tiles(part: np.ndarray, best: np.ndarray) -> list[np.ndarray]:
        """Those [8, several] closest to the ``best`` that tiles [8] of L1 make; of each that fit."""
        part, bound = part[:, :, None], whole[:, None, None]
        counts = np.ceil(bound / part) / np.ceil(whole[:, None] / best)[:, None]
        # As many whole tiles of L1 as cover the share that the wanted trips leave, or fewer; at least one.
        counts = np.stack([np.ceil(counts), np.maximum(np.floor(counts), 1.0)], axis=3).reshape(8, part.shape[1], -1)
        wanted = np.minimum(part * counts, bound)
        fits = np.sum(buffer_bytes(problem, wanted, held), axis=0) <= room
        several = [own[good][: most * OUTERS] for own, good in zip(wanted.transpose(1, 2, 0), fits, strict=True)]
        unique = [list(itertools.islice(dict.fromkeys(map(tuple, own.tolist())), most)) for own in several]
        return [np.asarray(own).reshape(-1, 8) for own in unique]

    found = whole_tiles(np.stack(inner, axis=1), tiles.tile[:, :FIRST_OUTERS])
    if few:
        return found
    return [
        own if len(own) else whole_tiles(tile[:, None], tiles.tile)[0] for own, tile in zip(found, inner, strict=True)
    ]
