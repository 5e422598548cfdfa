"""Chains: consecutive regions that run together for one tile of their results after the other."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import ArrayAttr, IntAttr, ShapedType, StringAttr
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import SpacedOpaqueSyntaxAttribute, SSAValue
from xdsl.irdl import irdl_attr_definition, param_def
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from dialects.region.attributes import Space
from dialects.syntax import BareAttribute

if TYPE_CHECKING:
    from dialects.region.ops import BoundRegionOp


MOST_TILES = 1 << 20
"""Tiles of one loop at most."""


class Halo(StrEnum):
    """What becomes of rows that two tiles of a chain both need."""

    Recompute = "recompute"
    """Each tile makes all rows that it needs."""
    Keep = "keep"
    """They stay in the global buffer from one tile to the next, which makes only the rows that are new."""


@irdl_attr_definition
class HaloAttr(EnumAttribute[Halo], SpacedOpaqueSyntaxAttribute):
    """A ``Halo``; ``#region<halo keep>`` in the generic syntax."""

    name = "region.halo"


@irdl_attr_definition(init=False)
class TileLoopAttr(BareAttribute):
    """One loop of a chain, as it runs over a dimension of a region's first result.

    ``dimension`` holds ``outer * extent * inner`` elements, of which the loop runs over ``extent``. Tile ``t`` of
    ``tiles`` needs positions ``t * step - before`` to ``(t + 1) * step - 1 + after`` of them, as far as they exist::

        #region.tile_loop<1 inner 4 of 300 step 20 before 1 after 1 tiles 15>

    ``inner 1``, ``before 0`` and ``after 0`` are not printed.
    """

    name = "region.tile_loop"

    dimension: IntAttr = param_def()
    inner: IntAttr = param_def()
    extent: IntAttr = param_def()
    step: IntAttr = param_def()
    before: IntAttr = param_def()
    after: IntAttr = param_def()
    tiles: IntAttr = param_def()

    def __init__(
        self, dimension: int, extent: int, step: int, tiles: int, *, inner: int = 1, before: int = 0, after: int = 0
    ) -> None:
        super().__init__(*(IntAttr(number) for number in (dimension, inner, extent, step, before, after, tiles)))

    def verify(self) -> None:
        least = {"inner": 1, "extent": 1, "step": 1, "before": 0, "after": 0, "tiles": 1, "dimension": 0}
        for name, bound in least.items():
            # (T1) Numbers that make sense.
            if getattr(self, name).data < bound:
                raise VerifyException(f"{self.name}: (T1) {name} {getattr(self, name).data}; at least {bound}")
        # (T3) Tiles can be looked at one by one.
        if self.tiles.data > MOST_TILES:
            raise VerifyException(
                f"{self.name}: (T3) {self.tiles.data} tiles; a loop has {MOST_TILES} at most: make the step greater"
            )
        # (T2) Every tile has something, and together they have all.
        reach = self.tiles.data * self.step.data + self.after.data
        if reach < self.extent.data or (self.tiles.data - 1) * self.step.data >= self.extent.data + self.before.data:
            raise VerifyException(
                f"{self.name}: (T2) {self.tiles.data} tiles of {self.step.data} do not cover {self.extent.data}; "
                "divide the extent by the step, and round up"
            )

    def window(self, tile: int) -> tuple[int, int]:
        """First and last position that a tile needs, as far as they exist."""
        step = self.step.data
        return max(tile * step - self.before.data, 0), min(
            (tile + 1) * step - 1 + self.after.data, self.extent.data - 1
        )

    def made(self, halo: Halo, tile: int) -> tuple[int, int]:
        """First and last position that a tile makes: all that it needs, or those behind what tiles before it made."""
        first, last = self.window(tile)
        if halo == Halo.Keep:
            first = tile * self.step.data + self.after.data if tile else 0
        return first, last

    def print_bare(self, printer: Printer) -> None:
        """``1 inner 4 of 300 step 20 before 1 after 1 tiles 15``"""
        inner = f" inner {self.inner.data}" if self.inner.data != 1 else ""
        printer.print_string(f"{self.dimension.data}{inner} of {self.extent.data} step {self.step.data}")
        for name, number in (("before", self.before.data), ("after", self.after.data)):
            printer.print_string(f" {name} {number}" if number else "")
        printer.print_string(f" tiles {self.tiles.data}")

    @classmethod
    def parse_bare(cls, parser: AttrParser) -> TileLoopAttr:
        """The inverse of ``print_bare``."""

        def number() -> int:
            return parser.parse_integer(allow_boolean=False, allow_negative=False)

        def optional(keyword: str, default: int) -> int:
            return number() if parser.parse_optional_keyword(keyword) else default

        dimension, inner = number(), optional("inner", 1)
        parser.parse_keyword("of")
        extent = number()
        parser.parse_keyword("step")
        step, before, after = number(), optional("before", 0), optional("after", 0)
        parser.parse_keyword("tiles")
        return cls(dimension, extent, step, number(), inner=inner, before=before, after=after)


