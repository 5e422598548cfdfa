"""How long a search takes and what it finds: every bundled model that the limit is set for, against that limit.

For each: wall time of the whole command, the found Perf/TDP over that of the TPU-v3 at the same node with the stock
schedule, and the gap between the relaxed and the exact value. A missed limit gives exit code 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODELS = ("efficientnet_b0", "resnet50v2", "bert_base_s128")

LIMIT_S = 120.0
"""On two cores, installation not counted."""

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, folder: Path) -> bool:
    """Search for one model, print its row, and say whether the limit was kept."""
    record = folder / f"{name}.json"
    command = [sys.executable, "-m", "fastc", "opt", str(EXAMPLES / f"{name}.mlir"), "--search", "--json", str(record)]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    taken = time.perf_counter() - start
    found = json.loads(record.read_text())
    search = found["search"]
    missed = "" if taken <= LIMIT_S else f", over the limit of {LIMIT_S:.0f} s"
    print(
        f"{name:<16} {taken:6.1f} s  {found['baseline']['ratio']:5.2f}x  relaxed {search['relaxed_value']:8.2f}"
        f"  exact {search['exact_value']:8.2f}  {search['exact_evaluations']} evaluations{missed}"
    )
    return taken <= LIMIT_S


def main() -> int:
    """Search for every model in turn."""
    with tempfile.TemporaryDirectory() as folder:
        kept = [run(name, Path(folder)) for name in MODELS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
