"""The cost of a whole network of fusion regions on a machine, exact or relaxed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hwmodels.arrays import ceil, floor, namespace, segment_max, segment_sum
from hwmodels.chains import Expansion, expand
from hwmodels.chip import area, global_buffer_energy, noc_energy, static_power
from hwmodels.cost import ContractionCost, Fetches, contraction_cost, fetch_s, schedule_of
from hwmodels.network_table import (
    OPERAND_INDEX,
    NetworkTable,
    dram_flows,
    noc_flows,
    tabulate_network,
    use_ratio,
)
from hwmodels.phases import Phases, phase_seconds
from hwmodels.pipeline import EngineSeconds, engine_seconds, overlapped_seconds, transfer_cycles, with_slots
from hwmodels.records import (
    Array,
    Machine,
    Mapping,
    Network,
    NetworkCost,
    Placement,
    RegionCost,
)
from hwmodels.rows import Rescans, region_rescans
from hwmodels.technology import Technology, technology_of
from hwmodels.template import (
    dram_bytes_per_s,
    has_global_buffer,
    macs_per_cycle,
    noc_bytes_per_cycle,
    pe_input_bytes,
    pe_output_bytes,
    sustained_dram_bytes_per_s,
    vector_lanes,
)

LEAST_PIECES = 16
"""The vector unit takes what no contraction cuts into tiles in so many pieces at least: a schedule is free to choose
them, and of smaller ones the first and the last would be no more than a sixteenth of the whole."""


class RegionArrays(NamedTuple):
    """``records.RegionCost`` of all regions side by side; each [R]."""

    latency_s: Array
    compute_s: Array
    vector_s: Array
    global_buffer_s: Array
    dram_s: Array
    dram_wait_s: Array
    """At least as long tiles take to come from DRAM one after the other, however small."""
    start_s: Array
    chip_s: Array
    """Without DRAM and the start."""
    chip_first_s: Array
    """Of ``chip_s`` what goes on while DRAM waits: the first tile on its way to the engine's end, the last one after
    DRAM has brought it."""
    dram_first_s: Array
    """Of ``dram_s`` what goes on while the chip waits: before the first tile has come, and behind the last."""
    dram_bytes: Array
    energy_j: Array
    on_vector: Array
    rescans: Rescans


class Tiling(NamedTuple):
    """How finely regions stream; [R] each, or [R, 5] as ``_flows``."""

    steps: Array
    """Tiles of the contraction; 1 without."""
    waits: Array
    """Share of the outputs that wait together for the end of their rows; 0: none waits."""
    last: Array
    """Share of the outputs that the vector unit takes, and that leave, together."""
    slots: Array
    """How often outputs take a slot at the PEs."""
    transfers: Array
    """Tiles that cross the network."""
    noc_first: Array
    """Share of each flow that crosses the network before the first tile is there, or after the last is computed."""
    dram_first: Array
    """The same of DRAM."""
    shown: Array
    """[R] share of what first comes for the vector unit that the contraction before it does not hide."""


def region_tiling(
    table: NetworkTable, cost: ContractionCost, machine: Machine, tech: Technology, flows: Array, temperature: Array
) -> Tiling:
    """Tiles of each region, of which ``flows`` [R, 5] cross the network.

    Without a contraction pieces go through: ``LEAST_PIECES``, more where buffers hold no two of them, and whole rows.
    """
    rows, present = table.region_contraction, table.has_contraction > 0.0
    xp = namespace(flows, cost.tiles.steps, machine.pe_x)

    def of_contraction(count: Array) -> Array:
        return xp.where(present, count[rows], 1.0)

    inputs, outputs = flows[:, 2] / pe_input_bytes(machine), flows[:, 4] / pe_output_bytes(machine)
    fitting = ceil(2.0 * xp.maximum(inputs, outputs), temperature)
    whole_rows = floor(table.kept_bytes / xp.maximum(table.row_bytes, 1.0), temperature)
    pieces = xp.maximum(fitting, LEAST_PIECES)
    pieces = xp.where(table.row_bytes > 0.0, xp.minimum(pieces, whole_rows), pieces)
    waits = xp.where(table.rows_in_tiles, cost.waiting_share[rows], 0.0)
    complete = of_contraction(cost.tiles.pieces[2])
    last = xp.where(present, xp.maximum(1.0 / complete, waits), 1.0 / pieces)
    crossing = [of_contraction(count) for count in cost.tiles.transfers]
    partial = xp.maximum(crossing[2] - complete, 0.0)
    brought = [of_contraction(count) for count in cost.tiles.pieces[:2]]
    none = xp.zeros_like(last)
    shown = _shown(table, cost, machine, tech, flows[:, 2], last, waits)
    return Tiling(
        steps=of_contraction(cost.tiles.steps),
        waits=waits,
        last=last,
        slots=xp.where(waits > 0.0, 1.0 / last, complete + partial / 2.0),
        transfers=xp.stack([crossing[0], crossing[1], 1.0 / last, partial, 1.0 / last], axis=-1),
        noc_first=xp.stack([1.0 / crossing[0], 1.0 / crossing[1], last * shown, none, last], axis=-1),
        dram_first=xp.stack([1.0 / brought[0], 1.0 / brought[1], last * shown, none, last], axis=-1),
        shown=shown,
    )


def _shown(
    table: NetworkTable,
    cost: ContractionCost,
    machine: Machine,
    tech: Technology,
    side_bytes: Array,
    last: Array,
    waits: Array,
) -> Array:
    """As ``Tiling.shown``: what only the vector unit reads, ``side_bytes`` in all, has to be there when the first sums
    are complete (those that wait for each other: all of them), and comes meanwhile; as if all of it were in DRAM."""
    rows, count = table.region_contraction, len(table.region_contraction)
    xp = namespace(cost.compute_cycles, side_bytes, machine.pe_x)
    alone = (table.use_operand == OPERAND_INDEX["vector"]) * table.use_fetched
    dram_s = segment_sum(table.use_bytes * table.use_granules * alone, table.use_region, count)
    dram_s = dram_s / sustained_dram_bytes_per_s(machine)
    comes_s = (side_bytes / (noc_bytes_per_cycle(machine) * machine.clock_hz) + dram_s) * last + tech.dram_latency_s
    made = xp.where(
        (waits > 0.0) | (cost.on_vector[rows] > 0.0),
        cost.compute_cycles[rows],
        xp.maximum(cost.compute_cycles[rows] - cost.complete_cycles[rows], 0.0),
    )
    made_s = made * last * table.has_contraction / machine.clock_hz
    return xp.maximum(1.0 - made_s / comes_s, 0.0)


def region_start(table: NetworkTable, tech: Technology, resident: Array, shown: Array) -> Array:
    """[R] seconds that no overlap hides: the region's start, DRAM's latency before the first byte of what comes from
    there, and before the next region can begin, its latency behind the last byte of what goes there.

    Where only the vector unit reads from DRAM, the latency is ``shown`` [R] in part.
    """
    size = len(table.region_contraction)
    xp = namespace(resident, shown)
    part = xp.where(table.use_operand == OPERAND_INDEX["vector"], shown[table.use_region], 1.0)
    fetches = segment_max(part * table.use_fetched * (1.0 - resident[table.use_tensor]), table.use_region, size, 0.0)
    stores = segment_max(1.0 - resident[table.write_tensor], table.write_region, size, 0.0)
    return tech.region_start_s + tech.dram_latency_s * (fetches + stores)


def fetch_waits(
    table: NetworkTable, cost: ContractionCost, machine: Machine, chip_s: Array, chip_first_s: Array
) -> Array:
    """[U] seconds that each use's operand, were it in DRAM, takes at least beside ``chip_first_s`` [R]: its global
    tiles come one after the other, where the first one's latency belongs to the start; and all pieces have come after
    the first pass through them, of the regions' ``chip_s`` [R]."""
    rows = table.region_contraction[table.use_region]
    xp = namespace(*cost.tiles.fetches)
    one = xp.ones_like(cost.tiles.fetches[0])
    both = zip(*(cost.tiles.fetched(operand) for operand in (0, 1)), strict=True)
    fetched = Fetches(*(xp.stack([*values, one, one], axis=-1)[rows, table.use_operand] for values in both))
    moved = table.use_bytes * table.use_granules * use_ratio(table, cost.dram_ratio)
    dram = moved / sustained_dram_bytes_per_s(machine)
    noc = table.use_bytes * use_ratio(table, cost.noc_ratio) / (noc_bytes_per_cycle(machine) * machine.clock_hz)
    seconds = fetch_s(machine, fetched, dram, noc, chip_s[table.use_region], chip_first_s[table.use_region])
    return seconds * table.has_contraction[table.use_region] * table.use_fetched


