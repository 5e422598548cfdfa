"""What the tests of workers send them, in a module that a worker can import."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from fastc.dse import SearchResult
from tests.unit.dse.dse_cases import SMALL_SPACE, at_most, problem

CASE = problem(SMALL_SPACE, (at_most("tdp <= 12 W", "tdp_w", 12.0),))


def told(result: SearchResult) -> tuple[object, ...]:
    """All of a result but its times."""
    return result.best.point, result.best.value, result.exact_evaluations, [t[1:] for t in result.trajectory]


def loaded(name: str) -> bool:
    """Whether this process has the module."""
    return name in sys.modules


def die_once(mark: str) -> int:
    """Take the worker down, the first time."""
    if not os.path.exists(mark):
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def die(_: int) -> None:
    """Take the worker down."""
    os.kill(os.getpid(), signal.SIGKILL)
