"""What the regions of a chain do tile by tile, and the proof that the slices between them suffice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

from xdsl.ir import Operation, SSAValue

from dialects.region import BoundRegionOp, ChainAttr, Halo, Space, TileLoopAttr
from hwmodels.records import DIMS, Contraction, Rows, Runs, TileWork, Tiling, Use, VectorWork, Write
from passes.analysis.batch import Carry
from passes.analysis.contraction import contraction_of, output_dims
from passes.analysis.ops import TERMINATORS, byte_size, element_bytes, op_name, shape_of
from passes.analysis.rows import rows_of
from passes.analysis.slices import BodySlices, Demand, Slice, Window, body_slices
from passes.analysis.vector import vector_work_of_ops


class ChainError(Exception):
    """The slices of a chain do not suffice; the message says where."""


class Shape(NamedTuple):
    """Tiles along one loop that need as much of everything; those that have nothing left to make are none."""

    tiles: int
    part: float
    """Of all tiles."""
    sizes: dict[tuple[Window, int], int]
    """Positions of each window on an axis of each extent."""
    is_first: bool
    """Whether the loop's first tile is one of them."""


def slice_of(loop: TileLoopAttr) -> Slice:
    """Where a loop of a chain cuts its region's first result."""
    return Slice(Carry(loop.dimension.data, loop.inner.data), loop.extent.data)


def region_slices(op: BoundRegionOp, place: Slice) -> BodySlices | None:
    """As ``body_slices``, for a region whose contraction, if any, is cut along one of its named dimensions."""
    found = body_slices(op.body_block, place)
    contraction = op.contraction
    if found is None or contraction is None:
        return found
    cut = found.of(contraction.results[0])
    if cut is None or contraction.results[0] in found.gathered:
        return None
    return found if len(output_dims(contraction)[cut.carry.dimension]) == 1 else None


def size_of(window: Window, extent: int, first: int, last: int) -> int:
    """How many positions of an axis results ``first`` to ``last`` need through a window."""
    low = max(first * window.scale + window.low, 0)
    return max(min(last * window.scale + window.high, extent - 1) - low + 1, 0)


def _shapes(loop: TileLoopAttr, halo: Halo, body: BodySlices) -> list[Shape]:
    """The shapes of a loop's tiles, the greatest first."""
    windows = sorted({(demand.window, demand.extent) for demand in body.demands.values() if demand is not None})
    made = [loop.made(halo, tile) for tile in range(loop.tiles.data)]
    found = [
        tuple(size_of(window, extent, first, last) for window, extent in windows)
        for first, last in made
        if first <= last
    ]
    ordered = sorted(Counter(found).items(), reverse=True)
    return [
        Shape(count, count / len(found), dict(zip(windows, sizes, strict=True)), sizes == found[0])
        for sizes, count in ordered
    ]


