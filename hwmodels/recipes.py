"""Recipes of mappings: what a mapper may choose, and the extents that a choice gets on a machine.

A *recipe* is a discrete choice (engine, grid assignment, tile shapes, loop orders); ``realise`` turns recipe,
contraction and machine into concrete extents by closed forms that fill the buffers, so a recipe's cost is
differentiable in the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hwmodels.access import footprint
from hwmodels.arrays import ceil, choose, floor, is_exact, namespace, slack
from hwmodels.compute import grow, pixel_fit
from hwmodels.contractions import ContractionTable, Extents
from hwmodels.cost import Schedule, loops_by_class
from hwmodels.pipeline import ROUNDING
from hwmodels.records import DIMS, ENGINES, Array, Machine
from hwmodels.template import TILE_SHARE, has_global_buffer, l1_capacity, l2_capacity, pe_count

GRIDS = (
    ("npqg", "knpq"),
    ("kg", "npqg"),
    ("npq", "npq"),
    ("k", "k"),
    ("gnpq", "knpq"),
    ("gk", "gnpq"),
    ("gnpq", "gnpq"),
)
"""Dimensions laid on the PE grid's x and y axes, each filled in this order."""

ROWS = ("gcsr", "csr", "qpn", "")
"""Dimensions packed on the arrays' rows, by engine: inputs enter at the rows, so what is reduced or what is
input-specific. Where weights stay, groups (of one channel each) lie on the array's diagonal: a row for each, and a
column of its own. As many groups come first as there are columns: all taps of fewer groups can take fewer passes, but
what TPUs were measured to do is less like that."""

COLUMNS = ("k", "qpn", "k", "")
"""Dimensions on the arrays' columns, by engine."""

ORDERS = ("gkcm", "gmck", "gmkc")
"""Loop orders, outermost first, of the classes g, k, c (with r, s) and m (n, p, q): weights, inputs, outputs stay
longest."""

CLASSES = {"g": "g", "m": "npq", "k": "k", "c": "crs"}

GLOBAL_SHAPES = (
    ("all", "all", 0),
    ("all", "some", 0),
    ("all", "some", 1),
    ("all", "few", 0),
    ("all", "few", 1),
    ("few", "some", 2),
    ("some", "some", 2),
)
"""Tiles of the global buffer: how much of c and of k they hold, and the order of the loops over them."""

GROUP_LEVELS = {"all": 1, "some": 2, "few": 0}
"""How many whole groups the tile has, where it has so much of k: of a depthwise convolution it always has all."""

NO_LIMIT = 1e18
"""Bytes of room where no global buffer limits it: finite, for the slope of an infinite limit is not a number."""


class Recipe(NamedTuple):
    """One discrete choice per field; arrays of indices that broadcast."""

    engine: Array
    """Index into ``records.ENGINES``."""
    grid: Array
    """Index into ``GRIDS``."""
    c_level: Array
    """Reduction depth of an L1 tile: 0 the channels and taps that the array takes at once; with all taps, 1 the
    geometric mean of the channels, 2 all."""
    k_level: Array
    """Output channels of an L1 tile, likewise."""
    order: Array
    """Index into ``ORDERS`` for the loops over L1 and L2 tiles."""
    global_shape: Array
    """Index into ``GLOBAL_SHAPES``."""


RECIPE_SHAPE = (len(ENGINES), len(GRIDS), 3, 3, len(ORDERS), len(GLOBAL_SHAPES))


class Realised(NamedTuple):
    """A recipe with its extents on one machine; tiles span the whole PE grid."""

    recipe: Recipe
    axes: tuple[Extents, Extents, Extents, Extents]
    """Extents on pe_x, pe_y, rows and columns."""
    spatial: Extents
    """Product over the axes."""
    l1: Extents
    l2: Extents
    tile: Extents
    """The global buffer's tile."""
    overflow: Array
    """Greatest ratio of a tile to the buffer that holds it; above 1 the mapping is not legal."""
    tile_bytes: Array
    """Bytes in the global buffer for the double-buffered tiles."""


def fits(overflow: Array) -> Array:
    """Whether tiles go into their buffers, of which the fullest has so many times too little room."""
    return overflow <= 1.0 + ROUNDING


@lru_cache(maxsize=1)
def all_recipes() -> Recipe:
    """Every recipe, each field on its own axis behind one axis for the contractions."""
    fields = np.meshgrid(*(np.arange(size) for size in RECIPE_SHAPE), indexing="ij", sparse=True)
    return Recipe(*(field[None] for field in fields))


