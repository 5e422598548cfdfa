"""A JAX function, named or given, into StableHLO, for arguments of which only types and shapes are known."""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from fastc.errors import InputError, suggestion
from fastc.files import Source
from fastc.frontends.avals import Aval

Function = Callable[..., Any]

HOW_ARGUMENTS_ARE_GIVEN = (
    "give their types and shapes with --args 'f32[1,224,224,3]', give its parameters jax.ShapeDtypeStruct as "
    "defaults, or name a function without parameters that returns (function, arguments)"
)


def trace_named(name: str, avals: Sequence[Aval] | None = None) -> Source:
    """The StableHLO of the function ``name``, written ``package.module:function``, with places in its source.

    The current directory is importable, as under ``python -m``. The arguments are ``avals``, else the defaults of the
    function's parameters (``jax.ShapeDtypeStruct``, arrays, or pytrees of them). A function that takes nothing is
    called, and gives the function to trace and the tuple of its arguments. Raises InputError.
    """
    with _current_directory_importable(), contextlib.redirect_stdout(sys.stderr):
        function = _find(name)
        if avals is None:
            function, arguments = _own_arguments(name, function)
        else:
            arguments = _structs(name, avals)
        lowered = _lower(name, function, arguments)
    return Source(name, lowered.as_text(debug_info=True).encode(), lowered.as_text().encode())


def trace(function: Function, arguments: Sequence[Any]) -> str:
    """The StableHLO text of ``function`` for ``arguments``: arrays, ``jax.ShapeDtypeStruct`` or pytrees of them.

    ``@main`` takes the leaves of all arguments in order, those that the function does not use too. Without arguments,
    the defaults of the function's parameters say what they are, as for ``trace_named``. Raises InputError.
    """
    if not callable(function):
        raise InputError(f"from_jax traces a function, but {type(function).__name__} cannot be called")
    name = name_of(function)
    if not arguments and _has_defaults(function):
        function, arguments = _own_arguments(name, function)
    return _lower(name, function, tuple(arguments)).as_text(debug_info=True)


def name_of(function: Function) -> str:
    """What messages and results call ``function``."""
    return getattr(function, "__name__", type(function).__name__)


def _has_defaults(function: Function) -> bool:
    """Whether a default says what an argument is."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(_is_abstract(parameter.default) for parameter in parameters)


def _lower(name: str, function: Function, arguments: tuple[Any, ...]) -> Any:
    import jax

    try:
        return jax.jit(function, keep_unused=True).lower(*arguments)
    except Exception as error:
        raise _complaint(error, f"{name}: raised while JAX traced it") from error


@contextlib.contextmanager
def _current_directory_importable() -> Iterator[None]:
    folder = os.getcwd()
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)


def _find(name: str) -> Function:
    module_name, _, path = name.partition(":")
    found: Any = _import(name, module_name)
    for part in path.split("."):
        if not hasattr(found, part):
            owner = f"module '{module_name}'" if isinstance(found, ModuleType) else f"'{type(found).__name__}'"
            raise InputError(f"{name}: {owner} has no '{part}'{suggestion(part, dir(found))}")
        found = getattr(found, part)
    if not callable(found):
        raise InputError(f"{name}: this is no function but of type '{type(found).__name__}'; name a JAX function")
    return found


def _import(name: str, module_name: str) -> ModuleType:
    try:
        return import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        if missing == module_name or module_name.startswith(f"{missing}."):
            *folders, last = missing.split(".")
            near = suggestion(last, (path.stem for path in Path(*folders).glob("*")), likeness=0.75)
            if last == "py" and Path(*folders).with_suffix(".py").is_file():
                near = f"; name the module without '.py': '{name.replace('.py:', ':', 1)}'"
            raise InputError(
                f"{name}: there is no module '{missing}' in the current directory or where Python looks{near}"
            ) from None
        raise _complaint(error, f"{name}: importing '{module_name}' failed") from error
    except (Exception, SystemExit) as error:
        raise _complaint(error, f"{name}: importing '{module_name}' failed") from error


def _own_arguments(name: str, function: Function) -> tuple[Function, tuple[Any, ...]]:
    """The function to trace and its arguments, where the function itself says them."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise InputError(f"{name}: its parameters cannot be seen; {HOW_ARGUMENTS_ARE_GIVEN}") from None
    if not parameters:
        return _made(name, function)
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    taken = [parameter for parameter in parameters if parameter.kind in named and _is_abstract(parameter.default)]
    needed = [
        parameter.name
        for parameter in parameters
        if parameter.default is inspect.Parameter.empty
        and parameter.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    ]
    if needed or not taken:
        unknown = ", ".join(f"'{parameter}'" for parameter in needed) or "its arguments"
        raise InputError(f"{name}: nothing says what {unknown} are; {HOW_ARGUMENTS_ARE_GIVEN}")
    # Parameters with another default, a flag or a number, keep it: they come by name or not at all.
    return _bound(function, [parameter.name for parameter in taken]), tuple(parameter.default for parameter in taken)


def _bound(function: Function, names: Sequence[str]) -> Function:
    """``function`` that takes the parameters ``names`` alone, in this order."""

    def call(*arguments: Any) -> Any:
        return function(**dict(zip(names, arguments, strict=True)))

    call.__name__ = getattr(function, "__name__", "function")
    return call


def _made(name: str, factory: Function) -> tuple[Function, tuple[Any, ...]]:
    try:
        made = factory()
    except Exception as error:
        raise _complaint(error, f"{name}: raised when it was called for a function and its arguments") from error
    if not (isinstance(made, tuple) and len(made) == 2 and callable(made[0]) and isinstance(made[1], tuple | list)):
        raise InputError(
            f"{name}: takes no arguments, so it must return a function and the tuple of its abstract arguments, "
            f"not {type(made).__name__}"
        )
    return made[0], tuple(made[1])


def _is_abstract(default: Any) -> bool:
    """Whether a parameter's default says what an array is: a pytree with leaves that have a type and a shape."""
    import jax

    if default is inspect.Parameter.empty:
        return False
    leaves = jax.tree.leaves(default)
    return bool(leaves) and all(hasattr(leaf, "shape") and hasattr(leaf, "dtype") for leaf in leaves)


def _structs(name: str, avals: Sequence[Aval]) -> tuple[Any, ...]:
    import jax
    import jax.numpy as jnp

    for aval in avals:
        kept = jax.dtypes.canonicalize_dtype(jnp.dtype(aval.dtype))
        if kept != jnp.dtype(aval.dtype):
            raise InputError(
                f"{name}: JAX makes {kept} of {aval.dtype}; set JAX_ENABLE_X64=1 in the environment, or ask for {kept}"
            )
    return tuple(jax.ShapeDtypeStruct(aval.shape, jnp.dtype(aval.dtype)) for aval in avals)


def _complaint(error: BaseException, what: str) -> InputError:
    """``what`` happened, with what ``error`` says first and the innermost place in the user's own files."""
    message = next(iter(str(error).strip().splitlines()), "")
    place = _place(error)
    return InputError(
        f"{what}: {type(error).__name__}{f': {message}' if message else ''}{f' ({place})' if place else ''}"
    )


def _place(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    libraries = (*sysconfig.get_paths().values(), str(Path(__file__).parents[1]))
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_file() and not frame.filename.startswith(libraries)
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
