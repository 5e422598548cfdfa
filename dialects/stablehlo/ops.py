"""The ops of StableHLO that xdsl-jax lacks, or that do not accept what JAX writes.

See https://github.com/openxla/stablehlo/blob/main/docs/spec.md for what each of them means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from xdsl.dialects.builtin import (
    AnyTensorType,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    TensorType,
    i1,
    i64,
)
from xdsl.ir import Attribute, Block, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    ParsePropInAttrDict,
    SameVariadicOperandSize,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.irdl.declarative_assembly_format import (
    AttributeVariable,
    CustomDirective,
    ParsingState,
    PrintingState,
    TypeDirective,
    irdl_custom_directive,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import (
    ConstantLike,
    Pure,
    RecursivelySpeculatable,
    RecursiveMemoryEffect,
    SingleBlockImplicitTerminator,
)
from xdsl_jax.dialects.stablehlo.attributes import (
    ComparisonDirection,
    ComparisonDirectionAttr,
    ComparisonType,
    ComparisonTypeAttr,
)
from xdsl_jax.dialects.stablehlo.custom_directives import SameOperandsAndResultType
from xdsl_jax.dialects.stablehlo.elementwise_unary_ops import ElementwiseUnaryOperation
from xdsl_jax.dialects.stablehlo.modularity_ops import ReturnOp
from xdsl_jax.dialects.stablehlo.types import (
    FloatOrComplexTensorType,
    PredTensorType,
    ScalarIntTensorType,
    TensorOrTokenType,
)

from dialects.stablehlo.attributes import ResultAccuracyAttr
from dialects.stablehlo.dense import parse_dense, print_dense
from dialects.stablehlo.windows import require, require_reducer, tensor


@irdl_custom_directive
class ExactConstant(CustomDirective):
    """The value of a constant, to the last bit; its type is the result's."""

    value: AttributeVariable
    output: TypeDirective

    def parse(self, parser: Parser, state: ParsingState) -> None:
        value = parse_dense(parser)
        self.value.set(state, value)
        self.output.set(state, (value.type,))

    def print(self, printer: Printer, state: PrintingState, op: IRDLOperation) -> None:
        state.print_whitespace(printer)
        print_dense(printer, cast(DenseIntOrFPElementsAttr, self.value.get(op)))


@irdl_op_definition
class ConstantOp(IRDLOperation):
    """A constant. (xdsl-jax's loses infinities and NaNs in its text.)"""

    name = "stablehlo.constant"

    value = prop_def(DenseIntOrFPElementsAttr)
    output = result_def(AnyTensorType)
    traits = traits_def(Pure(), ConstantLike())
    assembly_format = "attr-dict custom<ExactConstant>($value, type($output))"
    custom_directives = (ExactConstant,)

    def __init__(self, value: DenseIntOrFPElementsAttr[Any]):
        super().__init__(properties={"value": value}, result_types=(value.type,))

    def verify_(self) -> None:
        # (C1) The result has the value's type.
        value, output = self.value.type, self.output.type
        require(value == output, self, "value {} and result {} differ", value, output)


@irdl_op_definition
class CompareOp(IRDLOperation):
    """Element-wise comparison. (xdsl-jax's calls the property ``compare_type`` by another name.)"""

    name = "stablehlo.compare"

    lhs = operand_def(AnyTensorType)
    rhs = operand_def(AnyTensorType)
    result = result_def(PredTensorType)
    comparison_direction = prop_def(ComparisonDirectionAttr)
    compare_type = opt_prop_def(ComparisonTypeAttr)
    traits = traits_def(Pure())
    assembly_format = (
        "$comparison_direction `,` $lhs `,` $rhs (`,` $compare_type^)? attr-dict `:` functional-type(operands, results)"
    )

    def __init__(
        self, lhs: SSAValue, rhs: SSAValue, direction: ComparisonDirection, compare_type: ComparisonType | None = None
    ):
        super().__init__(
            operands=(lhs, rhs),
            result_types=(TensorType(i1, tensor(lhs).get_shape()),),
            properties={
                "comparison_direction": ComparisonDirectionAttr(direction),
                "compare_type": None if compare_type is None else ComparisonTypeAttr(compare_type),
            },
        )

    def verify_(self) -> None:
        # (C1) Operands have the same element type. (C2) Operands and result have the same shape.
        lhs, rhs, result = tensor(self.lhs), tensor(self.rhs), tensor(self.result)
        require(lhs.element_type == rhs.element_type, self, "element types of {} and {} differ", lhs, rhs)
        same = lhs.get_shape() == rhs.get_shape() == result.get_shape()
        require(same, self, "shapes of {}, {} and {} differ", lhs, rhs, result)


