"""Which slice of each value of a region's body a slice of its results needs.

The slices are along one dimension of the first result. Traced back through the body, the rules of
``passes.analysis.dimension_maps`` say where that dimension comes from; convolutions, windows, paddings and slices along
it are followed too, as *windows*: so many positions before and after. What cannot be followed is needed whole, which is
always enough. A reduction along the dimension may only end in a result that is complete with the last slice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from xdsl.ir import Block, Operation, SSAValue

from passes.analysis.batch import Carry, reshape_carry
from passes.analysis.contraction import convolution_dimensions
from passes.analysis.dimension_maps import result_dimensions
from passes.analysis.ops import TERMINATORS, captured, integer, integers, op_name, pairs, shape_of

SUMS = frozenset(f"stablehlo.{name}" for name in ("add", "maximum", "minimum", "multiply", "and", "or"))
"""Reducers whose result does not depend on how the slices of what they reduce are put together."""


class Window(NamedTuple):
    """Positions ``first * scale + low`` to ``last * scale + high`` of an axis, which results ``first`` to ``last``
    need; those beyond the axis do not exist."""

    scale: int = 1
    low: int = 0
    high: int = 0

    def behind(self, other: Window) -> Window:
        """What results need of an axis of which ``other``'s positions need this window."""
        return Window(other.scale * self.scale, other.low * self.scale + self.low, other.high * self.scale + self.high)

    def union(self, other: Window) -> Window | None:
        """Both windows; none of different scales have one."""
        if self.scale != other.scale:
            return None
        return Window(self.scale, min(self.low, other.low), max(self.high, other.high))


class Slice(NamedTuple):
    """The part of a value that a slice of the results needs."""

    carry: Carry
    """Which dimension, and how it holds the axis."""
    extent: int
    """Size of the axis there."""
    window: Window = Window()

    def union(self, other: Slice | None) -> Slice | None:
        """Both parts; None for the whole."""
        window = None if other is None or other[:2] != self[:2] else self.window.union(other.window)
        return None if window is None else self._replace(window=window)


Demand = Slice | None
"""A part of a value, or None for all of it."""

SEQUENTIAL = ("stablehlo.rng", "stablehlo.rng_bit_generator", "stablehlo.custom_call", "stablehlo.while")
"""Ops that may not run once for each slice."""


@dataclass(frozen=True, eq=False)
class BodySlices:
    """How the work of a region divides along one dimension of its first result."""

    demands: Mapping[SSAValue, Demand]
    """What one slice needs of each value of the body."""
    gathered: frozenset[SSAValue]
    """Values that all slices make together: what reductions along the dimension give, and what follows from that."""
    reduced: frozenset[SSAValue] = frozenset()
    """What is reduced along the dimension."""

    def of(self, value: SSAValue) -> Demand:
        """What one slice needs of ``value``."""
        return self.demands.get(value)


def body_slices(block: Block, place: Slice) -> BodySlices | None:
    """The slices of a region's body whose first result is cut at ``place``; None where that cannot be: where a result
    mixes along the dimension, or the values that it is made of are needed whole by others."""
    last = block.last_op
    assert last is not None, "a region ends with a yield"
    if any(op_name(op) in SEQUENTIAL for op in block.ops):
        return None
    seeds: dict[SSAValue, Slice] = {last.operands[0]: place}
    demands = _backward(block, seeds)
    forward = _Forward(demands)
    for op in block.ops:
        if not forward.through(op):
            return None
    for value in last.operands:
        if value not in forward.gathered:
            known = forward.places.get(value)
            # What a window looks at may be made twice, or in part.
            if known is None or known.window != Window():
                return None
            seeds[value] = known
    demands = _backward(block, seeds | forward.reduced)
    # A result that another one needs more of is no slice.
    cut = {**seeds, **forward.reduced}
    if any(demands.get(value) != known for value, known in cut.items()):
        return None
    return BodySlices(demands, frozenset(forward.gathered), frozenset(forward.reduced))


def _backward(block: Block, seeds: Mapping[SSAValue, Slice]) -> dict[SSAValue, Demand]:
    """What ``seeds`` need of each value that they are computed from."""
    demands: dict[SSAValue, Demand] = dict(seeds)

    def add(value: SSAValue, demand: Demand) -> None:
        known = demands.get(value, demand)
        demands[value] = None if known is None else known.union(demand)

    for op in reversed(block.ops):
        wanted = [demands[result] for result in op.results if result in demands]
        if not wanted or op_name(op) in TERMINATORS:
            continue
        same = all(demand == wanted[0] for demand in wanted)
        places = _operands(op, wanted[0]) if same and wanted[0] is not None else [None] * len(op.operands)
        for operand, demand in zip(op.operands, places, strict=True):
            add(operand, demand)
        for value in list(captured(op))[len(op.operands) :]:
            add(value, None)
    return demands


