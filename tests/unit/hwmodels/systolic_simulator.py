"""A slow systolic array, for the tests: values move from cell to cell, one cell a cycle, and hazards are found.

It knows no formula: the controllers try each start, cycle after cycle, until nothing collides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


class HazardError(Exception):
    """Two values want one register, or a value is not there in time."""


@dataclass
class Plan:
    """When each fold's swap of the stationary operand and its stream begin, in cycles."""

    swaps: list[int] = field(default_factory=list)
    streams: list[int] = field(default_factory=list)


@dataclass
class Cell:
    """One multiplier with its registers; all carry the fold that their value belongs to."""

    active: tuple[int, float] | None = None
    """The stationary element in use, or the sum that grows."""
    spare: tuple[int, float] | None = None
    """The stationary element after it."""
    finished: tuple[int, int, float] | None = None
    """A finished sum, with the row that made it."""
    right: tuple[int, float, bool] | None = None
    """On its way right; whether it is its stream's last."""
    down: tuple[int, float] | None = None
    """A partial sum or a streaming element on its way down."""
    loading: tuple[int, float, int] | None = None
    """A stationary element on its way down to a row."""


def entering(cycle: int, starts: list[int], lengths: list[int]) -> tuple[int, int] | None:
    """(fold, step) that enters at ``cycle``, or None."""
    spans = enumerate(zip(starts, lengths, strict=False))
    found = [(fold, cycle - start) for fold, (start, length) in spans if 0 <= cycle - start < length]
    if len(found) > 1:
        raise HazardError("two streams at one edge")
    return found[0] if found else None


@dataclass
class Simulation:
    """Folds on one array: ``left`` [steps, rows] enters at the rows; ``top`` at the columns, to stay ([rows, columns])
    or to stream ([steps, columns])."""

    left: list[np.ndarray]
    top: list[np.ndarray]
    plan: Plan
    spare: bool
    """Whether a second register holds the next stationary element, or the finished sum."""
    skewed: bool
    """Whether column c swaps c cycles after the first."""

    def __post_init__(self) -> None:
        self.rows, self.columns = self.left[0].shape[1], self.top[0].shape[1]
        self.lengths = [len(stream) for stream in self.left]
        self.cells = [[Cell() for _ in range(self.columns)] for _ in range(self.rows)]
        self.places = [(r, c) for r in range(self.rows) for c in range(self.columns)]
        self.last = 0

    def cycles(self) -> range:
        """All cycles in which something may move."""
        ends = [start + self.rows for start in self.plan.swaps]
        ends += [start + length for start, length in zip(self.plan.streams, self.lengths, strict=False)]
        return range(max(ends) + self.rows + self.columns)

    def from_left(self, cycle: int, row: int) -> tuple[int, float, bool] | None:
        step = entering(cycle - row, self.plan.streams, self.lengths)
        return step and (step[0], self.left[step[0]][step[1], row], step[1] == self.lengths[step[0]] - 1)

    def swapping(self, cycle: int, column: int) -> tuple[int, int] | None:
        late = column if self.skewed else 0
        return entering(cycle - late, self.plan.swaps, [self.rows] * len(self.plan.swaps))


class StationaryWeights(Simulation):
    """``top`` stays, partial sums move down."""

    def run(self) -> tuple[list[np.ndarray], int]:
        """Outputs [steps, columns] of each fold, and the cycles in all."""
        outputs = [np.full((steps, self.columns), np.nan) for steps in self.lengths]
        done = [[0] * self.columns for _ in self.lengths]
        for cycle in self.cycles():
            before = [[(cell.right, cell.down, cell.loading) for cell in row] for row in self.cells]
            for r, c in self.places:
                cell = self.cells[r][c]
                cell.loading = before[r - 1][c][2] if r else self.from_top(cycle, c)
                cell.right = before[r][c - 1][0] if c else self.from_left(cycle, r)
                cell.down = self.multiply(cell, before[r - 1][c][1] if r else None)
                self.latch(cell, r)
                if r == self.rows - 1 and cell.down:
                    fold, value = cell.down
                    outputs[fold][done[fold][c], c] = value
                    done[fold][c] += 1
                    self.last = cycle + 1
        return outputs, self.last

    def from_top(self, cycle: int, column: int) -> tuple[int, float, int] | None:
        load = self.swapping(cycle, column)
        row = self.rows - 1 - load[1] if load else 0
        return load and (load[0], self.top[load[0]][row, column], row)

    def multiply(self, cell: Cell, above: tuple[int, float] | None) -> tuple[int, float] | None:
        if cell.right is None:
            return None
        fold, value, _ = cell.right
        if cell.active is None or cell.active[0] != fold:
            if cell.spare is None or cell.spare[0] != fold:
                raise HazardError("the stream meets another fold's weight")
            cell.active, cell.spare = cell.spare, None
        assert above is None or above[0] == fold
        return fold, (above[1] if above else 0.0) + value * cell.active[1]

    def latch(self, cell: Cell, row: int) -> None:
        if cell.loading is None or cell.loading[2] != row:
            return
        if not self.spare:
            cell.active = cell.loading[:2]
        elif cell.spare is not None:
            raise HazardError("the weight before it is not in use yet")
        else:
            cell.spare = cell.loading[:2]


