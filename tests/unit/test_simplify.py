"""The pass simplify, rule by rule: what is left, and that XLA gives the same bits."""

from __future__ import annotations

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from fastc.xla import main_of
from passes.simplify import SimplifyPass
from tests.random_graphs import run_literally, same_bits

NUMBERS = np.array([0.0, -0.0, 1.0, -2.5, 3.0, np.inf, -np.inf, np.nan, 7.0, -1e30, 0.1, 5.0], np.float32)


def simplified(module: ModuleOp) -> ModuleOp:
    copy = module.clone()
    SimplifyPass().apply(make_context(), copy)
    copy.verify()
    return copy


def names(module: ModuleOp) -> list[str]:
    """The ops of a function but constants, without what they are nested in."""
    ops = [op.name.partition(".")[2] for op in main_of(module).body.block.ops]
    return [name for name in ops[:-1] if name != "constant"]


def check(text: str, left: list[str], *shapes: tuple[int, ...]) -> None:
    """Simplifies ``text``, and runs it before and after."""
    module = read_stablehlo(text.encode(), "test")
    after = simplified(module)
    assert names(after) == left
    assert after.is_structurally_equivalent(simplified(after))
    given = [np.resize(np.roll(NUMBERS, index), shape) for index, shape in enumerate(shapes)]
    expected, got = (run_literally(each, given) for each in (module, after))
    assert all(map(same_bits, expected, got))


def function(arguments: str, results: str, *lines: str) -> str:
    return f"func.func @main({arguments}) -> ({results}) {{\n" + "\n".join(lines) + "\n}"


def of_vector(*lines: str, result: str = "tensor<12xf32>") -> str:
    return function("%x: tensor<12xf32>", result, *lines, f"return %y : {result}")


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["%0 = stablehlo.negate %x : tensor<12xf32>", "%y = stablehlo.negate %0 : tensor<12xf32>"], []),
        (["%0 = stablehlo.abs %x : tensor<12xf32>", "%y = stablehlo.abs %0 : tensor<12xf32>"], ["abs"]),
        (["%0 = stablehlo.negate %x : tensor<12xf32>", "%y = stablehlo.abs %0 : tensor<12xf32>"], ["abs"]),
        (
            ["%0 = stablehlo.negate %x : tensor<12xf32>", "%y = stablehlo.subtract %x, %0 : tensor<12xf32>"],
            ["add"],
        ),
        (
            ["%0 = stablehlo.negate %x : tensor<12xf32>", "%y = stablehlo.multiply %0, %0 : tensor<12xf32>"],
            ["multiply"],
        ),
        (
            [
                "%c = stablehlo.constant dense<2.0> : tensor<12xf32>",
                "%0 = stablehlo.power %x, %c : tensor<12xf32>",
                "%d = stablehlo.constant dense<1.0> : tensor<12xf32>",
                "%y = stablehlo.power %0, %d : tensor<12xf32>",
            ],
            ["multiply"],
        ),
        (
            [
                "%0 = stablehlo.reverse %x, dims = [0] : tensor<12xf32>",
                "%y = stablehlo.reverse %0, dims = [0] : tensor<12xf32>",
            ],
            [],
        ),
        (
            [
                "%c = stablehlo.constant dense<0.0> : tensor<f32>",
                "%0 = stablehlo.pad %x, %c, low = [3], high = [2], interior = [0]",
                "  : (tensor<12xf32>, tensor<f32>) -> tensor<17xf32>",
                "%1 = stablehlo.pad %0, %c, low = [0], high = [1], interior = [0]",
                "  : (tensor<17xf32>, tensor<f32>) -> tensor<18xf32>",
                "%y = stablehlo.slice %1 [3:15] : (tensor<18xf32>) -> tensor<12xf32>",
            ],
            [],
        ),
        (
            [
                "%c = stablehlo.constant dense<0.0> : tensor<f32>",
                "%0 = stablehlo.concatenate %x, %x, dim = 0 : (tensor<12xf32>, tensor<12xf32>) -> tensor<24xf32>",
                "%1 = stablehlo.concatenate %0, %x, dim = 0 : (tensor<24xf32>, tensor<12xf32>) -> tensor<36xf32>",
                "%2 = stablehlo.slice %1 [13:35:2] : (tensor<36xf32>) -> tensor<11xf32>",
                "%3 = stablehlo.pad %2, %c, low = [1], high = [0], interior = [0]",
                "  : (tensor<11xf32>, tensor<f32>) -> tensor<12xf32>",
                "%y = stablehlo.add %3, %x : tensor<12xf32>",
            ],
            ["concatenate", "slice", "pad", "add"],
        ),
        (
            [
                "%0 = stablehlo.concatenate %x, %x, dim = 0 : (tensor<12xf32>, tensor<12xf32>) -> tensor<24xf32>",
                "%1 = stablehlo.slice %0 [13:24:3] : (tensor<24xf32>) -> tensor<4xf32>",
                "%2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<4xf32>) -> tensor<4x5xf32>",
                "%3 = stablehlo.slice %2 [0:4, 1:4] : (tensor<4x5xf32>) -> tensor<4x3xf32>",
                "%y = stablehlo.reshape %3 : (tensor<4x3xf32>) -> tensor<12xf32>",
            ],
            ["slice", "broadcast_in_dim", "reshape"],
        ),
        (
            [
                "%i = stablehlo.constant dense<7> : tensor<i32>",
                "%0 = stablehlo.dynamic_slice %x, %i, sizes = [8] : (tensor<12xf32>, tensor<i32>) -> tensor<8xf32>",
                "%y = stablehlo.dynamic_update_slice %x, %0, %i",
                "  : (tensor<12xf32>, tensor<8xf32>, tensor<i32>) -> tensor<12xf32>",
            ],
            ["slice", "dynamic_update_slice"],
        ),
        (
            [
                "%i = stablehlo.constant dense<9> : tensor<i32>",
                '%y = "stablehlo.case"(%i) ({',
                "  stablehlo.return %x : tensor<12xf32>",
                "}, {",
                "  %0 = stablehlo.abs %x : tensor<12xf32>",
                "  stablehlo.return %0 : tensor<12xf32>",
                "}) : (tensor<i32>) -> tensor<12xf32>",
            ],
            ["abs"],
        ),
        (
            [
                "%t = stablehlo.constant dense<true> : tensor<i1>",
                "%0 = stablehlo.negate %x : tensor<12xf32>",
                "%y = stablehlo.select %t, %x, %0 : tensor<i1>, tensor<12xf32>",
            ],
            [],
        ),
        (
            [
                "%p = stablehlo.compare LT, %x, %x : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xi1>",
                "%q = stablehlo.not %p : tensor<12xi1>",
                "%0 = stablehlo.negate %x : tensor<12xf32>",
                "%y = stablehlo.select %q, %x, %0 : tensor<12xi1>, tensor<12xf32>",
            ],
            ["compare", "negate", "select"],
        ),
        (
            [
                "%0 = stablehlo.tuple %x : tuple<tensor<12xf32>>",
                "%y = stablehlo.get_tuple_element %0[0] : (tuple<tensor<12xf32>>) -> tensor<12xf32>",
            ],
            [],
        ),
    ],
)
def test_rules(lines: list[str], left: list[str]):
    check(of_vector(*lines), left, (12,))


