"""The page on schedules says what is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import ROOT, follow

SCHEDULE = ROOT / "docs" / "schedule.md"


def test_every_file_and_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = follow(SCHEDULE, tmp_path, in_process=True)
    assert {command.split()[0] for command in done} == {"fastc", "xdsl-opt", "sed"}
    # What the page shows is what it was before line breaks were put in, and fits a screen.
    again = (tmp_path / "again.mlir").read_text()
    layer = again[again.index("sched.region") : again.index('sched.region "matmul_1"')]
    assert layer.count("\n") <= 50
    assert "sched.memory" in (tmp_path / "lowered.mlir").read_text()
