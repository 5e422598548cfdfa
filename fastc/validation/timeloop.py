"""The engine of access counts (``hwmodels.nest``) against Timeloop's own outputs."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fastc.validation.records import Bar, Check, compare
from hwmodels.nest import Level, Loops, Problem, Tensor, cost, count
from hwmodels.nest.gemmini import gemmini_levels, mac_j

CASES = "timeloop_cases"
GEMMINI = "timeloop_gemmini"
KINDS = ("reads", "fills", "updates")


def checks(data: Path) -> tuple[Check, ...]:
    """Timeloop's reference cases, and random mappings on Gemmini-like machines, from the files in ``data``.

    Raises FileNotFoundError where a file is missing, ValueError with file, case or row and remedy where its content
    cannot be read.
    """
    return _case_checks(data / f"{CASES}.json") + _gemmini_checks(data / f"{GEMMINI}.csv.gz")


def _case_checks(path: Path) -> tuple[Check, ...]:
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in (*KINDS, "cycles")}
    dense = [case for case in cases if not case.get("sparse")]
    for case in dense:
        try:
            for name, found in _compare_case(case).items():
                pairs[name] += found
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError(
                f"{path}: case '{case.get('name')}': {error!r}; give problem, mapping and levels as in the README there"
            ) from error
    units = {"cycles": "cycles"}
    return tuple(
        compare(
            CASES,
            f"{name} [{units.get(name, 'words per instance')}]",
            [ours for ours, _ in found],
            [theirs for _, theirs in found],
            Bar(exact=True),
            "Timeloop's authors, timeloop-accelergy-exercises, reference outputs",
            note=f"{len(dense)} dense cases; levels and tensors side by side" if name != "cycles" else "",
        )
        for name, found in pairs.items()
    )


def _compare_case(case: dict[str, Any]) -> dict[str, list[tuple[float, float]]]:
    """(ours, Timeloop's) by quantity."""
    problem, levels, loops = _read_case(case)
    counts = count(problem, levels, loops)
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in KINDS}
    pairs["cycles"] = [(float(cost(counts, levels).cycles), case["summary"]["cycles"])]
    names = [level.name for level in levels]
    for row in case["levels"]:
        for position, tensor in enumerate(problem.tensors):
            theirs = row["data"].get(tensor.name)
            access = counts.levels[names.index(row["level"])][position] if row["level"] in names else None
            if (access is None) != (theirs is None):
                raise ValueError(f"level '{row['level']}' and the mapping disagree on who keeps '{tensor.name}'")
            if access is not None:
                for kind in KINDS:
                    pairs[kind].append((float(getattr(access, kind) / access.instances), theirs[kind]))
    return pairs


def _read_case(case: dict[str, Any]) -> tuple[Problem, tuple[Level, ...], Loops]:
    """A case's problem, levels (outermost first, with their bandwidths) and mapping."""
    shape, mapping = case["problem"], case["mapping"]
    dims = tuple(shape["dimensions"])
    instance = shape["instance"]
    coefficients = {c["name"]: float(instance.get(c["name"], c["default"])) for c in shape["coefficients"]}
    tensors = tuple(
        Tensor(
            space["name"],
            tuple(
                tuple((dims.index(term[0]), coefficients[term[1]] if len(term) > 1 else 1.0) for term in axis)
                for axis in space["projection"]
            ),
            bool(space.get("read_write")),
        )
        for space in shape["data_spaces"]
    )
    specs = {row["level"]: row["spec"] for row in case["levels"]}
    levels = tuple(
        Level(
            entry["level"],
            tuple(tensor.name in entry["tiles"] for tensor in tensors),
            read_words_per_cycle=_limit(specs.get(entry["level"]), "read"),
            write_words_per_cycle=_limit(specs.get(entry["level"]), "write"),
            shared_words_per_cycle=_limit(specs.get(entry["level"]), "shared"),
        )
        for entry in mapping
    )
    rows = [(index, loop) for index, entry in enumerate(mapping) for loop in entry["loops"]]
    loops = Loops(
        np.asarray([float(loop["bound"]) for _, loop in rows]),
        tuple(dims.index(loop["dim"]) for _, loop in rows),
        tuple(index for index, _ in rows),
        tuple(loop["type"] != "temporal" for _, loop in rows),
    )
    # Timeloop does what the loops say, also where they do not reach the end of a dimension.
    reached = [float(np.prod(loops.factors[[d == dim for d in loops.dims]])) for dim in range(len(dims))]
    bounds = np.asarray([min(float(instance.get(dim, 1)), end) for dim, end in zip(dims, reached, strict=True)])
    return Problem(dims, bounds, tensors), levels, loops


def _limit(spec: dict[str, Any] | None, kind: str) -> float:
    value = (spec or {}).get(f"{kind}_bw_words_per_cycle")
    return float("inf") if value is None else float(value)


