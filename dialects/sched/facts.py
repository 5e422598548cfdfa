"""What a schedule says, as plain numbers, and the arithmetic of its tiles.

Written for the verifier and apart from the cost model: a schedule that both accept was checked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, prod
from typing import NamedTuple

from dialects.sched.attributes import DIMS, Axis, Dim, Engine, Level, Operand

RELEVANT: Mapping[Operand, frozenset[Dim]] = {
    Operand.Input: frozenset(DIMS) - {Dim.K},
    Operand.Weight: frozenset({Dim.G, Dim.K, Dim.C, Dim.R, Dim.S}),
    Operand.Output: frozenset({Dim.G, Dim.N, Dim.P, Dim.Q, Dim.K}),
}
"""The dimensions that each operand depends on."""

REDUCTION = frozenset({Dim.C, Dim.R, Dim.S})
"""The dimensions that are summed over."""

STATIONARY: Mapping[Engine, Operand] = {
    Engine.WeightStationary: Operand.Weight,
    Engine.InputStationary: Operand.Input,
    Engine.OutputStationary: Operand.Output,
}
"""The operand that stays in the array."""

LOOP_LEVELS = (Level.Tile, Level.Global, Level.L2, Level.L1)
"""Levels that hold tiles, from outside to inside."""


class Tile(NamedTuple):
    """An extent for each dimension, in the order of ``DIMS``."""

    g: int = 1
    n: int = 1
    p: int = 1
    q: int = 1
    k: int = 1
    c: int = 1
    r: int = 1
    s: int = 1

    def along(self, dim: Dim) -> int:
        """The extent of one dimension."""
        return self[DIMS.index(dim)]


class Loop(NamedTuple):
    """Extent ``extent`` of ``dim`` in tiles of ``step``."""

    dim: Dim
    extent: int
    step: int


class Transfer(NamedTuple):
    """One tile of an operand moves from a level to the next."""

    operand: Operand
    source: Level
    destination: Level
    tile_bytes: int

    @property
    def inner(self) -> Level:
        """The level nearer to the arrays: its tile is what moves."""
        return max(self.source, self.destination, key=list(Level).index)


class Rows(NamedTuple):
    """Rows that the vector unit goes through more than once (see ``sched.vector``)."""

    kept_bytes: int
    row_bytes: int
    dims: tuple[Dim, ...]


class Folds(NamedTuple):
    """How a whole L1 tile passes an array: ``times`` over, a part of ``stationary`` stays in it, while ``stream`` words
    of the others pass."""

    stationary: Operand
    times: int
    stream: int


@dataclass(frozen=True)
class ContractionFacts:
    """``sched.contraction`` as numbers."""

    bounds: Tile
    stride: tuple[float, float]
    dilation: tuple[float, float]
    element_bytes: tuple[float, float, float]

    def footprint_bytes(self, operand: Operand, tile: Tile) -> float:
        """Bytes of ``operand`` that one tile needs; an input's rows and columns with their halo.

        p output rows of r taps touch (p - 1) * stride + (r - 1) * dilation + 1 input rows, and at most p * r.
        """
        size = self.element_bytes[list(Operand).index(operand)]
        if operand != Operand.Input:
            return size * prod(tile.along(dim) for dim in RELEVANT[operand])
        rows = min((tile.p - 1) * self.stride[0] + (tile.r - 1) * self.dilation[0] + 1, tile.p * tile.r)
        columns = min((tile.q - 1) * self.stride[1] + (tile.s - 1) * self.dilation[1] + 1, tile.q * tile.s)
        return size * tile.g * tile.n * tile.c * rows * columns


@dataclass(frozen=True)
class Schedule:
    """The schedule of a region with a contraction."""

    contraction: ContractionFacts
    loops: Mapping[Level, tuple[Loop, ...]]
    """By the level whose tiles are looped over, outermost loop first."""
    transfers: tuple[Transfer, ...]
    axes: Mapping[Axis, Tile]
    """What each axis spreads; ones for an axis that is not used."""
    engine: Engine
    tile_sizes: Mapping[Dim, tuple[int, ...]] = field(default_factory=dict[Dim, tuple[int, ...]])
    """In a chain, where that is said, the sizes along each dimension in its tiles, descending."""

    def tile(self, level: Level) -> Tile:
        """The tile at ``level``; at DRAM the whole contraction."""
        tile = self.contraction.bounds
        for inner in LOOP_LEVELS[: LOOP_LEVELS.index(level) + 1] if level in LOOP_LEVELS else ():
            tile = tile._replace(**{loop.dim.value: loop.step for loop in self.loops.get(inner, ())})
        return tile

    def sizes(self, level: Level, dim: Dim) -> tuple[int, ...]:
        """The different sizes that tiles at ``level`` have along ``dim``, descending: the whole one, then edges."""
        sizes = {self.contraction.bounds.along(dim)}
        for inner in LOOP_LEVELS[: LOOP_LEVELS.index(level) + 1] if level in LOOP_LEVELS else ():
            if inner == Level.Tile and dim in self.tile_sizes:
                sizes = {size for size in self.tile_sizes[dim] if size}
                continue
            for loop in self.loops.get(inner, ()):
                if loop.dim == dim:
                    whole = {loop.step for size in sizes if size >= loop.step}
                    sizes = whole | {size % loop.step for size in sizes if size % loop.step}
        return tuple(sorted(sizes, reverse=True))

    @property
    def folds(self) -> Folds | None:
        """How a whole L1 tile passes the array; none on the vector unit."""
        if self.engine not in STATIONARY:
            return None
        operand = STATIONARY[self.engine]
        tile, axes = self.tile(Level.L1), self.axes.values()
        steps = {dim: ceil(tile.along(dim) / prod(axis.along(dim) for axis in axes)) for dim in DIMS}
        stream = prod(steps[dim] for dim in DIMS if dim not in RELEVANT[operand])
        return Folds(operand, prod(steps.values()) // stream, stream)

    def waiting_bytes(self, rows: Rows, level: Level) -> int:
        """Bytes of ``rows`` that wait together for their ends if they wait at ``level``, rounded up.

        Rows end one after the other only while the loops around them go from row to row: whatever runs inside a loop
        along the rows, or through a reduction, begins all its rows before it ends one.
        """
        if not rows.dims:
            return rows.row_bytes
        pixels = frozenset({Dim.N, Dim.P, Dim.Q})
        along = frozenset(rows.dims)
        along |= pixels if pixels & along else along
        waiting = Fraction(rows.kept_bytes)
        for loop in self._loops_outside(level):
            if loop.dim in REDUCTION | along:
                break
            waiting *= Fraction(loop.step, loop.extent)
        return ceil(waiting)

    def _loops_outside(self, level: Level) -> list[Loop]:
        """The loops over the tiles that ``level`` is given, outermost first: for the PEs' buffers down to their
        outermost level."""
        levels = [Level.Tile, Level.Global]
        if level in (Level.L2, Level.L1):
            levels.append(Level.L2 if any(transfer.inner == Level.L2 for transfer in self.transfers) else Level.L1)
        return [loop for each in levels for loop in self.loops.get(each, ())]

    def tile_bytes(self, operand: Operand, level: Level) -> int:
        """Bytes of ``operand``'s tile at ``level``, rounded up to whole bytes."""
        return ceil(self.contraction.footprint_bytes(operand, self.tile(level)))

    def grid(self, dims: frozenset[Dim] = frozenset(DIMS)) -> int:
        """In how many different parts the PE grid works on what depends on ``dims``."""
        return prod(self.axes[axis].along(dim) for axis in (Axis.PeX, Axis.PeY) for dim in dims)

    def pe_tile(self, level: Level) -> Tile:
        """What one PE has of the tile at ``level``."""
        x, y = self.axes[Axis.PeX], self.axes[Axis.PeY]
        return Tile(*(ceil(extent / (a * b)) for extent, a, b in zip(self.tile(level), x, y, strict=True)))
