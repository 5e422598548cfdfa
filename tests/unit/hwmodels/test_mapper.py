"""The mapper: legal mappings, the best of its recipes, one cost by both ways to a schedule, and sane everywhere."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from math import prod
from typing import get_args

import jax
import numpy as np
import pytest
from hardware_cases import KIB, MIB, MODELS, convolution, machine, machines, operand_bytes, positions, single, with_l1
from hypothesis import given, settings
from hypothesis import strategies as st

from hwmodels.contractions import tabulate
from hwmodels.cost import contraction_cost, schedule_of
from hwmodels.mapper import (
    Dataflow,
    NoMappingError,
    best_recipes,
    map_contractions,
    map_network,
    mapping_cost,
    mappings_of,
    score,
    scores,
    table_of,
)
from hwmodels.network import evaluate
from hwmodels.placement import Residency, place
from hwmodels.recipes import RECIPE_SHAPE, Recipe, all_recipes, even_tile, realise, schedule
from hwmodels.records import DIMS, ENGINES, Contraction, Machine, Mapping, Network, Rows, VectorWork
from hwmodels.technology import technology

models = st.sampled_from(list(MODELS.values()))


@cache
def mapped(work: Contraction, on: Machine) -> tuple[Mapping | None, ...]:
    """Of a network of one contraction, which is asked for more than once."""
    return map_network(single(work), on)


def mapping_of(work: Contraction, on: Machine) -> Mapping:
    """Of the contraction in it."""
    (found,) = mapped(work, on)
    assert found is not None
    return found


def latency(work: Contraction, on: Machine, residency: Residency = "none") -> float:
    """Seconds of one contraction, mapped, placed and evaluated."""
    network, mappings = single(work), mapped(work, on)
    return evaluate(network, on, mappings, place(network, on, mappings, residency)).latency_s


def held_bytes(work: Contraction, tile: np.ndarray) -> list[int]:
    """Bytes of input, weight and output that a tile needs, from its definition."""
    g, n, p, q, k, c, r, s = (int(extent) for extent in tile)
    rows = min(positions(p, r, work.stride[0], work.dilation[0]), p * r)
    columns = min(positions(q, s, work.stride[1], work.dilation[1]), q * s)
    elements = (g * n * c * rows * columns, g * k * c * r * s, g * n * p * q * k)
    return [count * int(size) for count, size in zip(elements, work.element_bytes, strict=True)]


def buffers(on: Machine, level: int) -> list[int]:
    """Bytes of one PE's input, weight and output buffers at L1 or L2."""
    l1 = [on.l1_input_bytes, on.l1_weight_bytes, on.l1_output_bytes]
    times = [on.l2_input_multiplier, on.l2_weight_multiplier, on.l2_output_multiplier]
    return l1 if level == 1 else [size * by for size, by in zip(l1, times, strict=True)]


def check_fits(work: Contraction, found: Mapping, on: Machine, level: int) -> None:
    """Half of each buffer holds a PE's tile, or half of the pool that of all PEs."""
    whole = found.l1_tile if level == 1 else found.l2_tile
    shared = on.l1_shared if level == 1 else on.l2_shared
    grid = found.spatial[0] * found.spatial[1]
    own = held_bytes(work, np.ceil(whole / grid))
    together = held_bytes(work, whole)
    for one, pooled, size in zip(own, together, buffers(on, level), strict=True):
        if shared:
            assert pooled <= size * on.pe_x * on.pe_y / 2
        else:
            assert one <= size / 2


def check_legal(work: Contraction, found: Mapping, on: Machine) -> None:
    """Every rule that ``records.Mapping`` and the architecture state."""
    bounds = np.asarray(work.bounds)
    assert np.all((found.l1_tile >= 1) & (found.l1_tile <= found.l2_tile))
    assert np.all((found.l2_tile <= found.global_tile) & (found.global_tile <= bounds))
    if not on.l2_enabled:
        assert np.array_equal(found.l1_tile, found.l2_tile)
    if not on.global_buffer_bytes:
        assert np.array_equal(found.l2_tile, found.global_tile)
    assert np.all(found.spatial >= 1)
    capacity = (on.pe_x, on.pe_y, on.array_rows, on.array_columns)
    assert np.all(found.spatial.prod(axis=1) <= capacity)
    if ENGINES[int(found.engine)] == "vector":
        assert np.all(found.spatial[2:] == 1)
    for order in (found.l1_order, found.l2_order, found.global_order):
        assert sorted(order) == list(range(len(DIMS)))
    check_fits(work, found, on, 1)
    if on.l2_enabled:
        check_fits(work, found, on, 2)
    if on.global_buffer_bytes:
        assert 2 * sum(held_bytes(work, found.global_tile)) <= on.global_buffer_bytes / 2


