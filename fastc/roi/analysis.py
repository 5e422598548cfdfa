"""When a design pays: savings against the engineering that it takes, over volume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastc import __version__
from fastc.errors import InputError, suggestion
from fastc.results import SCHEMA
from fastc.roi.records import BreakEven, Case, Chip, Outcome, RoiResult, VolumePoint
from hwmodels.die_cost import nre
from hwmodels.ownership import Assumption, Assumptions, Tco, known_assumptions, ownership

VOLUMES = (100.0, 1e3, 1e4, 1e5, 1e6)
"""Chips at which a deployment is shown beside the volume that was asked for."""


def analyse(
    case: Case,
    given: Mapping[str, float],
    *,
    nre_low_usd: float | None = None,
    nre_high_usd: float | None = None,
    command: Sequence[str] = (),
) -> RoiResult:
    """The return on investment of ``case``; ``given`` replaces assumptions by name, NRE (None) is estimated by node.

    Raises InputError where a value makes no sense, or there is no data for the chip's node.
    """
    known = assume(given)
    owner = Assumptions(**{entry.name: entry.value for entry in known})
    low, high = _nre(case, owner, nre_low_usd, nre_high_usd)
    tco = _tco(case.chip, owner)
    baseline_tco = _tco(_priced(case.baseline, owner.baseline_markup), owner)
    replaced_usd = case.performance_ratio * baseline_tco.total_usd
    if not (tco.total_usd > 0.0 and replaced_usd > 0.0):
        raise InputError(f"{case.source}: a chip costs nothing under these assumptions; give a price above 0")
    per_tdp = case.performance_ratio * case.baseline.tdp_w / case.chip.tdp_w
    saving_usd = replaced_usd - tco.total_usd

    def at(volume: float) -> VolumePoint:
        outcomes = (outcome(volume, tco.total_usd, replaced_usd, each) for each in (low, high))
        return VolumePoint(volume, *outcomes)

    return RoiResult(
        schema=SCHEMA,
        fastc=__version__,
        command=tuple(command),
        source=case.source,
        models=case.models,
        chip=case.chip,
        baseline=case.baseline,
        baseline_schedule=case.baseline_schedule,
        performance_ratio=case.performance_ratio,
        perf_per_tdp_ratio=per_tdp,
        perf_per_tco_ratio=replaced_usd / tco.total_usd,
        tco=tco,
        baseline_tco=baseline_tco,
        saving_usd=saving_usd,
        nre_low_usd=low,
        nre_high_usd=high,
        break_even=BreakEven(break_even(low, saving_usd), break_even(high, saving_usd)),
        fast_break_even=BreakEven(*(fast_break_even(each, replaced_usd, per_tdp) for each in (low, high))),
        asked=at(owner.volume),
        volumes=tuple(at(volume) for volume in VOLUMES),
        assumptions=known,
    )


def assume(given: Mapping[str, float]) -> tuple[Assumption, ...]:
    """Every assumption, those of ``given`` (by name) at its values. Raises InputError for one that makes no sense."""
    known = {entry.name: entry for entry in known_assumptions()}
    for name, value in given.items():
        if name not in known:
            raise InputError(f"there is no assumption '{name}'{suggestion(name, known)}")
        entry = known[name]
        if not entry.least <= value <= entry.most:
            raise InputError(
                f"{name} is {value:g}; it is {entry.meaning}, from {entry.least:g} to {entry.most:g} {entry.unit}"
            )
        known[name] = replace(entry, value=float(value), source="given", confidence="given")
    return tuple(known.values())


def outcome(volume: float, tco_usd: float, replaced_usd: float, nre_usd: float) -> Outcome:
    """``volume`` chips that cost ``tco_usd`` each, and do each what ``replaced_usd`` of the baseline do."""
    saved_usd = volume * (replaced_usd - tco_usd)
    full_usd = tco_usd + nre_usd / volume
    return Outcome(nre_usd, full_usd, replaced_usd / full_usd, saved_usd - nre_usd, saved_usd / nre_usd)


def break_even(nre_usd: float, saving_usd: float) -> float | None:
    """Chips that save ``nre_usd``; None where a chip saves nothing."""
    return nre_usd / saving_usd if saving_usd > 0.0 else None


def fast_break_even(nre_usd: float, replaced_usd: float, perf_per_tdp_ratio: float) -> float | None:
    """``break_even`` as FAST argues: to do the same work costs as much less as it takes less TDP."""
    return break_even(nre_usd, replaced_usd * (1.0 - 1.0 / perf_per_tdp_ratio))


def _tco(chip: Chip, owner: Assumptions) -> Tco:
    return ownership(chip.die_usd, chip.package_usd, chip.dram_usd, chip.tdp_w, owner)


def _priced(chip: Chip, markup: float) -> Chip:
    return replace(
        chip, die_usd=chip.die_usd * markup, package_usd=chip.package_usd * markup, dram_usd=chip.dram_usd * markup
    )


def _nre(case: Case, owner: Assumptions, low: float | None, high: float | None) -> tuple[float, float]:
    for name, value in (("low", low), ("high", high)):
        if value is not None and not 0.0 < value <= 1e15:
            raise InputError(f"the {name} NRE is {value:g}; give dollars above 0, at most 1e15")
    if low is None or high is None:
        try:
            estimate = nre(case.chip.node_nm, owner.front_end_engineers, owner.back_end_engineers)
        except ValueError as error:
            raise InputError(f"{case.source}: {error}; give the NRE with --nre-low and --nre-high") from None
        low = estimate.low * owner.nre_inflation if low is None else low
        high = estimate.high * owner.nre_inflation if high is None else high
    if low > high:
        raise InputError(f"the low NRE of ${low:.4g} is above the high one of ${high:.4g}; give both, the lower as low")
    return low, high
