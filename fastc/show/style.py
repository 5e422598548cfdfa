"""How plots look: colours by meaning, sizes of type, and names for people."""

from __future__ import annotations

from typing import Any

from fastc.report import BOUNDS as WORDS

INK, MUTED, GRID, SURFACE = "#1f1f1c", "#5c5b57", "#dddcd6", "#fdfdfb"
"""Text and axes, lesser text, lines behind the data, and the ground."""

BLUE, GREEN, AMBER, RED, GREY, VIOLET, ORANGE, PINK = (
    "#2a78d6", "#168f63", "#c98a00", "#d93f3e", "#7d7c77", "#5b4bb8", "#d95f26", "#c7548a",
)  # fmt: skip

VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--grid",
    SURFACE: "--surface",
    BLUE: "--blue",
    GREEN: "--green",
    AMBER: "--amber",
    RED: "--red",
    GREY: "--grey",
    VIOLET: "--violet",
    ORANGE: "--orange",
    PINK: "--pink",
}
"""For each colour the CSS variable that stands for it in a page, where dark mode has another one."""

BOUNDS = {
    "array": (WORDS["array"], BLUE, "o"),
    "vector": (WORDS["vector"], GREEN, "^"),
    "global_buffer": (WORDS["global_buffer"], AMBER, "s"),
    "dram": (WORDS["dram"], RED, "D"),
    "issue": (WORDS["issue"], GREY, "v"),
    "waiting": (WORDS["waiting"], GREY, "P"),
}
"""What bounds a region: for people, its colour, and its mark for those who do not see the colour."""

RESIDENTS = {"weight": ("pinned weights", VIOLET), "result": ("activations", BLUE), "buffer": ("tiles", AMBER)}
"""What is in the global buffer."""

PARTS = {
    "arrays": ("systolic arrays", BLUE),
    "vector_units": ("vector units", GREEN),
    "l1": ("L1", VIOLET),
    "l2": ("L2", PINK),
    "global_buffer": ("global buffer", AMBER),
    "noc": ("network on chip", ORANGE),
    "dram": ("DRAM", RED),
    "dram_interface": ("DRAM interface", RED),
    "links": ("links", PINK),
    "control": ("control", MUTED),
    "static": ("static", MUTED),
    "overhead": ("overhead", GREY),
}
"""Parts of a machine."""

WIDTH_IN = 9.6
"""Of every plot, so that type has the same size in all of them."""

RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "fastc",
    "text.parse_math": False,
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 9.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.facecolor": SURFACE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "figure.facecolor": SURFACE,
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "legend.labelcolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "patch.linewidth": 0.0,
}
"""Matplotlib's settings. Text stays text, and names are never read as formulas."""


def bound(name: str) -> tuple[str, str, str]:
    """``BOUNDS``, with a grey for what it lacks."""
    return BOUNDS.get(name, (name, GREY, "X"))


def part(name: str) -> tuple[str, str]:
    """``PARTS``, with a grey for what it lacks."""
    return PARTS.get(name, (name.replace("_", " "), GREY))


def plain(text: str, longest: int = 40) -> str:
    """A name as a plot can show it: no control characters, which XML forbids, and no longer than there is room for."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return shown if len(shown) <= longest else f"{shown[: longest - 9]}…{shown[-8:]}"
