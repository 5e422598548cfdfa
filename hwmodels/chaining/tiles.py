"""What every tile of a network's possible chains takes on a machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hwmodels.chaining.candidates import Candidates
from hwmodels.chaining.records import Chainable
from hwmodels.contractions import Extents
from hwmodels.cost import contraction_cost, schedule_of_all, stacked
from hwmodels.mapper import NoMappingError, map_contractions
from hwmodels.network import region_arrays
from hwmodels.network_table import NetworkTable, repeated, tabulate_network, use_ratio
from hwmodels.records import Contraction, Machine, Mapping, RegionWork, VectorWork
from hwmodels.rows import buffer_tiles
from hwmodels.technology import Technology, technology_of
from hwmodels.template import sustained_dram_bytes_per_s

BATCH = 64
"""Contractions that are mapped at a time: their candidates are all in memory together."""

Unit = tuple[Contraction, VectorWork]
"""What a mapping is for."""


@dataclass(frozen=True, eq=False)
class TileRows:
    """All tiles of all parts: N rows, in the order of the parts, of each the greatest first."""

    chainable: Chainable

    @cached_property
    def part(self) -> np.ndarray:
        """[N]"""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @cached_property
    def counts(self) -> np.ndarray:
        """[parts] shapes of tiles of each."""
        return np.asarray([len(part.tiling.tiles) for part in self.chainable.parts], np.int64)

    @cached_property
    def first(self) -> np.ndarray:
        """[parts] row of the greatest tile of each."""
        return np.cumsum(self.counts) - self.counts

    @cached_property
    def times(self) -> np.ndarray:
        """[N] tiles of that shape."""
        return np.asarray([tile.count for part in self.chainable.parts for tile in part.tiling.tiles], np.float64)

    @cached_property
    def units(self) -> tuple[list[Unit], np.ndarray]:
        """Different units, and [parts] which one each part's greatest tile is; -1: none."""
        found: dict[Unit, int] = {}
        index: list[int] = []
        for part in self.chainable.parts:
            tile = part.tiling.tiles[0]
            work = tile.contraction
            index.append(-1 if work is None else found.setdefault((work, tile.vector), len(found)))
        return list(found), np.asarray(index, np.int64)

    @cached_property
    def fetched_share(self) -> tuple[np.ndarray, np.ndarray]:
        """[U] of the reads of all rows: the share of the tiles that fetch them where they are held, and how many tiles
        do not have to."""
        share: list[float] = []
        spared: list[float] = []
        for part in self.chainable.parts:
            for tile in part.tiling.tiles:
                share += [fetches / tile.count for fetches in tile.fetches]
                spared += [float(tile.count - fetches) for fetches in tile.fetches]
        return np.asarray(share), np.asarray(spared)

    @cached_property
    def _tables(self) -> dict[tuple[int, str], NetworkTable]:
        return {}

    def table(self, tech: Technology, kind: tuple[int, str]) -> NetworkTable:
        """All rows as regions of one network, made once for each ``kind``: a node and a kind of DRAM."""
        if kind not in self._tables:
            network, works = self.chainable.network, list[RegionWork]()
            for part in self.chainable.parts:
                whole = network.regions[part.region]
                for tile in part.tiling.tiles:
                    done = replace(whole, contraction=tile.contraction, vector=tile.vector, tiling=None)
                    works.append(replace(done, reads=tile.reads, writes=tile.writes))
            self._tables[kind] = tabulate_network(replace(network, regions=tuple(works)), tech)
        return self._tables[kind]


@dataclass(frozen=True, eq=False)
class TileCosts:
    """What tiles take on one machine: K of the N rows, all of the parts that matter there."""

    position: np.ndarray
    """[parts] place among the K of the part's greatest tile; -1: the part is not there."""
    counts: np.ndarray
    """[parts] as ``TileRows.counts``."""
    mapped: np.ndarray
    """[parts] whether its greatest tile can be mapped, or needs no mapping."""
    times: np.ndarray
    """[K]"""
    chip_s: np.ndarray
    """[K] without DRAM and the start."""
    own_s: np.ndarray
    """[K] DRAM time of partial sums and rows, wherever tensors are."""
    tile_bytes: np.ndarray
    """[K, 3] global buffer for the input's, the weight's and the output's tile."""
    read_start: np.ndarray
    """[K] place of each row's first read in the following, and of its first write."""
    write_start: np.ndarray
    read_s: np.ndarray
    """[U] DRAM time of each read, were it from DRAM,"""
    fetched_share: np.ndarray
    """[U] by how much less it is where the operand is held, and"""
    spared: np.ndarray
    """[U] how many tiles need no DRAM then."""
    write_s: np.ndarray
    """[W]"""


