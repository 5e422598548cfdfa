"""Which recipes can still be the best of a contraction, told before any is costed.

Engine, grid and the depth of L1's tiles alone decide what is on the PEs; orders of loops and tiles of the global buffer
multiply them by 18. Many of these *choices* come to the same for a small contraction, and most are too slow by a bound
that costs next to nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hwmodels.access import distinct, footprint, traffic
from hwmodels.arrays import is_exact
from hwmodels.compute import VECTOR, VECTOR_OPS_PER_MAC, covering_steps
from hwmodels.contractions import ContractionTable
from hwmodels.recipes import RECIPE_SHAPE, OnPes, Recipe, fits, put_on_pes
from hwmodels.records import DIMS, Array, Machine
from hwmodels.template import noc_bytes_per_cycle, sustained_dram_bytes_per_s, vector_lanes

CHOICES_SHAPE = RECIPE_SHAPE[:4]
"""Engine, grid, ``c_level`` and ``k_level``."""

CHOICES = int(np.prod(CHOICES_SHAPE))

ONCE = (1.0, 1.0, 1.0)
"""How often each operand moves at least."""

EXTENTS = 6 * len(DIMS)
"""Numbers that tell what is on the PEs: of four axes and two tiles."""

MULTIPLIERS = np.random.default_rng(20).integers(1, 2**63, EXTENTS + 2, dtype=np.uint64) | np.uint64(1)
"""Of a hash of these, the engine and the contraction, in 64 bits. Two of 12,000 differ and collide once in 10^11
mappings, and then a mapping is lost, not wrong."""


PARTS = 2.0**20
"""While relaxed, extents that differ by less than this part of one are equal."""


class Shortlist(NamedTuple):
    """What the choices of each contraction take at least; each [contractions, CHOICES]."""

    engine_s: np.ndarray
    noc_s: np.ndarray
    dram_s: np.ndarray
    possible: np.ndarray
    """Whether its tiles fit the PEs' buffers, and no choice before it comes to the same."""
    engine: np.ndarray
    overflow: np.ndarray
    """Greatest ratio of a tile to the PEs' buffer that holds it."""


def shortlist(table: ContractionTable, machine: Machine, temperature: float = 0.0) -> Shortlist:
    """All choices of all contractions of ``table`` on ``machine``: every step of the array or of the vector unit once,
    nothing filled, drained or preloaded, every tile moved once, and the vector work beside behind what the vector unit
    multiplies, or while an array does. Relaxed, as ``scores`` is, any tile is possible."""
    count, wide = len(table.input_bytes), table.append_axes(len(CHOICES_SHAPE))
    levels = np.meshgrid(*(np.arange(size) for size in CHOICES_SHAPE), indexing="ij", sparse=True)
    first = np.zeros((1,) * (1 + len(CHOICES_SHAPE)), np.int64)
    recipe = Recipe(*(level[None] for level in levels), order=first, global_shape=first)
    pes = put_on_pes(recipe, wide, machine, temperature)
    steps = wide.bounds.map(
        lambda bound, tile, part: covering_steps(bound, tile, part, temperature), pes.l1, pes.spatial
    ).product()
    lanes = machine.array_columns * machine.vector_multiplier
    beside = wide.vector_cycles / vector_lanes(machine)
    on_vector = steps * VECTOR_OPS_PER_MAC / lanes + beside
    cycles = np.where(recipe.engine == VECTOR, on_vector, np.maximum(steps, beside))
    near, far = (
        traffic(wide, moved, ONCE) for moved in (distinct(wide, pes.l2, temperature), footprint(wide, wide.bounds))
    )

    def flat(values: Array) -> np.ndarray:
        return np.broadcast_to(values, (count, *CHOICES_SHAPE)).reshape(count, CHOICES)

    engine = flat(recipe.engine)
    return Shortlist(
        engine_s=flat(cycles / machine.clock_hz),
        noc_s=flat(sum(near) / (noc_bytes_per_cycle(machine) * machine.clock_hz)),
        dram_s=flat(sum(far) / sustained_dram_bytes_per_s(machine)),
        possible=(flat(fits(pes.overflow)) | (not is_exact(temperature)))
        & _first_of_its_like(pes, engine, temperature),
        engine=engine,
        overflow=flat(pes.overflow),
    )


def _first_of_its_like(pes: OnPes, engine: np.ndarray, temperature: float) -> np.ndarray:
    """[contractions, CHOICES] whether no choice before it puts the same on the PEs."""
    count, scale = len(engine), 1.0 if is_exact(temperature) else PARTS
    code = np.zeros((count, *CHOICES_SHAPE), np.uint64)
    extents = [np.asarray(extent) for part in (*pes.axes, pes.l1, pes.l2) for extent in part]
    for extent, multiplier in zip(extents, MULTIPLIERS, strict=False):
        code = code + (extent * scale).astype(np.uint64) * multiplier
    rows = np.arange(count, dtype=np.uint64)[:, None]
    code = code.reshape(count, CHOICES) + engine.astype(np.uint64) * MULTIPLIERS[-1] + rows * MULTIPLIERS[-2]
    result = np.zeros(count * CHOICES, bool)
    result[np.unique(code, return_index=True)[1]] = True
    return result.reshape(count, CHOICES)
