"""From results to cases: a design and the chip that it would replace."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from fastc.errors import InputError
from fastc.files import Source
from fastc.reading import read_result
from fastc.results import HardwareResult, Result
from fastc.roi.records import Case, Chip

PER_CHIP = {"perf/tdp": "tdp_w", "perf/area": "area_mm2", "perf/cost": "cost_usd", "perf": None}
"""Objectives that tell how fast a chip is beside the baseline, by the field of ``HardwareResult`` that they divide it
by."""

PRICES = ("die", "package", "dram")
"""Parts of a chip's cost that its owner pays."""

HOW_TO_WRITE = "write the result again with 'fastc eval --json' or 'fastc opt --search --json'"


@dataclass(frozen=True)
class Subject:
    """A result whose numbers a return on investment can be made from."""

    label: str
    """What messages call it."""
    result: Result


def subject_of(result: Result, label: str = "result") -> Subject:
    """Raises InputError where a number that a return on investment divides by is not above 0, or one is missing."""
    hardware, ratio = result.hardware, None if result.baseline is None else result.baseline.ratio
    parameters, prices = hardware.parameters, hardware.cost_breakdown_usd
    for place, found, names in (("parameters", parameters, ("node_nm",)), ("cost_breakdown_usd", prices, PRICES)):
        for name in names:
            if name not in found:
                raise InputError(f"{label}: hardware.{place}: has no '{name}'; {HOW_TO_WRITE}")
    above_0 = {f"models[{index}].throughput_per_s": model.throughput_per_s for index, model in enumerate(result.models)}
    above_0 |= {f"hardware.{name}": getattr(hardware, name) for name in PER_CHIP.values() if name is not None}
    above_0 |= {"hardware.parameters.node_nm": parameters["node_nm"], "baseline.ratio": ratio}
    for place, value in above_0.items():
        if value is not None and not (isinstance(value, int | float) and 0.0 < value < math.inf):
            raise InputError(f"{label}: {place}: is {value!r}, not a number above 0; {HOW_TO_WRITE}")
    for name in PRICES:
        if not 0.0 <= prices[name] < math.inf:
            raise InputError(
                f"{label}: hardware.cost_breakdown_usd.{name}: is {prices[name]!r}, not a number of 0 or more; "
                f"{HOW_TO_WRITE}"
            )
    return Subject(label, result)


def read_subject(source: Source) -> Subject:
    """Of the JSON that ``fastc eval`` and ``fastc opt`` write. Raises InputError."""
    return subject_of(read_result(source), source.label)


def case_of(subject: Subject, other: Subject | None, preset: Callable[[str], HardwareResult]) -> Case:
    """``subject`` beside ``other``, or beside the baseline of its own result, whose chip ``preset`` knows.

    Raises InputError where the two cannot be compared.
    """
    if other is not None:
        return _case(subject, chip_of(other.result.hardware), "as given", _throughput_ratio(subject, other))
    result, baseline = subject.result, subject.result.baseline
    if baseline is None:
        raise InputError(
            f"{subject.label}: has no baseline, as its module came lowered; name another result with --baseline"
        )
    hardware = preset(baseline.hardware)
    objective = result.objective.expression
    if objective.replace(" ", "") not in PER_CHIP:
        raise InputError(
            f"{subject.label}: the objective '{objective}' does not tell how fast {baseline.hardware} is; name a "
            f"result of it with --baseline ('fastc eval MODEL --hw {baseline.hardware} --schedule {baseline.schedule} "
            "--json baseline.json')"
        )
    ratio, divisor = baseline.ratio, PER_CHIP[objective.replace(" ", "")]
    if divisor is not None:
        ratio *= getattr(result.hardware, divisor) / getattr(hardware, divisor)
    return _case(subject, chip_of(hardware), baseline.schedule, ratio)


def chip_of(hardware: HardwareResult) -> Chip:
    """The chip of a machine."""
    die, package, dram = (hardware.cost_breakdown_usd[name] for name in PRICES)
    return Chip(hardware.name, int(hardware.parameters["node_nm"]), hardware.tdp_w, die, package, dram)


def _case(subject: Subject, baseline: Chip, schedule: str, ratio: float) -> Case:
    if not 0.0 < ratio < math.inf:
        raise InputError(f"{subject.label}: its performance over the baseline's is {ratio:g}, which cannot be")
    models = tuple(model.name for model in subject.result.models)
    return Case(subject.label, models, chip_of(subject.result.hardware), baseline, schedule, ratio)


def _throughput_ratio(subject: Subject, other: Subject) -> float:
    """The geometric mean over the models, which must be the same."""
    ours, theirs = ({model.name: model.throughput_per_s for model in each.result.models} for each in (subject, other))
    if set(ours) != set(theirs):
        raise InputError(
            f"{subject.label} is of {', '.join(sorted(ours))} and {other.label} of {', '.join(sorted(theirs))}; "
            "the baseline must be a result of the same models"
        )
    return math.exp(sum(math.log(ours[name] / theirs[name]) for name in ours) / len(ours))
