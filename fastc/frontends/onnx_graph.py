"""What is changed in an ONNX graph before it is lowered: static inputs, weights as arguments, products kept plain.

The graphs are protocol buffers of the library ``onnx``, an extra, which is therefore passed along.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastc.errors import InputError
from fastc.frontends.avals import Aval, fixed_shape

SETTINGS = frozenset({"Resize", "Upsample", "Pad", "Clip", "QuantizeLinear", "DequantizeLinear"})
"""Ops whose operands after the first are settings rather than weights: a lowering needs their values."""

OLDEST_OPSET, TODAYS_OPSET = 15, 17
"""Versions of ONNX's operators: batch normalization took its present form in 15."""

WEIGHT_TYPES = ("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16")


def fix_inputs(onnx: Any, graph: Any, name: str, avals: Sequence[Aval] | None) -> None:
    """Give each input of ``graph`` a static shape: its own, or that of ``avals``. Raises InputError."""
    inputs = _inputs(graph)
    if avals is not None and len(avals) != len(inputs):
        names = [each.name for each in inputs]
        raise InputError(f"{name}: --args gives {len(avals)} arrays, but the model takes {len(inputs)}: {names}")
    for each, given in zip(inputs, avals or [None] * len(inputs), strict=True):
        kind = each.type.tensor_type
        if not kind.HasField("shape"):
            raise InputError(f"{name}: input '{each.name}' is no tensor of known rank; export the model with its shape")
        dtype = str(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type))
        sizes = [dim.dim_value if dim.HasField("dim_value") else dim.dim_param or "?" for dim in kind.shape.dim]
        shape = fixed_shape(f"{name}: input '{each.name}'", dtype, sizes, given)
        for dim, size in zip(kind.shape.dim, shape, strict=True):
            dim.dim_value = size
    if avals is not None:
        # The shapes inside, which have names for sizes, are inferred anew.
        del graph.value_info[:]
        for each in graph.output:
            each.type.tensor_type.ClearField("shape")


def weights_to_inputs(onnx: Any, graph: Any) -> None:
    """Make floating-point initializers of more than one element the first inputs of ``graph``, without their values."""
    settings = {operand for node in graph.node if node.op_type in SETTINGS for operand in node.input[1:]}
    types = {getattr(onnx.TensorProto, each) for each in WEIGHT_TYPES}
    inputs = _inputs(graph)
    weights = [
        onnx.helper.make_tensor_value_info(each.name, each.data_type, each.dims)
        for each in graph.initializer
        if each.data_type in types and each.name not in settings and math.prod(each.dims) > 1
    ]
    moved = {each.name for each in weights}
    kept = [each for each in graph.initializer if each.name not in moved]
    del graph.input[:], graph.initializer[:]
    graph.input.extend([*weights, *inputs])
    graph.initializer.extend(kept)


def load_values(onnx: Any, model: Any, name: str) -> None:
    """Read the values that ``model`` still needs from the files beside it. Raises InputError."""
    try:
        onnx.external_data_helper.load_external_data_for_model(model, str(Path(name).parent))
    except Exception as error:
        raise InputError(f"{name}: the values that this model keeps in another file cannot be read: {error}") from error


def modernized(onnx: Any, model: Any) -> Any:
    """``model`` with operators of today, where its own are so old that torch-mlir has no lowering for some.

    It stays as it is where the library cannot convert it.
    """
    opset = next((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), TODAYS_OPSET)
    if opset >= OLDEST_OPSET:
        return model
    try:
        return onnx.version_converter.convert_version(model, TODAYS_OPSET)
    except RuntimeError:
        return model


def flatten_products(onnx: Any, graph: Any) -> None:
    """Multiply rows by a matrix where a stack of matrices is multiplied by the same one.

    Before: ``y[2,8,96] = MatMul(x[2,8,32], w[32,96])``; after: ``x`` as ``[16,32]``, one product, its result as
    ``[2,8,96]``. The lowering would else repeat ``w`` for each matrix of the stack. Shapes must have been inferred.
    """
    known = {each.name: each for each in (*graph.input, *graph.value_info, *graph.output)}
    shapes = {key: _shape(each) for key, each in known.items()} | {
        each.name: tuple(each.dims) for each in graph.initializer
    }
    nodes: list[Any] = []
    for node in graph.node:
        shape = shapes.get(node.input[0]) if node.op_type == "MatMul" else None
        matrix = shapes.get(node.input[1]) if node.op_type == "MatMul" else None
        if shape is None or matrix is None or len(shape) < 3 or len(matrix) != 2:
            nodes.append(node)
            continue
        rows, depth, columns = math.prod(shape[:-1]), *matrix
        element = known[node.output[0]].type.tensor_type.elem_type
        flat, product = f"{node.output[0]}.rows", f"{node.output[0]}.product"
        for key, sizes in ((flat, (rows, depth)), (product, (rows, columns))):
            graph.value_info.append(onnx.helper.make_tensor_value_info(key, element, sizes))
        nodes += [
            _reshape(onnx, graph, node.input[0], flat, (rows, depth)),
            onnx.helper.make_node("MatMul", [flat, node.input[1]], [product]),
            _reshape(onnx, graph, product, node.output[0], (*shape[:-1], columns)),
        ]
    del graph.node[:]
    graph.node.extend(nodes)


def _reshape(onnx: Any, graph: Any, source: str, result: str, sizes: Sequence[int]) -> Any:
    shape = f"{result}.shape"
    graph.initializer.append(onnx.helper.make_tensor(shape, onnx.TensorProto.INT64, [len(sizes)], sizes))
    return onnx.helper.make_node("Reshape", [source, shape], [result])


def _inputs(graph: Any) -> list[Any]:
    """The inputs without those that old exporters name because an initializer is their default."""
    initialized = {each.name for each in graph.initializer}
    return [each for each in graph.input if each.name not in initialized]


def _shape(info: Any) -> tuple[int, ...] | None:
    kind = info.type.tensor_type
    if not kind.HasField("shape") or not all(dim.HasField("dim_value") for dim in kind.shape.dim):
        return None
    return tuple(dim.dim_value for dim in kind.shape.dim)
