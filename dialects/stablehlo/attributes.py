"""Attributes of StableHLO that xdsl-jax lacks, in the syntax of the StableHLO specification.

See https://github.com/openxla/stablehlo/blob/main/docs/spec.md for what each of them means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from xdsl.dialects.builtin import I64, ArrayAttr, Float64Type, FloatAttr, IntegerAttr, f64, i64
from xdsl.dialects.utils import EnumAttribute, StrEnum
from xdsl.ir import Attribute, ParametrizedAttribute, SpacedOpaqueSyntaxAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

Dims: TypeAlias = ArrayAttr[IntegerAttr[I64]]
"""A list of dimensions of a tensor."""
Index: TypeAlias = IntegerAttr[I64]
"""One dimension of a tensor."""


def dims(values: Sequence[int]) -> Dims:
    """The attribute of a list of dimensions."""
    return ArrayAttr(IntegerAttr(value, i64) for value in values)


def ints(values: Dims) -> tuple[int, ...]:
    """The numbers of a list of dimensions."""
    return tuple(value.value.data for value in values)


@irdl_attr_definition
class ConvDimensionNumbersAttr(ParametrizedAttribute):
    """Which dimension of a convolution's operands and result means what.

    Printed as ``#stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>``: ``b`` batch, ``f`` feature, ``i`` and ``o``
    input and output features of the kernel, numbers the spatial dimensions in order.
    """

    name = "stablehlo.conv"

    input_batch_dimension: Index
    input_feature_dimension: Index
    input_spatial_dimensions: Dims
    kernel_input_feature_dimension: Index
    kernel_output_feature_dimension: Index
    kernel_spatial_dimensions: Dims
    output_batch_dimension: Index
    output_feature_dimension: Index
    output_spatial_dimensions: Dims

    @classmethod
    def from_layouts(cls, lhs: Sequence[str], kernel: Sequence[str], output: Sequence[str]) -> ConvDimensionNumbersAttr:
        """From one letter or number per dimension, as printed: ``from_layouts("b01f", "01io", "b01f")``."""
        fields = (*_fields(lhs, "b", "f"), *_fields(kernel, "i", "o"), *_fields(output, "b", "f"))
        return cls.new(fields)

    def layouts(self) -> tuple[list[str], list[str], list[str]]:
        """One letter or number per dimension of input, kernel and output."""
        return (
            _layout(self.input_spatial_dimensions, b=self.input_batch_dimension, f=self.input_feature_dimension),
            _layout(
                self.kernel_spatial_dimensions,
                i=self.kernel_input_feature_dimension,
                o=self.kernel_output_feature_dimension,
            ),
            _layout(self.output_spatial_dimensions, b=self.output_batch_dimension, f=self.output_feature_dimension),
        )

    def verify(self) -> None:
        # (C1) The three lists of spatial dimensions have the same length.
        spatial = (self.input_spatial_dimensions, self.kernel_spatial_dimensions, self.output_spatial_dimensions)
        if len({len(dimensions) for dimensions in spatial}) != 1:
            lengths = ", ".join(str(len(dimensions)) for dimensions in spatial)
            raise VerifyException(f"conv: input, kernel and output need equally many spatial dimensions, got {lengths}")
        # (C2) The dimensions of each tensor are a permutation of 0 to rank - 1.
        for what, layout in zip(("input", "kernel", "output"), self.layouts(), strict=True):
            if "?" in layout:
                raise VerifyException(f"conv: the {what} dimensions must name each of 0 to {len(layout) - 1} once")

    def print_layouts(self, printer: Printer) -> None:
        """Print without the brackets of an attribute, as a convolution's pretty form has it."""
        lhs, kernel, output = (f"[{', '.join(layout)}]" for layout in self.layouts())
        printer.print_string(f"{lhs}x{kernel}->{output}")

    @classmethod
    def parse_layouts(cls, parser: AttrParser) -> ConvDimensionNumbersAttr:
        """Parse what ``print_layouts`` prints."""
        position = parser.pos
        lhs = _parse_layout(parser)
        parser.parse_characters("x")
        kernel = _parse_layout(parser)
        parser.parse_characters("->")
        output = _parse_layout(parser)
        try:
            return cls.from_layouts(lhs, kernel, output)
        except (ValueError, VerifyException) as error:
            parser.raise_error(f"not the dimension numbers of a convolution: {error}", position, parser.pos)

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            self.print_layouts(printer)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            return cls.parse_layouts(parser).parameters


def _fields(layout: Sequence[str], first: str, second: str) -> tuple[Index, Index, Dims]:
    places = {name: place for place, name in enumerate(layout)}
    names = [first, second, *(str(number) for number in range(len(layout) - 2))]
    if sorted(places) != sorted(names) or len(places) != len(layout):
        raise ValueError(f"[{', '.join(layout)}] must name each of {', '.join(names)} once")
    spatial = dims([places[name] for name in names[2:]])
    return IntegerAttr(places[first], i64), IntegerAttr(places[second], i64), spatial


