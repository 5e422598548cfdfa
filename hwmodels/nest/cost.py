"""Cycles and energy of counted accesses."""

from __future__ import annotations

from typing import NamedTuple

from hwmodels.arrays import namespace
from hwmodels.nest.counts import Counts
from hwmodels.nest.records import Level
from hwmodels.records import Array


class Cost(NamedTuple):
    """What a mapping takes; each [...]."""

    cycles: Array
    level_cycles: tuple[Array, ...]
    """What each level would take, outermost first."""
    energy_j: Array
    level_j: tuple[Array, ...]


def cost(counts: Counts, levels: tuple[Level, ...], mac_j: Array = 0.0) -> Cost:
    """Cycles, the slowest of compute and of each level's bandwidths, all overlapped; and the energy of all accesses.

    Words per cycle are those of an instance, accesses the mean over the instances that work; an access moves a block of
    ``block_words``.
    """
    cycles, energies = [], []
    for level, row in zip(levels, counts.levels, strict=True):
        read: Array = 0.0
        written: Array = 0.0
        energy: Array = 0.0
        for access in row:
            if access is None:
                continue
            read = read + access.reads / access.instances
            written = written + (access.fills + access.updates) / access.instances
            words = access.reads * level.read_j + access.fills * level.fill_j + access.updates * level.update_j
            energy = energy + words / level.block_words
        cycles.append(
            _greatest(
                counts.steps,
                read / level.read_words_per_cycle,
                written / level.write_words_per_cycle,
                (read + written) / level.shared_words_per_cycle,
            )
        )
        energies.append(energy)
    total = _greatest(*cycles)
    return Cost(total, tuple(cycles), counts.macs * mac_j + sum(energies), tuple(energies))


def _greatest(first: Array, *others: Array) -> Array:
    for other in others:
        first = namespace(first, other).maximum(first, other)
    return first
