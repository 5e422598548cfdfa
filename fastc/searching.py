"""``--search``: from a request to the winner's result."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_CEILING, Context
from pathlib import Path
from threading import Event
from typing import Any, Literal

import dialects
import fastc.dse
import hwmodels
import passes
from dialects.arch import AcceleratorOp
from fastc import __version__, compilation, driver, pipelines, problem
from fastc.compilation import Model, chainables_of, clean, hardware_result, level_of, networks_of
from fastc.dse import (
    ALGORITHMS,
    Algorithm,
    Evaluation,
    Journal,
    ModelProblem,
    NothingFoundError,
    Options,
    Point,
    Progress,
    SearchProblem,
    Variant,
    blackbox,
    search,
)
from fastc.dse import SearchResult as Found
from fastc.dse.batches import Batches
from fastc.dse.workers import ProcessWorkers, SchedulerWorkers, Workers
from fastc.errors import InputError, NoAnswerError, suggestion
from fastc.explain.records import Levers
from fastc.machines import BASELINE, frozen, load_machine, load_space
from fastc.names import DEFAULT_OBJECTIVE
from fastc.refining import Late, Plain, refined
from fastc.results import BaselineResult, FrontPoint, Result, SearchResult
from fastc.scoring import (
    Goal,
    constraint_functions,
    front_functions,
    front_values,
    judge,
    make_goal,
    objective_function,
)
from fastc.variants import Searched, variants_of
from hwmodels.chaining.records import Chainable
from hwmodels.chip import chip_cost
from hwmodels.space import Space
from passes.analysis.machine import accelerator_of, machine_of

Frozen = Literal["hardware", "flags"]

RESERVE = 4.0
"""Times what the baseline took to compile: what is kept of a budget to compile the winner, to refine it, and to write
the results."""

WRITING = 0.25
"""Of that, what is kept to write the results."""

RESERVE_S = 1.0
"""The same, for what does not depend on the model."""

GREATEST_RESERVE = 0.4
"""The same, as a share of the budget, at most."""

AT_BOUND = 0.05
"""A constraint that is met by less than this share of its bound holds the search back too."""


DIGITS = 5
"""Of the bounds of the constraints that a search has by default."""

LEVER_SHARE = 0.1
"""Exact evaluations of levers, over those of the search."""


@dataclass(frozen=True)
class SearchRequest:
    """What ``--search`` was asked for."""

    models: tuple[Model, ...]
    space: str | Space | None = None
    """A file with one accelerator and ``space`` entries, or the space itself; None: FAST's space."""
    hw: str | AcceleratorOp | None = None
    """A machine to search around: it is tried first, and has what the space leaves open."""
    freeze: tuple[Frozen, ...] = ()
    flags: tuple[Searched, ...] = ()
    """Passes whose settings are searched beside the form of softmax."""
    objective: str = DEFAULT_OBJECTIVE
    subject_to: tuple[str, ...] | None = None
    """None: area and TDP of the baseline."""
    weights: tuple[float, ...] | None = None
    algorithm: str | Callable[[SearchProblem], Algorithm] = "gradient"
    trials: int | None = None
    budget_s: float | None = None
    began_s: float | None = None
    """``time.monotonic()`` when the budget began; None: now."""
    seed: int = 0
    jobs: int = 1
    scheduler: str | None = None
    journal: str | None = None
    stop: Event = field(default_factory=Event)
    command: tuple[str, ...] = ()


def check_algorithm(name: str) -> None:
    """Raise InputError where there is no such search algorithm, or a library that it needs is missing."""
    if name not in ALGORITHMS:
        raise InputError(f"--algorithm {name}: there is {', '.join(ALGORITHMS)}{suggestion(name, ALGORITHMS)}")
    blackbox.require(name)


def default_constraints() -> tuple[str, ...]:
    """Area and TDP of the baseline, rounded up to ``DIGITS`` digits, so that people can write them."""
    chip = chip_cost(machine_of(load_machine(BASELINE)))
    return (f"area <= {_rounded_up(float(chip.area_m2) * 1e6)} mm^2", f"tdp <= {_rounded_up(float(chip.tdp_w))} W")


