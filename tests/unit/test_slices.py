"""Slices of regions: that they suffice, shown by computing with everything else unknown, and that they are needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp

from dialects.region import BoundRegionOp, ChainAttr, Halo, TileLoopAttr
from dialects.stablehlo import ExactParser
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import Array, run
from hwmodels.records import RegionWork
from passes.analysis.chains import ChainError, region_slices, size_of, slice_of, tiling_of
from passes.analysis.network import network_view
from passes.analysis.ops import shape_of
from passes.analysis.slices import Slice, Window
from passes.form_regions import FormRegionsPass

CONVOLUTION = """
func.func @main(%x: tensor<2x9x7x3xf32>, %w: tensor<3x3x3x4xf32>, %b: tensor<4xf32>) -> (tensor<2x5x4x4xf32>) {
  %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {stride = [2, 2], pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<2x9x7x3xf32>, tensor<3x3x3x4xf32>) -> tensor<2x5x4x4xf32>
  %1 = stablehlo.broadcast_in_dim %b, dims = [3] : (tensor<4xf32>) -> tensor<2x5x4x4xf32>
  %2 = stablehlo.add %0, %1 : tensor<2x5x4x4xf32>
  %3 = stablehlo.tanh %2 : tensor<2x5x4x4xf32>
  return %3 : tensor<2x5x4x4xf32>
}"""

POOLED = """
func.func @main(%x: tensor<2x8x8x3xf32>, %w: tensor<3x3x1x3xf32>) -> (tensor<2x8x8x3xf32>, tensor<2x3xf32>) {
  %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
    window = {pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 3 : i64}
    : (tensor<2x8x8x3xf32>, tensor<3x3x1x3xf32>) -> tensor<2x8x8x3xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1, 2]
    : (tensor<2x8x8x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %n = stablehlo.constant dense<64.0> : tensor<2x3xf32>
  %2 = stablehlo.divide %1, %n : tensor<2x3xf32>
  return %0, %2 : tensor<2x8x8x3xf32>, tensor<2x3xf32>
}"""

SCORES = """
func.func @main(%q: tensor<2x6x3x4xf32>, %k: tensor<2x5x3x4xf32>) -> (tensor<6x6x5xf32>) {
  %0 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3]
    : (tensor<2x6x3x4xf32>, tensor<2x5x3x4xf32>) -> tensor<2x3x6x5xf32>
  %low = stablehlo.constant dense<-1.0e30> : tensor<f32>
  %1 = stablehlo.reduce(%0 init: %low) applies stablehlo.maximum across dimensions = [3]
    : (tensor<2x3x6x5xf32>, tensor<f32>) -> tensor<2x3x6xf32>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0, 1, 2] : (tensor<2x3x6xf32>) -> tensor<2x3x6x5xf32>
  %3 = stablehlo.subtract %0, %2 : tensor<2x3x6x5xf32>
  %4 = stablehlo.exponential %3 : tensor<2x3x6x5xf32>
  %5 = stablehlo.reshape %4 : (tensor<2x3x6x5xf32>) -> tensor<6x6x5xf32>
  return %5 : tensor<6x6x5xf32>
}"""

WINDOWED = """
func.func @main(%x: tensor<1x12x6xf32>) -> (tensor<1x5x6xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.pad %x, %z, low = [0, 2, 0], high = [0, 0, 0], interior = [0, 0, 0]
    : (tensor<1x12x6xf32>, tensor<f32>) -> tensor<1x14x6xf32>
  %1 = stablehlo.slice %0 [0:1, 1:13:1, 0:6] : (tensor<1x14x6xf32>) -> tensor<1x12x6xf32>
  %2 = "stablehlo.reduce_window"(%1, %z) <{
    window_dimensions = array<i64: 1, 3, 1>, window_strides = array<i64: 1, 2, 1>,
    base_dilations = array<i64: 1, 1, 1>, window_dilations = array<i64: 1, 1, 1>, padding = dense<0> : tensor<3x2xi64>
  }> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %m = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %m : tensor<f32>
  }) : (tensor<1x12x6xf32>, tensor<f32>) -> tensor<1x5x6xf32>
  return %2 : tensor<1x5x6xf32>
}"""


def region_of(text: str) -> BoundRegionOp:
    """The only region that the text becomes."""
    module = read_stablehlo(text.encode(), "test")
    FormRegionsPass(prepare=False).apply(make_context(), module)
    (op,) = network_view(module).regions
    return op


def body_text(op: BoundRegionOp) -> str:
    """The body of a region as a model of its own."""
    body = op.body.clone()
    last = body.block.last_op
    assert last is not None
    body.block.add_op(ReturnOp(*last.operands))
    body.block.erase_op(last)
    return write_stablehlo(
        ModuleOp([FuncOp("main", ((*[a.type for a in body.block.args],), (*op.result_types,)), body)])
    )


def positions(place: Slice, shape: Sequence[int], first: int, last: int) -> np.ndarray:
    """A mask of the elements of a tensor at positions ``first`` to ``last`` of an axis, counted one by one."""
    dimension, inner = place.carry.dimension, place.carry.inner
    along = np.asarray([(index // inner) % place.extent for index in range(shape[dimension])])
    wanted = (first <= along) & (along <= last)
    return np.broadcast_to(wanted.reshape([-1 if d == dimension else 1 for d in range(len(shape))]), shape)


CUTS = [
    (CONVOLUTION, 0, 2), (CONVOLUTION, 1, 5), (CONVOLUTION, 2, 4), (CONVOLUTION, 3, 4), (POOLED, 0, 2), (POOLED, 1, 8),
    (SCORES, 0, 6), (SCORES, 1, 6), (WINDOWED, 1, 5), (WINDOWED, 2, 6),
]  # fmt: skip


@pytest.mark.parametrize(("text", "dimension", "extent"), CUTS)
def test_a_slice_of_the_operands_gives_the_slice_of_the_result(text: str, dimension: int, extent: int):
    """What is not in the slice is not a number, and no result of the slice notices; with one position less one does."""
    op = region_of(text)
    loop = TileLoopAttr(dimension, extent, 2, -(-extent // 2))
    body = region_slices(op, slice_of(loop))
    if (text, dimension) == (SCORES, 0):  # two dimensions merged: each is an axis, both together are none
        assert body is None
        return
    assert body is not None
    generator = np.random.default_rng(7)
    arguments = [generator.standard_normal(shape_of(a)).astype(np.float32) for a in op.body_block.args]
    program = body_text(op)
    whole = run(program, arguments)[0]
    narrower = False
    for tile in range(loop.tiles.data):
        first, last = loop.made(Halo.Recompute, tile)
        made = positions(slice_of(loop), whole.shape, first, last)
        got = run(
            program, [_known(body.of(a), v, first, last) for a, v in zip(op.body_block.args, arguments, strict=True)]
        )
        np.testing.assert_array_equal(got[0][made], whole[made])
        less = [
            _known(None if (cut := body.of(a)) is None else cut, v, first, last, spare=1)
            for a, v in zip(op.body_block.args, arguments, strict=True)
        ]
        narrower |= not np.array_equal(run(program, less)[0][made], whole[made])
    assert narrower


def _known(cut: Slice | None, value: Array, first: int, last: int, spare: int = 0) -> Array:
    """``value`` with all but its slice unknown."""
    if cut is None:
        return value
    low, high = first * cut.window.scale + cut.window.low + spare, last * cut.window.scale + cut.window.high
    return np.where(positions(cut, value.shape, low, high), value, np.float32("nan"))


def test_a_mean_over_the_rows_is_complete_with_the_last_tile():
    op = region_of(POOLED)
    loop = TileLoopAttr(1, 8, 3, 3)
    body = region_slices(op, slice_of(loop))
    assert body is not None
    assert op.yielded[1] in body.gathered
    # 2 images of 3 sums in float32; where images are tiles too, those of one image.
    work = _work(op)
    for loops, size in (([loop], 24), ([TileLoopAttr(0, 2, 1, 2), loop], 12)):
        tiling = tiling_of(op, ChainAttr("c", Halo.Keep, loops), work.reads, work.writes)
        assert tiling.sums_bytes == size
        assert sum(tile.count * tile.writes[1].fraction for tile in tiling.tiles) == pytest.approx(1.0)
    # Rows made by two tiles would be counted twice.
    assert region_slices(op, Slice(slice_of(loop).carry, 8, Window(1, -1, 1))) is None


def test_a_result_that_another_one_skips_through_is_not_cut():
    """Every second row of x, and x doubled beside it: tiles of the first do not make all rows of the second."""
    text = """
