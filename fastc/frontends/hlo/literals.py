"""Element types of HLO, and its constants as MLIR's dense attributes, to the last bit."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

import numpy as np

from fastc.frontends.hlo.records import ArrayShape

_FLOATS = {
    "f16": "f16",
    "bf16": "bf16",
    "f32": "f32",
    "f64": "f64",
    "f8e4m3": "f8E4M3",
    "f8e4m3fn": "f8E4M3FN",
    "f8e4m3b11fnuz": "f8E4M3B11FNUZ",
    "f8e4m3fnuz": "f8E4M3FNUZ",
    "f8e5m2": "f8E5M2",
    "f8e5m2fnuz": "f8E5M2FNUZ",
    "f8e3m4": "f8E3M4",
    "f8e8m0fnu": "f8E8M0FNU",
}
_COMPLEX = {"c64": "complex<f32>", "c128": "complex<f64>"}
_INTEGERS = {f"{sign}{width}": f"{'u' * (sign == 'u')}i{width}" for sign in "su" for width in (2, 4, 8, 16, 32, 64)}

ELEMENTS: dict[str, str] = {"pred": "i1"} | _INTEGERS | _FLOATS | _COMPLEX
"""MLIR's name for each element type of HLO that StableHLO has."""

_COMPLEX_NUMBER = re.compile(r"\(\s*([^(),\s]+)\s*,\s*([^(),\s]+)\s*\)")
_NAN = re.compile(r"(-?nan)\(0x[0-9a-f]+\)")


def tensor_type(shape: ArrayShape) -> str:
    """The MLIR type. Raises ValueError where StableHLO has no such element type."""
    if shape.element not in ELEMENTS:
        raise ValueError(f"StableHLO has no numbers of type {shape.element}")
    return f"tensor<{''.join(f'{extent}x' for extent in shape.dims)}{ELEMENTS[shape.element]}>"


def dense(text: str, shape: ArrayShape) -> str:
    """The dense attribute, without its type, of the constant ``text``.

    HLO writes elements in logical order, whatever the layout. Raises ValueError."""
    if "..." in text:
        raise ValueError("its elements were left out of the text; print the module with print_large_constants=True")
    kind = ELEMENTS.get(shape.element, "")
    words = _words(text, kind)
    count = math.prod(shape.dims)
    if len(words) != count:
        raise ValueError(f"{shape} has {count} elements, but {len(words)} are given")
    if count == 0:
        return "dense<>"
    if kind == "i1":
        return f"dense<{_nested([_truth(word) for word in words], shape.dims)}>"
    if shape.element in _INTEGERS:
        return f"dense<{_nested([_integer(word, shape.element) for word in words], shape.dims)}>"
    values = _array(words, shape.element)
    return f'dense<"0x{values.tobytes().hex().upper()}">'


def _words(text: str, kind: str) -> list[str]:
    text = re.sub(r"/\*.*?\*/", "", text)
    if kind.startswith("complex"):
        return [f"{match[1]} {match[2]}" for match in _COMPLEX_NUMBER.finditer(text)]
    return _NAN.sub(r"\1", text).replace("{", " ").replace("}", " ").replace(",", " ").split()


def _array(words: list[str], element: str) -> np.ndarray[Any, Any]:
    if element in _COMPLEX:
        pairs = [word.split() for word in words]
        return np.array([complex(float(real), float(imag)) for real, imag in pairs], _dtype(element))
    with np.errstate(over="ignore"):  # a number beyond the type's range is infinite, as in XLA
        return np.array([float(word) for word in words]).astype(_dtype(element))


@cache
def _dtype(element: str) -> np.dtype[Any]:
    import ml_dtypes

    names = {"f16": "float16", "f32": "float32", "f64": "float64", "c64": "complex64", "c128": "complex128"}
    if element in names:
        return np.dtype(names[element])
    name = "bfloat16" if element == "bf16" else re.sub(r"^f8(e\w+)", r"float8_\1", element)
    return np.dtype(getattr(ml_dtypes, name))


def _integer(word: str, element: str) -> str:
    value, width = int(word), int(element[1:])
    low, high = (0, 2**width) if element[0] == "u" else (-(2 ** (width - 1)), 2 ** (width - 1))
    if not low <= value < high:
        raise ValueError(f"{word} is no {element}")
    return str(value)


def _truth(word: str) -> str:
    truths = {"true": "true", "1": "true", "false": "false", "0": "false"}
    if word not in truths:
        raise ValueError(f"'{word}' is no truth value")
    return truths[word]


def _nested(words: list[str], dims: tuple[int, ...]) -> str:
    if len(set(words)) == 1:
        return words[0]
    for extent in reversed(dims):
        words = [f"[{', '.join(words[start : start + extent])}]" for start in range(0, len(words), extent)]
    return words[0]