def check_bound(work: Contraction, on: Machine) -> None:
    """No faster than every engine at its peak, and than all three operands across DRAM once."""
    pes = on.pe_x * on.pe_y
    macs_per_s = pes * (on.array_rows * on.array_columns + on.array_columns * on.vector_multiplier / 2) * on.clock_hz
    dram_s = sum(operand_bytes(work)) / (on.dram_channels * on.dram_channel_bytes_per_s)
    assert latency(work, on) >= max(prod(work.bounds) / macs_per_s, dram_s) * (1 - 1e-12)


@settings(max_examples=60, deadline=None)
@given(work=models, on=machines())
def test_every_machine_of_the_space_gets_a_legal_mapping(work: Contraction, on: Machine):
    check_legal(work, mapping_of(work, on), on)
    check_bound(work, on)


@settings(max_examples=250, deadline=None)
@given(work=models, on=machines(l2=True))
def test_every_machine_with_l2_gets_a_legal_mapping(work: Contraction, on: Machine):
    check_legal(work, mapping_of(work, on), on)
    check_bound(work, on)


def test_l2_for_weights_alone_maps():
    # Weights of many output channels fit this L2, their outputs do not: the mapper has to take fewer.
    on = machine(
        pe_x=2,
        pe_y=1,
        array_rows=4,
        array_columns=128,
        l1_input_bytes=4 * KIB,
        l1_weight_bytes=MIB,
        l1_output_bytes=KIB,
        l2_enabled=1,
        global_buffer_bytes=2 * MIB,
    )
    check_legal(MODELS["classifier"], map_contractions([MODELS["classifier"]], on)[0], on)


ODD = {
    "one multiplier": {"pe_x": 1, "pe_y": 1, "array_rows": 1, "array_columns": 1},
    "arrays of one": {"array_rows": 1, "array_columns": 1},
    "one PE": {"pe_x": 1, "pe_y": 1},
    "one column": {"pe_x": 1, "pe_y": 1, "array_columns": 1},
    "no global buffer": {"global_buffer_bytes": 0},
    "smallest global buffer": {"global_buffer_bytes": MIB},
    "smallest L1": with_l1(KIB),
    "smallest L1, greatest arrays": with_l1(KIB) | {"array_rows": 256, "array_columns": 256},
    "greatest grid": {"pe_x": 256, "pe_y": 256},
    "greatest grid, smallest buffers": {"pe_x": 256, "pe_y": 256, "global_buffer_bytes": MIB} | with_l1(KIB),
    "greatest grid, smallest pool": {"pe_x": 256, "pe_y": 256, "global_buffer_bytes": MIB, "l1_shared": 1}
    | with_l1(KIB),
    "all greatest": {"pe_x": 256, "pe_y": 256, "array_rows": 256, "array_columns": 256} | with_l1(MIB),
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD)
def test_odd_machines_map_every_model(changes: dict[str, int]):
    on = machine(**changes)
    for work, found in zip(MODELS.values(), map_contractions(list(MODELS.values()), on), strict=True):
        check_legal(work, found, on)
        check_bound(work, on)


def test_what_fits_nowhere_is_refused_by_name():
    on = machine(**with_l1(2))
    with pytest.raises(NoMappingError, match=r"\[g = 1, n = 512, p = 1, .*\] fits the buffers of machine 'tested'"):
        map_contractions([MODELS["matmul"]], on)


