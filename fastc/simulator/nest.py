"""The loops of a schedule, run: every step of the nest, the tile that it works on, and which tiles change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from dialects.sched import DIMS, ContractionFacts, Level, Loop, Operand, Schedule
from dialects.sched.facts import REDUCTION, RELEVANT

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

MOST_STEPS = 1 << 22
"""A nest with more steps than this is refused: it does not fit memory."""

RELEVANT_COLUMNS: Mapping[Operand, list[int]] = {
    operand: [DIMS.index(dim) for dim in DIMS if dim in dims] for operand, dims in RELEVANT.items()
}
"""Columns of a table of positions that each operand depends on."""

REDUCTION_COLUMNS = [DIMS.index(dim) for dim in DIMS if dim in REDUCTION]


class TooManyStepsError(Exception):
    """The nest has more than ``MOST_STEPS``."""

    def __init__(self, steps: int) -> None:
        super().__init__(f"its loops make {steps} steps, more than {MOST_STEPS}; make the tiles bigger")


@dataclass(frozen=True)
class Nest:
    """T steps over the tiles that come to the PEs, in order, within G steps over global tiles."""

    start: Ints
    """[T, 8] where the tile of each step begins, in the order of ``DIMS``."""
    shape: Ints
    """[T, 8] its extents."""
    outer: Ints
    """[T] index of the global step of each step."""
    outer_start: Ints
    """[G, 8] as ``start``, of the global tiles."""
    outer_shape: Ints
    """[G, 8]"""
    bounds: Ints
    """[8] of the contraction."""

    def changes(self, operand: Operand) -> Ints:
        """Steps whose tile of ``operand`` is another than that of the step before, the first among them."""
        return _changes(self.start[:, RELEVANT_COLUMNS[operand]])

    def outer_changes(self, operand: Operand) -> Ints:
        """Steps whose global tile of ``operand`` is another than that of the step before, the first among them."""
        return _changes(self.outer_start[self.outer][:, RELEVANT_COLUMNS[operand]])

    @property
    def first_sums(self) -> Ints:
        """[T] 1 where a step adds the first products to its outputs, else 0."""
        return (self.start[:, REDUCTION_COLUMNS] == 0).all(axis=1).astype(np.int64)

    @property
    def last_sums(self) -> Ints:
        """[T] 1 where a step adds the last products to its outputs, else 0."""
        ends = self.start + self.shape == self.bounds
        return ends[:, REDUCTION_COLUMNS].all(axis=1).astype(np.int64)

    @property
    def outer_first_sums(self) -> Ints:
        """[T] as ``first_sums``, among the steps for which the global tile of outputs stays."""
        begins = self.start[:, REDUCTION_COLUMNS]
        return (begins == self._while_outputs_stay(np.minimum, begins)).all(axis=1).astype(np.int64)

    @property
    def outer_last_sums(self) -> Ints:
        """[T] as ``last_sums``, among the steps for which the global tile of outputs stays."""
        ends = (self.start + self.shape)[:, REDUCTION_COLUMNS]
        return (ends == self._while_outputs_stay(np.maximum, ends)).all(axis=1).astype(np.int64)

    def _while_outputs_stay(self, extreme: np.ufunc, values: Ints) -> Ints:
        at = self.outer_changes(Operand.Output)
        stays = np.diff(np.append(at, len(values)))
        return np.repeat(extreme.reduceat(values, at, axis=0), stays, axis=0)


def _changes(positions: Ints) -> Ints:
    moved = (positions[1:] != positions[:-1]).any(axis=1)
    return np.concatenate([[0], np.flatnonzero(moved) + 1])


def run_loops(schedule: Schedule) -> Nest:
    """Every step of ``schedule`` over the tiles that cross the network on chip: L2's where there is an L2, else L1's.

    Raises ``TooManyStepsError``.
    """
    bounds = np.asarray(schedule.contraction.bounds, np.int64)
    inner_loops = schedule.loops.get(pe_level(schedule), ())
    outer_start, outer_shape = run_grid(bounds, schedule.loops.get(Level.Global, ()))
    # Inside an edge tile there are fewer steps; each shape is walked through once.
    shapes, which = np.unique(outer_shape, axis=0, return_inverse=True)
    which = which.reshape(-1)
    grids = [run_grid(shape, inner_loops) for shape in shapes]
    lengths = np.asarray([len(start) for start, _ in grids])[which]
    if lengths.sum() > MOST_STEPS:
        raise TooManyStepsError(int(lengths.sum()))
    outer = np.repeat(np.arange(len(outer_start)), lengths)
    return Nest(
        start=outer_start[outer] + np.concatenate([grids[index][0] for index in which]),
        shape=np.concatenate([grids[index][1] for index in which]),
        outer=outer,
        outer_start=outer_start,
        outer_shape=outer_shape,
        bounds=bounds,
    )


def pe_level(schedule: Schedule) -> Level:
    """The level whose tiles cross the network on chip."""
    named = {level for transfer in schedule.transfers for level in (transfer.source, transfer.destination)}
    return Level.L2 if Level.L2 in named or schedule.loops.get(Level.L2) else Level.L1


def run_grid(extents: Ints, loops: Sequence[Loop]) -> tuple[Ints, Ints]:
    """Starts and shapes of the tiles in which ``loops`` go through a block of ``extents``."""
    trips = [-(-int(extents[DIMS.index(loop.dim)]) // loop.step) for loop in loops]
    count = prod(trips)
    if count > MOST_STEPS:
        raise TooManyStepsError(count)
    start = np.zeros((count, len(DIMS)), np.int64)
    shape = np.tile(extents, (count, 1))
    index = np.arange(count)
    for loop, trip in zip(reversed(loops), reversed(trips), strict=True):
        column = DIMS.index(loop.dim)
        start[:, column] = index % trip * loop.step
        shape[:, column] = np.minimum(loop.step, extents[column] - start[:, column])
        index = index // trip
    return start, shape


def footprint_bytes(facts: ContractionFacts, operand: Operand, shape: Ints) -> np.ndarray:
    """[...] bytes of ``operand`` that tiles of ``shape`` [..., 8] need, an input's with its halo; not rounded."""
    g, n, p, q, k, c, r, s = (shape[..., column].astype(np.float64) for column in range(len(DIMS)))
    if operand == Operand.Weight:
        return facts.element_bytes[1] * g * k * c * r * s
    if operand == Operand.Output:
        return facts.element_bytes[2] * g * n * p * q * k
    rows = np.minimum((p - 1) * facts.stride[0] + (r - 1) * facts.dilation[0] + 1, p * r)
    columns = np.minimum((q - 1) * facts.stride[1] + (s - 1) * facts.dilation[1] + 1, q * s)
    return facts.element_bytes[0] * g * n * c * rows * columns
