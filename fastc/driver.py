"""What the commands do, without parsing, printing or exiting: from files and options to results."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.passes import PassPipeline

from dialects.arch import AcceleratorOp
from dialects.sched import RegionOp
from dialects.stablehlo import CustomCallOp
from fastc import __version__, pipelines
from fastc.compilation import (
    Costed,
    Model,
    clean,
    compile_model,
    cost_of,
    hardware_result,
    level_of,
    model_result,
    read_model,
    require_machine,
)
from fastc.dse import Metrics
from fastc.errors import FastcError, InputError, NoAnswerError
from fastc.explain.around import levers_around, require_models
from fastc.frontends import make_context, open_model
from fastc.frontends.avals import parse_avals
from fastc.frontends.stablehlo import canonical_text, write_stablehlo
from fastc.machines import BASELINE, insert_machine, load_machine, preset_names
from fastc.pipelines import Schedule
from fastc.results import (
    SCHEMA,
    BaselineResult,
    HardwareResult,
    ObjectiveResult,
    Result,
    SearchResult,
    SimulatedRegionResult,
    SimulationResult,
)
from fastc.scoring import (
    DEFAULT_OBJECTIVE,
    Goal,
    judge,
    make_goal,
    model_values,
    objective_function,
)
from fastc.simulator.machine import Rates
from fastc.simulator.network import SimulatedRegion, SimulationError, simulate
from fastc.transform import print_module
from fastc.validation.records import Check
from hwmodels.mapper import NoMappingError
from hwmodels.records import Machine
from hwmodels.technology import technology
from passes.analysis.machine import find_accelerator, machine_of
from passes.analysis.network import network_view
from passes.analysis.ops import op_name

if TYPE_CHECKING:
    from fastc.xla import Array, Difference

logger = logging.getLogger(__name__)


def load(path: str, arguments: str | None = None) -> Model:
    """The model at ``path``, a file or ``package.module:function``. Raises InputError.

    ``arguments`` are the types and shapes of its inputs, ``'f32[1,8], i32[]'``, where the model leaves them open.
    """
    return read_model(open_model(path, None if arguments is None else parse_avals(arguments)))


def load_all(paths: Sequence[str]) -> tuple[Model, ...]:
    """The models at these paths, each under a name of its own. Raises InputError."""
    models: list[Model] = []
    for path in paths:
        model = load(path)
        taken = [other.name for other in models]
        number = next(count for count in range(1, len(taken) + 2) if _numbered(model.name, count) not in taken)
        models.append(replace(model, name=_numbered(model.name, number)))
    return tuple(models)


def evaluate_models(
    models: Sequence[Model],
    hw: str | AcceleratorOp | None = None,
    *,
    schedule: Schedule = "fastc",
    batch: int | None = None,
    mapper_budget: int | None = None,
    objective: str = DEFAULT_OBJECTIVE,
    subject_to: Sequence[str] = (),
    weights: Sequence[float] | None = None,
    explain: bool = False,
    command: Sequence[str] = (),
    compared: bool = True,
) -> Result:
    """Compile ``models`` for the machine ``hw`` (None: the one in the module) and cost them, beside the baseline.

    Without ``compared`` there is no baseline. ``mapper_budget``: mappings that the optimal mapper looks at for each
    contraction (None: the default mapper). ``explain``: with the levers, which the default mapper finds.
    Raises InputError, NoAnswerError where a model does not fit the machine, and PassFailedException.
    """
    if batch is not None and batch < 1:
        raise InputError(f"--batch {batch}: a batch has at least 1 inference")
    if mapper_budget is not None and schedule == "stock":
        raise InputError("--mapper-budget goes with --schedule fastc: the stock schedule has a mapper of its own")
    if explain and schedule == "stock":
        raise InputError("--explain goes with --schedule fastc: levers are what fastc's own schedule makes of them")
    goal = make_goal([model.name for model in models], objective, subject_to, weights)
    machine = load_machine(hw) if hw is not None else None
    cleaned = [clean(model) for model in models]
    if explain:
        require_models(cleaned)
    for model in cleaned:
        require_machine(model, machine)
        if mapper_budget is not None and level_of(model.module) == "schedule":
            raise InputError(f"{model.name}: this module is mapped already; leave --mapper-budget out")
    flags = pipelines.mapper_flags(mapper_budget)
    costed = [cost(model, machine, schedule, batch, flags) for model in cleaned]
    result = result_of(goal, costed, baseline_of(goal, cleaned) if compared else None, command=tuple(command))
    if not explain:
        return result
    here = find_accelerator(costed[0].compiled.module, "fastc eval --explain")
    return replace(result, levers=levers_around(goal, cleaned, here, costed[0].lowered.network.batch))


def cost(
    model: Model,
    machine: AcceleratorOp | None,
    schedule: Schedule,
    batch: int | None = None,
    flags: pipelines.Flags = (),
) -> Costed:
    """What a model that ``clean`` has made takes on ``machine``; raises as ``compile_model`` does."""
    return cost_of(compile_model(model, machine, schedule, batch, flags))


def result_of(
    goal: Goal,
    costed: Sequence[Costed],
    baseline: BaselineResult | None,
    *,
    command: tuple[str, ...] = (),
    seed: int = 0,
    found: SearchResult | None = None,
) -> Result:
    """The record of a run."""
    metrics = [one.metrics for one in costed]
    value = objective_value(goal, metrics)
    if baseline is not None:
        baseline = replace(baseline, ratio=value / baseline.value)
    return Result(
        schema=SCHEMA,
        fastc=__version__,
        seed=seed,
        command=command,
        models=tuple(model_result(one) for one in costed),
        hardware=hardware_result(costed[0].lowered.machine),
        objective=ObjectiveResult(goal.objective_text, value),
        constraints=judge(goal, metrics),
        baseline=baseline,
        search=found,
    )


def baseline_of(goal: Goal, cleaned: Sequence[Model]) -> BaselineResult | None:
    """The objective on the baseline machine under the stock schedule; None, with a warning, where it cannot be had."""
    if any(level_of(model.module) != "model" for model in cleaned):
        return None
    machine = load_machine(BASELINE)
    try:
        metrics = [cost(model, machine, "stock").metrics for model in cleaned]
    except (FastcError, NoMappingError) as error:
        logger.warning("no comparison with %s: %s", BASELINE, error)
        return None
    value = objective_value(goal, metrics)
    return BaselineResult(BASELINE, "stock", value, 1.0, model_values(goal, metrics))


def objective_value(goal: Goal, metrics: Sequence[Metrics]) -> float:
    """The objective as a number, maybe infinite or NaN. Raises InputError where there is none."""
    try:
        with np.errstate(all="ignore"):
            return float(objective_function(goal)(metrics))
    except ArithmeticError as error:
        raise InputError(f"the objective '{goal.objective_text}' cannot be computed: {error}") from None


def verify_passes(path: str, pipeline: str, hw: str | None = None, seed: int = 0) -> str:
    """Run the model before and after ``pipeline`` through XLA on the same random inputs; what was found to agree.

    Raises as ``verify_module`` does.
    """
    steps = pipelines.parse(pipeline)
    return verify_module(load(path).module, steps, pipeline, None if hw is None else load_machine(hw), seed)


def verify_module(
    module: ModuleOp, steps: PassPipeline, pipeline: str, machine: AcceleratorOp | None = None, seed: int = 0
) -> str:
    """Run ``module`` before and after ``steps``, which messages call ``pipeline``; what was found to agree.

    Both run in float32, where rounding proves something; what differs there must differ in float64 too. Raises
    NoAnswerError where an output differs, InputError where the two cannot be compared.
    """
    from fastc import xla

    before = xla.to_float32(module)
    _require_comparable(before)
    after = before.clone()
    if machine is not None:
        insert_machine(after, machine)
    pipelines.run(steps, make_context(), after)
    pipelines.run("lower-to-stablehlo", make_context(), after)
    arguments = xla.random_arguments(before, seed)
    if [argument.type for argument in xla.main_of(before).args] != [
        argument.type for argument in xla.main_of(after).args
    ]:
        raise InputError(f"'{pipeline}' changes what @main takes, so the two cannot be given the same inputs")
    count, difference = _compare(before, arguments, _through_xla(before), _through_xla(after))
    if difference is not None:
        raise NoAnswerError(
            f"output {difference.output} differs by {difference.error:.3g} of its largest value after '{pipeline}'; "
            f"rounding explains {difference.tolerance:.3g}"
        )
    return f"{count} outputs agree before and after '{pipeline}'"


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
        checked = _check_values(module, seed) if check else None
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


def _check_values(lowered: ModuleOp, seed: int) -> str:
    """Compute the module's contractions as scheduled, tile by tile; that its outputs agree with XLA's.

    Rounding as in ``verify_passes``. Raises NoAnswerError where an output differs, SimulationError.
    """
    from fastc import xla
    from fastc.simulator.values import compute

    def run(module: ModuleOp, arguments: Sequence[Array]) -> Sequence[Array]:
        return xla.run(write_stablehlo(module), arguments)

    scheduled = xla.to_float32(lowered)
    plain = scheduled.clone()
    pipelines.run("lower-to-stablehlo", make_context(), plain)
    _require_comparable(plain)

    def as_scheduled(widen: Widen, arguments: Sequence[Array]) -> Sequence[Array]:
        return compute(xla.main_of(widen(scheduled)), arguments, run)

    count, difference = _compare(plain, xla.random_arguments(plain, seed), _through_xla(plain), as_scheduled)
    if difference is not None:
        raise NoAnswerError(
            f"output {difference.output}, computed as scheduled, differs from XLA's by {difference.error:.3g} of "
            f"its largest value; rounding explains {difference.tolerance:.3g}"
        )
    return f"{count} outputs, computed tile by tile, agree with XLA's"


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


Widen: TypeAlias = Callable[[ModuleOp], ModuleOp]
"""A module as it is, or the same in float64."""

Way: TypeAlias = "Callable[[Widen, Sequence[Array]], Sequence[Array]]"
"""How outputs are computed from arguments."""


def _through_xla(module: ModuleOp) -> Way:
    from fastc import xla

    return lambda widen, arguments: xla.run(write_stablehlo(widen(module)), arguments)


def _compare(plain: ModuleOp, arguments: Sequence[Array], one: Way, other: Way) -> tuple[int, Difference | None]:
    """How many outputs ``plain`` has, and the first in which ``one`` and ``other`` differ in float32 and in float64
    too, where the module can be widened."""
    from fastc import xla

    depth = xla.depth_of(plain)
    expected, got = (way(lambda module: module, arguments) for way in (one, other))
    difference = xla.first_difference(expected, got, depth)
    if difference is not None:
        wide = [xla.in_float64(argument) for argument in arguments]
        try:
            wide_expected, wide_got = (way(xla.to_float64, wide) for way in (one, other))
        except InputError:
            return len(expected), difference
        if xla.vanishes(expected, got, wide_expected, wide_got, depth):
            difference = None
    return len(expected), difference


def import_model(path: str, arguments: str | None = None) -> str:
    """The model at ``path``, whatever its form, as the StableHLO text that MLIR prints. Raises InputError.

    ``arguments`` as for ``load``.
    """
    model = load(path, arguments)
    if level_of(model.module) != "model":
        raise InputError(
            f"{path}: this module is past StableHLO: it has regions or schedules; 'fastc opt {path} -p "
            "lower-to-stablehlo' gives the model back"
        )
    return canonical_text(write_stablehlo(model.module))


INCOMPARABLE = {
    "stablehlo.infeed": "waits for a host that feeds it; make what it reads an argument of @main",
    "stablehlo.outfeed": "waits for a host that takes its data; make what it writes a result of @main",
    "stablehlo.rng": "draws other numbers on each run; draw them with stablehlo.rng_bit_generator, as jax.random does",
}
"""Ops with which no two runs can be compared, and what to do."""


def _require_comparable(module: ModuleOp) -> None:
    """Raise InputError or PassFailedException where XLA would end or stop this process, or give other numbers on each
    run."""
    for op in module.walk():
        if isinstance(op, FuncOp) and op.is_declaration:
            raise InputError(f"@{op.sym_name.data} has no body, so XLA cannot run the model; give it one")
        if op_name(op) in INCOMPARABLE:
            raise InputError(f"{op_name(op)} {INCOMPARABLE[op_name(op)]}")
        if isinstance(op, CustomCallOp) and "python" in op.call_target_name.data:
            raise InputError(
                f"stablehlo.custom_call @{op.call_target_name.data} calls the Python process that exported the model; "
                "export it without jax.debug.print and jax.pure_callback"
            )
    pipelines.run("inline", make_context(), module.clone(), verify=False)  # refuses recursion, on which XLA overflows


def machine_text(result: Result) -> str:
    """The machine of ``result`` as a module with one ``arch.accelerator``."""
    lowered = result.models[0].lowered
    assert lowered is not None
    module = ModuleOp([find_accelerator(lowered, "fastc").clone()])
    return print_module(module)


def preset(name: str) -> tuple[ModuleOp, HardwareResult]:
    """A machine as a module, and what it takes. Raises InputError where there is none."""
    accelerator = load_machine(name)
    module = ModuleOp([])
    insert_machine(module, accelerator)
    return module, hardware_result(machine_of(accelerator))


def presets() -> list[tuple[str, HardwareResult]]:
    """Every preset and what it takes."""
    return [(name, hardware_result(machine_of(load_machine(name)))) for name in preset_names()]


def validate_hardware(data: str | None, progress: Callable[[str, int, Sequence[str]], None]) -> tuple[Check, ...]:
    """Every check of the models against measurements, over those of the directory ``data`` (None: the project's own).

    ``progress`` hears each area as it ends, its number of checks, and the files that it lacked. Raises InputError where
    ``data`` holds none, or one that is not what it must be.
    """
    from fastc.validation.suite import validate

    checks: list[Check] = []
    for outcome in validate(None if data is None else Path(data)):
        progress(outcome.area, len(outcome.checks), outcome.missing)
        checks += outcome.checks
    return tuple(checks)


def _numbered(name: str, count: int) -> str:
    return name if count == 1 else f"{name}_{count}"
