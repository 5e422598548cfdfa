"""Transfers in whole cycles, by hand."""

from __future__ import annotations

import pytest

from hwmodels.pipeline import transfer_cycles


@pytest.mark.parametrize(
    ("size", "tiles", "rate", "expected"),
    [
        (0.0, 5.0, 64.0, 0.0),
        # A tile that is there takes a cycle, however little it is.
        (1e-10, 1.0, 64.0, 1.0),
        (1e-10, 7.0, 64.0, 7.0),
        # 25 bytes are three cycles of 10; 30 are, too, and a little less or more for rounding.
        (100.0, 4.0, 10.0, 12.0),
        (120.0, 4.0, 10.0, 12.0),
        (120.0 * (1.0 + 1e-12), 4.0, 10.0, 12.0),
        (120.1, 4.0, 10.0, 16.0),
        # Both rounding errors, of sums that never leave: next to nothing.
        (1e-10, 0.0, 64.0, 1e-9),
        (1e-10, 1e-16, 64.0, 1e-9),
    ],
)
def test_tiles_take_whole_cycles(size: float, tiles: float, rate: float, expected: float) -> None:
    assert float(transfer_cycles(size, tiles, rate, 0.0)) == pytest.approx(expected, rel=1e-12, abs=0.0)


def test_relaxed_transfers_take_part_cycles_at_the_end() -> None:
    # At temperature 1 only what is less than a cycle counts whole.
    assert float(transfer_cycles(100.0, 4.0, 10.0, 1.0)) == pytest.approx(10.0)
    assert float(transfer_cycles(1e-10, 4.0, 10.0, 1.0)) == pytest.approx(4.0)
