"""The pass assign-layout: what it writes for each op, by hand, and that numbers stay."""

from __future__ import annotations

from itertools import permutations

import pytest
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp, StringAttr
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.utils.exceptions import PassFailedException

from dialects.region import ROLE_KEY
from dialects.stablehlo import ConvolutionOp, DotGeneralOp
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import depth_of, first_difference, random_arguments, run
from passes.analysis.ops import integers, main_of, op_name, shape_of
from passes.assign_layout import AssignLayoutPass
from passes.layout import graph as layout_graph
from passes.layout.orders import ascending, order_of, placed, rearranged
from passes.layout.program import Cost
from passes.layout.relations import dot_relation, runs_of

DEFAULT = AssignLayoutPass()


def function(arguments: str, results: str, *lines: str) -> ModuleOp:
    text = f"func.func @main({arguments}) -> ({results}) {{\n" + "\n".join(lines) + "\n}"
    return read_stablehlo(text.encode(), "test")


def assigned(module: ModuleOp, layouts: AssignLayoutPass = DEFAULT) -> ModuleOp:
    """The module after the pass: the same numbers, and nothing more to do."""
    after = module.clone()
    layouts.apply(make_context(), after)
    after.verify()
    again = after.clone()
    layouts.apply(make_context(), again)
    assert after.is_structurally_equivalent(again)
    arguments = random_arguments(module, seed=1)
    expected, got = (run(write_stablehlo(each), arguments) for each in (module, after))
    assert first_difference(expected, got, depth_of(module)) is None
    return after


def ops(module: ModuleOp) -> list[Operation]:
    main = main_of(module)
    assert main is not None
    return [op for op in main.body.block.ops if op_name(op) != "stablehlo.constant"][:-1]


def names(module: ModuleOp) -> list[str]:
    return [op_name(op).partition(".")[2] for op in ops(module)]


def around(line: str, kind: str = "tensor<5x3x4xf32>", *extra: str) -> ModuleOp:
    """A module that transposes its 3x4x5 argument to 5x3x4, does ``line`` from %a to %b, and adds %b to itself
    transposed back. That ``line`` takes the argument's layout leaves the transposes nothing to do."""
    sizes = kind.removeprefix("tensor<").removesuffix("xf32>").split("x")
    back = f"tensor<{'x'.join((*sizes[1:], sizes[0]))}xf32>"
    return function(
        "%x: tensor<3x4x5xf32>",
        back,
        *extra,
        "%zero = stablehlo.constant dense<0.0> : tensor<f32>",
        "%a = stablehlo.transpose %x, dims = [2, 0, 1] : (tensor<3x4x5xf32>) -> tensor<5x3x4xf32>",
        line,
        f"%c = stablehlo.transpose %b, dims = [1, 2, 0] : ({kind}) -> {back}",
        f"return %c : {back}",
    )


