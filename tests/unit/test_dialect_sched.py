"""The arithmetic of schedules, against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from xdsl.utils.exceptions import VerifyException

from dialects.sched import Axis, ContractionFacts, Dim, Engine, Level, Loop, Operand, Rows, Schedule, Tile, Transfer
from dialects.sched.facts import RELEVANT
from dialects.sched.rules import spills, verify_axes, verify_loops, verify_transfers

CONVOLUTION = ContractionFacts(
    Tile(g=2, n=8, p=56, q=28, k=64, c=32, r=3, s=5), stride=(2, 1), dilation=(1, 3), element_bytes=(2, 1, 4)
)

SCHEDULE = Schedule(
    CONVOLUTION,
    {
        Level.Global: (Loop(Dim.N, 8, 2), Loop(Dim.K, 64, 32)),
        Level.L1: (Loop(Dim.P, 56, 7), Loop(Dim.N, 2, 1)),
    },
    (),
    {Axis.PeX: Tile(p=7), Axis.PeY: Tile(k=3), Axis.Rows: Tile(c=32), Axis.Columns: Tile(k=8)},
    Engine.WeightStationary,
)


def test_tiles_shrink_level_by_level() -> None:
    assert SCHEDULE.tile(Level.Dram) == CONVOLUTION.bounds
    assert SCHEDULE.tile(Level.Global) == Tile(g=2, n=2, p=56, q=28, k=32, c=32, r=3, s=5)
    assert SCHEDULE.tile(Level.L2) == SCHEDULE.tile(Level.Global)
    assert SCHEDULE.tile(Level.L1) == Tile(g=2, n=1, p=7, q=28, k=32, c=32, r=3, s=5)


def test_an_input_tile_has_its_halo() -> None:
    # 7 output rows, stride 2, 3 taps: rows 0 to 12, and 2 more. 28 columns, stride 1, 5 taps three apart: 28 + 12.
    rows, columns = 15, 40
    tile = Tile(g=1, n=1, p=7, q=28, k=64, c=32, r=3, s=5)
    assert CONVOLUTION.footprint_bytes(Operand.Input, tile) == 2 * 32 * rows * columns


def test_rows_that_no_tap_reads_are_not_fetched() -> None:
    # One tap and stride 2: of 7 output rows' span of 13 input rows, 7 are read.
    tile = Tile(p=7)
    assert CONVOLUTION.footprint_bytes(Operand.Input, tile) == 2 * 7


def test_weights_and_outputs_are_products() -> None:
    tile = Tile(g=2, n=1, p=7, q=28, k=32, c=32, r=3, s=5)
    assert CONVOLUTION.footprint_bytes(Operand.Weight, tile) == 1 * 2 * 32 * 32 * 15
    assert CONVOLUTION.footprint_bytes(Operand.Output, tile) == 4 * 2 * 7 * 28 * 32


def test_a_fraction_of_a_byte_is_a_byte() -> None:
    four_bit = ContractionFacts(Tile(n=3), (1, 1), (1, 1), (0.5, 0.5, 2))
    schedule = Schedule(four_bit, {}, (), dict.fromkeys(Axis, Tile()), Engine.Vector)
    assert schedule.tile_bytes(Operand.Input, Level.L1) == 2


def test_a_pe_has_its_part_of_a_tile() -> None:
    assert SCHEDULE.pe_tile(Level.L1) == Tile(g=2, n=1, p=1, q=28, k=11, c=32, r=3, s=5)


def test_the_grid_shares_what_does_not_differ() -> None:
    assert SCHEDULE.grid() == 21
    assert SCHEDULE.grid(RELEVANT[Operand.Input]) == 7
    assert SCHEDULE.grid(RELEVANT[Operand.Weight]) == 3
    assert SCHEDULE.grid(RELEVANT[Operand.Output]) == 21


@pytest.mark.parametrize(
    ("order", "spilled"),
    [
        ("", False),
        ("k", False),
        ("c", False),
        ("kc", False),
        ("ck", True),
        ("kcn", True),
        ("crs", False),
        ("nsp", True),
    ],
)
def test_sums_spill_where_outputs_change_inside_a_reduction(order: str, spilled: bool) -> None:
    assert spills([Loop(Dim(dim), 4, 2) for dim in order]) is spilled


def test_the_schedule_itself_is_right() -> None:
    verify_loops(SCHEDULE)
    verify_axes(SCHEDULE)


def transfers(*routes: tuple[Operand, Level, Level]) -> tuple[Transfer, ...]:
    def size(operand: Operand, a: Level, b: Level) -> int:
        return SCHEDULE.tile_bytes(operand, max(a, b, key=list(Level).index))

    return tuple(Transfer(operand, a, b, size(operand, a, b)) for operand, a, b in routes)


DRAM, GLOBAL, L1 = Level.Dram, Level.Global, Level.L1
INWARD = [(Operand.Input, GLOBAL, L1), (Operand.Weight, GLOBAL, L1), (Operand.Output, L1, GLOBAL)]


@pytest.mark.parametrize("resident", [set(), {Operand.Weight}, {Operand.Input, Operand.Output}, set(Operand)])
def test_what_is_on_chip_does_not_cross_its_border(resident: set[Operand]) -> None:
    crossing = {operand: operand not in resident for operand in Operand}
    border = [(Operand.Input, DRAM, GLOBAL), (Operand.Weight, DRAM, GLOBAL), (Operand.Output, GLOBAL, DRAM)]
    needed = [route for route in border if route[0] not in resident]

    def check(routes: list[tuple[Operand, Level, Level]]) -> None:
        facts = Schedule(SCHEDULE.contraction, SCHEDULE.loops, transfers(*routes), SCHEDULE.axes, SCHEDULE.engine)
        verify_transfers(facts, crossing)

    check(needed + INWARD)
    for route in needed:
        with pytest.raises(VerifyException, match=rf"\(S8\) the transfers of the {route[0]}"):
            check([r for r in needed + INWARD if r != route])
    for route in border:
        if route not in needed:
            with pytest.raises(VerifyException, match=rf"\(S8\) the transfers of the {route[0]}"):
                check([*needed, route, *INWARD])


def test_edges_of_tiles() -> None:
    # 300 rows in steps of 72 end with 12; 72 in steps of 8 have no edge, but those 12 have one of 4.
    bounds = Tile(p=300, q=300)
    loops = {
        Level.Global: (Loop(Dim.P, 300, 72),),
        Level.L1: (Loop(Dim.P, 72, 8), Loop(Dim.Q, 300, 128)),
    }
    schedule = Schedule(ContractionFacts(bounds, (1, 1), (1, 1), (2, 2, 2)), loops, (), {}, Engine.Vector)
    assert schedule.sizes(Level.Dram, Dim.P) == (300,)
    assert schedule.sizes(Level.Global, Dim.P) == (72, 12)
    assert schedule.sizes(Level.L1, Dim.P) == (8, 4)
    assert schedule.sizes(Level.L1, Dim.Q) == (128, 44)
    assert schedule.sizes(Level.L1, Dim.K) == (1,)


def test_an_edge_smaller_than_the_next_step_is_a_tile() -> None:
    # 10 in steps of 8: 8 and 2. In steps of 3: 3, 3, 2, and the 2.
    loops = {Level.Global: (Loop(Dim.N, 10, 8),), Level.L1: (Loop(Dim.N, 8, 3),)}
    schedule = Schedule(ContractionFacts(Tile(n=10), (1, 1), (1, 1), (2, 2, 2)), loops, (), {}, Engine.Vector)
    assert schedule.sizes(Level.L1, Dim.N) == (3, 2)


@pytest.mark.parametrize(
    ("engine", "stationary", "times", "stream"),
    [
        # Of the L1 tile g 2, n 1, p 7, q 28, k 32, c 32, r 3, s 5, the axes take p 7, k 3 * 8 and c 32.
        (Engine.WeightStationary, Operand.Weight, 2 * 2 * 15, 28),
        (Engine.InputStationary, Operand.Input, 2 * 28 * 15, 2),
        (Engine.OutputStationary, Operand.Output, 2 * 28 * 2, 15),
    ],
)
def test_folds_of_a_tile(engine: Engine, stationary: Operand, times: int, stream: int) -> None:
    schedule = replace(SCHEDULE, engine=engine)
    assert schedule.folds == (stationary, times, stream)


def test_the_vector_unit_has_no_folds() -> None:
    assert replace(SCHEDULE, engine=Engine.Vector).folds is None


@pytest.mark.parametrize(
    ("dims", "order", "at_pes", "in_global"),
    [
        # 6 rows of 4 outputs of 10 bytes; n in tiles of 2 at the global buffer, then of 1, k in tiles of 2, c of 1.
        ("k", "n", 80 // 2, 80),
        # The loop along k runs in each pair of rows: all wait together until it ends.
        ("k", "kn", 80, 80),
        ("k", "nk", 40, 80),
        # The reduction's loop begins all rows before it ends one.
        ("k", "cn", 80, 80),
        # Rows along n, of all pixels.
        ("n", "k", 240, 240),
    ],
)
def test_rows_wait_for_loops_inside_them(dims: str, order: str, at_pes: int, in_global: int) -> None:
    inner = {Dim.N: Loop(Dim.N, 2, 1), Dim.K: Loop(Dim.K, 4, 2), Dim.C: Loop(Dim.C, 8, 1)}
    loops = {Level.Global: (Loop(Dim.N, 6, 2),), Level.L1: tuple(inner[Dim(dim)] for dim in order)}
    facts = ContractionFacts(Tile(n=6, k=4, c=8), (1, 1), (1, 1), (2, 2, 10))
    schedule = Schedule(facts, loops, (), {}, Engine.Vector)
    rows = Rows(kept_bytes=240, row_bytes=40, dims=tuple(Dim(dim) for dim in dims))
    assert schedule.waiting_bytes(rows, Level.L1) == at_pes
    assert schedule.waiting_bytes(rows, Level.Global) == in_global


def test_rows_of_nothing_in_particular_come_one_by_one() -> None:
    assert SCHEDULE.waiting_bytes(Rows(240, 40, ()), Level.L1) == 40
