"""How well the relaxed objective orders machines: Spearman's rank correlation with the exact one, and the error.

Over random legal machines of the default space within the baseline's area, that the model goes onto. Relaxed, each
machine stands at its own coordinates with its best recipes and the best shares of residency, at the first and the last
temperature of the search. A correlation below the limit gives exit code 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import spearmanr

from fastc.driver import load_all
from fastc.dse.exact import Evaluator
from fastc.dse.gradient import COMPILER_OPTIONS, KEEP, TEMPERATURES
from fastc.dse.records import SearchProblem
from fastc.dse.relaxed import Blend, RelaxedProblem, Theta, best_shares, rank_recipes, relax, relaxed_metrics
from fastc.searching import SearchRequest, search_problem

EXAMPLES = Path(__file__).parents[1] / "examples"
MODELS = ("efficientnet_b0", "resnet50v2", "bert_base_s128")
LIMIT = 0.95


class Pair(NamedTuple):
    """One machine's objectives."""

    exact: float
    relaxed: tuple[float, ...]
    """One for each of ``TEMPERATURES``."""


def main() -> int:
    """Compare on every model in turn."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--models", nargs="+", default=MODELS)
    options.add_argument("--machines", type=int, default=60)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--worst", type=int, default=0, help="print the machines with the greatest errors")
    given = options.parse_args()
    kept = [_compare(name, given.machines, given.seed, given.worst) for name in given.models]
    return 0 if all(kept) else 1


def _compare(name: str, count: int, seed: int, worst: int) -> bool:
    problem = search_problem(SearchRequest(load_all([str(EXAMPLES / f"{name}.mlir")])))
    relaxed, evaluator = relax(problem), Evaluator(problem)
    measure = _measure(relaxed)
    pairs: list[Pair] = []
    machines: list[dict[str, float]] = []
    generator = np.random.default_rng(seed)
    while len(pairs) < count:
        values = {p.name: float(generator.choice(p.values)) for p in problem.space.parameters}
        exact = _exact(problem, evaluator, values)
        if exact is not None:
            pairs.append(Pair(exact, tuple(_relaxed(relaxed, measure, values, each) for each in TEMPERATURES)))
            machines.append(values)
    exact = np.asarray([pair.exact for pair in pairs])
    kept = True
    for index, temperature in enumerate(TEMPERATURES):
        found = np.asarray([pair.relaxed[index] for pair in pairs])
        rank = float(spearmanr(exact, found)[0])  # pyright: ignore[reportArgumentType] -- SciPy's stubs
        error = np.abs(np.log(found / exact))
        kept = kept and rank >= LIMIT
        print(
            f"{name:<16} temperature {temperature:.1f}: Spearman {rank:.3f} over {count} machines, relaxed over exact "
            f"{np.exp(np.median(np.log(found / exact))):.2f} in the median, error {np.median(error):.2f} (log), "
            f"worst {error.max():.2f}"
        )
        for which in np.argsort(-error)[:worst]:
            print(f"    {exact[which]:9.3f} {found[which]:9.3f} {machines[which]}")
    return kept


def _exact(problem: SearchProblem, evaluator: Evaluator, values: dict[str, float]) -> float | None:
    from fastc.dse.polish import canonical
    from fastc.dse.records import Point

    point = canonical(problem, Point(tuple(values.items()), (0,) * len(problem.models)))
    if evaluator.chip_violation(point) > 0.0:
        return None
    found = evaluator(point)
    return found.value if found.models else None


def _measure(relaxed: RelaxedProblem):
    def objective(theta: Theta, mapped: Blend, temperature: jax.Array) -> jax.Array:
        return relaxed.problem.objective(relaxed_metrics(relaxed, theta, mapped, temperature))

    return jax.jit(objective, compiler_options=COMPILER_OPTIONS)


def _relaxed(relaxed: RelaxedProblem, measure, values: dict[str, float], temperature: float) -> float:
    at = np.asarray([p.coordinate(values[p.name]) for p in relaxed.problem.space.parameters])
    at = np.clip(at, relaxed.bounds[:, 0], relaxed.bounds[:, 1])
    mapped = rank_recipes(relaxed, at, temperature, KEEP)
    shares = best_shares(relaxed, at, mapped.recipes, temperature)
    # The first variant of the flags alone, as in the exact evaluation.
    logits = tuple(jnp.where(jnp.arange(len(each)) == 0, 0.0, -20.0) for each in relaxed.networks)
    theta = Theta(jnp.asarray(at), logits, tuple(tuple(jnp.asarray(s) for s in each) for each in shares))
    return float(measure(theta, mapped, temperature))


if __name__ == "__main__":
    sys.exit(main())
