"""How long a contraction keeps its engine busy: systolic arrays with a stationary operand, or the vector unit."""

from __future__ import annotations

from typing import NamedTuple

from hwmodels.arrays import ceil, choose, floor, is_exact, namespace, slack
from hwmodels.contractions import ContractionTable, Extents
from hwmodels.pipeline import transfer_cycles
from hwmodels.records import DIMS, ENGINES, Array, Machine
from hwmodels.systolic import EXPOSED, OUTPUT_STATIONARY, PIPELINED, Folds, Overlap, array_cycles

VECTOR = ENGINES.index("vector")

VECTOR_OPS_PER_MAC = 2.0
"""A multiply and an add, each one lane for one cycle."""

STREAMED = ("npq", "k", "crs")
"""Dimensions that stream through the array while its stationary operand stays, for weight-, input- and
output-stationary."""

STATIONARY = tuple("".join(dim for dim in DIMS if dim not in dims) for dims in STREAMED)
"""All other dimensions: each of their steps has a stationary operand of its own."""

MOST_STREAMED = max(len(dims) for dims in STREAMED)


class Cover(NamedTuple):
    """How tiles cover a dimension: ``whole`` tiles of ``steps`` array steps each, then an edge of ``edge_steps``, or
    none (0)."""

    whole: Array
    steps: Array
    edge_steps: Array

    @property
    def total(self) -> Array:
        """Steps of all tiles."""
        return self.whole * self.steps + self.edge_steps


class ArrayUse(NamedTuple):
    """What a mapping makes of each array."""

    rows: Array
    """That its stationary operands fill; edges fill fewer, but count whole."""
    columns: Array
    operands: Array
    """Stationary operands in a tile that comes to the PEs."""
    visits: Array
    """How often such a tile comes (sums: leaves); where it is one operand, that stays in the array until the next."""
    tiles: Array
    """Of the contraction: each takes the vector unit whole cycles."""


def cover(bounds: Array, tile: Array, spatial: Array, temperature: Array) -> Cover:
    """Tiles of ``tile`` over ``bounds``, in steps of ``spatial``; ``temperature`` only gives quotients their slack."""
    xp = namespace(bounds, tile, spatial)
    margin = slack(temperature)
    whole = xp.floor(bounds / tile + margin)
    rest = xp.maximum(bounds - whole * tile, 0.0)
    steps = xp.maximum(xp.ceil(tile / spatial - margin), 1.0)
    return Cover(whole, steps, xp.maximum(xp.ceil(rest / spatial - margin), 0.0))


def covering_steps(bounds: Array, tile: Array, spatial: Array, temperature: Array) -> Array:
    """Array steps along one dimension: tiles of ``tile`` cover ``bounds``, each in steps of ``spatial``; exact for
    edges.

    Relaxed: ``max(bounds / spatial, 1)``.
    """
    exact = cover(bounds, tile, spatial, temperature).total
    if is_exact(temperature):
        return exact
    xp = namespace(bounds, spatial)
    return (1.0 - temperature) * exact + temperature * xp.maximum(bounds / spatial, 1.0)


def _steps(table: ContractionTable, spatial: Extents, tile: Extents, temperature: Array) -> Extents:
    return table.bounds.elementwise(
        lambda bound, extent, axis: covering_steps(bound, extent, axis, temperature), tile, spatial
    )


def stream_length(engine: Array, tile: Extents, spatial: Extents, temperature: Array) -> Array:
    """Cycles for which the stationary operand of an array stays, streaming one L1 ``tile``."""
    steps = tile.elementwise(lambda extent, axis: ceil(extent / axis, temperature), spatial)
    streams = tuple(steps.product(dims) for dims in STREAMED)
    return choose(engine, (*streams, streams[0]))


def array_overlap(machine: Machine) -> Overlap:
    """What goes on in the arrays of ``machine`` while a stream passes."""
    return PIPELINED if machine.preload_overlapped else EXPOSED


def _edge_folds(engine: Array, covers: Extents) -> tuple[list[Folds], Array]:
    """The folds of one step of the dimensions that do not stream, and the stream that no swap overlaps with (see
    ``systolic.array_cycles``); ``covers`` holds a ``Cover`` for each dimension.

    Each streaming dimension has whole tiles and perhaps an edge: one kind of fold for each combination.
    """
    folds = [Folds(1.0, 1.0)]
    unpaired: Array = 1.0
    xp = namespace(engine, covers.n.steps)
    none = Cover(*(xp.asarray(value) for value in (1.0, 1.0, 0.0)))
    slots = ([*(getattr(covers, dim) for dim in dims), none, none][:MOST_STREAMED] for dims in STREAMED)
    for slot in zip(*slots, strict=True):
        tiles = Cover(*(choose(engine, (*options, options[0])) for options in zip(*slot, strict=True)))
        has_edge = tiles.edge_steps > 0.0
        parts = ((tiles.whole, tiles.steps), (xp.where(has_edge, 1.0, 0.0), tiles.edge_steps))
        folds = [Folds(fold.count * count, fold.stream * steps) for fold in folds for count, steps in parts]
        last = xp.where(has_edge, tiles.edge_steps, tiles.steps)
        unpaired = unpaired * xp.where(engine == OUTPUT_STATIONARY, tiles.steps, last)
    return folds, unpaired


