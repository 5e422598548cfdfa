"""What chips cost their owner, by hand and against published figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hardware_cases import close

from hwmodels.die_cost import nre
from hwmodels.ownership import default_assumptions, interest_paid, known_assumptions, ownership

OWNER = replace(
    default_assumptions(),
    years=2.0,
    electricity_usd_per_kwh=0.1,
    power_share=0.5,
    pue=2.0,
    datacenter_usd_per_w=12.0,
    datacenter_years=12.0,
    datacenter_usd_per_w_month=0.05,
    interest=0.0,
    server_usd=800.0,
    server_w=80.0,
    chips_per_server=8.0,
    delivery_usd_per_w=0.5,
    upkeep=0.1,
)


def test_a_chip_by_hand():
    tco = ownership(100.0, 50.0, 50.0, 200.0, OWNER)
    # 800 / 8 of a server and half a dollar for each of 200 W; a tenth of $400 to keep it up.
    assert tco.server_usd == close(200.0)
    assert tco.hardware_usd == close(400.0)
    assert tco.upkeep_usd == close(40.0)
    assert tco.interest_usd == 0.0
    # 210 W are housed: $12 each for two years of twelve, five cents each for 24 months.
    assert tco.datacenter_usd == close(420.0)
    assert tco.hosting_usd == close(252.0)
    # Half of them, twice with cooling, for 17,532 hours at ten cents.
    assert tco.electricity_usd == close(0.210 * 17532 * 0.1)
    assert tco.total_usd == close(400 + 40 + 420 + 252 + 368.172)


def test_interest_is_paid_on_hardware_and_building():
    with_interest = ownership(100.0, 50.0, 50.0, 200.0, replace(OWNER, interest=0.06))
    # $400 at half a per cent a month over 24 months: 400 * 0.005 / (1 - 1.005 ** -24) = 17.72824 a month.
    assert with_interest.interest_usd == close(24 * 17.72824410 - 400, rel=1e-6)
    # $2,520 over 144 months is 24.59141 a month; of it, two years of twelve.
    assert with_interest.datacenter_usd == close(24 * 24.59141, rel=1e-6)


def test_interest_of_a_published_mortgage():
    # $100,000 at 6 % over 30 years is $599.55 a month in any table of annuities.
    assert interest_paid(100e3, 0.06, 30.0) == pytest.approx(360 * 599.55 - 100e3, abs=1.0)


@pytest.mark.parametrize("rate", [1e-300, 5e-324, 0.0])
def test_no_interest_is_the_limit_of_little(rate: float):
    assert interest_paid(1e3, rate, 3.0) == pytest.approx(0.0, abs=1e-9)


def test_electricity_of_a_published_server():
    # IBM Systems Magazine: 380 W at ten cents for 8,766 hours are $333 a year.
    plain = replace(OWNER, years=1.0, power_share=1.0, pue=1.0, server_w=0.0)
    assert ownership(0.0, 0.0, 0.0, 380.0, plain).electricity_usd == pytest.approx(333.0, abs=0.5)


def test_nre_of_a_published_script():
    # CENT (ASPLOS 2025) adds up $18.685 M at 7 nm, times 1.31, with the tools of one engineer of each kind alone.
    tools_usd = 24 * 240e3 + 25 * 48e3
    assert (nre(7, 25, 25).low - tools_usd) * 1.31 == close(24.48e6, rel=1e-3)


def test_each_assumption_says_where_it_is_from():
    for known in known_assumptions():
        assert known.least <= known.value <= known.most, known.name
        assert known.confidence in ("found", "derived", "unsure", "assumed"), known.name
        assert all((known.source, known.meaning, known.unit)), known.name
        # The unit is in the name, unless it is a share or a count.
        for part, unit in (("usd", "$"), ("kwh", "kWh"), ("month", "month"), ("years", "years")):
            assert (part in known.name.split("_")) == (unit in known.unit.replace("engineer-years", "")), known.name