func.func @main(%x: tensor<8x3xf32>) -> tensor<4x3xf32> {
  %a, %b = region.fused "a" vector (%y = %x : tensor<8x3xf32> in dram)
      -> (tensor<4x3xf32> in dram, tensor<8x3xf32> in dram) {
    %0 = stablehlo.add %y, %y : tensor<8x3xf32>
    %1 = stablehlo.slice %0 [0:8:2, 0:3] : (tensor<8x3xf32>) -> tensor<4x3xf32>
    region.yield %1, %0 : tensor<4x3xf32>, tensor<8x3xf32>
  }
  func.return %a : tensor<4x3xf32>
}"""
    (op,) = network_view(ExactParser(make_context(), text).parse_module()).regions
    assert region_slices(op, slice_of(TileLoopAttr(0, 4, 1, 4))) is None
    assert region_slices(op, slice_of(TileLoopAttr(1, 3, 1, 3))) is not None


def test_a_softmax_is_not_cut_along_its_rows():
    assert region_slices(region_of(SCORES), slice_of(TileLoopAttr(2, 5, 1, 5))) is None


@pytest.mark.parametrize("halo", list(Halo))
@pytest.mark.parametrize(("step", "before", "after"), [(2, 0, 0), (4, 1, 2), (3, 2, 0), (1, 0, 3)])
def test_tiles_make_every_position(halo: Halo, step: int, before: int, after: int):
    loop = TileLoopAttr(0, 11, step, -(-11 // step), before=before, after=after)
    made = [loop.made(halo, tile) for tile in range(loop.tiles.data)]
    times = np.zeros(11)
    for first, last in made:
        times[first : last + 1] += 1
    assert (times >= 1).all()
    if halo == Halo.Keep:
        assert (times == 1).all()


def test_positions_that_a_window_needs():
    """Counted one by one: three taps at stride 2 after one position of padding, of an axis of 9."""
    for first in range(5):
        for last in range(first, 5):
            needed = {2 * out + tap - 1 for out in range(first, last + 1) for tap in range(3)} & set(range(9))
            assert size_of(Window(2, -1, 1), 9, first, last) == len(needed)


def test_the_work_of_tiles():
    """The convolution's five rows in tiles of two, two and one: 5, 5 and 2 rows of the input (the padding is none)."""
    op = region_of(CONVOLUTION)
    work = _work(op)
    shapes = [shape_of(value) for value in op.operands]
    image, kernel = shapes.index((2, 9, 7, 3)), shapes.index((3, 3, 3, 4))
    chain = ChainAttr("c", Halo.Keep, [TileLoopAttr(0, 2, 1, 2), TileLoopAttr(1, 5, 2, 3)], [kernel])
    tiling = tiling_of(op, chain, work.reads, work.writes)
    # Of each image: rows 0 to 3 (from -1), 3 to 7, and 7 to 8 (to 9), in halves.
    found = sorted((t.count, t.contraction.bounds[:4], t.reads[image].fraction) for t in tiling.tiles if t.contraction)
    assert found == [(2, (1, 1, 1, 4), 2 / 18), (2, (1, 1, 2, 4), 4 / 18), (2, (1, 1, 2, 4), 5 / 18)]
    assert {t.reads[kernel].fraction for t in tiling.tiles} == {1.0}
    # 5 rows of 4 columns and 4 channels, 2 images: an addition and a hyperbolic tangent each.
    assert sum(t.count * t.vector.alu for t in tiling.tiles) == pytest.approx(160)
    assert sum(t.count * t.vector.transcendental for t in tiling.tiles) == pytest.approx(160)
    assert sum(t.count * t.writes[0].fraction for t in tiling.tiles) == pytest.approx(1.0)
    # The kernel is fetched by the very first tile.
    assert sum(t.fetches[0] for t in tiling.tiles) == 1


def _work(op: BoundRegionOp) -> RegionWork:
    function = op.parent_op()
    assert function is not None
    module = function.parent_op()
    assert isinstance(module, ModuleOp)
    return network_view(module).network.regions[0]


def test_what_cannot_be_followed_is_refused():
    op = region_of(SCORES)
    work = _work(op)
    with pytest.raises(ChainError, match="cannot run slice by slice along dimension 2 of its first result"):
        tiling_of(op, ChainAttr("c", Halo.Keep, [TileLoopAttr(2, 5, 1, 5)]), work.reads, work.writes)