def test_the_numbers_of_truth_are_the_predicate():
    truth = "tensor<12xi1>"
    text = of_vector(
        "%t = stablehlo.constant dense<true> : tensor<12xi1>",
        "%f = stablehlo.constant dense<false> : tensor<12xi1>",
        "%p = stablehlo.is_finite %x : (tensor<12xf32>) -> tensor<12xi1>",
        "%0 = stablehlo.select %p, %t, %f : tensor<12xi1>, tensor<12xi1>",
        "%y = stablehlo.or %0, %f : tensor<12xi1>",
        result=truth,
    )
    check(text, ["is_finite"], (12,))


@pytest.mark.parametrize(
    ("source", "middle", "target", "left"),
    [
        ("i8", "f32", "bf16", ["convert"]),
        ("ui8", "i32", "f32", ["convert"]),
        ("i1", "i32", "i1", []),
        ("i32", "i64", "i32", []),
        ("i32", "f32", "i32", ["convert", "convert"]),
        ("i32", "f64", "i32", []),
        ("i8", "ui8", "i32", ["convert", "convert"]),
        ("f32", "f64", "f16", ["convert"]),
        ("f16", "bf16", "f32", ["convert", "convert"]),
        ("f32", "i1", "f32", ["convert", "convert"]),
    ],
)
def test_conversions_to_and_fro(source: str, middle: str, target: str, left: list[str]):
    text = function(
        f"%x: tensor<3x{source}>",
        f"tensor<3x{target}>",
        f"%0 = stablehlo.convert %x : (tensor<3x{source}>) -> tensor<3x{middle}>",
        f"%1 = stablehlo.convert %0 : (tensor<3x{middle}>) -> tensor<3x{target}>",
        f"return %1 : tensor<3x{target}>",
    )
    assert names(simplified(read_stablehlo(text.encode(), "test"))) == left