def _fill(capacity: Array, remaining: Extents, dims: str, temperature: Array) -> Extents:
    """Extents of ``dims`` on an axis of ``capacity``: each takes what is left of the axis, in this order."""
    xp = namespace(capacity, remaining.n, remaining.k)
    taken: dict[str, Array] = dict.fromkeys(DIMS, 1.0)
    for dim in dims:
        taken[dim] = xp.minimum(getattr(remaining, dim), capacity)
        capacity = floor(capacity / taken[dim], temperature)
    return Extents(**taken)


def _fill_by(index: Array, options: Sequence[str], capacity: Array, remaining: Extents, temperature: Array) -> Extents:
    filled = {dims: _fill(capacity, remaining, dims, temperature) for dims in dict.fromkeys(options)}
    used = [dim for dim in DIMS if any(dim in dims for dims in options)]
    chosen = {dim: choose(index, tuple(getattr(filled[dims], dim) for dims in options)) for dim in used}
    return Extents(**(dict.fromkeys(DIMS, 1.0) | chosen))


def _assign_axes(
    recipe: Recipe, table: ContractionTable, machine: Machine, temperature: Array
) -> tuple[Extents, Extents, Extents, Extents]:
    def rest(extents: Extents, axis: Extents) -> Extents:
        return extents.elementwise(lambda extent, part: ceil(extent / part, temperature), axis)

    xp = namespace(table.bounds.g, machine.array_columns)
    is_depthwise = (table.bounds.c == 1.0) & (table.bounds.k == 1.0)
    diagonal = xp.where(is_depthwise, xp.minimum(table.bounds.g, machine.array_columns), 1.0)
    rows = _fill_by(recipe.engine, ROWS, machine.array_rows, table.bounds._replace(g=diagonal), temperature)
    remaining = rest(table.bounds, rows)
    columns = _fill_by(recipe.engine, COLUMNS, machine.array_columns, remaining, temperature)
    remaining = rest(remaining, columns)
    pe_x = _fill_by(recipe.grid, [x for x, _ in GRIDS], machine.pe_x, remaining, temperature)
    remaining = rest(remaining, pe_x)
    pe_y = _fill_by(recipe.grid, [y for _, y in GRIDS], machine.pe_y, remaining, temperature)
    return pe_x, pe_y, rows, columns


def _level(level: Array, unit: Array, limit: Array, temperature: Array) -> Array:
    xp = namespace(level, unit, limit)
    middle = xp.minimum(unit * floor(xp.sqrt(xp.maximum(limit / unit, 1.0)), temperature), limit)
    return choose(level, (xp.minimum(unit, limit), middle, limit))


def _pool(buffers: tuple[Array, Array, Array], shared: Array, grid: Extents, machine: Machine) -> tuple[Array, ...]:
    """Bytes per PE that hold input, weight and output tiles, half of each buffer (double-buffered).

    A shared pool keeps what several PEs need once, so it holds as many times more as PEs share it. What all PEs hold
    together must come from a tile of the global buffer, so each operand takes at most a third of that.
    """
    xp = namespace(grid.n, machine.global_buffer_bytes)
    spread = (grid.product("gnpqcrs"), grid.product("gkcrs"), grid.product("gnpqk"))
    sharing = pe_count(machine)
    third = machine.global_buffer_bytes * TILE_SHARE / 2.0 / 3.0
    room = xp.where(has_global_buffer(machine) > 0.0, third, NO_LIMIT)
    return tuple(
        xp.minimum(size / 2.0 * (sharing / part) ** shared, room / part)
        for size, part in zip(buffers, spread, strict=True)
    )


def even_tile(extent: Array, unit: Array, limit: Array, temperature: Array) -> Array:
    """Least multiple of ``unit`` that covers ``limit`` in as many tiles as ``extent``: a small edge hides no whole tile
    beside it. Relaxed: blended with ``extent``."""
    xp = namespace(extent, unit, limit)
    margin = slack(temperature)
    tiles = xp.maximum(xp.ceil(limit / extent - margin), 1.0)
    exact = xp.minimum(unit * xp.maximum(xp.ceil(limit / (tiles * unit) - margin), 1.0), extent)
    if is_exact(temperature):
        return exact
    # Far from ``exact``, ``extent`` may miss its whole number by no more than the slack of quotients, which falls as
    # the temperature does.
    share = temperature * temperature
    return (1.0 - share) * exact + share * extent


