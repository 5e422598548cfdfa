"""What tiling chains of regions together brings: latency, DRAM bytes and energy without and with ``tile-chains``.

``python -m benchmarks.chains`` prints one row for each model and machine, at the machine's own batch.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import NamedTuple

from xdsl.dialects.builtin import ModuleOp

from benchmarks.models import attention
from fastc import pipelines
from fastc.frontends import make_context
from fastc.frontends.stablehlo import read_stablehlo
from fastc.machines import insert_machine, load_machine
from fastc.problem import read_lowered
from hwmodels.network import evaluate

MACHINES = ("tpu-v3", "fast-large")

EXAMPLES = Path(__file__).parents[1] / "examples"


class Row(NamedTuple):
    """What one compilation takes, for all inferences that run at once."""

    latency_s: float
    dram_bytes: float
    energy_j: float
    chains: int
    seconds: float
    """Of the compilation."""


def models() -> dict[str, ModuleOp]:
    """EfficientNet-B7 at its 600 x 600 pixels, and two encoder layers over 4096 tokens."""
    network = (EXAMPLES / "efficientnet_b7.mlir").read_bytes()
    encoder = attention.text(attention.Config()).encode()
    return {
        "efficientnet_b7": read_stablehlo(network, "efficientnet_b7"),
        "attention_s4096": read_stablehlo(encoder, "attention_s4096"),
    }


def compiled(model: ModuleOp, machine: str, with_chains: bool) -> Row:
    """Compile for the machine's batch and cost what the lowered module says."""
    module, accelerator = model.clone(), load_machine(machine)
    insert_machine(module, accelerator)
    steps = pipelines.lowering("fastc", (("tile-chains", "" if with_chains else None),))
    batch = pipelines.set_batch(accelerator.native_batch.value.data)
    start = time.perf_counter()
    pipelines.run(pipelines.join(pipelines.CLEANUP, batch, *steps), make_context(), module)
    taken = time.perf_counter() - start
    lowered = read_lowered(module)
    cost = evaluate(lowered.network, lowered.machine, lowered.mappings, lowered.placement)
    names = {region.tiling.chain for region in lowered.network.regions if region.tiling is not None}
    return Row(cost.latency_s, cost.dram_bytes, cost.energy_j, len(names), taken)


def main() -> int:
    """Print the table; 1 where chains do not win everywhere."""
    won = True
    print(f"{'model':<16} {'machine':<11} {'latency':>24} {'DRAM':>24} {'energy':>22} {'chains':>7} {'compile':>16}")
    for name, model in models().items():
        for machine in MACHINES:
            without, with_chains = (compiled(model, machine, choice) for choice in (False, True))
            won = won and with_chains.latency_s < without.latency_s
            print(
                f"{name:<16} {machine:<11}"
                f" {without.latency_s * 1e3:8.2f} -> {with_chains.latency_s * 1e3:8.2f} ms"
                f" {without.dram_bytes / 1e9:8.3f} -> {with_chains.dram_bytes / 1e9:8.3f} GB"
                f" {without.energy_j:8.3f} -> {with_chains.energy_j:8.3f} J {with_chains.chains:6d}"
                f" {without.seconds:6.1f} -> {with_chains.seconds:4.1f} s",
                flush=True,
            )
    return 0 if won else 1


if __name__ == "__main__":
    sys.exit(main())
