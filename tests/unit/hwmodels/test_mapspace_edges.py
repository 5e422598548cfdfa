"""What edges of single tiles cost at least: against mappings with these tiles, in any order and cut in any way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

import numpy as np
import pytest
from hardware_cases import contraction, machine, single

from hwmodels.mapspace import region_problems, template_machine
from hwmodels.mapspace.assignments import spatial_groups
from hwmodels.mapspace.boxes import Boxes, Stack, stacks_of
from hwmodels.mapspace.edges import promised_with_edges
from hwmodels.mapspace.promises import promised
from hwmodels.mapspace.proof import least_of
from hwmodels.mapspace.spaces import BoxSpace
from hwmodels.mapspace.template import loop_order
from hwmodels.mapspace.tiles import Problem
from hwmodels.network import evaluate
from hwmodels.records import Machine, Mapping, Network, Placement, VectorWork

TRIED, PRICED, TIMES = 20_000, 200, 10
"""Tiles, those of which edges tell something that are priced, and mappings with each."""

ORDERS = ("mkc", "kmc", "mkc", "kmc", "mck", "kcm", "cmk", "ckm")
IN_DRAM = Placement(("dram",) * 3, 0.0, 0.0)
_GRID = {"pe_x": 2, "pe_y": 2, "dram_channels": 64}
CASES = {
    # 384 channels are three passes of 128, of which tiles of 256 take two and one.
    "wide": (contraction(n=2048, k=384, c=512), machine(array_rows=128, array_columns=128, **_GRID)),
    "narrow": (contraction(n=200, k=40, c=96), machine(array_rows=16, array_columns=8, **_GRID)),
    "rows and columns": (contraction(n=8, p=19, q=19, k=48, c=64), machine(array_rows=8, array_columns=16, **_GRID)),
}


def stacks(problem: Problem, device: Machine) -> Iterator[Stack]:
    """The tiles of all assignments of each engine that is an array."""
    target = template_machine(device)
    for group in spatial_groups(problem, target):
        space = BoxSpace.of(problem, target, group, least_of(problem, target, 1e12), 1e12)
        if space is not None and target.engines[group.engine].overlap is not None:
            yield stacks_of([space])[0][0]


def tiles_of(stack: Stack, count: int, rng: np.random.Generator) -> Boxes:
    """Any tiles of any assignments."""
    which = rng.integers(0, stack.low.shape[1], count)
    place = rng.integers(stack.low[:, which], stack.high[:, which] + 1)
    return Boxes(which, place, place)


def alike(bound: int, unit: int, tile: int, rng: np.random.Generator) -> int:
    """A tile that counts as ``tile``: no smaller, of as many trips, and of no fewer passes and steps in the last."""

    def told(extent: int) -> tuple[int, int, int]:
        trips = ceil(bound / extent)
        last = ceil((bound - (trips - 1) * extent) / unit)
        return trips, (trips - 1) * ceil(extent / unit) + last, last

    trips, passes, last = told(tile)
    others = [t for t in range(tile, bound + 1) if told(t)[0] == trips and told(t)[1] >= passes and told(t)[2] >= last]
    return int(rng.choice([tile, *others]))


def mapping_of(stack: Stack, tiles: Boxes, index: int, rng: np.random.Generator) -> Mapping:
    """One with the tile at ``index``, or one that counts as it, and anything else."""
    extents = stack.extents(tiles.which[index : index + 1])[0]
    bounds = stack.spaces[0].problem.bounds
    inner = np.asarray(bounds)
    for dim, line, place in zip(stack.dims, stack.lines, tiles.low[:, index], strict=True):
        inner[dim] = alike(bounds[dim], int(line.unit[place]), int(line.tile[place]), rng)
    whole = np.ceil(np.asarray(bounds) / inner).astype(np.int64)
    outer = np.minimum(inner * rng.integers(1, whole + 1), bounds)
    near, far = (loop_order(str(rng.choice(ORDERS))) for _ in range(2))
    spatial = np.minimum(extents, inner).astype(np.int64)
    return Mapping(stack.spaces[0].group.engine, spatial, inner, inner, outer, near, near, far)


def cycles(network: Network, device: Machine, mappings: list[Mapping]) -> np.ndarray:
    many = replace(network, regions=network.regions * len(mappings))
    found = evaluate(many, device, mappings, IN_DRAM).regions
    return np.asarray([region.latency_s for region in found]) * device.clock_hz


@pytest.mark.parametrize("name", CASES)
def test_no_order_and_no_cut_takes_less_than_edges_tell(name: str) -> None:
    work, device = CASES[name]
    network, rng = single(work, VectorWork(alu=10_000)), np.random.default_rng(7)
    (problem,) = region_problems(network, device, IN_DRAM)
    assert problem is not None
    ratios: list[float] = []
    for stack in stacks(problem, device):
        tiles = tiles_of(stack, TRIED, rng)
        without = promised(stack, tiles)
        bound = promised_with_edges(stack, tiles, without)
        assert (bound >= without).all()
        told = np.repeat(np.flatnonzero(bound > without * 1.001)[:PRICED], TIMES)
        if len(told):
            taken = cycles(network, device, [mapping_of(stack, tiles, int(index), rng) for index in told])
            assert (bound[told] <= taken * (1 + 1e-9)).all()
            ratios += (taken / bound[told]).tolist()
    # Edges say something, and nearly what such mappings take.
    assert len(ratios) > 10 * TIMES
    assert min(ratios) < 1.03
