"""lower-to-schedule: give every region loops, tiles and an engine on the machine of the module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from xdsl.context import Context
from xdsl.dialects.builtin import FloatAttr, ModuleOp, StringAttr, f64
from xdsl.ir import Operation, Region
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter
from xdsl.transforms.common_subexpression_elimination import cse
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BoundRegionOp, FusedOp
from dialects.sched import (
    DIMS,
    GAP_KEY,
    OBJECTIVE_KEY,
    Axis,
    ComputeOp,
    ContractionOp,
    Dim,
    Engine,
    ExtentAttr,
    FoldsOp,
    KeepOp,
    Level,
    LoopAttr,
    LoopsOp,
    Operand,
    RegionOp,
    Schedule,
    SliceOp,
    Slices,
    SpatialOp,
    Tile,
    TileOp,
    TransferOp,
    VectorOp,
    YieldOp,
    crossing,
)
from dialects.sched.chained import tile_sizes as tile_sizes_of_chain
from dialects.sched.complete import PeMemories, tile_sizes
from dialects.sched.facts import LOOP_LEVELS, Loop
from dialects.sched.ops import rank, schedule_of
from hwmodels.chains import expand, unit_of
from hwmodels.mapper import NoMappingError
from hwmodels.network import exact_contraction_cost
from hwmodels.network_table import tabulate_network
from hwmodels.records import ENGINES, Machine, Mapping, Network, Placement, RegionWork, VectorWork
from hwmodels.technology import technology
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.mappings import MAPPER_BUDGET, MapperChoice, mapped, spaces_of
from passes.place_tensors import view_of_regions
from passes.scheduling.buffers import (
    contraction_buffers,
    kept_levels,
    kept_rows,
    piece_buffers,
    place_all,
    rows_of_work,
)
from passes.scheduling.scans import scan_ops
from passes.scheduling.slices import hold_ops, slice_ops


@dataclass(frozen=True)
class LowerToSchedulePass(ModulePass):
    """Turns each ``region.fused`` into a ``sched.region`` with the best schedule that the mapper knows.

    The operands and results and the spaces they live in stay as they are, and so does the body but for equal ops, which
    become one: the vector program counts ops.

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
          sched.tile l1 [n = 2, k = 4, c = 4]
          sched.transfer input global to l1 tile 32
          ...
          sched.buffer input l1 slots 2 bytes 16 at [0 to 32]
          ...
          sched.compute weight_stationary
          sched.folds weight count 1 preload 4 stream 2
          sched.vector {...}
        }

    What is in the global buffer gets a place there for as long as it is needed, and ``sched.memory`` at the top of the
    module, on a machine that has one, says that all fits. Regions of a chain also say what they do for one tile of it
    (``sched.slice``) and what stays on chip from tile to tile (``sched.hold``).
    docs/schedule.md reads a schedule line by line.
    """

    name = "lower-to-schedule"

    dataflow: Literal["any", "weight_stationary", "input_stationary", "output_stationary"] = "any"
    """Operand that stays in the systolic arrays; `any` lets the mapper choose for each region. The vector unit is
    always allowed."""
    mapper: Literal["recipes", "optimal"] = "recipes"
    """`recipes`: the best of some thousand tilings for each region. `optimal`: where the tensors live, the best mapping
    of the map space or of the recipes, proven or with a gap, which the region then says: `sched.gap`, a share of the
    module's `sched.objective`."""
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
        accelerator = find_accelerator(op, self.name)
        machine = machine_of(accelerator)
        for region in op.walk():
            if isinstance(region, BoundRegionOp):
                cse(region.body)
        view = view_of_regions(op, self.name)
        try:
            placement = Placement(spaces_of(view), 0.0, 0.0)
            choice = MapperChoice(self.mapper, self.mapper_budget, self.objective, self.dataflow)
            mappings, gaps = mapped(view.network, machine, placement, choice)
        except NoMappingError as error:
            raise PassFailedException(f"{self.name}: {error}") from error
        lowering = _Lowering(machine, PeMemories.of(accelerator), view.network)
        levels = lowering.kept_levels(mappings)
        parts = zip(view.regions, view.network.regions, mappings, levels, gaps, strict=True)
        for region, work, mapping, level, gap in parts:
            lowered = _replace(region, lowering.steps(region, work, mapping, level))
            if gap is not None:
                lowered.attributes[GAP_KEY] = FloatAttr(gap, f64)
                op.attributes[OBJECTIVE_KEY] = StringAttr(self.objective)
        if machine.global_buffer_bytes > 0:
            account = place_all(op, int(machine.global_buffer_bytes), self.name)
            op.body.block.insert_op_after(account, accelerator)


def _replace(region: BoundRegionOp, steps: Sequence[Operation]) -> RegionOp:
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
        region.chain,
    )
    lowered.attributes |= region.attributes
    for old, new in zip(region.results, lowered.results, strict=True):
        new.name_hint = old.name_hint
    Rewriter.replace_op(region, lowered)
    return lowered


