"""Rebatching what JAX writes: loops, branches, caches, routing, scattering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from fastc.xla import Array, main_of
from passes.analysis.batch import batch_of
from passes.inline import InlinePass
from passes.set_batch import SetBatchPass
from tests.unit.batch_cases import check_meaning


def shape(*sizes: int, dtype: Any = jnp.float32) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(sizes, dtype)


def exported(model: Callable[..., Any], *arguments: jax.ShapeDtypeStruct) -> ModuleOp:
    """StableHLO without the CPU's own routines."""
    lowered = jax.jit(model, keep_unused=True).trace(*arguments).lower(lowering_platforms=("tpu",))
    module = read_stablehlo(lowered.as_text().encode(), model.__name__)
    InlinePass().apply(make_context(), module)
    return module


@dataclass(frozen=True)
class Case:
    model: Callable[..., Any]
    arguments: tuple[jax.ShapeDtypeStruct, ...]
    inputs: dict[int, int]
    """Which arguments are inputs, and which of their dimensions is the batch."""
    fixed: tuple[tuple[int, Array], ...] = ()


def rnn(w: Any, u: Any, x: Any) -> Any:
    def step(h: Any, xt: Any) -> Any:
        h = jnp.tanh(xt @ w + h @ u)
        return h, h

    last, outputs = lax.scan(step, jnp.zeros((x.shape[0], u.shape[0])), x.swapaxes(0, 1))
    return last, outputs.swapaxes(0, 1)


