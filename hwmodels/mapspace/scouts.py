"""Promising single tiles, found without proof: for all contractions of a stack at once.

The boxes whose corners promise most are halved, and theirs again; then those that were met go on to neighbours that
promise more. What is promised of a single tile is nearly its price.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.boxes import Boxes, Stack, joined
from hwmodels.mapspace.edges import promised_with_edges
from hwmodels.mapspace.promises import promised_in_room

BEAM = 64
"""Boxes of each space that are halved at a time."""

STARTS, CLIMBS, REACH = 20, 12, (1, 2, 4)
"""Single tiles of each space from which better ones are looked for, how often, and how many places away."""

DEARER = 0.02
"""Share of its cycles by which a tile counts as dearer where whole tiles are twice the mean ones."""


class Scouted(NamedTuple):
    """Single tiles of all spaces, and what is promised of them; of each space the best first, and even ones before
    uneven ones that promise a little less."""

    tiles: Boxes
    cycles: np.ndarray


def scouted(stack: Stack, most: int) -> Scouted:
    """Of each space of ``stack`` the ``most`` promising tiles that differ in what is promised, as far as was looked."""
    every = [stack.everything(space) for space in range(len(stack.spaces))]
    now = joined(every)
    cycles = np.concatenate([stack.cycles(space) for space in range(len(stack.spaces))])
    now = now.at(_first(stack, now, np.where(stack.fits(now), cycles, np.inf), BEAM))
    none = now.low[:, :0]
    found = Scouted(Boxes(now.which[:0], none, none), np.zeros(0))
    while len(several := np.flatnonzero(~stack.single(now))):
        halves = joined(stack.halves(now.at(several)))
        corners = joined([Boxes(halves.which, corner, corner) for corner in (halves.low, halves.high)])
        cycles = promised_in_room(stack, corners, corners.between(0, 0))
        found, _ = _with(stack, found, corners, cycles, STARTS)
        now = halves.at(_first(stack, halves, np.minimum(*np.split(cycles, 2)), BEAM))
    fresh = np.arange(len(found.cycles))
    for _ in range(CLIMBS):
        near = stack.neighbours(found.tiles.at(fresh), REACH)
        found, fresh = _with(stack, found, near, promised_in_room(stack, near, near.between(0, 0)), STARTS)
        if not len(fresh):
            break
    found = found._replace(cycles=promised_with_edges(stack, *found))
    dear = found.cycles * (1.0 + DEARER * np.minimum(_uneven(stack, found.tiles) - 1.0, 1.0))
    index = _first(stack, found.tiles, dear, most, distinct=True)
    return Scouted(found.tiles.at(index), found.cycles[index])


def _with(stack: Stack, found: Scouted, tiles: Boxes, cycles: np.ndarray, most: int) -> tuple[Scouted, np.ndarray]:
    """The ``most`` promising of each space, one of each promise, and which of them are new."""
    # What promises less than as many as are wanted need not be sorted.
    known = stack.owner(found.tiles)
    worst = np.full(len(stack.spaces), -np.inf)
    np.maximum.at(worst, known, found.cycles)
    worst[np.bincount(known, minlength=len(worst)) < most] = np.inf
    some = np.flatnonzero((cycles <= worst[stack.owner(tiles)]) & np.isfinite(cycles))
    every, promises = joined([found.tiles, tiles.at(some)]), np.concatenate([found.cycles, cycles[some]])
    index = _first(stack, every, promises, most, distinct=True)
    return Scouted(every.at(index), promises[index]), np.flatnonzero(index >= len(found.cycles))


def _first(stack: Stack, boxes: Boxes, cycles: np.ndarray, most: int, *, distinct: bool = False) -> np.ndarray:
    """Indices of the ``most`` least ``cycles`` of each space, infinite ones apart; one of each, if ``distinct``."""
    owner = stack.owner(boxes)
    order = np.lexsort([_uneven(stack, boxes), cycles, owner] if distinct else [cycles, owner])
    order = order[np.isfinite(cycles[order])]
    if distinct and len(order):
        same = (np.diff(cycles[order]) == 0.0) & (np.diff(owner[order]) == 0)
        order = order[np.concatenate([[True], ~same])]
    begin = np.searchsorted(owner[order], owner[order], side="left")
    return order[np.arange(len(order)) - begin < most]


def _uneven(stack: Stack, boxes: Boxes) -> np.ndarray:
    """[boxes] by how much whole tiles, the smallest of each box, exceed the mean ones in all dimensions together."""
    more = np.ones(len(boxes.which))
    for line, low in zip(stack.lines, boxes.low, strict=True):
        more = more * (line.tile.take(low) * line.trips.take(low) / line.bound.take(low))
    return more
