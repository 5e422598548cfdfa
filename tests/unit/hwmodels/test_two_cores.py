"""Work in halves: the same results from one process and from two, whatever becomes of the second."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from hwmodels.mapspace.two_cores import by_halves, may_fork

COPY = """
import os, signal, sys
from hwmodels.mapspace.two_cores import by_halves

parent, items = os.getpid(), list(range(10))
assert by_halves(lambda half: (sum(half), os.getpid() == parent), items, fork=True) == [(20, True), (25, False)]

def dies(half):
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return sum(half)

assert by_halves(dies, items, fork=True) == [20, 25]

def fails(half):
    if 1 in half:
        raise ValueError("one")
    return half

try:
    by_halves(fails, items, fork=True)
except ValueError as error:
    assert error.args == ("one",)
else:
    sys.exit("nothing was raised")
# What fails here leaves no process behind.
try:
    by_halves(lambda half: 1 // half[0] if os.getpid() == parent else bytes(10**6), items, fork=True)
except ZeroDivisionError:
    pass
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("all well")
"""


def test_halves_in_one_process() -> None:
    def work(half: Sequence[int]) -> list[int]:
        return [item * item for item in half]

    assert by_halves(work, list(range(10)), fork=False) == [[0, 4, 16, 36, 64], [1, 9, 25, 49, 81]]
    assert by_halves(work, [3], fork=False) == [[9]]
    assert by_halves(work, [], fork=True) == [[]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="without copies of processes there are none to test")
def test_halves_in_two_processes() -> None:
    # In a process of its own: this one may have threads.
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", COPY], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "all well\n"
    assert done.stderr == ""


def test_nothing_is_copied_beside_threads_or_in_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: None)
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    assert may_fork() == hasattr(os, "fork")
    for where, name, value in (
        (threading, "active_count", lambda: 2),
        (multiprocessing, "parent_process", object),
        (os, "sched_getaffinity", lambda _: {0}),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, value)
            assert not may_fork()
    monkeypatch.setitem(sys.modules, "jax", sys)
    assert not may_fork()
