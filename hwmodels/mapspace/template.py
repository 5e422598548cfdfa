"""Optimal mappings for FAST's template, as the records of the compile pipeline."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hwmodels.mapper import NoMappingError
from hwmodels.mapspace.assignments import Group, covering, placed
from hwmodels.mapspace.found import Found
from hwmodels.mapspace.incumbent import DEFAULT_BUDGET, Incumbent, Objective
from hwmodels.mapspace.l1_tiles import L1Tiles, Tiles
from hwmodels.mapspace.search import search
from hwmodels.mapspace.target import Dataflow, Target, template_machine
from hwmodels.mapspace.tiles import Problem
from hwmodels.records import DIMS, ENGINES, Contraction, Machine, Mapping

CLASS_DIMS = {"m": "npq", "k": "k", "c": "crs"}


def loop_order(classes: str) -> np.ndarray:
    """[8] indices into ``DIMS``, outermost first: groups, then ``classes``; where only the innermost is given, the
    others run in the order m, k, c."""
    outer = [name for name in CLASS_DIMS if name not in classes]
    dims = ["g", *(CLASS_DIMS[name] for name in (*outer, *classes))]
    return np.asarray([DIMS.index(dim) for dim in "".join(dims)], np.int64)


def mapping_of(found: Found, machine: Machine, dataflow: Dataflow = "any") -> Mapping:
    """``found`` on ``template_machine(machine, dataflow)`` as the record that ``cost.contraction_cost`` takes.

    An axis spreads no more of a dimension than the L1 tile has of it, which takes no longer. Where there is an L2, the
    L1 tile is the one of its tile that keeps the array busy for the least time. Raises NoMappingError where none fits.
    """
    tiles = TilesOf(found.problem, found.engine, found.spatial, found.inner_tile, found.outer_tile)
    return mapping_with(tiles, machine, dataflow, found.inner_class, found.outer_class)


class TilesOf(NamedTuple):
    """A mapping but for the order of its loops; as the fields of ``Found``."""

    problem: Problem
    engine: int
    spatial: np.ndarray
    inner: np.ndarray
    outer: np.ndarray


def mapping_with(tiles: TilesOf, machine: Machine, dataflow: Dataflow, near: str, far: str) -> Mapping:
    """As ``mapping_of``, with the loops of the classes ``near`` and ``far`` innermost in the two nests."""
    has_buffer = float(machine.global_buffer_bytes) > 0.0
    l1_tile = _l1_tile(tiles, machine, dataflow) if float(machine.l2_enabled) >= 0.5 else tiles.inner
    inside, outside = loop_order(near), loop_order(far)
    return Mapping(
        engine=ENGINES.index(template_machine(machine, dataflow).engines[tiles.engine].name),
        spatial=np.minimum(tiles.spatial, l1_tile).astype(np.int64),
        l1_tile=l1_tile.astype(np.int64),
        l2_tile=tiles.inner.astype(np.int64),
        global_tile=(tiles.outer if has_buffer else tiles.inner).astype(np.int64),
        l1_order=inside,
        l2_order=inside,
        global_order=outside if has_buffer else inside,
    )


def _l1_tile(found: TilesOf, machine: Machine, dataflow: Dataflow) -> np.ndarray:
    """[8] the tile of L1 inside the tile of L2, which is ``found``'s."""
    target = template_machine(replace(machine, l2_enabled=0), dataflow)
    extents = tuple(map(tuple, found.spatial.tolist()))
    tile = np.minimum(_l1_tiles(found.problem, target, found.engine, extents), found.inner[:, None])
    group = Group(found.engine, packed=False, extents=found.spatial[:, :, None])
    spatial = found.spatial.prod(axis=0)[:, None]
    covers = Tiles(tile, covering(found.problem, tile, spatial, packed=False))
    evaluation = placed(found.problem, target, group, 0, covers).evaluation
    costs = [np.broadcast_to(cost, tile.shape[1]) for cost in (evaluation.array_j, evaluation.busy)]
    return tile[:, np.lexsort(costs)[0]]


@lru_cache(maxsize=256)
def _l1_tiles(problem: Problem, target: Target, engine: int, extents: tuple[tuple[float, ...], ...]) -> np.ndarray:
    """[8, tiles] those of L1 worth trying on axes with ``extents``. Raises NoMappingError where none fits."""
    group = Group(engine, packed=False, extents=np.asarray(extents)[:, :, None])
    nothing = Incumbent("latency", (1.0, 1.0), 0.0)
    tile = L1Tiles(problem, target, nothing).best(group, 0).tile
    if not tile.shape[1]:
        raise NoMappingError(f"no tile of the contraction {problem.bounds} fits L1 of machine '{target.name}'")
    return tile


def orders_inside(mapping: Mapping) -> Iterator[Mapping]:
    """``mapping`` with each class of its loops innermost in each nest."""
    every = [loop_order(inside) for inside in CLASS_DIMS]
    for near, far in itertools.product(every, repeat=2):
        yield replace(mapping, l1_order=near, l2_order=near, global_order=far)


def orders_of(mapping: Mapping) -> Iterator[Mapping]:
    """``mapping`` in every order of the classes of its loops, groups outermost."""
    every = [loop_order("".join(classes)) for classes in itertools.permutations(CLASS_DIMS)]
    for near, far in itertools.product(every, repeat=2):
        yield replace(mapping, l1_order=near, l2_order=near, global_order=far)


def search_contractions(
    contractions: Sequence[Contraction],
    machine: Machine,
    objective: Objective = "latency",
    budget: float = DEFAULT_BUDGET,
) -> list[Found]:
    """The best mapping of each contraction alone, every operand in DRAM; equal ones are searched once.

    ``budget`` as of ``search``, for each.
    """
    target = template_machine(machine)
    known = {work: search(work, target, objective, budget) for work in dict.fromkeys(contractions)}
    return [known[work] for work in contractions]


def map_contractions(
    contractions: Sequence[Contraction],
    machine: Machine,
    objective: Objective = "latency",
    budget: float = DEFAULT_BUDGET,
) -> list[Mapping]:
    """The best mapping of each contraction alone on ``machine``, with every operand in DRAM.

    Raises NoMappingError where not even the smallest tile fits the buffers.
    """
    return [mapping_of(found, machine) for found in search_contractions(contractions, machine, objective, budget)]
