"""Numbers through XLA, and when two of them agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from jax.extend.backend import get_backend

from dialects.stablehlo import ConstantOp
from fastc.errors import InputError
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import (
    Difference,
    agree,
    depth_of,
    first_difference,
    numpy_dtype,
    random_arguments,
    rounding_tolerance,
    run,
    to_float32,
    to_float64,
    vanishes,
)

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

DENSE = """
func.func @main(%w: tensor<64x3xbf16>, %b: tensor<3xbf16>, %x: tensor<2x64xf32>, %i: tensor<4xi32>)
    -> tensor<2x3xbf16> {
  %0 = stablehlo.convert %x : (tensor<2x64xf32>) -> tensor<2x64xbf16>
  %1 = stablehlo.dot_general %0, %w, contracting_dims = [1] x [0]
       : (tensor<2x64xbf16>, tensor<64x3xbf16>) -> tensor<2x3xbf16>
  %2 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<3xbf16>) -> tensor<2x3xbf16>
  %3 = func.call @act(%1, %2) : (tensor<2x3xbf16>, tensor<2x3xbf16>) -> tensor<2x3xbf16>
  return %3 : tensor<2x3xbf16>
}
func.func private @act(%x: tensor<2x3xbf16>, %b: tensor<2x3xbf16>) -> tensor<2x3xbf16> {
  %c = stablehlo.constant dense<0xFF80> : tensor<2x3xbf16>
  %0 = stablehlo.add %x, %b : tensor<2x3xbf16>
  %1 = stablehlo.maximum %0, %c : tensor<2x3xbf16>
  return %1 : tensor<2x3xbf16>
}
"""


def test_run_calls_lapack() -> None:
    # In a process of its own: nothing else has loaded LAPACK there, and XLA would end the process.
    program = """
import numpy as np
from fastc.xla import run
text = '''func.func @main(%a: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0:2 = stablehlo.custom_call @lapack_spotrf_ffi(%a) {
    mhlo.backend_config = {uplo = 76 : ui8},
    operand_layouts = [dense<[0, 1]> : tensor<2xindex>],
    output_operand_aliases = [#stablehlo.output_operand_alias<
      output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>],
    result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<> : tensor<0xindex>]
  } : (tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<i32>)
  return %0#0 : tensor<2x2xf32>
}'''
(root,) = run(text, (np.array([[4, 2], [2, 5]], np.float32),))
print(np.tril(root).tolist())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[[2.0, 0.0], [1.0, 2.0]]", done.stderr


def test_a_program_is_compiled_once_for_all_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    backend = get_backend("cpu")

    class Counting:
        local_devices = backend.local_devices

        def compile_and_load(self, *arguments: object) -> object:
            compiled.append(arguments[0])
            return backend.compile_and_load(*arguments)

    monkeypatch.setattr("jax.extend.backend.get_backend", lambda _: Counting())
    text = "func.func @main(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }"
    values = [run(text, (np.array(value, np.float32),))[0].item() for value in (1.0, 2.0, 3.0)]
    assert (values, compiled) == ([1.0, 2.0, 3.0], [text])


def test_run_gives_what_numpy_gives() -> None:
    text = """
      func.func @main(%x: tensor<3xf64>, %y: tensor<3xi64>, %z: tensor<2xbf16>)
          -> (tensor<3xf64>, tensor<3xi64>, tensor<2xbf16>) {
        %0 = stablehlo.add %x, %x : tensor<3xf64>
        %1 = stablehlo.multiply %y, %y : tensor<3xi64>
        %c = stablehlo.constant dense<0xFF80> : tensor<2xbf16>
        %2 = stablehlo.maximum %z, %c : tensor<2xbf16>
        return %0, %1, %2 : tensor<3xf64>, tensor<3xi64>, tensor<2xbf16>
      }
    """
    x, y = np.array([0.1, -2.0, 1e300]), np.array([3, -4, 2**31])
    z = np.array([-1.0, 5.0], ml_dtypes.bfloat16)
    doubled, squared, larger = run(text, (x, y, z))
    np.testing.assert_array_equal(doubled, x + x, strict=True)
    np.testing.assert_array_equal(squared, y * y, strict=True)
    np.testing.assert_array_equal(larger, z, strict=True)


