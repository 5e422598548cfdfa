"""The ops of StableHLO that stand for a library routine and that xdsl-jax lacks: sorting, random numbers, Fourier
transforms, normalization, linear algebra, composites and calls of custom code.

See https://github.com/openxla/stablehlo/blob/main/docs/spec.md for what each of them means.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from xdsl.dialects.builtin import (
    AnyTensorType,
    ArrayAttr,
    BoolAttr,
    DenseArrayBase,
    DenseIntElementsAttr,
    DictionaryAttr,
    FlatSymbolRefAttr,
    Float32Type,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    i32,
    i64,
)
from xdsl.ir import Operation
from xdsl.irdl import (
    AnyAttr,
    AtLeast,
    IRDLOperation,
    ParsePropInAttrDict,
    eq,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_region_def,
    var_result_def,
)
from xdsl.traits import (
    EffectInstance,
    MemoryEffect,
    Pure,
    RecursivelySpeculatable,
    RecursiveMemoryEffect,
    SingleBlockImplicitTerminator,
)
from xdsl_jax.dialects.stablehlo.attributes import OutputOperandAlias, PrecisionAttr
from xdsl_jax.dialects.stablehlo.custom_directives import CustomCallTarget
from xdsl_jax.dialects.stablehlo.modularity_ops import ReturnOp

from dialects.stablehlo.attributes import FftTypeAttr, RngAlgorithmAttr, RngDistributionAttr, TransposeAttr
from dialects.stablehlo.windows import require, tensor


@irdl_op_definition
class SortOp(IRDLOperation):
    """Sorts the inputs together along ``dimension``, by ``comparator``."""

    name = "stablehlo.sort"

    inputs = var_operand_def(AnyTensorType)
    result = var_result_def(AnyTensorType)
    dimension = opt_prop_def(IntegerAttr.constr(type=eq(i64)))
    is_stable = opt_prop_def(BoolAttr)
    comparator = region_def("single_block")
    traits = traits_def(RecursiveMemoryEffect(), RecursivelySpeculatable(), SingleBlockImplicitTerminator(ReturnOp))

    def verify_(self) -> None:
        # (C1), (C2) As many results as inputs, at least one, of the same types.
        types = [value.type for value in self.inputs]
        require(
            bool(types) and types == [value.type for value in self.result], self, "results must have the inputs' types"
        )
        shape = tensor(self.inputs[0]).get_shape()
        # (C3) Inputs have the same shape.
        require(all(tensor(v).get_shape() == shape for v in self.inputs), self, "inputs must have the same shape")
        # (C4) The dimension is the inputs'.
        dimension = -1 if self.dimension is None else self.dimension.value.data
        require(-len(shape) <= dimension < len(shape), self, f"dimension {dimension} is not in a rank of {len(shape)}")
        # (C5) The comparator takes two scalars per input.
        count = len(self.comparator.block.args)
        require(count == 2 * len(types), self, f"the comparator must take {2 * len(types)} arguments, not {count}")


@irdl_op_definition
class RngBitGeneratorOp(IRDLOperation):
    """Uniform random bits, and the state after them."""

    name = "stablehlo.rng_bit_generator"

    initial_state = operand_def(AnyTensorType)
    output_state = result_def(AnyTensorType)
    output = result_def(AnyTensorType)
    rng_algorithm = prop_def(RngAlgorithmAttr)
    traits = traits_def(Pure())
    assembly_format = (
        "$initial_state `,` `algorithm` `=` $rng_algorithm attr-dict `:` functional-type(operands, results)"
    )

    def verify_(self) -> None:
        # (C1) The state keeps its type.
        same = self.initial_state.type == self.output_state.type
        require(same, self, "states {} and {} differ", self.initial_state.type, self.output_state.type)


@irdl_op_definition
class RngOp(IRDLOperation):
    """Random numbers from a state that the program does not see; two of them are never the same."""

    name = "stablehlo.rng"

    a = operand_def(AnyTensorType)
    b = operand_def(AnyTensorType)
    shape = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    rng_distribution = prop_def(RngDistributionAttr)
    assembly_format = (
        "$a `,` $b `,` $shape `,` `distribution` `=` $rng_distribution attr-dict `:` functional-type(operands, results)"
    )


@irdl_op_definition
class FftOp(IRDLOperation):
    """Fourier transform along the last dimensions."""

    name = "stablehlo.fft"

    operand = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    fft_type = prop_def(FftTypeAttr)
    fft_length = prop_def(DenseArrayBase.constr(i64))
    traits = traits_def(Pure())
    assembly_format = (
        "$operand `,` `type` `=` $fft_type `,` `length` `=` $fft_length "
        "attr-dict `:` functional-type(operands, results)"
    )

    def verify_(self) -> None:
        # (C1), (C3) At most as many lengths as dimensions, and no more than three.
        count, rank = len(self.fft_length), tensor(self.operand).get_num_dims()
        require(1 <= count <= min(3, rank), self, f"{count} lengths for an operand of rank {rank}; 1 to 3 are legal")


@irdl_op_definition
class BatchNormInferenceOp(IRDLOperation):
    """Normalizes with a given mean and variance, scales and shifts, per feature."""

    name = "stablehlo.batch_norm_inference"

    operand = operand_def(AnyTensorType)
    scale = operand_def(AnyTensorType)
    offset = operand_def(AnyTensorType)
    mean = operand_def(AnyTensorType)
    variance = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    epsilon = prop_def(FloatAttr[Float32Type])
    feature_index = prop_def(IntegerAttr.constr(type=eq(i64), value=AtLeast(0)))
    traits = traits_def(Pure())

    def verify_(self) -> None:
        # (C2) The result has the operand's type.
        require(self.operand.type == self.result.type, self, "the result must have the type {}", self.operand.type)
        # (C1), (C3) to (C6) The other operands have one element per feature.
        shape, index = tensor(self.operand).get_shape(), self.feature_index.value.data
        require(index < len(shape), self, f"feature_index {index} is not in a rank of {len(shape)}")
        fits = all(tensor(value).get_shape() == (shape[index],) for value in self.operands[1:])
        require(fits, self, f"scale, offset, mean and variance must have {shape[index]} elements")


@irdl_op_definition
class BatchNormTrainingOp(IRDLOperation):
    """Normalizes with the batch's own mean and variance, which it returns too."""

    name = "stablehlo.batch_norm_training"

    operand = operand_def(AnyTensorType)
    scale = operand_def(AnyTensorType)
    offset = operand_def(AnyTensorType)
    output = result_def(AnyTensorType)
    batch_mean = result_def(AnyTensorType)
    batch_var = result_def(AnyTensorType)
    epsilon = prop_def(FloatAttr[Float32Type])
    feature_index = prop_def(IntegerAttr.constr(type=eq(i64), value=AtLeast(0)))
    traits = traits_def(Pure())


