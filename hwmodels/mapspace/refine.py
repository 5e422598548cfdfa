"""Mappings made better by steps: tiles of a few more or fewer trips, other orders of the loops.

The search (see the package) compares mappings as if all engines overlapped. What the first and the last tile add, and
what whole cycles and waits do, decides between mappings that are about equal then: here each step is priced exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.incumbent import Objective
from hwmodels.mapspace.scene import Scene, taken
from hwmodels.mapspace.target import Target, template_machine
from hwmodels.mapspace.tiles import RELEVANT, product
from hwmodels.records import DIMS, Mapping

CUT_DIMS = [DIMS.index(dim) for dim in "gnpqkc"]
"""Dimensions whose tiles steps change; a kernel's taps stay together, or apart."""

CLASSES = ("npq", "k", "crs")
"""Of the loops; groups run outermost."""

FACTORS = (0.25, 0.5, 2.0, 4.0)
"""Steps in the trips along a dimension, beside one more and one less."""

LEAST_GAIN = 1e-9
"""Share of the objective that a step must win."""


class Walkers(NamedTuple):
    """Mappings on their way, side by side."""

    region: np.ndarray
    """[walkers] indices."""
    mappings: Mapping
    """[walkers, ...]"""
    value: np.ndarray
    """[walkers] of the objective; infinite where the tiles do not fit beside what is resident."""

    def at(self, index: np.ndarray) -> Walkers:
        """Those at ``index``."""
        return Walkers(self.region[index], taken(self.mappings, index), self.value[index])


def joined(several: list[Mapping]) -> Mapping:
    """Stacked mappings, one lot behind the other."""
    return Mapping(*(np.concatenate([getattr(one, field.name) for one in several]) for field in fields(Mapping)))


def loops_inside(inside: str) -> np.ndarray:
    """[8] indices into ``DIMS``, outermost first: groups, then the other classes of loops, then ``inside``."""
    return np.asarray([DIMS.index(d) for d in "".join(["g", *(c for c in CLASSES if c != inside), inside])], np.int64)


