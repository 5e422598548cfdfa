"""Markdown as a reader of Markdown that is not ours sees it."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from fastc.show.markdown import markdown
from fastc.show.records import Shown

# As GitHub: tables, and HTML that is in the text.
READER = MarkdownIt("commonmark", {"html": True}).enable("table")


def test_tables_and_figures(shown: Shown):
    html = READER.render(markdown(shown))
    assert html.count("<table>") == 5
    assert re.search(r"<h2>model on small</h2>", html)
    rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
    assert any("conv_0" in row and row.count("<td") == 8 for row in rows)
    assert "<td>twice the PEs</td>" in html
    assert "+12.0 %" in html
    assert "<td>exact only</td>" in html.replace(' style="text-align:right"', "")
    assert "Search by gradient: 5 exact evaluations and 40 relaxed evaluations from 8 starts in 20.0 s" in html
    assert "the relaxed model's best is 3, the exact one 2.5." in html
    assert "inline,fold-constants" in html


def test_names_do_no_harm(nasty_shown: Shown):
    """The only HTML is our own folding; tables keep their columns; nobody is called by name."""
    text = markdown(nasty_shown)
    assert all(line.isprintable() for line in text.split("\n"))
    html = READER.render(text)
    assert "<script" not in html
    assert set(re.findall(r"<(\w+)", html)) <= {
        "h2", "h3", "ul", "li", "strong", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
        "pre", "code",
    }  # fmt: skip
    for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL):
        assert row.count("<td") in (0, 3, 5, 7, 8, 9, 10)
