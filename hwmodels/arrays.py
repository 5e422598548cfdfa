"""Array helpers shared by every model: the array library of the arguments, and the named relaxations of steps.

Each relaxation takes a ``temperature`` in [0, 1]: 0 is the exact step, 1 is fully smooth. The exact compile passes
0.0; the search anneals towards it.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np

from hwmodels.records import Array


def namespace(*values: Array) -> ModuleType | Any:
    """The array library of ``values``: NumPy unless one of them belongs to another (JAX) library."""
    for value in values:
        if not isinstance(value, (np.ndarray, np.generic, int, float)):
            return value.__array_namespace__()
    return np


def slack(temperature: Array) -> Array:
    """How far below a whole number a relaxed quotient still counts as that number (and above, for ``floor``).

    Relaxed extents miss whole numbers by up to about the temperature; without slack ``ceil(7 + tiny)`` would be 8 at
    every temperature but 0, and the limit would not be the exact step.
    """
    if is_exact(temperature):
        return 0.0
    xp = namespace(temperature)
    return xp.minimum(2.0 * temperature, 0.5)


def is_exact(temperature: Array) -> bool:
    """Whether ``temperature`` is the number 0, known when the function is traced."""
    return isinstance(temperature, float) and temperature == 0.0


def ceil(x: Array, temperature: Array) -> Array:
    """Number of steps of a loop that covers ``x`` unit tiles: ``ceil(x)``, never below 1.

    Relaxed: blended with ``max(x, 1)``, a loop whose last step costs only its share.
    """
    xp = namespace(x, temperature)
    exact = xp.maximum(xp.ceil(x - slack(temperature)), 1.0)
    if is_exact(temperature):
        return exact
    return (1.0 - temperature) * exact + temperature * xp.maximum(x, 1.0)


def floor(x: Array, temperature: Array) -> Array:
    """Largest whole extent that fits ``x``: ``floor(x)``, never below 1. Relaxed: blended with ``max(x, 1)``."""
    xp = namespace(x, temperature)
    exact = xp.maximum(xp.floor(x + slack(temperature)), 1.0)
    if is_exact(temperature):
        return exact
    return (1.0 - temperature) * exact + temperature * xp.maximum(x, 1.0)


def overflow_share(need: Array, capacity: Array, temperature: Array) -> Array:
    """Share of ``need`` bytes that ``capacity`` has no room for, where a part is of no use: 0 where they fit, else 1.

    Relaxed: blended with the share that exceeds the capacity.
    """
    xp = namespace(need, capacity, temperature)
    exact = xp.where(need > capacity * (1.0 + slack(temperature)), 1.0, 0.0)
    if is_exact(temperature):
        return exact
    return (1.0 - temperature) * exact + temperature * xp.maximum(1.0 - capacity / xp.maximum(need, 1.0), 0.0)


def more_than_one(trips: Array) -> Array:
    """1 where a loop really loops (``trips`` > 1), else 0; between for fractional trip counts below 2."""
    xp = namespace(trips)
    return xp.minimum(xp.maximum(trips - 1.0, 0.0), 1.0)


def choose(index: Array, options: tuple[Array, ...]) -> Array:
    """``options[index]``, element by element; ``index`` and the options broadcast."""
    xp = namespace(index, *options)
    if xp is not np:
        return _select(index, options)
    result = options[-1]
    for position in range(len(options) - 2, -1, -1):
        result = xp.where(index == position, options[position], result)
    return result


def _select(index: Array, options: tuple[Array, ...]) -> Array:
    """As ``choose``, by the one operation that JAX has for it."""
    import jax.numpy as jnp
    from jax import lax

    which, *cases = jnp.broadcast_arrays(index, *options)
    kind = jnp.result_type(*options)
    return lax.select_n(which.astype(np.int32), *(case.astype(kind) for case in cases))


def segment_sum(values: Array, segment: np.ndarray, size: int) -> Array:
    """Sum of ``values[..., i]`` over all i with ``segment[i] == s``, for each s below ``size``; [..., len(segment)] ->
    [..., size]."""
    xp = namespace(values)
    if xp is not np:
        return xp.zeros((*values.shape[:-1], size), values.dtype).at[..., segment].add(values)
    if values.ndim > 1:
        lead = values.shape[:-1]
        own = segment + size * np.arange(math.prod(lead)).reshape(*lead, 1)
        return segment_sum(values.ravel(), own.ravel(), size * math.prod(lead)).reshape(*lead, size)
    return np.bincount(segment, weights=values, minlength=size).astype(np.float64)


def segment_max(values: Array, segment: np.ndarray, size: int, floor_value: float) -> Array:
    """Greatest ``values[i]`` of each segment, at least ``floor_value``; [len(segment)] -> [size]."""
    xp = namespace(values)
    if xp is np:
        result = np.full(size, floor_value)
        np.maximum.at(result, segment, values)
        return result
    return xp.full(size, floor_value, values.dtype).at[segment].max(values)
