"""Which values wait for reductions of whole rows, and their bytes, worked out by hand."""

from __future__ import annotations

import pytest

from fastc.frontends.stablehlo import read_stablehlo
from hwmodels.records import Rows
from passes.analysis.ops import main_of
from passes.analysis.rows import rows_of

TYPES = {
    "X": "tensor<2x8x32xf32>",
    "H": "tensor<2x8x32xbf16>",
    "R": "tensor<2x8xf32>",
    "C": "tensor<2x32xf32>",
    "G": "tensor<32xf32>",
    "S": "tensor<2xf32>",
    "F": "tensor<f32>",
}
SIZE, ROW = 2 * 8 * 32 * 4, 32 * 4
"""Bytes of X, and of one of its rows along the last dimension."""


def rows(text: str, arguments: str = "%x: X", results: str = "X") -> Rows:
    """The rows of a function that returns what its last line says, types by their letter."""
    text = f"func.func @main({arguments}) -> ({results}) {{\n%zero = stablehlo.constant dense<0.0> : F\n{text}\n}}"
    for letter, kind in TYPES.items():
        text = text.replace(f": {letter}", f": {kind}").replace(f"({letter}", f"({kind}")
        text = text.replace(f" {letter}", f" {kind}").replace(f"-> {letter}", f"-> {kind}")
    main = main_of(read_stablehlo(text.encode(), "test"))
    assert main is not None
    return rows_of(main.body.block)


def reduced(result: str, source: str, dims: str = "[2]", kinds: str = "(X, F) -> R") -> str:
    across = f"applies stablehlo.add across dimensions = {dims}"
    return f"{result} = stablehlo.reduce({source} init: %zero) {across} : {kinds}\n"


def spread(result: str, source: str, dims: str = "[0, 1]", kinds: str = "(R) -> X") -> str:
    return f"{result} = stablehlo.broadcast_in_dim {source}, dims = {dims} : {kinds}\n"


MEAN = reduced("%s", "%x") + spread("%m", "%s")


def test_without_a_reduction_nothing_waits():
    assert rows("%y = stablehlo.add %x, %x : X\nreturn %y : X") == Rows()


def test_nothing_of_an_empty_tensor_waits():
    text = MEAN.replace("X", "tensor<0x8x32xf32>").replace("(R)", "(tensor<0x8xf32>)").replace("R", "tensor<0x8xf32>")
    text += "%d = stablehlo.subtract %x, %m : tensor<0x8x32xf32>\nreturn %d : tensor<0x8x32xf32>"
    assert rows(text, "%x: tensor<0x8x32xf32>", "tensor<0x8x32xf32>") == Rows()


def test_a_reduction_at_the_end_lets_nothing_wait():
    assert rows(reduced("%s", "%x") + "return %s : R", results="R") == Rows()


def test_an_argument_is_read_again_and_what_is_computed_is_stored_too():
    last = "%d = stablehlo.subtract %x, %m : X\nreturn %d : X"
    assert rows(MEAN + last) == Rows(rescan_bytes=SIZE, kept_bytes=SIZE, row_bytes=ROW)
    doubled = "%x = stablehlo.add %a, %a : X\n" + MEAN + last
    assert rows(doubled, "%a: X") == Rows(rescan_bytes=2 * SIZE, kept_bytes=SIZE, row_bytes=ROW)


def test_what_the_region_writes_anyway_is_only_read_again():
    text = "%x = stablehlo.add %a, %a : X\n" + MEAN + "%d = stablehlo.subtract %x, %m : X\nreturn %d, %x : X, X"
    assert rows(text, "%a: X", "X, X") == Rows(rescan_bytes=SIZE, kept_bytes=SIZE, row_bytes=ROW)


NORMALIZE = (
    """
%d = stablehlo.subtract %x, %m : X
%q = stablehlo.multiply %d, %d : X
"""
    + reduced("%v", "%q")
    + spread("%w", "%v")
)


