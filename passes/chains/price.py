"""What candidate chains take on a machine, and the best choice among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from hwmodels.mapper import NoMappingError, map_contractions
from hwmodels.network import exact_contraction_cost, region_arrays
from hwmodels.network_table import main_tensors, tabulate_network, use_ratio
from hwmodels.placement import TRAFFIC_WEIGHT
from hwmodels.records import Contraction, Machine, Mapping, Network, RegionCost, RegionWork, TileWork, VectorWork
from hwmodels.rows import buffer_tiles
from hwmodels.technology import technology
from hwmodels.template import sustained_dram_bytes_per_s
from passes.analysis.chains import slice_bytes, tiling_of
from passes.analysis.network import NetworkView
from passes.chains.grow import Candidate, Member, internal

Key = tuple[Member, tuple[int, ...], str]
"""A region and how its chain cuts it."""

BATCH = 64
"""Contractions that are mapped at a time: their candidates are all in memory together."""


class TileCost(NamedTuple):
    """One shape of tile of one region."""

    work: TileWork
    chip_s: float
    """Without DRAM and the start."""
    read_s: tuple[float, ...]
    """DRAM time of each read, were it from DRAM."""
    write_s: tuple[float, ...]
    own_s: float
    """DRAM time of partial sums and rows, wherever tensors are."""
    tile_bytes: tuple[float, float, float]
    """Global buffer for the input's, the weight's and the output's tile."""


class Price(NamedTuple):
    """A chain and what it takes."""

    candidate: Candidate
    seconds: float
    hold: dict[int, tuple[int, ...]]


class _Alone(NamedTuple):
    """A candidate by itself: its regions in order, their tiles, the tensors inside, what it holds, the room beside."""

    members: list[Member]
    costs: list[tuple[TileCost, ...]]
    inside: set[int]
    held: dict[int, tuple[int, ...]]
    room: float
    """Bytes of the global buffer at the fullest moment; below 0 where the chain does not fit."""


