"""Which tensors live on chip: FAST's fusion as an integer program, solved by HiGHS.

Each region takes at least its time on chip and at least the DRAM time of what is not resident; a resident activation stays in
the global buffer from its producer to its last use, a pinned weight for ever; at every region what is resident and the
region's own tiles fit the buffer. The sum of the regions' times is minimised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack

from hwmodels.cost import ContractionCost
from hwmodels.network import (
    NetworkTable,
    dram_bytes,
    exact_contraction_cost,
    region_arrays,
    tabulate_network,
    use_ratio,
)
from hwmodels.records import Machine, Mapping, Network, Placement, Space
from hwmodels.technology import technology
from hwmodels.template import dram_bytes_per_s

Residency = Literal["all", "weights", "activations", "none"]

TRAFFIC_WEIGHT = 0.01
"""Weight of DRAM time that a region hides behind its other work: it costs energy, so among equally fast placements the one
with less traffic wins."""

RELATIVE_GAP = 1e-3
NODE_LIMIT = 2000
"""The solver stops by its gap or by a count of nodes, never by the clock: the same input gives the same placement."""


@dataclass(frozen=True)
class Candidate:
    """Tensors that become resident together: one activation, or all weights that the same regions read."""

    tensors: tuple[int, ...]
    bytes: float
    space: Space
    first: int
    """First and last region during which they occupy the global buffer."""
    last: int


def candidates(network: Network, residency: Residency) -> list[Candidate]:
    """What may be placed on chip under ``residency``: never the model's own inputs and outputs."""
    last_region = len(network.regions) - 1
    groups: dict[tuple[int, ...], list[int]] = {}
    result: list[Candidate] = []
    for index, tensor in enumerate(network.tensors):
        if not tensor.consumers:
            continue
        if tensor.role == "weight" and residency in ("all", "weights"):
            groups.setdefault(tensor.consumers, []).append(index)
        if tensor.role == "activation" and residency in ("all", "activations"):
            span = (tensor.producer, max(tensor.consumers))
            result.append(Candidate((index,), float(tensor.bytes), "global", *span))
    for members in groups.values():
        size = float(sum(network.tensors[index].bytes for index in members))
        result.append(Candidate(tuple(members), size, "pinned", 0, last_region))
    return result


@dataclass(frozen=True)
class Program:
    """The integer program's numbers: R regions, C candidates."""

    chosen: list[Candidate]
    floor_s: np.ndarray
    """[R] time of each region without DRAM."""
    dram_s: np.ndarray
    """[R] DRAM time with nothing resident."""
    saved_s: csr_array
    """[R, C] DRAM time that each candidate saves each region."""
    occupied: csr_array
    """[R, C] bytes that each candidate occupies at each region, less the tiles that it makes superfluous."""
    room: np.ndarray
    """[R] bytes of global buffer beside the region's own tiles."""


def _program(network: Network, machine: Machine, mappings: Sequence[Mapping | None], residency: Residency) -> Program:
    tech = technology(machine.node_nm, machine.dram_kind)
    table = tabulate_network(network, tech)
    cost = exact_contraction_cost(table, machine, tech, mappings)
    nothing = np.zeros(len(network.tensors))
    arrays = region_arrays(table, machine, tech, cost, nothing, 0.0)
    rate = float(dram_bytes_per_s(machine))
    engines = np.maximum(
        arrays.compute_s * (1.0 - arrays.on_vector), arrays.vector_s + arrays.compute_s * arrays.on_vector
    )
    floor_s = np.maximum(engines, arrays.global_buffer_s)
    chosen = candidates(network, residency)
    owner = np.full(len(network.tensors), -1)
    for index, candidate in enumerate(chosen):
        owner[list(candidate.tensors)] = index
    occupied, tiles = _occupation(network, table, cost, chosen, owner)
    return Program(
        chosen=chosen,
        floor_s=floor_s,
        dram_s=dram_bytes(table, cost, nothing) / rate,
        saved_s=_savings(table, cost, owner, len(chosen), rate),
        occupied=occupied,
        room=float(machine.global_buffer_bytes) - tiles,
    )


