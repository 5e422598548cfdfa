"""A network at any batch, from what compiling the model gives at a few.

Batches of independent inferences give every tensor at most one dimension that is a multiple of the batch. So its
elements are affine in the batch (a constant, or a constant times the batch), and what a network tells are sums of such
numbers, or the least or greatest of some: concave or convex in the batch. Where passes choose, they compare such sums:
what holds at two batches holds at all between. From that follows:

* Between two batches at which a model makes the same regions, it makes the same.
* A number that is on the straight line between them at one batch in between is on it at all, for a concave or convex
  function that meets its chord inside is the chord.

So three batches whose networks are alike and on one line give all that lie between; nothing is guessed beyond them. Two
batches obey other rules and are compiled by themselves: 1, at which all is of size 1 that is of the batch's size, and
the one that the model has anyway, at which nothing is rewritten.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from hwmodels.records import Network


class UnlikeError(Exception):
    """Two networks differ in more than in sizes, or a size between theirs is not whole."""


class Place(NamedTuple):
    """A batch beside two others."""

    steps: int
    """From the first to it."""
    span: int
    """From the first to the second."""


class Batches:
    """The networks of one model under one setting of the flags, by batch.

    ``compiled`` compiles one, with shares of tensors (``Use.fraction``, ``Write.fraction``) that may be above 1 where a
    region takes more out of a tensor than there is: what it takes grows with the batch. ``legal`` are the batches that
    may be asked for; ``own`` tells the one that the model has as it is, and is asked once, if at all.
    """

    def __init__(self, compiled: Callable[[int], Network], legal: Sequence[int], own: Callable[[], int]) -> None:
        self._compile = compiled
        self._legal = sorted(legal)
        self._own = cache(own)
        self._compiled: dict[int, Network] = {}
        self._networks: dict[int, Network] = {}
        self._lines: list[tuple[int, int]] = []
        """Pairs of compiled batches between which every network is on the line through theirs."""

    def __call__(self, batch: int) -> Network:
        """The network at ``batch``; what ``compiled`` raises."""
        if batch not in self._networks:
            found = self._between(batch) if self._compiled else None
            self._networks[batch] = capped(self._compiled_at(batch) if found is None else found)
        return self._networks[batch]

    def _compiled_at(self, batch: int) -> Network:
        if batch not in self._compiled:
            self._compiled[batch] = self._compile(batch)
        return self._compiled[batch]

    def _between(self, batch: int) -> Network | None:
        """The network on a line through others; None where ``batch`` has to be compiled. Compiles what lines need."""
        alike = [size for size in self._legal if self._obeys(size)]
        if not alike or not alike[0] < batch < alike[-1] or not self._obeys(batch):
            return None
        for end in (alike[0], alike[-1]):
            self._compiled_at(end)
        while batch not in self._compiled:
            line = self._line(batch)
            if line is not None:
                return self._on(line, batch)
            below, above = self._around(batch)
            inside = [size for size in {*alike, batch} if below[-1] < size < above[0]]
            self._compiled_at(sorted(inside)[len(inside) // 2])
        return None

    def _obeys(self, batch: int) -> bool:
        return batch not in (1, self._own())

    def _line(self, batch: int) -> tuple[int, int] | None:
        """The ends of a line that passes by ``batch``; None where no three that are compiled, its neighbours among
        them, prove one."""
        for low, high in self._lines:
            if low < batch < high:
                return low, high
        below, above = self._around(batch)
        for three in ((*below[-2:], above[0]), (below[-1], *above[:2])):
            if len(three) < 3:
                continue
            low, middle, high = three
            if self._on((low, high), middle) == self._compiled[middle]:
                self._lines.append((low, high))
                return low, high
        return None

    def _around(self, batch: int) -> tuple[list[int], list[int]]:
        """The compiled batches that obey the rules, below and above ``batch``, ascending."""
        known = sorted(filter(self._obeys, self._compiled))
        return [size for size in known if size < batch], [size for size in known if size > batch]

    def _on(self, line: tuple[int, int], batch: int) -> Network | None:
        """What is there on the straight line through two batches; None where that is no network."""
        low, high = line
        try:
            return along(self._compiled[low], self._compiled[high], Place(batch - low, high - low))
        except UnlikeError:
            return None


def along(low: Network, high: Network, place: Place) -> Network:
    """The network at ``place`` on the straight line through two others. Raises ``UnlikeError``."""
    return _in_shares(_mixed(_in_bytes(low), _in_bytes(high), place))


def capped(network: Network) -> Network:
    """With shares of tensors of at most 1: what is read twice is read once."""
    return _with_shares(network, lambda share, _: min(1.0, share))


def _in_bytes(network: Network) -> Network:
    """With bytes for shares of tensors: a share is no straight line where both parts of it grow."""
    return _with_shares(network, lambda share, size: round(share * size))


def _in_shares(network: Network) -> Network:
    return _with_shares(network, lambda taken, size: taken / size if size else 1.0)


def _with_shares(network: Network, change: Callable[[float, int], float]) -> Network:
    """With another share in each use and write, made of the one there and the bytes of the tensor."""
    sizes = [tensor.bytes for tensor in network.tensors]
    regions = (
        replace(
            region,
            reads=tuple(replace(use, fraction=change(use.fraction, sizes[use.tensor])) for use in region.reads),
            writes=tuple(replace(one, fraction=change(one.fraction, sizes[one.tensor])) for one in region.writes),
        )
        for region in network.regions
    )
    return replace(network, regions=tuple(regions))


def _mixed(low: Any, high: Any, place: Place) -> Any:
    """What lies on the line through two records, tuples or numbers. Raises ``UnlikeError``."""
    if type(low) is not type(high):
        raise UnlikeError
    if is_dataclass(low):
        return type(low)(*(_mixed(getattr(low, name), getattr(high, name), place) for name in _names(type(low))))
    if isinstance(low, tuple):
        if len(low) != len(high):
            raise UnlikeError
        return tuple(_mixed(one, two, place) for one, two in zip(low, high, strict=True))
    if low == high:
        return low
    return _number(low, high, place)


def _number(low: Any, high: Any, place: Place) -> Any:
    if isinstance(low, int) and not isinstance(low, bool):
        step, rest = divmod((high - low) * place.steps, place.span)
        if rest == 0:
            return low + step
    elif isinstance(low, float) and math.isfinite(low) and math.isfinite(high):
        return low + (high - low) * place.steps / place.span
    raise UnlikeError


@cache
def _names(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))
