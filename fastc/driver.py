"""What the commands do, without parsing, printing or exiting: from files and options to results."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp

from dialects.arch import AcceleratorOp
from dialects.stablehlo import CustomCallOp
from fastc import __version__, pipelines
from fastc.compilation import (
    Costed,
    Model,
    clean,
    compile_model,
    cost_of,
    hardware_result,
    level_of,
    model_result,
    read_model,
    regions_of,
)
from fastc.dse import Evaluation, Metrics, ModelProblem, Options, Progress, SearchProblem, Variant, search
from fastc.dse import SearchResult as Found
from fastc.errors import FastcError, InputError, NoAnswerError, suggestion
from fastc.frontends import make_context, open_model
from fastc.frontends.avals import parse_avals
from fastc.frontends.stablehlo import canonical_text, write_stablehlo
from fastc.machines import BASELINE, insert_machine, load_machine, load_space, preset_names
from fastc.pipelines import Schedule
from fastc.results import SCHEMA, BaselineResult, HardwareResult, ObjectiveResult, Result, SearchResult
from fastc.scoring import (
    DEFAULT_OBJECTIVE,
    Goal,
    constraint_functions,
    judge,
    make_goal,
    model_values,
    objective_function,
)
from fastc.transform import print_module
from fastc.validation.records import Check
from hwmodels.chip import chip_cost
from hwmodels.mapper import NoMappingError
from hwmodels.records import Network
from passes.analysis.machine import accelerator_of, find_accelerator, machine_of
from passes.analysis.ops import op_name
from passes.softmax.match import find_softmax

if TYPE_CHECKING:
    from fastc.xla import Array

logger = logging.getLogger(__name__)

ALGORITHMS = ("gradient",)
"""Search algorithms that there are; the contract names more, which come later."""

PLANNED_ALGORITHMS = ("tpe", "gp", "nsga2", "random")


@dataclass(frozen=True)
class SearchRequest:
    """What ``--search`` was asked for."""

    models: tuple[Model, ...]
    space: str | None = None
    """A file with one ``arch.accelerator`` whose ops carry ``space`` entries; None: FAST's space."""
    objective: str = DEFAULT_OBJECTIVE
    subject_to: tuple[str, ...] | None = None
    """None: area and TDP of the baseline."""
    weights: tuple[float, ...] | None = None
    algorithm: str = "gradient"
    trials: int | None = None
    budget_s: float | None = None
    seed: int = 0
    command: tuple[str, ...] = ()


def load(path: str, arguments: str | None = None) -> Model:
    """The model at ``path``, a file or ``package.module:function``. Raises InputError.

    ``arguments`` are the types and shapes of its inputs, ``'f32[1,8], i32[]'``, where the model leaves them open.
    """
    return read_model(open_model(path, None if arguments is None else parse_avals(arguments)))


def load_all(paths: Sequence[str]) -> tuple[Model, ...]:
    """The models at these paths, each under a name of its own. Raises InputError."""
    models: list[Model] = []
    for path in paths:
        model = load(path)
        taken = [other.name for other in models]
        number = next(count for count in range(1, len(taken) + 2) if _numbered(model.name, count) not in taken)
        models.append(replace(model, name=_numbered(model.name, number)))
    return tuple(models)


def evaluate_models(
    models: Sequence[Model],
    hw: str | None = None,
    *,
    schedule: Schedule = "fastc",
    batch: int | None = None,
    mapper_budget: int | None = None,
    objective: str = DEFAULT_OBJECTIVE,
    subject_to: Sequence[str] = (),
    weights: Sequence[float] | None = None,
    command: Sequence[str] = (),
) -> Result:
    """Compile ``models`` for the machine ``hw`` (None: the one in the module) and cost them, beside the baseline.

    ``mapper_budget``: mappings that the optimal mapper looks at for each contraction (None: the default mapper).
    Raises InputError, NoAnswerError where a model does not fit the machine, and PassFailedException.
    """
    if batch is not None and batch < 1:
        raise InputError(f"--batch {batch}: a batch has at least 1 inference")
    if mapper_budget is not None and schedule == "stock":
        raise InputError("--mapper-budget goes with --schedule fastc: the stock schedule has a mapper of its own")
    goal = make_goal([model.name for model in models], objective, subject_to, weights)
    machine = load_machine(hw) if hw is not None else None
    cleaned = [clean(model) for model in models]
    for model in cleaned:
        if machine is None and not any(isinstance(op, AcceleratorOp) for op in model.module.ops):
            raise InputError(
                f"{model.name}: no machine: name one with --hw ({', '.join(preset_names())}, or a file), or put an "
                "arch.accelerator at the top of the module"
            )
        if mapper_budget is not None and level_of(model.module) == "schedule":
            raise InputError(f"{model.name}: this module is mapped already; leave --mapper-budget out")
    flags = pipelines.mapper_flags(mapper_budget)
    costed = [_cost(model, machine, schedule, batch, flags) for model in cleaned]
    return _result(goal, costed, _baseline(goal, cleaned), command=tuple(command))


