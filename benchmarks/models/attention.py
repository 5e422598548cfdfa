"""Encoder layers over a long sequence, as StableHLO text: `python -m benchmarks.models.attention`.

Each layer as in a transformer encoder or the prefill of a language model: queries, keys and values, scores of all
tokens with all, softmax, the mix of values, a projection, and a feed-forward network of two products, with layer norms
in float32 between bfloat16 products. The scores of one head over 4096 tokens take 32 MiB.
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
    """The sizes of a model; the default ones are those of BERT-base, with more tokens."""

    layers: int = 2
    hidden: int = 768
    heads: int = 12
    intermediate: int = 3072
    tokens: int = 4096
    batch: int = 1
    epsilon: float = 1e-6

    @property
    def head(self) -> int:
        """Features of one head."""
        return self.hidden // self.heads


class Layer(NamedTuple):
    """Weights of one layer: norms [hidden], products [inputs, outputs]."""

    first_norm: Array
    q: Array
    k: Array
    v: Array
    o: Array
    second_norm: Array
    up: Array
    down: Array


def norm(x: Array, weight: Array, epsilon: float) -> Array:
    """(x - mean) / sqrt(variance + epsilon) * weight, in float32."""
    wide = x.astype(jnp.float32)
    centered = wide - jnp.mean(wide, axis=-1, keepdims=True)
    variance = jnp.mean(jnp.square(centered), axis=-1, keepdims=True)
    return weight * (centered * lax.rsqrt(variance + epsilon)).astype(x.dtype)


def attention(layer: Layer, x: Array, config: Config) -> Array:
    """Attention of every token to every other; [batch, tokens, hidden] to the same."""
    shape = (config.batch, config.tokens, config.heads, config.head)
    query, key, value = ((x @ weight).reshape(shape) for weight in (layer.q, layer.k, layer.v))
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) * config.head**-0.5
    shares = jax.nn.softmax(scores, axis=-1)
    mixed = jnp.einsum("bhqk,bkhd->bqhd", shares, value)
    return mixed.reshape(x.shape) @ layer.o


def encode(layers: list[Layer], x: Array, *, config: Config) -> Array:
    """[batch, tokens, hidden] to the same."""
    for layer in layers:
        x = x + attention(layer, norm(x, layer.first_norm, config.epsilon), config)
        x = x + jax.nn.gelu(norm(x, layer.second_norm, config.epsilon) @ layer.up) @ layer.down
    return x


def text(config: Config) -> str:
    """The model as StableHLO text."""

    def shape(*sizes: int) -> Any:
        return jax.ShapeDtypeStruct(sizes, jnp.bfloat16)

    hidden, wide = config.hidden, config.intermediate
    square = shape(hidden, hidden)
    layer = Layer(
        shape(hidden), square, square, square, square, shape(hidden), shape(hidden, wide), shape(wide, hidden)
    )
    step = jax.jit(partial(encode, config=config))
    return step.lower([layer] * config.layers, shape(config.batch, config.tokens, hidden)).as_text()


def main() -> int:
    """Print the text of a model of the given sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=Config.layers)
    parser.add_argument("--tokens", type=int, default=Config.tokens)
    given = parser.parse_args()
    sys.stdout.write(text(Config(layers=given.layers, tokens=given.tokens)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
