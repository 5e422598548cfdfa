"""The optimal mapper on FAST's template: against every mapping, the recipes, and the cost model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, prod

import numpy as np
import pytest
from hardware_cases import MODELS, contraction, machine, machines
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mapspace_cases import OPERAND_DIMS, elements, tilings

from hwmodels.access import footprint
from hwmodels.chip import area, global_buffer_energy, noc_energy, static_power
from hwmodels.contractions import tabulate
from hwmodels.cost import contraction_cost, schedule_of
from hwmodels.mapper import NoMappingError as NoRecipeError
from hwmodels.mapper import map_contractions as map_by_recipe
from hwmodels.mapspace import NoMappingError, Objective, mapping_of, search, search_contractions
from hwmodels.mapspace.target import template_machine
from hwmodels.records import DIMS, ENGINES, Contraction, Machine, Mapping
from hwmodels.technology import technology
from hwmodels.template import TILE_SHARE, has_global_buffer, noc_bytes_per_cycle, sustained_dram_bytes_per_s

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


# Its most promising assignments have no tile that fits.
_TIGHT = machine(
    pe_x=1,
    pe_y=256,
    array_rows=1,
    array_columns=32,
    vector_multiplier=1,
    l1_input_bytes=1024,
    l1_weight_bytes=1024,
    l1_output_bytes=1024,
    global_buffer_bytes=2**20,
    dram_channels=1,
)


@given(machines(), st.sampled_from(sorted(MODELS)), st.sampled_from(("latency", "energy")))
@example(_TIGHT, "conv 1x1", "latency")
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
    # An array may take longer: the order of the loops need not share all that one could. So may the vector unit: each
    # tile takes whole cycles, which the search does not count.
    assert (found.cycles <= cycles * (1 + 1e-12)).all()
    static_j = template_machine(device).static_w * (cycles - found.cycles) / device.clock_hz
    assert found.energy_j == pytest.approx(energy[1] - static_j[1], rel=1e-9)
    # Static power apart: what an axis spreads beyond the tile may cost time.
    assert energy[0] - static_j[0] >= (energy[1] - static_j[1]) * (1 - 1e-9)
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
        best, recipe = search_contractions([work], device)[0], map_by_recipe([work], device)
        assert best.lower_bound <= best.cycles <= priced([work], device, recipe)[0][0] * (1 + 1e-9)


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
    assert found.objective <= least * (1 + 1e-6) or found.gap > 0.0
    if objective == "latency" and not device.l1_shared:
        assert priced([work], device, [mapping_of(found, device)])[0][0] >= least * (1 - 1e-9)


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


def test_a_small_budget_leaves_a_gap_and_an_honest_bound() -> None:
    work, device = contraction(g=768, n=64, k=1024, c=1024), _TPU
    short, long = (search(work, template_machine(device), "energy", budget) for budget in (1, 3_000_000))
    assert short.evaluations < long.evaluations
    assert 0.0 < short.gap < 1.0
    assert short.lower_bound <= long.objective <= short.objective


def test_equal_contractions_are_mapped_once_and_in_order() -> None:
    a, b = MODELS["matmul"], MODELS["attention"]
    first, second, third = search_contractions([a, b, a], machine())
    assert first is third
    assert first.inner_tile.tolist() != second.inner_tile.tolist()


def test_what_fits_nowhere_is_refused() -> None:
    with pytest.raises(NoMappingError, match="fits machine"):
        search(contraction(n=4, k=4, c=4), template_machine(machine(l1_input_bytes=1)))