class Refiner:
    """Steps of the mappings of one scene."""

    def __init__(self, scene: Scene, room: np.ndarray, objective: Objective) -> None:
        """``room``: [R] bytes of the global buffer beside what is resident."""
        self.scene, self.room = scene, room
        self.objective: Objective = objective
        self.target: Target = template_machine(scene.machine)
        self.has_buffer = float(scene.machine.global_buffer_bytes) > 0.0
        self.has_l2 = float(scene.machine.l2_enabled) >= 0.5
        contractions = scene.table.contractions
        rows = scene.table.region_contraction[scene.turns.lead]
        self.bounds = np.asarray(contractions.bounds.stack())[rows]
        self.away = 1.0 - scene.spared()
        names = ("input_bytes", "weight_bytes", "output_bytes")
        self.widths = np.stack([getattr(contractions, name) for name in names], axis=-1)[rows]
        names = ("stride_p", "stride_q", "dilation_r", "dilation_s")
        self.strides = np.stack([getattr(contractions, name) for name in names], axis=-1)[rows]

    def priced(self, region: np.ndarray, mappings: Mapping) -> Walkers:
        """Walkers where they start."""
        priced = self.scene.price(region, mappings, self.objective)
        crowded = priced.tile_bytes > self.room[region] * (1.0 + 1e-9)
        return Walkers(region, mappings, np.where(crowded, np.inf, priced.value))

    def begin(self, region: np.ndarray, mappings: Mapping, rounds: int) -> Walkers:
        """Walkers after the best steps of ``rounds`` at most, the first of which is priced beside where they start."""
        if not rounds:
            return self.priced(region, mappings)
        owner, steps = self._steps_from(region, mappings)
        owner = np.concatenate([np.arange(len(region)), owner])
        found = self.priced(region[owner], joined([mappings, steps]))
        return self.walk(found.at(_best_of(owner, found.value)), rounds - 1)

    def walk(self, walkers: Walkers, rounds: int) -> Walkers:
        """All walkers after the best steps of ``rounds`` at most, each until none of its steps is better."""
        result, moving = walkers, np.arange(len(walkers.region))
        for _ in range(rounds):
            stepped, improved = self._step(result.at(moving))
            moving = moving[improved]
            if not len(moving):
                break
            arrays = {field.name: np.array(getattr(result.mappings, field.name)) for field in fields(Mapping)}
            for name, values in arrays.items():
                values[moving] = getattr(stepped.mappings, name)[improved]
            value = result.value.copy()
            value[moving] = stepped.value[improved]
            result = Walkers(result.region, Mapping(**arrays), value)
        return result

    def _step(self, walkers: Walkers) -> tuple[Walkers, np.ndarray]:
        """The best step of each walker, and whether it is better than none."""
        count = len(walkers.region)
        owner, steps = self._steps_from(walkers.region, walkers.mappings)
        if not len(owner):
            return walkers, np.zeros(count, bool)
        found = self.priced(walkers.region[owner], steps)
        first = _best_of(owner, found.value)
        best, which = np.full(count, np.inf), np.zeros(count, np.int64)
        best[owner[first]], which[owner[first]] = found.value[first], first
        with np.errstate(invalid="ignore"):
            better = best < walkers.value * (1.0 - LEAST_GAIN)
        return found.at(which), better

    def _steps_from(self, region: np.ndarray, mappings: Mapping) -> tuple[np.ndarray, Mapping]:
        """All steps that lead from ``mappings`` to others that fit, and the index of the mapping that each is from."""
        every = list(self._steps(region, mappings))
        owner, steps = np.tile(np.arange(len(region)), len(every)), joined(every)
        new = _new(mappings, owner, steps)
        owner, steps = owner[new], taken(steps, new)
        fits = np.flatnonzero(self._fits(region[owner], steps))
        return owner[fits], taken(steps, fits)

    def _steps(self, region: np.ndarray, now: Mapping) -> Iterator[Mapping]:
        """Steps of all at once, each of one kind."""
        bounds = self.bounds[region]
        for dim in CUT_DIMS:
            if (bounds[:, dim] == 1.0).all():
                continue
            trips = np.ceil(bounds[:, dim] / now.l2_tile[:, dim])
            for new in _counts(trips):
                yield self._with_inner(now, bounds, dim, new)
            if self.has_buffer:
                trips = np.ceil(bounds[:, dim] / now.global_tile[:, dim])
                for new in _counts(trips):
                    yield self._with_outer(now, bounds, dim, new)
        orders = [loops_inside(inside) for inside in CLASSES]
        for near in orders:
            for far in orders if self.has_buffer else (near,):
                shape = now.l2_order.shape
                wide = np.broadcast_to(near, shape)
                yield replace(now, l1_order=wide, l2_order=wide, global_order=np.broadcast_to(far, shape))

    def _with_inner(self, now: Mapping, bounds: np.ndarray, dim: int, trips: np.ndarray) -> Mapping:
        """Tiles at the PEs that cover ``dim`` in ``trips``, in whole steps of the axes where these are not shorter."""
        bound = bounds[:, dim]
        extent = np.ceil(bound / np.clip(trips, 1.0, bound))
        unit = now.spatial[:, :, dim].prod(axis=1).astype(np.float64)
        extent = np.minimum(np.where(extent > unit, unit * np.ceil(extent / unit), extent), bound)
        l2, tile, l1 = (np.array(part, np.int64) for part in (now.l2_tile, now.global_tile, now.l1_tile))
        whole = np.where(tile[:, dim] >= bound, bound, extent * np.maximum(np.floor(tile[:, dim] / extent), 1.0))
        l2[:, dim] = extent
        l1[:, dim] = np.minimum(l1[:, dim], extent) if self.has_l2 else extent
        tile[:, dim] = np.minimum(whole, bound) if self.has_buffer else extent
        spatial = np.minimum(now.spatial, l1[:, None, :])
        return replace(now, spatial=spatial, l1_tile=l1, l2_tile=l2, global_tile=tile)

    def _with_outer(self, now: Mapping, bounds: np.ndarray, dim: int, trips: np.ndarray) -> Mapping:
        """Tiles of the global buffer that cover ``dim`` in about ``trips``."""
        bound, inner = bounds[:, dim], now.l2_tile[:, dim]
        counts = np.ceil(np.ceil(bound / inner) / np.maximum(trips, 1.0))
        tile = np.array(now.global_tile, np.int64)
        tile[:, dim] = np.minimum(inner * counts, bound)
        return replace(now, global_tile=tile)

    def _fits(self, region: np.ndarray, mappings: Mapping) -> np.ndarray:
        """Whether the tiles fit the PEs and the tiles' share of the global buffer."""
        grid = np.asarray(mappings.spatial[:, :2].prod(axis=1), np.float64)
        l1 = self.target.l1
        fits = np.ones(len(region), bool)
        for operand, size in enumerate(self._footprints(region, np.ceil(mappings.l2_tile / grid))):
            # A pool of all PEs keeps what several of them need once.
            copies = 1.0 if l1.per_pe else product(grid.T, RELEVANT[operand])
            fits &= size * copies <= l1.capacity_bytes[operand] * (1.0 + 1e-12)
        if self.has_buffer:
            sizes = np.stack(self._footprints(region, mappings.global_tile.astype(np.float64)), axis=-1)
            taken_bytes = (sizes * self.away[region]).sum(axis=-1)
            fits &= taken_bytes <= self.target.buffer.capacity_bytes[0] * (1.0 + 1e-12)
        return fits

    def _footprints(self, region: np.ndarray, tile: np.ndarray) -> list[np.ndarray]:
        """[candidates] bytes of input, weight and output that each ``tile`` [candidates, 8] takes."""
        g, n, p, q, k, c, r, s = tile.T
        stride, width = self.strides[region].T, self.widths[region].T
        rows = np.minimum((p - 1.0) * stride[0] + (r - 1.0) * stride[2] + 1.0, p * r)
        columns = np.minimum((q - 1.0) * stride[1] + (s - 1.0) * stride[3] + 1.0, q * s)
        return [g * n * c * rows * columns * width[0], g * k * c * r * s * width[1], g * n * p * q * k * width[2]]


