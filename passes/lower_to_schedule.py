"""lower-to-schedule: give every region loops, tiles and an engine on the machine of the module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, Region
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BoundRegionOp, FusedOp
from dialects.sched import (
    DIMS,
    Axis,
    ComputeOp,
    ContractionOp,
    Dim,
    Engine,
    ExtentAttr,
    Level,
    LoopAttr,
    LoopsOp,
    Operand,
    RegionOp,
    Schedule,
    SpatialOp,
    Tile,
    TransferOp,
    VectorOp,
    YieldOp,
    crossing,
)
from dialects.sched.facts import LOOP_LEVELS, Loop
from hwmodels.mapper import NoMappingError
from hwmodels.records import ENGINES, Machine, Mapping, Placement, RegionWork, VectorWork
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.mappings import MAPPER_BUDGET, MapperChoice, mapped, spaces_of
from passes.place_tensors import view_of_regions


@dataclass(frozen=True)
class LowerToSchedulePass(ModulePass):
    """Turns each ``region.fused`` into a ``sched.region`` with the best schedule that the mapper knows.

    The body, the operands and results and the spaces they live in stay as they are.

    Before::

        %0 = region.fused "fc" matmul (%a = %x : tensor<8x4xf32> in dram, %b = %w : tensor<4x4xf32> in pinned)
            -> (tensor<8x4xf32> in dram) {
          %1 = stablehlo.dot_general ...
          region.yield %1 : tensor<8x4xf32>
        }

    After::

        %0 = sched.region "fc" matmul (...) -> (...) {
          %1 = stablehlo.dot_general ...
          sched.yield %1 : tensor<8x4xf32>
        } schedule {
          sched.contraction [g = 1, n = 8, ...] ...
          sched.loops l1 [n = 8 step 2]
          sched.transfer input global to l1 tile 32
          ...
          sched.compute weight_stationary
          sched.vector {...}
        }
    """

    name = "lower-to-schedule"

    dataflow: Literal["any", "weight_stationary", "input_stationary", "output_stationary"] = "any"
    """Operand that stays in the systolic arrays; `any` lets the mapper choose for each region. The vector unit is
    always allowed."""
    mapper: Literal["recipes", "optimal"] = "recipes"
    """`recipes`: the best of some thousand tilings for each region. `optimal`: where the tensors live, the best mapping
    of the map space or of the recipes, proven or with a gap, which is said where it exceeds 0.5 %."""
    mapper_budget: int = MAPPER_BUDGET
    """Mappings that the optimal mapper looks at for each contraction: fewer take less time and leave a gap."""
    objective: Literal["latency", "energy", "edp"] = "latency"
    """What the optimal mapper makes least: latency, energy, or their product."""

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[ModulePass, ...]:
        """Every dataflow, and the optimal mapper."""
        if not any(isinstance(op, FusedOp) for op in module_op.walk()):
            return ()
        choices = ("any", "weight_stationary", "input_stationary", "output_stationary")
        return *(cls(dataflow=choice) for choice in choices), cls(mapper="optimal")

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        machine = machine_of(find_accelerator(op, self.name))
        view = view_of_regions(op, self.name)
        try:
            placement = Placement(spaces_of(view), 0.0, 0.0)
            choice = MapperChoice(self.mapper, self.mapper_budget, self.objective, self.dataflow)
            mappings = mapped(view.network, machine, placement, choice).mappings
        except NoMappingError as error:
            raise PassFailedException(f"{self.name}: {error}") from error
        for region, work, mapping in zip(view.regions, view.network.regions, mappings, strict=True):
            _lower(region, work, mapping, machine)


def _lower(region: BoundRegionOp, work: RegionWork, mapping: Mapping | None, machine: Machine) -> None:
    vector = _vector_op(work.vector)
    steps = [vector] if mapping is None else [*_contraction_steps(region, work, mapping, machine), vector]
    body = Region()
    region.body.move_blocks(body)
    terminator = body.block.last_op
    assert terminator is not None, "a verified region ends with a yield"
    Rewriter.replace_op(terminator, YieldOp(*terminator.operands))
    lowered = RegionOp(
        region.region_name.data,
        region.kind.data,
        region.operands,
        region.result_types,
        body,
        steps,
        [space.data for space in region.operand_spaces],
        [space.data for space in region.result_spaces],
    )
    lowered.attributes |= region.attributes
    for old, new in zip(region.results, lowered.results, strict=True):
        new.name_hint = old.name_hint
    Rewriter.replace_op(region, lowered)


def _vector_op(work: VectorWork) -> VectorOp:
    counts = (work.alu, work.transcendental, work.divide, work.reduce, work.move)
    rows = (work.rows.rescan_bytes, work.rows.kept_bytes, work.rows.row_bytes)
    dims = [Dim(dim) for dim in work.rows.dims]
    return VectorOp([int(count) for count in counts], [int(size) for size in rows], dims)


def _contraction_steps(region: BoundRegionOp, work: RegionWork, mapping: Mapping, machine: Machine) -> list[Operation]:
    """The schedule's ops down to ``sched.compute``."""
    contraction, body = work.contraction, region.contraction
    assert contraction is not None, "the mapper maps only contractions"
    assert body is not None, "a contraction's numbers come from the body"
    op = ContractionOp(contraction.bounds, contraction.stride, contraction.dilation, contraction.element_bytes)
    axes = {axis: _tile(extents) for axis, extents in zip(Axis, mapping.spatial, strict=True)}
    loops = _loops(op.facts.bounds, mapping, machine)
    engine = Engine(ENGINES[int(mapping.engine)])
    facts = Schedule(op.facts, loops, (), axes, engine)
    from_dram = crossing(region, body, loops.get(Level.Global, ()))
    chain = [level for level in Level if level in (Level.Dram, Level.L1) or level in _tiled_levels(machine)]
    steps: list[Operation] = [op]
    for outer, inner in pairwise(chain):
        if loops.get(inner):
            steps.append(LoopsOp(inner, [LoopAttr(*loop) for loop in loops[inner]]))
        steps.extend(
            _transfer(operand, outer, inner, facts) for operand in Operand if outer != Level.Dram or from_dram[operand]
        )
    for axis, tile in axes.items():
        extents = [ExtentAttr(dim, tile.along(dim)) for dim in DIMS if tile.along(dim) > 1]
        if extents:
            steps.append(SpatialOp(axis, extents))
    return [*steps, ComputeOp(engine)]


