"""The simulator's array against the same array in SystemVerilog: results to the bit, each pass to the cycle."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastc.simulator.array import ArrayState, Dataflow, Handover, Pass, PassTiming, SystolicArray, advance

HERE = Path(__file__).parent
TOOLS = ("verilator", "make", "g++")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"needs {', '.join(MISSING)} on PATH (Debian: apt install verilator g++ make)"
)

SHAPES = ((16, 16), (5, 9))
"""Rows and columns of the arrays that are built."""

DATAFLOWS = (Dataflow.WEIGHT_STATIONARY, Dataflow.OUTPUT_STATIONARY)
HANDOVERS = tuple(Handover)

Step = Callable[..., tuple[ArrayState, PassTiming]]
"""``advance``, or what stands in for it."""


class Part(NamedTuple):
    """Along one dimension of a product."""

    start: int
    size: int


class Tile(NamedTuple):
    """A part of a product [m, k] * [k, n] that one pass computes; see ``Pass`` and ``advance`` for the rest."""

    m: Part
    k: Part
    n: Part
    moves_chain: bool
    chain_ready: int = 0
    stream_ready: int = 0


@dataclass(frozen=True)
class Product:
    """A matrix product on an array."""

    array: SystolicArray
    a: np.ndarray
    b: np.ndarray
    tiles: tuple[Tile, ...]
    early: int = 0
    """The rule that the bench breaks."""

    def numbers(self) -> Iterator[int]:
        """What the bench reads."""
        (m, k), n = self.a.shape, self.b.shape[1]
        yield from (DATAFLOWS.index(self.array.dataflow), HANDOVERS.index(self.array.handover), self.early)
        yield from (m, k, n, len(self.tiles), *self.a.ravel(), *self.b.ravel())
        for tile in self.tiles:
            yield from (*tile.m, *tile.k, *tile.n, tile.moves_chain, tile.chain_ready, tile.stream_ready)

    def expected(self) -> np.ndarray:
        """The product."""
        return self.a.astype(np.int32) @ self.b.astype(np.int32)

    def simulated(self, step: Step) -> list[PassTiming]:
        """What the simulator says about each pass."""
        state = ArrayState()
        timings: list[PassTiming] = []
        for tile in self.tiles:
            ready = {"load_ready": tile.chain_ready, "stream_ready": tile.stream_ready}
            state, timing = step(self.array, state, self.work(tile), **ready)
            timings.append(timing)
        return timings

    def work(self, tile: Tile) -> Pass:
        """The pass of a tile."""
        if self.array.dataflow is Dataflow.OUTPUT_STATIONARY:
            return Pass(tile.k.size, tile.m.size, tile.n.size, drain=tile.moves_chain)
        return Pass(tile.m.size, tile.k.size, tile.n.size, load=tile.moves_chain)

    def collects(self, tile: Tile) -> bool:
        """Whether sums of this pass leave."""
        return tile.moves_chain or self.array.dataflow is not Dataflow.OUTPUT_STATIONARY


class Measured(NamedTuple):
    """What the RTL did."""

    passes: np.ndarray
    """Of each pass the cycles of the first word, of the first word of its stream and of its last sum, or -1."""
    product: np.ndarray


Bench = Callable[[Sequence[Product]], list[Measured]]


def taken(product: Product, numbers: Iterator[np.int64]) -> Measured:
    """What the bench wrote about a product, the next of ``numbers``."""
    timings, sums = (
        list(itertools.islice(numbers, count)) for count in (3 * len(product.tiles), product.expected().size)
    )
    return Measured(np.reshape(timings, (-1, 3)), np.reshape(sums, product.expected().shape))


def verilate(folder: Path, rows: int, columns: int) -> Path:
    """Build the bench around an array; its program. Loops stay loops: building takes longer than running."""
    command = ["verilator", "--cc", "--exe", "--build", "-j", "2", "-Wall", "--unroll-count", "1"]
    command += ["-MAKEFLAGS", "OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O0"]
    command += [f"-GROWS={rows}", f"-GCOLUMNS={columns}", "--Mdir", str(folder)]
    command += [str(HERE / "systolic_array.sv"), str(HERE / "bench.cpp")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "Vsystolic_array"


@pytest.fixture(scope="session")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], Bench]:
    """The bench for an array of so many rows and columns, built once."""

    @cache
    def bench(rows: int, columns: int) -> Bench:
        folder = tmp_path_factory.mktemp(f"array_{rows}x{columns}")
        program = verilate(folder, rows, columns)

        def measure(products: Sequence[Product]) -> list[Measured]:
            cases, results = folder / "cases", folder / "results"
            cases.write_text(" ".join(str(int(number)) for product in products for number in product.numbers()))
            subprocess.run([program, cases, results], check=True, timeout=60)
            numbers = iter(np.array(results.read_text().split(), np.int64))
            return [taken(product, numbers) for product in products]

        return measure

    return bench


def differences(product: Product, measured: Measured, step: Step = advance) -> list[str]:
    """Which passes took other cycles than simulated."""
    found: list[str] = []
    for index, (tile, timing) in enumerate(zip(product.tiles, product.simulated(step), strict=True)):
        expected = (timing.start, timing.stream_start, timing.end if product.collects(tile) else -1)
        cycles = tuple(measured.passes[index])
        if cycles != expected:
            found.append(f"pass {index}: RTL {cycles}, simulator {expected}")
    return found


def parts(extent: int, size: int) -> list[Part]:
    """``extent`` in parts of ``size``, the last one perhaps smaller."""
    return [Part(start, min(size, extent - start)) for start in range(0, extent, size)]


def tiles_of(array: SystolicArray, m: int, k: int, n: int, streamed: int, *, keeps: bool) -> list[Tile]:
    """A product in tiles that fill the array, edges apart; streams of ``streamed`` words.

    ``keeps``: what stays does so for all streams that it serves; if not, it is exchanged with each stream.
    """
    if array.dataflow is Dataflow.OUTPUT_STATIONARY:
        streams = parts(k, streamed)
        return [
            Tile(rows, stream, columns, not keeps or stream is streams[-1])
            for rows in parts(m, array.rows)
            for columns in parts(n, array.columns)
            for stream in streams
        ]
    streams = parts(m, streamed)
    return [
        Tile(stream, rows, columns, not keeps or stream is streams[0])
        for columns in parts(n, array.columns)
        for rows in parts(k, array.rows)
        for stream in streams
    ]


def operands(m: int, k: int, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two int8 matrices."""
    random = np.random.default_rng(seed)
    return random.integers(-128, 128, (m, k), np.int8), random.integers(-128, 128, (k, n), np.int8)


