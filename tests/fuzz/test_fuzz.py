"""A fixed share of random programs through random pipelines, and proof that the fuzzer sees what is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.rewriter import Rewriter
from xdsl.transforms.dead_code_elimination import DeadCodeElimination

from dialects.stablehlo import ConstantOp, dense_from_bytes
from fastc.pipelines import known_passes
from passes.analysis.ops import op_name
from tests.fuzz import check
from tests.fuzz.check import BrokenPromiseError, Case, cases
from tests.fuzz.graphs import Program

FIXED = settings(
    max_examples=40,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)


@pytest.mark.parametrize("share", range(3))
def test_no_pipeline_changes_what_a_program_computes(share: int):
    @seed(share)
    @FIXED
    @given(cases())
    def holds(case: Case) -> None:
        check.check(case)

    holds()


PROGRAM = """
func.func public @main(%arg0: tensor<2x3xf32>) -> (tensor<2x3xf32>) {
  %v0 = stablehlo.constant dense<[1.0, 2.0, -0.0]> : tensor<3xf32>
  %v1 = stablehlo.broadcast_in_dim %v0, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>
  %v2 = stablehlo.add %arg0, %v1 : tensor<2x3xf32>
  %v3 = stablehlo.negate %v2 : tensor<2x3xf32>
  return %v3 : tensor<2x3xf32>
}
"""


def crash(module: ModuleOp) -> None:
    raise KeyError("what")


def lose_an_op(module: ModuleOp) -> None:
    for op in module.walk():
        if op_name(op) == "stablehlo.negate":
            Rewriter.replace_op(op, [], [op.operands[0]])
            return


def round_a_constant(module: ModuleOp) -> None:
    for op in module.walk():
        if isinstance(op, ConstantOp):
            data = bytearray(op.value.data.data)
            data[0] ^= 1
            op.value = dense_from_bytes(bytes(data), op.value.type)


def break_a_type(module: ModuleOp) -> None:
    for op in module.walk():
        if op_name(op) == "stablehlo.add":
            op.operands[1] = op.operands[1].owner.operands[0]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("bug", "reason"),
    [
        (crash, "broke: KeyError"),
        (lose_an_op, "the interpreter: output 0"),
        (round_a_constant, "the interpreter: output 0"),
        (break_a_type, "does not verify"),
    ],
)
def test_a_broken_pass_is_caught(bug: Callable[[ModuleOp], None], reason: str, monkeypatch: pytest.MonkeyPatch):
    case = Case(Program(PROGRAM, special=False), (("dce", 0),), inferences=1, machine="fast-large", seed=0)
    assert check.check(case).applied == (DeadCodeElimination.name,)

    class BrokenPass(DeadCodeElimination):
        def apply(self, ctx: Context, op: ModuleOp) -> None:
            bug(op)

    broken = known_passes() | {"dce": lambda: BrokenPass}
    monkeypatch.setattr(check, "known_passes", lambda: broken)
    with pytest.raises(BrokenPromiseError, match=reason):
        check.check(case)
