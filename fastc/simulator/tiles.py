"""A contraction computed as its schedule says: tiles move between buffers, and only what is there is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from dialects.sched import DIMS, Level, Operand, Schedule, Tile
from dialects.sched.facts import LOOP_LEVELS
from fastc.simulator.nest import run_grid
from fastc.simulator.operands import Array, Operands, output_box, weight_box

SLOTS = 2
"""Tiles of an operand that a buffer holds: one in use, one that comes or goes."""

Box = tuple[slice, ...]


class ScheduleError(Exception):
    """A schedule does not compute its contraction; the message names operand and tile."""


@dataclass
class _Buffer:
    """The tiles of one operand at one level."""

    level: Level
    tiles: list[tuple[Box, Array]] = field(default_factory=list[tuple[Box, Array]])
    """The last ``SLOTS`` that have come."""

    def put(self, box: Box, tile: Array) -> None:
        """A tile comes; the oldest goes."""
        others = [(other, held) for other, held in self.tiles if other != box]
        self.tiles = [*others[1 - SLOTS :], (box, tile)]

    def get(self, operand: Operand, box: Box) -> Array:
        """The part ``box`` of a tile that is there. Raises ``ScheduleError``."""
        for held, tile in reversed(self.tiles):
            if all(a.start <= b.start and b.stop <= a.stop for a, b in zip(held, box, strict=True)):
                return tile[tuple(slice(b.start - a.start, b.stop - a.start) for a, b in zip(held, box, strict=True))]
        raise ScheduleError(f"the {operand} tile {_text(box)} is needed from {self.level}, where it is not")


def _text(box: Box) -> str:
    return "[" + ", ".join(f"{part.start}:{part.stop}" for part in box) + "]"


@dataclass
class _Sums:
    """Outputs at one level, as far as they are summed up."""

    sums: Array
    products: Array
    """How many products each holds."""


def contract(schedule: Schedule, operands: Operands, in_dram: dict[Operand, bool]) -> Array:
    """``output[g, n, p, q, k]``, tile by tile in the order of the loops.

    ``in_dram`` says of input and weight whether they come from DRAM, of the output whether it, or partial sums of it,
    go there; what does not is in the global buffer as a whole. Raises ``ScheduleError`` where a tile is computed whose
    operands are not there, where partial sums are lost, and where outputs lack products.
    """
    return _Run(schedule, operands, in_dram).result()


class _Run:
    def __init__(self, schedule: Schedule, operands: Operands, in_dram: dict[Operand, bool]) -> None:
        self.schedule, self.operands = schedule, operands
        self.arrays = {Operand.Input: operands.inputs, Operand.Weight: operands.weights}
        self.levels = [level for level in LOOP_LEVELS if self._is_used(level)]
        self.buffers = {(operand, level): _Buffer(level) for operand in self.arrays for level in self.levels}
        for operand, array in self.arrays.items():
            whole = tuple(slice(0, size) for size in array.shape)
            home = Level.Dram if in_dram[operand] else Level.Global
            self.buffers[operand, Level.Dram] = _Buffer(Level.Dram)
            # What is resident takes no slot.
            self.buffers[operand, home].tiles.append((whole, array))
            if home == Level.Global:
                self.buffers[operand, Level.Global] = _Resident(Level.Global, [(whole, array)])
        self.sums = self._empty()
        self.home = Level.Dram if in_dram[Operand.Output] else Level.Global
        self.here: dict[Level, tuple[Box, _Sums]] = {}
        """Outputs that are summed up at each level."""

    def _is_used(self, level: Level) -> bool:
        named = any(level in (transfer.source, transfer.destination) for transfer in self.schedule.transfers)
        return named or level == Level.L1 or bool(self.schedule.loops.get(level))

    def _empty(self) -> _Sums:
        b = self.schedule.contraction.bounds
        shape = (b.g, b.n, b.p, b.q, b.k)
        kind = np.result_type(self.operands.inputs, self.operands.weights)
        return _Sums(np.zeros(shape, kind), np.zeros(shape, np.int64))

    def result(self) -> Array:
        """Run all loops."""
        for boxes in self._steps(Tile(*(0,) * len(DIMS)), self.schedule.contraction.bounds, self.levels):
            self._step(boxes)
        self._leave(self.levels[0])
        b = self.schedule.contraction.bounds
        wanted = b.c * b.r * b.s
        wrong = np.argwhere(self.sums.products != wanted)
        if len(wrong):
            index = tuple(int(value) for value in wrong[0])
            raise ScheduleError(
                f"output {list(index)} is a sum of {int(self.sums.products[index])} products instead of {wanted}"
            )
        return self.sums.sums

    def _steps(self, start: Tile, end: Tile, levels: list[Level]) -> Iterator[list[tuple[Tile, Tile]]]:
        """For each innermost tile the tiles of all levels around it, as starts and ends."""
        if not levels:
            yield []
            return
        extents = np.asarray(end, np.int64) - np.asarray(start, np.int64)
        starts, shapes = run_grid(extents, self.schedule.loops.get(levels[0], ()))
        for offset, shape in zip(starts.tolist(), shapes.tolist(), strict=True):
            first = Tile(*(a + b for a, b in zip(start, offset, strict=True)))
            last = Tile(*(a + b for a, b in zip(first, shape, strict=True)))
            for rest in self._steps(first, last, levels[1:]):
                yield [(first, last), *rest]

    def _step(self, tiles: list[tuple[Tile, Tile]]) -> None:
        for operand in self.arrays:
            self._bring(operand, tiles)
        self._turn(tiles)
        start, end = tiles[-1]
        inputs, weights = (
            self.buffers[operand, Level.L1].get(operand, self._box(operand, start, end)) for operand in self.arrays
        )
        _, outputs = self.here[Level.L1]
        outputs.sums += _products(inputs, weights, self.operands, start, end)
        outputs.products += (end.c - start.c) * (end.r - start.r) * (end.s - start.s)

    def _box(self, operand: Operand, start: Tile, end: Tile) -> Box:
        if operand == Operand.Output:
            return output_box(start, end)
        return self.operands.input_box(start, end) if operand == Operand.Input else weight_box(start, end)

    def _bring(self, operand: Operand, tiles: list[tuple[Tile, Tile]]) -> None:
        """Transfers of an operand whose tile at the destination is another than before."""
        for level, (start, end) in zip(self.levels, tiles, strict=True):
            for transfer in self.schedule.transfers:
                if transfer.operand != operand or transfer.destination != level:
                    continue
                box = self._box(operand, start, end)
                buffer = self.buffers[operand, level]
                if not buffer.tiles or buffer.tiles[-1][0] != box:
                    buffer.put(box, self.buffers[operand, transfer.source].get(operand, box).copy())

    def _turn(self, tiles: list[tuple[Tile, Tile]]) -> None:
        """Outputs that the loops leave go outward, those that they enter come in, with what is summed up of them."""
        for level, (start, end) in zip(self.levels, tiles, strict=True):
            box = output_box(start, end)
            if level in self.here and self.here[level][0] == box:
                continue
            if level in self.here:
                self._leave(level)
            self.here[level] = (box, self._enter(level, box))

    def _enter(self, level: Level, box: Box) -> _Sums:
        around, held = self._outside(level)
        inside = tuple(slice(b.start - a.start, b.stop - a.start) for a, b in zip(around, box, strict=True))
        return _Sums(held.sums[inside].copy(), held.products[inside].copy())

    def _outside(self, level: Level) -> tuple[Box, _Sums]:
        """The outputs one level out: those in its buffer, or all of them."""
        index = self.levels.index(level)
        if index == 0:
            return tuple(slice(0, size) for size in self.sums.sums.shape), self.sums
        return self.here[self.levels[index - 1]]

    def _leave(self, level: Level) -> None:
        """The outputs at ``level``, and before them those further in, go one level out."""
        index = self.levels.index(level)
        if index + 1 < len(self.levels) and self.levels[index + 1] in self.here:
            self._leave(self.levels[index + 1])
        box, held = self.here.pop(level)
        outer = Level.Dram if index == 0 else self.levels[index - 1]
        stays = index == 0 and self.home == level
        moved = any(
            (transfer.operand, transfer.source, transfer.destination) == (Operand.Output, level, outer)
            for transfer in self.schedule.transfers
        )
        b = self.schedule.contraction.bounds
        is_complete = bool((held.products == b.c * b.r * b.s).all())
        if not moved and not (stays and is_complete):
            what = "outputs" if is_complete else "partial sums"
            raise ScheduleError(f"{what} {_text(box)} leave {level}, and no transfer takes them")
        around, target = self._outside(level)
        inside = tuple(slice(b.start - a.start, b.stop - a.start) for a, b in zip(around, box, strict=True))
        target.sums[inside], target.products[inside] = held.sums, held.products


class _Resident(_Buffer):
    """A whole tensor that stays: tiles come and go beside it."""

    def put(self, box: Box, tile: Array) -> None:
        raise ScheduleError(f"tile {_text(box)} comes to {self.level}, where the whole tensor is")


def _products(inputs: Array, weights: Array, operands: Operands, start: Tile, end: Tile) -> Array:
    """[g, n, p, q, k] sums of one tile's products."""
    p, q = end.p - start.p, end.q - start.q
    (rows, columns), (row_taps, column_taps) = operands.stride, operands.dilation
    g, n, k = inputs.shape[0], inputs.shape[1], weights.shape[1]
    total = np.zeros((g, n * p * q, k), np.result_type(inputs, weights))
    for r in range(weights.shape[3]):
        for s in range(weights.shape[4]):
            first, left = r * row_taps, s * column_taps
            seen = inputs[
                :, :, first : first + (p - 1) * rows + 1 : rows, left : left + (q - 1) * columns + 1 : columns
            ]
            total += seen.reshape(g, n * p * q, -1) @ weights[:, :, :, r, s].transpose(0, 2, 1)
    return total.reshape(g, n, p, q, k)
