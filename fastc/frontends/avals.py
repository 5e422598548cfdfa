"""Abstract values as JAX prints them, ``f32[1,224,224,3]``: the types and sizes of what a model takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastc.errors import InputError, suggestion

DTYPES = {
    "bool": "bool",
    "bf16": "bfloat16",
    **{f"{kind}{bits}": f"{name}{bits}" for kind, name in (("i", "int"), ("u", "uint")) for bits in (4, 8, 16, 32, 64)},
    **{f"f{bits}": f"float{bits}" for bits in (16, 32, 64)},
    **{f"f8_{form}": f"float8_{form}" for form in ("e4m3fn", "e4m3b11fnuz", "e4m3fnuz", "e5m2", "e5m2fnuz")},
    **{f"c{bits}": f"complex{bits}" for bits in (64, 128)},
}
"""NumPy's name for each of JAX's short names of a type."""

_AVAL = re.compile(r"\s*(\w+)\s*\[([^\[\]]*)\]\s*")


@dataclass(frozen=True)
class Aval:
    """The type and shape of one array."""

    dtype: str
    """NumPy's name, such as ``bfloat16``."""
    shape: tuple[int, ...]


def parse_avals(text: str) -> tuple[Aval, ...]:
    """The abstract values in ``text``, separated by commas: ``'f32[1,224,224,3], i32[]'``. Raises InputError."""
    avals: list[Aval] = []
    position = 0
    while text[position:].strip():
        match = _AVAL.match(text, position)
        if match is None:
            raise InputError(
                f"--args: '{text[position:].strip()}' does not begin with a type and shape such as f32[1,224,224,3]"
            )
        avals.append(Aval(_dtype(match[1]), _shape(match[2])))
        position = match.end()
        if text[position : position + 1] not in ("", ","):
            raise InputError(f"--args: expected ',' before '{text[position:]}'")
        position += 1
    return tuple(avals)


def _dtype(name: str) -> str:
    if name in DTYPES:
        return DTYPES[name]
    if name in DTYPES.values():
        return name
    hint = suggestion(name, DTYPES) or f"; there is {', '.join(DTYPES)}"
    raise InputError(f"--args: there is no type '{name}'{hint}")


def _shape(text: str) -> tuple[int, ...]:
    sizes = [size.strip() for size in text.split(",")] if text.strip() else []
    for size in sizes:
        if not (size.isascii() and size.isdecimal()):
            raise InputError(
                f"--args: the size '{size}' in [{text}] is not a whole number; fastc schedules static shapes only"
            )
    return tuple(map(int, sizes))


def fixed_shape(what: str, dtype: str, sizes: Sequence[int | str], given: Aval | None) -> tuple[int, ...]:
    """The shape of the input that messages call ``what``, of which a file knows ``dtype`` and ``sizes``.

    A size that the file leaves open is a name there, and ``given`` has its number. Raises InputError where sizes stay
    open, or where ``given`` contradicts the file.
    """
    shown = f"{short_dtype(dtype)}[{','.join(map(str, sizes))}]"
    if given is None:
        if any(isinstance(size, str) for size in sizes):
            raise InputError(
                f"{what} is {shown}; fastc schedules static shapes only: give the shapes of all inputs with --args, or "
                "export the model with fixed sizes"
            )
        return tuple(map(int, sizes))
    fits = len(sizes) == len(given.shape) and all(
        isinstance(size, str) or size == wanted for size, wanted in zip(sizes, given.shape, strict=True)
    )
    if dtype != given.dtype or not fits:
        wanted = f"{short_dtype(given.dtype)}[{','.join(map(str, given.shape))}]"
        raise InputError(f"{what} is {shown}, and --args gives {wanted}")
    return given.shape


def short_dtype(dtype: str) -> str:
    """JAX's short name of the type that NumPy calls ``dtype``."""
    return next((short for short, name in DTYPES.items() if name == dtype), dtype)