def product_of(array: SystolicArray, m: int, k: int, n: int, streamed: int, *, keeps: bool, seed: int = 0) -> Product:
    """A product of random matrices; see ``tiles_of``."""
    return Product(array, *operands(m, k, n, seed), tuple(tiles_of(array, m, k, n, streamed, keeps=keeps)))


@st.composite
def products(draw: st.DrawFn, rows: int, columns: int) -> list[Product]:
    """A product of a few tiles, edges and streams shorter than the array among them, run in every way; perhaps some
    operands come late."""
    m, k, n = (draw(st.integers(0, 2)) * size + draw(st.integers(1, size)) for size in (rows, rows, columns))
    streamed = draw(st.integers(1, 2 * rows + 2))
    keeps, seed, late = draw(st.booleans()), draw(st.integers(0, 99)), draw(st.booleans())
    found: list[Product] = []
    for dataflow, handover in itertools.product(DATAFLOWS, HANDOVERS):
        product = product_of(
            SystolicArray(rows, columns, dataflow, handover), m, k, n, streamed, keeps=keeps, seed=seed
        )
        random = np.random.default_rng(seed)
        tiles = (tile._replace(**readiness(dataflow, random)) if late else tile for tile in product.tiles)
        found.append(replace(product, tiles=tuple(tiles)))
    return found


