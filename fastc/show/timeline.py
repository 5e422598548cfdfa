"""When each region of a model runs, by the model of cost: one after the other, a loop's turns together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from fastc.results import ModelResult, RegionResult
from fastc.show.records import Resident


@dataclass(frozen=True)
class Moment:
    """One region's time in one run of the module."""

    index: int
    region: RegionResult
    start_s: float
    end_s: float


def moments(model: ModelResult) -> tuple[Moment, ...]:
    """All regions of ``model`` in order; those that never run take no time."""
    found: list[Moment] = []
    now_s = 0.0
    for index, region in enumerate(model.regions):
        end_s = now_s + region.latency_s * region.count
        found.append(Moment(index, region, now_s, end_s))
        now_s = end_s
    return tuple(found)


Kind = Literal["weight", "result", "buffer"]


def occupancy(residents: Sequence[Resident], ends_s: Sequence[float]) -> dict[Kind, list[int]]:
    """Bytes of the global buffer that each kind of resident has during each region; ``ends_s`` are their ends."""
    kinds: tuple[Kind, ...] = ("weight", "result", "buffer")
    changes = {kind: [0] * (len(ends_s) + 1) for kind in kinds}
    for each in residents:
        changes[each.kind][each.first] += each.size
        changes[each.kind][each.last + 1] -= each.size
    taken: dict[Kind, list[int]] = {}
    for kind in kinds:
        now = 0
        taken[kind] = [now := now + change for change in changes[kind][:-1]]
    return taken


def span_s(resident: Resident, edges_s: Sequence[float]) -> tuple[float, float]:
    """From when to when something is there, where ``edges_s`` are the starts of the regions and the end of the last."""
    return edges_s[resident.first], edges_s[resident.last + 1]


def edges_s(model: ModelResult) -> tuple[float, ...]:
    """The starts of the regions and the end of the last."""
    times = moments(model)
    assert all(before.end_s == after.start_s for before, after in pairwise(times))
    return (*(moment.start_s for moment in times), times[-1].end_s if times else 0.0)
