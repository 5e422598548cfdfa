"""The engine of access counts (``hwmodels.nest``) against Timeloop's own outputs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fastc.validation.documents import Entry, read_json
from fastc.validation.records import Bar, Check, compare
from fastc.validation.tables import MOST, Row, read_table
from hwmodels.nest import Level, Loops, Problem, Tensor, cost, count
from hwmodels.nest.gemmini import gemmini_levels, mac_j

CASES = "timeloop_cases"
GEMMINI = "timeloop_gemmini"
KINDS = ("reads", "fills", "updates")


MOST_EXTENT = 1e6
"""No dimension is bigger, so that steps times strides stay within the integers of which the engine takes divisors."""

MOST_STRIDE = 1e3
MOST_LOOPS = 64
"""Of a mapping: the engine compares each with each."""

MOST_TERMS = 4
"""Of an axis: the engine looks at all combinations of their kinds of transition."""


def checks(data: Path) -> tuple[Check, ...]:
    """All checks of this module: see ``case_checks`` and ``gemmini_checks``."""
    return (*case_checks(data), *gemmini_checks(data))


def case_checks(data: Path) -> tuple[Check, ...]:
    """Timeloop's reference cases, from ``data/timeloop_cases.json``.

    Raises FileNotFoundError without the file, ValueError with place and remedy where its content cannot be read.
    """
    cases = read_json(data / f"{CASES}.json")["cases"]
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in (*KINDS, "cycles")}
    dense = [case for case in cases.items() if case.get("sparse") is None or case["sparse"].value is False]
    if not dense:
        raise cases.wrong("dense cases, one at least")
    for case in dense:
        for name, found in _compare_case(case).items():
            pairs[name] += found
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


def _compare_case(case: Entry) -> dict[str, list[tuple[float, float]]]:
    """(ours, Timeloop's) by quantity."""
    problem, levels, loops = _read_case(case)
    try:
        counts = count(problem, levels, loops)
    except ValueError as error:
        raise ValueError(f"{case.place}: {error}") from None
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in KINDS}
    cycles = case["summary"]["cycles"].positive()
    pairs["cycles"] = [(float(cost(counts, levels).cycles), cycles)]
    names = [level.name for level in levels]
    for row in case["levels"].items():
        data, name = row["data"], row["level"].text()
        for position, tensor in enumerate(problem.tensors):
            theirs = data.get(tensor.name)
            access = counts.levels[names.index(name)][position] if name in names else None
            if (access is None) != (theirs is None):
                raise ValueError(
                    f"{row.place}: level '{name}' and the mapping disagree on who keeps '{tensor.name}'; mend one"
                )
            if access is not None and theirs is not None:
                for kind in KINDS:
                    ours = float(getattr(access, kind) / access.instances)
                    pairs[kind].append((ours, theirs[kind].number(least=0.0)))
    if not pairs["reads"]:
        raise case["levels"].wrong("levels with data")
    return pairs


def _read_case(case: Entry) -> tuple[Problem, tuple[Level, ...], Loops]:
    """A case's problem, levels (outermost first, with their bandwidths) and mapping."""
    dims, sizes, tensors = _read_problem(case["problem"])
    specs = {row["level"].text(): row.get("spec") for row in case["levels"].items()}
    mapping = case["mapping"].items(MOST_LOOPS)
    levels = tuple(_level(entry, tensors, specs.get(entry["level"].text())) for entry in mapping)
    rows = [(index, loop) for index, entry in enumerate(mapping) for loop in entry["loops"].items(MOST_LOOPS)]
    if len(rows) > MOST_LOOPS:
        raise case["mapping"].wrong(f"at most {MOST_LOOPS} loops in all")
    loops = Loops(
        np.asarray([float(loop["bound"].whole(most=MOST_EXTENT)) for _, loop in rows]),
        tuple(_position(loop["dim"], dims) for _, loop in rows),
        tuple(index for index, _ in rows),
        tuple(loop["type"].text() != "temporal" for _, loop in rows),
    )
    # Timeloop does what the loops say, also where they do not reach the end of a dimension.
    reached = [float(np.prod(loops.factors[[d == dim for d in loops.dims]])) for dim in range(len(dims))]
    bounds = np.asarray([min(size, end) for size, end in zip(sizes, reached, strict=True)])
    return Problem(dims, bounds, tensors), levels, loops


def _read_problem(shape: Entry) -> tuple[tuple[str, ...], list[float], tuple[Tensor, ...]]:
    """Dimensions, their sizes, and tensors."""
    dims = tuple(dim.text() for dim in shape["dimensions"].items(MOST_LOOPS))
    instance = shape["instance"]
    coefficients: dict[str, float] = {}
    for entry in shape["coefficients"].items():
        name = entry["name"].text()
        coefficients[name] = (instance.get(name) or entry["default"]).positive(MOST_STRIDE)
    tensors = tuple(_tensor(space, dims, coefficients) for space in shape["data_spaces"].items(MOST_LOOPS))
    for tensor in tensors:
        used = [dim for axis in tensor.axes for dim, _ in axis]
        if len(used) != len(set(used)):
            raise shape["data_spaces"].wrong(f"projections in which no dimension of '{tensor.name}' is twice")
    found = [instance.get(dim) for dim in dims]
    return dims, [1.0 if size is None else float(size.whole(most=MOST_EXTENT)) for size in found], tensors


