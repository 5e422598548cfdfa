"""The optimal mapper on whole regions: against every mapping of small ones, the recipes, and the cost model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, prod

import numpy as np
import pytest
from hardware_cases import MODELS, contraction, machine, machines, single, with_l1
from hypothesis import given, settings
from hypothesis import strategies as st

from hwmodels.mapper import NoMappingError
from hwmodels.mapper import map_network as map_by_recipe
from hwmodels.mapspace import Objective, map_network, mapping_of, quick_map_network, region_problems, template_machine
from hwmodels.mapspace.proof import prove
from hwmodels.mapspace.search import Search
from hwmodels.network import evaluate
from hwmodels.records import (
    DIMS,
    ENGINES,
    Contraction,
    Machine,
    Mapping,
    Network,
    Placement,
    RegionCost,
    Rows,
    Space,
    VectorWork,
)
from hwmodels.template import TILE_SHARE

SPACES: tuple[Space, ...] = ("dram", "global")
OPERAND_DIMS = ("gnpqcrs", "gkcrs", "gnpqk")
NESTS = tuple(np.asarray([DIMS.index(d) for d in order]) for order in ("gkcrsnpq", "gcrsnpqk", "gknpqcrs"))
ON_ARRAY = (("c", "k"), ("c", "n"), ("n", "k"), ("", ""))
"""What a matrix product lays on rows and columns, by engine."""


def costs(network: Network, device: Machine, mappings: Sequence[Mapping], placement: Placement) -> list[RegionCost]:
    """The only region of ``network`` under each of ``mappings``."""
    many = replace(network, regions=network.regions * len(mappings))
    return list(evaluate(many, device, mappings, placement).regions)


def objectives(found: Sequence[RegionCost], objective: Objective) -> list[float]:
    return [
        {"latency": cost.latency_s, "energy": cost.energy_j, "edp": cost.latency_s * cost.energy_j}[objective]
        for cost in found
    ]


def tile_bytes(tile: Sequence[int], operand: int) -> int:
    """Of a matrix product in bf16."""
    return 2 * prod(extent for dim, extent in zip(DIMS, tile, strict=True) if dim in OPERAND_DIMS[operand])


def fits_pes(device: Machine, tile: Sequence[int], grid: Sequence[int], sizes: Sequence[float], shared: float) -> bool:
    """Whether each PE's part of ``tile`` takes half of its buffers; a shared pool holds equal parts once."""
    part = [ceil(extent / across) for extent, across in zip(tile, grid, strict=True)]
    pes = device.pe_x * device.pe_y
    for operand, size in enumerate(sizes):
        parts = prod(across for dim, across in zip(DIMS, grid, strict=True) if dim in OPERAND_DIMS[operand])
        if tile_bytes(part, operand) * (parts if shared else 1) > size * (pes if shared else 1) / 2:
            return False
    return True


def spreads(bounds: Sequence[int], size: int, dims: str) -> list[tuple[int, ...]]:
    limits = [bound if dim in dims else 1 for dim, bound in zip(DIMS, bounds, strict=True)]
    return [e for e in itertools.product(*(range(1, limit + 1) for limit in limits)) if prod(e) <= size]


def chains(bound: int, *, l2: bool) -> list[tuple[int, int, int]]:
    """Tiles of L1, L2 and the global buffer, each but the first of whole ones of the one before or cut off."""
    found = set()
    for inner in range(1, bound + 1):
        for middle in range(inner, bound + 1) if l2 else (inner,):
            found |= {(inner, middle, min(bound, middle * count)) for count in range(1, bound + 1)}
    return sorted(found)


