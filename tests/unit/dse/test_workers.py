"""Evaluation in other processes: the same results, whatever their number and their fate."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import pytest

from fastc import __version__
from fastc.dse import Journal, Options, search, workers
from fastc.dse.exact import Evaluator
from fastc.dse.polish import Climb, polish
from fastc.dse.records import Point
from fastc.dse.watch import Watch
from fastc.dse.workers import ProcessWorkers, SchedulerWorkers, Workers
from fastc.errors import InputError
from tests.unit.dse.dse_cases import SMALL_SPACE
from tests.unit.dse.worker_tasks import CASE, die, die_once, loaded, told


def _random(path: Path, workers: Workers | None) -> tuple[tuple[object, ...], bytes]:
    result = search(CASE, Options(seed=1, trials=24), "random", journal=Journal(path, CASE, {}), workers=workers)
    return told(result), path.read_bytes()


def _climbed(workers: Workers | None) -> tuple[list[Point], list[tuple[int, float]]]:
    """The points of a climb from the lowest corner, in order, and its steps up."""
    evaluator = Evaluator(CASE, None, workers)
    watch = Watch(Options(trials=60), evaluator)
    corner = Point(tuple((p.name, p.values[0]) for p in SMALL_SPACE.parameters), (0,))
    polish([watch.evaluate(corner, "exact")], Climb(CASE, watch))
    return [evaluation.point for evaluation in evaluator.evaluations], [entry[1:] for entry in watch.trajectory]


@pytest.mark.slow
def test_any_number_of_processes_gives_the_same(tmp_path: Path) -> None:
    """By turns and while climbing, where workers get moves that may never be wanted: the same points in the same order,
    and the same journal."""
    alone = _random(tmp_path / "alone.jsonl", None)
    climbed = _climbed(None)
    assert len(climbed[0]) > 20
    for count in (1, 3):
        assert _random(tmp_path / f"{count}.jsonl", ProcessWorkers(count)) == alone
        workers = ProcessWorkers(count)
        assert _climbed(workers) == climbed
        workers.close()


def test_workers_are_not_forked_from_here() -> None:
    """A worker has the tasks' modules and not what this process has loaded: pytest, or JAX."""
    workers = ProcessWorkers(1)
    try:
        assert workers.run(loaded, "fastc.dse.exact")
        assert not workers.run(loaded, "_pytest.main")
        assert not workers.run(loaded, "jax")
    finally:
        workers.close()


def test_a_process_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """Its task is done by another; a task that takes every worker down is given up."""
    workers = ProcessWorkers(2)
    try:
        assert workers.run(die_once, str(tmp_path / "mark")) == 7
        with pytest.raises(InputError, match="4 workers died one after the other"):
            workers.run(die, 0)
        assert workers.run(die_once, str(tmp_path / "mark")) == 7
    finally:
        workers.close()


def test_what_was_prefetched_is_not_lost_with_its_worker(tmp_path: Path) -> None:
    """All workers die in the midst of the search."""
    alone = _random(tmp_path / "alone.jsonl", None)
    workers = ProcessWorkers(2)
    path = tmp_path / "killed.jsonl"
    killed: list[int] = []

    def kill(progress: object) -> None:
        if progress.evaluations in (2, 9):  # pyright: ignore[reportAttributeAccessIssue]
            pool = workers._pool
            assert pool is not None
            for process in list((pool._processes or {}).values()):
                os.kill(process.pid, signal.SIGKILL)  # pyright: ignore[reportArgumentType]
                killed.append(1)

    options = Options(seed=1, trials=24, on_progress=kill)
    result = search(CASE, options, "random", journal=Journal(path, CASE, {}), workers=workers)
    assert len(killed) >= 2
    assert (told(result), path.read_bytes()) == alone