def _shared(count: Array, use: ArrayUse | None) -> Array:
    """Streams that one stationary operand serves before another takes its place, on average, of ``count``."""
    if use is None:
        return 1.0
    xp = namespace(count, use.visits)
    stays = xp.clip(2.0 - use.operands, 0.0, 1.0)
    return 1.0 + (xp.maximum(count / use.visits, 1.0) - 1.0) * stays


def _on_arrays(
    table: ContractionTable,
    machine: Machine,
    engine: Array,
    spatial: Extents,
    tile: Extents,
    temperature: Array,
    use: ArrayUse | None,
) -> Array:
    """Cycles on the arrays, which work in step.

    Streams that share a stationary operand are one stream, of so many times the mean length. Relaxed: blended with the
    cycles of as many streams of the mean length.
    """
    columns = machine.array_columns if use is None else use.columns
    rest = (engine, machine.array_rows, columns, array_overlap(machine), None if use is None else use.rows)
    covers = table.bounds.elementwise(
        lambda bound, extent, axis: cover(bound, extent, axis, temperature), tile, spatial
    )
    totals = covers.map(lambda tiles: tiles.total)
    outer = choose(engine, tuple(totals.product(dims) for dims in (*STATIONARY, STATIONARY[0])))
    folds, unpaired = _edge_folds(engine, covers)
    xp = namespace(outer, unpaired)
    tiles = sum(fold.count for fold in folds)
    shared = _shared(outer * tiles, use)
    joined = shared * sum(fold.count * fold.stream for fold in folds) / tiles
    alone = xp.where(shared > 1.0, 0.0, 1.0)
    kinds = [Folds(alone * outer * fold.count, fold.stream) for fold in folds]
    kinds.append(Folds((1.0 - alone) * outer * tiles / shared, joined))
    exact = array_cycles(kinds, xp.where(shared > 1.0, joined, unpaired), *rest)
    if is_exact(temperature):
        return exact
    steps = _steps(table, spatial, tile, temperature)
    trips = table.bounds.elementwise(lambda bound, extent: ceil(bound / extent, temperature), tile)
    loads = tuple(steps.product(kept) * trips.product(dims) for kept, dims in zip(STATIONARY, STREAMED, strict=True))
    count = choose(engine, (*loads, loads[0]))
    shared = _shared(count, use)
    stream = shared * steps.product() / count
    smooth = array_cycles([Folds(count / shared, stream)], stream, *rest)
    return (1.0 - temperature) * exact + temperature * smooth


def compute_cycles(
    table: ContractionTable,
    machine: Machine,
    engine: Array,
    spatial: Extents,
    tile: Extents,
    temperature: Array,
    use: ArrayUse | None = None,
) -> Array:
    """Cycles of a contraction on its engine; ``spatial`` is the product over the PE grid and the array's axes.

    An array streams each L1 ``tile`` past each of its stationary operands, which ``systolic.array_cycles`` times; they
    fill the array and are loaded anew for each tile, unless ``use`` says otherwise. On
    the vector unit each multiply-accumulate takes ``VECTOR_OPS_PER_MAC`` lane cycles. Both take ``tile_issue_cycles``
    for each L1 tile, behind the tile before it or not.
    """
    xp = namespace(spatial.k, tile.k, machine.array_rows)
    steps = _steps(table, spatial, tile, temperature).product()
    lanes = machine.array_columns * machine.vector_multiplier
    tiles = 1.0 if use is None else use.tiles
    vector = transfer_cycles(steps * VECTOR_OPS_PER_MAC, tiles, lanes, temperature)
    array = _on_arrays(table, machine, engine, spatial, tile, temperature, use)
    busy = xp.where(engine == VECTOR, vector, array)
    if machine.tile_issue_cycles == 0:
        return busy
    tiles = table.bounds.elementwise(lambda bound, extent: ceil(bound / extent, temperature), tile).product()
    issue = machine.tile_issue_cycles
    if machine.tile_issue_overlapped:
        return xp.maximum(busy, tiles * issue) + xp.minimum(busy / tiles, issue)
    return busy + tiles * issue


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
