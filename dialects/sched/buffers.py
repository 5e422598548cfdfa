"""The steps of a schedule that say where its tiles lie."""

from __future__ import annotations

from typing import NamedTuple

from xdsl.dialects.builtin import UnitAttr
from xdsl.irdl import IRDLOperation, irdl_op_definition, opt_prop_def, prop_def
from xdsl.irdl.declarative_assembly_format import (
    AttributeVariable,
    CustomDirective,
    ParsingState,
    PrintingState,
    irdl_custom_directive,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from dialects.sched.attributes import Level, LevelAttr, Operand, OperandAttr, PlaceAttr
from dialects.sched.steps import ScheduleOp
from dialects.syntax import INT64, int64


@irdl_custom_directive
class BarePlace(CustomDirective):
    """``custom<BarePlace>($place)``: a place without its attribute's name, ``[0 to 4096]``."""

    place: AttributeVariable

    def parse(self, parser: Parser, state: ParsingState) -> None:
        self.place.set(state, PlaceAttr.parse_bare(parser))

    def print(self, printer: Printer, state: PrintingState, op: IRDLOperation) -> None:
        attr = self.place.get(op)
        assert isinstance(attr, PlaceAttr)
        state.print_whitespace(printer)
        attr.print_bare(printer)


class Buffer(NamedTuple):
    """``sched.buffer`` as numbers."""

    operand: Operand
    level: Level
    slots: int
    slot_bytes: int
    place: PlaceAttr
    is_prefetched: bool


@irdl_op_definition
class BufferOp(ScheduleOp):
    """Where tiles of an operand lie at a level: equal slots, one after the other in the bytes of ``place``, filled in
    turn.

    In the global buffer the place is in the memory that the whole module shares, and the buffer is there while the
    region runs; at L2 and L1 it is in the operand's own memory: of each PE where that is private, of all PEs where they
    share it. An output's buffer also holds rows that wait at its level (``sched.keep``).

    ``prefetch``: the first slots are filled while the region before runs, so the buffer is there from its start.

    ::

        sched.buffer weight global slots 2 bytes 1179648 at [0 to 1048576, 2097152 to 3407872] prefetch
    """

    name = "sched.buffer"

    operand = prop_def(OperandAttr)
    level = prop_def(LevelAttr)
    slots = prop_def(INT64)
    slot_bytes = prop_def(INT64)
    """Bytes of one slot."""
    place = prop_def(PlaceAttr)
    prefetch = opt_prop_def(UnitAttr)

    custom_directives = (BarePlace,)
    assembly_format = (
        "$operand $level `slots` $slots `bytes` $slot_bytes `at` custom<BarePlace>($place) "
        "(`prefetch` $prefetch^)? attr-dict"
    )

    def __init__(
        self, operand: Operand, level: Level, slots: int, slot_bytes: int, place: PlaceAttr, *, prefetch: bool = False
    ) -> None:
        super().__init__(
            properties={
                "operand": OperandAttr(operand),
                "level": LevelAttr(level),
                "slots": int64(slots),
                "slot_bytes": int64(slot_bytes),
                "place": place,
                "prefetch": UnitAttr() if prefetch else None,
            }
        )

    @property
    def facts(self) -> Buffer:
        """The op as numbers."""
        return Buffer(
            self.operand.data,
            self.level.data,
            self.slots.value.data,
            self.slot_bytes.value.data,
            self.place,
            self.prefetch is not None,
        )

    def verify_(self) -> None:
        buffer = self.facts
        what = f"{self.name}: {{}} {buffer.operand} at {buffer.level}"
        # (B1) DRAM holds whole tensors, whose places the program that loads them decides.
        if buffer.level == Level.Dram:
            raise VerifyException(f"{what.format('(B1)')}; name global, l2 or l1")
        # (B2) A place is as big as the slots.
        if min(buffer.slots, buffer.slot_bytes) < 1 or buffer.slots * buffer.slot_bytes != buffer.place.size:
            raise VerifyException(
                f"{what.format('(B2)')} has {buffer.slots} slots of {buffer.slot_bytes} bytes in a place of "
                f"{buffer.place.size}; make the place as big as all slots"
            )
        # (B3) What is there before its region runs is read from DRAM, into the memory that regions share.
        if buffer.is_prefetched and (buffer.operand == Operand.Output or buffer.level != Level.Global):
            raise VerifyException(
                f"{what.format('(B3)')} is prefetched; only inputs and weights in the global buffer may be"
            )


@irdl_op_definition
class KeepOp(ScheduleOp):
    """Where rows wait that the vector unit goes through again, and how many bytes of them together: in the output's
    buffer at a level, in the global buffer in the place of a result that lives there, or in DRAM.

    ::

        sched.keep l1 bytes 1572864
    """

    name = "sched.keep"

    level = prop_def(LevelAttr)
    kept_bytes = prop_def(INT64)
    """Of all PEs together."""

    assembly_format = "$level `bytes` $kept_bytes attr-dict"

    def __init__(self, level: Level, kept_bytes: int) -> None:
        super().__init__(properties={"level": LevelAttr(level), "kept_bytes": int64(kept_bytes)})


@irdl_op_definition
class PiecesOp(ScheduleOp):
    """In how many pieces the tensors of a region without a contraction pass the PEs: ``sched.pieces 4``.

    Each piece is spread over all PEs; what all pieces need, such as a bias, comes with each.
    """

    name = "sched.pieces"

    count = prop_def(INT64)

    assembly_format = "$count attr-dict"

    def __init__(self, count: int) -> None:
        super().__init__(properties={"count": int64(count)})

    def verify_(self) -> None:
        # (B4) There is a piece.
        if self.count.value.data < 1:
            raise VerifyException(f"{self.name}: (B4) {self.count.value.data} pieces; write 1 or more")
