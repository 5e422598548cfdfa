"""Which tensors live on chip: FAST's fusion as an integer program, solved by HiGHS.

Each region takes at least its time on chip, with DRAM's share of the first and last tile, and at least the DRAM time of
what is not resident, with the chip's share; a resident activation
stays in the global buffer from its producer to its last use, a pinned weight for ever; at every region what is
resident and the region's own tiles fit the buffer. The sum of the regions' times is minimised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack

from hwmodels.arrays import segment_max, segment_sum
from hwmodels.chains import Expansion
from hwmodels.cost import ContractionCost
from hwmodels.network import MappedNetwork, fetch_waits, mapped_network, region_arrays, region_tiling
from hwmodels.network_table import NetworkTable, complete_operands, flow_of_moves, noc_flows, use_ratio
from hwmodels.records import OPERANDS, Array, Machine, Mapping, Network, Placement, Space
from hwmodels.rows import buffer_tiles
from hwmodels.silence import silent_c
from hwmodels.technology import Technology
from hwmodels.template import sustained_dram_bytes_per_s

Residency = Literal["all", "weights", "activations", "none"]

TRAFFIC_WEIGHT = 0.01
"""Weight of DRAM time that a region hides behind its other work: it costs energy, so among equally fast placements
the one with less traffic wins."""

RELATIVE_GAP = 2e-3
NODE_LIMIT = 1
"""The solver stops by its gap or by a count of nodes, never by the clock: the same input gives the same placement.
Beyond the root of branch and bound it finds next to nothing: of 160 placements of four networks, 30 nodes made the
objective 0.07 % better at most and 0.0005 % on average, in up to twice the time."""


@dataclass(frozen=True)
class Layout:
    """What may be placed on chip, in units that are placed together: one activation, or all weights that the same
    regions read.

    C candidates of a network with T tensors and R regions.
    """

    owner: np.ndarray
    """[T] the candidate that a tensor belongs to, -1 for none."""
    pinned: np.ndarray
    """[C] 1.0 for weights, which stay for ever, 0.0 for activations."""
    live_region: np.ndarray
    """[L] and [L]: the regions during which each activation occupies the global buffer."""
    live_candidate: np.ndarray

    def sizes(self, tensor_bytes: Array) -> Array:
        """[C] bytes of each candidate."""
        held = np.nonzero(self.owner >= 0)[0]
        return segment_sum(tensor_bytes[held], self.owner[held], len(self.pinned))

    def taken(self, held: Array, regions: int) -> Array:
        """[R] bytes that candidates which hold ``held`` [C] bytes occupy during each region."""
        return segment_sum(held[self.live_candidate], self.live_region, regions) + (held * self.pinned).sum()


def layout(network: Network, residency: Residency = "all") -> Layout:
    """What may be placed on chip under ``residency``: never the model's own inputs and outputs."""
    owner = np.full(len(network.tensors), -1)
    pinned: list[float] = []
    live: list[np.ndarray] = []
    groups: dict[tuple[int, ...], int] = {}
    for index, tensor in enumerate(network.tensors):
        if not tensor.consumers or tensor.slice_bytes:
            continue
        if tensor.role == "activation" and residency in ("all", "activations"):
            owner[index] = len(pinned)
            regions = np.arange(tensor.producer, max(tensor.consumers) + 1)
            live.append(np.stack([regions, np.full(len(regions), len(pinned))], axis=-1))
            pinned.append(0.0)
        if tensor.role == "weight" and residency in ("all", "weights"):
            owner[index] = groups.setdefault(tensor.consumers, len(pinned))
            if owner[index] == len(pinned):
                pinned.append(1.0)
    pairs = np.concatenate([np.empty((0, 2), np.int64), *live])
    return Layout(owner, np.asarray(pinned), pairs[:, 0], pairs[:, 1])


