"""What a comparison of a model with a measurement says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Bar:
    """What a check must reach; None asks nothing. Errors and shares are fractions: 0.15 is 15 %."""

    mape: float | None = None
    """Greatest mean of the absolute relative errors."""
    greatest_ape: float | None = None
    """Greatest absolute relative error of any row."""
    greatest_difference: float | None = None
    """Greatest absolute difference of any row, where the values are shares themselves."""
    spearman: float | None = None
    """Least rank correlation."""
    exact: bool = False
    """Every row equal."""
    mapping_regret: float | None = None
    """Greatest mean loss from choosing the best of a group by the model."""

    def __str__(self) -> str:
        texts = {
            "exact": "equal" if self.exact else None,
            "mape": _at_most("MAPE", self.mape),
            "greatest_ape": _at_most("each", self.greatest_ape),
            "greatest_difference": None
            if self.greatest_difference is None
            else f"each <= {100 * self.greatest_difference:g} points",
            "spearman": None if self.spearman is None else f"Spearman >= {self.spearman:g}",
            "mapping_regret": _at_most("regret", self.mapping_regret),
        }
        return ", ".join(text for text in texts.values() if text) or "none"


def _at_most(name: str, limit: float | None) -> str | None:
    return None if limit is None else f"{name} <= {100 * limit:g} %"


@dataclass(frozen=True)
class Check:
    """One quantity of a model against the same quantity as measured or published, over some rows."""

    name: str
    """Of the data file without its ending, or of a chip."""
    quantity: str
    """What is compared, with its unit."""
    rows: int
    mape: float
    median_ape: float
    greatest_ape: float
    greatest_difference: float
    spearman: float | None
    """None where fewer than three rows, or constant ones, have no ranks to correlate."""
    exact_share: float
    """Share of the rows that are equal, to nine digits."""
    bar: Bar
    source: str
    """Who measured or published, and where."""
    mapping_regret: float | None = None
    note: str = ""
    """What the reader must know to judge the number: what was fitted, what was left out."""

    @property
    def met(self) -> bool:
        """Whether the bar is reached."""
        asked = (
            (self.bar.mape, self.mape),
            (self.bar.greatest_ape, self.greatest_ape),
            (self.bar.greatest_difference, self.greatest_difference),
            (self.bar.mapping_regret, self.mapping_regret),
        )
        if any(limit is not None and not (value is not None and value <= limit) for limit, value in asked):
            return False
        if self.bar.spearman is not None and not (self.spearman is not None and self.spearman >= self.bar.spearman):
            return False
        return not self.bar.exact or self.exact_share == 1.0

    def to_json(self) -> dict[str, Any]:
        """The check as 'fastc hw validate --json' writes it; errors and shares are fractions."""
        result = {column.name: getattr(self, column.name) for column in fields(self)}
        result |= {"bar": str(self.bar), "met": self.met}
        if self.mapping_regret is None:
            del result["mapping_regret"]
        return result


def compare(
    name: str,
    quantity: str,
    predicted: Sequence[float] | np.ndarray,
    measured: Sequence[float] | np.ndarray,
    bar: Bar,
    source: str,
    *,
    mapping_regret: float | None = None,
    note: str = "",
) -> Check:
    """The check of ``predicted`` against ``measured``, row by row, both [rows] and ``measured`` not zero where
    ``predicted`` is not; ValueError where there is no row or a value is not finite."""
    ours, theirs = np.asarray(predicted, np.float64), np.asarray(measured, np.float64)
    if ours.size == 0 or ours.shape != theirs.shape or not np.all(np.isfinite(ours) & np.isfinite(theirs)):
        raise ValueError(f"check '{name}: {quantity}' needs as many finite predictions as measurements, one at least")
    difference = np.abs(ours - theirs)
    scale = np.where(theirs == 0.0, 1.0, np.abs(theirs))
    ape = difference / scale
    return Check(
        name=name,
        quantity=quantity,
        rows=ours.size,
        mape=float(np.mean(ape)),
        median_ape=float(np.median(ape)),
        greatest_ape=float(np.max(ape)),
        greatest_difference=float(np.max(difference)),
        spearman=_spearman(ours, theirs),
        exact_share=float(np.mean(ape <= 1e-9)),
        bar=bar,
        source=source,
        mapping_regret=mapping_regret,
        note=note,
    )


def _spearman(ours: np.ndarray, theirs: np.ndarray) -> float | None:
    if ours.size < 3 or np.ptp(ours) == 0.0 or np.ptp(theirs) == 0.0:
        return None
    ranks = np.vstack([_ranks(ours), _ranks(theirs)])
    return float(np.corrcoef(ranks)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks, equal values sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2.0)[inverse]
