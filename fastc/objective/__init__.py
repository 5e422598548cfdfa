"""The language of objectives and constraints: ``perf / tdp``, ``latency(bert) <= 15 ms``.

``parse_objective`` and ``parse_constraint`` give a small frozen tree; ``evaluate`` computes it by plain arithmetic, so
the values may be Python numbers or arrays of either array library.
"""

from fastc.objective.direction import direction
from fastc.objective.evaluation import evaluate, is_met, resolve_models, sides
from fastc.objective.expression import (
    QUANTITIES,
    Binary,
    Comparison,
    Constraint,
    Expression,
    Negation,
    Number,
    Quantity,
    quantities,
)
from fastc.objective.parser import parse_constraint, parse_objective

__all__ = [
    "QUANTITIES",
    "Binary",
    "Comparison",
    "Constraint",
    "Expression",
    "Negation",
    "Number",
    "Quantity",
    "direction",
    "evaluate",
    "is_met",
    "parse_constraint",
    "parse_objective",
    "quantities",
    "resolve_models",
    "sides",
]
