"""The lowered IR is the whole truth: what is read from it, and that nothing else decides the cost."""

from __future__ import annotations

from dataclasses import fields, replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline
from xdsl.transforms import get_all_passes as get_xdsl_passes
from xdsl.utils.exceptions import PassFailedException

from dialects.stablehlo import ExactParser, ExactPrinter
from fastc.errors import InputError
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from fastc.problem import Lowered, read_lowered
from hwmodels.mapper import map_network
from hwmodels.network import evaluate
from hwmodels.records import Contraction, Machine, Mapping, NetworkCost, Rows, VectorWork
from passes import get_all_passes
from passes.analysis.machine import accelerator_of
from passes.analysis.network import network_of

EXAMPLES = Path(__file__).parents[2] / "examples"

BARE = Machine(
    name="bare", node_nm=7, clock_hz=1e9, dram_kind="gddr6", dram_channel_bytes_per_s=5.6e10, dram_channels=8,
    pe_x=4, pe_y=4, array_rows=16, array_columns=16, vector_multiplier=1, l1_shared=0, l1_input_bytes=8192,
    l1_weight_bytes=8192, l1_output_bytes=8192, l2_enabled=0, l2_shared=0, l2_input_multiplier=4,
    l2_weight_multiplier=4, l2_output_multiplier=2, global_buffer_bytes=0, native_batch=1,
)  # fmt: skip

MACHINES = {
    "neither": BARE,
    "l2": replace(BARE, l2_enabled=1),
    "global": replace(BARE, global_buffer_bytes=8 << 20, l1_shared=1),
    "both": replace(BARE, global_buffer_bytes=8 << 20, l2_enabled=1, l2_shared=1),
}
"""Machines by the levels that they have beside L1."""


def run(module: ModuleOp, pipeline: str) -> None:
    PassPipeline.parse_spec({**get_xdsl_passes(), **get_all_passes()}, pipeline).apply(make_context(), module)
    module.verify()


def parse(text: str) -> ModuleOp:
    module = ExactParser(make_context(), text).parse_module()
    module.verify()
    return module


def print_module(module: ModuleOp, *, generic: bool = False) -> str:
    stream = StringIO()
    ExactPrinter(stream, print_generic_format=generic).print_op(module)
    return stream.getvalue()


def cost(lowered: Lowered) -> NetworkCost:
    return evaluate(lowered.network, lowered.machine, lowered.mappings, lowered.placement)


@pytest.fixture(scope="module")
def regions() -> ModuleOp:
    """MobileNet-v2 as regions: convolutions, depthwise ones, a matrix product, pooling and vector work."""
    path = EXAMPLES / "mobilenet_v2.mlir"
    module = read_stablehlo(path.read_bytes(), path.name)
    run(module, "inline,canonicalize,cse,dce,form-regions")
    return module


@pytest.mark.parametrize("name", MACHINES)
def test_nothing_is_lost_on_the_way_through_ir(regions: ModuleOp, name: str) -> None:
    machine = MACHINES[name]
    network = network_of(regions)
    mappings = map_network(network, machine)
    module = regions.clone()
    module.body.block.insert_ops_before([accelerator_of(machine)], next(iter(module.ops)))
    run(module, "place-tensors,lower-to-schedule")

    lowered = read_lowered(module)
    assert lowered.machine == machine
    assert lowered.network == network
    for read, mapped in zip(lowered.mappings, mappings, strict=True):
        assert (read is None) == (mapped is None)
        if read is None or mapped is None:
            continue
        for tile in ("engine", "spatial", "l1_tile", "l2_tile", "global_tile"):
            assert np.array_equal(getattr(read, tile), getattr(mapped, tile)), tile
    expected = cost(replace(lowered, mappings=mappings))
    assert cost(lowered) == expected
    text = print_module(module)
    again = parse(text)
    assert cost(read_lowered(again)) == expected
    assert print_module(again) == text
    assert cost(read_lowered(parse(print_module(module, generic=True)))) == expected


ACCELERATOR = """arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
  arch.global_buffer bytes 4096
  arch.pe_grid x 2 y 2
  arch.l2 private input_multiplier 2 weight_multiplier 1 output_multiplier 1
  arch.l1 shared input 1024 weight 1024 output 1024
  arch.systolic_array rows 4 columns 4
  arch.vector_unit multiplier 1
}
"""

LOWERED = (
    ACCELERATOR
    + """
func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %w: tensor<4x6xf32> {region.role = "weight"})
    -> tensor<8x6xf32> {
  %0 = sched.region "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x6xf32> in pinned)
      -> (tensor<8x6xf32> in dram) {
    %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0]
      : (tensor<8x4xf32>, tensor<4x6xf32>) -> tensor<8x6xf32>
    sched.yield %1 : tensor<8x6xf32>
  } schedule {
    sched.contraction [g = 1, n = 8, p = 1, q = 1, k = 6, c = 4, r = 1, s = 1]
      stride [1, 0.5] dilation [1, 0.25] bytes [4, 4, 4]
    sched.loops global [k = 6 step 4, n = 8 step 6]
    sched.transfer input dram to global tile 96
    sched.transfer output global to dram tile 96
    sched.loops l2 [n = 6 step 4]
    sched.transfer input global to l2 tile 64
    sched.transfer weight global to l2 tile 64
    sched.transfer output l2 to global tile 64
    sched.loops l1 [c = 4 step 2, n = 4 step 2, k = 4 step 3]
    sched.transfer input l2 to l1 tile 16
    sched.transfer weight l2 to l1 tile 24
    sched.transfer output l1 to l2 tile 24
    sched.spatial pe_y [n = 2]
    sched.spatial rows [n = 2]
    sched.spatial columns [k = 3]
    sched.compute output_stationary
    sched.vector {alu = 1, transcendental = 2, divide = 3, reduce = 4, move = 5}
      rows [n, k] {rescan_bytes = 8, kept_bytes = 7, row_bytes = 6}
  }
  func.return %0 : tensor<8x6xf32>
}
"""
)

