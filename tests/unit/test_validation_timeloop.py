"""Timeloop's numbers and ours, and what happens to files that are not as they should be."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

import fastc.validation
from fastc.validation.timeloop import checks

DATA = Path(fastc.validation.__file__).parent / "data"
CASES, GEMMINI = "timeloop_cases.json", "timeloop_gemmini.csv.gz"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The cases, and the first rows of the random mappings."""
    (tmp_path / CASES).write_bytes((DATA / CASES).read_bytes())
    with gzip.open(DATA / GEMMINI, "rt", newline="") as file:
        write(tmp_path, [row for row, _ in zip(csv.reader(file), range(6), strict=False)])
    return tmp_path


def write(folder: Path, rows: list[list[str]]) -> None:
    with gzip.open(folder / GEMMINI, "wt", newline="") as file:
        csv.writer(file).writerows(rows)


def read(folder: Path) -> list[list[str]]:
    with gzip.open(folder / GEMMINI, "rt", newline="") as file:
        return list(csv.reader(file))


def test_all_bars_are_met():
    found = checks(DATA)
    assert [(check.name, check.quantity.split()[0], check.rows) for check in found] == [
        ("timeloop_cases", "reads", 50),
        ("timeloop_cases", "fills", 50),
        ("timeloop_cases", "updates", 50),
        ("timeloop_cases", "cycles", 8),
        ("timeloop_gemmini", "cycles", 3000),
        ("timeloop_gemmini", "energy", 3000),
    ]
    assert all(check.bar.exact for check in found[:4])
    assert [check.bar.mape for check in found[4:]] == [0.001, 0.01]
    assert [check.quantity for check in found if not check.met] == []


def test_a_different_measurement_is_seen(data: Path):
    cases = json.loads((data / CASES).read_text())
    cases["cases"][0]["levels"][1]["data"]["Outputs"]["reads"] += 1
    (data / CASES).write_text(json.dumps(cases))
    assert [check.quantity for check in checks(data) if not check.met] == ["reads [words per instance]"]


def test_sparse_cases_are_left_out(data: Path):
    cases = json.loads((data / CASES).read_text())
    for case in cases["cases"][1:]:
        case["sparse"] = True
    (data / CASES).write_text(json.dumps(cases))
    assert checks(data)[3].rows == 1


@pytest.mark.parametrize("name", [CASES, GEMMINI])
def test_a_missing_file_is_named(data: Path, name: str):
    (data / name).unlink()
    with pytest.raises(FileNotFoundError, match=name.split(".")[0]):
        checks(data)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("cycles", "many", r"gz:3: cycles is 'many'; write a finite number"),
        ("K", "0", r"gz:3: K is '0'; write a finite number of at least 1"),
        ("mapping", "L3[WIO] K8 - L1[O]", r"gz:3: mapping is 'L3\[WIO\] K8 - L1\[O\]'; write one such as 'L3\[WIO\]"),
        ("mapping", "L3[WIO] Z8 - L2[WI] - L1[O] - L0[W]", r"gz:3: mapping is"),
        ("mapping", "L3[WI] - L2[WI] - L1[O] - L0[W]", "L3 with all of WIO"),
        ("mapping", f"L3[WIO] K{10**4000} - L2[WI] - L1[O] - L0[W]", r"gz:3: (mapping is|a cell has more)"),
    ],
)
def test_a_bad_field_is_named_with_its_row(data: Path, column: str, value: str, message: str):
    rows = read(data)
    rows[2][rows[0].index(column)] = value
    write(data, rows)
    with pytest.raises(ValueError, match=message):
        checks(data)


def test_a_missing_column_is_named(data: Path):
    write(data, [row[:-3] for row in read(data)])
    with pytest.raises(ValueError, match=r"gz:1: lacks the columns cycles, energy_uJ"):
        checks(data)


def test_a_bad_case_is_named(data: Path):
    cases = json.loads((data / CASES).read_text())
    del cases["cases"][2]["mapping"]
    (data / CASES).write_text(json.dumps(cases))
    with pytest.raises(
        ValueError, match=r"json: cases\[2\]: has no 'mapping'; write it as in the file that fastc brings"
    ):
        checks(data)
    cases["cases"][2]["mapping"] = [{"level": "Buffer", "tiles": {"Weights": 3, "Inputs": 18}, "loops": []}]
    (data / CASES).write_text(json.dumps(cases))
    with pytest.raises(ValueError, match=r"json: cases\[2\]: no level keeps tensor 'Outputs'"):
        checks(data)