def test_matmul_runs_a_big_array_at_its_peak():
    # 512 x 768 x 3072 on 128 x 128: 24 x 6 weight tiles of 512 cycles, 128 to load the first and 254 of skew.
    on = machine(pe_x=1, pe_y=1, array_rows=128, array_columns=128, **with_l1(MIB))
    network = single(MODELS["matmul"])
    mappings = map_network(network, on)
    cost = evaluate(network, on, mappings, place(network, on, mappings)).regions[0]
    assert 73728 <= cost.compute_s * 1e9 <= 73728 + 128 + 254
    assert cost.bound == "array"


def at(index: tuple[int, ...]) -> Recipe:
    """One recipe for one contraction."""
    return Recipe(*(np.asarray([value]) for value in index))


@settings(max_examples=15, deadline=None)
@given(work=models, on=machines(), data=st.data())
def test_no_recipe_alone_beats_the_mapping(work: Contraction, on: Machine, data: st.DataObject):
    """Each recipe on its own scores as in the whole array of candidates, and none below the one chosen."""
    table = tabulate([work])
    together = scores(table, on, all_recipes(), "any", 0.0)[0]
    assert together.shape == RECIPE_SHAPE
    best = together.min()
    for _ in range(20):
        index = tuple(data.draw(st.integers(0, size - 1)) for size in RECIPE_SHAPE)
        alone = realise(at(index), table, on, 0.0)
        if alone.overflow > 1 + 1e-9:
            assert together[index] == np.inf
            continue
        value = float(score(alone, mapping_cost(alone, table, on, 0.0), on)[0])
        assert value == pytest.approx(together[index], rel=1e-12)
        assert value >= best * (1 - 1e-12)


DATAFLOWS = get_args(Dataflow)

NEAR = 1e-5
"""While relaxed, recipes whose extents differ by no more than that count as one."""


@settings(max_examples=60, deadline=None)
@given(
    work=st.lists(models, min_size=1, max_size=3),
    on=machines(),
    dataflow=st.sampled_from(DATAFLOWS),
    own_tiles=st.booleans(),
    beside=st.sampled_from(
        [
            VectorWork(),
            VectorWork(rows=Rows(rescan_bytes=1e6, kept_bytes=1e5, dims="npq")),
            VectorWork(transcendental=3e7),
        ]
    ),
)
def test_no_recipe_that_is_not_costed_could_win(
    work: list[Contraction], on: Machine, dataflow: Dataflow, own_tiles: bool, beside: VectorWork
):
    """The mapping is that of the first best recipe where all are costed."""
    every = [beside] * len(work)
    table = table_of(work, on, every)
    ranked = scores(table, on, all_recipes(), dataflow, 0.0, own_tiles=own_tiles).reshape(len(work), -1)
    if not np.isfinite(ranked.min(axis=1)).all():
        with pytest.raises(NoMappingError):
            map_contractions(work, on, dataflow, every, own_tiles=own_tiles)
        return
    best = Recipe(*np.unravel_index(ranked.argmin(axis=1), RECIPE_SHAPE))
    wanted = mappings_of(realise(best, table, on, 0.0), len(work))
    for ours, theirs in zip(map_contractions(work, on, dataflow, every, own_tiles=own_tiles), wanted, strict=True):
        for field in fields(Mapping):
            np.testing.assert_array_equal(getattr(ours, field.name), getattr(theirs, field.name), err_msg=field.name)


@settings(max_examples=60, deadline=None)
@given(
    work=st.lists(models, min_size=1, max_size=3),
    on=machines(),
    part=st.sampled_from([1.0, 0.77, 1.3]),
    temperature=st.sampled_from([1.0, 0.8, 0.3, 0.0]),
)
def test_recipes_that_are_not_costed_are_not_among_the_best(
    work: list[Contraction], on: Machine, part: float, temperature: float
):
    """Every score better than the last one kept is kept, were all recipes costed; sizes need not be whole numbers."""
    if temperature:
        sizes = {name: getattr(on, name) * part for name in ("array_rows", "pe_x", "l1_weight_bytes")}
        on = replace(on, **sizes)
    table, keep = tabulate(work), 6
    with np.errstate(divide="ignore", invalid="ignore"):
        every = scores(table, on, all_recipes(), "any", temperature).reshape(len(work), -1)
        found, found_s = best_recipes(table, on, keep, temperature)
    places = np.asarray(np.ravel_multi_index(tuple(np.moveaxis(found, -1, 0)), RECIPE_SHAPE))
    for mine, own_s, score_s in zip(places, found_s, every, strict=True):
        kept = score_s[mine]
        np.testing.assert_allclose(own_s[np.isfinite(own_s)], kept[np.isfinite(own_s)], rtol=NEAR)
        assert kept[0] <= np.nanmin(score_s) * (1.0 + NEAR)
        last = kept[-1] * (1.0 - NEAR) if mine[-1] != mine[0] else np.inf
        assert all(np.abs(kept / value - 1.0).min() < NEAR for value in np.unique(score_s[score_s < last]))