def lstm(w: Any, u: Any, b: Any, x: Any) -> Any:
    """Time first, as it goes in and comes out."""

    def step(state: Any, xt: Any) -> Any:
        h, c = state
        i, f, g, o = jnp.split(xt @ w + h @ u + b, 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    zeros = jnp.zeros((x.shape[1], u.shape[0]))
    (h, _), outputs = lax.scan(step, (zeros, zeros), x)
    return h, outputs


def decode(embedding: Any, wq: Any, wk: Any, wv: Any, token: Any, position: Any, keys: Any, values: Any) -> Any:
    """A step of two layers; the caches are [layers, batch, heads, positions, width]."""
    h = embedding[token]
    batch, (layers, _, heads, length, width) = h.shape[0], keys.shape
    for layer in range(layers):
        q, k, v = ((h @ w[layer]).reshape(batch, heads, 1, width) for w in (wq, wk, wv))
        keys = lax.dynamic_update_slice(keys, k[None], (layer, 0, 0, position, 0))
        values = lax.dynamic_update_slice(values, v[None], (layer, 0, 0, position, 0))
        scores = jnp.einsum("bhqd,bhkd->bhqk", q, keys[layer])
        scores = jnp.where(jnp.arange(length) <= position, scores, -jnp.inf)
        h = h + jnp.einsum("bhqk,bhkd->bhqd", jax.nn.softmax(scores), values[layer]).reshape(batch, heads * width)
    return h @ embedding.T, keys, values


def experts(gate: Any, w: Any, x: Any) -> Any:
    """Each token goes to the two best of four experts."""
    weights, chosen = lax.top_k(jax.nn.softmax(x @ gate), 2)
    mask = jax.nn.one_hot(chosen, gate.shape[1]) * weights[..., None]
    return jnp.einsum("btke,btd,edf->btf", mask, x, w), jnp.sort(chosen, -1), jnp.argsort(x, axis=1)


def loop_with_branches(w: Any, x: Any) -> Any:
    def body(i: Any, y: Any) -> Any:
        return lax.switch(i % 3, [lambda v: v @ w, lambda v: jnp.ones_like(v), lambda v: v + i], y)

    return lax.fori_loop(0, 5, body, x)


def starts_alike(x: Any) -> Any:
    """What a loop starts with is the same for all inferences; what it ends with is not."""
    return lax.fori_loop(0, 3, lambda i, state: (state[1], state[1] * 2 + x), (jnp.ones_like(x), jnp.zeros_like(x)))


def choose(flag: Any, x: Any) -> Any:
    return lax.cond(flag, lambda: x * 2, lambda: jnp.ones_like(x))


def scatter_to_window(index: Any, x: Any) -> Any:
    return jnp.zeros((7, *x.shape[::2])).at[index].add(x.swapaxes(0, 1)).swapaxes(0, 1)


def scatter_for_each(x: Any, index: Any) -> Any:
    return jax.vmap(lambda row, i: row.at[i].set(row[0]))(x, index)


def gather_for_each(x: Any, index: Any) -> Any:
    return jnp.take_along_axis(x, index, axis=1)


def embed(table: Any, ids: Any) -> Any:
    return table[ids].mean(1)


def middle(w: Any, x: Any) -> Any:
    return jnp.einsum("tbd,de->bet", jnp.einsum("btd->tbd", x), w)


def pooled(x: Any) -> Any:
    return jax.grad(lambda v: lax.reduce_window(v, -jnp.inf, lax.max, (1, 2), (1, 2), "VALID").sum())(x)


def arg_max(x: Any) -> Any:
    return jnp.argmax(x, -1), jnp.flip(x, 1), jnp.cumsum(x, 1), lax.optimization_barrier((x, x * 2))


def solve(x: Any) -> Any:
    squares = jnp.einsum("bij,bkj->bik", x, x) + 3 * jnp.eye(x.shape[1])
    triangle = lax.linalg.cholesky(squares)
    return lax.linalg.triangular_solve(triangle, x, left_side=True, lower=True), jnp.fft.rfft(x).real


def noise(key: Any, x: Any) -> Any:
    return x + lax.rng_bit_generator(key, x.shape, jnp.uint32)[1].astype(jnp.float32)


def cases(b: int) -> dict[str, Case]:
    """For an exported batch of ``b``."""
    return {
        "a scan": Case(rnn, (shape(3, 4), shape(4, 4), shape(b, 5, 3)), {2: 0}),
        "an LSTM with time first": Case(lstm, (shape(3, 16), shape(4, 16), shape(16), shape(5, b, 3)), {3: 1}),
        "a step with a cache": Case(
            decode,
            (
                shape(11, 6), shape(2, 6, 6), shape(2, 6, 6), shape(2, 6, 6), shape(b, dtype=jnp.int32),
                shape(dtype=jnp.int32), shape(2, b, 2, 8, 3), shape(2, b, 2, 8, 3),
            ),
            {4: 0, 6: 1, 7: 1},
            ((5, np.asarray(3, np.int32)),),
        ),
        "experts": Case(experts, (shape(6, 4), shape(4, 6, 5), shape(b, 3, 6)), {2: 0}),
        "a loop with branches": Case(loop_with_branches, (shape(3, 3), shape(b, 3)), {1: 0}),
        "a loop that starts alike": Case(starts_alike, (shape(b, 3),), {0: 0}),
        "a branch": Case(choose, (shape(dtype=jnp.bool_), shape(b, 3)), {1: 0}),
        "scatter into a window": Case(scatter_to_window, (shape(4, dtype=jnp.int8), shape(b, 4, 3)), {1: 0}),
        "scatter for each": Case(scatter_for_each, (shape(b, 12), shape(b, 2, dtype=jnp.int32)), {0: 0, 1: 0}),
        "gather for each": Case(gather_for_each, (shape(2, 12), shape(2, 3, dtype=jnp.int32)), {0: 0, 1: 0}),
        "an embedding": Case(embed, (shape(11, 4), shape(b, 5, dtype=jnp.int32)), {1: 0}),
        "the batch in the middle": Case(middle, (shape(4, 3), shape(2, 5, 4)), {1: 0}),
        "the gradient of pooling": Case(pooled, (shape(b, 6),), {0: 0}),
        "several results": Case(arg_max, (shape(b, 4),), {0: 0}),
        "linear algebra": Case(solve, (shape(2, 3, 3),), {0: 0}),
        "random numbers from a key": Case(noise, (shape(4, dtype=jnp.uint32), shape(b, 3)), {1: 0}),
    }  # fmt: skip


@pytest.mark.parametrize("name", cases(1))
def test_each_inference_is_computed_by_itself(name: str):
    case = cases(1)[name]
    module = exported(case.model, *case.arguments)
    batch = batch_of(main_of(module))
    assert {index: carry.dimension for index, carry in batch.carries().items()} == case.inputs
    check_meaning(module, 6, fixed=dict(case.fixed))


@pytest.mark.parametrize(
    "name", ["an LSTM with time first", "a step with a cache", "experts", "a loop that starts alike"]
)
def test_models_of_two_inferences_run_six(name: str):
    case = cases(2)[name]
    check_meaning(exported(case.model, *case.arguments), 6, fixed=dict(case.fixed))


def until_small(x: Any) -> Any:
    return lax.while_loop(lambda v: v[0, 0] > 1, lambda v: v / 2, x)


def branch_of_its_own(index: Any, x: Any) -> Any:
    return lax.switch(index[0], [lambda: x, lambda: x * 2])


def rng_key(key: Any, x: Any) -> Any:
    return x + lax.rng_bit_generator(key[0], x.shape, jnp.uint32)[1].astype(jnp.float32)


def batch_mean(x: Any) -> Any:
    return x - x.mean(0, keepdims=True)


def histogram(index: Any, x: Any) -> Any:
    return x + jnp.zeros(3).at[index].add(1)


def contrastive(x: Any) -> Any:
    return x @ x.T


def sorted_batch(x: Any) -> Any:
    return lax.sort(x, dimension=0)


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (
            until_small,
            (shape(2, 3),),
            r"stablehlo\.slice .*op 0 of a region of stablehlo\.while.* mixes the inferences",
        ),
        (until_small, (shape(1, 1),), r"stablehlo\.reshape .*makes a scalar of what each inference has its own of"),
        (branch_of_its_own, (shape(2, dtype=jnp.int32), shape(2, 3)), r"stablehlo\.slice .*mixes the inferences"),
        (rng_key, (shape(2, 4, dtype=jnp.uint32), shape(2, 3)), r"stablehlo\.slice .*mixes the inferences"),
        (batch_mean, (shape(1, 3),), r"stablehlo\.reduce .*batch_mean:\d+:\d+\) mixes the inferences of a batch"),
        (histogram, (shape(1, dtype=jnp.int32), shape(1, 3)), r"stablehlo\.scatter .*mixes the inferences"),
        (contrastive, (shape(2, 3),), r"stablehlo\.dot_general .*mixes the inferences"),
        (sorted_batch, (shape(2, 3),), r"stablehlo\.sort .*mixes the inferences"),
    ],
)
def test_what_mixes_the_batch_is_refused(
    model: Callable[..., Any], arguments: tuple[jax.ShapeDtypeStruct, ...], message: str
):
    module = exported(model, *arguments)
    inputs = tuple(range(len(arguments)))
    before = str(module)
    with pytest.raises(PassFailedException, match=message):
        SetBatchPass(6, inputs).apply(make_context(), module)
    assert str(module) == before
