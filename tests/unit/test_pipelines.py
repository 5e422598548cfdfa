"""Pipelines that verify only what comes out: the pass to blame is named all the same, and the numbers stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, TensorType, bf16
from xdsl.passes import ModulePass, PassPipeline
from xdsl.rewriter import Rewriter
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination
from xdsl.transforms.dead_code_elimination import DeadCodeElimination
from xdsl.utils.exceptions import DiagnosticException, PassFailedException

from fastc import driver, pipelines
from fastc.compilation import clean, stock_metrics
from fastc.frontends import make_context
from fastc.machines import BASELINE, load_machine
from passes.inline import InlinePass
from tests.conftest import ROOT


@dataclass(frozen=True)
class Breaks(ModulePass):
    """A pass with a fault: the first sum has another type than what is added."""

    name = "breaks"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        total = next(each for each in op.walk() if each.name == "stablehlo.add")
        Rewriter.replace_value_with_new_type(total.results[0], TensorType(bf16, (7, 7)))


@dataclass(frozen=True)
class Trusts(ModulePass):
    """A pass that takes its input for verified."""

    name = "trusts"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        total = next(each for each in op.walk() if each.name == "stablehlo.add")
        if total.results[0].type != total.operands[0].type:
            raise IndexError("list index out of range")


@dataclass(frozen=True)
class Refuses(ModulePass):
    """A pass that cannot do its work."""

    name = "refuses"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        raise PassFailedException("refuses: there is no such thing here")


Run = Callable[..., str]


@pytest.fixture
def after(small_model: Path) -> Run:
    """The small model's text after passes, and that the model itself stays as it is."""
    module = driver.load(str(small_model)).module
    before = str(module)

    def run(*steps: ModulePass) -> str:
        try:
            return str(pipelines.run_on_copy(PassPipeline(steps), make_context(), module))
        finally:
            assert str(module) == before

    return run


def test_a_copy_is_what_the_passes_make_in_place(after: Run, small_model: Path):
    steps = (InlinePass(), CommonSubexpressionElimination(), DeadCodeElimination())
    module = driver.load(str(small_model)).module
    assert str(module) != after(*steps)
    pipelines.run(PassPipeline(steps), make_context(), module)
    assert str(module) == after(*steps)


@pytest.mark.parametrize(
    "steps",
    [
        (InlinePass(), Breaks()),
        (Breaks(), InlinePass()),
        (InlinePass(), Breaks(), DeadCodeElimination(), CommonSubexpressionElimination()),
        (InlinePass(), Breaks(), Trusts()),
        (InlinePass(), Breaks(), Refuses()),
        (Breaks(),),
    ],
    ids=lambda steps: ",".join(step.name for step in steps),
)
def test_the_pass_that_breaks_the_ir_is_named(after: Run, steps: tuple[ModulePass, ...]):
    """Wherever it stands, and whatever the passes behind it do with what it left."""
    with pytest.raises(DiagnosticException, match=r"^the IR that 'breaks' made does not verify: "):
        after(*steps)


def test_a_pass_that_fails_is_heard(after: Run):
    with pytest.raises(PassFailedException, match=r"^refuses: there is no such thing here$"):
        after(InlinePass(), Refuses(), DeadCodeElimination())


def test_nothing_to_run(after: Run, small_model: Path):
    assert after() == str(driver.load(str(small_model)).module)


def test_a_baseline_costs_what_its_schedule_costs():
    """Read from the regions alone it is what the lowered module says, to the last bit."""
    model, machine = clean(driver.load(str(ROOT / "examples" / "mobilenet_v2.mlir"))), load_machine(BASELINE)
    assert stock_metrics(model, machine) == driver.cost(model, machine, "stock").metrics
