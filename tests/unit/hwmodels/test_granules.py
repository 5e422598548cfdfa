"""Whole granules for short runs, by hand."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hardware_cases import machine

from hwmodels.granules import granule_ratio
from hwmodels.network import evaluate
from hwmodels.placement import place
from hwmodels.records import Network, NetworkCost, Placement, RegionWork, Runs, Tensor, Use, VectorWork, Write
from hwmodels.technology import technology

ON = machine(dram_channels=1)


@pytest.mark.parametrize(
    ("runs", "fraction", "expected"),
    [
        (Runs(), 1.0, 1.0),
        (Runs(64, inf), 0.01, 1.0),
        (Runs(32, inf), 0.01, 1.0),
        (Runs(31, inf), 0.01, 32 / 31),
        (Runs(4, inf), 0.01, 8.0),  # 4 bytes cost 32
        (Runs(4, 64), 0.01, 8.0),
        (Runs(4, 12), 0.01, 3.0),  # the granule of one run holds the next too: 12 bytes each
        (Runs(4, 2), 0.01, 1.0),  # runs that overlap are asked for twice, and moved once at the least
        (Runs(4, inf), 0.5, 2.0),  # reading the whole tensor is cheaper
        (Runs(4, inf), 1.0, 1.0),
        (Runs(0, inf), 0.0, 1.0),  # nothing
    ],
)
def test_bytes_over_bytes_asked_for(runs: Runs, fraction: float, expected: float):
    assert granule_ratio(runs, fraction, 32.0) == pytest.approx(expected)


def test_granules_of_gddr6_and_hbm2():
    # 16 bits x 16 beats; 64 bits x 4 beats.
    assert technology(7, "gddr6").dram.granule_bytes == 16 / 8 * 16
    assert technology(7, "hbm2").dram.granule_bytes == 64 / 8 * 4


def network(read: Use, written: Write) -> Network:
    """One region that moves a part of a tensor of 64,000 bytes to one of 6,400."""
    region = RegionWork("a", "move", ("slice",), None, VectorWork(move=10), (read,), (written,))
    tensors = (Tensor("x", 64000, "weight", -1, (0,)), Tensor("y", 6400, "output", 0, ()))
    return Network("one", 1, 0, (region,), tensors)


def cost(read: Use, written: Write, *, resident: bool = False) -> NetworkCost:
    placement = Placement(("pinned" if resident else "dram", "dram"), 0.0, 0.0)
    return evaluate(network(read, written), ON, [None], placement)


SHORT, LONG = Use(0, "vector", 0.1, Runs(8, inf)), Use(0, "vector", 0.1)


def test_short_runs_take_dram_time_and_energy_but_not_the_network_on_chip():
    # 6,400 bytes in runs of 8: 25,600 bytes; and 6,400 written.
    short, long = cost(SHORT, Write(1)), cost(LONG, Write(1))
    assert long.dram_bytes == 12800
    assert short.dram_bytes == 25600 + 6400
    assert short.regions[0].dram_s == pytest.approx(32000 / (0.87 * 56e9))
    assert short.regions[0].global_buffer_s == long.regions[0].global_buffer_s
    assert short.energy_j > long.energy_j
    assert short.regions[0].lower_bound_s == long.regions[0].lower_bound_s


def test_what_is_on_chip_has_no_granules():
    assert cost(SHORT, Write(1), resident=True).dram_bytes == 6400


def test_short_runs_written():
    assert cost(LONG, Write(1, 0.25, Runs(16, inf))).dram_bytes == 6400 + 1600 * 2


def test_placement_counts_granules():
    # 25,600 bytes of granules are saved, not the 6,400 asked for.
    nothing = replace(ON, global_buffer_bytes=0)
    model = network(SHORT, Write(1))
    there, absent = place(model, ON, [None]), place(model, nothing, [None])
    assert there.spaces == ("pinned", "dram")
    assert absent.objective_s - there.objective_s == pytest.approx(25600 / (0.87 * 56e9))
