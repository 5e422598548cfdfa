"""The simulator beside the cost model: every bundled model on three machines, against the bars that are set for both.

For each: the network's latency in the simulator and in the model, regions within a tenth of the simulator's, and wall
time of the simulation alone. A missed bar gives exit code 1. ``python -m benchmarks.sim [MODEL...]`` takes only these
models.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MACHINES = ("tpu-v3", "fast-large", "fast-small")

NETWORK_BAR = 0.05
"""The model's latency of a network differs from the simulator's by so much at most."""

REGION_BAR = 0.1
"""That of a region does,"""

REGION_SHARE = 0.95
"""of so many regions."""

LIMIT_S = 60.0
"""Wall time of one command, start-up and reading among it, on one core."""

EXAMPLES = Path(__file__).parents[1] / "examples"

FARTHEST = 3
"""Regions that are listed, those with the most time between simulator and model."""


def fastc(*arguments: str) -> float:
    """Run one command; the seconds that it took."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "fastc", *arguments], check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare(name: str, machine: str, folder: Path) -> dict[str, Any]:
    """The simulator's result for one model on one machine, and the seconds it took."""
    lowered, record = folder / "lowered.mlir", folder / "sim.json"
    fastc("opt", str(EXAMPLES / f"{name}.mlir"), "--hw", machine, "-o", str(lowered))
    wall_s = fastc("sim", str(lowered), "--json", str(record))
    return {**json.loads(record.read_text()), "wall_s": wall_s}


def show(name: str, machine: str, found: dict[str, Any]) -> bool:
    """Print a row and the regions that differ most; whether all bars are kept."""
    regions = [region for region in found["regions"] if region["count"]]
    close = sum(abs(region["ratio"] - 1.0) <= REGION_BAR for region in regions)
    missed = [
        *(["network"] if abs(found["ratio"] - 1.0) > NETWORK_BAR else []),
        *(["regions"] if close < REGION_SHARE * len(regions) else []),
        *(["time"] if found["wall_s"] > LIMIT_S else []),
    ]
    print(
        f"{name:<16} {machine:<11} {found['latency_s'] * 1e3:9.3f} ms  model {found['model_latency_s'] * 1e3:9.3f} ms"
        f"  {found['ratio']:.3f}  {close:3d} of {len(regions):3d} regions  {found['wall_s']:5.1f} s"
        f"{'  missed: ' + ', '.join(missed) if missed else ''}",
        flush=True,
    )
    off = sorted(regions, key=lambda one: -abs(one["latency_s"] - one["model_latency_s"]) * one["count"])
    for region in off[:FARTHEST]:
        print(
            f"    {region['name']:<20} {region['latency_s'] * 1e6:9.2f} us  "
            f"model {region['model_latency_s'] * 1e6:9.2f} us  {region['ratio']:.3f}"
            f"  {region['steps']} tiles, works longest: {region['bound']}"
        )
    return not missed


def main() -> int:
    """Every model on every machine."""
    models = sys.argv[1:] or sorted(path.stem for path in EXAMPLES.glob("*.mlir"))
    with tempfile.TemporaryDirectory() as folder:
        kept = [show(name, machine, compare(name, machine, Path(folder))) for name in models for machine in MACHINES]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
