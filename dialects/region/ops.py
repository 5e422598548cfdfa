"""The ops of the region dialect, and the header that ``sched.region`` shares with ``region.fused``."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple, Self

from xdsl.dialects.builtin import ArrayAttr, StringAttr, UnregisteredOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Attribute, Block, BlockArgument, Operation, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    lazy_traits_def,
    opt_prop_def,
    prop_def,
    region_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.parser import Parser, UnresolvedOperand
from xdsl.printer import Printer
from xdsl.traits import HasParent, IsolatedFromAbove, IsTerminator, Pure, RecursiveMemoryEffect
from xdsl.utils.exceptions import VerifyException

from dialects.region.attributes import ROLE_KEY, Kind, KindAttr, Space, SpaceAttr
from dialects.region.chains import ChainAttr, verify_chain

CONTRACTIONS = frozenset({"stablehlo.convolution", "stablehlo.dot_general", "stablehlo.dot"})
"""Names of the ops that run on a systolic array; a region holds at most one of them."""


BINDINGS_IN_A_LINE = 2
"""Regions of more operands are printed with one in a line."""


class _Placed(NamedTuple):
    """A tensor's type with the space that it lives in, and where in that."""

    type: Attribute
    space: Space
    place: Attribute | None


class BoundRegionOp(IRDLOperation, ABC):
    """An isolated body whose block arguments are bound to operands, each operand and result with the space it lives in.

    ::

        "NAME" KIND (%arg = %operand : type in space, ...) -> (type in space, ...) [chain CHAIN] {body}
    """

    region_name = prop_def(StringAttr, prop_name="name")
    """What reports, traces and errors call this region."""
    kind = prop_def(KindAttr)
    operand_spaces = prop_def(ArrayAttr[SpaceAttr])
    """Where each operand lives."""
    result_spaces = prop_def(ArrayAttr[SpaceAttr])
    """Where each result lives."""
    chain = opt_prop_def(ChainAttr)
    """The tiles in which it runs together with its neighbours, of a region in a chain."""

    inputs = var_operand_def()
    outputs = var_result_def()
    body = region_def("single_block")

    traits = traits_def(IsolatedFromAbove(), RecursiveMemoryEffect())

    TERMINATOR: ClassVar[type[Operation]]
    """The op that ends the body, its operands being the results."""

    @property
    def body_block(self) -> Block:
        """The only block of the body; its arguments stand for the operands."""
        return self.body.block

    @property
    def yielded(self) -> Sequence[SSAValue]:
        """Values of the body that become the results, in order."""
        last = self.body_block.last_op
        return () if last is None else last.operands

    @property
    def bindings(self) -> Iterator[tuple[BlockArgument, SSAValue, Space]]:
        """Each block argument of the body with the operand that it stands for and where that lives."""
        spaces = (space.data for space in self.operand_spaces)
        return zip(self.body_block.args, self.inputs, spaces, strict=True)

    @property
    def contraction(self) -> Operation | None:
        """The convolution or matrix product of the body, if it has one; those of loops and branches do not count."""
        return next((op for op in self.body_block.ops if _printed_name(op) in CONTRACTIONS), None)

    @property
    def is_preparation(self) -> bool:
        """Whether this prepares weights, once, ahead of all runs."""
        return self.kind.data is Kind.Prepare

    def space_of(self, value: SSAValue) -> Space:
        """Where an operand or result of this op lives. Raises ``ValueError`` for another value."""
        if value.owner is self:
            return self.result_spaces.data[self.outputs.index(value)].data
        return self.operand_spaces.data[self.inputs.index(value)].data

    def set_space(self, value: SSAValue, space: Space) -> None:
        """Moves an operand (each time it is bound) or a result. The other ops that name the value are not changed."""
        attr = SpaceAttr(space)

        def moved(values: Iterable[SSAValue], spaces: ArrayAttr[SpaceAttr]) -> ArrayAttr[SpaceAttr]:
            return ArrayAttr(attr if v is value else old for v, old in zip(values, spaces, strict=True))

        self.operand_spaces = moved(self.inputs, self.operand_spaces)
        self.result_spaces = moved(self.outputs, self.result_spaces)

    def verify_(self) -> None:
        name = self.region_name.data
        # (C1) A region has a name.
        if not name:
            raise VerifyException(f'{self.name}: (C1) the name is empty; give the region one, such as "conv_0"')
        # (C2) Each operand and each result has a space.
        self._verify_spaces_count("operand", len(self.inputs), len(self.operand_spaces))
        self._verify_spaces_count("result", len(self.outputs), len(self.result_spaces))
        # (C3) The body has one argument for each operand, of its type.
        self._verify_types("block argument", self.body_block.arg_types, "operand", self.operand_types)
        # (C4) The body ends with a yield of the results' types.
        last = self.body_block.last_op
        if not isinstance(last, self.TERMINATOR):
            raise VerifyException(
                f"{self.name} '{name}': (C4) the body ends with {last.name if last else 'nothing'}; "
                f"it must end with {self.TERMINATOR.name}"
            )
        self._verify_types("yielded value", last.operand_types, "result", self.result_types)
        # (C5) At most one contraction, unless the region is never scheduled.
        contractions = [op for op in map(_printed_name, self.body_block.ops) if op in CONTRACTIONS]
        if len(contractions) > 1 and not self.is_preparation:
            raise VerifyException(
                f"{self.name} '{name}': (C5) {len(contractions)} contractions ({', '.join(contractions)}); "
                "a region holds at most one: split it"
            )
        self._verify_residency()

    def _verify_spaces_count(self, what: str, values: int, spaces: int) -> None:
        if values != spaces:
            raise VerifyException(
                f"{self.name} '{self.region_name.data}': (C2) {values} {what}s, {spaces} {what} spaces; give one each"
            )

    def _verify_types(
        self, inner: str, inner_types: Sequence[Attribute], outer: str, outer_types: Sequence[Attribute]
    ) -> None:
        rule = "(C3)" if outer == "operand" else "(C4)"
        name = self.region_name.data
        if len(inner_types) != len(outer_types):
            raise VerifyException(
                f"{self.name} '{name}': {rule} {len(inner_types)} {inner}s for {len(outer_types)} {outer}s"
            )
        for index, (a, b) in enumerate(zip(inner_types, outer_types, strict=True)):
            if a != b:
                raise VerifyException(f"{self.name} '{name}': {rule} {inner} {index} is {a}, {outer} {index} is {b}")

    def _verify_residency(self) -> None:
        name = self.region_name.data
        # (C6) Only prepared weights are pinned, for pinned tensors are there before the first run; and those are
        # nothing else on chip.
        refused = Space.Global if self.is_preparation else Space.Pinned
        for index, space in enumerate(self.result_spaces):
            if space.data == refused:
                what, remedy = ("a prepared weight", "pinned") if self.is_preparation else ("no weight", "global")
                raise VerifyException(
                    f"{self.name} '{name}': (C6) result {index} is in {refused.value} but {what}: use dram or {remedy}"
                )
        # (C7) What the function returns ends in DRAM.
        for index, (result, space) in enumerate(zip(self.outputs, self.result_spaces, strict=True)):
            returned = any(isinstance(use.operation, ReturnOp) for use in result.uses)
            if returned and space.data != Space.Dram:
                raise VerifyException(
                    f"{self.name} '{name}': (C7) result {index} is returned but lives in {space.data}; use dram"
                )
        if self.is_preparation:
            self._verify_preparation()
        for index, (value, space) in enumerate(zip(self.inputs, self.operand_spaces, strict=True)):
            self._verify_operand_space(f"{self.name} '{name}'", index, value, space.data)
        verify_chain(self)

    def _verify_preparation(self) -> None:
        # (C11) Weights are prepared from weights.
        for index, value in enumerate(self.inputs):
            owner = value.owner
            if isinstance(owner, BoundRegionOp):
                source = "" if owner.is_preparation else f"the result of '{owner.region_name.data}'"
            else:
                source = "" if (role := _role(value)) in (None, "weight") else f"an argument with the role {role}"
            if source:
                raise VerifyException(
                    f"{self.name} '{self.region_name.data}': (C11) operand {index} is {source}, but a prepare region "
                    "runs before there is any; give it weights, or another kind"
                )

    def _verify_operand_space(self, where: str, index: int, value: SSAValue, space: Space) -> None:
        if isinstance(value.owner, BoundRegionOp):
            written = value.owner.space_of(value)
            # (C8) A tensor lives where its producer puts it.
            if space != written:
                raise VerifyException(
                    f"{where}: (C8) operand {index} is read from {space} but "
                    f"'{value.owner.region_name.data}' writes it to {written}; make both the same"
                )
            return
        # (C9) Only what a region wrote on chip is read from there; pinned are arguments with the role of a weight.
        if space in (Space.Global, Space.Tile) or (space == Space.Pinned and _role(value) not in (None, "weight")):
            raise VerifyException(
                f"{where}: (C9) operand {index} is in {space}, but no region wrote it and its role is "
                f"{_role(value) or 'not known'}; use dram, or pinned for a weight"
            )
        # (C10) A tensor has one place for all that read it.
        for use in value.uses:
            reader = use.operation
            if isinstance(reader, BoundRegionOp) and reader.operand_spaces.data[use.index].data != space:
                raise VerifyException(
                    f"{where}: (C10) operand {index} is read from {space}, but '{reader.region_name.data}' reads it "
                    f"from {reader.operand_spaces.data[use.index].data}; make all the same"
                )

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_string_literal(self.region_name.data)
        printer.print_string(f" {self.kind.data.value} ")
        is_long = len(self.inputs) > BINDINGS_IN_A_LINE
        with printer.indented(2):
            with printer.in_parens():
                delimiter = ",\n" if is_long else ", "
                printer.print_list(self.bindings, lambda binding: self._print_binding(printer, *binding), delimiter)
            printer.print_string("\n-> " if is_long else " -> ")
        with printer.in_parens():
            printer.print_list(self.outputs, lambda result: self._print_placed_type(printer, result))
        if self.chain is not None:
            printer.print_string(" chain ")
            self.chain.print_bare(printer)
        printer.print_op_attributes(self.attributes, print_keyword=True)
        printer.print_string(" ")
        printer.print_region(self.body, print_entry_block_args=False, print_empty_block=False)
        self.print_schedule(printer)

    def print_schedule(self, printer: Printer) -> None:
        """Prints what follows the body, for ops that carry more than it."""

    @classmethod
    def parse_schedule(cls, parser: Parser) -> Sequence[Region]:
        """Parses what ``print_schedule`` printed."""
        return ()

    def print_place(self, printer: Printer, value: SSAValue) -> None:
        """Prints what follows the space of an operand or result, for ops that say where in it."""

    @classmethod
    def parse_place(cls, parser: Parser) -> Attribute | None:
        """Parses what ``print_place`` printed; none where there is nothing."""
        return None

    @classmethod
    def place_properties(
        cls, operands: Sequence[Attribute | None], results: Sequence[Attribute | None]
    ) -> dict[str, Attribute]:
        """The properties that hold what ``parse_place`` found."""
        return {}

    def _print_binding(self, printer: Printer, argument: BlockArgument, operand: SSAValue, space: Space) -> None:
        printer.print_ssa_value(argument)
        printer.print_string(" = ")
        printer.print_operand(operand)
        printer.print_string(" : ")
        self._print_placed_type(printer, operand)

    def _print_placed_type(self, printer: Printer, value: SSAValue) -> None:
        printer.print_attribute(value.type)
        printer.print_string(f" in {self.space_of(value).value}")
        self.print_place(printer, value)

    @classmethod
    def parse(cls, parser: Parser) -> Self:
        name = parser.parse_str_literal("the region's name")
        kind = parser.parse_str_enum(Kind)
        bindings = parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: cls._parse_binding(parser))
        parser.parse_punctuation("->")
        results = parser.parse_comma_separated_list(parser.Delimiter.PAREN, lambda: cls._parse_placed_type(parser))
        chain = ChainAttr.parse_bare(parser) if parser.parse_optional_keyword("chain") else None
        attributes = parser.parse_optional_attr_dict_with_keyword()
        inputs = [parser.resolve_operand(operand, argument.type) for argument, operand, _ in bindings]
        body = _parse_isolated_region(parser, [argument for argument, _, _ in bindings])
        placed = [placed for _, _, placed in bindings]
        return cls.create(
            operands=inputs,
            result_types=[result.type for result in results],
            properties=region_properties(name, kind, [p.space for p in placed], [r.space for r in results], chain)
            | cls.place_properties([p.place for p in placed], [r.place for r in results]),
            attributes={} if attributes is None else dict(attributes.data),
            regions=[body, *cls.parse_schedule(parser)],
        )

    @classmethod
    def _parse_binding(cls, parser: Parser) -> tuple[Parser.Argument, UnresolvedOperand, _Placed]:
        argument = parser.parse_argument(expect_type=False)
        parser.parse_punctuation("=")
        operand = parser.parse_unresolved_operand()
        parser.parse_punctuation(":")
        placed = cls._parse_placed_type(parser)
        return argument.resolve(placed.type), operand, placed

    @classmethod
    def _parse_placed_type(cls, parser: Parser) -> _Placed:
        value_type = parser.parse_type()
        parser.parse_keyword("in")
        return _Placed(value_type, parser.parse_str_enum(Space), cls.parse_place(parser))


