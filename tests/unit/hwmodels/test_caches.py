"""Misses under loop nests, against a cache that is really run."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hwmodels.caches import Footprint, Level, miss_rate, misses, piece, power_of_two

LINE = 64


class Cache:
    """Fully associative, random replacement."""

    def __init__(self, lines: int) -> None:
        self.held: list[int] = []
        self.where: dict[int, int] = {}
        self.size = lines
        self.random = np.random.default_rng(7)

    def misses(self, line: int) -> bool:
        """Touch a line; whether it had to be fetched."""
        if line in self.where:
            return False
        if len(self.held) < self.size:
            self.where[line] = len(self.held)
            self.held.append(line)
            return True
        victim = int(self.random.integers(self.size))
        del self.where[self.held[victim]]
        self.held[victim] = line
        self.where[line] = victim
        return True


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.25, 1.5, 2.0, 4.0])
def test_rate_of_cyclic_accesses(ratio: float) -> None:
    cache = Cache(400)
    order = range(int(400 * ratio))
    rounds = [[cache.misses(line) for line in order] for _ in range(20)]
    assert float(miss_rate(np.array(ratio))) == pytest.approx(np.mean(rounds[10:]), abs=0.06)


def test_nest_of_two_tensors() -> None:
    """for k: for p: touch tile p of one tensor and tile k of the other, again and again."""
    rows, columns, tile = 30, 12, 8
    cache, counts = Cache(160), [0, 0]
    for run in range(12):
        for k, p in itertools.product(range(columns), range(rows)):
            touched = [[p * tile + i for i in range(tile)], [10_000 + k * tile + i for i in range(tile)]]
            for tensor, lines in enumerate(touched):
                missed = sum(cache.misses(line) for line in lines)
                counts[tensor] += missed if run >= 2 else 0

    def level(first: int, second: int, *repeats: float) -> Level:
        footprints = [Footprint(np.array(float(n)), np.array(float(n * LINE))) for n in (first, second)]
        return Level(footprints, repeats, (1.0, 1.0))

    nest = [level(tile, tile, 1, 1), level(rows * tile, tile, rows, rows), level(240, 96, columns, columns)]
    ours = misses(nest, 160.0 * LINE, LINE)
    assert float(ours[0]) == pytest.approx(counts[0] / 10, rel=0.1)
    # What streams by evicts some of the tile that stays, which the model neglects.
    assert 0.3 * counts[1] / 10 < float(ours[1]) < counts[1] / 10


def test_what_fits_misses_never() -> None:
    small = Footprint(np.array(10.0), np.array(640.0))
    nest = [Level([small], (1,), (1.0,)), Level([Footprint(np.array(20.0), np.array(1280.0))], (2,), (1.0,))]
    assert float(misses(nest, 4096.0, LINE)[0]) == 0.0


def test_lines_that_a_loop_does_not_share_are_not_found_again() -> None:
    """Twice 10 lines, but 30 in all: nothing is found again inside. Next time 30 lines take thrice the cache's room: a
    share of 0.9405 misses, for 1 - 0.9405 = exp(-3 * 0.9405)."""

    def missed(capacity_lines: float) -> float:
        inner, outer = (Footprint(np.array(lines), np.array(lines * LINE)) for lines in (10.0, 30.0))
        nest = [Level([inner], (1,), (1.0,)), Level([outer], (2,), (1.0,))]
        return float(misses(nest, capacity_lines * LINE, LINE)[0])

    assert missed(10.0) == pytest.approx(20 - 30 * (1 - 0.94048), rel=1e-4)
    # All 30 lines stay: no miss, nor fewer.
    assert missed(30.0) == 0.0


def test_strided_pieces_take_the_room_of_their_rows() -> None:
    """A 16-byte piece of each row of 1024 bytes: one line each, in one set of every sixteen."""
    footprint = piece(np.array(16.0), np.array(1024.0), LINE, 8.0, np.array(False))
    assert (float(footprint.lines), float(footprint.span_bytes)) == (1.0, 1024.0)
    # Rows of 1000 bytes spread over all sets.
    assert float(piece(np.array(16.0), np.array(1000.0), LINE, 8.0, np.array(False)).span_bytes) == 64.0


@pytest.mark.parametrize("size", [1, 8, 16, 40, 64, 100])
def test_lines_of_a_piece_anywhere(size: int) -> None:
    counted = [len({byte // LINE for byte in range(start, start + size)}) for start in range(0, LINE, 8)]
    ours = piece(np.array(float(size)), np.array(4096.0), LINE, 8.0, np.array(True))
    assert float(ours.lines) == pytest.approx(np.mean(counted))


def test_whole_and_short_rows_share_lines() -> None:
    assert float(piece(np.array(96.0), np.array(96.0), LINE, 8.0, np.array(True)).lines) == 1.5
    assert float(piece(np.array(1.0), np.array(4.0), LINE, 8.0, np.array(True)).lines) == 4 / 64


def test_power_of_two() -> None:
    values = np.array([1.0, 3.0, 12.0, 1000.0, 4096.0, 8192.0])
    np.testing.assert_array_equal(power_of_two(values), [1, 1, 4, 8, 4096, 4096])


def test_jax_agrees() -> None:
    ratios = np.array([0.1, 1.0, 1.1, 3.0])
    with jax.enable_x64(True):
        np.testing.assert_allclose(miss_rate(jnp.asarray(ratios)), miss_rate(ratios), rtol=1e-12)
