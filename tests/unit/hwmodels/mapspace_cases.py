"""An independent, slow model of what the optimal mapper chooses from: loops are run, fetches are counted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from math import ceil, inf, prod
from typing import NamedTuple

from hwmodels.mapspace.target import Target
from hwmodels.records import DIMS, Contraction

OPERAND_DIMS = ("gnpqcrs", "gkcrs", "gnpqk")


class Tiling(NamedTuple):
    """Extents of ``DIMS``; ``inner`` tiles make up ``outer`` ones."""

    inner: tuple[int, ...]
    outer: tuple[int, ...]


def spans(bound: int, tile: int) -> list[int]:
    """Sizes of the tiles that cover ``bound``, the last one maybe smaller."""
    return [min(tile, bound - start) for start in range(0, bound, tile)]


@cache
def fetched(work: Contraction, operand: int, nests: tuple[tuple[str, tuple[int, ...]], ...]) -> float:
    """Elements that come for ``operand`` under loops with edge tiles.

    ``nests``: for each nest, outermost first, the order of its loops and the extents of its tiles. A fetch stands as
    far out as it may: right inside the innermost loop, of more than one iteration, that the operand depends on.
    """
    loops: list[tuple[int, int, str]] = []
    above = list(work.bounds)
    for level, (order, tile) in enumerate(nests):
        loops += [(level, DIMS.index(d), d) for d in order if ceil(above[DIMS.index(d)] / tile[DIMS.index(d)]) > 1]
        above = list(tile)
    last = max((i for i, (_, _, d) in enumerate(loops) if d in OPERAND_DIMS[operand]), default=-1)

    def run(position: int, sizes: tuple[int, ...]) -> float:
        if position > last:
            return elements(work, operand, sizes)
        level, dim, _ = loops[position]
        return sum(
            run(position + 1, (*sizes[:dim], size, *sizes[dim + 1 :]))
            for size in spans(sizes[dim], nests[level][1][dim])
        )

    return run(0, work.bounds)


def elements(work: Contraction, operand: int, tile: Sequence[int]) -> float:
    g, n, p, q, k, c, r, s = tile
    if operand == 1:
        return g * k * c * r * s
    if operand == 2:
        return g * n * p * q * k
    rows = min((p - 1) * work.stride[0] + (r - 1) * work.dilation[0] + 1, p * r)
    columns = min((q - 1) * work.stride[1] + (s - 1) * work.dilation[1] + 1, q * s)
    return g * n * c * rows * columns


class Unrolled(NamedTuple):
    """How many of each dimension run at once; taps as one if ``packed``, then r counts them."""

    extents: tuple[int, ...]
    packed: bool


def unrollings(work: Contraction, size: int) -> Iterator[Unrolled]:
    """All ways to put c, r and s (or taps as one) on the rows and k on the columns."""
    _, _, _, _, k, c, r, s = work.bounds
    for columns in range(1, min(k, size) + 1):
        for a, b, d in itertools.product(range(1, c + 1), range(1, r + 1), range(1, s + 1)):
            if a * b * d <= size:
                yield Unrolled((1, 1, 1, 1, columns, a, b, d), False)
        for a, taps in itertools.product(range(1, c + 1), range(1, r * s + 1)):
            if a * taps <= size and r > 1 and s > 1:
                yield Unrolled((1, 1, 1, 1, columns, a, taps, 1), True)


def tilings(work: Contraction, taps: Sequence[tuple[int, int]]) -> Iterator[Tiling]:
    """All tiles of L1 and, made of whole ones of them, of the buffer (with all taps)."""
    options = [
        [
            (inner, min(bound, inner * count))
            for inner in range(1, bound + 1)
            for count in range(1, ceil(bound / inner) + 1)
        ]
        for bound in work.bounds[:6]
    ]
    for pairs in itertools.product(*options):
        for r, s in taps:
            yield Tiling((*(a for a, _ in pairs), r, s), (*(b for _, b in pairs), *work.bounds[6:]))


def passes(bound: int, tile: int, at_once: int) -> int:
    return sum(ceil(size / at_once) for size in spans(bound, tile))


class Counted(NamedTuple):
    cycles: float
    energy_j: float


def count(
    work: Contraction,
    target: Target,
    tiling: Tiling,
    unrolled: Unrolled,
    near: tuple[float, float, float],
    far: tuple[float, float, float],
    held: tuple[bool, bool, bool],
) -> Counted:
    """Cycles and energy of one mapping from what is fetched at both borders, written out for one-byte operands."""
    l1, buffer, dram, engine = target.l1, target.buffer, target.dram, target.engines[0]
    g, n, p, q, k, c, r, s = work.bounds
    u = unrolled.extents
    tile = tiling.inner
    turns = [passes(work.bounds[d], tile[d], u[d]) for d in range(8)]
    if unrolled.packed:
        turns[6], turns[7] = ceil(r * s / u[6]), 1
    outputs = g * n * p * q * k
    sums = turns[5] * turns[6] * turns[7]
    # One output position at a time: each cell of a row reads its own input.
    l1_read = {0: g * n * p * q * c * r * s * turns[4], 2: outputs * (sums - 1) + near[2]}
    l1_write = {0: near[0], 2: outputs * sums + near[2] - outputs}
    macs = prod(work.bounds)
    energy = macs * engine.mac_j
    energy += sum(l1_read[o] * l1.read_j[o] + l1_write[o] * l1.write_j[o] for o in (0, 2))
    reads = writes = moved = 0.0
    for operand in range(3):
        # Down: towards the array; an output goes up once more than its sums come down.
        down, up = (near[2] - outputs, near[2]) if operand == 2 else (near[operand], 0.0)
        if held[operand]:
            fill, drain = (far[2] - outputs, far[2]) if operand == 2 else (far[operand], 0.0)
            reads, writes = reads + down + drain, writes + up + fill
            energy += (down + drain) * buffer.read_j[operand] + (up + fill) * buffer.write_j[operand]
            down, up = fill, drain
        moved += down + up
        energy += down * dram.read_j[operand] + up * dram.write_j[operand]
    cycles = max(
        prod(turns),
        sum(l1_read.values()) / l1.read_rate,
        sum(l1_write.values()) / l1.write_rate,
        reads / buffer.read_rate,
        writes / buffer.write_rate,
        moved / dram.total_rate,
    )
    return Counted(cycles, energy)


def orders(work: Contraction) -> list[str]:
    """All orders of the loops over dimensions with more than one index; groups outermost."""
    dims = [d for d, bound in zip(DIMS, work.bounds, strict=True) if bound > 1 and d != "g"]
    return ["g" + "".join(order) for order in itertools.permutations(dims)]


def best_by_enumeration(work: Contraction, target: Target) -> dict[str, float]:
    """The least latency, energy and product over all mappings; no mapping: infinite."""
    best = {"latency": inf, "energy": inf, "edp": inf}
    held_options = list(
        itertools.product(*({"always": (True,), "maybe": (True, False)}[h] for h in target.buffer.holds))
    )
    for unrolled in unrollings(work, target.axes[0]):
        rows, columns = work.bounds[6:]
        taps = [(rows, columns)] if unrolled.packed else list({(rows, columns), (1, 1)})
        for tiling in tilings(work, taps):
            kept = elements(work, 0, tiling.inner) + elements(work, 2, tiling.inner)
            if kept > target.l1.capacity_bytes[0]:
                continue
            room = target.buffer.capacity_bytes[0]
            legal = [h for h in held_options if sum(elements(work, o, tiling.outer) for o in range(3) if h[o]) <= room]
            for counted in costs_of(work, target, tiling, unrolled, legal):
                best["latency"] = min(best["latency"], counted.cycles)
                best["energy"] = min(best["energy"], counted.energy_j)
                best["edp"] = min(best["edp"], counted.cycles * counted.energy_j)
    return best


def costs_of(
    work: Contraction, target: Target, tiling: Tiling, unrolled: Unrolled, legal: Sequence[tuple[bool, bool, bool]]
) -> Iterator[Counted]:
    """Every distinct pair of orders."""
    array = unrolled.extents
    if unrolled.packed:
        # Two taps are one pass: r counts passes over all taps of the kernel, as many as there are.
        per_tile = ceil(work.bounds[6] * work.bounds[7] / array[6])
        array = (*array[:6], work.bounds[6] if per_tile == 1 else 1, work.bounds[7] if per_tile == 1 else 1)
    seen: set[tuple[float, ...]] = set()
    for outer, inner in itertools.product(orders(work), repeat=2):
        nests = ((outer, tiling.outer), (inner, tiling.inner))
        # The array itself steps through its stationary tiles, pixels innermost.
        weights = fetched(work, 1, (*nests, ("gkcrsnpq", array)))
        near = (fetched(work, 0, nests), weights, fetched(work, 2, nests))
        far = tuple(fetched(work, o, nests[:1]) for o in range(3))
        if (*near, *far) in seen:
            continue
        seen.add((*near, *far))
        for held in legal:
            yield count(work, target, tiling, unrolled, near, (far[0], far[1], far[2]), held)