def _noc_seconds(
    flows: Array, again_bytes: Array, tiling: Tiling, machine: Machine, temperature: Array
) -> tuple[Array, Array, tuple[Array, Array, Array], Array]:
    """[R] seconds of the network on chip, of them those before the first tile and behind the last, those for inputs,
    for weights and for what goes with outputs, and those in which outputs leave the PEs, or come back, and take a slot
    there."""
    xp = namespace(flows, again_bytes)
    rate = noc_bytes_per_cycle(machine)
    cycles = transfer_cycles(flows, tiling.transfers, rate, temperature)
    again = again_bytes / rate
    total, first = xp.sum(cycles, axis=-1) + again, xp.sum(cycles * tiling.noc_first, axis=-1) + again * tiling.last
    in_slots = cycles[:, 3] + cycles[:, 4] + again
    rest = total - cycles[:, 0] - cycles[:, 1]
    flows = cycles[:, 0] / machine.clock_hz, cycles[:, 1] / machine.clock_hz, rest / machine.clock_hz
    return total / machine.clock_hz, first / machine.clock_hz, flows, in_slots / machine.clock_hz


def _held_seconds(
    cost: ContractionCost, tiling: Tiling, seconds: tuple[Array, Array, Array], rows: Array, machine: Machine
) -> Array:
    """[R] seconds for which tiles of outputs, were all as great as the greatest, would hold their slots at the PEs, by
    the ``seconds`` of the array, of the network with outputs, and of the vector unit."""
    compute_s, passing_s, vector_s = seconds
    xp = namespace(*seconds)
    size, passes = cost.uneven.size[rows], cost.uneven.passes[rows]
    # What the vector unit does while sums become complete holds their slot no longer than that.
    complete_s = passes * cost.complete_cycles[rows] / machine.clock_hz
    way_s = cost.tiles.pieces[2][rows] * cost.way_cycles[rows] / machine.clock_hz
    follows_s = xp.maximum(size * vector_s - complete_s - way_s, 0.0)
    # Of what waits for each other the last tile's results alone hold their slot so much longer.
    together = xp.where(
        (tiling.waits > 0.0) & (tiling.transfers[:, 3] == 0.0), tiling.slots / cost.tiles.pieces[2][rows], 1.0
    )
    slot_s = cost.slot_cycles[rows] * together / machine.clock_hz
    behind_s = size * passing_s + xp.where(tiling.waits > 0.0, size * vector_s, follows_s)
    return passes * compute_s + slot_s + behind_s


