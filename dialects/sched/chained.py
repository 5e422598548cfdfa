"""The rules of what a region in a chain does tile by tile, and of what stays on chip between tiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, prod

from xdsl.dialects.builtin import ShapedType
from xdsl.ir import Operation
from xdsl.utils.exceptions import VerifyException

from dialects.region import BoundRegionOp, ChainAttr, Halo, Space, TileLoopAttr, held_values, slice_bytes
from dialects.sched.attributes import DIMS, Dim, Level
from dialects.sched.complete import short_name, tensor_bytes
from dialects.sched.facts import Schedule, Tile
from dialects.sched.slices import GATHERED, WHOLE, Cut, HoldOp, SliceOp, Slices, Subject
from dialects.sched.steps import ContractionOp, VectorOp

Steps = Sequence[Operation]

NO_TILE = -1


def spans_of(loop: TileLoopAttr, halo: Halo) -> list[tuple[int, int]]:
    """First and last position that each tile of a loop makes, without those that have nothing left to make."""
    spans = (loop.made(halo, tile) for tile in range(loop.tiles.data))
    return [(first, last) for first, last in spans if first <= last]


def cut_bounds(bounds: Tile, cuts: Sequence[Cut], sizes: Sequence[int]) -> Tile:
    """``bounds`` of a contraction, with so many positions of each cut."""
    found = list(bounds)
    for cut, size in zip(cuts, sizes, strict=True):
        if cut.is_cut:
            at = DIMS.index(Dim(cut.axis))
            found[at] = found[at] * size // cut.extent
    return Tile(*found)


def tile_sizes(chain: ChainAttr, bounds: Tile, cuts: Sequence[Cut]) -> dict[Dim, tuple[int, ...]]:
    """The different sizes that a contraction has along each dimension in the tiles of a chain, descending."""
    sizes = [
        {cut.size(*span) if cut.is_cut else 1 for span in spans_of(loop, chain.halo.data)}
        for loop, cut in zip(chain.loops, cuts, strict=True)
    ]
    tiles = [cut_bounds(bounds, cuts, chosen) for chosen in product(*sizes)]
    return {dim: tuple(sorted({tile.along(dim) for tile in tiles}, reverse=True)) for dim in DIMS}


def greatest(loop: TileLoopAttr, halo: Halo, cut: Cut) -> int:
    """Positions of a cut that a tile has at most."""
    return max(cut.size(*span) for span in spans_of(loop, halo))


def held_bytes(op: BoundRegionOp, steps: Steps, subject: Subject, index: int) -> int:
    """Bytes that an operand or result of a region in a chain keeps on chip from tile to tile.

    Of an operand the greatest part that a tile needs; of a result in slices the positions that the next tile needs too;
    of one that tiles make together what is unfinished at a time.
    """
    chain = op.chain
    assert chain is not None, "only regions in chains hold anything"
    value = op.inputs[index] if subject == Subject.Operand else op.outputs[index]
    size = tensor_bytes(value.type)
    slices = Slices.of(steps)
    if subject == Subject.Result and op.space_of(value) == Space.Tile:
        return slice_bytes(chain, size)[1]
    if subject == Subject.Operand:
        cuts = slices.operands.get(index, ())
        parts = (
            Fraction(greatest(loop, chain.halo.data, cut), cut.extent)
            for loop, cut in zip(chain.loops, cuts, strict=False)
            if cut.is_cut
        )
        return ceil(prod(parts, start=Fraction(size)))
    cuts = slices.results.get(index, ())
    shares = (
        min(Fraction(1), Fraction(loop.step.data, loop.extent.data))
        for loop, cut in zip(chain.loops, cuts, strict=False)
        if cut.axis != GATHERED
    )
    return ceil(prod(shares, start=Fraction(size))) if any(cut.axis == GATHERED for cut in cuts) else 0


def needed_holds(op: BoundRegionOp, steps: Steps) -> Iterator[tuple[Subject, int, int]]:
    """What a region in a chain keeps on chip beside its tensors that live there, each with its bytes."""
    if op.chain is None:
        return
    held = held_values(op)
    for index, (value, space) in enumerate(zip(op.inputs, op.operand_spaces, strict=True)):
        if value in held and space.data == Space.Dram:
            yield Subject.Operand, index, held_bytes(op, steps, Subject.Operand, index)
    for index, space in enumerate(op.result_spaces):
        size = 0 if space.data == Space.Global else held_bytes(op, steps, Subject.Result, index)
        if size:
            yield Subject.Result, index, size


def verify_cuts(op: BoundRegionOp, steps: Steps) -> None:
    """Each slice by itself: it cuts what is there, along each loop of the chain."""
    own = [step for step in steps if isinstance(step, SliceOp | HoldOp)]
    # (L1) Slices are those of a chain's tiles.
    if own and op.chain is None:
        raise VerifyException(f"(L1) {own[0].name} in a region of no chain; drop it, or give the region a chain")
    contraction = next((step for step in steps if isinstance(step, ContractionOp)), None)
    for step in own:
        if isinstance(step, SliceOp):
            _verify_cut(op, step, contraction)
        else:
            verify_held(op, step)


def verify_held(op: BoundRegionOp, step: HoldOp) -> None:
    """What is held is there."""
    index, subject = step.index.value.data, step.subject.data
    # (L3) An operand or result of the region is held.
    if index >= len(op.inputs if subject == Subject.Operand else op.outputs):
        raise VerifyException(
            f"(L3) there is no {subject.value} {index} of region '{op.region_name.data}' to hold; drop its sched.hold"
        )


def verify_slices(op: BoundRegionOp, steps: Steps, schedule: Schedule | None) -> None:
    """The slices of a complete schedule together: all that is needed is said, once, and suffices."""
    if op.chain is None:
        return
    slices = Slices.of(steps)
    _verify_subjects(op, steps, slices, is_contraction=schedule is not None)
    total = [sum(counts) for counts in zip(*(part.counts for part in slices.vector), strict=True)]
    vector = next(step for step in steps if isinstance(step, VectorOp))
    # (L4) All vector work is cut in some way.
    if (total or [0] * len(vector.counts)) != list(vector.counts):
        raise VerifyException(
            f"(L4) the slices of vector work make {total}, but sched.vector has {list(vector.counts)}; write all of it"
        )
    if schedule is not None:
        _verify_greatest(op.chain, schedule, slices.contraction)
    _verify_readers(op, slices)
    _verify_holds(op, steps)


def _verify_subjects(op: BoundRegionOp, steps: Steps, slices: Slices, *, is_contraction: bool) -> None:
    keys = [
        (step.subject.data, step.index.value.data)
        for step in steps
        if isinstance(step, SliceOp) and step.subject.data != Subject.Vector
    ]
    results = set(range(1, len(op.outputs)))
    # (L2) The contraction, each result but the first, and operands that are not needed whole have a slice.
    if len(set(keys)) != len(keys) or set(slices.results) != results or bool(slices.contraction) != is_contraction:
        text = ", ".join(f"{subject.value} {index}" for subject, index in keys)
        raise VerifyException(
            f"(L2) there are slices of {text or 'nothing'}; write one of the contraction if there is one, of results "
            f"{sorted(results)}, and of operands and reductions that are there, each once"
        )
    gathers = any(cut.axis == GATHERED for cuts in slices.results.values() for cut in cuts)
    # (L2) What is summed up from tile to tile is summed up by a reduction.
    if gathers and not slices.reductions:
        raise VerifyException("(L2) a result is gathered, but no sched.slice reduction says what sums it up; write one")


def _verify_cut(op: BoundRegionOp, step: SliceOp, contraction: ContractionOp | None) -> None:
    chain, cuts = op.chain, step.facts
    assert chain is not None, "the caller has looked"
    subject, index = step.subject.data, step.index.value.data
    what = f"{subject.value} {index}"
    # (L3) One cut for each loop of the chain.
    if len(cuts) != len(chain.loops):
        raise VerifyException(f"(L3) {what} has {len(cuts)} cuts; the chain has {len(chain.loops)} loops")
    counts = {
        Subject.Operand: len(op.inputs),
        Subject.Result: len(op.outputs),
        Subject.Reduction: len(op.body_block.ops),
    }
    # (L3) What is cut is there.
    if index >= counts.get(subject, 1) or (subject == Subject.Contraction and contraction is None):
        raise VerifyException(f"(L3) there is no {what}; drop its slice")
    if subject == Subject.Reduction:
        reduction = list(op.body_block.ops)[index]
        # (L3) What sums up from tile to tile is a reduction of one tensor.
        if short_name(reduction) != "reduce" or len(reduction.results) != 1:
            raise VerifyException(
                f"(L3) op {index} of the body is {short_name(reduction)}, not a reduction of one tensor"
            )
    sizes = _sizes(op, step, contraction)
    for cut in cuts:
        known = not cut.axis if sizes is None else cut.axis in sizes
        if cut.is_cut and not (known and (sizes is None or sizes[cut.axis] % (cut.extent * cut.inner) == 0)):
            raise VerifyException(
                f"(L3) {what} is cut along '{cut.axis}', {cut.extent} of it, but it has {dict(sizes or {})}; cut what "
                "it has"
            )


def _sizes(op: BoundRegionOp, step: SliceOp, contraction: ContractionOp | None) -> Mapping[str, int] | None:
    """Sizes of the dimensions that a slice may cut; none for vector work."""
    index = step.index.value.data
    match step.subject.data:
        case Subject.Vector:
            return None
        case Subject.Contraction:
            assert contraction is not None, "the caller has looked"
            return {dim.value: contraction.facts.bounds.along(dim) for dim in DIMS}
        case Subject.Operand:
            kind = op.inputs[index].type
        case Subject.Result:
            kind = op.outputs[index].type
        case Subject.Reduction:
            reduction = list(op.body_block.ops)[index]
            kind = reduction.operands[0].type
    shape = kind.get_shape() if isinstance(kind, ShapedType) else ()
    return {str(dimension): size for dimension, size in enumerate(shape)}


def _verify_greatest(chain: ChainAttr, schedule: Schedule, cuts: Sequence[Cut]) -> None:
    sizes = tile_sizes(chain, schedule.contraction.bounds, cuts)
    wanted = Tile(*(sizes[dim][0] for dim in DIMS))
    # (L5) The loops are those of the greatest tile.
    if schedule.tile(Level.Tile) != wanted:
        raise VerifyException(
            f"(L5) the loops over the chain's tiles leave {list(schedule.tile(Level.Tile))}, but its greatest tile has "
            f"{list(wanted)}; make them the same"
        )


def _verify_readers(op: BoundRegionOp, slices: Slices) -> None:
    """What a tile needs of slices is in them."""
    chain = op.chain
    assert chain is not None
    for index, (value, space) in enumerate(zip(op.inputs, op.operand_spaces, strict=True)):
        maker = value.owner
        if space.data != Space.Tile or not isinstance(maker, BoundRegionOp) or maker.chain is None:
            continue
        for number, (loop, made) in enumerate(zip(chain.loops, maker.chain.loops, strict=True)):
            cuts = slices.operands.get(index, ())
            cut = cuts[number] if number < len(cuts) else Cut(WHOLE)
            tile = _missing(cut, loop, made, chain.halo.data, maker.outputs[0] is value)
            # (L6) What a tile needs of slices is on chip by then.
            if tile != NO_TILE:
                raise VerifyException(
                    f"(L6) in tile {tile} of loop {number} operand {index} needs more than the slice that "
                    f"'{maker.region_name.data}' makes; make its slices greater"
                )


def _missing(cut: Cut, loop: TileLoopAttr, made: TileLoopAttr, halo: Halo, is_first: bool) -> int:
    """The first tile that needs what the slice ``made`` lacks; ``NO_TILE`` if there is none."""
    for tile in range(loop.tiles.data):
        first, last = loop.made(halo, tile)
        if first > last:
            continue
        there = made.window(tile)
        low, high = cut.span(first, last) if cut.is_cut else (0, made.extent.data - 1)
        same = (
            not is_first
            or (not cut.is_cut)
            or (cut.axis, cut.inner)
            == (
                str(made.dimension.data),
                made.inner.data,
            )
        )
        if not same or cut.extent not in (1, made.extent.data) or low < there[0] or high > there[1]:
            return tile
    return NO_TILE


def _verify_holds(op: BoundRegionOp, steps: Steps) -> None:
    found = {(step.subject.data, step.index.value.data): step.place.size for step in steps if isinstance(step, HoldOp)}
    wanted = {(subject, index): size for subject, index, size in needed_holds(op, steps)}
    extra = sorted(f"{subject.value} {index}" for subject, index in set(found) - set(wanted))
    # (L7) What stays from tile to tile has a place, of its size, and nothing else has.
    for (subject, index), size in wanted.items():
        if found.get((subject, index), 0) < size:
            raise VerifyException(
                f"(L7) of {subject.value} {index} {size} bytes stay from tile to tile, but sched.hold has "
                f"{found.get((subject, index), 0)}; give it a place of that size"
            )
    if extra or len(found) != sum(isinstance(step, HoldOp) for step in steps):
        raise VerifyException(f"(L7) sched.hold of {', '.join(extra) or 'the same twice'}; drop it")
