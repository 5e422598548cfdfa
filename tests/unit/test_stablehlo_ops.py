"""StableHLO's ops: each verifier rule refuses what breaks it, and pretty text reads back as itself."""

from __future__ import annotations

from io import StringIO

import pytest
from xdsl.dialects import test
from xdsl.dialects.builtin import ModuleOp, TensorType, UnregisteredOp, f32
from xdsl.irdl import IRDLOperation
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import is_side_effect_free
from xdsl.utils.exceptions import ParseError, VerifyException

from dialects.stablehlo import (
    CHLO,
    CompareOp,
    ComparisonDirection,
    ConvDimensionNumbersAttr,
    ConvolutionOp,
    PadOp,
    StableHLO,
    window_count,
)
from fastc.frontends.context import make_context


def parsed(text: str) -> ModuleOp:
    module = Parser(make_context(), text).parse_module()
    module.verify()
    return module


def printed(module: ModuleOp) -> str:
    stream = StringIO()
    Printer(stream=stream).print_op(module)
    return stream.getvalue()


def values(*types: str) -> str:
    """One ``test.op`` that makes a value %0, %1, ... of each type."""
    names = ", ".join(f"%{index}" for index in range(len(types)))
    return f'{names} = "test.op"() : () -> ({", ".join(types)})\n'


def convolution(
    lhs: str = "1x8x8x4xf32",
    kernel: str = "3x3x4x8xf32",
    result: str = "1x6x6x8xf32",
    dims: str = "[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]",
    window: str = "stride = [1, 1]",
    groups: tuple[int, int] = (1, 1),
    precision: str = "",
) -> str:
    counts = f"batch_group_count = {groups[1]} : i64, feature_group_count = {groups[0]} : i64{precision}"
    return (
        values(f"tensor<{lhs}>", f"tensor<{kernel}>")
        + f"%r = stablehlo.convolution(%0, %1) dim_numbers = {dims}, window = {{{window}}} {{{counts}}}"
        + f" : (tensor<{lhs}>, tensor<{kernel}>) -> tensor<{result}>"
    )


def generic(
    name: str, operands: tuple[str, ...], results: tuple[str, ...], properties: str = "", regions: str = ""
) -> str:
    uses = ", ".join(f"%{index}" for index in range(len(operands)))
    inside = (f"<{{{properties}}}> " if properties else "") + (f"({regions})" if regions else "")
    return (
        values(*operands)
        + f'%r:{len(results)} = "{name}"({uses}) {inside}'
        + f" : ({', '.join(operands)}) -> ({', '.join(results)})"
    )


ADD = (
    "{ ^b(%a: tensor<f32>, %b: tensor<f32>): "
    "%s = stablehlo.add %a, %b : tensor<f32> stablehlo.return %s : tensor<f32> }"
)
LESS = (
    "{ ^b(%a: tensor<f32>, %b: tensor<f32>): "
    "%s = stablehlo.compare LT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1> stablehlo.return %s : tensor<i1> }"
)
HIGH = "#stablehlo<precision HIGH>"
WINDOW = "window_dimensions = array<i64: 2, 2>"
WHILE = (
    "{{ ^b(%a: {argument}): %c = stablehlo.constant dense<false> : {truth} stablehlo.return %c : {truth} }},"
    "{{ ^b(%a: tensor<f32>): stablehlo.return %a : tensor<f32> }}"
)