def region_arrays(
    table: NetworkTable,
    machine: Machine,
    tech: Technology,
    cost: ContractionCost,
    resident: Array,
    temperature: Array,
) -> RegionArrays:
    """Cost of one run of each region: the slowest of array, vector unit, network on chip and DRAM, which overlap, and
    its start."""
    rows = table.region_contraction
    xp = namespace(cost.compute_cycles, resident, machine.pe_x)
    compute_s = cost.compute_cycles[rows] * table.has_contraction / machine.clock_hz
    on_vector = cost.on_vector[rows] * table.has_contraction
    again = region_rescans(table, cost, machine, temperature)
    noc, dram = noc_flows(table, cost), dram_flows(table, cost, resident)
    tiling = region_tiling(table, cost, machine, tech, noc, temperature)
    # What the vector unit takes together, it takes in whole cycles.
    vector_s = transfer_cycles(table.vector_cycles, 1.0 / tiling.last, vector_lanes(machine), temperature)
    vector_s = vector_s / machine.clock_hz
    noc_s, noc_first, flows_s, passing_s = _noc_seconds(noc, again.noc_bytes, tiling, machine, temperature)
    held_s = _held_seconds(cost, tiling, (compute_s, passing_s, vector_s), rows, machine)
    in_slots = with_slots(compute_s, held_s, tiling.slots)
    array_s = xp.where((on_vector > 0.0) | (compute_s == 0.0), compute_s, in_slots)
    moved, off_chip = xp.sum(noc, axis=-1) + again.noc_bytes, xp.sum(dram, axis=-1) + again.dram_bytes
    dram_rate = sustained_dram_bytes_per_s(machine)
    dram_s = off_chip / dram_rate
    dram_first = (xp.sum(dram * tiling.dram_first, axis=-1) + again.dram_bytes * tiling.last) / dram_rate
    fill_s = cost.fill_cycles[rows] * table.has_contraction / machine.clock_hz
    engines = EngineSeconds(compute_s, array_s, fill_s, vector_s)
    engine_s, engine_first = engine_seconds(engines, on_vector, tiling.steps, tiling.last, tiling.waits)
    chip_s = overlapped_seconds((engine_s, noc_s), (engine_first, noc_first))
    chip_s = chip_s + table.has_contraction * phase_seconds(
        Phases(*(shares[rows] for shares in cost.phases)), array_s, vector_s, flows_s, on_vector
    )
    chip_first = engine_first + noc_first
    start_s = region_start(table, tech, resident, tiling.shown)
    waits = fetch_waits(table, cost, machine, chip_s, chip_first) * (1.0 - resident[table.use_tensor])
    wait_s = segment_max(waits, table.use_region, len(rows), 0.0)
    busy_s = overlapped_seconds((chip_s, dram_s), (chip_first, dram_first))
    latency_s = xp.maximum(busy_s, wait_s + chip_first) + start_s
    present = has_global_buffer(machine)
    dynamic = (
        cost.engine_j[rows] * table.has_contraction
        + table.vector_cycles * tech.vector_op_j
        + moved * noc_energy(machine, tech)
        + present * (moved + off_chip) * global_buffer_energy(machine, tech)
        + off_chip * tech.dram.j_per_byte
    )
    static_w = static_power(machine, tech, area(machine, tech))
    return RegionArrays(
        latency_s=latency_s,
        compute_s=array_s,
        vector_s=vector_s,
        global_buffer_s=noc_s,
        dram_s=dram_s,
        dram_wait_s=wait_s,
        start_s=start_s,
        chip_s=chip_s,
        chip_first_s=chip_first,
        dram_first_s=dram_first,
        dram_bytes=off_chip,
        energy_j=dynamic + static_w * latency_s,
        on_vector=on_vector,
        rescans=again,
    )


