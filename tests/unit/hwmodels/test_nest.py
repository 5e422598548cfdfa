"""Access counts of loop nests, against a simulation that runs the loops and keeps sets of elements, and by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from math import ceil, prod
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fastc.dse.interpreted import interpreted
from hwmodels.nest import Counts, Halo, Level, Loops, Problem, Tensor, cost, count

P, R, K = range(3)
Box = tuple[range, ...]


def convolution(p: float, r: float, k: float, stride: float = 1.0, dilation: float = 1.0) -> Problem:
    """output[k, p] = sum over r of input[stride * p + dilation * r] * weight[k, r]."""
    return Problem(
        ("P", "R", "K"),
        np.array([p, r, k], float),
        (
            Tensor("input", (((P, stride), (R, dilation)),)),
            Tensor("weight", (((K, 1.0),), ((R, 1.0),))),
            Tensor("output", (((K, 1.0),), ((P, 1.0),)), written=True),
        ),
    )


def nest(*loops: tuple[int, float, int, bool]) -> Loops:
    """Loops as (dimension, factor, level, spatial), outermost first."""
    dims, factors, levels, spatial = zip(*loops, strict=True) if loops else ((), (), (), ())
    return Loops(np.asarray(factors, float), tuple(dims), tuple(levels), tuple(spatial))


class Simulation:
    """Runs a nest with whole numbers; instances go in step, and hold nothing where a dimension has ended for them."""

    def __init__(self, problem: Problem, loops: Loops):
        self.bounds = [int(bound) for bound in problem.bounds]
        self.tensors = problem.tensors
        self.levels, self.spatial, self.dims = loops.levels, loops.spatial, loops.dims
        self.factors = [int(factor) for factor in loops.factors]

    def step(self, index: int) -> int:
        """How far one iteration of a loop advances its dimension."""
        dim = self.dims[index]
        return prod(f for f, d in zip(self.factors[index + 1 :], self.dims[index + 1 :], strict=True) if d == dim)

    def box(self, tensor: Tensor, digits: dict[int, int], level: int) -> tuple[Any, Box] | None:
        """The tile of an instance at one moment: its iterations of the tensor's dimensions, and for each axis the
        positions from first to last; None if beyond."""
        spans = {}
        for dim, bound in enumerate(self.bounds):
            inner = [i for i, d in enumerate(self.dims) if d == dim and self.levels[i] >= level]
            start = sum(digit * self.step(i) for i, digit in digits.items() if self.dims[i] == dim)
            if start >= bound:
                return None
            spans[dim] = range(start, min(start + prod(self.factors[i] for i in inner), bound))
        sides = [[sum(int(c) * spans[dim][end] for dim, c in axis) for end in (0, -1)] for axis in tensor.axes]
        return [spans[dim] for dim in sorted(tensor.dims)], tuple(range(low, high + 1) for low, high in sides)

    def moments(self, level: int) -> Iterator[dict[int, int]]:
        """The iterations of the temporal loops above a level's tiles in which any instance works."""
        above = [i for i in range(len(self.levels)) if self.levels[i] < level and not self.spatial[i]]
        for digits in itertools.product(*(range(self.factors[i]) for i in above)):
            moment = dict(zip(above, digits, strict=True))
            starts = [0] * len(self.bounds)
            for i, digit in moment.items():
                starts[self.dims[i]] += digit * self.step(i)
            if all(start < bound for start, bound in zip(starts, self.bounds, strict=True)):
                yield moment

    def instances(self, level: int) -> Iterator[dict[int, int]]:
        """The instances of a level, by the iterations of the spatial loops above."""
        above = [i for i in range(len(self.levels)) if self.levels[i] < level and self.spatial[i]]
        for digits in itertools.product(*(range(self.factors[i]) for i in above)):
            yield dict(zip(above, digits, strict=True))

    def fills(self, tensor: Tensor, level: int, instance: dict[int, int], halo: Halo | None) -> int:
        """Elements that enter one instance's tile; all of each tile where ``halo`` is None."""
        total, held = 0, None
        for moment in self.moments(level):
            box = self.box(tensor, moment | instance, level)
            new = set() if box is None else set(itertools.product(*box[1]))
            if halo == "kept" and held is not None:
                total += len(new - set(itertools.product(*held[1])))
            elif halo is None or box != held:
                total += len(new)
            held = box
        return total

    def first_of_its_kind(self, tensor: Tensor, parent: int, level: int) -> Iterator[dict[int, int]]:
        """The instances of ``level``, of those that need the same from one instance of ``parent`` at every moment only
        the first; coincidences are looked for at each level's loops by themselves."""
        seen: set[Any] = set()
        for instance in self.instances(level):
            places = []
            for i, digit in instance.items():
                if self.levels[i] < parent:
                    places.append((i, digit))
                    continue
                for position, axis in enumerate(tensor.axes):
                    coefficient = dict(axis).get(self.dims[i], 0)
                    places.append((self.levels[i], position, int(coefficient) * digit * self.step(i)))
            key: dict[Any, int] = {}
            for *where, offset in places:
                key[tuple(where)] = key.get(tuple(where), 0) + offset
            if (frozen := frozenset(key.items())) not in seen:
                seen.add(frozen)
                yield instance

    def elements(self, tensor: Tensor, level: int, instance: dict[int, int]) -> int:
        """Elements that one instance ever holds."""
        held: set[tuple[int, ...]] = set()
        for moment in self.moments(level):
            box = self.box(tensor, moment | instance, level)
            held |= set() if box is None else set(itertools.product(*box[1]))
        return len(held)

    def accesses(self, keeps: list[tuple[bool, ...]], halo: Halo) -> dict[tuple[int, int, str], int]:
        """Words by (level, tensor, kind)."""
        result = {}
        for t, tensor in enumerate(self.tensors):
            keepers = [level for level, kept in enumerate(keeps) if kept[t]]
            for level, inner in zip(keepers, [*keepers[1:], len(keeps)], strict=True):
                rule = halo if inner < len(keeps) else None
                served = sum(
                    self.fills(tensor, inner, instance, rule)
                    for instance in self.first_of_its_kind(tensor, level, inner)
                )
                fills = sum(self.fills(tensor, level, instance, halo) for instance in self.instances(level))
                first = sum(self.elements(tensor, level, instance) for instance in self.instances(level))
                first = first if tensor.written else 0
                fills = 0 if level == keepers[0] else fills - first
                result[level, t, "reads"] = served - first
                result[level, t, "fills"] = fills
                result[level, t, "updates"] = served if tensor.written else 0
        return result


