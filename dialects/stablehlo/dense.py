"""Constants to the last bit.

xDSL 0.73 reads the hexadecimal float ``dense<0xFF80> : tensor<bf16>``, MLIR's way to write minus infinity, as the
number 65408, prints ``[0.0, -0.0]`` as ``0.0``, and drops the payload of a NaN. Here numbers that decimal digits give
back to the last bit are written so, all others as their little-endian bytes (``dense<"0x80FF">``), which xDSL and MLIR
read alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property
from io import StringIO
from typing import Any, TypeAlias, cast

from xdsl.context import Context
from xdsl.dialects.builtin import (
    AnyFloat,
    BytesAttr,
    ComplexType,
    DenseIntOrFPElementsAttr,
    IndexType,
    IntegerType,
    MemRefType,
    PackableType,
    RankedStructure,
    TensorType,
    VectorType,
)
from xdsl.ir import Attribute, TypeAttribute
from xdsl.parser import AttrParser, Parser, ParserState
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.lexer import Input, Span, Token
from xdsl.utils.mlir_lexer import KIND_BY_PUNCTUATION_SPELLING, MLIRLexer, MLIRToken, MLIRTokenKind

Scalar: TypeAlias = IntegerType | IndexType | AnyFloat
Dense: TypeAlias = DenseIntOrFPElementsAttr[Any]

SPLAT_LIMIT = 1 << 16
"""A constant of one repeated value with more elements than this is held as that one element."""

_HEX_LIMIT = 100
"""MLIR's own limit: above it the elements are written as bytes."""

_SEPARATORS = re.compile(r"[\s,\[\]()]+")


def dense_from_text(text: str, dense_type: Attribute) -> Dense:
    """The constant with ``text`` between ``dense<`` and ``>``. Raises ValueError where text and type disagree."""
    scalar = _scalar(_ranked(dense_type).get_element_type())
    if text.startswith('"'):
        data = _from_hex(text.strip('"'), scalar)
    else:
        data = _from_tokens([token for token in _SEPARATORS.split(text) if token], scalar)
    return dense_from_bytes(data, dense_type)


def dense_from_bytes(data: bytes, dense_type: Attribute) -> Dense:
    """The constant with the elements ``data`` in xDSL's layout; one element stands for a splat. Raises ValueError."""
    ranked = _ranked(dense_type)
    size = cast("PackableType[Any]", ranked.get_element_type()).compile_time_size
    count = math.prod(ranked.get_shape())
    if len(data) == size and count <= SPLAT_LIMIT:
        data *= count
    if len(data) != size * count and len(data) != size:
        raise ValueError(f"{count} elements expected from the type {ranked}, but got {len(data) / size:g}")
    if count > SPLAT_LIMIT and _is_splat(data, size):
        data = data[:size]
    return DenseIntOrFPElementsAttr(ranked, BytesAttr(data))


def dense_text(attr: Dense) -> str:
    """What to print between ``dense<`` and ``>``, so that xDSL and MLIR read the very same bits."""
    element = cast("PackableType[Any]", attr.type.get_element_type())
    scalar = _scalar(element)
    data, size = attr.data.data, element.compile_time_size
    if not data:
        return ""
    splat = _is_splat(data, size)
    if splat:
        data = data[:size]
    many = len(data) > size * _HEX_LIMIT
    if isinstance(scalar, IntegerType | IndexType):
        numbers = None if many and not _below_byte(scalar) else _int_texts(data, scalar)
    else:
        numbers = None if many else _float_texts(data, scalar)
    if numbers is None:
        return f'"0x{data.hex().upper()}"'
    if isinstance(element, ComplexType):
        numbers = [f"({real},{imaginary})" for real, imaginary in zip(numbers[::2], numbers[1::2], strict=True)]
    return numbers[0] if splat else _nested(numbers, attr.get_shape())


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
        if shape and tuple(shape) != _ranked(dense_type).get_shape():
            raise ValueError(f"the literal has the shape {shape}, its type is {dense_type}")
        text = parser.lexer.input.slice(start, end) or ""
        return dense_from_text(text.strip(), dense_type)
    except (ValueError, OverflowError, VerifyException) as error:
        parser.raise_error(f"bad constant: {error}", start, end)


class ExactPrinter(Printer):
    """xDSL's printer, with constants to the last bit. It is needed for the generic syntax: in the pretty syntax
    ``stablehlo.constant`` sees to that by itself.

    A model names a few tensor types thousands of times; the text of each is put together once."""

    @cached_property
    def _texts(self) -> dict[int, tuple[Attribute, str]]:
        """Those of types, which are kept so that no other gets their ``id``."""
        return {}

    def print_attribute(self, attribute: Attribute) -> None:
        if isinstance(attribute, DenseIntOrFPElementsAttr):
            print_dense(self, cast(Dense, attribute))
        elif isinstance(attribute, TensorType):
            kind = cast(Attribute, attribute)
            known = self._texts.get(id(kind))
            if known is None:
                known = self._texts[id(kind)] = (kind, _type_text(kind))
            self.print_string(known[1])
        else:
            super().print_attribute(attribute)


