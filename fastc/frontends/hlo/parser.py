"""HLO text into records, with errors that point at the place."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from fastc.frontends.hlo.records import ArrayShape, Computation, HloModule, Instruction, Shape, TupleShape
from fastc.frontends.stablehlo import ReadError

_NUMBERS = r"(?:[0-9]{1,18}(?:,\s*[0-9]{1,18})*)?"
_SHAPE = re.compile(rf"([a-z]\w*)\[\s*({_NUMBERS})\s*\](?:\{{\s*({_NUMBERS})\s*(?::([^{{}}]*))?\}})?")
_SHOWN = 40
"""Characters of the text that an error quotes."""


class HloError(Exception):
    """A rule is broken at a place of the text."""

    def __init__(self, line: int, column: int, message: str):
        super().__init__(message)
        self.line, self.column = line, column

    def read_error(self, name: str) -> ReadError:
        """The error for users, with the file's name."""
        return ReadError(f"{name}:{self.line}:{self.column}: {self}")


def parse_hlo(text: str, name: str) -> HloModule:
    """The module that ``text`` writes down; ``name`` is the file's, for messages. Raises ReadError."""
    try:
        module = cast(HloModule, _grammar().parse(text))
        _check(module)
    except VisitError as error:
        if not isinstance(error.orig_exc, HloError):
            raise
        raise error.orig_exc.read_error(name) from None
    except HloError as error:
        raise error.read_error(name) from None
    except UnexpectedInput as error:
        _fail_at_unexpected(text, name, error)
    return module


@cache
def _grammar() -> Lark:
    grammar = files("fastc.frontends.hlo").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start="module", parser="lalr", transformer=_Builder(), maybe_placeholders=True)


def array_shapes_in(text: str) -> list[ArrayShape]:
    """The arrays that an attribute such as ``{f32[3,3]{0,1}, s32[]}`` names. Raises ValueError."""
    shapes = [_array_shape(match[0]) for match in _SHAPE.finditer(text)]
    wrong = [shape for shape in shapes if isinstance(shape, str)]
    if wrong:
        raise ValueError(wrong[0])
    return [shape for shape in shapes if isinstance(shape, ArrayShape)]


class _Builder(Transformer[Token, Any]):
    """Builds the records while lark parses."""

    def module(self, children: list[Any]) -> HloModule:
        return HloModule(str(children[0]), tuple(child for child in children if isinstance(child, Computation)))

    def computation(self, children: list[Any]) -> Computation:
        entry, name = children[:2]
        instructions = tuple(child for child in children if isinstance(child, Instruction))
        return Computation(_bare(name), instructions, entry is not None, _line(name))

    def signature(self, _: list[Any]) -> None:
        """It repeats the parameters; the instructions say them too."""

    def instruction(self, children: list[Any]) -> Instruction:
        root, name, shape, head, *rest = children
        opcode, literal = str(head), ""
        if head.type == "LITERAL":
            opcode, _, literal = opcode[:-1].partition("(")
        operands = tuple(child for child in rest if type(child) is str)
        attributes: dict[str, str] = {}
        for child in rest:
            if isinstance(child, Token):
                key, _, value = child[1:].lstrip().partition("=")
                if key in attributes:
                    raise HloError(_line(child), child.column or 1, f"the attribute {key} is given twice")
                attributes[key] = value
        return Instruction(
            _bare(name), shape, opcode, operands, literal, attributes, _line(name), name.column or 1, root is not None
        )

    def name(self, children: list[Token]) -> str:
        return _bare(children[0])

    def typed_name(self, children: list[Any]) -> str:
        return _bare(children[1])

    def array_shape(self, children: list[Token]) -> ArrayShape:
        shape = _array_shape(str(children[0]))
        if isinstance(shape, str):
            raise HloError(_line(children[0]), children[0].column or 1, shape)
        return shape

    def tuple_shape(self, children: list[Shape | None]) -> TupleShape:
        return TupleShape(tuple(child for child in children if child is not None))


def _bare(token: Token) -> str:
    return token.removeprefix("%")


def _line(token: Token) -> int:
    return token.line or 1


@cache
def _array_shape(text: str) -> ArrayShape | str:
    """The shape, or what is wrong with it."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return f"the shape {text} is not an array of fixed sizes; fastc schedules static shapes only"
    dims = _numbers(match[2])
    layout = _numbers(match[3]) if match[3] is not None else tuple(reversed(range(len(dims))))
    if sorted(layout) != list(range(len(dims))):
        return f"the layout of {text} must name each of its {len(dims)} dimensions once"
    return ArrayShape(match[1], dims, layout, match[4] or "")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else ()


def _check(module: HloModule) -> None:
    """Names are unique, and there is one entry and at most one root for each computation."""
    _check_unique("computation", [(each.name, each.line, 1) for each in module.computations])
    entries = [each for each in module.computations if each.is_entry]
    if len(entries) != 1:
        line = entries[1].line if entries else module.computations[-1].line
        raise HloError(line, 1, f"a module has one computation marked ENTRY, but this one has {len(entries)}")
    for computation in module.computations:
        _check_unique("instruction", [(each.name, each.line, each.column) for each in computation.instructions])
        roots = [each for each in computation.instructions if each.is_root]
        if len(roots) > 1:
            raise HloError(roots[1].line, 1, f"{computation.name} has a ROOT already, {roots[0].name}")


def _check_unique(kind: str, places: list[tuple[str, int, int]]) -> None:
    seen: dict[str, int] = {}
    for name, line, column in places:
        if name in seen:
            raise HloError(line, column, f"there is another {kind} {name} in line {seen[name]}; names must differ")
        seen[name] = line


def _fail_at_unexpected(text: str, name: str, error: UnexpectedInput) -> NoReturn:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        line = text.rstrip().count("\n") + 1
        raise ReadError(
            f"{name}:{line}: not valid HLO text: it ends inside a computation or before the first; export it again"
        ) from None
    position = error.pos_in_stream or 0
    if isinstance(error, UnexpectedCharacters | UnexpectedToken):
        found = text[position : position + _SHOWN].split("\n")[0]
        raise ReadError(
            f"{name}:{error.line}:{error.column}: not valid HLO text: cannot read on at '{found}'; expected "
            "'name = shape opcode(operands), attribute=value' or the end of a computation"
        ) from None
    raise error
