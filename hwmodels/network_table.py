"""A network of fusion regions as arrays, and the bytes that cross its borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from hwmodels.arrays import namespace, segment_sum
from hwmodels.contractions import ContractionTable, tabulate
from hwmodels.cost import ContractionCost
from hwmodels.granules import granule_ratio
from hwmodels.records import (
    OPERANDS,
    Array,
    Contraction,
    Network,
    RegionWork,
    Rows,
    Use,
    VectorWork,
    Write,
)
from hwmodels.technology import Technology

OPERAND_INDEX = {name: index for index, name in enumerate((*OPERANDS, "vector"))}


@dataclass(frozen=True)
class NetworkTable:
    """A network as arrays: R regions, T tensors, D rows of contractions, U uses, W writes."""

    contractions: ContractionTable
    """[D]"""
    region_contraction: np.ndarray
    """[R] row of ``contractions``; 0 where the region has none."""
    has_contraction: np.ndarray
    """[R] 1 or 0."""
    runs: np.ndarray
    """[R] how often each region runs; all else here is of one run."""
    macs: Array
    """[R]"""
    vector_cycles: Array
    """[R] lane cycles of the vector work."""
    rescan_bytes: Array
    """[R] of ``Rows``; likewise below."""
    kept_bytes: Array
    row_bytes: Array
    rows_in_tiles: np.ndarray
    """[R] whether the rows are made of the contraction's outputs."""
    use_region: np.ndarray
    """[U] and so on: each read of a tensor by a region."""
    use_tensor: np.ndarray
    use_operand: np.ndarray
    use_bytes: Array
    use_granules: np.ndarray
    """[U] bytes that DRAM moves over bytes read: above 1 where runs are shorter than its granule."""
    use_fetched: np.ndarray
    """[U] 1.0 for a use whose bytes come from where the tensor lives, 0.0 for one that an earlier tile left on chip."""
    use_is_first: np.ndarray
    """[U] 1.0 for the use that stands for all of one region's uses of one tensor, else 0.0."""
    write_region: np.ndarray
    """[W] and so on: each tensor that a region writes."""
    write_tensor: np.ndarray
    write_bytes: Array
    write_granules: np.ndarray
    """[W] as ``use_granules``."""
    write_gathered: np.ndarray
    """[W] 1.0 for what the tiles of a chain make together, else 0.0."""
    tensor_bytes: Array
    """[T]"""
    sliced: np.ndarray
    """[T] 1.0 for tensors that exist slice by slice, in the global buffer."""
    main_tensor: np.ndarray
    """[R, 3] the biggest tensor that feeds the contraction's input, its weight, and that the region writes; -1:
    none."""


NO_CONTRACTION = Contraction((1, 1, 1, 1, 1, 1, 1, 1))


def vector_cycles(work: VectorWork, tech: Technology) -> float:
    """Lane cycles of a region's vector work."""
    cost = tech.vector_cycles
    return float(
        work.alu * cost.alu
        + work.transcendental * cost.transcendental
        + work.divide * cost.divide
        + work.reduce * cost.reduce
        + work.move * cost.move
    )