@irdl_op_definition
class PadOp(IRDLOperation):
    """Puts ``padding_value`` around and between the operand's elements. (xdsl-jax's takes only an integer value.)"""

    name = "stablehlo.pad"

    operand = operand_def(AnyTensorType)
    padding_value = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    edge_padding_low = prop_def(DenseArrayBase.constr(i64))
    edge_padding_high = prop_def(DenseArrayBase.constr(i64))
    interior_padding = prop_def(DenseArrayBase.constr(i64))
    traits = traits_def(Pure())
    assembly_format = (
        "$operand `,` $padding_value `,` `low` `=` $edge_padding_low `,` `high` `=` $edge_padding_high `,` "
        "`interior` `=` $interior_padding attr-dict `:` functional-type(operands, results)"
    )

    def __init__(
        self,
        operand: SSAValue,
        padding_value: SSAValue,
        low: Sequence[int],
        high: Sequence[int],
        interior: Sequence[int],
    ):
        source = tensor(operand)
        sizes = zip(source.get_shape(), low, high, interior, strict=True)
        super().__init__(
            operands=(operand, padding_value),
            result_types=(TensorType(source.element_type, [_padded(*size) for size in sizes]),),
            properties={
                "edge_padding_low": DenseArrayBase.from_list(i64, low),
                "edge_padding_high": DenseArrayBase.from_list(i64, high),
                "interior_padding": DenseArrayBase.from_list(i64, interior),
            },
        )

    def verify_(self) -> None:
        operand, value, result = tensor(self.operand), tensor(self.padding_value), tensor(self.result)
        low, high, interior = (
            array.get_values() for array in (self.edge_padding_low, self.edge_padding_high, self.interior_padding)
        )
        # (C1) All have the same element type, and the padding value is a scalar.
        same = operand.element_type == value.element_type == result.element_type and not value.get_shape()
        require(same, self, "the padding value must be a scalar of {}, not {}", operand.element_type, value)
        # (C2) One entry of padding per dimension.
        rank = operand.get_num_dims()
        require(
            len(low) == len(high) == len(interior) == rank, self, f"low, high and interior need {rank} entries each"
        )
        # (C3) Interior padding is not negative.
        require(all(size >= 0 for size in interior), self, f"interior padding must not be negative, got {interior}")
        # (C4) The result's shape follows from the operand's and the padding.
        expected = tuple(_padded(*size) for size in zip(operand.get_shape(), low, high, interior, strict=True))
        require(
            result.get_shape() == expected, self, f"the result must have the shape {expected}, not {result.get_shape()}"
        )


def _padded(size: int, low: int, high: int, interior: int) -> int:
    return low + size + max(size - 1, 0) * interior + high


