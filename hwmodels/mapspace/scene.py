"""A network on a machine with its tensors in their places, and what its regions cost there under any mappings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hwmodels.cost import contraction_cost, schedule_of_all
from hwmodels.mapspace.incumbent import Objective
from hwmodels.network import region_arrays, resident_mask
from hwmodels.network_table import NetworkTable, repeated, tabulate_network
from hwmodels.placement import layout
from hwmodels.records import Machine, Mapping, Network, Placement
from hwmodels.rows import buffer_tiles
from hwmodels.technology import Technology, technology_of


class Priced(NamedTuple):
    """Candidates side by side."""

    value: np.ndarray
    """[candidates] of the objective: seconds, J or their product."""
    tile_bytes: np.ndarray
    """[candidates] of the global buffer that tiles take."""


class Scene(NamedTuple):
    """A network on a machine, and where its tensors are."""

    network: Network
    machine: Machine
    tech: Technology
    resident: np.ndarray
    """[T] 1.0 for a tensor on chip."""
    table: NetworkTable

    def spared(self) -> np.ndarray:
        """[R, 3] 1.0 for the operands of the regions that need no tile, for they are on chip."""
        main = self.table.main_tensor
        return np.where((main >= 0) & (self.table.has_contraction[:, None] > 0.0), self.resident[main], 0.0)

    def room_bytes(self) -> np.ndarray:
        """[R] of the global buffer beside what is resident while each region runs."""
        count = len(self.network.regions)
        if float(self.machine.global_buffer_bytes) == 0.0:
            return np.full(count, np.inf)
        choices = layout(self.network)
        taken = choices.taken(choices.sizes(self.table.tensor_bytes * self.resident), count)
        return float(self.machine.global_buffer_bytes) - taken

    def price(self, regions: Sequence[int] | np.ndarray, mappings: Mapping, objective: Objective) -> Priced:
        """The exact cost of one run of each of ``regions`` (indices, that may repeat) under its one of the stacked
        ``mappings``, which is of no meaning where the region has no contraction."""
        table = repeated(self.table, np.asarray(regions, np.int64))
        schedules = schedule_of_all(mappings, table.contractions)
        cost = contraction_cost(schedules, table.contractions, self.machine, self.tech, 0.0)
        arrays = region_arrays(table, self.machine, self.tech, cost, self.resident, 0.0)
        away = 1.0 - self.spared()[np.asarray(regions, np.int64)]
        tiles = np.stack(buffer_tiles(table, cost, arrays.rescans), axis=-1) * away
        latency, energy = arrays.latency_s, arrays.energy_j
        return Priced({"latency": latency, "energy": energy, "edp": latency * energy}[objective], tiles.sum(axis=-1))


def scene_of(network: Network, machine: Machine, placement: Placement | None) -> Scene:
    """``network`` on ``machine`` with its tensors as ``placement`` says; None: all in DRAM."""
    tech = technology_of(machine)
    resident = np.zeros(len(network.tensors)) if placement is None else resident_mask(placement)
    return Scene(network, machine, tech, resident, tabulate_network(network, tech))
