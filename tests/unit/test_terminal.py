"""fastc between other programs: pipes that close, and colour only where a terminal shows it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PROGRAM = f"{sys.executable} -m fastc"


def shell(command: str) -> subprocess.CompletedProcess[str]:
    command = f"set -o pipefail; {command.replace('fastc ', f'{PROGRAM} ')}"
    return subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)


def on_a_terminal(*command: str, **environment: str) -> str:
    """All that a program writes to a terminal."""
    leader, follower = pty.openpty()
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "COLORTERM")}
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT, env=plain | environment, stdin=follower, stdout=follower, stderr=follower,
    )  # fmt: skip
    os.close(follower)
    written = b""
    try:
        while data := os.read(leader, 4096):
            written += data
    except OSError:  # the program has closed the terminal
        pass
    os.close(leader)
    assert process.wait() == 0
    return written.decode()


def test_commands_make_a_pipe(small_model: Path):
    piped = shell(f"fastc opt {small_model} -p inline,canonicalize | fastc eval - --hw fast-small --json -")
    assert piped.returncode == 0
    assert '"macs": 192' in piped.stdout
    failed = shell(f"fastc opt {small_model} -p inlin | fastc eval - --hw fast-small")
    assert failed.returncode == 2
    assert failed.stdout == ""
    assert sorted(failed.stderr.splitlines()) == [
        "fastc: error: <stdin>: the file is empty; expected a model in StableHLO, as text or MLIR bytecode",
        "fastc: error: there is no pass 'inlin'; did you mean 'inline'?",
    ]


@pytest.mark.parametrize(("where", "code"), [("2>&1 | true", 141), ("2>/dev/full", 2)])
def test_readers_that_go_away(small_model: Path, where: str, code: int):
    done = shell(f"fastc eval {small_model} --hw fast-small {where}")
    assert (done.returncode, done.stderr) == (code, "")


def test_tables_of_a_terminal(small_model: Path):
    shown = on_a_terminal("-m", "fastc", "eval", str(small_model), "--hw", "fast-small", TERM="xterm-256color")
    assert "\x1b[1mmachine fast_small\x1b[0m" in shown


def test_colour_only_on_a_terminal_that_wants_it():
    command = ("-c", "from fastc.report import error_console; error_console().print('x', style='bold red')")
    assert on_a_terminal(*command, TERM="xterm-256color") == "\x1b[1;31mx\x1b[0m\r\n"
    assert on_a_terminal(*command, TERM="xterm-256color", NO_COLOR="") == "\x1b[1;31mx\x1b[0m\r\n"
    assert on_a_terminal(*command, TERM="xterm-256color", NO_COLOR="1") == "\x1b[1mx\x1b[0m\r\n"
    assert on_a_terminal(*command, TERM="dumb") == "x\r\n"
    piped = {"capture_output": True, "text": True, "check": True, "cwd": ROOT}
    forced = os.environ | {"FORCE_COLOR": "1", "TERM": "xterm"}
    assert subprocess.run([sys.executable, *command], env=os.environ | {"TERM": "xterm"}, **piped).stderr == "x\n"
    assert subprocess.run([sys.executable, *command], env=forced, **piped).stderr == "\x1b[1;31mx\x1b[0m\n"
