"""What a chip costs to make and to design, in dollars; constants in ``data/cost.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from math import pi
from typing import Any, NamedTuple

from hwmodels.arrays import namespace
from hwmodels.records import Array, Machine
from hwmodels.technology import technology_of


class UnitCost(NamedTuple):
    """Dollars for one packaged chip with its memory."""

    die: Array
    """One good die."""
    package: Array
    """Substrate, interposer, assembly, test, and what assembly spoils."""
    dram: Array
    """Devices or stacks, at their usual capacity."""

    @property
    def total(self) -> Array:
        """All of it."""
        return self.die + self.package + self.dram


class Nre(NamedTuple):
    """Dollars before the first chip is sold: estimates differ by ten times."""

    low: float
    """Masks, licences and a small team for a year (Moonwalk, Khazraee et al. 2017)."""
    high: float
    """A chip of 300 mm^2 by chiplet-actuary (Feng and Ma, DAC 2022)."""


@lru_cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("hwmodels").joinpath("data/cost.toml").read_text(encoding="utf-8"))


def dies_per_wafer(die_m2: Array) -> Array:
    """Whole dies on a wafer, not rounded: area over area, less the rim's broken ones (de Vries, IEEE TSM 2005).

    Unlike formulas that subtract, positive for any size.
    """
    wafer = _data()["wafer"]
    xp = namespace(die_m2)
    diameter = wafer["diameter_m"] - 2.0 * wafer["edge_m"]
    side = xp.sqrt(die_m2) + wafer["scribe_m"]
    return pi * diameter**2 / (4.0 * side**2) * xp.exp(-2.0 * side / diameter)


def die_yield(die_m2: Array, node_nm: int) -> Array:
    """Share of dies without a defect: negative binomial, ``(1 + area * defects / clustering) ** -clustering``."""
    clustering = _data()["wafer"]["clustering"]
    return (1.0 + die_m2 * _data()["defects_per_m2"][str(node_nm)] / clustering) ** -clustering


def die_usd(die_m2: Array, node_nm: int) -> Array:
    """Dollars for one good die."""
    return _data()["wafer_usd"][str(node_nm)] / (dies_per_wafer(die_m2) * die_yield(die_m2, node_nm))


def unit_cost(machine: Machine, die_m2: Array) -> UnitCost:
    """Cost of ``machine``, whose die has ``die_m2``; ValueError where its node or DRAM has no data.

    Memory on the package (HBM) needs an interposer under the die and its stacks.
    """
    dram = technology_of(machine).dram
    package = _data()["package"]
    die = die_usd(die_m2, machine.node_nm)
    stacks_m2 = machine.dram_channels * dram.package_area_m2
    carried_m2 = die_m2 + stacks_m2
    substrate_usd_per_m2 = package["substrate_usd_per_m2"] * package["substrate_layers"] * package["substrate_over_die"]
    interposer = package["interposer_usd_per_m2"] * carried_m2 * dram.on_package
    parts = substrate_usd_per_m2 * carried_m2 + interposer + package["assembly_and_test_usd"]
    spoilt = (1.0 / package["bonding_yield"] - 1.0) * (die + parts)
    memory = machine.dram_channels * dram.channel_capacity_bytes * dram.usd_per_byte
    return UnitCost(die, parts + spoilt, memory)


def nre(node_nm: int, front_end_engineers: float, back_end_engineers: float) -> Nre:
    """Non-recurring engineering of a chip at a node; ValueError names the nodes that there are.

    The engineer-years are those of the low estimate: design and verification, and physical design.
    """
    data, node = _data(), str(node_nm)
    if node not in data["mask_set_usd"]:
        known = ", ".join(key for key in data["mask_set_usd"] if key.isdigit())
        raise ValueError(f"no cost data for a {node_nm} nm node; there is {known} nm")
    design = data["design"]
    team = front_end_engineers * design["front_end_usd"] + back_end_engineers * design["back_end_usd"]
    return Nre(
        low=data["mask_set_usd"][node] + data["ip_usd"][node] + team + design["package_usd"],
        high=data["nre_high_usd"][node],
    )
