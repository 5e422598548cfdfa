"""The relaxed objective: near the exact one, exact in the limit, and with true gradients."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from fastc.dse.exact import Evaluator
from fastc.dse.gradient import rooflines
from fastc.dse.interpreted import interpreted
from fastc.dse.records import Point
from fastc.dse.relaxed import (
    Blend,
    RelaxedProblem,
    Theta,
    blended_cost,
    coordinate_bounds,
    loss,
    machine_at,
    rank_recipes,
    relax,
    relaxed_metrics,
    resident_shares,
)
from hwmodels.contractions import tabulate
from hwmodels.mapper import NoMappingError, map_network
from hwmodels.network import evaluate
from hwmodels.recipes import RECIPE_SHAPE
from hwmodels.records import Placement
from tests.unit.dse.dse_cases import BASE, FULL_SPACE, at_most, network, problem

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _float64() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="module")
def relaxed() -> RelaxedProblem:
    return relax(problem())


def _theta(relaxed: RelaxedProblem, coordinates: np.ndarray | jax.Array, logit: float) -> Theta:
    sizes = [len(variant.choices.pinned) for variant in relaxed.networks[0]]
    return Theta(jnp.asarray(coordinates), (jnp.zeros(len(sizes)),), (tuple(jnp.full(size, logit) for size in sizes),))


def _random_points(count: int, seed: int) -> list[Point]:
    generator = np.random.default_rng(seed)
    return [
        Point(tuple((p.name, float(generator.choice(p.values))) for p in FULL_SPACE.parameters), (0,))
        for _ in range(count)
    ]


def _coordinates(point: Point) -> np.ndarray:
    pairs = zip(FULL_SPACE.parameters, point.values, strict=True)
    return np.asarray([parameter.coordinate(value) for parameter, (_, value) in pairs])


def test_limit_is_the_exact_objective(relaxed: RelaxedProblem) -> None:
    """With nothing resident, relaxed latency and energy of legal machines approach the exact ones as the temperature
    falls: within 1 percent at 0.001, and nearer than at 0.3."""

    @interpreted
    def measure(theta: Theta, recipes: Blend, temperature: jax.Array) -> tuple[jax.Array, jax.Array]:
        metrics = relaxed_metrics(relaxed, theta, recipes, temperature)[0]
        return metrics.latency_s, metrics.energy_j

    compared = 0
    for point in _random_points(12, seed=1):
        if dict(point.values)["global_buffer_bytes"] == 0.0:
            continue
        machine = FULL_SPACE.machine(dict(point.values))
        module = network(int(machine.native_batch))
        try:
            mappings = map_network(module, machine)
        except NoMappingError:
            continue
        exact = evaluate(module, machine, mappings, Placement(("dram",) * len(module.tensors), 0.0, 0.0))
        errors: list[float] = []
        for temperature in (0.3, 0.001):
            coordinates = _coordinates(point)
            recipes = rank_recipes(relaxed, coordinates, 0.0, 1)
            latency_s, energy_j = measure(_theta(relaxed, coordinates, -50.0), recipes, temperature)
            errors.append(abs(float(latency_s) / exact.latency_s - 1.0))
            if temperature < 0.01:
                assert float(energy_j) * machine.native_batch == pytest.approx(exact.energy_j, rel=0.02)
        assert errors[1] < 0.01
        assert errors[1] <= errors[0] + 1e-4
        compared += 1
    assert compared >= 6


def test_of_equal_recipes_the_first_is_ranked_first(relaxed: RelaxedProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are equal but one far behind, which is better: it, then of each choice of what is on the PEs the first."""
    better = (1, 2, 0, 1, 2, 3)
    monkeypatch.setattr("hwmodels.shortlist._first_of_its_like", lambda pes, engine, temperature: engine >= 0)

    def equal(realised: Any, cost: Any, machine: Any, *, own_tiles: bool) -> np.ndarray:
        places = np.ravel_multi_index(tuple(np.broadcast_arrays(*realised.recipe)), RECIPE_SHAPE)
        return np.broadcast_to(
            np.where(places == np.ravel_multi_index(better, RECIPE_SHAPE), 1e-12, 1.0), cost.engine_s.shape
        )

    monkeypatch.setattr("hwmodels.mapper.score", equal)
    found = rank_recipes(relaxed, coordinate_bounds(FULL_SPACE)[:, 1], 1.0, 4)
    np.testing.assert_allclose(found.weights, np.eye(4)[:1].repeat(len(found.weights), axis=0), atol=1e-12)
    for first, *others in found.recipes.tolist():
        assert first == list(better)
        assert others == [[0, 0, 0, which, 0, 0] for which in range(3)]


