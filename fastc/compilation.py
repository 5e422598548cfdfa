"""Compiling one model for one machine, and what that costs."""

from __future__ import annotations

import hashlib
import itertools
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Literal

from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.utils.exceptions import PassFailedException

from dialects.arch import AcceleratorOp
from dialects.region import BATCH_KEY, BoundRegionOp, FusedOp
from fastc import pipelines
from fastc.dse import Metrics
from fastc.dse.batches import Batches
from fastc.dse.exact import compile_network, metrics_of
from fastc.errors import InputError
from fastc.files import STANDARD, Source, refuse_deep_nesting
from fastc.frontends import make_context, read_module
from fastc.machines import check_technology, insert_machine, preset_names
from fastc.pipelines import Schedule
from fastc.problem import Lowered, read_lowered
from fastc.results import HardwareResult, ModelResult, RegionResult
from fastc.transform import print_module
from hwmodels.chaining.records import Chainable
from hwmodels.chip import chip_cost
from hwmodels.network import evaluate
from hwmodels.placement import Residency
from hwmodels.records import ENGINES, Machine, Network, NetworkCost
from passes.analysis.batch import BatchError
from passes.analysis.batch import batch_of as traced_batch
from passes.analysis.contraction import macs_of
from passes.analysis.control import total_macs
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.network import network_of
from passes.analysis.ops import CONTRACTION, TERMINATORS, main_of, op_name
from passes.tile_chains import TileChainsPass

logger = logging.getLogger(__name__)

Level = Literal["model", "regions", "schedule"]
"""How far a module has come: StableHLO, fusion regions, schedules."""


@dataclass(frozen=True)
class Model:
    """A model as it was given."""

    name: str
    sha256: str
    """Of the file, or of the generic text where there was none."""
    module: ModuleOp


@dataclass(frozen=True)
class Compiled:
    """A model lowered for a machine."""

    model: Model
    module: ModuleOp
    """The lowered module, machine included."""
    pipeline: str
    """Run on the model with the machine at its top, it gives ``module`` again."""
    macs: int
    """Multiply-accumulates of one inference, counted before any pass that changes what is computed."""


@dataclass(frozen=True)
class Costed:
    """What a compiled model takes, read from its lowered module and from nothing else."""

    compiled: Compiled
    lowered: Lowered
    cost: NetworkCost
    metrics: Metrics


def read_model(source: Source) -> Model:
    """The model in ``source``. Raises InputError."""
    refuse_deep_nesting(source)
    module = read_module(source.data, source.label, make_context())
    # Standard input has no file's name; the module may have its own.
    given = _name_of(module, source.name) if source.path == STANDARD else source.name
    return Model(given, source.sha256, module)


def model_of(module: ModuleOp, name: str | None = None) -> Model:
    """A module that is there already, as a model."""
    digest = hashlib.sha256(print_module(module, generic=True).encode()).hexdigest()
    return Model(name or _name_of(module, "model"), digest, module)


def _name_of(module: ModuleOp, unnamed: str) -> str:
    """The module's own name; ``unnamed`` where it has none."""
    return module.sym_name.data if module.sym_name is not None and module.sym_name.data else unnamed


def level_of(module: ModuleOp) -> Level:
    """How far ``module`` has come."""
    main = main_of(module)
    if main is None:
        return "model"
    regions = [op for op in main.body.walk() if isinstance(op, BoundRegionOp)]
    if not regions:
        return "model"
    # Preparation of weights is never scheduled.
    scheduled = any(not isinstance(op, FusedOp) for op in regions)
    return "schedule" if scheduled else "regions"


def batch_of(module: ModuleOp) -> int | None:
    """Inferences that one run does, where a pass has noted that."""
    batch = module.attributes.get(BATCH_KEY)
    return batch.value.data if isinstance(batch, IntegerAttr) else None


def clean(model: Model) -> Model:
    """The model after the passes that every compilation starts with; those of later levels stay as they are.

    Raises InputError where nothing is left that could be scheduled.
    """
    if level_of(model.module) != "model":
        return model
    module = pipelines.run_on_copy(pipelines.CLEANUP, make_context(), model.module)
    _refuse_nothing(module, model.name)
    return Model(model.name, model.sha256, module)


