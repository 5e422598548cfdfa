"""One cost model, two array libraries: JAX gives NumPy's values, its gradients are the slopes of those values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hardware_cases import KIB, MIB, MODELS, SEARCHED, machine, single

from fastc.dse.interpreted import interpreted
from hwmodels.arrays import ceil, choose, floor, more_than_one, namespace, overflow_share, segment_max, segment_sum
from hwmodels.chip import chip_cost
from hwmodels.compute import Cover
from hwmodels.contractions import ContractionTable, Extents
from hwmodels.cost import contraction_cost
from hwmodels.mapper import mapping_cost, score
from hwmodels.network import region_arrays
from hwmodels.network_table import NetworkTable, tabulate_network
from hwmodels.recipes import Recipe, realise, schedule
from hwmodels.records import Machine, Network, RegionWork, Rows, Use, VectorWork, Write
from hwmodels.technology import technology


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    """JAX in float64, for these tests only."""
    with jax.enable_x64(True):
        yield


@pytest.fixture(params=[np, jnp], ids=["numpy", "jax"])
def xp(request: pytest.FixtureRequest) -> Any:
    """NumPy and JAX, one after the other."""
    return request.param


def test_namespace_is_that_of_the_arguments():
    assert namespace(1, 2.0, np.float64(3), np.ones(2)) is np
    assert namespace() is np
    assert namespace(1, jnp.ones(2)) is jnp
    assert namespace(np.ones(2), jnp.ones(2)) is jnp


def test_steps_are_exact_at_temperature_0_and_smooth_at_1(xp: Any):
    x = xp.asarray([0.2, 1.0, 1.5, 2.0, 2.01, 6.99])
    np.testing.assert_array_equal(ceil(x, 0.0), [1, 1, 2, 2, 3, 7])
    np.testing.assert_array_equal(floor(x, 0.0), [1, 1, 1, 2, 2, 6])
    for step in (ceil, floor):
        np.testing.assert_array_equal(step(x, 1.0), [1, 1, 1.5, 2, 2.01, 6.99])
    np.testing.assert_array_equal(more_than_one(xp.asarray([1.0, 1.25, 2.0, 7.0])), [0, 0.25, 1, 1])


def test_what_overflows_is_all_or_while_relaxed_the_excess(xp: Any):
    need, capacity = xp.asarray([0.0, 9.0, 10.0, 12.5, 40.0]), xp.asarray(10.0)
    np.testing.assert_array_equal(overflow_share(need, capacity, 0.0), [0, 0, 0, 1, 1])
    np.testing.assert_allclose(overflow_share(need, capacity, 1.0), [0, 0, 0, 0.2, 0.75])
    np.testing.assert_allclose(overflow_share(need, xp.asarray(0.0), 0.0), [0, 1, 1, 1, 1])
    # A need that misses the capacity by the temperature still fits.
    missed = xp.asarray([10.0 * (1.0 + 1e-4)])
    np.testing.assert_allclose(overflow_share(missed, capacity, 1e-4), [0], atol=1e-4)


@pytest.mark.parametrize("temperature", [0.1, 1e-2, 1e-4, 1e-8])
def test_relaxed_steps_reach_the_exact_ones(xp: Any, temperature: float):
    """Also where a relaxed quotient misses a whole number by the temperature: it is not a step further."""
    x = xp.asarray([6.5, 7.0 - temperature, 7.0, 7.0 + temperature, 7.5])
    np.testing.assert_allclose(ceil(x, temperature), [7, 7, 7, 7, 8], atol=1.1 * temperature)
    np.testing.assert_allclose(floor(x, temperature), [6, 7, 7, 7, 7], atol=1.1 * temperature)


def test_choose_and_segments(xp: Any):
    chosen = choose(xp.asarray([2, 0, 1]), (xp.asarray([1.0, 2.0, 3.0]), 10.0, 20.0))
    np.testing.assert_array_equal(chosen, [20, 2, 10])
    values, segment = xp.asarray([1.0, 2.0, 4.0, 8.0]), np.asarray([0, 2, 0, 2])
    np.testing.assert_array_equal(segment_sum(values, segment, 4), [5, 0, 10, 0])
    many = xp.stack([values, 10.0 * values])[:, None]
    np.testing.assert_array_equal(segment_sum(many, segment, 4), [[[5, 0, 10, 0]], [[50, 0, 100, 0]]])
    np.testing.assert_array_equal(segment_max(values, segment, 4, 3.0), [4, 3, 8, 3])
    nothing = xp.zeros(0), np.zeros(0, np.int64)
    np.testing.assert_array_equal(segment_sum(*nothing, 2), [0, 0])
    np.testing.assert_array_equal(segment_max(*nothing, 2, 1.0), [1, 1])


def test_only_what_is_chosen_has_a_slope():
    """Of 2 x, 3 x and 5 (a whole number beside two broken ones) with x = 7, by element."""

    def total(x: Any) -> Any:
        return jnp.sum(choose(jnp.asarray([0, 1, 2, 1]), (2.0 * x, 3.0 * x, jnp.asarray(5))))

    assert float(total(jnp.asarray(7.0))) == 14 + 21 + 5 + 21
    assert float(jax.grad(total)(jnp.asarray(7.0))) == 2 + 3 + 3


def test_all_extents_at_once_are_each_extent_by_itself(xp: Any):
    """Numbers among arrays, and a function of two results."""
    extents = Extents(*(xp.asarray([float(index), 2.0]) for index in range(8)))._replace(s=9.0)
    doubled = extents.elementwise(lambda one, two: one + 2.0 * two, extents)
    np.testing.assert_array_equal(doubled.stack(), 3.0 * extents.stack())
    covers = extents.elementwise(lambda extent: Cover(extent, extent + 1.0, extent * 10.0))
    assert isinstance(covers.c, Cover)
    np.testing.assert_array_equal(covers.c, [[5, 2], [6, 3], [50, 20]])
    np.testing.assert_array_equal(xp.broadcast_to(xp.asarray(covers.s.edge_steps), (2,)), [90, 90])


def test_extents_stack_and_unstack(xp: Any):
    extents = Extents(*(xp.asarray([float(index), 2.0]) for index in range(8)))
    stacked = extents.stack()
    assert stacked.shape == (2, 8)
    np.testing.assert_array_equal(stacked[0], range(8))
    np.testing.assert_array_equal(Extents.unstack(stacked), extents)


QUICK = {"xla_disable_hlo_passes": "fusion"}
"""XLA repeats shared values inside what it fuses: of these formulas that takes minutes to compile."""

KINDS = ("l1_shared", "l2_enabled", "l2_shared")

RELAXED = {
    "dram_channels": 3.1,
    "pe_x": 3.3,
    "pe_y": 2.7,
    "array_rows": 18.3,
    "array_columns": 22.7,
    "vector_multiplier": 1.9,
    "l1_shared": 0.4,
    "l1_input_bytes": 9.7 * KIB,
    "l1_weight_bytes": 31.3 * KIB,
    "l1_output_bytes": 17.9 * KIB,
    "l2_enabled": 0.45,
    "l2_shared": 0.3,
    "l2_input_multiplier": 1.7,
    "l2_weight_multiplier": 2.3,
    "l2_output_multiplier": 2.9,
    "global_buffer_bytes": 9.1 * MIB,
}
"""A machine between the legal ones, away from the corners of every maximum and minimum."""

LEGAL = {name: getattr(machine(), name) for name in SEARCHED}

NAMES = ("matmul", "conv 3x3", "depthwise", "dilated")

RECIPES = np.asarray([(0, 1, 1, 0, 0, 1), (1, 4, 0, 1, 1, 2), (2, 0, 2, 0, 2, 3), (3, 3, 1, 1, 0, 5)])
"""[4, 6] recipes of the four engines."""


ROW_DIMS = ("k", "pq", "", "gk")
"""What the rows of each of ``NAMES`` run along."""


def network_table() -> NetworkTable:
    """Four regions with a contraction of ``NAMES`` each, vector work and tensors of their own."""
    regions: list[RegionWork] = []
    tensors = []
    for index, name in enumerate(NAMES):
        rows = Rows(rescan_bytes=500000 * (index + 1), kept_bytes=200000, row_bytes=3000, dims=ROW_DIMS[index])
        one = single(MODELS[name], VectorWork(alu=100000 * (index + 1), transcendental=1000, rows=rows))
        base = len(tensors)
        reads = tuple(Use(base + use.tensor, use.operand, use.fraction) for use in one.regions[0].reads)
        regions.append(RegionWork(name, "matmul", (), MODELS[name], one.regions[0].vector, reads, (Write(base + 2),)))
        tensors += one.tensors
    return tabulate_network(Network("four", 1, 0, tuple(regions), tuple(tensors)), technology(7, "gddr6"))


TABLE = network_table()
RESIDENT = np.linspace(0.05, 0.95, len(TABLE.tensor_bytes))


def costs(on: Machine, recipes: Any, temperature: Any, table: ContractionTable = TABLE.contractions) -> Any:
    """[6 x 4 + 2] latency, energy, overflow, score, bound and buffer taken of each region, then area and power.

    All are scaled to the order of 1.
    """
    tech = technology(on.node_nm, on.dram_kind)
    made = realise(Recipe(*recipes.T), table, on, temperature)
    cost = contraction_cost(schedule(made, table, temperature), table, on, tech, temperature)
    arrays = region_arrays(TABLE, on, tech, cost, RESIDENT, temperature)
    ranked = score(made, mapping_cost(made, table, on, temperature), on)
    chip = chip_cost(on)
    xp = namespace(arrays.latency_s, made.overflow, chip.tdp_w)
    parts = (arrays.latency_s * 1e4, arrays.energy_j * 1e2, made.overflow, ranked * 1e4, arrays.dram_s * 1e4)
    per_region = [*parts, sum(cost.tile_bytes) / MIB]
    return xp.concatenate([*per_region, xp.stack([xp.asarray(chip.area_m2 * 1e4), xp.asarray(chip.tdp_w / 10)])])


def at(coordinates: Any) -> Machine:
    """The machine at logarithms of sizes, and kinds."""
    xp = namespace(coordinates)
    values = zip(SEARCHED, coordinates, strict=True)
    return machine(**{name: value if name in KINDS else xp.exp(value) for name, value in values})


def coordinates_of(values: Mapping[str, float]) -> np.ndarray:
    """The inverse of ``at``."""
    return np.asarray([values[name] if name in KINDS else np.log(values[name]) for name in SEARCHED])


def rotated(turn: int) -> np.ndarray:
    """Every contraction meets every recipe in four turns."""
    return np.roll(RECIPES, turn, axis=0)


@pytest.fixture(scope="module")
def traced() -> Callable[..., Any]:
    """``costs`` compiled by JAX, of legal machines' values: exact."""

    def exact(values: Any, recipes: Any) -> Any:
        return costs(machine(**dict(zip(SEARCHED, values, strict=True))), recipes, 0.0)

    return jax.jit(exact, compiler_options=QUICK)


