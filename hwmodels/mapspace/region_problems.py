"""What the optimal mapper is to know of a network's regions: their contractions, and what goes on beside them."""

from __future__ import annotations

import numpy as np

from hwmodels.access import footprint
from hwmodels.arrays import segment_sum
from hwmodels.mapspace.scene import Scene, scene_of
from hwmodels.mapspace.tiles import Beside, Problem, Share
from hwmodels.network import region_start
from hwmodels.network_table import NetworkTable
from hwmodels.records import OPERANDS, Machine, Network, Placement
from hwmodels.template import vector_lanes


def region_problems(
    network: Network, machine: Machine, placement: Placement | None = None
) -> tuple[Problem | None, ...]:
    """Each region's contraction with what its own tensors move and what else it does; None where it has none.

    What going through rows again moves is left out: the problem's costs are the region's or less.
    """
    return problems_of(scene_of(network, machine, placement))


def problems_of(scene: Scene) -> tuple[Problem | None, ...]:
    """As ``region_problems``."""
    table, machine = scene.table, scene.machine
    away = 1.0 - scene.resident
    reads = table.use_bytes * table.use_granules * table.use_fetched * away[table.use_tensor]
    writes = table.write_bytes * table.write_granules * away[table.write_tensor]
    near, far = _shares(table, table.use_bytes, table.write_bytes), _shares(table, reads, writes)
    vector = table.vector_cycles / vector_lanes(machine)
    # Rows that wait for each other need not be whole tiles.
    vector = np.where(table.rows_in_tiles, vector, np.ceil(vector))
    # A contraction may hide all that comes for the vector unit before it begins.
    start = region_start(table, scene.tech, scene.resident, 1.0 - table.has_contraction) * machine.clock_hz
    vector_j = table.vector_cycles * scene.tech.vector_op_j
    on_chip = scene.spared() > 0.0
    return tuple(
        None
        if region.contraction is None
        else Problem.of(region.contraction)._replace(
            near=near[index],
            far=far[index],
            beside=Beside(
                float(vector[index]), float(start[index]), float(vector_j[index]), bool(table.rows_in_tiles[index])
            ),
            on_chip=tuple(on_chip[index].tolist()),
        )
        for index, region in enumerate(scene.network.regions)
    )


def _shares(table: NetworkTable, reads: np.ndarray, writes: np.ndarray) -> list[Share]:
    """Of each region, where its uses move ``reads`` [U] bytes and its writes ``writes`` [W], repeats apart."""
    count, works = len(table.region_contraction), table.contractions
    whole = footprint(works, works.bounds)[:2]
    sizes = [size * width for size, width in zip(whole, (works.input_bytes, works.weight_bytes), strict=True)]
    by_operand = [
        segment_sum(reads * (table.use_operand == operand), table.use_region, count)
        for operand in range(len(OPERANDS) + 1)
    ]
    shares = [moved / size[table.region_contraction] for moved, size in zip(by_operand[:2], sizes, strict=True)]
    results = segment_sum(writes, table.write_region, count)
    more = results + by_operand[2] + by_operand[3]
    parts = zip(*shares, more, results, strict=True)
    return [Share(float(a), float(b), 0.0, float(m), float(out)) for a, b, m, out in parts]
