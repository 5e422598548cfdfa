"""The pass pad-tensors: sizes become multiples, numbers stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import depth_of, first_difference, random_arguments, run
from passes.analysis.ops import main_of, op_name, shape_of
from passes.pad_tensors import PadTensorsPass

MODELS = Path(__file__).parent / "models"


def function(arguments: str, results: str, *lines: str) -> ModuleOp:
    text = f"func.func @main({arguments}) -> ({results}) {{\n" + "\n".join(lines) + "\n}"
    return read_stablehlo(text.encode(), "test")


def padded(module: ModuleOp, multiple: int) -> ModuleOp:
    copy = module.clone()
    PadTensorsPass(multiple).apply(make_context(), copy)
    copy.verify()
    return copy


def names(module: ModuleOp) -> list[str]:
    main = main_of(module)
    assert main is not None
    return [op_name(op).partition(".")[2] for op in main.body.block.ops if op_name(op) != "stablehlo.constant"]


def kernels(module: ModuleOp) -> list[tuple[int, ...]]:
    return [
        shape_of(op.operands[1])
        for op in module.walk()
        if op_name(op) in ("stablehlo.dot_general", "stablehlo.convolution")
    ]


def check_meaning(module: ModuleOp, multiple: int) -> ModuleOp:
    """Pads, and compares the numbers of before and after."""
    after = padded(module, multiple)
    arguments = random_arguments(module, seed=multiple)
    expected, got = (run(write_stablehlo(each), arguments) for each in (module, after))
    assert first_difference(expected, got, depth_of(module)) is None
    assert after.is_structurally_equivalent(padded(after, multiple))
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
    assert names(after) == ["pad", "pad", "dot_general", "slice", "return"]
    assert kernels(after) == [(8, 8)]
    assert kernels(check_meaning(PRODUCT, 5)) == [(5, 10)]
    assert kernels(check_meaning(PRODUCT, 3)) == [(6, 6)]


def test_what_is_a_multiple_already_stays():
    assert PRODUCT.is_structurally_equivalent(padded(PRODUCT, 1))
    multiples = [each.multiple_of for each in PadTensorsPass.schedule_space(make_context(), PRODUCT)]
    assert multiples == [8, 16, 32, 64, 128]
    assert PadTensorsPass.schedule_space(make_context(), padded(PRODUCT, 128)) == ()


def test_batches_and_several_dimensions_at_once():
    """Of 3 x 6 summed elements 3 x 8 are a multiple of 8; so are 2 x 8 of 2 x 7 channels, with 4 as step."""
    module = function(
        "%x: tensor<2x5x3x6xf32>, %w: tensor<3x2x6x2x7xf32>",
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
    assert names(check_meaning(module, 8)) == ["pad", "dot_general", "pad", "dot_general", "return"]
    both = function(
        arguments, "tensor<3x6xf32>, tensor<3x16xf32>", *CHAIN, "return %0, %1 : tensor<3x6xf32>, tensor<3x16xf32>"
    )
    assert names(check_meaning(both, 8)) == ["pad", "dot_general", "slice", "pad", "dot_general", "return"]


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
    assert names(check_meaning(module, 8)).count("pad") == 3


@pytest.mark.parametrize("name", ["convolutional", "attention"])
def test_small_models_keep_their_numbers(name: str):
    module = read_stablehlo((MODELS / f"{name}.mlir").read_bytes(), name)
    assert kernels(check_meaning(module, 16)) != kernels(module)


def test_special_numbers_stay_where_they_are():
    x = np.ones((3, 5), np.float32)
    x[1, 2], x[2, 0] = np.inf, np.nan
    w = np.arange(30, dtype=np.float32).reshape(5, 6)
    expected, got = (run(write_stablehlo(each), [x, w]) for each in (PRODUCT, padded(PRODUCT, 8)))
    np.testing.assert_array_equal(expected[0], got[0])


def test_a_multiple_of_nothing_is_refused():
    with pytest.raises(PassFailedException, match=r"pad-tensors: multiple-of=0 must be at least 1"):
        padded(PRODUCT, 0)