def relaxed(coordinates: Any, recipes: Any, temperature: Any) -> Any:
    """``costs`` of coordinates, at any temperature above 0."""
    return costs(at(coordinates), recipes, temperature, TABLE.contractions.map(jnp.asarray))


@pytest.fixture(scope="module")
def traced_relaxed() -> Callable[..., Any]:
    """``relaxed`` traced by JAX and run as the search runs it."""
    return interpreted(relaxed)


@pytest.fixture(scope="module")
def slopes() -> Callable[..., Any]:
    """Gradient of the weighted sum of ``costs`` by the coordinates, traced by JAX and run as the search runs it."""

    def weighted(coordinates: Any, recipes: Any, temperature: Any, weights: Any) -> Any:
        return (relaxed(coordinates, recipes, temperature) * weights).sum()

    return interpreted(jax.grad(weighted))


@pytest.mark.parametrize("turn", range(4))
def test_jax_gives_the_exact_values_of_numpy(traced: Callable[..., Any], turn: int):
    for changes in (
        {},
        {"l1_shared": 1, "pe_x": 2},
        {"l2_enabled": 1, "l2_weight_multiplier": 4},
        {"global_buffer_bytes": 0},
    ):
        values = LEGAL | changes
        exact = costs(machine(**values), rotated(turn), 0.0)
        assert np.all(np.isfinite(exact))
        found = traced(np.asarray([float(values[name]) for name in SEARCHED]), rotated(turn))
        np.testing.assert_allclose(found, exact, rtol=1e-9)