class Waits(NamedTuple):
    """What a placement can avoid of DRAM's latency: E events, each a region's first fetch or its last store."""

    seconds: np.ndarray
    """[E]"""
    event: csr_array
    """[P, E] the events and"""
    needs: csr_array
    """[P, C] the candidates that must all be on chip to avoid them, one pair a row."""


@dataclass(frozen=True)
class Program:
    """The integer program's numbers: R regions, C candidates."""

    chip_s: np.ndarray
    """[R] time of all runs of each region without DRAM."""
    chip_first_s: np.ndarray
    """[R] what of it DRAM waits for, as ``network.RegionArrays``."""
    dram_s: np.ndarray
    """[R] DRAM time with nothing resident."""
    dram_first_s: np.ndarray
    """[R] what of it the chip waits for."""
    saved_s: csr_array
    """[R, C] DRAM time that each candidate saves each region."""
    saved_first_s: csr_array
    """[R, C] what it saves of ``dram_first_s``."""
    fetch_region: np.ndarray
    """[F] uses of which the tiles come from DRAM one after the other, unless what they use is on chip: the regions,"""
    fetch_candidate: np.ndarray
    """[F] the candidates (-1: always in DRAM), and"""
    fetch_s: np.ndarray
    """[F] the seconds of all runs at least, as ``network.fetch_waits``."""
    occupied: csr_array
    """[R, C] bytes that each candidate occupies at each region beside ``pinned_bytes``, less the tiles that it makes
    superfluous."""
    room: np.ndarray
    """[R] bytes of global buffer beside the region's own tiles."""
    pinned_bytes: np.ndarray
    """[C] bytes that each candidate occupies at every region, weights only."""
    waits: Waits

    def region_s(self, chosen: np.ndarray) -> np.ndarray:
        """[R] time of all runs of each region but for their starts, with the candidates ``chosen`` [C] on chip."""
        saved, first = (values @ chosen if len(chosen) else 0.0 for values in (self.saved_s, self.saved_first_s))
        away = np.where(self.fetch_candidate < 0, 1.0, 1.0 - np.append(chosen, 0.0)[self.fetch_candidate])
        fetched = segment_max(self.fetch_s * away, self.fetch_region, len(self.chip_s), 0.0)
        return np.maximum(
            self.chip_s + self.dram_first_s - first, np.maximum(self.dram_s - saved, fetched) + self.chip_first_s
        )


def program(
    table: NetworkTable,
    cost: ContractionCost,
    machine: Machine,
    tech: Technology,
    choices: Layout,
    temperature: float,
    tiles: Expansion | None = None,
) -> Program:
    """The program that places ``choices``, for contractions that cost ``cost`` on ``machine`` (NumPy).

    ``tiles``: what the chains of the table's network hold on chip whatever is placed there.
    """
    arrays = region_arrays(table, machine, tech, cost, table.sliced, temperature)
    rate = float(sustained_dram_bytes_per_s(machine))
    tiling = region_tiling(table, cost, machine, tech, noc_flows(table, cost), temperature)
    occupied, taken = _occupation(table, buffer_tiles(table, cost, arrays.rescans), choices, tiles)
    return Program(
        chip_s=table.runs * arrays.chip_s,
        chip_first_s=table.runs * arrays.chip_first_s,
        dram_s=table.runs * arrays.dram_s,
        dram_first_s=table.runs * arrays.dram_first_s,
        saved_s=_savings(table, cost, choices, rate),
        **_fetches(table, choices, fetch_waits(table, cost, machine, arrays.chip_s, arrays.chip_first_s)),
        saved_first_s=_savings(table, cost, choices, rate, tiling.dram_first),
        occupied=occupied,
        room=float(machine.global_buffer_bytes) - taken,
        pinned_bytes=choices.pinned * choices.sizes(table.tensor_bytes),
        waits=_waits(table, choices, tech.dram_latency_s),
    )


