"""Fusion regions as a pass sees them."""

from __future__ import annotations

import pytest
from xdsl.context import Context
from xdsl.dialects import test
from xdsl.dialects.builtin import Builtin, TensorType, f32
from xdsl.dialects.func import Func
from xdsl.ir import Block
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException

from dialects.region import FusedOp, Kind, Region, Space, YieldOp, sources
from dialects.stablehlo import AddOp, StableHLO

TENSOR = TensorType(f32, [4])


def make(count: int) -> FusedOp:
    """A region that adds the first two of its ``count`` operands."""
    values = test.TestOp(result_types=[TENSOR] * count).results
    block = Block(arg_types=[TENSOR] * count)
    total = AddOp(block.args[0], block.args[1])
    block.add_ops([total, YieldOp(total.results[0])])
    return FusedOp("sum", "vector", values, [TENSOR], block)


def parse(text: str) -> list[FusedOp]:
    context = Context()
    for dialect in (Builtin, Func, test.Test, Region, StableHLO):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return [op for op in module.walk() if isinstance(op, FusedOp)]


def test_a_new_region_lives_in_dram() -> None:
    op = make(2)
    op.verify()
    assert op.kind.data == Kind.Vector
    assert [space.data for space in (*op.operand_spaces, *op.result_spaces)] == [Space.Dram] * 3


def test_bindings_join_argument_operand_and_space() -> None:
    op = make(3)
    op.set_space(op.operands[1], Space.Pinned)
    assert list(op.bindings) == [
        (op.body_block.args[0], op.operands[0], Space.Dram),
        (op.body_block.args[1], op.operands[1], Space.Pinned),
        (op.body_block.args[2], op.operands[2], Space.Dram),
    ]


def test_moving_a_result_leaves_the_operands() -> None:
    op = make(2)
    op.set_space(op.results[0], Space.Global)
    assert op.space_of(op.results[0]) == Space.Global
    assert op.space_of(op.operands[0]) == Space.Dram


def test_a_value_bound_twice_moves_twice() -> None:
    op = make(2)
    op.operands[1] = op.operands[0]
    op.set_space(op.operands[0], Space.Pinned)
    assert [space.data for space in op.operand_spaces] == [Space.Pinned, Space.Pinned]


def test_a_strange_value_has_no_space() -> None:
    with pytest.raises(ValueError, match="not in"):
        make(2).space_of(test.TestOp(result_types=[TENSOR]).results[0])


def test_sources_are_the_arguments_that_a_value_needs() -> None:
    op = make(3)
    assert sources(op.yielded[0]) == set(op.body_block.args[:2])
    assert sources(op.body_block.args[2]) == {op.body_block.args[2]}


def test_sources_look_into_nested_bodies() -> None:
    (op,) = parse(
        """%x, %y, %z = "test.op"() : () -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
        %0 = region.fused "a" opaque (%a = %x : tensor<4xf32> in dram, %b = %y : tensor<4xf32> in dram,
                                      %c = %z : tensor<4xf32> in dram) -> (tensor<4xf32> in dram) {
          %1 = "test.op"(%a) ({
          ^bb0(%inner : tensor<4xf32>):
            %2 = stablehlo.add %inner, %b : tensor<4xf32>
            "test.termop"(%2) : (tensor<4xf32>) -> ()
          }) : (tensor<4xf32>) -> tensor<4xf32>
          region.yield %1 : tensor<4xf32>
        }"""
    )
    assert sources(op.yielded[0]) == set(op.body_block.args[:2])


def test_contractions_of_nested_bodies_do_not_count() -> None:
    dot = "stablehlo.dot_general %a, %a, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>)"
    (op,) = parse(
        f"""%x = "test.op"() : () -> tensor<4x4xf32>
        %0 = region.fused "loop" opaque (%a = %x : tensor<4x4xf32> in dram) -> (tensor<4x4xf32> in dram) {{
          %1 = "test.op"() ({{
            %2 = {dot} -> tensor<4x4xf32>
            %3 = {dot} -> tensor<4x4xf32>
            "test.termop"(%2, %3) : (tensor<4x4xf32>, tensor<4x4xf32>) -> ()
          }}) : () -> tensor<4x4xf32>
          region.yield %1 : tensor<4x4xf32>
        }}"""
    )
    assert op.contraction is None


def test_every_reader_agrees_where_a_weight_lives() -> None:
    text = """func.func @main(%w: tensor<4xf32> {{region.role = "weight"}}) -> tensor<4xf32> {{
      %0 = region.fused "a" vector (%b = %w : tensor<4xf32> in pinned) -> (tensor<4xf32> in dram) {{
        region.yield %b : tensor<4xf32>
      }}
      %1 = region.fused "b" vector (%b = %w : tensor<4xf32> in {space}) -> (tensor<4xf32> in dram) {{
        region.yield %b : tensor<4xf32>
      }}
      func.return %1 : tensor<4xf32>
    }}"""
    assert len(parse(text.format(space="pinned"))) == 2
    with pytest.raises(VerifyException, match=r"\(C10\)"):
        parse(text.format(space="dram"))