@st.composite
def nests(draw: st.DrawFn, *, perfect: bool = False) -> tuple[Problem, Loops, list[tuple[bool, ...]]]:
    """A small convolution, a nest of up to four levels that covers it, and what each level keeps (the first all)."""
    depth = draw(st.integers(1, 4))
    inner = draw(
        st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from((2, 2, 3)), st.integers(0, depth - 1), st.booleans()),
            max_size=6,
        )
    )
    inner.sort(key=lambda loop: loop[2])
    extents = [prod(factor for d, factor, *_ in inner if d == dim) for dim in range(3)]
    bounds = [
        draw(st.integers(1, 3)) * extent if perfect else draw(st.integers(1, min(2 * extent + 3, 12)))
        for extent in extents
    ]
    assume(prod(bounds) <= 300)
    outer = [(dim, ceil(bounds[dim] / extents[dim]), 0, False) for dim in draw(st.permutations(range(3)))]
    loops = [*outer, *inner]
    # Where two dimensions of a window run at once at one level, a smaller last tile would break their coincidences.
    for level in range(depth):
        at_once = {d for d, _, at, spatial in loops if at == level and spatial}
        assume(perfect or not at_once >= {P, R})
        assume(sum(1 for d, _, at, spatial in loops if at == level and spatial) == len(at_once))
    p, r, k = bounds
    problem = convolution(p, r, k, draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    keeps = [(True,) * 3, *(draw(st.tuples(st.booleans(), st.booleans(), st.booleans())) for _ in range(depth - 1))]
    return problem, nest(*loops), keeps


def counted(problem: Problem, loops: Loops, keeps: list[tuple[bool, ...]], halo: Halo) -> Counts:
    """What the model counts."""
    return count(problem, tuple(Level(f"L{i}", kept, halo) for i, kept in enumerate(keeps)), loops)


def as_table(counts: Counts) -> dict[tuple[int, int, str], float]:
    """Words by (level, tensor, kind)."""
    return {
        (level, t, kind): float(getattr(access, kind))
        for level, row in enumerate(counts.levels)
        for t, access in enumerate(row)
        if access is not None
        for kind in ("reads", "fills", "updates")
    }


IDLES = (
    convolution(2, 1, 3),
    nest((K, 2, 0, True), (P, 2, 0, False), (K, 2, 0, False)),
    [(True, True, True), (True, True, True)],
)
"""Three channels on two lanes, two after each other: the second lane idles in every second step, and forgets."""


@pytest.mark.parametrize("halo", ["kept", "dropped"])
@settings(max_examples=150, deadline=None)
@given(drawn=nests())
@example(drawn=IDLES)
def test_imperfect_nests_are_counted_as_they_run(drawn: tuple[Problem, Loops, Any], halo: Halo):
    problem, loops, keeps = drawn
    simulation = Simulation(problem, loops)
    counts = counted(problem, loops, keeps, halo)
    assert as_table(counts) == pytest.approx(simulation.accesses(keeps, halo), rel=1e-12)
    assert counts.steps == sum(1 for _ in simulation.moments(len(keeps)))
    assert counts.macs == prod(simulation.bounds)


@settings(max_examples=100, deadline=None)
@given(drawn=nests(perfect=True))
def test_coincidences_in_a_window_are_read_once(drawn: tuple[Problem, Loops, Any]):
    problem, loops, keeps = drawn
    expected = Simulation(problem, loops).accesses(keeps, "kept")
    assert as_table(counted(problem, loops, keeps, "kept")) == pytest.approx(expected, rel=1e-12)


class Timeloop:
    """What Timeloop's analysis does with one instance's tile (NVlabs/timeloop, ``nest-analysis.cpp``): it walks the
    first two iterations of each loop, counts the second for all the others, and keeps what overlaps only while the
    translation stays what it was."""

    def __init__(self, simulation: Simulation, tensor: Tensor, level: int):
        self.simulation, self.tensor, self.level = simulation, tensor, level
        self.held: Box | None = None
        self.stride: tuple[int, ...] | None = None
        self.total = 0
        above = [i for i, at in enumerate(simulation.levels) if at < level and not simulation.spatial[i]]
        self.walk(above, {}, 1)

    def walk(self, above: list[int], digits: dict[int, int], times: int) -> None:
        if not above:
            self.deliver(digits, times)
            return
        factor = self.simulation.factors[above[0]]
        self.walk(above[1:], digits | {above[0]: 0}, times)
        if factor > 1:
            self.walk(above[1:], digits | {above[0]: 1}, times * (factor - 1))

    def deliver(self, digits: dict[int, int], times: int) -> None:
        found = self.simulation.box(self.tensor, digits, self.level)
        assert found is not None
        box, held = found[1], self.held
        self.held = box
        new = prod(len(side) for side in box)
        if held is None:
            self.total += times * new
            return
        moved = tuple(side[0] - before[0] for side, before in zip(box, held, strict=True))
        if self.stride not in (None, moved):
            self.stride = None
            self.total += times * new
            return
        self.stride = moved
        if sum(step != 0 for step in moved) <= 1:
            new -= len(set(itertools.product(*box)) & set(itertools.product(*held)))
        self.total += times * new


@settings(max_examples=100, deadline=None)
@given(drawn=nests(perfect=True))
def test_a_moving_halo_is_kept_as_in_timeloop(drawn: tuple[Problem, Loops, Any]):
    problem, loops, keeps = drawn
    simulation = Simulation(problem, loops)
    counts = counted(problem, loops, keeps, "moving")
    for level, t in itertools.product(range(1, len(keeps)), range(2)):
        access = counts.levels[level][t]
        if access is not None:
            per_instance = Timeloop(simulation, problem.tensors[t], level).total
            assert float(access.fills / access.instances) == per_instance


def test_a_sliding_window_by_hand():
    # 6 outputs of 3 taps, one output at a time: windows 0-2, 1-3, ..., 5-7, of which each brings one position.
    problem, loops = convolution(6, 3, 1), nest((P, 6, 0, False), (R, 3, 1, False))
    cases: list[tuple[Halo, int]] = [("kept", 3 + 5), ("moving", 3 + 5), ("dropped", 6 * 3)]
    for halo, expected in cases:
        counts = counted(problem, loops, [(True,) * 3] * 2, halo)
        inputs, weights, outputs = counts.levels[1]
        assert inputs is not None
        assert weights is not None
        assert outputs is not None
        assert (float(inputs.fills), float(inputs.reads), float(weights.fills)) == (expected, 18, 3)
        # Each output takes 3 sums, the first of which overwrites; it leaves once and never comes back.
        assert (float(outputs.updates), float(outputs.reads), float(outputs.fills)) == (18, 12, 0)


def test_a_window_that_comes_back_is_kept_only_where_every_overlap_is():
    # Two channels k; for each, 4 taps slide over windows of 3 outputs: 0-2 .. 3-5. Back at 0-2 nothing of 3-5 is left.
    loops = nest((K, 2, 0, False), (R, 4, 0, False), (P, 3, 1, False))
    always: list[Halo] = ["kept", "moving"]
    for halo in always:
        inputs = counted(convolution(3, 4, 2), loops, [(True,) * 3] * 2, halo).levels[1][0]
        assert inputs is not None
        assert float(inputs.fills) == 2 * (3 + 3)
    # With 2 taps the window goes from 1-3 back to 0-2: two positions are still there.
    loops = nest((K, 2, 0, False), (R, 2, 0, False), (P, 3, 1, False))
    cases: list[tuple[Halo, int]] = [("kept", 3 + 1 + 1 + 1), ("moving", 2 * (3 + 1))]
    for halo, expected in cases:
        inputs = counted(convolution(3, 2, 2), loops, [(True,) * 3] * 2, halo).levels[1][0]
        assert inputs is not None
        assert float(inputs.fills) == expected


def test_multicast_reduction_and_a_smaller_last_tile_by_hand():
    # 5 channels on 2 lanes in 3 steps; the last step leaves a lane idle. 2 taps run at once: their sums are added.
    loops = nest((K, 3, 0, False), (K, 2, 0, True), (R, 2, 0, True))
    counts = counted(convolution(1, 2, 5), loops, [(True,) * 3, (True,) * 3], "kept")
    inputs, weights, outputs = counts.levels[0]
    lanes = counts.levels[1]
    assert inputs is not None
    assert weights is not None
    assert outputs is not None
    assert lanes[0] is not None
    assert (float(counts.steps), float(counts.lanes), float(counts.macs)) == (3, 4, 10)
    # Both taps' inputs are read once and go to both lanes; they stay.
    assert (float(inputs.reads), float(lanes[0].fills)) == (2, 4)
    assert float(weights.reads) == 10
    # The two partial sums of each output are one update.
    assert (float(outputs.updates), float(outputs.reads)) == (5, 0)


def test_cost_takes_the_slowest_level_and_adds_all_energies():
    problem, loops = convolution(4, 1, 2), nest((K, 2, 0, False), (P, 4, 1, False))
    levels = (
        Level("outer", (True,) * 3, read_words_per_cycle=2.0, read_j=8.0, update_j=16.0, block_words=4.0),
        Level("inner", (True,) * 3, write_words_per_cycle=4.0, read_j=1.0, fill_j=0.5, update_j=0.25),
    )
    counts = count(problem, levels, loops)
    # Outer: 4 inputs, 2 weights read, 8 outputs written. Inner: reads 8 + 8 + 0, fills 4 + 2, updates 8.
    slow = cost(counts, levels, mac_j=0.125)
    assert [float(cycles) for cycles in slow.level_cycles] == [8, 8]
    assert [float(joules) for joules in slow.level_j] == [2.0 * 6 + 4.0 * 8, 16 + 3 + 2]
    assert float(slow.energy_j) == 44 + 21 + 1
    # 14 words written at 1 a cycle; 22 words of all kinds at 2 a cycle outside, with 6 + 8.
    assert float(cost(counts, (levels[0], replace(levels[1], write_words_per_cycle=1.0))).cycles) == 14
    assert float(cost(counts, (replace(levels[0], shared_words_per_cycle=1.0), levels[1])).cycles) == 14
    # 6 words read outside at one in two cycles.
    assert float(cost(counts, (replace(levels[0], read_words_per_cycle=0.5), levels[1])).cycles) == 12


def test_cleared_sums_are_filled_before_they_begin():
    problem, loops = convolution(4, 2, 1), nest((P, 4, 0, False), (R, 2, 1, False))
    kept, cleared = (
        count(problem, (Level("outer", (True,) * 3), Level("inner", (True,) * 3, clears=clears)), loops).levels[1][2]
        for clears in (False, True)
    )
    assert kept is not None
    assert cleared is not None
    assert (float(kept.fills), float(cleared.fills)) == (0, 4)


def test_what_cannot_be_counted_is_refused():
    problem, loops = convolution(2, 1, 1), nest((P, 2, 0, False))
    with pytest.raises(ValueError, match="no level keeps tensor 'weight'"):
        count(problem, (Level("only", (True, False, True)),), loops)
    with pytest.raises(ValueError, match="on two axes"):
        Problem(("P",), np.ones(1), (Tensor("diagonal", (((0, 1.0),), ((0, 1.0),))),))
    with pytest.raises(ValueError, match="outermost inwards"):
        nest((P, 2, 1, False), (P, 2, 0, False))


def many(xp: Any, factors: Any, dims: Any, bounds: Any, stride: Any, words: Any) -> tuple[Any, Any]:
    """Energy and cycles of a two-level machine, from arrays of one library."""
    window = (((P, stride), (R, 1.0)),)
    problem = Problem(
        ("P", "R", "K"),
        bounds,
        (
            Tensor("input", window),
            Tensor("weight", (((K, 1.0),), ((R, 1.0),))),
            Tensor("output", (((K, 1.0),), ((P, 1.0),)), written=True),
        ),
    )
    levels = (
        Level("outer", (True,) * 3, shared_words_per_cycle=words, read_j=8.0, update_j=9.0),
        Level("inner", (True,) * 3, read_j=1.0, fill_j=1.5, update_j=2.0),
    )
    depth = factors.shape[-1]
    loops = Loops(factors, dims, (0, 0, 0, 0, 1, 1)[:depth], (False, False, False, depth > 4, False, False)[:depth])
    result = cost(count(problem, levels, loops), levels, xp.asarray(0.5))
    return result.energy_j, result.cycles


def drawn_arrays(rows: int, inside: int) -> tuple[np.ndarray, ...]:
    """Factors and orders of loops (three, and some ``inside``), bounds, strides and bandwidths of different mappings,
    layers and machines."""
    random = np.random.default_rng(7)
    dims = np.stack([np.concatenate([random.permutation(3), random.integers(0, 3, inside)]) for _ in range(rows)])
    inner = random.integers(1, 4, (rows, inside))
    bounds = random.integers(1, 12, (rows, 3)).astype(float)
    extents = np.ones((rows, 3))
    for slot in range(inside):
        np.multiply.at(extents, (np.arange(rows), dims[:, 3 + slot]), inner[:, slot])
    outer = np.take_along_axis(np.ceil(bounds / extents), dims[:, :3], axis=1)
    factors = np.concatenate([outer, inner], axis=1).astype(float)
    return factors, dims, bounds, random.integers(1, 4, rows).astype(float), random.choice([0.5, 2.0, 8.0], rows)


def test_jax_maps_over_mappings_orders_layers_and_machines():
    arrays = drawn_arrays(64, 3)
    expected = many(np, *arrays)
    one_by_one = [many(np, *(array[row] for array in arrays)) for row in range(64)]
    np.testing.assert_allclose(expected, np.transpose(one_by_one))
    with jax.enable_x64(True):
        found = jax.jit(jax.vmap(lambda *row: many(jax.numpy, *row)))(*map(jax.numpy.asarray, arrays))
        np.testing.assert_allclose(np.stack(found), np.stack(expected), rtol=1e-12)


def test_gradients_are_finite_differences():
    factors, dims, bounds, stride, words = drawn_arrays(32, 1)
    # Away from where tiles begin, overlaps end and another limit takes over.
    point = (bounds + 0.3, stride + 0.25, words * 1.01)

    def value(xp: Any, *arguments: Any) -> Any:
        energy, cycles = many(xp, xp.asarray(factors), xp.asarray(dims), *arguments)
        return xp.sum(energy + 3.0 * cycles)

    with jax.enable_x64(True):
        gradient = jax.grad(lambda *arguments: value(jax.numpy, *arguments), argnums=(0, 1, 2))
        slopes = interpreted(gradient)(*map(jax.numpy.asarray, point))
    for argument, slope in enumerate(slopes):
        for index in np.ndindex(slope.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = [array.copy() for array in point]
                moved[argument][index] += sign * 1e-5
                ends.append(value(np, *moved))
            assert slope[index] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-5, abs=1e-5)
