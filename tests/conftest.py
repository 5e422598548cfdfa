"""What the tests of the program share."""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fastc.cli import main

ROOT = Path(__file__).parents[1]

# Else each of the hundred processes that tests start would compile all of fastc again, and each worker all tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

LONGEST = (
    "test_end_to_end.py",
    "test_every_pass.py",
    "test_documents.py",
    "test_search_process.py",
    "test_optimal_mapper.py",
    "test_algorithms.py",
    "test_gradient.py",
    "test_assign_layout.py",
    "test_pad_tensors.py",
    "test_hlo.py",
    "test_clean_up.py",
    "test_fuzz.py",
    "test_workers.py",
    "test_tutorial.py",
    "test_validation_networks.py",
    "test_examples.py",
    "test_passes.py",
    "test_sim.py",
    "test_arrays.py",
    "test_mapper.py",
    "test_bad_input.py",
    "test_fold_normalization.py",
    "test_read_lowered.py",
    "test_tools.py",
    "test_llama.py",
    "test_softmax_form.py",
    "test_nest.py",
    "test_systolic_array.py",
    "test_trace.py",
    "test_page_in_browser.py",
    "test_terminal.py",
    "test_relaxed.py",
    "test_proof.py",
    "test_reading.py",
)
"""Files whose tests take ten seconds and more, about in this order."""


def pytest_collection_finish() -> None:
    """What is there before the first test, stays; to look through it for garbage again and again takes a tenth of the
    tests' time. Of what the tests make the most is gone by the time that there is a lot of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal the tests to the workers file by file, those of ``LONGEST`` first, so that at the end only short tests are
    left to be shared out: with ``--dist worksteal`` each worker begins with its part of the list, and takes over from
    the end of another's."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers == 1:
        return
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.nodeid.partition("::")[0]].append(item)
    rank = {name: index for index, name in enumerate(LONGEST)}
    order = sorted(files, key=lambda path: rank.get(Path(path).name, len(LONGEST)))
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for index, path in enumerate(order):
        # By turns while that matters, then to the one with the fewest, for all begin with as many.
        part = parts[index % workers] if Path(path).name in rank else min(parts, key=len)
        part += files[path]
    items[:] = [item for part in parts for item in part]


@dataclass(frozen=True)
class Run:
    """What one command gave."""

    code: int
    out: str
    err: str


Fastc = Callable[..., Run]
"""Runs ``fastc`` in this process with the given arguments; ``stdin`` are the bytes of standard input."""


@pytest.fixture(autouse=True)
def no_handlers_left() -> Iterator[None]:
    """The command line's handler of warnings writes to its test's standard error, which is closed afterwards."""
    yield
    for name in ("fastc", "passes", "dialects", "hwmodels"):
        logging.getLogger(name).handlers = []


@pytest.fixture
def fastc(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Fastc:
    """The command line, run in this process."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return run


@pytest.fixture
def examples() -> Path:
    """The folder of the bundled models."""
    return ROOT / "examples"


@pytest.fixture
def small_model(tmp_path: Path) -> Path:
    """A model of two matrix products with a bias and a maximum between, batch 1."""
    path = tmp_path / "small.mlir"
    path.write_text(SMALL_MODEL)
    return path


SMALL_MODEL = """\
module @small {
  func.func public @main(%w0: tensor<8x16xbf16>, %b: tensor<16xbf16>, %w1: tensor<16x4xbf16>, %x: tensor<1x8xbf16>)
      -> tensor<1x4xbf16> {
    %0 = stablehlo.dot_general %x, %w0, contracting_dims = [1] x [0] : (tensor<1x8xbf16>, tensor<8x16xbf16>)
        -> tensor<1x16xbf16>
    %1 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<16xbf16>) -> tensor<1x16xbf16>
    %2 = stablehlo.add %0, %1 : tensor<1x16xbf16>
    %c = stablehlo.constant dense<0.0> : tensor<bf16>
    %3 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<bf16>) -> tensor<1x16xbf16>
    %unused = stablehlo.multiply %3, %3 : tensor<1x16xbf16>
    %4 = stablehlo.maximum %2, %3 : tensor<1x16xbf16>
    %5 = stablehlo.dot_general %4, %w1, contracting_dims = [1] x [0] : (tensor<1x16xbf16>, tensor<16x4xbf16>)
        -> tensor<1x4xbf16>
    return %5 : tensor<1x4xbf16>
  }
}
"""
