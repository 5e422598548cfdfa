"""What a schedule says, as plain numbers, and the arithmetic of its tiles.

Written for the verifier and apart from the cost model: a schedule that both accept was checked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

    def tile(self, level: Level) -> Tile:
        """The tile at ``level``; at DRAM the whole contraction."""
        tile = self.contraction.bounds
        for inner in LOOP_LEVELS[: LOOP_LEVELS.index(level) + 1] if level in LOOP_LEVELS else ():
            tile = tile._replace(**{loop.dim.value: loop.step for loop in self.loops.get(inner, ())})
        return tile

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
