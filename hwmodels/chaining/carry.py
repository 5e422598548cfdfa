"""Chains of a network at one batch, found again at another."""

from __future__ import annotations

from collections.abc import Sequence

from hwmodels.chaining.records import Chain, Chainable


def in_both(chains: Sequence[Chain], here: Chainable, there: Chainable) -> tuple[list[Chain], list[Chain]]:
    """Those of ``chains`` of ``here`` that ``there`` could have as well, in as many shapes of tiles; and the same as
    chains of ``there``.

    With the batch the number of tiles grows, or where there is no such chain, the inferences in each.
    """
    known = {(growth.last, growth.steps, growth.halo): index for index, growth in enumerate(there.growths)}
    own: list[Chain] = []
    theirs: list[Chain] = []
    for chain in chains:
        growth = here.growths[chain.growth]
        shapes = _shapes(here, chain.growth, chain.length)
        for steps, with_counts in ((growth.steps, False), (_grown(growth.steps, here, there), True)):
            index = known.get((growth.last, steps, growth.halo))
            if index is None:
                continue
            others = _shapes(there, index, chain.length)
            if others == shapes if with_counts else [len(one) for one in others] == [len(one) for one in shapes]:
                own.append(chain)
                theirs.append(chain._replace(growth=index))
                break
    return own, theirs


def _grown(steps: tuple[int, ...], here: Chainable, there: Chainable) -> tuple[int, ...]:
    """The same number of tiles along the only loop, at another batch."""
    step, rest = divmod(steps[-1] * there.network.batch, here.network.batch)
    return (step,) if len(steps) == 1 and rest == 0 else ()


def _shapes(chainable: Chainable, growth: int, length: int) -> list[list[int]]:
    """For each region of a chain how many tiles there are of each shape; fewer regions where it is too long."""
    parts = chainable.growths[growth].parts[:length]
    return [[tile.count for tile in chainable.parts[part].tiling.tiles] for part in parts]
