"""The ops of the arch dialect: an accelerator and its components."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from xdsl.dialects.builtin import (
    BFloat16Type,
    DictionaryAttr,
    Float16Type,
    Float32Type,
    FloatAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    SymbolNameConstraint,
    UnitAttr,
    f64,
    i64,
)
from xdsl.ir import Attribute, Block, Operation, Region
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    lazy_traits_def,
    opt_prop_def,
    prop_def,
    region_def,
    traits_def,
)
from xdsl.traits import HasParent, NoTerminator, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from dialects.arch.attributes import ChoiceAttr, L2Scope, L2ScopeAttr, RangeAttr, Scope, ScopeAttr
from dialects.syntax import FLOAT64, INT64, ExactFloat

ComponentT = TypeVar("ComponentT", bound="ComponentOp")


class ParameterOp(IRDLOperation, ABC):
    """An op whose properties are parameters of a machine, with the legal values of those that a search may move.

    ``space {x = #arch.range<1 to 256>}`` names parameters as the op prints them; the private, shared or disabled of a
    buffer is called ``scope``.
    """

    SEARCHED: ClassVar[tuple[str, ...]] = ()
    """Parameters that may have a space."""
    MAY_BE_ZERO: ClassVar[frozenset[str]] = frozenset()
    """Integer parameters for which 0 is a value too."""

    space = opt_prop_def(DictionaryAttr)
    """Legal values of a search around this machine."""

    @property
    def space_entries(self) -> Mapping[str, Attribute]:
        """The space as written, legal or not."""
        return {} if self.space is None else self.space.data

    @property
    def legal_values(self) -> Mapping[str, RangeAttr | ChoiceAttr]:
        """The space, by parameter."""
        return {key: value for key, value in self.space_entries.items() if isinstance(value, (RangeAttr, ChoiceAttr))}

    def parameter(self, name: str) -> int | float | str:
        """The value of a parameter as a plain number or word."""
        attr = self.properties[name]
        if isinstance(attr, IntegerAttr | FloatAttr):
            return attr.value.data
        if isinstance(attr, ScopeAttr | L2ScopeAttr):
            return attr.data.value
        assert isinstance(attr, StringAttr)
        return attr.data

    def verify_(self) -> None:
        # (A1) Numbers are positive, or 0 where there may be none of a thing.
        for name, attr in self.properties.items():
            if not isinstance(attr, IntegerAttr | FloatAttr):
                continue
            value = attr.value.data
            if value < 0 or (value == 0 and name not in self.MAY_BE_ZERO) or value != value or value == float("inf"):
                raise VerifyException(f"{self.name}: (A1) {name} is {value}; it must be a positive finite number")
        for name, legal in self.space_entries.items():
            self._verify_space(name, legal)

    def _verify_space(self, name: str, legal: Attribute) -> None:
        # (A2) A space names parameters that a search may move.
        if name not in self.SEARCHED:
            known = ", ".join(self.SEARCHED) or "none"
            raise VerifyException(f"{self.name}: (A2) space of '{name}'; parameters that can be searched here: {known}")
        # (A3) Numbers have ranges, words have choices.
        value = self.parameter(name)
        expected = ChoiceAttr if isinstance(value, str) else RangeAttr
        if not isinstance(legal, expected):
            raise VerifyException(f"{self.name}: (A3) the space of {name} is {legal}; write an #{expected.name}")
        # (A4) The machine lies in its own space.
        if value not in legal.values:
            raise VerifyException(f"{self.name}: (A4) {name} is {value}, outside its own space {legal}")


class ComponentOp(ParameterOp, ABC):
    """A part of an accelerator; there is exactly one of each kind."""

    traits = lazy_traits_def(lambda: (HasParent(AcceleratorOp),))


@irdl_op_definition
class DramOp(ComponentOp):
    """External memory: ``arch.dram "gddr6" channels 8 channel_bytes_per_s 5.600000e+10``."""

    name = "arch.dram"
    SEARCHED: ClassVar[tuple[str, ...]] = ("kind", "channels")

    kind = prop_def(StringAttr)
    """Key of the technology data."""
    channels = prop_def(INT64)
    channel_bytes_per_s = prop_def(FLOAT64)
    """Peak bytes per second of one channel."""

    custom_directives = (ExactFloat,)
    assembly_format = (
        "$kind `channels` $channels `channel_bytes_per_s` custom<ExactFloat>($channel_bytes_per_s) "
        "(`space` $space^)? attr-dict"
    )

    def __init__(self, kind: str, channels: int, channel_bytes_per_s: float, space: Space = None) -> None:
        super().__init__(
            properties={
                "kind": StringAttr(kind),
                "channels": IntegerAttr(channels, i64),
                "channel_bytes_per_s": FloatAttr(channel_bytes_per_s, f64),
                "space": space_attr(space),
            }
        )


@irdl_op_definition
class GlobalBufferOp(ComponentOp):
    """The buffer that all PEs share: ``arch.global_buffer bytes 134217728``; 0 bytes: there is none."""

    name = "arch.global_buffer"
    SEARCHED: ClassVar[tuple[str, ...]] = ("bytes",)
    MAY_BE_ZERO: ClassVar[frozenset[str]] = frozenset({"bytes"})

    bytes = prop_def(INT64)

    assembly_format = "`bytes` $bytes (`space` $space^)? attr-dict"

    def __init__(self, size: int, space: Space = None) -> None:
        super().__init__(properties={"bytes": IntegerAttr(size, i64), "space": space_attr(space)})


@irdl_op_definition
class PeGridOp(ComponentOp):
    """The grid of processing elements: ``arch.pe_grid x 8 y 8`` has 8 columns and 8 rows."""

    name = "arch.pe_grid"
    SEARCHED: ClassVar[tuple[str, ...]] = ("x", "y")

    x = prop_def(INT64)
    y = prop_def(INT64)

    assembly_format = "`x` $x `y` $y (`space` $space^)? attr-dict"

    def __init__(self, x: int, y: int, space: Space = None) -> None:
        super().__init__(properties={"x": IntegerAttr(x, i64), "y": IntegerAttr(y, i64), "space": space_attr(space)})


@irdl_op_definition
class L2Op(ComponentOp):
    """L2 buffers, in multiples of the L1 buffers.

    ::

        arch.l2 shared input_multiplier 4 weight_multiplier 4 output_multiplier 2
    """

    name = "arch.l2"
    SEARCHED: ClassVar[tuple[str, ...]] = ("scope", "input_multiplier", "weight_multiplier", "output_multiplier")

    scope = prop_def(L2ScopeAttr)
    input_multiplier = prop_def(INT64)
    """L2 input bytes of a PE over its L1 input bytes; likewise below."""
    weight_multiplier = prop_def(INT64)
    output_multiplier = prop_def(INT64)

    assembly_format = (
        "$scope `input_multiplier` $input_multiplier `weight_multiplier` $weight_multiplier "
        "`output_multiplier` $output_multiplier (`space` $space^)? attr-dict"
    )

    def __init__(self, scope: L2Scope, multipliers: tuple[int, int, int], space: Space = None) -> None:
        """``multipliers`` of input, weight and output."""
        names = ("input_multiplier", "weight_multiplier", "output_multiplier")
        super().__init__(
            properties={
                "scope": L2ScopeAttr(scope),
                **{name: IntegerAttr(value, i64) for name, value in zip(names, multipliers, strict=True)},
                "space": space_attr(space),
            }
        )


@irdl_op_definition
class L1Op(ComponentOp):
    """L1 buffers of a PE, in bytes: ``arch.l1 private input 32768 weight 32768 output 32768``."""

    name = "arch.l1"
    SEARCHED: ClassVar[tuple[str, ...]] = ("scope", "input", "weight", "output")

    scope = prop_def(ScopeAttr)
    input = prop_def(INT64)
    weight = prop_def(INT64)
    output = prop_def(INT64)

    assembly_format = "$scope `input` $input `weight` $weight `output` $output (`space` $space^)? attr-dict"

    def __init__(self, scope: Scope, sizes: tuple[int, int, int], space: Space = None) -> None:
        """``sizes`` of the input, weight and output buffers."""
        names = ("input", "weight", "output")
        super().__init__(
            properties={
                "scope": ScopeAttr(scope),
                **{name: IntegerAttr(size, i64) for name, size in zip(names, sizes, strict=True)},
                "space": space_attr(space),
            }
        )


@irdl_op_definition
class SystolicArrayOp(ComponentOp):
    """The systolic array of each PE: inputs enter at its rows, results leave at its columns.

    ::

        arch.systolic_array rows 32 columns 32
        arch.systolic_array rows 32 columns 32 preload exposed
    """

    name = "arch.systolic_array"
    SEARCHED: ClassVar[tuple[str, ...]] = ("rows", "columns")

    rows = prop_def(INT64)
    columns = prop_def(INT64)
    preload_exposed = opt_prop_def(UnitAttr)
    """Cells hold one stationary element: the next ones enter, and finished sums leave, while no stream passes. Without
    it they hold two, and that is hidden behind the stream."""

    assembly_format = (
        "`rows` $rows `columns` $columns (`preload` `exposed` $preload_exposed^)? (`space` $space^)? attr-dict"
    )

    def __init__(self, rows: int, columns: int, space: Space = None, *, preload_exposed: bool = False) -> None:
        super().__init__(
            properties={
                "rows": IntegerAttr(rows, i64),
                "columns": IntegerAttr(columns, i64),
                "preload_exposed": UnitAttr() if preload_exposed else None,
                "space": space_attr(space),
            }
        )


@irdl_op_definition
class VectorUnitOp(ComponentOp):
    """The vector unit of each PE: ``arch.vector_unit multiplier 2`` has two lanes per column of the systolic array."""

    name = "arch.vector_unit"
    SEARCHED: ClassVar[tuple[str, ...]] = ("multiplier",)

    multiplier = prop_def(INT64)

    assembly_format = "`multiplier` $multiplier (`space` $space^)? attr-dict"

    def __init__(self, multiplier: int, space: Space = None) -> None:
        super().__init__(properties={"multiplier": IntegerAttr(multiplier, i64), "space": space_attr(space)})


COMPONENTS = (DramOp, GlobalBufferOp, PeGridOp, L2Op, L1Op, SystolicArrayOp, VectorUnitOp)
"""The parts of an accelerator, from outside to inside."""


@irdl_op_definition
class AcceleratorOp(ParameterOp):
    """A machine of FAST's template.

    ::

        arch.accelerator @fast_large clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 8 {
          arch.dram "gddr6" channels 8 channel_bytes_per_s 5.600000e+10
          arch.global_buffer bytes 134217728
          arch.pe_grid x 8 y 8
          arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
          arch.l1 private input 32768 weight 32768 output 32768
          arch.systolic_array rows 32 columns 32
          arch.vector_unit multiplier 1
        }

    ``tile_issue_cycles 40 tile_issue exposed`` after the native batch: a processor takes 40 cycles to issue the work of
    an L1 tile, and tiles wait for it. Without ``tile_issue exposed`` it issues one tile while another runs; without
    either it takes no time.
    """

    name = "arch.accelerator"
    SEARCHED: ClassVar[tuple[str, ...]] = ("native_batch",)

    sym_name = prop_def(SymbolNameConstraint())
    clock_hz = prop_def(FLOAT64)
    node_nm = prop_def(INT64)
    """Technology node in nanometres."""
    dtype = prop_def(BFloat16Type | Float16Type | Float32Type | IntegerType)
    """Element type that the arrays multiply."""
    native_batch = prop_def(INT64)
    """Inferences that the machine runs together."""
    tile_issue_cycles = opt_prop_def(INT64)
    """Cycles to issue the work of one L1 tile; none: no time."""
    tile_issue_exposed = opt_prop_def(UnitAttr)
    """A tile is issued when the one before it has ended."""
    host_bytes_per_s = opt_prop_def(INT64)
    """Bytes per second and direction to and from the host; absent: no such interface."""
    link_bytes_per_s = opt_prop_def(INT64)
    """Bytes per second and direction of all links to other chips together; absent: no links."""
    components = region_def("single_block")

    traits = traits_def(SymbolOpInterface(), NoTerminator())

    custom_directives = (ExactFloat,)
    assembly_format = (
        "$sym_name `clock_hz` custom<ExactFloat>($clock_hz) `node_nm` $node_nm `dtype` $dtype "
        "`native_batch` $native_batch (`tile_issue_cycles` $tile_issue_cycles^)? "
        "(`tile_issue` `exposed` $tile_issue_exposed^)? (`host_bytes_per_s` $host_bytes_per_s^)? "
        "(`link_bytes_per_s` $link_bytes_per_s^)? (`space` $space^)? attr-dict-with-keyword $components"
    )

    def __init__(
        self,
        sym_name: str,
        clock_hz: float,
        node_nm: int,
        dtype: BFloat16Type | Float16Type | Float32Type | IntegerType,
        native_batch: int,
        components: Sequence[Operation],
        space: Space = None,
        *,
        tile_issue_cycles: int = 0,
        tile_issue_exposed: bool = False,
        host_bytes_per_s: int = 0,
        link_bytes_per_s: int = 0,
    ) -> None:
        """``components``: one op of each of ``COMPONENTS``, in any order. Interfaces of 0 bytes/s are left out."""
        interfaces = {"host_bytes_per_s": host_bytes_per_s, "link_bytes_per_s": link_bytes_per_s}
        super().__init__(
            properties={
                "sym_name": StringAttr(sym_name),
                "clock_hz": FloatAttr(clock_hz, f64),
                "node_nm": IntegerAttr(node_nm, i64),
                "dtype": dtype,
                "native_batch": IntegerAttr(native_batch, i64),
                "tile_issue_cycles": IntegerAttr(tile_issue_cycles, i64) if tile_issue_cycles else None,
                "tile_issue_exposed": UnitAttr() if tile_issue_exposed else None,
                **{name: IntegerAttr(rate, i64) for name, rate in interfaces.items() if rate},
                "space": space_attr(space),
            },
            regions=[Region(Block(components))],
        )

    def component(self, kind: type[ComponentT]) -> ComponentT:
        """The component of a kind; a verified accelerator has it."""
        return next(op for op in self.components.block.ops if isinstance(op, kind))

    def verify_(self) -> None:
        super().verify_()
        ops = list(self.components.block.ops)
        # (A5) Exactly one of each component.
        for kind in COMPONENTS:
            count = sum(isinstance(op, kind) for op in ops)
            if count != 1:
                raise VerifyException(
                    f"{self.name} @{self.sym_name.data}: (A5) {count} of {kind.name}; an accelerator has exactly one"
                )
        # (A6) Nothing but components.
        for op in ops:
            if not isinstance(op, COMPONENTS):
                raise VerifyException(f"{self.name} @{self.sym_name.data}: (A6) {op.name} is no component; move it out")


Space = Mapping[str, RangeAttr | ChoiceAttr] | None
"""Legal values by parameter, for an op's constructor."""


def space_attr(space: Space) -> DictionaryAttr | None:
    """The ``space`` property of these legal values; none for none."""
    return DictionaryAttr(dict(space)) if space else None
