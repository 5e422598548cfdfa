"""Chains of regions that are tiled together, as networks whose regions are tiles.

Depth-first fusion: all regions of a chain run for one tile of its last result, then for the next, so that what passes
between them exists slice by slice, in the global buffer, and never goes to DRAM. To the cost functions each shape of
tile of a region is a region of its own that runs as often as there are such tiles; ``expand`` writes a network so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hwmodels.records import Contraction, Mapping, Network, RegionWork, Tensor, TileWork, VectorWork


class Held(NamedTuple):
    """A tensor of which a part stays on chip while a chain runs, beside the chain's own slices."""

    row: int
    """Region of the expanded network."""
    tensor: int
    bytes: float


class Expansion(NamedTuple):
    """A network whose chains are written out tile by tile: R regions, each one shape of tile of one region."""

    network: Network
    """In it a tensor that is made or read by a chain, but no slice of it, lives while the whole chain runs."""
    region: np.ndarray
    """[R] the region of the network before that each is of."""
    times: np.ndarray
    """[R] tiles of that shape in one run of that region."""
    slice_bytes: np.ndarray
    """[R] bytes of global buffer that slices between the chain's regions take while each runs."""
    held: tuple[Held, ...]
    """What is held while each region runs."""
    has_chains: bool = True

    def holds(self, rows: np.ndarray, tensors: np.ndarray) -> np.ndarray:
        """[...] whether each of ``tensors`` is held while its one of ``rows`` runs."""
        width = len(self.network.tensors)
        return np.isin(rows * width + tensors, [each.row * width + each.tensor for each in self.held])

    def mappings(self, mappings: Sequence[Mapping | None]) -> tuple[Mapping | None, ...]:
        """The mapping of each region, from those of the regions of the network before: smaller tiles clip it."""
        if not self.has_chains:
            return tuple(mappings)
        pairs = zip(self.network.regions, self.region, strict=True)
        return tuple(_clipped(mappings[int(index)], region.contraction) for region, index in pairs)


def unit_of(region: RegionWork) -> tuple[Contraction | None, VectorWork]:
    """What a mapping of ``region`` is for: its contraction and vector work, or in a chain those of its greatest
    tile."""
    part = region if region.tiling is None else region.tiling.tiles[0]
    return part.contraction, part.vector


def expand(network: Network) -> Expansion:
    """``network`` with every tile of its chains written out; equal tiles of one region are one region."""
    size = len(network.regions)
    if all(region.tiling is None for region in network.regions):
        return Expansion(network, np.arange(size), np.ones(size), np.zeros(size), (), has_chains=False)
    rows: list[RegionWork] = []
    origin: list[int] = []
    count: list[int] = []
    fetched: set[tuple[str, int]] = set()
    for index, region in enumerate(network.regions):
        for tile in _tiles(region, fetched):
            rows.append(_as_region(region, tile))
            origin.append(index)
            count.append(tile.count)
    of = np.asarray(origin, np.int64)
    chains = _spans(network)
    tensors = tuple(_expanded(tensor, network, of, chains) for tensor in network.tensors)
    return Expansion(
        replace(network, regions=tuple(rows), tensors=tensors),
        of,
        np.asarray(count, np.float64),
        _slice_bytes(network, chains)[of],
        _held(network, of),
    )


def _tiles(region: RegionWork, fetched: set[tuple[str, int]]) -> list[TileWork]:
    """The shapes of tiles of a region; where it holds operands, with the tiles that fetch them apart.

    ``fetched``: what each chain holds already.
    """
    if region.tiling is None:
        return [TileWork(1, region.contraction, region.vector, region.reads, region.writes)]
    held = region.tiling.held
    keys = [(region.tiling.chain, region.reads[index].tensor) for index in held]
    fresh = [key not in fetched for key in keys]
    fetched.update(keys)
    result: list[TileWork] = []
    for tile in region.tiling.tiles:
        limits = [count if is_fresh else 0 for count, is_fresh in zip(tile.fetches, fresh, strict=True)]
        steps = sorted({0, *limits, tile.count})
        for done, limit in pairwise(steps):
            on_chip = {index for index, last in zip(held, limits, strict=True) if last < limit}
            reads = tuple(replace(use, fetched=index not in on_chip) for index, use in enumerate(tile.reads))
            result.append(replace(tile, count=limit - done, reads=reads))
    return result