def _transfer(operand: Operand, outer: Level, inner: Level, facts: Schedule) -> TransferOp:
    size = facts.tile_bytes(operand, inner)
    return (
        TransferOp(operand, inner, outer, size)
        if operand == Operand.Output
        else TransferOp(operand, outer, inner, size)
    )


def _tiled_levels(machine: Machine) -> tuple[Level, ...]:
    """The levels of the machine that hold tiles, from outside to inside."""
    present = {Level.Global: machine.global_buffer_bytes > 0, Level.L2: machine.l2_enabled > 0, Level.L1: True}
    return tuple(level for level in LOOP_LEVELS if present[level])


def _tile(extents: np.ndarray) -> Tile:
    return Tile(*(int(extent) for extent in extents))


def _loops(bounds: Tile, mapping: Mapping, machine: Machine) -> dict[Level, tuple[Loop, ...]]:
    """The loops over each level's tiles; where a level is missing the mapping repeats its inner neighbour's tile.

    The loops from the contraction to the outermost level's tile run in the global order, whichever level that is.
    """
    levels = _tiled_levels(machine)
    tiles = {Level.Global: mapping.global_tile, Level.L2: mapping.l2_tile, Level.L1: mapping.l1_tile}
    orders = {Level.Global: mapping.global_order, Level.L2: mapping.l2_order, Level.L1: mapping.l1_order}
    result: dict[Level, tuple[Loop, ...]] = {}
    outer = bounds
    for level in levels:
        order = mapping.global_order if level == levels[0] else orders[level]
        tile = _tile(tiles[level])
        result[level] = _nest(outer, tile, order)
        outer = tile
    return result


def _nest(outer: Tile, inner: Tile, order: Sequence[int] | np.ndarray) -> tuple[Loop, ...]:
    nest = (Loop(dim, outer.along(dim), inner.along(dim)) for dim in (DIMS[int(index)] for index in order))
    return tuple(loop for loop in nest if loop.step < loop.extent)
