"""What makes a schedule complete, so that a code generator need not decide anything: the rules behind
``sched.region``'s verifier for tiles, buffers, folds and scans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import Any, cast

from xdsl.dialects.builtin import ComplexType, DenseArrayBase, FixedBitwidthType, TensorType, UnregisteredOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from dialects.arch import AcceleratorOp, GlobalBufferOp, L1Op, L2Op, L2Scope, PeGridOp, Scope, SystolicArrayOp
from dialects.region import BoundRegionOp, Space, held_values, slice_bytes, sources
from dialects.sched.attributes import DIMS, Grain, Level, Operand, SizesAttr
from dialects.sched.buffers import Buffer, BufferOp, KeepOp, PiecesOp
from dialects.sched.facts import LOOP_LEVELS, RELEVANT, Rows, Schedule
from dialects.sched.program import FoldsOp, Scan, ScanOp, TileOp
from dialects.sched.rules import ROUNDING
from dialects.sched.slices import Slices
from dialects.sched.steps import VectorOp

Steps = Sequence[Operation]


def tensor_bytes(kind: Attribute) -> int:
    """Bytes of a tensor in memory: booleans take one each, 4-bit numbers half of one."""
    count = 1
    if isinstance(kind, TensorType):
        tensor = cast("TensorType[Attribute]", kind)
        count, kind = prod(tensor.get_shape()), tensor.element_type
    if isinstance(kind, ComplexType):
        count, kind = 2 * count, cast("ComplexType[Any]", kind).element_type
    bits = kind.bitwidth if isinstance(kind, FixedBitwidthType) else 32
    return ceil(count * (1 if bits == 1 else bits / 8))


@dataclass(frozen=True)
class PeMemory:
    """One operand's memory at a level of the PEs."""

    capacity: int
    """Bytes of each PE's, or of the one that they share."""
    is_shared: bool


@dataclass(frozen=True)
class PeMemories:
    """What a machine has at its PEs."""

    pes: int
    array_rows: int
    outermost: Level
    """The level of the PEs' own buffers that is nearest to the global buffer."""
    memories: dict[tuple[Level, Operand], PeMemory]

    @classmethod
    def of(cls, machine: AcceleratorOp) -> PeMemories:
        """Those of a verified accelerator."""
        grid, l1, l2 = machine.component(PeGridOp), machine.component(L1Op), machine.component(L2Op)
        pes = grid.x.value.data * grid.y.value.data
        sizes = [l1.input.value.data, l1.weight.value.data, l1.output.value.data]
        memories: dict[tuple[Level, Operand], PeMemory] = {}

        def add(level: Level, shared: bool, larger: Sequence[int]) -> None:
            for operand, size, times in zip(Operand, sizes, larger, strict=True):
                memories[level, operand] = PeMemory(size * times * (pes if shared else 1), shared)

        add(Level.L1, l1.scope.data == Scope.Shared, (1, 1, 1))
        has_l2 = l2.scope.data != L2Scope.Disabled
        if has_l2:
            multipliers = (l2.input_multiplier, l2.weight_multiplier, l2.output_multiplier)
            add(Level.L2, l2.scope.data == L2Scope.Shared, [multiplier.value.data for multiplier in multipliers])
        rows = machine.component(SystolicArrayOp).rows.value.data
        return cls(pes, rows, Level.L2 if has_l2 else Level.L1, memories)


def has_global_buffer(machine: AcceleratorOp) -> bool:
    """Whether there is one."""
    return machine.component(GlobalBufferOp).bytes.value.data > 0


def tile_sizes(schedule: Schedule, level: Level) -> list[SizesAttr]:
    """The sizes of a level's tiles, without dimensions of 1."""
    sizes = {dim: schedule.sizes(level, dim) for dim in DIMS}
    return [SizesAttr(dim, found) for dim, found in sizes.items() if found != (1,)]


