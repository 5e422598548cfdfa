"""What the tests of the hardware models share: a machine to change, mappings and networks written in a few words, and
random ones for hypothesis."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from hwmodels.contractions import Extents
from hwmodels.records import DIMS, Contraction, Machine, Mapping, Network, RegionWork, Tensor, Use, VectorWork, Write

KIB, MIB = 2**10, 2**20

SEARCHED = (
    "dram_channels",
    "pe_x",
    "pe_y",
    "array_rows",
    "array_columns",
    "vector_multiplier",
    "l1_shared",
    "l1_input_bytes",
    "l1_weight_bytes",
    "l1_output_bytes",
    "l2_enabled",
    "l2_shared",
    "l2_input_multiplier",
    "l2_weight_multiplier",
    "l2_output_multiplier",
    "global_buffer_bytes",
)
"""Fields of a machine that change its cost; native_batch, searched too, changes only the network."""

_BASE = Machine(
    name="tested",
    node_nm=7,
    clock_hz=1e9,
    dram_kind="gddr6",
    dram_channel_bytes_per_s=56e9,
    dram_channels=8,
    pe_x=8,
    pe_y=8,
    array_rows=32,
    array_columns=32,
    vector_multiplier=1,
    l1_shared=0,
    l1_input_bytes=32 * KIB,
    l1_weight_bytes=32 * KIB,
    l1_output_bytes=32 * KIB,
    l2_enabled=0,
    l2_shared=0,
    l2_input_multiplier=1,
    l2_weight_multiplier=1,
    l2_output_multiplier=1,
    global_buffer_bytes=128 * MIB,
    native_batch=1,
)


def close(expected: Any, rel: float = 1e-6) -> Any:
    """``pytest.approx`` without its absolute tolerance of 1e-12, which lets any two picojoules pass for equal."""
    return pytest.approx(expected, rel=rel, abs=0.0)


def machine(**changes: Any) -> Machine:
    """A machine like FAST-Large: 64 PEs of 32 x 32 at 1 GHz, 32 KiB per L1 buffer, 128 MiB, 8 channels of GDDR6."""
    return replace(_BASE, **changes)


def with_l1(size: int) -> dict[str, int]:
    """Changes that give each of the three L1 buffers of a PE ``size`` bytes."""
    return {"l1_input_bytes": size, "l1_weight_bytes": size, "l1_output_bytes": size}


def contraction(**bounds: int) -> Contraction:
    """A contraction of bf16 with the named bounds, 1 elsewhere."""
    return convolution(**bounds)  # pyright: ignore[reportArgumentType] -- only dimensions, none of the other arguments


def convolution(
    *,
    stride: tuple[float, float] = (1.0, 1.0),
    dilation: tuple[float, float] = (1.0, 1.0),
    element_bytes: tuple[float, float, float] = (2.0, 2.0, 2.0),
    **bounds: int,
) -> Contraction:
    """A contraction with the named bounds, 1 elsewhere, and what only convolutions or other element types have."""
    sizes = [bounds.get(dim, 1) for dim in DIMS]
    g, n, p, q, k, c, r, s = sizes
    return Contraction((g, n, p, q, k, c, r, s), stride, dilation, element_bytes)


def sizes(**named: float) -> np.ndarray:
    """[8] the named extents, 1 elsewhere."""
    return np.asarray([named.get(dim, 1) for dim in DIMS], np.int64)


def extents(**named: float) -> Extents:
    """The named extents, 1 elsewhere, as float64."""
    return Extents(*(np.float64(named.get(dim, 1.0)) for dim in DIMS))


def order(outermost_first: str) -> np.ndarray:
    """[8] indices of the dimensions named; those left out follow, innermost."""
    rest = "".join(dim for dim in DIMS if dim not in outermost_first)
    return np.asarray([DIMS.index(dim) for dim in outermost_first + rest], np.int64)


def mapping(
    whole: Contraction,
    *,
    engine: int = 0,
    spatial: tuple[dict[str, int], dict[str, int], dict[str, int], dict[str, int]] = ({}, {}, {}, {}),
    l2: np.ndarray | None = None,
    tile: np.ndarray | None = None,
    inner: str = "gkcrsnpq",
    outer: str = "gkcrsnpq",
) -> Mapping:
    """A mapping without L2; tiles that are not given are the whole. ``spatial``: pe_x, pe_y, rows, columns."""
    tile = np.asarray(whole.bounds) if tile is None else tile
    l2 = tile if l2 is None else l2
    axes = np.stack([sizes(**axis) for axis in spatial])
    return Mapping(engine, axes, l2, l2, tile, order(inner), order(inner), order(outer))


def positions(outputs: int, taps: int, stride: float, dilation: float) -> int:
    """Input positions between the first and the last that a block of outputs reads along one axis."""
    return int((outputs - 1) * stride + (taps - 1) * dilation + 1)


def operand_bytes(whole: Contraction) -> tuple[int, int, int]:
    """Bytes of the input (with its padding), the weight and the output of a contraction, from its definition."""
    g, n, p, q, k, c, r, s = whole.bounds
    rows = positions(p, r, whole.stride[0], whole.dilation[0])
    columns = positions(q, s, whole.stride[1], whole.dilation[1])
    a, b, o = (int(size) for size in whole.element_bytes)
    return g * n * c * rows * columns * a, g * k * c * r * s * b, g * n * p * q * k * o


def single(whole: Contraction, vector: VectorWork | None = None) -> Network:
    """A network of one region: tensors 0 (input), 1 (weight) and 2 (output)."""
    input_bytes, weight_bytes, output_bytes = operand_bytes(whole)
    region = RegionWork(
        name="only",
        kind="matmul",
        ops=("dot_general",),
        contraction=whole,
        vector=vector or VectorWork(),
        reads=(Use(0, "input"), Use(1, "weight")),
        writes=(Write(2),),
    )
    tensors = (
        Tensor("x", input_bytes, "input", -1, (0,)),
        Tensor("w", weight_bytes, "weight", -1, (0,)),
        Tensor("y", output_bytes, "output", 0, ()),
    )
    return Network("one", 1, prod(whole.bounds), (region,), tensors)


def powers(first: int, last: int) -> st.SearchStrategy[int]:
    """Powers of two from 2**first to 2**last."""
    return st.integers(first, last).map(lambda exponent: 2**exponent)


@st.composite
def machines(draw: st.DrawFn, *, l2: bool = False) -> Machine:
    """Any machine of FAST's space; with ``l2``, with an L2 or without."""
    changes: dict[str, Any] = {
        "dram_channels": draw(powers(0, 3)),
        "pe_x": draw(powers(0, 8)),
        "pe_y": draw(powers(0, 8)),
        "array_rows": draw(powers(0, 8)),
        "array_columns": draw(powers(0, 8)),
        "vector_multiplier": draw(powers(0, 4)),
        "l1_shared": draw(st.integers(0, 1)),
        "l1_input_bytes": draw(powers(10, 20)),
        "l1_weight_bytes": draw(powers(10, 20)),
        "l1_output_bytes": draw(powers(10, 20)),
        "global_buffer_bytes": draw(st.just(0) | powers(20, 28)),
    }
    if l2:
        changes |= {
            "l2_enabled": draw(st.integers(0, 1)),
            "l2_shared": draw(st.integers(0, 1)),
            "l2_input_multiplier": draw(powers(0, 7)),
            "l2_weight_multiplier": draw(powers(0, 7)),
            "l2_output_multiplier": draw(powers(0, 7)),
        }
    return machine(**changes)


MODELS = {
    "matmul": contraction(n=512, k=3072, c=768),
    "attention": contraction(g=96, n=128, k=128, c=64),
    "classifier": contraction(n=1, k=1000, c=2048),
    "first conv": convolution(n=8, p=112, q=112, k=64, c=3, r=7, s=7, stride=(2.0, 2.0)),
    "conv 3x3": contraction(n=8, p=56, q=56, k=64, c=64, r=3, s=3),
    "conv 1x1": convolution(n=8, p=28, q=28, k=512, c=256, stride=(2.0, 2.0)),
    "depthwise": contraction(g=144, n=8, p=56, q=56, r=3, s=3),
    "dilated": convolution(g=3, n=7, p=11, q=13, k=17, c=19, r=3, s=5, stride=(2.0, 3.0), dilation=(2.0, 1.0)),
    "scalar": contraction(),
}
"""Contractions of real models, and two odd ones."""