def lower_bound(table: NetworkTable, machine: Machine, resident: Array) -> Array:
    """[..., R] seconds of one run that no schedule can beat where ``resident`` [..., T] tells what could be on chip.

    All engines at their peak, every byte in DRAM moved once, no row gone through again; a tensor that a region reads
    twice counts once, at its greater share.
    """
    xp = namespace(resident, machine.pe_x)
    size = len(table.region_contraction)
    lanes = vector_lanes(machine)
    compute = table.macs / (macs_per_cycle(machine) + lanes / 2.0) / machine.clock_hz
    vector = table.vector_cycles / lanes / machine.clock_hz
    first = table.use_is_first * table.use_fetched
    once = segment_sum(table.use_bytes * first * (1.0 - resident[..., table.use_tensor]), table.use_region, size)
    once = once + segment_sum(table.write_bytes * (1.0 - resident[..., table.write_tensor]), table.write_region, size)
    return xp.maximum(xp.maximum(compute, vector), once / dram_bytes_per_s(machine))


def exact_contraction_cost(
    table: NetworkTable, machine: Machine, tech: Technology, mappings: Sequence[Mapping | None]
) -> ContractionCost:
    """Costs under explicit ``mappings``, one per region; ``table`` not merged."""
    schedules = [mapping for mapping in mappings if mapping is not None] or [_trivial_mapping()]
    return contraction_cost(schedule_of(schedules, table.contractions), table.contractions, machine, tech, 0.0)


def _trivial_mapping() -> Mapping:
    ones, order = np.ones(8, np.int64), np.arange(8)
    return Mapping(0, np.ones((4, 8), np.int64), ones, ones, ones, order, order, order)


def resident_mask(placement: Placement) -> np.ndarray:
    """[T] 1.0 for the tensors that ``placement`` keeps on chip."""
    return np.asarray([0.0 if space == "dram" else 1.0 for space in placement.spaces])


class MappedNetwork(NamedTuple):
    """A network with its chains written out tile by tile, as arrays, and what its contractions cost on a machine under
    explicit mappings: all of its cost that does not depend on where tensors live."""

    tech: Technology
    tiles: Expansion
    table: NetworkTable
    cost: ContractionCost


