"""The cost model against kernels of a TPU v4 that XLA compiled and its profiler timed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from math import ceil, prod
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from fastc.machines import load_machine
from fastc.validation.records import Bar, Check, compare
from fastc.validation.suite import SHIPPED
from fastc.validation.tables import Row, read_table
from hwmodels.kernel import kernel_seconds
from hwmodels.mapper import map_contractions
from hwmodels.records import Contraction, Machine, Mapping, Network, RegionWork, Tensor, Use, VectorWork, Write
from hwmodels.technology import Technology, technology
from passes.analysis.machine import machine_of

FILE = "tpuv4_kernels.csv"
COLUMNS = ("op", "kind", "shape", "dtype", "module_us_median")
SOURCE = "SCALE-Sim-validation (Georgia Tech): median over runs of the whole XLA module on one TPU v4, float16"
DTYPES = ("float16",)
SHORTEST_US = 1e-3
"""No kernel takes less than a nanosecond."""

GEMM_BAR = Bar(mape=0.12, spearman=0.99)
VECTOR_BAR = Bar(mape=0.05)

GROUPS = (
    ("GEMM time (s)", ("matmul",), GEMM_BAR),
    ("vector kernel time (s)", ("activation", "elementwise"), VECTOR_BAR),
    ("norm kernel time (s)", ("norm",), VECTOR_BAR),
)
"""Quantities, the kinds of rows that each is made of, and what it must reach."""

KINDS = tuple(kind for _, kinds, _ in GROUPS for kind in kinds)

BATCH = 50
"""Contractions that the mapper takes at once: its arrays of all recipes then stay within about 100 MB."""

SHAPE = re.compile(r"[1-9]\d{0,8}(x[1-9]\d{0,8}){0,7}", re.ASCII)
"""Sizes as the file writes them."""

LANES, SUBLANES, ROW = 128, 16, 1024
"""XLA's layout of float16: registers of 16 x 128 elements; vectors in pieces of 1,024."""

FLOAT16, FLOAT32 = 2, 4
"""Bytes of an element."""


@dataclass(frozen=True)
class Pass:
    """One kernel of an op: lane operations for each element, and the arrays that it reads and writes."""

    alu: int
    transcendental: int = 0
    divide: int = 0
    reduce: int = 0
    reads: int = 1
    writes: int = 1
    held_bytes: int = FLOAT16
    """Of an element between the operations that the kernel strings together."""


UNARY, BINARY = 2, 3
"""Conversions: the vector unit knows float32 only, so each operand is widened and each result narrowed, `alu` each."""

PASSES = {
    "add": (Pass(BINARY + 1, reads=2),),
    "sub": (Pass(BINARY + 1, reads=2),),
    "mul": (Pass(BINARY + 1, reads=2),),
    "div": (Pass(BINARY, divide=1, reads=2),),
    "linear": (Pass(UNARY),),
    "binary_step": (Pass(2),),  # the result is one of two constants: nothing to narrow
    "relu": (Pass(UNARY + 1),),
    "leaky_relu": (Pass(UNARY + 3),),  # compare, multiply, select; likewise parametric
    "parametric_relu": (Pass(UNARY + 3),),
    "elu": (Pass(UNARY + 3, transcendental=1),),  # compare, expm1, multiply, select
    "selu": (Pass(UNARY + 4, transcendental=1),),  # and one more multiply
    "tanh": (Pass(UNARY, transcendental=1),),
    "sigmoid": (Pass(UNARY + 3, transcendental=1),),  # 0.5 + 0.5 tanh(0.5 x), as XLA expands it
    # A row's statistics need a kernel of their own before the one that uses them; all of them work in float32.
    "layer_norm": (
        Pass(1, reduce=1, writes=0, held_bytes=FLOAT32),
        Pass(3, reduce=1, writes=0, held_bytes=FLOAT32),  # x - mean, squared
        Pass(UNARY + 4, held_bytes=FLOAT32),  # x - mean, times 1 / deviation, scale, shift
    ),
    "rms_norm": (
        Pass(2, reduce=1, writes=0, held_bytes=FLOAT32),
        Pass(UNARY + 2, held_bytes=FLOAT32),
    ),
    "batch_norm_inference": (Pass(UNARY + 4, held_bytes=FLOAT32),),
}
"""Kernels of each op, in order."""


@dataclass(frozen=True)
class Kernel:
    """One row of the data."""

    op: str
    shape: tuple[int, ...]
    """Of a matmul M, N, K; of another op its operand's."""
    kind: str
    seconds: float
    """Measured: the whole module, which is what a caller waits for; its compute fusion alone takes 0.1 us less."""

    @property
    def fitted(self) -> bool:
        """Whether the constants were fitted to rows of this op and shape: a half of them, the same for ever."""
        return crc32(f"{self.op} {'x'.join(map(str, self.shape))}".encode()) % 2 == 0


def read_kernels(data: Path) -> list[Kernel]:
    """The rows of the file in ``data``.

    Raises FileNotFoundError where there is none, ValueError where a row cannot be read.
    """
    return [_kernel(row) for row in read_table(data / FILE, COLUMNS)]


