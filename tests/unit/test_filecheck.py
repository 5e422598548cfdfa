"""Runs the text tests of dialects and passes with the other tests.

They are written for lit, which starts two or three processes for each of their ``RUN`` lines; here the same tools run
in this process. One of the files goes through lit itself.
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from itertools import groupby
from pathlib import Path

import filecheck.main
import pytest
from xdsl.xdsl_opt_main import xDSLOptMain

SUITE = Path(__file__).parents[1] / "filecheck"
FILES = sorted(SUITE.rglob("*.mlir"))
RUN = re.compile(r"^\s*// RUN: (.*)$", re.MULTILINE)

RUN_LIT = "from lit.main import main; main()"
"""``python -m lit.main`` imports the module, runs nothing and succeeds."""


def _xdsl_opt(command: list[str]) -> None:
    xDSLOptMain(args=command[1:]).run()


def _filecheck(command: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        filecheck.main.main(command)
    assert end.value.code == 0, f"{shlex.join(command)}: the lines above are not as they should be"


def _process(command: list[str]) -> None:
    given = sys.stdin.read()
    sys.stdout.write(subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout)


TOOLS: dict[str, Callable[[list[str]], None]] = {"xdsl-opt": _xdsl_opt, "sed": _process, "filecheck": _filecheck}


def _commands(line: str, path: Path) -> list[list[str]]:
    """Those of a pipe, each with its arguments."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|")
    lexer.whitespace_split = True
    groups = groupby(lexer, lambda token: token == "|")
    return [[token.replace("%s", str(path)) for token in tokens] for is_pipe, tokens in groups if not is_pipe]


def _run(line: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    *before, last = _commands(line, path)
    assert last[0] == "filecheck", f"{path.name}: nothing checks what '{line}' prints"
    text = ""
    for command in before:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        with redirect_stdout(io.StringIO()) as output:
            TOOLS[command[0]](command)
        text = output.getvalue()
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    _filecheck(last)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SUITE)))
def test_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = RUN.findall(path.read_text())
    assert lines, "no line says how to run this"
    for line in lines:
        _run(line, path, monkeypatch)


def test_a_wrong_text_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "wrong.mlir"
    path.write_text("// CHECK: stablehlo.add\nfunc.func @main() {\n  func.return\n}\n")
    with pytest.raises(AssertionError, match="not as they should be"):
        _run("xdsl-opt %s | filecheck %s", path, monkeypatch)
    with pytest.raises(AssertionError, match="nothing checks"):
        _run("xdsl-opt %s", path, monkeypatch)


def test_lit_runs_them_too() -> None:
    """As people who write passes do; the others differ in nothing that lit would see."""
    command = [sys.executable, "-c", RUN_LIT, "--verbose", str(SUITE / "passes" / "set_batch_inputs.mlir")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Passed: 1 " in run.stdout, "the text test was not run"