@pytest.mark.parametrize("temperature", [0.01, 0.3, 1.0])
@pytest.mark.parametrize("turn", range(4))
def test_jax_gives_the_relaxed_values_of_numpy(traced_relaxed: Callable[..., Any], turn: int, temperature: float):
    start = coordinates_of(RELAXED)
    exact = costs(at(start), rotated(turn), temperature)
    assert np.all(np.isfinite(exact))
    np.testing.assert_allclose(traced_relaxed(start, rotated(turn), temperature), exact, rtol=1e-9)


@pytest.mark.parametrize("turn", range(4))
def test_gradients_are_slopes(slopes: Callable[..., Any], turn: int):
    """At temperature 1, against central differences of the NumPy function, summed with random weights."""
    start, step = coordinates_of(RELAXED), 1e-5
    weights = np.random.default_rng(turn).uniform(0.5, 1.5, 6 * len(NAMES) + 2)
    gradient = np.asarray(slopes(start, rotated(turn), 1.0, weights))
    for index, unit in enumerate(np.eye(len(start))):
        above, below = (costs(at(start + sign * step * unit), rotated(turn), 1.0) @ weights for sign in (1, -1))
        assert gradient[index] == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-6), SEARCHED[index]


def test_gradients_see_every_searched_parameter(slopes: Callable[..., Any]):
    """No parameter is invisible to the search: each moves the cost of some region, not only of the chip."""
    weights = np.ones(6 * len(NAMES) + 2)
    weights[-2:] = 0.0
    gradients = [slopes(coordinates_of(RELAXED), rotated(turn), 1.0, weights) for turn in range(4)]
    seen = np.abs(np.asarray(gradients)).max(axis=0)
    assert {name for name, slope in zip(SEARCHED, seen, strict=True) if slope < 1e-9} == set()


