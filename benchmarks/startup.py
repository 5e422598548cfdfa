"""How long the program takes to answer: the best of several runs, against its limit. A missed one gives exit code 1."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5

SMALL_MODEL = """\
func.func public @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = stablehlo.add %x, %x : tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
"""


def seconds(*arguments: str) -> float:
    """The shortest of ``RUNS`` runs of fastc."""
    command = [sys.executable, "-m", "fastc", *arguments]
    times: list[float] = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Measure every case, print the table, and say whether all are within their limits."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "small.mlir"
        model.write_text(SMALL_MODEL)
        cases = {
            "fastc --version": (0.3, ("--version",)),
            "fastc completion, the passes of a pipeline": (
                0.3,
                ("completion", "bash", "--", "fastc opt m.mlir -p inline,"),
            ),
            "fastc opt -p canonicalize, a small file": (0.7, ("opt", str(model), "-p", "canonicalize")),
        }
        met = True
        for name, (limit, arguments) in cases.items():
            taken = seconds(*arguments)
            met = met and taken <= limit
            print(f"{name}: {taken:.2f} s, limit {limit} s{'' if taken <= limit else ', MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