def _block(
    table: ContractionTable,
    limit: Extents,
    unit: Extents,
    base: Extents,
    budgets: Sequence[tuple[Array, Array, Array]],
    temperature: Array,
) -> Extents:
    """``base`` with n, p and q in as few tiles as each (capacity, input cost, output cost) of ``budgets`` allows, of
    about equal size."""
    xp = namespace(limit.n, unit.n, *(capacity for capacity, _, _ in budgets))
    limit = limit._replace(r=base.r, s=base.s)
    # Where strides leave gaps, only what the taps touch is fetched.
    table = replace(table, stride_p=xp.minimum(table.stride_p, base.r), stride_q=xp.minimum(table.stride_q, base.s))
    fits = [pixel_fit(capacity, inputs, outputs, table, limit, unit) for capacity, inputs, outputs in budgets]
    blocks: list[Array] = []
    for axis, (dim, fit) in enumerate(zip("npq", fits[0], strict=True)):
        least = fit if len(fits) == 1 else xp.minimum(fit, fits[1][axis])
        extent = grow(least, getattr(unit, dim), getattr(limit, dim), temperature)
        blocks.append(even_tile(extent, getattr(unit, dim), getattr(limit, dim), temperature))
    n, p, q = blocks
    return base._replace(n=n, p=p, q=q)


def _overflow(table: ContractionTable, tile: Extents, capacity: tuple[Array, ...]) -> Array:
    inputs, weights, outputs = footprint(table, tile)
    xp = namespace(inputs, weights, outputs)
    ratios = (
        inputs * table.input_bytes / capacity[0],
        weights * table.weight_bytes / capacity[1],
        outputs * table.output_bytes / capacity[2],
    )
    return xp.maximum(xp.maximum(ratios[0], ratios[1]), ratios[2])


def _tile_l1(
    recipe: Recipe,
    table: ContractionTable,
    array: Extents,
    share: Extents,
    capacity: tuple[Array, ...],
    temperature: Array,
) -> Extents:
    """Extents per PE of the L1 tile; ``share`` is the part of the contraction that a PE works on."""
    base = share._replace(
        g=array.g,
        c=_level(recipe.c_level, array.c, share.c, temperature),
        r=choose(recipe.c_level, (array.r, share.r, share.r)),
        s=choose(recipe.c_level, (array.s, share.s, share.s)),
        k=_level(recipe.k_level, array.k, share.k, temperature),
    )
    budgets = [
        (capacity[0], base.product("gc") * table.input_bytes, 0.0),
        (capacity[2], 0.0, base.product("gk") * table.output_bytes),
    ]
    return _block(table, share, array, base, budgets, temperature)


def _tile_l2(
    table: ContractionTable,
    l1: Extents,
    share: Extents,
    capacity: tuple[Array, ...],
    enabled: Array,
    temperature: Array,
) -> Extents:
    """Extents per PE of the L2 tile: more output channels as the weights fit, then more pixels; L1's tile without
    L2."""
    xp = namespace(l1.k, capacity[0], enabled)
    _, weights, outputs = footprint(table, l1)
    room = xp.minimum(capacity[1] / (weights * table.weight_bytes), capacity[2] / (outputs * table.output_bytes))
    base = l1._replace(k=grow(room * l1.k, l1.k, share.k, temperature))
    budgets = [
        (capacity[0], base.product("gc") * table.input_bytes, 0.0),
        (capacity[2], 0.0, base.product("gk") * table.output_bytes),
    ]
    l2 = _block(table, share, l1, base, budgets, temperature)

    def blend(small: Array, large: Array) -> Array:
        between = small * (large / small) ** enabled
        return xp.where(enabled >= 1.0, large, xp.where(enabled <= 0.0, small, between))

    return l1.elementwise(blend, l2)


def _tile_global(
    recipe: Recipe, table: ContractionTable, l2: Extents, machine: Machine, temperature: Array
) -> tuple[Extents, Array, Array]:
    """The global buffer's tile, its overflow and its bytes; without a global buffer L2's tile, 0 and 0."""
    xp = namespace(l2.n, l2.k, machine.global_buffer_bytes)
    bounds = table.bounds
    levels = {"few": 0, "some": 1, "all": 2}
    c_level = choose(recipe.global_shape, tuple(np.asarray(levels[c]) for c, _, _ in GLOBAL_SHAPES))
    k_level = choose(recipe.global_shape, tuple(np.asarray(levels[k]) for _, k, _ in GLOBAL_SHAPES))
    base = bounds._replace(
        g=l2.g, c=_level(c_level, l2.c, bounds.c, temperature), k=_level(k_level, l2.k, bounds.k, temperature)
    )
    weights = base.product("gkcrs") * table.weight_bytes
    budget = machine.global_buffer_bytes * TILE_SHARE / 2.0
    costs = (budget - weights, base.product("gc") * table.input_bytes, base.product("gk") * table.output_bytes)
    tile = _block(table, bounds, l2, base, [costs], temperature)
    total = _tile_bytes(table, tile)
    tile = tile._replace(g=_groups(recipe, table, l2, tile, budget / total, temperature))
    total = total * tile.g / l2.g
    present = has_global_buffer(machine)
    tile = tile.elementwise(lambda whole, part: xp.where(present > 0.0, whole, part), l2)
    overflow = present * total / xp.maximum(budget, 1.0)
    return tile, overflow, present * 2.0 * total


