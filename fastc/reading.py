"""Results read back from the JSON that fastc wrote, every value checked."""

from __future__ import annotations

import json
import math
import types
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from fastc.errors import InputError
from fastc.files import Source
from fastc.results import HIDDEN, SCHEMA, Result

GREATEST = 1e30
"""No value of a result is greater: sums and ratios of them stay finite."""

SHOWN = 40
"""Characters of a wrong value that a message shows."""

REMEDY = "give a file that 'fastc eval --json' or 'fastc opt --json' wrote"


def read_result(source: Source) -> Result:
    """The result in ``source``. Raises InputError where it is none, or one of another schema.

    Fields that this version does not know are ignored; those that it has defaults for may be missing.
    """
    document = _document(source)
    if not isinstance(document, dict) or "schema" not in document:
        raise InputError(f"{source.label}: this is no result of fastc: it has no 'schema'; {REMEDY}")
    if document["schema"] != SCHEMA or isinstance(document["schema"], bool):
        raise InputError(
            f"{source.label}: its schema is {_shown(document['schema'])}, and this version of fastc reads schema "
            f"{SCHEMA}; write the result again with this version"
        )
    if "models" not in document or "hardware" not in document:
        raise InputError(f"{source.label}: this is the JSON of another command than eval and opt; {REMEDY}")
    result = _made(Result, document, f"{source.label}: ")
    if not result.models:
        raise InputError(f"{source.label}: models: there is none; {REMEDY}")
    return result


def _document(source: Source) -> Any:
    try:
        text = source.data.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{source.label}: not text: byte {error.start} is not UTF-8; {REMEDY}") from None
    if not text.strip():
        raise InputError(f"{source.label}: the file is empty; {REMEDY}")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{source.label}:{error.lineno}:{error.colno}: {error.msg}; {REMEDY}") from None
    except (ValueError, RecursionError):
        raise InputError(
            f"{source.label}: has a number of too many digits, or is nested too deeply; {REMEDY}"
        ) from None


def _made(wanted: Any, value: Any, place: str) -> Any:
    """``value`` as the type ``wanted``; InputError that names ``place`` where it is none."""
    origin = get_origin(wanted)
    if wanted is Any:
        return _anything(value, place)
    if origin in (Union, types.UnionType):
        inner = [each for each in get_args(wanted) if each is not type(None)]
        if value is None and len(inner) < len(get_args(wanted)):
            return None
        return _made(inner[0], value, place) if len(inner) == 1 else _one_of(inner, value, place)
    if is_dataclass(wanted):
        return _record(wanted, value, place)
    if origin is tuple:
        return _items(get_args(wanted), value, place)
    if origin is dict:
        if not isinstance(value, dict):
            raise _wrong(place, value, "a table")
        return {key: _made(get_args(wanted)[1], each, _at(place, key)) for key, each in value.items()}
    if origin is Literal:
        if value not in get_args(wanted):
            raise _wrong(place, value, "one of " + ", ".join(map(str, get_args(wanted))))
        return value
    return _plain(wanted, value, place)


def _one_of(wanted: list[Any], value: Any, place: str) -> Any:
    for each in wanted:
        try:
            return _made(each, value, place)
        except InputError:
            continue
    raise _wrong(place, value, "a number or a text")


def _plain(wanted: Any, value: Any, place: str) -> Any:
    if wanted is float and isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if abs(number) <= GREATEST:
            return number
        raise _wrong(place, value, f"a finite number of at most {GREATEST:g}")
    if wanted is int and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) <= GREATEST:
            return value
        raise _wrong(place, value, f"a whole number of at most {GREATEST:g}")
    if wanted in (str, bool) and isinstance(value, wanted):
        return value
    raise _wrong(place, value, {float: "a number", int: "a whole number", str: "a text"}.get(wanted, "true or false"))


def _anything(value: Any, place: str) -> Any:
    """A value whose type the records leave open: the numbers in it must still be some that can be shown."""
    if isinstance(value, dict):
        return {key: _anything(each, _at(place, key)) for key, each in value.items()}
    if isinstance(value, list):
        return [_anything(each, f"{place.removesuffix(': ')}[{index}]") for index, each in enumerate(value)]
    return value if value is None or isinstance(value, str | bool) else _plain(type(value), value, place)


def _record(wanted: Any, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(place, value, "a table")
    hints = get_type_hints(wanted, localns={"ModuleOp": Any})
    found: dict[str, Any] = {}
    for entry in fields(wanted):
        if entry.metadata == HIDDEN:
            continue
        if entry.name in value:
            found[entry.name] = _made(hints[entry.name], value[entry.name], _at(place, entry.name))
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise InputError(f"{place.removesuffix(': ')}: has no '{entry.name}'; {REMEDY}")
    return wanted(**found)


def _items(wanted: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    """A list as a tuple: of any length where the type says ``...``."""
    if not isinstance(value, list):
        raise _wrong(place, value, "a list")
    types_ = [wanted[0]] * len(value) if wanted[-1] is Ellipsis else list(wanted)
    if len(types_) != len(value):
        raise _wrong(place, value, f"a list of {len(types_)}")
    return tuple(
        _made(each, item, f"{place.removesuffix(': ')}[{index}]")
        for index, (each, item) in enumerate(zip(types_, value, strict=True))
    )


def _at(place: str, key: str) -> str:
    return place + key if place.endswith(": ") else f"{place}.{key}"


def _wrong(place: str, value: Any, needed: str) -> InputError:
    return InputError(f"{place.removesuffix(': ')}: is {_shown(value)}, not {needed}; {REMEDY}")


def _shown(value: Any) -> str:
    try:
        shown = repr(value)
    except ValueError:  # An integer of too many digits to print.
        shown = "a number of too many digits"
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
