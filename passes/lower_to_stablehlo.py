"""The pass ``lower-to-stablehlo``: regions and schedules dissolve into the plain StableHLO that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, cast

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.rewriter import InsertPoint, Rewriter

from passes.analysis.ops import op_name

_REGIONS = frozenset({"region.fused", "sched.region"})
_DIALECTS = ("arch.", "region.", "sched.")


@dataclass(frozen=True)
class LowerToStablehloPass(ModulePass):
    """Puts a module of regions, scheduled or not, back into StableHLO that XLA accepts: bodies take the place of their
    regions; the machine, the schedules and the attributes of our dialects go.

    Before::

        module attributes {region.batch = 8 : i64} {
          arch.accelerator @tpu_v3 ... {...}
          func.func @main(%x: tensor<8x4xf32> {region.role = "input"}) -> tensor<8x4xf32> {
            %0 = region.fused "vector_0" vector (%a = %x : tensor<8x4xf32> in dram) -> (tensor<8x4xf32> in dram) {
              %1 = stablehlo.tanh %a : tensor<8x4xf32>
              region.yield %1 : tensor<8x4xf32>
            }
            func.return %0 : tensor<8x4xf32>
          }
        }

    After::

        module {
          func.func @main(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
            %1 = stablehlo.tanh %x : tensor<8x4xf32>
            func.return %1 : tensor<8x4xf32>
          }
        }

    Ops that ``form-regions`` cloned stay cloned; ``cse`` merges them.
    """

    name = "lower-to-stablehlo"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for nested in list(op.walk()):
            if op_name(nested) in _REGIONS:
                _dissolve(nested)
        for nested in list(op.ops):
            if op_name(nested).startswith(("arch.", "sched.")):
                nested.detach()
                nested.erase(safe_erase=False)
        for nested in op.walk():
            _drop_ours(nested.attributes)
            if isinstance(nested, FuncOp):
                _drop_argument_attributes(nested)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """The pass has one setting; it has work wherever something of our dialects is."""
        names = (name for op in module_op.walk() for name in (op_name(op), *op.attributes))
        return (cls(),) if any(name.startswith(_DIALECTS) for name in names) else ()


def _dissolve(region: Operation) -> None:
    body = region.regions[0].block
    terminator = body.last_op
    assert terminator is not None, "the body of a region ends with a yield"
    yielded = tuple(terminator.operands)
    inner: dict[SSAValue, SSAValue] = dict(zip(body.args, region.operands, strict=True))
    body.erase_op(terminator)
    Rewriter.inline_block(body, InsertPoint.before(region), region.operands)
    for result, value in zip(region.results, yielded, strict=True):
        result.replace_all_uses_with(inner.get(value, value))
    region.detach()
    region.erase()


def _drop_ours(attributes: dict[str, Attribute]) -> None:
    for name in [name for name in attributes if name.startswith(_DIALECTS)]:
        del attributes[name]


def _drop_argument_attributes(function: FuncOp) -> None:
    for key in ("arg_attrs", "res_attrs"):
        present = function.properties.get(key)
        if not isinstance(present, ArrayAttr):
            continue
        kept: list[dict[str, Attribute]] = []
        for entry in cast("ArrayAttr[Attribute]", present):
            assert isinstance(entry, DictionaryAttr), f"{key} lists dictionaries"
            kept.append(dict(entry.data))
            _drop_ours(kept[-1])
        if any(kept):
            function.properties[key] = ArrayAttr(DictionaryAttr(entry) for entry in kept)
        else:
            del function.properties[key]
