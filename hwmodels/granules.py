"""What DRAM moves for a region that reads or writes a tensor in short stretches."""

from __future__ import annotations

from hwmodels.records import Runs


def granule_ratio(runs: Runs, fraction: float, granule_bytes: float) -> float:
    """Bytes that DRAM moves over bytes asked for, 1 at least, for a ``fraction`` of a tensor in ``runs``.

    A run shorter than a granule costs a whole one, or less where the next run lies in the same granule; the whole
    tensor once is never dearer. Where runs start inside a granule is not known: they count as if at its start.
    """
    if not 0.0 < runs.run_bytes < granule_bytes or fraction <= 0.0:
        return 1.0
    return max(1.0, min(granule_bytes / runs.run_bytes, runs.pitch_bytes / runs.run_bytes, 1.0 / fraction))
