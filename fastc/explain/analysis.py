"""FAST's analysis of one model on one machine: where time and FLOPs go, operational intensity, working sets, attention.

FAST (Zhang et al., ASPLOS 2022) begins with it to show what limits a TPU on modern networks; here it is made from a
lowered module and its cost, so that any model and machine can be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xdsl.ir import Operation, SSAValue

from fastc import __version__
from fastc.compilation import (
    Costed,
    Model,
    clean,
    compile_model,
    cost_of,
    hardware_result,
    level_of,
    model_result,
    require_machine,
)
from fastc.explain.kinds import ALL, flops, summarize
from fastc.explain.records import Analysis, AnalysisResult, Attention, Intensity, WorkingSet
from fastc.machines import load_machine
from fastc.pipelines import Schedule
from fastc.results import SCHEMA, ModelResult
from hwmodels.records import Network, RegionWork
from passes.analysis.network import network_view
from passes.analysis.ops import TERMINATORS, byte_size, op_name

VIEWS = ("stablehlo.reshape", "stablehlo.broadcast_in_dim")
"""Ops that show the same bytes otherwise."""

FREE = ("stablehlo.constant", "stablehlo.iota", *VIEWS)
"""Ops that move nothing even without fusion."""

FURTHER = (2, 4, 8)
"""Times the sequence for which the share of attention is extrapolated."""


def analyze_models(
    models: Sequence[Model],
    hw: str | None,
    *,
    schedule: Schedule = "fastc",
    batch: int | None = None,
    command: Sequence[str] = (),
) -> AnalysisResult:
    """Compile ``models`` for the machine ``hw`` (None: the one in the module) and analyze each.

    Raises InputError, and PassFailedException where a model does not go onto the machine.
    """
    machine = load_machine(hw) if hw is not None else None
    cleaned = [clean(model) for model in models]
    for model in cleaned:
        require_machine(model, machine)
    analyses = tuple(
        analyze(
            cost_of(compile_model(model, machine, schedule, batch)),
            "lowered" if level_of(model.module) == "schedule" else schedule,
        )
        for model in cleaned
    )
    return AnalysisResult(SCHEMA, __version__, tuple(command), analyses)


def analyze(costed: Costed, schedule: str) -> Analysis:
    """The analysis of a compiled model."""
    model = model_result(costed)
    machine = hardware_result(costed.lowered.machine)
    network, summary = costed.lowered.network, summarize(model)
    sets = tuple(_working_set(network, region) for region in network.regions)
    ops = [_op_bytes(op.body_block.ops) for op in network_view(costed.compiled.module).regions]
    order = [ALL, *(kind.kind for kind in summary.kinds)]
    return Analysis(
        model=model.name,
        hardware=machine.name,
        schedule=schedule,
        batch=model.batch,
        latency_s=model.latency_s,
        ridge=machine.peak_flops / machine.dram_bytes_per_s,
        summary=summary,
        intensities=tuple(_intensity(kind, model, ops, sets) for kind in order),
        working_sets=sets,
        weight_bytes=float(model.weight_bytes),
        attention=_attention(network, model),
    )


def _intensity(kind: str, model: ModelResult, ops: Sequence[float], sets: Sequence[WorkingSet]) -> Intensity:
    chosen = [
        (region, region.count, op_bytes, one)
        for region, op_bytes, one in zip(model.regions, ops, sets, strict=True)
        if kind in (ALL, region.kind)
    ]
    return Intensity(
        kind=kind,
        flops=sum(count * flops(region, model.batch) for region, count, _, _ in chosen),
        op_bytes=sum(count * op_bytes for _, count, op_bytes, _ in chosen),
        region_bytes=sum(count * (one.weight_bytes + one.activation_bytes) for _, count, _, one in chosen),
        placed_bytes=sum(count * region.dram_bytes for region, count, _, _ in chosen),
    )


def _op_bytes(body: Iterable[Operation]) -> float:
    """Bytes that the ops of a region would read and write, each by itself."""
    total = 0.0
    for op in body:
        if op_name(op) in FREE or op_name(op) in TERMINATORS:
            continue
        read = {_source(value) for value in op.operands}
        total += sum(byte_size(value) for value in read if not _is_known(value))
        total += sum(byte_size(value) for value in op.results)
    return total


def _source(value: SSAValue) -> SSAValue:
    """What ``value`` is another view of."""
    while isinstance(value.owner, Operation) and op_name(value.owner) in VIEWS:
        value = value.owner.operands[0]
    return value


def _is_known(value: SSAValue) -> bool:
    return isinstance(value.owner, Operation) and op_name(value.owner) in FREE


def _working_set(network: Network, region: RegionWork) -> WorkingSet:
    """Each tensor counts once, at the greatest share of it that the region reads or writes."""
    read: dict[int, float] = {}
    for use in region.reads:
        read[use.tensor] = max(read.get(use.tensor, 0.0), use.fraction)
    weights, inputs = 0.0, 0.0
    for tensor, fraction in read.items():
        size = network.tensors[tensor].bytes * fraction
        if network.tensors[tensor].role == "weight":
            weights += size
        else:
            inputs += size
    outputs = sum(network.tensors[write.tensor].bytes * write.fraction for write in region.writes)
    return WorkingSet(region.name, region.kind, weights, inputs, outputs)


def _attention(network: Network, model: ModelResult) -> Attention | None:
    """None where nothing multiplies two activations after a softmax."""
    products = [_multiplies_activations(network, region) for region in network.regions]
    softmax = [_has_softmax(region) for region in network.regions]
    rows = [
        region.contraction.bounds[5]
        for region, product in zip(network.regions, products, strict=True)
        if product and region.contraction is not None and _reads_softmax(network, region, softmax)
    ]
    if not rows:
        return None
    parts = list(zip(model.regions, products, softmax, strict=True))

    def seconds(chosen: Sequence[bool]) -> float:
        return sum(region.count * region.latency_s for region, use in zip(model.regions, chosen, strict=True) if use)

    whole = sum(region.count * flops(region, model.batch) for region in model.regions)
    inside = sum(region.count * flops(region, model.batch) for region, *which in parts if any(which))
    attention_s, softmax_s = seconds([any(which) for _, *which in parts]), seconds(softmax)
    share, sequence = attention_s / model.latency_s, max(rows)
    return Attention(
        sequence=sequence,
        attention_s=attention_s,
        attention_share=share,
        softmax_s=softmax_s,
        softmax_share=softmax_s / model.latency_s,
        flop_share=inside / whole if whole > 0.0 else 0.0,
        extrapolated=tuple((times * sequence, share_at(share, times)) for times in FURTHER),
    )


def share_at(share: float, times: float) -> float:
    """The share of attention in the time of a sequence ``times`` as long, where its time grows with the square of the
    sequence and that of all else with the sequence."""
    return share * times / (share * times + 1.0 - share)


def _multiplies_activations(network: Network, region: RegionWork) -> bool:
    """Whether the region's contraction is of two activations, as queries with keys, and scores with values."""
    roles = {"input": set[bool](), "weight": set[bool]()}
    for use in region.reads:
        if use.operand in ("input", "weight"):
            roles[use.operand].add(network.tensors[use.tensor].role == "weight")
    return region.contraction is not None and all(kinds == {False} for kinds in roles.values())


def _has_softmax(region: RegionWork) -> bool:
    """Whether rows are gone through again beside an exponential. (A swish before a mean needs its rows once.)"""
    return "exponential" in region.ops and region.vector.rows.rescan_bytes > 0


def _reads_softmax(network: Network, region: RegionWork, softmax: Sequence[bool]) -> bool:
    producers = [network.tensors[use.tensor].producer for use in region.reads if use.operand != "vector"]
    return any(producer >= 0 and softmax[producer] for producer in producers)
