"""What every pipeline owes every program: it ends well or refuses, its module verifies, prints, parses and computes the
same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.arch import AcceleratorOp
from dialects.stablehlo import ExactParser
from fastc.errors import InputError
from fastc.frontends import make_context
from fastc.frontends.stablehlo import canonical_text, read_stablehlo, write_stablehlo
from fastc.frontends.xdsl_text import mentions_our_dialects
from fastc.machines import insert_machine, load_machine
from fastc.pipelines import known_passes
from fastc.transform import print_module
from fastc.xla import Array, main_of, random_arguments, run, to_float64
from passes.analysis.batch import BatchError, batch_of
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass
from tests.fuzz.graphs import Draw, Program, programs
from tests.fuzz.interpreter import UNSUPPORTED, interpret
from tests.runs import Runs

ROUNDING = frozenset({"fold-normalization", "pad-tensors", "softmax-form"})
"""Passes that sum in another order or compute by another formula. All others keep every bit."""

TOLERANCE = 1e-4
"""In float64, over the largest magnitude of an output and 1. Rounding stays far below, but for constants that a pass
computed in their own type."""

COARSE_TOLERANCE = 0.05
"""The same for programs with constants in bfloat16."""


@dataclass(frozen=True)
class Case:
    """One program and what is done to it."""

    program: Program
    steps: tuple[tuple[str, int], ...]
    """Names of passes, each with a number that picks one of its legal settings."""
    inferences: int
    """Above 1, the batch is that many times larger in the end."""
    machine: str
    """The accelerator of the module."""
    seed: int
    """Of the arguments."""


class BrokenPromiseError(AssertionError):
    """A promise was broken."""

    def __init__(self, reason: str, pipeline: Sequence[ModulePass]):
        self.reason = reason
        self.pipeline = ",".join(map(str, pipeline))
        super().__init__(f"{reason}\npipeline: {self.pipeline}")


@dataclass(frozen=True)
class Outcome:
    """What a case that passed went through."""

    applied: tuple[str, ...]
    refused: tuple[str, ...]


@st.composite
def cases(draw: Draw, max_ops: int = 12) -> Case:
    """Programs and pipelines; half of these go on to regions and schedules."""
    names = sorted(name for name in known_passes() if name != SetBatchPass.name)
    graph_passes = [name for name in names if name not in ("form-regions", "place-tensors", "lower-to-schedule")]
    chosen = draw(st.lists(st.sampled_from(graph_passes), min_size=1, max_size=4))
    tail = draw(st.sampled_from(((), ("form-regions",), ("form-regions", "place-tensors", "lower-to-schedule"))))
    if tail:
        before = [name for name in chosen if name != LowerToStablehloPass.name]
        chosen = ["inline", *before, *tail, *draw(st.lists(st.sampled_from(names), max_size=2))]
    return Case(
        draw(programs(max_ops)),
        tuple((name, draw(st.integers(0, 15))) for name in chosen),
        draw(st.sampled_from((1, 1, 1, 2, 3))),
        draw(st.sampled_from(("fast-large", "tpu-v3"))),
        draw(st.integers(0, 1 << 16)),
    )


def check(case: Case) -> Outcome:
    """Runs the case. Raises BrokenPromiseError."""
    original = read_stablehlo(case.program.text.encode(), "program")
    module = original.clone()
    insert_machine(module, _machine(case.machine).clone())
    text = ""
    applied: list[ModulePass] = []
    refused: list[str] = []
    context = make_context()
    for name, choice in _with_batch(case):
        before = module.clone()
        step = None
        try:
            step = _setting(name, choice, context, module, case.inferences)
            if step is None:
                continue
            step.apply(context, module)
        except PassFailedException:
            module = before
            refused.append(name)
            continue
        except Exception as error:
            done = [*applied, step] if step else applied
            raise BrokenPromiseError(f"{name} broke: {type(error).__name__}: {error}", done) from error
        applied.append(step)
        text = _checked_text(module, text, applied)
    _check_numbers(original, module, applied, case)
    return Outcome(tuple(step.name for step in applied), tuple(refused))


def _with_batch(case: Case) -> list[tuple[str, int]]:
    """The steps, with one that sets the batch where it grows, at a place that the seed picks."""
    steps = list(case.steps)
    if case.inferences > 1:
        steps = [("inline", 0), *steps]
        steps.insert(1 + case.seed % len(steps), (SetBatchPass.name, 0))
    return steps


def _setting(name: str, choice: int, context: Context, module: ModuleOp, inferences: int) -> ModulePass | None:
    """The pass with one of its legal settings; None where it has none here."""
    pass_type = known_passes()[name]()
    if pass_type is SetBatchPass:
        try:
            return SetBatchPass(batch_of(main_of(module)).size * inferences)
        except BatchError:
            return None
    if "schedule_space" not in vars(pass_type):
        return pass_type()
    space = pass_type.schedule_space(context, module)
    return space[choice % len(space)] if space else (None if pass_type.required_fields() else pass_type())


def _checked_text(module: ModuleOp, before: str, applied: Sequence[ModulePass]) -> str:
    """The module's text, after checking that it verifies and, where the pass changed it, that it is read back."""
    try:
        module.verify()
        text = print_module(module)
        if text == before:
            return text
        again = print_module(ExactParser(make_context(), text).parse_module())
    except Exception as error:
        raise BrokenPromiseError(
            f"{applied[-1].name} left a module that does not verify or parse: {error}", applied
        ) from error
    if again != text:
        raise BrokenPromiseError(
            f"{applied[-1].name} left a module that prints otherwise when it is read back", applied
        )
    if not mentions_our_dialects(text.encode()) and canonical_text(text) != canonical_text(write_stablehlo(module)):
        raise BrokenPromiseError(
            f"{applied[-1].name} left a module whose pretty text is another than its generic one", applied
        )
    return text