RULES = [
    ("convolution C1", convolution(lhs="1x8x4xf32"), "lhs must have rank 4"),
    ("convolution C1", convolution(result="6x6x8xf32"), "result must have rank 4"),
    ("convolution C2", convolution(window="stride = [1]"), "stride must have 2 entries, not 1"),
    ("convolution C3", convolution(window="stride = [1, 0]"), "stride must be positive"),
    ("convolution C4", convolution(window="pad = [[0, 0]]"), "pad must have 2 entries, not 1"),
    ("convolution C5", convolution(window="lhs_dilate = [1, 1, 1]"), "lhs_dilate must have 2 entries, not 3"),
    ("convolution C6", convolution(window="lhs_dilate = [0, 1]"), "lhs_dilate must be positive"),
    ("convolution C7", convolution(window="rhs_dilate = [1]"), "rhs_dilate must have 2 entries"),
    ("convolution C8", convolution(window="rhs_dilate = [-1, 1]"), "rhs_dilate must be positive"),
    ("convolution C9", convolution(window="reverse = [false]"), "reverse must have 2 entries"),
    ("convolution C10", convolution(groups=(1, 2)), "batch_group_count 2 must divide the batch 1"),
    ("convolution C11", convolution(groups=(3, 1)), "feature_group_count 3 must divide the input features 4"),
    ("convolution C14", convolution(groups=(2, 1)), "takes 4 input features in each of 2 groups, but lhs has 4"),
    ("convolution C15", convolution(lhs="3x8x8x4xf32", groups=(1, 3)), "batch_group_count 3 must divide .* features 8"),
    ("convolution C16", convolution(kernel="3x3x1x6xf32", groups=(4, 1)), "must divide .* output features 6"),
    ("convolution C21", convolution(groups=(0, 1)), "group counts must be positive"),
    ("convolution C22", convolution(groups=(1, -1)), "group counts must be positive"),
    ("convolution C23", convolution(groups=(2, 2)), "cannot both be above 1"),
    ("convolution C24", convolution(precision=f", precision_config = [{HIGH}]"), "two entries"),
    ("convolution C25", convolution(result="1x8x8x8xf32"), r"the shape \(1, 6, 6, 8\), not \(1, 8, 8, 8\)"),
    ("conv C1", '"test.op"() {a = #stablehlo.conv<[b, 0, f]x[0, 1, i, o]->[b, 0, f]>} : () -> ()', "equally many"),
    ("conv C2", '"test.op"() {a = #stablehlo.conv<[b, 0, b]x[0, i, o]->[b, 0, f]>} : () -> ()', "name each of b, f, 0"),
    (
        "reduce_window C1",
        generic("stablehlo.reduce_window", ("tensor<4x4xf32>", "tensor<f32>"), (), WINDOW, ADD),
        "1 inputs and 0 results",
    ),
    (
        "reduce_window C2",
        generic(
            "stablehlo.reduce_window",
            ("tensor<4x4xf32>", "tensor<4x3xf32>", "tensor<f32>", "tensor<f32>"),
            ("tensor<3x3xf32>", "tensor<3x3xf32>"),
            WINDOW,
            ADD,
        ),
        "same shape",
    ),
    (
        "reduce_window C4",
        generic("stablehlo.reduce_window", ("tensor<4xf32>", "tensor<f32>"), ("tensor<3xf32>",), WINDOW, ADD),
        "window_dimensions must have 1 entries, not 2",
    ),
    (
        "reduce_window C7",
        generic(
            "stablehlo.reduce_window",
            ("tensor<4x4xf32>", "tensor<f32>"),
            ("tensor<3x3xf32>",),
            f"{WINDOW}, window_strides = array<i64: 0, 1>",
            ADD,
        ),
        "window_strides must be positive",
    ),
    (
        "reduce_window C13",
        generic("stablehlo.reduce_window", ("tensor<4x4xi32>", "tensor<i32>"), ("tensor<3x3xi32>",), WINDOW, ADD),
        "element type i32, not on tensor<f32>",
    ),
    (
        "reduce_window C15",
        generic("stablehlo.reduce_window", ("tensor<4x4xf32>", "tensor<f32>"), ("tensor<4x4xf32>",), WINDOW, ADD),
        r"the shape \(3, 3\), not \(4, 4\)",
    ),
    (
        "select_and_scatter C2",
        generic(
            "stablehlo.select_and_scatter",
            ("tensor<4x4xf32>", "tensor<4x4xf32>", "tensor<f32>"),
            ("tensor<4x4xf32>",),
            WINDOW,
            f"{LESS}, {ADD}",
        ),
        r"source must have the shape \(3, 3\)",
    ),
    (
        "select_and_scatter C4",
        generic(
            "stablehlo.select_and_scatter",
            ("tensor<4xf32>", "tensor<4xf32>", "tensor<f32>"),
            ("tensor<4xf32>",),
            WINDOW,
            f"{LESS}, {ADD}",
        ),
        "the window needs 1 entries",
    ),
    (
        "select_and_scatter C12",
        generic(
            "stablehlo.select_and_scatter",
            ("tensor<4x4xf32>", "tensor<3x3xf32>", "tensor<f32>"),
            ("tensor<3x3xf32>",),
            WINDOW,
            f"{LESS}, {ADD}",
        ),
        "the operand's shape",
    ),
    *(
        (
            f"reduce_window {rule}",
            generic(
                "stablehlo.reduce_window", ("tensor<4x4xf32>", "tensor<f32>"), ("tensor<3x3xf32>",), properties, ADD
            ),
            message,
        )
        for rule, properties, message in (
            ("C5", "window_dimensions = array<i64: 2, 0>", "window_dimensions must be positive"),
            ("C6", f"{WINDOW}, window_strides = array<i64: 1>", "window_strides must have 2 entries, not 1"),
            ("C8", f"{WINDOW}, base_dilations = array<i64: 1>", "base_dilations must have 2 entries, not 1"),
            ("C9", f"{WINDOW}, base_dilations = array<i64: 1, 0>", "base_dilations must be positive"),
            ("C10", f"{WINDOW}, window_dilations = array<i64: 1>", "window_dilations must have 2 entries, not 1"),
            ("C11", f"{WINDOW}, window_dilations = array<i64: 0, 1>", "window_dilations must be positive"),
            ("C12", f"{WINDOW}, padding = dense<0> : tensor<1x2xi64>", "padding must have 2 entries, not 1"),
        )
    ),
    *(
        (
            f"select_and_scatter {rule}",
            generic(
                "stablehlo.select_and_scatter",
                ("tensor<4x4xf32>", "tensor<3x3xf32>", "tensor<f32>"),
                ("tensor<4x4xf32>",),
                f"{WINDOW}, {properties}",
                f"{LESS}, {ADD}",
            ),
            "the window needs 2 entries",
        )
        for rule, properties in (
            ("C6", "window_strides = array<i64: 1>"),
            ("C8", "padding = dense<[[0, 1], [0, 0], [0, 0]]> : tensor<3x2xi64>"),
        )
    ),
    (
        "reduce C1",
        generic("stablehlo.reduce", ("tensor<4xf32>", "tensor<f32>"), (), "dimensions = array<i64: 0>", ADD),
        "1 inputs and 0",
    ),
    (
        "reduce C3",
        generic(
            "stablehlo.reduce",
            ("tensor<4xf32>", "tensor<5xf32>", "tensor<f32>", "tensor<f32>"),
            ("tensor<f32>", "tensor<f32>"),
            "dimensions = array<i64: 0>",
            ADD,
        ),
        "same shape",
    ),
    (
        "reduce C4",
        generic(
            "stablehlo.reduce", ("tensor<4xf32>", "tensor<f32>"), ("tensor<4xf32>",), "dimensions = array<i64: 1>", ADD
        ),
        r"dimensions \[1\] must be different ones of the inputs' 1",
    ),
    (
        "reduce C5",
        generic(
            "stablehlo.reduce",
            ("tensor<4x4xf32>", "tensor<f32>"),
            ("tensor<4xf32>",),
            "dimensions = array<i64: 1, 1>",
            ADD,
        ),
        "must be different",
    ),
    (
        "reduce C6",
        generic(
            "stablehlo.reduce", ("tensor<4xi32>", "tensor<i32>"), ("tensor<i32>",), "dimensions = array<i64: 0>", ADD
        ),
        "element type i32, not on tensor<f32>",
    ),
    (
        "reduce C7",
        generic(
            "stablehlo.reduce",
            ("tensor<4x5xf32>", "tensor<f32>"),
            ("tensor<4xf32>",),
            "dimensions = array<i64: 0>",
            ADD,
        ),
        r"the shape \(5,\), not \(4,\)",
    ),
    (
        "constant C1",
        '%c = "stablehlo.constant"() <{value = dense<1.0> : tensor<2xf32>}> : () -> tensor<3xf32>',
        "differ",
    ),
    (
        "compare C1",
        generic(
            "stablehlo.compare",
            ("tensor<2xf32>", "tensor<2xi32>"),
            ("tensor<2xi1>",),
            "comparison_direction = #stablehlo<comparison_direction EQ>",
        ),
        "element types of",
    ),
    (
        "compare C2",
        generic(
            "stablehlo.compare",
            ("tensor<2xf32>", "tensor<2xf32>"),
            ("tensor<3xi1>",),
            "comparison_direction = #stablehlo<comparison_direction EQ>",
        ),
        "shapes of",
    ),
    *(
        (
            f"pad {rule}",
            values("tensor<4xf32>", value)
            + f"%r = stablehlo.pad %0, %1, low = {low}, high = [1], interior = [{interior}] "
            f": (tensor<4xf32>, {value}) -> {result}",
            message,
        )
        for rule, value, low, interior, result, message in (
            ("C1", "tensor<i32>", "[1]", 0, "tensor<6xf32>", "must be a scalar of f32, not tensor<i32>"),
            ("C1", "tensor<1xf32>", "[1]", 0, "tensor<6xf32>", "must be a scalar"),
            ("C2", "tensor<f32>", "[1, 1]", 0, "tensor<6xf32>", "need 1 entries each"),
            ("C3", "tensor<f32>", "[1]", -1, "tensor<3xf32>", "must not be negative"),
            ("C4", "tensor<f32>", "[1]", 1, "tensor<6xf32>", r"the shape \(9,\), not \(6,\)"),
        )
    ),
    (
        "dynamic_update_slice C1",
        generic(
            "stablehlo.dynamic_update_slice", ("tensor<4xf32>", "tensor<2xf32>", "tensor<i32>"), ("tensor<2xf32>",)
        ),
        "the operand's type",
    ),
    (
        "dynamic_update_slice C3",
        generic(
            "stablehlo.dynamic_update_slice", ("tensor<4xf32>", "tensor<5xf32>", "tensor<i32>"), ("tensor<4xf32>",)
        ),
        "does not fit",
    ),
    (
        "dynamic_update_slice C4",
        generic("stablehlo.dynamic_update_slice", ("tensor<4xf32>", "tensor<2xf32>"), ("tensor<4xf32>",)),
        "expected 1 start indices, not 0",
    ),
    (
        "while C1",
        generic(
            "stablehlo.while",
            ("tensor<f32>",),
            ("tensor<f32>",),
            "",
            WHILE.format(argument="tensor<f32>", truth="tensor<1xi1>"),
        ),
        "must return one tensor<i1>",
    ),
    (
        "while C3",
        generic(
            "stablehlo.while",
            ("tensor<f32>",),
            ("tensor<f32>",),
            "",
            WHILE.format(argument="tensor<i32>", truth="tensor<i1>"),
        ),
        "the arguments of the condition must have the operands' types",
    ),
    ("sort C1", generic("stablehlo.sort", ("tensor<4xf32>",), ("tensor<5xf32>",), "", LESS), "the inputs' types"),
    (
        "sort C3",
        generic("stablehlo.sort", ("tensor<4xf32>", "tensor<5xf32>"), ("tensor<4xf32>", "tensor<5xf32>"), "", LESS),
        "same shape",
    ),
    (
        "sort C4",
        generic("stablehlo.sort", ("tensor<4xf32>",), ("tensor<4xf32>",), "dimension = 1 : i64", LESS),
        "dimension 1",
    ),
    (
        "sort C5",
        generic("stablehlo.sort", ("tensor<4xf32>", "tensor<4xf32>"), ("tensor<4xf32>", "tensor<4xf32>"), "", LESS),
        "must take 4 arguments, not 2",
    ),
    (
        "rng_bit_generator C1",
        generic(
            "stablehlo.rng_bit_generator",
            ("tensor<2xui64>",),
            ("tensor<3xui64>", "tensor<4xf32>"),
            "rng_algorithm = #stablehlo<rng_algorithm PHILOX>",
        ),
        "states",
    ),
    (
        "fft C1",
        generic(
            "stablehlo.fft",
            ("tensor<4xcomplex<f32>>",),
            ("tensor<4xcomplex<f32>>",),
            "fft_type = #stablehlo<fft_type FFT>, fft_length = array<i64: 2, 2>",
        ),
        "2 lengths for an operand of rank 1",
    ),
    (
        "batch_norm_inference C1",
        generic(
            "stablehlo.batch_norm_inference",
            ("tensor<4x3xf32>", *["tensor<3xf32>"] * 4),
            ("tensor<4x3xf32>",),
            "epsilon = 0.001 : f32, feature_index = 2 : i64",
        ),
        "feature_index 2",
    ),
    (
        "batch_norm_inference C2",
        generic(
            "stablehlo.batch_norm_inference",
            ("tensor<4x3xf32>", *["tensor<3xf32>"] * 4),
            ("tensor<4x4xf32>",),
            "epsilon = 0.001 : f32, feature_index = 1 : i64",
        ),
        "must have the type",
    ),
    (
        "batch_norm_inference C3",
        generic(
            "stablehlo.batch_norm_inference",
            ("tensor<4x3xf32>", *["tensor<4xf32>"] * 4),
            ("tensor<4x3xf32>",),
            "epsilon = 0.001 : f32, feature_index = 1 : i64",
        ),
        "must have 3 elements",
    ),
    (
        "broadcast C1",
        generic("stablehlo.broadcast", ("tensor<3xf32>",), ("tensor<3x2xf32>",), "broadcast_sizes = array<i64: 2>"),
        r"the shape \(2, 3\)",
    ),
    *(
        (
            f"batch_norm_inference {rule}",
            generic(
                "stablehlo.batch_norm_inference",
                ("tensor<4x3xf32>", *(f"tensor<{4 if place == wrong else 3}xf32>" for place in range(4))),
                ("tensor<4x3xf32>",),
                "epsilon = 0.001 : f32, feature_index = 1 : i64",
            ),
            "must have 3 elements",
        )
        for wrong, rule in enumerate(("C3", "C4", "C5", "C6"))
    ),
    (
        "dynamic_update_slice C6",
        generic(
            "stablehlo.dynamic_update_slice", ("tensor<4xf32>", "tensor<2x2xf32>", "tensor<i32>"), ("tensor<4xf32>",)
        ),
        "does not fit",
    ),
    (
        "fft C3",
        generic(
            "stablehlo.fft",
            ("tensor<2x2x2x2xcomplex<f32>>",),
            ("tensor<2x2x2x2xcomplex<f32>>",),
            "fft_type = #stablehlo<fft_type FFT>, fft_length = array<i64: 2, 2, 2, 2>",
        ),
        "4 lengths for an operand of rank 4; 1 to 3 are legal",
    ),
    (
        "custom_call C1",
        generic(
            "stablehlo.custom_call",
            ("tensor<3xf32>",),
            ("tensor<3xf32>",),
            'call_target_name = "f", operand_layouts = [dense<0> : tensor<1xindex>]',
        ),
        "given together",
    ),
    ("chlo unary C1", generic("chlo.erf", ("tensor<3xf32>",), ("tensor<4xf32>",)), "element-wise"),
    ("chlo binary C1", generic("chlo.zeta", ("tensor<3xf32>", "tensor<4xf32>"), ("tensor<3xf32>",)), "element-wise"),
    (
        "top_k C1",
        generic("chlo.top_k", ("tensor<2x9xf32>",), ("tensor<2x3xf32>", "tensor<2x4xi32>"), "k = 3 : i64"),
        r"the shape \(2, 3\), not tensor<2x4xi32>",
    ),
]


