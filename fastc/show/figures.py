"""A figure as SVG: for a file that stands alone, or for a page that gives colours and answers to the reader."""

from __future__ import annotations

import re
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from fastc.show.style import RC, VARIABLES, plain

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

MARK = "mark."
"""Begins the ids of what stands for a region, or another line of a table."""

LONGEST = 500
"""Letters of a title, or of what a mark is."""

REFERENCE = re.compile(r"(^|url\()#([\w.-]+)")
"""In an attribute, to an element with an id."""

FAMILY = re.compile(r"(font: [^;'\"]*px) [^;]*")


@dataclass
class Drawing:
    """A figure, and what its marks stand for."""

    figure: Figure
    marks: dict[str, str] = field(default_factory=dict[str, str])
    """For the key of each mark, such as 'r-0-12', what it is, in a line."""
    _count: int = 0

    def mark(self, artist: Artist, key: str, text: str) -> None:
        """``artist`` stands for what has the key ``key``; several may."""
        self.marks[key] = text
        self._count += 1
        artist.set_gid(f"{MARK}{self._count}.{key}")


def new_figure(height_in: float, width_in: float | None = None) -> Figure:
    """An empty figure in our style, without the global state of pyplot. Call it, and draw, within ``drawing_style``."""
    from matplotlib.figure import Figure

    from fastc.show.style import WIDTH_IN

    return Figure(figsize=(width_in or WIDTH_IN, height_in))


def drawing_style() -> AbstractContextManager[None]:
    """A context in which Matplotlib draws as we do."""
    import matplotlib as mpl

    return mpl.rc_context(RC)  # pyright: ignore[reportArgumentType] - its stubs list the names of settings


def _svg(drawing: Drawing) -> ElementTree.Element:
    stream = BytesIO()
    with drawing_style(), warnings.catch_warnings():
        # The reader's own fonts show the text; that ours lack a letter matters only to its width.
        warnings.filterwarnings("ignore", message="Glyph")
        drawing.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(stream.getvalue())
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    return root


def svg_file(drawing: Drawing, title: str, description: str) -> str:
    """An SVG that stands alone, its marks with their texts as tooltips."""
    root = _svg(drawing)
    _keep_ids(root, "", set())
    for group, key in _marks(root):
        _first(group, "title", drawing.marks[key])
    _first(root, "desc", description)
    _first(root, "title", title)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + _text(root) + "\n"


def svg_in_page(drawing: Drawing, name: str, title: str, description: str) -> str:
    """An SVG element of a page, where ``name`` is no other plot's: its marks have ``data-key``, its colours are the
    page's variables."""
    root = _svg(drawing)
    marks = list(_marks(root))
    _keep_ids(root, f"{name}-", {id(group) for group, _ in marks})
    for group, key in marks:
        group.attrib = {
            "class": "mark",
            "data-key": key,
            "role": "img",
            "aria-label": plain(drawing.marks[key], LONGEST),
        }
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.attrib |= {"role": "group", "aria-labelledby": f"{name}-title {name}-desc", "class": "plot"}
    _first(root, "desc", description).set("id", f"{name}-desc")
    _first(root, "title", title).set("id", f"{name}-title")
    _use_variables(root)
    return _text(root)


def _marks(root: ElementTree.Element) -> list[tuple[ElementTree.Element, str]]:
    found: list[tuple[ElementTree.Element, str]] = []
    for group in root.iter(f"{{{SVG}}}g"):
        identity = group.get("id", "")
        if identity.startswith(MARK):
            found.append((group, identity.removeprefix(MARK).partition(".")[2]))
    return found


def _keep_ids(root: ElementTree.Element, prefix: str, but: set[int]) -> None:
    """Drop the ids that nothing refers to, and begin the others with ``prefix``: ids are unique in a page."""
    used: set[str] = set()
    for element in root.iter():
        for value in element.attrib.values():
            used.update(identity for _, identity in REFERENCE.findall(value))
    for element in root.iter():
        if id(element) in but:
            continue
        if "id" in element.attrib:
            identity = element.attrib.pop("id")
            if identity.startswith(MARK):
                element.set("id", identity)
            elif identity in used:
                element.set("id", prefix + identity)
        for name, value in element.attrib.items():
            if prefix and "#" in value:
                element.set(name, REFERENCE.sub(lambda found: f"{found[1]}#{prefix}{found[2]}", value))


def _first(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.Element(f"{{{SVG}}}{tag}")
    element.text = plain(text, LONGEST)
    parent.insert(0, element)
    return element


def _text(root: ElementTree.Element) -> str:
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _use_variables(root: ElementTree.Element) -> None:
    for element in root.iter():
        style = element.get("style")
        if style is not None:
            for colour, variable in VARIABLES.items():
                style = style.replace(colour, f"var({variable})")
            element.set("style", FAMILY.sub(r"\1 var(--font)", style))
