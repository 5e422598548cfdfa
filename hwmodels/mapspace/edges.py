"""What smaller tiles at the end of a loop cost single tiles of L1 at least, whatever the order of the loops.

Where a reduction runs inside the loops over outputs, a small edge of such a loop makes a phase of its own (see
``phases``): as long as its slowest engine takes, which need not be the slowest with whole tiles. That holds however
tiles of the global buffer cut the loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.boxes import Boxes, Stack
from hwmodels.mapspace.facts import Facts
from hwmodels.mapspace.promises import dram_of, engine_of, link_of, work_of
from hwmodels.mapspace.tiles import RELEVANT
from hwmodels.records import Array

MOST_TRIPS = 12
"""Of loops of more tiles, whose edges are small, nothing is said."""


class _Chip(NamedTuple):
    """Cycles of single tiles, all [tiles]; the reduction runs inside."""

    array: Array
    """Of the array,"""
    engine: Array
    """of array or vector unit, whatever takes longer,"""
    streams: Array
    """and of all streams, which more passes make longer."""
    inputs: Array
    """Of the network, for inputs,"""
    weights: Array
    outputs: Array
    """and for the rest."""

    @property
    def slowest(self) -> Array:
        return np.maximum(self.engine, self.inputs + self.weights + self.outputs)


def promised_with_edges(stack: Stack, singles: Boxes, promised: np.ndarray) -> np.ndarray:
    """[boxes] cycles that no mapping with each of the single tiles takes less than, of which so much is ``promised``
    edges apart."""
    if stack.relaxed or stack.target.has_l2 or stack.engine.overlap is None or not len(singles.which):
        return promised
    facts = Facts(*stack.facts.take(singles.which, axis=1))
    work = work_of(stack, singles, facts)
    link, engines = link_of(stack, singles, facts, work), engine_of(stack, facts, work, facts.columns)
    engine = np.maximum(engines.contraction, engines.vector)
    inputs, weights = link.within_reductions(work.few)
    chip = _Chip(engines.contraction, engine, work.passes.every, inputs, weights, link.more)
    trips = work.few.c
    # All of the reduction runs inside, or one part after the other, and sums come back at least once.
    inside = _with_phases(stack, singles, chip, 1.0 - 1.0 / trips)
    again = _with_phases(stack, singles, chip._replace(outputs=link.more + link.sums), np.where(trips > 1.0, 0.5, 0.0))
    least = np.minimum(np.minimum(inside, again), np.maximum(engine, link.around_reductions(work.few)))
    # Beside the slower of engine and network at least the other one's first tile.
    first = np.minimum(engines.stage.first, link.first) + dram_of(facts, work).first
    return np.maximum(promised, least + first + facts.start)


def _with_phases(stack: Stack, singles: Boxes, chip: _Chip, weight: Array) -> Array:
    """Cycles of engine and network where of what phases differ in the share ``weight`` is not evened out."""
    whole = chip.slowest
    most = whole
    for position, dim in enumerate(stack.dims):
        if dim not in RELEVANT[2]:
            continue
        # An operand that depends on the loop comes in proportion to the extent, another one with each tile.
        grows = chip.outputs + sum(
            part for part, dims in ((chip.inputs, RELEVANT[0]), (chip.weights, RELEVANT[1])) if dim in dims
        )
        stays = chip.inputs + chip.weights + chip.outputs - grows
        least = np.full(len(singles.which), np.inf)
        for edge in _edges(stack, singles, position):
            least = np.where(edge.there, np.minimum(least, edge.least(chip.array, grows, stays)), least)
        least = (1.0 - weight) * whole + weight * np.maximum(whole, np.where(np.isfinite(least), least, 0.0))
        passes = stack.lines[position].passes.take(singles.low[position])
        # Tiles that count as this one, but for more passes.
        most = np.maximum(most, np.minimum(least, np.maximum(whole, chip.streams * (1.0 + 1.0 / passes))))
    return most


class _Point(NamedTuple):
    """One way to cut a loop in whole tiles and a last one: the least shares of the outputs and of the array's passes
    that each of both has; [tiles] each."""

    whole: Array
    edge: Array
    whole_passes: Array
    edge_passes: Array


class _Edges(NamedTuple):
    """A loop over ``turns`` tiles, with any of the tiles that count as one: no phases take less than at one of the
    ``first`` points, with the array in the whole tiles and the network in the last one, or at one of the ``second``
    points, the other way round."""

    there: Array
    """[tiles] whether there is such a loop."""
    turns: Array
    first: tuple[_Point, ...]
    second: tuple[_Point, ...]

    def least(self, array: Array, grows: Array, stays: Array) -> Array:
        """Cycles of both phases at least, by those of the ``array``, and those of the network for what ``grows`` with
        the extent of a tile and for what ``stays`` the same."""
        one = stays / self.turns
        first = [array * point.whole_passes + grows * point.edge + one for point in self.first]
        second = [array * point.edge_passes + grows * point.whole + stays - one for point in self.second]
        return np.maximum(np.minimum.reduce(first), np.minimum.reduce(second))


def _edges(stack: Stack, singles: Boxes, position: int) -> Iterator[_Edges]:
    """The loops that tiles of the buffer may make of a dimension."""
    line, place = stack.lines[position], singles.low[position]
    parts = (line.tile, line.trips, line.unit, line.bound, line.passes)
    tile, trips, unit, bound, passes = (part.take(place) for part in parts)
    told = (trips > 1.0) & (trips <= MOST_TRIPS)
    before = np.maximum(trips - 1.0, 1.0)
    # The greatest tile of as many trips, and, with as many passes, of which the last tile has one at least.
    last = np.maximum(np.minimum(np.ceil(bound / before) - 1.0, unit * np.floor((passes - 1.0) / before)), tile)
    yield _uncut(tile, last, trips, unit, bound, told)
    for count in range(2, int(max([0.0, *trips[told]]))):
        small, large = tile * count, last * count
        turns = np.ceil(trips / count)
        points = [_cut(outer, turns, unit, bound) for outer in (small, large)]
        (few, few_passes), (many, many_passes) = points
        first, second = _Point(few, 1.0 - many, few_passes, 0.0), _Point(few, 0.0, 0.0, 1.0 - many_passes)
        yield _Edges(told & (turns > 1.0), turns, (first,), (second,))


def _cut(outer: Array, turns: Array, unit: Array, bound: Array) -> tuple[Array, Array]:
    """Share of the outputs and of the passes that whole tiles ``outer`` have of so many ``turns``."""
    steps = (turns - 1.0) * np.ceil(outer / unit)
    rest = np.ceil(np.maximum(bound - (turns - 1.0) * outer, 1.0) / unit)
    return np.minimum((turns - 1.0) * outer / bound, 1.0), steps / (steps + rest)


def _uncut(tile: Array, last: Array, trips: Array, unit: Array, bound: Array, told: Array) -> _Edges:
    """The loop that one level makes: passes grow with the tile, from where its last step is full."""
    before = trips - 1.0
    steps = np.ceil(tile / unit)
    full = np.minimum(steps * unit, last)
    passes = before * steps + np.ceil((bound - before * tile) / unit)

    def share(extent: Array) -> Array:
        return before * extent / bound

    def edge(extent: Array) -> Array:
        return np.maximum(bound - before * extent, 0.0) / (unit * passes)

    grown = before * np.maximum(steps, last / unit) / passes
    first = (
        _Point(0.0, 1.0 - share(full), before * steps / passes, 0.0),
        _Point(0.0, 1.0 - share(last), grown, 0.0),
    )
    second = (
        _Point(share(tile), 0.0, 0.0, 1.0 - before * steps / passes),
        _Point(share(full), 0.0, 0.0, edge(full)),
        _Point(share(last), 0.0, 0.0, edge(last)),
    )
    return _Edges(told, np.maximum(trips, 1.0), first, second)