def _as_region(region: RegionWork, tile: TileWork) -> RegionWork:
    return replace(
        region,
        contraction=tile.contraction,
        vector=tile.vector,
        reads=tile.reads,
        writes=tile.writes,
        runs=region.runs * tile.count,
        tiling=None,
    )


def chain_of(network: Network, region: int) -> str | None:
    """The chain that a region belongs to."""
    tiling = network.regions[region].tiling
    return None if tiling is None else tiling.chain


def _spans(network: Network) -> dict[str, tuple[int, int]]:
    """First and last region of each chain."""
    spans: dict[str, tuple[int, int]] = {}
    for index in range(len(network.regions)):
        name = chain_of(network, index)
        if name is not None:
            spans[name] = (spans.get(name, (index, index))[0], index)
    return spans


def _expanded(tensor: Tensor, network: Network, of: np.ndarray, chains: dict[str, tuple[int, int]]) -> Tensor:
    """``tensor`` with producer and consumers in the numbers of the expanded network."""

    def around(region: int, end: int) -> int:
        name = chain_of(network, region)
        return region if name is None or tensor.slice_bytes else chains[name][end]

    producer = tensor.producer if tensor.producer < 0 else int(np.searchsorted(of, around(tensor.producer, 0)))
    consumers = {int(row) for region in tensor.consumers for row in np.nonzero(of == region)[0]}
    ends = {int(np.searchsorted(of, around(region, 1), side="right")) - 1 for region in tensor.consumers}
    return replace(tensor, producer=producer, consumers=tuple(sorted(consumers | ends)))


def _slice_bytes(network: Network, chains: dict[str, tuple[int, int]]) -> np.ndarray:
    """[regions of ``network``] bytes of slices: whole from producer to last use, for the rest of the chain what is
    kept of them; and of results that all tiles make together."""
    result = np.zeros(len(network.regions))
    for region in network.regions:
        if region.tiling is not None:
            first, last = chains[region.tiling.chain]
            result[first : last + 1] += region.tiling.sums_bytes
    for tensor in network.tensors:
        name = chain_of(network, tensor.producer) if tensor.slice_bytes else None
        if name is not None:
            first, last = chains[name]
            result[first : last + 1] += tensor.kept_bytes
            result[tensor.producer : max(tensor.consumers) + 1] += tensor.slice_bytes - tensor.kept_bytes
    return result


def _held(network: Network, of: np.ndarray) -> tuple[Held, ...]:
    by_chain: dict[str, dict[int, float]] = {}
    for region in network.regions:
        if region.tiling is not None:
            held = by_chain.setdefault(region.tiling.chain, {})
            for index in region.tiling.held:
                use = region.tiling.tiles[0].reads[index]
                size = network.tensors[use.tensor].bytes * use.fraction
                held[use.tensor] = max(held.get(use.tensor, 0.0), size)
    found: list[Held] = []
    for row, index in enumerate(of):
        name = chain_of(network, int(index))
        if name is not None:
            found += [Held(row, tensor, size) for tensor, size in sorted(by_chain[name].items())]
    return tuple(found)


def _clipped(mapping: Mapping | None, contraction: Contraction | None) -> Mapping | None:
    """``mapping`` for a contraction that may be smaller than the one that it was made for."""
    if mapping is None or contraction is None:
        return None
    return clipped_to(mapping, np.asarray(contraction.bounds))


def clipped_to(mapping: Mapping, bounds: np.ndarray) -> Mapping:
    """``mapping``, or several stacked, for contractions of ``bounds`` [..., 8], which may be smaller than those that
    they were made for."""
    tiles = {name: np.minimum(getattr(mapping, name), bounds) for name in ("l1_tile", "l2_tile", "global_tile")}
    return replace(mapping, **tiles, spatial=np.minimum(mapping.spatial, bounds[..., None, :]))


def tensors_within(network: Network, first: int, last: int) -> set[int]:
    """The tensors that pass between the regions ``first`` to ``last`` and are needed nowhere else."""
    return {
        index
        for index, tensor in enumerate(network.tensors)
        if tensor.role == "activation" and tensor.consumers and first <= tensor.producer
        if max(tensor.consumers) <= last
    }


def untiled(network: Network) -> Network:
    """``network`` without its chains: every region runs once, on the whole."""
    return replace(
        network,
        regions=tuple(replace(region, tiling=None) for region in network.regions),
        tensors=tuple(replace(tensor, slice_bytes=0.0, kept_bytes=0.0) for tensor in network.tensors),
    )
