"""How long the exact evaluator takes for one machine: EfficientNet-B7 mapped, placed and costed, against its limits.

On machines drawn at random from the default space, within the area of the baseline. Prints the CPU time of the process
on one core, which other work on the computer does not count into, but slows down: the median and the worst, with and
without the integer program, and the gap that it proved. A missed limit gives exit code 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from fastc.compilation import clean, regions_of
from fastc.driver import load
from fastc.machines import BASELINE, load_machine, load_space
from hwmodels.chip import chip_cost
from hwmodels.mapper import NoMappingError, map_network
from hwmodels.network import evaluate, mapped_network
from hwmodels.placement import place
from hwmodels.records import Machine, Network
from passes.analysis.machine import machine_of

EXAMPLES = Path(__file__).parents[1] / "examples"

LIMIT_S = 0.5
"""CPU seconds of one evaluation."""

LIMIT_WITHOUT_PROGRAM_S = 0.1

LIMIT_GAP = 0.01
"""Of the integer program: proven distance from the optimum."""

BATCHES = (1, 2, 4, 8, 16, 32, 64)


class Timing(NamedTuple):
    """One evaluation."""

    whole_s: float
    without_program_s: float
    gap: float


def drawn(count: int, seed: int) -> list[Machine]:
    """Random machines of the default space, with a global buffer, at most as big as the baseline."""
    space, generator = load_space(None, None), np.random.default_rng(seed)
    limit_m2 = float(chip_cost(machine_of(load_machine(BASELINE))).area_m2)
    machines: list[Machine] = []
    while len(machines) < count:
        values = {p.name: float(generator.choice(p.values)) for p in space.parameters}
        machine = space.machine(values)
        fits = float(chip_cost(machine).area_m2) <= limit_m2
        if fits and float(machine.global_buffer_bytes) > 0.0 and int(machine.native_batch) in BATCHES:
            machines.append(machine)
    return machines


def timed(network: Network, machine: Machine) -> Timing | None:
    """What one evaluation takes; None where the network does not go onto the machine."""
    start = time.process_time()
    try:
        mappings = map_network(network, machine)
    except NoMappingError:
        return None
    mapped = mapped_network(network, machine, mappings)
    before = time.process_time()
    placement = place(network, machine, mappings, mapped=mapped)
    after = time.process_time()
    evaluate(network, machine, mappings, placement, mapped)
    end = time.process_time()
    return Timing(end - start, end - start - (after - before), placement.gap)


def main() -> int:
    """Time the evaluator on random machines."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", default="efficientnet_b7")
    options.add_argument("--machines", type=int, default=30)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    model = clean(load(str(EXAMPLES / f"{given.model}.mlir")))
    networks: dict[int, Network] = {}
    found: list[Timing] = []
    for machine in drawn(given.machines, given.seed):
        batch = int(machine.native_batch)
        if batch not in networks:
            networks[batch] = regions_of(model, batch)
        if not found:
            timed(networks[batch], machine)  # warms up
        timing = timed(networks[batch], machine)
        if timing is not None:
            found.append(timing)
    whole, without, gaps = zip(*found, strict=True)
    print(f"{given.model} on {len(found)} machines, CPU time on one core")
    print(f"  whole                  median {median(whole):.3f} s, worst {max(whole):.3f} s; limit {LIMIT_S} s")
    print(f"  without the program    median {median(without):.3f} s, worst {max(without):.3f} s; limit "
          f"{LIMIT_WITHOUT_PROGRAM_S} s")  # fmt: skip
    print(f"  gap of the program     worst {max(gaps):.2%}; limit {LIMIT_GAP:.0%}")
    kept = median(whole) <= LIMIT_S and median(without) <= LIMIT_WITHOUT_PROGRAM_S and max(gaps) <= LIMIT_GAP
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
