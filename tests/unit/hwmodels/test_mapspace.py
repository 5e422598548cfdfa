"""The optimal mapper: against exhaustive enumeration with loops that are run and counted, published optima, and the
cost model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import ceil, inf, prod
from typing import NamedTuple

import numpy as np
import pytest
from hardware_cases import MODELS, contraction, convolution, machine, machines
from hypothesis import given, settings
from hypothesis import strategies as st

from hwmodels.access import footprint
from hwmodels.chip import area, global_buffer_energy, noc_energy, static_power
from hwmodels.contractions import tabulate
from hwmodels.cost import contraction_cost, schedule_of
from hwmodels.mapper import NoMappingError as NoRecipeError
from hwmodels.mapper import map_contractions as map_by_recipe
from hwmodels.mapspace import NoMappingError, Objective, map_contractions, mapping_of, search, search_contractions
from hwmodels.mapspace.found import Found
from hwmodels.mapspace.target import Memory, Target, reference_machine, template_machine
from hwmodels.mapspace.template import loop_order
from hwmodels.nest import Level, Loops
from hwmodels.nest import cost as cost_accesses
from hwmodels.nest import count as count_accesses
from hwmodels.nest.template import template_problem
from hwmodels.records import DIMS, ENGINES, Contraction, Machine, Mapping
from hwmodels.technology import technology
from hwmodels.template import TILE_SHARE, has_global_buffer, noc_bytes_per_cycle, sustained_dram_bytes_per_s

BYTE = (1.0, 1.0, 1.0)
CONV = convolution(p=56, q=56, k=64, c=64, r=3, s=3, element_bytes=BYTE)
DEPTHWISE = convolution(g=192, p=56, q=56, r=3, s=3, element_bytes=BYTE)
GEMM = convolution(n=512, k=3072, c=768, element_bytes=BYTE)

# -- an independent, slow model of a single machine: loops are run, fetches are counted

OPERAND_DIMS = ("gnpqcrs", "gkcrs", "gnpqk")


class Tiling(NamedTuple):
    """Extents of ``DIMS``; ``inner`` tiles make up ``outer`` ones."""

    inner: tuple[int, ...]
    outer: tuple[int, ...]


def spans(bound: int, tile: int) -> list[int]:
    """Sizes of the tiles that cover ``bound``, the last one maybe smaller."""
    return [min(tile, bound - start) for start in range(0, bound, tile)]


@cache
def fetched(work: Contraction, operand: int, nests: tuple[tuple[str, tuple[int, ...]], ...]) -> float:
    """Elements that come for ``operand`` under loops with edge tiles.

    ``nests``: for each nest, outermost first, the order of its loops and the extents of its tiles. A fetch stands as
    far out as it may: right inside the innermost loop, of more than one iteration, that the operand depends on.
    """
    loops: list[tuple[int, int, str]] = []
    above = list(work.bounds)
    for level, (order, tile) in enumerate(nests):
        loops += [(level, DIMS.index(d), d) for d in order if ceil(above[DIMS.index(d)] / tile[DIMS.index(d)]) > 1]
        above = list(tile)
    last = max((i for i, (_, _, d) in enumerate(loops) if d in OPERAND_DIMS[operand]), default=-1)

    def run(position: int, sizes: tuple[int, ...]) -> float:
        if position > last:
            return elements(work, operand, sizes)
        level, dim, _ = loops[position]
        return sum(
            run(position + 1, (*sizes[:dim], size, *sizes[dim + 1 :]))
            for size in spans(sizes[dim], nests[level][1][dim])
        )

    return run(0, work.bounds)


def elements(work: Contraction, operand: int, tile: Sequence[int]) -> float:
    g, n, p, q, k, c, r, s = tile
    if operand == 1:
        return g * k * c * r * s
    if operand == 2:
        return g * n * p * q * k
    rows = min((p - 1) * work.stride[0] + (r - 1) * work.dilation[0] + 1, p * r)
    columns = min((q - 1) * work.stride[1] + (s - 1) * work.dilation[1] + 1, q * s)
    return g * n * c * rows * columns


class Unrolled(NamedTuple):
    """How many of each dimension run at once; taps as one if ``packed``, then r counts them."""

    extents: tuple[int, ...]
    packed: bool


def unrollings(work: Contraction, size: int) -> Iterator[Unrolled]:
    """All ways to put c, r and s (or taps as one) on the rows and k on the columns."""
    _, _, _, _, k, c, r, s = work.bounds
    for columns in range(1, min(k, size) + 1):
        for a, b, d in itertools.product(range(1, c + 1), range(1, r + 1), range(1, s + 1)):
            if a * b * d <= size:
                yield Unrolled((1, 1, 1, 1, columns, a, b, d), False)
        for a, taps in itertools.product(range(1, c + 1), range(1, r * s + 1)):
            if a * taps <= size and r > 1 and s > 1:
                yield Unrolled((1, 1, 1, 1, columns, a, taps, 1), True)


def tilings(work: Contraction, taps: Sequence[tuple[int, int]]) -> Iterator[Tiling]:
    """All tiles of L1 and, made of whole ones of them, of the buffer (with all taps)."""
    options = [
        [
            (inner, min(bound, inner * count))
            for inner in range(1, bound + 1)
            for count in range(1, ceil(bound / inner) + 1)
        ]
        for bound in work.bounds[:6]
    ]
    for pairs in itertools.product(*options):
        for r, s in taps:
            yield Tiling((*(a for a, _ in pairs), r, s), (*(b for _, b in pairs), *work.bounds[6:]))


def passes(bound: int, tile: int, at_once: int) -> int:
    return sum(ceil(size / at_once) for size in spans(bound, tile))


class Counted(NamedTuple):
    cycles: float
    energy_j: float


def count(
    work: Contraction,
    target: Target,
    tiling: Tiling,
    unrolled: Unrolled,
    near: tuple[float, float, float],
    far: tuple[float, float, float],
    held: tuple[bool, bool, bool],
) -> Counted:
    """Cycles and energy of one mapping from what is fetched at both borders, written out for one-byte operands."""
    l1, buffer, dram, engine = target.l1, target.buffer, target.dram, target.engines[0]
    g, n, p, q, k, c, r, s = work.bounds
    u = unrolled.extents
    tile = tiling.inner
    turns = [passes(work.bounds[d], tile[d], u[d]) for d in range(8)]
    if unrolled.packed:
        turns[6], turns[7] = ceil(r * s / u[6]), 1
    outputs = g * n * p * q * k
    sums = turns[5] * turns[6] * turns[7]
    # One output position at a time: each cell of a row reads its own input.
    l1_read = {0: g * n * p * q * c * r * s * turns[4], 2: outputs * (sums - 1) + near[2]}
    l1_write = {0: near[0], 2: outputs * sums + near[2] - outputs}
    macs = prod(work.bounds)
    energy = macs * engine.mac_j
    energy += sum(l1_read[o] * l1.read_j[o] + l1_write[o] * l1.write_j[o] for o in (0, 2))
    reads = writes = moved = 0.0
    for operand in range(3):
        # Down: towards the array; an output goes up once more than its sums come down.
        down, up = (near[2] - outputs, near[2]) if operand == 2 else (near[operand], 0.0)
        if held[operand]:
            fill, drain = (far[2] - outputs, far[2]) if operand == 2 else (far[operand], 0.0)
            reads, writes = reads + down + drain, writes + up + fill
            energy += (down + drain) * buffer.read_j[operand] + (up + fill) * buffer.write_j[operand]
            down, up = fill, drain
        moved += down + up
        energy += down * dram.read_j[operand] + up * dram.write_j[operand]
    cycles = max(
        prod(turns),
        sum(l1_read.values()) / l1.read_rate,
        sum(l1_write.values()) / l1.write_rate,
        reads / buffer.read_rate,
        writes / buffer.write_rate,
        moved / dram.total_rate,
    )
    return Counted(cycles, energy)


def orders(work: Contraction) -> list[str]:
    """All orders of the loops over dimensions with more than one index; groups outermost."""
    dims = [d for d, bound in zip(DIMS, work.bounds, strict=True) if bound > 1 and d != "g"]
    return ["g" + "".join(order) for order in itertools.permutations(dims)]


def best_by_enumeration(work: Contraction, target: Target) -> dict[str, float]:
    """The least latency, energy and product over all mappings; no mapping: infinite."""
    best = {"latency": inf, "energy": inf, "edp": inf}
    held_options = list(
        itertools.product(*({"always": (True,), "maybe": (True, False)}[h] for h in target.buffer.holds))
    )
    for unrolled in unrollings(work, target.axes[0]):
        rows, columns = work.bounds[6:]
        taps = [(rows, columns)] if unrolled.packed else list({(rows, columns), (1, 1)})
        for tiling in tilings(work, taps):
            kept = elements(work, 0, tiling.inner) + elements(work, 2, tiling.inner)
            if kept > target.l1.capacity_bytes[0]:
                continue
            room = target.buffer.capacity_bytes[0]
            legal = [h for h in held_options if sum(elements(work, o, tiling.outer) for o in range(3) if h[o]) <= room]
            for counted in costs_of(work, target, tiling, unrolled, legal):
                best["latency"] = min(best["latency"], counted.cycles)
                best["energy"] = min(best["energy"], counted.energy_j)
                best["edp"] = min(best["edp"], counted.cycles * counted.energy_j)
    return best


def costs_of(
    work: Contraction, target: Target, tiling: Tiling, unrolled: Unrolled, legal: Sequence[tuple[bool, bool, bool]]
) -> Iterator[Counted]:
    """Every distinct pair of orders."""
    array = unrolled.extents
    if unrolled.packed:
        # Two taps are one pass: r counts passes over all taps of the kernel, as many as there are.
        per_tile = ceil(work.bounds[6] * work.bounds[7] / array[6])
        array = (*array[:6], work.bounds[6] if per_tile == 1 else 1, work.bounds[7] if per_tile == 1 else 1)
    seen: set[tuple[float, ...]] = set()
    for outer, inner in itertools.product(orders(work), repeat=2):
        nests = ((outer, tiling.outer), (inner, tiling.inner))
        # The array itself steps through its stationary tiles, pixels innermost.
        weights = fetched(work, 1, (*nests, ("gkcrsnpq", array)))
        near = (fetched(work, 0, nests), weights, fetched(work, 2, nests))
        far = tuple(fetched(work, o, nests[:1]) for o in range(3))
        if (*near, *far) in seen:
            continue
        seen.add((*near, *far))
        for held in legal:
            yield count(work, target, tiling, unrolled, near, (far[0], far[1], far[2]), held)


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


def test_a_small_budget_leaves_a_gap_and_an_honest_bound() -> None:
    work, device = contraction(g=768, n=64, k=1024, c=1024), _TPU
    short, long = (search(work, template_machine(device), "energy", budget) for budget in (1, 3_000_000))
    assert short.evaluations < long.evaluations
    assert 0.0 < short.gap < 1.0
    assert short.lower_bound <= long.objective <= short.objective


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


# -- FAST's template


_TPU = machine(
    pe_x=2,
    pe_y=2,
    array_rows=128,
    array_columns=128,
    l1_input_bytes=131_072,
    l1_weight_bytes=131_072,
    l1_output_bytes=262_144,
    global_buffer_bytes=33_554_432,
)


def priced(works: Sequence[Contraction], device: Machine, mappings: Sequence[Mapping]) -> tuple[np.ndarray, np.ndarray]:
    """Cycles and J of each contraction alone, by the cost model, every operand in DRAM."""
    table, tech = tabulate(works), technology(device.node_nm, device.dram_kind)
    cost = contraction_cost(schedule_of(mappings, table), table, device, tech, 0.0)
    whole = footprint(table, table.bounds)
    sizes = [
        size * width
        for size, width in zip(whole, (table.input_bytes, table.weight_bytes, table.output_bytes), strict=True)
    ]
    noc = sum(ratio * size for ratio, size in zip(cost.noc_ratio, sizes, strict=True))
    dram = sum(ratio * size for ratio, size in zip(cost.dram_ratio, sizes, strict=True)) + cost.spill_bytes
    dram_rate = sustained_dram_bytes_per_s(device) / device.clock_hz
    cycles = np.maximum(cost.compute_cycles, np.maximum(noc / noc_bytes_per_cycle(device), dram / dram_rate))
    buffer_j = has_global_buffer(device) * global_buffer_energy(device, tech)
    energy = cost.engine_j + noc * noc_energy(device, tech) + (noc + dram) * buffer_j + dram * tech.dram.j_per_byte
    static_w = static_power(device, tech, area(device, tech))
    return cycles, energy + static_w * cycles / device.clock_hz


def fits(work: Contraction, device: Machine, mapping: Mapping) -> bool:
    """Whether every tile takes at most half of its buffer, and of the global buffer a quarter."""
    pes = device.pe_x * device.pe_y
    grid = np.prod(mapping.spatial[:2], axis=0)
    part = np.ceil(mapping.l1_tile / grid)
    for operand, size in enumerate((device.l1_input_bytes, device.l1_weight_bytes, device.l1_output_bytes)):
        # A pool holds each part that differs once.
        parts = prod(int(grid[DIMS.index(dim)]) for dim in OPERAND_DIMS[operand]) if device.l1_shared else 1
        room = size * (pes if device.l1_shared else 1) / 2
        if parts * elements(work, operand, part) * work.element_bytes[operand] > room:
            return False
    taken = sum(elements(work, o, mapping.global_tile) * work.element_bytes[o] for o in range(3))
    return device.global_buffer_bytes == 0 or bool(taken <= device.global_buffer_bytes * TILE_SHARE / 2)


def obeys_the_template(device: Machine, mapping: Mapping) -> bool:
    """Whether axes are no longer than they are and unroll what may lie on them."""
    sizes = (device.pe_x, device.pe_y, device.array_rows, device.array_columns)
    on_array = {
        "weight_stationary": ("gcrs", "k"),
        "input_stationary": ("crs", "qpn"),
        "output_stationary": ("qpn", "k"),
    }
    allowed = ("gnpqk", "gnpqk", *on_array.get(ENGINES[mapping.engine], ("", "")))
    return all(
        np.prod(axis) <= size and all(axis[i] == 1 or d in dims for i, d in enumerate(DIMS))
        for axis, size, dims in zip(mapping.spatial, sizes, allowed, strict=True)
    )


@given(machines(), st.sampled_from(sorted(MODELS)), st.sampled_from(("latency", "energy")))
@settings(max_examples=10, deadline=None)
def test_on_the_template_a_mapping_costs_what_the_cost_model_says(
    device: Machine, name: str, objective: Objective
) -> None:
    work = MODELS[name]
    try:
        found = search_contractions([work], device, objective, 20_000)[0]
    except NoMappingError:
        with pytest.raises(NoRecipeError):
            map_by_recipe([work], device)
        return
    mapping = mapping_of(found, device)
    # The search lets an axis spread more of a dimension than the tile has; no time is saved, but a little energy.
    spread = replace(mapping, spatial=found.spatial.astype(np.int64))
    cycles, energy = priced([work] * 2, device, [mapping, spread])
    assert (found.cycles, found.cycles) == pytest.approx(cycles, rel=1e-12)
    assert found.energy_j == pytest.approx(energy[1], rel=1e-9)
    assert energy[0] >= energy[1] * (1 - 1e-9)
    assert (mapping.spatial <= mapping.l1_tile).all()
    assert fits(work, device, mapping)
    assert obeys_the_template(device, mapping)
    assert found.lower_bound <= found.objective


NESTS = {"m": "gkcrsnpq", "k": "gcrsnpqk", "c": "gknpqcrs"}


def on_axis(work: Contraction, size: int, dims: str, *, filled: bool) -> list[tuple[int, ...]]:
    """All extents of ``dims`` on an axis of ``size``; if ``filled``, those of which none could grow."""
    limits = [bound if d in dims else 1 for d, bound in zip(DIMS, work.bounds, strict=True)]
    every = [e for e in itertools.product(*(range(1, limit + 1) for limit in limits)) if prod(e) <= size]
    if not filled:
        return every
    return [e for e in every if all(x == m or prod(e) // x * (x + 1) > size for x, m in zip(e, limits, strict=True))]


def clipped(work: Contraction, spatial: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The axes, each unrolling no more of a dimension than the axes before it leave."""
    left, result = list(work.bounds), []
    for axis in spatial:
        result.append(tuple(min(extent, rest) for extent, rest in zip(axis, left, strict=True)))
        left = [ceil(rest / extent) for rest, extent in zip(left, result[-1], strict=True)]
    return result


