"""What is read and printed faster than xDSL does it is what xDSL reads and prints."""

from __future__ import annotations

from io import StringIO

import pytest
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import ParseError
from xdsl.utils.lexer import Input
from xdsl.utils.mlir_lexer import MLIRLexer, MLIRTokenKind

from dialects.stablehlo import ExactParser, ExactPrinter
from dialects.stablehlo.dense import ExactLexer
from fastc.frontends import make_context
from tests.conftest import SMALL_MODEL

TEXTS = (
    SMALL_MODEL,
    'a // b : c\n\t->-> - > x1.5$_ %a.b %0x %1-2 %-1 ::{}{-#}#-}() 12 0x1F 1.5e-3 ... ^bb0 @f @"g" !t #u "s\\n" é',
    "tensor<?x0x12x*x\f\v%x >=<=",
    "%",
    "$",
    "a.b.c:d,e",
    "\u00a0x",
    "",
)


def tokens(lexer: MLIRLexer) -> list[tuple[MLIRTokenKind, int, int] | str]:
    """Kind and place of each, and the message where there is no further one."""
    found: list[tuple[MLIRTokenKind, int, int] | str] = []
    while True:
        try:
            token = lexer.lex()
        except ParseError as error:
            return [*found, str(error)]
        found.append((token.kind, token.span.start, token.span.end))
        if token.kind == MLIRTokenKind.EOF:
            return found


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_those_of_xdsl(text: str):
    assert tokens(ExactLexer(Input(text, "t"))) == tokens(MLIRLexer(Input(text, "t")))


@pytest.mark.parametrize(
    "kind",
    [
        "tensor<4x?x0xbf16>",
        "tensor<f32>",
        "tensor<*xf32>",
        'tensor<2xf32, "encoded">',
        "tensor<2x!t>",
        "tensor<0x10xf32>",
        "tensor<2xtensor<f32>>",
        "tensor<tensor<tensor<2xi1>>>",
    ],
)
def test_types_are_those_of_xdsl(kind: str):
    """The first time and again."""
    text = f'!t = i8\n"a.b"() : () -> ({kind}, {kind}, tuple<{kind}>, {kind})'
    context = make_context()
    context.allow_unregistered = True
    exact, plain = (parser(context, text).parse_module() for parser in (ExactParser, Parser))
    assert exact.is_structurally_equivalent(plain)
    printed = StringIO(), StringIO()
    ExactPrinter(stream=printed[0]).print_op(exact)
    Printer(stream=printed[1]).print_op(plain)
    assert printed[0].getvalue() == printed[1].getvalue()
