"""The chains that serve a network best on a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from hwmodels.chaining.candidates import Catalogue
from hwmodels.chaining.prices import Prices, best_chains
from hwmodels.chaining.records import Chain, Chainable, chained
from hwmodels.chaining.tiles import TileRows, Unit, tile_costs
from hwmodels.chains import unit_of
from hwmodels.mapper import map_network
from hwmodels.network import evaluate, mapped_network
from hwmodels.placement import TRAFFIC_WEIGHT, place
from hwmodels.records import Machine, Mapping, Network, NetworkCost, Placement, RegionCost


@dataclass(frozen=True)
class Chosen:
    """A network with its chains, mapped, placed and costed on one machine."""

    chains: tuple[Chain, ...]
    network: Network
    mappings: tuple[Mapping | None, ...]
    placement: Placement
    cost: NetworkCost

    @cached_property
    def weighted_s(self) -> float:
        """The network's time, and a little for its DRAM traffic."""
        pairs = zip(self.network.regions, self.cost.regions, strict=True)
        return sum(region.runs * weighted_s(one) for region, one in pairs)


def weighted_s(cost: RegionCost) -> float:
    """A region's time, and a little for DRAM traffic behind other work, which costs energy (see ``placement``)."""
    return cost.latency_s + TRAFFIC_WEIGHT * cost.dram_s


@dataclass(frozen=True, eq=False)
class Chooser:
    """Chooses the chains of one network for any machine; what does not depend on the machine is done once."""

    chainable: Chainable

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self.chainable)

    @cached_property
    def _rows(self) -> TileRows:
        return TileRows(self.chainable)

    def __call__(self, machine: Machine) -> Chosen:
        """The network with the chains that make it fastest on ``machine``, none where they do not.

        Raises NoMappingError where a region of the network without chains has no mapping.
        """
        network = self.chainable.network
        before = _compiled((), network, machine, map_network(network, machine))
        room = float(machine.global_buffer_bytes)
        if room <= 0.0 or not self.chainable.growths:
            return before
        candidates = self._catalogue.candidates(room)
        if not len(candidates.length):
            return before
        known: dict[Unit, Mapping] = {}
        costs = tile_costs(self._rows, candidates, machine, known)
        prices = Prices(candidates, self._catalogue.mains, costs, machine, before.cost.regions)
        alone = [r.runs * weighted_s(c) for r, c in zip(network.regions, before.cost.regions, strict=True)]
        best, tried = before, set[tuple[int, ...]]()
        for wanted in ([i for i, space in enumerate(before.placement.spaces) if space != "dram"], []):
            seconds = prices.seconds(prices.residents(wanted))
            chosen = tuple(best_chains(candidates.first, candidates.last, seconds, alone))
            if chosen not in tried:
                tried.add(chosen)
                found = self._improved([prices.chain(one) for one in chosen], before, machine, known)
                best = min(best, found, key=lambda one: one.weighted_s)
        return best

    def _improved(
        self, chains: Sequence[Chain], before: Chosen, machine: Machine, known: dict[Unit, Mapping]
    ) -> Chosen:
        """With those of ``chains`` that pay once tensors are placed around them; ``before`` where none do.

        Chains that take longer than their regions by themselves go; where the rest still does not pay, for it leaves
        no room to others, the worse half of it goes.
        """
        best = before
        while chains:
            found = self._with(chains, before, machine, known)
            if found.placement.gap < float("inf") and found.cost.latency_s <= before.cost.latency_s:
                best = min(best, found, key=lambda one: one.weighted_s)
            gains = [self._gain(chain, before, found) for chain in chains]
            paying = [chain for chain, gain in zip(chains, gains, strict=True) if gain > 0.0]
            if len(paying) == len(chains):
                if best is found or len(chains) == 1:
                    break
                least = sorted(gains)[(len(chains) + 1) // 2]
                paying = [chain for chain, gain in zip(chains, gains, strict=True) if gain >= least]
                paying = paying[: len(chains) // 2]
            chains = paying
        return best

    def _with(self, chains: Sequence[Chain], before: Chosen, machine: Machine, known: dict[Unit, Mapping]) -> Chosen:
        network = chained(self.chainable, chains)
        mappings = list(before.mappings)
        for index, region in enumerate(network.regions):
            work, beside = unit_of(region)
            if region.tiling is not None and work is not None:
                mappings[index] = known[work, beside]
        return _compiled(chains, network, machine, mappings)

    def _gain(self, chain: Chain, before: Chosen, found: Chosen) -> float:
        growth = self.chainable.growths[chain.growth]
        inside = [self.chainable.parts[part].region for part in growth.parts[: chain.length]]
        runs = before.network.regions[inside[0]].runs
        return runs * sum(weighted_s(before.cost.regions[one]) - weighted_s(found.cost.regions[one]) for one in inside)


@lru_cache(maxsize=16)
def chooser_of(chainable: Chainable) -> Chooser:
    """The chooser of ``chainable``, the same each time."""
    return Chooser(chainable)


def _compiled(
    chains: Sequence[Chain], network: Network, machine: Machine, mappings: Sequence[Mapping | None]
) -> Chosen:
    mapped = mapped_network(network, machine, mappings)
    placement = place(network, machine, mappings, mapped=mapped)
    cost = evaluate(network, machine, mappings, placement, mapped)
    return Chosen(tuple(chains), network, tuple(mappings), placement, cost)
