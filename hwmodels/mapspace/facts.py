"""What is the same of all tiles of a spatial assignment: cycles and bytes per what the lines of its dimensions say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from hwmodels.mapspace.costs import distinct_inputs, window_sum
from hwmodels.mapspace.cuts import Taps
from hwmodels.mapspace.spaces import BoxSpace
from hwmodels.mapspace.target import residences
from hwmodels.mapspace.tiles import RELEVANT, G, K, N, P, Q, R, S, buffer_bytes, product, window


class Facts(NamedTuple):
    """What is the same of all boxes of an assignment, beside what its lines say; [assignments]."""

    start: np.ndarray
    """Cycles that nothing overlaps."""
    vector: np.ndarray
    """Of the vector unit."""
    in_tiles: np.ndarray
    """1 where outputs leave, and the vector unit takes them, tile by tile; 0 where they may wait for each other."""
    dram: np.ndarray
    """Cycles of all traffic with DRAM, at least."""
    rows: np.ndarray
    """As ``Least``."""
    columns: np.ndarray
    busy: np.ndarray
    """Cycles that the engine takes in any case."""
    swap_rows: np.ndarray
    """Steps of the grid over what lies on the array's rows."""
    grid_k: np.ndarray
    bound_k: np.ndarray
    alone: np.ndarray
    """Cycles of the arrays with one column each."""
    near_in: np.ndarray
    """Cycles of the network for all inputs once, halos apart;"""
    near_weight: np.ndarray
    near_out: np.ndarray
    """for the contraction's outputs as partial sums;"""
    near_more: np.ndarray
    """for what moves beside;"""
    near_leaving: np.ndarray
    """for what of it leaves the PEs."""
    far_in: np.ndarray
    """The same of DRAM."""
    far_weight: np.ndarray
    far_leaving: np.ndarray
    tap_trips: np.ndarray
    """Tiles that taps are cut into;"""
    tap_passes: np.ndarray
    tap_stream: np.ndarray
    """steps in the last;"""
    tap_single: np.ndarray
    """and 1 where those of a tile are one step."""


class Rooms(NamedTuple):
    """Bytes that tiles of an assignment take of the memories' rooms, per what the lines say; [assignments]."""

    near_in: np.ndarray
    """Share of the PEs' inputs;"""
    near_weight: np.ndarray
    near_out: np.ndarray
    far_in: np.ndarray
    """of the global buffer."""
    far_weight: np.ndarray
    far_out: np.ndarray


LEAST_ROOM = 1e-30
"""Bytes of a room that is there."""


def facts_of(space: BoxSpace) -> Facts:
    problem, target, engine = space.problem, space.target, space.target.engines[space.group.engine]
    beside, near, far, sizes = problem.beside, problem.near, problem.far, problem.element_bytes
    bounds, count, link, dram = problem.bounds, len(space.cycles), target.link_rate, target.dram.total_rate
    outputs, weights = (float(product(problem.column, RELEVANT[operand])[0]) for operand in (2, 1))
    inputs = float(distinct_inputs(problem, np.ones((8, 1)))[0])
    rows = [dim for dim, name in enumerate("gnpqkcrs") if name in (engine.axes[-2] if engine.axes[-2] else "")]
    column = float(np.prod(target.axes[: target.grid_axes])) * engine.shape[0]
    numbers: dict[str, np.ndarray | float] = {
        "start": beside.start_cycles,
        "vector": beside.vector_cycles,
        "in_tiles": float(not beside.outputs_wait),
        "dram": space.least.dram_cycles,
        "rows": space.least.rows,
        "columns": space.least.columns,
        "busy": space.cycles if space.relaxed else 0.0,
        "swap_rows": product(np.ceil(problem.column / space.grid), rows) if rows else 1.0,
        "grid_k": space.grid[K],
        "bound_k": float(bounds[K]),
        "alone": float(np.prod(bounds)) / column if column else 0.0,
        "near_in": near.input * sizes[0] * _without_halos(space) / link,
        "near_weight": near.weight * sizes[1] * weights / link,
        "near_out": outputs * sizes[2] / link,
        "near_more": near.more_bytes / link,
        "near_leaving": near.leaving_bytes / link,
        "far_in": far.input * sizes[0] * inputs / dram,
        "far_weight": far.weight * sizes[1] * weights / dram,
        "far_leaving": far.leaving_bytes / dram,
        **_taps_of(space),
    }
    return Facts(**{name: np.broadcast_to(np.asarray(value, np.float64), count) for name, value in numbers.items()})


