"""What is read out of regions: tensors, roles, operands and vector work, against numbers counted by hand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination
from xdsl.transforms.dead_code_elimination import DeadCodeElimination

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from hwmodels.records import Network, Rows, Tensor, Use, VectorWork, Write
from passes.analysis.network import network_of, network_view
from passes.analysis.ops import main_of
from passes.analysis.vector import vector_work_of
from passes.form_regions import FormRegionsPass
from passes.inline import InlinePass
from passes.set_batch import SetBatchPass

EXAMPLES = Path(__file__).parents[2] / "examples"


def read(arguments: str, results: str, *lines: str) -> ModuleOp:
    text = f"func.func @main({arguments}) -> ({results}) {{\n" + "\n".join(lines) + "\n}"
    return read_stablehlo(text.encode(), "test")


def work(arguments: str, results: str, *lines: str) -> VectorWork:
    main = main_of(read(arguments, results, *lines))
    assert main is not None
    return vector_work_of(main.body.block)


def lower(name: str, size: int) -> Network:
    """An example after the graph passes."""
    module = read_stablehlo((EXAMPLES / f"{name}.mlir").read_bytes(), name)
    clean = (InlinePass(), CanonicalizePass(), CommonSubexpressionElimination(), DeadCodeElimination())
    PassPipeline((*clean, SetBatchPass(size), FormRegionsPass())).apply(make_context(), module)
    return network_of(module)


def test_tensors_and_operands_of_two_matrix_products():
    module = read(
        "%x: tensor<1x6xf32>, %w: tensor<6x4xbf16>, %b: tensor<4xf32>, %v: tensor<4x2xf32>",
        "tensor<1x4xf32>, tensor<1x2xf32>",
        "%0 = stablehlo.convert %w : (tensor<6x4xbf16>) -> tensor<6x4xf32>",
        "%1 = stablehlo.dot_general %x, %0, contracting_dims = [1] x [0]",
        "  : (tensor<1x6xf32>, tensor<6x4xf32>) -> tensor<1x4xf32>",
        "%2 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<4xf32>) -> tensor<1x4xf32>",
        "%3 = stablehlo.add %1, %2 : tensor<1x4xf32>",
        "%4 = stablehlo.dot_general %3, %v, contracting_dims = [1] x [0]",
        "  : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>",
        "return %3, %4 : tensor<1x4xf32>, tensor<1x2xf32>",
    )
    PassPipeline((SetBatchPass(3), FormRegionsPass())).apply(make_context(), module)
    view = network_view(module)
    network = view.network
    assert (network.batch, network.macs) == (3, 3 * (6 * 4 + 4 * 2))
    assert [(t.bytes, t.role, t.producer, t.consumers) for t in network.tensors] == [
        (3 * 6 * 4, "input", -1, (0,)),
        (6 * 4 * 2, "weight", -1, (0,)),
        (4 * 4, "weight", -1, (0,)),
        (4 * 2 * 4, "weight", -1, (1,)),
        (3 * 4 * 4, "output", 0, (1,)),
        (3 * 2 * 4, "output", 1, ()),
    ]
    first, second = network.regions
    assert set(first.reads) == {Use(0, "input"), Use(1, "weight"), Use(2, "vector")}
    assert second.reads == (Use(4, "input"), Use(3, "weight"))
    assert (first.writes, second.writes) == ((Write(4),), (Write(5),))
    assert first.vector == VectorWork(alu=6 * 4 + 3 * 4)
    assert second.vector == VectorWork()
    main = main_of(module)
    assert main is not None
    assert [view.tensor_of[argument] for argument in main.args] == [0, 1, 2, 3]
    assert [view.tensor_of[op.results[0]] for op in view.regions] == [4, 5]


def test_what_makes_both_operands_counts_as_input():
    module = read(
        "%x: tensor<4x4xf32>",
        "tensor<4x4xf32>",
        "%0 = stablehlo.dot_general %x, %x, contracting_dims = [1] x [0]",
        "  : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>",
        "return %0 : tensor<4x4xf32>",
    )
    FormRegionsPass().apply(make_context(), module)
    assert network_of(module).regions[0].reads == (Use(0, "input"),)


def test_softmax():
    found = work(
        "%x: tensor<5x8xbf16>",
        "tensor<5x8xbf16>",
        "%low = stablehlo.constant dense<-1.0> : tensor<bf16>",
        "%m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1]",
        "  : (tensor<5x8xbf16>, tensor<bf16>) -> tensor<5xbf16>",
        "%n = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<5xbf16>) -> tensor<5x8xbf16>",
        "%d = stablehlo.subtract %x, %n : tensor<5x8xbf16>",
        "%e = stablehlo.exponential %d : tensor<5x8xbf16>",
        "%s = stablehlo.reduce(%e init: %low) applies stablehlo.add across dimensions = [1]",
        "  : (tensor<5x8xbf16>, tensor<bf16>) -> tensor<5xbf16>",
        "%t = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<5xbf16>) -> tensor<5x8xbf16>",
        "%r = stablehlo.divide %e, %t : tensor<5x8xbf16>",
        "return %r : tensor<5x8xbf16>",
    )
    # x is read again for the exponentials, and these are stored and read again for the quotients.
    rows = Rows(rescan_bytes=80 + 2 * 80, kept_bytes=80, row_bytes=16)
    assert found == VectorWork(alu=40, transcendental=40, divide=40, reduce=80, rows=rows)


def test_a_reducer_of_several_ops_runs_for_each_index():
    """The online normalizer of a softmax: nine simple ops and two exponentials, 40 times."""
    found = work(
        "%x: tensor<5x8xf32>, %one: tensor<5x8xf32>, %low: tensor<f32>, %zero: tensor<f32>",
        "tensor<5xf32>, tensor<5xf32>",
        "%m, %s = stablehlo.reduce(%x init: %low), (%one init: %zero) across dimensions = [1]",
        "  : (tensor<5x8xf32>, tensor<5x8xf32>, tensor<f32>, tensor<f32>) -> (tensor<5xf32>, tensor<5xf32>)",
        "reducer(%a: tensor<f32>, %b: tensor<f32>) (%p: tensor<f32>, %q: tensor<f32>) {",
        "  %top = stablehlo.maximum %a, %b : tensor<f32>",
        "  %same = stablehlo.compare EQ, %a, %b, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>",
        "  %0 = stablehlo.subtract %a, %top : tensor<f32>",
        "  %1 = stablehlo.exponential %0 : tensor<f32>",
        "  %2 = stablehlo.multiply %p, %1 : tensor<f32>",
        "  %3 = stablehlo.select %same, %p, %2 : tensor<i1>, tensor<f32>",
        "  %4 = stablehlo.subtract %b, %top : tensor<f32>",
        "  %5 = stablehlo.exponential %4 : tensor<f32>",
        "  %6 = stablehlo.multiply %q, %5 : tensor<f32>",
        "  %7 = stablehlo.select %same, %q, %6 : tensor<i1>, tensor<f32>",
        "  %8 = stablehlo.add %3, %7 : tensor<f32>",
        "  stablehlo.return %top, %8 : tensor<f32>, tensor<f32>",
        "}",
        "return %m, %s : tensor<5xf32>, tensor<5xf32>",
    )
    assert found == VectorWork(alu=40 * 9, transcendental=40 * 2)


def test_moves_and_windows():
    found = work(
        "%x: tensor<1x4x4x2xf32>, %i: tensor<3x1xi32>",
        "tensor<2x1x4x4xf32>, tensor<1x2x2x2xf32>, tensor<3x4x4x2xf32>",
        "%zero = stablehlo.constant dense<0.0> : tensor<f32>",
        "%t = stablehlo.transpose %x, dims = [3, 0, 1, 2] : (tensor<1x4x4x2xf32>) -> tensor<2x1x4x4xf32>",
        "%same = stablehlo.convert %t : tensor<2x1x4x4xf32>",
        '%p = "stablehlo.reduce_window"(%x, %zero) <{window_dimensions = array<i64: 1, 3, 3, 1>,',
        "  window_strides = array<i64: 1, 2, 2, 1>,",
        "  padding = dense<[[0, 0], [1, 0], [1, 0], [0, 0]]> : tensor<4x2xi64>}> ({",
        "  ^bb0(%l: tensor<f32>, %r: tensor<f32>):",
        "    %s = stablehlo.add %l, %r : tensor<f32>",
        "    stablehlo.return %s : tensor<f32>",
        "}) : (tensor<1x4x4x2xf32>, tensor<f32>) -> tensor<1x2x2x2xf32>",
        '%g = "stablehlo.gather"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1, 2, 3],',
        "  collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>,",
        "  slice_sizes = array<i64: 1, 4, 4, 2>}>",
        "  : (tensor<1x4x4x2xf32>, tensor<3x1xi32>) -> tensor<3x4x4x2xf32>",
        "return %same, %p, %g : tensor<2x1x4x4xf32>, tensor<1x2x2x2xf32>, tensor<3x4x4x2xf32>",
    )
    assert found == VectorWork(move=32 + 3 * 32, reduce=8 * 9)


def test_slices_and_updates_move_what_they_take_and_put():
    found = work(
        "%x: tensor<64x8xf32>, %u: tensor<2x8xf32>, %i: tensor<i32>",
        "tensor<64x8xf32>, tensor<5x8xf32>",
        "%z = stablehlo.constant dense<0> : tensor<i32>",
        "%0 = stablehlo.dynamic_update_slice %x, %u, %i, %z",
        "  : (tensor<64x8xf32>, tensor<2x8xf32>, tensor<i32>, tensor<i32>) -> tensor<64x8xf32>",
        "%1 = stablehlo.dynamic_slice %x, %i, %z, sizes = [5, 8]",
        "  : (tensor<64x8xf32>, tensor<i32>, tensor<i32>) -> tensor<5x8xf32>",
        "return %0, %1 : tensor<64x8xf32>, tensor<5x8xf32>",
    )
    assert found == VectorWork(move=2 * 8 + 5 * 8)


def test_a_scatter_adds_and_moves_its_updates():
    found = work(
        "%t: tensor<1000x8xf32>, %i: tensor<5x1xi32>, %u: tensor<5x8xf32>",
        "tensor<1000x8xf32>",
        '%0 = "stablehlo.scatter"(%t, %i, %u) <{indices_are_sorted = false, unique_indices = false,',
        "  scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0],",
        "  scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({",
        "  ^bb0(%l: tensor<f32>, %r: tensor<f32>):",
        "    %s = stablehlo.add %l, %r : tensor<f32>",
        "    stablehlo.return %s : tensor<f32>",
        "}) : (tensor<1000x8xf32>, tensor<5x1xi32>, tensor<5x8xf32>) -> tensor<1000x8xf32>",
        "return %0 : tensor<1000x8xf32>",
    )
    assert found == VectorWork(alu=5 * 8, move=5 * 8)


def test_the_gradient_of_a_pool_looks_through_each_window():
    found = work(
        "%x: tensor<1x4x4x2xf32>, %g: tensor<1x2x2x2xf32>",
        "tensor<1x4x4x2xf32>",
        "%zero = stablehlo.constant dense<0.0> : tensor<f32>",
        '%0 = "stablehlo.select_and_scatter"(%x, %g, %zero) <{window_dimensions = array<i64: 1, 2, 2, 1>,',
        "  window_strides = array<i64: 1, 2, 2, 1>}> ({",
        "  ^bb0(%l: tensor<f32>, %r: tensor<f32>):",
        "    %p = stablehlo.compare GE, %l, %r : (tensor<f32>, tensor<f32>) -> tensor<i1>",
        "    stablehlo.return %p : tensor<i1>",
        "}, {",
        "  ^bb0(%l: tensor<f32>, %r: tensor<f32>):",
        "    %s = stablehlo.add %l, %r : tensor<f32>",
        "    stablehlo.return %s : tensor<f32>",
        "}) : (tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>, tensor<f32>) -> tensor<1x4x4x2xf32>",
        "return %0 : tensor<1x4x4x2xf32>",
    )
    assert found == VectorWork(reduce=8 * 4, move=32)


def test_sorting_takes_a_round_for_each_doubling():
    found = work(
        "%x: tensor<3x8xf32>",
        "tensor<3x8xf32>",
        '%0 = "stablehlo.sort"(%x) <{dimension = 1 : i64}> ({',
        "  ^bb0(%l: tensor<f32>, %r: tensor<f32>):",
        "    %p = stablehlo.compare LT, %l, %r : (tensor<f32>, tensor<f32>) -> tensor<i1>",
        "    stablehlo.return %p : tensor<i1>",
        "}) : (tensor<3x8xf32>) -> tensor<3x8xf32>",
        "return %0 : tensor<3x8xf32>",
    )
    assert found == VectorWork(alu=3 * 8 * 3, move=24)


def test_an_unknown_op_counts_all_that_it_touches_as_the_slowest_kind():
    found = work(
        "%x: tensor<6xf32>",
        "tensor<4xf32>",
        "%0 = stablehlo.custom_call @mystery(%x) : (tensor<6xf32>) -> tensor<4xf32>",
        "return %0 : tensor<4xf32>",
    )
    assert found == VectorWork(transcendental=10)


def sizes(tensors: tuple[Tensor, ...], role: str) -> int:
    return sum(tensor.bytes for tensor in tensors if tensor.role == role)


@pytest.mark.parametrize("size", [1, 8])
def test_efficientnet_has_a_region_for_each_contraction(size: int):
    network = lower("efficientnet_b0", size)
    assert [sum(r.kind == kind for r in network.regions) for kind in ("conv", "depthwise", "matmul")] == [65, 16, 1]
    assert len(network.regions) == 82
    assert sizes(network.tensors, "weight") == 10661128
    assert sizes(network.tensors, "input") == size * 602112
    assert sizes(network.tensors, "output") == size * 1000 * 2
    assert (network.batch, network.macs) == (size, size * 385814752)


def test_bert_keeps_softmax_and_layer_normalization_with_their_matrix_products():
    network = lower("bert_base_s128", 1)
    assert [sum(r.kind == kind for r in network.regions) for kind in ("matmul", "move")] == [97, 2]
    scores, product, projection = network.regions[5:8]
    assert scores.contraction is not None
    assert scores.contraction.bounds == (12, 128, 1, 1, 128, 64, 1, 1)
    assert scores.vector.transcendental == 12 * 128 * 128
    assert [network.tensors[write.tensor].bytes for write in scores.writes] == [12 * 128 * 128 * 2]
    assert product.ops == ("dot_general", "transpose")
    assert "rsqrt" in projection.ops
    assert [network.tensors[write.tensor].bytes for write in projection.writes] == [128 * 768 * 2]
    # All weights of the model, but of the 512 rows of position embeddings the 128 that are used.
    assert sizes(network.tensors, "weight") == 218964480 - (512 - 128) * 768 * 2


def test_graph_passes_are_fast_on_the_largest_example():
    module = read_stablehlo((EXAMPLES / "efficientnet_b7.mlir").read_bytes(), "efficientnet_b7")
    clean = (InlinePass(), CanonicalizePass(), CommonSubexpressionElimination(), DeadCodeElimination())
    start = time.process_time()
    PassPipeline((*clean, SetBatchPass(8), FormRegionsPass())).apply(make_context(), module)
    assert time.process_time() - start < 5


def test_three_thousand_calls_are_inlined_in_linear_time():
    calls = "\n".join(f"%{i} = call @f(%{i - 1}) : (tensor<4xf32>) -> tensor<4xf32>" for i in range(1, 3001))
    text = f"""
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {{
      %0 = stablehlo.negate %x : tensor<4xf32>
      {calls}
      return %3000 : tensor<4xf32>
    }}
    func.func private @f(%x: tensor<4xf32>) -> tensor<4xf32> {{
      %0 = stablehlo.tanh %x : tensor<4xf32>
      %1 = stablehlo.add %0, %x : tensor<4xf32>
      return %1 : tensor<4xf32>
    }}
    """
    module = read_stablehlo(text.encode(), "calls")
    start = time.process_time()
    InlinePass().apply(make_context(), module)
    assert time.process_time() - start < 2
    main = main_of(module)
    assert main is not None
    assert len(main.body.block.ops) == 1 + 2 * 3000 + 1
    module.verify()


def test_a_gather_reads_only_the_rows_it_returns():
    """5 rows of 8 out of a table of 1,000 rows are 5/1000 of its bytes; a table that is also added to is read whole."""
    gather = (
        '%0 = "stablehlo.gather"(%t, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [2],'
        " collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, indices_are_sorted = false,"
        " slice_sizes = array<i64: 1, 8>}> : (tensor<1000x8xf32>, tensor<1x5x1xi32>) -> tensor<1x5x8xf32>"
    )
    module = read(
        "%t: tensor<1000x8xf32>, %i: tensor<1x5x1xi32>", "tensor<1x5x8xf32>", gather, "return %0 : tensor<1x5x8xf32>"
    )
    PassPipeline((FormRegionsPass(),)).apply(make_context(), module)
    (region,) = network_of(module).regions
    assert [use.fraction for use in region.reads] == [0.005, 1.0]
    whole = read(
        "%t: tensor<1000x8xf32>, %i: tensor<1x5x1xi32>",
        "tensor<1x5x8xf32>, tensor<1000x8xf32>",
        gather,
        "%1 = stablehlo.add %t, %t : tensor<1000x8xf32>",
        "return %0, %1 : tensor<1x5x8xf32>, tensor<1000x8xf32>",
    )
    PassPipeline((FormRegionsPass(),)).apply(make_context(), whole)
    reads = [use for region in network_of(whole).regions for use in region.reads if use.tensor == 0]
    assert 1.0 in [use.fraction for use in reads]
