"""The settings of the passes' flags that a search may choose for a model."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Literal

from fastc import pipelines
from fastc.compilation import Model
from fastc.dse import Variant
from hwmodels.chaining.records import Chainable
from hwmodels.records import Network
from passes.softmax.match import find_softmax

Searched = Literal["pad-tensors", "assign-layout", "tile-chains"]
"""Passes whose settings are searched where that is asked for. The mapper fits uneven sizes to arrays as well as padding
does, and the default layout moves the fewest bytes: so they are seldom worth their trials (docs/search.md). Chains are,
and take several times as long to evaluate."""

Rewriting = Literal["pad-tensors", "assign-layout"]
"""Those of ``Searched`` whose settings make other networks, whatever the machine."""

CHOICES: Mapping[Rewriting, Mapping[str, str]] = {
    "pad-tensors": {f"padded to {size}": f"multiple-of={size}" for size in (8, 16, 32)},
    "assign-layout": {layout: f"convolution={layout}" for layout in ("nhwc", "nchw")},
}
"""Their settings, by the name that people read. None of them depends on the machine."""

CHAINS = ("chains", ("tile-chains", ""))
"""Which chains, the pass decides for each machine."""

TWO_PASS = ("two-pass softmax", ("softmax-form", "passes=2"))

Choice = tuple[str, tuple[str, str | None]]
"""A setting's name, and what it sets."""


def variants_of(
    model: Model,
    searched: Iterable[Searched],
    network: Callable[[pipelines.Flags], Callable[[int], Network]],
    batch: int,
    chains: Callable[[pipelines.Flags], Callable[[int], Chainable]] | None = None,
) -> tuple[Variant, ...]:
    """The default and every other setting of the flags that the search may choose for ``model``, combined.

    ``network`` gives the networks under some flags, by batch. A setting of one of the passes ``searched`` that makes at
    ``batch`` the regions of another one is left out; combinations are compiled when the search tries them. ``chains``
    gives the same networks with all the chains that they could have.
    """
    network = cache(network)
    axes: list[list[Choice | None]] = []
    searched = dict.fromkeys(searched)
    for name in searched:
        if name == "tile-chains":
            continue
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
    if "tile-chains" in searched:
        axes.append([None, CHAINS])
    variants: list[Variant] = []
    for combination in itertools.product(*axes):
        chosen = [choice for choice in combination if choice is not None]
        flags = tuple(flag for _, flag in chosen)
        rewrites = tuple(flag for flag in flags if flag != CHAINS[1])
        tiled = chains(rewrites) if chains is not None and CHAINS in chosen else None
        label = ", ".join(label for label, _ in chosen) or "default"
        variants.append(Variant(label, flags, network(rewrites), tiled))
    return tuple(variants)