@irdl_attr_definition(init=False)
class ChainAttr(BareAttribute):
    """The part of a region in a chain, outermost loop first::

        #region.chain<"chain_0" keep [0 of 8 step 1 tiles 8, 1 of 300 step 20 before 1 after 1 tiles 15] hold [2]>

    ``hold`` lists operands that every tile needs whole: the first one leaves them in the global buffer, where they
    stay while the chain runs. Without it each tile reads them again.
    """

    name = "region.chain"

    label: StringAttr = param_def()
    halo: HaloAttr = param_def()
    loops: ArrayAttr[TileLoopAttr] = param_def()
    hold: ArrayAttr[IntAttr] = param_def()

    def __init__(self, label: str, halo: Halo, loops: Sequence[TileLoopAttr], hold: Sequence[int] = ()) -> None:
        held = ArrayAttr(IntAttr(index) for index in hold)
        super().__init__(StringAttr(label), HaloAttr(halo), ArrayAttr(loops), held)

    @property
    def held(self) -> tuple[int, ...]:
        """Indices of the operands that are held."""
        return tuple(index.data for index in self.hold)

    @property
    def tiles(self) -> tuple[int, ...]:
        """How many tiles each loop has."""
        return tuple(loop.tiles.data for loop in self.loops)

    def print_bare(self, printer: Printer) -> None:
        """``"chain_0" keep [...] hold [...]``"""
        printer.print_string_literal(self.label.data)
        printer.print_string(f" {self.halo.data.value} ")
        with printer.in_square_brackets():
            printer.print_list(self.loops, lambda loop: loop.print_bare(printer))
        if self.held:
            printer.print_string(f" hold [{', '.join(str(index) for index in self.held)}]")

    @classmethod
    def parse_bare(cls, parser: AttrParser) -> ChainAttr:
        """The inverse of ``print_bare``."""
        label = parser.parse_str_literal("the chain's name")
        halo = parser.parse_str_enum(Halo)
        loops = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: TileLoopAttr.parse_bare(parser))
        hold: list[int] = []
        if parser.parse_optional_keyword("hold"):
            hold = parser.parse_comma_separated_list(
                parser.Delimiter.SQUARE, lambda: parser.parse_integer(allow_boolean=False, allow_negative=False)
            )
        return cls(label, halo, loops, hold)


def slice_bytes(chain: ChainAttr, size: int) -> tuple[int, int]:
    """Of a tensor of ``size`` bytes that a region of ``chain`` makes in slices: the greatest slice, and those bytes of
    it that are kept from one tile to the next."""
    whole, kept = Fraction(size), Fraction(0)
    for loop in chain.loops:
        halo, extent = loop.before.data + loop.after.data, loop.extent.data
        if chain.halo.data == Halo.Keep and loop.tiles.data > 1:
            kept = whole * min(halo, extent) / extent
        whole = whole * min(loop.step.data + halo, extent) / extent
    return ceil(whole), ceil(kept)


def members_of(op: BoundRegionOp) -> list[BoundRegionOp]:
    """The regions of an op's chain, in order; of one outside of chains itself."""
    found = [op]
    before = _region_before(op)
    while op.chain is not None and before is not None and (before.is_preparation or _label(before) == _label(op)):
        found += [] if before.is_preparation else [before]
        before = _region_before(before)
    found.reverse()
    after = _region_after(op)
    while op.chain is not None and after is not None and (after.is_preparation or _label(after) == _label(op)):
        found += [] if after.is_preparation else [after]
        after = _region_after(after)
    return found


