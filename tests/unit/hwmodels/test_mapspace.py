"""The optimal mapper on a reference machine: against exhaustive enumeration with loops that are run and counted,
published optima, and the access-count engine."""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hardware_cases import convolution
from hypothesis import given, settings
from hypothesis import strategies as st
from mapspace_cases import best_by_enumeration

from hwmodels.contractions import tabulate
from hwmodels.mapspace import NoMappingError, Objective, search
from hwmodels.mapspace.found import Found
from hwmodels.mapspace.target import Memory, Target, reference_machine
from hwmodels.mapspace.template import loop_order
from hwmodels.mapspace.tiles import even_tiles
from hwmodels.nest import Level, Loops
from hwmodels.nest import cost as cost_accesses
from hwmodels.nest import count as count_accesses
from hwmodels.nest.template import template_problem
from hwmodels.records import DIMS, Contraction

BYTE = (1.0, 1.0, 1.0)
CONV = convolution(p=56, q=56, k=64, c=64, r=3, s=3, element_bytes=BYTE)
DEPTHWISE = convolution(g=192, p=56, q=56, r=3, s=3, element_bytes=BYTE)
GEMM = convolution(n=512, k=3072, c=768, element_bytes=BYTE)


@st.composite
def small_problems(draw: st.DrawFn) -> tuple[Contraction, Target]:
    """Contractions of a handful of indices on machines that hold a few bytes, at any ratio of their rates."""
    dims = draw(st.lists(st.sampled_from(("n", "p", "k", "c", "r", "g")), min_size=2, max_size=3, unique=True))
    bounds = {dim: draw(st.integers(2, 4 if len(dims) == 2 else 3)) for dim in dims}
    if "r" in bounds and draw(st.booleans()):
        bounds["s"] = 2
    stride = draw(st.sampled_from((1.0, 2.0)))
    work = convolution(stride=(stride, stride), element_bytes=BYTE, **bounds)  # pyright: ignore[reportArgumentType] -- only dimensions
    target = reference_machine(draw(st.integers(1, 4)), may_bypass_buffer=draw(st.booleans()))
    rates = [float(draw(st.sampled_from((1, 2, 4, 64)))) for _ in range(5)]
    pooled = float(draw(st.integers(2, 24)))
    room = float(draw(st.integers(6, 60)))
    l1 = replace(target.l1, capacity_bytes=(pooled,) * 3, read_rate=rates[0], write_rate=rates[1])
    buffer = replace(target.buffer, capacity_bytes=(room,) * 3, read_rate=rates[2], write_rate=rates[3])
    return work, replace(target, l1=l1, buffer=buffer, dram=replace(target.dram, total_rate=rates[4]))


@given(small_problems(), st.sampled_from(("latency", "energy", "edp")))
@settings(max_examples=15, deadline=None)
def test_no_mapping_is_better_than_the_one_found(problem: tuple[Contraction, Target], objective: Objective) -> None:
    work, target = problem
    least = best_by_enumeration(work, target)[objective]
    if least == inf:
        with pytest.raises(NoMappingError):
            search(work, target, objective)
        return
    found = search(work, target, objective)
    assert found.lower_bound <= least * (1 + 1e-6)
    assert least <= found.objective * (1 + 1e-9)
    if found.gap == 0.0:
        assert found.objective == pytest.approx(least, rel=1e-6)


