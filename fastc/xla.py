"""Numbers through XLA on the CPU, the oracle of what a module means: is a module after rewriting what it was before?

Rewrites reassociate sums, so outputs differ by rounding. Rounded to bfloat16 after every op, a deep network's outputs
move by large fractions from that alone and a comparison proves nothing; compare copies that ``to_float32`` made.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from typing_extensions import TypeIs
from xdsl.dialects.builtin import (
    AnyFloat,
    BFloat16Type,
    ComplexType,
    Float16Type,
    Float32Type,
    FunctionType,
    IntegerType,
    ModuleOp,
    Signedness,
    TensorType,
    f32,
    f64,
)
from xdsl.dialects.func import CallOp, FuncOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.rewriter import Rewriter

from dialects.stablehlo import (
    BitcastConvertOp,
    ConstantOp,
    ConvertOp,
    ConvolutionOp,
    DotGeneralOp,
    ReshapeOp,
    TransposeOp,
    dense_from_bytes,
    ints,
)
from fastc.errors import InputError

Array = np.ndarray[Any, Any]

ROUNDING_MARGIN = 16.0
"""How far beyond a random walk of rounding errors outputs may differ and still agree. Weights changed by their last bit
move the outputs of MobileNet, EfficientNet, ResNet and BERT by 0.1 to 0.6 of that walk; a lost bias moves them by
thousands."""


PRECISION_GAIN = 1e4
"""How much smaller a difference that is rounding alone is in float64, at least. Rounding gets 5e8 times smaller, a
change of meaning not at all."""


def run(text: str, arguments: Sequence[Array]) -> tuple[Array, ...]:
    """The outputs of ``@main`` of the StableHLO ``text`` for ``arguments``, compiled and run by XLA on the CPU.

    Raises InputError where XLA cannot run it: not every op and type of StableHLO has an implementation there.
    """
    import jax
    from jax.extend.backend import get_backend

    (device, *_) = get_backend("cpu").local_devices()
    try:
        executable = _compiled(text)
        with jax.enable_x64(True):  # else 64-bit arguments arrive as 32-bit ones
            buffers = [jax.device_put(argument, device) for argument in arguments]
        outputs = executable.execute_sharded(buffers).disassemble_into_single_device_arrays()
    except jax.errors.JaxRuntimeError as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"XLA cannot run this model on the CPU, so nothing can be compared: {reason}") from error
    return tuple(np.asarray(shards[0]) for shards in outputs)


@lru_cache(maxsize=32)  # programs are often run again, those of a chain tile after tile, and compiling takes long
def _compiled(text: str) -> Any:
    from jax.extend.backend import get_backend
    from jaxlib import lapack, xla_client

    lapack.prepare_lapack_call("potrf", np.dtype(np.float32))  # else XLA calls LAPACK through null pointers
    backend = get_backend("cpu")
    (device, *_) = backend.local_devices()
    options = xla_client.CompileOptions()
    # What runs once need not be fast: without LLVM's optimizations a model takes half the time to compile.
    options.executable_build_options.debug_options.xla_backend_optimization_level = 0
    return backend.compile_and_load(text, xla_client.DeviceList((device,)), options)


def random_arguments(module: ModuleOp, seed: int) -> tuple[Array, ...]:
    """Random arguments for ``@main`` that a network carries through finite and alive, the same for the same seed.

    Kernels are normal with variance 1 over the inputs that they sum, so that a layer keeps the size of its activations.
    Other arguments of rank 2 and more, the model's inputs and embeddings, are standard normal. Vectors, among them the
    variances of batch normalization, lie in 0.5 to 1.5. Integers are 0 or 1, in range as token, segment and position.
    """
    generator = np.random.default_rng(seed)
    return tuple(_random(argument, generator) for argument in main_of(module).body.block.args)


def to_float32(module: ModuleOp) -> ModuleOp:
    """A copy in which bfloat16 and float16 are float32; constants keep their values.

    Raises InputError where the bits of such a number are cast to another type."""
    return _widened(module, (BFloat16Type, Float16Type), f32)


def to_float64(module: ModuleOp) -> ModuleOp:
    """A copy in which bfloat16, float16 and float32 are float64, to tell a change of meaning from one of rounding.

    Raises InputError where the bits of such a number are cast to another type."""
    return _widened(module, (BFloat16Type, Float16Type, Float32Type), f64)


def _widened(module: ModuleOp, narrow: tuple[type[AnyFloat], ...], wide: AnyFloat) -> ModuleOp:
    def is_narrow(value_type: Attribute) -> TypeIs[TensorType[Attribute]]:
        return isinstance(value_type, TensorType) and isinstance(value_type.element_type, narrow)

    @cache
    def widened(value_type: Attribute) -> Attribute:
        return TensorType(wide, value_type.get_shape()) if is_narrow(value_type) else value_type

    for op in module.walk():
        if isinstance(op, BitcastConvertOp) and any(is_narrow(value.type) for value in (*op.operands, *op.results)):
            raise InputError(f"{op.name} of {op.operands[0].type} takes the type's bits, which no {wide} copy has")
    copy = module.clone()
    for op in copy.walk():
        if isinstance(op, ConstantOp) and is_narrow(op.value.type):
            values = np.frombuffer(op.value.data.data, numpy_dtype(op.value.get_element_type()))
            op.value = dense_from_bytes(
                values.astype(numpy_dtype(wide)).tobytes(), TensorType(wide, op.value.get_shape())
            )
        for value in (*op.results, *(arg for region in op.regions for block in region.blocks for arg in block.args)):
            Rewriter.replace_value_with_new_type(value, widened(value.type))
        if isinstance(op, FuncOp):
            op.function_type = FunctionType.from_lists(
                [widened(each) for each in op.function_type.inputs],
                [widened(each) for each in op.function_type.outputs],
            )
    return copy


@dataclass(frozen=True)
class Difference:
    """Where outputs differ by more than rounding."""

    output: int
    """Index of the first output that differs."""
    error: float
    """Largest difference of an element, over the largest magnitude in the expected output; infinite where only one side
    is finite, or where shapes or types differ."""
    tolerance: float
    """What rounding explains."""


def agree(expected: Sequence[Array], got: Sequence[Array], depth: int) -> bool:
    """Whether outputs are equal up to the rounding of ``depth`` ops in a row. See ``first_difference``."""
    return first_difference(expected, got, depth) is None


def first_difference(expected: Sequence[Array], got: Sequence[Array], depth: int) -> Difference | None:
    """The first output that differs by more than rounding explains, if there is one.

    Every op rounds its result by at most half the spacing ``eps`` of its type, relative to it, in a direction that
    looks random. After ``depth`` ops in a row, two orders of the same sums are a random walk of ``depth`` such steps
    apart: ``eps * sqrt(depth)``, relative to the output's largest magnitude, since cancellation makes small elements
    inexact. That times ``ROUNDING_MARGIN`` is the tolerance: for float32 and 500 ops, 4e-5; for bfloat16 it is above 1
    and proves nothing. Integers and truth values must be equal; NaNs and infinities must stand in the same places.
    """
    for index, (left, right) in enumerate(zip(expected, got, strict=True)):
        tolerance = rounding_tolerance(left.dtype, depth)
        error = _error(left, right)
        if error > tolerance:
            return Difference(index, error, tolerance)
    return None


def in_float64(argument: Array) -> Array:
    """The argument for a copy of the model in float64."""
    return argument.astype(np.float64) if argument.dtype == np.float32 else argument


def vanishes(
    expected: Sequence[Array], got: Sequence[Array], wide: Sequence[Array], wide_got: Sequence[Array], depth: int
) -> bool:
    """Whether what differs between ``expected`` and ``got``, outputs in float32 after ``depth`` ops, is rounding alone:
    whether ``wide`` and ``wide_got``, the same in float64, differ there by far less.

    So it is where a value is zero but for rounding, as the gradient of a bias that a normalization takes away, whose
    difference is as big as itself.
    """
    for left, right, wide_left, wide_right in zip(expected, got, wide, wide_got, strict=True):
        if _error(left, right) <= rounding_tolerance(left.dtype, depth):
            continue
        # Written so that what is not a number does not pass.
        if not _distance(wide_left, wide_right) * PRECISION_GAIN <= _distance(left, right) < math.inf:
            return False
    return True


def _distance(left: Array, right: Array) -> float:
    """The largest difference of an element; infinite or NaN where one of them is."""
    if left.dtype.kind != "f" or left.shape != right.shape:
        return math.inf
    return float(np.abs(left.astype(np.float64) - right.astype(np.float64)).max(initial=0.0))


def rounding_tolerance(dtype: np.dtype[Any], depth: int) -> float:
    """The relative difference that rounding in ``depth`` ops in a row explains; 0 for integers."""
    import ml_dtypes

    if dtype.kind in "biu" or dtype in (np.dtype(ml_dtypes.int4), np.dtype(ml_dtypes.uint4)):
        return 0.0
    return ROUNDING_MARGIN * float(ml_dtypes.finfo(dtype).eps) * math.sqrt(max(depth, 1))


def depth_of(module: ModuleOp) -> int:
    """The longest chain of ops in ``@main`` that depend on each other, those of called functions included."""
    functions = {op.sym_name.data: op for op in module.ops if isinstance(op, FuncOp)}
    known: dict[str, int] = {}

    def depth_of_function(name: str) -> int:
        if name not in known:
            known[name] = _depth_of_ops(functions[name].body.block.ops, depth_of_function)
        return known[name]

    return depth_of_function("main")


def main_of(module: ModuleOp) -> FuncOp:
    """The function ``@main``. Raises InputError where there is none."""
    for op in module.ops:
        if isinstance(op, FuncOp) and op.sym_name.data == "main":
            return op
    raise InputError("the module has no func @main, where a model starts")


def numpy_dtype(element: Attribute) -> np.dtype[Any]:
    """NumPy's type for the element type of a tensor. Raises InputError where NumPy has none."""
    import ml_dtypes

    if isinstance(element, IntegerType):
        if element.bitwidth == 1:
            return np.dtype(np.bool_)
        name = f"{'u' if element.signedness.data == Signedness.UNSIGNED else ''}int{element.bitwidth}"
    elif isinstance(element, ComplexType):
        return np.result_type(numpy_dtype(element.element_type), np.complex64)
    elif isinstance(element, AnyFloat):
        name = "bfloat16" if isinstance(element, BFloat16Type) else element.name.replace("f", "float", 1)
        name = re.sub(r"^float(\d)(E\w+)$", r"float\1_\2", name).lower()
    else:
        raise InputError(f"XLA has no numbers of type {element}")
    if hasattr(ml_dtypes, name):
        return np.dtype(getattr(ml_dtypes, name))
    return np.dtype(name)


