"""How long one systolic array takes: streams that pass stationary operands, and what comes around each stream.

One operand is *stationary*: each cell holds an element (of a tile of weights or inputs, or of the sums of a tile of
outputs). The others *stream* by, one step a cycle. A *fold* is one stationary tile with its stream. Around it come

* the *skew*, the pipeline's fill and drain: the first cell is ``rows + columns - 2`` cycles ahead of the last;
* the *swap* of the stationary operand, which moves through the rows, one a cycle: weights and inputs are preloaded,
  finished sums are drained.

Each may overlap with the next fold or be exposed. All works on NumPy and JAX arrays, which broadcast; cycles are never
rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hwmodels.arrays import namespace
from hwmodels.records import ENGINES, Array

INPUT_STATIONARY = ENGINES.index("input_stationary")
OUTPUT_STATIONARY = ENGINES.index("output_stationary")


class Overlap(NamedTuple):
    """What of one fold goes on while the next one streams; each a bool (or array of bools)."""

    preload: Array
    """Weight- and input-stationary: the next operand enters behind the stream, into a second register of each cell."""
    drain: Array
    """Output-stationary: finished sums leave behind the next stream, from a second register of each cell."""
    skew: Array
    """The next stream follows at once; cells switch to the new operand as its first element reaches them."""
    sums_in_place: Array = False
    """Output-stationary: each sum is read from its cell in the cycle after its last term; there is no drain."""


PIPELINED = Overlap(preload=True, drain=True, skew=True)
"""Two registers for the stationary operand in each cell, as in a TPU's weight-stationary arrays."""

EXPOSED = Overlap(preload=False, drain=False, skew=False)
"""One register in each cell: fold after fold, each until the array is empty."""

SCALE_SIM = Overlap(preload=False, drain=False, skew=False, sums_in_place=True)
"""As SCALE-Sim v3's demand matrices are laid out (``scalesim/compute/systolic_compute_{ws,is,os}.py``)."""


class Folds(NamedTuple):
    """Folds with streams of the same length."""

    count: Array
    stream: Array
    """Cycles in which a new element enters each row."""


def _swap(dataflow: Array, rows: Array, overlap: Overlap) -> tuple[Array, Array]:
    """Cycles to exchange a stationary operand of ``rows``, and whether they overlap with a stream."""
    xp = namespace(dataflow, rows)
    sums = xp.asarray(dataflow) == OUTPUT_STATIONARY
    cycles = xp.where(sums & xp.asarray(overlap.sums_in_place), 0.0, 1.0) * rows
    return cycles, xp.where(sums, overlap.drain, overlap.preload)


def array_cycles(
    folds: Iterable[Folds],
    unpaired: Array,
    dataflow: Array,
    rows: Array,
    columns: Array,
    overlap: Overlap,
    moved_rows: Array | None = None,
) -> Array:
    """Cycles from the first element that enters an array of ``rows`` x ``columns`` cells to the last result.

    ``dataflow``: index into ``records.ENGINES`` (not the vector unit). ``unpaired``: length of the one stream that no
    swap overlaps with: the last for a preload (nothing is left to load), the first for a drain (nothing has ended).
    ``moved_rows``: rows through which the stationary operand moves, all unless given; edge folds, with fewer, take as
    long as whole ones. Results pass all rows in any case.
    """
    xp = namespace(unpaired, rows, columns, dataflow)
    swap, hidden = _swap(dataflow, rows if moved_rows is None else moved_rows, overlap)
    skew = rows + columns - 2.0
    exposed_skew = xp.where(overlap.skew, 0.0, skew)
    total = xp.where(overlap.skew, skew, 0.0) + xp.where(hidden, xp.minimum(swap, unpaired + exposed_skew), 0.0)
    for count, stream in folds:
        busy = stream + exposed_skew
        total = total + count * xp.where(hidden, xp.maximum(busy, swap), busy + swap)
    return total


def matmul_cycles(
    m: Array, n: Array, k: Array, dataflow: Array, rows: Array, columns: Array, overlap: Overlap
) -> Array:
    """Cycles of a product of [m, k] inputs and [k, n] weights on one array, each stationary tile held for all it
    serves.

    On rows and columns: k and n (weight-stationary, m streams), k and m (input-stationary, n streams), m and n
    (output-stationary, k streams).
    """
    xp = namespace(m, n, k, dataflow, rows, columns)
    flow = xp.asarray(dataflow)
    on_rows = xp.where(flow == OUTPUT_STATIONARY, m, k)
    on_columns = xp.where(flow == INPUT_STATIONARY, m, n)
    stream = xp.where(flow == OUTPUT_STATIONARY, k, xp.where(flow == INPUT_STATIONARY, n, m))
    count = xp.ceil(on_rows / rows) * xp.ceil(on_columns / columns)
    return array_cycles([Folds(count, stream)], stream, flow, rows, columns, overlap)
