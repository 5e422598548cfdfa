"""A model's time by kind of region: every number by hand."""

from __future__ import annotations

import pytest

from fastc.explain.kinds import summarize
from tests.unit.explain.explain_cases import model, region

CONV = region(
    "a", "conv", 11e-6, count=3, macs=100, compute_s=10e-6, vector_s=8e-6, dram_s=3e-6, bound="array",
    utilization=0.5, dram_bytes=7.0, vector={"alu": 20, "move": 1000, "rescan_bytes": 64}, lower_bound_s=5e-6,
)  # fmt: skip
ON_VECTOR = region(
    "b", "depthwise", 9e-6, compute_s=6e-6, vector_s=2e-6, global_buffer_s=7e-6, bound="vector",
    flags={"engine": "vector"}, macs=10, lower_bound_s=9e-6,
)  # fmt: skip
START = region("c", "move", 1e-6, lower_bound_s=0.0)


def test_shares_bounds_and_gaps() -> None:
    """Runs, batches and what is no arithmetic count as they should."""
    summary = summarize(model(START, CONV, ON_VECTOR))
    conv, depthwise, move = summary.kinds
    assert [each.kind for each in summary.kinds] == ["conv", "depthwise", "move"]
    assert summary.total.latency_s == pytest.approx(43e-6)
    assert conv.share == pytest.approx(33 / 43)
    assert conv.flops == 3 * (2 * 100 * 2 + 20)
    assert summary.total.flops == 1260 + 2 * 10 * 2
    assert conv.flop_share == pytest.approx(1260 / 1300)
    assert conv.dram_bytes == 21.0
    assert conv.over_bound == pytest.approx(11 / 5)
    assert depthwise.over_bound == 1.0
    assert move.over_bound is None
    assert summary.total.bound == "array"
    assert summary.total.bound_s == pytest.approx({"array": 33e-6, "vector": 9e-6, "issue": 1e-6})
    assert summary.total.utilization == pytest.approx(0.5 * 33 / 43)


def test_relief_is_what_twice_as_fast_a_resource_saves() -> None:
    """The next resource takes over; work on the vector unit is its contraction and its vector work."""
    conv, depthwise, move = summarize(model(START, CONV, ON_VECTOR)).kinds
    # 10 us of the array become 5, but the vector unit's 8 are longer; of three runs.
    assert conv.relief == pytest.approx({"array": 6e-6 / 33e-6})
    # 6 + 2 us become 4, the global buffer's 7 are longer.
    assert depthwise.relief == pytest.approx({"vector": 1e-6 / 9e-6})
    assert move.relief == {}
    alone = region("d", "pool", 11e-6, dram_s=10e-6)
    assert summarize(model(alone)).total.relief == pytest.approx({"dram": 5.0 / 11.0})


def test_a_branch_that_is_not_taken_takes_nothing() -> None:
    """Runs of 0 divide nothing by 0."""
    summary = summarize(model(region("a", "conv", 1e-6, count=0), START))
    conv = next(kind for kind in summary.kinds if kind.kind == "conv")
    assert (conv.latency_s, conv.share, conv.utilization, conv.relief) == (0.0, 0.0, 0.0, {})
