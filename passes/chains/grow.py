"""Which consecutive regions can run tile by tile, and in which slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, prod
from typing import NamedTuple

from xdsl.ir import SSAValue

from dialects.region import BoundRegionOp, ChainAttr, Halo, Kind, Space, TileLoopAttr
from hwmodels.chaining.candidates import SHORTEST
from hwmodels.chains import tensors_within
from passes.analysis.batch import Carry
from passes.analysis.chains import region_slices
from passes.analysis.network import NetworkView
from passes.analysis.ops import byte_size, shape_of
from passes.analysis.slices import BodySlices, Slice, Window

LONGEST = 24
"""Regions of a chain: beyond that nothing is gained that two chains do not gain."""

MOST_LOOPS = 3
"""Loops of a chain: images, heads and rows."""

COUNTS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024)
"""Tiles that a dimension is divided into, where they divide it evenly or it is not one that many divide."""


class Cut(NamedTuple):
    """How one loop of a chain cuts a region's first result: tile ``t`` needs what results ``t * step`` to ``(t + 1) *
    step - 1`` of the chain's last region need through the window."""

    place: Slice
    window: Window


class Member(NamedTuple):
    """A region in a chain that grows."""

    region: int
    """Index into the network's regions."""
    cuts: tuple[Cut, ...]
    bodies: tuple[BodySlices, ...]

    @property
    def has_halo(self) -> bool:
        """Whether neighbouring tiles need positions that both overlap."""
        return any(_has_halo(cut) for cut in self.cuts)

    def greatest_share(self, steps: Sequence[int]) -> float:
        """Of the region's first result, of its greatest slice."""
        return prod(
            min(cut.window.scale * (step - 1) + cut.window.high - cut.window.low + 1, cut.place.extent)
            / cut.place.extent
            for cut, step in zip(self.cuts, steps, strict=True)
        )


@dataclass(frozen=True)
class Candidate:
    """A chain that could be: its regions, the last one first, and how they are cut."""

    members: tuple[Member, ...]
    steps: tuple[int, ...]
    """Of each loop, in positions of the last region's first result."""
    tiles: tuple[int, ...]
    halo: Halo

    def first(self, length: int) -> Candidate:
        """Its last ``length`` regions, which come first."""
        return replace(self, members=self.members[:length])

    def attribute(self, member: Member, label: str, hold: Sequence[int] = ()) -> ChainAttr:
        """What the IR says of a region of this chain."""
        loops: list[TileLoopAttr] = []
        for cut, step, tiles in zip(member.cuts, self.steps, self.tiles, strict=True):
            scale, low, high = cut.window
            carry, extent, _ = cut.place
            loops.append(
                TileLoopAttr(
                    carry.dimension,
                    extent,
                    scale * step,
                    tiles,
                    inner=carry.inner,
                    before=max(0, -low),
                    after=max(0, high - scale + 1),
                )
            )
        return ChainAttr(label, self.halo, loops, hold)


class _MoreThanASliceError(Exception):
    """A chain needs a tensor whole, or in slices of different dimensions."""