def map_units(units: list[Unit], machine: Machine) -> dict[Unit, Mapping]:
    """Mappings of those of ``units`` that have one; a chain with another tile is none."""
    found: dict[Unit, Mapping] = {}
    pending = [units[start : start + BATCH] for start in range(0, len(units), BATCH)]
    while pending:
        some = pending.pop()
        try:
            mapped = map_contractions([work for work, _ in some], machine, "any", [beside for _, beside in some])
            found.update(zip(some, mapped, strict=True))
        except NoMappingError:
            halves = (some[: len(some) // 2], some[len(some) // 2 :])
            pending += [half for half in halves if 0 < len(half) < len(some)]
    return found


def tile_costs(rows: TileRows, candidates: Candidates, machine: Machine, known: dict[Unit, Mapping]) -> TileCosts:
    """What the tiles of ``candidates`` take on ``machine``; ``known`` gets the mappings of their greatest tiles."""
    units, of_part = rows.units
    used = np.zeros(len(rows.counts), bool)
    used[candidates.part] = True
    wanted = [units[index] for index in np.unique(of_part[used]) if index >= 0]
    known.update(map_units([unit for unit in wanted if unit not in known], machine))
    mapped = used & np.asarray([index < 0 or units[index] in known for index in of_part.tolist()], bool)
    picked = np.nonzero(mapped[rows.part])[0]
    position = np.full(len(rows.counts), -1, np.int64)
    position[mapped] = (np.cumsum(mapped[rows.part]) - 1)[rows.first[mapped]]
    return _costs_of(rows, machine, known, picked, (position, mapped))


def _costs_of(
    rows: TileRows,
    machine: Machine,
    known: dict[Unit, Mapping],
    picked: np.ndarray,
    places: tuple[np.ndarray, np.ndarray],
) -> TileCosts:
    tech = technology_of(machine)
    every = rows.table(tech, (machine.node_nm, machine.dram_kind))
    table = repeated(every, picked)
    units, of_part = rows.units
    index = of_part[rows.part[picked]]
    mappings = stacked([known[units[one]] if one >= 0 else _nothing() for one in index.tolist()] or [_nothing()])
    cost = contraction_cost(
        schedule_of_all(_clipped(mappings, table), table.contractions), table.contractions, machine, tech, 0.0
    )
    arrays = region_arrays(table, machine, tech, cost, np.ones(len(rows.chainable.network.tensors)), 0.0)
    rate = float(sustained_dram_bytes_per_s(machine))
    count = np.arange(len(picked))
    chosen = np.isin(every.use_region, picked)
    share, spared = rows.fetched_share
    return TileCosts(
        position=places[0],
        counts=rows.counts,
        mapped=places[1],
        times=rows.times[picked],
        chip_s=np.asarray(arrays.chip_s),
        own_s=np.asarray(arrays.dram_s),
        tile_bytes=np.stack(buffer_tiles(table, cost, arrays.rescans), axis=-1),
        read_start=np.searchsorted(table.use_region, count),
        write_start=np.searchsorted(table.write_region, count),
        read_s=table.use_bytes * table.use_granules * use_ratio(table, cost.dram_ratio) / rate,
        fetched_share=share[chosen],
        spared=spared[chosen],
        write_s=table.write_bytes * table.write_granules / rate,
    )


def _clipped(mappings: Mapping, table: NetworkTable) -> Mapping:
    """Mappings of greatest tiles for those that may be smaller, as ``chains.Expansion.mappings``."""
    bounds = np.asarray(Extents.stack(table.contractions.bounds), np.int64)
    tiles = {name: np.minimum(getattr(mappings, name), bounds) for name in ("l1_tile", "l2_tile", "global_tile")}
    return replace(mappings, **tiles, spatial=np.minimum(mappings.spatial, bounds[:, None]))


def _nothing() -> Mapping:
    ones, order = np.ones(8, np.int64), np.arange(8)
    return Mapping(0, np.ones((4, 8), np.int64), ones, ones, ones, order, order, order)
