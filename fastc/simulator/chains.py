"""Regions of a chain, tile by tile: what a tile of each shape has to do, and how many tiles have that shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import NamedTuple

from xdsl.ir import SSAValue

from dialects.region import ChainAttr, Halo, TileLoopAttr, held_values
from dialects.sched import Cut, Level, Loop, RegionOp, Schedule, SliceOp, Slices, Tile, VectorOp
from dialects.sched.chained import cut_bounds, spans_of
from dialects.sched.facts import LOOP_LEVELS
from dialects.sched.memory import home
from dialects.sched.slices import GATHERED
from fastc.simulator.work import Part, Work, work_of

Cuts = tuple[Cut, ...]

KINDS = len(VectorOp.KINDS)


class Tiles(NamedTuple):
    """Tiles of a region that are equal in all that takes time."""

    work: Work
    times: int


class _Shape(NamedTuple):
    """Tiles along one loop that have as much of everything."""

    tiles: int
    of: int
    """Tiles of all shapes."""
    sizes: Mapping[Cut, int]
    is_first: bool
    """Whether the loop's first tile is one of them."""

    def share(self, cut: Cut) -> Fraction:
        """The part of what is cut that one tile has."""
        if cut.axis == GATHERED:
            return Fraction(1, self.of)
        return Fraction(self.sizes[cut], cut.extent) if cut.is_cut else Fraction(1)


class NoSlicesError(Exception):
    """A schedule says nothing of a chain's tiles."""


class Chains:
    """What the chains of a network have fetched so far, of what they hold; regions are asked for in order."""

    def __init__(self) -> None:
        self._fetched: set[tuple[str, SSAValue]] = set()

    def tiles_of(self, op: RegionOp) -> list[Tiles]:
        """The tiles of a verified region; one of no chain is one tile. Raises ``NoSlicesError``."""
        if op.chain is None:
            return [Tiles(work_of(op), 1)]
        if op.step(SliceOp) is None:
            raise NoSlicesError("its schedule does not say what it does for a tile of its chain; lower the model again")
        label, held = op.chain.label.data, held_values(op)
        fresh = {value for value in held if (label, home(value)) not in self._fetched}
        self._fetched.update((label, home(value)) for value in held)
        slices = Slices.of(op.schedule.block.ops)
        found: list[Tiles] = []
        for shapes in _all_shapes(op, op.chain, slices):
            count = prod(shape.tiles for shape in shapes)
            fetches = [count] * len(op.inputs)
            for index, value in enumerate(op.inputs):
                if value in held:
                    fetches[index] = _fetches(shapes, slices.operands.get(index, ())) if value in fresh else 0
            # The first tiles fetch what is held, those after them find it there.
            for done, until in pairwise(sorted({0, count, *fetches})):
                fetched = [until <= most for most in fetches]
                found.append(Tiles(work_of(op, _part(op, slices, shapes, fetched)), until - done))
        return found


def _all_shapes(op: RegionOp, chain: ChainAttr, slices: Slices) -> Iterator[tuple[_Shape, ...]]:
    """The shapes of a region's tiles: for each loop one."""
    parts = [part.cuts for part in slices.vector]
    known = [*slices.operands.values(), *slices.results.values(), slices.contraction, _own(chain), *parts]
    along = (
        _shapes(loop, chain.halo.data, [cuts[number] for cuts in known if cuts])
        for number, loop in enumerate(chain.loops)
    )
    return product(*along)


def _own(chain: ChainAttr) -> Cuts:
    """How the loops of a chain cut the region's first result."""
    return tuple(Cut("", extent=loop.extent.data) for loop in chain.loops)


def _shapes(loop: TileLoopAttr, halo: Halo, cuts: Iterable[Cut]) -> list[_Shape]:
    """The shapes of a loop's tiles, the greatest first."""
    spans, wanted = spans_of(loop, halo), dict.fromkeys(cut for cut in cuts if cut.is_cut)
    sizes = [tuple(cut.size(*span) for cut in wanted) for span in spans]
    return [
        _Shape(count, len(spans), dict(zip(wanted, found, strict=True)), found == sizes[0])
        for found, count in sorted(Counter(sizes).items(), reverse=True)
    ]


def _fetches(shapes: Sequence[_Shape], cuts: Sequence[Cut]) -> int:
    """How many of the tiles fetch what stays for those that need the same part of it."""
    depth = max((number + 1 for number, cut in enumerate(cuts) if cut.is_cut), default=0)
    return prod(shape.tiles if number < depth else int(shape.is_first) for number, shape in enumerate(shapes))


def _share(shapes: Sequence[_Shape], cuts: Sequence[Cut]) -> Fraction:
    """The part that one tile has; without cuts all."""
    return prod((shape.share(cut) for shape, cut in zip(shapes, cuts, strict=False)), start=Fraction(1))


def _part(op: RegionOp, slices: Slices, shapes: Sequence[_Shape], fetched: Sequence[bool]) -> Part:
    assert op.chain is not None, "the caller has looked"
    own = _share(shapes, _own(op.chain))
    schedule = op.facts
    if schedule is not None:
        sizes = [shape.sizes.get(cut, 1) for shape, cut in zip(shapes, slices.contraction, strict=True)]
        schedule = clipped(schedule, cut_bounds(schedule.contraction.bounds, slices.contraction, sizes))
    vector = [[count * _share(shapes, part.cuts) for count in part.counts] for part in slices.vector]
    return Part(
        schedule=schedule,
        reads=tuple(_share(shapes, slices.operands.get(index, ())) for index in range(len(op.inputs))),
        fetched=tuple(fetched),
        writes=tuple(
            _share(shapes, slices.results[index]) if index in slices.results else own
            for index in range(len(op.outputs))
        ),
        vector=tuple(sum(counts, Fraction(0)) for counts in zip(*vector, strict=True)) or (Fraction(0),) * KINDS,
        rows=own,
    )


def clipped(schedule: Schedule, bounds: Tile) -> Schedule:
    """A schedule for a tile of a chain that does ``bounds`` of its contraction: what is bigger than that ends there."""
    outer, loops = bounds, dict[Level, tuple[Loop, ...]]()
    for level in LOOP_LEVELS:
        if level == Level.Tile or level not in schedule.loops:
            continue
        steps = {loop.dim: min(loop.step, outer.along(loop.dim)) for loop in schedule.loops[level]}
        loops[level] = tuple(
            Loop(dim, outer.along(dim), step) for dim, step in steps.items() if step < outer.along(dim)
        )
        outer = outer._replace(**{dim.value: step for dim, step in steps.items()})
    axes = {axis: Tile(*map(min, spread, bounds)) for axis, spread in schedule.axes.items()}
    return replace(
        schedule,
        contraction=replace(schedule.contraction, bounds=bounds),
        loops=loops,
        axes=axes,
        tile_sizes={},
    )