def test_random_arguments_fit_and_repeat() -> None:
    module = read_stablehlo(DENSE.encode(), "dense.mlir")
    weight, bias, x, ids = random_arguments(module, seed=3)
    assert [a.dtype for a in (weight, bias, x, ids)] == [ml_dtypes.bfloat16, ml_dtypes.bfloat16, np.float32, np.int32]
    assert [a.shape for a in (weight, bias, x, ids)] == [(64, 3), (3,), (2, 64), (4,)]
    # A kernel that sums 64 inputs has the standard deviation 1/8; an input has 1.
    assert 0.1 < weight.astype(float).std() < 0.15
    assert 0.8 < x.std() < 1.2
    assert bias.astype(float).min() >= 0.5
    assert set(ids.tolist()) <= {0, 1}
    again, other = random_arguments(module, seed=3), random_arguments(module, seed=4)
    np.testing.assert_array_equal(weight, again[0])
    assert (weight != other[0]).any()


def test_a_float32_copy_computes_more_exactly() -> None:
    module = read_stablehlo(DENSE.encode(), "dense.mlir")
    copy = to_float32(module)
    copy.verify()
    assert "bf16" not in write_stablehlo(copy)
    assert "bf16" in write_stablehlo(module)
    (constant,) = (op for op in copy.walk() if isinstance(op, ConstantOp))
    assert constant.value.get_values() == (float("-inf"),) * 6
    weight, bias, x, ids = random_arguments(copy, seed=0)
    assert weight.dtype == np.float32
    (got,) = run(write_stablehlo(copy), (weight, bias, x, ids))
    np.testing.assert_allclose(got, x.astype(np.float64) @ weight + bias, rtol=1e-6, atol=1e-6)


def test_a_float64_copy_computes_exactly() -> None:
    copy = to_float64(read_stablehlo(DENSE.encode(), "dense.mlir"))
    copy.verify()
    text = write_stablehlo(copy)
    assert "bf16" not in text
    assert "f32" not in text
    weight, bias, x, ids = random_arguments(copy, seed=0)
    (got,) = run(text, (weight, bias, x, ids))
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, x @ weight + bias, rtol=1e-14, atol=1e-14)


def test_no_wider_copy_of_cast_bits() -> None:
    text = """
      func.func @main(%x: tensor<2xbf16>) -> tensor<2xi16> {
        %0 = stablehlo.bitcast_convert %x : (tensor<2xbf16>) -> tensor<2xi16>
        return %0 : tensor<2xi16>
      }
    """
    for widen in (to_float32, to_float64):
        with pytest.raises(InputError, match="bits"):
            widen(read_stablehlo(text.encode(), "bits.mlir"))


def test_depth_counts_calls() -> None:
    # convert, dot_general, then add and maximum of the called function.
    assert depth_of(read_stablehlo(DENSE.encode(), "dense.mlir")) == 4


ONES = np.ones(4, np.float32)


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (ONES, ONES, True),
        (ONES, ONES + np.float32(1e-6), True),
        (ONES, ONES + np.float32(1e-3), False),
        (np.array([1, 1e-9], np.float32), np.array([1, 2e-9], np.float32), True),  # small beside the largest
        (np.array([1, np.inf], np.float32), np.array([1, np.inf], np.float32), True),
        (np.array([1, np.inf], np.float32), np.array([1, -np.inf], np.float32), False),
        (np.array([1, np.nan], np.float32), np.array([1, np.nan], np.float32), True),
        (np.array([1, np.nan], np.float32), np.array([np.nan, 1], np.float32), False),
        (np.array([1, 2], np.float32), np.array([1, np.inf], np.float32), False),
        (np.array([0, 0], np.float32), np.array([0, 0], np.float32), True),
        (np.array([0, 0], np.float32), np.array([0, 1e-30], np.float32), False),
        (np.array([1, 2], np.int32), np.array([1, 2], np.int32), True),
        (np.array([1, 2], np.int32), np.array([1, 3], np.int32), False),
        (np.array([True], np.bool_), np.array([False], np.bool_), False),
        (ONES, ONES.astype(np.float64), False),
        (ONES, ONES.reshape(2, 2), False),
        (np.array([1 + 1j], np.complex64), np.array([1 - 1j], np.complex64), False),
        (np.array([], np.float32), np.array([], np.float32), True),
    ],
)
def test_agreement(expected: np.ndarray, got: np.ndarray, same: bool) -> None:
    assert agree([expected], [got], depth=100) == same


