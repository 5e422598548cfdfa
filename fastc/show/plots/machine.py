"""A machine as a drawing: its template with sizes, its die to scale, and the shares of area and power."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from fastc.report import si, size
from fastc.results import HardwareResult
from fastc.show.figures import Drawing, new_figure
from fastc.show.style import AMBER, BLUE, GREEN, INK, MUTED, ORANGE, RED, SURFACE, VIOLET, part

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PES = 16
"""PEs that are drawn along each side of the grid; of more, so many stand for all."""

LEAST_SHARE = 0.004
"""Of area or power: what has less is left out of the drawing."""


LETTER, LINE = 0.023, 0.045
"""Width of a letter and height of a line, as shares of the die's side."""


class Tile(NamedTuple):
    """A rectangle of a floor plan."""

    name: str
    x: float
    y: float
    width: float
    height: float


def floor_plan(parts: Sequence[tuple[str, float]], width: float, height: float) -> list[Tile]:
    """Rectangles of the given areas, largest first, that fill ``width`` x ``height`` and are nearly square: the
    squarified treemap of Bruls, Huizing and van Wijk (2000)."""
    total = sum(area for _, area in parts)
    left = [(name, area * width * height / total) for name, area in sorted(parts, key=lambda each: -each[1])]
    tiles: list[Tile] = []
    x = y = 0.0
    while left:
        side = min(width, height)
        count = 1
        while count < len(left) and _worst(left[: count + 1], side) <= _worst(left[:count], side):
            count += 1
        row, left = left[:count], left[count:]
        depth = sum(area for _, area in row) / side
        at = 0.0
        for name, area in row:
            long = area / depth
            tiles.append(Tile(name, x, y + at, depth, long) if width >= height else Tile(name, x + at, y, long, depth))
            at += long
        if width >= height:
            x, width = x + depth, width - depth
        else:
            y, height = y + depth, height - depth
    return tiles


def _worst(row: Sequence[tuple[str, float]], side: float) -> float:
    """The greatest ratio of sides in a row along ``side``."""
    depth = sum(area for _, area in row) / side
    return max(max(depth * depth / area, area / (depth * depth)) for _, area in row)


def machine(result: HardwareResult) -> Drawing:
    """The machine's template, its die, and where area and power go."""
    drawing = Drawing(new_figure(6.6))
    template, die, shares = drawing.figure.subplot_mosaic(
        [["template", "die"], ["shares", "shares"]], height_ratios=[1.5, 1.0], width_ratios=[1.35, 1.0]
    ).values()
    _template(template, result)
    _die(drawing, die, result)
    _shares(drawing, shares, result)
    return drawing


def _template(axes: Axes, result: HardwareResult) -> None:
    p = result.parameters
    axes.set_title("what it is made of")
    axes.set_axis_off()
    axes.set_xlim(0.0, 100.0)
    axes.set_ylim(0.0, 100.0)
    channels = int(min(p["dram_channels"], 8))
    for channel in range(channels):
        _box(axes, 2.0 + 96.0 * channel / channels, 90.0, 96.0 / channels - 1.5, 9.0, RED)
    text = f"{p['dram_channels']:g} channels of {p['dram_kind']}, {si(result.dram_bytes_per_s, 'B/s')}"
    axes.text(
        50.0, 94.5, text, ha="center", va="center", color=INK, fontsize=8.5, bbox={"facecolor": SURFACE, "pad": 1.5}
    )
    _box(axes, 2.0, 74.0, 96.0, 11.0, AMBER)
    held = size(p["global_buffer_bytes"]) if p["global_buffer_bytes"] else "no"
    _write(axes, 50.0, 79.5, f"{held} global buffer")
    _box(axes, 2.0, 65.5, 96.0, 6.0, ORANGE)
    _write(axes, 50.0, 68.3, "network on chip", small=True)
    _grid(axes, p)
    _pe(axes, p)


def _grid(axes: Axes, p: dict[str, float]) -> None:
    across, down = int(min(p["pe_x"], MOST_PES)), int(min(p["pe_y"], MOST_PES))
    pitch = min(40.0 / across, 50.0 / down, 20.0)
    for column in range(across):
        for row in range(down):
            is_shown = column == across - 1 and row == 0
            x, y = 2.0 + pitch * column, 60.0 - pitch * (row + 1)
            _box(axes, x, y, 0.86 * pitch, 0.86 * pitch, BLUE, strong=is_shown)
            if is_shown:
                for corner in (0.0, 0.86 * pitch):
                    axes.plot([x + 0.86 * pitch, 48.0], [y + corner, 60.0 if corner else 8.0], color=MUTED, lw=0.7)
    more = "" if (across, down) == (p["pe_x"], p["pe_y"]) else f" ({across} x {down} drawn)"
    axes.annotate(f"{p['pe_x']:g} x {p['pe_y']:g} PEs{more}", (2.0, 61.0), color=INK, fontsize=8.5)