def staging_bytes(
    region: BoundRegionOp, contraction: Operation, schedule: Schedule, gathered: frozenset[int] = frozenset()
) -> dict[Operand, int]:
    """For operands of which something passes the global buffer tile by tile, to or from DRAM, the bytes of a tile.

    An operand may be made of several tensors, a result be one of several: those that live on chip pass nothing. What a
    chain holds comes to its place, and results that its tiles make together, ``gathered``, leave from theirs.
    """
    held = held_values(region)
    spaces = {argument: Space.Tile if value in held else space for argument, value, space in region.bindings}
    found: dict[Operand, int] = {}
    for transfer in schedule.transfers:
        if transfer.inner != Level.Global:
            continue
        if transfer.operand == Operand.Output:
            results = (value for index, value in enumerate(region.outputs) if index not in gathered)
            kinds = [value.type for value in results if region.space_of(value) == Space.Dram]
            most = sum(map(tensor_bytes, kinds))
        else:
            arguments = sources(contraction.operands[int(transfer.operand == Operand.Weight)])
            in_dram = [argument.type for argument in arguments if spaces.get(argument) == Space.Dram]
            most = sum(map(tensor_bytes, in_dram)) if arguments else transfer.tile_bytes
        if most:
            found[transfer.operand] = min(transfer.tile_bytes, most)
    return found


def pe_tile_bytes(schedule: Schedule, operand: Operand, level: Level, *, shared: bool) -> int:
    """Bytes of a tile of ``operand`` in one PE's memory, or, shared, of the tile's different parts in that of all."""
    size = schedule.contraction.footprint_bytes(operand, schedule.pe_tile(level))
    return ceil(size * (schedule.grid(RELEVANT[operand]) if shared else 1) / ROUNDING)


def bytes_in_place(region: BoundRegionOp, value: SSAValue) -> int:
    """Bytes of the global buffer at the place of a tensor that a region of no chain or of one makes or reads: of one in
    slices those of the greatest but for what is kept from tile to tile, which has a place of its own."""
    space, maker = region.space_of(value), value.owner
    size = 0 if space == Space.Dram else tensor_bytes(value.type)
    if space == Space.Tile and isinstance(maker, BoundRegionOp) and maker.chain is not None:
        whole, kept = slice_bytes(maker.chain, size)
        return whole - kept
    return size


def rows_of(steps: Steps) -> Rows | None:
    """The rows that the vector unit goes through again, if any."""
    for op in steps:
        if isinstance(op, VectorOp) and any(op.rows):
            return Rows(op.rows[1], op.rows[2], tuple(dim.data for dim in op.row_dims))
    return None


def is_complete(steps: Steps) -> bool:
    """Whether a schedule says where its tiles lie and what its engines do one after the other, or begins to."""
    return any(isinstance(op, BufferOp | KeepOp | PiecesOp | ScanOp | FoldsOp) for op in steps)


def verify_tiles(steps: Steps, schedule: Schedule) -> None:
    """Written tiles are those of the loops."""
    for op in steps:
        if not isinstance(op, TileOp):
            continue
        wanted = tile_sizes(schedule, op.level.data) if op.level.data in LOOP_LEVELS else []
        # (S11) The sizes of tiles follow from the loops.
        if list(op.sizes) != wanted:
            raise VerifyException(
                f"(S11) the {op.level.data} tiles are written as {_sizes(op.sizes)}, but the loops make "
                f"{_sizes(wanted)}; write these"
            )


def _sizes(sizes: Iterable[SizesAttr]) -> str:
    text = (f"{each.dim.data.value} = {' or '.join(str(size.data) for size in each.sizes)}" for each in sizes)
    return f"[{', '.join(text)}]"


def verify_folds(steps: Steps, schedule: Schedule, pes: PeMemories | None) -> None:
    """The array does what the tile and the axes ask for."""
    found = [op for op in steps if isinstance(op, FoldsOp)]
    wanted = [] if schedule.folds is None else [schedule.folds]
    # (S12) The array's folds follow from the L1 tile, the axes and the engine.
    if [op.facts for op in found] != wanted:
        text = "; ".join(f"{operand} count {count} stream {stream}" for operand, count, stream in wanted)
        raise VerifyException(f"(S12) sched.folds is not what the L1 tile needs; write {text or 'none'}")
    # (S12) What enters or leaves the array passes all its rows.
    if pes is not None and any(op.swap.value.data != pes.array_rows for op in found):
        raise VerifyException(f"(S12) the array has {pes.array_rows} rows to pass; write that in sched.folds")


