"""A model's time by the kinds of its regions, from its result alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastc.explain.records import KindSummary, ModelSummary
from fastc.results import ModelResult, RegionResult

ALL = "all"
"""The kind that stands for a whole model."""

COMPUTED = ("alu", "transcendental", "divide", "reduce")
"""What the vector unit computes; it moves elements beside that."""

RESOURCES = ("array", "vector", "global_buffer", "dram")
"""What may bound a region, beside its start."""


def summarize(model: ModelResult) -> ModelSummary:
    """``model`` by the kinds of its regions."""
    kinds = tuple(dict.fromkeys(region.kind for region in model.regions))
    whole = _summary(ALL, model.regions, model, None)
    parts = [_summary(kind, [r for r in model.regions if r.kind == kind], model, whole) for kind in kinds]
    return ModelSummary(model.name, whole, tuple(sorted(parts, key=lambda part: -part.latency_s)))


def slowest(model: ModelResult) -> list[int]:
    """The indices of all regions of ``model``, those first that take the most time in one run of the module."""
    return sorted(range(len(model.regions)), key=lambda at: -model.regions[at].latency_s * model.regions[at].count)


def flops(region: RegionResult, batch: int) -> float:
    """FLOPs of one run of a region: two for each multiply-accumulate, one for each element that the vector unit
    computes."""
    return 2.0 * region.macs * batch + sum(region.vector.get(name, 0) for name in COMPUTED)


def latency_if(region: RegionResult, faster: str, factor: float = 2.0) -> float:
    """Seconds of one run of ``region`` under the same schedule, were the resource ``faster`` ``factor`` times as fast.

    A contraction on the vector unit and the region's other vector work run one after the other; all resources beside
    that overlap. The region's start, and latency that nothing hides, stay as they are.
    """
    busy = busy_s(region)
    hidden = max(busy.values())
    busy[faster] /= factor
    return region.latency_s - hidden + max(busy.values())


def busy_s(region: RegionResult) -> dict[str, float]:
    """Seconds for which one run of ``region`` keeps each resource busy."""
    on_vector = region.flags.get("engine") == "vector"
    return {
        "array": 0.0 if on_vector else region.compute_s,
        "vector": region.vector_s + (region.compute_s if on_vector else 0.0),
        "global_buffer": region.global_buffer_s,
        "dram": region.dram_s,
    }


def _summary(kind: str, regions: Sequence[RegionResult], model: ModelResult, whole: KindSummary | None) -> KindSummary:
    """Of ``regions``, as parts of ``whole`` (None: they are all)."""

    def total(value: Callable[[RegionResult], float]) -> float:
        return float(sum(value(region) * region.count for region in regions))

    latency_s, work = total(lambda region: region.latency_s), total(lambda region: flops(region, model.batch))
    bound_s: dict[str, float] = {}
    for region in regions:
        bound_s[region.bound] = bound_s.get(region.bound, 0.0) + region.latency_s * region.count
    bound_s = dict(sorted(bound_s.items(), key=lambda part: -part[1]))
    saved = {name: latency_s - total(lambda region, name=name: latency_if(region, name)) for name in RESOURCES}
    relief = {name: seconds / latency_s for name, seconds in saved.items() if latency_s > 0.0 and seconds > 0.0}
    return KindSummary(
        kind=kind,
        regions=len(regions),
        latency_s=latency_s,
        share=1.0 if whole is None else _share(latency_s, whole.latency_s),
        flops=work,
        flop_share=1.0 if whole is None else _share(work, whole.flops),
        bound=next(iter(bound_s), "issue"),
        bound_s=bound_s,
        utilization=_share(total(lambda region: region.utilization * region.latency_s), latency_s),
        lower_bound_s=total(lambda region: region.lower_bound_s),
        dram_bytes=total(lambda region: region.dram_bytes),
        relief=dict(sorted(relief.items(), key=lambda part: -part[1])),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0
