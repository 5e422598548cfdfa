"""What candidate chains take on a machine, all side by side, and the best choice among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from hwmodels.chaining.candidates import Candidates, Moves
from hwmodels.chaining.records import Chain
from hwmodels.chaining.tiles import TileCosts
from hwmodels.placement import TRAFFIC_WEIGHT
from hwmodels.records import Machine, RegionCost
from hwmodels.technology import technology_of
from hwmodels.template import sustained_dram_bytes_per_s


class Residents(NamedTuple):
    """Which of some tensors stay on chip beside each candidate: C candidates, W tensors."""

    place: np.ndarray
    """[T] position of each of the network's tensors among the W; -1: none of them."""
    kept: np.ndarray
    """[C, W]"""
    lost_s: np.ndarray
    """[C] what regions outside of the chain lose by those for which it leaves no room."""


class _Rows(NamedTuple):
    """Shapes of tiles of the members of candidates: E entries."""

    member: np.ndarray
    row: np.ndarray
    """Among the K of ``TileCosts``."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices candidates of one network on one machine."""

    candidates: Candidates
    mains: np.ndarray
    """[R, 3] as ``Catalogue.mains``."""
    costs: TileCosts
    machine: Machine
    alone: tuple[RegionCost, ...]
    """What each region takes outside of chains, with the tensors placed as well as they can be."""

    @cached_property
    def legal(self) -> np.ndarray:
        """[C] whether all tiles have mappings and the slices and tiles fit."""
        return self._possible & (self._room >= 0.0)

    @cached_property
    def _possible(self) -> np.ndarray:
        return self.candidates.sums(~self.costs.mapped[self.candidates.part]) == 0

    @cached_property
    def _greatest(self) -> np.ndarray:
        """[M] row of each member's greatest tile; any where there is none."""
        return np.maximum(self.costs.position[self.candidates.part], 0)

    @cached_property
    def _room(self) -> np.ndarray:
        """[C] bytes of the global buffer that are left at the fullest region of a chain."""
        candidates = self.candidates
        mains = self.mains[candidates.region]
        first, last = (side[candidates.owner, None] for side in (candidates.first, candidates.last))
        own = np.where(candidates.spans.within(mains, first, last), 0.0, self.costs.tile_bytes[self._greatest])
        taken = candidates.slices_bytes + own.sum(axis=1)
        fullest = np.maximum.reduceat(taken, candidates.start) if len(taken) else np.zeros(0)
        return float(self.machine.global_buffer_bytes) - fullest

    @cached_property
    def _rows(self) -> _Rows:
        count = self.costs.counts[self.candidates.part]
        member = np.repeat(np.arange(len(count)), count)
        place = np.arange(len(member)) - np.repeat(np.cumsum(count) - count, count)
        return _Rows(member, self._greatest[member] + place)

    @cached_property
    def _reads(self) -> tuple[np.ndarray, np.ndarray]:
        """For each of ``candidates.reads`` and each shape of tile: positions of the entry of ``_rows``, and of the
        read among those of ``TileCosts``; both in the order of ``reads`` by shapes."""
        return self._spread(self.candidates.reads, self.costs.read_start)

    @cached_property
    def _writes(self) -> tuple[np.ndarray, np.ndarray]:
        return self._spread(self.candidates.writes, self.costs.write_start)

    def _spread(self, moves: Moves, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        count = self.costs.counts[self.candidates.part]
        first_entry = np.cumsum(count) - count
        move = np.repeat(np.arange(len(moves.member)), count[moves.member])
        shapes = count[moves.member]
        shape = np.arange(len(move)) - np.repeat(np.cumsum(shapes) - shapes, shapes)
        row = self._greatest[moves.member[move]] + shape
        return np.stack([move, first_entry[moves.member[move]] + shape]), start[row] + moves.index[move]

    @cached_property
    def _held(self) -> np.ndarray:
        """[reads] which are held: of each chain those first that save most DRAM time for their bytes, while there is
        room."""
        return self._holding[0]

    @cached_property
    def room(self) -> np.ndarray:
        """[C] bytes left beside all that a chain itself needs and holds."""
        return self._holding[1]

    @cached_property
    def _holding(self) -> tuple[np.ndarray, np.ndarray]:
        candidates, reads = self.candidates, self.candidates.reads
        (move, _), at = self._reads
        again = np.bincount(move, self.costs.spared[at] * self.costs.read_s[at], len(reads.member))
        network = candidates.chainable.network
        fractions = np.asarray([use.fraction for region in network.regions for use in region.reads])
        offsets = np.cumsum([0, *(len(region.reads) for region in network.regions)])
        sizes = np.asarray([tensor.bytes for tensor in network.tensors], np.float64)
        size = sizes[reads.tensor] * fractions[offsets[candidates.region[reads.member]] + reads.index]
        owner = candidates.owner[reads.member]
        wanted = np.nonzero((again > 0.0) & ~candidates.read_inside & self.legal[owner])[0]
        order = wanted[np.lexsort((-size[wanted], -again[wanted] / np.maximum(size[wanted], 1.0), owner[wanted]))]
        held, room = np.zeros(len(reads.member), bool), self._room.copy()
        first = np.searchsorted(owner[order], np.arange(len(room)))
        count = np.diff(np.append(first, len(order)))
        for turn in range(int(count.max(initial=0))):
            chain = np.nonzero(count > turn)[0]
            read = order[first[chain] + turn]
            fits = size[read] <= room[chain]
            held[read[fits]] = True
            room[chain[fits]] -= size[read[fits]]
        return held, room

    def residents(self, wanted: Sequence[int]) -> Residents:
        """Those of the tensors ``wanted`` that live while a chain runs and for which there is room beside it, the
        smallest first."""
        candidates, network = self.candidates, self.candidates.chainable.network
        tensors = sorted(wanted, key=lambda tensor: network.tensors[tensor].bytes)
        place = np.full(len(network.tensors), -1, np.int64)
        place[tensors] = np.arange(len(tensors))
        if not tensors:
            return Residents(place, np.zeros((len(candidates.length), 0), bool), np.zeros(len(candidates.length)))
        which = np.asarray(tensors, np.int64)
        first, last = candidates.first[:, None], candidates.last[:, None]
        spans = candidates.spans
        alive = (spans.first[which] <= last) & (spans.last[which] >= first) & ~spans.within(which, first, last)
        sizes = np.asarray([network.tensors[tensor].bytes for tensor in tensors], np.float64)
        kept = alive & (np.cumsum(alive * sizes, axis=1) <= self.room[:, None])
        losses = self._losses(tensors)
        outside = losses[-1] - (losses[candidates.last + 1] - losses[candidates.first])
        return Residents(place, kept, np.sum(outside * (alive & ~kept), axis=1))

    def _losses(self, tensors: Sequence[int]) -> np.ndarray:
        """[R + 1, W] what the regions before each one lose where each tensor does not stay on chip for them."""
        network = self.candidates.chainable.network
        rate = float(sustained_dram_bytes_per_s(self.machine))
        lost = np.zeros((len(network.regions) + 1, len(tensors)))
        for column, tensor in enumerate(tensors):
            whole = network.tensors[tensor]
            for index in {whole.producer, *whole.consumers} - {-1}:
                alone = self.alone[index]
                slower = alone.dram_s + whole.bytes / rate - (alone.latency_s - alone.issue_s)
                lost[index + 1, column] += network.regions[index].runs * max(0.0, slower)
        return np.cumsum(lost, axis=0)

    def seconds(self, residents: Residents) -> np.ndarray:
        """[C] what chains take with their outer tensors in DRAM, but for ``residents``, and what others lose by them;
        infinite where they do not fit. A little for DRAM traffic behind other work is in it."""
        candidates, costs = self.candidates, self.costs
        tech = technology_of(self.machine)
        entries = len(self._rows.member)
        (move, entry), at = self._reads
        away = ~(candidates.read_inside | self._is_kept(candidates.reads, residents))[move]
        share = np.where(self._held[move], costs.fetched_share[at], 1.0) * away
        dram = costs.own_s[self._rows.row] + np.bincount(entry, costs.read_s[at] * share, entries)
        fetches = np.zeros(entries)
        np.maximum.at(fetches, entry, share)
        (move, entry), at = self._writes
        away = ~(candidates.write_inside | self._is_kept(candidates.writes, residents))[move]
        dram += np.bincount(entry, costs.write_s[at] * away, entries)
        stores = np.bincount(entry, away, entries) > 0.0
        start = tech.region_start_s + tech.dram_latency_s * (fetches + stores)
        row = self._rows.row
        tiles = costs.times[row] * (np.maximum(costs.chip_s[row], dram) + start + TRAFFIC_WEIGHT * dram)
        total = np.bincount(candidates.owner[self._rows.member], tiles, len(candidates.length))
        runs = np.asarray([region.runs for region in candidates.chainable.network.regions], np.float64)
        return np.where(self.legal, total * runs[candidates.last] + residents.lost_s, np.inf)

    def _is_kept(self, moves: Moves, residents: Residents) -> np.ndarray:
        place = residents.place[moves.tensor]
        if residents.kept.shape[1] == 0:
            return np.zeros(len(place), bool)
        return (place >= 0) & residents.kept[self.candidates.owner[moves.member], place]

    def chain(self, candidate: int) -> Chain:
        """A candidate as what is chosen."""
        candidates, reads = self.candidates, self.candidates.reads
        start, length = int(candidates.start[candidate]), int(candidates.length[candidate])
        own = np.nonzero(self._held & (reads.member >= start) & (reads.member < start + length))[0]
        hold: dict[int, tuple[int, ...]] = {}
        for region, index in zip(candidates.region[reads.member[own]].tolist(), reads.index[own].tolist(), strict=True):
            hold[region] = (*hold.get(region, ()), index)
        return Chain(int(candidates.growth[candidate]), length, tuple(hold.items()))


def best_chains(first: np.ndarray, last: np.ndarray, seconds: np.ndarray, alone_s: Sequence[float]) -> list[int]:
    """The chains, no two of which overlap, with which the regions take the least time in all.

    ``first``, ``last`` and ``seconds`` [C] are of the chains; ``alone_s`` is what each region takes outside of any.
    """
    order = np.argsort(last, kind="stable")
    ends = np.searchsorted(last[order], np.arange(len(alone_s) + 1))
    best = np.zeros(len(alone_s) + 1)
    taken: list[int | None] = []
    for index, alone in enumerate(alone_s):
        best[index + 1], choice = best[index] + alone, None
        some = order[ends[index] : ends[index + 1]]
        if len(some):
            reached = best[first[some]] + seconds[some]
            least = int(np.argmin(reached))
            if reached[least] < best[index + 1]:
                best[index + 1], choice = reached[least], int(some[least])
        taken.append(choice)
    chosen: list[int] = []
    index = len(alone_s) - 1
    while index >= 0:
        choice = taken[index]
        if choice is not None:
            chosen.insert(0, choice)
        index = index - 1 if choice is None else int(first[choice]) - 1
    return chosen
