"""Loops, branches and updates in place: how often regions run and how many bytes they touch, counted by hand."""

from __future__ import annotations

import logging

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import BlockArgument, SSAValue

from dialects.region import FusedOp
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from hwmodels.records import Network
from passes.analysis.control import CONTROL, costliest_branch, runs_of, total_macs, trip_count
from passes.analysis.network import network_of
from passes.analysis.ops import main_of, op_name
from passes.form_regions import FormRegionsPass


def read(text: str) -> ModuleOp:
    return read_stablehlo(text.encode(), "test")


def formed(text: str) -> ModuleOp:
    module = read(text)
    FormRegionsPass().apply(make_context(), module)
    module.verify()
    return module


def loop(start: int, direction: str, bound: int, update: str) -> ModuleOp:
    return read(f"""
    func.func @main(%n: tensor<i32>) -> tensor<i32> {{
      %start = stablehlo.constant dense<{start}> : tensor<i32>
      %r = stablehlo.while(%i = %start) : tensor<i32>
       cond {{
        %b = stablehlo.constant dense<{bound}> : tensor<i32>
        %p = stablehlo.compare {direction}, %i, %b : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %p : tensor<i1>
      }} do {{
        %s = stablehlo.constant dense<3> : tensor<i32>
        %u = {update} : tensor<i32>
        stablehlo.return %u : tensor<i32>
      }}
      return %r : tensor<i32>
    }}
    """)


def only(module: ModuleOp, name: str):
    return next(op for op in module.walk() if op_name(op) == name)


@pytest.mark.parametrize(
    ("start", "direction", "bound", "update", "turns"),
    [
        (0, "LT", 12, "stablehlo.add %i, %s", 4),
        (0, "LT", 13, "stablehlo.add %s, %i", 5),
        (0, "LE", 12, "stablehlo.add %i, %s", 5),
        (5, "LT", 5, "stablehlo.add %i, %s", 0),
        (12, "GT", 0, "stablehlo.subtract %i, %s", 4),
        (12, "GE", 0, "stablehlo.subtract %i, %s", 5),
        (0, "NE", 12, "stablehlo.add %i, %s", 4),
        # Steps over the bound, runs away from it, compares for equality, doubles, starts at an argument's step.
        (0, "NE", 13, "stablehlo.add %i, %s", None),
        (0, "LT", 12, "stablehlo.subtract %i, %s", None),
        (0, "EQ", 0, "stablehlo.add %i, %s", None),
        (1, "LT", 12, "stablehlo.multiply %i, %s", None),
        (0, "LT", 12, "stablehlo.add %i, %n", None),
    ],
)
def test_trip_counts(start: int, direction: str, bound: int, update: str, turns: int | None):
    assert trip_count(only(loop(start, direction, bound, update), "stablehlo.while")) == turns


def test_a_bound_may_stand_on_the_left_and_be_carried_unchanged():
    module = read("""
    func.func @main(%x: tensor<i32>) -> tensor<i32> {
      %start = stablehlo.constant dense<0> : tensor<i32>
      %bound = stablehlo.constant dense<7> : tensor<i32>
      %r, %same = stablehlo.while(%i = %start, %b = %bound) : tensor<i32>, tensor<i32>
       cond {
        %p = stablehlo.compare GT, %b, %i : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %p : tensor<i1>
      } do {
        %s = stablehlo.constant dense<2> : tensor<i32>
        %u = stablehlo.add %i, %s : tensor<i32>
        stablehlo.return %u, %b : tensor<i32>, tensor<i32>
      }
      return %r : tensor<i32>
    }
    """)
    assert trip_count(only(module, "stablehlo.while")) == 4


