"""The documents on the library and on return on investment are followed word by word."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwmodels.ownership import known_assumptions
from tests.documents import ROOT, follow


@pytest.mark.parametrize(("document", "commands"), [("library.md", 1), ("roi.md", 2)])
def test_every_command_of(document: str, commands: int, tmp_path: Path):
    assert len(follow(ROOT / "docs" / document, tmp_path)) == commands


def test_the_formulas_name_assumptions_that_there_are():
    text = (ROOT / "docs" / "roi.md").read_text()
    known = {entry.name for entry in known_assumptions()}
    named = {word.strip("`*/+-()") for word in text.replace("`", " ").split() if "_usd" in word or "_per_" in word}
    assert named - known == set()
    assert named


def test_every_public_name_is_in_the_document():
    import fastc

    text = (ROOT / "docs" / "library.md").read_text()
    missing = [name for name in fastc.__all__ if f"{name}" not in text and not name.startswith("_")]
    assert missing == []
