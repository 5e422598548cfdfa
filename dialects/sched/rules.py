"""What makes a schedule wrong: the rules behind ``sched.region``'s verifier."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from xdsl.ir import Operation, SSAValue
from xdsl.utils.exceptions import VerifyException

from dialects.arch import AcceleratorOp, GlobalBufferOp, L1Op, L2Op, L2Scope, PeGridOp, Scope, SystolicArrayOp
from dialects.region import BoundRegionOp, Space, sources
from dialects.sched.attributes import DIMS, Axis, Dim, Engine, Level, Operand
from dialects.sched.facts import LOOP_LEVELS, REDUCTION, RELEVANT, Loop, Schedule, Tile, Transfer

ROUNDING = 1.0 + 1e-9
"""A tile may pass its buffer's size by the rounding of fractional strides."""


def _elements(value: SSAValue) -> int:
    get_shape = getattr(value.type, "get_shape", None)
    return 1 if get_shape is None else prod(get_shape())


def verify_bounds(bounds: Tile, body: Operation) -> None:
    """The named dimensions account for every element of the op's result and weights."""
    for what, value, operand in (
        ("result", body.results[0], Operand.Output),
        ("weights", body.operands[1], Operand.Weight),
    ):
        count = prod(bounds.along(dim) for dim in RELEVANT[operand])
        # (S10) The contraction's bounds are those of the op in the body.
        if count != _elements(value):
            raise VerifyException(
                f"(S10) the bounds make {count} elements of {operand}, but the {what} of {body.name} have "
                f"{_elements(value)}; take the bounds from the op"
            )


def spills(loops: Sequence[Loop]) -> bool:
    """Whether partial sums leave the level of ``loops``: a reduction loop with a loop over outputs inside it."""
    outputs = RELEVANT[Operand.Output]
    return any(
        loop.dim in REDUCTION and any(inner.dim in outputs for inner in loops[index + 1 :])
        for index, loop in enumerate(loops)
    )


def crossing(op: BoundRegionOp, contraction: Operation, global_loops: Sequence[Loop]) -> dict[Operand, bool]:
    """Which operands of the contraction cross the chip's border, tile by tile.

    An input or weight does unless all that it is computed from lives on chip; an output unless all results do and no
    partial sums spill.
    """
    spaces = dict(zip(op.body_block.args, (space.data for space in op.operand_spaces), strict=True))

    def from_dram(index: int) -> bool:
        arguments = sources(contraction.operands[index])
        return not arguments or any(spaces.get(argument) == Space.Dram for argument in arguments)

    written = any(space.data == Space.Dram for space in op.result_spaces) or spills(global_loops)
    return {Operand.Input: from_dram(0), Operand.Weight: from_dram(1), Operand.Output: written}


def verify_loops(schedule: Schedule) -> None:
    """Loops nest: each starts from the tile one level out."""
    levels = (Level.Dram, *LOOP_LEVELS)
    for outer, level in pairwise(levels):
        tile = schedule.tile(outer)
        for loop in schedule.loops.get(level, ()):
            # (S5) A loop runs over the tile of its dimension one level out.
            if loop.extent != tile.along(loop.dim):
                raise VerifyException(
                    f"(S5) the {level} loop over {loop.dim} has extent {loop.extent}, but the tile one level out has "
                    f"{tile.along(loop.dim)}; write {loop.dim} = {tile.along(loop.dim)}"
                )


ON_ARRAY = {
    Engine.WeightStationary: {Axis.Rows: "gcrs", Axis.Columns: "k"},
    Engine.InputStationary: {Axis.Rows: "crs", Axis.Columns: "npq"},
    Engine.OutputStationary: {Axis.Rows: "npq", Axis.Columns: "k"},
}
"""Dimensions that may lie on each axis of an array. Operands enter at the rows, and a column sums what its rows
multiply; where outputs stay, both sides' operands pass."""


