"""The integer program over layouts, against every assignment there is, and by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passes.layout import program as layout_program
from passes.layout.program import Assignment, Cost, Mode, Node, Program, Tensor, as_written, complete, solve

ANY = frozenset({0, 1})
FIRST, SECOND = frozenset({0}), frozenset({1})

SOURCE = Node((), (0,), (Mode((), (0,)),))
"""Writes tensor 0 in layout 0."""


def carries(read: int, write: int, layouts: int = 2) -> Node:
    """A node that writes the layout that it reads, whichever that is."""
    return Node((read,), (write,), tuple(Mode((frozenset({i}),), (i,)) for i in range(layouts)))


def wants(tensor: int, layout: int) -> Node:
    """A node that reads a tensor in one layout."""
    return Node((tensor,), (), (Mode((frozenset({layout}),), ()),))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Small graphs: each node reads tensors of earlier ones in sets of layouts and writes one tensor."""
    layouts = [draw(st.integers(1, 3)) for _ in range(draw(st.integers(2, 6)))]
    tensors = tuple(Tensor(draw(st.sampled_from([0, 1, 2, 3, 5, 4096])), count) for count in layouts)
    arguments = draw(st.integers(1, len(tensors)))
    nodes: list[Node] = []
    for write in range(arguments, len(tensors) + draw(st.integers(1, 2))):
        reads = tuple(draw(st.lists(st.integers(0, min(write, len(tensors)) - 1), max_size=2)))
        writes = (write,) if write < len(tensors) else ()
        modes = draw(st.lists(modes_of(layouts, reads, writes), min_size=1, max_size=3, unique=True))
        nodes.append(Node(reads, writes, tuple(modes)))
    return Program(tensors, tuple(nodes))


def modes_of(layouts: list[int], reads: tuple[int, ...], writes: tuple[int, ...]) -> st.SearchStrategy[Mode]:
    return st.builds(
        Mode,
        st.tuples(*(st.frozensets(st.integers(0, layouts[tensor] - 1), min_size=1) for tensor in reads)),
        st.tuples(*(st.integers(0, layouts[tensor] - 1) for tensor in writes)),
    )


def brute_force(program: Program) -> Cost:
    """The least cost of all assignments of modes and copies, counted anew: it shares no code with the program."""
    copyable = [(t, layout) for t, tensor in enumerate(program.tensors) for layout in range(tensor.layouts)]
    best: tuple[int, int] | None = None
    for modes in product(*(node.modes for node in program.nodes)):
        there = {tensor: {0} for tensor in range(len(program.tensors))}
        for node, mode in zip(program.nodes, modes, strict=True):
            there |= {tensor: {layout} for tensor, layout in zip(node.writes, mode.writes, strict=True)}
        needs = [
            (tensor, accepted)
            for node, mode in zip(program.nodes, modes, strict=True)
            for tensor, accepted in zip(node.reads, mode.accepts, strict=True)
            if not accepted & there[tensor]
        ]
        relevant = [(t, layout) for t, layout in copyable if any(t == tensor for tensor, _ in needs)]
        for made in product((False, True), repeat=len(relevant)):
            copies = [copy for copy, is_made in zip(relevant, made, strict=True) if is_made]
            if all(any((tensor, layout) in copies for layout in accepted) for tensor, accepted in needs):
                cost = sum(program.tensors[tensor].bytes for tensor, _ in copies), len(copies)
                best = cost if best is None else min(best, cost)
    assert best is not None
    return Cost(*best)


@settings(max_examples=150, deadline=None)
@given(programs())
def test_no_assignment_costs_less(program: Program):
    found = solve(program)
    assert found.cost == brute_force(program)
    assert found == complete(program, found.modes)
    assert found.cost < as_written(program).cost or found == as_written(program)


def test_a_copy_serves_all_that_read_it():
    program = Program((Tensor(10, 2),), (SOURCE, wants(0, 1), wants(0, 1), wants(0, 0)))
    assert solve(program) == Assignment((0, 0, 0, 0), ((1,),), Cost(10, 1))


