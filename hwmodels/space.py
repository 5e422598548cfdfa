"""The legal space of machines: for each searched parameter the values it may take."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from math import log2
from typing import NamedTuple

from hwmodels.records import Machine

DRAM_KIND = "dram_kind"
"""The parameter whose values are indices into ``Space.dram_kinds``."""

KINDS = ("l1_shared", "l2_enabled", "l2_shared", DRAM_KIND)
"""Parameters that choose a kind; their values are 0, 1, ... All others are sizes, searched by their logarithm."""


SIZES = (
    "dram_channels",
    "pe_x",
    "pe_y",
    "array_rows",
    "array_columns",
    "vector_multiplier",
    "l1_shared",
    "l1_input_bytes",
    "l1_weight_bytes",
    "l1_output_bytes",
    "l2_enabled",
    "l2_shared",
    "l2_input_multiplier",
    "l2_weight_multiplier",
    "l2_output_multiplier",
    "global_buffer_bytes",
    "native_batch",
)
"""Fields of ``records.Machine`` that a search may move."""


@dataclass(frozen=True)
class Parameter:
    """One searched field of ``records.Machine``."""

    name: str
    values: tuple[float, ...]
    """Legal values, ascending, at least one."""

    @property
    def is_kind(self) -> bool:
        """Whether the values are kinds (0, 1, ...), not sizes."""
        return self.name in KINDS

    def coordinate(self, value: float) -> float:
        """The search's coordinate of ``value``: log2 of a size (0 counts as half of the smallest size), a kind
        itself."""
        if self.is_kind:
            return float(value)
        if value <= 0.0:
            return log2(min(legal for legal in self.values if legal > 0.0)) - 1.0
        return log2(value)

    def nearest(self, coordinate: float) -> float:
        """The legal value whose coordinate is nearest; of two, the smaller."""
        return min(self.values, key=lambda value: (abs(self.coordinate(value) - coordinate), value))


class DramKind(NamedTuple):
    """A kind of DRAM that a search may choose."""

    name: str
    channel_bytes_per_s: float


@dataclass(frozen=True)
class Space:
    """A machine and the parameters of it that may change."""

    base: Machine
    """Gives every field that is not a parameter."""
    parameters: tuple[Parameter, ...]
    dram_kinds: tuple[DramKind, ...] = ()
    """What the parameter ``dram_kind`` chooses from, the slowest channel first."""

    def machine(self, values: MappingOf[str, float]) -> Machine:
        """``base`` with ``values``; whole numbers become int."""
        base = self.base
        if DRAM_KIND in values:
            kind = self.dram_kinds[int(values[DRAM_KIND])]
            base = replace(base, dram_kind=kind.name, dram_channel_bytes_per_s=kind.channel_bytes_per_s)
        return replace(base, **{name: int(value) for name, value in values.items() if name != DRAM_KIND})

    def value_in(self, machine: Machine, parameter: Parameter) -> float:
        """The legal value of ``parameter`` nearest to what ``machine`` has."""
        if parameter.name != DRAM_KIND:
            return parameter.nearest(parameter.coordinate(float(getattr(machine, parameter.name))))
        names = [kind.name for kind in self.dram_kinds]
        index = names.index(machine.dram_kind) if machine.dram_kind in names else 0
        return parameter.nearest(float(index))

    def size(self) -> int:
        """Number of legal machines."""
        count = 1
        for parameter in self.parameters:
            count *= len(parameter.values)
        return count
