"""Work on many things alike, half of it in a second process where that is safe and there is a second core."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

LEAST_ITEMS = 8
"""Fewer are not worth another process."""


def may_fork() -> bool:
    """Whether a copy of this process is of use, and sound: with threads, or with JAX, which has them, it may hang."""
    if not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2:
        return False
    alone = threading.active_count() == 1 and multiprocessing.parent_process() is None
    return alone and "jax" not in sys.modules


def by_halves(
    work: Callable[[Sequence[Item]], Result], items: Sequence[Item], *, fork: bool | None = None
) -> list[Result]:
    """``work`` on every other of ``items``, and on those between, or on a few all at once: one after the other, or
    (``fork``; None: where ``may_fork`` says so) the second in a copy of this process, with the same results.

    What ``work`` raises is raised here; results of a copy must be such that pickle can write them.
    """
    halves = [items[::2], items[1::2]] if len(items) >= LEAST_ITEMS else [items]
    if len(halves) == 1 or not (may_fork() if fork is None else fork):
        return [work(half) for half in halves]
    child, pipe = _copy(work, halves[1])
    try:
        with os.fdopen(pipe, "rb") as stream:
            first = work(halves[0])
            answer = stream.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    # What went wrong there goes wrong here again, and is told.
    second: Result = pickle.loads(answer) if status == 0 else work(halves[1])
    return [first, second]


def _copy(work: Callable[[Sequence[Item]], Result], items: Sequence[Item]) -> tuple[int, int]:
    """The process that works on ``items``, and where its result can be read."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 warns of threads of libraries, which the copy does not need.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        answer = pickle.dumps(work(items), protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as stream:
            stream.write(answer)
        status = 0
    finally:
        # No clean-up of what belongs to the parent, and no traceback.
        os._exit(status)
