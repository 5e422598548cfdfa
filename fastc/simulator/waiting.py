"""Outputs that wait: what the vector unit takes at once, and where rows wait that it goes through more than once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dialects.sched import DIMS, Operand, Schedule
from dialects.sched.facts import REDUCTION
from fastc.simulator.machine import Chip
from fastc.simulator.nest import RELEVANT_COLUMNS, Ints, Nest, footprint_bytes
from fastc.simulator.work import Moved, Rows, Work

ROW_SHARE = 0.5
"""Share of the global buffer that a region's own tiles and rows may take; the rest holds tensors that stay."""


class Units(NamedTuple):
    """Outputs that the vector unit works on together; [T] each."""

    elements: Ints
    """How many are complete, with all that they wait for, after each step."""
    enters: Ints
    """1 where a step begins a unit."""
    again: Moved
    """Bytes that going through rows again moves, of all units together."""


def completions(work: Work, schedule: Schedule, nest: Nest, is_complete: Ints, chip: Chip) -> Units:
    """The units of a contraction's outputs: single tiles, or tiles whose rows end together."""
    columns = RELEVANT_COLUMNS[Operand.Output]
    own = nest.shape[:, columns].prod(axis=1) * is_complete
    begins = np.zeros_like(own)
    begins[nest.changes(Operand.Output)] = 1
    rows = work.rows
    if rows is None:
        return Units(own, begins, Moved())
    if not rows.dims:
        return Units(own, begins, rescanned(rows, rows.row_bytes, rows.row_bytes, _operand_tiles(schedule, nest), chip))
    bars = [DIMS.index(dim) for dim in DIMS if dim in REDUCTION or dim in rows.dims]
    between = [column for column in columns if column not in bars]
    group = _groups(nest.start, between)
    elements, enters = _together(own, group)
    waiting = rows.kept_bytes * int(elements.max()) / int(own.sum())
    outer = _groups(nest.outer_start[nest.outer], between)
    waiting_outer = rows.kept_bytes * int(_together(own, outer)[0].max()) / int(own.sum())
    return Units(elements, enters, rescanned(rows, waiting, waiting_outer, _operand_tiles(schedule, nest), chip))


def _groups(start: Ints, between: list[int]) -> Ints:
    """[T] a number for each run of steps that ends all the rows it begins: rows are split by the dimensions ``between``
    them, as long as no step comes back to one."""
    keys, which = np.unique(start[:, between], axis=0, return_inverse=True)
    which = which.reshape(-1)
    last = np.zeros(len(keys), np.int64)
    last[which] = np.arange(len(which))
    # A run ends at a step after which nothing begun is open.
    open_until = np.maximum.accumulate(last[which])
    is_end = open_until == np.arange(len(which))
    return np.concatenate([[0], np.cumsum(is_end)[:-1]])


def _together(own: Ints, group: Ints) -> tuple[Ints, Ints]:
    """Elements of each group at its last step, and where groups begin."""
    sums = np.bincount(group, weights=own).astype(np.int64)
    ends = np.append(group[1:] != group[:-1], True)
    elements = np.where(ends, sums[group], 0)
    enters = np.concatenate([[1], ends[:-1].astype(np.int64)])
    return elements, enters


def _operand_tiles(schedule: Schedule, nest: Nest) -> float:
    """Bytes of double-buffered global tiles of input and weight."""
    largest = nest.outer_shape.max(axis=0)
    operands = (Operand.Input, Operand.Weight)
    return 2.0 * sum(float(footprint_bytes(schedule.contraction, operand, largest)) for operand in operands)


def rescanned(rows: Rows, at_pes: float, on_chip: float, tile_bytes: float, chip: Chip) -> Moved:
    """What going through rows again moves: nothing where what waits (``at_pes`` bytes) fits the PEs' output buffers
    twice; else rows wait in the global buffer (``on_chip`` bytes), beside tiles of ``tile_bytes``, or in DRAM."""
    if 2.0 * at_pes <= chip.output_bytes:
        return Moved()
    fits = 2.0 * on_chip <= chip.global_bytes * ROW_SHARE - tile_bytes
    return Moved(rows.rescan_bytes, 0.0 if fits else rows.rescan_bytes)
