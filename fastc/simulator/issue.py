"""What is issued in each step of a program, ahead of its computation and behind it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastc.simulator.nest import Ints
from fastc.simulator.program import Feed, Program


class FeedRow(NamedTuple):
    """One step of ``program.Feed``."""

    dram: int
    dram_next: int
    noc: int
    noc_from_next: int
    noc_early: int
    is_new: int
    is_new_outer: int
    more: int
    """1 as long as this or a later step brings tiles to the PEs,"""
    more_outer: int
    """or a next global tile."""


class Row(NamedTuple):
    """What is issued in one step: what goes out follows a step behind its computation (in DRAM two), what comes in is
    a step ahead of it."""

    store_dram: int
    store: int
    side_dram: int
    side: int
    reload_dram: int
    reload: int
    step: int
    vector: int
    completes: int
    enters: int
    leaves: int
    leaves_outer: int
    follows: int
    """1 where that is the outputs of this step alone, so that the vector unit can follow them as they come."""
    computes: int
    """0 in the two steps at the end in which only stores are left."""
    more_early: int
    """1 as long as this or a later step asks DRAM for what may come at any time."""
    feeds: tuple[FeedRow, ...] = ()


def _shifted(values: Ints, by: int, count: int) -> Ints:
    """[count] ``values`` moved ``by`` steps later; 0 where there are none."""
    result = np.zeros(count, np.int64)
    first, last = max(by, 0), min(count, len(values) + by)
    result[first:last] = values[first - by : last - by]
    return result


def _more(values: Ints) -> Ints:
    """1 as long as any of ``values`` is left."""
    return np.maximum.accumulate(values[::-1] > 0)[::-1].astype(np.int64)


def _feed_columns(feed: Feed) -> tuple[Ints, ...]:
    """The fields of ``FeedRow`` for all steps."""
    parts = feed.dram, feed.dram_next, feed.noc
    flags = feed.noc_from_next, feed.noc_early, feed.is_new, feed.is_new_outer
    return *parts, *flags, _more(feed.noc), _more(feed.dram_next)


def issued(program: Program) -> tuple[list[Row], Ints]:
    """The different rows, and which of them each step issues."""
    count = len(program.step) + 2
    own = [
        _shifted(program.store_dram, 2, count),
        _shifted(program.store, 1, count),
        _shifted(program.side_dram, -1, count),
        _shifted(program.side, -1, count),
        _shifted(program.reload_dram, -1, count),
        _shifted(program.reload, -1, count),
        _shifted(program.step, 0, count),
        _shifted(program.vector, 0, count),
        _shifted(program.completes, 0, count),
        _shifted(program.enters, 0, count),
        _shifted(program.leaves, 0, count),
        _shifted(program.leaves_outer, 1, count),
        _shifted(program.follows, 0, count),
        _shifted(np.ones_like(program.step), 0, count),
        _shifted(_more(sum((feed.dram for feed in program.feeds), program.side_dram)), 0, count),
    ]
    feeds = [_shifted(values, 0, count) for feed in program.feeds for values in _feed_columns(feed)]
    table, which = np.unique(np.column_stack([*own, *feeds]), axis=0, return_inverse=True)
    width = len(FeedRow._fields)
    rows = [
        Row._make(
            (*line[: len(own)], tuple(FeedRow._make(line[at : at + width]) for at in range(len(own), len(line), width)))
        )
        for line in table.tolist()
    ]
    return rows, which.reshape(-1)