@pytest.mark.parametrize(
    ("line", "kind", "properties"),
    [
        ("%b = stablehlo.tanh %a : tensor<5x3x4xf32>", "tensor<5x3x4xf32>", {}),
        (
            "%b = stablehlo.slice %a [0:5:2, 1:3, 0:4] : (tensor<5x3x4xf32>) -> tensor<3x2x4xf32>",
            "tensor<3x2x4xf32>",
            {"start_indices": (1, 0, 0), "limit_indices": (3, 4, 5), "strides": (1, 1, 2)},
        ),
        (
            "%b = stablehlo.pad %a, %zero, low = [1, 0, 0], high = [2, 0, 3], interior = [0, 1, 0] "
            ": (tensor<5x3x4xf32>, tensor<f32>) -> tensor<8x5x7xf32>",
            "tensor<8x5x7xf32>",
            {"edge_padding_low": (0, 0, 1), "edge_padding_high": (0, 3, 2), "interior_padding": (1, 0, 0)},
        ),
        ("%b = stablehlo.reverse %a, dims = [0, 1] : tensor<5x3x4xf32>", "tensor<5x3x4xf32>", {"dimensions": (0, 2)}),
        (
            "%b = stablehlo.concatenate %a, %a, dim = 0 : (tensor<5x3x4xf32>, tensor<5x3x4xf32>) -> tensor<10x3x4xf32>",
            "tensor<10x3x4xf32>",
            {},
        ),
        (
            '%b = "stablehlo.reduce_window"(%a, %zero) <{window_dimensions = array<i64: 2, 1, 3>, '
            "window_strides = array<i64: 2, 1, 1>, padding = dense<[[1, 0], [0, 0], [1, 1]]> : tensor<3x2xi64>}> "
            "({^bb0(%p: tensor<f32>, %q: tensor<f32>): %r = stablehlo.add %p, %q : tensor<f32> "
            "stablehlo.return %r : tensor<f32>}) : (tensor<5x3x4xf32>, tensor<f32>) -> tensor<3x3x4xf32>",
            "tensor<3x3x4xf32>",
            {
                "window_dimensions": (1, 3, 2),
                "window_strides": (1, 1, 2),
                "padding": (0, 0, 1, 1, 1, 0),
            },
        ),
        (
            '%b = "stablehlo.sort"(%a) <{dimension = 0 : i64}> ({^bb0(%p: tensor<f32>, %q: tensor<f32>): '
            "%r = stablehlo.compare LT, %p, %q : (tensor<f32>, tensor<f32>) -> tensor<i1> "
            "stablehlo.return %r : tensor<i1>}) : (tensor<5x3x4xf32>) -> tensor<5x3x4xf32>",
            "tensor<5x3x4xf32>",
            {},
        ),
        (
            "%f = stablehlo.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>\n"
            '%b = "stablehlo.batch_norm_inference"(%a, %f, %f, %f, %f) <{epsilon = 1.0e-3 : f32, '
            "feature_index = 1 : i64}> : (tensor<5x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, "
            "tensor<3xf32>) -> tensor<5x3x4xf32>",
            "tensor<5x3x4xf32>",
            {},
        ),
    ],
)
def test_an_op_between_transposes_takes_the_layout_of_its_operand(
    line: str, kind: str, properties: dict[str, tuple[int, ...]]
):
    (op,) = ops(assigned(around(line, kind)))
    assert {name: integers(op, name, ()) for name in properties} == properties


def test_indices_of_slices_follow_their_dimensions():
    line = (
        "%b = stablehlo.dynamic_slice %a, %i, %j, %k, sizes = [2, 3, 1] "
        ": (tensor<5x3x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x3x1xf32>"
    )
    indices = [f"%{each} = stablehlo.constant dense<{at}> : tensor<i32>" for each, at in (("i", 2), ("j", 0), ("k", 1))]
    (op,) = ops(assigned(around(line, "tensor<2x3x1xf32>", *indices)))
    assert integers(op, "slice_sizes", ()) == (3, 1, 2)
    assert shape_of(op.results[0]) == (3, 1, 2)


def test_a_reduction_may_read_what_it_drops_in_any_order():
    module = function(
        "%x: tensor<3x4x5xf32>",
        "tensor<3xf32>",
        "%zero = stablehlo.constant dense<0.0> : tensor<f32>",
        "%a = stablehlo.transpose %x, dims = [2, 0, 1] : (tensor<3x4x5xf32>) -> tensor<5x3x4xf32>",
        "%b = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [0, 2]"
        " : (tensor<5x3x4xf32>, tensor<f32>) -> tensor<3xf32>",
        "return %b : tensor<3xf32>",
    )
    (op,) = ops(assigned(module))
    assert integers(op, "dimensions", ()) == (1, 2)


