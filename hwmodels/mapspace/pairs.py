"""Tiles of L1 paired with tiles of the global buffer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import Place, placed
from hwmodels.mapspace.bounds import Level, of_l1_tiles
from hwmodels.mapspace.buffer_tiles import BufferTiles
from hwmodels.mapspace.costs import Evaluation
from hwmodels.mapspace.incumbent import Incumbent
from hwmodels.mapspace.l1_tiles import L1Tiles
from hwmodels.mapspace.target import Target
from hwmodels.mapspace.tiles import Problem, R, S, buffer_bytes, even_tiles

FIRST_PAIRS, MOST_PAIRS, ALL_PAIRS = 1_000, 60_000, 4_000_000
"""Pairs of tiles of L1 and of the buffer that are tried first; where these do not do; and where all are tried."""

FEW = 200
"""Tiles of L1 that are each paired with all tiles of the buffer."""

CHUNK = 65_536
"""Pairs at a time: arrays that fit the caches."""


class Open(NamedTuple):
    """An assignment that pairs have not reached, and what none of its mappings beats."""

    bound: float
    place: Place
    held: tuple[bool, bool, bool]


class Pairs:
    """The pairs of one contraction on one target."""

    def __init__(self, problem: Problem, target: Target, incumbent: Incumbent, inner: L1Tiles) -> None:
        self.problem, self.target, self.incumbent, self.inner = problem, target, incumbent, inner
        self.outer = BufferTiles(problem, target)

    def best(self, place: Place, held: tuple[bool, bool, bool]) -> Open | None:
        """Try pairs of tiles of L1 and of the buffer that are best each at its own level.

        What they promise together may be out of reach, for whole L1 tiles do not fill every tile of the buffer: then
        the assignment stays open.
        """
        outer = self.outer.of(held, complete=False)
        if outer is None:
            return None
        inner = self._floor(place, held)
        least = self.incumbent.key(
            max(inner.cycles.min(), outer.cycles.min()), inner.energy_j.min() + outer.energy_j.min()
        )
        for most in (FIRST_PAIRS, MOST_PAIRS):
            self._try(place, held, inner, outer, most)
            if not self.incumbent.improvable(least):
                return None
        return Open(float(least), place, held)

    def every(self, left: Open) -> float:
        """Try every pair of ``left`` that could be better, where they are not too many; what then bounds it."""
        place, held = left.place, left.held
        tiles = self.inner.every(place.group, place.which)
        if tiles is None:
            return left.bound
        if not tiles.tile.shape[1]:
            return np.inf
        place = placed(self.problem, self.target, place.group, place.which, tiles)
        floor = self._floor(place, held)
        best = self.outer.of(held, complete=False)
        assert best is not None, "what is open had tiles of the buffer"
        hopeful = self._hopeful(floor, best)
        if len(hopeful) <= FEW:
            for index in hopeful:
                self._with_all(place, held, int(index))
            return np.inf
        outer = self.outer.of(held, complete=True)
        done = outer is not None and self._try(place, held, floor, outer, ALL_PAIRS)
        return np.inf if done else left.bound

    def _with_all(self, place: Place, held: tuple[bool, bool, bool], index: int) -> None:
        """Try the L1 tile at ``index`` in every tile of the buffer that whole ones of it make."""
        small = place.candidate.inner[:, index]
        trips = np.ceil(self.problem.column[:, 0] / small)
        # A tile of the buffer has all taps.
        counts = [even_tiles(int(count)) for count in trips[:R]]
        large = np.stack([axis.ravel() for axis in np.meshgrid(*counts, trips[R : R + 1], trips[S:], indexing="ij")])
        large = np.minimum(large * small[:, None], self.problem.column)
        self._evaluate(place, held, np.full(large.shape[1], index), large)

    def _floor(self, place: Place, held: tuple[bool, bool, bool]) -> Level:
        self.incumbent.count(3 * place.candidate.inner.shape[1])
        return of_l1_tiles(self.problem, self.target, place, held)

    def _hopeful(self, level: Level, other: Level) -> np.ndarray:
        """Indices of the tiles of ``level`` that with the best of ``other`` could be better, most promising first."""
        bound = self.incumbent.key(np.maximum(level.cycles, other.cycles.min()), level.energy_j + other.energy_j.min())
        hopeful = np.flatnonzero(self.incumbent.beaten_by(bound))
        return hopeful[np.argsort(bound[hopeful], kind="stable")]

    def _try(self, place: Place, held: tuple[bool, bool, bool], inner: Level, outer: Level, most: int) -> bool:
        """Try pairs of the L1 tiles ``inner`` and the buffer's tiles ``outer`` that could be better, about ``most``;
        whether that was all."""
        first, second = self._hopeful(inner, outer), self._hopeful(outer, inner)
        whole = len(first) * len(second) <= most
        if not whole:
            side = int(most**0.5)
            short = min(len(first), len(second))
            limit = side if short > side else most // max(short, 1)
            first, second = first[:limit], second[:limit]
        step = max(1, CHUNK // max(len(second), 1))
        for start in range(0, len(first), step):
            part = first[start : start + step]
            index = (np.repeat(part, len(second)), np.tile(second, len(part)))
            self._evaluate(place, held, *self._better_pairs(inner, outer, *index))
        return whole

    def _better_pairs(self, inner: Level, outer: Level, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of the pairs ``inner[a]``, ``outer[b]`` those that could be better: the indices of the first, and tiles
        [8, pairs] of the buffer that whole ones of these make, about as big as the second."""
        incumbent = self.incumbent
        bound = incumbent.key(np.maximum(inner.cycles[a], outer.cycles[b]), inner.energy_j[a] + outer.energy_j[b])
        keep = incumbent.beaten_by(bound)
        a, b = a[keep], b[keep]
        small, bounds = inner.tile[:, a], self.problem.column
        # As many L1 tiles as cover the share that the wanted trips leave.
        count = np.ceil(np.ceil(bounds / small) / np.ceil(bounds / outer.tile[:, b]))
        return a, np.minimum(small * count, bounds)

    def _evaluate(self, place: Place, held: tuple[bool, bool, bool], index: np.ndarray, large: np.ndarray) -> None:
        """Try the L1 tiles at ``index`` in the tiles ``large`` [8, pairs] of the buffer, where these fit."""
        taken = np.sum(buffer_bytes(self.problem, large, held), axis=0)
        fits = np.flatnonzero(taken <= min(self.target.buffer.capacity_bytes[0], self.problem.room_bytes))
        if not len(fits):
            return
        index = index[fits]
        candidate = place.candidate._replace(
            inner=place.candidate.inner[:, index], outer=large[:, fits], passes=place.candidate.passes[:, index]
        )
        engine = self.target.engines[place.group.engine]
        evaluation = Evaluation(self.problem, self.target, engine, candidate)
        for far_order in range(3):
            for near_order in range(3):
                costs = evaluation.at(held, near_order, far_order)
                self.incumbent.count(len(fits))
                values = np.broadcast_to(self.incumbent.key(*costs), len(fits))
                self.incumbent.offer(values, place, candidate, held)
