"""The settings of the passes' flags that a search may choose for a model."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Literal

from fastc import pipelines
from fastc.compilation import Model
from fastc.dse import Variant
from hwmodels.records import Network
from passes.softmax.match import find_softmax

Searched = Literal["pad-tensors", "assign-layout"]
"""Passes whose settings are searched where that is asked for. The mapper fits uneven sizes to arrays as well as padding
does, and the default layout moves the fewest bytes: so they are seldom worth their trials (docs/search.md)."""

CHOICES: Mapping[Searched, Mapping[str, str]] = {
    "pad-tensors": {f"padded to {size}": f"multiple-of={size}" for size in (8, 16, 32)},
    "assign-layout": {layout: f"convolution={layout}" for layout in ("nhwc", "nchw")},
}
"""Their settings, by the name that people read. None of them depends on the machine."""

TWO_PASS = ("two-pass softmax", ("softmax-form", "passes=2"))

Choice = tuple[str, tuple[str, str | None]]
"""A setting's name, and what it sets."""


def variants_of(
    model: Model,
    searched: Iterable[Searched],
    network: Callable[[pipelines.Flags], Callable[[int], Network]],
    batch: int,
) -> tuple[Variant, ...]:
    """The default and every other setting of the flags that the search may choose for ``model``, combined.

    ``network`` gives the networks under some flags, by batch. A setting of one of the passes ``searched`` that makes at
    ``batch`` the regions of another one is left out; combinations are compiled when the search tries them.
    """
    network = cache(network)
    axes: list[list[Choice | None]] = []
    for name in dict.fromkeys(searched):
        made, axis = [network(())(batch)], list[Choice | None]([None])
        for label, options in CHOICES[name].items():
            flag = (name, options)
            found = network((flag,))(batch)
            if found not in made:
                made.append(found)
                axis.append((label, flag))
        axes.append(axis)
    # The one softmax at the end of a classifier is not worth the time of a variant.
    axes.append([None, TWO_PASS] if sum(1 for _ in find_softmax(model.module)) > 1 else [None])
    variants: list[Variant] = []
    for combination in itertools.product(*axes):
        chosen = [choice for choice in combination if choice is not None]
        flags = tuple(flag for _, flag in chosen)
        variants.append(Variant(", ".join(label for label, _ in chosen) or "default", flags, network(flags)))
    return tuple(variants)
