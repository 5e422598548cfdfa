"""What boxes of tiles promise: no mapping in a box is faster, whatever the cost model says of it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hardware_cases import MODELS, contraction, machine, machines, single, with_l1
from hypothesis import given, settings
from hypothesis import strategies as st

from hwmodels.mapspace import region_problems, template_machine
from hwmodels.mapspace.assignments import spatial_groups
from hwmodels.mapspace.boxes import Boxes, BoxSpace
from hwmodels.mapspace.proof import least_of, prove
from hwmodels.mapspace.template import TilesOf, mapping_with
from hwmodels.mapspace.tiles import C, Problem, R, S, footprints
from hwmodels.network import evaluate
from hwmodels.records import Machine, Mapping, Network, Placement, VectorWork

IN_DRAM = Placement(("dram",) * 3, 0.0, 0.0)


def cycles(network: Network, device: Machine, mappings: list[Mapping]) -> list[float]:
    """Of one run of the only region of ``network`` under each mapping."""
    many = replace(network, regions=network.regions * len(mappings))
    return [cost.latency_s * device.clock_hz for cost in evaluate(many, device, mappings, IN_DRAM).regions]


def some_box(space: BoxSpace, generator: np.random.Generator) -> Boxes:
    """Of any assignment, between any two tiles in each dimension, with all taps or one."""
    whole, _ = space.everything()
    box = whole.at(np.asarray([generator.integers(len(whole.which))]))
    ends = np.sort(generator.integers(0, box.high[:, 0, None] + 1, size=(len(box.high), 2)), axis=1)
    return box._replace(low=ends[:, :1], high=ends[:, 1:])


def some_mapping(
    space: BoxSpace, box: Boxes, device: Machine, problem: Problem, generator: np.random.Generator
) -> list[Mapping]:
    """A tile of the box, on axes that need not be filled, in any tile of the buffer, in nine orders; none where they do
    not fit."""
    small, large = (tile[:, 0].astype(np.int64) for tile in space.tiles(box))
    inner = generator.integers(small, large + 1).astype(np.float64)
    extents = np.minimum(space.group.extents[:, :, box.which[0]], inner)
    extents = np.maximum(np.floor(extents * generator.choice((1.0, 1.0, 0.5), size=extents.shape)), 1.0)
    part = np.ceil(inner / extents[:2].prod(axis=0))[:, None]
    room = space.target.l1.capacity_bytes
    if device.l1_shared or any(size > most for size, most in zip(footprints(problem, part), room, strict=True)):
        return []
    whole = problem.column[:, 0]
    outer = np.minimum(inner * generator.integers(1, 1 + np.ceil(whole / inner).astype(np.int64)), whole)
    outer[[R, S]] = whole[[R, S]]
    if device.global_buffer_bytes and sum(footprints(problem, outer[:, None])) > space.target.buffer.capacity_bytes[0]:
        return []
    tiles = TilesOf(problem, space.group.engine, extents, inner, outer)
    return [mapping_with(tiles, device, "any", near, far) for near, far in itertools.product("mkc", repeat=2)]


@given(machines(), st.sampled_from(sorted(MODELS)), st.integers(0, 10_000), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_no_mapping_in_a_box_is_faster(device: Machine, name: str, alu: int, seed: int) -> None:
    network, generator = single(MODELS[name], VectorWork(alu=alu * 1_000)), np.random.default_rng(seed)
    (problem,) = region_problems(network, device)
    assert problem is not None
    target = template_machine(device)
    for group in spatial_groups(problem, target):
        known = 1e15
        space = BoxSpace.of(problem, target, group, least_of(problem, target, known), known)
        assert space is not None
        for _ in range(3):
            box = some_box(space, generator)
            mappings = some_mapping(space, box, device, problem, generator)
            if mappings:
                found = min(cycles(network, device, mappings))
                # What is told of mappings that are as fast as this one holds for it, too.
                least = least_of(problem, target, found)
                (bound,) = replace(space, least=least).bound(box)
                assert bound <= found * (1 + 1e-9)
                together = replace(space, least=least).relaxed()
                if together is not None:
                    assert together.bound(together.everything()[0])[0] <= found * (1 + 1e-9)


def test_a_box_promises_no_less_than_its_halves() -> None:
    device = machine(**with_l1(2**13))
    (problem,) = region_problems(single(MODELS["conv 3x3"]), device)
    assert problem is not None
    target, generator = template_machine(device), np.random.default_rng(0)
    (space, *_) = (
        BoxSpace.of(problem, target, group, least_of(problem, target, 1e9), 1e9)
        for group in spatial_groups(problem, target)
    )
    assert space is not None
    for _ in range(50):
        box = some_box(space, generator)
        middle = (box.low + box.high) // 2
        dim = int(generator.integers(6))
        low, high = box.low.copy(), box.high.copy()
        low[dim], high[dim] = np.minimum(middle[dim] + 1, box.high[dim]), middle[dim]
        halves = [box._replace(high=high), box._replace(low=low)]
        assert space.bound(box)[0] <= min(space.bound(half)[0] for half in halves) * (1 + 1e-12)


def test_a_proof_to_the_last_cycle_by_hand() -> None:
    # One PE of 4 x 4: 8 rows by 4 channels through 4 inputs. Weights stay: 8 steps stream, and 4 cycles of preload,
    # which nothing hides, and 6 of skew lead and follow. Everything fits one tile: the network brings 64 + 32 bytes at
    # 16 a cycle before the array begins, and takes 64 bytes away behind it; DRAM likewise, at its rate.
    device = machine(pe_x=1, pe_y=1, array_rows=4, array_columns=4, dram_channels=8)
    network = single(contraction(n=8, k=4, c=4))
    (problem,) = region_problems(network, device)
    assert problem is not None
    assert problem.bounds[C] == 4
    target = template_machine(device)
    array, noc = 8 + 4 + 6, 4 + 2 + 4
    dram = (64 + 32 + 64) / target.dram.total_rate
    by_hand = problem.beside.start_cycles + array + noc + dram
    tiles = TilesOf(problem, 0, np.ones((4, 8)), problem.column[:, 0], problem.column[:, 0])
    tiles.spatial[2, C], tiles.spatial[3, 4] = 4, 4
    (found,) = cycles(network, device, [mapping_with(tiles, device, "weight_stationary", "m", "m")])
    assert found == pytest.approx(by_hand, rel=1e-12)
    proved = prove(problem, template_machine(device, "weight_stationary"), found, 1e5)
    assert proved.cycles <= found


def test_a_proof_that_ends_early_promises_less() -> None:
    network, device = single(contraction(n=1000, k=1000, c=672)), machine(**with_l1(2**17))
    (problem,) = region_problems(network, device)
    assert problem is not None
    target, known = template_machine(device), 1.02e-9 * device.clock_hz * 14_000
    full = prove(problem, target, known, 1e5)
    early = [prove(problem, target, known, budget).cycles for budget in (1, 1_000)]
    assert early[0] <= early[1] <= full.cycles < known
    # The most promising tiles come first, and none promises less than is proven.
    promised = [leaf.cycles for leaf in full.leaves]
    assert promised == sorted(promised)
    assert full.cycles <= promised[0]