def test_nearly_as_good_recipes_weigh_nearly_as_much(relaxed: RelaxedProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is worse by the spread at that temperature, 5 % at 1, and weighs 1 / e or so; the third has none."""
    recipes = np.zeros((len(np.unique(relaxed.leader)), 3, 6), np.int64)
    scores = np.broadcast_to(np.asarray([2.0, 2.0 * 1.05, np.inf]), recipes.shape[:2])
    monkeypatch.setattr("fastc.dse.relaxed.best_recipes", lambda *_: (recipes, scores))
    for temperature, second in ((1.0, 1.05 ** (-1 / 0.051)), (0.0, 0.0)):
        found = rank_recipes(relaxed, coordinate_bounds(FULL_SPACE)[:, 1], temperature, 3)
        np.testing.assert_allclose(found.weights[:, 1] / found.weights[:, 0], second, atol=1e-9)
        np.testing.assert_allclose(found.weights.sum(axis=1), 1.0)
        np.testing.assert_array_equal(found.weights[:, 2], 0.0)


def test_gradient_agrees_with_finite_differences(relaxed: RelaxedProblem) -> None:
    """At temperature 1 every step is smooth away from its kinks: central differences in float64 give the gradient."""
    constrained = relax(problem(constraints=(at_most("tdp <= 5 W", "tdp_w", 5.0),)))
    generator = np.random.default_rng(3)
    bounds = coordinate_bounds(FULL_SPACE)
    start = bounds[:, 0] + (bounds[:, 1] - bounds[:, 0]) * generator.uniform(0.3, 0.7, len(bounds))
    recipes = rank_recipes(constrained, start, 1.0, 3)

    def objective(coordinates: jax.Array) -> jax.Array:
        theta = _theta(constrained, coordinates, 0.1)
        return loss(constrained, theta, recipes, 1.0, jnp.ones(1), 10.0)[0]

    value = interpreted(objective)
    gradient = np.asarray(interpreted(jax.grad(objective))(jnp.asarray(start)))
    step = 1e-6
    for index in range(len(start)):
        move = np.zeros(len(start))
        move[index] = step
        slope = (float(value(jnp.asarray(start + move))) - float(value(jnp.asarray(start - move)))) / (2 * step)
        assert gradient[index] == pytest.approx(slope, rel=1e-4, abs=1e-6), FULL_SPACE.parameters[index].name
    assert np.count_nonzero(gradient) > len(start) // 2


def test_machine_at_legal_coordinates_is_the_machine() -> None:
    """Coordinates are log2 of sizes: 5 means 32."""
    for point in _random_points(5, seed=2):
        machine = machine_at(FULL_SPACE, _coordinates(point))
        assert float(machine.pe_x) == dict(point.values)["pe_x"]
        assert float(machine.l1_input_bytes) == dict(point.values)["l1_input_bytes"]
        assert machine.clock_hz == BASE.clock_hz


def test_shares_never_exceed_the_buffer(relaxed: RelaxedProblem) -> None:
    """Wishing for everything on a machine with 1 MiB at batch 64 keeps, at each region, at most 1 MiB."""
    affine = relaxed.networks[0][0]
    coordinates = _coordinates(_random_points(1, seed=4)[0])
    names = [parameter.name for parameter in FULL_SPACE.parameters]
    coordinates[names.index("native_batch")] = 4.0
    coordinates[names.index("global_buffer_bytes")] = 20.0
    machine = machine_at(FULL_SPACE, coordinates)
    cost = blended_cost(relaxed, machine, rank_recipes(relaxed, coordinates, 1.0, 3), 1.0)
    wish = jnp.full(len(affine.choices.pinned), 9.0)
    shares = np.asarray(resident_shares(affine, affine.high, cost, machine, wish, 1.0))
    module = network(16)
    for region in range(len(module.regions)):
        live = sum(
            share * tensor.bytes
            for share, tensor in zip(shares, module.tensors, strict=True)
            if tensor.role == "weight" or tensor.producer <= region <= max(tensor.consumers, default=-1)
        )
        assert live <= 2**20
    assert shares.max() > 0.0


def test_evaluator_refuses_an_objective_that_is_not_a_number() -> None:
    """A bad number stops the run; it is never skipped."""
    broken = replace(problem(), objective=lambda metrics: float("nan"))
    values = tuple((p.name, float(getattr(BASE, p.name))) for p in FULL_SPACE.parameters)
    with pytest.raises(ArithmeticError, match="perf / tdp"):
        Evaluator(broken)(Point(values, (0,)))


def test_tabulated_rows_are_affine_in_the_batch(relaxed: RelaxedProblem) -> None:
    """The two reference batches give every other batch's bounds by a straight line."""
    third = tabulate([region.contraction for region in network(64).regions if region.contraction is not None])
    line = relaxed.low.map(lambda low, high: low + (high - low) * (64 - 8) / (16 - 8), relaxed.high)
    rows = relaxed.networks[0][0].row_offset
    np.testing.assert_array_equal(line.bounds.stack()[rows], third.bounds.stack())


TRACE = """
import hashlib, jax, jax.numpy as jnp, numpy as np
from fastc.dse.relaxed import Theta, loss, rank_recipes, relax
from tests.unit.dse.dse_cases import problem

relaxed = relax(problem())
here = relaxed.bounds.mean(axis=1)
recipes = rank_recipes(relaxed, here, 1.0, 3)
residency = tuple(tuple(jnp.zeros(len(n.choices.pinned)) for n in variants) for variants in relaxed.networks)
theta = Theta(jnp.asarray(here), tuple(jnp.zeros(len(variants)) for variants in relaxed.networks), residency)
gradient = jax.grad(lambda theta: loss(relaxed, theta, recipes, 1.0, jnp.zeros(0), 10.0)[0])
print(hashlib.sha256(str(jax.make_jaxpr(gradient)(theta)).encode()).hexdigest())
"""


def test_every_process_differentiates_in_the_same_order() -> None:
    """Python hashes strings anew in each process: nothing may go by the order of a set of them, or sums are rounded
    differently and the same seed finds other machines."""
    traced = {
        subprocess.run(
            [sys.executable, "-c", TRACE],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(traced) == 1


def test_no_machine_is_better_than_its_roofline(relaxed: RelaxedProblem) -> None:
    """Of machines with many batches, asked together: each has its own, in the order of the machines."""
    points = [*_random_points(24, seed=5), *_random_points(2, seed=5)]
    assert len({dict(point.values)["native_batch"] for point in points}) > 2
    together = rooflines(relaxed, points)
    assert together[24:] == together[:2]
    assert len(set(together)) == 24
    evaluator = Evaluator(problem())
    shares = [evaluator(point).value / most for point, most in zip(points, together, strict=True)]
    assert max(shares) <= 1.0 + 1e-9
    # And one comes near it.
    assert max(shares) > 0.9