def _refuse_nothing(module: ModuleOp, name: str) -> None:
    """Raise InputError where no op, or one without any work, would have to be scheduled."""
    main = main_of(module)
    if main is None:
        return
    if all(op_name(op) in TERMINATORS for op in main.body.block.ops):
        raise InputError(f"{name}: @main computes nothing: only its return is left after '{pipelines.CLEANUP}'")
    for op in main.body.walk():
        if op_name(op) in CONTRACTION and macs_of(op) == 0:
            types = ", ".join(str(operand.type) for operand in op.operands)
            raise InputError(
                f"{name}: {op.name} of {types} multiplies nothing: a tensor has a dimension of size 0; export the "
                "model without it"
            )


def require_machine(model: Model, machine: AcceleratorOp | None) -> None:
    """Raise InputError where no ``machine`` was named and the model brings none."""
    if machine is None and not any(isinstance(op, AcceleratorOp) for op in model.module.ops):
        raise InputError(
            f"{model.name}: no machine: name one with --hw ({', '.join(preset_names())}, or a file), or put an "
            "arch.accelerator at the top of the module"
        )


def compile_model(
    cleaned: Model,
    machine: AcceleratorOp | None,
    schedule: Schedule = "fastc",
    batch: int | None = None,
    flags: pipelines.Flags = (),
) -> Compiled:
    """Lower a model that ``clean`` has made for ``machine`` (None: the one in its module).

    One run does ``batch`` inferences (None: the machine's own batch, or the model's where that cannot be changed).
    Raises InputError, or PassFailedException where the model does not go onto the machine.
    """
    level = level_of(cleaned.module)
    module = cleaned.module.clone()
    if level == "schedule":
        _refuse_another_machine(cleaned, machine, batch)
        return Compiled(cleaned, module, "", _macs(module))
    if machine is not None:
        insert_machine(module, machine)
    steps = pipelines.lowering(schedule, flags)
    macs = _macs(module)
    if level == "regions":
        return Compiled(cleaned, pipelines.run_on_copy(steps[-1], make_context(), module), steps[-1], macs)
    module, resized = _resized(module, cleaned.name, batch)
    lowered = pipelines.run_on_copy(pipelines.join(*steps), make_context(), module)
    return Compiled(cleaned, lowered, pipelines.join(pipelines.CLEANUP, resized, *steps), macs)


def regions_of(
    cleaned: Model, batch: int, flags: pipelines.Flags = (), *, verify: bool = True, most: float = 1.0
) -> Network:
    """The network of regions that a model makes at ``batch`` inferences per run, on whatever machine.

    ``most`` as for ``network_of``.
    """
    module, _ = _resize(cleaned.module, batch, verify=verify)
    steps = pipelines.join(*pipelines.to_regions("fastc", flags))
    if verify:
        return network_of(pipelines.run_on_copy(steps, make_context(), module), most=most)
    pipelines.run(steps, make_context(), module, verify=False)
    return network_of(module, most=most)


def networks_of(cleaned: Model, batches: Sequence[int], flags: pipelines.Flags = ()) -> Batches:
    """As ``regions_of``, by batch; ``batches`` are those that may be asked for.

    What passes make of the first that is asked for is verified; what they make of others is the same but for sizes.
    """
    compiled = itertools.count()

    def network(batch: int) -> Network:
        return regions_of(cleaned, batch, flags, verify=next(compiled) == 0, most=math.inf)

    return Batches(network, batches, lambda: _own_batch(cleaned))


def chainables_of(cleaned: Model, rooms: Sequence[float], flags: pipelines.Flags = ()) -> Callable[[int], Chainable]:
    """As ``networks_of``, with all the chains that ``tile-chains`` could make on machines with one of ``rooms`` bytes
    of global buffer."""
    steps = pipelines.join(*pipelines.to_regions("fastc", flags))

    def chainable(batch: int) -> Chainable:
        module, _ = _resize(cleaned.module, batch)
        return TileChainsPass().chainable(pipelines.run_on_copy(steps, make_context(), module), rooms)

    return cache(chainable)


