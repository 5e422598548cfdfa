"""The global buffer's contents from region to region, and the proof that they never collide."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Literal, NamedTuple, TypeVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, prop_def, traits_def
from xdsl.traits import HasParent
from xdsl.utils.exceptions import VerifyException

from dialects.arch import AcceleratorOp, GlobalBufferOp
from dialects.region import BoundRegionOp, Space, sources
from dialects.sched.attributes import Level, Operand, PlaceAttr, Segment
from dialects.sched.buffers import BufferOp
from dialects.sched.chained import verify_held
from dialects.sched.complete import bytes_in_place, is_complete
from dialects.sched.ops import RegionOp
from dialects.sched.slices import HoldOp, SliceOp, Subject
from dialects.syntax import INT64, int64

OpT = TypeVar("OpT", bound=Operation)


@dataclass
class Timeline:
    """The regions of a module in the order in which they run first; indices into it are its moments."""

    regions: list[BoundRegionOp] = field(default_factory=list[BoundRegionOp])
    moment: dict[Operation, int] = field(default_factory=dict[Operation, int])
    """Of each region."""
    last_inside: dict[Operation, int] = field(default_factory=dict[Operation, int])
    """For regions, loops and branches the last moment in them."""
    spans: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    """First and last moment of the chain of a moment's region: they take turns, tile after tile."""

    @classmethod
    def of(cls, module: ModuleOp) -> Timeline:
        """Regions that prepare weights run before all others and have no moment."""
        timeline = cls()
        timeline._add(module.body.block)
        for _, run in groupby(enumerate(timeline.regions), key=lambda each: _chain_key(each[1])):
            moments = [moment for moment, _ in run]
            if timeline.regions[moments[0]].chain is not None:
                timeline.spans.update(dict.fromkeys(moments, (moments[0], moments[-1])))
        return timeline

    def _add(self, block: Block) -> None:
        for op in block.ops:
            if isinstance(op, BoundRegionOp):
                if op.is_preparation:
                    continue
                self.moment[op] = len(self.regions)
                self.regions.append(op)
            else:
                for inner in op.regions:
                    for nested in inner.blocks:
                        self._add(nested)
            self.last_inside[op] = len(self.regions) - 1

    def last_use(self, value: SSAValue) -> int:
        """The last moment at which a region's result is used; that of a loop's end where the loop uses it."""
        owner = value.owner
        assert isinstance(owner, BoundRegionOp)
        last = self.moment[owner]
        for use in value.uses:
            op: Operation | None = use.operation
            while op is not None and op.parent is not owner.parent:
                op = op.parent_op()
            if op is not None:
                last = max(last, self.last_inside.get(op, last))
        return last

    def around(self, moment: int) -> tuple[int, int]:
        """First and last moment of the chain that is run at ``moment``, or that moment alone."""
        return self.spans.get(moment, (moment, moment))

    def stay(self, value: SSAValue) -> tuple[int, int]:
        """First and last moment at which a region's result is in its place: of one in slices within each tile; of any
        other that a chain makes or reads while the whole chain runs."""
        owner = value.owner
        assert isinstance(owner, BoundRegionOp)
        first, last = self.moment[owner], self.last_use(value)
        if owner.space_of(value) == Space.Tile:
            return first, last
        return self.around(first)[0], self.around(last)[1]

    def follows(self, moment: int) -> BoundRegionOp | None:
        """The region that always runs just before that of ``moment``, if one does; before the first of a chain there
        is another for each tile."""
        if moment == 0 or self.regions[moment - 1].parent is not self.regions[moment].parent:
            return None
        if self.spans.get(moment, (-1, -1))[0] == moment:
            return None
        return self.regions[moment - 1]


def _chain_key(region: BoundRegionOp) -> tuple[object, str | None]:
    return region.parent, None if region.chain is None else region.chain.label.data


def home(value: SSAValue) -> SSAValue:
    """The tensor that a pinned value is: what a loop is given, it hands on unchanged, for weights do not change."""
    while True:
        owner = value.block.parent_op() if isinstance(value, BlockArgument) else value.owner
        if not isinstance(owner, Operation) or isinstance(owner, FuncOp | BoundRegionOp | ModuleOp):
            return value
        index = value.index if isinstance(value, BlockArgument) else owner.results.index(value)
        if not owner.regions or index >= len(owner.operands):
            return value
        value = owner.operands[index]


class Occupant(NamedTuple):
    """Bytes of the global buffer that something has from one moment to another, both included."""

    name: str
    place: PlaceAttr
    first: int
    last: int
    kind: Literal["weight", "result", "buffer"] = "result"


def first_moment(region: RegionOp, op: BufferOp, moment: int) -> int:
    """From when on a buffer of ``region`` is there."""
    return moment if op.prefetch is None else moment - 1