@irdl_op_definition
class BatchNormGradOp(IRDLOperation):
    """Gradients of ``batch_norm_training``."""

    name = "stablehlo.batch_norm_grad"

    operand = operand_def(AnyTensorType)
    scale = operand_def(AnyTensorType)
    mean = operand_def(AnyTensorType)
    variance = operand_def(AnyTensorType)
    grad_output = operand_def(AnyTensorType)
    grad_operand = result_def(AnyTensorType)
    grad_scale = result_def(AnyTensorType)
    grad_offset = result_def(AnyTensorType)
    epsilon = prop_def(FloatAttr[Float32Type])
    feature_index = prop_def(IntegerAttr.constr(type=eq(i64), value=AtLeast(0)))
    traits = traits_def(Pure())


@irdl_op_definition
class CholeskyOp(IRDLOperation):
    """Cholesky decomposition of a batch of matrices."""

    name = "stablehlo.cholesky"

    a = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    lower = opt_prop_def(BoolAttr)
    traits = traits_def(Pure())


@irdl_op_definition
class TriangularSolveOp(IRDLOperation):
    """Solves batches of systems with triangular matrices."""

    name = "stablehlo.triangular_solve"

    a = operand_def(AnyTensorType)
    b = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    left_side = prop_def(BoolAttr)
    lower = prop_def(BoolAttr)
    unit_diagonal = prop_def(BoolAttr)
    transpose_a = prop_def(TransposeAttr)
    traits = traits_def(Pure())


