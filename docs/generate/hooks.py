"""What mkdocs calls while it builds the site: pages get what is generated, and figures become part of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_PLACEHOLDER = re.compile(r"^<!-- generated: (?P<name>[\w-]+)(?: (?P<argument>\S+))? -->$", re.MULTILINE)
_FIGURE = re.compile(r"^!\[(?P<alternative>[^\]]*)\]\((?P<path>figures/[\w-]+\.svg)\)$", re.MULTILINE)

_LINK = re.compile(r"\[(?P<label>[^\]]+)\]\((?P<target>\.\./[^)#\s]+)\)")

ELSEWHERE = {"CONTRIBUTING.md": "contributing.md", "hwmodels/data": "constants.md", "README.md": "index.md"}
"""Where the site has what documents link to outside of their folder."""


class SourceFile(Protocol):
    """The part of mkdocs' File that is used."""

    src_uri: str


class Page(Protocol):
    """The part of mkdocs' Page that is used."""

    file: SourceFile


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Called by mkdocs with the text of each page."""
    return filled(markdown, (DOCS / page.file.src_uri).parent)


def filled(markdown: str, folder: Path = DOCS) -> str:
    """A page of ``folder`` with all that is generated, its figures inline, and links that stay within the site."""
    markdown = _LINK.sub(lambda match: _within(match, folder), markdown)
    markdown = _FIGURE.sub(_inlined, markdown)
    return _PLACEHOLDER.sub(lambda match: _generated(match["name"], match["argument"]), markdown)


def placeholders(markdown: str) -> list[tuple[str, str | None]]:
    """What a page asks for: name and argument."""
    return [(match["name"], match["argument"]) for match in _PLACEHOLDER.finditer(markdown)]


def _within(match: re.Match[str], folder: Path) -> str:
    """A link out of the documents leads to the page that has the same, or is no link on the site."""
    target = (folder / match["target"]).resolve()
    if target.is_relative_to(DOCS):
        return match[0]
    page = ELSEWHERE.get(str(target.relative_to(ROOT)))
    return f"[{match['label']}]({page})" if page else match["label"]


def _inlined(match: re.Match[str]) -> str:
    """The drawing itself, so that it follows the page's colours; alone it follows the system's."""
    text = (DOCS / match["path"]).read_text(encoding="utf-8")
    drawing = re.sub(r"<style>.*?</style>\s*", "", text, flags=re.DOTALL)
    drawing = re.sub(r"\n\s*\n", "\n", drawing).strip()
    return f'<figure class="drawing">\n{drawing}\n<figcaption>{match["alternative"]}</figcaption>\n</figure>'


def _generated(name: str, argument: str | None) -> str:
    if name not in _MAKERS:
        raise ValueError(f"a page asks for 'generated: {name}'; there is {', '.join(_MAKERS)}")
    return _MAKERS[name](argument)


def _passes(argument: str | None) -> str:
    from docs.generate import passes

    return passes.overview() if argument == "overview" else passes.entries()


def _dialect(argument: str | None) -> str:
    from xdsl_jax.universe import XDSL_JAX_UNIVERSE

    from docs.generate import dialects
    from fastc.universe import FASTC_UNIVERSE

    loaders = XDSL_JAX_UNIVERSE.all_dialects | FASTC_UNIVERSE.all_dialects
    if argument not in loaders:
        raise ValueError(f"a page asks for the dialect '{argument}'; there is {', '.join(loaders)}")
    dialect = loaders[argument]()
    return dialects.listing(dialect) if argument in ("stablehlo", "chlo") else dialects.entries(dialect)


def _machines(argument: str | None) -> str:
    from docs.generate import tables

    return tables.machines() if argument == "overview" else tables.machine_files()


def _commands(_: str | None) -> str:
    from docs.generate import tables

    return tables.commands()


def _constants(_: str | None) -> str:
    from docs.generate import constants

    return constants.constants(ROOT / "hwmodels" / "data")


def _validation(_: str | None) -> str:
    """The comparisons: those in the file that FASTC_VALIDATION names, else made now, which takes half a minute."""
    from docs.generate import tables

    kept = os.environ.get("FASTC_VALIDATION")
    if kept:
        return tables.validation(Path(kept).read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "fastc", "hw", "validate", "--json", "-"]
    return tables.validation(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def _contributing(_: str | None) -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition("\n")[2].replace("](docs/", "](")


_MAKERS: Mapping[str, Callable[[str | None], str]] = {
    "passes": _passes,
    "dialect": _dialect,
    "machines": _machines,
    "commands": _commands,
    "constants": _constants,
    "validation": _validation,
    "contributing": _contributing,
}
