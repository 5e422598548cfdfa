"""Whole models through XLA: what the graph passes make computes what the original computes.

Copies in float32 are compared: in bfloat16, reassociated sums alone move a deep network's outputs by large fractions.
"""

from __future__ import annotations

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline

from dialects.region import BoundRegionOp
from fastc.compilation import print_module
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import write_stablehlo
from fastc.machines import insert_machine, load_machine
from fastc.xla import Array, depth_of, first_difference, main_of, run
from passes.analysis.batch import batch_of
from passes.form_regions import FormRegionsPass
from passes.inline import InlinePass
from passes.lower_to_schedule import LowerToSchedulePass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.place_tensors import PlaceTensorsPass
from passes.set_batch import SetBatchPass
from tests.real_models import CLEAN, arguments, as_exported, in_float32


def inlined(module: ModuleOp) -> ModuleOp:
    return InlinePass().apply_to_clone(make_context(), module)[1]


def lively_arguments(name: str, seed: int) -> list[Array]:
    """Random arguments with which the outputs depend on the inputs: the gates of EfficientNet-B0 halve its activations
    so often that random kernels need more gain."""
    gain = {"efficientnet_b0": 1.5}.get(name, 1.0)
    inputs = batch_of(main_of(inlined(in_float32(name)))).inputs
    return [
        value * np.float32(gain) if value.dtype == np.float32 and value.ndim > 1 and index not in inputs else value
        for index, value in enumerate(arguments(name, seed))
    ]


def formed(original: ModuleOp, size: int, sink: bool = True) -> ModuleOp:
    """Regions at a batch size."""
    module = original.clone()
    PassPipeline((*CLEAN, SetBatchPass(size), FormRegionsPass(sink))).apply(make_context(), module)
    module.verify()
    assert all(isinstance(op, BoundRegionOp) for op in list(main_of(module).body.block.ops)[:-1])
    return module


def plain(module: ModuleOp) -> str:
    copy = module.clone()
    LowerToStablehloPass().apply(make_context(), copy)
    copy.verify()
    return write_stablehlo(copy)


@pytest.mark.parametrize(
    "name",
    [
        "efficientnet_b0",
        pytest.param("efficientnet_b7", marks=pytest.mark.exhaustive),
        pytest.param("bert_base_s1024", marks=pytest.mark.exhaustive),
    ],
)
def test_regions_compute_what_the_model_computes(name: str):
    """Regions of MobileNet, BERT and ResNet are tested where clean-up is."""
    original = in_float32(name)
    lively = lively_arguments(name, seed=1)
    expected = run(write_stablehlo(original), lively)
    got = run(plain(formed(original, size=1)), lively)
    assert all(np.isfinite(output).all() and np.ptp(output) > 0 for output in expected)
    assert first_difference(expected, got, depth_of(original)) is None


def test_a_batch_of_two_computes_two_inferences():
    """MobileNet and BERT are batched where every pass is tested."""
    name = "efficientnet_b0"
    original = in_float32(name)
    inputs = batch_of(main_of(inlined(original))).inputs
    first, second = (lively_arguments(name, seed) for seed in (1, 2))
    both = list(first)
    for index in inputs:
        both[index] = np.concatenate([first[index], second[index]])
    other = [second[index] if index in inputs else argument for index, argument in enumerate(first)]
    text = write_stablehlo(original)
    expected = [np.concatenate(outputs) for outputs in zip(run(text, first), run(text, other), strict=True)]
    halves = np.split(expected[0], 2)
    assert not np.allclose(halves[0], halves[1], rtol=1e-3)
    got = run(plain(formed(original, size=2)), both)
    assert first_difference(expected, got, depth_of(original)) is None


@pytest.mark.parametrize(
    "name",
    [
        "mobilenet_v2",
        "bert_base_s128",
        "efficientnet_b0",
        "resnet50v2",
        pytest.param("efficientnet_b7", marks=pytest.mark.exhaustive),
        pytest.param("bert_base_s1024", marks=pytest.mark.exhaustive),
    ],
)
def test_placed_and_scheduled_regions_are_the_same_program(name: str):
    """Placing and scheduling add facts and change no program: put back, it is the regions' to the last character, which
    XLA runs here and where clean-up is tested."""
    regions = formed(as_exported(name), 1)
    insert_machine(regions, load_machine("fast-large"))
    before = plain(regions)
    PlaceTensorsPass().apply(make_context(), regions)
    regions.verify()
    text = print_module(regions)
    assert " in global" in text
    assert " in pinned" in text
    assert plain(regions) == before
    LowerToSchedulePass().apply(make_context(), regions)
    regions.verify()
    assert plain(regions) == before
