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
    solved: dict[Program, list[int]] = {}
    for nodes, part in _components(program):
        if as_written(part).cost.transposes:
            if part not in solved:
                solved[part] = _solve_component(part)
            for index, mode in zip(nodes, solved[part], strict=False):
                modes[index] = mode
    found = complete(program, modes)
    return found if found.cost < start.cost else start


def _components(program: Program) -> Iterator[tuple[list[int], Program]]:
    """Nodes with a choice, grouped with those that they share a tensor with a choice with, and these groups as programs
    of their own, in which nodes without a choice that share such a tensor follow."""
    touching: dict[int, list[int]] = defaultdict(list)
    for index, node in enumerate(program.nodes):
        for tensor in dict.fromkeys(node.reads + node.writes):
            if program.tensors[tensor].layouts > 1:
                touching[tensor].append(index)
    seen: set[int] = set()
    for first, node in enumerate(program.nodes):
        if len(node.modes) < 2 or first in seen:
            continue
        group, around = {first: None}, dict[int, None]()
        pending = [first]
        while pending:
            member = program.nodes[pending.pop()]
            near = {index for tensor in member.reads + member.writes for index in touching.get(tensor, ())}
            for index in sorted(near - group.keys() - around.keys()):
                if len(program.nodes[index].modes) > 1:
                    group[index] = None
                    pending.append(index)
                else:
                    around[index] = None
        seen |= group.keys()
        nodes = [*sorted(group), *sorted(around)]
        yield nodes[: len(group)], _part(program, nodes, len(group))


def _part(program: Program, nodes: Sequence[int], members: int) -> Program:
    """These nodes, with the tensors only that one of the first ``members`` has a choice about."""
    numbers: dict[int, int] = {}
    for index in nodes[:members]:
        for tensor in program.nodes[index].reads + program.nodes[index].writes:
            if program.tensors[tensor].layouts > 1:
                numbers.setdefault(tensor, len(numbers))
    return Program(
        tuple(program.tensors[tensor] for tensor in numbers),
        tuple(_restricted(program.nodes[index], numbers) for index in nodes),
    )


def _restricted(node: Node, numbers: dict[int, int]) -> Node:
    reads = [port for port, tensor in enumerate(node.reads) if tensor in numbers]
    writes = [port for port, tensor in enumerate(node.writes) if tensor in numbers]
    return Node(
        tuple(numbers[node.reads[port]] for port in reads),
        tuple(numbers[node.writes[port]] for port in writes),
        tuple(
            Mode(tuple(mode.accepts[port] for port in reads), tuple(mode.writes[port] for port in writes))
            for mode in node.modes
        ),
    )


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


def _solve_component(program: Program) -> list[int]:
    """The mode of each node; every first one where the search ends without an answer."""
    modes = {
        key: column
        for column, key in enumerate((n, m) for n, node in enumerate(program.nodes) for m in range(len(node.modes)))
    }
    copies = {
        key: len(modes) + column
        for column, key in enumerate((t, i) for t, each in enumerate(program.tensors) for i in range(each.layouts))
    }
    rows = _rows(program, modes, copies)
    unit = gcd(*(tensor.bytes for tensor in program.tensors)) or 1
    cost = np.zeros(len(modes) + len(copies))
    for (tensor, _), column in copies.items():
        cost[column] = program.tensors[tensor].bytes // unit * (len(copies) + 1) + 1
    solution = _minimise(cost, rows)
    if solution is None:
        return [0] * len(program.nodes)
    changes = np.zeros_like(cost)
    changes[[column for (_, mode), column in modes.items() if mode]] = 1.0
    best = float(cost @ solution)
    rows.add({int(column): cost[column] for column in np.flatnonzero(cost)}, -np.inf, best + 0.5)
    least_changed = _minimise(changes, rows)
    if least_changed is not None and float(cost @ least_changed) <= best:
        solution = least_changed
    return [
        next(mode for mode in range(len(node.modes)) if solution[modes[index, mode]])
        for index, node in enumerate(program.nodes)
    ]


def _rows(program: Program, modes: dict[tuple[int, int], int], copies: dict[tuple[int, int], int]) -> _Rows:
    """The constraints over the columns of ``modes`` of nodes and of ``copies`` of tensors into layouts."""
    rows = _Rows()
    written: dict[tuple[int, int], list[int]] = defaultdict(list)
    arguments = set(range(len(program.tensors))).difference(*(node.writes for node in program.nodes))
    for index, node in enumerate(program.nodes):
        rows.add({modes[index, mode]: 1.0 for mode in range(len(node.modes))}, 1.0, 1.0)
        for mode, each in enumerate(node.modes):
            for tensor, layout in zip(node.writes, each.writes, strict=True):
                written[tensor, layout].append(modes[index, mode])
    for index, node in enumerate(program.nodes):
        for port, tensor in enumerate(node.reads):
            readers: dict[Accepted, list[int]] = defaultdict(list)
            for mode, each in enumerate(node.modes):
                readers[each.accepts[port]].append(modes[index, mode])
            for accepted, columns in readers.items():
                terms = dict.fromkeys(columns, 1.0)
                for layout in accepted:
                    terms[copies[tensor, layout]] = -1.0
                    terms |= dict.fromkeys(written[tensor, layout], -1.0)
                rows.add(terms, -np.inf, float(tensor in arguments and 0 in accepted))
    return rows


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
