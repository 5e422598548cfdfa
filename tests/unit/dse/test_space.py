"""What a space file opens, narrows and freezes: every parameter alone, and the kind of DRAM as a searched choice."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from fastc.dse.exact import Evaluator
from fastc.dse.polish import Move, moved, moves
from fastc.dse.records import Point
from fastc.dse.relaxed import machine_at, relax, roofline_metrics
from fastc.errors import InputError
from fastc.machines import FIELDS, load_space
from hwmodels.chip import chip_cost
from hwmodels.space import DramKind, Parameter, Space
from tests.unit.dse.dse_cases import BASE, perf_per_tdp, problem

DRAM = (DramKind("gddr6", 56e9), DramKind("hbm2", 300e9))

WITH_DRAM = Space(
    BASE, (Parameter("dram_kind", (0.0, 1.0)), Parameter("dram_channels", (1.0, 2.0, 4.0, 8.0))), DRAM
)  # fmt: skip


@cache
def _default_text() -> str:
    return files("hwmodels").joinpath("spaces/fast.mlir").read_text()


def _with_space(text: str, op: str, name: str, values: str) -> str:
    """The space file ``text`` with another entry for one parameter."""
    line = next(line for line in text.splitlines() if f"{op} " in line)
    changed, count = re.subn(rf"\b{name} = #arch\.\w+<[^>]*>", f"{name} = {values}", line)
    assert count == 1
    return text.replace(line, changed)


def _present(text: str, op: str, name: str) -> int:
    line = next(line for line in text.splitlines() if f"{op} " in line)
    found = re.search(rf"\b{name} (\d+)", line.replace("channel_bytes_per_s", ""))
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize(("op", "name"), list(FIELDS))
def test_every_size_can_be_narrowed_and_frozen(op: str, name: str, tmp_path: Path) -> None:
    """Twice its value beside it, then its value alone: the others stay, and machines are built with it."""
    path, field = tmp_path / "space.mlir", FIELDS[op, name]
    value = _present(_default_text(), op, name)
    path.write_text(_with_space(_default_text(), op, name, f"#arch.range<{value} to {2 * value}>"))
    narrowed = load_space(str(path))
    assert {p.name: p.values for p in narrowed.parameters}[field] == (value, 2 * value)
    assert len(narrowed.parameters) == 17
    path.write_text(_with_space(_default_text(), op, name, f"#arch.range<{value} to {value}>"))
    frozen = load_space(str(path))
    assert field not in {p.name for p in frozen.parameters}
    assert len(frozen.parameters) == 16
    _works(narrowed)
    _works(frozen)


@pytest.mark.parametrize(
    ("op", "words", "values", "fixed"),
    [
        ("arch.l1", '"private"', None, {"l1_shared": 0}),
        ("arch.l2", '"disabled"', None, {"l2_enabled": 0}),
        ("arch.l2", '"disabled", "shared"', (0.0, 1.0), {"l2_shared": 1}),
        ("arch.l2", '"disabled", "private"', (0.0, 1.0), {"l2_shared": 0}),
    ],
)
def test_every_kind_of_buffer_can_be_narrowed(
    op: str, words: str, values: tuple[float, ...] | None, fixed: dict[str, int], tmp_path: Path
) -> None:
    path = tmp_path / "space.mlir"
    path.write_text(_with_space(_default_text(), op, "scope", f"#arch.choice<[{words}]>"))
    space = load_space(str(path))
    parameters = {p.name: p.values for p in space.parameters}
    assert not fixed.keys() & parameters.keys()
    assert {name: getattr(space.base, name) for name in fixed} == fixed
    assert parameters.get("l2_enabled" if op == "arch.l2" else "l1_shared") == values
    _works(space)


def _works(space: Space) -> None:
    """The exact evaluator and the relaxation agree on the chip at the middle of ``space``."""
    values = {p.name: p.values[len(p.values) // 2] for p in space.parameters}
    asked = replace(problem(), space=space)
    found = Evaluator(asked)(Point(tuple(values.items()), (0,)))
    assert found.value > 0.0
    coordinates = np.asarray([p.coordinate(values[p.name]) for p in space.parameters])
    assert float(chip_cost(machine_at(space, coordinates)).area_m2) == pytest.approx(float(found.chip.area_m2))


@pytest.mark.parametrize(("index", "kind", "rate"), [(0, "gddr6", 56e9), (1, "hbm2", 300e9), (2, "hbm2e", 460e9)])
def test_the_space_with_hbm(index: int, kind: str, rate: float) -> None:
    """As fast a channel as the technology data say (2.34 and 3.6 Gb/s per pin of a stack), the slowest first."""
    space = load_space("fast-hbm")
    machine = space.machine({"dram_kind": float(index), "dram_channels": 2.0})
    assert (machine.dram_kind, machine.dram_channel_bytes_per_s, machine.dram_channels) == (kind, rate, 2)
    assert next(p for p in space.parameters if p.name == "dram_kind").values == (0.0, 1.0, 2.0)
    assert "dram_kind" not in {p.name for p in load_space(None).parameters}


def test_a_search_around_a_machine_keeps_how_fast_its_own_dram_is() -> None:
    space = load_space("fast-hbm", "tpu-v3-7nm")
    kinds = {kind.name: kind.channel_bytes_per_s for kind in space.dram_kinds}
    assert space.base.dram_kind == "hbm2"
    assert kinds["hbm2"] == space.base.dram_channel_bytes_per_s
    parameter = next(p for p in space.parameters if p.name == "dram_kind")
    assert space.dram_kinds[int(space.value_in(space.base, parameter))].name == "hbm2"


def test_an_unknown_kind_of_dram_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "space.mlir"
    text = files("hwmodels").joinpath("spaces/fast-hbm.mlir").read_text()
    path.write_text(text.replace('"hbm2e"', '"hbm9"'))
    with pytest.raises(InputError, match=r"the space of arch\.dram's kind has 'hbm9'.*gddr6"):
        load_space(str(path))
    path.write_text(text.replace('["gddr6", "hbm2", "hbm2e"]', '["hbm2", "hbm2e"]'))
    with pytest.raises(InputError, match="kind is gddr6, outside its own space"):
        load_space(str(path))


@pytest.mark.parametrize("kind", [0, 1])
def test_relaxed_dram_of_one_kind_is_that_kind(kind: int) -> None:
    """Area, TDP, cost and roofline of the relaxed machine at a kind are the exact machine's, to rounding."""
    exact = WITH_DRAM.machine({"dram_kind": float(kind), "dram_channels": 2.0})
    relaxed = machine_at(WITH_DRAM, np.asarray([float(kind), 1.0]))
    one, two = chip_cost(exact), chip_cost(relaxed)
    for name in ("area_m2", "tdp_w", "cost_usd", "dram_bytes_per_s"):
        assert float(getattr(two, name)) == pytest.approx(float(getattr(one, name)), rel=1e-12), name


