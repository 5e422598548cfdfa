"""From results to cases: a design and the chip that it would replace."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass

from fastc.errors import InputError
from fastc.files import Source, refuse_deep_nesting
from fastc.results import SCHEMA, HardwareResult, Result, to_json
from fastc.roi.records import Case, Chip
from fastc.validation.documents import Entry

PER_CHIP = {"perf/tdp": "tdp_w", "perf/area": "area_mm2", "perf/cost": "cost_usd", "perf": None}
"""Objectives that tell how fast a chip is beside the baseline, by what they divide it."""

HOW_TO_WRITE = "write it with 'fastc eval --json' or 'fastc opt --search --json'"


@dataclass(frozen=True)
class Subject:
    """What a return on investment needs of one result."""

    label: str
    chip: Chip
    throughput_per_s: dict[str, float]
    """Inferences per second of each model."""
    weighed: dict[str, float]
    """What objectives divide by, by the names of ``PER_CHIP``."""
    objective: str
    baseline: tuple[str, str, float] | None
    """Name and schedule of the result's own baseline, and the ratio of the objective to its."""


def subject_of(result: Result) -> Subject:
    """Of a result that is there already."""
    return _subject(Entry("result", to_json(result)), "result")


def read_subject(source: Source) -> Subject:
    """Of the JSON that ``fastc eval`` and ``fastc opt`` write. Raises InputError."""
    label = source.label
    if not source.data.strip():
        raise InputError(f"{label}: the file is empty; {HOW_TO_WRITE}")
    refuse_deep_nesting(source)
    try:
        document = json.loads(source.data.decode())
    except UnicodeDecodeError as error:
        raise InputError(f"{label}: not text: byte {error.start} is not UTF-8; {HOW_TO_WRITE}") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{label}:{error.lineno}:{error.colno}: no JSON: {error.msg}; {HOW_TO_WRITE}") from None
    except ValueError:
        raise InputError(f"{label}: a number has too many digits; {HOW_TO_WRITE}") from None
    return _subject(Entry(label, document), label)


def case_of(subject: Subject, other: Subject | None, preset: Callable[[str], HardwareResult]) -> Case:
    """``subject`` beside ``other``, or beside the baseline of its own result, whose chip ``preset`` knows.

    Raises InputError where the two cannot be compared.
    """
    if other is not None:
        ratio = _throughput_ratio(subject, other)
        return _case(subject, other.chip, "as given", ratio)
    if subject.baseline is None:
        raise InputError(
            f"{subject.label}: has no baseline, as its module came lowered; name another result with --baseline"
        )
    name, schedule, ratio = subject.baseline
    hardware = preset(name)
    key = subject.objective.replace(" ", "")
    if key not in PER_CHIP:
        raise InputError(
            f"{subject.label}: the objective '{subject.objective}' does not tell how fast {name} is; name a result of "
            f"it with --baseline ('fastc eval MODEL --hw {name} --schedule {schedule} --json baseline.json')"
        )
    divisor = PER_CHIP[key]
    if divisor is not None:
        ratio *= subject.weighed[divisor] / getattr(hardware, divisor)
    return _case(subject, chip_of(hardware), schedule, ratio)


def chip_of(hardware: HardwareResult) -> Chip:
    """The chip of a machine."""
    cost = hardware.cost_breakdown_usd
    node_nm = int(hardware.parameters["node_nm"])
    return Chip(hardware.name, node_nm, hardware.tdp_w, cost["die"], cost["package"], cost["dram"])


def _case(subject: Subject, baseline: Chip, schedule: str, ratio: float) -> Case:
    if not 0.0 < ratio < math.inf:
        raise InputError(f"{subject.label}: its performance over the baseline's is {ratio:g}, which cannot be")
    return Case(subject.label, tuple(subject.throughput_per_s), subject.chip, baseline, schedule, ratio)


def _throughput_ratio(subject: Subject, other: Subject) -> float:
    """The geometric mean over the models, which must be the same."""
    ours, theirs = subject.throughput_per_s, other.throughput_per_s
    if set(ours) != set(theirs):
        raise InputError(
            f"{subject.label} is of {', '.join(sorted(ours))} and {other.label} of {', '.join(sorted(theirs))}; "
            "the baseline must be a result of the same models"
        )
    return math.exp(sum(math.log(ours[name] / theirs[name]) for name in ours) / len(ours))


def _subject(document: Entry, label: str) -> Subject:
    try:
        schema = document["schema"].whole(least=0)
        if schema != SCHEMA:
            raise InputError(f"{label}: its schema is {schema}, and this fastc reads {SCHEMA}; {HOW_TO_WRITE} again")
        hardware = document["hardware"]
        cost = hardware["cost_breakdown_usd"]
        chip = Chip(
            name=hardware["name"].text(),
            node_nm=hardware["parameters"]["node_nm"].whole(),
            tdp_w=hardware["tdp_w"].positive(),
            die_usd=cost["die"].number(least=0.0),
            package_usd=cost["package"].number(least=0.0),
            dram_usd=cost["dram"].number(least=0.0),
        )
        models = document["models"].items()
        throughput = {model["name"].text(): model["throughput_per_s"].positive() for model in models}
        weighed = {key: hardware[key].positive() for key in PER_CHIP.values() if key is not None}
        objective = document["objective"]["expression"].text()
        baseline = document.get("baseline")
        if not throughput:
            raise document["models"].wrong("one model or more")
        compared = None
        if baseline is not None:
            compared = (baseline["hardware"].text(), baseline["schedule"].text(), baseline["ratio"].positive())
    except ValueError as error:
        raise InputError(f"{error}, or {HOW_TO_WRITE} again") from None
    return Subject(label, chip, throughput, weighed, objective, compared)
