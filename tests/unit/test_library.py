"""fastc as a library: what goes in, what comes out, and that nothing is printed."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import fastc as library
from fastc.dse import Progress
from fastc.errors import InputError, NoAnswerError
from fastc.problem import read_lowered
from fastc.results import to_json
from hwmodels.network import evaluate as exact
from hwmodels.totals import network_totals
from passes.simplify import SimplifyPass
from tests.conftest import ROOT

Struct = jax.ShapeDtypeStruct

W, X = Struct((64, 32), "float32"), Struct((1, 64), "float32")


def dense(w: Any, x: Any) -> Any:
    return jnp.tanh(x @ w)


def with_defaults(w: Any = W, x: Any = X) -> Any:
    return dense(w, x)


def test_a_jax_function_goes_in_directly():
    traced = library.evaluate(library.from_jax(dense, W, X), "fast-small")
    ways: list[Callable[[], library.Result]] = [
        lambda: library.evaluate(dense, args=(W, X), hw="fast-small"),
        lambda: library.evaluate((dense, [W, X]), "fast-small"),
        lambda: library.evaluate(with_defaults, "fast-small"),
    ]
    for way in ways:
        result = way()
        assert result.models[0].latency_s == traced.models[0].latency_s
        assert result.models[0].macs == 64 * 32
    assert library.evaluate((dense, [W, X]), "fast-small").models[0].name == "dense"


def test_models_are_named(small_model: Path):
    search = {"algorithm": "random", "trials": 1, "hw": "fast-small"}
    found = library.search({"one": small_model, "two": (dense, (W, X))}, subject_to=["latency(two) <= 1 s"], **search)
    assert [model.name for model in found.models] == ["one", "two"]
    assert library.search(str(small_model), **search).models[0].name == "small"
    twice = library.search([(dense, (W, X)), (dense, (W, X)), small_model], **search)
    assert [model.name for model in twice.models] == ["dense_1", "dense_2", "small"]


def test_machines_are_records(small_model: Path):
    base = library.machine("fast-small")
    known = library.evaluate(small_model, "fast-small")
    assert library.evaluate(small_model, base) == replace(known, hardware=known.hardware)
    assert library.evaluate(small_model, known.hardware).models == known.models
    wide = library.evaluate(small_model, replace(base, dram_channels=4), baseline=False)
    assert wide.hardware.dram_bytes_per_s == known.hardware.dram_bytes_per_s / 2
    assert wide.baseline is None
    with pytest.raises(FrozenInstanceError):
        known.seed = 1  # pyright: ignore[reportAttributeAccessIssue]


def test_spaces_are_records(small_model: Path):
    assert {parameter.name for parameter in library.space().parameters} >= {"pe_x", "global_buffer_bytes"}
    small = library.Space(library.machine("fast-small"), (library.Parameter("pe_x", (1.0, 2.0, 4.0)),))
    steps: list[Progress] = []
    found = library.search(small_model, space=small, objective="1 / energy", on_progress=steps.append)
    assert found.search is not None
    assert (found.search.algorithm, found.search.exact_evaluations) == ("exhaustive", 3)
    assert {step.evaluations for step in steps} >= {1, 2, 3}
    energies = [
        library.evaluate(small_model, replace(small.base, pe_x=count), baseline=False).models[0].energy_j
        for count in (1, 2, 4)
    ]
    assert found.hardware.parameters["pe_x"] == (1, 2, 4)[energies.index(min(energies))]
    # The winner is compiled once more, with what may pay.
    assert found.models[0].energy_j <= min(energies)


NUMBER: Any = 3
NOTHING: Any = None

BAD = [
    (lambda: library.evaluate(NUMBER, "fast-small"), "int is no model; give a module, a path, a JAX function"),
    (lambda: library.evaluate(dense, "fast-small"), "raised while JAX traced it"),
    (lambda: library.evaluate("small.mlir", "fast-small", args=(W,)), "args are those of a JAX function"),
    (lambda: library.search([]), "no model is given"),
    (lambda: library.search({}), "no model is given"),
    (lambda: library.search([NOTHING]), "NoneType is no model"),
    (lambda: library.search("missing.mlir"), "there is no such file"),
    (lambda: library.machine("fast-smal"), "did you mean 'fast-small'"),
    (lambda: library.evaluate(dense, _machine(pe_x=2.5), args=(W, X)), "pe_x is 2.5; a machine in IR has whole"),
    (lambda: library.evaluate(dense, _machine(pe_x=0), args=(W, X)), "machine 'fast_small'"),
    (lambda: library.evaluate(dense, _machine(pe_x=float("nan")), args=(W, X)), "machine 'fast_small'"),
    (lambda: library.evaluate(dense, _machine(dram_kind="hbm9"), args=(W, X)), "no technology data for DRAM 'hbm9'"),
    (lambda: library.evaluate(dense, _machine(node_nm=3), args=(W, X)), "no technology data for a 3 nm node"),
    (lambda: library.search((dense, (W, X)), space=_space("pe_z", (1.0,))), "cannot move 'pe_z'; did you mean 'pe_y'"),
    (lambda: library.search((dense, (W, X)), space=_space("pe_x", (2.0, 1.0))), "give one or more, ascending"),
    (lambda: library.search((dense, (W, X)), space=_space("pe_x", (0.0, 1.0))), "each at least 1"),
    (lambda: library.run_passes((dense, (W, X)), "inlin"), "inline"),
    (lambda: library.run_passes((dense, (W, X)), [NUMBER]), "[3] is no pipeline"),
    (lambda: library.run_passes((dense, (W, X)), NOTHING), "None is no pipeline"),
    (lambda: library.verify((dense, (W, X)), "inline", seed=-1), "seed is -1; give a whole number from 0"),
    (lambda: _evaluate(schedule="stok"), "schedule is 'stok'; there is fastc, stock; did you mean 'stock'?"),
    (lambda: _evaluate(batch="8"), "batch is '8'; give a whole number from 1"),
    (lambda: _evaluate(batch=10**30), "batch is 1000"),
    (lambda: _evaluate(mapper_budget=-1), "mapper_budget is -1"),
    (lambda: _evaluate(objective=NOTHING), "objective is None; give a text"),
    (lambda: library.evaluate(dense, _machine(clock_hz=None), args=(W, X)), "machine 'fast_small'"),
    (lambda: _search(trials=1.5), "trials is 1.5; give a whole number from 1"),
    (lambda: _search(seed="x"), "seed is 'x'"),
    (lambda: _search(jobs=True), "jobs is True"),
    (lambda: _search(budget_s=float("nan")), "budget_s is nan; give seconds, a finite number above 0"),
    (lambda: _search(weights=("x",)), "weights is ('x',); give a list of numbers"),
    (lambda: _search(subject_to="area <= 100 mm^2"), "subject_to is 'area <= 100 mm^2'; give a list of texts"),
    (lambda: _search(subject_to=[3]), "subject_to[0] is 3; give a text"),
    (lambda: _search(freeze=("hardwar",)), "freeze is 'hardwar'; there is hardware, flags; did you mean 'hardware'?"),
    (lambda: _search(algorithm=NUMBER), "algorithm is 3; give a name"),
    (lambda: _search(space=_space("pe_x", (float("nan"),))), "the values of pe_x are (nan,)"),
    (lambda: _search(space=_space("pe_x", NUMBER)), "pe_x is 3; give a list of numbers"),
]


def _machine(**changed: Any) -> library.Machine:
    return replace(library.machine("fast-small"), **changed)


def _space(name: str, values: tuple[float, ...]) -> library.Space:
    return library.Space(library.machine("fast-small"), (library.Parameter(name, values),))


def _evaluate(**options: Any) -> object:
    return library.evaluate((dense, (W, X)), "fast-small", **options)


def _search(**options: Any) -> object:
    return library.search((dense, (W, X)), **{"algorithm": "random", "trials": 1} | options)


@pytest.mark.parametrize(("call", "message"), BAD)
def test_what_is_no_model_or_machine(call: Callable[[], object], message: str):
    with pytest.raises(InputError) as caught:
        call()
    assert message in str(caught.value)


def test_assumptions_are_numbers(small_model: Path):
    result = library.evaluate(small_model, "fast-small")
    wrong: list[dict[str, Any]] = [{"volume": "x"}, {"volume": NOTHING}, {"volume": 10**400}, {"nre_low_usd": "x"}]
    for given in wrong:
        with pytest.raises(InputError, match="give a number"):
            library.return_on_investment(result, **given)


def test_passes_run_and_are_verified(small_model: Path):
    module = library.load(small_model)
    before = str(module)
    by_text = library.run_passes(module, "inline,simplify")
    assert str(module) == before
    assert str(library.run_passes(library.run_passes(module, "inline"), SimplifyPass())) == str(by_text)
    assert library.verify(module, SimplifyPass()) == "1 outputs agree before and after 'simplify'"

    class Wrong(SimplifyPass):
        def apply(self, ctx: Any, op: Any) -> None:
            maximum = next(each for each in op.walk() if each.name == "stablehlo.maximum")
            maximum.results[0].replace_all_uses_with(maximum.operands[1])

    with pytest.raises(NoAnswerError, match="output 0 differs"):
        library.verify(module, Wrong())


def test_nothing_is_printed_and_what_is_said_is_logged(
    small_model: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    # Commands that other tests ran in this process have left their handler there.
    for name in ("fastc", "passes", "dialects", "hwmodels"):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [logging.NullHandler()])
    with caplog.at_level(logging.INFO, "fastc"):
        library.search(small_model, hw="fast-small", algorithm="random", trials=1)
        library.evaluate(lambda x: x.T @ x, "fast-small", args=(Struct((4, 3), "float32"),), baseline=False)
    assert capfd.readouterr() == ("", "")
    said = [(record.levelname, record.getMessage()) for record in caplog.records if record.name.startswith("fastc")]
    assert any(level == "INFO" and "after 1 exact evaluations" in text for level, text in said)
    # A product that mixes the inferences of a batch keeps it: a warning on the command line.
    assert any(level == "WARNING" and "keeps the batch it was exported with" in text for level, text in said)


def test_a_script_without_logging_sees_no_warning():
    code = "import logging, fastc; [logging.getLogger(f'{name}.x').warning('said') for name in {names!r}]"
    names = ("fastc", "passes", "dialects", "hwmodels")
    run = subprocess.run(
        [sys.executable, "-c", code.replace("{names!r}", repr(names))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout, run.stderr) == ("", "")


class Tags(HTMLParser):
    """Opened and closed tags, and the text between."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_notebook_shows_tables_and_no_markup_of_names():
    result = library.search(
        {"<script>alert(1)</script>": (dense, (W, X))}, hw="fast-small", algorithm="random", trials=1
    )
    tags = Tags()
    tags.feed(result._repr_html_())
    assert tags.open == []
    assert tags.seen == {"div", "p", "b", "br", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert "<script>alert(1)</script>" in tags.text
    assert "random: 1 exact evaluations" in tags.text
    named = replace(result.hardware, name="a & <b>")
    assert "machine a &amp; &lt;b&gt;" in named._repr_html_()


def test_totals_are_those_of_the_exact_model(small_model: Path):
    result = library.evaluate(small_model, "fast-large", baseline=False)
    assert result.models[0].lowered is not None
    lowered = read_lowered(result.models[0].lowered)
    totals = network_totals(lowered.network, lowered.machine, lowered.mappings, lowered.placement)
    cost = exact(lowered.network, lowered.machine, lowered.mappings, lowered.placement)
    assert (totals.latency_s, totals.energy_j, totals.dram_bytes) == (cost.latency_s, cost.energy_j, cost.dram_bytes)
    smooth = network_totals(lowered.network, lowered.machine, lowered.mappings, lowered.placement, 1.0)
    assert np.isclose(smooth.latency_s, totals.latency_s, rtol=0.5)


def test_the_json_of_a_result_is_what_it_was():
    fields = {"schema", "fastc", "seed", "command", "models", "hardware", "objective", "constraints", "baseline"}
    assert set(to_json(library.evaluate(dense, "fast-small", args=(W, X), baseline=False))) >= fields


def test_the_packages_say_that_they_are_typed():
    for package in ("fastc", "dialects", "passes", "hwmodels"):
        assert (ROOT / package / "py.typed").is_file(), package


def test_everything_public_is_there():
    for name in library.__all__:
        assert getattr(library, name) is not None
    assert dir(library) == sorted(library.__all__)
