"""Search algorithms that know nothing of the problem but its points and their values, as others use them: baselines."""

from __future__ import annotations

import importlib
import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from fastc.dse.asktell import BATCH, Exhaustive, Random, draw, indices_of, point_at, shape
from fastc.dse.polish import moved, moves
from fastc.dse.records import Algorithm, Evaluation, Point, SearchProblem
from fastc.errors import InputError

POPULATION = 48
"""Points of one generation of NSGA-II: a multiple of ``BATCH``."""

DRAWN_FIRST = 24
"""Points that a Gaussian process is fitted to at first."""

CANDIDATES = 384
"""Points that a Gaussian process judges to choose the next ones from; two thirds are neighbours of the best."""

FITTED = 300
"""Points at most that a Gaussian process is fitted to, the best and the latest: its time grows with their cube."""

INFEASIBLE = 10.0
"""What a violation of 1 (a bound exceeded e times) costs a Gaussian process in log objective."""


def make_algorithm(name: str, problem: SearchProblem, seed: int) -> Algorithm:
    """The algorithm of this name; InputError where it needs a library that is not installed."""
    match name:
        case "random":
            return Random(problem, seed)
        case "exhaustive":
            return Exhaustive(problem)
        case "tpe" | "nsga2":
            return Optuna(problem, name, seed)
        case "gp":
            return GaussianProcess(problem, seed)
    raise ValueError(f"no algorithm '{name}'")


def require(name: str) -> None:
    """Raise InputError where the library that the algorithm ``name`` needs is not installed."""
    if name in LIBRARIES:
        _library(name)


LIBRARIES = {"tpe": "optuna", "nsga2": "optuna", "gp": "sklearn.gaussian_process"}
"""What an algorithm is made of; all come with the extra 'optuna'."""


def _library(name: str) -> Any:
    module = LIBRARIES[name]
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = "scikit-learn" if module.startswith("sklearn") else module
        raise InputError(
            f"--algorithm {name} needs {package}, which cannot be loaded ({error}); pip install "
            "'fastc-compiler[optuna]'"
        ) from None


class Optuna:
    """A sampler of optuna: 'tpe' (multivariate, with the constant liar for points of one turn) or 'nsga2'.

    Sizes are whole numbers, their positions among the legal values, which are powers of two; flags are categories.
    Constraints are given to the sampler as the violation that the search itself goes by.
    """

    def __init__(self, problem: SearchProblem, name: str, seed: int) -> None:
        optuna = _library(name)
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._problem = problem
        self._axes = _axes(optuna, problem)
        self._pending: list[Any] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that options of the samplers are experimental
            self._study = optuna.create_study(
                directions=["maximize"] * max(1, len(problem.objectives)), sampler=_sampler(optuna, name, seed)
            )
        self._failed = optuna.trial.TrialState.FAIL

    def ask(self) -> Sequence[Point]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._pending = [self._study.ask(self._axes) for _ in range(BATCH)]
        return [point_at(self._problem, [trial.params[name] for name in self._axes]) for trial in self._pending]

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        for trial, evaluation in zip(self._pending, evaluations, strict=False):
            if not math.isfinite(evaluation.value):
                self._study.tell(trial, state=self._failed)
                continue
            trial.set_user_attr("violation", evaluation.violation)
            self._study.tell(
                trial, [math.log(max(value, 1e-300)) for value in evaluation.values or (evaluation.value,)]
            )


def _axes(optuna: Any, problem: SearchProblem) -> dict[str, Any]:
    parameters = problem.space.parameters
    names = [*(p.name for p in parameters), *(f"flags of model {index}" for index in range(len(problem.models)))]
    kinds = [*(p.is_kind for p in parameters), *(True for _ in problem.models)]
    return {
        name: optuna.distributions.CategoricalDistribution(range(choices))
        if is_kind
        else optuna.distributions.IntDistribution(0, choices - 1)
        for name, is_kind, choices in zip(names, kinds, shape(problem), strict=True)
    }