def test_what_is_broadcast_is_stored_along():
    """The vector is spread along the rows of what is stored the other way round; no transpose of it is needed."""
    module = function(
        "%x: tensor<3x4xf32>, %v: tensor<3xf32>",
        "tensor<3x4xf32>",
        "%a = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%s = stablehlo.broadcast_in_dim %v, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>",
        "%b = stablehlo.add %a, %s : tensor<4x3xf32>",
        "%c = stablehlo.transpose %b, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>",
        "return %c : tensor<3x4xf32>",
    )
    after = assigned(module)
    assert names(after) == ["broadcast_in_dim", "add"]
    assert integers(ops(after)[0], "broadcast_dimensions", ()) == (0,)


def product(line: str, result: str, permutation: str, back: str) -> ModuleOp:
    """A product of 2x3x4 and 2x5x4 inputs, transposed."""
    return function(
        "%x: tensor<2x3x4xf32>, %y: tensor<2x5x4xf32>",
        back,
        f"%a = stablehlo.dot_general %x, %y, {line} : (tensor<2x3x4xf32>, tensor<2x5x4xf32>) -> {result}",
        f"%b = stablehlo.transpose %a, dims = {permutation} : ({result}) -> {back}",
        f"return %b : {back}",
    )


def test_the_operands_of_a_product_are_exchanged():
    line = "batching_dims = [0] x [0], contracting_dims = [2] x [2], precision = [HIGHEST, DEFAULT]"
    after = assigned(product(line, "tensor<2x3x5xf32>", "[0, 2, 1]", "tensor<2x5x3xf32>"))
    (op,) = ops(after)
    main = main_of(after)
    assert main is not None
    assert isinstance(op, DotGeneralOp)
    assert (op.lhs, op.rhs) == (main.args[1], main.args[0])
    assert [str(each) for each in op.precision_config or ()] == [
        "#stablehlo<precision DEFAULT>",
        "#stablehlo<precision HIGHEST>",
    ]


def test_a_result_that_no_product_has_is_transposed():
    """The batch comes first whatever is exchanged."""
    line = "batching_dims = [0] x [0], contracting_dims = [2] x [2]"
    module = product(line, "tensor<2x3x5xf32>", "[1, 0, 2]", "tensor<3x2x5xf32>")
    assert assigned(module).is_structurally_equivalent(module)


def test_free_dimensions_come_out_in_the_order_of_storage():
    """The 3 and 5 of an operand, stored the other way round, come out so and are transposed back for nothing."""
    module = function(
        "%x: tensor<3x5x4xf32>, %y: tensor<2x4xf32>",
        "tensor<3x5x2xf32>",
        "%a = stablehlo.transpose %x, dims = [1, 0, 2] : (tensor<3x5x4xf32>) -> tensor<5x3x4xf32>",
        "%b = stablehlo.dot_general %a, %y, contracting_dims = [2] x [1]"
        " : (tensor<5x3x4xf32>, tensor<2x4xf32>) -> tensor<5x3x2xf32>",
        "%c = stablehlo.transpose %b, dims = [1, 0, 2] : (tensor<5x3x2xf32>) -> tensor<3x5x2xf32>",
        "return %c : tensor<3x5x2xf32>",
    )
    assert names(assigned(module)) == ["dot_general"]


MERGED = function(
    "%x: tensor<2x6x3x4xf32>, %w: tensor<24x5xf32>",
    "tensor<2x3x5xf32>",
    "%a = stablehlo.transpose %x, dims = [0, 2, 1, 3] : (tensor<2x6x3x4xf32>) -> tensor<2x3x6x4xf32>",
    "%b = stablehlo.reshape %a : (tensor<2x3x6x4xf32>) -> tensor<2x3x24xf32>",
    "%c = stablehlo.dot_general %b, %w, contracting_dims = [2] x [0]"
    " : (tensor<2x3x24xf32>, tensor<24x5xf32>) -> tensor<2x3x5xf32>",
    "return %c : tensor<2x3x5xf32>",
)
"""Heads are merged and multiplied with a weight."""


def test_merged_heads_are_summed_over_as_they_are():
    """The weight is split as the heads are, ahead of time."""
    after = assigned(MERGED)
    assert names(after) == ["reshape", "dot_general"]
    split, product = ops(after)
    assert shape_of(split.results[0]) == (6, 4, 5)
    assert shape_of(product.operands[0]) == (2, 6, 3, 4)


