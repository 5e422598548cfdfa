"""Completion: what may stand next, and that real shells put it on the line."""

from __future__ import annotations

import io
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fastc.cli import main
from fastc.commands import COMMANDS
from fastc.commands.completing import complete
from fastc.commands.completion import split_line
from tests.conftest import ROOT, Fastc


def texts(*words: str) -> list[str]:
    return [candidate.text for candidate in complete(words).candidates]


def test_commands_and_options():
    assert texts("") == list(COMMANDS)
    assert texts("ev") == ["eval"]
    assert texts("--v") == ["--version"]
    assert texts("otp", "") == []
    assert texts("opt", "m.mlir", "--mapper") == ["--mapper-budget"]
    assert {"--help", "--hw", "--search", "--passes"} <= set(texts("opt", "--"))
    meanings = {candidate.text: candidate.meaning for candidate in complete(["opt", "--"]).candidates}
    assert meanings["--search"] == "find the machine and the pass flags together"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["eval", "m.mlir", "--hw", "tpu-v3"], ["tpu-v3", "tpu-v3-7nm"]),
        (["eval", "m.mlir", "--hw=fast-s"], ["--hw=fast-small"]),
        (["eval", "--schedule", ""], ["stock", "fastc"]),
        (["opt", "--algorithm", "g"], ["gradient", "gp"]),
        (["opt", "m.mlir", "-p", "inline,set"], ["inline,set-batch"]),
        (["opt", "m.mlir", "-p", "c"], ["canonicalize", "cse"]),
        (["verify", "m.mlir", "-p", "set-batch{size=8},form"], ["set-batch{size=8},form-regions"]),
        (["opt", "-p", "place-tensors{res"], ["place-tensors{residency="]),
        (["opt", "-p", "dce,place-tensors{residency=w"], ["dce,place-tensors{residency=weights"]),
        (["opt", "-p", "lower-to-schedule{mapper=recipes data"], ["lower-to-schedule{mapper=recipes dataflow="]),
        (["opt", "-p", "form-regions{sink="], ["form-regions{sink=true", "form-regions{sink=false"]),
        (["opt", "-p", "nonsense{a"], []),
        (["opt", "--objective", "perf / t"], ["perf / tdp"]),
        (["hw", "s"], ["show"]),
        (["hw", "show", "nvdla-l"], ["nvdla-large"]),
        (["hw", "list", ""], []),
        (["completion", "z"], ["zsh"]),
        (["passes", "fold"], ["fold-constants", "fold-normalization"]),
        (["opt", "--seed", ""], []),
    ],
)
def test_values(words: list[str], expected: list[str]):
    assert texts(*words) == expected


def test_files_where_files_may_stand():
    for words in (["eval", "ex"], ["eval", "a.mlir", ""], ["opt", "-o", ""], ["eval", "m", "--hw", ""], ["opt", "-"]):
        expected = "" if words[-1] == "-" else "files"
        assert complete(words).paths == expected, words
    assert complete(["hw", "validate", "--data", ""]).paths == "folders"
    assert complete(["opt", "--seed", ""]).paths == ""


def test_every_command_completes_its_options():
    for name, command in COMMANDS.items():
        long = [option for option in command.load().make_parser().options() if option.startswith("--")]
        assert texts(name, "--") == long


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fastc ", ([""], "")),
        ("fastc opt a\\ b 'c d' e", (["opt", "a b", "c d", "e"], "")),
        ("fastc opt -p 'inline,set", (["opt", "-p", "inline,set"], "")),
        ("fastc opt --hw=tp", (["opt", "--hw=tp"], "--hw=")),
        ("fastc opt -p 'a{b=c", (["opt", "-p", "a{b=c"], "")),
        ("fastc opt -p a{b=c", (["opt", "-p", "a{b=c"], "a{b=")),
        ('fastc opt ""', (["opt", ""], "")),
    ],
)
def test_words_of_a_line(line: str, expected: tuple[list[str], str]):
    assert split_line(line) == expected


