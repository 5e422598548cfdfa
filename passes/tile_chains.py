"""tile-chains: run consecutive regions together for one tile after the other, so that what is between stays on chip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.region import FusedOp, Halo
from hwmodels.chaining.choice import Chooser
from hwmodels.chaining.records import Chainable
from hwmodels.mapper import NoMappingError
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.network import NetworkView
from passes.chains.catalogue import Catalogue
from passes.chains.grow import dissolve
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

    def chainable(self, module: ModuleOp, rooms: Iterable[float]) -> Chainable:
        """The network of a module of regions without chains, and all those that this pass could give it on machines
        with one of ``rooms`` bytes of global buffer."""
        return self._catalogue(view_of_regions(module, self.name)).chainable(rooms)

    def _catalogue(self, view: NetworkView) -> Catalogue:
        return Catalogue(view, self.most_tiles, HALOS[self.halo])

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
        catalogue = self._catalogue(view)
        try:
            chosen = Chooser(catalogue.chainable([float(machine.global_buffer_bytes)]))(machine)
        except NoMappingError as error:
            raise PassFailedException(f"{self.name}: {error}") from error
        catalogue.write(chosen.chains)