def _rounded_up(value: float) -> str:
    return str(Context(prec=DIGITS, rounding=ROUND_CEILING).create_decimal_from_float(value))


def search_models(request: SearchRequest, on_progress: Callable[[Progress], None] = lambda _: None) -> Result:
    """Find the machine and the pass flags that serve the request best, and compile its models for it.

    Raises NoAnswerError where no machine of the space meets the constraints, or none was tried in time.
    """
    began_s = time.monotonic() if request.began_s is None else request.began_s
    if isinstance(request.algorithm, str):
        check_algorithm(request.algorithm)
    subject_to = request.subject_to if request.subject_to is not None else default_constraints()
    goal = make_goal([model.name for model in request.models], request.objective, subject_to, request.weights)
    space = _space(request)
    cleaned = [clean(model) for model in request.models]
    _refuse_lowered(cleaned)
    compiling_s = time.monotonic()
    baseline = driver.baseline_of(goal, cleaned)
    _require_positive(goal, baseline)
    now_s = time.monotonic()
    reserve_s = _reserve_s(request.budget_s or 0.0, now_s - compiling_s)
    asked = _problem(request, goal, space, cleaned)
    options = Options(
        seed=request.seed,
        trials=request.trials,
        budget_s=None if request.budget_s is None else request.budget_s - (now_s - began_s) - reserve_s,
        overtime_s=reserve_s / 2.0,
        stop=request.stop,
        on_progress=on_progress,
    )
    if request.trials is None and request.budget_s is None:
        options = replace(options, trials=Options.trials)
    journal = None if request.journal is None else _journal(request, goal, asked, cleaned, options)
    try:
        found = search(asked, options, request.algorithm, journal=journal, workers=_workers(request))
    except NothingFoundError:
        raise NoAnswerError(_nothing(request)) from None
    finally:
        if journal is not None:
            journal.close()
    last_s = math.inf if request.budget_s is None else began_s + request.budget_s - WRITING * reserve_s

    def late() -> bool:
        return request.stop.is_set() or time.monotonic() >= last_s

    result = _compile_winner(request, goal, cleaned, baseline, found, late)
    return replace(result, levers=_levers(request, asked, found, began_s))


def search_problem(request: SearchRequest) -> SearchProblem:
    """What ``request`` asks for, as any algorithm of ``fastc.dse`` takes it."""
    subject_to = request.subject_to if request.subject_to is not None else default_constraints()
    goal = make_goal([model.name for model in request.models], request.objective, subject_to, request.weights)
    return _problem(request, goal, _space(request), [clean(model) for model in request.models])


def _levers(request: SearchRequest, asked: SearchProblem, found: Found, began_s: float) -> Levers | None:
    """What one more step would be worth, within ``LEVER_SHARE`` of what the search itself took; None where that is
    nothing, or the search had to be stopped."""
    most = int(LEVER_SHARE * found.exact_evaluations)
    if most == 0 or found.stopped or asked.points() == 1:
        return None
    # The relaxed cost stands on JAX, which not every search needs.
    from fastc.explain.levers import find_levers

    def spent() -> bool:
        late = request.budget_s is not None and time.monotonic() > began_s + request.budget_s
        return late or request.stop.is_set()

    return find_levers(asked, found.best.point, most=most, spent=spent)


def _nothing(request: SearchRequest) -> str:
    """Why there is no result at all."""
    if request.budget_s is None:
        return "the search was stopped before the first machine was tried, so there is no result"
    return f"the time was over before the first machine was tried; give it more than --budget {request.budget_s:g}s"


def _refuse_lowered(cleaned: Sequence[Model]) -> None:
    for model in cleaned:
        if level_of(model.module) != "model":
            raise InputError(f"{model.name}: a search needs the model itself, not a module of regions or schedules")


