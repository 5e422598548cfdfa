"""Two passes or three: which form of a softmax costs less depends on where its rows fit, by hand on both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastc.compilation import model_of
from fastc.frontends import make_context
from fastc.frontends.stablehlo import read_stablehlo
from fastc.machines import insert_machine, load_machine
from fastc.pipelines import run
from fastc.problem import read_lowered
from hwmodels.network import evaluate
from hwmodels.records import NetworkCost
from passes.analysis.machine import accelerator_of, machine_of

SMALL = machine_of(load_machine("fast-small"))
"""8 PEs of 2,048 lanes together and 32 KiB of outputs each; 512 bytes a cycle on chip, 0.87 of 448 from DRAM; 1 GHz."""

ROWS = 64


def softmax(length: int) -> str:
    whole, row = f"tensor<{ROWS}x{length}xf32>", f"tensor<{ROWS}xf32>"
    return f"""
    func.func @main(%x: {whole}) -> {whole} {{
      %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
      %zero = stablehlo.constant dense<0.0> : tensor<f32>
      %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1]
        : ({whole}, tensor<f32>) -> {row}
      %n = stablehlo.broadcast_in_dim %m, dims = [0] : ({row}) -> {whole}
      %d = stablehlo.subtract %x, %n : {whole}
      %e = stablehlo.exponential %d : {whole}
      %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1]
        : ({whole}, tensor<f32>) -> {row}
      %t = stablehlo.broadcast_in_dim %s, dims = [0] : ({row}) -> {whole}
      %y = stablehlo.divide %e, %t : {whole}
      return %y : {whole}
    }}"""


def cost(length: int, passes: int, **changes: int) -> NetworkCost:
    module = model_of(read_stablehlo(softmax(length).encode(), "softmax")).module
    insert_machine(module, accelerator_of(replace(SMALL, name="changed", **changes)))
    steps = f"softmax-form{{passes={passes}}},cse,form-regions,place-tensors,lower-to-schedule"
    run(steps, make_context(), module)
    lowered = read_lowered(module)
    return evaluate(lowered.network, lowered.machine, lowered.mappings, lowered.placement)


CYCLES = {3: (1 + 3.5 + 10.5 + 2) / 2048, 2: (10 + 3 * 3.5 + 10.5) / 2048}
"""Vector cycles of an element: a subtraction, an exponential, a quotient and two reductions; or 9 operations and two
exponentials of the online reduction, then a subtraction, an exponential and a quotient."""

TIMES = {3: 5, 2: 3}
"""How often the tensor moves: three scans read it (two the exponentials once) and the exponentials are written; or two
reads. The result is written in both."""

START = 250 + 2 * 300
"""Nanoseconds: the region's, and DRAM's latency before the first byte and behind the last."""


def nanoseconds(elements: int, passes: int, on_chip: int, off_chip: int, pieces: int) -> float:
    """Of a softmax that goes through in equal ``pieces``, its tensor moving so often over the network and to or from
    DRAM: the slowest of vector unit, network and DRAM, and the other two for one piece."""
    engines = (elements * CYCLES[passes], on_chip * 4 * elements / 512, off_chip * 4 * elements / (0.87 * 448))
    return max(engines) + (sum(engines) - max(engines)) / pieces + START


@pytest.mark.parametrize("length", [1024, 16384])
def test_rows_that_fit_the_pes_favour_three_passes(length: int):
    # 16,384 elements of 4 bytes, twice, are half of the PEs' 256 KiB.
    found = {passes: cost(length, passes) for passes in (2, 3)}
    elements = ROWS * length
    for passes, result in found.items():
        assert result.dram_bytes == 2 * 4 * elements
        # Sixteen pieces, or those of which the PEs' 256 KiB hold two.
        pieces = max(16, 2 * 4 * elements // 2**18)
        assert result.latency_s * 1e9 == pytest.approx(nanoseconds(elements, passes, 2, 2, pieces), rel=1e-9)
    # Both wait for DRAM; the third exponential and the longer reduction cost energy.
    assert found[3].latency_s <= found[2].latency_s
    assert found[3].energy_j < found[2].energy_j


def test_long_rows_favour_two_passes_where_they_leave_the_chip():
    length, elements = 65536, ROWS * 65536
    small = {"l1_output_bytes": 4096, "global_buffer_bytes": 2**20 - 2**19}
    found = {passes: cost(length, passes, **small) for passes in (2, 3)}
    for passes, result in found.items():
        assert result.dram_bytes == TIMES[passes] * 4 * elements
        times = TIMES[passes]
        assert result.latency_s * 1e9 == pytest.approx(nanoseconds(elements, passes, times, times, ROWS), rel=1e-9)
    assert found[2].latency_s < 0.65 * found[3].latency_s
    assert found[2].energy_j < found[3].energy_j


def test_long_rows_favour_two_passes_where_they_leave_the_pes():
    # 131,072 elements of 4 bytes, twice, are 1 MiB: too much for the PEs, a quarter of what the buffer gives.
    length, elements = 131072, ROWS * 131072
    found = {passes: cost(length, passes) for passes in (2, 3)}
    for passes, result in found.items():
        assert result.dram_bytes == 2 * 4 * elements
        expected = nanoseconds(elements, passes, TIMES[passes], 2, ROWS)
        assert result.latency_s * 1e9 == pytest.approx(expected, rel=1e-9)
    assert found[2].latency_s < found[3].latency_s
