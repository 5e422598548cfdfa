"""The best mapping of one contraction on one machine, by branch and bound over arrays of candidates."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from hwmodels.mapspace.costs import (
    Candidate,
    Costs,
    Evaluation,
    distinct_inputs,
    far_costs,
    far_traffic,
    least_costs,
    total_costs,
)
from hwmodels.mapspace.target import Target
from hwmodels.mapspace.tiles import (
    REPEATING,
    C,
    DimTiles,
    G,
    K,
    N,
    P,
    Problem,
    Q,
    R,
    S,
    dim_tiles,
    even_tiles,
    filling,
    footprints,
    not_dominated,
    product,
    spatial_axis,
    window,
)
from hwmodels.records import Array, Contraction

Objective = Literal["latency", "energy", "edp"]

TIE = 1e-7
"""Weight of the other quantity among mappings that are equal in the objective."""

TOLERANCE = 1e-6
"""Relative distance to the bound that counts as none; above ``TIE`` times what ties differ by."""

TIE_EVALUATIONS = 10_000
"""Once a mapping is proven best, others that may equal it are compared with it up to so many evaluations in all."""

DEFAULT_BUDGET = 5_000_000


class NoMappingError(Exception):
    """No tile of a contraction fits the machine."""


@dataclass(frozen=True)
class Found:
    """The best mapping that was found of one contraction."""

    engine: int
    """Index into the target's engines."""
    spatial: np.ndarray
    """[axes, 8] extents on each axis; with ``packed_taps``, r has the taps (of r and s in one) at once and s 1."""
    packed_taps: bool
    inner_tile: np.ndarray
    """[8]"""
    outer_tile: np.ndarray
    """[8]"""
    inner_class: str
    """'m', 'k' or 'c': loops of this class run innermost among those over L1 tiles; loops over g outermost."""
    outer_class: str
    """The same of the loops over tiles of the global buffer."""
    held: tuple[bool, bool, bool]
    """Whether the global buffer holds input, weight and output."""
    cycles: float
    energy_j: float
    objective: float
    lower_bound: float
    """No mapping of the space has a lower objective."""
    gap: float
    """Share of ``objective`` above ``lower_bound``; 0 is proven optimal."""
    evaluations: int


class _Group(NamedTuple):
    """Spatial assignments of one engine and one way of packing; extents [axes, 8, assignments]."""

    engine: int
    packed: bool
    extents: np.ndarray


class _Place(NamedTuple):
    """One spatial assignment with all its L1 tiles."""

    group: _Group
    which: int
    candidate: Candidate
    evaluation: Evaluation


class _Level(NamedTuple):
    """Tiles of one level, and what a mapping with each costs at least there."""

    tile: np.ndarray
    """[8, tiles]"""
    cycles: np.ndarray
    energy_j: np.ndarray


def _level_of(tile: np.ndarray, costs: Sequence[tuple[np.ndarray, np.ndarray]]) -> _Level:
    """The least of several (cycles, energy) for each ``tile`` [8, tiles]."""
    count = tile.shape[1]
    cycles, energy = (np.minimum.reduce([np.broadcast_to(c[which], count) for c in costs]) for which in (0, 1))
    return _Level(tile, cycles, energy)


FIRST_PAIRS, MOST_PAIRS, ALL_PAIRS = 1_000, 60_000, 4_000_000
"""Pairs of tiles of L1 and of the buffer that are tried first; where these do not do; and where all are tried."""

FEW = 200
"""Tiles of L1 that are each paired with all tiles of the buffer."""

MOST_TILES = 1_000_000
"""Tiles of one level, at most, where all are tried."""

FEW_RESIDENCES = 2
"""Residences of the operands that are bounded one by one; more of them together."""

WIDE_GRID = 16
"""An axis of the PE grid that is longer unrolls two dimensions at most."""

MANY_GRIDS = 400
"""Above so many ways to lay a contraction on the grid, those that another exceeds in every dimension are left out."""

WORTH_FILTERING = 20_000
"""Tiles of one level above which those of each dimension are looked at alone first."""

CHUNK = 65_536
"""Pairs at a time: arrays that fit the caches."""

FIRST = 256
"""Candidates that are evaluated before the others, to have something to compare with."""


def _rounds(bound: np.ndarray, incumbent: _Incumbent) -> Iterator[np.ndarray]:
    """Indices of candidates that could be better, the most promising few first."""
    hopeful = np.flatnonzero(incumbent.beaten_by(bound))
    if len(hopeful) > FIRST:
        first = hopeful[np.argpartition(bound[hopeful], FIRST)[:FIRST]]
        yield first
        seen = np.zeros(len(bound), bool)
        seen[first] = True
        hopeful = np.flatnonzero(incumbent.beaten_by(bound) & ~seen)
    if len(hopeful):
        yield hopeful