@dataclass
class StationarySums(Simulation):
    """Both operands stream; finished sums wait in the spare register (without one: in their own), and those of a fold
    move down through the rows once its swap begins."""

    in_place: bool = False
    """Sums are read where they are, at once."""

    def run(self) -> tuple[list[np.ndarray], int]:
        """Outputs [rows, columns] of each fold, and the cycles in all."""
        self.outputs = [np.full((self.rows, self.columns), np.nan) for _ in self.lengths]
        for cycle in self.cycles():
            occupied = [[cell.finished is not None for cell in row] for row in self.cells]
            for c in range(self.columns):
                self.drain(cycle, c)
            before = [[(cell.right, cell.down) for cell in row] for row in self.cells]
            for r, c in self.places:
                cell = self.cells[r][c]
                cell.right = before[r][c - 1][0] if c else self.from_left(cycle, r)
                cell.down = before[r - 1][c][1] if r else self.from_top(cycle, c)
                if cell.right and not self.spare and occupied[r][c]:
                    raise HazardError("the sum before it is still there, or moves on in this cycle")
                self.add(cell, r, c, cycle)
        return self.outputs, self.last

    def from_top(self, cycle: int, column: int) -> tuple[int, float] | None:
        step = entering(cycle - column, self.plan.streams, self.lengths)
        return step and (step[0], self.top[step[0]][step[1], column])

    def add(self, cell: Cell, row: int, column: int, cycle: int) -> None:
        if cell.right is None:
            return
        fold, value, is_last = cell.right
        assert cell.down is not None
        assert cell.down[0] == fold
        grown = (cell.active[1] if cell.active else 0.0) + value * cell.down[1]
        cell.active = None if is_last else (fold, grown)
        if is_last and self.in_place:
            self.outputs[fold][row, column] = grown
            self.last = cycle + 1
        elif is_last:
            if cell.finished is not None:
                raise HazardError("the finished sum before it is still there")
            cell.finished = (fold, row, grown)

    def drain(self, cycle: int, column: int) -> None:
        swap = self.swapping(cycle, column)
        if swap is None:
            return
        leaving = self.cells[-1][column].finished
        if leaving is None or leaving[:2] != (swap[0], self.rows - 1 - swap[1]):
            raise HazardError("the sum that should leave is not there")
        self.outputs[leaving[0]][leaving[1], column] = leaving[2]
        self.last = cycle + 1
        self.cells[-1][column].finished = None
        for r in range(self.rows - 1, 0, -1):
            above = self.cells[r - 1][column].finished
            if above is not None and above[0] == swap[0]:
                self.cells[r][column].finished, self.cells[r - 1][column].finished = above, None


def earliest(attempt: Callable[[], int], starts: list[int], first: int) -> int:
    """Append to ``starts`` the least from ``first`` for which ``attempt`` finds no hazard; returns what it returns."""
    starts.append(first)
    for _ in range(200):
        try:
            return attempt()
        except HazardError:
            starts[-1] += 1
    raise AssertionError("no start works")


def weight_cycles(
    left: list[np.ndarray], top: list[np.ndarray], *, preload: bool, skew: bool
) -> tuple[list[np.ndarray], int]:
    """Outputs of each fold and cycles of the fastest order with stationary weights; ``preload`` and ``skew``: what may
    overlap."""
    plan, done = Plan(), 0

    def attempt() -> int:
        return StationaryWeights(left, top, plan, preload, skew).run()[1]

    for fold in range(len(left)):
        over = plan.streams[-1] + len(left[fold - 1]) if fold else 0
        earliest(attempt, plan.swaps, 0 if preload else over if skew else done)
        done = earliest(attempt, plan.streams, over if skew else max(over, done))
    return StationaryWeights(left, top, plan, preload, skew).run()


def sum_cycles(
    left: list[np.ndarray], top: list[np.ndarray], *, drain: bool, skew: bool, in_place: bool
) -> tuple[list[np.ndarray], int]:
    """As ``weight_cycles``, with stationary sums, which leave as early as they can."""
    plan, done = Plan(), 0

    def attempt() -> int:
        return StationarySums(left, top, plan, drain, skew, in_place).run()[1]

    for fold in range(len(left)):
        over = plan.streams[-1] + len(left[fold - 1]) if fold else 0
        earliest(attempt, plan.streams, over if skew else max(over, done))
        computed = plan.streams[-1] + len(left[fold]) + left[0].shape[1] + top[0].shape[1] - 2
        leaving = computed if in_place else earliest(attempt, plan.swaps, 0)
        done = computed if drain else leaving
    return StationarySums(left, top, plan, drain, skew, in_place).run()
