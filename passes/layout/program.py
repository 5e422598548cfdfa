"""The choice of layouts as an integer program: plain numbers, no IR.

Every node (an op) runs in one of its modes. A mode writes each of its results in one layout and accepts some layouts of
each tensor that it reads. Where no accepted layout of a tensor is there, a transpose copies the tensor into one, once
for all nodes that read it so. The copies' bytes are minimised, then their number, then how many nodes leave their
first mode.

With x[node, mode] and copy[tensor, layout] in {0, 1}::

    minimise    sum of bytes[tensor] copy[tensor, layout]
    subject to  sum over modes of x[node, mode] = 1
                sum over modes with these accepted layouts of x[node, mode]
                    <= sum over accepted layouts of (x[producer, modes that write it] + copy[tensor, layout])

Nodes that share no tensor with a choice are independent: each connected component is a program of its own, and one
that moves nothing as it is needs none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from math import gcd
from typing import Any

import numpy as np
from scipy.optimize import (  # pyright: ignore[reportMissingTypeStubs]
    LinearConstraint,
    milp,  # pyright: ignore[reportUnknownVariableType]
)
from scipy.sparse import csr_array  # pyright: ignore[reportMissingTypeStubs]

NODE_LIMIT = 1000
"""Nodes of branch and bound that each solve may open: a limit that is the same on every machine, unlike the clock."""

Accepted = frozenset[int]
"""Layouts of a tensor that a mode can read."""


@dataclass(frozen=True)
class Tensor:
    """A tensor; its layouts are numbered, 0 is the one that it was written with."""

    bytes: int
    layouts: int


@dataclass(frozen=True)
class Mode:
    """One way to run a node."""

    accepts: tuple[Accepted, ...]
    """For each tensor that the node reads."""
    writes: tuple[int, ...]
    """For each tensor that the node writes, its layout."""


@dataclass(frozen=True)
class Node:
    """An op. Its first mode is the one that it was written with, or that is asked for."""

    reads: tuple[int, ...]
    writes: tuple[int, ...]
    modes: tuple[Mode, ...]


@dataclass(frozen=True)
class Program:
    """A graph of nodes; a tensor that no node writes is an argument and has layout 0."""

    tensors: tuple[Tensor, ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True, order=True)
class Cost:
    """What transposes move at run time."""

    bytes: int
    transposes: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.bytes + other.bytes, self.transposes + other.transposes)


@dataclass(frozen=True)
class Assignment:
    """A choice for every node, and the copies that it needs."""

    modes: tuple[int, ...]
    copies: tuple[tuple[int, ...], ...]
    """For each tensor the layouts into which it is copied, ascending."""
    cost: Cost


def complete(program: Program, modes: Sequence[int]) -> Assignment:
    """The cheapest assignment with these modes: each tensor is copied into as few layouts as serve all its readers."""
    written = [0] * len(program.tensors)
    wanted: list[set[Accepted]] = [set() for _ in program.tensors]
    for node, mode in zip(program.nodes, modes, strict=True):
        for tensor, layout in zip(node.writes, node.modes[mode].writes, strict=True):
            written[tensor] = layout
        for tensor, accepted in zip(node.reads, node.modes[mode].accepts, strict=True):
            wanted[tensor].add(accepted)
    copies = tuple(
        _fewest([accepted for accepted in wants if layout not in accepted])
        for layout, wants in zip(written, wanted, strict=True)
    )
    moved = sum(tensor.bytes * len(made) for tensor, made in zip(program.tensors, copies, strict=True))
    return Assignment(tuple(modes), copies, Cost(moved, sum(map(len, copies))))


def _fewest(wants: Sequence[Accepted]) -> tuple[int, ...]:
    """The fewest layouts of which each want accepts one; the first in ascending order."""
    layouts = sorted(frozenset[int]().union(*wants))
    sizes = range(len(layouts) + 1)
    choices = (chosen for size in sizes for chosen in combinations(layouts, size))
    return next(chosen for chosen in choices if all(not want.isdisjoint(chosen) for want in wants))


def as_written(program: Program) -> Assignment:
    """Every node in its first mode."""
    return complete(program, (0,) * len(program.nodes))


def solve(program: Program) -> Assignment:
    """The assignment that moves the fewest bytes, with the fewest transposes among those.

    Optimal, unless a component needs more than ``NODE_LIMIT`` nodes of branch and bound: then the best that was found.
    Never costs more than ``as_written``, and is that where nothing costs less.
    """
    start = as_written(program)
    modes = list(start.modes)
    links = _links(program)
    for nodes in _components(program):
        if any(start.copies[tensor] for index in nodes for tensor in _tensors(program.nodes[index])):
            for index, mode in zip(nodes, _solve_component(program, nodes, links), strict=True):
                modes[index] = mode
    found = complete(program, modes)
    return found if found.cost < start.cost else start


@dataclass(frozen=True)
class _Links:
    """What surrounds each tensor."""

    readers: dict[int, list[int]]
    """Nodes that read it, ascending, each once."""
    fixed: dict[int, int]
    """The layout in which it is written, where no choice decides that."""


def _links(program: Program) -> _Links:
    links = _Links(defaultdict(list), dict.fromkeys(range(len(program.tensors)), 0))
    for index, node in enumerate(program.nodes):
        for tensor in dict.fromkeys(node.reads):
            links.readers[tensor].append(index)
        for port, tensor in enumerate(node.writes):
            del links.fixed[tensor]
            if len(node.modes) == 1:
                links.fixed[tensor] = node.modes[0].writes[port]
    return links


def _tensors(node: Node) -> tuple[int, ...]:
    return node.reads + node.writes


def _components(program: Program) -> Iterator[list[int]]:
    """Nodes with a choice, grouped with those that they share a tensor with a choice with; ascending."""
    touching: dict[int, list[int]] = defaultdict(list)
    for index, node in enumerate(program.nodes):
        for tensor in _tensors(node) if len(node.modes) > 1 else ():
            if program.tensors[tensor].layouts > 1:
                touching[tensor].append(index)
    seen: set[int] = set()
    for first, node in enumerate(program.nodes):
        if len(node.modes) < 2 or first in seen:
            continue
        seen.add(first)
        group = [first]
        for member in group:
            near = {index for tensor in _tensors(program.nodes[member]) for index in touching.get(tensor, ())}
            group += sorted(near - seen)
            seen |= near
        yield sorted(group)


@dataclass
class _Rows:
    """Constraints ``lower <= row . x <= upper``, sparse."""

    row: list[int] = field(default_factory=list[int])
    column: list[int] = field(default_factory=list[int])
    value: list[float] = field(default_factory=list[float])
    lower: list[float] = field(default_factory=list[float])
    upper: list[float] = field(default_factory=list[float])

    def add(self, terms: dict[int, float], lower: float, upper: float) -> None:
        """One more row."""
        self.row += [len(self.lower)] * len(terms)
        self.column += terms
        self.value += terms.values()
        self.lower.append(lower)
        self.upper.append(upper)


def _solve_component(program: Program, nodes: Sequence[int], links: _Links) -> list[int]:
    """The modes of ``nodes``, all others in their first one."""
    columns: dict[tuple[int, int], int] = {}
    for index in nodes:
        for mode in range(len(program.nodes[index].modes)):
            columns[index, mode] = len(columns)
    near = sorted({tensor for index in nodes for tensor in _tensors(program.nodes[index])})
    near = [tensor for tensor in near if program.tensors[tensor].layouts > 1]
    copies: dict[tuple[int, int], int] = {}
    for tensor in near:
        for layout in range(program.tensors[tensor].layouts):
            copies[tensor, layout] = len(columns) + len(copies)
    rows = _rows(program, links, columns, copies)
    unit = reduce(gcd, (program.tensors[tensor].bytes for tensor in near), 0) or 1
    cost = np.zeros(len(columns) + len(copies))
    for (tensor, _), column in copies.items():
        cost[column] = program.tensors[tensor].bytes // unit * (len(copies) + 1) + 1
    solution = _minimise(cost, rows)
    if solution is None:
        return [0] * len(nodes)
    changes = np.zeros_like(cost)
    changes[[column for (_, mode), column in columns.items() if mode]] = 1.0
    best = float(cost @ solution)
    rows.add({int(column): cost[column] for column in np.flatnonzero(cost)}, -np.inf, best + 0.5)
    least_changed = _minimise(changes, rows)
    if least_changed is not None and float(cost @ least_changed) <= best:
        solution = least_changed
    return [
        next(mode for mode in range(len(program.nodes[index].modes)) if solution[columns[index, mode]])
        for index in nodes
    ]


def _rows(
    program: Program, links: _Links, columns: dict[tuple[int, int], int], copies: dict[tuple[int, int], int]
) -> _Rows:
    """The constraints over ``columns``, a mode of a node each, and ``copies``, a layout of a tensor each."""
    rows = _Rows()
    modes: dict[int, list[int]] = defaultdict(list)
    written: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (index, mode), column in columns.items():
        node = program.nodes[index]
        modes[index].append(column)
        for tensor, layout in zip(node.writes, node.modes[mode].writes, strict=True):
            written[tensor, layout].append(column)
    for chosen in modes.values():
        rows.add(dict.fromkeys(chosen, 1.0), 1.0, 1.0)
    for tensor in dict.fromkeys(tensor for tensor, _ in copies):
        for accepted, readers, always in _reading(program, links, tensor, columns):
            terms = dict.fromkeys(readers, 1.0)
            for layout in accepted:
                terms[copies[tensor, layout]] = -1.0
                terms |= dict.fromkeys(written[tensor, layout], -1.0)
            rows.add(terms, -np.inf, float((links.fixed.get(tensor) in accepted) - always))
    return rows


def _reading(
    program: Program, links: _Links, tensor: int, columns: dict[tuple[int, int], int]
) -> Iterator[tuple[Accepted, list[int], bool]]:
    """For each reader of a tensor the layouts that it may accept, the modes that do, and whether it always does."""
    for index in links.readers[tensor]:
        node = program.nodes[index]
        for port in [port for port, read in enumerate(node.reads) if read == tensor]:
            reading: dict[Accepted, list[int]] = defaultdict(list)
            for mode, each in enumerate(node.modes):
                reading[each.accepts[port]].append(columns.get((index, mode), -1))
            for accepted, readers in reading.items():
                yield accepted, [column for column in readers if column >= 0], len(node.modes) == 1


def _minimise(cost: np.ndarray, rows: _Rows) -> np.ndarray | None:
    """The best 0 and 1 of each variable; None where the limit ended the search before it found any."""
    matrix = csr_array((rows.value, (rows.row, rows.column)), shape=(len(rows.lower), len(cost)))
    result: Any = milp(
        cost,
        constraints=LinearConstraint(matrix, rows.lower, rows.upper),  # pyright: ignore[reportArgumentType]
        integrality=np.ones(len(cost)),
        bounds=(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": NODE_LIMIT},
    )
    return None if result.x is None else np.rint(result.x)