def dram_sources(region: RegionOp, operand: Operand) -> set[SSAValue]:
    """What the tiles of an input or weight are read from in DRAM."""
    contraction = region.contraction
    if contraction is None or operand == Operand.Output:
        return set()
    made_of = sources(contraction.operands[int(operand == Operand.Weight)])
    return {value for argument, value, space in region.bindings if argument in made_of and space == Space.Dram}


def occupants(timeline: Timeline) -> Iterator[Occupant]:
    """Everything that the places in a module's scheduled regions put into the global buffer."""
    pinned: dict[SSAValue, None] = {}
    held: set[tuple[int, SSAValue]] = set()
    for moment, region in enumerate(timeline.regions):
        if not isinstance(region, RegionOp):
            continue
        name = region.region_name.data
        for value, space in zip(region.inputs, region.operand_spaces, strict=True):
            place = region.place_of(value)
            if space.data == Space.Pinned and place is not None and home(value) not in pinned:
                pinned[home(value)] = None
                yield Occupant(f"the weight {_name(value)}", place, 0, len(timeline.regions) - 1, "weight")
        for value in region.outputs:
            place = region.place_of(value)
            if place is not None:
                yield Occupant(f"the result of '{name}'", place, *timeline.stay(value))
        for op in region.schedule.block.ops:
            if isinstance(op, HoldOp):
                value, what = held_tensor(region, op)
                key = timeline.around(moment)[0], home(value)
                if key not in held:
                    held.add(key)
                    yield Occupant(what, op.place, *timeline.around(moment), "buffer")
            if isinstance(op, BufferOp) and op.level.data == Level.Global:
                buffer = f"the {op.operand.data} buffer of '{name}'"
                yield Occupant(buffer, op.place, first_moment(region, op, moment), moment, "buffer")


def held_tensor(region: RegionOp, op: HoldOp) -> tuple[SSAValue, str]:
    """The tensor of which something stays from tile to tile of a region's chain, and what that is called. Raises
    VerifyException where there is no such tensor."""
    verify_held(region, op)
    index = op.index.value.data
    if op.subject.data == Subject.Operand:
        return region.inputs[index], f"what is held of operand {index} of '{region.region_name.data}'"
    return region.outputs[index], f"what is held of result {index} of '{region.region_name.data}'"


def _name(value: SSAValue) -> str:
    return f"%{value.name_hint}" if value.name_hint else "without a name"


class _Taken(NamedTuple):
    segment: Segment
    last: int
    name: str


def peak_bytes(found: Sequence[Occupant], moments: int) -> int:
    """The most bytes that are taken at once."""
    change = [0] * (moments + 1)
    for occupant in found:
        change[occupant.first] += occupant.place.size
        change[occupant.last + 1] -= occupant.place.size
    taken = most = 0
    for difference in change:
        taken += difference
        most = max(most, taken)
    return most


def verify_apart(found: Sequence[Occupant], capacity: int) -> None:
    """What is in the global buffer at the same time has no byte in common, and nothing is beyond its end."""
    taken: list[_Taken] = []
    now = 0
    for occupant in sorted(found, key=lambda each: each.first):
        if occupant.first > now:
            now = occupant.first
            taken = [each for each in taken if each.last >= now]
        for segment in occupant.place.segments:
            # (G4) The global buffer is as big as it is.
            if segment.end > capacity:
                raise VerifyException(
                    f"(G4) {occupant.name} ends at byte {segment.end}, but the global buffer has {capacity}"
                )
            entry = _Taken(segment, occupant.last, occupant.name)
            index = bisect_left(taken, entry)
            for other in taken[max(index - 1, 0) : index + 1]:
                # (G5) What is there at the same time lies apart.
                if other.segment.start < segment.end and segment.start < other.segment.end:
                    start, end = max(other.segment.start, segment.start), min(other.segment.end, segment.end)
                    raise VerifyException(
                        f"(G5) {occupant.name} and {other.name} are in the global buffer at the same time and both "
                        f"take the bytes {start} to {end}; move one"
                    )
            insort(taken, entry)