def _random(argument: SSAValue, generator: np.random.Generator) -> Array:
    tensor_type = argument.type
    if not isinstance(tensor_type, TensorType):
        raise InputError(f"@main takes a {tensor_type}, but XLA runs tensors")
    shape, dtype = tensor_type.get_shape(), numpy_dtype(tensor_type.element_type)
    if dtype.kind in "biu" or isinstance(tensor_type.element_type, IntegerType):
        return generator.integers(0, 2, shape).astype(dtype)
    if len(shape) == 1:
        return generator.uniform(0.5, 1.5, shape).astype(dtype)
    return (generator.standard_normal(shape) / math.sqrt(_summed_inputs(argument))).astype(dtype)


def _summed_inputs(value: SSAValue) -> int:
    """How many products with an element of ``value`` a contraction sums that takes it as kernel; 1 where none does."""
    for use in value.uses:
        op = use.operation
        shape = value.type.get_shape() if isinstance(value.type, TensorType) else ()
        if isinstance(op, ConvolutionOp) and use.index == 1:
            return math.prod(shape) // shape[op.dimension_numbers.kernel_output_feature_dimension.value.data]
        if isinstance(op, DotGeneralOp) and use.index == 1:
            return math.prod(shape[dim] for dim in ints(op.dot_dimension_numbers.rhs_contracting_dimensions))
        if isinstance(op, ConvertOp | ReshapeOp | TransposeOp):
            return _summed_inputs(op.results[0])
    return 1


def _error(expected: Array, got: Array) -> float:
    if expected.shape != got.shape or expected.dtype != got.dtype:
        return math.inf
    if expected.dtype.kind in "biu":
        return float(not np.array_equal(expected, got))
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    left, right = expected.astype(wide), got.astype(wide)
    finite = np.isfinite(left)
    if not np.array_equal(left[~finite], right[~finite], equal_nan=True) or not np.isfinite(right[finite]).all():
        return math.inf
    if not finite.any():
        return 0.0
    scale = np.abs(left[finite]).max()
    error = np.abs(left[finite] - right[finite]).max()
    return float(error / scale) if scale else (math.inf if error else 0.0)


def _depth_of_ops(ops: Iterable[Operation], depth_of_function: Callable[[str], int]) -> int:
    depths: dict[SSAValue, int] = {}
    deepest = 0
    for op in ops:
        step = depth_of_function(op.callee.string_value()) if isinstance(op, CallOp) else int(bool(op.results))
        deepest = max((depths.get(operand, 0) for operand in op.operands), default=0) + step
        depths.update(dict.fromkeys(op.results, deepest))
    return deepest