@irdl_op_definition
class DotOp(IRDLOperation):
    """Product of vectors and matrices: the older form of ``dot_general``."""

    name = "stablehlo.dot"

    lhs = operand_def(AnyTensorType)
    rhs = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    precision_config = opt_prop_def(ArrayAttr[PrecisionAttr])
    traits = traits_def(Pure())


@irdl_op_definition
class BroadcastOp(IRDLOperation):
    """Adds dimensions in front: the older form of ``broadcast_in_dim``."""

    name = "stablehlo.broadcast"

    operand = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    broadcast_sizes = prop_def(DenseArrayBase.constr(i64))
    traits = traits_def(Pure())

    def verify_(self) -> None:
        # (C1) The result has the new sizes in front of the operand's.
        expected = (*self.broadcast_sizes.get_values(), *tensor(self.operand).get_shape())
        got = tensor(self.result).get_shape()
        require(got == expected, self, f"the result must have the shape {expected}, not {got}")


@irdl_op_definition
class UniformQuantizeOp(IRDLOperation):
    """Floats to a quantized type."""

    name = "stablehlo.uniform_quantize"

    operand = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    traits = traits_def(Pure())
    assembly_format = "$operand attr-dict `:` functional-type(operands, results)"


@irdl_op_definition
class UniformDequantizeOp(IRDLOperation):
    """A quantized type to floats."""

    name = "stablehlo.uniform_dequantize"

    operand = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    traits = traits_def(Pure())
    assembly_format = "$operand attr-dict `:` functional-type(operands, results)"


@irdl_op_definition
class CompositeOp(IRDLOperation):
    """An op of a framework, with a function of StableHLO that means the same: its ``decomposition``."""

    name = "stablehlo.composite"

    inputs = var_operand_def(AnyAttr())
    result = var_result_def(AnyAttr())
    composite_name = prop_def(StringAttr, prop_name="name")
    composite_attributes = opt_prop_def(DictionaryAttr)
    decomposition = prop_def(FlatSymbolRefAttr)
    version = opt_prop_def(IntegerAttr.constr(type=eq(i32), value=AtLeast(0)))
    composite_regions = var_region_def()


class _CustomCallEffect(MemoryEffect):
    """None where ``has_side_effect`` is false; unknown otherwise."""

    @classmethod
    def get_effects(cls, op: Operation) -> AbstractSet[EffectInstance] | None:
        effect = op.properties.get("has_side_effect")
        return None if isinstance(effect, IntegerAttr) and effect.value.data else frozenset()


@irdl_op_definition
class CustomCallOp(IRDLOperation):
    """Calls code that StableHLO does not describe. (xdsl-jax's cannot say whether it has side effects.)"""

    name = "stablehlo.custom_call"

    inputs = var_operand_def(AnyAttr())
    result = var_result_def(AnyAttr())
    call_target_name = prop_def(StringAttr)
    has_side_effect = opt_prop_def(BoolAttr)
    backend_config = opt_prop_def(DictionaryAttr | StringAttr)
    api_version = opt_prop_def(IntegerAttr.constr(type=eq(i32)))
    called_computations = opt_prop_def(ArrayAttr[FlatSymbolRefAttr])
    operand_layouts = opt_prop_def(ArrayAttr[DenseIntElementsAttr])
    result_layouts = opt_prop_def(ArrayAttr[DenseIntElementsAttr])
    output_operand_aliases = opt_prop_def(ArrayAttr[OutputOperandAlias])
    traits = traits_def(_CustomCallEffect())
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format = (
        "custom<CustomCallTarget>($call_target_name) `(` $inputs `)` attr-dict `:` functional-type(operands, results)"
    )
    custom_directives = (CustomCallTarget,)

    def verify_(self) -> None:
        # (C1) Layouts are given for operands and results, or for neither.
        both = (self.operand_layouts is None) == (self.result_layouts is None)
        require(both, self, "operand_layouts and result_layouts must be given together")


LIBRARY_OPS: Sequence[type[IRDLOperation]] = (
    SortOp,
    RngBitGeneratorOp,
    RngOp,
    FftOp,
    BatchNormInferenceOp,
    BatchNormTrainingOp,
    BatchNormGradOp,
    CholeskyOp,
    TriangularSolveOp,
    DotOp,
    BroadcastOp,
    UniformQuantizeOp,
    UniformDequantizeOp,
    CompositeOp,
    CustomCallOp,
)
