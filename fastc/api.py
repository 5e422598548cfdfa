"""fastc as a library: modules in, frozen records out, nothing printed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast, get_args

from xdsl.dialects.builtin import ModuleOp

from fastc import driver, inputs, pipelines, proving, roi, searching
from fastc.dse import Algorithm, Progress, SearchProblem
from fastc.errors import InputError
from fastc.frontends import make_context
from fastc.inputs import MachineLike, ModelLike, ModelsLike, PassesLike
from fastc.machines import insert_machine, load_machine, load_space
from fastc.names import DEFAULT_OBJECTIVE
from fastc.pipelines import Schedule
from fastc.results import Result
from fastc.searching import Frozen
from fastc.variants import Searched
from hwmodels.records import Machine
from hwmodels.space import Space
from passes.analysis.machine import machine_of

logger = logging.getLogger(__name__)


def load(path: str | Path) -> ModuleOp:
    """The model at ``path``: StableHLO, HLO, what ``fastc import`` takes, or a module that fastc printed.

    Raises fastc.InputError where it is no model.
    """
    return driver.load(str(path)).module


def from_jax(function: Callable[..., Any], *abstract_args: Any) -> ModuleOp:
    """The model that ``function`` computes for arguments of which only types and shapes are known.

    Each of ``abstract_args`` is a ``jax.ShapeDtypeStruct``, an array, or a pytree of them, as
    ``jax.jit(function).lower`` takes them. ``@main`` takes their leaves in order, one argument each, those that the
    function does not use too. Without any, defaults of the function's parameters say what they are. Arrays that the
    function closes over become constants: pass weights as arguments. Raises fastc.InputError where the function raises,
    with its message and place.
    """
    return inputs.trace_module(function, abstract_args)


def run_passes(model: ModelLike, passes: PassesLike, hw: MachineLike | None = None) -> ModuleOp:
    """What ``passes``, a pipeline such as ``'inline,cse'`` or passes themselves, make of ``model``.

    It is verified after each; a module that is given stays as it is. ``hw`` is the machine, for passes that need one.
    Raises fastc.InputError, and xDSL's PassFailedException where a pass cannot do its work.
    """
    steps, _ = inputs.passes(passes)
    module = inputs.model(model).module.clone()
    accelerator = inputs.machine(hw)
    if accelerator is not None:
        insert_machine(module, load_machine(accelerator))
    pipelines.run(steps, make_context(), module)
    return module


def verify(model: ModelLike, passes: PassesLike, hw: MachineLike | None = None, *, seed: int = 0) -> str:
    """Run ``model`` before and after ``passes`` through XLA on the same random inputs; what was found to agree.

    Raises fastc.NoAnswerError where an output differs by more than rounding explains, fastc.InputError where the two
    cannot be compared.
    """
    steps, text = inputs.passes(passes)
    accelerator = inputs.machine(hw)
    machine = None if accelerator is None else load_machine(accelerator)
    seed = inputs.whole("seed", seed, least=0)
    return proving.verify_module(inputs.model(model).module, steps, text, machine, seed)


def machine(name: str | Path) -> Machine:
    """A machine as a record, to be changed with ``dataclasses.replace``: a preset, or a file with one.

    Raises fastc.InputError where there is none.
    """
    return machine_of(load_machine(str(name)))


def space(name: str | Path | None = None) -> Space:
    """The legal space in a file, as a record: a machine, and the values that each searched field may take.

    Without ``name``, FAST's. Raises fastc.InputError where there is none.
    """
    return load_space(None if name is None else str(name))


def evaluate(
    model: ModelLike,
    hw: MachineLike | None = None,
    *,
    args: Sequence[Any] = (),
    batch: int | None = None,
    schedule: Schedule = "fastc",
    mapper_budget: int | None = None,
    objective: str = DEFAULT_OBJECTIVE,
    baseline: bool = True,
) -> Result:
    """Compile ``model`` (a module stays as it is) for the machine ``hw`` and cost it, beside the baseline.

    ``model`` is a module, a path, or a JAX function, whose abstract arguments are ``args``. ``hw`` is a preset's name,
    a file, a ``Machine`` or the hardware of a result; without it the machine is the module's own. ``batch``: inferences
    in one run, by default the machine's own. ``mapper_budget``: mappings that the optimal mapper looks at for each
    contraction (None: the default mapper). ``baseline=False`` leaves the comparison out, which halves the time.

    Raises fastc.InputError, fastc.NoAnswerError where the model does not fit the machine, and xDSL's
    PassFailedException where a pass cannot do its work.
    """
    inputs.one_of("schedule", schedule, get_args(Schedule))
    if args:
        if not callable(model):
            raise InputError("args are those of a JAX function; a module and a file say themselves what they take")
        model = (model, args)
    return driver.evaluate_models(
        [inputs.model(model)],
        inputs.machine(hw),
        batch=None if batch is None else inputs.whole("batch", batch, least=1),
        schedule=schedule,
        mapper_budget=None if mapper_budget is None else inputs.whole("mapper_budget", mapper_budget, least=1),
        objective=inputs.text("objective", objective),
        compared=baseline,
    )


def search(
    models: ModelsLike,
    *,
    objective: str = DEFAULT_OBJECTIVE,
    subject_to: Sequence[str] | None = None,
    weights: Sequence[float] | None = None,
    space: str | Path | Space | None = None,
    hw: MachineLike | None = None,
    freeze: Sequence[Frozen] = (),
    flags: Sequence[Searched] = (),
    algorithm: str | Callable[[SearchProblem], Algorithm] = "gradient",
    trials: int | None = None,
    budget_s: float | None = None,
    seed: int = 0,
    jobs: int = 1,
    scheduler: str | None = None,
    journal: str | Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Find the machine and pass flags that serve ``models`` best; the same seed and trials give the same result.

    ``models`` is one model, a list, or a dictionary of them by name; each is a module, a path, a JAX function, or a
    pair of such a function and its abstract arguments. ``subject_to`` is by default the area and TDP of the TPU-v3.
    ``hw`` is a machine to search around, ``space`` the legal values, a file or a record; the others are as the options
    of the command line, and ``algorithm`` may also be anything that makes a ``fastc.dse.Algorithm`` for a problem.
    ``on_progress`` hears where the search stands, in the search's own thread.

    Raises fastc.NoAnswerError where no machine meets the constraints.
    """
    if not isinstance(algorithm, str) and not callable(algorithm):
        raise InputError(f"algorithm is {algorithm!r:.40}; give a name, or what makes an Algorithm for a problem")
    request = searching.SearchRequest(
        models=inputs.models(models),
        space=inputs.space(space),
        objective=inputs.text("objective", objective),
        subject_to=None if subject_to is None else inputs.texts("subject_to", subject_to),
        weights=None if weights is None else inputs.numbers("weights", weights),
        hw=inputs.machine(hw),
        freeze=tuple(
            cast("Frozen", inputs.one_of("freeze", each, get_args(Frozen))) for each in inputs.texts("freeze", freeze)
        ),
        flags=tuple(
            cast("Searched", inputs.one_of("flags", each, get_args(Searched))) for each in inputs.texts("flags", flags)
        ),
        algorithm=algorithm,
        trials=None if trials is None else inputs.whole("trials", trials, least=1),
        budget_s=None if budget_s is None else inputs.seconds("budget_s", budget_s),
        seed=inputs.whole("seed", seed, least=0),
        jobs=inputs.whole("jobs", jobs, least=1),
        scheduler=scheduler,
        journal=None if journal is None else str(journal),
    )
    return searching.search_models(request, _Logged(on_progress))


