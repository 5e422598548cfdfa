"""The candidates among all chains of a network for a global buffer of some size, as arrays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np

from hwmodels.chaining.records import Chainable, Growth
from hwmodels.network_table import main_tensors
from hwmodels.records import OPERANDS, Network

EASY_SHARE = 0.125
"""Share of the global buffer that a slice may take before smaller tiles are tried: the rest is for other tensors."""

KEPT = 8
"""Sets of candidates that are remembered: each takes some ten megabytes."""

SHORTEST = 2
"""Regions of a chain at least."""


def fitting(growths: Sequence[Growth], room: float) -> Iterator[tuple[int, int]]:
    """Growth and length of all chains whose slices fit ``room`` bytes, of more tiles only those that are longer than
    what leaves most of the room free with fewer.

    ``growths`` in the order of ``Chainable.growths``.
    """
    shortest, next_shortest = SHORTEST, SHORTEST
    before: Growth | None = None
    for index, growth in enumerate(growths):
        if before is None or before.last != growth.last:
            shortest = next_shortest = SHORTEST
        elif before.steps != growth.steps:
            shortest = next_shortest
        before = growth
        reach = list(accumulate(growth.sizes[1:], max))
        longest, easiest = (bisect_right(reach, limit) + 1 for limit in (room, EASY_SHARE * room))
        yield from ((index, length) for length in range(shortest, longest + 1))
        next_shortest = max(next_shortest, easiest + 1)


@dataclass(frozen=True)
class Spans:
    """Where the tensors of a network live: T tensors."""

    first: np.ndarray
    """[T] the region that makes each; -1: none."""
    last: np.ndarray
    """[T] the last region that reads each; -1: none."""
    passing: np.ndarray
    """[T] whether it only passes between regions."""

    @staticmethod
    def of(network: Network) -> Spans:
        """Those of ``network``."""
        return Spans(
            np.asarray([tensor.producer for tensor in network.tensors], np.int64),
            np.asarray([max(tensor.consumers, default=-1) for tensor in network.tensors], np.int64),
            np.asarray([tensor.role == "activation" and bool(tensor.consumers) for tensor in network.tensors], bool),
        )

    def within(self, tensor: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Whether each of ``tensor`` passes between the regions ``first`` to ``last`` and is needed nowhere else; -1 is
        no tensor."""
        inside = self.passing[tensor] & (first <= self.first[tensor]) & (self.last[tensor] <= last)
        return inside & (tensor >= 0)


@dataclass(frozen=True, eq=False)
class Moves:
    """Reads or writes of the members of candidates: E entries."""

    member: np.ndarray
    """[E]"""
    index: np.ndarray
    """[E] position among the region's reads or writes."""
    tensor: np.ndarray
    """[E]"""