def test_vmap_equals_a_loop():
    many = coordinates_of(RELAXED) + np.random.default_rng(0).normal(scale=0.3, size=(5, len(SEARCHED)))
    found = interpreted(jax.vmap(relaxed, in_axes=(0, None, None)))(many, RECIPES, 0.3)
    loop = [costs(at(one), RECIPES, 0.3) for one in many]
    np.testing.assert_allclose(found, loop, rtol=1e-9)


@pytest.mark.parametrize("name", SEARCHED)
def test_one_parameter_alone_may_be_traced(name: str):
    """The others are constants of the same library: mixing it with Python numbers is not supported."""
    constants = {other: jnp.asarray(float(size)) for other, size in RELAXED.items()}
    jax.eval_shape(lambda value: costs(machine(**(constants | {name: value})), RECIPES, 1.0), constants[name])


@pytest.mark.parametrize("temperature", [0.1, 1.0])
def test_gradients_without_a_global_buffer_are_numbers(slopes: Callable[..., Any], temperature: float):
    with np.errstate(divide="ignore"):
        none = coordinates_of(RELAXED | {"global_buffer_bytes": 0.0})
    gradient = slopes(none, RECIPES, temperature, np.ones(6 * len(NAMES) + 2))
    assert {name for name, slope in zip(SEARCHED, gradient, strict=True) if not np.isfinite(slope)} == set()