def test_a_weight_that_counts_is_not_split():
    assert names(assigned(MERGED, AssignLayoutPass(weights="counted"))) == ["transpose", "reshape", "dot_general"]


def test_weights_are_told_by_their_roles_first():
    """The same sum, its second argument an input or a weight that is transposed for nothing."""
    module = function(
        "%x: tensor<3x4xf32>, %w: tensor<3x4xf32>",
        "tensor<3x4xf32>",
        "%a = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%e = stablehlo.exponential %w : tensor<3x4xf32>",
        "%r = stablehlo.reshape %e : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%b = stablehlo.add %a, %r : tensor<4x3xf32>",
        "%c = stablehlo.transpose %b, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>",
        "return %c : tensor<3x4xf32>",
    )
    for role, moved in (("input", Cost(48, 1)), ("weight", Cost(0, 0))):
        main = main_of(module)
        assert main is not None
        main.arg_attrs = ArrayAttr(DictionaryAttr({ROLE_KEY: StringAttr(each)}) for each in ("input", role))
        after = main_of(assigned(module))
        assert after is not None
        assert layout_graph.read_graph(after, "any", "free").written == moved


def test_what_weights_are_made_of_is_stored_in_the_new_order():
    """A splat, numbers along a dimension, a spread vector and an element-wise op: none needs a transpose."""
    module = function(
        "%x: tensor<3x4xf32>, %w: tensor<4xf32>",
        "tensor<3x4xf32>",
        "%a = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%one = stablehlo.constant dense<1.5> : tensor<4x3xf32>",
        "%row = stablehlo.iota dim = 0 : tensor<4x3xf32>",
        "%s = stablehlo.broadcast_in_dim %w, dims = [0] : (tensor<4xf32>) -> tensor<4x3xf32>",
        "%p = stablehlo.multiply %s, %row : tensor<4x3xf32>",
        "%q = stablehlo.add %p, %one : tensor<4x3xf32>",
        "%b = stablehlo.add %a, %q : tensor<4x3xf32>",
        "%c = stablehlo.transpose %b, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>",
        "return %c : tensor<3x4xf32>",
    )
    after = assigned(module)
    assert sorted(names(after)) == ["add", "add", "broadcast_in_dim", "iota", "multiply"]
    assert {shape_of(op.results[0]) for op in ops(after)} == {(3, 4)}


def test_transposes_of_weights_cancel():
    module = function(
        "%x: tensor<3x4xf32>, %w: tensor<4x3xf32>",
        "tensor<3x4xf32>",
        "%a = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%t = stablehlo.transpose %w, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>",
        "%u = stablehlo.transpose %t, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%b = stablehlo.add %a, %u : tensor<4x3xf32>",
        "%c = stablehlo.transpose %b, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>",
        "return %c : tensor<3x4xf32>",
    )
    assert names(assigned(module)) == ["transpose", "add"]


def test_what_a_loop_captures_and_carries_is_as_it_was_written():
    """One of the two transposes is for the loop; what comes out of it needs no other."""
    module = function(
        "%x: tensor<3x4xf32>",
        "tensor<4x3xf32>, tensor<3x4xf32>",
        "%zero = stablehlo.constant dense<0> : tensor<i32>",
        "%a = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%t = stablehlo.tanh %a : tensor<4x3xf32>",
        "%i, %b = stablehlo.while(%n = %zero, %y = %t) : tensor<i32>, tensor<4x3xf32> cond {",
        "  %two = stablehlo.constant dense<2> : tensor<i32>",
        "  %p = stablehlo.compare LT, %n, %two : (tensor<i32>, tensor<i32>) -> tensor<i1>",
        "  stablehlo.return %p : tensor<i1>",
        "} do {",
        "  %one = stablehlo.constant dense<1> : tensor<i32>",
        "  %m = stablehlo.add %n, %one : tensor<i32>",
        "  %z = stablehlo.add %y, %t : tensor<4x3xf32>",
        "  stablehlo.return %m, %z : tensor<i32>, tensor<4x3xf32>",
        "}",
        "%e = stablehlo.exponential %a : tensor<4x3xf32>",
        "%c = stablehlo.transpose %e, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>",
        "return %b, %c : tensor<4x3xf32>, tensor<3x4xf32>",
    )
    after = assigned(module)
    assert sorted(names(after)) == ["exponential", "tanh", "transpose", "while"]


