"""A network at a batch that was not compiled is the one that compiling gives, equal in every field."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fastc import compilation, driver
from fastc.compilation import Model, clean, model_of, networks_of, regions_of
from fastc.dse.batches import Batches
from fastc.errors import InputError
from fastc.pipelines import Flags
from hwmodels.records import Network, Rows, Runs
from tests.conftest import ROOT
from tests.random_graphs import Case, graphs
from tests.unit.dse.dse_cases import network as small

MODELS = Path(__file__).parents[1] / "models"
POWERS = tuple(2**exponent for exponent in range(9))
BETWEEN = (3, 5, 6, 12, 96, 200)
TWO_PASSES: Flags = (("softmax-form", "passes=2"),)
PADDED: Flags = (("pad-tensors", "multiple-of=16"),)


class _Compiler:
    """Compiles by ``rule``, and remembers for which batches."""

    def __init__(self, rule: Callable[[int], Network], own: int = 1) -> None:
        self.rule = rule
        self.asked: list[int] = []
        self.batches = Batches(self._compile, POWERS, lambda: own)

    def _compile(self, batch: int) -> Network:
        self.asked.append(batch)
        return self.rule(batch)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The batches that models were compiled at."""
    asked: list[int] = []
    compile_at = compilation.regions_of

    def counted(model: Model, batch: int, *arguments: Any, **options: Any) -> Network:
        asked.append(batch)
        return compile_at(model, batch, *arguments, **options)

    monkeypatch.setattr(compilation, "regions_of", counted)
    return asked


def _with_first(network: Network, **changes: object) -> Network:
    """``network`` with some fields of its first region changed."""
    first, *others = network.regions
    return replace(network, regions=(replace(first, **changes), *others))


def _of_share(batch: int, most: float) -> Network:
    """The first region takes rows out of a table, of which there are as many as in 100 inferences."""
    network = small(batch)
    table = network.regions[0].reads[1]
    size = network.tensors[table.tensor].bytes
    taken = replace(table, fraction=min(most, batch * (size // 100) / size), runs=Runs(2.0 * batch, 64.0))
    return _with_first(network, reads=(network.regions[0].reads[0], taken))


@pytest.mark.parametrize(("own", "asked"), [(1, [1, 2, 8, 256]), (4, [1, 2, 4, 8, 256]), (2, [1, 2, 4, 8, 256])])
def test_four_batches_give_all(own: int, asked: list[int]) -> None:
    """The first, the ends, 1, and the model's own; what cannot change with the batch costs no more."""
    compiler = _Compiler(small, own)
    assert [compiler.batches(batch) for batch in (8, *POWERS)] == [small(batch) for batch in (8, *POWERS)]
    assert sorted(compiler.asked) == asked
    fixed = _Compiler(lambda _: small(4))
    assert {fixed.batches(batch) for batch in POWERS} == {small(4)}
    assert len(fixed.asked) == 4


def test_one_batch_is_compiled_once_and_alone() -> None:
    compiler = _Compiler(small)
    assert compiler.batches(16) == compiler.batches(16) == small(16)
    assert compiler.asked == [16]


def test_a_share_grows_until_all_is_read() -> None:
    compiler = _Compiler(lambda batch: _of_share(batch, math.inf))
    for batch in (*POWERS, *BETWEEN):
        assert compiler.batches(batch) == _of_share(batch, 1.0), batch
    assert len(compiler.asked) == 4


@pytest.mark.parametrize("threshold", [2, 4, 16, 63, 64, 200, 256])
def test_regions_that_form_otherwise_from_some_batch_on(threshold: int) -> None:
    def rule(batch: int) -> Network:
        network = small(batch)
        return _with_first(network, ops=("add",)) if batch >= threshold else network

    compiler = _Compiler(rule)
    assert [compiler.batches(batch) for batch in (8, *POWERS)] == [rule(batch) for batch in (8, *POWERS)]


@pytest.mark.parametrize("bend", [300, 900, 454, 5280, 25346])
@pytest.mark.parametrize("order", [POWERS, POWERS[::-1], (8, 16, 128, *POWERS)])
@pytest.mark.parametrize("kind", ["rows", "stride"])
def test_a_number_that_bends_is_not_on_a_line(kind: str, bend: int, order: tuple[int, ...]) -> None:
    """The greatest of two sizes, and the least of two strides, of which one alone grows with the batch."""

    def rule(batch: int) -> Network:
        network = small(batch)
        if kind == "stride":
            read, *others = network.regions[0].reads
            return _with_first(network, reads=(replace(read, runs=Runs(float(min(bend, 100 * batch)))), *others))
        rows = Rows(0, max(bend, 100 * batch), 0)
        return _with_first(network, vector=replace(network.regions[0].vector, rows=rows))

    compiler = _Compiler(rule)
    assert [compiler.batches(batch) for batch in order] == [rule(batch) for batch in order]


def test_half_bytes_do_not_make_halves() -> None:
    """Three elements of 4 bits are two bytes: no straight line, so an odd batch is compiled."""

    def rule(batch: int) -> Network:
        network = small(batch)
        first, *others = network.tensors
        return replace(network, tensors=(replace(first, bytes=math.ceil(1.5 * batch)), *others))

    compiler = _Compiler(rule)
    assert [compiler.batches(batch) for batch in (8, 16, 3, 6, 5)] == [rule(batch) for batch in (8, 16, 3, 6, 5)]


def test_the_models_own_batch_proves_nothing() -> None:
    """Where nothing was rewritten there may be ops more or fewer."""

    def rule(batch: int) -> Network:
        network = small(batch)
        return _with_first(network, ops=("reshape",)) if batch == 32 else network

    for first in POWERS:
        compiler = _Compiler(rule, own=32)
        assert [compiler.batches(batch) for batch in (first, *POWERS)] == [rule(batch) for batch in (first, *POWERS)]


@pytest.mark.parametrize(
    ("name", "flags"), [("attention", ()), ("attention", TWO_PASSES), ("convolutional", ())], ids=str
)
def test_models(name: str, flags: Flags, compiled: list[int]) -> None:
    model = clean(driver.load(str(MODELS / f"{name}.mlir")))
    networks = networks_of(model, POWERS, flags)
    for batch in (8, 16, 128, *POWERS, *BETWEEN):
        assert networks(batch) == regions_of(model, batch, flags, verify=False), batch
    assert len(compiled) <= 9


@pytest.mark.exhaustive
@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.mlir")), ids=lambda path: path.stem)
@pytest.mark.parametrize("flags", [(), TWO_PASSES, PADDED], ids=["default", "two-pass", "padded"])
def test_examples(path: Path, flags: Flags, compiled: list[int]) -> None:
    model = clean(driver.load(str(path)))
    networks = networks_of(model, POWERS, flags)
    for batch in (8, 16, 128, *POWERS):
        assert networks(batch) == regions_of(model, batch, flags, verify=False), batch
    assert len(compiled) == (6 if path.stem == "bert_base_s1024" else 4)


@given(graphs(ops=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_graphs(case: Case) -> None:
    """Of any batch, or none that could be told or changed."""
    try:
        model = clean(model_of(case.module))
    except InputError:
        return
    networks = networks_of(model, POWERS)
    for batch in (8, 16, *POWERS, *BETWEEN):
        assert networks(batch) == regions_of(model, batch, verify=False), batch
