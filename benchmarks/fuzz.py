"""Random programs through random pipelines, as many as asked for: python -m benchmarks.fuzz --cases 2000

Each failure is made as small as hypothesis can, written as ``<number>.mlir`` with its pipeline in the first lines, and
the search goes on. Exit status 1 where anything failed. The tests run a fixed share of the same (``tests/fuzz``).
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.check import BrokenPromiseError, Case, cases, check

CHUNK = 50
"""Cases after which a failure that was found is reported and the search starts afresh."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1000, help="how many (default 1000)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same cases (default 0)")
    parser.add_argument("--ops", type=int, default=12, help="steps that draw a program (default 12)")
    parser.add_argument("--out", type=Path, help="folder for failing cases (default: only print them)")
    options = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    start, applied, refused = time.perf_counter(), Counter[str](), Counter[str]()
    failures: dict[str, Path | None] = {}
    for chunk in range(-(-options.cases // CHUNK)):
        found = _run(
            options.seed * 1_000_003 + chunk, min(CHUNK, options.cases - chunk * CHUNK), options.ops, applied, refused
        )
        if found is not None and (kind := _kind(found[1])) not in failures:
            failures[kind] = _report(found, len(failures), options.out)
        done, seconds = min(options.cases, (chunk + 1) * CHUNK), time.perf_counter() - start
        print(f"{done} cases, {len(failures)} kinds of failure, {seconds:.0f} s", file=sys.stderr)
    print("applied: " + ", ".join(f"{name} {count}" for name, count in sorted(applied.items())))
    print("refused: " + ", ".join(f"{name} {count}" for name, count in sorted(refused.items())))
    return 1 if failures else 0


def _run(
    chunk_seed: int, count: int, ops: int, applied: Counter[str], refused: Counter[str]
) -> tuple[Case, BrokenPromiseError] | None:
    """One chunk; the smallest failing case, if there is one."""
    smallest: list[tuple[Case, BrokenPromiseError]] = []

    @seed(chunk_seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
        report_multiple_bugs=False,
    )
    @given(cases(ops))
    def search(case: Case) -> None:
        try:
            outcome = check(case)
        except BrokenPromiseError as failure:
            smallest[:] = [(case, failure)]
            raise
        applied.update(outcome.applied)
        refused.update(outcome.refused)

    try:
        search()
    except BrokenPromiseError:
        return smallest[0]
    return None


def _kind(failure: BrokenPromiseError) -> str:
    """What failures of one cause have in common, roughly."""
    return failure.reason[:60]


def _report(found: tuple[Case, BrokenPromiseError], number: int, folder: Path | None) -> Path | None:
    case, failure = found
    reason = "".join(f"// {line}\n" for line in str(failure).splitlines())
    text = (
        f"{reason}// machine: {case.machine}, seed: {case.seed}, inferences: {case.inferences}\n\n{case.program.text}"
    )
    print(text)
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number}.mlir"
    path.write_text(text)
    return path


if __name__ == "__main__":
    sys.exit(main())
