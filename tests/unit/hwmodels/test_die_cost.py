"""Cost of chips, by hand from the figures of data/cost.toml."""

from __future__ import annotations

from dataclasses import replace
from math import exp, pi, sqrt

import jax
import numpy as np
import pytest
from hardware_cases import close, machine

from hwmodels.chip import chip_cost
from hwmodels.die_cost import die_usd, die_yield, dies_per_wafer, nre, unit_cost
from hwmodels.records import Array

MM2 = 1e-6


def whole_dies(side_mm: float) -> int:
    """Squares of ``side_mm`` that lie wholly in a circle of 290 mm, the grid through its centre or beside it: the most
    of four."""
    best = 0
    for dx in (0.0, side_mm / 2):
        for dy in (0.0, side_mm / 2):
            ticks = np.arange(-40, 40)
            x, y = np.meshgrid(ticks * side_mm + dx, ticks * side_mm + dy)
            corners = [np.hypot(x + a, y + b) <= 145.0 for a in (0, side_mm) for b in (0, side_mm)]
            best = max(best, int(np.sum(np.all(corners, axis=0))))
    return best


@pytest.mark.parametrize("area_mm2", [100.0, 331.0, 648.0, 800.0])
def test_dies_per_wafer_is_about_what_fits_a_circle(area_mm2: float):
    # Real dies are not square and not centred; the formula gives a mean over placements.
    assert float(dies_per_wafer(area_mm2 * MM2)) == close(whole_dies(sqrt(area_mm2) + 0.2), rel=0.08)


def test_a_die_by_hand():
    # 400 mm^2 at 7 nm: 20.2 mm a side on 290 mm; 0.36 defects, spread over 10 clusters.
    dies = pi * 290**2 / 4 / 20.2**2 * exp(-2 * 20.2 / 290)
    good = (1 + 0.36 / 10) ** -10
    assert dies_per_wafer(400 * MM2) == close(dies)
    assert die_yield(400 * MM2, 7) == close(good)
    assert die_usd(400 * MM2, 7) == close(9346 / dies / good)


def test_memory_beside_the_die_needs_an_interposer():
    hbm = machine(dram_kind="hbm2", dram_channels=4)
    cost = unit_cost(hbm, 400 * MM2)
    die = die_usd(400 * MM2, 7)
    # 400 mm^2 and four stacks of 92: two layers of $0.005/mm^2 over four times that, $0.0288/mm^2 of interposer, $21.
    parts = 768 * (0.04 + 0.0288) + 21
    assert cost.die == close(die)
    assert cost.package == close(parts + (die + parts) / 99)
    assert cost.dram == close(4 * 8.59 * 7.5)
    assert cost.total == close(cost.die + cost.package + cost.dram)


def test_memory_on_the_board_needs_none():
    cost = unit_cost(machine(dram_channels=8), 400 * MM2)
    parts = 400 * 0.04 + 21
    assert cost.package == close(parts + (cost.die + parts) / 99)
    assert cost.dram == close(8 * 2.147 * 4.0)


def test_a_chip_carries_its_cost():
    built = machine()
    chip = chip_cost(built)
    cost = unit_cost(built, chip.area_m2)
    assert chip.cost_usd == close(cost.total)
    assert chip.cost_breakdown_usd == {"die": cost.die, "package": cost.package, "dram": cost.dram}


def test_bigger_dies_cost_more_than_in_proportion():
    assert die_usd(800 * MM2, 7) > 2 * die_usd(400 * MM2, 7)
    assert die_usd(400 * MM2, 5) > die_usd(400 * MM2, 7) > die_usd(400 * MM2, 16) > die_usd(400 * MM2, 28)


def test_gradient_of_cost_is_its_slope():
    def cost(buffer_bytes: Array) -> Array:
        return chip_cost(replace(machine(), global_buffer_bytes=buffer_bytes)).cost_usd

    at, step = 2.0**26, 2.0**16
    slope = (float(cost(at + step)) - float(cost(at - step))) / (2 * step)
    with jax.enable_x64(True):
        assert float(jax.grad(cost)(at)) == close(slope, rel=1e-5)


def test_engineering_of_a_7_nm_chip():
    # Masks 10.5, licences 2.34, 25 engineers at 168 k and 25 at 340 k, package 0.105.
    assert nre(7, 25, 25).low == close(25.645e6)
    assert nre(7, 25, 25).high == 298e6
    # Nobody designs it: masks, licences and package.
    assert nre(7, 0, 0).low == close(12.945e6)
    assert nre(28, 25, 25).low < nre(16, 25, 25).low < nre(7, 25, 25).low < nre(5, 25, 25).low
    with pytest.raises(ValueError, match="no cost data for a 3 nm node; there is 28, 16, 7, 5 nm"):
        nre(3, 25, 25)
