"""Objectives and constraints of a run: from expressions to functions of metrics, and to the verdict on a result."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fastc.dse import Constraint as SearchConstraint
from fastc.dse import Metrics
from fastc.errors import InputError
from fastc.names import DEFAULT_OBJECTIVE
from fastc.objective import (
    Binary,
    Constraint,
    Expression,
    Number,
    Quantity,
    direction,
    evaluate,
    parse_constraint,
    parse_objective,
    quantities,
    resolve_models,
)
from fastc.results import ConstraintResult
from hwmodels.records import Array

CHIP_QUANTITIES = ("area", "tdp", "cost")
"""Quantities of the machine alone, the same for every model."""

MetricsFunction = Callable[[Sequence[Metrics]], Array]


@dataclass(frozen=True)
class FrontObjective:
    """One axis of a Pareto front."""

    text: str
    written: Expression
    """As the user wrote it."""
    expression: Expression
    """So that more is better: 1 over what the user wrote, where one wants less of that."""


@dataclass(frozen=True)
class Goal:
    """What a run is after, for models of given names."""

    models: tuple[str, ...]
    objective: Expression
    """For a front: the geometric mean of its objectives, each so that more is better."""
    objective_text: str
    constraints: tuple[tuple[str, Constraint], ...]
    """Each with its text as the user wrote it."""
    weights: tuple[float, ...]
    """One per model; they sum to 1."""
    front: tuple[FrontObjective, ...] = ()
    """Where a Pareto front is wanted: its objectives, two or more."""


def make_goal(
    models: Sequence[str],
    objective: str = DEFAULT_OBJECTIVE,
    subject_to: Sequence[str] = (),
    weights: Sequence[float] | None = None,
) -> Goal:
    """The goal that these texts describe. Raises InputError, with the place, where one of them is wrong."""
    front = _front(models, objective)
    tree = _mean(front) if front else resolve_models(parse_objective(objective), models)
    constraints = tuple((text, resolve_models(parse_constraint(text), models)) for text in subject_to)
    given = list(weights) if weights is not None else [1.0] * len(models)
    if len(given) != len(models):
        raise InputError(f"--weights has {len(given)} numbers for {len(models)} models; give one per model")
    if any(not 0.0 < weight < math.inf for weight in given):
        raise InputError(
            f"--weights {','.join(f'{weight:g}' for weight in given)}: every weight must be above 0 and finite"
        )
    total = sum(given)
    return Goal(tuple(models), tree, objective, constraints, tuple(weight / total for weight in given), front)


def _front(models: Sequence[str], objective: str) -> tuple[FrontObjective, ...]:
    """The objectives of 'perf, tdp'; none where there is one objective."""
    texts = [text.strip() for text in objective.split(",")]
    if len(texts) == 1:
        return ()
    parts: list[FrontObjective] = []
    for text in texts:
        tree = resolve_models(parse_objective(text), models)
        parts.append(FrontObjective(text, tree, Binary("/", Number(1.0), tree) if direction(tree) < 0 else tree))
    for index, part in enumerate(parts):
        if part.expression in [other.expression for other in parts[:index]]:
            raise InputError(f"objective: '{part.text}' is twice in '{objective}'; a front needs different objectives")
    return tuple(parts)


def _mean(front: Sequence[FrontObjective]) -> Expression:
    """The geometric mean."""
    product = front[0].expression
    for part in front[1:]:
        product = Binary("*", product, part.expression)
    return Binary("**", product, Number(1.0 / len(front)))


def metric(metrics: Metrics, name: str) -> Array:
    """The quantity ``name`` of expressions, in their base units."""
    match name:
        case "perf":
            return metrics.perf_per_s
        case "latency":
            return metrics.latency_s
        case "energy":
            return metrics.energy_j
        case "tdp":
            return metrics.tdp_w
        case "area":
            return metrics.area_m2 * 1e6
        case "cost":
            return metrics.cost_usd
        case _:
            return metrics.energy_j * metrics.latency_s


def objective_function(goal: Goal) -> MetricsFunction:
    """The objective of all models: the weighted geometric mean of its value for each.

    An objective that names the model of each of its quantities is one value already.
    """
    if not _speaks_of_each_model(goal.objective):
        return lambda metrics: evaluate(goal.objective, _lookup(goal.models, metrics, 0))

    def value(metrics: Sequence[Metrics]) -> Array:
        product: Array = 1.0
        for index, weight in enumerate(goal.weights):
            one = evaluate(goal.objective, _lookup(goal.models, metrics, index))
            product = product * (one if len(goal.weights) == 1 else one**weight)
        return product

    return value


def front_functions(goal: Goal) -> tuple[MetricsFunction, ...]:
    """The objectives of the goal's front as functions, more being better; none where there is one objective."""
    return tuple(objective_function(replace(goal, objective=part.expression)) for part in goal.front)