@dataclass
class Grower:
    """Grows chains backwards from their last region."""

    view: NetworkView
    most_tiles: int
    halos: tuple[Halo, ...]
    _bodies: dict[tuple[int, Carry, int], BodySlices | None] = field(default_factory=dict)
    _index: dict[SSAValue, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index, op in enumerate(self.view.regions):
            self._index.update((result, (index, number)) for number, result in enumerate(op.results))

    def growths(self, last: int) -> Iterator[Candidate]:
        """The longest chain that ends with region ``last`` for each way to cut it, those of few tiles first."""
        if not self._may_join(last):
            return
        axes = self._axes(last)
        for steps in _divisions([place.extent for place in axes], self.most_tiles):
            tiles = tuple(ceil(place.extent / step) for place, step in zip(axes, steps, strict=False))
            for halo in self.halos:
                members = self._grow(last, axes[: len(steps)], steps, halo)
                if len(members) >= SHORTEST:
                    yield Candidate(tuple(members), steps, tiles, halo)
                if not any(member.has_halo for member in members):
                    break

    def _may_join(self, index: int) -> bool:
        op, work = self.view.regions[index], self.view.network.regions[index]
        roles = {self.view.network.tensors[write.tensor].role for write in work.writes}
        return (
            op.kind.data != Kind.Opaque
            and bool(op.results)
            and roles <= {"activation", "output"}
            and all(use.fraction == 1.0 for use in (*work.reads, *work.writes))
        )

    def _body(self, index: int, place: Slice) -> BodySlices | None:
        key = (index, place.carry, place.extent)
        if key not in self._bodies:
            self._bodies[key] = region_slices(self.view.regions[index], place)
        return self._bodies[key]

    def _axes(self, last: int) -> list[Slice]:
        """The dimensions of the last region's first result along which the greatest tensor that it reads from another
        region is cut."""
        op = self.view.regions[last]
        made = [
            (argument, value)
            for argument, value in zip(op.body_block.args, op.operands, strict=True)
            if value in self._index and self._index[value][0] < last
        ]
        if not made:
            return []
        argument, _ = max(made, key=lambda pair: byte_size(pair[1]))
        found: list[Slice] = []
        for dimension, extent in enumerate(shape_of(op.results[0])):
            place = Slice(Carry(dimension), extent)
            body = self._body(last, place) if extent > 1 else None
            if body is not None and body.of(argument) is not None:
                found.append(place)
        return found[:MOST_LOOPS]

    def _grow(self, last: int, axes: Sequence[Slice], steps: tuple[int, ...], halo: Halo) -> list[Member]:
        """The longest chain that ends with ``last``, its last region first."""
        bodies = [self._body(last, place) for place in axes]
        first = Member(last, tuple(Cut(place, Window()) for place in axes), tuple(b for b in bodies if b is not None))
        members = [first]
        chain = {self.view.regions[last]: first}
        block, runs = self.view.regions[last].parent, self.view.network.regions[last].runs
        for index in range(last - 1, max(last - LONGEST, -1), -1):
            op = self.view.regions[index]
            if op.parent is not block or self.view.network.regions[index].runs != runs or not self._may_join(index):
                break
            member = self._member(index, op, chain, len(axes), halo)
            if member is None:
                break
            members.append(member)
            chain[op] = member
        return members

    def _member(
        self, index: int, op: BoundRegionOp, chain: dict[BoundRegionOp, Member], loops: int, halo: Halo
    ) -> Member | None:
        """A region as the next member of a chain; None where it cannot make what the chain needs slice by slice."""
        cuts: list[Cut] = []
        bodies: list[BodySlices] = []
        for loop in range(loops):
            try:
                demands = [self._demand(result, chain, loop, halo) for result in op.results]
            except _MoreThanASliceError:
                return None
            first = demands[0]
            body = None if first is None else self._body(index, first.place)
            if first is None or body is None:
                return None
            window: Window | None = first.window
            for value, demand in zip(op.yielded[1:], demands[1:], strict=True):
                if demand is not None:
                    fits = body.of(value) == demand.place and value not in body.gathered
                    window = window.union(demand.window) if fits and window is not None else None
            if window is None:
                return None
            cuts.append(Cut(first.place, window))
            bodies.append(body)
        if halo == Halo.Keep and any(_has_halo(cut) for cut in cuts[:-1]):
            return None
        return Member(index, tuple(cuts), tuple(bodies))

    def _demand(self, result: SSAValue, chain: dict[BoundRegionOp, Member], loop: int, halo: Halo) -> Cut | None:
        """What the chain needs of a region's result, None for nothing. Raises _MoreThanASliceError."""
        found: Cut | None = None
        for use in result.uses:
            reader = use.operation
            if not isinstance(reader, BoundRegionOp) or reader not in chain:
                continue
            member = chain[reader]
            demand = member.bodies[loop].of(reader.body_block.args[use.index])
            if demand is None:
                raise _MoreThanASliceError
            made = member.cuts[loop].window
            if halo == Halo.Keep:
                made = Window(made.scale, made.high - made.scale + 1, made.high)
            place, window = demand._replace(window=Window()), demand.window.behind(made)
            joined = window if found is None else found.window.union(window)
            if joined is None or (found is not None and found.place != place):
                raise _MoreThanASliceError
            found = Cut(place, joined)
        return found


def _has_halo(cut: Cut) -> bool:
    return cut.window.high - cut.window.low >= cut.window.scale


def _divisions(extents: Sequence[int], most_tiles: int) -> Iterator[tuple[int, ...]]:
    """Steps of the loops, few tiles first: the first dimension in parts, then one by one with the second in parts."""
    outer = 1
    for depth, extent in enumerate(extents):
        counts = [count for count in COUNTS if count < extent]
        even = [count for count in counts if extent % count == 0]
        parts = even if len(even) > 2 or extent <= 4 else counts
        for step in dict.fromkeys(ceil(extent / count) for count in [*parts, extent]):
            if outer * ceil(extent / step) <= most_tiles:
                yield (*(1,) * depth, step)
        outer *= extent


def apply(view: NetworkView, candidate: Candidate, label: str, hold: Mapping[int, Sequence[int]]) -> None:
    """Writes a chain into the IR; ``hold`` has for each region the operands that it holds."""
    regions = [member.region for member in candidate.members]
    slices = tensors_within(view.network, min(regions), max(regions))
    for member in candidate.members:
        op = view.regions[member.region]
        op.chain = candidate.attribute(member, label, hold.get(member.region, ()))
        for value in (*op.operands, *op.results):
            if view.tensor_of[value] in slices:
                op.set_space(value, Space.Tile)


def dissolve(op: BoundRegionOp) -> None:
    """Takes a region out of its chain; slices become whole tensors in DRAM."""
    op.chain = None
    for value in (*op.operands, *op.results):
        if op.space_of(value) == Space.Tile:
            op.set_space(value, Space.Dram)
