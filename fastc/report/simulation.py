"""What the simulator found, beside the cost model."""

from __future__ import annotations

from fastc.report.text import BOUNDS, error_console, short, si, table
from fastc.results import SimulatedRegionResult, SimulationResult

SLOWEST = 8
"""Regions that the table shows."""

CLOSE = 0.1
"""The cost model and the simulator are close where they differ by no more of the simulator's time."""


def print_simulation(result: SimulationResult) -> None:
    """The slowest regions in the simulator beside the cost model, and the whole network, on standard error."""
    console = error_console()
    slowest = sorted(result.regions, key=lambda region: -region.cycles * region.count)[:SLOWEST]
    title = f"slowest of the {len(result.regions)} regions of {result.name} on {result.hardware}, simulated"
    console.print(title, style="bold")
    tiles = ["tiles"] if any(region.tiles > 1 for region in slowest) else []
    rows = table(["region", "kind"], ["cycles", "runs", *tiles, "time", "model", "model/sim", "share", "works longest"])
    for region in slowest:
        rows.add_row(*_simulated_cells(region, result.cycles, with_tiles=bool(tiles)))
    console.print(rows)
    console.print()
    console.print(
        f"network: {result.cycles} cycles, {si(result.latency_s, 's')}; model {si(result.model_latency_s, 's')}, "
        f"{result.ratio:.3f} of the simulator's"
    )
    close = sum(abs(region.ratio - 1.0) <= CLOSE for region in result.regions)
    steps = sum(region.steps for region in result.regions)
    gone = sum(region.simulated_steps for region in result.regions)
    farthest = max(result.regions, key=lambda region: abs(region.latency_s - region.model_latency_s) * region.count)
    console.print(
        f"{close} of {len(result.regions)} regions within {CLOSE:.0%}; most time between the two in {farthest.name}: "
        f"{si(farthest.latency_s, 's')}, model {si(farthest.model_latency_s, 's')}"
    )
    console.print(f"{steps} tiles, {gone} of them gone through one by one, the others repeat them exactly")
    if result.check is not None:
        console.print(result.check)


def _simulated_cells(region: SimulatedRegionResult, total: int, *, with_tiles: bool) -> list[str]:
    return [
        short(region.name),
        region.kind,
        str(region.cycles),
        str(region.count),
        *([str(region.tiles)] if with_tiles else []),
        si(region.latency_s, "s"),
        si(region.model_latency_s, "s"),
        f"{region.ratio:.3f}",
        f"{region.cycles * region.count / total:.1%}",
        BOUNDS[region.bound],
    ]
