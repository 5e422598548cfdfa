"""Runs the text tests of dialects and passes (lit and filecheck) with the other tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[1] / "filecheck"

RUN_LIT = "from lit.main import main; main()"
"""``python -m lit.main`` imports the module, runs nothing and succeeds."""


@pytest.mark.slow
def test_text_tests_pass() -> None:
    command = [sys.executable, "-c", RUN_LIT, "--verbose", "--workers=2", str(SUITE)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"Passed: {len(list(SUITE.rglob('*.mlir')))} " in run.stdout, "a text test was not run"
