"""Clean-up keeps every bit: random graphs with the numbers that break rewrites, through XLA before and after, and whole
models."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.passes import ModulePass, PassPipeline
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import write_stablehlo
from fastc.xla import depth_of, first_difference, main_of, run
from passes.analysis.constants import array_of, constant_of
from passes.fold_constants import FoldConstantsPass
from passes.form_regions import FormRegionsPass
from passes.inline import InlinePass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass
from passes.simplify import SimplifyPass
from tests.random_graphs import Case, graphs, run_literally, same_bits
from tests.real_models import arguments, in_float32, outputs

CLEAN_UP = (InlinePass(), FoldConstantsPass(), SimplifyPass(), CommonSubexpressionElimination())
THOROUGH = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def after(module: ModuleOp, *passes: ModulePass) -> ModuleOp:
    copy = module.clone()
    PassPipeline(passes).apply(make_context(), copy)
    copy.verify()
    return copy


@given(graphs(constants=False))
@THOROUGH
def test_folded_constants_are_what_xla_computes_from_arguments(case: Case):
    """Given as arguments, the same numbers go through compiled code."""
    computed = run_literally(case.module, case.arguments)
    fixed = case.module.clone()
    block = main_of(fixed).body.block
    for argument, value in zip(block.args, case.arguments, strict=True):
        assert isinstance(argument.type, TensorType)
        constant = constant_of(value, argument.type)
        block.insert_ops_before([constant], next(iter(block.ops)))
        argument.replace_all_uses_with(constant.output)
    folded = after(fixed, FoldConstantsPass())
    assert folded.is_structurally_equivalent(after(folded, FoldConstantsPass()))
    returned = main_of(folded).get_return_op()
    assert returned is not None
    for expected, value in zip(computed, returned.operands, strict=True):
        array = array_of(value)
        assert array is None or same_bits(expected, np.array(array))


@given(graphs(ops=12))
@THOROUGH
def test_simplified_graphs_keep_every_bit(case: Case):
    simplified = after(case.module, SimplifyPass())
    assert simplified.is_structurally_equivalent(after(simplified, SimplifyPass()))
    if not simplified.is_structurally_equivalent(case.module):
        expected, got = (run_literally(module, case.arguments) for module in (case.module, simplified))
        assert all(map(same_bits, expected, got))


@pytest.mark.parametrize("name", ["mobilenet_v2", "bert_base_s128", "resnet50v2"])
def test_models_keep_their_numbers(name: str):
    original = in_float32(name)
    clean = after(original, *CLEAN_UP)
    assert clean.is_structurally_equivalent(after(clean, *CLEAN_UP))
    assert sum(1 for _ in clean.walk()) < sum(1 for _ in after(original, InlinePass()).walk())
    assert len(main_of(clean).args) == len(main_of(original).args)
    assert SimplifyPass.schedule_space(make_context(), clean) == ()
    assert FoldConstantsPass.schedule_space(make_context(), clean) == ()
    regions = after(clean, SetBatchPass(1), FormRegionsPass(), LowerToStablehloPass())
    for module in (clean, regions):
        got = run(write_stablehlo(module), arguments(name))
        assert first_difference(outputs(name), got, depth_of(original)) is None
