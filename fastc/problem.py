"""The bridge from IR to numbers, for the search and for evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from xdsl.dialects.builtin import ModuleOp

from dialects.region import BoundRegionOp
from dialects.sched import DIMS, Axis, ContractionOp, Level, Loop, RegionOp, Schedule, VectorOp
from fastc.errors import InputError
from hwmodels.records import (
    ENGINES,
    Contraction,
    Machine,
    Mapping,
    Network,
    Placement,
    RegionWork,
    Rows,
    VectorWork,
)
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.mappings import spaces_of
from passes.analysis.network import NetworkError, network_view


@dataclass(frozen=True)
class Lowered:
    """A module after ``lower-to-schedule``, as numbers: all that its cost depends on."""

    machine: Machine
    network: Network
    mappings: tuple[Mapping | None, ...]
    """One per region of the network; none for a region without a contraction."""
    placement: Placement


def read_lowered(module: ModuleOp) -> Lowered:
    """Reads machine, work, schedules and placement from the ops of a verified module, deciding nothing anew.

    The placement's ``objective_s`` and ``gap`` are 0: the IR does not say how its spaces were found.

    Raises InputError where a region has no schedule yet, PassFailedException where the module has no machine.
    """
    machine = machine_of(find_accelerator(module, "the cost of a lowered module"))
    try:
        view = network_view(module)
    except NetworkError as error:
        raise InputError(f"the module is not lowered: {error}") from error
    regions = tuple(_scheduled(op) for op in view.regions)
    works = tuple(_work(op, work) for op, work in zip(regions, view.network.regions, strict=True))
    return Lowered(
        machine,
        replace(view.network, regions=works),
        tuple(None if op.facts is None else _mapping(op.facts, machine) for op in regions),
        Placement(spaces_of(view), 0.0, 0.0),
    )


def _scheduled(op: BoundRegionOp) -> RegionOp:
    if not isinstance(op, RegionOp):
        raise InputError(
            f"region '{op.region_name.data}' has no schedule; run lower-to-schedule before its cost is asked"
        )
    return op


def _work(op: RegionOp, work: RegionWork) -> RegionWork:
    """``work`` with contraction and vector work as the schedule gives them."""
    steps, contraction = op.step(VectorOp), op.step(ContractionOp)
    assert steps is not None, "a verified schedule has vector work"
    rows = Rows(*steps.rows, dims="".join(dim.data.value for dim in steps.row_dims))
    return replace(
        work,
        contraction=None if contraction is None else _contraction(contraction),
        vector=VectorWork(*steps.counts, rows=rows),
    )


def _contraction(op: ContractionOp) -> Contraction:
    facts = op.facts
    g, n, p, q, k, c, r, s = facts.bounds
    return Contraction((g, n, p, q, k, c, r, s), facts.stride, facts.dilation, facts.element_bytes)


def _mapping(schedule: Schedule, machine: Machine) -> Mapping:
    """The inverse of what lower-to-schedule writes; see there for levels that a machine lacks."""
    has_global, has_l2 = machine.global_buffer_bytes > 0, machine.l2_enabled > 0
    l1_tile = _extents(schedule.tile(Level.L1))
    l2_tile = _extents(schedule.tile(Level.L2)) if has_l2 else l1_tile
    outermost = Level.Global if has_global else Level.L2 if has_l2 else Level.L1
    l1_order = _order(schedule, Level.L1)
    return Mapping(
        engine=np.int64(ENGINES.index(schedule.engine.value)),
        spatial=np.stack([_extents(schedule.axes[axis]) for axis in Axis]),
        l1_tile=l1_tile,
        l2_tile=l2_tile,
        global_tile=_extents(schedule.tile(Level.Global)) if has_global else l2_tile,
        l1_order=l1_order,
        l2_order=_order(schedule, Level.L2) if has_l2 else l1_order,
        global_order=_order(schedule, outermost),
    )


def _extents(tile: Sequence[int]) -> np.ndarray:
    return np.asarray(tile, np.int64)


def _order(schedule: Schedule, level: Level) -> np.ndarray:
    """Indices of all dimensions: those looped over, outermost first, then the others, whose one trip fits anywhere."""
    loops: tuple[Loop, ...] = schedule.loops.get(level, ())
    looped = [DIMS.index(loop.dim) for loop in loops]
    rest = [index for index in range(len(DIMS)) if index not in looped]
    return np.asarray([*looped, *rest], np.int64)