def all_mappings(work: Contraction, device: Machine, *, filled: bool) -> Iterator[Mapping]:
    """Every mapping of a matrix product that obeys the template and fits, in the orders that keep one class inside."""
    nest = {inside: np.asarray([DIMS.index(d) for d in order]) for inside, order in NESTS.items()}
    sizes = (device.pe_x, device.pe_y, device.array_rows, device.array_columns)
    tiles = list(tilings(work, [(1, 1)]))
    for engine, on_array in enumerate((("c", "k"), ("c", "n"), ("n", "k"), ("", ""))):
        allowed = ("gnk", "gnk", *on_array)
        axes = [on_axis(work, size, dims, filled=filled) for size, dims in zip(sizes, allowed, strict=True)]
        for spatial in {tuple(clipped(work, choice)) for choice in itertools.product(*axes)}:
            for tiling in tiles:
                if device.global_buffer_bytes == 0 and tiling.inner != tiling.outer:
                    continue
                inner, outer = np.asarray(tiling.inner), np.asarray(tiling.outer)
                probe = Mapping(engine, np.asarray(spatial), inner, inner, outer, *([nest["m"]] * 3))
                if fits(work, device, probe):
                    for near, far in itertools.product(nest.values(), repeat=2):
                        yield replace(probe, l1_order=near, l2_order=near, global_order=far)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_on_the_template_no_recipe_is_better(name: str) -> None:
    work = MODELS[name]
    for device in (machine(), _TPU):
        best, recipe = map_contractions([work], device), map_by_recipe([work], device)
        cycles = priced([work], device, best)[0][0], priced([work], device, recipe)[0][0]
        assert cycles[0] <= cycles[1] * (1 + 1e-9)


