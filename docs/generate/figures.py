"""Draws the figures of the documents: ``python -m docs.generate.figures`` writes them to ``docs/figures``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docs.generate.drawing import Drawing

FOLDER = Path(__file__).parents[1] / "figures"


def levels() -> Drawing:
    """From a model to numbers: the levels of IR and the passes between them."""
    d = Drawing(
        860, 330, "A model becomes StableHLO, regions, and a schedule for a machine; the search goes around all of it"
    )
    boxes = [
        (20, "StableHLO", ("the model,", "of any framework")),
        (240, "StableHLO", ("of the wanted batch,", "rewritten")),
        (460, "regions", ("what is fused,", "where tensors live")),
        (680, "schedule", ("loops, tiles, transfers,", "engines, places")),
    ]
    for x, name, notes in boxes:
        d.box(x, 120, 160, 70, "fill-1")
        d.text(x + 80, 142, name, size=16, bold=True)
        d.lines(x + 80, 161, *notes, size=11)
    for x, passes in ((180, ("clean up", "set-batch", "rewrites")), (400, ("form-", "regions"))):
        d.arrow((x, 155), (x + 60, 155))
        d.lines(x + 30, 96 - 13 * (len(passes) - 2), *passes, size=11, colour="accent")
    d.arrow((620, 155), (680, 155))
    d.lines(650, 83, "place-tensors", "lower-to-", "schedule", size=11, colour="accent")
    d.box(460, 236, 160, 56, "fill-2")
    d.text(540, 259, "machine", size=16, bold=True)
    d.lines(540, 279, "IR too: arch.accelerator", size=11)
    d.arrow((620, 264), (650, 264), (650, 164))
    d.box(680, 236, 160, 56, "fill-3")
    d.text(760, 259, "cost, simulation", size=15, bold=True)
    d.lines(760, 279, "time, energy, area, TDP, $", size=11)
    d.arrow((760, 190), (760, 236))
    d.arrow((760, 292), (760, 316), (540, 316), (540, 292), colour="warm")
    d.text(300, 320, "search: the next machine and the next flags of the passes", size=12.5, colour="warm")
    d.arrow((460, 264), (210, 264), (210, 164), colour="warm")
    d.text(330, 256, "flags", size=12, colour="warm")
    d.text(
        430,
        26,
        "each level can be printed, read back, and run through XLA to prove that the meaning is kept",
        size=12.5,
        colour="quiet",
    )
    d.arrow((760, 116), (760, 44), (100, 44), (100, 116), colour="quiet", dashed=True)
    d.text(430, 60, "lower-to-stablehlo", size=11, colour="quiet")
    return d


def template() -> Drawing:
    """The machine that is searched: FAST's template."""
    d = Drawing(
        860,
        360,
        "A chip with a global buffer, a grid of PEs, and DRAM; each PE has an array, a vector unit and L1 buffers",
    )
    d.box(20, 120, 110, 120, "fill-2")
    d.text(75, 165, "DRAM", size=16, bold=True)
    d.lines(75, 187, "channels of", "gddr6, hbm2, ...", size=11)
    d.box(170, 20, 670, 320, "paper", "quiet")
    d.text(186, 42, "chip", size=13, anchor="start", colour="quiet")
    d.box(190, 120, 130, 120, "fill-3")
    d.text(255, 160, "global buffer", size=15, bold=True)
    d.lines(255, 182, "shared by all PEs:", "resident tensors", "and tiles", size=11)
    d.arrow((130, 180), (190, 180))
    d.arrow((190, 195), (130, 195))
    d.text(360, 170, "network", size=11, colour="quiet")
    d.arrow((320, 180), (400, 180))
    d.arrow((400, 195), (320, 195))
    for row in range(4):
        for column in range(2):
            d.box(400 + 56 * column, 84 + 52 * row, 46, 42, "fill-4", "quiet")
            d.text(423 + 56 * column, 110 + 52 * row, "PE", size=12)
    d.text(451, 70, "pe_x x pe_y", size=12, code=True)
    d.arrow((502, 105), (560, 62), colour="quiet", dashed=True)
    d.arrow((502, 261), (560, 318), colour="quiet", dashed=True)
    d.box(560, 50, 265, 270, "fill-1")
    d.text(692, 72, "one PE", size=15, bold=True)
    d.box(580, 88, 70, 44)
    d.lines(615, 106, "L1 weight", "(and L2)", size=11)
    d.box(580, 160, 70, 44)
    d.lines(615, 178, "L1 input", "(and L2)", size=11)
    for row in range(4):
        for column in range(4):
            d.box(692 + 28 * column, 140 + 24 * row, 24, 20, "fill-2", "quiet")
    d.text(748, 128, "systolic array", size=12, bold=True)
    d.text(748, 254, "rows x columns", size=11, code=True)
    d.arrow((650, 182), (690, 182))
    d.arrow((650, 110), (672, 110), (672, 150), (690, 150))
    d.box(580, 270, 70, 40)
    d.lines(615, 286, "L1 output", "(and L2)", size=11)
    d.box(690, 270, 116, 40)
    d.lines(748, 286, "vector unit:", "columns x multiplier", size=10.5)
    d.arrow((748, 258), (748, 270))
    d.arrow((690, 290), (650, 290))
    return d


