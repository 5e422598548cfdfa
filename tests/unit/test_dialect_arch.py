"""The attributes of legal spaces, and numbers as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.utils.exceptions import VerifyException

from dialects.arch import ChoiceAttr, L1Op, PeGridOp, RangeAttr, Scope
from dialects.syntax import float_text


def test_a_range_lists_its_powers_of_two() -> None:
    assert RangeAttr(1, 16).values == (1, 2, 4, 8, 16)
    assert RangeAttr(4, 4).values == (4,)
    assert RangeAttr(2, 8, zero=True).values == (0, 2, 4, 8)


@pytest.mark.parametrize(
    ("value", "legal"), [(0, False), (1, False), (2, True), (3, False), (8, True), (16, False), (-2, False)]
)
def test_a_range_holds_what_it_lists(value: int, legal: bool) -> None:
    assert RangeAttr(2, 8).holds(value) is legal
    assert RangeAttr(2, 8, zero=True).holds(value) is (legal or value == 0)


def test_a_choice_holds_its_words() -> None:
    choice = ChoiceAttr(["private", "shared"])
    assert choice.holds("shared")
    assert not choice.holds("disabled")


@pytest.mark.parametrize(
    ("lower", "upper", "rule"), [(0, 4, "R1"), (1, 12, "R1"), (16, 8, "R2")], ids=["zero end", "no power", "empty"]
)
def test_a_wrong_range_cannot_be_made(lower: int, upper: int, rule: str) -> None:
    with pytest.raises(VerifyException, match=rf"\({rule}\)"):
        RangeAttr(lower, upper)


def test_parameters_read_as_plain_values() -> None:
    op = L1Op(Scope.Shared, (1, 2, 3), {"input": RangeAttr(1, 8)})
    assert [op.parameter(name) for name in ("scope", "input", "weight", "output")] == ["shared", 1, 2, 3]
    assert op.legal_values == {"input": RangeAttr(1, 8)}
    assert PeGridOp(1, 2).legal_values == {}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float_text_is_exact_and_a_float(value: float) -> None:
    text = float_text(value)
    assert float(text) == value
    assert "." in text, "MLIR reads a number without a point as an integer"


def test_round_floats_stay_short() -> None:
    assert float_text(9.4e8) == "9.400000e+08"
    assert float_text(123456789.0) == "123456789.0"
