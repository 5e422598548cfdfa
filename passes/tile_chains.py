"""tile-chains: run consecutive regions together for one tile after the other, so that what is between stays on chip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.region import FusedOp, Halo
from hwmodels.mapper import NoMappingError, map_network
from hwmodels.network import evaluate
from hwmodels.placement import TRAFFIC_WEIGHT, place
from hwmodels.records import Machine, NetworkCost, Placement, RegionCost
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.network import NetworkView
from passes.chains.grow import Grower, apply, dissolve
from passes.chains.price import Price, Pricer, best_chains
from passes.place_tensors import view_of_regions

HALOS = {"recompute": (Halo.Recompute,), "keep": (Halo.Keep,), "any": (Halo.Keep, Halo.Recompute)}


@dataclass(frozen=True)
class TileChainsPass(ModulePass):
    """Tiles chains of regions together where that makes the network faster on the machine of the module.

    In a chain all regions run for the first tile of the last one's result, then all for the second, and so on. What
    passes between them exists slice by slice, in the global buffer (space ``tile``), and causes no DRAM traffic. Tiles
    are cut along images, heads or rows; where a convolution needs rows of its neighbours' tiles, they are made again
    (``recompute``) or stay in the global buffer (``keep``). What every tile needs whole is read once, where it fits
    (``hold``), or by each tile. Chains that the module had before are forgotten.

    Before::

        %0 = region.fused "a" conv (%x = %arg0 : t in dram, %w = %arg1 : u in dram) -> (tensor<8x56x56x96xbf16> in dram)
            {...}
        %1 = region.fused "b" conv (%x = %0 : tensor<8x56x56x96xbf16> in dram, %w = %arg2 : u in dram)
            -> (tensor<8x56x56x24xbf16> in dram) {...}

    After::

        %0 = region.fused "a" conv (%x = %arg0 : t in dram, %w = %arg1 : u in dram) -> (tensor<8x56x56x96xbf16> in tile)
            chain "chain_0" keep [0 of 8 step 1 tiles 8] hold [1] {...}
        %1 = region.fused "b" conv (%x = %0 : tensor<8x56x56x96xbf16> in tile, %w = %arg2 : u in dram)
            -> (tensor<8x56x56x24xbf16> in dram) chain "chain_0" keep [0 of 8 step 1 tiles 8] hold [1] {...}

    The meaning does not change: the values are whole, only the schedule says that they are computed in slices.
    """

    name = "tile-chains"

    most_tiles: int = 16384
    """Tiles of a chain at most."""
    halo: Literal["any", "recompute", "keep"] = "any"
    """What becomes of rows that two tiles need; `any` takes what is faster."""

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[ModulePass, ...]:
        """Each treatment of halos."""
        if not any(isinstance(op, FusedOp) for op in module_op.walk()):
            return ()
        return tuple(cls(halo=choice) for choice in ("any", "recompute", "keep"))

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.most_tiles < 1:
            raise PassFailedException(f"{self.name}: most-tiles is {self.most_tiles}; it must be at least 1")
        machine = machine_of(find_accelerator(op, self.name))
        for region in op.walk():
            if isinstance(region, FusedOp):
                dissolve(region)
        view = view_of_regions(op, self.name)
        if not view.regions or float(machine.global_buffer_bytes) <= 0.0:
            return
        try:
            self._choose(op, view, machine)
        except NoMappingError as error:
            raise PassFailedException(f"{self.name}: {error}") from error

    def _choose(self, module: ModuleOp, view: NetworkView, machine: Machine) -> None:
        before = _result(view, machine)
        grower = Grower(view, self.most_tiles, HALOS[self.halo])
        room = float(machine.global_buffer_bytes)
        candidates = [one for last in range(len(view.regions)) for one in grower.candidates(last, room)]
        pricer = Pricer(view, machine, before.cost.regions)
        pricer.prepare(candidates)
        alone = [r.runs * _weighted_s(c) for r, c in zip(view.network.regions, before.cost.regions, strict=True)]
        best: tuple[float, list[Price]] = (before.weighted_s, [])
        for resident in ({i for i, space in enumerate(before.placement.spaces) if space != "dram"}, set[int]()):
            prices = [found for one in candidates if (found := pricer.price(one, resident)) is not None]
            found = _improved(module, view, machine, best_chains(prices, alone), before)
            best = min(best, found, key=lambda one: one[0])
        _write(view, best[1])


class _Result(NamedTuple):
    placement: Placement
    cost: NetworkCost
    weighted_s: float
    """The network's time, and a little for its DRAM traffic."""


def _weighted_s(cost: RegionCost) -> float:
    """A region's time, and a little for DRAM traffic behind other work, which costs energy (see ``placement``)."""
    return cost.latency_s + TRAFFIC_WEIGHT * cost.dram_s


def _result(view: NetworkView, machine: Machine) -> _Result:
    """What the module takes with the tensors placed as well as they can be."""
    mappings = map_network(view.network, machine)
    placement = place(view.network, machine, mappings)
    cost = evaluate(view.network, machine, mappings, placement)
    pairs = zip(view.network.regions, cost.regions, strict=True)
    return _Result(placement, cost, sum(region.runs * _weighted_s(one) for region, one in pairs))


def _improved(
    module: ModuleOp, view: NetworkView, machine: Machine, chains: list[Price], before: _Result
) -> tuple[float, list[Price]]:
    """The chains that pay once tensors are placed around them, and the network's weighted time with those.

    Chains that take longer than their regions by themselves go; where the rest still does not pay, for it leaves no
    room to others, the worse half of it goes.
    """
    best: tuple[float, list[Price]] = (before.weighted_s, [])
    while chains:
        _write(view, chains)
        found = _result(view_of_regions(module, TileChainsPass.name), machine)
        if found.placement.gap < float("inf") and found.cost.latency_s <= before.cost.latency_s:
            best = min(best, (found.weighted_s, chains), key=lambda one: one[0])
        gains = [_gain(chain, view, found.cost, before.cost) for chain in chains]
        paying = [chain for chain, gain in zip(chains, gains, strict=True) if gain > 0.0]
        if len(paying) == len(chains):
            if best[1] is chains or len(chains) == 1:
                break
            least = sorted(gains)[(len(chains) + 1) // 2]
            paying = [chain for chain, gain in zip(chains, gains, strict=True) if gain >= least][: len(chains) // 2]
        chains = paying
    return best


def _gain(chain: Price, view: NetworkView, cost: NetworkCost, before: NetworkCost) -> float:
    inside = [member.region for member in chain.candidate.members]
    runs = view.network.regions[inside[0]].runs
    return runs * sum(_weighted_s(before.regions[index]) - _weighted_s(cost.regions[index]) for index in inside)


def _write(view: NetworkView, chains: Sequence[Price]) -> None:
    for op in view.regions:
        dissolve(op)
    for number, chain in enumerate(chains):
        apply(view, chain.candidate, f"chain_{number}", {index: sorted(held) for index, held in chain.hold.items()})