@dataclass(frozen=True)
class _Lowering:
    """The schedules of a network's regions on a machine, but for places in the global buffer."""

    machine: Machine
    pes: PeMemories
    network: Network

    def kept_levels(self, mappings: Sequence[Mapping | None]) -> list[Level]:
        """For each region the level at which its rows wait, if it has any; in a chain those of its greatest tile."""
        tech = technology(self.machine.node_nm, self.machine.dram_kind)
        tiles = expand(self.network)
        table = tabulate_network(tiles.network, tech)
        cost = exact_contraction_cost(table, self.machine, tech, tiles.mappings(mappings))
        levels = kept_levels(table, cost, self.machine, self.pes)
        return [levels[int(np.searchsorted(tiles.region, index))] for index in range(len(mappings))]

    def steps(
        self, region: BoundRegionOp, work: RegionWork, mapping: Mapping | None, level: Level
    ) -> Sequence[Operation]:
        """The schedule's ops, in order."""
        rows = rows_of_work(work)
        slices = slice_ops(region)
        steps: list[Operation] = [_vector_op(work.vector), *slices, *hold_ops(region, slices)]
        schedule = None
        if mapping is not None:
            steps += _contraction_steps(region, work, mapping, self.machine, slices)
            schedule = schedule_of(steps, region.chain)
        kept = None
        if rows is not None:
            kept = kept_rows(rows, schedule, level, self.pes)
            steps.append(KeepOp(*kept))
        if schedule is None:
            steps += piece_buffers(region, work, self.network, self.pes, kept)
        else:
            steps += contraction_buffers(region, schedule, self.pes, kept, Slices.of(slices).gathered)
            if schedule.folds is not None:
                steps.append(FoldsOp(schedule.folds, int(self.machine.array_rows)))
        return sorted([*steps, *scan_ops(region.body_block, rows)], key=rank)


def _vector_op(work: VectorWork) -> VectorOp:
    counts = (work.alu, work.transcendental, work.divide, work.reduce, work.move)
    rows = (work.rows.rescan_bytes, work.rows.kept_bytes, work.rows.row_bytes)
    dims = [Dim(dim) for dim in work.rows.dims]
    return VectorOp([int(count) for count in counts], [int(size) for size in rows], dims)


def _contraction_steps(
    region: BoundRegionOp, work: RegionWork, mapping: Mapping, machine: Machine, slices: Sequence[SliceOp]
) -> list[Operation]:
    """The contraction with its loops, tiles, transfers, axes and engine."""
    contraction, body = work.contraction, region.contraction
    assert contraction is not None, "the mapper maps only contractions"
    assert body is not None, "a contraction's numbers come from the body"
    op = ContractionOp(contraction.bounds, contraction.stride, contraction.dilation, contraction.element_bytes)
    axes = {axis: _tile(extents) for axis, extents in zip(Axis, mapping.spatial, strict=True)}
    loops = _loops(op.facts.bounds, work, mapping, machine)
    engine = Engine(ENGINES[int(mapping.engine)])
    cuts = Slices.of(slices).contraction
    sizes = tile_sizes_of_chain(region.chain, op.facts.bounds, cuts) if region.chain is not None else {}
    facts = Schedule(op.facts, loops, (), axes, engine, sizes)
    from_dram = crossing(region, body, loops.get(Level.Global, ()))
    chain = [level for level in Level if level in (Level.Dram, Level.L1) or level in _tiled_levels(machine)]
    steps: list[Operation] = [op]
    if loops.get(Level.Tile):
        steps.append(LoopsOp(Level.Tile, [LoopAttr(*loop) for loop in loops[Level.Tile]]))
        steps.append(TileOp(Level.Tile, tile_sizes(facts, Level.Tile)))
    for outer, inner in pairwise(chain):
        if loops.get(inner):
            steps.append(LoopsOp(inner, [LoopAttr(*loop) for loop in loops[inner]]))
            steps.append(TileOp(inner, tile_sizes(facts, inner)))
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
    return tuple(level for level in LOOP_LEVELS if present.get(level, False))


def _tile(extents: np.ndarray) -> Tile:
    return Tile(*(int(extent) for extent in extents))


def _loops(bounds: Tile, work: RegionWork, mapping: Mapping, machine: Machine) -> dict[Level, tuple[Loop, ...]]:
    """The loops over each level's tiles; where a level is missing the mapping repeats its inner neighbour's tile.

    The loops from the contraction to the outermost level's tile run in the global order, whichever level that is. In a
    chain, loops over the chain's tiles come first; the others are those of its greatest tile.
    """
    levels = _tiled_levels(machine)
    tiles = {Level.Global: mapping.global_tile, Level.L2: mapping.l2_tile, Level.L1: mapping.l1_tile}
    orders = {Level.Global: mapping.global_order, Level.L2: mapping.l2_order, Level.L1: mapping.l1_order}
    result: dict[Level, tuple[Loop, ...]] = {}
    outer = bounds
    part = unit_of(work)[0]
    if work.tiling is not None and part is not None:
        outer = Tile(*part.bounds)
        result[Level.Tile] = _nest(bounds, outer, range(len(DIMS)))
    for level in levels:
        order = mapping.global_order if level == levels[0] else orders[level]
        tile = _tile(tiles[level])
        result[level] = _nest(outer, tile, order)
        outer = tile
    return result


def _nest(outer: Tile, inner: Tile, order: Sequence[int] | np.ndarray) -> tuple[Loop, ...]:
    nest = (Loop(dim, outer.along(dim), inner.along(dim)) for dim in (DIMS[int(index)] for index in order))
    return tuple(loop for loop in nest if loop.step < loop.extent)