def _check_numbers(original: ModuleOp, module: ModuleOp, applied: Sequence[ModulePass], case: Case) -> None:
    plain = module.clone()
    LowerToStablehloPass().apply(make_context(), plain)
    inferences = case.inferences if any(step.name == SetBatchPass.name for step in applied) else 1
    runs = Runs(original, plain, [random_arguments(original, case.seed + index) for index in range(inferences)])
    is_exact = not any(step.name in ROUNDING for step in applied)
    if is_exact and not any(name in case.program.text for name in UNSUPPORTED):
        expected = runs.joined([interpret(write_stablehlo(original), part) for part in runs.parts])
        try:
            got = interpret(write_stablehlo(plain), runs.whole)
        except Exception as error:
            raise BrokenPromiseError(f"the interpreter refuses what was made: {error}", applied) from error
        _compare(expected, got, 0.0, "the interpreter", applied)
    first, second = (write_stablehlo(to_float64(each)) for each in (original, plain))
    if first == second:
        return
    tolerance = COARSE_TOLERANCE if "bf16" in case.program.text else TOLERANCE
    expected = runs.joined([_xla(first, part, applied) for part in runs.parts])
    _compare(expected, _xla(second, runs.whole, applied), tolerance, "XLA", applied)


def _xla(text: str, arguments: Sequence[Array], applied: Sequence[ModulePass]) -> tuple[Array, ...]:
    wide = [each.astype(np.float64) if each.dtype.kind not in "biu" else each for each in arguments]
    try:
        return run(text, wide)
    except InputError as error:
        raise BrokenPromiseError(f"XLA refuses what was made: {error}", applied) from error


def _compare(
    expected: Sequence[Array], got: Sequence[Array], tolerance: float, oracle: str, applied: Sequence[ModulePass]
) -> None:
    for index, (left, right) in enumerate(zip(expected, got, strict=True)):
        error = _error(left, right)
        if error > tolerance:
            raise BrokenPromiseError(f"{oracle}: output {index} differs by {error:.3g}:\n{left}\n{right}", applied)


def _error(left: Array, right: Array) -> float:
    """The largest difference over the largest magnitude and 1; infinite where only one side is finite."""
    if left.shape != right.shape or left.dtype != right.dtype:
        return np.inf
    if left.dtype.kind in "biu":
        return float((left != right).any())
    wide, other = left.astype(np.float64), right.astype(np.float64)
    finite = np.isfinite(wide)
    if not np.array_equal(wide[~finite], other[~finite], equal_nan=True) or not np.isfinite(other[finite]).all():
        return np.inf
    if not finite.any():
        return 0.0
    return float(np.abs(wide[finite] - other[finite]).max() / max(1.0, np.abs(wide[finite]).max()))


@cache
def _machine(name: str) -> AcceleratorOp:
    return load_machine(name)