def mapped_network(network: Network, machine: Machine, mappings: Sequence[Mapping | None]) -> MappedNetwork:
    """``network`` under ``mappings``, one (or None) per region."""
    tech = technology_of(machine)
    tiles = expand(network)
    table = tabulate_network(tiles.network, tech)
    return MappedNetwork(tech, tiles, table, exact_contraction_cost(table, machine, tech, tiles.mappings(mappings)))


def evaluate(
    network: Network,
    machine: Machine,
    mappings: Sequence[Mapping | None],
    placement: Placement,
    mapped: MappedNetwork | None = None,
) -> NetworkCost:
    """Exact cost of a network under explicit mappings and placement, per run of the module.

    ``mapped``: the network under these mappings, where it is there already.
    """
    tech, tiles, table, cost = mapped or mapped_network(network, machine, mappings)
    arrays = region_arrays(table, machine, tech, cost, resident_mask(placement), 0.0)
    whole = table if tiles.network is network else tabulate_network(network, tech)
    bounds = lower_bound(whole, machine, may_reside(network, machine))
    peak = float(macs_per_cycle(machine) * machine.clock_hz)
    total = _all_tiles(arrays, tiles)
    regions = tuple(
        _region_cost(total, index, float(whole.macs[index]), float(bounds[index]), peak)
        for index in range(len(network.regions))
    )
    latency_s = float(np.sum(table.runs * arrays.latency_s))
    return NetworkCost(
        latency_s=latency_s,
        energy_j=float(np.sum(table.runs * arrays.energy_j)),
        dram_bytes=float(np.sum(table.runs * arrays.dram_bytes)),
        utilization=float(np.sum(whole.runs * whole.macs)) / (peak * latency_s) if latency_s > 0.0 else 0.0,
        regions=regions,
    )


def _all_tiles(arrays: RegionArrays, tiles: Expansion) -> RegionArrays:
    """The cost of one run of each region of the network that ``tiles`` writes out, tile after tile."""
    size = int(tiles.region[-1]) + 1 if len(tiles.region) else 0

    def summed(values: Array) -> Array:
        return segment_sum(values * tiles.times, tiles.region, size)

    shapes = segment_sum(np.ones(len(tiles.region)), tiles.region, size)
    return RegionArrays(
        *(summed(field) for field in arrays[:-2]),
        on_vector=segment_sum(arrays.on_vector, tiles.region, size) / shapes,
        rescans=Rescans(*(summed(field) for field in arrays.rescans)),
    )


def may_reside(network: Network, machine: Machine) -> np.ndarray:
    """[T] 1.0 for the tensors that some placement could keep on chip: neither the model's own inputs and outputs nor
    bigger than the global buffer, but for those that exist slice by slice."""
    room = float(machine.global_buffer_bytes)
    return np.asarray(
        [
            float(tensor.role in ("weight", "activation") and (tensor.slice_bytes or tensor.bytes) <= room)
            for tensor in network.tensors
        ]
    )


def _region_cost(
    arrays: RegionArrays, index: int, macs: float, lower_bound_s: float, peak_macs_per_s: float
) -> RegionCost:
    latency_s = float(arrays.latency_s[index])
    compute_s, vector_s = float(arrays.compute_s[index]), float(arrays.vector_s[index])
    on_vector = bool(arrays.on_vector[index])
    times = {
        "array": 0.0 if on_vector else compute_s,
        "vector": vector_s + (compute_s if on_vector else 0.0),
        "global_buffer": float(arrays.global_buffer_s[index]),
        "dram": max(float(arrays.dram_s[index]), float(arrays.dram_wait_s[index])),
        "issue": float(arrays.start_s[index]),
    }
    return RegionCost(
        latency_s=latency_s,
        compute_s=compute_s,
        vector_s=vector_s,
        global_buffer_s=times["global_buffer"],
        dram_s=times["dram"],
        issue_s=times["issue"],
        bound=max(times, key=lambda name: times[name]),
        lower_bound_s=lower_bound_s,
        utilization=macs / (peak_macs_per_s * latency_s),
        dram_bytes=float(arrays.dram_bytes[index]),
        rescan_noc_bytes=float(arrays.rescans.noc_bytes[index]),
        rescan_dram_bytes=float(arrays.rescans.dram_bytes[index]),
        energy_j=float(arrays.energy_j[index]),
        macs=round(macs),
    )
