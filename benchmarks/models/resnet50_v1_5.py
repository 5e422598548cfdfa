"""ResNet-50 v1.5 for inference as StableHLO text: `python -m benchmarks.models.resnet50_v1_5`.

MLPerf's image classification: the network of He et al. (2016), with the stride of a bottleneck that shrinks its image
in the 3x3 convolution (v1.5) or, with ``--v1``, in the first 1x1 (the original). Channels last, bfloat16 throughout, the
batch norms with moving averages as separate steps, as a framework exports them; weights are arguments.
"""

from __future__ import annotations

import argparse
import sys
from typing import NamedTuple

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
    """Parameters of a batch norm, each [channels]."""

    scale: Array
    offset: Array
    mean: Array
    variance: Array


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


def abstract_weights() -> Weights:
    """Types and shapes of the weights, all bfloat16."""

    def array(*shape: int) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(shape, jnp.bfloat16)

    def unit(taps: int, inputs: int, outputs: int) -> Unit:
        return Unit(array(taps, taps, inputs, outputs), Norm(*(array(outputs) for _ in range(4))))

    def block(inputs: int, inner: int) -> Block:
        outputs = EXPANSION * inner
        shortcut = None if inputs == outputs else unit(1, inputs, outputs)
        return Block(unit(1, inputs, inner), unit(3, inner, inner), unit(1, inner, outputs), shortcut)

    stages: list[tuple[Block, ...]] = []
    channels = 64
    for inner, count in STAGES:
        stages.append(tuple(block(channels if index == 0 else EXPANSION * inner, inner) for index in range(count)))
        channels = EXPANSION * inner
    return Weights(unit(7, 3, 64), tuple(stages), array(channels, CLASSES), array(CLASSES))


def _unit(values: Array, unit: Unit, stride: int) -> Array:
    taps = unit.kernel.shape[0]
    # An even image whose stride leaves one row out is padded as MLPerf's reference pads it: alike on both sides.
    padding = [((taps - 1) // 2, taps // 2)] * 2
    result = lax.conv_general_dilated(
        values, unit.kernel, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    scale = unit.norm.scale * lax.rsqrt(unit.norm.variance + jnp.bfloat16(EPSILON))
    return (result - unit.norm.mean) * scale + unit.norm.offset


def _block(values: Array, block: Block, stride: int, *, stride_first: bool) -> Array:
    first, second = (stride, 1) if stride_first else (1, stride)
    inner = jax.nn.relu(_unit(values, block.reduce, first))
    inner = jax.nn.relu(_unit(inner, block.middle, second))
    inner = _unit(inner, block.expand, 1)
    shortcut = values if block.shortcut is None else _unit(values, block.shortcut, stride)
    return jax.nn.relu(inner + shortcut)


def forward(weights: Weights, image: Array, *, stride_first: bool = False) -> Array:
    """[batch, classes] logits of ``image`` [batch, rows, columns, 3]; ``stride_first``: v1 rather than v1.5."""
    values = jax.nn.relu(_unit(image, weights.stem, 2))
    values = lax.reduce_window(
        values, -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), ((0, 0), (1, 1), (1, 1), (0, 0))
    )
    for index, stage in enumerate(weights.stages):
        for position, block in enumerate(stage):
            stride = 2 if index > 0 and position == 0 else 1
            values = _block(values, block, stride, stride_first=stride_first)
    features = jnp.mean(values, (1, 2))
    return features @ weights.dense + weights.bias


def text(*, stride_first: bool = False) -> str:
    """The network for one image of 224 x 224, as StableHLO."""

    def resnet50(weights: Weights, image: Array) -> Array:
        return forward(weights, image, stride_first=stride_first)

    image = jax.ShapeDtypeStruct((1, 224, 224, 3), jnp.bfloat16)
    return jax.jit(resnet50).lower(abstract_weights(), image).as_text()


def main() -> None:
    """Prints the module."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--v1", action="store_true", help="the original: the stride in the first 1x1 convolution")
    sys.stdout.write(text(stride_first=parser.parse_args().v1))


if __name__ == "__main__":
    main()
