"""What tiling chains of regions together brings: latency, DRAM bytes and energy without and with ``tile-chains``.

``python -m benchmarks.chains`` prints one row for each model and machine, at the machine's own batch, with the
simulator's latency with chains and the seconds of compiling them. It ends with 1 where chains do not win, or the
model's latency is not within 5 % of the simulator's.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from xdsl.dialects.builtin import ModuleOp

from benchmarks.models import attention
from benchmarks.sim import NETWORK_BAR
from fastc import pipelines
from fastc.frontends import make_context
from fastc.frontends.stablehlo import read_stablehlo
from fastc.machines import insert_machine, load_machine
from fastc.results import SimulationResult
from fastc.simulating import simulate_model
from fastc.transform import print_module
from hwmodels.mapper import map_network
from hwmodels.network import evaluate
from hwmodels.records import Placement, Space
from passes.analysis.machine import machine_of
from passes.analysis.network import network_view

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
    module: ModuleOp
    """Regions, and where their tensors live."""


def models() -> dict[str, ModuleOp]:
    """EfficientNet-B7 at its 600 x 600 pixels, and two encoder layers over 4096 tokens."""
    network = (EXAMPLES / "efficientnet_b7.mlir").read_bytes()
    encoder = attention.text(attention.Config()).encode()
    return {
        "efficientnet_b7": read_stablehlo(network, "efficientnet_b7"),
        "attention_s4096": read_stablehlo(encoder, "attention_s4096"),
    }


def compiled(model: ModuleOp, machine: str, with_chains: bool) -> Row:
    """Compile for the machine's batch, down to regions and where their tensors live, and cost that."""
    module, accelerator = model.clone(), load_machine(machine)
    insert_machine(module, accelerator)
    steps = pipelines.lowering("fastc", (("tile-chains", "" if with_chains else None),))
    batch = pipelines.set_batch(accelerator.native_batch.value.data)
    start = time.perf_counter()
    pipelines.run(pipelines.join(pipelines.CLEANUP, batch, *steps[:-1]), make_context(), module)
    taken = time.perf_counter() - start
    view = network_view(module)
    spaces: list[Space] = ["dram"] * len(view.network.tensors)
    for region in view.regions:
        for value in (*region.operands, *region.results):
            spaces[view.tensor_of[value]] = region.space_of(value).value
    target = machine_of(accelerator)
    cost = evaluate(view.network, target, map_network(view.network, target), Placement(tuple(spaces), 0.0, 0.0))
    names = {region.tiling.chain for region in view.network.regions if region.tiling is not None}
    return Row(cost.latency_s, cost.dram_bytes, cost.energy_j, len(names), taken, module)


def simulated(row: Row) -> SimulationResult:
    """What the simulator says of a compilation's schedule."""
    module = row.module.clone()
    pipelines.run("lower-to-schedule", make_context(), module)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lowered.mlir"
        path.write_text(print_module(module))
        return simulate_model(str(path))


def main() -> int:
    """Print the table; 1 where chains do not win everywhere, or the simulator disagrees."""
    won = True
    print(
        f"{'model':<16} {'machine':<11} {'latency':>24} {'DRAM':>24} {'energy':>22} {'chains':>7}"
        f" {'simulated':>18} {'compile':>8}"
    )
    for name, model in models().items():
        for machine in MACHINES:
            without, with_chains = (compiled(model, machine, choice) for choice in (False, True))
            found = simulated(with_chains)
            won = won and with_chains.latency_s < without.latency_s and abs(found.ratio - 1.0) <= NETWORK_BAR
            print(
                f"{name:<16} {machine:<11}"
                f" {without.latency_s * 1e3:8.2f} -> {with_chains.latency_s * 1e3:8.2f} ms"
                f" {without.dram_bytes / 1e9:8.3f} -> {with_chains.dram_bytes / 1e9:8.3f} GB"
                f" {without.energy_j:8.3f} -> {with_chains.energy_j:8.3f} J {with_chains.chains:6d}"
                f" {found.latency_s * 1e3:8.2f} ms {found.ratio:6.3f} {with_chains.seconds:6.1f} s",
                flush=True,
            )
    return 0 if won else 1


if __name__ == "__main__":
    sys.exit(main())