def _waits(table: NetworkTable, choices: Layout, latency_s: float) -> Waits:
    size = len(table.region_contraction)
    tensors = np.concatenate([table.use_tensor, table.write_tensor])
    moved = np.concatenate([table.use_fetched, np.ones(len(table.write_tensor))]) * (1.0 - table.sliced[tensors]) > 0.0
    events = np.concatenate([table.use_region, size + table.write_region])[moved]
    columns = choices.owner[tensors[moved]]
    certain = np.isin(events, events[columns < 0])
    pairs = np.unique(np.stack([events[~certain], columns[~certain]], axis=-1), axis=0)
    avoidable, event = np.unique(pairs[:, 0], return_inverse=True)
    count = np.arange(len(pairs))

    def incidence(found: np.ndarray, width: int) -> csr_array:
        return coo_array((np.ones(len(pairs)), (count, found)), shape=(len(pairs), width)).tocsr()

    return Waits(
        seconds=latency_s * table.runs[avoidable % size],
        event=incidence(event.ravel(), len(avoidable)),
        needs=incidence(pairs[:, 1], len(choices.pinned)),
    )


def _fetches(table: NetworkTable, choices: Layout, seconds: np.ndarray) -> dict[str, np.ndarray]:
    """``Program.fetch_region``, ``fetch_candidate`` and ``fetch_s``, of ``seconds`` [U]."""
    some = seconds * (1.0 - table.sliced[table.use_tensor]) > 0.0
    regions = table.use_region[some]
    return {
        "fetch_region": regions,
        "fetch_candidate": choices.owner[table.use_tensor[some]],
        "fetch_s": table.runs[regions] * seconds[some],
    }


def _savings(
    table: NetworkTable, cost: ContractionCost, choices: Layout, rate: float, shares: np.ndarray | None = None
) -> csr_array:
    """[R, C] DRAM time of each candidate at each region; of each flow only its part of ``shares`` [R, 5] if given."""
    reads = table.use_bytes * table.use_granules * table.use_fetched * use_ratio(table, cost.dram_ratio)
    seconds = np.concatenate([reads, table.write_bytes * table.write_granules]) / rate
    regions = np.concatenate([table.use_region, table.write_region])
    seconds = seconds * table.runs[regions]
    if shares is not None:
        seconds = seconds * shares[regions, flow_of_moves(table)]
    columns = choices.owner[np.concatenate([table.use_tensor, table.write_tensor])]
    held = columns >= 0
    shape = (len(table.region_contraction), len(choices.pinned))
    return coo_array((seconds[held], (regions[held], columns[held])), shape=shape).tocsr()


def _is_whole_operand(table: NetworkTable) -> np.ndarray:
    """[R, 3] whether one tensor alone makes each region's input, weight and output."""
    regions, output = len(table.region_contraction), OPERANDS.index("output")
    feeds = table.use_operand < output
    row = np.concatenate([table.use_region[feeds], table.write_region])
    operand = np.concatenate([table.use_operand[feeds], np.full(len(table.write_region), output)])
    tensor = np.concatenate([table.use_tensor[feeds], table.write_tensor])
    several = np.unique(np.stack([row, operand, tensor], axis=-1), axis=0)
    counts = np.zeros((regions, len(OPERANDS)), np.int64)
    np.add.at(counts, (several[:, 0], several[:, 1]), 1)
    return counts == 1


def chained_operands(table: NetworkTable, chains: Expansion | None) -> np.ndarray:
    """[R, 3] operands that need no tile whatever is resident: all of each is in slices of a chain, or held."""
    held = 0.0 if chains is None else chains.holds(table.use_region, table.use_tensor)
    used = table.sliced[table.use_tensor] + held
    return complete_operands(table, used, table.sliced[table.write_tensor] + table.write_gathered)


