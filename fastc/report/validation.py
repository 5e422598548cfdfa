"""How the cost models compare with measurements."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from fastc.report.text import PlainConsole, table
from fastc.results import SCHEMA
from fastc.validation.records import Check

VALIDATION_WIDTH = 160
"""Columns of the table of a validation where there is no terminal."""


def validation_progress(area: str, count: int, missing: Sequence[str]) -> None:
    """One line on standard error as each area of a validation ends, and one for the files that it lacked."""
    if missing:
        print(f"fastc: {area}: no {', '.join(missing)}; left out", file=sys.stderr)
    if count or not missing:
        print(f"fastc: {area}: done", file=sys.stderr)


def validation_json(checks: Sequence[Check]) -> str:
    """The machine-readable form of a validation."""
    result = {"schema": SCHEMA, "checks": [check.to_json() for check in checks]}
    return json.dumps(result, indent=2, allow_nan=False) + "\n"


def print_validation(checks: Sequence[Check], *, to_standard_error: bool = False) -> None:
    """One line per check: its errors, its bar and whether that is met; then sources and notes."""
    rows = table(["check", "quantity"], ["rows", "mean", "median", "most", "rank", "equal", "bar", "met"])
    for check in checks:
        rows.add_row(
            check.name,
            check.quantity,
            str(check.rows),
            _percent(check.mape),
            _percent(check.median_ape),
            _percent(check.greatest_ape),
            "" if check.spearman is None else f"{check.spearman:.3f}",
            _percent(check.exact_share),
            str(check.bar),
            "yes" if check.met else "NO",
        )
    console = PlainConsole(stderr=to_standard_error, highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = VALIDATION_WIDTH
    console.print(rows)
    console.print("mean, median, most: absolute relative errors; rank: Spearman; equal: rows that agree to nine digits")
    for check in checks:
        regret = "" if check.mapping_regret is None else f"regret {_percent(check.mapping_regret)}; "
        note = f"; {check.note}" if check.note else ""
        console.print(f"{check.name}, {check.quantity}: {regret}{check.source}{note}", soft_wrap=True)


def _percent(fraction: float) -> str:
    return f"{100.0 * fraction:.{1 if fraction >= 0.001 or fraction == 0.0 else 3}f} %"
