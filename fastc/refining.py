"""The last compile of a search's winner: with what pays on some machines and takes too long to try on each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from xdsl.utils.exceptions import PassFailedException

from dialects.arch import AcceleratorOp
from fastc import driver, pipelines
from fastc.compilation import Costed, Model
from fastc.dse.watch import Background
from fastc.errors import FastcError
from fastc.pipelines import Flags
from fastc.scoring import Goal, judge

MAPPER_BUDGET = 300
"""Mappings of each contraction that the optimal mapper looks at here. On the machine found for EfficientNet-B0 (seed 0)
it gains about 1 %, and ten times as many mappings 0.01 % more; no other model was measured."""

OPTIMAL: Flags = pipelines.mapper_flags(MAPPER_BUDGET)

CHAINS: Flags = (("tile-chains", ""),)

REFINEMENTS: tuple[Flags, ...] = (OPTIMAL, CHAINS, (*CHAINS, *OPTIMAL))
"""What is tried with each model, what takes longest last: the optimal mapper, chains of recipes, and both where chains
alone do better than none."""

Late: TypeAlias = Callable[[], bool]
"""Whether there is no time left."""


class Plain(NamedTuple):
    """A model, compiled for the winner as the search did."""

    cleaned: Model
    flags: Flags
    costed: Costed


def refined(goal: Goal, plain: Sequence[Plain], machine: AcceleratorOp, late: Late) -> list[Costed]:
    """``plain``, each model in turn with the one of ``REFINEMENTS`` beside its flags that serves ``goal`` best, if any
    does better.

    What is not ready once ``late()`` is left out, so that the time which there is, is kept.
    """
    best = [one.costed for one in plain]
    value = driver.objective_value(goal, [each.metrics for each in best])
    for index, one in enumerate(plain):
        before, chains_pay = value, True
        for refinement in _of_use(one.flags):
            if not chains_pay:
                break
            tried = _compiled(one.cleaned, machine, one.flags + refinement, late)
            if tried is None:
                continue
            together = [*best[:index], tried, *best[index + 1 :]]
            metrics = [each.metrics for each in together]
            reached = driver.objective_value(goal, metrics)
            chains_pay = refinement != CHAINS or reached > before
            if reached > value and all(verdict.met for verdict in judge(goal, metrics)):
                best, value = together, reached
    return best


def _of_use(flags: Flags) -> tuple[Flags, ...]:
    """Those of ``REFINEMENTS`` that change what ``flags`` make."""
    return (OPTIMAL,) if dict(flags).get("tile-chains") is not None else REFINEMENTS


def _compiled(model: Model, machine: AcceleratorOp, flags: Flags, late: Late) -> Costed | None:
    """The model compiled with ``flags``; None where that fails, or takes too long."""
    if late():
        return None
    work = Background(lambda: driver.cost(model, machine, "fastc", flags=flags), "refinement")
    if not work.wait(late):
        work.leave()
        return None
    try:
        return work.result()
    except (FastcError, PassFailedException):
        return None
