"""The vector program of a region: which ops each walk of the vector unit does, and on what at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from xdsl.ir import Block, Operation, SSAValue

from dialects.sched import Grain, Rows, ScanOp
from passes.analysis.ops import CONTRACTION, captured, op_name
from passes.analysis.rows import scans_of


def scan_ops(block: Block, rows: Rows | None) -> list[ScanOp]:
    """The scans of a region's body, in order; ``rows`` as ``sched.vector`` has them.

    First what the contraction's operands are made of, tile by tile as they come, then all else, tile by tile as outputs
    are complete. What uses the end of a row follows, row by row, or at once where there is but one row.
    """
    scan_of = scans_of(block)
    body = list(block.ops)
    contraction = next((op for op in body if op_name(op) in CONTRACTION), None)
    inputs, weights = (
        ((), ()) if contraction is None else map(makers, (contraction.operands[:1], contraction.operands[1:]))
    )
    start = 0 if contraction is None else scan_of[contraction]
    late = Grain.Whole if rows is not None and rows.kept_bytes == rows.row_bytes else Grain.Row
    # Before the contraction or after it, which scan, input or weight, at what grain.
    keys: list[tuple[tuple[int, int, int], Grain, int]] = []
    for index, op in enumerate(body[:-1]):
        if op is contraction or not op.operands:
            continue
        scan = scan_of[op]
        if op in inputs or op in weights:
            part = int(op not in inputs)
            early = (Grain.Input, Grain.Weight)[part]
            keys.append(((0, scan, part), early if scan == 0 else late, index))
        else:
            # Rows that the contraction has no part in, as of a residual, are complete before it where its own are.
            is_early = scan < start
            tile = Grain.Piece if contraction is None or is_early else Grain.Output
            grain = tile if scan in (0, start) else late
            keys.append(((int(not is_early), scan, 2), grain, index))
    return [_scan_op(grain, [key[2] for key in group], body) for grain, group in _groups(keys)]


def _groups(
    keys: Iterable[tuple[tuple[int, int, int], Grain, int]],
) -> Iterator[tuple[Grain, Iterator[tuple[tuple[int, int, int], Grain, int]]]]:
    for (_, grain), group in groupby(sorted(keys), key=lambda key: key[:2]):
        yield grain, group


def _scan_op(grain: Grain, indices: list[int], body: list[Operation]) -> ScanOp:
    return ScanOp(grain, indices, [op_name(body[index]).partition(".")[2] for index in indices])


def makers(values: Iterable[SSAValue]) -> set[Operation]:
    """The ops of a body that ``values`` are computed by."""
    found: set[Operation] = set()
    pending = list(values)
    while pending:
        owner = pending.pop().owner
        if isinstance(owner, Operation) and owner not in found:
            found.add(owner)
            pending.extend(captured(owner))
    return found
