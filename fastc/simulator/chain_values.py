"""What the regions of a chain compute, tile after tile: each sees of the others' results only what is on chip by then.

Values have the shape of the whole tensors; what is not there is poison: not a number, or of integers the greatest one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from xdsl.dialects.builtin import DenseArrayBase, UnregisteredOp
from xdsl.ir import Operation, SSAValue

from dialects.region import Halo, Space
from dialects.sched import DIMS, Cut, Operand, RegionOp, Schedule, Slices, Tile
from fastc.simulator.chains import clipped
from fastc.simulator.operands import Array, Operands, UnsupportedError
from fastc.simulator.tiles import contract

Span = tuple[int, int]
"""First and last position along a loop."""

REDUCERS: dict[str, tuple[np.ufunc, Any]] = {
    "add": (np.add, lambda kind: kind.type(0)),
    "multiply": (np.multiply, lambda kind: kind.type(1)),
    "maximum": (np.maximum, lambda kind: _extreme(kind, greatest=False)),
    "minimum": (np.minimum, lambda kind: _extreme(kind, greatest=True)),
    "and": (np.bitwise_and, lambda kind: ~kind.type(0)),
    "or": (np.bitwise_or, lambda kind: kind.type(0)),
}
"""How two sums become one, and what changes no sum."""


def _extreme(kind: np.dtype[Any], *, greatest: bool) -> Any:
    if np.issubdtype(kind, np.inexact):
        return kind.type(np.inf if greatest else -np.inf)
    if kind == np.bool_:
        return kind.type(greatest)
    limits = np.iinfo(kind)
    return kind.type(limits.max if greatest else limits.min)


def poisoned(like: Array) -> Array:
    """An array of nothing but poison."""
    inexact = np.issubdtype(like.dtype, np.inexact)
    return np.full(like.shape, np.nan if inexact else _extreme(like.dtype, greatest=True), like.dtype)


def mask(shape: Sequence[int], cuts: Sequence[Cut], spans: Sequence[Span]) -> Array:
    """Which elements of a tensor lie in ``spans`` of what it is cut along, one for each cut."""
    found = np.ones(tuple(shape), np.bool_)
    for cut, (first, last) in zip(cuts, spans, strict=True):
        if cut.is_cut:
            axis = int(cut.axis)
            along = np.arange(shape[axis]) // cut.inner % cut.extent
            sides = [-1 if each == axis else 1 for each in range(len(shape))]
            found &= ((first <= along) & (along <= last)).reshape(sides)
    return found


@dataclass
class TilePart:
    """One tile of a chain in one of its regions."""

    op: RegionOp
    slices: Slices
    windows: tuple[Span, ...]
    """What is on chip of the region's first result while the tile runs, along each loop."""
    made: tuple[Span, ...]
    """What the tile makes of the region's first result, along each loop."""
    new: tuple[Span, ...]
    """What of that no tile before it has made."""
    sums: dict[Operation, Array]
    """What each reduction has summed up so far."""

    @property
    def reductions(self) -> Iterator[Operation]:
        """The ops of the body that sum up from tile to tile."""
        ops = list(self.op.body_block.ops)
        return (ops[index] for index in sorted(self.slices.reductions))

    def needed(self, cuts: Sequence[Cut]) -> list[Span]:
        """The positions that the tile needs of what is cut so."""
        return [cut.span(*span) for cut, span in zip(cuts, self.made, strict=True)]

    def contract(self, schedule: Schedule, operands: Operands, in_dram: dict[Operand, bool]) -> Array:
        """``output[g, n, p, q, k]`` of the tile, computed as its schedule says; the rest is poison."""
        bounds, cuts = schedule.contraction.bounds, self.slices.contraction
        along = [np.ones(bound, np.bool_) for bound in bounds]
        for cut, (first, last) in zip(cuts, self.needed(cuts), strict=True):
            axis = [dim.value for dim in DIMS].index(cut.axis)
            positions = np.arange(bounds[axis]) // cut.inner % cut.extent
            along[axis] &= (first <= positions) & (positions <= last)
        g, n, p, q, k, *_ = (np.flatnonzero(each) for each in along)
        tile = Tile(*(int(each.sum()) for each in along))
        part = _taken(operands, tile, (g, n, p, q, k))
        with np.errstate(invalid="ignore"):
            outputs = contract(clipped(schedule, tile), part, in_dram)
        whole = poisoned(np.empty(tuple(bounds)[:5], outputs.dtype))
        whole[np.ix_(g, n, p, q, k)] = outputs
        return whole

    def sum_up(self, reduction: Operation, array: Array, start: Array) -> Array:
        """The sums with what the tile adds: ``array``'s elements that no other tile adds."""
        index = list(self.op.body_block.ops).index(reduction)
        cuts = self.slices.reductions[index]
        axes = reduction.properties["dimensions"]
        assert isinstance(axes, DenseArrayBase), "a reduction has dimensions"
        inner = next(iter(reduction.regions[0].block.ops))
        name = inner.op_name.data if isinstance(inner, UnregisteredOp) else inner.name
        known = REDUCERS.get(name.partition(".")[2])
        if known is None:
            raise UnsupportedError(f"a reduction by {name} from tile to tile")
        combine, neutral = known
        own = [cut.span(*span) for cut, span in zip(cuts, self.new, strict=True)]
        kept = np.where(mask(array.shape, cuts, own), array, neutral(array.dtype))
        added = combine.reduce(kept, axis=tuple(int(axis) for axis in axes.get_values()), dtype=kept.dtype)
        self.sums[reduction] = combine(self.sums.get(reduction, start), added)
        return self.sums[reduction]


