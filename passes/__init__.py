"""Passes, one file each: rewrites from IR to IR that can be printed, replayed and checked for meaning."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xdsl.passes import ModulePass

PASS_NAMES = (
    "inline",
    "fold-constants",
    "simplify",
    "set-batch",
    "fold-normalization",
    "softmax-form",
    "pad-tensors",
    "assign-layout",
    "form-regions",
    "tile-chains",
    "place-tensors",
    "lower-to-schedule",
    "lower-to-stablehlo",
)
"""Printed names of our passes, in the order of the pipeline. xDSL has canonicalize, cse and dce."""


def get_all_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """Each pass by its printed name; its module is imported when the pass is asked for."""
    return {name: _factory(name) for name in PASS_NAMES}


def _factory(name: str) -> Callable[[], type[ModulePass]]:
    words = name.split("-")

    def load() -> type[ModulePass]:
        module = import_module(f"passes.{'_'.join(words)}")
        return getattr(module, f"{''.join(word.capitalize() for word in words)}Pass")

    return load