def tabulate_network(network: Network, tech: Technology) -> NetworkTable:
    """``network`` as arrays."""
    present = np.asarray([region.contraction is not None for region in network.regions], bool)
    rows = [(one.contraction, one.vector.rows) for one in network.regions if one.contraction is not None]
    region_contraction = np.where(present, np.cumsum(present) - 1, 0)
    uses = [(index, use) for index, region in enumerate(network.regions) for use in region.reads]
    writes = [(index, write) for index, region in enumerate(network.regions) for write in region.writes]
    table = tabulate(*zip(*rows or [(NO_CONTRACTION, Rows())], strict=True))
    scanned = [region.vector.rows for region in network.regions]
    sizes = np.asarray([tensor.bytes for tensor in network.tensors], np.float64)

    def integers(values: Sequence[int] | Sequence[list[int]]) -> np.ndarray:
        return np.asarray(values, np.int64)

    use_tensor = integers([use.tensor for _, use in uses])
    write_tensor = integers([write.tensor for _, write in writes])
    return NetworkTable(
        contractions=table,
        region_contraction=region_contraction,
        has_contraction=present.astype(np.float64),
        runs=np.asarray([region.runs for region in network.regions], np.float64),
        macs=np.where(present, table.macs[region_contraction], 0.0),
        vector_cycles=np.asarray([vector_cycles(region.vector, tech) for region in network.regions]),
        rescan_bytes=np.asarray([row.rescan_bytes for row in scanned], np.float64),
        kept_bytes=np.asarray([row.kept_bytes for row in scanned], np.float64),
        row_bytes=np.asarray([row.row_bytes for row in scanned], np.float64),
        rows_in_tiles=present & np.asarray([row.dims != "" for row in scanned], bool),
        use_region=integers([index for index, _ in uses]),
        use_tensor=use_tensor,
        use_operand=integers([OPERAND_INDEX[use.operand] for _, use in uses]),
        use_bytes=sizes[use_tensor] * np.asarray([use.fraction for _, use in uses]),
        use_granules=_granules([use for _, use in uses], tech),
        use_fetched=np.asarray([float(use.fetched) for _, use in uses]),
        use_is_first=_first_uses(uses),
        write_region=integers([index for index, _ in writes]),
        write_tensor=write_tensor,
        write_bytes=sizes[write_tensor] * np.asarray([write.fraction for _, write in writes]),
        write_granules=_granules([write for _, write in writes], tech),
        write_gathered=np.asarray([float(write.gathered) for _, write in writes]),
        tensor_bytes=sizes,
        sliced=np.asarray([float(tensor.slice_bytes > 0.0) for tensor in network.tensors]),
        main_tensor=integers([main_tensors(network, region) for region in network.regions]).reshape(-1, len(OPERANDS)),
    )


