"""pad-tensors on networks that hypothesis draws, whose inputs hold infinities and NaNs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import Array, run, to_float64
from passes.inline import InlinePass
from passes.pad_tensors import PadTensorsPass

ROWS, CHANNELS = 3, 6
"""Every value is ROWS by CHANNELS; 8 is what channels are padded to."""

Step = Callable[[Any, Any, Any, Any], Any]
"""Of one value x, another y, a weight matrix w and a weight vector b."""

STEPS: tuple[Step, ...] = (
    lambda x, y, w, b: x @ w,
    lambda x, y, w, b: x @ w,
    lambda x, y, w, b: (x.T.reshape(CHANNELS, 1, ROWS) * 2).transpose(1, 2, 0)[0] @ w,
    lambda x, y, w, b: x + b,
    lambda x, y, w, b: x * b,
    lambda x, y, w, b: x / b,
    lambda x, y, w, b: b / x,
    lambda x, y, w, b: x + y,
    lambda x, y, w, b: x - y,
    lambda x, y, w, b: x * y,
    lambda x, y, w, b: x / y,
    lambda x, y, w, b: jnp.where(x > y, x, b),
    lambda x, y, w, b: jnp.maximum(x, y),
    lambda x, y, w, b: jnp.clip(x, 0, 6),
    lambda x, y, w, b: jax.nn.sigmoid(x),
    lambda x, y, w, b: jax.nn.gelu(x, approximate=False),
    lambda x, y, w, b: jnp.tanh(x),
    lambda x, y, w, b: jnp.exp(x),
    lambda x, y, w, b: jnp.log(x),
    lambda x, y, w, b: jax.lax.rsqrt(x * x + 1),
    lambda x, y, w, b: jnp.where(jnp.isnan(x), 0, x),
    lambda x, y, w, b: jnp.round(x).astype(jnp.int32).astype(jnp.float32),
    lambda x, y, w, b: x * y.mean(0),
    lambda x, y, w, b: x - y.mean(1, keepdims=True),
    lambda x, y, w, b: x * y.sum(1, keepdims=True),
    lambda x, y, w, b: x * y.max(0, keepdims=True),
    lambda x, y, w, b: jax.nn.softmax(x),
    lambda x, y, w, b: jnp.roll(x, 1, 1),
    lambda x, y, w, b: x @ (y.T @ x),
)


@dataclass(frozen=True)
class Network:
    """Steps, each with the indices of its x and y among the values before it."""

    steps: tuple[tuple[int, int, int], ...]

    def __call__(self, weights: Sequence[Any], x: Any) -> list[Any]:
        values = [x]
        for index, (step, first, second) in enumerate(self.steps):
            w, b = weights[index]
            values.append(STEPS[step](values[first % len(values)], values[second % len(values)], w, b))
        return values[1:]


@st.composite
def networks(draw: Any) -> Network:
    """Products and what may lie between them, mostly in one chain."""
    count = draw(st.integers(3, 10))
    near = st.integers(-2, -1)
    index = st.integers(0, len(STEPS) - 1) | st.integers(0, 2)
    return Network(tuple((draw(index), draw(near), draw(st.integers(-4, -1))) for _ in range(count)))


def arguments(network: Network, seed: int, special: bool) -> list[Array]:
    generator = np.random.default_rng(seed)
    found: list[Array] = []
    for _ in network.steps:
        found += [
            (generator.standard_normal((CHANNELS, CHANNELS)) / CHANNELS).astype(np.float32),
            generator.uniform(0.5, 1.5, CHANNELS).astype(np.float32),
        ]
    x = generator.standard_normal((ROWS, CHANNELS)).astype(np.float32)
    if special:
        x[generator.integers(ROWS), generator.integers(CHANNELS)] = generator.choice([np.inf, -np.inf, np.nan])
    return [*found, x]


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(networks(), st.integers(0, 99), st.booleans())
def test_drawn_networks_keep_their_numbers(network: Network, seed: int, special: bool):
    values = arguments(network, seed, special)
    pairs = list(zip(values[:-1:2], values[1:-1:2], strict=True))
    lowered = jax.jit(network, keep_unused=True).trace(pairs, values[-1]).lower(lowering_platforms=("tpu",))
    module = read_stablehlo(lowered.as_text().encode(), "network")
    InlinePass().apply(make_context(), module)
    expected = outputs(module, values)
    offered = PadTensorsPass(8) in PadTensorsPass.schedule_space(make_context(), module)
    finite = all(np.isfinite(value).all() for value in expected)
    for assume_finite in (False, True) if finite else (False,):
        after = module.clone()
        PadTensorsPass(8, assume_finite=assume_finite).apply(make_context(), after)
        after.verify()
        assert offered == (not after.is_structurally_equivalent(module))
        for wanted, got in zip(expected, outputs(after, values), strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-6)


def outputs(module: ModuleOp, values: Sequence[Array]) -> tuple[Array, ...]:
    """In float64, where quotients of nearly nothing still have digits that agree."""
    return run(write_stablehlo(to_float64(module)), [value.astype(np.float64) for value in values])