def verify_buffers(
    region: BoundRegionOp, contraction: Operation, steps: Steps, schedule: Schedule, pes: PeMemories | None
) -> None:
    """Every tile that moves has a buffer, twice as big as it."""
    needed: dict[tuple[Level, Operand], int] = {
        (Level.Global, operand): size
        for operand, size in staging_bytes(region, contraction, schedule, Slices.of(steps).gathered).items()
    }
    for transfer in schedule.transfers:
        if transfer.inner in (Level.L2, Level.L1):
            memory = None if pes is None else pes.memories.get((transfer.inner, transfer.operand))
            shared = memory is not None and memory.is_shared
            needed[transfer.inner, transfer.operand] = pe_tile_bytes(
                schedule, transfer.operand, transfer.inner, shared=shared
            )
    found = [op.facts for op in steps if isinstance(op, BufferOp)]
    allowed = set(needed) | {(Level.Global, Operand.Output)} if rows_of(steps) else set(needed)
    keys = [(buffer.level, buffer.operand) for buffer in found]
    # (B5) A buffer for each operand at each level that its tiles pass, and for rows that wait in the global buffer.
    if len(set(keys)) != len(keys) or not set(needed) <= set(keys) <= allowed:
        text = ", ".join(f"{operand} {level}" for level, operand in needed)
        raise VerifyException(
            f"(B5) there are buffers for {', '.join(f'{o} {level}' for level, o in keys) or 'nothing'}; write one for "
            f"each of {text}"
        )
    for buffer in found:
        size = needed.get((buffer.level, buffer.operand), 1)
        # (B6) The next tile arrives while this one is used: two slots, each as big as a tile.
        if buffer.slots < 2 or buffer.slot_bytes < size:
            raise VerifyException(
                f"(B6) the {buffer.operand} buffer at {buffer.level} has {buffer.slots} slots of {buffer.slot_bytes} "
                f"bytes; its tiles need 2 of {size}"
            )
    _verify_pe_places(found, pes)


def _verify_pe_places(buffers: Iterable[Buffer], pes: PeMemories | None) -> None:
    for buffer in buffers:
        if buffer.level == Level.Global or pes is None:
            continue
        memory = pes.memories.get((buffer.level, buffer.operand))
        end = max(segment.end for segment in buffer.place.segments)
        # (B7) A buffer lies inside its operand's memory.
        if memory is None or end > memory.capacity:
            raise VerifyException(
                f"(B7) the {buffer.operand} buffer at {buffer.level} ends at byte {end}, but the machine has "
                f"{0 if memory is None else memory.capacity} there"
            )


def verify_pieces(steps: Steps, pes: PeMemories | None) -> None:
    """Without a contraction, pieces of the tensors pass the PEs' buffers."""
    found = [op.facts for op in steps if isinstance(op, BufferOp)]
    keys = [(buffer.level, buffer.operand) for buffer in found]
    levels = {level for level, _ in keys if level != Level.Global}
    operands = {operand for _, operand in keys}
    pieces = sum(isinstance(op, PiecesOp) for op in steps)
    # (B8) Pieces come through the input's buffer and leave through the output's, each at one level.
    if pieces != 1 or len(set(keys)) != len(keys) or len(levels) != 1 or operands != {Operand.Input, Operand.Output}:
        raise VerifyException(
            "(B8) a schedule without a contraction has one sched.pieces and, at one level of the PEs, one buffer for "
            "input and one for output"
        )
    # (B6) The next piece arrives while this one is used.
    if any(buffer.slots < 2 for buffer in found):
        raise VerifyException("(B6) a buffer has 1 slot; pieces need 2")
    _verify_pe_places(found, pes)


def verify_keep(
    region: BoundRegionOp,
    steps: Steps,
    schedule: Schedule | None,
    machine: AcceleratorOp | None,
    pes: PeMemories | None,
) -> None:
    """Rows that wait have a place to wait in."""
    rows = rows_of(steps)
    keeps = [op for op in steps if isinstance(op, KeepOp)]
    # (B9) Rows that are gone through again wait somewhere.
    if len(keeps) != (rows is not None):
        raise VerifyException(f"(B9) {len(keeps)} of sched.keep; write one where sched.vector has rows, else none")
    if rows is None:
        return
    level, kept = keeps[0].level.data, keeps[0].kept_bytes.value.data
    waiting = rows.row_bytes if schedule is None else schedule.waiting_bytes(rows, level)
    # (B9) As many bytes wait together as the loops around them begin before they end.
    if kept != waiting:
        raise VerifyException(f"(B9) {kept} bytes of rows are kept at {level}, but {waiting} wait there together")
    if pes is None or machine is None or level == Level.Dram:
        return
    if level == Level.Global and any(bytes_in_place(region, value) >= kept for value in region.outputs):
        return
    buffers = [op.facts for op in steps if isinstance(op, BufferOp)]
    own = next((b for b in buffers if b.operand == Operand.Output and b.level == level), None)
    shared = level == Level.Global or pes.memories.get((level, Operand.Output), PeMemory(0, False)).is_shared
    room = 0 if own is None else own.slots * own.slot_bytes * (1 if shared else pes.pes)
    # (B10) What waits, and what joins it meanwhile, fits the output's buffer at that level.
    if room < 2 * kept or (level == Level.Global and not has_global_buffer(machine)):
        raise VerifyException(
            f"(B10) {kept} bytes of rows wait at {level}, twice, but the output's buffers there have {room}"
        )


