"""The values of HLO attributes, decoded where an op needs them. A value of another form is a ValueError."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PAIR = re.compile(r"(-?\d+)_(-?\d+)(?:_(\d+))?")
_SLICE = re.compile(r"\[(\d+):(\d+)(?::(\d+))?\]")
_DIM_LABELS = re.compile(r"([\dbf]*)_([\dio]*)->([\dbf]*)")


@dataclass(frozen=True)
class Window:
    """A window that moves over the spatial dimensions; one entry for each."""

    size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    """Low and high."""
    lhs_dilation: tuple[int, ...]
    rhs_dilation: tuple[int, ...]
    reversal: tuple[bool, ...]


@dataclass(frozen=True)
class DimLabels:
    """What each dimension of a convolution's operands and result means: letters, and digits for spatial dimensions."""

    lhs: str
    rhs: str
    output: str


def integers(text: str) -> tuple[int, ...]:
    """``{0,2}``, or a bare number."""
    return tuple(_whole(part) for part in text.strip("{}").split(",") if part.strip())


def integer(text: str) -> int:
    """A bare number, or one in braces."""
    (value,) = integers(text)
    return value


def truth(text: str) -> bool:
    """``true`` or ``false``."""
    if text not in ("true", "false"):
        raise ValueError("expected true or false")
    return text == "true"


def names(text: str) -> tuple[str, ...]:
    """``{%a, %b}``, or one bare name."""
    return tuple(part.strip().removeprefix("%") for part in text.strip("{}").split(",") if part.strip())


def padding(text: str) -> tuple[tuple[int, int, int], ...]:
    """``0_1x0_1_2``: low, high and interior for each dimension."""
    return tuple(_padding_entry(part) for part in text.split("x"))


def slices(text: str) -> tuple[tuple[int, int, int], ...]:
    """``{[0:1], [0:128:2]}``: start, limit and stride for each dimension."""
    matches = [_SLICE.fullmatch(part.strip()) for part in text.strip("{}").split(",") if part.strip()]
    if not all(matches):
        raise ValueError("expected {[start:limit:stride], ...}")
    return tuple((_whole(match[1]), _whole(match[2]), _whole(match[3] or "1")) for match in matches if match)


def dim_labels(text: str) -> DimLabels:
    """``b01f_01io->b01f``."""
    match = _DIM_LABELS.fullmatch(text)
    if match is None:
        raise ValueError("expected labels such as b01f_01io->b01f")
    spatial = [str(index) for index in range(len(match[1]) - 2)]
    for labels, letters in ((match[1], "bf"), (match[2], "io"), (match[3], "bf")):
        if sorted(labels) != sorted([*letters, *spatial]):
            raise ValueError(f"{labels} must hold each of {', '.join([*letters, *spatial])} once")
    return DimLabels(match[1], match[2], match[3])


def window(text: str) -> Window:
    """``{size=3x3 stride=2x2 pad=0_1x0_1 lhs_dilate=1x1 rhs_dilate=1x1 rhs_reversal=0x0}``."""
    fields: dict[str, str] = {}
    for part in text.strip("{}").split():
        key, _, fields[key] = part.partition("=")
    unknown = fields.keys() - {"size", "stride", "pad", "lhs_dilate", "rhs_dilate", "rhs_reversal"}
    if unknown:
        raise ValueError(f"a window has no '{sorted(unknown)[0]}'")
    size = _extents(fields["size"]) if "size" in fields else ()
    ones = "x".join("1" for _ in size)
    decoded = Window(
        size=size,
        stride=_extents(fields.get("stride", ones)),
        padding=tuple(pair[:2] for pair in padding(fields["pad"])) if "pad" in fields else ((0, 0),) * len(size),
        lhs_dilation=_extents(fields.get("lhs_dilate", ones)),
        rhs_dilation=_extents(fields.get("rhs_dilate", ones)),
        reversal=tuple(map(bool, _extents(fields["rhs_reversal"])))
        if "rhs_reversal" in fields
        else (False,) * len(size),
    )
    lists = (decoded.stride, decoded.padding, decoded.lhs_dilation, decoded.rhs_dilation, decoded.reversal)
    if any(len(each) != len(size) for each in lists):
        raise ValueError(f"each part of the window must have {len(size)} entries, as its size has")
    return decoded


def _whole(text: str) -> int:
    value = int(text)
    if abs(value) >= 2**63:
        raise ValueError(f"{text} does not fit into 64 bits")
    return value


def _extents(text: str) -> tuple[int, ...]:
    return tuple(_whole(part) for part in text.split("x") if part)


def _padding_entry(text: str) -> tuple[int, int, int]:
    match = _PAIR.fullmatch(text)
    if match is None:
        raise ValueError("expected low_high or low_high_interior for each dimension, joined by x")
    return _whole(match[1]), _whole(match[2]), _whole(match[3] or "0")
