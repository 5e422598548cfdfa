"""The page as a file: one, offline, valid, and small."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

from fastc.show.page import page
from fastc.show.records import Shown

MOST_BYTES = 5_000_000

VOID = {"meta", "link", "br", "input"}


class Reader(HTMLParser):
    """Elements and their attributes; that all are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.script = ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.script += data


def test_all_is_in_it_and_nothing_is_loaded(page_text: str):
    read = Reader(page_text)
    identities = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(identities) == len(set(identities))
    for tag, attributes in read.elements:
        assert "src" not in attributes
        target = attributes.get("href") or attributes.get("xlink:href")
        if target is not None:
            assert target == "data:," if tag == "link" else target[1:] in identities
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"url\((?!#)", page_text)
    (policy,) = (each["content"] for tag, each in read.elements if tag == "meta" and "http-equiv" in each)
    digest = base64.b64encode(hashlib.sha256(read.script.encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}';")


def test_it_can_be_read_aloud(page_text: str):
    """Heads of columns and lines say so, fields have labels, headings go down by one."""
    read = Reader(page_text)
    assert [each.get("lang") for tag, each in read.elements if tag == "html"] == ["en"]
    assert all(each.get("scope") in ("col", "row") for tag, each in read.elements if tag == "th")
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(each.get("aria-label") for _, each in read.elements if each.get("role") in ("img", "region"))


def test_names_do_no_harm(nasty_page: str):
    read = Reader(nasty_page)
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert "alert(1)" not in read.script
    assert all(line.isprintable() for line in nasty_page.split("\n"))
    assert nasty_page.encode()


def test_a_large_model_fits(shown: Shown):
    """100 regions of 4 kB of IR, in a third of the room: EfficientNet-B7 has 274 of 3 kB."""
    model, details = shown.result.models[0], shown.details[0]
    regions = tuple(replace(model.regions[0], name=f"region_{index}") for index in range(100))
    ir = (details.regions[0] * 3)[:4000]
    assert len(ir) == 4000
    residents = tuple(
        replace(each, first=index, last=min(index + 1, 99))
        for index in range(100)
        for each in (details.residents or ())[-3:]
    )
    result = replace(shown.result, models=(replace(model, regions=regions),))
    made = page(Shown(result, (replace(details, regions=(ir,) * 100, residents=residents),)))
    assert len(made.encode()) < MOST_BYTES / 3