def image(dimensions: str, lhs: str, kernel: str, result: str) -> ModuleOp:
    """A convolution of this kind between nothing else."""
    return function(
        f"%x: {lhs}, %w: {kernel}",
        result,
        f"%y = stablehlo.convolution(%x, %w) dim_numbers = {dimensions}, window = {{pad = [[1, 1], [0, 0]]}}",
        "  {batch_group_count = 1 : i64, feature_group_count = 1 : i64}",
        f"  : ({lhs}, {kernel}) -> {result}",
        f"return %y : {result}",
    )


CHANNELS_LAST = image(
    "[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]",
    "tensor<2x8x6x3xf32>",
    "tensor<3x1x3x4xf32>",
    "tensor<2x8x6x4xf32>",
)


def test_convolutions_get_the_layout_that_is_asked_for():
    after = assigned(CHANNELS_LAST, AssignLayoutPass("nchw"))
    before, op, behind = ops(after)
    assert isinstance(op, ConvolutionOp)
    assert [op_name(before), op_name(behind)] == ["stablehlo.transpose"] * 2
    lhs, kernel, out = op.dimension_numbers.layouts()
    assert (lhs, out) == (["b", "f", "0", "1"], ["b", "f", "0", "1"])
    assert kernel == ["0", "1", "i", "o"]
    assert shape_of(op.result) == (2, 4, 8, 6)


@pytest.mark.parametrize("convolution", ["any", "nhwc"])
def test_convolutions_that_have_it_stay(convolution: str):
    layouts = AssignLayoutPass(convolution)  # pyright: ignore[reportArgumentType]
    assert assigned(CHANNELS_LAST, layouts).is_structurally_equivalent(CHANNELS_LAST)


def test_dimensions_of_one_element_may_stand_anywhere():
    """One image of one column: channels last and channels first differ in rows and channels only."""
    module = image(
        "[0, b, 1, f]x[0, 1, i, o]->[f, b, 0, 1]",
        "tensor<8x1x1x3xf32>",
        "tensor<3x1x3x4xf32>",
        "tensor<4x1x8x1xf32>",
    )
    assert names(assigned(module, AssignLayoutPass("nhwc"))) == ["convolution", "transpose"]


def test_a_transpose_of_dimensions_of_one_element_counts_nothing():
    module = function(
        "%x: tensor<3x1x4xf32>",
        "tensor<1x3x4xf32>",
        "%a = stablehlo.transpose %x, dims = [1, 0, 2] : (tensor<3x1x4xf32>) -> tensor<1x3x4xf32>",
        "return %a : tensor<1x3x4xf32>",
    )
    main = main_of(module)
    assert main is not None
    assert layout_graph.read_graph(main, "any", "free").written == Cost(0, 0)
    assert assigned(module).is_structurally_equivalent(module)


def test_two_readers_of_one_order_share_a_transpose():
    """Written as three; the results must stay 4x3, so one is needed, of the argument."""
    module = function(
        "%x: tensor<3x4xf32>",
        "tensor<4x3xf32>, tensor<4x3xf32>",
        "%e = stablehlo.exponential %x : tensor<3x4xf32>",
        "%t = stablehlo.tanh %x : tensor<3x4xf32>",
        "%a = stablehlo.transpose %e, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "%b = stablehlo.transpose %t, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>",
        "return %a, %b : tensor<4x3xf32>, tensor<4x3xf32>",
    )
    assert sorted(names(assigned(module))) == ["exponential", "tanh", "transpose"]