def return_on_investment(
    result: Result,
    baseline: Result | None = None,
    *,
    nre_low_usd: float | None = None,
    nre_high_usd: float | None = None,
    **assumptions: float,
) -> roi.RoiResult:
    """When the machine of ``result`` has paid for its engineering, over the number of chips.

    ``baseline`` is a result of the same models on the chip that it replaces (None: the result's own baseline).
    ``assumptions`` replaces those of ``hwmodels.ownership.Assumptions`` by name: ``volume=5000, years=4``. Raises
    fastc.InputError where one makes no sense, or the two cannot be compared.
    """
    other = None if baseline is None else roi.subject_of(baseline)
    case = roi.case_of(roi.subject_of(result), other, lambda name: driver.preset(name)[1])
    given = {name: inputs.number(name, value) for name, value in assumptions.items()}
    low, high = (
        None if value is None else inputs.number(name, value)
        for name, value in (("nre_low_usd", nre_low_usd), ("nre_high_usd", nre_high_usd))
    )
    return roi.analyse(case, given, nre_low_usd=low, nre_high_usd=high)


class _Logged:
    """Progress that is logged, at level INFO, each time the best value rises, and passed on."""

    def __init__(self, listener: Callable[[Progress], None] | None) -> None:
        self._listener = listener
        self._best: float | None = None

    def __call__(self, step: Progress) -> None:
        if step.best_value is not None and step.best_value != self._best:
            self._best = step.best_value
            logger.info("%s: best %.5g after %d exact evaluations, %.1f s", step.phase, step.best_value,
                        step.evaluations, step.wall_s)  # fmt: skip
        if self._listener is not None:
            self._listener(step)