def _occupation(
    table: NetworkTable, operands: tuple[Array, Array, Array], choices: Layout, chains: Expansion | None
) -> tuple[csr_array, np.ndarray]:
    """Bytes of each candidate at each region, a weight's own size left out, and bytes of each region's own ``operands``
    tiles and of what its chain has on chip when nothing is resident.

    An operand that is resident, in slices or held needs no tile, so its candidate takes that much less at that region;
    what is held takes its place already. An operand that is made of several tensors keeps its tile, for some may be in
    DRAM.
    """
    regions = np.arange(len(table.region_contraction))
    tiles = np.stack(operands, axis=-1)
    present = (table.main_tensor >= 0) & (table.has_contraction[:, None] > 0.0)
    held = () if chains is None else chains.held
    row, tensor = np.asarray([(each.row, each.tensor) for each in held], np.int64).reshape(-1, 2).T
    size = np.asarray([each.bytes for each in held], np.float64)
    fixed = chained_operands(table, chains)
    taken = np.where(fixed, 0.0, tiles).sum(axis=-1) + segment_sum(size, row, len(regions))
    taken = taken + (0.0 if chains is None else chains.slice_bytes)
    columns = np.where(table.main_tensor >= 0, choices.owner[table.main_tensor], -1)
    spared = (columns >= 0) & present & ~fixed & _is_whole_operand(table)
    owned = choices.owner[tensor] >= 0
    values = np.concatenate(
        [
            choices.sizes(table.tensor_bytes)[choices.live_candidate],
            -tiles[spared],
            -size[owned],
        ]
    )
    rows = np.concatenate([choices.live_region, np.broadcast_to(regions[:, None], tiles.shape)[spared], row[owned]])
    where = (rows, np.concatenate([choices.live_candidate, columns[spared], choices.owner[tensor[owned]]]))
    return coo_array((values, where), shape=(len(regions), len(choices.pinned))).tocsr(), taken


def place(
    network: Network,
    machine: Machine,
    mappings: Sequence[Mapping | None],
    residency: Residency = "all",
    mapped: MappedNetwork | None = None,
) -> Placement:
    """Where each tensor of ``network`` lives on ``machine``, under the given mappings; one mapping (or None) per
    region. ``mapped``: the network under these mappings, where it is there already."""
    tech, tiles, table, cost = mapped or mapped_network(network, machine, mappings)
    choices = layout(tiles.network, residency)
    numbers = program(table, cost, machine, tech, choices, 0.0, tiles)
    chosen, gap = np.zeros(len(choices.pinned)), 0.0
    if len(chosen) and float(machine.global_buffer_bytes) > 0.0:
        chosen, gap = solve(numbers)
    spaces: list[Space] = ["tile" if tensor.slice_bytes else "dram" for tensor in network.tensors]
    for tensor, owner in enumerate(choices.owner):
        if owner >= 0 and chosen[owner] > 0.5:
            spaces[tensor] = "pinned" if choices.pinned[owner] else "global"
    return Placement(tuple(spaces), float(numbers.region_s(chosen).sum()), gap)


def solve(numbers: Program, *, shares: bool = False) -> tuple[np.ndarray, float]:
    """Minimise the sum of region times; [C] of 0 and 1 and the gap that the solver proved.

    With ``shares``, the program's relaxation: each candidate may be on chip in part.
    """
    regions, count, events = len(numbers.chip_s), len(numbers.pinned_bytes), len(numbers.waits.seconds)
    scale = 1.0 / max(float(numbers.dram_s.sum()), 1e-30)
    megabyte = 1.0 / 2**20
    hidden = TRAFFIC_WEIGHT * np.asarray(numbers.saved_s.sum(axis=0)).ravel()
    with silent_c():
        result = milp(
            np.concatenate([np.ones(regions), -hidden * scale, numbers.waits.seconds * scale, [0.0]]),
            constraints=[*_slower(numbers, scale), *_fitting(numbers, megabyte)],
            integrality=np.concatenate(
                [np.zeros(regions), np.full(count, 0.0 if shares else 1.0), np.zeros(events + 1)]
            ),
            bounds=_bounds(
                np.concatenate([numbers.chip_s * scale, np.zeros(count + events + 1)]),
                np.concatenate([np.full(regions, np.inf), np.ones(count + events), [np.inf]]),
            ),
            options={"mip_rel_gap": RELATIVE_GAP, "node_limit": NODE_LIMIT},
        )
    if result.x is None:
        return np.zeros(count), float("inf")
    chosen = result.x[regions : regions + count]
    if shares:
        return chosen, 0.0
    return np.rint(chosen), float(result.mip_gap or 0.0)


