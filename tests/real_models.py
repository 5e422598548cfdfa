"""The bundled models and what XLA computes from them, once per process, for many tests need the same.

Modules are copies, which may be rewritten; arrays cannot be written.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination
from xdsl.transforms.dead_code_elimination import DeadCodeElimination

from fastc.frontends import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import Array, random_arguments, run, to_float32
from passes.inline import InlinePass

EXAMPLES = Path(__file__).parents[1] / "examples"

CLEAN = (InlinePass(), CanonicalizePass(), CommonSubexpressionElimination(), DeadCodeElimination())


def as_exported(name: str) -> ModuleOp:
    """The model ``name`` of ``examples``."""
    return _as_exported(name).clone()


def cleaned(name: str) -> ModuleOp:
    """The same after ``CLEAN``."""
    return _cleaned(name).clone()


def in_float32(name: str) -> ModuleOp:
    """The model with float32 for bfloat16, in which a comparison of numbers proves something."""
    return _in_float32(name).clone()


@lru_cache(maxsize=2)  # those of BERT are 440 MB
def arguments(name: str, seed: int = 1) -> tuple[Array, ...]:
    """Random arguments of the model in float32."""
    drawn = random_arguments(_in_float32(name), seed)
    for array in drawn:
        array.flags.writeable = False
    return drawn


@cache
def outputs(name: str, seed: int = 1) -> tuple[Array, ...]:
    """What the model in float32 computes from these."""
    return run(write_stablehlo(_in_float32(name)), arguments(name, seed))


@cache
def _as_exported(name: str) -> ModuleOp:
    return read_stablehlo((EXAMPLES / f"{name}.mlir").read_bytes(), name)


@cache
def _cleaned(name: str) -> ModuleOp:
    module = as_exported(name)
    PassPipeline(CLEAN).apply(make_context(), module)
    return module


@cache
def _in_float32(name: str) -> ModuleOp:
    return to_float32(_as_exported(name))