def _require_positive(goal: Goal, baseline: BaselineResult | None) -> None:
    if baseline is not None and not 0.0 < baseline.value < math.inf:
        raise InputError(
            f"the objective '{goal.objective_text}' is {baseline.value:g} on {BASELINE}; the search needs one that is "
            "above 0 and finite, such as '1 / energy' for less energy"
        )


def _reserve_s(budget_s: float, compiling_s: float) -> float:
    """What to keep of a budget for the time after the search, where compiling the baseline took ``compiling_s``."""
    return min(RESERVE * compiling_s + RESERVE_S, GREATEST_RESERVE * budget_s)


def _space(request: SearchRequest) -> Space:
    if "flags" in request.freeze and request.flags:
        raise InputError(f"--freeze flags leaves no flags to search: leave --flags {request.flags[0]} out")
    if "hardware" not in request.freeze:
        if isinstance(request.space, Space):
            base = request.space.base if request.hw is None else machine_of(load_machine(request.hw))
            return frozen(replace(request.space, base=base))
        return load_space(request.space, request.hw)
    if "flags" in request.freeze:
        raise InputError("--freeze hardware and --freeze flags leave nothing to search; 'fastc eval' costs one machine")
    if request.hw is None:
        raise InputError("--freeze hardware needs the machine: name it with --hw")
    if request.space is not None:
        raise InputError("--freeze hardware leaves no hardware to search: leave --space out")
    return Space(machine_of(load_machine(request.hw)), ())


def _problem(request: SearchRequest, goal: Goal, space: Space, cleaned: Sequence[Model]) -> SearchProblem:
    variants = [_variants(request, model, space) for model in cleaned]
    # What the result is compared with is the least to reach.
    near = space.base if request.hw is not None else machine_of(load_machine(BASELINE))
    values = tuple((parameter.name, space.value_in(near, parameter)) for parameter in space.parameters)
    return SearchProblem(
        models=tuple(
            ModelProblem(model.name, weight, each)
            for model, weight, each in zip(cleaned, goal.weights, variants, strict=True)
        ),
        space=space,
        objective=objective_function(goal),
        objective_text=goal.objective_text,
        constraints=constraint_functions(goal),
        objectives=front_functions(goal),
        seeds=(Point(values, (0,) * len(cleaned)),),
    )


