"""From the plan of a partition to ``region.fused`` ops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.ir import Block, Operation, SSAValue

from dialects.region import FusedOp, Kind, YieldOp
from passes.analysis.ops import captured
from passes.regions.partition import Partition


@dataclass
class Builder:
    """Builds the regions of one module; their names number those of one count through."""

    numbers: Counter[str] = field(default_factory=Counter[str])

    def build(self, block: Block, partition: Partition) -> None:
        """Moves the ops of a block into one ``region.fused`` per region, and copies the cloned ones into each user.
        Control flow stays between them; what is inside it is not changed but for the values that it takes."""
        terminator = block.last_op
        assert terminator is not None, "a block ends with a terminator"
        order = {op: index for index, op in enumerate(partition.ops)}
        outside: dict[SSAValue, SSAValue] = {}
        for kind, anchor, members in tuple(partition.members()):
            if anchor is not None and anchor in partition.sequencer:
                anchor.detach()
                _rename(anchor, outside)
                block.insert_op_before(anchor, terminator)
                continue
            ops = _with_clones(partition, members, order)
            fused = _build_region(partition, self._name(kind), kind, ops, outside)
            fused.location = (anchor or members[0]).location
            block.insert_op_before(fused, terminator)
        _rename(terminator, outside)
        for op in reversed(partition.ops):
            if op in partition.cloned:
                block.erase_op(op)

    def _name(self, kind: Kind) -> str:
        counter = "prepare" if kind is Kind.Prepare else "region"
        self.numbers[counter] += 1
        return f"{kind.value}_{self.numbers[counter] - 1}"


def _rename(op: Operation, names: dict[SSAValue, SSAValue]) -> None:
    """Puts new values in the place of old ones, in an op and what is nested in it."""
    for nested in op.walk() if op.regions else (op,):
        for index, operand in enumerate(nested.operands):
            if operand in names:
                nested.operands[index] = names[operand]


def _with_clones(partition: Partition, members: Sequence[Operation], order: dict[Operation, int]) -> list[Operation]:
    """The members of a region and the cloned ops that they need, in order."""
    needed = set(members)
    pending = list(members)
    while pending:
        for value in captured(pending.pop()):
            owner = value.owner
            if isinstance(owner, Operation) and owner in partition.cloned and owner not in needed:
                needed.add(owner)
                pending.append(owner)
    return sorted(needed, key=order.__getitem__)


def _build_region(
    partition: Partition, name: str, kind: Kind, ops: Sequence[Operation], outside: dict[SSAValue, SSAValue]
) -> FusedOp:
    defined = {result for op in ops for result in op.results}
    operands = list(dict.fromkeys(value for op in ops for value in captured(op) if value not in defined))
    body = Block(arg_types=[value.type for value in operands])
    inner: dict[SSAValue, SSAValue] = dict(zip(operands, body.args, strict=True))
    for value, argument in zip(operands, body.args, strict=True):
        argument.name_hint = value.name_hint
    yielded = _results(partition, ops)
    for op in ops:
        if op in partition.cloned:
            body.add_op(op.clone(inner))
            continue
        op.detach()
        _rename(op, inner)
        body.add_op(op)
    # The uses by later regions still name the value inside; `outside` says what to bind there.
    body.add_op(YieldOp(*yielded))
    fused = FusedOp(name, kind, [outside.get(value, value) for value in operands], [v.type for v in yielded], body)
    for value, result in zip(yielded, fused.results, strict=True):
        result.name_hint = value.name_hint
        outside[value] = result
    return fused


def _results(partition: Partition, ops: Sequence[Operation]) -> list[SSAValue]:
    """Values of a region that another region or the end of the block needs."""
    return [
        value
        for op in ops
        if op not in partition.cloned
        for value in op.results
        if value in partition.leaving
        or any(partition.region[user] != partition.region[op] for user in partition.users[value])
    ]
