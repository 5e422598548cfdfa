"""Arguments for a program and for a rewritten one that may do the work of several of its runs at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from xdsl.dialects.builtin import ModuleOp, TensorType
from xdsl.ir import Attribute

from fastc.xla import Array, main_of


class Runs:
    """``drawn``, the arguments of each run, made to fit a rewritten program: those that it takes once are the same for
    all runs, those that it takes larger are joined along the dimension that grew."""

    def __init__(self, original: ModuleOp, rewritten: ModuleOp, drawn: Sequence[Sequence[Array]]):
        before, after = (main_of(each).function_type for each in (original, rewritten))
        grown = [_grown_dimension(*types) for types in zip(before.inputs, after.inputs, strict=True)]
        self.parts = [
            [first if dim is None else mine for mine, first, dim in zip(own, drawn[0], grown, strict=True)]
            for own in drawn
        ]
        """The arguments of each run."""
        self.whole = _merged(self.parts, grown)
        """The arguments of the rewritten program."""
        self._grown = [_grown_dimension(*types) for types in zip(before.outputs, after.outputs, strict=True)]

    def joined(self, outputs: Sequence[Sequence[Array]]) -> list[Array]:
        """What the rewritten program should give, from what each run gives."""
        return _merged(outputs, self._grown)


def _grown_dimension(before: Attribute, after: Attribute) -> int | None:
    assert isinstance(before, TensorType)
    assert isinstance(after, TensorType)
    sizes = enumerate(zip(before.get_shape(), after.get_shape(), strict=True))
    return next((dim for dim, (old, new) in sizes if old != new), None)


def _merged(parts: Sequence[Sequence[Array]], grown: Sequence[int | None]) -> list[Array]:
    return [_merge(each, dim) for each, dim in zip(zip(*parts, strict=True), grown, strict=True)]


def _merge(each: Sequence[Array], dim: int | None) -> Array:
    if dim is not None:
        return np.concatenate(each, dim)
    # What is there once and should not be gets a shape that nothing equals.
    return each[0] if all(np.array_equal(each[0], other, equal_nan=True) for other in each) else np.stack(each)