def _cost(
    model: Model,
    machine: AcceleratorOp | None,
    schedule: Schedule,
    batch: int | None = None,
    flags: pipelines.Flags = (),
) -> Costed:
    return cost_of(compile_model(model, machine, schedule, batch, flags))


def _result(
    goal: Goal,
    costed: Sequence[Costed],
    baseline: BaselineResult | None,
    *,
    command: tuple[str, ...] = (),
    seed: int = 0,
    found: SearchResult | None = None,
) -> Result:
    metrics = [one.metrics for one in costed]
    value = _objective_value(goal, metrics)
    if baseline is not None:
        baseline = replace(baseline, ratio=value / baseline.value)
    return Result(
        schema=SCHEMA,
        fastc=__version__,
        seed=seed,
        command=command,
        models=tuple(model_result(one) for one in costed),
        hardware=hardware_result(costed[0].lowered.machine),
        objective=ObjectiveResult(goal.objective_text, value),
        constraints=judge(goal, metrics),
        baseline=baseline,
        search=found,
    )


def _baseline(goal: Goal, cleaned: Sequence[Model]) -> BaselineResult | None:
    """The objective on the baseline machine under the stock schedule; None, with a warning, where it cannot be had."""
    if any(level_of(model.module) != "model" for model in cleaned):
        return None
    machine = load_machine(BASELINE)
    try:
        metrics = [_cost(model, machine, "stock").metrics for model in cleaned]
    except (FastcError, NoMappingError) as error:
        logger.warning("no comparison with %s: %s", BASELINE, error)
        return None
    value = _objective_value(goal, metrics)
    return BaselineResult(BASELINE, "stock", value, 1.0, model_values(goal, metrics))


def _objective_value(goal: Goal, metrics: Sequence[Metrics]) -> float:
    """The objective as a number, maybe infinite or NaN. Raises InputError where there is none."""
    try:
        with np.errstate(all="ignore"):
            return float(objective_function(goal)(metrics))
    except ArithmeticError as error:
        raise InputError(f"the objective '{goal.objective_text}' cannot be computed: {error}") from None


def default_constraints() -> tuple[str, ...]:
    """Area and TDP of the baseline."""
    chip = chip_cost(machine_of(load_machine(BASELINE)))
    return (f"area <= {float(chip.area_m2) * 1e6!r} mm^2", f"tdp <= {float(chip.tdp_w)!r} W")


def check_algorithm(name: str) -> None:
    """Raise InputError where there is no such search algorithm."""
    if name in PLANNED_ALGORITHMS:
        raise InputError(f"--algorithm {name} is not there yet; use gradient")
    if name not in ALGORITHMS:
        raise InputError(f"--algorithm {name}: there is {', '.join(ALGORITHMS)}{suggestion(name, ALGORITHMS)}")