@irdl_op_definition
class ReduceOp(IRDLOperation):
    """Reduces the inputs along ``dimensions`` with ``body``.

    (xdsl-jax's does not read MLIR's short form, which this prints where the body is a single op of its arguments.)

    ```mlir
    %0 = stablehlo.reduce(%x init: %c) applies stablehlo.add across dimensions = [1]
           : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
    ```
    """

    name = "stablehlo.reduce"

    inputs = var_operand_def(AnyTensorType)
    init_values = var_operand_def(AnyTensorType)
    result = var_result_def(AnyTensorType)
    dimensions = prop_def(DenseArrayBase.constr(i64))
    body = region_def("single_block")
    irdl_options = (SameVariadicOperandSize(),)
    traits = traits_def(RecursiveMemoryEffect(), RecursivelySpeculatable(), SingleBlockImplicitTerminator(ReturnOp))

    def __init__(
        self, inputs: Sequence[SSAValue], init_values: Sequence[SSAValue], dimensions: Sequence[int], body: Region
    ):
        super().__init__(
            operands=(inputs, init_values),
            result_types=([_reduced(tensor(value), dimensions) for value in inputs],),
            properties={"dimensions": DenseArrayBase.from_list(i64, dimensions)},
            regions=(body,),
        )

    def verify_(self) -> None:
        # (C1), (C2) As many results as inputs, and at least one.
        count = len(self.inputs)
        require(
            0 < count == len(self.result), self, f"{count} inputs and {len(self.result)} results, expected equally many"
        )
        types = [tensor(value) for value in self.inputs]
        shape = types[0].get_shape()
        # (C3) Inputs have the same shape.
        require(all(one.get_shape() == shape for one in types), self, "inputs must have the same shape")
        # (C4), (C5) Dimensions are the inputs', each once.
        dimensions = self.dimensions.get_values()
        legal = len(set(dimensions)) == len(dimensions) and all(0 <= dimension < len(shape) for dimension in dimensions)
        require(legal, self, f"dimensions {list(dimensions)} must be different ones of the inputs' {len(shape)}")
        # (C6) The body takes and returns scalars of the inputs' element types.
        require_reducer(self, self.body.block, [one.element_type for one in types])
        # (C7) The results lack the reduced dimensions.
        for value, source in zip(self.result, types, strict=True):
            expected = _reduced(source, dimensions).get_shape()
            got = tensor(value).get_shape()
            require(got == expected, self, f"the result must have the shape {expected}, not {got}")

    def _short_form(self) -> str | None:
        """Name of the body's only op, where MLIR's short form says everything."""
        block = self.body.block
        first = block.first_op
        if first is None or len(self.inputs) != 1 or len(block.args) != 2:
            return None
        whole = (
            first.next_op is block.last_op
            and isinstance(block.last_op, ReturnOp)
            and tuple(first.operands) == tuple(block.args)
            and tuple(block.last_op.operands) == tuple(first.results)
            and not (first.properties or first.attributes or first.regions)
            and first.name.startswith("stablehlo.")
            and all(value.type == block.args[0].type for value in (block.args[1], *first.results))
            and block.args[0].type == self.init_values[0].type
        )
        return first.name if whole else None

    def print(self, printer: Printer) -> None:
        pairs = list(zip(self.inputs, self.init_values, strict=True))
        printer.print_list(pairs, lambda pair: _print_reduce_pair(printer, *pair))
        short = self._short_form()
        if short is not None:
            printer.print_string(f" applies {short}")
        printer.print_string(f" across dimensions = {list(self.dimensions.get_values())}")
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_function_type(self.operand_types, self.result_types)
        if short is not None:
            return
        printer.print_string("\nreducer")
        args = self.body.block.args
        for pair in zip(args[: len(pairs)], args[len(pairs) :], strict=True):
            with printer.in_parens():
                printer.print_list(pair, printer.print_block_argument)
            printer.print_string(" ")
        printer.print_region(self.body, print_entry_block_args=False)

    @classmethod
    def parse(cls, parser: Parser) -> ReduceOp:
        pairs = parser.parse_comma_separated_list(Parser.Delimiter.NONE, lambda: _parse_reduce_pair(parser))
        short = parser.parse_identifier() if parser.parse_optional_keyword("applies") else None
        parser.parse_keyword("across")
        parser.parse_keyword("dimensions")
        parser.parse_punctuation("=")
        dimensions = parser.parse_comma_separated_list(Parser.Delimiter.SQUARE, parser.parse_integer)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        signature = parser.parse_function_type()
        operands = parser.resolve_operands(
            [value for value, _ in pairs] + [init for _, init in pairs], signature.inputs.data, parser.pos
        )
        if short is not None:
            body = _short_body(parser, short, operands[-1].type)
        else:
            parser.parse_keyword("reducer")
            body = parser.parse_region(_parse_reducer_arguments(parser, len(pairs)))
        return cls.create(
            operands=operands,
            result_types=signature.outputs.data,
            properties={"dimensions": DenseArrayBase.from_list(i64, dimensions)},
            attributes=attributes,
            regions=(body,),
        )