G, N, P, Q, K, C, R, S = range(8)


def assert_mapping(found: Mapping | None, expected: Mapping) -> None:
    assert found is not None
    for field in fields(Mapping):
        value = getattr(found, field.name)
        assert np.asarray(value).dtype == np.int64, field.name
        assert np.array_equal(value, getattr(expected, field.name)), field.name


def test_each_number_comes_from_its_op() -> None:
    lowered = read_lowered(parse(LOWERED))
    (region,) = lowered.network.regions
    assert region.contraction == Contraction((1, 8, 1, 1, 6, 4, 1, 1), (1.0, 0.5), (1.0, 0.25), (4.0, 4.0, 4.0))
    assert region.vector == VectorWork(1, 2, 3, 4, 5, Rows(rescan_bytes=8, kept_bytes=7, row_bytes=6, dims="nk"))
    assert lowered.placement.spaces == ("dram", "pinned", "dram")
    assert_mapping(
        lowered.mappings[0],
        Mapping(
            engine=2,
            spatial=[
                [1, 1, 1, 1, 1, 1, 1, 1],
                [1, 2, 1, 1, 1, 1, 1, 1],
                [1, 2, 1, 1, 1, 1, 1, 1],
                [1, 1, 1, 1, 3, 1, 1, 1],
            ],
            l1_tile=[1, 2, 1, 1, 3, 2, 1, 1],
            l2_tile=[1, 4, 1, 1, 4, 4, 1, 1],
            global_tile=[1, 6, 1, 1, 4, 4, 1, 1],
            l1_order=[C, N, K, G, P, Q, R, S],
            l2_order=[N, G, P, Q, K, C, R, S],
            global_order=[K, N, G, P, Q, C, R, S],
        ),
    )


def test_a_level_that_is_missing_repeats_its_neighbour() -> None:
    text = (
        LOWERED.replace("arch.l2 private", "arch.l2 disabled")
        .replace("bytes 4096", "bytes 0")
        .replace("pinned", "dram")
    )
    start, end = text.index("    sched.loops global"), text.index("    sched.spatial pe_y")
    only_l1 = """    sched.loops l1 [k = 6 step 3, n = 8 step 4]
    sched.transfer input dram to l1 tile 64
    sched.transfer weight dram to l1 tile 48
    sched.transfer output l1 to dram tile 48
"""
    lowered = read_lowered(parse(text[:start] + only_l1 + text[end:]))
    mapping = lowered.mappings[0]
    assert mapping is not None
    for tile in (mapping.l1_tile, mapping.l2_tile, mapping.global_tile):
        assert list(tile) == [1, 4, 1, 1, 3, 4, 1, 1]
    assert list(mapping.global_order) == [K, N, G, P, Q, C, R, S]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("alu = 1", "alu = 100000"),
        ("rescan_bytes = 8, kept_bytes = 7", "rescan_bytes = 10000, kept_bytes = 5000"),
        ("%w : tensor<4x6xf32> in pinned", "%w : tensor<4x6xf32> in dram"),
        ("channel_bytes_per_s 1.0e9", "channel_bytes_per_s 2.0e9"),
        ("sched.loops global [k = 6 step 4, n = 8 step 6]", "sched.loops global [n = 8 step 6, k = 6 step 4]"),
        ("    sched.spatial columns [k = 3]\n", ""),
    ],
    ids=["vector work", "rows", "placement", "machine", "loop order", "spread"],
)
def test_what_the_ir_says_decides_the_cost(old: str, new: str) -> None:
    changed = LOWERED.replace(old, new)
    if "in dram" in new:
        border = "sched.transfer output global to dram"
        changed = changed.replace(border, f"sched.transfer weight dram to global tile 64\n    {border}")
    assert changed != LOWERED
    assert cost(read_lowered(parse(changed))) != cost(read_lowered(parse(LOWERED)))


def test_a_region_without_a_schedule_is_refused(regions: ModuleOp) -> None:
    module = regions.clone()
    module.body.block.insert_ops_before([accelerator_of(BARE)], next(iter(module.ops)))
    with pytest.raises(InputError, match="region 'conv_0' has no schedule; run lower-to-schedule"):
        read_lowered(module)


def test_a_module_without_a_machine_is_refused() -> None:
    with pytest.raises(PassFailedException, match="the cost of a lowered module needs a machine"):
        read_lowered(parse(LOWERED.replace(ACCELERATOR, "")))


def test_ops_outside_regions_are_refused() -> None:
    function = "func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {\n %0 = stablehlo.abs %x : tensor<4xf32>\n"
    with pytest.raises(InputError, match=r"the module is not lowered: @main has stablehlo\.abs outside any region"):
        read_lowered(parse(f"{ACCELERATOR}{function} func.return %0 : tensor<4xf32>\n}}"))
