"""The optimal mapper beside other tools, and on whole networks: python -m benchmarks.mapper

First table: three contractions on REF-128 and REF-32, under the rules for what may lie on rows and columns (taps and
input channels on the rows, output channels on the columns) and on a free array. Beside each the best that another tool
found there (AccelForge 1.0.467, exact in its own map space, unless named), and how many times as long it took on two
cores of an AMD EPYC. Second table: whole networks, all tensors in DRAM, by the optimal mapper (on two processes where
there are two cores: wall clock, and processor time of both; the first run also fills tables that later ones find, and
has a column of its own) and by the quick one, of which the mappings take so much longer.

What differs: AccelForge unrolls only divisors, so that 14 channels of nine taps or two taps beside 64 channels (15,680
cycles) are not in its space (18,816). Timeloop does not count the reads of results that leave a buffer (its 61.9 uJ on
the depthwise convolution against 66.5: the same mapping). ZigZag adds the array's filling (30,555 cycles and 75,902),
and its freest search gives L1 ports of other widths.

Exit status 1 where something of the first table is not proven, slower than its limit, or worse than another tool.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from fastc import driver
from fastc.compilation import clean, model_of, regions_of
from fastc.machines import load_machine
from hwmodels.mapspace import NetworkMapping, map_network, quick_map_network, reference_machine, search
from hwmodels.mapspace.proofs import forget
from hwmodels.network import evaluate
from hwmodels.records import Contraction, Machine, Network, Placement
from passes.analysis.machine import machine_of
from passes.analysis.mappings import MAPPER_BUDGET

BYTE = (1.0, 1.0, 1.0)
WORKS = {
    "conv 64-64 56x56 3x3": Contraction((1, 1, 56, 56, 64, 64, 3, 3), element_bytes=BYTE),
    "depthwise 192 56x56 3x3": Contraction((192, 1, 56, 56, 1, 1, 3, 3), element_bytes=BYTE),
    "gemm 512x768x3072": Contraction((1, 512, 1, 1, 3072, 768, 1, 1), element_bytes=BYTE),
}
CONV, DEPTHWISE, GEMM = WORKS


class Peer(NamedTuple):
    """The best of the other tools on one case."""

    cycles: float
    microjoules: float
    seconds: float


PEERS = {
    (CONV, 128, "kept"): Peer(18_816, 36.3, 390.0),
    (CONV, 128, "bypass"): Peer(18_816, 30.6, 524.0),
    (DEPTHWISE, 128, "kept"): Peer(602_112, 66.5, 108.0),
    (GEMM, 128, "kept"): Peer(73_728, 350.6, 8.6),
    (GEMM, 128, "bypass"): Peer(73_728, 303.6, 9.0),
    # ZigZag 3.9.1.
    (CONV, 32, "kept"): Peer(119_622, 71.4, 3.8),
    (GEMM, 32, "kept"): Peer(1_180_390, 929.6, 2.8),
    (CONV, 128, "free"): Peer(16_325, 44.2, 14.1),
    (DEPTHWISE, 128, "free"): Peer(22_084, 62.4, 10.1),
    (GEMM, 128, "free"): Peer(75_902, 400.8, 5.8),
}

SECONDS = {CONV: 0.39, DEPTHWISE: 0.1, GEMM: 0.009}
"""A thousandth of AccelForge's time, under its rules."""

NETWORKS = ("efficientnet_b7", "bert_base_s1024")
MACHINES = ("tpu-v3", "fast-large")
NETWORK_SECONDS = 2.0
QUICK_SECONDS = 0.1
QUICK_OVER = 0.01
"""On average."""

MEBIBYTES = 2048.0

Result = TypeVar("Result")


def best_of(repeats: int, run: Callable[[], Result]) -> tuple[Result, float]:
    """The result, and the least processor seconds of several runs; the first pays for tables that are kept."""

    return min(((result, spent.processor) for result, spent in _runs(repeats, run)), key=lambda pair: pair[1])


class Spent(NamedTuple):
    """Seconds."""

    wall: float
    processor: float
    """Of this process and of those that it waited for."""