DIMS = "RSPQCKN"
"""Of the problems of ``timeloop_gemmini``, columns of the file."""
OPERANDS = "WIO"
LEVEL = re.compile(r"L(\d)\[([WIO]*)\]((?: [RSPQCKN]\d+[XY]?)*)")
LOOP = re.compile(r"([RSPQCKN])(\d+)([XY]?)")
COLUMNS = ("mapping", "array_dim", "sp_bytes", "acc_bytes", *DIMS, "stride", "cycles", "energy_uJ")


@dataclass(frozen=True)
class _Mapping:
    """One row's mapping, levels outermost first."""

    keeps: tuple[tuple[bool, ...], ...]
    loops: tuple[tuple[tuple[int, int, bool], ...], ...]
    """For each level its loops: (dimension, factor, spatial)."""


def _gemmini_checks(path: Path) -> tuple[Check, ...]:
    rows = _rows(path)
    cycles, energy_j = np.zeros(len(rows)), np.zeros(len(rows))
    groups: dict[tuple[tuple[bool, ...], ...], list[int]] = {}
    mappings = [_parse(path, number, row["mapping"]) for number, row in enumerate(rows, 2)]
    for index, mapping in enumerate(mappings):
        groups.setdefault(mapping.keeps, []).append(index)
    for members in groups.values():
        for start in range(0, len(members), BATCH):
            chosen = members[start : start + BATCH]
            cycles[chosen], energy_j[chosen] = _gemmini([rows[i] for i in chosen], [mappings[i] for i in chosen])
    source = "UC Berkeley, DOSA (MICRO 2023): Timeloop and Accelergy"
    measured = {name: [float(row[name]) for row in rows] for name in ("cycles", "energy_uJ")}
    return (
        # Timeloop counts whole cycles; the model leaves fractions of a transfer.
        compare(GEMMINI, "cycles", np.ceil(cycles), measured["cycles"], Bar(mape=0.001), source),
        compare(GEMMINI, "energy [uJ]", energy_j * 1e6, measured["energy_uJ"], Bar(mape=0.01), source),
    )


BATCH = 250
"""Rows evaluated together: as many as stay in the processor's caches."""


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 2):
        for column in COLUMNS:
            try:
                value = row[column]
                if column != "mapping" and not float(value) > 0.0:
                    raise ValueError(value)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(
                    f"{path}: row {number}, column '{column}': {row.get(column)!r} is no positive number; mend it"
                ) from error
    return rows


def _parse(path: Path, number: int, text: str) -> _Mapping:
    parts = [LEVEL.fullmatch(part) for part in text.split(" - ")]
    if [part and part[1] for part in parts] != ["3", "2", "1", "0"]:
        raise ValueError(
            f"{path}: row {number}, column 'mapping': {text!r}; write 'L3[WIO] K8 - L2[WI] K2X - L1[O] - L0[W] P8'"
        )
    found = [part for part in parts if part is not None]
    return _Mapping(
        tuple(tuple(operand in part[2] for operand in OPERANDS) for part in found),
        tuple(
            tuple((DIMS.index(dim), int(factor), axis != "") for dim, factor, axis in LOOP.findall(part[3]))
            for part in found
        ),
    )


def _together(mappings: Sequence[_Mapping]) -> Loops:
    """The mappings side by side: at each level as many temporal loops as any has, then as many spatial ones; those that
    a mapping lacks run once."""
    factors, dims, levels, kinds = [], [], [], []
    for level in range(len(mappings[0].loops)):
        for spatial in (False, True):
            own = [[loop for loop in mapping.loops[level] if loop[2] == spatial] for mapping in mappings]
            for slot in range(max(len(loops) for loops in own)):
                picked = [loops[slot] if slot < len(loops) else (0, 1, spatial) for loops in own]
                dims.append([dim for dim, _, _ in picked])
                factors.append([float(factor) for _, factor, _ in picked])
                levels.append(level)
                kinds.append(spatial)
    return Loops(np.asarray(factors).T, np.asarray(dims).T, tuple(levels), tuple(kinds))


def _gemmini(rows: Sequence[dict[str, str]], mappings: Sequence[_Mapping]) -> tuple[np.ndarray, np.ndarray]:
    """Cycles and joules of each row; all mappings keep the same tensors."""

    def column(name: str) -> np.ndarray:
        return np.asarray([float(row[name]) for row in rows])

    r, s, p, q, c, k, n = range(len(DIMS))
    stride = column("stride")
    problem = Problem(
        tuple(DIMS),
        np.stack([column(dim) for dim in DIMS], axis=-1),
        (
            Tensor("weight", tuple(((dim, 1.0),) for dim in (r, s, c, k))),
            Tensor("input", (((n, 1.0),), ((c, 1.0),), ((p, stride), (r, 1.0)), ((q, stride), (s, 1.0)))),
            Tensor("output", tuple(((dim, 1.0),) for dim in (n, k, p, q)), written=True),
        ),
    )
    levels = gemmini_levels(column("array_dim"), column("sp_bytes"), column("acc_bytes"), mappings[0].keeps)
    result = cost(count(problem, levels, _together(mappings)), levels, mac_j())
    return result.cycles, result.energy_j
