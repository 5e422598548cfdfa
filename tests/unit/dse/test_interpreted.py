"""Functions of JAX run by NumPy give what XLA gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from fastc.dse.interpreted import interpreted

X = np.asarray([[0.3, -1.7, 2.5, 0.0], [4.0, 0.5, -0.25, 3.0], [1.0, 1.0, 7.5, -2.0]], np.float32)
PLACES = np.asarray([2, 0, 2, 1, 2], np.int32)


def steps(x: Any) -> Any:
    """What rounds and compares."""
    return jnp.ceil(x), jnp.floor(x), jnp.maximum(x, 0.5), jnp.minimum(x, x[::-1]), x > 1, (x <= 1) & (x != 0.5)


def chosen(x: Any) -> Any:
    """What selects, converts and limits; and what is of no use to the search, and so left to XLA."""
    which = jnp.asarray([0, 2, 1, 2])
    selected = jnp.where(x > 0, x, -x), lax_select(which, x), lax_select(jnp.asarray(2), x)
    return *selected, jnp.clip(x, -1.0, 2.0), x.astype(jnp.int32), jnp.abs(x), jnp.cumprod(x, axis=1)


def lax_select(which: Any, x: Any) -> Any:
    """One of three for each element."""
    return jax.lax.select_n(jnp.broadcast_to(which, x.shape), x, 2 * x, 3 * x)


def powers(x: Any) -> Any:
    """Powers, whole and broken, and of zero."""
    positive = jnp.abs(x) + 0.1
    return x**2, x**3, positive**-1, positive**-3, x**0, positive**0.3, 2.0**x, 0.9 ** jnp.asarray(7), 1 / x


def functions(x: Any) -> Any:
    """Smooth functions, and their gradient."""
    positive = jnp.abs(x) + 0.1
    smooth = jax.nn.softmax(x, axis=-1) + jax.nn.sigmoid(x) + jnp.log(positive) + jnp.sqrt(positive) + jnp.cos(x)
    return smooth, jnp.tanh(x), jnp.exp(x), jnp.log1p(positive)


def moved(x: Any) -> Any:
    """What moves elements: shapes, slices, padding, and places that are known, also beyond the end."""
    return (
        x.T, x.reshape(2, 6), jax.lax.reshape(x, (2, 6), (1, 0)), x[:, None], x[1:, ::2],
        jnp.pad(x, ((1, 0), (0, 2)), constant_values=3.0),
        jnp.pad(x, ((0, 0), (1, 1)), mode="edge"), jnp.concatenate([x, 2 * x], axis=1), jnp.stack([x, x + 1], axis=1),
        x[PLACES], x[:, PLACES], x[PLACES, PLACES], x.at[np.asarray([0, 9], np.int32)].get(mode="fill", fill_value=7.0),
        *jnp.unstack(x, axis=1), jnp.broadcast_to(x[0], (2, 3, 4)),
    )  # fmt: skip


def gathered(x: Any) -> Any:
    """Sums and maxima, of all and at places, some the same, some beyond the end."""
    new = jnp.arange(20.0, dtype=x.dtype).reshape(5, 4) - 9
    return (
        x.sum(), x.sum(axis=1), x.max(axis=0), x.min(), x.at[PLACES].add(new), x.at[PLACES].max(new),
        x.at[np.asarray([1, 9], np.int32)].add(new[:2]), x.at[np.asarray([1, 3], np.int32)].set(5.0),
        jnp.cumsum(x, axis=0), x[jnp.argmax(x, axis=0)],
    )  # fmt: skip


def turns(x: Any) -> Any:
    """A loop with something that stays, something that varies, and something that is only passed on."""

    def body(state: Any, _: None) -> tuple[Any, None]:
        here, _, count = state
        return (here * 0.5 + jnp.sin(x).sum() + 0.9**count, here, count + 1), None

    def reading(total: Any, row: Any) -> tuple[Any, Any]:
        return total + row, total * row

    return jax.lax.scan(body, (x, x, jnp.asarray(0)), None, length=4)[0], jax.lax.scan(reading, x[0], x)


@pytest.mark.parametrize("function", [steps, chosen, powers, functions, moved, gathered, turns])
def test_values_and_types_are_those_of_xla(function: Callable[..., Any]) -> None:
    """Many at once, as the search's starts."""
    many, argument = jax.vmap(function), jnp.stack([jnp.asarray(X), jnp.asarray(X) + 1, -jnp.asarray(X)])
    _same(interpreted(many)(argument), jax.jit(many)(argument), 2e-6)


def test_float64_stays_float64() -> None:
    """One alone."""
    with jax.enable_x64(True):
        x = jnp.asarray(X.astype(np.float64))
        _same(interpreted(powers)(x), jax.jit(powers)(x), 1e-12)


def test_gradients_are_those_of_xla() -> None:
    """Of what is smooth, of steps and limits, and of sums and maxima at places."""

    def total(x: Any) -> Any:
        parts = [*functions(x), *powers(jnp.abs(x) + 1.0), jnp.maximum(x, 0.3), jnp.clip(x, -1.0, 2.0), x[PLACES] ** 2]
        parts += [x.at[PLACES].add(jnp.cos(x[0])), jnp.full(3, 0.1).at[PLACES].max(x[0, 0] * jnp.arange(5.0))]
        return sum(jnp.sum(part * part) for part in parts)

    gradient = jax.vmap(jax.grad(total))
    many = jnp.stack([jnp.asarray(X), jnp.asarray(X) * 1.3])
    _same(interpreted(gradient)(many), jax.jit(gradient)(many), 1e-5)


def test_it_runs_again_with_other_values_of_the_same_shape() -> None:
    """What was known of the first call's values is not: only constants are computed beforehand."""
    function = interpreted(lambda x, y: {"sum": (x * 2 + y).sum(), "y": y})
    assert function(np.ones(3, np.float32), 1.0)["sum"] == 9.0
    again = function(np.full(3, 2.0, np.float32), 5.0)
    assert (again["sum"], again["y"]) == (27.0, 5.0)


def _same(found: Any, expected: Any, tolerance: float) -> None:
    pairs = list(zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True))
    assert pairs
    for index, (mine, theirs) in enumerate(pairs):
        assert np.asarray(mine).dtype == theirs.dtype, index
        np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance, err_msg=str(index))
