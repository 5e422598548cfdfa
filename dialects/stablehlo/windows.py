"""Windows that slide: ``convolution``, ``reduce_window`` and ``select_and_scatter``, and the shapes that they give.

Rule numbers are those of the StableHLO specification.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from xdsl.dialects.builtin import (
    AnyFloat,
    AnyTensorType,
    ArrayAttr,
    DenseArrayBase,
    DenseIntElementsAttr,
    IntegerAttr,
    IntegerType,
    TensorType,
    i1,
    i64,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.irdl import (
    IRDLOperation,
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
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import Pure, RecursivelySpeculatable, RecursiveMemoryEffect, SingleBlockImplicitTerminator
from xdsl.utils.exceptions import VerifyException
from xdsl_jax.dialects.stablehlo.attributes import PrecisionAttr
from xdsl_jax.dialects.stablehlo.modularity_ops import ReturnOp

from dialects.stablehlo.attributes import ConvDimensionNumbersAttr, ints

Pairs = tuple[tuple[int, int], ...]


def dilated(size: int, dilation: int) -> int:
    """Extent of ``size`` elements that lie ``dilation`` apart."""
    return (size - 1) * dilation + 1 if size else 0


def window_count(
    size: int,
    window: int,
    stride: int = 1,
    padding: tuple[int, int] = (0, 0),
    base_dilation: int = 1,
    window_dilation: int = 1,
) -> int:
    """How many windows fit along one dimension of ``size`` elements."""
    padded = padding[0] + dilated(size, base_dilation) + padding[1]
    extent = dilated(window, window_dilation)
    return 0 if padded <= 0 or extent > padded else (padded - extent) // stride + 1


def tensor(value: SSAValue) -> TensorType[Attribute]:
    """The type of a value, which must be a tensor (else VerifyException)."""
    if not isinstance(value.type, TensorType):
        raise VerifyException(f"expected a tensor, not {value.type}")
    return cast(TensorType[Attribute], value.type)


def require(condition: bool, op: Operation, rule: str, *values: object) -> None:
    """Raise a VerifyException that names ``op`` and the broken ``rule``, with ``values`` in its braces.

    To print a type takes longer than most checks, so types are given as values and printed only in an error."""
    if not condition:
        raise VerifyException(f"'{op.name}': {rule.format(*values) if values else rule}")


def _values(array: DenseArrayBase[Any] | None, default: int, count: int) -> tuple[int, ...]:
    return (default,) * count if array is None else tuple(cast(Sequence[int], array.get_values()))


def _pairs(padding: DenseIntElementsAttr | None, count: int) -> Pairs:
    if padding is None:
        return ((0, 0),) * count
    numbers = padding.get_values()
    if len(numbers) == 1:
        numbers *= 2 * count
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _array(values: Sequence[int] | None) -> DenseArrayBase[Any] | None:
    return None if values is None else DenseArrayBase.from_list(i64, values)


def _padding(pairs: Sequence[tuple[int, int]] | None) -> DenseIntElementsAttr | None:
    if pairs is None:
        return None
    return DenseIntElementsAttr.from_list(TensorType(i64, (len(pairs), 2)), [side for pair in pairs for side in pair])


@irdl_op_definition
class ConvolutionOp(IRDLOperation):
    """Dot products between windows of ``lhs`` and slices of ``rhs``, the kernel.

    See https://github.com/openxla/stablehlo/blob/main/docs/spec.md#convolution

    ```mlir
    %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
           window = {stride = [2, 2], pad = [[0, 1], [0, 1]]}
           {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
           : (tensor<1x224x224x3xf32>, tensor<3x3x3x32xf32>) -> tensor<1x112x112x32xf32>
    ```
    """

    name = "stablehlo.convolution"

    lhs = operand_def(AnyTensorType)
    rhs = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    window_strides = opt_prop_def(DenseArrayBase.constr(i64))
    padding = opt_prop_def(DenseIntElementsAttr)
    lhs_dilation = opt_prop_def(DenseArrayBase.constr(i64))
    rhs_dilation = opt_prop_def(DenseArrayBase.constr(i64))
    window_reversal = opt_prop_def(DenseArrayBase.constr(i1))
    dimension_numbers = prop_def(ConvDimensionNumbersAttr)
    feature_group_count = prop_def(IntegerAttr.constr(type=i64))
    batch_group_count = prop_def(IntegerAttr.constr(type=i64))
    precision_config = opt_prop_def(ArrayAttr[PrecisionAttr])
    traits = traits_def(Pure())

    def __init__(
        self,
        lhs: SSAValue,
        rhs: SSAValue,
        dimension_numbers: ConvDimensionNumbersAttr,
        result_type: Attribute,
        *,
        strides: Sequence[int] | None = None,
        padding: Sequence[tuple[int, int]] | None = None,
        lhs_dilation: Sequence[int] | None = None,
        rhs_dilation: Sequence[int] | None = None,
        window_reversal: Sequence[int] | None = None,
        feature_group_count: int = 1,
        batch_group_count: int = 1,
        precision_config: ArrayAttr[PrecisionAttr] | None = None,
    ):
        super().__init__(
            operands=(lhs, rhs),
            result_types=(result_type,),
            properties={
                "window_strides": _array(strides),
                "padding": _padding(padding),
                "lhs_dilation": _array(lhs_dilation),
                "rhs_dilation": _array(rhs_dilation),
                "window_reversal": None if window_reversal is None else DenseArrayBase.from_list(i1, window_reversal),
                "dimension_numbers": dimension_numbers,
                "feature_group_count": IntegerAttr(feature_group_count, i64),
                "batch_group_count": IntegerAttr(batch_group_count, i64),
                "precision_config": precision_config,
            },
        )

    @property
    def spatial_rank(self) -> int:
        """Number of spatial dimensions."""
        return len(self.dimension_numbers.input_spatial_dimensions)

    @property
    def strides(self) -> tuple[int, ...]:
        """Steps of the window per spatial dimension."""
        return _values(self.window_strides, 1, self.spatial_rank)

    @property
    def paddings(self) -> Pairs:
        """(Low, high) padding per spatial dimension."""
        return _pairs(self.padding, self.spatial_rank)

    @property
    def lhs_dilations(self) -> tuple[int, ...]:
        """Distance of input elements per spatial dimension; above 1 for a transposed convolution."""
        return _values(self.lhs_dilation, 1, self.spatial_rank)

    @property
    def rhs_dilations(self) -> tuple[int, ...]:
        """Distance of kernel elements per spatial dimension."""
        return _values(self.rhs_dilation, 1, self.spatial_rank)

    @property
    def reversals(self) -> tuple[bool, ...]:
        """Whether the kernel is flipped, per spatial dimension."""
        return tuple(bool(flag) for flag in _values(self.window_reversal, 0, self.spatial_rank))

    def verify_(self) -> None:
        self._verify_window()
        self._verify_groups()
        expected = self._expected_shape()
        # (C25), (C26) The result's shape follows from the operands, the window and the dimension numbers.
        shape = tensor(self.result).get_shape()
        require(shape == expected, self, f"the result must have the shape {expected}, not {shape}")

    def _verify_window(self) -> None:
        rank = self.spatial_rank + 2
        # (C1) Operands and result have one batch, one feature and the spatial dimensions.
        for what, value in (("lhs", self.lhs), ("rhs", self.rhs), ("result", self.result)):
            got = tensor(value).get_num_dims()
            require(got == rank, self, f"{what} must have rank {rank} as the dimension numbers say, not {got}")
        # (C2), (C5), (C7) One entry per spatial dimension. (C3), (C6), (C8) Strides and dilations are positive.
        entries = (self.strides, self.lhs_dilations, self.rhs_dilations)
        for what, values in zip(("stride", "lhs_dilate", "rhs_dilate"), entries, strict=True):
            require(len(values) == rank - 2, self, f"{what} must have {rank - 2} entries, not {len(values)}")
            require(all(value > 0 for value in values), self, f"{what} must be positive, not {list(values)}")
        # (C4), (C9) One entry per spatial dimension.
        for what, count in (("pad", len(self.paddings)), ("reverse", len(self.reversals))):
            require(count == rank - 2, self, f"{what} must have {rank - 2} entries, not {count}")
        # (C24) One precision per operand.
        precisions = self.precision_config
        require(precisions is None or len(precisions) in (0, 2), self, "precision_config must have two entries")

    def _verify_groups(self) -> None:
        numbers = self.dimension_numbers
        lhs, rhs = tensor(self.lhs), tensor(self.rhs)
        features = self.feature_group_count.value.data
        batches = self.batch_group_count.value.data
        # (C21), (C22) Group counts are positive. (C23) At most one of them is above 1.
        require(features > 0 and batches > 0, self, f"group counts must be positive, not {features} and {batches}")
        require(features == 1 or batches == 1, self, "feature_group_count and batch_group_count cannot both be above 1")
        batch = lhs.get_shape()[numbers.input_batch_dimension.value.data]
        inputs = lhs.get_shape()[numbers.input_feature_dimension.value.data]
        kernel_inputs = rhs.get_shape()[numbers.kernel_input_feature_dimension.value.data]
        outputs = rhs.get_shape()[numbers.kernel_output_feature_dimension.value.data]
        # (C10), (C15) Batch and output features divide by batch_group_count.
        rule = f"batch_group_count {batches} must divide the batch {batch} and the output features {outputs}"
        require(batch % batches == 0 and outputs % batches == 0, self, rule)
        # (C11), (C16) Input and output features divide by feature_group_count.
        rule = (
            f"feature_group_count {features} must divide the input features {inputs} and the output features {outputs}"
        )
        require(inputs % features == 0 and outputs % features == 0, self, rule)
        # (C14) The kernel takes the input features of one group.
        rule = f"the kernel takes {kernel_inputs} input features in each of {features} groups, but lhs has {inputs}"
        require(kernel_inputs * features == inputs, self, rule)

    def _expected_shape(self) -> tuple[int, ...]:
        numbers = self.dimension_numbers
        lhs, rhs = tensor(self.lhs).get_shape(), tensor(self.rhs).get_shape()
        shape = [0] * len(lhs)
        batch = lhs[numbers.input_batch_dimension.value.data] // self.batch_group_count.value.data
        shape[numbers.output_batch_dimension.value.data] = batch
        shape[numbers.output_feature_dimension.value.data] = rhs[numbers.kernel_output_feature_dimension.value.data]
        places = zip(
            ints(numbers.output_spatial_dimensions),
            ints(numbers.input_spatial_dimensions),
            ints(numbers.kernel_spatial_dimensions),
            strict=True,
        )
        windows = zip(self.strides, self.paddings, self.lhs_dilations, self.rhs_dilations, strict=True)
        for (place, lhs_place, rhs_place), window in zip(places, windows, strict=True):
            shape[place] = window_count(lhs[lhs_place], rhs[rhs_place], *window)
        return tuple(shape)

    def print(self, printer: Printer) -> None:
        printer.print_string("(")
        printer.print_list((self.lhs, self.rhs), printer.print_ssa_value)
        printer.print_string(") dim_numbers = ")
        self.dimension_numbers.print_layouts(printer)
        printer.print_string(f", window = {{{', '.join(self._window_texts())}}} ")
        rest: dict[str, Attribute] = {
            "batch_group_count": self.batch_group_count,
            "feature_group_count": self.feature_group_count,
        }
        if self.precision_config is not None:
            rest["precision_config"] = self.precision_config
        printer.print_attr_dict(rest | self.attributes)
        printer.print_string(" : ")
        printer.print_function_type((self.lhs.type, self.rhs.type), (self.result.type,))

    def _window_texts(self) -> Iterator[str]:
        if self.window_strides is not None:
            yield f"stride = {list(self.strides)}"
        if self.padding is not None:
            yield f"pad = {[list(pair) for pair in self.paddings]}"
        if self.lhs_dilation is not None:
            yield f"lhs_dilate = {list(self.lhs_dilations)}"
        if self.rhs_dilation is not None:
            yield f"rhs_dilate = {list(self.rhs_dilations)}"
        if self.window_reversal is not None:
            yield f"reverse = {list(self.reversals)}".lower()

    @classmethod
    def parse(cls, parser: Parser) -> ConvolutionOp:
        operands = parser.parse_comma_separated_list(Parser.Delimiter.PAREN, parser.parse_unresolved_operand)
        parser.parse_keyword("dim_numbers")
        parser.parse_punctuation("=")
        properties: dict[str, Attribute] = {"dimension_numbers": ConvDimensionNumbersAttr.parse_layouts(parser)}
        parser.parse_punctuation(",")
        parser.parse_keyword("window")
        parser.parse_punctuation("=")
        windows = parser.parse_comma_separated_list(Parser.Delimiter.BRACES, lambda: _parse_window_entry(parser))
        properties.update(windows)
        attributes = parser.parse_optional_attr_dict()
        for key in ("batch_group_count", "feature_group_count", "precision_config"):
            if key in attributes:
                properties[key] = attributes.pop(key)
        parser.parse_punctuation(":")
        signature = parser.parse_function_type()
        resolved = parser.resolve_operands(operands, signature.inputs.data, parser.pos)
        return cls.create(
            operands=resolved, result_types=signature.outputs.data, properties=properties, attributes=attributes
        )


def _parse_window_entry(parser: Parser) -> tuple[str, Attribute]:
    names = {
        "stride": "window_strides",
        "pad": "padding",
        "lhs_dilate": "lhs_dilation",
        "rhs_dilate": "rhs_dilation",
        "reverse": "window_reversal",
    }
    position = parser.pos
    key = parser.parse_identifier()
    if key not in names:
        parser.raise_error(f"expected one of {', '.join(names)}", position, parser.pos)
    parser.parse_punctuation("=")

    def parse_list() -> list[int]:
        return parser.parse_comma_separated_list(Parser.Delimiter.SQUARE, parser.parse_integer)

    if key == "pad":
        pairs = parser.parse_comma_separated_list(Parser.Delimiter.SQUARE, parse_list)
        if any(len(pair) != 2 for pair in pairs):
            parser.raise_error("pad needs a low and a high side per dimension", position, parser.pos)
        flat = [side for pair in pairs for side in pair]
        return names[key], DenseIntElementsAttr.from_list(TensorType(i64, (len(pairs), 2)), flat)
    return names[key], DenseArrayBase.from_list(i1 if key == "reverse" else i64, parse_list())


@irdl_op_definition
class ReduceWindowOp(IRDLOperation):
    """Reduces every window of the inputs with ``body``: pooling.

    See https://github.com/openxla/stablehlo/blob/main/docs/spec.md#reduce_window
    """

    name = "stablehlo.reduce_window"

    inputs = var_operand_def(AnyTensorType)
    init_values = var_operand_def(AnyTensorType)
    result = var_result_def(AnyTensorType)
    window_dimensions = prop_def(DenseArrayBase.constr(i64))
    window_strides = opt_prop_def(DenseArrayBase.constr(i64))
    base_dilations = opt_prop_def(DenseArrayBase.constr(i64))
    window_dilations = opt_prop_def(DenseArrayBase.constr(i64))
    padding = opt_prop_def(DenseIntElementsAttr)
    body = region_def("single_block")
    irdl_options = (SameVariadicOperandSize(),)
    traits = traits_def(RecursiveMemoryEffect(), RecursivelySpeculatable(), SingleBlockImplicitTerminator(ReturnOp))

    def __init__(
        self,
        inputs: Sequence[SSAValue],
        init_values: Sequence[SSAValue],
        body: Region,
        result_types: Sequence[Attribute],
        *,
        window: Sequence[int],
        strides: Sequence[int] | None = None,
        padding: Sequence[tuple[int, int]] | None = None,
        base_dilations: Sequence[int] | None = None,
        window_dilations: Sequence[int] | None = None,
    ):
        super().__init__(
            operands=(inputs, init_values),
            result_types=(result_types,),
            properties={
                "window_dimensions": _array(window),
                "window_strides": _array(strides),
                "base_dilations": _array(base_dilations),
                "window_dilations": _array(window_dilations),
                "padding": _padding(padding),
            },
            regions=(body,),
        )

    @property
    def window(self) -> tuple[int, ...]:
        """Elements of a window per dimension of the inputs."""
        return _values(self.window_dimensions, 1, 0)

    @property
    def strides(self) -> tuple[int, ...]:
        """Steps of the window per dimension."""
        return _values(self.window_strides, 1, len(self.window))

    @property
    def input_dilations(self) -> tuple[int, ...]:
        """Distance of input elements per dimension."""
        return _values(self.base_dilations, 1, len(self.window))

    @property
    def dilations(self) -> tuple[int, ...]:
        """Distance of the window's elements per dimension."""
        return _values(self.window_dilations, 1, len(self.window))

    @property
    def paddings(self) -> Pairs:
        """(Low, high) padding per dimension."""
        return _pairs(self.padding, len(self.window))

    def verify_(self) -> None:
        # (C1) As many results as inputs and initial values, and at least one.
        count = len(self.inputs)
        require(
            0 < count == len(self.result), self, f"{count} inputs and {len(self.result)} results, expected equally many"
        )
        shape = tensor(self.inputs[0]).get_shape()
        # (C2) Inputs have the same shape.
        require(all(tensor(v).get_shape() == shape for v in self.inputs), self, "inputs must have the same shape")
        # (C4), (C6), (C8), (C10), (C12) One entry per dimension.
        entries = (self.window, self.strides, self.input_dilations, self.dilations, self.paddings)
        names = ("window_dimensions", "window_strides", "base_dilations", "window_dilations", "padding")
        for what, values in zip(names, entries, strict=True):
            require(len(values) == len(shape), self, f"{what} must have {len(shape)} entries, not {len(values)}")
        # (C5), (C7), (C9), (C11) Sizes, strides and dilations are positive.
        for what, values in zip(names[:-1], entries[:-1], strict=True):
            require(all(value > 0 for value in values), self, f"{what} must be positive, not {list(values)}")
        # (C13) The body takes and returns scalars of the inputs' element types.
        require_reducer(self, self.body.block, [tensor(value).element_type for value in self.inputs])
        # (C14), (C15) The results' shape is the number of windows.
        dims = zip(shape, self.window, self.strides, self.paddings, self.input_dilations, self.dilations, strict=True)
        expected = tuple(window_count(*dim) for dim in dims)
        for value in self.result:
            got = tensor(value).get_shape()
            require(got == expected, self, f"the result must have the shape {expected}, not {got}")


