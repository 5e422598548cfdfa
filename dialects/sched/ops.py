"""The ops of the sched dialect: a region with its schedule, one op per fact."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import ClassVar, TypeVar

from xdsl.dialects.builtin import ArrayAttr, DenseArrayBase, Float64Type, FloatAttr, IntegerAttr, ModuleOp, f64, i64
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    lazy_traits_def,
    prop_def,
    region_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import HasParent, IsTerminator, NoTerminator, Pure
from xdsl.utils.exceptions import VerifyException

from dialects.arch import AcceleratorOp, GlobalBufferOp
from dialects.region import BoundRegionOp, Kind, Space, region_properties
from dialects.sched.attributes import (
    DIMS,
    Axis,
    AxisAttr,
    Dim,
    Engine,
    EngineAttr,
    ExtentAttr,
    Level,
    LevelAttr,
    LoopAttr,
    Operand,
    OperandAttr,
)
from dialects.sched.facts import ContractionFacts, Loop, Schedule, Tile, Transfer
from dialects.sched.rules import (
    crossing,
    verify_axes,
    verify_bounds,
    verify_loops,
    verify_on_machine,
    verify_transfers,
)
from dialects.syntax import INT64, parse_float, print_number

F64 = FloatAttr[Float64Type]

OpT = TypeVar("OpT", bound=Operation)

LEVEL_ORDER = tuple(Level)


def _f64s(values: Sequence[float]) -> ArrayAttr[F64]:
    return ArrayAttr(FloatAttr(float(value), f64) for value in values)


def _print_numbers(printer: Printer, keyword: str, values: Sequence[float]) -> None:
    printer.print_string(f" {keyword} ")
    with printer.in_square_brackets():
        printer.print_list(values, lambda value: print_number(printer, value))


def _parse_numbers(parser: Parser, keyword: str) -> list[float]:
    parser.parse_keyword(keyword)
    return parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: parse_float(parser))


class ScheduleOp(IRDLOperation):
    """One fact of a schedule."""

    traits = lazy_traits_def(lambda: (HasParent(RegionOp),))


@irdl_op_definition
class ContractionOp(ScheduleOp):
    """What the region computes, whatever op it came from.

    ::

        sched.contraction [g = 1, n = 8, p = 56, q = 56, k = 64, c = 64, r = 3, s = 3] stride [1, 1] dilation [1, 1] bytes [2, 2, 2]
    """  # noqa: E501

    name = "sched.contraction"

    bounds = prop_def(DenseArrayBase.constr(i64))
    """Sizes of ``DIMS``, in that order."""
    stride = prop_def(ArrayAttr[F64])
    """Input rows and columns per output row and column."""
    dilation = prop_def(ArrayAttr[F64])
    """Input rows and columns per kernel row and column."""
    element_bytes = prop_def(ArrayAttr[F64])
    """Bytes of one element of input, weight and output."""

    def __init__(
        self, bounds: Sequence[int], stride: Sequence[float], dilation: Sequence[float], element_bytes: Sequence[float]
    ) -> None:
        super().__init__(
            properties={
                "bounds": DenseArrayBase.from_list(i64, list(bounds)),
                "stride": _f64s(stride),
                "dilation": _f64s(dilation),
                "element_bytes": _f64s(element_bytes),
            }
        )

    @property
    def facts(self) -> ContractionFacts:
        """The op as numbers."""

        def floats(attr: ArrayAttr[F64]) -> tuple[float, ...]:
            return tuple(entry.value.data for entry in attr)

        stride, dilation, sizes = floats(self.stride), floats(self.dilation), floats(self.element_bytes)
        return ContractionFacts(
            Tile(*self.bounds.get_values()),
            (stride[0], stride[1]),
            (dilation[0], dilation[1]),
            (sizes[0], sizes[1], sizes[2]),
        )

    def verify_(self) -> None:
        bounds = self.bounds.get_values()
        # (K1) Each dimension has a positive size.
        if len(bounds) != len(DIMS) or min(bounds) < 1:
            raise VerifyException(
                f"{self.name}: (K1) bounds {list(bounds)}; write a positive size for each of g n p q k c r s"
            )
        lists = {"stride": (self.stride, 2), "dilation": (self.dilation, 2), "bytes": (self.element_bytes, 3)}
        for what, (attr, count) in lists.items():
            values = [entry.value.data for entry in attr]
            # (K2) Two strides, two dilations and three element sizes, all positive.
            if len(values) != count or not all(0.0 < value < inf for value in values):
                raise VerifyException(f"{self.name}: (K2) {what} {values}; write {count} positive numbers")

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        with printer.in_square_brackets():
            pairs = zip(DIMS, self.bounds.get_values(), strict=True)
            printer.print_list(pairs, lambda pair: printer.print_string(f"{pair[0].value} = {pair[1]}"))
        for keyword, attr in (("stride", self.stride), ("dilation", self.dilation), ("bytes", self.element_bytes)):
            _print_numbers(printer, keyword, [entry.value.data for entry in attr])
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> ContractionOp:
        remaining = iter(DIMS)

        def parse_bound() -> int:
            parser.parse_keyword(next(remaining, Dim.S).value)
            parser.parse_punctuation("=")
            return parser.parse_integer(allow_boolean=False)

        bounds = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parse_bound)
        stride, dilation = _parse_numbers(parser, "stride"), _parse_numbers(parser, "dilation")
        op = cls(bounds, stride, dilation, _parse_numbers(parser, "bytes"))
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class LoopsOp(ScheduleOp):
    """The loops over the tiles of one level, outermost first: ``sched.loops l1 [k = 64 step 32, p = 56 step 7]``."""

    name = "sched.loops"

    level = prop_def(LevelAttr)
    loops = prop_def(ArrayAttr[LoopAttr])

    def __init__(self, level: Level, loops: Sequence[LoopAttr]) -> None:
        super().__init__(properties={"level": LevelAttr(level), "loops": ArrayAttr(loops)})

    @property
    def facts(self) -> tuple[Loop, ...]:
        """The loops as numbers."""
        return tuple(Loop(loop.dim.data, loop.extent.data, loop.step.data) for loop in self.loops)

    def verify_(self) -> None:
        dims = [loop.dim.data for loop in self.loops]
        # (L1) A level loops over a dimension once, and over something.
        if not dims or len(set(dims)) != len(dims):
            raise VerifyException(
                f"{self.name}: (L1) dims [{', '.join(dims)}]; list at least one, each once, or drop the op"
            )
        # (L2) DRAM holds whole tensors, no tiles.
        if self.level.data == Level.Dram:
            raise VerifyException(f"{self.name}: (L2) loops over tiles in dram; name global, l2 or l1")

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.level.data.value} ")
        with printer.in_square_brackets():
            printer.print_list(self.loops, lambda loop: loop.print_bare(printer))
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> LoopsOp:
        level = parser.parse_str_enum(Level)
        loops = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: LoopAttr.parse_bare(parser))
        op = cls(level, loops)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class TransferOp(ScheduleOp):
    """A tile of an operand moves between neighbouring levels, double-buffered.

    ::

        sched.transfer input dram to global tile 4096
    """

    name = "sched.transfer"

    operand = prop_def(OperandAttr)
    source = prop_def(LevelAttr)
    destination = prop_def(LevelAttr)
    tile_bytes = prop_def(INT64)
    """Bytes of one tile."""

    assembly_format = "$operand $source `to` $destination `tile` $tile_bytes attr-dict"

    def __init__(self, operand: Operand, source: Level, destination: Level, tile_bytes: int) -> None:
        super().__init__(
            properties={
                "operand": OperandAttr(operand),
                "source": LevelAttr(source),
                "destination": LevelAttr(destination),
                "tile_bytes": IntegerAttr(tile_bytes, i64),
            }
        )

    @property
    def facts(self) -> Transfer:
        """The op as numbers."""
        return Transfer(self.operand.data, self.source.data, self.destination.data, self.tile_bytes.value.data)

    def verify_(self) -> None:
        inward = LEVEL_ORDER.index(self.source.data) < LEVEL_ORDER.index(self.destination.data)
        outward = LEVEL_ORDER.index(self.source.data) > LEVEL_ORDER.index(self.destination.data)
        # (T1) Inputs and weights move inward, outputs outward.
        if not (outward if self.operand.data == Operand.Output else inward):
            way = "outward" if self.operand.data == Operand.Output else "inward"
            route = f"from {self.source.data} to {self.destination.data}"
            raise VerifyException(f"{self.name}: (T1) {self.operand.data} {route}; it must move {way}")


@irdl_op_definition
class SpatialOp(ScheduleOp):
    """What an axis of the hardware does side by side: ``sched.spatial rows [c = 64, r = 2]``."""

    name = "sched.spatial"

    axis = prop_def(AxisAttr)
    extents = prop_def(ArrayAttr[ExtentAttr])

    def __init__(self, axis: Axis, extents: Sequence[ExtentAttr]) -> None:
        super().__init__(properties={"axis": AxisAttr(axis), "extents": ArrayAttr(extents)})

    @property
    def facts(self) -> Tile:
        """How much of each dimension the axis spreads."""
        return Tile(**{extent.dim.data.value: extent.extent.data for extent in self.extents})

    def verify_(self) -> None:
        dims = [extent.dim.data for extent in self.extents]
        # (P1) An axis spreads a dimension once, and something.
        if not dims or len(set(dims)) != len(dims):
            raise VerifyException(
                f"{self.name}: (P1) dims [{', '.join(dims)}]; list at least one, each once, or drop the op"
            )

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.axis.data.value} ")
        with printer.in_square_brackets():
            printer.print_list(self.extents, lambda extent: extent.print_bare(printer))
        printer.print_op_attributes(self.attributes)

    @classmethod
    def parse(cls, parser: Parser) -> SpatialOp:
        axis = parser.parse_str_enum(Axis)
        extents = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: ExtentAttr.parse_bare(parser))
        op = cls(axis, extents)
        op.attributes |= parser.parse_optional_attr_dict()
        return op


@irdl_op_definition
class ComputeOp(ScheduleOp):
    """What computes the contraction: ``sched.compute weight_stationary``."""

    name = "sched.compute"

    engine = prop_def(EngineAttr)

    assembly_format = "$engine attr-dict"

    def __init__(self, engine: Engine) -> None:
        super().__init__(properties={"engine": EngineAttr(engine)})


@irdl_op_definition
class VectorOp(ScheduleOp):
    """Elements that the vector unit processes in one run of the region, by kind of operation.

    ::

        sched.vector {alu = 1605632, transcendental = 0, divide = 0, reduce = 0, move = 0}
    """

    name = "sched.vector"
    KINDS: ClassVar[tuple[str, ...]] = ("alu", "transcendental", "divide", "reduce", "move")

    alu = prop_def(INT64)
    """Adds, multiplies, compares, selects, converts."""
    transcendental = prop_def(INT64)
    """Exponential, logistic, tanh, log, sine, power."""
    divide = prop_def(INT64)
    """Divisions, square roots and their reciprocals."""
    reduce = prop_def(INT64)
    """Input elements of reductions and of reduction windows."""
    move = prop_def(INT64)
    """Elements moved without arithmetic."""

    assembly_format = (
        "` ` `{` `alu` `=` $alu `,` `transcendental` `=` $transcendental `,` `divide` `=` $divide `,` "
        "`reduce` `=` $reduce `,` `move` `=` $move `}` attr-dict"
    )

    def __init__(self, alu: int = 0, transcendental: int = 0, divide: int = 0, reduce: int = 0, move: int = 0) -> None:
        values = (alu, transcendental, divide, reduce, move)
        super().__init__(
            properties={kind: IntegerAttr(value, i64) for kind, value in zip(self.KINDS, values, strict=True)}
        )

    def verify_(self) -> None:
        for kind in self.KINDS:
            attr = self.properties[kind]
            # (V1) Counts are not negative.
            if isinstance(attr, IntegerAttr) and attr.value.data < 0:
                raise VerifyException(f"{self.name}: (V1) {kind} = {attr.value.data}; a count is not negative")


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends a region's body; the operands become the results of the ``sched.region``."""

    name = "sched.yield"

    values = var_operand_def()

    traits = lazy_traits_def(lambda: (IsTerminator(), HasParent(RegionOp), Pure()))

    assembly_format = "($values^ `:` type($values))? attr-dict"

    def __init__(self, *values: SSAValue) -> None:
        super().__init__(operands=[values])


STEPS: tuple[type[Operation], ...] = (ContractionOp, LoopsOp, TransferOp, SpatialOp, ComputeOp, VectorOp)
"""The ops that a schedule is made of."""


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
    ) -> None:
        """``body`` ends with a ``YieldOp``; ``schedule`` lists ops of ``STEPS``, outermost level first."""
        super().__init__(
            operands=[operands],
            result_types=[result_types],
            properties=region_properties(region_name, kind, operand_spaces, result_spaces),
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
            # (S2) Without a contraction there is only vector work.
            if len(ops) != 1:
                raise VerifyException("(S2) the body has no contraction, so the schedule must be one sched.vector")
            return
        self._verify_steps(ops)
        facts = self.facts
        assert facts is not None
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