def _savings(table: NetworkTable, cost: ContractionCost, owner: np.ndarray, count: int, rate: float) -> csr_array:
    seconds = np.concatenate([table.use_bytes * use_ratio(table, cost.dram_ratio), table.write_bytes]) / rate
    regions = np.concatenate([table.use_region, table.write_region])
    columns = owner[np.concatenate([table.use_tensor, table.write_tensor])]
    held = columns >= 0
    shape = (len(table.region_contraction), count)
    return coo_array((seconds[held], (regions[held], columns[held])), shape=shape).tocsr()


def _occupation(
    network: Network, table: NetworkTable, cost: ContractionCost, chosen: list[Candidate], owner: np.ndarray
) -> tuple[csr_array, np.ndarray]:
    """Bytes of each candidate at each region, and bytes of each region's own tiles when nothing is resident."""
    count = len(network.regions)
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for index, candidate in enumerate(chosen):
        span = range(candidate.first, candidate.last + 1)
        rows.extend(span)
        columns.extend([index] * len(span))
        values.extend([candidate.bytes] * len(span))
    tiles = np.zeros(count)
    for region, work in enumerate(network.regions):
        if work.contraction is None:
            continue
        row = table.region_contraction[region]
        for operand, sizes in zip(("input", "weight", "output"), cost.tile_bytes, strict=True):
            tensors = work.writes if operand == "output" else tuple(u.tensor for u in work.reads if u.operand == operand)
            tiles[region] += sizes[row]
            if tensors and owner[main := max(tensors, key=lambda t: network.tensors[t].bytes)] >= 0:
                rows.append(region)
                columns.append(int(owner[main]))
                values.append(-float(sizes[row]))
    return coo_array((values, (rows, columns)), shape=(count, len(chosen))).tocsr(), tiles


def place(
    network: Network, machine: Machine, mappings: Sequence[Mapping | None], residency: Residency = "all"
) -> Placement:
    """Where each tensor of ``network`` lives on ``machine``, under the given mappings; one mapping (or None) per region."""
    program = _program(network, machine, mappings, residency)
    if not program.chosen or float(machine.global_buffer_bytes) <= 0.0:
        return _placement(network, program, np.zeros(len(program.chosen)), 0.0)
    chosen, gap = _solve(program)
    return _placement(network, program, chosen, gap)


def _solve(program: Program) -> tuple[np.ndarray, float]:
    """Minimise the sum of region times; [C] of 0 and 1, and the gap that the solver proved."""
    regions, count = program.saved_s.shape
    scale = 1.0 / max(float(program.dram_s.sum()), 1e-30)
    one = coo_array((np.ones(regions), (np.arange(regions), np.arange(regions))), shape=(regions, regions))
    hidden = TRAFFIC_WEIGHT * np.asarray(program.saved_s.sum(axis=0)).ravel()
    objective = np.concatenate([np.ones(regions), -hidden * scale])
    slower = LinearConstraint(
        _beside(one.tocsr(), program.saved_s * scale), lb=program.dram_s * scale, ub=np.inf
    )
    megabyte = 1.0 / 2**20
    fits = LinearConstraint(
        _beside(csr_array((regions, regions)), program.occupied * megabyte), lb=-np.inf, ub=program.room * megabyte
    )
    result = milp(
        objective,
        constraints=[slower, fits],
        integrality=np.concatenate([np.zeros(regions), np.ones(count)]),
        bounds=Bounds(np.concatenate([program.floor_s * scale, np.zeros(count)]), np.concatenate([np.full(regions, np.inf), np.ones(count)])),
        options={"mip_rel_gap": RELATIVE_GAP, "node_limit": NODE_LIMIT},
    )
    if result.x is None:
        return np.zeros(count), float("inf")
    return np.rint(result.x[regions:]), float(result.mip_gap or 0.0)


def _beside(left: csr_array, right: csr_array) -> csr_array:
    return csr_array(hstack([left, right]))


def _placement(network: Network, program: Program, chosen: np.ndarray, gap: float) -> Placement:
    spaces: list[Space] = ["dram"] * len(network.tensors)
    for candidate, held in zip(program.chosen, chosen, strict=True):
        if held:
            for tensor in candidate.tensors:
                spaces[tensor] = candidate.space
    remaining = program.dram_s - (program.saved_s @ chosen if len(chosen) else 0.0)
    return Placement(tuple(spaces), float(np.maximum(program.floor_s, remaining).sum()), gap)
