"""Contractions computed by their schedules: equal to the definition, and faults are told."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from dialects.sched import Level, Operand, Schedule, Tile
from fastc.simulator.operands import Array, Operands
from fastc.simulator.tiles import ScheduleError, _Buffer, contract
from tests.unit.simulator.schedule_cases import homes_of, schedule_of, schedules


def numbers(schedule: Schedule) -> Operands:
    """Small whole numbers, so that sums are exact in any order."""
    b, (rows, columns) = schedule.contraction.bounds, schedule.contraction.stride
    height, width = (b.p - 1) * int(rows) + b.r, (b.q - 1) * int(columns) + b.s
    generator = np.random.default_rng(0)
    inputs = generator.integers(-8, 9, (b.g, b.n, height, width, b.c)).astype(np.float32)
    weights = generator.integers(-8, 9, (b.g, b.k, b.c, b.r, b.s)).astype(np.float32)
    return Operands(inputs, weights, (int(rows), int(columns)), (1, 1), lambda result: result)


def definition(schedule: Schedule, operands: Operands) -> Array:
    """The contraction, output by output."""
    b = schedule.contraction.bounds
    result = np.zeros((b.g, b.n, b.p, b.q, b.k), np.float32)
    for g, n, p, q, k in product(range(b.g), range(b.n), range(b.p), range(b.q), range(b.k)):
        top, left = p * operands.stride[0], q * operands.stride[1]
        seen = operands.inputs[g, n, top : top + b.r, left : left + b.s]
        result[g, n, p, q, k] = np.sum(seen * operands.weights[g, k].transpose(1, 2, 0))
    return result


@given(schedule=schedules(largest=4))
@settings(max_examples=40, deadline=None)
def test_any_schedule_computes_the_contraction(schedule: Schedule):
    operands = numbers(schedule)
    np.testing.assert_array_equal(contract(schedule, operands, homes_of(schedule)), definition(schedule, operands))


SUMS_WAIT = schedule_of(
    Tile(n=6, c=8, k=8), {Level.Global: [("n", 3), ("k", 4)], Level.L1: [("n", 1), ("c", 4), ("k", 2)]}
)
"""Sums of a global tile are complete in it; at the PEs they are not."""


def run(schedule: Schedule) -> Array:
    return contract(schedule, numbers(schedule), homes_of(SUMS_WAIT))


def test_the_schedule_of_the_faults_is_right():
    np.testing.assert_array_equal(run(SUMS_WAIT), definition(SUMS_WAIT, numbers(SUMS_WAIT)))


@pytest.mark.parametrize(
    ("operand", "destination", "message"),
    [
        (Operand.Weight, Level.Global, r"the weight tile .* is needed from global, where it is not"),
        (Operand.Input, Level.L1, r"the input tile .* is needed from l1, where it is not"),
        (Operand.Output, Level.Global, r"partial sums .* leave l1, and no transfer takes them"),
        (Operand.Output, Level.Dram, r"outputs .* leave global, and no transfer takes them"),
    ],
)
def test_a_dropped_transfer(operand: Operand, destination: Level, message: str):
    kept = tuple(t for t in SUMS_WAIT.transfers if (t.operand, t.destination) != (operand, destination))
    assert len(kept) == len(SUMS_WAIT.transfers) - 1
    with pytest.raises(ScheduleError, match=message):
        run(replace(SUMS_WAIT, transfers=kept))


def test_a_wrong_order():
    """The loop through the sum around a loop over outputs, where the outputs stay on chip: sums that nobody keeps."""
    right = schedule_of(Tile(c=8, k=8), {Level.Global: [("k", 4), ("c", 4)]}, in_dram={Operand.Output: False})
    wrong = replace(right, loops={**right.loops, Level.Global: right.loops[Level.Global][::-1]})
    homes = homes_of(right)
    np.testing.assert_array_equal(contract(right, numbers(right), homes), definition(right, numbers(right)))
    with pytest.raises(ScheduleError, match=r"partial sums .* leave global, and no transfer takes them"):
        contract(wrong, numbers(right), homes)


def test_a_buffer_holds_two_tiles():
    buffer = _Buffer(Level.L1)
    boxes = [(slice(index, index + 1),) for index in range(3)]
    for box in boxes:
        buffer.put(box, np.zeros(1))
    for box in boxes[1:]:
        buffer.get(Operand.Input, box)
    with pytest.raises(ScheduleError, match=r"the input tile \[0:1\] is needed from l1, where it is not"):
        buffer.get(Operand.Input, boxes[0])
