"""Buffers of a region's tiles, and where everything lies in the global buffer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from xdsl.dialects.builtin import ModuleOp, UnitAttr
from xdsl.ir import Operation, SSAValue
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BoundRegionOp, Space
from dialects.sched import (
    BufferOp,
    Dim,
    HoldOp,
    Level,
    MemoryOp,
    Operand,
    PiecesOp,
    PlaceAttr,
    RegionOp,
    Rows,
    Schedule,
    Segment,
)
from dialects.sched.complete import PeMemories, bytes_in_place, pe_tile_bytes, staging_bytes, tensor_bytes
from dialects.sched.memory import Timeline, dram_sources, held_tensor, home, occupants, peak_bytes
from hwmodels.cost import ContractionCost
from hwmodels.network_table import NetworkTable
from hwmodels.records import Machine, Network, RegionWork
from hwmodels.rows import region_rescans
from passes.scheduling.allocate import OverfullError, Stay, allocate, loads

SLOTS = 2
"""The next tile arrives while this one is used."""


class Kept(NamedTuple):
    """Where rows wait that a region goes through again, and how many bytes of them."""

    level: Level
    bytes: int


def kept_levels(table: NetworkTable, cost: ContractionCost, machine: Machine, pes: PeMemories) -> list[Level]:
    """For each region the level at which its rows, if it has any, wait as the cost model has them wait."""
    again = region_rescans(table, cost, machine, 0.0)
    return [
        Level.Dram if dram else Level.Global if held else pes.outermost
        for dram, held in zip(again.dram_bytes, again.held_bytes, strict=True)
    ]


def kept_rows(rows: Rows, schedule: Schedule | None, level: Level, pes: PeMemories) -> Kept:
    """How much of ``rows`` waits at ``level``.

    The cost model counts with tiles of equal size; where whole ones are bigger than that and rows do not fit the PEs,
    they wait in DRAM.
    """
    waiting = rows.row_bytes if schedule is None else schedule.waiting_bytes(rows, level)
    memory = pes.memories.get((level, Operand.Output))
    if memory is not None and SLOTS * waiting > memory.capacity * (1 if memory.is_shared else pes.pes):
        return kept_rows(rows, schedule, Level.Dram, pes)
    return Kept(level, waiting)


def contraction_buffers(
    region: BoundRegionOp,
    schedule: Schedule,
    pes: PeMemories,
    kept: Kept | None,
    gathered: frozenset[int] = frozenset(),
) -> list[BufferOp]:
    """A buffer for each operand at each level that its tiles pass, and for rows that wait in the global buffer;
    ``gathered``: results that the tiles of a chain make together."""
    contraction = region.contraction
    assert contraction is not None, "a schedule with a contraction is of a body with one"
    staged = staging_bytes(region, contraction, schedule, gathered)
    sizes = {(Level.Global, operand): size for operand, size in staged.items()}
    for transfer in schedule.transfers:
        key = transfer.inner, transfer.operand
        if key in pes.memories:
            sizes[key] = pe_tile_bytes(schedule, key[1], key[0], shared=pes.memories[key].is_shared)
    return _with_rows(region, sizes, pes, kept)


def piece_buffers(
    region: BoundRegionOp, work: RegionWork, network: Network, pes: PeMemories, kept: Kept | None
) -> list[Operation]:
    """The pieces in which the tensors of a region without a contraction pass the PEs, and their buffers."""
    moved = {
        Operand.Input: sum(network.tensors[use.tensor].bytes * use.fraction for use in work.reads),
        Operand.Output: sum(network.tensors[write.tensor].bytes * write.fraction for write in work.writes),
    }
    memories = {operand: pes.memories[pes.outermost, operand] for operand in moved}
    room = {o: m.capacity // SLOTS * (1 if m.is_shared else pes.pes) for o, m in memories.items()}
    pieces = max(1, *(ceil(moved[operand] / max(room[operand], 1)) for operand in moved))
    sizes = {
        (pes.outermost, operand): max(1, ceil(size / pieces / (1 if memories[operand].is_shared else pes.pes)))
        for operand, size in moved.items()
    }
    return [PiecesOp(pieces), *_with_rows(region, sizes, pes, kept)]


def _with_rows(
    region: BoundRegionOp, sizes: dict[tuple[Level, Operand], int], pes: PeMemories, kept: Kept | None
) -> list[BufferOp]:
    if kept is not None and kept.level != Level.Dram:
        key = kept.level, Operand.Output
        own = pes.memories.get(key)
        at_each = kept.bytes if own is None or own.is_shared else ceil(kept.bytes / pes.pes)
        if own is not None or not _waits_in_result(region, kept):
            sizes[key] = max(sizes.get(key, 1), at_each)
    return [
        BufferOp(operand, level, SLOTS, size, PlaceAttr([Segment(0, SLOTS * size)]))
        for (level, operand), size in sizes.items()
    ]


def _waits_in_result(region: BoundRegionOp, kept: Kept) -> bool:
    return any(bytes_in_place(region, value) >= kept.bytes for value in region.outputs)


class _Lodger(NamedTuple):
    """What needs bytes of the global buffer: a tensor, a buffer, or what regions of a chain hold together."""

    owner: SSAValue | BufferOp | tuple[HoldOp, ...]
    stay: Stay


def place_all(module: ModuleOp, capacity: int, pass_name: str) -> MemoryOp:
    """Give a place in the global buffer to all that is in it; the account of it.

    Raises PassFailedException where more is in it at some moment than it holds.
    """
    timeline = Timeline.of(module)
    lodgers = _prefetched(timeline, list(_lodgers(timeline)), capacity)
    try:
        places = allocate([lodger.stay for lodger in lodgers], capacity)
    except OverfullError as error:
        name = timeline.regions[error.moment].region_name.data
        raise PassFailedException(
            f"{pass_name}: at region '{name}' the tensors and tiles in the global buffer take {error.needed} bytes, "
            f"but it has {capacity}; keep fewer tensors on chip: run place-tensors"
        ) from error
    tensors: dict[SSAValue, PlaceAttr] = {}
    for lodger, place in zip(lodgers, places, strict=True):
        if isinstance(lodger.owner, BufferOp):
            lodger.owner.place = PlaceAttr(place)
        elif isinstance(lodger.owner, tuple):
            for op in lodger.owner:
                op.place = PlaceAttr(place)
        elif place:
            tensors[lodger.owner] = PlaceAttr(place)
    for region in timeline.regions:
        if isinstance(region, RegionOp):
            values = (*region.inputs, *region.outputs)
            region.set_places({value: tensors[home(value)] for value in values if home(value) in tensors})
    return MemoryOp(capacity, peak_bytes(list(occupants(timeline)), len(timeline.regions)))


def _lodgers(timeline: Timeline) -> Iterator[_Lodger]:
    """Tensors on chip, then global buffers, region by region."""
    end = len(timeline.regions) - 1
    pinned: dict[SSAValue, None] = {}
    for region in timeline.regions:
        for value, space in zip(region.inputs, region.operand_spaces, strict=True):
            if space.data == Space.Pinned:
                pinned[home(value)] = None
    yield from (_Lodger(value, Stay(tensor_bytes(value.type), 0, end)) for value in pinned)
    for moment, region in enumerate(timeline.regions):
        for value in region.outputs:
            if region.space_of(value) in (Space.Global, Space.Tile):
                yield _Lodger(value, Stay(bytes_in_place(region, value), *timeline.stay(value)))
        for op in _global_buffers(region):
            yield _Lodger(op, Stay(op.place.size, moment, moment))
    yield from _held(timeline)


def _held(timeline: Timeline) -> Iterator[_Lodger]:
    """What stays while chains run: of each tensor once, as much as any of their regions holds."""
    found: dict[tuple[tuple[int, int], SSAValue], list[HoldOp]] = {}
    for moment, region in enumerate(timeline.regions):
        for op in region.schedule.block.ops if isinstance(region, RegionOp) else ():
            if isinstance(op, HoldOp) and isinstance(region, RegionOp):
                tensor, _ = held_tensor(region, op)
                found.setdefault((timeline.around(moment), home(tensor)), []).append(op)
    for (span, _), ops in found.items():
        yield _Lodger(tuple(ops), Stay(max(op.place.size for op in ops), *span))


def _global_buffers(region: BoundRegionOp) -> Iterator[BufferOp]:
    if isinstance(region, RegionOp):
        for op in region.schedule.block.ops:
            if isinstance(op, BufferOp) and op.level.data == Level.Global:
                yield op


def _prefetched(timeline: Timeline, lodgers: Sequence[_Lodger], capacity: int) -> list[_Lodger]:
    """``lodgers``, with buffers there from the region before where what fills them is there, and room."""
    taken = loads([lodger.stay for lodger in lodgers])
    found: list[_Lodger] = []
    for owner, stay in lodgers:
        if isinstance(owner, BufferOp) and owner.operand.data != Operand.Output:
            region = owner.parent_op()
            before = timeline.follows(stay.first)
            assert isinstance(region, RegionOp)
            made = before is not None and not dram_sources(region, owner.operand.data).isdisjoint(before.outputs)
            if before is not None and not made and taken[stay.first - 1] + stay.size <= capacity:
                taken[stay.first - 1] += stay.size
                owner.prefetch = UnitAttr()
                stay = stay._replace(first=stay.first - 1)
        found.append(_Lodger(owner, stay))
    return found


def rows_of_work(work: RegionWork) -> Rows | None:
    """A region's rows as the dialect has them; none where nothing is gone through again."""
    rows = work.vector.rows
    if not rows.rescan_bytes:
        return None
    return Rows(int(rows.kept_bytes), int(rows.row_bytes), tuple(Dim(dim) for dim in rows.dims))
