"""Repeating cheap work in each region that needs its result, so that the result is not stored."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Operation, SSAValue

from passes.analysis.ops import ALU, byte_size, captured, op_name
from passes.regions.partition import Partition


def duplicate(partition: Partition) -> None:
    """Copies the cheap end of a region into each later region that uses it, where this saves traffic.

    The normalization and the activation in front of the convolutions of a pre-activation residual block would end the
    region of the sum, which the shortcut needs too: the region then writes both. Copied into the convolutions'
    regions, they leave one tensor to write and to read.

    Candidates are taken from the end of a region towards its start, and the cheapest cut is kept: at a cut, the bytes
    that regions read and write. Equal bytes copy nothing.
    """
    for op in reversed(partition.ops):
        if _is_candidate(partition, op) and _crosses(partition, op):
            chain = _chain(partition, op)
            costs = [_bytes_at(partition, chain, cut) for cut in range(len(chain) + 1)]
            partition.clone(chain[: costs.index(min(costs))])


def _is_candidate(partition: Partition, op: Operation) -> bool:
    """Whether an op may be copied: one simple operation an element, its result needed by regions alone."""
    if op_name(op) not in ALU or partition.region.get(op, -1) < partition.prepared or op in partition.sequencer:
        return False
    return not any(value in partition.leaving for value in op.results)


def _crosses(partition: Partition, op: Operation) -> bool:
    regions = {partition.region[user] for value in op.results for user in partition.users[value]}
    return len(regions - {partition.region[op]}) > 0


def _chain(partition: Partition, last: Operation) -> list[Operation]:
    """``last`` and the candidates before it in its region that nothing else uses, users first."""
    chain = [last]
    members = {last}
    pending = [last]
    while pending:
        for operand in captured(pending.pop()):
            for value in partition.roots(operand):
                op = value.owner
                if not isinstance(op, Operation) or op in members or not _is_candidate(partition, op):
                    continue
                users = (user for result in op.results for user in partition.users[result])
                if partition.region[op] == partition.region[last] and all(user in members for user in users):
                    members.add(op)
                    chain.append(op)
                    pending.append(op)
    return chain


def _bytes_at(partition: Partition, chain: Sequence[Operation], cut: int) -> int:
    """Bytes that regions write and read of what the chain touches, if its first ``cut`` ops are copied."""
    copied = set(chain[:cut])
    touched: dict[SSAValue, None] = {}
    for op in chain:
        touched.update(dict.fromkeys(op.results))
        for operand in captured(op):
            touched.update(dict.fromkeys(partition.roots(operand)))
    return sum(_border_bytes(partition, value, copied) for value in touched)


def _border_bytes(partition: Partition, value: SSAValue, copied: set[Operation]) -> int:
    owner = value.owner
    if owner in copied:
        return 0
    readers: set[int] = set()
    pending = list(partition.users[value])
    while pending:
        user = pending.pop()
        if user in copied:
            pending.extend(other for result in user.results for other in partition.users[result])
        else:
            readers.add(partition.region[user])
    producer = partition.region.get(owner) if isinstance(owner, Operation) else None
    crossings = len(readers - {producer})
    is_written = producer is not None and (crossings > 0 or value in partition.leaving)
    return byte_size(value) * (crossings + is_written)
