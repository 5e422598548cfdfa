"""A few shapes of SVG, in colours that the page sets, or the system where a drawing stands alone."""

from __future__ import annotations

from html import escape

_LIGHT = {
    "ink": "#263238", "quiet": "#607d8b", "paper": "#ffffff", "fill-1": "#e0f2f1", "fill-2": "#fff3e0",
    "fill-3": "#e8eaf6", "fill-4": "#eceff1", "accent": "#00796b", "warm": "#e65100",
}  # fmt: skip
_DARK = {
    "ink": "#eceff1", "quiet": "#90a4ae", "paper": "#1e2129", "fill-1": "#134e4a", "fill-2": "#5a3a12",
    "fill-3": "#2e3563", "fill-4": "#37424a", "accent": "#4db6ac", "warm": "#ffab40",
}  # fmt: skip
"""The colours of ``docs/style/extra.css``."""


class Drawing:
    """Shapes in the order in which they are put; lengths in pixels of a ``width`` by ``height`` page."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self.shapes: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, fill: str = "paper", edge: str = "ink") -> None:
        """A rectangle with rounded corners; ``fill`` and ``edge`` name colours."""
        style = f"fill:var(--{fill});stroke:var(--{edge})"
        self.shapes.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" style="{style}"/>')

    def text(
        self, x: float, y: float, words: str, *, size: float = 13, anchor: str = "middle", colour: str = "ink",
        bold: bool = False, code: bool = False,
    ) -> None:  # fmt: skip
        """One line of text, its baseline at ``y``."""
        family = "ui-monospace,Consolas,monospace" if code else "system-ui,sans-serif"
        weight = ";font-weight:600" if bold else ""
        self.shapes.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" '
            f'style="font:{size:g}px {family};fill:var(--{colour}){weight}">{escape(words)}</text>'
        )

    def lines(
        self, x: float, y: float, *words: str, size: float = 12, colour: str = "quiet", code: bool = False
    ) -> None:
        """Several centred lines, the first with its baseline at ``y``."""
        for index, line in enumerate(words):
            self.text(x, y + index * size * 1.35, line, size=size, colour=colour, code=code)

    def arrow(self, *points: tuple[float, float], colour: str = "ink", dashed: bool = False) -> None:
        """A line through the points with a head at the last."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        dashes = ";stroke-dasharray:5 4" if dashed else ""
        self.shapes.append(
            f'<polyline points="{path}" marker-end="url(#head-{colour})" '
            f'style="fill:none;stroke:var(--{colour});stroke-width:1.4{dashes}"/>'
        )

    def curve(self, path: str, colour: str = "accent", width: float = 2) -> None:
        """A path of SVG without a filling."""
        self.shapes.append(f'<path d="{path}" style="fill:none;stroke:var(--{colour});stroke-width:{width:g}"/>')

    def dot(self, x: float, y: float, colour: str = "accent", radius: float = 4) -> None:
        """A filled circle."""
        self.shapes.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" style="fill:var(--{colour})"/>')

    def svg(self) -> str:
        """The whole file."""
        light = "".join(f"--{name}:{value};" for name, value in _LIGHT.items())
        dark = "".join(f"--{name}:{value};" for name, value in _DARK.items())
        heads = "".join(
            f'<marker id="head-{colour}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            f'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" style="fill:var(--{colour})"/></marker>'
            for colour in ("ink", "quiet", "accent", "warm")
        )
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
                f'role="img" aria-label="{escape(self.title)}">',
                f"<style>svg{{{light}}}@media (prefers-color-scheme:dark){{svg{{{dark}}}}}</style>",
                f"<defs>{heads}</defs>",
                *self.shapes,
                "</svg>\n",
            ]
        )
