"""The Gemmini-like machine of DOSA as levels of buffers; its constants, with their source, are in
``data/gemmini_timeloop.toml``."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from hwmodels.nest.records import Level
from hwmodels.records import Array

KIB = 1024.0


@lru_cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("hwmodels").joinpath("data/gemmini_timeloop.toml").read_text(encoding="utf-8"))


def mac_j() -> float:
    """Energy of one multiply-accumulate."""
    return _data()["mac"]["j"]


def gemmini_levels(
    array_dim: Array, scratchpad_bytes: Array, accumulator_bytes: Array, keeps: tuple[tuple[bool, ...], ...]
) -> tuple[Level, ...]:
    """DRAM, scratchpad, accumulators (one per column of the array) and registers; arguments [...].

    ``keeps``: for each level, which tensors it keeps. The accumulator is cleared before a sum begins: inferred from
    the rows' cycles, which count one access more for each sum; whether as a fill or a read cannot be told from them.
    """
    data = _data()
    accumulator_j = data["accumulator"]["j_per_kib"] * accumulator_bytes / KIB / array_dim + data["accumulator"]["j"]
    scratchpad_j = data["scratchpad"]["j_per_kib"] * scratchpad_bytes / KIB + data["scratchpad"]["j"]
    rows = (
        ("dram", data["dram"]["j"], data["dram"]["words_per_cycle"]),
        ("scratchpad", scratchpad_j, data["scratchpad"]["words_per_cycle_per_column"] * array_dim),
        ("accumulator", accumulator_j, data["accumulator"]["words_per_cycle"]),
        ("registers", data["registers"]["j"], float("inf")),
    )
    return tuple(
        Level(
            name,
            kept,
            clears=name == "accumulator",
            shared_words_per_cycle=words,
            read_j=joules,
            fill_j=joules,
            update_j=joules,
        )
        for (name, joules, words), kept in zip(rows, keeps, strict=True)
    )
