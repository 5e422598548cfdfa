"""fastc: compile a model, search the accelerator for it, and see what it buys per watt.

The functions here are the library; importing the package loads nothing else until one of them is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastc.api import evaluate, from_jax, load, search
    from fastc.errors import FastcError, InputError, NoAnswerError
    from fastc.results import Result

__version__ = "0.1.0"

__all__ = [
    "FastcError",
    "InputError",
    "NoAnswerError",
    "Result",
    "__version__",
    "evaluate",
    "from_jax",
    "load",
    "search",
]

_HOME = {
    "evaluate": "fastc.api",
    "from_jax": "fastc.api",
    "load": "fastc.api",
    "search": "fastc.api",
    "FastcError": "fastc.errors",
    "InputError": "fastc.errors",
    "NoAnswerError": "fastc.errors",
    "Result": "fastc.results",
}
"""Where each public name is defined."""


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastc' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)
