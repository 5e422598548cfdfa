"""A region on its own, as a profiler times one kernel: nothing before it has fetched its operands, nothing after it
hides its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hwmodels.arrays import namespace
from hwmodels.network import exact_contraction_cost, region_arrays
from hwmodels.network_table import tabulate_network
from hwmodels.records import Array, Machine, Mapping, Network
from hwmodels.technology import Technology
from hwmodels.template import dram_bytes_per_s


def pipeline_seconds(stages: Sequence[Array], tiles: Array) -> Array:
    """Seconds of equal ``tiles`` that go through ``stages`` one after the other, each stage busy with one tile at a
    time; ``stages`` are the seconds of all tiles together.

    The slowest stage works all the time but while the first tile reaches it and the last one leaves it: one tile pays
    for all stages, ``slowest + (sum - slowest) / tiles``. A single tile overlaps with nothing.
    """
    xp = namespace(*stages)
    slowest, total = 0.0 * stages[0], 0.0 * stages[0]
    for stage in stages:
        slowest, total = xp.maximum(slowest, stage), total + stage
    return slowest + (total - slowest) / tiles


def kernel_seconds(
    network: Network,
    machine: Machine,
    tech: Technology,
    mappings: Sequence[Mapping | None],
    held_bytes: Sequence[float] | np.ndarray,
) -> np.ndarray:
    """[R] seconds of each region of ``network`` run alone, all its tensors in DRAM, from call to end.

    ``held_bytes`` [R] is the size of each region's biggest value as the vector unit or the array holds it, which is cut
    into tiles of ``tech.kernel_tile_bytes``. DRAM, network on chip, array and vector unit are the stages that each tile
    goes through; ``tech.kernel_start_s`` comes before them. ``network.evaluate`` costs the same regions in a row, where
    each one's first loads hide behind the one before.
    """
    alone = replace(
        tech,
        vector_cycles=replace(tech.vector_cycles, reduce=tech.kernel_reduce_cycles),
    )
    table = tabulate_network(network, alone)
    cost = exact_contraction_cost(table, machine, alone, mappings)
    in_dram = np.zeros(len(network.tensors))
    arrays = region_arrays(table, machine, alone, cost, in_dram, 0.0)
    dram_s = arrays.dram_bytes / (dram_bytes_per_s(machine) * tech.kernel_dram_efficiency)
    # A contraction on the vector unit takes its turn there: as another stage its time adds up all the same.
    stages = (dram_s, arrays.global_buffer_s, arrays.compute_s, arrays.vector_s)
    tiles = np.maximum(np.ceil(np.asarray(held_bytes, np.float64) / tech.kernel_tile_bytes), 1.0)
    return tech.kernel_start_s + pipeline_seconds(stages, tiles)