@settings(max_examples=40, deadline=None)
@given(work=models, on=machines())
def test_recipe_and_mapping_cost_the_same(work: Contraction, on: Machine):
    """A recipe's own loops, by class, and the mapping's, over single dimensions, give one cost; phases are told loop by
    loop."""
    table = tabulate([work])
    tech = technology(on.node_nm, on.dram_kind)
    best = np.unravel_index(np.argmin(scores(table, on, all_recipes(), "any", 0.0)), (1, *RECIPE_SHAPE))
    recipe = Recipe(*(np.asarray([index]) for index in best[1:]))
    relaxed = contraction_cost(schedule(realise(recipe, table, on, 0.0), table, 0.0), table, on, tech, 0.0)
    written = contraction_cost(schedule_of(map_contractions([work], on), table), table, on, tech, 0.0)
    for name, left, right in zip(relaxed._fields, relaxed, written, strict=True):
        if name == "phases":
            continue
        for ours, theirs in zip(jax.tree.leaves(left), jax.tree.leaves(right), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, err_msg=name)


def test_tiles_along_a_dimension_are_of_equal_size():
    # 28 rows of which 24 fit: two tiles of 14, not one of 24 and one of 4. Units of 4 leave 16 and 12; 8 fit thrice.
    def even(extent: float, unit: float, temperature: float = 0.0) -> float:
        return float(even_tile(np.float64(extent), np.float64(unit), np.float64(28.0), temperature))

    assert [even(24, 1), even(24, 4), even(28, 1), even(8, 4)] == [14, 16, 28, 8]
    assert even(24, 1, 1.0) == pytest.approx(24)
    assert even(24, 1, 1e-9) == pytest.approx(14)


MACHINES = {
    "large": {},
    "small": {"pe_x": 2, "pe_y": 2, "global_buffer_bytes": MIB, "dram_channels": 1},
    "narrow": {"pe_x": 1, "pe_y": 1, "array_rows": 128, "array_columns": 128, "global_buffer_bytes": 16 * MIB},
    "tiny L1": {"global_buffer_bytes": 4 * MIB, "dram_channels": 2} | with_l1(KIB),
    "pool": {"l1_shared": 1, "global_buffer_bytes": 8 * MIB, "dram_channels": 4},
}


@pytest.mark.parametrize("residency", ["none", "all"])
@pytest.mark.parametrize("field", ["dram_channels", "global_buffer_bytes"])
@pytest.mark.parametrize("changes", MACHINES.values(), ids=MACHINES)
def test_more_bandwidth_or_buffer_is_never_slower(changes: dict[str, int], field: str, residency: Residency):
    """By more than 2 percent: the mapper trades that much for what leaves other resources free."""
    on = machine(**changes)
    double = machine(**(changes | {field: 2 * getattr(on, field)}))
    for work in MODELS.values():
        assert latency(work, double, residency) <= 1.02 * latency(work, on, residency)


@pytest.mark.parametrize("dataflow", ["weight_stationary", "input_stationary", "output_stationary"])
def test_dataflow_restricts_the_engine(dataflow: str):
    on = machine()
    found = map_contractions(list(MODELS.values()), on, dataflow)  # pyright: ignore[reportArgumentType]
    engines = {ENGINES[int(mapping.engine)] for mapping in found}
    assert engines <= {dataflow, "vector"}
    assert dataflow in engines