class _Incumbent:
    """The best so far, and what proves it."""

    def __init__(self, objective: Objective, scale: tuple[float, float], budget: float) -> None:
        self.objective, self.scale, self.budget = objective, scale, budget
        self.value = np.inf
        self.best: tuple | None = None
        self.evaluations = 0

    def key(self, cycles: Array, energy_j: Array) -> Array:
        """What is minimised: the objective, ties broken by the other quantity."""
        if self.objective == "edp":
            return cycles * energy_j
        if self.objective == "latency":
            return cycles + energy_j * (TIE * self.scale[0] / self.scale[1])
        return energy_j + cycles * (TIE * self.scale[1] / self.scale[0])

    def offer(self, values: np.ndarray, place: _Place, candidate: Candidate, choice: tuple) -> None:
        """Take the best of ``values`` if it is better."""
        index = int(np.argmin(values))
        if values[index] < self.value:
            self.value = float(values[index])
            inner = candidate.inner[:, index]
            outer = candidate.outer[:, min(index, candidate.outer.shape[1] - 1)]
            self.best = (place.group, place.which, inner, outer, choice)

    def beaten_by(self, bound: Array) -> Array:
        """Where ``bound`` leaves room for something better."""
        return bound < self.value * (1.0 - 1e-13)


def spatial_groups(problem: Problem, target: Target) -> list[_Group]:
    """All spatial assignments worth trying."""
    groups: list[_Group] = []
    for index, engine in enumerate(target.engines):
        options = [
            spatial_axis(size, dims, _most_dims(target, axis), problem)
            for axis, (size, dims) in enumerate(zip(target.axes, engine.axes, strict=True))
        ]
        picks = _distinct_picks(options, target.grid_axes)
        extents = np.stack([option[0][:, pick] for option, pick in zip(options, picks, strict=True)])
        packs = np.stack([option[1][pick] for option, pick in zip(options, picks, strict=True)])
        packed: np.ndarray = np.any(packs, axis=0)
        # Where one axis packs taps, no other may unroll them.
        taps = (extents[:, [R, S]] > 1.0).any(axis=1)
        sound = ~packed | (taps.sum(axis=0) == packs.sum(axis=0)) & (packs.sum(axis=0) == 1)
        if target.grid_axes:
            sound &= _on_diagonal(problem, target, extents)
        extents, packed = extents[:, :, sound], packed[sound]
        _clip(problem, extents, packed)
        for flag in (False, True):
            chosen = packed == flag
            if chosen.any():
                groups.append(_Group(index, flag, extents[:, :, chosen]))
    return groups


def _on_diagonal(problem: Problem, target: Target, extents: np.ndarray) -> np.ndarray:
    """Whether groups on the rows, if any, are of one channel and find a column each."""
    groups = extents[-2, G]
    single = problem.bounds[K] == 1 and problem.bounds[C] == 1
    return (groups == 1.0) | single & (groups <= target.axes[-1])


def _clip(problem: Problem, extents: np.ndarray, packed: np.ndarray) -> None:
    """Let no axis unroll more of a dimension than those before it leave; in place."""
    left = np.repeat(problem.column, extents.shape[2], axis=1)
    left[R] = np.where(packed, left[R] * left[S], left[R])
    for axis in extents:
        np.minimum(axis, left, out=axis)
        left = np.ceil(left / axis)


def _most_dims(target: Target, axis: int) -> int:
    """How many dimensions the axis unrolls at most."""
    wide = axis < target.grid_axes and target.axes[axis] > WIDE_GRID
    return min(target.dims_per_axis, 2) if wide else target.dims_per_axis


def _distinct_picks(options: Sequence[tuple[np.ndarray, np.ndarray]], grid_axes: int) -> np.ndarray:
    """[axes, assignments] choices of an option (extents, packed) for each axis, one for each product over the grid and
    over the array."""
    parts: list[np.ndarray] = []
    for is_grid, axes in ((True, options[:grid_axes]), (False, options[grid_axes:])):
        if not axes:
            continue
        picks = np.stack([p.ravel() for p in np.meshgrid(*(np.arange(len(packs)) for _, packs in axes), indexing="ij")])
        extents = np.prod([axis[:, pick] for (axis, _), pick in zip(axes, picks, strict=True)], axis=0)
        packed = np.sum([packs[pick] for (_, packs), pick in zip(axes, picks, strict=True)], axis=0)
        # Square roots of primes are independent: the code tells all extents apart.
        code = np.sqrt(np.asarray([2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0])) @ extents + np.sqrt(23.0) * packed
        distinct = np.unique(np.round(code, 6), return_index=True)[1]
        if is_grid and len(distinct) > MANY_GRIDS:
            distinct = distinct[not_dominated(-extents[:, distinct])]
        parts.append(picks[:, distinct])
    if len(parts) == 1:
        return parts[0]
    first, second = (p.ravel() for p in np.meshgrid(*(np.arange(p.shape[1]) for p in parts), indexing="ij"))
    return np.concatenate([parts[0][:, first], parts[1][:, second]])


