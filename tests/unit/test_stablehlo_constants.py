"""Constants keep every bit, on every way that they can take: jaxlib in, jaxlib out, xDSL's printers and parsers.

The expected bits are the formats' own (IEEE 754 and the OCP 8-bit formats), written down by hand, least byte first.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, ModuleOp, TensorType, bf16, f32, i64
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import ParseError

from dialects.stablehlo import ConstantOp, ExactParser, ExactPrinter, dense_from_bytes, dense_from_text, dense_text
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import canonical_text, read_stablehlo, write_stablehlo

MINUS_INFINITY_BF16 = "80ff"

CASES = {
    "bf16 minus infinity": ("dense<0xFF80>", "tensor<bf16>", MINUS_INFINITY_BF16),
    "bf16 minus infinity, repeated": ("dense<0xFF80>", "tensor<2x2xbf16>", MINUS_INFINITY_BF16 * 4),
    "bf16 plus infinity among numbers": ("dense<[1.0, 0x7F80]>", "tensor<2xbf16>", "803f807f"),
    "bf16 quiet NaN": ("dense<0x7FC0>", "tensor<bf16>", "c07f"),
    "bf16 NaN with payload": ("dense<0xFFAB>", "tensor<bf16>", "abff"),
    "bf16 signed zeros": ("dense<[0.0, -0.0]>", "tensor<2xbf16>", "00000080"),
    "bf16 smallest denormal": ("dense<0x0001>", "tensor<bf16>", "0100"),
    "bf16 largest": ("dense<0x7F7F>", "tensor<bf16>", "7f7f"),
    "bf16 one third": ("dense<3.339840e-01>", "tensor<bf16>", "ab3e"),
    "bf16 bytes": ('dense<"0x80FF0080">', "tensor<2xbf16>", "80ff0080"),
    "bf16 bytes, repeated": ('dense<"0x80FF">', "tensor<3xbf16>", "80ff80ff80ff"),
    "f16 minus infinity": ("dense<0xFC00>", "tensor<f16>", "00fc"),
    "f16 denormal": ("dense<0x8001>", "tensor<f16>", "0180"),
    "f16 largest": ("dense<6.550400e+04>", "tensor<f16>", "ff7b"),
    "f32 infinities": ("dense<[0x7F800000, 0xFF800000]>", "tensor<2xf32>", "0000807f000080ff"),
    "f32 signalling NaN": ("dense<0x7F800001>", "tensor<f32>", "0100807f"),
    "f32 negative NaN with payload": ("dense<[1.0, 0xFFC0BEEF]>", "tensor<2xf32>", "0000803fefbec0ff"),
    "f32 smallest denormal": ("dense<1.401298e-45>", "tensor<f32>", "01000000"),
    "f32 that needs nine digits": ("dense<0x3DCCCCCE>", "tensor<f32>", "cecccc3d"),
    "f32 one tenth": ("dense<0.1>", "tensor<f32>", "cdcccc3d"),
    "f32 signed zero": ("dense<-0.0>", "tensor<f32>", "00000080"),
    "f64 minus infinity": ("dense<0xFFF0000000000000>", "tensor<f64>", "000000000000f0ff"),
    "f64 one tenth": ("dense<0.1>", "tensor<f64>", "9a9999999999b93f"),
    "f64 smallest denormal": ("dense<0x0000000000000001>", "tensor<f64>", "0100000000000000"),
    "f64 NaN with payload": ("dense<0x7FF800000000BEEF>", "tensor<f64>", "efbe00000000f87f"),
    "f8E4M3FN NaN and largest": ("dense<[0xFF, 448.0]>", "tensor<2xf8E4M3FN>", "ff7e"),
    "f8E5M2 infinity and NaN": ("dense<[0x7C, 0x7F]>", "tensor<2xf8E5M2>", "7c7f"),
    "f8E4M3FN numbers": ("dense<[1.0, -0.0, 0.001953125]>", "tensor<3xf8E4M3FN>", "388001"),
    "complex numbers": (
        "dense<[(1.0, -0.0), (0x7F800000, 2.0)]>",
        "tensor<2xcomplex<f32>>",
        "0000803f000000800000807f00000040",
    ),
    "complex number, repeated": ("dense<(1.0, 2.0)>", "tensor<2xcomplex<f32>>", "0000803f000000400000803f00000040"),
    "i1, true is all ones": ("dense<[true, false]>", "tensor<2xi1>", "ff00"),
    "i4": ("dense<[1, -2, 7, -8]>", "tensor<4xi4>", "01fe07f8"),
    "i8": ("dense<[-1, 127]>", "tensor<2xi8>", "ff7f"),
    "ui8": ("dense<[255, 128]>", "tensor<2xui8>", "ff80"),
    "i32": ("dense<-2147483648>", "tensor<i32>", "00000080"),
    "ui32": ("dense<4294967295>", "tensor<ui32>", "ffffffff"),
    "ui64": ("dense<18446744073709551615>", "tensor<ui64>", "ffffffffffffffff"),
    "nested": ("dense<[[1, 2], [3, 4]]>", "tensor<2x2xi8>", "01020304"),
    "nothing": ("dense<>", "tensor<0xf32>", ""),
}


def model(literal: str, type_text: str) -> str:
    body = f"%c = stablehlo.constant {literal} : {type_text}\n  return %c : {type_text}"
    return f"func.func @main() -> {type_text} {{\n  {body}\n}}\n"


def constant_of(module: ModuleOp) -> DenseIntOrFPElementsAttr[Any]:
    (constant,) = (op for op in module.walk() if isinstance(op, ConstantOp))
    return constant.value


def printed(module: ModuleOp, printer: type[Printer], generic: bool) -> str:
    stream = StringIO()
    printer(stream=stream, print_generic_format=generic).print_op(module)
    return stream.getvalue()


@pytest.mark.parametrize("case", CASES)
def test_every_bit_survives(case: str) -> None:
    literal, type_text, bits = CASES[case]
    source = model(literal, type_text)
    module = read_stablehlo(source.encode(), "constant.mlir")
    module.verify()
    assert constant_of(module).data.data.hex() == bits
    assert canonical_text(write_stablehlo(module)) == canonical_text(source)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("printer", "generic", "parser"),
    [
        (Printer, False, Parser),  # plain xdsl-opt
        (ExactPrinter, False, ExactParser),
        (ExactPrinter, True, Parser),  # our generic text in plain xdsl-opt
        (ExactPrinter, True, ExactParser),
    ],
)
def test_xdsl_text_keeps_every_bit(case: str, printer: type[Printer], generic: bool, parser: type[Parser]) -> None:
    literal, type_text, bits = CASES[case]
    text = printed(read_stablehlo(model(literal, type_text).encode(), "constant.mlir"), printer, generic)
    assert constant_of(parser(make_context(), text).parse_module()).data.data.hex() == bits


@pytest.mark.parametrize("case", CASES)
def test_mlir_text_is_read_by_xdsl_parsers_too(case: str) -> None:
    """``stablehlo.constant`` reads MLIR's own literals, hexadecimal floats included, under plain xdsl-opt."""
    literal, type_text, bits = CASES[case]
    pretty = f"%c = stablehlo.constant {literal} : {type_text}"
    generic = f'%c = "stablehlo.constant"() <{{value = {literal} : {type_text}}}> : () -> {type_text}'
    assert constant_of(Parser(make_context(), pretty).parse_module()).data.data.hex() == bits
    assert constant_of(ExactParser(make_context(), generic).parse_module()).data.data.hex() == bits