def front_values(goal: Goal, metrics: Sequence[Metrics]) -> dict[str, float]:
    """What ``metrics`` (one per model) are worth by each objective of the goal's front, as the user wrote it."""
    return {part.text: float(objective_function(replace(goal, objective=part.written))(metrics)) for part in goal.front}


def model_values(goal: Goal, metrics: Sequence[Metrics]) -> dict[str, float]:
    """The objective of each model by itself, maybe infinite or NaN."""
    with np.errstate(all="ignore"):
        return {
            name: float(evaluate(goal.objective, _lookup(goal.models, metrics, index)))
            for index, name in enumerate(goal.models)
        }


def constraint_functions(goal: Goal) -> tuple[SearchConstraint, ...]:
    """The constraints as the search takes them: a value and a constant bound; one for each model where that matters."""
    return tuple(
        function
        for text, constraint in goal.constraints
        for index in (range(len(goal.models)) if _speaks_of_each_model(constraint) else (0,))
        for function in (_constraint_function(goal, text, constraint, index),)
    )


def judge(goal: Goal, metrics: Sequence[Metrics]) -> tuple[ConstraintResult, ...]:
    """How ``metrics`` (one per model) stand to each constraint, for the model that fares worst.

    Raises InputError where a value is not finite.
    """
    verdicts: dict[str, ConstraintResult] = {}
    for function in constraint_functions(goal):
        value = _value(function, metrics)
        upper = function.sense == "<="
        met = value <= function.bound if upper else value >= function.bound
        known = verdicts.get(function.text)
        if known is None or (value > known.value if upper else value < known.value):
            verdicts[function.text] = ConstraintResult(function.text, value, function.bound, met)
    return tuple(verdicts.values())


def _value(function: SearchConstraint, metrics: Sequence[Metrics]) -> float:
    try:
        with np.errstate(all="ignore"):
            value = float(function.value(metrics))
    except ArithmeticError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"'{function.text}': the constraint cannot be computed: it comes to {value:g} on this machine")
    return value


def _constraint_function(goal: Goal, text: str, constraint: Constraint, index: int) -> SearchConstraint:
    left, right = constraint.left, constraint.right
    sense = "<=" if constraint.comparison in ("<", "<=") else ">="
    if not list(quantities(left)):
        left, right, sense = right, left, ">=" if sense == "<=" else "<="
    if list(quantities(right)):
        left, bound = Binary("/", left, right), 1.0
    else:
        bound = _constant(right, text)
    if not bound > 0.0:
        raise InputError(f"'{text}': the bound is {bound:g}; it must be above 0")
    return SearchConstraint(text, lambda metrics: evaluate(left, _lookup(goal.models, metrics, index)), bound, sense)


def _constant(expression: Expression, text: str) -> float:
    try:
        return float(evaluate(expression, lambda quantity: 0.0))
    except ArithmeticError as error:
        raise InputError(f"'{text}': the bound cannot be computed: {error}") from None


def _speaks_of_each_model(tree: Expression | Constraint) -> bool:
    return any(quantity.model is None and quantity.name not in CHIP_QUANTITIES for quantity in quantities(tree))


def _lookup(models: Sequence[str], metrics: Sequence[Metrics], index: int) -> Callable[[Quantity], Array]:
    def look_up(quantity: Quantity) -> Array:
        which = index if quantity.model is None else models.index(quantity.model)
        return metric(metrics[which], quantity.name)

    return look_up
