"""The model of Gemmini: counts of the measurements' makers, simulations of small parts, a layer by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from fastc.validation.gemmini import SHIPPED, Measurements, read_measurements
from fastc.validation.tables import read_table
from hwmodels.contractions import Extents
from hwmodels.gemmini import (
    LOOPS,
    Workload,
    compute_cycles,
    constants,
    cycles,
    hardware,
    inner_reduction,
    levels,
    read_cycles,
    traffic,
)


@pytest.fixture(scope="module")
def measured() -> Measurements:
    return read_measurements(SHIPPED)[0]


def column(name: str) -> np.ndarray:
    rows = read_table(SHIPPED, [name])
    return np.array([row.number(name) for row in rows if row.text("degenerate_tiles") == "0"])


def workload(
    bounds: str, tile: str, order: str, dim: float, *, convolution: bool = True, stride: float = 1.0
) -> Workload:
    """``bounds`` and ``tile`` as 'p q k c r s', ``order`` of the loops, outermost first."""

    def extents(text: str) -> Extents:
        return Extents(*(np.array(float(value)) for value in ("1 1 " + text).split()))

    depth = {name: np.array(float(order[::-1].index(name)) if name in order else -1.0) for name in "gnpqkcrs"}
    shape = extents(bounds), extents(tile), Extents(**depth)
    return Workload(*shape, np.array(stride), np.array(dim), np.array(convolution))


class TestCountsOfTheMakers:
    def test_array_cycles_are_theirs(self, measured: Measurements) -> None:
        bound = compute_cycles(measured.work, hardware().least_compute_rows)
        np.testing.assert_array_equal(bound, column("formula_compute_cycles"))

    def test_no_row_is_predicted_below_them(self, measured: Measurements) -> None:
        assert np.all(cycles(measured.work, constants(), hardware()) > column("formula_compute_cycles"))

    def test_traffic_is_theirs(self, measured: Measurements) -> None:
        """Where tiles divide the layer: theirs counts whole tiles at the edges too."""
        work = measured.work
        moved = traffic(work)
        np.testing.assert_array_equal(moved.tiles, column("exec_tiles"))
        even = np.all([axis % tile == 0 for axis, tile in zip(work.bounds, work.tile, strict=True)], axis=0)
        even &= column("exec_tile_P") <= work.bounds.p
        assert even.sum() > 1000
        loaded = moved.input_pixels * work.bounds.c + moved.weight_rows * work.bounds.k
        np.testing.assert_array_equal(loaded[even], column("tile_load_bytes")[even])
        requests = moved.input_pixels * np.ceil(work.tile.c / 64) * work.bounds.c / work.tile.c
        requests = requests + moved.weight_rows * np.ceil(work.tile.k / 64) * work.bounds.k / work.tile.k
        np.testing.assert_allclose(requests[even], column("tile_load_requests")[even], rtol=1e-12)


def simulated_read(start: int, size: int, dim: int, short: float, gap: float) -> float:
    """Moves of at most 64 bytes; each asks for the aligned 16, 32 or 64 bytes that bring most, smallest first."""
    cost = 0.0
    for move in range(0, size, 64):
        position, left = start + move, min(64, size - move)
        while left:
            got = {window: min(window - position % window, left) for window in (16, 32, 64)}
            best = max(got.values())
            window = min(window for window, bytes_ in got.items() if bytes_ == best)
            steps = max(window // 16, -(-best // dim))
            cost += short if steps == 1 else steps + gap
            position, left = position + best, left - best
    return cost


class TestReads:
    @pytest.mark.parametrize("dim", [4, 16, 64])
    @pytest.mark.parametrize("size", [1, 8, 12, 16, 24, 32, 48, 64, 72, 200])
    def test_mean_over_starts(self, size: int, dim: int) -> None:
        fitted = constants()
        short, gap = float(fitted.short_read_cycles), float(fitted.read_gap_cycles)
        anywhere = np.mean([simulated_read(start, size, dim, short, gap) for start in range(0, 64, 8)])
        for scattered, expected in ((True, anywhere), (False, simulated_read(0, size, dim, short, gap))):
            ours = read_cycles(np.array(float(size)), np.array(float(dim)), np.array(scattered), fitted, hardware())
            assert float(ours) == pytest.approx(expected)


class TestInnerReduction:
    @pytest.mark.parametrize(
        ("order", "tiles"),
        [("pqkcrs", 24), ("cpqkrs", 12), ("pqrksc", 8), ("crspqk", 1), ("pkqcsr", 24), ("srkqpc", 2)],
    )
    def test_against_a_nest_that_is_run(self, order: str, tiles: int) -> None:
        trips = dict(zip(LOOPS, (2, 3, 2, 2, 3, 4), strict=True))
        visited = []
        for step in itertools.product(*(range(trips[dim]) for dim in order)):
            at = dict(zip(order, step, strict=True))
            visited.append(tuple(at[dim] for dim in "pqk"))
        runs = [len(list(run)) for _, run in itertools.groupby(visited)]
        work = workload("2 3 2 2 3 4", "1 1 1 1 1 1", order, 4.0)
        assert float(inner_reduction(work)) == min(runs) == tiles

    def test_loops_with_one_tile_do_not_count(self) -> None:
        assert float(inner_reduction(workload("8 8 8 8 3 3", "8 8 8 2 1 3", "cr", 4.0))) == 12.0


def test_channel_loops_run_over_a_line_first() -> None:
    """[4, 128] by [128, 128], tiles of 16 channels each, k outside of c: four tiles share a line, two lines a row."""
    work = workload("4 1 128 128 1 1", "4 1 16 16 1 1", "kc", 16.0, convolution=False)
    nest = levels(work, hardware())
    changed = [level for level in nest[1:] if np.prod([float(count) for count in level.repeats]) > 1.0]
    repeats = [tuple(float(count) for count in level.repeats) for level in changed]
    assert repeats == [(4, 4, 1), (2, 2, 1), (4, 4, 4), (2, 2, 2)]
    # Input, weight and output lines in a tile, and inside of each loop.
    lines = [tuple(float(footprint.lines) for footprint in level.footprints) for level in (nest[0], *changed)]
    assert lines == [(4, 16, 4), (4, 64, 4), (8, 128, 4), (8, 128, 4), (8, 256, 8)]
    assert [float(level.share[2]) for level in (nest[0], *changed)] == [1 / 8, 1 / 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("channels", "tile", "repeats"),
    [
        (16, 8, [(2, 2, 1)]),  # a row is shorter than a line: one loop
        (192, 96, [(2, 2, 1)]),  # a tile is longer than a line: one loop
        (128, 32, [(2, 2, 1), (2, 2, 1)]),
    ],
)
def test_channel_loops_are_split_only_between_tile_and_row(
    channels: int, tile: int, repeats: list[tuple[int, int, int]]
) -> None:
    work = workload(f"4 1 128 {channels} 1 1", f"4 1 128 {tile} 1 1", "c", 16.0, convolution=False)
    found = [tuple(float(count) for count in level.repeats) for level in levels(work, hardware())[1:]]
    assert [counts for counts in found if max(counts) > 1.0] == repeats


def test_computes_of_a_tiny_array_take_four_cycles() -> None:
    """Four pixels on 2 x 2, two at a time, each for 4 cycles; three on 8 x 8: 4, and 4 for the weights."""
    for pixels, dim, expected in ((4, 2, 8), (2, 4, 4), (8, 4, 8), (3, 8, 4 + 4)):
        work = workload(f"{pixels} 1 {dim} {dim} 1 1", f"{pixels} 1 {dim} {dim} 1 1", "", dim)
        assert float(compute_cycles(work, 4.0)) == expected


class TestByHand:
    def test_one_tile_of_a_product(self) -> None:
        """[64, 64] by [64, 64] on 16 x 16: 128 reads of a line, 4 blocks of 16 x 4 x 4 ... all in L2."""
        work = workload("64 1 64 64 1 1", "64 1 64 64 1 1", "", 16.0, convolution=False)
        fitted = replace(constants(), start_cycles=1000.0, read_gap_cycles=1.0, store_cycles=3.0)
        # Loads 128 * (4 beats + 1), stores 64 pixels * 4 blocks * 3; the array 4 * 4 blocks * 64 rows.
        assert float(cycles(work, fitted, hardware())) == pytest.approx(1000 + max(640 + 768, 1024))

    def test_small_tiles_wait_for_the_host(self) -> None:
        work = workload("16 1 16 64 1 1", "16 1 16 16 1 1", "c", 16.0, convolution=False)
        fitted = replace(constants(), start_cycles=0.0, product_issue_cycles=500.0)
        assert float(cycles(work, fitted, hardware())) == pytest.approx(4 * 500)

    def test_convolutions_wait_for_seven_instructions(self) -> None:
        work = workload("16 1 16 64 1 1", "16 1 16 16 1 1", "c", 16.0)
        fitted = replace(constants(), start_cycles=0.0, convolution_issue_cycles=900.0, product_issue_cycles=500.0)
        assert float(cycles(work, fitted, hardware())) == pytest.approx(4 * 900)

    def test_paced_computes_hold_up_loads(self) -> None:
        """One pixel per compute on 64 x 64: 32 cycles each and not 4, and the 28 between are lost to loads."""
        work = workload("1 64 64 64 1 1", "1 64 64 64 1 1", "", 64.0)
        fitted = replace(constants(), start_cycles=0.0, compute_cycles_per_dim=0.5, store_cycles=0.0)
        # The first compute waits for its weights: 64 cycles; 63 more of 32. Loads: 128 lines.
        without = replace(fitted, compute_cycles_per_dim=0.0)
        assert float(compute_cycles(work, 32.0)) == 63 * 32 + 64
        lost = (63 * 32 + 64) - (63 * 4 + 64)
        assert float(cycles(work, fitted, hardware())) == pytest.approx(float(cycles(work, without, hardware())) + lost)

    def test_stores_overlap_two_tiles_of_one_reduction(self) -> None:
        """Reduction outside: all of its last round stores; inside: a store has this tile and the one before."""
        shape = "32 32 64 64 1 1", "8 32 64 16 1 1"
        fitted = replace(constants(), start_cycles=0.0, short_read_cycles=1.0, read_gap_cycles=1.0, store_cycles=2.0)
        # A tile: array 4 * (32 * 8 + 8), loads 256 * 1 + 16 * 5, stores 256 * 4 * 2; sixteen tiles, four final.
        array, load, store = 1056, 336, 2048
        expected = {"cp": 4 * (load + store) + 12 * array, "pc": 4 * (2 * load + store) + 8 * array}
        for order, total in expected.items():
            work = workload(*shape, order, 16.0, convolution=False)
            assert float(cycles(work, fitted, hardware())) == pytest.approx(total)

    def test_slow_loads_set_the_pace(self) -> None:
        """As above, with reads of ten cycles: a tile loads for 256 * 10 + 16 * 5, longer than the array's 1,056."""
        shape = "32 32 64 64 1 1", "8 32 64 16 1 1"
        fitted = replace(constants(), start_cycles=0.0, short_read_cycles=10.0, read_gap_cycles=1.0, store_cycles=2.0)
        load, store = 2640, 2048
        for order in ("cp", "pc"):
            work = workload(*shape, order, 16.0, convolution=False)
            assert float(cycles(work, fitted, hardware())) == pytest.approx(16 * load + 4 * store)


def test_misses_cost_more_with_less_cache(measured: Measurements) -> None:
    small = replace(hardware(), l2_bytes=32768.0, llc_bytes=262144.0)
    ours, less = (cycles(measured.work, constants(), machine) for machine in (hardware(), small))
    assert np.all(less >= ours * (1 - 1e-9))
    assert np.mean(less > ours) > 0.5


def test_jax_agrees(measured: Measurements) -> None:
    work = measured.work
    with jax.enable_x64(True):
        bounds, tile, depth = (axes.map(jnp.asarray) for axes in (work.bounds, work.tile, work.depth))
        others = (jnp.asarray(field) for field in (work.stride, work.array_dim, work.convolution))
        ours = cycles(Workload(bounds, tile, depth, *others), constants(), hardware())
        assert isinstance(ours, jax.Array)
        np.testing.assert_allclose(ours, cycles(work, constants(), hardware()), rtol=1e-9)