def _tensor(space: Entry, dims: Sequence[str], coefficients: dict[str, float]) -> Tensor:
    axes: list[tuple[tuple[int, float], ...]] = []
    for axis in space["projection"].items(MOST_LOOPS):
        terms: list[tuple[int, float]] = []
        for term in axis.items(MOST_TERMS):
            parts = term.items(2)
            if not parts or (len(parts) > 1 and parts[1].text() not in coefficients):
                raise term.wrong("a dimension, and the name of a coefficient if it has one")
            terms.append((_position(parts[0], dims), coefficients[parts[1].text()] if len(parts) > 1 else 1.0))
        axes.append(tuple(terms))
    written = space.get("read_write")
    return Tensor(space["name"].text(), tuple(axes), written is not None and written.value is True)


def _position(entry: Entry, dims: Sequence[str]) -> int:
    if entry.text() not in dims:
        raise entry.wrong(f"one of {', '.join(dims)}")
    return dims.index(entry.text())


def _level(entry: Entry, tensors: Sequence[Tensor], spec: Entry | None) -> Level:
    tiles = entry["tiles"]

    def limit(kind: str) -> float:
        value = spec.get(f"{kind}_bw_words_per_cycle") if spec else None
        return float("inf") if value is None else value.positive()

    return Level(
        entry["level"].text(),
        tuple(tensor.name in tiles.table() for tensor in tensors),
        read_words_per_cycle=limit("read"),
        write_words_per_cycle=limit("write"),
        shared_words_per_cycle=limit("shared"),
    )


DIMS = "RSPQCKN"
"""Of the problems of ``timeloop_gemmini``, columns of the file."""
OPERANDS = "WIO"
LEVEL = re.compile(r"L([0-3])\[([WIO]*)\]((?: [RSPQCKN][1-9]\d{0,5}[XY]?){0,16})", re.ASCII)
LOOP = re.compile(r"([RSPQCKN])(\d+)([XY]?)", re.ASCII)
COLUMNS = ("mapping", "array_dim", "sp_bytes", "acc_bytes", *DIMS, "stride", "cycles", "energy_uJ")


@dataclass(frozen=True)
class _Mapping:
    """One row's mapping, levels outermost first."""

    keeps: tuple[tuple[bool, ...], ...]
    loops: tuple[tuple[tuple[int, int, bool], ...], ...]
    """For each level its loops: (dimension, factor, spatial)."""


def gemmini_checks(data: Path) -> tuple[Check, ...]:
    """Random mappings on Gemmini-like machines, from ``data/timeloop_gemmini.csv.gz``.

    Raises FileNotFoundError without the file, ValueError with place and remedy where its content cannot be read.
    """
    rows = read_table(data / f"{GEMMINI}.csv.gz", COLUMNS)
    cycles, energy_j = np.zeros(len(rows)), np.zeros(len(rows))
    groups: dict[tuple[tuple[bool, ...], ...], list[int]] = {}
    mappings = [_parse(row) for row in rows]
    for index, mapping in enumerate(mappings):
        groups.setdefault(mapping.keeps, []).append(index)
    for members in groups.values():
        for start in range(0, len(members), BATCH):
            chosen = members[start : start + BATCH]
            cycles[chosen], energy_j[chosen] = _gemmini([rows[i] for i in chosen], [mappings[i] for i in chosen])
    source = "UC Berkeley, DOSA (MICRO 2023): Timeloop and Accelergy"
    measured = {name: [row.positive(name) for row in rows] for name in ("cycles", "energy_uJ")}
    return (
        # Timeloop counts whole cycles; the model leaves fractions of a transfer.
        compare(GEMMINI, "cycles", np.ceil(cycles), measured["cycles"], Bar(mape=0.001), source),
        compare(GEMMINI, "energy [uJ]", energy_j * 1e6, measured["energy_uJ"], Bar(mape=0.01), source),
    )


BATCH = 250
"""Rows evaluated together: as many as stay in the processor's caches."""


def _parse(row: Row) -> _Mapping:
    parts = [LEVEL.fullmatch(part) for part in row.text("mapping").split(" - ")]
    found = [part for part in parts if part is not None]
    if [part and part[1] for part in parts] != ["3", "2", "1", "0"] or set(found[0][2]) != set(OPERANDS):
        raise row.wrong("mapping", "one such as 'L3[WIO] K8 - L2[WI] K2X - L1[O] - L0[W] P8', L3 with all of WIO")
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


def _gemmini(rows: Sequence[Row], mappings: Sequence[_Mapping]) -> tuple[np.ndarray, np.ndarray]:
    """Cycles and joules of each row; all mappings keep the same tensors."""

    def column(name: str) -> np.ndarray:
        most = MOST_EXTENT if name in DIMS else MOST_STRIDE if name == "stride" else MOST
        return np.asarray([float(row.whole(name, most=most)) for row in rows])

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
