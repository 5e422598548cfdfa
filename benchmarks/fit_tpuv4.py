"""Fit the constants that the TPU v4 kernels tell and print them beside what ``technology.toml`` holds.

Only the half of the rows that ``fastc.validation.tpuv4`` does not judge is used. The sum of three means of absolute
relative errors (GEMM, vector and norm kernels) is lowered one constant at a time by golden-section search until a round
changes none by more than 1 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fastc.validation.suite import SHIPPED
from fastc.validation.tpuv4 import Kernel, lower, one_core, predict, read_kernels
from hwmodels.technology import Technology, technology

BOUNDS = {
    "start_s": (0.8e-6, 1.3e-6),
    "dram_efficiency": (0.3, 1.0),
    "transcendental": (1.0, 16.0),
    "divide": (1.0, 16.0),
    "reduce": (1.0, 16.0),
}
"""Constants to fit, each between limits that physics allows: HBM no faster than its pins, an operation no less than a
cycle, a start no longer than the shortest kernel."""

SHRINK = (5.0**0.5 - 1.0) / 2.0

Objective = Callable[[dict[str, float]], float]


def with_constants(constants: dict[str, float], tech: Technology) -> Technology:
    """``tech`` as if the data file held ``constants``."""
    cycles = replace(tech.vector_cycles, **{name: constants[name] for name in ("transcendental", "divide")})
    return replace(
        tech,
        vector_cycles=cycles,
        kernel_start_s=constants["start_s"],
        kernel_dram_efficiency=constants["dram_efficiency"],
        kernel_reduce_cycles=constants["reduce"],
    )


def objective(kernels: list[Kernel]) -> Objective:
    """The sum of the groups' mean errors as a function of the constants; mappings are those of the file's constants."""
    machine = one_core()
    tech = technology(machine.node_nm, machine.dram_kind)
    lowered = lower(kernels, machine)
    measured = np.asarray([kernel.seconds for kernel in kernels])
    groups = np.asarray([{"matmul": 0, "norm": 2}.get(kernel.kind, 1) for kernel in kernels])

    def error(constants: dict[str, float]) -> float:
        errors = np.abs(predict(lowered, machine, with_constants(constants, tech)) / measured - 1.0)
        return float(sum(np.mean(errors[groups == group]) for group in range(3)))

    return error


def golden_section(function: Callable[[float], float], low: float, high: float) -> float:
    """Where ``function`` is least between ``low`` and ``high``, to 0.5 % of ``high``."""
    left, right = high - SHRINK * (high - low), low + SHRINK * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > 0.005 * high:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - SHRINK * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + SHRINK * (high - low)
            at_right = function(right)
    return (low + high) / 2.0


def fit(error: Objective, start: dict[str, float], rounds: int = 4) -> dict[str, float]:
    """``start`` improved one constant at a time, at most ``rounds`` times over."""
    best = dict(start)
    for _ in range(rounds):
        before = dict(best)
        for name, (low, high) in BOUNDS.items():
            best[name] = golden_section(lambda value, name=name: error({**best, name: value}), low, high)
        if all(abs(best[name] / before[name] - 1.0) < 0.01 for name in best):
            break
    return best


def main() -> None:
    """Print each constant as the data file has it and as fitted, and the error of both."""
    kernels = [kernel for kernel in read_kernels(SHIPPED) if kernel.fitted]
    machine = one_core()
    tech = technology(machine.node_nm, machine.dram_kind)
    cycles = tech.vector_cycles
    now = {
        "start_s": tech.kernel_start_s,
        "dram_efficiency": tech.kernel_dram_efficiency,
        "transcendental": cycles.transcendental,
        "divide": cycles.divide,
        "reduce": tech.kernel_reduce_cycles,
    }
    error = objective(kernels)
    found = fit(error, now)
    for name, value in found.items():
        print(f"{name:16s} {now[name]:12.4g} in the file {value:12.4g} fitted")
    print(f"sum of mean errors {100 * error(now):.2f} % with the file's, {100 * error(found):.2f} % as fitted")


if __name__ == "__main__":
    main()
