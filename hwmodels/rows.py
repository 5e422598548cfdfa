"""What it costs to go through rows more than once: where they are kept between the scans, and what that moves.

Rows that wait for the end of a reduction are kept in the PEs' output buffers where they fit, else in the global buffer,
else in DRAM. From the PEs' own buffers a scan reads for nothing; from further out its bytes cross each border on the
way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hwmodels.arrays import namespace, overflow_share
from hwmodels.cost import ContractionCost
from hwmodels.records import Array, Machine
from hwmodels.template import TILE_SHARE, pe_output_bytes

if TYPE_CHECKING:
    from hwmodels.network_table import NetworkTable


class Rescans(NamedTuple):
    """What scans of the rows after the first one move, arrays of a common shape."""

    noc_bytes: Array
    """Between the PEs and the global buffer (or DRAM)."""
    dram_bytes: Array
    """Between DRAM and the chip."""
    held_bytes: Array
    """What the rows take in the global buffer, double-buffered."""


def rescans(
    rescan_bytes: Array, waiting: tuple[Array, Array], tile_bytes: Array, machine: Machine, temperature: Array
) -> Rescans:
    """Where rows are kept of which ``waiting`` bytes wait together, were they at the PEs, or in the global buffer.

    The next rows arrive meanwhile, so all is there twice. In the global buffer rows take the place of the output tile,
    beside the double-buffered input and weight tiles of ``tile_bytes``.
    """
    xp = namespace(*waiting, machine.pe_x, machine.global_buffer_bytes)
    at_pes, on_chip = 2.0 * waiting[0], 2.0 * waiting[1]
    room = xp.maximum(machine.global_buffer_bytes * TILE_SHARE - tile_bytes, 0.0)
    beyond_pes = overflow_share(at_pes, pe_output_bytes(machine), temperature)
    beyond_chip = overflow_share(on_chip, room, temperature)
    moved = rescan_bytes * beyond_pes
    return Rescans(moved, moved * beyond_chip, on_chip * beyond_pes * (1.0 - beyond_chip))


def region_rescans(table: NetworkTable, cost: ContractionCost, machine: Machine, temperature: Array) -> Rescans:
    """[R] what each region's scans move.

    Rows of a contraction's outputs end as its loops say; other rows are taken one at a time, by all PEs together.
    """
    rows = table.region_contraction
    xp = namespace(*cost.waiting_bytes, table.row_bytes)
    at_pes, on_chip = (xp.where(table.rows_in_tiles, size[rows], table.row_bytes) for size in cost.waiting_bytes)
    tiles = (cost.tile_bytes[0] + cost.tile_bytes[1])[rows] * table.has_contraction
    return rescans(table.rescan_bytes, (at_pes, on_chip), tiles, machine, temperature)


def buffer_tiles(table: NetworkTable, cost: ContractionCost, again: Rescans) -> tuple[Array, Array, Array]:
    """[R] bytes of the global buffer that each region's input, weight and output tiles take, rows with the output."""
    xp = namespace(*cost.tile_bytes, again.held_bytes)
    inputs, weights, outputs = (tile[table.region_contraction] * table.has_contraction for tile in cost.tile_bytes)
    return inputs, weights, xp.maximum(outputs, again.held_bytes)