def _sampler(optuna: Any, name: str, seed: int) -> Any:
    def constraints(trial: Any) -> tuple[float, ...]:
        return (trial.user_attrs["violation"],)

    if name == "tpe":
        return optuna.samplers.TPESampler(
            seed=seed, multivariate=True, constant_liar=True, constraints_func=constraints
        )
    return optuna.samplers.NSGAIISampler(seed=seed, population_size=POPULATION, constraints_func=constraints)


class GaussianProcess:
    """Bayesian optimisation: a Gaussian process (Matern 5/2, a length for each axis) over the log objective less a
    penalty for the violation; of many candidates those that win in draws from its posterior (Thompson sampling).

    Optuna's own sampler of this kind needs torch; scikit-learn's process does not.
    """

    def __init__(self, problem: SearchProblem, seed: int) -> None:
        self._sklearn = _library("gp")
        self._problem = problem
        self._generator = np.random.default_rng(seed)
        self._told: dict[Point, float] = {}
        self._kernel: Any = None
        singles, pairs = moves(problem)
        self._moves = [*singles, *pairs]

    def ask(self) -> Sequence[Point]:
        if len(self._told) < DRAWN_FIRST:
            return [draw(self._problem, self._generator) for _ in range(BATCH)]
        candidates = self._candidates()
        if not candidates:
            return []
        process = self._fitted()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a posterior that is nearly singular
            draws = process.sample_y(self._features(candidates), BATCH, int(self._generator.integers(2**31)))
        return [candidates[index] for index in dict.fromkeys(np.argmax(draws, axis=0).tolist())]

    def tell(self, evaluations: Sequence[Evaluation]) -> None:
        for evaluation in evaluations:
            if evaluation.value > 0.0 and math.isfinite(evaluation.violation):
                worth = math.log(evaluation.value) - INFEASIBLE * evaluation.violation
            else:
                worth = math.nan
            self._told[evaluation.point] = worth

    def _candidates(self) -> list[Point]:
        """New points: neighbours of the best, and some drawn evenly."""
        worths = np.nan_to_num(np.asarray(list(self._told.values())), nan=-np.inf)
        points = list(self._told)
        found: dict[Point, None] = {}
        for index in np.argsort(-worths, kind="stable")[:5]:
            for _ in range(CANDIDATES * 2 // 15):
                move = self._moves[int(self._generator.integers(len(self._moves)))]
                point = moved(self._problem, points[index], move)
                if point is not None:
                    found[point] = None
        for _ in range(CANDIDATES // 3):
            found[draw(self._problem, self._generator)] = None
        return [point for point in found if point not in self._told]

    def _fitted(self) -> Any:
        points, worths = list(self._told), np.asarray(list(self._told.values()))
        worst = np.nanmin(worths) if np.isfinite(worths).any() else 0.0
        worths = np.where(np.isnan(worths), worst - 1.0, worths)
        order = np.argsort(-worths, kind="stable")
        kept = sorted({*order[: FITTED // 2].tolist(), *range(max(0, len(points) - FITTED // 2), len(points))})
        features, target = self._features([points[index] for index in kept]), worths[kept]
        kernels = self._sklearn.kernels
        if self._kernel is None:
            axes = features.shape[1]
            self._kernel = kernels.ConstantKernel(1.0) * kernels.Matern(np.ones(axes), (0.1, 100.0), nu=2.5)
            self._kernel += kernels.WhiteKernel(1e-3, (1e-6, 1.0))
        process = self._sklearn.GaussianProcessRegressor(self._kernel, normalize_y=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a length ends at its bound
            process.fit(features, target)
        self._kernel = process.kernel_
        return process

    def _features(self, points: Sequence[Point]) -> np.ndarray:
        """[N, axes] positions, each axis from 0 to 1."""
        spans = np.maximum(np.asarray(shape(self._problem)) - 1, 1)
        return np.asarray([indices_of(self._problem, point) for point in points], np.float64) / spans