def test_the_copy_is_made_where_the_tensor_is_smallest():
    """Of 8, 2 and 4 bytes in a row, the middle one is copied."""
    tensors = (Tensor(8, 2), Tensor(2, 2), Tensor(4, 2))
    program = Program(tensors, (SOURCE, carries(0, 1), carries(1, 2), wants(2, 1)))
    assert solve(program) == Assignment((0, 0, 1, 0), ((), (1,), ()), Cost(2, 1))


def test_a_choice_at_the_end_decides_the_whole_graph():
    """Layout 0 suits the first reader, of 3 bytes; the two at the end would pay 5 each."""
    free = Node((), (0,), (Mode((), (0,)), Mode((), (1,))))
    tensors = (Tensor(3, 2), Tensor(5, 2), Tensor(5, 2))
    readers = (wants(0, 0), carries(0, 1), carries(1, 2), wants(1, 1), wants(2, 1))
    found = solve(Program(tensors, (free, *readers)))
    assert found == Assignment((0, 0, 1, 1, 0, 0), ((1,), (), ()), Cost(3, 1))
    without_first = Node((0,), (), (Mode((ANY,), ()),))
    found = solve(Program(tensors, (free, without_first, *readers[1:])))
    assert found == Assignment((1, 0, 1, 1, 0, 0), ((), (), ()), Cost(0, 0))


def test_bytes_come_before_transposes():
    """One transpose, of 9 or 8 bytes, or four of 2."""
    for large, expected in ((9, Cost(8, 4)), (8, Cost(8, 1))):
        modes = (Mode((FIRST,) * 4, (0,)), Mode((SECOND,) * 4, (1,)))
        program = Program((*(Tensor(2, 2),) * 4, Tensor(large, 2)), (Node((0, 1, 2, 3), (4,), modes), wants(4, 1)))
        assert solve(program).cost == expected


def test_what_gains_nothing_stays_as_it_was_written():
    """The second mode reads what the first reads and costs the same."""
    shrug = Node((0,), (1,), (Mode((ANY,), (0,)), Mode((ANY,), (1,))))
    program = Program((Tensor(4, 2), Tensor(4, 1), Tensor(2, 2)), (SOURCE, shrug, wants(0, 1)))
    assert solve(program).modes == (0, 0, 0)


def test_as_few_nodes_as_possible_leave_their_first_mode():
    """Two free writers; only that of what is read in another layout changes."""
    free = [Node((), (tensor,), (Mode((), (0,)), Mode((), (1,)))) for tensor in (0, 1)]
    both = Node((0, 1), (2,), (Mode((ANY, ANY), (0,)), Mode((SECOND, ANY), (0,))))
    program = Program((Tensor(4, 2), Tensor(4, 2), Tensor(4, 1)), (*free, both, wants(0, 1)))
    assert solve(program) == Assignment((1, 0, 0, 0), ((), (), ()), Cost(0, 0))


def test_where_the_search_ends_without_an_answer_nothing_changes(monkeypatch: pytest.MonkeyPatch):
    def gives_up(cost: np.ndarray, rows: object) -> None:
        return None

    program = Program((Tensor(8, 2), Tensor(2, 2)), (SOURCE, carries(0, 1), wants(1, 1)))
    assert solve(program).cost == Cost(2, 1)
    monkeypatch.setattr(layout_program, "_minimise", gives_up)
    assert solve(program) == as_written(program)


def test_a_long_chain_of_parts_is_solved_at_once():
    """Three hundred carriers in a row with a demand at the end: the first copy, of the smallest tensor, is the best."""
    count = 300
    tensors = (Tensor(1, 2), *(Tensor(2, 2) for _ in range(count)))
    nodes = (SOURCE, *(carries(index, index + 1) for index in range(count)), wants(count, 1))
    found = solve(Program(tensors, nodes))
    assert found.cost == Cost(1, 1)
    assert found.copies[0] == (1,)
