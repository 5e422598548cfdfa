"""From the text of an objective or a constraint to its tree, with errors that point at the place."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple, NoReturn, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from fastc.errors import InputError, suggestion
from fastc.objective.evaluation import evaluate
from fastc.objective.expression import (
    PLAIN,
    QUANTITIES,
    UNITS,
    Binary,
    Comparison,
    Constraint,
    Dimension,
    Expression,
    Negation,
    Number,
    Operator,
    Quantity,
    quantities,
)

LONGEST_TEXT = 500
"""Characters that an expression may have: keeps its tree shallow enough for recursion."""

EXPECTED = {
    "NUMBER": "a number",
    "NAME": "a quantity",
    "MODEL": "the name of a model",
    "UNIT": "a unit",
    "OPEN": "'('",
    "PLUS": "an operator",
    "CLOSE": "')'",
    "COMPARISON": "a comparison (<= or >=)",
    "$END": "the end",
}
"""How errors call what may stand at a place; the other operators go wherever '+' goes."""

SHOWN_WIDTH = 80
"""Columns of the text that an error shows around the place."""


class Parsed(NamedTuple):
    """A part of the text, parsed."""

    tree: Expression
    dimension: Dimension | None
    """None: only plain numbers, which take the dimension of whatever they meet."""
    start: int
    end: int


class _Mistake(Exception):  # noqa: N818
    """A rule of the language is broken by the characters from ``start`` to ``end``."""

    def __init__(self, start: int, end: int, message: str):
        super().__init__(message)
        self.start, self.end = start, end


OTHER_WORDS = {
    **dict.fromkeys(("power", "watt", "watts"), "tdp"),
    **dict.fromkeys(("throughput", "performance", "speed"), "perf"),
    **dict.fromkeys(("time", "runtime"), "latency"),
    **dict.fromkeys(("die", "size"), "area"),
    **dict.fromkeys(("price", "dollars"), "cost"),
}
"""What people call a quantity, which no likeness of letters finds."""


def parse_objective(text: str) -> Expression:
    """The objective that ``text`` writes down; it is maximised.

    Raises InputError, with a caret under the place, where it is not one.
    """
    parsed = cast(Parsed, _parse(text, "objective"))
    if not list(quantities(parsed.tree)):
        _fail(text, "objective", 0, len(text), f"nothing here depends on the machine; use {_names()}")
    return parsed.tree


def _meant(name: str) -> str:
    """The hint at the quantity that ``name`` is another word for, or resembles."""
    if name.lower() in OTHER_WORDS:
        return f"; did you mean '{OTHER_WORDS[name.lower()]}'?"
    return suggestion(name, QUANTITIES)


def parse_constraint(text: str) -> Constraint:
    """The constraint that ``text`` writes down, such as ``area <= 400 mm^2``.

    Raises InputError, with a caret under the place, where it is not one.
    """
    constraint = cast(Constraint, _parse(text, "constraint"))
    if not list(quantities(constraint)):
        _fail(text, "constraint", 0, len(text), f"nothing here depends on the machine; use {_names()}")
    return constraint


@cache
def _grammar() -> Lark:
    grammar = files("fastc.objective").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=["objective", "constraint"], parser="lalr", transformer=_Builder())


def _parse(text: str, start: str) -> Parsed | Constraint:
    if len(text) > LONGEST_TEXT:
        raise InputError(f"the {start} has {len(text)} characters; at most {LONGEST_TEXT} are read: write it shorter")
    if not text.strip():
        example = "perf / tdp" if start == "objective" else "area <= 400 mm^2"
        raise InputError(f"the {start} is empty; write one like '{example}'")
    try:
        return cast("Parsed | Constraint", _grammar().parse(text, start=start))
    except _Mistake as error:
        _fail(text, start, error.start, error.end, str(error))
    except UnexpectedInput as error:
        _fail_at_unexpected(text, start, error)


def _fail_at_unexpected(text: str, start: str, error: UnexpectedInput) -> NoReturn:
    begin = len(text.rstrip())
    end = begin + 1
    found = ""
    allowed: set[str] = set()
    if isinstance(error, UnexpectedToken):
        allowed = set(error.accepts or error.expected)
        if error.token.type != "$END":
            begin, found = error.token.start_pos or 0, str(error.token)
            end = begin + len(found)
    elif isinstance(error, UnexpectedCharacters):
        allowed = set(error.allowed or ())
        begin = error.pos_in_stream
        end = begin + 1
        found = text[begin]
    if start == "objective":
        allowed.discard("COMPARISON")
    expected = " or ".join(wording for name, wording in EXPECTED.items() if name in allowed)
    named = f"'{found}'" if found else "the end"
    _fail(text, start, begin, end, f"found {named}, expected {expected}{_hint(found, start, 'UNIT' in allowed)}")


def _hint(found: str, start: str, after_number: bool) -> str:
    if found == "^":
        return "; a power is written '**'"
    if found[:1] in ("<", ">", "=", "!"):
        if start == "objective":
            return "; a comparison belongs in --subject-to"
        return "; write <= or >=" if found[:1] in ("=", "!") else "; a constraint has one comparison"
    if after_number and found[:1].isalpha():
        return f"; units are {', '.join(UNITS)}{suggestion(found, UNITS)}"
    return ""


def _fail(text: str, start: str, begin: int, end: int, message: str) -> NoReturn:
    line = "".join(" " if character.isspace() else character for character in text)
    first = max(0, min(begin - SHOWN_WIDTH // 2, len(line) - SHOWN_WIDTH))
    shown = line[first : first + SHOWN_WIDTH]
    caret = " " * (begin - first) + "^" * max(1, min(end - begin, SHOWN_WIDTH))
    raise InputError(f"{start}: {message}\n  {shown}\n  {caret}")


def _names() -> str:
    return ", ".join(QUANTITIES)


def _span(left: Parsed | Token, right: Parsed | Token) -> tuple[int, int]:
    begin = left.start_pos if isinstance(left, Token) else left.start
    end = right.end_pos if isinstance(right, Token) else right.end
    return begin or 0, end or 0


class _Builder(Transformer[Token, "Parsed | Constraint"]):
    """Builds the tree bottom-up and checks dimensions on the way."""

    def objective(self, children: list[Parsed]) -> Parsed:
        return children[0]

    def constraint(self, children: list[Parsed | Token]) -> Constraint:
        left, sign, right = cast(tuple[Parsed, Token, Parsed], tuple(children))
        _require_same(left, right, "compared with")
        return Constraint(left.tree, cast(Comparison, str(sign)), right.tree)

    def group(self, children: list[Parsed | Token]) -> Parsed:
        opening, inner, closing = cast(tuple[Token, Parsed, Token], tuple(children))
        return Parsed(inner.tree, inner.dimension, *_span(opening, closing))

    def number(self, children: list[Token]) -> Parsed:
        value = float(children[0])
        begin, end = _span(children[0], children[-1])
        if not math.isfinite(value):
            raise _Mistake(begin, end, f"{children[0]} is too great for a 64-bit float")
        unit = str(children[1]) if len(children) > 1 else None
        return Parsed(Number(value, unit), UNITS[unit][1] if unit is not None else None, begin, end)

    def quantity(self, children: list[Token]) -> Parsed:
        name = str(children[0])
        begin, end = _span(children[0], children[-1])
        if name not in QUANTITIES:
            message = f"no quantity is called '{name}'; use {_names()}{_meant(name)}"
            raise _Mistake(begin, begin + len(name), message)
        model = str(children[2]) if len(children) > 1 else None
        if model is not None and name in ("area", "tdp", "cost"):
            raise _Mistake(begin, end, f"{name} belongs to the chip, not to one model: write '{name}'")
        return Parsed(Quantity(name, model), QUANTITIES[name][0], begin, end)

    def negation(self, children: list[Parsed | Token]) -> Parsed:
        sign, operand = cast(tuple[Token, Parsed], tuple(children))
        return Parsed(Negation(operand.tree), operand.dimension, *_span(sign, operand))

    def binary(self, children: list[Parsed | Token]) -> Parsed:
        left, sign, right = cast(tuple[Parsed, Token, Parsed], tuple(children))
        operator = cast(Operator, str(sign))
        match operator:
            case "+" | "-":
                dimension = _require_same(left, right, "added to" if operator == "+" else "subtracted from")
            case "*":
                dimension = _product(left.dimension, right.dimension, 1)
            case "/":
                dimension = _product(left.dimension, right.dimension, -1)
            case "**":
                dimension = _power(left, right)
        return Parsed(Binary(operator, left.tree, right.tree), dimension, *_span(left, right))


def _require_same(left: Parsed, right: Parsed, relation: str) -> Dimension | None:
    if left.dimension is None or right.dimension is None:
        return left.dimension or right.dimension
    if left.dimension != right.dimension:
        if relation == "compared with":
            message = f"'{left.tree}' is in {left.dimension} and cannot be compared with {right.dimension}"
        else:
            message = f"{right.dimension} cannot be {relation} {left.dimension}"
        raise _Mistake(right.start, right.end, message)
    return left.dimension


def _product(left: Dimension | None, right: Dimension | None, power: int) -> Dimension | None:
    if left is None and right is None:
        return None
    return (left or PLAIN).times(right or PLAIN, power)


def _power(base: Parsed, exponent: Parsed) -> Dimension | None:
    if exponent.dimension is not None:
        raise _Mistake(exponent.start, exponent.end, "an exponent is a plain number")
    if base.dimension is None:
        return None
    try:
        power = evaluate(exponent.tree, lambda quantity: 0.0)
    except ArithmeticError as error:
        raise _Mistake(exponent.start, exponent.end, f"this exponent cannot be computed: {error}") from None
    return PLAIN.times(base.dimension, power)
