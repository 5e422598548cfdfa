"""The documents on the library and on return on investment name what there is."""

from __future__ import annotations

from hwmodels.ownership import known_assumptions
from tests.documents import ROOT


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
