"""What assign-layout writes computes what it computed: real models, models with transposes, and random ones."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import write_stablehlo
from fastc.xla import depth_of, first_difference, main_of, random_arguments, run
from passes.assign_layout import AssignLayoutPass
from passes.form_regions import FormRegionsPass
from passes.layout.graph import read_graph
from passes.layout.program import Cost
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass
from tests import real_models
from tests.layout_cases import (
    ATTENTION_SHAPES,
    CNN_SHAPES,
    VISION_SHAPES,
    Shape,
    attention,
    cnn,
    module_of,
    modules,
    vision,
)
from tests.real_models import CLEAN, cleaned, in_float32, outputs

DEFAULT = AssignLayoutPass()


def moved(module: ModuleOp, layouts: AssignLayoutPass = DEFAULT) -> Cost:
    """What the transposes of a module move."""
    return read_graph(main_of(module), layouts.convolution, layouts.weights).written


def assigned(module: ModuleOp, layouts: AssignLayoutPass = DEFAULT) -> ModuleOp:
    """The module after the pass, which then has nothing more to do."""
    after = module.clone()
    layouts.apply(make_context(), after)
    after.verify()
    again = after.clone()
    layouts.apply(make_context(), again)
    assert after.is_structurally_equivalent(again)
    return after


def check_meaning(module: ModuleOp, layouts: AssignLayoutPass = DEFAULT) -> ModuleOp:
    after = assigned(module, layouts)
    if layouts.convolution == "any":
        gained = moved(after, layouts) < moved(module, layouts)
        assert gained or module.is_structurally_equivalent(after)
    arguments = random_arguments(module, seed=1)
    expected, got = (run(write_stablehlo(each), arguments) for each in (module, after))
    assert first_difference(expected, got, depth_of(module)) is None
    return after


@pytest.mark.parametrize(
    ("function", "shapes", "layouts", "before", "after"),
    [
        # By hand. Six transposes around three convolutions of x 2x3x16x16, then 2x8x16x16, twice 2x8x8x8, 2x8x10x10 and
        # 2x4x5x5; channels last, the image must be transposed, once.
        (cnn, CNN_SHAPES, DEFAULT, (4 * 9480, 6), (0, 0)),
        (cnn, CNN_SHAPES, AssignLayoutPass("nchw"), (4 * 9480, 6), (0, 0)),
        (cnn, CNN_SHAPES, AssignLayoutPass("nhwc"), (4 * 9480, 6), (4 * 2 * 3 * 16 * 16, 1)),
        # Queries, keys (twice), values and contexts of 2x6x16. If weights count, what is merged is not split: one
        # transpose of the contexts stays.
        (attention, ATTENTION_SHAPES, DEFAULT, (4 * 5 * 192, 5), (0, 0)),
        (attention, ATTENTION_SHAPES, AssignLayoutPass(weights="counted"), (4 * 5 * 192, 5), (4 * 192, 1)),
        (vision, VISION_SHAPES, DEFAULT, (17920, 9), (0, 0)),
        (vision, VISION_SHAPES, AssignLayoutPass("nhwc"), (17920, 9), (4 * 2 * 3 * 8 * 8, 1)),
    ],
)
def test_transposes_of_whole_models_vanish(
    function: Callable[..., object],
    shapes: tuple[Shape, ...],
    layouts: AssignLayoutPass,
    before: tuple[int, int],
    after: tuple[int, int],
):
    module = module_of(function, *shapes)
    assert moved(module, layouts) == Cost(*before)
    assert moved(check_meaning(module, layouts), layouts) == Cost(*after)


@pytest.mark.parametrize("layouts", [DEFAULT, AssignLayoutPass("nhwc"), AssignLayoutPass(weights="counted")], ids=str)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_random_programs_keep_their_numbers(layouts: AssignLayoutPass, data: st.DataObject):
    check_meaning(data.draw(modules()), layouts)


@pytest.mark.parametrize(
    ("name", "convolution"),
    [("bert_base_s128", "any"), pytest.param("mobilenet_v2", "nchw", marks=pytest.mark.slow)],
)
def test_models_keep_their_numbers_on_through_regions(name: str, convolution: str):
    original = in_float32(name)
    module = original.clone()
    PassPipeline((*CLEAN, SetBatchPass(1))).apply(make_context(), module)
    after = assigned(module, AssignLayoutPass(convolution))  # pyright: ignore[reportArgumentType]
    assert not module.is_structurally_equivalent(after)
    PassPipeline((FormRegionsPass(), LowerToStablehloPass())).apply(make_context(), after)
    got = run(write_stablehlo(after), real_models.arguments(name))
    assert first_difference(outputs(name), got, depth_of(original)) is None


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        # A transpose of 1x128x12x64 and of 1x1024x12x64 bfloat16 contexts in each of twelve layers.
        ("bert_base_s128", (12 * 2 * 128 * 768, 12), (0, 0)),
        ("bert_base_s1024", (12 * 2 * 1024 * 768, 12), (0, 0)),
        ("mobilenet_v2", (0, 0), (0, 0)),
        ("efficientnet_b0", (0, 0), (0, 0)),
        ("efficientnet_b7", (0, 0), (0, 0)),
        ("resnet50v2", (0, 0), (0, 0)),
    ],
)
def test_models_move_less_or_stay_within_a_second(name: str, before: tuple[int, int], after: tuple[int, int]):
    module = cleaned(name)
    assert moved(module) == Cost(*before)
    started = process_time()
    DEFAULT.apply(make_context(), module.clone())
    assert process_time() - started < 1.0
    result = assigned(module)
    assert moved(result) == Cost(*after)
    assert result.is_structurally_equivalent(module) == (before == after)


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("resnet50v2", (224, 224, 3)),
        pytest.param("efficientnet_b7", (600, 600, 3), marks=pytest.mark.slow),
    ],
)
def test_channels_first_costs_one_transpose_of_the_image(name: str, image: Shape):
    """These models are written channels last."""
    module = cleaned(name)
    rows, columns, channels = image
    assert moved(assigned(module, AssignLayoutPass("nchw"))) == Cost(2 * rows * columns * channels, 1)
