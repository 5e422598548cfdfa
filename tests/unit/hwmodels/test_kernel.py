"""A region run alone: the pipeline against a simulation of its tiles, and one kernel by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hardware_cases import MIB, contraction, machine, mapping, single

from hwmodels.kernel import kernel_seconds, pipeline_seconds
from hwmodels.records import VectorWork
from hwmodels.technology import technology

NS = 1e-9

ONE_PE = machine(pe_x=1, pe_y=1, array_rows=4, array_columns=4, dram_channels=1, global_buffer_bytes=MIB)
"""4 lanes, 16 bytes a cycle into the PE, 56 bytes a cycle from DRAM; a cycle is 1 ns."""

TECH = replace(technology(7, "gddr6"), kernel_start_s=1000 * NS, kernel_tile_bytes=MIB, kernel_dram_efficiency=0.5)


def simulated(stages: list[int], tiles: int) -> int:
    """When the last of ``tiles`` leaves the last stage; a stage takes a tile when the stage before it is done with the
    tile and itself with the tile before."""
    free = [0] * len(stages)
    for _ in range(tiles):
        ready = 0
        for at, duration in enumerate(stages):
            ready = free[at] = max(ready, free[at]) + duration
    return free[-1]


@pytest.mark.parametrize("tiles", [1, 2, 7])
@pytest.mark.parametrize("stages", [[5], [3, 8, 2], [1, 1, 9, 4], [0, 6, 6, 0]])
def test_tiles_go_through_the_stages_as_simulated(stages: list[int], tiles: int):
    whole = [float(duration * tiles) for duration in stages]
    assert pipeline_seconds(whole, tiles) == pytest.approx(simulated(stages, tiles))


@pytest.mark.parametrize(("held_bytes", "tiles"), [(0, 1), (1, 1), (MIB, 1), (MIB + 1, 2), (4 * MIB, 4)])
def test_kernel_by_hand(held_bytes: int, tiles: int):
    # 6,400 inputs of 4 stream by 4 x 4 weights: 6,410 cycles. 102,432 bytes: 6,402 cycles at 16, 3,658.3 at half of 56.
    # 10,000 lane operations on 4 lanes: 2,500 cycles.
    work = contraction(n=6400, k=4, c=4)
    plan = mapping(work, spatial=({}, {}, {"c": 4}, {"k": 4}))
    network = single(work, VectorWork(alu=10000))
    found = kernel_seconds(network, ONE_PE, TECH, [plan], [held_bytes])
    others = 6402 + 102432 / 28 + 2500
    assert found == pytest.approx([(1000 + 6410 + others / tiles) * NS])


def test_contraction_on_the_vector_unit_shares_it():
    # 102,400 MACs of two operations on 4 lanes, then 10,000 operations: 51,200 and 2,500 cycles.
    work = contraction(n=6400, k=4, c=4)
    plan = replace(mapping(work), engine=3)
    found = kernel_seconds(single(work, VectorWork(alu=10000)), ONE_PE, TECH, [plan], [1])
    assert found == pytest.approx([(1000 + 51200 + 2500 + 6402 + 102432 / 28) * NS])
