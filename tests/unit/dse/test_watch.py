"""Work that is left behind, and the reports of a search."""

from __future__ import annotations

import threading
import time

import pytest

from fastc.dse import Algorithm, NothingFoundError, Options, Progress, SearchProblem, search
from fastc.dse.asktell import Random
from fastc.dse.records import Evaluation, Point
from fastc.dse.watch import Background
from tests.unit.dse.dse_cases import SMALL_SPACE, problem


def test_background_gives_what_the_call_gives() -> None:
    work = Background(lambda: 7, "seven")
    assert work.wait(lambda: False)
    assert work.result() == 7

    def fail() -> int:
        raise LookupError("lost")

    work = Background(fail, "failing")
    assert work.wait(lambda: False)
    with pytest.raises(LookupError, match="lost"):
        work.result()


def test_work_that_is_left_behind_ends() -> None:
    """A loop in Python that never ends by itself."""
    reached, given_up = threading.Event(), threading.Event()

    def loop() -> None:
        while not given_up.is_set():
            reached.set()
            time.sleep(0.001)

    work = Background(loop, "endless")
    try:
        assert reached.wait(60.0)
        assert not work.wait(reached.is_set)
        work.leave()
        end = time.monotonic() + 30.0
        assert work.wait(lambda: time.monotonic() > end)
    finally:
        given_up.set()


class Slow:
    """Asks for one point, and then takes for ever."""

    def __init__(self, problem: SearchProblem) -> None:
        self.random = Random(problem, 0)
        self.asked = 0

    def ask(self) -> list[Point]:
        self.asked += 1
        while self.asked > 1:
            time.sleep(0.001)
        return list(self.random.ask())[:1]

    def tell(self, evaluations: list[Evaluation]) -> None:
        pass


def _slow(problem: SearchProblem) -> Algorithm:
    return Slow(problem)  # pyright: ignore[reportReturnType] - lists for sequences


@pytest.mark.parametrize("by_budget", [True, False])
def test_an_algorithm_that_does_not_end_is_left_behind(by_budget: bool) -> None:
    """By the budget, and by an event that is set while it is at work: the best so far."""
    before = threading.active_count()
    options = Options(budget_s=1.0 if by_budget else None)
    if not by_budget:
        options = Options(on_progress=lambda step: options.stop.set() if step.evaluations else None)
    began = time.monotonic()
    found = search(problem(SMALL_SPACE), options, _slow)
    assert time.monotonic() - began < 30.0
    assert found.exact_evaluations == 1
    assert found.stopped
    assert found.algorithm == "_slow"
    end = time.monotonic() + 60.0
    while threading.active_count() > before:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_no_evaluation_in_time() -> None:
    with pytest.raises(NothingFoundError, match="before its first exact evaluation"):
        search(problem(SMALL_SPACE), Options(budget_s=0.0, overtime_s=0.0), "random")


def test_progress_has_rate_and_time_left() -> None:
    """The rate is that of the evaluations, and the rest of the trials at that rate is what is left."""
    seen: list[Progress] = []
    search(problem(SMALL_SPACE), Options(trials=12, on_progress=seen.append), "random")
    assert [step.done for step in seen] == list(range(1, 13))
    assert {step.total for step in seen} == {12}
    assert seen[0].rate_per_s is None
    assert seen[0].remaining_s is None
    last = seen[7]
    assert last.rate_per_s is not None
    assert last.rate_per_s == pytest.approx(7.0 / (seen[7].wall_s - seen[0].wall_s), rel=0.2)
    assert last.remaining_s == pytest.approx(4.0 / last.rate_per_s)
    assert seen[-1].remaining_s == 0.0
    values = [step.best_value for step in seen if step.best_value is not None]
    assert values == sorted(values)
