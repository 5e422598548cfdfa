"""StableHLO's own reference interpreter, in jaxlib: op after op, each rounded as the specification says, nothing fused.

XLA may fuse a product and a sum into one rounding, depending on what stands next to them; two programs of the same ops
in another arrangement agree to the last bit only here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import ml_dtypes
import numpy as np
from jaxlib.mlir import ir
from jaxlib.mlir._mlir_libs import _jax_mlir_ext
from jaxlib.mlir.dialects import stablehlo
from xdsl.dialects.builtin import TensorType, bf16

from dialects.stablehlo import dense_from_text
from fastc.xla import Array

_NAMES = {"float32": "f32", "bfloat16": "bf16", "int32": "i32", "bool": "i1"}


UNSUPPORTED = ("batch_norm_inference",)
"""Ops that it has not; it ends the process there."""


def interpret(text: str, arguments: Sequence[Array]) -> list[Array]:
    """The outputs of ``@main`` for ``arguments`` of float32, bfloat16, int32 and bool."""
    with _context(), ir.Location.unknown():
        module = ir.Module.parse(text)
        return [_array(result) for result in stablehlo.eval_module(module, [_attribute(each) for each in arguments])]


@cache
def _context() -> ir.Context:
    registry = ir.DialectRegistry()
    _jax_mlir_ext.register_dialects(registry)
    context = ir.Context()
    context.append_dialect_registry(registry)
    stablehlo.register_dialect(context)
    stablehlo.register_interpreter_dialect(context)
    return context


def _attribute(array: Array) -> ir.Attribute:
    shape = "x".join((*map(str, array.shape), _NAMES[array.dtype.name]))
    if array.dtype == np.bool_:
        return ir.Attribute.parse(f"dense<{str(array.tolist()).lower()}> : tensor<{shape}>")
    return ir.Attribute.parse(f'dense<"0x{array.tobytes().hex().upper()}"> : tensor<{shape}>')


def _array(attribute: ir.Attribute) -> Array:
    kind = ir.RankedTensorType(attribute.type)
    if str(kind.element_type) == "bf16":  # the bindings give no numbers of this type
        text = str(attribute)
        values = dense_from_text(text[len("dense<") : text.rindex("> :")], TensorType(bf16, kind.shape))
        return np.resize(np.frombuffer(values.data.data, ml_dtypes.bfloat16), kind.shape)
    return np.array(attribute).reshape(kind.shape)