def readiness(dataflow: Dataflow, random: np.random.Generator) -> dict[str, int]:
    """Cycles from which the operands of a tile are there."""
    names = ("stream_ready",) if dataflow is Dataflow.OUTPUT_STATIONARY else ("chain_ready", "stream_ready")
    return {name: int(random.integers(0, 200)) for name in names}


@pytest.mark.parametrize(("rows", "columns"), SHAPES)
def test_products_and_cycles(rows: int, columns: int, benches: Callable[[int, int], Bench]):
    bench = benches(rows, columns)

    @settings(max_examples=25, deadline=None)
    @given(products(rows, columns))
    def check(drawn: list[Product]):
        for product, measured in zip(drawn, bench(drawn), strict=True):
            np.testing.assert_array_equal(measured.product, product.expected())
            assert differences(product, measured) == []

    check()


@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_streams_wait_for_the_chain(dataflow: Dataflow, benches: Callable[[int, int], Bench]):
    """Streams of 3 words past tiles of 16 rows, then one of 3: each waits for the 16 rows of the chain."""
    product = product_of(SystolicArray(16, 16, dataflow), 35, 35, 20, 3, keeps=False)
    [measured] = benches(16, 16)([product])
    np.testing.assert_array_equal(measured.product, product.expected())
    assert differences(product, measured) == []
    starts = measured.passes[1:12, 1]
    assert [product.work(tile).rows for tile in product.tiles[:12]] == [16] * 12
    np.testing.assert_array_equal(np.diff(starts), 16)


@pytest.mark.parametrize(("early", "streamed"), [(1, 2), (2, 12)])
@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_no_cycle_can_be_saved(dataflow: Dataflow, early: int, streamed: int, benches: Callable[[int, int], Bench]):
    """What the simulator counts is what the array needs: fed a cycle earlier, it computes something else."""
    product = product_of(SystolicArray(5, 9, dataflow), 24, 24, 18, streamed, keeps=False)
    [measured] = benches(5, 9)([replace(product, early=early)])
    assert differences(product, measured) != []
    assert (measured.product != product.expected()).any()


def exposed(array: SystolicArray, state: ArrayState, work: Pass, **ready: int) -> tuple[ArrayState, PassTiming]:
    """Nothing moves behind a stream."""
    return advance(replace(array, handover=Handover.EXPOSED), state, work, **ready)


def unbounded(array: SystolicArray, state: ArrayState, work: Pass, **ready: int) -> tuple[ArrayState, PassTiming]:
    """The chain is always free."""
    return advance(array, state._replace(chain_free=0), work, **ready)


def whole(array: SystolicArray, state: ArrayState, work: Pass, **ready: int) -> tuple[ArrayState, PassTiming]:
    """The chain moves by all rows of the array, also for fewer."""
    return advance(array, state, work._replace(rows=array.rows), **ready)


def slow(array: SystolicArray, state: ArrayState, work: Pass, **ready: int) -> tuple[ArrayState, PassTiming]:
    """Results take a cycle more."""
    return advance(replace(array, rows=array.rows + 1), state, work, **ready)


@pytest.mark.parametrize("step", [exposed, unbounded, whole, slow])
@pytest.mark.parametrize("dataflow", DATAFLOWS)
def test_a_wrong_recurrence_shows(dataflow: Dataflow, step: Step, benches: Callable[[int, int], Bench]):
    product = product_of(SystolicArray(5, 9, dataflow), 8, 8, 20, 2, keeps=False)
    [measured] = benches(5, 9)([product])
    assert differences(product, measured) == []
    assert differences(product, measured, step) != []


@pytest.mark.parametrize("size", [*SHAPES, (1, 1)])
def test_lint(size: tuple[int, int]):
    rows, columns = size
    command = ["verilator", "--lint-only", "-Wall", f"-GROWS={rows}", f"-GCOLUMNS={columns}"]
    done = subprocess.run([*command, str(HERE / "systolic_array.sv")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
