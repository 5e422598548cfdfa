"""Functions of JAX whose layouts there is something to choose about, and random ones."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from hypothesis import strategies as st
from jax import lax
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo
from passes.inline import InlinePass

Shape = tuple[int, ...]

LARGEST = 2000
"""Elements of a tensor of a random program."""


def module_of(function: Callable[..., object], *shapes: Shape) -> ModuleOp:
    """The module of a function of float32 arrays."""
    arguments = [jax.ShapeDtypeStruct(shape, jnp.float32) for shape in shapes]
    module = read_stablehlo(jax.jit(function).lower(*arguments).as_text().encode(), "test")
    PassPipeline((InlinePass(), CanonicalizePass(), CommonSubexpressionElimination())).apply(make_context(), module)
    return module


def channels_last(x: jax.Array) -> jax.Array:
    return jnp.transpose(x, (0, 2, 3, 1))


def channels_first(x: jax.Array) -> jax.Array:
    return jnp.transpose(x, (0, 3, 1, 2))


def convolution(x: jax.Array, kernel: jax.Array, stride: int = 1) -> jax.Array:
    return lax.conv_general_dilated(x, kernel, (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


def cnn(x: jax.Array, a: jax.Array, b: jax.Array, c: jax.Array, bias: jax.Array, dense: jax.Array) -> jax.Array:
    """What is in channels-first order goes through each convolution in channels-last order, and back."""

    def layer(y: jax.Array, kernel: jax.Array, stride: int = 1) -> jax.Array:
        return channels_first(convolution(channels_last(y), kernel, stride))

    y = jnp.maximum(layer(x, a) + bias[:, None, None], 0.0)
    pooled = lax.reduce_window(y, -jnp.inf, lax.max, (1, 1, 3, 3), (1, 1, 2, 2), "SAME")
    z = jax.nn.silu(layer(pooled, b)) + pooled
    mean, variance = z.mean((0, 2, 3), keepdims=True), z.var((0, 2, 3), keepdims=True)
    padded = jnp.pad((z - mean) * lax.rsqrt(variance + 1e-3), ((0, 0), (0, 0), (1, 1), (1, 1)))
    z = layer(padded, c, 2)
    return jnp.concatenate([z, -z], axis=1).mean((2, 3)) @ dense


CNN_SHAPES = ((2, 3, 16, 16), (3, 3, 3, 8), (3, 3, 8, 8), (3, 3, 8, 4), (8,), (8, 10))


def attention(x: jax.Array, query: jax.Array, key: jax.Array, value: jax.Array, out: jax.Array) -> jax.Array:
    """Heads are split by a reshape, brought in front by a transpose, and merged again."""
    batch, rows, width = x.shape
    heads = 4

    def split(y: jax.Array) -> jax.Array:
        return jnp.transpose(y.reshape(batch, rows, heads, width // heads), (0, 2, 1, 3))

    q, k, v = split(x @ query), split(x @ key), split(x @ value)
    scores = jax.nn.softmax(q @ jnp.swapaxes(k, -1, -2) * 0.5, axis=-1)
    return x + jnp.transpose(scores @ v, (0, 2, 1, 3)).reshape(batch, rows, width) @ out


ATTENTION_SHAPES = ((2, 6, 16), (16, 16), (16, 16), (16, 16), (16, 16))


def vision(x: jax.Array, kernel: jax.Array, *weights: jax.Array) -> jax.Array:
    """Patches of an image through attention, as a vision transformer has them."""
    patches = channels_first(convolution(channels_last(x), kernel, 2))
    batch, width, *_ = patches.shape
    tokens = jnp.transpose(patches.reshape(batch, width, -1), (0, 2, 1))
    return jnp.transpose(attention(tokens, *weights), (0, 2, 1)).sum(2)


VISION_SHAPES = ((2, 3, 8, 8), (2, 2, 3, 16), *((16, 16),) * 4)


@st.composite
def modules(draw: st.DrawFn) -> ModuleOp:
    """A module of one argument: a few ops drawn at random, transposes often among them."""
    shape = tuple(draw(st.lists(st.sampled_from([1, 2, 3, 4]), min_size=2, max_size=4)))

    def program(x: jax.Array) -> list[jax.Array]:
        values = [x]
        for _ in range(draw(st.integers(2, 9))):
            operand = draw(st.sampled_from([values[-1], values[-1], draw(st.sampled_from(values))]))
            step = draw(st.sampled_from([_transpose, draw(st.sampled_from(STEPS))]))
            result = step(draw, operand) if operand.ndim else operand + jnp.ones((2, 3, 4))
            values.append(result if result.size <= LARGEST and result.ndim <= 5 else operand)
        return values[-2:]

    return module_of(program, shape)


def _axis(draw: st.DrawFn, x: jax.Array) -> int:
    return draw(st.integers(0, x.ndim - 1))


def _transpose(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    return jnp.transpose(x, draw(st.permutations(range(x.ndim))))


def _unary(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    return draw(st.sampled_from([jnp.tanh(x), jnp.cos(x), jnp.where(x > 0, x, 0.25)]))


def _with_transpose(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    """A sum whose two sides have been through different layouts."""
    order = draw(st.permutations(range(x.ndim)))
    return x + jnp.transpose(jnp.sin(jnp.transpose(x, order)), [order.index(d) for d in range(x.ndim)])


def _reduce(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    axes = tuple({_axis(draw, x), _axis(draw, x)})
    return draw(st.sampled_from([lambda: x.sum(axes), lambda: jnp.argmax(x, axes[0]) * 0.1]))()


def _reshape(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    sizes, d = list(x.shape), _axis(draw, x)
    kind = draw(st.sampled_from(["merge", "split", "one", "squeeze", "flat"]))
    if kind == "merge":
        sizes[d : d + 2] = [x.shape[d] * (x.shape[d + 1] if d + 1 < x.ndim else 1)]
    elif kind == "split" and sizes[d] % 2 == 0:
        sizes[d : d + 1] = [2, sizes[d] // 2]
    elif kind == "one":
        sizes.insert(d, 1)
    elif kind == "squeeze":
        sizes = [size for size in sizes if size != 1]
    elif kind == "flat":
        sizes = [2, -1] if x.size % 2 == 0 else [-1]
    return x.reshape(sizes)


def _dot(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    """A product with a weight or with itself, over one dimension, with another one as batch or none."""
    over, batch = _axis(draw, x), _axis(draw, x)
    y = jnp.cos(x) if draw(st.booleans()) else jnp.sin(jnp.arange(6.0 * x.shape[over])).reshape(2, x.shape[over], 3)
    twin = over if y.shape == x.shape else 1
    left, right = ([batch], [batch]) if y.shape == x.shape and batch != over else ([], [])
    if draw(st.booleans()):
        return 0.3 * lax.dot_general(y, x, (([twin], [over]), (right, left)))
    return 0.3 * lax.dot_general(x, y, (([over], [twin]), (left, right)))


def _convolution(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    if x.ndim != 4:
        return x
    orders = st.permutations("NCHW")
    lhs, out = "".join(draw(orders)), "".join(draw(orders))
    channels = x.shape[lhs.index("C")]
    kernel = jnp.sin(jnp.arange(12.0 * channels)).reshape(3, channels, 2, 2)
    return lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=(lhs, "OIHW", out))


def _window(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    sizes = draw(st.lists(st.integers(1, 2), min_size=x.ndim, max_size=x.ndim))
    strides = draw(st.lists(st.integers(1, 2), min_size=x.ndim, max_size=x.ndim))
    return lax.reduce_window(x, 0.0, lax.add, sizes, strides, [(0, size - 1) for size in sizes])


def _along(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    """What an op does along one dimension."""
    d = _axis(draw, x)
    size = x.shape[d]
    first = (jnp.sum(x) > 0).astype(jnp.int32)
    indices = (x.ravel()[:4] > 0).astype(jnp.int32) * (size - 1)
    pads = [(draw(st.integers(0, 1)), draw(st.integers(0, 1))) if each == d else (0, 0) for each in range(x.ndim)]
    choices: list[Callable[[], jax.Array]] = [
        lambda: jnp.pad(x, pads),
        lambda: jnp.concatenate([x, jnp.cos(x)], d),
        lambda: jnp.flip(x, d),
        lambda: jnp.sort(x, d),
        lambda: jnp.cumsum(x, d),
        lambda: jnp.repeat(jnp.expand_dims(x, d), 2, d),
        lambda: jnp.broadcast_to(jnp.expand_dims(x, d), (*x.shape[:d], 3, *x.shape[d:])),
        lambda: lax.slice_in_dim(x, size // 2, size, axis=d),
        lambda: lax.dynamic_slice_in_dim(x, first, max(size - 1, 1), d),
        lambda: lax.dynamic_update_slice_in_dim(x, jnp.sin(lax.slice_in_dim(x, 0, 1, axis=d)), first, d),
        lambda: jnp.take(x, indices.reshape(1, -1), axis=d),
        lambda: jnp.take_along_axis(x, (x > 0).astype(jnp.int32) * (size - 1), axis=d),
        lambda: x * jnp.arange(1.0, size + 1).reshape([size if each == d else 1 for each in range(x.ndim)]),
    ]
    return draw(st.sampled_from(choices))()


def _gradient(draw: st.DrawFn, x: jax.Array) -> jax.Array:
    """Gradients of pooling, and what comes of control flow: ops that take tensors as they were written."""

    def pooled(y: jax.Array) -> jax.Array:
        window = (1,) * (y.ndim - 1) + (2,)
        return lax.reduce_window(jnp.sin(y), -jnp.inf, lax.max, window, window, "SAME").sum()

    choices = [lambda: jax.grad(pooled)(x), lambda: lax.fori_loop(0, 2, lambda _, y: y * 0.5 + x, x)]
    return draw(st.sampled_from(choices))()


STEPS = (
    _unary, _with_transpose, _reduce, _reshape, _reshape, _dot, _dot, _convolution, _window, _along, _along, _along,
    _gradient,
)  # fmt: skip