def test_the_first_difference_is_told() -> None:
    assert first_difference([ONES, 2 * ONES], [ONES, 2 * ONES + np.float32(1)], depth=1) == Difference(
        output=1, error=0.5, tolerance=rounding_tolerance(np.dtype(np.float32), 1)
    )


def test_tolerances_grow_with_depth_and_coarseness() -> None:
    float32, bfloat16 = np.dtype(np.float32), np.dtype(ml_dtypes.bfloat16)
    assert rounding_tolerance(float32, 400) == pytest.approx(16 * 2**-23 * 20)
    assert rounding_tolerance(bfloat16, 500) > 1  # such a comparison proves nothing
    assert rounding_tolerance(np.dtype(np.int32), 500) == 0


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("bf16", ml_dtypes.bfloat16),
        ("f16", np.float16),
        ("f64", np.float64),
        ("f8E4M3FN", ml_dtypes.float8_e4m3fn),
        ("f8E5M2", ml_dtypes.float8_e5m2),
        ("i1", np.bool_),
        ("i4", ml_dtypes.int4),
        ("i32", np.int32),
        ("ui8", np.uint8),
        ("complex<f32>", np.complex64),
        ("complex<f64>", np.complex128),
    ],
)
def test_element_types(text: str, dtype: type) -> None:
    module = read_stablehlo(f"func.func @main(%x: tensor<2x2x{text}>) {{ return }}".encode(), "type.mlir")
    (argument,) = random_arguments(module, seed=0)
    assert argument.dtype == np.dtype(dtype)


@pytest.mark.parametrize("name", ["mobilenet_v2", "bert_base_s128"])
def test_deep_networks_stay_alive_and_rounding_is_tolerated(name: str) -> None:
    """Weights changed by their last bit stay within the tolerance; a kernel off by one percent does not."""
    module = to_float32(read_stablehlo((EXAMPLES / f"{name}.mlir").read_bytes(), name))
    text, depth = write_stablehlo(module), depth_of(module)
    arguments = random_arguments(module, seed=0)
    outputs = run(text, arguments)
    assert all(np.isfinite(output).all() and output.std() > 1e-4 for output in outputs)
    nudged = [np.nextafter(a, np.float32(np.inf)) if a.dtype == np.float32 else a for a in arguments]
    assert agree(outputs, run(text, nudged), depth)
    kernels = [index for index, a in enumerate(arguments) if a.dtype == np.float32 and a.ndim > 1]
    middle = kernels[len(kernels) // 2]
    scaled = [a * np.float32(1.01) if index == middle else a for index, a in enumerate(arguments)]
    assert not agree(outputs, run(text, scaled), depth)


def test_unknown_element_types() -> None:
    from xdsl.dialects.builtin import IndexType

    with pytest.raises(InputError, match="index"):
        numpy_dtype(IndexType())


@pytest.mark.parametrize(
    ("wide_difference", "is_rounding"), [(1e-16, True), (1e-11, True), (1e-10, False), (1e-7, False), (np.nan, False)]
)
def test_a_difference_that_is_gone_in_float64_is_rounding(wide_difference: float, is_rounding: bool):
    """The gradient of a bias that a normalization takes away: 0, but for rounding."""
    narrow = np.array([1e-7], np.float32), np.array([-1e-7], np.float32)
    wide = np.array([1e-15]), np.array([1e-15 + wide_difference])
    assert first_difference([narrow[0]], [narrow[1]], 100) is not None
    assert vanishes([narrow[0]], [narrow[1]], [wide[0]], [wide[1]], 100) == is_rounding


def test_another_number_differs_in_float64_too():
    integers = np.array([3]), np.array([4])
    assert not vanishes([integers[0]], [integers[1]], [integers[0]], [integers[1]], 100)
