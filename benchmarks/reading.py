"""How long a model takes from text to a verified module, and on through the graph pipeline: each stage, against its
limit, and how that grows with the model. A missed limit gives exit code 1.

Times are those of the processor, imports left out, the median of several runs: what the clock shows on one idle core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from xdsl.dialects.builtin import ModuleOp

from benchmarks.models import llama
from fastc import pipelines
from fastc.frontends import make_context, read_module
from fastc.frontends.stablehlo import read_stablehlo
from fastc.machines import insert_machine, load_machine

RUNS = 5
READING_LIMIT_S = 1.0
"""From text to a verified module, of Llama-7B's decoding step (some 7,000 ops)."""
PIPELINE_LIMIT_S = 5.0
"""From a verified module to placed regions, every pass verified, of EfficientNet-B7."""
EXPONENT_LIMIT = 1.15
"""Of the time over the number of ops: 1 is linear."""
COPIES = (1, 2, 4, 8)
STACK = 8
"""Layers of the stack that is repeated."""

GRAPH_PIPELINE = pipelines.default_pipeline(None).removesuffix(",lower-to-schedule")
MACHINE = "tpu-v3"
EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class Timing:
    """One model, measured."""

    name: str
    ops: int
    stages: dict[str, float]
    """Seconds of each stage, in order."""

    @property
    def total_s(self) -> float:
        """Of all stages."""
        return sum(self.stages.values())


def median_of(measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """The run whose total is the median of ``RUNS``."""
    runs = sorted((measure() for _ in range(RUNS)), key=lambda run: sum(run.values()))
    return runs[RUNS // 2]


def reading(name: str, text: str) -> Timing:
    """Time the reader and the verifier on one text."""
    data = text.encode()

    def measure() -> dict[str, float]:
        start = time.process_time()
        module = read_module(data, name, make_context())
        whole = time.process_time() - start
        start = time.process_time()
        module.verify()
        verifier = time.process_time() - start
        return {"translate": whole - verifier, "verify": verifier}

    ops = sum(1 for _ in read_stablehlo(data, name).walk())
    return Timing(name, ops, median_of(measure))


def pipeline(name: str, text: str) -> Timing:
    """Time every pass of the graph pipeline, verifier included."""
    module = read_module(text.encode(), name, make_context())
    insert_machine(module, load_machine(MACHINE))
    return Timing(name, sum(1 for _ in module.walk()), median_of(lambda: _pass_times(module.clone())))


def _pass_times(module: ModuleOp) -> dict[str, float]:
    times: dict[str, float] = {}
    last = time.process_time()

    def note(step: pipelines.Step) -> None:
        nonlocal last
        now = time.process_time()
        times[step.name] = times.get(step.name, 0.0) + now - last
        last = now

    pipelines.run(GRAPH_PIPELINE, make_context(), module, after_each=note)
    return times


def exponent(timings: Sequence[Timing]) -> float:
    """By which power of the number of ops the time grows: the slope of a line through the logarithms."""
    ops, seconds = ([timing.ops for timing in timings], [timing.total_s for timing in timings])
    return float(np.polyfit(np.log(ops), np.log(seconds), 1)[0])


def table(title: str, timings: Sequence[Timing]) -> Table:
    """One row per model, one column per stage."""
    shown = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
    stages = list(timings[0].stages)
    shown.add_column("model")
    for header in ("ops", *(f"{stage} (s)" for stage in stages), "total (s)"):
        shown.add_column(header, justify="right")
    for timing in timings:
        row = (*(timing.stages[stage] for stage in stages), timing.total_s)
        shown.add_row(timing.name, f"{timing.ops}", *(f"{seconds:.3f}" for seconds in row))
    return shown


def main() -> int:
    """Measure everything, print the tables, and say whether the limits hold."""
    llama_text = llama.text(llama.Config())
    b7_text = (EXAMPLES / "efficientnet_b7.mlir").read_text()
    stacks = {f"{n} x {STACK} layers": llama.text(llama.Config(layers=n * STACK)) for n in COPIES}
    models = {"Llama-7B decode": llama_text, "EfficientNet-B7": b7_text}
    read = [reading(name, text) for name, text in models.items()]
    read_stacks = [reading(name, text) for name, text in stacks.items()]
    passed = [pipeline(name, text) for name, text in models.items()]
    passed_stacks = [pipeline(name, text) for name, text in stacks.items()]
    console = Console(width=160, highlight=False)
    console.print(table("from text to a verified module", read + read_stacks))
    console.print(table("graph pipeline, each pass verified", passed + passed_stacks))
    checks = (
        ("reading Llama-7B decode", read[0].total_s, READING_LIMIT_S, " s"),
        ("graph pipeline of EfficientNet-B7", passed[1].total_s, PIPELINE_LIMIT_S, " s"),
        ("growth of reading with the number of ops", exponent(read_stacks), EXPONENT_LIMIT, ""),
        ("growth of the graph pipeline with the number of ops", exponent(passed_stacks), EXPONENT_LIMIT, ""),
    )
    for what, value, limit, unit in checks:
        console.print(f"{what}: {value:.2f}{unit}, limit {limit}{unit}{'' if value <= limit else ', MISSED'}")
    return 0 if all(value <= limit for _, value, limit, _ in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