def test_layer_normalization_goes_through_its_rows_three_times():
    # x is read again for the variance; x - mean is stored then and read for the result.
    text = MEAN + NORMALIZE + "%y = stablehlo.divide %d, %w : X\nreturn %y : X"
    assert rows(text) == Rows(rescan_bytes=SIZE + 2 * SIZE, kept_bytes=SIZE, row_bytes=ROW)
    # Written with x in place of x - mean, x is read twice more.
    text = MEAN + NORMALIZE + "%z = stablehlo.multiply %x, %w : X\n%y = stablehlo.add %z, %m : X\nreturn %y : X"
    assert rows(text) == Rows(rescan_bytes=2 * SIZE, kept_bytes=SIZE, row_bytes=ROW)


def test_scales_and_biases_are_first_read_by_the_last_scan_and_shared_masks_are_small():
    scale = "%n = stablehlo.exponential %g : G\n" + spread("%h", "%n", "[2]", "(G) -> X")
    text = scale + MEAN + "%d = stablehlo.subtract %x, %m : X\n%y = stablehlo.multiply %d, %h : X\nreturn %y : X"
    assert rows(text, "%x: X, %g: G") == Rows(SIZE, SIZE, ROW)
    both = scale + "%t = stablehlo.add %x, %h : X\n" + MEAN.replace("%x", "%t")
    text = both + "%d = stablehlo.subtract %t, %m : X\n%y = stablehlo.multiply %d, %h : X\nreturn %y : X"
    assert rows(text, "%x: X, %g: G") == Rows(2 * SIZE, SIZE, ROW)


def test_two_values_may_wait_together():
    first = "%x = stablehlo.add %a, %a : X\n%b = stablehlo.negate %a : X\n"
    text = first + MEAN + "%d = stablehlo.subtract %x, %m : X\n%y = stablehlo.multiply %d, %b : X\nreturn %y : X"
    # b is computed by the second scan from a, which that scan has to read again.
    assert rows(text, "%a: X") == Rows(rescan_bytes=SIZE + 2 * SIZE, kept_bytes=2 * SIZE, row_bytes=2 * ROW)


