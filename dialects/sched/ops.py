"""A region with its schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    lazy_traits_def,
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
from dialects.sched.attributes import Axis, Level
from dialects.sched.facts import Schedule, Tile
from dialects.sched.rules import (
    crossing,
    verify_axes,
    verify_bounds,
    verify_loops,
    verify_on_machine,
    verify_transfers,
)
from dialects.sched.steps import (
    LEVEL_ORDER,
    STEPS,
    ComputeOp,
    ContractionOp,
    LoopsOp,
    SpatialOp,
    TransferOp,
    VectorOp,
)

OpT = TypeVar("OpT", bound=Operation)


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends a region's body; the operands become the results of the ``sched.region``."""

    name = "sched.yield"

    values = var_operand_def()

    traits = lazy_traits_def(lambda: (IsTerminator(), HasParent(RegionOp), Pure()))

    assembly_format = "($values^ `:` type($values))? attr-dict"

    def __init__(self, *values: SSAValue) -> None:
        super().__init__(operands=[values])


def _rank(op: Operation) -> int:
    """Place of an op in a schedule: from outside to inside, each level's loops before its transfers."""
    if isinstance(op, LoopsOp):
        return 2 * LEVEL_ORDER.index(op.level.data)
    if isinstance(op, TransferOp):
        return 2 * LEVEL_ORDER.index(op.facts.inner) + 1
    return 2 * len(LEVEL_ORDER) + STEPS.index(type(op)) if not isinstance(op, ContractionOp) else 0


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
    """  # noqa: E501

    name = "sched.region"

    TERMINATOR: ClassVar[type[Operation]] = YieldOp

    # Declared again to come before the schedule: xDSL numbers the regions of a class before those of its bases.
    body = region_def("single_block")
    schedule = region_def("single_block")

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

    def step(self, kind: type[OpT]) -> OpT | None:
        """The first op of a kind in the schedule."""
        return next((op for op in self.schedule.block.ops if isinstance(op, kind)), None)

    @property
    def facts(self) -> Schedule | None:
        """The schedule as numbers; none for a region without a contraction."""
        contraction, compute = self.step(ContractionOp), self.step(ComputeOp)
        if contraction is None or compute is None:
            return None
        ops = list(self.schedule.block.ops)
        axes = {axis: Tile() for axis in Axis} | {op.axis.data: op.facts for op in ops if isinstance(op, SpatialOp)}
        return Schedule(
            contraction.facts,
            {op.level.data: op.facts for op in ops if isinstance(op, LoopsOp)},
            tuple(op.facts for op in ops if isinstance(op, TransferOp)),
            axes,
            compute.engine.data,
        )

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
        ops = list(self.schedule.block.ops)
        # (S1) A schedule holds nothing but its steps, and says once what the vector unit does.
        foreign = [op.name for op in ops if not isinstance(op, STEPS)]
        if foreign or sum(isinstance(op, VectorOp) for op in ops) != 1:
            raise VerifyException(
                f"(S1) the schedule holds {[op.name for op in ops]}; write sched ops, with one sched.vector"
            )
        body = self.contraction
        if body is None:
            # (S2) Without a contraction there is only vector work, and its rows are not those of a contraction.
            if len(ops) != 1 or any(isinstance(op, VectorOp) and op.row_dims.data for op in ops):
                raise VerifyException(
                    "(S2) the body has no contraction, so the schedule must be one sched.vector, with rows [] if any"
                )
            return
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
            if not isinstance(op, TransferOp):
                keys.append((op.name, extra))
        # (S3) One contraction, one engine, one nest of loops for each level and one spread for each axis.
        if len(set(keys)) != len(keys) or self.step(ContractionOp) is None or self.step(ComputeOp) is None:
            raise VerifyException(
                f"(S3) the schedule holds {[' '.join(map(str, key)).strip() for key in keys]}; write sched.contraction "
                "and sched.compute once, sched.loops at most once for a level, sched.spatial at most once for an axis"
            )
        ranks = [_rank(op) for op in ops]
        # (S4) The outermost level comes first.
        if ranks != sorted(ranks):
            late = next(op for op, a, b in zip(ops[1:], ranks, ranks[1:], strict=False) if b < a)
            raise VerifyException(
                f"(S4) {late.name} comes too late; the order is: contraction, then for global, l2, l1 the loops and "
                "the transfers, then spatial, compute, vector"
            )

    def print_schedule(self, printer: Printer) -> None:
        printer.print_string(" schedule ")
        printer.print_region(self.schedule, print_empty_block=False)

    @classmethod
    def parse_schedule(cls, parser: Parser) -> Sequence[Region]:
        parser.parse_keyword("schedule")
        return (parser.parse_region(),)
