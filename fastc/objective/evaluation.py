"""The value of an objective or a constraint, by plain arithmetic."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from fastc.errors import InputError, suggestion
from fastc.objective.expression import Binary, Constraint, Expression, Negation, Number, Operator, Quantity

Value: TypeAlias = Any
"""A number, or an array of any library that overloads Python's operators."""

Lookup: TypeAlias = Callable[[Quantity], Value]
"""Gives a quantity's value in the base units of ``QUANTITIES``."""

ARITHMETIC: Mapping[Operator, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}

Tree = TypeVar("Tree", bound=Expression | Constraint)


def evaluate(expression: Expression, lookup: Lookup) -> Value:
    """The value of ``expression`` in base units.

    Raises ArithmeticError where Python's numbers do (division by zero, overflow) and where a root is not real.
    """
    match expression:
        case Number():
            return expression.base_value
        case Quantity():
            return lookup(expression)
        case Negation(operand):
            return -evaluate(operand, lookup)
        case Binary(sign, left, right):
            value = ARITHMETIC[sign](evaluate(left, lookup), evaluate(right, lookup))
            if isinstance(value, complex):
                raise ArithmeticError(f"'{expression}' is not a real number")
            return value


def sides(constraint: Constraint, lookup: Lookup) -> tuple[Value, Value]:
    """The values of the left and the right side."""
    return evaluate(constraint.left, lookup), evaluate(constraint.right, lookup)


def is_met(constraint: Constraint, value: float, bound: float) -> bool:
    """Whether the sides' values, ``value`` and ``bound``, stand as ``constraint`` asks."""
    return value <= bound if constraint.comparison in ("<=", "<") else value >= bound


def resolve_models(tree: Tree, models: Sequence[str]) -> Tree:
    """``tree`` with each named model replaced by the one of ``models`` that it means.

    That is the one of this name, or the only one whose name begins so; InputError where there is none or more than one.
    """
    match tree:
        case Quantity(_, model) if model is not None:
            return replace(tree, model=_resolve(model, str(tree), models))
        case Negation(operand):
            return replace(tree, operand=resolve_models(operand, models))
        case Binary(_, left, right) | Constraint(left, _, right):
            return replace(tree, left=resolve_models(left, models), right=resolve_models(right, models))
        case _:
            return tree


def _resolve(wanted: str, place: str, models: Sequence[str]) -> str:
    if wanted in models:
        return wanted
    begun = [model for model in models if model.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise InputError(f"'{place}' may mean any of the models {', '.join(begun)}: write the name in full")
    raise InputError(f"'{place}' names no model of this run: there is {', '.join(models)}{suggestion(wanted, models)}")