def every_mapping(work: Contraction, device: Machine, spaces: Sequence[Space]) -> Iterator[Mapping]:
    """All mappings of a small matrix product that fit, with the loops of one class innermost in each nest."""
    l1 = (device.l1_input_bytes, device.l1_weight_bytes, device.l1_output_bytes)
    multipliers = (device.l2_input_multiplier, device.l2_weight_multiplier, device.l2_output_multiplier)
    l2 = [size * multiplier for size, multiplier in zip(l1, multipliers, strict=True)]
    room = device.global_buffer_bytes * TILE_SHARE / 2
    tilings = [
        tuple(zip(*chain, strict=True))
        for chain in itertools.product(*(chains(bound, l2=device.l2_enabled > 0) for bound in work.bounds))
    ]
    sizes = (device.pe_x, device.pe_y, device.array_rows, device.array_columns)
    for engine, on_array in enumerate(ON_ARRAY):
        options = [
            spreads(work.bounds, size, dims) for size, dims in zip(sizes, ("gnk", "gnk", *on_array), strict=True)
        ]
        for axes in itertools.product(*options):
            grid = [x * y for x, y in zip(*axes[:2], strict=True)]
            for small, middle, large in tilings:
                taken = sum(tile_bytes(large, o) for o in range(3) if spaces[o] == "dram")
                if (device.global_buffer_bytes == 0 and middle != large) or (
                    device.global_buffer_bytes > 0 and taken > room
                ):
                    continue
                if not fits_pes(device, small, grid, l1, device.l1_shared):
                    continue
                if device.l2_enabled and not fits_pes(device, middle, grid, l2, device.l2_shared):
                    continue
                spatial, l1_tile, l2_tile, tile = (np.asarray(part) for part in (axes, small, middle, large))
                plain = Mapping(engine, spatial, l1_tile, l2_tile, tile, *NESTS)
                for near, far in itertools.product(NESTS, repeat=2):
                    yield replace(plain, l1_order=near, l2_order=near, global_order=far)


@st.composite
def tiny(draw: st.DrawFn) -> tuple[Network, Machine, Placement]:
    """One region of a few numbers, on a machine that holds a few bytes, at any ratio of its rates."""
    bounds = dict(zip(draw(st.permutations("nkc")), (draw(st.integers(2, 3)), 2, 1), strict=True))
    size, small = st.integers(1, 2), st.integers(4, 12)
    device = machine(
        pe_x=draw(size),
        pe_y=1,
        array_rows=draw(size),
        array_columns=draw(size),
        l1_shared=draw(st.integers(0, 1)),
        l1_input_bytes=draw(small),
        l1_weight_bytes=draw(small),
        l1_output_bytes=draw(small),
        l2_enabled=draw(st.integers(0, 1)),
        l2_shared=draw(st.integers(0, 1)),
        l2_input_multiplier=draw(size),
        l2_weight_multiplier=draw(size),
        l2_output_multiplier=draw(size),
        global_buffer_bytes=draw(st.sampled_from((0, 32, 64, 160))),
        dram_channels=draw(st.sampled_from((0.01, 0.05, 0.2))),
        node_nm=7,
    )
    network = single(contraction(**bounds), VectorWork(alu=draw(st.sampled_from((0, 10, 100)))))
    spaces = draw(
        st.lists(st.sampled_from(SPACES if device.global_buffer_bytes else SPACES[:1]), min_size=3, max_size=3)
    )
    return network, device, Placement(tuple(spaces), 0.0, 0.0)


def test_shares_of_a_region_by_hand() -> None:
    # A gather reads half of the weights from DRAM; the input is on chip; the output goes to DRAM.
    network = single(contraction(n=4, k=8, c=2))
    region = network.regions[0]
    halved = replace(region, reads=(region.reads[0], replace(region.reads[1], fraction=0.5)))
    (problem,) = region_problems(
        replace(network, regions=(halved,)), machine(), Placement(("global", "dram", "dram"), 0.0, 0.0)
    )
    assert problem is not None
    assert (problem.near.input, problem.near.weight, problem.near.output, problem.near.more_bytes) == (1, 0.5, 0, 64)
    assert (problem.far.input, problem.far.weight, problem.far.output, problem.far.more_bytes) == (0, 0.5, 0, 64)
    assert problem.on_chip == (True, False, False)


