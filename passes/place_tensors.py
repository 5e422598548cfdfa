"""place-tensors: decide which tensors stay on chip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BoundRegionOp, FusedOp, Space
from hwmodels.chains import untiled
from hwmodels.mapper import NoMappingError
from hwmodels.records import Machine
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.mappings import MAPPER_BUDGET, MapperChoice, Placed, placed
from passes.analysis.network import NetworkError, NetworkView, network_view


@dataclass(frozen=True)
class PlaceTensorsPass(ModulePass):
    """Moves activations and weights into the global buffer where that saves the most time, by an integer program.

    An activation stays in the global buffer from its producer to its last use, a pinned weight for ever; at every
    region what is resident and the region's own tiles fit. Model inputs and outputs stay in DRAM. Every use of a tensor
    is rewritten; spaces that the module had before are forgotten. The chains of ``tile-chains`` keep their slices on
    chip, and what they hold, or are given up where the network is faster without them.

    Before::

        %0 = region.fused "a" conv (%x = %arg0 : t in dram, %w = %arg1 : t in dram) -> (t in dram) {...}
        %1 = region.fused "b" conv (%x = %0 : t in dram, %w = %arg2 : t in dram) -> (t in dram) {...}

    After::

        %0 = region.fused "a" conv (%x = %arg0 : t in dram, %w = %arg1 : t in pinned) -> (t in global) {...}
        %1 = region.fused "b" conv (%x = %0 : t in global, %w = %arg2 : t in dram) -> (t in dram) {...}
    """

    name = "place-tensors"

    residency: Literal["all", "weights", "activations", "none"] = "all"
    """What may stay on chip: everything, only pinned weights, only activations, or nothing."""
    dataflow: Literal["any", "weight_stationary", "input_stationary", "output_stationary"] = "any"
    """Dataflow that `lower-to-schedule` will be given: it decides how much time a tensor on chip saves."""
    mapper: Literal["recipes", "optimal"] = "recipes"
    """Mapper that `lower-to-schedule` will be given, and below its options. With `optimal` two placements are compared
    as it would map them."""
    mapper_budget: int = MAPPER_BUDGET
    """Mappings that the optimal mapper looks at for each contraction: fewer take less time and leave a gap."""
    objective: Literal["latency", "energy", "edp"] = "latency"
    """What the optimal mapper makes least: latency, energy, or their product."""

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[ModulePass, ...]:
        """Every residency, and the optimal mapper; the dataflow is the choice of ``lower-to-schedule``."""
        if not any(isinstance(op, FusedOp) for op in module_op.walk()):
            return ()
        residencies = tuple(cls(residency=choice) for choice in ("all", "weights", "activations", "none"))
        return *residencies, cls(mapper="optimal")

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        machine = machine_of(find_accelerator(op, self.name))
        view = view_of_regions(op, self.name)
        try:
            choice = MapperChoice(self.mapper, self.mapper_budget, self.objective, self.dataflow)
            found = placed(view.network, machine, self.residency, choice)
            if any(region.chain is not None for region in view.regions):
                view, found = self._with_chains_or_without(view, machine, choice, found)
        except NoMappingError as error:
            raise PassFailedException(f"{self.name}: {error}") from error
        spaces = [Space(space) for space in found.placement.spaces]
        for region in op.walk():
            if isinstance(region, BoundRegionOp):
                _place(region, view, spaces)

    def _with_chains_or_without(
        self, view: NetworkView, machine: Machine, choice: MapperChoice, tiled: Placed
    ) -> tuple[NetworkView, Placed]:
        """The better of two placements: ``tiled`` with the module's chains, or one without them, which go then."""
        network = untiled(view.network)
        whole = placed(network, machine, self.residency, choice)
        if tiled.placement.gap < float("inf") and tiled.value <= whole.value:
            return view, tiled
        for region in view.regions:
            region.chain = None
        return replace(view, network=network), whole


def view_of_regions(module: ModuleOp, pass_name: str) -> NetworkView:
    """The module's network, all of it unscheduled. Raises PassFailedException where the module is no such thing."""
    try:
        view = network_view(module)
    except NetworkError as error:
        raise PassFailedException(f"{pass_name}: {error}") from error
    scheduled = next((region for region in view.regions if not isinstance(region, FusedOp)), None)
    if scheduled is not None:
        raise PassFailedException(
            f"{pass_name}: region '{scheduled.region_name.data}' is a {scheduled.name} already; "
            f"run {pass_name} once, on what form-regions made"
        )
    return view


def _place(region: BoundRegionOp, view: NetworkView, spaces: list[Space]) -> None:
    # What only the preparation of weights reads is no tensor of the network, and stays where it is.
    for value in dict.fromkeys((*region.operands, *region.results)):
        region.set_space(value, spaces[view.tensor_of[value]] if value in view.tensor_of else Space.Dram)
