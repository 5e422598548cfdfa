"""A region with its schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from xdsl.dialects.builtin import ArrayAttr, ModuleOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    lazy_traits_def,
    opt_prop_def,
    region_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import HasParent, IsTerminator, NoTerminator, Pure
from xdsl.utils.exceptions import VerifyException

from dialects.arch import AcceleratorOp, GlobalBufferOp
from dialects.region import BoundRegionOp, ChainAttr, Kind, Space, region_properties
from dialects.sched.attributes import Axis, Level, PlaceAttr
from dialects.sched.buffers import BufferOp, KeepOp, PiecesOp
from dialects.sched.chained import tile_sizes, verify_cuts, verify_slices
from dialects.sched.complete import (
    PeMemories,
    is_complete,
    verify_buffers,
    verify_folds,
    verify_keep,
    verify_pieces,
    verify_scans,
    verify_tiles,
)
from dialects.sched.facts import Schedule, Tile
from dialects.sched.program import FoldsOp, ScanOp, TileOp
from dialects.sched.rules import (
    crossing,
    verify_axes,
    verify_bounds,
    verify_loops,
    verify_on_machine,
    verify_transfers,
)
from dialects.sched.slices import HoldOp, SliceOp, Slices
from dialects.sched.steps import (
    LEVEL_ORDER,
    ComputeOp,
    ContractionOp,
    LoopsOp,
    SpatialOp,
    TransferOp,
    VectorOp,
)

OpT = TypeVar("OpT", bound=Operation)

STEPS: tuple[type[Operation], ...] = (
    ContractionOp,
    PiecesOp,
    SliceOp,
    HoldOp,
    LoopsOp,
    TileOp,
    TransferOp,
    BufferOp,
    SpatialOp,
    ComputeOp,
    FoldsOp,
    VectorOp,
    KeepOp,
    ScanOp,
)
"""The ops that a schedule is made of."""


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends a region's body; the operands become the results of the ``sched.region``."""

    name = "sched.yield"

    values = var_operand_def()

    traits = lazy_traits_def(lambda: (IsTerminator(), HasParent(RegionOp), Pure()))

    assembly_format = "($values^ `:` type($values))? attr-dict"

    def __init__(self, *values: SSAValue) -> None:
        super().__init__(operands=[values])


def rank(op: Operation) -> tuple[int, int]:
    """Place of an op in a schedule: from outside to inside, each level's loops before its tiles, transfers, buffers."""
    kind = STEPS.index(type(op))
    if isinstance(op, LoopsOp | TileOp | BufferOp):
        return LEVEL_ORDER.index(op.level.data), kind
    if isinstance(op, TransferOp):
        return LEVEL_ORDER.index(op.facts.inner), kind
    return (0, kind) if isinstance(op, ContractionOp | PiecesOp | SliceOp | HoldOp) else (len(LEVEL_ORDER), kind)


def schedule_of(steps: Sequence[Operation], chain: ChainAttr | None = None) -> Schedule | None:
    """The ops of a schedule as numbers; none without a contraction."""
    contraction = next((op for op in steps if isinstance(op, ContractionOp)), None)
    compute = next((op for op in steps if isinstance(op, ComputeOp)), None)
    if contraction is None or compute is None:
        return None
    cuts = () if chain is None else Slices.of(steps).contraction
    axes = {axis: Tile() for axis in Axis} | {op.axis.data: op.facts for op in steps if isinstance(op, SpatialOp)}
    return Schedule(
        contraction.facts,
        {op.level.data: op.facts for op in steps if isinstance(op, LoopsOp)},
        tuple(op.facts for op in steps if isinstance(op, TransferOp)),
        axes,
        compute.engine.data,
        tile_sizes(chain, contraction.facts.bounds, cuts) if chain is not None and cuts else {},
    )


def _places(places: Sequence[Attribute | None]) -> ArrayAttr[PlaceAttr] | None:
    """A property of them; none where there are none."""
    if not any(places):
        return None
    return ArrayAttr(place if isinstance(place, PlaceAttr) else PlaceAttr() for place in places)


