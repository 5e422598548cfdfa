"""The chains that a network could have, and those that it is given: records, whatever the machine."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from hwmodels.chains import tensors_within
from hwmodels.records import Network, Tiling


@dataclass(frozen=True)
class Part:
    """One region, cut in one way."""

    region: int
    tiling: Tiling
    """With all that it reads held; the chain has no name yet."""
    slices: tuple[tuple[float, float], ...]
    """For each of the region's writes the bytes of its greatest slice, and those kept from one tile to the next."""


@dataclass(frozen=True)
class Growth:
    """The chains that end with the same region and are cut in the same way: each further region makes one more."""

    last: int
    """That region."""
    steps: tuple[int, ...]
    """Of each loop, in positions of its first result."""
    halo: str
    """What becomes of rows that two tiles need: 'keep' or 'recompute'."""
    sizes: tuple[float, ...]
    """Bytes of the greatest slice of the first result of each region, the last one first; they are consecutive."""
    parts: tuple[int, ...] = ()
    """Indices into ``Chainable.parts``, one for each of ``sizes``."""


@dataclass(frozen=True, eq=False)
class Chainable:
    """A network at one batch and all the chains that it could have; equal to itself only."""

    network: Network
    """Without chains."""
    parts: tuple[Part, ...]
    growths: tuple[Growth, ...]
    """In the order of their last regions, of each those of few tiles first; of the same steps one behind the other."""

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps((self.network, self.parts, self.growths))

    def __reduce__(self) -> tuple[Callable[[bytes], Chainable], tuple[bytes]]:
        """A process that gets it several times unpacks it once."""
        return _unpacked, (self._packed,)


@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> Chainable:
    return Chainable(*pickle.loads(packed))


class Chain(NamedTuple):
    """One chain that was chosen: the first ``length`` parts of a growth."""

    growth: int
    length: int
    hold: tuple[tuple[int, tuple[int, ...]], ...]
    """Regions and the indices of the reads that each holds."""


def chained(chainable: Chainable, chains: Sequence[Chain]) -> Network:
    """The network with ``chains``, which do not overlap; the first is called ``chain_0``, and so on."""
    network = chainable.network
    regions, tensors = list(network.regions), list(network.tensors)
    for number, chain in enumerate(chains):
        hold = dict(chain.hold)
        parts = [chainable.parts[index] for index in chainable.growths[chain.growth].parts[: chain.length]]
        inside = tensors_within(network, parts[-1].region, parts[0].region)
        for part in parts:
            work = network.regions[part.region]
            tiling = _holding(part.tiling, f"chain_{number}", hold.get(part.region, ()))
            regions[part.region] = replace(work, tiling=tiling)
            for write, (size, kept) in zip(work.writes, part.slices, strict=True):
                if write.tensor in inside:
                    tensors[write.tensor] = replace(tensors[write.tensor], slice_bytes=size, kept_bytes=kept)
    return replace(network, regions=tuple(regions), tensors=tuple(tensors))


def _holding(tiling: Tiling, name: str, held: tuple[int, ...]) -> Tiling:
    tiles = tuple(replace(tile, fetches=tuple(tile.fetches[index] for index in held)) for tile in tiling.tiles)
    return replace(tiling, chain=name, tiles=tiles, held=held)