def test_the_narrow_value_waits_for_a_wide_computation():
    text = "%x = stablehlo.convert %a : (H) -> X\n" + MEAN + "%d = stablehlo.subtract %x, %m : X\nreturn %d : X"
    assert rows(text, "%a: H") == Rows(rescan_bytes=SIZE // 2, kept_bytes=SIZE // 2, row_bytes=ROW // 2)


def test_a_row_is_all_that_one_reduction_after_another_needs():
    # The means along the last dimension have a mean along the one before: 8 * 32 elements belong together.
    inner = reduced("%s", "%x") + reduced("%t", "%s", "[1]", "(R, F) -> S") + spread("%m", "%t", "[0]", "(S) -> X")
    text = inner + "%d = stablehlo.subtract %x, %m : X\nreturn %d : X"
    assert rows(text) == Rows(rescan_bytes=SIZE, kept_bytes=SIZE, row_bytes=8 * ROW)
    # So do those of two reductions along different dimensions, one after the other.
    other = MEAN + "%d = stablehlo.subtract %x, %m : X\n" + reduced("%c", "%d", "[1]", "(X, F) -> C")
    text = other + spread("%e", "%c", "[0, 2]", "(C) -> X") + "%y = stablehlo.subtract %d, %e : X\nreturn %y : X"
    assert rows(text) == Rows(rescan_bytes=SIZE + 2 * SIZE, kept_bytes=SIZE, row_bytes=8 * ROW)


def test_reductions_that_ended_before_a_value_was_made_do_not_lengthen_its_rows():
    # c scales the columns of x, which is first read when c is there; only the sums of rows, a's added, are waited for.
    text = reduced("%c", "%a", "[1]", "(X, F) -> C") + spread("%e", "%c", "[0, 2]", "(C) -> X") + reduced("%r", "%a")
    text += "%d = stablehlo.multiply %x, %e : X\n" + reduced("%s", "%d") + "%t = stablehlo.add %s, %r : R\n"
    text += spread("%m", "%t") + "%y = stablehlo.subtract %d, %m : X\nreturn %y : X"
    assert rows(text, "%a: X, %x: X") == Rows(2 * SIZE, SIZE, ROW)


def test_a_mean_of_what_is_left_does_not_lengthen_the_rows():
    text = MEAN + "%d = stablehlo.subtract %x, %m : X\n" + reduced("%c", "%d", "[1]", "(X, F) -> C") + "return %c : C"
    assert rows(text, results="C") == Rows(SIZE, SIZE, ROW)


def test_rows_are_followed_through_transposes_and_reshapes():
    turned = """
    %t = stablehlo.transpose %x, dims = [2, 0, 1] : (X) -> tensor<32x2x8xf32>
    %f = stablehlo.reshape %t : (tensor<32x2x8xf32>) -> tensor<32x16xf32>
    %s = stablehlo.reduce(%f init: %zero) applies stablehlo.add across dimensions = [0]
      : (tensor<32x16xf32>, F) -> tensor<16xf32>
    %r = stablehlo.reshape %s : (tensor<16xf32>) -> R
    """
    text = turned + spread("%m", "%r") + "%d = stablehlo.subtract %x, %m : X\nreturn %d : X"
    assert rows(text) == Rows(rescan_bytes=SIZE, kept_bytes=SIZE, row_bytes=ROW)


CONVOLUTION = (
    "%x = stablehlo.convolution(%a, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], "
    "window = {stride = [1, 1], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1], rhs_dilate = [1, 1]} "
    "{batch_group_count = 1 : i64, feature_group_count = 1 : i64} "
    ": (tensor<2x6x5x8xf32>, tensor<1x1x8x16xf32>) -> tensor<2x6x5x16xf32>\n"
)


@pytest.mark.parametrize(("dims", "kept", "named", "row"), [
    ("[3]", (2, 6, 5), "k", 16), ("[1, 2]", (2, 16), "pq", 30), ("[0]", (6, 5, 16), "n", 2),
])  # fmt: skip
def test_rows_of_a_convolution_run_along_its_dimensions(dims: str, kept: tuple[int, ...], named: str, row: int):
    small = f"tensor<{'x'.join(map(str, kept))}xf32>"
    whole = "tensor<2x6x5x16xf32>"
    places = [d for d in range(4) if str(d) not in dims]
    text = CONVOLUTION + reduced("%s", "%x", dims, f"({whole}, F) -> {small}")
    text += spread("%m", "%s", str(places), f"({small}) -> {whole}")
    text += f"%y = stablehlo.multiply %x, %m : {whole}\nreturn %y : {whole}"
    found = rows(text, "%a: tensor<2x6x5x8xf32>, %w: tensor<1x1x8x16xf32>", whole)
    size = 2 * 6 * 5 * 16 * 4
    assert found == Rows(rescan_bytes=2 * size, kept_bytes=size, row_bytes=row * 4, dims=named)


def test_rows_of_a_matrix_product_run_along_groups_rows_or_columns():
    product = (
        "%x = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [2] "
        ": (tensor<2x8x4xf32>, tensor<2x32x4xf32>) -> X\n"
    )
    arguments = "%a: tensor<2x8x4xf32>, %b: tensor<2x32x4xf32>"
    for axis, kinds, named in (("0", "tensor<8x32xf32>", "g"), ("1", "C", "n"), ("2", "R", "k")):
        places = [d for d in range(3) if str(d) != axis]
        text = product + reduced("%s", "%x", f"[{axis}]", f"(X, F) -> {kinds}")
        text += spread("%m", "%s", str(places), f"({kinds}) -> X") + "%y = stablehlo.divide %x, %m : X\nreturn %y : X"
        assert rows(text, arguments).dims == named
    # What is normalised before the product has no rows among its outputs.
    text = reduced("%s", "%a", "[2]", "(tensor<2x8x4xf32>, F) -> R") + spread(
        "%m", "%s", kinds="(R) -> tensor<2x8x4xf32>"
    )
    text += "%n = stablehlo.divide %a, %m : tensor<2x8x4xf32>\n" + product.replace("%a,", "%n,") + "return %x : X"
    assert rows(text, arguments) == Rows(rescan_bytes=256, kept_bytes=256, row_bytes=16)