def _slower(numbers: Program, scale: float) -> list[LinearConstraint]:
    """A region's time is no less than DRAM's, the chip's, and that of tiles one after the other."""
    regions, events = len(numbers.chip_s), len(numbers.waits.seconds)
    times, none = csr_array(eye_array(regions)), csr_array((regions, events + 1))
    on_dram = _beside(times, numbers.saved_s * scale, none)
    on_chip = _beside(times, numbers.saved_first_s * scale, none)
    rows = [
        _between(on_dram, (numbers.dram_s + numbers.chip_first_s) * scale, np.inf),
        _between(on_chip, (numbers.chip_s + numbers.dram_first_s) * scale, np.inf),
    ]
    if len(numbers.fetch_s):
        fetched = _beside(*_fetch_rows(numbers, scale), csr_array((len(numbers.fetch_s), events + 1)))
        least = (numbers.fetch_s + numbers.chip_first_s[numbers.fetch_region]) * scale
        rows.append(_between(fetched, least, np.inf))
    return rows


def _fitting(numbers: Program, megabyte: float) -> list[LinearConstraint]:
    """What is on chip fits; each wait is avoided, or its event's variable is 1.

    Weights stay for ever: their sum is one more variable, or every region's row would hold every weight.
    """
    regions, events, pairs = len(numbers.chip_s), len(numbers.waits.seconds), numbers.waits.event.nnz
    total = -megabyte * csr_array(numbers.pinned_bytes[None])
    fits = _beside(
        csr_array((regions, regions)), numbers.occupied * megabyte, csr_array((regions, events)), _ones(regions)
    )
    sums = _beside(csr_array((1, regions)), total, csr_array((1, events)), _ones(1))
    rows = [_between(fits, -np.inf, numbers.room * megabyte), _between(sums, 0.0, np.inf)]
    if events:
        waits = _beside(csr_array((pairs, regions)), numbers.waits.needs, numbers.waits.event, csr_array((pairs, 1)))
        rows.append(_between(waits, 1.0, np.inf))
    return rows


def _fetch_rows(numbers: Program, scale: float) -> tuple[csr_array, csr_array]:
    """[F, R] and [F, C]: a region's time, and what each candidate takes off what it must reach."""
    count = len(numbers.fetch_s)
    rows, held = np.arange(count), numbers.fetch_candidate >= 0
    times = coo_array((np.ones(count), (rows, numbers.fetch_region)), shape=(count, len(numbers.chip_s)))
    saved = coo_array(
        (numbers.fetch_s[held] * scale, (rows[held], numbers.fetch_candidate[held])),
        shape=(count, len(numbers.pinned_bytes)),
    )
    return times.tocsr(), saved.tocsr()


def _between(matrix: csr_array, lower: np.ndarray | float, upper: np.ndarray | float) -> LinearConstraint:
    return LinearConstraint(matrix, lower, upper)  # pyright: ignore[reportArgumentType]  # SciPy's defaults are floats


def _bounds(lower: np.ndarray, upper: np.ndarray) -> Bounds:
    return Bounds(lower, upper)  # pyright: ignore[reportArgumentType]  # SciPy's defaults are floats


def _ones(count: int) -> csr_array:
    return csr_array(np.ones((count, 1)))


def _beside(*blocks: csr_array) -> csr_array:
    return csr_array(hstack(blocks))
