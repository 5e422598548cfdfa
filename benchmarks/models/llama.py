"""One decoding step of Llama with a key-value cache, as StableHLO text: `python -m benchmarks.models.llama`.

Written as Hugging Face's models come out of an exporter: layers one after the other (no scan), norms and softmax in
float32 between bfloat16 products, small jitted helpers that become calls, a mask made anew by each layer, and the cache
updated by ``dynamic_update_slice``. Of Llama-7B that is 6,900 ops, 7,200 after inlining.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax


@dataclass(frozen=True)
class Config:
    """The sizes of a model; the default ones are Llama-7B's."""

    layers: int = 32
    hidden: int = 4096
    heads: int = 32
    groups: int = 1
    """Query heads that share one head of keys and values."""
    intermediate: int = 11008
    vocabulary: int = 32000
    cache: int = 2048
    """Tokens that the cache holds."""
    batch: int = 1
    theta: float = 10000.0
    epsilon: float = 1e-6

    @property
    def head(self) -> int:
        """Features of one head."""
        return self.hidden // self.heads

    @property
    def key_heads(self) -> int:
        """Heads of keys and values."""
        return self.heads // self.groups


class Layer(NamedTuple):
    """Weights of one decoder layer, each [inputs, outputs]."""

    input_norm: Array
    q: Array
    k: Array
    v: Array
    o: Array
    post_norm: Array
    gate: Array
    up: Array
    down: Array


class Cache(NamedTuple):
    """Keys and values of one layer: [batch, cache, key_heads, head]."""

    key: Array
    value: Array


class Weights(NamedTuple):
    """All weights."""

    embedding: Array
    layers: list[Layer]
    norm: Array
    head: Array


def _shape(*sizes: int, dtype: Any = jnp.bfloat16) -> Any:
    """A stand-in for an array, whose shape is all that tracing needs."""
    return jax.ShapeDtypeStruct(sizes, dtype)


def abstract_arguments(config: Config) -> tuple[Weights, Array, Array, Array, list[Cache]]:
    """What ``decode`` takes, as shapes: weights, token, position, attention mask, caches."""
    hidden, wide = config.hidden, config.intermediate
    norm, square, narrow = _shape(hidden), _shape(hidden, hidden), _shape(hidden, config.key_heads * config.head)
    layer = Layer(
        norm, square, narrow, narrow, square, norm, _shape(hidden, wide), _shape(hidden, wide), _shape(wide, hidden)
    )
    weights = Weights(
        _shape(config.vocabulary, hidden), [layer] * config.layers, norm, _shape(hidden, config.vocabulary)
    )
    entry = _shape(config.batch, config.cache, config.key_heads, config.head)
    token = _shape(config.batch, 1, dtype=jnp.int32)
    mask = _shape(config.batch, config.cache, dtype=jnp.int32)
    return weights, token, _shape(dtype=jnp.int32), mask, [Cache(entry, entry)] * config.layers


def rms_norm(x: Array, weight: Array, epsilon: float) -> Array:
    """x / sqrt(mean(x^2) + epsilon) * weight, in float32."""
    wide = x.astype(jnp.float32)
    variance = jnp.mean(jnp.square(wide), axis=-1, keepdims=True)
    return weight * (wide * lax.rsqrt(variance + epsilon)).astype(x.dtype)


def project(x: Array, weight: Array) -> Array:
    """x @ weight, summed in float32."""
    return jnp.matmul(x, weight, preferred_element_type=jnp.float32).astype(x.dtype)


def rotate_half(x: Array) -> Array:
    """(x1, x2) -> (-x2, x1) over the halves of the features."""
    half = x.shape[-1] // 2
    return jnp.concatenate((-x[..., half:], x[..., :half]), axis=-1)


def rotary(x: Array, cosine: Array, sine: Array) -> Array:
    """Rotary position embedding of [batch, 1, heads, head], in float32."""
    wide = x.astype(jnp.float32)
    return (wide * cosine + rotate_half(wide) * sine).astype(x.dtype)


def attention(
    layer: Layer, x: Array, position: Array, mask: Array, cache: Cache, config: Config
) -> tuple[Array, Cache]:
    """Attention of one new token to all that the cache holds, and the cache with it."""
    query = project(x, layer.q).reshape(config.batch, 1, config.heads, config.head)
    key = project(x, layer.k).reshape(config.batch, 1, config.key_heads, config.head)
    value = project(x, layer.v).reshape(config.batch, 1, config.key_heads, config.head)

    frequency = 1.0 / config.theta ** (jnp.arange(0, config.head, 2, dtype=jnp.float32) / config.head)
    angle = position.astype(jnp.float32) * frequency
    table = jnp.concatenate((angle, angle))[None, None, None, :]
    query = rotary(query, jnp.cos(table), jnp.sin(table))
    key = rotary(key, jnp.cos(table), jnp.sin(table))

    zero = jnp.zeros((), jnp.int32)
    cache = Cache(
        lax.dynamic_update_slice(cache.key, key, (zero, position, zero, zero)),
        lax.dynamic_update_slice(cache.value, value, (zero, position, zero, zero)),
    )
    causal = jnp.arange(config.cache)[None, :] <= position
    allowed = jnp.logical_and(causal, mask != 0)[:, None, None, :]
    bias = jnp.where(allowed, 0.0, jnp.finfo(jnp.float32).min)
    keys, values = (jnp.repeat(part, config.groups, axis=2) for part in cache)
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, keys) / jnp.sqrt(config.head).astype(x.dtype)
    shares = jax.nn.softmax(scores.astype(jnp.float32) + bias, axis=-1).astype(x.dtype)
    mixed = jnp.einsum("bhqk,bkhd->bqhd", shares, values)
    return project(mixed.reshape(config.batch, 1, config.hidden), layer.o), cache


def decode(
    weights: Weights, token: Array, position: Array, mask: Array, caches: list[Cache], *, config: Config
) -> tuple[Array, list[Cache]]:
    """Logits of the token after ``token``, which stands at ``position``, and the updated caches."""
    x = jnp.take(weights.embedding, token, axis=0)
    updated: list[Cache] = []
    for layer, cache in zip(weights.layers, caches, strict=True):
        mixed, cache = attention(layer, rms_norm(x, layer.input_norm, config.epsilon), position, mask, cache, config)
        updated.append(cache)
        x = x + mixed
        normed = rms_norm(x, layer.post_norm, config.epsilon)
        gated = jax.nn.silu(project(normed, layer.gate)) * project(normed, layer.up)
        x = x + project(gated, layer.down)
    return project(rms_norm(x, weights.norm, config.epsilon), weights.head), updated


def text(config: Config) -> str:
    """The step as StableHLO text."""
    step = jax.jit(partial(decode, config=config), donate_argnums=4)
    return step.lower(*abstract_arguments(config)).as_text()


def main() -> int:
    """Print the text of a model of the given number of layers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=Config.layers)
    sys.stdout.write(text(Config(layers=parser.parse_args().layers)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
