"""What the library takes as models, machines and spaces, made into what the program works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf, isfinite, nan
from operator import index
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard, cast

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.exceptions import VerifyException

from dialects.arch import AcceleratorOp
from fastc import driver, pipelines
from fastc.compilation import Model, model_of
from fastc.errors import InputError, suggestion
from fastc.frontends import make_context, read_module
from fastc.machines import check_technology
from fastc.results import HardwareResult
from hwmodels.records import Machine
from hwmodels.space import KINDS, SIZES, Parameter, Space
from passes.analysis.machine import accelerator_of

ModelLike: TypeAlias = ModuleOp | str | Path | Callable[..., Any] | tuple[Callable[..., Any], Sequence[Any]]
"""A module; the path of a file, or 'package.module:function'; a JAX function whose parameters have
``jax.ShapeDtypeStruct`` as defaults; or a JAX function and its abstract arguments."""

ModelsLike: TypeAlias = ModelLike | Sequence[ModelLike] | Mapping[str, ModelLike]
"""One model, a list of them, or a dictionary of them by the names that expressions and results use."""

MachineLike: TypeAlias = str | Path | Machine | HardwareResult
"""A preset's name, a file, a ``Machine``, or the hardware of a result."""

PassesLike: TypeAlias = str | ModulePass | Sequence[ModulePass]
"""A pipeline as text, or passes themselves."""

MOST = 10**18 - 1
"""No number of inferences, evaluations or processes is greater."""

WHAT_MODELS_ARE = "give a module, a path, a JAX function, or (function, arguments)"


def trace_module(function: Callable[..., Any], arguments: Sequence[Any]) -> ModuleOp:
    """The module that a JAX function makes. Raises InputError where it raises."""
    from fastc.frontends.python_function import name_of, trace

    return read_module(trace(function, arguments).encode(), name_of(function), make_context())


def model(given: ModelLike, name: str | None = None) -> Model:
    """One model, called ``name``, or as its file, function or module is. Raises InputError."""
    if isinstance(given, ModuleOp):
        return model_of(given, name)
    if isinstance(given, str | Path):
        found = driver.load(str(given))
        return found if name is None else replace(found, name=name)
    if _is_call(given):
        function, arguments = given
    elif callable(given):
        function, arguments = given, ()
    else:
        raise InputError(f"{type(given).__name__} is no model; {WHAT_MODELS_ARE}")
    called = getattr(function, "__name__", type(function).__name__)
    return model_of(trace_module(function, arguments), name or called)


def models(given: ModelsLike) -> tuple[Model, ...]:
    """All models, each under a name of its own. Raises InputError."""
    if isinstance(given, Mapping):
        found = [model(each, name) for name, each in given.items()]
    elif isinstance(given, list | tuple) and not _is_call(given):
        found = [model(each) for each in cast("Sequence[ModelLike]", given)]
    else:
        found = [model(cast("ModelLike", given))]
    if not found:
        raise InputError(f"no model is given; {WHAT_MODELS_ARE}, one or a list of them")
    names = [each.name for each in found]
    return tuple(
        each if names.count(each.name) == 1 else replace(each, name=f"{each.name}_{index + 1}")
        for index, each in enumerate(found)
    )


def passes(given: PassesLike) -> tuple[PassPipeline, str]:
    """Passes and their text. Raises InputError where the text is no pipeline."""
    if isinstance(given, str):
        return pipelines.parse(given), given
    steps = (given,) if isinstance(given, ModulePass) else given
    if not isinstance(steps, list | tuple) or not all(isinstance(step, ModulePass) for step in steps):
        raise InputError(f"{given!r:.40} is no pipeline; give a text such as 'inline,cse', a pass, or a list of passes")
    steps = tuple(steps)
    return PassPipeline(steps), pipelines.join(*(str(step.pipeline_pass_spec()) for step in steps))


