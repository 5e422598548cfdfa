"""fastc: compile a model, search the accelerator for it, and see what it buys per watt.

The functions here are the library; importing the package loads nothing else until one of them is used.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastc.api import evaluate, from_jax, load, machine, return_on_investment, run_passes, search, space, verify
    from fastc.errors import FastcError, InputError, NoAnswerError
    from fastc.results import Result
    from hwmodels.records import Machine
    from hwmodels.space import Parameter, Space

__version__ = "0.1.0"

__all__ = [
    "FastcError",
    "InputError",
    "Machine",
    "NoAnswerError",
    "Parameter",
    "Result",
    "Space",
    "__version__",
    "evaluate",
    "from_jax",
    "load",
    "machine",
    "return_on_investment",
    "run_passes",
    "search",
    "space",
    "verify",
]

_HOME = {
    "evaluate": "fastc.api",
    "from_jax": "fastc.api",
    "load": "fastc.api",
    "machine": "fastc.api",
    "return_on_investment": "fastc.api",
    "run_passes": "fastc.api",
    "search": "fastc.api",
    "space": "fastc.api",
    "verify": "fastc.api",
    "FastcError": "fastc.errors",
    "InputError": "fastc.errors",
    "NoAnswerError": "fastc.errors",
    "Result": "fastc.results",
    "Machine": "hwmodels.records",
    "Parameter": "hwmodels.space",
    "Space": "hwmodels.space",
}
"""Where each public name is defined."""

for _name in ("fastc", "passes", "dialects", "hwmodels"):
    # A library says nothing unless it is asked to; the command line, and logging.basicConfig, ask.
    logging.getLogger(_name).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastc' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
