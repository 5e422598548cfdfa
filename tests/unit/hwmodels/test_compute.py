"""Cycles of the systolic arrays and the vector unit, and how tiles grow into a buffer, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hardware_cases import contraction, convolution, extents, machine
from hypothesis import assume, given
from hypothesis import strategies as st

from hwmodels.compute import ArrayUse, compute_cycles, cover, covering_steps, grow, pixel_fit, stream_length
from hwmodels.contractions import Extents, tabulate
from hwmodels.records import Contraction, Machine

WEIGHT, INPUT, OUTPUT, VECTOR = range(4)

ONE_PE = machine(pe_x=1, pe_y=1, array_rows=8, array_columns=8)
"""The skew takes 14 cycles; one swap of the stationary operand, as long as the stream beside it but at most 8, is not
hidden: 22 in all where streams are long."""


def cycles(
    work: Contraction, engine: int, spatial: Extents, tile: Extents | None = None, on: Machine = ONE_PE
) -> float:
    """Cycles of ``work``; the L1 tile is the whole contraction unless given."""
    table = tabulate([work])
    tile = table.bounds if tile is None else tile
    return float(compute_cycles(table, on, np.asarray([engine]), spatial, tile, 0.0)[0])


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"n": 100, "c": 8, "k": 8}, 100 + 22),  # one weight tile, 100 inputs stream through
        ({"n": 3, "c": 8, "k": 8}, 8 + 3 + 14),  # loading the weights takes 8 rows, then 3 inputs
        ({"n": 8, "c": 8, "k": 8}, 8 + 8 + 14),  # as long as
        ({"n": 9, "c": 8, "k": 8}, 9 + 8 + 14),  # just longer
        ({"n": 100, "c": 16, "k": 24}, 6 * 100 + 22),  # 2 x 3 weight tiles
        ({"n": 100, "c": 9, "k": 8}, 2 * 100 + 22),  # the second tile has one of 8 rows in use
        ({"n": 2, "c": 9, "k": 17}, 6 * 8 + 2 + 14),  # 2 x 3 tiles, each as long as its loading; 2 inputs pass the last
        ({"n": 2, "p": 5, "q": 7, "c": 8, "k": 8}, 70 + 22),  # images, rows and columns stream
        ({"g": 4, "n": 100, "c": 8, "k": 8}, 4 * 100 + 22),  # groups one after the other
    ],
)
def test_weight_stationary(bounds: dict[str, int], expected: float):
    tile = extents(**(bounds | {"g": 1}))
    assert cycles(contraction(**bounds), WEIGHT, extents(c=8, k=8), tile) == expected


def test_kernel_taps_share_the_rows():
    # c = 2 by r = 2 by s = 2 fill the 8 rows; c = 4 takes two such tiles, r = s = 3 two each.
    work = contraction(n=50, c=4, k=8, r=3, s=3)
    assert cycles(work, WEIGHT, extents(c=2, r=2, s=2, k=8)) == 2 * 2 * 2 * 50 + 22


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"k": 50, "n": 8, "c": 8}, 50 + 22),  # 8 x 8 inputs stay, 50 weight columns stream
        ({"k": 5, "n": 8, "c": 8}, 8 + 5 + 14),
        ({"k": 50, "n": 12, "c": 16}, 2 * 2 * 50 + 22),
    ],
)
def test_input_stationary(bounds: dict[str, int], expected: float):
    assert cycles(contraction(**bounds), INPUT, extents(c=8, n=8)) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"c": 30, "n": 8, "k": 8}, 30 + 22),  # 8 x 8 sums stay, 30 terms stream
        ({"c": 2, "r": 3, "s": 3, "n": 8, "k": 8}, 18 + 22),
        ({"c": 4, "n": 8, "k": 8}, 4 + 8 + 14),  # 4 terms, then draining takes 8 rows
        ({"c": 30, "n": 17, "k": 9}, 3 * 2 * 30 + 22),
    ],
)
def test_output_stationary(bounds: dict[str, int], expected: float):
    assert cycles(contraction(**bounds), OUTPUT, extents(n=8, k=8)) == expected


def test_short_l1_tiles_load_the_weights_again():
    work = contraction(n=100, c=8, k=8)
    # 25 tiles of 4 inputs: each waits 8 cycles for the weights behind it. 4 tiles of 25 do not wait.
    assert cycles(work, WEIGHT, extents(c=8, k=8), extents(n=4, c=8, k=8)) == 25 * 8 + 4 + 14
    assert cycles(work, WEIGHT, extents(c=8, k=8), extents(n=25, c=8, k=8)) == 100 + 22


def test_short_last_l1_tile_loads_the_weights_too():
    # Tiles of 8 and 2 inputs: the weights behind each take 8 cycles.
    assert cycles(contraction(n=10, c=8, k=8), WEIGHT, extents(c=8, k=8), extents(n=8, c=8, k=8)) == 8 + 8 + 2 + 14


def test_edges_of_l1_tiles_wait_though_whole_tiles_do_not():
    # Tiles of 17 and 3 inputs past two weight tiles: 17 + 8, twice; not max(2 x 20, 4 x 8).
    work = contraction(n=20, c=16, k=8)
    assert cycles(work, WEIGHT, extents(c=8, k=8), extents(n=17, c=16, k=8)) == 2 * (17 + 8) + 3 + 14
    # Of two dimensions: images 4 + 1 and rows 5 + 2 stream 20, 8, 5 and 2: 20 + 8 + 8 + 8.
    work = contraction(n=5, p=7, c=8, k=8)
    assert cycles(work, WEIGHT, extents(c=8, k=8), extents(n=4, p=5, c=8, k=8)) == 20 + 8 + 8 + 8 + 2 + 14


def test_relaxed_edges_blend_with_streams_of_the_mean_length():
    # Tiles of 17 and 3 of 20 inputs past two weight tiles: 67 cycles exactly. Smooth: 2 x 20 / 17 loads of 8 cycles
    # hide behind 40 inputs; 8 for the first load, 14 of skew.
    table, tile = tabulate([contraction(n=20, c=16, k=8)]), extents(n=17, c=16, k=8)

    def relaxed(temperature: float) -> float:
        return float(
            compute_cycles(table, ONE_PE, np.asarray([0]), extents(c=8, k=8), tile, np.float64(temperature))[0]
        )

    assert relaxed(1.0) == pytest.approx(40 + 8 + 14)
    assert relaxed(1e-9) == pytest.approx(2 * (17 + 8) + 3 + 14)


def test_sums_drain_behind_the_stream_after_them():
    # 11 terms in tiles of 9 and 2 make one 8 x 8 tile of sums twice: 9, then 8 of draining behind 2 terms, then 8.
    work = contraction(n=8, c=11, k=8)
    assert cycles(work, OUTPUT, extents(n=8, k=8), extents(n=8, c=9, k=8)) == 9 + 8 + 8 + 14
    # Four tiles of sums: the 2 terms wait for the drain each time.
    work = contraction(n=16, c=11, k=16)
    assert cycles(work, OUTPUT, extents(n=8, k=8), extents(n=16, c=9, k=16)) == 4 * (9 + 8) + 8 + 14


def used(rows: int, columns: int, operands: float, visits: float) -> ArrayUse:
    """Of one contraction."""
    return ArrayUse(*(np.float64(value) for value in (rows, columns, operands, visits, 1.0)))


@pytest.mark.parametrize(
    ("engine", "spatial", "bounds", "tile"),
    [
        (WEIGHT, {"c": 3, "k": 2}, {"n": 20, "c": 3, "k": 2}, {"n": 4, "c": 3, "k": 2}),
        (OUTPUT, {"n": 3, "k": 2}, {"n": 3, "c": 20, "k": 2}, {"n": 3, "c": 4, "k": 2}),
    ],
)
def test_only_the_rows_in_use_are_loaded(
    engine: int, spatial: dict[str, int], bounds: dict[str, int], tile: dict[str, int]
):
    table = tabulate([contraction(**bounds)])

    def found(use: ArrayUse, tile: dict[str, int], on: Machine = ONE_PE) -> float:
        arguments = (table, on, np.asarray([engine]), extents(**spatial), extents(**tile), 0.0)
        return float(compute_cycles(*arguments, use)[0])

    # Five streams of 4 hide swaps of 3 rows, not of 8; then a swap, 7 rows and a column on the way out.
    assert found(used(3, 2, 1, 5), tile) == 5 * 4 + 3 + 8
    assert found(used(8, 2, 1, 5), tile) == 5 * 8 + 4 + 8
    # A stationary operand that stays for all five: one stream of 20.
    assert found(used(8, 2, 1, 1), tile) == 20 + 8 + 8
    # Two in each tile: none stays.
    assert found(used(8, 2, 2, 1), tile) == 5 * 8 + 4 + 8
    # Exposed, each load pays its rows and the way: once, or five times.
    exposed = replace(ONE_PE, preload_overlapped=False)
    assert found(used(3, 2, 1, 1), tile, exposed) == 20 + 3 + 8
    assert found(used(3, 2, 1, 5), tile, exposed) == 5 * (4 + 3 + 8)


def test_what_stays_is_exact_with_edges_and_at_low_temperature():
    # Tiles of 17 and 3 inputs pass one operand: a stream of 20, and 8 rows to load.
    table, tile = tabulate([contraction(n=20, c=8, k=8)]), extents(n=17, c=8, k=8)
    for temperature in (0.0, np.float64(1e-9)):
        arguments = (table, ONE_PE, np.asarray([WEIGHT]), extents(c=8, k=8), tile, temperature)
        assert float(compute_cycles(*arguments, used(8, 8, 1, 1))[0]) == pytest.approx(20 + 8 + 14)
        assert float(compute_cycles(*arguments, used(8, 8, 1, 2))[0]) == pytest.approx(17 + 8 + 3 + 14)


def test_depthwise_convolution_takes_one_group_a_pass():
    # Weight-stationary: 9 taps on the rows, one of 16 columns. 5 groups, 49 outputs each.
    on = machine(pe_x=1, pe_y=1, array_rows=16, array_columns=16)
    work = convolution(g=5, p=7, q=7, r=3, s=3)
    tile = extents(g=1, p=7, q=7, r=3, s=3)
    assert cycles(work, WEIGHT, extents(r=3, s=3), tile, on) == 5 * 49 + 16 + 30
    # Output-stationary: 49 outputs take 4 passes of 16 rows, each of 9 terms, and wait for 16 rows to drain.
    assert cycles(work, OUTPUT, extents(p=2, q=7), tile, on) == 9 + (5 * 4 - 1) * 16 + 16 + 30
    # On 5 PEs, a group each.
    on = machine(pe_x=5, pe_y=1, array_rows=16, array_columns=16)
    assert cycles(work, WEIGHT, extents(g=5, r=3, s=3), extents(g=5, p=7, q=7, r=3, s=3), on) == 49 + 16 + 30


def test_grouped_convolution_takes_its_channels_a_pass():
    # 3 groups of 4 inputs x 9 taps = 36 of 64 rows, and 8 of 16 columns.
    on = machine(pe_x=1, pe_y=1, array_rows=64, array_columns=16)
    work = convolution(g=3, p=10, q=10, k=8, c=4, r=3, s=3)
    tile = extents(g=1, p=10, q=10, k=8, c=4, r=3, s=3)
    assert cycles(work, WEIGHT, extents(k=8, c=4, r=3, s=3), tile, on) == 3 * 100 + 64 + 78


@pytest.mark.parametrize(
    ("engine", "spatial", "bounds", "expected"),
    [
        # Each of two folds: 8 rows of preload (or drain), the stream, the skew of 14.
        (WEIGHT, extents(c=8, k=8), {"n": 100, "c": 16, "k": 8}, 2 * (8 + 100 + 14)),
        (INPUT, extents(c=8, n=8), {"n": 8, "c": 16, "k": 3}, 2 * (8 + 3 + 14)),
        (OUTPUT, extents(n=8, k=8), {"n": 16, "c": 30, "k": 8}, 2 * (30 + 14 + 8)),
    ],
)
def test_exposed_preload(engine: int, spatial: Extents, bounds: dict[str, int], expected: float):
    exposed = replace(ONE_PE, preload_overlapped=False)
    assert cycles(contraction(**bounds), engine, spatial, on=exposed) == expected
    assert cycles(contraction(**bounds), engine, spatial) < expected


def test_exposed_preload_counts_edges_too():
    exposed = replace(ONE_PE, preload_overlapped=False)
    # Tiles of 17 and 3 inputs.
    tile = extents(n=17, c=8, k=8)
    assert cycles(contraction(n=20, c=8, k=8), WEIGHT, extents(c=8, k=8), tile, exposed) == 17 + 3 + 2 * (8 + 14)


@pytest.mark.parametrize(
    ("issue", "overlapped", "expected"),
    [
        (50.0, False, 122 + 4 * 50),
        (10.0, True, 122 + 10),  # 4 tiles of 25 inputs take 122 / 4 cycles each: longer than their issue
        (50.0, True, 4 * 50 + 30.5),  # shorter: the last tile runs when all are issued
        (0.0, False, 122),
    ],
)
def test_issue_of_l1_tiles(issue: float, overlapped: bool, expected: float):
    on = replace(ONE_PE, tile_issue_cycles=issue, tile_issue_overlapped=overlapped)
    assert cycles(contraction(n=100, c=8, k=8), WEIGHT, extents(c=8, k=8), extents(n=25, c=8, k=8), on) == expected
    # The vector unit has the same: 100 x 64 MACs of two operations on 8 lanes.
    if not overlapped:
        vector = cycles(contraction(n=100, c=8, k=8), VECTOR, extents(), extents(n=25, c=8, k=8), on)
        assert vector == 1600 + 4 * issue


def test_grid_shares_the_work():
    grid = machine(pe_x=4, pe_y=2, array_rows=8, array_columns=8)
    work = contraction(n=100, k=32, c=8)
    # k = 4 PEs x 8 columns, n on 2 PEs: 50 inputs each.
    assert cycles(work, WEIGHT, extents(c=8, k=32, n=2), on=grid) == 50 + 22
    # k = 33: a second round of which one column in 32 is used.
    assert cycles(contraction(n=100, k=33, c=8), WEIGHT, extents(c=8, k=32, n=2), on=grid) == 100 + 22


@pytest.mark.parametrize(
    ("n", "multiplier", "expected"),
    [(10, 2, 50), (10, 1, 100), (1, 16, 1)],
)
def test_vector_unit(n: int, multiplier: int, expected: float):
    # n x 4 x 5 MACs of two operations on 4 x multiplier lanes, no fill: 400 / 8, 400 / 4, ceil(40 / 64).
    on = machine(pe_x=1, pe_y=1, array_rows=8, array_columns=4, vector_multiplier=multiplier)
    assert cycles(contraction(n=n, k=4, c=5), VECTOR, extents(), on=on) == expected


def test_vector_units_of_a_grid_share_the_work():
    on = machine(pe_x=2, pe_y=3, array_rows=8, array_columns=4, vector_multiplier=1)
    # n = 10 on 2 PEs: 5 each; k = 4 on 3 PEs: 2 each. 5 x 2 x 5 MACs of two operations on 4 lanes.
    assert cycles(contraction(n=10, k=4, c=5), VECTOR, extents(n=2, k=3), on=on) == 25


def test_full_array_at_its_peak():
    # 512 x 768 x 3072 on 128 x 128: 24 x 6 weight tiles of 512 inputs.
    on = machine(pe_x=1, pe_y=1, array_rows=128, array_columns=128)
    assert cycles(contraction(n=512, k=3072, c=768), WEIGHT, extents(c=128, k=128), on=on) == 73728 + 128 + 254


def test_stream_length_by_engine():
    tile, spatial = extents(n=3, p=5, k=7, c=16, r=3), extents(c=8)
    streams = [float(stream_length(np.asarray(engine), tile, spatial, 0.0)) for engine in range(4)]
    assert streams == [15, 7, 2 * 3, 15]


def test_covering_steps_counts_edge_tiles():
    # 10 = 4 + 4 + 2: tiles of 4 in steps of 3 take two steps, the edge one.
    assert covering_steps(np.float64(10), np.float64(4), np.float64(3), 0.0) == 5
    assert covering_steps(np.float64(10), np.float64(10), np.float64(3), 0.0) == 4
    assert covering_steps(np.float64(12), np.float64(4), np.float64(4), 0.0) == 3
    assert covering_steps(np.float64(10), np.float64(4), np.float64(3), 1.0) == pytest.approx(10 / 3)


def test_covers_while_relaxed():
    # A quotient may miss a whole number by twice the temperature: 158 counts as four tiles of 40, without an edge.
    near = cover(np.float64(158), np.float64(40), np.float64(1), np.float64(0.05))
    assert (near.whole, near.steps, near.edge_steps, near.total) == (4, 40, 0, 160)
    # 3.7 tiles are three and an edge of 28.
    edge = cover(np.float64(148), np.float64(40), np.float64(1), np.float64(0.05))
    assert (edge.whole, edge.edge_steps, edge.total) == (3, 28, 148)
    # A step is a step, however little of it is used, and smooth or not.
    least = cover(np.float64(1), np.float64(1), np.float64(16), np.float64(0.05))
    assert (least.whole, least.steps, least.total) == (1, 1, 1)
    assert covering_steps(np.float64(1), np.float64(1), np.float64(16), 1.0) == 1


def block(capacity: float, limit: Extents, work: Contraction, costs: tuple[float, float]) -> list[float]:
    """Images, rows and columns that the closed form chooses."""
    fits = pixel_fit(np.float64(capacity), costs[0], costs[1], tabulate([work]), limit, extents())
    pairs = zip(fits, (limit.n, limit.p, limit.q), strict=True)
    return [float(np.squeeze(grow(fit, np.float64(1), most, 0.0))) for fit, most in pairs]


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        (1000, [3, 10, 10]),  # an image of 12 x 12 positions of 2 bytes: 288
        (864, [3, 10, 10]),  # exactly three
        (863, [2, 10, 10]),
        (100, [1, 2, 10]),  # two rows read 4 x 12 positions: 96; three read 120
        (30, [1, 1, 3]),  # three columns of one row read 3 x 5 positions: 30; four read 36
        (1, [1, 1, 1]),  # never nothing: whether it fits is checked elsewhere
    ],
)
def test_block_of_a_3x3_convolution(capacity: float, expected: list[float]):
    work = contraction(n=4, p=10, q=10, r=3, s=3)
    limit = extents(n=4, p=10, q=10, r=3, s=3)
    assert block(capacity, limit, work, (2.0, 0.0)) == expected


@given(st.data())
def test_block_fits_and_one_more_would_not(data: st.DataObject):
    small = st.integers(1, 6)
    n, p, q, r, s = (data.draw(small) for _ in range(5))
    stride = (float(data.draw(st.integers(1, r))), float(data.draw(st.integers(1, s))))
    costs = (float(data.draw(st.integers(1, 3))), float(data.draw(st.integers(0, 3))))
    capacity = float(data.draw(st.integers(1, 600)))

    def taken(images: float, rows: float, columns: float) -> float:
        height, width = (rows - 1) * stride[0] + r, (columns - 1) * stride[1] + s
        return images * (costs[0] * height * width + costs[1] * rows * columns)

    assume(taken(1, 1, 1) <= capacity)
    work = convolution(n=n, p=p, q=q, r=r, s=s, stride=stride)
    images, rows, columns = block(capacity, extents(n=n, p=p, q=q, r=r, s=s), work, costs)
    assert taken(images, rows, columns) <= capacity
    if columns < q:
        assert (images, rows) == (1, 1)
        assert taken(1, 1, columns + 1) > capacity
    elif rows < p:
        assert images == 1
        assert taken(1, rows + 1, q) > capacity
    elif images < n:
        assert taken(images + 1, p, q) > capacity


def test_grow_takes_whole_units():
    values = [float(grow(np.float64(fit), np.float64(8), np.float64(20), 0.0)) for fit in (1, 15.9, 16, 19, 24, 1000)]
    # Below one unit one is taken all the same; 20 is the limit, reached by three units.
    assert values == [8, 8, 16, 16, 20, 20]
