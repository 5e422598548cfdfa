"""Whether more or less of an expression is wanted."""

from __future__ import annotations

from fastc.errors import InputError
from fastc.objective.expression import Binary, Expression, Negation, Number, Quantity

WANTED = {"perf": 1, "latency": -1, "energy": -1, "tdp": -1, "area": -1, "cost": -1, "edp": -1}
"""1 for a quantity that one wants more of, -1 for one that one wants less of."""


def direction(expression: Expression) -> int:
    """1 where one wants more of ``expression``, -1 where less, 0 where it is a plain number.

    Raises InputError where its parts pull either way.
    """
    match expression:
        case Number():
            return 0
        case Quantity(name):
            return WANTED[name]
        case Negation(operand):
            return -direction(operand)
        case Binary(operator, left, right):
            first, second = direction(left), direction(right)
            if operator in ("/", "-"):
                second = -second
            if operator == "**" and isinstance(right, Negation):
                first = -first
            if first * second < 0:
                raise InputError(
                    f"objective: is more or less of '{expression}' wanted? its parts pull either way; write a front's "
                    "objectives so that they agree, such as 'perf / tdp, area'"
                )
            return first or second