@given(tiny(), st.sampled_from(("latency", "energy", "edp")))
@settings(max_examples=25, deadline=None)
def test_no_mapping_of_a_region_is_better(case: tuple[Network, Machine, Placement], objective: Objective) -> None:
    network, device, placement = case
    work = network.regions[0].contraction
    assert work is not None
    mappings = list(every_mapping(work, device, placement.spaces))
    if not mappings:
        with pytest.raises(NoMappingError):
            map_network(network, device, placement, objective)
        return
    least = min(objectives(costs(network, device, mappings, placement), objective))
    found = map_network(network, device, placement, objective).regions[0]
    assert found.mapping is not None
    (again,) = objectives(costs(network, device, [found.mapping], placement), objective)
    assert found.value == pytest.approx(again, rel=1e-12)
    assert found.value >= least * (1 - 1e-9)
    if objective == "latency":
        # In energy, of which L1 has a share, filling an axis may cost something: the space says so.
        assert found.lower_bound <= least * (1 + 1e-9)
        if found.gap == 0.0:
            assert found.value == pytest.approx(least, rel=1e-6)
        (problem,) = region_problems(network, device, placement)
        assert problem is not None
        for budget in (1, 100):
            proved = prove(problem, template_machine(device), 2.0 * found.value * device.clock_hz, budget)
            assert proved.cycles <= least * device.clock_hz * (1 + 1e-9)


@given(machines(), st.sampled_from(sorted(MODELS)), st.lists(st.sampled_from(SPACES), min_size=3, max_size=3))
@settings(max_examples=10, deadline=None)
def test_a_problem_costs_what_its_region_costs(device: Machine, name: str, spaces: list[Space]) -> None:
    network = single(MODELS[name], VectorWork(alu=1_000_000, divide=5_000))
    placement = Placement(tuple(spaces) if device.global_buffer_bytes else ("dram",) * 3, 0.0, 0.0)
    (problem,) = region_problems(network, device, placement)
    assert problem is not None
    try:
        found = Search(problem, template_machine(device), "latency", 1_000).run()
    except NoMappingError:
        return
    (cost,) = costs(network, device, [mapping_of(found, device)], placement)
    # The search knows neither fill and drain nor whole cycles, and lets the order of the loops share what any shares.
    engine_s = cost.compute_s + cost.vector_s if found.engine == 3 else max(cost.compute_s, cost.vector_s)
    overlapped_s = max(engine_s, cost.global_buffer_s, cost.dram_s) + cost.issue_s
    assert found.cycles / device.clock_hz <= overlapped_s * (1 + 1e-9) <= cost.latency_s * (1 + 1e-8)
    # What an axis does not spread, it does not share either: the search counts on it.
    assert found.energy_j <= cost.energy_j * (1 + 1e-9)


