"""What waits for slots and for pieces, by hand: outputs at the PEs, operands that DRAM brings while an array works."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hardware_cases import MIB, close, contraction, convolution, machine, mapping, single, sizes

from hwmodels.contractions import tabulate
from hwmodels.cost import ContractionCost, contraction_cost, schedule_of
from hwmodels.network import evaluate
from hwmodels.phases import Loop, Phases, phase_seconds, phases_of
from hwmodels.pipeline import first_pass_s
from hwmodels.records import (
    Contraction,
    Machine,
    Mapping,
    Placement,
    RegionCost,
    Rows,
    Space,
    Tensor,
    Use,
    VectorWork,
)
from hwmodels.technology import technology

NS = 1e-9

ONE_PE = machine(pe_x=1, pe_y=1, array_rows=4, array_columns=4, dram_channels=1, global_buffer_bytes=MIB)
"""16 MACs, 4 lanes, 16 bytes a cycle into the PE; a cycle is 1 ns. The last of 4 columns is 3 cycles behind the first,
a result 6 cycles behind its last input."""

ON_WEIGHTS = ({}, {}, {"c": 4}, {"k": 4})
ON_SUMS = ({}, {}, {"n": 4}, {"k": 4})
OUTPUT = 2


def cost_of(work: Contraction, plan: Mapping, on: Machine = ONE_PE) -> ContractionCost:
    table = tabulate([work])
    return contraction_cost(schedule_of([plan], table), table, on, technology(7, "gddr6"), 0.0)


def plan_of(work: Contraction, tile: dict[str, int], loops: str, engine: int = 0) -> Mapping:
    """Tiles at the PE in a nest of ``loops``, outermost first; one global tile."""
    spatial = ON_SUMS if engine == OUTPUT else ON_WEIGHTS
    return mapping(work, engine=engine, spatial=spatial, l2=sizes(**tile), tile=np.asarray(work.bounds), inner=loops)


def region_of(work: Contraction, plan: Mapping, on: Machine, spaces: tuple[Space, ...], alu: int = 0) -> RegionCost:
    network = single(work, VectorWork(alu=alu))
    return evaluate(network, on, [plan], Placement(spaces, 0.0, 0.0)).regions[0]


def test_new_sums_hold_a_slot_from_their_first_result_to_their_last():
    work = contraction(n=640, k=4, c=4)
    found = cost_of(work, plan_of(work, {"n": 10, "k": 4, "c": 4}, "n"))
    assert found.slot_cycles[0] == 64 * 3
    # All sums are complete as they leave.
    assert found.complete_cycles[0] == found.compute_cycles[0]


def test_no_slot_is_held_while_the_next_operand_is_loaded():
    """Ten columns of 4 channels for 2 rows: a stream of 2 cycles, and 2 more until the next weights are there."""
    work = contraction(n=2, k=40, c=4)
    found = cost_of(work, plan_of(work, {"n": 2, "k": 4, "c": 4}, "k"))
    assert found.compute_cycles[0] == 4 + 10 * 4 - 2 + 6
    assert found.slot_cycles[0] == close(10 * 3 - (40 - 2 - 20))


def test_rows_that_end_together_have_one_slot():
    """640 rows of 16, ten at a time, in four tiles each: the last of the four alone holds their slot 3 cycles longer.
    Behind it the vector unit works 80 cycles, and 320 bytes leave in 20; of 64 such rows all but 1.5 wait."""
    work = contraction(n=640, k=16, c=4)
    plan = plan_of(work, {"n": 10, "k": 4, "c": 4}, "nk")
    busy = float(cost_of(work, plan).compute_cycles[0])
    rows = Rows(rescan_bytes=2 * 20480, kept_bytes=20480, row_bytes=32, dims="k")
    network = single(work, VectorWork(alu=64 * 80 * 4, rows=rows))
    found = evaluate(network, ONE_PE, [plan], Placement(("global",) * 3, 0.0, 0.0)).regions[0]
    held = (busy + 64 * (3 + 80 + 20)) / 2
    assert found.compute_s == close((busy + (held - busy) * (1 - 1.5 / 64)) * NS)


def test_sums_that_come_back_hold_a_slot_all_the_way():
    # c in two halves around four tiles of n: each tile of sums leaves twice, and comes back once.
    work = contraction(n=64, k=4, c=8)
    around, inside = (cost_of(work, plan_of(work, {"n": 16, "k": 4, "c": 4}, loops)) for loops in ("cn", "nc"))
    assert around.slot_cycles[0] == 4 * (3 + 6)
    assert inside.slot_cycles[0] == 4 * 3
    # Half of the array's time makes no complete sums.
    assert inside.complete_cycles[0] == inside.compute_cycles[0] / 2


def test_sums_in_the_cells_need_a_slot_only_as_they_drain():
    # 10 tiles of 4 x 4 sums, each of three steps: 4 rows leave, the last column 3 cycles behind.
    work = contraction(n=40, k=4, c=48)
    found = cost_of(work, plan_of(work, {"n": 4, "k": 4, "c": 16}, "nc", OUTPUT))
    assert found.slot_cycles[0] == 10 * (4 + 3) - found.compute_cycles[0]
    assert found.complete_cycles[0] == 10 * 4
    # Two tiles of sums in a step: the first leaves while the second is made.
    found = cost_of(work, plan_of(work, {"n": 8, "k": 4, "c": 48}, "n", OUTPUT))
    assert found.slot_cycles[0] == 5 * (4 + 3) - found.compute_cycles[0] / 2


@pytest.mark.parametrize(
    ("tile", "loops", "expected"),
    [
        ({"n": 5, "k": 4, "c": 4}, "kn", 1),
        ({"n": 4, "k": 4, "c": 4}, "kn", 1.2),  # 4, 4 and 2 of 10: no slot goes sooner than that of 4
        ({"n": 4, "k": 4, "c": 4}, "nk", 1),  # tiles of one size take turns
        ({"n": 4, "k": 8, "c": 4}, "kn", 1.2),
    ],
)
def test_small_tiles_among_greater_ones(tile: dict[str, int], loops: str, expected: float):
    work = contraction(n=10, k=8, c=4)
    found = cost_of(work, plan_of(work, tile, loops)).uneven
    assert (found.size[0], found.passes[0]) == (close(expected), close(expected))


def test_small_tiles_that_take_as_many_passes():
    """Of 12 columns 8 and 4: on an array of 8 both take one pass, on one of 4 the first takes two of three."""
    work = contraction(n=10, k=12, c=4)
    for columns, passes in ((8, 1.0), (4, 4 / 3)):
        plan = mapping(work, spatial=({}, {}, {"c": 4}, {"k": columns}), l2=sizes(n=10, k=8, c=4), inner="nk")
        found = cost_of(work, plan, replace(ONE_PE, array_columns=8)).uneven
        assert (found.size[0], found.passes[0]) == (close(8 / 6), close(passes))


def test_the_slot_of_a_greater_tile_is_held_as_long_as_that_takes():
    """Of 12 columns 8 and 4 in turn, 100 rows each, on 8 columns: the array takes 100 cycles for either, 7 more to the
    last column, and at 24 bytes a cycle 3,200 bytes leave in 400 / 3: the slot of the greater ones is held so long, and
    the array works for 200 cycles of these. Or longer, where the vector unit takes 300 for the greater one."""
    work = convolution(n=1000, k=12, c=4, element_bytes=(2.0, 2.0, 4.0))
    on = replace(ONE_PE, array_columns=8, pe_x=1)
    plan = mapping(work, spatial=({}, {}, {"c": 4}, {"k": 8}), l2=sizes(n=100, k=8, c=4), inner="nk")
    busy = float(cost_of(work, plan, on).compute_cycles[0])
    for alu, held in ((0, busy + 20 * (7 + 400 / 3)), (10 * 450 * 8, 20 * (300 + 400 / 3))):
        found = region_of(work, plan, on, ("global", "global", "global"), alu=alu)
        assert found.compute_s == close((busy + (held / 2 - busy) * (1 - 1.5 / 20)) * NS)


def test_small_global_tiles_among_greater_ones():
    work = contraction(n=10, k=8, c=4)
    plan = replace(plan_of(work, {"n": 4, "k": 8, "c": 4}, ""), global_tile=sizes(n=4, k=8, c=4))
    assert cost_of(work, plan).uneven.size[0] == close(1.2)


def test_blocks_have_pieces_of_their_own():
    work = contraction(n=12, k=8, c=4)

    def blocks(loops: str) -> tuple[float, float]:
        inputs, weights = cost_of(work, plan_of(work, {"n": 4, "k": 4, "c": 4}, loops)).tiles.blocks
        return float(inputs[0]), float(weights[0])

    # Weights advance first: each half of the work has half of them. All inputs come within the first half.
    assert blocks("kn") == (1, 2)
    assert blocks("nk") == (3, 1)


@pytest.mark.parametrize(
    ("dram_s", "share", "blocks", "expected"),
    [
        (40, 0.5, 1, 0),  # there before the second pass
        (80, 0.5, 1, 30),
        (50, 0.25, 4, 25 / 4),  # a quarter of the pieces in a sixteenth of the time
        (200, 0.25, 4, 200 - 81.25),  # the last quarter's pieces, behind three quarters and a sixteenth of the time
    ],
)
def test_the_first_pass_waits_for_all_pieces(dram_s: float, share: float, blocks: float, expected: float):
    arguments = (np.float64(value) for value in (dram_s, 100.0, share, blocks))
    assert float(first_pass_s(*arguments)) == close(expected)


def test_weights_that_are_needed_twice_come_in_the_first_pass():
    # Two tiles of 256 inputs, 32 of weights: 64 streams, 4 cycles to load and 6 on the way. An input tile of 128 cycles
    # and weights of 2 come first, 128 for outputs go last. DRAM brings 1,024 bytes at 0.1 a ns while the chip works
    # through the first half; the rest needs nothing.
    work = contraction(n=512, k=128, c=4)
    slow = replace(ONE_PE, dram_channel_bytes_per_s=1e8 / 0.87)
    spaces = ("global", "dram", "global")
    plan = plan_of(work, {"n": 256, "k": 4, "c": 4}, "nk")
    chip = 64 * 256 + 4 + 6 + 128 + 2 + 128
    assert region_of(work, plan, slow, spaces).latency_s == close((10240 + chip / 2 + 300 + 250) * NS)
    # Each of them once for all inputs: DRAM and chip in step.
    once = plan_of(work, {"n": 256, "k": 4, "c": 4}, "kn")
    assert region_of(work, once, slow, spaces).latency_s < 1.05 * (chip + 10240 / 32 + 300 + 250) * NS


def test_outputs_hold_their_slot_until_the_vector_unit_has_read_them():
    # 4 tiles of 100 inputs in four steps of c: 1,610 cycles, of which the last step makes complete sums. The vector
    # unit takes 425 cycles a tile, 8 bytes an output go in 200: in all a slot is held for 1,610 + 4 x 3 + 800 cycles,
    # and those by which the vector unit lags behind the last column.
    work = convolution(n=400, k=4, c=16, element_bytes=(2.0, 2.0, 8.0))
    plan = plan_of(work, {"n": 100, "k": 4, "c": 4}, "nc")
    spaces = ("global", "global", "global")
    found = region_of(work, plan, ONE_PE, spaces, alu=4 * 425 * 4)
    assert found.vector_s == close(1700 * NS)
    held = (1610 + 12 + 800 + 1700 - 1610 / 4 - 12) / 2
    assert found.compute_s == close((1610 + (held - 1610) * (1 - 1.5 / 4)) * NS)
    # Half the vector work ends before the next slot is needed.
    assert region_of(work, plan, ONE_PE, spaces, alu=2 * 425 * 4).compute_s == close(1610 * NS)


def test_tiles_take_whole_cycles_of_the_vector_unit():
    # 64 tiles of 10 x 3 outputs of one term: 60 operations on 4 lanes each.
    work = contraction(n=640, k=3)
    plan = mapping(work, engine=3, l2=sizes(n=10, k=3), tile=np.asarray(work.bounds), inner="n")
    assert cost_of(work, plan).compute_cycles[0] == 64 * 15
    # In tiles of 9 and an edge, 54 of them take 14 cycles, not 13.5.
    odd = contraction(n=63, k=3)
    plan = mapping(odd, engine=3, l2=sizes(n=9, k=3), tile=np.asarray(odd.bounds), inner="n")
    assert cost_of(odd, plan).compute_cycles[0] == 7 * 14


@pytest.mark.parametrize(("steps", "made"), [(1, 0.0), (2, 810 / 2), (16, 6410 * 15 / 16)])
def test_what_the_vector_unit_reads_comes_while_the_contraction_works(steps: int, made: float):
    """A tile of 400 x 4 outputs in steps of 400 cycles; the first sums are complete in the last. 3,200 bytes to add
    come 300 ns after they were asked for, in 3,200 / 48.72 ns from DRAM and 200 cycles of the network: what of these
    565.7 ns is not over by then, is waited for."""
    work = contraction(n=400, k=4, c=4 * steps)
    plan = plan_of(work, {"n": 400, "k": 4, "c": 4}, "c")
    network = single(work, VectorWork(alu=4))
    (region,) = network.regions
    addend = Tensor("z", 3200, "input", -1, (0,))
    region = replace(region, reads=(*region.reads, Use(3, "vector")))
    network = replace(network, regions=(region,), tensors=(*network.tensors, addend))
    on_chip, away = (
        evaluate(network, ONE_PE, [plan], Placement(("global", "global", "global", space), 0.0, 0.0)).regions[0]
        for space in ("global", "dram")
    )
    coming = 300 + 3200 / 48.72 + 200
    shown = max(1 - made / coming, 0.0)
    assert away.issue_s == close((250 + 300 * shown) * NS)
    assert away.latency_s - on_chip.latency_s == pytest.approx((300 + 3200 / 48.72) * shown * NS, abs=1e-15)
    # The network: 3,200 bytes of input a step, 32 of weights, and what leaves.
    chip = 400 * steps + 10 + 200 + 2 + 200 + 200 * shown
    assert on_chip.latency_s == close((chip + 250) * NS)


WHOLE_AND_HALF = Loop(np.float64(2), np.float64(4 / 3), np.float64(1), (0.0, 1.0, 1.0))
"""Over 16 and then 8 of 24 output channels, one pass of the array each."""
ROW_BY_ROW = Loop(np.float64(16), np.float64(1), np.float64(1), (1.0, 0.0, 1.0))


@pytest.mark.parametrize(
    ("loops", "vector_s", "on_vector", "more"),
    [
        # The array takes 160 ns for either, the network 30 + 200 and 30 + 100: 230 + 160 and not 360.
        ((WHOLE_AND_HALF, ROW_BY_ROW), 0.0, 0.0, 30 * 15 / 16),
        ((ROW_BY_ROW, WHOLE_AND_HALF), 0.0, 0.0, 0.0),  # in turn: two slots even it out
        # The vector unit takes 220 and 110: the network is still the slowest first, then the array.
        ((WHOLE_AND_HALF, ROW_BY_ROW), 330.0, 0.0, 30 * 15 / 16),
        ((WHOLE_AND_HALF, ROW_BY_ROW), 390.0, 0.0, (260 + 160 - 390) * 15 / 16),
        # One after the other on the vector unit: 380 and 270, slower than the network all the time.
        ((WHOLE_AND_HALF, ROW_BY_ROW), 330.0, 1.0, 0.0),
        ((WHOLE_AND_HALF,), 0.0, 0.0, 0.0),  # single tiles
    ],
)
def test_each_phase_has_its_own_slowest(loops: tuple[Loop, ...], vector_s: float, on_vector: float, more: float):
    array, vector, flag = (np.asarray([each]) for each in (320.0, vector_s, on_vector))
    flows = np.asarray([60.0]), np.asarray([0.0]), np.asarray([300.0])
    phases = Phases(*(np.asarray([share]) for share in phases_of(loops)))
    assert float(phase_seconds(phases, array, vector, flows, flag)[0]) == pytest.approx(more, abs=1e-9)
