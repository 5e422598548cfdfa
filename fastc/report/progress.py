"""How a search gets on."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Protocol

from fastc.report.text import error_console

PREPARING = "preparing the search"
"""Progress until the search has something to say."""

PROGRESS_EVERY_S = 5.0
"""Seconds between two lines of progress of one phase where there is no terminal."""


class Step(Protocol):
    """What a search says of its progress (``fastc.dse.Progress``)."""

    @property
    def phase(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int | None: ...
    @property
    def best_value(self) -> float | None: ...
    @property
    def evaluations(self) -> int: ...
    @property
    def wall_s(self) -> float: ...
    @property
    def rate_per_s(self) -> float | None: ...
    @property
    def remaining_s(self) -> float | None: ...


def progress_text(step: Step) -> str:
    """Where a search stands, in a line: its best value, its rate, and how long it will yet take."""
    where = f"{step.phase} {step.done}" + ("" if step.total is None else f"/{step.total}")
    best = "none yet" if step.best_value is None else f"{step.best_value:.5g}"
    rate = "" if step.rate_per_s is None else f" ({step.rate_per_s:.2g}/s)"
    left = "" if step.remaining_s is None else f", at most {step.remaining_s:.0f} s left"
    return f"{where}, {step.evaluations} exact evaluations{rate}, best {best}, {step.wall_s:.0f} s{left}"


class SearchProgress:
    """Progress of a search on standard error: a line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._console = error_console()
        self._status = self._console.status(PREPARING) if self._console.is_terminal else None
        self._printed_s = 0.0
        self._phase: str | None = None

    def __enter__(self) -> SearchProgress:
        if self._status is not None:
            self._status.start()
        else:
            print(f"fastc: {PREPARING}", file=sys.stderr, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def update(self, step: Step) -> None:
        """Show where the search stands."""
        text = progress_text(step)
        if self._status is not None:
            self._status.update(text)
        elif step.phase != self._phase or time.monotonic() - self._printed_s >= PROGRESS_EVERY_S:
            # The first step of a phase may take a minute: it is announced.
            self._phase, self._printed_s = step.phase, time.monotonic()
            print(f"fastc: {text}", file=sys.stderr, flush=True)
