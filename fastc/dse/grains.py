"""The best machine with other sizes of PEs.

A few big PEs or many small ones can have the same multipliers, vector lanes and bytes of L1. Either kind is good where
all its parameters fit together, and everything between them is bad: no step, and seldom a child, leads from one to the
other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from fastc.dse.polish import COMPUTE, PE_BUFFERS, Climb, canonical
from fastc.dse.promise import Promise
from fastc.dse.records import Evaluation, Point, SearchProblem

FURTHEST = 3
"""Doublings or halvings of an array's rows, and of its columns."""

BESIDE = (0, -1, 1)
"""Doublings of the multipliers, of the vector lanes and of the channels of DRAM that are considered with each array."""

MOST_TRIALS = 0.08
"""Of the trials, at most, for one machine with other sizes of PEs: FAST's space has some thirty arrays for each."""


def regrain(best: Evaluation, climb: Climb, promise: Promise) -> list[Evaluation]:
    """Evaluate, for each other array, the most promising machine that ``regrained`` makes of ``best``."""
    chosen: list[Point] = []
    for alike in regrained(climb.problem, best.point):
        chosen += promise.order([point for point in alike if climb.worth_trying(point, best)])[:1]
    trials = climb.watch.options.trials
    points = promise.order(chosen)[: None if trials is None else int(MOST_TRIALS * trials)]
    found: list[Evaluation] = []
    for index, point in enumerate(points):
        if climb.over():
            break
        climb.watch.prefetch(points[index:])
        found.append(climb.watch.evaluate(point, "polish"))
    return found


def regrained(problem: SearchProblem, point: Point) -> list[list[Point]]:
    """``point`` with other arrays: for each the machines with half, as many or twice the multipliers, vector lanes and
    channels of DRAM, and as much L1 for a multiplier; those first that have as many. None where the space leaves no
    choice of what an array goes with."""
    pairs = zip(problem.space.parameters, point.values, strict=True)
    positions = {parameter.name: parameter.values.index(value) for parameter, (_, value) in pairs}
    if not positions.keys() >= {*COMPUTE, "vector_multiplier"}:
        return []
    found: list[list[Point]] = []
    for rows, columns in product(range(-FURTHEST, FURTHEST + 1), repeat=2):
        alike: dict[Point, None] = {}
        for multipliers, lanes, channels in product(BESIDE, repeat=3):
            # Lanes are those of all PEs: a multiple of their columns.
            shifts = {"array_rows": rows, "array_columns": columns, "dram_channels": channels}
            shifts |= dict.fromkeys(PE_BUFFERS, rows + columns) | {"vector_multiplier": rows + lanes - multipliers}
            changed = _on_grid(problem, point, positions, shifts, multipliers - rows - columns)
            if changed is not None:
                alike[changed] = None
        if alike and (rows or columns):
            found.append(list(alike))
    return found


def _on_grid(
    problem: SearchProblem, point: Point, positions: Mapping[str, int], shifts: Mapping[str, int], pes: int
) -> Point | None:
    """``point`` with ``shifts`` and 2^``pes`` times as many PEs, more or fewer along both axes of the grid, as evenly
    as is legal; None where nothing is."""
    parts = range(min(pes, 0), max(pes, 0) + 1)
    for part in sorted(parts, key=lambda part: abs(2 * part - pes)):
        values = _shifted(problem, positions, {**shifts, "pe_x": part, "pe_y": pes - part})
        if values is not None:
            return canonical(problem, replace(point, values=values))
    return None


def _shifted(
    problem: SearchProblem, positions: Mapping[str, int], shifts: Mapping[str, int]
) -> tuple[tuple[str, float], ...] | None:
    """Values so many legal ones further on, of PEs' buffers as far as there are some; None where others are not
    legal."""
    values: list[tuple[str, float]] = []
    for parameter in problem.space.parameters:
        at, last = positions[parameter.name] + shifts.get(parameter.name, 0), len(parameter.values) - 1
        if parameter.name in PE_BUFFERS:
            at = min(max(at, 0), last)
        if not 0 <= at <= last:
            return None
        values.append((parameter.name, parameter.values[at]))
    return tuple(values)
