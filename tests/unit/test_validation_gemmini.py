"""Gemmini's check: what it reads, what it leaves out, what its constants were fitted on."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from fastc.validation.gemmini import FILE, SHIPPED, checks, fitted_layers, fitted_on, mapping_regret, read_measurements
from hwmodels.gemmini import constants, cycles, hardware


def write(directory: Path, change: Callable[[dict[str, str]], bool]) -> Path:
    """The shipped rows that ``change`` keeps, as it leaves them."""
    with SHIPPED.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if change(row)]
    with (directory / FILE).open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return directory


def test_shipped_measurements_meet_the_bar() -> None:
    (check,) = checks(SHIPPED.parent)
    assert check.met
    assert check.name == "gemmini_firesim"
    assert check.quantity == "cycles"
    assert check.rows == 660
    assert "739 rows of the layers" in check.note


def test_unseen_layers_are_all_judged(tmp_path: Path) -> None:
    """Whatever their id's check sum."""

    def rename(row: dict[str, str]) -> bool:
        row["layer_id"] = row["layer_id"] + "_again"
        return True

    (check,) = checks(write(tmp_path, rename))
    assert check.rows == 1399


def test_other_rows_of_fitted_layers_are_not(tmp_path: Path) -> None:
    def slower(row: dict[str, str]) -> bool:
        row["measured_cycles"] = str(2 * int(row["measured_cycles"]))
        return True

    (check,) = checks(write(tmp_path, slower))
    assert check.rows == 660
    with pytest.raises(ValueError, match="add other layers"):
        checks(write(tmp_path, lambda row: fitted_on(row["layer_id"])))


def test_half_of_the_layers_is_fitted() -> None:
    everything = set(read_measurements(SHIPPED)[0].layers)
    assert len(everything) == 66
    assert len(fitted_layers()) == 35
    assert "1_1_1_1_9216_4096_1_1" in fitted_layers()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("measured_cycles", "0", "measured_cycles is '0'; write a finite number of at least 1"),
        ("exec_P", "1.5", "exec_P is '1.5'; write a whole number"),
        ("op", "pool", "op is 'pool'; write conv or matmul"),
        ("N", "2", "N is 2; the model knows layers of one image"),
        ("dram_loop_order_outer_to_inner", "KK", "dram_loop_order_outer_to_inner is 'KK'"),
        ("dram_loop_order_outer_to_inner", "KX", "dram_loop_order_outer_to_inner is 'KX'"),
    ],
)
def test_malformed_rows_say_where_and_what(tmp_path: Path, column: str, value: str, message: str) -> None:
    def spoil(row: dict[str, str]) -> bool:
        if row["row_id"] == "0":
            row[column] = value
        return True

    with pytest.raises(ValueError, match=rf"{FILE}:2: {message}"):
        checks(write(tmp_path, spoil))


def test_files_without_a_row_to_judge(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        checks(tmp_path)
    with pytest.raises(ValueError, match="only rows with degenerate tiles"):
        checks(write(tmp_path, lambda row: row["degenerate_tiles"] == "1"))


def test_regret_by_hand() -> None:
    names = ["a", "a", "a", "b", "b", "c"]
    predicted = np.array([3.0, 2.0, 2.0, 5.0, 6.0, 1.0])
    measured = np.array([10.0, 12.0, 14.0, 7.0, 9.0, 4.0])
    # a: the two that rank first take 13 on average, 10 is best; b and c: the best is chosen.
    assert mapping_regret(names, predicted, measured) == pytest.approx(0.3 / 3)


def test_constants_are_the_best_on_the_fitted_half() -> None:
    """Each constant 15 % up or down is worse there, in the measure that the fit minimizes."""
    measured = read_measurements(SHIPPED)[0]
    half = measured.select(np.array([fitted_on(layer) for layer in measured.layers]))

    def loss(**change: float) -> float:
        error = np.log(cycles(half.work, replace(constants(), **change), hardware()) / half.cycles) / 0.1
        return float(np.sum(np.sqrt(1.0 + error**2) - 1.0))

    best = loss()
    for field in fields(constants()):
        value = getattr(constants(), field.name)
        for factor in (0.85, 1.15):
            assert loss(**{field.name: factor * value}) > best, field.name
