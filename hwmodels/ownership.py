"""What a chip costs its owner: bought, housed, powered and cooled for years; assumptions in ``data/ownership.toml``.

The form is that of ASIC Clouds (Magaki et al., ISCA 2016) and reallm, after Barroso and Hölzle's *The Datacenter as a
Computer*: hardware and its upkeep, the share of the datacentre that its watts need, interest on both, and electricity.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from math import expm1, log1p

MONTHS = 12.0
"""In a year."""

HOURS = 8766.0
"""In a year of 365.25 days."""


@dataclass(frozen=True)
class Assumption:
    """One number that a return on investment stands on, and where it is from."""

    name: str
    value: float
    unit: str
    meaning: str
    source: str
    confidence: str
    """'found', 'derived', 'unsure' or 'assumed', as in the technology data; 'given' by the user."""
    least: float
    most: float
    """The values that make sense."""


@dataclass(frozen=True)
class Assumptions:
    """The values of ``data/ownership.toml``, which says what each means, its unit and its source."""

    volume: float
    years: float
    electricity_usd_per_kwh: float
    power_share: float
    pue: float
    datacenter_usd_per_w: float
    datacenter_years: float
    datacenter_usd_per_w_month: float
    interest: float
    server_usd: float
    server_w: float
    chips_per_server: float
    delivery_usd_per_w: float
    upkeep: float
    baseline_markup: float
    front_end_engineers: float
    back_end_engineers: float
    nre_inflation: float


@dataclass(frozen=True)
class Tco:
    """Dollars for one chip from its purchase to its end; they add up to ``total_usd``."""

    die_usd: float
    package_usd: float
    dram_usd: float
    server_usd: float
    """Its share of a server, and its power supply."""
    upkeep_usd: float
    interest_usd: float
    """On all of the hardware."""
    datacenter_usd: float
    """The share of its building, interest included, for these years."""
    hosting_usd: float
    """The datacentre's staff and maintenance."""
    electricity_usd: float
    """With what cooling takes."""

    @property
    def hardware_usd(self) -> float:
        """What is bought."""
        return self.die_usd + self.package_usd + self.dram_usd + self.server_usd

    @property
    def total_usd(self) -> float:
        """All of it."""
        return sum(getattr(self, entry.name) for entry in fields(self))


@lru_cache
def known_assumptions() -> tuple[Assumption, ...]:
    """Every assumption with its default, in the order of the data."""
    data = tomllib.loads(files("hwmodels").joinpath("data/ownership.toml").read_text(encoding="utf-8"))
    return tuple(Assumption(name, **entry) for name, entry in data.items())


def default_assumptions() -> Assumptions:
    """Every assumption at its default."""
    return Assumptions(**{known.name: known.value for known in known_assumptions()})


def interest_paid(borrowed_usd: float, rate: float, years: float) -> float:
    """Dollars of interest on a loan that is paid off in equal months; ``rate`` is yearly, shared among the months."""
    months, monthly = years * MONTHS, rate / MONTHS
    if monthly == 0.0:
        return 0.0
    payment = borrowed_usd * monthly / -expm1(-months * log1p(monthly))
    return payment * months - borrowed_usd


def ownership(die_usd: float, package_usd: float, dram_usd: float, tdp_w: float, owner: Assumptions) -> Tco:
    """What one chip of these parts and ``tdp_w`` costs over ``owner.years``."""
    server_usd = owner.server_usd / owner.chips_per_server + owner.delivery_usd_per_w * tdp_w
    hardware_usd = die_usd + package_usd + dram_usd + server_usd
    housed_w = tdp_w + owner.server_w / owner.chips_per_server
    built_usd = housed_w * owner.datacenter_usd_per_w
    built_usd += interest_paid(built_usd, owner.interest, owner.datacenter_years)
    drawn_w = housed_w * owner.power_share * owner.pue
    return Tco(
        die_usd=die_usd,
        package_usd=package_usd,
        dram_usd=dram_usd,
        server_usd=server_usd,
        upkeep_usd=hardware_usd * owner.upkeep,
        interest_usd=interest_paid(hardware_usd, owner.interest, owner.years),
        datacenter_usd=built_usd * owner.years / owner.datacenter_years,
        hosting_usd=housed_w * owner.datacenter_usd_per_w_month * MONTHS * owner.years,
        electricity_usd=drawn_w / 1e3 * HOURS * owner.years * owner.electricity_usd_per_kwh,
    )
