"""Reading the kernels of the TPU v4, their layouts in memory, and which rows are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastc.validation import tpuv4
from fastc.validation.suite import SHIPPED
from fastc.validation.tpuv4 import checks, lower, one_core, padded_elements, predict, read_kernels
from hwmodels.technology import technology

HEADER = "op,kind,shape,dtype,module_us_median"

UNSEEN = (
    "relu,activation,256x256,float16,1.8",
    "matmul,matmul,128x64x96,float16,1.3",
    "rms_norm,norm,1x128x512,float16,3.7",
)


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / tpuv4.FILE).write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("shape", "elements"),
    [
        ((1,), 1024),
        ((1025,), 2048),
        ((128, 512), 128 * 512),
        ((32, 48), 32 * 128),  # 48 of 128 lanes; 32 on the lanes would take 48 x 128
        ((64, 64, 32, 32), 64 * 64 * 32 * 128 // 2),  # 64 of 128 lanes
        ((64, 128, 32, 32), 64 * 128 * 32 * 32),  # channels on the lanes
        ((64, 192, 32, 64), 64 * 256 * 32 * 64),  # 192 in 2 x 128 lanes
        ((2, 3), 16 * 128),
    ],
)
def test_arrays_are_padded_to_whole_registers(shape: tuple[int, ...], elements: int):
    assert padded_elements(shape) == elements


def test_a_core_is_half_a_chip():
    core = one_core()
    assert core.pe_x * core.pe_y == 4
    # 4 arrays of 128 x 128 at 1.05 GHz: half of 275 TFLOPS. 16 MiB of vector memory, 2,048 lanes.
    assert 2 * 4 * 128 * 128 * core.clock_hz == pytest.approx(275e12 / 2, rel=1e-3)
    assert 4 * (core.l1_input_bytes + core.l1_weight_bytes + core.l1_output_bytes) == 16 * 2**20
    assert 4 * 128 * core.vector_multiplier == 2048


def test_a_vector_kernel_by_hand():
    # 65,536 elements in one tile: 262,144 bytes from 4 x 307 GB/s at the file's efficiency, then over the network on
    # chip at 2 x (2 x 128 + 2 x 128) bytes a cycle, then 3 operations of each on 2,048 lanes; a cycle is 1 / 1.05 ns.
    core = one_core()
    tech = technology(core.node_nm, core.dram_kind)
    kernel = tpuv4.Kernel("relu", (128, 512), "activation", 1.0)
    found = predict(lower([kernel], core), core, tech)
    cycles = 262144 / 1024 + 3 * 65536 / 2048
    expected = tech.kernel_start_s + 262144 / (1228e9 * tech.kernel_dram_efficiency) + cycles / 1.05e9
    assert found == pytest.approx([expected])


def test_each_pass_of_a_norm_has_its_start():
    core = one_core()
    tech = technology(core.node_nm, core.dram_kind)
    kernels = [tpuv4.Kernel(op, (128, 1), "norm", 1.0) for op in ("layer_norm", "rms_norm", "batch_norm_inference")]
    found = predict(lower(kernels, core), core, tech)
    assert found / tech.kernel_start_s == pytest.approx([3, 2, 1], rel=0.06)  # pieces in whole cycles


def test_what_was_fitted_is_not_judged():
    kernels = read_kernels(SHIPPED)
    fitted = sum(kernel.fitted for kernel in kernels)
    assert 0.45 < fitted / len(kernels) < 0.55
    judged = checks(SHIPPED)
    assert sum(check.rows for check in judged) == len(kernels) - fitted
    assert len({(kernel.op, kernel.shape) for kernel in kernels}) > 1500


def test_rows_from_elsewhere_are_all_judged(tmp_path: Path):
    found = checks(written(tmp_path, *UNSEEN))
    assert [check.rows for check in found] == [1, 1, 1]
    assert [check.quantity for check in found] == ["GEMM time (s)", "vector kernel time (s)", "norm kernel time (s)"]


def test_without_a_file(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"tpuv4_kernels\.csv"):
        checks(tmp_path)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("gelu,activation,128,float16,1.0", r":2: op is 'gelu'; write one of matmul, add"),
        ("relu,pointwise,128,float16,1.0", r":2: kind is 'pointwise'; write one of matmul, activation"),
        ("relu,activation,128,float32,1.0", r":2: dtype is 'float32'; write one of float16, or leave the row out"),
        ("relu,activation,128y4,float16,1.0", r":2: shape is '128y4'; write positive whole numbers"),
        ("matmul,matmul,128x4,float16,1.0", r":2: shape is '128x4'; write .* MxNxK"),
        (f"relu,activation,{10**4000},float16,1.0", r":2: shape is '10{59}\.\.\.'; write positive whole numbers"),
        ("relu,activation,0x4,float16,1.0", r":2: shape is '0x4'; write positive"),
        ("relu,activation,128,float16,", r":2: module_us_median is ''; write a finite number"),
        ("relu,activation,128,float16,0", r":2: module_us_median is '0'; write a finite number"),
    ],
)
def test_malformed_rows(tmp_path: Path, row: str, says: str):
    with pytest.raises(ValueError, match=says):
        checks(written(tmp_path, row))


def test_a_missing_column(tmp_path: Path):
    with pytest.raises(ValueError, match=r"lacks the columns kind"):
        checks(written(tmp_path, "relu,128,float16,1.0", header="op,shape,dtype,module_us_median"))
