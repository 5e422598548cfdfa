"""Networks as arrays that are affine in the batch, with the chains that suit some machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from fastc.dse.records import Variant
from hwmodels.chaining.carry import in_both
from hwmodels.chaining.choice import chooser_of
from hwmodels.chaining.records import Chainable, chained
from hwmodels.chains import Expansion, Held, expand
from hwmodels.mapper import NoMappingError
from hwmodels.network_table import NetworkTable, tabulate_network, vector_cycles
from hwmodels.placement import Layout, chained_operands, layout
from hwmodels.records import Array, Contraction, Machine, Network, RegionWork, Rows
from hwmodels.technology import Technology

REFERENCE_BATCHES = (8, 16)
"""Every size in a network is affine in the batch; where the two are that it is read from."""

AFFINE = (
    "runs", "macs", "vector_cycles", "rescan_bytes", "kept_bytes", "row_bytes", "use_bytes", "write_bytes",
    "tensor_bytes",
)  # fmt: skip
"""Fields of a network's table that grow with the batch; of a chain also how often a tile runs."""

Row: TypeAlias = tuple[Contraction, Rows, float]
"""A contraction, the rows of its region, and lane cycles of its vector work."""


class RowKey(NamedTuple):
    """A row of the common table of contractions."""

    low: Row
    """At the first of ``REFERENCE_BATCHES``,"""
    high: Row
    """and at the second."""
    leader: int | None = None
    """The row whose recipe it runs under: of a smaller tile that of the greatest; None: its own."""


AtBatch: TypeAlias = Callable[[Array, Array], Array]
"""From a number's two values at ``REFERENCE_BATCHES`` to that at some batch."""


def at_batch(batch: Array, references: tuple[int, int] = REFERENCE_BATCHES) -> AtBatch:
    """The affine map through two batches, as a function of a number's two values there."""
    first, second = references
    return lambda low, high: low + (high - low) * ((batch - first) / (second - first))


@dataclass(frozen=True)
class AffineNetwork:
    """One variant of one model, with every number affine in the batch: R regions, each tile of a chain one."""

    low: NetworkTable
    high: NetworkTable
    row_offset: np.ndarray
    """[R] row of each region's contraction in the problem's common table."""
    choices: Layout
    """What may be placed on chip."""
    kinds: tuple[str, ...]
    """[R]"""
    tiles: tuple[Expansion, Expansion]
    """What chains hold on chip, at either reference batch."""
    own: np.ndarray
    """[R, 3] 1.0 for the operands of contractions that take a tile of their own; 0.0 for slices of a chain and what it
    holds, which are on chip already."""

    @cached_property
    def chains_bytes(self) -> tuple[np.ndarray, np.ndarray]:
        """[R] bytes of the global buffer that chains take during each region for slices and what they hold, at either
        reference batch."""
        low, high = (_taken(tiles) for tiles in self.tiles)
        return low, high

    def chains_at(self, mixed: AtBatch) -> Expansion:
        """What chains hold on chip at the batch of ``mixed``."""
        low, high = self.tiles
        held = [
            Held(one.row, one.tensor, mixed(one.bytes, two.bytes)) for one, two in zip(low.held, high.held, strict=True)
        ]
        return low._replace(slice_bytes=mixed(low.slice_bytes, high.slice_bytes), held=tuple(held))


def _taken(tiles: Expansion) -> np.ndarray:
    rows = np.asarray([each.row for each in tiles.held], np.int64)
    sizes = np.asarray([each.bytes for each in tiles.held], np.float64)
    return tiles.slice_bytes + np.bincount(rows, sizes, len(tiles.slice_bytes))


class _Reference(NamedTuple):
    """A network at two batches, alike but for sizes."""

    batches: tuple[int, int]
    networks: tuple[Network, Network]


