"""How many bytes cross each border of the memory hierarchy, given tiles and loop orders.

The rule is the classic one of loop nests with one buffer below them: a tile of a tensor is fetched anew whenever a loop
advances that the tensor depends on, and also by a loop it does not depend on if such a loop runs inside it. Loops
inside the innermost loop that matters leave the tile where it is: the tensor is stationary for them.

This is the engine of ``hwmodels.nest`` where halos are dropped and all tiles are whole, closed once more over all
loops, for the mapper counts thousands of mappings; ``nest.template`` puts a mapping in the engine's terms.
"""

from __future__ import annotations

from collections.abc import Sequence

from hwmodels.arrays import ceil, more_than_one, namespace
from hwmodels.contractions import ContractionTable, Extents
from hwmodels.nest.movement import span, span_sum
from hwmodels.records import Array

RELEVANT = {"input": "gnpqcrs", "weight": "gkcrs", "output": "gnpqk"}
"""The dimensions that each operand of a contraction depends on."""


def window(outputs: Array, taps: Array, stride: Array, dilation: Array) -> Array:
    """Input positions that ``outputs`` neighbouring outputs of ``taps`` taps touch along one axis (tiles with halo)."""
    xp = namespace(outputs, taps, stride)
    return xp.minimum(span((outputs, taps), (stride, dilation)), outputs * taps)


def footprint(table: ContractionTable, tile: Extents) -> tuple[Array, Array, Array]:
    """Elements of input, weight and output that one ``tile`` needs."""
    rows = window(tile.p, tile.r, table.stride_p, table.dilation_r)
    columns = window(tile.q, tile.s, table.stride_q, table.dilation_s)
    return tile.product("gnc") * rows * columns, tile.product("gkcrs"), tile.product("gnpqk")


def window_sum(
    outputs: Array, trips: Array, taps: Array, stride: Array, dilation: Array, tap_trips: Array = 1.0
) -> Array:
    """Input positions along one axis, summed over ``trips`` tiles that together hold ``outputs`` outputs, each in
    ``tap_trips`` tiles of the kernel's ``taps``.

    Each tile fetches its halo again. The sum is linear in the tiles' sizes, so edges are exact where the windows of one
    tile overlap; where they do not, ``outputs * taps`` bounds it.
    """
    xp = namespace(outputs, trips, stride)
    return xp.minimum(span_sum((outputs, taps), (trips, tap_trips), (stride, dilation)), outputs * taps)


def distinct(table: ContractionTable, tile: Extents, temperature: Array) -> tuple[Array, Array, Array]:
    """Elements of input, weight and output fetched when every distinct tile is fetched once."""
    bounds = table.bounds
    trips_p = ceil(bounds.p / tile.p, temperature)
    trips_q = ceil(bounds.q / tile.q, temperature)
    trips_r = ceil(bounds.r / tile.r, temperature)
    trips_s = ceil(bounds.s / tile.s, temperature)
    rows = window_sum(bounds.p, trips_p, bounds.r, table.stride_p, table.dilation_r, trips_r)
    columns = window_sum(bounds.q, trips_q, bounds.s, table.stride_q, table.dilation_s, trips_s)
    return bounds.product("gnc") * rows * columns, bounds.product("gkcrs"), bounds.product("gnpqk")


def repeats(trips: Sequence[Array], *relevant: Sequence[Array]) -> tuple[Array, ...]:
    """How often each distinct tile of some tensors is fetched under a nest of loops, outermost first.

    ``trips[i]`` counts the iterations of loop i; for each tensor, ``relevant[i]`` is 1 where it depends on the loop,
    else 0.
    """
    xp = namespace(*trips)
    more = [count - 1.0 for count in trips]
    looping = [more_than_one(count) for count in trips]
    found: list[Array] = []
    for masks in relevant:
        inside: Array = 0.0
        result: Array = 1.0
        for position in range(len(trips) - 1, -1, -1):
            depends = masks[position]
            if position < len(trips) - 1:
                result = result * (1.0 + more[position] * ((1.0 - depends) * inside))
            if position:
                inside = xp.maximum(inside, depends * looping[position])
        found.append(result)
    return tuple(found)


def leading_trips(trips: Sequence[Array], chosen: Sequence[Array]) -> Array:
    """Iterations of the ``chosen`` loops (1, else 0) of a nest, outermost first, around all others that loop."""
    return leading_product(trips, trips, chosen)


def leading_product(values: Sequence[Array], trips: Sequence[Array], chosen: Sequence[Array]) -> Array:
    """Product of the ``values`` of the ``chosen`` loops (1, else 0) of a nest, outermost first, around all others that
    loop."""
    inside: Array = 0.0
    result: Array = 1.0
    for value, count, is_chosen in zip(values, trips, chosen, strict=True):
        xp = namespace(count, inside)
        result = result * (1.0 + (value - 1.0) * is_chosen * (1.0 - inside))
        inside = xp.maximum(inside, (1.0 - is_chosen) * more_than_one(count))
    return result


def unfinished(trips: Sequence[Array], independent: Sequence[Array]) -> Array:
    """Mean share of the outputs that wait together for the end of their rows, under a nest of loops, outermost first.

    ``independent[i]`` is 1 where loop i goes from row to row, 0 where it goes along the rows or through a reduction.
    Rows end one after the other only while the loops around them go from row to row: whatever runs inside a loop along
    the rows begins all its rows before it ends one.
    """
    return 1.0 / leading_trips(trips, independent)


def traffic(
    table: ContractionTable, fetched: tuple[Array, Array, Array], times: tuple[Array, Array, Array]
) -> tuple[Array, Array, Array]:
    """Bytes of input, weight and output across a border: ``fetched`` distinct elements, each ``times`` over.

    Outputs that leave before they are complete come back: n visits cost n writes and n - 1 reads.
    """
    return (
        fetched[0] * times[0] * table.input_bytes,
        fetched[1] * times[1] * table.weight_bytes,
        fetched[2] * (2.0 * times[2] - 1.0) * table.output_bytes,
    )
