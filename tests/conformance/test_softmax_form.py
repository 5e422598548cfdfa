"""Both forms of softmax compute, in XLA, what the spellings of JAX, Keras and torch compute, masked rows included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import depth_of, first_difference, run
from passes.form_regions import FormRegionsPass
from passes.inline import InlinePass
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass
from passes.softmax.match import find_softmax
from passes.softmax_form import SoftmaxFormPass
from tests.real_models import CLEAN, arguments, in_float32, outputs

MASK = np.arange(6) < np.array([6, 3, 1, 0])[:, None, None]
"""Broadcasts to 4 x 5 x 6; the last four rows of five are masked fully."""


def keras_like(x: Any) -> Any:
    """Layers that write it by hand keep the reduced dimension."""
    exponentials = jnp.exp(x - jnp.max(x, axis=-1, keepdims=True))
    return exponentials / jnp.sum(exponentials, axis=-1, keepdims=True)


def keras_mask(x: Any) -> Any:
    return keras_like(x + (1.0 - MASK.astype(np.float32)) * -1e9)


def torch_like(x: Any) -> Any:
    """Decompositions of torch: amax, sub, exp, sum, and a product with the reciprocal; bfloat16 goes up to float32."""
    wide = x.astype(jnp.float32)
    exponentials = jax.lax.exp(wide - jax.lax.reduce_max(wide, (1,)).reshape(4, 1, 6))
    inverse = jax.lax.reciprocal(jax.lax.reduce_sum(exponentials, (1,)).reshape(4, 1, 6))
    return (exponentials * inverse).astype(x.dtype)


def torch_attention(x: Any) -> Any:
    scores = jnp.einsum("bqd,bkd->bqk", x, x) / np.sqrt(6.0)
    causal = np.tril(np.ones((5, 5), bool))
    return jnp.einsum("bqk,bkd->bqd", torch_rows(jnp.where(causal, scores, -jnp.inf)), x)


def torch_rows(x: Any) -> Any:
    exponentials = jnp.exp(x - jnp.max(x, axis=2)[:, :, None])
    return exponentials / jnp.sum(exponentials, axis=2)[:, :, None]


SPELLINGS: dict[str, Callable[[Any], Any]] = {
    "jax": jax.nn.softmax,
    "jax, middle axis": lambda x: jax.nn.softmax(x, axis=1),
    "jax, first axis, scaled": lambda x: jax.nn.softmax(x * 0.3, axis=0),
    "jax, two axes": lambda x: jax.nn.softmax(x, axis=(0, 2)),
    "jax, where": lambda x: jax.nn.softmax(x, where=MASK),
    "jax, infinite mask": lambda x: jax.nn.softmax(jnp.where(MASK, x, -jnp.inf)),
    "jax, finite mask": lambda x: jax.nn.softmax(jnp.where(MASK, x, jnp.finfo(x.dtype).min)),
    "jax, one column": lambda x: jax.nn.softmax(x[:, :, :1]),
    "jax, upcast outside": lambda x: jax.nn.softmax(x.astype(jnp.float32)).astype(x.dtype),
    "keras": keras_like,
    "keras, mask": keras_mask,
    "torch": torch_like,
    "torch, attention": torch_attention,
    "jax, mapped": lambda x: jax.vmap(jax.nn.softmax, in_axes=2)(x),
    "jax, mapped over a transpose": lambda x: jax.vmap(lambda y: jax.nn.softmax(y.T), in_axes=1, out_axes=2)(x),
}


def exported(function: Callable[[Any], Any], dtype: Any) -> ModuleOp:
    text = jax.jit(function).lower(jax.ShapeDtypeStruct((4, 5, 6), dtype)).as_text()
    module = read_stablehlo(text.encode(), "spelling")
    InlinePass().apply(make_context(), module)
    return module


def formed(module: ModuleOp, passes: int) -> ModuleOp:
    copy = module.clone()
    SoftmaxFormPass(passes).apply(make_context(), copy)
    copy.verify()
    return copy


def inputs(dtype: Any) -> np.ndarray[Any, Any]:
    """Numbers that overflow without the maximum, a row of -inf, single infinities of both signs, and a NaN."""
    x = np.random.default_rng(0).standard_normal((4, 5, 6)) * 60
    x[1, 1] = -np.inf
    x[1, 2, :4] = -np.inf
    x[2, 2, 3], x[2, 3, 4] = np.inf, np.nan
    return x.astype(dtype)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16], ids=["f32", "bf16"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_keep_their_numbers(spelling: str, dtype: Any):
    module = exported(SPELLINGS[spelling], dtype)
    assert [found.is_online for found in find_softmax(module)] == [False]
    expected = run(write_stablehlo(module), [inputs(dtype)])
    assert np.isfinite(expected[0].astype(np.float32)).any()
    # XLA may keep more digits of a scaled x than float32 has; of arguments up to 200 this is some 1e-5 of the
    # exponential. A bfloat16 is rounded to a 256th.
    two = formed(module, 2)
    for form in (two, formed(module, 3), formed(two, 3)):
        assert [found.is_online for found in find_softmax(form)] == [form is two]
        got = run(write_stablehlo(form), [inputs(dtype)])
        if dtype == jnp.float32:
            assert first_difference(expected, got, depth=64) is None
        else:
            np.testing.assert_allclose(got[0].astype(np.float32), expected[0].astype(np.float32), rtol=2e-2, atol=1e-2)


def test_rows_of_a_softmax_sum_to_one_in_both_forms():
    module = exported(jax.nn.softmax, jnp.float32)
    x = np.random.default_rng(1).standard_normal((4, 5, 6)).astype(np.float32) * 100
    exact = np.exp(x.astype(np.float64) - x.max(-1, keepdims=True))
    exact /= exact.sum(-1, keepdims=True)
    for passes in (2, 3):
        (got,) = run(write_stablehlo(formed(module, passes)), [x])
        np.testing.assert_allclose(got, exact, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("function", "count"),
    [
        (lambda x: jax.nn.log_softmax(x), 0),
        (lambda x: jax.nn.logsumexp(x, axis=-1), 0),
        (lambda x: x / jnp.sum(x, axis=-1, keepdims=True), 0),
        (lambda x: jax.nn.sigmoid(x) / jnp.max(x), 0),
        (lambda x: jax.nn.softmax(jax.nn.softmax(x), axis=1), 2),
        (lambda x: jax.nn.dot_product_attention(x[None], x[None], x[None]), 1),
        (jax.grad(lambda x: jnp.sum(jax.nn.dot_product_attention(x[None], x[None], x[None]))), 1),
        (lambda x: jnp.exp(x[0, :, :5] - jnp.max(x[0, :, :5].T, 1)) / jnp.exp(x[0, :, :5]).sum(1)[:, None], 0),
    ],
)
def test_only_softmax_is_taken_for_one(function: Callable[[Any], Any], count: int):
    assert len(list(find_softmax(exported(function, jnp.float32)))) == count


def test_a_gradient_keeps_its_numbers():
    module = exported(jax.grad(lambda x: jnp.sum(jax.nn.softmax(x) ** 3)), jnp.float32)
    x = np.random.default_rng(2).standard_normal((4, 5, 6)).astype(np.float32)
    expected = run(write_stablehlo(module), [x])
    assert list(find_softmax(module))
    for passes in (2, 3):
        got = run(write_stablehlo(formed(module, passes)), [x])
        assert first_difference(expected, got, depth_of(module)) is None


def test_bert_computes_the_same_through_the_whole_pipeline():
    original, drawn = in_float32("bert_base_s128"), arguments("bert_base_s128")
    expected = outputs("bert_base_s128")
    two = original.clone()
    PassPipeline((*CLEAN, SoftmaxFormPass(2))).apply(make_context(), two)
    two.verify()
    assert [found.is_online for found in find_softmax(two)] == [True] * 12
    assert first_difference(expected, run(write_stablehlo(two), drawn), depth_of(original)) is None
    three = formed(two, 3)
    assert [found.is_online for found in find_softmax(three)] == [False] * 12
    PassPipeline((*CLEAN, SetBatchPass(1), FormRegionsPass(), LowerToStablehloPass())).apply(make_context(), three)
    assert first_difference(expected, run(write_stablehlo(three), drawn), depth_of(original)) is None


def test_two_passes_go_on_through_batches_and_regions():
    module = exported(torch_attention, jnp.float32)
    one = np.random.default_rng(3).standard_normal((4, 5, 6)).astype(np.float32)
    both = np.concatenate([one, one[::-1]])
    expected = [np.concatenate([*run(write_stablehlo(module), [one]), *run(write_stablehlo(module), [one[::-1]])])]
    rewritten = module.clone()
    rest = (SoftmaxFormPass(2), CommonSubexpressionElimination(), SetBatchPass(8), FormRegionsPass())
    PassPipeline(rest).apply(make_context(), rewritten)
    PassPipeline((LowerToStablehloPass(),)).apply(make_context(), rewritten)
    assert [found.is_online for found in find_softmax(rewritten)] == [True]
    got = run(write_stablehlo(rewritten), [both])
    assert first_difference(expected, got, depth_of(module)) is None


def test_the_classifier_at_the_end_of_a_model_is_found():
    module = in_float32("mobilenet_v2")
    InlinePass().apply(make_context(), module)
    two = formed(module, 2)
    assert [found.is_online for found in find_softmax(two)] == [True]
    got = run(write_stablehlo(two), arguments("mobilenet_v2"))
    assert first_difference(outputs("mobilenet_v2"), got, depth_of(module)) is None
