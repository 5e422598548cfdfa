"""The pass fold-normalization: what scales channels goes into kernels, however it is spelled, and numbers stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from xdsl.dialects.builtin import ModuleOp, bf16
from xdsl.passes import PassPipeline

from dialects.stablehlo import ConvertOp
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import depth_of, first_difference, main_of, run
from passes.analysis.batch import Batch
from passes.fold_constants import FoldConstantsPass
from passes.fold_normalization import FoldNormalizationPass
from passes.inline import InlinePass
from passes.normalization.match import fixed_values
from passes.patterns.build import element_of
from passes.regions.roles import mark_roles
from passes.simplify import SimplifyPass

CHANNELS_LAST = ("NHWC", "HWIO", "NHWC")
CHANNELS_FIRST = ("NCHW", "OIHW", "NCHW")


def arguments(*shapes: tuple[int, ...]) -> list[np.ndarray[Any, Any]]:
    """Standard normal numbers; vectors lie in 0.5 to 1.5, as variances do."""
    generator = np.random.default_rng(0)
    drawn = (
        generator.uniform(0.5, 1.5, shape) if len(shape) < 2 else generator.standard_normal(shape) for shape in shapes
    )
    return [each.astype(np.float32) for each in drawn]


def exported(function: Callable[..., Any], given: list[np.ndarray[Any, Any]], dtype: Any = jnp.float32) -> ModuleOp:
    specs = [jax.ShapeDtypeStruct(each.shape, dtype) for each in given]
    module = read_stablehlo(jax.jit(function, keep_unused=True).lower(*specs).as_text().encode(), "spelling")
    InlinePass().apply(make_context(), module)
    mark_roles(main_of(module), Batch(size=1, inputs=(0,), scalars=()))
    return module


def folded(module: ModuleOp, narrow: bool = True) -> ModuleOp:
    copy = module.clone()
    FoldNormalizationPass(narrow).apply(make_context(), copy)
    copy.verify()
    return copy


def work(module: ModuleOp) -> list[str]:
    """The arithmetic that depends on the first argument."""
    block = main_of(module).body.block
    fixed = fixed_values(block, set(block.args[1:]))
    names = [op.name.partition(".")[2] for op in block.ops if op.results and op.results[0] not in fixed]
    return [name for name in names if name not in ("reshape", "broadcast_in_dim", "convert")]


def check(function: Callable[..., Any], given: list[np.ndarray[Any, Any]], expected: list[str]) -> None:
    """Folds as exported and after clean-up, and compares the numbers."""
    module = exported(function, given)
    clean = module.clone()
    PassPipeline((FoldConstantsPass(), SimplifyPass())).apply(make_context(), clean)
    for before in (module, clean):
        after = folded(before)
        assert work(after) == expected
        assert after.is_structurally_equivalent(folded(after))
        outputs = run(write_stablehlo(before), given)
        assert first_difference(outputs, run(write_stablehlo(after), given), depth_of(before)) is None
    assert (FoldNormalizationPass() in FoldNormalizationPass.schedule_space(make_context(), module)) == (
        work(module) != expected
    )


def convolution(x: Any, w: Any, dimensions: Any, **options: Any) -> Any:
    return lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=dimensions, **options)


def flax_like(x: Any, w: Any, mean: Any, variance: Any, scale: Any, bias: Any) -> Any:
    y = convolution(x, w, CHANNELS_LAST) - mean
    return jax.nn.relu(y * (lax.rsqrt(variance + 1e-5) * scale) + bias)


def torch_like(x: Any, w: Any, mean: Any, variance: Any, scale: Any, bias: Any) -> Any:
    def wide(v: Any) -> Any:
        return v[:, None, None]

    y = convolution(x, w, CHANNELS_FIRST) + wide(bias)
    y = (y - wide(mean)) / wide(jnp.sqrt(variance + 1e-5))
    return jax.nn.relu(y * wide(scale) + wide(bias))


def keras_like(x: Any, w: Any, mean: Any, variance: Any, scale: Any, bias: Any) -> Any:
    factor = (lax.rsqrt(variance.reshape(1, 1, 1, 4) + 1e-3)) * scale.reshape(1, 1, 1, 4)
    y = convolution(x, w, CHANNELS_LAST)
    return jax.nn.relu(y * factor + (-mean.reshape(1, 1, 1, 4) * factor + bias.reshape(1, 1, 1, 4)))


@pytest.mark.parametrize("spelling", [flax_like, torch_like, keras_like])
def test_batch_norm_as_frameworks_spell_it(spelling: Callable[..., Any]):
    first = spelling is torch_like
    shapes = ((2, 3, 5, 5), (4, 3, 3, 3)) if first else ((2, 5, 5, 3), (3, 3, 3, 4))
    check(spelling, arguments(*shapes, (4,), (4,), (4,), (4,)), ["convolution", "add", "maximum"])


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (
            lambda x, w, s: convolution(x, w, CHANNELS_LAST, feature_group_count=4) * s,
            ((2, 5, 5, 4), (3, 3, 1, 4), (4,)),
        ),
        (
            lambda x, w, s: convolution(x, w, CHANNELS_LAST, feature_group_count=2) * s,
            ((2, 5, 5, 4), (3, 3, 2, 6), (6,)),
        ),
        (lambda x, w, s: convolution(x, w, CHANNELS_LAST, batch_group_count=2) * s, ((2, 5, 5, 4), (3, 3, 4, 6), (6,))),
        (lambda x, w, s: (x @ w) * s, ((2, 5), (5, 4), (4,))),
        (lambda x, w, s: (w @ x) * s[:, None], ((5, 2), (4, 5), (4,))),
        (lambda x, w, s: jnp.einsum("bqd,dhe->bqhe", x, w) * s[:, None], ((2, 3, 5), (5, 4, 6), (4,))),
        (
            lambda x, w, s: lax.dot_general(x, w, (((2,), (1,)), ((0,), (0,)))) * s[:, None],
            ((4, 2, 5), (4, 5, 6), (4, 6)),
        ),
    ],
)
def test_kernels_of_all_kinds_are_scaled(function: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]):
    given = arguments(*shapes)
    (contraction, _) = work(exported(function, given))
    check(function, given, [contraction])


def test_a_constant_scale_goes_into_kernel_and_bias():
    check(
        lambda x, w, b: jnp.exp((x @ w + b) * 0.125),
        arguments((2, 5), (5, 4), (4,)),
        ["dot_general", "add", "exponential"],
    )


def test_weights_of_an_rms_norm_go_into_all_kernels_behind_it():
    def attention(x: Any, g: Any, q: Any, k: Any, v: Any) -> Any:
        y = x * lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + 1e-6) * g
        return jnp.tanh(y @ q), jnp.tanh(y @ k), jnp.tanh(y @ v)

    given = arguments((2, 6), (6,), (6, 4), (6, 4), (6, 4))
    module = exported(attention, given)
    assert work(folded(module)).count("multiply") == work(module).count("multiply") - 1
    check(attention, given, work(folded(module)))


def test_zeros_around_a_scaled_input_stay_zeros():
    check(
        lambda x, w, s: convolution(x * s, w, CHANNELS_LAST),
        arguments((2, 5, 5, 3), (3, 3, 3, 4), (3,)),
        ["convolution"],
    )


def shared(value: Any, function: Callable[[Any], Any]) -> Any:
    return function(value), value


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        # The scale depends on the input, or varies along what is no output channel.
        (lambda x, w: (x @ w) * x[0, :4], ((2, 5), (5, 4))),
        (lambda x, w, s: (x @ w) * s[:, None], ((2, 5), (5, 4), (2,))),
        # The result without the scale is needed too.
        (lambda x, w, s: shared(x @ w, lambda y: y * s), ((2, 5), (5, 4), (4,))),
        # A scaled copy of the kernel would take memory of its own.
        (lambda x, w, s: (jnp.exp(x @ w) @ w.T) * s, ((2, 5), (5, 4), (5,))),
        # Only an addition, which stays.
        (lambda x, w, b: x @ w + b, ((2, 5), (5, 4), (4,))),
        # The product is needed elsewhere; its groups have other input channels; a shift is no zero around the edges.
        (lambda x, w, s: shared(x * s, lambda y: y @ w), ((2, 5), (5, 4), (5,))),
        (
            lambda x, w, s: convolution(x * s, w, CHANNELS_LAST, feature_group_count=2),
            ((2, 5, 5, 4), (3, 3, 2, 6), (4,)),
        ),
        (lambda x, w, s: convolution(x * s + s, w, CHANNELS_LAST), ((2, 5, 5, 3), (3, 3, 3, 4), (3,))),
    ],
)
def test_what_must_stay_stays(function: Callable[..., Any], shapes: tuple[tuple[int, ...], ...]):
    module = exported(function, arguments(*shapes))
    before = work(module)
    after = folded(module)
    assert work(after) == before
    assert FoldNormalizationPass.schedule_space(make_context(), module) == ()


def test_kernels_in_bfloat16_are_scaled_in_float32_and_rounded_once():
    given = arguments((8, 64), (64, 32), (32,), (32,))
    module = exported(lambda x, w, s, b: (x @ w) * s + b, given, jnp.bfloat16)
    narrow = [each.astype(jnp.bfloat16) for each in given]
    after = folded(module)
    kernel = next(op for op in main_of(after).body.block.ops if op.name == "stablehlo.dot_general").operands[1]
    assert element_of(kernel) == bf16
    assert isinstance(kernel.owner, ConvertOp)
    x, w, s, b = (each.astype(np.float64) for each in narrow)
    exact = (x @ w) * s + b
    (got,) = run(write_stablehlo(after), narrow)
    # Each of 64 products is off by at most 2**-9 of itself, and so is the sum, twice.
    bound = (np.abs(x) @ np.abs(w * s) + 2 * np.abs(exact) + np.abs(b)) * 2.0**-9
    assert (np.abs(got.astype(np.float64) - exact) <= 1.1 * bound).all()
    assert work(folded(module, narrow=False)) == work(module)
    assert FoldNormalizationPass.schedule_space(make_context(), module) == (
        FoldNormalizationPass(),
        FoldNormalizationPass(narrow=False),
    )


def test_kernels_in_float16_stay():
    module = exported(lambda x, w, s: (x @ w) * s, arguments((2, 5), (5, 4), (4,)), jnp.float16)
    assert work(folded(module)) == work(module)


BATCH_NORM = """
func.func @main(%x: tensor<2x5x5x3xf32>, %w: tensor<3x3x3x4xf32>, %s: tensor<4xf32>, %o: tensor<4xf32>,
    %m: tensor<4xf32>, %v: tensor<4xf32>) -> tensor<2x3x3x4xf32> {
  %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {}
    {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
    : (tensor<2x5x5x3xf32>, tensor<3x3x3x4xf32>) -> tensor<2x3x3x4xf32>
  MIDDLE
  %2 = "stablehlo.batch_norm_inference"(%1, %s, %o, %m, %v) <{epsilon = 1.000000e-03 : f32, feature_index = 3 : i64}>
    : (tensor<2x3x3x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x3x3x4xf32>
  func.return %2 : tensor<2x3x3x4xf32>
}
"""


@pytest.mark.parametrize("channels", [1, 4])
@pytest.mark.parametrize(
    ("middle", "expected"),
    [
        ("%1 = stablehlo.subtract %0, %0 : tensor<2x3x3x4xf32>", ["convolution", "subtract", "multiply", "add"]),
        ("%1 = stablehlo.convert %0 : tensor<2x3x3x4xf32>", ["convolution", "add"]),
    ],
)
def test_the_op_of_batch_norm(middle: str, expected: list[str], channels: int):
    text = BATCH_NORM.replace("MIDDLE", middle).replace("x4xf32", f"x{channels}xf32")
    module = read_stablehlo(text.replace("<4xf32", f"<{channels}xf32").encode(), "test")
    given = arguments((2, 5, 5, 3), (3, 3, 3, channels), *[(channels,)] * 4)
    after = folded(module)
    assert work(after) == expected
    outputs = run(write_stablehlo(module), given)
    assert first_difference(outputs, run(write_stablehlo(after), given), depth_of(module)) is None