@irdl_op_definition
class MemoryOp(IRDLOperation):
    """The module's schedules are complete, and share the global buffer without collision: its size, and the most bytes
    that are taken at once.

    Its verifier proves it: each resident tensor and each region's buffers have places, and what is there at the same
    time lies apart. Time goes by regions, in the order in which they run first. A result is there from its region to
    the last that uses it, to the end of a loop that does; a pinned weight always; a buffer while its region runs, and
    with ``prefetch`` during the region before, too. The regions of a chain take turns: what they make and read, and
    what ``sched.hold`` holds, is there while all of them run; only slices come and go within a tile.

    ::

        sched.memory global bytes 134217728 peak 126030704
    """

    name = "sched.memory"

    size = prop_def(INT64)
    peak = prop_def(INT64)

    traits = traits_def(HasParent(ModuleOp))

    assembly_format = "`global` `bytes` $size `peak` $peak attr-dict"

    def __init__(self, size: int, peak: int) -> None:
        super().__init__(properties={"size": int64(size), "peak": int64(peak)})

    def verify_(self) -> None:
        module = self.parent_op()
        assert isinstance(module, ModuleOp)
        try:
            self._verify_module(module)
        except VerifyException as error:
            raise VerifyException(f"{self.name}: {error}") from error

    def _verify_module(self, module: ModuleOp) -> None:
        # (G1) There is one account of one global buffer, that of the machine where the module has one.
        if sum(isinstance(op, MemoryOp) for op in module.ops) != 1:
            raise VerifyException("(G1) a module has one sched.memory; drop the others")
        for buffer in _kind((part for op in _kind(module.ops, AcceleratorOp) for part in op.walk()), GlobalBufferOp):
            if buffer.bytes.value.data != self.size.value.data:
                raise VerifyException(
                    f"(G1) the global buffer has {buffer.bytes.value.data} bytes, not {self.size.value.data}; lower "
                    "again for another machine"
                )
        timeline = Timeline.of(module)
        for moment, region in enumerate(timeline.regions):
            _verify_region(timeline, moment, region)
        _verify_readers(timeline)
        found = list(occupants(timeline))
        verify_apart(found, self.size.value.data)
        peak = peak_bytes(found, len(timeline.regions))
        # (G7) The peak is what the places say.
        if peak != self.peak.value.data:
            raise VerifyException(f"(G7) at most {peak} bytes are taken at once, not {self.peak.value.data}")


def _kind(ops: Iterable[Operation], kind: type[OpT]) -> Iterator[OpT]:
    return (op for op in ops if isinstance(op, kind))


def _verify_region(timeline: Timeline, moment: int, region: BoundRegionOp) -> None:
    name = region.region_name.data
    # (G2) Every region has a complete schedule.
    if not isinstance(region, RegionOp) or not is_complete(list(region.schedule.block.ops)):
        raise VerifyException(
            f"(G2) the schedule of region '{name}' lacks buffers and scans; lower the module as a "
            "whole, or drop sched.memory"
        )
    spaces = chain(
        zip(region.inputs, region.operand_spaces, strict=True), zip(region.outputs, region.result_spaces, strict=True)
    )
    for value, space in spaces:
        place = region.place_of(value)
        size = bytes_in_place(region, value)
        # (G3) What is in the global buffer has a place there, of its size.
        if (0 if place is None else place.size) != size:
            raise VerifyException(
                f"(G3) region '{name}' has {_name(value)} in {space.data}, at a place of "
                f"{0 if place is None else place.size} bytes; it needs {size}"
            )
    # (G8) A region in a chain says what it does for a tile, and what stays on chip.
    if region.chain is not None and region.step(SliceOp) is None:
        raise VerifyException(
            f"(G8) region '{name}' in chain {region.chain.label} has no sched.slice; lower the module as a whole"
        )
    for op in _kind(list(region.schedule.block.ops), BufferOp):
        if op.prefetch is not None:
            _verify_prefetch(timeline, moment, region, op)


def _verify_prefetch(timeline: Timeline, moment: int, region: RegionOp, op: BufferOp) -> None:
    before = timeline.follows(moment)
    made = before is not None and not dram_sources(region, op.operand.data).isdisjoint(before.outputs)
    # (G6) What is fetched before its region runs is there by then.
    if before is None or made:
        why = "no region always runs just before" if before is None else "the region before makes it"
        raise VerifyException(
            f"(G6) region '{region.region_name.data}' prefetches its {op.operand.data}, but {why}; drop prefetch"
        )


def _verify_readers(timeline: Timeline) -> None:
    places: dict[SSAValue, tuple[str, PlaceAttr]] = {}
    held: dict[tuple[int, SSAValue], tuple[str, PlaceAttr]] = {}
    for region in _kind(timeline.regions, RegionOp):
        name = region.region_name.data
        for op in _kind(list(region.schedule.block.ops), HoldOp):
            value, what = held_tensor(region, op)
            key = timeline.around(timeline.moment[region])[0], home(value)
            other, known = held.setdefault(key, (name, op.place))
            # (G3) What a chain holds has one place.
            if op.place != known:
                raise VerifyException(f"(G3) {what} is at another place than in '{other}'; make both the same")
        for value in (*region.inputs, *region.outputs):
            place = region.place_of(value)
            if place is None:
                continue
            other, known = places.setdefault(home(value), (name, place))
            # (G3) A tensor has one place.
            if place != known:
                raise VerifyException(
                    f"(G3) region '{name}' has {_name(value)} at another place than '{other}'; make both the same"
                )
