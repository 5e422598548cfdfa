"""The bridge from IR to numbers, for the search and for evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import mul

import numpy as np
from xdsl.dialects.builtin import FloatAttr, ModuleOp, StringAttr

from dialects.region import BoundRegionOp
from dialects.sched import (
    DIMS,
    GAP_KEY,
    OBJECTIVE_KEY,
    Axis,
    ContractionOp,
    Level,
    Loop,
    RegionOp,
    Schedule,
    VectorOp,
)
from fastc.errors import InputError
from hwmodels.mapspace.incumbent import Objective
from hwmodels.records import (
    ENGINES,
    Contraction,
    Machine,
    Mapping,
    Network,
    Placement,
    RegionCost,
    RegionWork,
    Rows,
    VectorWork,
)
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.mappings import spaces_of
from passes.analysis.network import NetworkError, network_view

OBJECTIVES: dict[str, Objective] = {"latency": "latency", "energy": "energy", "edp": "edp"}


@dataclass(frozen=True)
class Proof:
    """What the mapper proved of a module's mappings."""

    objective: Objective
    gaps: tuple[float | None, ...]
    """For each region the share of its objective above what no mapping beats; None where nothing was proven."""

    def of_network(self, regions: Sequence[RegionCost], runs: Sequence[int]) -> float:
        """The share of the objective of all ``regions``, each of which runs so many times, above what no mappings
        beat. What is not mapped counts as proven."""
        value = {
            "latency": [cost.latency_s for cost in regions],
            "energy": [cost.energy_j for cost in regions],
            "edp": [cost.latency_s * cost.energy_j for cost in regions],
        }[self.objective]
        total = sum(map(mul, value, runs))
        above = sum(one * count * (gap or 0.0) for one, count, gap in zip(value, runs, self.gaps, strict=True))
        return above / total if total > 0.0 else 0.0


@dataclass(frozen=True)
class Lowered:
    """A module after ``lower-to-schedule``, as numbers: all that its cost depends on."""

    machine: Machine
    network: Network
    mappings: tuple[Mapping | None, ...]
    """One per region of the network; none for a region without a contraction."""
    placement: Placement
    proof: Proof | None = None
    """None where the mapper proves nothing."""


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
        _proof(module, regions),
    )


def _proof(module: ModuleOp, regions: Sequence[RegionOp]) -> Proof | None:
    """What the module says that its mapper proved."""
    gaps = tuple(_gap(op) for op in regions)
    if all(gap is None for gap in gaps):
        return None
    noted = module.attributes.get(OBJECTIVE_KEY)
    objective = noted.data if isinstance(noted, StringAttr) else "latency"
    if objective not in OBJECTIVES:
        raise InputError(f"{OBJECTIVE_KEY} is '{objective}'; it is one of {', '.join(OBJECTIVES)}")
    return Proof(OBJECTIVES[objective], gaps)


def _gap(op: RegionOp) -> float | None:
    noted = op.attributes.get(GAP_KEY)
    if noted is None:
        return None
    if not isinstance(noted, FloatAttr) or not 0.0 <= noted.value.data <= 1.0:
        raise InputError(
            f"region '{op.region_name.data}': {GAP_KEY} is {noted}; it is a share from 0.0 to 1.0 (f64), and "
            "lower-to-schedule writes it"
        )
    return noted.value.data


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
