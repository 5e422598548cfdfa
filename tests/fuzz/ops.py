"""One rule for each kind of op: it takes values of the graph and adds one, or does nothing where none fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from hypothesis import strategies as st

from tests.fuzz.graphs import MAX_ELEMENTS, MAX_RANK, Graph, Shape, Value, tensor

UNARY = {
    "float": ("tanh", "logistic", "negate", "abs", "sine", "cosine"),
    "exact": ("floor", "ceil", "sign", "round_nearest_even", "round_nearest_afz"),
    "int": ("negate", "abs", "sign", "not"),
    "bool": ("not",),
}
BINARY = {
    "float": ("add", "multiply", "subtract", "maximum", "minimum"),
    "int": ("add", "multiply", "subtract", "maximum", "minimum", "and", "or", "xor"),
    "bool": ("and", "or", "xor"),
}
UNROUNDED = {"negate", "abs", "maximum", "minimum", "floor", "ceil", "sign", "round_nearest_even", "round_nearest_afz"}
"""Float ops whose results need no rounding."""


def unary(graph: Graph) -> None:
    """An element-wise op of one operand."""
    if not (x := graph.pick(lambda v: True)):
        return
    names = UNARY[_family(x)] + (UNARY["exact"] if x.is_float and x.exact else ())
    name = graph.choose(names)
    _elementwise(graph, name, x)


def binary(graph: Graph) -> None:
    """An element-wise op of two operands."""
    if not (x := graph.pick(lambda v: True)):
        return
    y = graph.of_type(x.dtype, x.shape)
    left, right = graph.choose(((x, y), (y, x), (x, x)))
    _elementwise(graph, graph.choose(BINARY[_family(x)]), left, right)


def tame(graph: Graph) -> None:
    """A quotient, logarithm, root or exponential whose operand stays where it is defined and flat."""
    if not (x := graph.pick(lambda v: v.is_float)):
        return
    one = graph.broadcast(graph.constant(x.dtype, (), "1.0"), x.shape, ())
    name = graph.choose(("divide", "log", "sqrt", "rsqrt", "exponential", "log_plus_one"))
    if name == "exponential":
        _elementwise(graph, name, _elementwise(graph, "minimum", x, one))
        return
    above = _elementwise(graph, "add", _elementwise(graph, "abs", graph.of_type(x.dtype, x.shape)), one)
    _elementwise(graph, name, *((x, above) if name == "divide" else (above,)))


def compare(graph: Graph) -> None:
    """A comparison of exact values."""
    if not (x := graph.pick(lambda v: v.exact)):
        return
    y = graph.of_type(x.dtype, x.shape)
    if not y.exact:
        return
    kind = {"float": "FLOAT", "int": "SIGNED", "bool": "UNSIGNED"}[_family(x)]
    way = graph.choose(("LT", "EQ", "NE", "GE", "GT", "LE"))
    text = f"stablehlo.compare {way}, $, $, {kind} : ({x.type}, {y.type}) -> {tensor('i1', x.shape)}"
    graph.emit(text, "i1", x.shape, (x, y))


def select(graph: Graph) -> None:
    """A choice between two values, element by element or as a whole."""
    if not (x := graph.pick(lambda v: True)):
        return
    p = graph.of_type("i1", graph.choose((x.shape, ())))
    y = graph.of_type(x.dtype, x.shape)
    graph.emit(f"stablehlo.select $, $, $ : {p.type}, {x.type}", x.dtype, x.shape, (p, x, y))


def clamp(graph: Graph) -> None:
    """Limits, each a scalar or a tensor."""
    if not (x := graph.pick(lambda v: v.dtype != "i1")):
        return
    low, high = (graph.of_type(x.dtype, graph.choose(((), x.shape))) for _ in range(2))
    text = f"stablehlo.clamp $, $, $ : ({low.type}, {x.type}, {high.type}) -> {x.type}"
    graph.emit(text, x.dtype, x.shape, (low, x, high))


def convert(graph: Graph) -> None:
    """Another type of element; from fractions to integers only what is exact and finite."""
    if not (x := graph.pick(lambda v: True)):
        return
    steps = ("i32", "i1") if not x.is_float or (x.exact and not graph.special) else ()
    dtype = graph.choose(("f32", "bf16", *steps))
    exact = x.exact and dtype != "bf16"
    graph.emit(f"stablehlo.convert $ : ({x.type}) -> {tensor(dtype, x.shape)}", dtype, x.shape, (x,), exact)


def broadcast(graph: Graph) -> None:
    """New dimensions, and wider ones where they were 1."""
    if not (x := graph.pick(lambda v: len(v.shape) < MAX_RANK)):
        return
    shape, dims = list(x.shape), list(range(len(x.shape)))
    at = graph.integer(0, len(shape))
    shape.insert(at, graph.integer(1, 4))
    dims = [dim + (dim >= at) for dim in dims]
    for dim in dims:
        if shape[dim] == 1:
            shape[dim] = graph.integer(1, 3)
    if prod(shape) <= MAX_ELEMENTS:
        graph.broadcast(x, tuple(shape), tuple(dims))


def reshape(graph: Graph) -> None:
    """Dimensions merged, parted, flattened, put in or taken out."""
    if not (x := graph.pick(lambda v: True)):
        return
    options: list[Shape] = [(prod(x.shape),)]
    for i, size in enumerate(x.shape):
        before, after = x.shape[:i], x.shape[i + 1 :]
        options += [(*before, part, size // part, *after) for part in (1, 2, 3) if size % part == 0]
        if after:
            options.append((*before, size * after[0], *after[1:]))
        if size == 1:
            options.append((*before, *after))
    shape = graph.choose([option for option in options if len(option) <= MAX_RANK])
    graph.emit(f"stablehlo.reshape $ : ({x.type}) -> {tensor(x.dtype, shape)}", x.dtype, shape, (x,))


def transpose(graph: Graph) -> None:
    """A permutation of dimensions."""
    if not (x := graph.pick(lambda v: len(v.shape) > 1)):
        return
    dims = graph.draw(st.permutations(range(len(x.shape))))
    shape = tuple(x.shape[dim] for dim in dims)
    text = f"stablehlo.transpose $, dims = {list(dims)} : ({x.type}) -> {tensor(x.dtype, shape)}"
    graph.emit(text, x.dtype, shape, (x,))


def reverse(graph: Graph) -> None:
    """Dimensions backwards."""
    if not (x := graph.pick(lambda v: bool(v.shape))):
        return
    dims = _some_dims(graph, x)
    graph.emit(f"stablehlo.reverse $, dims = {dims} : {x.type}", x.dtype, x.shape, (x,))


def slice_(graph: Graph) -> None:
    """A part of each dimension, in steps."""
    if not (x := graph.pick(lambda v: bool(v.shape))):
        return
    parts: list[tuple[int, int, int]] = []
    for size in x.shape:
        start = graph.integer(0, min(size - 1, 2))
        parts.append((start, graph.integer(start + 1, size), graph.integer(1, 2)))
    shape = tuple(-((start - stop) // step) for start, stop, step in parts)
    listed = ", ".join(f"{start}:{stop}:{step}" for start, stop, step in parts)
    graph.emit(f"stablehlo.slice $ [{listed}] : ({x.type}) -> {tensor(x.dtype, shape)}", x.dtype, shape, (x,))


def pad(graph: Graph) -> None:
    """Elements before, behind and between; fewer where negative."""
    if not (x := graph.pick(lambda v: bool(v.shape))):
        return
    value = graph.of_type(x.dtype, ()) if graph.integer(0, 3) == 3 else graph.number(x.dtype)
    sides = [(graph.integer(-1, 2), graph.integer(-1, 3), graph.integer(0, 1)) for _ in x.shape]
    shape = tuple(
        size + low + high + inner * (size - 1) for size, (low, high, inner) in zip(x.shape, sides, strict=True)
    )
    if not 0 < prod(max(size, 0) for size in shape) <= MAX_ELEMENTS:
        return
    low, high, inner = (list(each) for each in zip(*sides, strict=True))
    text = f"stablehlo.pad $, $, low = {low}, high = {high}, interior = {inner}"
    graph.emit(f"{text} : ({x.type}, {value.type}) -> {tensor(x.dtype, shape)}", x.dtype, shape, (x, value))


def concatenate(graph: Graph) -> None:
    """Two or three tensors one behind the other."""
    if not (x := graph.pick(lambda v: bool(v.shape))):
        return
    dim = graph.integer(0, len(x.shape) - 1)
    parts = [x]
    for _ in range(graph.integer(1, 2)):
        other = graph.pick(lambda v: v.dtype == x.dtype and _fits(v.shape, x.shape, dim))
        parts.append(other or graph.argument(x.dtype, x.shape))
    shape = (*x.shape[:dim], sum(part.shape[dim] for part in parts), *x.shape[dim + 1 :])
    if prod(shape) > MAX_ELEMENTS:
        return
    holes, types = ", ".join(["$"] * len(parts)), ", ".join(part.type for part in parts)
    text = f"stablehlo.concatenate {holes}, dim = {dim} : ({types}) -> {tensor(x.dtype, shape)}"
    graph.emit(text, x.dtype, shape, parts)


def iota(graph: Graph) -> None:
    """Indices along a dimension."""
    like = graph.pick(lambda v: bool(v.shape))
    if like is None:
        return
    dtype, dim = graph.choose(("f32", "i32", "bf16")), graph.integer(0, len(like.shape) - 1)
    graph.emit(f"stablehlo.iota dim = {dim} : {tensor(dtype, like.shape)}", dtype, like.shape, ())


NEUTRAL = {
    ("f32", "add"): "0.0", ("f32", "maximum"): "0xFF800000", ("f32", "minimum"): "0x7F800000",
    ("bf16", "add"): "0.0", ("bf16", "maximum"): "0xFF80", ("bf16", "minimum"): "0x7F80",
    ("i32", "add"): "0", ("i32", "maximum"): "-2147483648", ("i32", "minimum"): "2147483647",
    ("i1", "and"): "true", ("i1", "or"): "false",
}  # fmt: skip


def reduce(graph: Graph) -> None:
    """Sums and extremes over some dimensions."""
    if x := graph.pick(lambda v: bool(v.shape)):
        names = ("and", "or") if x.dtype == "i1" else ("add", "maximum", "minimum")
        _reduce(graph, x, graph.choose(names), _some_dims(graph, x))


def reduce_window(graph: Graph) -> None:
    """Pooling."""
    if not (x := graph.pick(lambda v: len(v.shape) > 1 and v.dtype != "i1")):
        return
    name = graph.choose(("maximum", "add", "minimum"))
    window = [graph.integer(1, min(size, 3)) for size in x.shape]
    strides, dilation = ([graph.integer(1, 2) for _ in x.shape] for _ in range(2))
    padding = [[graph.integer(0, 1), graph.integer(0, 1)] for _ in x.shape]
    shape = tuple(
        (size + sum(sides) - (taps - 1) * step - 1) // stride + 1
        for size, sides, taps, step, stride in zip(x.shape, padding, window, dilation, strides, strict=True)
    )
    if min(shape) < 1:
        return
    init = graph.constant(x.dtype, (), NEUTRAL[x.dtype, name])
    scalar = tensor(x.dtype, ())
    text = (
        '"stablehlo.reduce_window"($, $) <{'
        f"window_dimensions = array<i64: {_listed(window)}>, window_strides = array<i64: {_listed(strides)}>, "
        f"window_dilations = array<i64: {_listed(dilation)}>, padding = dense<{padding}> : tensor<{len(padding)}x2xi64>"
        f"}}> ({{ ^bb0(%l: {scalar}, %r: {scalar}): %s = stablehlo.{name} %l, %r : {scalar} "
        f"stablehlo.return %s : {scalar} }}) : ({x.type}, {scalar}) -> {tensor(x.dtype, shape)}"
    )
    graph.emit(text, x.dtype, shape, (x, init), x.exact and name != "add")


def dot_general(graph: Graph) -> None:
    """A product summed over up to two dimensions, with up to two of batch, in any order of dimensions."""
    if not (x := graph.pick(lambda v: v.is_float and len(v.shape) > 0)):
        return
    order = graph.draw(st.permutations(range(len(x.shape))))
    summed = list(order[: graph.integer(1, min(2, len(order)))])
    batch = list(order[len(summed) :][: graph.integer(0, 2)])
    channels = [graph.integer(1, 5) for _ in range(graph.integer(0, 2))]
    kinds = graph.draw(st.permutations([*(("x", d) for d in (*batch, *summed)), *(("k", s) for s in channels)]))
    kernel = tuple(x.shape[which] if kind == "x" else which for kind, which in kinds)
    if len(kernel) > MAX_RANK or prod(kernel) > MAX_ELEMENTS:
        return
    w = graph.of_type(x.dtype, kernel)
    place = {which: index for index, (kind, which) in enumerate(kinds) if kind == "x"}
    free = [d for d in range(len(x.shape)) if d not in batch and d not in summed]
    k = [which for kind, which in kinds if kind == "k"]
    shape = (*(x.shape[d] for d in (*batch, *free)), *k)
    if len(shape) > MAX_RANK or prod(shape) > MAX_ELEMENTS:
        return
    dtype = graph.choose((x.dtype, "f32"))
    batching = f"batching_dims = {batch} x {[place[d] for d in batch]}, " if batch else ""
    numbers = f"{batching}contracting_dims = {summed} x {[place[d] for d in summed]}"
    text = f"stablehlo.dot_general $, $, {numbers} : ({x.type}, {w.type}) -> {tensor(dtype, shape)}"
    graph.emit(text, dtype, shape, (x, w), exact=False)


LAYOUTS = (
    ("b01f", "01io", "b01f"),
    ("bf01", "oi01", "bf01"),
    ("b01f", "oi01", "bf01"),
    ("01bf", "i0o1", "b0f1"),
)


def convolution(graph: Graph) -> None:
    """Two spatial dimensions, with groups, strides, dilation of both sides and padding."""
    if not (x := graph.pick(lambda v: v.is_float and len(v.shape) == 4)):
        size = (graph.integer(1, 2), graph.integer(1, 5), graph.integer(1, 5), graph.integer(1, 4))
        x = graph.argument("f32", size)
    names = graph.choose(LAYOUTS)
    at = {name: x.shape[names[0].index(name)] for name in "b01f"}
    groups = graph.choose([g for g in (1, at["f"], 2) if at["f"] % g == 0])
    outputs = groups * graph.integer(1, 3)
    taps = {name: graph.integer(1, 3) for name in "01"}
    stride, left, right = ({name: graph.integer(1, 2) for name in "01"} for _ in range(3))
    sides = {name: (graph.integer(0, 2), graph.integer(-1, 2)) for name in "01"}
    sizes = {"b": at["b"], "f": outputs}
    for name in "01":
        spread = (at[name] - 1) * left[name] + 1 + sum(sides[name])
        sizes[name] = (spread - (taps[name] - 1) * right[name] - 1) // stride[name] + 1
    if min(sizes.values()) < 1 or prod(sizes.values()) > MAX_ELEMENTS:
        return
    kernel = {**taps, "i": at["f"] // groups, "o": outputs}
    w = graph.of_type(x.dtype, tuple(kernel[name] for name in names[1]))
    shape = tuple(sizes[name] for name in names[2])
    window = (
        f"stride = {[stride[n] for n in '01']}, pad = {[list(sides[n]) for n in '01']}, "
        f"lhs_dilate = {[left[n] for n in '01']}, rhs_dilate = {[right[n] for n in '01']}"
    )
    dims = "x".join(f"[{', '.join(each)}]" for each in names[:2]) + f"->[{', '.join(names[2])}]"
    text = (
        f"stablehlo.convolution($, $) dim_numbers = {dims}, window = {{{window}}} "
        f"{{batch_group_count = 1 : i64, feature_group_count = {groups} : i64}} "
        f": ({x.type}, {w.type}) -> {tensor(x.dtype, shape)}"
    )
    graph.emit(text, x.dtype, shape, (x, w), exact=False)


def gather(graph: Graph) -> None:
    """Rows by index, as ``take`` and embeddings do."""
    if not (x := graph.pick(lambda v: bool(v.shape) and v.dtype != "i1")):
        return
    axis = graph.integer(0, len(x.shape) - 1)
    indices = graph.argument("i32", (graph.integer(1, 3), 1))
    shape = (*x.shape[:axis], indices.shape[0], *x.shape[axis + 1 :])
    sizes = [1 if d == axis else size for d, size in enumerate(x.shape)]
    offset = [d for d in range(len(x.shape)) if d != axis]
    numbers = (
        f"offset_dims = {offset}, collapsed_slice_dims = [{axis}], start_index_map = [{axis}], index_vector_dim = 1"
    )
    text = (
        f'"stablehlo.gather"($, $) <{{dimension_numbers = #stablehlo.gather<{numbers}>, '
        f"slice_sizes = array<i64: {_listed(sizes)}>, indices_are_sorted = false}}> "
        f": ({x.type}, {indices.type}) -> {tensor(x.dtype, shape)}"
    )
    graph.emit(text, x.dtype, shape, (x, indices))


def dynamic_slice(graph: Graph) -> None:
    """A part at an index that is data."""
    if not (x := graph.pick(lambda v: bool(v.shape))):
        return
    sizes = tuple(graph.integer(1, size) for size in x.shape)
    starts = _starts(graph, x)
    types = ", ".join([x.type] + ["tensor<i32>"] * len(starts))
    holes = ", ".join(["$"] * (1 + len(starts)))
    text = f"stablehlo.dynamic_slice {holes}, sizes = {list(sizes)} : ({types}) -> {tensor(x.dtype, sizes)}"
    graph.emit(text, x.dtype, sizes, (x, *starts))


def dynamic_update_slice(graph: Graph) -> None:
    """A part overwritten at an index that is data."""
    if not (x := graph.pick(lambda v: bool(v.shape))):
        return
    update = graph.of_type(x.dtype, tuple(graph.integer(1, size) for size in x.shape))
    starts = _starts(graph, x)
    types = ", ".join([x.type, update.type] + ["tensor<i32>"] * len(starts))
    holes = ", ".join(["$"] * (2 + len(starts)))
    text = f"stablehlo.dynamic_update_slice {holes} : ({types}) -> {x.type}"
    graph.emit(text, x.dtype, x.shape, (x, update, *starts))


def call(graph: Graph) -> None:
    """A private function of one operand, drawn by these rules."""
    x = graph.pick(lambda v: True)
    if x is None or graph.name != "main":
        return
    inner = Graph(graph.draw, graph.special, f"f{len(graph.functions)}")
    inner.argument(x.dtype, x.shape)
    given: list[Value] = [x]
    for _ in range(graph.integer(1, 3)):
        graph.choose(INNER_RULES)(inner)
    given += [graph.of_type(each.dtype, each.shape) for each in inner.arguments[1:]]
    result = inner.values[-1]
    graph.functions.append(inner.text([result], "private"))
    holes, types = ", ".join(["$"] * len(given)), ", ".join(each.type for each in given)
    for _ in range(graph.integer(1, 2)):
        exact = result.exact and all(each.exact for each in given)
        text = f"func.call @{inner.name}({holes}) : ({types}) -> {result.type}"
        graph.emit(text, result.dtype, result.shape, given, exact)


def softmax(graph: Graph) -> None:
    """As JAX writes it: with the maximum, and the sum along the same dimension."""
    if not (x := graph.pick(lambda v: v.is_float and bool(v.shape))):
        return
    dim = graph.integer(0, len(x.shape) - 1)
    kept = tuple(d for d in range(len(x.shape)) if d != dim)
    top = graph.broadcast(_reduce(graph, x, "maximum", [dim]), x.shape, kept)
    exponentials = _elementwise(graph, "exponential", _elementwise(graph, "subtract", x, top))
    total = graph.broadcast(_reduce(graph, exponentials, "add", [dim]), x.shape, kept)
    _elementwise(graph, "divide", exponentials, total)


def batch_norm(graph: Graph) -> None:
    """Scaled by stored mean and variance, the last dimension being the channels; often behind a contraction."""
    if graph.integer(0, 1):
        graph.choose((convolution, dot_general))(graph)
    if not (x := graph.pick(lambda v: v.is_float and bool(v.shape))):
        return
    last = len(x.shape) - 1
    scale, shift, mean, deviation = (graph.argument(x.dtype, (x.shape[last],)) for _ in range(4))
    one = graph.broadcast(graph.constant(x.dtype, (), "1.0"), deviation.shape, ())
    variance = _elementwise(graph, "add", _elementwise(graph, "abs", deviation), one)
    if graph.integer(0, 1):
        factor = _elementwise(graph, "multiply", scale, _elementwise(graph, "rsqrt", variance))
        centred = _elementwise(graph, "subtract", x, graph.broadcast(mean, x.shape, (last,)))
        scaled = _elementwise(graph, "multiply", centred, graph.broadcast(factor, x.shape, (last,)))
        _elementwise(graph, "add", scaled, graph.broadcast(shift, x.shape, (last,)))
        return
    operands = (x, scale, shift, mean, variance)
    types = ", ".join(each.type for each in operands)
    text = (
        '"stablehlo.batch_norm_inference"($, $, $, $, $) '
        f"<{{epsilon = 1.0e-3 : f32, feature_index = {last} : i64}}> : ({types}) -> {x.type}"
    )
    graph.emit(text, x.dtype, x.shape, operands, exact=False)


def layer_norm(graph: Graph) -> None:
    """Scaled by its own mean and variance over the last dimension."""
    if not (x := graph.pick(lambda v: v.is_float and bool(v.shape))):
        return
    last = len(x.shape) - 1
    kept = tuple(range(last))
    size = graph.broadcast(graph.constant(x.dtype, (), f"{x.shape[last]}.0"), x.shape[:last], ())
    one = graph.broadcast(graph.constant(x.dtype, (), "1.0"), x.shape[:last], ())
    mean = _elementwise(graph, "divide", _reduce(graph, x, "add", [last]), size)
    centred = _elementwise(graph, "subtract", x, graph.broadcast(mean, x.shape, kept))
    squares = _reduce(graph, _elementwise(graph, "multiply", centred, centred), "add", [last])
    variance = _elementwise(graph, "add", _elementwise(graph, "divide", squares, size), one)
    inverse = graph.broadcast(_elementwise(graph, "rsqrt", variance), x.shape, kept)
    _elementwise(graph, "multiply", centred, inverse)


def while_(graph: Graph) -> None:
    """A loop of a few turns."""
    if not (x := graph.pick(lambda v: v.is_float)):
        return
    start, stop, step = (graph.constant("i32", (), str(n)) for n in (0, graph.integer(1, 3), 1))
    name = graph.choose(("multiply", "add", "maximum"))
    count, t = "tensor<i32>", x.type
    text = (
        f"stablehlo.while(%i = $, %x = $) : {count}, {t} cond {{ "
        f"%p = stablehlo.compare LT, %i, $, SIGNED : ({count}, {count}) -> tensor<i1> "
        "stablehlo.return %p : tensor<i1> } do { "
        f"%n = stablehlo.add %i, $ : {count} %t = stablehlo.tanh %x : {t} "
        f"%y = stablehlo.{name} %t, $ : {t} stablehlo.return %n, %y : {count}, {t} }}"
    )
    _control(graph, text, x, (start, x, stop, step, graph.of_type(x.dtype, x.shape)), results=2)


def if_(graph: Graph) -> None:
    """One of two branches."""
    if not (x := graph.pick(lambda v: v.is_float)):
        return
    p, t = graph.of_type("i1", ()), x.type
    if not p.exact:
        return
    text = (
        '"stablehlo.if"($) ({ '
        f"%t = stablehlo.tanh $ : {t} stablehlo.return %t : {t} }}, {{ "
        f"%n = stablehlo.negate $ : {t} stablehlo.return %n : {t} }}) : (tensor<i1>) -> {t}"
    )
    _control(graph, text, x, (p, x, x), results=1)


def _control(graph: Graph, text: str, like: Value, operands: Sequence[Value], results: int) -> None:
    """An op with regions; its last result is of the type of ``like``."""
    value = graph.emit(text, like.dtype, like.shape, operands, exact=False)
    if results > 1:
        graph.lines[-1] = graph.lines[-1].replace(" = ", f":{results} = ", 1)
        graph.values[-1] = Value(f"{value.name}#{results - 1}", value.dtype, value.shape)


def _elementwise(graph: Graph, name: str, *operands: Value) -> Value:
    x = operands[0]
    exact = None if not x.is_float or name in UNROUNDED else False
    holes = ", ".join(["$"] * len(operands))
    return graph.emit(f"stablehlo.{name} {holes} : {x.type}", x.dtype, x.shape, operands, exact)


def _reduce(graph: Graph, x: Value, name: str, dims: list[int]) -> Value:
    init = graph.constant(x.dtype, (), NEUTRAL[x.dtype, name])
    shape = tuple(size for d, size in enumerate(x.shape) if d not in dims)
    text = f"stablehlo.reduce($ init: $) applies stablehlo.{name} across dimensions = {dims}"
    types = f"({x.type}, {init.type}) -> {tensor(x.dtype, shape)}"
    exact = x.exact and (not x.is_float or name != "add")
    return graph.emit(f"{text} : {types}", x.dtype, shape, (x, init), exact)


def _starts(graph: Graph, x: Value) -> list[Value]:
    return [graph.of_type("i32", ()) for _ in x.shape]


def _some_dims(graph: Graph, x: Value) -> list[int]:
    chosen = graph.draw(st.sets(st.sampled_from(range(len(x.shape))), min_size=1))
    return sorted(chosen)


def _family(x: Value) -> str:
    return {"i32": "int", "i1": "bool"}.get(x.dtype, "float")


def _fits(shape: Shape, other: Shape, dim: int) -> bool:
    """Whether two shapes are the same but for one dimension."""
    return len(shape) == len(other) and (*shape[:dim], *shape[dim + 1 :]) == (*other[:dim], *other[dim + 1 :])


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


INNER_RULES: tuple[Callable[[Graph], None], ...] = (
    unary, binary, tame, compare, select, clamp, convert, broadcast, reshape, transpose, reverse, slice_, pad,
    concatenate, iota, reduce, reduce_window, dot_general, convolution, gather, dynamic_slice, dynamic_update_slice,
    softmax, batch_norm, layer_norm, while_, if_,
)  # fmt: skip
RULES = (*INNER_RULES, call, binary, reshape, transpose, broadcast, dot_general, pad, slice_)
"""All rules, the simplest first; the commonest twice."""