def _type_text(tensor_type: Attribute) -> str:
    stream = StringIO()
    Printer(stream=stream).print_attribute(tensor_type)
    return stream.getvalue()


class ExactLexer(MLIRLexer):
    """xDSL's lexer, in linear time: its pattern of a string takes time exponential in the rest of the line where the
    closing quote is missing. A possessive one gives nothing back and matches the same strings.

    Names, values and punctuation, of which most of a module is made, are found by one pattern in half the time."""

    _common = re.compile(
        r"\s*+(?:([a-zA-Z_][a-zA-Z0-9_$.]*)|(%(?:[0-9]+|[a-zA-Z$._-][a-zA-Z0-9$._-]*))|([:,()\[\]<>=}]|->))", re.ASCII
    )

    _unescaped_characters_regex = re.compile(r'"(?:[^"\\\n\v\f]++|\\(?:["nt\\]|[0-9A-Fa-f]{2}))*+"')

    def lex(self) -> MLIRToken:
        found = self._common.match(self.input.content, self.pos)
        if found is None:
            return super().lex()
        group = found.lastindex or 0
        start, self.pos = found.span(group)
        kind = _KINDS[group] or KIND_BY_PUNCTUATION_SPELLING[found[group]]
        return Token(kind, Span(start, self.pos, self.input))


_KINDS = (None, MLIRTokenKind.BARE_IDENT, MLIRTokenKind.PERCENT_IDENT, None)
"""What the groups of ``ExactLexer.lex`` are; None: punctuation."""

_TENSOR = re.compile(r"tensor<\w+>", re.ASCII)
"""A type whose meaning is in its text, for it names no alias and has no encoding."""


class ExactParser(Parser):
    """xDSL's parser, with constants to the last bit, in attributes too. A tensor type is parsed where it stands first;
    where it stands again, as most do thousands of times, the same is meant."""

    def __init__(self, ctx: Context, input: str, name: str = "<unknown>") -> None:  # noqa: A002
        # The parser reads its first token when it is made, so the lexer cannot be put in afterwards.
        super().__init__(ctx, "", name)
        self._parser_state = ParserState(ExactLexer(Input(input, name)))
        self._tensor_types: dict[str, TypeAttribute] = {}

    def parse_optional_type(self) -> TypeAttribute | None:
        found = _TENSOR.match(self.lexer.input.content, self.pos)
        if found is None:
            return super().parse_optional_type()
        known = self._tensor_types.get(found[0])
        if known is not None:
            self._resume_from(found.end())
            return known
        parsed = super().parse_optional_type()
        if parsed is not None:
            self._tensor_types[found[0]] = parsed
        return parsed

    def parse_dense_int_or_fp_elements_attr(self, type: RankedStructure[Any] | None) -> Dense:  # noqa: A002
        return parse_dense_body(self, type)


def _ranked(dense_type: Attribute) -> RankedStructure[Any]:
    """The type, if a constant may have it."""
    if not isinstance(dense_type, TensorType | VectorType | MemRefType):
        raise ValueError(f"a constant is a tensor, not {dense_type}")
    if any(size < 0 for size in dense_type.get_shape()):
        raise ValueError(f"a constant needs a static shape, not {dense_type}")
    return cast("RankedStructure[Any]", dense_type)


def _scalar(element: Attribute) -> Scalar:
    """The element type, or that of a complex number's parts."""
    scalar = cast(Attribute, element.element_type) if isinstance(element, ComplexType) else element
    if not isinstance(scalar, IntegerType | IndexType | AnyFloat):
        raise ValueError(f"a constant has numbers as elements, not {element}")
    return cast(Scalar, scalar)


def _below_byte(scalar: Scalar) -> bool:
    return isinstance(scalar, IntegerType) and scalar.bitwidth < 8


def _is_splat(data: bytes, size: int) -> bool:
    return len(data) >= size > 0 and data == data[:size] * (len(data) // size)


def _from_hex(text: str, scalar: Scalar) -> bytes:
    data = bytes.fromhex(text.removeprefix("0x"))
    if isinstance(scalar, IntegerType) and _below_byte(scalar):
        # xDSL keeps small integers sign-extended to a byte, MLIR zero-extended.
        return scalar.pack([scalar.normalized_value(byte, truncate_bits=True) or 0 for byte in data])
    return data


def _from_tokens(tokens: Sequence[str], scalar: Scalar) -> bytes:
    if isinstance(scalar, IntegerType | IndexType):
        words = {"true": 1, "false": 0}
        values = [words[token] if token in words else int(token, 0) for token in tokens]
        return scalar.pack(
            [scalar.get_normalized_value(v) for v in values] if isinstance(scalar, IntegerType) else values
        )
    size = scalar.compile_time_size
    return b"".join(
        int(token, 16).to_bytes(size, "little") if token[:2] in ("0x", "0X") else scalar.pack((float(token),))
        for token in tokens
    )


def _int_texts(data: bytes, scalar: IntegerType | IndexType) -> list[str]:
    values = scalar.unpack(data, len(data) // scalar.compile_time_size)
    if isinstance(scalar, IntegerType) and scalar.bitwidth == 1:
        return ["true" if value else "false" for value in values]
    return [str(value) for value in values]


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
