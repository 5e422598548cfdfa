"""Two results side by side: the machine, the models, their regions, and where the time went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from fastc.explain.kinds import summarize
from fastc.explain.records import Change, Difference, ModelChange, RegionChange, Shift
from fastc.results import HardwareResult, ModelResult, RegionResult, Result

MOST_ALIGNED = 5000
"""Regions up to which two models are aligned, which takes time that grows with the square; more match by name."""

Pair = tuple[RegionResult | None, RegionResult | None]

TOTALS = ("area_mm2", "tdp_w", "peak_flops", "dram_bytes_per_s", "cost_usd")
"""Of a machine."""


def compare(before: Result, after: Result, names: tuple[str, str], command: Sequence[str] = ()) -> Difference:
    """What differs between two results, which are called ``names``.

    Models match by name, else by the file that they came from, else as the only one of each result.
    """
    pairs = _paired(before.models, after.models)
    objective = None
    if before.objective.expression == after.objective.expression:
        objective = Change(before.objective.expression, before.objective.value, after.objective.value)
    first, second = {model.name for model, _ in pairs}, {model.name for _, model in pairs}
    return Difference(
        schema=after.schema,
        fastc=after.fastc,
        command=tuple(command),
        before=names[0],
        after=names[1],
        objective=objective,
        machine=_machine(before.hardware, after.hardware),
        models=tuple(_model(*pair) for pair in pairs),
        only_before=tuple(model.name for model in before.models if model.name not in first),
        only_after=tuple(model.name for model in after.models if model.name not in second),
    )


def _paired(before: Sequence[ModelResult], after: Sequence[ModelResult]) -> list[tuple[ModelResult, ModelResult]]:
    if len(before) == len(after) == 1:
        return [(before[0], after[0])]
    pairs: list[tuple[ModelResult, ModelResult]] = []
    left = list(after)
    for model in before:
        same = [other for other in left if other.name == model.name]
        same = same or [other for other in left if other.source_sha256 == model.source_sha256]
        if same:
            pairs.append((model, same[0]))
            left.remove(same[0])
    return pairs


def _machine(before: HardwareResult, after: HardwareResult) -> tuple[Change, ...]:
    keys = dict.fromkeys([*before.parameters, *after.parameters])
    values = [(key, before.parameters.get(key), after.parameters.get(key)) for key in keys]
    values += [(name, getattr(before, name), getattr(after, name)) for name in TOTALS]
    return tuple(Change(name, _scalar(one), _scalar(other)) for name, one, other in values if one != other)


def _scalar(value: Any) -> float | str | bool | None:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _model(before: ModelResult, after: ModelResult) -> ModelChange:
    pairs = list(_matched(before.regions, after.regions))
    regions = [_region(one, other, before.batch, after.batch) for one, other in pairs]
    return ModelChange(
        before=before.name,
        after=after.name,
        figures=_figures(before, after),
        kinds=_by_change(_kinds(before, after)),
        shifts=_by_change(_shifts(regions)),
        regions=_by_change(regions),
    )


def _figures(before: ModelResult, after: ModelResult) -> tuple[Change, ...]:
    def each(model: ModelResult) -> dict[str, float | str]:
        batch = max(model.batch, 1)
        return {
            "batch": model.batch,
            "latency_s": model.latency_s,
            "latency_s of one inference": model.latency_s / batch,
            "throughput_per_s": model.throughput_per_s,
            "energy_j": model.energy_j,
            "dram_bytes of one inference": model.dram_bytes / batch,
            "utilization": model.utilization,
            "regions": len(model.regions),
            "pipeline": model.pipeline,
        }

    pairs = zip(each(before).items(), each(after).values(), strict=True)
    return tuple(Change(name, one, other) for (name, one), other in pairs if name != "pipeline" or one != other)


def _matched(before: Sequence[RegionResult], after: Sequence[RegionResult]) -> Iterator[Pair]:
    """Regions that stand for each other: those of the same name where both have the same names and kinds; else those
    of the same kind and work in the same order, and of what is left those of the same name and kind."""
    same = [(r.name, r.kind) for r in before] == [(r.name, r.kind) for r in after]
    if same:
        yield from zip(before, after, strict=True)
        return
    first, second = list(before), list(after)
    if len(first) <= MOST_ALIGNED and len(second) <= MOST_ALIGNED:
        matcher = SequenceMatcher(None, [_work(r) for r in before], [_work(r) for r in after], autojunk=False)
        blocks = matcher.get_matching_blocks()
        yield from ((before[i + n], after[j + n]) for i, j, size in blocks for n in range(size))
        taken = {i + n for i, _, size in blocks for n in range(size)}
        used = {j + n for _, j, size in blocks for n in range(size)}
        first = [region for index, region in enumerate(before) if index not in taken]
        second = [region for index, region in enumerate(after) if index not in used]
    by_name = {(region.name, region.kind): region for region in second}
    for region in first:
        yield region, by_name.pop((region.name, region.kind), None)
    yield from ((None, region) for region in by_name.values())


def _work(region: RegionResult) -> tuple[str, int, int]:
    return region.kind, region.macs, region.count


def _region(before: RegionResult | None, after: RegionResult | None, first: int, second: int) -> RegionChange:
    """``first`` and ``second``: the batches."""
    named = before or after
    assert named is not None, "a pair has at least one region"

    def per_inference(region: RegionResult | None, name: str, batch: int) -> float:
        return 0.0 if region is None else getattr(region, name) * region.count / max(batch, 1)

    return RegionChange(
        before=None if before is None else before.name,
        after=None if after is None else after.name,
        kind=named.kind,
        before_s=per_inference(before, "latency_s", first),
        after_s=per_inference(after, "latency_s", second),
        before_bound=None if before is None else before.bound,
        after_bound=None if after is None else after.bound,
        before_dram_bytes=per_inference(before, "dram_bytes", first),
        after_dram_bytes=per_inference(after, "dram_bytes", second),
    )


def _kinds(before: ModelResult, after: ModelResult) -> Iterator[RegionChange]:
    first = {kind.kind: kind for kind in summarize(before).kinds}
    second = {kind.kind: kind for kind in summarize(after).kinds}
    for kind in dict.fromkeys([*first, *second]):
        one, other = first.get(kind), second.get(kind)
        yield RegionChange(
            before=None if one is None else kind,
            after=None if other is None else kind,
            kind=kind,
            before_s=0.0 if one is None else one.latency_s / max(before.batch, 1),
            after_s=0.0 if other is None else other.latency_s / max(after.batch, 1),
            before_bound=None if one is None else one.bound,
            after_bound=None if other is None else other.bound,
            before_dram_bytes=0.0 if one is None else one.dram_bytes / max(before.batch, 1),
            after_dram_bytes=0.0 if other is None else other.dram_bytes / max(after.batch, 1),
        )


def _shifts(regions: Iterable[RegionChange]) -> Iterator[Shift]:
    groups: dict[tuple[str | None, str | None], list[RegionChange]] = {}
    for region in regions:
        groups.setdefault((region.before_bound, region.after_bound), []).append(region)
    for (before, after), members in groups.items():
        times = sum(member.before_s for member in members), sum(member.after_s for member in members)
        yield Shift(before, after, len(members), *times)


def _by_change(changes: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(changes, key=lambda change: -abs(change.change_s)))
