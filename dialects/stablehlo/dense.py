"""Constants to the last bit.

xDSL 0.73 reads the hexadecimal float ``dense<0xFF80> : tensor<bf16>``, MLIR's way to write minus infinity, as the
number 65408, prints ``[0.0, -0.0]`` as ``0.0``, and drops the payload of a NaN. Here numbers that decimal digits give
back to the last bit are written so, all others as their little-endian bytes (``dense<"0x80FF">``), which xDSL and MLIR
read alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from xdsl.dialects.builtin import (
    AnyFloat,
    BytesAttr,
    ComplexType,
    DenseIntOrFPElementsAttr,
    IndexType,
    IntegerType,
    RankedStructure,
    ShapedType,
)
from xdsl.ir import Attribute
from xdsl.parser import AttrParser, Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

Scalar: TypeAlias = IntegerType | IndexType | AnyFloat
Dense: TypeAlias = DenseIntOrFPElementsAttr[Any]

SPLAT_LIMIT = 1 << 16
"""A constant of one repeated value with more elements than this is held as that one element."""

_HEX_LIMIT = 100
"""MLIR's own limit: above it the elements are written as bytes."""

_SEPARATORS = re.compile(r"[\s,\[\]()]+")


def dense_from_text(text: str, dense_type: RankedStructure[Any]) -> Dense:
    """The constant with ``text`` between ``dense<`` and ``>``. Raises ValueError where text and type disagree."""
    element = _checked_element(dense_type)
    if text.startswith('"'):
        data = _from_hex(text.strip('"'), element)
    else:
        tokens = [token for token in _SEPARATORS.split(text) if token]
        data = b"".join(_to_bytes(tokens, element))
    return dense_from_bytes(data, dense_type)


def dense_from_bytes(data: bytes, dense_type: RankedStructure[Any]) -> Dense:
    """The constant with the elements ``data``, in xDSL's form; one element stands for a splat. Raises ValueError."""
    size = _checked_element(dense_type).compile_time_size
    count = math.prod(dense_type.get_shape())
    if len(data) == size and 1 < count <= SPLAT_LIMIT:
        data *= count
    if len(data) != size * count and len(data) != size:
        raise ValueError(f"{count} elements expected from the type {dense_type}, but got {len(data) / size:g}")
    if count > SPLAT_LIMIT and _is_splat(data, size):
        data = data[:size]
    return DenseIntOrFPElementsAttr(dense_type, BytesAttr(data))


