"""The problem of explaining an evaluation: the machines one step around the one that was asked about, and each flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from dialects.arch import AcceleratorOp
from fastc import pipelines
from fastc.compilation import Model, chained_regions_of, level_of, regions_of
from fastc.dse.records import ModelProblem, Point, SearchProblem, Variant
from fastc.errors import InputError
from fastc.explain.records import Levers
from fastc.scoring import Goal, constraint_functions, objective_function
from hwmodels.records import Network
from hwmodels.space import KINDS, SIZES, Parameter, Space
from passes.analysis.machine import machine_of
from passes.softmax.match import find_softmax

DEFAULT = "default"
"""The setting of the flags that an evaluation has."""

SETTINGS: dict[str, pipelines.Flags] = {
    "no fold-normalization": (("fold-normalization", None),),
    "no assign-layout": (("assign-layout", None),),
    "pad-tensors": (("pad-tensors", ""),),
    "form-regions{sink=false}": (("form-regions", "sink=false"),),
}
"""Flags one step from the default."""

SOFTMAX: dict[str, pipelines.Flags] = {"softmax-form{passes=2}": (("softmax-form", "passes=2"),)}
"""Those for models with a softmax."""

CHAINS = "tile-chains"


def require_models(cleaned: Sequence[Model]) -> None:
    """Raise InputError for a module whose levers cannot be found: a schedule is for one machine."""
    for model in cleaned:
        if level_of(model.module) != "model":
            raise InputError(
                f"{model.name}: levers need the model itself, to compile it for other machines, not a module of "
                "regions or schedules; leave --explain out, or give the model"
            )


def levers_around(goal: Goal, cleaned: Sequence[Model], accelerator: AcceleratorOp, batch: int) -> Levers:
    """The levers of an evaluation; as ``problem_around``."""
    # The relaxed cost stands on JAX, which nothing else of an evaluation needs.
    from fastc.explain.levers import find_levers

    problem, point = problem_around(goal, cleaned, accelerator, batch)
    return find_levers(problem, point)


def problem_around(
    goal: Goal, cleaned: Sequence[Model], accelerator: AcceleratorOp, batch: int
) -> tuple[SearchProblem, Point]:
    """The machines one step around ``accelerator``, the flags one step from the default, and the point between them.

    ``cleaned`` is what ``clean`` has made of the models that ``goal`` names; one run does ``batch`` inferences.
    """
    machine = replace(machine_of(accelerator), native_batch=batch)
    networks = [cache(lambda size, model=model: regions_of(model, size)) for model in cleaned]
    fixed = () if all(network(2 * batch).batch == 2 * batch for network in networks) else ("native_batch",)
    space = Space(machine, tuple(p for p in map(_around(machine), SIZES) if p is not None and p.name not in fixed))
    problem = SearchProblem(
        models=tuple(
            ModelProblem(model.name, weight, _variants(model, network, accelerator, batch))
            for model, weight, network in zip(cleaned, goal.weights, networks, strict=True)
        ),
        space=space,
        objective=objective_function(goal),
        objective_text=goal.objective_text,
        constraints=constraint_functions(goal),
    )
    values = tuple((p.name, float(getattr(machine, p.name))) for p in space.parameters)
    return problem, Point(values, (0,) * len(cleaned))


def _around(machine: object) -> Callable[[str], Parameter | None]:
    """Each parameter with its present value, half and twice of it; None for a size that the machine has not."""

    def around(name: str) -> Parameter | None:
        value = float(getattr(machine, name))
        if name in KINDS:
            return Parameter(name, (0.0, 1.0))
        if value <= 0.0:
            return None
        return Parameter(name, tuple(size for size in (value / 2.0, value, 2.0 * value) if size.is_integer()))

    return around


def _variants(
    model: Model, network: Callable[[int], Network], accelerator: AcceleratorOp, batch: int
) -> tuple[Variant, ...]:
    """The default and every setting of the flags that makes other regions of ``model``."""
    settings = SETTINGS | (SOFTMAX if any(find_softmax(model.module)) else {})
    variants = [Variant(DEFAULT, (), network)]
    made = [(name, flags, regions_of(model, batch, flags)) for name, flags in settings.items()]
    made.append((CHAINS, ((CHAINS, ""),), chained_regions_of(model, accelerator, batch)))
    for name, flags, other in made:
        if (other.regions, other.tensors) != (network(batch).regions, network(batch).tensors):
            # Of the flags one asks what they are worth at this batch; so it is the only one that they are compiled for.
            variants.append(Variant(name, flags, lambda _, other=other: other))
    return tuple(variants)