def _role(value: SSAValue) -> str | None:
    """What a function says of its argument; "input" where it says nothing, none for other values."""
    function = value.owner.parent_op() if isinstance(value, BlockArgument) else None
    if not isinstance(function, FuncOp) or not isinstance(value, BlockArgument):
        return None
    attrs = function.arg_attrs
    role = attrs.data[value.index].data.get(ROLE_KEY) if attrs is not None else None
    return role.data if isinstance(role, StringAttr) else "input"


def _printed_name(op: Operation) -> str:
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name


def sources(value: SSAValue) -> set[BlockArgument]:
    """The block arguments of a region's body that ``value``, a value of that body, is computed from."""
    found: set[BlockArgument] = set()
    seen: set[SSAValue] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        if isinstance(current, BlockArgument):
            found.add(current)
        elif isinstance(current.owner, Operation):
            # Bodies of nested ops (reductions) may use values from outside; arguments of their own do no harm.
            pending.extend(operand for op in current.owner.walk() for operand in op.operands)
    return {argument for argument in found if isinstance(argument.block.parent_op(), BoundRegionOp)}


def region_properties(
    name: str,
    kind: Kind,
    operand_spaces: Sequence[Space],
    result_spaces: Sequence[Space],
    chain: ChainAttr | None = None,
) -> dict[str, Attribute]:
    """The properties that every ``BoundRegionOp`` has."""
    properties: dict[str, Attribute] = {} if chain is None else {"chain": chain}
    return properties | {
        "name": StringAttr(name),
        "kind": KindAttr(kind),
        "operand_spaces": ArrayAttr(SpaceAttr(space) for space in operand_spaces),
        "result_spaces": ArrayAttr(SpaceAttr(space) for space in result_spaces),
    }


