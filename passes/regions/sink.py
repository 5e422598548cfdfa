"""Moving ops from the end of one region to the start of a later one, so that fewer bytes cross between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import Operation, SSAValue

from passes.analysis.ops import ELEMENTWISE, byte_size, captured, op_name
from passes.regions.partition import Partition

_SINKING = ELEMENTWISE | {f"stablehlo.{name}" for name in ("concatenate", "dynamic_slice", "pad", "slice", "transpose")}


def sink(partition: Partition) -> None:
    """Moves ops whose results are used in one later region only into that region, where this saves traffic.

    The gate of a squeeze-and-excite block, ``x * gate``, would end the region that computes the small ``gate``; moved
    to the convolution that follows, it is written and read no more. Padding moves in the same way.

    Candidates are taken from the end of a region towards its start, and the cheapest cut is kept: at a cut, the bytes
    that regions read and write. Equal bytes move nothing.
    """
    inside: list[list[Operation]] = [[] for _ in partition.anchors]
    for op in partition.ops:
        if op in partition.region:
            inside[partition.region[op]].append(op)
    for source in reversed(range(partition.prepared, len(inside))):
        for target, candidates in _candidates(partition, inside[source], source).items():
            for op in _best(partition, candidates, source, target):
                partition.region[op] = target


def _candidates(partition: Partition, ops: Sequence[Operation], source: int) -> dict[int, list[Operation]]:
    """For each later region the ops that could move there, each after all its users, in the order to move them."""
    found: dict[int, list[Operation]] = {}
    goes: dict[Operation, int] = {}
    for op in reversed(ops):
        if op_name(op) not in _SINKING or any(value in partition.leaving for value in op.results):
            continue
        users = [user for value in op.results for user in partition.users[value]]
        targets = {goes.get(user, partition.region[user]) for user in users}
        if len(targets) == 1 and source not in targets:
            goes[op] = targets.pop()
            found.setdefault(goes[op], []).append(op)
    return found


def _best(partition: Partition, candidates: list[Operation], source: int, target: int) -> list[Operation]:
    """The first so many candidates that leave the fewest bytes at the borders."""
    position = {op: index for index, op in enumerate(candidates)}
    values: dict[SSAValue, None] = {}
    for op in candidates:
        values.update(dict.fromkeys(op.results))
        for operand in captured(op):
            values.update(dict.fromkeys(partition.roots(operand)))
    borders = [_border(partition, value, position) for value in values]
    costs = [sum(border.bytes_at(cut, source, target) for border in borders) for cut in range(len(candidates) + 1)]
    return candidates[: costs.index(min(costs))]


@dataclass(frozen=True)
class _Border:
    """One value near a cut between two regions."""

    bytes: int
    is_leaving: bool
    producer: int | None
    """Region of its producer, None for an argument."""
    producer_position: int | None
    """Place of its producer among the candidates."""
    regions: frozenset[int]
    """Regions of its users that are no candidates."""
    first_user: int | None
    """First and last place of a user among the candidates."""
    last_user: int | None

    def bytes_at(self, cut: int, source: int, target: int) -> int:
        """Bytes written and read at borders if the candidates before ``cut`` have moved."""
        regions = set(self.regions)
        if self.first_user is not None and self.first_user < cut:
            regions.add(target)
        if self.last_user is not None and self.last_user >= cut:
            regions.add(source)
        moved = self.producer_position is not None and self.producer_position < cut
        producer = target if moved else self.producer
        crossings = len(regions - {producer})
        is_written = producer is not None and (crossings > 0 or self.is_leaving)
        return self.bytes * (crossings + is_written)


def _border(partition: Partition, value: SSAValue, position: dict[Operation, int]) -> _Border:
    owner = value.owner
    users = partition.users[value]
    places = [position[user] for user in users if user in position]
    return _Border(
        byte_size(value),
        value in partition.leaving,
        partition.region[owner] if isinstance(owner, Operation) else None,
        position.get(owner) if isinstance(owner, Operation) else None,
        frozenset(partition.region[user] for user in users if user not in position),
        min(places, default=None),
        max(places, default=None),
    )
