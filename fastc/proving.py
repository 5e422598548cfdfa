"""Whether two modules compute the same: both are run through XLA, or one as its schedule says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.passes import PassPipeline

from dialects.arch import AcceleratorOp
from dialects.stablehlo import CustomCallOp
from fastc import pipelines
from fastc.driver import load
from fastc.errors import InputError, NoAnswerError
from fastc.frontends import make_context
from fastc.frontends.stablehlo import write_stablehlo
from fastc.machines import insert_machine, load_machine
from passes.analysis.ops import op_name

if TYPE_CHECKING:
    from fastc.xla import Array, Difference

INCOMPARABLE = {
    "stablehlo.infeed": "waits for a host that feeds it; make what it reads an argument of @main",
    "stablehlo.outfeed": "waits for a host that takes its data; make what it writes a result of @main",
    "stablehlo.rng": "draws other numbers on each run; draw them with stablehlo.rng_bit_generator, as jax.random does",
}
"""Ops with which no two runs can be compared, and what to do."""


def verify_passes(path: str, pipeline: str, hw: str | None = None, seed: int = 0) -> str:
    """Run the model before and after ``pipeline`` through XLA on the same random inputs; what was found to agree.

    Raises as ``verify_module`` does.
    """
    steps = pipelines.parse(pipeline)
    return verify_module(load(path).module, steps, pipeline, None if hw is None else load_machine(hw), seed)


def verify_module(
    module: ModuleOp, steps: PassPipeline, pipeline: str, machine: AcceleratorOp | None = None, seed: int = 0
) -> str:
    """Run ``module`` before and after ``steps``, which messages call ``pipeline``; what was found to agree.

    Both run in float32, where rounding proves something; what differs there must differ in float64 too. Raises
    NoAnswerError where an output differs, InputError where the two cannot be compared.
    """
    from fastc import xla

    before = xla.to_float32(module)
    _require_comparable(before)
    after = before.clone()
    if machine is not None:
        insert_machine(after, machine)
    pipelines.run(steps, make_context(), after)
    pipelines.run("lower-to-stablehlo", make_context(), after)
    arguments = xla.random_arguments(before, seed)
    if [argument.type for argument in xla.main_of(before).args] != [
        argument.type for argument in xla.main_of(after).args
    ]:
        raise InputError(f"'{pipeline}' changes what @main takes, so the two cannot be given the same inputs")
    count, difference = _compare(before, arguments, _through_xla(before), _through_xla(after))
    if difference is not None:
        raise NoAnswerError(
            f"output {difference.output} differs by {difference.error:.3g} of its largest value after '{pipeline}'; "
            f"rounding explains {difference.tolerance:.3g}"
        )
    return f"{count} outputs agree before and after '{pipeline}'"


def check_schedule(lowered: ModuleOp, seed: int) -> str:
    """Compute the module's contractions as scheduled, tile by tile; that its outputs agree with XLA's.

    Rounding as in ``verify_passes``. Raises NoAnswerError where an output differs, SimulationError.
    """
    from fastc import xla
    from fastc.simulator.values import compute

    def run(module: ModuleOp, arguments: Sequence[Array]) -> Sequence[Array]:
        return xla.run(write_stablehlo(module), arguments)

    scheduled = xla.to_float32(lowered)
    plain = scheduled.clone()
    pipelines.run("lower-to-stablehlo", make_context(), plain)
    _require_comparable(plain)

    def as_scheduled(widen: Widen, arguments: Sequence[Array]) -> Sequence[Array]:
        return compute(xla.main_of(widen(scheduled)), arguments, run)

    count, difference = _compare(plain, xla.random_arguments(plain, seed), _through_xla(plain), as_scheduled)
    if difference is not None:
        raise NoAnswerError(
            f"output {difference.output}, computed as scheduled, differs from XLA's by {difference.error:.3g} of "
            f"its largest value; rounding explains {difference.tolerance:.3g}"
        )
    return f"{count} outputs, computed tile by tile, agree with XLA's"


Widen: TypeAlias = Callable[[ModuleOp], ModuleOp]
"""A module as it is, or the same in float64."""

Way: TypeAlias = "Callable[[Widen, Sequence[Array]], Sequence[Array]]"
"""How outputs are computed from arguments."""


def _through_xla(module: ModuleOp) -> Way:
    from fastc import xla

    return lambda widen, arguments: xla.run(write_stablehlo(widen(module)), arguments)


def _compare(plain: ModuleOp, arguments: Sequence[Array], one: Way, other: Way) -> tuple[int, Difference | None]:
    """How many outputs ``plain`` has, and the first in which ``one`` and ``other`` differ in float32 and in float64
    too, where the module can be widened."""
    from fastc import xla

    depth = xla.depth_of(plain)
    expected, got = (way(lambda module: module, arguments) for way in (one, other))
    difference = xla.first_difference(expected, got, depth)
    if difference is not None:
        wide = [xla.in_float64(argument) for argument in arguments]
        try:
            wide_expected, wide_got = (way(xla.to_float64, wide) for way in (one, other))
        except InputError:
            return len(expected), difference
        if xla.vanishes(expected, got, wide_expected, wide_got, depth):
            difference = None
    return len(expected), difference


def _require_comparable(module: ModuleOp) -> None:
    """Raise InputError or PassFailedException where XLA would end or stop this process, or give other numbers on each
    run."""
    for op in module.walk():
        if isinstance(op, FuncOp) and op.is_declaration:
            raise InputError(f"@{op.sym_name.data} has no body, so XLA cannot run the model; give it one")
        if op_name(op) in INCOMPARABLE:
            raise InputError(f"{op_name(op)} {INCOMPARABLE[op_name(op)]}")
        if isinstance(op, CustomCallOp) and "python" in op.call_target_name.data:
            raise InputError(
                f"stablehlo.custom_call @{op.call_target_name.data} calls the Python process that exported the model; "
                "export it without jax.debug.print and jax.pure_callback"
            )
    pipelines.run("inline", make_context(), module.clone(), verify=False)  # refuses recursion, on which XLA overflows