def require_reducer(op: Operation, block: Block, elements: Sequence[Attribute]) -> None:
    """Raise a VerifyException unless ``block`` takes two scalars per element type and returns one.

    The scalars may be wider than the elements; the specification calls such element types promotable."""
    count = len(elements)
    require(len(block.args) == 2 * count, op, f"the body must take {2 * count} arguments, not {len(block.args)}")
    returned = tuple(block.last_op.operands) if block.last_op is not None else ()
    require(len(returned) == count, op, f"the body must return {count} values, not {len(returned)}")
    for index, value in enumerate((*block.args, *returned)):
        element = elements[index % count]
        scalar = tensor(value)
        legal = not scalar.get_shape() and _promotable(element, scalar.element_type)
        require(legal, op, "the body must work on scalars of the inputs' element type {}, not on {}", element, scalar)


def _promotable(element: Attribute, wider: Attribute) -> bool:
    if element == wider:
        return True
    if isinstance(element, IntegerType) and isinstance(wider, IntegerType):
        return element.bitwidth <= wider.bitwidth
    return isinstance(element, AnyFloat) and isinstance(wider, AnyFloat) and element.bitwidth <= wider.bitwidth


@irdl_op_definition
class SelectAndScatterOp(IRDLOperation):
    """Adds each element of ``source`` to the place in its window of ``operand`` that ``select`` chooses: the gradient
    of pooling by maximum.

    See https://github.com/openxla/stablehlo/blob/main/docs/spec.md#select_and_scatter
    """

    name = "stablehlo.select_and_scatter"

    operand = operand_def(AnyTensorType)
    source = operand_def(AnyTensorType)
    init_value = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    window_dimensions = opt_prop_def(DenseArrayBase.constr(i64))
    window_strides = opt_prop_def(DenseArrayBase.constr(i64))
    padding = opt_prop_def(DenseIntElementsAttr)
    select = region_def("single_block")
    scatter = region_def("single_block")
    traits = traits_def(RecursiveMemoryEffect(), RecursivelySpeculatable(), SingleBlockImplicitTerminator(ReturnOp))

    def verify_(self) -> None:
        shape = tensor(self.operand).get_shape()
        window = _values(self.window_dimensions, 1, len(shape))
        strides = _values(self.window_strides, 1, len(shape))
        paddings = _pairs(self.padding, len(shape))
        # (C4), (C6), (C8) One entry per dimension.
        require(
            len(window) == len(strides) == len(paddings) == len(shape), self, f"the window needs {len(shape)} entries"
        )
        # (C2) The source has one element per window.
        expected = tuple(window_count(*dim) for dim in zip(shape, window, strides, paddings, strict=True))
        got = tensor(self.source).get_shape()
        require(got == expected, self, f"source must have the shape {expected}, not {got}")
        # (C12) The result has the operand's shape.
        require(tensor(self.result).get_shape() == shape, self, f"the result must have the operand's shape {shape}")
