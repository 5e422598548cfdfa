"""A network on a machine with its tensors in their places, and what its regions cost there under any mappings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

import numpy as np

from hwmodels.arrays import segment_sum
from hwmodels.chains import Expansion, clipped_to, expand
from hwmodels.cost import contraction_cost, schedule_of_all
from hwmodels.mapspace.incumbent import Objective
from hwmodels.network import region_arrays, resident_mask
from hwmodels.network_table import NetworkTable, complete_operands, repeated, tabulate_network
from hwmodels.placement import layout
from hwmodels.records import Machine, Mapping, Network, Placement
from hwmodels.rows import buffer_tiles
from hwmodels.technology import Technology, technology_of


def taken(mappings: Mapping, index: np.ndarray | np.integer) -> Mapping:
    """Of stacked mappings those at ``index``."""
    return Mapping(*(np.asarray(getattr(mappings, field.name))[index] for field in fields(Mapping)))


class Priced(NamedTuple):
    """Candidates side by side."""

    value: np.ndarray
    """[candidates] of the objective: seconds, J or their product."""
    tile_bytes: np.ndarray
    """[candidates] of the global buffer that tiles take."""


class Turns(NamedTuple):
    """What one mapping is for, of each of R regions: V rows of a table, those of a region one after the other."""

    region: np.ndarray
    """[V] that each row is of, ascending; of each region the first row is of its greatest tile."""
    times: np.ndarray
    """[V] how often each runs in one run of its region."""

    @property
    def lead(self) -> np.ndarray:
        """[R] the first row of each region."""
        return np.searchsorted(self.region, np.arange(int(self.region[-1]) + 1 if len(self.region) else 0))

    def of(self, regions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of each of ``regions``, which may repeat, one after the other; and the position there that each row
        belongs to."""
        counts = np.bincount(self.region)[regions]
        owner = np.repeat(np.arange(len(regions)), counts)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.lead[regions][owner] + place, owner


class Scene(NamedTuple):
    """A network on a machine, and where its tensors are.

    Its regions are those of ``turns``: the shapes of tile of a chain's regions each by itself, or together.
    """

    network: Network
    """With its chains written out; each of its regions is a row of ``table``."""
    machine: Machine
    tech: Technology
    resident: np.ndarray
    """[T] 1.0 for a tensor on chip."""
    table: NetworkTable
    tiles: Expansion
    turns: Turns
    on_chip: np.ndarray
    """[rows, 3] 1.0 for the operands that need no tile, for they are on chip."""

    def together(self) -> Scene:
        """The same with all tiles of a region as one."""
        return self._replace(turns=Turns(self.tiles.region, self.tiles.times))

    @property
    def runs(self) -> np.ndarray:
        """[R] how often each region runs."""
        lead = self.turns.lead
        return self.table.runs[lead] / self.turns.times[lead]

    def spared(self) -> np.ndarray:
        """[R, 3] 1.0 for the operands of the regions that need no tile, for they are on chip."""
        return self.on_chip[self.turns.lead]

    def room_bytes(self) -> np.ndarray:
        """[R] of the global buffer beside what is resident, or of a chain, while each region runs."""
        count = len(self.network.regions)
        buffer = float(self.machine.global_buffer_bytes)
        if buffer == 0.0:
            return np.full(len(self.turns.lead), np.inf)
        if not self.resident.any() and not self.tiles.has_chains:
            return np.full(len(self.turns.lead), buffer)
        choices = layout(self.network)
        used = choices.taken(choices.sizes(self.table.tensor_bytes * self.resident), count) + self.tiles.slice_bytes
        for held in self.tiles.held:
            used[held.row] += held.bytes * (1.0 - self.resident[held.tensor])
        return (buffer - used)[self.turns.lead]

    def price(self, regions: Sequence[int] | np.ndarray, mappings: Mapping, objective: Objective) -> Priced:
        """The exact cost of one run of each of ``regions`` (indices, that may repeat) under its one of the stacked
        ``mappings``, which is of no meaning where the region has no contraction; smaller tiles cut it."""
        count = len(regions)
        rows, owner = self.turns.of(np.asarray(regions, np.int64))
        table = repeated(self.table, rows)
        own = mappings if len(rows) == count else clipped_to(taken(mappings, owner), table.contractions.bounds.stack())
        schedules = schedule_of_all(own, table.contractions)
        cost = contraction_cost(schedules, table.contractions, self.machine, self.tech, 0.0)
        arrays = region_arrays(table, self.machine, self.tech, cost, self.resident, 0.0)
        # Of tiles that differ in size the greatest come first, and take the most room.
        first = np.searchsorted(owner, np.arange(count))
        away = 1.0 - self.spared()[np.asarray(regions, np.int64)]
        tiles = np.stack(buffer_tiles(table, cost, arrays.rescans), axis=-1)[first] * away
        latency, energy = (
            segment_sum(part * self.turns.times[rows], owner, count) for part in (arrays.latency_s, arrays.energy_j)
        )
        return Priced({"latency": latency, "energy": energy, "edp": latency * energy}[objective], tiles.sum(axis=-1))


def scene_of(network: Network, machine: Machine, placement: Placement | None) -> Scene:
    """``network`` on ``machine`` with its tensors as ``placement`` says, each shape of tile of its chains by itself;
    None: all in DRAM but slices between the regions of a chain."""
    tech, tiles = technology_of(machine), expand(network)
    table = tabulate_network(tiles.network, tech)
    resident = table.sliced if placement is None else resident_mask(placement)
    count = len(tiles.network.regions)
    each = Turns(np.arange(count), np.ones(count))
    return Scene(tiles.network, machine, tech, resident, table, tiles, each, _on_chip(table, resident, tiles))


def _on_chip(table: NetworkTable, resident: np.ndarray, tiles: Expansion) -> np.ndarray:
    used = resident[table.use_tensor] + tiles.holds(table.use_region, table.use_tensor)
    complete = complete_operands(table, used, resident[table.write_tensor] + table.write_gathered)
    return complete.astype(np.float64)
