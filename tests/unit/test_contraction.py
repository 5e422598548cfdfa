"""Named dimensions of convolutions and matrix products, against sizes worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from xdsl.ir import Operation

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from hwmodels.records import Contraction
from passes.analysis.contraction import contraction_of, macs_of
from passes.inline import InlinePass

EXAMPLES = Path(__file__).parents[2] / "examples"
MANIFEST = json.loads((EXAMPLES / "manifest.json").read_text())


def contraction(arguments: str, result: str, op: str) -> Contraction:
    """The contraction of ``op``, which uses %x and %w."""
    text = f"func.func @main({arguments}) -> {result} {{\n  %0 = {op}\n  return %0 : {result}\n}}"
    ops: list[Operation] = [
        found for found in read_stablehlo(text.encode(), "test").walk() if contraction_of(found) is not None
    ]
    assert len(ops) == 1
    found = contraction_of(ops[0])
    assert found is not None
    return found


def convolution(
    x: str, w: str, y: str, attributes: str, numbers: str, groups: int = 1, batch_groups: int = 1
) -> Contraction:
    return contraction(
        f"%x: tensor<{x}>, %w: tensor<{w}>",
        f"tensor<{y}>",
        f"stablehlo.convolution(%x, %w) dim_numbers = {numbers}, window = {{{attributes}}} "
        f"{{batch_group_count = {batch_groups} : i64, feature_group_count = {groups} : i64}} "
        f": (tensor<{x}>, tensor<{w}>) -> tensor<{y}>",
    )


NHWC = "[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]"


def test_strided_convolution_with_padding():
    found = convolution("2x9x7x3xf32", "3x5x3x16xf32", "2x5x4x16xf32", "stride = [2, 2], pad = [[1, 1], [2, 2]]", NHWC)
    assert found.bounds == (1, 2, 5, 4, 16, 3, 3, 5)
    assert found.stride == (2, 2)
    assert found.dilation == (1, 1)
    assert found.element_bytes == (4, 4, 4)


def test_channels_first_layout_names_the_same_dimensions():
    found = convolution(
        "2x3x9x7xbf16", "16x3x3x5xbf16", "2x16x4x2xf32", "stride = [2, 2]", "[b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1]"
    )
    assert found.bounds == (1, 2, 4, 2, 16, 3, 3, 5)
    assert found.element_bytes == (2, 2, 4)


def test_depthwise_convolution_has_one_group_per_channel():
    found = convolution("1x8x8x6xf32", "3x3x1x12xf32", "1x6x6x12xf32", "", NHWC, groups=6)
    assert found.bounds == (6, 1, 6, 6, 2, 1, 3, 3)


def test_grouped_convolution_divides_channels_among_groups():
    found = convolution("1x8x8x6xf32", "1x1x3x10xf32", "1x8x8x10xf32", "", NHWC, groups=2)
    assert found.bounds == (2, 1, 8, 8, 5, 3, 1, 1)


def test_batch_groups_divide_images_and_output_channels():
    found = convolution("6x8x8x4xf32", "1x1x4x10xf32", "3x8x8x10xf32", "", NHWC, batch_groups=2)
    assert found.bounds == (2, 3, 8, 8, 5, 4, 1, 1)


def test_transposed_convolution_steps_through_its_input_by_less_than_one():
    # 4 rows become 7 by lhs dilation 2; with 1 row of padding on each side, a 3-row kernel fits at 7 places.
    found = convolution(
        "1x4x4x2xf32", "3x3x2x5xf32", "1x7x7x5xf32", "pad = [[1, 1], [1, 1]], lhs_dilate = [2, 2]", NHWC
    )
    assert found.bounds == (1, 1, 7, 7, 5, 2, 3, 3)
    assert found.stride == (0.5, 0.5)
    assert found.dilation == (0.5, 0.5)


def test_dilated_convolution():
    found = convolution("1x9x9x2xf32", "3x3x2x5xf32", "1x1x5x5xf32", "rhs_dilate = [4, 2]", NHWC)
    assert found.bounds == (1, 1, 1, 5, 5, 2, 3, 3)
    assert found.dilation == (4, 2)


def test_one_dimensional_convolution_has_one_row():
    found = convolution("2x10x3xf32", "4x3x8xf32", "2x4x8xf32", "stride = [2]", "[b, 0, f]x[0, i, o]->[b, 0, f]")
    assert found.bounds == (1, 2, 1, 4, 8, 3, 1, 4)
    assert found.stride == (1, 2)


def test_depth_of_a_three_dimensional_convolution_is_folded_into_images_and_channels():
    found = convolution(
        "2x6x8x9x3xf32", "2x3x4x3x5xf32", "2x5x6x6x5xf32", "", "[b, 0, 1, 2, f]x[0, 1, 2, i, o]->[b, 0, 1, 2, f]"
    )
    assert found.bounds == (1, 2 * 5, 6, 6, 5, 3 * 2, 3, 4)


def test_batched_matrix_product():
    found = contraction(
        "%x: tensor<2x128x12x64xbf16>, %w: tensor<2x77x12x64xbf16>",
        "tensor<2x12x128x77xf32>",
        "stablehlo.dot_general %x, %w, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : "
        "(tensor<2x128x12x64xbf16>, tensor<2x77x12x64xbf16>) -> tensor<2x12x128x77xf32>",
    )
    assert found.bounds == (24, 128, 1, 1, 77, 64, 1, 1)
    assert found.stride == found.dilation == (1, 1)
    assert found.element_bytes == (2, 2, 4)


def test_matrix_product_over_two_dimensions():
    found = contraction(
        "%x: tensor<1x5x12x64xf32>, %w: tensor<12x64x768xf32>",
        "tensor<1x5x768xf32>",
        "stablehlo.dot_general %x, %w, contracting_dims = [2, 3] x [0, 1] : "
        "(tensor<1x5x12x64xf32>, tensor<12x64x768xf32>) -> tensor<1x5x768xf32>",
    )
    assert found.bounds == (1, 5, 1, 1, 768, 768, 1, 1)


def test_other_ops_are_no_contractions():
    module = read_stablehlo(
        b"func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }", "test"
    )
    assert all(contraction_of(op) is None and macs_of(op) == 0 for op in module.walk())


@pytest.mark.parametrize("workload", MANIFEST["workloads"], ids=lambda workload: workload["name"])
def test_macs_of_real_models_equal_the_manifest(workload: dict[str, str | int]):
    module = read_stablehlo((EXAMPLES / f"{workload['name']}.mlir").read_bytes(), str(workload["name"]))
    InlinePass().apply(make_context(), module)
    assert sum(macs_of(op) for op in module.walk()) == workload["macs"]