def test_what_is_no_shell(fastc: Fastc):
    assert "there is no 'basch'; there is bash, zsh, fish; did you mean 'bash'?" in fastc("completion", "basch").err
    assert fastc("completion", "basch", "--", "").code == 2


def test_bytes_that_are_no_text_come_back(monkeypatch: pytest.MonkeyPatch):
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw))
    assert main(["completion", "zsh", "--", "opt", "-p", "\udcff,inl"]) == 0
    assert b"\xff,inline" in raw.getvalue()


TYPED = {
    "fastc ev": "fastc eval ",
    "fastc eval small.mlir --hw tpu-v4i": "fastc eval small.mlir --hw tpu-v4i ",
    "fastc eval small.mlir --hw=fast-s": "fastc eval small.mlir --hw=fast-small ",
    "fastc eval sma": "fastc eval small.mlir ",
    "fastc opt small.mlir -p inline,set-b": "fastc opt small.mlir -p inline,set-batch",
    "fastc opt small.mlir -p 'dce,fold-n": "fastc opt small.mlir -p 'dce,fold-normalization",
    "fastc opt small.mlir --sear": "fastc opt small.mlir --search ",
    "cat small.mlir | fastc opt --algorithm nsg": "cat small.mlir | fastc opt --algorithm nsga2 ",
}
"""What is typed before the tab key, and what then stands on the line."""

BASH = """\
source <(fastc completion bash)
show() { printf '%s\\n' "$READLINE_LINE" >> shown; READLINE_LINE=; }
PS1='ready>'
bind -x '"\\C-g": show'
"""

ZSH = """\
autoload -U compinit && compinit -D -u
source <(fastc completion zsh)
show() { print -r -- "$BUFFER" >> shown; BUFFER= }
PS1="ready>"
zle -N show
bindkey -e
bindkey '^G' show
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file, where ``fastc`` is this one."""
    program = tmp_path / "bin" / "fastc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m fastc "$@"\n')
    program.chmod(0o755)
    (tmp_path / "small.mlir").write_text("")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ZDOTDIR", str(tmp_path))
    return tmp_path


def lines_after_tab(place: Path, *shell: str) -> list[str]:
    """What stands on the line of an interactive shell after each of ``TYPED`` and the tab key."""
    shown = place / "shown"
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        shell, cwd=place, start_new_session=True, stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    said = b""
    while b"ready>" not in said:  # before, the terminal would take the control characters itself
        said += os.read(leader, 4096)
    for count, line in enumerate(TYPED, 1):
        os.write(leader, f"{line}\t\x07".encode())
        end = time.monotonic() + 20.0
        while (not shown.exists() or shown.read_text().count("\n") < count) and time.monotonic() < end:
            if select.select([leader], [], [], 0.02)[0]:
                said += os.read(leader, 4096)
    process.kill()
    process.wait()
    os.close(leader)
    assert shown.exists(), said.decode()
    return shown.read_text().splitlines()


def test_bash(place: Path):
    (place / "setup").write_text(BASH)
    shown = lines_after_tab(place, "bash", "--noprofile", "--rcfile", "setup", "-i")
    assert shown == list(TYPED.values())


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh(place: Path):
    (place / ".zshrc").write_text(ZSH)
    shown = lines_after_tab(place, "zsh", "-d", "-i")
    assert shown == list(TYPED.values())


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish(place: Path):
    asked = "; ".join(f'complete -C "{line}"; echo ==' for line in TYPED if "|" not in line)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"fastc completion fish | source; {asked}"],
        cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    found = [[line.split("\t")[0] for line in part.splitlines()] for part in done.stdout.split("==\n")[:-1]]
    expected = [line.split()[-1].lstrip("'") for line in TYPED.values() if "|" not in line]
    assert [[word.lstrip("'") for word in part] for part in found] == [[word] for word in expected]
