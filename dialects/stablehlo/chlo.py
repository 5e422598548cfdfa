"""CHLO: the functions that frameworks emit beside StableHLO and that XLA expands, as ``erf``, ``square``, ``top_k``."""

from __future__ import annotations

import abc

from xdsl.dialects.builtin import AnyTensorType, IntegerAttr, TensorType, i64
from xdsl.ir import Attribute, Dialect, SSAValue
from xdsl.irdl import (
    AtLeast,
    IRDLOperation,
    eq,
    irdl_op_definition,
    operand_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException


class UnaryOperation(IRDLOperation, abc.ABC):
    """An element-wise function of one tensor: operand and result have the same shape."""

    operand = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    traits = traits_def(Pure())
    assembly_format = "$operand attr-dict `:` type($operand) `->` type($result)"

    def __init__(self, operand: SSAValue, result_type: Attribute | None = None):
        super().__init__(operands=(operand,), result_types=(operand.type if result_type is None else result_type,))

    def verify_(self) -> None:
        # (C1) The result has the operand's shape.
        _require_same_shape(self, self.operand)


class BinaryOperation(IRDLOperation, abc.ABC):
    """An element-wise function of two tensors: operands and result have the same shape."""

    lhs = operand_def(AnyTensorType)
    rhs = operand_def(AnyTensorType)
    result = result_def(AnyTensorType)
    traits = traits_def(Pure())
    assembly_format = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)"

    def verify_(self) -> None:
        # (C1) The result has the operands' shape.
        _require_same_shape(self, self.lhs)
        _require_same_shape(self, self.rhs)


def _require_same_shape(op: UnaryOperation | BinaryOperation, operand: SSAValue) -> None:
    shape = SSAValue.get(operand, type=TensorType).type.get_shape()
    if shape != SSAValue.get(op.result, type=TensorType).type.get_shape():
        raise VerifyException(f"'{op.name}' is element-wise: operand {operand.type} and result {op.result.type} differ")


@irdl_op_definition
class AcosOp(UnaryOperation):
    """Arc cosine."""

    name = "chlo.acos"


@irdl_op_definition
class AcoshOp(UnaryOperation):
    """Inverse hyperbolic cosine."""

    name = "chlo.acosh"


@irdl_op_definition
class AsinOp(UnaryOperation):
    """Arc sine."""

    name = "chlo.asin"


@irdl_op_definition
class AsinhOp(UnaryOperation):
    """Inverse hyperbolic sine."""

    name = "chlo.asinh"


@irdl_op_definition
class AtanOp(UnaryOperation):
    """Arc tangent."""

    name = "chlo.atan"


@irdl_op_definition
class AtanhOp(UnaryOperation):
    """Inverse hyperbolic tangent."""

    name = "chlo.atanh"


@irdl_op_definition
class BesselI1eOp(UnaryOperation):
    """Exponentially scaled modified Bessel function of order 1."""

    name = "chlo.bessel_i1e"


@irdl_op_definition
class ConjOp(UnaryOperation):
    """Complex conjugate."""

    name = "chlo.conj"


@irdl_op_definition
class CoshOp(UnaryOperation):
    """Hyperbolic cosine."""

    name = "chlo.cosh"


@irdl_op_definition
class DigammaOp(UnaryOperation):
    """Derivative of ``lgamma``."""

    name = "chlo.digamma"


@irdl_op_definition
class ErfOp(UnaryOperation):
    """Error function."""

    name = "chlo.erf"


@irdl_op_definition
class ErfInvOp(UnaryOperation):
    """Inverse error function."""

    name = "chlo.erf_inv"


@irdl_op_definition
class ErfcOp(UnaryOperation):
    """Complementary error function."""

    name = "chlo.erfc"


@irdl_op_definition
class IsInfOp(UnaryOperation):
    """True where the operand is infinite."""

    name = "chlo.is_inf"


@irdl_op_definition
class IsNegInfOp(UnaryOperation):
    """True where the operand is minus infinity."""

    name = "chlo.is_neg_inf"


@irdl_op_definition
class IsPosInfOp(UnaryOperation):
    """True where the operand is plus infinity."""

    name = "chlo.is_pos_inf"


@irdl_op_definition
class LgammaOp(UnaryOperation):
    """Logarithm of the gamma function's magnitude."""

    name = "chlo.lgamma"


@irdl_op_definition
class SinhOp(UnaryOperation):
    """Hyperbolic sine."""

    name = "chlo.sinh"


@irdl_op_definition
class SquareOp(UnaryOperation):
    """The operand times itself."""

    name = "chlo.square"


@irdl_op_definition
class TanOp(UnaryOperation):
    """Tangent."""

    name = "chlo.tan"


@irdl_op_definition
class NextAfterOp(BinaryOperation):
    """The next floating-point number from ``lhs`` towards ``rhs``."""

    name = "chlo.next_after"


@irdl_op_definition
class PolygammaOp(BinaryOperation):
    """Derivative of order ``lhs`` of ``digamma``."""

    name = "chlo.polygamma"


@irdl_op_definition
class ZetaOp(BinaryOperation):
    """Hurwitz zeta function."""

    name = "chlo.zeta"


@irdl_op_definition
class TopKOp(IRDLOperation):
    """The ``k`` largest values along the last dimension, in descending order, and their indices."""

    name = "chlo.top_k"

    operand = operand_def(AnyTensorType)
    values = result_def(AnyTensorType)
    indices = result_def(AnyTensorType)
    k = prop_def(IntegerAttr.constr(type=eq(i64), value=AtLeast(0)))
    traits = traits_def(Pure())
    assembly_format = "`(` $operand `,` `k` `=` $k `)` attr-dict `:` type($operand) `->` `(` type(results) `)`"

    def verify_(self) -> None:
        # (C1) Both results have the operand's shape with k as last dimension.
        shape = SSAValue.get(self.operand, type=TensorType).type.get_shape()
        expected = (*shape[:-1], self.k.value.data)
        for result in self.results:
            if not shape or SSAValue.get(result, type=TensorType).type.get_shape() != expected:
                raise VerifyException(
                    f"'chlo.top_k' of {self.operand.type} must give the shape {expected}, not {result.type}"
                )


CHLO = Dialect(
    "chlo",
    [
        AcosOp,
        AcoshOp,
        AsinOp,
        AsinhOp,
        AtanOp,
        AtanhOp,
        BesselI1eOp,
        ConjOp,
        CoshOp,
        DigammaOp,
        ErfOp,
        ErfInvOp,
        ErfcOp,
        IsInfOp,
        IsNegInfOp,
        IsPosInfOp,
        LgammaOp,
        SinhOp,
        SquareOp,
        TanOp,
        NextAfterOp,
        PolygammaOp,
        ZetaOp,
        TopKOp,
    ],
    [],
)
