"""All chains that a module of regions could have, as records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from dialects.region import Halo
from hwmodels.chaining.candidates import fitting
from hwmodels.chaining.records import Chain, Chainable, Growth, Part
from passes.analysis.chains import slice_bytes, tiling_of
from passes.analysis.network import NetworkView
from passes.analysis.ops import byte_size
from passes.chains.grow import Candidate, Cut, Grower, Member, apply, dissolve

_Key: TypeAlias = tuple[int, tuple[Cut, ...], tuple[int, ...], Halo | None]
"""A region and how its chain cuts it; what becomes of a halo only where there is one."""


@dataclass
class Catalogue:
    """The chains of one module: records for whoever chooses, and the way back to the IR."""

    view: NetworkView
    most_tiles: int
    halos: tuple[Halo, ...]
    _parts: list[Part] = field(default_factory=list[Part])
    _index: dict[_Key, int] = field(default_factory=dict[_Key, int])

    def __post_init__(self) -> None:
        grower = Grower(self.view, self.most_tiles, self.halos)
        self._growths = [found for last in range(len(self.view.regions)) for found in grower.growths(last)]

    def chainable(self, rooms: Iterable[float]) -> Chainable:
        """The records, with what a machine could use that has one of ``rooms`` bytes of global buffer."""
        growths = [self._growth(candidate) for candidate in self._growths]
        longest = [0] * len(growths)
        for room in rooms:
            for index, length in fitting(growths, room):
                longest[index] = max(longest[index], length)
        for index, (candidate, length) in enumerate(zip(self._growths, longest, strict=True)):
            parts = tuple(self._part(candidate, member) for member in candidate.members[:length])
            growths[index] = replace(growths[index], parts=parts, sizes=growths[index].sizes[: len(parts)])
        return Chainable(self.view.network, tuple(self._parts), tuple(growths))

    def write(self, chains: Sequence[Chain]) -> None:
        """Puts ``chains`` into the IR, in place of those that it had."""
        for op in self.view.regions:
            dissolve(op)
        for number, chain in enumerate(chains):
            hold = {region: sorted(held) for region, held in chain.hold}
            apply(self.view, self._growths[chain.growth].first(chain.length), f"chain_{number}", hold)

    def _growth(self, candidate: Candidate) -> Growth:
        sizes = (
            member.greatest_share(candidate.steps) * byte_size(self.view.regions[member.region].results[0])
            for member in candidate.members
        )
        return Growth(candidate.members[0].region, candidate.steps, candidate.halo.value, tuple(sizes))

    def _part(self, candidate: Candidate, member: Member) -> int:
        key = (member.region, member.cuts, candidate.steps, candidate.halo if member.has_halo else None)
        if key not in self._index:
            self._index[key] = len(self._parts)
            op, work = self.view.regions[member.region], self.view.network.regions[member.region]
            chain = candidate.attribute(member, "chain", tuple(range(len(work.reads))))
            tiling = tiling_of(op, chain, work.reads, work.writes, member.bodies)
            slices = tuple(slice_bytes(chain, byte_size(result)) for result in op.results)
            self._parts.append(Part(member.region, tiling, slices))
        return self._index[key]