def verify_axes(schedule: Schedule) -> None:
    """What is spread over hardware is there to be spread, and may be."""
    tile = schedule.tile(Level.L1)
    for axis, spread in schedule.axes.items():
        for dim in DIMS:
            # (S6) An axis spreads no more of a dimension than the L1 tile has.
            if spread.along(dim) > tile.along(dim):
                raise VerifyException(
                    f"(S6) {axis} spreads {dim} over {spread.along(dim)}, but the L1 tile has {tile.along(dim)} of it; "
                    "spread no more than that"
                )
        # (S7) The vector unit has no rows and columns.
        if schedule.engine == Engine.Vector and axis in (Axis.Rows, Axis.Columns) and prod(spread) > 1:
            raise VerifyException(f"(S7) {axis} is used, but the vector unit computes; use an array or drop the axis")
    if schedule.engine in ON_ARRAY:
        _verify_array(schedule, ON_ARRAY[schedule.engine])


def _verify_array(schedule: Schedule, allowed: dict[Axis, str]) -> None:
    for axis, dims in allowed.items():
        for dim in DIMS:
            # (S14) On an array's axis lies what it can tell apart, or sums.
            if schedule.axes[axis].along(dim) > 1 and dim.value not in dims:
                raise VerifyException(
                    f"(S14) {axis} spreads {dim}, but an array that is {schedule.engine} has {', '.join(dims)} there; "
                    "spread it over the PEs or leave it to the loops"
                )
    bounds, groups = schedule.contraction.bounds, schedule.axes[Axis.Rows].along(Dim.G)
    # (S14) Groups share rows only on the diagonal, each with a column of its own.
    if groups > 1 and (bounds.along(Dim.C) > 1 or bounds.along(Dim.K) > 1):
        raise VerifyException(
            f"(S14) rows spread g over {groups}, but groups of more than one channel do not lie side by side on an "
            "array; leave g to the PEs or the loops"
        )


def verify_transfers(schedule: Schedule, from_dram: dict[Operand, bool]) -> None:
    """Each operand's tiles come all the way, once.

    ``from_dram`` says of each operand whether its tiles cross the chip's border.
    """
    used = {level for transfer in schedule.transfers for level in (transfer.source, transfer.destination)}
    chain = [level for level in Level if level in used | {Level.L1}]
    inner = chain[1:] if chain[0] == Level.Dram else chain
    for operand in Operand:
        own = [transfer for transfer in schedule.transfers if transfer.operand == operand]
        if not from_dram[operand] and Level.Global not in inner:
            raise VerifyException(
                f"(S8) the {operand} is kept in the global buffer, but no transfer goes through it; move tiles through "
                "global, or place the tensor in dram"
            )
        _verify_chain(operand, own, [Level.Dram, *inner] if from_dram[operand] else inner)
        for transfer in own:
            needed = schedule.tile_bytes(operand, transfer.inner)
            # (S9) A transfer moves what the tile needs, halo and all.
            if transfer.tile_bytes != needed:
                raise VerifyException(
                    f"(S9) {operand} moves {transfer.tile_bytes} bytes from {transfer.source} to "
                    f"{transfer.destination}; its {transfer.inner} tile has {needed}"
                )


def _verify_chain(operand: Operand, transfers: Sequence[Transfer], chain: Sequence[Level]) -> None:
    steps = list(pairwise(chain))
    if operand == Operand.Output:
        steps = [(source, destination) for destination, source in steps]
    found = [(transfer.source, transfer.destination) for transfer in transfers]
    # (S8) Inputs and weights come from where they live down to L1, outputs go back, level by level, each step once.
    if sorted(found) != sorted(steps):
        wanted = ", ".join(f"{source} to {destination}" for source, destination in steps) or "none"
        written = ", ".join(f"{source} to {destination}" for source, destination in found) or "none"
        raise VerifyException(f"(S8) the transfers of the {operand} are {written}; they must be {wanted}")


def verify_on_machine(schedule: Schedule, machine: AcceleratorOp) -> None:
    """The schedule fits the machine in the same module."""
    _verify_sizes(schedule, machine)
    _verify_levels(schedule, machine)
    _verify_private_buffers(schedule, machine)
    _verify_global_buffer(schedule, machine)


