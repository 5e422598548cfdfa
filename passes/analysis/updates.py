"""Which share of a tensor a region really reads and writes: parts that it takes out, and updates in place."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from dialects.region import BoundRegionOp
from hwmodels.records import Runs
from passes.analysis.ops import TERMINATORS, byte_size, op_name
from passes.analysis.runs import changed_runs, taken_runs

TAKING_A_PART = frozenset({"stablehlo.gather", "stablehlo.dynamic_slice", "stablehlo.slice"})
"""Ops that read of their first operand only what they return."""

UPDATING = frozenset({"stablehlo.dynamic_update_slice", "stablehlo.scatter"})
"""Ops that return their first operand with some elements changed."""


@dataclass(frozen=True)
class Updates:
    """What regions read and write of the tensors of a module.

    A ``dynamic_update_slice`` or ``scatter`` of a region's operand works in place where nothing reads the old tensor
    afterwards: a cache that a decode step extends is not copied, as with XLA's donated buffers. Arguments of the model
    may be overwritten, weights too: a training step updates them.
    """

    tensor_of: dict[SSAValue, int]
    """Index of the tensor of each value that regions read or write."""
    consumers: dict[int, list[int]]
    """Indices of the regions that read each tensor, ascending."""
    index_of: dict[BoundRegionOp, int]
    """Index of each region."""

    def fraction_read(self, argument: BlockArgument) -> float:
        """Share of its bytes that a region reads of what ``argument`` of its body stands for: 1 unless every use takes
        only a part out or updates one; above it where these parts together are more than there is."""
        taken = 0.0
        for use in argument.uses:
            user = use.operation
            if use.index != 0 or op_name(user) not in TAKING_A_PART | UPDATING:
                return 1.0
            if op_name(user) in TAKING_A_PART:
                taken += byte_size(user.results[0])
            elif not self._works_in_place(user):
                return 1.0
            else:
                taken += _read_beside(user)
        size = byte_size(argument)
        return taken / size if size else 1.0

    def runs_read(self, argument: BlockArgument) -> Runs:
        """The stretches in which the region reads that share: the shortest, where it takes several parts out."""
        found: list[Runs] = []
        for use in argument.uses:
            user = use.operation
            if use.index == 0 and op_name(user) in TAKING_A_PART:
                found.append(taken_runs(user))
            elif use.index == 0 and op_name(user) in UPDATING and self._works_in_place(user):
                found += _runs_beside(user)
            else:
                return Runs()
        return min(found, key=lambda runs: runs.run_bytes, default=Runs())

    def runs_written(self, result: SSAValue) -> Runs:
        """The stretches in which the region of ``result`` writes it."""
        update = self._update_behind(result)
        return Runs() if update is None else changed_runs(update)

    def fraction_written(self, result: SSAValue) -> float:
        """Share of its bytes that the region of ``result`` writes of it."""
        update = self._update_behind(result)
        size = byte_size(result)
        return 1.0 if update is None or not size else _changed_bytes(update) / size

    def is_in_place(self, value: SSAValue) -> bool:
        """Whether a region makes ``value`` by changing a part of one of its operands, or changes a part of it so."""
        if self._update_behind(value) is not None:
            return True
        for use in value.uses:
            if isinstance(use.operation, BoundRegionOp):
                argument = use.operation.body_block.args[use.index]
                updates = (inner.operation for inner in argument.uses if inner.index == 0)
                if any(op_name(update) in UPDATING and self._works_in_place(update) for update in updates):
                    return True
        return False

    def _update_behind(self, result: SSAValue) -> Operation | None:
        region = result.owner
        if not isinstance(region, BoundRegionOp):
            return None
        update = region.yielded[region.results.index(result)].owner
        if isinstance(update, Operation) and op_name(update) in UPDATING and self._works_in_place(update):
            return update
        return None

    def _works_in_place(self, update: Operation) -> bool:
        """Whether ``update`` may overwrite an operand of its region: its result leaves the region, and nobody reads the
        old tensor beside or after it."""
        argument = update.operands[0]
        region = update.parent_op()
        if not isinstance(region, BoundRegionOp) or not isinstance(argument, BlockArgument) or len(update.results) != 1:
            return False
        value = region.operands[argument.index]
        # What comes from outside a loop is needed again on its next turn.
        is_at_hand = (value.owner if isinstance(value.owner, Block) else value.owner.parent) is region.parent
        leaves = any(yielded is update.results[0] for yielded in region.yielded)
        return is_at_hand and leaves and argument.has_one_use() and not self._is_read_after(value, region)

    def _is_read_after(self, value: SSAValue, region: BoundRegionOp) -> bool:
        later = self.consumers[self.tensor_of[value]][-1] > self.index_of[region]
        return later or any(not isinstance(use.operation, BoundRegionOp) for use in value.uses)


def _changed_bytes(update: Operation) -> int:
    return byte_size(update.operands[2 if op_name(update) == "stablehlo.scatter" else 1])


def _read_beside(update: Operation) -> int:
    """Bytes that a region reads of the tensor that it updates in place: what a scatter combines with, and what is taken
    out of the new tensor at once."""
    taken = _changed_bytes(update) if op_name(update) == "stablehlo.scatter" else 0
    whole = byte_size(update.results[0])
    for use in update.results[0].uses:
        name = op_name(use.operation)
        if name in TERMINATORS:
            continue
        taken += byte_size(use.operation.results[0]) if name in TAKING_A_PART and use.index == 0 else whole
    return taken


def _runs_beside(update: Operation) -> list[Runs]:
    """The stretches of what ``_read_beside`` counts."""
    found = [changed_runs(update)] if op_name(update) == "stablehlo.scatter" else []
    users = [use.operation for use in update.results[0].uses if use.index == 0]
    return found + [taken_runs(user) for user in users if op_name(user) in TAKING_A_PART]
