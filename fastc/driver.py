"""What the commands do, without parsing, printing or exiting: from files and options to results."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from xdsl.dialects.builtin import ModuleOp

from dialects.arch import AcceleratorOp
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
    require_machine,
    stock_metrics,
)
from fastc.dse import Metrics
from fastc.errors import FastcError, InputError
from fastc.explain.around import levers_around, require_models
from fastc.frontends import open_model
from fastc.frontends.avals import parse_avals
from fastc.frontends.stablehlo import canonical_text, write_stablehlo
from fastc.machines import BASELINE, insert_machine, load_machine, preset_names
from fastc.names import DEFAULT_OBJECTIVE
from fastc.pipelines import Schedule
from fastc.results import (
    SCHEMA,
    BaselineResult,
    HardwareResult,
    ObjectiveResult,
    Result,
    SearchResult,
)
from fastc.scoring import (
    Goal,
    judge,
    make_goal,
    model_values,
    objective_function,
)
from fastc.transform import print_module
from fastc.validation.records import Check
from hwmodels.mapper import NoMappingError
from passes.analysis.machine import find_accelerator, machine_of

logger = logging.getLogger(__name__)


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
    hw: str | AcceleratorOp | None = None,
    *,
    schedule: Schedule = "fastc",
    batch: int | None = None,
    mapper_budget: int | None = None,
    objective: str = DEFAULT_OBJECTIVE,
    subject_to: Sequence[str] = (),
    weights: Sequence[float] | None = None,
    explain: bool = False,
    command: Sequence[str] = (),
    compared: bool = True,
) -> Result:
    """Compile ``models`` for the machine ``hw`` (None: the one in the module) and cost them, beside the baseline.

    Without ``compared`` there is no baseline. ``mapper_budget``: mappings that the optimal mapper looks at for each
    contraction (None: the default mapper). ``explain``: with the levers, which the default mapper finds.
    Raises InputError, NoAnswerError where a model does not fit the machine, and PassFailedException.
    """
    if batch is not None and batch < 1:
        raise InputError(f"--batch {batch}: a batch has at least 1 inference")
    if mapper_budget is not None and schedule == "stock":
        raise InputError("--mapper-budget goes with --schedule fastc: the stock schedule has a mapper of its own")
    if explain and schedule == "stock":
        raise InputError("--explain goes with --schedule fastc: levers are what fastc's own schedule makes of them")
    goal = make_goal([model.name for model in models], objective, subject_to, weights)
    if goal.front:
        raise InputError(f"the objective '{objective}' is several, for the front of a search; an evaluation has one")
    machine = load_machine(hw) if hw is not None else None
    cleaned = [clean(model) for model in models]
    if explain:
        require_models(cleaned)
    for model in cleaned:
        require_machine(model, machine)
        if mapper_budget is not None and level_of(model.module) == "schedule":
            raise InputError(f"{model.name}: this module is mapped already; leave --mapper-budget out")
    flags = pipelines.mapper_flags(mapper_budget)
    costed = [cost(model, machine, schedule, batch, flags) for model in cleaned]
    result = result_of(goal, costed, baseline_of(goal, cleaned) if compared else None, command=tuple(command))
    _require_finite(result)
    if not explain:
        return result
    here = find_accelerator(costed[0].compiled.module, "fastc eval --explain")
    return replace(result, levers=levers_around(goal, cleaned, here, costed[0].lowered.network.batch))


def _require_finite(result: Result) -> None:
    """Raise InputError where the objective has no value that can be compared."""
    values = {"this machine": result.objective.value}
    if result.baseline is not None:
        values |= {result.baseline.hardware: result.baseline.value, "both": result.baseline.ratio}
    for where, value in values.items():
        if not math.isfinite(value):
            raise InputError(f"the objective '{result.objective.expression}' comes to {value:g} on {where}")


def cost(
    model: Model,
    machine: AcceleratorOp | None,
    schedule: Schedule,
    batch: int | None = None,
    flags: pipelines.Flags = (),
) -> Costed:
    """What a model that ``clean`` has made takes on ``machine``; raises as ``compile_model`` does."""
    return cost_of(compile_model(model, machine, schedule, batch, flags))


def result_of(
    goal: Goal,
    costed: Sequence[Costed],
    baseline: BaselineResult | None,
    *,
    command: tuple[str, ...] = (),
    seed: int = 0,
    found: SearchResult | None = None,
) -> Result:
    """The record of a run."""
    metrics = [one.metrics for one in costed]
    value = objective_value(goal, metrics)
    if baseline is not None:
        baseline = replace(baseline, ratio=value / baseline.value if baseline.value else math.inf)
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


def baseline_of(goal: Goal, cleaned: Sequence[Model]) -> BaselineResult | None:
    """The objective on the baseline machine under the stock schedule; None, with a warning, where it cannot be had."""
    if any(level_of(model.module) != "model" for model in cleaned):
        return None
    machine = load_machine(BASELINE)
    try:
        metrics = [stock_metrics(model, machine) for model in cleaned]
    except (FastcError, NoMappingError) as error:
        logger.warning("no comparison with %s: %s", BASELINE, error)
        return None
    value = objective_value(goal, metrics)
    return BaselineResult(BASELINE, "stock", value, 1.0, model_values(goal, metrics))


def objective_value(goal: Goal, metrics: Sequence[Metrics]) -> float:
    """The objective as a number, maybe infinite or NaN. Raises InputError where there is none."""
    try:
        with np.errstate(all="ignore"):
            return float(objective_function(goal)(metrics))
    except ArithmeticError as error:
        raise InputError(f"the objective '{goal.objective_text}' cannot be computed: {error}") from None


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
