"""The template's traffic is that of the engine of access counts on the architecture that the template describes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hardware_cases import contraction, mapping, sizes
from hypothesis import given, settings
from test_access import modelled, nests

from hwmodels.contractions import tabulate
from hwmodels.nest import count
from hwmodels.nest.template import LEVELS, template_loops, template_problem
from hwmodels.records import Contraction, Mapping


def engine(work: Contraction, plan: Mapping, level: int) -> list[float]:
    """Elements of input, weight and output between ``level`` and the next one inwards, as the engine counts them."""
    table = tabulate([work])
    row = count(template_problem(table), LEVELS, template_loops(table, [plan])).levels[level]
    return [float(access.reads[0] + access.updates[0]) for access in row if access is not None]


@pytest.mark.parametrize("level", [0, 1], ids=["dram", "noc"])
@settings(max_examples=100, deadline=None)
@given(nest=nests(both=True))
def test_the_template_is_an_instance_of_the_engine(nest: tuple[Contraction, Mapping], level: int):
    work, plan = nest
    assert engine(work, plan, level) == modelled(work, plan, level + 1)


def test_a_tensor_without_gaps_drops_its_halos():
    work = contraction(p=4, r=3)
    table = tabulate([work])
    levels = tuple(replace(level, halo="kept") for level in LEVELS)
    with pytest.raises(ValueError, match="halo 'dropped'"):
        count(template_problem(table), levels, template_loops(table, [mapping(work, tile=sizes(p=2, r=3))]))
