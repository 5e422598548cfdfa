"""The language of objectives and constraints, against values worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastc.errors import InputError
from fastc.objective import (
    QUANTITIES,
    Binary,
    Constraint,
    Expression,
    Negation,
    Number,
    Quantity,
    evaluate,
    is_met,
    parse_constraint,
    parse_objective,
    resolve_models,
    sides,
)

VALUES = {"perf": 1000.0, "latency": 0.008, "energy": 0.5, "tdp": 250.0, "area": 400.0, "edp": 0.004, "cost": 90.0}


def look_up(quantity: Quantity) -> float:
    """The value of each quantity in these tests; that of a named model is ten times as great."""
    return VALUES[quantity.name] * (10.0 if quantity.model is not None else 1.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("perf / tdp", 4.0),
        ("1 / energy", 2.0),
        ("perf", 1000.0),
        ("perf(resnet50-v2.1) / tdp", 40.0),
        ("2 ** 3 ** 2 * perf", 512000.0),
        ("-2 ** 2 * perf", -4000.0),
        ("1 - 2 - 3 + 0 / perf * perf", -4.0),
        ("8 / 4 / 2 * perf", 1000.0),
        ("8 / (4 / 2) * perf", 4000.0),
        ("perf ** 0.5", math.sqrt(1000.0)),
        ("perf ** -1", 0.001),
        ("(area + 100 mm^2) / area * perf", 1250.0),
        ("tdp / 500 mW * perf", 500000.0),
        ("1.5e1*perf", 15000.0),
    ],
)
def test_value(text: str, expected: float):
    assert evaluate(parse_objective(text), look_up) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "value", "bound", "met"),
    [
        ("area <= 400 mm^2", 400.0, 400.0, True),
        ("area <= 399.5mm^2", 400.0, 399.5, False),
        ("tdp<=0.2 kW", 250.0, 200.0, False),
        ("latency <= 15 ms", 0.008, 0.015, True),
        ("latency(bert) <= 15 ms", 0.08, 0.015, False),
        ("latency <= 8000 us", 0.008, 0.008, True),
        ("energy < 600 mJ", 0.5, 0.6, True),
        ("cost <= 100 $", 90.0, 100.0, True),
        ("perf >= 2000", 1000.0, 2000.0, False),
        ("400 mm^2 >= area", 400.0, 400.0, True),
        ("perf / tdp > 3", 4.0, 3.0, True),
        ("edp <= 4 mJ * 1 s", 0.004, 0.004, True),
        ("area <= 400", 400.0, 400.0, True),
    ],
)
def test_constraint(text: str, value: float, bound: float, met: bool):
    constraint = parse_constraint(text)
    left, right = sides(constraint, look_up)
    assert (left, right) == (pytest.approx(value, rel=1e-15), pytest.approx(bound, rel=1e-15))
    assert is_met(constraint, left, right) is met


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("perf / tdpp", 7, "no quantity is called 'tdpp'.*did you mean 'tdp'"),
        ("perf / power", 7, "no quantity is called 'power'.*did you mean 'tdp'"),
        ("perf ^ 2", 5, "a power is written '\\*\\*'"),
        ("perf / ", 6, "found the end, expected a number or a quantity"),
        ("3", 0, "nothing here depends on the machine"),
        ("perf <= 2", 5, "a comparison belongs in --subject-to"),
        ("perf tdp", 5, "found 'tdp', expected"),
        ("3 mmm + perf", 2, "units are mm\\^2"),
        ("(perf", 5, "found the end, expected an operator or '\\)'"),
        ("perf(", 5, "expected the name of a model"),
        ("perf + tdp", 7, "W cannot be added to 1/s"),
        ("perf - tdp", 7, "W cannot be subtracted from 1/s"),
        ("area(bert) * perf", 0, "area belongs to the chip"),
        ("perf ** tdp", 8, "an exponent is a plain number"),
        ("perf ** (1/0)", 8, "cannot be computed"),
        ("1e999 * perf", 0, "too great"),
        ("perf / @", 7, "found '@'"),
    ],
)
def test_error_points_at_the_place(text: str, column: int, message: str):
    with pytest.raises(InputError, match=message) as caught:
        parse_objective(text)
    head, shown, caret = str(caught.value).split("\n")
    assert head.startswith("objective: ")
    assert shown == "  " + text
    assert len(caret) - len(caret.lstrip()) - 2 == column
    assert set(caret.strip()) == {"^"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("area <= 400 W", "'area' is in mm\\^2 and cannot be compared with W"),
        ("area", "expected an operator or a comparison"),
        ("area == 4", "write <= or >="),
        ("area <= 4 <= 3", "a constraint has one comparison"),
        ("3 <= 4", "nothing here depends on the machine"),
        ("latency <= 15 msec", "did you mean 'ms'"),
        (" ", "is empty"),
        ("area <= " + "(" * 600, "at most 500"),
    ],
)
def test_bad_constraint(text: str, message: str):
    with pytest.raises(InputError, match=message):
        parse_constraint(text)


def test_error_shows_the_place_of_a_long_text():
    text = "perf" + " + perf" * 60 + " + pref" + " + perf" * 8
    with pytest.raises(InputError, match="did you mean 'perf'") as caught:
        parse_objective(text)
    _, shown, caret = str(caught.value).split("\n")
    assert len(shown) <= 82
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "pref"


def test_no_root_of_a_negative_number():
    with pytest.raises(ArithmeticError, match="not a real number"):
        evaluate(parse_objective("(-perf) ** 0.5"), look_up)


def test_models_are_resolved():
    models = ["bert_base_s128", "resnet50v2", "resnet50"]
    resolved = resolve_models(parse_constraint("latency(bert) <= 2 * latency(resnet50)"), models)
    assert str(resolved) == "latency(bert_base_s128) <= 2 * latency(resnet50)"
    with pytest.raises(InputError, match="may mean any of the models resnet50v2, resnet50"):
        resolve_models(parse_objective("perf(resnet)"), models)
    with pytest.raises(InputError, match=r"names no model.*did you mean 'resnet50'"):
        resolve_models(parse_objective("-perf(resmet50)"), models)


def test_arrays_and_gradients():
    import jax
    import jax.numpy as jnp

    objective = parse_objective("perf ** 2 / tdp")

    def value(perf: jax.Array) -> jax.Array:
        return evaluate(objective, lambda quantity: perf if quantity.name == "perf" else jnp.asarray(4.0))

    assert value(jnp.asarray([2.0, 4.0])).tolist() == [1.0, 4.0]
    assert float(jax.grad(value)(jnp.asarray(6.0))) == pytest.approx(3.0, rel=1e-6)


NUMBERS = st.builds(Number, st.floats(min_value=0.0, max_value=1e12, allow_subnormal=False), st.none())
SPEEDS = st.builds(Quantity, st.just("perf"), st.sampled_from([None, "bert", "b-0.1"]))
PLAIN = st.recursive(
    NUMBERS | st.just(Binary("*", Quantity("perf"), Quantity("latency"))),
    lambda parts: (
        st.builds(Negation, parts)
        | st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), parts, parts)
        | st.builds(Binary, st.just("**"), parts, NUMBERS)
    ),
    max_leaves=8,
)


@given(PLAIN, SPEEDS, st.sampled_from([*QUANTITIES]))
def test_text_parses_back(plain: Expression, speed: Quantity, name: str):
    tree = Binary("/", Binary("*", plain, speed), Quantity(name))
    assert parse_objective(str(tree)) == tree
    constraint = Constraint(tree, "<=", Negation(tree))
    assert parse_constraint(str(constraint)) == constraint
