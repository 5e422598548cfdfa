"""The tutorial works as it is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import INSTALL, ROOT, blocks_of, follow

RIGHT = "broadcast.clone({divisor: reciprocal.result})"
WRONG = "broadcast.clone()"

TUTORIAL = ROOT / "docs" / "tutorial-pass.md"


@pytest.mark.slow
def test_every_file_and_command_of_the_tutorial(tmp_path: Path):
    done = follow(TUTORIAL, tmp_path)
    assert {command.split()[0] for command in done} == {"pip", "fastc", "xdsl-opt", "lit", "python"}
    ruff = [str(Path(sys.executable).parent / "ruff"), "check", "--isolated", "--select=E,F,W,N,B,UP"]
    run = subprocess.run(
        [*ruff, "--line-length=120", "divide_once.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


def test_a_wrong_pass_is_found(tmp_path: Path):
    """What the tutorial says of a pattern that forgets the reciprocal."""
    text = TUTORIAL.read_text()
    files = "".join(
        f'```{block.language} title="{block.title}"\n{block.text}```\n' for block in blocks_of(TUTORIAL) if block.title
    )
    assert RIGHT in files
    (proof,) = [line for line in text.splitlines() if line.startswith("$ fastc verify")]
    wrong = tmp_path / "wrong.md"
    wrong.write_text(f"{files.replace(RIGHT, WRONG)}```console\n$ {INSTALL}\n{proof}\n```\n")
    with pytest.raises(AssertionError, match="output 0"):
        follow(wrong, tmp_path)
