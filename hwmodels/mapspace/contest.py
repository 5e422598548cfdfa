"""Mappings of a network's regions against each other, each at its exact price; the best go on by steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from hwmodels.cost import stacked
from hwmodels.mapper import NoMappingError
from hwmodels.mapspace.incumbent import Objective
from hwmodels.mapspace.refine import Refiner, Walkers, joined
from hwmodels.mapspace.scene import Scene, taken
from hwmodels.records import Mapping

TRIVIAL = Mapping(0, np.ones((4, 8), np.int64), *([np.ones(8, np.int64)] * 3), *([np.arange(8)] * 3))
"""Stands for that of a region without a contraction."""


class Contest:
    """All mappings that were offered, of the regions of one scene."""

    def __init__(self, scene: Scene, room: np.ndarray, objective: Objective) -> None:
        """``room``: [R] bytes of the global buffer beside what is resident."""
        self.scene = scene
        self.objective: Objective = objective
        self.refiner = Refiner(scene, room, objective)
        self.entrants = Walkers(np.zeros(0, np.int64), stacked([TRIVIAL]), np.zeros(0))
        self.entrants = self.entrants._replace(mappings=taken(self.entrants.mappings, np.arange(0)))

    def offer(self, offers: Iterable[tuple[int, Mapping]], starts: int, rounds: int) -> None:
        """Take mappings of regions, and what ``rounds`` of steps at most make of the best ``starts`` of each region."""
        every = list(offers)
        if not every:
            return
        regions = np.asarray([region for region, _ in every])
        here = self.refiner.priced(regions, stacked([mapping for _, mapping in every]))
        self.take(here)
        if rounds:
            self.take(self.refiner.walk(here.at(_first(here, starts)), rounds))

    def enter(self, offers: Sequence[tuple[int, Mapping]], rounds: int) -> None:
        """Take what ``rounds`` of steps at most make of mappings of regions."""
        if offers:
            regions = np.asarray([region for region, _ in offers])
            self.take(self.refiner.begin(regions, stacked([mapping for _, mapping in offers]), rounds))

    def best(self, count: int = 1) -> Walkers:
        """The best ``count`` of each region."""
        return self.entrants.at(_first(self.entrants, count))

    def take(self, more: Walkers) -> None:
        """Priced mappings."""
        known = self.entrants
        self.entrants = Walkers(
            np.concatenate([known.region, more.region]),
            joined([known.mappings, more.mappings]),
            np.concatenate([known.value, more.value]),
        )

    def values(self) -> dict[int, float]:
        """The least value of each region; infinite where no tiles fit beside what is resident."""
        best = _first(self.entrants, 1)
        return dict(zip(self.entrants.region[best].tolist(), self.entrants.value[best].tolist(), strict=True))

    def winners(self, groups: Sequence[int | None]) -> list[Mapping | None]:
        """For each region the best mapping of the region that it goes with; None where that is None.

        Of those whose tiles do not fit beside what is resident, none is taken while another does. Raises NoMappingError
        where there is none.
        """
        entrants = self.entrants
        crowded = ~np.isfinite(entrants.value)
        if crowded.any():
            some = entrants.at(np.flatnonzero(crowded))
            value = np.array(entrants.value)
            # Behind all that fit, the best first.
            value[crowded] = 1e9 * (1.0 + self.scene.price(some.region, some.mappings, self.objective).value)
            entrants = entrants._replace(value=value)
        best = {int(entrants.region[index]): index for index in _first(entrants, 1)}
        result: list[Mapping | None] = []
        for lead, group in zip(self.scene.turns.lead, groups, strict=True):
            if group is not None and group not in best:
                name = self.scene.network.regions[int(lead)].name
                raise NoMappingError(
                    f"no tile of region '{name}' fits the buffers of machine '{self.scene.machine.name}'"
                )
            result.append(None if group is None else taken(entrants.mappings, np.asarray(best[group])))
        return result

    def price(self, mappings: Sequence[Mapping | None]) -> np.ndarray:
        """[R] the objective of one run of each region under its one of ``mappings``."""
        every = stacked([TRIVIAL if mapping is None else mapping for mapping in mappings])
        return self.scene.price(np.arange(len(mappings)), every, self.objective).value if len(mappings) else np.zeros(0)


def _first(walkers: Walkers, count: int) -> np.ndarray:
    """Indices of the best ``count`` of each region; of equal ones those that came first."""
    order = np.lexsort([np.arange(len(walkers.region)), walkers.value, walkers.region])
    region = walkers.region[order]
    starts = np.searchsorted(region, region, side="left")
    return order[np.arange(len(order)) - starts < count]