def test_depthwise_convolution_takes_the_vector_unit():
    # An array would use one row group and one column of 32: 9 of 1,024 MACs.
    found = map_contractions([MODELS["depthwise"]], machine(vector_multiplier=4))[0]
    assert ENGINES[int(found.engine)] == "vector"


def test_equal_contractions_get_equal_mappings_and_none_stays_none():
    network = single(MODELS["conv 3x3"])
    region = network.regions[0]
    bare = type(region)("bare", "vector", ("add",), None, region.vector, (), ())
    twice = Network("twice", 1, 0, (region, bare, region), network.tensors)
    first, none, second = map_network(twice, machine())
    assert none is None
    assert first is second
    assert map_contractions([], machine()) == []


def test_groups_of_one_channel_lie_on_the_diagonal():
    # 300 channels of 3 x 3 taps: 128 rows and 128 columns take 128 channels, a tap at a time.
    work = convolution(g=300, n=4, p=56, q=56, r=3, s=3)
    on = machine(pe_x=1, pe_y=1, array_rows=128, array_columns=128, vector_multiplier=1, **with_l1(MIB))
    (found,) = map_contractions([work], on, "weight_stationary")
    assert ENGINES[int(found.engine)] == "weight_stationary"
    assert found.spatial[2].tolist() == [128, 1, 1, 1, 1, 1, 1, 1]
    assert found.spatial[3].tolist() == [1] * 8
    # Two and a bit blocks of channels, nine taps, each pixel a cycle; the first preload and the way through the array.
    cost = evaluate(single(work), on, [found], place(single(work), on, [found], "none")).regions[0]
    assert cost.compute_s * 1e9 == pytest.approx(3 * 9 * 4 * 56 * 56 + 128 + 254)
    # Each group has its own column: 16 columns take 16 of them, however many rows there are.
    (narrow,) = map_contractions([work], replace(on, array_columns=16), "weight_stationary")
    assert narrow.spatial[2][0] == 16
    # Groups with channels to sum, or several outputs, are not laid beside each other.
    (grouped,) = map_contractions([convolution(g=32, n=4, p=56, q=56, k=4, c=4)], on, "weight_stationary")
    assert grouped.spatial[2][0] == 1


def test_the_vector_unit_is_the_last_resort_of_a_dataflow():
    # Sixteen lanes for each column do a depthwise convolution sooner than one array does.
    work = convolution(g=64, n=4, p=28, q=28, r=3, s=3)
    on = machine(pe_x=1, pe_y=1, array_rows=32, array_columns=32, vector_multiplier=16)
    (free,), (asked,) = map_contractions([work], on), map_contractions([work], on, "weight_stationary")
    assert ENGINES[int(free.engine)] == "vector"
    assert ENGINES[int(asked.engine)] == "weight_stationary"
    # No tile of 512 x 512 weights of 2 bytes fits half of 1 KiB.
    (forced,) = map_contractions(
        [convolution(n=64, k=512, c=512)],
        machine(array_rows=512, array_columns=512, **with_l1(KIB)),
        "weight_stationary",
    )
    assert ENGINES[int(forced.engine)] == "vector"


def test_groups_share_rows_only_where_each_has_a_column():
    # Where inputs stay, each column sums what its rows multiply, and so would mix groups.
    table = tabulate([MODELS["depthwise"]]).append_axes(len(RECIPE_SHAPE))
    recipes, on = all_recipes(), machine()
    rows = realise(recipes, table, on, 0.0).axes[2]
    groups = np.broadcast_to(rows.g, (1, *RECIPE_SHAPE))
    at = {engine: groups[:, index].max() for index, engine in enumerate(ENGINES)}
    assert at == {"weight_stationary": 32, "input_stationary": 1, "output_stationary": 1, "vector": 1}
    # The nine taps of a group do lie on them.
    taps = np.broadcast_to(rows.r * rows.s, (1, *RECIPE_SHAPE))
    assert taps[:, ENGINES.index("input_stationary")].max() == 9