def _taken(operands: Operands, tile: Tile, positions: tuple[Array, ...]) -> Operands:
    """Of a contraction's operands what its outputs at ``positions`` of g, n, p, q and k need."""
    g, n, p, q, k = positions
    weights = operands.weights
    for extent, found in ((tile.p, p), (tile.q, q)):
        if extent and int(found[-1]) - int(found[0]) + 1 != extent:
            raise UnsupportedError("a tile of a chain with rows or columns that are not side by side")
    start = Tile(0, 0, int(p[0]), int(q[0]), 0, 0, 0, 0)
    end = Tile(1, 1, int(p[-1]) + 1, int(q[-1]) + 1, 1, 1, weights.shape[3], weights.shape[4])
    _, _, rows, columns, _ = operands.input_box(start, end)
    inputs = operands.inputs[:, :, rows, columns][np.ix_(g, n)]
    return operands._replace(inputs=inputs, weights=weights[np.ix_(g, k)])


class ChainRun:
    """A chain while it runs: what is on chip, and what is summed up."""

    def __init__(self, members: Sequence[RegionOp], values: dict[SSAValue, Array]) -> None:
        self.members, self.outside = members, values
        self.made: dict[SSAValue, Array] = {}
        self.sums: dict[Operation, Array] = {}
        self.slices = {op: Slices.of(op.schedule.block.ops) for op in members}

    def parts(self) -> Iterator[TilePart]:
        """What the regions do, in order: all of them for each tile, but for those that have nothing left to make."""
        chain = self.members[0].chain
        assert chain is not None, "a chain has regions in it"
        for tile in product(*(range(count) for count in chain.tiles)):
            for op in self.members:
                part = self._part(op, tile)
                if all(first <= last for first, last in part.made):
                    yield part

    def _part(self, op: RegionOp, tile: tuple[int, ...]) -> TilePart:
        assert op.chain is not None, "a chain has regions in it"
        halo = op.chain.halo.data
        made = tuple(loop.made(halo, number) for number, loop in zip(tile, op.chain.loops, strict=True))
        # Rows that are made again by the next tile are added up by one.
        steps = [(number * loop.step.data, loop.step.data) for number, loop in zip(tile, op.chain.loops, strict=True)]
        new = made if halo == Halo.Keep else tuple((first, first + step - 1) for first, step in steps)
        windows = tuple(loop.window(number) for number, loop in zip(tile, op.chain.loops, strict=True))
        return TilePart(op, self.slices[op], windows, made, new, self.sums)

    def inputs(self, part: TilePart) -> list[Array]:
        """What a region reads: the slices that it says it needs, of what is there."""
        found: list[Array] = []
        for index, value in enumerate(part.op.inputs):
            array = self.made[value] if value in self.made else self.outside[value]
            cuts = part.slices.operands.get(index)
            if cuts is not None:
                array = np.where(mask(array.shape, cuts, part.needed(cuts)), array, poisoned(array))
            found.append(array)
        return found

    def take(self, part: TilePart, results: Sequence[Array]) -> None:
        """Keeps of a region's ``results`` what the tile makes, beside what stays of those of tiles before."""
        op = part.op
        assert op.chain is not None, "a chain has regions in it"
        own = tuple(Cut(str(loop.dimension.data), loop.inner.data, loop.extent.data) for loop in op.chain.loops)
        for index, (value, new) in enumerate(zip(op.outputs, results, strict=True)):
            cuts = part.slices.results.get(index, own)
            old = self.made.get(value, poisoned(new))
            if op.space_of(value) == Space.Tile:
                stays = op.chain.halo.data == Halo.Keep
                there = mask(old.shape, cuts, part.windows) if stays else np.zeros(old.shape, np.bool_)
                old = np.where(there, old, poisoned(old))
            self.made[value] = np.where(mask(new.shape, cuts, part.made), new, old)