SCAN = """
func.func @main(%x: tensor<8x16xf32>, %w: tensor<6x16x16xf32>, %out: tensor<6x8x16xf32>)
    -> (tensor<8x16xf32>, tensor<6x8x16xf32>) {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %r:4 = stablehlo.while(%i = %zero, %h = %x, %ws = %w, %o = %out)
      : tensor<i32>, tensor<8x16xf32>, tensor<6x16x16xf32>, tensor<6x8x16xf32>
   cond {
    %n = stablehlo.constant dense<6> : tensor<i32>
    %p = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %p : tensor<i1>
  } do {
    %a = stablehlo.dynamic_slice %ws, %i, %zero, %zero, sizes = [1, 16, 16]
      : (tensor<6x16x16xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x16x16xf32>
    %b = stablehlo.reshape %a : (tensor<1x16x16xf32>) -> tensor<16x16xf32>
    %c = stablehlo.dot_general %h, %b, contracting_dims = [1] x [0]
      : (tensor<8x16xf32>, tensor<16x16xf32>) -> tensor<8x16xf32>
    %d = stablehlo.tanh %c : tensor<8x16xf32>
    %e = stablehlo.reshape %d : (tensor<8x16xf32>) -> tensor<1x8x16xf32>
    %f = stablehlo.dynamic_update_slice %o, %e, %i, %zero, %zero
      : (tensor<6x8x16xf32>, tensor<1x8x16xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<6x8x16xf32>
    %one = stablehlo.constant dense<1> : tensor<i32>
    %j = stablehlo.add %i, %one : tensor<i32>
    stablehlo.return %j, %d, %ws, %f : tensor<i32>, tensor<8x16xf32>, tensor<6x16x16xf32>, tensor<6x8x16xf32>
  }
  return %r#1, %r#3 : tensor<8x16xf32>, tensor<6x8x16xf32>
}
"""


def test_a_scan_is_a_loop_around_one_region_that_reads_and_writes_a_slice():
    module = formed(SCAN)
    network = network_of(module)
    (region,) = network.regions
    assert (region.runs, region.kind) == (6, "matmul")
    assert set(region.ops) >= {"dynamic_slice", "dot_general", "tanh", "dynamic_update_slice"}
    assert network.macs == 6 * 8 * 16 * 16
    by_name = {network.tensors[use.tensor].bytes: use.fraction for use in region.reads}
    # One layer of the weights, the whole state, nothing of the output: it is overwritten.
    assert by_name[6 * 16 * 16 * 4] == pytest.approx(1 / 6)
    assert by_name[8 * 16 * 4] == 1.0
    assert by_name[6 * 8 * 16 * 4] == 0.0
    written = {network.tensors[write.tensor].bytes: write.fraction for write in region.writes}
    assert written == {8 * 16 * 4: 1.0, 6 * 8 * 16 * 4: pytest.approx(1 / 6)}
    # The weights that the loop hands on unchanged are the argument itself; what it changes is its state.
    roles = [tensor.role for tensor in network.tensors]
    assert roles.count("state") == 5, "counter, state and output of the body, and what its region makes of the two"
    weights = next(tensor for tensor in network.tensors if tensor.bytes == 6 * 16 * 16 * 4)
    assert weights.producer == -1
    assert weights.role != "state"


def test_steering_a_loop_is_no_work():
    module = formed(SCAN)
    loops = [op for op in module.walk() if op_name(op) == "stablehlo.while"]
    outside = {op_name(op) for region in loops[0].regions for op in region.block.ops if not isinstance(op, FusedOp)}
    assert outside == {"stablehlo.constant", "stablehlo.compare", "stablehlo.add", "stablehlo.return"}
    assert total_macs(main_of(read(SCAN)) or pytest.fail("no @main")) == 6 * 8 * 16 * 16


BRANCHES = """
func.func @main(%p: tensor<i1>, %x: tensor<8x16xf32>, %w: tensor<16x16xf32>) -> tensor<8x16xf32> {
  %r = "stablehlo.if"(%p) ({
    %a = stablehlo.tanh %x : tensor<8x16xf32>
    stablehlo.return %a : tensor<8x16xf32>
  }, {
    %a = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]
      : (tensor<8x16xf32>, tensor<16x16xf32>) -> tensor<8x16xf32>
    stablehlo.return %a : tensor<8x16xf32>
  }) : (tensor<i1>) -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}
"""


