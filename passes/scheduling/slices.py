"""What a region in a chain does for one tile: the slices of its operands, its contraction and its vector work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from xdsl.ir import Operation, SSAValue

from dialects.region import BoundRegionOp
from dialects.sched import Cut, HoldOp, PlaceAttr, Segment, SliceOp, Subject
from dialects.sched.chained import needed_holds
from dialects.sched.slices import GATHERED, WHOLE
from passes.analysis.chains import bodies_of
from passes.analysis.contraction import output_dims
from passes.analysis.ops import TERMINATORS, op_name, shape_of
from passes.analysis.slices import BodySlices
from passes.analysis.vector import vector_work_of_ops


def slice_ops(region: BoundRegionOp) -> list[SliceOp]:
    """What each tile of the region's chain has of everything; nothing of a region in no chain."""
    if region.chain is None:
        return []
    bodies, body = bodies_of(region, region.chain), region.body_block
    ops = list(body.ops)
    found = [
        SliceOp(Subject.Operand, cuts, index)
        for index, cuts in enumerate(_cuts(bodies, argument) for argument in body.args)
        if any(cut.axis != WHOLE for cut in cuts)
    ]
    found += [
        SliceOp(Subject.Result, _cuts(bodies, value), index) for index, value in enumerate(region.yielded) if index
    ]
    found += [
        SliceOp(Subject.Reduction, _cuts(bodies, op.operands[0]), index)
        for index, op in enumerate(ops)
        if op.operands and any(op.operands[0] in each.reduced for each in bodies)
    ]
    if region.contraction is not None:
        found.append(SliceOp(Subject.Contraction, _named_cuts(bodies, region.contraction)))
    return [*found, *_vector_parts(bodies, ops)]


def hold_ops(region: BoundRegionOp, slices: Sequence[SliceOp]) -> list[HoldOp]:
    """What the region keeps on chip from tile to tile, at places yet to be found."""
    return [
        HoldOp(subject, index, PlaceAttr([Segment(0, size)])) for subject, index, size in needed_holds(region, slices)
    ]


def _cuts(bodies: Sequence[BodySlices], value: SSAValue) -> tuple[Cut, ...]:
    return tuple(_cut(body, value) for body in bodies)


def _cut(body: BodySlices, value: SSAValue) -> Cut:
    place = body.of(value)
    if value in body.gathered:
        return Cut(GATHERED)
    if place is None:
        return Cut(WHOLE)
    scale, low, high = place.window
    return Cut(str(place.carry.dimension), place.carry.inner, place.extent, scale, low, high)


def _named_cuts(bodies: Sequence[BodySlices], contraction: Operation) -> Iterator[Cut]:
    """How a contraction is cut along its named dimensions: several of its result's may be one of them, the last of them
    the fastest."""
    names, shape = output_dims(contraction), shape_of(contraction.results[0])
    for cut in _cuts(bodies, contraction.results[0]):
        dimension = int(cut.axis)
        behind = [shape[d] for d in range(dimension + 1, len(shape)) if names[d] == names[dimension]]
        yield cut._replace(axis=names[dimension], inner=cut.inner * prod(behind))


def _vector_parts(bodies: Sequence[BodySlices], ops: Sequence[Operation]) -> list[SliceOp]:
    """The vector work, as much of it together as is cut in one way."""
    counts: dict[tuple[Cut, ...], list[int]] = {}
    for op in ops:
        if op_name(op) in TERMINATORS:
            continue
        work = vector_work_of_ops([op])
        cuts = tuple(
            cut._replace(axis="", inner=1) if cut.is_cut else cut
            for cut in (_cuts(bodies, op.results[0]) if op.results else (Cut(WHOLE),) * len(bodies))
        )
        own = (work.alu, work.transcendental, work.divide, work.reduce, work.move)
        known = counts.setdefault(cuts, [0] * len(own))
        counts[cuts] = [so_far + int(count) for so_far, count in zip(known, own, strict=True)]
    return [SliceOp(Subject.Vector, cuts, counts=found) for cuts, found in counts.items() if any(found)]
