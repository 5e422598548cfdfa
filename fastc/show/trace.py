"""Traces that Perfetto (https://ui.perfetto.dev) and chrome://tracing open: Chrome's trace event format, in JSON.

The format is described in "Trace Event Format" of the Chromium project: complete events (``X``) on threads of
processes, counters (``C``), and metadata (``M``) that names them. Times are microseconds, here of whole nanoseconds:
Perfetto knows no finer ones, and drops what overlaps by less. Its tracks need numbers above 0 that differ between
processes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastc.explain.kinds import RESOURCES, busy_s
from fastc.results import RegionResult, SimulatedRegionResult, SimulationResult
from fastc.show.records import Details, Resident, Shown
from fastc.show.style import bound, plain
from fastc.show.timeline import edges_s, moments, occupancy

Event = dict[str, Any]

ENGINES = {"regions": 0, "dram": 1, "noc": 2, "array": 3, "vector": 4, "global_buffer": 2}
"""Threads of a model's engines: DRAM's DMA, the network on chip (which the cost model calls by the global buffer that
it serves), the systolic arrays, the vector units."""

THREADS = {0: "regions", 1: "DMA (DRAM)", 2: "network on chip", 3: "systolic arrays", 4: "vector units"}

MOST_THREADS = 10_000
"""Of one process."""

COUNTER = "global buffer (bytes)"


def model_trace(shown: Shown) -> str:
    """The time line of each model of a result, by the cost model: how long each resource works in each region."""
    events: list[Event] = []
    for number, (model, details) in enumerate(shown.models()):
        engines = 2 * number + 1
        events += _process(engines, f"{model.name}: engines, by the cost model", THREADS)
        for moment in moments(model):
            if moment.end_s > moment.start_s:
                facts = _facts(moment.region)
                events.append(_slice(engines, 0, moment.region.name, moment.start_s, moment.end_s, facts))
                for resource in RESOURCES:
                    busy = busy_s(moment.region)[resource] * moment.region.count
                    end_s = min(moment.start_s + busy, moment.end_s)
                    if busy > 0.0:
                        events.append(_slice(engines, ENGINES[resource], moment.region.name, moment.start_s, end_s, {}))
        events += _buffers(engines + 1, model.name, details, edges_s(model))
    return _text(events)


def simulation_trace(result: SimulationResult, details: Details) -> str:
    """What each engine did when, as the simulator saw it."""
    events = _process(1, f"{result.name}: engines, simulated", THREADS)
    edges = [0.0]
    for region in result.regions:
        start_s = edges[-1]
        edges.append(start_s + region.latency_s * region.count)
        if edges[-1] > start_s:
            facts = {"cycles": region.cycles, "runs": region.count, "works longest": bound(region.bound)[0]}
            events.append(_slice(1, 0, region.name, start_s, edges[-1], facts))
            events += _spans(region, start_s, edges[-1], result.clock_hz)
    events += _buffers(2, result.name, details, edges)
    return _text(events)


def _spans(region: SimulatedRegionResult, start_s: float, end_s: float, clock_hz: float) -> Iterator[Event]:
    """The first run of a region in detail, the others as one."""
    for span in region.spans:
        facts = {"busy cycles": span.busy, "times": span.times}
        start, end = start_s + span.start / clock_hz, start_s + span.end / clock_hz
        yield _slice(1, ENGINES[span.track], span.name, start, end, facts)
    if region.count > 1:
        for track in dict.fromkeys(span.track for span in region.spans):
            again = start_s + region.latency_s
            yield _slice(1, ENGINES[track], f"{region.count - 1} more runs", again, end_s, {})


def _facts(region: RegionResult) -> dict[str, Any]:
    return {
        "kind": region.kind,
        "runs": region.count,
        "bound by": bound(region.bound)[0],
        "lower bound (us)": region.lower_bound_s * 1e6,
        "utilization": region.utilization,
        "DRAM bytes": region.dram_bytes,
        "MACs per inference": region.macs,
        "ops": ", ".join(region.ops),
    }


@dataclass(frozen=True)
class _Content:
    """A slice of what is in the global buffer."""

    name: str
    first: int
    last: int
    facts: dict[str, Any]


def _contents(residents: Sequence[Resident]) -> list[_Content]:
    """What is there, the pinned weights as one: they never change."""
    pinned = [each for each in residents if each.kind == "weight"]
    others = [each for each in residents if each.kind != "weight"]
    found: list[_Content] = []
    if pinned:
        facts = {"bytes": sum(each.size for each in pinned)} | {plain(each.name, 120): each.size for each in pinned}
        last = max(each.last for each in pinned)
        found.append(_Content(f"{len(pinned)} pinned weights", min(each.first for each in pinned), last, facts))
    for each in others:
        places = ", ".join(f"{start} to {end}" for start, end in each.segments)
        found.append(_Content(each.name, each.first, each.last, {"bytes": each.size, "at": places}))
    return found


def _buffers(process: int, name: str, details: Details, edges: Sequence[float]) -> Iterator[Event]:
    """What is in the global buffer, on as few rows as hold it without overlap, and how much of it is taken."""
    if not details.residents or len(edges) < 2:
        return
    contents = _contents(details.residents)
    rows = _rows(contents)
    threads = {row: f"contents {row + 1}" for row in range(max(rows, default=0) + 1)}
    yield from _process(process, f"{name}: global buffer", threads)
    for row, each in zip(rows, contents, strict=True):
        start_s, end_s = edges[each.first], edges[each.last + 1]
        if end_s > start_s:
            yield _slice(process, row, each.name, start_s, end_s, each.facts)
    taken = occupancy(details.residents, edges[1:])
    names = {"weight": "pinned weights", "result": "activations", "buffer": "tiles"}
    for index, start_s in enumerate(edges):
        now = {names[kind]: counts[index] if index < len(counts) else 0 for kind, counts in taken.items()}
        if index == len(edges) - 1 or edges[index + 1] > start_s:
            yield {"ph": "C", "pid": process, "name": COUNTER, "ts": _us(start_s), "args": now}


def _rows(residents: Sequence[_Content]) -> list[int]:
    """A row for each, so that no two on a row are there at the same time: first fit, by their starts."""
    ends: list[int] = []
    rows = [0] * len(residents)
    for index in sorted(range(len(residents)), key=lambda at: residents[at].first):
        each = residents[index]
        row = next((row for row, end in enumerate(ends) if end < each.first), len(ends))
        if row == len(ends):
            ends.append(each.last)
        ends[row] = each.last
        rows[index] = row
    return rows


def _process(process: int, name: str, threads: dict[int, str]) -> list[Event]:
    def named(what: str, thread: int, **facts: object) -> Event:
        return {"ph": "M", "pid": process, "tid": thread, "name": what, "args": facts}

    events = [named("process_name", 0, name=_name(name)), named("process_sort_index", 0, sort_index=process)]
    for thread, text in threads.items():
        number = _thread(process, thread)
        events += [named("thread_name", number, name=text), named("thread_sort_index", number, sort_index=thread)]
    return events


def _thread(process: int, thread: int) -> int:
    return process * MOST_THREADS + thread + 1


def _slice(process: int, thread: int, name: str, start_s: float, end_s: float, facts: dict[str, Any]) -> Event:
    start, end = _us(start_s), _us(end_s)
    shown = {"ph": "X", "pid": process, "tid": _thread(process, thread), "name": _name(name), "ts": start}
    shown["dur"] = round(end - start, 3)
    return {**shown, "args": facts} if facts else shown


def _name(text: str) -> str:
    return plain(text, 120)


def _us(seconds: float) -> float:
    """Microseconds, to the nanosecond."""
    return round(seconds * 1e6, 3)


def _text(events: Iterable[Event]) -> str:
    lines = ",\n".join(json.dumps(event, allow_nan=False, separators=(",", ":")) for event in events)
    return f'{{"displayTimeUnit":"ns","traceEvents":[\n{lines}\n]}}\n'
