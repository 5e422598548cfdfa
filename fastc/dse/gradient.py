"""Gradient search: many starts at once, annealed; rounding; exact evaluation; polish on the legal grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from fastc.dse.exact import Evaluator
from fastc.dse.polish import canonical, polish
from fastc.dse.records import Evaluation, Options, Point, SearchProblem, SearchResult
from fastc.dse.relaxed import RelaxedProblem, Theta, best_shares, loss, rank_recipes, relax, roofline_metrics
from fastc.dse.watch import Watch
from hwmodels.records import Array

KEEP = 6
"""Recipes per contraction that the relaxation blends between two rankings."""

BLOCK = 5
"""Steps between two rankings of the recipes (and solutions of the residency, and updates of the multipliers)."""

TEMPERATURES = (1.0, 0.8)
"""First and last temperature of the steps. Lower ones make the objective jagged while sizes are between the legal
values, and its gradients lie; the exact compile of the rounded points does the rest."""

LEARNING_RATE = 0.15
"""Adam's step in log2 of a size: a doubling takes about seven."""

STIFFNESS = 10.0
"""Penalty weight of the augmented Lagrangian."""

START_POOL = 64
"""Random legal machines drawn per start."""

ROUNDED = 12
"""Rounded starts that are evaluated exactly, best relaxed value first."""

COMPILER_OPTIONS = {"xla_disable_hlo_passes": "fusion,cpu-instruction-fusion,multi_output_fusion"}
"""The relaxed objective is some 16,000 small element-wise ops; XLA's CPU fusion takes minutes over them and gains
nothing."""

POLISHED = 2
"""Best rounded points that are polished."""


class Carry(NamedTuple):
    """State of one start between steps."""

    theta: Theta
    optimizer: optax.OptState
    before: Array
    """[P] coordinates before the last step, which ``value`` and ``excess`` belong to."""
    value: Array
    excess: Array


@dataclass(frozen=True)
class Snapshot:
    """The best that each of S starts has seen."""

    coordinates: np.ndarray
    """[S, P]"""
    values: np.ndarray
    """[S] log objective less a penalty for the excess of the constraints."""
    mixes: list[np.ndarray]
    """Per model, [S, V] logits of the flag variants."""

    def improved(self, carry: Carry) -> Snapshot:
        """With the starts' present state where that is better."""
        excess = np.maximum(np.asarray(carry.excess), 0.0)
        values = np.asarray(carry.value) - STIFFNESS * np.sum(excess, axis=-1)
        rose = values > self.values
        return Snapshot(
            np.where(rose[:, None], np.asarray(carry.before), self.coordinates),
            np.where(rose, values, self.values),
            [
                np.where(rose[:, None], np.asarray(new), old)
                for new, old in zip(carry.theta.variants, self.mixes, strict=True)
            ],
        )


def gradient_search(problem: SearchProblem, options: Options) -> SearchResult:
    """Search ``problem`` by gradients; raises FloatingPointError naming a parameter that stops being finite."""
    evaluator = Evaluator(problem)
    watch = Watch(options, evaluator)
    relaxed = relax(problem)
    rng = np.random.default_rng(options.seed)
    starts = draw_starts(relaxed, evaluator, options.starts, rng)
    seen = descend(relaxed, starts, options, watch)
    order = np.argsort(-seen.values, kind="stable")
    rounded: list[Point] = []
    for index in order:
        point = round_point(problem, seen.coordinates[index], [mix[index] for mix in seen.mixes])
        if point not in rounded:
            rounded.append(point)
    rounded = rounded[:ROUNDED]
    results: list[Evaluation] = []
    for index, point in enumerate(rounded):
        if watch.spent():
            break
        results.append(watch.evaluate(point, "exact", index + 1, len(rounded)))
    polish(problem, sorted_best(results)[:POLISHED], watch)
    best = watch.best
    if best is None:
        raise RuntimeError("the search ended before its first exact evaluation; give it more trials or time")
    return SearchResult(
        best=best,
        feasible=best.violation == 0.0,
        relaxed_value=float(np.exp(seen.values[order[0]])),
        exact_evaluations=evaluator.count,
        relaxed_evaluations=options.starts * options.steps,
        starts=options.starts,
        wall_s=watch.seconds(),
        trajectory=tuple(watch.trajectory),
    )


def sorted_best(results: Sequence[Evaluation]) -> list[Evaluation]:
    """Best first; ties keep their order."""
    return sorted(results, key=lambda result: (result.violation, -result.value))