def _operands(op: Operation, place: Slice) -> list[Demand]:
    """What a slice of the results of ``op`` needs of its operands."""
    result = op.results[0]
    if op_name(op) == "stablehlo.reshape":
        carry = reshape_carry(place.carry, shape_of(result), shape_of(op.operands[0]), place.extent)
        return [None if carry is None else place._replace(carry=carry)]
    windows = _windowed(op, place.carry.dimension) if _is_plain(result, place) else None
    if windows is not None:
        count, dimension, window = windows
        source = Slice(Carry(dimension), shape_of(op.operands[0])[dimension], window.behind(place.window))
        return [source] * count + [None] * (len(op.operands) - count)
    maps = result_dimensions(op)
    if maps is None:
        return [None] * len(op.operands)
    size = shape_of(result)[place.carry.dimension]
    found: list[Demand] = []
    for operand, dimensions in zip(op.operands, maps, strict=True):
        at = [d for d, target in enumerate(dimensions) if target == place.carry.dimension]
        fits = len(at) == 1 and shape_of(operand)[at[0]] == size
        found.append(place._replace(carry=replace(place.carry, dimension=at[0])) if fits else None)
    return found


def _is_plain(value: SSAValue, place: Slice) -> bool:
    return place.carry.inner == 1 and shape_of(value)[place.carry.dimension] == place.extent


def _windowed(op: Operation, dimension: int) -> tuple[int, int, Window] | None:
    """For an op that looks through windows along a dimension of its result: how many operands it does so with, along
    which dimension of theirs, and the window."""
    match op_name(op):
        case "stablehlo.convolution":
            return _convolution(op, dimension)
        case "stablehlo.reduce_window":
            rank = len(shape_of(op.operands[0]))
            ones = (1,) * rank
            taps, stride, base, dilation = (
                integers(op, name, ones)[dimension]
                for name in ("window_dimensions", "window_strides", "base_dilations", "window_dilations")
            )
            low = pairs(op, "padding", rank)[dimension][0]
            count = len(op.results)
            return (count, dimension, Window(stride, -low, (taps - 1) * dilation - low)) if base == 1 else None
        case "stablehlo.pad":
            low, interior = (integers(op, name, ())[dimension] for name in ("edge_padding_low", "interior_padding"))
            return (1, dimension, Window(1, -low, -low)) if interior == 0 else None
        case "stablehlo.slice":
            start, stride = (integers(op, name, ())[dimension] for name in ("start_indices", "strides"))
            return (1, dimension, Window(stride, start, start))
        case _:
            return None


def _convolution(op: Operation, dimension: int) -> tuple[int, int, Window] | None:
    dims = convolution_dimensions(op)
    if dimension not in dims.output_spatial or integer(op, "batch_group_count", 1) != 1:
        return None
    axis, rank = dims.output_spatial.index(dimension), len(dims.output_spatial)
    ones = (1,) * rank
    stride, base, dilation = (
        integers(op, name, ones)[axis] for name in ("window_strides", "lhs_dilation", "rhs_dilation")
    )
    if base != 1:
        return None
    low = pairs(op, "padding", rank)[axis][0]
    taps = shape_of(op.operands[1])[dims.kernel_spatial[axis]]
    return 1, dims.input_spatial[axis], Window(stride, -low, (taps - 1) * dilation - low)


class _Forward:
    """Follows the slices from the values that the first result is made of to everything else."""

    def __init__(self, demands: Mapping[SSAValue, Demand]) -> None:
        self.places: dict[SSAValue, Slice] = {v: place for v, place in demands.items() if place is not None}
        self.gathered: set[SSAValue] = set()
        self.reduced: dict[SSAValue, Slice] = {}
        """What is reduced along the dimension."""

    def through(self, op: Operation) -> bool:
        """Follows one op; whether that works."""
        if op_name(op) in TERMINATORS or any(result in self.places for result in op.results):
            return True
        used = list(captured(op))
        cut = [value for value in used if value in self.places]
        if any(value in self.gathered for value in used):
            self.gathered.update(op.results)
            return not cut
        if not cut:
            return True
        places = list(self._results(op))
        if places and all(place == places[0] and place is not None for place in places):
            self.places.update((result, places[0]) for result in op.results if places[0] is not None)
            return True
        if _sums_up(op, self.places):
            self.gathered.update(op.results)
            self.reduced |= {value: self.places[value] for value in cut}
            return True
        return False

    def _results(self, op: Operation) -> Iterator[Demand]:
        """Where each cut operand comes out; nothing of values with windows of their own."""
        maps = result_dimensions(op)
        for index, operand in enumerate(op.operands):
            place = self.places.get(operand)
            if place is None:
                continue
            if op_name(op) == "stablehlo.reshape":
                carry = reshape_carry(place.carry, shape_of(operand), shape_of(op.results[0]), place.extent)
            else:
                target = None if maps is None else maps[index][place.carry.dimension]
                same = target is not None and all(
                    shape_of(result)[target] == shape_of(operand)[place.carry.dimension] for result in op.results
                )
                carry = replace(place.carry, dimension=target) if target is not None and same else None
            yield None if carry is None or place.window != Window() else place._replace(carry=carry)


def _sums_up(op: Operation, places: Mapping[SSAValue, Slice]) -> bool:
    """Whether ``op`` reduces along the dimension in a way that slices may come one after the other."""
    if op_name(op) != "stablehlo.reduce" or len(op.results) != 1:
        return False
    place = places.get(op.operands[0])
    if place is None or place.window != Window() or not _is_plain(op.operands[0], place):
        return False
    work = [nested for nested in op.regions[0].block.ops if op_name(nested) not in TERMINATORS]
    return place.carry.dimension in integers(op, "dimensions", ()) and len(work) == 1 and op_name(work[0]) in SUMS