def verify_scans(region: BoundRegionOp, steps: Steps) -> None:
    """The scans are a program of the body: all of it, once, each op after what it uses."""
    body = list(region.body_block.ops)
    contraction = region.contraction
    working = [index for index, op in enumerate(body[:-1]) if op is not contraction and op.operands]
    scans = [op.facts for op in steps if isinstance(op, ScanOp)]
    listed = sorted(index for scan in scans for index in scan.ops)
    # (W2) Every op of the body but the contraction and constants is in one scan.
    if listed != working:
        missing, more = sorted(set(working) - set(listed)), sorted(set(listed) - set(working))
        raise VerifyException(
            f"(W2) the scans miss the body's ops {missing} and have {more} too much, or an op twice; list each once, "
            "without constants and the contraction"
        )
    at: dict[Operation, int] = {}
    for place, scan in enumerate(scans):
        for index, name in zip(scan.ops, scan.names, strict=True):
            at[body[index]] = place
            # (W3) An op is called by its name.
            if name != short_name(body[index]):
                raise VerifyException(
                    f"(W3) op {index} of the body is {short_name(body[index])}, but the scan calls it {name}"
                )
    if contraction is not None:
        at[contraction] = max((at[op] for op in _made_by(contraction.operands) if op in at), default=-1)
    _verify_order(body, at, scans, contraction)


def _verify_order(
    body: Sequence[Operation], at: dict[Operation, int], scans: Sequence[Scan], contraction: Operation | None
) -> None:
    after: set[Operation] = set()
    for op in body[:-1]:
        if op is contraction or any(operand.owner in after for inner in op.walk() for operand in inner.operands):
            after.add(op)
    for index, op in enumerate(body[:-1]):
        if op not in at:
            continue
        for maker in _made_by([operand for inner in op.walk() for operand in inner.operands], deep=False):
            # (W4) An op comes after what it uses; what uses a whole row, or the contraction, in a later scan.
            later = maker is contraction or reduces_rows(maker)
            if maker in at and op is not contraction and at[op] < at[maker] + later:
                raise VerifyException(
                    f"(W4) op {index}, {short_name(op)}, is in scan {at[op]}, but it uses {short_name(maker)} of scan "
                    f"{at[maker]}; put it into {'a later one' if later else 'that or a later one'}"
                )
            is_before = contraction is not None and maker not in after and at[contraction] < at[op]
            by_tile = op is not contraction and scans[at[op]].grain not in (Grain.Row, Grain.Whole)
            # (W5) What uses the end of a row goes through rows, not tiles, unless it was there before the contraction.
            if by_tile and reduces_rows(maker) and not is_before:
                raise VerifyException(
                    f"(W5) op {index}, {short_name(op)}, uses the end of a row, but its scan is per "
                    f"{scans[at[op]].grain}; write per row or per whole"
                )


def _made_by(values: Iterable[SSAValue], *, deep: bool = True) -> set[Operation]:
    """The ops of a region's body that make ``values``, and with ``deep`` all that those use."""
    found: set[Operation] = set()
    pending = list(values)
    while pending:
        owner = pending.pop().owner
        if isinstance(owner, Operation) and owner not in found:
            found.add(owner)
            if deep:
                pending.extend(operand for op in owner.walk() for operand in op.operands)
    return found


def short_name(op: Operation) -> str:
    """An op's name without its dialect's."""
    name = op.op_name.data if isinstance(op, UnregisteredOp) else op.name
    return name.partition(".")[2]


def reduces_rows(op: Operation) -> bool:
    """Whether an op gives its results only when it has seen whole rows."""
    dimensions = op.properties.get("dimensions")
    if short_name(op) != "reduce" or not isinstance(dimensions, DenseArrayBase):
        return False
    shape = getattr(op.operands[0].type, "get_shape", tuple)()
    return any(shape[int(axis)] > 1 for axis in dimensions.get_values())
