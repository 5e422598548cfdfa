"""How long a contraction keeps its engine busy: systolic arrays with a stationary operand, or the vector unit."""

from __future__ import annotations

from hwmodels.arrays import ceil, choose, floor, is_exact, namespace, slack
from hwmodels.contractions import ContractionTable, Extents
from hwmodels.records import ENGINES, Array, Machine

VECTOR = ENGINES.index("vector")

VECTOR_OPS_PER_MAC = 2.0
"""A multiply and an add, each one lane for one cycle."""

STREAMED = ("npq", "k", "crs")
"""Dimensions that stream through the array while its stationary operand stays, for weight-, input- and
output-stationary."""


def covering_steps(bounds: Array, tile: Array, spatial: Array, temperature: Array) -> Array:
    """Array steps along one dimension: tiles of ``tile`` cover ``bounds``, each in steps of ``spatial``; exact for
    edges.

    Relaxed: ``max(bounds / spatial, 1)``.
    """
    xp = namespace(bounds, tile, spatial)
    margin = slack(temperature)
    whole = xp.floor(bounds / tile + margin)
    rest = xp.maximum(bounds - whole * tile, 0.0)
    steps_of_rest = xp.maximum(xp.ceil(rest / spatial - margin), 0.0)
    exact = whole * xp.maximum(xp.ceil(tile / spatial - margin), 1.0) + steps_of_rest
    if is_exact(temperature):
        return exact
    return (1.0 - temperature) * exact + temperature * xp.maximum(bounds / spatial, 1.0)


def stream_length(engine: Array, tile: Extents, spatial: Extents, temperature: Array) -> Array:
    """Cycles for which the stationary operand of an array stays, streaming one L1 ``tile``."""
    steps = tile.map(lambda extent, axis: ceil(extent / axis, temperature), spatial)
    streams = tuple(steps.product(dims) for dims in STREAMED)
    return choose(engine, (*streams, streams[0]))


def compute_cycles(
    table: ContractionTable,
    machine: Machine,
    engine: Array,
    spatial: Extents,
    tile: Extents,
    temperature: Array,
) -> Array:
    """Cycles of a contraction on its engine; ``spatial`` is the product over the PE grid and the array's axes.

    An array takes the longer of streaming all steps and loading all stationary operands, ``rows`` cycles each: the next
    one is loaded (results are drained) behind the stream, double-buffered; one fill and drain of rows + columns comes
    on top.
    On the vector unit each multiply-accumulate takes ``VECTOR_OPS_PER_MAC`` lane cycles.
    """
    xp = namespace(spatial.k, tile.k, machine.array_rows)
    trips = table.bounds.map(lambda bound, extent: ceil(bound / extent, temperature), tile)
    whole = table.bounds.map(
        lambda bound, extent, axis: covering_steps(bound, extent, axis, temperature), tile, spatial
    )
    steps = whole.product()
    passes = tuple(trips.product(dims) / whole.product(dims) for dims in STREAMED)
    loads = steps * choose(engine, (*passes, passes[0]))
    fill = machine.array_rows + machine.array_columns
    array = xp.maximum(steps, loads * machine.array_rows) + fill
    lanes = machine.array_columns * machine.vector_multiplier
    vector = ceil(steps * VECTOR_OPS_PER_MAC / lanes, temperature)
    return xp.where(engine == VECTOR, vector, array)


def pixel_fit(
    capacity: Array,
    input_cost: Array,
    output_cost: Array,
    table: ContractionTable,
    limit: Extents,
    unit: Extents,
) -> tuple[Array, Array, Array]:
    """Largest output block (images, rows, columns), not rounded, within ``capacity`` bytes.

    An input position costs ``input_cost`` bytes, an output ``output_cost``. Whole images first; less than that: rows of
    ``unit.n`` images; less than a row: columns of ``unit.p`` rows. ``limit`` gives the block's greatest extents and the
    kernel's taps.
    """
    halo_r = (limit.r - 1.0) * table.dilation_r + 1.0 - table.stride_p
    halo_s = (limit.s - 1.0) * table.dilation_s + 1.0 - table.stride_q
    height = limit.p * table.stride_p + halo_r
    width = limit.q * table.stride_q + halo_s
    images = capacity / (input_cost * height * width + output_cost * limit.p * limit.q)
    capacity = capacity / unit.n
    row_cost = input_cost * width
    rows = (capacity - row_cost * halo_r) / (row_cost * table.stride_p + output_cost * limit.q)
    column_cost = input_cost * (unit.p * table.stride_p + halo_r)
    columns = (capacity - column_cost * halo_s) / (column_cost * table.stride_q + output_cost * unit.p)
    return images, rows, columns


def grow(fit: Array, unit: Array, limit: Array, temperature: Array) -> Array:
    """Greatest multiple of ``unit`` within ``fit``, at least one ``unit``, at most ``limit``."""
    xp = namespace(fit, unit, limit)
    return xp.minimum(floor(fit / unit, temperature) * unit, limit)