def dense_text(attr: Dense) -> str:
    """What to print between ``dense<`` and ``>``, so that xDSL and MLIR read the very same bits."""
    element = attr.type.element_type
    data = attr.data.data
    size = element.compile_time_size
    if not data:
        return ""
    splat = _is_splat(data, size)
    if splat:
        data = data[:size]
    hex_text = f'"0x{data.hex().upper()}"'
    scalar = element.element_type if isinstance(element, ComplexType) else element
    if isinstance(scalar, IntegerType | IndexType):
        if len(data) > size * _HEX_LIMIT and scalar.bitwidth >= 8:
            return hex_text
        numbers = [_int_text(value, scalar) for value in scalar.unpack(data, len(data) // scalar.compile_time_size)]
    else:
        numbers = None if len(data) > size * _HEX_LIMIT else _float_texts(data, scalar)
        if numbers is None:
            return hex_text
    if isinstance(element, ComplexType):
        numbers = [f"({real},{imaginary})" for real, imaginary in zip(numbers[::2], numbers[1::2], strict=True)]
    return numbers[0] if splat else _nested(numbers, attr.type.get_shape())


def print_dense(printer: Printer, attr: Dense) -> None:
    """Print the constant with its type, exactly."""
    printer.print_string(f"dense<{dense_text(attr)}> : ")
    printer.print_attribute(attr.type)


def parse_dense(parser: AttrParser) -> Dense:
    """Parse a constant with its type, exactly, hexadecimal floats included."""
    parser.parse_keyword("dense")
    return parse_dense_body(parser, None)


def parse_dense_body(parser: AttrParser, dense_type: Attribute | None) -> Dense:
    """Parse a constant behind the word ``dense``, and its type where that is not known already."""
    parser.parse_punctuation("<", " in dense attribute")
    start = parser.pos
    shape = _skip_literal(parser)
    end = parser.pos
    parser.parse_punctuation(">", " in dense attribute")
    if dense_type is None:
        parser.parse_punctuation(":", " in dense attribute")
        dense_type = parser.parse_type()
    try:
        if not isinstance(dense_type, ShapedType) or (shape and tuple(shape) != dense_type.get_shape()):
            raise ValueError(f"the literal does not have the shape of its type {dense_type}")
        text = parser.lexer.input.slice(start, end) or ""
        return dense_from_text(text.strip(), dense_type)  # pyright: ignore[reportArgumentType]
    except (ValueError, OverflowError, VerifyException) as error:
        parser.raise_error(f"bad constant: {error}", start, end)


class ExactPrinter(Printer):
    """xDSL's printer, with constants to the last bit. It is needed for the generic syntax: in the pretty syntax
    ``stablehlo.constant`` sees to that by itself."""

    def print_attribute(self, attribute: Attribute) -> None:
        if isinstance(attribute, DenseIntOrFPElementsAttr):
            print_dense(self, attribute)
        else:
            super().print_attribute(attribute)


class ExactParser(Parser):
    """xDSL's parser, with constants to the last bit, in attributes too."""

    def parse_dense_int_or_fp_elements_attr(self, dense_type: RankedStructure[Any] | None) -> Dense:
        return parse_dense_body(self, dense_type)


def _checked_element(dense_type: RankedStructure[Any]) -> Any:
    element = dense_type.get_element_type()
    if not isinstance(element, IntegerType | IndexType | AnyFloat | ComplexType):
        raise ValueError(f"a constant has numbers as elements, not {element}")
    if any(size < 0 for size in dense_type.get_shape()):
        raise ValueError(f"a constant needs a static shape, not {dense_type}")
    return element


def _is_splat(data: bytes, size: int) -> bool:
    return len(data) >= size > 0 and data == data[:size] * (len(data) // size)


def _from_hex(text: str, element: Any) -> bytes:
    data = bytes.fromhex(text.removeprefix("0x"))
    scalar = element.element_type if isinstance(element, ComplexType) else element
    if not isinstance(scalar, IntegerType) or scalar.bitwidth >= 8:
        return data
    values = [scalar.normalized_value(byte, truncate_bits=True) or 0 for byte in data]
    return scalar.pack(values)


def _to_bytes(tokens: Sequence[str], element: Any) -> Iterator[bytes]:
    scalar = element.element_type if isinstance(element, ComplexType) else element
    size = scalar.compile_time_size
    if isinstance(scalar, IntegerType | IndexType):
        words = {"true": 1, "false": 0}
        values = [words[token] if token in words else int(token, 0) for token in tokens]
        if isinstance(scalar, IntegerType):
            values = [scalar.get_normalized_value(value) for value in values]
        yield scalar.pack(values)
        return
    for token in tokens:
        if token[:2] in ("0x", "0X"):
            yield int(token, 16).to_bytes(size, "little")
        else:
            yield scalar.pack((float(token),))


def _int_text(value: int, scalar: IntegerType | IndexType) -> str:
    if isinstance(scalar, IntegerType) and scalar.bitwidth == 1:
        return "true" if value else "false"
    return str(value)


def _float_texts(data: bytes, scalar: AnyFloat) -> list[str] | None:
    """Decimal texts that give back the very bits, or None where there are none."""
    size = scalar.compile_time_size
    texts: list[str] = []
    for start in range(0, len(data), size):
        bits = data[start : start + size]
        (value,) = scalar.unpack(bits, 1)
        if not math.isfinite(value):
            return None
        for digits in (6, 8, 16):
            text = f"{value:.{digits}e}"
            if scalar.pack((float(text),)) == bits:
                texts.append(text)
                break
        else:
            return None
    return texts


def _nested(items: Sequence[str], shape: Sequence[int]) -> str:
    if not shape:
        return items[0]
    step = len(items) // shape[0]
    parts = [_nested(items[start : start + step], shape[1:]) for start in range(0, len(items), step)]
    return f"[{', '.join(parts)}]"


def _skip_literal(parser: AttrParser) -> list[int]:
    """Go past a literal; its shape, empty for a splat or for bytes."""
    if parser.parse_optional_str_literal() is not None:
        return []
    return _skip_list(parser)


def _skip_list(parser: AttrParser) -> list[int]:
    shapes = parser.parse_optional_comma_separated_list(AttrParser.Delimiter.SQUARE, lambda: _skip_list(parser))
    if shapes is not None:
        if any(shape != shapes[0] for shape in shapes):
            parser.raise_error("the rows of a constant must have equal lengths")
        return [len(shapes), *(shapes[0] if shapes else [])]
    if parser.parse_optional_punctuation("(") is not None:
        parser.parse_number()
        parser.parse_punctuation(",")
        parser.parse_number()
        parser.parse_punctuation(")")
    else:
        parser.parse_optional_number(allow_boolean=True)
    return []
