"""Optimal mappings for FAST's template, as the records of the compile pipeline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwmodels.mapspace.found import Found
from hwmodels.mapspace.incumbent import DEFAULT_BUDGET, Objective
from hwmodels.mapspace.search import search
from hwmodels.mapspace.target import template_machine
from hwmodels.records import DIMS, ENGINES, Contraction, Machine, Mapping

CLASS_DIMS = {"m": "npq", "k": "k", "c": "crs"}


def loop_order(innermost: str) -> np.ndarray:
    """[8] indices into ``DIMS``, outermost first: groups, the other classes, and the class ``innermost``."""
    names = ["g", *(dims for name, dims in CLASS_DIMS.items() if name != innermost), CLASS_DIMS[innermost]]
    return np.asarray([DIMS.index(dim) for dim in "".join(names)], np.int64)


def mapping_of(found: Found, machine: Machine) -> Mapping:
    """``found`` on ``template_machine(machine)`` as the record that ``cost.contraction_cost`` takes."""
    inner = found.inner_tile.astype(np.int64)
    has_buffer = float(machine.global_buffer_bytes) > 0.0
    near = loop_order(found.inner_class)
    return Mapping(
        engine=ENGINES.index(template_machine(machine).engines[found.engine].name),
        spatial=found.spatial.astype(np.int64),
        l1_tile=inner,
        l2_tile=inner,
        global_tile=found.outer_tile.astype(np.int64) if has_buffer else inner,
        l1_order=near,
        l2_order=near,
        global_order=loop_order(found.outer_class) if has_buffer else near,
    )


def search_contractions(
    contractions: Sequence[Contraction],
    machine: Machine,
    objective: Objective = "latency",
    budget: float = DEFAULT_BUDGET,
) -> list[Found]:
    """The best mapping of each contraction; equal ones are searched once. ``budget`` as of ``search``, for each."""
    target = template_machine(machine)
    known = {work: search(work, target, objective, budget) for work in dict.fromkeys(contractions)}
    return [known[work] for work in contractions]


def map_contractions(
    contractions: Sequence[Contraction],
    machine: Machine,
    objective: Objective = "latency",
    budget: float = DEFAULT_BUDGET,
) -> list[Mapping]:
    """The best mapping of each contraction on ``machine``, with every operand in DRAM.

    Raises NoMappingError where not even the smallest tile fits the buffers.
    """
    return [mapping_of(found, machine) for found in search_contractions(contractions, machine, objective, budget)]
