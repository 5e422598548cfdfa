"""The systolic array's timing against SCALE-Sim v3."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fastc.validation.records import Bar, Check, compare
from fastc.validation.tables import read_table
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
    table = read_table(path, ("dataflow", *SIZES))
    for row in table:
        if row.text("dataflow") not in DATAFLOWS:
            raise row.wrong("dataflow", f"one of {', '.join(DATAFLOWS)}")
    flows = np.asarray([DATAFLOWS[row.text("dataflow")] for row in table])
    return flows, np.asarray([[row.whole(column) for row in table] for column in SIZES], np.float64)