def repeated(table: NetworkTable, regions: np.ndarray) -> NetworkTable:
    """``table`` with the regions at ``regions`` (indices, that may repeat) in place of its own, each contraction in a
    row of its own."""

    def moves(of_region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which moves the new regions have, and whose each is."""
        order = np.argsort(of_region, kind="stable")
        counts = np.bincount(of_region, minlength=len(table.region_contraction))
        first, count = (np.cumsum(counts) - counts)[regions], counts[regions]
        owner = np.repeat(np.arange(len(regions)), count)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        return order[np.repeat(first, count) + place], owner

    rows = table.region_contraction[regions]
    uses, use_region = moves(table.use_region)
    writes, write_region = moves(table.write_region)
    own = [field.name for field in fields(NetworkTable)]
    picked = {name: getattr(table, name)[uses] for name in own if name.startswith("use_")}
    picked |= {name: getattr(table, name)[writes] for name in own if name.startswith("write_")}
    per_region = ("has_contraction", "runs", "macs", "vector_cycles", "rescan_bytes", "kept_bytes", "row_bytes")
    picked |= {name: getattr(table, name)[regions] for name in (*per_region, "rows_in_tiles", "main_tensor")}
    picked |= {"use_region": use_region, "write_region": write_region}
    return replace(
        table,
        contractions=table.contractions.map(lambda field: field[rows]),
        region_contraction=np.arange(len(regions)),
        **picked,
    )


def _granules(moves: Sequence[Use | Write], tech: Technology) -> np.ndarray:
    return np.asarray([granule_ratio(move.runs, move.fraction, tech.dram.granule_bytes) for move in moves], np.float64)


def _first_uses(uses: Sequence[tuple[int, Use]]) -> np.ndarray:
    greatest: dict[tuple[int, int], int] = {}
    for index, (region, use) in enumerate(uses):
        known = greatest.get((region, use.tensor))
        if known is None or use.fraction > uses[known][1].fraction:
            greatest[region, use.tensor] = index
    first = np.zeros(len(uses))
    first[list(greatest.values())] = 1.0
    return first


def main_tensors(network: Network, region: RegionWork) -> list[int]:
    """The biggest tensor that feeds the contraction's input, its weight, and that the region writes; -1: none."""
    sides = [[use.tensor for use in region.reads if use.operand == operand] for operand in ("input", "weight")]
    written = [write.tensor for write in region.writes]
    return [max(side, key=lambda tensor: network.tensors[tensor].bytes, default=-1) for side in (*sides, written)]


def complete_operands(table: NetworkTable, use_there: np.ndarray, write_there: np.ndarray) -> np.ndarray:
    """[R, 3] whether of the input, weight and output of each region's contraction some tensor is known and none is
    missing, where ``use_there`` [U] and ``write_there`` [W] tell which are there."""
    regions, output = len(table.region_contraction), OPERANDS.index("output")
    feeds = table.use_operand < output
    row = np.concatenate([table.use_region[feeds], table.write_region])
    operand = np.concatenate([table.use_operand[feeds], np.full(len(table.write_region), output)])
    counts = np.zeros((2, regions, len(OPERANDS)), np.int64)
    there = np.concatenate([use_there[feeds], write_there]) > 0.0
    np.add.at(counts, (there.astype(np.int64), row, operand), 1)
    return (counts[0] == 0) & (counts[1] > 0) & (table.has_contraction[:, None] > 0.0)


def use_ratio(table: NetworkTable, ratios: tuple[Array, Array, Array]) -> Array:
    """[U] how many times over each use's bytes cross a border, from the contractions' ``ratios``; 1 for the vector
    unit."""
    xp = namespace(*ratios)
    stacked = xp.stack([*ratios, xp.ones_like(ratios[0])], axis=-1)
    return stacked[table.region_contraction[table.use_region], table.use_operand]


def _flows(table: NetworkTable, reads: Array, partial: Array, writes: Array) -> Array:
    """[R, 5] bytes across a border: what feeds the contraction's input, its weight and the vector unit, partial sums,
    and results; of ``reads`` [U], ``partial`` [R] and ``writes`` [W]."""
    xp = namespace(reads, partial, writes)
    size, kinds = len(table.region_contraction), len(OPERAND_INDEX)
    # Of the operands of a use only input, weight and vector are read.
    fed = segment_sum(reads, table.use_region * kinds + table.use_operand, size * kinds).reshape(size, kinds)
    results = segment_sum(writes, table.write_region, size)
    return xp.stack([*(fed[:, OPERAND_INDEX[name]] for name in ("input", "weight", "vector")), partial, results], -1)


def flow_of_moves(table: NetworkTable) -> np.ndarray:
    """[U + W] index of the flow (see ``_flows``) that each use, and behind them each write, belongs to."""
    of_operand = np.asarray([0, 1, 4, 2])
    return np.concatenate([of_operand[table.use_operand], np.full(len(table.write_region), 4)])


def dram_flows(table: NetworkTable, cost: ContractionCost, resident: Array) -> Array:
    """[R, 5] bytes between DRAM and chip, as ``_flows``; ``resident`` [T] is 1 for a tensor that stays on chip, 0 for
    one in DRAM."""
    reads = table.use_bytes * table.use_granules * use_ratio(table, cost.dram_ratio)
    reads = reads * table.use_fetched * (1.0 - resident[table.use_tensor])
    writes = table.write_bytes * table.write_granules * (1.0 - resident[table.write_tensor])
    spills = cost.spill_bytes[table.region_contraction] * table.has_contraction
    return _flows(table, reads, spills, writes)


def noc_flows(table: NetworkTable, cost: ContractionCost) -> Array:
    """[R, 5] bytes between the global buffer (or DRAM) and the PEs, as ``_flows``."""
    contraction = table.contractions
    output_bytes = contraction.bounds.product("gnpqk") * contraction.output_bytes
    partial = (cost.noc_ratio[2] - 1.0) * output_bytes
    reads = table.use_bytes * use_ratio(table, cost.noc_ratio)
    return _flows(table, reads, partial[table.region_contraction] * table.has_contraction, table.write_bytes)