def _verify_sizes(schedule: Schedule, machine: AcceleratorOp) -> None:
    grid, array = machine.component(PeGridOp), machine.component(SystolicArrayOp)
    sizes = {Axis.PeX: grid.x, Axis.PeY: grid.y, Axis.Rows: array.rows, Axis.Columns: array.columns}
    for axis, spread in schedule.axes.items():
        size = sizes[axis].value.data
        # (M1) What is spread over an axis fits it.
        if prod(spread) > size:
            raise VerifyException(
                f"(M1) {prod(spread)} steps are spread over {axis}, but @{machine.sym_name.data} has {size} there"
            )


def _verify_levels(schedule: Schedule, machine: AcceleratorOp) -> None:
    present = {
        Level.Global: machine.component(GlobalBufferOp).bytes.value.data > 0,
        Level.L2: machine.component(L2Op).scope.data != L2Scope.Disabled,
    }
    named = {level for transfer in schedule.transfers for level in (transfer.source, transfer.destination)}
    for level, exists in present.items():
        # (M2) Loops and transfers name the levels that the machine has.
        if not exists and (level in named or schedule.loops.get(level)):
            raise VerifyException(f"(M2) the schedule uses level {level}, which @{machine.sym_name.data} does not have")
        if exists and level not in named:
            raise VerifyException(f"(M2) no transfer goes through {level}, which @{machine.sym_name.data} has")


def _verify_private_buffers(schedule: Schedule, machine: AcceleratorOp) -> None:
    l1, l2 = machine.component(L1Op), machine.component(L2Op)
    sizes = [l1.input.value.data, l1.weight.value.data, l1.output.value.data]
    _verify_pe_buffers(schedule, Level.L1, sizes, machine, shared=l1.scope.data == Scope.Shared)
    if l2.scope.data == L2Scope.Disabled:
        return
    multipliers = (l2.input_multiplier, l2.weight_multiplier, l2.output_multiplier)
    larger = [size * multiplier.value.data for size, multiplier in zip(sizes, multipliers, strict=True)]
    _verify_pe_buffers(schedule, Level.L2, larger, machine, shared=l2.scope.data == L2Scope.Shared)


def _verify_pe_buffers(
    schedule: Schedule, level: Level, sizes: Sequence[int], machine: AcceleratorOp, *, shared: bool
) -> None:
    grid = machine.component(PeGridOp)
    tile, pes = schedule.pe_tile(level), grid.x.value.data * grid.y.value.data
    for operand, size in zip(Operand, sizes, strict=True):
        parts = schedule.grid(RELEVANT[operand])
        # Private: each PE holds its part. Shared: the pool of all PEs holds each different part once.
        needed = 2.0 * schedule.contraction.footprint_bytes(operand, tile) * (parts if shared else 1)
        room = size * (pes if shared else 1)
        # (M3) A tile fits its PE-level buffer twice, for the next one arrives while this one is used.
        if needed > room * ROUNDING:
            raise VerifyException(
                f"(M3) the {operand} tile takes {needed:.0f} bytes of {'shared' if shared else 'private'} {level}, "
                f"double-buffered, but @{machine.sym_name.data} has {room}; make the tile smaller"
            )


def _verify_global_buffer(schedule: Schedule, machine: AcceleratorOp) -> None:
    size = machine.component(GlobalBufferOp).bytes.value.data
    moved = [t for t in schedule.transfers if Level.Dram in (t.source, t.destination) and t.inner == Level.Global]
    needed = 2 * sum(transfer.tile_bytes for transfer in moved)
    # (M4) The tiles between DRAM and chip fit the global buffer twice.
    if needed > size and moved:
        raise VerifyException(
            f"(M4) the global tiles take {needed} bytes, double-buffered, but @{machine.sym_name.data} has a global "
            f"buffer of {size}; make the tiles smaller"
        )
