"""Where buffers and tensors are put, and the vector unit's program, against slow simulations and hand-made cases."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.ir import Block

from dialects.region import BoundRegionOp
from dialects.sched import Dim, Grain, Rows, Segment
from dialects.sched.complete import verify_scans
from dialects.stablehlo import ExactParser
from fastc.frontends.context import make_context
from passes.scheduling.allocate import OverfullError, Place, Stay, allocate, in_parts, loads
from passes.scheduling.scans import scan_ops

STAYS = st.lists(
    st.builds(
        lambda size, first, length: Stay(size, first, first + length), st.integers(1, 9), *[st.integers(0, 7)] * 2
    ),
    max_size=12,
)


def bytes_at(stays: Sequence[Stay], places: Sequence[Place], moment: int) -> list[int]:
    """Each byte that is taken at a moment, as often as it is."""
    return [
        byte
        for stay, place in zip(stays, places, strict=True)
        if stay.first <= moment <= stay.last
        for start, end in place
        for byte in range(start, end)
    ]


@given(STAYS)
def test_all_that_fits_at_every_moment_finds_a_place(stays: list[Stay]) -> None:
    moments = range(16)
    capacity = max(sum(stay.size for stay in stays if stay.first <= moment <= stay.last) for moment in moments)
    places = allocate(stays, capacity)
    for stay, place in zip(stays, places, strict=True):
        assert sum(end - start for start, end in place) == stay.size
    for moment in moments:
        taken = bytes_at(stays, places, moment)
        assert len(set(taken)) == len(taken)
        assert all(0 <= byte < capacity for byte in taken)


@given(STAYS.filter(bool))
def test_one_byte_too_much_is_refused(stays: list[Stay]) -> None:
    sums = [sum(stay.size for stay in stays if stay.first <= moment <= stay.last) for moment in range(16)]
    with pytest.raises(OverfullError) as caught:
        allocate(stays, max(sums) - 1)
    assert caught.value.needed == sums[caught.value.moment] == max(sums)
    assert loads(stays) == sums[: len(loads(stays))]


def test_one_stretch_each_where_that_goes() -> None:
    # The big one does not fit beside those that go first unless they lie together.
    stays = [Stay(4, 0, 2), Stay(2, 0, 0), Stay(2, 0, 0), Stay(4, 1, 1)]
    assert [len(place) for place in allocate(stays, 8)] == [1, 1, 1, 1]


def test_a_place_in_parts() -> None:
    stays = [Stay(1, 0, 1), Stay(1, 0, 2), Stay(1, 1, 2), Stay(1, 1, 1), Stay(2, 2, 2)]
    # What stays to the end lies at 0 and 2, so the last takes 1 and 3.
    assert in_parts(stays, 4)[1] == (Segment(0, 1),)
    assert in_parts(stays, 4)[4] == (Segment(1, 2), Segment(3, 4))


HEADER = """
func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>) -> tensor<8x4xf32> {
  %r = region.fused "r" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in dram)
      -> (tensor<8x4xf32> in dram) {
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
"""

SUM = """stablehlo.reduce({} init: %zero) applies stablehlo.add across dimensions = [1]
    : (tensor<8x4xf32>, tensor<f32>) -> tensor<8xf32>
%{} = stablehlo.broadcast_in_dim {}, dims = [0] : (tensor<8xf32>) -> tensor<8x4xf32>
"""

DOT = """stablehlo.dot_general %{}, %{}, contracting_dims = [1] x [0]
    : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>"""


def block(body: str, result: str) -> Block:
    text = f"{HEADER}{body}\n region.yield %{result} : tensor<8x4xf32>\n }}\n func.return %r : tensor<8x4xf32>\n}}"
    module = ExactParser(make_context(), text).parse_module()
    module.verify()
    return next(op for op in module.walk() if isinstance(op, BoundRegionOp)).body_block


def program(found: Block, rows: Rows | None = None) -> list[tuple[Grain, tuple[int, ...]]]:
    return [(scan.facts.grain, scan.facts.ops) for scan in scan_ops(found, rows)]


def test_operands_come_before_the_contraction_and_outputs_after_it() -> None:
    body = f"""%1 = stablehlo.tanh %a : tensor<8x4xf32>
      %2 = stablehlo.negate %b : tensor<4x4xf32>
      %3 = {DOT.format(1, 2)}
      %4 = stablehlo.abs %1 : tensor<8x4xf32>
      %5 = stablehlo.add %3, %4 : tensor<8x4xf32>"""
    # The constant is op 0; what %1 makes beside the contraction waits for its outputs.
    assert program(block(body, "5")) == [(Grain.Input, (1,)), (Grain.Weight, (2,)), (Grain.Output, (4, 5))]


def test_what_needs_whole_rows_goes_through_them_again() -> None:
    body = f"""%1 = {DOT.format("a", "b")}
      %2 = stablehlo.exponential %1 : tensor<8x4xf32>
      %3 = {SUM.format("%2", 4, "%3")}
      %5 = stablehlo.divide %2, %4 : tensor<8x4xf32>"""
    found = block(body, "5")
    rows = Rows(128, 16, (Dim.K,))
    assert program(found, rows) == [(Grain.Output, (2, 3)), (Grain.Row, (4, 5))]
    # With one row, all waits for its end.
    assert program(found, Rows(16, 16, (Dim.K,)))[1][0] == Grain.Whole


def test_rows_of_an_input_are_complete_before_the_contraction() -> None:
    body = f"""%1 = {SUM.format("%a", 2, "%1")}
      %3 = stablehlo.subtract %a, %2 : tensor<8x4xf32>
      %4 = {DOT.format(3, "b")}
      %5 = stablehlo.add %4, %2 : tensor<8x4xf32>"""
    assert program(block(body, "5")) == [(Grain.Input, (1,)), (Grain.Row, (2, 3)), (Grain.Output, (5,))]


def test_rows_beside_the_contraction_are_complete_before_it() -> None:
    # Sums of %a make the contraction's input; those of %2, of no part of it, are used after it.
    body = f"""%1 = {SUM.format("%a", 2, "%1")}
      %3 = stablehlo.subtract %a, %2 : tensor<8x4xf32>
      %4 = {DOT.format(3, "b")}
      %5 = stablehlo.tanh %a : tensor<8x4xf32>
      %6 = {SUM.format("%5", 7, "%6")}
      %8 = stablehlo.add %4, %7 : tensor<8x4xf32>"""
    found = block(body, "8")
    assert program(found) == [
        (Grain.Input, (1,)),
        (Grain.Piece, (5, 6)),
        (Grain.Row, (2, 3)),
        (Grain.Output, (7, 8)),
    ]
    region = found.parent_op()
    assert isinstance(region, BoundRegionOp)
    verify_scans(region, scan_ops(found, None))


def test_without_a_contraction_pieces_pass() -> None:
    body = "%1 = stablehlo.tanh %a : tensor<8x4xf32>"
    assert program(block(body, "1")) == [(Grain.Piece, (1,))]
