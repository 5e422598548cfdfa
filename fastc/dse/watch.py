"""The clock, the limits and the best so far of one search, and work that can be left behind."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from fastc.dse.exact import Evaluator, better
from fastc.dse.records import Evaluation, Options, Phase, Point, Progress

T = TypeVar("T")

POLL_S = 0.05
"""Between two looks at whether to go on waiting."""

RATE_OVER_S = 60.0
"""The rate of evaluations is that of at most so long."""


class SearchEndedError(Exception):
    """The search has ended while this thread was at work for it."""


class Background(Generic[T]):
    """A call in a thread of its own, so that one that takes long (a compile in C++) need not be waited for."""

    def __init__(self, call: Callable[[], T], name: str) -> None:
        self._call = call
        self._result: T | None = None
        self._error: BaseException | None = None
        # A daemon in the midst of C++ would take the process down when Python ends.
        self._thread = threading.Thread(target=self._run, name=name, daemon=False)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever asks for the result
            self._error = error

    def wait(self, until: Callable[[], bool]) -> bool:
        """Wait for the end of the call or until ``until()``; whether the call has ended."""
        while self._thread.is_alive():
            if until():
                return False
            self._thread.join(POLL_S)
        return True

    def leave(self) -> None:
        """Nobody wants the result any more: the call ends at its next step in Python, at the latest when the C++ that
        it is in returns."""
        thread = self._thread.ident
        if thread is not None and self._thread.is_alive():
            # SystemExit ends a thread without a word.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(SystemExit))

    def result(self) -> T:
        """What the ended call gave; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._result  # pyright: ignore[reportReturnType] - the call has ended, so there is one


class Relaxed(NamedTuple):
    """The relaxed part of a search."""

    value: float | None = None
    """Best objective of the relaxed model."""
    evaluations: int = 0
    starts: int = 0


NOTHING_RELAXED = Relaxed()


@dataclass
class Watch:
    """Clock, limits and the best so far of one search. Its methods raise SearchEndedError once it is closed."""

    options: Options
    evaluator: Evaluator
    began: float = field(default_factory=time.monotonic)
    best: Evaluation | None = None
    trajectory: list[tuple[float, int, float]] = field(default_factory=list[tuple[float, int, float]])
    relaxed: Relaxed = NOTHING_RELAXED
    relaxed_trajectory: list[tuple[float, int, float]] = field(default_factory=list[tuple[float, int, float]])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False
    _times: list[float] = field(default_factory=list[float])
    """When each evaluation of the last ``RATE_OVER_S`` that was computed anew ended."""

    def seconds(self) -> float:
        """Since the search began."""
        return time.monotonic() - self.began

    def late(self, share: float = 1.0) -> bool:
        """Whether ``share`` of the budget is used up, or the search is asked to stop."""
        budget = self.options.budget_s
        return self.options.stop.is_set() or (budget is not None and self.seconds() >= share * budget)

    def spent(self) -> bool:
        """Whether trials or budget are used up, or the search is asked to stop."""
        trials = self.options.trials
        return self.late() or (trials is not None and self.evaluator.count >= trials)

    def close(self) -> None:
        """What is still at work for this search counts no more."""
        with self._lock:
            self._closed = True

    def prefetch(self, points: Iterable[Point]) -> None:
        """``Evaluator.prefetch``."""
        self.evaluator.prefetch(points)

    def evaluate(self, point: Point, phase: Phase, done: int | None = None, total: int | None = None) -> Evaluation:
        """Evaluate exactly, remember the best, report. ``done`` and ``total`` None: evaluations, and the trials."""
        before = self.evaluator.computed
        if self._closed:
            raise SearchEndedError
        result = self.evaluator(point)
        with self._lock:
            if self._closed:
                raise SearchEndedError
            if self.evaluator.computed > before:
                self._times.append(self.seconds())
            if better(result, self.best):
                self.best = result
                if result.violation == 0.0:
                    self.trajectory.append((self.seconds(), self.evaluator.count, result.value))
        self.report(phase, self.evaluator.count if done is None else done, total)
        return result

    def report(self, phase: Phase, done: int, total: int | None = None) -> None:
        """Tell the caller where the search stands."""
        if self._closed:
            raise SearchEndedError
        if phase != "relaxed" and total is None:
            total = self.options.trials
        value = None if self.best is None or self.best.violation > 0.0 else self.best.value
        rate = self._rate_per_s()
        self.options.on_progress(
            Progress(
                phase, done, total, value, self.evaluator.count, self.seconds(), rate, self._remaining_s(phase, rate)
            )
        )

    def _rate_per_s(self) -> float | None:
        now = self.seconds()
        recent = [moment for moment in self._times if moment >= now - RATE_OVER_S]
        self._times = recent
        if len(recent) < 2 or recent[-1] == recent[0]:
            return None
        return (len(recent) - 1) / (recent[-1] - recent[0])

    def _remaining_s(self, phase: Phase, rate_per_s: float | None) -> float | None:
        options = self.options
        left: list[float] = []
        if options.budget_s is not None:
            left.append(options.budget_s - self.seconds())
        if options.trials is not None and rate_per_s is not None and phase != "relaxed":
            left.append((options.trials - self.evaluator.count) / rate_per_s)
        return max(0.0, min(left)) if left else None
