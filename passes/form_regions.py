"""The pass ``form-regions``: the ops of a model become fusion regions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr, i64
from xdsl.dialects.func import CallOp, FuncOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.traits import SymbolTable
from xdsl.transforms.dead_code_elimination import region_dce
from xdsl.utils.exceptions import PassFailedException

from dialects.region import BATCH_KEY, BoundRegionOp, Kind
from passes.analysis.batch import Batch, BatchError, batch_of
from passes.analysis.control import CONTROL
from passes.analysis.ops import main_of, op_name
from passes.analysis.roles import has_roles, weights_of
from passes.regions.build import Builder
from passes.regions.control import localize_constants, note_trips, separate_free_operands
from passes.regions.duplicate import duplicate
from passes.regions.partition import Partition, kind_of, partition, sequencer_ops
from passes.regions.prepare import Preparation, preparation_of
from passes.regions.roles import mark_roles
from passes.regions.sink import sink

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FormRegionsPass(ModulePass):
    """Turns the body of ``@main`` into ``region.fused`` ops: what runs together, without a trip to memory between.

    Before::

        func.func @main(%x: tensor<8x4xf32>, %w: tensor<4x4xf32>, %v: tensor<4x2xf32>) -> tensor<8x2xf32> {
          %c = stablehlo.constant dense<0.0> : tensor<f32>
          %z = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<f32>) -> tensor<8x4xf32>
          %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (...) -> tensor<8x4xf32>
          %1 = stablehlo.maximum %0, %z : tensor<8x4xf32>
          %2 = stablehlo.dot_general %1, %v, contracting_dims = [1] x [0] : (...) -> tensor<8x2xf32>
          func.return %2 : tensor<8x2xf32>
        }

    After::

        func.func @main(%x: tensor<8x4xf32> {region.role = "input"}, ...) -> tensor<8x2xf32> {
          %0 = region.fused "matmul_0" matmul (%a = %x : ... in dram, %b = %w : ... in dram) -> (... in dram) {
            %c = stablehlo.constant dense<0.0> : tensor<f32>
            %z = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<f32>) -> tensor<8x4xf32>
            %1 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (...) -> tensor<8x4xf32>
            %2 = stablehlo.maximum %1, %z : tensor<8x4xf32>
            region.yield %2 : tensor<8x4xf32>
          }
          %3 = region.fused "matmul_1" matmul (%a = %0 : ... in dram, %b = %v : ... in dram) -> (... in dram) {...}
          func.return %3 : tensor<8x2xf32>
        }

    A region is opened by a contraction, a window reduction, a gather or scatter, a sort, or an op that no model knows;
    it takes in the ops that follow from it. Work on weights and constants alone goes into ``prepare`` regions at the
    top, which run once, when the model is loaded. Loops and branches stay, with regions in their bodies; each loop
    gets the number of its turns as ``region.trips``. Dead ops vanish. Arguments without a role get one as by
    ``set-batch``; where the batch can not be traced, all are taken for inputs, with a warning.
    """

    name = "form-regions"

    sink: bool = True
    """Move ops from the end of a region to the start of the only one that uses them where this saves bytes between
    regions."""
    duplicate: bool = False
    """Repeat cheap ops in each region that uses their result where this saves bytes between regions."""
    prepare: bool = True
    """Prepare weights ahead of time; else each region does it to its own weights on every run."""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        main = _checked_main(op)
        if not has_roles(main):
            _find_roles(op, main)
        localize_constants(main)
        region_dce(main.body)
        note_trips(main)
        self._form(main.body.block, weights_of(main), Builder())

    def _form(self, block: Block, weights: Sequence[SSAValue], builder: Builder) -> None:
        """Cuts a block into regions, then the bodies of the loops and branches in it."""
        separate_free_operands(block)
        sequencer = sequencer_ops(block)
        preparation = preparation_of(block, weights, sequencer) if self.prepare else Preparation()
        plan = partition(block, sequencer, preparation)
        if self.duplicate:
            duplicate(plan)
        if self.sink:
            sink(plan)
        _warn_of_opaque(plan)
        builder.build(block, plan)
        for op in [op for op in block.ops if op_name(op) in CONTROL]:
            for region in op.regions:
                self._form(region.block, (), builder)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """With and without sinking and duplication; weights are always prepared."""
        try:
            _checked_main(module_op)
        except PassFailedException:
            return ()
        return tuple(cls(sink=sink, duplicate=duplicate) for sink in (True, False) for duplicate in (False, True))


def _checked_main(module: ModuleOp) -> FuncOp:
    main = main_of(module)
    if main is None:
        raise PassFailedException("form-regions: the module has no @main with a body; name the model's function so")
    name = main.sym_name.data
    if len(main.body.blocks) > 1:
        raise PassFailedException(
            f"form-regions: @{name} has {len(main.body.blocks)} blocks; only functions of one block can be cut"
        )
    for op in main.body.block.ops:
        if isinstance(op, BoundRegionOp):
            raise PassFailedException(
                f'form-regions: @{name} already holds {op.name} "{op.region_name.data}"; run lower-to-stablehlo first'
            )
        if isinstance(op, CallOp) and _has_body(op):
            raise PassFailedException(f"form-regions: @{name} calls @{op.callee.string_value()}; run inline first")
    return main


def _has_body(call: CallOp) -> bool:
    callee = SymbolTable.lookup_symbol(call, call.callee)
    return isinstance(callee, FuncOp) and bool(callee.body.blocks)


def _find_roles(module: ModuleOp, main: FuncOp) -> None:
    try:
        batch = batch_of(main)
        module.attributes.setdefault(BATCH_KEY, IntegerAttr(batch.size, i64))
    except BatchError as error:
        logger.warning("form-regions takes all arguments for inputs, none for weights: %s", error)
        batch = Batch(1, tuple(range(len(main.args))), ())
    mark_roles(main, batch)


def _warn_of_opaque(plan: Partition) -> None:
    """One warning for each name of an op whose cost is a guess."""
    anchors = [anchor for anchor in plan.anchors if anchor is not None and anchor not in plan.sequencer]
    opaque = [anchor for anchor in anchors if kind_of(anchor) is Kind.Opaque]
    for name in dict.fromkeys(_full_name(anchor) for anchor in opaque):
        logger.warning("no model knows %s: it gets a region of its own with a conservative cost", name)


def _full_name(op: Operation) -> str:
    target = op.properties.get("call_target_name")
    return f"{op_name(op)} @{target.data}" if isinstance(target, StringAttr) else op_name(op)