def test_a_reshape_that_tears_what_it_merges_keeps_its_transpose():
    module = function(
        "%x: tensor<3x4x5xf32>",
        "tensor<12x5xf32>",
        "%a = stablehlo.transpose %x, dims = [1, 0, 2] : (tensor<3x4x5xf32>) -> tensor<4x3x5xf32>",
        "%b = stablehlo.reshape %a : (tensor<4x3x5xf32>) -> tensor<12x5xf32>",
        "return %b : tensor<12x5xf32>",
    )
    assert assigned(module).is_structurally_equivalent(module)


def test_more_orders_than_candidates_change_nothing_about_the_meaning(monkeypatch: pytest.MonkeyPatch):
    """With room for the written orders only, what is between the transposes can not follow."""
    kind = "tensor<5x3x4xf32>"
    module = around(f"%t = stablehlo.tanh %a : {kind}\n%b = stablehlo.cosine %t : {kind}")
    monkeypatch.setattr(layout_graph, "CANDIDATES", 1)
    assert names(assigned(module)) == ["transpose", "tanh", "cosine", "transpose"]
    monkeypatch.setattr(layout_graph, "CANDIDATES", 2)
    assert names(assigned(module)) == ["tanh", "cosine"]


def test_the_legal_choices_are_those_that_matter():
    ctx = make_context()
    transposed = around("%b = stablehlo.tanh %a : tensor<5x3x4xf32>")
    assert AssignLayoutPass.schedule_space(ctx, transposed) == (DEFAULT,)
    assert AssignLayoutPass.schedule_space(ctx, assigned(transposed)) == ()
    every = (DEFAULT, AssignLayoutPass("nhwc"), AssignLayoutPass("nchw"))
    assert AssignLayoutPass.schedule_space(ctx, CHANNELS_LAST) == every


def test_scheduled_modules_are_refused():
    text = """
    func.func @main(%x : tensor<8xf32>) -> tensor<8xf32> {
      %0 = sched.region "vector_0" vector (%1 = %x : tensor<8xf32> in dram) -> (tensor<8xf32> in dram) {
        %2 = stablehlo.negate %1 : tensor<8xf32>
        sched.yield %2 : tensor<8xf32>
      } schedule {
        sched.vector {alu = 8, transcendental = 0, divide = 0, reduce = 0, move = 0}
      }
      func.return %0 : tensor<8xf32>
    }"""
    module = Parser(make_context(), text).parse_module()
    with pytest.raises(PassFailedException, match=r"assign-layout: .* has a schedule already"):
        DEFAULT.apply(make_context(), module)


def test_orders():
    assert ascending((2, 1, 3)) == (0, 2)
    assert order_of((2, 1, 0), (2, 1, 3)) == (2, 0)
    assert placed((3, 0), (2, 1, 1, 5)) == (3, 1, 2, 0)
    assert rearranged((0, 1, 2, 3), (3, 9, 1)) == (0, 3, 2, 1)


def test_the_result_of_a_product_has_its_batch_first_and_its_operands_in_one_piece():
    """A 2x3x4x5 and a 2x5x6 operand: batch 0, free 1 and 2 of the left one, free 3 of the right one."""
    relation = dot_relation(((2, 3, 4, 5), (2, 5, 6), (2, 3, 4, 6)), ((3,), (1,)), ((0,), (0,)))
    legal = [order for order in permutations(range(4)) if relation.is_legal(order)]
    assert legal == [(0, 1, 2, 3), (0, 2, 1, 3), (0, 3, 1, 2), (0, 3, 2, 1)]


def test_runs_of_reshapes():
    assert runs_of((2, 12, 5), (2, 3, 4, 5)) == (((0,), (0,)), ((1,), (1, 2)), ((2,), (3,)))
    assert runs_of((6, 4), (8, 3)) == (((0, 1), (0, 1)),)
    assert runs_of((1, 7, 1), (7,)) == (((1,), (0,)),)
    assert runs_of((1,), ()) == ()
