"""The contiguous stretches of a tensor that slices, gathers and their counterparts in updates move."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, prod

from xdsl.ir import Operation

from dialects.stablehlo import ScatterDimensionNumbers, ints
from hwmodels.records import Runs
from passes.analysis.ops import element_bytes, integers, op_name, shape_of


def block_runs(shape: Sequence[int], block: Sequence[int], steps: Sequence[int], size: float) -> Runs:
    """Runs of a block of ``block`` elements, ``steps`` apart, of a row-major tensor with elements of ``size`` bytes."""
    strides = [size * prod(shape[dim + 1 :]) for dim in range(len(shape))]
    run = size
    for dim in reversed(range(len(shape))):
        if steps[dim] == 1 or block[dim] == 1:
            run = strides[dim] * block[dim]
        if block[dim] != shape[dim]:
            repeated = [outer for outer in range(dim + 1) if block[outer] > 1 and strides[outer] * steps[outer] > run]
            return Runs(run, strides[repeated[-1]] * steps[repeated[-1]] if repeated else inf)
    return Runs()


def taken_runs(op: Operation) -> Runs:
    """What a slice, dynamic slice or gather reads of its first operand."""
    shape = shape_of(op.operands[0])
    ones = (1,) * len(shape)
    block = shape_of(op.results[0])
    if op_name(op) == "stablehlo.gather":
        block = integers(op, "slice_sizes", ones)
    return block_runs(shape, block, integers(op, "strides", ones), element_bytes(op.operands[0].type))


def changed_runs(op: Operation) -> Runs:
    """What a dynamic update slice or scatter writes of its first operand."""
    shape = shape_of(op.operands[0])
    if op_name(op) == "stablehlo.scatter":
        numbers = op.properties["scatter_dimension_numbers"]
        assert isinstance(numbers, ScatterDimensionNumbers), "a scatter has the dimension numbers of a scatter"
        updates = shape_of(op.operands[len(op.results) + 1])
        points = {*ints(numbers.inserted_window_dims), *ints(numbers.input_batching_dims)}
        sizes = iter([updates[dim] for dim in ints(numbers.update_window_dims)])
        block = [1 if dim in points else next(sizes) for dim in range(len(shape))]
    else:
        block = shape_of(op.operands[1])
    return block_runs(shape, block, (1,) * len(shape), element_bytes(op.operands[0].type))