def affine(variant: Variant, tech: Technology, rows: dict[RowKey, int], like: Machine | None) -> AffineNetwork:
    """``variant`` with the chains that it would have on ``like``, if any; ``rows`` gets its contractions at
    ``REFERENCE_BATCHES``, with their numbers."""
    batches, networks = _reference(variant, like)
    tiles = (expand(networks[0]), expand(networks[1]))
    low, high = (one.network for one in tiles)
    offsets = np.zeros(len(low.regions), np.int64)
    for index, pair in enumerate(zip(low.regions, high.regions, strict=True)):
        if all(one.contraction is not None for one in pair):
            ends = _moved(_row(pair[0], tech), _row(pair[1], tech), batches)
            greatest = int(np.searchsorted(tiles[0].region, tiles[0].region[index]))
            leader = None if greatest == index else int(offsets[greatest])
            offsets[index] = rows.setdefault(RowKey(*ends, leader), len(rows))
    tables = tuple(tabulate_network(one, tech) for one in (low, high))
    first, second = (
        replace(tables[0], **{name: at(*(getattr(table, name) for table in tables)) for name in AFFINE})
        for at in (at_batch(batch, batches) for batch in REFERENCE_BATCHES)
    )
    ends = AffineNetwork(
        first,
        second,
        offsets,
        layout(low),
        tuple(r.kind for r in low.regions),
        tiles,
        1.0 - chained_operands(first, tiles[0]),
    )
    if batches == REFERENCE_BATCHES:
        return ends
    return replace(ends, tiles=tuple(ends.chains_at(at_batch(batch, batches)) for batch in REFERENCE_BATCHES))


def _reference(variant: Variant, like: Machine | None) -> _Reference:
    chains = None if variant.chains is None or like is None else _with_chains(variant.chains, like)
    if chains is not None:
        return chains
    low, high = (variant.network(batch) for batch in REFERENCE_BATCHES)
    if [r.kind for r in low.regions] != [r.kind for r in high.regions] or len(low.tensors) != len(high.tensors):
        high = low  # The batch changes how regions form: the relaxation then keeps the sizes of the first.
    return _Reference(REFERENCE_BATCHES, (low, high))


def _with_chains(chains: Callable[[int], Chainable], like: Machine) -> _Reference | None:
    """The network with those chains of ``like`` that it could have at half its batch, or twice that, too; None where
    that is none, or the network does not go onto ``like``."""
    batch = int(like.native_batch)
    if batch == 1:
        return None  # Where all is of size 1 that is of the batch's size, chains are cut along other dimensions.
    batches = (batch // 2, batch) if batch > REFERENCE_BATCHES[0] else (batch, 2 * batch)
    first, second = (chains(size) for size in batches)
    here, other = (second, first) if batches[1] == batch else (first, second)
    try:
        chosen = chooser_of(here)(like).chains
    except NoMappingError:
        return None
    own, theirs = in_both(chosen, here, other)
    networks = (chained(first, own if here is first else theirs), chained(second, own if here is second else theirs))
    one, two = (expand(network) for network in networks)
    alike = [r.kind for r in one.network.regions] == [r.kind for r in two.network.regions]
    if not own or not alike or [h[:2] for h in one.held] != [h[:2] for h in two.held]:
        return None
    return _Reference(batches, networks)


def _row(region: RegionWork, tech: Technology) -> Row:
    assert region.contraction is not None, "asked of contractions only"
    return region.contraction, region.vector.rows, vector_cycles(region.vector, tech)


def _moved(low: Row, high: Row, batches: tuple[int, int]) -> tuple[Row, Row]:
    """What is affine through two batches, at the reference batches."""
    if batches == REFERENCE_BATCHES:
        return low, high
    first, second = (_line(low, high, at_batch(batch, batches)) for batch in REFERENCE_BATCHES)
    return first, second


def _line(low: Row, high: Row, mixed: AtBatch) -> Row:
    bounds = tuple(mixed(one, two) for one, two in zip(low[0].bounds, high[0].bounds, strict=True))
    sizes = {
        name: mixed(getattr(low[1], name), getattr(high[1], name))
        for name in ("rescan_bytes", "kept_bytes", "row_bytes")
    }
    return replace(low[0], bounds=bounds), replace(low[1], **sizes), mixed(low[2], high[2])