def tiles() -> Drawing:
    """How one contraction is cut: tiles inside tiles."""
    d = Drawing(
        860,
        250,
        "A tensor in DRAM is cut into tiles of the global buffer, these into tiles of L1, these into folds",
    )
    places = [
        (20, 180, "in DRAM", "the whole contraction", "n = 8, p = 112, q = 112"),
        (240, 150, "in the global buffer", "a global tile", "n = 2, p = 112, q = 112"),
        (460, 110, "in the PEs' L1", "an L1 tile, over all PEs", "n = 2, q = 64"),
        (680, 60, "in the arrays", "one fold: what stays,", "while the rest streams by"),
    ]
    for index, (x, size, where, what, example) in enumerate(places):
        left, top = x + (160 - size) / 2, 20 + (160 - size * 0.85) / 2
        height = size * 0.85
        d.box(left, top, size, height, f"fill-{index + 1}")
        if index < 3:
            cells = 4 if index == 0 else 3
            for cut in range(1, cells):
                d.curve(f"M{left:g} {top + height * cut / cells:g}h{size}", "quiet", 0.8)
            d.box(left, top, size, height / cells, "fill-2", "warm")
        d.text(x + 80, 196, where, size=13, bold=True)
        d.lines(x + 80, 214, what, example, size=11)
    for x in (203, 423, 643):
        d.arrow((x, 100), (x + 34, 100))
    for x, name in ((220, "sched.loops global"), (440, "sched.loops l1"), (660, "sched.folds")):
        d.text(x, 12, name, size=11, colour="accent", code=True)
        d.curve(f"M{x} 18V88", "accent", 0.6)
    return d


def overlap() -> Drawing:
    """What decides the time of a region."""
    d = Drawing(
        860,
        230,
        "Four engines work at once on a region; the slowest decides, and the start and what fills them come on top",
    )
    rows = [
        ("DRAM", 300, "fill-2"),
        ("network on chip", 420, "fill-3"),
        ("systolic arrays", 560, "fill-1"),
        ("vector unit", 220, "fill-4"),
    ]
    d.box(150, 20, 60, 158, "paper", "quiet")
    d.lines(180, 96, "start", size=12)
    for index, (name, length, fill) in enumerate(rows):
        y = 24 + 40 * index
        d.text(140, y + 20, name, size=13, anchor="end")
        d.box(210, y, length, 30, fill, "warm" if name == "systolic arrays" else "ink")
    d.text(490, 124, "the longest bounds the region", size=12, colour="warm")
    d.curve("M770 14V190", "warm", 1)
    d.arrow((150, 200), (770, 200), colour="warm")
    d.text(
        460,
        220,
        "latency_s = start_s + max(dram_s, global_buffer_s, compute_s, vector_s) + first and last tiles",
        size=12.5,
        code=True,
    )
    return d


def search() -> Drawing:
    """From many starts to one machine."""
    d = Drawing(
        860,
        270,
        "Starts descend through a relaxed cost, are rounded to legal machines, and the best climb on the exact cost",
    )
    for x, name, note in (
        (20, "1. relax", "hardware and flags become numbers"),
        (310, "2. round", "to legal values, compile exactly"),
        (600, "3. climb", "neighbours, by the exact cost"),
    ):
        d.box(x, 40, 240, 170, "paper", "quiet")
        d.text(x + 120, 28, name, size=15, bold=True)
        d.lines(x + 120, 230, note, size=12)
    d.curve("M35 70C80 190 120 190 140 160S190 110 245 170", "quiet", 1.4)
    for path, (x, y) in (
        ("M50 98C65 130 78 158 96 172", (96, 172)),
        ("M225 150C205 138 190 134 176 136", (176, 136)),
        ("M128 172C116 178 108 178 100 176", (100, 176)),
    ):
        d.curve(path, "accent", 2)
        d.dot(x, y)
    for row in range(5):
        for column in range(7):
            d.dot(330 + 33 * column, 66 + 30 * row, "quiet", 1.8)
    for start, end in (((352, 168), (363, 156)), ((440, 112), (429, 126)), ((497, 140), (495, 156))):
        d.dot(*start)
        d.arrow(start, end, colour="accent")
    for row in range(5):
        for column in range(7):
            d.dot(620 + 33 * column, 66 + 30 * row, "quiet", 1.8)
    d.arrow((653, 156), (686, 156), (686, 126), (719, 126), (719, 96), colour="warm")
    d.dot(719, 96, "warm", 5)
    d.text(730, 90, "found", size=12, colour="warm", anchor="start")
    d.arrow((260, 125), (306, 125))
    d.arrow((550, 125), (596, 125))
    d.lines(
        430,
        262,
        "the gradient of the whole compiled network's cost chooses the way; the exact compiler has the last word",
        size=12,
    )
    return d


FIGURES: dict[str, Callable[[], Drawing]] = {
    "levels": levels,
    "template": template,
    "tiles": tiles,
    "overlap": overlap,
    "search": search,
}


def main() -> None:
    """Write all figures."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in FIGURES.items():
        (FOLDER / f"{name}.svg").write_text(draw().svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
