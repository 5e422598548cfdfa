"""``fastc sim``: a lowered module in the simulator, beside the cost model."""

from __future__ import annotations

from collections.abc import Sequence

from dialects.sched import RegionOp
from fastc import __version__
from fastc.compilation import Costed, compile_model, cost_of, level_of
from fastc.driver import load
from fastc.errors import InputError, NoAnswerError
from fastc.proving import check_schedule
from fastc.results import SCHEMA, SimulatedRegionResult, SimulationResult
from fastc.simulator.machine import Rates
from fastc.simulator.network import SimulatedRegion, SimulationError, simulate
from hwmodels.records import Machine
from hwmodels.technology import technology
from passes.analysis.machine import find_accelerator
from passes.analysis.network import network_view


def simulate_model(
    path: str, *, check: bool = False, seed: int = 0, record: bool = False, command: Sequence[str] = ()
) -> SimulationResult:
    """Run the lowered module at ``path`` in the simulator, beside the cost model.

    With ``check``, also compute what its contractions compute, tile by tile, and compare the module's outputs with
    XLA's on random inputs. With ``record``, keep what each engine does when. Raises InputError for a module that is not
    lowered, NoAnswerError where a schedule computes something else.
    """
    model = load(path)
    if level_of(model.module) != "schedule":
        raise InputError(
            f"{path}: the simulator runs schedules, and this module has none; 'fastc opt {path} --hw NAME -o "
            "lowered.mlir' writes them"
        )
    costed = cost_of(compile_model(model, None))
    module = costed.compiled.module
    regions = [op for op in network_view(module).regions if isinstance(op, RegionOp)]
    machine = costed.lowered.machine
    try:
        simulated = simulate(regions, find_accelerator(module, "fastc sim"), _rates(machine), record=record)
        checked = check_schedule(module, seed) if check else None
    except SimulationError as error:
        raise NoAnswerError(str(error)) from error
    return _simulation_result(costed, simulated, checked, tuple(command))


def _rates(machine: Machine) -> Rates:
    """What the simulator needs beside the IR; the start of a region among it, which no op says."""
    tech = technology(machine.node_nm, machine.dram_kind)
    each = tech.vector_cycles
    return Rates(
        dram_efficiency=tech.dram.efficiency,
        vector_cycles=(each.alu, each.transcendental, each.divide, each.reduce, each.move),
        region_start_s=tech.region_start_s,
        dram_latency_s=tech.dram_latency_s,
    )


def _simulation_result(
    costed: Costed, simulated: Sequence[SimulatedRegion], checked: str | None, command: tuple[str, ...]
) -> SimulationResult:
    network, clock_hz = costed.lowered.network, costed.lowered.machine.clock_hz
    regions = tuple(
        _simulated_region(one, work.runs, cost.latency_s, clock_hz)
        for one, work, cost in zip(simulated, network.regions, costed.cost.regions, strict=True)
    )
    cycles = sum(region.cycles * region.count for region in regions)
    return SimulationResult(
        schema=SCHEMA,
        fastc=__version__,
        command=command,
        name=costed.compiled.model.name,
        source_sha256=costed.compiled.model.sha256,
        batch=network.batch,
        hardware=costed.lowered.machine.name,
        clock_hz=clock_hz,
        cycles=cycles,
        latency_s=cycles / clock_hz,
        model_latency_s=costed.cost.latency_s,
        ratio=costed.cost.latency_s * clock_hz / cycles if cycles else 1.0,
        regions=regions,
        check=checked,
        lowered=costed.compiled.module,
    )


def _simulated_region(
    simulated: SimulatedRegion, count: int, model_latency_s: float, clock_hz: float
) -> SimulatedRegionResult:
    timing = simulated.timing
    busy = {
        "array": timing.array_busy,
        "vector": timing.vector_busy,
        "global_buffer": timing.noc_busy,
        "dram": timing.dram_busy,
        "waiting": timing.cycles - max(timing[1:5]),
    }
    latency_s = timing.cycles / clock_hz
    return SimulatedRegionResult(
        name=simulated.name,
        kind=simulated.kind,
        count=count,
        tiles=simulated.tiles,
        cycles=timing.cycles,
        latency_s=latency_s,
        model_latency_s=model_latency_s,
        ratio=model_latency_s / latency_s if latency_s else 1.0,
        bound=max(busy, key=lambda name: busy[name]),
        array_cycles=timing.array_busy,
        vector_cycles=timing.vector_busy,
        noc_cycles=timing.noc_busy,
        dram_cycles=timing.dram_busy,
        steps=timing.steps,
        simulated_steps=timing.simulated,
        spans=simulated.spans,
    )
