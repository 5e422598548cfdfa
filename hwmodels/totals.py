"""What a whole network takes under given schedules, as a function of the machine that can be differentiated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from hwmodels.arrays import namespace
from hwmodels.network import mapped_network, region_arrays, resident_mask
from hwmodels.records import Array, Machine, Mapping, Network, Placement
from hwmodels.space import SIZES

MOVED = ("clock_hz", "dram_channel_bytes_per_s", *SIZES)
"""Fields of a machine that may be traced."""


class Totals(NamedTuple):
    """Of one run of the module, all its inferences; each an array of the machine's library."""

    latency_s: Array
    energy_j: Array
    dram_bytes: Array


def network_totals(
    network: Network,
    machine: Machine,
    mappings: Sequence[Mapping | None],
    placement: Placement,
    temperature: Array = 0.0,
) -> Totals:
    """The totals of ``hwmodels.network.evaluate``, where fields of ``machine`` may be JAX arrays, traced ones too.

    The schedules stay as they are, even where another machine would have others. What steps in the machine has the
    slope 0 at temperature 0, which is exact; at 1 the vector unit's steps and what fits a buffer are smooth (see
    ``hwmodels.arrays``).
    """
    xp = namespace(*(getattr(machine, name) for name in MOVED))
    # Where one field is traced all arrays are of its library, which the models choose by whatever field they meet.
    machine = replace(machine, **{name: xp.asarray(getattr(machine, name), dtype=float) for name in MOVED})
    tech, _, table, cost = mapped_network(network, machine, mappings)
    arrays = region_arrays(table, machine, tech, cost, xp.asarray(resident_mask(placement)), temperature)
    return Totals(
        latency_s=(table.runs * arrays.latency_s).sum(),
        energy_j=(table.runs * arrays.energy_j).sum(),
        dram_bytes=(table.runs * arrays.dram_bytes).sum(),
    )
