"""The tree of an objective or a constraint, and the dimensions of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Operator = Literal["+", "-", "*", "/", "**"]
Comparison = Literal["<=", ">=", "<", ">"]


class Dimension(NamedTuple):
    """Exponents of what a value is measured in."""

    second: float = 0
    joule: float = 0
    mm2: float = 0
    dollar: float = 0

    def times(self, other: Dimension, power: float = 1) -> Dimension:
        """The dimension of self times other to the ``power``."""
        return Dimension(*(a + power * b for a, b in zip(self, other, strict=True)))

    def __str__(self) -> str:
        for unit, (_, dimension) in UNITS.items():
            if dimension == self:
                return unit
        names = {"s": self.second, "J": self.joule, "mm^2": self.mm2, "$": self.dollar}
        over = [_factor(name, power) for name, power in names.items() if power > 0]
        under = [_factor(name, -power) for name, power in names.items() if power < 0]
        if not under:
            return " ".join(over) or "a plain number"
        return "/".join([" ".join(over) or "1", *under])


def _factor(name: str, power: float) -> str:
    return name if power == 1 else f"({name})**{power:g}"


PLAIN = Dimension()

UNITS: dict[str, tuple[float, Dimension]] = {
    "mm^2": (1.0, Dimension(mm2=1)),
    "W": (1.0, Dimension(second=-1, joule=1)),
    "mW": (1e-3, Dimension(second=-1, joule=1)),
    "kW": (1e3, Dimension(second=-1, joule=1)),
    "s": (1.0, Dimension(second=1)),
    "ms": (1e-3, Dimension(second=1)),
    "us": (1e-6, Dimension(second=1)),
    "ns": (1e-9, Dimension(second=1)),
    "J": (1.0, Dimension(joule=1)),
    "mJ": (1e-3, Dimension(joule=1)),
    "uJ": (1e-6, Dimension(joule=1)),
    "nJ": (1e-9, Dimension(joule=1)),
    "$": (1.0, Dimension(dollar=1)),
}
"""Each unit's size in base units (s, J, W, mm^2, $) and its dimension; base units come first."""

QUANTITIES: dict[str, tuple[Dimension, str]] = {
    "perf": (Dimension(second=-1), "inferences per second of the chip"),
    "latency": (Dimension(second=1), "seconds of one run of the batch"),
    "energy": (Dimension(joule=1), "joules per inference"),
    "tdp": (Dimension(second=-1, joule=1), "thermal design power in watts"),
    "area": (Dimension(mm2=1), "die area in mm^2"),
    "cost": (Dimension(dollar=1), "cost of the chip in $"),
    "edp": (Dimension(second=1, joule=1), "energy times latency in J s"),
}
"""The names in expressions: their dimension and meaning."""


@dataclass(frozen=True)
class Number:
    """A literal with its unit; ``value`` counts ``unit``, or is plain where that is None."""

    value: float
    unit: str | None = None

    @property
    def base_value(self) -> float:
        """The value in base units."""
        return self.value if self.unit is None else self.value * UNITS[self.unit][0]

    def __str__(self) -> str:
        digits = repr(self.value).removesuffix(".0")
        return digits if self.unit is None else f"{digits} {self.unit}"


@dataclass(frozen=True)
class Quantity:
    """One of ``QUANTITIES``, of one model or (None) of whichever model is being judged."""

    name: str
    model: str | None = None

    def __str__(self) -> str:
        return self.name if self.model is None else f"{self.name}({self.model})"


@dataclass(frozen=True)
class Negation:
    """Minus ``operand``."""

    operand: Expression

    def __str__(self) -> str:
        return f"-({self.operand})" if isinstance(self.operand, Binary) else f"-{self.operand}"


@dataclass(frozen=True)
class Binary:
    """``left operator right``."""

    operator: Operator
    left: Expression
    right: Expression

    def __str__(self) -> str:
        return f"{_wrapped(self.left)} {self.operator} {_wrapped(self.right)}"


Expression: TypeAlias = Number | Quantity | Negation | Binary


@dataclass(frozen=True)
class Constraint:
    """``left comparison right``; equality counts as met for every comparison, as a search cannot tell them apart."""

    left: Expression
    comparison: Comparison
    right: Expression

    def __str__(self) -> str:
        return f"{self.left} {self.comparison} {self.right}"


def _wrapped(part: Expression) -> str:
    return f"({part})" if isinstance(part, Binary | Negation) else str(part)


def quantities(tree: Expression | Constraint) -> Iterator[Quantity]:
    """Every quantity that ``tree`` names, from left to right."""
    match tree:
        case Quantity():
            yield tree
        case Negation(operand):
            yield from quantities(operand)
        case Binary(_, left, right) | Constraint(left, _, right):
            yield from quantities(left)
            yield from quantities(right)
        case Number():
            return
