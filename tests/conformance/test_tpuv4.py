"""The cost model against XLA's kernels on a TPU v4, on the rows that no constant was fitted to."""

from __future__ import annotations

from fastc.validation.suite import SHIPPED
from fastc.validation.tpuv4 import checks


def test_kernels_of_a_tpu_v4():
    found = {check.quantity: check for check in checks(SHIPPED)}
    assert [check.name for check in found.values()] == ["tpuv4_kernels"] * 3
    assert all(check.met for check in found.values()), found
    gemm, vector, norm = found["GEMM time (s)"], found["vector kernel time (s)"], found["norm kernel time (s)"]
    assert gemm.rows > 350
    assert gemm.mape <= 0.12
    assert gemm.spearman is not None
    assert gemm.spearman >= 0.99
    assert vector.rows > 350
    assert vector.mape <= 0.05
    assert norm.rows > 180
    assert norm.mape <= 0.05
