"""Rebatching: on N different inputs a model computes what N runs of the original compute."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr, i64
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BATCH_KEY, ROLE_KEY
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from fastc.xla import main_of
from passes.analysis.batch import Batch, BatchError, Carry, batch_of, reshape_carry
from passes.analysis.network import network_of
from passes.analysis.ops import shape_of
from passes.form_regions import FormRegionsPass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass
from tests.unit.batch_cases import check_meaning, function, rebatched

MODELS = Path(__file__).parent / "models"


def model(name: str) -> ModuleOp:
    return read_stablehlo((MODELS / f"{name}.mlir").read_bytes(), name)


@pytest.mark.parametrize("name", ["convolutional", "attention"])
@pytest.mark.parametrize("size", [2, 5])
def test_small_models_compute_each_inference_by_itself(name: str, size: int):
    check_meaning(model(name), size)


def test_a_batch_can_be_changed_again():
    four = rebatched(model("convolutional"), 4)
    check_meaning(four, 8)
    assert [shape_of(argument) for argument in main_of(rebatched(four, 1)).args] == [
        shape_of(argument) for argument in main_of(model("convolutional")).args
    ]


def test_inputs_and_weights_are_marked():
    module = rebatched(model("attention"), 3)
    attributes = main_of(module).arg_attrs
    assert attributes is not None
    roles = [entry.data[ROLE_KEY] for entry in attributes]
    assert roles == [StringAttr("weight")] * 6 + [StringAttr("input")] * 2
    assert module.attributes[BATCH_KEY] == IntegerAttr(3, i64)
    assert [shape_of(argument) for argument in main_of(module).args][6:] == [(3, 6), (3, 6)]


def test_the_present_batch_changes_nothing_but_marks():
    original = model("attention")
    module = rebatched(original, 1)
    LowerToStablehloPass().apply(make_context(), module)
    assert module.is_structurally_equivalent(original)


def test_a_network_has_the_batch_and_its_macs():
    module = rebatched(model("convolutional"), 6)
    FormRegionsPass().apply(make_context(), module)
    network = network_of(module)
    one = model("convolutional")
    FormRegionsPass().apply(make_context(), one)
    assert (network.batch, network.macs) == (6, 6 * network_of(one).macs)


def test_constants_that_differ_between_positions_are_broadcast():
    module = function(
        "%x: tensor<1x3xf32>",
        "tensor<1x3xf32>",
        "%c = stablehlo.constant dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>",
        "%0 = stablehlo.add %x, %c : tensor<1x3xf32>",
        "return %0 : tensor<1x3xf32>",
    )
    check_meaning(module, 4)


def test_batch_in_the_middle_of_a_tensor():
    module = function(
        "%x: tensor<1x5x3xf32>, %w: tensor<3x4xf32>, %q: tensor<5x4xf32>",
        "tensor<1x5x4xf32>",
        "%0 = stablehlo.transpose %x, dims = [1, 0, 2] : (tensor<1x5x3xf32>) -> tensor<5x1x3xf32>",
        "%1 = stablehlo.reshape %0 : (tensor<5x1x3xf32>) -> tensor<5x3xf32>",
        "%2 = stablehlo.dot_general %1, %w, contracting_dims = [1] x [0]",
        "  : (tensor<5x3xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>",
        "%positions = stablehlo.add %2, %q : tensor<5x4xf32>",
        "%3 = stablehlo.reshape %positions : (tensor<5x4xf32>) -> tensor<5x1x4xf32>",
        "%4 = stablehlo.transpose %3, dims = [1, 0, 2] : (tensor<5x1x4xf32>) -> tensor<1x5x4xf32>",
        "return %4 : tensor<1x5x4xf32>",
    )
    check_meaning(module, 3)


def test_a_cache_is_updated_for_each_inference():
    module = function(
        "%w: tensor<3x3xf32>, %cache: tensor<1x6x3xf32>, %x: tensor<1x3xf32>, %position: tensor<i32>",
        "tensor<1x6x3xf32>, tensor<1x2x3xf32>",
        "%zero = stablehlo.constant dense<0> : tensor<i32>",
        "%0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]",
        "  : (tensor<1x3xf32>, tensor<3x3xf32>) -> tensor<1x3xf32>",
        "%1 = stablehlo.reshape %0 : (tensor<1x3xf32>) -> tensor<1x1x3xf32>",
        "%2 = stablehlo.dynamic_update_slice %cache, %1, %zero, %position, %zero",
        "  : (tensor<1x6x3xf32>, tensor<1x1x3xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x6x3xf32>",
        "%3 = stablehlo.dynamic_slice %2, %zero, %position, %zero, sizes = [1, 2, 3]",
        "  : (tensor<1x6x3xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x2x3xf32>",
        "return %2, %3 : tensor<1x6x3xf32>, tensor<1x2x3xf32>",
    )
    batched = check_meaning(module, 3)
    attributes = main_of(batched).arg_attrs
    assert attributes is not None
    assert [str(entry.data[ROLE_KEY]) for entry in attributes] == ['"weight"', '"input"', '"input"', '"input"']


def test_a_model_exported_with_a_larger_batch():
    module = function(
        "%w: tensor<3x2xf32>, %x: tensor<2x3xf32>",
        "tensor<2x2xf32>",
        "%c = stablehlo.constant dense<0.5> : tensor<2x2xf32>",
        "%i = stablehlo.iota dim = 1 : tensor<2x2xf32>",
        "%m = stablehlo.multiply %c, %i : tensor<2x2xf32>",
        "%0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]",
        "  : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>",
        "%1 = stablehlo.subtract %0, %m : tensor<2x2xf32>",
        "return %1 : tensor<2x2xf32>",
    )
    check_meaning(module, 6)


@pytest.mark.parametrize(
    "lines",
    [
        # Positions, written out for both inferences, as constant folding leaves them.
        ("%p = stablehlo.constant dense<[[0.0, 1.0, -0.0], [0.0, 1.0, -0.0]]> : tensor<2x3xf32>",),
        # A weight that is broadcast in two steps, gone through ops of several kinds in between.
        (
            "%a = stablehlo.broadcast_in_dim %w, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>",
            "%b = stablehlo.cosine %a : tensor<2x3xf32>",
            "%c = stablehlo.broadcast_in_dim %b, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x3x2xf32>",
            "%d = stablehlo.transpose %c, dims = [2, 0, 1] : (tensor<2x3x2xf32>) -> tensor<2x2x3xf32>",
            "%e = stablehlo.slice %d [1:2, 0:2, 0:3] : (tensor<2x2x3xf32>) -> tensor<1x2x3xf32>",
            "%f = stablehlo.concatenate %e, %d, dim = 0 : (tensor<1x2x3xf32>, tensor<2x2x3xf32>) -> tensor<3x2x3xf32>",
            "%z = stablehlo.constant dense<0.0> : tensor<f32>",
            "%p = stablehlo.reduce(%f init: %z) applies stablehlo.add across dimensions = [0]",
            "  : (tensor<3x2x3xf32>, tensor<f32>) -> tensor<2x3xf32>",
        ),
    ],
)
def test_what_is_the_same_for_all_inferences_grows(lines: tuple[str, ...]):
    module = function(
        "%w: tensor<3xf32>, %x: tensor<2x3xf32>",
        "tensor<2x3xf32>",
        *lines,
        "%0 = stablehlo.divide %x, %p : tensor<2x3xf32>",
        "%1 = stablehlo.tanh %0 : tensor<2x3xf32>",
        "return %1 : tensor<2x3xf32>",
    )
    check_meaning(module, 6, inputs=(1,))


def test_a_loop_may_hand_on_what_is_the_same_for_all_inferences():
    module = function(
        "%w: tensor<3xf32>, %x: tensor<2x3xf32>",
        "tensor<2x3xf32>",
        "%a = stablehlo.broadcast_in_dim %w, dims = [1] : (tensor<3xf32>) -> tensor<2x3xf32>",
        "%zero = stablehlo.constant dense<0> : tensor<i32>",
        "%r:3 = stablehlo.while(%i = %zero, %p = %a, %s = %x) : tensor<i32>, tensor<2x3xf32>, tensor<2x3xf32>",
        " cond {",
        "  %n = stablehlo.constant dense<3> : tensor<i32>",
        "  %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>",
        "  stablehlo.return %c : tensor<i1>",
        "} do {",
        "  %one = stablehlo.constant dense<1> : tensor<i32>",
        "  %j = stablehlo.add %i, %one : tensor<i32>",
        "  %t = stablehlo.multiply %s, %p : tensor<2x3xf32>",
        "  stablehlo.return %j, %p, %t : tensor<i32>, tensor<2x3xf32>, tensor<2x3xf32>",
        "}",
        "return %r#2 : tensor<2x3xf32>",
    )
    check_meaning(module, 6, inputs=(1,))


def test_a_result_that_no_input_reaches_keeps_its_size():
    module = function(
        "%x: tensor<2x3xf32>",
        "tensor<2x3xf32>, tensor<3x2xi32>",
        "%0 = stablehlo.tanh %x : tensor<2x3xf32>",
        "%1 = stablehlo.iota dim = 0 : tensor<3x2xi32>",
        "return %0, %1 : tensor<2x3xf32>, tensor<3x2xi32>",
    )
    grown = check_meaning(module, 6, inputs=(0,))
    end = main_of(grown).get_return_op()
    assert end is not None
    assert [shape_of(value) for value in end.operands] == [(6, 3), (3, 2)]


def test_a_constant_that_differs_between_inferences_is_refused():
    """-0 equals 0, yet the quotient by it has another sign."""
    module = function(
        "%x: tensor<2x3xf32>",
        "tensor<2x3xf32>",
        "%p = stablehlo.constant dense<[[0.0, 1.0, -0.0], [0.0, 1.0, 0.0]]> : tensor<2x3xf32>",
        "%0 = stablehlo.divide %x, %p : tensor<2x3xf32>",
        "return %0 : tensor<2x3xf32>",
    )
    with pytest.raises(PassFailedException, match="its value does not come from an input"):
        rebatched(module, 4)


def test_inputs_may_be_named():
    # A position embedding of leading dimension 1 looks like an input.
    module = function(
        "%position: tensor<1x3xf32>, %x: tensor<1x3xf32>",
        "tensor<1x3xf32>",
        "%0 = stablehlo.add %x, %position : tensor<1x3xf32>",
        "return %0 : tensor<1x3xf32>",
    )
    assert batch_of(main_of(module)).inputs == (0, 1)
    named = check_meaning(module, 4, inputs=(1,))
    assert [shape_of(argument) for argument in main_of(named).args] == [(1, 3), (4, 3)]


def test_the_batch_of_an_input_may_lie_further_back():
    module = function(
        "%w: tensor<4x3x1xf32>, %x: tensor<5x3x1xf32>",
        "tensor<4x5x1xf32>",
        "%0 = stablehlo.dot_general %w, %x, batching_dims = [2] x [2], contracting_dims = [1] x [1]",
        "  : (tensor<4x3x1xf32>, tensor<5x3x1xf32>) -> tensor<1x4x5xf32>",
        "%1 = stablehlo.transpose %0, dims = [1, 2, 0] : (tensor<1x4x5xf32>) -> tensor<4x5x1xf32>",
        "return %1 : tensor<4x5x1xf32>",
    )
    named = check_meaning(module, 3, inputs=(1,), dimensions=(2,))
    assert [shape_of(argument) for argument in main_of(named).args] == [(4, 3, 1), (5, 3, 3)]


def test_roles_that_are_marked_already_are_kept():
    module = function(
        '%position: tensor<1x3xf32> {region.role = "weight"}, %x: tensor<1x3xf32> {region.role = "input"}',
        "tensor<1x3xf32>",
        "%0 = stablehlo.add %x, %position : tensor<1x3xf32>",
        "return %0 : tensor<1x3xf32>",
    )
    assert batch_of(main_of(module)).inputs == (1,)
    assert batch_of(main_of(rebatched(module, 4))) == Batch(4, (1,), ())


def test_indices_that_do_not_follow_the_batch_are_inputs_nevertheless():
    # At batch 1, JAX gathers from a batched tensor with indices that have lost their batch.
    module = function(
        "%x: tensor<1x5xf32>, %i: tensor<1x2xi32>",
        "tensor<1x2xf32>",
        "%0 = stablehlo.reshape %i : (tensor<1x2xi32>) -> tensor<2x1xi32>",
        '%1 = "stablehlo.gather"(%x, %0) <{dimension_numbers = #stablehlo.gather<offset_dims = [0],',
        "  collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}>",
        "  : (tensor<1x5xf32>, tensor<2x1xi32>) -> tensor<1x2xf32>",
        "return %1 : tensor<1x2xf32>",
    )
    assert batch_of(main_of(module)).inputs == (0, 1)
    with pytest.raises(PassFailedException, match=r"gather .*operands carry the batch in different dimensions"):
        rebatched(module, 2)
    check_meaning(module, 2, inputs=(0,))


REFUSALS = {
    "a reduction over the batch": (
        "tensor<1x3xf32>",
        "%1 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0]",
        "  : (tensor<1x3xf32>, tensor<f32>) -> tensor<3xf32>",
        "%2 = stablehlo.reshape %1 : (tensor<3xf32>) -> tensor<1x3xf32>",
        "%3 = stablehlo.add %2, %x : tensor<1x3xf32>",
        r"stablehlo.reduce .*mixes the inferences of a batch: it combines along dimension 0 of tensor<1x3xf32>",
    ),
    "products between inferences": (
        "tensor<1x1xf32>",
        "%3 = stablehlo.dot_general %x, %x, contracting_dims = [1] x [1]",
        "  : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x1xf32>",
        r"stablehlo.dot_general .*operands carry the batch in different dimensions",
    ),
    "normalization by the batch's own mean": (
        "tensor<1x3xf32>",
        "%w = stablehlo.constant dense<1.0> : tensor<3xf32>",
        '%3, %4, %5 = "stablehlo.batch_norm_training"(%x, %w, %w) <{epsilon = 0.1 : f32, feature_index = 1 : i64}>',
        "  : (tensor<1x3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<1x3xf32>, tensor<3xf32>, tensor<3xf32>)",
        r"stablehlo.batch_norm_training .*mixes the inferences of a batch: it combines along dimension 0",
    ),
    "numbers that each run draws anew": (
        "tensor<1x3xf32>",
        "%shape = stablehlo.constant dense<[1, 3]> : tensor<2xi64>",
        "%1 = stablehlo.rng %zero, %zero, %shape, distribution = UNIFORM",
        "  : (tensor<f32>, tensor<f32>, tensor<2xi64>) -> tensor<1x3xf32>",
        "%3 = stablehlo.add %1, %x : tensor<1x3xf32>",
        r"stablehlo.rng .*draws numbers that a batch would share, but each run draws its own",
    ),
    "unknown code": (
        "tensor<1x3xf32>",
        "%3 = stablehlo.custom_call @mystery(%x) : (tensor<1x3xf32>) -> tensor<1x3xf32>",
        r"stablehlo.custom_call .*has no rule for batched operands",
    ),
}


def test_a_note_for_the_partitioner_is_kept():
    module = function(
        "%x: tensor<1x3xf32>",
        "tensor<1x3xf32>",
        "%0 = stablehlo.custom_call @Sharding(%x) : (tensor<1x3xf32>) -> tensor<1x3xf32>",
        "return %0 : tensor<1x3xf32>",
    )
    assert [shape_of(argument) for argument in main_of(rebatched(module, 5)).args] == [(5, 3)]


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS.keys())
def test_mixing_along_the_batch_is_refused(case: tuple[str, ...]):
    result, *lines, message = case
    zero = "%zero = stablehlo.constant dense<0.0> : tensor<f32>"
    module = function("%x: tensor<1x3xf32>", result, zero, *lines, f"return %3 : {result}")
    with pytest.raises(PassFailedException, match=message):
        SetBatchPass(2, inputs=(0,)).apply(make_context(), module)


def test_results_that_disagree_about_the_batch():
    module = function(
        "%x: tensor<2x3xf32>, %y: tensor<3xf32>",
        "tensor<2x3xf32>, tensor<3xf32>",
        "return %x, %y : tensor<2x3xf32>, tensor<3xf32>",
    )
    with pytest.raises(BatchError, match=r"leading dimensions \[2, 3\]; the batch must lead them all"):
        batch_of(main_of(module))


@pytest.mark.parametrize(
    ("size", "inputs", "dimensions", "message"),
    [
        (0, (), (), r"size=0 is no batch size; it must be at least 1"),
        (2, (7,), (), r"inputs=7: @main has no such argument of rank 1 or more; it has 2 arguments"),
        (2, (1,), (2,), r"inputs=1: @main has no such argument of rank 3 or more"),
        (2, (0, 1), (), r"inputs=0,1 have batches of sizes \[1, 3\]; all must have the same"),
        (2, (1,), (0, 0), r"dimensions=0,0 must be as many as inputs=1: one of each input"),
    ],
)
def test_bad_options(size: int, inputs: tuple[int, ...], dimensions: tuple[int, ...], message: str):
    module = function("%w: tensor<3xf32>, %x: tensor<1x3xf32>", "tensor<1x3xf32>", "return %x : tensor<1x3xf32>")
    with pytest.raises(PassFailedException, match=message):
        SetBatchPass(size, inputs, dimensions).apply(make_context(), module)


@pytest.mark.parametrize(
    ("carry", "before", "after", "size", "expected"),
    [
        (Carry(0), (1, 128, 768), (128, 768), 1, Carry(0, 128)),
        (Carry(0, 128), (128, 768), (1, 128, 12, 64), 1, Carry(0)),
        (Carry(0), (4, 12, 7, 5), (48, 7, 5), 4, Carry(0, 12)),
        (Carry(1), (7, 4, 5), (28, 5), 4, Carry(0)),
        (Carry(1), (5, 1, 3), (5, 3), 1, Carry(0)),
        (Carry(0), (1, 32), (1, 1, 1, 32), 1, Carry(0)),
        (Carry(0), (4, 6), (2, 12), 4, None),
    ],
)
def test_a_reshape_keeps_the_place_of_the_batch(
    carry: Carry, before: tuple[int, ...], after: tuple[int, ...], size: int, expected: Carry | None
):
    assert reshape_carry(carry, before, after, size) == expected
