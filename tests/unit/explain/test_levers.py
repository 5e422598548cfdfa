"""Levers: derivatives and exact changes of machines whose answer is known without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from fastc.driver import load_all
from fastc.dse import Metrics, ModelProblem, Point, SearchProblem, Variant
from fastc.dse.exact import compile_network
from fastc.dse.relaxed import placed_regions, rank_recipes, relax
from fastc.explain.levers import exact_costs, find_levers
from fastc.explain.records import Effect, Lever, Levers
from fastc.explain.words import flag_words, hardware_words
from fastc.searching import SearchRequest, search_problem
from hwmodels.records import Array, Contraction, Network, RegionWork, Tensor, Use, VectorWork, Write
from hwmodels.space import Parameter, Space
from tests.unit.dse.dse_cases import BASE, FULL_SPACE, at_most, network, problem

EXAMPLES = Path(__file__).parents[3] / "examples"


def _product(rows: int, width: int, name: str = "product") -> Network:
    """A matrix product of ``rows`` by ``width`` by ``width`` elements."""
    sizes = [("x", rows * width, "input"), ("w", width * width, "weight"), ("y", rows * width, "output")]
    tensors = [
        Tensor(each, 2 * size, role, 0 if role == "output" else -1, () if role == "output" else (0,))  # pyright: ignore[reportArgumentType]
        for each, size, role in sizes
    ]
    region = RegionWork(
        name, "matmul", (), Contraction((1, rows, 1, 1, width, width, 1, 1)), VectorWork(),
        (Use(0, "input"), Use(1, "weight")), (Write(2),),
    )  # fmt: skip
    return Network("case", 4, rows * width * width, (region,), tuple(tensors))


def _speed(metrics: Sequence[Metrics]) -> Array:
    product: Array = 1.0
    for each in metrics:
        product = product / each.latency_s
    return product


AROUND = Space(
    replace(BASE, dram_channels=8, clock_hz=1e8),
    tuple(
        Parameter(name, (value / 2.0, value, 2.0 * value))
        for name, value in {"dram_channels": 8.0, "pe_x": 4.0, "vector_multiplier": 4.0}.items()
    ),
)
"""Around a machine of slow arrays behind much bandwidth."""

HERE = Point(tuple((p.name, p.values[1]) for p in AROUND.parameters), (0,))

COMPUTE = _product(4096, 512)
"""Bound by the arrays of that machine for nearly all of its time."""


def _variant(name: str, of: Network) -> Variant:
    return Variant(name, (), lambda batch: replace(of, batch=batch))


def _asked(*variants: Variant, space: Space = AROUND) -> SearchProblem:
    return SearchProblem((ModelProblem("case", 1.0, variants),), space, _speed, "1 / latency", ())


def _named(levers: Levers, name: str) -> Lever:
    return next(lever for lever in levers.levers if lever.name == name)


def _effect(lever: Lever, kind: str | None = None) -> Effect:
    return next(e for e in lever.effects if (e.quantity, e.kind) == ("latency", kind))


@pytest.fixture(scope="module")
def compute_bound() -> Levers:
    """With the flags 'half', under which half of the rows are computed."""
    half = _variant("half", _product(2048, 512))
    return find_levers(_asked(_variant("default", COMPUTE), half), HERE)


def test_a_network_bound_by_the_arrays_moves_with_them_alone(compute_bound: Levers) -> None:
    """Twice the PEs halve its latency, by the derivative and exactly; DRAM and vector lanes do nothing."""
    pes = _named(compute_bound, "pe_x")
    assert (pes.text, pes.before, pes.after) == ("twice the columns of PEs", 4.0, 8.0)
    for effect in (_effect(pes), _effect(pes, "matmul")):
        assert effect.gradient == pytest.approx(-0.5, abs=0.02)
        assert effect.exact == pytest.approx(-0.5, abs=0.02)
    assert pes.objective.exact == pytest.approx(1.0, abs=0.06)
    for name in ("dram_channels", "vector_multiplier"):
        assert _effect(_named(compute_bound, name)).gradient == pytest.approx(0.0, abs=1e-3)
        assert _effect(_named(compute_bound, name)).exact == pytest.approx(0.0, abs=1e-3)


def test_flags_are_levers_too(compute_bound: Levers) -> None:
    """Half of the work takes half of the time."""
    half = _named(compute_bound, "half")
    assert (half.target, half.model, half.text, half.before) == ("flags", "case", "half", "default")
    # The derivative at the default, exp(-0.5) of the latency, taken as far as the whole step.
    assert _effect(half).gradient == pytest.approx(np.expm1(-0.5), abs=0.01)
    assert _effect(half).exact == pytest.approx(-0.5, abs=0.01)


FOUND = {
    "native_batch": 8.0, "dram_channels": 1.0, "global_buffer_bytes": 2.0**25, "pe_x": 4.0, "pe_y": 2.0,
    "l1_shared": 1.0, "l1_input_bytes": 2.0**16, "l1_weight_bytes": 2.0**11, "l1_output_bytes": 2.0**13,
    "array_rows": 128.0, "array_columns": 8.0, "vector_multiplier": 16.0,
}  # fmt: skip
"""Of a machine that a search found for EfficientNet-B0; the others are the least."""


def test_twice_of_anything_saves_half_the_time_at_most() -> None:
    """Where tiles come out even, as they do where a search ends, the smooth cost is steepest."""
    asked = search_problem(SearchRequest(load_all([str(EXAMPLES / "efficientnet_b0.mlir")])))
    found = Point(tuple((p.name, FOUND.get(p.name, p.values[0])) for p in asked.space.parameters), (0,))
    levers = find_levers(asked, found, most=1)
    saved = {lever.name: -lever.effects[1].gradient for lever in levers.levers if lever.effects[1].gradient is not None}
    assert {"pe_x", "pe_y", "array_columns"} <= saved.keys()
    assert max(saved.values()) < 0.55


def test_the_greatest_gain_comes_first_and_the_count_is_told(compute_bound: Levers) -> None:
    """Both the arrays and the flags double the objective; what does nothing is last."""
    assert {lever.name for lever in compute_bound.levers[:2]} == {"pe_x", "half"}
    gains = [lever.objective.exact for lever in compute_bound.levers]
    assert gains == sorted(gains, key=lambda gain: -(gain or 0.0))
    assert compute_bound.exact_evaluations == 1 + 4


def test_steps_lead_where_the_derivative_says_unless_the_space_ends() -> None:
    """An objective that wants few PEs halves them; with none fewer in the space, the other neighbour is shown."""

    def slow(metrics: Sequence[Metrics]) -> Array:
        return metrics[0].latency_s

    asked = replace(_asked(_variant("default", COMPUTE)), objective=slow)
    assert _named(find_levers(asked, HERE, most=0), "pe_x").text == "half the columns of PEs"
    first = replace(HERE, values=(("dram_channels", 8.0), ("pe_x", 2.0), ("vector_multiplier", 4.0)))
    assert _named(find_levers(asked, first, most=0), "pe_x").text == "twice the columns of PEs"


def test_exact_evaluations_are_limited_steepest_first() -> None:
    """``most`` and ``spent`` leave gradients without their check."""
    asked = _asked(_variant("default", COMPUTE))
    one = find_levers(asked, HERE, most=1)
    assert [lever.name for lever in one.levers if lever.objective.exact is not None] == ["pe_x"]
    assert one.rank_correlation is None
    none = find_levers(asked, HERE, spent=lambda: True)
    assert all(lever.objective.exact is None for lever in none.levers)
    assert none.levers[0].name == "pe_x"


def test_a_step_that_breaks_a_constraint_says_so() -> None:
    """Only constraints that the result meets are broken by a step."""
    tdp = float(exact_costs(_asked(_variant("default", COMPUTE)), HERE).metrics[0].tdp_w)  # pyright: ignore[reportAttributeAccessIssue]
    limits = (at_most("tight", "tdp_w", tdp * 1.0001), at_most("missed", "tdp_w", tdp / 2.0))
    levers = find_levers(replace(_asked(_variant("default", COMPUTE)), constraints=limits), HERE)
    assert _named(levers, "pe_x").breaks == ("tight",)


def test_a_step_without_a_mapping_says_why() -> None:
    """Eight bytes of L1 hold no tile."""
    space = Space(AROUND.base, (Parameter("l1_weight_bytes", (2.0, 16384.0)),))
    levers = find_levers(
        _asked(_variant("default", COMPUTE), space=space), Point((("l1_weight_bytes", 16384.0),), (0,))
    )
    assert levers.levers[0].reason
    assert levers.levers[0].objective.exact is None


def test_the_smooth_cost_is_the_exact_one_at_temperature_0() -> None:
    """Shares instead of choices of what stays on chip can only be faster, and not by much."""
    relaxed = relax(problem(FULL_SPACE))
    machine = replace(BASE, native_batch=8, global_buffer_bytes=2**20)
    here = np.asarray([p.coordinate(float(getattr(machine, p.name))) for p in FULL_SPACE.parameters])
    smooth = placed_regions(relaxed, here, rank_recipes(relaxed, here, 0.0, 1).recipes, (0,), 0.0)[0]
    latency_s = float(np.sum(smooth.runs * smooth.arrays.latency_s))
    exact_s = compile_network(network(8), machine).cost.latency_s
    assert 0.8 * exact_s <= latency_s <= exact_s * (1.0 + 1e-9)


def test_gradients_rank_levers_as_exact_changes_do() -> None:
    """On a small network whose channels fill its arrays badly, so that steps matter; by SciPy's Spearman too."""
    values = tuple((p.name, float(getattr(BASE, p.name))) for p in FULL_SPACE.parameters)
    levers = find_levers(problem(FULL_SPACE), Point(values, (0,)))
    effects = [lever.objective for lever in levers.levers if lever.objective.exact is not None]
    expected = spearmanr([e.gradient for e in effects], [e.exact for e in effects])
    assert levers.rank_correlation == pytest.approx(float(expected[0]))  # pyright: ignore[reportArgumentType]
    assert (levers.rank_correlation or 0.0) > 0.4
    assert not any(lever.name in ("l2_shared", "l2_input_multiplier") for lever in levers.levers)


@pytest.mark.parametrize(
    ("name", "before", "after", "text"),
    [
        ("global_buffer_bytes", 2.0**20, 2.0**21, "twice the global buffer"),
        ("native_batch", 8.0, 4.0, "half the batch"),
        ("global_buffer_bytes", 2.0**20, 0.0, "no global buffer"),
        ("dram_channels", 2.0, 3.0, "3 instead of 2 DRAM channels"),
        ("l2_enabled", 0.0, 1.0, "an L2"),
        ("l1_shared", 1.0, 0.0, "a private L1"),
    ],
)
def test_steps_have_names_for_people(name: str, before: float, after: float, text: str) -> None:
    """Sizes by their ratio, kinds by what they become."""
    assert hardware_words(name, before, after) == text


def test_flags_have_names_for_people() -> None:
    """Back to the default is without what was chosen."""
    assert flag_words("two-pass softmax", "default") == "two-pass softmax"
    assert flag_words("default", "two-pass softmax") == "without two-pass softmax"