def _taps_of(space: BoxSpace) -> dict[str, np.ndarray]:
    """The last facts."""
    single = space.single_tap
    every = product(np.ceil(space.problem.column / space.spatial), (R, S))
    taps = float(space.problem.bounds[R] * space.problem.bounds[S])
    if space.target.has_l2 or space.relaxed:
        every = np.ones_like(single, float) if space.relaxed else every
        return {
            "tap_trips": np.where(single, taps, 1.0),
            "tap_passes": every,
            "tap_stream": np.ones_like(every),
            "tap_single": np.ones_like(every),
        }
    return {
        "tap_trips": np.where(single, taps, 1.0),
        "tap_passes": np.where(single, taps, every),
        "tap_stream": np.where(single, 1.0, every),
        "tap_single": np.where(single | (every == 1.0), 1.0, 0.0),
    }


def _axes(space: BoxSpace, taps_in_tile: bool) -> Iterator[tuple[int, bool, Taps]]:
    """Both axes of the input: the dimension, whether the lines know what it has, and its taps."""
    problem = space.problem
    kernel = problem.bounds[R] * problem.bounds[S] > 1
    for dim, taps in ((P, R), (Q, S)):
        count = problem.bounds[taps]
        held = count if taps_in_tile else 1
        yield (
            dim,
            kernel and problem.bounds[dim] > 1,
            Taps(count, held, problem.stride[dim - P], problem.dilation[dim - P]),
        )


def _without_halos(space: BoxSpace) -> np.ndarray:
    """[assignments] elements of the input, along axes that the lines know one."""
    bounds = space.problem.bounds
    if space.relaxed:
        return np.full(len(space.cycles), float(distinct_inputs(space.problem, np.ones((8, 1)))[0]))
    result = np.full(len(space.cycles), float(bounds[G] * bounds[N] * bounds[5]))
    for single in (False, True):
        for dim, known, taps in _axes(space, not single):
            if not known:
                turns = float(taps.number) / taps.in_tile
                positions = window_sum(bounds[dim], 1.0, taps.number, taps.stride, taps.dilation, turns)
                result[space.single_tap == single] *= positions
    return result


def rooms_of(space: BoxSpace) -> Rooms:
    problem, target, sizes = space.problem, space.target, space.problem.element_bytes
    held = np.where(space.single_tap, 1.0, float(problem.bounds[R] * problem.bounds[S]))
    inputs: np.ndarray = np.ones(len(space.cycles))
    for single in (False, True):
        for dim, known, taps in () if space.relaxed else _axes(space, not single):
            if not known and problem.bounds[dim] == 1:
                inputs[space.single_tap == single] *= window(np.ones(1), taps.in_tile, taps.stride, taps.dilation)
    parts = (inputs * sizes[0], held * sizes[1], np.full(len(held), sizes[2]))
    # All PEs' parts together are no smaller than the tile.
    pes = float(np.prod(target.axes[: target.grid_axes])) if space.relaxed and target.l1.per_pe else 1.0
    near = [part / max(room * pes, LEAST_ROOM) for part, room in zip(parts, target.l1.capacity_bytes, strict=True)]
    (holds,) = residences(target)
    room = max(min(target.buffer.capacity_bytes[0], problem.room_bytes), LEAST_ROOM)
    whole = sum(float(size[0]) for size in buffer_bytes(problem, problem.column, holds))
    takes = [hold and not there and whole > room for hold, there in zip(holds, problem.on_chip, strict=True)]
    return Rooms(*near, *(part * take / room for part, take in zip(parts, takes, strict=True)))