@pytest.mark.parametrize(("text", "message"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_rule(text: str, message: str) -> None:
    with pytest.raises((VerifyException, ParseError), match=message):
        parsed(text)


PRETTY = [
    convolution(),
    convolution(window="stride = [2, 2], pad = [[0, 1], [-1, 2]], reverse = [true, false]", result="1x4x4x8xf32"),
    convolution(kernel="3x3x1x8xf32", groups=(4, 1), window="rhs_dilate = [2, 1]", result="1x4x6x8xf32"),
    convolution(
        dims="[b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1]",
        lhs="1x4x8x8xf32",
        kernel="8x4x3x3xf32",
        result="1x8x13x6xf32",
        window="lhs_dilate = [2, 1]",
        precision=f", precision_config = [{HIGH}, {HIGH}]",
    ),
    values("tensor<2x3xf32>", "tensor<f32>")
    + "%r = stablehlo.reduce(%0 init: %1) applies stablehlo.add across dimensions = [1] "
    ": (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>",
    values("tensor<3xf32>", "tensor<3xi32>", "tensor<f32>", "tensor<i32>")
    + "%r:2 = stablehlo.reduce(%0 init: %2), (%1 init: %3) across dimensions = [0] "
    ": (tensor<3xf32>, tensor<3xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>) "
    "reducer(%a: tensor<f32>, %b: tensor<f32>) (%c: tensor<i32>, %d: tensor<i32>) {"
    " stablehlo.return %b, %c : tensor<f32>, tensor<i32> }",
    values("tensor<3xf32>") + "%r = stablehlo.reverse %0, dims = [0] : tensor<3xf32>",
    values("tensor<3xf32>", "tensor<3xf32>")
    + "%r = stablehlo.compare GT, %0, %1, TOTALORDER : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>",
    values("tensor<3xf32>")
    + "%r = stablehlo.tanh %0 {result_accuracy = #stablehlo.result_accuracy<atol = 1.000000e-05, rtol = 5.000000e-01, "
    "ulps = 3, mode = #stablehlo.result_accuracy_mode<TOLERANCE>>} : tensor<3xf32>",
    values("tensor<3xf32>") + "%r = chlo.erf %0 : tensor<3xf32> -> tensor<3xf32>",
    values("tensor<5xf32>") + "%r:2 = chlo.top_k(%0, k = 2) : tensor<5xf32> -> (tensor<2xf32>, tensor<2xi32>)",
]


@pytest.mark.parametrize("text", PRETTY)
def test_pretty_text_reads_back_as_itself(text: str) -> None:
    module = parsed(text)
    assert not any(isinstance(op, UnregisteredOp) for op in module.walk())
    again = printed(module)
    assert " ".join(again.split()) == " ".join(printed(parsed(again)).split())
    assert parsed(again).is_structurally_equivalent(module)
    last = module.body.block.last_op
    assert last is not None
    assert last.name in again
    assert f'"{last.name}"' not in again


def test_reducers_with_two_inputs_pair_their_arguments() -> None:
    """The text says (a, b) (c, d); the block takes a, c, b, d."""
    (reduce,) = (op for op in parsed(PRETTY[5]).walk() if op.name == "stablehlo.reduce")
    assert [str(arg.type) for arg in reduce.regions[0].block.args] == ["tensor<f32>", "tensor<i32>"] * 2


@pytest.mark.parametrize(
    ("size", "window", "stride", "padding", "base", "dilation", "count"),
    [
        (8, 3, 1, (0, 0), 1, 1, 6),
        (224, 7, 2, (3, 3), 1, 1, 112),
        (8, 3, 2, (0, 0), 1, 2, 2),  # the window spans 5
        (4, 3, 1, (1, 1), 2, 1, 7),  # the input spans 7 and has 9 with its padding
        (2, 3, 1, (0, 0), 1, 1, 0),
        (0, 1, 1, (0, 0), 2, 1, 0),
        (5, 1, 1, (-2, -1), 1, 1, 2),
    ],
)
def test_window_count(
    size: int, window: int, stride: int, padding: tuple[int, int], base: int, dilation: int, count: int
) -> None:
    assert window_count(size, window, stride, padding, base, dilation) == count


def test_builders_give_legal_ops() -> None:
    image, kernel, zero = test.TestOp(
        result_types=[TensorType(f32, (1, 8, 8, 4)), TensorType(f32, (3, 3, 4, 8)), TensorType(f32, ())]
    ).results
    numbers = ConvDimensionNumbersAttr.from_layouts("b01f", "01io", "b01f")
    conv = ConvolutionOp(image, kernel, numbers, TensorType(f32, (1, 8, 8, 8)), padding=[(1, 1), (1, 1)])
    pad = PadOp(conv.result, zero, (0, 1, 1, 0), (0, 1, 1, 0), (0, 0, 0, 0))
    compare = CompareOp(pad.result, pad.result, ComparisonDirection.GE)
    for op in (conv, pad, compare):
        op.verify()
    assert conv.paddings == ((1, 1), (1, 1))
    assert conv.strides == conv.lhs_dilations == conv.rhs_dilations == (1, 1)
    assert conv.reversals == (False, False)
    assert pad.result.type == TensorType(f32, (1, 10, 10, 8))


def test_ops_without_effects_say_so() -> None:
    """Common subexpressions and dead code go only where an op is known to have no effect."""
    impure = {"stablehlo.rng", "stablehlo.composite", "stablehlo.return"}
    for op_type in (*StableHLO.operations, *CHLO.operations):
        assert issubclass(op_type, IRDLOperation)
        if op_type.name not in impure:
            assert is_side_effect_free(op_type.create()), op_type.name


def test_custom_calls_have_the_effect_that_they_declare() -> None:
    def call(flag: str) -> str:
        return generic("stablehlo.custom_call", (), ("tensor<f32>",), f'call_target_name = "f"{flag}').replace(
            '= "test.op"', '"test.op"', 1
        )

    quiet = parsed(call("").split("\n", 1)[1]).body.block.last_op
    loud = parsed(call(", has_side_effect = true").split("\n", 1)[1]).body.block.last_op
    assert quiet is not None
    assert loud is not None
    assert is_side_effect_free(quiet)
    assert not is_side_effect_free(loud)