def held_values(op: BoundRegionOp) -> set[SSAValue]:
    """What a region reads that its chain holds: where one region of a chain holds a tensor, all find it on chip."""
    members = () if op.chain is None else members_of(op)
    held = {
        member.inputs[index]
        for member in members
        if member.chain is not None
        for index in member.chain.held
        if index < len(member.inputs)
    }
    return held.intersection(op.inputs)


def verify_chain(op: BoundRegionOp) -> None:
    """The rules of chains that can be told from the regions' borders.

    That the slices suffice needs their bodies: whoever reads a module into numbers proves it
    (``passes.analysis.chains``).
    """
    where = f"{op.name} '{op.region_name.data}'"
    _verify_slices_stay(op, where)
    if op.chain is None:
        return
    _verify_loops(op, op.chain, where)
    before = _region_before(op)
    while before is not None and before.is_preparation:
        before = _region_before(before)
    if before is not None and _label(before) == op.chain.label.data:
        other = before.chain
        # (C14) The regions of a chain run in step.
        if other is not None and (other.tiles, other.halo) != (op.chain.tiles, op.chain.halo):
            raise VerifyException(
                f"{where}: (C14) it runs in {op.chain.tiles} tiles ({op.chain.halo.data}), the region before it in the "
                f"same chain in {other.tiles} ({other.halo.data}); make them the same"
            )
        return
    while before is not None:
        # (C15) Nothing runs between the regions of a chain.
        if _label(before) == op.chain.label.data:
            raise VerifyException(
                f'{where}: (C15) chain "{op.chain.label.data}" has other regions between this one and '
                f"'{before.region_name.data}'; give the chain one name for each run of regions"
            )
        before = _region_before(before)


def _label(op: BoundRegionOp) -> str | None:
    return None if op.chain is None else op.chain.label.data


def _region_before(op: BoundRegionOp) -> BoundRegionOp | None:
    from dialects.region.ops import BoundRegionOp

    previous = op.prev_op
    while previous is not None and not isinstance(previous, BoundRegionOp):
        previous = previous.prev_op
    return previous


def _region_after(op: BoundRegionOp) -> BoundRegionOp | None:
    from dialects.region.ops import BoundRegionOp

    following = op.next_op
    while following is not None and not isinstance(following, BoundRegionOp):
        following = following.next_op
    return following


def _verify_slices_stay(op: BoundRegionOp, where: str) -> None:
    spaces = zip((*op.inputs, *op.outputs), (*op.operand_spaces, *op.result_spaces), strict=True)
    for value, space in spaces:
        if space.data != Space.Tile:
            continue
        # (C12) A tensor that exists slice by slice is made and read by one chain.
        if _label(op) is None or any(_chain_of(user) != _label(op) for user in (value.owner, *_users(value))):
            raise VerifyException(
                f"{where}: (C12) a tensor is in tile, so its producer and all that read it must be regions of one "
                "chain; use dram or global"
            )


def _users(value: SSAValue) -> list[object]:
    return [use.operation for use in value.uses]


def _chain_of(owner: object) -> str | None:
    from dialects.region.ops import BoundRegionOp

    return _label(owner) if isinstance(owner, BoundRegionOp) else None


def _verify_loops(op: BoundRegionOp, chain: ChainAttr, where: str) -> None:
    first = op.outputs[0].type if op.outputs else None
    shape = first.get_shape() if isinstance(first, ShapedType) else ()
    for loop in chain.loops:
        fits = loop.dimension.data < len(shape)
        # (C13) A chain's loops run over dimensions of the first result, and hold operands that are there.
        if not fits or shape[loop.dimension.data] % (loop.extent.data * loop.inner.data):
            raise VerifyException(
                f"{where}: (C13) a loop runs over {loop.extent.data} of dimension {loop.dimension.data}, but the first "
                f"result has the shape {list(shape)}"
            )
    if not chain.loops or any(index >= len(op.inputs) for index in chain.held):
        raise VerifyException(
            f"{where}: (C13) a chain has at least one loop, and holds operands of the region, which has "
            f"{len(op.inputs)}; it has {len(chain.loops)} loops and holds {list(chain.held)}"
        )
