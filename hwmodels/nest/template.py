"""The template of ``hwmodels.template`` as levels of buffers, and a mapping on it as a loop nest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwmodels.contractions import ContractionTable
from hwmodels.nest.records import Level, Loops, Problem, Tensor
from hwmodels.records import DIMS, Mapping

LEVELS = tuple(Level(name, (True, True, True), "dropped") for name in ("dram", "global_buffer", "pe"))
"""Tiles fetch their halos again, and move without the gaps of large strides."""


def template_problem(table: ContractionTable) -> Problem:
    """The contractions of ``table`` [...] with input, weight and output."""
    g, n, p, q, k, c, r, s = range(len(DIMS))
    rows, columns = ((p, table.stride_p), (r, table.dilation_r)), ((q, table.stride_q), (s, table.dilation_s))
    return Problem(
        DIMS,
        table.bounds.stack(),
        (
            Tensor("input", (*_single(g, n, c), rows, columns), gaps=False),
            Tensor("weight", _single(g, k, c, r, s), gaps=False),
            Tensor("output", _single(g, n, p, q, k), written=True, gaps=False),
        ),
    )


def _single(*dims: int) -> tuple[tuple[tuple[int, float]], ...]:
    return tuple(((dim, 1.0),) for dim in dims)


def template_loops(table: ContractionTable, mappings: Sequence[Mapping]) -> Loops:
    """One mapping per contraction: loops over global tiles, over L2 tiles in each, and all that a PE's buffers hold."""
    bounds = table.bounds.stack()
    tile = np.stack([mapping.global_tile for mapping in mappings]).astype(np.float64)
    l2 = np.stack([mapping.l2_tile for mapping in mappings]).astype(np.float64)
    inside = np.broadcast_to(np.arange(len(DIMS)), tile.shape)
    outer, inner = (np.stack([getattr(m, name) for m in mappings]) for name in ("global_order", "l2_order"))
    factors = [
        np.take_along_axis(np.ceil(trips), order, axis=-1)
        for trips, order in zip((bounds / tile, tile / l2, l2), (outer, inner, inside), strict=True)
    ]
    depth = len(DIMS)
    return Loops(
        np.concatenate(factors, axis=-1),
        np.concatenate([outer, inner, inside], axis=-1),
        (0,) * depth + (1,) * depth + (2,) * depth,
        (False,) * (3 * depth),
    )