@pytest.fixture
def scheduler(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler on loopback and workers of one thread, as many as the parameter says."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    common = ["--no-dashboard", "--protocol", "tcp"]
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    processes = [_spawn([*command, *common, "--scheduler-file", str(file)])]
    try:
        end = time.monotonic() + 120.0
        while not file.exists() or not file.read_text().strip():
            assert time.monotonic() < end
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--nworkers", "1"]
        worker += ["--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path), "--death-timeout", "100"]
        processes += [_spawn(worker) for _ in range(request.param)]
        yield address, processes
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait(60)


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": os.getcwd()}
    )


SCHEDULED = """
import os, signal, sys, time
from pathlib import Path
from fastc import __version__
from fastc.dse import Journal, Options, search
from fastc.dse.workers import SchedulerWorkers
from tests.unit.dse.worker_tasks import CASE, told

address, path, count, *victims = sys.argv[1:]
end = time.monotonic() + 100.0
while True:
    workers = SchedulerWorkers(address, __version__)
    if workers.width == int(count):
        break
    workers.close()
    assert time.monotonic() < end, workers.width
    time.sleep(0.5)

def kill(progress):
    if progress.evaluations in (3, 12) and victims:
        victim = int(victims.pop())
        if victim:
            os.kill(victim, signal.SIGKILL)

options = Options(seed=1, trials=24, on_progress=kill)
print(told(search(CASE, options, "random", journal=Journal(path, CASE, {}), workers=workers)))
assert not victims
"""


@pytest.mark.slow
@pytest.mark.parametrize("scheduler", [3], indirect=True)
def test_a_cluster_gives_the_same_and_survives_its_workers(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """On three workers, and with two of them killed on the way: the result and the journal of a search in one
    process."""
    alone, journal = _random(tmp_path / "alone.jsonl", None)
    address, processes = scheduler
    for name, victims in (("all", []), ("killed", [str(process.pid) for process in processes[2:]])):
        path = tmp_path / f"{name}.jsonl"
        command = [sys.executable, "-c", SCHEDULED, address, str(path), "3", *victims]
        run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert run.returncode == 0, run.stderr
        assert run.stdout.strip() == str(alone)
        assert path.read_bytes() == journal


@pytest.mark.slow
@pytest.mark.parametrize("scheduler", [1], indirect=True)
def test_a_scheduler_that_dies(scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path) -> None:
    """The search ends with a message, and its journal goes on without the cluster."""
    alone, journal = _random(tmp_path / "alone.jsonl", None)
    address, processes = scheduler
    path = tmp_path / "dead.jsonl"
    command = [sys.executable, "-c", SCHEDULED, address, str(path), "1", str(processes[0].pid), "0"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.stderr.splitlines()[-1].endswith(
        "the scheduler is gone; start it again, and with --journal go on from here"
    )
    lines = path.read_bytes().splitlines()
    assert 3 < len(lines) < 25
    assert _random(path, None) == (alone, journal)


UNUSABLE = """
import sys
from fastc.dse import workers
from fastc.errors import InputError

address, *others, version = sys.argv[1:]
for each in (address, *others):
    try:
        workers.SchedulerWorkers(each, version)
    except InputError as error:
        print(error)
    workers.CONNECT_S = 1.0  # nobody comes
"""


@pytest.mark.slow
@pytest.mark.parametrize("scheduler", [1], indirect=True)
def test_clusters_that_cannot_be_used(scheduler: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    """Another version of fastc on the workers, nobody there, no address."""
    nobody = ("tcp://127.0.0.1:1", "nonsense", "", "foo://127.0.0.1:1")
    command = [sys.executable, "-c", UNUSABLE, scheduler[0], *nobody, "99"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    other, *unanswered = run.stdout.splitlines()
    assert other.startswith(f"--scheduler {scheduler[0]}: the worker tcp://")
    assert f"has fastc {__version__}, and this is 99: results would mix" in other
    assert len(unanswered) == len(nobody), run.stderr
    for address, line in zip(nobody, unanswered, strict=True):
        assert line.startswith(f"--scheduler {address}: no Dask scheduler answers there (")


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"not installed; pip install 'fastc-compiler\[dask\]'"):
        SchedulerWorkers("tcp://127.0.0.1:8786", __version__)


def test_what_a_dead_scheduler_was_asked_for_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LOOK_S", 0.01)
    dead = object.__new__(SchedulerWorkers)
    monkeypatch.setattr(dead, "_address", "tcp://127.0.0.1:1", raising=False)
    monkeypatch.setattr(dead, "_client", SimpleNamespace(status="closed"), raising=False)
    with pytest.raises(InputError, match="the scheduler is gone"):
        dead.result(Future[None]())
