"""A small network and search problems over it, for the tests of the search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from fastc.dse import Constraint, Metrics, ModelProblem, SearchProblem, Variant
from hwmodels.records import Array, Contraction, Machine, Network, RegionWork, Tensor, Use, VectorWork, Write
from hwmodels.space import Parameter, Space

CHANNELS = (32, 48, 24)
SIDE = 28


@cache
def network(batch: int) -> Network:
    """A pointwise, a depthwise and a pointwise convolution twice over, with a residual, at any batch."""
    tensors: list[Tensor] = []
    regions: list[RegionWork] = []
    pixels = batch * SIDE * SIDE

    def tensor(name: str, size: int, role: str, producer: int, consumers: tuple[int, ...]) -> int:
        tensors.append(Tensor(name, size, role, producer, consumers))  # pyright: ignore[reportArgumentType]
        return len(tensors) - 1

    value = tensor("x", 2 * pixels * CHANNELS[0], "input", -1, (0,))
    shapes = [(CHANNELS[0], CHANNELS[1], 1), (CHANNELS[1], CHANNELS[1], 3), (CHANNELS[1], CHANNELS[2], 1)]
    shapes += [(CHANNELS[2], CHANNELS[1], 1), (CHANNELS[1], CHANNELS[1], 3), (CHANNELS[1], CHANNELS[2], 1)]
    for index, (inputs, outputs, taps) in enumerate(shapes):
        depthwise = taps > 1
        groups, k, c = (inputs, 1, 1) if depthwise else (1, outputs, inputs)
        weight = tensor(f"w{index}", 2 * groups * k * c * taps**2, "weight", -1, (index,))
        last = index == len(shapes) - 1
        consumers = () if last else (index + 1, 5) if index == 2 else (index + 1,)
        result = tensor(f"y{index}", 2 * pixels * outputs, "output" if last else "activation", index, consumers)
        reads = [Use(value, "input"), Use(weight, "weight")]
        if last:
            reads.append(Use(regions[2].writes[0].tensor, "vector"))
        work = VectorWork(alu=3 * pixels * outputs, transcendental=pixels * outputs if depthwise else 0)
        contraction = Contraction((groups, batch, SIDE, SIDE, k, c, taps, taps))
        kind = "depthwise" if depthwise else "conv"
        regions.append(RegionWork(f"{kind}_{index}", kind, (), contraction, work, tuple(reads), (Write(result),)))
        value = result
    macs = sum(_product(region) for region in regions)
    return Network("case", batch, macs, tuple(regions), tuple(tensors))


def _product(region: RegionWork) -> int:
    assert region.contraction is not None
    result = 1
    for bound in region.contraction.bounds:
        result *= bound
    return result


def powers(low: int, high: int) -> tuple[float, ...]:
    """2**low to 2**high."""
    return tuple(float(2**exponent) for exponent in range(low, high + 1))


BASE = Machine(
    name="case",
    node_nm=7,
    clock_hz=1e9,
    dram_kind="gddr6",
    dram_channel_bytes_per_s=56e9,
    dram_channels=1,
    pe_x=4,
    pe_y=2,
    array_rows=32,
    array_columns=16,
    vector_multiplier=4,
    l1_shared=0,
    l1_input_bytes=16384,
    l1_weight_bytes=16384,
    l1_output_bytes=16384,
    l2_enabled=0,
    l2_shared=0,
    l2_input_multiplier=1,
    l2_weight_multiplier=1,
    l2_output_multiplier=1,
    global_buffer_bytes=2**22,
    native_batch=4,
)

FULL_SPACE = Space(
    BASE,
    (
        Parameter("native_batch", powers(0, 6)),
        Parameter("dram_channels", powers(0, 3)),
        Parameter("global_buffer_bytes", (0.0, *powers(20, 25))),
        Parameter("pe_x", powers(0, 5)),
        Parameter("pe_y", powers(0, 5)),
        Parameter("array_rows", powers(0, 7)),
        Parameter("array_columns", powers(0, 7)),
        Parameter("vector_multiplier", powers(0, 4)),
        Parameter("l1_shared", (0.0, 1.0)),
        Parameter("l1_input_bytes", powers(10, 18)),
        Parameter("l1_weight_bytes", powers(10, 18)),
        Parameter("l1_output_bytes", powers(10, 18)),
        Parameter("l2_enabled", (0.0, 1.0)),
        Parameter("l2_shared", (0.0, 1.0)),
        Parameter("l2_input_multiplier", powers(0, 4)),
        Parameter("l2_weight_multiplier", powers(0, 4)),
        Parameter("l2_output_multiplier", powers(0, 4)),
    ),
)

SMALL_SPACE = Space(
    BASE,
    (
        Parameter("native_batch", powers(0, 3)),
        Parameter("global_buffer_bytes", powers(20, 23)),
        Parameter("pe_x", powers(0, 3)),
        Parameter("array_rows", powers(3, 6)),
        Parameter("vector_multiplier", powers(2, 4)),
    ),
)
"""768 machines: few enough to try them all."""


def perf_per_tdp(metrics: Sequence[Metrics]) -> Array:
    """The default objective, for one model."""
    return metrics[0].perf_per_s / metrics[0].tdp_w


def at_most(text: str, field: str, bound: float) -> Constraint:
    """``field`` of the first model's metrics is at most ``bound``."""
    return Constraint(text, lambda metrics: getattr(metrics[0], field), bound, "<=")


def problem(space: Space = FULL_SPACE, constraints: tuple[Constraint, ...] = ()) -> SearchProblem:
    """Maximise perf / tdp of the small network over ``space``."""
    variant = Variant("default", (), network)
    return SearchProblem((ModelProblem("case", 1.0, (variant,)),), space, perf_per_tdp, "perf / tdp", constraints)