def _passes(problem: Problem, group: _Group, spatial: np.ndarray) -> np.ndarray:
    passes = np.ceil(problem.column / spatial)
    if group.packed:
        passes[R], passes[S] = np.ceil(problem.bounds[R] * problem.bounds[S] / spatial[R]), 1.0
    return passes


def residences(target: Target) -> list[tuple[bool, bool, bool]]:
    """What the global buffer may hold, most first."""
    options = [{"always": (True,), "never": (False,), "maybe": (True, False)}[hold] for hold in target.buffer.holds]
    return list(itertools.product(*options))


def _candidate(problem: Problem, target: Target, group: _Group, which: slice | np.ndarray) -> Candidate:
    """The assignments ``which`` with ideal tiles: everything at once."""
    extents = group.extents[:, :, which]
    grid = extents[: target.grid_axes].prod(axis=0)
    array = extents[target.grid_axes :].prod(axis=0)
    spatial = grid * array
    whole = problem.column
    return Candidate(spatial, array, grid, group.packed, whole, _passes(problem, group, spatial), whole)


class Search:
    """One contraction on one target."""

    def __init__(self, contraction: Contraction, target: Target, objective: Objective, budget: float) -> None:
        self.problem, self.target = Problem.of(contraction), target
        self.groups = spatial_groups(self.problem, target)
        self.held = residences(target)
        whole = footprints(self.problem, self.problem.column)
        room = target.buffer.capacity_bytes[0]
        self.whole_fits = {
            held: sum(float(size[0]) for size, holds in zip(whole, held, strict=True) if holds) <= room
            for held in self.held
        }
        bounds = [self._ideal(group) for group in self.groups]
        scale = (min(b[0].min() for b in bounds), min(b[1].min() for b in bounds))
        self.incumbent = _Incumbent(objective, scale, budget)
        self.assignments = [(g, i) for g, group in enumerate(self.groups) for i in range(group.extents.shape[2])]
        self.bound = np.concatenate([self.incumbent.key(*b) for b in bounds])
        self.loose = any(engine.overlap is not None for engine in target.engines)
        """Whether a tile may take a little longer than one that it beats in trips and passes."""
        self.least_whole = np.inf
        """No tile of the assignments tried is better where the buffer holds everything."""
        self.open: list[tuple[float, _Place, tuple[bool, bool, bool]]] = []
        """Bounds of assignments that pairs have not reached."""
        self.blocks: dict[tuple, tuple[np.ndarray, np.ndarray]] = {}
        self.outer: dict[tuple[tuple[bool, bool, bool], bool], _Level | None] = {}

    def _ideal(self, group: _Group) -> tuple[np.ndarray, np.ndarray]:
        """Cycles and energy that no mapping with each assignment can beat: every tile is everything."""
        engine = self.target.engines[group.engine]
        candidate = _candidate(self.problem, self.target, group, slice(None))
        evaluation = Evaluation(self.problem, self.target, engine, candidate)
        costs = [evaluation.at(held, 1, 1) for held in self.held]
        count = group.extents.shape[2]
        return (
            np.minimum.reduce([np.broadcast_to(c.cycles, count) for c in costs]),
            np.minimum.reduce([np.broadcast_to(c.energy_j, count) for c in costs]),
        )

    def run(self) -> Found:
        """Search, most promising assignment first, until no assignment can be better."""
        proven = self._each_assignment()
        # What was not reached pair by pair is looked at last, when few can still be better.
        for least, place, held in sorted(self.open, key=lambda item: item[0]):
            if self._improvable(least):
                within = self.incumbent.evaluations <= self.incumbent.budget
                least = self._all_pairs(place, held, least) if within else least
            proven = min(proven, least)
        return self._found(min(proven, self.least_whole, self.incumbent.value))

    def _each_assignment(self) -> float:
        """Try the assignments in order; a bound on those that were left when the budget ended."""
        for position in np.argsort(self.bound, kind="stable"):
            bound = float(self.bound[position])
            settled = not self._improvable(min([bound, *(least for least, _, _ in self.open)]))
            if not self.incumbent.beaten_by(bound) or (settled and self.incumbent.evaluations > TIE_EVALUATIONS):
                break
            if self.incumbent.evaluations > self.incumbent.budget:
                return bound
            group, which = self.assignments[position]
            self._assign(self.groups[group], which)
        return np.inf

    def _assign(self, group: _Group, which: int) -> None:
        """Try the tiles of one assignment."""
        base = _candidate(self.problem, self.target, group, np.asarray([which]))
        inner = self._inner_tiles(group, base)
        if inner is None or not inner[0].shape[1]:
            return
        candidate = base._replace(inner=inner[0], passes=inner[1])
        self._count(candidate.inner.shape[1])
        evaluation = Evaluation(self.problem, self.target, self.target.engines[group.engine], candidate)
        # Every tile of the buffer as big as the contraction: no traffic of DRAM is less.
        floor, far = evaluation.floor(), evaluation.far(0)
        place = _Place(group, which, candidate, evaluation)
        whole = [held for held in self.held if self.whole_fits[held]]
        if whole:
            some = (
                [total_costs(self.target, held, floor, far) for held in whole] if len(whole) <= FEW_RESIDENCES else []
            )
            keys = [self._key(costs, candidate) for costs in some or [least_costs(self.target, floor, far)]]
            for index in _rounds(np.minimum.reduce(keys), self.incumbent):
                self._whole(place, index, whole)
        for held in self.held:
            if not self.whole_fits[held]:
                self._split(place, held)

    def _key(self, costs: Costs, candidate: Candidate) -> np.ndarray:
        return np.broadcast_to(self.incumbent.key(*costs), candidate.inner.shape[1])

    def _whole(self, place: _Place, index: np.ndarray, options: Sequence[tuple[bool, bool, bool]]) -> None:
        """Try the L1 tiles at ``index`` where the buffer holds all of what it holds, which is one of ``options``."""
        evaluation = place.evaluation.take(index)
        candidate = place.candidate._replace(inner=place.candidate.inner[:, index])
        for order in range(3):
            near, far = evaluation.near(order, order), evaluation.far(order)
            least = evaluation.near(order, order, least=True) if self.loose else near
            for held in options:
                if self.loose:
                    bound = self._key(total_costs(self.target, held, least, far), candidate)
                    self.least_whole = min(self.least_whole, float(bound.min()))
                values = self._key(total_costs(self.target, held, near, far), candidate)
                self._count(len(index))
                self.incumbent.offer(values, place, candidate, (held, order, order))

    def _split(self, place: _Place, held: tuple[bool, bool, bool]) -> None:
        """Try pairs of tiles of L1 and of the buffer that are best each at its own level.

        What they promise together may be out of reach, for whole L1 tiles do not fill every tile of the buffer: then
        the assignment stays open.
        """
        outer = self._outer_tiles(held, complete=False)
        if outer is None:
            return
        inner = self._inner_floor(place, held)
        least = self.incumbent.key(
            max(inner.cycles.min(), outer.cycles.min()), inner.energy_j.min() + outer.energy_j.min()
        )
        for most in (FIRST_PAIRS, MOST_PAIRS):
            self._pairs(place, held, inner, outer, most)
            if not self._improvable(least):
                return
        self.open.append((float(least), place, held))

    def _improvable(self, bound: float) -> bool:
        """Whether a mapping at ``bound`` would be really better."""
        return bound < self.incumbent.value * (1.0 - TOLERANCE)

    def _all_pairs(self, place: _Place, held: tuple[bool, bool, bool], least: float) -> float:
        """Try every pair that could be better, where they are not too many; a bound as of ``_split``."""
        base = _candidate(self.problem, self.target, place.group, np.asarray([place.which]))
        inner = self._inner_tiles(place.group, base, complete=True)
        if inner is None:
            return least
        if not inner[0].shape[1]:
            return np.inf
        candidate = base._replace(inner=inner[0], passes=inner[1])
        engine = self.target.engines[place.group.engine]
        every = place._replace(candidate=candidate, evaluation=Evaluation(self.problem, self.target, engine, candidate))
        floor = self._inner_floor(every, held)
        best = self._outer_tiles(held, complete=False)
        assert best is not None
        hopeful = self._hopeful(floor, best)
        if len(hopeful) <= FEW:
            for index in hopeful:
                self._pair_with_all(every, held, int(index))
            return np.inf
        outer = self._outer_tiles(held, complete=True)
        return np.inf if outer is not None and self._pairs(every, held, floor, outer, ALL_PAIRS) else least

    def _pair_with_all(self, place: _Place, held: tuple[bool, bool, bool], index: int) -> None:
        """Try the L1 tile at ``index`` in every tile of the buffer that whole ones of it make."""
        small = place.candidate.inner[:, index]
        trips = np.ceil(self.problem.column[:, 0] / small)
        # A tile of the buffer has all taps.
        counts = [even_tiles(int(count)) for count in trips[:R]]
        large = np.stack([axis.ravel() for axis in np.meshgrid(*counts, trips[R : R + 1], trips[S:], indexing="ij")])
        large = np.minimum(large * small[:, None], self.problem.column)
        self._evaluate_tiles(place, held, np.full(large.shape[1], index), large)

    def _inner_floor(self, place: _Place, held: tuple[bool, bool, bool]) -> _Level:
        """What each L1 tile costs at least, without what crosses the border of DRAM for held operands."""
        costs = []
        far = far_traffic(self.problem, np.ones((8, 1)), 0)
        _, far_j = far_costs(self.target, held, far)
        for order in range(3):
            cost = total_costs(self.target, held, place.evaluation.near(order, order, least=True), far)
            costs.append((cost.cycles, cost.energy_j - far_j))
        self._count(3 * place.candidate.inner.shape[1])
        return _level_of(place.candidate.inner, costs)

    def _hopeful(self, level: _Level, other: _Level) -> np.ndarray:
        """Indices of the tiles of ``level`` that with the best of ``other`` could be better, most promising first."""
        bound = self.incumbent.key(np.maximum(level.cycles, other.cycles.min()), level.energy_j + other.energy_j.min())
        hopeful = np.flatnonzero(self.incumbent.beaten_by(bound))
        return hopeful[np.argsort(bound[hopeful], kind="stable")]

    def _pairs(self, place: _Place, held: tuple[bool, bool, bool], inner: _Level, outer: _Level, most: int) -> bool:
        """Try pairs of the L1 tiles ``inner`` and the buffer's tiles ``outer`` that could be better, about ``most``;
        whether that was all."""
        first, second = self._hopeful(inner, outer), self._hopeful(outer, inner)
        whole = len(first) * len(second) <= most
        if not whole:
            side = int(most**0.5)
            short = min(len(first), len(second))
            limit = side if short > side else most // max(short, 1)
            first, second = first[:limit], second[:limit]
        for part in range(0, len(first), max(1, CHUNK // max(len(second), 1))):
            self._evaluate_pairs(
                place, held, inner, outer, first[part : part + max(1, CHUNK // max(len(second), 1))], second
            )
        return whole

    def _evaluate_pairs(
        self,
        place: _Place,
        held: tuple[bool, bool, bool],
        inner: _Level,
        outer: _Level,
        first: np.ndarray,
        second: np.ndarray,
    ) -> None:
        """Try every pair of the L1 tiles ``first`` and the buffer's tiles ``second``."""
        incumbent = self.incumbent
        a, b = np.repeat(first, len(second)), np.tile(second, len(first))
        bound = incumbent.key(np.maximum(inner.cycles[a], outer.cycles[b]), inner.energy_j[a] + outer.energy_j[b])
        keep = incumbent.beaten_by(bound)
        a, b = a[keep], b[keep]
        small, bounds = inner.tile[:, a], self.problem.column
        # The buffer's tile is made of whole L1 tiles: as many as cover the share that the wanted trips leave.
        count = np.ceil(np.ceil(bounds / small) / np.ceil(bounds / outer.tile[:, b]))
        large = np.minimum(small * count, bounds)
        self._evaluate_tiles(place, held, a, large)

    def _evaluate_tiles(
        self, place: _Place, held: tuple[bool, bool, bool], index: np.ndarray, large: np.ndarray
    ) -> None:
        """Try the L1 tiles at ``index`` in the tiles ``large`` [8, pairs] of the buffer, where these fit."""
        sizes = footprints(self.problem, large)
        taken = sum(size for size, holds in zip(sizes, held, strict=True) if holds)
        fits = np.flatnonzero(taken <= self.target.buffer.capacity_bytes[0])
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
                values = self._key(evaluation.at(held, near_order, far_order), candidate)
                self._count(len(fits))
                self.incumbent.offer(values, place, candidate, (held, near_order, far_order))

    def _outer_tiles(self, held: tuple[bool, bool, bool], *, complete: bool) -> _Level | None:
        """Tiles of the buffer that could be of use, where it holds ``held``, and what they cost at least.

        ``complete``: all; else those that no other beats in traffic. None where there are none, or too many.
        """
        if (held, complete) not in self.outer:
            self.outer[held, complete] = self._make_outer_tiles(held, complete)
        return self.outer[held, complete]

    def _make_outer_tiles(self, held: tuple[bool, bool, bool], complete: bool) -> _Level | None:
        problem, bounds = self.problem, self.problem.bounds
        block = self._outer_blocks(complete)
        cut = {dim: even_tiles(bounds[dim]) for dim in (G, C, K)}
        if block.shape[1] * len(cut[G]) * len(cut[C]) * (len(cut[K]) if complete else 1) > MOST_TILES:
            return None
        picks = np.meshgrid(np.arange(block.shape[1]), np.arange(len(cut[G])), np.arange(len(cut[C])), indexing="ij")
        b, g, c = (pick.ravel() for pick in picks)
        tile = block[:, b]
        tile[G], tile[C] = cut[G][g], cut[C][c]
        sizes = [size * holds for size, holds in zip(footprints(problem, tile), held, strict=True)]
        room = (self.target.buffer.capacity_bytes[0] - sizes[0]) / np.maximum(sizes[1] + sizes[2], 1e-30)
        room = np.floor(np.minimum(room, bounds[K]) * (1.0 + 1e-12))
        fits = room >= 1.0
        if not fits.any():
            return None
        tile, room = tile[:, fits], room[fits]
        if complete:
            tile, pick = _with_all(tile, cut[K], room)
            tile[K] = cut[K][pick]
        else:
            tile[K] = cut[K][np.searchsorted(cut[K], room, side="right") - 1]
        trips = np.ceil(problem.column / tile)
        costs = [far_costs(self.target, held, far_traffic(problem, trips, order)) for order in range(3)]
        return _level_of(tile, costs)

    def _outer_blocks(self, complete: bool) -> np.ndarray:
        """Blocks [8, blocks] of n, p and q, with all taps; unless ``complete``, those that no other block beats."""
        bounds = self.problem.bounds
        rows, columns = np.meshgrid(even_tiles(bounds[P]), even_tiles(bounds[Q]), indexing="ij")
        tile = np.ones((8, rows.size))
        tile[P], tile[Q], tile[R], tile[S] = rows.ravel(), columns.ravel(), bounds[R], bounds[S]
        tile = tile if complete else tile[:, self._best_outer_blocks(tile)]
        images = even_tiles(bounds[N])
        tile = np.repeat(tile, len(images), axis=1)
        tile[N] = np.tile(images, tile.shape[1] // len(images))
        return tile if complete else tile[:, self._best_outer_blocks(tile)]

    def _best_outer_blocks(self, tile: np.ndarray) -> np.ndarray:
        problem = self.problem
        trips = np.ceil(problem.column / tile)
        inputs, _, outputs = footprints(problem, tile)
        return not_dominated(np.stack([product(trips, (N, P, Q)), inputs, outputs, distinct_inputs(problem, trips)]))

    def _count(self, count: int) -> None:
        self.incumbent.evaluations += count

    # -- tiles of L1

    def _block(
        self, units: np.ndarray, grid: np.ndarray, packed: bool, complete: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Tiles [8, blocks] and passes of n, p, q, r and s (g, k and c are 1); unless ``complete``, those that no other
        block beats."""
        key = (*units[[N, P, Q, R, S], 0].tolist(), *grid[[N, P, Q], 0].tolist(), packed, complete)
        if key not in self.blocks:
            self.blocks[key] = self._make_block(units, grid, packed, complete)
        return self.blocks[key]

    def _make_block(
        self, units: np.ndarray, grid: np.ndarray, packed: bool, complete: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        bounds = self.problem.bounds
        tables = [dim_tiles(bounds[dim], int(min(units[dim, 0], bounds[dim]))) for dim in (N, P, Q)]
        images, *lines = (np.arange(len(table.tile)) for table in tables)
        p, q = (axis.ravel() for axis in np.meshgrid(*lines, indexing="ij"))
        blocks: list[tuple[np.ndarray, np.ndarray]] = []
        for taps in self._taps(units, packed):
            tile, passes = np.ones((8, len(p))), np.ones((8, len(p)))
            tile[[R, S]], passes[[R, S]] = np.reshape(taps, (2, 2, 1))
            for dim, table, pick in ((P, tables[1], p), (Q, tables[2], q)):
                tile[dim], passes[dim] = table.tile[pick], table.passes[pick]
            # What is dominated in one image is so in many: images come after.
            keep = np.arange(len(p)) if complete else self._best_blocks(tile, passes, grid)
            pick, n = (axis.ravel() for axis in np.meshgrid(keep, images, indexing="ij"))
            tile, passes = tile[:, pick], passes[:, pick]
            tile[N], passes[N] = tables[0].tile[n], tables[0].passes[n]
            if not complete:
                keep = self._best_blocks(tile, passes, grid)
                tile, passes = tile[:, keep], passes[:, keep]
            blocks.append((tile, passes))
        tiles, counts = zip(*blocks, strict=True)
        return np.concatenate(tiles, axis=1), np.concatenate(counts, axis=1)

    def _taps(self, units: np.ndarray, packed: bool) -> list[tuple[float, float, float, float]]:
        """Extents of r and s, and passes over them: all taps, or one; where taps are packed, all."""
        rows, columns = self.problem.bounds[R], self.problem.bounds[S]
        if packed:
            return [(rows, columns, float(np.ceil(rows * columns / units[R, 0])), 1.0)]
        turns_r, turns_s = (float(np.ceil(self.problem.bounds[dim] / units[dim, 0])) for dim in (R, S))
        every = (float(rows), float(columns), turns_r, turns_s)
        return list(dict.fromkeys([every, (1.0, 1.0, float(rows), float(columns))]))

    def _best_blocks(self, tile: np.ndarray, passes: np.ndarray, grid: np.ndarray) -> np.ndarray:
        problem = self.problem
        trips = np.ceil(problem.column / tile)
        part = np.ceil(tile / grid) if self.target.l1.per_pe else tile
        pixels = (N, P, Q)
        height = window(part[P], part[R], problem.stride[0], problem.dilation[0])
        width = window(part[Q], part[S], problem.stride[1], problem.dilation[1])
        criteria = [
            product(trips, pixels),
            product(passes, pixels),
            part[N] * height * width,
            product(part, pixels),
            distinct_inputs(problem, trips),
        ]
        if self.target.counts_accesses:
            criteria.append(distinct_inputs(problem, passes))
        return not_dominated(np.stack([np.broadcast_to(row, tile.shape[1]) for row in criteria]))

    def _inner_tiles(
        self, group: _Group, base: Candidate, *, complete: bool = False
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Tiles of L1 [8, tiles] for one assignment, and their passes: those that fit and could be better.

        ``complete``: all that could be of use in some tile of the buffer (None where they are too many); else in one
        that holds the whole contraction.
        """
        bounds = self.problem.bounds
        units, grid = base.spatial, base.grid
        block, block_passes = self._block(units, grid, group.packed, complete)
        cut = {dim: dim_tiles(bounds[dim], int(min(units[dim, 0], bounds[dim]))) for dim in (G, C, K)}

        def count() -> int:
            return block.shape[1] * len(cut[G].tile) * len(cut[C].tile) * (len(cut[K].tile) if complete else 1)

        if count() > WORTH_FILTERING and np.isfinite(self.incumbent.value):
            keep = self._promising(group, base, (N, P, Q, R, S), block, block_passes)
            block, block_passes = block[:, keep], block_passes[:, keep]
            for dim in (G, C, K) if complete else (G, C):
                keep = self._promising(group, base, (dim,), *(np.broadcast_to(x, (8, len(x))) for x in cut[dim][::2]))
                cut[dim] = DimTiles(*(column[keep] for column in cut[dim]))
        if complete and count() > MOST_TILES:
            return None
        picks = np.meshgrid(
            np.arange(block.shape[1]), np.arange(len(cut[G].tile)), np.arange(len(cut[C].tile)), indexing="ij"
        )
        b, g, c = (pick.ravel() for pick in picks)
        tile, passes = block[:, b], block_passes[:, b]
        for dim, pick in ((G, g), (C, c)):
            tile[dim], passes[dim] = cut[dim].tile[pick], cut[dim].passes[pick]
        limit = self._room_for_k(tile, grid)
        fits = limit >= 1.0
        tile, passes, limit = tile[:, fits], passes[:, fits], limit[fits]
        if complete:
            passes, _ = _with_all(passes, cut[K].tile, limit)
            tile, pick = _with_all(tile, cut[K].tile, limit)
            tile[K], passes[K] = cut[K].tile[pick], cut[K].passes[pick]
            return tile, passes
        engine = self.target.engines[group.engine]
        swap = engine.shape[0] if "k" in engine.streams else 0.0
        front = filling(bounds[K], int(min(units[K, 0], bounds[K])), swap)
        choice = front[np.searchsorted(cut[K].tile, limit, side="right") - 1]
        width = choice.shape[1]
        tile, passes = np.repeat(tile, width, axis=1), np.repeat(passes, width, axis=1)
        tile[K], passes[K] = cut[K].tile[choice.ravel()], cut[K].passes[choice.ravel()]
        return tile, passes

    def _promising(
        self, group: _Group, base: Candidate, dims: Sequence[int], tile: np.ndarray, passes: np.ndarray
    ) -> np.ndarray:
        """Which extents [8, tiles] of ``dims`` could be better, were all else ideal."""
        whole = np.repeat(base.inner, tile.shape[1], axis=1)
        least = np.repeat(base.passes, tile.shape[1], axis=1)
        whole[list(dims)], least[list(dims)] = tile[list(dims)], passes[list(dims)]
        candidate = base._replace(inner=whole, passes=least)
        evaluation = Evaluation(self.problem, self.target, self.target.engines[group.engine], candidate)
        floor, far = evaluation.floor(), evaluation.far(0)
        keys = [self._key(total_costs(self.target, held, floor, far), candidate) for held in self.held]
        return self.incumbent.beaten_by(np.minimum.reduce(keys))

    def _room_for_k(self, tile: np.ndarray, grid: np.ndarray) -> np.ndarray:
        """The most output channels with which ``tile`` (k = 1) still fits L1; below 1 where it does not."""
        l1, bounds = self.target.l1, self.problem.bounds
        part = np.ceil(tile / grid) if l1.per_pe else tile
        sizes = [
            0.0 if hold == "never" else size
            for hold, size in zip(l1.holds, footprints(self.problem, part), strict=True)
        ]
        if l1.pooled:
            limit = (l1.capacity_bytes[0] - sizes[0]) / np.maximum(sizes[1] + sizes[2], 1e-30)
        else:
            limit = np.minimum(
                l1.capacity_bytes[1] / np.maximum(sizes[1], 1e-30), l1.capacity_bytes[2] / np.maximum(sizes[2], 1e-30)
            )
            limit = np.where(sizes[0] <= l1.capacity_bytes[0], limit, 0.0)
        limit = np.floor(limit * (1.0 + 1e-12))
        return np.minimum(limit * (grid[K] if l1.per_pe else 1.0), bounds[K])

    def _found(self, bound: float) -> Found:
        incumbent = self.incumbent
        if incumbent.best is None:
            raise NoMappingError(f"no tile of the contraction {self.problem.bounds} fits machine '{self.target.name}'")
        group, which, inner, outer, (held, _, _) = incumbent.best
        cycles, energy, inner_class, outer_class = self._best_orders()
        gap = max(0.0, 1.0 - bound / incumbent.value)
        gap = 0.0 if gap < TOLERANCE else gap
        value = {"latency": cycles, "energy": energy, "edp": cycles * energy}[incumbent.objective]
        names = ("k", "m", "c")
        return Found(
            group.engine,
            group.extents[:, :, which],
            group.packed,
            inner,
            outer,
            names[inner_class],
            names[outer_class],
            held,
            cycles,
            energy,
            value,
            value * (1.0 - gap),
            gap,
            incumbent.evaluations,
        )

    def _best_orders(self) -> tuple[float, float, int, int]:
        """Cycles, energy and innermost classes of the incumbent: of equal ones those that do loop."""
        assert self.incumbent.best is not None
        group, which, inner, outer, (held, _, _) = self.incumbent.best
        base = _candidate(self.problem, self.target, group, np.asarray([which]))
        passes = covering(self.problem, inner[:, None], base.spatial, group.packed)
        candidate = base._replace(inner=inner[:, None], outer=outer[:, None], passes=passes)
        evaluation = Evaluation(self.problem, self.target, self.target.engines[group.engine], candidate)
        found: list[tuple[float, float, float, int, int]] = []
        for near in _looping(evaluation.loops.inner):
            for far in _looping(evaluation.loops.outer):
                costs = evaluation.at(held, near, far)
                cycles, energy = float(np.max(costs.cycles)), float(np.max(costs.energy_j))
                found.append((float(self.incumbent.key(cycles, energy)), cycles, energy, near, far))
        return min(found)[1:]


def _looping(trips: np.ndarray) -> list[int]:
    """Classes that have more than one trip; all if there is none."""
    return [index for index, dims in enumerate(REPEATING) if float(product(trips, dims).max()) > 1.0] or [0, 1, 2]


def _with_all(columns: np.ndarray, sizes: np.ndarray, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each of ``columns`` once for every one of the ascending ``sizes`` within its ``limit``; the sizes' indices."""
    counts = np.searchsorted(sizes, limit, side="right")
    repeated = np.repeat(columns, counts, axis=1)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    return repeated, np.arange(repeated.shape[1]) - starts


def covering(problem: Problem, tile: np.ndarray, spatial: np.ndarray, packed: bool) -> np.ndarray:
    """Passes [8, candidates] of ``spatial`` over the bounds, tile by tile."""
    bounds = problem.column
    whole = np.floor(bounds / tile)
    passes = whole * np.ceil(tile / spatial) + np.ceil((bounds - whole * tile) / spatial)
    if packed:
        passes[R] = np.ceil(problem.bounds[R] * problem.bounds[S] / spatial[R])
        passes[S] = 1.0
    return passes


def search(
    contraction: Contraction, target: Target, objective: Objective = "latency", budget: float = DEFAULT_BUDGET
) -> Found:
    """The best mapping of ``contraction`` on ``target`` (see the package for the space and its claims).

    ``budget`` limits the mappings evaluated; where it ends the search early, ``gap`` says how far the result may be
    from the best. Raises NoMappingError where not even the smallest tile fits.
    """
    return Search(contraction, target, objective, budget).run()
