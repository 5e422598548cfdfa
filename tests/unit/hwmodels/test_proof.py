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
from hwmodels.mapspace.boxes import Boxes, Stack
from hwmodels.mapspace.edges import promised_with_edges
from hwmodels.mapspace.promises import promised_in_room
from hwmodels.mapspace.proof import Case, Prover, least_of, prove
from hwmodels.mapspace.scouts import scouted
from hwmodels.mapspace.spaces import BoxSpace
from hwmodels.mapspace.target import Target
from hwmodels.mapspace.template import TilesOf, mapping_with
from hwmodels.mapspace.tiles import RELEVANT, C, Problem, R, S, footprints
from hwmodels.network import evaluate
from hwmodels.records import Machine, Mapping, Network, Placement, VectorWork

IN_DRAM = Placement(("dram",) * 3, 0.0, 0.0)


def cycles(network: Network, device: Machine, mappings: list[Mapping]) -> list[float]:
    """Of one run of the only region of ``network`` under each mapping."""
    many = replace(network, regions=network.regions * len(mappings))
    return [cost.latency_s * device.clock_hz for cost in evaluate(many, device, mappings, IN_DRAM).regions]


def bound(stack: Stack, box: Boxes) -> float:
    """Of one box, with what edges tell where that is one tile."""
    found = promised_in_room(stack, box, box.at(np.arange(0)))
    return float(promised_with_edges(stack, box, found)[0] if stack.single(box)[0] else found[0])


def some_box(stack: Stack, generator: np.random.Generator, *, single: bool = False) -> Boxes:
    """Of any assignment, between any two tiles in each dimension, or of one, with all taps or one."""
    whole = stack.everything(0)
    box = whole.at(np.asarray([generator.integers(len(whole.which))]))
    ends = np.sort(generator.integers(box.low, box.high + 1, size=(len(box.high), 2)), axis=1)
    return box._replace(low=ends[:, :1], high=ends[:, :1] if single else ends[:, 1:])


def some_mapping(stack: Stack, box: Boxes, device: Machine, generator: np.random.Generator) -> list[Mapping]:
    """A tile of the box, on axes that need not be filled, in any tile of the buffer, in nine orders; none where they do
    not fit."""
    problem, target = stack.spaces[0].problem, stack.target
    small, large = (tile[:, 0].astype(np.int64) for tile in stack.tiles(box))
    inner = generator.integers(small, large + 1).astype(np.float64)
    (extents,) = stack.extents(box.which)
    extents = np.minimum(extents, inner)
    extents = np.maximum(np.floor(extents * generator.choice((1.0, 1.0, 0.5), size=extents.shape)), 1.0)
    grid = extents[:2].prod(axis=0)
    part = np.ceil(inner / grid)[:, None]
    # A pool of all PEs keeps equal parts once.
    copies = [float(grid[list(dims)].prod()) if device.l1_shared else 1.0 for dims in RELEVANT]
    room = target.l1.capacity_bytes
    taken = [size * more for size, more in zip(footprints(problem, part), copies, strict=True)]
    if any(size > most for size, most in zip(taken, room, strict=True)):
        return []
    whole = problem.column[:, 0]
    outer = np.minimum(inner * generator.integers(1, 1 + np.ceil(whole / inner).astype(np.int64)), whole)
    if generator.integers(2):
        outer = whole.copy()
    outer[[R, S]] = whole[[R, S]]
    if device.global_buffer_bytes and sum(footprints(problem, outer[:, None])) > target.buffer.capacity_bytes[0]:
        return []
    tiles = TilesOf(problem, stack.spaces[0].group.engine, extents, inner, outer)
    return [mapping_with(tiles, device, "any", near, far) for near, far in itertools.product("mkc", repeat=2)]


def spaces(problem: Problem, target: Target, known: float) -> list[BoxSpace]:
    """Of all engines, with what is told of mappings that take ``known`` cycles."""
    least = least_of(problem, target, known)
    every = [BoxSpace.of(problem, target, group, least, 1e18) for group in spatial_groups(problem, target)]
    return [space for space in every if space is not None]