def _reduced(source: TensorType[Attribute], dimensions: Sequence[int]) -> TensorType[Attribute]:
    shape = [size for dimension, size in enumerate(source.get_shape()) if dimension not in dimensions]
    return TensorType(source.element_type, shape)


def _print_reduce_pair(printer: Printer, value: SSAValue, init: SSAValue) -> None:
    with printer.in_parens():
        printer.print_ssa_value(value)
        printer.print_string(" init: ")
        printer.print_ssa_value(init)


def _parse_reduce_pair(parser: Parser):
    with parser.in_parens():
        value = parser.parse_unresolved_operand()
        parser.parse_keyword("init")
        parser.parse_punctuation(":")
        return value, parser.parse_unresolved_operand()


def _parse_reducer_arguments(parser: Parser, count: int) -> list[Parser.Argument]:
    """The text has one pair of arguments per input; the block has all left ones first."""
    pairs: list[list[Parser.Argument]] = []
    for _ in range(count):
        position = parser.pos
        pair = parser.parse_comma_separated_list(Parser.Delimiter.PAREN, parser.parse_argument)
        if len(pair) != 2:
            parser.raise_error("a reducer takes a pair of arguments per input", position, parser.pos)
        pairs.append(pair)
    return [argument for side in zip(*pairs, strict=True) for argument in side]


def _short_body(parser: Parser, name: str, scalar: Attribute) -> Region:
    op_type = parser.ctx.get_optional_op(name)
    if op_type is None:
        parser.raise_error(f"'{name}' is not a registered op, so it cannot be a reduction's short form")
    block = Block(arg_types=(scalar, scalar))
    inner = op_type.create(operands=block.args, result_types=(scalar,))
    block.add_ops((inner, ReturnOp(list(inner.results))))
    return Region(block)


class _TranscendentalOperation(ElementwiseUnaryOperation[FloatOrComplexTensorType, FloatOrComplexTensorType]):
    """An element-wise function that may say how exact it must be. (xdsl-jax has another attribute than JAX.)"""

    result_accuracy = opt_prop_def(ResultAccuracyAttr)
    irdl_options = (ParsePropInAttrDict(),)
    traits = traits_def(Pure())


@irdl_op_definition
class CbrtOp(_TranscendentalOperation):
    """Cube root."""

    name = "stablehlo.cbrt"


@irdl_op_definition
class CosineOp(_TranscendentalOperation):
    """Cosine."""

    name = "stablehlo.cosine"


@irdl_op_definition
class ExponentialOp(_TranscendentalOperation):
    """Exponential."""

    name = "stablehlo.exponential"


@irdl_op_definition
class ExponentialMinusOneOp(_TranscendentalOperation):
    """Exponential minus one, exact near zero."""

    name = "stablehlo.exponential_minus_one"


@irdl_op_definition
class LogOp(_TranscendentalOperation):
    """Natural logarithm."""

    name = "stablehlo.log"


@irdl_op_definition
class LogPlusOneOp(_TranscendentalOperation):
    """Natural logarithm of one plus the operand, exact near zero."""

    name = "stablehlo.log_plus_one"


@irdl_op_definition
class LogisticOp(_TranscendentalOperation):
    """``1 / (1 + exp(-operand))``."""

    name = "stablehlo.logistic"


@irdl_op_definition
class RsqrtOp(_TranscendentalOperation):
    """Reciprocal of the square root."""

    name = "stablehlo.rsqrt"