def chained_regions_of(cleaned: Model, machine: AcceleratorOp, batch: int) -> Network:
    """As ``regions_of``, with the chains that ``tile-chains`` makes of them for ``machine``."""
    module, _ = _resize(cleaned.module, batch)
    insert_machine(module, machine)
    steps = pipelines.join(*pipelines.to_regions("fastc"), "tile-chains")
    return network_of(pipelines.run_on_copy(steps, make_context(), module))


def stock_metrics(cleaned: Model, machine: AcceleratorOp) -> Metrics:
    """What ``cost_of`` finds for a model under the stock schedule, from its regions alone: no schedule is written, and
    none verified, that nobody will see.

    Raises ``NoMappingError`` where the model does not go onto the machine.
    """
    module = cleaned.module.clone()
    insert_machine(module, machine)
    resized, _ = _resized(module, cleaned.name, None)
    steps = pipelines.join(*pipelines.to_regions("stock"))
    network = network_of(pipelines.run_on_copy(steps, make_context(), resized))
    cost = stock_cost(network, machine_of(machine))
    return metrics_of(network.batch, cost.latency_s, cost.energy_j, chip_cost(machine_of(machine)))


def stock_cost(network: Network, machine: Machine, residency: Residency = "none") -> NetworkCost:
    """Cost of ``network`` as the stock schedule runs it, with ``residency`` in the global buffer."""
    return compile_network(network, machine, "weight_stationary", residency).cost


def cost_of(compiled: Compiled) -> Costed:
    """What ``compiled`` takes."""
    lowered = read_lowered(compiled.module)
    check_technology(lowered.machine, compiled.model.name)
    cost = evaluate(lowered.network, lowered.machine, lowered.mappings, lowered.placement)
    metrics = metrics_of(lowered.network.batch, cost.latency_s, cost.energy_j, chip_cost(lowered.machine))
    return Costed(compiled, lowered, cost, metrics)


def model_result(costed: Costed) -> ModelResult:
    """The record of one model."""
    network, cost, compiled = costed.lowered.network, costed.cost, costed.compiled
    proof = costed.lowered.proof
    return ModelResult(
        name=compiled.model.name,
        source_sha256=compiled.model.sha256,
        batch=network.batch,
        macs=compiled.macs,
        weight_bytes=sum(tensor.bytes for tensor in network.tensors if tensor.role == "weight"),
        latency_s=cost.latency_s,
        throughput_per_s=network.batch / cost.latency_s,
        energy_j=cost.energy_j / network.batch,
        dram_bytes=cost.dram_bytes,
        utilization=cost.utilization,
        pipeline=compiled.pipeline,
        regions=tuple(_region_result(costed, index) for index in range(len(network.regions))),
        mapper_gap=None if proof is None else proof.of_network(cost.regions, [part.runs for part in network.regions]),
        lowered=compiled.module,
    )


def hardware_result(machine: Machine) -> HardwareResult:
    """The record of a machine."""
    chip = chip_cost(machine)
    return HardwareResult(
        name=machine.name,
        parameters=asdict(machine),
        area_mm2=float(chip.area_m2) * 1e6,
        area_breakdown_mm2={name: float(part) * 1e6 for name, part in chip.area_breakdown_m2.items()},
        tdp_w=float(chip.tdp_w),
        tdp_breakdown_w={name: float(part) for name, part in chip.tdp_breakdown_w.items()},
        peak_flops=float(chip.peak_flops),
        dram_bytes_per_s=float(chip.dram_bytes_per_s),
        cost_usd=float(chip.cost_usd),
        cost_breakdown_usd={name: float(part) for name, part in chip.cost_breakdown_usd.items()},
    )