@given(machines(), st.sampled_from(sorted(MODELS)), st.integers(0, 10_000), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_no_mapping_in_a_box_is_faster(device: Machine, name: str, alu: int, seed: int) -> None:
    device = replace(device, l1_shared=seed % 2)
    network, generator = single(MODELS[name], VectorWork(alu=alu * 1_000)), np.random.default_rng(seed)
    (problem,) = region_problems(network, device)
    assert problem is not None
    target = template_machine(device)
    for every in spaces(problem, target, 1e15):
        # Of thousands of assignments a few.
        space = every.at(generator.integers(len(every.cycles), size=6))
        stack = Stack([space])
        for single_tile in (False, True, True):
            box = some_box(stack, generator, single=single_tile)
            mappings = some_mapping(stack, box, device, generator)
            if mappings:
                found = min(cycles(network, device, mappings))
                # What is told of mappings that are as fast as this one holds for it, too.
                told = replace(space, least=least_of(problem, target, found))
                assert bound(Stack([told]), box) <= found * (1 + 1e-9)
                together = told.together()
                alike = np.flatnonzero(together.single_tap == told.single_tap[box.which])
                relaxed = Stack([together])
                assert bound(relaxed, relaxed.everything(0).at(alike)) <= found * (1 + 1e-9)


@pytest.mark.parametrize("name", ["conv 3x3", "depthwise"])
def test_a_box_promises_no_more_than_its_halves(name: str) -> None:
    device, generator = machine(**with_l1(2**13)), np.random.default_rng(0)
    (problem,) = region_problems(single(MODELS[name]), device)
    assert problem is not None
    for space in spaces(problem, template_machine(device), 1e9):
        stack = Stack([space])
        for _ in range(60):
            box = some_box(stack, generator)
            if not stack.single(box)[0]:
                halves = stack.halves(box)
                assert bound(stack, box) <= min(bound(stack, half) for half in halves) * (1 + 1e-12)


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


def test_proofs_side_by_side_are_those_of_each_alone() -> None:
    target, cases = template_machine(machine(**with_l1(2**14))), list[Case]()
    for name in ("conv 3x3", "depthwise", "attention"):
        (problem,) = region_problems(single(MODELS[name], VectorWork(alu=1_000)), machine(**with_l1(2**14)))
        assert problem is not None
        cases.append(Case(problem, target, 1.5 * prove(problem, target, 1e9, 1).cycles, 10_000.0))
    together = Prover()
    leaves, least = together.scout(cases), together.least(cases)
    proved = together.prove([(case, case.known) for case in cases])
    for case in cases:
        alone = Prover()
        assert alone.least([case])[case] == least[case] <= proved[case, case.known].cycles
        found = alone.scout([case])[case]
        assert [leaf.cycles for leaf in found] == [leaf.cycles for leaf in leaves[case]]
        assert alone.prove([(case, case.known)])[case, case.known].cycles == proved[case, case.known].cycles


def test_scouts_find_tiles_that_differ_and_fit() -> None:
    device = machine(**with_l1(2**13))
    (problem,) = region_problems(single(MODELS["depthwise"], VectorWork(alu=1_000)), device)
    assert problem is not None
    stack = Stack(spaces(problem, template_machine(device), 1e9)[:1])
    tiles, promises = scouted(stack, 8)
    assert stack.single(tiles).all()
    assert stack.fits(tiles).all()
    assert len(promises) == 8
    assert len(set(promises.tolist())) == 8
    # Even tiles come before uneven ones that promise a little less.
    assert (promises[1:] > promises[:-1] / 1.02).all()
    assert [bound(stack, tiles.at(np.asarray([index]))) for index in range(8)] == promises.tolist()
    # Better than nearly all tiles that are drawn.
    generator = np.random.default_rng(0)
    drawn = [bound(stack, some_box(stack, generator, single=True)) for _ in range(300)]
    assert promises[0] <= np.quantile(drawn, 0.01)