def _tile_bytes(table: ContractionTable, tile: Extents) -> Array:
    inputs, weights, outputs = footprint(table, tile)
    return inputs * table.input_bytes + weights * table.weight_bytes + outputs * table.output_bytes


def _groups(
    recipe: Recipe, table: ContractionTable, l2: Extents, tile: Extents, room: Array, temperature: Array
) -> Array:
    """Groups of the global buffer's tile, which has room for ``room`` times as many: more than one L2 tile has, if
    these are whole. What DRAM brings comes in fewer pieces then, and the first of them takes longer."""
    xp = namespace(room, l2.g)
    most = xp.maximum(grow(room * l2.g, l2.g, table.bounds.g, temperature), l2.g)
    level = choose(recipe.global_shape, tuple(np.asarray(GROUP_LEVELS[k]) for _, k, _ in GLOBAL_SHAPES))
    whole = [getattr(tile, dim) >= getattr(table.bounds, dim) * (1.0 - ROUNDING) for dim in ("n", "p", "q", "k", "c")]
    groups = _level(level, l2.g, most, temperature)
    return xp.where(whole[0] & whole[1] & whole[2] & whole[3] & whole[4], groups, l2.g)


class OnPes(NamedTuple):
    """What a recipe puts on the PEs; tiles span the whole PE grid."""

    axes: tuple[Extents, Extents, Extents, Extents]
    """Extents on pe_x, pe_y, rows and columns."""
    spatial: Extents
    """Product over the axes."""
    l1: Extents
    l2: Extents
    overflow: Array
    """Greatest ratio of a tile to the buffer of L1 or L2 that holds it."""


def put_on_pes(recipe: Recipe, table: ContractionTable, machine: Machine, temperature: Array) -> OnPes:
    """The extents that ``recipe`` gives each contraction up to the PEs' buffers: orders and global tiles do not matter
    to them."""
    axes = _assign_axes(recipe, table, machine, temperature)
    grid = axes[0].elementwise(lambda x, y: x * y, axes[1])
    array = axes[2].elementwise(lambda row, column: row * column, axes[3])
    xp = namespace(grid.n, array.k, machine.pe_x)
    share = table.bounds.elementwise(lambda bound, part: ceil(bound / part, temperature), grid)
    capacity = _pool(l1_capacity(machine), machine.l1_shared, grid, machine)
    l1 = _tile_l1(recipe, table, array, share, capacity, temperature)
    overflow = _overflow(table, l1, capacity)
    capacity = _pool(l2_capacity(machine), machine.l2_shared, grid, machine)
    l2 = _tile_l2(table, l1, share, capacity, machine.l2_enabled, temperature)
    overflow = xp.maximum(overflow, _overflow(table, l2, capacity) * machine.l2_enabled)

    def over_grid(tile: Extents) -> Extents:
        return tile.elementwise(lambda extent, part, bound: xp.minimum(extent * part, bound), grid, table.bounds)

    spatial = grid.elementwise(lambda part, unit: part * unit, array)
    return OnPes(axes, spatial, over_grid(l1), over_grid(l2), overflow)


def realise(recipe: Recipe, table: ContractionTable, machine: Machine, temperature: Array) -> Realised:
    """The extents that ``recipe`` gives each contraction on ``machine``."""
    pes = put_on_pes(recipe, table, machine, temperature)
    tile, overflow, tile_bytes = _tile_global(recipe, table, pes.l2, machine, temperature)
    xp = namespace(overflow, pes.overflow)
    overflow = xp.maximum(pes.overflow, overflow)
    return Realised(recipe, pes.axes, pes.spatial, pes.l1, pes.l2, tile, overflow, tile_bytes)


def schedule(realised: Realised, table: ContractionTable, temperature: Array) -> Schedule:
    """The realised recipe with its loops, as ``cost.contraction_cost`` takes it."""
    recipe, at_once = realised.recipe, realised.spatial
    global_order = choose(recipe.global_shape, tuple(np.asarray(order) for _, _, order in GLOBAL_SHAPES))
    return Schedule(
        engine=recipe.engine,
        axes=realised.axes,
        l1=realised.l1,
        l2=realised.l2,
        tile=realised.tile,
        outer=loops_by_class(global_order, ORDERS, CLASSES, (table.bounds, realised.tile, at_once), temperature),
        inner=loops_by_class(recipe.order, ORDERS, CLASSES, (realised.tile, realised.l2, at_once), temperature),
    )
