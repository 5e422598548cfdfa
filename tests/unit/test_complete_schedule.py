"""Schedules that say everything: deliberate faults, each found by the rule that is meant for it."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import ParseError, PassFailedException, VerifyException

from dialects.sched import BufferOp, MemoryOp, PlaceAttr, RegionOp, Segment
from dialects.sched.memory import Occupant, Timeline, occupants, peak_bytes, verify_apart
from fastc import pipelines
from fastc.frontends.stablehlo import read_stablehlo
from passes.analysis.machine import accelerator_of
from tests.documents import ROOT, blocks_of
from tests.unit.test_read_lowered import BARE, parse, print_module, run

(PAGE,) = [block.text for block in blocks_of(ROOT / "docs" / "schedule.md") if block.title == "schedule.mlir"]
"""A convolution with rows, and a product with prefetched weights."""

REGIONS = (Path(__file__).parents[1] / "filecheck" / "passes" / "lower_to_schedule.mlir").read_text()


def lowered(passes: str) -> str:
    module = parse(REGIONS)
    run(module, passes)
    return print_module(module)


@pytest.fixture(scope="module")
def resident() -> str:
    """The same little network with weights and activations on chip, and a region without a contraction."""
    return lowered("place-tensors,lower-to-schedule")


FAULTS = [
    # Too small.
    (
        "input l1 slots 2 bytes 240 at [0 to 480]",
        "input l1 slots 2 bytes 232 at [0 to 464]",
        r"\(B6\) the input .* 2 of 240",
    ),
    (
        "input l1 slots 2 bytes 240 at [0 to 480]",
        "input l1 slots 1 bytes 240 at [0 to 240]",
        r"\(B6\) .* 1 slots of 240",
    ),
    (
        "input l1 slots 2 bytes 240 at [0 to 480]",
        "input l1 slots 2 bytes 240 at [0 to 479]",
        r"\(B2\) .* a place of 479",
    ),
    ("slots 2 bytes 240 at [0 to 480]", "slots 2 bytes 240 at [7800 to 8280]", r"\(B7\) .* byte 8280, .* has 8192"),
    ("output l1 slots 2 bytes 384 at [0 to 768]", "output dram slots 2 bytes 384 at [0 to 768]", r"\(B1\)"),
    # A buffer too few, a place of nothing, segments that overlap.
    ("      sched.buffer weight l1 slots 2 bytes 1728 at [0 to 3456]\n", "", r"\(B5\) .* each of .*weight l1"),
    ("      sched.buffer input global slots 2 bytes 960 at [11520 to 13440]\n", "", r"\(B5\) .* each of input global"),
    ("[11520 to 13440]", "[11520 to 12480, 12000 to 12960]", r"\(E3\)"),
    # Overlap, also of what is prefetched, beyond the end, and a peak that is not.
    ("[11520 to 13440]", "[6000 to 7920]", r"\(G5\) the input buffer of 'conv_0' and the weight %arg1 .* 6000 to 6912"),
    ("[11520 to 13440]", "[10000 to 11920]", r"\(G5\) .* 10000 to 11520"),
    ("at [6912 to 8448] prefetch", "at [13000 to 14536] prefetch", r"\(G5\) .*'matmul_1' and .*'conv_0'"),
    ("at [12480 to 15168]", "at [22000 to 24688]", r"\(G4\) .* byte 24688, .* 24576"),
    ("peak 15168", "peak 15167", r"\(G7\) at most 15168"),
    ("global bytes 24576 peak", "global bytes 65536 peak", r"\(G1\) .* 24576 bytes, not 65536"),
    # Prefetched before it is there.
    (
        "bytes 2016 at [8448 to 12480]",
        "bytes 2016 at [8448 to 12480] prefetch",
        r"\(G6\) .* the region before makes it",
    ),
    ("bytes 960 at [11520 to 13440]", "bytes 960 at [11520 to 13440] prefetch", r"\(G6\) .* no region always runs"),
    (
        "bytes 384 at [0 to 768]\n      sched.buffer output l1 slots 2 bytes 336",
        "bytes 384 at [0 to 768] prefetch\n      sched.buffer output l1 slots 2 bytes 336",
        r"\(B3\) weight at l1",
    ),
    # A tensor of another size than its place.
    ("in pinned at [0 to 6912]", "in pinned at [0 to 6910]", r"\(G3\) .* a place of 6910 bytes; it needs 6912"),
    ("in pinned at [0 to 6912]", "in pinned", r"\(G3\) .* a place of 0 bytes"),
    # A dropped transfer, a wrong order.
    ("      sched.transfer output global to dram tile 1536\n", "", r"\(S8\)"),
    (
        "sched.keep l1 bytes 1536\n      sched.scan per output [2 exponential, 3 reduce]",
        "sched.scan per output [2 exponential, 3 reduce]\n      sched.keep l1 bytes 1536",
        r"\(S4\) sched.keep",
    ),
    (
        "sched.scan per output [2 exponential, 3 reduce]\n      sched.scan per row [4 broadcast_in_dim, 5 divide]",
        "sched.scan per row [4 broadcast_in_dim, 5 divide]\n      sched.scan per output [2 exponential, 3 reduce]",
        r"\(W4\) op 4, broadcast_in_dim, is in scan 0, but it uses reduce of scan 1",
    ),
    ("3 reduce]\n      sched.scan per row [4", "3 reduce, 4", r"\(W4\) op 4, .* a later one"),
    ("scan per row", "scan per output", r"\(W5\) op 4"),
    ("scan per row", "scan per whole", None),
    ("[4 broadcast_in_dim, 5 divide]", "[4 broadcast_in_dim]", r"\(W2\) .* ops \[5\]"),
    ("[4 broadcast_in_dim, 5 divide]", "[5 divide, 4 broadcast_in_dim]", r"\(W1\)"),
    ("5 divide]", "5 multiply]", r"\(W3\) op 5 of the body is divide"),
    ("[2 exponential", "[0 constant, 2 exponential", r"\(W2\) .* \[0\] too much"),
    # Rows that have nowhere to wait.
    ("      sched.keep l1 bytes 1536\n", "", r"\(B9\) 0 of sched.keep"),
    ("keep l1 bytes 1536", "keep l1 bytes 1535", r"\(B9\) 1535 .* 1536 wait there"),
    ("keep l1 bytes 1536", "keep global bytes 1536", None),
    (
        "output global slots 2 bytes 1536 at [8448 to 11520]",
        "output global slots 3 bytes 1536 at [8448 to 13056]",
        r"\(G5\)",
    ),
    # What follows from loops and axes.
    ("q = 8 or 6", "q = 8", r"\(S11\) .* q = 8 or 6"),
    ("folds output count 3", "folds output count 4", r"\(S12\) .* output count 3 stream 36"),
    ("drain 8", "drain 4", r"\(S12\) the array has 8 rows"),
    ("      sched.folds weight count 3 preload 8 stream 21\n", "", r"\(S12\)"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_is_found(old: str, new: str, message: str | None) -> None:
    assert old in PAGE
    text = PAGE.replace(old, new, 1)
    if message is None:
        parse(text)
        return
    with pytest.raises((VerifyException, ParseError), match=message):
        parse(text)


RESIDENT_FAULTS = [
    # "first" and "second" both keep their results on chip; "second" reads the one while it makes the other.
    (
        "(tensor<8x4xf32> in global at [192 to 320])",
        "(tensor<8x4xf32> in global at [100 to 228])",
        r"\(G3\) .*another place",
    ),
    (
        "in pinned at [0 to 64]",
        "in pinned at [512 to 576]",
        r"\(G3\) region 'second' has %w at another place than 'first'",
    ),
    ("      sched.pieces 1\n", "", r"\(B8\)"),
    ("sched.pieces 1", "sched.pieces 0", r"\(B4\)"),
    ("scan per piece [0 add]", "scan per piece [0 subtract]", r"\(W3\)"),
]


@pytest.mark.parametrize(("old", "new", "message"), RESIDENT_FAULTS)
def test_a_fault_beside_residents_is_found(resident: str, old: str, new: str, message: str) -> None:
    assert old in resident
    with pytest.raises(VerifyException, match=message):
        parse(resident.replace(old, new, 1))


def test_a_result_must_not_lie_on_what_is_still_used(resident: str) -> None:
    # "center" reads the result of "first" after "second" has made its own.
    text = resident.replace("in global at [192 to 320]", "in global at [64 to 192]")
    with pytest.raises(VerifyException, match=r"\(G5\) the result of 'second' and the result of 'first'.* 64 to 192"):
        parse(text)


def test_a_region_without_buffers_is_not_vouched_for(resident: str) -> None:
    outline = re.sub(r"\n *sched\.(buffer|folds|scan|keep|pieces) .*", "", resident)
    with pytest.raises(VerifyException, match=r"\(G2\) the schedule of region 'first' lacks"):
        parse(outline)
    parse(re.sub(r"\n *sched\.memory .*", "", outline))


def test_outlines_and_whole_schedules_print_as_they_are_read(resident: str) -> None:
    for text in (print_module(parse(PAGE)), resident):
        assert print_module(parse(text)) == text
        assert print_module(parse(print_module(parse(text), generic=True))) == text


def timeline(text: str) -> tuple[Timeline, ModuleOp]:
    module = parse(text)
    return Timeline.of(module), module


def test_lifetimes_reach_from_producer_to_last_use(resident: str) -> None:
    order, _ = timeline(resident)
    assert [region.region_name.data for region in order.regions] == ["first", "second", "last", "center"]
    lives = {each.name: (each.first, each.last) for each in occupants(order)}
    assert lives["the weight %w"] == (0, 3)
    assert lives["the result of 'first'"] == (0, 3)
    assert lives["the result of 'second'"] == (1, 2)


def test_a_prefetched_buffer_is_there_one_region_earlier() -> None:
    order, _ = timeline(PAGE)
    lives = {each.name: (each.first, each.last) for each in occupants(order)}
    assert lives["the weight buffer of 'matmul_1'"] == (0, 1)
    assert lives["the input buffer of 'matmul_1'"] == (1, 1)


LOOP = """
  arch.accelerator @m clock_hz 1.0e9 node_nm 7 dtype f32 native_batch 1 {
    arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e9
    arch.global_buffer bytes 4096
    arch.pe_grid x 1 y 1
    arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
    arch.l1 private input 1024 weight 1024 output 1024
    arch.systolic_array rows 4 columns 4
    arch.vector_unit multiplier 1
  }
  func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, %n: tensor<i32> {region.role = "input"})
      -> tensor<8x4xf32> {
    %zero = stablehlo.constant dense<0> : tensor<i32>
    %a = region.fused "before" vector (%p = %x : tensor<8x4xf32> in dram) -> (tensor<8x4xf32> in global) {
      %1 = stablehlo.tanh %p : tensor<8x4xf32>
      region.yield %1 : tensor<8x4xf32>
    }
    %i, %y = "stablehlo.while"(%zero, %x) ({
    ^bb0(%j: tensor<i32>, %z: tensor<8x4xf32>):
      %c = "stablehlo.compare"(%j, %n) <{comparison_direction = #stablehlo<comparison_direction LT>}>
          : (tensor<i32>, tensor<i32>) -> tensor<i1>
      "stablehlo.return"(%c) : (tensor<i1>) -> ()
    }, {
    ^bb0(%j: tensor<i32>, %z: tensor<8x4xf32>):
      %b = region.fused "inside" vector (%p = %a : tensor<8x4xf32> in global, %q = %z : tensor<8x4xf32> in dram)
          -> (tensor<8x4xf32> in dram) {
        %1 = stablehlo.add %p, %q : tensor<8x4xf32>
        region.yield %1 : tensor<8x4xf32>
      }
      %d = region.fused "later" vector (%p = %b : tensor<8x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
        %1 = stablehlo.tanh %p : tensor<8x4xf32>
        region.yield %1 : tensor<8x4xf32>
      }
      "stablehlo.return"(%j, %d) : (tensor<i32>, tensor<8x4xf32>) -> ()
    }) : (tensor<i32>, tensor<8x4xf32>) -> (tensor<i32>, tensor<8x4xf32>)
    func.return %y : tensor<8x4xf32>
  }
"""


def test_what_a_loop_uses_is_there_until_it_ends() -> None:
    module = parse(LOOP)
    run(module, "lower-to-schedule")
    (result,) = [each for each in occupants(Timeline.of(module)) if each.name == "the result of 'before'"]
    assert (result.first, result.last) == (0, 2)


def test_nothing_is_prefetched_into_a_loop() -> None:
    order = Timeline.of(parse(LOOP))
    assert [order.follows(moment) and order.regions[moment - 1].region_name.data for moment in range(3)] == [
        None, None, "inside"
    ]  # fmt: skip


def occupant(name: str, first: int, last: int, *segments: tuple[int, int]) -> Occupant:
    return Occupant(name, PlaceAttr(Segment(*segment) for segment in segments), first, last)


def test_segments_are_compared_one_by_one() -> None:
    split = occupant("split", 0, 2, (0, 4), (8, 12))
    verify_apart([split, occupant("between", 1, 1, (4, 8))], 12)
    verify_apart([split, occupant("after", 3, 3, (0, 12))], 12)
    with pytest.raises(VerifyException, match="the bytes 8 to 9"):
        verify_apart([split, occupant("wide", 2, 2, (4, 9))], 12)
    with pytest.raises(VerifyException, match="the bytes 0 to 4"):
        verify_apart([occupant("around", 0, 0, (0, 12)), occupant("inside", 0, 0, (0, 4))], 12)
    assert peak_bytes([split, occupant("between", 1, 1, (4, 8))], 3) == 12


def test_too_much_on_chip_is_refused() -> None:
    # The result of "before" has 8 * 4 * 4 bytes.
    run(parse(LOOP.replace("buffer bytes 4096", "buffer bytes 128")), "lower-to-schedule")
    module = parse(LOOP.replace("buffer bytes 4096", "buffer bytes 127"))
    with pytest.raises(PassFailedException, match=r"at region 'before' .* take 128 bytes, but it has 127; keep fewer"):
        run(module, "lower-to-schedule")


@pytest.mark.slow
def test_a_big_network_is_proven_in_a_second() -> None:
    """All tensors and buffers of EfficientNet-B7, in a second of processor time."""
    buffers = dict.fromkeys(("l1_input_bytes", "l1_weight_bytes", "l1_output_bytes"), 32768)
    machine = replace(BARE, global_buffer_bytes=32 << 20, **buffers)
    path = ROOT / "examples" / "efficientnet_b7.mlir"
    module = read_stablehlo(path.read_bytes(), path.name)
    module.body.block.insert_ops_before([accelerator_of(machine)], next(iter(module.ops)))
    run(module, pipelines.join(pipelines.CLEANUP, *pipelines.lowering("fastc")))
    ops = [op for op in module.walk() if isinstance(op, RegionOp | MemoryOp)]
    start = time.process_time()
    for op in ops:
        op.verify_()
    assert time.process_time() - start < 1.0
    assert sum(isinstance(op, BufferOp) for op in module.walk()) > 800


def test_there_is_one_account() -> None:
    (line,) = re.findall(r" *sched\.memory .*\n", PAGE)
    with pytest.raises(VerifyException, match=r"\(G1\) a module has one sched.memory"):
        parse(PAGE.replace(line, line + line))
    # Without a machine it stands for the buffer that it names.
    without = re.sub(r"  arch\.accelerator .*?\n  }\n", "", PAGE, flags=re.DOTALL)
    assert "arch." not in without
    parse(without)
    with pytest.raises(VerifyException, match=r"\(G4\)"):
        parse(without.replace("bytes 24576 peak", "bytes 15000 peak"))


def test_nothing_of_a_complete_schedule_is_left_in_stablehlo() -> None:
    module = parse(PAGE)
    run(module, "lower-to-stablehlo")
    text = print_module(module)
    assert "sched." not in text
    assert "stablehlo.convolution" in text
