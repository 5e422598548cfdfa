"""Edges that come in phases: whole tiles for a while, then the smaller ones at the end of a loop.

Array, vector unit and network overlap tile by tile, and two slots even out what differs from one tile to the next. But
where an outer loop ends with a small edge, all tiles inside it are small, and what is the slowest with whole tiles need
not be the slowest with these: each phase takes as long as its own slowest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hwmodels.arrays import more_than_one, namespace
from hwmodels.records import Array


class Loop(NamedTuple):
    """One loop of a nest, as ``cost.Loops`` has it."""

    trips: Array
    size: Array
    """Extent of the whole tiles over the mean one's."""
    passes: Array
    """Of the array, likewise."""
    feeds: tuple[Array, Array, Array]
    """1 where input, weight and output depend on the loop, else 0."""


class Uneven(NamedTuple):
    """The greatest tile of outputs at the PEs over their mean, along the innermost loop that goes from one to the next:
    a smaller one at its end does not let the slot of a greater one go sooner."""

    size: Array
    passes: Array
    """Of the array: a smaller tile may take as many."""


def uneven(loops: Sequence[Loop]) -> Uneven:
    """How uneven the tiles of outputs are in a nest of ``loops``, outermost first."""
    more: tuple[Array, Array] = (0.0, 0.0)
    outside: Array = 1.0
    for loop in reversed(loops):
        innermost = outside * loop.feeds[2] * more_than_one(loop.trips)
        more = more[0] + innermost * (loop.size - 1.0), more[1] + innermost * (loop.passes - 1.0)
        outside = outside - innermost
    return Uneven(1.0 + more[0], 1.0 + more[1])


class Phases(NamedTuple):
    """For each loop, [..., loops], how much of all is done with its whole tiles."""

    array: Array
    """Share of the array's work;"""
    outputs: Array
    """of the outputs;"""
    inputs: Array
    """of the tiles of input that come,"""
    weights: Array
    """and of weight."""
    weight: Array
    """Share of the difference that two slots do not even out; 0 for loops that no output depends on."""


def phases_of(loops: Sequence[Loop]) -> Phases:
    """The phases that a nest of ``loops``, outermost first, makes."""
    found: list[tuple[Array, ...]] = []
    inside: Array = 1.0
    for loop in reversed(loops):
        most = 1.0 - 1.0 / loop.trips
        by_size = loop.size * most
        inputs, weights = (depends * by_size + (1.0 - depends) * most for depends in loop.feeds[:2])
        share = loop.feeds[2] * (1.0 - 1.0 / inside)
        found.append((loop.passes * most, by_size, inputs, weights, share))
        inside = inside * loop.trips
    xp = namespace(inside, *(part for parts in found for part in parts))
    columns = zip(*found, strict=True)
    return Phases(
        *(xp.stack(xp.broadcast_arrays(*(xp.asarray(part) for part in column)), axis=-1) for column in columns)
    )


def phase_seconds(
    phases: Phases, array_s: Array, vector_s: Array, flows_s: tuple[Array, Array, Array], on_vector: Array
) -> Array:
    """Seconds, beside those of the slowest engine for all tiles together, that phases take, each with its own slowest.

    ``flows_s``: of the network for inputs, for weights, and for what goes with the outputs. All [...]; of the loops the
    one that costs most counts.
    """
    xp = namespace(array_s, vector_s, phases.array)
    array, vector, serial = array_s[..., None], vector_s[..., None], on_vector[..., None] > 0.0
    inputs, weights, outputs = (seconds[..., None] for seconds in flows_s)

    def slowest(by_array: Array, by_output: Array, by_input: Array, by_weight: Array) -> Array:
        works, follows = by_array * array, by_output * vector
        engine = xp.where(serial, works + follows, xp.maximum(works, follows))
        return xp.maximum(engine, by_input * inputs + by_weight * weights + by_output * outputs)

    whole = phases[:4]
    apart = slowest(*whole) + slowest(*(1.0 - share for share in whole))
    more = phases.weight * xp.maximum(apart - slowest(1.0, 1.0, 1.0, 1.0), 0.0)
    return xp.max(more, axis=-1)
