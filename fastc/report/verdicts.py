"""Whether constraints hold, and by how much."""

from __future__ import annotations

import re

from fastc.results import ConstraintResult

NUMBER = r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"

BOUND = re.compile(rf"[<>]=?\s*{NUMBER}\s*(?P<unit>[A-Za-z$][A-Za-z0-9^]*)?\s*$")
"""The end of a constraint whose bound is a number, maybe with a unit."""

MANY = 10.0
"""Times a bound from which on a percentage says less."""


def constraint_words(constraint: ConstraintResult) -> tuple[str, str]:
    """What the constrained quantity is, in the unit of its bound, and what that means: 'met, 54% to spare' or 'NOT met,
    15% too much'."""
    ratio = constraint.value / constraint.bound
    bound = BOUND.search(constraint.expression)
    if bound is None:
        value = f"{constraint.value:.5g} against {constraint.bound:.5g}"
    else:
        value = f"{ratio * float(bound['number']):.5g} {bound['unit'] or ''}".rstrip()
    distance = abs(ratio - 1.0)
    off = f"{100.0 * distance:.3g}%" if distance < MANY else f"{distance:.3g} times"
    if constraint.met:
        return value, f"met, {off} to spare"
    return value, f"NOT met, {off} too {'little' if ratio < 1.0 else 'much'}"
