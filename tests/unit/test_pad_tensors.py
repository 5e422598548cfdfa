"""The pass pad-tensors: sizes become multiples, numbers stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.machines import insert_machine, load_machine
from fastc.xla import Array, depth_of, first_difference, random_arguments, run
from passes.analysis.batch import batch_of
from passes.analysis.ops import main_of, op_name, shape_of
from passes.pad_tensors import PadTensorsPass
from passes.padding.lanes import weights_of

MODELS = Path(__file__).parent / "models"


def function(arguments: str, results: str, *lines: str) -> ModuleOp:
    text = f"func.func @main({arguments}) -> ({results}) {{\n" + "\n".join(lines) + "\n}"
    return read_stablehlo(text.encode(), "test")


def padded(module: ModuleOp, multiple: int, **options: Any) -> ModuleOp:
    """Padded whatever it adds, unless the options say otherwise."""
    copy = module.clone()
    PadTensorsPass(multiple, **{"waste": 99, **options}).apply(make_context(), copy)
    copy.verify()
    return copy


def names(module: ModuleOp) -> list[str]:
    """The ops that run for each inference: not constants, nor what is made of them and of weights."""
    main = main_of(module)
    assert main is not None
    inputs = {*batch_of(main).inputs}
    ahead = weights_of(main, {argument for argument in main.args if argument.index not in inputs})
    return [op_name(op).partition(".")[2] for op in main.body.block.ops if not op.results or op.results[0] not in ahead]


def kernels(module: ModuleOp) -> list[tuple[int, ...]]:
    return [
        shape_of(op.operands[1])
        for op in module.walk()
        if op_name(op) in ("stablehlo.dot_general", "stablehlo.convolution")
    ]


def check_meaning(
    module: ModuleOp, multiple: int, arguments: Sequence[Array] | None = None, **options: Any
) -> ModuleOp:
    """Pads, and compares the numbers of before and after."""
    after = padded(module, multiple, **options)
    arguments = arguments or random_arguments(module, seed=multiple)
    expected, got = (run(write_stablehlo(each), arguments) for each in (module, after))
    assert first_difference(expected, got, depth_of(module)) is None
    assert after.is_structurally_equivalent(padded(after, multiple, **options))
    return after


PRODUCT = function(
    "%x: tensor<3x5xf32>, %w: tensor<5x6xf32>",
    "tensor<3x6xf32>",
    "%y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]",
    "  : (tensor<3x5xf32>, tensor<5x6xf32>) -> tensor<3x6xf32>",
    "return %y : tensor<3x6xf32>",
)


def test_a_product_is_padded_where_it_sums_and_in_its_channels():
    after = check_meaning(PRODUCT, 8)
    assert names(after) == ["pad", "dot_general", "slice", "return"]
    assert kernels(after) == [(8, 8)]
    assert kernels(check_meaning(PRODUCT, 5)) == [(5, 10)]
    assert kernels(check_meaning(PRODUCT, 3)) == [(6, 6)]


def test_what_is_a_multiple_already_stays():
    assert PRODUCT.is_structurally_equivalent(padded(PRODUCT, 1))


def test_settings_that_pad_something_are_the_space():
    module = padded(PRODUCT, 24)
    assert [each.multiple_of for each in PadTensorsPass.schedule_space(make_context(), module)] == [16, 32]
    insert_machine(module, load_machine("fast-large"))
    assert [each.multiple_of for each in PadTensorsPass.schedule_space(make_context(), module)] == [0, 16, 32]
    assert PadTensorsPass.schedule_space(make_context(), padded(PRODUCT, 128)) == ()


@pytest.mark.parametrize(
    ("sums", "channels", "offered"), [(16, 16, False), (15, 16, True), (16, 15, True), (15, 15, True), (3, 3, False)]
)
@pytest.mark.parametrize("nested", [False, True])
def test_a_setting_is_offered_where_it_pads(sums: int, channels: int, offered: bool, nested: bool):
    """What is summed over, output channels or both, also where only a branch has the product; of 3 too much would be
    padding."""
    kind = f"tensor<16x{channels}xf32>"
    product = (
        f"%y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]"
        f" : (tensor<16x{sums}xf32>, tensor<{sums}x{channels}xf32>) -> {kind}"
    )
    if nested:
        branch = f"{{ {product} \n stablehlo.return %y : {kind} }}"
        product = f'%y = "stablehlo.if"(%p) ({branch}, {branch}) : (tensor<i1>) -> {kind}'
    module = function(
        f"%p: tensor<i1>, %x: tensor<16x{sums}xf32>, %w: tensor<{sums}x{channels}xf32>",
        kind,
        product,
        f"return %y : {kind}",
    )
    assert (PadTensorsPass(8) in PadTensorsPass.schedule_space(make_context(), module)) == offered
    after = padded(module, 8, waste=0.5)
    assert after.is_structurally_equivalent(module) == (not offered)


def test_batches_and_several_dimensions_at_once():
    """Of 3 x 6 summed elements 3 x 8 are a multiple of 8; so are 2 x 8 of 2 x 7 channels, with 4 as step."""
    module = function(
        '%x: tensor<2x5x3x6xf32> {region.role = "input"}, %w: tensor<3x2x6x2x7xf32> {region.role = "weight"}',
        "tensor<2x5x2x7xf32>",
        "%y = stablehlo.dot_general %x, %w, batching_dims = [0] x [1], contracting_dims = [2, 3] x [0, 2]",
        "  : (tensor<2x5x3x6xf32>, tensor<3x2x6x2x7xf32>) -> tensor<2x5x2x7xf32>",
        "return %y : tensor<2x5x2x7xf32>",
    )
    assert kernels(check_meaning(module, 8)) == [(3, 2, 8, 2, 8)]


@pytest.mark.parametrize(("groups", "kernel"), [(1, (3, 3, 8, 8)), (2, (3, 3, 3, 4))])
def test_convolutions_are_padded_unless_they_have_groups(groups: int, kernel: tuple[int, ...]):
    inputs = 6 // groups
    module = function(
        f"%x: tensor<1x5x5x6xf32>, %w: tensor<3x3x{inputs}x4xf32>",
        "tensor<1x5x5x4xf32>",
        "%y = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],",
        "  window = {pad = [[1, 1], [1, 1]]}",
        f"  {{batch_group_count = 1 : i64, feature_group_count = {groups} : i64}}",
        f"  : (tensor<1x5x5x6xf32>, tensor<3x3x{inputs}x4xf32>) -> tensor<1x5x5x4xf32>",
        "return %y : tensor<1x5x5x4xf32>",
    )
    assert kernels(check_meaning(module, 8)) == [kernel]


CHAIN = (
    "%0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]",
    "  : (tensor<3x8xf32>, tensor<8x6xf32>) -> tensor<3x6xf32>",
    "%1 = stablehlo.dot_general %0, %v, contracting_dims = [1] x [0]",
    "  : (tensor<3x6xf32>, tensor<6x16xf32>) -> tensor<3x16xf32>",
)


def test_a_slice_and_a_padding_between_neighbours_cancel():
    arguments = "%x: tensor<3x8xf32>, %w: tensor<8x6xf32>, %v: tensor<6x16xf32>"
    module = function(arguments, "tensor<3x16xf32>", *CHAIN, "return %1 : tensor<3x16xf32>")
    assert names(check_meaning(module, 8, assume_finite=True)) == ["dot_general", "dot_general", "return"]
    assert names(check_meaning(module, 8)) == ["dot_general", "select", "dot_general", "return"]
    both = function(
        arguments, "tensor<3x6xf32>, tensor<3x16xf32>", *CHAIN, "return %0, %1 : tensor<3x6xf32>, tensor<3x16xf32>"
    )
    assert names(check_meaning(both, 8, assume_finite=True)) == ["dot_general", "slice", "dot_general", "return"]


@pytest.mark.parametrize(("columns", "value"), [(8, "0.0"), (7, "0.0"), (6, "1.0")])
def test_a_slice_of_what_is_not_zero_stays(columns: int, value: str):
    """The two columns that the slice cuts off are not the zeros that the padding puts there."""
    module = function(
        f"%x: tensor<3x8xf32>, %w: tensor<8x{columns}xf32>, %v: tensor<6x16xf32>",
        "tensor<3x16xf32>",
        f"%c = stablehlo.constant dense<{value}> : tensor<f32>",
        f"%full = stablehlo.pad %w, %c, low = [0, 0], high = [0, {8 - columns}], interior = [0, 0]",
        f"  : (tensor<8x{columns}xf32>, tensor<f32>) -> tensor<8x8xf32>",
        "%0 = stablehlo.dot_general %x, %full, contracting_dims = [1] x [0]",
        "  : (tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>",
        "%1 = stablehlo.slice %0 [0:3, 0:6] : (tensor<3x8xf32>) -> tensor<3x6xf32>",
        "%2 = stablehlo.dot_general %1, %v, contracting_dims = [1] x [0]",
        "  : (tensor<3x6xf32>, tensor<6x16xf32>) -> tensor<3x16xf32>",
        "return %2 : tensor<3x16xf32>",
    )
    assert "slice" in names(check_meaning(module, 8))


def test_a_slice_with_steps_stays():
    module = function(
        "%x: tensor<3x8xf32>, %w: tensor<8x4xf32>, %v: tensor<4x8xf32>",
        "tensor<3x8xf32>",
        "%c = stablehlo.constant dense<0.0> : tensor<f32>",
        "%p = stablehlo.pad %w, %c, low = [0, 0], high = [0, 4], interior = [0, 0]",
        "  : (tensor<8x4xf32>, tensor<f32>) -> tensor<8x8xf32>",
        "%0 = stablehlo.dot_general %x, %p, contracting_dims = [1] x [0]",
        "  : (tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>",
        "%1 = stablehlo.slice %0 [0:3, 0:8:2] : (tensor<3x8xf32>) -> tensor<3x4xf32>",
        "%2 = stablehlo.dot_general %1, %v, contracting_dims = [1] x [0]",
        "  : (tensor<3x4xf32>, tensor<4x8xf32>) -> tensor<3x8xf32>",
        "return %2 : tensor<3x8xf32>",
    )
    assert "slice" in names(check_meaning(module, 8))


def test_an_operand_of_several_products_is_padded_once():
    module = function(
        "%x: tensor<3x5xf32>, %w: tensor<5x8xf32>, %v: tensor<5x8xf32>",
        "tensor<3x8xf32>, tensor<3x8xf32>",
        "%0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]",
        "  : (tensor<3x5xf32>, tensor<5x8xf32>) -> tensor<3x8xf32>",
        "%1 = stablehlo.dot_general %x, %v, contracting_dims = [1] x [0]",
        "  : (tensor<3x5xf32>, tensor<5x8xf32>) -> tensor<3x8xf32>",
        "return %0, %1 : tensor<3x8xf32>, tensor<3x8xf32>",
    )
    assert names(check_meaning(module, 8)).count("pad") == 1


@pytest.mark.parametrize("name", ["convolutional", "attention"])
def test_small_models_keep_their_numbers(name: str):
    module = read_stablehlo((MODELS / f"{name}.mlir").read_bytes(), name)
    assert kernels(check_meaning(module, 16)) != kernels(module)
    check_meaning(module, 16, assume_finite=True)


def test_special_numbers_stay_where_they_are():
    x = np.ones((3, 5), np.float32)
    x[1, 2], x[2, 0] = np.inf, np.nan
    w = np.arange(30, dtype=np.float32).reshape(5, 6)
    expected, got = (run(write_stablehlo(each), [x, w]) for each in (PRODUCT, padded(PRODUCT, 8)))
    np.testing.assert_array_equal(expected[0], got[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"multiple_of": -1}, r"pad-tensors: multiple-of=-1 must be at least 1, or 0"),
        ({"rows": -4}, r"pad-tensors: rows=-4 must be at least 1, or 0"),
        ({"columns": 0}, r"pad-tensors{columns=0} needs a machine: the module has no arch.accelerator"),
        ({"waste": -0.5}, r"pad-tensors: waste=-0.5 must be a number of at least 0"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str):
    with pytest.raises(PassFailedException, match=message):
        PadTensorsPass(**options).apply(make_context(), PRODUCT.clone())


def test_rows_and_columns_may_differ_and_be_the_machines():
    assert kernels(check_meaning(PRODUCT, 8, rows=7)) == [(7, 8)]
    assert kernels(check_meaning(PRODUCT, 8, columns=4)) == [(8, 8)]
    module = PRODUCT.clone()
    insert_machine(module, load_machine("tpu-v3"))
    assert kernels(padded(module, 0)) == [(128, 128)]
    assert kernels(padded(module, 8, columns=0)) == [(8, 128)]


def test_what_would_add_too_much_is_not_padded():
    """5 to 8 adds three fifths, 6 to 8 a third."""
    assert kernels(padded(PRODUCT, 8, waste=0.5)) == [(5, 8)]
    assert kernels(padded(PRODUCT, 8, waste=0.6)) == [(8, 8)]
    assert kernels(padded(PRODUCT, 8, waste=0.1)) == [(5, 6)]


# What happens to padding on its way. In every function below, %w and %v are weights of 6 channels, which 8 are a
# multiple of.

WEIGHTS = "%w: tensor<5x6xf32>, %v: tensor<6x8xf32>, %b: tensor<6xf32>, %x: tensor<3x5xf32>"
FIRST = (
    "%zero = stablehlo.constant dense<0.0> : tensor<f32>",
    "%one = stablehlo.constant dense<1.0> : tensor<3x6xf32>",
    "%0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]",
    "  : (tensor<3x5xf32>, tensor<5x6xf32>) -> tensor<3x6xf32>",
)
BIAS = "%b2 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<6xf32>) -> tensor<3x6xf32>"
LAST = (
    "%last = stablehlo.dot_general %y, %v, contracting_dims = [1] x [0]",
    "  : (tensor<3x6xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>",
    "return %last : tensor<3x8xf32>",
)


def between(*lines: str) -> ModuleOp:
    """Two products with %y made of %0 between."""
    return function(WEIGHTS, "tensor<3x8xf32>", *FIRST, *lines, *LAST)


ZEROS = {
    "a bias": (BIAS, "%y = stablehlo.add %0, %b2 : tensor<3x6xf32>"),
    "swish": ("%1 = stablehlo.logistic %0 : tensor<3x6xf32>", "%y = stablehlo.multiply %0, %1 : tensor<3x6xf32>"),
    "a cosine, which is finite": ("%y = stablehlo.cosine %0 : tensor<3x6xf32>",),
    "an exponential of zero": ("%y = stablehlo.exponential %0 : tensor<3x6xf32>",),
    "a quotient": ("%1 = stablehlo.exponential %0 : tensor<3x6xf32>", "%y = stablehlo.divide %0, %1 : tensor<3x6xf32>"),
    "a root": (
        "%1 = stablehlo.multiply %0, %0 : tensor<3x6xf32>",
        "%2 = stablehlo.add %1, %one : tensor<3x6xf32>",
        "%y = stablehlo.rsqrt %2 : tensor<3x6xf32>",
    ),
    "clamping": (
        "%six = stablehlo.constant dense<6.0> : tensor<f32>",
        "%y = stablehlo.clamp %zero, %0, %six : (tensor<f32>, tensor<3x6xf32>, tensor<f32>) -> tensor<3x6xf32>",
    ),
    "a type": (
        "%1 = stablehlo.convert %0 : (tensor<3x6xf32>) -> tensor<3x6xf64>",
        "%y = stablehlo.convert %1 : (tensor<3x6xf64>) -> tensor<3x6xf32>",
    ),
    "a detour": (
        "%1 = stablehlo.reshape %0 : (tensor<3x6xf32>) -> tensor<3x1x6xf32>",
        "%2 = stablehlo.transpose %1, dims = [2, 1, 0] : (tensor<3x1x6xf32>) -> tensor<6x1x3xf32>",
        "%3 = stablehlo.concatenate %2, %2, dim = 1 : (tensor<6x1x3xf32>, tensor<6x1x3xf32>) -> tensor<6x2x3xf32>",
        "%4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1]",
        "  : (tensor<6x2x3xf32>, tensor<f32>) -> tensor<6x3xf32>",
        "%y = stablehlo.transpose %4, dims = [1, 0] : (tensor<6x3xf32>) -> tensor<3x6xf32>",
    ),
    "a residual": (
        "%1 = stablehlo.tanh %0 : tensor<3x6xf32>",
        "%2 = stablehlo.add %0, %1 : tensor<3x6xf32>",
        "%y = stablehlo.maximum %2, %0 : tensor<3x6xf32>",
    ),
    "normalization": (
        '%y = "stablehlo.batch_norm_inference"(%0, %b, %b, %b, %b) <{epsilon = 0.1 : f32, feature_index = 1 : i64}>',
        "  : (tensor<3x6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<3x6xf32>",
    ),
}


@pytest.mark.parametrize("lines", ZEROS.values(), ids=ZEROS.keys())
def test_padding_stays_on_its_way(lines: tuple[str, ...]):
    """Products with zeros are zeros; nothing is padded, sliced or cleared at run time."""
    module = between(*lines)
    after = names(check_meaning(module, 8, rows=1, assume_finite=True))
    assert not {"pad", "slice"} & {*after}
    assert after.count("select") == 0
    cleared = names(check_meaning(module, 8, rows=1))
    assert not {"pad", "slice"} & {*cleared}
    assert cleared.count("select") == 1


ANYTHING = {
    "the logarithm of zero": ("%y = stablehlo.log %0 : tensor<3x6xf32>",),
    "zero by zero": ("%y = stablehlo.divide %0, %0 : tensor<3x6xf32>",),
    "zero by a weight": (BIAS, "%y = stablehlo.divide %0, %b2 : tensor<3x6xf32>"),
    "one by zero": ("%y = stablehlo.divide %one, %0 : tensor<3x6xf32>",),
    "what overflows": (
        "%big = stablehlo.constant dense<1.0e30> : tensor<3x6xf32>",
        "%1 = stablehlo.cosine %0 : tensor<3x6xf32>",
        "%2 = stablehlo.multiply %1, %big : tensor<3x6xf32>",
        "%3 = stablehlo.multiply %2, %big : tensor<3x6xf32>",
        "%y = stablehlo.divide %one, %3 : tensor<3x6xf32>",
    ),
    "an activation for all channels": (
        "%1 = stablehlo.slice %x [0:3, 0:1] : (tensor<3x5xf32>) -> tensor<3x1xf32>",
        "%2 = stablehlo.broadcast_in_dim %1, dims = [0, 1] : (tensor<3x1xf32>) -> tensor<3x6xf32>",
        "%y = stablehlo.multiply %0, %2 : tensor<3x6xf32>",
    ),
}


@pytest.mark.parametrize("lines", ANYTHING.values(), ids=ANYTHING.keys())
def test_padding_that_may_be_anything_is_cleared(lines: tuple[str, ...]):
    after = check_meaning(between(*lines), 8, rows=1, assume_finite=True)
    assert names(after).count("select") == 1


NARROW = {
    "softmax": (
        "%low = stablehlo.constant dense<0xFF800000> : tensor<f32>",
        "%1 = stablehlo.reduce(%0 init: %low) applies stablehlo.maximum across dimensions = [1]",
        "  : (tensor<3x6xf32>, tensor<f32>) -> tensor<3xf32>",
        "%2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<3xf32>) -> tensor<3x6xf32>",
        "%3 = stablehlo.subtract %0, %2 : tensor<3x6xf32>",
        "%4 = stablehlo.exponential %3 : tensor<3x6xf32>",
        "%5 = stablehlo.reduce(%4 init: %zero) applies stablehlo.add across dimensions = [1]",
        "  : (tensor<3x6xf32>, tensor<f32>) -> tensor<3xf32>",
        "%6 = stablehlo.broadcast_in_dim %5, dims = [0] : (tensor<3xf32>) -> tensor<3x6xf32>",
        "%y = stablehlo.divide %4, %6 : tensor<3x6xf32>",
    ),
    "a concatenation": (
        "%1 = stablehlo.slice %0 [0:3, 0:3] : (tensor<3x6xf32>) -> tensor<3x3xf32>",
        "%2 = stablehlo.slice %0 [0:3, 3:6] : (tensor<3x6xf32>) -> tensor<3x3xf32>",
        "%y = stablehlo.concatenate %2, %1, dim = 1 : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x6xf32>",
    ),
    "reversal": ("%y = stablehlo.reverse %0, dims = [1] : tensor<3x6xf32>",),
    "a reshape that merges": (
        "%1 = stablehlo.reshape %0 : (tensor<3x6xf32>) -> tensor<18xf32>",
        "%2 = stablehlo.negate %1 : tensor<18xf32>",
        "%y = stablehlo.reshape %2 : (tensor<18xf32>) -> tensor<3x6xf32>",
    ),
}


@pytest.mark.parametrize("lines", NARROW.values(), ids=NARROW.keys())
def test_padding_is_cut_off_for_what_mixes_it(lines: tuple[str, ...]):
    after = check_meaning(between(*lines), 8)
    assert "slice" in names(after)
    assert "pad" in names(after)


def test_a_sum_over_padding_needs_no_slice():
    module = between(
        "%1 = stablehlo.reduce(%0 init: %zero) applies stablehlo.add across dimensions = [1]",
        "  : (tensor<3x6xf32>, tensor<f32>) -> tensor<3xf32>",
        "%2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<3xf32>) -> tensor<3x6xf32>",
        "%y = stablehlo.multiply %0, %2 : tensor<3x6xf32>",
    )
    assert "slice" not in names(check_meaning(module, 8, rows=1, assume_finite=True))
    assert "slice" in names(check_meaning(module, 8, rows=1))


def test_more_is_not_padded_than_would_be_sliced():
    """An activation of no product, as large as what is padded, is padded; two of them are not."""
    arguments = f"{WEIGHTS}, %s: tensor<3x6xf32>, %t: tensor<3x6xf32>"
    one = ("%y = stablehlo.add %0, %s : tensor<3x6xf32>",)
    two = ("%y = stablehlo.select %p, %0, %s : tensor<3x6xi1>, tensor<3x6xf32>",)
    condition = "%p = stablehlo.compare LT, %s, %t : (tensor<3x6xf32>, tensor<3x6xf32>) -> tensor<3x6xi1>"
    counts = [
        names(check_meaning(function(arguments, "tensor<3x8xf32>", *FIRST, *lines, *LAST), 8, rows=1)).count("slice")
        for lines in (one, (condition, *two))
    ]
    assert counts == [0, 1]


@pytest.mark.parametrize("finite", [True, False])
def test_a_depthwise_convolution_gets_more_groups(finite: bool):
    module = function(
        "%w: tensor<1x1x3x6xf32>, %d: tensor<3x3x1x6xf32>, %v: tensor<1x1x6x8xf32>, %x: tensor<1x5x5x3xf32>",
        "tensor<1x3x3x8xf32>",
        "%0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}",
        "  {batch_group_count = 1 : i64, feature_group_count = 1 : i64}",
        "  : (tensor<1x5x5x3xf32>, tensor<1x1x3x6xf32>) -> tensor<1x5x5x6xf32>",
        "%1 = stablehlo.convolution(%0, %d) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}",
        "  {batch_group_count = 1 : i64, feature_group_count = 6 : i64}",
        "  : (tensor<1x5x5x6xf32>, tensor<3x3x1x6xf32>) -> tensor<1x3x3x6xf32>",
        "%2 = stablehlo.convolution(%1, %v) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}",
        "  {batch_group_count = 1 : i64, feature_group_count = 1 : i64}",
        "  : (tensor<1x3x3x6xf32>, tensor<1x1x6x8xf32>) -> tensor<1x3x3x8xf32>",
        "return %2 : tensor<1x3x3x8xf32>",
    )
    after = check_meaning(module, 8, rows=1, assume_finite=finite)
    assert names(after) == ["convolution", "convolution", *([] if finite else ["select"]), "convolution", "return"]
    assert kernels(after) == [(1, 1, 3, 8), (3, 3, 1, 8), (1, 1, 8, 8)]


def test_weights_in_a_loop_are_padded_before_it():
    module = function(
        "%w: tensor<6x6xf32>, %x: tensor<3x6xf32>",
        "tensor<3x6xf32>",
        "%zero = stablehlo.constant dense<0> : tensor<i32>",
        "%0:3 = stablehlo.while(%i = %zero, %u = %w, %y = %x) : tensor<i32>, tensor<6x6xf32>, tensor<3x6xf32>",
        "cond {",
        "  %three = stablehlo.constant dense<3> : tensor<i32>",
        "  %p = stablehlo.compare LT, %i, %three : (tensor<i32>, tensor<i32>) -> tensor<i1>",
        "  stablehlo.return %p : tensor<i1>",
        "} do {",
        "  %one = stablehlo.constant dense<1> : tensor<i32>",
        "  %next = stablehlo.add %i, %one : tensor<i32>",
        "  %1 = stablehlo.dot_general %y, %u, contracting_dims = [1] x [0]",
        "    : (tensor<3x6xf32>, tensor<6x6xf32>) -> tensor<3x6xf32>",
        "  %2 = stablehlo.dot_general %1, %u, contracting_dims = [1] x [0]",
        "    : (tensor<3x6xf32>, tensor<6x6xf32>) -> tensor<3x6xf32>",
        "  stablehlo.return %next, %u, %2 : tensor<i32>, tensor<6x6xf32>, tensor<3x6xf32>",
        "}",
        "return %0#2 : tensor<3x6xf32>",
    )
    after = check_meaning(module, 8, assume_finite=True)
    main = main_of(after)
    assert main is not None
    pads = [op for op in main.walk() if op_name(op) == "stablehlo.pad"]
    assert [op.parent is main.body.block for op in pads] == [True, False]
    assert kernels(after) == [(8, 8), (8, 8)]


def test_what_a_product_of_activations_sums_is_padded_in_the_weights_before_it():
    """Queries and keys of width 6 are made 8 wide by their projections."""
    module = function(
        "%q: tensor<5x2x6xf32>, %k: tensor<5x2x6xf32>, %x: tensor<1x3x5xf32>",
        "tensor<1x2x3x3xf32>",
        "%0 = stablehlo.dot_general %x, %q, contracting_dims = [2] x [0]",
        "  : (tensor<1x3x5xf32>, tensor<5x2x6xf32>) -> tensor<1x3x2x6xf32>",
        "%1 = stablehlo.dot_general %x, %k, contracting_dims = [2] x [0]",
        "  : (tensor<1x3x5xf32>, tensor<5x2x6xf32>) -> tensor<1x3x2x6xf32>",
        "%2 = stablehlo.dot_general %0, %1, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3]",
        "  : (tensor<1x3x2x6xf32>, tensor<1x3x2x6xf32>) -> tensor<1x2x3x3xf32>",
        "return %2 : tensor<1x2x3x3xf32>",
    )
    after = check_meaning(module, 4, rows=8, columns=4, assume_finite=True)
    assert names(after) == ["pad", "dot_general", "dot_general", "dot_general", "return"]
    assert kernels(after) == [(8, 2, 8), (8, 2, 8), (1, 3, 2, 8)]


def test_infinities_that_saturate():
    """The padding of the first product is NaN in the rows with an infinity, whose real channels become finite again."""
    module = between("%y = stablehlo.logistic %0 : tensor<3x6xf32>")
    w, v, b, x = (argument.copy() for argument in random_arguments(module, 3))
    x[0, 1], x[1, 2], x[2, 3] = np.inf, -np.inf, np.nan
    after = check_meaning(module, 8, [w, v, b, x])
    assert np.isfinite(run(write_stablehlo(after), [w, v, b, x])[0]).tolist() == [[True] * 8, [True] * 8, [False] * 8]