def _variants(request: SearchRequest, model: Model, space: Space) -> tuple[Variant, ...]:
    """Every setting of the flags that the search may choose for ``model``."""
    legal = {parameter.name: parameter.values for parameter in space.parameters}
    batches = [int(batch) for batch in legal.get("native_batch", (space.base.native_batch,))]
    rooms = [float(room) for room in legal.get("global_buffer_bytes", (space.base.global_buffer_bytes,))]

    def networks(flags: pipelines.Flags) -> Batches:
        return networks_of(model, batches, flags)

    def chains(flags: pipelines.Flags) -> Callable[[int], Chainable]:
        return chainables_of(model, rooms, flags)

    if "flags" in request.freeze:
        return (Variant("default", (), networks(())),)
    # Of this batch, near the middle, the networks of others can be derived.
    return variants_of(model, request.flags, networks, batches[len(batches) // 2], chains)


def _workers(request: SearchRequest) -> Workers | None:
    if request.scheduler is not None:
        return SchedulerWorkers(request.scheduler, __version__)
    return ProcessWorkers(request.jobs) if request.jobs > 1 else None


def _journal(
    request: SearchRequest, goal: Goal, asked: SearchProblem, cleaned: Sequence[Model], options: Options
) -> Journal:
    algorithm = request.algorithm
    identity: dict[str, Any] = {
        "fastc": __version__,
        "code_sha256": _code_sha256(),
        "models": [{"name": model.name, "source_sha256": model.sha256} for model in cleaned],
        "machine": asdict(asked.space.base),
        "space": {parameter.name: parameter.values for parameter in asked.space.parameters},
        "dram_kinds": [kind._asdict() for kind in asked.space.dram_kinds],
        "flags": [{variant.name: variant.flags for variant in model.variants} for model in asked.models],
        "seeds": [dict(point.values) for point in asked.seeds],
        "objective": goal.objective_text,
        "constraints": [text for text, _ in goal.constraints],
        "weights": goal.weights,
        "algorithm": algorithm if isinstance(algorithm, str) else getattr(algorithm, "__qualname__", "custom"),
        "seed": request.seed,
        "starts": options.starts,
        "steps": options.steps,
    }
    return Journal(request.journal or "", asked, identity, {"trials": options.trials})


def _code_sha256() -> str:
    """Of all code and data that an evaluation and the order of evaluations depend on."""
    digest = hashlib.sha256()
    files = [Path(module.__file__ or "") for module in (compilation, problem, pipelines)]
    for package in (hwmodels, passes, dialects, fastc.dse):
        files += [path for place in package.__path__ for path in Path(place).rglob("*.*") if path.suffix != ".pyc"]
    for path in sorted(files):
        if path.is_file():
            digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _compile_winner(
    request: SearchRequest,
    goal: Goal,
    cleaned: Sequence[Model],
    baseline: BaselineResult | None,
    found: Found,
    late: Late,
) -> Result:
    best = found.best
    if not found.feasible or not best.models:
        raise NoAnswerError(_infeasible(goal, best))
    machine = accelerator_of(replace(best.machine, name="found"))
    plain = [
        Plain(model, won.variant.flags, driver.cost(model, machine, "fastc", flags=won.variant.flags))
        for model, won in zip(cleaned, best.models, strict=True)
    ]
    costed = [one.costed for one in plain]
    # A front is of machines as the search compiled them.
    if "flags" not in request.freeze and not goal.front:
        costed = refined(goal, plain, machine, late)
    summary = SearchResult(
        algorithm=found.algorithm,
        wall_s=found.wall_s,
        exact_evaluations=found.exact_evaluations,
        relaxed_evaluations=found.relaxed_evaluations,
        starts=found.starts,
        relaxed_value=found.relaxed_value,
        exact_value=best.value,
        trajectory=found.trajectory,
        relaxed_trajectory=found.relaxed_trajectory,
        stopped=found.stopped,
        front=tuple(_front_point(goal, evaluation) for evaluation in found.front) if goal.front else None,
    )
    return driver.result_of(goal, costed, baseline, command=request.command, seed=request.seed, found=summary)


def _front_point(goal: Goal, evaluation: Evaluation) -> FrontPoint:
    return FrontPoint(
        values=front_values(goal, [model.metrics for model in evaluation.models]),
        hardware=hardware_result(replace(evaluation.machine, name="found")),
        flags={model.name: model.variant.name for model in evaluation.models},
    )


def _infeasible(goal: Goal, nearest: Evaluation) -> str:
    """Which constraints the machine that came nearest breaks, and by how much."""
    if not nearest.models:
        return f"no machine of the space can run these models: {nearest.reason or 'none was within reach'}"
    verdicts = judge(goal, [model.metrics for model in nearest.models])
    broken: list[str] = []
    tight: list[str] = []
    for verdict in verdicts:
        ratio = verdict.value / verdict.bound
        if not verdict.met:
            excess = f"{ratio:.4g} times too much" if ratio > 1.0 else f"{1.0 / ratio:.4g} times too little"
            broken.append(
                f"'{verdict.expression}' (the nearest machine has {verdict.value:.4g}, the bound is "
                f"{verdict.bound:.4g}: {excess})"
            )
        elif abs(ratio - 1.0) < AT_BOUND:
            tight.append(f"'{verdict.expression}' ({verdict.value:.4g} of {verdict.bound:.4g})")
    beside = f"; {' and '.join(tight)} hold it back too, being met by less than {AT_BOUND:.0%}" if tight else ""
    return f"no machine of the space meets {' and '.join(broken)}{beside}; relax the bound or widen the space"
