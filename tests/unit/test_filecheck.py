"""Runs the text tests of dialects and passes (lit and filecheck) with the other tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SUITE = Path(__file__).parents[1] / "filecheck"


def test_text_tests_pass() -> None:
    command = [sys.executable, "-m", "lit.main", "-q", "--workers=2", str(SUITE)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