@pytest.mark.parametrize(
    "type_text", ["bf16", "f16", "f32", "f64", "i1", "i4", "i8", "ui16", "i64", "f8E5M2", "complex<f32>"]
)
def test_long_constants(type_text: str) -> None:
    """Above a hundred elements, MLIR writes bytes."""
    element = {"i": "{}", "u": "{}", "c": "({}.0, -{}.5)"}.get(type_text[0], "{}.0")
    numbers = [index % 2 if type_text == "i1" else index % 7 for index in range(130)]
    literal = f"dense<[{', '.join(element.replace('{}', str(number)) for number in numbers)}]>"
    source = model(literal, f"tensor<130x{type_text}>")
    module = read_stablehlo(source.encode(), "long.mlir")
    assert canonical_text(write_stablehlo(module)) == canonical_text(source)
    again = Parser(make_context(), printed(module, Printer, generic=False)).parse_module()
    assert constant_of(again) == constant_of(module)
    if type_text == "bf16":
        assert constant_of(module).get_values() == tuple(float(number) for number in numbers)


def test_a_big_splat_stays_small() -> None:
    """A gigabyte of the same number is one element in memory and in the text."""
    source = model("dense<0xFF80>", "tensor<32768x16384xbf16>")
    module = read_stablehlo(source.encode(), "big.mlir")
    assert constant_of(module).data.data.hex() == MINUS_INFINITY_BF16
    assert canonical_text(write_stablehlo(module)) == canonical_text(source)
    assert constant_of(Parser(make_context(), printed(module, Printer, generic=False)).parse_module()) == constant_of(
        module
    )


def test_zeros_of_both_signs_are_no_splat() -> None:
    attr = dense_from_bytes(bytes.fromhex("0000000000000080"), TensorType(f32, (2,)))
    assert dense_text(attr) == "[0.000000e+00, -0.000000e+00]"


@pytest.mark.parametrize(
    ("text", "dense_type", "message"),
    [
        ('"0x80FF00"', TensorType(bf16, (2,)), "2 elements expected from the type tensor<2xbf16>, but got 1.5"),
        ("[1.0, 2.0, 3.0]", TensorType(f32, (2,)), "2 elements expected"),
        ("1.0", TensorType(f32, (-1,)), "static shape"),
        ("1", i64, "a constant is a tensor"),
        ("300", TensorType(bf16, ()), None),
    ],
)
def test_text_that_is_no_constant(text: str, dense_type: Any, message: str | None) -> None:
    if message is None:
        assert dense_from_text(text, dense_type).get_values() == (300.0,)
        return
    with pytest.raises(ValueError, match=message):
        dense_from_text(text, dense_type)


@pytest.mark.parametrize(
    ("literal", "message"),
    [
        ("dense<[1.0, 2.0]> : tensor<3xf32>", "has the shape"),
        ("dense<[[1.0], [2.0, 3.0]]> : tensor<3xf32>", "equal lengths"),
        ("dense<1.0e99> : tensor<2xf16>", "bad constant"),
        ("dense<300> : tensor<2xi8>", "bad constant"),
        ("dense<1.0> : f32", "a constant is a tensor"),
    ],
)
def test_a_bad_literal_is_a_parse_error(literal: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        Parser(make_context(), f"%c = stablehlo.constant {literal}").parse_module()