def _counts(trips: np.ndarray) -> Iterator[np.ndarray]:
    """Other numbers of trips than ``trips``."""
    yield from (np.maximum(np.round(trips * factor), 1.0) for factor in FACTORS)
    yield trips + 1.0
    yield np.maximum(trips - 1.0, 1.0)


def _best_of(owner: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The index of the least ``value`` of each ``owner`` that has any, owners ascending; of equal ones the first."""
    order = np.lexsort([value, owner])
    return order[np.unique(owner[order], return_index=True)[1]]


def _new(before: Mapping, owner: np.ndarray, steps: Mapping) -> np.ndarray:
    """Indices of those of the ``steps`` that lead away from the mappings ``before`` of their ``owner``, one of equal
    ones."""
    codes = [_code(which, one) for which, one in ((np.arange(len(before.engine)), before), (owner, steps))]
    _, first = np.unique(np.concatenate(codes), return_index=True)
    return np.sort(first[first >= len(codes[0])]) - len(codes[0])


DIGITS = np.cumprod(np.full(1 + 4 * len(DIMS), 0x9E3779B97F4A7C15, np.uint64))
"""Powers of an odd number: multiples of these, modulo 2**64, sum to numbers that hardly ever meet."""


def _code(owner: np.ndarray, mappings: Mapping) -> np.ndarray:
    """[mappings] a number for all that steps change: tiles and orders."""
    columns = (mappings.l2_tile, mappings.global_tile, mappings.l2_order, mappings.global_order)
    return np.concatenate([owner[:, None], *columns], axis=1).astype(np.uint64) @ DIGITS
