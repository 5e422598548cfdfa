"""Return on investment: what a design costs to engineer, make and run, beside what it replaces, over volume."""

from __future__ import annotations

from fastc.roi.analysis import analyse
from fastc.roi.reading import case_of, read_subject, subject_of
from fastc.roi.records import BreakEven, Case, Chip, Outcome, RoiResult, VolumePoint

__all__ = [
    "BreakEven",
    "Case",
    "Chip",
    "Outcome",
    "RoiResult",
    "VolumePoint",
    "analyse",
    "case_of",
    "read_subject",
    "subject_of",
]
