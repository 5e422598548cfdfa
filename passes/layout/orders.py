"""Orders and layouts of the dimensions of a tensor.

A *layout* is a permutation of a tensor's dimensions: the tensor is stored with dimension ``layout[i]`` as its i-th. An
*order* is what of a layout moves data: the dimensions of more than one element, in the order of storage. Tensors of the
same order have the same bytes in memory, and a reshape makes one of the other.
"""

from __future__ import annotations

from collections.abc import Sequence

Order = tuple[int, ...]
Layout = tuple[int, ...]


def ascending(shape: Sequence[int]) -> Order:
    """The order of a tensor as it was written."""
    return tuple(d for d, size in enumerate(shape) if size != 1)


def order_of(layout: Sequence[int], shape: Sequence[int]) -> Order:
    """What of a layout moves data; ``shape`` is the shape that the layout permutes."""
    return tuple(d for d in layout if shape[d] != 1)


def placed(order: Order, shape: Sequence[int]) -> Layout:
    """The layout of that order in which dimensions of one element keep their places."""
    rest = iter(order)
    return tuple(d if size == 1 else next(rest) for d, size in enumerate(shape))


def permuted(shape: Sequence[int], layout: Sequence[int]) -> tuple[int, ...]:
    """``shape`` as it is stored."""
    return tuple(shape[d] for d in layout)


def rearranged(base: Sequence[int], wanted: Sequence[int]) -> tuple[int, ...]:
    """``base``, where those of its elements that are ``wanted`` too come in the order of ``wanted``, all others staying
    where they are."""
    inside = set(base)
    rest = iter([element for element in wanted if element in inside])
    common = inside & set(wanted)
    return tuple(next(rest) if element in common else element for element in base)