def _kernel(row: Row) -> Kernel:
    op, kind, dtype, text = (row.text(column) for column in ("op", "kind", "dtype", "shape"))
    for column, value, known in (("op", op, ("matmul", *PASSES)), ("kind", kind, KINDS), ("dtype", dtype, DTYPES)):
        if value not in known:
            raise row.wrong(column, f"one of {', '.join(known)}, or leave the row out")
    if SHAPE.fullmatch(text) is None or (op == "matmul" and text.count("x") != 2):
        raise row.wrong("shape", "positive whole numbers below 10^9, at most 8: 128x512, of a matmul MxNxK")
    shape = tuple(int(part) for part in text.split("x"))
    return Kernel(op, shape, kind, row.number("module_us_median", least=SHORTEST_US) * 1e-6)


def padded_elements(shape: Sequence[int]) -> int:
    """Elements of a float16 array as it lies in memory: XLA puts that pair of dimensions on the registers' sublanes and
    lanes that pads least."""
    if len(shape) == 1:
        return ceil(shape[0] / ROW) * ROW

    def padded(lanes: int, sublanes: int) -> int:
        rest = prod(shape) // (shape[lanes] * shape[sublanes])
        return ceil(shape[lanes] / LANES) * LANES * ceil(shape[sublanes] / SUBLANES) * SUBLANES * rest

    return min(padded(*pair) for pair in permutations(range(len(shape)), 2))


def one_core() -> Machine:
    """One TensorCore of the TPU v4 without CMEM: the kernels stream between HBM and the vector memory.

    Inferred from the times, not documented: no GEMM reaches 0.6 of the chip's peak. Of 779, 40 are faster than one
    core's peak, by at most 14 %, so a second core must have helped there; why not more is not known.
    """
    chip = machine_of(load_machine("tpu-v4"))
    return replace(chip, name="one core of tpu-v4", pe_x=chip.pe_x // 2, global_buffer_bytes=0)


class Lowered(NamedTuple):
    """Kernels as the cost model takes them: one region for each pass, K kernels in all."""

    network: Network
    mappings: list[Mapping | None]
    """[R]"""
    held_bytes: list[float]
    """[R]"""
    owners: list[int]
    """[R] which kernel each region belongs to."""


def lower(kernels: Sequence[Kernel], machine: Machine) -> Lowered:
    """``kernels`` as regions, the contractions mapped to ``machine``."""
    regions: list[RegionWork] = []
    tensors: list[Tensor] = []
    owners: list[int] = []
    held: list[float] = []
    for index, kernel in enumerate(kernels):
        for region, sizes, held_bytes in _regions(kernel, len(tensors)):
            tensors.extend(Tensor("", size, "activation", -1, ()) for size in sizes)
            regions.append(region)
            owners.append(index)
            held.append(held_bytes)
    works = [region.contraction for region in regions if region.contraction is not None]
    batches = (works[start : start + BATCH] for start in range(0, len(works), BATCH))
    mapped = iter([mapping for batch in batches for mapping in map_contractions(batch, machine, own_tiles=False)])
    mappings = [None if region.contraction is None else next(mapped) for region in regions]
    return Lowered(Network("kernels", 1, 0, tuple(regions), tuple(tensors)), mappings, held, owners)


def predict(lowered: Lowered, machine: Machine, tech: Technology) -> np.ndarray:
    """[K] seconds of each kernel's module: its passes, each with its own start."""
    seconds = kernel_seconds(lowered.network, machine, tech, lowered.mappings, lowered.held_bytes)
    return np.bincount(lowered.owners, weights=seconds)


def _regions(kernel: Kernel, first: int) -> Iterator[tuple[RegionWork, list[int], float]]:
    """Each pass of ``kernel`` with the bytes of the tensors that it reads and writes, numbered from ``first``."""
    if kernel.op == "matmul":
        m, n, k = kernel.shape
        sizes = [FLOAT16 * padded_elements(shape) for shape in ((m, k), (k, n), (m, n))]
        reads = (Use(first, "input"), Use(first + 1, "weight"))
        work = Contraction((1, m, 1, 1, n, k, 1, 1))
        yield RegionWork("", "matmul", ("dot",), work, VectorWork(), reads, (Write(first + 2),)), sizes, max(sizes)
        return
    elements = padded_elements(kernel.shape)
    for step in PASSES[kernel.op]:
        counts = (step.alu, step.transcendental, step.divide, step.reduce)
        arrays = step.reads + step.writes
        reads = tuple(Use(first + at, "vector") for at in range(step.reads))
        writes = tuple(Write(first + at) for at in range(step.reads, arrays))
        work = VectorWork(*(count * elements for count in counts))
        region = RegionWork("", "vector", (kernel.op,), None, work, reads, writes)
        yield region, [FLOAT16 * elements] * arrays, step.held_bytes * elements
        first += arrays


def checks(data: Path) -> tuple[Check, ...]:
    """GEMM, vector and norm kernels against their times in ``data``; of the data shipped with fastc, the rows that the
    constants were not fitted to."""
    kernels = read_kernels(data)
    shipped = data.resolve() == SHIPPED.resolve()
    judged = [kernel for kernel in kernels if not (shipped and kernel.fitted)]
    machine = one_core()
    predicted = predict(lower(judged, machine), machine, technology(machine.node_nm, machine.dram_kind))
    note = "constants fitted to the other half of the rows" if shipped else "all rows"
    found: list[Check] = []
    for quantity, kinds, bar in GROUPS:
        rows = [index for index, kernel in enumerate(judged) if kernel.kind in kinds]
        if rows:
            measured = [judged[index].seconds for index in rows]
            found.append(compare("tpuv4_kernels", quantity, predicted[rows], measured, bar, SOURCE, note=note))
    return tuple(found)
