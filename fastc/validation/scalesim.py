"""The systolic array's timing against SCALE-Sim v3."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from fastc.validation.records import Bar, Check, compare
from hwmodels.records import ENGINES
from hwmodels.systolic import SCALE_SIM, matmul_cycles

FILE = "scalesim_cycles.csv"

DATAFLOWS = {
    "ws": ENGINES.index("weight_stationary"),
    "is": ENGINES.index("input_stationary"),
    "os": ENGINES.index("output_stationary"),
}
"""SCALE-Sim's names of the dataflows."""

SIZES = ("M", "N", "K", "groups", "array_rows", "array_cols", "scalesim_total_cycles")
"""Columns read, whole numbers all: output positions, filters and taps of one group; groups; the array; the result."""


def checks(data: Path) -> tuple[Check, ...]:
    """SCALE-Sim's compute cycles, row by row, from ``data / FILE``.

    Raises FileNotFoundError without the file, and ValueError, with row and column, where it does not say what it must.
    """
    flows, sizes = _read(data / FILE)
    m, n, k, groups, rows, columns, measured = sizes
    # SCALE-Sim prints the number of the last cycle, counted from 0; a layer of groups is as many runs, one by one.
    predicted = groups * (matmul_cycles(m, n, k, flows, rows, columns, SCALE_SIM) - 1.0)
    check = compare(
        "scalesim_cycles",
        "compute cycles",
        predicted,
        measured,
        Bar(exact=True),
        "SCALE-Sim 3.0.0, ideal memory",
        note="nothing fitted; everything exposed, sums read in place",
    )
    return (check,)


def _read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """[rows] dataflows and [len(SIZES), rows] numbers of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    flows = [DATAFLOWS.get(row.get("dataflow") or "", -1) for row in table]
    if -1 in flows:
        raise ValueError(
            f"{path.name}, row {flows.index(-1) + 2}, column dataflow: '{table[flows.index(-1)].get('dataflow')}'; "
            f"write one of {', '.join(DATAFLOWS)}"
        )
    if not table:
        raise ValueError(f"{path.name}: no rows; write a header and one row for each layer, array and dataflow")
    numbers = [[_size(row, index + 2, name, path) for index, row in enumerate(table)] for name in SIZES]
    return np.asarray(flows), np.asarray(numbers, np.float64)


def _size(row: dict[str, str | None], line: int, column: str, path: Path) -> float:
    text = row.get(column) or ""
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"{path.name}, row {line}, column {column}: '{text}'; write a whole number from 1")
    return float(text)
