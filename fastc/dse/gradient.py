"""Gradient search: many starts at once, annealed; rounding; exact evaluation; breeding and polish on the legal grid."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, TypeAlias, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.sharding import Mesh
from jax.sharding import PartitionSpec as P

from fastc.dse.breed import Breeder, unlike
from fastc.dse.exact import Evaluator
from fastc.dse.interpreted import interpreted
from fastc.dse.journal import Journal
from fastc.dse.kinds import try_kinds
from fastc.dse.narrow import first_ones, narrowed, promising, widened
from fastc.dse.polish import Climb, brief, canonical, polish, spread
from fastc.dse.promise import Promise, coordinates_of
from fastc.dse.records import Evaluation, Point, SearchProblem
from fastc.dse.relaxed import Blend, RelaxedProblem, Theta, best_shares, loss, rank_recipes, relax, roofline_metrics
from fastc.dse.watch import Background, Relaxed, Watch
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
"""For several CPUs: the relaxed objective is some 16,000 small element-wise ops; XLA's fusion takes minutes over them
and gains nothing."""

CLIMBED = (0.4, 0.65, 0.85)
"""Of the trials, and of the budget, when climbs set out from the best machines that are bred so far. After the last of
them comes a close look around the best one."""

CLIMBERS = 2
"""Of different batches, each time, and one with another array than the best."""

BRIEF = 40
"""Evaluations of each of these climbs, at most: about one sweep of all parameters of FAST's space."""

BRIEF_TRIALS = 0.04
"""The same, of the trials."""

MIXED = 2
"""Settings of a model's flags that the relaxed search mixes: each takes as long as another model."""

LEAST_DESCENTS = 4
"""Starts of the relaxed search, at least, however many models there are."""

EARLY_TRIALS = 0.3
"""Of the trials, at most, for breeding from the starts before the relaxed search, which begins only seconds later."""

EARLY_MOST = 200
"""The same, as a number of evaluations."""

EARLY_SHARE = 0.15
"""The same, of the budget."""


class Look(NamedTuple):
    """When the best machine is tried as other kinds, and how: see ``try_kinds``."""

    after: float
    """This part of early breeding."""
    batches: bool
    most: int | None


EARLY_LOOKS = (Look(0.2, True, 16), Look(0.5, False, None), Look(1.0, True, None))
"""The first one is brief: what it finds is best soon, and seldom for long."""

RELAXED_SHARE = 0.5
"""Of the budget, at most, for the relaxed search."""

DESCENT = "descent"
"""The journal's note of what the relaxed search found."""


class Carry(NamedTuple):
    """State of one start between steps."""

    theta: Theta
    optimizer: optax.OptState
    before: Array
    """[P] coordinates before the last step, which ``value`` and ``excess`` belong to."""
    value: Array
    excess: Array


BlockRunner: TypeAlias = Callable[[Carry, Blend, Array, Array], Carry]
"""``BLOCK`` steps of every start, from carry, recipes, temperature and multipliers."""


Tree = TypeVar("Tree")


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


@dataclass
class Seen:
    """What the relaxed search has seen so far; another thread may look."""

    best: Snapshot
    steps: int = 0


class Descent(NamedTuple):
    """What the relaxed search found."""

    points: tuple[Point, ...]
    """Rounded, different, the most promising first; ``ROUNDED`` at most."""
    value: float | None
    """Best objective of the relaxed model; None where no step was taken."""
    evaluations: int
    """Of the relaxed objective, with its gradient."""


def gradient_search(problem: SearchProblem, watch: Watch, journal: Journal | None) -> None:
    """Search ``problem`` by gradients; ``watch`` has the result.

    First it breeds from the relaxed search's own starts, then that begins, also from where breeding led, and what it
    found is bred from on. With a budget the relaxed search ends when half of it is over. Raises FloatingPointError
    naming a parameter that stops being finite.
    """
    kept = first_ones(problem, MIXED)
    relaxed = relax(narrowed(problem, kept))
    starts = draw_starts(relaxed, watch.evaluator, watch.options.starts, np.random.default_rng(watch.options.seed))
    promise = Promise(watch.evaluator, partial(rooflines, relaxed))
    breeder = Breeder(Climb(problem, watch), random.Random(watch.options.seed), promise)
    population = breed_early(starts, breeder, promise)
    found = recall_descent(problem, journal)
    if found is None:
        starts = mixed_with(starts, population, problem)
        chains = any(variant.chains is not None for model in problem.models for variant in model.variants)
        if kept != (kept := promising(problem, population, MIXED)) or chains:
            # Chains while relaxed are those of the best machine so far.
            relaxed = relax(narrowed(problem, kept), population[0].machine if population else None)
        found, complete = relaxed_search(relaxed, starts, watch)
        found = found._replace(points=tuple(widened(point, kept) for point in found.points))
        if complete and journal is not None:
            note_descent(found, journal)
    watch.relaxed = Relaxed(found.value, found.evaluations, descents(problem, watch.options.starts))
    results = evaluate_all(found.points, watch)
    if problem.objectives:
        spread(problem, watch)
    else:
        # What is known leads back to where the search has been: EfficientNet-B1 stayed 17 % below its best so.
        breed_on([*population, *results], replace(breeder, promise=None), promise)


