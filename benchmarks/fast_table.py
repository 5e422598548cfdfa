"""FAST's headline, as fairly as it can be done: `python -m benchmarks.fast_table`.

EfficientNet-B0 to B7, ResNet-50v2, BERT-128 and BERT-1024 against ``tpu-v3-7nm`` under the stock schedule, within its
area and TDP: one machine for each model, and one for all. Beside them the TPU-v3 with fastc's schedule, FAST-Large and
FAST-Small under fastc's models, and what each part of the compiler adds (``benchmarks.ablation``, for the bundled
models). Perf/TDP is over the baseline's; ``paper`` are the means of FAST's abstract, over its own models.

B1 to B6 do not come along: ``--models DIR`` names a folder with ``efficientnet_b1.mlir`` and so on, which
``benchmarks.models.efficientnet`` writes. Results go to ``--out`` as they end, and are not computed again.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[1] / "examples"

MODELS = (*(f"efficientnet_b{variant}" for variant in range(8)), "resnet50v2", "bert_base_s128", "bert_base_s1024")

ABLATED = ("efficientnet_b0", "efficientnet_b7", "resnet50v2", "bert_base_s128", "bert_base_s1024")
"""Models of the ablation."""

MACHINES = ("tpu-v3-7nm", "fast-large", "fast-small")
"""Machines that are costed as they are."""

PAPER_SINGLE, PAPER_SUITE = 3.7, 2.4
"""Perf/TDP over a TPU-v3 on average, for one workload and for a suite: the abstract of FAST (Zhang et al., ASPLOS
2022)."""

BOUNDS = {"array": "array", "vector": "vector", "global_buffer": "buffer", "dram": "DRAM", "issue": "issue"}


@dataclass(frozen=True)
class Job:
    """One command whose JSON is a result."""

    name: str
    arguments: tuple[str, ...]
    module: str = "fastc"


def jobs(models: dict[str, Path], trials: int, suite_trials: int, ablation_trials: int) -> tuple[list[Job], list[Job]]:
    """What can run side by side, longest first, and then what uses results of it or both cores itself."""
    paths = {name: str(path) for name, path in models.items()}
    search = ("--search", "-o", "/dev/null", "--trials")
    first = [
        Job(f"search_{name}", ("opt", path, *search, str(trials), "--jobs", "1"))
        for name, path in reversed(paths.items())
    ]
    first += [Job(f"{hw}_{name}", ("eval", path, "--hw", hw)) for name, path in paths.items() for hw in MACHINES]
    suite = Job("search_suite", ("opt", *paths.values(), *search, str(suite_trials), "--jobs", "2"))
    ablated = [
        Job(
            f"ablation_{name}",
            (paths[name], "--from", f"search_{name}.json", "--trials", str(ablation_trials)),
            "benchmarks.ablation",
        )
        for name in ABLATED
        if name in paths
    ]
    return first, [suite, *ablated]


def run(job: Job, folder: Path) -> dict[str, Any]:
    """The result of ``job``, from its file where it is there already."""
    record = folder / f"{job.name}.json"
    if not record.exists():
        began_s = time.monotonic()
        arguments = [str(folder / text) if text.startswith("search_") else text for text in job.arguments]
        part = record.with_suffix(".part")
        command = [sys.executable, "-m", job.module, *arguments, "--json", str(part)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
        part.rename(record)
        print(f"{job.name}: {time.monotonic() - began_s:.0f} s", file=sys.stderr, flush=True)
    return json.loads(record.read_text())


def mean(values: Sequence[float]) -> float:
    """Geometric."""
    return math.exp(sum(map(math.log, values)) / len(values))


def bounds(model: dict[str, Any]) -> str:
    """What the model's time is bound by, the two greatest shares."""
    spent: dict[str, float] = {}
    for region in model["regions"]:
        spent[region["bound"]] = spent.get(region["bound"], 0.0) + region["latency_s"] * region["count"]
    total = sum(spent.values())
    greatest = sorted(spent, key=lambda bound: -spent[bound])[:2]
    return ", ".join(f"{BOUNDS[bound]} {spent[bound] / total:.0%}" for bound in greatest)


