"""ResNet-50 for inference as StableHLO text: `python -m benchmarks.models.resnet50`.

The network of He et al. (2016) with weights as arguments, channels last. ``--version 1.5`` is MLPerf's: the stride of
a bottleneck that shrinks its image lies in the 3x3 convolution; ``--version 1`` is the original: it lies in the first
1x1. ``--dtype bf16`` keeps the batch norms with moving averages as separate steps, as a framework exports them.
``--dtype i8`` is the network as an integer accelerator runs it: 8-bit activations and weights, 32-bit sums, the batch
norm folded into one scale and one offset per channel that also requantise.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jax import Array, lax

STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))
"""Inner channels and blocks of each stage; a stage but the first halves the image."""

EXPANSION = 4
"""Output channels of a block over its inner ones."""

CLASSES = 1000
EPSILON = 1e-5
"""Added to a batch norm's variance."""


class Norm(NamedTuple):
    """What follows a convolution, each [channels]; ``mean`` and ``variance`` are None where they are folded."""

    scale: Array
    offset: Array
    mean: Array | None
    variance: Array | None


class Unit(NamedTuple):
    """A convolution [rows, columns, inputs, outputs] and the batch norm behind it."""

    kernel: Array
    norm: Norm


class Block(NamedTuple):
    """A bottleneck; ``shortcut`` is None where the input is added as it is."""

    reduce: Unit
    middle: Unit
    expand: Unit
    shortcut: Unit | None


class Weights(NamedTuple):
    """The network's parameters."""

    stem: Unit
    stages: tuple[tuple[Block, ...], ...]
    dense: Array
    """[features, classes]"""
    bias: Array


@dataclass(frozen=True)
class Variant:
    """Which ResNet-50."""

    stride_first: bool
    """Whether the first 1x1 convolution of a block has its stride (v1), or the 3x3 (v1.5)."""
    is_integer: bool

    def weights(self) -> Weights:
        """Types and shapes of the weights."""
        kind = jnp.int8 if self.is_integer else jnp.bfloat16

        def array(*shape: int, dtype: type = kind) -> Array:
            # Tracing takes a shape wherever it takes an array.
            return cast(Array, jax.ShapeDtypeStruct(shape, dtype))

        def norm(channels: int) -> Norm:
            if self.is_integer:
                return Norm(array(channels, dtype=jnp.float32), array(channels, dtype=jnp.float32), None, None)
            return Norm(*(array(channels) for _ in range(4)))

        def unit(taps: int, inputs: int, outputs: int) -> Unit:
            return Unit(array(taps, taps, inputs, outputs), norm(outputs))

        def block(inputs: int, inner: int) -> Block:
            outputs = EXPANSION * inner
            shortcut = None if inputs == outputs else unit(1, inputs, outputs)
            return Block(unit(1, inputs, inner), unit(3, inner, inner), unit(1, inner, outputs), shortcut)

        stages: list[tuple[Block, ...]] = []
        channels = STAGES[0][0]
        for inner, count in STAGES:
            stages.append(tuple(block(EXPANSION * inner if index else channels, inner) for index in range(count)))
            channels = EXPANSION * inner
        bias = array(CLASSES, dtype=jnp.float32 if self.is_integer else jnp.bfloat16)
        return Weights(unit(7, 3, STAGES[0][0]), tuple(stages), array(channels, CLASSES), bias)

    def forward(self, weights: Weights, image: Array) -> Array:
        """[batch, classes] logits of ``image`` [batch, rows, columns, 3]."""
        values = self._stored(jax.nn.relu(self._unit(image, weights.stem, 2)))
        least = jnp.iinfo(jnp.int8).min if self.is_integer else -jnp.inf
        window = (1, 3, 3, 1), (1, 2, 2, 1), ((0, 0), (1, 1), (1, 1), (0, 0))
        values = lax.reduce_window(values, jnp.asarray(least, values.dtype), lax.max, *window)
        for index, stage in enumerate(weights.stages):
            for position, block in enumerate(stage):
                values = self._block(values, block, 2 if index > 0 and position == 0 else 1)
        features = jnp.mean(values, (1, 2), dtype=jnp.float32 if self.is_integer else None)
        kind = jnp.int32 if self.is_integer else None
        return jnp.matmul(self._stored(features), weights.dense, preferred_element_type=kind) + weights.bias

    def _unit(self, values: Array, unit: Unit, stride: int) -> Array:
        taps = unit.kernel.shape[0]
        padding = [(taps // 2, taps // 2)] * 2  # as MLPerf's reference pads: alike on both sides
        result = lax.conv_general_dilated(
            values,
            unit.kernel,
            (stride, stride),
            padding,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            preferred_element_type=jnp.int32 if self.is_integer else None,
        )
        norm = unit.norm
        if norm.mean is None or norm.variance is None:
            return result.astype(jnp.float32) * norm.scale + norm.offset
        scale = norm.scale * lax.rsqrt(norm.variance + jnp.bfloat16(EPSILON))
        return (result - norm.mean) * scale + norm.offset

    def _stored(self, values: Array) -> Array:
        """``values`` as they lie in memory between two layers."""
        return jnp.clip(values, -128.0, 127.0).astype(jnp.int8) if self.is_integer else values

    def _block(self, values: Array, block: Block, stride: int) -> Array:
        first, second = (stride, 1) if self.stride_first else (1, stride)
        shortcut = values if block.shortcut is None else self._stored(self._unit(values, block.shortcut, stride))
        inner = self._stored(jax.nn.relu(self._unit(values, block.reduce, first)))
        inner = self._stored(jax.nn.relu(self._unit(inner, block.middle, second)))
        inner = self._unit(inner, block.expand, 1)
        return self._stored(jax.nn.relu(inner + shortcut.astype(inner.dtype)))


def text(variant: Variant) -> str:
    """The network for one image of 224 x 224, as StableHLO."""

    def resnet50(weights: Weights, image: Array) -> Array:
        return variant.forward(weights, image)

    image = jax.ShapeDtypeStruct((1, 224, 224, 3), jnp.int8 if variant.is_integer else jnp.bfloat16)
    return jax.jit(resnet50).lower(variant.weights(), image).as_text()


def main() -> None:
    """Prints the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--version", choices=("1", "1.5"), default="1.5")
    parser.add_argument("--dtype", choices=("bf16", "i8"), default="bf16")
    given = parser.parse_args()
    sys.stdout.write(text(Variant(stride_first=given.version == "1", is_integer=given.dtype == "i8")))


if __name__ == "__main__":
    main()
