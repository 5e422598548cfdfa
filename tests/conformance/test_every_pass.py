"""Every registered pass, alone and with its legal settings, on whole models. What it makes verifies, is read back as
the same, is StableHLO that XLA takes, computes the same numbers, and stays as it is when the pass runs again.

A pass that is registered is tested here without further ado.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.exceptions import PassFailedException

from dialects.stablehlo import ExactParser
from fastc import pipelines
from fastc.frontends import make_context
from fastc.frontends.stablehlo import canonical_text, write_stablehlo
from fastc.machines import insert_machine, load_machine
from fastc.transform import print_module
from fastc.xla import Array, depth_of, first_difference, main_of, run
from passes.analysis.batch import batch_of
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass
from tests import real_models
from tests.real_models import arguments, in_float32
from tests.runs import Runs

REGIONS = f"{pipelines.CLEANUP},form-regions"

STAGES = ("", "inline", pipelines.CLEANUP, REGIONS)
"""What a pass may need to have run before it; it is tested at the first of these where it has most legal settings."""

SETTINGS = 2
"""Of more legal settings than these the first and the last stand for all, in the models of every day."""

REFUSES_TWICE = {
    "form-regions": "regions hold no regions",
    "lower-to-schedule": "a region is scheduled once",
}
"""Passes that refuse what they made, and why; all others leave it as it is."""

GAIN = {"efficientnet_b0": 1.5, "efficientnet_b7": 1.5}
"""EfficientNet's gates halve its activations so often that its outputs need more gain to depend on its inputs."""

EVERY_DAY = ("mobilenet_v2", "bert_base_s128")


@cache
def original(name: str) -> ModuleOp:
    """The model in float32, as it was exported."""
    return in_float32(name)


@cache
def stage(name: str, pipeline: str) -> ModuleOp:
    """The model with a machine, after the passes that come before, each of which is tested itself."""
    if pipeline == REGIONS:
        module, pipeline = stage(name, pipelines.CLEANUP).clone(), "form-regions"
    else:
        module = original(name).clone()
        insert_machine(module, load_machine("fast-large"))
    passes = pipelines.parse(pipeline) if pipeline else PassPipeline(())
    pipelines.run(passes, make_context(), module, verify=False)
    return module


@cache
def inputs_of(name: str) -> tuple[int, ...]:
    """Which arguments of the model are no weights."""
    return batch_of(main_of(stage(name, "inline"))).inputs


@cache
def lively(name: str, seed: int) -> tuple[Array, ...]:
    """Arguments with which the outputs are alive."""
    if name not in GAIN:
        return arguments(name, seed)
    inputs, gain = inputs_of(name), np.float32(GAIN[name])
    return tuple(
        value * gain if value.dtype == np.float32 and value.ndim > 1 and index not in inputs else value
        for index, value in enumerate(arguments(name, seed))
    )


@cache
def outputs(name: str, seed: int, shared_with: int) -> tuple[Array, ...]:
    """What the model computes for the inputs of one seed and the weights of another."""
    if seed == shared_with and name not in GAIN:
        return real_models.outputs(name, seed)
    inputs = inputs_of(name)
    pairs = zip(lively(name, seed), lively(name, shared_with), strict=True)
    return run(
        write_stablehlo(original(name)),
        [mine if index in inputs else shared for index, (mine, shared) in enumerate(pairs)],
    )


def settings_of(pass_type: type[ModulePass], name: str) -> tuple[str, tuple[ModulePass, ...]]:
    """The first stage at which the pass has most legal settings, and these."""
    if "schedule_space" not in vars(pass_type):
        return STAGES[0], (pass_type(),)
    found = {pipeline: pass_type.schedule_space(make_context(), stage(name, pipeline)) for pipeline in STAGES}
    pipeline = max(STAGES, key=lambda each: len(found[each]))
    return pipeline, found[pipeline] or (pass_type(),)


def chosen(settings: tuple[ModulePass, ...], all_of_them: bool) -> tuple[ModulePass, ...]:
    """The settings to test; of batch sizes the present one and a larger one."""
    if isinstance(settings[0], SetBatchPass):
        return settings[:2]
    return settings if all_of_them or len(settings) <= SETTINGS else (settings[0], settings[-1])


def lowered(module: ModuleOp) -> ModuleOp:
    """Plain StableHLO of what a module holds."""
    copy = module.clone()
    LowerToStablehloPass().apply(make_context(), copy)
    copy.verify()
    return copy


@cache
def reads_back(text: str) -> bool:
    """Whether a text, which many passes leave as it is, is read back as the same."""
    return print_module(ExactParser(make_context(), text).parse_module()) == text


@cache
def stage_text(name: str, pipeline: str) -> str:
    """The program of a stage."""
    return canonical_text(write_stablehlo(lowered(stage(name, pipeline))))


def check_numbers(name: str, module: ModuleOp, pipeline: str):
    """XLA takes what ``module`` holds and computes what the model computes. Nothing is to be computed where it is the
    program of the stage before to the last character."""
    plain = lowered(module)
    text = canonical_text(write_stablehlo(plain))
    if text == stage_text(name, pipeline):
        return
    grows = main_of(plain).function_type != main_of(original(name)).function_type
    seeds = (1, 2) if grows else (1,)
    runs = Runs(original(name), plain, [lively(name, seed) for seed in seeds])
    expected = runs.joined([outputs(name, seed, seeds[0]) for seed in seeds])
    assert all(np.isfinite(output).all() and np.ptp(output) > 0 for output in expected)
    assert first_difference(expected, run(text, runs.whole), depth_of(original(name))) is None


def check_second_run(step: ModulePass, module: ModuleOp, text: str):
    """The pass leaves what it made, or says why it will not see it."""
    if step.name in REFUSES_TWICE:
        with pytest.raises(PassFailedException):
            step.apply(make_context(), module)
        return
    step.apply(make_context(), module)
    assert print_module(module) == text


@pytest.mark.parametrize(
    "name",
    [
        *EVERY_DAY,
        *(
            pytest.param(name, marks=[pytest.mark.slow, pytest.mark.exhaustive])
            for name in ("efficientnet_b0", "resnet50v2", "efficientnet_b7", "bert_base_s1024")
        ),
    ],
)
@pytest.mark.parametrize("pass_name", pipelines.known_passes())
def test_every_pass_keeps_every_model(pass_name: str, name: str):
    pipeline, settings = settings_of(pipelines.known_passes()[pass_name](), name)
    for step in chosen(settings, all_of_them=name not in EVERY_DAY):
        module = stage(name, pipeline).clone()
        step.apply(make_context(), module)
        module.verify()
        text = print_module(module)
        assert reads_back(text)
        check_numbers(name, module, pipeline)
        check_second_run(step, module, text)
