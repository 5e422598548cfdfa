"""Results made by hand, for the tests of explanations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastc.results import HardwareResult, ModelResult, ObjectiveResult, RegionResult, Result


def region(name: str, kind: str, latency_s: float, **fields: Any) -> RegionResult:
    """A region that runs once and does nothing but what ``fields`` say."""
    nothing = RegionResult(
        name=name,
        kind=kind,
        count=1,
        ops=("add",),
        macs=0,
        latency_s=latency_s,
        compute_s=0.0,
        dram_s=0.0,
        global_buffer_s=0.0,
        vector_s=0.0,
        bound="issue",
        lower_bound_s=latency_s / 2.0,
        utilization=0.0,
        dram_bytes=0.0,
        energy_j=0.0,
        vector={},
        rescan_noc_bytes=0.0,
        rescan_dram_bytes=0.0,
        flags={"engine": "weight_stationary", "global": [], "pinned": []},
    )
    return replace(nothing, **fields)


def model(*regions: RegionResult, name: str = "net", batch: int = 2) -> ModelResult:
    """A model of these regions."""
    latency_s = sum(each.latency_s * each.count for each in regions)
    return ModelResult(
        name=name,
        source_sha256="0" * 64,
        batch=batch,
        macs=1,
        weight_bytes=1,
        latency_s=latency_s,
        throughput_per_s=batch / latency_s,
        energy_j=1e-3,
        dram_bytes=1.0,
        utilization=0.5,
        pipeline="inline",
        regions=regions,
    )


def result(*models: ModelResult, parameters: dict[str, Any] | None = None, value: float = 1.0) -> Result:
    """A result of these models on a machine of these parameters."""
    machine = HardwareResult("box", parameters or {"pe_x": 1}, 1.0, {}, 2.0, {}, 3.0, 4.0, 5.0, {})
    return Result(1, "0.1.0", 0, ("fastc", "eval"), models, machine, ObjectiveResult("perf / tdp", value), (), None)