@irdl_op_definition
class RegionOp(BoundRegionOp):
    """A fusion region with the schedule that runs it.

    ::

        %1 = sched.region "fc" matmul (%a = %0 : tensor<8x4xf32> in dram, %w = %w2 : tensor<4x4xf32> in pinned)
            -> (tensor<8x4xf32> in dram) {
          %2 = stablehlo.dot_general ...
          sched.yield %2 : tensor<8x4xf32>
        } schedule {
          sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 4, c = 4, r = 1, s = 1] stride [1, 1] dilation [1, 1] bytes [4, 4, 4]
          sched.transfer input dram to global tile 128
          sched.transfer output global to dram tile 128
          sched.loops l1 [n = 8 step 2]
          sched.transfer input global to l1 tile 32
          ...
          sched.spatial rows [c = 4]
          sched.spatial columns [k = 4]
          sched.compute weight_stationary
          sched.vector {alu = 0, transcendental = 0, divide = 0, reduce = 0, move = 0}
        }

    A schedule may say no more than its loops, transfers, axes and engine. One that ``sched.memory`` vouches for is
    complete: it has buffers, folds and scans, too, and tensors in the global buffer have a place there:
    ``%a = %0 : tensor<8x4xf32> in global at [0 to 128]``.
    """  # noqa: E501

    name = "sched.region"

    TERMINATOR: ClassVar[type[Operation]] = YieldOp

    # Declared again to come before the schedule: xDSL numbers the regions of a class before those of its bases.
    body = region_def("single_block")
    schedule = region_def("single_block")

    operand_places = opt_prop_def(ArrayAttr[PlaceAttr])
    """Where in the global buffer each operand lies: no segments for one in DRAM. Absent where nothing has a place."""
    result_places = opt_prop_def(ArrayAttr[PlaceAttr])

    traits = traits_def(NoTerminator())

    def __init__(
        self,
        region_name: str,
        kind: Kind,
        operands: Sequence[SSAValue],
        result_types: Sequence[Attribute],
        body: Region,
        schedule: Sequence[Operation],
        operand_spaces: Sequence[Space],
        result_spaces: Sequence[Space],
        chain: ChainAttr | None = None,
    ) -> None:
        """``body`` ends with a ``YieldOp``; ``schedule`` lists ops of ``STEPS``, outermost level first."""
        super().__init__(
            operands=[operands],
            result_types=[result_types],
            properties=region_properties(region_name, kind, operand_spaces, result_spaces, chain),
            regions=[body, Region(Block(schedule))],
        )

    def place_of(self, value: SSAValue) -> PlaceAttr | None:
        """Where in the global buffer an operand or result lies, if that is said."""
        values, places = (
            (self.outputs, self.result_places) if value.owner is self else (self.inputs, self.operand_places)
        )
        place = None if places is None else places.data[values.index(value)]
        return place if place is not None and place.bounds.data else None

    def set_places(self, places: Mapping[SSAValue, PlaceAttr]) -> None:
        """Puts operands and results at ``places``; those that have none there lose theirs."""
        operands = [places.get(value) for value in self.inputs]
        results = [places.get(value) for value in self.outputs]
        self.operand_places, self.result_places = _places(operands), _places(results)

    def print_place(self, printer: Printer, value: SSAValue) -> None:
        place = self.place_of(value)
        if place is not None:
            printer.print_string(" at ")
            place.print_bare(printer)

    @classmethod
    def parse_place(cls, parser: Parser) -> Attribute | None:
        return None if parser.parse_optional_keyword("at") is None else PlaceAttr.parse_bare(parser)

    @classmethod
    def place_properties(
        cls, operands: Sequence[Attribute | None], results: Sequence[Attribute | None]
    ) -> dict[str, Attribute]:
        found = {"operand_places": _places(operands), "result_places": _places(results)}
        return {name: places for name, places in found.items() if places is not None}

    def step(self, kind: type[OpT]) -> OpT | None:
        """The first op of a kind in the schedule."""
        return next((op for op in self.schedule.block.ops if isinstance(op, kind)), None)

    @property
    def facts(self) -> Schedule | None:
        """The schedule as numbers; none for a region without a contraction."""
        return schedule_of(list(self.schedule.block.ops), self.chain)

    def verify_(self) -> None:
        super().verify_()
        try:
            self._verify_schedule()
        except VerifyException as error:
            raise VerifyException(f"{self.name} '{self.region_name.data}': {error}") from error

    def _verify_schedule(self) -> None:
        machine = self._machine()
        if machine is not None:
            self._verify_spaces_exist(machine)
        self._verify_places()
        ops = list(self.schedule.block.ops)
        # (S1) A schedule holds nothing but its steps, and says once what the vector unit does.
        foreign = [op.name for op in ops if not isinstance(op, STEPS)]
        if foreign or sum(isinstance(op, VectorOp) for op in ops) != 1:
            raise VerifyException(
                f"(S1) the schedule holds {[op.name for op in ops]}; write sched ops, with one sched.vector"
            )
        verify_cuts(self, ops)
        body = self.contraction
        if body is None:
            self._verify_vector_only(ops)
        else:
            self._verify_contraction(body, ops, machine)
        if is_complete(ops):
            self._verify_complete(body, ops, machine)

    def _verify_places(self) -> None:
        for what, values, places in (
            ("operand", self.inputs, self.operand_places),
            ("result", self.outputs, self.result_places),
        ):
            # (S13) There are as many places as tensors.
            if places is not None and len(places) != len(values):
                raise VerifyException(f"(S13) {len(values)} {what}s, {len(places)} {what} places; give one each")

    def _verify_vector_only(self, ops: Sequence[Operation]) -> None:
        own = (VectorOp, PiecesOp, SliceOp, HoldOp, BufferOp, KeepOp, ScanOp)
        along = any(isinstance(op, VectorOp) and op.row_dims.data for op in ops)
        # (S2) Without a contraction there is only vector work, and its rows are not those of a contraction.
        if along or not all(isinstance(op, own) for op in ops):
            raise VerifyException(
                "(S2) the body has no contraction, so the schedule is sched.vector, with rows [] if any, and where it "
                "is complete sched.pieces, buffers, scans and sched.keep"
            )
        self._verify_order(ops)

    def _verify_contraction(self, body: Operation, ops: Sequence[Operation], machine: AcceleratorOp | None) -> None:
        self._verify_steps(ops)
        facts = self.facts
        assert facts is not None
        # (S11) Loops over the tiles of a chain stand in regions of a chain.
        if facts.loops.get(Level.Tile) and self.chain is None:
            raise VerifyException("(S11) sched.loops tile in a region of no chain; drop it, or give the region a chain")
        verify_bounds(facts.contraction.bounds, body)
        verify_loops(facts)
        verify_axes(facts)
        verify_transfers(facts, crossing(self, body, facts.loops.get(Level.Global, ())))
        if machine is not None:
            verify_on_machine(facts, machine)
        verify_tiles(ops, facts)

    def _verify_complete(self, body: Operation | None, ops: Sequence[Operation], machine: AcceleratorOp | None) -> None:
        pes = None if machine is None else PeMemories.of(machine)
        facts = self.facts
        if body is None or facts is None:
            verify_pieces(ops, pes)
        else:
            verify_folds(ops, facts, pes)
            verify_buffers(self, body, ops, facts, pes)
        verify_keep(self, ops, facts, machine, pes)
        verify_scans(self, ops)
        verify_slices(self, ops, facts)

    def _machine(self) -> AcceleratorOp | None:
        top: Operation = self
        while (parent := top.parent_op()) is not None:
            top = parent
        if not isinstance(top, ModuleOp):
            return None
        return next((op for op in top.ops if isinstance(op, AcceleratorOp)), None)

    def _verify_spaces_exist(self, machine: AcceleratorOp) -> None:
        on_chip = any(space.data != Space.Dram for space in (*self.operand_spaces, *self.result_spaces))
        # (M5) Tensors on chip need a global buffer.
        if on_chip and machine.component(GlobalBufferOp).bytes.value.data == 0:
            raise VerifyException(
                f"(M5) a tensor is in the global buffer, which @{machine.sym_name.data} does not have; place it in dram"
            )

    def _verify_steps(self, ops: Sequence[Operation]) -> None:
        keys: list[tuple[object, ...]] = []
        for op in ops:
            extra = op.level.data if isinstance(op, LoopsOp) else op.axis.data if isinstance(op, SpatialOp) else ""
            if not isinstance(op, TransferOp | BufferOp | TileOp | ScanOp | KeepOp | SliceOp | HoldOp):
                keys.append((op.name, extra))
        # (S3) One contraction, one engine, one nest of loops for each level and one spread for each axis.
        if len(set(keys)) != len(keys) or self.step(ContractionOp) is None or self.step(ComputeOp) is None:
            raise VerifyException(
                f"(S3) the schedule holds {[' '.join(map(str, key)).strip() for key in keys]}; write sched.contraction "
                "and sched.compute once, sched.loops at most once for a level, sched.spatial at most once for an axis"
            )
        self._verify_order(ops)

    @staticmethod
    def _verify_order(ops: Sequence[Operation]) -> None:
        ranks = [rank(op) for op in ops]
        # (S4) The outermost level comes first.
        if ranks != sorted(ranks):
            late = next(op for op, a, b in zip(ops[1:], ranks, ranks[1:], strict=False) if b < a)
            raise VerifyException(
                f"(S4) {late.name} comes too late; the order is: contraction, slices, holds, then for tile, global, "
                "l2, l1 the loops, tile, transfers and buffers, then spatial, compute, folds, vector, keep, scans"
            )

    def print_schedule(self, printer: Printer) -> None:
        printer.print_string(" schedule ")
        printer.print_region(self.schedule, print_empty_block=False)

    @classmethod
    def parse_schedule(cls, parser: Parser) -> Sequence[Region]:
        parser.parse_keyword("schedule")
        return (parser.parse_region(),)
