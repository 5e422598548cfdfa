"""The best machine as one of another kind: with other sizes of PEs, or another batch.

A few big PEs or many small ones can have the same multipliers, vector lanes and bytes of L1; a machine can keep what is
between regions on the chip, a few inferences at a time, or stream many. Each is good where all its parameters fit
together, and everything between them is bad: no step, and seldom a child, leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from fastc.dse.breed import best_first
from fastc.dse.polish import COMPUTE, PE_BUFFERS, Climb, canonical
from fastc.dse.promise import Promise
from fastc.dse.records import Evaluation, Point, SearchProblem

FURTHEST = 3
"""Doublings or halvings of an array's rows, and of its columns."""

BESIDE = (0, -1, 1)
"""Doublings of the multipliers, of the vector lanes and of the channels of DRAM that are considered with each array."""

BATCHES_APART = 2
"""Doublings of the batch between those that are tried; a step leads to what is between."""

BIGGEST = 3
"""Sizes of the global buffer that are tried with each batch, the biggest that go onto a chip within its limits."""

MOST_TRIALS = 0.08
"""Of the trials, at most, for one machine as others: FAST's space has some thirty arrays for each."""


def try_kinds(
    best: Evaluation, climb: Climb, promise: Promise, *, batches: bool = False, most: int | None = None
) -> list[Evaluation]:
    """Evaluate, for each other array (and with ``batches`` each batch and size of the global buffer), the most
    promising machine that ``regrained`` (and ``rebatched``) make of ``best``; of the arrays, and of the batches, only
    the ``most`` promising."""
    if (trials := climb.watch.options.trials) is not None:
        most = min(int(MOST_TRIALS * trials), trials if most is None else most)
    found = _try_each(regrained(climb.problem, best.point), best, climb, promise, most)
    if batches:
        best = best_first([best, *found], climb.prefers)[0]
        found += _try_each(rebatched(best, climb), best, climb, promise, most)
    return found


def _try_each(
    groups: Sequence[Sequence[Point]], best: Evaluation, climb: Climb, promise: Promise, most: int | None
) -> list[Evaluation]:
    """Evaluate the most promising of each of ``groups`` that is worth trying, at most ``most``, the most promising
    first."""
    group_of = {point: which for which, alike in enumerate(groups) for point in alike}
    chosen: dict[int, Point] = {}
    for point in promise.order(list(group_of)):
        if most is not None and len(chosen) >= most:
            break
        if group_of[point] not in chosen and climb.worth_trying(point, best):
            chosen[group_of[point]] = point
    return climb.evaluate(list(chosen.values()))


def rebatched(best: Evaluation, climb: Climb) -> list[list[Point]]:
    """``best`` with other batches, and for each with the biggest global buffers that are worth trying: machines with
    one of these and any number of channels of DRAM. None where the space does not leave the choice."""
    problem, values = climb.problem, dict(best.point.values)
    legal = {parameter.name: parameter.values for parameter in problem.space.parameters}
    if not legal.keys() >= {"native_batch", "global_buffer_bytes", "dram_channels"}:
        return []
    found: list[list[Point]] = []
    batches = legal["native_batch"]
    for batch in batches[batches.index(values["native_batch"]) % BATCHES_APART :: BATCHES_APART]:
        bigger: list[list[Point]] = []
        for size in reversed(legal["global_buffer_bytes"]):
            if len(bigger) == BIGGEST:
                break
            machines = (
                values | {"native_batch": batch, "global_buffer_bytes": size, "dram_channels": channels}
                for channels in legal["dram_channels"]
            )
            points = [replace(best.point, values=tuple(machine.items())) for machine in machines]
            alike = [point for point in points if climb.worth_trying(point, best)]
            if alike:
                bigger.append(alike)
        found += bigger
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