def _processor_s() -> float:
    """Of this process and of those that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _runs(repeats: int, run: Callable[[], Result]) -> Iterator[tuple[Result, Spent]]:
    """Results of several runs, and what each took."""
    for _ in range(max(1, repeats)):
        gc.collect()
        wall, processor = time.perf_counter(), _processor_s()
        result = run()
        yield result, Spent(time.perf_counter() - wall, _processor_s() - processor)


def reference_row(name: str, size: int, rules: str, repeats: int) -> bool:
    """Prints one case of the first table; whether it is as it should be."""
    target = reference_machine(size, may_bypass_buffer=rules != "kept", free=rules == "free")
    fastest, first = best_of(repeats, lambda: search(WORKS[name], target, "latency"))
    leanest, second = best_of(repeats, lambda: search(WORKS[name], target, "energy"))
    peer = PEERS.get((name, size, rules))
    beside = "" if peer is None else f"{peer.cycles:>12,.0f}{peer.microjoules:>9.1f}{peer.seconds / second:>11,.0f}x"
    print(
        f"{name:<24}{size:>4} {rules:<7}{fastest.cycles:>12,.0f}{leanest.energy_j * 1e6:>9.2f}"
        f"{max(fastest.gap, leanest.gap):>8.4f}{first * 1e3:>9.1f}{second * 1e3:>9.1f} {beside}"
    )
    good = fastest.gap == leanest.gap == 0.0
    if rules != "free" and size == 128:
        good = good and max(first, second) <= SECONDS[name]
    if peer is not None:
        good = good and fastest.cycles <= peer.cycles and leanest.energy_j * 1e6 <= peer.microjoules + 0.05
    return good


def network_of(name: str, batch: int) -> Network:
    """The regions of a network of the examples."""
    path = Path(__file__).parents[1] / "examples" / f"{name}.mlir"
    model = clean(model_of(driver.load(str(path)).module, name))
    return regions_of(model, batch)


def network_row(name: str, preset: str, repeats: int) -> tuple[bool, float]:
    """Prints one row of the second table; whether it took no longer than it should, and the share by which the quick
    mapper's mappings are slower."""
    machine = machine_of(load_machine(preset))
    network = network_of(name, int(machine.native_batch))
    works = len({region.contraction for region in network.regions} - {None})
    runs = list(_runs(repeats + 1, lambda: _mapped(network, machine)))
    (found, first), (_, spent) = runs[0], min(runs[1:], key=lambda pair: pair[1].wall)
    quick, quick_seconds = best_of(repeats, lambda: quick_map_network(network, machine))
    in_dram = Placement(("dram",) * len(network.tensors), 0.0, 0.0)
    over = evaluate(network, machine, quick, in_dram).latency_s / found.value - 1.0
    print(
        f"{name:<18}{preset:<12}{works:>5}{found.value * 1e3:>11.4f}{found.gap:>9.5f}"
        f"{spent.wall:>7.2f}{spent.processor:>7.2f}{first.wall:>8.2f}{first.processor:>7.2f}"
        f"{over:>10.5f}{quick_seconds:>8.3f}"
    )
    return spent.wall <= NETWORK_SECONDS and quick_seconds <= QUICK_SECONDS, over


def _mapped(network: Network, machine: Machine) -> NetworkMapping:
    """As the pipeline does it, and without what earlier runs left."""
    forget()
    return map_network(network, machine, None, "latency", MAPPER_BUDGET)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each case, of which the fastest counts")
    options = parser.parse_args(arguments)
    print(f"{'':<24}REF rules  {'cycles':>12}{'uJ':>9}{'gap':>8}{'ms, lat.':>9}{'energy':>9} {'others':>12}{'uJ':>9}")
    cases = [(name, size, rules) for size in (128, 32) for rules in ("kept", "bypass", "free") for name in WORKS]
    good = [reference_row(*case, options.repeats) for case in cases]
    print(
        f"\n{'network':<18}{'machine':<12}works{'ms':>11}{'gap':>9}{'s':>7}{'CPU':>7}{'first s':>8}{'CPU':>7}"
        f"{'quick +':>10}{'CPU':>8}"
    )
    rows = [network_row(network, preset, options.repeats) for preset in MACHINES for network in NETWORKS]
    good += [in_time for in_time, _ in rows] + [sum(over for _, over in rows) <= QUICK_OVER * len(rows)]
    most = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    mebibytes = sum(most) / 1024.0
    print(f"\nmost memory: {mebibytes:,.0f} MiB")
    return 0 if all(good) and mebibytes <= MEBIBYTES else 1


if __name__ == "__main__":
    sys.exit(main())