def _region_result(costed: Costed, index: int) -> RegionResult:
    network, mapping = costed.lowered.network, costed.lowered.mappings[index]
    region, cost = network.regions[index], costed.cost.regions[index]
    work = region.vector
    spaces = costed.lowered.placement.spaces
    touched = dict.fromkeys(use.tensor for use in (*region.reads, *region.writes))
    flags: dict[str, object] = {
        "engine": None if mapping is None else ENGINES[int(mapping.engine)],
        "global": [network.tensors[tensor].name for tensor in touched if spaces[tensor] == "global"],
        "pinned": [network.tensors[tensor].name for tensor in touched if spaces[tensor] == "pinned"],
    }
    if region.tiling is not None:
        flags["chain"] = region.tiling.chain
        flags["tiles"] = sum(tile.count for tile in region.tiling.tiles)
    return RegionResult(
        name=region.name,
        kind=region.kind,
        count=region.runs,
        ops=region.ops,
        macs=cost.macs // network.batch,
        latency_s=cost.latency_s,
        compute_s=cost.compute_s,
        dram_s=cost.dram_s,
        global_buffer_s=cost.global_buffer_s,
        vector_s=cost.vector_s,
        bound=cost.bound,
        lower_bound_s=cost.lower_bound_s,
        utilization=cost.utilization,
        dram_bytes=cost.dram_bytes,
        energy_j=cost.energy_j / network.batch,
        vector={
            "alu": int(work.alu),
            "transcendental": int(work.transcendental),
            "divide": int(work.divide),
            "reduce": int(work.reduce),
            "move": int(work.move),
            "rescan_bytes": int(work.rows.rescan_bytes),
        },
        rescan_noc_bytes=cost.rescan_noc_bytes,
        rescan_dram_bytes=cost.rescan_dram_bytes,
        flags=flags,
        mapper_gap=None if costed.lowered.proof is None else costed.lowered.proof.gaps[index],
    )


def _macs(module: ModuleOp) -> int:
    main = main_of(module)
    if main is None:
        raise InputError("the module has no function @main with a body; name the model's function so")
    return total_macs(main) // (batch_of(module) or _exported_batch(main))


def _own_batch(model: Model) -> int:
    main = main_of(model.module)
    return batch_of(model.module) or (1 if main is None else _exported_batch(main))


def _exported_batch(main: FuncOp) -> int:
    """Inferences that a model does as it was given; 1 where that cannot be told."""
    try:
        return traced_batch(main).size
    except BatchError:
        return 1


def _refuse_another_machine(model: Model, machine: AcceleratorOp | None, batch: int | None) -> None:
    """A schedule is for one machine and one batch; both can only be confirmed."""
    there = machine_of(find_accelerator(model.module, "a lowered module"))
    if machine is not None and machine_of(machine) != there:
        raise InputError(
            f"{model.name}: this module is lowered for the machine @{there.name} already, not for the one that --hw "
            "names; leave --hw out, or give the model itself"
        )
    fixed = batch_of(model.module) or 1
    if batch is not None and batch != fixed:
        raise InputError(
            f"{model.name}: this module is lowered for a batch of {fixed} already, not {batch}; leave --batch out, or "
            "give the model itself"
        )


def _resized(module: ModuleOp, name: str, batch: int | None) -> tuple[ModuleOp, str]:
    """The module at the wanted batch and the step that made it so; where nobody asked for a certain batch and the model
    cannot be changed, the model as it is and no step."""
    if batch is None and batch_of(module) is not None:
        return module, ""
    wanted = batch if batch is not None else int(machine_of(find_accelerator(module, "fastc")).native_batch)
    resized, refusal = _resize(module, wanted)
    if refusal is None:
        return resized, pipelines.set_batch(wanted)
    if batch is not None:
        raise InputError(f"{name}: cannot run {batch} inferences at once: {refusal}")
    logger.warning("%s keeps the batch it was exported with, as %d inferences at once fail: %s", name, wanted, refusal)
    return module, ""


def _resize(module: ModuleOp, batch: int, *, verify: bool = True) -> tuple[ModuleOp, PassFailedException | None]:
    """A copy at another batch, or as it is, with the reason."""
    resized = module.clone()
    try:
        pipelines.run(pipelines.set_batch(batch), make_context(), resized, verify=verify)
    except PassFailedException as error:
        return module.clone(), error
    return resized, None
