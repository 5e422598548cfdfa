"""What a return on investment is made from and what comes out; dollars, and the shape of its JSON."""

from __future__ import annotations

from dataclasses import dataclass

from hwmodels.ownership import Assumption, Tco


@dataclass(frozen=True)
class Chip:
    """A chip that can be owned."""

    name: str
    node_nm: int
    tdp_w: float
    die_usd: float
    package_usd: float
    dram_usd: float


@dataclass(frozen=True)
class Case:
    """A design and the chip that it would replace."""

    source: str
    """Where the design's result is from, for messages."""
    models: tuple[str, ...]
    chip: Chip
    baseline: Chip
    baseline_schedule: str
    performance_ratio: float
    """Inferences per second of one chip over those of one of the baseline: the geometric mean over the models."""


@dataclass(frozen=True)
class Outcome:
    """What a deployment comes to under one estimate of NRE."""

    nre_usd: float
    tco_usd: float
    """Of one chip, its share of the NRE included."""
    perf_per_tco_ratio: float
    """Work per dollar over the baseline's, NRE included; above 1 the design pays."""
    net_usd: float
    """What the deployment saves over its life, less the NRE."""
    roi: float
    """What it saves over the NRE: at 1 the design has paid for itself, at 2 twice."""


@dataclass(frozen=True)
class VolumePoint:
    """One volume, under both estimates of NRE."""

    volume: float
    """Chips of the design."""
    low: Outcome
    high: Outcome


@dataclass(frozen=True)
class BreakEven:
    """Chips at which a design has paid its NRE; None where it never does, as each chip costs more than it saves."""

    low: float | None
    """With the low estimate of NRE."""
    high: float | None


@dataclass(frozen=True)
class RoiResult:
    """What ``fastc roi`` finds out."""

    schema: int
    fastc: str
    command: tuple[str, ...]
    source: str
    models: tuple[str, ...]
    chip: Chip
    baseline: Chip
    baseline_schedule: str
    performance_ratio: float
    """Inferences per second of one chip over those of a chip of the baseline."""
    perf_per_tdp_ratio: float
    perf_per_tco_ratio: float
    """Without NRE."""
    tco: Tco
    """Of one chip, without NRE."""
    baseline_tco: Tco
    saving_usd: float
    """By each chip: what the baseline chips that do the same work cost more; negative where they cost less."""
    nre_low_usd: float
    nre_high_usd: float
    break_even: BreakEven
    fast_break_even: BreakEven
    """By FAST's rule, that TCO goes with TDP, so that Perf/TCO is Perf/TDP."""
    asked: VolumePoint
    """At the volume of the assumptions."""
    volumes: tuple[VolumePoint, ...]
    assumptions: tuple[Assumption, ...]
    """All that were used, 'given' where the user set them."""