def _layout(spatial: Dims, **features: Index) -> list[str]:
    names = {dimension: str(number) for number, dimension in enumerate(ints(spatial))}
    names |= {dimension.value.data: name for name, dimension in features.items()}
    return [names.get(dimension, "?") for dimension in range(len(spatial) + len(features))]


def _parse_layout(parser: AttrParser) -> list[str]:
    def parse_name() -> str:
        number = parser.parse_optional_integer(allow_boolean=False, allow_negative=False)
        return parser.parse_identifier() if number is None else str(number)

    return parser.parse_comma_separated_list(AttrParser.Delimiter.SQUARE, parse_name)


class RngAlgorithm(StrEnum):
    """How ``rng_bit_generator`` makes its bits."""

    DEFAULT = "DEFAULT"
    THREE_FRY = "THREE_FRY"
    PHILOX = "PHILOX"


@irdl_attr_definition
class RngAlgorithmAttr(EnumAttribute[RngAlgorithm], SpacedOpaqueSyntaxAttribute):
    """How ``rng_bit_generator`` makes its bits."""

    name = "stablehlo.rng_algorithm"


class RngDistribution(StrEnum):
    """What ``rng`` draws from."""

    UNIFORM = "UNIFORM"
    NORMAL = "NORMAL"


@irdl_attr_definition
class RngDistributionAttr(EnumAttribute[RngDistribution], SpacedOpaqueSyntaxAttribute):
    """What ``rng`` draws from."""

    name = "stablehlo.rng_distribution"


class FftType(StrEnum):
    """Forward or inverse, complex or real."""

    FFT = "FFT"
    IFFT = "IFFT"
    RFFT = "RFFT"
    IRFFT = "IRFFT"


@irdl_attr_definition
class FftTypeAttr(EnumAttribute[FftType], SpacedOpaqueSyntaxAttribute):
    """Forward or inverse, complex or real."""

    name = "stablehlo.fft_type"


class Transpose(StrEnum):
    """How ``triangular_solve`` takes its matrix."""

    TRANSPOSE_INVALID = "TRANSPOSE_INVALID"
    NO_TRANSPOSE = "NO_TRANSPOSE"
    TRANSPOSE = "TRANSPOSE"
    ADJOINT = "ADJOINT"


@irdl_attr_definition
class TransposeAttr(EnumAttribute[Transpose], SpacedOpaqueSyntaxAttribute):
    """How ``triangular_solve`` takes its matrix."""

    name = "stablehlo.transpose"


class AccuracyMode(StrEnum):
    """How exact a transcendental function must be. (xdsl-jax's enum of this name has wrong values.)"""

    DEFAULT = "DEFAULT"
    HIGHEST = "HIGHEST"
    TOLERANCE = "TOLERANCE"


@irdl_attr_definition
class AccuracyModeAttr(EnumAttribute[AccuracyMode]):
    """How exact a transcendental function must be."""

    name = "stablehlo.result_accuracy_mode"

    def print_parameter(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            super().print_parameter(printer)

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> AccuracyMode:
        with parser.in_angle_brackets():
            return parser.parse_str_enum(AccuracyMode)


@irdl_attr_definition
class ResultAccuracyAttr(ParametrizedAttribute):
    """The error that a transcendental function may make:
    ``#stablehlo.result_accuracy<ulps = 10, mode = #stablehlo.result_accuracy_mode<TOLERANCE>>``.
    Tolerances that are zero are left out."""

    name = "stablehlo.result_accuracy"

    atol: FloatAttr[Float64Type]
    rtol: FloatAttr[Float64Type]
    ulps: IntegerAttr[I64]
    mode: AccuracyModeAttr

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            for key, number in (("atol", self.atol), ("rtol", self.rtol), ("ulps", self.ulps)):
                if number.value.data:
                    printer.print_string(f"{key} = ")
                    number.print_without_type(printer)
                    printer.print_string(", ")
            printer.print_string("mode = ")
            printer.print_attribute(self.mode)

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        tolerances: dict[str, Attribute] = {
            "atol": FloatAttr(0.0, f64),
            "rtol": FloatAttr(0.0, f64),
            "ulps": IntegerAttr(0, i64),
        }
        with parser.in_angle_brackets():
            while (key := parser.parse_identifier()) != "mode":
                if key not in tolerances:
                    parser.raise_error(f"unknown field '{key}' of a result accuracy")
                parser.parse_punctuation("=")
                number = parser.parse_number()
                tolerances[key] = IntegerAttr(int(number), i64) if key == "ulps" else FloatAttr(float(number), f64)
                parser.parse_punctuation(",")
            parser.parse_punctuation("=")
            return (*tolerances.values(), parser.parse_attribute())
