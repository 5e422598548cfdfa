"""The contiguous stretches of slices, gathers and updates, against addresses listed one by one."""

from __future__ import annotations

from itertools import pairwise, product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.passes import PassPipeline

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from hwmodels.records import RegionWork, Runs
from passes.analysis.network import network_of
from passes.analysis.runs import block_runs
from passes.form_regions import FormRegionsPass

GATHER = """func.func @main(%t: tensor<1000x8xf32>, %i: tensor<1x5x1xi32>) -> (tensor<1x5x8xf32>) {
  %0 = "stablehlo.gather"(%t, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [2],
    collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, indices_are_sorted = false,
    slice_sizes = array<i64: 1, 8>}> : (tensor<1000x8xf32>, tensor<1x5x1xi32>) -> tensor<1x5x8xf32>
  return %0 : tensor<1x5x8xf32>
}"""

UPDATE = """func.func @main(%t: tensor<64x16xf32>, %u: tensor<64x1xf32>, %i: tensor<i32>) -> (tensor<64x16xf32>) {
  %0 = stablehlo.dynamic_update_slice %t, %u, %i, %i
    : (tensor<64x16xf32>, tensor<64x1xf32>, tensor<i32>, tensor<i32>) -> tensor<64x16xf32>
  return %0 : tensor<64x16xf32>
}"""

SCATTER = """func.func @main(%t: tensor<64x16xf32>, %i: tensor<3x1xi32>, %u: tensor<3x64xf32>) -> (tensor<64x16xf32>) {
  %0 = "stablehlo.scatter"(%t, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1],
    inserted_window_dims = [1], scatter_dims_to_operand_dims = [1], index_vector_dim = 1>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %s : tensor<f32>
    }) : (tensor<64x16xf32>, tensor<3x1xi32>, tensor<3x64xf32>) -> tensor<64x16xf32>
  return %0 : tensor<64x16xf32>
}"""

SLICES = """func.func @main(%t: tensor<64x16xf32>) -> (tensor<64x4xf32>, tensor<64x2xf32>) {
  %0 = stablehlo.slice %t [0:64, 4:8] : (tensor<64x16xf32>) -> tensor<64x4xf32>
  %1 = stablehlo.slice %t [0:64, 0:16:8] : (tensor<64x16xf32>) -> tensor<64x2xf32>
  return %0, %1 : tensor<64x4xf32>, tensor<64x2xf32>
}"""

ALSO_WHOLE = """func.func @main(%t: tensor<64x16xf32>) -> (tensor<64x4xf32>, tensor<64x16xf32>) {
  %0 = stablehlo.slice %t [0:64, 4:8] : (tensor<64x16xf32>) -> tensor<64x4xf32>
  %1 = stablehlo.add %t, %t : tensor<64x16xf32>
  return %0, %1 : tensor<64x4xf32>, tensor<64x16xf32>
}"""


def regions(text: str) -> tuple[RegionWork, ...]:
    module = read_stablehlo(text.encode(), "test")
    PassPipeline((FormRegionsPass(),)).apply(make_context(), module)
    return network_of(module).regions


def reads_of_the_first(text: str) -> list[Runs]:
    return [use.runs for region in regions(text) for use in region.reads if use.tensor == 0]


@given(st.data())
def test_runs_of_a_block_are_those_of_its_addresses(data: st.DataObject):
    shape = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    block = [data.draw(st.integers(1, extent)) for extent in shape]
    steps = [
        data.draw(st.integers(1, (extent - 1) // (part - 1))) if part > 1 else 1
        for extent, part in zip(shape, block, strict=True)
    ]
    addresses: list[int] = []
    for index in product(*(range(0, part * step, step) for part, step in zip(block, steps, strict=True))):
        address = 0
        for position, extent in zip(index, shape, strict=True):
            address = address * extent + position
        addresses.append(address)
    gaps = [second - first for first, second in pairwise(sorted(addresses))]
    starts = [0, *(position + 1 for position, gap in enumerate(gaps) if gap > 1)]
    found = block_runs(shape, block, steps, 2.0)
    if block == shape:
        assert found == Runs()
        return
    ends = [*starts[1:], len(addresses)]
    assert found.run_bytes == 2 * min(end - start for start, end in zip(starts, ends, strict=True))
    # Where a row ends another pitch may come between; the first is that of nearly all.
    pitch = 2 * (sorted(addresses)[starts[1]] - addresses[0]) if len(starts) > 1 else inf
    assert found.pitch_bytes == pitch


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GATHER, [Runs(32, inf)]),  # rows of 8 elements, anywhere
        (SLICES, [Runs(4, 32)]),  # runs of 16 bytes, and of 4 bytes 32 apart: the shorter counts
        (ALSO_WHOLE, [Runs()]),
        (UPDATE, [Runs()]),  # the old tensor is not read
        (SCATTER, [Runs(4, 64)]),  # a column of 64 rows, of 64 bytes each
    ],
)
def test_runs_that_a_region_reads(text: str, expected: list[Runs]):
    assert reads_of_the_first(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [(UPDATE, Runs(4, 64)), (SCATTER, Runs(4, 64)), (GATHER, Runs())],
)
def test_runs_that_a_region_writes(text: str, expected: Runs):
    assert [write.runs for region in regions(text) for write in region.writes] == [expected]
