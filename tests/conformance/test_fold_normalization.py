"""Real models with their batch normalizations in their kernels compute what they computed."""

from __future__ import annotations

import pytest
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass, PassPipeline
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination

from dialects.region import ROLE_KEY
from dialects.stablehlo import MultiplyOp
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import write_stablehlo
from fastc.xla import depth_of, first_difference, main_of, run
from passes.analysis.roles import argument_attributes
from passes.fold_constants import FoldConstantsPass
from passes.fold_normalization import FoldNormalizationPass
from passes.form_regions import FormRegionsPass
from passes.inline import InlinePass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.normalization.match import fixed_values
from passes.set_batch import SetBatchPass
from passes.simplify import SimplifyPass
from tests.real_models import arguments, in_float32, outputs

CLEAN_UP = (InlinePass(), FoldConstantsPass(), SimplifyPass(), CommonSubexpressionElimination())


def after(module: ModuleOp, *passes: ModulePass) -> ModuleOp:
    copy = module.clone()
    PassPipeline(passes).apply(make_context(), copy)
    copy.verify()
    return copy


def products(module: ModuleOp) -> int:
    """Multiplications at run time."""
    main = main_of(module)
    block, roles = main.body.block, argument_attributes(main)
    fixed = fixed_values(
        block, {each for each in block.args if roles[each.index].data[ROLE_KEY] == StringAttr("weight")}
    )
    return sum(isinstance(op, MultiplyOp) and op.result not in fixed for op in block.ops)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("mobilenet_v2", 52),  # each of its 52 convolutions has a batch normalization
        ("resnet50v2", 32),  # two of three in each of 16 blocks; the third is ahead of them, before a ReLU
        ("efficientnet_b0", 49),  # all but those of squeeze and excite
        ("bert_base_s128", 12),  # the scales of attention scores
    ],
)
def test_models_keep_their_numbers(name: str, folded: int):
    original = in_float32(name)
    before = after(original, *CLEAN_UP, SetBatchPass(1))
    normalized = after(before, FoldNormalizationPass())
    assert products(before) - products(normalized) == folded
    assert normalized.is_structurally_equivalent(after(normalized, FoldNormalizationPass()))
    assert FoldNormalizationPass.schedule_space(make_context(), normalized) == ()
    regions = after(normalized, SimplifyPass(), FormRegionsPass(), LowerToStablehloPass())
    got = run(write_stablehlo(regions), arguments(name))
    assert first_difference(outputs(name), got, depth_of(original)) is None
