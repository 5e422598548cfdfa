"""fastc as a library: modules in, frozen records out, nothing printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from xdsl.dialects.builtin import ModuleOp

from fastc import driver, searching
from fastc.compilation import model_of
from fastc.dse import Algorithm, SearchProblem
from fastc.frontends import make_context, read_module
from fastc.pipelines import Schedule
from fastc.results import Result
from fastc.scoring import DEFAULT_OBJECTIVE
from fastc.searching import Frozen


def load(path: str | Path) -> ModuleOp:
    """The model at ``path``: StableHLO, HLO, what ``fastc import`` takes, or a module that fastc printed.

    Raises fastc.InputError where it is no model.
    """
    return driver.load(str(path)).module


def from_jax(function: Callable[..., Any], *abstract_args: Any) -> ModuleOp:
    """The model that ``function`` computes for arguments of which only types and shapes are known.

    Each of ``abstract_args`` is a ``jax.ShapeDtypeStruct``, an array, or a pytree of them, as
    ``jax.jit(function).lower`` takes them. ``@main`` takes their leaves in order, one argument each, those that the
    function does not use too. Arrays that the function closes over become constants: pass weights as arguments. Raises
    fastc.InputError where the function raises, with its message and place.
    """
    from fastc.frontends.python_function import trace

    text = trace(function, abstract_args)
    return read_module(text.encode(), getattr(function, "__name__", type(function).__name__), make_context())


def evaluate(
    module: ModuleOp,
    hw: str | Path | None = None,
    *,
    batch: int | None = None,
    schedule: Schedule = "fastc",
    mapper_budget: int | None = None,
    objective: str = DEFAULT_OBJECTIVE,
) -> Result:
    """Compile ``module`` (which stays as it is) for the machine ``hw``, a preset or a file, and cost it.

    ``batch``: inferences in one run, by default the machine's own. Without ``hw`` the machine is the module's own.
    ``mapper_budget``: mappings that the optimal mapper looks at for each contraction (None: the default mapper).
    Raises fastc.InputError, and xDSL's PassFailedException where the model does not go onto the machine.
    """
    model = model_of(module)
    machine = None if hw is None else str(hw)
    return driver.evaluate_models(
        [model], machine, batch=batch, schedule=schedule, mapper_budget=mapper_budget, objective=objective
    )


def search(
    modules: Sequence[ModuleOp],
    *,
    objective: str = DEFAULT_OBJECTIVE,
    subject_to: Sequence[str] | None = None,
    weights: Sequence[float] | None = None,
    space: str | Path | None = None,
    hw: str | Path | None = None,
    freeze: Sequence[Frozen] = (),
    algorithm: str | Callable[[SearchProblem], Algorithm] = "gradient",
    trials: int | None = None,
    budget_s: float | None = None,
    seed: int = 0,
    jobs: int = 1,
    scheduler: str | None = None,
    journal: str | Path | None = None,
) -> Result:
    """Find the machine and pass flags that serve ``modules`` best; the same seed and trials give the same result.

    ``subject_to`` is by default the area and TDP of the TPU-v3. ``hw`` is a machine to search around; the others are
    as the options of the command line, and ``algorithm`` may also be anything that makes a ``fastc.dse.Algorithm`` for
    a problem. Raises fastc.NoAnswerError where no machine meets the constraints.
    """
    models = [model_of(module) for module in modules]
    names = [model.name for model in models]
    request = searching.SearchRequest(
        models=tuple(
            model_of(module, name if names.count(name) == 1 else f"{name}_{index + 1}")
            for index, (module, name) in enumerate(zip(modules, names, strict=True))
        ),
        space=None if space is None else str(space),
        objective=objective,
        subject_to=None if subject_to is None else tuple(subject_to),
        weights=None if weights is None else tuple(weights),
        hw=None if hw is None else str(hw),
        freeze=tuple(freeze),
        algorithm=algorithm,
        trials=trials,
        budget_s=budget_s,
        seed=seed,
        jobs=jobs,
        scheduler=scheduler,
        journal=None if journal is None else str(journal),
    )
    return searching.search_models(request)