@st.composite
def tiny_machines(draw: st.DrawFn) -> Machine:
    size = st.integers(1, 2)
    return machine(
        pe_x=draw(size),
        pe_y=draw(size),
        array_rows=draw(size),
        array_columns=draw(size),
        vector_multiplier=draw(size),
        l1_shared=draw(st.integers(0, 1)),
        l1_input_bytes=draw(st.integers(4, 16)),
        l1_weight_bytes=draw(st.integers(4, 16)),
        l1_output_bytes=draw(st.integers(4, 16)),
        global_buffer_bytes=draw(st.sampled_from((0, 32, 48, 64, 96, 160))),
        dram_channels=draw(st.sampled_from((0.01, 0.05, 0.2))),
    )


@given(tiny_machines(), st.data(), st.sampled_from(("latency", "energy", "edp")))
@settings(max_examples=8, deadline=None)
def test_no_mapping_of_the_template_is_better(device: Machine, data: st.DataObject, objective: Objective) -> None:
    bounds = dict(zip(data.draw(st.permutations("nkc")), (3, 2, data.draw(st.integers(1, 2))), strict=True))
    work = contraction(**bounds)
    # Filling an axis never costs cycles; in energy, of which L1 has a share, it may, and in a shared L1 it may cost
    # room: the space says so.
    mappings = list(all_mappings(work, device, filled=objective != "latency" or bool(device.l1_shared)))
    if not mappings:
        with pytest.raises(NoMappingError):
            search(work, template_machine(device))
        return
    cycles, energy = priced([work] * len(mappings), device, mappings)
    least = {"latency": cycles, "energy": energy, "edp": cycles * energy}[objective].min()
    found = search(work, template_machine(device), objective)
    assert found.lower_bound <= least * (1 + 1e-6)
    assert least <= found.objective * (1 + 1e-9)
    if found.gap == 0.0:
        assert found.objective == pytest.approx(least, rel=1e-6)