@dataclass(frozen=True, eq=False)
class Candidates:
    """C candidates and their M members: of each candidate the regions in order, one candidate behind the other."""

    chainable: Chainable
    spans: Spans
    growth: np.ndarray
    """[C]"""
    length: np.ndarray
    """[C]"""

    @cached_property
    def start(self) -> np.ndarray:
        """[C] position of each candidate's first member."""
        return np.cumsum(self.length) - self.length

    @cached_property
    def owner(self) -> np.ndarray:
        """[M] the candidate of each member."""
        return np.repeat(np.arange(len(self.length)), self.length)

    @cached_property
    def part(self) -> np.ndarray:
        """[M] index into ``Chainable.parts``."""
        growths = self.chainable.growths
        flat = np.concatenate([np.asarray(growth.parts, np.int64) for growth in growths] or [np.empty(0, np.int64)])
        sizes = np.asarray([len(growth.parts) for growth in growths], np.int64)
        first = (np.cumsum(sizes) - sizes)[self.growth]
        place = np.arange(len(self.owner)) - self.start[self.owner]
        # A growth has its last region first.
        return flat[first[self.owner] + self.length[self.owner] - 1 - place]

    @cached_property
    def region(self) -> np.ndarray:
        """[M]"""
        of_part = np.asarray([part.region for part in self.chainable.parts], np.int64)
        return of_part[self.part]

    @cached_property
    def first(self) -> np.ndarray:
        """[C] the first region of each."""
        return self.last - self.length + 1

    @cached_property
    def last(self) -> np.ndarray:
        """[C] the last region of each."""
        ends = np.asarray([growth.last for growth in self.chainable.growths], np.int64)
        return ends[self.growth]

    @cached_property
    def reads(self) -> Moves:
        """What members read."""
        return self._moves([[use.tensor for use in region.reads] for region in self.chainable.network.regions])

    @cached_property
    def writes(self) -> Moves:
        """What members write."""
        return self._moves([[write.tensor for write in region.writes] for region in self.chainable.network.regions])

    def _moves(self, of_region: list[list[int]]) -> Moves:
        counts = np.asarray([len(tensors) for tensors in of_region], np.int64)
        flat = np.asarray([tensor for tensors in of_region for tensor in tensors], np.int64)
        count = counts[self.region]
        member = np.repeat(np.arange(len(count)), count)
        index = np.arange(len(member)) - np.repeat(np.cumsum(count) - count, count)
        return Moves(member, index, flat[(np.cumsum(counts) - counts)[self.region[member]] + index])

    def inside(self, moves: Moves) -> np.ndarray:
        """[E] whether what is moved only exists in slices."""
        owner = self.owner[moves.member]
        return self.spans.within(moves.tensor, self.first[owner], self.last[owner])

    @cached_property
    def read_inside(self) -> np.ndarray:
        """[E] as ``inside``, of ``reads``."""
        return self.inside(self.reads)

    @cached_property
    def write_inside(self) -> np.ndarray:
        """[E] as ``inside``, of ``writes``."""
        return self.inside(self.writes)

    @cached_property
    def slices_bytes(self) -> np.ndarray:
        """[M] bytes of the global buffer that slices take while each member runs: whole from where they are made to
        their last use, for the rest of the chain what is kept of them; and results that all tiles make together."""
        parts, writes, members = self.chainable.parts, self.writes, len(self.owner)
        sums = np.asarray([part.tiling.sums_bytes for part in parts])[self.part]
        inside = np.nonzero(self.write_inside)[0]
        made, tensor = writes.member[inside], writes.tensor[inside]
        widest = max((len(part.slices) for part in parts), default=0)
        sizes = np.zeros((len(parts), widest, 2))
        for index, part in enumerate(parts):
            sizes[index, : len(part.slices)] = part.slices
        size, kept = np.moveaxis(sizes[self.part[made], writes.index[inside]], -1, 0)
        # Members of a candidate are consecutive regions.
        used = made + self.spans.last[tensor] - self.region[made]
        steps = np.zeros(members + 1)
        np.add.at(steps, made, size - kept)
        np.add.at(steps, used + 1, kept - size)
        whole_chain = self.sums(sums) + np.bincount(self.owner[made], kept, len(self.length))
        return np.cumsum(steps)[:members] + whole_chain[self.owner]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """[C] sum over each candidate's members of ``values`` [M]."""
        return np.bincount(self.owner, values, len(self.length))


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All chains of one network, and the candidates among them by the size of the global buffer."""

    chainable: Chainable

    @cached_property
    def spans(self) -> Spans:
        """Of the network's tensors."""
        return Spans.of(self.chainable.network)

    @cached_property
    def mains(self) -> np.ndarray:
        """[R, 3] the biggest tensor that is each region's input, weight and output; -1: none."""
        network = self.chainable.network
        return np.asarray([main_tensors(network, region) for region in network.regions], np.int64).reshape(
            -1, len(OPERANDS)
        )

    def candidates(self, room: float) -> Candidates:
        """See ``fitting``; those that were asked for last are there already."""
        return _candidates(self, room)


@lru_cache(maxsize=KEPT)
def _candidates(catalogue: Catalogue, room: float) -> Candidates:
    pairs = list(fitting(catalogue.chainable.growths, room))
    growth, length = np.asarray(pairs, np.int64).reshape(-1, 2).T
    return Candidates(catalogue.chainable, catalogue.spans, growth, length)