def test_what_the_vector_unit_has_to_do_beside_decides():
    # 1,806,336 MACs: 37,632 cycles of 96 lanes, two operations each; 2 blocks of 32 channels, 9 taps and 3,136 pixels
    # on the array, 56,448. With 40,000 cycles of other work the vector unit would take 77,632.
    work = convolution(g=64, n=4, p=28, q=28, r=3, s=3)
    on = machine(pe_x=1, pe_y=1, array_rows=32, array_columns=32, vector_multiplier=3)
    (alone,) = map_contractions([work], on)
    (beside,) = map_contractions([work], on, beside=[VectorWork(alu=96 * 40_000)])
    assert ENGINES[int(alone.engine)] == "vector"
    assert ENGINES[int(beside.engine)] == "weight_stationary"


def test_a_tile_of_the_buffer_has_many_small_groups():
    # 1,152 groups of 4 images of 7 x 7: 392 bytes of outputs each. Tile by tile, DRAM's latency of each is more than
    # all they move.
    work = convolution(g=1152, n=4, p=7, q=7, r=5, s=5)
    on = machine(pe_x=1, pe_y=1, array_columns=256, vector_multiplier=16, global_buffer_bytes=4 * MIB, dram_channels=4)
    (found,) = map_contractions([work], on)
    assert found.global_tile[:4].tolist()[1:] == [4, 7, 7]
    assert 8 <= found.global_tile[0] <= 1152
    moved = sum(operand_bytes(work))
    cost = evaluate(single(work), on, [found], place(single(work), on, [found], "none")).regions[0]
    assert cost.dram_s < 3 * moved / (4 * on.dram_channel_bytes_per_s)


def test_a_long_sum_keeps_the_array_busy():
    # No tile with all 3,072 terms leaves room in the buffer for enough rows: sums stay on the chip while terms pass.
    work = convolution(n=65536, k=768, c=3072)
    on = machine(pe_x=4, pe_y=2, array_rows=64, vector_multiplier=8, global_buffer_bytes=8 * MIB)
    (found,) = map_contractions([work], on)
    cost = evaluate(single(work), on, [found], place(single(work), on, [found], "none")).regions[0]
    assert cost.latency_s * 1e9 < 1.01 * 65536 * 768 * 3072 / (8 * 64 * 32)


def test_a_tile_of_one_tap_has_no_halo():
    # Of every second row and column: 28 x 28 pixels of 64 channels, 100,352 bytes, fit half of 200 KiB at once; the
    # 55 x 55 between them would not.
    work = convolution(n=1, p=28, q=28, k=64, c=64, stride=(2.0, 2.0))
    on = machine(pe_x=1, pe_y=1, array_rows=64, array_columns=64, **with_l1(200 * KIB))
    (found,) = map_contractions([work], on, "weight_stationary")
    assert found.l1_tile[2:4].tolist() == [28, 28]


@pytest.mark.parametrize(
    ("times", "pipelined"),
    [((5.0, 3.0, 2.0), (5.375, 5.25)), ((3.0, 5.0, 2.0), (5.625, 5.5)), ((2.0, 3.0, 5.0), (5.75, 3.5))],
)
def test_score_by_hand(times: tuple[float, float, float], pipelined: tuple[float, float]):
    """Array, network on chip and DRAM, which wait 0.5, 0.25 and 0.125 s for each other's first tiles: the mean with and
    without DRAM, 2 % of it for a quarter of the buffer, 2 % of all three."""
    on = machine(global_buffer_bytes=MIB)
    work = tabulate([convolution(n=4, k=4, c=4)])
    realised = realise(Recipe(*(np.zeros(1, np.int64) for _ in Recipe._fields)), work, on, 0.0)
    realised = realised._replace(tile_bytes=np.asarray([262144.0]))
    compute_s, noc_s, dram_s = times
    cost = mapping_cost(realised, work, on, 0.0)._replace(engine_s=compute_s, noc_s=noc_s, dram_s=dram_s)
    cost = cost._replace(engine_first_s=0.5, noc_first_s=0.25, dram_first_s=0.125)
    mean = sum(pipelined) / 2
    assert float(score(realised, cost, on)[0]) == pytest.approx(mean * (1 + 0.02 / 4) + 0.02 * 10)
    # Cut into other tiles than its own: the slowest.
    assert float(score(realised, cost, on, own_tiles=False)[0]) == pytest.approx(5.0 * (1 + 0.02 / 4) + 0.02 * 10)
