"""Which op goes into which region; that regions lose, repeat and reorder nothing."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import ReturnOp
from xdsl.ir import Block, SSAValue
from xdsl.transforms.dead_code_elimination import region_dce
from xdsl.utils.exceptions import PassFailedException

from dialects.region import FusedOp
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from hwmodels.records import Network, VectorWork
from passes.analysis.contraction import macs_of
from passes.analysis.network import NetworkError, network_of
from passes.analysis.ops import main_of, op_name
from passes.form_regions import FormRegionsPass
from passes.inline import InlinePass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass

CONV = (
    "dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {} "
    "{batch_group_count = 1 : i64, feature_group_count = 1 : i64}"
)


def formed(text: str, **options: bool) -> ModuleOp:
    module = read_stablehlo(text.encode(), "test")
    FormRegionsPass(**options).apply(make_context(), module)
    module.verify()
    return module


def regions(text: str, **options: bool) -> Network:
    return network_of(formed(text, **options))


def traffic(network: Network) -> int:
    """Bytes that regions write and read, each tensor once per region."""
    written = sum(tensor.bytes for tensor in network.tensors if tensor.producer >= 0)
    return written + sum(network.tensors[use.tensor].bytes for region in network.regions for use in region.reads)


SQUEEZE_AND_EXCITE = f"""
func.func @main(%x: tensor<1x8x8x4xf32>, %a: tensor<1x1x4x4xf32>, %b: tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32> {{
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.convolution(%x, %a) {CONV} : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
  %1 = stablehlo.tanh %0 : tensor<1x8x8x4xf32>
  %2 = stablehlo.reduce(%1 init: %zero) applies stablehlo.add across dimensions = [1, 2]
    : (tensor<1x8x8x4xf32>, tensor<f32>) -> tensor<1x4xf32>
  %3 = stablehlo.reshape %2 : (tensor<1x4xf32>) -> tensor<1x1x1x4xf32>
  %4 = stablehlo.convolution(%3, %a) {CONV} : (tensor<1x1x1x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x1x1x4xf32>
  %5 = stablehlo.logistic %4 : tensor<1x1x1x4xf32>
  %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2, 3] : (tensor<1x1x1x4xf32>) -> tensor<1x8x8x4xf32>
  %7 = stablehlo.multiply %1, %6 : tensor<1x8x8x4xf32>
  %8 = stablehlo.convolution(%7, %b) {CONV} : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
  return %8 : tensor<1x8x8x4xf32>
}}
"""


def test_the_gate_of_squeeze_and_excite_moves_to_the_convolution_that_uses_it():
    network = regions(SQUEEZE_AND_EXCITE)
    assert [region.ops for region in network.regions] == [
        ("constant", "convolution", "tanh", "reduce"),
        ("reshape", "convolution", "logistic"),
        ("broadcast_in_dim", "multiply", "convolution"),
    ]
    assert [region.name for region in network.regions] == ["conv_0", "conv_1", "conv_2"]
    activations = [tensor for tensor in network.tensors if tensor.role == "activation"]
    assert [(tensor.name, tensor.bytes, tensor.consumers) for tensor in activations] == [
        ("conv_0:0", 1024, (2,)),
        ("conv_0:1", 16, (1,)),
        ("conv_1", 16, (2,)),
    ]
    assert [use.operand for use in network.regions[2].reads] == ["input", "input", "weight"]
    assert network.regions[0].vector == VectorWork(transcendental=256, reduce=256)


def test_without_sinking_the_gate_ends_the_region_that_computes_it():
    network = regions(SQUEEZE_AND_EXCITE, sink=False)
    assert network.regions[1].ops == ("reshape", "convolution", "logistic", "broadcast_in_dim", "multiply")
    assert network.regions[2].ops == ("convolution",)


def test_padding_moves_to_the_convolution_that_needs_it():
    text = f"""
    func.func @main(%x: tensor<1x8x8x4xf32>, %a: tensor<1x1x4x4xf32>, %b: tensor<3x3x4x4xf32>) -> tensor<1x8x8x4xf32> {{
      %zero = stablehlo.constant dense<0.0> : tensor<f32>
      %0 = stablehlo.convolution(%x, %a) {CONV} : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
      %1 = stablehlo.pad %0, %zero, low = [0, 1, 1, 0], high = [0, 1, 1, 0], interior = [0, 0, 0, 0]
        : (tensor<1x8x8x4xf32>, tensor<f32>) -> tensor<1x10x10x4xf32>
      %2 = stablehlo.convolution(%1, %b) {CONV} : (tensor<1x10x10x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x8x8x4xf32>
      return %2 : tensor<1x8x8x4xf32>
    }}
    """
    assert [region.ops for region in regions(text).regions] == [("convolution",), ("constant", "pad", "convolution")]


def test_padding_that_two_convolutions_need_stays_with_its_producer():
    text = f"""
    func.func @main(%x: tensor<1x8x8x4xf32>, %a: tensor<1x1x4x4xf32>, %b: tensor<3x3x4x4xf32>)
        -> (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) {{
      %zero = stablehlo.constant dense<0.0> : tensor<f32>
      %0 = stablehlo.convolution(%x, %a) {CONV} : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x8x8x4xf32>
      %1 = stablehlo.pad %0, %zero, low = [0, 1, 1, 0], high = [0, 1, 1, 0], interior = [0, 0, 0, 0]
        : (tensor<1x8x8x4xf32>, tensor<f32>) -> tensor<1x10x10x4xf32>
      %2 = stablehlo.convolution(%1, %b) {CONV} : (tensor<1x10x10x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x8x8x4xf32>
      %3 = stablehlo.convolution(%1, %b) {CONV} : (tensor<1x10x10x4xf32>, tensor<3x3x4x4xf32>) -> tensor<1x8x8x4xf32>
      return %0, %2, %3 : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
    }}
    """
    ops = [region.ops for region in regions(text).regions]
    assert ops == [("constant", "convolution", "pad"), ("convolution",), ("convolution",)]


def test_an_epilogue_of_equal_bytes_stays_where_it_is():
    text = """
    func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
      %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
        : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
      %1 = stablehlo.tanh %0 : tensor<8x4xf32>
      %2 = stablehlo.dot_general %1, %w, contracting_dims = [1] x [0]
        : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
      return %2 : tensor<8x4xf32>
    }
    """
    network = regions(text)
    assert [region.ops for region in network.regions] == [("dot_general", "tanh"), ("dot_general",)]
    assert network.macs == 2 * 8 * 4 * 4
    assert network.regions[0].contraction is not None
    assert network.regions[0].contraction.bounds == (1, 8, 1, 1, 4, 4, 1, 1)


def test_weights_are_prepared_once_for_all_regions():
    text = """
    func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x16xf32>, %e: tensor<4x16xf32>)
        -> (tensor<8x16xf32>, tensor<8x16xf32>) {
      %s = stablehlo.add %w, %e : tensor<4x16xf32>
      %0 = stablehlo.dot_general %x, %s, contracting_dims = [1] x [0]
        : (tensor<8x4xf32>, tensor<4x16xf32>) -> tensor<8x16xf32>
      %1 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
        : (tensor<8x4xf32>, tensor<4x16xf32>) -> tensor<8x16xf32>
      return %0, %1 : tensor<8x16xf32>, tensor<8x16xf32>
    }
    """
    module = formed(text)
    network = network_of(module)
    assert [region.ops for region in network.regions] == [("dot_general",), ("dot_general",)]
    assert all(region.vector == VectorWork() for region in network.regions)
    weights = [(tensor.name, tensor.bytes, tensor.consumers) for tensor in network.tensors if tensor.role == "weight"]
    assert weights == [("arg1", 256, (1,)), ("prepare_0", 256, (0,))]
    prepared = [op for op in module.walk() if isinstance(op, FusedOp) and op.is_preparation]
    assert [[inner.name for inner in op.body_block.ops] for op in prepared] == [["stablehlo.add", "region.yield"]]
    again = network_of(formed(text, prepare=False))
    assert [region.vector.alu for region in again.regions] == [64, 0]


def test_each_weight_has_a_region_of_its_own_that_prepares_it():
    """Two batch normalizations share the constant epsilon, yet not their preparation."""
    text = """
    func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>, %v: tensor<4xf32>, %u: tensor<4xf32>) -> tensor<8x4xf32> {
      %eps = stablehlo.constant dense<1.0e-3> : tensor<4xf32>
      %a = stablehlo.add %v, %eps : tensor<4xf32>
      %b = stablehlo.rsqrt %a : tensor<4xf32>
      %c = stablehlo.add %u, %eps : tensor<4xf32>
      %d = stablehlo.rsqrt %c : tensor<4xf32>
      %e = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<4xf32>) -> tensor<8x4xf32>
      %f = stablehlo.broadcast_in_dim %d, dims = [1] : (tensor<4xf32>) -> tensor<8x4xf32>
      %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
        : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
      %1 = stablehlo.multiply %0, %e : tensor<8x4xf32>
      %2 = stablehlo.dot_general %1, %w, contracting_dims = [1] x [0]
        : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
      %3 = stablehlo.multiply %2, %f : tensor<8x4xf32>
      return %3 : tensor<8x4xf32>
    }
    """
    module = formed(text)
    names = [op.region_name.data for op in module.walk() if isinstance(op, FusedOp)]
    assert names == ["prepare_0", "prepare_1", "matmul_0", "matmul_1"]
    # What is broadcast stays small: the regions read 16 bytes each and repeat the broadcast.
    assert [tensor.bytes for tensor in network_of(module).tensors if tensor.name.startswith("prepare")] == [16, 16]


def test_dequantization_stays_where_it_saves_traffic():
    text = """
    func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xi8>) -> tensor<8x4xf32> {
      %s = stablehlo.convert %w : (tensor<4x4xi8>) -> tensor<4x4xf32>
      %0 = stablehlo.dot_general %x, %s, contracting_dims = [1] x [0]
        : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
      return %0 : tensor<8x4xf32>
    }
    """
    network = regions(text)
    assert [region.ops for region in network.regions] == [("convert", "dot_general")]
    assert [(tensor.name, tensor.bytes) for tensor in network.tensors if tensor.role == "weight"] == [("arg1", 16)]


def test_a_big_constant_is_a_weight_and_a_small_or_uniform_one_is_part_of_the_program():
    def text(constant: str, rows: int) -> str:
        w = f"tensor<{rows}x4xf32>"
        return f"""
        func.func @main(%x: tensor<8x{rows}xf32>) -> tensor<8x4xf32> {{
          %w = stablehlo.constant dense<{constant}> : {w}
          %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
            : (tensor<8x{rows}xf32>, {w}) -> tensor<8x4xf32>
          return %0 : tensor<8x4xf32>
        }}
        """

    def weight_bytes(network: Network) -> int:
        return sum(tensor.bytes for tensor in network.tensors if tensor.role == "weight")

    ramp = [[float(4 * row + column) for column in range(4)] for row in range(128)]
    assert weight_bytes(regions(text(str(ramp), 128))) == 128 * 4 * 4
    assert weight_bytes(regions(text(str(ramp[:2]), 2))) == 0
    assert weight_bytes(regions(text("1.0", 128))) == 0


PRE_ACTIVATION = """
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>, %v: tensor<4x4xf32>) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<8x4xf32>
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
    : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %1 = stablehlo.negate %0 : tensor<8x4xf32>
  %2 = stablehlo.maximum %1, %zero : tensor<8x4xf32>
  %3 = stablehlo.dot_general %2, %v, contracting_dims = [1] x [0]
    : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %4 = stablehlo.dot_general %2, %w, contracting_dims = [1] x [0]
    : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
  %5 = stablehlo.add %3, %0 : tensor<8x4xf32>
  return %5, %4 : tensor<8x4xf32>, tensor<8x4xf32>
}
"""


def test_cheap_ops_are_repeated_where_that_saves_a_tensor():
    """The sum is stored for the shortcut anyway; repeated, the activation in front of the two products is not."""
    kept, repeated = regions(PRE_ACTIVATION), regions(PRE_ACTIVATION, duplicate=True)
    assert [region.ops for region in kept.regions] == [
        ("constant", "dot_general", "negate", "maximum"), ("dot_general", "add"), ("dot_general",)
    ]  # fmt: skip
    assert [region.ops for region in repeated.regions] == [
        ("dot_general",),
        ("constant", "negate", "maximum", "dot_general", "add"),
        ("constant", "negate", "maximum", "dot_general"),
    ]
    # Without: the sum and the activation written, three reads. With: one written, two reads.
    assert traffic(kept) - traffic(repeated) == 2 * 8 * 4 * 4


def test_ops_are_not_repeated_where_equal_bytes_cross():
    text = PRE_ACTIVATION.replace("stablehlo.add %3, %0", "stablehlo.negate %3").replace(
        "%5 = stablehlo.negate %3 : tensor<8x4xf32>", "%5 = stablehlo.negate %3 : tensor<8x4xf32>"
    )
    assert regions(text, duplicate=True).regions == regions(text).regions


def test_a_model_without_contraction_is_one_vector_region():
    text = """
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %0 = stablehlo.tanh %x : tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    """
    (region,) = regions(text).regions
    assert (region.name, region.kind, region.contraction) == ("vector_0", "vector", None)
    assert region.reads[0].operand == "vector"


def test_arguments_and_constants_may_be_returned():
    text = """
    func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
      %c = stablehlo.constant dense<1.0> : tensor<4xf32>
      return %x, %c, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
    }
    """
    network = regions(text)
    assert [region.ops for region in network.regions] == [("constant",)]
    assert [tensor.role for tensor in network.tensors] == ["input", "output"]


def test_without_a_batch_all_arguments_are_inputs_and_a_warning_says_so(caplog: pytest.LogCaptureFixture):
    text = """
    func.func @main(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
      %0 = stablehlo.add %x, %y : tensor<f32>
      return %0 : tensor<f32>
    }
    """
    with caplog.at_level(logging.WARNING):
        network = regions(text)
    assert [tensor.role for tensor in network.tensors] == ["input", "input", "output"]
    assert "no result has a dimension that could be the batch" in caplog.text


def test_calls_are_refused():
    text = """
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %0 = call @f(%x) : (tensor<4xf32>) -> tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    func.func private @f(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }
    """
    with pytest.raises(PassFailedException, match=r"@main calls @f; run inline first"):
        formed(text)


def test_regions_are_not_formed_twice():
    module = formed(SQUEEZE_AND_EXCITE)
    with pytest.raises(PassFailedException, match=r"run lower-to-stablehlo first"):
        FormRegionsPass().apply(make_context(), module)
    assert FormRegionsPass.schedule_space(make_context(), module) == ()


def test_a_module_without_regions_is_no_network():
    with pytest.raises(NetworkError, match=r"stablehlo.convolution outside any region; run form-regions first"):
        network_of(read_stablehlo(SQUEEZE_AND_EXCITE.encode(), "test"))


def test_spaces_of_schedules():
    context = make_context()
    module = read_stablehlo(SQUEEZE_AND_EXCITE.encode(), "test")
    choices = FormRegionsPass.schedule_space(context, module)
    assert [(choice.sink, choice.duplicate) for choice in choices] == [
        (True, False), (True, True), (False, False), (False, True)
    ]  # fmt: skip
    assert InlinePass.schedule_space(context, module) == ()
    assert LowerToStablehloPass.schedule_space(context, module) == ()
    assert [p.size for p in SetBatchPass.schedule_space(context, module)] == [1, 2, 4, 8, 16, 32, 64, 128, 256]


# Random graphs of matrix products, element-wise ops, broadcasts, reductions, pads and concatenations.


@dataclass(frozen=True)
class Step:
    op: str
    left: int
    right: int


OPS = ("add", "multiply", "tanh", "dot", "reduce", "broadcast", "pad", "transpose", "concatenate", "gram", "constant")
STEPS = st.lists(st.builds(Step, st.sampled_from(OPS), st.integers(0, 63), st.integers(0, 63)), min_size=1, max_size=24)
SQUARE, WIDE, ROW = "tensor<4x4xf32>", "tensor<8x4xf32>", "tensor<4xf32>"


def random_model(steps: list[Step], returned: list[int]) -> str:
    """A model that has these steps; operands are picked among the values of fitting type, the latest first."""
    values = {SQUARE: ["%x", "%w"], ROW: ["%r"], WIDE: list[str]()}
    lines = ["%zero = stablehlo.constant dense<0.0> : tensor<f32>"]

    def pick(kind: str, choice: int) -> str:
        return values[kind][-1 - choice % len(values[kind])]

    for number, step in enumerate(steps):
        a, b, name = pick(SQUARE, step.left), pick(SQUARE, step.right), f"%v{number}"
        pair, kind = f"({SQUARE}, {SQUARE})", SQUARE
        match step.op:
            case "add" | "multiply":
                text = f"stablehlo.{step.op} {a}, {b} : {SQUARE}"
            case "dot":
                text = f"stablehlo.dot_general {a}, {b}, contracting_dims = [1] x [0] : {pair} -> {SQUARE}"
            case "reduce":
                kind = ROW
                how = "applies stablehlo.add across dimensions = [1]"
                text = f"stablehlo.reduce({a} init: %zero) {how} : ({SQUARE}, tensor<f32>) -> {ROW}"
            case "broadcast":
                text = f"stablehlo.broadcast_in_dim {pick(ROW, step.left)}, dims = [0] : ({ROW}) -> {SQUARE}"
            case "pad":
                kind = WIDE
                how = "low = [1, 0], high = [3, 0], interior = [0, 0]"
                text = f"stablehlo.pad {a}, %zero, {how} : ({SQUARE}, tensor<f32>) -> {WIDE}"
            case "concatenate":
                kind = WIDE
                text = f"stablehlo.concatenate {a}, {b}, dim = 0 : {pair} -> {WIDE}"
            case "transpose":
                text = f"stablehlo.transpose {a}, dims = [1, 0] : ({SQUARE}) -> {SQUARE}"
            case "gram" if values[WIDE]:
                wide, pair = pick(WIDE, step.left), f"({WIDE}, {WIDE})"
                text = f"stablehlo.dot_general {wide}, {wide}, contracting_dims = [0] x [0] : {pair} -> {SQUARE}"
            case "constant":
                text = f"stablehlo.constant dense<{step.left}.0> : {SQUARE}"
            case _:
                text = f"stablehlo.tanh {a} : {SQUARE}"
        lines.append(f"{name} = {text}")
        values[kind].append(name)
    everything = [(name, kind) for kind, names in values.items() for name in names]
    results = [everything[index % len(everything)] for index in returned]
    kinds = ", ".join(kind for _, kind in results)
    lines.append(f"return {', '.join(name for name, _ in results)} : {kinds}")
    arguments = f"%x: {SQUARE}, %w: {SQUARE}, %r: {ROW}"
    return f"func.func @main({arguments}) -> ({kinds}) {{\n  " + "\n  ".join(lines) + "\n}"


def placed_ops(block: Block) -> Counter[str]:
    """Ops by name, those left out that form-regions may copy."""
    free = {"stablehlo.constant", "stablehlo.broadcast_in_dim", "func.return", "region.yield"}
    return Counter(op_name(op) for op in block.ops if op_name(op) not in free)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.lists(st.integers(0, 63), min_size=1, max_size=4), st.booleans(), st.booleans(), st.booleans())
def test_random_graphs_keep_every_op_and_every_value(
    steps: list[Step], returned: list[int], sink: bool, duplicate: bool, prepare: bool
):
    text = random_model(steps, returned)
    original = read_stablehlo(text.encode(), "random")
    main = main_of(original)
    assert main is not None
    region_dce(main.body)
    module = formed(text, sink=sink, duplicate=duplicate, prepare=prepare)
    network = network_of(module)
    fused = [op for op in module.walk() if isinstance(op, FusedOp)]

    # Regions run in order: what a region reads is there before it.
    for index, region in enumerate(network.regions):
        assert all(network.tensors[use.tensor].producer < index for use in region.reads)
        assert sum(name == "dot_general" for name in region.ops) <= 1
    ahead = sum(macs_of(op) for region in fused if region.is_preparation for op in region.body_block.ops)
    assert network.macs + ahead == sum(macs_of(op) for op in original.walk())

    # Each op is in one region, but for copies of what depends on arguments only; none is missing.
    inside = sum((placed_ops(op.body_block) for op in fused), Counter[str]())
    before = placed_ops(main.body.block)
    assert set(inside) == set(before)
    assert all(inside[name] >= count for name, count in before.items())
    assert inside["stablehlo.dot_general"] == before["stablehlo.dot_general"]

    LowerToStablehloPass().apply(make_context(), module)
    module.verify()
    assert same_expressions(original, module)


def same_expressions(left: ModuleOp, right: ModuleOp) -> bool:
    """Whether two modules compute the same expressions."""
    main, other = main_of(left), main_of(right)
    assert main is not None
    assert other is not None
    interned: dict[object, int] = {}
    return _results(main.body.block, interned) == _results(other.body.block, interned)


def _results(block: Block, interned: dict[object, int]) -> list[int]:
    numbers: dict[SSAValue, int] = {
        arg: interned.setdefault(("argument", arg.index), len(interned)) for arg in block.args
    }
    for op in block.ops:
        if isinstance(op, ReturnOp):
            return [numbers[value] for value in op.operands]
        properties = tuple(sorted(op.properties.items(), key=lambda item: item[0]))
        key = (op_name(op), properties, tuple(numbers[value] for value in op.operands), op.result_types)
        for index, result in enumerate(op.results):
            numbers[result] = interned.setdefault((key, index), len(interned))
    raise AssertionError("the function does not return")


@settings(max_examples=100, deadline=None)
@given(STEPS, st.lists(st.integers(0, 63), min_size=1, max_size=4))
def test_sinking_never_adds_traffic(steps: list[Step], returned: list[int]):
    text = random_model(steps, returned)
    assert traffic(regions(text, sink=True)) <= traffic(regions(text, sink=False))


@settings(max_examples=100, deadline=None)
@given(STEPS, st.lists(st.integers(0, 63), min_size=1, max_size=4))
def test_duplicating_never_adds_traffic(steps: list[Step], returned: list[int]):
    text = random_model(steps, returned)
    assert traffic(regions(text, sink=False, duplicate=True)) <= traffic(regions(text, sink=False))
