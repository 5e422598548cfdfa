"""Chains in the search: chosen for each machine as the pass chooses them, and known to the relaxed cost."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from benchmarks.models import attention
from fastc import driver
from fastc.compilation import Model, clean, model_of
from fastc.dse.affine import at_batch
from fastc.dse.exact import compile_network, compile_work
from fastc.dse.interpreted import interpreted
from fastc.dse.records import Point, SearchProblem
from fastc.dse.relaxed import Blend, RelaxedProblem, Theta, loss, rank_recipes, relax, relaxed_metrics
from fastc.explain.levers import find_levers
from fastc.frontends.stablehlo import read_stablehlo
from fastc.machines import load_machine
from fastc.searching import SearchRequest, search_problem
from hwmodels.chaining.candidates import fitting
from hwmodels.chaining.carry import in_both
from hwmodels.chaining.choice import Chooser
from hwmodels.chaining.records import Chain, Chainable, Growth, chained
from hwmodels.chains import expand
from hwmodels.network import evaluate
from hwmodels.records import Machine, Network, Placement
from hwmodels.space import Parameter, Space
from passes.analysis.machine import accelerator_of, machine_of
from tests.conformance.test_sim import lowered_text, mobile_block
from tests.conftest import Fastc

CHAINED = 1
"""The variant with chains."""

SIZES = {"encoder": (2**20, 2**23), "mobile block": (2**13, 2**16)}
"""Bytes of global buffer."""


@cache
def model(name: str) -> Model:
    """An encoder layer over 1024 tokens, and an inverted bottleneck with squeeze and excitation."""
    if name == "encoder":
        text = attention.text(attention.Config(layers=1, hidden=128, heads=2, intermediate=512, tokens=1024))
    else:
        shapes = ((2, 32, 32, 8), (1, 1, 8, 48), (3, 3, 1, 48), (48, 4), (4, 48), (1, 1, 48, 8))
        text = lowered_text(mobile_block, *shapes)
    return model_of(read_stablehlo(text.encode(), name), name)


@cache
def machine(name: str) -> Machine:
    """One that is short of global buffer for the model: a chip for the encoder, for the other a single PE."""
    large = machine_of(load_machine("fast-large"))
    if name == "encoder":
        return replace(large, native_batch=4, global_buffer_bytes=SIZES[name][1])
    small = dict.fromkeys(("l1_input_bytes", "l1_weight_bytes", "l1_output_bytes"), 4096)
    slow = {"dram_channels": 1, "dram_channel_bytes_per_s": 1e8}
    return replace(large, pe_x=1, pe_y=1, array_rows=8, array_columns=8, native_batch=4, **small, **slow)


@cache
def problem(name: str) -> SearchProblem:
    base = replace(machine(name), global_buffer_bytes=SIZES[name][0])
    sizes = tuple(float(2**power) for power in range(10, 28) if SIZES[name][0] <= 2**power <= SIZES[name][1])
    parameters = (
        Parameter("native_batch", (1.0, 2.0, 4.0, 8.0, 16.0)),
        Parameter("global_buffer_bytes", sizes),
        Parameter("pe_x", (1.0, 2.0, 4.0, 8.0)),
        Parameter("dram_channels", (1.0, 2.0, 4.0, 8.0)),
    )
    return search_problem(SearchRequest((model(name),), space=Space(base, parameters), flags=("tile-chains",)))


def work(name: str, batch: int) -> Chainable:
    found = problem(name).models[0].variants[CHAINED].work(batch)
    assert isinstance(found, Chainable)
    return found


@pytest.mark.parametrize(
    ("name", "batch", "buffer", "chains"),
    [
        ("encoder", 4, 2**20, 2),
        ("encoder", 4, 2**23, 1),
        ("encoder", 1, 2**23, 0),
        ("mobile block", 4, 2**15, 1),
        ("mobile block", 16, 2**16, 1),
    ],
)
def test_the_search_costs_what_the_pipeline_makes(name: str, batch: int, buffer: int, chains: int) -> None:
    """Latency and energy of the evaluator are those of the lowered IR, to 1e-9, with the same chains."""
    here = replace(machine(name), native_batch=batch, global_buffer_bytes=buffer)
    variant = problem(name).models[0].variants[CHAINED]
    found = compile_work(variant.work(batch), here)
    costed = driver.cost(clean(model(name)), accelerator_of(here), "fastc", flags=variant.flags)
    assert "form-regions,tile-chains,place-tensors" in costed.compiled.pipeline
    assert found.cost.latency_s == pytest.approx(costed.cost.latency_s, rel=1e-9)
    assert found.cost.energy_j == pytest.approx(costed.cost.energy_j, rel=1e-9)
    assert tilings(found.network) == tilings(costed.lowered.network)
    assert len({tiling.chain for tiling in tilings(found.network) if tiling is not None}) == chains
    plain = compile_network(variant.network(batch), here).cost.latency_s
    assert found.cost.latency_s < plain if chains else found.cost.latency_s == plain


def tilings(network: Network):
    return [region.tiling for region in network.regions]


@pytest.mark.parametrize(("name", "buffer"), [("encoder", 2**23), ("mobile block", 2**14)])
def test_no_chain_alone_is_much_better_than_the_choice(name: str, buffer: int) -> None:
    """Against every candidate, compiled and costed as the network's only chain, holding nothing: prices are estimates,
    and none of them misleads by more than 3 %."""
    found, here = work(name, 4), replace(machine(name), global_buffer_bytes=buffer)
    chosen = Chooser(found)(here).cost.latency_s
    every = list(fitting(found.growths, float(buffer)))
    costs = [
        compile_network(chained(found, [Chain(*one, hold=())]), here) for one in every[:: max(len(every) // 30, 1)]
    ]
    assert len(costs) >= 7
    best = min(cost.cost.latency_s for cost in costs if cost.placement.gap < float("inf"))
    assert chosen <= 1.03 * best


def test_longer_chains_of_more_tiles_only_where_slices_are_big() -> None:
    """Of 800 bytes a slice of 90 is easy, and of 400 fits: more tiles are tried for chains that are longer than what
    is easy already."""
    few = Growth(5, (4,), "keep", (0.0, 90.0, 400.0, 900.0))
    more = Growth(5, (2,), "keep", (0.0, 45.0, 200.0, 450.0))
    many = Growth(5, (1,), "keep", (0.0, 20.0, 90.0, 220.0))
    other = Growth(6, (1,), "keep", (0.0, 20.0))
    assert list(fitting((few, more, many, other), 800.0)) == [(0, 2), (0, 3), (1, 3), (1, 4), (2, 3), (2, 4), (3, 2)]


def test_another_process_unpacks_chains_once() -> None:
    found = work("encoder", 4)
    first, second = (pickle.loads(pickle.dumps(found)) for _ in range(2))
    assert first is second is not found
    assert Chooser(first)(machine("encoder")).cost == Chooser(found)(machine("encoder")).cost


def test_a_search_finds_chains_and_prints_them(fastc: Fastc, tmp_path: Path) -> None:
    """With them the encoder is a fifth faster; the result is what the printed pipeline gives."""
    hw, text, result = tmp_path / "hw.mlir", tmp_path / "encoder.mlir", tmp_path / "r.json"
    accelerator = accelerator_of(machine("encoder"))
    hw.write_text(str(accelerator))
    text.write_text(attention.text(attention.Config(layers=1, hidden=128, heads=2, intermediate=512, tokens=1024)))
    run = fastc(
        "opt", text, "--search", "--hw", hw, "--freeze", "hardware", "--flags", "tile-chains", "--json", result,
        "--subject-to", "tdp <= 300 W",
    )  # fmt: skip
    assert run.code == 0, run.err
    found = json.loads(result.read_text())
    pipeline = found["models"][0]["pipeline"]
    assert ",tile-chains," in pipeline
    assert any("chain" in region["flags"] for region in found["models"][0]["regions"])
    plain, tiled = (driver.cost(clean(model("encoder")), accelerator, "fastc", flags=flags).metrics
                    for flags in ((), (("tile-chains", ""),)))  # fmt: skip
    assert found["search"]["exact_value"] == pytest.approx(tiled.perf_per_s / tiled.tdp_w, rel=1e-9)
    assert tiled.perf_per_s > 1.2 * plain.perf_per_s


class TestRelaxed:
    """The relaxed cost with the chains of one machine."""

    @pytest.fixture(autouse=True)
    def _float64(self) -> Iterator[None]:
        with jax.enable_x64(True):
            yield

    @pytest.mark.parametrize(("name", "buffer"), [("encoder", 2**23), ("mobile block", 2**14)])
    def test_limit_is_the_exact_cost_with_these_chains(self, name: str, buffer: int) -> None:
        """At the machine that they are of; and within 2 % at one with twice the PEs and DRAM channels and four times
        the batch, neither of the two that are read, where smaller tiles may run in other ways than the greatest."""
        here = replace(machine(name), global_buffer_bytes=buffer)
        relaxed = relax(problem(name), here)
        chains = Chooser(work(name, 4))(here).chains
        assert chains

        @interpreted
        def metrics(theta: Theta, recipes: Blend, temperature: jax.Array) -> list[jax.Array]:
            found = relaxed_metrics(relaxed, theta, recipes, temperature)[0]
            return [found.latency_s, found.energy_j]

        far = replace(here, native_batch=16, pe_x=2 * here.pe_x, dram_channels=2)
        for there, near in ((here, 1e-6), (far, 0.02)):
            own, theirs = in_both(chains, work(name, 4), work(name, int(there.native_batch)))
            assert own == list(chains)
            network = chained(work(name, int(there.native_batch)), theirs)
            spaces = Placement(tuple("tile" if tensor.slice_bytes else "dram" for tensor in network.tensors), 0.0, 0.0)
            exact = evaluate(network, there, compile_network(network, there).mappings, spaces)
            theta = _theta(relaxed, coordinates_of(relaxed.problem, there), -50.0)
            recipes = rank_recipes(relaxed, np.asarray(theta.coordinates), 0.0, 1)
            warm, cold = (metrics(theta, recipes, jnp.asarray(each)) for each in (0.3, 1e-9))
            assert float(cold[0]) == pytest.approx(exact.latency_s, rel=near)
            assert float(cold[1]) * there.native_batch == pytest.approx(exact.energy_j, rel=near)
            assert float(warm[0]) == pytest.approx(exact.latency_s, rel=0.1)

    def test_gradient_agrees_with_finite_differences(self) -> None:
        relaxed = relax(problem("mobile block"), replace(machine("mobile block"), global_buffer_bytes=2**14))
        start = np.asarray([2.3, 14.6, 1.3, 0.7])
        recipes = rank_recipes(relaxed, start, 1.0, 2)
        constraints = len(relaxed.problem.constraints)

        def objective(coordinates: jax.Array) -> jax.Array:
            theta = _theta(relaxed, coordinates, 0.1)
            return loss(relaxed, theta, recipes, jnp.asarray(1.0), jnp.ones(constraints), 10.0)[0]

        value = interpreted(objective)
        gradient = np.asarray(interpreted(jax.grad(objective))(jnp.asarray(start)))
        for index in (0, 1):  # the batch, that tiles' counts grow with, and the global buffer
            parameter, move = relaxed.problem.space.parameters[index], 1e-6 * np.eye(len(start))[index]
            slope = (float(value(jnp.asarray(start + move))) - float(value(jnp.asarray(start - move)))) / 2e-6
            assert gradient[index] == pytest.approx(slope, rel=1e-4, abs=1e-6), parameter.name
        assert np.all(gradient != 0.0)

    def test_what_chains_hold_leaves_no_room_to_others(self) -> None:
        """Slices, and weights that are held, as the integer program counts them."""
        here = replace(machine("mobile block"), global_buffer_bytes=2**14)
        network = relax(problem("mobile block"), here).networks[0][CHAINED]
        tiles = expand(Chooser(work("mobile block", 4))(here).network)
        held = np.zeros(len(tiles.slice_bytes))
        np.add.at(held, [each.row for each in tiles.held], [each.bytes for each in tiles.held])
        assert held.max() > 0.0
        np.testing.assert_allclose(at_batch(4)(*network.chains_bytes), held + tiles.slice_bytes, rtol=1e-6)

    def test_what_a_flag_is_worth(self) -> None:
        """Without chains the encoder is slower: the smooth cost says so, and compiling again."""
        asked, here = problem("encoder"), machine("encoder")
        values = tuple((p.name, float(getattr(here, p.name))) for p in asked.space.parameters)
        found = find_levers(asked, Point(values, (CHAINED,)), most=20)
        without = next(lever for lever in found.levers if lever.target == "flags")
        assert without.objective.gradient is not None
        assert without.objective.gradient < -0.05
        assert without.objective.exact == pytest.approx(
            compile_work(work("encoder", 4), here).cost.latency_s
            / compile_network(work("encoder", 4).network, here).cost.latency_s
            - 1.0
        )


def _theta(relaxed: RelaxedProblem, coordinates: np.ndarray | jax.Array, logit: float) -> Theta:
    """All of the model with chains, nothing else on chip (a ``logit`` far below 0) or half of it."""
    sizes = [len(variant.choices.pinned) for variant in relaxed.networks[0]]
    mix = jnp.asarray([-50.0, 50.0])
    return Theta(jnp.asarray(coordinates), (mix,), (tuple(jnp.full(size, logit) for size in sizes),))


def coordinates_of(problem: SearchProblem, here: Machine) -> np.ndarray:
    return np.asarray([p.coordinate(float(getattr(here, p.name))) for p in problem.space.parameters])
