"""What a page or a trace shows of a lowered module beside the result's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastc.results import ModelResult, Result


@dataclass(frozen=True)
class Resident:
    """Something that has bytes of the global buffer for a time, counted in regions in the order in which they run."""

    name: str
    kind: Literal["weight", "result", "buffer"]
    """A weight that stays, a tensor between its regions, or the tiles of one region."""
    first: int
    """Index of the first region during which it is there; likewise the last."""
    last: int
    segments: tuple[tuple[int, int], ...]
    """First byte and end of each of its parts."""

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(end - start for start, end in self.segments)


@dataclass(frozen=True)
class Details:
    """What the lowered module of one model says."""

    regions: tuple[str, ...]
    """The IR of each region, in the order of the result's regions."""
    residents: tuple[Resident, ...] | None
    """None where the module gives nothing a place: it is an outline, or has chains."""
    machine: str
    """The ``arch.accelerator``."""


@dataclass(frozen=True)
class Shown:
    """All that there is to show of a result."""

    result: Result
    details: tuple[Details, ...]
    """One for each model."""
    beside: tuple[Result, ...] = ()
    """Other searches for the same, for comparison."""

    def models(self) -> tuple[tuple[ModelResult, Details], ...]:
        """Each model with its details."""
        return tuple(zip(self.result.models, self.details, strict=True))
