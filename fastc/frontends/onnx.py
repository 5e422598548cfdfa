"""ONNX models into StableHLO through torch-mlir, which needs no torch for it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

from fastc.frontends.avals import Aval
from fastc.frontends.extras import load_extra
from fastc.frontends.onnx_graph import fix_inputs, flatten_products, load_values, modernized, weights_to_inputs
from fastc.frontends.stablehlo import ReadError

_PIPELINE = """builtin.module(
    torch-onnx-to-torch-backend-pipeline, torch-backend-to-stablehlo-backend-pipeline, canonicalize, cse)"""

_VARINT, _BYTES = 0, 2
_IR_VERSION, _GRAPH = 1, 7
_MODEL_FIELDS = {_IR_VERSION: _VARINT, 5: _VARINT} | dict.fromkeys((2, 3, 4, 6, _GRAPH, 8, 14, 20, 25, 26), _BYTES)
"""The fields of ONNX's ``ModelProto`` with the types that they have on the wire."""

_LEFT_OVER = re.compile(r'"((?!stablehlo\.|chlo\.|func\.|builtin\.)[a-z_]\w*\.[\w.]+)"\(')
_ONNX_OP = re.compile(r"\bonnx\.\w+")


def is_onnx(data: bytes) -> bool:
    """Whether this is a serialized ONNX model: the fields of one and no others, the version and a graph among them."""
    seen: set[int] = set()
    position = 0
    while 0 <= position < len(data):
        key, position = _varint(data, position)
        value, position = _varint(data, position)
        field, wire = key >> 3, key & 7
        if _MODEL_FIELDS.get(field) != wire:
            return False
        seen.add(field)
        position += value if wire == _BYTES and position >= 0 else 0
    return position == len(data) and {_IR_VERSION, _GRAPH} <= seen


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """The number at ``position`` and where the next thing begins: at -1 if there is no number."""
    value = 0
    for index, byte in enumerate(data[position : position + 10] if position >= 0 else b""):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    return 0, -1


def read_onnx(data: bytes, name: str, avals: Sequence[Aval] | None = None) -> str:
    """The StableHLO text of the model in ``data``; ``name`` is its file's, beside which values may lie in others.

    ``@main`` takes the floating-point initializers of more than one element, in the file's order, and then the model's
    inputs; the values of these weights stay behind, and the files that hold them are not needed. Other initializers are
    constants. ``avals`` are the types and shapes of the inputs, for a model that leaves sizes open. Raises InputError.
    """
    onnx, _, ir, passmanager, torch_dialect, importer = load_extra("onnx", name)
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:
        raise ReadError(f"{name}: damaged ONNX model: {error}; export it again") from error
    model.graph.name = "main"  # the importer's name for the function
    fix_inputs(onnx, model.graph, name, avals)
    weights_to_inputs(onnx, model.graph)
    load_values(onnx, model, name)
    context = ir.Context()
    torch_dialect.register_dialect(context)
    try:
        model = onnx.shape_inference.infer_shapes(modernized(onnx, model), data_prop=True)
        flatten_products(onnx, model.graph)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = _lower(model, context, importer, passmanager)
    except Exception as error:
        raise ReadError(f"{name}: torch-mlir cannot bring this model to StableHLO: {_reason(error)}") from error
    left = _LEFT_OVER.search(text)
    if left is not None:
        raise ReadError(f"{name}: torch-mlir leaves '{left[1]}' where it brings this model to StableHLO")
    return text


def _lower(model: Any, context: Any, importer: Any, passmanager: Any) -> str:
    info = importer.ModelInfo(model)
    module = info.create_module(context=context).operation
    function = importer.NodeImporter.define_function(info.main_graph, module)
    function.import_all()
    with context:
        passmanager.PassManager.parse(_PIPELINE).run(module)
    main = module.regions[0].blocks[0].operations[0]
    for key in [key for key in main.attributes if key.startswith("torch.")]:
        del main.attributes[key]
    text = module.get_asm(print_generic_op_form=True, enable_debug_info=True)
    # Settings that the lowering computed with; generic syntax spells both ops alike.
    return text.replace('"arith.constant"() <{value = dense', '"stablehlo.constant"() <{value = dense')


def _reason(error: Exception) -> str:
    """What says most in ``error``: a complaint of MLIR that names an operator of ONNX, else what it says first."""
    complaints = [each.message for each in getattr(error, "error_diagnostics", ())] or [str(error)]
    told = next((text for text in complaints if _ONNX_OP.search(text)), complaints[0])
    operator = _ONNX_OP.search(told)
    first = told.strip().partition("\n")[0].partition(": %")[0]
    return f"{operator[0]}: {first}" if operator else first
