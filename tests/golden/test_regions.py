"""form-regions draws the regions that were judged to be right."""

from __future__ import annotations

import pytest

from tests.golden.regions import CUTS, FOLDER, Cut, golden


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.name)
def test_regions_are_those_that_were_reviewed(cut: Cut):
    assert golden(cut) == (FOLDER / f"{cut.name}.txt").read_text(), (
        "form-regions draws other regions; where they are better, 'python -m tests.golden.regions' writes them down"
    )


def test_every_golden_file_is_tested():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(cut.name for cut in CUTS)