def draw_starts(relaxed: RelaxedProblem, evaluator: Evaluator, count: int, rng: np.random.Generator) -> np.ndarray:
    """[count, P] coordinates of random legal machines: each the most promising of ``START_POOL`` draws.

    Promising is a small excess of area and TDP, then a high objective by roofline. The batch, which decides what fits
    on chip and so separates the optima, is spread evenly over the starts instead of drawn.
    """
    parameters = relaxed.problem.space.parameters
    variants = (0,) * len(relaxed.problem.models)
    starts: list[np.ndarray] = []
    for start in range(count):
        pool: list[tuple[float, float, int, np.ndarray]] = []
        for index in range(START_POOL):
            values = [float(p.values[rng.integers(len(p.values))]) for p in parameters]
            for which, parameter in enumerate(parameters):
                if parameter.name == "native_batch":
                    values[which] = parameter.values[start * len(parameter.values) // count]
            point = Point(tuple(zip((p.name for p in parameters), values, strict=True)), variants)
            here = np.asarray([p.coordinate(value) for p, value in zip(parameters, values, strict=True)])
            promise = float(relaxed.problem.objective(roofline_metrics(relaxed, here)))
            pool.append((evaluator.chip_violation(point), -promise, index, here))
        starts.append(min(pool, key=lambda entry: entry[:3])[3])
    return np.stack(starts)


def descend(relaxed: RelaxedProblem, starts: np.ndarray, options: Options, watch: Watch) -> Snapshot:
    """Run all starts from ``starts`` [S, P]; the best that each has seen."""
    count = len(starts)
    bounds = jnp.asarray(relaxed.bounds)
    theta = Theta(
        jnp.clip(jnp.asarray(starts), bounds[:, 0], bounds[:, 1]),
        tuple(jnp.zeros((count, len(variants))) for variants in relaxed.networks),
        tuple(tuple(jnp.zeros((count, len(n.choices.pinned))) for n in variants) for variants in relaxed.networks),
    )
    blocks = max(1, options.steps // BLOCK)
    temperatures = np.linspace(*TEMPERATURES, blocks)
    optimizer = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, blocks * BLOCK, alpha=0.1))
    run_block = jax.jit(_block_runner(relaxed, optimizer, bounds), compiler_options=_compiler_options())
    constraints = len(relaxed.problem.constraints)
    carry = Carry(
        theta, jax.vmap(optimizer.init)(theta), theta.coordinates, jnp.zeros(count), jnp.zeros((count, constraints))
    )
    multipliers = jnp.zeros((count, constraints))
    best = Snapshot(starts, np.full(count, -np.inf), [np.asarray(logits) for logits in theta.variants])
    for block, temperature in enumerate(temperatures):
        here = np.asarray(carry.theta.coordinates)
        recipes = np.stack([rank_recipes(relaxed, point, float(temperature), KEEP) for point in here])
        residency = [best_shares(relaxed, *at, float(temperature)) for at in zip(here, recipes, strict=True)]
        shares = jax.tree.map(lambda *each: jnp.asarray(np.stack(each)), *[_as_tuples(logits) for logits in residency])
        carry = carry._replace(theta=carry.theta._replace(residency=shares))
        carry = run_block(carry, jnp.asarray(recipes), temperature, multipliers)
        _require_finite(relaxed, carry)
        best = best.improved(carry)
        multipliers = jnp.maximum(multipliers + STIFFNESS * carry.excess, 0.0)
        watch.report("relaxed", (block + 1) * BLOCK, blocks * BLOCK)
        if watch.options.budget_s is not None and watch.seconds() > 0.5 * watch.options.budget_s:
            break
    return best


def _as_tuples(logits: list[list[np.ndarray]]) -> tuple[tuple[np.ndarray, ...], ...]:
    return tuple(tuple(variants) for variants in logits)


def _compiler_options() -> dict[str, str] | None:
    return COMPILER_OPTIONS if jax.default_backend() == "cpu" else None


def _block_runner(relaxed: RelaxedProblem, optimizer: optax.GradientTransformation, bounds: Array):
    """A function that takes ``BLOCK`` steps of every start with fixed recipes, temperature and multipliers."""

    def step(carry: Carry, recipes: Array, temperature: Array, multipliers: Array) -> Carry:
        def objective(theta: Theta) -> tuple[Array, tuple[Array, Array]]:
            return loss(relaxed, theta, recipes, temperature, multipliers, STIFFNESS)

        (_, (value, excess)), gradient = jax.value_and_grad(objective, has_aux=True)(carry.theta)
        updates, state = optimizer.update(gradient, carry.optimizer, carry.theta)
        theta: Theta = optax.apply_updates(carry.theta, updates)  # pyright: ignore[reportAssignmentType]
        inside = jnp.clip(theta.coordinates, bounds[:, 0], bounds[:, 1])
        return Carry(theta._replace(coordinates=inside), state, carry.theta.coordinates, value, excess)

    def run(carry: Carry, recipes: Array, temperature: Array, multipliers: Array) -> Carry:
        many = jax.vmap(step, in_axes=(0, 0, None, 0))

        def body(state: Carry, _: None) -> tuple[Carry, None]:
            return many(state, recipes, temperature, multipliers), None

        return jax.lax.scan(body, carry, None, length=BLOCK)[0]

    return run


def _require_finite(relaxed: RelaxedProblem, carry: Carry) -> None:
    coordinates = np.asarray(carry.theta.coordinates)
    for index, parameter in enumerate(relaxed.problem.space.parameters):
        if not np.isfinite(coordinates[:, index]).all():
            raise FloatingPointError(
                f"the relaxed search lost parameter '{parameter.name}': its gradient is not finite"
            )
    if not np.isfinite(np.asarray(carry.value)).all():
        raise FloatingPointError("the relaxed objective is not finite although every parameter is")


def round_point(problem: SearchProblem, coordinates: np.ndarray, logits: Sequence[np.ndarray]) -> Point:
    """The legal point nearest to a relaxed one."""
    values = tuple(
        (parameter.name, parameter.nearest(float(coordinate)))
        for parameter, coordinate in zip(problem.space.parameters, coordinates, strict=True)
    )
    return canonical(problem, Point(values, tuple(int(np.argmax(logit)) for logit in logits)))
