"""Real models with padded contractions compute what they computed, on through batches and regions."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.passes import PassPipeline
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination
from xdsl.transforms.dead_code_elimination import DeadCodeElimination

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import depth_of, first_difference, random_arguments, run, to_float32
from passes.form_regions import FormRegionsPass
from passes.inline import InlinePass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.pad_tensors import PadTensorsPass
from passes.set_batch import SetBatchPass

EXAMPLES = Path(__file__).parents[2] / "examples"
CLEAN = (InlinePass(), CanonicalizePass(), CommonSubexpressionElimination(), DeadCodeElimination())


@pytest.mark.parametrize(("name", "multiple"), [("mobilenet_v2", 64), ("bert_base_s128", 256)])
def test_models_keep_their_numbers(name: str, multiple: int):
    original = to_float32(read_stablehlo((EXAMPLES / f"{name}.mlir").read_bytes(), name))
    arguments = random_arguments(original, seed=1)
    expected = run(write_stablehlo(original), arguments)
    padded = original.clone()
    PassPipeline((*CLEAN, PadTensorsPass(multiple))).apply(make_context(), padded)
    padded.verify()
    again = padded.clone()
    PadTensorsPass(multiple).apply(make_context(), again)
    assert padded.is_structurally_equivalent(again)
    assert PadTensorsPass(multiple) not in PadTensorsPass.schedule_space(make_context(), padded)
    PassPipeline((SetBatchPass(1), FormRegionsPass(), LowerToStablehloPass())).apply(make_context(), padded)
    assert first_difference(expected, run(write_stablehlo(padded), arguments), depth_of(original)) is None