def _parse_isolated_region(parser: Parser, arguments: Sequence[Parser.Argument]) -> Region:
    """Parses a body whose arguments may reuse names from outside, as bodies isolated from above may in MLIR."""
    names = {argument.name.text[1:] for argument in arguments}
    outer = parser.ssa_values
    parser.ssa_values = {name: values for name, values in outer.items() if name not in names}
    region = parser.parse_region(arguments)
    parser.ssa_values = outer
    return region


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends a region's body; the operands become the results of the ``region.fused``."""

    name = "region.yield"

    values = var_operand_def()

    traits = lazy_traits_def(lambda: (IsTerminator(), HasParent(FusedOp), Pure()))

    assembly_format = "($values^ `:` type($values))? attr-dict"

    def __init__(self, *values: SSAValue) -> None:
        super().__init__(operands=[values])


@irdl_op_definition
class FusedOp(BoundRegionOp):
    """Ops that run together on the accelerator: one contraction at most, and what is done to its tensors on the way.

    ::

        %1 = region.fused "conv_2" conv (%a = %0 : tensor<8x4xf32> in global, %w = %w2 : tensor<4x4xf32> in pinned)
            -> (tensor<8x4xf32> in dram) {
          %2 = stablehlo.dot_general ...
          region.yield %2 : tensor<8x4xf32>
        }
    """

    name = "region.fused"

    TERMINATOR: ClassVar[type[Operation]] = YieldOp

    def __init__(
        self,
        region_name: str,
        kind: Kind | str,
        operands: Sequence[SSAValue],
        result_types: Sequence[Attribute],
        body: Region | Block,
        operand_spaces: Sequence[Space] | None = None,
        result_spaces: Sequence[Space] | None = None,
    ) -> None:
        """``body`` has one argument per operand and ends with a ``YieldOp``; spaces that are not given are DRAM."""
        super().__init__(
            operands=[operands],
            result_types=[result_types],
            properties=region_properties(
                region_name,
                Kind(kind),
                [Space.Dram] * len(operands) if operand_spaces is None else operand_spaces,
                [Space.Dram] * len(result_types) if result_spaces is None else result_spaces,
            ),
            regions=[Region(body) if isinstance(body, Block) else body],
        )