@pytest.mark.parametrize("options", ["", "stride = [2, 1], ", "lhs_dilate = [2, 3], ", "rhs_dilate = [1, 2], "])
def test_convolutions_pad_by_themselves(options: str):
    text = function(
        "%x: tensor<1x6x7x2xf32>, %w: tensor<2x3x2x4xf32>",
        "tensor<RESULT>",
        "%c = stablehlo.constant dense<0.0> : tensor<f32>",
        "%0 = stablehlo.pad %x, %c, low = [0, 1, 0, 0], high = [0, 2, 3, 0], interior = [0, 0, 0, 0]",
        "  : (tensor<1x6x7x2xf32>, tensor<f32>) -> tensor<1x9x10x2xf32>",
        "%1 = stablehlo.convolution(%0, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],",
        f"  window = {{{options}pad = [[0, 1], [-1, 0]]}}",
        "  {batch_group_count = 1 : i64, feature_group_count = 1 : i64}",
        "  : (tensor<1x9x10x2xf32>, tensor<2x3x2x4xf32>) -> tensor<RESULT>",
        "return %1 : tensor<RESULT>",
    )
    sizes = {"": "9x7", "stride = [2, 1], ": "5x7", "lhs_dilate = [2, 3], ": "17x25", "rhs_dilate = [1, 2], ": "9x5"}
    module = read_stablehlo(text.replace("RESULT", f"1x{sizes[options]}x4xf32").encode(), "test")
    after = simplified(module)
    assert names(after) == ["convolution"]
    generator = np.random.default_rng(0)
    given = [generator.integers(-8, 8, shape).astype(np.float32) for shape in ((1, 6, 7, 2), (2, 3, 2, 4))]
    (expected,), (got,) = (run_literally(each, given) for each in (module, after))
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize(("padding", "left"), [("0xFF800000", ["reduce_window"]), ("0.0", ["pad", "reduce_window"])])
def test_pooling_pads_with_its_initial_value(padding: str, left: list[str]):
    text = function(
        "%x: tensor<3x4xf32>",
        "tensor<2x5xf32>",
        "%low = stablehlo.constant dense<0xFF800000> : tensor<f32>",
        f"%c = stablehlo.constant dense<{padding}> : tensor<f32>",
        "%0 = stablehlo.pad %x, %c, low = [1, 0], high = [1, 1], interior = [0, 0]",
        "  : (tensor<3x4xf32>, tensor<f32>) -> tensor<5x5xf32>",
        '%1 = "stablehlo.reduce_window"(%0, %low) <{window_dimensions = array<i64: 3, 2>,',
        "  window_strides = array<i64: 2, 1>, padding = dense<[[0, 0], [1, 0]]> : tensor<2x2xi64>}> ({",
        "^bb0(%a: tensor<f32>, %b: tensor<f32>):",
        "  %m = stablehlo.maximum %a, %b : tensor<f32>",
        "  stablehlo.return %m : tensor<f32>",
        "}) : (tensor<5x5xf32>, tensor<f32>) -> tensor<2x5xf32>",
        "return %1 : tensor<2x5xf32>",
    )
    check(text, left, (3, 4))


def test_a_sum_of_one_element_keeps_its_zero():
    """0 + -0 is 0: the sum is not the element itself."""
    text = function(
        "%x: tensor<12x1xf32>",
        "tensor<12xf32>, tensor<12x1xf32>",
        "%c = stablehlo.constant dense<0.0> : tensor<f32>",
        "%0 = stablehlo.reduce(%x init: %c) applies stablehlo.add across dimensions = [1]",
        "  : (tensor<12x1xf32>, tensor<f32>) -> tensor<12xf32>",
        "%1 = stablehlo.reduce(%x init: %c) applies stablehlo.add across dimensions = []",
        "  : (tensor<12x1xf32>, tensor<f32>) -> tensor<12x1xf32>",
        "return %0, %1 : tensor<12xf32>, tensor<12x1xf32>",
    )
    assert names(simplified(read_stablehlo(text.encode(), "test"))) == ["broadcast_in_dim", "reshape", "add"]


def test_dead_ops_go_and_arguments_and_effects_stay():
    text = function(
        "%x: tensor<3xf32>, %unused: tensor<3xf32>",
        "tensor<3xf32>",
        "%0 = stablehlo.exponential %x : tensor<3xf32>",
        "%1 = stablehlo.add %0, %0 : tensor<3xf32>",
        "%2 = stablehlo.custom_call @print(%x) {has_side_effect = true} : (tensor<3xf32>) -> tensor<3xf32>",
        "return %x : tensor<3xf32>",
    )
    after = simplified(read_stablehlo(text.encode(), "test"))
    assert names(after) == ["custom_call"]
    assert len(main_of(after).args) == 2
