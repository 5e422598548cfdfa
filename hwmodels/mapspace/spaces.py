"""Spaces of L1 tiles on FAST's template: the assignments of one engine to one contraction, and how tiles cut it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.assignments import Group, ideal
from hwmodels.mapspace.cuts import Cut, Taps, trips_of
from hwmodels.mapspace.target import Target
from hwmodels.mapspace.tiles import G, K, N, P, Problem, Q, R, S, product

ALL = tuple(range(8))


class Least(NamedTuple):
    """What a problem costs at least with any tile, and must use to cost less than what is known."""

    dram_cycles: float
    """Of all traffic with DRAM."""
    rows: float
    """Of the array that are used."""
    columns: float
    """Likewise."""


@dataclass(frozen=True)
class BoxSpace:
    """The assignments of one engine, each with all taps in a tile, and with one."""

    problem: Problem
    target: Target
    group: Group
    least: Least
    spatial: np.ndarray
    """[8, assignments]"""
    grid: np.ndarray
    """[8, assignments]"""
    single_tap: np.ndarray
    """[assignments] whether a tile has one tap, else all."""
    cycles: np.ndarray
    """[assignments] that the engine takes at least."""
    relaxed: bool = False
    """Whether this one assignment stands for all, with as little to compute as any and as much room as there could
    be."""

    @staticmethod
    def of(problem: Problem, target: Target, group: Group, least: Least, limit: float) -> BoxSpace | None:
        """Those assignments of ``group`` that may take less than ``limit`` cycles; None where none may."""
        base = ideal(problem, target, group, slice(None))
        cycles = product(base.passes, ALL) / target.engines[group.engine].steps_per_cycle
        some = np.flatnonzero(cycles + problem.beside.start_cycles < limit)
        if not len(some):
            return None
        ways = 2 if problem.bounds[R] * problem.bounds[S] > 1 else 1
        single_tap = np.repeat([False, True], len(some))[: ways * len(some)]
        some = np.tile(some, ways)
        group = group._replace(extents=group.extents[:, :, some])
        return BoxSpace(
            problem, target, group, least, base.spatial[:, some], base.grid[:, some], single_tap, cycles[some]
        )

    def at(self, some: np.ndarray) -> BoxSpace:
        """Those assignments alone."""
        return replace(
            self,
            group=self.group._replace(extents=self.group.extents[:, :, some]),
            spatial=self.spatial[:, some],
            grid=self.grid[:, some],
            single_tap=self.single_tap[some],
            cycles=self.cycles[some],
        )

    def best(self, count: int) -> BoxSpace:
        """The ``count`` assignments that take the least cycles."""
        return self.at(np.argsort(self.cycles, kind="stable")[:count])

    def together(self) -> BoxSpace:
        """All assignments as one: with as little to compute as any, all PEs' room as one, and of n, p and q only how
        many tiles they make together, of which no halos are known."""
        whole, engine = self.problem.column, self.target.engines[self.group.engine]
        busy = float(self.cycles.min())
        if engine.overlap is not None and engine.overlap.skew:
            busy += engine.shape[0] + self.least.columns - 1.0
        ways = np.unique(self.single_tap)
        return replace(
            self,
            group=self.group._replace(extents=np.ones((1, 8, len(ways)))),
            spatial=np.repeat(whole, len(ways), axis=1),
            grid=np.repeat(whole, len(ways), axis=1),
            single_tap=ways,
            cycles=np.full(len(ways), busy),
            relaxed=True,
        )

    @property
    def kind(self) -> tuple[object, ...]:
        """What spaces of one stack share."""
        bounds = self.problem.bounds
        taps = bounds[R] * bounds[S] > 1 and not self.relaxed
        cut = [bound > 1 for bound in self.bounds]
        return (self.target, self.group.engine, self.relaxed, taps, *cut)

    @property
    def bounds(self) -> tuple[int, ...]:
        """[6] of what is cut."""
        own = self.problem.bounds
        return (own[G], own[N] * own[P] * own[Q], 1, 1, *own[K:R]) if self.relaxed else own[:R]

    def cuts(self, dim: int) -> tuple[list[Cut], np.ndarray]:
        """Those of ``dim``, and [assignments] which each has."""
        bound = self.bounds[dim]
        if self.relaxed:
            trips = trips_of(bound)
            if dim == N:
                trips = np.ones(1)
                for part in (N, P, Q):
                    trips = np.unique(np.multiply.outer(trips, trips_of(self.problem.bounds[part])))
            counts = tuple(trips[::-1].astype(np.int64).tolist())
            return [Cut(bound, bound, 1, None, later=False, trips=counts)], np.zeros(len(self.cycles), np.int64)
        grid = self.grid[dim] if self.target.l1.per_pe else np.ones(len(self.cycles))
        taps, later = [self._taps(dim, single) for single in (False, True)], self.target.has_l2
        columns = np.stack([np.minimum(self.spatial[dim], bound), grid, self.single_tap]).astype(np.int64)
        # One number for all three, of which there are few.
        code = (columns[0] * (int(columns[1].max()) + 1) + columns[1]) * 2 + columns[2] * (taps[0] is not None)
        _, first, own = np.unique(code, return_index=True, return_inverse=True)
        cuts = [Cut(bound, unit, pes, taps[single], later) for unit, pes, single in columns[:, first].T.tolist()]
        return cuts, own

    def _taps(self, dim: int, single: bool) -> Taps | None:
        """Along ``dim``; None where it has none."""
        problem = self.problem
        if dim not in (P, Q) or problem.bounds[R] * problem.bounds[S] == 1:
            return None
        axis = dim - P
        count = problem.bounds[(R, S)[axis]]
        return Taps(count, 1 if single else count, problem.stride[axis], problem.dilation[axis])
