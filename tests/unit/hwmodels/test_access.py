"""Traffic across the memory hierarchy, against a loop nest that is really run and against counts by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from math import prod

import numpy as np
import pytest
from hardware_cases import contraction, convolution, extents, mapping, order, sizes
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hwmodels.access import distinct, footprint, repeats, traffic, window, window_sum
from hwmodels.contractions import tabulate
from hwmodels.cost import schedule_of, times
from hwmodels.records import DIMS, Contraction, Mapping

RELEVANT = {"input": "gnpqcrs", "weight": "gkcrs", "output": "gnpqk"}


def by_dimension(extents: Iterable[int]) -> dict[str, int]:
    """Extents in the order of ``DIMS``, by name."""
    return {dim: int(extent) for dim, extent in zip(DIMS, extents, strict=True)}


def elements(operand: str, work: Contraction, offset: dict[str, int], tile: dict[str, int]) -> set[tuple[int, ...]]:
    """Every element of an operand that the iterations of a tile at ``offset`` touch."""
    spans = {dim: range(offset[dim], offset[dim] + tile[dim]) for dim in DIMS}
    if operand != "input":
        return set(itertools.product(*(spans[dim] for dim in RELEVANT[operand])))
    rows = {int(p * work.stride[0] + r * work.dilation[0]) for p in spans["p"] for r in spans["r"]}
    columns = {int(q * work.stride[1] + s * work.dilation[1]) for q in spans["q"] for s in spans["s"]}
    return set(itertools.product(spans["g"], spans["n"], spans["c"], rows, columns))


def simulate(work: Contraction, plan: Mapping, levels: int) -> dict[str, int]:
    """Elements moved to a buffer that holds one tile of each operand, by running the loops over global tiles and, with
    two ``levels``, over L2 tiles inside."""
    around = by_dimension(work.bounds)
    tiles = [by_dimension(plan.global_tile), by_dimension(plan.l2_tile)]
    orders = [plan.global_order, plan.l2_order]
    loops: list[tuple[str, int, int]] = []
    for tile, nest in zip(tiles[:levels], orders[:levels], strict=True):
        loops += [(DIMS[i], around[DIMS[i]] // tile[DIMS[i]], tile[DIMS[i]]) for i in nest]
        around = tile
    held: dict[str, tuple[int, ...]] = {}
    seen: set[tuple[int, ...]] = set()
    count = dict.fromkeys(RELEVANT, 0)
    for point in itertools.product(*(range(trips) for _, trips, _ in loops)):
        offset = by_dimension([0] * len(DIMS))
        for (dim, _, step), index in zip(loops, point, strict=True):
            offset[dim] += index * step
        for operand, dims in RELEVANT.items():
            place = tuple(offset[dim] for dim in dims)
            if held.get(operand) == place:
                continue
            held[operand] = place
            moved = len(elements(operand, work, offset, around))
            count[operand] += moved
            if operand == "output" and place in seen:
                count[operand] += moved  # partial sums come back before they leave once more
            if operand == "output":
                seen.add(place)
    return count


@st.composite
def nests(draw: st.DrawFn, *, both: bool = False) -> tuple[Contraction, Mapping]:
    """A small contraction, tiles of two levels that divide it, and loops in any order. Strides and dilations above 1 on
    the same axis only where ``both``."""
    few = st.sampled_from((1, 1, 1, 2, 3))
    inner, middle, outer = ([draw(few) for _ in DIMS] for _ in range(3))
    for taps in (DIMS.index("r"), DIMS.index("s")):
        middle[taps] = outer[taps] = 1
    bounds = [a * b * c for a, b, c in zip(inner, middle, outer, strict=True)]
    assume(prod(middle) * prod(outer) <= 300 and prod(bounds) <= 20000)

    def steps() -> tuple[float, float]:
        stride, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 3))
        return (float(stride), float(dilation if both or stride == 1 else 1))

    (stride_p, dilation_r), (stride_q, dilation_s) = steps(), steps()
    work = convolution(
        **dict(zip(DIMS, bounds, strict=True)),
        stride=(stride_p, stride_q),
        dilation=(dilation_r, dilation_s),
        element_bytes=(1.0, 2.0, 4.0),
    )
    plan = mapping(
        work,
        l2=np.asarray(inner),
        tile=np.asarray([a * b for a, b in zip(inner, middle, strict=True)]),
        inner="".join(draw(st.permutations(DIMS))),
        outer="".join(draw(st.permutations(DIMS))),
    )
    return work, plan


def modelled(work: Contraction, plan: Mapping, levels: int) -> list[float]:
    """Elements that the model counts, per operand."""
    table = tabulate([work])
    schedule = schedule_of([plan], table)
    tile = schedule.tile if levels == 1 else schedule.l2
    nest = (schedule.outer,) if levels == 1 else (schedule.outer, schedule.inner)
    moved = traffic(table, distinct(table, tile, 0.0), times(*nest))
    return [float(b[0]) / size for b, size in zip(moved, work.element_bytes, strict=True)]


@pytest.mark.parametrize("levels", [1, 2], ids=["dram", "noc"])
@settings(max_examples=60, deadline=None)
@given(nest=nests())
def test_traffic_is_what_a_loop_nest_moves(nest: tuple[Contraction, Mapping], levels: int):
    work, plan = nest
    assert modelled(work, plan, levels) == list(simulate(work, plan, levels).values())


@settings(max_examples=40, deadline=None)
@given(nest=nests(both=True))
def test_traffic_with_gaps_counts_the_span_not_less(nest: tuple[Contraction, Mapping]):
    """Where stride and dilation leave gaps between the positions read, the span is counted: never too little."""
    work, plan = nest
    counted, moved = modelled(work, plan, 1), list(simulate(work, plan, 1).values())
    assert counted[0] >= moved[0]
    assert counted[1:] == moved[1:]


def test_tiled_taps_fetch_an_input_window_for_each_tap():
    # One tile of 4 output rows, 3 kernel rows one after the other: each step reads 4 input rows, 12 in all of 6.
    work = contraction(p=4, r=3)
    plan = mapping(work, tile=sizes(p=4, r=1))
    assert simulate(work, plan, 1)["input"] == 12
    assert modelled(work, plan, 1)[0] == 12


@pytest.mark.parametrize(
    ("outputs", "taps", "stride", "dilation", "expected"),
    [
        (1, 1, 1, 1, 1),
        (7, 3, 1, 1, 9),  # 7 + 2
        (7, 3, 2, 1, 15),  # 0..12 for the first taps, 2 more
        (4, 3, 1, 2, 8),  # first taps 0..3, last taps 4..7
        (3, 1, 4, 1, 3),  # a 1x1 kernel of stride 4 skips what lies between
        (2, 2, 3, 1, 4),  # 0 1 3 4: a gap of one
        (3, 2, 1, 5, 6),  # 0 1 2 5 6 7: dilation leaves a gap
    ],
)
def test_window(outputs: float, taps: float, stride: float, dilation: float, expected: float):
    assert window(np.float64(outputs), np.float64(taps), stride, dilation) == expected


def test_window_sum_counts_halos_and_the_edge():
    # 7 outputs of stride 2 and 3 taps in tiles of 2, 2, 2, 1: windows of 5, 5, 5 and 3.
    assert window_sum(np.float64(7), np.float64(4), 3.0, 2.0, 1.0) == 18
    # 6 outputs of stride 3 and 2 taps in three tiles: each output reads its own two positions.
    assert window_sum(np.float64(6), np.float64(3), 2.0, 3.0, 1.0) == 12


def test_footprint_and_distinct_of_a_strided_dilated_convolution():
    work = convolution(n=2, p=8, q=7, k=5, c=3, r=3, s=3, stride=(1.0, 2.0), dilation=(2.0, 1.0))
    table = tabulate([work])
    # The whole: 8 + 4 = 12 rows, 6 * 2 + 3 = 15 columns.
    assert [np.squeeze(x) for x in footprint(table, table.bounds)] == [2 * 3 * 12 * 15, 5 * 3 * 9, 2 * 8 * 7 * 5]
    tile = extents(n=1, p=4, q=2, k=5, c=3, r=3, s=3)
    # A tile: 4 + 4 = 8 rows, 1 * 2 + 3 = 5 columns.
    assert [np.squeeze(x) for x in footprint(table, tile)] == [3 * 8 * 5, 5 * 3 * 9, 4 * 2 * 5]
    # All tiles: rows 8 + 8, columns 5 + 5 + 5 + 3.
    assert [np.squeeze(x) for x in distinct(table, tile, 0.0)] == [2 * 3 * 16 * 18, 5 * 3 * 9, 2 * 8 * 7 * 5]


@pytest.mark.parametrize(
    ("trips", "relevant", "expected"),
    [
        ([], [], 1),
        ([5.0], [0.0], 1),  # nothing changes below: stationary
        ([5.0, 3.0], [0.0, 1.0], 5),  # 3 tiles pass by in each of 5 rounds
        ([3.0, 5.0], [1.0, 0.0], 1),  # 5 uses of each tile while it is there
        ([5.0, 1.0], [0.0, 1.0], 1),  # one tile only: it stays
        ([2.0, 3.0, 4.0, 5.0], [0.0, 1.0, 0.0, 1.0], 8),
        ([2.0, 3.0, 4.0, 5.0], [1.0, 0.0, 1.0, 0.0], 3),
    ],
)
def test_repeats(trips: list[float], relevant: list[float], expected: float):
    assert repeats(trips, relevant) == (expected,)


def test_traffic_brings_partial_sums_back():
    table = tabulate([convolution(n=4, k=4, c=4, element_bytes=(1.0, 2.0, 4.0))])
    inputs, weights, outputs = traffic(table, (16.0, 16.0, 16.0), (2.0, 3.0, 3.0))
    # 3 visits of 16 outputs of 4 bytes: written 3 times, read twice.
    assert (float(inputs[0]), float(weights[0]), float(outputs[0])) == (32, 96, 5 * 64)


def test_loops_of_a_mapping_are_outermost_first():
    work = contraction(n=4, k=6, c=8)
    tile = sizes(n=2, k=2, c=4)
    table = tabulate([work])

    def visits(outer: str) -> list[float]:
        return [float(x[0]) for x in times(schedule_of([mapping(work, tile=tile, outer=outer)], table).outer)]

    assert order("kcn").tolist()[:3] == [DIMS.index("k"), DIMS.index("c"), DIMS.index("n")]
    # 2 tiles of n, 3 of k, 2 of c. Weights outside: inputs pass by for each k, outputs for each c.
    assert visits("kcn") == [3, 1, 2]
    # Outputs outside: inputs and weights pass by for each k and n.
    assert visits("nkc") == [3, 2, 1]
    # Inputs outside: they stay for all k; weights pass by for each n, outputs for each c.
    assert visits("nck") == [1, 2, 2]