@dataclass(frozen=True)
class _Tile:
    """Tiles of one shape: for each loop its part."""

    bodies: Sequence[BodySlices]
    shapes: Sequence[Shape]

    @property
    def count(self) -> int:
        return prod(shape.tiles for shape in self.shapes)

    def share(self, value: SSAValue) -> float:
        """The part of a value that one tile works on."""
        return prod(self._shares(value))

    def _shares(self, value: SSAValue) -> Iterator[float]:
        for body, shape in zip(self.bodies, self.shapes, strict=True):
            cut = body.of(value)
            if value in body.gathered:
                yield shape.part / shape.tiles
            elif cut is not None:
                yield shape.sizes[cut.window, cut.extent] / cut.extent

    def fetches(self, value: SSAValue) -> int:
        """How many of the tiles fetch ``value`` where it stays for those that need the same part of it."""
        cuts = [body.of(value) is not None for body in self.bodies]
        depth = max((index + 1 for index, cut in enumerate(cuts) if cut), default=0)
        return prod(shape.tiles if index < depth else int(shape.is_first) for index, shape in enumerate(self.shapes))

    def contraction(self, op: Operation) -> Contraction | None:
        """The part of a contraction that one tile does."""
        whole = contraction_of(op)
        assert whole is not None, "asked of contractions only"
        bounds = list(whole.bounds)
        names = output_dims(op)
        for body, shape in zip(self.bodies, self.shapes, strict=True):
            cut = body.of(op.results[0])
            assert cut is not None, "a chain cuts its contractions"
            dim = DIMS.index(names[cut.carry.dimension])
            bounds[dim] = bounds[dim] * shape.sizes[cut.window, cut.extent] // cut.extent
        g, n, p, q, k, c, r, s = bounds
        return Contraction((g, n, p, q, k, c, r, s), whole.stride, whole.dilation, whole.element_bytes)

    def runs(self, value: SSAValue, outside: SSAValue, known: Runs) -> Runs:
        """The stretches of ``outside`` that one tile moves as ``value``."""
        shape, size = shape_of(outside), element_bytes(outside.type)
        best = known
        for body, tiles in zip(self.bodies, self.shapes, strict=True):
            cut = body.of(value)
            if cut is None or value in body.gathered:
                continue
            behind = prod(shape[cut.carry.dimension + 1 :]) * cut.carry.inner * size
            length = tiles.sizes[cut.window, cut.extent] * behind
            if tiles.sizes[cut.window, cut.extent] < cut.extent and length < best.run_bytes:
                best = Runs(length, cut.extent * behind)
        return best


def tiling_of(
    op: BoundRegionOp,
    chain: ChainAttr,
    reads: Sequence[Use],
    writes: Sequence[Write],
    bodies: Sequence[BodySlices] | None = None,
) -> Tiling:
    """How a region runs in a chain, with its ``reads`` and ``writes`` as those of a run on the whole, and ``bodies`` if
    they are known. Raises ChainError where the chain's loops cannot be followed through its body."""
    loops = list(chain.loops)
    bodies = bodies_of(op, chain) if bodies is None else bodies
    ops = [inner for inner in op.body_block.ops if op_name(inner) not in TERMINATORS]
    work = [(inner, vector_work_of_ops([inner])) for inner in ops]
    rows = rows_of(op.body_block)
    all_shapes = [_shapes(loop, chain.halo.data, body) for loop, body in zip(loops, bodies, strict=True)]
    tiles = [_tile_work(op, chain, _Tile(bodies, shapes), work, rows, reads, writes) for shapes in product(*all_shapes)]
    return Tiling(chain.label.data, tuple(tiles), chain.held, _sums_bytes(op, chain, bodies))


def _sums_bytes(op: BoundRegionOp, chain: ChainAttr, bodies: Sequence[BodySlices]) -> float:
    """Bytes of the results that tiles make together: of each the part that is unfinished at a time."""
    total = 0.0
    for result, value in zip(op.results, op.yielded, strict=True):
        if any(value in body.gathered for body in bodies):
            cut = [loop for loop, body in zip(chain.loops, bodies, strict=True) if value not in body.gathered]
            total += byte_size(result) * prod(min(1.0, loop.step.data / loop.extent.data) for loop in cut)
    return total


def bodies_of(op: BoundRegionOp, chain: ChainAttr) -> list[BodySlices]:
    """For each loop of a chain how a region's body divides. Raises ChainError where it does not."""
    found: list[BodySlices] = []
    for loop in chain.loops:
        body = region_slices(op, slice_of(loop))
        if body is None:
            raise ChainError(
                f"region '{op.region_name.data}' cannot run slice by slice along dimension {loop.dimension.data} of "
                "its first result; take it out of its chain"
            )
        found.append(body)
    return found