@irdl_op_definition
class SineOp(_TranscendentalOperation):
    """Sine."""

    name = "stablehlo.sine"


@irdl_op_definition
class SqrtOp(_TranscendentalOperation):
    """Square root."""

    name = "stablehlo.sqrt"


@irdl_op_definition
class TanOp(_TranscendentalOperation):
    """Tangent."""

    name = "stablehlo.tan"


@irdl_op_definition
class TanhOp(_TranscendentalOperation):
    """Hyperbolic tangent."""

    name = "stablehlo.tanh"


@irdl_op_definition
class DynamicUpdateSliceOp(IRDLOperation):
    """``operand`` with ``update`` written at the start indices: a step of a key-value cache.

    See https://github.com/openxla/stablehlo/blob/main/docs/spec.md#dynamic_update_slice
    """

    name = "stablehlo.dynamic_update_slice"

    operand = operand_def(AnyTensorType)
    update = operand_def(AnyTensorType)
    start_indices = var_operand_def(ScalarIntTensorType)
    result = result_def(AnyTensorType)
    traits = traits_def(Pure())

    assembly_format = "operands attr-dict `:` functional-type(operands, results)"

    def verify_(self) -> None:
        operand, update, result = tensor(self.operand), tensor(self.update), tensor(self.result)
        # (C1) The result has the operand's type.
        require(operand == result, self, "the result must have the operand's type {}, not {}", operand, result)
        # (C3), (C6) The update has the operand's rank and fits into it.
        fits = update.get_num_dims() == operand.get_num_dims() and all(
            small <= large for small, large in zip(update.get_shape(), operand.get_shape(), strict=True)
        )
        require(fits, self, "the update {} does not fit into {}", update, operand)
        # (C4) One start index per dimension.
        count = operand.get_num_dims()
        require(
            len(self.start_indices) == count, self, f"expected {count} start indices, not {len(self.start_indices)}"
        )


@irdl_op_definition
class WhileOp(IRDLOperation):
    """Runs ``body`` as long as ``cond`` gives true.

    (xdsl-jax's prints a pretty form whose condition refers to names that no line defines; this has the generic one.)
    """

    name = "stablehlo.while"

    operand = var_operand_def(TensorOrTokenType)
    res = var_result_def(TensorOrTokenType)
    cond = region_def("single_block")
    body = region_def("single_block")
    traits = traits_def(RecursiveMemoryEffect(), RecursivelySpeculatable(), SingleBlockImplicitTerminator(ReturnOp))

    def verify_(self) -> None:
        types = list(self.operand_types)
        # (C3) Results, and the arguments and values of both regions, have the operands' types.
        returned = [] if self.body.block.last_op is None else [value.type for value in self.body.block.last_op.operands]
        for what, got in (
            ("results", list(self.result_types)),
            ("arguments of the condition", [arg.type for arg in self.cond.block.args]),
            ("arguments of the body", [arg.type for arg in self.body.block.args]),
            ("values of the body", returned),
        ):
            require(got == types, self, f"the {what} must have the operands' types")
        # (C1) The condition gives one truth value.
        condition = self.cond.block.last_op
        decided = condition is not None and [value.type for value in condition.operands] == [TensorType(i1, ())]
        require(decided, self, "the condition must return one tensor<i1>")


@irdl_op_definition
class ReverseOp(IRDLOperation):
    """The operand with the order along ``dimensions`` reversed."""

    name = "stablehlo.reverse"

    operand = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    dimensions = prop_def(DenseArrayBase.constr(i64))
    traits = traits_def(Pure())
    assembly_format = (
        "$operand `,` `dims` `=` $dimensions attr-dict `:` "
        "custom<SameOperandsAndResultType>(type($operand), type($result))"
    )
    custom_directives = (SameOperandsAndResultType,)

    def __init__(self, operand: SSAValue, dimensions: Sequence[int]):
        super().__init__(
            operands=(operand,),
            result_types=(operand.type,),
            properties={"dimensions": DenseArrayBase.from_list(i64, dimensions)},
        )