def search_models(request: SearchRequest, on_progress: Callable[[Progress], None] = lambda _: None) -> Result:
    """Find the machine and the pass flags that serve the request best, and compile its models for it.

    Raises NoAnswerError where no machine of the space meets the constraints.
    """
    check_algorithm(request.algorithm)
    subject_to = request.subject_to if request.subject_to is not None else default_constraints()
    goal = make_goal([model.name for model in request.models], request.objective, subject_to, request.weights)
    space = load_space(request.space)
    cleaned = [clean(model) for model in request.models]
    for model in cleaned:
        if level_of(model.module) != "model":
            raise InputError(f"{model.name}: a search needs the model itself, not a module of regions or schedules")
    baseline = _baseline(goal, cleaned)
    if baseline is not None and not 0.0 < baseline.value < math.inf:
        raise InputError(
            f"the objective '{goal.objective_text}' is {baseline.value:g} on {BASELINE}; the search needs one that is "
            "above 0 and finite, such as '1 / energy' for less energy"
        )
    problem = SearchProblem(
        models=tuple(
            ModelProblem(model.name, weight, _variants(model))
            for model, weight in zip(cleaned, goal.weights, strict=True)
        ),
        space=space,
        objective=objective_function(goal),
        objective_text=goal.objective_text,
        constraints=constraint_functions(goal),
    )
    options = Options(seed=request.seed, budget_s=request.budget_s, on_progress=on_progress)
    if request.trials is not None:
        options = replace(options, trials=request.trials)
    return _compile_winner(request, goal, cleaned, baseline, search(problem, options))


def _variants(model: Model) -> tuple[Variant, ...]:
    """Every setting of the flags that the search may choose for ``model``."""
    settings: dict[str, pipelines.Flags] = {"default": ()}
    # The one softmax at the end of a classifier is not worth the time of a variant.
    if sum(1 for _ in find_softmax(model.module)) > 1:
        settings["two-pass softmax"] = (("softmax-form", "passes=2"),)
    return tuple(Variant(name, flags, _network(model, flags)) for name, flags in settings.items())


def _network(model: Model, flags: pipelines.Flags) -> Callable[[int], Network]:
    return cache(lambda batch: regions_of(model, batch, flags))


def _compile_winner(
    request: SearchRequest, goal: Goal, cleaned: Sequence[Model], baseline: BaselineResult | None, found: Found
) -> Result:
    best = found.best
    if not found.feasible or not best.models:
        raise NoAnswerError(_infeasible(goal, best))
    machine = accelerator_of(replace(best.machine, name="found"))
    costed = [
        _cost(model, machine, "fastc", flags=won.variant.flags) for model, won in zip(cleaned, best.models, strict=True)
    ]
    summary = SearchResult(
        algorithm=request.algorithm,
        wall_s=found.wall_s,
        exact_evaluations=found.exact_evaluations,
        relaxed_evaluations=found.relaxed_evaluations,
        starts=found.starts,
        relaxed_value=found.relaxed_value,
        exact_value=best.value,
        trajectory=found.trajectory,
    )
    return _result(goal, costed, baseline, command=request.command, seed=request.seed, found=summary)


def _infeasible(goal: Goal, nearest: Evaluation) -> str:
    """Which constraints the machine that came nearest breaks, and by how much."""
    if not nearest.models:
        return f"no machine of the space can run these models: {nearest.reason or 'none was within reach'}"
    broken = [
        f"'{verdict.expression}' (the nearest machine has {verdict.value:.4g}, the bound is {verdict.bound:.4g})"
        for verdict in judge(goal, [model.metrics for model in nearest.models])
        if not verdict.met
    ]
    return f"no machine of the space meets {' and '.join(broken)}; relax the bound or widen the space"


def verify_passes(path: str, pipeline: str, hw: str | None = None, seed: int = 0) -> str:
    """Run the model before and after ``pipeline`` through XLA on the same random inputs; what was found to agree.

    Both run in float32, where rounding proves something; what differs there must differ in float64 too. Raises
    NoAnswerError where an output differs, InputError where the two cannot be compared.
    """
    from fastc import xla

    steps = pipelines.parse(pipeline)
    machine = load_machine(hw) if hw is not None else None
    before = xla.to_float32(load(path).module)
    _require_comparable(before)
    after = before.clone()
    if machine is not None:
        insert_machine(after, machine)
    pipelines.run(steps, make_context(), after)
    pipelines.run("lower-to-stablehlo", make_context(), after)
    arguments = xla.random_arguments(before, seed)
    if [argument.type for argument in xla.main_of(before).args] != [
        argument.type for argument in xla.main_of(after).args
    ]:
        raise InputError(f"'{pipeline}' changes what @main takes, so the two cannot be given the same inputs")
    expected, got = (xla.run(write_stablehlo(module), arguments) for module in (before, after))
    difference = xla.first_difference(expected, got, xla.depth_of(before))
    if difference is not None and not _is_rounding(before, after, arguments, expected, got):
        raise NoAnswerError(
            f"output {difference.output} differs by {difference.error:.3g} of its largest value after '{pipeline}'; "
            f"rounding explains {difference.tolerance:.3g}"
        )
    return f"{len(expected)} outputs agree before and after '{pipeline}'"