def descents(problem: SearchProblem, starts: int) -> int:
    """How many of ``starts`` descend: each takes as long as there are models."""
    return min(starts, max(LEAST_DESCENTS, starts // len(problem.models)))


def mixed_with(starts: np.ndarray, population: Sequence[Evaluation], problem: SearchProblem) -> np.ndarray:
    """Where descents begin: half in the first of ``starts`` [S, P], half in the best of different batches of
    ``population``."""
    count = descents(problem, len(starts))
    bred = [coordinates_of(problem, one.point) for one in unlike(population, -(-count // 2))]
    return np.stack([*starts[: count - len(bred)], *bred])


def rooflines(relaxed: RelaxedProblem, points: Sequence[Point]) -> list[float]:
    """The objective on the machine of each of ``points`` were every region as fast as its lower bound."""
    found: dict[Point, float] = {}
    batches: dict[float | None, list[Point]] = {}
    for point in points:
        batches.setdefault(dict(point.values).get("native_batch"), []).append(point)
    for alike in batches.values():
        here = np.stack([coordinates_of(relaxed.problem, point) for point in alike])
        values = map(relaxed.problem.objective, roofline_metrics(relaxed, here))
        found |= zip(alike, map(float, values), strict=True)
    return [found[point] for point in points]


def climbers(population: Sequence[Evaluation]) -> list[Evaluation]:
    """Of ``population``, which is in order: the best of ``CLIMBERS`` batches, and the best with another array than the
    first, if there is one: it may have come to the top of its kind later."""
    chosen = unlike(population, CLIMBERS)
    arrays = [(one.machine.array_rows, one.machine.array_columns) for one in population]
    others = [one for one, array in zip(population, arrays, strict=True) if array != arrays[0] and one not in chosen]
    return [*chosen, *others[:1]]


def breed_on(population: Sequence[Evaluation], breeder: Breeder, promise: Promise) -> None:
    """Breed; now and then try the best as other kinds of machines, and climb briefly from the best; towards the end
    look around the best one closely."""
    climb = breeder.climb
    watch, trials = climb.watch, climb.watch.options.trials
    most = BRIEF if trials is None else min(BRIEF, int(BRIEF_TRIALS * trials))
    for share in CLIMBED:
        last = None if trials is None else int(share * trials)
        population = replace(breeder, climb=replace(climb, last=last, share=share)).breed(population)
        population = breeder.fittest([*population, *try_kinds(population[0], replace(climb, share=share), promise)])
        population = [*population, *(brief(seed, climb, most) for seed in climbers(population))]
    assert watch.best is not None, "one point at least was evaluated"
    polish([watch.best], climb)
    breeder.breed([*population, watch.best])


def breed_early(starts: np.ndarray, breeder: Breeder, promise: Promise) -> list[Evaluation]:
    """What is bred, best first, from the problem's seeds and the legal points nearest to ``starts`` [S, P]; now and
    then (``EARLY_LOOKS``) the best is tried as other kinds of machines."""
    problem, watch = breeder.climb.problem, breeder.climb.watch
    trials = watch.options.trials
    last = EARLY_MOST if trials is None else min(EARLY_MOST, int(EARLY_TRIALS * trials))
    legal = [round_point(problem, start, [np.zeros(1)] * len(problem.models)) for start in starts]
    points = tuple(dict.fromkeys((*problem.seeds, *legal)))
    results = evaluate_all(points[: max(1, len(problem.seeds), last)], watch, first=True, share=EARLY_SHARE)
    climb = replace(breeder.climb, share=EARLY_SHARE)
    for look in EARLY_LOOKS:
        results = replace(breeder, climb=replace(climb, last=int(look.after * last))).breed(results)
        others = try_kinds(results[0], climb, promise, batches=look.batches, most=look.most)
        results = breeder.fittest([*results, *others])
    return results


def evaluate_all(points: Sequence[Point], watch: Watch, *, first: bool = False, share: float = 1.0) -> list[Evaluation]:
    """Evaluate ``points`` until a limit is met, or ``share`` of the budget.

    With ``first``, at least the first one: who stops the search before its first evaluation waits for that one, so that
    there is a result.
    """
    results: list[Evaluation] = []
    for index, point in enumerate(points):
        if (results or not first) and (watch.spent() or watch.late(share)):
            break
        watch.prefetch(points[index:])
        results.append(watch.evaluate(point, "exact", index + 1, len(points)))
    return results


def relaxed_search(relaxed: RelaxedProblem, starts: np.ndarray, watch: Watch) -> tuple[Descent, bool]:
    """The relaxed search from ``starts`` [S, P], and whether it was through before half of the budget was."""
    problem, options = relaxed.problem, watch.options
    mixes = [np.zeros((len(starts), len(variants))) for variants in relaxed.networks]
    seen = Seen(Snapshot(starts, np.full(len(starts), -np.inf), mixes))
    steps = max(1, options.steps // BLOCK) * BLOCK
    watch.report("relaxed", 0, steps)
    # On an accelerator XLA compiles for a minute or so and cannot be interrupted.
    work = Background(lambda: descend(relaxed, starts, seen, watch), "relaxed search")
    try:
        if work.wait(lambda: watch.late(RELAXED_SHARE)):
            work.result()
    finally:
        work.leave()
    best, taken = seen.best, seen.steps
    order = np.argsort(-best.values, kind="stable")
    rounded = [round_point(problem, best.coordinates[i], [mix[i] for mix in best.mixes]) for i in order]
    value = float(np.exp(best.values[order[0]])) if taken else None
    return Descent(tuple(dict.fromkeys(rounded))[:ROUNDED], value, len(starts) * taken), taken == steps


def recall_descent(problem: SearchProblem, journal: Journal | None) -> Descent | None:
    """What the relaxed part found before the search was killed, as the journal has it."""
    note = None if journal is None else journal.note(DESCENT)
    if journal is None or note is None:
        return None
    parameters = problem.space.parameters
    try:
        points = tuple(
            Point(
                tuple((p.name, p.values[p.values.index(value)]) for p, value in zip(parameters, values, strict=True)),
                tuple(range(len(model.variants))[flag] for model, flag in zip(problem.models, flags, strict=True)),
            )
            for values, flags in note["points"]
        )
        value, evaluations = note["value"], int(note["evaluations"])
        return Descent(points, None if value is None else float(value), evaluations)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        journal.refuse_note(DESCENT, f"{type(error).__name__}: {error}")


def note_descent(found: Descent, journal: Journal) -> None:
    """Write down what took long to find."""
    points = [([value for _, value in point.values], point.variants) for point in found.points]
    journal.add_note(DESCENT, {"points": points, "value": found.value, "evaluations": found.evaluations})


def draw_starts(relaxed: RelaxedProblem, evaluator: Evaluator, count: int, rng: np.random.Generator) -> np.ndarray:
    """[count, P] coordinates of random legal machines: each the most promising of ``START_POOL`` draws.

    Promising is a small excess of area and TDP, then a high objective by roofline. The batch, which decides what fits
    on chip and so separates the optima, is spread evenly over the starts instead of drawn. The problem's seeds take the
    place of the first.
    """
    parameters = relaxed.problem.space.parameters
    variants = (0,) * len(relaxed.problem.models)
    starts: list[np.ndarray] = []
    for start in range(count):
        pool: list[Point] = []
        for _ in range(START_POOL):
            values = [float(p.values[rng.integers(len(p.values))]) for p in parameters]
            for which, parameter in enumerate(parameters):
                if parameter.name == "native_batch":
                    values[which] = parameter.values[start * len(parameter.values) // count]
            pool.append(Point(tuple(zip((p.name for p in parameters), values, strict=True)), variants))
        worth = zip(map(evaluator.chip_violation, pool), rooflines(relaxed, pool), strict=True)
        *_, best = min((excess, -value, index) for index, (excess, value) in enumerate(worth))
        starts.append(coordinates_of(relaxed.problem, pool[best]))
    for start, seed in zip(range(count), relaxed.problem.seeds, strict=False):
        starts[start] = coordinates_of(relaxed.problem, seed)
    return np.stack(starts)


def descend(relaxed: RelaxedProblem, starts: np.ndarray, seen: Seen, watch: Watch) -> None:
    """Run all starts from ``starts`` [S, P]; the best that each has seen is in ``seen`` after each block.

    The starts are dealt out to all devices that JAX sees, as many to each: some run twice where that does not come out
    even.
    """
    wanted, options, devices = len(starts), watch.options, len(jax.devices())
    starts = starts[np.arange(-(-wanted // devices) * devices) % wanted]
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
    run_block = _on_all_devices(_block_runner(relaxed, optimizer, bounds))
    constraints = len(relaxed.problem.constraints)
    carry = Carry(
        theta, jax.vmap(optimizer.init)(theta), theta.coordinates, jnp.zeros(count), jnp.zeros((count, constraints))
    )
    multipliers = jnp.zeros((count, constraints))
    for block, temperature in enumerate(temperatures):
        here = np.asarray(carry.theta.coordinates)
        mapped = _side_by_side([rank_recipes(relaxed, point, float(temperature), KEEP) for point in here])
        residency = [best_shares(relaxed, *at, float(temperature)) for at in zip(here, mapped.recipes, strict=True)]
        shares = _side_by_side([_as_tuples(logits) for logits in residency])
        carry = carry._replace(theta=carry.theta._replace(residency=shares))
        carry = run_block(carry, mapped, temperature, multipliers)
        _require_finite(relaxed, carry)
        seen.best = seen.best.improved(jax.tree.map(lambda each: each[:wanted], carry))
        seen.steps = (block + 1) * BLOCK
        watch.relaxed_trajectory.append((watch.seconds(), wanted * seen.steps, float(np.exp(seen.best.values.max()))))
        multipliers = jnp.maximum(multipliers + STIFFNESS * carry.excess, 0.0)
        if watch.late(RELAXED_SHARE):
            return
        watch.report("relaxed", (block + 1) * BLOCK, blocks * BLOCK)


def _side_by_side(each: Sequence[Tree]) -> Tree:
    """The same of all starts, [S, ...]."""
    return jax.tree.map(lambda *values: np.stack(values), *each)


def _as_tuples(logits: list[list[np.ndarray]]) -> tuple[tuple[np.ndarray, ...], ...]:
    return tuple(tuple(variants) for variants in logits)


def _on_all_devices(run: BlockRunner) -> BlockRunner:
    """``run``, compiled; where JAX sees several devices, each runs its share of the starts, and none waits for
    another. On a CPU alone NumPy has done before XLA has compiled."""
    options = COMPILER_OPTIONS if jax.default_backend() == "cpu" else None
    if len(jax.devices()) > 1:
        mesh, starts, same = Mesh(np.asarray(jax.devices()), ("starts",)), P("starts"), P()
        run = jax.shard_map(run, mesh=mesh, in_specs=(starts, starts, same, starts), out_specs=starts)
    elif options is not None:
        return interpreted(run)
    return jax.jit(run, compiler_options=options)


def _block_runner(relaxed: RelaxedProblem, optimizer: optax.GradientTransformation, bounds: Array) -> BlockRunner:
    """A function that takes ``BLOCK`` steps of every start with fixed recipes, temperature and multipliers."""

    def step(carry: Carry, mapped: Blend, temperature: Array, multipliers: Array) -> Carry:
        def objective(theta: Theta) -> tuple[Array, tuple[Array, Array]]:
            # No start touches another: the gradient of the sum is the gradient of each, and JAX batches the objective
            # alone in place of all its derivatives.
            totals, seen = jax.vmap(
                lambda one, ranked, pressed: loss(relaxed, one, ranked, temperature, pressed, STIFFNESS)
            )(theta, mapped, multipliers)
            return jnp.sum(totals), seen

        (_, (value, excess)), gradient = jax.value_and_grad(objective, has_aux=True)(carry.theta)
        updates, state = jax.vmap(optimizer.update)(gradient, carry.optimizer, carry.theta)
        theta: Theta = optax.apply_updates(carry.theta, updates)  # pyright: ignore[reportAssignmentType]
        inside = jnp.clip(theta.coordinates, bounds[:, 0], bounds[:, 1])
        return Carry(theta._replace(coordinates=inside), state, carry.theta.coordinates, value, excess)

    def run(carry: Carry, mapped: Blend, temperature: Array, multipliers: Array) -> Carry:
        def body(state: Carry, _: None) -> tuple[Carry, None]:
            return step(state, mapped, temperature, multipliers), None

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
