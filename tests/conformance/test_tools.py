"""The tools for people who write passes work as they are described."""

from __future__ import annotations

import io
import shlex
from pathlib import Path

import pytest

from fastc.cli import main
from tests.documents import ROOT, blocks_of, follow

TOOLS = ROOT / "docs" / "tools.md"


def test_every_file_and_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    done = follow(TOOLS, tmp_path, in_process=True)
    assert {tuple(command.split()[:2]) for command in done} >= {
        ("fastc", "passes"),
        ("fastc", "opt"),
        ("fastc", "verify"),
    }


class Terminal(io.StringIO):
    """Standard input or output of a user."""

    def isatty(self) -> bool:
        return True


def test_the_terminal_ui_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The only command that cannot run without a user gets as far as the UI itself."""
    from xdsl.interactive.app import InputApp

    (command,) = [block.commands[0].text for block in blocks_of(TOOLS) if block.marker == "not run"]
    (model,) = [block.text for block in blocks_of(TOOLS) if block.title == "model.mlir"]
    (tmp_path / "model.mlir").write_text(model)
    opened: list[InputApp] = []
    monkeypatch.setattr(InputApp, "run", lambda app: opened.append(app))
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)[1:]) == 0
    (app,) = opened
    assert app.current_file_path == "model.mlir"
    assert [step.name for step in app.pre_loaded_pass_pipeline] == ["inline", "form-regions"]
    assert "arch.accelerator @tpu_v3" in app.pre_loaded_input_text
