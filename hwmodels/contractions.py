"""Many contractions as arrays, and the extents of tiles over their named dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from hwmodels.arrays import namespace
from hwmodels.records import DIMS, Array, Contraction, Rows


class Extents(NamedTuple):
    """One extent for each of ``records.DIMS``; the arrays broadcast against each other."""

    g: Array
    n: Array
    p: Array
    q: Array
    k: Array
    c: Array
    r: Array
    s: Array

    def map(self, function: Callable[..., Array], *others: Extents) -> Extents:
        """``function`` of each dimension's extents here and in ``others``."""
        return Extents(*(function(*values) for values in zip(self, *others, strict=True)))

    def elementwise(self, function: Callable[..., Any], *others: Extents) -> Extents:
        """As ``map``, of a ``function`` that goes element by element and gives an array or a named tuple of arrays.

        JAX takes as long to trace an operation on one dimension as on all of them side by side: it is given them so.
        """
        operands = (self, *others)
        xp = namespace(*(extent for extents in operands for extent in extents))
        if xp is np:
            return self.map(function, *others)
        together = function(*(extents.stack(axis=0) for extents in operands))
        if isinstance(together, tuple):
            parts = zip(*(xp.unstack(part) for part in together), strict=True)
            return Extents(*(type(together)(*part) for part in parts))
        return Extents(*xp.unstack(together))

    def product(self, dims: str = "gnpqkcrs") -> Array:
        """Product of the extents of ``dims``."""
        result = 1.0
        for dim in dims:
            result = result * getattr(self, dim)
        return result

    def stack(self, axis: int = -1) -> Array:
        """[..., 8] in the order of ``records.DIMS``, or with the eight along another ``axis``."""
        xp = namespace(*self)
        return xp.stack(xp.broadcast_arrays(*(xp.asarray(extent) for extent in self)), axis=axis)

    @staticmethod
    def unstack(array: Array) -> Extents:
        """The inverse of ``stack``."""
        return Extents(*(array[..., index] for index in range(len(DIMS))))


@dataclass(frozen=True)
class ContractionTable:
    """Contractions side by side: each field broadcasts to a common leading shape ``[...]``."""

    bounds: Extents
    stride_p: Array
    stride_q: Array
    dilation_r: Array
    dilation_s: Array
    input_bytes: Array
    """Bytes of one input element; likewise below."""
    weight_bytes: Array
    output_bytes: Array
    rescan_bytes: Array
    """Of ``Rows`` that are made of the contraction's outputs, else 0; likewise below."""
    kept_bytes: Array
    row_g: Array
    """1 where they run along groups, else 0; likewise below."""
    row_m: Array
    """Along images, output rows or columns."""
    row_k: Array
    """Along output channels."""
    vector_cycles: Array
    """Lane cycles of the vector work beside the contraction, for whoever chooses between mappings; else 0."""

    @property
    def macs(self) -> Array:
        """Multiply-accumulates of each contraction."""
        return self.bounds.product()

    def map(self, function: Callable[..., Array], *others: ContractionTable) -> ContractionTable:
        """``function`` of each field here and in ``others``."""
        scalars = [column.name for column in fields(self) if column.name != "bounds"]
        return ContractionTable(
            self.bounds.map(function, *(other.bounds for other in others)),
            *(function(getattr(self, name), *(getattr(other, name) for other in others)) for name in scalars),
        )

    def append_axes(self, count: int) -> ContractionTable:
        """The same table with ``count`` axes of size 1 at the end, to broadcast against candidates."""
        return self.map(lambda field: field[(..., *(None,) * count)])


def tabulate(
    contractions: Sequence[Contraction],
    rows: Sequence[Rows] | None = None,
    vector_cycles: Sequence[float] | None = None,
) -> ContractionTable:
    """The contractions as float64 arrays of shape [len(contractions)], each with the rows and the vector work of its
    region if given."""
    own = [row if row.dims else Rows() for row in rows or [Rows()] * len(contractions)]

    def column(values: Sequence[float]) -> np.ndarray:
        return np.asarray(values, np.float64)

    bounds = np.asarray([c.bounds for c in contractions], np.float64).reshape(len(contractions), len(DIMS))
    return ContractionTable(
        Extents.unstack(bounds),
        stride_p=column([c.stride[0] for c in contractions]),
        stride_q=column([c.stride[1] for c in contractions]),
        dilation_r=column([c.dilation[0] for c in contractions]),
        dilation_s=column([c.dilation[1] for c in contractions]),
        input_bytes=column([c.element_bytes[0] for c in contractions]),
        weight_bytes=column([c.element_bytes[1] for c in contractions]),
        output_bytes=column([c.element_bytes[2] for c in contractions]),
        rescan_bytes=column([row.rescan_bytes for row in own]),
        kept_bytes=column([row.kept_bytes for row in own]),
        row_g=column(["g" in row.dims for row in own]),
        row_m=column([not {*"npq"}.isdisjoint(row.dims) for row in own]),
        row_k=column(["k" in row.dims for row in own]),
        vector_cycles=column(vector_cycles or [0.0] * len(contractions)),
    )