def _tile_work(
    op: BoundRegionOp,
    chain: ChainAttr,
    tile: _Tile,
    work: Sequence[tuple[Operation, VectorWork]],
    rows: Rows,
    reads: Sequence[Use],
    writes: Sequence[Write],
) -> TileWork:
    share = tile.share(op.yielded[0])
    total = [0.0] * 5
    for inner, own in work:
        part = tile.share(inner.results[0]) if inner.results else 1.0
        counts = (own.alu, own.transcendental, own.divide, own.reduce, own.move)
        total = [so_far + part * count for so_far, count in zip(total, counts, strict=True)]
    kept = Rows(rows.rescan_bytes * share, rows.kept_bytes * share, rows.row_bytes, rows.dims)
    used = zip(reads, op.body_block.args, op.operands, strict=True)
    made = zip(writes, op.yielded, op.results, strict=True)
    contraction = op.contraction
    return TileWork(
        tile.count,
        None if contraction is None else tile.contraction(contraction),
        VectorWork(*total, rows=kept),
        tuple(
            Use(use.tensor, use.operand, use.fraction * tile.share(argument), tile.runs(argument, outside, use.runs))
            for use, argument, outside in used
        ),
        tuple(
            Write(
                write.tensor,
                write.fraction * tile.share(value),
                tile.runs(value, outside, write.runs),
                any(value in body.gathered for body in tile.bodies),
            )
            for write, value, outside in made
        ),
        tuple(tile.fetches(op.body_block.args[index]) for index in chain.held),
    )


def slice_bytes(chain: ChainAttr, size: float) -> tuple[float, float]:
    """Of the ``size`` bytes of a tensor that a region in a chain makes, those of its greatest slice, and those of it
    that are kept from one tile to the next."""
    kept = 0.0
    for loop in chain.loops:
        halo = loop.before.data + loop.after.data
        if chain.halo.data == Halo.Keep and loop.tiles.data > 1:
            kept = size * min(halo, loop.extent.data) / loop.extent.data
        size *= min(loop.step.data + halo, loop.extent.data) / loop.extent.data
    return size, kept


def prove_chain(op: BoundRegionOp) -> None:
    """Raises ChainError where a tile of ``op`` needs more of what its chain makes than is there by then."""
    if op.chain is None:
        return
    bodies = bodies_of(op, op.chain)
    _prove_halo(op, op.chain)
    for value, argument in zip(op.operands, op.body_block.args, strict=True):
        maker = value.owner
        if isinstance(maker, BoundRegionOp) and maker.chain is not None and maker.chain.label == op.chain.label:
            their_bodies = bodies_of(maker, maker.chain)
            for loop, body, made, theirs in zip(op.chain.loops, bodies, maker.chain.loops, their_bodies, strict=True):
                there = theirs.of(maker.yielded[maker.results.index(value)])
                lasting = value not in theirs.gathered and maker.space_of(value) != Space.Tile
                problem = _missing(body.of(argument), there, loop, made, op.chain.halo.data, lasting)
                if problem:
                    raise ChainError(
                        f"region '{op.region_name.data}' {problem} of what '{maker.region_name.data}' makes in the "
                        "same tile"
                    )


def _prove_halo(op: BoundRegionOp, chain: ChainAttr) -> None:
    outer = list(chain.loops)[:-1]
    if chain.halo.data == Halo.Keep and any(loop.before.data or loop.after.data for loop in outer):
        raise ChainError(
            f"region '{op.region_name.data}' keeps a halo of a loop that is not the innermost; recompute it"
        )


def _missing(
    needed: Demand, there: Demand, loop: TileLoopAttr, made: TileLoopAttr, halo: Halo, lasting: bool
) -> str | None:
    """What is wrong between a reader's demand and its maker's slices; ``lasting``: earlier slices are still there."""
    if needed is None:
        return "needs all"
    if there is None or there.window != Window() or there[:2] != needed[:2]:
        return "cuts another dimension"
    window = needed.window
    if made.step.data != loop.step.data * window.scale:
        return f"goes {loop.step.data * window.scale} positions a tile, not the {made.step.data}"
    before = -loop.after.data if halo == Halo.Keep else loop.before.data
    first = -before * window.scale + window.low
    last = (loop.after.data - 1) * window.scale + window.high + 1
    if last > made.after.data or (first < -made.before.data and not lasting):
        return f"needs {max(-first, 0)} positions before and {max(last, 0)} after the slice"
    return None
