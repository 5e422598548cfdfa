"""Axes in units that people read: milliseconds instead of 0.0012 s."""

from __future__ import annotations

PREFIXES = (
    (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "u"), (1e-9, "n"),
)  # fmt: skip

BINARY = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B"))


def scale_of(greatest: float, unit: str) -> tuple[float, str]:
    """What to divide by, and the unit then, for values up to ``greatest``."""
    for scale, prefix in PREFIXES:
        if greatest >= scale:
            return scale, f"{prefix}{unit}"
    return 1e-12, f"p{unit}"


def binary_scale_of(greatest: float) -> tuple[float, str]:
    """The same for bytes of a buffer."""
    return next(((float(scale), unit) for scale, unit in BINARY if greatest >= scale), (1.0, "B"))