def test_the_gradient_between_kinds_is_the_slope() -> None:
    """Central differences of roofline objective and of the chip's TDP and cost, in float64."""

    def chip(coordinates: jax.Array) -> jax.Array:
        found = chip_cost(machine_at(WITH_DRAM, coordinates))
        return jnp.stack([found.tdp_w / 100.0, found.cost_usd / 1000.0, found.area_m2 * 1e4])

    with jax.enable_x64(True):
        at = jnp.asarray([0.4, 1.3])
        slopes = np.asarray(jax.jit(jax.jacfwd(chip))(at))[:, 0]
        step = jnp.asarray([1e-6, 0.0])
        value = jax.jit(chip)
        expected = (np.asarray(value(at + step)) - np.asarray(value(at - step))) / 2e-6
    np.testing.assert_allclose(slopes, expected, rtol=1e-6)
    assert (slopes > 0.0).all()  # A stack of HBM takes more of everything than a channel of GDDR6.


def test_kinds_of_dram_are_worth_what_the_exact_evaluator_says() -> None:
    """All eight machines by hand; a move from 8 channels of GDDR6 leads to 2 stacks of HBM and on to the best."""
    asked = replace(problem(), space=WITH_DRAM)
    evaluator = Evaluator(asked)
    values: dict[tuple[str, int], float] = {}
    for kind in (0.0, 1.0):
        for channels in (1.0, 2.0, 4.0, 8.0):
            found = evaluator(Point((("dram_kind", kind), ("dram_channels", channels)), (0,)))
            machine = replace(BASE, dram_kind=DRAM[int(kind)].name, dram_channels=int(channels),
                              dram_channel_bytes_per_s=DRAM[int(kind)].channel_bytes_per_s)  # fmt: skip
            values[found.machine.dram_kind, int(channels)] = found.value
            assert found.machine == machine
            assert found.value == pytest.approx(perf_per_tdp([found.models[0].metrics]))
    assert len(set(values.values())) == 8
    point = Point((("dram_kind", 0.0), ("dram_channels", 8.0)), (0,))
    single, _ = moves(asked)
    assert Move(((0, 1), (1, -2))) in single
    there = moved(asked, point, Move(((0, 1), (1, -2))))
    assert there == Point((("dram_kind", 1.0), ("dram_channels", 2.0)), (0,))


def test_more_bytes_per_second_are_never_slower_by_roofline() -> None:
    relaxed = relax(replace(problem(), space=WITH_DRAM))
    (slow,), (fast,) = roofline_metrics(relaxed, np.asarray([[kind, 0.0] for kind in (0.0, 1.0)]))
    assert fast.latency_s <= slow.latency_s