def machine(given: MachineLike | None) -> str | AcceleratorOp | None:
    """A machine as the program takes it. Raises InputError where it is none that can be built."""
    if given is None:
        return None
    if isinstance(given, HardwareResult):
        try:
            given = Machine(**given.parameters)
        except TypeError as error:
            raise InputError(f"{given.name}: its parameters are no machine: {error}") from None
    if not isinstance(given, Machine):
        return str(given)
    check_technology(given, given.name)
    try:
        accelerator = accelerator_of(given)
        accelerator.verify()
    except (TypeError, ValueError, OverflowError, VerifyException) as error:
        raise InputError(f"machine '{given.name}': {error}") from None
    return accelerator


def space(given: str | Path | Space | None) -> str | Space | None:
    """A space as the program takes it. Raises InputError where a parameter is none that can be searched."""
    if not isinstance(given, Space):
        return None if given is None else str(given)
    for parameter in given.parameters:
        if not isinstance(parameter, Parameter):  # callers may have no types
            raise InputError(f"space: {parameter!r:.40} is no fastc.Parameter")
        if parameter.name not in SIZES:
            raise InputError(f"space: a search cannot move '{parameter.name}'{suggestion(parameter.name, SIZES)}")
        least = 0.0 if parameter.name in (*KINDS, "global_buffer_bytes") else 1.0
        values = numbers(f"space: {parameter.name}", parameter.values)
        if not all(map(isfinite, values)) or not values or list(values) != sorted(set(values)) or values[0] < least:
            raise InputError(
                f"space: the values of {parameter.name} are {values}; give one or more, ascending, each at least "
                f"{least:g}"
            )
    return given


def whole(name: str, given: object, *, least: int) -> int:
    """A whole number of ``least`` or more. Raises InputError."""
    try:
        value = least - 1 if isinstance(given, bool) else index(cast("int", given))
    except TypeError:
        value = least - 1
    if not least <= value <= MOST:
        raise InputError(f"{name} is {given!r:.40}; give a whole number from {least} to {MOST}")
    return value


def text(name: str, given: object) -> str:
    """A text. Raises InputError."""
    if not isinstance(given, str):
        raise InputError(f"{name} is {given!r:.40}; give a text")
    return given


def texts(name: str, given: object) -> tuple[str, ...]:
    """Texts in a list. Raises InputError, for a text alone too."""
    if not isinstance(given, list | tuple):
        raise InputError(f"{name} is {given!r:.40}; give a list of texts")
    return tuple(text(f"{name}[{place}]", each) for place, each in enumerate(cast("Sequence[object]", given)))


def number(name: str, given: object) -> float:
    """A number. Raises InputError."""
    try:
        return float(cast("float", given))
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name} is {given!r:.40}; give a number") from None


def numbers(name: str, given: object) -> tuple[float, ...]:
    """Numbers in a list. Raises InputError."""
    try:
        return tuple(float(each) for each in cast("Sequence[float]", given))
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name} is {given!r:.40}; give a list of numbers") from None


def seconds(name: str, given: object) -> float:
    """A time above 0. Raises InputError."""
    value = float(given) if isinstance(given, int | float) and not isinstance(given, bool) else nan
    if not 0.0 < value < inf:
        raise InputError(f"{name} is {given!r:.40}; give seconds, a finite number above 0")
    return value


def one_of(name: str, given: object, known: tuple[str, ...]) -> str:
    """One of the ``known`` texts. Raises InputError."""
    if given not in known:
        raise InputError(f"{name} is {given!r:.40}; there is {', '.join(known)}{suggestion(str(given), known)}")
    return cast("str", given)


def _is_call(given: object) -> TypeGuard[tuple[Callable[..., Any], Sequence[Any]]]:
    """Whether this is a function and its arguments, not two models."""
    return (
        isinstance(given, tuple)
        and len(given) == 2
        and callable(given[0])
        and isinstance(given[1], tuple | list)
        and not _is_call(given[1])
    )
