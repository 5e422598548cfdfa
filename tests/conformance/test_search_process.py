"""Searches as real processes: killed, interrupted, out of time, and beside workers that die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

PATIENCE_S = 240.0
"""How long anything here may take on a machine that is busy otherwise."""


def _command(model: Path, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "fastc", "opt", str(model), "--search", *map(str, arguments)]


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def _wait_for(condition: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        assert process is None or process.poll() is None, "the process ended before"
        time.sleep(0.002)


def _has_lines(path: Path, count: int) -> bool:
    return path.exists() and _lines(path) >= count


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _without_times(path: Path) -> Any:
    """The JSON of a result but for what tells the time, and the command."""
    result = json.loads(path.read_text())
    del result["command"], result["search"]["wall_s"]
    result["search"]["trajectory"] = [entry[1:] for entry in result["search"]["trajectory"]]
    return result


@pytest.mark.slow
def test_killed_at_any_time_it_goes_on(small_model: Path, tmp_path: Path) -> None:
    """Killed with its journal at 0, 1, 6 and 23 lines, each time continued by the same command: the IR, the machine,
    the JSON but for times, and the journal are those of a run that nobody killed, byte for byte."""
    told: list[tuple[Any, ...]] = []
    for kills in ((), (0, 1, 6, 23)):
        folder = tmp_path / f"killed {len(kills)} times"
        folder.mkdir()
        journal, machine, result = folder / "j.jsonl", folder / "hw.mlir", folder / "r.json"
        command = _command(
            small_model, "--algorithm", "random", "--trials", "40", "--seed", "2", "--journal", journal,
            "--hw-out", machine, "--json", result,
        )  # fmt: skip
        for lines in kills:
            process = _start(command)
            _wait_for(partial(_has_lines, journal, lines), process)
            process.kill()
            assert _finish(process)[0] == -signal.SIGKILL
            assert not result.exists()
            assert _lines(journal) < 41
        code, out, _ = _finish(_start(command))
        assert code == 0
        told.append((out, machine.read_bytes(), _without_times(result), journal.read_bytes()))
    assert told[0] == told[1]


@pytest.mark.slow
def test_one_interrupt_ends_with_the_best_so_far(small_model: Path, tmp_path: Path) -> None:
    journal, result = tmp_path / "j.jsonl", tmp_path / "r.json"
    process = _start(
        _command(small_model, "--algorithm", "random", "--trials", "1000000", "--journal", journal, "--json", result)
    )
    _wait_for(lambda: _lines(journal) > 100, process)
    process.send_signal(signal.SIGINT)
    code, out, err = _finish(process)
    assert code == 0
    assert out.startswith("builtin.module")
    assert "stopping with the best so far; Ctrl-C again stops at once" in err
    assert "stopped before its end" in err
    assert "Traceback" not in err
    found = json.loads(result.read_text())
    assert found["search"]["stopped"] is True
    lines = [json.loads(line) for line in journal.read_text().splitlines()[1:]]
    assert found["objective"]["value"] == pytest.approx(
        max(line["value"] for line in lines if line["violation"] == 0.0), rel=1e-12
    )


@pytest.mark.slow
def test_an_interrupt_while_jax_traces_ends_with_the_best_so_far(small_model: Path) -> None:
    """The relaxed search, which is at its beginning, is left behind; what was tried before it counts."""
    with _start(_command(small_model)) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        while "relaxed 0/" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert out.startswith("builtin.module")
    assert " s, ended before the gradient began\n" in err


@pytest.mark.slow
def test_any_number_of_jobs_gives_the_same(small_model: Path, tmp_path: Path) -> None:
    """IR, JSON but for times, and journal."""
    told: list[tuple[Any, ...]] = []
    for jobs in ("1", "3"):
        journal, result = tmp_path / f"{jobs}.jsonl", tmp_path / f"{jobs}.json"
        command = _command(
            small_model, "--algorithm", "tpe", "--trials", "24", "--jobs", jobs, "--journal", journal, "--json", result
        )
        code, out, err = _finish(_start(command))
        assert code == 0, err
        told.append((out, _without_times(result), journal.read_bytes()))
    assert told[0] == told[1]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _descendants(pid: int) -> list[int]:
    """Of a process, by /proc."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += [int(child) for child in (task / "children").read_text().split()]
    return [*children, *(below for child in children for below in _descendants(child))]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc to look for processes in")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_search(small_model: Path, tmp_path: Path, ending: signal.Signals) -> None:
    """Ctrl-C, which the terminal sends to the workers too, and a kill of the main process alone: nothing is left, and
    Ctrl-C gives the best so far without a word from the workers."""
    journal = tmp_path / "j.jsonl"
    command = _command(small_model, "--algorithm", "random", "--trials", "1000000", "--jobs", "2", "--journal", journal)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        _wait_for(partial(_has_lines, journal, 20), process)
        workers = _descendants(process.pid)
        assert len(workers) >= 2
        if ending == signal.SIGINT:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.kill()
        out, err = process.communicate(timeout=PATIENCE_S)
    if ending == signal.SIGINT:
        assert process.returncode == 0
        assert out.startswith("builtin.module")
        assert "Traceback" not in err
        assert "KeyboardInterrupt" not in err
    _wait_for(lambda: not any(_alive(pid) for pid in workers))


@pytest.mark.slow
def test_a_second_interrupt_stops_at_once(examples: Path, tmp_path: Path) -> None:
    """While XLA compiles, which takes long and cannot be interrupted, the first one waits for the winner."""
    output = tmp_path / "out.mlir"
    with _start(_command(examples / "mobilenet_v2.mlir", "--trials", "10", "-o", output)) as process:
        assert process.stderr is not None
        while "relaxed 0/" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 130
        assert time.monotonic() - began < 10.0  # and not the half minute that the compile takes
        assert "Traceback" not in process.stderr.read()
    assert not output.exists()


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["gradient", "random"])
def test_a_budget_is_kept(small_model: Path, tmp_path: Path, algorithm: str) -> None:
    """All of the command, compiling the winner included, takes at most 5 s more than the budget; and it uses it."""
    result = tmp_path / "r.json"
    began = time.monotonic()
    code, _, err = _finish(_start(_command(small_model, "--algorithm", algorithm, "--budget", "15s", "--json", result)))
    taken = time.monotonic() - began
    assert code == 0, err
    assert taken < 20.0
    found = json.loads(result.read_text())["search"]
    assert found["exact_evaluations"] > 10
    assert found["wall_s"] < 15.0
    if algorithm == "random":
        assert taken > 7.5
        assert found["stopped"] is True


@pytest.mark.slow
def test_a_budget_that_is_too_short_says_so(small_model: Path) -> None:
    code, out, err = _finish(_start(_command(small_model, "--algorithm", "random", "--budget", "10ms")))
    assert (code, out) == (1, "")
    assert "the time was over before the first machine was tried; give it more than --budget 0.01s" in err
