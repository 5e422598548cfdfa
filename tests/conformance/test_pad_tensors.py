"""Real models with padded contractions compute what they computed, on through batches and regions."""

from __future__ import annotations

from collections import Counter

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import write_stablehlo
from fastc.xla import depth_of, first_difference, main_of, run
from passes.analysis.batch import batch_of
from passes.analysis.ops import op_name
from passes.form_regions import FormRegionsPass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.pad_tensors import PadTensorsPass
from passes.padding.lanes import weights_of
from passes.set_batch import SetBatchPass
from tests.real_models import CLEAN, arguments, cleaned, in_float32, outputs


def moves(module: ModuleOp) -> Counter[str]:
    """How often an inference pads, slices and clears."""
    main = main_of(module)
    inputs = batch_of(main).inputs
    ahead = weights_of(main, {argument for argument in main.args if argument.index not in inputs})
    names = ("stablehlo.pad", "stablehlo.slice", "stablehlo.select")
    return Counter(
        op_name(op).partition(".")[2]
        for op in main.body.block.ops
        if op_name(op) in names and op.results[0] not in ahead
    )


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("mobilenet_v2", PadTensorsPass(64)),
        ("bert_base_s128", PadTensorsPass(256, waste=9)),
        pytest.param("efficientnet_b0", PadTensorsPass(32), marks=pytest.mark.slow),
        pytest.param("resnet50v2", PadTensorsPass(128, waste=1, assume_finite=True), marks=pytest.mark.slow),
    ],
)
def test_models_keep_their_numbers(name: str, step: PadTensorsPass):
    original = in_float32(name)
    padded = original.clone()
    PassPipeline((*CLEAN, step)).apply(make_context(), padded)
    padded.verify()
    again = padded.clone()
    step.apply(make_context(), again)
    assert padded.is_structurally_equivalent(again)
    assert PadTensorsPass(step.multiple_of) not in PadTensorsPass.schedule_space(make_context(), padded)
    PassPipeline((SetBatchPass(1), FormRegionsPass(), LowerToStablehloPass())).apply(make_context(), padded)
    got = run(write_stablehlo(padded), arguments(name))
    assert first_difference(outputs(name), got, depth_of(original)) is None


@pytest.mark.parametrize(
    ("name", "multiple", "cleared"),
    [("resnet50v2", 128, 0), ("mobilenet_v2", 64, 9), ("efficientnet_b0", 32, 23), ("efficientnet_b7", 32, 24)],
)
def test_activations_stay_padded(name: str, multiple: int, cleared: int):
    """From the first layer to the last nothing is padded or sliced at run time, but for the result's classes."""
    module = cleaned(name)
    before = moves(module)
    careful, finite = module.clone(), module.clone()
    PadTensorsPass(multiple).apply(make_context(), careful)
    assert moves(careful) - before == Counter(slice=1, select=cleared)
    PadTensorsPass(multiple, assume_finite=True).apply(make_context(), finite)
    assert moves(finite) - before == Counter(slice=1)


def test_scores_are_padded_by_the_weights_before_them():
    """Of four paddings and two slices a layer, two paddings are left: of probabilities and of values, both summed over
    the positions."""
    module = cleaned("bert_base_s128")
    before = moves(module)
    PadTensorsPass(256, waste=9, assume_finite=True).apply(make_context(), module)
    assert moves(module) - before == Counter(pad=24)