def _pe(axes: Axes, p: dict[str, float]) -> None:
    """One PE, enlarged."""
    _box(axes, 48.0, 8.0, 50.0, 52.0, MUTED, strong=True)
    low = 44.0
    if p["l2_enabled"]:
        low = 49.0
        factors = "/".join(f"{p[f'l2_{operand}_multiplier']:g}" for operand in ("input", "weight", "output"))
        _box(axes, 50.0, 49.0, 46.0, 9.0, part("l2")[1])
        _write(axes, 73.0, 53.5, f"L2 {factors} x L1, {'shared' if p['l2_shared'] else 'private'}", small=True)
    top = low - 1.5 if p["l2_enabled"] else 58.0
    bottom = 36.0
    total = sum(p[f"l1_{operand}_bytes"] for operand in ("input", "weight", "output")) or 1.0
    at = 50.0
    for operand in ("input", "weight", "output"):
        # Half of the width is equal for all, so that the least has room for its size.
        width = 46.0 * (0.5 / 3.0 + 0.5 * p[f"l1_{operand}_bytes"] / total)
        _box(axes, at, bottom, width - 0.8, top - bottom, VIOLET)
        _write(axes, at + width / 2.0, (top + bottom) / 2.0 + 2.2, operand, small=True)
        _write(axes, at + width / 2.0, (top + bottom) / 2.0 - 2.6, size(p[f"l1_{operand}_bytes"]), small=True)
        at += width
    _box(axes, 50.0, 19.0, 46.0, 15.5, BLUE)
    _write(axes, 73.0, 26.7, f"{p['array_rows']:g} x {p['array_columns']:g} array of {p['dtype']}")
    _box(axes, 50.0, 10.0, 46.0, 7.5, GREEN)
    _write(axes, 73.0, 13.7, f"{p['vector_multiplier'] * p['array_columns']:g} vector lanes", small=True)
    axes.annotate(
        f"{'shared' if p['l1_shared'] else 'private'} L1; {si(p['clock_hz'], 'Hz')}",
        (48.0, 3.0),
        color=MUTED,
        fontsize=8,
    )


def _box(axes: Axes, x: float, y: float, width: float, height: float, colour: str, *, strong: bool = False) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, alpha=0.22, linewidth=0.0))
    edge = Rectangle((x, y), width, height, fill=False, edgecolor=INK if strong else colour, linewidth=1.0)
    axes.add_patch(edge)


def _write(axes: Axes, x: float, y: float, text: str, *, small: bool = False) -> None:
    axes.text(x, y, text, ha="center", va="center", color=INK, fontsize=7.5 if small else 8.5)


def _die(drawing: Drawing, axes: Axes, result: HardwareResult) -> None:
    side = result.area_mm2**0.5
    axes.set_title(f"its die, {result.area_mm2:.4g} mm² at {result.parameters['node_nm']:g} nm")
    axes.set_aspect("equal")
    axes.set_xlim(0.0, side)
    axes.set_ylim(0.0, side)
    axes.grid(visible=False)
    axes.set_xlabel("mm (areas to scale, places not)")
    for tile in floor_plan([each for each in result.area_breakdown_mm2.items() if each[1] > 0.0], side, side):
        from matplotlib.patches import Rectangle

        name, colour = part(tile.name)
        patch = Rectangle(
            (tile.x, tile.y), tile.width, tile.height, facecolor=colour, alpha=0.35, edgecolor=SURFACE, linewidth=1.2
        )
        axes.add_patch(patch)
        area = result.area_breakdown_mm2[tile.name]
        drawing.mark(patch, f"p-{tile.name}", f"{name}: {area:.4g} mm², {area / result.area_mm2:.1%} of the area")
        lines = name.replace(" ", "\n") if len(name) * LETTER * side > tile.width else name
        letters = max(len(line) for line in lines.split("\n")) * LETTER * side
        if tile.width > letters and tile.height > LINE * side * (lines.count("\n") + 2):
            text = f"{lines}\n{area / result.area_mm2:.0%}"
            axes.text(
                tile.x + tile.width / 2,
                tile.y + tile.height / 2,
                text,
                ha="center",
                va="center",
                color=INK,
                fontsize=7.5,
            )


def _shares(drawing: Drawing, axes: Axes, result: HardwareResult) -> None:
    """Area and power of each part, side by side."""
    axes.set_title(f"where area ({result.area_mm2:.4g} mm², full colour) and TDP ({result.tdp_w:.4g} W, light) go")
    areas = {name: each / result.area_mm2 for name, each in result.area_breakdown_mm2.items()}
    powers = {name: each / result.tdp_w for name, each in result.tdp_breakdown_w.items()}
    names = [
        name for name in dict.fromkeys((*areas, *powers))
        if max(areas.get(name, 0.0), powers.get(name, 0.0)) >= LEAST_SHARE
    ]  # fmt: skip
    names.sort(key=lambda name: -areas.get(name, 0.0) - powers.get(name, 0.0))
    for place, name in enumerate(names):
        title, colour = part(name)
        for shift, shares, what, alpha in ((-0.2, areas, "area", 0.9), (0.2, powers, "TDP", 0.45)):
            share = shares.get(name, 0.0)
            (bar,) = axes.bar([place + shift], [100.0 * share], width=0.38, color=colour, alpha=alpha)
            drawing.mark(bar, f"p-{name}", f"{title}: {share:.1%} of the {what}")
            if share >= LEAST_SHARE:
                axes.text(place + shift, 100.0 * share + 0.6, f"{share:.0%}", ha="center", color=INK, fontsize=7)
    axes.set_xticks(range(len(names)), [part(name)[0].replace(" ", "\n") for name in names])
    axes.set_ylabel("share (%)")
    axes.margins(y=0.12)
    axes.grid(visible=False, axis="x")