def _is_rounding(
    before: ModuleOp, after: ModuleOp, arguments: Sequence[Array], expected: Sequence[Array], got: Sequence[Array]
) -> bool:
    """Whether outputs that differ in float32 do not in float64."""
    from fastc import xla

    try:
        texts = [write_stablehlo(xla.to_float64(module)) for module in (before, after)]
    except InputError:
        return False
    wide, wide_got = (xla.run(text, [xla.in_float64(each) for each in arguments]) for text in texts)
    return xla.vanishes(expected, got, wide, wide_got, xla.depth_of(before))


def import_model(path: str, arguments: str | None = None) -> str:
    """The model at ``path``, whatever its form, as the StableHLO text that MLIR prints. Raises InputError.

    ``arguments`` as for ``load``.
    """
    model = load(path, arguments)
    if level_of(model.module) != "model":
        raise InputError(
            f"{path}: this module is past StableHLO: it has regions or schedules; 'fastc opt {path} -p "
            "lower-to-stablehlo' gives the model back"
        )
    return canonical_text(write_stablehlo(model.module))


INCOMPARABLE = {
    "stablehlo.infeed": "waits for a host that feeds it; make what it reads an argument of @main",
    "stablehlo.outfeed": "waits for a host that takes its data; make what it writes a result of @main",
    "stablehlo.rng": "draws other numbers on each run; draw them with stablehlo.rng_bit_generator, as jax.random does",
}
"""Ops with which no two runs can be compared, and what to do."""


def _require_comparable(module: ModuleOp) -> None:
    """Raise InputError or PassFailedException where XLA would end or stop this process, or give other numbers on each
    run."""
    for op in module.walk():
        if isinstance(op, FuncOp) and op.is_declaration:
            raise InputError(f"@{op.sym_name.data} has no body, so XLA cannot run the model; give it one")
        if op_name(op) in INCOMPARABLE:
            raise InputError(f"{op_name(op)} {INCOMPARABLE[op_name(op)]}")
        if isinstance(op, CustomCallOp) and "python" in op.call_target_name.data:
            raise InputError(
                f"stablehlo.custom_call @{op.call_target_name.data} calls the Python process that exported the model; "
                "export it without jax.debug.print and jax.pure_callback"
            )
    pipelines.run("inline", make_context(), module.clone(), verify=False)  # refuses recursion, on which XLA overflows


def machine_text(result: Result) -> str:
    """The machine of ``result`` as a module with one ``arch.accelerator``."""
    lowered = result.models[0].lowered
    assert lowered is not None
    module = ModuleOp([find_accelerator(lowered, "fastc").clone()])
    return print_module(module)


def preset(name: str) -> tuple[ModuleOp, HardwareResult]:
    """A machine as a module, and what it takes. Raises InputError where there is none."""
    accelerator = load_machine(name)
    module = ModuleOp([])
    insert_machine(module, accelerator)
    return module, hardware_result(machine_of(accelerator))


def presets() -> list[tuple[str, HardwareResult]]:
    """Every preset and what it takes."""
    return [(name, hardware_result(machine_of(load_machine(name)))) for name in preset_names()]


def validate_hardware(data: str | None, progress: Callable[[str, int, Sequence[str]], None]) -> tuple[Check, ...]:
    """Every check of the models against measurements, over those of the directory ``data`` (None: the project's own).

    ``progress`` hears each area as it ends, its number of checks, and the files that it lacked. Raises InputError where
    ``data`` holds none, or one that is not what it must be.
    """
    from fastc.validation.suite import validate

    checks: list[Check] = []
    for outcome in validate(None if data is None else Path(data)):
        progress(outcome.area, len(outcome.checks), outcome.missing)
        checks += outcome.checks
    return tuple(checks)


def _numbered(name: str, count: int) -> str:
    return name if count == 1 else f"{name}_{count}"