def test_in_a_shared_l1_an_axis_that_is_not_filled_may_be_faster() -> None:
    # Two PEs pool room for two elements of each operand. One PE alone takes both terms of an output at a time: weights
    # once (8 bytes), inputs for both columns (24), outputs once (12), 44. Both PEs, a column each, have no room for a
    # second term: 48. DRAM gives 0.4872 bytes a cycle.
    device = machine(pe_x=1, pe_y=2, array_rows=1, array_columns=1, vector_multiplier=1, l1_shared=1)
    device = replace(device, l1_input_bytes=4, l1_weight_bytes=4, l1_output_bytes=4, global_buffer_bytes=0)
    device = replace(device, dram_channels=0.01)
    work = contraction(n=3, k=2, c=2)
    mappings = list(all_mappings(work, device, filled=False))
    assert priced([work] * len(mappings), device, mappings)[0].min() == pytest.approx(44 / 0.4872)
    found = search(work, template_machine(device))
    assert (found.cycles, found.lower_bound) == pytest.approx((48 / 0.4872, 48 / 0.4872))


def test_equal_contractions_are_mapped_once_and_in_order() -> None:
    a, b = MODELS["matmul"], MODELS["attention"]
    first, second, third = search_contractions([a, b, a], machine())
    assert first is third
    assert first.inner_tile.tolist() != second.inner_tile.tolist()


def test_what_fits_nowhere_is_refused() -> None:
    with pytest.raises(NoMappingError, match="fits machine"):
        search(contraction(n=4, k=4, c=4), template_machine(machine(l1_input_bytes=1)))