@dataclass
class Pricer:
    """Prices candidates of one network on one machine."""

    view: NetworkView
    machine: Machine
    alone: tuple[RegionCost, ...]
    """What each region takes outside of chains, with the tensors placed as well as they can be."""
    known: dict[Key, tuple[TileCost, ...]] = field(default_factory=dict)
    shares: dict[Key, tuple[float, float]] = field(default_factory=dict)
    """Shares of their tensors that the greatest slices are, and that are kept of them."""
    sums_bytes: dict[Key, float] = field(default_factory=dict)
    _alone: dict[int, _Alone] = field(default_factory=dict)
    mappings: dict[tuple[Contraction, VectorWork], Mapping] = field(default_factory=dict)

    def prepare(self, candidates: Sequence[Candidate]) -> None:
        """Costs every tile of every candidate, all at once."""
        keys: dict[Key, tuple[TileWork, ...]] = {}
        for candidate in candidates:
            for member in candidate.members:
                key = _key(candidate, member)
                if key in keys or key in self.known:
                    continue
                op, work = self.view.regions[member.region], self.view.network.regions[member.region]
                everything = tuple(range(len(work.reads)))
                chain = candidate.attribute(member, "chain", everything)
                tiling = tiling_of(op, chain, work.reads, work.writes, member.bodies)
                keys[key] = tiling.tiles
                self.sums_bytes[key] = tiling.sums_bytes
                self.shares[key] = slice_bytes(chain, 1.0)
        self._map([tile for tiles in keys.values() for tile in tiles])
        self._cost({key: tiles if all(self._is_mapped(tile) for tile in tiles) else () for key, tiles in keys.items()})

    def _map(self, tiles: Sequence[TileWork]) -> None:
        units = dict.fromkeys((tile.contraction, tile.vector) for tile in tiles if tile.contraction is not None)
        fresh = [unit for unit in units if unit not in self.mappings]
        for start in range(0, len(fresh), BATCH):
            self._map_all(fresh[start : start + BATCH])

    def _map_all(self, units: Sequence[tuple[Contraction, VectorWork]]) -> None:
        """Maps what can be mapped; a chain with another tile is none."""
        try:
            found = map_contractions([w for w, _ in units], self.machine, "any", [beside for _, beside in units])
        except NoMappingError:
            for half in (units[: len(units) // 2], units[len(units) // 2 :]):
                if 0 < len(half) < len(units):
                    self._map_all(half)
            return
        self.mappings.update(zip(units, found, strict=True))

    def _is_mapped(self, tile: TileWork) -> bool:
        return tile.contraction is None or (tile.contraction, tile.vector) in self.mappings

    def _cost(self, keys: dict[Key, tuple[TileWork, ...]]) -> None:
        regions: list[RegionWork] = []
        for (member, _, _), tiles in keys.items():
            whole = self.view.network.regions[member.region]
            for tile in tiles:
                done = replace(whole, contraction=tile.contraction, vector=tile.vector, tiling=None)
                regions.append(replace(done, reads=tile.reads, writes=tile.writes))
        if not regions:
            self.known.update(dict.fromkeys(keys, ()))
            return
        costs = self._tile_costs(replace(self.view.network, regions=tuple(regions)))
        at = 0
        for key, tiles in keys.items():
            self.known[key] = tuple(
                cost._replace(work=tile) for cost, tile in zip(costs[at : at + len(tiles)], tiles, strict=True)
            )
            at += len(tiles)

    def _tile_costs(self, network: Network) -> list[TileCost]:
        tech = technology(self.machine.node_nm, self.machine.dram_kind)
        rate = float(sustained_dram_bytes_per_s(self.machine))
        table = tabulate_network(network, tech)
        mappings = [
            None if region.contraction is None else self.mappings[region.contraction, region.vector]
            for region in network.regions
        ]
        cost = exact_contraction_cost(table, self.machine, tech, mappings)
        arrays = region_arrays(table, self.machine, tech, cost, np.ones(len(network.tensors)), 0.0)
        reads = table.use_bytes * table.use_granules * use_ratio(table, cost.dram_ratio) / rate
        writes = table.write_bytes * table.write_granules / rate
        tiles = buffer_tiles(table, cost, arrays.rescans)
        first_read = np.searchsorted(table.use_region, np.arange(len(network.regions) + 1))
        first_write = np.searchsorted(table.write_region, np.arange(len(network.regions) + 1))
        return [
            TileCost(
                TileWork(0, None, region.vector, (), ()),
                float(arrays.chip_s[row]),
                tuple(reads[first_read[row] : first_read[row + 1]].tolist()),
                tuple(writes[first_write[row] : first_write[row + 1]].tolist()),
                float(arrays.dram_s[row]),
                (float(tiles[0][row]), float(tiles[1][row]), float(tiles[2][row])),
            )
            for row, region in enumerate(network.regions)
        ]

    def price(self, candidate: Candidate, resident: set[int]) -> Price | None:
        """What a chain takes with its outer tensors in DRAM, but for those of the activations ``resident`` for which
        it leaves room, and what other regions lose by those for which there is none; None where it does not fit."""
        known = self._alone.get(id(candidate))
        if known is None:
            known = self._alone[id(candidate)] = self._by_itself(candidate)
        members, costs, inside, held, room = known
        if room < 0.0:
            return None
        kept, lost = self._resident(members[0].region, members[-1].region, resident - inside, room)
        seconds = sum(
            self._seconds(self.view.network.regions[member.region], tiles, inside | kept, held.get(member.region, ()))
            for member, tiles in zip(members, costs, strict=True)
        )
        indices = {member.region for member in members}
        outside = sum(self._eviction_s(tensor, indices) for tensor in lost)
        return Price(candidate, seconds * self.view.network.regions[members[0].region].runs + outside, held)

    def _by_itself(self, candidate: Candidate) -> _Alone:
        """What a chain needs whatever else is on chip."""
        members = sorted(candidate.members, key=lambda member: member.region)
        costs = [self.known[_key(candidate, member)] for member in members]
        inside = internal(self.view, candidate)
        held: dict[int, tuple[int, ...]] = {}
        room = self._room(candidate, members, costs, inside) if all(costs) else -1.0
        for size, index, operand in self._holdable(members, costs, inside) if room >= 0.0 else ():
            if size <= room:
                room -= size
                held[index] = (*held.get(index, ()), operand)
        return _Alone(members, costs, inside, held, room)

    def _resident(self, first: int, last: int, wanted: set[int], room: float) -> tuple[set[int], set[int]]:
        """The tensors among ``wanted`` that live while a chain runs and for which there is ``room`` beside it, and
        those for which there is none."""
        tensors = self.view.network.tensors
        alive = [
            index for index in wanted if tensors[index].producer <= last and max(tensors[index].consumers) >= first
        ]
        kept: set[int] = set()
        for tensor in sorted(alive, key=lambda index: tensors[index].bytes):
            if tensors[tensor].bytes <= room:
                room -= tensors[tensor].bytes
                kept.add(tensor)
        return kept, set(alive) - kept

    def _eviction_s(self, tensor: int, inside: set[int]) -> float:
        """What regions outside of a chain lose where ``tensor`` does not stay on chip for it."""
        whole = self.view.network.tensors[tensor]
        moved = whole.bytes / float(sustained_dram_bytes_per_s(self.machine))
        total = 0.0
        for index in {whole.producer, *whole.consumers} - inside:
            alone = self.alone[index]
            busy = alone.latency_s - alone.issue_s
            total += self.view.network.regions[index].runs * max(0.0, alone.dram_s + moved - busy)
        return total

    def _room(
        self, candidate: Candidate, members: Sequence[Member], costs: Sequence[tuple[TileCost, ...]], inside: set[int]
    ) -> float:
        """Bytes of the global buffer that are left at the fullest region of a chain."""
        first = members[0].region
        network = self.view.network
        live = np.zeros(len(members))
        for member in members:
            share, kept_share = self.shares[_key(candidate, member)]
            live += self.sums_bytes[_key(candidate, member)]
            for write in network.regions[member.region].writes:
                if write.tensor in inside:
                    whole = network.tensors[write.tensor].bytes
                    size, kept = share * whole, kept_share * whole
                    last = max(network.tensors[write.tensor].consumers)
                    live += kept
                    live[member.region - first : last - first + 1] += size - kept
        least = float(self.machine.global_buffer_bytes)
        for taken, member, tiles in zip(live, members, costs, strict=True):
            mains = main_tensors(network, network.regions[member.region])
            own = sum(size for size, main in zip(tiles[0].tile_bytes, mains, strict=True) if main not in inside)
            least = min(least, float(self.machine.global_buffer_bytes) - float(taken) - own)
        return least

    def _holdable(
        self, members: Sequence[Member], costs: Sequence[tuple[TileCost, ...]], free: set[int]
    ) -> list[tuple[float, int, int]]:
        """(bytes, region, operand) of what several tiles read again, those first that save most for their bytes."""
        found: list[tuple[float, float, int, int]] = []
        for member, tiles in zip(members, costs, strict=True):
            for operand, use in enumerate(tiles[0].work.reads):
                if use.tensor in free:
                    continue
                again = sum((t.work.count - t.work.fetches[operand]) * t.read_s[operand] for t in tiles)
                size = self.view.network.tensors[use.tensor].bytes * use.fraction
                if again > 0.0:
                    found.append((again / max(size, 1.0), size, member.region, operand))
        return [(size, index, operand) for _, size, index, operand in sorted(found, reverse=True)]

    def _seconds(self, region: RegionWork, tiles: Sequence[TileCost], free: set[int], held: Sequence[int]) -> float:
        tech = technology(self.machine.node_nm, self.machine.dram_kind)
        total = 0.0
        for tile in tiles:
            dram, fetches = tile.own_s, 0.0
            for operand, use in enumerate(tile.work.reads):
                if use.tensor not in free:
                    share = tile.work.fetches[operand] / tile.work.count if operand in held else 1.0
                    dram += tile.read_s[operand] * share
                    fetches = max(fetches, share)
            stores = 0.0
            for seconds, write in zip(tile.write_s, region.writes, strict=True):
                if write.tensor not in free:
                    dram += seconds
                    stores = 1.0
            start = tech.region_start_s + tech.dram_latency_s * (fetches + stores)
            total += tile.work.count * (max(tile.chip_s, dram) + start + TRAFFIC_WEIGHT * dram)
        return total


def _key(candidate: Candidate, member: Member) -> Key:
    return member, candidate.steps, candidate.halo.value


def best_chains(prices: Sequence[Price], alone_s: Sequence[float]) -> list[Price]:
    """The chains, no two of which overlap, with which the regions take the least time in all; ``alone_s`` is what each
    region takes outside of any."""
    ending: dict[int, list[Price]] = {}
    for price in prices:
        ending.setdefault(price.candidate.members[0].region, []).append(price)
    best: list[tuple[float, tuple[Price, ...]]] = [(0.0, ())]
    for index, alone in enumerate(alone_s):
        options = [(best[-1][0] + alone, best[-1][1])]
        for price in ending.get(index, []):
            before, chosen = best[price.candidate.members[-1].region]
            options.append((before + price.seconds, (*chosen, price)))
        best.append(min(options, key=lambda option: option[0]))
    return list(best[-1][1])