def test_of_branches_the_costliest_counts_and_a_warning_says_so(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        network = network_of(formed(BRANCHES))
    assert [(region.kind, region.runs) for region in network.regions] == [("vector", 0), ("matmul", 1)]
    assert network.macs == 8 * 16 * 16
    assert [r.getMessage() for r in caplog.records if "branches" in r.getMessage()] == [
        "test:3:8: of the branches of this stablehlo.if only the costliest counts"
    ]
    branches = only(read(BRANCHES), "stablehlo.if")
    assert costliest_branch(branches) is branches.regions[1].block


def test_a_loop_of_unknown_length_counts_once_and_a_warning_says_so(caplog: pytest.LogCaptureFixture):
    text = SCAN.replace("dense<6> : tensor<i32>", "dense<6> : tensor<i32>").replace("LT, %i, %n", "EQ, %i, %n")
    with caplog.at_level(logging.WARNING):
        network = network_of(formed(text))
    assert network.regions[0].runs == 1
    assert any("is not known from constants" in record.getMessage() for record in caplog.records)


def test_runs_multiply_and_a_condition_is_asked_once_more():
    nested = """
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %z = stablehlo.constant dense<0> : tensor<i32>
      %r:2 = stablehlo.while(%i = %z, %a = %x) : tensor<i32>, tensor<4xf32>
       cond {
        %n = stablehlo.constant dense<3> : tensor<i32>
        %m = stablehlo.negate %i : tensor<i32>
        %p = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %p : tensor<i1>
      } do {
        %s:2 = stablehlo.while(%j = %z, %b = %a) : tensor<i32>, tensor<4xf32>
         cond {
          %n = stablehlo.constant dense<5> : tensor<i32>
          %p = stablehlo.compare LT, %j, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
          stablehlo.return %p : tensor<i1>
        } do {
          %t = stablehlo.tanh %b : tensor<4xf32>
          %one = stablehlo.constant dense<1> : tensor<i32>
          %k = stablehlo.add %j, %one : tensor<i32>
          stablehlo.return %k, %t : tensor<i32>, tensor<4xf32>
        }
        %one = stablehlo.constant dense<1> : tensor<i32>
        %k = stablehlo.add %i, %one : tensor<i32>
        stablehlo.return %k, %s#1 : tensor<i32>, tensor<4xf32>
      }
      return %r#1 : tensor<4xf32>
    }
    """
    module = read(nested)
    assert runs_of(only(module, "stablehlo.tanh")) == 15
    assert runs_of(only(module, "stablehlo.negate")) == 4
    network = network_of(formed(nested))
    assert [(region.ops, region.runs) for region in network.regions] == [(("tanh",), 15)]


CACHE = """
func.func @main(%x: tensor<1x1x16xf32>, %cache: tensor<1x64x16xf32>, %at: tensor<i32>)
    -> (tensor<1x1x64xf32>, tensor<1x64x16xf32>) {{
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %k = stablehlo.tanh %x : tensor<1x1x16xf32>
  %new = stablehlo.dynamic_update_slice %cache, %k, %zero, %at, %zero
    : (tensor<1x64x16xf32>, tensor<1x1x16xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x64x16xf32>
  %s = stablehlo.dot_general %x, {keys}, batching_dims = [0] x [0], contracting_dims = [2] x [2]
    : (tensor<1x1x16xf32>, tensor<1x64x16xf32>) -> tensor<1x1x64xf32>
  return %s, %new : tensor<1x1x64xf32>, tensor<1x64x16xf32>
}}
"""


def touched(network: Network, size: int) -> tuple[list[float], list[float]]:
    """Shares that regions read and write of the tensors of ``size`` bytes."""
    read = [use.fraction for r in network.regions for use in r.reads if network.tensors[use.tensor].bytes == size]
    written = [w.fraction for r in network.regions for w in r.writes if network.tensors[w.tensor].bytes == size]
    return read, written


def test_a_cache_is_extended_in_place():
    network = network_of(formed(CACHE.format(keys="%new")))
    # The product reads all of it; the update writes one row of 64.
    assert touched(network, 64 * 16 * 4) == ([1.0], [1 / 64])


def test_a_cache_may_be_extended_after_it_was_read():
    network = network_of(formed(CACHE.format(keys="%cache")))
    assert touched(network, 64 * 16 * 4) == ([1.0, 0.0], [1 / 64])


def test_a_cache_that_is_needed_afterwards_is_copied():
    text = CACHE.format(keys="%cache").replace("return %s, %new :", "return %s, %new, %cache :")
    pair = "tensor<1x1x64xf32>, tensor<1x64x16xf32>"
    text = text.replace(f"-> ({pair})", f"-> ({pair}, tensor<1x64x16xf32>)")
    text = text.replace(f": {pair}\n}}", f": {pair}, tensor<1x64x16xf32>\n}}")
    network = network_of(formed(text))
    assert touched(network, 64 * 16 * 4) == ([1.0, 1.0], [1.0])


def test_control_flow_goes_back_into_stablehlo():
    from passes.lower_to_stablehlo import LowerToStablehloPass

    for text in (SCAN, BRANCHES):
        module = formed(text)
        LowerToStablehloPass().apply(make_context(), module)
        module.verify()
        assert not any(key.startswith("region.") for op in module.walk() for key in op.attributes)
        assert sum(op_name(op) in CONTROL for op in module.walk()) == 1


def test_a_constant_that_steers_a_loop_and_feeds_a_region_is_both():
    """After cse the 1 that is added to the counter is the 1 that is added to the state."""
    module = formed("""
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %zero = stablehlo.constant dense<0> : tensor<i32>
      %r:2 = stablehlo.while(%i = %zero, %a = %x) : tensor<i32>, tensor<4xf32>
       cond {
        %n = stablehlo.constant dense<5> : tensor<i32>
        %p = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %p : tensor<i1>
      } do {
        %one = stablehlo.constant dense<1> : tensor<i32>
        %j = stablehlo.add %i, %one : tensor<i32>
        %f = stablehlo.convert %one : (tensor<i32>) -> tensor<f32>
        %b = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<4xf32>
        %c = stablehlo.add %a, %b : tensor<4xf32>
        stablehlo.return %j, %c : tensor<i32>, tensor<4xf32>
      }
      return %r#1 : tensor<4xf32>
    }
    """)
    assert [(region.ops, region.runs) for region in network_of(module).regions] == [
        (("constant", "convert", "broadcast_in_dim", "add"), 5)
    ]


def test_preparation_runs_in_the_order_of_its_values():
    """What is made of constants comes before what is made of a weight and of that."""
    module = formed("""
    func.func @main(%k: tensor<10xf32>, %x: tensor<2x10xf32>) -> tensor<2x10xf32> {
      %kk = stablehlo.sine %k : tensor<10xf32>
      %i = stablehlo.iota dim = 0 : tensor<10xi64>
      %three = stablehlo.constant dense<3> : tensor<10xi64>
      %r = stablehlo.remainder %i, %three : tensor<10xi64>
      %p = stablehlo.popcnt %r : tensor<10xi64>
      %f = stablehlo.convert %p : (tensor<10xi64>) -> tensor<10xf32>
      %a = stablehlo.add %kk, %f : tensor<10xf32>
      %b = stablehlo.broadcast_in_dim %a, dims = [1] : (tensor<10xf32>) -> tensor<2x10xf32>
      %0 = stablehlo.add %x, %b : tensor<2x10xf32>
      return %0 : tensor<2x10xf32>
    }
    """)
    defined: set[SSAValue] = set()
    for op in module.walk():
        if isinstance(op, FusedOp):
            assert all(value in defined for value in op.operands if not isinstance(value, BlockArgument))
            defined.update(op.results)
    assert len(defined) > 1


def test_what_a_loop_captures_and_a_region_takes_is_both():
    module = formed("""
    func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %h = stablehlo.constant dense<5> : tensor<i32>
      %f = stablehlo.convert %h : (tensor<i32>) -> tensor<f32>
      %b = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<4x8xf32>
      %y = stablehlo.add %x, %b : tensor<4x8xf32>
      %z = stablehlo.constant dense<0> : tensor<i32>
      %r:2 = stablehlo.while(%i = %z, %v = %y) : tensor<i32>, tensor<4x8xf32>
       cond {
        %n = stablehlo.constant dense<5> : tensor<i32>
        %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %c : tensor<i1>
      } do {
        %g = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<4x8xf32>
        %w = stablehlo.multiply %v, %g : tensor<4x8xf32>
        %one = stablehlo.constant dense<1> : tensor<i32>
        %j = stablehlo.add %i, %one : tensor<i32>
        stablehlo.return %j, %w : tensor<i32>, tensor<4x8xf32>
      }
      return %r#1 : tensor<4x8xf32>
    }
    """)
    assert [(region.kind, region.runs) for region in network_of(module).regions] == [("vector", 1), ("vector", 5)]