def machine(parameters: dict[str, Any]) -> str:
    """PEs, arrays, vector lanes over array columns, L1 of a PE, global buffer, DRAM channels and batch, in short."""
    kib = sum(parameters[f"l1_{operand}_bytes"] for operand in ("input", "weight", "output")) / 1024
    return (
        f"{parameters['pe_x'] * parameters['pe_y']}x{parameters['array_rows']}x{parameters['array_columns']}"
        f" v{parameters['vector_multiplier']} {kib:.0f}K {parameters['global_buffer_bytes'] / 2**20:.0f}M"
        f" {parameters['dram_channels']}ch b{parameters['native_batch']}"
    )


def show(found: dict[str, dict[str, Any]], models: Sequence[str]) -> None:
    """Print the tables."""
    print("Perf/TDP over tpu-v3-7nm under the stock schedule")
    print(
        f"{'model':<17}{'found':>7}{'v3+fastc':>10}{'large':>7}{'small':>7}{'util.':>7}  {'bound by':<24} machine found"
    )
    for name in models:
        one = found[f"search_{name}"]
        others = [found[f"{hw}_{name}"]["baseline"]["ratio"] for hw in MACHINES]
        print(
            f"{name:<17}{one['baseline']['ratio']:>6.2f}x{others[0]:>9.2f}x{others[1]:>6.2f}x{others[2]:>6.2f}x"
            f"{one['models'][0]['utilization']:>7.0%}  {bounds(one['models'][0]):<24}"
            f" {machine(one['hardware']['parameters'])}"
        )
    means = [mean([found[f"{kind}_{name}"]["baseline"]["ratio"] for name in models]) for kind in ("search", *MACHINES)]
    cells = "".join(f"{value:>{width}.2f}x" for value, width in zip(means, (6, 9, 6, 6), strict=True))
    print(f"{'mean':<17}{cells}   paper {PAPER_SINGLE}x")
    suite = found["search_suite"]
    print(
        f"\none machine for all: {suite['baseline']['ratio']:.2f}x (paper {PAPER_SUITE}x)"
        f"   {machine(suite['hardware']['parameters'])}"
    )
    tdp_w = suite["hardware"]["tdp_w"]
    for model in suite["models"]:
        base = suite["baseline"]["model_values"][model["name"]]
        print(f"  {model['name']:<17}{model['throughput_per_s'] / tdp_w / base:>6.2f}x  {bounds(model)}")
    show_ablation(found)


def show_ablation(found: dict[str, dict[str, Any]]) -> None:
    """Print what each part of the compiler adds."""
    ablated = {key.removeprefix("ablation_"): value for key, value in found.items() if key.startswith("ablation_")}
    if not ablated:
        return
    tables = [next(iter(value.values())) for value in ablated.values()]
    print(f"\n{'machine searched for':<24}" + "".join(f"{name:>17}" for name in ablated))
    for stage in tables[0]:
        print(f"{stage:<24}" + "".join(f"{table[stage]['ratio']:>16.2f}x" for table in tables))


def main() -> int:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, metavar="DIR", help="where efficientnet_b1.mlir to b6 are")
    parser.add_argument("--only", nargs="+", choices=MODELS, default=MODELS, metavar="NAME", help="these models")
    parser.add_argument("--trials", type=int, default=500, help="exact evaluations of each search for one model")
    parser.add_argument("--suite-trials", type=int, default=250, help="those of the search for all models")
    parser.add_argument("--ablation-trials", type=int, default=40, help="those of each stage of the ablation")
    parser.add_argument("--out", type=Path, default=Path("build/fast_table"), metavar="DIR", help="results")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    folders = [EXAMPLES, *([options.models] if options.models else [])]
    paths = [folder / f"{name}.mlir" for name in options.only for folder in folders]
    models = {path.stem: path for path in paths if path.exists()}
    for name in options.only:
        if name not in models:
            print(f"{name} is not there and left out; see --help", file=sys.stderr)
    first, second = jobs(models, options.trials, options.suite_trials, options.ablation_trials)
    began_s = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip([job.name for job in first], pool.map(lambda job: run(job, options.out), first), strict=True))
    found[second[0].name] = run(second[0], options.out)
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda job: run(job, options.out), second[1:])
        found |= dict(zip([job.name for job in second[1:]], done, strict=True))
    show(found, list(models))
    print(f"\n{time.monotonic() - began_s:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