@given(machines(l2=True), st.sampled_from(sorted(MODELS)), st.sampled_from(("any", "weight_stationary")), st.booleans())
@settings(max_examples=12, deadline=None)
def test_recipes_are_never_better(device: Machine, name: str, dataflow: str, has_rows: bool) -> None:
    work = MODELS[name]
    outputs = 4 * prod(work.bounds[:5])
    rows = Rows(2 * outputs, outputs, outputs // max(1, prod(work.bounds[:4])), "k") if has_rows else Rows()
    network = single(work, VectorWork(alu=1_000, rows=rows))
    placement = Placement(("dram",) * 3, 0.0, 0.0)
    try:
        recipes = map_by_recipe(network, device, dataflow)  # pyright: ignore[reportArgumentType] -- of its literals
    except NoMappingError:
        return
    found = map_network(network, device, None, "latency", 10_000, dataflow)  # pyright: ignore[reportArgumentType]
    (best,) = found.regions
    assert best.value == evaluate(network, device, found.mappings, placement).latency_s
    assert best.value <= evaluate(network, device, recipes, placement).latency_s
    assert best.lower_bound <= best.value
    assert found.gap == best.gap


def test_rows_end_one_after_the_other_where_their_loops_run_inside() -> None:
    # A softmax over k: 32 MiB of outputs go to DRAM and back, unless the loops over k run inside those over n.
    outputs = 4 * 4096 * 4096
    rows = Rows(2 * outputs, outputs, 4 * 4096, "k")
    network = single(contraction(n=4096, k=4096, c=64), VectorWork(rows=rows))
    device = machine(global_buffer_bytes=2**21)
    found = map_network(network, device, None, "latency", 10_000)
    (cost,) = costs(network, device, [m for m in found.mappings if m is not None], Placement(("dram",) * 3, 0.0, 0.0))
    assert cost.rescan_dram_bytes == 0.0
    # The bound knows of no rescans, and the gap says so.
    assert found.gap > 0.0


def test_tiles_make_room_for_what_is_resident() -> None:
    # Weights of 31 MiB stay in the 32 MiB: 1 MiB is left for the input's and output's tiles twice.
    network = single(contraction(n=8192, k=4096, c=3968))
    device = machine(global_buffer_bytes=2**25)
    placement = Placement(("dram", "pinned", "dram"), 0.0, 0.0)
    tile = map_network(network, device, placement, "latency", 200_000).mappings[0]
    assert tile is not None
    taken = tile_bytes(tile.global_tile.tolist(), 0) + tile_bytes(tile.global_tile.tolist(), 2)
    assert 0 < 2 * taken <= 2**25 - 2 * 4096 * 3968
    free = map_network(network, device, None, "latency", 10_000).mappings[0]
    assert free is not None
    assert tile_bytes(free.global_tile.tolist(), 0) + tile_bytes(free.global_tile.tolist(), 2) > taken


def test_a_larger_budget_proves_more() -> None:
    # Like a TPU-v3 with much DRAM bandwidth: four arrays of 128 x 128.
    grid = {"pe_x": 2, "pe_y": 2, "array_rows": 128, "array_columns": 128}
    device = machine(**grid, **with_l1(2**17), global_buffer_bytes=2**25, dram_channels=32)
    network = single(contraction(n=1000, k=1000, c=672))
    gaps = [map_network(network, device, None, "latency", budget).gap for budget in (1, 10**5)]
    # What is left is what swaps of the array cost that a short last stream does not hide.
    assert gaps[0] > gaps[1]
    assert gaps[1] < 0.011


def test_groups_leave_the_rows_where_they_have_no_diagonal() -> None:
    # 64 channels on 128 rows leave room for two heads, which only depthwise work may put there.
    device = machine(array_rows=128, array_columns=1, vector_multiplier=1)
    found = map_network(single(MODELS["attention"]), device, None, "latency", 10_000, "weight_stationary")
    (mapping,) = found.mappings
    assert mapping is not None
    assert ENGINES[mapping.engine] == "weight_stationary"
    assert mapping.spatial[2].tolist() == [1, 1, 1, 1, 1, 64, 1, 1]


def test_what_fits_nowhere_is_refused() -> None:
    with pytest.raises(NoMappingError, match="no tile of region 'only'"):
        map_network(single(contraction(n=4, k=4, c=4)), machine(l1_input_bytes=1))


@given(machines(), st.sampled_from(sorted(MODELS)), st.lists(st.sampled_from(SPACES), min_size=3, max_size=3))
@settings(max_examples=6, deadline=None)
def test_quick_mappings_are_between_recipes_and_the_optimum(device: Machine, name: str, spaces: list[Space]) -> None:
    network = single(MODELS[name], VectorWork(alu=1_000_000))
    placement = Placement(tuple(spaces) if device.global_buffer_bytes else ("dram",) * 3, 0.0, 0.0)
    try:
        recipes = map_by_recipe(network, device)
    except NoMappingError:
        with pytest.raises(NoMappingError):
            quick_map_network(network, device, placement)
        return
    quick = quick_map_network(network, device, placement)
    fast, slow = (evaluate(network, device, mappings, placement).latency_s for mappings in (quick, recipes))
    assert fast <= slow * (1 + 1e-9)
    assert map_network(network, device, placement, budget=1_000).regions[0].lower_bound <= fast * (1 + 1e-9)


def test_quick_mappings_know_what_is_on_chip() -> None:
    # With everything on chip, tiles that save DRAM traffic have no point: the network on chip bounds.
    device, placement, ratios = machine(dram_channels=1), Placement(("global",) * 3, 0.0, 0.0), list[float]()
    for work in MODELS.values():
        network = single(work)
        both = quick_map_network(network, device, placement), map_by_recipe(network, device)
        quick, recipes = (evaluate(network, device, mappings, placement).latency_s for mappings in both)
        ratios.append(quick / recipes)
    assert min(ratios) < 0.96
