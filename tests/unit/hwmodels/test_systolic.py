"""The systolic array's cycles against a slow array that moves values from cell to cell, and by hand."""

from __future__ import annotations

from itertools import product

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from systolic_simulator import sum_cycles, weight_cycles

from hwmodels.systolic import EXPOSED, PIPELINED, SCALE_SIM, Folds, Overlap, array_cycles, matmul_cycles

WEIGHT, INPUT, OUTPUT = range(3)

OVERLAPS = [Overlap(swap, swap, skew) for swap, skew in product((False, True), repeat=2)]


def padded(matrix: np.ndarray, rows: int, columns: int) -> np.ndarray:
    return np.pad(matrix, ((0, -matrix.shape[0] % rows), (0, -matrix.shape[1] % columns)))


def simulated(
    left: np.ndarray, right: np.ndarray, flow: int, rows: int, columns: int, overlap: Overlap
) -> tuple[np.ndarray, int]:
    """The product of ``left`` [m, k] and ``right`` [k, n] on the slow array, and its cycles."""
    if flow == INPUT:
        made, cycles = simulated(right.T, left.T, WEIGHT, rows, columns, overlap)
        return made.T, cycles
    if flow == WEIGHT:
        a, b = padded(left, 1, rows), padded(right, rows, columns)
        folds = list(product(range(0, b.shape[1], columns), range(0, b.shape[0], rows)))
        made, cycles = weight_cycles(
            [a[:, k : k + rows] for _, k in folds],
            [b[k : k + rows, n : n + columns] for n, k in folds],
            preload=bool(overlap.preload),
            skew=bool(overlap.skew),
        )
        result = np.zeros((a.shape[0], b.shape[1]))
        for (n, _), part in zip(folds, made, strict=True):
            result[:, n : n + columns] += part
    else:
        a, b = padded(left, rows, 1), padded(right, 1, columns)
        folds = list(product(range(0, a.shape[0], rows), range(0, b.shape[1], columns)))
        made, cycles = sum_cycles(
            [a[m : m + rows].T for m, _ in folds],
            [b[:, n : n + columns] for _, n in folds],
            drain=bool(overlap.drain),
            skew=bool(overlap.skew),
            in_place=bool(overlap.sums_in_place),
        )
        result = np.zeros((a.shape[0], b.shape[1]))
        for (m, n), part in zip(folds, made, strict=True):
            result[m : m + rows, n : n + columns] = part
    return result[: left.shape[0], : right.shape[1]], cycles


@pytest.mark.parametrize("overlap", [*OVERLAPS, SCALE_SIM], ids=str)
@pytest.mark.parametrize("flow", [WEIGHT, INPUT, OUTPUT])
@pytest.mark.parametrize(
    ("m", "n", "k", "rows", "columns"),
    [
        (1, 1, 1, 1, 1),
        (1, 1, 1, 3, 2),  # one value: nothing but the way through the array
        (2, 3, 7, 4, 2),  # streams shorter than the rows
        (4, 4, 4, 4, 4),  # streams as long as the rows
        (9, 5, 6, 2, 3),  # streams longer than the rows
        (5, 3, 9, 4, 1),
        (5, 9, 3, 1, 4),
        (7, 3, 2, 3, 2),
    ],
)
def test_as_many_cycles_as_values_moved_cell_by_cell(
    m: int, n: int, k: int, rows: int, columns: int, flow: int, overlap: Overlap
):
    rng = np.random.default_rng(m + 10 * n + 100 * k)
    left, right = rng.integers(-9, 9, (m, k)) * 1.0, rng.integers(-9, 9, (k, n)) * 1.0
    made, cycles = simulated(left, right, flow, rows, columns, overlap)
    np.testing.assert_array_equal(made, left @ right)
    assert matmul_cycles(m, n, k, flow, rows, columns, overlap) == cycles


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=4), st.integers(1, 4), st.integers(1, 3), st.data())
def test_streams_of_several_lengths(lengths: list[int], rows: int, columns: int, data: st.DataObject):
    overlap = data.draw(st.sampled_from(OVERLAPS))
    inputs = [np.ones((steps, rows)) for steps in lengths]
    folds = [Folds(1.0, float(steps)) for steps in lengths]
    weights = [np.ones((rows, columns))] * len(lengths)
    _, cycles = weight_cycles(inputs, weights, preload=bool(overlap.preload), skew=bool(overlap.skew))
    assert array_cycles(folds, float(lengths[-1]), WEIGHT, rows, columns, overlap) == cycles
    tops = [np.ones((steps, columns)) for steps in lengths]
    _, cycles = sum_cycles(inputs, tops, drain=bool(overlap.drain), skew=bool(overlap.skew), in_place=False)
    assert array_cycles(folds, float(lengths[0]), OUTPUT, rows, columns, overlap) == cycles


@pytest.mark.parametrize(
    ("m", "n", "k", "flow", "expected"),
    [
        # On 4 rows and 8 columns the skew is 10. Two folds; the first preload (last drain) is exposed.
        (20, 8, 8, WEIGHT, 4 + 20 + 20 + 10),  # streams of 20 hide a preload of 4
        (3, 8, 8, WEIGHT, 4 + 4 + 3 + 10),  # the second preload takes longer than the first stream of 3
        (4, 8, 8, WEIGHT, 4 + 4 + 4 + 10),
        (8, 20, 8, INPUT, 4 + 20 + 20 + 10),
        (8, 3, 8, INPUT, 4 + 4 + 3 + 10),
        (8, 8, 20, OUTPUT, 20 + 20 + 10 + 4),
        (8, 8, 3, OUTPUT, 3 + 4 + 10 + 4),
    ],
)
def test_pipelined_folds_by_hand(m: int, n: int, k: int, flow: int, expected: int):
    assert matmul_cycles(m, n, k, flow, 4, 8, PIPELINED) == expected


@pytest.mark.parametrize(
    ("flow", "overlap", "expected"),
    [
        (WEIGHT, EXPOSED, 2 * (4 + 20 + 10)),
        (WEIGHT, SCALE_SIM, 2 * (4 + 20 + 10)),
        (OUTPUT, EXPOSED, 2 * (20 + 10 + 4)),
        (OUTPUT, SCALE_SIM, 2 * (20 + 10)),
    ],
)
def test_exposed_folds_by_hand(flow: int, overlap: Overlap, expected: int):
    m, k = (20, 8) if flow == WEIGHT else (8, 20)
    assert matmul_cycles(m, 8, k, flow, 4, 8, overlap) == expected


@pytest.mark.parametrize("overlap", [PIPELINED, EXPOSED, SCALE_SIM], ids=str)
def test_both_array_libraries_agree_on_many_at_once(overlap: Overlap):
    flows = np.asarray([[WEIGHT], [INPUT], [OUTPUT]])
    sizes = (np.asarray([1.0, 30.0, 64.0]), np.asarray([7.0, 30.0, 2.0]), np.asarray([9.0, 2.0, 64.0]))
    ours = matmul_cycles(sizes[0], sizes[1], sizes[2], flows, 8, 4, overlap)
    assert ours.shape == (3, 3)
    m, n, k = (jnp.asarray(size) for size in sizes)
    theirs = matmul_cycles(m, n, k, jnp.asarray(flows), 8, 4, overlap)
    np.testing.assert_array_equal(ours, theirs)
    assert ours[2, 1] == matmul_cycles(30, 30, 2, OUTPUT, 8, 4, overlap)