def test_even_tiles_are_those_of_every_number_of_tiles() -> None:
    # 10 in 1, 2, 3, 4, 5 or 10 tiles: 10, 5, 4, 3, 2, 1; 7 in 1, 2, 3, 4, 7: 7, 4, 3, 2, 1.
    assert even_tiles(10).tolist() == [1, 2, 3, 4, 5, 10]
    assert even_tiles(7).tolist() == [1, 2, 3, 4, 7]
    assert even_tiles(1).tolist() == [1]
    for bound in (*range(2, 60), 4096, 9999):
        assert even_tiles(bound).tolist() == sorted({-(-bound // count) for count in range(1, bound + 1)})


def test_a_tile_of_one_pass_lets_the_array_keep_its_weights() -> None:
    # L1 holds an input and three sums: all of k, in two passes whose weights change with every input, or two of k.
    work, target = convolution(n=2, p=2, k=3, element_bytes=BYTE), reference_machine(2, may_bypass_buffer=True)
    l1 = replace(target.l1, capacity_bytes=(4.0,) * 3, read_rate=1.0, write_rate=1.0)
    buffer = replace(target.buffer, capacity_bytes=(6.0,) * 3, read_rate=1.0, write_rate=1.0)
    target = replace(target, l1=l1, buffer=buffer, dram=replace(target.dram, total_rate=1.0))
    found = search(work, target, "edp")
    assert found.inner_tile[DIMS.index("k")] == 2
    assert found.inner_class == "m"
    assert found.objective == pytest.approx(best_by_enumeration(work, target)["edp"], rel=1e-9)


def test_taps_are_packed_where_rows_and_columns_of_the_kernel_do_not_fill_the_array() -> None:
    # Eight taps in three passes of three rather than four of two. Two outputs: 16 inputs, four sums and two results are
    # read from L1 at a byte a cycle.
    target = reference_machine(3, may_bypass_buffer=True)
    target = replace(target, l1=replace(target.l1, read_rate=1.0))
    found = search(convolution(p=2, r=4, s=2, element_bytes=BYTE), target)
    assert found.packed_taps
    assert found.cycles == 16 + 4 + 2


# -- published optima on REF-128 (AccelForge 1.0.467, exact in its space), and what a hand count gives


@pytest.mark.parametrize(
    ("work", "bypass", "cycles", "microjoules"),
    [
        # Two taps beside 64 channels, or 14 channels of all taps: five passes of 3,136 outputs; AccelForge 18,816.
        (CONV, False, 15_680, 36.3),
        (CONV, True, 15_680, 30.6),
        # 6 x 24 weight tiles of 512 inputs each.
        (GEMM, False, 73_728, 350.6),
        (GEMM, True, 73_728, 303.6),
        # Nine rows and one column: 192 groups of 3,136 outputs.
        (DEPTHWISE, False, 602_112, 66.5),
    ],
)
def test_nobody_is_better_on_the_reference_machine(
    work: Contraction, bypass: bool, cycles: int, microjoules: float
) -> None:
    target = reference_machine(128, may_bypass_buffer=bypass)
    fastest, leanest = search(work, target, "latency"), search(work, target, "energy")
    assert fastest.gap == leanest.gap == 0.0
    assert fastest.cycles == cycles
    assert leanest.energy_j * 1e6 <= microjoules + 0.05


@pytest.mark.parametrize(("bypass", "microjoules"), [(False, 350.61), (True, 303.61)])
def test_the_matrix_product_takes_the_energy_that_its_accesses_say(bypass: bool, microjoules: float) -> None:
    # By hand, in MB: 0.393 of inputs, 2.359 of weights, 1.573 of outputs; pJ per byte: L1 1.2 and 1.44, buffer 6.4
    # and 7.2, DRAM 32. Sums are written six times into L1 and read six times, inputs are read by 24 column tiles.
    inputs, weights, outputs = 512 * 768, 768 * 3072, 512 * 3072
    l1 = inputs * (24 * 1.2 + 1.44) + outputs * 6 * (1.2 + 1.44)
    energy = 0.084 * inputs * 3072 + l1 + 32.0 * (inputs + weights + outputs)
    if bypass:
        # Inputs alone in the buffer, fetched for each of 8 column tiles of 384.
        energy += inputs * (7.2 + 8 * 6.4 + 7 * 1.44)
    else:
        # Two row tiles of 256: weights leave the buffer twice.
        energy += (inputs + weights + outputs) * (6.4 + 7.2) + weights * 6.4
    found = search(GEMM, reference_machine(128, may_bypass_buffer=bypass), "energy")
    assert found.energy_j * 1e12 == pytest.approx(energy, rel=1e-9)
    assert found.energy_j * 1e6 == pytest.approx(microjoules, abs=0.005)


def test_on_a_free_array_pixels_and_taps_fill_what_channels_leave() -> None:
    ruled = search(CONV, reference_machine(128, may_bypass_buffer=False))
    free = search(CONV, reference_machine(128, may_bypass_buffer=False, free=True))
    # At most four of the nine taps beside 64 x 64 channels, in three passes: ZigZag finds 16,325.
    assert free.gap == 0.0
    assert free.cycles == 9_408 < ruled.cycles


def test_the_product_is_no_worse_than_what_either_objective_finds() -> None:
    for work in (CONV, GEMM, DEPTHWISE):
        target = reference_machine(32, may_bypass_buffer=True)
        product, *others = (search(work, target, objective) for objective in ("edp", "latency", "energy"))
        assert product.objective <= min(f.cycles * f.energy_j for f in others) * (1 + 1e-9)


# -- the access-count engine


def by_nest(work: Contraction, target: Target, found: Found) -> tuple[float, float]:
    """Cycles and J of what was found, by ``hwmodels.nest``. Like Timeloop it does not count the reads of results that
    leave a buffer: these are added."""

    def level(name: str, memory: Memory, keeps: tuple[bool, bool, bool]) -> Level:
        rates = (memory.read_rate, memory.write_rate, memory.total_rate)
        return Level(name, keeps, "dropped", False, *rates, memory.read_j[0], memory.write_j[0], memory.write_j[0])

    levels = (
        level("dram", target.dram, (True, True, True)),
        level("buffer", target.buffer, found.held),
        level("l1", target.l1, (True, False, True)),
        Level("register", (False, True, False), "dropped"),
    )
    at_once = found.spatial.prod(axis=0)
    nests = (
        (0, False, loop_order(found.outer_class), np.ceil(work.bounds / found.outer_tile)),
        (1, False, loop_order(found.inner_class), np.ceil(found.outer_tile / found.inner_tile)),
        (2, False, loop_order("m"), np.ceil(found.inner_tile / at_once)),
        (2, True, np.arange(8), at_once),
    )
    loops = Loops(
        np.concatenate([trips[order] for _, _, order, trips in nests])[None],
        tuple(int(dim) for _, _, order, _ in nests for dim in order),
        tuple(depth for depth, _, _, _ in nests for _ in range(8)),
        tuple(spatial for _, spatial, _, _ in nests for _ in range(8)),
    )
    counts = count_accesses(template_problem(tabulate([work])), levels, loops)
    total = cost_accesses(counts, levels, target.engines[0].mac_j)
    outputs = [(row[2], part.read_j) for row, part in zip(counts.levels, levels, strict=True) if row[2] is not None]
    leaving = sum(outer.updates[0] * read_j for (outer, _), (_, read_j) in itertools.pairwise(outputs))
    return float(total.cycles[0]), float(total.energy_j[0] + leaving)


@pytest.mark.parametrize("objective", ["latency", "energy", "edp"])
@pytest.mark.parametrize("bypass", [False, True])
@pytest.mark.parametrize("work", [CONV, GEMM, DEPTHWISE])
def test_the_access_count_engine_gives_the_same_cycles_and_energy(
    work: Contraction, bypass: bool, objective: Objective
) -> None:
    for size in (32, 128):
        target = reference_machine(size, may_bypass_buffer=bypass)
        found = search(work, target, objective)
        assert by_nest(work, target, found) == pytest.approx((found.cycles, found.energy_j), rel=1e-12)


def test_without_the_reads_of_results_that_leave_timeloops_energy_comes_out() -> None:
    # Timeloop's own figure: 61.9 uJ; 602,112 results leave L1 (1.2 pJ) and the buffer (6.4 pJ).
    found = search(DEPTHWISE, reference_machine(128, may_bypass_buffer=False), "energy")
    assert found.energy_j * 1e6 - 602_112 * (1.2 + 6.4) * 1e-6 == pytest.approx(61.9, abs=0.05)
